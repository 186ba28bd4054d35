/* fixture.c: what the tests of module vector share. */
#include "fixture.h"

#include <math.h>

double fix_dice(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / 9007199254740992.0;
}

const struct gt_shapes *fix_shapes(struct gt_arena *a, const char *crs, struct gt_shapes given)
{
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    struct gt_err err = {0};
    *s = given;
    s->box = (struct gt_box){(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    T_STATUS_ERR(gt_crs_parse(a, crs, &s->crs, &err), GT_OK, &err);
    for (int64_t i = 0; i < s->point[s->part[s->n]]; i++) {
        s->box.x0 = fmin(s->box.x0, s->xy[2 * i]);
        s->box.x1 = fmax(s->box.x1, s->xy[2 * i]);
        s->box.y0 = fmin(s->box.y0, s->xy[2 * i + 1]);
        s->box.y1 = fmax(s->box.y1, s->xy[2 * i + 1]);
    }
    return s;
}
