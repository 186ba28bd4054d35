/* Global step components: patches of cells, and their numbers, cells, areas and compactness.
 * Tables of runs, labels and patches go beyond the memory given in pages. */
#include "patch_int.h"

#define AREA_SCALE 1048576.0

struct job {
    const struct gt_global *g;
    struct gt_codes *codes;
    struct gt_patches *patches;
    struct gt_pages *pages;
    struct gt_paged *sum;   /* __int128 a patch: cells, or areas in 2^-20 m2 */
    struct gt_paged *shape; /* by patch: m2 of the circle around it */
    struct gt_run *runs;
    int64_t *before; /* areas of a row's cells, those before each column */
};

/* ---- Patches ---- */

static enum gt_status code_row(void *ctx, int64_t y, float *out, struct gt_err *err)
{
    const struct job *j = ctx;
    const float *in;
    int64_t w = j->g->grid->w;
    GT_TRY(gt_codes_row(j->codes, y, &in, err));
    for (int64_t x = 0; x < w; x++)
        out[x] = in[x];
    if (j->g->step->n_values == 0)
        return GT_OK;
    for (int64_t x = 0; x < w; x++)
        out[x] = gt_codes_has(j->codes, in[x]) ? 1 : NAN;
    return GT_OK;
}

/* ---- Sums ---- */

static int64_t fixed_area(const struct gt_metric *m, int64_t col, int64_t row)
{
    double m2 = gt_metric_cell_m2(m, col, row);
    return m2 == m2 ? llrint(m2 * AREA_SCALE) : 0;
}

static void areas_of_row(struct job *j, int64_t y)
{
    const struct gt_metric *m = j->g->metric;
    bool by_row = gt_metric_area_by_row(m);
    int64_t one = fixed_area(m, 0, y);
    j->before[0] = 0;
    for (int64_t x = 0; x < j->g->grid->w; x++)
        j->before[x + 1] = j->before[x] + (by_row ? one : fixed_area(m, x, y));
}

static enum gt_status add_up(struct job *j, struct gt_err *err)
{
    bool cells = j->g->step->give == GT_GIVE_CELLS;
    for (int64_t y = 0; y < j->g->grid->h; y++) {
        size_t n = gt_patches_row(j->patches, y, j->runs);
        if (gt_stopped(j->g->work))
            return gt_fail(err, GT_ECANCELLED, "stopped on request");
        if (n && !cells)
            areas_of_row(j, y);
        for (size_t i = 0; i < n; i++) {
            const struct gt_run *r = &j->runs[i];
            __int128 *sum = gt_paged_at(j->sum, r->patch, true);
            *sum += cells ? (int64_t)r->end - r->start : j->before[r->end] - j->before[r->start];
        }
        GT_TRY(gt_pages_check(j->pages, err));
    }
    return GT_OK;
}

/* ---- The result ---- */

static float measure_of(const struct job *j, uint32_t patch)
{
    double sum = (double)*(const __int128 *)gt_paged_at(j->sum, patch, false);
    switch (j->g->step->give) {
    case GT_GIVE_AREA: return (float)(sum / AREA_SCALE);
    case GT_GIVE_COMPACTNESS:
        return (float)(sum / AREA_SCALE / *(const double *)gt_paged_at(j->shape, patch, false));
    default: return (float)sum;
    }
}

static enum gt_status write_row(struct job *j, int64_t y, int32_t *id, struct gt_err *err)
{
    bool number = j->g->step->give == GT_GIVE_NUMBER;
    float *out = (float *)(void *)id;
    int64_t w = j->g->grid->w;
    size_t n = gt_patches_row(j->patches, y, j->runs);
    for (int64_t x = 0; x < w; x++) {
        if (number)
            id[x] = INT32_MIN;
        else
            out[x] = NAN;
    }
    for (size_t i = 0; i < n; i++) {
        const struct gt_run *r = &j->runs[i];
        float v = number ? 0 : measure_of(j, r->patch);
        for (uint32_t x = r->start; x < r->end; x++) {
            if (number)
                id[x] = (int32_t)r->patch;
            else
                out[x] = v;
        }
    }
    GT_TRY(gt_pages_check(j->pages, err));
    return j->g->out->rows(j->g->out->self, y, 1, id, err);
}

