/* update_match.c: which features of a layer give way to fresh ones: by key, or by the ground that
 * they lie on. */
#include "update.h"

#include <math.h>
#include <string.h>

#define SHOWN 3
/* Ground that is nothing: a hundredth of a square metre, or this share of the feature. */
#define NOTHING_M2 0.01
#define NOTHING_SHARE 1e-7

static const char *text_at(struct gt_arena *a, const struct gt_features *f, size_t i, int field)
{
    return gt_value_text(a, &f->value[i * f->n_fields + (size_t)field]);
}

enum gt_status ops_update_by_key(struct ops_update *u, const char *key, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_map *fresh = gt_map_new(scratch);
    static char there;
    int field = gt_features_field(u->old, key);
    if (field < 0)
        return gt_fail(err, GT_EINPUT, "--key: dataset '%s' has no field '%s'", u->base->id, key);
    for (size_t i = 0; i < gt_features_count(u->fresh); i++) {
        const char *text = text_at(scratch, u->fresh, i, field);
        if (!text[0])
            return gt_fail(err, GT_EINPUT,
                           "dataset '%s': expected a key in '%s' of each feature, found none in "
                           "feature %lld",
                           u->with->id, key, (long long)gt_features_id(u->fresh, i));
        if (gt_map_get(fresh, text))
            return gt_fail(err, GT_EINPUT, "dataset '%s': the key '%s' = '%.60s' is there twice",
                           u->with->id, key, text);
        gt_map_put(fresh, text, &there);
    }
    for (size_t i = 0; i < gt_features_count(u->old); i++) {
        const char *text = text_at(scratch, u->old, i, field);
        u->fate[i] = text[0] && gt_map_get(fresh, text) ? OPS_REPLACED : OPS_KEPT;
        u->count[u->fate[i]]++;
    }
    return GT_OK;
}

/* ---- By ground ---- */

static enum gt_status areas_of(struct ops_update *u, const struct gt_features *f, double **out,
                               struct gt_err *err)
{
    void *p;
    GT_TRY(gt_reserve(u->a, gt_features_count(f) + 1, sizeof(double), "areas", &p, err));
    *out = p;
    return gt_polygon_areas(f->shapes, GT_AREA_TRAPEZOID, u->c->work, *out, err);
}

static enum gt_status covered_ground(struct ops_update *u, double **out, struct gt_err *err)
{
    void *p;
    struct gt_shared_areas shared;
    const struct gt_overlay_areas_opt opt = {.work = u->c->work};
    GT_TRY(gt_reserve(u->a, gt_features_count(u->old) + 1, sizeof(double), "areas", &p, err));
    GT_TRY(gt_overlay_areas(u->a, u->old->shapes, u->fresh->shapes, &opt, &shared, err));
    *out = p;
    for (size_t i = 0; i < shared.n; i++)
        if (shared.v[i].a >= 0 && shared.v[i].b >= 0)
            (*out)[shared.v[i].a] += shared.v[i].m2;
    return GT_OK;
}

static enum ops_fate fate_of(double m2, double covered)
{
    double nothing = fmax(NOTHING_M2, m2 * NOTHING_SHARE);
    return covered <= nothing ? OPS_KEPT : m2 - covered <= nothing ? OPS_REPLACED : OPS_CUT;
}

static enum gt_status refuse(struct ops_update *u, const double *m2, const double *covered,
                             struct gt_err *err)
{
    struct gt_buf b = {.a = u->a};
    int key = gt_features_field(u->old, "BSM"), shown = 0;
    for (size_t i = 0; i < gt_features_count(u->old) && shown < SHOWN; i++) {
        if (u->fate[i] != OPS_CUT)
            continue;
        const char *name = key < 0 ? "" : text_at(u->a, u->old, i, key);
        gt_buf_addf(&b, "%s%s (%.2f of %.2f m2)", shown++ ? ", " : "",
                    name[0] ? name
                            : gt_printf(u->a, "feature %lld", (long long)gt_features_id(u->old, i)),
                    covered[i], m2[i]);
    }
    return gt_fail(
        err, GT_EINPUT,
        "expected each feature of '%s' to lie within '%s' or outside it, found %lld that "
        "lie partly within: %s; --cut keeps what lies outside",
        u->base->id, u->with->id, (long long)u->count[OPS_CUT], b.p);
}

enum gt_status ops_update_by_ground(struct ops_update *u, bool cut, struct gt_err *err)
{
    double *m2, *covered, *fresh;
    GT_TRY(areas_of(u, u->old, &m2, err));
    GT_TRY(areas_of(u, u->fresh, &fresh, err));
    GT_TRY(covered_ground(u, &covered, err));
    u->replaced_m2 = u->fresh_m2 = 0;
    for (size_t i = 0; i < gt_features_count(u->fresh); i++)
        u->fresh_m2 += fresh[i];
    for (size_t i = 0; i < gt_features_count(u->old); i++) {
        u->fate[i] = (unsigned char)fate_of(m2[i], covered[i]);
        u->count[u->fate[i]]++;
        if (u->fate[i] != OPS_KEPT)
            u->replaced_m2 += u->fate[i] == OPS_REPLACED ? m2[i] : covered[i];
    }
    return u->count[OPS_CUT] && !cut ? refuse(u, m2, covered, err) : GT_OK;
}

/* ---- The new state ---- */

static enum gt_status pick_fate(struct ops_update *u, enum ops_fate fate,
                                const struct gt_features **out, struct gt_err *err)
{
    void *p;
    size_t n = 0;
    GT_TRY(gt_reserve(u->a, gt_features_count(u->old) + 1, sizeof(size_t), "features", &p, err));
    size_t *which = p;
    for (size_t i = 0; i < gt_features_count(u->old); i++)
        if (u->fate[i] == fate)
            which[n++] = i;
    return gt_features_pick(u->a, u->old, which, n, out, err);
}

/* What is left of features that lie partly within the fresh ones. */
static enum gt_status cut_rest(struct ops_update *u, const struct gt_features **out,
                               struct gt_err *err)
{
    const struct gt_features *whole;
    struct gt_overlay_result rest;
    void *p;
    const struct gt_overlay_opt opt = {.kind = GT_OVERLAY_DIFFERENCE, .work = u->c->work};
    GT_TRY(pick_fate(u, OPS_CUT, &whole, err));
    GT_TRY(gt_overlay(u->a, whole->shapes, u->fresh->shapes, &opt, &rest, err));
    GT_TRY(gt_reserve(u->a, rest.shapes->n * whole->n_fields + 1, sizeof(struct gt_value),
                      "attributes", &p, err));
    struct gt_value *value = p;
    for (size_t i = 0; i < rest.shapes->n; i++)
        memcpy(value + i * whole->n_fields, whole->value + (size_t)rest.a[i] * whole->n_fields,
               whole->n_fields * sizeof *value);
    struct gt_features *f = GT_TAKE(u->a, struct gt_features);
    *f = (struct gt_features){.shapes = rest.shapes,
                              .n_fields = whole->n_fields,
                              .field = whole->field,
                              .type = whole->type,
                              .value = value};
    *out = f;
    return GT_OK;
}

enum gt_status ops_update_join(struct ops_update *u, const struct gt_features **out,
                               struct gt_err *err)
{
    const struct gt_features *list[3];
    size_t n = 0;
    GT_TRY(pick_fate(u, OPS_KEPT, &list[n++], err));
    if (u->count[OPS_CUT])
        GT_TRY(cut_rest(u, &list[n++], err));
    list[n++] = u->fresh;
    return gt_features_join(u->a, list, n, out, err);
}
