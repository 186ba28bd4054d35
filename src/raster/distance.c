/* Distance to the nearest feature, metres on the ground: planar, with the metric of the cell from
 * which one looks (exact to 1e-3 within about 20 km; classes of distance are decided nearer than
 * that). Inside a polygon it is 0.
 *
 * Segments stand in a packed tree of boxes (16 children a node, segments sorted along the x axis
 * within strips, as in a sort-tile-recursive R-tree: Leutenegger 1997). Tiles of 64 x 64 cells,
 * anchored to the grid, first find the segments that can be nearest to any of their cells. Where
 * they are few, every cell looks at those; else it walks down the tree, with what was nearest to
 * the cell before as a bound. A cell's distance does not depend on the road taken: whatever is left
 * out is farther for certain. */
#include "raster_int.h"

#include <stdlib.h>

enum { TILE = 64, FAN = 16, FEW = 128 };

struct segment {
    double x0, y0, x1, y1; /* CRS units */
};

struct box {
    float x0, y0, x1, y1; /* rounded outwards */
};

struct gt_segments {
    size_t n;
    const struct segment *v;
    int levels;
    struct {
        size_t n;
        struct box *box;
    } level[16];                  /* level 0: one box for each FAN segments */
    const struct gt_edges *edges; /* polygons: NULL otherwise */
    const double *one;            /* polygons: a value for each feature */
};

/* ---- The tree ---- */

static int by_x(const void *a, const void *b)
{
    const struct segment *s = a, *t = b;
    double x = s->x0 + s->x1, y = t->x0 + t->x1;
    return x < y ? -1 : x > y;
}

static int by_y(const void *a, const void *b)
{
    const struct segment *s = a, *t = b;
    double x = s->y0 + s->y1, y = t->y0 + t->y1;
    return x < y ? -1 : x > y;
}

static void sort_tiles(struct segment *v, size_t n)
{
    size_t strips = (size_t)ceil(sqrt((double)n / FAN)),
           each = strips ? (n + strips - 1) / strips : 1;
    qsort(v, n, sizeof *v, by_x);
    for (size_t i = 0; i < n; i += each)
        qsort(v + i, n - i < each ? n - i : each, sizeof *v, by_y);
}

static float outwards(double v, bool up)
{
    float f = (float)v;
    return nextafterf(f, up ? INFINITY : -INFINITY);
}

static void grow(struct box *b, struct box c)
{
    b->x0 = c.x0 < b->x0 ? c.x0 : b->x0;
    b->y0 = c.y0 < b->y0 ? c.y0 : b->y0;
    b->x1 = c.x1 > b->x1 ? c.x1 : b->x1;
    b->y1 = c.y1 > b->y1 ? c.y1 : b->y1;
}

static struct box segment_box(const struct segment *s)
{
    return (struct box){outwards(fmin(s->x0, s->x1), false), outwards(fmin(s->y0, s->y1), false),
                        outwards(fmax(s->x0, s->x1), true), outwards(fmax(s->y0, s->y1), true)};
}

static void build(struct gt_arena *a, struct gt_segments *t)
{
    size_t below = t->n;
    for (t->levels = 0; below > 1 || t->levels == 0; t->levels++) {
        size_t n = (below + FAN - 1) / FAN;
        struct box *box = GT_TAKE_N(a, struct box, n ? n : 1);
        for (size_t i = 0; i < n; i++)
            box[i] = (struct box){INFINITY, INFINITY, -INFINITY, -INFINITY};
        for (size_t i = 0; i < below; i++)
            grow(&box[i / FAN], t->levels ? t->level[t->levels - 1].box[i] : segment_box(&t->v[i]));
        t->level[t->levels].n = n;
        t->level[t->levels].box = box;
        below = n;
    }
}

static size_t count_segments(const struct gt_shapes *s)
{
    size_t n = 0;
    for (int64_t part = 0; s->n && part < s->part[s->n]; part++) {
        int64_t points = s->point[part + 1] - s->point[part];
        n += (size_t)(points > 1 && s->kind != GT_SHAPE_POINT ? points - 1 : points);
    }
    return n;
}

static void collect(const struct gt_shapes *s, struct segment *out)
{
    for (int64_t part = 0; s->n && part < s->part[s->n]; part++) {
        int64_t first = s->point[part], end = s->point[part + 1];
        for (int64_t i = first; i < end; i++) {
            bool last = i + 1 == end || s->kind == GT_SHAPE_POINT;
            if (last && i > first && s->kind != GT_SHAPE_POINT)
                break;
            const double *a = s->xy + 2 * i, *b = last ? a : a + 2;
            *out++ = (struct segment){a[0], a[1], b[0], b[1]};
        }
    }
}

