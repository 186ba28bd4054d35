/* rows.c: one reading of each layer for all checks that look at single features, and what is
 * counted on the way. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "review_int.h"

const struct gt_value *review_value(const struct review_rows *w, size_t i, const char *field)
{
    const struct gt_standard_layer *std = w->layer->std;
    if (!std)
        return NULL;
    for (size_t k = 0; k < std->n_fields; k++)
        if (strcmp(std->field[k].code, field) == 0)
            return w->col[k] < 0 ? NULL : &w->f->value[i * w->f->n_fields + (size_t)w->col[k]];
    return NULL;
}

const char *review_cell(const struct review_rows *w, size_t i, const char *field)
{
    const struct gt_value *v = review_value(w, i, field);
    return v ? gt_value_text(w->a, v) : "";
}

double review_number(const struct review_rows *w, size_t i, const char *field)
{
    const struct gt_value *v = review_value(w, i, field);
    double number = NAN;
    if (v && v->kind == GT_V_NUM)
        return v->num;
    return v && v->kind == GT_V_TEXT && gt_parse_num(v->text, &number) ? number : (double)NAN;
}

struct review_hit *review_row_hit(struct review *r, const struct review_rows *w, size_t i,
                                  const char *rule, const char *field)
{
    struct review_hit *h = review_hit(r, rule, w->layer);
    if (!h)
        return NULL;
    h->field = field;
    review_feature(r, h, gt_features_id(w->f, i));
    return h;
}

/* ---- Tallies --------------------------------------------------------------------------------- */

/* Features of a pair are kept up to this number: a minority is smaller. */
#define TALLY_IDS 200
#define TALLY_PAIRS 200000

struct pair {
    const char *code, *name;
    int64_t n;
    GT_VEC(int64_t) id;
};
struct review_tally {
    struct gt_arena *a;
    struct gt_map *pair;
};

struct review_tally *review_tally_new(struct gt_arena *a)
{
    struct review_tally *t = GT_TAKE(a, struct review_tally);
    t->a = a;
    t->pair = gt_map_new(a);
    return t;
}

void review_tally_add(struct review_tally *t, const char *code, const char *name, int64_t id)
{
    if (!*code || !*name || gt_map_len(t->pair) >= TALLY_PAIRS)
        return;
    char key[700];
    const size_t n = strlen(code), m = strlen(name);
    if (n + m + 2 > sizeof key)
        return;
    memcpy(key, code, n);
    key[n] = '\x1f';
    memcpy(key + n + 1, name, m + 1);
    struct pair *p = gt_map_get(t->pair, key);
    if (!p) {
        p = GT_TAKE(t->a, struct pair);
        p->code = gt_strdup(t->a, code);
        p->name = gt_strdup(t->a, name);
        gt_map_put(t->pair, key, p);
    }
    p->n++;
    if (p->id.n < TALLY_IDS)
        *GT_PUSH(t->a, &p->id) = id;
}

/* What most features of each code say; a tie is the one that came first. */
static struct gt_map *most_of(const struct review_tally *t)
{
    struct gt_map *best = gt_map_new(t->a);
    for (size_t i = 0; i < gt_map_len(t->pair); i++) {
        struct pair *p = gt_map_value(t->pair, i);
        const struct pair *other = gt_map_get(best, p->code);
        if (!other || p->n > other->n)
            gt_map_put(best, p->code, p);
    }
    return best;
}

static void tally_end(struct review *r, struct review_layer *l, const struct review_tally *t,
                      const char *rule, const char *field)
{
    const struct gt_map *best = most_of(t);
    if (gt_map_len(t->pair) > 0)
        (void)review_rule(r, rule);
    for (size_t i = 0; i < gt_map_len(t->pair); i++) {
        const struct pair *p = gt_map_value(t->pair, i);
        const struct pair *most = gt_map_get(best, p->code);
        if (most == p)
            continue;
        struct review_hit *h = review_hit(r, rule, l);
        if (!h)
            continue;
        h->n_features = p->id.n;
        h->field = *field ? field : gt_strdup(r->a, p->code);
        h->value = (double)p->n;
        int64_t *id = GT_TAKE_N(r->a, int64_t, p->id.n + 1);
        memcpy(id, p->id.v, p->id.n * sizeof *id);
        h->feature = id;
        review_say(r, h,
                   gt_printf(r->a, "%s：多数为“%s”，%lld 个要素为“%s”", p->code, most->name,
                             (long long)p->n, p->name),
                   gt_printf(r->a, "%s: most features say \"%s\", %lld say \"%s\"", p->code,
                             most->name, (long long)p->n, p->name));
    }
}

