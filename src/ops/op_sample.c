/* op_sample.c: a workspace with the layers of a fictional county. */
#include "sampling_int.h"

#include "guotu/io.h"

#include <string.h>

struct sampling {
    struct gt_call *c;
    const struct gt_sample *sample;
    struct gt_sample_opt opt;
    struct gt_txn *txn;
    const struct gt_sample_item *item;
    size_t n;
};

/* ---- The workspace ---- */

/* A new workspace; or one that an earlier, interrupted `sample` made and left empty. */
static enum gt_status open_new(struct gt_call *c, const char *dir, double cell,
                               struct gt_store **out, struct gt_err *err)
{
    struct gt_workspace_info info = {.title = gt_text2(gt_sample_title(), c->lang),
                                     .region = GT_SAMPLE_REGION,
                                     .crs = GT_SAMPLE_CRS,
                                     .cell = cell,
                                     .synthetic = true};
    const struct gt_dataset *found;
    size_t n = 0;
    enum gt_status status = gt_store_init(dir, &info, err);
    if (status == GT_OK)
        return gt_store_open(c->a, dir, GT_STORE_WRITE, out, err);
    if (status != GT_EEXISTS || gt_store_open(c->a, dir, GT_STORE_WRITE, out, NULL) != GT_OK)
        return status;
    if (!gt_store_info(*out)->synthetic || gt_store_list(*out, c->a, &found, &n, NULL) != GT_OK ||
        n)
        return status;
    return GT_OK;
}

/* ---- Layers ---- */

static const char *lineage_of(const struct sampling *s, const struct gt_sample_item *item)
{
    struct gt_json *obj = ops_lineage_begin(s->c);
    struct gt_json *parameters = gt_json_add_obj(obj, "parameters");
    gt_json_add_int(parameters, "cells", s->opt.cells);
    gt_json_add_int(parameters, "seed", s->opt.seed);
    gt_json_add_str(parameters, "layer", item->id);
    gt_json_add_arr(obj, "inputs");
    gt_json_add_bool(obj, "synthetic", true);
    return gt_json_text(s->c->a, obj, 0);
}

static bool is_raster(const struct gt_sample_item *item)
{
    return item->layer < GT_SAMPLE_RASTERS;
}

static enum gt_status describe(const struct sampling *s, const struct gt_layer_roles *roles,
                               const struct gt_sample_item *item, struct gt_err *err)
{
    const struct gt_layer_role *role = gt_layer_role_find(roles, item->id);
    if (!role)
        return gt_fail(err, GT_EINPUT, "expected a role '%s' in rules/layers.yaml, found none",
                       item->id);
    struct gt_dataset d = {
        .id = item->id,
        .role = item->id,
        .kind = is_raster(item)                   ? GT_DATASET_RASTER
                : item->layer < GT_SAMPLE_VECTORS ? GT_DATASET_VECTOR
                                                  : GT_DATASET_TABLE,
        .title = item->title,
        .vintage = "",
        .grade = "public",
        .licence = OPS_SAY(s->c, "synthetic data: not a real place", "合成数据，不对应真实地区"),
        .source = gt_printf(s->c->a, "guotu sample --cells %lld --seed %lld",
                            (long long)s->opt.cells, (long long)s->opt.seed),
        .synthetic = true,
        .unit = role->unit ? role->unit : "",
        .lineage = lineage_of(s, item)};
    return gt_txn_describe(s->txn, &d, err);
}

static enum gt_status add_raster(const struct sampling *s, const struct gt_sample_item *item,
                                 const char *id, struct gt_err *err)
{
    struct gt_raster_info info = gt_sample_raster_info(s->sample, item);
    struct gt_raster_sink *sink;
    GT_TRY(gt_txn_raster(s->txn, id, &info, &sink, err));
    return gt_sample_raster(s->sample, item, sink, s->c->work, err);
}

static enum gt_status add_vector(const struct sampling *s, const struct gt_sample_item *item,
                                 const char *id, struct gt_err *err)
{
    const struct gt_sample_features *v = gt_sample_vector(s->sample, item->layer);
    const struct gt_features f = {
        .shapes = &v->shapes, .n_fields = v->n_fields, .field = v->field, .value = v->value};
    return gt_txn_vector(s->txn, id, &f, err);
}

static enum gt_status add_table(const struct sampling *s, const struct gt_sample_item *item,
                                const char *id, struct gt_err *err)
{
    const struct gt_sample_features *v = gt_sample_vector(s->sample, item->layer);
    const struct gt_features f = {
        .n_rows = v->shapes.n, .n_fields = v->n_fields, .field = v->field, .value = v->value};
    return gt_txn_table(s->txn, id, &f, err);
}

