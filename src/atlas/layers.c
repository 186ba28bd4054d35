/* layers.c: vector layers over a map: outlines, lines, points, labels; and the border with its
 * ticks. */
#include "atlas_int.h"

#include <math.h>
#include <stdio.h>

static double px(const struct gt_frame *f, double x)
{
    return f->x + (x - f->box.x0) / (f->box.x1 - f->box.x0) * f->w;
}

static double py(const struct gt_frame *f, double y)
{
    return f->y + (f->box.y1 - y) / (f->box.y1 - f->box.y0) * f->h;
}

/* ---- Paths ---- */

/* Points nearer than half a pixel to the last one drawn add nothing. */
static void trace(const struct gt_pen *pen, const struct gt_frame *f, const struct gt_shapes *g,
                  int64_t part)
{
    double last_x = 0, last_y = 0;
    for (int64_t i = g->point[part]; i < g->point[part + 1]; i++) {
        double x = px(f, g->xy[2 * i]), y = py(f, g->xy[2 * i + 1]);
        bool first = i == g->point[part], last = i + 1 == g->point[part + 1];
        if (!isfinite(x) || !isfinite(y))
            continue;
        if (!first && !last && hypot(x - last_x, y - last_y) < 0.5)
            continue;
        if (first)
            cairo_move_to(pen->cr, x, y);
        else
            cairo_line_to(pen->cr, x, y);
        last_x = x;
        last_y = y;
    }
    if (g->kind == GT_SHAPE_POLYGON)
        cairo_close_path(pen->cr);
}

static void trace_all(const struct gt_pen *pen, const struct gt_frame *f, const struct gt_shapes *g)
{
    for (int64_t part = 0; part < g->part[g->n]; part++)
        trace(pen, f, g, part);
}

static void draw_points(const struct gt_pen *pen, const struct gt_frame *f,
                        const struct gt_shapes *g, const struct gt_map_layer *layer)
{
    for (int64_t i = 0; i < g->point[g->part[g->n]]; i++) {
        cairo_arc(pen->cr, px(f, g->xy[2 * i]), py(f, g->xy[2 * i + 1]),
                  2.2 * layer->width * pen->unit, 0, 2 * M_PI);
        gt_pen_rgb(pen, 0xffffff, 1);
        cairo_fill_preserve(pen->cr);
        gt_pen_rgb(pen, layer->rgb, 1);
        cairo_set_line_width(pen->cr, layer->width * pen->unit);
        cairo_stroke(pen->cr);
    }
}

static void draw_veil(const struct gt_pen *pen, const struct gt_frame *f, const struct gt_shapes *g)
{
    /* Each polygon is cut out of the frame by itself: neighbours share edges, and even-odd over all
     * of them would show their seams. */
    cairo_push_group(pen->cr);
    gt_pen_rgb(pen, 0xffffff, 0.62);
    cairo_rectangle(pen->cr, f->x, f->y, f->w, f->h);
    cairo_fill(pen->cr);
    cairo_set_operator(pen->cr, CAIRO_OPERATOR_CLEAR);
    cairo_set_fill_rule(pen->cr, CAIRO_FILL_RULE_EVEN_ODD);
    for (size_t i = 0; i < g->n; i++) {
        for (int64_t part = g->part[i]; part < g->part[i + 1]; part++)
            trace(pen, f, g, part);
        cairo_fill_preserve(pen->cr);
        cairo_set_line_width(pen->cr, 1);
        cairo_stroke(pen->cr);
    }
    cairo_set_operator(pen->cr, CAIRO_OPERATOR_OVER);
    cairo_pop_group_to_source(pen->cr);
    cairo_paint(pen->cr);
}

