/* test_overlay_geos.c: hard cases. GEOS's own, from its source package (tests/xmltester/tests),
 * where the variable GUOTU_GEOS_TESTS names that folder; some of our own of the same kinds always.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* nftw */
#endif
#include "overlay_kit.h"

#include "guotu/io.h"

#include <ftw.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- One pair ---- */

struct totals {
    int pairs, no_answer, invalid;
};
static struct totals totals;

static double pieces_of(struct gt_arena *a, const struct gt_shapes *la, const struct gt_shapes *lb,
                        enum gt_overlay_kind kind)
{
    struct gt_overlay_result r;
    struct gt_err err = {0};
    struct gt_overlay_opt opt = {.kind = kind};
    double sum = 0;
    T_STATUS_ERR(gt_overlay(a, la, lb, &opt, &r, &err), GT_OK, &err);
    for (size_t i = 0; i < r.shapes->n; i++)
        sum += r.m2[i];
    return sum;
}

static double areas_of(struct gt_arena *a, const struct gt_shapes *la, const struct gt_shapes *lb)
{
    struct gt_shared_areas out;
    struct gt_err err = {0};
    struct gt_overlay_areas_opt opt = {.rests = true};
    T_STATUS_ERR(gt_overlay_areas(a, la, lb, &opt, &out, &err), GT_OK, &err);
    return out.total_m2;
}

static double border_of(const struct gt_shapes *s)
{
    double sum = 0;
    for (int64_t part = 0; part < s->part[s->n]; part++)
        for (int64_t k = s->point[part]; k + 1 < s->point[part + 1]; k++)
            sum += hypot(s->xy[2 * k + 2] - s->xy[2 * k], s->xy[2 * k + 3] - s->xy[2 * k + 1]);
    return sum;
}

/* By how much the pieces' grid may move an area. */
static double moved(const struct gt_shapes *la, const struct gt_shapes *lb)
{
    double x0 = fmin(la->box.x0, lb->box.x0), x1 = fmax(la->box.x1, lb->box.x1);
    double y0 = fmin(la->box.y0, lb->box.y0), y1 = fmax(la->box.y1, lb->box.y1);
    double far = fmax(fmax(fabs(x0), fabs(x1)), fmax(fabs(y0), fabs(y1)));
    double step = 10 * fmax(fmax(x1 - x0, y1 - y0) * 0x1p-40, far * 0x1p-52);
    return isnan(step) ? 0 : (border_of(la) + border_of(lb)) * step;
}

static void near(const char *name, const char *what, double found, double expected, double by)
{
    if (!(fabs(found - expected) <= by))
        t_fail(T_HERE("area"), "%s: %s: found %.17g, expected %.17g, tolerance %.3g", name, what,
               found, expected, by);
}

static void check_pair(const char *name, const GEOSGeometry *ga, const GEOSGeometry *gb)
{
    GEOSContextHandle_t h = kit_geos();
    GT_AUTO_ARENA a = gt_arena_new();
    struct kit_layer ka = kit_layer(a), kb = kit_layer(a);
    kit_from_geos(&ka, ga);
    kit_from_geos(&kb, gb);
    const struct gt_shapes *la = kit_shapes(&ka, NULL), *lb = kit_shapes(&kb, NULL);
    double shared = areas_of(a, la, lb);
    if (!isfinite(border_of(la) + border_of(lb))) {
        T_EQ_NUM(shared, 0);
        return;
    }
    double both = pieces_of(a, la, lb, GT_OVERLAY_INTERSECTION);
    double all = pieces_of(a, la, lb, GT_OVERLAY_UNION);
    double own_a = pieces_of(a, la, la, GT_OVERLAY_UNION);
    double own_b = pieces_of(a, lb, lb, GT_OVERLAY_UNION), grid = moved(la, lb);
    near(name, "pieces", both, shared, grid + 1e-9 * fmin(own_a, own_b));
    near(name, "union", all, own_a + own_b - shared, grid + 1e-9 * (own_a + own_b));
    totals.pairs++;
    if (la->point[la->part[1]] + lb->point[lb->part[1]] < 200)
        near(name, "by slabs", shared, kit_slab_area(la, 0, lb, 0),
             grid / 10 + 1e-9 * fmin(own_a, own_b));
    if (GEOSisValid_r(h, ga) != 1 || GEOSisValid_r(h, gb) != 1) {
        totals.invalid++;
        return;
    }
    GEOSGeometry *geos = GEOSIntersection_r(h, ga, gb);
    double expected = kit_geos_area(geos);
    GEOSGeom_destroy_r(h, geos);
    if (isnan(expected)) {
        totals.no_answer++;
        return;
    }
    /* GEOS moves points by more than rounding where its first noding fails */
    near(name, "shared area", shared, expected, grid + 1e-6 * fmin(own_a, own_b));
}

/* ---- GEOS's own ---- */

