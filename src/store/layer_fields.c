/* layer_fields.c: attributes: names without clashes, the fields that a role wants, values in UTF-8.
 */
#include "layer.h"
#include "letters.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define EXACT_INT 9007199254740992 /* 2^53: whole numbers up to here are exact in a double */

/* ---- Text ---- */

static bool is_guessed(const struct gt_layer *l)
{
    return l->guess && strcmp(l->guess, "UTF-8") != 0;
}

bool gt_layer_is_foreign(const struct gt_layer *l, const char *text)
{
    return is_guessed(l) || !gt_is_utf8(text, strlen(text));
}

enum gt_status gt_layer_text(const struct gt_layer *l, const char *what, const char *text,
                             const char **out, struct gt_err *err)
{
    char sample[64];
    bool csv = strcmp(l->file->driver, "CSV") == 0;
    *out = is_guessed(l) ? gt_letters(l->a, l->guess, text) : NULL;
    if (*out)
        return GT_OK;
    *out = gt_strdup(l->a, text);
    if (gt_is_utf8(text, strlen(text)))
        return GT_OK;
    if (l->loose) {
        *out = gt_letters_any(l->a, text);
        return GT_OK;
    }
    *out = csv && l->in->encoding ? gt_letters(l->a, l->in->encoding, text) : NULL;
    if (*out)
        return GT_OK;
    const char *in = l->raw ? "a shapefile without .cpg" : l->file->driver;
    if (csv && l->in->encoding)
        return gt_fail(err, GT_EINPUT, "%s: expected %s in %s, found other bytes", l->file->path,
                       l->in->encoding, what);
    if ((csv || strcmp(l->file->driver, "ESRI Shapefile") == 0) &&
        gt_letters_are("GB18030", text, sample))
        return gt_fail(err, GT_EINPUT,
                       "%s: expected UTF-8 in %s (%s), found other bytes, which read as '%s' in "
                       "Chinese: give --encoding GBK",
                       l->file->path, what, in, sample);
    return gt_fail(err, GT_EINPUT,
                   "%s: expected UTF-8 in %s (%s), found other bytes; give their --encoding",
                   l->file->path, what, in);
}

/* ---- Columns ---- */

struct gt_layer_column *gt_layer_find_column(struct gt_layer *l, const char *name)
{
    for (size_t i = 0; i < l->column.n; i++)
        if (strcasecmp(l->column.v[i].name, name) == 0)
            return &l->column.v[i];
    return NULL;
}

static bool is_reserved(const char *name)
{
    return !name[0] || strcasecmp(name, "fid") == 0 || strcasecmp(name, "geom") == 0 ||
           strcasecmp(name, "rowid") == 0;
}

/* The name itself where it is free, else with a number behind it. */
const char *gt_layer_free_name(struct gt_layer *l, const char *name)
{
    const char *base = name[0] ? name : "field", *out = base;
    for (int i = 2; is_reserved(out) || gt_layer_find_column(l, out); i++)
        out = gt_printf(l->a, "%s_%d", base, i);
    return out;
}

enum gt_status gt_layer_source_columns(struct gt_layer *l, struct gt_err *err)
{
    OGRFeatureDefnH defn = l->gdal->OGR_L_GetLayerDefn(l->ogr);
    int n = l->gdal->OGR_FD_GetFieldCount(defn);
    for (int i = 0; i < n; i++) {
        OGRFieldDefnH field = l->gdal->OGR_FD_GetFieldDefn(defn, i);
        const char *name = l->gdal->OGR_Fld_GetNameRef(field);
        OGRFieldType type = l->gdal->OGR_Fld_GetType(field);
        GT_TRY(gt_layer_text(l, "the names of fields", name, &name, err));
        if (type == OFTBinary) {
            gt_warn(l->w, "%s: field %s holds binary data and is left out", l->file->path, name);
            continue;
        }
        if (!l->loose)
            name = gt_layer_free_name(l, name);
        *GT_PUSH(l->a, &l->column) =
            (struct gt_layer_column){.name = name, .field = i, .type = type};
    }
    return GT_OK;
}

/* GeoJSON keeps numeric ids beside the properties, where GDAL makes feature numbers of them;
 * whether a file has them is only seen in its own text. */
