/* import_points.c: points from a table: a place in two columns of each row. */
#include "layer.h"
#include "place.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define NEAR 10.0 /* degrees round the region: stations beyond its borders are of use */

struct axis {
    const char *name;
    const char *const *alias; /* ends with NULL */
    double most;              /* degrees */
    int column;
};

struct job {
    struct gt_layer *l;
    struct axis x, y;
    bool degrees;
    struct gt_box region; /* in degrees, widened; NaN: not known */
    const struct gt_expr *where;
    struct gt_value *value; /* of the rows taken */
    size_t n, cap;
    int64_t read, filtered;
    struct gt_shape_builder shapes;
};

bool gt_points_are_in(const char *file)
{
    static const char *const endings[] = {".csv", ".xlsx", ".ods"};
    const char *dot = strrchr(gt_path_base(file), '.');
    for (size_t i = 0; dot && i < GT_LEN(endings); i++)
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    return false;
}

/* ---- Columns ---- */

static bool find_axis(struct job *j, struct axis *axis)
{
    const char *unit;
    for (const char *const *name = axis->alias; *name; name++) {
        struct gt_layer_column *c = gt_sheet_heading(j->l, *name, &unit);
        if (c) {
            axis->column = (int)(c - j->l->column.v);
            return true;
        }
    }
    return false;
}

static enum gt_status find_axes(struct job *j, struct gt_err *err)
{
    static const char *const lon[] = {"lon", "lng", "long", "longitude", "经度", "东经", NULL};
    static const char *const lat[] = {"lat", "latitude", "纬度", "北纬", NULL};
    static const char *const east[] = {"x", "东坐标", "横坐标", NULL};
    static const char *const north[] = {"y", "北坐标", "纵坐标", NULL};
    j->x = (struct axis){"lon", lon, 180, -1};
    j->y = (struct axis){"lat", lat, 90, -1};
    if (find_axis(j, &j->x) && find_axis(j, &j->y))
        return GT_OK;
    j->x = (struct axis){"x", east, 180, -1};
    j->y = (struct axis){"y", north, 90, -1};
    if (j->l->in->source_crs && find_axis(j, &j->x) && find_axis(j, &j->y))
        return GT_OK;
    return gt_fail(
        err, GT_EINPUT,
        "%s: expected the place in two columns, lon and lat or 经度 and 纬度 (or x and y "
        "with --source-crs), found the columns %s",
        j->l->file->path, gt_layer_list_columns(j->l));
}

static enum gt_status settle_crs(struct job *j, struct gt_err *err)
{
    const char *given = j->l->in->source_crs;
    if (gt_crs_parse(j->l->a, given ? given : "EPSG:4490", &j->l->crs, err) != GT_OK)
        return gt_wrap(err, "%s", j->l->file->path);
    j->degrees = j->l->crs->kind == GT_CRS_GEOGRAPHIC;
    return GT_OK;
}

/* Where the workspace lies, by its counties or its heights. */
static enum gt_status find_region(struct job *j, struct gt_err *err)
{
    static const char *const roles[] = {"county", "boundary", "dem"};
    double none = (double)NAN;
    j->region = (struct gt_box){none, none, none, none};
    for (size_t i = 0; i < GT_LEN(roles); i++) {
        const struct gt_dataset *d;
        const struct gt_crs *from, *degrees;
        struct gt_xform *t;
        if (gt_store_find_role(j->l->t->s, j->l->a, roles[i], &d, NULL) != GT_OK || !d ||
            gt_crs_parse(j->l->a, d->crs, &from, NULL) != GT_OK)
            continue;
        GT_TRY(gt_crs_parse(j->l->a, "EPSG:4490", &degrees, err));
        struct gt_box b = d->box;
        double xy[8] = {b.x0, b.y0, b.x1, b.y0, b.x0, b.y1, b.x1, b.y1};
        if (gt_xform_new(j->l->a, from, degrees, &t, NULL) != GT_OK || gt_xform_points(t, xy, 4))
            continue;
        j->region = (struct gt_box){fmin(xy[0], xy[4]) - NEAR, fmin(xy[1], xy[3]) - NEAR,
                                    fmax(xy[2], xy[6]) + NEAR, fmax(xy[5], xy[7]) + NEAR};
        return GT_OK;
    }
    return GT_OK;
}

/* ---- Places ---- */

