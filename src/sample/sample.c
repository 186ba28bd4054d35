/* sample.c: the fictional county put together, and its rasters row by row. */
#include "sample_int.h"

#include <math.h>

#define EAST_M 36481250.0 /* north-west corner of the box in GT_SAMPLE_CRS */
#define NORTH_M 3312000.0
#define BAND_BYTES ((size_t)4 << 20)

static const struct {
    const char *role;
    struct gt_text2 title;
} layer_table[GT_SAMPLE_LAYERS] = {
#define ENTRY(e, role, en, zh) {role, {en " (synthetic)", zh "（合成数据）"}},
    GT_SAMPLE_TABLE(ENTRY)
#undef ENTRY
};

const char *gt_sample_role(enum gt_sample_layer layer)
{
    return layer_table[layer].role;
}

struct gt_text2 gt_sample_layer_title(enum gt_sample_layer layer)
{
    return layer_table[layer].title;
}

struct gt_text2 gt_sample_title(void)
{
    static const char both[] = "示例县（合成数据） Example county (synthetic data)";
    return (struct gt_text2){both, both};
}

/* ---- Grids ---- */

/* Square cells of which w fill the box from west to east, and `beyond` more on each side. */
static struct gt_grid grid_of(int64_t w, int64_t beyond)
{
    double cell = BOX_W / (double)w;
    int64_t h = (int64_t)floor(BOX_H / cell + 0.5);
    return (struct gt_grid){.w = w + 2 * beyond,
                            .h = (h < 1 ? 1 : h) + 2 * beyond,
                            .x0 = EAST_M - cell * (double)beyond,
                            .y0 = NORTH_M + cell * (double)beyond,
                            .dx = cell,
                            .dy = cell};
}

/* The dem has the cells asked for; climate and soil are known more coarsely, and reach a cell
 * beyond. */
static void make_grids(struct gt_sample *s, int64_t cells)
{
    double w = sqrt((double)cells * (BOX_W / BOX_H));
    int64_t fine = (int64_t)floor(w + 0.5), half = fine / 2;
    int64_t soil = half < 150 ? (half < 1 ? 1 : half) : 150, rain = soil / 4 < 1 ? 1 : soil / 4;
    s->grid[GT_SAMPLE_DEM] = grid_of(fine, 0);
    s->grid[GT_SAMPLE_PRECIPITATION] = grid_of(rain, 1);
    s->grid[GT_SAMPLE_HEAT_SUM] = grid_of(soil, 1);
    s->grid[GT_SAMPLE_SILT] = grid_of(soil, 1);
}

/* ---- Putting together ---- */

static void make_ground(struct gt_arena *a, struct gt_sample *s)
{
    gt_sample_land(a, s->seed, &s->land);
    gt_sample_rivers(a, &s->land, &s->rivers);
    s->n_lakes = gt_sample_lakes(&s->land, &s->rivers, s->lake);
    for (int i = 0; i < s->n_lakes; i++)
        gt_sample_rivers_level(&s->rivers, &s->lake[i]);
    gt_sample_rivers_index(a, &s->rivers);
    gt_sample_rough(a, s);
    gt_sample_holes(s);
}

static void make_vectors(struct gt_arena *a, struct gt_sample *s)
{
    static const struct {
        enum gt_sample_layer layer;
        enum gt_shape_kind kind;
        void (*make)(struct gt_sketch *k);
    } maker[] = {
        {GT_SAMPLE_COUNTY, GT_SHAPE_POLYGON, gt_sample_county},
        {GT_SAMPLE_FAULT, GT_SHAPE_LINE, gt_sample_fault},
        {GT_SAMPLE_WATER, GT_SHAPE_POLYGON, gt_sample_water},
        {GT_SAMPLE_RIVER, GT_SHAPE_LINE, gt_sample_river},
        {GT_SAMPLE_GLACIER, GT_SHAPE_POLYGON, gt_sample_glacier},
        {GT_SAMPLE_TOWN, GT_SHAPE_POINT, gt_sample_town}, /* needs the county */
    };
    for (size_t i = 0; i < GT_LEN(maker); i++) {
        struct gt_sketch k = {.a = a, .s = s, .kind = maker[i].kind};
        maker[i].make(&k);
        gt_sketch_end(&k, &s->vector[maker[i].layer]);
    }
}