static enum gt_status add_layer(const struct sampling *s, const struct gt_sample_item *item,
                                const char *id, struct gt_err *err)
{
    if (is_raster(item))
        return add_raster(s, item, id, err);
    return item->layer < GT_SAMPLE_VECTORS ? add_vector(s, item, id, err)
                                           : add_table(s, item, id, err);
}

static enum gt_status add_layers(const struct sampling *s, const struct gt_layer_roles *roles,
                                 struct gt_err *err)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct gt_sample_item *item = &s->item[i];
        if (s->opt.basic && !item->basic)
            continue;
        GT_TRY(add_layer(s, item, item->id, err));
        GT_TRY(describe(s, roles, item, err));
    }
    return GT_OK;
}

/* ---- The survey ---- */

static enum gt_status load_survey(struct sampling *s, struct gt_arena *job, struct survey_run *r,
                                  struct gt_err *err)
{
    const struct gt_survey_opt opt = {.parcels = r->parcels};
    const char *rules = gt_rules_dir(s->c->a, err);
    if (!rules)
        return err->status;
    r->c = s->c;
    r->cells = s->opt.cells;
    r->seed = s->opt.seed;
    GT_TRY(gt_standard_load(job, rules, &r->standard, err));
    return gt_survey_new(job, s->sample, &opt, s->c->work, &r->survey, err);
}

static enum gt_status survey_again(struct sampling *s, struct gt_arena *job, const char *id,
                                   const struct gt_json *p, struct gt_err *err)
{
    struct survey_run r = {.parcels = gt_json_int(gt_json_get(p, "parcels"), 0)};
    struct gt_survey_part part = {0, (int)gt_json_int(gt_json_get(p, "year"), GT_SURVEY_YEAR)};
    GT_TRY(gt_sample_new(job, &s->opt, s->c->work, &s->sample, err));
    GT_TRY(load_survey(s, job, &r, err));
    return sampling_survey_again(&r, s->txn, id, part, gt_json_str(gt_json_get(p, "layer"), ""),
                                 err);
}

enum gt_status sampling_again(struct gt_call *c, struct gt_txn *t, const char *id,
                              const struct gt_json *lineage, struct gt_err *err)
{
    GT_AUTO_ARENA job = gt_arena_new();
    const struct gt_json *p = gt_json_get(lineage, "parameters");
    const char *role = gt_json_str(gt_json_get(p, "layer"), "");
    struct sampling s = {.c = c, .txn = t};
    s.opt.cells = gt_json_int(gt_json_get(p, "cells"), 0);
    s.opt.seed = gt_json_int(gt_json_get(p, "seed"), 0);
    if (gt_json_get(p, "parcels"))
        return survey_again(&s, job, id, p, err);
    s.n = gt_sample_items(job, &s.item);
    for (size_t i = 0; i < s.n; i++) {
        if (strcmp(s.item[i].id, role) != 0)
            continue;
        s.opt.basic = s.item[i].basic;
        GT_TRY(gt_sample_new(job, &s.opt, c->work, &s.sample, err));
        return add_layer(&s, &s.item[i], id, err);
    }
    return gt_fail(err, GT_EINPUT,
                   "dataset '%s': expected a layer of the fictional county, found '%.60s'", id,
                   role);
}

/* ---- The answer ---- */

