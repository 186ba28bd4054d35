/* rules.h: standards as data: class tables, matrices, models, and the expression language. Builds
 * on base.h (yaml.h). Everything here is immutable once loaded and lives in the loader's arena. */
#ifndef GUOTU_RULES_H
#define GUOTU_RULES_H

#include "guotu/base.h"
#include "guotu/yaml.h"

/* ---- Evidence ---- */

/* read in the text; read in a published program; recall */
enum gt_evidence { GT_VERIFIED, GT_CODE, GT_UNVERIFIED };
const char *gt_evidence_name(enum gt_evidence e); /* "verified" "code" "unverified" */
const char *gt_evidence_title(enum gt_evidence e, enum gt_lang lang);

struct gt_text2 { /* a title in both languages; zh falls back to en and the other way round */
    const char *en, *zh;
};
const char *gt_text2(struct gt_text2 t, enum gt_lang lang);

/* ---- Expressions (docs/expressions.md) ---- */

/* One language for models and filters: + - * / ^, unary -, = <> < <= > >=, and or not, `x in (a,
 * b)`, if(c, a, b), min max abs sqrt exp ln log10 floor ceil round clamp(x, lo, hi), nodata,
 * isnodata(x), coalesce(a, b, ...), numbers, 'texts' ('' inside is a quote), names
 * [A-Za-z_一-龥][…]*, "quoted names". No-data (in rows: NULL) in, no-data out, but for isnodata and
 * coalesce; `and`/`or` are three-valued. Truth is 1 and 0. Division by zero, roots and logarithms
 * out of range give no-data. */
enum gt_expr_op {
    /* clang-format off */
    GT_X_NUM, GT_X_TEXT, GT_X_NAME, GT_X_NODATA,
    GT_X_NEG, GT_X_NOT,
    GT_X_ADD, GT_X_SUB, GT_X_MUL, GT_X_DIV, GT_X_POW,
    GT_X_EQ, GT_X_NE, GT_X_LT, GT_X_LE, GT_X_GT, GT_X_GE,
    GT_X_AND, GT_X_OR, GT_X_IN, /* first argument, then the list */
    GT_X_IF, GT_X_MIN, GT_X_MAX, GT_X_ABS, GT_X_SQRT, GT_X_EXP, GT_X_LN, GT_X_LOG10, GT_X_SIN_DEG,
    GT_X_FLOOR, GT_X_CEIL, GT_X_ROUND, GT_X_CLAMP, GT_X_ISNODATA, GT_X_COALESCE
    /* clang-format on */
};

struct gt_expr {
    enum gt_expr_op op;
    double num;       /* GT_X_NUM */
    const char *text; /* GT_X_TEXT, GT_X_NAME */
    int name;         /* GT_X_NAME: index into the names bound by gt_expr_bind; -1 before */
    int at;           /* characters before it in the source text */
    int n;            /* arguments */
    struct gt_expr **arg;
    const struct gt_number *number; /* GT_X_NUM written as $id in a model; else NULL */
};

/* "expression: position 7: ..." as GT_EINPUT. At most 4,096 bytes, and 64 levels of arguments.
 * `$id` is a name too ("$id"): models put the rule set's number in its place, everything else
 * refuses it. */
GT_MUST enum gt_status gt_expr_parse(struct gt_arena *a, const char *text, struct gt_expr **out,
                                     struct gt_err *err);
/* Gives every name its index in names[0..n-1]; unknown names are refused with the nearest known
 * one. */
GT_MUST enum gt_status gt_expr_bind(struct gt_expr *x, const char *const *names, int n,
                                    struct gt_err *err);
/* Checks units (unit[i] of names[i]; "" is a bare number, "class" a class code) and gives the
 * result's:
 * + - and comparisons want equal units, bare numbers fit any; * and / combine; texts are
 * refused. */
GT_MUST enum gt_status gt_expr_unit(struct gt_arena *a, const struct gt_expr *x,
                                    const char *const *unit, const char **out, struct gt_err *err);

/* One row: for filters on attributes. */
enum gt_value_kind { GT_V_NODATA, GT_V_NUM, GT_V_TEXT };
struct gt_value {
    enum gt_value_kind kind;
    double num;
    const char *text;
};
/* A comparison of a text with a number compares the text's number where it parses whole, else it is
 * an error that names both. */
GT_MUST enum gt_status gt_expr_eval(const struct gt_expr *x, const struct gt_value *names,
                                    struct gt_value *out, struct gt_err *err);

