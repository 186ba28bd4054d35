/* sample.c: the fictional county put together: its list of layers, grids and ground. */
#include "sample_int.h"

#include <math.h>

#define EAST_M 36481250.0 /* north-west corner of the box in GT_SAMPLE_CRS */
#define NORTH_M 3312000.0
#define COVER_MOST 3750 /* cells from west to east */

static const struct {
    const char *role;
    enum gt_sample_form form;
    struct gt_text2 title;
} layer_table[GT_SAMPLE_LAYERS] = {
#define ENTRY(e, role, form, en, zh) {role, form, {en, zh}},
    GT_SAMPLE_TABLE(ENTRY)
#undef ENTRY
};

/* ---- The list ---- */

static bool is_basic(enum gt_sample_layer layer)
{
    return layer <= GT_SAMPLE_SILT || (layer >= GT_SAMPLE_COUNTY && layer <= GT_SAMPLE_TOWN);
}

static struct gt_sample_item item_of(struct gt_arena *a, enum gt_sample_layer layer, int month)
{
    struct gt_text2 t = layer_table[layer].title;
    struct gt_sample_item item = {layer_table[layer].role, layer, month, is_basic(layer), t};
    if (!month) {
        item.title.en = gt_printf(a, "%s (synthetic)", t.en);
        item.title.zh = gt_printf(a, "%s（合成数据）", t.zh);
        return item;
    }
    item.id = gt_printf(a, "%s_%02d", item.id, month);
    item.title.en = gt_printf(a, "%s, month %d (synthetic)", t.en, month);
    item.title.zh = gt_printf(a, "%d月%s（合成数据）", month, t.zh);
    return item;
}

size_t gt_sample_items(struct gt_arena *a, const struct gt_sample_item **out)
{
    struct gt_sample_item *v = GT_TAKE_N(a, struct gt_sample_item, (size_t)GT_SAMPLE_LAYERS * 12);
    size_t n = 0;
    for (int i = 0; i < GT_SAMPLE_LAYERS; i++) {
        bool monthly = layer_table[i].form == GT_FORM_MONTHLY;
        for (int month = monthly; month <= (monthly ? 12 : 0); month++)
            v[n++] = item_of(a, (enum gt_sample_layer)i, month);
    }
    *out = v;
    return n;
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

/* The dem has the cells asked for; cover is mapped half as finely, to 10 m at best; climate and
 * soil are known more coarsely, and reach a cell beyond. */
static void make_grids(struct gt_sample *s, int64_t cells)
{
    double w = sqrt((double)cells * (BOX_W / BOX_H));
    int64_t fine = (int64_t)floor(w + 0.5), half = fine / 2;
    int64_t soil = half < 150 ? (half < 1 ? 1 : half) : 150, rain = soil / 4 < 1 ? 1 : soil / 4;
    int64_t cover = half < 1 ? 1 : half < COVER_MOST ? half : COVER_MOST;
    s->grid[GT_FORM_FINE] = grid_of(fine, 0);
    s->grid[GT_FORM_COVER] = grid_of(cover, 0);
    s->grid[GT_FORM_SOIL] = grid_of(soil, 1);
    s->grid[GT_FORM_CLIMATE] = grid_of(rain, 1);
    s->grid[GT_FORM_MONTHLY] = s->grid[GT_FORM_CLIMATE];
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
    s->basic = opt->basic;
    s->x0 = EAST_M;
    s->y0 = NORTH_M;
    GT_TRY(gt_crs_parse(a, GT_SAMPLE_CRS, &s->crs, err));
    make_grids(s, cells);
    gt_progress(w, "sample", 0, 1);
    make_ground(a, s);
    gt_sample_shapes(a, s);
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

struct gt_raster_info gt_sample_raster_info(const struct gt_sample *s,
                                            const struct gt_sample_item *item)
{
    enum gt_cell_type type = gt_sample_is_class(item->layer) ? GT_U8 : GT_F32;
    return (struct gt_raster_info){.id = item->id,
                                   .grid = s->grid[layer_table[item->layer].form],
                                   .crs = s->crs,
                                   .type = type,
                                   .has_nodata = true,
                                   .nodata = gt_cell_nodata(type)};
}