enum gt_status gt_segments_new(struct gt_arena *a, const struct gt_pass *p,
                               const struct gt_shapes *shapes, const struct gt_segments **out,
                               struct gt_err *err)
{
    struct gt_segments *t = GT_TAKE(a, struct gt_segments);
    t->n = count_segments(shapes);
    void *room;
    GT_TRY(gt_reserve(a, t->n + 1, sizeof(struct segment), "segments of a layer", &room, err));
    collect(shapes, room);
    sort_tiles(room, t->n);
    t->v = room;
    build(a, t);
    if (shapes->kind == GT_SHAPE_POLYGON) {
        double *one = GT_TAKE_N(a, double, shapes->n ? shapes->n : 1);
        for (size_t i = 0; i < shapes->n; i++)
            one[i] = 1;
        t->one = one;
        GT_TRY(gt_edges_new(a, p, shapes, &t->edges, err));
    }
    *out = t;
    return GT_OK;
}

/* ---- Distances ---- */

/* The metric tensor (not its inverse): squared metres = xx*dx*dx + 2*xy*dx*dy + yy*dy*dy. */
static struct gt_tensor metric_of(struct gt_tensor inverse)
{
    double det = inverse.xx * inverse.yy - inverse.xy * inverse.xy;
    return (struct gt_tensor){inverse.yy / det, -inverse.xy / det, inverse.xx / det};
}

/* Squared distance from (x, y) to a segment. */
static double to_segment(const struct gt_tensor *m, double x, double y, const struct segment *s)
{
    double ax = s->x0 - x, ay = s->y0 - y, bx = s->x1 - s->x0, by = s->y1 - s->y0;
    double mx = m->xx * bx + m->xy * by, my = m->xy * bx + m->yy * by;
    double length = mx * bx + my * by;
    double along = length > 0 ? -(mx * ax + my * ay) / length : 0;
    along = along < 0 ? 0 : along > 1 ? 1 : along;
    double dx = ax + along * bx, dy = ay + along * by;
    return m->xx * dx * dx + 2 * m->xy * dx * dy + m->yy * dy * dy;
}

struct search {
    const struct gt_segments *t;
    struct gt_tensor m;
    double shrink; /* by what a shear can bring a box nearer than its sides say, squared */
    double x, y;
    double limit;             /* squared: what is farther does not matter */
    double best;              /* squared */
    const struct segment *at; /* the best one; NULL: none yet */
    bool keep;                /* collect all within the limit; else look for the best */
    struct gt_arena *a;
    GT_VEC(const struct segment *) found;
};

static void look_from(struct search *q, struct gt_tensor m, double x, double y)
{
    q->m = m;
    q->shrink = 1 - fabs(m.xy) / sqrt(m.xx * m.yy);
    q->x = x;
    q->y = y;
    q->best = (double)INFINITY;
}

/* No point of the box is nearer (squared) than this. */
static double to_box(const struct search *q, const struct box *b)
{
    double dx = fmax(fmax((double)b->x0 - q->x, q->x - (double)b->x1), 0);
    double dy = fmax(fmax((double)b->y0 - q->y, q->y - (double)b->y1), 0);
    return q->shrink * (q->m.xx * dx * dx + q->m.yy * dy * dy);
}

/* The limit stays above the best by more than rounding: two segments that are equally near are both
 * looked at, whichever comes first. */
static void offer(struct search *q, const struct segment *s)
{
    double d = to_segment(&q->m, q->x, q->y, s);
    if (q->keep && !(d > q->limit))
        *GT_PUSH(q->a, &q->found) = s;
    if (q->keep || !(d < q->best))
        return;
    q->best = d;
    q->at = s;
    q->limit = fmin(q->limit, d * (1 + 1e-9) + 2e-6 * sqrt(d) + 1e-12);
}

static void visit(struct search *q, int level, size_t i)
{
    if (to_box(q, &q->t->level[level].box[i]) > q->limit)
        return;
    size_t first = i * FAN, end = first + FAN;
    size_t below = level ? q->t->level[level - 1].n : q->t->n;
    for (size_t k = first; k < end && k < below; k++) {
        if (level > 0)
            visit(q, level - 1, k);
        else
            offer(q, &q->t->v[k]);
    }
}

/* ---- Tiles ---- */

struct tile {
    int64_t col, row, w, h;
};

