/* coverage_match.c: which edges of a layer have no counterpart that runs back.
 *
 * Edges are put in hash tables by both ends; an edge that finds its counterpart takes it out, so
 * that a clean coverage leaves its outline alone. Where the tables would pass the memory, the layer
 * is read in several passes, each for a share of the edges by their hash: what is left is the same.
 * n expected, memory by what waits for its counterpart. */
#include "coverage_int.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 256
#define THIN 10

enum gt_status gt_cov_open(const struct gt_layer_source *s, const struct gt_coverage_opt *opt,
                           struct gt_cov *out, struct gt_err *err)
{
    static const struct gt_coverage_opt none = {0};
    const struct gt_coverage_opt *o = opt ? opt : &none;
    *out = (struct gt_cov){.layer = s, .unit = o->unit, .full = o->full, .work = o->work};
    out->scale = gt_scale_of(s->crs, o->tolerance_m > 0 ? o->tolerance_m : 1e-4);
    out->sliver = o->sliver_m > 0 ? o->sliver_m : 0.1;
    out->thin = THIN * out->scale.tolerance;
    out->memory = o->memory ? o->memory : gt_memory_limit() / 3;
    if (!(o->tolerance_m >= 0) || !(o->sliver_m >= 0))
        return gt_fail(err, GT_EUSE, "%s: expected a tolerance and a width of slivers above 0",
                       s->file ? s->file : "layer");
    if (s->n > INT32_MAX - 1)
        return gt_fail(err, GT_ETOOBIG, "%s: expected at most %d features, found %lld",
                       s->file ? s->file : "layer", INT32_MAX - 1, (long long)s->n);
    if (o->unit && o->unit->kind != GT_SHAPE_POLYGON)
        return gt_fail(err, GT_EUSE, "expected a unit of polygons, found other shapes");
    if (o->unit && o->unit->crs && s->crs && !gt_crs_same(o->unit->crs, s->crs))
        return gt_fail(err, GT_EUSE, "expected layer and unit in one CRS, found %s and %s",
                       s->crs->name, o->unit->crs->name);
    return GT_OK;
}

enum gt_status gt_cov_chunks(const struct gt_cov *c, gt_chunk_fn *fn, void *ctx, struct gt_err *err)
{
    int64_t step = (int64_t)fmin(fmax((double)c->memory / 65536, 256), 65536);
    for (int64_t from = 0; from < c->layer->n; from += step) {
        if (gt_stopped(c->work))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_AUTO_ARENA a = gt_arena_new();
        const struct gt_layer_query q = {.from = from, .count = step, .no_fields = true};
        const struct gt_features *f;
        GT_TRY(gt_layer_read(c->layer, a, &q, &f, err));
        if (f->shapes)
            GT_TRY(fn(ctx, f, from, err));
    }
    return GT_OK;
}

/* ---- Tables ---- */

struct slot {
    double x0, y0, x1, y1;
    int32_t tag, used;
};

struct table {
    struct gt_arena *arena;
    struct slot *v;
    size_t n, cap;
};

static uint64_t bits(double v)
{
    uint64_t u;
    v += 0.0; /* -0 becomes 0 */
    memcpy(&u, &v, sizeof u);
    return u;
}

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    return h ^ h >> 32;
}

/* The same for both directions. */
static uint64_t edge_hash(double x0, double y0, double x1, double y1)
{
    return mix(mix(bits(x0) ^ mix(bits(y0))) + mix(bits(x1) ^ mix(bits(y1))));
}

static bool same_num(double a, double b)
{
    return !(a < b) && !(a > b);
}

static uint64_t slot_hash(const struct slot *s)
{
    return edge_hash(s->x0, s->y0, s->x1, s->y1);
}

static void table_start(struct table *t, size_t cap)
{
    t->arena = gt_arena_new();
    t->cap = cap;
    t->n = 0;
    t->v = GT_TAKE_N(t->arena, struct slot, cap);
}

static void table_put(struct table *t, const struct slot *s, uint64_t hash)
{
    size_t i = hash & (t->cap - 1);
    while (t->v[i].used)
        i = (i + 1) & (t->cap - 1);
    t->v[i] = *s;
    t->n++;
}

