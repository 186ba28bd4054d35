/* Areas that two layers of polygons share, by Guotu and by GEOS (tree of boxes, intersection, area)
 * on the same data and the same number of threads: seconds by the clock, pairs a second, and how
 * far the totals are apart. Usage: bench-overlay SIDE THREADS [WHAT]; each layer is a grid of SIDE
 * x SIDE polygons of 28 points with moved corners and shared borders, the second one shifted. WHAT
 * is plane (the default of Guotu's areas, as GEOS has no others), ground, or geos (plane and GEOS).
 */
#include "guotu/vector.h"

#include "bench.h"

#define GEOS_USE_ONLY_R_API
#include <geos_c.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BETWEEN = 7, POINTS = 4 * BETWEEN };

static const double CELL = 50, X = 36400000, Y = 3400000;

/* ---- Layers ---- */

struct grid {
    int64_t side;
    double dx, dy; /* its corner, in cells */
    uint64_t seed;
};

static double dice(uint64_t key)
{
    uint64_t z = key * 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (double)(z >> 40) / 16777216.0 - 0.5;
}

/* Point of the fine lattice whose lines the borders follow, to the millimetre. */
static void place(const struct grid *g, int64_t col, int64_t row, double out[2])
{
    uint64_t key = g->seed + (uint64_t)(col * 4000037 + row) * 2;
    double x = (double)col / BETWEEN + 0.8 / BETWEEN * dice(key);
    double y = (double)row / BETWEEN + 0.8 / BETWEEN * dice(key + 1);
    out[0] = round((X + CELL * (x + g->dx)) * 1e3) / 1e3;
    out[1] = round((Y + CELL * (y + g->dy)) * 1e3) / 1e3;
}

static void ring(const struct grid *g, int64_t col, int64_t row, double *xy)
{
    static const int STEP[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    int64_t c = col * BETWEEN, r = row * BETWEEN;
    for (int k = 0; k <= POINTS; k++) {
        place(g, c, r, xy + 2 * k);
        c += STEP[k / BETWEEN % 4][0];
        r += STEP[k / BETWEEN % 4][1];
    }
}

static struct gt_shapes layer(struct gt_arena *a, const struct grid *g, const struct gt_crs *crs)
{
    size_t n = (size_t)(g->side * g->side);
    double *xy = GT_TAKE_N(a, double, 2 * n * (POINTS + 1));
    int64_t *part = GT_TAKE_N(a, int64_t, n + 1), *point = GT_TAKE_N(a, int64_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        ring(g, (int64_t)i % g->side, (int64_t)i / g->side, xy + 2 * i * (POINTS + 1));
        part[i + 1] = (int64_t)i + 1;
        point[i + 1] = (int64_t)(i + 1) * (POINTS + 1);
    }
    double far = CELL * ((double)g->side + 2);
    return (struct gt_shapes){
        .kind = GT_SHAPE_POLYGON,
        .crs = crs,
        .n = n,
        .part = part,
        .point = point,
        .xy = xy,
        .box = {X - far, Y - far, X + far, Y + far},
    };
}

/* ---- GEOS ---- */

struct geos {
    GEOSContextHandle_t *h; /* by thread */
    GEOSGeometry **a, **b;
    GEOSSTRtree *tree;
    size_t n;
    double *sum; /* by chunk */
    int64_t *pairs;
};

enum { CHUNK = 512 };

struct hits {
    struct geos *g;
    GEOSContextHandle_t h;
    size_t i, chunk;
};

static void hit(void *item, void *ctx)
{
    struct hits *k = ctx;
    double area = 0;
    GEOSGeometry *both = GEOSIntersection_r(k->h, k->g->a[k->i], item);
    if (both)
        (void)GEOSArea_r(k->h, both, &area);
    GEOSGeom_destroy_r(k->h, both);
    k->g->sum[k->chunk] += area;
    k->g->pairs[k->chunk]++;
}

static enum gt_status geos_chunk(void *ctx, int64_t chunk, int worker, struct gt_err *err)
{
    (void)err;
    struct geos *g = ctx;
    size_t from = (size_t)chunk * CHUNK, to = from + CHUNK < g->n ? from + CHUNK : g->n;
    for (size_t i = from; i < to; i++) {
        struct hits k = {g, g->h[worker], i, (size_t)chunk};
        GEOSSTRtree_query_r(k.h, g->tree, g->a[i], hit, &k);
    }
    return GT_OK;
}

static GEOSGeometry **polygons(GEOSContextHandle_t h, struct gt_arena *a, const struct gt_shapes *s)
{
    GEOSGeometry **out = GT_TAKE_N(a, GEOSGeometry *, s->n);
    for (size_t i = 0; i < s->n; i++) {
        double x;
        GEOSCoordSequence *c =
            GEOSCoordSeq_copyFromBuffer_r(h, s->xy + 2 * i * (POINTS + 1), POINTS + 1, 0, 0);
        out[i] = GEOSGeom_createPolygon_r(h, GEOSGeom_createLinearRing_r(h, c), NULL, 0);
        (void)GEOSGeom_getXMin_r(h, out[i], &x);
    }
    return out;
}

static void nothing(void *item, void *ctx)
{
    (void)item, (void)ctx;
}

static double by_geos(struct gt_arena *a, const struct gt_shapes *la, const struct gt_shapes *lb,
                      struct gt_work *w)
{
    int threads = gt_pool_threads(w->pool);
    struct geos g = {.n = la->n};
    g.h = GT_TAKE_N(a, GEOSContextHandle_t, (size_t)threads);
    for (int i = 0; i < threads; i++)
        g.h[i] = GEOS_init_r();
    g.a = polygons(g.h[0], a, la);
    g.b = polygons(g.h[0], a, lb);
    size_t chunks = (g.n + CHUNK - 1) / CHUNK;
    g.sum = GT_TAKE_N(a, double, chunks);
    g.pairs = GT_TAKE_N(a, int64_t, chunks);
    double start = gt_clock_s(), total = 0;
    int64_t pairs = 0;
    g.tree = GEOSSTRtree_create_r(g.h[0], 10);
    for (size_t i = 0; i < lb->n; i++)
        GEOSSTRtree_insert_r(g.h[0], g.tree, g.b[i], g.b[i]);
    GEOSSTRtree_query_r(g.h[0], g.tree, g.a[0], nothing, NULL);
    bench_must(gt_par_for(w, (int64_t)chunks, geos_chunk, &g, &bench_err));
    double took = gt_clock_s() - start;
    for (size_t i = 0; i < chunks; i++) {
        total += g.sum[i];
        pairs += g.pairs[i];
    }
    printf("GEOS   %d threads %8.3f s  %9.0f pairs/s of %lld whose boxes meet, %.6f m2\n", threads,
           took, (double)pairs / took, (long long)pairs, total);
    return total;
}

/* ---- Guotu ---- */

static double by_guotu(const struct gt_shapes *la, const struct gt_shapes *lb, struct gt_work *w,
                       const char *what)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_overlay_areas_opt opt = {.work = w};
    struct gt_shared_areas out;
    double start = gt_clock_s();
    bench_must(gt_overlay_areas(a, la, lb, &opt, &out, &bench_err));
    double took = gt_clock_s() - start;
    printf("Guotu  %d threads %8.3f s  %9.0f pairs/s of %zu that share, %.6f m2 (%s)\n",
           gt_pool_threads(w->pool), took, (double)out.n / took, out.n, out.total_m2, what);
    return out.total_m2;
}

