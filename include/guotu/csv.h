/* csv.h: tables of text by RFC 4180, read strictly: comma or the sign given, one header row, rows
 * all as wide as it. Module base; builds on base.h. */
#ifndef GUOTU_CSV_H
#define GUOTU_CSV_H

#include "guotu/base.h"

/* Cells are text as written, without their quotes; "" where nothing stands. */
struct gt_csv {
    const char *file; /* as messages call it */
    size_t n_cols, n; /* n: rows below the header */
    const char *const *col;
    const char *const *cell; /* cell[row * n_cols + col] */
    const int *line;         /* where each row begins in the file, from 1 */
};

/* UTF-8, with or without its mark; LF or CRLF; empty lines are passed over. Columns have names, and
 * no two the same. GT_EINPUT with name:line. */
GT_MUST enum gt_status gt_csv_parse(struct gt_arena *a, const char *name, struct gt_str text,
                                    struct gt_csv *out, struct gt_err *err);
/* With another separator: a tab, a semicolon. */
GT_MUST enum gt_status gt_csv_parse_by(struct gt_arena *a, const char *name, struct gt_str text,
                                       char separator, struct gt_csv *out, struct gt_err *err);
/* At most 64 MiB. */
GT_MUST enum gt_status gt_csv_load(struct gt_arena *a, const char *path, struct gt_csv *out,
                                   struct gt_err *err);
/* Places of the n names in the table, all of which must be there; columns of other names are
 * refused. */
GT_MUST enum gt_status gt_csv_columns(const struct gt_csv *t, const char *const *name, size_t n,
                                      size_t *at, struct gt_err *err);
int gt_csv_find(const struct gt_csv *t, const char *name); /* column; -1 */
const char *gt_csv_cell(const struct gt_csv *t, size_t row, size_t col);
/* "file:line: message" as GT_EINPUT. */
enum gt_status gt_csv_fail(const struct gt_csv *t, size_t row, struct gt_err *err, const char *fmt,
                           ...) GT_PRINTF(4, 5);
/* Adds one cell, quoted where it must be, with a comma before all but the first of a row. */
void gt_csv_put(struct gt_buf *b, bool first, const char *text);

#endif
