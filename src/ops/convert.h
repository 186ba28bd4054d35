/* convert.h: what the files of operation `convert` share. Part of module ops. */
#ifndef GUOTU_OPS_CONVERT_H
#define GUOTU_OPS_CONVERT_H

#include "guotu/survey.h"
#include "ops_int.h"

struct convert {
    struct gt_call *c;
    struct gt_arena *a;
    struct gt_store *store;
    const struct gt_standard *standard;
    const struct gt_convert_rules *rules;
    const char *name; /* of the base layer; others are NAME_ledger... */
    const char *unit; /* ""; only parcels in it */
    const struct gt_dataset *survey, *approved, *terrain, *settled;            /* NULL: not given */
    const char *decisions_file, *control_file, *decisions_hash, *control_hash; /* NULL: none */

    const struct gt_shapes *parcels; /* those of the unit */
    const char *const *names;        /* of units, by parcel: XZQMC */
    struct gt_tract *tract;
    size_t n_tracts;
    int64_t flaw[GT_TRACT_FLAW_KINDS];
    const char *flaw_bsm[GT_TRACT_FLAW_KINDS]; /* of the first */
    struct gt_decisions decisions;

    struct gt_control_areas controls;

    struct gt_approval *approval;
    size_t n_approvals;
    const struct gt_shapes *approved_shapes;

    const struct gt_shapes *shapes; /* of the parts */
    struct gt_part *part;           /* by parcel */
    size_t *shape_of;               /* of each part */
    size_t n_parts;
    struct gt_conversion done;

    struct convert_slope *slope; /* by parcel; NULL: no terrain */
    int64_t graded, ungraded;    /* farmland parcels with and without a grade */
    struct {
        int64_t computed, differ, outside;
    } settle; /* parcels that must have a town-village attribute */
};

/* The grade that most of a parcel's ground has. */
struct convert_slope {
    int grade;       /* 0: no cell of the terrain lies in it */
    double share;    /* of the parcel's cells by area */
    double mean_deg; /* of those cells */
};

/* op_convert.c: name, rules and inputs; then everything up to the conversion itself. */
enum gt_status convert_ready(struct convert *k, struct gt_err *err);
enum gt_status convert_compute(struct convert *k, struct gt_err *err);
/* convert_again.c: the datasets of a lineage again, for replay. */
enum gt_status convert_again(struct gt_call *c, struct gt_store *s, struct gt_txn *t,
                             const struct gt_json *lineage, struct gt_err *err);
/* convert_read.c */
enum gt_status convert_read_tracts(struct convert *k, struct gt_err *err);
void convert_check_tracts(struct convert *k);
enum gt_status convert_read_approvals(struct convert *k, struct gt_err *err);
enum gt_status convert_read_control(struct convert *k, struct gt_err *err);
enum gt_status convert_overlay(struct convert *k, struct gt_err *err);
/* convert_slope.c */
enum gt_status convert_grade(struct convert *k, struct gt_err *err);
/* convert_settle.c */
enum gt_status convert_settle(struct convert *k, struct gt_err *err);
/* convert_write.c */
enum gt_status convert_add_datasets(struct convert *k, struct gt_txn *t, struct gt_err *err);
enum gt_status convert_add_lists(struct convert *k, struct gt_txn *t, struct gt_err *err);
const char *convert_dataset_id(const struct convert *k, const char *what); /* NAME_what */
const char *convert_serial(const struct convert *k, size_t part);          /* BSM of a part */
/* convert_freeze.c */
enum gt_status convert_freeze(struct convert *k, struct gt_txn *t, const char *key_file,
                              struct gt_err *err);
enum gt_status convert_verify(struct gt_call *c, const char *file, struct gt_err *err);
/* The county of a unit: its first six digits. */
const char *convert_county(struct gt_arena *a, const char *unit);

#endif
