/* model_int.h: a model while it is loaded. Builds on rules_int.h. */
#ifndef GUOTU_RULES_MODEL_INT_H
#define GUOTU_RULES_MODEL_INT_H

#include "rules_int.h"

#define MAX_STEPS 4096 /* inputs among them */

struct ref { /* a name of another step, and where it was written */
    int node;
    const struct gt_yaml *y;
};

struct codes { /* ascending; known: they are all that a result can have */
    bool known;
    size_t n;
    const double *v;
};

/* An input or a step, in the order of the file. */
struct node {
    struct gt_step s;
    const struct gt_yaml *y;
    GT_VEC(struct ref) in;
    GT_VEC(struct ref) missing; /* of `without`: these inputs ... */
    GT_VEC(struct ref) used;    /* ... and the steps that stand in */
    bool cells_given, evidence_given;
    const char *unit_given; /* NULL: none */
    struct codes codes;
    int place; /* in the loaded model, -1 before it is ordered */
    bool open; /* being ordered */
};

struct loading {
    struct gt_arena *a;
    struct gt_ruleset *rules; /* NULL: none */
    struct node *node;
    const char **name; /* of each node */
    int n, n_inputs;
    struct gt_map *by_name;
};

/* model_months.c: inputs with `months` and steps with `each` become twelve; items of lists with @
 * in them too. */
enum gt_status rules_expand_months(struct gt_arena *a, const struct gt_yaml *root,
                                   struct gt_err *err);
/* Every @ of a text as the month with two digits; NULL stays NULL. */
const char *rules_in_month(struct gt_arena *a, const char *text, int month);
/* model_set.c: a map without that member; absent is fine. */
void rules_drop_member(struct gt_yaml *map, const char *key);
/* model_set.c: puts the settings into the tree, and changed numbers into the rule set. */
enum gt_status rules_set_steps(struct gt_arena *a, const struct gt_model_opt *opt,
                               struct gt_yaml *root, struct gt_err *err);
enum gt_status rules_set_numbers(struct gt_arena *a, const struct gt_model_opt *opt,
                                 struct gt_ruleset *set, const struct gt_yaml *root,
                                 struct gt_err *err);
/* model_keys.c: reads the keys of one input or step into l->node[i]. */
enum gt_status rules_read_input(struct loading *l, int i, struct gt_err *err);
enum gt_status rules_read_step(struct loading *l, int i, struct gt_err *err);
/* The node that y names. */
enum gt_status rules_ref(const struct loading *l, const struct gt_yaml *y, const char *what,
                         int *out, struct gt_err *err);
/* model_order.c: order[0..n-1], each behind what it needs; a cycle is refused with its path. */
enum gt_status rules_order(struct loading *l, int *order, struct gt_err *err);
/* model_check.c: cells, unit, codes of a node whose inputs were checked. */
enum gt_status rules_check(struct loading *l, int i, struct gt_err *err);
/* model_codes.c: what a step can give, whose n inputs can give in[0..n-1]. */
struct codes rules_codes_of_step(struct gt_arena *a, const struct gt_step *s, size_t n,
                                 const struct codes *in);
struct codes rules_codes_join(struct gt_arena *a, struct codes x, struct codes y);
bool rules_codes_hold(struct codes c, double code);
const char *rules_codes_text(struct gt_arena *a, struct codes c);

#endif
