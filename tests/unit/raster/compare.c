#include "compare.h"
#include "raster_int.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* One way to run a model, and what came out. */
struct way {
    int64_t block;
    int threads;
    struct gt_window region;
    bool raw;    /* f32 whatever the step is; no tables */
    int n_write; /* steps */
    int write[ORACLE_STEPS];
    /* out */
    void *cells[ORACLE_STEPS]; /* by written step */
    struct gt_run_result result;
    enum gt_status status;
    struct gt_err err;
};

static const char *name_way(const struct graph *g, const struct way *w)
{
    return gt_printf(g->a,
                     "%s, block %" PRId64 ", %d threads, region %" PRId64 " %" PRId64 " %" PRId64
                     " %" PRId64,
                     w->raw ? "raw" : "typed", w->block, w->threads, w->region.col, w->region.row,
                     w->region.w, w->region.h);
}

bool compare_same(float x, float y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

static enum gt_status run_plan(struct graph *g, struct way *w, const struct gt_plan *p)
{
    struct gt_raster_sink *sinks[ORACLE_STEPS];
    for (int i = 0; i < w->n_write; i++) {
        struct gt_raster_info info = gt_plan_output(p, i);
        size_t n = (size_t)(info.grid.w * info.grid.h);
        w->cells[i] = gt_take_n(g->a, n, gt_cell_size(info.type));
        sinks[i] = gt_memory_sink(g->a, &info, w->cells[i]);
    }
    struct gt_pool *pool = w->threads > 1 ? gt_pool_new(w->threads) : NULL;
    struct gt_work work = {.pool = pool};
    enum gt_status status = gt_plan_run(g->a, p, sinks, &work, &w->result, &w->err);
    gt_pool_free(pool);
    return status;
}

static void run(struct graph *g, struct way *w)
{
    const struct gt_plan *p;
    struct gt_plan_opt opt = {.bind = g->bind,
                              .write = w->write,
                              .n_write = w->n_write,
                              .block = w->block,
                              .threads = w->threads,
                              .region = w->region};
    w->err = (struct gt_err){0};
    w->status = gt_plan_build(g->a, g->m, &opt, w->raw, &p, &w->err);
    if (w->status == GT_OK)
        w->status = run_plan(g, w, p);
}

/* ---- Distances ---- */

/* The engine's distances must be those of the oracle to rounding; from then on they stand for them,
 * so that the steps after them can be equal bit for bit. */
static const char *take_distances(struct graph *g)
{
    struct way w = {.raw = true, .threads = 1};
    for (int i = 0; i < g->m->n_steps; i++)
        if (g->m->steps[i].kind == GT_STEP_DISTANCE)
            w.write[w.n_write++] = i;
    if (w.n_write == 0)
        return NULL;
    run(g, &w);
    if (w.status != GT_OK)
        return gt_printf(g->a, "distances: %s", w.err.text);
    for (int k = 0; k < w.n_write; k++) {
        const float *found = w.cells[k], *expected = g->oracle.cells[w.write[k]];
        for (int64_t i = 0; i < g->oracle.w * g->oracle.h; i++) {
            double f = (double)found[i], e = (double)expected[i];
            if (isnan(f) != isnan(e) || fabs(f - e) > 1e-6 * fabs(e) + 1e-6)
                return gt_printf(g->a, "step %s, cell %" PRId64 ": distance %.9g, expected %.9g",
                                 g->m->steps[w.write[k]].name, i, f, e);
        }
        g->oracle.cells[w.write[k]] = found;
    }
    return NULL;
}

static const char *make_again(struct graph *g)
{
    struct gt_err err = {0};
    for (int i = 0; i < g->m->n_steps; i++)
        if (g->m->steps[i].kind != GT_STEP_DISTANCE &&
            oracle_step(&g->oracle, g->m, i, &err) != GT_OK)
            return gt_printf(g->a, "oracle: %s", err.text);
    return NULL;
}

/* ---- Cells ---- */

static double expected_cell(const struct graph *g, const struct way *w, int step, int64_t i)
{
    int64_t col = w->region.col + i % w->region.w, row = w->region.row + i / w->region.w;
    return oracle_at(&g->oracle, g->oracle.cells[step], col, row);
}

static const char *compare_raw(const struct graph *g, const struct way *w, int k)
{
    const float *found = w->cells[k];
    int64_t missing = 0;
    for (int64_t i = 0; i < w->region.w * w->region.h; i++) {
        float e = (float)expected_cell(g, w, w->write[k], i);
        missing += isnan(e);
        if (!compare_same(found[i], e))
            return gt_printf(g->a, "step %s, cell %" PRId64 ": found %.9g, expected %.9g",
                             g->m->steps[w->write[k]].name, i, (double)found[i], (double)e);
    }
    if (w->result.nodata_cells[k] != missing)
        return gt_printf(g->a, "step %s: counted %" PRId64 " no-data cells, expected %" PRId64,
                         g->m->steps[w->write[k]].name, w->result.nodata_cells[k], missing);
    return NULL;
}

/* What a class or an id can be. */
static bool is_code(double v)
{
    return fabs(v) <= 16777216 && v == floor(v);
}

/* How a step is written: classes u8, ids i32, measures f32. */
static bool fits(const struct gt_step *s, double v)
{
    if (isnan(v) || s->cells == GT_CELLS_MEASURE)
        return true;
    return is_code(v) && (s->cells != GT_CELLS_CLASS || (v >= 1 && v <= 255));
}

static bool same_typed(const struct gt_step *s, const void *cells, int64_t i, double v)
{
    if (s->cells == GT_CELLS_CLASS)
        return ((const uint8_t *)cells)[i] == (isnan(v) ? 0 : (int)v);
    if (s->cells == GT_CELLS_ID)
        return ((const int32_t *)cells)[i] == (isnan(v) ? INT32_MIN : (int32_t)v);
    return compare_same(((const float *)cells)[i], (float)v);
}

static const char *compare_typed(const struct graph *g, const struct way *w, int k)
{
    const struct gt_step *s = &g->m->steps[w->write[k]];
    for (int64_t i = 0; i < w->region.w * w->region.h; i++)
        if (!same_typed(s, w->cells[k], i, expected_cell(g, w, w->write[k], i)))
            return gt_printf(g->a, "step %s, cell %" PRId64 ": written wrongly, expected %.9g",
                             s->name, i, expected_cell(g, w, w->write[k], i));
    return NULL;
}

/* Codes that cannot be written are refused, before the run where they are known before. */
static bool can_write(const struct graph *g, const struct way *w)
{
    for (int k = 0; k < w->n_write; k++) {
        const struct gt_step *s = &g->m->steps[w->write[k]];
        for (size_t i = 0; i < s->n_codes; i++)
            if (s->cells == GT_CELLS_CLASS && !fits(s, s->codes[i]))
                return false;
        for (int64_t i = 0; i < w->region.w * w->region.h; i++)
            if (!fits(s, expected_cell(g, w, w->write[k], i)))
                return false;
    }
    return true;
}

/* ---- Tables ---- */

/* Zones and classes are whole numbers; values are summed below 2^31. */
static bool can_sum(const struct graph *g, const struct gt_step *s, struct gt_window region)
{
    const float *of = g->oracle.cells[s->in[0]], *zones = g->oracle.cells[s->in[1]];
    bool values = s->stats & (GT_STAT_SUM | GT_STAT_MEAN | GT_STAT_MIN | GT_STAT_MAX);
    for (int64_t row = region.row; row < region.row + region.h; row++)
        for (int64_t col = region.col; col < region.col + region.w; col++) {
            double v = oracle_at(&g->oracle, of, col, row);
            double zone = oracle_at(&g->oracle, zones, col, row);
            if (isnan(v))
                continue;
            if ((values && fabs(v) >= 2147483648.0) || (s->per_class && !is_code(v)) ||
                (!isnan(zone) && !is_code(zone)))
                return false;
        }
    return true;
}

static bool can_count(const struct graph *g, const struct way *w)
{
    for (int i = 0; i < g->m->n_steps; i++)
        if (g->m->steps[i].kind == GT_STEP_ZONAL && !can_sum(g, &g->m->steps[i], w->region))
            return false;
    return true;
}

static bool same_row(const struct gt_zone_row *p, const struct gt_zone_row *q)
{
    return p->zone == q->zone && p->cls == q->cls && p->count == q->count && p->sum == q->sum &&
           p->mean == q->mean && p->min == q->min && p->max == q->max && p->area_m2 == q->area_m2;
}

static const char *show_row(const struct graph *g, const struct gt_zone_row *r)
{
    return gt_printf(g->a,
                     "zone %" PRId64 " class %" PRId64 " count %" PRId64
                     " sum %.17g mean %.17g min %.17g max %.17g area %.17g",
                     r->zone, r->cls, r->count, r->sum, r->mean, r->min, r->max, r->area_m2);
}

static const char *compare_table(const struct graph *g, const struct way *w,
                                 const struct gt_zonal_result *found)
{
    struct gt_zonal_result expected;
    const char *name = g->m->steps[found->step].name;
    oracle_zonal(&g->oracle, g->m, found->step, w->region, &expected);
    if (found->n != expected.n)
        return gt_printf(g->a, "table %s: found %zu rows, expected %zu", name, found->n,
                         expected.n);
    for (size_t i = 0; i < found->n; i++)
        if (!same_row(&found->row[i], &expected.row[i]))
            return gt_printf(g->a, "table %s: found %s, expected %s", name,
                             show_row(g, &found->row[i]), show_row(g, &expected.row[i]));
    return NULL;
}

static const char *compare_tables(const struct graph *g, const struct way *w)
{
    int tables = 0;
    for (int i = 0; i < g->m->n_steps; i++)
        tables += g->m->steps[i].kind == GT_STEP_ZONAL;
    if (w->result.n_zonal != tables)
        return gt_printf(g->a, "found %d tables, expected %d", w->result.n_zonal, tables);
    for (int i = 0; i < tables; i++) {
        const char *differs = compare_table(g, w, &w->result.zonal[i]);
        if (differs)
            return differs;
    }
    return NULL;
}

/* ---- Runs ---- */

static struct way random_way(struct graph *g)
{
    struct dice *d = g->dice;
    struct way w = {.block = DICE_PICK(d, 0, 1, 7, 16, 33, 64, 100),
                    .threads = dice_within(d, 1, 3),
                    .raw = dice_chance(d, 60),
                    .region = {0, 0, g->oracle.w, g->oracle.h}};
    if (dice_chance(d, 30)) {
        w.region.col = dice_below(d, (int)g->oracle.w);
        w.region.row = dice_below(d, (int)g->oracle.h);
        w.region.w = 1 + dice_below(d, (int)(g->oracle.w - w.region.col));
        w.region.h = 1 + dice_below(d, (int)(g->oracle.h - w.region.row));
    }
    int share = DICE_PICK(d, 100, 50, 10);
    for (int i = 0; i < g->m->n_steps; i++)
        if (g->oracle.cells[i] && dice_chance(d, share))
            w.write[w.n_write++] = i;
    return w;
}

static const char *compare_run(struct graph *g)
{
    struct way w = random_way(g);
    run(g, &w);
    bool expected = w.raw || (can_write(g, &w) && can_count(g, &w));
    const char *differs = NULL;
    if (w.status != (expected ? GT_OK : GT_EINPUT))
        differs = gt_printf(g->a, "status %d (%s), expected %s", (int)w.status, w.err.text,
                            expected ? "success" : "a refusal");
    if (w.status != GT_OK && !differs)
        return NULL;
    for (int k = 0; k < w.n_write && !differs; k++)
        differs = w.raw ? compare_raw(g, &w, k) : compare_typed(g, &w, k);
    if (!differs && !w.raw)
        differs = compare_tables(g, &w);
    return differs ? gt_printf(g->a, "%s: %s", name_way(g, &w), differs) : NULL;
}

static const char *compare_probe(struct graph *g)
{
    int64_t col = dice_below(g->dice, (int)g->oracle.w);
    int64_t row = dice_below(g->dice, (int)g->oracle.h);
    double value[ORACLE_STEPS];
    struct gt_err err = {0};
    struct gt_probe probe = {.bind = g->bind, .col = col, .row = row, .value = value};
    if (gt_plan_probe(g->m, &probe, &err) != GT_OK)
        return gt_printf(g->a, "probe %" PRId64 " %" PRId64 ": %s", col, row, err.text);
    for (int i = 0; i < g->m->n_steps; i++) {
        const float *cells = g->oracle.cells[i];
        double e = cells ? oracle_at(&g->oracle, cells, col, row) : (double)NAN;
        if (!compare_same((float)value[i], (float)e))
            return gt_printf(g->a, "probe %" PRId64 " %" PRId64 ", step %s: %.9g, expected %.9g",
                             col, row, g->m->steps[i].name, value[i], e);
    }
    return NULL;
}

const char *compare_graph(struct graph *g, int runs)
{
    const char *differs = take_distances(g);
    if (!differs)
        differs = make_again(g);
    for (int i = 0; i < runs && !differs; i++)
        differs = compare_run(g);
    for (int i = 0; i < 2 && !differs; i++)
        differs = compare_probe(g);
    return differs;
}
