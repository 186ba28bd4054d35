/* areas.c: areas and lengths of shapes on the ellipsoid, on all threads.
 *
 * An area form holds for a box of the CRS. Its boxes are cells of a fixed lattice of the CRS, of a
 * size that fits the feature, so that a feature's area is the same whatever else is in its layer;
 * each cell is 131 km wide or that times a power of two. */
#include "ground.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 512 }; /* features a task */

static const double least_cell_m = 131072;

struct cell {
    int level; /* -1: the feature has no area form */
    double x, y;
    size_t feature;
};

struct areas {
    const struct gt_shapes *s;
    double *out;
    double unit;       /* size of the cells of level 0, CRS units; 0: one form serves everywhere */
    struct cell *cell; /* of each feature, in order of the cells */
    size_t *first;     /* by cell, its first place in that order */
    size_t n_cells;
    const struct gt_areal **form; /* by cell; NULL: it has none */
    uint32_t *form_of;            /* by feature */
    struct gt_arena **arena;      /* by worker */
    struct gt_ground *ground;     /* by worker */
};

/* ---- Cells ---- */

static struct cell cell_of(const struct areas *x, size_t i)
{
    struct gt_box b = gt_shape_box(x->s, i);
    double span = fmax(b.x1 - b.x0, b.y1 - b.y0), size = x->unit;
    struct cell c = {.feature = i};
    if (!(span < DBL_MAX / 4))
        return (struct cell){.level = -1, .feature = i};
    if (x->unit == 0)
        return c;
    for (; span > size && c.level < 16; c.level++)
        size *= 2;
    c.x = floor((b.x0 / 2 + b.x1 / 2) / size);
    c.y = floor((b.y0 / 2 + b.y1 / 2) / size);
    return c;
}

static int compare_cells(const struct cell *p, const struct cell *q)
{
    if (p->level != q->level)
        return p->level < q->level ? -1 : 1;
    if (p->y != q->y)
        return p->y < q->y ? -1 : 1;
    return (p->x > q->x) - (p->x < q->x);
}

static int by_cell(const void *a, const void *b)
{
    const struct cell *p = a, *q = b;
    int order = compare_cells(p, q);
    return order ? order : (p->feature > q->feature) - (p->feature < q->feature);
}

/* The part of the CRS that the form of a cell serves: half a cell more on each side. */
static struct gt_box cell_box(const struct areas *x, const struct cell *c)
{
    double size = ldexp(x->unit, c->level);
    return (struct gt_box){(c->x - 0.5) * size, (c->y - 0.5) * size, (c->x + 1.5) * size,
                           (c->y + 1.5) * size};
}

GT_MUST static enum gt_status make_form(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct areas *x = ctx;
    struct gt_err why = {0};
    const struct cell *c = x->cell + x->first[i];
    (void)err;
    if (c->level < 0)
        return GT_OK;
    struct gt_box box = x->unit > 0 ? cell_box(x, c) : (struct gt_box){0, 0, 0, 0};
    if (gt_areal_new(x->arena[worker], x->s->crs, box, &x->form[i], &why) != GT_OK)
        x->form[i] = NULL;
    return GT_OK;
}

/* ---- Trapezoids ---- */

static bool on_earth(const struct areas *x, size_t i)
{
    struct gt_box b = gt_shape_box(x->s, i);
    return x->s->crs->kind != GT_CRS_GEOGRAPHIC || (b.y0 >= -90 && b.y1 <= 90);
}

static bool is_empty(const struct gt_shapes *s, size_t i)
{
    return s->point[s->part[i]] == s->point[s->part[i + 1]];
}

GT_MUST static enum gt_status trapezoids(void *ctx, int64_t block, int worker, struct gt_err *err)
{
    struct areas *x = ctx;
    size_t from = (size_t)block * BLOCK, to = from + BLOCK;
    (void)worker;
    (void)err;
    for (size_t i = from; i < to && i < x->s->n; i++) {
        const struct gt_areal *f = x->form[x->form_of[i]];
        if (is_empty(x->s, i))
            x->out[i] = 0;
        else
            x->out[i] = f && on_earth(x, i) ? gt_areal_polygon(f, x->s, i) : (double)NAN;
    }
    return GT_OK;
}

GT_MUST static enum gt_status find_cells(struct gt_arena *a, struct areas *x, struct gt_err *err)
{
    size_t n = x->s->n;
    void *cell, *first, *form_of, *form;
    GT_TRY(gt_reserve(a, n, sizeof(struct cell), "areas", &cell, err));
    GT_TRY(gt_reserve(a, n, sizeof(size_t), "areas", &first, err));
    GT_TRY(gt_reserve(a, n, sizeof(uint32_t), "areas", &form_of, err));
    x->cell = cell;
    x->first = first;
    x->form_of = form_of;
    for (size_t i = 0; i < n; i++)
        x->cell[i] = cell_of(x, i);
    qsort(x->cell, n, sizeof *x->cell, by_cell);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || compare_cells(x->cell + i - 1, x->cell + i) != 0)
            x->first[x->n_cells++] = i;
        x->form_of[x->cell[i].feature] = (uint32_t)(x->n_cells - 1);
    }
    GT_TRY(gt_reserve(a, x->n_cells, sizeof *x->form, "areas", &form, err));
    x->form = form;
    return GT_OK;
}

