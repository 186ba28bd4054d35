/* gpkg_types.c: types of columns, and the fingerprint of what they hold. */
#include "gpkg.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- Declared types ---- */

#define MEDIUM_DIGITS 9 /* numbers of so many digits fit 32 bits */

const char *gt_gpkg_type_text(struct gt_arena *a, const struct gt_field *f)
{
    if (f->kind == GT_COLUMN_INT)
        return f->length > 0 && f->length <= MEDIUM_DIGITS ? "MEDIUMINT" : "INTEGER";
    if (f->kind == GT_COLUMN_REAL)
        return "DOUBLE";
    return f->length > 0 ? gt_printf(a, "TEXT(%d)", f->length) : "TEXT";
}

void gt_gpkg_type_read(const char *text, struct gt_field *out)
{
    static const char *const whole[] = {"INTEGER", "INT",     "MEDIUMINT", "SMALLINT",
                                        "TINYINT", "BOOLEAN", "BIGINT",    "INT8"};
    static const char *const real[] = {"DOUBLE", "REAL", "FLOAT", "NUMERIC", "DECIMAL"};
    size_t n = strcspn(text, "( ");
    int64_t length = 0;
    const char *open = strchr(text, '(');
    for (const char *p = open ? open + 1 : ""; isdigit((unsigned char)*p) && length < 1000000; p++)
        length = length * 10 + (*p - '0');
    out->kind = GT_COLUMN_TEXT;
    out->length = (int)length;
    out->decimals = 0;
    for (size_t i = 0; i < GT_LEN(whole); i++)
        if (strlen(whole[i]) == n && strncasecmp(whole[i], text, n) == 0)
            out->kind = GT_COLUMN_INT;
    for (size_t i = 0; i < GT_LEN(real); i++)
        if (strlen(real[i]) == n && strncasecmp(real[i], text, n) == 0)
            out->kind = GT_COLUMN_REAL;
    if (out->kind == GT_COLUMN_INT && strncasecmp(text, "MEDIUMINT", n) == 0 && n == 9)
        out->length = MEDIUM_DIGITS;
}

/* Whole numbers below are exact in a double. */
#define EXACT_INT 9007199254740992.0 /* 2^53 */

bool gt_gpkg_is_whole(double v)
{
    return fabs(v) < EXACT_INT && v == floor(v);
}

enum gt_gpkg_type gt_gpkg_type_of(const struct gt_features *f, size_t field)
{
    bool any = false, whole = true;
    for (size_t i = 0; i < (f->value ? gt_features_count(f) : 0); i++) {
        const struct gt_value *v = &f->value[i * f->n_fields + field];
        if (v->kind == GT_V_TEXT)
            return GT_GPKG_TEXT;
        if (v->kind == GT_V_NODATA)
            continue;
        any = true;
        whole = whole && gt_gpkg_is_whole(v->num);
    }
    if (!any)
        return GT_GPKG_TEXT;
    return whole ? GT_GPKG_INT : GT_GPKG_REAL;
}

/* ---- Fingerprint ---- */

static void hash_text(struct gt_hash *h, const char *text)
{
    uint64_t n = strlen(text);
    gt_hash_add(h, &n, sizeof n);
    gt_hash_add(h, text, (size_t)n);
}

void gt_gpkg_hash_begin(struct gt_hash *h, const struct gt_crs *crs, const char *const *name,
                        size_t n)
{
    uint64_t count = n;
    gt_hash_begin(h);
    hash_text(h, !crs ? "table" : crs->code[0] ? crs->code : crs->name);
    gt_hash_add(h, &count, sizeof count);
    for (size_t i = 0; i < n; i++)
        hash_text(h, name[i]);
}

void gt_gpkg_hash_value(struct gt_hash *h, const struct gt_value *v)
{
    unsigned char kind = (unsigned char)v->kind;
    gt_hash_add(h, &kind, 1);
    if (v->kind == GT_V_NUM)
        gt_hash_add(h, &v->num, sizeof v->num);
    else if (v->kind == GT_V_TEXT)
        hash_text(h, v->text);
}

void gt_gpkg_hash_wkb(struct gt_hash *h, const void *wkb, size_t n)
{
    uint64_t count = n;
    gt_hash_add(h, &count, sizeof count);
    gt_hash_add(h, wkb, n);
}
