/* convert_settle.c: the town-village attribute of parcels from the settlements that they lie in
 * (CZCDYD). */
#include "convert.h"

#include "guotu/vector.h"

#include <string.h>

struct settling {
    const struct gt_shapes *s;
    double x, y;
    int64_t found; /* -1: none */
};

static bool try_one(void *ctx, size_t i)
{
    struct settling *k = ctx;
    if (gt_polygon_side(k->s, i, k->x, k->y) == GT_OUTSIDE)
        return true;
    if (k->found < 0 || (int64_t)i < k->found)
        k->found = (int64_t)i;
    return true;
}

static enum gt_status read_types(struct convert *k, const struct gt_shapes **shapes,
                                 const char *const **type, struct gt_err *err)
{
    const struct gt_features *f;
    const struct gt_domain *d = gt_domain(k->standard, "CZCSXM");
    if (k->settled->kind != GT_DATASET_VECTOR || strcmp(k->settled->geometry, "polygon") != 0)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected polygons", k->settled->id);
    GT_TRY(gt_store_features(k->store, k->a, k->settled, &f, err));
    int at = gt_features_field(f, "CZCLX");
    if (at < 0)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected a field CZCLX, found none",
                       k->settled->id);
    const char **v = GT_TAKE_N(k->a, const char *, f->shapes->n + 1);
    for (size_t i = 0; i < f->shapes->n; i++) {
        v[i] = gt_value_text(k->a, &f->value[i * f->n_fields + (size_t)at]);
        if (d && !gt_domain_name(d, v[i]))
            return gt_fail(err, GT_EINPUT,
                           "dataset '%s', feature %zu: expected a CZCLX as 'guotu standard domains "
                           "CZCSXM' lists them, found '%.20s'",
                           k->settled->id, i + 1, v[i]);
    }
    *type = v;
    return gt_shapes_to_crs(k->a, f->shapes, k->parcels->crs, 1e-3, shapes, err);
}

/* What was empty is filled in; what is another one is a flaw. */
static void compare(struct convert *k, struct gt_tract *t, const char *type)
{
    k->settle.computed++;
    if (t->czcsxm[0] == '\0') {
        t->czcsxm = type;
        return;
    }
    if (strcmp(t->czcsxm, type) == 0)
        return;
    k->settle.differ++;
    if (k->flaw[GT_TRACT_SETTLEMENT]++ == 0)
        k->flaw_bsm[GT_TRACT_SETTLEMENT] = t->bsm;
}

enum gt_status convert_settle(struct convert *k, struct gt_err *err)
{
    struct settling at = {0};
    const char *const *type;
    const struct gt_index *ix;
    GT_TRY(read_types(k, &at.s, &type, err));
    GT_TRY(gt_index_of(k->a, at.s, &ix, err));
    for (size_t i = 0; i < k->n_tracts; i++) {
        if (strcmp(gt_settlement_code(k->rules, k->tract[i].dlbm), "*") != 0)
            continue;
        at.found = -1;
        gt_polygon_inner(k->parcels, i, &at.x, &at.y);
        gt_index_search(ix, (struct gt_box){at.x, at.y, at.x, at.y}, try_one, &at);
        if (at.found >= 0)
            compare(k, &k->tract[i], type[at.found]);
        else
            k->settle.outside++;
    }
    return GT_OK;
}
