/* clip_polygon.c: polygons made ready for shared areas: which rings are holes, which way they turn,
 * and whether they bound an area at all. All of it by areas too: a ring lies in another when they
 * share its area, and rings that cross themselves or each other share more with themselves than
 * their signed areas sum to. */
#include "clip_int.h"

#include <math.h>

static double ring_area(const double *xy, size_t points)
{
    double sum = 0;
    for (const double *p = xy; p < xy + 2 * points - 2; p += 2)
        sum += (p[0] - xy[0]) * (p[3] - xy[1]) - (p[2] - xy[0]) * (p[1] - xy[1]);
    return sum / 2;
}

static struct gt_box ring_box(const double *xy, size_t points)
{
    struct gt_box b = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (const double *p = xy; p < xy + 2 * points; p += 2) {
        if (!isfinite(p[0]) || !isfinite(p[1]))
            return (struct gt_box){NAN, NAN, NAN, NAN};
        b = (struct gt_box){p[0] < b.x0 ? p[0] : b.x0, p[1] < b.y0 ? p[1] : b.y0,
                            p[0] > b.x1 ? p[0] : b.x1, p[1] > b.y1 ? p[1] : b.y1};
    }
    return b;
}

struct rings {
    const struct gt_clip *p;
    const double *area; /* signed, by ring */
    const struct gt_box *box;
};

/* Ring i alone, counterclockwise. */
static struct gt_clip ring_of(const struct rings *r, size_t i, int8_t sign[static 1])
{
    sign[0] = r->area[i] < 0 ? -1 : 1;
    return (struct gt_clip){.xy = r->p->xy,
                            .point = r->p->point + i,
                            .rings = 1,
                            .sign = sign,
                            .tree = r->p->tree ? r->p->tree + i : NULL,
                            .box = r->box[i]};
}

/* In how many larger rings it lies; of equal ones the later lies in the earlier. */
static int depth_of(struct gt_clip_desk *d, const struct rings *r, size_t i)
{
    int depth = 0;
    int8_t own, other;
    struct gt_clip small = ring_of(r, i, &own);
    double area = fabs(r->area[i]);
    for (size_t k = 0; k < r->p->rings; k++) {
        double larger = fabs(r->area[k]);
        if (k == i || larger < area || (larger == area && k > i) ||
            !gt_box_meets(r->box[i], r->box[k]))
            continue;
        struct gt_clip large = ring_of(r, k, &other);
        depth += gt_clip_area(d, &small, &large, NULL) > area / 2;
    }
    return depth;
}

/* In square units: parts that rounding alone makes, and parts that nobody measures. */
static double tolerance_of(struct gt_box b)
{
    return 1e-12 * (b.x1 - b.x0) * (b.y1 - b.y0);
}

static const struct gt_box *const *trees(struct gt_arena *a, const struct gt_clip *p)
{
    const struct gt_box **tree = NULL;
    for (size_t i = 0; i < p->rings; i++) {
        size_t points = (size_t)(p->point[i + 1] - p->point[i]);
        if (points <= GT_CLIP_SHORT)
            continue;
        if (!tree)
            tree = GT_TAKE_N(a, const struct gt_box *, p->rings);
        tree[i] = gt_clip_tree(a, p->xy + 2 * p->point[i], points - 1);
    }
    return tree;
}

static struct gt_box box_of(const struct gt_box *box, size_t n)
{
    struct gt_box all = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t i = 0; i < n; i++) {
        if (isnan(box[i].x0))
            return box[i];
        all = (struct gt_box){fmin(all.x0, box[i].x0), fmin(all.y0, box[i].y0),
                              fmax(all.x1, box[i].x1), fmax(all.y1, box[i].y1)};
    }
    return all;
}

/* Signs and area of more than one ring. */
static void order_rings(struct gt_clip_desk *d, const struct rings *r, int8_t *sign, double *plane)
{
    *plane = 0;
    for (size_t i = 0; i < r->p->rings; i++) {
        bool hole = depth_of(d, r, i) % 2 != 0;
        sign[i] = (int8_t)((r->area[i] < 0) != hole ? -1 : 1);
        *plane += hole ? -fabs(r->area[i]) : fabs(r->area[i]);
    }
}

bool gt_clip_ready(struct gt_arena *a, struct gt_clip_desk *d, const struct gt_shapes *s, size_t i,
                   struct gt_clip *out)
{
    enum { FEW = 8 };
    static const int8_t forward = 1, backward = -1;
    size_t n = (size_t)(s->part[i + 1] - s->part[i]);
    double few_areas[FEW], *area = few_areas;
    struct gt_box few_boxes[FEW], *box = few_boxes;
    GT_AUTO_ARENA scratch = n > FEW ? gt_arena_new() : NULL;
    if (n > FEW) {
        area = GT_TAKE_N(scratch, double, n);
        box = GT_TAKE_N(scratch, struct gt_box, n);
    }
    *out = (struct gt_clip){.xy = s->xy, .point = s->point + s->part[i], .rings = n};
    for (size_t k = 0; k < n; k++) {
        const double *xy = s->xy + 2 * out->point[k];
        size_t points = (size_t)(out->point[k + 1] - out->point[k]);
        box[k] = ring_box(xy, points);
        area[k] = points < 2 ? 0 : ring_area(xy, points);
    }
    out->box = n > 0 ? box_of(box, n) : (struct gt_box){NAN, NAN, NAN, NAN};
    if (!(out->box.x0 < out->box.x1 && out->box.y0 < out->box.y1)) {
        out->box = (struct gt_box){NAN, NAN, NAN, NAN};
        return true;
    }
    out->tree = trees(a, out);
    if (n == 1) {
        out->sign = area[0] < 0 ? &backward : &forward;
        out->plane = fabs(area[0]);
    } else {
        int8_t *sign = gt_take(a, n);
        struct rings r = {out, area, box};
        order_rings(d, &r, sign, &out->plane);
        out->sign = sign;
    }
    return fabs(gt_clip_area(d, out, out, NULL) - out->plane) <= tolerance_of(out->box);
}
