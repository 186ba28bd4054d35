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

/* One loop a type, without a branch, so that it becomes vectors. n fits in 32 bits. */
#define TAKE_INTS(name, T, LEAST, MOST)                                     \
    static void name(struct gt_cell_stats *s, const T *in, size_t n)        \
    {                                                                       \
        bool has = s->info.has_nodata;                                      \
        T nodata = has ? (T)s->info.nodata : 0, lo = MOST, hi = LEAST;      \
        uint32_t voids = 0;                                                 \
        for (size_t i = 0; i < n; i++) {                                    \
            bool is_void = has & (in[i] == nodata);                         \
            T low = is_void ? MOST : in[i], high = is_void ? LEAST : in[i]; \
            voids += is_void;                                               \
            lo = low < lo ? low : lo;                                       \
            hi = high > hi ? high : hi;                                     \
        }                                                                   \
        s->voids += voids;                                                  \
        if (voids == n)                                                     \
            return;                                                         \
        s->min = (double)lo < s->min ? (double)lo : s->min;                 \
        s->max = (double)hi > s->max ? (double)hi : s->max;                 \
    }
TAKE_INTS(take_u8, uint8_t, 0, UINT8_MAX)
TAKE_INTS(take_i16, int16_t, INT16_MIN, INT16_MAX)
TAKE_INTS(take_i32, int32_t, INT32_MIN, INT32_MAX)

static void take_f32(struct gt_cell_stats *s, const float *in, float *out, size_t n)
{
    float nodata = s->info.has_nodata ? (float)s->info.nodata : NAN;
    float lo = INFINITY, hi = -INFINITY;
    int64_t voids = 0;
    for (size_t i = 0; i < n; i++) {
        float v = in[i] == nodata ? NAN : in[i];
        bool is_void = v != v;
        voids += is_void;
        lo = v < lo ? v : lo;
        hi = v > hi ? v : hi;
        out[i] = is_void ? NAN : v;
    }
    s->voids += voids;
    s->min = (double)lo < s->min ? (double)lo : s->min;
    s->max = (double)hi > s->max ? (double)hi : s->max;
}

void gt_cells_add(struct gt_cell_stats *s, const void *in, void *out, size_t n)
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

void gt_cells_end(struct gt_cell_stats *s, char hash[static GT_HASH_TEXT])
{
    gt_hash_end(&s->hash, hash);
    if (s->min > s->max)
        s->min = s->max = (double)NAN;
}
