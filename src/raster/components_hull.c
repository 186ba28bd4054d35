/* Smallest circles around the patches of a raster. While rows go by, every patch keeps the left and
 * the right chain of the convex hull of its cells' corners (Andrew 1979): a corner that a new one
 * puts inside leaves its chain for good. */
#include "patch_int.h"

struct corner {
    int32_t x, y;   /* in cells from the raster's corner */
    uint32_t above; /* the one before in the chain; 0: none */
    uint32_t unused;
};

struct hulls {
    const struct gt_global *g;
    struct gt_paged *corner;
    struct gt_paged *last[2]; /* by patch: the chains' last corners, left and right */
    uint32_t n, loose;        /* corners made; a chain of those to use again */
    GT_VEC(double) xy;
    struct gt_arena *a;
};

static struct corner see(struct hulls *h, uint32_t i)
{
    return *(const struct corner *)gt_paged_at(h->corner, i, false);
}

static uint32_t let_go(struct hulls *h, uint32_t i)
{
    struct corner *c = gt_paged_at(h->corner, i, true);
    uint32_t above = c->above;
    c->above = h->loose;
    h->loose = i;
    return above;
}

static uint32_t keep(struct hulls *h, int32_t x, int32_t y, uint32_t above)
{
    uint32_t i = h->loose;
    if (i)
        h->loose = see(h, i).above;
    else
        i = ++h->n;
    *(struct corner *)gt_paged_at(h->corner, i, true) = (struct corner){x, y, above, 0};
    return i;
}

/* Does b lie inside of the line from a to c, or on it? side 1: a right chain. */
static bool is_inside(struct corner a, struct corner b, int64_t x, int64_t y, int side)
{
    int64_t cross = (b.x - (int64_t)a.x) * (y - a.y) - (x - a.x) * (b.y - (int64_t)a.y);
    return side ? cross <= 0 : cross >= 0;
}

static void add(struct hulls *h, uint32_t patch, int32_t x, int32_t y, int side)
{
    uint32_t top = gt_paged_u32(h->last[side], patch);
    if (top) {
        struct corner t = see(h, top);
        if (t.y == y && (side ? t.x >= x : t.x <= x))
            return;
        if (t.y == y)
            top = let_go(h, top);
    }
    while (top) {
        struct corner b = see(h, top);
        if (!b.above || !is_inside(see(h, b.above), b, x, y, side))
            break;
        top = let_go(h, top);
    }
    gt_paged_set_u32(h->last[side], patch, keep(h, x, y, top));
}

static enum gt_status pass(struct gt_arena *a, struct hulls *h, const struct gt_patches *p,
                           struct gt_err *err)
{
    struct gt_run *runs;
    GT_TRY(gt_reserve(a, (size_t)p->most, sizeof *runs, "a row", (void **)&runs, err));
    for (int64_t y = 0; y < p->h; y++) {
        size_t n = gt_patches_row(p, y, runs);
        for (size_t i = 0; i < n; i++)
            for (int k = 0; k < 2; k++) {
                add(h, runs[i].patch, (int32_t)runs[i].start, (int32_t)(y + k), 0);
                add(h, runs[i].patch, (int32_t)runs[i].end, (int32_t)(y + k), 1);
            }
        if (gt_stopped(h->g->work))
            return gt_fail(err, GT_ECANCELLED, "stopped on request");
        GT_TRY(gt_pages_check(p->pages, err));
    }
    return GT_OK;
}

/* ---- Circles ---- */

static void collect(struct hulls *h, uint32_t patch)
{
    h->xy.n = 0;
    for (int side = 0; side < 2; side++)
        for (uint32_t i = gt_paged_u32(h->last[side], patch); i;) {
            struct corner c = see(h, i);
            *GT_PUSH(h->a, &h->xy) = c.x;
            *GT_PUSH(h->a, &h->xy) = c.y;
            i = c.above;
        }
}

/* The middle of the box around the corners, as a cell. */
static void middle(const struct hulls *h, int64_t *col, int64_t *row)
{
    double x0 = (double)INFINITY, y0 = (double)INFINITY, x1 = 0, y1 = 0;
    for (size_t i = 0; i < h->xy.n; i += 2) {
        x0 = fmin(x0, h->xy.v[i]);
        x1 = fmax(x1, h->xy.v[i]);
        y0 = fmin(y0, h->xy.v[i + 1]);
        y1 = fmax(y1, h->xy.v[i + 1]);
    }
    *col = ((int64_t)x0 + (int64_t)x1) / 2;
    *row = ((int64_t)y0 + (int64_t)y1) / 2;
}

static double circle_m2(struct hulls *h, uint32_t patch)
{
    int64_t col, row;
    collect(h, patch);
    if (h->xy.n == 0)
        return (double)NAN;
    middle(h, &col, &row);
    struct gt_tensor t = gt_metric_at(h->g->metric, col, row);
    double det = t.xx * t.yy - t.xy * t.xy;
    double ew = h->g->grid->dx * sqrt(t.yy / det), ns = h->g->grid->dy * sqrt(t.xx / det);
    if (!(ew > 0 && ns > 0))
        return (double)NAN;
    double x = h->xy.v[0], y = h->xy.v[1];
    for (size_t i = 0; i < h->xy.n; i += 2) {
        h->xy.v[i] = (h->xy.v[i] - x) * ew;
        h->xy.v[i + 1] = (h->xy.v[i + 1] - y) * ns;
    }
    return 3.14159265358979323846 * gt_circle_r2(h->xy.v, h->xy.n / 2);
}

enum gt_status gt_circle_areas(struct gt_arena *a, const struct gt_patches *p,
                               const struct gt_global *g, struct gt_paged **out, struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    struct hulls h = {.g = g, .corner = gt_paged_new(a, p->pages, 4), .a = mine};
    struct gt_paged *area = gt_paged_new(a, p->pages, 3);
    h.last[0] = gt_paged_new(a, p->pages, 2);
    h.last[1] = gt_paged_new(a, p->pages, 2);
    if (p->h >= INT32_MAX)
        return gt_fail(err, GT_ETOOBIG, "expected fewer than %d rows, found %lld", INT32_MAX,
                       (long long)p->h);
    GT_TRY(pass(mine, &h, p, err));
    for (uint32_t i = 1; i <= p->n; i++) {
        double m2 = circle_m2(&h, i);
        *(double *)gt_paged_at(area, i, true) = m2;
    }
    gt_paged_free(h.corner);
    gt_paged_free(h.last[0]);
    gt_paged_free(h.last[1]);
    *out = area;
    return gt_pages_check(p->pages, err);
}
