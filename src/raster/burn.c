/* Burning features into cells. A cell belongs to a polygon if its centre does: crossings of the
 * row's middle line with the rings, even-odd, edges half-open and always taken from their northern
 * end, so that cells along a shared border go to exactly one side. Lines take every cell that they
 * touch, points the cell that they lie in. Where features overlap the later one stands.
 *
 * Edges are kept by bands of rows; a row's work is the edges that meet its band. Memory: 40 bytes
 * an edge and band met. */
#include "raster_int.h"

#include <stdlib.h>

enum { GROUP = 32 }; /* rows of a band of edges */

struct edge {
    double x0, y0, x1, y1; /* in cells of the master grid, y0 <= y1 for polygons */
    int64_t feature;
};

struct gt_edges {
    enum gt_shape_kind kind;
    int64_t row0, groups; /* first row of the first group */
    const int64_t *begin; /* groups + 1 */
    const struct edge *v; /* by group, then by feature */
};

/* Walks over the edges of all shapes in cell coordinates; a point is an edge to itself. */
typedef void visit_fn(void *ctx, const struct edge *e);

static void walk(const struct gt_pass *p, const struct gt_shapes *s, visit_fn *visit, void *ctx)
{
    for (size_t f = 0; f < s->n; f++)
        for (int64_t part = s->part[f]; part < s->part[f + 1]; part++)
            for (int64_t i = s->point[part]; i < s->point[part + 1]; i++) {
                bool last = i + 1 == s->point[part + 1] || s->kind == GT_SHAPE_POINT;
                if (last && i > s->point[part] && s->kind != GT_SHAPE_POINT)
                    break; /* the edge before ended here */
                const double *a = s->xy + 2 * i, *b = last ? a : a + 2;
                struct edge e = {gt_grid_col(&p->grid, a[0]), gt_grid_row(&p->grid, a[1]),
                                 gt_grid_col(&p->grid, b[0]), gt_grid_row(&p->grid, b[1]),
                                 (int64_t)f};
                visit(ctx, &e);
            }
}

struct filler {
    struct gt_edges *e;
    int64_t *at;    /* per group: count, then where the next goes */
    struct edge *v; /* NULL while counting */
};

static int64_t group_of(const struct gt_edges *e, double row)
{
    double g = floor((row - (double)e->row0) / GROUP);
    return g < -1 ? -1 : g > (double)e->groups ? e->groups : (int64_t)g;
}

static void place(void *ctx, const struct edge *in)
{
    struct filler *f = ctx;
    struct edge e = *in;
    if (e.y0 > e.y1)
        e = (struct edge){in->x1, in->y1, in->x0, in->y0, in->feature};
    if (f->e->kind == GT_SHAPE_POLYGON && e.y0 == e.y1)
        return; /* crosses no middle line */
    int64_t first = group_of(f->e, e.y0), last = group_of(f->e, e.y1);
    for (int64_t g = first < 0 ? 0 : first; g <= last && g < f->e->groups; g++) {
        if (f->v)
            f->v[f->at[g]] = e;
        f->at[g]++;
    }
}

enum gt_status gt_edges_new(struct gt_arena *a, const struct gt_pass *p,
                            const struct gt_shapes *shapes, const struct gt_edges **out,
                            struct gt_err *err)
{
    struct gt_edges *e = GT_TAKE(a, struct gt_edges);
    int64_t top = p->region.row - p->margin;
    int64_t bottom = p->region.row + p->region.h + p->margin;
    e->kind = shapes->kind;
    e->row0 = top > 0 ? top / GROUP * GROUP : 0;
    bottom = bottom < p->grid.h ? bottom : p->grid.h;
    e->groups = (bottom - e->row0 + GROUP - 1) / GROUP;
    int64_t *begin = GT_TAKE_N(a, int64_t, (size_t)e->groups + 1);
    struct filler f = {e, GT_TAKE_N(a, int64_t, (size_t)e->groups + 1), NULL};
    walk(p, shapes, place, &f);
    for (int64_t g = 0; g < e->groups; g++)
        begin[g + 1] = begin[g] + f.at[g];
    void *room;
    GT_TRY(gt_reserve(a, (size_t)begin[e->groups] + 1, sizeof(struct edge), "edges of a layer",
                      &room, err));
    f.v = room;
    for (int64_t g = 0; g < e->groups; g++)
        f.at[g] = begin[g];
    walk(p, shapes, place, &f);
    e->begin = begin;
    e->v = f.v;
    *out = e;
    return GT_OK;
}

