/* matrix.c: judgement matrices: a class from two classes. */
#include "rules_int.h"

#define MAX_SIDE 255

static enum gt_status read_codes(struct gt_arena *a, const struct gt_yaml *map, const char *key,
                                 const double **out, size_t *n, struct gt_err *err)
{
    struct gt_yaml *y;
    GT_TRY(rules_need(map, key, &y, err));
    GT_TRY(rules_want(y, GT_YAML_SEQ, key, err));
    if (y->n == 0 || y->n > MAX_SIDE)
        return rules_fail(y, err, "%s: expected 1 to %d codes, found %zu", key, MAX_SIDE, y->n);
    double *v = GT_TAKE_N(a, double, y->n);
    *n = 0;
    for (const struct gt_yaml *c = y->child; c; c = c->next) {
        GT_TRY(rules_code(c, &v[*n], err));
        if (*n > 0 && v[*n] <= v[*n - 1])
            return rules_fail(c, err, "%s: expected ascending codes, found %g behind %g", key,
                              v[*n], v[*n - 1]);
        ++*n;
    }
    *out = v;
    return GT_OK;
}

static enum gt_status read_row(const struct gt_yaml *row, const struct gt_matrix *m, double *out,
                               double code, struct gt_err *err)
{
    size_t n = 0;
    GT_TRY(rules_want(row, GT_YAML_SEQ, "cells", err));
    if (row->n != m->n_cols)
        return rules_fail(row, err, "cells: expected %zu codes in the row of %g, found %zu",
                          m->n_cols, code, row->n);
    for (const struct gt_yaml *c = row->child; c; c = c->next)
        GT_TRY(rules_code(c, &out[n++], err));
    return GT_OK;
}

enum gt_status rules_read_matrix(struct gt_arena *a, const struct gt_yaml *map,
                                 struct gt_matrix *out, struct gt_err *err)
{
    struct gt_yaml *cells;
    GT_TRY(read_codes(a, map, "rows", &out->row_code, &out->n_rows, err));
    GT_TRY(read_codes(a, map, "cols", &out->col_code, &out->n_cols, err));
    GT_TRY(rules_need(map, "cells", &cells, err));
    GT_TRY(rules_want(cells, GT_YAML_SEQ, "cells", err));
    if (cells->n != out->n_rows)
        return rules_fail(cells, err, "cells: expected %zu rows as 'rows' lists, found %zu",
                          out->n_rows, cells->n);
    double *v = GT_TAKE_N(a, double, out->n_rows * out->n_cols);
    size_t row = 0;
    for (const struct gt_yaml *c = cells->child; c; c = c->next, row++)
        GT_TRY(read_row(c, out, v + row * out->n_cols, out->row_code[row], err));
    out->v = v;
    return GT_OK;
}
