/* op_plan.c: what a run of a model would do, before anything runs. */
#include "ops_int.h"

#include "guotu/table.h"

#include <string.h>

static double mb(const struct gt_json *obj, const char *key)
{
    return (double)gt_json_int(gt_json_get(obj, key), 0) / 1e6;
}

static void add_pass(struct gt_call *c, const struct gt_json *pass, size_t number)
{
    const struct gt_col cols[] = {
        {.name = "step", .title = {"step", "步骤"}, .kind = GT_COL_TEXT},
        {.name = "kind", .title = {"kind", "类型"}, .kind = GT_COL_TEXT},
        {.name = "how", .title = {"how", "方式"}, .kind = GT_COL_TEXT},
        {.name = "window", .title = {"window", "窗口"}, .kind = GT_COL_INT},
        {.name = "halo", .title = {"halo", "边缘"}, .kind = GT_COL_INT},
        {.name = "written", .title = {"written as", "写出为"}, .kind = GT_COL_TEXT},
    };
    struct gt_table *t = gt_table_new(c->a, cols, GT_LEN(cols));
    const struct gt_json *steps = gt_json_get(pass, "steps");
    for (size_t i = 0; i < gt_json_len(steps); i++) {
        const struct gt_json *s = gt_json_at(steps, i);
        size_t row = gt_table_add_row(t);
        for (size_t k = 0; k < 3; k++)
            gt_table_set_text(t, row, k, gt_json_str(gt_json_get(s, cols[k].name), ""));
        for (size_t k = 3; k < 5; k++)
            gt_table_set_int(t, row, k, gt_json_int(gt_json_get(s, cols[k].name), 0));
        gt_table_set_text(t, row, 5, gt_json_str(gt_json_get(s, "cells"), ""));
    }
    gt_buf_addf(&c->text,
                OPS_SAY(c, "\npass %zu, halo %lld cells\n", "\n第 %zu 遍，边缘 %lld 格\n"), number,
                (long long)gt_json_int(gt_json_get(pass, "halo"), 0));
    gt_buf_add(&c->text, gt_table_to_text(c->a, t, c->lang));
}

/* The steps behind a pass that see the whole raster. */
static void add_global(struct gt_call *c, const struct gt_json *pass)
{
    const struct gt_json *then = gt_json_get(pass, "then");
    for (size_t i = 0; i < gt_json_len(then); i++) {
        const struct gt_json *s = gt_json_at(then, i);
        gt_buf_addf(
            &c->text,
            OPS_SAY(c, "then %s (%s) over the whole raster: %s; memory %.1f MB, disk %.1f MB\n",
                    "然后对整幅栅格计算 %s（%s）：%s；内存 %.1f MB，磁盘 %.1f MB\n"),
            gt_json_str(gt_json_get(s, "step"), ""), gt_json_str(gt_json_get(s, "kind"), ""),
            gt_json_str(gt_json_get(s, "method"), ""), mb(s, "memory"), mb(s, "disk"));
    }
}

static void add_text(struct gt_call *c, const struct ops_model *m, const struct gt_json *plan)
{
    const struct gt_json *grid = gt_json_get(plan, "grid"), *memory = gt_json_get(plan, "memory");
    const struct gt_json *io = gt_json_get(plan, "io"), *passes = gt_json_get(plan, "passes");
    gt_buf_addf(
        &c->text,
        OPS_SAY(c, "%s: %lld x %lld cells, %zu outputs\n", "%s：%lld x %lld 格，%zu 个输出\n"),
        m->model->name, (long long)gt_json_int(gt_json_get(grid, "columns"), 0),
        (long long)gt_json_int(gt_json_get(grid, "rows"), 0), m->n_out);
    for (size_t i = 0; i < gt_json_len(passes); i++) {
        add_pass(c, gt_json_at(passes, i), i + 1);
        add_global(c, gt_json_at(passes, i));
    }
    gt_buf_addf(
        &c->text,
        OPS_SAY(c,
                "\nmemory: about %.1f MB of %.0f MB; read %.1f MB, written %.1f MB (before "
                "compression), on disk between passes %.1f MB\n",
                "\n内存：约 %.1f MB（上限 %.0f MB）；读 %.1f MB，写 %.1f MB（压缩前），各遍之间"
                "暂存磁盘 %.1f MB\n"),
        mb(memory, "total"), mb(memory, "limit"), mb(io, "read"), mb(io, "written"),
        mb(io, "temporary"));
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    struct ops_model_opt opt;
    GT_TRY(ops_model_args(c, &opt, err));
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    struct ops_model *model;

    GT_TRY(ops_open(c, GT_STORE_READ, &store, err));
    GT_TRY(ops_model_ready(c, job, store, &opt, &model, err));
    gt_plan_describe(model->plan, c->result);
    struct gt_json *outputs = gt_json_add_arr(c->result, "outputs");
    for (size_t i = 0; i < model->n_out; i++) {
        struct gt_json *obj = gt_json_add_obj(outputs, NULL);
        gt_json_add_str(obj, "id", model->out[i].id);
        gt_json_add_str(obj, "step", model->model->steps[model->out[i].step].name);
        gt_json_add_str(obj, "cells", gt_cell_name(model->out[i].info.type));
    }
    ops_inputs_json(c->result, model);
    ops_left_json(c->result, model);
    add_text(c, model, c->result);
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "model",
     .kind = GT_P_TEXT,
     .metavar = "MODEL",
     .position = true,
     .required = true,
     .help = {"a name in rules/models, or a model file", "rules/models 中的模型名，或模型文件"}},
    {.name = "set",
     .kind = GT_P_KEYVALUE,
     .metavar = "STEP.PARAM=V",
     .repeated = true,
     .help = {"change a step's parameter", "改变某一步的参数"}},
    {.name = "rules",
     .kind = GT_P_TEXT,
     .metavar = "SET",
     .help = {"a rule set that is based on the model's, instead of it",
              "以该模型规则集为基础的另一规则集，用以代替它"}},
    OPS_PARAM_RULES_FILE,
    {.name = "output",
     .kind = GT_P_TEXT,
     .metavar = "STEP",
     .repeated = true,
     .help = {"plan for exactly these outputs or steps", "只为这些输出或步骤作计划"}},
    OPS_PARAM_INPUT,
    OPS_PARAM_BLOCK,
    OPS_PARAM_MEMORY,
    {.name = NULL},
};

const struct gt_op ops_record_plan = {
    .path = "plan",
    .title = {"Explain what a run of a model would do", "说明模型将如何运行"},
    .help = {"Shows the passes into which a model is compiled, the halo of every step, and how "
             "much is held in memory, read and written. Nothing is run.",
             "显示模型编译成的计算遍数、每一步的边缘宽度，以及内存占用和读写量。不执行计算。"},
    .clause = "",
    .examples = "guotu -w county plan terrain --set relief.window=31",
    .effect = GT_READS,
    .parallel = true,
    .params = params,
    .run = run,
};
