#include "scene.h"

#include <inttypes.h>
#include <string.h>

/* ---- Grids ---- */

static int cells_across(struct dice *d)
{
    return dice_chance(d, 25)   ? 1
           : dice_chance(d, 60) ? dice_within(d, 2, 40)
                                : dice_within(d, 41, 150);
}

/* CRS units of a cell. */
static double cell_of(struct dice *d, const struct gt_crs *crs)
{
    double metres = (double)DICE_PICK(d, 30, 10, 90, 250, 2000) + (dice_chance(d, 20) ? 0.37 : 0);
    return crs->kind == GT_CRS_GEOGRAPHIC ? (dice_chance(d, 50) ? 1 / 3600.0 : metres / 111e3)
                                          : metres;
}

enum gt_status scene_new(struct gt_arena *a, struct dice *d, struct scene *out, struct gt_err *err)
{
    static const char *const CRS[] = {"EPSG:4490", "EPSG:4538", "tibet-albers"};
    *out = (struct scene){.a = a, .dice = d};
    for (size_t i = 0; i < GT_LEN(CRS); i++)
        GT_TRY(gt_crs_parse(a, CRS[i], &out->crs[i], err));
    const struct gt_crs *crs = out->crs[dice_below(d, 3)];
    double xy[2] = {dice_within(d, 840, 930) / 10.0, dice_within(d, 280, 360) / 10.0};
    struct gt_xform *t;
    GT_TRY(gt_xform_new(a, out->crs[0], crs, &t, err));
    gt_xform_points(t, xy, 1);
    struct gt_grid g = {.dx = cell_of(d, crs), .x0 = xy[0], .y0 = xy[1]};
    g.w = cells_across(d);
    g.h = cells_across(d);
    g.h = g.h > 120 ? 120 : g.h;
    g.dy = dice_chance(d, 70) ? g.dx : g.dx * 1.3;
    if (dice_chance(d, 50)) { /* corners on whole cells, as files have them */
        g.x0 = floor(g.x0 / g.dx) * g.dx;
        g.y0 = floor(g.y0 / g.dy) * g.dy;
    }
    out->master = (struct gt_raster_info){.id = "master", .grid = g, .crs = crs};
    return GT_OK;
}

/* The place in the middle of the master, in a CRS. */
static enum gt_status middle_in(struct scene *s, const struct gt_crs *crs, double xy[2],
                                struct gt_err *err)
{
    const struct gt_grid *g = &s->master.grid;
    struct gt_xform *t;
    xy[0] = gt_grid_x(g, (double)g->w / 2);
    xy[1] = gt_grid_y(g, (double)g->h / 2);
    GT_TRY(gt_xform_new(s->a, s->master.crs, crs, &t, err));
    gt_xform_points(t, xy, 1);
    return GT_OK;
}

/* Whole cells beside the master's, larger or smaller; now and then off by what is still whole. */
static struct gt_grid shifted(struct dice *d, const struct gt_grid *m)
{
    struct gt_grid g = *m;
    int64_t dcol = dice_within(d, -40, 40), drow = dice_within(d, -40, 40);
    dcol = dcol >= m->w ? m->w - 1 : dcol;
    drow = drow >= m->h ? m->h - 1 : drow;
    double off = dice_chance(d, 30) ? 2e-7 : 0;
    g.x0 += ((double)dcol + off) * g.dx;
    g.y0 -= ((double)drow - off) * g.dy;
    g.w = (dcol < 0 ? -dcol : 0) + dice_within(d, 1, 100);
    g.h = (drow < 0 ? -drow : 0) + dice_within(d, 1, 100);
    return g;
}

/* A grid of other cells over the place, which lies in its middle half. */
static struct gt_grid around(struct dice *d, const double xy[2], double cell)
{
    struct gt_grid g = {.dx = cell, .dy = dice_chance(d, 70) ? cell : cell * 0.8};
    g.w = dice_chance(d, 20) ? 1 : dice_within(d, 2, 60);
    g.h = dice_chance(d, 20) ? 1 : dice_within(d, 2, 60);
    g.x0 = xy[0] - g.dx * (double)g.w * dice_within(d, 25, 75) / 100;
    g.y0 = xy[1] + g.dy * (double)g.h * dice_within(d, 25, 75) / 100;
    return g;
}

