/* op_network.c: the ecological network: cores and resistance by a model, the corridors between
 * them, and where they are narrow. */
#include "network.h"

#include "guotu/io.h"
#include "guotu/table.h"

#include <math.h>
#include <string.h>

/* ---- What it works with ---- */

/* `--cores ID` fills the input that takes its kind. */
static enum gt_status take_cores(struct network_job *j, struct ops_model_opt *opt,
                                 struct gt_err *err)
{
    const char *id = gt_arg_text(j->c, "cores", NULL);
    const struct gt_dataset *d;
    if (!id)
        return GT_OK;
    GT_TRY(gt_store_find(j->store, j->a, id, 0, &d, err));
    bool polygons = d->kind == GT_DATASET_VECTOR && strcmp(d->geometry, "polygon") == 0;
    if (!polygons && !(d->kind == GT_DATASET_RASTER && d->cell == GT_U8))
        return gt_fail(err, GT_EINPUT,
                       "--cores: expected polygons or a raster of classes, found '%s'", id);
    struct ops_input *input = GT_TAKE_N(j->a, struct ops_input, opt->n_input + 1);
    for (size_t i = 0; i < opt->n_input; i++)
        input[i] = opt->input[i];
    input[opt->n_input++] =
        (struct ops_input){.step = polygons ? "given_core" : "ecology_zone", .id = d->id};
    opt->input = input;
    return GT_OK;
}

static enum gt_status number(struct network_job *j, const char *id, double *out, struct gt_err *err)
{
    const struct gt_number *n = gt_ruleset_number(j->m->model->rules, id);
    if (!n)
        return gt_fail(err, GT_EINPUT, "rule set %s: expected the number %s, found none",
                       j->m->model->rules->id, id);
    *out = n->v;
    j->bases.v[j->bases.n++] =
        (struct ops_basis){n->id, "number", n->title, n->source, n->evidence, true};
    return GT_OK;
}

/* Those of both results of the model, each once, and those of the corridors. */
static enum gt_status take_bases(struct network_job *j, struct gt_err *err)
{
    size_t room = 2;
    for (size_t i = 0; i < j->m->n_out; i++)
        room += ops_model_bases(j->a, j->m->model, j->m->out[i].step).n;
    j->bases.v = GT_TAKE_N(j->a, struct ops_basis, room);
    for (size_t i = 0; i < j->m->n_out; i++) {
        struct ops_bases b = ops_model_bases(j->a, j->m->model, j->m->out[i].step);
        for (size_t k = 0; k < b.n; k++) {
            bool there = false;
            for (size_t o = 0; o < j->bases.n; o++)
                there = there || strcmp(j->bases.v[o].id, b.v[k].id) == 0;
            if (!there)
                j->bases.v[j->bases.n++] = b.v[k];
        }
    }
    GT_TRY(number(j, "net.tolerance", &j->opt.tolerance, err));
    GT_TRY(number(j, "net.pinch", &j->opt.pinch, err));
    if (!(j->opt.tolerance >= 0) || !(j->opt.pinch >= 0))
        return gt_fail(
            err, GT_EINPUT,
            "net.tolerance and net.pinch: expected shares of 0 and more, found %g and %g",
            j->opt.tolerance, j->opt.pinch);
    return GT_OK;
}

/* The model's result of that name; the sentence says what to do where it cannot be made. */
static enum gt_status output(const struct network_job *j, const char *name, const char *needs,
                             const struct ops_output **out, struct gt_err *err)
{
    for (size_t i = 0; i < j->m->n_out; i++)
        if (strcmp(j->m->out[i].name, name) == 0) {
            *out = &j->m->out[i];
            return GT_OK;
        }
    return gt_fail(err, GT_EINPUT, "%s cannot be made: expected %s", name, needs);
}

