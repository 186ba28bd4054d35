/* vct_shapes.c: the points, lines and polygons of a VCT file, as they stand in it. */
#include "vct_int.h"

#include <string.h>

enum { LINE_STRAIGHT = 11, RING_STRAIGHT = 11, INDIRECT = 100, OF_LINES = 21, OF_POLYGONS = 22 };

/* ---- Numbers and points ---- */

static enum gt_status read_int(struct gt_vct *v, const char *what, int64_t *out, struct gt_err *err)
{
    GT_TRY(gt_vct_line(v, what, err));
    if (gt_text_int(v->l.now, out))
        return GT_OK;
    return gt_text_fail(&v->l, err, "expected %s, a whole number, found '%s'", what,
                        gt_text_shown(v->a, v->l.now));
}

/* The line at hand. */
static enum gt_status take_point(struct gt_vct *v, double xy[2], struct gt_err *err)
{
    struct gt_str part[3];
    size_t n = gt_text_split(v->l.now, v->separator, part, GT_LEN(part));
    if (n >= 2 && n <= 3 && gt_text_num(part[0], &xy[0]) && gt_text_num(part[1], &xy[1]))
        return GT_OK;
    return gt_text_fail(&v->l, err, "expected a point (two or three numbers), found '%s'",
                        gt_text_shown(v->a, v->l.now));
}

static enum gt_status add_point(struct gt_vct *v, struct gt_err *err)
{
    double xy[2];
    GT_TRY(take_point(v, xy, err));
    GT_TRY(gt_shape_room(v->a, &v->xy, v->n_xy, &v->xy_cap, sizeof xy, err));
    memcpy(v->xy + 2 * v->n_xy++, xy, sizeof xy);
    return GT_OK;
}

static enum gt_status add_points(struct gt_vct *v, int64_t n, struct gt_err *err)
{
    for (int64_t i = 0; i < n; i++) {
        GT_TRY(gt_vct_line(v, "a point", err));
        GT_TRY(add_point(v, err));
    }
    return GT_OK;
}

/* What was added to xy since `from`. */
static enum gt_status end_run(struct gt_vct *v, struct gt_vct_object *o, size_t from,
                              struct gt_err *err)
{
    GT_TRY(gt_shape_room(v->a, &v->run, v->n_runs, &v->run_cap, sizeof *v->run, err));
    v->run[v->n_runs++] = (struct gt_vct_run){
        .id = o->id, .from = from, .n = v->n_xy - from, .of_line = o->kind == GT_SHAPE_LINE};
    o->n_runs++;
    return GT_OK;
}

static enum gt_status read_run(struct gt_vct *v, struct gt_vct_object *o, struct gt_err *err)
{
    int64_t n;
    size_t from = v->n_xy;
    GT_TRY(read_int(v, "the number of points", &n, err));
    GT_TRY(add_points(v, n, err));
    return end_run(v, o, from, err);
}

/* ---- References ---- */

static enum gt_status take_refs(struct gt_vct *v, struct gt_vct_object *o, struct gt_err *err)
{
    struct gt_str rest = v->l.now;
    while (rest.n > 0) {
        const char *next = memchr(rest.p, v->separator, rest.n);
        size_t n = next ? (size_t)(next - rest.p) : rest.n;
        struct gt_str item = gt_text_trim((struct gt_str){rest.p, n});
        int64_t id;
        if (item.n > 0) { /* some writers end the line with a separator */
            if (!gt_text_int(item, &id) || id == INT64_MIN)
                return gt_text_fail(&v->l, err, "expected numbers of objects, found '%s'",
                                    gt_text_shown(v->a, item));
            GT_TRY(gt_shape_room(v->a, &v->ref, v->n_refs, &v->ref_cap, sizeof *v->ref, err));
            v->ref[v->n_refs++] = id;
            o->n_refs++;
        }
        rest = next ? (struct gt_str){next + 1, rest.n - n - 1} : (struct gt_str){0};
    }
    return GT_OK;
}

/* Some count the zeros that divide rings, some don't: all up to the object's end is taken. */
static enum gt_status read_refs(struct gt_vct *v, struct gt_vct_object *o, struct gt_err *err)
{
    int64_t n;
    o->ref = v->n_refs;
    GT_TRY(read_int(v, "the number of references", &n, err));
    while ((int64_t)o->n_refs < n) {
        GT_TRY(gt_vct_line(v, "references", err));
        GT_TRY(take_refs(v, o, err));
    }
    return GT_OK;
}

/* ---- Ends of objects ---- */

static enum gt_status end_object(struct gt_vct *v, struct gt_vct_object *o, struct gt_err *err)
{
    if (gt_vct_take_zero(v) || v->old)
        return GT_OK;
    GT_TRY(gt_vct_line(v, "0 at the end of the object", err));
    while (o->n_refs > 0 && !gt_str_eq(v->l.now, "0")) {
        GT_TRY(take_refs(v, o, err));
        GT_TRY(gt_vct_line(v, "0 at the end of the object", err));
    }
    if (gt_str_eq(v->l.now, "0"))
        return GT_OK;
    return gt_text_fail(&v->l, err, "expected 0 at the end of the object %lld, found '%s'",
                        (long long)o->id, gt_text_shown(v->a, v->l.now));
}

