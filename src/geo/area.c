/* area.c: the ground of rings and polygons on the ellipsoid, by an area form or by geodesics. */
#include "geo_int.h"

#include <geodesic.h>
#include <inttypes.h>

/* ---- How rings lie in one another ---- */

static struct gt_box ring_box(const struct gt_shapes *s, int64_t part)
{
    struct gt_box b = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (int64_t i = s->point[part]; i < s->point[part + 1]; i++) {
        const double *p = s->xy + 2 * i;
        b = (struct gt_box){fmin(b.x0, p[0]), fmin(b.y0, p[1]), fmax(b.x1, p[0]), fmax(b.y1, p[1])};
    }
    return b;
}

static bool box_within(struct gt_box in, struct gt_box out)
{
    return in.x0 >= out.x0 && in.y0 >= out.y0 && in.x1 <= out.x1 && in.y1 <= out.y1;
}

/* By the first point, or middle of an edge, that does not lie on the other's border. */
static bool ring_within(const struct gt_shapes *s, int64_t part, int64_t other)
{
    const double *ring = s->xy + 2 * s->point[other];
    size_t n = (size_t)(s->point[other + 1] - s->point[other]);
    for (int64_t i = s->point[part]; i + 1 < s->point[part + 1]; i++) {
        const double *p = s->xy + 2 * i;
        enum gt_side side = gt_ring_side(ring, n, p[0], p[1]);
        if (side == GT_ON_BORDER)
            side = gt_ring_side(ring, n, (p[0] + p[2]) / 2, (p[1] + p[3]) / 2);
        if (side != GT_ON_BORDER)
            return side == GT_INSIDE;
    }
    return part > other; /* the same ring twice: the second cancels the first */
}

/* Which rings cover a cell of a lattice over all of them, so that a ring meets few others: those
 * that cover the cell of its own box's lower corner. */
struct lattice {
    const struct gt_box *box;
    int64_t n, side;
    struct gt_box all;
    int64_t *first; /* by cell, its first place in ring */
    int32_t *ring;
};

static int64_t cell_at(double lo, double hi, double v, int64_t side)
{
    double share = hi > lo ? (v - lo) / (hi - lo) : 0;
    return share > 0 ? (int64_t)fmin(share * (double)side, (double)(side - 1)) : 0;
}

/* Counts box r in each cell that it covers, or with `fill` puts r into it; how many cells. */
static int64_t cover(struct lattice *l, int64_t r, bool fill)
{
    struct gt_box all = l->all, b = l->box[r];
    int64_t cells = 0;
    int64_t x1 = cell_at(all.x0, all.x1, b.x1, l->side),
            y1 = cell_at(all.y0, all.y1, b.y1, l->side);
    for (int64_t y = cell_at(all.y0, all.y1, b.y0, l->side); y <= y1; y++)
        for (int64_t x = cell_at(all.x0, all.x1, b.x0, l->side); x <= x1; x++, cells++) {
            int64_t *at = l->first + y * l->side + x;
            if (fill)
                l->ring[at[1]++] = (int32_t)r;
            else
                at[2]++;
        }
    return cells;
}

/* As many cells as rings, or fewer where large boxes would fill them all. */
static void fill_lattice(struct gt_arena *a, struct lattice *l)
{
    l->all = l->box[0];
    for (int64_t r = 1; r < l->n; r++)
        l->all = (struct gt_box){fmin(l->all.x0, l->box[r].x0), fmin(l->all.y0, l->box[r].y0),
                                 fmax(l->all.x1, l->box[r].x1), fmax(l->all.y1, l->box[r].y1)};
    l->side = (int64_t)fmin(512, ceil(sqrt((double)l->n)));
    for (int64_t cells, most = 16 * l->n;; l->side /= 2) {
        cells = l->side * l->side;
        l->first = GT_TAKE_N(a, int64_t, (size_t)cells + 2);
        bool fits = true;
        for (int64_t r = 0, sum = 0; r < l->n && fits; r++)
            fits = (sum += cover(l, r, false)) <= most;
        for (int64_t c = 0; c <= cells && fits; c++)
            l->first[c + 1] += l->first[c];
        if (fits) {
            l->ring = GT_TAKE_N(a, int32_t, (size_t)l->first[cells + 1] + 1);
            break;
        }
    }
    for (int64_t r = 0; r < l->n; r++)
        cover(l, r, true);
}

/* The rings other than r that may hold it. */
static const int32_t *around(const struct lattice *l, int64_t r, int64_t *n)
{
    int64_t x = cell_at(l->all.x0, l->all.x1, l->box[r].x0, l->side);
    int64_t y = cell_at(l->all.y0, l->all.y1, l->box[r].y0, l->side);
    const int64_t *at = l->first + y * l->side + x;
    *n = at[1] - at[0];
    return l->ring + at[0];
}

