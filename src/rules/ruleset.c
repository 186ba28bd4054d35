/* ruleset.c: a rule set: every YAML file of a folder as one table of classes, matrices, numbers. */
#include "rules_int.h"

#include "guotu/hash.h"
#include "guotu/io.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_FILE ((size_t)4 << 20)
#define COMMON_KEYS "title source evidence note"

struct load {
    struct gt_arena *a;
    struct gt_ruleset *set;
    GT_VEC(struct gt_classes) classes;
    GT_VEC(struct gt_matrix) matrices;
    GT_VEC(struct gt_number) numbers;
    struct gt_map *seen; /* id of any table → its node */
    struct gt_hash hash;
};

static bool is_rule_id(const char *id)
{
    return id[0] && id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_.")] == '\0';
}

/* Ids are unique over all files and kinds: "$a.b" and "table: a.b" can mean one thing only. */
static enum gt_status claim_id(struct load *l, const struct gt_yaml *y, struct gt_err *err)
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
    return rules_want(y, GT_YAML_MAP, y->key, err);
}

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
    if (!title->en && !title->zh)
        title->en = y->key;
    return rules_evidence(y, evidence, err);
}

static enum gt_status add_classes(struct load *l, const struct gt_yaml *y, struct gt_err *err)
{
    struct gt_classes c = {.id = y->key, .unit = "", .file = y->file, .line = y->key_line};
    GT_TRY(claim_id(l, y, err));
    GT_TRY(rules_known(y, COMMON_KEYS " unit classes domain other", err));
    GT_TRY(read_common(y, &c.title, &c.source, &c.evidence, &c.note, err));
    GT_TRY(rules_unit_key(l->a, y, "unit", &c.unit, err));
    GT_TRY(rules_read_classes(l->a, y, NULL, &c, err));
    *GT_PUSH(l->a, &l->classes) = c;
    return GT_OK;
}

static enum gt_status add_matrix(struct load *l, const struct gt_yaml *y, struct gt_err *err)
{
    struct gt_matrix m = {.id = y->key, .file = y->file, .line = y->key_line};
    GT_TRY(claim_id(l, y, err));
    GT_TRY(rules_known(y, COMMON_KEYS " rows cols cells rows_title cols_title", err));
    GT_TRY(read_common(y, &m.title, &m.source, &m.evidence, &m.note, err));
    GT_TRY(rules_title(y, "rows_title", &m.rows_title, err));
    GT_TRY(rules_title(y, "cols_title", &m.cols_title, err));
    GT_TRY(rules_read_matrix(l->a, y, &m, err));
    *GT_PUSH(l->a, &l->matrices) = m;
    return GT_OK;
}

static enum gt_status add_number(struct load *l, const struct gt_yaml *y, struct gt_err *err)
{
    struct gt_yaml *value;
    struct gt_number n = {.id = y->key, .unit = "", .file = y->file, .line = y->key_line};
    GT_TRY(claim_id(l, y, err));
    GT_TRY(rules_known(y, COMMON_KEYS " unit value", err));
    GT_TRY(read_common(y, &n.title, &n.source, &n.evidence, &n.note, err));
    GT_TRY(rules_unit_key(l->a, y, "unit", &n.unit, err));
    GT_TRY(rules_need(y, "value", &value, err));
    GT_TRY(rules_num(value, NULL, &n.v, err));
    *GT_PUSH(l->a, &l->numbers) = n;
    return GT_OK;
}

static enum gt_status read_head(struct load *l, const struct gt_yaml *root, struct gt_err *err)
{
    struct gt_yaml *y;
    const char *id = NULL;
    int status;
    struct gt_ruleset *s = l->set;
    GT_TRY(rules_known(root, "id title version status source", err));
    for (const char *const *key = (const char *const[]){"id", "title", "version", NULL}; *key;
         key++)
        GT_TRY(rules_need(root, *key, &y, err));
    GT_TRY(rules_text(root, "id", &id, err));
    if (strcmp(id, s->id) != 0)
        return rules_fail(gt_yaml_find(root, "id"), err,
                          "id: expected the name of the folder, %s, found '%.60s'", s->id, id);
    GT_TRY(rules_title(root, "title", &s->title, err));
    GT_TRY(rules_text(root, "version", &s->version, err));
    GT_TRY(rules_text(root, "source", &s->source, err));
    GT_TRY(rules_need(root, "status", &y, err));
    GT_TRY(rules_choice(y, "status", "operative draft local", &status, err));
    s->status = y->text;
    return GT_OK;
}