enum gt_status gt_sample_new(struct gt_arena *a, const struct gt_sample_opt *opt, struct gt_work *w,
                             const struct gt_sample **out, struct gt_err *err)
{
    int64_t cells = opt->cells ? opt->cells : GT_SAMPLE_CELLS;
    if (cells < GT_SAMPLE_CELLS_MIN || cells > GT_SAMPLE_CELLS_MAX)
        return gt_fail(err, GT_EUSE, "cells: expected %lld..%lld, found %lld",
                       (long long)GT_SAMPLE_CELLS_MIN, (long long)GT_SAMPLE_CELLS_MAX,
                       (long long)cells);
    struct gt_sample *s = GT_TAKE(a, struct gt_sample);
    s->seed = (uint64_t)opt->seed;
    s->x0 = EAST_M;
    s->y0 = NORTH_M;
    GT_TRY(gt_crs_parse(a, GT_SAMPLE_CRS, &s->crs, err));
    make_grids(s, cells);
    gt_progress(w, "sample", 0, 1);
    make_ground(a, s);
    make_vectors(a, s);
    if (gt_stopped(w))
        return gt_fail(err, GT_ECANCELLED, "sample: stopped");
    *out = s;
    return GT_OK;
}

const struct gt_sample_features *gt_sample_vector(const struct gt_sample *s,
                                                  enum gt_sample_layer layer)
{
    return &s->vector[layer];
}

/* ---- Rasters ---- */

struct gt_raster_info gt_sample_raster_info(const struct gt_sample *s, enum gt_sample_layer layer)
{
    return (struct gt_raster_info){.id = layer_table[layer].role,
                                   .grid = s->grid[layer],
                                   .crs = s->crs,
                                   .type = GT_F32,
                                   .has_nodata = true,
                                   .nodata = (double)NAN};
}

struct band {
    const struct gt_sample *s;
    enum gt_sample_layer layer;
    int64_t row;
    float *cells;
};

static bool in_hole(const struct gt_sample *s, double x, double y)
{
    for (int i = 0; i < VOIDS; i++) {
        double dx = x - s->hole[i].x, dy = y - s->hole[i].y;
        if (dx * dx + dy * dy < s->hole[i].radius * s->hole[i].radius)
            return true;
    }
    return false;
}

/* Rounded to a multiple of `unit`, a power of two: what float holds exactly packs well. */
static float rounded(double v, double unit)
{
    return (float)(floor(v / unit + 0.5) * unit);
}

static float cell_value(const struct gt_sample *s, enum gt_sample_layer layer, double x, double y)
{
    if (layer == GT_SAMPLE_DEM) {
        if (in_hole(s, x, y))
            return NAN;
        return rounded(gt_sample_height(s, x, y, 2 * s->grid[layer].dx), 0x1p-4);
    }
    double z = gt_sample_land_at(s->land.z, clampd(x, 0, BOX_W), clampd(y, 0, BOX_H));
    if (layer == GT_SAMPLE_PRECIPITATION)
        return rounded(gt_sample_rain(s, x, y, z), 0x1p-2);
    if (layer == GT_SAMPLE_HEAT_SUM)
        return rounded(gt_sample_heat(z), 0x1p-1);
    return rounded(gt_sample_silt(s, x, y, z), 0x1p-10);
}

static enum gt_status one_row(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    const struct band *b = ctx;
    const struct gt_grid *g = &b->s->grid[b->layer];
    float *cells = b->cells + i * g->w;
    double y = b->s->y0 - gt_grid_y(g, (double)(b->row + i) + 0.5);
    for (int64_t col = 0; col < g->w; col++)
        cells[col] = cell_value(b->s, b->layer, gt_grid_x(g, (double)col + 0.5) - b->s->x0, y);
    (void)worker;
    (void)err;
    return GT_OK;
}

enum gt_status gt_sample_raster(const struct gt_sample *s, enum gt_sample_layer layer,
                                struct gt_raster_sink *sink, struct gt_work *w, struct gt_err *err)
{
    const struct gt_grid *g = &s->grid[layer];
    int64_t rows = (int64_t)(BAND_BYTES / sizeof(float)) / g->w;
    rows = rows < 1 ? 1 : rows > g->h ? g->h : rows;
    GT_AUTO_ARENA a = gt_arena_new();
    struct band b = {s, layer, 0, GT_TAKE_N(a, float, (size_t)(rows * g->w))};
    for (; b.row < g->h; b.row += rows) {
        int64_t n = g->h - b.row < rows ? g->h - b.row : rows;
        GT_TRY(gt_par_for(w, n, one_row, &b, err));
        GT_TRY(sink->rows(sink->self, b.row, n, b.cells, err));
        gt_progress(w, layer_table[layer].role, b.row + n, g->h);
    }
    return GT_OK;
}
