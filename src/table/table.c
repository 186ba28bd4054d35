/* table.c: tables: made, filled, and read cell by cell. */
#include "table_int.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct gt_table *gt_table_new(struct gt_arena *a, const struct gt_col *cols, size_t n)
{
    struct gt_table *t = GT_TAKE(a, struct gt_table);
    t->a = a;
    t->n = n;
    t->col = GT_TAKE_N(a, struct gt_col, n);
    for (size_t i = 0; i < n; i++) {
        t->col[i] = cols[i];
        t->col[i].name = gt_strdup(a, cols[i].name);
        t->col[i].unit = gt_strdup(a, cols[i].unit ? cols[i].unit : "");
        for (size_t k = 0; k < 2; k++)
            t->col[i].title[k] = gt_strdup(a, cols[i].title[k] ? cols[i].title[k] : cols[i].name);
    }
    return t;
}

size_t gt_table_add_row(struct gt_table *t)
{
    struct gt_cell **row = GT_PUSH(t->a, &t->row);
    *row = GT_TAKE_N(t->a, struct gt_cell, t->n);
    return t->row.n - 1;
}

static struct gt_cell *cell_at(const struct gt_table *t, size_t row, size_t col)
{
    assert(row < t->row.n && col < t->n);
    return &t->row.v[row][col];
}

void gt_table_set_text(struct gt_table *t, size_t row, size_t col, const char *v)
{
    struct gt_cell *cell = cell_at(t, row, col);
    assert(t->col[col].kind == GT_COL_TEXT);
    cell->set = v != NULL;
    cell->v.text = gt_strdup(t->a, v);
}

void gt_table_set_int(struct gt_table *t, size_t row, size_t col, int64_t v)
{
    struct gt_cell *cell = cell_at(t, row, col);
    assert(t->col[col].kind == GT_COL_INT);
    cell->set = true;
    cell->v.i = v;
}

void gt_table_set_num(struct gt_table *t, size_t row, size_t col, double v)
{
    struct gt_cell *cell = cell_at(t, row, col);
    assert(t->col[col].kind == GT_COL_NUM);
    cell->set = !isnan(v);
    cell->v.num = v;
}

size_t gt_table_rows(const struct gt_table *t)
{
    return t->row.n;
}

size_t gt_table_cols(const struct gt_table *t)
{
    return t->n;
}

const struct gt_col *gt_table_col(const struct gt_table *t, size_t col)
{
    assert(col < t->n);
    return &t->col[col];
}

/* In the C locale whatever the process's is: the digits are printf's, the point is ours. */
static const char *fixed(struct gt_arena *a, double v, int decimals)
{
    char text[400];
    if (!isfinite(v) || decimals < 0)
        return gt_strdup(a, gt_fmt_num(v, text));
    int places = decimals < 30 ? decimals : 30;
    int n = snprintf(text, sizeof text, "%.*f", places, v);
    size_t whole = strspn(text, "-0123456789");
    const char *from =
        text[0] == '-' && strspn(text + 1, "0.,") == strlen(text + 1) ? text + 1 : text;
    if (places == 0)
        return gt_strdup(a, from);
    return gt_printf(a, "%.*s.%s", (int)(text + whole - from), from, text + n - places);
}

const char *gt_table_text(struct gt_arena *a, const struct gt_table *t, size_t row, size_t col)
{
    const struct gt_cell *cell = cell_at(t, row, col);
    if (!cell->set)
        return "";
    switch (t->col[col].kind) {
    case GT_COL_TEXT: return cell->v.text;
    case GT_COL_INT: return gt_printf(a, "%" PRId64, cell->v.i);
    case GT_COL_NUM: return fixed(a, cell->v.num, t->col[col].decimals);
    }
    return "";
}

double gt_table_num(const struct gt_table *t, size_t row, size_t col)
{
    const struct gt_cell *cell = cell_at(t, row, col);
    if (!cell->set || t->col[col].kind == GT_COL_TEXT)
        return (double)NAN;
    return t->col[col].kind == GT_COL_INT ? (double)cell->v.i : cell->v.num;
}

void gt_table_to_json(const struct gt_table *t, struct gt_json *arr)
{
    for (size_t r = 0; r < t->row.n; r++) {
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        for (size_t c = 0; c < t->n; c++) {
            const struct gt_cell *cell = cell_at(t, r, c);
            const char *key = t->col[c].name;
            if (!cell->set)
                gt_json_add_null(obj, key);
            else if (t->col[c].kind == GT_COL_TEXT)
                gt_json_add_str(obj, key, cell->v.text);
            else if (t->col[c].kind == GT_COL_INT)
                gt_json_add_int(obj, key, cell->v.i);
            else
                gt_json_add_num(obj, key, cell->v.num);
        }
    }
}
