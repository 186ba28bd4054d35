/* wkb.c: reads well-known binary into flat shapes; every count is checked against the bytes left.
 */
#include "wkb.h"

#include <math.h>
#include <string.h>

enum { WKB_POINT = 1, WKB_LINE, WKB_POLYGON, WKB_MULTI_POINT, WKB_MULTI_LINE, WKB_MULTI_POLYGON };

/* ---- Growing ---- */

enum gt_status gt_shape_room(struct gt_arena *a, void *vec, size_t n, size_t *cap, size_t size,
                             struct gt_err *err)
{
    if (n < *cap)
        return GT_OK;
    void *old, *more;
    memcpy(&old, vec, sizeof old);
    size_t want = *cap * 2 > n ? *cap * 2 : n + 64;
    GT_TRY(gt_reserve(a, want, size, "geometries", &more, err));
    if (old)
        memcpy(more, old, *cap * size);
    memcpy(vec, &more, sizeof more);
    *cap = want;
    return GT_OK;
}

void gt_shape_begin(struct gt_shape_builder *b, struct gt_arena *a, enum gt_shape_kind kind)
{
    *b = (struct gt_shape_builder){.a = a, .kind = kind};
    b->part = GT_TAKE_N(a, int64_t, 1);
    b->point = GT_TAKE_N(a, int64_t, 1);
    b->part_cap = b->point_cap = 1;
}

enum gt_status gt_shape_add_empty(struct gt_shape_builder *b, struct gt_err *err)
{
    GT_TRY(gt_shape_room(b->a, &b->part, b->n + 1, &b->part_cap, sizeof *b->part, err));
    b->part[++b->n] = (int64_t)b->n_parts;
    return GT_OK;
}

enum gt_status gt_shape_add_point(struct gt_shape_builder *b, double x, double y,
                                  struct gt_err *err)
{
    GT_TRY(gt_shape_room(b->a, &b->xy, b->n_points, &b->xy_cap, 2 * sizeof *b->xy, err));
    b->xy[2 * b->n_points] = x;
    b->xy[2 * b->n_points + 1] = y;
    b->n_points++;
    return GT_OK;
}

enum gt_status gt_shape_end_part(struct gt_shape_builder *b, struct gt_err *err)
{
    GT_TRY(gt_shape_room(b->a, &b->point, b->n_parts + 1, &b->point_cap, sizeof *b->point, err));
    b->point[++b->n_parts] = (int64_t)b->n_points;
    return GT_OK;
}

bool gt_shape_last_meets(const struct gt_shape_builder *b, struct gt_box box)
{
    int64_t from = b->point[b->part[b->n - 1]], to = b->point[b->part[b->n]];
    struct gt_box own = {(double)INFINITY, (double)INFINITY, -(double)INFINITY, -(double)INFINITY};
    for (int64_t i = from; i < to; i++) {
        const double *p = b->xy + 2 * i;
        own.x0 = p[0] < own.x0 ? p[0] : own.x0;
        own.x1 = p[0] > own.x1 ? p[0] : own.x1;
        own.y0 = p[1] < own.y0 ? p[1] : own.y0;
        own.y1 = p[1] > own.y1 ? p[1] : own.y1;
    }
    return from < to && gt_box_meets(own, box);
}

void gt_shape_back(struct gt_shape_builder *b, const struct gt_shape_builder *before)
{
    b->n = before->n;
    b->n_parts = before->n_parts;
    b->n_points = before->n_points;
}

enum gt_status gt_shape_expect(struct gt_shape_builder *b, int64_t features, struct gt_err *err)
{
    double times = b->n ? (double)features / (double)b->n * 1.02 : 0;
    double parts = (double)b->n_parts * times, points = (double)b->n_points * times;
    if (!(points < 1e12 && parts < 1e12 && times > 1))
        return GT_OK;
    GT_TRY(gt_shape_room(b->a, &b->part, (size_t)features + 1, &b->part_cap, sizeof *b->part, err));
    GT_TRY(gt_shape_room(b->a, &b->point, (size_t)parts + 1, &b->point_cap, sizeof *b->point, err));
    return gt_shape_room(b->a, &b->xy, (size_t)points + 1, &b->xy_cap, 2 * sizeof *b->xy, err);
}

const struct gt_shapes *gt_shape_end(struct gt_shape_builder *b, const struct gt_crs *crs)
{
    struct gt_shapes *s = GT_TAKE(b->a, struct gt_shapes);
    struct gt_box box = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    for (size_t i = 0; i < b->n_points; i++) {
        const double *p = b->xy + 2 * i;
        box.x0 = box.x0 <= p[0] ? box.x0 : p[0];
        box.x1 = box.x1 >= p[0] ? box.x1 : p[0];
        box.y0 = box.y0 <= p[1] ? box.y0 : p[1];
        box.y1 = box.y1 >= p[1] ? box.y1 : p[1];
    }
    *s = (struct gt_shapes){
        .kind = b->kind,
        .crs = crs,
        .n = b->n,
        .part = b->part,
        .point = b->point,
        .xy = b->xy ? b->xy : GT_TAKE_N(b->a, double, 2),
        .box = box,
    };
    return s;
}

/* ---- Reading ---- */

struct reader {
    const unsigned char *p;
    size_t n;
    bool swap;
    int dims;
};

static enum gt_status cut_off(struct gt_err *err)
{
    return gt_fail(err, GT_EINPUT, "expected a whole geometry, found one that is cut off");
}

