/* What is done to layers of polygons, each in a process of its own: reading from a workspace,
 * areas, areas that two layers share (by Guotu on the ellipsoid or in the plane, by GEOS as the
 * reference), the check of a coverage. Usage: bench-vector WHAT THREADS WORKSPACE ID [WORKSPACE
 * ID]; WHAT is read, fields, areas, geodesic, overlay, plane, geos or coverage. Prints one line:
 * seconds of the work itself, seconds of reading before it, features, result (m2, or flaws). */
#include "bench.h"
#include "guotu/store.h"

#define GEOS_USE_ONLY_R_API
#include <geos_c.h>
#include <stdio.h>
#include <string.h>

struct bench {
    struct gt_arena *a;
    struct gt_store *store[2];
    struct gt_work work;
    const char *what, *id[2];
    double reading, seconds, result;
    int64_t features;
};

static const struct gt_layer_source *source_of(struct bench *b, int k)
{
    const struct gt_dataset *d;
    const struct gt_layer_source *s;
    bench_must(gt_store_find(b->store[k], b->a, b->id[k], 0, &d, &bench_err));
    bench_must(gt_store_layer(b->store[k], b->a, d, &s, &bench_err));
    return s;
}

static const struct gt_shapes *shapes_of(struct bench *b, int k)
{
    const struct gt_features *f;
    const struct gt_layer_query q = {.no_fields = true};
    double start = gt_clock_s();
    bench_must(gt_layer_read(source_of(b, k), b->a, &q, &f, &bench_err));
    b->reading += gt_clock_s() - start;
    b->features += (int64_t)f->shapes->n;
    return f->shapes;
}

static void read_all(struct bench *b)
{
    const struct gt_features *f;
    double start = gt_clock_s();
    bench_must(gt_layer_read(source_of(b, 0), b->a, NULL, &f, &bench_err));
    b->seconds = gt_clock_s() - start;
    b->features = (int64_t)f->shapes->n;
}

static void areas(struct bench *b, enum gt_area_method method)
{
    const struct gt_shapes *s = shapes_of(b, 0);
    double *m2 = GT_TAKE_N(b->a, double, s->n + 1), start = gt_clock_s();
    bench_must(gt_polygon_areas(s, method, &b->work, m2, &bench_err));
    b->seconds = gt_clock_s() - start;
    for (size_t i = 0; i < s->n; i++)
        b->result += m2[i];
}

/* ---- Overlay ---- */

/* plane: areas as GEOS measures them, so that totals can be compared. */
static void overlay(struct bench *b, bool plane)
{
    struct gt_shapes one = *shapes_of(b, 0), other = *shapes_of(b, 1), *s = &one, *t = &other;
    if (plane)
        one.crs = other.crs = NULL;
    const struct gt_overlay_areas_opt opt = {.work = &b->work};
    struct gt_shared_areas shared;
    double start = gt_clock_s();
    bench_must(gt_overlay_areas(b->a, s, t, &opt, &shared, &bench_err));
    b->seconds = gt_clock_s() - start;
    b->result = shared.total_m2;
}

/* What GEOS users do: a tree of boxes, Intersection and Area of each pair of boxes that meet. Its
 * areas are plane ones. */
struct geos {
    GEOSContextHandle_t h;
    GEOSGeometry **g[2];
    size_t n[2];
    GEOSSTRtree *tree;
    const GEOSGeometry *now;
    double sum;
};

static GEOSGeometry *ring_of(GEOSContextHandle_t h, const struct gt_shapes *s, int64_t part)
{
    unsigned n = (unsigned)(s->point[part + 1] - s->point[part]);
    GEOSCoordSequence *c = GEOSCoordSeq_copyFromBuffer_r(h, s->xy + 2 * s->point[part], n, 0, 0);
    return GEOSGeom_createLinearRing_r(h, c);
}

/* The sample's parcels: one outer ring, then its holes. */
static GEOSGeometry *polygon_of(GEOSContextHandle_t h, const struct gt_shapes *s, size_t i)
{
    GEOSGeometry *hole[64];
    unsigned n = 0;
    for (int64_t r = s->part[i] + 1; r < s->part[i + 1] && n < GT_LEN(hole); r++)
        hole[n++] = ring_of(h, s, r);
    return GEOSGeom_createPolygon_r(h, ring_of(h, s, s->part[i]), hole, n);
}

static void on_pair(void *item, void *ctx)
{
    struct geos *g = ctx;
    double area = 0;
    GEOSGeometry *both = GEOSIntersection_r(g->h, g->now, item);
    if (both)
        (void)GEOSArea_r(g->h, both, &area);
    GEOSGeom_destroy_r(g->h, both);
    g->sum += area;
}

struct geos_job {
    const struct geos *all;
    GEOSContextHandle_t *h; /* by worker */
    double *sum;            /* by chunk */
};
enum { CHUNK = 1024 };

