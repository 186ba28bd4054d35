/* units.h: the counties of an evaluation, each once by its code, with what was counted in them and
 * what tables say of them. Private to ops. */
#ifndef GUOTU_OPS_UNITS_H
#define GUOTU_OPS_UNITS_H

#include "evaluation.h"

/* Polygons with the same code are one county. */
struct ops_units {
    size_t n;
    const char **code, **name;
    size_t *of_zone; /* by zone of the evaluation */
    struct gt_map *by_code;
};
/* The counties of e->zones; GT_EINPUT: one without a code. */
GT_MUST enum gt_status ops_units_of(struct evaluation *e, struct ops_units *out,
                                    struct gt_err *err);
/* Warns of results of the evaluation, among the inputs, that another rule set made. */
void ops_units_rules(const struct evaluation *e);
/* m2[unit]: ground of a class of the result named so; false and all NaN: there is no such result.
 */
bool ops_units_area(const struct evaluation *e, const struct ops_units *u, const char *result,
                    int64_t class, double *m2);

/* The rows of a table input, by unit. */
struct ops_unit_rows {
    const struct gt_dataset *d; /* NULL: there is no such table */
    const struct gt_features *f;
    const size_t **row; /* by unit; NULL: none */
};
/* Warns of rows whose code no county has; marks the input as used. GT_EINPUT: a code twice. */
GT_MUST enum gt_status ops_units_rows(struct evaluation *e, const struct ops_units *u,
                                      const char *input, struct ops_unit_rows *out,
                                      struct gt_err *err);
bool ops_units_has(const struct ops_unit_rows *r, const char *field);
/* NaN: no row, column or number. */
double ops_units_number(const struct ops_unit_rows *r, size_t unit, const char *field);

/* Names of units in a row, for sentences: the first eight. */
struct ops_unit_names {
    struct gt_buf text;
    size_t n;
};
void ops_unit_name(struct evaluation *e, struct ops_unit_names *all, const struct ops_units *u,
                   size_t unit);

#endif
