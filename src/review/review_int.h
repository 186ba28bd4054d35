/* review_int.h: what the files of module review share: the layers under check, hits before they
 * are findings, and the passes. Builds on review.h. */
#ifndef GUOTU_REVIEW_INT_H
#define GUOTU_REVIEW_INT_H

#include "guotu/review.h"

/* A feature is told by its number until its BSM is looked up, once, at the end. */
struct review_layer {
    const struct gt_layer_source *source;
    const struct gt_standard_layer *std; /* NULL: of no standard */
    const char *code;                    /* the standard's, or the name as it came */
    size_t no;                           /* place in the submission */
    bool known; /* the standard's own fields are known; else std has those that all layers share */
    bool dead;  /* cannot be read: said once */
    int bsm;    /* its field; -1: none */
    int *col;   /* of std->field[i], its place in the source; -1 */
    struct gt_box box;           /* of its features, once they were read; NaN: none */
    struct gt_xform *to_degrees; /* NULL: a table, or its place is not known */
};

struct review_hit {
    const struct gt_check_rule *rule;
    size_t order;                     /* of the rule */
    const struct review_layer *layer; /* NULL: of the package */
    const char *path, *field;
    const char *code;       /* of a layer that is not there; NULL */
    const int64_t *feature; /* numbers */
    size_t n_features;
    const struct review_layer *other; /* whose features take part too; NULL: none */
    const int64_t *partner;           /* their numbers */
    size_t n_partners;
    bool placed; /* x, y are set: in the layer's CRS, or degrees where there is no layer */
    double x, y;
    double value;
    const char *unit;
    const char *zh, *en;
    const double *xy; /* in the layer's CRS */
    const int64_t *ring;
    size_t n_rings;
    bool dropped; /* what another hit explains */
    const char *const *name, *const *partner_name;
    double lon, lat;
};

struct review {
    struct gt_arena *a;
    const struct gt_submission *s;
    const struct gt_review_opt *opt;
    const struct gt_standard *std;
    const struct gt_profile *profile;
    const struct gt_crs *degrees;
    const char *region; /* "" : not known */
    struct review_layer *layer;
    size_t n_layers;
    const struct gt_check_rule *rule; /* the profile's, lowered where it says so */
    size_t n_rules;
    bool *applied;
    const char **why_zh, **why_en; /* by rule; NULL: no reason was given */
    int64_t *kept;                 /* by rule and layer, the package last */
    int64_t *met;
    GT_VEC(struct review_hit) hit;
};

/* ---- Rules and hits (hits.c) ----------------------------------------------------------------- */

/* The rule, if the profile applies it; marks it as applied. NULL: it is off or unknown. */
const struct gt_check_rule *review_rule(struct review *r, const char *id);
/* It could not be applied, and why; the first reason stays. */
void review_skip(struct review *r, const char *id, const char *zh, const char *en);
/* A hit of that rule to be filled in; NULL: the rule is off, or has as many as are kept. `layer`
 * NULL: of the package. */
struct review_hit *review_hit(struct review *r, const char *rule, const struct review_layer *layer);
/* The same with a lower level. */
struct review_hit *review_hit_at(struct review *r, const char *rule,
                                 const struct review_layer *layer, enum gt_check_level level);
void review_feature(struct review *r, struct review_hit *h, int64_t id);
/* A feature of h->other. */
void review_partner(struct review *r, struct review_hit *h, int64_t id);
void review_say(struct review *r, struct review_hit *h, const char *zh, const char *en);
/* A rule that fails is told as not applied; what ends the whole check stays an error. */
enum gt_status review_survive(struct review *r, const char *rule, enum gt_status status,
                              struct gt_err *err);
/* Drops what other hits explain. */
void review_explain(struct review *r);

/* ---- The profile's own data (setting.c) ------------------------------------------------------ */

/* A part of what the profile, or what it is based on, says under `checks`; NULL: absent. */
const struct gt_yaml *review_setting(const struct review *r, const char *key);
/* The text of a map's member; "" where absent. */
const char *review_text(const struct gt_yaml *map, const char *key);
bool review_listed(const struct gt_yaml *seq, const char *text);
double review_unit_m2(const char *unit); /* of "m2" "hm2" "km2" "mu"; NaN: unknown */

