/* map.c: a map picture: title, frame, legend, scale bar and remarks around a raster. */
#include "atlas_int.h"

#include <math.h>
#include <string.h>

#define WIDTH 1500 /* pixels, where none are asked for */
/* Units of a picture GT_UNITS wide: 0.4 points on a page of A4. */
#define WIDE GT_UNITS
#define MARGIN 34.0
#define HEAD 118.0 /* title and subtitle */
#define SIDE 292.0 /* the legend's column */
#define FOOT 78.0  /* the note */
#define MAP_W (WIDE - SIDE - 2 * MARGIN)
#define MAP_H_MAX 940.0
#define MAP_H_MIN 480.0 /* the legend needs it */

/* ---- Legend ---- */

static void box(const struct gt_pen *pen, double x, double y, uint32_t rgb)
{
    double u = pen->unit;
    cairo_rectangle(pen->cr, x, y - 10 * u, 34 * u, 20 * u);
    gt_pen_rgb(pen, rgb, 1);
    cairo_fill_preserve(pen->cr);
    gt_pen_rgb(pen, 0x444444, 1);
    cairo_set_line_width(pen->cr, 0.8 * u);
    cairo_stroke(pen->cr);
}

/* Gives the y below. */
static double class_lines(const struct gt_pen *pen, const struct gt_map *map, bool has_void,
                          double x, double y)
{
    const struct gt_type type = {.size = 17, .rgb = 0x222222, .wrap = SIDE - 60};
    double u = pen->unit;
    for (size_t i = 0; i < map->n_classes + has_void; i++) {
        bool none = i == map->n_classes;
        const char *title =
            none ? (pen->lang == GT_ZH ? "无数据" : "no data") : map->classes[i].title;
        box(pen, x, y, none ? 0xf7f7f5 : map->classes[i].rgb);
        double h = gt_pen_text(pen, x + 46 * u, y - 13 * u, &type, title ? title : "");
        y += fmax(h, 24 * u) + 8 * u;
    }
    return y;
}

static double ramp_bar(const struct gt_pen *pen, const struct gt_map *map,
                       const struct gt_image *image, double x, double y)
{
    double u = pen->unit, tall = 220 * u;
    const struct gt_type type = {.size = 16, .rgb = 0x222222};
    if (!(image->hi >= image->lo))
        return y;
    double span = image->hi > image->lo ? image->hi - image->lo : 1, step = gt_atlas_nice(span / 3);
    for (int i = 0; i < 220; i++) {
        cairo_rectangle(pen->cr, x, y + i * u, 34 * u, 1.5 * u);
        gt_pen_rgb(pen, gt_palette_rgb(map->ramp, image->hi - span * i / 220), 1);
        cairo_fill(pen->cr);
    }
    cairo_rectangle(pen->cr, x, y, 34 * u, tall);
    gt_pen_rgb(pen, 0x444444, 1);
    cairo_set_line_width(pen->cr, 0.8 * u);
    cairo_stroke(pen->cr);
    for (double v = ceil(image->lo / step) * step; v <= image->hi; v += step) {
        char text[32];
        gt_pen_text(pen, x + 44 * u, y + tall * (image->hi - v) / span, &type, gt_fmt_num(v, text));
    }
    if (map->unit && map->unit[0])
        gt_pen_text(pen, x, y + tall + 18 * u, &type, map->unit);
    return y + tall + 46 * u;
}

static double layer_lines(const struct gt_pen *pen, const struct gt_map *map, double x, double y)
{
    const struct gt_type type = {.size = 17, .rgb = 0x222222};
    double u = pen->unit;
    for (size_t i = 0; i < map->n_layers; i++) {
        const struct gt_map_layer *l = &map->layers[i];
        if (!l->title || !l->shapes->n)
            continue;
        gt_pen_rgb(pen, l->rgb, 1);
        cairo_set_line_width(pen->cr, l->width * u);
        if (l->shapes->kind == GT_SHAPE_POINT) {
            cairo_arc(pen->cr, x + 17 * u, y, 2.2 * l->width * u, 0, 2 * M_PI);
        } else if (l->shapes->kind == GT_SHAPE_LINE) {
            cairo_move_to(pen->cr, x, y);
            cairo_line_to(pen->cr, x + 34 * u, y);
        } else {
            cairo_rectangle(pen->cr, x + 1, y - 9 * u, 32 * u, 18 * u);
        }
        if (l->filled) {
            gt_pen_rgb(pen, l->rgb, 0.75);
            cairo_fill_preserve(pen->cr);
            gt_pen_rgb(pen, l->rgb, 1);
        }
        cairo_stroke(pen->cr);
        gt_pen_text(pen, x + 46 * u, y, &type, l->title);
        y += 32 * u;
    }
    return y;
}