void gt_ring_nesting(const struct gt_shapes *s, size_t i, int32_t *depth, int32_t *parent)
{
    int64_t from = s->part[i], n = s->part[i + 1] - from, near;
    for (int64_t r = 0; r < n; r++) {
        depth[r] = 0;
        parent[r] = -1;
    }
    if (n < 2)
        return;
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_box *box = GT_TAKE_N(scratch, struct gt_box, (size_t)n);
    struct lattice l = {.box = box, .n = n};
    for (int64_t r = 0; r < n; r++)
        box[r] = ring_box(s, from + r);
    fill_lattice(scratch, &l);
    for (int64_t r = 0; r < n; r++) {
        const int32_t *o = around(&l, r, &near);
        for (int64_t k = 0; k < near; k++) {
            if (o[k] == r || !box_within(box[r], box[o[k]]) ||
                !ring_within(s, from + r, from + o[k]))
                continue;
            depth[r]++;
            if (parent[r] < 0 || box_within(box[o[k]], box[parent[r]]))
                parent[r] = o[k];
        }
    }
}

/* ---- Area forms ---- */

double gt_areal_ring(const struct gt_areal *f, const double *xy, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i + 1 < n; i++, xy += 2)
        sum += gt_areal_edge(f, xy[0], xy[1], xy[2], xy[3]);
    return sum;
}

typedef double ring_fn(const void *ctx, const double *xy, size_t n);

static double even_odd(const struct gt_shapes *s, size_t i, ring_fn *ring, const void *ctx)
{
    int64_t from = s->part[i], n = s->part[i + 1] - from;
    int32_t few[2][8];
    GT_AUTO_ARENA scratch = n > (int64_t)GT_LEN(few[0]) ? gt_arena_new() : NULL;
    int32_t *depth = scratch ? GT_TAKE_N(scratch, int32_t, (size_t)n) : few[0];
    int32_t *parent = scratch ? GT_TAKE_N(scratch, int32_t, (size_t)n) : few[1];
    gt_ring_nesting(s, i, depth, parent);
    double sum = 0;
    for (int64_t r = 0; r < n; r++) {
        const int64_t *at = s->point + from + r;
        double area = fabs(ring(ctx, s->xy + 2 * at[0], (size_t)(at[1] - at[0])));
        sum += depth[r] % 2 ? -area : area;
    }
    return sum;
}

static double areal_ring(const void *ctx, const double *xy, size_t n)
{
    return gt_areal_ring(ctx, xy, n);
}

double gt_areal_polygon(const struct gt_areal *f, const struct gt_shapes *s, size_t i)
{
    return even_odd(s, i, areal_ring, f);
}

enum gt_status gt_shapes_area_m2(struct gt_arena *a, const struct gt_shapes *s, double *out,
                                 struct gt_err *err)
{
    const struct gt_areal *f;
    if (s->n == 0 || s->part[s->n] == 0 || s->point[s->part[s->n]] == 0) {
        for (size_t i = 0; i < s->n; i++)
            out[i] = 0;
        return GT_OK;
    }
    GT_TRY(gt_areal_new(a, s->crs, s->box, &f, err));
    for (size_t i = 0; i < s->n; i++) {
        out[i] = gt_areal_polygon(f, s, i);
        if (!isfinite(out[i]))
            return gt_fail(err, GT_EINPUT, "feature %zu: expected finite coordinates, found others",
                           i + 1);
    }
    return GT_OK;
}

/* ---- Geodesics ---- */

struct gt_geodesic {
    struct geod_geodesic g;
};

const struct gt_geodesic *gt_geodesic_new(struct gt_arena *a, double semi_major_m, double f)
{
    struct gt_geodesic *g = GT_TAKE(a, struct gt_geodesic);
    geod_init(&g->g, semi_major_m, f);
    return g;
}

double gt_geodesic_m(const struct gt_geodesic *g, double lon0, double lat0, double lon1,
                     double lat1)
{
    double m;
    geod_inverse(&g->g, lat0, lon0, lat1, lon1, &m, NULL, NULL);
    return m;
}

double gt_geodesic_ring_m2(const struct gt_geodesic *g, const double *lonlat, size_t n)
{
    struct geod_polygon ring;
    double m2 = 0;
    geod_polygon_init(&ring, 0);
    for (size_t i = 0; i + 1 < n; i++)
        geod_polygon_addpoint(&g->g, &ring, lonlat[2 * i + 1], lonlat[2 * i]);
    geod_polygon_compute(&g->g, &ring, 0, 1, &m2, NULL);
    return m2;
}

static double geodesic_ring(const void *ctx, const double *xy, size_t n)
{
    return gt_geodesic_ring_m2(ctx, xy, n);
}

double gt_geodesic_polygon_m2(const struct gt_geodesic *g, const struct gt_shapes *s, size_t i)
{
    return even_odd(s, i, geodesic_ring, g);
}
