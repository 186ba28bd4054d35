/* model_run.c: a model that was made ready, run into new datasets with their lineage; and the
 * answer about it. */
#include "ops_int.h"

#include "guotu/table.h"

#include <string.h>
#include <sys/statvfs.h>

/* Compressed cells take at least about so much of their plain size: measures a third, classes a
 * fiftieth. Real terrain is above it, so that this refuses only what cannot work. */
static double least_bytes(const struct gt_raster_info *info)
{
    double cells = (double)info->grid.w * (double)info->grid.h;
    return cells * (double)gt_cell_size(info->type) / (info->type == GT_F32 ? 3.0 : 50.0);
}

static enum gt_status check_disk(const struct gt_store *s, const struct ops_model *m,
                                 struct gt_err *err)
{
    struct statvfs disk;
    double need = 0, mb = 1e6;
    for (size_t i = 0; i < m->n_out; i++)
        need += least_bytes(&m->out[i].info);
    if (statvfs(gt_store_dir(s), &disk) != 0)
        return GT_OK;
    double there = (double)disk.f_bavail * (double)disk.f_frsize;
    if (need <= there)
        return GT_OK;
    return gt_fail(err, GT_EIO,
                   "%s: expected at least %.0f MB of free disk for %zu results, found %.0f MB",
                   gt_store_dir(s), need / mb, m->n_out, there / mb);
}

static enum gt_status describe(struct gt_call *c, const struct ops_model *m,
                               const struct ops_output *o, struct gt_txn *t,
                               const struct gt_json *parameters, struct gt_err *err)
{
    const struct gt_step *step = &m->model->steps[o->step];
    struct gt_json *lineage = ops_lineage_write(c, m, o, parameters);
    struct gt_dataset d = {.id = o->id,
                           .kind = GT_DATASET_RASTER,
                           .role = "",
                           .title = o->title,
                           .vintage = m->vintage,
                           .grade = m->grade,
                           .licence = "",
                           .source = gt_printf(c->a, "%s %s", c->op->path, m->model->name),
                           .synthetic = m->synthetic,
                           .unit = step->unit ? step->unit : "",
                           .lineage = gt_json_text(c->a, lineage, 0)};
    if (!d.title.en && !d.title.zh)
        d.title.en = o->name;
    return gt_txn_describe(t, &d, err);
}

/* One step, written into every output that it gives: where a factor was left out, what stands in
 * for it may be an output of its own. */
struct tee {
    struct gt_raster_sink sink;
    GT_VEC(struct gt_raster_sink *) to;
};

static enum gt_status tee_rows(void *self, int64_t row, int64_t n, const void *cells,
                               struct gt_err *err)
{
    const struct tee *t = self;
    for (size_t i = 0; i < t->to.n; i++)
        GT_TRY(t->to.v[i]->rows(t->to.v[i]->self, row, n, cells, err));
    return GT_OK;
}

static enum gt_status open_sinks(struct gt_call *c, const struct ops_model *m, struct gt_txn *t,
                                 struct gt_raster_sink **sinks, struct gt_err *err)
{
    struct tee *tees = GT_TAKE_N(c->a, struct tee, m->n_out);
    for (size_t i = 0; i < m->n_out; i++) {
        const struct ops_output *o = &m->out[i];
        struct tee *tee = &tees[o->written];
        struct gt_raster_sink *sink;
        GT_TRY(gt_txn_raster(t, o->id, &o->info, &sink, err));
        *GT_PUSH(c->a, &tee->to) = sink;
        tee->sink = (struct gt_raster_sink){.self = tee, .rows = tee_rows};
        sinks[o->written] = tee->to.n == 1 ? sink : &tee->sink;
    }
    return GT_OK;
}

/* Values for which a table has no class must not vanish in silence. */
static void warn_uncovered(struct gt_call *c, const struct ops_model *m,
                           const struct gt_run_result *result)
{
    for (int i = 0; i < result->n_uncovered; i++) {
        const struct gt_uncovered *u = &result->uncovered[i];
        const struct gt_step *s = &m->model->steps[u->step];
        const char *table = s->classes->id[0] ? s->classes->id : s->name;
        const char *range = u->lo < u->hi ? gt_printf(c->a, "%s .. %s", ops_num(c->a, u->lo, 7),
                                                      ops_num(c->a, u->hi, 7))
                                          : ops_num(c->a, u->lo, 7);
        gt_warn(c->work,
                OPS_SAY(c,
                        "%s: %lld cells have values (%s) that the table %s has no class for; they "
                        "are left without data",
                        "%s：%lld 个栅格的取值（%s）不在分级表 %s 之内，按无数据处理"),
                s->name, (long long)u->cells, range, table);
    }
}

