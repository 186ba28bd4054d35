/* ops_int.h: what the operations share: opening the workspace, and the one road on which a model is
 * executed against it. Builds on ops.h and every module below. */
#ifndef GUOTU_OPS_INT_H
#define GUOTU_OPS_INT_H

#include "guotu/ops.h"
#include "guotu/store.h"
#include "guotu/table.h"

#define OP(name) extern const struct gt_op ops_record_##name;
#include "list.h"
#undef OP

/* ---- Of all operations ----------------------------------------------------------------------- */

/* The workspace of the call, opened; in its arena. */
GT_MUST enum gt_status ops_open(struct gt_call *c, enum gt_store_mode mode, struct gt_store **out,
                                struct gt_err *err);
void ops_store_auto(struct gt_store **s);
void ops_txn_auto(struct gt_txn **t);
/* Declared in this order, they end in the opposite one: transaction, arena with its sources,
 * workspace. gt_txn_commit ends a transaction: set it to NULL before. */
#define OPS_AUTO_STORE __attribute__((cleanup(ops_store_auto))) struct gt_store *
#define OPS_AUTO_TXN __attribute__((cleanup(ops_txn_auto))) struct gt_txn *

/* Commits and ends *t. */
GT_MUST enum gt_status ops_commit(struct gt_txn **t, struct gt_err *err);

/* GT_EUSE with the sentence about ids unless `id` is one. */
GT_MUST enum gt_status ops_check_id(const char *what, const char *id, struct gt_err *err);

/* GT_EUSE unless --vintage, where it is given, is a year. */
GT_MUST enum gt_status ops_check_vintage(const struct gt_call *c, struct gt_err *err);

/* A text, or a format, by the call's language. */
#define OPS_SAY(c, en, zh) ((c)->lang == GT_ZH ? (zh) : (en))

/* ops_args_check is gt_run's first half; ops_args_json writes the arguments as lineage keeps them.
 */
GT_MUST enum gt_status ops_args_check(struct gt_call *c, struct gt_err *err);
void ops_args_json(const struct gt_call *c, struct gt_json *obj);
const char *ops_json_name(struct gt_arena *a, const char *name); /* fill-voids: fill_voids */
bool ops_parse_point(const char *text, double *x, double *y);    /* "LON,LAT" */

/* Members "en" and "zh" as an object. */
void ops_json_text2(struct gt_json *in, const char *key, struct gt_text2 t);

/* Security grades from the lowest to the highest, ends with NULL; and their Chinese names. */
extern const char *const ops_grades[];
const char *ops_grade_title(const char *grade, enum gt_lang lang);
/* The higher of two; "" is below all. */
const char *ops_grade_max(const char *a, const char *b);

/* A dataset's members as the answers show them: the catalog's entry without its lineage. */
void ops_dataset_json(struct gt_arena *a, const struct gt_dataset *d, struct gt_json *obj);
/* A number as people read it: whole ones in full, others with so many digits (7 for f32). */
const char *ops_num(struct gt_arena *a, double v, int digits);
/* The line that marks what was made from a fictional county. */
void ops_say_synthetic(struct gt_call *c);
/* "2026-11-23T16:28:00Z" as people in China read it: "2026-11-24 00:28". */
const char *ops_local_time(struct gt_arena *a, const char *utc);

/* docs/quality-rules.md: the rules of the quality check and what the profiles change. */
GT_MUST enum gt_status ops_quality_page(struct gt_call *c, struct gt_buf *b, struct gt_err *err);

/* ---- Importing ------------------------------------------------------------------------------- */

/* GT_EINPUT names the nearest layer, or all. */
GT_MUST enum gt_status ops_layer_find(struct gt_arena *a, const char *layer,
                                      const struct gt_layer_role **out, struct gt_err *err);
GT_MUST enum gt_status ops_import_run(struct gt_call *c, struct gt_txn *t, const char *id,
                                      const struct gt_import *in, struct gt_import_report *report,
                                      struct gt_err *err);
