/* shift.h: what applying and fitting parameters between datums share. Part of module geo; builds on
 * geo_int.h. */
#ifndef GUOTU_GEO_SHIFT_H
#define GUOTU_GEO_SHIFT_H

#include "geo_int.h"

#define GT_ARCSEC (GT_RAD / 3600)

/* Degrees and metres of height to geocentric metres, and back. */
void gt_geocentric(double a, double f, const double lonlath[3], double xyz[3]);
void gt_geodetic(double a, double f, const double xyz[3], double lonlath[3]);
/* The similarity in space, by the kind's convention. */
void gt_shift_xyz(const struct gt_shift *s, const double in[3], double out[3]);
void gt_shift_plane(const struct gt_shift *s, double xy[2]);
/* The geographic system of a datum; GT_EINPUT where it has no code. */
GT_MUST enum gt_status gt_shift_degrees_crs(struct gt_arena *a, const struct gt_crs *crs,
                                            const struct gt_crs **out, struct gt_err *err);

#endif
