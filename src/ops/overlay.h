/* overlay.h: what the files of the operation `overlay` share. */
#ifndef GUOTU_OPS_OVERLAY_H
#define GUOTU_OPS_OVERLAY_H

#include "ops_int.h"

/* Features by the text of a field, or all of one group. */
struct ops_groups {
    int32_t *of; /* by feature; NULL: there is no layer */
    size_t n;
    const char **text, **name; /* by group; name: of a unit, "" where there is none */
    bool given;                /* a field tells them apart */
};

/* A row of the statistics; groups are -1 where there is none. */
struct ops_overlay_row {
    int64_t unit, a, b;
    int64_t um2; /* millionths of m2, so that rows add up exactly */
};

struct ops_overlay {
    struct gt_call *c;
    struct gt_arena *a;
    struct gt_store *store;
    enum gt_overlay_kind kind;
    const struct gt_dataset *d[2], *by; /* by NULL: no units */
    const struct gt_features *f[2], *units;
    const struct gt_shapes *shapes[2], *unit_shapes; /* all in the first layer's CRS */
    struct ops_groups class[2], unit;
    const char *id;      /* of the new layer, and of the table's document */
    const char *area_in; /* field of the new layer */
    bool areas_only;
    struct gt_overlay_result pieces; /* unless areas alone can be had without */
    bool has_pieces;
    struct ops_overlay_row *row;
    size_t n_rows;
    struct gt_robust_count robust;
};

/* Layers, units and classes as the arguments ask for them (overlay_input.c). */
GT_MUST enum gt_status ops_overlay_open(struct ops_overlay *o, struct gt_err *err);
/* The rows (overlay_sums.c). */
GT_MUST enum gt_status ops_overlay_sum(struct ops_overlay *o, struct gt_err *err);
int64_t ops_overlay_total(const struct ops_overlay *o); /* millionths of m2 */
const struct gt_table *ops_overlay_table(const struct ops_overlay *o);
void ops_overlay_json(const struct ops_overlay *o);
/* The new layer (overlay_layer.c). */
GT_MUST enum gt_status ops_overlay_layer(struct ops_overlay *o, struct gt_txn *t,
                                         struct gt_err *err);

#endif