/* The transformation that an import names (name NULL: none); GT_EINPUT when it has another
 * fingerprint than `hash` (NULL: any). */
GT_MUST enum gt_status ops_import_transform(struct gt_call *c, struct gt_store *s, const char *name,
                                            const char *hash, struct gt_import *in,
                                            struct gt_err *err);
/* Member "transform": which one, from where, with what residuals; never its parameters. */
GT_MUST enum gt_status ops_transform_json(struct gt_call *c, const struct gt_transform *t,
                                          struct gt_json *in, struct gt_err *err);
const char *ops_full_path(struct gt_arena *a, const char *path);

/* ---- Executing a model ----------------------------------------------------------------------- */

/* Which dataset fills an input step, where it is not the one that plays the step's role. */
struct ops_input {
    const char *step, *id;
    int64_t version;  /* 0: the current one */
    const char *hash; /* NULL: not checked; else GT_EINPUT when the dataset has another */
};

struct ops_model_opt {
    const char *model; /* name in rules/models/ or path of a file */
    const char *text;  /* the model itself, where it is at hand; NULL: read from `model` */
    const struct gt_setting *set;
    size_t n_set;
    const char *rules; /* the rule set instead of the model's; NULL: the model's */
    const struct gt_rules_file *rules_file; /* changes on top of it; NULL: none */
    const struct ops_input *input;
    size_t n_input;
    bool only_given;    /* inputs that are not among `input` are missing: nothing is looked up */
    const char *prefix; /* of dataset ids; NULL: none */
    /* Outputs or steps to be written, with the ids prefix + name; none: the model's outputs. */
    const char *const *output;
    size_t n_output;
    int64_t block;
    size_t memory;     /* for steps that see the whole raster, bytes; 0: the default */
    bool bind_only;    /* no plan: for asking single cells */
    bool may_be_empty; /* no output can be made: no error, n_out is 0 and nothing is bound */
};

/* What a result is and where it goes. */
struct ops_output {
    const char *id;   /* dataset */
    const char *name; /* output or step */
    int step;
    int written; /* place of the step in the plan's list; several outputs may share one */
    struct gt_text2 title;
    struct gt_raster_info info;
};

/* A table, number or step that took part in a result, with where it comes from. */
struct ops_basis {
    const char *id;   /* of the table or the step */
    const char *kind; /* "classes" "matrix" "number" "step" */
    struct gt_text2 title;
    const char *source;
    enum gt_evidence evidence;
    bool marked; /* evidence is stated */
};
struct ops_bases {
    size_t n;
    struct ops_basis *v;
};

/* A code of a result's cells, and what it means. */
struct ops_legend_entry {
    double code;
    struct gt_text2 title;
};
struct ops_legend {
    size_t n; /* 0: measures, or nothing is known */
    struct ops_legend_entry *v;
};

/* A model made ready: loaded, its inputs bound, what is missing left out, compiled. */
struct ops_model {
    struct gt_store *store;
    const struct gt_model *model; /* without what is missing */
    const char *text;             /* the model as it was read */
    const struct ops_model_opt *opt;
    const struct gt_dataset **input; /* by step; NULL for steps that are none */
    struct gt_binding *bind;         /* by step */
    struct gt_left_out *left;
    size_t n_left;
    struct ops_output *out;
    size_t n_out;
    const struct gt_plan *plan;
    bool synthetic;      /* the workspace, or an input of it */
    const char *grade;   /* the highest of the inputs */
    const char *vintage; /* of the inputs */
};

/* Parameters that several operations share, word for word. */
/* clang-format off */
#define OPS_PARAM_RULES_FILE \
    {.name = "rules-file", \
     .kind = GT_P_FILE_IN, \
     .metavar = "FILE", \
     .help = {"a file that changes single tables and numbers of the rule set; the results say so", \
              "改变规则集中个别表和数值的文件，结果中注明"}}
#define OPS_PARAM_INPUT \
    {.name = "input", \
     .kind = GT_P_KEYVALUE, \
     .metavar = "STEP=ID", \
     .repeated = true, \
     .help = {"dataset for an input, instead of the one that plays its role", \
              "指定某个输入所用的数据集，而不是按图层角色选取"}}