static enum gt_status answer(struct gt_call *c, struct gt_store *store, const char *dir,
                             const struct sampling *s, struct gt_err *err)
{
    const struct gt_dataset *d;
    size_t n;
    GT_TRY(gt_store_list(store, c->a, &d, &n, err));
    gt_json_add_str(c->result, "folder", dir);
    gt_json_add_bool(c->result, "synthetic", true);
    gt_json_add_int(c->result, "cells", s->opt.cells);
    gt_json_add_int(c->result, "seed", s->opt.seed);
    struct gt_json *arr = gt_json_add_arr(c->result, "datasets");
    gt_buf_addf(&c->text,
                OPS_SAY(c, "%s: a fictional county, synthetic data\n", "%s：虚构县，合成数据\n"),
                dir);
    for (size_t i = 0; i < n; i++) {
        ops_dataset_json(c->a, &d[i], gt_json_add_obj(arr, NULL));
        gt_buf_addf(&c->text, "  %-22s %s", d[i].id, gt_text2(d[i].title, c->lang));
        if (d[i].kind == GT_DATASET_RASTER)
            gt_buf_addf(&c->text, "  %lld x %lld\n", (long long)d[i].grid.w,
                        (long long)d[i].grid.h);
        else
            gt_buf_addf(&c->text, "  %lld\n", (long long)d[i].features);
    }
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    const char *dir = gt_arg_text(c, "dir", NULL);
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    OPS_AUTO_TXN txn = NULL;
    struct sampling s = {.c = c};
    s.opt.cells = gt_arg_int(c, "cells", GT_SAMPLE_CELLS);
    s.opt.seed = gt_arg_int(c, "seed", 1);
    s.opt.basic = strcmp(gt_arg_text(c, "layers", "all"), "basic") == 0;
    s.n = gt_sample_items(job, &s.item);
    const struct gt_layer_roles *roles; /* found before anything is made */
    const char *rules = gt_rules_dir(c->a, err);
    if (!rules)
        return err->status;
    GT_TRY(gt_layer_roles_load(c->a, rules, &roles, err));
    GT_TRY(gt_sample_new(job, &s.opt, c->work, &s.sample, err));
    struct survey_run survey = {.parcels = gt_arg_int(c, "parcels", 0)};
    if (survey.parcels)
        GT_TRY(load_survey(&s, job, &survey, err));
    double cell = gt_sample_raster_info(s.sample, &s.item[0]).grid.dx;
    GT_TRY(open_new(c, dir, cell, &store, err));
    GT_TRY(gt_txn_begin(store, &txn, err));
    s.txn = txn;
    GT_TRY(add_layers(&s, roles, err));
    if (survey.parcels)
        GT_TRY(sampling_survey(&survey, txn, err));
    GT_TRY(ops_commit(&txn, err));
    if (survey.parcels)
        GT_TRY(sampling_package(&survey, s.sample, store, err));
    return answer(c, store, dir, &s, err);
}

static const char *const sets[] = {"basic", "all", NULL};

static const struct gt_param params[] = {
    {.name = "dir",
     .kind = GT_P_DIR,
     .metavar = "DIR",
     .position = true,
     .required = true,
     .help = {"the folder of the new workspace; it must be empty or absent",
              "新工作空间的目录，须为空或不存在"}},
    {.name = "cells",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .unit = "cells",
     .min = (double)GT_SAMPLE_CELLS_MIN,
     .max = (double)GT_SAMPLE_CELLS_MAX,
     .fallback = "1000000",
     .help = {"cells of the heights, about: more cells are smaller ones",
              "高程栅格的格数（约数）：越多则格越小"}},
    {.name = "seed",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .min = -9e15,
     .max = 9e15,
     .fallback = "1",
     .help = {"another number makes another county", "不同的数生成不同的县"}},
    {.name = "parcels",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .min = GT_SURVEY_PARCELS_MIN,
     .max = GT_SURVEY_PARCELS_MAX,
     .help = {"also a survey of the land with about so many parcels, in two years, and a plan upon "
              "it",
              "另作土地调查（两个年度，图斑数约为所给数）及其上的规划"}},
    {.name = "layers",
     .kind = GT_P_CHOICE,
     .metavar = "WHICH",
     .choices = sets,
     .fallback = "all",
     .help = {"basic: the ten layers that a first evaluation takes; all: every input of the "
              "whole evaluation",
              "basic：初次评价所用的十个图层；all：全部评价的各项输入"}},
    {.name = NULL},
};

const struct gt_op ops_record_sample = {
    .path = "sample",
    .title = {"A fictional county to try the program on", "虚构县样例数据"},
    .help =
        {"Makes a workspace with the layers of a county that does not exist, 37.5 by 24 km: "
         "heights cut by rivers, the months' climate by altitude, soil and its metals, land cover "
         "and use, erosion and hazards, nature to be kept, fields, towns, villages and the roads "
         "between them: every input of the whole evaluation. The same options give the same data "
         "on every machine. Everything made from it is labelled as synthetic.",
         "建立一个工作空间，内含一个不存在的县（37.5 × 24 千米）的图层：经河流切割的高程、随海拔"
         "变化的逐月气候、土壤及其重金属、土地覆被与利用、侵蚀与灾害、自然保护要素、农田、城镇、"
         "村庄和连接它们的道路，即全部评价的各项输入。相同选项在任何机器上得到相同数据。由其得出的"
         "一切成果均注明为合成数据。"},
    .clause = "",
    .examples = "guotu sample county\n"
                "# finer cells, another county\n"
                "guotu sample county2 --cells 4000000 --seed 7\n"
                "# the ten layers of a first evaluation only\n"
                "guotu sample small --cells 20000 --layers basic",
    .effect = GT_WRITES,
    .no_workspace = true,
    .parallel = true,
    .params = params,
    .run = run,
};
