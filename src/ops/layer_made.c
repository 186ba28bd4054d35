/* layer_made.c: vector layers made of others: finding their fields, and publishing the result. */
#include "layer_made.h"

#include <math.h>
#include <string.h>

enum gt_status layer_find(struct gt_call *c, struct gt_store *store, struct gt_arena *a, bool any,
                          const struct gt_dataset **out, struct gt_err *err)
{
    GT_TRY(gt_store_find(store, a, gt_arg_text(c, "id", NULL), 0, out, err));
    const struct gt_dataset *d = *out;
    if (d->kind != GT_DATASET_VECTOR)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected a vector layer, found %s", d->id,
                       d->kind == GT_DATASET_RASTER ? "a raster" : "a table");
    if (!any && strcmp(d->geometry, "polygon") != 0)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected polygons, found %ss", d->id,
                       d->geometry);
    return GT_OK;
}

enum gt_status layer_field(const struct gt_layer_source *s, const struct gt_dataset *d,
                           const char *name, int *out, struct gt_err *err)
{
    char known[400] = "";
    size_t n = 0;
    *out = gt_layer_field(s, name);
    if (*out >= 0)
        return GT_OK;
    for (size_t i = 0; i < s->n_fields; i++) {
        size_t more = strlen(s->field[i].name);
        if (n + more + 2 >= sizeof known)
            break;
        if (n > 0)
            known[n++] = ' ';
        memcpy(known + n, s->field[i].name, more + 1);
        n += more;
    }
    return gt_fail(err, GT_EINPUT, "dataset '%s': expected one of its fields (%s), found '%.60s'",
                   d->id, known, name);
}

int layer_name_field(struct gt_arena *a, const struct gt_layer_source *s, int field)
{
    const char *code = s->field[field].name;
    size_t n = strlen(code);
    if (n < 3 || (strcmp(code + n - 2, "BM") != 0 && strcmp(code + n - 2, "DM") != 0))
        return -1;
    return gt_layer_field(s, gt_printf(a, "%.*sMC", (int)(n - 2), code));
}

enum gt_status layer_new_id(struct gt_call *c, const char *otherwise, const char **out,
                            struct gt_err *err)
{
    *out = gt_arg_text(c, "name", otherwise);
    return ops_check_id("--name", *out, err);
}

static const char *lineage_of(struct gt_call *c, struct gt_arena *a, const struct gt_dataset *d)
{
    struct gt_json *lineage = ops_lineage_begin(c);
    ops_args_json(c, gt_json_add_obj(lineage, "parameters"));
    ops_input_json(gt_json_add_arr(lineage, "inputs"), "data", d);
    return gt_json_text(a, lineage, 0);
}

GT_MUST static enum gt_status commit(struct gt_call *c, struct gt_store *store, struct gt_arena *a,
                                     const struct layer_made *m, struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    struct gt_dataset made = {.id = m->id,
                              .kind = GT_DATASET_VECTOR,
                              .role = "",
                              .title = m->title,
                              .vintage = m->d->vintage,
                              .grade = m->d->grade,
                              .licence = m->d->licence,
                              .source = m->source,
                              .synthetic = m->d->synthetic,
                              .unit = "",
                              .lineage = lineage_of(c, a, m->d)};
    GT_TRY(gt_txn_begin(store, &txn, err));
    GT_TRY(gt_txn_vector(txn, m->id, m->f, err));
    GT_TRY(gt_txn_describe(txn, &made, err));
    return ops_commit(&txn, err);
}

/* NaN of layers that have no area. */
GT_MUST static enum gt_status total_m2(struct gt_call *c, struct gt_arena *a,
                                       const struct gt_shapes *s, double *out, struct gt_err *err)
{
    void *block;
    *out = (double)NAN;
    if (s->kind != GT_SHAPE_POLYGON)
        return GT_OK;
    GT_TRY(gt_reserve(a, s->n + 1, sizeof(double), "areas", &block, err));
    double *m2 = block;
    GT_TRY(gt_polygon_areas(s, GT_AREA_TRAPEZOID, c->work, m2, err));
    *out = 0;
    for (size_t i = 0; i < s->n; i++)
        *out += m2[i];
    return GT_OK;
}

enum gt_status layer_publish(struct gt_call *c, struct gt_store *store, struct gt_arena *a,
                             const struct layer_made *m, struct gt_err *err)
{
    const struct gt_dataset *made;
    double m2;
    GT_TRY(total_m2(c, a, m->f->shapes, &m2, err));
    GT_TRY(commit(c, store, a, m, err));
    GT_TRY(gt_store_find(store, a, m->id, 0, &made, err));
    ops_dataset_json(a, made, gt_json_add_obj(c->result, "dataset"));
    gt_json_add_str(c->result, "of", m->d->id);
    gt_json_add_int(c->result, "features", (int64_t)m->f->shapes->n);
    if (isnan(m2))
        gt_json_add_null(c->result, "area_m2");
    else
        gt_json_add_num(c->result, "area_m2", m2);
    gt_json_add_bool(c->result, "synthetic", made->synthetic);
    gt_buf_addf(
        &c->text, OPS_SAY(c, "%s version %lld: %s, %zu features", "%s 版本 %lld：%s，%zu 个要素"),
        made->id, (long long)made->version, gt_text2(made->title, c->lang), m->f->shapes->n);
    if (!isnan(m2))
        gt_buf_addf(&c->text, OPS_SAY(c, ", %.4f hm2", "，%.4f 公顷"), m2 / 1e4);
    gt_buf_add(&c->text, "\n");
    if (made->synthetic)
        ops_say_synthetic(c);
    return GT_OK;
}