/* 29°36′12″, 29-36-12, 29:36, 29度36分; *out in degrees. */
static bool read_minutes(const char *text, double *out)
{
    double part[3] = {0, 0, 0};
    int n = 0;
    const char *p = text;
    while (*p && n < 3) {
        size_t digits = strspn(p, "0123456789.");
        char number[32];
        if (digits == 0 || digits >= sizeof number)
            return false;
        memcpy(number, p, digits);
        number[digits] = '\0';
        if (!gt_parse_num(number, &part[n++]))
            return false;
        p += digits;
        p += strcspn(p, "0123456789");
    }
    *out = part[0] + part[1] / 60 + part[2] / 3600;
    return n >= 2 && part[1] < 60 && part[2] < 60;
}

/* 2936 as stations' lists write 29°36′. */
static bool is_packed(double v, double most)
{
    return v == floor(v) && v >= 100 && fmod(v, 100) < 60 && floor(v / 100) <= most;
}

static enum gt_status read_axis(const struct job *j, const struct axis *axis,
                                const struct gt_value *v, double *out, struct gt_err *err)
{
    char hint[32];
    double minutes;
    const char *path = j->l->file->path, *text = v->kind == GT_V_TEXT ? v->text : "";
    long long row = (long long)j->read + 1;
    if (v->kind == GT_V_NODATA || (v->kind == GT_V_TEXT && !text[0]))
        return gt_fail(err, GT_EINPUT, "%s, row %lld: expected a number for %s, found none", path,
                       row, axis->name);
    *out = v->num;
    if (v->kind == GT_V_TEXT && !gt_parse_num(text, out)) {
        if (!read_minutes(text, &minutes))
            return gt_fail(err, GT_EINPUT, "%s, row %lld: expected a number for %s, found '%.40s'",
                           path, row, axis->name, text);
        return gt_fail(err, GT_EINPUT,
                       "%s, row %lld: expected decimal degrees for %s, found degrees and minutes "
                       "'%.40s', which are %s",
                       path, row, axis->name, text,
                       gt_fmt_num(floor(minutes * 1e6 + 0.5) / 1e6, hint));
    }
    if (!isfinite(*out))
        return gt_fail(err, GT_EINPUT, "%s, row %lld: expected a number for %s, found '%.40s'",
                       path, row, axis->name, text);
    if (j->degrees && fabs(*out) > axis->most && is_packed(*out, axis->most))
        return gt_fail(
            err, GT_EINPUT,
            "%s, row %lld: expected decimal degrees for %s, found %.10g, which looks "
            "like degrees and minutes: %d°%02d′ are %s",
            path, row, axis->name, *out, (int)(*out / 100), (int)fmod(*out, 100),
            gt_fmt_num(floor((floor(*out / 100) + fmod(*out, 100) / 60) * 1e6 + 0.5) / 1e6, hint));
    return GT_OK;
}

static bool inside(const struct gt_box *b, double x, double y)
{
    return x >= b->x0 && x <= b->x1 && y >= b->y0 && y <= b->y1;
}

static enum gt_status check_place(const struct job *j, double x, double y, struct gt_err *err)
{
    const char *path = j->l->file->path;
    long long row = (long long)j->read + 1;
    bool known = !isnan(j->region.x0);
    if (x == 0 && y == 0)
        return gt_fail(err, GT_EINPUT,
                       "%s, row %lld: expected a place, found 0, 0, which stands for none; correct "
                       "it, or leave the row out with --where",
                       path, row);
    if (!j->degrees)
        return GT_OK;
    bool swapped = known ? !inside(&j->region, x, y) && inside(&j->region, y, x)
                         : fabs(y) > 90 && fabs(x) <= 90;
    if (swapped)
        return gt_fail(err, GT_EINPUT,
                       "%s, row %lld: expected a longitude and a latitude, found %.10g and %.10g, "
                       "which look like the two in turn",
                       path, row, x, y);
    if (known && !inside(&j->region, x, y))
        return gt_fail(err, GT_EINPUT,
                       "%s, row %lld: expected a place within %g degrees of the workspace's region "
                       "(longitude %.4g to %.4g, latitude %.4g to %.4g with them), found %.10g, "
                       "%.10g",
                       path, row, NEAR, j->region.x0, j->region.x1, j->region.y0, j->region.y1, x,
                       y);
    return GT_OK;
}

/* ---- Rows ---- */

static enum gt_status add_point(struct job *j, double x, double y, struct gt_err *err)
{
    unsigned char wkb[21] = {1, 1, 0, 0, 0};
    memcpy(wkb + 5, &x, sizeof x);
    memcpy(wkb + 13, &y, sizeof y);
    return gt_shape_add_wkb(&j->shapes, wkb, sizeof wkb, err);
}