enum gt_status ops_model_run(struct gt_call *c, struct ops_model *m, struct gt_txn *t,
                             const struct gt_json *parameters, struct gt_run_result *result,
                             struct gt_err *err)
{
    struct gt_raster_sink **sinks = GT_TAKE_N(c->a, struct gt_raster_sink *, m->n_out);
    GT_TRY(check_disk(m->store, m, err));
    GT_TRY(open_sinks(c, m, t, sinks, err));
    GT_TRY(gt_plan_run(c->a, m->plan, sinks, c->work, result, err));
    warn_uncovered(c, m, result);
    for (size_t i = 0; i < m->n_out; i++)
        GT_TRY(describe(c, m, &m->out[i], t, parameters, err));
    return GT_OK;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static void add_output(struct gt_call *c, const struct ops_output *o, const struct ops_model *m,
                       const struct gt_dataset *d, struct gt_json *arr)
{
    struct gt_json *obj = gt_json_add_obj(arr, NULL);
    gt_json_add_str(obj, "name", o->name);
    gt_json_add_str(obj, "step", m->model->steps[o->step].name);
    ops_dataset_json(c->a, d, obj);
    struct ops_legend legend = ops_model_legend(c->a, m->model, o->step);
    ops_legend_json(obj, &legend);
    struct ops_bases bases = ops_model_bases(c->a, m->model, o->step);
    ops_bases_json(obj, &bases);
}

static void add_output_text(struct gt_call *c, const struct gt_dataset *d)
{
    gt_buf_addf(&c->text, OPS_SAY(c, "%s version %lld: %s", "%s 版本 %lld：%s"), d->id,
                (long long)d->version, gt_text2(d->title, c->lang));
    int64_t cells = d->grid.w * d->grid.h;
    if (d->voids == cells)
        gt_warn(c->work,
                OPS_SAY(c,
                        "every cell of %s is without data: the inputs have none there, or they "
                        "are too few for the steps' windows",
                        "%s 的所有栅格均无数据：输入在该处无数据，或不足一个计算窗口"),
                d->id);
    else if (d->cell == GT_F32)
        gt_buf_addf(&c->text, OPS_SAY(c, ", %s .. %s %s", "，%s .. %s %s"),
                    ops_num(c->a, d->min, 7), ops_num(c->a, d->max, 7), d->unit);
    gt_buf_addf(
        &c->text,
        OPS_SAY(c, ", %lld without data of %lld cells\n", "，%2$lld 个栅格中 %1$lld 个无数据\n"),
        (long long)d->voids, (long long)cells);
}

static void add_zone_rows(struct gt_json *arr, const struct gt_step *s,
                          const struct gt_zonal_result *z)
{
    for (size_t i = 0; i < z->n; i++) {
        const struct gt_zone_row *row = &z->row[i];
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        if (row->zone == GT_NO_ZONE)
            gt_json_add_null(obj, "zone");
        else
            gt_json_add_int(obj, "zone", row->zone);
        if (s->per_class)
            gt_json_add_int(obj, "class", row->cls);
        if (s->stats & GT_STAT_COUNT)
            gt_json_add_int(obj, "count", row->count);
        if (s->stats & GT_STAT_SUM)
            gt_json_add_num(obj, "sum", row->sum);
        if (s->stats & GT_STAT_MEAN)
            gt_json_add_num(obj, "mean", row->mean);
        if (s->stats & GT_STAT_MIN)
            gt_json_add_num(obj, "min", row->min);
        if (s->stats & GT_STAT_MAX)
            gt_json_add_num(obj, "max", row->max);
        if (s->stats & GT_STAT_AREA)
            gt_json_add_num(obj, "area_m2", row->area_m2);
    }
}

enum gt_status ops_model_answer(struct gt_call *c, const struct ops_model *m,
                                const struct gt_run_result *result, struct gt_err *err)
{
    gt_json_add_str(c->result, "model", m->model->name);
    gt_json_add_str(c->result, "model_hash", m->model->hash);
    gt_json_add_str(c->result, "rules", m->model->rules ? m->model->rules->id : NULL);
    ops_rules_file_json(c->result, m->model->rules);
    gt_json_add_bool(c->result, "synthetic", m->synthetic);
    struct gt_json *arr = gt_json_add_arr(c->result, "outputs");
    for (size_t i = 0; i < m->n_out; i++) {
        const struct gt_dataset *d;
        GT_TRY(gt_store_find(m->store, c->a, m->out[i].id, 0, &d, err));
        add_output(c, &m->out[i], m, d, arr);
        add_output_text(c, d);
    }
    struct gt_json *tables = gt_json_add_arr(c->result, "tables");
    for (int i = 0; i < result->n_zonal; i++) {
        const struct gt_step *s = &m->model->steps[result->zonal[i].step];
        struct gt_json *table = gt_json_add_obj(tables, NULL);
        gt_json_add_str(table, "step", s->name);
        add_zone_rows(gt_json_add_arr(table, "rows"), s, &result->zonal[i]);
    }
    ops_left_json(c->result, m);
    ops_left_text(c, m);
    if (m->synthetic)
        ops_say_synthetic(c);
    return GT_OK;
}
