/* control.c: control points from a table. */
#include "guotu/csv.h"
#include "store_int.h"
#include "text/text_int.h"

#include <math.h>
#include <string.h>

#define MOST_BYTES ((size_t)16 << 20)

enum { FROM_X, FROM_Y, FROM_H, TO_X, TO_Y, TO_H, COLUMNS };

struct reader {
    struct gt_arena *a;
    struct gt_csv t;
    int name, column[COLUMNS];
};

static enum gt_status read_heading(struct reader *r, struct gt_err *err)
{
    static const char *const names[] = {"name", "point", "点名", "点号", NULL};
    static const char *const columns[COLUMNS][4] = {
        [FROM_X] = {"from_x", "from_e", "from_lon", NULL},
        [FROM_Y] = {"from_y", "from_n", "from_lat", NULL},
        [FROM_H] = {"from_h", NULL},
        [TO_X] = {"to_x", "to_e", "to_lon", NULL},
        [TO_Y] = {"to_y", "to_n", "to_lat", NULL},
        [TO_H] = {"to_h", NULL}};
    r->name = gt_text_column(&r->t, names);
    for (int i = 0; i < COLUMNS; i++)
        r->column[i] = gt_text_column(&r->t, columns[i]);
    const int *c = r->column;
    if (c[FROM_X] >= 0 && c[FROM_Y] >= 0 && c[TO_X] >= 0 && c[TO_Y] >= 0)
        return GT_OK;
    return gt_fail(err, GT_EINPUT,
                   "%s:1: expected a heading with name, from_x, from_y, to_x, to_y (x to the east; "
                   "from_h, to_h for heights), found others",
                   r->t.file);
}

static enum gt_status read_number(struct reader *r, size_t row, int which, double *out,
                                  struct gt_err *err)
{
    int at = r->column[which];
    bool height = which == FROM_H || which == TO_H;
    *out = (double)NAN;
    struct gt_str s = {0};
    if (at >= 0)
        s = gt_text_trim(gt_s(gt_csv_cell(&r->t, row, (size_t)at)));
    if ((height && s.n == 0) || gt_text_num(s, out))
        return GT_OK;
    return gt_csv_fail(&r->t, row, err, "expected a number for %s, found '%s'", r->t.col[at],
                       gt_text_shown(r->a, s));
}

static enum gt_status read_point(struct reader *r, size_t row, struct gt_control *out,
                                 struct gt_err *err)
{
    const char *name = r->name >= 0 ? gt_csv_cell(&r->t, row, (size_t)r->name) : "";
    out->name = name[0] ? name : gt_printf(r->a, "%zu", row + 1);
    for (int i = 0; i < 3; i++) {
        GT_TRY(read_number(r, row, FROM_X + i, &out->from[i], err));
        GT_TRY(read_number(r, row, TO_X + i, &out->to[i], err));
    }
    return GT_OK;
}

enum gt_status gt_control_read(struct gt_arena *a, const char *path, const struct gt_control **out,
                               size_t *n, struct gt_err *err)
{
    struct reader r = {.a = a};
    struct gt_str bytes, text;
    const char *encoding;
    GT_TRY(gt_file_get(a, path, MOST_BYTES, &bytes, err));
    GT_TRY(gt_text_decode(a, bytes, &(struct gt_text_opt){.file = path}, &text, &encoding, err));
    GT_TRY(gt_csv_parse_by(a, path, text, gt_text_separator(text), &r.t, err));
    GT_TRY(read_heading(&r, err));
    struct gt_control *all = GT_TAKE_N(a, struct gt_control, r.t.n + 1);
    for (size_t i = 0; i < r.t.n; i++)
        GT_TRY(read_point(&r, i, &all[i], err));
    *out = all;
    *n = r.t.n;
    return GT_OK;
}