static void name_results(struct network_job *j)
{
    static const struct network_result all[NETWORK_RESULTS] = {
        [NETWORK_BAND] = {"network_band", NULL, {"ground of the corridors", "生态廊道范围"}},
        [NETWORK_CORRIDOR] = {"network_corridor", NULL, {"corridors", "生态廊道"}},
        [NETWORK_PINCH] = {"network_pinch", NULL, {"pinch points of corridors", "生态夹点"}},
        [NETWORK_NODE] = {"network_node", NULL, {"cores as points", "生态源地（点）"}}};
    for (int i = 0; i < NETWORK_RESULTS; i++) {
        j->result[i] = all[i];
        j->result[i].id = gt_printf(j->a, "%s%s", j->prefix, all[i].name);
    }
}

/* ---- Running ---- */

static enum gt_status find(struct network_job *j, struct gt_txn *t, struct gt_arena *open,
                           struct gt_err *err)
{
    const struct ops_output *core = NULL, *resistance = NULL;
    struct gt_raster_source *source;
    GT_TRY(output(j, "network_core",
                  "the dataset ecology_zone (guotu evaluate ecology makes it), or --cores", &core,
                  err));
    GT_TRY(output(j, "network_resistance", "the layer land_cover", &resistance, err));
    GT_TRY(gt_txn_source(t, open, core->id, &source, err));
    j->opt.cores = source;
    GT_TRY(gt_txn_source(t, open, resistance->id, &source, err));
    j->opt.resistance = source;
    j->crs = source->info.crs;
    struct gt_raster_info info = core->info;
    info.id = j->result[NETWORK_BAND].id;
    info.grid = gt_network_grid(&j->opt);
    GT_TRY(gt_txn_raster(t, info.id, &info, &j->opt.bands, err));
    GT_TRY(gt_network_find(j->a, &j->opt, j->c->work, &j->found, err));
    return network_describe(j, t, NETWORK_BAND, err);
}

static enum gt_status add_table(struct network_job *j, struct gt_txn *t, struct gt_err *err)
{
    if (j->found.n_links == 0)
        return GT_OK;
    const char *name = gt_printf(j->a, "%snetwork.csv", j->prefix);
    const char *csv = ops_csv(j->c, j->a, network_table(j), j->m->synthetic);
    j->table = gt_path_join(j->a, gt_path_join(j->a, gt_store_dir(j->store), "out"), name);
    return gt_txn_document(t, name, csv, strlen(csv), err);
}

static enum gt_status publish(struct network_job *j, struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    GT_AUTO_ARENA open = gt_arena_new(); /* of the rasters that are read back */
    struct gt_run_result result = {0};
    GT_TRY(gt_txn_begin(j->store, &txn, err));
    GT_TRY(ops_model_run(j->c, j->m, txn, j->parameters, &result, err));
    GT_TRY(find(j, txn, open, err));
    GT_TRY(network_layers(j, txn, err));
    GT_TRY(add_table(j, txn, err));
    if (gt_stopped(j->c->work))
        return gt_fail(err, GT_ECANCELLED, "stopped before the results were published");
    return ops_commit(&txn, err);
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    struct ops_model_opt opt;
    const char *rules_dir = gt_rules_dir(c->a, err);
    if (!rules_dir)
        return err ? err->status : GT_ENOTFOUND;
    GT_TRY(ops_model_args(c, &opt, err));
    GT_TRY(gt_evaluate_model(c->a, rules_dir, "network", gt_arg_text(c, "rules", "network"),
                             &opt.model, err));
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    struct network_job j = {.c = c, .a = job, .store = store, .prefix = opt.prefix};
    j.prefix = opt.prefix ? opt.prefix : "";
    j.parameters = gt_json_obj(c->a);
    j.opt.max_cost = gt_arg_num(c, "max-cost", (double)INFINITY);
    j.opt.reach = gt_arg_num(c, "reach", 0);
    j.opt.coarser = gt_arg_int(c, "coarser", 1);
    ops_args_json(c, j.parameters);
    name_results(&j);
    GT_TRY(take_cores(&j, &opt, err));
    GT_TRY(ops_model_ready(c, job, store, &opt, &j.m, err));
    GT_TRY(take_bases(&j, err));
    GT_TRY(publish(&j, err));
    return network_answer(&j, err);
}