static bool has_own_ids(const struct gt_layer *l)
{
    static const char *const options[] = {"NATIVE_DATA=YES", NULL};
    static const char *const drivers[] = {"GeoJSON", NULL};
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *feature;
    GT_GDAL_LISTEN(said, l->gdal);
    GDALDatasetH ds = l->gdal->GDALOpenEx(l->file->real, GDAL_OF_VECTOR, drivers, options, NULL);
    OGRLayerH layer = ds ? l->gdal->GDALDatasetGetLayer(ds, 0) : NULL;
    OGRFeatureH f = layer ? l->gdal->OGR_L_GetNextFeature(layer) : NULL;
    const char *text = f ? l->gdal->OGR_F_GetNativeData(f) : NULL;
    bool has = text && gt_json_parse(a, "feature", gt_s(text), &feature, NULL) == GT_OK &&
               gt_json_get(feature, "id");
    if (f)
        l->gdal->OGR_F_Destroy(f);
    if (ds)
        l->gdal->GDALClose(ds);
    return has;
}

static void add_feature_id(struct gt_layer *l)
{
    if (strcmp(l->file->driver, "GeoJSON") != 0 || gt_layer_find_column(l, "id") || !has_own_ids(l))
        return;
    *GT_PUSH(l->a, &l->column) =
        (struct gt_layer_column){.name = "id", .field = -1, .type = OFTInteger64};
}

/* ---- The role's fields ---- */

const char *gt_layer_list_columns(const struct gt_layer *l)
{
    struct gt_buf out = {.a = l->a};
    for (size_t i = 0; i < l->column.n && i < 40; i++)
        gt_buf_addf(&out, "%s%s", i ? ", " : "", l->column.v[i].name);
    return out.p ? out.p : "none";
}

static struct gt_layer_column *find_for_role(struct gt_layer *l, const struct gt_field_role *role)
{
    for (size_t i = 0; i < role->n_alias; i++) {
        struct gt_layer_column *found = gt_layer_find_column(l, role->alias[i]);
        if (found)
            return found;
    }
    return gt_layer_find_column(l, role->name);
}

bool gt_layer_is_text(const char *name)
{
    return strcmp(name, "name") == 0 || gt_ends(name, "code");
}

static enum gt_status add_role_column(struct gt_layer *l, const struct gt_field_role *role,
                                      struct gt_err *err)
{
    struct gt_layer_column *found = find_for_role(l, role);
    if (!found && !role->required)
        return GT_OK;
    if (!found) {
        struct gt_buf wanted = {.a = l->a};
        for (size_t i = 0; i < role->n_alias; i++)
            gt_buf_addf(&wanted, "%s%s", i ? ", " : "", role->alias[i]);
        return gt_fail(
            err, GT_EINPUT, "%s: expected a field for '%s' (one of %s), found the fields %s",
            l->file->path, role->name, wanted.p ? wanted.p : role->name, gt_layer_list_columns(l));
    }
    struct gt_layer_column made = *found;
    made.name = role->name;
    made.as_text = gt_layer_is_text(role->name);
    struct gt_layer_column *taken = gt_layer_find_column(l, role->name);
    if (taken == found) {
        *found = made;
        return GT_OK;
    }
    if (taken) {
        taken->name = "";
        taken->name = gt_layer_free_name(l, gt_printf(l->a, "%s_2", role->name));
    }
    *GT_PUSH(l->a, &l->column) = made;
    return GT_OK;
}

enum gt_status gt_layer_columns(struct gt_layer *l, struct gt_err *err)
{
    GT_TRY(gt_layer_source_columns(l, err));
    add_feature_id(l);
    const struct gt_layer_role *role = l->in->role;
    for (size_t i = 0; role && i < role->n_fields; i++)
        GT_TRY(add_role_column(l, &role->fields[i], err));
    if (role && role->standard)
        gt_layer_standard_columns(l, role->standard);
    return GT_OK;
}

/* ---- Values ---- */

