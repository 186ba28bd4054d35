/* model_set.c: --set STEP.KEY=VALUE: single values replaced in the YAML tree before it is checked.
 */
#include "model_int.h"

#include "guotu/hash.h"

#include <string.h>

static struct gt_yaml *setting_node(struct gt_arena *a, const struct gt_setting *s)
{
    struct gt_yaml *y = GT_TAKE(a, struct gt_yaml);
    *y = (struct gt_yaml){
        .kind = GT_YAML_SCALAR,
        .file = gt_printf(a, "--set %s.%s=%s", s->step, s->key, s->value),
        .key = gt_strdup(a, s->key),
        .text = gt_strdup(a, s->value),
    };
    return y;
}

static bool is_for_rules(const struct gt_setting *s)
{
    return strcmp(s->step, "rules") == 0;
}

/* The input or step of that name; a failure names the nearest one. */
static enum gt_status find_target(const struct gt_yaml *root, const struct gt_setting *s,
                                  const struct gt_yaml *at, struct gt_yaml **out,
                                  struct gt_err *err)
{
    const char *known[64];
    char hint[RULES_HINT];
    size_t n = 0;
    const struct gt_yaml *part[] = {gt_yaml_find(root, "inputs"), gt_yaml_find(root, "steps")};
    for (size_t i = 0; i < GT_LEN(part); i++) {
        if (!part[i] || part[i]->kind != GT_YAML_MAP)
            continue;
        for (struct gt_yaml *c = part[i]->child; c; c = c->next) {
            *out = c;
            if (strcmp(c->key, s->step) == 0)
                return rules_want(c, GT_YAML_MAP, c->key, err);
            if (n < GT_LEN(known))
                known[n++] = c->key;
        }
    }
    return rules_fail(at, err, "the model has no step '%.60s'%s", s->step,
                      rules_hint(hint, s->step, known, n));
}

void rules_drop_member(struct gt_yaml *map, const char *key)
{
    for (struct gt_yaml **c = &map->child; *c; c = &(*c)->next) {
        if (strcmp((*c)->key, key) != 0)
            continue;
        *c = (*c)->next;
        map->n--;
        return;
    }
}

static enum gt_status put(struct gt_yaml *map, struct gt_yaml *value, struct gt_err *err)
{
    const struct gt_yaml *old = gt_yaml_find(map, value->key);
    if (old && old->kind != GT_YAML_SCALAR)
        return rules_fail(value, err, "'%s' is a %s in the model; only single values can be set",
                          value->key, old->kind == GT_YAML_SEQ ? "list" : "map");
    rules_drop_member(map, value->key);
    /* A window is given in one of two ways: setting one takes the other away. */
    if (strcmp(value->key, "window") == 0)
        rules_drop_member(map, "area_ha");
    if (strcmp(value->key, "area_ha") == 0)
        rules_drop_member(map, "window");
    value->next = map->child;
    map->child = value;
    map->n++;
    return GT_OK;
}

/* In the step's name @ is the month. */
static enum gt_status set_step(struct gt_arena *a, const struct gt_setting *given, int month,
                               const struct gt_yaml *root, struct gt_err *err)
{
    struct gt_setting s = *given;
    struct gt_yaml *target;
    s.step = rules_in_month(a, s.step, month);
    struct gt_yaml *value = setting_node(a, &s);
    GT_TRY(find_target(root, &s, value, &target, err));
    return put(target, value, err);
}

enum gt_status rules_set_steps(struct gt_arena *a, const struct gt_model_opt *opt,
                               struct gt_yaml *root, struct gt_err *err)
{
    for (size_t i = 0; opt && i < opt->n_set; i++) {
        const struct gt_setting *s = &opt->set[i];
        bool monthly = strchr(s->step, '@') != NULL;
        for (int month = 1; month <= (monthly ? 12 : 1) && !is_for_rules(s); month++)
            GT_TRY(set_step(a, s, month, root, err));
    }
    return GT_OK;
}

static enum gt_status set_number(struct gt_arena *a, struct gt_ruleset *set,
                                 const struct gt_setting *s, const struct gt_yaml *value,
                                 struct gt_err *err)
{
    const struct gt_number *old;
    char was[32];
    enum gt_status status = rules_find_number(set, s->key, &old, err);
    if (status != GT_OK)
        return rules_wrap(value, status, err);
    struct gt_number *n = GT_TAKE_N(a, struct gt_number, set->n_numbers);
    memcpy(n, set->numbers, set->n_numbers * sizeof *n);
    struct gt_number *now = &n[old - set->numbers];
    GT_TRY(rules_num(value, NULL, &now->v, err));
    now->source =
        gt_printf(a, "%s; the rule set says %s", value->file, rules_number_text(old->v, was));
    now->evidence = GT_UNVERIFIED;
    now->from = "--set";
    now->changes = true;
    set->numbers = n;
    return GT_OK;
}

enum gt_status rules_set_numbers(struct gt_arena *a, const struct gt_model_opt *opt,
                                 struct gt_ruleset *set, const struct gt_yaml *root,
                                 struct gt_err *err)
{
    struct gt_hash h;
    char hash[GT_HASH_TEXT];
    bool changed = false;
    gt_hash_begin(&h);
    gt_hash_add(&h, set ? set->hash : "", set ? strlen(set->hash) : 0);
    for (size_t i = 0; opt && i < opt->n_set; i++) {
        if (!is_for_rules(&opt->set[i]))
            continue;
        const struct gt_yaml *value = setting_node(a, &opt->set[i]);
        if (!set)
            return rules_fail(value, err, "the model %s refers to no rule set", root->file);
        GT_TRY(set_number(a, set, &opt->set[i], value, err));
        gt_hash_add(&h, value->file, strlen(value->file) + 1);
        changed = true;
    }
    gt_hash_end(&h, hash);
    if (changed)
        set->hash = gt_strdup(a, hash);
    return GT_OK;
}
