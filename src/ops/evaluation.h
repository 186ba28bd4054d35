/* evaluation.h: what the files of the operation `evaluate` share: one evaluation that was run, its
 * areas, its maps and its report. Private to ops. */
#ifndef GUOTU_EVALUATION_H
#define GUOTU_EVALUATION_H

#include "ops_int.h"

#include "guotu/atlas.h"
#include "guotu/evaluate.h"

/* One result, counted. */
struct evaluation_result {
    const struct ops_output *out;
    const struct gt_dataset *d;
    struct gt_raster_source *raster;
    struct gt_evaluate_class *classes; /* those of the legend */
    size_t n_classes;
    struct gt_evaluate_areas areas;
    struct gt_evaluate_tables tables;
    struct gt_str map; /* PNG */
    const struct gt_palette *palette;
};

/* The parameters that every evaluation takes. */
/* clang-format off */
#define EVALUATION_PARAMS \
    {.name = "rules", \
     .kind = GT_P_TEXT, \
     .metavar = "SET", \
     .fallback = GT_EVALUATE_RULES, \
     .help = {"rule set: mnr-2020-01, the guide in force; mnr-2019-07, the draft with five grades; " \
              "plateau, for high country; or one of your own that is based on one of them", \
              "规则集：mnr-2020-01（现行试行指南）、mnr-2019-07（五级分级的征求意见稿）、plateau" \
              "（高原地区），或以其为基础自定的规则集"}}, \
    OPS_PARAM_RULES_FILE, \
    {.name = "set", \
     .kind = GT_P_KEYVALUE, \
     .metavar = "STEP.PARAM=V", \
     .repeated = true, \
     .help = {"change a number of the rules (rules.ID=V) or a step's parameter; the report says so", \
              "改变规则数值（rules.标识=值）或某一步的参数，报告中注明"}}, \
    OPS_PARAM_INPUT, \
    {.name = "prefix", \
     .kind = GT_P_TEXT, \
     .metavar = "P", \
     .help = {"put before the ids of the results and the names of report and table", \
              "结果数据集标识及报告、表格文件名的前缀"}}, \
    OPS_PARAM_BLOCK
/* clang-format on */

/* A layer that was missing when an input of the evaluation was made. */
struct evaluation_inherited {
    const char *of;    /* dataset */
    const char *input; /* of its model */
    struct gt_text2 title;
};

struct evaluation;
/* What an operation adds to an evaluation; each may be NULL. */
struct evaluation_part {
    void *self;
    /* The model is ready, nothing has run. */
    enum gt_status (*ready)(struct evaluation *e, void *self, struct gt_err *err);
    /* The areas are counted, nothing is published. */
    enum gt_status (*count)(struct evaluation *e, void *self, struct gt_err *err);
    void (*report)(const struct evaluation *e, void *self, struct gt_page *p);
    const char *(*csv)(const struct evaluation *e, void *self); /* instead of the areas */
    void (*json)(const struct evaluation *e, void *self);
    void (*text)(const struct evaluation *e, void *self); /* instead of the areas */
};

struct evaluation {
    struct gt_call *c;
    struct gt_arena *a;
    struct gt_store *store;
    struct gt_txn *txn;    /* while the results are not published yet */
    struct gt_arena *open; /* of the results' rasters */
    const struct gt_evaluate_function *function;
    const char *rules; /* id of the set */
    const struct gt_ruleset *set;
    const struct gt_model *whole; /* the model as it would be with all its inputs */
    struct ops_model *m;
    struct evaluation_result *result; /* those of classes */
    size_t n;
    const struct gt_dataset **d; /* by output of the model, once they are published */
    struct gt_json *answer;
    bool *used; /* steps that the results are made from */
    struct ops_bases bases;
    /* The counties that the results were cut to and are counted by; features NULL: none. */
    const struct gt_dataset *county;
    const struct gt_features *counties;
    struct gt_evaluate_zone *zones;
    struct evaluation_inherited *inherited;
    size_t n_inherited;
    const char *left_text;              /* titles of all that is missing, in a row; NULL: none */
    const char *report, *table;         /* paths */
    const struct evaluation_part *part; /* NULL: none */
    const struct gt_run_result *run;    /* while `count` is called */
    bool timed;                         /* the answer says what passes and steps took */
    double seconds;
};

/* The functions for which the rule set has a model, in their order. Settings that none of the
 * models knows: GT_EUSE. */
GT_MUST enum gt_status evaluation_functions(const struct evaluation *e,
                                            const struct ops_model_opt *opt,
                                            const struct gt_evaluate_function ***out, size_t *n,
                                            struct gt_err *err);
/* opt with the settings alone that the function's model knows; marks them in used[]. */
GT_MUST enum gt_status evaluation_settings(const struct evaluation *e,
                                           const struct ops_model_opt *opt,
                                           struct ops_model_opt *out, bool *used,
                                           struct gt_err *err);
/* Runs the function: c, a, store, function, rules, part and answer are given, the rest is filled
 * in. Without a single output (opt->may_be_empty) it is passed over with a warning, and m->n_out is
 * 0.
 */
GT_MUST enum gt_status evaluation_run(struct evaluation *e, struct ops_model_opt *opt,
                                      struct gt_err *err);
/* Finds what the inputs lacked themselves, and warns of it. */
GT_MUST enum gt_status evaluation_inherit(struct evaluation *e, struct gt_err *err);
/* An operation that is one evaluation with a part of its own: arguments, workspace, run, answer. */
GT_MUST enum gt_status evaluation_run_part(struct gt_call *c,
                                           const struct gt_evaluate_function *function,
                                           const struct evaluation_part *part, struct gt_err *err);
void evaluation_json(const struct evaluation *e); /* into e->answer */
void evaluation_text(const struct evaluation *e);
/* Adds a number of the rule set that decided something. NULL: none. */
void evaluation_basis(struct evaluation *e, const struct gt_number *n);
/* Reads the results back and counts their ground. */
GT_MUST enum gt_status evaluation_count(struct evaluation *e, struct gt_err *err);
/* Warns of inputs that cover only a part of the ground that has heights. */
GT_MUST enum gt_status evaluation_cover(const struct evaluation *e, struct gt_err *err);
/* A map of each result. */
GT_MUST enum gt_status evaluation_maps(struct evaluation *e, struct gt_err *err);
/* The report as a whole. */
struct gt_str evaluation_report(struct evaluation *e);

/* Parts of it: a box of what is missing, and one result with its map and tables. */
void evaluation_write_left_out(const struct evaluation *e, struct gt_page *p);
void evaluation_write_result(const struct evaluation *e, struct gt_page *p,
                             const struct evaluation_result *r);
/* All functions in one report: results, problems and risks, potential, advice. */
struct gt_str evaluation_summary(const struct evaluation *e, size_t n);

const char *evaluation_title(const struct evaluation *e);
/* The i-th input that the workspace has no dataset for; NULL: no more. */
const struct gt_step *evaluation_missing(const struct evaluation *e, size_t i);
/* The missing input's name to be told: where all twelve months are missing, "rain_@" for the first
 * of them, NULL for the others. */
const char *evaluation_missing_name(const struct evaluation *e, const struct gt_step *s);
/* Of the factors that went with a missing input, the next from *at on that nothing stands in for;
 * moves *at behind it. NULL: no more. */
const struct gt_left_out *evaluation_dropped(const struct evaluation *e, const char *input,
                                             size_t *at);

#endif
