/* ruleset_read.c: the tables, matrices and numbers of a rule set's files: read, checked against
 * what they change, and put in its place. */
#include "ruleset_int.h"

#include <math.h>
#include <string.h>

#define COMMON_KEYS "title source evidence note"

/* ---- Ids ------------------------------------------------------------------------------------- */

static bool is_rule_id(const char *id)
{
    return id[0] && id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_.")] == '\0';
}

/* A file of changes may only name what is there. */
static enum gt_status unknown_id(const struct rules_load *l, const struct gt_yaml *at,
                                 struct gt_err *err)
{
    char hint[RULES_HINT];
    const struct gt_ruleset *b = l->base;
    GT_VEC(const char *) known = {0};
    for (size_t i = 0; i < b->n_classes; i++)
        *GT_PUSH(l->a, &known) = b->classes[i].id;
    for (size_t i = 0; i < b->n_matrices; i++)
        *GT_PUSH(l->a, &known) = b->matrices[i].id;
    for (size_t i = 0; i < b->n_numbers; i++)
        *GT_PUSH(l->a, &known) = b->numbers[i].id;
    return rules_fail(at, err, "the rule set %s has no '%.60s' to change%s", b->id, at->key,
                      rules_hint(hint, at->key, known.v, known.n));
}

static const char *kind_in(const struct gt_ruleset *r, const char *id)
{
    return gt_ruleset_classes(r, id)  ? "table of classes"
           : gt_ruleset_matrix(r, id) ? "matrix"
           : gt_ruleset_number(r, id) ? "number"
                                      : NULL;
}

/* Ids are unique over all files and kinds: "$a.b" and "table: a.b" can mean one thing only. */
static enum gt_status claim_id(struct rules_load *l, const struct gt_yaml *y, const char *kind,
                               struct gt_err *err)
{
    struct gt_yaml at = *y;
    at.line = y->key_line;
    at.col = y->key_col;
    if (!is_rule_id(y->key))
        return rules_fail(&at, err, "expected an id of letters, digits, '_' and '.', found '%.60s'",
                          y->key);
    const struct gt_yaml *other = gt_map_get(l->seen, y->key);
    if (other)
        return rules_fail(&at, err, "'%s' is defined twice; it is also at %s:%d", y->key,
                          other->file, other->key_line);
    gt_map_put(l->seen, y->key, (void *)(uintptr_t)y);
    const char *was = l->base ? kind_in(l->base, y->key) : NULL;
    if (!was && l->file)
        return unknown_id(l, &at, err);
    if (was && strcmp(was, kind) != 0)
        return rules_fail(&at, err, "'%s' is a %s in the rule set %s, not a %s", y->key, was,
                          l->base->id, kind);
    return rules_want(y, GT_YAML_MAP, y->key, err);
}

/* ---- Keys that all have ---------------------------------------------------------------------- */

/* Every table says where it comes from and how well that is known. */
static enum gt_status read_common(const struct gt_yaml *y, struct gt_text2 *title,
                                  const char **source, enum gt_evidence *evidence,
                                  const char **note, struct gt_err *err)
{
    struct gt_yaml *need;
    *source = *note = "";
    GT_TRY(rules_need(y, "source", &need, err));
    GT_TRY(rules_need(y, "evidence", &need, err));
    GT_TRY(rules_title(y, "title", title, err));
    GT_TRY(rules_text(y, "source", source, err));
    GT_TRY(rules_text(y, "note", note, err));
    return rules_evidence(y, evidence, err);
}

static void default_title(struct gt_text2 *title, const struct gt_text2 *was, const char *id)
{
    if (!title->en && !title->zh && was)
        *title = *was;
    if (!title->en && !title->zh)
        title->en = id;
}

/* The unit of what is changed holds where none is given; another one is refused. */
static enum gt_status same_unit(const struct gt_yaml *y, const char *was, const char **unit,
                                struct gt_err *err)
{
    const struct gt_yaml *given = gt_yaml_find(y, "unit");
    if (!given)
        *unit = was;
    else if (strcmp(*unit, was) != 0)
        return rules_fail(given, err, "%s: expected the unit of what it changes, %s, found %s",
                          y->key, rules_unit_show(was), rules_unit_show(*unit));
    return GT_OK;
}

/* ---- Tables of classes ----------------------------------------------------------------------- */

static enum gt_status add_classes(struct rules_load *l, const struct gt_yaml *y, struct gt_err *err)
{
    struct gt_classes c = {
        .id = y->key, .unit = "", .file = y->file, .line = y->key_line, .from = l->from};
    GT_TRY(claim_id(l, y, "table of classes", err));
    GT_TRY(rules_known(y, COMMON_KEYS " unit classes domain other", err));
    GT_TRY(read_common(y, &c.title, &c.source, &c.evidence, &c.note, err));
    GT_TRY(rules_unit_key(l->a, y, "unit", &c.unit, err));
    GT_TRY(rules_read_classes(l->a, y, NULL, &c, err));
    const struct gt_classes *was = l->base ? gt_ruleset_classes(l->base, c.id) : NULL;
    default_title(&c.title, was ? &was->title : NULL, c.id);
    if (!was) {
        *GT_PUSH(l->a, &l->classes) = c;
        return GT_OK;
    }
    GT_TRY(same_unit(y, was->unit, &c.unit, err));
    if (was->listed != c.listed)
        return rules_fail(y, err, "%s: expected %s, as in the rule set %s, found %s", c.id,
                          was->listed ? "listed values (is)" : "intervals (in)", l->base->id,
                          c.listed ? "listed values (is)" : "intervals (in)");
    c.changes = true;
    l->classes.v[was - l->base->classes] = c;
    return GT_OK;
}

/* ---- Matrices -------------------------------------------------------------------------------- */

