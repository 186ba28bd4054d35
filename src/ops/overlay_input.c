/* overlay_input.c: what the operation `overlay` works with: its layers in one CRS, their classes,
 * and the units. */
#include "overlay.h"

#include <string.h>
#include <strings.h>

GT_MUST static enum gt_status read_polygons(struct ops_overlay *o, const char *id,
                                            const struct gt_dataset **d,
                                            const struct gt_features **f, struct gt_err *err)
{
    const struct gt_layer_source *source;
    GT_TRY(gt_store_find(o->store, o->a, id, 0, d, err));
    if ((*d)->kind == GT_DATASET_RASTER || strcmp((*d)->geometry, "polygon") != 0)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected a layer of polygons, found %s",
                       (*d)->id,
                       (*d)->kind == GT_DATASET_RASTER ? "a raster"
                       : (*d)->geometry[0]             ? "points or lines"
                                                       : "a table");
    GT_TRY(gt_store_layer(o->store, o->a, *d, &source, err));
    GT_TRY(gt_layer_read(source, o->a, NULL, f, err));
    if (!(*f)->shapes->crs)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected a CRS, found none", (*d)->id);
    return GT_OK;
}

/* In the CRS of the first layer. */
GT_MUST static enum gt_status to_first(struct ops_overlay *o, const struct gt_features *f,
                                       const struct gt_dataset *d, const struct gt_shapes **out,
                                       struct gt_err *err)
{
    const struct gt_crs *crs = o->f[0]->shapes->crs;
    *out = f->shapes;
    if (gt_crs_same(f->shapes->crs, crs))
        return GT_OK;
    gt_info(o->c->work, "%s: taken from %s to %s", d->id, f->shapes->crs->name, crs->name);
    enum gt_status s = gt_shapes_to_crs(o->a, f->shapes, crs, 1e-3, out, err);
    return s == GT_OK ? s : gt_wrap(err, "dataset '%s'", d->id);
}

/* ---- Groups ---- */

/* name_field: -1, none. */
GT_MUST static enum gt_status group_by(struct ops_overlay *o, const struct gt_features *f,
                                       int field, int name_field, struct ops_groups *out,
                                       struct gt_err *err)
{
    size_t n = f->shapes->n;
    void *p;
    struct gt_map *known = gt_map_new(o->a);
    GT_VEC(const char *) text = {0}, name = {0};
    GT_TRY(gt_reserve(o->a, n + 1, sizeof(int32_t), "classes of features", &p, err));
    out->of = p;
    out->given = field >= 0;
    for (size_t i = 0; i < n; i++) {
        const struct gt_value *v = f->value + i * f->n_fields;
        const char *key = field < 0 ? "" : gt_value_text(o->a, &v[field]);
        void *found = gt_map_get(known, key);
        if (!found) {
            *GT_PUSH(o->a, &text) = gt_strdup(o->a, key);
            *GT_PUSH(o->a, &name) = name_field < 0 ? "" : gt_value_text(o->a, &v[name_field]);
            found = (void *)text.n;
            gt_map_put(known, key, found);
        }
        out->of[i] = (int32_t)((uintptr_t)found - 1);
    }
    out->text = text.v;
    out->name = name.v;
    out->n = text.n;
    return GT_OK;
}

GT_MUST static enum gt_status classes_of(struct ops_overlay *o, int which, struct gt_err *err)
{
    static const char *const option[] = {"class-a", "class-b"};
    const char *field = gt_arg_text(o->c, option[which], NULL);
    int at = field ? gt_features_field(o->f[which], field) : -1;
    if (field && at < 0)
        return gt_fail(err, GT_EINPUT, "--%s: dataset '%s' has no field '%s'", option[which],
                       o->d[which]->id, field);
    return group_by(o, o->f[which], at, -1, &o->class[which], err);
}

static int first_of(const struct gt_features *f, const char *const *name)
{
    int at = -1;
    for (; *name && at < 0; name++)
        at = gt_features_field(f, *name);
    return at;
}

GT_MUST static enum gt_status open_units(struct ops_overlay *o, struct gt_err *err)
{
    static const char *const code[] = {"XZQDM", "ZLDWDM", "code", NULL};
    static const char *const name[] = {"XZQMC", "ZLDWMC", "name", NULL};
    const char *id = gt_arg_text(o->c, "by", NULL);
    if (!id)
        return GT_OK;
    GT_TRY(read_polygons(o, id, &o->by, &o->units, err));
    GT_TRY(to_first(o, o->units, o->by, &o->unit_shapes, err));
    int by_code = first_of(o->units, code), by_name = first_of(o->units, name);
    if (by_code < 0 && by_name < 0)
        return gt_fail(err, GT_EINPUT,
                       "--by: expected a field XZQDM, ZLDWDM, code, XZQMC, ZLDWMC or name in '%s', "
                       "found none",
                       o->by->id);
    return group_by(o, o->units, by_code < 0 ? by_name : by_code, by_name, &o->unit, err);
}

/* ---- Names ---- */

static enum gt_status check_name(struct ops_overlay *o, struct gt_err *err)
{
    const char *given = gt_arg_text(o->c, "name", NULL);
    o->id = given ? given : gt_printf(o->a, "%.28s_%.28s_overlay", o->d[0]->id, o->d[1]->id);
    return ops_check_id("--name", o->id, err);
}

enum gt_status ops_overlay_open(struct ops_overlay *o, struct gt_err *err)
{
    static const char *const option[] = {"a", "b"};
    for (int k = 0; k < 2; k++) {
        const char *id = gt_arg_text(o->c, option[k], "");
        GT_TRY(read_polygons(o, id, &o->d[k], &o->f[k], err));
        GT_TRY(to_first(o, o->f[k], o->d[k], &o->shapes[k], err));
        GT_TRY(classes_of(o, k, err));
    }
    GT_TRY(open_units(o, err));
    return check_name(o, err);
}
