/* profile.c: rules/check/: the rules of the quality check, and the profiles that say what a
 * submission must be. */
#include "guotu/hash.h"
#include "guotu/io.h"
#include "guotu/standard.h"
#include "rules_int.h"

#include <math.h>
#include <string.h>

#define MAX_FILE ((size_t)4 << 20)
#define MAX_CHAIN 8

struct profile_load {
    struct gt_arena *a;
    const char *dir; /* rules/check */
    struct gt_hash hash;
    size_t n_rules;
    const struct gt_check_rule *rule; /* of rules.yaml */
};

/* ---- Words ----------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    struct gt_text2 title;
} family[] = {
    [GT_CHECK_COMPLETENESS] = {"completeness", {"completeness", "完整性"}},
    [GT_CHECK_REFERENCE] = {"reference", {"spatial reference", "空间参考"}},
    [GT_CHECK_ATTRIBUTES] = {"attributes", {"attributes", "属性"}},
    [GT_CHECK_TOPOLOGY] = {"topology", {"topology", "拓扑"}},
    [GT_CHECK_AREAS] = {"areas", {"areas", "面积"}},
    [GT_CHECK_AGREEMENT] = {"agreement",
                            {"agreement of text, tables, maps and data", "图文数一致"}},
    [GT_CHECK_LINES] = {"lines", {"control lines", "控制线"}},
};
static const struct {
    const char *name;
    struct gt_text2 title;
} level[] = {
    [GT_LEVEL_OFF] = {"off", {"off", "不检查"}},
    [GT_LEVEL_NOTE] = {"note", {"note", "提示"}},
    [GT_LEVEL_WARNING] = {"warning", {"warning", "警告"}},
    [GT_LEVEL_ERROR] = {"error", {"error", "错误"}},
};

const char *gt_check_family_name(enum gt_check_family f)
{
    return family[f].name;
}

const char *gt_check_family_title(enum gt_check_family f, enum gt_lang lang)
{
    return gt_text2(family[f].title, lang);
}

const char *gt_check_level_name(enum gt_check_level l)
{
    return level[l].name;
}

const char *gt_check_level_title(enum gt_check_level l, enum gt_lang lang)
{
    return gt_text2(level[l].title, lang);
}

static enum gt_status read_level(const struct gt_yaml *y, enum gt_check_level *out,
                                 struct gt_err *err)
{
    int i;
    GT_TRY(rules_choice(y, "level", "off note warning error", &i, err));
    *out = (enum gt_check_level)i;
    return GT_OK;
}

/* ---- Rules ----------------------------------------------------------------------------------- */

static enum gt_status read_family(const struct gt_yaml *y, enum gt_check_family *out,
                                  struct gt_err *err)
{
    for (size_t i = 0; i < GT_LEN(family); i++) {
        size_t n = strlen(family[i].name);
        if (strncmp(y->key, family[i].name, n) == 0 && y->key[n] == '.' && y->key[n + 1]) {
            *out = (enum gt_check_family)i;
            return GT_OK;
        }
    }
    return rules_fail(y, err, "expected a rule's id as family.name, found '%.60s'", y->key);
}

static enum gt_status read_tolerance(const struct gt_yaml *y, double *out, struct gt_err *err)
{
    const struct gt_yaml *at = gt_yaml_find(y, "tolerance");
    if (!at)
        return GT_OK;
    GT_TRY(rules_num(at, NULL, out, err));
    if (*out < 0)
        return rules_fail(at, err, "tolerance: expected a number from 0, found %g", *out);
    return GT_OK;
}

