/* Features burnt into cells, and distances to them, by looking at every edge from every cell. */
#include "oracle.h"

#include <string.h>

struct edge {
    double x0, y0, x1, y1;
};

/* All edges of one feature; a point is an edge to itself. */
struct edges {
    size_t n;
    struct edge *v;
};

static struct edges edges_of(struct gt_arena *a, const struct gt_shapes *s, size_t feature)
{
    struct edges e = {0};
    int64_t first = s->point[s->part[feature]], end = s->point[s->part[feature + 1]];
    e.v = GT_TAKE_N(a, struct edge, (size_t)(end - first) + 1);
    for (int64_t part = s->part[feature]; part < s->part[feature + 1]; part++) {
        int64_t points = s->point[part + 1] - s->point[part];
        bool alone = s->kind == GT_SHAPE_POINT || points == 1;
        for (int64_t k = 0; k < (alone ? points : points - 1); k++) {
            const double *p = s->xy + 2 * (s->point[part] + k), *q = alone ? p : p + 2;
            e.v[e.n++] = (struct edge){p[0], p[1], q[0], q[1]};
        }
    }
    return e;
}

/* The same in columns and rows of the master, the northern end first. */
static void to_cells(const struct oracle *o, struct edges *e)
{
    const struct gt_grid *g = &o->master->grid;
    for (size_t i = 0; i < e->n; i++) {
        const struct edge *p = &e->v[i];
        struct edge c = {gt_grid_col(g, p->x0), gt_grid_row(g, p->y0), gt_grid_col(g, p->x1),
                         gt_grid_row(g, p->y1)};
        e->v[i] = c.y0 > c.y1 ? (struct edge){c.x1, c.y1, c.x0, c.y0} : c;
    }
}

/* ---- Which cells a feature has ---- */

/* Even-odd by the crossings of the cell's middle line to the west; ends are half-open. */
static bool has_centre(const struct edges *e, int64_t col, int64_t row)
{
    double x = (double)col + 0.5, y = (double)row + 0.5;
    bool inside = false;
    for (size_t i = 0; i < e->n; i++) {
        const struct edge *p = &e->v[i];
        if (p->y0 <= y && y < p->y1 &&
            p->x0 + (y - p->y0) * ((p->x1 - p->x0) / (p->y1 - p->y0)) <= x)
            inside = !inside;
    }
    return inside;
}

/* The part of the edge within the row, closed at its southern side; rows and columns begin with
 * their northern and western sides. */
static bool touches(const struct edges *e, int64_t col, int64_t row)
{
    double north = (double)row, south = north + 1;
    for (size_t i = 0; i < e->n; i++) {
        const struct edge *p = &e->v[i];
        if (p->y1 < north || p->y0 >= south)
            continue;
        double slope = p->y1 > p->y0 ? (p->x1 - p->x0) / (p->y1 - p->y0) : 0;
        double from = p->y0 < north ? p->x0 + (north - p->y0) * slope : p->x0;
        double to = p->y1 > south ? p->x0 + (south - p->y0) * slope : p->x1;
        if ((double)col >= floor(fmin(from, to)) && (double)col <= floor(fmax(from, to)))
            return true;
    }
    return false;
}

static double burnt_value(const struct gt_step *s, const struct gt_raster_layer *l, size_t feature)
{
    if (!s->attribute)
        return 1;
    if (strcmp(s->attribute, "#") == 0)
        return (double)feature + 1;
    for (size_t i = 0; i < l->n_columns; i++)
        if (strcmp(l->column[i], s->attribute) == 0)
            return l->number[i][feature];
    return (double)NAN;
}

enum gt_status oracle_rasterise(const struct oracle *o, const struct gt_step *s,
                                const struct gt_raster_layer *layer, float *out, struct gt_err *err)
{
    const struct gt_shapes *shapes;
    GT_TRY(gt_shapes_to_crs(o->a, layer->shapes, o->master->crs, 1e-3, &shapes, err));
    for (int64_t i = 0; i < o->w * o->h; i++)
        out[i] = NAN;
    for (size_t f = 0; f < shapes->n; f++) {
        float value = (float)burnt_value(s, layer, f);
        struct edges e = edges_of(o->a, shapes, f);
        to_cells(o, &e);
        for (int64_t row = 0; row < o->h && isfinite(value); row++)
            for (int64_t col = 0; col < o->w; col++)
                if (shapes->kind == GT_SHAPE_POLYGON ? has_centre(&e, col, row)
                                                     : touches(&e, col, row))
                    out[row * o->w + col] = value;
    }
    return GT_OK;
}

/* ---- Distance ---- */

/* What makes the ground of a cell flat: (dx, dy) in CRS units becomes (xx dx + xy dy, yy dy) in
 * metres. */
struct flat {
    double xx, xy, yy;
};

static struct flat flat_of(struct gt_tensor inverse)
{
    double det = inverse.xx * inverse.yy - inverse.xy * inverse.xy;
    double a = inverse.yy / det, b = -inverse.xy / det, c = inverse.xx / det;
    return (struct flat){sqrt(a), b / sqrt(a), sqrt(c - b * b / a)};
}

static double metres_to(struct flat m, double x, double y, const struct edge *e)
{
    double ax = m.xx * (e->x0 - x) + m.xy * (e->y0 - y), ay = m.yy * (e->y0 - y);
    double bx = m.xx * (e->x1 - x) + m.xy * (e->y1 - y), by = m.yy * (e->y1 - y);
    double length = hypot(bx - ax, by - ay);
    if (length == 0)
        return hypot(ax, ay);
    double ux = (bx - ax) / length, uy = (by - ay) / length, along = -(ax * ux + ay * uy);
    if (along <= 0 || along >= length)
        return along <= 0 ? hypot(ax, ay) : hypot(bx, by);
    return fabs(ax * uy - ay * ux);
}

/* Metres from every cell to one feature, where they are less than what is there. */
static void come_nearer(const struct oracle *o, const struct gt_shapes *s, size_t f, double *metres)
{
    const struct gt_grid *g = &o->master->grid;
    struct edges e = edges_of(o->a, s, f), cells = edges_of(o->a, s, f);
    to_cells(o, &cells);
    for (int64_t row = 0; row < o->h; row++)
        for (int64_t col = 0; col < o->w; col++) {
            struct flat m = flat_of(gt_metric_at(o->metric, col, row));
            double x = gt_grid_x(g, (double)col + 0.5), y = gt_grid_y(g, (double)row + 0.5);
            double *best = &metres[row * o->w + col];
            for (size_t i = 0; i < e.n; i++)
                *best = fmin(*best, metres_to(m, x, y, &e.v[i]));
            if (s->kind == GT_SHAPE_POLYGON && has_centre(&cells, col, row))
                *best = 0;
        }
}

enum gt_status oracle_distance(const struct oracle *o, const struct gt_step *s,
                               const struct gt_raster_layer *layer, float *out, struct gt_err *err)
{
    const struct gt_shapes *shapes;
    GT_TRY(gt_shapes_to_crs(o->a, layer->shapes, o->master->crs, 1e-3, &shapes, err));
    double *metres = GT_TAKE_N(o->a, double, (size_t)(o->w * o->h));
    for (int64_t i = 0; i < o->w * o->h; i++)
        metres[i] = (double)INFINITY;
    for (size_t f = 0; f < shapes->n; f++)
        come_nearer(o, shapes, f, metres);
    for (int64_t i = 0; i < o->w * o->h; i++) {
        double limited = fmin(metres[i], s->max_m);
        out[i] = isfinite(limited) ? (float)limited : NAN;
    }
    return GT_OK;
}
