/* find.c: looks datasets up by id and by role, and says them as JSON. */
#include "store_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Letters to insert, drop or change to make one text of the other (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
    size_t row[64], na = strlen(a), nb = strlen(b);
    if (na > 63 || nb > 63)
        return SIZE_MAX;
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            size_t other = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = change < other ? change : other;
        }
    }
    return row[nb];
}

/* Up to three ids, the most alike first. */
static const char *nearest(struct gt_arena *a, const struct gt_dataset *d, size_t n, const char *id)
{
    struct gt_buf out = {.a = a};
    bool *used = GT_TAKE_N(a, bool, n + 1);
    for (int k = 0; k < 3; k++) {
        size_t best = n, best_distance = SIZE_MAX;
        for (size_t i = 0; i < n; i++) {
            size_t away = distance(d[i].id, id);
            if (!used[i] && away < best_distance) {
                best = i;
                best_distance = away;
            }
        }
        if (best == n)
            break;
        used[best] = true;
        gt_buf_addf(&out, "%s%s", k ? ", " : "", d[best].id);
    }
    return out.p ? out.p : "";
}

static enum gt_status not_found(struct gt_store *s, const char *id, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_dataset *d;
    size_t n;
    GT_TRY(gt_store_list(s, a, &d, &n, err));
    if (n == 0)
        return gt_fail(err, GT_ENOTFOUND,
                       "dataset '%.63s': expected one of the workspace's, which "
                       "has none yet",
                       id);
    return gt_fail(err, GT_ENOTFOUND,
                   "dataset '%.63s': expected one of the workspace's, the nearest "
                   "are: %s",
                   id, nearest(a, d, n, id));
}

/* "dltb@2022": the newest version of that vintage, else the version of that number. */
static enum gt_status pick_version(const struct gt_entry *e, size_t n, const char *which,
                                   const struct gt_dataset **out, struct gt_err *err)
{
    int64_t number = 0;
    struct gt_buf found = {.a = gt_arena_new()};
    for (size_t i = n; i-- > 0 && !*out;)
        if (e[i].d.vintage[0] && strcmp(e[i].d.vintage, which) == 0)
            *out = &e[i].d;
    for (size_t i = n; gt_parse_int(which, &number) && i-- > 0 && !*out;)
        if (e[i].d.version == number)
            *out = &e[i].d;
    for (size_t i = 0; i < n; i++)
        gt_buf_addf(&found, "%s%lld%s%s", i ? ", " : "", (long long)e[i].d.version,
                    e[i].d.vintage[0] ? " of " : "", e[i].d.vintage);
    enum gt_status status = GT_OK;
    if (!*out)
        status = gt_fail(err, GT_ENOTFOUND,
                         "dataset %s: expected a version or a vintage after '@', found '%.20s'; "
                         "there are versions %.200s",
                         e[0].d.id, which, found.p);
    gt_arena_free(found.a);
    return status;
}

enum gt_status gt_store_find(struct gt_store *s, struct gt_arena *a, const char *id,
                             int64_t version, const struct gt_dataset **out, struct gt_err *err)
{
    struct gt_entry *e;
    size_t n;
    const char *at = strchr(id, '@');
    const char *name = at ? gt_strndup(a, id, (size_t)(at - id)) : id;
    *out = NULL;
    GT_TRY(gt_catalog_versions(s, a, name, &e, &n, err));
    if (n == 0)
        return not_found(s, name, err);
    if (at && version == 0)
        return pick_version(e, n, at + 1, out, err);
    for (size_t i = n; i-- > 0;)
        if (version == 0 || e[i].d.version == version) {
            *out = &e[i].d;
            return GT_OK;
        }
    return gt_fail(err, GT_ENOTFOUND,
                   "dataset %s: expected version %lld, found versions %lld to %lld", name,
                   (long long)version, (long long)e[0].d.version, (long long)e[n - 1].d.version);
}

enum gt_status gt_store_versions(struct gt_store *s, struct gt_arena *a, const char *id,
                                 const struct gt_dataset **out, size_t *n, struct gt_err *err)
{
    struct gt_entry *e;
    GT_TRY(gt_catalog_versions(s, a, id, &e, n, err));
    if (*n == 0)
        return not_found(s, id, err);
    struct gt_dataset *d = GT_TAKE_N(a, struct gt_dataset, *n);
    for (size_t i = 0; i < *n; i++)
        d[i] = e[i].d;
    *out = d;
    return GT_OK;
}

