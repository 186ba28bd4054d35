/* import_table.c: a table from outside into the workspace. */
#include "import_zip.h"
#include "layer.h"

#include <math.h>
#include <string.h>

struct job {
    struct gt_layer l;
    const struct gt_expr *where;
    struct gt_value *value; /* of the rows taken */
    size_t n, cap;
    int64_t read, empty, filtered;
};

static enum gt_status room_for_one(struct job *j, struct gt_err *err)
{
    void *more;
    size_t columns = j->l.column.n;
    if (j->n < j->cap)
        return GT_OK;
    size_t cap = j->cap ? j->cap * 2 : 64;
    GT_TRY(
        gt_reserve(j->l.a, cap * (columns + 1), sizeof *j->value, "rows of a table", &more, err));
    if (j->value)
        memcpy(more, j->value, j->n * columns * sizeof *j->value);
    j->value = more;
    j->cap = cap;
    return GT_OK;
}

static bool is_empty(const struct gt_value *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].kind == GT_V_NUM || (v[i].kind == GT_V_TEXT && v[i].text[0]))
            return false;
    return true;
}

/* The filter comes before the checks, so that it can leave out the rows that fail them. */
static enum gt_status take_row(struct job *j, OGRFeatureH f, struct gt_err *err)
{
    bool pass;
    GT_TRY(room_for_one(j, err));
    struct gt_value *v = j->value + j->n * j->l.column.n;
    GT_TRY(gt_layer_values(&j->l, f, v, err));
    if (is_empty(v, j->l.column.n)) {
        j->empty++;
        return GT_OK;
    }
    GT_TRY(gt_layer_passes(&j->l, j->where, v, &pass, err));
    if (!pass) {
        j->filtered++;
        return GT_OK;
    }
    GT_TRY(gt_sheet_values(&j->l, j->read + 1, v, err));
    if (j->l.in->role && j->l.in->role->standard)
        GT_TRY(gt_layer_standard_values(&j->l, v, err));
    j->n++;
    return GT_OK;
}

static enum gt_status take_rows(struct job *j, struct gt_err *err)
{
    const struct gt_gdal *gdal = j->l.gdal;
    GT_GDAL_LISTEN(said, gdal);
    gdal->OGR_L_ResetReading(j->l.ogr);
    for (OGRFeatureH f; (f = gdal->OGR_L_GetNextFeature(j->l.ogr)) != NULL; j->read++) {
        j->l.feature = f;
        enum gt_status status =
            gt_stopped(j->l.w) ? gt_fail(err, GT_ECANCELLED, "stopped") : take_row(j, f, err);
        gdal->OGR_F_Destroy(f);
        j->l.feature = NULL;
        if (status != GT_OK)
            return status;
    }
    if (said.failures)
        return gt_gdal_fail(&said, GT_EINPUT, err,
                            "%s: expected rows up to the end, found the file cut off or damaged "
                            "after %lld",
                            j->l.file->path, (long long)j->read);
    if (j->n == 0)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected rows, found none (%lld read, %lld of them empty, %lld left "
                       "out by --where)",
                       j->l.file->path, (long long)j->read, (long long)j->empty,
                       (long long)j->filtered);
    return GT_OK;
}

/* ---- Rows that say the same ---- */

static const char *key_of(const struct job *j, size_t row, const int *column, size_t n)
{
    struct gt_buf b = {.a = j->l.a};
    for (size_t i = 0; i < n; i++) {
        char number[32];
        const struct gt_value *v = &j->value[row * j->l.column.n + (size_t)column[i]];
        gt_buf_addf(&b, "%s%s", i ? ", " : "",
                    v->kind == GT_V_TEXT  ? v->text
                    : v->kind == GT_V_NUM ? gt_fmt_num(v->num, number)
                                          : "");
    }
    return b.p;
}

static enum gt_status check_keys(const struct job *j, struct gt_err *err)
{
    const struct gt_layer_role *role = j->l.in->role;
    int *column = GT_TAKE_N(j->l.a, int, role->n_key + 1);
    struct gt_map *seen = gt_map_new(j->l.a);
    size_t n = 0;
    for (size_t k = 0; k < role->n_key; k++)
        for (size_t i = 0; i < j->l.column.n; i++)
            if (strcmp(j->l.column.v[i].name, role->key[k]) == 0)
                column[n++] = (int)i;
    if (n == 0)
        return GT_OK;
    for (size_t row = 0; row < j->n; row++) {
        const char *key = key_of(j, row, column, n);
        if (gt_map_get(seen, key))
            return gt_fail(err, GT_EINPUT, "%s: expected one row for each %s, found '%.80s' twice",
                           j->l.file->path, role->key[0], key);
        gt_map_put(seen, key, j->value);
    }
    return GT_OK;
}

/* ---- Import ---- */

static enum gt_status import(struct job *j, const char *id, struct gt_import_report *out,
                             struct gt_err *err)
{
    struct gt_layer *l = &j->l;
    GT_TRY(gt_layer_open(l, err));
    GT_TRY(gt_layer_fingerprint(l, out->hash, err));
    GT_TRY(gt_sheet_columns(l, err));
    GT_TRY(gt_layer_filter(l, &j->where, err));
    GT_TRY(take_rows(j, err));
    GT_TRY(check_keys(j, err));
    const char **names = GT_TAKE_N(l->a, const char *, l->column.n + 1);
    for (size_t i = 0; i < l->column.n; i++)
        names[i] = l->column.v[i].name;
    struct gt_features f = {
        .n_rows = j->n, .n_fields = l->column.n, .field = names, .value = j->value};
    if (l->in->role && l->in->role->standard)
        f.type = gt_layer_standard_types(l);
    GT_TRY(gt_txn_table(l->t, id, &f, err));
    out->features = (int64_t)j->n;
    out->skipped = j->filtered;
    out->min = out->max = (double)NAN;
    out->crs = "";
    out->drivers = gt_strdup(l->t->s->a, l->file->driver);
    return GT_OK;
}

enum gt_status gt_import_table(struct gt_txn *t, const char *id, const struct gt_import *in,
                               struct gt_work *w, struct gt_import_report *out, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = {.l = {.t = t, .a = a, .in = in, .w = w, .table = true}};
    *out = (struct gt_import_report){0};
    GT_TRY(gt_import_unzip(a, in, w, &j.l.in, err));
    return import(&j, id, out, err);
}