/* Half the tile's diagonal in metres, and how much the metric varies over it and around. */
static void tile_size(const struct gt_pass *p, struct tile t, double *half, double *vary,
                      struct gt_tensor *middle)
{
    int64_t c = t.col + t.w / 2, r = t.row + t.h / 2;
    *middle = metric_of(gt_metric_at(p->metric, c, r));
    *vary = 1.001;
    for (int k = 0; k < 4; k++) {
        struct gt_tensor m = metric_of(
            gt_metric_at(p->metric, t.col + (k & 1 ? t.w - 1 : 0), t.row + (k & 2 ? t.h - 1 : 0)));
        double sx = sqrt(m.xx / middle->xx), sy = sqrt(m.yy / middle->yy);
        double shear = 1 + fabs(m.xy - middle->xy) / sqrt(m.xx * m.yy);
        double here = fmax(fmax(sx, 1 / sx), fmax(sy, 1 / sy)) * shear;
        *vary = fmax(*vary, here * 1.001);
    }
    double w = p->grid.dx * (double)t.w, h = p->grid.dy * (double)t.h;
    double across = middle->xx * w * w + middle->yy * h * h + 2 * fabs(middle->xy) * w * h;
    *half = sqrt(across) / 2 * *vary;
}

static void find_candidates(const struct gt_pass *p, struct tile t, double max_m, struct search *q)
{
    double half, vary;
    struct gt_tensor middle;
    tile_size(p, t, &half, &vary, &middle);
    look_from(q, middle, gt_grid_x(&p->grid, (double)t.col + (double)t.w / 2),
              gt_grid_y(&p->grid, (double)t.row + (double)t.h / 2));
    q->limit = (double)INFINITY;
    q->keep = false;
    int top = q->t->levels - 1;
    visit(q, top, 0);
    double nearest = sqrt(q->best);
    double reach = fmin((nearest + half) * vary, max_m) * vary + half;
    q->limit = reach * reach * (1 + 1e-9);
    q->keep = true;
    visit(q, top, 0);
}

/* Squared distance to the nearest segment; INFINITY: none, or beyond the limit. */
static double nearest_to(struct search *q, struct gt_tensor inverse, double x, double y,
                         double max_m)
{
    look_from(q, metric_of(inverse), x, y);
    q->keep = false;
    q->limit = max_m * max_m * (1 + 1e-9);
    for (size_t i = 0; i < q->found.n && q->found.n <= FEW; i++)
        offer(q, q->found.v[i]);
    if (q->found.n <= FEW)
        return q->best;
    if (q->at)
        offer(q, q->at);
    visit(q, q->t->levels - 1, 0);
    return q->best;
}

static void fill_tile(const struct gt_pass *p, struct tile t, double max_m, struct search *q,
                      const struct gt_band *b)
{
    struct gt_tensor inverse[TILE];
    for (int64_t row = t.row; row < t.row + t.h; row++) {
        float *out = (float *)b->cells + (row - b->row0) * b->w - b->col0;
        double y = gt_grid_y(&p->grid, (double)row + 0.5);
        gt_metric_row(p->metric, t.col, row, (size_t)t.w, inverse);
        for (int64_t j = 0; j < t.w; j++) {
            double x = gt_grid_x(&p->grid, (double)(t.col + j) + 0.5);
            double metres = sqrt(nearest_to(q, inverse[j], x, y, max_m));
            metres = metres < max_m ? metres : max_m;
            out[t.col + j] = isfinite(metres) ? (float)metres : NAN;
        }
    }
}

/* Cells inside polygons, found by burning a row at a time over what was computed. */
static enum gt_status set_inside(const struct gt_segments *s, const struct gt_band *b, int64_t row0,
                                 int64_t row1, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    void *room;
    GT_TRY(gt_reserve(a, (size_t)b->w, sizeof(float), "a row of cells", &room, err));
    for (int64_t row = row0; row < row1; row++) {
        struct gt_band one = {.cells = room, .row0 = row, .rows = 1, .col0 = b->col0, .w = b->w};
        GT_TRY(gt_edges_burn(s->edges, s->one, &one, row, row + 1, err));
        float *out = (float *)b->cells + (row - b->row0) * b->w;
        const float *in = room;
        for (int64_t j = 0; j < b->w; j++)
            out[j] = in[j] == in[j] ? 0 : out[j];
    }
    return GT_OK;
}

static int64_t tile_end(int64_t at, int64_t end)
{
    int64_t next = (at / TILE + 1) * TILE;
    return next < end ? next : end;
}

enum gt_status gt_segments_fill(const struct gt_pass *p, const struct gt_node *node,
                                const struct gt_band *b, int64_t row0, int64_t row1,
                                struct gt_err *err)
{
    const struct gt_segments *s = node->feed.segments;
    int64_t right = b->col0 + b->w;
    for (int64_t row = row0; row < row1; row = tile_end(row, row1))
        for (int64_t col = b->col0; col < right; col = tile_end(col, right)) {
            GT_AUTO_ARENA a = gt_arena_new();
            struct search q = {.t = s, .a = a};
            struct tile t = {col, row, tile_end(col, right) - col, tile_end(row, row1) - row};
            if (s->n > 0)
                find_candidates(p, t, node->s->max_m, &q);
            fill_tile(p, t, node->s->max_m, &q, b);
        }
    return s->edges ? set_inside(s, b, row0, row1, err) : GT_OK;
}
