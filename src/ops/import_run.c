/* import_run.c: outside files into a dataset of a transaction: what `import` and its replay share.
 */
#include "ops_int.h"

#include "guotu/io.h"
#include "guotu/standard.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static enum gt_status unknown_layer(struct gt_arena *a, const struct gt_layer_roles *roles,
                                    const char *layer, struct gt_err *err)
{
    const char **names = GT_TAKE_N(a, const char *, roles->n);
    struct gt_buf all = {.a = a};
    for (size_t i = 0; i < roles->n; i++) {
        names[i] = roles->v[i].id;
        gt_buf_addf(&all, "%s%s", i ? ", " : "", names[i]);
    }
    const char *near = gt_nearest(layer, names, roles->n);
    if (near)
        return gt_fail(err, GT_EINPUT, "expected a layer, found '%.60s'; did you mean '%s'?", layer,
                       near);
    return gt_fail(err, GT_EINPUT, "expected a layer, found '%.60s'; the layers are %s", layer,
                   all.p ? all.p : "none");
}

static const char *lower(struct gt_arena *a, const char *code)
{
    char *out = gt_strdup(a, code);
    for (char *c = out; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return out;
}

/* A layer of the data standards by code or alias, as a role of its code in small letters. *out
 * NULL: none. */
static enum gt_status find_standard(struct gt_arena *a, const char *rules, const char *layer,
                                    const struct gt_layer_role **out, struct gt_err *err)
{
    static const enum gt_shape_role shapes[] = {[GT_STD_POINT] = GT_POINTS,
                                                [GT_STD_LINE] = GT_LINES,
                                                [GT_STD_POLYGON] = GT_POLYGONS,
                                                [GT_STD_TABLE] = GT_ANY_SHAPE,
                                                [GT_STD_OTHER] = GT_ANY_SHAPE};
    const struct gt_standard *standard;
    GT_TRY(gt_standard_load(a, rules, &standard, err));
    const struct gt_standard_layer *s = gt_standard_layer(standard, layer);
    if (!s)
        return GT_OK;
    struct gt_layer_role *role = GT_TAKE(a, struct gt_layer_role);
    *role = (struct gt_layer_role){.id = lower(a, s->code),
                                   .standard = s,
                                   .title = {s->code, s->title},
                                   .table = s->shape == GT_STD_TABLE,
                                   .shape = shapes[s->shape],
                                   .unit = ""};
    *out = role;
    return GT_OK;
}

enum gt_status ops_layer_find(struct gt_arena *a, const char *layer,
                              const struct gt_layer_role **out, struct gt_err *err)
{
    const struct gt_layer_roles *roles;
    const char *rules = gt_rules_dir(a, err);
    if (!rules)
        return err ? err->status : GT_ENOTFOUND;
    GT_TRY(gt_layer_roles_load(a, rules, &roles, err));
    *out = gt_layer_role_find(roles, layer);
    if (!*out)
        GT_TRY(find_standard(a, rules, layer, out, err));
    return *out ? GT_OK : unknown_layer(a, roles, layer, err);
}

enum gt_status ops_import_run(struct gt_call *c, struct gt_txn *t, const char *id,
                              const struct gt_import *in, struct gt_import_report *report,
                              struct gt_err *err)
{
    *report = (struct gt_import_report){0};
    if (in->role->table)
        return gt_import_table(t, id, in, c->work, report, err);
    return in->role->raster ? gt_import_raster(t, id, in, c->work, report, err)
                            : gt_import_vector(t, id, in, c->work, report, err);
}

enum gt_status ops_import_transform(struct gt_call *c, struct gt_store *s, const char *name,
                                    const char *hash, struct gt_import *in, struct gt_err *err)
{
    char own[GT_HASH_TEXT];
    if (!name)
        return GT_OK;
    GT_TRY(gt_store_transform(s, c->a, name, &in->transform, err));
    gt_transform_hash(in->transform, own);
    if (hash && strcmp(own, hash) != 0)
        return gt_fail(err, GT_EINPUT,
                       "transformation '%s': expected the parameters of that import, found others",
                       name);
    return GT_OK;
}

/* A path that is still right in another folder; as given where the file is not there. */
const char *ops_full_path(struct gt_arena *a, const char *path)
{
    char *real = realpath(path, NULL);
    const char *copy = gt_strdup(a, real ? real : path);
    free(real);
    return copy;
}
