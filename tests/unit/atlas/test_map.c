/* test_map.c: map pictures: their size, and colours where they must be. */
#include "guotu/atlas.h"
#include "t.h"

#include <cairo/cairo.h>
#include <math.h>
#include <string.h>

enum { W = 60, H = 40 };

struct scene {
    struct gt_raster_info info;
    uint8_t cells[W * H];
    float heights[W * H];
    struct gt_map_class classes[2];
    struct gt_map map;
};

/* West half class 1 (red), east half class 2 (green), the north-western cells void. */
static struct scene *scene(struct gt_arena *a, const char *crs, double x0, double y0, double cell)
{
    struct scene *s = GT_TAKE(a, struct scene);
    struct gt_err err = {0};
    s->info = (struct gt_raster_info){.id = "test",
                                      .grid = {W, H, x0, y0, cell, cell},
                                      .type = GT_U8,
                                      .has_nodata = true,
                                      .nodata = 0};
    T_STATUS_ERR(gt_crs_parse(a, crs, &s->info.crs, &err), GT_OK, &err);
    for (int row = 0; row < H; row++)
        for (int col = 0; col < W; col++)
            s->cells[row * W + col] = col < 6 && row < 6 ? 0 : col < W / 2 ? 1 : 2;
    s->classes[0] = (struct gt_map_class){1, 0xc02020, "甲"};
    s->classes[1] = (struct gt_map_class){2, 0x20a020, "乙"};
    s->map = (struct gt_map){.raster = gt_memory_source(a, &s->info, s->cells),
                             .classes = s->classes,
                             .n_classes = 2,
                             .title = "测试图",
                             .lang = GT_ZH,
                             .width = 750};
    return s;
}

struct reading {
    struct gt_str png;
    size_t at;
};

static cairo_status_t read_png(void *closure, unsigned char *data, unsigned n)
{
    struct reading *r = closure;
    if (r->at + n > r->png.n)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(data, r->png.p + r->at, n);
    r->at += n;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *draw(struct gt_arena *a, const struct gt_map *map)
{
    struct gt_err err = {0};
    struct gt_str png = {0};
    T_STATUS_ERR(gt_map_png(a, map, NULL, &png, &err), GT_OK, &err);
    T_OK(png.n > 1000 && memcmp(png.p, "\x89PNG\r\n\x1a\n", 8) == 0);
    struct reading r = {png, 0};
    cairo_surface_t *s = cairo_image_surface_create_from_png_stream(read_png, &r);
    T_EQ_INT(cairo_surface_status(s), CAIRO_STATUS_SUCCESS);
    return s;
}

static int64_t count(cairo_surface_t *s, uint32_t rgb)
{
    int64_t n = 0;
    const unsigned char *data = cairo_image_surface_get_data(s);
    int w = cairo_image_surface_get_width(s), h = cairo_image_surface_get_height(s);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            uint32_t v;
            memcpy(&v, data + y * cairo_image_surface_get_stride(s) + 4 * x, 4);
            n += (v & 0xffffff) == rgb;
        }
    return n;
}

static uint32_t pixel(cairo_surface_t *s, int x, int y)
{
    uint32_t v;
    memcpy(&v, cairo_image_surface_get_data(s) + y * cairo_image_surface_get_stride(s) + 4 * x, 4);
    return v & 0xffffff;
}

/* The frame is 890 of 1250 units wide, from 34 on; the raster is 3 by 2. */
static int at_x(double share)
{
    return (int)((34 + share * 890) * 750 / 1250);
}

static int at_y(double share)
{
    return (int)((118 + share * 890 * 2 / 3) * 750 / 1250);
}

T_TEST(map_has_the_classes_where_the_raster_has_them)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene *s = scene(a, "EPSG:4524", 36500000, 3300000, 30);
    cairo_surface_t *png = draw(a, &s->map);
    T_EQ_INT(cairo_image_surface_get_width(png), 750);
    T_EQ_INT(pixel(png, at_x(0.3), at_y(0.5)), 0xc02020);
    T_EQ_INT(pixel(png, at_x(0.45), at_y(0.95)), 0xc02020);
    T_EQ_INT(pixel(png, at_x(0.55), at_y(0.5)), 0x20a020);
    T_EQ_INT(pixel(png, at_x(0.97), at_y(0.9)), 0x20a020);
    T_EQ_INT(pixel(png, at_x(0.05), at_y(0.05)), 0xf7f7f5);
    T_EQ_INT(pixel(png, 2, 2), 0xffffff);
    int64_t red = count(png, 0xc02020), green = count(png, 0x20a020);
    T_NEAR((double)red / (double)green, 1164.0 / 1200, 0.08); /* less ticks, arrow and legend */
    cairo_surface_destroy(png);
}

T_TEST(map_of_a_geographic_grid_has_the_ground_s_proportions)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene *s = scene(a, "EPSG:4490", 87, 60.05, 0.0025);
    cairo_surface_t *png = draw(a, &s->map);
    /* At 60 degrees a degree of longitude is half as long: 60 x 40 cells are 30 by 40 on the
     * ground. */
    int h = cairo_image_surface_get_height(png);
    T_OK(h > 640);
    cairo_surface_destroy(png);
}

T_TEST(map_draws_a_window_alone)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene *s = scene(a, "EPSG:4524", 36500000, 3300000, 30);
    s->map.window = (struct gt_window){W / 2, 0, W / 2, 20};
    cairo_surface_t *png = draw(a, &s->map);
    T_EQ_INT(pixel(png, at_x(0.1), at_y(0.5)), 0x20a020);
    T_EQ_INT(count(png, 0xc02020) > 0, 1); /* the legend's box */
    T_OK(count(png, 0xc02020) < 400);
    cairo_surface_destroy(png);
}

