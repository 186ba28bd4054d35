/* Voids from the cells around them: the mean of the nearest value in each of 16 directions,
 * weighted by the inverse square of its distance in cells. Cost: nothing for cells that have a
 * value, 16*radius at most for a void. The order of the directions is fixed, so the result does not
 * depend on blocks. */
#include "raster_int.h"

#include <stdlib.h>

static int fill_radius(const struct gt_pass *p, const struct gt_step *s)
{
    (void)p;
    return s->radius;
}

static const int DIRECTIONS[16][2] = {{1, 0},  {2, 1},  {1, 1},  {1, 2},   {0, 1},   {-1, 2},
                                      {-1, 1}, {-2, 1}, {-1, 0}, {-2, -1}, {-1, -1}, {-1, -2},
                                      {0, -1}, {1, -2}, {1, -1}, {2, -1}};

static float fill_cell(const float *const *in, int64_t j, int radius)
{
    double sum = 0, weight = 0;
    for (int d = 0; d < 16; d++) {
        int dx = DIRECTIONS[d][0], dy = DIRECTIONS[d][1];
        int step = abs(dx) > abs(dy) ? abs(dx) : abs(dy);
        for (int k = 1; k * step <= radius; k++) {
            double v = (double)in[radius + k * dy][j + k * dx];
            if (v != v)
                continue;
            double w = 1.0 / ((double)k * k * (dx * dx + dy * dy));
            sum += w * v;
            weight += w;
            break;
        }
    }
    return weight > 0 ? (float)(sum / weight) : NAN;
}

static void fill_row(const struct gt_row *r)
{
    int radius = r->node->radius;
    const float *here = r->in[0][radius];
    for (int64_t j = 0; j < r->n; j++)
        r->out[j] = here[j] == here[j] ? here[j] : fill_cell(r->in[0], j, radius);
}

const struct gt_kernel gt_kernel_fill = {.radius = fill_radius, .row = fill_row};
