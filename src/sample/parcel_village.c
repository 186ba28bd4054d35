/* parcel_village.c: a village cut into blocks, the blocks into parcels, on all threads; areas
 * adjusted to the control area. Parcels of the second year are made along with those of the first:
 * what changes does so within one pair of neighbours or one parcel, and leaves all borders around
 * it as they were. */
#include "parcel_int.h"

#include <string.h>

/* ---- A block ---- */

struct growing {
    const struct gt_survey *v;
    struct gt_plot_stack st;
    GT_VEC(struct gt_parcel) parcel; /* point: of xy, their rings closed */
    GT_VEC(double) xy;
    int32_t groups, group; /* group: of the parcels being made; -1: they stay */
    bool old, now;
};

static void emit(struct growing *g, const struct gt_plot *p)
{
    double centre[2];
    struct gt_parcel *out = GT_PUSH(g->st.a, &g->parcel);
    *out = (struct gt_parcel){.point = g->xy.n / 2,
                              .n = p->n + 1,
                              .key = p->key,
                              .group = g->group,
                              .old = g->old,
                              .now = g->now,
                              .strip = p->strip};
    for (size_t i = 0; i <= p->n; i++)
        for (size_t k = 0; k < 2; k++)
            *GT_PUSH(g->st.a, &g->xy) = g->st.xy.v[2 * (p->at + i % p->n) + k];
    gt_plot_area2(g->st.xy.v + 2 * p->at, p->n, centre);
    gt_parcel_facts(g->v->s, centre, p->key, p->strip, &out->is);
}

static bool has_strip(const struct growing *g, const struct gt_plot *p)
{
    double centre[2];
    if (p->quota < 24 || p->quota >= 56)
        return false;
    gt_plot_area2(g->st.xy.v + 2 * p->at, p->n, centre);
    return gt_parcel_weight(g->v->s, centre) > 1.5 &&
           gt_sample_unit(g->v->seed, ST_PARCEL, (int64_t)p->key, -2) < 0.75;
}

static void grow(struct growing *g, struct gt_plot p);

static int split(struct growing *g, const struct gt_plot *p, enum gt_plot_cut cut,
                 struct gt_plot part[static 3])
{
    int n = gt_plot_split(&g->st, g->v->seed, p, cut, part);
    if (n)
        gt_parcel_quotas(g->v->s, &g->st, p->quota, part, n);
    return n;
}

/* The parcels that a plot is in one year. */
static void emit_parts(struct growing *g, const struct gt_plot *part, int n, bool now)
{
    g->old = !now;
    g->now = now;
    for (int i = 0; i < n; i++)
        emit(g, &part[i]);
    g->old = g->now = true;
}

/* Two neighbours become one, or meet along another border, or get a road between them. */
static void change_pair(struct growing *g, const struct gt_plot *p, const struct gt_plot part[2],
                        double luck)
{
    struct gt_plot then[3];
    int n = 0;
    g->group = g->groups++;
    emit_parts(g, part, 2, false);
    if (luck > 0.4)
        n = split(g, p, luck < 0.8 ? GT_CUT_OTHER_LINE : GT_CUT_STRIP, then);
    emit_parts(g, n ? then : p, n ? n : 1, true);
    g->group = -1;
}

/* One parcel becomes two. */
static bool divide(struct growing *g, struct gt_plot p)
{
    struct gt_plot part[3];
    size_t before = g->st.xy.n;
    p.quota = 2;
    if (p.strip || split(g, &p, GT_CUT_HALVES, part) != 2)
        return false;
    g->group = g->groups++;
    emit_parts(g, &p, 1, false);
    emit_parts(g, part, 2, true);
    g->group = -1;
    g->st.xy.n = before;
    return true;
}

/* Fields that get greenhouses, and grass that becomes forest. */
static const char *later_class(const struct gt_parcel_facts *f)
{
    if (f->crop)
        return "1202";
    return gt_starts(f->code, "0401") || gt_starts(f->code, "0404") ? "0301" : NULL;
}

/* One parcel is used in another way; false: it stays. */
static bool use_anew(struct growing *g, const struct gt_plot *p)
{
    size_t first = g->parcel.n, points = g->xy.n;
    g->group = g->groups;
    emit_parts(g, p, 1, false);
    g->group = -1;
    const char *code = later_class(&g->parcel.v[first].is);
    if (!code) {
        g->parcel.n = first;
        g->xy.n = points;
        return false;
    }
    g->group = g->groups++;
    emit_parts(g, p, 1, true);
    g->group = -1;
    struct gt_parcel_facts *is = &g->parcel.v[first + 1].is;
    is->code = code;
    is->name = gt_parcel_class_name(code);
    is->crop = false;
    return true;
}

