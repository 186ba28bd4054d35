/* wkb_write.c: flat shapes as well-known binary; flat rings are sorted into shells and holes. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* qsort_r */
#endif
#include "wkb.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WKB_POINT = 1, WKB_LINE, WKB_POLYGON };
#define WKB_MULTI 3

static void add_u32(struct gt_buf *out, uint32_t v)
{
    gt_buf_addn(out, &v, sizeof v);
}

static void add_head(struct gt_buf *out, uint32_t type)
{
    gt_buf_addn(out, "\1", 1);
    add_u32(out, type);
}

/* A run of points: a part of the flat shapes. */
struct run {
    const double *xy;
    size_t n;
};

static struct run part_of(const struct gt_shapes *s, int64_t part)
{
    return (struct run){.xy = s->xy + 2 * s->point[part],
                        .n = (size_t)(s->point[part + 1] - s->point[part])};
}

static size_t points_of(const struct gt_shapes *s, size_t i)
{
    return (size_t)(s->point[s->part[i + 1]] - s->point[s->part[i]]);
}

/* ---- Rings ---- */

struct ring {
    struct run r;
    struct gt_box box;
    double area2; /* twice the signed area; counter-clockwise is positive */
    int depth;    /* rings around it */
    int64_t in;   /* the smallest of them, -1: none */
    bool shell;   /* else a hole of the ring that it is in */
};

static struct ring measure(struct run r)
{
    struct ring out = {.r = r, .in = -1};
    const double *p = r.xy;
    if (r.n == 0)
        return out;
    out.box = (struct gt_box){p[0], p[1], p[0], p[1]};
    for (size_t i = 0; i + 1 < r.n; i++) {
        const double *a = p + 2 * i, *b = a + 2;
        /* From the first point, for the sake of far coordinates. */
        out.area2 += (a[0] - p[0]) * (b[1] - p[1]) - (b[0] - p[0]) * (a[1] - p[1]);
        out.box.x0 = fmin(out.box.x0, b[0]);
        out.box.x1 = fmax(out.box.x1, b[0]);
        out.box.y0 = fmin(out.box.y0, b[1]);
        out.box.y1 = fmax(out.box.y1, b[1]);
    }
    return out;
}

/* 1 inside, 0 outside, -1 on the boundary. */
static int locate(const struct run *r, double x, double y)
{
    int inside = 0;
    for (size_t i = 0; i + 1 < r->n; i++) {
        const double *a = r->xy + 2 * i, *b = a + 2;
        double side = (b[0] - a[0]) * (y - a[1]) - (x - a[0]) * (b[1] - a[1]);
        bool within_x = (a[0] <= x && x <= b[0]) || (b[0] <= x && x <= a[0]);
        bool within_y = (a[1] <= y && y <= b[1]) || (b[1] <= y && y <= a[1]);
        if (side == 0 && within_x && within_y)
            return -1;
        if ((a[1] > y) != (b[1] > y) && ((b[1] > a[1]) == (side > 0)))
            inside = !inside;
    }
    return inside;
}

static bool box_within(struct gt_box a, struct gt_box b)
{
    return a.x0 >= b.x0 && a.x1 <= b.x1 && a.y0 >= b.y0 && a.y1 <= b.y1;
}

/* Rings of one polygon do not cross, so any point that is not on the other's boundary decides;
 * vertices first, then middles of edges. */
static bool ring_within(const struct ring *inner, const struct ring *outer)
{
    if (!box_within(inner->box, outer->box) || fabs(inner->area2) > fabs(outer->area2))
        return false;
    const double *p = inner->r.xy;
    for (size_t i = 0; i < inner->r.n; i++) {
        int at = locate(&outer->r, p[2 * i], p[2 * i + 1]);
        if (at >= 0)
            return at == 1;
    }
    for (size_t i = 0; i + 1 < inner->r.n; i++, p += 2) {
        int at = locate(&outer->r, (p[0] + p[2]) / 2, (p[1] + p[3]) / 2);
        if (at >= 0)
            return at == 1;
    }
    return false;
}

static void put_in(struct ring *ring, size_t i, size_t j)
{
    if (!ring_within(&ring[i], &ring[j]))
        return;
    ring[i].depth++;
    if (ring[i].in < 0 || fabs(ring[j].area2) < fabs(ring[ring[i].in].area2))
        ring[i].in = (int64_t)j;
}

static double west_of(const struct ring *r)
{
    return isnan(r->box.x0) ? -(double)INFINITY : r->box.x0;
}

static int by_west(const void *a, const void *b, void *rings)
{
    const struct ring *ring = rings;
    double x = west_of(&ring[*(const size_t *)a]), y = west_of(&ring[*(const size_t *)b]);
    return (x > y) - (x < y);
}

/* From west to east, each ring against those that reach so far east: thousands of islands in a lake
 * are not compared each with each. Rings that hold one another, as only broken ones do, all become
 * shells: none is lost. */