/* ---- Class tables and matrices ---- */

/* A class by interval or by listed values. code 0 is refused where the result is an output (0 =
 * no-data). */
struct gt_class {
    double lo, hi; /* -INFINITY, INFINITY for open ends; interval tables */
    bool lo_closed, hi_closed;
    const double *is; /* listed values; code tables */
    size_t n_is;
    double code;
    struct gt_text2 title;
    int line;
};

struct gt_classes {
    const char *id; /* "urb.slope"; "" when written in a step */
    struct gt_text2 title;
    const char *unit;
    bool listed; /* by listed values, not intervals */
    size_t n;
    /* intervals: sorted, without gap or overlap over (-inf, inf) or `domain` */
    const struct gt_class *v;
    bool has_other;
    double other;        /* listed: code of values not listed; otherwise they become no-data */
    bool rest_is_nodata; /* ... as the table says itself (other: nodata) */
    const char *source;
    enum gt_evidence evidence;
    const char *note; /* "" */
    const char *from; /* id of the set, or name of the file of changes, that it is from */
    bool changes;     /* ... and there is another one of this id below it */
    const char *file;
    int line;
};

struct gt_matrix {
    const char *id;
    struct gt_text2 title, rows_title, cols_title;
    size_t n_rows, n_cols;
    const double *row_code, *col_code; /* ascending integers */
    const double *v;                   /* n_rows * n_cols */
    const char *source;
    enum gt_evidence evidence;
    const char *note;
    const char *from;
    bool changes;
    const char *file;
    int line;
};

/* One number that a standard may change: "urb.unfit.slope_deg: 25". */
struct gt_number {
    const char *id;
    double v; /* NaN: required, with no value of its own; no-data in expressions */
    const char *unit;
    struct gt_text2 title;
    const char *source; /* of one that changes another: with what that one says */
    enum gt_evidence evidence;
    const char *note; /* "" */
    const char *from;
    bool changes;
    const char *file;
    int line;
};

struct gt_ruleset {
    const char *id; /* "mnr-2020-01" */
    struct gt_text2 title;
    const char *version, *status; /* status: operative | draft | local */
    const char *source;           /* where the standard itself is found; "" */
    /* of all its files, in name order, those of the sets below, and of what was changed */
    const char *hash;
    const struct gt_ruleset *base; /* what it is based on, or what `file` changes; NULL: nothing */
    const char *file, *file_hash;  /* of changes, by name; NULL: none */
    size_t n_classes, n_matrices, n_numbers;
    const struct gt_classes *classes;
    const struct gt_matrix *matrices;
    const struct gt_number *numbers;
};

/* dir/ID/(name).yaml, every file of the folder. GT_ENOTFOUND lists the sets that are there. */
GT_MUST enum gt_status gt_ruleset_load(struct gt_arena *a, const char *dir, const char *id,
                                       const struct gt_ruleset **out, struct gt_err *err);
/* A file of changes (docs/rules.md): its name as messages call it, and its text. */
struct gt_rules_file {
    const char *name;
    struct gt_str text;
};
/* Where it is given, what is wrong with a table is kept here, and loading goes on. */
struct gt_problems {
    const char **v; /* "file:line:col: ..." */
    size_t n, cap;
};
struct gt_ruleset_opt {
    const char *dir, *id;
    const struct gt_rules_file *file; /* changes on top of the set; NULL: none */
    struct gt_problems *problems;     /* NULL: the first problem is the error */
};
GT_MUST enum gt_status gt_ruleset_load_with(struct gt_arena *a, const struct gt_ruleset_opt *opt,
                                            const struct gt_ruleset **out, struct gt_err *err);
/* The set that a file of changes names, from its head alone. */
GT_MUST enum gt_status gt_rules_file_set(struct gt_arena *a, const struct gt_rules_file *file,
                                         const char **id, struct gt_err *err);
/* The set that a set is based on, from its head alone; NULL: none. */
GT_MUST enum gt_status gt_ruleset_base(struct gt_arena *a, const char *dir, const char *id,
                                       const char **base, struct gt_err *err);
/* Is it that set, or based on it? */
bool gt_ruleset_is(const struct gt_ruleset *r, const char *id);
/* NULL: absent */
const struct gt_classes *gt_ruleset_classes(const struct gt_ruleset *r, const char *id);
const struct gt_matrix *gt_ruleset_matrix(const struct gt_ruleset *r, const char *id);
const struct gt_number *gt_ruleset_number(const struct gt_ruleset *r, const char *id);
/* The class that v falls into; NULL: none (no-data). The slow truth that fast kernels are tested
 * against. */
