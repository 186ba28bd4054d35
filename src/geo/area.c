/* area.c: the ground of polygons on the ellipsoid: their rings, made dense, in an equal-area
 * projection, where a plane polygon has the area that it has on the ground. */
#include "guotu/geo.h"

#include <math.h>

struct rings {
    const struct gt_shapes *s;
    int64_t from, to; /* parts of one feature */
};

/* Twice the area, signed; taken from the ring's first point so that few digits are lost. */
static double ring_area2(const struct gt_shapes *s, int64_t part)
{
    const double *p = s->xy + 2 * s->point[part], *first = p;
    int64_t n = s->point[part + 1] - s->point[part];
    double sum = 0;
    for (int64_t i = 0; i + 1 < n; i++, p += 2)
        sum += (p[0] - first[0]) * (p[3] - first[1]) - (p[2] - first[0]) * (p[1] - first[1]);
    return sum;
}

static bool ring_holds(const struct gt_shapes *s, int64_t part, double x, double y)
{
    bool in = false;
    for (int64_t i = s->point[part]; i + 1 < s->point[part + 1]; i++) {
        const double *p = s->xy + 2 * i;
        if ((p[1] > y) != (p[3] > y) && x < p[0] + (y - p[1]) / (p[3] - p[1]) * (p[2] - p[0]))
            in = !in;
    }
    return in;
}

/* In how many other rings of the feature this one lies, asked at the middle of its first edge. */
static int depth_of(const struct rings *r, int64_t part)
{
    const double *p = r->s->xy + 2 * r->s->point[part];
    int depth = 0;
    if (r->s->point[part + 1] - r->s->point[part] < 2)
        return 0;
    for (int64_t other = r->from; other < r->to; other++)
        depth += other != part && ring_holds(r->s, other, (p[0] + p[2]) / 2, (p[1] + p[3]) / 2);
    return depth;
}

enum gt_status gt_shapes_area_m2(struct gt_arena *a, const struct gt_shapes *s, double *out,
                                 struct gt_err *err)
{
    const struct gt_crs *equal;
    const struct gt_shapes *flat;
    GT_TRY(gt_crs_parse(a, "tibet-albers", &equal, err));
    GT_TRY(gt_shapes_to_crs(a, s, equal, 1e-3, &flat, err));
    for (size_t i = 0; i < flat->n; i++) {
        struct rings r = {flat, flat->part[i], flat->part[i + 1]};
        out[i] = 0;
        for (int64_t part = r.from; part < r.to; part++) {
            double area = fabs(ring_area2(flat, part)) / 2;
            out[i] += depth_of(&r, part) % 2 ? -area : area;
        }
    }
    return GT_OK;
}
