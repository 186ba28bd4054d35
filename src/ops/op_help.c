/* op_help.c: how the program, or one operation, is used. */
#include "ops_int.h"

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    const char *path = gt_arg_text(c, "op", NULL);
    const struct gt_op *op = path ? gt_op_find(path) : NULL;
    if (path && !op)
        return gt_op_unknown(path, err);
    gt_op_help(&c->text, op, c->lang);
    gt_json_add_str(c->result, "text", c->text.p);
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "op",
     .kind = GT_P_TEXT,
     .metavar = "OP",
     .position = true,
     .help = {"an operation; without it, all are listed", "操作名；省略时列出全部操作"}},
    {.name = NULL},
};

const struct gt_op ops_record_help = {
    .path = "help",
    .title = {"Show how an operation is used", "显示用法"},
    .help = {"Shows the arguments and options of one operation, or lists all operations.",
             "显示一个操作的参数和选项，或列出全部操作。"},
    .clause = "",
    .examples = "guotu help import\nguotu help --lang zh",
    .effect = GT_READS,
    .no_workspace = true,
    .params = params,
    .run = run,
};
