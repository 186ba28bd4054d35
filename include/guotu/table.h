/* table.h: small columnar tables, the third kind of data that flows. Builds on base.h. */
#ifndef GUOTU_TABLE_H
#define GUOTU_TABLE_H

#include "guotu/base.h"
#include "guotu/json.h"

enum gt_col_kind { GT_COL_TEXT, GT_COL_INT, GT_COL_NUM };

struct gt_col {
    const char *name;     /* machine name: [a-z0-9_]+ */
    const char *title[2]; /* by enum gt_lang */
    const char *unit;     /* "" if none */
    enum gt_col_kind kind;
    int decimals; /* when printed; -1: shortest exact */
};

/* Cells of one row are added together; a NULL text or a NaN number is an empty cell. Setters take
 * only columns of their own kind: another one is a fault of the program and ends it. */
struct gt_table;
/* copies cols */
struct gt_table *gt_table_new(struct gt_arena *a, const struct gt_col *cols, size_t n);
/* all empty; gives its index */
size_t gt_table_add_row(struct gt_table *t);
void gt_table_set_text(struct gt_table *t, size_t row, size_t col, const char *v);
void gt_table_set_int(struct gt_table *t, size_t row, size_t col, int64_t v);
void gt_table_set_num(struct gt_table *t, size_t row, size_t col, double v);
size_t gt_table_rows(const struct gt_table *t);
size_t gt_table_cols(const struct gt_table *t);
const struct gt_col *gt_table_col(const struct gt_table *t, size_t col);
/* as printed; "" for an empty cell */
const char *gt_table_text(struct gt_arena *a, const struct gt_table *t, size_t row, size_t col);
/* NaN if empty or text */
double gt_table_num(const struct gt_table *t, size_t row, size_t col);

/* an object a row; full precision */
void gt_table_to_json(const struct gt_table *t, struct gt_json *arr);
/* RFC 4180, UTF-8 with BOM */
char *gt_table_to_csv(struct gt_arena *a, const struct gt_table *t, enum gt_lang lang);
/* aligned; wide letters count 2 */
char *gt_table_to_text(struct gt_arena *a, const struct gt_table *t, enum gt_lang lang);
/* a <table>; cells and heads of numbers have the class "num" */
void gt_table_to_html(struct gt_buf *b, const struct gt_table *t, enum gt_lang lang);

#endif