static enum gt_status room_for_one(struct job *j, struct gt_err *err)
{
    void *more;
    size_t columns = j->l->column.n;
    if (j->n < j->cap)
        return GT_OK;
    size_t cap = j->cap ? j->cap * 2 : 64;
    GT_TRY(gt_reserve(j->l->a, cap * (columns + 1), sizeof *j->value, "attributes", &more, err));
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

static enum gt_status take_row(struct job *j, OGRFeatureH f, struct gt_err *err)
{
    bool pass;
    double x, y;
    GT_TRY(room_for_one(j, err));
    struct gt_value *v = j->value + j->n * j->l->column.n;
    GT_TRY(gt_layer_values(j->l, f, v, err));
    if (is_empty(v, j->l->column.n))
        return GT_OK;
    GT_TRY(gt_layer_passes(j->l, j->where, v, &pass, err));
    if (!pass) {
        j->filtered++;
        return GT_OK;
    }
    GT_TRY(gt_sheet_values(j->l, j->read + 1, v, err));
    GT_TRY(read_axis(j, &j->x, &v[j->x.column], &x, err));
    GT_TRY(read_axis(j, &j->y, &v[j->y.column], &y, err));
    GT_TRY(check_place(j, x, y, err));
    j->n++;
    return add_point(j, x, y, err);
}

static enum gt_status take_rows(struct job *j, struct gt_err *err)
{
    const struct gt_gdal *gdal = j->l->gdal;
    GT_GDAL_LISTEN(said, gdal);
    gdal->OGR_L_ResetReading(j->l->ogr);
    for (OGRFeatureH f; (f = gdal->OGR_L_GetNextFeature(j->l->ogr)) != NULL; j->read++) {
        j->l->feature = f;
        enum gt_status status =
            gt_stopped(j->l->w) ? gt_fail(err, GT_ECANCELLED, "stopped") : take_row(j, f, err);
        gdal->OGR_F_Destroy(f);
        j->l->feature = NULL;
        if (status != GT_OK)
            return status;
    }
    if (said.failures)
        return gt_gdal_fail(&said, GT_EINPUT, err,
                            "%s: expected rows up to the end, found the file cut off or damaged "
                            "after %lld",
                            j->l->file->path, (long long)j->read);
    if (j->n == 0)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected points, found none (%lld rows read, %lld left out by --where)",
                       j->l->file->path, (long long)j->read, (long long)j->filtered);
    return GT_OK;
}

/* ---- Import ---- */

static enum gt_status store_points(struct job *j, const char *id, struct gt_err *err)
{
    struct gt_layer *l = j->l;
    const char **names = GT_TAKE_N(l->a, const char *, l->column.n + 1);
    for (size_t i = 0; i < l->column.n; i++)
        names[i] = l->column.v[i].name;
    if (!l->in->source_crs)
        gt_info(l->w, "%s: places are taken as degrees on CGCS2000 (EPSG:4490)", l->file->path);
    const struct gt_shapes *shapes = gt_shape_end(&j->shapes, l->crs);
    GT_TRY(gt_layer_transform(l, &shapes, err));
    struct gt_place place = {l->file->path, l->crs, shapes->box};
    GT_TRY(gt_place_check(l->t->s, &place, l->w, err));
    struct gt_features f = {
        .shapes = shapes, .n_fields = l->column.n, .field = names, .value = j->value};
    return gt_txn_vector(l->t, id, &f, err);
}

enum gt_status gt_import_points(struct gt_layer *l, const char *id, struct gt_import_report *out,
                                struct gt_err *err)
{
    struct job j = {.l = l};
    const struct gt_layer_role *role = l->in->role;
    if (role && role->shape != GT_POINTS && role->shape != GT_ANY_SHAPE)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected a layer with shapes for '%s', found a table, which can give "
                       "points only",
                       l->in->files[0], role->id);
    l->table = true;
    GT_TRY(gt_layer_open(l, err));
    GT_TRY(gt_layer_fingerprint(l, out->hash, err));
    GT_TRY(gt_sheet_columns(l, err));
    GT_TRY(find_axes(&j, err));
    GT_TRY(settle_crs(&j, err));
    GT_TRY(find_region(&j, err));
    GT_TRY(gt_layer_filter(l, &j.where, err));
    gt_shape_begin(&j.shapes, l->a, GT_SHAPE_POINT);
    GT_TRY(take_rows(&j, err));
    GT_TRY(store_points(&j, id, err));
    out->features = (int64_t)j.n;
    out->skipped = j.filtered;
    out->min = out->max = (double)NAN;
    out->crs = gt_strdup(l->t->s->a, l->crs->code[0] ? l->crs->code : l->crs->wkt);
    out->drivers = gt_strdup(l->t->s->a, l->file->driver);
    return GT_OK;
}
