/* faults_int.h: what the files about planted faults share. */
#ifndef GUOTU_FAULTS_INT_H
#define GUOTU_FAULTS_INT_H

#include "planning_int.h"

/* Where a fault is already. */
struct gt_fault_spot {
    const char *layer;
    int64_t fid;
    double x, y;
};
/* Faults being chosen and made. */
struct gt_planting {
    struct gt_arena *a;
    const struct gt_survey *v;
    GT_VEC(struct gt_fault_edit) edit;
    GT_VEC(struct gt_fault_spot) spot;
    GT_VEC(struct gt_planted) planted; /* lon, lat: still in the CRS of the layers */
    const struct gt_planner *at;       /* the village that is looked at */
    int64_t fresh;                     /* features added so far */
    const char *const *layer;          /* codes of the layers, and their features so far */
    const int64_t *count;
    size_t n_layers;
};

/* A feature that a fault may be put into. */
struct gt_candidate {
    struct gt_planting *p;
    const struct gt_features *f;
    size_t i;
    int64_t fid;
    const char *layer;
    double x, y; /* a place inside */
};
struct gt_fault_spec {
    const char *rule, *layer;
    bool (*fits)(const struct gt_candidate *c);
    void (*make)(const struct gt_candidate *c, const struct gt_fault_spec *s);
    const char *field, *text, *title;
};
/* Ends with rule NULL. */
extern const struct gt_fault_spec gt_fault_attributes[], gt_fault_shapes[], gt_fault_lines[];

const char *gt_candidate_text(const struct gt_candidate *c, const char *field); /* "" */
double gt_candidate_num(const struct gt_candidate *c, const char *field);
struct gt_fault_edit *gt_fault_add(struct gt_planting *p, enum gt_fault_edit_kind kind,
                                   const char *layer, int64_t fid);
void gt_fault_text(const struct gt_candidate *c, const char *field, const char *text);
void gt_fault_num(const struct gt_candidate *c, const char *field, double v);
void gt_fault_shape(const struct gt_candidate *c, const struct gt_buf *wkb);
/* No other fault comes near the feature. */
void gt_fault_spot(const struct gt_candidate *c);
/* What should be found at the candidate. */
struct gt_planted *gt_fault_tell(const struct gt_candidate *c, const struct gt_fault_spec *s);
struct gt_planted *gt_fault_package(struct gt_planting *p, const char *rule, const char *layer,
                                    const char *title);
/* A new feature of a layer with a ring of n points (closed) and its area in MJ; its BSM. */
const char *gt_fault_feature(struct gt_planting *p, const char *layer, const double *ring, size_t n,
                             int64_t *fid);
double gt_fault_area(struct gt_planting *p, const double *ring, size_t n); /* m2, ellipsoid */
/* A closed square of 5 points about a place. */
void gt_fault_square(double x, double y, double half, double ring[static 10]);

/* Faults of whole layers; of the package's documents (faults_package.c). */
void gt_fault_tables(struct gt_planting *p);
void gt_fault_documents(struct gt_planting *p, const struct gt_plan_documents *sound,
                        struct gt_plan_documents *out);

/* Well-known binary, ring by ring. */
void gt_wkb_begin(struct gt_buf *b, uint32_t type, uint32_t parts);
void gt_wkb_ring(struct gt_buf *b, const double *xy, uint32_t n);

#endif