static void table_grow(struct table *t)
{
    struct table old = *t;
    table_start(t, old.cap * 2);
    for (size_t i = 0; i < old.cap; i++)
        if (old.v[i].used)
            table_put(t, &old.v[i], slot_hash(&old.v[i]));
    gt_arena_free(old.arena);
}

/* Entries behind a hole move up to where they would be found without it. */
static void table_drop(struct table *t, size_t hole)
{
    size_t mask = t->cap - 1;
    for (size_t i = (hole + 1) & mask; t->v[i].used; i = (i + 1) & mask) {
        size_t home = slot_hash(&t->v[i]) & mask;
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        t->v[hole] = t->v[i];
        hole = i;
    }
    t->v[hole].used = 0;
    t->n--;
}

/* Of several counterparts the first feature's goes, whatever their places in the table. */
static void table_meet(struct table *t, const struct slot *s, uint64_t hash)
{
    size_t mask = t->cap - 1, found = t->cap;
    for (size_t i = hash & mask; t->v[i].used; i = (i + 1) & mask) {
        const struct slot *o = &t->v[i];
        if (same_num(o->x0, s->x1) && same_num(o->y0, s->y1) && same_num(o->x1, s->x0) &&
            same_num(o->y1, s->y0) && (found == t->cap || o->tag < t->v[found].tag))
            found = i;
    }
    if (found < t->cap) {
        table_drop(t, found);
        return;
    }
    if (t->n * 5 > t->cap * 3)
        table_grow(t);
    table_put(t, s, hash);
}

/* ---- Passes ---- */

struct matching {
    const struct gt_cov *c;
    struct gt_arena *a;
    struct gt_match *out;
    int threads, pass, passes;
    struct table *table; /* by thread */
    struct gt_arena **arena;
    const struct gt_features *chunk;
    int64_t first;
    struct gt_oriented *ring; /* by feature of the chunk */
    double *width;            /* by feature of the chunk */
    bool full;
    size_t cap_faulty, cap_narrow;
};

/* 2 area / border by the local scale; NaN: nothing there. */
static double feature_width(const struct gt_scale *scale, const struct gt_shapes *s, size_t i,
                            const struct gt_oriented *o)
{
    double border, m2 = gt_oriented_m2(scale, s, i, o, &border);
    return border > 0 ? 2 * m2 / border : (double)NAN;
}

static enum gt_status orient_block(void *ctx, int64_t block, int worker, struct gt_err *err)
{
    struct matching *m = ctx;
    const struct gt_shapes *s = m->chunk->shapes;
    size_t to = (size_t)(block + 1) * BLOCK < s->n ? (size_t)(block + 1) * BLOCK : s->n;
    for (size_t i = (size_t)block * BLOCK; i < to; i++) {
        GT_TRY(gt_cov_orient(m->arena[worker], s, i, &m->c->scale, &m->ring[i], err));
        m->width[i] = feature_width(&m->c->scale, s, i, &m->ring[i]);
    }
    return GT_OK;
}

static void offer(struct matching *m, int share, struct slot s)
{
    if (same_num(s.x0, s.x1) && same_num(s.y0, s.y1))
        return;
    uint64_t h = slot_hash(&s);
    int parts = m->threads * m->passes;
    if ((int)((h >> 33) % (uint64_t)parts) == m->pass * m->threads + share)
        table_meet(&m->table[share], &s, h);
}

static enum gt_status match_share(void *ctx, int64_t share, int worker, struct gt_err *err)
{
    (void)worker;
    (void)err;
    struct matching *m = ctx;
    const struct gt_shapes *s = m->chunk->shapes;
    for (size_t i = 0; i < s->n; i++) {
        const struct gt_oriented *o = &m->ring[i];
        int32_t tag = (int32_t)(m->first + (int64_t)i);
        for (size_t k = 0; k < o->n; k++) {
            const struct gt_net_in *e = &o->edge[k];
            offer(m, (int)share, (struct slot){e->x0, e->y0, e->x1, e->y1, tag, 1});
        }
        for (int64_t p = s->part[i]; o->simple && p < s->part[i + 1]; p++)
            for (int64_t k = s->point[p]; k + 1 < s->point[p + 1]; k++) {
                const double *u = s->xy + 2 * k, *v = u + 2;
                if (o->turn[p - s->part[i]]) {
                    u = v;
                    v = s->xy + 2 * k;
                }
                offer(m, (int)share, (struct slot){u[0], u[1], v[0], v[1], tag, 1});
            }
    }
    return GT_OK;
}