static void pieces(const struct gt_shapes *la, const struct gt_shapes *lb, struct gt_work *w)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_overlay_opt opt = {.kind = GT_OVERLAY_UNION, .work = w};
    struct gt_overlay_result out;
    double start = gt_clock_s(), sum = 0;
    bench_must(gt_overlay(a, la, lb, &opt, &out, &bench_err));
    double took = gt_clock_s() - start;
    for (size_t i = 0; i < out.shapes->n; i++)
        sum += out.a[i] >= 0 && out.b[i] >= 0 ? out.m2[i] : 0;
    printf("Guotu  %d threads %8.3f s  %9.0f pieces/s of %zu, %.6f m2 of both\n",
           gt_pool_threads(w->pool), took, (double)out.shapes->n / took, out.shapes->n, sum);
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 4)
        bench_die("usage: bench-overlay SIDE THREADS [plane|ground|geos|pieces]");
    GT_AUTO_ARENA a = gt_arena_new();
    const char *what = argc == 4 ? argv[3] : "plane";
    bool ground = strcmp(what, "ground") == 0;
    const struct gt_crs *crs = NULL;
    if (ground)
        bench_must(gt_crs_parse(a, "EPSG:4524", &crs, &bench_err));
    struct grid ga = {bench_number(argv[1]), 0, 0, 1}, gb = {ga.side, 0.37, 0.41, 2};
    struct gt_shapes la = layer(a, &ga, crs), lb = layer(a, &gb, crs);
    struct gt_work w = {.pool = gt_pool_new((int)bench_number(argv[2]))};
    if (strcmp(what, "pieces") == 0) {
        pieces(&la, &lb, &w);
        gt_pool_free(w.pool);
        return 0;
    }
    double own = by_guotu(&la, &lb, &w, ground ? "ground" : "plane");
    if (strcmp(what, "geos") == 0) {
        double other = by_geos(a, &la, &lb, &w);
        printf("totals differ by %.3g of them\n", fabs(own - other) / other);
    }
    gt_pool_free(w.pool);
    return 0;
}