static enum gt_status geos_chunk(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct geos_job *job = ctx;
    struct geos mine = *job->all;
    (void)err;
    mine.h = job->h[worker];
    mine.sum = 0;
    size_t end = (size_t)(i + 1) * CHUNK;
    for (size_t k = (size_t)i * CHUNK; k < end && k < mine.n[1]; k++) {
        mine.now = mine.g[1][k];
        GEOSSTRtree_query_r(mine.h, mine.tree, mine.now, on_pair, &mine);
    }
    job->sum[i] = mine.sum;
    return GT_OK;
}

static void make_geos(struct bench *b, struct geos *g)
{
    g->h = GEOS_init_r();
    for (int k = 0; k < 2; k++) {
        const struct gt_shapes *s = shapes_of(b, k);
        g->n[k] = s->n;
        g->g[k] = GT_TAKE_N(b->a, GEOSGeometry *, s->n + 1);
        for (size_t i = 0; i < s->n; i++) {
            double x;
            g->g[k][i] = polygon_of(g->h, s, i);
            (void)GEOSGeom_getXMin_r(g->h, g->g[k][i],
                                     &x); /* boxes are kept, and not thread-safe */
        }
    }
}

static void geos(struct bench *b)
{
    struct geos g = {0};
    make_geos(b, &g);
    double start = gt_clock_s();
    g.tree = GEOSSTRtree_create_r(g.h, 10);
    for (size_t i = 0; i < g.n[0]; i++)
        GEOSSTRtree_insert_r(g.h, g.tree, g.g[0][i], g.g[0][i]);
    int64_t chunks = ((int64_t)g.n[1] + CHUNK - 1) / CHUNK;
    struct geos_job job = {.all = &g, .sum = GT_TAKE_N(b->a, double, (size_t)chunks + 1)};
    job.h = GT_TAKE_N(b->a, GEOSContextHandle_t, (size_t)gt_pool_threads(b->work.pool));
    for (int t = 0; t < gt_pool_threads(b->work.pool); t++)
        job.h[t] = GEOS_init_r();
    if (g.n[1]) { /* the tree is built at the first question */
        g.now = g.g[1][0];
        struct geos first = g;
        GEOSSTRtree_query_r(g.h, g.tree, g.now, on_pair, &first);
    }
    bench_must(gt_par_for(&b->work, chunks, geos_chunk, &job, &bench_err));
    b->seconds = gt_clock_s() - start;
    for (int64_t i = 0; i < chunks; i++)
        b->result += job.sum[i];
}

/* ---- Coverage ---- */

static enum gt_status count_flaw(void *ctx, const struct gt_flaw *f, struct gt_err *err)
{
    double *n = ctx;
    (void)f;
    (void)err;
    *n += 1;
    return GT_OK;
}

static void coverage(struct bench *b)
{
    const struct gt_layer_source *s = source_of(b, 0);
    const struct gt_coverage_opt opt = {.full = true, .memory = (size_t)4 << 30, .work = &b->work};
    double start = gt_clock_s();
    bench_must(gt_check_shapes(s, &opt, count_flaw, &b->result, &bench_err));
    bench_must(gt_check_coverage(s, &opt, count_flaw, &b->result, &bench_err));
    b->seconds = gt_clock_s() - start;
    b->features = s->n;
}

static void run(struct bench *b)
{
    if (strcmp(b->what, "read") == 0) {
        (void)shapes_of(b, 0);
        b->seconds = b->reading;
    } else if (strcmp(b->what, "fields") == 0)
        read_all(b);
    else if (strcmp(b->what, "areas") == 0)
        areas(b, GT_AREA_TRAPEZOID);
    else if (strcmp(b->what, "geodesic") == 0)
        areas(b, GT_AREA_GEODESIC);
    else if (strcmp(b->what, "overlay") == 0)
        overlay(b, false);
    else if (strcmp(b->what, "plane") == 0)
        overlay(b, true);
    else if (strcmp(b->what, "geos") == 0)
        geos(b);
    else if (strcmp(b->what, "coverage") == 0)
        coverage(b);
    else
        bench_die(
            "expected read, fields, areas, geodesic, overlay, plane, geos or coverage, found '%s'",
            b->what);
}

int main(int argc, char **argv)
{
    if (argc != 5 && argc != 7)
        bench_die("expected WHAT THREADS WORKSPACE ID [WORKSPACE ID]");
    GT_AUTO_ARENA a = gt_arena_new();
    struct bench b = {.a = a, .what = argv[1]};
    b.work.pool = gt_pool_new((int)bench_number(argv[2]));
    for (int k = 0; 2 * k + 4 < argc; k++) {
        b.id[k] = argv[2 * k + 4];
        bench_must(gt_store_open(a, argv[2 * k + 3], GT_STORE_READ, &b.store[k], &bench_err));
    }
    run(&b);
    printf("%.4f %.4f %lld %.6f\n", b.seconds, b.reading, (long long)b.features, b.result);
    for (int k = 0; k < 2; k++)
        gt_store_close(b.store[k]);
    gt_pool_free(b.work.pool);
    return 0;
}
