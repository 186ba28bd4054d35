/* vct.c: the sections of a VCT file. */
#include "vct_int.h"

#include <math.h>
#include <string.h>

bool gt_text_is_vct(struct gt_str head)
{
    return gt_text_has(head, "HeadBegin") && gt_text_has(head, "DataMark");
}

static enum gt_status skip_to(struct gt_vct *v, const char *end, struct gt_err *err)
{
    int64_t line = v->l.line;
    while (gt_text_next_full(&v->l))
        if (gt_text_same(v->l.now, end))
            return GT_OK;
    return gt_fail(err, GT_EINPUT,
                   "%s: expected %s for the section that begins at line %lld, found none up to the "
                   "end of the file",
                   v->l.file, end, (long long)line);
}

enum gt_status gt_vct_line(struct gt_vct *v, const char *what, struct gt_err *err)
{
    while (gt_text_next_full(&v->l)) {
        if (!gt_text_same(v->l.now, "CommentBegin"))
            return GT_OK;
        GT_TRY(skip_to(v, "CommentEnd", err));
    }
    return gt_text_fail(&v->l, err, "expected %s, found the end of the file", what);
}

bool gt_vct_take_zero(struct gt_vct *v)
{
    struct gt_text_lines before = v->l;
    if (gt_text_next_full(&v->l) && gt_str_eq(v->l.now, "0"))
        return true;
    v->l.p = before.p;
    v->l.line = before.line;
    v->l.now = before.now;
    return false;
}

static enum gt_status skip_section(struct gt_vct *v, struct gt_err *err)
{
    enum { BEGIN = 5 };
    struct gt_str name = {v->l.now.p, v->l.now.n - BEGIN};
    const char *text = gt_text_shown(v->a, name);
    if (!gt_str_eq(name, "Comment"))
        gt_buf_addf(&v->left_out, "%s%s", v->left_out.n ? ", " : "", text);
    return skip_to(v, gt_printf(v->a, "%sEnd", text), err);
}

static bool is_begin(struct gt_str line)
{
    return line.n > 5 && gt_text_same((struct gt_str){line.p + line.n - 5, 5}, "Begin");
}

static enum gt_status read_section(struct gt_vct *v, struct gt_err *err)
{
    struct gt_str s = v->l.now;
    if (gt_text_same(s, "HeadBegin"))
        return gt_vct_head(v, err);
    if (gt_text_same(s, "FeatureCodeBegin"))
        return gt_vct_codes(v, err);
    if (gt_text_same(s, "TableStructureBegin"))
        return gt_vct_tables(v, err);
    if (gt_text_same(s, "PointBegin"))
        return gt_vct_shapes(v, GT_SHAPE_POINT, "PointEnd", err);
    if (gt_text_same(s, "LineBegin"))
        return gt_vct_shapes(v, GT_SHAPE_LINE, "LineEnd", err);
    if (gt_text_same(s, "PolygonBegin"))
        return gt_vct_shapes(v, GT_SHAPE_POLYGON, "PolygonEnd", err);
    if (gt_text_same(s, "AttributeBegin"))
        return gt_vct_attributes(v, err);
    if (is_begin(s))
        return skip_section(v, err);
    return gt_text_fail(&v->l, err, "expected the begin of a section (HeadBegin...), found '%s'",
                        gt_text_shown(v->a, s));
}

static void tell(struct gt_vct *v)
{
    gt_text_warned(&v->l);
    if (v->left_out.n)
        gt_warn(v->l.work, "%s: sections that are left out: %s", v->l.file, v->left_out.p);
    if (v->unreadable)
        gt_warn(v->l.work, "%s: %lld objects of arcs or missing lines have no geometry here",
                v->l.file, (long long)v->unreadable);
}

/* The first numbers are eastings unless the head or their size says otherwise. */
static void turn_axes(struct gt_vct *v)
{
    struct gt_box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    bool turn = v->north;
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < v->n_xy; i++) {
            double *q = v->xy + 2 * i, x = q[0];
            if (turn) {
                q[0] = q[1];
                q[1] = x;
            }
            box = (struct gt_box){fmin(box.x0, q[0]), fmin(box.y0, q[1]), fmax(box.x1, q[0]),
                                  fmax(box.y1, q[1])};
        }
        turn = round == 0 && gt_text_swapped(box);
        if (!turn)
            break;
        gt_warn(v->l.work,
                "%s: expected eastings before northings, found them in turn: they are taken by "
                "their size",
                v->l.file);
        box = (struct gt_box){INFINITY, INFINITY, -INFINITY, -INFINITY};
    }
    v->zone.x0 = box.x0;
    v->zone.x1 = box.x1;
}

enum gt_status gt_text_vct(struct gt_arena *a, struct gt_str bytes, const struct gt_text_opt *opt,
                           struct gt_text *out, struct gt_err *err)
{
    struct gt_str text;
    struct gt_vct v = {.a = a,
                       .l = {.file = opt->file, .work = opt->work},
                       .separator = ',',
                       .zone = {.meridian = (double)NAN},
                       .left_out = {.a = a}};
    *out = (struct gt_text){.format = "VCT", .crs = ""};
    GT_TRY(gt_text_decode(a, bytes, opt, &text, &out->encoding, err));
    v.l.p = text.p;
    v.l.end = text.p + text.n;
    while (gt_text_next_full(&v.l))
        GT_TRY(read_section(&v, err));
    turn_axes(&v);
    GT_TRY(gt_text_zone_crs(a, opt->file, &v.zone, &out->crs, err));
    GT_TRY(gt_vct_build(&v, out, err));
    tell(&v);
    return GT_OK;
}