static enum gt_status read_tables(struct load *l, const struct gt_yaml *root, struct gt_err *err)
{
    static const struct {
        const char *key;
        enum gt_status (*add)(struct load *, const struct gt_yaml *, struct gt_err *);
    } parts[] = {{"classes", add_classes}, {"matrices", add_matrix}, {"numbers", add_number}};
    GT_TRY(rules_known(root, "classes matrices numbers", err));
    for (size_t i = 0; i < GT_LEN(parts); i++) {
        const struct gt_yaml *map = gt_yaml_find(root, parts[i].key);
        if (!map)
            continue;
        GT_TRY(rules_want(map, GT_YAML_MAP, parts[i].key, err));
        for (const struct gt_yaml *c = map->child; c; c = c->next)
            GT_TRY(parts[i].add(l, c, err));
    }
    return GT_OK;
}

static enum gt_status read_file(struct load *l, const char *folder, const char *name,
                                struct gt_err *err)
{
    struct gt_str text;
    struct gt_yaml *root;
    const char *path = gt_path_join(l->a, folder, name);
    GT_TRY(gt_file_get(l->a, path, MAX_FILE, &text, err));
    gt_hash_add(&l->hash, name, strlen(name) + 1);
    gt_hash_add(&l->hash, &(uint64_t){text.n}, sizeof(uint64_t));
    gt_hash_add(&l->hash, text.p, text.n);
    GT_TRY(gt_yaml_parse(l->a, path, text, &root, err));
    GT_TRY(rules_want(root, GT_YAML_MAP, "rule file", err));
    return strcmp(name, "set.yaml") == 0 ? read_head(l, root, err) : read_tables(l, root, err);
}

static enum gt_status not_there(struct gt_arena *a, const char *dir, const char *id,
                                struct gt_err *err)
{
    const char **names;
    size_t n;
    struct gt_buf there = {.a = a};
    GT_TRY(gt_dir_list(a, dir, &names, &n, err));
    for (size_t i = 0; i < n; i++) {
        const char *head = gt_path_join(a, gt_path_join(a, dir, names[i]), "set.yaml");
        if (gt_path_exists(head))
            gt_buf_addf(&there, "%s%s", there.n > 0 ? ", " : "", names[i]);
    }
    if (there.n == 0)
        return rules_error(err, GT_ENOTFOUND, "rule set '%.60s' is not in %s, which holds none", id,
                           dir);
    return rules_error(err, GT_ENOTFOUND, "rule set '%.60s' is not in %s; there are: %s", id, dir,
                       there.p);
}

static bool is_set_id(const char *id)
{
    return id[0] && id[0] != '.' && strlen(id) <= 63 &&
           id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")] ==
               '\0';
}

enum gt_status gt_ruleset_load(struct gt_arena *a, const char *dir, const char *id,
                               const struct gt_ruleset **out, struct gt_err *err)
{
    const char **names;
    size_t n;
    char hash[GT_HASH_TEXT];
    *out = NULL;
    const char *folder = is_set_id(id) ? gt_path_join(a, dir, id) : dir;
    if (folder == dir || !gt_path_exists(gt_path_join(a, folder, "set.yaml")))
        return not_there(a, dir, id, err);
    struct load l = {.a = a, .set = GT_TAKE(a, struct gt_ruleset), .seen = gt_map_new(a)};
    *l.set = (struct gt_ruleset){.id = gt_strdup(a, id), .source = ""};
    gt_hash_begin(&l.hash);
    GT_TRY(gt_dir_list(a, folder, &names, &n, err));
    for (size_t i = 0; i < n; i++)
        if (gt_ends(names[i], ".yaml"))
            GT_TRY(read_file(&l, folder, names[i], err));
    gt_hash_end(&l.hash, hash);
    l.set->hash = gt_strdup(a, hash);
    l.set->classes = l.classes.v;
    l.set->n_classes = l.classes.n;
    l.set->matrices = l.matrices.v;
    l.set->n_matrices = l.matrices.n;
    l.set->numbers = l.numbers.v;
    l.set->n_numbers = l.numbers.n;
    *out = l.set;
    return GT_OK;
}

const struct gt_classes *gt_ruleset_classes(const struct gt_ruleset *r, const char *id)
{
    for (size_t i = 0; i < r->n_classes; i++)
        if (strcmp(r->classes[i].id, id) == 0)
            return &r->classes[i];
    return NULL;
}

const struct gt_matrix *gt_ruleset_matrix(const struct gt_ruleset *r, const char *id)
{
    for (size_t i = 0; i < r->n_matrices; i++)
        if (strcmp(r->matrices[i].id, id) == 0)
            return &r->matrices[i];
    return NULL;
}

const struct gt_number *gt_ruleset_number(const struct gt_ruleset *r, const char *id)
{
    for (size_t i = 0; i < r->n_numbers; i++)
        if (strcmp(r->numbers[i].id, id) == 0)
            return &r->numbers[i];
    return NULL;
}
