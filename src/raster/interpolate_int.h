/* interpolate_int.h: what interpolation's files share. Private to raster. */
#ifndef GUOTU_INTERPOLATE_INT_H
#define GUOTU_INTERPOLATE_INT_H

#include "guotu/raster.h"

/* A place in which straight distances are metres on the ground: on the mean sphere, or in the
 * plane. */
struct gt_place {
    double x, y, z;
};
struct gt_place gt_place_of(const struct gt_crs *crs, double x, double y);
double gt_place_distance(struct gt_place p, struct gt_place q);

/* 0 at 0. */
double gt_variogram_at(const struct gt_variogram *v, double h_m);

/* The neighbours of a cell in ascending order, and what solving their system left behind: cells
 * with the same neighbours solve it once. Set variogram and places, and n to 0. */
struct gt_kriging {
    const struct gt_variogram *variogram;
    const struct gt_place *places;
    int n; /* 0: nothing is kept */
    int64_t point[GT_NEAREST_MAX];
    double lu[(GT_NEAREST_MAX + 1) * (GT_NEAREST_MAX + 1)];
    int pivot[GT_NEAREST_MAX + 1];
};
/* Weights of ordinary kriging for the place; they sum to 1. point: n of the places, ascending. */
void gt_kriging_weights(struct gt_kriging *k, int n, const int64_t *point, struct gt_place at,
                        double *weight);

#endif
