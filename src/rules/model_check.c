/* model_check.c: what each step's cells, unit and codes are, and whether its inputs fit. */
#include "model_int.h"

#include <stdio.h>
#include <string.h>

static const struct node *input(const struct loading *l, const struct node *n, size_t k)
{
    return &l->node[n->in.v[k].node];
}

static bool is_class(const struct node *n)
{
    return n->s.cells == GT_CELLS_CLASS && strcmp(n->s.unit, "class") == 0;
}

static const char *what_is(const struct node *n)
{
    if (n->s.kind == GT_STEP_SHAPES)
        return n->s.shape == GT_RECORDS ? "a table" : "a vector layer";
    if (n->s.kind == GT_STEP_ZONAL)
        return "a table by zone";
    if (n->s.cells == GT_CELLS_ID)
        return "ids";
    if (n->s.cells == GT_CELLS_CLASS)
        return is_class(n) ? "classes" : "shading";
    return "a measure";
}

GT_PRINTF(5, 6)
static enum gt_status misfit(const struct loading *l, const struct node *n, size_t k,
                             struct gt_err *err, const char *fmt, ...)
{
    char text[300];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return rules_fail(n->in.v[k].y, err, "%s of %s: expected %s", gt_step_kind_name(n->s.kind),
                      l->name[n->in.v[k].node], text);
}

/* ---- What inputs must be --------------------------------------------------------------------- */

static enum gt_status want_cells(const struct loading *l, const struct node *n, size_t k,
                                 struct gt_err *err)
{
    const struct node *in = input(l, n, k);
    if (in->s.kind == GT_STEP_SHAPES && in->s.shape == GT_RECORDS)
        return misfit(l, n, k, err, "cells, found a table; rasterise polygons with it first");
    if (in->s.kind == GT_STEP_SHAPES)
        return misfit(l, n, k, err,
                      "cells, found a vector layer; rasterise it or take the "
                      "distance to it first");
    if (in->s.kind == GT_STEP_ZONAL)
        return misfit(l, n, k, err, "cells, found a table by zone");
    return GT_OK;
}

static enum gt_status want_measure(const struct loading *l, const struct node *n, size_t k,
                                   struct gt_err *err)
{
    const struct node *in = input(l, n, k);
    GT_TRY(want_cells(l, n, k, err));
    if (in->s.cells == GT_CELLS_MEASURE)
        return GT_OK;
    return misfit(l, n, k, err, "a measure, found %s", what_is(in));
}

static enum gt_status want_heights(const struct loading *l, const struct node *n,
                                   struct gt_err *err)
{
    GT_TRY(want_measure(l, n, 0, err));
    const char *unit = input(l, n, 0)->s.unit;
    if (strcmp(unit, "m") != 0)
        return misfit(l, n, 0, err, "heights in m, found %s", rules_unit_show(unit));
    return GT_OK;
}

static enum gt_status want_shapes(const struct loading *l, const struct node *n, struct gt_err *err)
{
    const struct node *in = input(l, n, 0);
    if (in->s.kind == GT_STEP_SHAPES && in->s.shape != GT_RECORDS)
        return GT_OK;
    return misfit(l, n, 0, err, "a vector layer, found %s", what_is(in));
}

/* The table whose numbers the shapes get. */
static enum gt_status want_join(const struct loading *l, const struct node *n, struct gt_err *err)
{
    const struct node *in = n->in.n > 1 ? input(l, n, 1) : NULL;
    if (!in)
        return GT_OK;
    if (in->s.kind != GT_STEP_SHAPES || in->s.shape != GT_RECORDS)
        return misfit(l, n, 1, err, "a table, found %s", what_is(in));
    if (n->s.per_area && input(l, n, 0)->s.shape != GT_POLYGONS)
        return misfit(l, n, 0, err, "polygons, whose ground is divided by");
    return GT_OK;
}

/* ---- Kind by kind ---------------------------------------------------------------------------- */

static enum gt_status check_raster(struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "unit");
    bool class = n->s.cells == GT_CELLS_CLASS;
    n->s.unit = class ? "class" : n->s.cells == GT_CELLS_ID ? "" : n->unit_given;
    if (n->unit_given && strcmp(n->unit_given, n->s.unit) != 0)
        return rules_fail(y, err, "unit: %s have %s, found '%s'", class ? "classes" : "ids",
                          class ? "the unit class" : "no unit", y->text);
    return GT_OK;
}