T_TEST(map_is_darker_in_the_shadow)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene *s = scene(a, "EPSG:4524", 36500000, 3300000, 30);
    struct gt_raster_info info = s->info;
    info.type = GT_F32;
    info.nodata = (double)NAN;
    for (int row = 0; row < H;
         row++) /* a ridge from north to south: its west slope is in the light */
        for (int col = 0; col < W; col++)
            s->heights[row * W + col] = (float)(20 * (col < W / 2 ? col : W - col));
    s->map.heights = gt_memory_source(a, &info, s->heights);
    cairo_surface_t *png = draw(a, &s->map);
    uint32_t light = pixel(png, at_x(0.3), at_y(0.5)), shadow = pixel(png, at_x(0.7), at_y(0.5));
    T_OK((light >> 16) > 0xc0);
    T_OK((shadow >> 8 & 255) < 0xa0 && (shadow >> 8 & 255) > 0x30);
    cairo_surface_destroy(png);
}

T_TEST(map_draws_layers_and_veils_what_is_outside)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene *s = scene(a, "EPSG:4524", 36500000, 3300000, 30);
    static const int64_t part[] = {0, 1}, point[] = {0, 5};
    static const double ring[] = {36500900, 3298900,  36500900, 3299900,  36501700,
                                  3299900,  36501700, 3298900,  36500900, 3298900};
    const struct gt_shapes shapes = {GT_SHAPE_POLYGON,
                                     s->info.crs,
                                     1,
                                     part,
                                     point,
                                     ring,
                                     {36500900, 3298900, 36501700, 3299900}};
    static const char *const names[] = {"区"};
    const struct gt_map_layer layer = {.shapes = &shapes,
                                       .rgb = 0x0000ff,
                                       .width = 3,
                                       .veil = true,
                                       .label = names,
                                       .title = "界线"};
    s->map.layers = &layer;
    s->map.n_layers = 1;
    cairo_surface_t *png = draw(a, &s->map);
    uint32_t inside = pixel(png, at_x(0.85), at_y(0.75)),
             outside = pixel(png, at_x(0.3), at_y(0.5));
    T_EQ_INT(inside, 0x20a020);
    T_OK((outside >> 8 & 255) > 0x80);
    T_OK(count(png, 0x0000ff) > 200);
    cairo_surface_destroy(png);
}

T_TEST(map_says_when_it_is_synthetic)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene *s = scene(a, "EPSG:4524", 36500000, 3300000, 30);
    cairo_surface_t *png = draw(a, &s->map);
    int64_t before = count(png, 0xb3122d);
    cairo_surface_destroy(png);
    s->map.synthetic = true;
    png = draw(a, &s->map);
    T_EQ_INT(before, 0);
    T_OK(count(png, 0xb3122d) > 300);
    cairo_surface_destroy(png);
}

/* Rows are read in bands that end with the file's tiles; one cell of many decides a pixel. */
T_TEST(map_of_a_big_raster_is_read_in_bands)
{
    enum { BIG_W = 5000, BIG_H = 3000 };
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene *s = scene(a, "EPSG:4524", 36400000, 3300000, 30);
    uint8_t *cells = GT_TAKE_N(a, uint8_t, (size_t)BIG_W * BIG_H);
    for (int row = 0; row < BIG_H; row++)
        memset(cells + (size_t)row * BIG_W, row < BIG_H / 2 ? 1 : 2, BIG_W);
    s->info.grid = (struct gt_grid){BIG_W, BIG_H, 36400000, 3300000, 30, 30};
    s->info.tile_w = s->info.tile_h = 512;
    s->map.raster = gt_memory_source(a, &s->info, cells);
    cairo_surface_t *png = draw(a, &s->map);
    double share = 890 * 0.6 / 890;
    T_EQ_INT(pixel(png, at_x(0.5), (int)((118 + 890 * share * 0.45) * 0.6)), 0xc02020);
    T_EQ_INT(pixel(png, at_x(0.5), (int)((118 + 890 * share * 0.55) * 0.6)), 0x20a020);
    cairo_surface_destroy(png);
}

T_TEST(map_of_a_measure_has_a_ramp)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene *s = scene(a, "EPSG:4524", 36500000, 3300000, 30);
    static const struct gt_palette_entry entry[] = {{0, 0x000000}, {100, 0xc8c8c8}};
    const struct gt_palette ramp = {.id = "r", .ramp = true, .n = 2, .entry = entry};
    s->info.type = GT_F32;
    s->info.nodata = (double)NAN;
    for (int i = 0; i < W * H; i++)
        s->heights[i] = i % W < W / 2 ? 25.0F : 75.0F;
    s->map.raster = gt_memory_source(a, &s->info, s->heights);
    s->map.n_classes = 0;
    s->map.ramp = &ramp;
    s->map.unit = "m";
    cairo_surface_t *png = draw(a, &s->map);
    T_EQ_INT(pixel(png, at_x(0.3), at_y(0.5)), 0x323232);
    T_EQ_INT(pixel(png, at_x(0.7), at_y(0.5)), 0x969696);
    cairo_surface_destroy(png);
}

T_TEST(map_can_be_stopped)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene *s = scene(a, "EPSG:4524", 36500000, 3300000, 30);
    _Atomic bool stop = true;
    struct gt_work w = {.stop = &stop};
    struct gt_str png;
    struct gt_err err = {0};
    T_STATUS(gt_map_png(a, &s->map, &w, &png, &err), GT_ECANCELLED);
}