/* Arcs and other curves: the object stays, without its geometry. */
static enum gt_status give_up(struct gt_vct *v, struct gt_vct_object *o, struct gt_err *err)
{
    o->trait |= GT_TRAIT_CURVED | GT_TRAIT_UNREADABLE;
    o->n_runs = o->n_refs = 0;
    v->unreadable++;
    do
        GT_TRY(gt_vct_line(v, "0 at the end of the object", err));
    while (!gt_str_eq(v->l.now, "0"));
    return GT_OK;
}

/* ---- Points ---- */

static enum gt_status read_point(struct gt_vct *v, struct gt_vct_object *o, struct gt_err *err)
{
    int64_t type, n = 1;
    size_t from = v->n_xy;
    GT_TRY(read_int(v, "the kind of point", &type, err));
    GT_TRY(gt_vct_line(v, "a point", err));
    bool counted = !memchr(v->l.now.p, v->separator, v->l.now.n);
    if (counted && (!gt_text_int(v->l.now, &n) || n < 1))
        return gt_text_fail(&v->l, err, "expected a point or the number of points, found '%s'",
                            gt_text_shown(v->a, v->l.now));
    if (counted)
        GT_TRY(gt_vct_line(v, "a point", err));
    GT_TRY(add_point(v, err));
    GT_TRY(add_points(v, n - 1, err));
    if (type == 3 && n > 1) /* the second one is the direction */
        v->n_xy = from + 1;
    if (type == 3 && !counted)
        GT_TRY(gt_vct_line(v, "the direction of the point", err));
    if (v->old && v->topo == 2 && type == 2) {
        struct gt_vct_object none = {0};
        GT_TRY(read_refs(v, &none, err));
        v->n_refs -= none.n_refs;
    }
    GT_TRY(end_run(v, o, from, err));
    return end_object(v, o, err);
}

/* ---- Lines ---- */

/* A piece of a line begins where the one before it ends. */
static void join_pieces(struct gt_vct *v, size_t from)
{
    double *xy = v->xy + 2 * from;
    if (v->n_xy <= from || xy[0] != xy[-2] || xy[1] != xy[-1])
        return;
    v->n_xy--;
    memmove(xy, xy + 2, 2 * (v->n_xy - from) * sizeof *xy);
}

static enum gt_status read_segments(struct gt_vct *v, struct gt_vct_object *o, struct gt_err *err)
{
    int64_t n, type, count;
    size_t from = v->n_xy;
    GT_TRY(read_int(v, "the number of pieces of the line", &n, err));
    for (int64_t i = 0; i < n; i++) {
        GT_TRY(read_int(v, "the kind of piece", &type, err));
        if (type != LINE_STRAIGHT) {
            v->n_xy = from;
            return give_up(v, o, err);
        }
        GT_TRY(read_int(v, "the number of points", &count, err));
        size_t piece = v->n_xy;
        GT_TRY(add_points(v, count, err));
        if (piece > from)
            join_pieces(v, piece);
    }
    GT_TRY(end_run(v, o, from, err));
    return end_object(v, o, err);
}

static enum gt_status read_old_line(struct gt_vct *v, struct gt_vct_object *o, int64_t type,
                                    struct gt_err *err)
{
    GT_TRY(type == INDIRECT ? read_refs(v, o, err) : read_run(v, o, err));
    if (type != 1 && type != INDIRECT) {
        o->trait |= GT_TRAIT_CURVED | GT_TRAIT_UNREADABLE;
        v->n_runs -= o->n_runs;
        o->n_runs = 0;
        v->unreadable++;
    }
    for (int i = 0; v->topo == 2 && i < 4; i++) /* nodes at its ends, polygons beside it */
        GT_TRY(gt_vct_line(v, "the nodes and neighbours of the line", err));
    return end_object(v, o, err);
}

static enum gt_status read_line(struct gt_vct *v, struct gt_vct_object *o, struct gt_err *err)
{
    int64_t type;
    GT_TRY(read_int(v, "the kind of line", &type, err));
    if (v->old)
        return read_old_line(v, o, type, err);
    if (type == 1)
        return read_segments(v, o, err);
    if (type != INDIRECT)
        return gt_text_fail(&v->l, err, "expected 1 or 100 as the kind of line, found %lld",
                            (long long)type);
    GT_TRY(read_refs(v, o, err));
    return end_object(v, o, err);
}

/* ---- Polygons ---- */

