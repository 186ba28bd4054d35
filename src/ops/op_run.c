/* op_run.c: a model, run into new datasets. */
#include "ops_int.h"

#include "guotu/io.h"

#include <string.h>

#define MAX_RULES_FILE ((size_t)4 << 20)

/* "STEP.KEY=VALUE". */
static enum gt_status read_settings(struct gt_call *c, struct ops_model_opt *opt,
                                    struct gt_err *err)
{
    opt->n_set = gt_arg_count(c, "set");
    struct gt_setting *set = GT_TAKE_N(c->a, struct gt_setting, opt->n_set);
    for (size_t i = 0; i < opt->n_set; i++) {
        char *text = gt_strdup(c->a, gt_arg_nth(c, "set", i));
        char *equals = strchr(text, '=');
        *equals = '\0';
        char *dot = strchr(text, '.');
        if (!dot || dot == text || !dot[1])
            return gt_fail(err, GT_EUSE, "--set: expected STEP.PARAM=VALUE, found '%.80s'",
                           gt_arg_nth(c, "set", i));
        *dot = '\0';
        set[i] = (struct gt_setting){.step = text, .key = dot + 1, .value = equals + 1};
    }
    opt->set = set;
    return GT_OK;
}

/* "STEP=ID". */
static enum gt_status read_inputs(struct gt_call *c, struct ops_model_opt *opt, struct gt_err *err)
{
    opt->n_input = gt_arg_count(c, "input");
    struct ops_input *input = GT_TAKE_N(c->a, struct ops_input, opt->n_input);
    for (size_t i = 0; i < opt->n_input; i++) {
        char *text = gt_strdup(c->a, gt_arg_nth(c, "input", i));
        char *equals = strchr(text, '=');
        *equals = '\0';
        GT_TRY(ops_check_id("--input", equals + 1, err));
        input[i] = (struct ops_input){.step = text, .id = equals + 1};
    }
    opt->input = input;
    return GT_OK;
}

enum gt_status ops_rules_file(struct gt_arena *a, const char *path,
                              const struct gt_rules_file **out, struct gt_err *err)
{
    struct gt_rules_file *file = GT_TAKE(a, struct gt_rules_file);
    file->name = path;
    *out = NULL;
    GT_TRY(gt_file_get(a, path, MAX_RULES_FILE, &file->text, err));
    *out = file;
    return GT_OK;
}

enum gt_status ops_model_args(struct gt_call *c, struct ops_model_opt *opt, struct gt_err *err)
{
    const char *file = gt_arg_text(c, "rules-file", NULL);
    *opt = (struct ops_model_opt){.model = gt_arg_text(c, "model", NULL),
                                  .rules = gt_arg_text(c, "rules", NULL),
                                  .prefix = gt_arg_text(c, "prefix", NULL),
                                  .n_output = gt_arg_count(c, "output"),
                                  .block = gt_arg_int(c, "block", 0),
                                  .memory = (size_t)gt_arg_int(c, "memory", 0) << 20};
    const char **output = GT_TAKE_N(c->a, const char *, opt->n_output);
    for (size_t i = 0; i < opt->n_output; i++)
        output[i] = gt_arg_nth(c, "output", i);
    opt->output = output;
    if (opt->prefix)
        GT_TRY(ops_check_id("--prefix", opt->prefix, err));
    if (file)
        GT_TRY(ops_rules_file(c->a, file, &opt->rules_file, err));
    GT_TRY(read_settings(c, opt, err));
    return read_inputs(c, opt, err);
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    struct ops_model_opt opt;
    GT_TRY(ops_model_args(c, &opt, err));
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    OPS_AUTO_TXN txn = NULL;
    struct ops_model *model;
    struct gt_run_result result = {0};

    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    GT_TRY(ops_model_ready(c, job, store, &opt, &model, err));
    GT_TRY(gt_txn_begin(store, &txn, err));
    struct gt_json *parameters = gt_json_obj(c->a);
    ops_args_json(c, parameters);
    GT_TRY(ops_model_run(c, model, txn, parameters, &result, err));
    GT_TRY(ops_commit(&txn, err));
    return ops_model_answer(c, model, &result, err);
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
     .help = {"write exactly these outputs or steps instead of the model's outputs",
              "只写出这些输出或步骤，而不是模型的全部输出"}},
    OPS_PARAM_INPUT,
    {.name = "prefix",
     .kind = GT_P_TEXT,
     .metavar = "P",
     .help = {"put before the ids of the results", "结果数据集标识的前缀"}},
    OPS_PARAM_BLOCK,
    OPS_PARAM_MEMORY,
    {.name = NULL},
};

const struct gt_op ops_record_run = {
    .path = "run",
    .title = {"Run a model", "运行模型"},
    .help = {"Runs a model on the datasets that play the roles of its inputs, and keeps its "
             "outputs as new versions of the datasets P+output. An optional input that is missing "
             "is not guessed: what needs it is left out, and every result says so. The results "
             "are the same bit for bit for any number of threads and any block.",
             "按图层角色取得输入数据集并运行模型，把输出保存为数据集“前缀+输出名”的新版本。"
             "缺少的可选输入不作猜测：依赖它的部分不参与计算，并在每个结果中注明。结果与线程数、"
             "分块大小无关，逐位相同。"},
    .clause = "",
    .examples =
        "guotu -w county run terrain\n"
        "guotu -w county run terrain --set relief.window=21 --output relief_m --prefix w21_\n"
        "# a model of one's own, on other data\n"
        "guotu -w county run my-model.yaml --input dem=dem_2020",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
