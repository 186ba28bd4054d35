/* import_vector.c: a vector layer from outside into the workspace. */
#include "import_zip.h"
#include "layer.h"
#include "outside_text.h"
#include "place.h"

#include <math.h>
#include <string.h>

struct job {
    struct gt_layer l;
    struct gt_layer_shapes shapes;
    const struct gt_expr *where;
    struct gt_value *value; /* of the features taken */
    size_t cap;
    int64_t read, filtered;
};

/* ---- Features ---- */

static enum gt_status room_for_one(struct job *j, size_t n, struct gt_err *err)
{
    void *more;
    size_t columns = j->l.column.n;
    if (n < j->cap)
        return GT_OK;
    size_t cap = j->cap ? j->cap * 2 : 64;
    GT_TRY(gt_reserve(j->l.a, cap * (columns + 1), sizeof *j->value, "attributes", &more, err));
    if (j->value)
        memcpy(more, j->value, n * columns * sizeof *j->value);
    j->value = more;
    j->cap = cap;
    return GT_OK;
}

static bool is_standard(const struct job *j)
{
    return j->l.in->role && j->l.in->role->standard;
}

static enum gt_status take_feature(struct job *j, OGRFeatureH f, struct gt_err *err)
{
    size_t n = j->shapes.begun ? j->shapes.b.n : 0;
    bool pass, added;
    GT_TRY(room_for_one(j, n, err));
    struct gt_value *v = j->value + n * j->l.column.n;
    GT_TRY(gt_layer_values(&j->l, f, v, err));
    GT_TRY(gt_layer_passes(&j->l, j->where, v, &pass, err));
    if (!pass) {
        j->filtered++;
        return GT_OK;
    }
    if (is_standard(j))
        GT_TRY(gt_layer_standard_values(&j->l, v, err));
    return gt_layer_shape(&j->l, &j->shapes, f, &added, err);
}

static enum gt_status take_features(struct job *j, struct gt_err *err)
{
    const struct gt_gdal *gdal = j->l.gdal;
    GT_GDAL_LISTEN(said, gdal);
    int64_t total = gdal->OGR_L_GetFeatureCount(j->l.ogr, 0);
    gdal->OGR_L_ResetReading(j->l.ogr);
    for (OGRFeatureH f; (f = gdal->OGR_L_GetNextFeature(j->l.ogr)) != NULL; j->read++) {
        j->l.feature = f;
        enum gt_status status =
            gt_stopped(j->l.w) ? gt_fail(err, GT_ECANCELLED, "stopped") : take_feature(j, f, err);
        gdal->OGR_F_Destroy(f);
        j->l.feature = NULL;
        if (status != GT_OK)
            return status;
        if (total > 0 && j->read % 256 == 0)
            gt_progress(j->l.w, j->l.name, j->read < total ? j->read : total, total);
    }
    if (said.failures)
        return gt_gdal_fail(
            &said, GT_EINPUT, err,
            "%s: expected features up to the end, found the file cut off or damaged "
            "after %lld",
            j->l.file->path, (long long)j->read);
    return GT_OK;
}

/* ---- Verdict ---- */

static enum gt_status judge(struct job *j, struct gt_err *err)
{
    const struct gt_layer_shapes *s = &j->shapes;
    const int64_t *n = s->count;
    int kinds = (n[0] > 0) + (n[1] > 0) + (n[2] > 0);
    if (kinds > 1)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected one kind of geometry, found %lld points, %lld lines and %lld "
                       "polygons: take them out one by one",
                       j->l.file->path, (long long)n[0], (long long)n[1], (long long)n[2]);
    if (!s->begun || s->b.n == 0)
        return gt_fail(
            err, GT_EINPUT,
            "%s: expected features, found none (%lld read, %lld left out by --where, %lld "
            "without geometry)",
            j->l.file->path, (long long)j->read, (long long)j->filtered, (long long)s->empty);
    return GT_OK;
}

static void tell(struct job *j, const char *id)
{
    const struct gt_layer_shapes *s = &j->shapes;
    struct gt_work *w = j->l.w;
    if (s->empty)
        gt_warn(w, "%s: %lld features without a geometry are left out", id, (long long)s->empty);
    if (s->flattened)
        gt_info(w, "%s: heights or measures of %lld features are left out", id,
                (long long)s->flattened);
    if (s->curved)
        gt_info(w, "%s: curves of %lld features became straight pieces", id, (long long)s->curved);
    if (s->repaired)
        gt_warn(w, "%s: %lld invalid polygons were repaired, their area changed by %.3g %%", id,
                (long long)s->repaired, s->area > 0 ? 100 * s->area_moved / s->area : 0.0);
    if (s->dropped)
        gt_warn(w, "%s: %lld of them had no area left and are left out", id, (long long)s->dropped);
}

static enum gt_status store_features(struct job *j, const char *id, struct gt_err *err)
{
    struct gt_layer *l = &j->l;
    const char **names = GT_TAKE_N(l->a, const char *, l->column.n + 1);
    for (size_t i = 0; i < l->column.n; i++)
        names[i] = l->column.v[i].name;
    const struct gt_shapes *shapes = gt_shape_end(&j->shapes.b, l->crs);
    GT_TRY(gt_layer_transform(l, &shapes, err));
    struct gt_place place = {l->file->path, l->crs, shapes->box};
    GT_TRY(gt_place_check(l->t->s, &place, l->w, err));
    struct gt_features f = {
        .shapes = shapes,
        .n_fields = l->column.n,
        .field = names,
        .value = j->value,
        .type = is_standard(j) ? gt_layer_standard_types(l) : NULL,
        .standard = is_standard(j) ? l->in->role->standard : NULL,
    };
    return gt_txn_vector(l->t, id, &f, err);
}

static enum gt_status import(struct job *j, const char *id, struct gt_import_report *out,
                             struct gt_err *err)
{
    struct gt_layer *l = &j->l;
    GT_TRY(gt_layer_open(l, err));
    GT_TRY(gt_layer_fingerprint(l, out->hash, err));
    GT_TRY(gt_layer_columns(l, err));
    GT_TRY(gt_layer_filter(l, &j->where, err));
    GT_TRY(take_features(j, err));
    GT_TRY(judge(j, err));
    GT_TRY(store_features(j, id, err));
    tell(j, id);
    out->features = (int64_t)j->shapes.b.n;
    out->skipped = j->filtered;
    out->repaired = j->shapes.repaired;
    out->min = out->max = (double)NAN;
    out->crs = gt_strdup(l->t->s->a, l->crs->code[0] ? l->crs->code : l->crs->wkt);
    out->drivers = gt_strdup(l->t->s->a, l->file->driver);
    return GT_OK;
}

enum gt_status gt_import_vector(struct gt_txn *t, const char *id, const struct gt_import *in,
                                struct gt_work *w, struct gt_import_report *out, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = {.l = {.t = t, .a = a, .in = in, .w = w}};
    *out = (struct gt_import_report){0};
    GT_TRY(gt_import_unzip(a, in, w, &j.l.in, err));
    if (j.l.in->n_files == 1 && gt_points_are_in(j.l.in->files[0]) &&
        !gt_outside_text_has_shapes(j.l.in->files[0]))
        return gt_import_points(&j.l, id, out, err);
    return import(&j, id, out, err);
}
