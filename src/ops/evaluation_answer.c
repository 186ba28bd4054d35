/* evaluation_answer.c: what an evaluation answers, as JSON and as text. */
#include "evaluation.h"

#include <string.h>

static void area_json(struct gt_json *obj, const struct gt_evaluate_area *v)
{
    gt_json_add_int(obj, "cells", v->cells);
    gt_json_add_num(obj, "area_m2", v->m2);
    gt_json_add_num(obj, "area_hm2", v->m2 / 1e4);
    gt_json_add_num(obj, "area_km2", v->m2 / 1e6);
    gt_json_add_num(obj, "area_mu", v->m2 * 3 / 2000);
}

static void class_json(const struct evaluation *e, const struct evaluation_result *r,
                       struct gt_json *obj, int64_t code)
{
    static const struct gt_text2 none = {"not classed", "未评价"};
    gt_json_add_int(obj, "class", code);
    ops_json_text2(obj, "title",
                   code ? gt_step_code_title(&e->m->model->steps[r->out->step], (double)code)
                        : none);
}

/* By class over all counties, class 0 (without a class) at the end: the sum is the ground
 * evaluated. */
static void areas_json(const struct evaluation *e, const struct evaluation_result *r,
                       struct gt_json *arr)
{
    struct gt_json *obj = gt_json_add_obj(arr, NULL);
    struct gt_evaluate_area all = {0};
    gt_json_add_str(obj, "dataset", r->d->id);
    struct gt_json *rows = gt_json_add_arr(obj, "rows");
    for (size_t i = 0; i <= r->n_classes; i++) {
        int64_t code = i < r->n_classes ? (int64_t)r->classes[i].code : 0;
        struct gt_evaluate_area v = gt_evaluate_sum(&r->tables, code);
        struct gt_json *row = gt_json_add_obj(rows, NULL);
        class_json(e, r, row, code);
        area_json(row, &v);
        if (code)
            gt_json_add_num(row, "share", gt_evaluate_share(&r->tables, code));
        all.cells += v.cells;
        all.m2 += v.m2;
    }
    area_json(gt_json_add_obj(obj, "total"), &all);
}

static void counties_json(const struct evaluation *e, const struct evaluation_result *r,
                          struct gt_json *arr)
{
    for (size_t i = 0; i < r->areas.n; i++) {
        const struct gt_evaluate_area *v = &r->areas.v[i];
        if (v->zone < 0 || !e->counties)
            continue;
        struct gt_json *row = gt_json_add_obj(arr, NULL);
        gt_json_add_str(row, "dataset", r->d->id);
        gt_json_add_str(row, "code", e->zones[v->zone].code);
        gt_json_add_str(row, "name", e->zones[v->zone].name);
        class_json(e, r, row, v->code);
        area_json(row, v);
    }
}

/* The factor that a missing input would have given: the first step without a stand-in, else the
 * first for which another stands in. */
static const struct gt_left_out *left_of(const struct evaluation *e, const char *input)
{
    size_t at = 0;
    const struct gt_left_out *l = evaluation_dropped(e, input, &at);
    for (size_t i = 0; !l && i < e->m->n_left; i++)
        if (e->m->left[i].used_instead && strcmp(e->m->left[i].input, input) == 0)
            l = &e->m->left[i];
    return l;
}

static void inputs_json(const struct evaluation *e)
{
    struct gt_json *used = gt_json_add_arr(e->answer, "used");
    for (int i = 0; i < e->m->model->n_steps; i++) {
        const struct gt_dataset *d = e->m->input[i];
        if (!d || !e->used[i])
            continue;
        struct gt_json *obj = gt_json_add_obj(used, NULL);
        gt_json_add_str(obj, "input", e->m->model->steps[i].name);
        gt_json_add_str(obj, "id", d->id);
        gt_json_add_int(obj, "version", d->version);
        gt_json_add_str(obj, "hash", d->hash);
    }
    struct gt_json *missing = gt_json_add_arr(e->answer, "missing");
    const struct gt_step *s;
    for (size_t i = 0; (s = evaluation_missing(e, i)); i++) {
        struct gt_json *obj = gt_json_add_obj(missing, NULL);
        const struct gt_left_out *l = left_of(e, s->name);
        gt_json_add_str(obj, "factor", l ? l->step : s->name);
        gt_json_add_str(obj, "input", s->name);
        ops_json_text2(obj, "title", s->title);
        gt_json_add_str(obj, "used_instead", l ? l->used_instead : NULL);
    }
    for (size_t i = 0; i < e->n_inherited; i++) {
        struct gt_json *obj = gt_json_add_obj(missing, NULL);
        gt_json_add_str(obj, "factor", e->inherited[i].input);
        gt_json_add_str(obj, "input", e->inherited[i].input);
        ops_json_text2(obj, "title", e->inherited[i].title);
        gt_json_add_str(obj, "used_instead", NULL);
        gt_json_add_str(obj, "of", e->inherited[i].of);
    }
}

