/* sketch.c: puts the shapes and attributes of a vector layer together, and draws rough lines. */
#include "sample_int.h"

#include <math.h>
#include <string.h>

void gt_sketch_feature(struct gt_sketch *k)
{
    *GT_PUSH(k->a, &k->part) = (int64_t)k->point.n;
}

void gt_sketch_part(struct gt_sketch *k)
{
    *GT_PUSH(k->a, &k->point) = (int64_t)k->xy.n / 2;
}

void gt_sketch_point(struct gt_sketch *k, double x, double y)
{
    *GT_PUSH(k->a, &k->xy) = floor((k->s->x0 + x) * 1000 + 0.5) / 1000;
    *GT_PUSH(k->a, &k->xy) = floor((k->s->y0 - y) * 1000 + 0.5) / 1000;
}

void gt_sketch_spot(struct gt_sketch *k, double x, double y)
{
    gt_sketch_feature(k);
    gt_sketch_part(k);
    gt_sketch_point(k, x, y);
}

void gt_sketch_text(struct gt_sketch *k, const char *text)
{
    struct gt_value v = {.kind = text ? GT_V_TEXT : GT_V_NODATA, .text = text};
    *GT_PUSH(k->a, &k->value) = v;
}

void gt_sketch_num(struct gt_sketch *k, double num)
{
    *GT_PUSH(k->a, &k->value) = (struct gt_value){.kind = GT_V_NUM, .num = num};
}

void gt_sketch_end(struct gt_sketch *k, struct gt_sample_features *out)
{
    const double nan = (double)NAN;
    struct gt_box box = {nan, nan, nan, nan};
    size_t n = k->part.n;
    for (size_t i = 0; i < k->xy.n; i += 2) {
        double x = k->xy.v[i], y = k->xy.v[i + 1];
        box.x0 = i && box.x0 <= x ? box.x0 : x;
        box.y0 = i && box.y0 <= y ? box.y0 : y;
        box.x1 = i && box.x1 >= x ? box.x1 : x;
        box.y1 = i && box.y1 >= y ? box.y1 : y;
    }
    gt_sketch_feature(k); /* the end marks of the last feature and part */
    gt_sketch_part(k);
    *out = (struct gt_sample_features){
        .shapes = {k->kind, k->s->crs, n, k->part.v, k->point.v, k->xy.v, box},
        .n_fields = k->n_fields,
        .field = k->field,
        .value = k->value.v};
}

/* Sets the point in the middle between i and j aside, and those between by and by. */
static void displace(uint64_t seed, enum gt_stream stream, int64_t key, int span, int n, double *xy)
{
    double share = span == n - 1 ? 0.12 : 0.10;
    for (int i = 0; i + span < n; i += span) {
        int j = i + span, m = i + span / 2;
        double dx = xy[2 * j] - xy[2 * i], dy = xy[2 * j + 1] - xy[2 * i + 1];
        double off = share * (2 * gt_sample_unit(seed, stream, key, m) - 1);
        xy[2 * m] = (xy[2 * i] + xy[2 * j]) / 2 - off * dy;
        xy[2 * m + 1] = (xy[2 * i + 1] + xy[2 * j + 1]) / 2 + off * dx;
    }
}

void gt_sample_rough_line(uint64_t seed, enum gt_stream stream, int64_t key, const double ends[4],
                          int n, double *xy)
{
    memcpy(xy, ends, 2 * sizeof *xy);
    memcpy(xy + 2 * (n - 1), ends + 2, 2 * sizeof *xy);
    for (int span = n - 1; span > 1; span /= 2)
        displace(seed, stream, key, span, n, xy);
}
