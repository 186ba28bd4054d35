/* The text of random steps. */
#include "graph.h"

#include <stdlib.h>
#include <string.h>

static bool is_measure(const struct gt_step *s)
{
    return s->kind != GT_STEP_SHAPES && s->kind != GT_STEP_ZONAL && s->cells == GT_CELLS_MEASURE;
}

static bool is_height(const struct gt_step *s)
{
    return is_measure(s) && strcmp(s->unit, "m") == 0;
}

static bool is_class(const struct gt_step *s)
{
    return s->kind != GT_STEP_SHAPES && strcmp(s->unit, "class") == 0;
}

static bool is_coded(const struct gt_step *s)
{
    return s->kind != GT_STEP_SHAPES && s->kind != GT_STEP_ZONAL && s->cells != GT_CELLS_MEASURE;
}

static bool is_layer(const struct gt_step *s)
{
    return s->kind == GT_STEP_SHAPES;
}

static const char *num(struct graph *g, double v)
{
    char text[32];
    return gt_strdup(g->a, gt_fmt_num(v, text));
}

/* ---- Classify ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int a_code(struct dice *d)
{
    return dice_chance(d, 90) ? dice_within(d, 1, 9) : DICE_PICK(d, 0, -3, 255, 256, 4000);
}

/* Ends of classes: values that cells have, or round ones. */
static size_t choose_ends(struct graph *g, const struct gt_step *of, double end[12])
{
    size_t n = (size_t)dice_within(g->dice, 1, 10), kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool round = dice_chance(g->dice, 40);
        end[i] = round ? DICE_PICK(g->dice, 0, 2, 6, 15, 25, 90, 500, 4000)
                       : graph_value(g, of) + (dice_chance(g->dice, 30) ? 0.5 : 0);
    }
    qsort(end, n, sizeof *end, ascending);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || end[i] > end[kept - 1])
            end[kept++] = end[i];
    return kept;
}

static void write_intervals(struct graph *g, const struct gt_step *of, struct gt_buf *out)
{
    double end[12];
    size_t n = choose_ends(g, of, end);
    bool open = n < 2 || dice_chance(g->dice, 70); /* else only within the first and last end */
    bool closed = dice_chance(g->dice, 50);
    const char *lo = open ? "(-inf" : gt_printf(g->a, "%c%s", closed ? '[' : '(', num(g, end[0]));
    const char *domain = lo;
    gt_buf_add(out, "    classes:\n");
    for (size_t i = open ? 0 : 1; i < n; i++) {
        closed = dice_chance(g->dice, 50);
        const char *hi = gt_printf(g->a, "%s%c", num(g, end[i]), closed ? ']' : ')');
        gt_buf_addf(out, "    - {in: \"%s, %s\", class: %d}\n", lo, hi, a_code(g->dice));
        lo = gt_printf(g->a, "%c%s", closed ? '(' : '[', num(g, end[i]));
    }
    if (open)
        gt_buf_addf(out, "    - {in: \"%s, inf)\", class: %d}\n", lo, a_code(g->dice));
    else
        gt_buf_addf(out, "    domain: \"%s, %s%c\"\n", domain, num(g, end[n - 1]),
                    closed ? ']' : ')');
}

static void write_listed(struct graph *g, const struct gt_step *of, struct gt_buf *out)
{
    double v[12];
    size_t n = choose_ends(g, of, v);
    gt_buf_add(out, "    classes:\n");
    for (size_t i = 0; i < n; i++) {
        bool two = i + 1 < n && dice_chance(g->dice, 30);
        gt_buf_addf(out, "    - {is: [%s%s%s], class: %d}\n", num(g, v[i]), two ? ", " : "",
                    two ? num(g, v[i + 1]) : "", a_code(g->dice));
        i += two;
    }
    if (dice_chance(g->dice, 40))
        gt_buf_addf(out, "    other: %d\n", a_code(g->dice));
}