GT_MUST static enum gt_status by_trapezoids(struct gt_arena *a, struct areas *x, struct gt_work *w,
                                            struct gt_err *err)
{
    const struct gt_crs *crs = x->s->crs;
    if (crs->kind != GT_CRS_GEOGRAPHIC)
        x->unit = exp2(ceil(log2(least_cell_m / crs->unit_m)));
    GT_TRY(find_cells(a, x, err));
    GT_TRY(gt_par_for(w, (int64_t)x->n_cells, make_form, x, err));
    return gt_par_for(w, (int64_t)((x->s->n + BLOCK - 1) / BLOCK), trapezoids, x, err);
}

/* ---- In degrees ---- */

/* Feature i alone, its points in degrees; false: some have none. */
static bool in_degrees(const struct areas *x, struct gt_arena *a, size_t i, struct gt_xform *t,
                       struct gt_shapes *out)
{
    const struct gt_shapes *s = x->s;
    int64_t parts = s->part[i + 1] - s->part[i], from = s->point[s->part[i]];
    size_t n = (size_t)(s->point[s->part[i + 1]] - from);
    int64_t *part = GT_TAKE_N(a, int64_t, 2), *point = GT_TAKE_N(a, int64_t, (size_t)parts + 1);
    double *xy = GT_TAKE_N(a, double, 2 * n + 2);
    for (int64_t j = 0; j <= parts; j++)
        point[j] = s->point[s->part[i] + j] - from;
    if (n > 0)
        memcpy(xy, s->xy + 2 * from, 2 * n * sizeof *xy);
    part[1] = parts;
    *out = (struct gt_shapes){s->kind, s->crs, 1, part, point, xy, {0, 0, 0, 0}};
    return gt_xform_points(t, xy, n) == 0;
}

GT_MUST static enum gt_status geodesic_areas(void *ctx, int64_t block, int worker,
                                             struct gt_err *err)
{
    struct areas *x = ctx;
    size_t from = (size_t)block * BLOCK, to = from + BLOCK;
    (void)err;
    for (size_t i = from; i < to && i < x->s->n; i++) {
        GT_AUTO_ARENA scratch = gt_arena_new();
        struct gt_shapes one;
        bool there = on_earth(x, i) || is_empty(x->s, i);
        there &= in_degrees(x, scratch, i, x->ground[worker].to_degrees, &one);
        x->out[i] =
            there ? gt_geodesic_polygon_m2(x->ground[worker].geodesic, &one, 0) : (double)NAN;
    }
    return GT_OK;
}

GT_MUST static enum gt_status lengths(void *ctx, int64_t block, int worker, struct gt_err *err)
{
    struct areas *x = ctx;
    const struct gt_shapes *s = x->s;
    size_t from = (size_t)block * BLOCK, to = from + BLOCK;
    (void)err;
    for (size_t i = from; i < to && i < s->n; i++) {
        x->out[i] = on_earth(x, i) || is_empty(s, i) ? 0 : (double)NAN;
        for (int64_t j = s->part[i]; j < s->part[i + 1] && s->kind != GT_SHAPE_POINT; j++)
            for (int64_t k = s->point[j]; k + 1 < s->point[j + 1]; k++)
                x->out[i] += gt_ground_edge(x->ground + worker, s->xy + 2 * k);
    }
    return GT_OK;
}

/* ---- All of a layer ---- */

static void free_arenas(struct areas *x, int threads)
{
    for (int i = 0; i < threads; i++)
        gt_arena_free(x->arena[i]);
}

enum gt_status gt_polygon_areas(const struct gt_shapes *s, enum gt_area_method method,
                                struct gt_work *w, double *out, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    int threads = w ? gt_pool_threads(w->pool) : 1;
    struct areas x = {.s = s, .out = out};
    if (s->n == 0)
        return GT_OK;
    if (method == GT_AREA_GEODESIC) {
        GT_TRY(gt_ground_open(a, s->crs, threads, &x.ground, err));
        return gt_par_for(w, (int64_t)((s->n + BLOCK - 1) / BLOCK), geodesic_areas, &x, err);
    }
    x.arena = GT_TAKE_N(a, struct gt_arena *, (size_t)threads);
    for (int i = 0; i < threads; i++)
        x.arena[i] = gt_arena_new();
    enum gt_status status = by_trapezoids(a, &x, w, err);
    free_arenas(&x, threads);
    return status;
}

enum gt_status gt_shape_lengths(const struct gt_shapes *s, struct gt_work *w, double *out,
                                struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct areas x = {.s = s, .out = out};
    if (s->n == 0)
        return GT_OK;
    GT_TRY(gt_ground_open(a, s->crs, w ? gt_pool_threads(w->pool) : 1, &x.ground, err));
    return gt_par_for(w, (int64_t)((s->n + BLOCK - 1) / BLOCK), lengths, &x, err);
}
