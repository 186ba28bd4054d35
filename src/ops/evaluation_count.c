/* evaluation_count.c: the results of an evaluation, read back and counted by class and county. */
#include "evaluation.h"

#include <string.h>

const char *evaluation_title(const struct evaluation *e)
{
    return gt_text2(e->function->title, e->c->lang);
}

const struct gt_step *evaluation_missing(const struct evaluation *e, size_t i)
{
    for (int k = 0; k < e->whole->n_steps; k++) {
        const struct gt_step *s = &e->whole->steps[k];
        bool input = s->kind == GT_STEP_RASTER || s->kind == GT_STEP_SHAPES;
        bool missing = input && gt_model_step(e->m->model, s->name) < 0;
        if (missing && !ops_is_covered(e->m, s) && i-- == 0)
            return s;
    }
    return NULL;
}

static bool is_missing(const struct evaluation *e, const char *name)
{
    const struct gt_step *s;
    for (size_t i = 0; (s = evaluation_missing(e, i)); i++)
        if (strcmp(s->name, name) == 0)
            return true;
    return false;
}

const char *evaluation_missing_name(const struct evaluation *e, const struct gt_step *s)
{
    size_t n = strlen(s->name);
    int64_t month = 0;
    if (n < 4 || s->name[n - 3] != '_' || !gt_parse_int(s->name + n - 2, &month))
        return s->name;
    for (int k = 1; k <= 12; k++)
        if (!is_missing(e, gt_printf(e->a, "%.*s_%02d", (int)(n - 3), s->name, k)))
            return s->name;
    return month == 1 ? gt_printf(e->a, "%.*s_@", (int)(n - 3), s->name) : NULL;
}

const struct gt_left_out *evaluation_dropped(const struct evaluation *e, const char *input,
                                             size_t *at)
{
    while (*at < e->m->n_left) {
        const struct gt_left_out *l = &e->m->left[(*at)++];
        int step = gt_model_step(e->whole, l->step);
        bool factor = step >= 0 && e->whole->steps[step].kind != GT_STEP_RASTERISE;
        if (factor && strcmp(l->input, input) == 0 && !l->used_instead)
            return l;
    }
    return NULL;
}

/* ---- Counties ---- */

static const char *value_text(struct gt_arena *a, const struct gt_features *f, size_t feature,
                              const char *field)
{
    char num[32];
    int at = gt_features_field(f, field);
    if (at < 0)
        return "";
    const struct gt_value *v = &f->value[feature * f->n_fields + (size_t)at];
    if (v->kind == GT_V_NUM)
        return gt_strdup(a, gt_fmt_num(v->num, num));
    return v->kind == GT_V_TEXT ? v->text : "";
}

/* Results end where the raster does: sums by county are then of a part of it. */
static enum gt_status check_cover(const struct evaluation *e, const struct gt_raster_info *info,
                                  struct gt_err *err)
{
    const struct gt_shapes *there;
    GT_TRY(gt_shapes_to_crs(e->a, e->counties->shapes, info->crs, 1e-3, &there, err));
    struct gt_box in = gt_grid_box(&info->grid), out = there->box;
    if (out.x0 < in.x0 - info->grid.dx || out.y0 < in.y0 - info->grid.dy ||
        out.x1 > in.x1 + info->grid.dx || out.y1 > in.y1 + info->grid.dy)
        gt_warn(e->c->work,
                OPS_SAY(e->c, "%s: reaches beyond the heights; only the part inside is evaluated",
                        "%s：行政区超出高程数据的范围，只评价范围以内的部分"),
                e->county->id);
    return GT_OK;
}

static enum gt_status read_counties(struct evaluation *e, struct gt_err *err)
{
    int step = gt_model_step(e->m->model, "county");
    if (step < 0 || !e->m->input[step])
        return GT_OK;
    e->county = e->m->input[step];
    GT_TRY(gt_store_features(e->store, e->a, e->county, &e->counties, err));
    e->zones = GT_TAKE_N(e->a, struct gt_evaluate_zone, e->counties->shapes->n);
    for (size_t i = 0; i < e->counties->shapes->n; i++) {
        const char *name = value_text(e->a, e->counties, i, "name");
        e->zones[i].code = value_text(e->a, e->counties, i, "code");
        e->zones[i].name = name[0] ? name : e->zones[i].code;
    }
    return GT_OK;
}