static void grow(struct growing *g, struct gt_plot p)
{
    struct gt_plot part[3];
    size_t before = g->st.xy.n;
    double luck = gt_sample_unit(g->v->seed, ST_PARCEL, (int64_t)p.key, -3) / g->v->change;
    int n = 0;
    if (p.quota == 1) {
        bool other = luck < 0.4 ? divide(g, p) : luck < 0.7 && !p.strip && use_anew(g, &p);
        if (!other)
            emit(g, &p);
        return;
    }
    if (has_strip(g, &p))
        n = split(g, &p, GT_CUT_STRIP, part);
    if (!n)
        n = split(g, &p, GT_CUT_HALVES, part);
    if (!n)
        emit(g, &p);
    else if (p.quota == 2 && n == 2 && luck < 1)
        change_pair(g, &p, part, luck);
    else
        for (int i = 0; i < n; i++)
            grow(g, part[i]);
    g->st.xy.n = before;
}

/* ---- A village ---- */

struct task {
    const struct gt_survey *v;
    const struct gt_plot_stack *st; /* with the rings of the blocks */
    const struct gt_plot *block;
    struct growing *out;
};

static enum gt_status grow_block(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    const struct task *t = ctx;
    struct growing *g = &t->out[i];
    (void)worker;
    (void)err;
    *g = (struct growing){.v = t->v, .group = -1, .old = true, .now = true};
    g->st.a = gt_arena_new();
    g->st.least_m2 = t->v->least_m2;
    struct gt_plot p = t->block[i];
    for (size_t j = 0; j < 2 * p.n; j++)
        *GT_PUSH(g->st.a, &g->st.xy) = t->st->xy.v[2 * p.at + j];
    p.at = 0;
    grow(g, p);
    return GT_OK;
}

struct blocks {
    const struct gt_survey *v;
    struct gt_plot_stack st; /* never taken back: the blocks' rings stay */
    GT_VEC(struct gt_plot) plot;
};

static void find_blocks(struct blocks *b, struct gt_plot p)
{
    struct gt_plot part[3];
    int n = p.quota <= b->v->block ? 0 : gt_plot_split(&b->st, b->v->seed, &p, GT_CUT_HALVES, part);
    if (!n) {
        *GT_PUSH(b->st.a, &b->plot) = p;
        return;
    }
    gt_parcel_quotas(b->v->s, &b->st, p.quota, part, n);
    for (int i = 0; i < n; i++)
        find_blocks(b, part[i]);
}

static const double *closed_ring(struct gt_arena *a, const double *xy, size_t n)
{
    double *out = GT_TAKE_N(a, double, 2 * (n + 1));
    memcpy(out, xy, 2 * n * sizeof *out);
    memcpy(out + 2 * n, xy, 2 * sizeof *out);
    return out;
}

/* The parcels of all blocks, one block behind the other. */
static enum gt_status gather(struct gt_arena *a, const struct blocks *b, const struct growing *g,
                             struct gt_village *out, struct gt_err *err)
{
    size_t parcels = 0, points = 0;
    void *p, *xy;
    for (size_t i = 0; i < b->plot.n; i++) {
        parcels += g[i].parcel.n;
        points += g[i].xy.n / 2;
    }
    GT_TRY(gt_reserve(a, parcels + 1, sizeof(struct gt_parcel), "parcels", &p, err));
    GT_TRY(gt_reserve(a, points + 1, 2 * sizeof(double), "points of parcels", &xy, err));
    struct gt_block *block = GT_TAKE_N(a, struct gt_block, b->plot.n + 1);
    double *to = xy;
    *out = (struct gt_village){.parcel = p, .block = block, .xy = xy, .n_blocks = b->plot.n};
    for (size_t i = 0; i < b->plot.n; i++) {
        const struct gt_plot *plot = &b->plot.v[i];
        size_t at = (size_t)(to - out->xy) / 2;
        memcpy(to, g[i].xy.v, g[i].xy.n * sizeof *to);
        to += g[i].xy.n;
        for (size_t j = 0; j < g[i].parcel.n; j++) {
            struct gt_parcel *q = &out->parcel[out->n++];
            *q = g[i].parcel.v[j];
            q->point += at;
            q->block = (int32_t)i;
            q->group += q->group < 0 ? 0 : (int32_t)out->n_groups;
        }
        out->n_groups += (size_t)g[i].groups;
        block[i] = (struct gt_block){closed_ring(a, b->st.xy.v + 2 * plot->at, plot->n),
                                     plot->n + 1, plot->key};
    }
    out->n_points = points;
    return GT_OK;
}

/* ---- Areas and numbers ---- */

struct gt_box gt_survey_box(const double *xy, size_t n)
{
    const double nan = (double)NAN;
    struct gt_box box = {nan, nan, nan, nan};
    for (size_t i = 0; i < n; i++) { /* fmin leaves NaN aside */
        box.x0 = fmin(box.x0, xy[2 * i]);
        box.x1 = fmax(box.x1, xy[2 * i]);
        box.y0 = fmin(box.y0, xy[2 * i + 1]);
        box.y1 = fmax(box.y1, xy[2 * i + 1]);
    }
    return box;
}

