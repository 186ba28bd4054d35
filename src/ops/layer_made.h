/* layer_made.h: what operations share that make a vector layer of another one. Private to ops. */
#ifndef GUOTU_OPS_LAYER_MADE_H
#define GUOTU_OPS_LAYER_MADE_H

#include "ops_int.h"

/* A new layer, made of features of d. */
struct layer_made {
    const struct gt_dataset *d;
    const char *id;
    struct gt_text2 title;
    const char *source; /* "dissolve dltb" */
    const struct gt_features *f;
};
/* The polygon (or any, with `any`) layer that the argument ID names. GT_EINPUT: it is none. */
GT_MUST enum gt_status layer_find(struct gt_call *c, struct gt_store *store, struct gt_arena *a,
                                  bool any, const struct gt_dataset **out, struct gt_err *err);
/* Places of fields in the layer, by names as given or by case. GT_EINPUT lists what there is. */
GT_MUST enum gt_status layer_field(const struct gt_layer_source *s, const struct gt_dataset *d,
                                   const char *name, int *out, struct gt_err *err);
/* The field with the names of the codes in `field`, as DLMC for DLBM; -1: none. */
int layer_name_field(struct gt_arena *a, const struct gt_layer_source *s, int field);
/* --name, else the given id, checked. */
GT_MUST enum gt_status layer_new_id(struct gt_call *c, const char *otherwise, const char **out,
                                    struct gt_err *err);
/* Publishes the layer in one commit, with its lineage, and answers with it ("dataset", "of",
 * "features", "area_m2" of polygons, "synthetic"). */
GT_MUST enum gt_status layer_publish(struct gt_call *c, struct gt_store *store, struct gt_arena *a,
                                     const struct layer_made *m, struct gt_err *err);

#endif
