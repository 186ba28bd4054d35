/* wkt.c: well-known text: points, lines, polygons, single and multi, z and m left out. */
#include "wkt.h"

#include <ctype.h>
#include <string.h>

struct reader {
    struct gt_text_draft *d;
    const char *from, *p, *end;
    bool z, m;
};

static void skip(struct reader *r)
{
    while (r->p < r->end && isspace((unsigned char)*r->p))
        r->p++;
}

static struct gt_str word(struct reader *r)
{
    skip(r);
    const char *from = r->p;
    while (r->p < r->end && isalpha((unsigned char)*r->p))
        r->p++;
    return (struct gt_str){from, (size_t)(r->p - from)};
}

static bool take(struct reader *r, char c)
{
    skip(r);
    bool is = r->p < r->end && *r->p == c;
    r->p += is;
    return is;
}

static enum gt_status expected(const struct reader *r, const char *what, struct gt_err *err)
{
    return gt_fail(err, GT_EINPUT, "expected %s in the geometry, found '%s'", what,
                   gt_text_shown(r->d->a, (struct gt_str){r->p, (size_t)(r->end - r->p)}));
}

/* "SRID=4490;" of PostGIS. */
static int read_srid(struct reader *r)
{
    enum { HEAD = 5 };
    double number;
    const char *mark = memchr(r->p, ';', (size_t)(r->end - r->p));
    if (!mark || r->end - r->p < HEAD || !gt_text_same((struct gt_str){r->p, HEAD}, "SRID="))
        return 0;
    bool good = gt_text_num((struct gt_str){r->p + HEAD, (size_t)(mark - r->p) - HEAD}, &number);
    r->p = mark + 1;
    return good && number > 0 && number < 1e6 ? (int)number : 0;
}

static bool read_kind(struct reader *r, enum gt_shape_kind *kind, bool *multi)
{
    static const struct {
        const char *name;
        enum gt_shape_kind kind;
        bool multi;
    } names[] = {
        {"POINT", GT_SHAPE_POINT, false},         {"LINESTRING", GT_SHAPE_LINE, false},
        {"POLYGON", GT_SHAPE_POLYGON, false},     {"MULTIPOINT", GT_SHAPE_POINT, true},
        {"MULTILINESTRING", GT_SHAPE_LINE, true}, {"MULTIPOLYGON", GT_SHAPE_POLYGON, true}};
    struct gt_str s = word(r);
    bool known = false, z = false, m = false;
    for (size_t cut = 0; cut <= 2 && cut < s.n && !known; cut++) { /* POINTZ, POINTZM */
        struct gt_str tag = {s.p + s.n - cut, cut};
        z = gt_text_same(tag, "Z") || gt_text_same(tag, "ZM");
        m = gt_text_same(tag, "M") || gt_text_same(tag, "ZM");
        for (size_t i = 0; i < GT_LEN(names) && (cut == 0 || z || m); i++)
            if (gt_text_same((struct gt_str){s.p, s.n - cut}, names[i].name)) {
                *kind = names[i].kind;
                *multi = names[i].multi;
                known = true;
            }
    }
    r->z = known && z;
    r->m = known && m;
    return known;
}

bool gt_wkt_kind(struct gt_str text, enum gt_shape_kind *kind, int *srid)
{
    struct reader r = {.from = text.p, .p = text.p, .end = text.p + text.n};
    bool multi;
    *srid = text.n ? read_srid(&r) : 0;
    return text.n && read_kind(&r, kind, &multi);
}

/* ---- Coordinates ---- */

static enum gt_status read_point(struct reader *r, struct gt_err *err)
{
    double v[4];
    int n = 0;
    for (; n < 4; n++) {
        skip(r);
        const char *from = r->p;
        while (r->p < r->end && (isalnum((unsigned char)*r->p) || strchr("+-.", *r->p)) && *r->p)
            r->p++;
        if (r->p == from)
            break;
        if (!gt_text_num((struct gt_str){from, (size_t)(r->p - from)}, &v[n])) {
            r->p = from;
            return expected(r, "a number", err);
        }
    }
    if (n < 2)
        return expected(r, "two numbers", err);
    r->z = r->z || n == 4 || (n == 3 && !r->m);
    return gt_text_draft_point(r->d, v[0], v[1], err);
}

/* (x y, x y, ...): one part; of points each is one. */
static enum gt_status read_run(struct reader *r, uint16_t *trait, struct gt_err *err)
{
    if (!take(r, '('))
        return expected(r, "'('", err);
    do {
        bool own = r->d->b.kind == GT_SHAPE_POINT && take(r, '('); /* MULTIPOINT ((1 2), (3 4)) */
        GT_TRY(read_point(r, err));
        if (own && !take(r, ')'))
            return expected(r, "')'", err);
        if (r->d->b.kind == GT_SHAPE_POINT)
            GT_TRY(gt_text_draft_part(r->d, true, trait, err));
    } while (take(r, ','));
    if (!take(r, ')'))
        return expected(r, "')'", err);
    return gt_text_draft_part(r->d, true, trait, err);
}

/* Brackets of brackets, to the depth at which the points are. */
static enum gt_status read_nested(struct reader *r, int depth, uint16_t *trait, struct gt_err *err)
{
    struct gt_str s = {r->p, 0};
    skip(r);
    if (r->p < r->end && isalpha((unsigned char)*r->p)) {
        s = word(r);
        return gt_text_same(s, "EMPTY") ? GT_OK : expected(r, "'(' or EMPTY", err);
    }
    if (depth == 0)
        return read_run(r, trait, err);
    if (!take(r, '('))
        return expected(r, "'('", err);
    do
        GT_TRY(read_nested(r, depth - 1, trait, err));
    while (take(r, ','));
    return take(r, ')') ? GT_OK : expected(r, "')'", err);
}

enum gt_status gt_wkt_add(struct gt_text_draft *d, struct gt_str text, uint16_t *trait,
                          struct gt_err *err)
{
    struct reader r = {.d = d, .from = text.p, .p = text.p, .end = text.p + text.n};
    enum gt_shape_kind kind;
    bool multi;
    (void)read_srid(&r);
    if (!read_kind(&r, &kind, &multi) || kind != d->b.kind)
        return expected(&r, "POINT, LINESTRING, POLYGON or their MULTI", err);
    const char *before = r.p;
    struct gt_str tag = word(&r);
    if (gt_text_same(tag, "Z") || gt_text_same(tag, "M") || gt_text_same(tag, "ZM")) {
        r.z = r.z || gt_text_has(tag, "Z");
        r.m = r.m || gt_text_has(tag, "M");
    } else {
        r.p = before;
    }
    int depth = (kind == GT_SHAPE_POLYGON) + (multi && kind != GT_SHAPE_POINT);
    GT_TRY(read_nested(&r, depth, trait, err));
    skip(&r);
    if (r.p < r.end)
        return expected(&r, "the end", err);
    *trait |=
        (uint16_t)((r.z ? GT_TRAIT_Z : 0) | (r.m ? GT_TRAIT_M : 0) | (multi ? GT_TRAIT_MULTI : 0));
    return GT_OK;
}