static void note_features(struct matching *m)
{
    const struct gt_shapes *s = m->chunk->shapes;
    struct gt_match *out = m->out;
    for (size_t i = 0; i < s->n; i++) {
        int32_t tag = (int32_t)(m->first + (int64_t)i);
        out->id[tag] = gt_features_id(m->chunk, i) + (m->chunk->id ? 0 : m->first);
        if (m->ring[i].faulty) {
            if (out->n_faulty == m->cap_faulty)
                out->faulty =
                    gt_grow_(m->a, out->faulty, &m->cap_faulty, out->n_faulty, sizeof *out->faulty);
            out->faulty[out->n_faulty++] = tag;
        }
        if (!(m->width[i] < m->c->sliver) || !(m->width[i] * 2 > m->c->scale.tolerance))
            continue;
        const double *xy = s->xy + 2 * s->point[s->part[i]];
        if (out->n_narrow == m->cap_narrow)
            out->narrow =
                gt_grow_(m->a, out->narrow, &m->cap_narrow, out->n_narrow, sizeof *out->narrow);
        out->narrow[out->n_narrow++] = (struct gt_narrow){
            tag, (xy[0] + xy[2]) / 2, (xy[1] + xy[3]) / 2, m->width[i], gt_shape_box(s, i)};
    }
}

static enum gt_status match_chunk(void *ctx, const struct gt_features *f, int64_t first,
                                  struct gt_err *err)
{
    struct matching *m = ctx;
    size_t n = f->shapes->n;
    m->chunk = f;
    m->first = first;
    if (first + (int64_t)n > m->c->layer->n)
        return gt_fail(err, GT_EINTERNAL, "layer gave more features than it said");
    GT_AUTO_ARENA tmp = gt_arena_new();
    m->ring = GT_TAKE_N(tmp, struct gt_oriented, n + 1);
    m->width = GT_TAKE_N(tmp, double, n + 1);
    for (int t = 0; t < m->threads; t++)
        m->arena[t] = gt_arena_new();
    int64_t blocks = (int64_t)(n + BLOCK - 1) / BLOCK;
    enum gt_status st = gt_par_for(m->c->work, blocks, orient_block, m, err);
    if (st == GT_OK && m->pass == 0)
        note_features(m);
    if (st == GT_OK)
        st = gt_par_for(m->c->work, m->threads, match_share, m, err);
    for (int t = 0; t < m->threads; t++) {
        gt_arena_free(m->arena[t]);
        m->full |= m->passes < 4096 &&
                   m->table[t].cap * sizeof(struct slot) * (size_t)m->threads > m->c->memory / 2;
    }
    gt_progress(m->c->work, "edges", m->pass * m->c->layer->n + first, m->passes * m->c->layer->n);
    return st == GT_OK && m->full ? gt_fail(err, GT_ETOOBIG, "too many edges at once") : st;
}

static enum gt_status keep_left(struct matching *m, struct gt_err *err)
{
    struct gt_match *out = m->out;
    size_t n = out->n;
    for (int t = 0; t < m->threads; t++)
        n += m->table[t].n;
    void *p;
    GT_TRY(gt_reserve(m->a, n + 1, sizeof *out->edge, "edges that don't match", &p, err));
    if (out->n)
        memcpy(p, out->edge, out->n * sizeof *out->edge);
    out->edge = p;
    for (int t = 0; t < m->threads; t++)
        for (size_t i = 0; i < m->table[t].cap; i++) {
            const struct slot *s = &m->table[t].v[i];
            if (s->used)
                out->edge[out->n++] = (struct gt_net_in){s->x0, s->y0, s->x1, s->y1, s->tag};
        }
    return GT_OK;
}

