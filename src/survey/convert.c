/* convert.c: parcels of the survey, with approvals laid over, become the present base; and from
 * what to what, exactly. */
#include "guotu/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct converting {
    struct gt_arena *a;
    const struct gt_convert_in *in;
    struct gt_conversion *out;
    struct gt_present *v;
    struct gt_map *cells; /* "from to" */
};

const char *gt_convert_why_name(enum gt_convert_why w)
{
    static const char *const name[] = {"map", "decision", "undecided", "approval"};
    return name[w];
}

const char *gt_planning_padded(const char *code, char buf[static 8])
{
    size_t n = strlen(code) < 6 ? strlen(code) : 6;
    memset(buf, '0', 6);
    memcpy(buf, code, n);
    buf[6] = '\0';
    return buf;
}

/* ---- Classes --------------------------------------------------------------------------------- */

static bool on_side(enum gt_land_side side, enum gt_big_class big)
{
    if (side == GT_SIDE_BUILT)
        return big == GT_BIG_BUILT;
    return side == GT_SIDE_ANY || big == GT_BIG_AGRICULTURAL || big == GT_BIG_UNUSED;
}

static bool is_odd(const struct converting *k, const struct gt_tract *t,
                   const struct gt_approval *ap)
{
    const struct gt_convert_status *s = &k->in->rules->status[ap->status];
    const struct gt_land_class *from = gt_land_class(k->in->standard, "sandiao", t->dlbm);
    const struct gt_land_class *to = gt_land_class(k->in->standard, "planning2023", ap->to);
    return !on_side(s->from, from ? from->big : GT_BIG_NONE) ||
           !on_side(s->to, to ? to->big : GT_BIG_NONE);
}

static enum gt_status classify(struct converting *k, const struct gt_tract *t, struct gt_present *p,
                               struct gt_err *err)
{
    const struct gt_land_map *m = gt_land_map(k->in->standard, t->dlbm);
    if (p->approval >= 0) {
        const struct gt_approval *ap = &k->in->approval[p->approval];
        p->to = ap->to;
        p->why = GT_WHY_APPROVAL;
        p->odd = is_odd(k, t, ap);
        return GT_OK;
    }
    if (!m)
        return gt_fail(err, GT_EINPUT,
                       "parcel %.40s: DLBM '%.20s' is no survey class that is mapped; see 'guotu "
                       "standard map'",
                       t->bsm, t->dlbm);
    const struct gt_decision *d = m->split ? gt_decision_find(k->in->decisions, t) : NULL;
    p->to = d ? d->to : m->to;
    p->why = d ? GT_WHY_DECISION : m->split ? GT_WHY_UNDECIDED : GT_WHY_MAP;
    p->line = d ? d->line : 0;
    if (!d || gt_land_map_allows(m, d->to))
        return GT_OK;
    return gt_fail(err, GT_EINPUT,
                   "%s:%d: parcel %.40s of class %.20s cannot become %.20s; see 'guotu "
                   "standard map %.20s'",
                   k->in->decisions->file, d->line, t->bsm, t->dlbm, d->to, t->dlbm);
    return GT_OK;
}

/* ---- Areas ----------------------------------------------------------------------------------- */

/* The areas of one parcel over its parts i..end-1. What was deducted stays deducted where the class
 * is still the map's own. */
static void share_areas(struct converting *k, const struct gt_tract *t, size_t i, size_t end)
{
    size_t n = end - i;
    GT_AUTO_ARENA a = gt_arena_new();
    double *w = GT_TAKE_N(a, double, n);
    int64_t *cents = GT_TAKE_N(a, int64_t, n);
    for (size_t j = 0; j < n; j++)
        w[j] = k->in->part[i + j].m2 > 0 ? k->in->part[i + j].m2 : 0;
    gt_cents_share(t->tbmj, w, n, cents);
    for (size_t j = 0; j < n; j++) {
        k->v[i + j].tbmj = cents[j];
        w[j] = (double)cents[j];
    }
    gt_cents_share(t->kcmj, w, n, cents);
    for (size_t j = 0; j < n; j++) {
        struct gt_present *p = &k->v[i + j];
        p->taken = cents[j];
        p->kcmj = p->approval < 0 ? cents[j] : 0;
        p->tbdlmj = p->tbmj - p->kcmj;
    }
}

static void add_cell(struct converting *k, const char *from, const char *to, int64_t cents)
{
    char key[64];
    if (cents == 0)
        return;
    snprintf(key, sizeof key, "%.20s %.20s", from, to);
    struct gt_transfer *c = gt_map_get(k->cells, key);
    if (!c) {
        c = GT_TAKE(k->a, struct gt_transfer);
        *c = (struct gt_transfer){.from = from, .to = to};
        gt_map_put(k->cells, key, c);
    }
    c->cents += cents;
    c->parts++;
}

/* A part counts with its class, and what is deducted from it with the class that is. */
static void add_part(struct converting *k, const struct gt_tract *t, const struct gt_present *p)
{
    const char *ridge = t->kcdlbm[0] ? t->kcdlbm : "1203";
    const struct gt_land_map *m = gt_land_map(k->in->standard, ridge);
    add_cell(k, t->dlbm, p->to, p->tbmj - p->taken);
    add_cell(k, ridge, p->kcmj > 0 && m ? m->to : p->to, p->taken);
    k->out->total += p->tbmj;
    k->out->undecided += p->why == GT_WHY_UNDECIDED;
    k->out->changed += p->why == GT_WHY_APPROVAL;
    k->out->odd += p->odd;
}

static int by_classes(const void *a, const void *b)
{
    const struct gt_transfer *p = a, *q = b;
    int order = strcmp(p->from, q->from);
    return order ? order : strcmp(p->to, q->to);
}

static void finish(struct converting *k)
{
    size_t n = gt_map_len(k->cells);
    struct gt_transfer *v = GT_TAKE_N(k->a, struct gt_transfer, n + 1);
    for (size_t i = 0; i < n; i++)
        v[i] = *(const struct gt_transfer *)gt_map_value(k->cells, i);
    if (n > 1)
        qsort(v, n, sizeof *v, by_classes);
    k->out->transfer = v;
    k->out->n_transfers = n;
}

enum gt_status gt_convert(struct gt_arena *a, const struct gt_convert_in *in,
                          struct gt_conversion *out, struct gt_err *err)
{
    void *room;
    *out = (struct gt_conversion){0};
    GT_TRY(
        gt_reserve(a, in->n_parts + 1, sizeof(struct gt_present), "parts of parcels", &room, err));
    struct converting k = {.a = a, .in = in, .out = out, .v = room, .cells = gt_map_new(a)};
    for (size_t i = 0, end; i < in->n_parts; i = end) {
        const struct gt_tract *t = &in->tract[in->part[i].parcel];
        for (end = i; end < in->n_parts && in->part[end].parcel == in->part[i].parcel; end++) {
            k.v[end] = (struct gt_present){.parcel = in->part[end].parcel,
                                           .approval = in->part[end].approval};
            GT_TRY(classify(&k, t, &k.v[end], err));
        }
        share_areas(&k, t, i, end);
        for (size_t j = i; j < end; j++)
            add_part(&k, t, &k.v[j]);
    }
    out->v = k.v;
    out->n = in->n_parts;
    finish(&k);
    return GT_OK;
}