static enum gt_status check_expression(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "value");
    const char **unit = GT_TAKE_N(l->a, const char *, n->in.n);
    const char *found;
    for (size_t k = 0; k < n->in.n; k++) {
        GT_TRY(want_cells(l, n, k, err));
        unit[k] = input(l, n, k)->s.unit;
    }
    enum gt_status status = gt_expr_unit(l->a, n->s.expr, unit, &found, err);
    if (status != GT_OK)
        return rules_wrap(y, status, err);
    bool class = strcmp(found, "class") == 0;
    if (n->s.cells != GT_CELLS_MEASURE && found[0] && !class)
        return rules_fail(y, err, "value: expected %s (cells: %s), found %s",
                          n->s.cells == GT_CELLS_CLASS ? "class codes" : "ids",
                          n->s.cells == GT_CELLS_CLASS ? "class" : "id", found);
    n->s.unit = n->s.cells == GT_CELLS_CLASS ? "class" : class ? "" : found;
    return GT_OK;
}

static enum gt_status check_classify(const struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_classes *c = n->s.classes;
    const char *unit = input(l, n, 0)->s.unit;
    GT_TRY(want_cells(l, n, 0, err));
    if (!rules_unit_fits(unit, c->unit))
        return misfit(l, n, 0, err, "%s as in %s, found %s", c->unit,
                      c->id[0] ? c->id : "the classes", unit);
    if (n->s.cells == GT_CELLS_ID)
        return rules_fail(gt_yaml_find(n->y, "cells"), err,
                          "cells: a classify step gives class or measure, not id");
    n->s.unit = n->s.cells == GT_CELLS_CLASS ? "class" : "";
    if (!n->s.legend && n->s.cells == GT_CELLS_CLASS)
        n->s.legend = c;
    return GT_OK;
}

/* The codes of one side must be those of the step that gives them, no more and no fewer. */
static enum gt_status check_side(const struct loading *l, const struct node *n, size_t k,
                                 struct gt_err *err)
{
    const struct gt_matrix *m = n->s.matrix;
    const struct node *in = input(l, n, k);
    const double *code = k == 0 ? m->row_code : m->col_code;
    size_t count = k == 0 ? m->n_rows : m->n_cols;
    const char *side = k == 0 ? "row" : "column", *matrix = m->id[0] ? m->id : "the matrix";
    GT_TRY(want_cells(l, n, k, err));
    if (!is_class(in))
        return misfit(l, n, k, err, "classes, found %s", what_is(in));
    if (!in->codes.known)
        return GT_OK;
    struct codes have = {true, count, code};
    for (size_t i = 0; i < in->codes.n; i++)
        if (!rules_codes_hold(have, in->codes.v[i]))
            return misfit(l, n, k, err, "a %s of %s for each class, found none for %g", side,
                          matrix, in->codes.v[i]);
    for (size_t i = 0; i < count; i++)
        if (!rules_codes_hold(in->codes, code[i]))
            return misfit(l, n, k, err, "the class %g that %s has a %s for; it gives only %s",
                          code[i], matrix, side, rules_codes_text(l->a, in->codes));
    return GT_OK;
}

static enum gt_status check_matrix(struct loading *l, struct node *n, struct gt_err *err)
{
    GT_TRY(check_side(l, n, 0, err));
    GT_TRY(check_side(l, n, 1, err));
    n->s.cells = GT_CELLS_CLASS;
    n->s.unit = "class";
    return GT_OK;
}

static enum gt_status check_combine(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct node *first = input(l, n, 0);
    bool weighted = n->s.combine == GT_COMBINE_WEIGHTED;
    for (size_t k = 0; k < n->in.n; k++) {
        const struct node *in = input(l, n, k);
        GT_TRY(want_cells(l, n, k, err));
        if (in->s.cells == GT_CELLS_ID)
            return misfit(l, n, k, err, "classes or a measure, found ids");
        if (in->s.cells != first->s.cells || is_class(in) != is_class(first))
            return misfit(l, n, k, err, "%s as %s is, found %s", what_is(first), first->s.name,
                          what_is(in));
        if (strcmp(in->s.unit, first->s.unit) != 0)
            return misfit(l, n, k, err, "%s as %s is, found %s", rules_unit_show(first->s.unit),
                          first->s.name, rules_unit_show(in->s.unit));
    }
    n->s.cells = weighted ? GT_CELLS_MEASURE : first->s.cells;
    n->s.unit = weighted && is_class(first) ? "" : first->s.unit;
    return GT_OK;
}

