/* help.c: help for people, from the records. */
#include "words.h"

#include <string.h>

#define WIDTH 96
#define COLUMN 28

void gt_op_usage(struct gt_buf *b, const struct gt_op *op)
{
    gt_buf_addf(b, "guotu %s%s", op->no_workspace ? "" : "[-w DIR] ", op->path);
    for (int positions = 1; positions >= 0; positions--) {
        for (const struct gt_param *p = op->params; p->name; p++) {
            if (p->position == (bool)positions)
                gt_buf_addf(b, " %s", words_usage(b->a, p));
        }
    }
}

static void add_param(struct gt_buf *b, const struct gt_param *p, enum gt_lang lang)
{
    const char *name = words_param(b->a, p);
    size_t used = 2 + words_width(name);
    gt_buf_addf(b, "  %s", name);
    if (used + 2 > COLUMN)
        gt_buf_addf(b, "\n%*s", COLUMN, "");
    else
        gt_buf_addf(b, "%*s", (int)(COLUMN - used), "");
    words_wrap(b, words_param_help(b->a, p, lang), COLUMN, WIDTH);
}

static void add_params(struct gt_buf *b, const struct gt_param *params, bool position,
                       const char *title, enum gt_lang lang)
{
    bool any = false;
    for (const struct gt_param *p = params; p->name; p++) {
        if (p->position != position)
            continue;
        if (!any)
            gt_buf_addf(b, "\n%s\n", title);
        any = true;
        add_param(b, p, lang);
    }
}

static void add_examples(struct gt_buf *b, const struct gt_op *op, enum gt_lang lang)
{
    if (!op->examples || !op->examples[0])
        return;
    gt_buf_addf(b, "\n%s\n", lang == GT_ZH ? "示例" : "Examples");
    for (const char *line = op->examples; *line;) {
        size_t n = strcspn(line, "\n");
        gt_buf_add(b, "  ");
        gt_buf_addn(b, line, n);
        gt_buf_add(b, "\n");
        line += n + (line[n] == '\n');
    }
}

static void help_of(struct gt_buf *b, const struct gt_op *op, enum gt_lang lang)
{
    bool zh = lang == GT_ZH;
    struct gt_buf usage = {.a = b->a};
    gt_op_usage(&usage, op);
    gt_buf_addf(b, "guotu %s - %s\n\n%s\n  ", op->path, gt_text2(op->title, lang),
                zh ? "用法" : "Usage");
    words_wrap(b, usage.p, 6, WIDTH);
    gt_buf_add(b, "\n");
    words_wrap(b, gt_text2(op->help, lang), 0, WIDTH);
    add_params(b, op->params, true, zh ? "参数" : "Arguments", lang);
    add_params(b, op->params, false, zh ? "选项" : "Options", lang);
    add_params(b, gt_common_params(), false, zh ? "通用选项" : "Common options", lang);
    add_examples(b, op, lang);
}

static void help_of_all(struct gt_buf *b, enum gt_lang lang)
{
    bool zh = lang == GT_ZH;
    size_t n;
    const struct gt_op *const *ops = gt_ops(&n);
    gt_buf_addf(b, "guotu - %s\n\n%s\n  guotu [-w DIR] %s\n\n%s\n",
                zh ? "国土空间规划" : "territorial spatial planning", zh ? "用法" : "Usage",
                zh ? "操作 [参数]... [选项]..." : "OPERATION [ARGUMENT]... [OPTION]...",
                zh ? "操作" : "Operations");
    for (size_t i = 0; i < n; i++) {
        gt_buf_addf(b, "  %-12s", ops[i]->path);
        words_wrap(b, gt_text2(ops[i]->title, lang), 14, WIDTH);
    }
    add_params(b, gt_common_params(), false, zh ? "通用选项" : "Common options", lang);
    gt_buf_add(b, zh ? "\n'guotu help 操作' 显示一个操作的用法。\n"
                     : "\n'guotu help OPERATION' shows how one is used.\n");
}

void gt_op_help(struct gt_buf *b, const struct gt_op *op, enum gt_lang lang)
{
    if (op)
        help_of(b, op, lang);
    else
        help_of_all(b, lang);
}