/* ---- Cells ---- */

struct painter {
    enum scene_values values;
    enum gt_cell_type type;
    uint64_t state;
    int pattern;
    double base, east, south, rough;
};

static double height(struct painter *p, int64_t col, int64_t row)
{
    double plane = p->base + p->east * (double)col + p->south * (double)row;
    double noise = dice_unit(&p->state) - 0.5;
    switch (p->pattern) {
    case 0: return plane + p->rough * noise;
    case 1: return floor(plane / 10 + 3 * noise);
    case 2: return p->base;
    case 3: return dice_bits(&p->state) % 16 ? plane : plane + 1000;
    default: return p->rough * noise;
    }
}

static double value(struct painter *p, int64_t col, int64_t row)
{
    static const double IDS[] = {0, 1, 7, 101, 102, -3, 16777216, -16777216, 540100};
    uint64_t pick = dice_bits(&p->state);
    if (p->values == SCENE_HEIGHTS)
        return height(p, col, row);
    if (p->pattern == 0) /* patches */
        pick = (uint64_t)(col / 9 + row / 7 * 3);
    if (p->values == SCENE_CLASSES)
        return (double)(pick % (p->pattern == 1 ? 300 : 6));
    return IDS[pick % (p->type == GT_I32 || p->type == GT_F32 ? GT_LEN(IDS) : 5)];
}

static void put(enum gt_cell_type type, unsigned char *at, double v)
{
    static const double LOW[] = {0, -32768, -16777216, -3e38},
                        HIGH[] = {255, 32767, 16777216, 3e38};
    v = fmin(fmax(v, LOW[type]), HIGH[type]);
    uint8_t u8 = (uint8_t)(type == GT_U8 ? v : 0);
    int16_t i16 = (int16_t)(type == GT_I16 ? v : 0);
    int32_t i32 = (int32_t)(type == GT_I32 ? v : 0);
    float f32 = (float)v;
    const void *from[] = {&u8, &i16, &i32, &f32};
    memcpy(at, from[type], gt_cell_size(type));
}

static bool fits(enum gt_cell_type type, double v)
{
    static const double LOW[] = {0, -32768, -2147483648.0}, HIGH[] = {255, 32767, 2147483647};
    return type == GT_F32 || (v >= LOW[type] && v <= HIGH[type]);
}

static void put_void(const struct gt_raster_info *info, unsigned char *at)
{
    int32_t i32 = (int32_t)(info->type == GT_I32 ? info->nodata : 0);
    if (info->type == GT_I32)
        memcpy(at, &i32, sizeof i32);
    else
        put(info->type, at, info->nodata);
}

static struct painter painter_of(struct dice *d, enum scene_values values, enum gt_cell_type type)
{
    struct painter p = {.values = values, .type = type, .state = dice_fork(d)};
    p.pattern = dice_below(d, 5);
    p.base = DICE_PICK(d, 100, 4000, -20, 0);
    p.east = dice_within(d, -40, 40) / 7.0;
    p.south = dice_within(d, -40, 40) / 7.0;
    p.rough = DICE_PICK(d, 1, 20, 300, 5000);
    return p;
}

static void *make_cells(struct scene *s, const struct gt_raster_info *info,
                        enum scene_values values)
{
    struct painter p = painter_of(s->dice, values, info->type);
    double voids = DICE_PICK(s->dice, 0, 2, 60, 100) / 100.0;
    bool can_none = info->has_nodata && fits(info->type, info->nodata);
    size_t size = gt_cell_size(info->type), w = (size_t)info->grid.w;
    unsigned char *cells = gt_take_n(s->a, w * (size_t)info->grid.h, size);
    for (int64_t row = 0; row < info->grid.h; row++)
        for (int64_t col = 0; col < info->grid.w; col++) {
            unsigned char *at = cells + ((size_t)row * w + (size_t)col) * size;
            double v = value(&p, col, row);
            bool missing = dice_unit(&p.state) < voids;
            if (missing && info->type == GT_F32 && dice_bits(&p.state) % 2)
                v = (double)NAN;
            put(info->type, at, v);
            if (v != v)
                memcpy(at, &(float){NAN}, sizeof(float));
            else if (missing && can_none)
                put_void(info, at);
        }
    return cells;
}