/* ---- Layers (layers.c) ----------------------------------------------------------------------- */

enum gt_status review_layers(struct review *r, struct gt_err *err);
/* The first layer of that standard code that can be read; NULL. */
struct review_layer *review_layer(const struct review *r, const char *code);
/* Cannot be read: told as a finding, once. Gives GT_OK unless the check must end. */
enum gt_status review_dead(struct review *r, struct review_layer *l, enum gt_status status,
                           struct gt_err *err);
int64_t review_chunk(const struct review *r, const struct review_layer *l); /* features a part */
/* Numbers become BSM, hits without a place get one. */
enum gt_status review_resolve(struct review *r, struct gt_err *err);
/* Calls fn for each part of the layer, without shapes, with those of the fields named (ends with
 * NULL) that it has. */
typedef enum gt_status review_part_fn(void *ctx, const struct gt_features *f, struct gt_err *err);
enum gt_status review_parts(struct review *r, struct review_layer *l, const char *const *field,
                            review_part_fn *fn, void *ctx, struct gt_err *err);

/* ---- Rows: one reading of a layer for all checks of values ------------------------------------
 */

/* How often each text comes in a field, with the first features that have it. */
struct review_tally;
struct review_tally *review_tally_new(struct gt_arena *a);
void review_tally_add(struct review_tally *t, const char *code, const char *name, int64_t id);

struct review_rows {
    struct review_layer *layer;
    const struct gt_features *f;
    const int *col;     /* of std->field[i] in f; -1 */
    struct gt_arena *a; /* of the part */
    const double *m2;   /* ground of each feature; NaN: it has none; NULL: not polygons */
    struct review_sums *sums;
};
/* Value of a field of the standard; NULL: the layer has no such field. */
const struct gt_value *review_value(const struct review_rows *w, size_t i, const char *field);
const char *review_cell(const struct review_rows *w, size_t i, const char *field); /* "" */
double review_number(const struct review_rows *w, size_t i, const char *field);    /* NaN */
struct review_hit *review_row_hit(struct review *r, const struct review_rows *w, size_t i,
                                  const char *rule, const char *field);
enum gt_status review_rows_pass(struct review *r, struct gt_err *err);
/* By part; then once at the end of a layer. */
typedef void review_row_fn(struct review *r, const struct review_rows *w);
struct review_row_check {
    const char *rule;
    review_row_fn *run;
    const char *needs; /* a field; NULL: any layer */
};
extern const struct review_row_check review_value_checks[]; /* ends with rule NULL */
extern const struct review_row_check review_trait_checks[];
extern const struct review_row_check review_area_checks[];

/* What needs a whole layer: repeated BSM, codes and names that most features agree on. */
struct review_sums {
    struct gt_arena *a;
    void *bsm; /* hashes of BSM with their features */
    size_t n, cap;
    struct review_tally *names, *ysdm, *year;
    GT_VEC(int64_t) zm;
};
void review_sums_add(struct review *r, const struct review_rows *w);
void review_sums_end(struct review *r, struct review_layer *l, struct review_sums *s);
void review_traits_end(struct review *r, struct review_layer *l, struct review_sums *s);

/* ---- The package (completeness.c) --------------------------------------------------------------
 */

bool review_is_package(const struct review *r); /* else a single file */
/* A document or a table of that name, whatever its folder and ending. */
bool review_has_file(const struct review *r, const char *stem);

/* ---- Families -------------------------------------------------------------------------------- */

struct review_check {
    const char *rule;
    enum gt_status (*run)(struct review *r, struct gt_err *err);
};
extern const struct review_check review_completeness[]; /* each ends with rule NULL */
extern const struct review_check review_reference[];
extern const struct review_check review_extent[];
extern const struct review_check review_fields[];
extern const struct review_check review_agreement[];
extern const struct review_check review_area_totals[];
extern const struct review_check review_lines[];
enum gt_status review_topology(struct review *r, struct gt_err *err);

#endif
