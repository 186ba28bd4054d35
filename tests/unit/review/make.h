/* make.h: small layers and packages for the tests of the quality check, written as text. */
#ifndef GUOTU_TEST_REVIEW_MAKE_H
#define GUOTU_TEST_REVIEW_MAKE_H

#include "guotu/review.h"

/* A layer: fields "BSM:t18 TBMJ:r15.2 SJNF:i4", rows "v|v|v" (an empty cell: nothing), shapes
 * "x y,x y,x y;x y,..." (parts by ;) in metres from a corner of the fictional county, NULL for a
 * table; "-" is a feature without geometry. trait NULL: by the shape. */
struct make_layer {
    const char *name, *crs, *fields;
    enum gt_shape_kind kind;
    size_t n;
    const char *const *row, *const *shape;
    const uint16_t *trait;
};
const struct gt_layer_source *make_layer(struct gt_arena *a, const struct make_layer *m);

/* A package of layers and documents checked with the profile `county`. */
struct make_package {
    const struct gt_layer_source *layer[20];
    struct gt_review_document document[20];
    const char *folder[10];
    struct gt_review_trouble trouble[4];
    const struct make_package *upper;
    const char *region, *profile;
    int64_t max_per_rule;
    int threads;
};
const struct gt_findings *make_review(struct gt_arena *a, const struct make_package *p);

/* How many findings a rule has; the nth of them (ends the test where there is none). */
size_t found(const struct gt_findings *f, const char *rule);
const struct gt_finding *finding(const struct gt_findings *f, const char *rule, size_t nth);
/* "" where the rule was applied, else why not. */
const char *skipped(const struct gt_findings *f, const char *rule);
/* All rules with findings, "attributes.empty attributes.range 2". */
const char *rules_found(struct gt_arena *a, const struct gt_findings *f);

#endif
