/* ground.h: lengths on the ellipsoid of edges of a CRS; what areas, buffers and lines share. */
#ifndef GUOTU_VECTOR_GROUND_H
#define GUOTU_VECTOR_GROUND_H

#include "guotu/vector.h"

/* One a worker. */
struct gt_ground {
    const struct gt_crs *crs;
    struct gt_xform *to_degrees;
    const struct gt_geodesic *geodesic;
};
GT_MUST enum gt_status gt_ground_open(struct gt_arena *a, const struct gt_crs *crs, int n,
                                      struct gt_ground **out, struct gt_err *err);
/* Metres of the straight edge p[0], p[1] to p[2], p[3]: geodesics between points at most 5 km
 * apart. NaN outside the CRS's domain. */
double gt_ground_edge(const struct gt_ground *g, const double p[4]);
/* Metres a unit of x and of y at a place; false: outside the domain. */
bool gt_ground_scale(const struct gt_ground *g, double x, double y, double m[2]);

#endif