static bool read_u32(struct reader *r, uint32_t *out)
{
    if (r->n < 4)
        return false;
    memcpy(out, r->p, 4);
    if (r->swap)
        *out = __builtin_bswap32(*out);
    r->p += 4;
    r->n -= 4;
    return true;
}

/* Byte order and type; ISO and EWKB marks of z and m. */
static enum gt_status read_head(struct reader *r, uint32_t *type, struct gt_err *err)
{
    if (r->n < 5)
        return cut_off(err);
    if (r->p[0] > 1)
        return gt_fail(err, GT_EINPUT, "expected a geometry's byte order 0 or 1, found %d",
                       r->p[0]);
    r->swap = r->p[0] == 0;
    r->p++;
    r->n--;
    uint32_t code;
    if (!read_u32(r, &code))
        return cut_off(err);
    uint32_t iso = (code & 0xFFFF) / 1000;
    bool z = (code & 0x80000000) || iso == 1 || iso == 3;
    bool m = (code & 0x40000000) || iso == 2 || iso == 3;
    r->dims = 2 + z + m;
    if ((code & 0x20000000) && !read_u32(r, &(uint32_t){0}))
        return cut_off(err);
    *type = (code & 0xFFFF) % 1000;
    return GT_OK;
}

static double read_f64(const unsigned char *p, bool swap)
{
    uint64_t bits;
    double v;
    memcpy(&bits, p, 8);
    if (swap)
        bits = __builtin_bswap64(bits);
    memcpy(&v, &bits, 8);
    return v;
}

static enum gt_status read_points(struct gt_shape_builder *b, struct reader *r, size_t n,
                                  struct gt_err *err)
{
    size_t stride = (size_t)r->dims * 8;
    if (n > r->n / stride)
        return cut_off(err);
    GT_TRY(gt_shape_room(b->a, &b->xy, b->n_points + n, &b->xy_cap, 2 * sizeof *b->xy, err));
    if (!r->swap && r->dims == 2) {
        memcpy(b->xy + 2 * b->n_points, r->p, n * stride);
        b->n_points += n;
        r->p += n * stride;
        r->n -= n * stride;
        return GT_OK;
    }
    for (size_t i = 0; i < n; i++, r->p += stride) {
        b->xy[2 * b->n_points] = read_f64(r->p, r->swap);
        b->xy[2 * b->n_points + 1] = read_f64(r->p + 8, r->swap);
        b->n_points++;
    }
    r->n -= n * stride;
    return GT_OK;
}

static enum gt_status read_counted(struct gt_shape_builder *b, struct reader *r, struct gt_err *err)
{
    uint32_t n;
    if (!read_u32(r, &n))
        return cut_off(err);
    if (n == 0)
        return GT_OK;
    GT_TRY(read_points(b, r, n, err));
    return gt_shape_end_part(b, err);
}

/* WKB has no count for a point: an empty one is two NaN. */
static enum gt_status read_point(struct gt_shape_builder *b, struct reader *r, struct gt_err *err)
{
    if (r->n >= 16 && isnan(read_f64(r->p, r->swap)) && isnan(read_f64(r->p + 8, r->swap))) {
        size_t stride = (size_t)r->dims * 8;
        if (r->n < stride)
            return cut_off(err);
        r->p += stride;
        r->n -= stride;
        return GT_OK;
    }
    GT_TRY(read_points(b, r, 1, err));
    return gt_shape_end_part(b, err);
}

static enum gt_status read_rings(struct gt_shape_builder *b, struct reader *r, struct gt_err *err)
{
    uint32_t n;
    if (!read_u32(r, &n))
        return cut_off(err);
    for (uint32_t i = 0; i < n; i++)
        GT_TRY(read_counted(b, r, err));
    return GT_OK;
}

static enum gt_status read_single(struct gt_shape_builder *b, struct reader *r, uint32_t type,
                                  struct gt_err *err)
{
    static const enum gt_shape_kind kinds[] = {
        [WKB_POINT] = GT_SHAPE_POINT, [WKB_LINE] = GT_SHAPE_LINE, [WKB_POLYGON] = GT_SHAPE_POLYGON};
    if (type < WKB_POINT || type > WKB_POLYGON || kinds[type] != b->kind)
        return gt_fail(err, GT_EINPUT, "expected a %s, found geometry type %u",
                       b->kind == GT_SHAPE_POINT  ? "point"
                       : b->kind == GT_SHAPE_LINE ? "line"
                                                  : "polygon",
                       type);
    if (type == WKB_POINT)
        return read_point(b, r, err);
    return type == WKB_LINE ? read_counted(b, r, err) : read_rings(b, r, err);
}

static enum gt_status read_any(struct gt_shape_builder *b, struct reader *r, struct gt_err *err)
{
    uint32_t type, n;
    GT_TRY(read_head(r, &type, err));
    if (type < WKB_MULTI_POINT || type > WKB_MULTI_POLYGON)
        return read_single(b, r, type, err);
    uint32_t member = type - 3;
    if (!read_u32(r, &n))
        return cut_off(err);
    for (uint32_t i = 0; i < n; i++) {
        GT_TRY(read_head(r, &type, err));
        if (type != member)
            return gt_fail(err, GT_EINPUT, "expected members of type %u, found type %u", member,
                           type);
        GT_TRY(read_single(b, r, type, err));
    }
    return GT_OK;
}

enum gt_status gt_shape_add_wkb(struct gt_shape_builder *b, const void *wkb, size_t n,
                                struct gt_err *err)
{
    struct reader r = {.p = wkb, .n = n};
    GT_TRY(read_any(b, &r, err));
    return gt_shape_add_empty(b, err);
}
