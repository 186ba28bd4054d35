/* layers.c: rules/layers.yaml: the layers that a workspace may hold, and what their columns are
 * called. */
#include "rules_int.h"

#include "guotu/io.h"

#include <math.h>
#include <string.h>

static enum gt_status read_bound(const struct gt_yaml *y, const char *key, double *out,
                                 struct gt_err *err)
{
    const struct gt_yaml *at = gt_yaml_find(y, key);
    return at ? rules_num(at, NULL, out, err) : GT_OK;
}

static enum gt_status read_bounds(const struct gt_yaml *y, double *min, double *max,
                                  struct gt_err *err)
{
    GT_TRY(read_bound(y, "min", min, err));
    GT_TRY(read_bound(y, "max", max, err));
    if (*min <= *max)
        return GT_OK;
    return rules_fail(y, err, "%s: expected 'min' up to 'max', found %g and %g", y->key, *min,
                      *max);
}

/* What only a table's fields have. */
static enum gt_status read_cell(struct gt_arena *a, const struct gt_yaml *y,
                                struct gt_field_role *out, struct gt_err *err)
{
    static const enum gt_field_kind kinds[] = {GT_FIELD_TEXT, GT_FIELD_NUMBER, GT_FIELD_DATE};
    struct gt_yaml *kind;
    int i;
    GT_TRY(rules_need(y, "kind", &kind, err));
    GT_TRY(rules_choice(kind, "kind", "text number date", &i, err));
    out->kind = kinds[i];
    GT_TRY(rules_title(y, "title", &out->title, err));
    if (!out->title.en && !out->title.zh)
        out->title.en = y->key;
    if (out->kind != GT_FIELD_NUMBER)
        return rules_known(y, "alias required kind title", err);
    GT_TRY(rules_known(y, "alias required kind title unit min max", err));
    GT_TRY(rules_unit_key(a, y, "unit", &out->unit, err));
    return read_bounds(y, &out->min, &out->max, err);
}

static enum gt_status read_field(struct gt_arena *a, const struct gt_yaml *y, bool table,
                                 struct gt_field_role *out, struct gt_err *err)
{
    struct gt_yaml *list;
    *out = (struct gt_field_role){
        .name = y->key, .unit = "", .min = -(double)INFINITY, .max = (double)INFINITY};
    GT_TRY(rules_want(y, GT_YAML_MAP, y->key, err));
    GT_TRY(table ? read_cell(a, y, out, err) : rules_known(y, "alias required", err));
    GT_TRY(rules_bool(y, "required", &out->required, err));
    GT_TRY(rules_need(y, "alias", &list, err));
    GT_TRY(rules_want(list, GT_YAML_SEQ, "alias", err));
    const char **alias = GT_TAKE_N(a, const char *, list->n + 1);
    for (const struct gt_yaml *c = list->child; c; c = c->next) {
        GT_TRY(rules_want(c, GT_YAML_SCALAR, "alias", err));
        if (!c->text[0])
            return rules_fail(c, err, "alias: expected a column's name, found nothing");
        alias[out->n_alias++] = c->text;
    }
    out->alias = alias;
    return GT_OK;
}

static enum gt_status read_fields(struct gt_arena *a, const struct gt_yaml *y,
                                  struct gt_layer_role *out, struct gt_err *err)
{
    const struct gt_yaml *map = gt_yaml_find(y, "fields");
    out->unit = "";
    if (!map)
        return GT_OK;
    GT_TRY(rules_want(map, GT_YAML_MAP, "fields", err));
    struct gt_field_role *fields = GT_TAKE_N(a, struct gt_field_role, map->n + 1);
    for (const struct gt_yaml *c = map->child; c; c = c->next)
        GT_TRY(read_field(a, c, out->table, &fields[out->n_fields++], err));
    out->fields = fields;
    return GT_OK;
}

static bool has_field(const struct gt_layer_role *role, const char *name)
{
    for (size_t i = 0; i < role->n_fields; i++)
        if (strcmp(role->fields[i].name, name) == 0)
            return true;
    return false;
}

static enum gt_status read_table(struct gt_arena *a, const struct gt_yaml *y,
                                 struct gt_layer_role *out, struct gt_err *err)
{
    struct gt_yaml *list;
    GT_TRY(rules_known(y, "kind title fields key", err));
    GT_TRY(read_fields(a, y, out, err));
    GT_TRY(rules_need(y, "key", &list, err));
    GT_TRY(rules_want(list, GT_YAML_SEQ, "key", err));
    const char **key = GT_TAKE_N(a, const char *, list->n + 1);
    for (const struct gt_yaml *c = list->child; c; c = c->next) {
        GT_TRY(rules_want(c, GT_YAML_SCALAR, "key", err));
        if (!has_field(out, c->text))
            return rules_fail(c, err, "key: expected one of the fields, found '%.60s'", c->text);
        key[out->n_key++] = c->text;
    }
    out->key = key;
    return GT_OK;
}

