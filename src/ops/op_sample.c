/* op_sample.c: a workspace with the layers of a fictional county. */
#include "sampling.h"

#include "guotu/sample.h"

#include <string.h>

struct sampling {
    struct gt_call *c;
    const struct gt_sample *sample;
    struct gt_sample_opt opt;
    struct gt_txn *txn;
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

static const char *lineage_of(const struct sampling *s, enum gt_sample_layer layer)
{
    struct gt_json *obj = ops_lineage_begin(s->c);
    struct gt_json *parameters = gt_json_add_obj(obj, "parameters");
    gt_json_add_int(parameters, "cells", s->opt.cells);
    gt_json_add_int(parameters, "seed", s->opt.seed);
    gt_json_add_str(parameters, "layer", gt_sample_role(layer));
    gt_json_add_arr(obj, "inputs");
    gt_json_add_bool(obj, "synthetic", true);
    return gt_json_text(s->c->a, obj, 0);
}

static enum gt_status describe(const struct sampling *s, enum gt_sample_layer layer,
                               struct gt_err *err)
{
    const char *id = gt_sample_role(layer);
    const struct gt_layer_role *role;
    GT_TRY(ops_layer_find(s->c->a, id, &role, err));
    struct gt_dataset d = {
        .id = id,
        .role = id,
        .kind = layer < GT_SAMPLE_RASTERS ? GT_DATASET_RASTER : GT_DATASET_VECTOR,
        .title = gt_sample_layer_title(layer),
        .vintage = "",
        .grade = "public",
        .licence = OPS_SAY(s->c, "synthetic data: not a real place", "合成数据，不对应真实地区"),
        .source = gt_printf(s->c->a, "guotu sample --cells %lld --seed %lld",
                            (long long)s->opt.cells, (long long)s->opt.seed),
        .synthetic = true,
        .unit = role->unit ? role->unit : "",
        .lineage = lineage_of(s, layer)};
    return gt_txn_describe(s->txn, &d, err);
}

static enum gt_status add_raster(const struct sampling *s, enum gt_sample_layer layer,
                                 const char *id, struct gt_err *err)
{
    struct gt_raster_info info = gt_sample_raster_info(s->sample, layer);
    struct gt_raster_sink *sink;
    GT_TRY(gt_txn_raster(s->txn, id, &info, &sink, err));
    return gt_sample_raster(s->sample, layer, sink, s->c->work, err);
}

static enum gt_status add_vector(const struct sampling *s, enum gt_sample_layer layer,
                                 const char *id, struct gt_err *err)
{
    const struct gt_sample_features *v = gt_sample_vector(s->sample, layer);
    const struct gt_features f = {
        .shapes = &v->shapes, .n_fields = v->n_fields, .field = v->field, .value = v->value};
    return gt_txn_vector(s->txn, id, &f, err);
}

static enum gt_status add_layer(const struct sampling *s, enum gt_sample_layer layer,
                                const char *id, struct gt_err *err)
{
    return layer < GT_SAMPLE_RASTERS ? add_raster(s, layer, id, err)
                                     : add_vector(s, layer, id, err);
}

static enum gt_status add_layers(const struct sampling *s, struct gt_err *err)
{
    for (int i = 0; i < GT_SAMPLE_LAYERS; i++) {
        enum gt_sample_layer layer = (enum gt_sample_layer)i;
        GT_TRY(add_layer(s, layer, gt_sample_role(layer), err));
        GT_TRY(describe(s, layer, err));
    }
    return GT_OK;
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
    for (int i = 0; i < GT_SAMPLE_LAYERS; i++) {
        if (strcmp(gt_sample_role((enum gt_sample_layer)i), role) != 0)
            continue;
        GT_TRY(gt_sample_new(job, &s.opt, c->work, &s.sample, err));
        return add_layer(&s, (enum gt_sample_layer)i, id, err);
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
        gt_buf_addf(&c->text, "  %-14s %s", d[i].id, gt_text2(d[i].title, c->lang));
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
    const struct gt_layer_role *role; /* the roles are found before anything is made */
    GT_TRY(ops_layer_find(c->a, gt_sample_role(GT_SAMPLE_DEM), &role, err));
    GT_TRY(gt_sample_new(job, &s.opt, c->work, &s.sample, err));
    double cell = gt_sample_raster_info(s.sample, GT_SAMPLE_DEM).grid.dx;
    GT_TRY(open_new(c, dir, cell, &store, err));
    GT_TRY(gt_txn_begin(store, &txn, err));
    s.txn = txn;
    GT_TRY(add_layers(&s, err));
    GT_TRY(ops_commit(&txn, err));
    return answer(c, store, dir, &s, err);
}

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
    {.name = NULL},
};

const struct gt_op ops_record_sample = {
    .path = "sample",
    .title = {"A fictional county to try the program on", "虚构县样例数据"},
    .help =
        {"Makes a workspace with the layers of a county that does not exist, 37.5 by 24 km: "
         "heights cut by rivers, climate by altitude, soil, the county's parts, faults, lakes, "
         "rivers, glaciers and towns. The same options give the same data on every machine. "
         "Everything made from it is labelled as synthetic.",
         "建立一个工作空间，内含一个不存在的县（37.5 × 24 千米）的图层：经河流切割的高程、随海拔"
         "变化的气候、土壤、县域分区、断层、湖泊、河流、冰川和城镇。相同选项在任何机器上得到相同"
         "数据。由其得出的一切成果均注明为合成数据。"},
    .clause = "",
    .examples = "guotu sample county\n"
                "# finer cells, another county\n"
                "guotu sample county2 --cells 4000000 --seed 7",
    .effect = GT_WRITES,
    .no_workspace = true,
    .parallel = true,
    .params = params,
    .run = run,
};
