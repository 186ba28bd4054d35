/* overlay_kit.c: polygons from dice, and the same by GEOS. */
#include "overlay_kit.h"

#include <math.h>
#include <stdlib.h>

/* ---- Layers that grow ---- */

struct kit_layer kit_layer(struct gt_arena *a)
{
    struct kit_layer l = {.a = a};
    *GT_PUSH(a, &l.point) = 0;
    *GT_PUSH(a, &l.part) = 0;
    return l;
}

void kit_ring(struct kit_layer *l, const double *xy, size_t points)
{
    for (size_t i = 0; i <= points; i++) {
        *GT_PUSH(l->a, &l->xy) = xy[2 * (i % points)];
        *GT_PUSH(l->a, &l->xy) = xy[2 * (i % points) + 1];
    }
    *GT_PUSH(l->a, &l->point) = (int64_t)(l->xy.n / 2);
}

void kit_end(struct kit_layer *l)
{
    *GT_PUSH(l->a, &l->part) = (int64_t)l->point.n - 1;
}

const struct gt_shapes *kit_shapes(const struct kit_layer *l, const struct gt_crs *crs)
{
    struct gt_shapes *s = GT_TAKE(l->a, struct gt_shapes);
    *s = (struct gt_shapes){GT_SHAPE_POLYGON, crs,     l->part.n - 1,       l->part.v,
                            l->point.v,       l->xy.v, {NAN, NAN, NAN, NAN}};
    for (size_t i = 0; i < l->xy.n; i += 2) {
        s->box.x0 = fmin(s->box.x0, l->xy.v[i]);
        s->box.x1 = fmax(s->box.x1, l->xy.v[i]);
        s->box.y0 = fmin(s->box.y0, l->xy.v[i + 1]);
        s->box.y1 = fmax(s->box.y1, l->xy.v[i + 1]);
    }
    return s;
}

const struct gt_shapes *kit_text(struct gt_arena *a, const char *text)
{
    struct kit_layer l = kit_layer(a);
    double xy[200];
    size_t n = 0;
    for (const char *p = text;; p++) {
        char *end;
        double v = strtod(p, &end);
        if (end != p) {
            xy[n++] = v;
            p = end;
        }
        if (*p == ';' || *p == '|' || *p == 0) {
            kit_ring(&l, xy, n / 2);
            n = 0;
        }
        if (*p == '|' || *p == 0)
            kit_end(&l);
        if (*p == 0)
            return kit_shapes(&l, NULL);
    }
}

/* ---- Dice ---- */

uint32_t kit_dice(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (uint32_t)(z >> 32);
}

double kit_unit(uint64_t *state)
{
    return kit_dice(state) / 4294967296.0;
}

static double rounded(double v, double step)
{
    return step > 0 ? round(v / step) * step : v;
}

/* Point k of 0..between + 1 of the way from one corner of the grid to a neighbouring one. */
static void grid_point(const struct kit_grid *g, int col, int row, int way, int k, double out[2])
{
    double share = (double)k / (g->between + 1), c = col + (way == 0 ? share : 0);
    double r = row + (way == 1 ? share : 0);
    int fine = g->between + 1;
    int64_t ic = (int64_t)col * fine + (way == 0 ? k : 0),
            ir = (int64_t)row * fine + (way == 1 ? k : 0);
    uint64_t state = g->seed ^ (uint64_t)(ic * 1000003 + ir * 7919);
    double jitter = 0.5 / fine;
    out[0] = rounded(g->x + g->cell * (c + jitter * (kit_unit(&state) - 0.5)), g->step);
    out[1] = rounded(g->y + g->cell * (r + jitter * (kit_unit(&state) - 0.5)), g->step);
}

static void grid_side(const struct kit_grid *g, int col, int row, int way, bool back, double *xy)
{
    for (int k = 0; k <= g->between; k++)
        grid_point(g, col, row, way, back ? g->between + 1 - k : k, xy + 2 * k);
}

const struct gt_shapes *kit_grid(struct gt_arena *a, const struct kit_grid *g)
{
    struct kit_layer l = kit_layer(a);
    size_t side = (size_t)g->between + 1;
    double *xy = GT_TAKE_N(a, double, 8 * side);
    for (int row = 0; row < g->n; row++)
        for (int col = 0; col < g->n; col++) {
            grid_side(g, col, row, 0, false, xy);
            grid_side(g, col + 1, row, 1, false, xy + 2 * side);
            grid_side(g, col, row + 1, 0, true, xy + 4 * side);
            grid_side(g, col, row, 1, true, xy + 6 * side);
            kit_ring(&l, xy, 4 * side);
            kit_end(&l);
        }
    return kit_shapes(&l, NULL);
}

