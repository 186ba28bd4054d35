/* image.c: a raster at the size of a picture: nearest cells for classes, means for measures, and
 * the light on the ground below. */
#include "atlas_int.h"

#include <math.h>
#include <string.h>

#define BAND_BYTES ((int64_t)32 << 20)
#define SHADE_LEVELS 24 /* few enough for the PNG to pack well, too many to be seen */

/* ---- Reading in bands ---- */

struct shrink {
    const struct gt_raster_source *src;
    struct gt_window win;
    int64_t step; /* cells on a side that become one pixel */
    int w, h;     /* pixels; the last ones may have fewer cells */
    bool mean;
    float *v;
    double *sum; /* means of the row of pixels at hand */
    int64_t *count;
};

static double cell_at(const struct gt_raster_info *info, const void *cells, int64_t i)
{
    double v;
    switch (info->type) {
    case GT_U8: v = ((const uint8_t *)cells)[i]; break;
    case GT_I16: v = ((const int16_t *)cells)[i]; break;
    case GT_I32: v = ((const int32_t *)cells)[i]; break;
    default: v = (double)((const float *)cells)[i]; break;
    }
    bool none = info->has_nodata && v >= info->nodata && v <= info->nodata;
    return none ? (double)NAN : v;
}

/* The raster's row or column in the middle of a pixel's. */
static int64_t middle(int64_t pixel, int64_t step, int64_t cells)
{
    int64_t at = pixel * step + step / 2;
    return at < cells ? at : cells - 1;
}

static void take_nearest(struct shrink *s, int64_t row, const void *cells)
{
    int64_t y = row / s->step;
    if (middle(y, s->step, s->win.h) != row)
        return;
    for (int64_t x = 0; x < s->w; x++)
        s->v[y * s->w + x] = (float)cell_at(&s->src->info, cells, middle(x, s->step, s->win.w));
}

static void take_mean(struct shrink *s, int64_t row, const void *cells)
{
    int64_t y = row / s->step;
    for (int64_t col = 0; col < s->win.w; col++) {
        double v = cell_at(&s->src->info, cells, col);
        if (isnan(v))
            continue;
        s->sum[col / s->step] += v;
        s->count[col / s->step]++;
    }
    if ((row + 1) / s->step == y && row + 1 < s->win.h)
        return;
    for (int64_t x = 0; x < s->w; x++) {
        s->v[y * s->w + x] = s->count[x] ? (float)(s->sum[x] / (double)s->count[x]) : NAN;
        s->sum[x] = 0;
        s->count[x] = 0;
    }
}

/* Fills v. Bands end where the file's tiles do. */
static enum gt_status shrink(struct gt_arena *a, struct shrink *s, struct gt_work *work,
                             struct gt_err *err)
{
    const struct gt_raster_info *info = &s->src->info;
    const struct gt_window *all = &s->win;
    int64_t size = (int64_t)gt_cell_size(info->type);
    int64_t rows = info->tile_h > 0 ? info->tile_h : 64, fit = BAND_BYTES / (all->w * size);
    void *cells;
    rows = rows > fit ? fit : rows;
    rows = rows < 1 ? 1 : rows;
    GT_TRY(gt_reserve(a, (size_t)rows, (size_t)(all->w * size), "rows for a map", &cells, err));
    s->v = GT_TAKE_N(a, float, (size_t)s->w *(size_t)s->h);
    s->sum = GT_TAKE_N(a, double, (size_t)s->w);
    s->count = GT_TAKE_N(a, int64_t, (size_t)s->w);
    for (int64_t row = 0, n; row < all->h; row += n) {
        n = rows - (all->row + row) % rows;
        n = all->h - row < n ? all->h - row : n;
        if (gt_stopped(work))
            return gt_fail(err, GT_ECANCELLED, "map of %s: stopped", info->id);
        struct gt_window win = {all->col, all->row + row, all->w, n};
        GT_TRY(s->src->read(s->src->self, 0, win, cells, all->w, err));
        for (int64_t i = 0; i < n; i++) {
            const void *at = (const char *)cells + i * all->w * size;
            if (s->mean)
                take_mean(s, row + i, at);
            else
                take_nearest(s, row + i, at);
        }
    }
    return GT_OK;
}

/* ---- Light ---- */

static double slope_of(float before, float here, float after, double step)
{
    if (isnan((double)here))
        return 0;
    double p = isnan((double)before) ? (double)here : (double)before;
    double q = isnan((double)after) ? (double)here : (double)after;
    return (q - p) / (2 * step);
}