const char *gt_layer_where(const struct gt_layer *l)
{
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)l->gdal->OGR_F_GetFID(l->feature));
    for (size_t i = 0; i < l->column.n; i++) {
        const struct gt_layer_column *c = &l->column.v[i];
        if (c->type != OFTString || !l->gdal->OGR_F_IsFieldSetAndNotNull(l->feature, c->field))
            continue;
        const char *text = l->gdal->OGR_F_GetFieldAsString(l->feature, c->field);
        if (text[0] && strlen(text) < 100 && gt_is_utf8(text, strlen(text)))
            return gt_printf(l->a, "feature %s ('%s')", number, text);
    }
    return gt_printf(l->a, "feature %s", number);
}

/* 2020-01-31, 08:05:00, or both with a T between. */
static const char *date_text(const struct gt_layer *l, OGRFeatureH f,
                             const struct gt_layer_column *c)
{
    int y, mo, d, h, mi, tz;
    float s;
    if (!l->gdal->OGR_F_GetFieldAsDateTimeEx(f, c->field, &y, &mo, &d, &h, &mi, &s, &tz))
        return "";
    const char *date = gt_printf(l->a, "%04d-%02d-%02d", y, mo, d);
    const char *time = gt_printf(l->a, "%02d:%02d:%02d", h, mi, (int)s);
    if (c->type == OFTDate)
        return date;
    return c->type == OFTTime ? time : gt_printf(l->a, "%sT%s", date, time);
}

static struct gt_value integer(const struct gt_layer *l, int64_t v, bool as_text)
{
    if (as_text || v > EXACT_INT || v < -EXACT_INT)
        return (struct gt_value){.kind = GT_V_TEXT, .text = gt_printf(l->a, "%lld", (long long)v)};
    return (struct gt_value){.kind = GT_V_NUM, .num = (double)v};
}

static struct gt_value real(const struct gt_layer *l, double v, bool as_text)
{
    char buf[32];
    if (isnan(v))
        return (struct gt_value){.kind = GT_V_NODATA};
    if (as_text)
        return (struct gt_value){.kind = GT_V_TEXT, .text = gt_strdup(l->a, gt_fmt_num(v, buf))};
    return (struct gt_value){.kind = GT_V_NUM, .num = v};
}

static enum gt_status read_value(struct gt_layer *l, OGRFeatureH f, const struct gt_layer_column *c,
                                 struct gt_value *out, struct gt_err *err)
{
    *out = (struct gt_value){.kind = GT_V_NODATA};
    if (c->field < 0) {
        *out = integer(l, l->gdal->OGR_F_GetFID(f), c->as_text);
        return GT_OK;
    }
    if (!l->gdal->OGR_F_IsFieldSetAndNotNull(f, c->field))
        return GT_OK;
    switch (c->type) {
    case OFTInteger:
    case OFTInteger64:
        *out = integer(l, l->gdal->OGR_F_GetFieldAsInteger64(f, c->field), c->as_text);
        return GT_OK;
    case OFTReal:
        *out = real(l, l->gdal->OGR_F_GetFieldAsDouble(f, c->field), c->as_text);
        return GT_OK;
    case OFTDate:
    case OFTTime:
    case OFTDateTime:
        *out = (struct gt_value){.kind = GT_V_TEXT, .text = date_text(l, f, c)};
        return GT_OK;
    default: break;
    }
    const char *text = l->gdal->OGR_F_GetFieldAsString(f, c->field);
    if (gt_layer_is_foreign(l, text))
        GT_TRY(gt_layer_text(l, gt_printf(l->a, "field %s of %s", c->name, gt_layer_where(l)), text,
                             &text, err));
    *out = (struct gt_value){.kind = GT_V_TEXT, .text = gt_strdup(l->a, text)};
    return GT_OK;
}

enum gt_status gt_layer_values(struct gt_layer *l, OGRFeatureH f, struct gt_value *out,
                               struct gt_err *err)
{
    GT_GDAL_LISTEN(said, l->gdal);
    for (size_t i = 0; i < l->column.n; i++)
        GT_TRY(read_value(l, f, &l->column.v[i], &out[i], err));
    /* GDAL goes on with question marks where letters do not fit their encoding. */
    if (!l->loose && said.warnings && strstr(said.warning, "recode"))
        return gt_fail(err, GT_EINPUT, "%s, %s: expected texts in %s, found other bytes",
                       l->file->path, gt_layer_where(l),
                       l->in->encoding ? l->in->encoding : "the encoding that the file says");
    return GT_OK;
}