#define OPS_PARAM_BLOCK \
    {.name = "block", \
     .kind = GT_P_INTEGER, \
     .metavar = "N", \
     .unit = "cells", \
     .min = 1, \
     .max = 1 << 20, \
     .help = {"rows and columns of a block; the results are the same", \
              "分块的行列数；结果不受影响"}}
#define OPS_PARAM_MEMORY \
    {.name = "memory", \
     .kind = GT_P_INTEGER, \
     .metavar = "MB", \
     .unit = "MB", \
     .min = 16, \
     .max = 1 << 24, \
     .help = {"memory for steps that see the whole raster (4096); the results are the same", \
              "需要整幅栅格的步骤可用的内存（缺省 4096）；结果不受影响"}}
/* clang-format on */

/* The arguments that `run` and `plan` share: model, rules, rules-file, set, output, input, prefix,
 * block, memory. */
GT_MUST enum gt_status ops_model_args(struct gt_call *c, struct ops_model_opt *opt,
                                      struct gt_err *err);
/* Loads, binds and compiles; `a` must outlive the model and be freed before the store. Nothing is
 * written. Left-out steps are told as warnings. */
GT_MUST enum gt_status ops_model_ready(struct gt_call *c, struct gt_arena *a, struct gt_store *s,
                                       const struct ops_model_opt *opt, struct ops_model **out,
                                       struct gt_err *err);
/* Runs it into new datasets of t, each described with its lineage; the caller commits. `parameters`
 * (may be NULL) is recorded as they were asked for. */
GT_MUST enum gt_status ops_model_run(struct gt_call *c, struct ops_model *m, struct gt_txn *t,
                                     const struct gt_json *parameters, struct gt_run_result *result,
                                     struct gt_err *err);
/* After the commit: model, rules, outputs, left-out steps and tables, as answer and as text. */
GT_MUST enum gt_status ops_model_answer(struct gt_call *c, const struct ops_model *m,
                                        const struct gt_run_result *result, struct gt_err *err);

/* A file of changes, read. */
GT_MUST enum gt_status ops_rules_file(struct gt_arena *a, const char *path,
                                      const struct gt_rules_file **out, struct gt_err *err);
/* Member "rules_file" of an answer: name and fingerprint, or null. */
void ops_rules_file_json(struct gt_json *in, const struct gt_ruleset *r);

/* What took part in `step`: itself and everything before it. */
struct ops_bases ops_model_bases(struct gt_arena *a, const struct gt_model *m, int step);
/* used[i]: step i is `step` or stands before it; n_steps of them. */
void ops_model_used(const struct gt_model *m, int step, bool *used);
struct ops_legend ops_model_legend(struct gt_arena *a, const struct gt_model *m, int step);
/* Title of a code; "" if there is none. */
const char *ops_legend_title(const struct ops_legend *l, double code, enum gt_lang lang);

/* ---- Attributes and tables (join.c) -----------------------------------------------------------
 */

/* A column of a layer as numbers, one a feature; texts that are numbers count, others are NaN.
 * GT_EINPUT: the layer `id` has no such column. */
GT_MUST enum gt_status ops_feature_numbers(struct gt_arena *a, const struct gt_features *f,
                                           const char *column, const char *id, const double **out,
                                           struct gt_err *err);
/* The same; a column that the layer's role knows but does not ask for may be absent: no number is
 * known then, and a warning says so. */
GT_MUST enum gt_status ops_column_numbers(struct gt_call *c, const struct gt_dataset *d,
                                          const struct gt_features *f, const char *column,
                                          const double **out, struct gt_err *err);
/* The text of a value, a number as it is written; "" for nothing. */
const char *ops_value_text(struct gt_arena *a, const struct gt_value *v);