void kit_odd_polygon(struct kit_layer *l, uint64_t *state)
{
    double xy[40];
    uint32_t kind = kit_dice(state) % 4, rings = 1 + kit_dice(state) % 3;
    for (uint32_t r = 0; r < rings; r++) {
        uint32_t n = 3 + kit_dice(state) % 10;
        double cx = kit_unit(state) * 10, cy = kit_unit(state) * 10, size = 1 + kit_unit(state) * 8;
        for (uint32_t i = 0; i < n; i++) {
            double angle = 6.283185307179586 * i / n, far = size * (0.4 + 0.6 * kit_unit(state));
            xy[2 * i] = cx + far * cos(angle);
            xy[2 * i + 1] = cy + far * sin(angle);
            if (kind == 1) {
                xy[2 * i] = kit_dice(state) % 6;
                xy[2 * i + 1] = kit_dice(state) % 6;
            } else if (kind == 2) {
                xy[2 * i] = round(xy[2 * i]);
                xy[2 * i + 1] = round(xy[2 * i + 1]);
            }
        }
        kit_ring(l, xy, n);
    }
    kit_end(l);
}

/* ---- Slabs ---- */

struct slab_edge {
    double x0, y0, x1, y1;
    bool second;
};

struct slabs {
    struct gt_arena *a;
    GT_VEC(struct slab_edge) edge;
    GT_VEC(double) x;
};

static void slab_edges(struct slabs *s, const struct gt_shapes *l, size_t i, bool second)
{
    for (int64_t part = l->part[i]; part < l->part[i + 1]; part++)
        for (int64_t k = l->point[part]; k + 1 < l->point[part + 1]; k++) {
            const double *p = l->xy + 2 * k;
            struct slab_edge e = {p[0], p[1], p[2], p[3], second};
            if (p[0] > p[2])
                e = (struct slab_edge){p[2], p[3], p[0], p[1], second};
            *GT_PUSH(s->a, &s->x) = p[0];
            if (e.x0 < e.x1)
                *GT_PUSH(s->a, &s->edge) = e;
        }
}

static void slab_crossings(struct slabs *s)
{
    for (size_t i = 0; i < s->edge.n; i++)
        for (size_t k = 0; k < i; k++) {
            struct slab_edge e = s->edge.v[i], f = s->edge.v[k];
            double se = (e.y1 - e.y0) / (e.x1 - e.x0), sf = (f.y1 - f.y0) / (f.x1 - f.x0);
            double x = (f.y0 - e.y0 + se * e.x0 - sf * f.x0) / (se - sf);
            if (x > e.x0 && x < e.x1 && x > f.x0 && x < f.x1)
                *GT_PUSH(s->a, &s->x) = x;
        }
}

static int by_number(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

struct slab_cut {
    double y;
    bool second;
};

static int by_height(const void *pa, const void *pb)
{
    const struct slab_cut *a = pa, *b = pb;
    return (a->y > b->y) - (a->y < b->y);
}

static double slab_length(const struct slabs *s, double x)
{
    struct slab_cut cut[200];
    size_t n = 0;
    bool in[2] = {false, false};
    double sum = 0;
    for (size_t i = 0; i < s->edge.n; i++) {
        struct slab_edge e = s->edge.v[i];
        if (e.x0 < x && x < e.x1)
            cut[n++] =
                (struct slab_cut){e.y0 + (x - e.x0) / (e.x1 - e.x0) * (e.y1 - e.y0), e.second};
    }
    if (n > 0)
        qsort(cut, n, sizeof *cut, by_height);
    for (size_t i = 0; i + 1 < n; i++) {
        in[cut[i].second] = !in[cut[i].second];
        sum += in[0] && in[1] ? cut[i + 1].y - cut[i].y : 0;
    }
    return sum;
}

double kit_slab_area(const struct gt_shapes *la, size_t i, const struct gt_shapes *lb, size_t k)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct slabs s = {.a = a};
    double sum = 0;
    slab_edges(&s, la, i, false);
    slab_edges(&s, lb, k, true);
    slab_crossings(&s);
    if (s.x.n > 0)
        qsort(s.x.v, s.x.n, sizeof *s.x.v, by_number);
    for (size_t m = 0; m + 1 < s.x.n; m++)
        sum += (s.x.v[m + 1] - s.x.v[m]) * slab_length(&s, (s.x.v[m] + s.x.v[m + 1]) / 2);
    return sum;
}

