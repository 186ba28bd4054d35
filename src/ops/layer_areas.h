/* layer_areas.h: areas of a layer of polygons by class and unit, adding up exactly. Private to
 * ops. */
#ifndef GUOTU_OPS_LAYER_AREAS_H
#define GUOTU_OPS_LAYER_AREAS_H

#include "layer_made.h"

struct area_row {
    const char *unit, *unit_name, *class, *class_name; /* class "": nothing stated */
    int64_t features;
    int64_t micros, micros_geodesic; /* 1e-6 m2 */
    int64_t cents, rest;             /* 0.01 m2; rest: of cents, what was placed here */
};

enum { AREA_UNIT, AREA_UNIT_NAME, AREA_CLASS, AREA_CLASS_NAME, AREA_COLUMNS };

struct layer_areas {
    struct gt_call *c;
    struct gt_arena *a;
    const struct gt_dataset *d;
    struct gt_store *store;
    const struct gt_layer_source *source;
    const struct gt_dataset *units; /* a layer of units; NULL: a field, or none */
    bool trapezoid, geodesic;
    int64_t letters;          /* of the unit's code; 0: all */
    int column[AREA_COLUMNS]; /* by what: place among the fields asked for, -1: none */
    int field[AREA_COLUMNS];
    size_t n_fields;
    struct gt_map *by_key;
    struct gt_arena *keys; /* of keys on the way */
    GT_VEC(struct area_row *) row;
    int64_t without; /* features that have no area */
};
/* The row of a unit and a class, made with their names where it is new; all texts are copied. */
struct area_row *area_row_of(struct layer_areas *s, const struct area_row *like);
/* A unit's code, shortened to the letters asked for. */
const char *area_unit_code(const struct layer_areas *s, struct gt_arena *a, const char *text);
const char *area_text(const struct layer_areas *s, struct gt_arena *a, const struct gt_features *f,
                      size_t i, int what);
/* The rows of a layer by the polygons of s->units: each class's ground in each unit, ground of the
 * layer outside all units, and of units that the layer does not cover. */
GT_MUST enum gt_status layer_areas_in_units(struct layer_areas *s, struct gt_err *err);

/* The answer of `areas` for a layer of polygons. */
GT_MUST enum gt_status layer_areas(struct gt_call *c, struct gt_store *store, struct gt_arena *a,
                                   const struct gt_dataset *d, struct gt_err *err);

#endif