const struct gt_class *gt_classes_find(const struct gt_classes *c, double v);

/* What differs between two sets, table by table. */
enum gt_rule_kind { GT_RULE_CLASSES, GT_RULE_MATRIX, GT_RULE_NUMBER };
const char *gt_rule_kind_name(enum gt_rule_kind k); /* "classes" "matrix" "number" */
struct gt_rule_side {
    const char *text; /* what it says where the other says something else; NULL: it is not there */
    const char *source;
    enum gt_evidence evidence;
    const char *from, *file;
    int line;
};
struct gt_rule_change {
    const char *id;
    enum gt_rule_kind kind;
    struct gt_text2 title;
    struct gt_rule_side before, after;
    bool same_values; /* only source or evidence differ; the texts are "" */
};
/* In the order of `from`, then what only `to` has. */
void gt_ruleset_diff(struct gt_arena *a, const struct gt_ruleset *from, const struct gt_ruleset *to,
                     struct gt_rule_change **out, size_t *n);

/* ---- Models ---- */

/* X(enum, name in YAML, what it does). Keys of each are in docs/models.md and checked by the
 * loader. */
#define GT_STEP_TABLE(X)                                                                       \
    X(GT_STEP_RASTER, "raster", "an input raster, brought to the model's grid")                \
    X(GT_STEP_SHAPES, "shapes", "an input vector layer")                                       \
    X(GT_STEP_EXPRESSION, "expression", "arithmetic and conditions on steps")                  \
    X(GT_STEP_CLASSIFY, "classify", "classes by intervals or listed values")                   \
    X(GT_STEP_MATRIX, "matrix", "a class from two classes")                                    \
    X(GT_STEP_COMBINE, "combine", "best, worst or weighted sum of steps")                      \
    X(GT_STEP_SLOPE, "slope", "slope by Horn's differences")                                   \
    X(GT_STEP_ASPECT, "aspect", "aspect by Horn's differences, degrees clockwise from north")  \
    X(GT_STEP_HILLSHADE, "hillshade", "relief shading 1..255")                                 \
    X(GT_STEP_RANGE, "range", "highest minus lowest value in a square window")                 \
    X(GT_STEP_MEAN, "mean", "mean of the values in a square window")                           \
    X(GT_STEP_DISTANCE, "distance", "metres on the ground to the nearest feature")             \
    X(GT_STEP_RASTERISE, "rasterise", "a vector layer's cells, with a number of each feature") \
    X(GT_STEP_FILL_VOIDS, "fill_voids", "no-data cells from the nearest values around")        \
    X(GT_STEP_ZONAL, "zonal", "count, sum, mean, least and greatest value by zone")            \
    X(GT_STEP_SUM, "sum", "sum of the values in a square window")                              \
    X(GT_STEP_FILL_DEPRESSIONS, "fill_depressions", "heights with every hollow filled")        \
    X(GT_STEP_FLOW, "flow", "ground whose water runs through a cell")                          \
    X(GT_STEP_COST_DISTANCE, "cost_distance", "least cost of the way to the nearest feature")  \
    X(GT_STEP_COMPONENTS, "components", "connected patches of one class, and their measures")  \
    X(GT_STEP_PATTERN, "pattern", "spatial pattern of a class: core, edge, bridge and so on")  \
    X(GT_STEP_CUMULATIVE, "cumulative", "share of the total that cells at least as high hold")

enum gt_step_kind {
#define GT_STEP_ENUM(e, name, help) e,
    GT_STEP_TABLE(GT_STEP_ENUM)
#undef GT_STEP_ENUM
        GT_STEP_KINDS
};
const char *gt_step_kind_name(enum gt_step_kind k);
const char *gt_step_kind_help(enum gt_step_kind k);

enum gt_resample { GT_NEAREST, GT_BILINEAR };
/* best: the lowest code, unless high_is_best */
/* mode: the commonest value, of equally common ones the worst */
enum gt_combine { GT_COMBINE_BEST, GT_COMBINE_WORST, GT_COMBINE_WEIGHTED, GT_COMBINE_MODE };
enum gt_stat {
    GT_STAT_COUNT = 1,
    GT_STAT_SUM = 2,
    GT_STAT_MEAN = 4,
    GT_STAT_MIN = 8,
    GT_STAT_MAX = 16,
    GT_STAT_AREA = 32
};

