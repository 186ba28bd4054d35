/* overlay_kit.h: what the tests of overlays share: polygons from dice, and the same by GEOS. */
#ifndef GUOTU_TEST_OVERLAY_KIT_H
#define GUOTU_TEST_OVERLAY_KIT_H

#include "guotu/vector.h"
#include "t.h"

#define GEOS_USE_ONLY_R_API
#include <geos_c.h>

/* ---- Layers that grow ---- */

struct kit_layer {
    struct gt_arena *a;
    GT_VEC(double) xy;
    GT_VEC(int64_t) point, part;
};
struct kit_layer kit_layer(struct gt_arena *a);
/* Rings are closed by the kit; a feature ends with kit_end. */
void kit_ring(struct kit_layer *l, const double *xy, size_t points);
void kit_end(struct kit_layer *l);
const struct gt_shapes *kit_shapes(const struct kit_layer *l, const struct gt_crs *crs);
/* "0 0, 4 0, 4 4; 1 1, 2 1, 2 2 | ..." : rings by ';', features by '|' */
const struct gt_shapes *kit_text(struct gt_arena *a, const char *text);

/* ---- Dice ---- */

uint32_t kit_dice(uint64_t *state); /* 0..2^32-1 */
double kit_unit(uint64_t *state);   /* 0..1 */

/* Cells of a jittered grid as polygons with shared borders, n x n from x, y on; `between` points on
 * each side of a cell; coordinates whole multiples of `step` (0: as they come). */
struct kit_grid {
    double x, y, cell;
    int n, between;
    double step;
    uint64_t seed;
};
const struct gt_shapes *kit_grid(struct gt_arena *a, const struct kit_grid *g);

/* A polygon that may be anything: holes, several parts, points on few places, crossing itself. */
void kit_odd_polygon(struct kit_layer *l, uint64_t *state);

/* Area by slabs between all points and crossings, rings even-odd: of feature i of la within lb's k.
 * Slow and simple. */
double kit_slab_area(const struct gt_shapes *la, size_t i, const struct gt_shapes *lb, size_t k);

/* ---- GEOS ---- */

GEOSContextHandle_t kit_geos(void);
/* As rings, even-odd; made valid where it is not. */
GEOSGeometry *kit_to_geos(const struct gt_shapes *s, size_t i);
double kit_geos_area(const GEOSGeometry *g);
/* Polygons of it as one feature. */
void kit_from_geos(struct kit_layer *l, const GEOSGeometry *g);
/* Sum of the areas of intersections of all pairs. */
double kit_geos_shared(const struct gt_shapes *la, const struct gt_shapes *lb);

#endif