static GEOSGeometry *geometry(const char *from, const char *to)
{
    GEOSContextHandle_t h = kit_geos();
    while (from < to && strchr(" \t\r\n", *from))
        from++;
    while (to > from && strchr(" \t\r\n", to[-1]))
        to--;
    size_t n = (size_t)(to - from);
    if (n == 0)
        return NULL;
    if (from[0] == '0')
        return GEOSGeomFromHEX_buf_r(h, (const unsigned char *)from, n);
    GT_AUTO_ARENA a = gt_arena_new();
    return GEOSGeomFromWKT_r(h, gt_strndup(a, from, n));
}

static bool is_area(const GEOSGeometry *g)
{
    int type = g ? GEOSGeomTypeId_r(kit_geos(), g) : -1;
    return type == GEOS_POLYGON || type == GEOS_MULTIPOLYGON;
}

static GEOSGeometry *member(const char *from, const char *to, const char *open, const char *close)
{
    const char *start = strstr(from, open);
    if (!start || start > to)
        return NULL;
    start += strlen(open);
    const char *end = strstr(start, close);
    return end && end < to ? geometry(start, end) : NULL;
}

static void check_cases(const char *name, const char *text)
{
    GEOSContextHandle_t h = kit_geos();
    for (const char *at = strstr(text, "<case"); at; at = strstr(at + 1, "<case")) {
        const char *end = strstr(at, "</case>");
        if (!end)
            return;
        GEOSGeometry *a = member(at, end, "<a>", "</a>"), *b = member(at, end, "<b>", "</b>");
        if (is_area(a))
            check_pair(name, a, is_area(b) ? b : a);
        GEOSGeom_destroy_r(h, a);
        GEOSGeom_destroy_r(h, b);
    }
}

static int check_file(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)at;
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_str text;
    if (type != FTW_F || !gt_ends(path, ".xml"))
        return 0;
    T_STATUS_ERR(gt_file_get(a, path, 64 << 20, &text, &err), GT_OK, &err);
    check_cases(path, gt_strndup(a, text.p, text.n));
    return 0;
}

T_TEST(overlay_of_the_hard_cases_of_geos)
{
    const char *folder = getenv("GUOTU_GEOS_TESTS");
    if (!folder)
        T_SKIP("GUOTU_GEOS_TESTS names no folder of GEOS's tests");
    totals = (struct totals){0};
    T_EQ_INT(nftw(folder, check_file, 8, FTW_PHYS), 0);
    T_OK(totals.pairs > 100);
    T_OK(totals.no_answer < totals.pairs / 10);
}

/* ---- Our own ---- */

static void check_text(const char *name, const char *ta, const char *tb)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GEOSContextHandle_t h = kit_geos();
    GEOSGeometry *ga = kit_to_geos(kit_text(a, ta), 0), *gb = kit_to_geos(kit_text(a, tb), 0);
    check_pair(name, ga, gb);
    GEOSGeom_destroy_r(h, ga);
    GEOSGeom_destroy_r(h, gb);
}

T_TEST(overlay_of_hard_cases)
{
    check_text("edges that nearly coincide, far from zero",
               "36500000.001 3400000.0003, 36500100.0007 3400000.0009, 36500050 3400080",
               "36500000.0010001 3400000.0003, 36500100.0007 3400000.00090001, 36500050 3399920");
    check_text("a sliver a thousandth of a micrometre high",
               "0 0, 1000000 0.000000001, 1000000 1000, 0 1000",
               "0 0, 1000000 0, 1000000 1000, 0 1000");
    check_text("a comb against its mirror image",
               "0 0, 10 0, 10 10, 9 1, 8 10, 7 1, 6 10, 5 1, 4 10, 3 1, 2 10, 1 1, 0 10",
               "0 11, 0 0.5, 1 9, 2 0.5, 3 9, 4 0.5, 5 9, 6 0.5, 7 9, 8 0.5, 9 9, 10 0.5, 10 11");
    check_text("a narrow wedge", "0 0, 100000 1, 100000 1.0000001",
               "0 -1, 100000 0.9999999, 100000 2, 0 1");
    check_text("a hole that is all of the other", "0 0, 9 0, 9 9, 0 9; 3 3, 3 6, 6 6, 6 3",
               "3 3, 6 3, 6 6, 3 6");
    check_text("ends on edges that they do not quite meet", "0 0, 7 3, 3 9",
               "3.5 1.5, 8 0, 7 3.0000000000000004");
    check_text("very large numbers", "1e15 1e15, 1.001e15 1e15, 1e15 1.001e15",
               "1.0001e15 1.0001e15, 1.002e15 1e15, 1e15 1.002e15");
    check_text("very small numbers", "1e-15 1e-15, 9e-15 1e-15, 1e-15 9e-15",
               "2e-15 2e-15, 9e-15 2e-15, 9e-15 9e-15");
}