static const struct gt_param params[] = {
    {.name = "cores",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .help = {"cores: polygons, or a raster whose class 1 takes the place of extremely important "
              "ground",
              "源地：面图层；或分类栅格，以其 1 类代替生态保护极重要区"}},
    {.name = "max-cost",
     .kind = GT_P_NUMBER,
     .metavar = "COST",
     .min = 1e-6,
     .max = 1e30,
     .help = {"leave out corridors that cost more (resistance times metres)",
              "不计累积阻力（阻力乘米）超过此值的廊道"}},
    {.name = "reach",
     .kind = GT_P_NUMBER,
     .metavar = "COST",
     .min = 1e-6,
     .max = 1e30,
     .help = {"cost that half of the animals bear, for dPC; default: that of the median corridor",
              "计算 dPC 时半数个体可承受的累积阻力；缺省取廊道的中位数"}},
    {.name = "coarser",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .unit = "cells",
     .min = 1,
     .max = 1000,
     .help = {"find corridors on cells of N x N of the heights' cells, for large regions",
              "在 N×N 个栅格合并而成的粗栅格上求廊道，用于较大区域"}},
    {.name = "rules",
     .kind = GT_P_TEXT,
     .metavar = "SET",
     .fallback = "network",
     .help = {"rule set: network, or one that is based on it",
              "规则集：network，或以其为基础的规则集"}},
    OPS_PARAM_RULES_FILE,
    {.name = "set",
     .kind = GT_P_KEYVALUE,
     .metavar = "STEP.PARAM=V",
     .repeated = true,
     .help = {"change a number of the rules (rules.ID=V) or a step's parameter; the results say so",
              "改变规则数值（rules.标识=值）或某一步的参数，结果中注明"}},
    OPS_PARAM_INPUT,
    {.name = "prefix",
     .kind = GT_P_TEXT,
     .metavar = "P",
     .help = {"put before the ids of the results and the name of the table",
              "结果数据集标识及表格文件名的前缀"}},
    OPS_PARAM_MEMORY,
    {.name = NULL},
};

const struct gt_op ops_record_network = {
    .path = "network",
    .title = {"Ecological network: cores and corridors", "生态网络：源地与廊道"},
    .help =
        {"Finds the cores of extremely important ground (core of its spatial pattern, patches "
         "above "
         "a least area), the resistance of the ground between them, the least-cost corridors "
         "between neighbouring cores, how wide they are, their pinch points, and how important "
         "each corridor and core is to the connectivity of the whole. Results are the datasets "
         "P+network_core, network_resistance, network_band, network_corridor, network_pinch and "
         "network_node, and a table in out/. All numbers are a rule set that may be changed; none "
         "of them comes from a standard.",
         "由生态保护极重要区提取源地（形态学格局的核心区，按最小面积筛选），按阻力面求相邻源地之间"
         "的"
         "最小累积阻力廊道、廊道宽度和夹点，并评价各廊道和源地对整体连通性的重要程度。结果为数据集"
         "前缀+network_core、network_resistance、network_band、network_corridor、network_pinch、"
         "network_node，以及 out/ 目录中的表格。所有参数均为可更改的规则集，并非出自标准。"},
    .clause = "资源环境承载能力和国土空间开发适宜性评价指南（试行）：生态廊道",
    .examples = "guotu -w county network\n"
                "guotu -w county network --cores protected_area --prefix p_\n"
                "# corridors with more room, and smaller cores\n"
                "guotu -w county network --set rules.net.tolerance=0.2 --set rules.net.core=500000",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