/* What a step's cells are: decides how they are written (f32 / u8 / i32). */
enum gt_cells { GT_CELLS_MEASURE, GT_CELLS_CLASS, GT_CELLS_ID };

/* A step of the graph. Inputs of the model are its first steps. Only the fields of its kind are
 * set. */
struct gt_step {
    const char *name;
    enum gt_step_kind kind;
    enum gt_cells cells;
    const char *unit; /* of the result; "class" for classes, "" for bare numbers */
    struct gt_text2 title;
    int n_in;
    /* indices into model->steps, all smaller than this step's own; order by kind: matrix: rows,
     * cols; zonal: of, zones; expression: the names bound; others: of (…) */
    const int *in;
    /* raster, shapes */
    const char *role; /* layer role that fills this input by default: "dem" */
    bool optional, master;
    /* input or step that gives the same by another road: while it is there, nobody is told that
     * this input is missing; NULL: none */
    const char *alternative;
    enum gt_resample resample;
    bool scaled; /* raster of measures: its cells are multiplied by scale, then add is added */
    double scale, add;
    /* GT_RECORDS: a table, rows without shapes */
    enum gt_shape_role { GT_ANY_SHAPE, GT_POINTS, GT_LINES, GT_POLYGONS, GT_RECORDS } shape;
    /* expression */
    const struct gt_expr *expr;
    const char *formula; /* its text */
    /* classify, matrix */
    const struct gt_classes *classes;
    const struct gt_matrix *matrix;
    /* combine */
    enum gt_combine combine;
    const double *weight;
    bool high_is_best, ignore_nodata;
    /* range, mean: odd window in cells, or 0 and the area in hectares of the smallest odd window */
    int window;
    double area_ha;
    /* hillshade */
    double azimuth_deg, altitude_deg, z_factor;
    /* distance: metres, INFINITY: no limit (cells beyond the limit get +limit); fill_voids:
     * cells */
    double max_m;
    int radius;
    /* rasterise: attribute to burn (NULL: 1 for every feature; "#": the feature's number from 1) */
    const char *attribute;
    /* rasterise with a table (in[1]): the table's column, joined by `code`; `attribute` is then
     * "TABLE.COLUMN", with "/km2" behind it where the number is divided by the ground of the
     * polygons with that code */
    const char *column;
    bool per_area;
    /* zonal */
    /* enum gt_stat; YAML: stats: [count, sum, mean, min, max, area] (area: m2 on the ellipsoid) */
    unsigned stats;
    /* YAML per_class: true; one row for each zone and value of `of` (which must be classes or
     * ids) */
    bool per_class;
    /* flow: ground (m2), cells, or length (m2 a metre of width: m); components: number (ids), area
     * (m2), cells, compactness (area by that of the smallest circle around it) */
    enum gt_give {
        GT_GIVE_NUMBER,
        GT_GIVE_AREA,
        GT_GIVE_CELLS,
        GT_GIVE_LENGTH,
        GT_GIVE_COMPACTNESS
    } give;
    /* components, pattern: the codes that make patches, ascending; n_values 0: each code by itself
     */
    const double *values;
    size_t n_values;
    int connect;   /* components, pattern: neighbours that touch, 4 or 8 */
    double gap_m;  /* components: patches no farther apart than this are one */
    double edge_m; /* pattern: width of the edge */
    bool by_area;  /* cumulative: shares of ground, not of the value */
    /* titles of the result's codes: those of `classes`, or of the key legend; NULL: none */
    const struct gt_classes *legend;
    /* every code that the result can have, ascending; n_codes 0: not known beforehand */
    const double *codes;
    size_t n_codes;
    /* what stands in for this step when an input of it was left out: (that input, the step used
     * instead) */
    int n_without;
    const int (*without)[2];
    const char *source; /* where the rule of this step comes from; "": it has none of its own */
    enum gt_evidence evidence; /* of the rule */
    bool marked; /* evidence is stated, here or by the table or number taken; else nothing is */
    const char *file;
    int line, col;
};

struct gt_output {
    const char *name; /* dataset id */
    int step;
    struct gt_text2 title;
};

struct gt_model {
    const char *name;
    struct gt_text2 title;
    const char *file, *hash;        /* hash of the text and of its settings */
    const struct gt_ruleset *rules; /* NULL: refers to no rule set */
    int n_steps;
    /* inputs first, then in an order in which each follows its inputs */
    const struct gt_step *steps;
    int n_outputs;
    const struct gt_output *outputs;
    int master; /* index of the master input step */
};

