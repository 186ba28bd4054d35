/* rules_int.h: what only the files of module rules share. Builds on rules.h. */
#ifndef GUOTU_RULES_INT_H
#define GUOTU_RULES_INT_H

#include "guotu/rules.h"

/* ---- Messages (read.c) ----------------------------------------------------------------------- */

/* "file:line:col: ..." as GT_EINPUT; a node made by a setting has line 0 and is named alone:
 * "--set relief.window=4: ...". */
enum gt_status rules_fail(const struct gt_yaml *at, struct gt_err *err, const char *fmt, ...)
    GT_PRINTF(3, 4);
/* Puts the place before the text of a failure; returns its status. */
enum gt_status rules_wrap(const struct gt_yaml *at, enum gt_status status, struct gt_err *err);
/* gt_fail for texts that hold what a file said: whole UTF-8 letters, no control characters. */
enum gt_status rules_error(struct gt_err *err, enum gt_status status, const char *fmt, ...)
    GT_PRINTF(3, 4);

/* "; did you mean 'slope'?" for the known word nearest to `word`, or "" where none is near. */
#define RULES_HINT 100
const char *rules_hint(char buf[static RULES_HINT], const char *word, const char *const *known,
                       size_t n);

/* ---- Reading YAML (read.c) ------------------------------------------------------------------- */

enum gt_status rules_want(const struct gt_yaml *y, enum gt_yaml_kind kind, const char *what,
                          struct gt_err *err);
/* Every key must be among those of `known`, a text of words divided by blanks. */
enum gt_status rules_known(const struct gt_yaml *map, const char *known, struct gt_err *err);
/* The member `key`, which must be there. */
enum gt_status rules_need(const struct gt_yaml *map, const char *key, struct gt_yaml **out,
                          struct gt_err *err);
/* Members that may be absent leave *out as it was. */
enum gt_status rules_text(const struct gt_yaml *map, const char *key, const char **out,
                          struct gt_err *err);
enum gt_status rules_bool(const struct gt_yaml *map, const char *key, bool *out,
                          struct gt_err *err);
enum gt_status rules_unit_key(struct gt_arena *a, const struct gt_yaml *map, const char *key,
                              const char **out, struct gt_err *err);
enum gt_status rules_evidence(const struct gt_yaml *map, enum gt_evidence *out, struct gt_err *err);
/* "text" or {zh: ..., en: ...}. */
enum gt_status rules_title(const struct gt_yaml *map, const char *key, struct gt_text2 *out,
                           struct gt_err *err);
/* Index of the word that y holds in `words` (divided by blanks), or a failure that lists them. */
enum gt_status rules_choice(const struct gt_yaml *y, const char *what, const char *words, int *out,
                            struct gt_err *err);

/* Numbers; where set is not NULL, "$id" is its number and, where unit is not NULL, must be bare or
 * of that unit. used: the rule number that was taken, if any. opt may be NULL. */
struct rules_num {
    const struct gt_ruleset *set;
    const char *unit;
    const struct gt_number *used;
};
enum gt_status rules_num(const struct gt_yaml *y, struct rules_num *opt, double *out,
                         struct gt_err *err);
/* A rule set's number; "required" where it has no value. */
const char *rules_number_text(double v, char buf[static 32]);
/* An integer within ±32,767, as codes are. */
enum gt_status rules_code(const struct gt_yaml *y, double *out, struct gt_err *err);
/* The number that `id` names in the set, or a failure that says the nearest id. */
enum gt_status rules_find_number(const struct gt_ruleset *set, const char *id,
                                 const struct gt_number **out, struct gt_err *err);

/* ---- Units (unit.c) -------------------------------------------------------------------------- */

#define RULES_SYMBOLS 48
struct rules_unit { /* exponents of the unit table's symbols; all 0: a bare number */
    signed char exp[RULES_SYMBOLS];
};
/* GT_EINPUT names the unknown symbol and the nearest known one. */
enum gt_status rules_unit_parse(const char *text, struct rules_unit *out, struct gt_err *err);
const char *rules_unit_text(struct gt_arena *a, const struct rules_unit *u); /* "" when bare */
bool rules_unit_bare(const struct rules_unit *u);
bool rules_unit_class(const struct rules_unit *u);
/* Equal, or one of them bare. Both are texts made by rules_unit_text. */
bool rules_unit_fits(const char *a, const char *b);
const char *rules_unit_show(const char *unit); /* "no unit" for "" */

/* ---- Expressions ----------------------------------------------------------------------------- */

/* Puts the rule set's number in the place of each $id. set NULL: refused. */
enum gt_status rules_expr_numbers(struct gt_expr *x, const struct gt_ruleset *set,
                                  struct gt_err *err);

/* ---- Tables ---------------------------------------------------------------------------------- */

/* Reads {classes, domain, other} of `map`; the interval ends may be $id of `set` (may be NULL). */
enum gt_status rules_read_classes(struct gt_arena *a, const struct gt_yaml *map,
                                  struct rules_num *opt, struct gt_classes *out,
                                  struct gt_err *err);
/* Reads {rows, cols, cells} of `map`. */
enum gt_status rules_read_matrix(struct gt_arena *a, const struct gt_yaml *map,
                                 struct gt_matrix *out, struct gt_err *err);
/* Codes with their titles alone: [{class: 1, zh: ..., en: ...}, ...]. */
enum gt_status rules_read_legend(struct gt_arena *a, const struct gt_yaml *seq,
                                 struct gt_classes *out, struct gt_err *err);

#endif
