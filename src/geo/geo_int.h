/* geo_int.h: what the files of module geo share: PROJ's context and handles, the ellipsoid's radii.
 */
#ifndef GUOTU_GEO_INT_H
#define GUOTU_GEO_INT_H

#include "guotu/geo.h"

#include <math.h>
#include <proj.h>

#define GT_RAD (M_PI / 180)

/* ---- PROJ (proj.c) ---- */

/* One context: no network, nothing printed; the last message is kept for our errors. Its address
 * must not change while it is open. */
struct gt_proj {
    PJ_CONTEXT *ctx;
    char log[300];
};
GT_MUST enum gt_status gt_proj_open(struct gt_proj *p, struct gt_err *err);
void gt_proj_close(struct gt_proj *p);
void gt_proj_pj_auto(PJ **pj);
#define GT_AUTO_PROJ __attribute__((cleanup(gt_proj_close))) struct gt_proj
#define GT_AUTO_PJ __attribute__((cleanup(gt_proj_pj_auto))) PJ *

/* The operation between two CRS in normalised axis order; NULL: PROJ knows none but a ballpark. */
PJ *gt_proj_between(struct gt_proj *p, const PJ *from, const PJ *to);
/* In place, n pairs; pairs that cannot be transformed become NaN. */
void gt_proj_pairs(PJ *pj, PJ_DIRECTION way, double *xy, size_t n);

/* ---- A transformation's three legs (xform.c) ---- */

/* Each leg may be NULL: nothing to do. Angles between legs are longitude and latitude in degrees.
 */
struct gt_xform {
    struct gt_proj proj;
    PJ *unproject; /* from -> its geographic CRS */
    PJ *datum;     /* geographic CRS of from -> geographic CRS of to */
    PJ *project;   /* geographic CRS of to -> to */
};
/* The first two legs. */
void gt_xform_degrees(struct gt_xform *t, double *xy, size_t n);

/* ---- The ellipsoid (ellipsoid.c) ---- */

/* Metres on the ground for one radian: of longitude along the parallel, of latitude along the
 * meridian. */
struct gt_radii {
    double parallel, meridian;
};
struct gt_radii gt_radii_at(double a, double f, double lat_deg);
/* As gt_zone_m2, by the middle parallel and the difference of latitude: exact for the smallest
 * cells. */
double gt_zone_mid_m2(double a, double f, double lat_mid, double dlat, double dlon);

#endif
