/* overlay_sums.c: the statistics of the operation `overlay`: class by class, by units, in whole
 * millionths of a square metre. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* qsort_r */
#endif
#include "overlay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct adding {
    struct ops_overlay *o;
    GT_VEC(struct ops_overlay_row) row;
};

static int64_t whole(double m2)
{
    return llround(m2 * 1e6);
}

static bool is_wanted(const struct ops_overlay *o, int64_t a, int64_t b)
{
    switch (o->kind) {
    case GT_OVERLAY_INTERSECTION: return a >= 0 && b >= 0;
    case GT_OVERLAY_DIFFERENCE: return a >= 0 && b < 0;
    case GT_OVERLAY_IDENTITY: return a >= 0;
    case GT_OVERLAY_UNION: return true;
    }
    return false;
}

/* ---- Where the rows come from ---- */

static int64_t group_of(const struct ops_groups *g, int64_t feature)
{
    return feature < 0 ? -1 : g->of[feature];
}

/* Without pieces: what the classes share, and the rests. */
GT_MUST static enum gt_status add_areas(struct adding *s, struct gt_err *err)
{
    struct ops_overlay *o = s->o;
    struct gt_shared_areas shared;
    struct gt_overlay_areas_opt opt = {.group_a = o->class[0].of,
                                       .group_b = o->class[1].of,
                                       .rests = o->kind != GT_OVERLAY_INTERSECTION,
                                       .work = o->c->work};
    GT_TRY(gt_overlay_areas(o->a, o->shapes[0], o->shapes[1], &opt, &shared, err));
    o->robust = shared.robust;
    for (size_t i = 0; i < shared.n; i++) {
        const struct gt_shared_area *v = &shared.v[i];
        if (is_wanted(o, v->a, v->b))
            *GT_PUSH(o->a, &s->row) = (struct ops_overlay_row){-1, v->a, v->b, whole(v->m2)};
    }
    return GT_OK;
}

static void add_pieces(struct adding *s)
{
    const struct ops_overlay *o = s->o;
    for (size_t i = 0; i < o->pieces.shapes->n; i++)
        *GT_PUSH(o->a, &s->row) = (struct ops_overlay_row){
            -1, group_of(&o->class[0], o -> pieces.a[i]), group_of(&o->class[1], o -> pieces.b[i]),
            whole(o->pieces.m2[i])};
}

/* Pieces cut once more at the borders of the units: where those are borders of pieces already, both
 * have the same points, and no slivers come of it. */
GT_MUST static enum gt_status add_units(struct adding *s, struct gt_err *err)
{
    struct ops_overlay *o = s->o;
    struct gt_overlay_result r;
    struct gt_overlay_opt opt = {.kind = GT_OVERLAY_IDENTITY, .work = o->c->work};
    GT_TRY(gt_overlay(o->a, o->pieces.shapes, o->unit_shapes, &opt, &r, err));
    for (size_t i = 0; i < r.shapes->n; i++) {
        int64_t piece = r.a[i];
        *GT_PUSH(o->a, &s->row) = (struct ops_overlay_row){
            group_of(&o->unit, r.b[i]), group_of(&o->class[0], o -> pieces.a[piece]),
            group_of(&o->class[1], o -> pieces.b[piece]), whole(r.m2[i])};
    }
    return GT_OK;
}

/* ---- Order ---- */

/* None last; else by text. */
static int by_text(const struct ops_groups *g, int64_t a, int64_t b)
{
    if (a < 0 || b < 0)
        return (a < 0) - (b < 0);
    return strcmp(g->text[a], g->text[b]);
}

static int by_groups(const void *pa, const void *pb, void *ctx)
{
    const struct ops_overlay *o = ctx;
    const struct ops_overlay_row *a = pa, *b = pb;
    int order = by_text(&o->unit, a->unit, b->unit);
    if (order == 0)
        order = by_text(&o->class[0], a -> a, b -> a);
    return order ? order : by_text(&o->class[1], a -> b, b -> b);
}

enum gt_status ops_overlay_sum(struct ops_overlay *o, struct gt_err *err)
{
    struct adding s = {.o = o};
    if (o->by)
        GT_TRY(add_units(&s, err));
    else if (o->has_pieces)
        add_pieces(&s);
    else
        GT_TRY(add_areas(&s, err));
    o->row = s.row.v;
    if (s.row.n > 0)
        qsort_r(s.row.v, s.row.n, sizeof *s.row.v, by_groups, o);
    for (size_t i = 0; i < s.row.n; i++) {
        struct ops_overlay_row *last = o->n_rows ? &o->row[o->n_rows - 1] : NULL;
        if (last && by_groups(last, &s.row.v[i], o) == 0)
            last->um2 += s.row.v[i].um2;
        else
            o->row[o->n_rows++] = s.row.v[i];
    }
    return GT_OK;
}