static enum gt_status write_all(struct gt_arena *a, struct job *j, struct gt_err *err)
{
    int32_t *row;
    int64_t h = j->g->grid->h;
    GT_TRY(gt_reserve(a, (size_t)j->g->grid->w, sizeof *row, "a row", (void **)&row, err));
    for (int64_t y = 0; y < h; y++) {
        if (gt_stopped(j->g->work))
            return gt_fail(err, GT_ECANCELLED, "stopped on request");
        GT_TRY(write_row(j, y, row, err));
        gt_progress(j->g->work, "patches", y + 1, h);
    }
    return GT_OK;
}

static enum gt_status measure(struct gt_arena *a, struct job *j, struct gt_err *err)
{
    const struct gt_global *g = j->g;
    j->sum = gt_paged_new(a, j->pages, 4);
    GT_TRY(gt_reserve(a, (size_t)g->grid->w + 1, sizeof *j->before, "a row", (void **)&j->before,
                      err));
    GT_TRY(add_up(j, err));
    if (g->step->give == GT_GIVE_COMPACTNESS)
        GT_TRY(gt_circle_areas(a, j->patches, g, &j->shape, err));
    return GT_OK;
}

/* ---- Memory ---- */

/* What rows and columns take besides the pages. */
static size_t beside(const struct gt_global *g)
{
    return (size_t)g->grid->w * 64 + (size_t)g->grid->h * 24 + ((size_t)2 << 20);
}

static size_t pages_of(const struct gt_global *g)
{
    return g->memory > beside(g) ? g->memory - beside(g) : 0;
}

/* Salt and pepper takes 4 bytes a cell, compactness of it twice that; real rasters take less. */
static size_t tables(const struct gt_global *g)
{
    return (size_t)g->grid->w * (size_t)g->grid->h * 4;
}

static size_t memory(const struct gt_global *g)
{
    return (tables(g) < pages_of(g) ? tables(g) : pages_of(g)) + beside(g);
}

static size_t disk(const struct gt_global *g)
{
    return tables(g) < pages_of(g) ? 0 : tables(g);
}

/* ---- The step ---- */

static enum gt_status run(struct gt_arena *outer, const struct gt_global *g, struct gt_err *err)
{
    (void)outer;
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = {.g = g, .pages = gt_pages_new(a, pages_of(g), g->scratch_dir)};
    struct gt_patch_opt opt = {.row = code_row,
                               .ctx = &j,
                               .connect = g->step->connect,
                               .gap_m = g->step->gap_m,
                               .metric = g->metric,
                               .work = g->work};
    GT_TRY(gt_codes_new(a, g, &j.codes, err));
    GT_TRY(gt_patches_new(a, j.pages, g->grid, &opt, &j.patches, err));
    if (g->step->give == GT_GIVE_NUMBER && j.patches->n > INT32_MAX)
        return gt_fail(err, GT_ETOOBIG,
                       "expected at most %d patches, found %u; ask for area or cells", INT32_MAX,
                       j.patches->n);
    GT_TRY(gt_reserve(a, (size_t)j.patches->most, sizeof *j.runs, "a row", (void **)&j.runs, err));
    if (g->step->give != GT_GIVE_NUMBER)
        GT_TRY(measure(a, &j, err));
    return write_all(a, &j, err);
}

const struct gt_global_op gt_global_components = {
    .paper = "He, Chao, Suzuki 2008 (runs and label sets); Welzl 1991 (smallest circle)",
    .run = run,
    .memory = memory,
    .disk = disk,
};
