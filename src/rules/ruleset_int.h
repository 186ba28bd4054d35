/* ruleset_int.h: a rule set while it is loaded. Builds on rules_int.h. */
#ifndef GUOTU_RULES_RULESET_INT_H
#define GUOTU_RULES_RULESET_INT_H

#include "rules_int.h"

#include "guotu/hash.h"

struct rules_load {
    struct gt_arena *a;
    const char *dir;
    struct gt_ruleset *set;
    const struct gt_ruleset *base; /* what is changed; NULL: nothing is */
    bool file;                     /* a file of changes: only ids of `base` */
    const char *from;              /* what the items are said to be from */
    GT_VEC(struct gt_classes) classes;
    GT_VEC(struct gt_matrix) matrices;
    GT_VEC(struct gt_number) numbers;
    struct gt_map *seen; /* id of any table of this set or file → its node */
    struct gt_hash hash;
    struct gt_problems *problems; /* NULL: the first problem ends the loading */
};

/* Starts with what the base has. */
void rules_inherit(struct rules_load *l);
/* Reads the maps `classes`, `matrices` and `numbers` of a file, with `known` its allowed keys. */
enum gt_status rules_read_tables(struct rules_load *l, const struct gt_yaml *root,
                                 const char *known, struct gt_err *err);
/* Keeps the problem and goes on, or returns its status where nothing collects problems. */
enum gt_status rules_problem(struct rules_load *l, enum gt_status status, struct gt_err *err);

#endif
