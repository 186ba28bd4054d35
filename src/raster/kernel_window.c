/* The kernel of the range in a square window. No-data cells and cells outside the grid are ignored;
 * a window without any value gives no-data.
 *
 * Range: least and greatest by doubling. A row of spans of 2^k cells is made from one of 2^(k-1)
 * cells, first along the row, then down the rows, so a window of w*w cells costs about 4*log2(w)
 * comparisons a cell. A window that is no power of two is covered by two spans that overlap (van
 * Herk 1992 and Gil & Werman 1993 give constant cost; this has no scalar loop and is faster for
 * windows in use). */
#include "raster_int.h"

#include <float.h>

int gt_half_window(const struct gt_pass *p, const struct gt_step *s)
{
    int w = s->window ? s->window : gt_window_for_area(p->metric, s->area_ha);
    return w / 2;
}

static int floor_log2(int w)
{
    int k = 0;
    while (1 << (k + 1) <= w)
        k++;
    return k;
}

/* The state: for each level k a ring of rows whose cells are the least (and greatest) of 2^k rows
 * ending there. Level k < top keeps 2^k + 1 rows, the top one w - 2^top + 1. */
struct rings {
    int top, w;
    int64_t stride; /* floats in a row */
    float *rows;    /* least of all levels, then greatest; then three rows of scratch */
    int total;      /* rows of all levels */
};

static int ring_rows(int level, int top, int w)
{
    return level < top ? (1 << level) + 1 : w - (1 << top) + 1;
}

static int all_ring_rows(int w)
{
    int top = floor_log2(w), n = 0;
    for (int k = 0; k <= top; k++)
        n += ring_rows(k, top, w);
    return n;
}

static size_t range_bytes(const struct gt_node *node, int64_t max_n)
{
    int w = 2 * node->radius + 1;
    return (size_t)(max_n + w) * (size_t)(2 * all_ring_rows(w) + 3) * sizeof(float);
}

static struct rings rings_of(const struct gt_row *r)
{
    int w = 2 * r->node->radius + 1;
    return (struct rings){.top = floor_log2(w),
                          .w = w,
                          .stride = r->n + w,
                          .rows = r->state,
                          .total = all_ring_rows(w)};
}

/* The row of `level` that ends at raster row y. */
static float *ring_at(const struct rings *g, int level, bool greatest, int64_t y)
{
    int64_t at = greatest ? g->total : 0;
    for (int k = 0; k < level; k++)
        at += ring_rows(k, g->top, g->w);
    int64_t rows = ring_rows(level, g->top, g->w), slot = y % rows;
    return g->rows + (at + (slot < 0 ? slot + rows : slot)) * g->stride;
}

GT_CLONES static void split(const float *in, float *restrict lo, float *restrict hi, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        lo[j] = in[j] == in[j] ? in[j] : INFINITY;
        hi[j] = in[j] == in[j] ? in[j] : -INFINITY;
    }
}

GT_CLONES static void lower_of(const float *a, const float *b, float *restrict out, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        out[j] = a[j] < b[j] ? a[j] : b[j];
}

GT_CLONES static void higher_of(const float *a, const float *b, float *restrict out, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        out[j] = a[j] > b[j] ? a[j] : b[j];
}

/* Along the row: out[j] of the w cells in[j .. j+w-1]. Overwrites `in`; other: as long, for turns.
 */
static void spread(const struct rings *g, float *in, float *other, float *out, int64_t n,
                   bool greatest)
{
    void (*take)(const float *, const float *, float *, int64_t) = greatest ? higher_of : lower_of;
    int64_t have = n + g->w - 1;
    for (int k = 0; k < g->top; k++) {
        have -= 1 << k;
        take(in, in + (1 << k), other, have);
        float *swap = in;
        in = other;
        other = swap;
    }
    take(in, in + (g->w - (1 << g->top)), out, n);
}

/* Takes in the raster row y: in points at the cell `radius` west of the first. */
static void range_feed(const struct rings *g, const float *in, int64_t y, int64_t n)
{
    float *lo = g->rows + 2 * g->total * g->stride, *hi = lo + g->stride, *other = hi + g->stride;
    split(in, lo, hi, n + g->w - 1);
    spread(g, lo, other, ring_at(g, 0, false, y), n, false);
    spread(g, hi, other, ring_at(g, 0, true, y), n, true);
    for (int k = 1; k <= g->top; k++) {
        int64_t before = y - (1 << (k - 1));
        lower_of(ring_at(g, k - 1, false, y), ring_at(g, k - 1, false, before),
                 ring_at(g, k, false, y), n);
        higher_of(ring_at(g, k - 1, true, y), ring_at(g, k - 1, true, before),
                  ring_at(g, k, true, y), n);
    }
}

GT_CLONES static void range_out(const float *lo, const float *lo2, const float *hi,
                                const float *hi2, float *restrict out, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        float least = lo[j] < lo2[j] ? lo[j] : lo2[j];
        float most = hi[j] > hi2[j] ? hi[j] : hi2[j];
        float range = most - least; /* below 0: no value; too large for f32: no-data */
        out[j] = range >= 0 && range <= FLT_MAX ? range : NAN;
    }
}

static void range_row(const struct gt_row *r)
{
    struct rings g = rings_of(r);
    int radius = r->node->radius, from = r->first ? 0 : 2 * radius;
    if (r->first)
        for (int64_t i = 0; i < g.total * g.stride; i++) {
            g.rows[i] = INFINITY;
            g.rows[g.total * g.stride + i] = -INFINITY;
        }
    for (int k = from; k <= 2 * radius; k++)
        range_feed(&g, r->in[0][k] - radius, r->row - radius + k, r->n);
    int64_t y = r->row + radius, other = y - (g.w - (1 << g.top));
    range_out(ring_at(&g, g.top, false, y), ring_at(&g, g.top, false, other),
              ring_at(&g, g.top, true, y), ring_at(&g, g.top, true, other), r->out, r->n);
}

const struct gt_kernel gt_kernel_range = {
    .radius = gt_half_window, .state_bytes = range_bytes, .row = range_row};