struct gt_setting { /* --set STEP.KEY=VALUE */
    const char *step, *key, *value;
};

/* Loads and checks: unknown step or key, cycle, unit mismatch, gapped or overlapping classes, a
 * table that the rule set lacks: "file:line:col: ..." as GT_EINPUT. rules_dir: for the rule set it
 * names. */
struct gt_model_opt {
    const char *rules_dir;
    const struct gt_setting *set;
    size_t n_set;
    const char *rules; /* the set to take: the one that the model names, or one based on it; NULL:
                          the one that it names */
    const struct gt_rules_file *rules_file; /* changes on top of the set; NULL: none */
};
GT_MUST enum gt_status gt_model_load(struct gt_arena *a, const char *path,
                                     const struct gt_model_opt *opt, const struct gt_model **out,
                                     struct gt_err *err);
GT_MUST enum gt_status gt_model_parse(struct gt_arena *a, const char *name, struct gt_str text,
                                      const struct gt_model_opt *opt, const struct gt_model **out,
                                      struct gt_err *err);
int gt_model_step(const struct gt_model *m, const char *name);   /* -1: none */
int gt_model_output(const struct gt_model *m, const char *name); /* index of output, or -1 */
/* Can the step be written as a dataset? Refused: vector layers, and classes with a code that is
 * not within 1..255 (0 is no-data). GT_EINPUT with the step's place. */
GT_MUST enum gt_status gt_step_writable(const struct gt_step *s, struct gt_err *err);
/* The title of a code of the step's result; both parts NULL where it has none. */
struct gt_text2 gt_step_code_title(const struct gt_step *s, double code);

/* A step that was left out, and why. The missing inputs themselves come first (step and input are
 * the same name), then in order each step that went with them, once. */
struct gt_left_out {
    const char *step;
    const char *input; /* name of the missing input that is to blame */
    struct gt_text2 title;
    const char *used_instead; /* name of the step that stands in; NULL: none */
};

/* The model without the inputs for which have[step] is false: steps that need them are left out; a
 * `without` clause puts another step in the place of the whole step; members of combine are dropped
 * (weights scaled to their old sum). A missing input that is not optional: GT_EINPUT. An output
 * that cannot be made disappears; two outputs may become one and the same step. */
GT_MUST enum gt_status gt_model_without(struct gt_arena *a, const struct gt_model *m,
                                        const bool *have, const struct gt_model **out,
                                        struct gt_left_out **left, size_t *n_left,
                                        struct gt_err *err);

/* ---- Layer roles (rules/layers.yaml) ---- */

enum gt_field_kind { GT_FIELD_ANY, GT_FIELD_TEXT, GT_FIELD_NUMBER, GT_FIELD_DATE };
struct gt_field_role {
    const char *name;         /* "code" */
    const char *const *alias; /* source columns taken for it, in order, compared without case */
    size_t n_alias;
    bool required;
    /* of tables only */
    enum gt_field_kind kind;
    struct gt_text2 title;
    const char *unit; /* of numbers; "": none */
    double min, max;  /* of numbers: what lies outside is refused */
};

struct gt_standard_layer;
struct gt_layer_role {
    const char *id;                           /* "dem" */
    const struct gt_standard_layer *standard; /* a layer of the data standards (standard.h), whose
                                                 fields it has; NULL: none */
    struct gt_text2 title;
    bool raster, table;       /* else vector */
    enum gt_cells cells;      /* raster */
    enum gt_shape_role shape; /* vector */
    const char *unit;
    double min, max; /* plausible values: outside is a warning, mostly outside an error */
    double reach;    /* raster: the highest cell of a layer in this unit is no lower; 0: any */
    size_t n_fields;
    const struct gt_field_role *fields;
    size_t n_key;           /* table: no two rows have equal values in all of these fields */
    const char *const *key; /* names of fields */
};

struct gt_layer_roles {
    size_t n;
    const struct gt_layer_role *v;
};
GT_MUST enum gt_status gt_layer_roles_load(struct gt_arena *a, const char *rules_dir,
                                           const struct gt_layer_roles **out, struct gt_err *err);
/* NULL: unknown */
const struct gt_layer_role *gt_layer_role_find(const struct gt_layer_roles *r, const char *id);

#endif