static enum gt_status nest(struct gt_arena *a, struct ring *ring, size_t n, struct gt_err *err)
{
    void *p;
    GT_TRY(gt_reserve(a, 2 * n + 1, sizeof(size_t), "rings of a polygon", &p, err));
    size_t *order = p, *open = order + n, n_open = 0;
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    qsort_r(order, n, sizeof *order, by_west, ring);
    for (size_t k = 0; k < n; k++) {
        size_t i = order[k], kept = 0;
        for (size_t m = 0; m < n_open; m++)
            if (ring[open[m]].box.x1 >= ring[i].box.x0)
                open[kept++] = open[m];
        n_open = kept;
        for (size_t m = 0; m < n_open; m++) {
            put_in(ring, i, open[m]);
            if (ring[open[m]].box.x0 >= ring[i].box.x0)
                put_in(ring, open[m], i);
        }
        open[n_open++] = i;
    }
    for (size_t i = 0; i < n; i++)
        ring[i].shell = ring[i].depth % 2 == 0 || ring[ring[i].in].depth % 2 == 1;
    return GT_OK;
}

/* Counter-clockwise for shells, clockwise for holes. */
static void add_ring(struct gt_buf *out, const struct ring *ring, bool shell)
{
    add_u32(out, (uint32_t)ring->r.n);
    if ((ring->area2 > 0) == shell || ring->area2 == 0) {
        gt_buf_addn(out, ring->r.xy, ring->r.n * 16);
        return;
    }
    for (size_t i = ring->r.n; i-- > 0;)
        gt_buf_addn(out, ring->r.xy + 2 * i, 16);
}

static void add_polygon(struct gt_buf *out, const struct ring *ring, size_t n, size_t shell)
{
    uint32_t rings = 1;
    for (size_t i = 0; i < n; i++)
        rings += !ring[i].shell && ring[i].in == (int64_t)shell;
    add_head(out, WKB_POLYGON);
    add_u32(out, rings);
    add_ring(out, &ring[shell], true);
    for (size_t i = 0; i < n; i++)
        if (!ring[i].shell && ring[i].in == (int64_t)shell)
            add_ring(out, &ring[i], false);
}

static uint32_t count_shells(const struct ring *ring, size_t n)
{
    uint32_t shells = 0;
    for (size_t i = 0; i < n; i++)
        shells += ring[i].shell;
    return shells;
}

static enum gt_status rings_of(struct gt_arena *a, const struct gt_shapes *s, size_t i,
                               struct ring **out, struct gt_err *err)
{
    size_t n = (size_t)(s->part[i + 1] - s->part[i]);
    void *p;
    GT_TRY(gt_reserve(a, n ? n : 1, sizeof(struct ring), "rings of a polygon", &p, err));
    *out = p;
    for (size_t j = 0; j < n; j++)
        (*out)[j] = measure(part_of(s, s->part[i] + (int64_t)j));
    return nest(a, *out, n, err);
}

/* Of one ring nothing needs to be sorted. */
static void add_one_ring(struct gt_buf *out, const struct gt_shapes *s, size_t i, bool multi)
{
    struct ring ring = measure(part_of(s, s->part[i]));
    if (multi) {
        add_head(out, WKB_POLYGON + WKB_MULTI);
        add_u32(out, 1);
    }
    ring.shell = true;
    add_polygon(out, &ring, 1, 0);
}

static enum gt_status add_polygons(struct gt_buf *out, const struct gt_shapes *s, size_t i,
                                   bool multi, struct gt_err *err)
{
    if (s->part[i + 1] - s->part[i] == 1) {
        add_one_ring(out, s, i, multi);
        return GT_OK;
    }
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct ring *ring;
    size_t n = (size_t)(s->part[i + 1] - s->part[i]);
    GT_TRY(rings_of(scratch, s, i, &ring, err));
    if (!multi && n == 0) {
        add_head(out, WKB_POLYGON);
        add_u32(out, 0);
    }
    if (multi) {
        add_head(out, WKB_POLYGON + WKB_MULTI);
        add_u32(out, count_shells(ring, n));
    }
    for (size_t j = 0; j < n; j++)
        if (ring[j].shell)
            add_polygon(out, ring, n, j);
    return GT_OK;
}

/* ---- Points and lines ---- */

static void add_points(struct gt_buf *out, const struct gt_shapes *s, size_t i, bool multi)
{
    size_t n = points_of(s, i);
    const double *xy = s->xy + 2 * s->point[s->part[i]];
    static const double none[2] = {(double)NAN, (double)NAN};
    if (multi) {
        add_head(out, WKB_POINT + WKB_MULTI);
        add_u32(out, (uint32_t)n);
    } else if (n == 0) {
        add_head(out, WKB_POINT);
        gt_buf_addn(out, none, sizeof none);
    }
    for (size_t j = 0; j < n; j++) {
        add_head(out, WKB_POINT);
        gt_buf_addn(out, xy + 2 * j, 16);
    }
}

