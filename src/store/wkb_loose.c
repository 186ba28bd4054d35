/* wkb_loose.c: reads well-known binary as it comes: what is odd about it becomes traits. */
#include "wkb.h"

#include <math.h>
#include <string.h>

enum {
    WKB_POINT = 1,
    WKB_LINE,
    WKB_POLYGON,
    WKB_MULTI_POINT,
    WKB_MULTI_LINE,
    WKB_MULTI_POLYGON,
    WKB_COLLECTION,
    WKB_SURFACE = 15, /* polyhedral */
    WKB_TIN,
    WKB_TRIANGLE
};
#define DEEPEST 16 /* collections in collections */

struct loose {
    struct gt_shape_builder *b;
    const unsigned char *p;
    size_t n;
    bool swap, bad;
    size_t dims;
    uint16_t trait;
    int64_t members; /* polygons, lines or points of the builder's kind */
};

static bool read_u32(struct loose *r, uint32_t *out)
{
    if (r->n < 4) {
        r->bad = true;
        return false;
    }
    memcpy(out, r->p, 4);
    if (r->swap)
        *out = __builtin_bswap32(*out);
    r->p += 4;
    r->n -= 4;
    return true;
}

static uint32_t flat_type(uint32_t code)
{
    return (code & 0xFFFF) % 1000;
}

/* Byte order and type; ISO and EWKB marks of z and m become traits. */
static bool read_head(struct loose *r, uint32_t *type)
{
    uint32_t code, srid;
    if (r->n < 5 || r->p[0] > 1) {
        r->bad = true;
        return false;
    }
    r->swap = r->p[0] == 0;
    r->p++;
    r->n--;
    if (!read_u32(r, &code))
        return false;
    uint32_t iso = (code & 0xFFFF) / 1000;
    bool z = (code & 0x80000000) || iso == 1 || iso == 3;
    bool m = (code & 0x40000000) || iso == 2 || iso == 3;
    r->dims = 2 + (size_t)z + (size_t)m;
    r->trait |= (uint16_t)((z ? GT_TRAIT_Z : 0) | (m ? GT_TRAIT_M : 0));
    *type = flat_type(code);
    return !(code & 0x20000000) || read_u32(r, &srid);
}

static double read_f64(const struct loose *r, const unsigned char *p)
{
    uint64_t bits;
    double v;
    memcpy(&bits, p, 8);
    if (r->swap)
        bits = __builtin_bswap64(bits);
    memcpy(&v, &bits, 8);
    return v;
}

/* Adds n points, or passes over them. */
static enum gt_status read_points(struct loose *r, size_t n, bool take, struct gt_err *err)
{
    struct gt_shape_builder *b = r->b;
    size_t stride = r->dims * 8;
    if (n > r->n / stride) {
        r->bad = true;
        return GT_OK;
    }
    if (take)
        GT_TRY(
            gt_shape_room(b->a, &b->xy, b->n_points + n + 1, &b->xy_cap, 2 * sizeof *b->xy, err));
    for (size_t i = 0; take && i < n; i++) {
        double x = read_f64(r, r->p + i * stride), y = read_f64(r, r->p + i * stride + 8);
        if (!isfinite(x) || !isfinite(y))
            r->trait |= GT_TRAIT_NOT_FINITE;
        b->xy[2 * b->n_points] = x;
        b->xy[2 * b->n_points + 1] = y;
        b->n_points++;
    }
    r->p += n * stride;
    r->n -= n * stride;
    return GT_OK;
}

static enum gt_status end_part(struct loose *r, bool outer, struct gt_err *err)
{
    struct gt_shape_builder *b = r->b;
    GT_TRY(gt_shape_room(b->a, &b->point, b->n_parts + 1, &b->point_cap, sizeof *b->point, err));
    GT_TRY(gt_shape_room(b->a, &b->outer, b->n_parts + 1, &b->outer_cap, 1, err));
    b->outer[b->n_parts] = outer;
    b->point[++b->n_parts] = (int64_t)b->n_points;
    return GT_OK;
}

