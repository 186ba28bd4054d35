/* test_coverage_random.c: coverages damaged at random against intersections of all pairs and what
 * their union leaves enclosed, by GEOS. */
#include "plots.h"
#include "t.h"

#define GEOS_USE_ONLY_R_API
#include <geos_c.h>
#include <math.h>
#include <string.h>

static uint64_t state;

static double chance(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 33) / 2147483648.0;
}

static int pick(int n)
{
    return (int)(chance() * n);
}

static double mm(double v)
{
    return round(v * 1000) / 1000;
}

/* Moves points, takes parcels away, lays others over them, some of them crossing themselves. */
static void damage(struct plots *p)
{
    int moves = pick(4), gone = pick(3), more = pick(4), twins = pick(2);
    for (int i = 0; i < moves; i++) {
        struct plot *q = &p->v[pick((int)p->n)];
        double *xy = q->xy[0] + 2 * pick(q->n[0]);
        double far = chance() < 0.3 ? 0.5 : 15;
        xy[0] = mm(xy[0] + far * (chance() - 0.5));
        xy[1] = mm(xy[1] + far * (chance() - 0.5));
    }
    for (int i = 0; i < more; i++) {
        double xy[8], x = 500 * chance() - 50, y = 500 * chance() - 50;
        for (int k = 0; k < 4; k++) {
            xy[2 * k] = mm(x + 120 * chance());
            xy[2 * k + 1] = mm(y + 120 * chance());
        }
        plots_add(p, xy, 3 + pick(2));
    }
    for (int i = 0; i < twins; i++) {
        struct plot *q = &p->v[pick((int)p->n)];
        plots_add(p, q->xy[0], q->n[0]);
    }
    for (int i = 0; i < gone; i++)
        p->v[pick(p->w * p->h)] = (struct plot){0};
}

static GEOSGeometry *geometry(GEOSContextHandle_t g, const struct gt_shapes *s, size_t i)
{
    if (s->part[i + 1] == s->part[i])
        return GEOSGeom_createEmptyPolygon_r(g);
    int64_t from = s->point[s->part[i]], n = s->point[s->part[i] + 1] - from;
    GEOSCoordSequence *q = GEOSCoordSeq_copyFromBuffer_r(g, s->xy + 2 * from, (unsigned)n, 0, 0);
    GEOSGeometry *ring = GEOSGeom_createLinearRing_r(g, q);
    GEOSGeometry *raw = GEOSGeom_createPolygon_r(g, ring, NULL, 0);
    GEOSGeometry *valid = GEOSMakeValid_r(g, raw);
    GEOSGeom_destroy_r(g, raw);
    return valid;
}

static double flat_area(const struct gt_flaw *f)
{
    double sum = 0;
    for (size_t r = 0; r < f->n_rings; r++)
        for (int64_t i = f->ring[r]; i + 1 < f->ring[r + 1]; i++) {
            const double *u = f->xy + 2 * i, *o = f->xy;
            sum += (u[0] - o[0]) * (u[3] - o[1]) - (u[1] - o[1]) * (u[2] - o[0]);
        }
    return fabs(sum) / 2;
}

/* Area of the pieces of a geometry that are broader than what counts as none. */
static double broad(GEOSContextHandle_t g, const GEOSGeometry *geom)
{
    double sum = 0;
    int n = GEOSGetNumGeometries_r(g, geom);
    for (int i = 0; i < n; i++) {
        double area = 0, length = 0;
        const GEOSGeometry *part = GEOSGetGeometryN_r(g, geom, i);
        GEOSArea_r(g, part, &area);
        GEOSLength_r(g, part, &length);
        if (length > 0 && 2 * area / length > 1e-5)
            sum += area;
    }
    return sum;
}

