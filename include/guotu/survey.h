/* survey.h: from the land survey to the present base of a plan (基数转换): classes mapped and
 * decided, approvals laid over, areas that add up exactly; deducted areas, slope grades, the
 * town-village attribute, control areas. Builds on base.h, rules.h, standard.h, vector.h.
 *
 * Areas are whole hundredths of a square metre ("cents"), so that sums are exact in any order. */
#ifndef GUOTU_SURVEY_H
#define GUOTU_SURVEY_H

#include "guotu/base.h"
#include "guotu/csv.h"
#include "guotu/standard.h"

/* ---- Areas ----------------------------------------------------------------------------------- */

/* To the nearest hundredth, halves away from zero. */
int64_t gt_cents(double m2);
double gt_cents_m2(int64_t cents);
/* "123.45" */
const char *gt_cents_text(int64_t cents, char buf[static 32]);

/* Cuts `total` into n parts in the proportion of w (not negative): each is its share rounded down,
 * and what is left goes by single cents to the largest remainders, of equal ones to the first. The
 * parts add up to the total. All w zero: all to the first. Total below 2^52. */
void gt_cents_share(int64_t total, const double *w, size_t n, int64_t *out);

/* KCMJ = TBMJ x KCXS, rounded to a cent, halves up; KCXS has four decimals. */
int64_t gt_deducted(int64_t tbmj, double kcxs);

/* ---- Rules (rules/survey/conversion.yaml) ---------------------------------------------------- */

enum gt_land_side { GT_SIDE_ANY, GT_SIDE_BUILT, GT_SIDE_OPEN };
struct gt_convert_status {
    const char *id; /* "approved" */
    struct gt_text2 title;
    size_t n_words;
    const char *const *word;
    enum gt_land_side from, to;
};
struct gt_convert_rules {
    const char *hash, *source;
    enum gt_evidence evidence;
    size_t n_statuses;
    const struct gt_convert_status *status;
    double slope_deg[4];
    size_t n_required, n_fixed;
    const char *const *required, *const *fixed, *const *fixed_code;
    const char *feature_code, *bsm_layer;
};
GT_MUST enum gt_status gt_convert_rules_load(struct gt_arena *a, const char *dir,
                                             const struct gt_convert_rules **out,
                                             struct gt_err *err);
/* The status that a word names; -1. */
int gt_convert_status_find(const struct gt_convert_rules *r, const char *word);
/* Grade 1 to 5 of a slope in degrees; 0 of NaN. */
int gt_slope_grade(const struct gt_convert_rules *r, double deg);
/* What the town-village attribute of a class must be: a code; "*": one of them; "": none. */
const char *gt_settlement_code(const struct gt_convert_rules *r, const char *dlbm);

/* ---- Parcels --------------------------------------------------------------------------------- */

/* A parcel of the survey. Texts are never NULL. */
struct gt_tract {
    const char *bsm, *dlbm, *unit, *unit_name; /* unit: where it lies, ZLDWDM */
    const char *czcsxm, *kcdlbm, *slope;       /* slope: GDPDJB */
    double kcxs;
    int64_t tbmj, kcmj, tbdlmj; /* as the survey says; -1: nothing */
};

/* What is wrong with the areas and attributes of parcels; counts, and the first parcels. */
#define GT_TRACT_FLAWS(X)                                                                       \
    X(GT_TRACT_KCMJ, "kcmj", "KCMJ is not TBMJ x KCXS", "扣除地类面积不等于图斑面积×扣除系数")  \
    X(GT_TRACT_TBDLMJ, "tbdlmj", "TBDLMJ is not TBMJ - KCMJ",                                   \
      "图斑地类面积不等于图斑面积－扣除面积")                                                   \
    X(GT_TRACT_SETTLEMENT, "czcsxm", "CZCSXM does not fit the class", "城镇村属性码与地类不符") \
    X(GT_TRACT_SLOPE, "slope", "GDPDJB is not the grade of the terrain", "耕地坡度级别与地形不符")
enum gt_tract_flaw {
#define GT_TRACT_ENUM(e, name, en, zh) e,
    GT_TRACT_FLAWS(GT_TRACT_ENUM)
#undef GT_TRACT_ENUM
        GT_TRACT_FLAW_KINDS
};
const char *gt_tract_flaw_name(enum gt_tract_flaw f);
const char *gt_tract_flaw_title(enum gt_tract_flaw f, enum gt_lang lang);
/* Checks one parcel: bits 1 << flaw. Areas may differ by a cent. Sets kcmj and tbdlmj: the survey's
 * where they are right, else what the rule gives. */
unsigned gt_tract_check(const struct gt_convert_rules *r, struct gt_tract *t);

/* ---- Decisions ------------------------------------------------------------------------------- */

