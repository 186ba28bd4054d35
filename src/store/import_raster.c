/* import_raster.c: raster files from outside into the workspace. */
#include "import_zip.h"
#include "mosaic.h"
#include "place.h"
#include "scaled.h"
#include "unit_guess.h"

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
    const struct gt_raster_source *src; /* the mosaic, in the role's unit */
    struct gt_raster_sink *sink;        /* NULL: only checked */
    struct gt_cell_stats seen;          /* of the mosaic as it came */
    int64_t outside;                    /* values outside the role's range */
};

/* ---- Checks on the way ---- */

static void count_outside(struct job *j, const void *cells, size_t n)
{
    const struct gt_layer_role *role = j->in->role;
    if (!role || !(role->min < role->max))
        return;
    for (size_t i = 0; i < n; i++) {
        double v = gt_cell_at(&j->src->info, cells, i);
        j->outside += v < role->min || v > role->max; /* never for NaN */
    }
}

static enum gt_status take_bands(struct job *j, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_raster_info *info = &j->src->info;
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
        GT_TRY(
            j->src->read(j->src->self, 0, (struct gt_window){0, row, g->w, n}, cells, g->w, err));
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

/* Some cells outside are a warning, most of them an error: then the unit or the layer is another
 * one. A single odd cell says nothing of the unit. */
static enum gt_status judge_values(struct job *j, int64_t valid, struct gt_err *err)
{
    const struct gt_layer_role *role = j->in->role;
    struct gt_buf guess = {.a = j->t->s->a};
    if (role && (j->outside * 20 > valid || (role->reach > 0 && j->seen.max < role->reach)))
        gt_unit_guess(&guess, role, j->seen.min, j->seen.max);
    const char *then = guess.p ? guess.p : "";
    if (j->outside * 2 > valid && !j->in->as_is)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected values from %g to %g %s, found %lld of %lld cells outside, "
                       "the lowest %g, the highest %g%s; --as-is takes them as they are",
                       j->m->tile[0].file->path, role->min, role->max, role->unit,
                       (long long)j->outside, (long long)valid, j->seen.min, j->seen.max, then);
    if (j->outside > 0)
        gt_warn(j->w, "%s: %lld cells lie outside %g to %g %s, the lowest is %g, the highest %g%s",
                j->id, (long long)j->outside, role->min, role->max, role->unit, j->seen.min,
                j->seen.max, then);
    else if (guess.p)
        gt_warn(j->w, "%s: expected some cells of %g %s and more, the highest is %g%s", j->id,
                role->reach, role->unit, j->seen.max, then);
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
    return judge_values(j, g->w * g->h - j->seen.voids, err);
}

/* ---- Ways in ---- */

static enum gt_status take_as_is(struct job *j, struct gt_import_report *out, struct gt_err *err)
{
    GT_TRY(gt_txn_raster(j->t, j->id, &j->src->info, &j->sink, err));
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
    GT_TRY(gt_txn_raster(j->t, j->id, &j->src->info, &sink, err));
    struct gt_filled done;
    GT_TRY(gt_fill_voids(j->src, radius, sink, j->w, &done, err));
    out->filled = done.filled;
    out->left = done.left;
    return GT_OK;
}

static enum gt_status import(struct job *j, struct gt_arena *a, struct gt_import_report *out,
                             struct gt_err *err)
{
    GT_TRY(gt_mosaic_open(j->t, a, j->in, j->w, &j->m, err));
    j->src = j->in->scaled ? gt_scaled_source(a, &j->m->src, j->in->scale, j->in->add) : &j->m->src;
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
    GT_TRY(gt_import_unzip(a, in, w, &j.in, err));
    return import(&j, a, out, err);
}