static enum gt_status read_rule(const struct gt_yaml *y, struct gt_check_rule *out,
                                struct gt_err *err)
{
    struct gt_yaml *at;
    *out = (struct gt_check_rule){.id = y->key,
                                  .clause = "",
                                  .tolerance = (double)NAN,
                                  .unit = "",
                                  .source = "",
                                  .evidence = GT_UNVERIFIED};
    GT_TRY(rules_want(y, GT_YAML_MAP, y->key, err));
    GT_TRY(rules_known(y, "level text fix fixable clause tolerance unit source evidence", err));
    GT_TRY(read_family(y, &out->family, err));
    for (const char *const *key =
             (const char *const[]){"level", "text", "fix", "source", "evidence", NULL};
         *key; key++)
        GT_TRY(rules_need(y, *key, &at, err));
    GT_TRY(read_level(gt_yaml_find(y, "level"), &out->level, err));
    GT_TRY(rules_title(y, "text", &out->text, err));
    GT_TRY(rules_title(y, "fix", &out->fix, err));
    if (!out->text.zh || !out->text.en || !out->fix.zh || !out->fix.en)
        return rules_fail(y, err, "%s: expected text and fix in zh and en", y->key);
    GT_TRY(rules_bool(y, "fixable", &out->fixable, err));
    GT_TRY(rules_text(y, "clause", &out->clause, err));
    GT_TRY(rules_text(y, "unit", &out->unit, err));
    GT_TRY(rules_text(y, "source", &out->source, err));
    GT_TRY(rules_evidence(y, &out->evidence, err));
    GT_TRY(read_tolerance(y, &out->tolerance, err));
    if (!isnan(out->tolerance) && out->unit[0] == '\0')
        return rules_fail(y, err, "%s: expected the tolerance's unit (1 for a bare number)",
                          y->key);
    return GT_OK;
}

static enum gt_status take_yaml(struct profile_load *l, const char *path, struct gt_yaml **out,
                                struct gt_err *err)
{
    struct gt_str text;
    GT_TRY(gt_file_get(l->a, path, MAX_FILE, &text, err));
    gt_hash_add(&l->hash, &(uint64_t){text.n}, sizeof(uint64_t));
    gt_hash_add(&l->hash, text.p, text.n);
    GT_TRY(gt_yaml_parse(l->a, path, text, out, err));
    return rules_want(*out, GT_YAML_MAP, gt_path_base(path), err);
}

static enum gt_status read_rules(struct profile_load *l, struct gt_err *err)
{
    struct gt_yaml *root, *map;
    GT_TRY(take_yaml(l, gt_path_join(l->a, l->dir, "rules.yaml"), &root, err));
    GT_TRY(rules_known(root, "rules", err));
    GT_TRY(rules_need(root, "rules", &map, err));
    GT_TRY(rules_want(map, GT_YAML_MAP, "rules", err));
    struct gt_check_rule *v = GT_TAKE_N(l->a, struct gt_check_rule, map->n + 1);
    for (const struct gt_yaml *c = map->child; c; c = c->next)
        GT_TRY(read_rule(c, &v[l->n_rules++], err));
    l->rule = v;
    return GT_OK;
}

/* ---- Profiles -------------------------------------------------------------------------------- */

static enum gt_status change_rule(const struct gt_yaml *y, struct gt_check_rule *r,
                                  struct gt_err *err)
{
    const struct gt_yaml *at;
    if (y->kind == GT_YAML_SCALAR)
        return read_level(y, &r->level, err);
    GT_TRY(rules_want(y, GT_YAML_MAP, y->key, err));
    GT_TRY(rules_known(y, "level tolerance clause source evidence", err));
    at = gt_yaml_find(y, "level");
    if (at)
        GT_TRY(read_level(at, &r->level, err));
    GT_TRY(rules_text(y, "clause", &r->clause, err));
    GT_TRY(rules_text(y, "source", &r->source, err));
    GT_TRY(rules_evidence(y, &r->evidence, err));
    if (gt_yaml_find(y, "tolerance") && isnan(r->tolerance))
        return rules_fail(y, err, "%s has no tolerance to change", y->key);
    return read_tolerance(y, &r->tolerance, err);
}

