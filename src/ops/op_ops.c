/* op_ops.c: the records themselves, and what is made from them: pages, manuals, completion. */
#include "ops_int.h"
#include "words.h"

#include "gt_version.h"
#include "guotu/io.h"

#include <string.h>

static void param_json(struct gt_json *arr, const struct gt_param *p)
{
    struct gt_json *obj = gt_json_add_obj(arr, NULL);
    gt_json_add_str(obj, "name", p->name);
    gt_json_add_str(obj, "kind", gt_param_kind_name(p->kind));
    gt_json_add_str(obj, "metavar", p->metavar ? p->metavar : "");
    gt_json_add_str(obj, "unit", p->unit ? p->unit : "");
    bool bounded = p->min < 0 || p->min > 0 || p->max < 0 || p->max > 0;
    if (bounded) {
        gt_json_add_num(obj, "min", p->min);
        gt_json_add_num(obj, "max", p->max);
    }
    gt_json_add_str(obj, "default", p->fallback);
    struct gt_json *choices = gt_json_add_arr(obj, "choices");
    for (size_t i = 0; p->choices && p->choices[i]; i++)
        gt_json_add_str(choices, NULL, p->choices[i]);
    gt_json_add_bool(obj, "position", p->position);
    gt_json_add_bool(obj, "required", p->required);
    gt_json_add_bool(obj, "repeated", p->repeated);
    gt_json_add_bool(obj, "secret", p->secret);
    ops_json_text2(obj, "help", p->help);
}

static void params_json(struct gt_json *in, const char *key, const struct gt_param *params)
{
    struct gt_json *arr = gt_json_add_arr(in, key);
    for (const struct gt_param *p = params; p->name; p++)
        param_json(arr, p);
}

static void op_json(struct gt_json *arr, const struct gt_op *op)
{
    struct gt_json *obj = gt_json_add_obj(arr, NULL);
    gt_json_add_str(obj, "name", op->path);
    ops_json_text2(obj, "title", op->title);
    ops_json_text2(obj, "help", op->help);
    gt_json_add_str(obj, "clause", op->clause);
    gt_json_add_str(obj, "examples", op->examples ? op->examples : "");
    gt_json_add_str(obj, "effect", gt_effect_name(op->effect));
    gt_json_add_bool(obj, "workspace", !op->no_workspace);
    gt_json_add_bool(obj, "parallel", op->parallel);
    params_json(obj, "parameters", op->params);
}

static void status_json(struct gt_json *arr)
{
#define ROW(name_, exit_, http_, en_, zh_)                             \
    {                                                                  \
        struct gt_json *obj = gt_json_add_obj(arr, NULL);              \
        gt_json_add_str(obj, "name", gt_status_name(name_));           \
        gt_json_add_int(obj, "exit", exit_);                           \
        gt_json_add_int(obj, "http", http_);                           \
        ops_json_text2(obj, "title", (struct gt_text2){(en_), (zh_)}); \
    }
    GT_STATUS_TABLE(ROW)
#undef ROW
}

void gt_ops_json(struct gt_json *obj)
{
    size_t n;
    const struct gt_op *const *ops = gt_ops(&n);
    gt_json_add_str(obj, "program", "guotu");
    gt_json_add_str(obj, "version", GT_VERSION);
    struct gt_json *arr = gt_json_add_arr(obj, "operations");
    for (size_t i = 0; i < n; i++)
        op_json(arr, ops[i]);
    params_json(obj, "options", gt_common_params());
    status_json(gt_json_add_arr(obj, "statuses"));
}

/* ---- Files ----------------------------------------------------------------------------------- */

static enum gt_status put(struct gt_call *c, struct gt_buf *b, const char *path, struct gt_err *err)
{
    GT_TRY(gt_file_put(path, b->p, b->n, err));
    gt_json_add_str(gt_json_get(c->result, "files"), NULL, path);
    gt_buf_addf(&c->text, "%s\n", path);
    return GT_OK;
}

/* The hand-written part of a page that is already there; NULL: none. */
static enum gt_status own_part(struct gt_arena *a, const char *path, const char **own,
                               struct gt_err *err)
{
    struct gt_str page;
    *own = NULL;
    if (!gt_path_exists(path))
        return GT_OK;
    GT_TRY(gt_file_get(a, path, 4u << 20, &page, err));
    const char *begin = strstr(page.p, OPS_OWN_BEGIN "\n");
    const char *end = begin ? strstr(begin, OPS_OWN_END) : NULL;
    if (!end)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected the lines '%s' and '%s' around what is hand-written, "
                       "found none",
                       path, OPS_OWN_BEGIN, OPS_OWN_END);
    begin += strlen(OPS_OWN_BEGIN "\n");
    *own = gt_strndup(a, begin, (size_t)(end - begin));
    return GT_OK;
}