/* Lambert's law, light from the north-west at 45 degrees; heights doubled where a pixel is wide. */
static void light(const struct gt_image *image, const float *z, double dx_m, double dy_m)
{
    double rise = dx_m > 200 ? 2 : dx_m > 80 ? 1.5 : 1.2;
    for (int y = 0; y < image->h; y++)
        for (int x = 0; x < image->w; x++) {
            const float *at = z + (size_t)y * (size_t)image->w + x;
            float west = x > 0 ? at[-1] : *at, east = x + 1 < image->w ? at[1] : *at;
            float north = y > 0 ? at[-image->w] : *at;
            float south = y + 1 < image->h ? at[image->w] : *at;
            double gx = rise * slope_of(west, *at, east, dx_m);
            double gy = rise * slope_of(south, *at, north, dy_m);
            double lit = (1 + (gx - gy) * M_SQRT1_2) / sqrt(1 + gx * gx + gy * gy);
            double v = lit < 1 ? 0.48 + 0.52 * (lit > 0 ? lit : 0) : 1 + 0.55 * (lit - 1);
            image->shade[at - z] = (float)(floor(v * SHADE_LEVELS + 0.5) / SHADE_LEVELS);
        }
}

/* ---- The image ---- */

static void measure(struct gt_image *image)
{
    image->lo = image->hi = (double)NAN;
    for (int64_t i = 0; i < (int64_t)image->w * image->h; i++) {
        double v = (double)image->v[i];
        if (isnan(v)) {
            image->has_void = true;
            continue;
        }
        image->lo = v >= image->lo ? image->lo : v;
        image->hi = v <= image->hi ? image->hi : v;
    }
}

struct gt_window gt_atlas_window(const struct gt_map *map)
{
    const struct gt_grid *g = &map->raster->info.grid;
    return map->window.w > 0 ? map->window : (struct gt_window){0, 0, g->w, g->h};
}

enum gt_status gt_atlas_image(struct gt_arena *a, const struct gt_map *map,
                              const struct gt_frame *f, struct gt_work *w, struct gt_image *out,
                              struct gt_err *err)
{
    const struct gt_raster_info *info = &map->raster->info;
    struct gt_window win = gt_atlas_window(map);
    int64_t across = (int64_t)floor((double)win.w / f->w);
    int64_t down = (int64_t)floor((double)win.h / f->h);
    out->step = across < down ? across : down;
    out->step = out->step < 1 ? 1 : out->step;
    out->w = (int)((win.w + out->step - 1) / out->step);
    out->h = (int)((win.h + out->step - 1) / out->step);
    struct shrink s = {map->raster, win, out->step, out->w, out->h, .mean = !map->n_classes};
    GT_TRY(shrink(a, &s, w, err));
    out->v = s.v;
    measure(out);
    if (!map->heights || !gt_grid_same(&info->grid, &map->heights->info.grid))
        return GT_OK;
    const struct gt_metric *metric;
    double ew_m, ns_m;
    GT_TRY(gt_metric_new(a, info->crs, &info->grid, &metric, err));
    gt_metric_cell_size(metric, &ew_m, &ns_m);
    s = (struct shrink){map->heights, win, out->step, out->w, out->h, .mean = true};
    GT_TRY(shrink(a, &s, w, err));
    out->shade = GT_TAKE_N(a, float, (size_t)out->w *(size_t)out->h);
    light(out, s.v, ew_m * (double)out->step, ns_m * (double)out->step);
    return GT_OK;
}

/* ---- Colours ---- */

#define VOID_RGB 0xf7f7f5

static uint32_t colour_of(const struct gt_map *map, double v)
{
    if (isnan(v))
        return VOID_RGB;
    for (size_t i = 0; i < map->n_classes; i++)
        if (map->classes[i].code >= v && map->classes[i].code <= v)
            return map->classes[i].rgb;
    return map->n_classes ? VOID_RGB : gt_palette_rgb(map->ramp, v);
}

static uint32_t lit(uint32_t rgb, double shade)
{
    uint32_t out = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
        double v = (double)(rgb >> shift & 255);
        v = shade < 1 ? v * shade : v + (255 - v) * (shade - 1) * 1.6;
        out |= (uint32_t)floor((v < 255 ? v : 255) + 0.5) << shift;
    }
    return out;
}

cairo_surface_t *gt_atlas_colour(const struct gt_map *map, const struct gt_image *image)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, image->w, image->h);
    unsigned char *pixels = cairo_image_surface_get_data(surface);
    if (!pixels)
        return surface;
    int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; y < image->h; y++)
        for (int x = 0; x < image->w; x++) {
            size_t i = (size_t)y * (size_t)image->w + (size_t)x;
            double v = (double)image->v[i];
            uint32_t rgb = colour_of(map, v);
            if (image->shade && !isnan(v))
                rgb = lit(rgb, (double)image->shade[i]);
            memcpy(pixels + (size_t)y * (size_t)stride + 4 * (size_t)x, &rgb, 4);
        }
    cairo_surface_mark_dirty(surface);
    return surface;
}
