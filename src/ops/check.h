/* check.h: what the files of the operation `check` share: one run of the quality check, its tables,
 * its report and the mended copy. */
#ifndef GUOTU_OPS_CHECK_H
#define GUOTU_OPS_CHECK_H

#include "guotu/atlas.h"
#include "guotu/review.h"
#include "ops_int.h"

/* What was mended in one layer of the copy. */
struct check_mended {
    const char *layer;
    int64_t points, rings, spikes, snapped, slivers;
    double moved_m2; /* what features gained, or lost if that is more */
};
/* Ground that moved between features, by class. */
struct check_moved {
    const char *layer, *code;
    double gained_m2, lost_m2;
};
struct check {
    struct gt_call *c;
    struct gt_arena *a;
    const char *path;
    const struct gt_submission *s;
    struct gt_review_opt opt;
    const struct gt_findings *found;
    /* of --fix */
    const char *fix_dir;
    const struct gt_findings *after; /* NULL: nothing was mended */
    GT_VEC(struct check_mended) mended;
    GT_VEC(struct check_moved) moved;
};

/* By family and level; findings; rules. */
const struct gt_table *check_summary_table(const struct check *k);
const struct gt_table *check_findings_table(const struct check *k, int family); /* -1: all */
const struct gt_table *check_rules_table(const struct check *k);
const struct gt_table *check_mended_table(const struct check *k);
const struct gt_table *check_moved_table(const struct check *k);
int64_t check_count(const struct gt_findings *f, const char *rule); /* with those left out */

void check_json(const struct check *k, struct gt_json *out);
struct gt_str check_page(const struct check *k);
/* The folder DIR with report.html, report.xlsx, report.json and findings.gpkg, whole or not at all.
 */
GT_MUST enum gt_status check_report(const struct check *k, const char *dir, struct gt_err *err);
/* A folder and all in it; what cannot be removed stays. */
void check_remove_tree(struct gt_arena *a, const char *dir);
/* The package's files, byte for byte, in a new folder; an archive's as they are unpacked. */
GT_MUST enum gt_status check_copy(struct check *k, const char *to, struct gt_err *err);
/* A folder, or file, likewise. */
GT_MUST enum gt_status check_copy_any(struct check *k, const char *from, const char *to,
                                      struct gt_err *err);
/* A copy of the package in DIR, in which the safe kinds of faults are mended in place and all else
 * is as it was, and the check of the copy. DIR appears whole or not at all. */
GT_MUST enum gt_status check_fix(struct check *k, const char *dir, struct gt_err *err);

#endif
