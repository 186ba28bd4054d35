/* page.c: the pages in docs/ that are made from the records, in Markdown. */
#include "words.h"

#include <string.h>

/* A cell of a table: bars would end it. */
static void add_cell(struct gt_buf *b, const char *text)
{
    for (; text && *text; text++) {
        if (*text == '|')
            gt_buf_add(b, "\\|");
        else if (*text == '<')
            gt_buf_add(b, "&lt;");
        else
            gt_buf_addn(b, text, 1);
    }
}

static void add_params(struct gt_buf *b, const struct gt_param *params)
{
    gt_buf_add(b, "| | Kind | Meaning | 说明 |\n|---|---|---|---|\n");
    for (const struct gt_param *p = params; p->name; p++) {
        gt_buf_add(b, "| `");
        add_cell(b, words_param(b->a, p));
        gt_buf_addf(b, "`%s | %s | ", p->required ? " (required)" : "",
                    gt_param_kind_name(p->kind));
        add_cell(b, words_param_help(b->a, p, GT_EN));
        gt_buf_add(b, " | ");
        add_cell(b, words_param_help(b->a, p, GT_ZH));
        gt_buf_add(b, " |\n");
    }
}

static const char *effect_text(const struct gt_op *op)
{
    if (op->no_workspace)
        return "Needs no workspace.";
    switch (op->effect) {
    case GT_READS: return "Reads the workspace; another process may be writing to it.";
    case GT_WRITES:
        return "Changes the workspace, in one commit: all of its results become visible, or none.";
    case GT_ADMIN: break;
    }
    return "Changes how the workspace is run.";
}

void gt_op_page(struct gt_buf *b, const struct gt_op *op, const char *own)
{
    gt_buf_addf(b, "<!-- Made by `./run docs` from src/ops/op_%s.c; only the part between the\n",
                op->path);
    gt_buf_add(b, "     markers at the end is written by hand. -->\n\n");
    gt_buf_addf(b, "# %s: %s · %s\n\n", op->path, gt_text2(op->title, GT_EN),
                gt_text2(op->title, GT_ZH));
    gt_buf_add(b, "```\n");
    struct gt_buf usage = {.a = b->a};
    gt_op_usage(&usage, op);
    words_wrap(b, usage.p, 6, 96);
    gt_buf_addf(b, "```\n\n%s\n\n%s\n\n%s\n", gt_text2(op->help, GT_EN), gt_text2(op->help, GT_ZH),
                effect_text(op));
    if (op->clause[0])
        gt_buf_addf(b, "\nAsked for by: %s.\n", op->clause);
    if (op->params->name) {
        gt_buf_add(b, "\n## Parameters\n\n");
        add_params(b, op->params);
    }
    gt_buf_addf(b,
                "\nEvery operation also takes the [common options](README.md#common-options)."
                " With `--json` the answer follows [%s.json](../schemas/%s.json).\n",
                op->path, op->path);
    if (op->examples && op->examples[0])
        gt_buf_addf(b, "\n## Examples\n\n```sh\n%s\n```\n", op->examples);
    gt_buf_addf(b, "\n%s\n%s%s\n", OPS_OWN_BEGIN, own ? own : "", OPS_OWN_END);
}

void gt_ops_index_page(struct gt_buf *b)
{
    size_t n;
    const struct gt_op *const *ops = gt_ops(&n);
    gt_buf_add(b, "<!-- Made by `./run docs`. -->\n\n# Operations · 操作\n\n"
                  "| Operation | | | Effect |\n|---|---|---|---|\n");
    for (size_t i = 0; i < n; i++)
        gt_buf_addf(b, "| [%s](%s.md) | %s | %s | %s |\n", ops[i]->path, ops[i]->path,
                    gt_text2(ops[i]->title, GT_EN), gt_text2(ops[i]->title, GT_ZH),
                    gt_effect_name(ops[i]->effect));
    gt_buf_add(b, "\n## Common options\n\n");
    add_params(b, gt_common_params());
}

void gt_errors_page(struct gt_buf *b)
{
    gt_buf_add(
        b,
        "<!-- Made by `./run docs` from the table in include/guotu/base.h. -->\n\n"
        "# Outcomes and errors · 结果与错误\n\n"
        "Every operation ends with one of these. The exit status is what the program returns to\n"
        "the shell; the HTTP status is what the server answers. Statuses 2 and 3 leave the\n"
        "workspace as it was, and so does a stopped run.\n\n"
        "| Status | Exit | HTTP | Meaning | 含义 |\n|---|---|---|---|---|\n");
#define ROW(name, exit, http, en, zh) \
    gt_buf_addf(b, "| `%s` | %d | %d | %s | %s |\n", gt_status_name(name), exit, http, en, zh);
    GT_STATUS_TABLE(ROW)
#undef ROW
    gt_buf_add(
        b,
        "\nAn error is one sentence on standard error, `guotu: OPERATION: what was expected, what\n"
        "was found, and where`. With `--json` standard output holds the same as\n"
        "`{\"status\": \"EINPUT\", \"error\": \"...\"}`, see [error.json](schemas/error.json).\n");
}