static enum gt_status change_rules(struct profile_load *l, const struct gt_yaml *root,
                                   struct gt_profile *p, struct gt_err *err)
{
    const struct gt_check_rule *from = p->base ? p->base->rule : l->rule;
    struct gt_check_rule *v = GT_TAKE_N(l->a, struct gt_check_rule, l->n_rules + 1);
    const char **known = GT_TAKE_N(l->a, const char *, l->n_rules + 1);
    const struct gt_yaml *map = gt_yaml_find(root, "rules");
    char hint[RULES_HINT];
    for (size_t i = 0; i < l->n_rules; i++) {
        v[i] = from[i];
        known[i] = v[i].id;
    }
    p->rule = v;
    p->n_rules = l->n_rules;
    if (!map)
        return GT_OK;
    GT_TRY(rules_want(map, GT_YAML_MAP, "rules", err));
    for (const struct gt_yaml *c = map->child; c; c = c->next) {
        size_t i = 0;
        while (i < l->n_rules && strcmp(v[i].id, c->key) != 0)
            i++;
        if (i == l->n_rules)
            return rules_fail(c, err, "unknown rule '%.60s'%s", c->key,
                              rules_hint(hint, c->key, known, l->n_rules));
        GT_TRY(change_rule(c, &v[i], err));
    }
    return GT_OK;
}

static enum gt_status read_layers(struct profile_load *l, const struct gt_yaml *root,
                                  struct gt_profile *p, struct gt_err *err)
{
    const struct gt_yaml *map = gt_yaml_find(root, "layers");
    size_t more = map ? map->n : 0;
    struct gt_profile_layer *v =
        GT_TAKE_N(l->a, struct gt_profile_layer, (p->base ? p->base->n_layers : 0) + more + 1);
    for (size_t i = 0; p->base && i < p->base->n_layers; i++)
        v[p->n_layers++] = p->base->layer[i];
    p->layer = v;
    if (!map)
        return GT_OK;
    GT_TRY(rules_want(map, GT_YAML_MAP, "layers", err));
    for (const struct gt_yaml *c = map->child; c; c = c->next) {
        int flag;
        size_t i = 0;
        GT_TRY(rules_choice(c, c->key, "M C O none", &flag, err));
        while (i < p->n_layers && strcmp(v[i].code, c->key) != 0)
            i++;
        if (flag == 3 && i == p->n_layers)
            return rules_fail(c, err, "the profile has no layer '%.60s' to leave out", c->key);
        if (flag == 3) {
            memmove(&v[i], &v[i + 1], (p->n_layers - i - 1) * sizeof v[0]);
            p->n_layers--;
            continue;
        }
        v[i] = (struct gt_profile_layer){c->key, (enum gt_constraint)flag};
        p->n_layers += i == p->n_layers;
    }
    return GT_OK;
}

static enum gt_status read_folders(struct profile_load *l, const struct gt_yaml *root,
                                   struct gt_profile *p, struct gt_err *err)
{
    const struct gt_yaml *seq = gt_yaml_find(root, "folders");
    if (!seq)
        return GT_OK;
    GT_TRY(rules_want(seq, GT_YAML_SEQ, "folders", err));
    const char **v = GT_TAKE_N(l->a, const char *, seq->n + 1);
    p->n_folders = 0;
    for (const struct gt_yaml *c = seq->child; c; c = c->next) {
        GT_TRY(rules_want(c, GT_YAML_SCALAR, "folders", err));
        v[p->n_folders++] = c->text;
    }
    p->folder = v;
    return GT_OK;
}

static enum gt_status not_there(struct profile_load *l, const char *id, struct gt_err *err)
{
    struct gt_buf there = {.a = l->a};
    const char *dir = gt_path_join(l->a, l->dir, "profiles"), **names;
    size_t n;
    GT_TRY(gt_dir_list(l->a, dir, &names, &n, err));
    for (size_t i = 0; i < n; i++)
        if (gt_ends(names[i], ".yaml"))
            gt_buf_addf(&there, "%s%.*s", there.n ? ", " : "", (int)strlen(names[i]) - 5, names[i]);
    return rules_error(err, GT_ENOTFOUND, "no profile '%.60s'; there are: %s", id,
                       there.p ? there.p : "none");
}

static bool is_path(const char *id)
{
    return strchr(id, '/') || gt_ends(id, ".yaml") || gt_ends(id, ".yml");
}