static enum gt_status read_rings(struct gt_vct *v, struct gt_vct_object *o, struct gt_err *err)
{
    int64_t n, type;
    size_t from = v->n_xy;
    GT_TRY(read_int(v, "the number of rings", &n, err));
    for (int64_t i = 0; i < n; i++) {
        GT_TRY(read_int(v, "the kind of ring", &type, err));
        if (type != RING_STRAIGHT) {
            v->n_xy = from;
            v->n_runs -= o->n_runs;
            return give_up(v, o, err);
        }
        GT_TRY(read_run(v, o, err));
    }
    return end_object(v, o, err);
}

/* Of 1999: rings one after the other, each with its number of points, and 0 at the end. */
static enum gt_status read_old_polygon(struct gt_vct *v, struct gt_vct_object *o,
                                       struct gt_err *err)
{
    if (v->topo > 0) {
        GT_TRY(read_refs(v, o, err));
        return end_object(v, o, err);
    }
    for (;;) {
        int64_t n;
        size_t from = v->n_xy;
        GT_TRY(read_int(v, "the number of points, or 0 at the end of the polygon", &n, err));
        if (n == 0)
            return GT_OK;
        GT_TRY(add_points(v, n, err));
        GT_TRY(end_run(v, o, from, err));
    }
}

static enum gt_status read_polygon(struct gt_vct *v, struct gt_vct_object *o, struct gt_err *err)
{
    int64_t type = 1;
    double label[2];
    if (!v->old)
        GT_TRY(read_int(v, "the kind of polygon", &type, err));
    if (type != 1 && type != INDIRECT)
        return gt_text_fail(&v->l, err, "expected 1 or 100 as the kind of polygon, found %lld",
                            (long long)type);
    GT_TRY(gt_vct_line(v, "the polygon's label point", err));
    GT_TRY(take_point(v, label, err));
    if (v->old)
        return read_old_polygon(v, o, err);
    if (type == 1)
        return read_rings(v, o, err);
    GT_TRY(read_int(v, "21 or 22, the kind of references", &type, err));
    if (type != OF_LINES && type != OF_POLYGONS)
        return gt_text_fail(&v->l, err,
                            "expected 21 (of lines) or 22 (of polygons) as the kind of references, "
                            "found %lld",
                            (long long)type);
    o->of_polygons = type == OF_POLYGONS;
    GT_TRY(read_refs(v, o, err));
    return end_object(v, o, err);
}

/* ---- Objects ---- */

/* The table of the code; a code that nothing describes has none, and -1. */
static int64_t table_of(struct gt_vct *v, struct gt_str code, enum gt_shape_kind kind)
{
    for (size_t i = 0; i < v->code.n; i++) {
        if (v->code.v[i].code.n != code.n || memcmp(v->code.v[i].code.p, code.p, code.n) != 0)
            continue;
        for (size_t t = 0; t < v->table.n; t++)
            if (gt_text_same(v->code.v[i].table, v->table.v[t].name))
                return (int64_t)t;
    }
    if (kind == GT_SHAPE_LINE) /* the borders of polygons */
        return -1;
    const char *name = gt_strndup(v->a, code.p, code.n);
    for (size_t t = 0; t < v->table.n; t++)
        if (strcmp(v->table.v[t].name, name) == 0)
            return (int64_t)t;
    gt_text_warn(&v->l,
                 "expected a feature code that FeatureCode and TableStructure describe, "
                 "found '%s': its objects become a layer of that name",
                 gt_text_shown(v->a, code));
    *GT_PUSH(v->a, &v->table) =
        (struct gt_vct_table){.name = name, .field = GT_TAKE_N(v->a, struct gt_field, 1)};
    return (int64_t)v->table.n - 1;
}

static enum gt_status read_object(struct gt_vct *v, enum gt_shape_kind kind, struct gt_err *err)
{
    struct gt_vct_object o = {.kind = kind, .line = v->l.line, .run = v->n_runs, .ref = v->n_refs};
    if (!gt_text_int(v->l.now, &o.id))
        return gt_text_fail(&v->l, err, "expected an object's number, found '%s'",
                            gt_text_shown(v->a, v->l.now));
    GT_TRY(gt_vct_line(v, "the feature code", err));
    int64_t table = table_of(v, v->l.now, kind);
    GT_TRY(gt_vct_line(v, "the object's style or layer", err));
    GT_TRY(kind == GT_SHAPE_POINT  ? read_point(v, &o, err)
           : kind == GT_SHAPE_LINE ? read_line(v, &o, err)
                                   : read_polygon(v, &o, err));
    if (table < 0)
        return GT_OK;
    o.table = (size_t)table;
    GT_TRY(gt_shape_room(v->a, &v->object, v->n_objects, &v->object_cap, sizeof *v->object, err));
    v->object[v->n_objects++] = o;
    return GT_OK;
}

enum gt_status gt_vct_shapes(struct gt_vct *v, enum gt_shape_kind kind, const char *end,
                             struct gt_err *err)
{
    for (;;) {
        GT_TRY(gt_vct_line(v, end, err));
        if (gt_text_same(v->l.now, end))
            return GT_OK;
        GT_TRY(read_object(v, kind, err));
    }
}
