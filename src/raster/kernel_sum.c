/* Kernels of sums in a square window: mean and sum. No-data cells and cells outside the grid are
 * ignored; a window without any value gives no-data.
 *
 * Running sums of whole numbers: each column of the window holds the sum of its cells in units of
 * 2^-52, to which the row that comes in is added and from which the row that goes out is taken;
 * along the row the window's sum runs in the same way. Whole numbers forget nothing, so the result
 * depends neither on blocks nor on the way that the window came. Cost: two cells turned into whole
 * numbers and four additions a cell, however large the window is; memory: 24 bytes a column.
 *
 * Values are exact down to 2^-52. A window with a value of 2^47 (1.4e14) or more is no-data, like
 * every result too large for its cells. */
#include "raster_int.h"

#include <string.h>

#define TOO_LARGE 140737488355328.0F /* 2^47: 2^26 cells of 2^(47+52) stay below 2^127 */
#define UNIT 2.220446049250313e-16   /* 2^-52 */
#define UNIT_BITS 52
/* In counts: cells with a value below, cells that are too large above. */
#define ONE_TOO_LARGE ((int64_t)1 << 32)

struct columns {
    __int128 *sum;
    int64_t *count;
    int64_t n;
};

static size_t sum_bytes(const struct gt_node *node, int64_t max_n)
{
    return (size_t)(max_n + 2 * node->radius) * (sizeof(__int128) + sizeof(int64_t));
}

static struct columns columns_of(const struct gt_row *r)
{
    struct columns c = {.sum = r->state, .n = r->n + 2 * r->node->radius};
    c.count = (int64_t *)(void *)(c.sum + c.n);
    return c;
}

/* v in units of 2^-52, cut off towards zero. Bit by bit, for no hardware turns floats into 128
 * bits. */
static __int128 fixed(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    int exponent = (int)(bits >> 23 & 255);
    uint32_t mantissa = (bits & 0x7FFFFF) | (exponent ? 0x800000U : 0);
    int shift = (exponent ? exponent : 1) - 150 + UNIT_BITS;
    if (shift <= -24)
        return 0;
    __int128 whole = shift >= 0 ? (__int128)mantissa << shift : mantissa >> -shift;
    return bits >> 31 ? -whole : whole;
}

static void take_in(const struct columns *c, const float *in)
{
    for (int64_t i = 0; i < c->n; i++) {
        if (in[i] != in[i])
            continue;
        bool fits = fabsf(in[i]) < TOO_LARGE;
        c->sum[i] += fits ? fixed(in[i]) : 0;
        c->count[i] += fits ? 1 : ONE_TOO_LARGE;
    }
}

static void let_go(const struct columns *c, const float *in)
{
    for (int64_t i = 0; i < c->n; i++) {
        if (in[i] != in[i])
            continue;
        bool fits = fabsf(in[i]) < TOO_LARGE;
        c->sum[i] -= fits ? fixed(in[i]) : 0;
        c->count[i] -= fits ? 1 : ONE_TOO_LARGE;
    }
}

static float result(__int128 sum, int64_t count, bool mean)
{
    if (count <= 0 || count >= ONE_TOO_LARGE)
        return NAN;
    double v = (double)sum * UNIT;
    return (float)(mean ? v / (double)count : v);
}

static void window_row(const struct gt_row *r, bool mean)
{
    struct columns c = columns_of(r);
    int radius = r->node->radius;
    if (r->first)
        memset(r->state, 0, (size_t)c.n * (sizeof *c.sum + sizeof *c.count));
    for (int k = r->first ? 0 : 2 * radius; k <= 2 * radius; k++)
        take_in(&c, r->in[0][k] - radius);
    __int128 sum = 0;
    int64_t count = 0;
    for (int64_t i = 0; i < 2 * radius; i++) {
        sum += c.sum[i];
        count += c.count[i];
    }
    for (int64_t j = 0; j < r->n; j++) {
        sum += c.sum[j + 2 * radius];
        count += c.count[j + 2 * radius];
        r->out[j] = result(sum, count, mean);
        sum -= c.sum[j];
        count -= c.count[j];
    }
    let_go(&c, r->in[0][0] - radius);
}

static void mean_row(const struct gt_row *r)
{
    window_row(r, true);
}

static void sum_row(const struct gt_row *r)
{
    window_row(r, false);
}

const struct gt_kernel gt_kernel_mean = {
    .radius = gt_half_window, .state_bytes = sum_bytes, .row = mean_row};
const struct gt_kernel gt_kernel_sum = {
    .radius = gt_half_window, .state_bytes = sum_bytes, .row = sum_row};