static enum gt_status all_passes(struct matching *m, struct gt_err *err)
{
    enum gt_status st = GT_OK;
    for (m->pass = 0; m->pass < m->passes && st == GT_OK; m->pass++) {
        for (int t = 0; t < m->threads; t++)
            table_start(&m->table[t], 1024);
        st = gt_cov_chunks(m->c, match_chunk, m, err);
        if (st == GT_OK)
            st = keep_left(m, err);
        for (int t = 0; t < m->threads; t++)
            gt_arena_free(m->table[t].arena);
    }
    return st;
}

static int by_tag(const void *a, const void *b)
{
    const struct gt_net_in *p = a, *q = b;
    if (p->tag != q->tag)
        return p->tag < q->tag ? -1 : 1;
    const double u[4] = {p->x0, p->y0, p->x1, p->y1}, v[4] = {q->x0, q->y0, q->x1, q->y1};
    for (int i = 0; i < 4; i++)
        if (u[i] < v[i] || u[i] > v[i])
            return u[i] < v[i] ? -1 : 1;
    return 0;
}

/* The unit's edges behind those of the features. */
static enum gt_status add_unit(struct matching *m, struct gt_err *err)
{
    const struct gt_shapes *u = m->c->unit;
    struct gt_match *out = m->out;
    GT_AUTO_ARENA tmp = gt_arena_new();
    size_t points = u->n ? (size_t)u->point[u->part[u->n]] : 0;
    GT_VEC(struct gt_net_in) add = {0};
    for (size_t i = 0; i < u->n; i++) {
        struct gt_oriented o;
        GT_TRY(gt_cov_orient(tmp, u, i, &m->c->scale, &o, err));
        for (size_t k = 0; k < o.n; k++)
            *GT_PUSH(tmp, &add) = o.edge[k];
        for (int64_t p = u->part[i]; o.simple && p < u->part[i + 1]; p++)
            for (int64_t k = u->point[p]; k + 1 < u->point[p + 1]; k++) {
                bool back = o.turn[p - u->part[i]];
                const double *f = u->xy + 2 * (back ? k + 1 : k),
                             *t = u->xy + 2 * (back ? k : k + 1);
                *GT_PUSH(tmp, &add) = (struct gt_net_in){f[0], f[1], t[0], t[1], 0};
            }
    }
    void *p;
    GT_TRY(
        gt_reserve(m->a, out->n + add.n + points, sizeof *out->edge, "edges of the unit", &p, err));
    struct gt_net_in *to = p;
    if (out->n)
        memcpy(to, out->edge, out->n * sizeof *to);
    for (size_t i = 0; i < add.n; i++) {
        to[out->n] = add.v[i];
        to[out->n++].tag = -1;
    }
    out->edge = to;
    return GT_OK;
}

enum gt_status gt_match_edges(struct gt_arena *a, const struct gt_cov *c, struct gt_match *out,
                              struct gt_err *err)
{
    struct matching m = {.c = c, .a = a, .out = out, .passes = 1};
    GT_AUTO_ARENA tmp = gt_arena_new();
    void *id;
    m.threads = c->work ? gt_pool_threads(c->work->pool) : 1;
    m.table = GT_TAKE_N(tmp, struct table, (size_t)m.threads);
    m.arena = GT_TAKE_N(tmp, struct gt_arena *, (size_t)m.threads);
    GT_TRY(
        gt_reserve(a, (size_t)c->layer->n + 1, sizeof(int64_t), "numbers of features", &id, err));
    for (;; m.passes *= 2) {
        *out = (struct gt_match){.id = id, .n_features = (size_t)c->layer->n};
        m.full = false;
        m.cap_faulty = m.cap_narrow = 0;
        enum gt_status st = all_passes(&m, err);
        if (st == GT_OK)
            break;
        if (!m.full || st != GT_ETOOBIG)
            return st;
    }
    if (out->n)
        qsort(out->edge, out->n, sizeof *out->edge, by_tag);
    return c->unit ? add_unit(&m, err) : GT_OK;
}