/* A line of the decision table: of one parcel (bsm), or of a class in a unit (both texts may be
 * "", unit is a beginning of the parcel's). */
struct gt_decision {
    const char *bsm, *dlbm, *unit, *to; /* to: class of planning2023, without padding */
    int line;
};
struct gt_decisions {
    const char *file;
    size_t n;
    const struct gt_decision *v;
    const struct gt_map *by_bsm;
    size_t n_classes; /* lines by class and unit */
    const struct gt_decision *const *by_class;
};
/* Is a planning class what the map proposes, one of its candidates, or under one? */
bool gt_land_map_allows(const struct gt_land_map *m, const char *code);
/* Columns BSM, DLBM, XZQDM, YDYHFLDM, and those of the list of undecided parcels, which are passed
 * over. Lines without YDYHFLDM decide nothing. GT_EINPUT with the line: unknown classes, one that
 * the map does not allow, lines that contradict one another. */
GT_MUST enum gt_status gt_decisions_read(struct gt_arena *a, const struct gt_standard *s,
                                         const struct gt_csv *t, struct gt_decisions *out,
                                         struct gt_err *err);
/* The decision of a parcel: by BSM, else by class in the longest unit; NULL. */
const struct gt_decision *gt_decision_find(const struct gt_decisions *d, const struct gt_tract *t);
/* Lines whose BSM no parcel has, or whose class or unit is not that parcel's: GT_EINPUT. */
GT_MUST enum gt_status gt_decisions_check(const struct gt_decisions *d, const struct gt_tract *t,
                                          size_t n, struct gt_err *err);

/* ---- Conversion ------------------------------------------------------------------------------ */

struct gt_approval {
    int status;             /* of the rules */
    const char *to, *ref;   /* class of planning2023; number of the document or BSM */
    const char *settlement; /* CZCSXM; "" */
};
/* A part of a parcel; approval -1: of none. By parcel, in order. */
struct gt_part {
    int64_t parcel, approval;
    double m2; /* ground of the part; of an uncut parcel any number */
};

enum gt_convert_why { GT_WHY_MAP, GT_WHY_DECISION, GT_WHY_UNDECIDED, GT_WHY_APPROVAL };
const char *gt_convert_why_name(enum gt_convert_why w); /* "map" "decision"... */

/* A part with its class in the present base. */
struct gt_present {
    int64_t parcel, approval;
    const char *to;
    enum gt_convert_why why;
    int line;                   /* of the decision table; 0 */
    bool odd;                   /* the land is not what the approval's status supposes */
    int64_t tbmj, kcmj, tbdlmj; /* of the base; kcmj 0 where nothing is deducted any more */
    int64_t taken;              /* of the survey's deducted area, in this part */
};
struct gt_transfer {
    const char *from, *to; /* survey class; planning class */
    int64_t cents, parts;
};
struct gt_conversion {
    size_t n, n_transfers;
    const struct gt_present *v;
    const struct gt_transfer *transfer; /* by from, then to */
    int64_t total;                      /* of all TBMJ, which the matrix adds up to */
    int64_t undecided, changed, odd;    /* parts */
};
struct gt_convert_in {
    const struct gt_standard *standard;
    const struct gt_convert_rules *rules;
    const struct gt_decisions *decisions; /* NULL: none */
    size_t n_tracts, n_parts, n_approvals;
    const struct gt_tract *tract;
    const struct gt_part *part;
    const struct gt_approval *approval;
};
/* A parcel's areas are shared out to its parts exactly. GT_EINPUT: a class that nothing maps. */
GT_MUST enum gt_status gt_convert(struct gt_arena *a, const struct gt_convert_in *in,
                                  struct gt_conversion *out, struct gt_err *err);
/* "0101" as the base layer stores it: "010100". */
const char *gt_planning_padded(const char *code, char buf[static 8]);

/* ---- Control areas --------------------------------------------------------------------------- */

/* A unit whose parcels must add up to a given area (控制面积). */
struct gt_control_area {
    const char *unit; /* a beginning of the parcels' units */
    int64_t cents;
};
struct gt_control_rest {
    const char *unit;
    int64_t control, sum, rest; /* rest: control - sum before */
    int64_t parcel;             /* that took the rest; -1: none */
    int64_t parcels;
    bool placed; /* false: more than rounding can cause, nothing was changed */
};
struct gt_control_areas {
    size_t n;
    const struct gt_control_area *v;
    struct gt_control_rest *result; /* n, set by gt_control_place */
};
/* The rest of each unit goes to its largest parcel, of equal ones the first, where it is at most a
 * cent a parcel: what rounding can cause. GT_EINPUT: a unit twice or within another. */
GT_MUST enum gt_status gt_control_place(struct gt_arena *a, struct gt_control_areas *c,
                                        struct gt_tract *t, size_t n_tracts, struct gt_err *err);

#endif