static void write_classify(struct graph *g, struct gt_buf *out)
{
    const struct gt_step *of = graph_pick(g, NULL);
    gt_buf_addf(out, "    step: classify\n    of: %s\n", of->name);
    if (of->unit[0] && !is_class(of))
        gt_buf_addf(out, "    unit: %s\n", of->unit);
    if (dice_chance(g->dice, 20))
        gt_buf_add(out, "    cells: measure\n");
    if (dice_chance(g->dice, is_coded(of) ? 70 : 15))
        write_listed(g, of, out);
    else
        write_intervals(g, of, out);
}

/* ---- Matrix, combine ---- */

/* Codes of one side: those of the step where they are known; gives their number. */
static size_t write_side(struct graph *g, const char *key, const struct gt_step *s,
                         struct gt_buf *out)
{
    size_t n = s->n_codes ? s->n_codes : (size_t)dice_within(g->dice, 1, 5);
    int step = dice_chance(g->dice, 30) ? 2 : 1;
    gt_buf_addf(out, "%s%s: [", key[0] == 'r' ? "" : ", ", key);
    for (size_t i = 0; i < n; i++)
        gt_buf_addf(out, "%s%d", i ? ", " : "", s->n_codes ? (int)s->codes[i] : (int)i * step);
    gt_buf_add(out, "]");
    return n;
}

static void write_matrix(struct graph *g, struct gt_buf *out)
{
    const struct gt_step *rows = graph_pick(g, is_class), *cols = graph_pick(g, is_class);
    if (!rows)
        return;
    gt_buf_addf(out, "    step: matrix\n    rows: %s\n    cols: %s\n    matrix: {", rows->name,
                cols->name);
    size_t n_rows = write_side(g, "rows", rows, out), n_cols = write_side(g, "cols", cols, out);
    gt_buf_add(out, ", cells: [");
    for (size_t i = 0; i < n_rows; i++)
        for (size_t k = 0; k < n_cols; k++)
            gt_buf_addf(out, "%s%s%d%s", i && !k ? ", " : "", k ? ", " : "[", a_code(g->dice),
                        k + 1 == n_cols ? "]" : "");
    gt_buf_add(out, "]}\n");
}

static void write_combine(struct graph *g, struct gt_buf *out)
{
    static const char *const BY[] = {"best", "worst", "weighted"};
    const struct gt_step *first = graph_pick(g, NULL);
    int n = dice_within(g->dice, 1, 4), by = dice_below(g->dice, 3);
    const struct gt_step *of[4] = {first};
    for (int i = 1; i < n; i++) {
        const struct gt_step *s = first;
        for (int tries = 0; tries < 8; tries++) {
            s = graph_pick(g, NULL);
            if (s->cells == first->cells && strcmp(s->unit, first->unit) == 0)
                break;
            s = first;
        }
        of[i] = s;
    }
    gt_buf_addf(out, "    step: combine\n    by: %s\n    of: [", BY[by]);
    for (int i = 0; i < n; i++)
        gt_buf_addf(out, "%s%s", i ? ", " : "", of[i]->name);
    gt_buf_add(out, by == 2 ? "]\n    weights: [" : "]\n");
    for (int i = 0; i < n && by == 2; i++)
        gt_buf_addf(out, "%s%s", i ? ", " : "", num(g, DICE_PICK(g->dice, 10, 3, 7, 0, 25) / 10.0));
    gt_buf_add(out, by == 2 ? "]\n" : "");
    if (dice_chance(g->dice, 40))
        gt_buf_add(out, "    nodata: ignore\n");
    if (dice_chance(g->dice, 40))
        gt_buf_add(out, "    high_is_best: true\n");
}

/* ---- Cells around ---- */

static void write_terrain(struct graph *g, int kind, struct gt_buf *out)
{
    static const char *const KIND[] = {"slope", "aspect", "hillshade"};
    const struct gt_step *of = graph_pick(g, is_height);
    if (!of)
        return;
    gt_buf_addf(out, "    step: %s\n    of: %s\n", KIND[kind], of->name);
    if (kind == 2 && dice_chance(g->dice, 60))
        gt_buf_addf(out, "    azimuth: %d\n    altitude: %d\n    z: %s\n",
                    dice_within(g->dice, 0, 360), dice_within(g->dice, 0, 90),
                    num(g, dice_within(g->dice, 1, 30) / 10.0));
}