/* ---- BSM ------------------------------------------------------------------------------------- */

static uint64_t text_hash(const char *s)
{
    uint64_t h = 14695981039346656037U;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211U;
    h ^= h >> 29;
    return h * 0xbf58476d1ce4e5b9U;
}

struct bsm {
    uint64_t hash;
    int64_t id;
};

static int by_hash(const void *pa, const void *pb)
{
    const struct bsm *a = pa, *b = pb;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static enum gt_status bsm_room(struct review_sums *s, int64_t n, struct gt_err *err)
{
    void *p;
    s->cap = n > 0 ? (size_t)n : 1;
    GT_TRY(gt_reserve(s->a, s->cap, sizeof(struct bsm), "identifiers of the layer", &p, err));
    s->bsm = p;
    return GT_OK;
}

/* Two different texts of one hash: in 10 M features a chance of 3 in a million. */
static void bsm_end(struct review *r, struct review_layer *l, struct review_sums *s)
{
    if (!review_rule(r, "attributes.bsm_twice") || s->n == 0)
        return;
    struct bsm *v = s->bsm;
    qsort(v, s->n, sizeof *v, by_hash);
    for (size_t i = 0, end; i < s->n; i = end) {
        for (end = i + 1; end < s->n && v[end].hash == v[i].hash; end++)
            ;
        if (end == i + 1)
            continue;
        struct review_hit *h = review_hit(r, "attributes.bsm_twice", l);
        if (!h)
            continue;
        h->field = "BSM";
        h->value = (double)(end - i);
        int64_t *id = GT_TAKE_N(r->a, int64_t, end - i);
        for (size_t k = i; k < end && h->n_features < 1000; k++)
            id[h->n_features++] = v[k].id;
        h->feature = id;
        review_say(r, h, gt_printf(r->a, "%zu 个要素的标识码相同", end - i),
                   gt_printf(r->a, "%zu features have the same BSM", end - i));
    }
}

/* ---- What is counted ------------------------------------------------------------------------- */

static void count_names(const struct review_rows *w, size_t i, struct review_tally *names)
{
    const struct gt_standard_layer *std = w->layer->std;
    for (size_t k = 0; k < std->n_fields; k++) {
        const char *of = std->field[k].name_of;
        if (!of || !*of || w->col[k] < 0)
            continue;
        const struct gt_standard_field *code = gt_standard_field(std, of);
        if (code && (code->domain || (code->land && *code->land)))
            continue; /* the rule of pairs knows the names */
        const char *text = review_cell(w, i, of);
        if (*text)
            review_tally_add(names, gt_printf(w->a, "%s %s", of, text),
                             review_cell(w, i, std->field[k].code), gt_features_id(w->f, i));
    }
}

void review_sums_add(struct review *r, const struct review_rows *w)
{
    (void)r;
    struct review_sums *s = w->sums;
    const size_t n = w->layer->std ? gt_features_count(w->f) : 0;
    for (size_t i = 0; i < n; i++) {
        const int64_t id = gt_features_id(w->f, i);
        const char *bsm = review_cell(w, i, "BSM");
        if (*bsm && s->n < s->cap)
            ((struct bsm *)s->bsm)[s->n++] = (struct bsm){text_hash(bsm), id};
        review_tally_add(s->ysdm, "YSDM", review_cell(w, i, "YSDM"), id);
        review_tally_add(s->year, "SJNF", review_cell(w, i, "SJNF"), id);
        count_names(w, i, s->names);
    }
}

void review_sums_end(struct review *r, struct review_layer *l, struct review_sums *s)
{
    bsm_end(r, l, s);
    tally_end(r, l, s->ysdm, "attributes.ysdm", "YSDM");
    tally_end(r, l, s->year, "attributes.year", "SJNF");
    tally_end(r, l, s->names, "attributes.name", "");
    review_traits_end(r, l, s);
}

/* ---- The pass -------------------------------------------------------------------------------- */

struct pass {
    struct gt_layer_query query;
    int *col; /* of std->field[i] in what is read */
};

static void plan_pass(struct review *r, const struct review_layer *l, struct pass *p)
{
    const size_t n = l->std ? l->std->n_fields : 0;
    int *field = GT_TAKE_N(r->a, int, n + 1);
    p->col = GT_TAKE_N(r->a, int, n + 1);
    for (size_t i = 0; i < n; i++) {
        p->col[i] = -1;
        if (l->col[i] < 0)
            continue;
        p->col[i] = (int)p->query.n_fields;
        field[p->query.n_fields++] = l->col[i];
    }
    p->query.field = field;
    p->query.no_fields = p->query.n_fields == 0;
    p->query.count = review_chunk(r, l);
}

static enum gt_status ground(struct review *r, struct review_rows *w, struct gt_err *err)
{
    const struct gt_shapes *s = w->f->shapes;
    if (!s || s->kind != GT_SHAPE_POLYGON || !s->crs || !w->layer->to_degrees || s->n == 0)
        return GT_OK;
    double *m2 = GT_TAKE_N(w->a, double, s->n);
    const enum gt_status status = gt_polygon_areas(s, GT_AREA_TRAPEZOID, r->opt->work, m2, err);
    w->m2 = status == GT_OK ? m2 : NULL;
    return review_survive(r, "areas.field", status, err);
}

/* The box of what is really there: that in a file's head may be older. */
static void widen(struct review_layer *l, const struct gt_shapes *s)
{
    if (!s || !isfinite(s->box.x0))
        return;
    if (!isfinite(l->box.x0))
        l->box = s->box;
    l->box = (struct gt_box){fmin(l->box.x0, s->box.x0), fmin(l->box.y0, s->box.y0),
                             fmax(l->box.x1, s->box.x1), fmax(l->box.y1, s->box.y1)};
}

static bool applies(const struct review_layer *l, const struct review_row_check *c, bool any)
{
    if (any)
        return !l->source->table;
    return l->std && (!c->needs || gt_layer_field(l->source, c->needs) >= 0);
}

static enum gt_status one_part(struct review *r, struct review_layer *l, const struct pass *p,
                               struct review_sums *sums, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct review_rows w = {.layer = l, .col = p->col, .a = a, .sums = sums};
    const enum gt_status status = gt_layer_read(l->source, a, &p->query, &w.f, err);
    if (status != GT_OK || gt_features_count(w.f) == 0)
        return review_dead(r, l, status, err);
    GT_TRY(ground(r, &w, err));
    widen(l, w.f->shapes);
    const struct review_row_check *const set[] = {review_trait_checks, review_value_checks,
                                                  review_area_checks};
    for (size_t k = 0; k < GT_LEN(set); k++)
        for (const struct review_row_check *c = set[k]; c->rule; c++)
            if (applies(l, c, set[k] == review_trait_checks) && review_rule(r, c->rule))
                c->run(r, &w);
    review_sums_add(r, &w);
    return GT_OK;
}

static enum gt_status one_layer(struct review *r, struct review_layer *l, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct review_sums sums = {.a = a,
                               .names = review_tally_new(a),
                               .ysdm = review_tally_new(a),
                               .year = review_tally_new(a)};
    const enum gt_status room = bsm_room(&sums, l->source->n, err);
    if (room != GT_OK) {
        sums.cap = 0;
        GT_TRY(review_survive(r, "attributes.bsm_twice", room, err));
    }
    struct pass p = {0};
    plan_pass(r, l, &p);
    for (; !l->dead && p.query.from < l->source->n; p.query.from += p.query.count) {
        if (gt_stopped(r->opt->work))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        gt_progress(r->opt->work, l->code, p.query.from, l->source->n);
        GT_TRY(one_part(r, l, &p, &sums, err));
    }
    if (!l->dead)
        review_sums_end(r, l, &sums);
    return GT_OK;
}

enum gt_status review_rows_pass(struct review *r, struct gt_err *err)
{
    for (size_t i = 0; i < r->n_layers; i++)
        if (!r->layer[i].dead)
            GT_TRY(one_layer(r, &r->layer[i], err));
    return GT_OK;
}