static void draw_shapes(const struct gt_pen *pen, const struct gt_frame *f,
                        const struct gt_shapes *g, const struct gt_map_layer *layer)
{
    if (layer->veil)
        draw_veil(pen, f, g);
    if (g->kind == GT_SHAPE_POINT) {
        draw_points(pen, f, g, layer);
        return;
    }
    cairo_set_line_join(pen->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(pen->cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_fill_rule(pen->cr, CAIRO_FILL_RULE_EVEN_ODD);
    trace_all(pen, f, g);
    gt_pen_rgb(pen, layer->rgb, 1);
    if (layer->filled && g->kind == GT_SHAPE_POLYGON) {
        gt_pen_rgb(pen, layer->rgb, 0.75);
        cairo_fill_preserve(pen->cr);
    }
    cairo_set_line_width(pen->cr, layer->width * pen->unit);
    gt_pen_rgb(pen, layer->rgb, 1);
    cairo_stroke(pen->cr);
}

/* ---- Labels ---- */

struct label {
    double x, y; /* middle */
    double w, h;
};

struct labels {
    const struct gt_pen *pen;
    const struct gt_frame *f;
    struct gt_arena *a;
    GT_VEC(struct label) placed;
};

static bool fits(const struct labels *all, const struct label *l)
{
    const struct gt_frame *f = all->f;
    if (l->x - l->w / 2 < f->x || l->x + l->w / 2 > f->x + f->w || l->y - l->h / 2 < f->y ||
        l->y + l->h / 2 > f->y + f->h)
        return false;
    for (size_t i = 0; i < all->placed.n; i++) {
        const struct label *p = &all->placed.v[i];
        if (fabs(p->x - l->x) < (p->w + l->w) / 2 && fabs(p->y - l->y) < (p->h + l->h) / 2)
            return false;
    }
    return true;
}

/* Where a line across a polygon at `at` runs inside it: the widest stretch. */
static bool widest(const struct gt_shapes *g, size_t feature, double at, double *left,
                   double *right)
{
    double cross[64];
    int n = 0;
    for (int64_t part = g->part[feature]; part < g->part[feature + 1]; part++)
        for (int64_t i = g->point[part]; i + 1 < g->point[part + 1] && n < 64; i++) {
            const double *p = g->xy + 2 * i, *q = p + 2;
            if ((p[1] > at) == (q[1] > at))
                continue;
            double v = p[0] + (at - p[1]) * (q[0] - p[0]) / (q[1] - p[1]);
            int k = n++;
            for (; k > 0 && cross[k - 1] > v; k--)
                cross[k] = cross[k - 1];
            cross[k] = v;
        }
    *left = *right = 0;
    for (int i = 0; i + 1 < n; i += 2)
        if (cross[i + 1] - cross[i] > *right - *left) {
            *left = cross[i];
            *right = cross[i + 1];
        }
    return *right > *left;
}

/* Lines across the polygon, from its middle outwards: the first with room for the label. */
static bool place_in_polygon(struct labels *all, const struct gt_shapes *g, size_t feature,
                             struct label *l)
{
    double y0 = (double)INFINITY, y1 = -(double)INFINITY, left, right;
    for (int64_t i = g->point[g->part[feature]]; i < g->point[g->part[feature + 1]]; i++) {
        y0 = fmin(y0, g->xy[2 * i + 1]);
        y1 = fmax(y1, g->xy[2 * i + 1]);
    }
    for (int line = 0; line < 13; line++) {
        double share = 0.5 + (line % 2 ? 0.06 : -0.06) * ((line + 1) / 2);
        double at = y0 + (y1 - y0) * share;
        if (!widest(g, feature, at, &left, &right))
            continue;
        l->x = px(all->f, (left + right) / 2);
        l->y = py(all->f, at);
        if (px(all->f, right) - px(all->f, left) > l->w && fits(all, l))
            return true;
    }
    return false;
}

/* Right, left, above or below the point. */
static bool place_at_point(struct labels *all, const double *xy, struct label *l)
{
    static const double side[][2] = {{1, 0}, {-1, 0}, {0, -1}, {0, 1}};
    double x = px(all->f, xy[0]), y = py(all->f, xy[1]), off = 9 * all->pen->unit;
    for (size_t i = 0; i < GT_LEN(side); i++) {
        l->x = x + side[i][0] * (off + l->w / 2);
        l->y = y + side[i][1] * (off + l->h / 2);
        if (fits(all, l))
            return true;
    }
    return false;
}

/* Labels that find no room are left out. */
static void draw_labels(struct labels *all, const struct gt_shapes *g,
                        const struct gt_map_layer *layer)
{
    bool point = g->kind == GT_SHAPE_POINT;
    const struct gt_type type = {.size = point ? 16 : 21,
                                 .bold = !point,
                                 .halo = true,
                                 .align = GT_MIDDLE,
                                 .rgb = point ? 0x1a1a1a : layer->rgb};
    for (size_t i = 0; i < g->n; i++) {
        if (!layer->label[i] || !layer->label[i][0] || g->kind == GT_SHAPE_LINE)
            continue;
        struct label l = {.w = gt_pen_width(all->pen, &type, layer->label[i]),
                          .h = type.size * 1.3 * all->pen->unit};
        const double *xy = g->xy + 2 * g->point[g->part[i]];
        if (!(point ? place_at_point(all, xy, &l) : place_in_polygon(all, g, i, &l)))
            continue;
        *GT_PUSH(all->a, &all->placed) = l;
        gt_pen_text(all->pen, l.x, l.y, &type, layer->label[i]);
    }
}

/* ---- All of them ---- */

enum gt_status gt_atlas_layers(const struct gt_pen *pen, const struct gt_frame *f,
                               const struct gt_map *map, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_shapes **shapes = GT_TAKE_N(a, const struct gt_shapes *, map->n_layers);
    for (size_t i = 0; i < map->n_layers; i++)
        if (gt_shapes_to_crs(a, map->layers[i].shapes, map->raster->info.crs, 1, &shapes[i], err) !=
            GT_OK)
            return gt_wrap(err, "map layer %s", map->layers[i].title ? map->layers[i].title : "");
    cairo_save(pen->cr);
    cairo_rectangle(pen->cr, f->x, f->y, f->w, f->h);
    cairo_clip(pen->cr);
    for (size_t i = 0; i < map->n_layers; i++)
        draw_shapes(pen, f, shapes[i], &map->layers[i]);
    struct labels all = {.pen = pen, .f = f, .a = a};
    for (size_t i = map->n_layers; i-- > 0;) /* points are drawn last and labelled first */
        if (map->layers[i].label)
            draw_labels(&all, shapes[i], &map->layers[i]);
    cairo_restore(pen->cr);
    return GT_OK;
}

/* ---- The border ---- */

/* "87°15′E", "29.7N" is not used: minutes for degrees, kilometres for metres. */
static void tick_text(char text[static 40], const struct gt_crs *crs, double v, bool east)
{
    if (crs->kind != GT_CRS_GEOGRAPHIC) {
        snprintf(text, 40, "%.6g km", v * crs->unit_m / 1000);
        return;
    }
    double minutes = floor(fabs(v) * 60 + 0.5), degrees = floor(minutes / 60);
    const char *side = east ? (v < 0 ? "W" : "E") : (v < 0 ? "S" : "N");
    snprintf(text, 40, "%.0f°%02.0f′%s", degrees, minutes - 60 * degrees, side);
}

/* Steps between ticks that read well: parts of a degree, or 1, 2, 5. */
static double tick_step(const struct gt_crs *crs, double span)
{
    static const double degrees[] = {1.0 / 60, 1.0 / 30, 1.0 / 12, 1.0 / 6, 0.25, 0.5, 1, 2, 5};
    double want = span / 5;
    if (crs->kind != GT_CRS_GEOGRAPHIC)
        return gt_atlas_nice(2 * want);
    for (size_t i = 0; i < GT_LEN(degrees); i++)
        if (degrees[i] >= want)
            return degrees[i];
    return 10;
}

static void tick(const struct gt_pen *pen, double x, double y, double dx, double dy)
{
    cairo_move_to(pen->cr, x, y);
    cairo_line_to(pen->cr, x + dx * pen->unit, y + dy * pen->unit);
}

static void ticks(const struct gt_pen *pen, const struct gt_frame *f, const struct gt_crs *crs)
{
    char text[40];
    struct gt_type type = {.size = 14, .align = GT_MIDDLE, .rgb = 0x444444};
    double step = tick_step(crs, fmin(f->box.x1 - f->box.x0, f->box.y1 - f->box.y0));
    for (double v = ceil(f->box.x0 / step) * step; v <= f->box.x1; v += step) {
        tick(pen, px(f, v), f->y, 0, -7);
        tick(pen, px(f, v), f->y + f->h, 0, 7);
        cairo_stroke(pen->cr);
        tick_text(text, crs, v, true);
        if (px(f, v) > f->x + 40 * pen->unit && px(f, v) < f->x + f->w - 40 * pen->unit)
            gt_pen_text(pen, px(f, v), f->y - 15 * pen->unit, &type, text);
    }
    for (double v = ceil(f->box.y0 / step) * step; v <= f->box.y1; v += step) {
        tick(pen, f->x, py(f, v), -7, 0);
        tick(pen, f->x + f->w, py(f, v), 7, 0);
        cairo_stroke(pen->cr);
        tick_text(text, crs, v, false);
        cairo_save(pen->cr);
        cairo_translate(pen->cr, f->x - 15 * pen->unit, py(f, v));
        cairo_rotate(pen->cr, -M_PI / 2);
        double room = 40 * pen->unit;
        if (py(f, v) > f->y + room && py(f, v) < f->y + f->h - room)
            gt_pen_text(pen, 0, 0, &type, text);
        cairo_restore(pen->cr);
    }
}

void gt_atlas_border(const struct gt_pen *pen, const struct gt_frame *f, const struct gt_crs *crs)
{
    double out = 5 * pen->unit;
    cairo_set_line_cap(pen->cr, CAIRO_LINE_CAP_BUTT);
    gt_pen_rgb(pen, 0x222222, 1);
    cairo_set_line_width(pen->cr, 1 * pen->unit);
    cairo_rectangle(pen->cr, f->x, f->y, f->w, f->h);
    cairo_stroke(pen->cr);
    ticks(pen, f, crs);
    gt_pen_rgb(pen, 0x222222, 1);
    cairo_set_line_width(pen->cr, 2.4 * pen->unit);
    cairo_rectangle(pen->cr, f->x - out, f->y - out, f->w + 2 * out, f->h + 2 * out);
    cairo_stroke(pen->cr);
}
