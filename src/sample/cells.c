/* cells.c: the rasters row by row: which theme fills a layer, how its values are rounded. */
#include "sample_int.h"

#include <math.h>

#define BAND_BYTES ((size_t)4 << 20)

/* ---- What fills a layer ---- */

static double precipitation(const struct gt_site *p)
{
    return gt_sample_rain(p->s, p->x, p->y, p->z);
}

static double heat_sum(const struct gt_site *p)
{
    return gt_sample_heat(p->z);
}

static double silt(const struct gt_site *p)
{
    return gt_sample_silt(p->s, p->x, p->y, p->z);
}

static bool in_hole(const struct gt_sample *s, double x, double y)
{
    for (int i = 0; i < VOIDS; i++) {
        double dx = x - s->hole[i].x, dy = y - s->hole[i].y;
        if (dx * dx + dy * dy < s->hole[i].radius * s->hole[i].radius)
            return true;
    }
    return false;
}

static double dem(const struct gt_site *p)
{
    double wave_m = 2 * p->s->grid[GT_FORM_FINE].dx;
    return in_hole(p->s, p->x, p->y) ? (double)NAN : gt_sample_height(p->s, p->x, p->y, wave_m);
}

static const struct gt_cell_maker basic[] = {{GT_SAMPLE_DEM, 0x1p-4, dem},
                                             {GT_SAMPLE_PRECIPITATION, 0x1p-2, precipitation},
                                             {GT_SAMPLE_HEAT_SUM, 0x1p-1, heat_sum},
                                             {GT_SAMPLE_SILT, 0x1p-10, silt},
                                             {GT_SAMPLE_DEM, 0, NULL}};

static const struct gt_cell_maker *cells_of(enum gt_sample_layer layer)
{
    const struct gt_cell_maker *const theme[] = {basic, gt_sample_climate, gt_sample_soil,
                                                 gt_sample_cover, gt_sample_hazard};
    for (size_t i = 0; i < GT_LEN(theme); i++)
        for (const struct gt_cell_maker *c = theme[i]; c->at; c++)
            if (c->layer == layer)
                return c;
    return NULL;
}

bool gt_sample_is_class(enum gt_sample_layer layer)
{
    const struct gt_cell_maker *c = cells_of(layer);
    return c && !(c->unit > 0);
}

/* ---- Rows ---- */

struct band {
    const struct gt_sample *s;
    const struct gt_sample_item *item;
    const struct gt_cell_maker *cells;
    const struct gt_grid *grid;
    int64_t row;
    void *p;
};

/* What float holds exactly packs well. */
double gt_sample_round(double v, double unit)
{
    return floor(v / unit + 0.5) * unit;
}

static void put(const struct band *b, int64_t i, double v)
{
    if (b->cells->unit > 0)
        ((float *)b->p)[i] = (float)gt_sample_round(v, b->cells->unit);
    else
        ((uint8_t *)b->p)[i] = isnan(v) ? 0 : (uint8_t)v;
}

static enum gt_status one_row(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    const struct band *b = ctx;
    const struct gt_grid *g = b->grid;
    struct gt_site p = {.s = b->s, .month = b->item->month};
    p.y = b->s->y0 - gt_grid_y(g, (double)(b->row + i) + 0.5);
    for (int64_t col = 0; col < g->w; col++) {
        p.x = gt_grid_x(g, (double)col + 0.5) - b->s->x0;
        if (b->item->layer != GT_SAMPLE_DEM)
            p.z = gt_sample_land_at(p.s->land.z, clampd(p.x, 0, BOX_W), clampd(p.y, 0, BOX_H));
        put(b, i * g->w + col, b->cells->at(&p));
    }
    (void)worker;
    (void)err;
    return GT_OK;
}

enum gt_status gt_sample_raster(const struct gt_sample *s, const struct gt_sample_item *item,
                                struct gt_raster_sink *sink, struct gt_work *w, struct gt_err *err)
{
    struct gt_raster_info info = gt_sample_raster_info(s, item);
    const struct gt_grid *g = &info.grid;
    int64_t rows = (int64_t)(BAND_BYTES / sizeof(float)) / g->w;
    rows = rows < 1 ? 1 : rows > g->h ? g->h : rows;
    GT_AUTO_ARENA a = gt_arena_new();
    struct band b = {s, item, cells_of(item->layer),
                     g, 0,    GT_TAKE_N(a, float, (size_t)(rows * g->w))};
    if (s->basic && !item->basic)
        return gt_fail(err, GT_EUSE, "sample: expected one of the basic layers, found '%s'",
                       item->id);
    for (; b.row < g->h; b.row += rows) {
        int64_t n = g->h - b.row < rows ? g->h - b.row : rows;
        GT_TRY(gt_par_for(w, n, one_row, &b, err));
        GT_TRY(sink->rows(sink->self, b.row, n, b.p, err));
        gt_progress(w, item->id, b.row + n, g->h);
    }
    return GT_OK;
}