static enum gt_status write_docs(struct gt_call *c, const char *dir, struct gt_err *err)
{
    size_t n;
    const struct gt_op *const *ops = gt_ops(&n);
    const char *folder = gt_path_join(c->a, dir, "operations");
    GT_TRY(gt_dir_make(folder, err));
    for (size_t i = 0; i < n; i++) {
        const char *path = gt_path_join(c->a, folder, gt_printf(c->a, "%s.md", ops[i]->path));
        const char *own;
        struct gt_buf page = {.a = c->a};
        GT_TRY(own_part(c->a, path, &own, err));
        gt_op_page(&page, ops[i], own);
        GT_TRY(put(c, &page, path, err));
    }
    struct gt_buf index = {.a = c->a}, errors = {.a = c->a};
    gt_ops_index_page(&index);
    GT_TRY(put(c, &index, gt_path_join(c->a, folder, "README.md"), err));
    gt_errors_page(&errors);
    GT_TRY(put(c, &errors, gt_path_join(c->a, dir, "errors.md"), err));
    struct gt_buf rules = {.a = c->a};
    GT_TRY(ops_quality_page(c, &rules, err));
    return put(c, &rules, gt_path_join(c->a, dir, "quality-rules.md"), err);
}

static enum gt_status write_man(struct gt_call *c, const char *dir, struct gt_err *err)
{
    size_t n;
    const struct gt_op *const *ops = gt_ops(&n);
    GT_TRY(gt_dir_make(dir, err));
    struct gt_buf all = {.a = c->a};
    gt_op_man(&all, NULL);
    GT_TRY(put(c, &all, gt_path_join(c->a, dir, "guotu.1"), err));
    for (size_t i = 0; i < n; i++) {
        struct gt_buf page = {.a = c->a};
        gt_op_man(&page, ops[i]);
        const char *name = gt_printf(c->a, "guotu-%s.1", ops[i]->path);
        GT_TRY(put(c, &page, gt_path_join(c->a, dir, name), err));
    }
    return GT_OK;
}

/* ---- The operation --------------------------------------------------------------------------- */

static void list(struct gt_call *c)
{
    size_t n;
    const struct gt_op *const *ops = gt_ops(&n);
    gt_ops_json(c->result);
    for (size_t i = 0; i < n; i++)
        gt_buf_addf(&c->text, "%-12s %-6s %s\n", ops[i]->path, gt_effect_name(ops[i]->effect),
                    gt_text2(ops[i]->title, c->lang));
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    const char *man = gt_arg_text(c, "man", NULL), *docs = gt_arg_text(c, "docs", NULL);
    if (!man && !docs) {
        if (!gt_arg_text(c, "completion", NULL)) {
            list(c);
            return GT_OK;
        }
        gt_ops_completion(&c->text);
        gt_json_add_str(c->result, "text", c->text.p);
        return GT_OK;
    }
    if (gt_arg_text(c, "completion", NULL))
        return gt_fail(err, GT_EUSE, "expected --completion alone, found it with --man or --docs");
    gt_json_add_arr(c->result, "files");
    if (docs)
        GT_TRY(write_docs(c, docs, err));
    return man ? write_man(c, man, err) : GT_OK;
}

static const char *const shells[] = {"bash", NULL};

static const struct gt_param params[] = {
    {.name = "completion",
     .kind = GT_P_CHOICE,
     .metavar = "SHELL",
     .choices = shells,
     .help = {"print a completion script for this shell", "输出该外壳的命令补全脚本"}},
    {.name = "man",
     .kind = GT_P_DIR,
     .metavar = "DIR",
     .help = {"write manual pages into this folder", "把手册页写入该目录"}},
    {.name = "docs",
     .kind = GT_P_DIR,
     .metavar = "DIR",
     .help = {"write operations/*.md and errors.md into this folder; hand-written parts are kept",
              "把 operations/*.md 和 errors.md 写入该目录，保留其中手写的部分"}},
    {.name = NULL},
};

const struct gt_op ops_record_ops = {
    .path = "ops",
    .title = {"List the operations, or write what is made from the list",
              "列出操作，或生成由操作表派生的文件"},
    .help = {"Lists all operations; with --json their full records, from which help, pages, "
             "manuals, completion and the server's routes are made.",
             "列出全部操作；加 --json 输出完整记录。帮助、文档、手册页、命令补全和服务接口都由"
             "这些记录生成。"},
    .clause = "",
    .examples = "guotu ops --json\n"
                "source <(guotu ops --completion bash)\n"
                "guotu ops --man /usr/local/share/man/man1",
    .effect = GT_READS,
    .no_workspace = true,
    .params = params,
    .run = run,
};