void evaluation_json(const struct evaluation *e)
{
    struct gt_json *out = e->answer;
    gt_json_add_str(out, "function", e->function->id);
    gt_json_add_str(out, "rules", e->rules);
    gt_json_add_str(out, "rules_status", e->set->status);
    gt_json_add_str(out, "rules_hash", e->set->hash);
    ops_rules_file_json(out, e->set);
    gt_json_add_str(out, "model", e->m->model->name);
    gt_json_add_bool(out, "synthetic", e->m->synthetic);
    struct gt_json *datasets = gt_json_add_arr(out, "datasets");
    for (size_t i = 0; i < e->m->n_out; i++)
        ops_dataset_json(e->a, e->d[i], gt_json_add_obj(datasets, NULL));
    inputs_json(e);
    struct gt_json *doubtful = gt_json_add_arr(out, "unverified");
    for (size_t i = 0; i < e->bases.n; i++)
        if (e->bases.v[i].evidence == GT_UNVERIFIED)
            gt_json_add_str(doubtful, NULL, e->bases.v[i].id);
    struct gt_json *areas = gt_json_add_arr(out, "areas");
    struct gt_json *counties = gt_json_add_arr(out, "by_county");
    for (size_t i = 0; i < e->n; i++) {
        areas_json(e, &e->result[i], areas);
        counties_json(e, &e->result[i], counties);
    }
    if (e->part && e->part->json)
        e->part->json(e, e->part->self);
    gt_json_add_str(out, "report", e->report);
    gt_json_add_str(out, "table", e->table);
}

void evaluation_text(const struct evaluation *e)
{
    struct gt_buf *b = &e->c->text;
    gt_buf_addf(b, OPS_SAY(e->c, "%s, %s (%s)\n", "%s，%s（%s）\n"), evaluation_title(e),
                gt_text2(e->set->title, e->c->lang), e->rules);
    if (e->set->file)
        gt_buf_addf(b, OPS_SAY(e->c, "rules changed by: %s\n", "规则由文件更改：%s\n"),
                    e->set->file);
    if (e->left_text)
        gt_buf_addf(b, OPS_SAY(e->c, "left out: %s\n", "未参与的因子：%s\n"), e->left_text);
    if (e->part && e->part->text)
        e->part->text(e, e->part->self);
    for (size_t i = 0; i < e->n && !(e->part && e->part->text); i++) {
        const struct evaluation_result *r = &e->result[i];
        gt_buf_addf(
            b, OPS_SAY(e->c, "\n%s (dataset %s, version %lld)\n", "\n%s（数据集 %s，版本 %lld）\n"),
            gt_text2(r->d->title, e->c->lang), r->d->id, (long long)r->d->version);
        gt_buf_add(b, gt_table_to_text(e->a, gt_evaluate_by_class(e->a, &r->tables), e->c->lang));
        const struct gt_table *zones = gt_evaluate_by_zone(e->a, &r->tables);
        if (zones)
            gt_buf_addf(b, "\n%s", gt_table_to_text(e->a, zones, e->c->lang));
    }
    gt_buf_addf(b, OPS_SAY(e->c, "\nreport: %s\ntable: %s\n", "\n报告：%s\n表格：%s\n"), e->report,
                e->table);
    if (e->m->synthetic)
        gt_buf_add(
            b, OPS_SAY(e->c, "synthetic data: not a real place\n", "合成数据，不对应真实地区\n"));
}