static void choose_cells(struct dice *d, struct gt_raster_info *info)
{
    static const double NONE[] = {0, 255, -9999, -32768, -2147483648.0, (double)NAN, 1e30, -1.1};
    info->type = (enum gt_cell_type)dice_below(d, 4);
    info->has_nodata = dice_chance(d, 70);
    if (!info->has_nodata)
        return;
    info->nodata = gt_cell_nodata(info->type);
    if (dice_chance(d, 50))
        info->nodata = NONE[dice_below(d, (int)GT_LEN(NONE))];
}

static const struct gt_raster_source *make(struct scene *s, struct gt_raster_info *info,
                                           enum scene_values values)
{
    choose_cells(s->dice, info);
    if (dice_chance(s->dice, 50)) {
        info->tile_w = DICE_PICK(s->dice, 16, 32, 1, 256);
        info->tile_h = DICE_PICK(s->dice, 16, 8, 1, 256);
    }
    return gt_memory_source(s->a, info, make_cells(s, info, values));
}

const struct gt_raster_source *scene_master(struct scene *s, enum scene_values values)
{
    return make(s, &s->master, values);
}

enum gt_status scene_raster(struct scene *s, enum scene_values values,
                            const struct gt_raster_source **out, struct gt_err *err)
{
    struct dice *d = s->dice;
    struct gt_raster_info info = {.id = "other", .grid = s->master.grid, .crs = s->master.crs};
    int how = dice_below(d, 4);
    double xy[2], metres;
    if (how == 1)
        info.grid = shifted(d, &s->master.grid);
    if (how >= 2) {
        info.crs = how == 2 ? s->master.crs : s->crs[dice_below(d, 3)];
        GT_TRY(middle_in(s, info.crs, xy, err));
        metres = s->master.grid.dx * (s->master.crs->kind == GT_CRS_GEOGRAPHIC ? 111e3 : 1);
        metres *= DICE_PICK(d, 37, 10, 4, 150) / 10.0;
        info.grid = around(d, xy, info.crs->kind == GT_CRS_GEOGRAPHIC ? metres / 111e3 : metres);
    }
    *out = make(s, &info, values);
    return GT_OK;
}

const char *scene_describe(struct gt_arena *a, const struct gt_raster_info *info)
{
    const struct gt_grid *g = &info->grid;
    return gt_printf(a,
                     "%s: %s, %s, nodata %s%g, %" PRId64 " x %" PRId64
                     " cells of %.17g x %.17g from (%.17g, %.17g), tiles %d x %d",
                     info->id, info->crs->name, gt_cell_name(info->type),
                     info->has_nodata ? "" : "none, not ", info->nodata, g->w, g->h, g->dx, g->dy,
                     g->x0, g->y0, info->tile_w, info->tile_h);
}

/* ---- Layers ---- */

struct pen {
    struct scene *s;
    struct gt_arena *a;
    GT_VEC(int64_t) part, point;
    GT_VEC(double) xy;
};

/* A point by column and row of the master; now and then exactly on a centre or an edge of cells. */
static void draw(struct pen *p, double col, double row)
{
    struct dice *d = p->s->dice;
    if (dice_chance(d, 30)) {
        col = floor(col * 2) / 2;
        row = floor(row * 2) / 2;
    }
    *GT_PUSH(p->a, &p->xy) = gt_grid_x(&p->s->master.grid, col);
    *GT_PUSH(p->a, &p->xy) = gt_grid_y(&p->s->master.grid, row);
}

