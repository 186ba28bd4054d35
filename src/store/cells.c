/* cells.c: statistics and fingerprint of cells on their way. */
#include "store_int.h"

#include <math.h>
#include <string.h>

void gt_cells_begin(struct gt_cell_stats *s, const struct gt_raster_info *info)
{
    const struct gt_grid *g = &info->grid;
    const char *crs = info->crs->code[0] ? info->crs->code : info->crs->name;
    /* f32 leaves here with NaN, whatever it came with. */
    bool own = info->has_nodata && info->type != GT_F32;
    const int64_t ints[] = {(int64_t)info->type, g->w, g->h, own};
    /* -0 would be another grid by its bytes alone. */
    const double nums[] = {g->x0 + 0.0, g->y0 + 0.0, g->dx, g->dy, own ? info->nodata + 0.0 : 0};
    *s = (struct gt_cell_stats){.info = *info, .min = (double)INFINITY, .max = -(double)INFINITY};
    gt_hash_begin(&s->hash);
    gt_hash_add(&s->hash, ints, sizeof ints);
    gt_hash_add(&s->hash, nums, sizeof nums);
    gt_hash_add(&s->hash, crs, strlen(crs) + 1);
}

/* Few enough to stay in the cache from the statistics to the hash. */
enum { AT_ONCE = 1 << 14 };

/* One loop a type, by masks instead of branches, so that it becomes vectors. */
#define TAKE_INTS(name, T, LEAST, MOST)                                                 \
    static void name(struct gt_cell_stats *s, const T *in, size_t n)                    \
    {                                                                                   \
        T has = s->info.has_nodata ? (T)-1 : 0, nodata = has ? (T)s->info.nodata : 0;   \
        T lo = MOST, hi = LEAST;                                                        \
        uint32_t voids = 0;                                                             \
        for (size_t i = 0; i < n; i++) {                                                \
            T is_void = (T)(-(in[i] == nodata) & has), cell = (T)(in[i] & ~is_void);    \
            T low = (T)(cell | (MOST & is_void)), high = (T)(cell | (LEAST & is_void)); \
            voids += is_void != 0;                                                      \
            lo = low < lo ? low : lo;                                                   \
            hi = high > hi ? high : hi;                                                 \
        }                                                                               \
        s->voids += voids;                                                              \
        if (voids == n)                                                                 \
            return;                                                                     \
        s->min = (double)lo < s->min ? (double)lo : s->min;                             \
        s->max = (double)hi > s->max ? (double)hi : s->max;                             \
    }
TAKE_INTS(take_u8, uint8_t, 0, UINT8_MAX)
TAKE_INTS(take_i16, int16_t, INT16_MIN, INT16_MAX)
TAKE_INTS(take_i32, int32_t, INT32_MIN, INT32_MAX)

/* Least and greatest of sixteen columns at a time: one of each for all would have to be found in
 * order. */
static void take_f32(struct gt_cell_stats *s, const float *in, float *out, size_t n)
{
    enum { LANES = 16 };
    float nodata = s->info.has_nodata ? (float)s->info.nodata : NAN, lo[LANES], hi[LANES];
    uint32_t voids = 0;
    for (size_t k = 0; k < LANES; k++) {
        lo[k] = INFINITY;
        hi[k] = -INFINITY;
    }
    for (size_t i = 0; i < n; i++) {
        bool is_void = (in[i] == nodata) | (in[i] != in[i]);
        voids += is_void;
        out[i] = is_void ? NAN : in[i];
    }
    for (size_t i = 0; i < n; i += LANES)
        for (size_t k = 0; k < (n - i < LANES ? n - i : LANES); k++) {
            lo[k] = out[i + k] < lo[k] ? out[i + k] : lo[k];
            hi[k] = out[i + k] > hi[k] ? out[i + k] : hi[k];
        }
    s->voids += voids;
    for (size_t k = 0; k < LANES; k++) {
        s->min = (double)lo[k] < s->min ? (double)lo[k] : s->min;
        s->max = (double)hi[k] > s->max ? (double)hi[k] : s->max;
    }
}

static void take(struct gt_cell_stats *s, const void *in, void *out, size_t n)
{
    size_t bytes = n * gt_cell_size(s->info.type);
    switch (s->info.type) {
    case GT_U8: take_u8(s, in, n); break;
    case GT_I16: take_i16(s, in, n); break;
    case GT_I32: take_i32(s, in, n); break;
    case GT_F32: take_f32(s, in, out, n); break;
    }
    if (s->info.type != GT_F32 && out != in)
        memcpy(out, in, bytes);
    gt_hash_add(&s->hash, out, bytes);
}

void gt_cells_add(struct gt_cell_stats *s, const void *in, void *out, size_t n)
{
    const unsigned char *from = in;
    unsigned char *to = out;
    size_t cell = gt_cell_size(s->info.type);
    for (size_t at = 0; at < n; at += AT_ONCE)
        take(s, from + at * cell, to + at * cell, n - at < AT_ONCE ? n - at : AT_ONCE);
}

void gt_cells_end(struct gt_cell_stats *s, char hash[static GT_HASH_TEXT])
{
    gt_hash_end(&s->hash, hash);
    if (s->min > s->max)
        s->min = s->max = (double)NAN;
}