enum gt_status gt_survey_shapes(const struct gt_survey *v, struct gt_arena *a,
                                const struct gt_village *l, struct gt_shapes *out,
                                struct gt_err *err)
{
    void *p;
    GT_TRY(gt_reserve(a, 2 * (l->n + 1), sizeof(int64_t), "parcels", &p, err));
    int64_t *part = p, *point = part + l->n + 1;
    for (size_t i = 0; i < l->n; i++) {
        part[i] = (int64_t)i;
        point[i] = (int64_t)l->parcel[i].point;
    }
    part[l->n] = (int64_t)l->n;
    point[l->n] = (int64_t)l->n_points;
    *out = (struct gt_shapes){
        GT_SHAPE_POLYGON, v->s->crs, l->n, part, point, l->xy, gt_survey_box(l->xy, l->n_points)};
    return GT_OK;
}

/* Parcels of the first year add up to the control area, those of the second too: a group counts as
 * one parcel first, and then shares its area out among its parcels of each year. No area is off by
 * a hundredth of a m2. */
struct pick {
    size_t n;
    size_t *at; /* parcels; the first of a group stands for it */
    double *value;
    int64_t *out;
};

static size_t group_end(const struct gt_village *l, size_t i)
{
    size_t j = i + 1;
    while (l->parcel[i].group >= 0 && j < l->n && l->parcel[j].group == l->parcel[i].group)
        j++;
    return j;
}

static void add_pick(struct pick *p, size_t at, double value)
{
    p->at[p->n] = at;
    p->value[p->n++] = value;
}

static void share_group(struct gt_arena *a, struct gt_village *l, struct pick *p,
                        const double *cents, size_t from)
{
    size_t end = group_end(l, from);
    int64_t total = l->parcel[from].cents;
    for (int now = 0; now < 2; now++) {
        p->n = 0;
        for (size_t i = from; i < end; i++)
            if (now ? l->parcel[i].now : l->parcel[i].old)
                add_pick(p, i, cents[i]);
        gt_parcel_apportion(a, p->value, p->n, total, p->out);
        for (size_t i = 0; i < p->n; i++)
            l->parcel[p->at[i]].cents = p->out[i];
    }
}

static struct pick new_pick(struct gt_arena *a, size_t n)
{
    return (struct pick){0, GT_TAKE_N(a, size_t, n), GT_TAKE_N(a, double, n),
                         GT_TAKE_N(a, int64_t, n)};
}

static void adjust(struct gt_arena *a, struct gt_village *l, const double *cents)
{
    struct pick p = new_pick(a, l->n + 1), in_group = new_pick(a, l->n + 1);
    for (size_t i = 0, end; i < l->n; i = end) {
        double sum = 0;
        end = group_end(l, i);
        for (size_t j = i; j < end; j++)
            sum += l->parcel[j].old ? cents[j] : 0;
        add_pick(&p, i, sum);
    }
    gt_parcel_apportion(a, p.value, p.n, l->unit->cents, p.out);
    for (size_t i = 0; i < p.n; i++) {
        l->parcel[p.at[i]].cents = p.out[i];
        if (l->parcel[p.at[i]].group >= 0)
            share_group(a, l, &in_group, cents, p.at[i]);
    }
}

static void number(const struct gt_survey *v, struct gt_village *l)
{
    int64_t old = l->unit->first, fresh = v->parcels + 2 * l->unit->first;
    for (size_t i = 0; i < l->n; i++)
        l->parcel[i].serial = l->parcel[i].old ? ++old : ++fresh;
}

static enum gt_status measure(const struct gt_survey *v, struct gt_village *l, struct gt_work *w,
                              struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_shapes shapes;
    void *cents;
    GT_TRY(gt_survey_shapes(v, scratch, l, &shapes, err));
    GT_TRY(gt_reserve(scratch, l->n + 1, sizeof(double), "areas of parcels", &cents, err));
    GT_TRY(gt_survey_areas(&shapes, w, cents, err));
    adjust(scratch, l, cents);
    number(v, l);
    return GT_OK;
}

enum gt_status gt_survey_village(const struct gt_survey *v, struct gt_arena *a, int village,
                                 struct gt_work *w, struct gt_village *out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    const struct gt_survey_unit *u = &v->unit[1 + COUNTY_PARTS + village];
    struct blocks b = {.v = v, .st = {.a = scratch, .least_m2 = v->least_m2}};
    struct gt_plot whole = {.n = u->n, .quota = u->quota, .key = u->key};
    for (size_t i = 0; i < 2 * u->n; i++)
        *GT_PUSH(scratch, &b.st.xy) = u->xy[i];
    find_blocks(&b, whole);
    struct growing *g = GT_TAKE_N(scratch, struct growing, b.plot.n);
    struct task t = {v, &b.st, b.plot.v, g};
    enum gt_status status = gt_par_for(w, (int64_t)b.plot.n, grow_block, &t, err);
    if (status == GT_OK)
        status = gather(a, &b, g, out, err);
    for (size_t i = 0; i < b.plot.n; i++)
        gt_arena_free(g[i].st.a);
    GT_TRY(status);
    out->unit = u;
    return measure(v, out, w, err);
}