static const char *stem(struct gt_arena *a, const char *path)
{
    const char *name = gt_path_base(path), *dot = strrchr(name, '.');
    return dot ? gt_strndup(a, name, (size_t)(dot - name)) : name;
}

static enum gt_status open_profile(struct profile_load *l, const char *id, struct gt_yaml **root,
                                   struct gt_err *err)
{
    const char *path = id;
    if (!is_path(id))
        path = gt_printf(l->a, "%s/profiles/%s.yaml", l->dir, id);
    if (!is_path(id) && !gt_path_exists(path))
        return not_there(l, id, err);
    GT_TRY(take_yaml(l, path, root, err));
    return rules_known(*root, "title base rules layers folders structure_warns checks", err);
}

/* A profile on what it is based on; profiles of the chain are loaded from its end. */
static enum gt_status read_profile(struct profile_load *l, struct gt_yaml *root, const char *id,
                                   const struct gt_profile *base, const struct gt_profile **out,
                                   struct gt_err *err)
{
    struct gt_profile *p = GT_TAKE(l->a, struct gt_profile);
    *p = (struct gt_profile){.id = stem(l->a, id), .tree = root, .base = base};
    if (base) {
        p->title = base->title;
        p->folder = base->folder;
        p->n_folders = base->n_folders;
        p->structure_warns = base->structure_warns;
    }
    GT_TRY(rules_title(root, "title", &p->title, err));
    if (!p->title.en && !p->title.zh)
        return rules_fail(root, err, "expected the key 'title', found none");
    GT_TRY(rules_bool(root, "structure_warns", &p->structure_warns, err));
    const struct gt_yaml *checks = gt_yaml_find(root, "checks");
    if (checks)
        GT_TRY(rules_want(checks, GT_YAML_MAP, "checks", err));
    GT_TRY(change_rules(l, root, p, err));
    GT_TRY(read_layers(l, root, p, err));
    GT_TRY(read_folders(l, root, p, err));
    *out = p;
    return GT_OK;
}

enum gt_status gt_profile_load(struct gt_arena *a, const char *dir, const char *id,
                               const struct gt_profile **out, struct gt_err *err)
{
    struct profile_load l = {.a = a, .dir = gt_path_join(a, dir, "check")};
    struct gt_yaml *root[MAX_CHAIN];
    const char *name[MAX_CHAIN], *next = id;
    const struct gt_profile *p = NULL;
    size_t n = 0;
    char hash[GT_HASH_TEXT];
    *out = NULL;
    gt_hash_begin(&l.hash);
    GT_TRY(read_rules(&l, err));
    while (next) {
        if (n == MAX_CHAIN)
            return rules_error(err, GT_EINPUT,
                               "profile %.60s: expected at most 8 profiles based on one another, "
                               "found more; is one based on itself?",
                               id);
        name[n] = next;
        GT_TRY(open_profile(&l, next, &root[n], err));
        next = NULL;
        GT_TRY(rules_text(root[n++], "base", &next, err));
    }
    while (n-- > 0)
        GT_TRY(read_profile(&l, root[n], name[n], p, &p, err));
    gt_hash_end(&l.hash, hash);
    struct gt_profile *done = GT_TAKE(a, struct gt_profile);
    *done = *p;
    done->hash = gt_strdup(a, hash);
    *out = done;
    return GT_OK;
}

const struct gt_check_rule *gt_profile_rule(const struct gt_profile *p, const char *id)
{
    for (size_t i = 0; i < p->n_rules; i++)
        if (strcmp(p->rule[i].id, id) == 0)
            return &p->rule[i];
    return NULL;
}

const struct gt_yaml *gt_profile_check(const struct gt_profile *p, const char *key)
{
    for (; p; p = p->base) {
        const struct gt_yaml *checks = gt_yaml_find(p->tree, "checks");
        const struct gt_yaml *y = checks ? gt_yaml_find(checks, key) : NULL;
        if (y)
            return y;
    }
    return NULL;
}