static enum gt_status check_terrain(struct loading *l, struct node *n, struct gt_err *err)
{
    bool shade = n->s.kind == GT_STEP_HILLSHADE;
    GT_TRY(want_heights(l, n, err));
    n->s.cells = shade ? GT_CELLS_CLASS : GT_CELLS_MEASURE;
    n->s.unit = shade ? "" : "degree";
    return GT_OK;
}

static enum gt_status check_window(struct loading *l, struct node *n, struct gt_err *err)
{
    GT_TRY(want_measure(l, n, 0, err));
    n->s.unit = input(l, n, 0)->s.unit;
    return GT_OK;
}

static enum gt_status check_rasterise(struct loading *l, struct node *n, struct gt_err *err)
{
    GT_TRY(want_shapes(l, n, err));
    GT_TRY(want_join(l, n, err));
    n->s.unit = n->s.cells == GT_CELLS_CLASS ? "class" : "";
    return GT_OK;
}

static enum gt_status check_fill(struct loading *l, struct node *n, struct gt_err *err)
{
    GT_TRY(want_cells(l, n, 0, err));
    const struct node *in = input(l, n, 0);
    n->s.cells = in->s.cells;
    n->s.unit = in->s.unit;
    if (in->s.cells != GT_CELLS_MEASURE)
        return misfit(l, n, 0, err, "a measure, found %s", what_is(in));
    return GT_OK;
}

static enum gt_status check_zonal(struct loading *l, struct node *n, struct gt_err *err)
{
    GT_TRY(want_cells(l, n, 0, err));
    GT_TRY(want_cells(l, n, 1, err));
    n->s.unit = input(l, n, 0)->s.unit;
    if (input(l, n, 1)->s.cells == GT_CELLS_MEASURE)
        return misfit(l, n, 1, err, "ids or classes as zones, found a measure");
    if (n->s.per_class && input(l, n, 0)->s.cells == GT_CELLS_MEASURE)
        return misfit(l, n, 0, err, "ids or classes (per_class: true), found a measure");
    return GT_OK;
}

static enum gt_status check_flow(struct loading *l, struct node *n, struct gt_err *err)
{
    static const char *const UNIT[] = {
        [GT_GIVE_AREA] = "m2", [GT_GIVE_CELLS] = "", [GT_GIVE_LENGTH] = "m"};
    GT_TRY(check_terrain(l, n, err));
    n->s.cells = GT_CELLS_MEASURE;
    n->s.unit = UNIT[n->s.give];
    return GT_OK;
}

/* Cost by metre times metres: the unit is that of the cost, which the model may name. */
static enum gt_status check_cost(struct loading *l, struct node *n, struct gt_err *err)
{
    GT_TRY(want_measure(l, n, 0, err));
    if (input(l, n, 1)->s.kind != GT_STEP_SHAPES && input(l, n, 1)->s.cells == GT_CELLS_MEASURE)
        return misfit(l, n, 1, err, "a vector layer, classes or ids, found a measure");
    n->s.unit = n->unit_given ? n->unit_given : "";
    return GT_OK;
}

static enum gt_status check_codes(struct loading *l, struct node *n, struct gt_err *err)
{
    GT_TRY(want_cells(l, n, 0, err));
    if (input(l, n, 0)->s.cells == GT_CELLS_MEASURE)
        return misfit(l, n, 0, err, "classes or ids, found a measure");
    return GT_OK;
}

static enum gt_status check_components(struct loading *l, struct node *n, struct gt_err *err)
{
    static const char *const UNIT[] = {[GT_GIVE_NUMBER] = "",
                                       [GT_GIVE_AREA] = "m2",
                                       [GT_GIVE_CELLS] = "",
                                       [GT_GIVE_LENGTH] = "",
                                       [GT_GIVE_COMPACTNESS] = ""};
    GT_TRY(check_codes(l, n, err));
    n->s.unit = UNIT[n->s.give];
    return GT_OK;
}

