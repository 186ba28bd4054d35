/* scenario.h: what the files of the operation `scenario` share. Private to ops. */
#ifndef GUOTU_SCENARIO_H
#define GUOTU_SCENARIO_H

#include "evaluation.h"

enum { SCENARIO_MAX = 24, SCENARIO_RESULTS = 32 };

/* A result of a scenario: what the comparison needs of it. */
struct scenario_result {
    const char *name; /* output of the model: "urban_zone" */
    const char *id;   /* dataset */
    struct gt_text2 title;
    const struct gt_evaluate_class *classes;
    size_t n_classes;
    int64_t *ares; /* by class, hundredths of a hectare */
    int64_t rest;  /* without a class */
    struct gt_str map;
    const char *left; /* titles of what was left out of it, in a row; "": nothing */
};

/* A named set of changes, and what came of it. */
struct scenario {
    const char *id;
    struct gt_text2 title;
    const char *kind; /* base climate water technique other */
    struct gt_setting *set;
    size_t n_set;
    struct ops_input *input;
    size_t n_input;
    struct scenario_result result[SCENARIO_RESULTS];
    size_t n;
    bool synthetic;
    GT_VEC(const struct gt_json *) answer; /* of each function, as `evaluate` gives it */
};

/* GT_EINPUT with file, line and column. */
GT_MUST enum gt_status scenario_file(struct gt_arena *a, const char *path, struct scenario **out,
                                     size_t *n, struct gt_err *err);

struct scenarios {
    struct gt_call *c;
    struct gt_arena *a;
    struct gt_store *store;
    const char *rules;
    struct scenario *v;
    size_t n;
    GT_VEC(const char *) left; /* what was left out of each function, each line once */
    bool unverified;           /* a number that is not verified decided something */
};
/* NULL: the scenario has no such result. */
const struct scenario_result *scenario_find(const struct scenario *s, const char *name);
/* One table for all results: a row a class, a column a scenario in km2, and the change against the
 * first; with_left: and what was left out. */
struct gt_table *scenario_table(const struct scenarios *s, bool with_left);
struct gt_str scenario_page(const struct scenarios *s);

#endif