/* A rasterise step with a table: its layer and the table, with what they hold. */
struct ops_join {
    const struct gt_step *step;
    const struct gt_dataset *layer, *table;
    const struct gt_features *shapes, *rows;
};
/* The table's number for each shape by their codes; NaN where the table has none, which is one
 * warning that names the shapes, as are rows whose code no shape has. GT_EINPUT: a code twice in
 * the table, no code or column. */
GT_MUST enum gt_status ops_join_column(struct gt_call *c, struct gt_arena *a,
                                       const struct ops_join *j, const double **out,
                                       struct gt_err *err);

/* A table for spreadsheets; made from synthetic data, every row says so in a last column. */
const char *ops_csv(struct gt_call *c, struct gt_arena *a, const struct gt_table *t,
                    bool synthetic);

struct ops_zones {
    const struct gt_dataset *data, *by;
    const struct gt_features **zones; /* out; NULL where there are none */
};
/* What reads cells of `data` by the polygons of `zones` (by may be NULL: no zones): binds both, and
 * gives the zones with their attributes. */
GT_MUST enum gt_status ops_bind_zones(struct gt_store *s, struct gt_arena *a,
                                      const struct gt_model *m, const struct ops_zones *in,
                                      struct gt_binding *bound, struct gt_err *err);

/* ---- What was left out ----------------------------------------------------------------------- */

/* Is a missing input's alternative there? */
bool ops_is_covered(const struct ops_model *m, const struct gt_step *input);
/* Keeps of m->left the factors, without the missing inputs themselves, and without those that an
 * alternative gives. whole: the model with all its inputs. */
void ops_left_factors(struct ops_model *m, const struct gt_model *whole);
/* One warning for each missing input. */
void ops_left_warn(struct gt_call *c, const struct ops_model *m);
void ops_left_json(struct gt_json *in, const struct ops_model *m); /* "left_out" */
void ops_left_text(struct gt_call *c, const struct ops_model *m);  /* the same for people */

/* ---- Lineage --------------------------------------------------------------------------------- */

/* The lineage of one result of the model. */
struct gt_json *ops_lineage_write(struct gt_call *c, const struct ops_model *m,
                                  const struct ops_output *out, const struct gt_json *parameters);
void ops_inputs_json(struct gt_json *in, const struct ops_model *m); /* "inputs" */
/* One of them: what `step` took. */
void ops_input_json(struct gt_json *inputs, const char *step, const struct gt_dataset *d);
/* One warning that counts the unverified ones and names the first; none where there are none. */
void ops_bases_warn(struct gt_call *c, const struct ops_bases *bases);
/* The unverified ones that a lineage keeps, by their ids. */
struct ops_bases ops_lineage_bases(struct gt_arena *a, const struct gt_json *lineage);
/* Members of it: "basis" and "unverified", "left_out", "classes". */
void ops_bases_json(struct gt_json *in, const struct ops_bases *bases);
void ops_legend_json(struct gt_json *in, const struct ops_legend *legend);
/* "program" and "time", which every lineage has, and "op". */
struct gt_json *ops_lineage_begin(struct gt_call *c);
/* A dataset's lineage as a tree; an empty object where there is none. */
GT_MUST enum gt_status ops_lineage_read(struct gt_arena *a, const struct gt_dataset *d,
                                        const struct gt_json **out, struct gt_err *err);
/* The legend that a lineage keeps. */
struct ops_legend ops_lineage_legend(struct gt_arena *a, const struct gt_json *lineage);
/* How a lineage's model is executed again: text, settings and inputs with their versions and
 * hashes. GT_EINPUT where the dataset was not made by a model. */
GT_MUST enum gt_status ops_lineage_model(struct gt_arena *a, const struct gt_dataset *d,
                                         const struct gt_json *lineage, struct ops_model_opt *out,
                                         struct gt_err *err);
/* GT_EINPUT when the rule set, or how the model is read, is not what it was for this dataset. */
GT_MUST enum gt_status ops_lineage_same_rules(const struct gt_dataset *d,
                                              const struct gt_json *lineage,
                                              const struct gt_model *m, struct gt_err *err);

#endif
