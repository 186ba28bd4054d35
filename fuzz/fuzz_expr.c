/* fuzz_expr.c: any text as an expression: parsed, bound, checked for units, evaluated on a row. */
#include "guotu/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char *const names[] = {"a", "b", "n", "t", "slope", "坡度", "two words"};
static const char *const units[] = {"m", "mm", "", "class", "degree", "degree", "fraction"};
static const struct gt_value row[] = {
    {.kind = GT_V_NUM, .num = 3},
    {.kind = GT_V_NUM, .num = -0.5},
    {.kind = GT_V_NODATA},
    {.kind = GT_V_TEXT, .text = "12"},
    {.kind = GT_V_NUM, .num = 25.000001},
    {.kind = GT_V_NUM, .num = 0},
    {.kind = GT_V_TEXT, .text = "text"},
};

/* What the reader promises about every tree. */
static void check_tree(const struct gt_expr *x, int level)
{
    if (level > 64 || x->at < 0 || (x->op == GT_X_NAME && !x->text))
        abort();
    for (int i = 0; i < x->n; i++)
        check_tree(x->arg[i], level + 1);
}

static void check_error(const struct gt_err *err)
{
    if (err->status != GT_EINPUT || !err->text[0] || !gt_is_utf8(err->text, strlen(err->text)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_expr *x;
    struct gt_value v;
    const char *unit, *text = gt_strndup(a, (const char *)data, n);
    if (gt_expr_parse(a, text, &x, &err) != GT_OK) {
        check_error(&err);
        return 0;
    }
    check_tree(x, 1);
    if (gt_expr_bind(x, names, GT_LEN(names), &err) != GT_OK) {
        check_error(&err);
        return 0;
    }
    if (gt_expr_unit(a, x, units, &unit, &err) != GT_OK)
        check_error(&err);
    if (gt_expr_eval(x, row, &v, &err) != GT_OK)
        check_error(&err);
    else if (v.kind == GT_V_NUM && !isfinite(v.num))
        abort();
    return 0;
}
