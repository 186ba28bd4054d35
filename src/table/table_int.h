/* table_int.h: the insides of a table, for the files of module table. */
#ifndef GUOTU_TABLE_INT_H
#define GUOTU_TABLE_INT_H

#include "guotu/table.h"

struct gt_cell {
    bool set;
    union {
        const char *text;
        int64_t i;
        double num;
    } v;
};

struct gt_table {
    struct gt_arena *a;
    struct gt_col *col;
    size_t n;
    GT_VEC(struct gt_cell *) row;
};

/* Title with unit, as it heads a column. */
const char *gt_table_heading(struct gt_arena *a, const struct gt_table *t, size_t col,
                             enum gt_lang lang);

#endif