/* ---- Results ---- */

static void read_classes(const struct evaluation *e, struct evaluation_result *r)
{
    struct ops_legend legend = ops_model_legend(e->a, e->m->model, r->out->step);
    r->classes = GT_TAKE_N(e->a, struct gt_evaluate_class, legend.n);
    for (size_t i = 0; i < legend.n; i++) {
        const char *title = gt_text2(legend.v[i].title, e->c->lang);
        r->classes[r->n_classes++] = (struct gt_evaluate_class){
            legend.v[i].code, title && title[0] ? title : gt_printf(e->a, "%g", legend.v[i].code)};
    }
}

static enum gt_status count_one(struct evaluation *e, struct evaluation_result *r,
                                struct gt_err *err)
{
    const struct gt_shapes *zones = e->counties ? e->counties->shapes : NULL;
    GT_TRY(gt_txn_dataset(e->txn, r->out->id, &r->d, err));
    GT_TRY(gt_txn_source(e->txn, e->open, r->out->id, &r->raster, err));
    read_classes(e, r);
    GT_TRY(gt_evaluate_count(e->a, r->raster, zones, e->c->work, &r->areas, err));
    r->tables = (struct gt_evaluate_tables){
        .areas = &r->areas,
        .classes = r->classes,
        .n_classes = r->n_classes,
        .zones = e->zones,
        .n_zones = e->counties ? e->counties->shapes->n : 0,
        .lang = e->c->lang,
        .rules = e->rules,
        .left_out = e->left_text,
        .note = e->m->synthetic
                    ? OPS_SAY(e->c, "synthetic data: not a real place", "合成数据，不对应真实地区")
                    : NULL};
    return GT_OK;
}

static void warn_if_void(const struct evaluation *e, const struct evaluation_result *r)
{
    for (size_t i = 0; i < r->n_classes; i++)
        if (gt_evaluate_sum(&r->tables, (int64_t)r->classes[i].code).cells)
            return;
    gt_warn(e->c->work,
            OPS_SAY(e->c, "%s: no cell has a class: the heights are too few, or all are missing",
                    "%s：没有任何栅格得到评价：高程数据过少或全部缺失"),
            r->d->id);
}

enum gt_status evaluation_count(struct evaluation *e, struct gt_err *err)
{
    struct gt_buf left = {.a = e->a};
    const struct gt_step *s;
    for (size_t i = 0; (s = evaluation_missing(e, i)); i++) {
        if (evaluation_missing_name(e, s))
            gt_buf_addf(&left, "%s%s", left.n ? OPS_SAY(e->c, ", ", "、") : "",
                        gt_text2(s->title, e->c->lang));
    }
    for (size_t i = 0; i < e->n_inherited; i++)
        gt_buf_addf(&left, OPS_SAY(e->c, "%s%s (in %s)", "%s%s（%s）"),
                    left.n ? OPS_SAY(e->c, ", ", "、") : "",
                    gt_text2(e->inherited[i].title, e->c->lang), e->inherited[i].of);
    e->left_text = left.p;
    GT_TRY(read_counties(e, err));
    e->result = GT_TAKE_N(e->a, struct evaluation_result, e->m->n_out);
    for (size_t i = 0; i < e->m->n_out; i++) {
        const struct ops_output *out = &e->m->out[i];
        if (e->m->model->steps[out->step].cells != GT_CELLS_CLASS)
            continue;
        e->result[e->n].out = out;
        GT_TRY(count_one(e, &e->result[e->n++], err));
    }
    for (size_t i = 0; i < e->n; i++)
        warn_if_void(e, &e->result[i]);
    if (e->counties && e->n)
        GT_TRY(check_cover(e, &e->result[0].raster->info, err));
    return evaluation_cover(e, err);
}
