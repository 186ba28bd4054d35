/* import_raster.c: raster files from outside into the workspace. */
#include "mosaic.h"
#include "place.h"

#include <math.h>
#include <string.h>

#define BAND 256
#define FILL_RADIUS 256

struct job {
    struct gt_txn *t;
    const char *id;
    const struct gt_import *in;
    struct gt_work *w;
    struct gt_mosaic *m;
    struct gt_raster_sink *sink; /* NULL: only checked */
    struct gt_cell_stats seen;   /* of the mosaic as it came */
    int64_t outside;             /* values outside the role's range */
};

/* ---- Checks on the way ---- */

static double value_at(const struct gt_raster_info *info, const void *cells, size_t i)
{
    switch (info->type) {
    case GT_U8: return ((const uint8_t *)cells)[i];
    case GT_I16: return ((const int16_t *)cells)[i];
    case GT_I32: return ((const int32_t *)cells)[i];
    default: return (double)((const float *)cells)[i];
    }
}

/* Only looked at when some value of the band may be outside: its extremes say so. */
static void count_outside(struct job *j, const void *cells, size_t n)
{
    const struct gt_layer_role *role = j->in->role;
    const struct gt_raster_info *info = &j->m->src.info;
    if (!role || !(role->min < role->max))
        return;
    for (size_t i = 0; i < n; i++) {
        double v = value_at(info, cells, i);
        bool is_void = isnan(v) || (info->has_nodata && v == info->nodata);
        j->outside += !is_void && (v < role->min || v > role->max);
    }
}

static enum gt_status take_bands(struct job *j, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_raster_info *info = &j->m->src.info;
    const struct gt_grid *g = &info->grid;
    void *cells;
    GT_TRY(gt_reserve(a, (size_t)g->w * BAND, gt_cell_size(info->type), "rows of a raster", &cells,
                      err));
    gt_cells_begin(&j->seen, info);
    j->m->counting = true;
    for (int64_t row = 0; row < g->h; row += BAND) {
        int64_t n = g->h - row < BAND ? g->h - row : BAND;
        if (gt_stopped(j->w))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_TRY(j->m->src.read(j->m, 0, (struct gt_window){0, row, g->w, n}, cells, g->w, err));
        gt_cells_add(&j->seen, cells, cells, (size_t)(n * g->w));
        count_outside(j, cells, (size_t)(n * g->w));
        if (j->sink)
            GT_TRY(j->sink->rows(j->sink->self, row, n, cells, err));
        gt_progress(j->w, j->id, row + n, g->h);
    }
    j->m->counting = false;
    char hash[GT_HASH_TEXT];
    gt_cells_end(&j->seen, hash);
    return GT_OK;
}

static enum gt_status judge(struct job *j, struct gt_err *err)
{
    const struct gt_mosaic *m = j->m;
    const struct gt_grid *g = &m->src.info.grid;
    if (m->infinite > 0)
        return gt_fail(
            err, GT_EINPUT,
            "%s: expected finite cells, found %lld infinite ones, the first at x %.10g, y "
            "%.10g",
            m->infinite_in->file->path, (long long)m->infinite,
            gt_grid_x(g, (double)m->infinite_col + 0.5),
            gt_grid_y(g, (double)m->infinite_row + 0.5));
    if (j->seen.voids == g->w * g->h)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected cells with values, found all %lld to be no-data",
                       m->tile[0].file->path, (long long)j->seen.voids);
    if (m->differing > 0)
        gt_warn(j->w, "%s: %lld cells differ where files overlap; the file named first was taken",
                j->id, (long long)m->differing);
    if (j->outside > 0)
        gt_warn(j->w, "%s: %lld cells lie outside %g to %g %s, the lowest is %g, the highest %g",
                j->id, (long long)j->outside, j->in->role->min, j->in->role->max, j->in->role->unit,
                j->seen.min, j->seen.max);
    return GT_OK;
}

/* ---- Ways in ---- */

static enum gt_status take_as_is(struct job *j, struct gt_import_report *out, struct gt_err *err)
{
    GT_TRY(gt_txn_raster(j->t, j->id, &j->m->src.info, &j->sink, err));
    GT_TRY(take_bands(j, err));
    GT_TRY(judge(j, err));
    out->left = j->seen.voids;
    return GT_OK;
}

/* Filling looks around each void, so the files are read once more. */
static enum gt_status take_filled(struct job *j, struct gt_import_report *out, struct gt_err *err)
{
    struct gt_raster_sink *sink;
    int radius = j->in->fill_radius ? j->in->fill_radius : FILL_RADIUS;
    GT_TRY(take_bands(j, err));
    GT_TRY(judge(j, err));
    GT_TRY(gt_txn_raster(j->t, j->id, &j->m->src.info, &sink, err));
    struct gt_filled done;
    GT_TRY(gt_fill_voids(&j->m->src, radius, sink, j->w, &done, err));
    out->filled = done.filled;
    out->left = done.left;
    return GT_OK;
}

static enum gt_status import(struct job *j, struct gt_arena *a, struct gt_import_report *out,
                             struct gt_err *err)
{
    GT_TRY(gt_mosaic_open(j->t, a, j->in, j->w, &j->m, err));
    const struct gt_raster_info *info = &j->m->src.info;
    struct gt_place place = {j->in->files[0], info->crs, gt_grid_box(&info->grid)};
    GT_TRY(gt_place_check(j->t->s, &place, j->w, err));
    struct gt_outside **files = GT_TAKE_N(a, struct gt_outside *, j->m->n);
    for (size_t i = 0; i < j->m->n; i++)
        files[i] = j->m->tile[i].file;
    gt_outside_hash(files, j->m->n, out->hash);
    if (j->in->fingerprint && strcmp(j->in->fingerprint, out->hash) != 0)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected the files with the fingerprint %s, found them changed (%s)",
                       j->in->files[0], j->in->fingerprint, out->hash);
    out->drivers = gt_outside_drivers(j->t->s->a, files, j->m->n);
    GT_TRY(j->in->fill_voids ? take_filled(j, out, err) : take_as_is(j, out, err));
    const struct gt_grid *g = &j->m->src.info.grid;
    const struct gt_crs *crs = j->m->src.info.crs;
    out->cells = g->w * g->h;
    out->voids = j->seen.voids;
    out->min = j->seen.min;
    out->max = j->seen.max;
    out->crs = gt_strdup(j->t->s->a, crs->code[0] ? crs->code : crs->wkt);
    return GT_OK;
}

enum gt_status gt_import_raster(struct gt_txn *t, const char *id, const struct gt_import *in,
                                struct gt_work *w, struct gt_import_report *out, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = {.t = t, .id = id, .in = in, .w = w};
    *out = (struct gt_import_report){0};
    return import(&j, a, out, err);
}