static bool same_codes(const double *a, size_t n, const double *b, size_t m)
{
    bool same = n == m;
    for (size_t i = 0; same && i < n; i++)
        same = !(a[i] < b[i]) && !(a[i] > b[i]);
    return same;
}

static enum gt_status add_matrix(struct rules_load *l, const struct gt_yaml *y, struct gt_err *err)
{
    struct gt_matrix m = {.id = y->key, .file = y->file, .line = y->key_line, .from = l->from};
    GT_TRY(claim_id(l, y, "matrix", err));
    GT_TRY(rules_known(y, COMMON_KEYS " rows cols cells rows_title cols_title", err));
    GT_TRY(read_common(y, &m.title, &m.source, &m.evidence, &m.note, err));
    GT_TRY(rules_title(y, "rows_title", &m.rows_title, err));
    GT_TRY(rules_title(y, "cols_title", &m.cols_title, err));
    GT_TRY(rules_read_matrix(l->a, y, &m, err));
    const struct gt_matrix *was = l->base ? gt_ruleset_matrix(l->base, m.id) : NULL;
    default_title(&m.title, was ? &was->title : NULL, m.id);
    if (!was) {
        *GT_PUSH(l->a, &l->matrices) = m;
        return GT_OK;
    }
    if (!same_codes(m.row_code, m.n_rows, was->row_code, was->n_rows) ||
        !same_codes(m.col_code, m.n_cols, was->col_code, was->n_cols))
        return rules_fail(y, err,
                          "%s: expected the rows and columns of the rule set %s (%zu by %zu), "
                          "found others (%zu by %zu)",
                          m.id, l->base->id, was->n_rows, was->n_cols, m.n_rows, m.n_cols);
    if (!m.rows_title.en && !m.rows_title.zh)
        m.rows_title = was->rows_title;
    if (!m.cols_title.en && !m.cols_title.zh)
        m.cols_title = was->cols_title;
    m.changes = true;
    l->matrices.v[was - l->base->matrices] = m;
    return GT_OK;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

/* `required`: the user must give it; NaN till then. */
static enum gt_status read_value(const struct gt_yaml *y, double *out, struct gt_err *err)
{
    *out = (double)NAN;
    if (y->kind == GT_YAML_SCALAR && strcmp(y->text, "required") == 0)
        return GT_OK;
    return rules_num(y, NULL, out, err);
}

const char *rules_number_text(double v, char buf[static 32])
{
    return isnan(v) ? "required" : gt_fmt_num(v, buf);
}

static enum gt_status add_number(struct rules_load *l, const struct gt_yaml *y, struct gt_err *err)
{
    struct gt_yaml *value;
    char num[32];
    struct gt_number n = {
        .id = y->key, .unit = "", .file = y->file, .line = y->key_line, .from = l->from};
    GT_TRY(claim_id(l, y, "number", err));
    GT_TRY(rules_known(y, COMMON_KEYS " unit value", err));
    GT_TRY(read_common(y, &n.title, &n.source, &n.evidence, &n.note, err));
    GT_TRY(rules_unit_key(l->a, y, "unit", &n.unit, err));
    GT_TRY(rules_need(y, "value", &value, err));
    GT_TRY(read_value(value, &n.v, err));
    const struct gt_number *was = l->base ? gt_ruleset_number(l->base, n.id) : NULL;
    default_title(&n.title, was ? &was->title : NULL, n.id);
    if (!was) {
        *GT_PUSH(l->a, &l->numbers) = n;
        return GT_OK;
    }
    GT_TRY(same_unit(y, was->unit, &n.unit, err));
    n.changes = true;
    n.source = gt_printf(l->a, "%s: %s; %s says %s", l->from, n.source, was->from,
                         rules_number_text(was->v, num));
    l->numbers.v[was - l->base->numbers] = n;
    return GT_OK;
}

/* ---- Files ----------------------------------------------------------------------------------- */

void rules_inherit(struct rules_load *l)
{
    const struct gt_ruleset *b = l->base;
    for (size_t i = 0; i < b->n_classes; i++)
        *GT_PUSH(l->a, &l->classes) = b->classes[i];
    for (size_t i = 0; i < b->n_matrices; i++)
        *GT_PUSH(l->a, &l->matrices) = b->matrices[i];
    for (size_t i = 0; i < b->n_numbers; i++)
        *GT_PUSH(l->a, &l->numbers) = b->numbers[i];
}

enum gt_status rules_problem(struct rules_load *l, enum gt_status status, struct gt_err *err)
{
    if (status == GT_OK || status != GT_EINPUT || !l->problems)
        return status;
    *GT_PUSH(l->a, l->problems) = gt_strdup(l->a, err->text);
    *err = (struct gt_err){0};
    return GT_OK;
}

enum gt_status rules_read_tables(struct rules_load *l, const struct gt_yaml *root,
                                 const char *known, struct gt_err *err)
{
    static const struct {
        const char *key;
        enum gt_status (*add)(struct rules_load *, const struct gt_yaml *, struct gt_err *);
    } parts[] = {{"classes", add_classes}, {"matrices", add_matrix}, {"numbers", add_number}};
    GT_TRY(rules_problem(l, rules_known(root, known, err), err));
    for (size_t i = 0; i < GT_LEN(parts); i++) {
        const struct gt_yaml *map = gt_yaml_find(root, parts[i].key);
        if (!map)
            continue;
        enum gt_status status = rules_want(map, GT_YAML_MAP, parts[i].key, err);
        GT_TRY(rules_problem(l, status, err));
        for (const struct gt_yaml *c = status == GT_OK ? map->child : NULL; c; c = c->next)
            GT_TRY(rules_problem(l, parts[i].add(l, c, err), err));
    }
    return GT_OK;
}
