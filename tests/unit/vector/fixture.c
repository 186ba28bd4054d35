/* fixture.c: what the tests of module vector share. */
#include "fixture.h"

#include <math.h>

double fix_dice(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / 9007199254740992.0;
}

const struct gt_shapes *fix_shapes(struct gt_arena *a, enum gt_shape_kind kind, const char *crs,
                                   size_t n, const int64_t *part, const int64_t *point,
                                   const double *xy)
{
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    struct gt_err err = {0};
    *s = (struct gt_shapes){.kind = kind, .n = n, .part = part, .point = point, .xy = xy};
    s->box = (struct gt_box){(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    T_STATUS_ERR(gt_crs_parse(a, crs, &s->crs, &err), GT_OK, &err);
    for (int64_t i = 0; i < point[part[n]]; i++) {
        s->box.x0 = fmin(s->box.x0, xy[2 * i]);
        s->box.x1 = fmax(s->box.x1, xy[2 * i]);
        s->box.y0 = fmin(s->box.y0, xy[2 * i + 1]);
        s->box.y1 = fmax(s->box.y1, xy[2 * i + 1]);
    }
    return s;
}