/* What a large box has beside the union, but for the part that reaches the box's border. */
static double holes(GEOSContextHandle_t g, const GEOSGeometry *geom, int *count)
{
    double sum = 0;
    GEOSGeometry *box = GEOSGeom_createRectangle_r(g, -9999, -9999, 9999, 9999);
    GEOSGeometry *rest = GEOSDifference_r(g, box, geom);
    int n = GEOSGetNumGeometries_r(g, rest);
    for (int i = 0; i < n; i++) {
        double x = 0;
        const GEOSGeometry *part = GEOSGetGeometryN_r(g, rest, i);
        GEOSGeom_getXMin_r(g, part, &x);
        double area = x > -9000 ? broad(g, part) : 0;
        sum += area;
        *count += area > 0;
    }
    GEOSGeom_destroy_r(g, rest);
    GEOSGeom_destroy_r(g, box);
    return sum;
}

/* Whether j repeats an earlier feature: what it covers is told of the earlier one. */
static bool repeats(const struct plots *p, size_t j)
{
    for (size_t i = 0; i < j; i++)
        if (p->v[i].rings && p->v[j].rings && p->v[i].n[0] == p->v[j].n[0] &&
            memcmp(p->v[i].xy[0], p->v[j].xy[0], 2 * (size_t)p->v[i].n[0] * sizeof(double)) == 0)
            return true;
    return false;
}

static void compare(GEOSContextHandle_t g, const struct plots *p, const struct told *t, int seed)
{
    const struct gt_shapes *s = plots_shapes(p, PLOT_METRES);
    GEOSGeometry **geom = GT_TAKE_N(p->a, GEOSGeometry *, p->n);
    for (size_t i = 0; i < p->n; i++)
        geom[i] = geometry(g, s, i);
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = i + 1; j < p->n; j++) {
            GEOSGeometry *both = GEOSIntersection_r(g, geom[i], geom[j]);
            double expected = broad(g, both), found = 0;
            GEOSGeom_destroy_r(g, both);
            for (size_t k = 0; k < t->n; k++)
                if (t->v[k].a == (int64_t)i + 1 && t->v[k].b == (int64_t)j + 1 && t->v[k].xy &&
                    t->v[k].kind != GT_FLAW_GAP && t->v[k].of != GT_FLAW_GAP)
                    found += flat_area(&t->v[k]);
            if (repeats(p, i) || (repeats(p, j) && fabs(found) <= 0))
                continue;
            if (fabs(found - expected) > 1e-3)
                t_fail(T_HERE("overlap"), "seed %d: %zu and %zu: found %g, expected %g", seed,
                       i + 1, j + 1, found, expected);
        }
    GEOSGeometry *all =
        GEOSGeom_createCollection_r(g, GEOS_GEOMETRYCOLLECTION, geom, (unsigned)p->n);
    GEOSGeometry *whole = GEOSUnaryUnion_r(g, all);
    int expected_n = 0, found_n = 0;
    double expected = holes(g, whole, &expected_n), found = 0;
    for (size_t k = 0; k < t->n; k++)
        if (t->v[k].kind == GT_FLAW_GAP || t->v[k].of == GT_FLAW_GAP) {
            found += flat_area(&t->v[k]);
            found_n++;
        }
    GEOSGeom_destroy_r(g, all);
    GEOSGeom_destroy_r(g, whole);
    if (fabs(found - expected) > 1e-3 || found_n > expected_n)
        t_fail(T_HERE("gap"), "seed %d: found %d of %g, expected %d of %g", seed, found_n, found,
               expected_n, expected);
}

T_TEST(damaged_coverages_are_what_geos_says)
{
    GEOSContextHandle_t g = GEOS_init_r();
    int rounds = t_slow() ? 3000 : 150;
    for (int seed = 1; seed <= rounds; seed++) {
        GT_AUTO_ARENA a = gt_arena_new();
        state = (uint64_t)seed * 977;
        struct plots *p = plots_new(a, 4, 4, pick(3));
        damage(p);
        struct told t = {.a = a};
        struct gt_err err = {0};
        struct gt_coverage_opt opt = {.full = true, .tolerance_m = 1e-6, .sliver_m = 0.1};
        T_STATUS_ERR(gt_check_coverage(plots_layer(p, PLOT_METRES), &opt, told_flaw, &t, &err),
                     GT_OK, &err);
        compare(g, p, &t, seed);
    }
    GEOS_finish_r(g);
}
