/* man.c: manual pages in roff, from the records. */
#include "words.h"

#include "gt_version.h"

#include <string.h>

/* A letter beyond ASCII, by its code: roff's own input has no UTF-8. Gives its bytes. */
static size_t add_code(struct gt_buf *b, const char *text)
{
    size_t n;
    gt_buf_addf(b, "\\[u%04X]", (unsigned)words_letter(text, &n));
    return n;
}

/* Text that roff takes as it is: \ and - are escaped, and no line starts with a request. */
static void add_roff(struct gt_buf *b, const char *text)
{
    bool start = b->n == 0 || b->p[b->n - 1] == '\n';
    for (size_t n = 1; *text; text += n) {
        n = 1;
        if (start && (*text == '.' || *text == '\''))
            gt_buf_add(b, "\\&");
        if ((unsigned char)*text >= 0x80)
            n = add_code(b, text);
        else if (*text == '\\')
            gt_buf_add(b, "\\e");
        else if (*text == '-')
            gt_buf_add(b, "\\-");
        else
            gt_buf_addn(b, text, 1);
        start = *text == '\n';
    }
}

static void add_params(struct gt_buf *b, const struct gt_param *params, bool position)
{
    for (const struct gt_param *p = params; p->name; p++) {
        if (p->position != position)
            continue;
        gt_buf_add(b, ".TP\n.B ");
        add_roff(b, words_param(b->a, p));
        gt_buf_add(b, "\n");
        add_roff(b, words_param_help(b->a, p, GT_EN));
        gt_buf_add(b, ".\n");
    }
}

static void add_status(struct gt_buf *b)
{
    gt_buf_add(b, ".SH EXIT STATUS\n"
                  ".TP\n0\nDone; warnings are allowed.\n"
                  ".TP\n1\nDone, with findings.\n"
                  ".TP\n2\nWrong use.\n"
                  ".TP\n3\nBad input; nothing was changed.\n"
                  ".TP\n4\nFailed for another reason, or stopped.\n");
}

static void man_of_all(struct gt_buf *b)
{
    size_t n;
    const struct gt_op *const *ops = gt_ops(&n);
    gt_buf_addf(b, ".TH GUOTU 1 \"\" \"guotu %s\" \"Guotu\"\n", GT_VERSION);
    gt_buf_add(b, ".SH NAME\nguotu \\- territorial spatial planning\n"
                  ".SH SYNOPSIS\n.B guotu\n[\\-w DIR] OPERATION [ARGUMENT]... [OPTION]...\n"
                  ".SH DESCRIPTION\nGuotu keeps planning data in a workspace, a folder, and "
                  "computes evaluations from it by rules that are data.\n.SH OPERATIONS\n");
    for (size_t i = 0; i < n; i++) {
        gt_buf_addf(b, ".TP\n.BR guotu\\-%s (1)\n", ops[i]->path);
        add_roff(b, gt_text2(ops[i]->title, GT_EN));
        gt_buf_add(b, ".\n");
    }
    gt_buf_add(b, ".SH OPTIONS\n");
    add_params(b, gt_common_params(), false);
    add_status(b);
    gt_buf_add(b, ".SH ENVIRONMENT\n"
                  ".TP\n.B LC_ALL, LC_MESSAGES, LANG\nThe first that is set decides the language: "
                  "Chinese when it starts with zh.\n"
                  ".TP\n.B GUOTU_RULES\nThe folder of rule sets and models.\n"
                  ".TP\n.B SOURCE_DATE_EPOCH\nStands in for the clock.\n");
}

static void man_of(struct gt_buf *b, const struct gt_op *op)
{
    struct gt_buf usage = {.a = b->a};
    gt_op_usage(&usage, op);
    gt_buf_addf(b, ".TH \"GUOTU\\-%s\" 1 \"\" \"guotu %s\" \"Guotu\"\n.SH NAME\nguotu\\-%s \\- ",
                op->path, GT_VERSION, op->path);
    add_roff(b, gt_text2(op->title, GT_EN));
    gt_buf_add(b, "\n.SH SYNOPSIS\n");
    add_roff(b, usage.p);
    gt_buf_add(b, "\n.SH DESCRIPTION\n");
    add_roff(b, gt_text2(op->help, GT_EN));
    gt_buf_add(b, "\n.SH OPTIONS\n");
    add_params(b, op->params, true);
    add_params(b, op->params, false);
    gt_buf_add(b, ".PP\nThe options that all operations take are in\n.BR guotu (1).\n");
    if (op->examples && op->examples[0]) {
        gt_buf_add(b, ".SH EXAMPLES\n.nf\n");
        add_roff(b, op->examples);
        gt_buf_add(b, "\n.fi\n");
    }
    add_status(b);
    gt_buf_add(b, ".SH SEE ALSO\n.BR guotu (1)\n");
}

void gt_op_man(struct gt_buf *b, const struct gt_op *op)
{
    if (op)
        man_of(b, op);
    else
        man_of_all(b);
}