static enum gt_status check_pattern(struct loading *l, struct node *n, struct gt_err *err)
{
    n->s.unit = "class";
    return check_codes(l, n, err);
}

static enum gt_status check_cumulative(struct loading *l, struct node *n, struct gt_err *err)
{
    n->s.unit = "fraction";
    return want_measure(l, n, 0, err);
}

static enum gt_status check_kind(struct loading *l, struct node *n, struct gt_err *err)
{
    switch (n->s.kind) {
    case GT_STEP_RASTER: return check_raster(n, err);
    case GT_STEP_EXPRESSION: return check_expression(l, n, err);
    case GT_STEP_CLASSIFY: return check_classify(l, n, err);
    case GT_STEP_MATRIX: return check_matrix(l, n, err);
    case GT_STEP_COMBINE: return check_combine(l, n, err);
    case GT_STEP_SLOPE:
    case GT_STEP_ASPECT:
    case GT_STEP_HILLSHADE: return check_terrain(l, n, err);
    case GT_STEP_RANGE:
    case GT_STEP_MEAN:
    case GT_STEP_SUM: return check_window(l, n, err);
    case GT_STEP_DISTANCE: n->s.unit = "m"; return want_shapes(l, n, err);
    case GT_STEP_RASTERISE: return check_rasterise(l, n, err);
    case GT_STEP_FILL_VOIDS: return check_fill(l, n, err);
    case GT_STEP_ZONAL: return check_zonal(l, n, err);
    case GT_STEP_FILL_DEPRESSIONS: n->s.unit = "m"; return want_heights(l, n, err);
    case GT_STEP_FLOW: return check_flow(l, n, err);
    case GT_STEP_COST_DISTANCE: return check_cost(l, n, err);
    case GT_STEP_COMPONENTS: return check_components(l, n, err);
    case GT_STEP_PATTERN: return check_pattern(l, n, err);
    case GT_STEP_CUMULATIVE: return check_cumulative(l, n, err);
    default: n->s.unit = ""; return GT_OK;
    }
}

/* The step that stands in must be of the same sort, for whoever reads the result. */
static enum gt_status check_stand_in(struct loading *l, struct node *n, size_t k,
                                     struct gt_err *err)
{
    const struct node *used = &l->node[n->used.v[k].node];
    if (used->s.kind == GT_STEP_SHAPES || used->s.kind == GT_STEP_ZONAL ||
        used->s.cells != n->s.cells)
        return rules_fail(n->used.v[k].y, err, "without: %s is %s, but %s in its place is %s",
                          n->s.name, what_is(n), used->s.name, what_is(used));
    if (strcmp(used->s.unit, n->s.unit) != 0)
        return rules_fail(n->used.v[k].y, err, "without: %s has %s, but %s in its place has %s",
                          n->s.name, rules_unit_show(n->s.unit), used->s.name,
                          rules_unit_show(used->s.unit));
    n->codes = rules_codes_join(l->a, n->codes, used->codes);
    return GT_OK;
}

static void find_codes(const struct loading *l, struct node *n)
{
    struct codes *in = GT_TAKE_N(l->a, struct codes, n->in.n + 1);
    for (size_t k = 0; k < n->in.n; k++)
        in[k] = input(l, n, k)->codes;
    n->codes = rules_codes_of_step(l->a, &n->s, n->in.n, in);
}

enum gt_status rules_check(struct loading *l, int i, struct gt_err *err)
{
    struct node *n = &l->node[i];
    GT_TRY(check_kind(l, n, err));
    bool computed = n->s.kind != GT_STEP_RASTER && n->s.kind != GT_STEP_SHAPES;
    if (computed && n->unit_given && strcmp(n->unit_given, n->s.unit) != 0) {
        if (n->s.unit[0] || n->s.cells != GT_CELLS_MEASURE)
            return rules_fail(gt_yaml_find(n->y, "unit"), err, "unit: %s is in %s, found '%s'",
                              n->s.name, rules_unit_show(n->s.unit), n->unit_given);
        n->s.unit = n->unit_given;
    }
    find_codes(l, n);
    for (size_t k = 0; k < n->used.n; k++)
        GT_TRY(check_stand_in(l, n, k, err));
    n->s.codes = n->codes.v;
    n->s.n_codes = n->codes.known ? n->codes.n : 0;
    return GT_OK;
}