/* ---- One row ---- */

struct burner {
    const double *value;
    const struct gt_band *b;
    float *row; /* of the band */
    int64_t y;
    double *cross; /* room for crossings of one feature */
};

/* Columns from .. to-1, clipped to the band. */
static void paint(const struct burner *t, double from, double to, double value)
{
    int64_t lo = t->b->col0, hi = t->b->col0 + t->b->w;
    int64_t i = from < (double)lo ? lo : from > (double)hi ? hi : (int64_t)from;
    int64_t end = to < (double)lo ? lo : to > (double)hi ? hi : (int64_t)to;
    for (; i < end; i++)
        t->row[i - lo] = (float)value;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Centres between crossings 0 and 1, 2 and 3, ... : columns whose middle lies in [x, x'). */
static void paint_feature(const struct burner *t, int64_t feature, size_t n)
{
    double value = t->value[feature];
    if (value != value)
        return;
    qsort(t->cross, n, sizeof *t->cross, ascending);
    for (size_t i = 0; i + 1 < n; i += 2)
        paint(t, ceil(t->cross[i] - 0.5), ceil(t->cross[i + 1] - 0.5), value);
}

static void burn_polygons(const struct burner *t, const struct edge *v, int64_t n)
{
    double middle = (double)t->y + 0.5;
    size_t crossings = 0;
    for (int64_t i = 0; i < n; i++) {
        const struct edge *e = &v[i];
        if (e->y0 <= middle && middle < e->y1)
            t->cross[crossings++] = e->x0 + (middle - e->y0) * ((e->x1 - e->x0) / (e->y1 - e->y0));
        if (crossings > 0 && (i + 1 == n || v[i + 1].feature != e->feature)) {
            paint_feature(t, e->feature, crossings);
            crossings = 0;
        }
    }
}

/* Cells of the row that the edge touches: its part between the row's upper and lower side. */
static void burn_line(const struct burner *t, const struct edge *e)
{
    double top = (double)t->y, bottom = top + 1;
    if (e->y1 < top || e->y0 >= bottom)
        return;
    double x0 = e->x0, x1 = e->x1, slope = e->y1 > e->y0 ? (e->x1 - e->x0) / (e->y1 - e->y0) : 0;
    if (e->y0 < top)
        x0 = e->x0 + (top - e->y0) * slope;
    if (e->y1 > bottom)
        x1 = e->x0 + (bottom - e->y0) * slope;
    double lo = x0 < x1 ? x0 : x1, hi = x0 < x1 ? x1 : x0;
    if (t->value[e->feature] == t->value[e->feature])
        paint(t, floor(lo), floor(hi) + 1, t->value[e->feature]);
}

static void burn_row(const struct gt_edges *e, const struct burner *t)
{
    int64_t g = (t->y - e->row0) / GROUP;
    const struct edge *v = e->v + e->begin[g];
    int64_t n = e->begin[g + 1] - e->begin[g];
    for (int64_t j = 0; j < t->b->w; j++)
        t->row[j] = NAN;
    if (e->kind == GT_SHAPE_POLYGON) {
        burn_polygons(t, v, n);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        burn_line(t, &v[i]);
}

enum gt_status gt_edges_burn(const struct gt_edges *e, const double *value, const struct gt_band *b,
                             int64_t row0, int64_t row1, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    int64_t most = 0;
    for (int64_t g = (row0 - e->row0) / GROUP; g <= (row1 - 1 - e->row0) / GROUP; g++)
        if (e->begin[g + 1] - e->begin[g] > most)
            most = e->begin[g + 1] - e->begin[g];
    void *room;
    GT_TRY(gt_reserve(a, (size_t)most + 1, sizeof(double), "crossings of a row", &room, err));
    struct burner t = {.value = value, .b = b, .cross = room};
    for (t.y = row0; t.y < row1; t.y++) {
        t.row = (float *)b->cells + (t.y - b->row0) * b->w;
        burn_row(e, &t);
    }
    return GT_OK;
}