static void write_window(struct graph *g, struct gt_buf *out)
{
    static const char *const KIND[] = {"range", "mean", "sum"};
    const struct gt_step *of = graph_pick(g, is_measure);
    if (!of)
        return;
    gt_buf_addf(out, "    step: %s\n    of: %s\n", KIND[dice_below(g->dice, 3)], of->name);
    if (dice_chance(g->dice, 10))
        gt_buf_addf(out, "    area_ha: %d\n", DICE_PICK(g->dice, 1, 4, 30));
    else
        gt_buf_addf(out, "    window: %d\n", DICE_PICK(g->dice, 3, 5, 7, 9, 11, 17, 31));
}

static void write_fill(struct graph *g, struct gt_buf *out)
{
    const struct gt_step *of = graph_pick(g, is_measure);
    if (of)
        gt_buf_addf(out, "    step: fill_voids\n    of: %s\n    radius: %d\n", of->name,
                    DICE_PICK(g->dice, 3, 1, 2, 8, 20));
}

/* ---- Layers, tables ---- */

static void write_rasterise(struct graph *g, struct gt_buf *out)
{
    static const char *const HOW[] = {"", "    attribute: \"#\"\n", "    attribute: number\n",
                                      "    attribute: number\n    cells: class\n",
                                      "    attribute: number\n    cells: id\n"};
    const struct gt_step *of = graph_pick(g, is_layer);
    if (of)
        gt_buf_addf(out, "    step: rasterise\n    of: %s\n%s", of->name,
                    HOW[dice_below(g->dice, (int)GT_LEN(HOW))]);
}

static void write_distance(struct graph *g, struct gt_buf *out)
{
    const struct gt_step *to = graph_pick(g, is_layer);
    if (!to)
        return;
    gt_buf_addf(out, "    step: distance\n    to: %s\n", to->name);
    if (dice_chance(g->dice, 40))
        gt_buf_addf(out, "    max: %d\n", DICE_PICK(g->dice, 100, 1, 1000, 20000));
}

static void write_zonal(struct graph *g, struct gt_buf *out)
{
    static const char *const STAT[] = {"count", "sum", "mean", "min", "max", "area"};
    const struct gt_step *of = graph_pick(g, NULL), *zones = graph_pick(g, is_coded);
    if (!zones)
        return;
    gt_buf_addf(out, "    step: zonal\n    of: %s\n    zones: %s\n", of->name, zones->name);
    if (is_coded(of) && dice_chance(g->dice, 60))
        gt_buf_add(out, "    per_class: true\n");
    gt_buf_add(out, "    stats: [count");
    for (size_t i = 1; i < GT_LEN(STAT); i++)
        if (dice_chance(g->dice, 50))
            gt_buf_addf(out, ", %s", STAT[i]);
    gt_buf_add(out, "]\n");
}

static void write_expression(struct graph *g, struct gt_buf *out)
{
    static const char *const UNIT[] = {"m", "", "degree", "class"};
    static const char *const CELLS[] = {"measure", "class", "id"};
    int unit = dice_below(g->dice, 4);
    gt_buf_add(out, "    step: expression\n    value: \"");
    g->depth = dice_within(g->dice, 1, 4);
    graph_write_expr(g, UNIT[unit], out);
    gt_buf_addf(out, "\"\n    cells: %s\n",
                CELLS[unit == 1 || unit == 3 ? dice_below(g->dice, 3) : 0]);
}

void graph_write_step(struct graph *g, const char *name, struct gt_buf *out)
{
    struct gt_buf body = {.a = g->a};
    int kind = dice_below(g->dice, 14);
    switch (kind) {
    case 0:
    case 1: write_expression(g, &body); break;
    case 2:
    case 3: write_classify(g, &body); break;
    case 4: write_matrix(g, &body); break;
    case 5: write_combine(g, &body); break;
    case 6:
    case 7:
    case 8: write_terrain(g, kind - 6, &body); break;
    case 9: write_window(g, &body); break;
    case 10: write_distance(g, &body); break;
    case 11: write_rasterise(g, &body); break;
    case 12: write_fill(g, &body); break;
    default: write_zonal(g, &body); break;
    }
    if (body.n)
        gt_buf_addf(out, "  %s:\n%s", name, body.p);
}