static void add_lines(struct gt_buf *out, const struct gt_shapes *s, size_t i, bool multi)
{
    int64_t n = s->part[i + 1] - s->part[i];
    if (multi) {
        add_head(out, WKB_LINE + WKB_MULTI);
        add_u32(out, (uint32_t)n);
    } else if (n == 0) {
        add_head(out, WKB_LINE);
        add_u32(out, 0);
    }
    for (int64_t j = s->part[i]; j < s->part[i + 1]; j++) {
        struct run r = part_of(s, j);
        add_head(out, WKB_LINE);
        add_u32(out, (uint32_t)r.n);
        gt_buf_addn(out, r.xy, r.n * 16);
    }
}

enum gt_status gt_wkb_add(struct gt_buf *out, const struct gt_shapes *s, size_t i, bool multi,
                          struct gt_err *err)
{
    if (points_of(s, i) > UINT32_MAX / 16)
        return gt_fail(err, GT_ETOOBIG, "feature %zu: expected fewer than %u points, found %zu",
                       i + 1, UINT32_MAX / 16, points_of(s, i));
    if (s->kind == GT_SHAPE_POLYGON)
        return add_polygons(out, s, i, multi, err);
    if (s->kind == GT_SHAPE_POINT)
        add_points(out, s, i, multi);
    else
        add_lines(out, s, i, multi);
    return GT_OK;
}

/* Several rings may be one shell with its holes. */
static bool has_shells(const struct gt_shapes *s, size_t i)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct ring *ring;
    size_t n = (size_t)(s->part[i + 1] - s->part[i]);
    return rings_of(scratch, s, i, &ring, NULL) != GT_OK || count_shells(ring, n) > 1;
}

bool gt_wkb_is_multi(const struct gt_shapes *s)
{
    for (size_t i = 0; i < s->n; i++) {
        int64_t parts = s->part[i + 1] - s->part[i];
        bool several = s->kind == GT_SHAPE_POINT ? points_of(s, i) > 1 : parts > 1;
        if (several && (s->kind != GT_SHAPE_POLYGON || has_shells(s, i)))
            return true;
    }
    return false;
}

/* ---- As they came ---- */

static bool has_trait(const struct gt_features *f, size_t i, unsigned trait)
{
    return f->trait && (f->trait[i] & trait);
}

static bool is_outer(const struct gt_features *f, int64_t part, int64_t first)
{
    return part == first || (f->outer && f->outer[part]);
}

static void add_typed(struct gt_buf *out, uint32_t type, bool z)
{
    add_head(out, z ? type + 1000 : type);
}

/* A ring without its last point where `open`; heights are 0. */
static void add_raw_ring(struct gt_buf *out, struct run r, bool open, bool z)
{
    static const double height = 0;
    size_t n = open && r.n > 1 ? r.n - 1 : r.n;
    add_u32(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        gt_buf_addn(out, r.xy + 2 * i, 16);
        if (z)
            gt_buf_addn(out, &height, sizeof height);
    }
}

static void add_raw_polygons(struct gt_buf *out, const struct gt_features *f, size_t i, bool multi)
{
    const struct gt_shapes *s = f->shapes;
    int64_t from = s->part[i], to = s->part[i + 1], next;
    bool open = has_trait(f, i, GT_TRAIT_OPEN), z = has_trait(f, i, GT_TRAIT_Z);
    uint32_t shells = 0;
    for (int64_t j = from; j < to; j++)
        shells += is_outer(f, j, from);
    if (multi) {
        add_typed(out, WKB_POLYGON + WKB_MULTI, z);
        add_u32(out, shells);
    }
    for (int64_t j = from; j < to; j = next) {
        for (next = j + 1; next < to && !is_outer(f, next, from);)
            next++;
        add_typed(out, WKB_POLYGON, z);
        add_u32(out, (uint32_t)(next - j));
        for (int64_t k = j; k < next; k++)
            add_raw_ring(out, part_of(s, k), open, z);
    }
}

bool gt_wkb_features_multi(const struct gt_features *f)
{
    const struct gt_shapes *s = f->shapes;
    if (!f->outer || s->kind != GT_SHAPE_POLYGON)
        return gt_wkb_is_multi(s);
    for (size_t i = 0; i < s->n; i++)
        for (int64_t j = s->part[i] + 1; j < s->part[i + 1]; j++)
            if (f->outer[j])
                return true;
    return false;
}

enum gt_status gt_wkb_add_feature(struct gt_buf *out, const struct gt_features *f, size_t i,
                                  bool multi, struct gt_err *err)
{
    const struct gt_shapes *s = f->shapes;
    bool raw = f->outer || has_trait(f, i, GT_TRAIT_OPEN | GT_TRAIT_Z);
    if (!raw || s->kind != GT_SHAPE_POLYGON || points_of(s, i) == 0 ||
        points_of(s, i) > UINT32_MAX / 16)
        return gt_wkb_add(out, s, i, multi, err);
    add_raw_polygons(out, f, i, multi);
    return GT_OK;
}
