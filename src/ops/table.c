/* table.c: the one list of operations, and what is looked up in it. */
#include "ops_int.h"

#include <string.h>

static const struct gt_op *const all[] = {
#define OP(name) &ops_record_##name,
#include "list.h"
#undef OP
};

const struct gt_op *const *gt_ops(size_t *n)
{
    *n = GT_LEN(all);
    return all;
}

const struct gt_op *gt_op_find(const char *path)
{
    for (size_t i = 0; i < GT_LEN(all); i++) {
        if (strcmp(all[i]->path, path) == 0)
            return all[i];
    }
    return NULL;
}

enum gt_status gt_op_unknown(const char *path, struct gt_err *err)
{
    const char *paths[GT_LEN(all)];
    for (size_t i = 0; i < GT_LEN(all); i++)
        paths[i] = all[i]->path;
    const char *near = gt_nearest(path, paths, GT_LEN(paths));
    if (near)
        return gt_fail(err, GT_EUSE, "expected an operation, found '%.60s'; did you mean '%s'?",
                       path, near);
    return gt_fail(err, GT_EUSE,
                   "expected an operation, found '%.60s'; 'guotu help' lists all of them", path);
}

const char *gt_param_kind_name(enum gt_param_kind k)
{
    static const char *const names[] = {
        [GT_P_DATASET] = "dataset", [GT_P_FILE_IN] = "file_in", [GT_P_FILE_OUT] = "file_out",
        [GT_P_DIR] = "folder",      [GT_P_POINT] = "point",     [GT_P_KEYVALUE] = "key_value",
        [GT_P_CHOICE] = "choice",   [GT_P_NUMBER] = "number",   [GT_P_INTEGER] = "integer",
        [GT_P_TEXT] = "text",       [GT_P_FLAG] = "flag",       [GT_P_EXPRESSION] = "expression",
    };
    return names[k];
}

const char *gt_effect_name(enum gt_effect e)
{
    static const char *const names[] = {
        [GT_READS] = "read", [GT_WRITES] = "write", [GT_ADMIN] = "admin"};
    return names[e];
}

const struct gt_param *gt_common_params(void)
{
    static const char *const languages[] = {"zh", "en", NULL};
    static const struct gt_param common[] = {
        {.name = "workspace",
         .letter = 'w',
         .kind = GT_P_DIR,
         .metavar = "DIR",
         .fallback = ".",
         .help = {"the workspace", "工作空间目录"}},
        {.name = "json",
         .kind = GT_P_FLAG,
         .help = {"one JSON document on standard output instead of text",
                  "标准输出为一个 JSON 文档，而不是文字"}},
        {.name = "lang",
         .kind = GT_P_CHOICE,
         .metavar = "LANGUAGE",
         .choices = languages,
         .help = {"language of help, messages and titles; otherwise the environment's",
                  "帮助、消息和标题的语言；缺省取环境变量"}},
        {.name = "threads",
         .kind = GT_P_INTEGER,
         .metavar = "N",
         .min = 1,
         .max = 64,
         .help = {"threads to work with; otherwise one a core (results are the same)",
                  "线程数；缺省为每核一个（结果相同）"}},
        {.name = "quiet",
         .letter = 'q',
         .kind = GT_P_FLAG,
         .help =
             {"only answers that were asked for, warnings and errors; no progress, and no word of "
              "what was written",
              "只显示所查询的结果、警告和错误，不显示进度和写入情况"}},
        {.name = "help", .letter = 'h', .kind = GT_P_FLAG, .help = {"this help", "显示本帮助"}},
        {.name = "version",
         .kind = GT_P_FLAG,
         .help = {"the program's version (before an operation)", "程序版本（写在操作名之前）"}},
        {.name = NULL},
    };
    return common;
}