static void close_ring(struct pen *p, size_t first)
{
    double x = p->xy.v[first], y = p->xy.v[first + 1];
    *GT_PUSH(p->a, &p->xy) = x;
    *GT_PUSH(p->a, &p->xy) = y;
}

static void draw_part(struct pen *p, enum gt_shape_kind kind, bool centred)
{
    struct dice *d = p->s->dice;
    const struct gt_grid *g = &p->s->master.grid;
    double size = 1 + (double)(g->w + g->h) * dice_within(d, 1, 60) / 100;
    double col = (double)g->w * dice_within(d, -20, 120) / 100;
    double row = (double)g->h * dice_within(d, -20, 120) / 100;
    if (centred) { /* so that the layer meets the grid */
        col = (double)g->w / 2;
        row = (double)g->h / 2;
    }
    int points = kind == GT_SHAPE_POLYGON ? dice_within(d, 3, 9) : dice_within(d, 1, 6);
    size_t first = p->xy.n;
    for (int i = 0; i < points; i++) {
        double turn = 2 * M_PI * (i + dice_below(d, 90) / 100.0) / points;
        double out =
            i == 0 && centred && kind != GT_SHAPE_POLYGON ? 0 : size * dice_within(d, 5, 100) / 100;
        draw(p, col + out * cos(turn), row + out * sin(turn));
    }
    if (kind == GT_SHAPE_POLYGON)
        close_ring(p, first);
    *GT_PUSH(p->a, &p->point) = (int64_t)p->xy.n / 2;
}

static struct gt_box box_of(const double *xy, size_t n)
{
    struct gt_box b = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    for (size_t i = 0; i + 1 < n; i += 2) {
        b.x0 = fmin(b.x0, xy[i]);
        b.x1 = fmax(b.x1, xy[i]);
        b.y0 = fmin(b.y0, xy[i + 1]);
        b.y1 = fmax(b.y1, xy[i + 1]);
    }
    return b;
}

static const struct gt_raster_layer *with_numbers(struct scene *s, const struct gt_shapes *shapes)
{
    static const char *const NAME[] = {"number"};
    struct gt_raster_layer *l = GT_TAKE(s->a, struct gt_raster_layer);
    double *v = GT_TAKE_N(s->a, double, shapes->n + 1);
    const double **column = GT_TAKE(s->a, const double *);
    for (size_t i = 0; i < shapes->n; i++)
        v[i] = dice_chance(s->dice, 15) ? (double)NAN : dice_within(s->dice, -2, 9);
    *column = v;
    *l = (struct gt_raster_layer){shapes, 1, NAME, column};
    return l;
}

enum gt_status scene_layer(struct scene *s, enum gt_shape_kind kind,
                           const struct gt_raster_layer **out, struct gt_err *err)
{
    struct dice *d = s->dice;
    struct pen p = {.s = s, .a = s->a};
    struct gt_shapes *shapes = GT_TAKE(s->a, struct gt_shapes);
    int features = dice_chance(d, 8) ? 0 : dice_within(d, 1, 8);
    *GT_PUSH(s->a, &p.part) = 0;
    *GT_PUSH(s->a, &p.point) = 0;
    for (int i = 0; i < features; i++) {
        for (int parts = dice_within(d, i == 0, 2); parts > 0; parts--)
            draw_part(&p, kind, i == 0);
        *GT_PUSH(s->a, &p.part) = (int64_t)p.point.n - 1;
    }
    *shapes = (struct gt_shapes){.kind = kind,
                                 .crs = s->crs[dice_below(d, 3)],
                                 .n = (size_t)features,
                                 .part = p.part.v,
                                 .point = p.point.v,
                                 .xy = p.xy.v};
    if (dice_chance(d, 60))
        shapes->crs = s->master.crs;
    struct gt_xform *t;
    GT_TRY(gt_xform_new(s->a, s->master.crs, shapes->crs, &t, err));
    if (p.xy.n)
        gt_xform_points(t, p.xy.v, p.xy.n / 2);
    shapes->box = box_of(p.xy.v, p.xy.n);
    *out = with_numbers(s, shapes);
    return GT_OK;
}