static enum gt_status read_vector(struct gt_arena *a, const struct gt_yaml *y,
                                  struct gt_layer_role *out, struct gt_err *err)
{
    GT_TRY(rules_known(y, "kind title fields", err));
    return read_fields(a, y, out, err);
}

static enum gt_status read_raster(struct gt_arena *a, const struct gt_yaml *y,
                                  struct gt_layer_role *out, struct gt_err *err)
{
    const struct gt_yaml *cells = gt_yaml_find(y, "cells");
    int i = GT_CELLS_MEASURE;
    GT_TRY(rules_known(y, "kind title cells unit min max reach months", err));
    if (cells)
        GT_TRY(rules_choice(cells, "cells", "measure class id", &i, err));
    out->cells = (enum gt_cells)i;
    out->unit = out->cells == GT_CELLS_CLASS ? "class" : "";
    GT_TRY(rules_unit_key(a, y, "unit", &out->unit, err));
    GT_TRY(read_bound(y, "reach", &out->reach, err));
    return read_bounds(y, &out->min, &out->max, err);
}

/* months: true: twelve roles, ID_01 to ID_12. */
static size_t add_months(struct gt_arena *a, const struct gt_layer_role *role,
                         struct gt_layer_role *out)
{
    for (int month = 1; month <= 12; month++) {
        struct gt_layer_role *one = &out[month - 1];
        *one = *role;
        one->id = gt_printf(a, "%s_%02d", role->id, month);
        one->title.zh = role->title.zh ? gt_printf(a, "%s（%d月）", role->title.zh, month) : NULL;
        one->title.en = role->title.en ? gt_printf(a, "%s, month %d", role->title.en, month) : NULL;
    }
    return 12;
}

static enum gt_status read_role(struct gt_arena *a, const struct gt_yaml *y,
                                struct gt_layer_role *out, struct gt_err *err)
{
    static const enum gt_shape_role shape[] = {GT_ANY_SHAPE, GT_POINTS,    GT_LINES,
                                               GT_POLYGONS,  GT_ANY_SHAPE, GT_RECORDS};
    struct gt_yaml *kind;
    int i;
    if (!gt_is_id(y->key))
        return rules_fail(y, err, "expected a role of small letters, digits and '_', found '%.60s'",
                          y->key);
    GT_TRY(rules_want(y, GT_YAML_MAP, y->key, err));
    GT_TRY(rules_need(y, "kind", &kind, err));
    GT_TRY(rules_choice(kind, "kind", "raster points lines polygons shapes table", &i, err));
    *out = (struct gt_layer_role){.id = y->key,
                                  .raster = i == 0,
                                  .table = i == 5,
                                  .shape = shape[i],
                                  .min = -(double)INFINITY,
                                  .max = (double)INFINITY};
    GT_TRY(rules_title(y, "title", &out->title, err));
    if (!out->title.en && !out->title.zh)
        out->title.en = out->id;
    if (out->table)
        return read_table(a, y, out, err);
    return out->raster ? read_raster(a, y, out, err) : read_vector(a, y, out, err);
}

enum gt_status gt_layer_roles_load(struct gt_arena *a, const char *rules_dir,
                                   const struct gt_layer_roles **out, struct gt_err *err)
{
    struct gt_yaml *root, *map;
    *out = NULL;
    GT_TRY(gt_yaml_load(a, gt_path_join(a, rules_dir, "layers.yaml"), &root, err));
    GT_TRY(rules_want(root, GT_YAML_MAP, "layers file", err));
    GT_TRY(rules_known(root, "layers", err));
    GT_TRY(rules_need(root, "layers", &map, err));
    GT_TRY(rules_want(map, GT_YAML_MAP, "layers", err));
    struct gt_layer_role *v = GT_TAKE_N(a, struct gt_layer_role, 12 * map->n + 1);
    struct gt_layer_roles *roles = GT_TAKE(a, struct gt_layer_roles);
    for (const struct gt_yaml *c = map->child; c; c = c->next) {
        struct gt_layer_role role;
        bool months = false;
        GT_TRY(read_role(a, c, &role, err));
        GT_TRY(rules_bool(c, "months", &months, err));
        if (!months)
            v[roles->n++] = role;
        else
            roles->n += add_months(a, &role, &v[roles->n]);
    }
    roles->v = v;
    *out = roles;
    return GT_OK;
}

const struct gt_layer_role *gt_layer_role_find(const struct gt_layer_roles *r, const char *id)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->v[i].id, id) == 0)
            return &r->v[i];
    return NULL;
}
