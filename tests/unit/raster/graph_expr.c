/* Random expressions: every operation, sound in units more often than not (the loader refuses the
 * others). */
#include "graph.h"

#include <string.h>

static bool is_bare(const char *unit)
{
    return unit[0] == '\0';
}

/* A name with cells in the unit, or a number. */
static void leaf(struct graph *g, const char *unit, struct gt_buf *out)
{
    static const char *const NUMBER[] = {"0", "1", "2.5", "0.1", "100", "3", "nodata", "1e300"};
    for (int tries = 0; tries < 6; tries++) {
        const struct gt_step *s = graph_pick(g, NULL);
        if (strcmp(s->unit, unit) != 0 || dice_chance(g->dice, 25))
            continue;
        gt_buf_addf(out, dice_chance(g->dice, 10) ? "\\\"%s\\\"" : "%s", s->name);
        return;
    }
    gt_buf_add(out, NUMBER[dice_below(g->dice, (int)GT_LEN(NUMBER))]);
}

/* f(a, b, ...) with `n` arguments in the unit. */
static void call(struct graph *g, const char *f, int n, const char *unit, struct gt_buf *out)
{
    gt_buf_addf(out, "%s(", f);
    for (int i = 0; i < n; i++) {
        gt_buf_add(out, i ? ", " : "");
        graph_write_expr(g, unit, out);
    }
    gt_buf_add(out, ")");
}

static void binary(struct graph *g, const char *left, const char *op, const char *right,
                   struct gt_buf *out)
{
    gt_buf_add(out, "(");
    graph_write_expr(g, left, out);
    gt_buf_addf(out, " %s ", op);
    graph_write_expr(g, right, out);
    gt_buf_add(out, ")");
}

static void truth(struct graph *g, struct gt_buf *out)
{
    static const char *const UNIT[] = {"m", "", "degree", "class"};
    static const char *const OP[] = {"=", "<>", "<", "<=", ">", ">="};
    const char *unit = UNIT[dice_below(g->dice, 4)];
    int kind = dice_below(g->dice, g->depth > 0 ? 6 : 3);
    g->depth--;
    switch (kind) {
    case 0: binary(g, unit, OP[dice_below(g->dice, 6)], unit, out); break;
    case 1: call(g, "isnodata", 1, unit, out); break;
    case 2:
        gt_buf_add(out, "(");
        leaf(g, unit, out);
        call(g, " in ", dice_within(g->dice, 1, 4), unit, out);
        gt_buf_add(out, ")");
        break;
    case 3:
        gt_buf_add(out, "(not ");
        truth(g, out);
        gt_buf_add(out, ")");
        break;
    default:
        gt_buf_add(out, "(");
        truth(g, out);
        gt_buf_add(out, kind == 4 ? " and " : " or ");
        truth(g, out);
        gt_buf_add(out, ")");
    }
    g->depth++;
}

static void if_then(struct graph *g, const char *unit, struct gt_buf *out)
{
    gt_buf_add(out, "if(");
    truth(g, out);
    gt_buf_add(out, ", ");
    graph_write_expr(g, unit, out);
    gt_buf_add(out, ", ");
    graph_write_expr(g, unit, out);
    gt_buf_add(out, ")");
}

/* What only bare numbers can do. */
static void bare(struct graph *g, struct gt_buf *out)
{
    static const char *const CALL[] = {"sqrt", "exp", "ln", "log10", "sin_deg"};
    switch (dice_below(g->dice, 4)) {
    case 0: truth(g, out); return;
    case 1: binary(g, "", "^", "", out); return;
    default: call(g, CALL[dice_below(g->dice, 5)], 1, "", out);
    }
}

static void inner(struct graph *g, const char *unit, struct gt_buf *out)
{
    static const char *const MANY[] = {"min", "max", "coalesce"};
    static const char *const ONE[] = {"abs", "floor", "ceil", "round", "-"};
    switch (dice_below(g->dice, is_bare(unit) ? 9 : 7)) {
    case 0: leaf(g, unit, out); return;
    case 1: binary(g, unit, dice_chance(g->dice, 50) ? "+" : "-", unit, out); return;
    case 2: binary(g, unit, dice_chance(g->dice, 50) ? "*" : "/", "", out); return;
    case 3: call(g, MANY[dice_below(g->dice, 3)], dice_within(g->dice, 2, 4), unit, out); return;
    case 4: call(g, ONE[dice_below(g->dice, 5)], 1, unit, out); return;
    case 5: call(g, "clamp", 3, unit, out); return;
    case 6: if_then(g, unit, out); return;
    default: bare(g, out);
    }
}

void graph_write_expr(struct graph *g, const char *unit, struct gt_buf *out)
{
    if (g->depth <= 0) {
        leaf(g, unit, out);
        return;
    }
    g->depth--;
    inner(g, unit, out);
    g->depth++;
}