int64_t ops_overlay_total(const struct ops_overlay *o)
{
    int64_t sum = 0;
    for (size_t i = 0; i < o->n_rows; i++)
        sum += o->row[i].um2;
    return sum;
}

/* ---- Shown ---- */

static const struct gt_col columns[] = {
    {.name = "unit", .title = {"unit", "统计单元"}, .kind = GT_COL_TEXT},
    {.name = "unit_name", .title = {"name", "单元名称"}, .kind = GT_COL_TEXT},
    {.name = "class_a", .title = {"class a", "类别一"}, .kind = GT_COL_TEXT},
    {.name = "class_b", .title = {"class b", "类别二"}, .kind = GT_COL_TEXT},
    {.name = "area_m2", .title = {"m2", "平方米"}, .unit = "", .kind = GT_COL_NUM, .decimals = 6},
    {.name = "area_hm2", .title = {"hm2", "公顷"}, .unit = "", .kind = GT_COL_NUM, .decimals = 4},
};

/* What a row says of a group: its text, "none" beside a layer, the layer's id without classes. */
static const char *shown(const struct ops_overlay *o, const struct ops_groups *g, int64_t group,
                         const char *layer)
{
    if (group < 0)
        return OPS_SAY(o->c, "(none)", "（无）");
    return g->given ? g->text[group] : layer;
}

const struct gt_table *ops_overlay_table(const struct ops_overlay *o)
{
    size_t skip = o->by ? 0 : 2;
    struct gt_table *t = gt_table_new(o->a, columns + skip, GT_LEN(columns) - skip);
    for (size_t i = 0; i < o->n_rows; i++) {
        const struct ops_overlay_row *r = &o->row[i];
        size_t row = gt_table_add_row(t);
        if (o->by) {
            gt_table_set_text(t, row, 0, shown(o, &o->unit, r->unit, ""));
            gt_table_set_text(t, row, 1, r->unit < 0 ? "" : o->unit.name[r->unit]);
        }
        gt_table_set_text(t, row, 2 - skip, shown(o, &o->class[0], r -> a, o -> d[0] -> id));
        gt_table_set_text(t, row, 3 - skip, shown(o, &o->class[1], r -> b, o -> d[1] -> id));
        gt_table_set_num(t, row, 4 - skip, (double)r->um2 / 1e6);
        gt_table_set_num(t, row, 5 - skip, (double)r->um2 / 1e10);
    }
    size_t row = gt_table_add_row(t);
    gt_table_set_text(t, row, 0, OPS_SAY(o->c, "all", "合计"));
    gt_table_set_num(t, row, 4 - skip, (double)ops_overlay_total(o) / 1e6);
    gt_table_set_num(t, row, 5 - skip, (double)ops_overlay_total(o) / 1e10);
    return t;
}

static void group_json(struct gt_json *obj, const char *name, const struct ops_groups *g,
                       int64_t group)
{
    if (group < 0)
        gt_json_add_null(obj, name);
    else
        gt_json_add_str(obj, name, g->text[group]);
}

void ops_overlay_json(const struct ops_overlay *o)
{
    static const char *const step[] = {"floating", "snapped", "fixed"};
    struct gt_json *result = o->c->result, *rows = gt_json_add_arr(result, "rows");
    for (size_t i = 0; i < o->n_rows; i++) {
        const struct ops_overlay_row *r = &o->row[i];
        struct gt_json *obj = gt_json_add_obj(rows, NULL);
        if (o->by) {
            group_json(obj, "unit", &o->unit, r->unit);
            gt_json_add_str(obj, "unit_name", r->unit < 0 ? "" : o->unit.name[r->unit]);
        }
        group_json(obj, "class_a", &o->class[0], r -> a);
        group_json(obj, "class_b", &o->class[1], r -> b);
        gt_json_add_num(obj, "area_m2", (double)r->um2 / 1e6);
    }
    gt_json_add_num(result, "total_m2", (double)ops_overlay_total(o) / 1e6);
    struct gt_json *robust = gt_json_add_obj(result, "robust");
    for (int i = 0; i < GT_ROBUST_STEPS; i++)
        gt_json_add_int(robust, step[i], o->robust.n[i]);
}