/* A ring or a line. read_points has left room for the point that closes it. */
static enum gt_status read_run(struct loose *r, bool take, bool ring, bool outer,
                               struct gt_err *err)
{
    struct gt_shape_builder *b = r->b;
    size_t first = b->n_points;
    uint32_t n;
    if (!read_u32(r, &n) || n == 0)
        return GT_OK;
    GT_TRY(read_points(r, n, take, err));
    if (!take || r->bad)
        return GT_OK;
    const double *from = b->xy + 2 * first, *to = b->xy + 2 * (b->n_points - 1);
    if (ring && memcmp(from, to, 16) != 0 && !(from[0] == to[0] && from[1] == to[1])) {
        r->trait |= GT_TRAIT_OPEN;
        memcpy(b->xy + 2 * b->n_points, from, 16);
        b->n_points++;
    }
    if (b->n_points - first < (ring ? 4 : 2))
        r->trait |= GT_TRAIT_SHORT;
    return end_part(r, outer, err);
}

/* WKB has no count for a point: an empty one is two NaN. */
static enum gt_status read_point(struct loose *r, bool take, struct gt_err *err)
{
    bool empty = r->n >= 16 && isnan(read_f64(r, r->p)) && isnan(read_f64(r, r->p + 8));
    GT_TRY(read_points(r, 1, take && !empty, err));
    if (!take || empty || r->bad)
        return GT_OK;
    r->members++;
    return end_part(r, true, err);
}

static enum gt_status read_polygon(struct loose *r, bool take, struct gt_err *err)
{
    uint32_t n;
    if (!read_u32(r, &n))
        return GT_OK;
    r->members += take && n > 0;
    for (uint32_t i = 0; i < n && !r->bad; i++)
        GT_TRY(read_run(r, take, true, i == 0, err));
    return GT_OK;
}

static enum gt_status read_single(struct loose *r, uint32_t type, struct gt_err *err)
{
    static const enum gt_shape_kind kinds[] = {
        [WKB_POINT] = GT_SHAPE_POINT, [WKB_LINE] = GT_SHAPE_LINE, [WKB_POLYGON] = GT_SHAPE_POLYGON};
    bool take = kinds[type] == r->b->kind;
    if (!take)
        r->trait |= GT_TRAIT_OTHER_KIND;
    if (type == WKB_POINT)
        return read_point(r, take, err);
    if (type == WKB_POLYGON)
        return read_polygon(r, take, err);
    r->members += take;
    return read_run(r, take, false, true, err);
}

static enum gt_status read_any(struct loose *r, int depth, struct gt_err *err)
{
    uint32_t type, n;
    if (!read_head(r, &type))
        return GT_OK;
    if (type == WKB_TRIANGLE)
        type = WKB_POLYGON;
    if (type >= WKB_POINT && type <= WKB_POLYGON)
        return read_single(r, type, err);
    bool many = (type >= WKB_MULTI_POINT && type <= WKB_COLLECTION) || type == WKB_SURFACE ||
                type == WKB_TIN;
    if (!many || depth >= DEEPEST || !read_u32(r, &n)) {
        r->bad = true;
        return GT_OK;
    }
    for (uint32_t i = 0; i < n && !r->bad; i++)
        GT_TRY(read_any(r, depth + 1, err));
    return GT_OK;
}

enum gt_status gt_shape_add_loose(struct gt_shape_builder *b, const void *wkb, size_t n,
                                  uint16_t *trait, struct gt_err *err)
{
    struct gt_shape_builder before = *b;
    struct loose r = {.b = b, .p = wkb, .n = n};
    GT_TRY(read_any(&r, 0, err));
    if (r.bad)
        r.trait = GT_TRAIT_UNREADABLE;
    bool left_out = r.trait & (GT_TRAIT_NOT_FINITE | GT_TRAIT_UNREADABLE);
    if (left_out)
        gt_shape_back(b, &before);
    else if (b->n_points == before.n_points && !(r.trait & GT_TRAIT_OTHER_KIND))
        r.trait |= GT_TRAIT_EMPTY;
    if (r.members > 1)
        r.trait |= GT_TRAIT_MULTI;
    *trait |= r.trait;
    return gt_shape_add_empty(b, err);
}

bool gt_wkb_is_curved(const void *wkb, size_t n)
{
    struct loose r = {.p = wkb, .n = n};
    uint32_t type;
    return read_head(&r, &type) && type > WKB_COLLECTION && type < WKB_SURFACE;
}