enum gt_status gt_store_find_role(struct gt_store *s, struct gt_arena *a, const char *role,
                                  const struct gt_dataset **out, struct gt_err *err)
{
    const struct gt_dataset *d;
    size_t n, count = 0;
    struct gt_buf names = {.a = a};
    *out = NULL;
    GT_TRY(gt_store_list(s, a, &d, &n, err));
    for (size_t i = 0; i < n; i++)
        if (strcmp(d[i].id, role) == 0) {
            *out = &d[i];
            return GT_OK;
        }
    for (size_t i = 0; i < n; i++)
        if (role[0] && strcmp(d[i].role, role) == 0) {
            *out = &d[i];
            gt_buf_addf(&names, "%s%s", count++ ? ", " : "", d[i].id);
        }
    if (count <= 1)
        return GT_OK;
    *out = NULL;
    return gt_fail(err, GT_EINPUT,
                   "role %s: expected one dataset, found %zu: %s; name the one to use", role, count,
                   names.p);
}

/* ---- JSON ---- */

static void add_box(struct gt_json *obj, struct gt_box box)
{
    struct gt_json *arr = gt_json_add_arr(obj, "box");
    const double v[4] = {box.x0, box.y0, box.x1, box.y1};
    for (size_t i = 0; i < 4; i++)
        gt_json_add_num(arr, NULL, v[i]);
}

static void add_raster(struct gt_json *obj, const struct gt_dataset *d)
{
    gt_json_add_str(obj, "cell", gt_cell_name(d->cell));
    struct gt_json *grid = gt_json_add_obj(obj, "grid");
    gt_json_add_int(grid, "w", d->grid.w);
    gt_json_add_int(grid, "h", d->grid.h);
    gt_json_add_num(grid, "x0", d->grid.x0);
    gt_json_add_num(grid, "y0", d->grid.y0);
    gt_json_add_num(grid, "dx", d->grid.dx);
    gt_json_add_num(grid, "dy", d->grid.dy);
    gt_json_add_int(obj, "voids", d->voids);
    gt_json_add_num(obj, "min", d->min);
    gt_json_add_num(obj, "max", d->max);
}

static void add_lineage(struct gt_json *obj, const char *text)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *lineage;
    if (!text[0])
        gt_json_add_null(obj, "lineage");
    else if (gt_json_parse(a, "lineage", gt_s(text), &lineage, NULL) == GT_OK)
        gt_json_add_copy(obj, "lineage", lineage);
    else
        gt_json_add_str(obj, "lineage", text);
}

void gt_dataset_json(const struct gt_dataset *d, struct gt_json *obj)
{
    bool raster = d->kind == GT_DATASET_RASTER, table = d->kind == GT_DATASET_TABLE;
    gt_json_add_str(obj, "id", d->id);
    gt_json_add_int(obj, "version", d->version);
    gt_json_add_str(obj, "kind", raster ? "raster" : table ? "table" : "vector");
    gt_json_add_str(obj, "role", d->role);
    struct gt_json *title = gt_json_add_obj(obj, "title");
    gt_json_add_str(title, "en", d->title.en);
    gt_json_add_str(title, "zh", d->title.zh);
    gt_json_add_str(obj, "vintage", d->vintage);
    gt_json_add_str(obj, "grade", d->grade);
    gt_json_add_str(obj, "licence", d->licence);
    gt_json_add_str(obj, "source", d->source);
    gt_json_add_str(obj, "unit", d->unit);
    gt_json_add_str(obj, "crs", d->crs);
    gt_json_add_str(obj, "hash", d->hash);
    gt_json_add_str(obj, "created", d->created);
    gt_json_add_bool(obj, "synthetic", d->synthetic);
    if (raster) {
        add_raster(obj, d);
    } else if (table) {
        gt_json_add_int(obj, "rows", d->features);
    } else {
        gt_json_add_str(obj, "geometry", d->geometry);
        gt_json_add_int(obj, "features", d->features);
    }
    add_box(obj, d->box);
    add_lineage(obj, d->lineage);
}
