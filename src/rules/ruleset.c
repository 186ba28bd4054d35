/* ruleset.c: a rule set: every YAML file of a folder as one table of classes, matrices, numbers, on
 * top of the set that it is based on; and files that change single ones. */
#include "ruleset_int.h"

#include "guotu/io.h"

#include <stdio.h>
#include <string.h>

#define MAX_FILE ((size_t)4 << 20)
#define MAX_CHAIN 8

/* ---- Heads ----------------------------------------------------------------------------------- */

static enum gt_status read_head(struct rules_load *l, const struct gt_yaml *root,
                                struct gt_err *err)
{
    struct gt_yaml *y;
    const char *id = NULL;
    int status;
    struct gt_ruleset *s = l->set;
    GT_TRY(rules_known(root, "id title version status source base", err));
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

/* The folder of a set, or GT_ENOTFOUND with the sets that are there. */
static enum gt_status find_folder(struct gt_arena *a, const char *dir, const char *id,
                                  const char **folder, struct gt_err *err)
{
    *folder = is_set_id(id) ? gt_path_join(a, dir, id) : dir;
    if (*folder == dir || !gt_path_exists(gt_path_join(a, *folder, "set.yaml")))
        return not_there(a, dir, id, err);
    return GT_OK;
}

/* The member `base` of a set's head, and where it stands; NULL: there is none. */
static enum gt_status find_base(struct gt_arena *a, const char *folder, const struct gt_yaml **out,
                                struct gt_err *err)
{
    struct gt_yaml *root, *base;
    GT_TRY(gt_yaml_load(a, gt_path_join(a, folder, "set.yaml"), &root, err));
    GT_TRY(rules_want(root, GT_YAML_MAP, "rule file", err));
    base = gt_yaml_find(root, "base");
    *out = base;
    return base ? rules_want(base, GT_YAML_SCALAR, "base", err) : GT_OK;
}

enum gt_status gt_ruleset_base(struct gt_arena *a, const char *dir, const char *id,
                               const char **base, struct gt_err *err)
{
    const char *folder;
    const struct gt_yaml *y;
    *base = NULL;
    GT_TRY(find_folder(a, dir, id, &folder, err));
    GT_TRY(find_base(a, folder, &y, err));
    *base = y ? y->text : NULL;
    return GT_OK;
}

/* ---- Sets ------------------------------------------------------------------------------------ */

static enum gt_status parse_file(struct rules_load *l, const char *folder, const char *name,
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
    return strcmp(name, "set.yaml") == 0
               ? read_head(l, root, err)
               : rules_read_tables(l, root, "classes matrices numbers", err);
}

static void finish(struct rules_load *l)
{
    char hash[GT_HASH_TEXT];
    gt_hash_end(&l->hash, hash);
    l->set->hash = gt_strdup(l->a, hash);
    l->set->classes = l->classes.v;
    l->set->n_classes = l->classes.n;
    l->set->matrices = l->matrices.v;
    l->set->n_matrices = l->matrices.n;
    l->set->numbers = l->numbers.v;
    l->set->n_numbers = l->numbers.n;
}

static void begin(struct rules_load *l, const char *from)
{
    l->from = from;
    l->seen = gt_map_new(l->a);
    gt_hash_begin(&l->hash);
    if (!l->base)
        return;
    rules_inherit(l);
    gt_hash_add(&l->hash, l->base->hash, strlen(l->base->hash) + 1);
}

static enum gt_status load_set(struct gt_arena *a, const struct gt_ruleset_opt *opt, int depth,
                               const struct gt_ruleset **out, struct gt_err *err);

/* Loads what the set is based on. */
static enum gt_status load_base(struct rules_load *l, const struct gt_ruleset_opt *opt,
                                const struct gt_yaml *y, int depth, struct gt_err *err)
{
    struct gt_ruleset_opt below = *opt;
    below.id = y->text;
    if (depth == MAX_CHAIN)
        return rules_fail(y, err,
                          "base: expected at most %d rule sets that are based on one another, "
                          "without a circle, found more",
                          MAX_CHAIN);
    enum gt_status status = load_set(l->a, &below, depth + 1, &l->base, err);
    if (status == GT_ENOTFOUND) { /* the head that names the set is what is wrong */
        status = GT_EINPUT;
        if (err)
            err->status = status;
        return rules_wrap(y, status, err);
    }
    return status;
}

static enum gt_status load_set(struct gt_arena *a, const struct gt_ruleset_opt *opt, int depth,
                               const struct gt_ruleset **out, struct gt_err *err)
{
    const char *folder, **names;
    const struct gt_yaml *base;
    size_t n;
    GT_TRY(find_folder(a, opt->dir, opt->id, &folder, err));
    GT_TRY(find_base(a, folder, &base, err));
    struct rules_load l = {
        .a = a, .dir = opt->dir, .set = GT_TAKE(a, struct gt_ruleset), .problems = opt->problems};
    if (base)
        GT_TRY(load_base(&l, opt, base, depth, err));
    *l.set = (struct gt_ruleset){.id = gt_strdup(a, opt->id),
                                 .source = "",
                                 .version = "",
                                 .status = "local",
                                 .base = l.base};
    begin(&l, l.set->id);
    GT_TRY(gt_dir_list(a, folder, &names, &n, err));
    for (size_t i = 0; i < n; i++)
        if (gt_ends(names[i], ".yaml"))
            GT_TRY(rules_problem(&l, parse_file(&l, folder, names[i], err), err));
    finish(&l);
    *out = l.set;
    return GT_OK;
}

/* ---- Files of changes ------------------------------------------------------------------------ */

static enum gt_status read_changes(struct rules_load *l, const struct gt_rules_file *file,
                                   struct gt_err *err)
{
    struct gt_yaml *root, *y;
    const char *title = "";
    gt_hash_add(&l->hash, &(uint64_t){file->text.n}, sizeof(uint64_t));
    gt_hash_add(&l->hash, file->text.p, file->text.n);
    GT_TRY(gt_yaml_parse(l->a, file->name, file->text, &root, err));
    GT_TRY(rules_want(root, GT_YAML_MAP, "rule file", err));
    GT_TRY(rules_need(root, "changes", &y, err));
    GT_TRY(rules_want(y, GT_YAML_SCALAR, "changes", err));
    if (strcmp(y->text, l->base->id) != 0)
        return rules_fail(y, err, "changes: the file is for the rule set '%.60s', not for %s",
                          y->text, l->base->id);
    GT_TRY(rules_text(root, "title", &title, err));
    return rules_read_tables(l, root, "changes title classes matrices numbers", err);
}

/* The set with the changes of a file on top; it keeps the set's name. */
static enum gt_status load_changes(struct gt_arena *a, const struct gt_ruleset_opt *opt,
                                   const struct gt_ruleset *base, const struct gt_ruleset **out,
                                   struct gt_err *err)
{
    struct gt_hash h;
    char hash[GT_HASH_TEXT];
    struct rules_load l = {.a = a,
                           .dir = opt->dir,
                           .set = GT_TAKE(a, struct gt_ruleset),
                           .base = base,
                           .file = true,
                           .problems = opt->problems};
    *l.set = *base;
    begin(&l, gt_strdup(a, gt_path_base(opt->file->name)));
    gt_hash_begin(&h);
    gt_hash_add(&h, opt->file->text.p, opt->file->text.n);
    gt_hash_end(&h, hash);
    GT_TRY(rules_problem(&l, read_changes(&l, opt->file, err), err));
    finish(&l);
    l.set->base = base;
    l.set->file = l.from;
    l.set->file_hash = gt_strdup(a, hash);
    *out = l.set;
    return GT_OK;
}

enum gt_status gt_rules_file_set(struct gt_arena *a, const struct gt_rules_file *file,
                                 const char **id, struct gt_err *err)
{
    struct gt_yaml *root, *y;
    GT_TRY(gt_yaml_parse(a, file->name, file->text, &root, err));
    GT_TRY(rules_want(root, GT_YAML_MAP, "rule file", err));
    GT_TRY(rules_need(root, "changes", &y, err));
    *id = y->text;
    return rules_want(y, GT_YAML_SCALAR, "changes", err);
}

enum gt_status gt_ruleset_load_with(struct gt_arena *a, const struct gt_ruleset_opt *opt,
                                    const struct gt_ruleset **out, struct gt_err *err)
{
    const struct gt_ruleset *set;
    *out = NULL;
    GT_TRY(load_set(a, opt, 0, &set, err));
    if (opt->file)
        return load_changes(a, opt, set, out, err);
    *out = set;
    return GT_OK;
}

enum gt_status gt_ruleset_load(struct gt_arena *a, const char *dir, const char *id,
                               const struct gt_ruleset **out, struct gt_err *err)
{
    return gt_ruleset_load_with(a, &(struct gt_ruleset_opt){.dir = dir, .id = id}, out, err);
}

/* ---- Questions ------------------------------------------------------------------------------- */

bool gt_ruleset_is(const struct gt_ruleset *r, const char *id)
{
    for (; r; r = r->base)
        if (strcmp(r->id, id) == 0)
            return true;
    return false;
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
