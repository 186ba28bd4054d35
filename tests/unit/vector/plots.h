/* plots.h: a made-up coverage of parcels for tests: a jittered grid whose borders have points
 * between, to the millimetre, and faults planted in it. */
#ifndef GUOTU_TEST_PLOTS_H
#define GUOTU_TEST_PLOTS_H

#include "guotu/vector.h"

#define PLOT_RINGS 4

/* A parcel: rings without the repeated first point. */
struct plot {
    int rings;
    int n[PLOT_RINGS];
    double *xy[PLOT_RINGS];
};
struct plots {
    struct gt_arena *a;
    int w, h;
    size_t n, cap;
    struct plot *v;
};
enum plot_place { PLOT_METRES, PLOT_SHEARED, PLOT_ZONE, PLOT_DEGREES };

/* w x h parcels of about 100 m; parcel (i, j) is v[j * w + i]; 4 * (mids + 1) points each, side by
 * side from the south-west corner on anticlockwise: south, east, north, west. */
struct plots *plots_new(struct gt_arena *a, int w, int h, int mids);
struct plot *plots_add(struct plots *p, const double *xy, int n);
/* Puts a point before place `at` of a ring. */
void plot_insert(struct gt_arena *a, struct plot *p, int ring, int at, double x, double y);
/* As a layer, moved to a place of the earth and rounded to the millimetre (degrees: 1e-8). */
const struct gt_layer_source *plots_layer(const struct plots *p, enum plot_place place);
const struct gt_shapes *plots_shapes(const struct plots *p, enum plot_place place);
/* The same place of a point. */
void plot_at(enum plot_place place, double *x, double *y);

/* What a check told. */
struct told {
    struct gt_arena *a;
    size_t n, cap;
    struct gt_flaw *v;
};
enum gt_status told_flaw(void *ctx, const struct gt_flaw *f, struct gt_err *err);
/* All of it in one line: "overlap 3 4; gap 1 2". */
const char *told_text(const struct told *t);

#endif
