/* clip_ground.c: the ground's scale over a layer, as polynomials of the second order about the
 * middles of a lattice of cells of 4 km; what is left out is below 1e-10 of an area. */
#include "clip_int.h"

#include <math.h>

struct gt_clip_ground {
    const struct gt_areal *form;
    struct gt_box box;
    double cell;
};

static const double cell_m = 4000, degree_m = 111320;

double gt_clip_ground_widest(const struct gt_clip_ground *g)
{
    return g->cell;
}

enum gt_status gt_clip_ground_new(struct gt_arena *a, const struct gt_crs *crs, struct gt_box box,
                                  const struct gt_clip_ground **out, struct gt_err *err)
{
    struct gt_clip_ground *g = GT_TAKE(a, struct gt_clip_ground);
    g->cell = cell_m / (crs->kind == GT_CRS_GEOGRAPHIC ? degree_m : crs->unit_m);
    g->box = box;
    struct gt_box wide = {box.x0 - 3 * g->cell, box.y0 - 3 * g->cell, box.x1 + 3 * g->cell,
                          box.y1 + 3 * g->cell};
    if (crs->kind == GT_CRS_GEOGRAPHIC && box.y0 >= -90 && box.y1 <= 90) {
        wide.y0 = fmax(wide.y0, -90);
        wide.y1 = fmin(wide.y1, 90);
    }
    g->box = wide;
    *out = g;
    return gt_areal_new(a, crs, wide, &g->form, err);
}

/* Mean m2 a square unit over the square of side c around x, y. */
static double mean_at(const struct gt_clip_ground *g, double x, double y)
{
    double c = g->cell / 2;
    double ring[] = {x - c, y - c, x + c, y - c, x + c, y + c, x - c, y + c, x - c, y - c};
    double m2 = 0;
    for (int i = 0; i < 8; i += 2)
        m2 += gt_areal_edge(g->form, ring[i], ring[i + 1], ring[i + 2], ring[i + 3]);
    return m2 / ((ring[2] - ring[0]) * (ring[5] - ring[3]));
}

static double within(double v, double low, double high)
{
    return v < low ? low : v > high ? high : v;
}

/* From the means over 3 x 3 squares; that of x² over a square of side c is c²/12. */
static struct gt_clip_scale scale_about(const struct gt_clip_ground *g, double x, double y)
{
    double c = g->cell, m[3][3];
    x = within(x, g->box.x0 + 1.6 * c, g->box.x1 - 1.6 * c);
    y = within(y, g->box.y0 + 1.6 * c, g->box.y1 - 1.6 * c);
    for (int row = 0; row < 3; row++)
        for (int col = 0; col < 3; col++)
            m[row][col] = mean_at(g, x + (col - 1) * c, y + (row - 1) * c);
    double wxx = (m[1][2] - 2 * m[1][1] + m[1][0]) / (2 * c * c);
    double wyy = (m[2][1] - 2 * m[1][1] + m[0][1]) / (2 * c * c);
    return (struct gt_clip_scale){.x = x,
                                  .y = y,
                                  .w = m[1][1] - (wxx + wyy) * c * c / 12,
                                  .wx = (m[1][2] - m[1][0]) / (2 * c),
                                  .wy = (m[2][1] - m[0][1]) / (2 * c),
                                  .wxx = wxx,
                                  .wxy = (m[2][2] - m[2][0] - m[0][2] + m[0][0]) / (4 * c * c),
                                  .wyy = wyy};
}

struct gt_clip_scale gt_clip_ground_at(const struct gt_clip_ground *g, struct gt_clip_scales *c,
                                       double x, double y)
{
    int64_t col = (int64_t)floor((x - g->box.x0) / g->cell);
    int64_t row = (int64_t)floor((y - g->box.y0) / g->cell);
    size_t slot = (size_t)(col + 7 * row) % GT_CLIP_SCALES;
    if (!c->known[slot] || c->col[slot] != col || c->row[slot] != row) {
        c->v[slot] = scale_about(g, g->box.x0 + ((double)col + 0.5) * g->cell,
                                 g->box.y0 + ((double)row + 0.5) * g->cell);
        c->col[slot] = col;
        c->row[slot] = row;
        c->known[slot] = true;
    }
    return c->v[slot];
}