void gt_atlas_legend(const struct gt_pen *pen, const struct gt_map *map,
                     const struct gt_image *image, double x, double y)
{
    const struct gt_type head = {.size = 21, .bold = true, .rgb = 0x222222};
    const char *word = map->legend ? map->legend : pen->lang == GT_ZH ? "图例" : "Legend";
    gt_pen_text(pen, x, y + 10 * pen->unit, &head, word);
    y += 46 * pen->unit;
    y = map->n_classes ? class_lines(pen, map, image->has_void, x, y)
                       : ramp_bar(pen, map, image, x, y);
    layer_lines(pen, map, x, y + 6 * pen->unit);
}

/* ---- The page ---- */

static void draw_raster(const struct gt_pen *pen, const struct gt_frame *f,
                        const struct gt_map *map, const struct gt_image *image)
{
    struct gt_window win = gt_atlas_window(map);
    cairo_surface_t *surface = gt_atlas_colour(map, image);
    double across = f->w * (double)image->step / (double)win.w;
    double down = f->h * (double)image->step / (double)win.h;
    cairo_save(pen->cr);
    cairo_rectangle(pen->cr, f->x, f->y, f->w, f->h);
    cairo_clip(pen->cr);
    cairo_translate(pen->cr, f->x, f->y);
    cairo_scale(pen->cr, across, down);
    cairo_set_source_surface(pen->cr, surface, 0, 0);
    cairo_pattern_set_extend(cairo_get_source(pen->cr), CAIRO_EXTEND_PAD);
    cairo_pattern_set_filter(cairo_get_source(pen->cr),
                             across > 1.5 ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
    cairo_paint(pen->cr);
    cairo_restore(pen->cr);
    cairo_surface_destroy(surface);
}

static void draw_head(const struct gt_pen *pen, const struct gt_map *map)
{
    double u = pen->unit, middle = WIDE / 2 * u;
    struct gt_type type = {.size = 34, .bold = true, .align = GT_MIDDLE, .rgb = 0x111111};
    while (type.size > 18 && gt_pen_width(pen, &type, map->title) > (WIDE - 2 * MARGIN) * u)
        type.size -= 2;
    gt_pen_text(pen, middle, 38 * u, &type, map->title);
    type = (struct gt_type){.size = 18, .align = GT_MIDDLE, .rgb = 0x444444};
    if (map->subtitle)
        gt_pen_text(pen, middle, 75 * u, &type, map->subtitle);
}

/* On the map itself, so that it stays with the picture wherever that is pasted. */
static void draw_synthetic(const struct gt_pen *pen, const struct gt_frame *f)
{
    double u = pen->unit;
    const char *text =
        pen->lang == GT_ZH ? "合成数据 · 非真实地区" : "SYNTHETIC DATA · not a real place";
    const struct gt_type type = {.size = 19, .bold = true, .align = GT_LEFT, .rgb = 0xb3122d};
    double w = gt_pen_width(pen, &type, text) + 24 * u;
    cairo_rectangle(pen->cr, f->x + 12 * u, f->y + 12 * u, w, 36 * u);
    gt_pen_rgb(pen, 0xffffff, 0.9);
    cairo_fill_preserve(pen->cr);
    gt_pen_rgb(pen, 0xb3122d, 1);
    cairo_set_line_width(pen->cr, 2 * u);
    cairo_stroke(pen->cr);
    gt_pen_text(pen, f->x + 24 * u, f->y + 30 * u, &type, text);
}

static enum gt_status draw(const struct gt_pen *pen, const struct gt_frame *f,
                           const struct gt_map *map, const struct gt_image *image,
                           struct gt_err *err)
{
    double u = pen->unit, side = (WIDE - MARGIN - SIDE + 22) * u;
    const struct gt_type small = {
        .size = 15, .rgb = 0x555555, .wrap = WIDE - 2 * MARGIN, .lines = 2};
    gt_pen_rgb(pen, 0xffffff, 1);
    cairo_paint(pen->cr);
    draw_head(pen, map);
    draw_raster(pen, f, map, image);
    GT_TRY(gt_atlas_layers(pen, f, map, err));
    gt_atlas_border(pen, f, map->raster->info.crs);
    gt_atlas_arrow(pen, f->x + f->w - 36 * u, f->y + 14 * u);
    if (map->synthetic)
        draw_synthetic(pen, f);
    gt_atlas_legend(pen, map, image, side, f->y);
    gt_atlas_scale(pen, side, f->y + f->h - 34 * u, f->m_px);
    if (map->note)
        gt_pen_text(pen, MARGIN * u, f->y + f->h + 26 * u, &small, map->note);
    return GT_OK;
}

static cairo_status_t append(void *closure, const unsigned char *bytes, unsigned n)
{
    gt_buf_addn(closure, bytes, n);
    return CAIRO_STATUS_SUCCESS;
}

static enum gt_status finish(struct gt_arena *a, cairo_surface_t *surface, struct gt_str *png,
                             struct gt_err *err)
{
    struct gt_buf b = {.a = a};
    cairo_status_t status = cairo_surface_write_to_png_stream(surface, append, &b);
    if (status != CAIRO_STATUS_SUCCESS)
        return gt_fail(err, GT_EINTERNAL, "map: expected a picture, found: %s",
                       cairo_status_to_string(status));
    *png = (struct gt_str){b.p, b.n};
    return GT_OK;
}

/* Where the raster goes: as wide as there is room, in the proportions of the ground. */
static enum gt_status place(struct gt_arena *a, const struct gt_map *map, double unit,
                            struct gt_frame *f, struct gt_err *err)
{
    const struct gt_grid *g = &map->raster->info.grid;
    struct gt_window win = gt_atlas_window(map);
    struct gt_grid part = {.w = win.w, .h = win.h, .dx = g->dx, .dy = g->dy};
    const struct gt_metric *metric;
    double ew_m, ns_m;
    part.x0 = gt_grid_x(g, (double)win.col);
    part.y0 = gt_grid_y(g, (double)win.row);
    GT_TRY(gt_metric_new(a, map->raster->info.crs, &part, &metric, err));
    gt_metric_cell_size(metric, &ew_m, &ns_m);
    double wide_m = ew_m * (double)win.w, tall_m = ns_m * (double)win.h;
    double per_m = fmin(MAP_W * unit / wide_m, MAP_H_MAX * unit / tall_m);
    *f = (struct gt_frame){.x = MARGIN * unit + (MAP_W * unit - wide_m * per_m) / 2,
                           .y = HEAD * unit,
                           .w = fmax(1, wide_m * per_m),
                           .h = fmax(1, tall_m * per_m),
                           .box = gt_grid_box(&part),
                           .m_px = 1 / per_m};
    return GT_OK;
}

enum gt_status gt_map_png(struct gt_arena *a, const struct gt_map *map, struct gt_work *w,
                          struct gt_str *png, struct gt_err *err)
{
    int width = map->width > 0 ? map->width : WIDTH;
    struct gt_pen pen = {.lang = map->lang, .unit = width / WIDE};
    struct gt_frame f;
    struct gt_image image = {0};
    GT_TRY(place(a, map, pen.unit, &f, err));
    GT_TRY(gt_atlas_image(a, map, &f, w, &image, err));
    double tall = f.y + fmax(f.h, MAP_H_MIN * pen.unit) + FOOT * pen.unit;
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, (int)ceil(tall));
    gt_pen_open(&pen, surface);
    enum gt_status status = draw(&pen, &f, map, &image, err);
    gt_pen_close(&pen);
    if (status == GT_OK)
        status = finish(a, surface, png, err);
    cairo_surface_destroy(surface);
    return status;
}