/* ---- GEOS ---- */

static GEOSContextHandle_t handle;

static void close_geos(void)
{
    GEOS_finish_r(handle);
}

GEOSContextHandle_t kit_geos(void)
{
    if (!handle) {
        handle = GEOS_init_r();
        (void)atexit(close_geos);
    }
    return handle;
}

static GEOSGeometry *ring_of(const struct gt_shapes *s, int64_t part)
{
    GEOSContextHandle_t h = kit_geos();
    int64_t n = s->point[part + 1] - s->point[part];
    GEOSCoordSequence *c =
        GEOSCoordSeq_copyFromBuffer_r(h, s->xy + 2 * s->point[part], (unsigned)n, 0, 0);
    GEOSGeometry *shell = GEOSGeom_createLinearRing_r(h, c);
    return shell ? GEOSGeom_createPolygon_r(h, shell, NULL, 0) : NULL;
}

GEOSGeometry *kit_to_geos(const struct gt_shapes *s, size_t i)
{
    GEOSContextHandle_t h = kit_geos();
    GEOSGeometry *all = GEOSGeom_createEmptyPolygon_r(h);
    for (int64_t part = s->part[i]; part < s->part[i + 1]; part++) {
        GEOSGeometry *ring = ring_of(s, part);
        GEOSGeometry *valid =
            GEOSisValid_r(h, ring) == 1 ? GEOSGeom_clone_r(h, ring) : GEOSMakeValid_r(h, ring);
        GEOSGeometry *next = GEOSSymDifference_r(h, all, valid);
        GEOSGeom_destroy_r(h, ring);
        GEOSGeom_destroy_r(h, valid);
        GEOSGeom_destroy_r(h, all);
        all = next;
    }
    return all;
}

double kit_geos_area(const GEOSGeometry *g)
{
    double area = NAN;
    if (!g || GEOSArea_r(kit_geos(), g, &area) != 1)
        return NAN;
    return area;
}

static void add_geos_ring(struct kit_layer *l, const GEOSGeometry *ring)
{
    GEOSContextHandle_t h = kit_geos();
    const GEOSCoordSequence *c = GEOSGeom_getCoordSeq_r(h, ring);
    unsigned n = 0;
    (void)GEOSCoordSeq_getSize_r(h, c, &n);
    if (n < 4)
        return;
    double *xy = GT_TAKE_N(l->a, double, 2 * (size_t)n);
    (void)GEOSCoordSeq_copyToBuffer_r(h, c, xy, 0, 0);
    kit_ring(l, xy, n - 1);
}

static void add_geos(struct kit_layer *l, const GEOSGeometry *g)
{
    GEOSContextHandle_t h = kit_geos();
    int type = GEOSGeomTypeId_r(h, g);
    if (type == GEOS_POLYGON && GEOSisEmpty_r(h, g) == 0) {
        add_geos_ring(l, GEOSGetExteriorRing_r(h, g));
        for (int i = 0; i < GEOSGetNumInteriorRings_r(h, g); i++)
            add_geos_ring(l, GEOSGetInteriorRingN_r(h, g, i));
    }
    if (type != GEOS_MULTIPOLYGON && type != GEOS_GEOMETRYCOLLECTION)
        return;
    for (int i = 0; i < GEOSGetNumGeometries_r(h, g); i++)
        add_geos(l, GEOSGetGeometryN_r(h, g, i));
}

void kit_from_geos(struct kit_layer *l, const GEOSGeometry *g)
{
    add_geos(l, g);
    kit_end(l);
}

double kit_geos_shared(const struct gt_shapes *la, const struct gt_shapes *lb)
{
    GEOSContextHandle_t h = kit_geos();
    double sum = 0;
    for (size_t i = 0; i < la->n; i++)
        for (size_t k = 0; k < lb->n; k++) {
            if (!gt_box_meets(gt_shape_box(la, i), gt_shape_box(lb, k)))
                continue;
            GEOSGeometry *a = kit_to_geos(la, i), *b = kit_to_geos(lb, k);
            GEOSGeometry *both = GEOSIntersection_r(h, a, b);
            sum += kit_geos_area(both);
            GEOSGeom_destroy_r(h, a);
            GEOSGeom_destroy_r(h, b);
            GEOSGeom_destroy_r(h, both);
        }
    return sum;
}
