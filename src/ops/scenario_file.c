/* scenario_file.c: a file of scenarios: named sets of changes to what the evaluation takes. */
#include "scenario.h"

#include "guotu/yaml.h"

#include <string.h>

static const char *const KINDS[] = {"base", "climate", "water", "technique", "other", NULL};

static enum gt_status read_title(struct gt_arena *a, const struct gt_yaml *y, struct gt_text2 *out,
                                 struct gt_err *err)
{
    static const char *const known[] = {"zh", "en", NULL};
    const struct gt_yaml *title = gt_yaml_find(y, "title");
    out->en = out->zh = y->key;
    if (!title)
        return GT_OK;
    if (title->kind == GT_YAML_SCALAR) {
        out->en = out->zh = gt_strdup(a, title->text);
        return GT_OK;
    }
    GT_TRY(gt_yaml_want(title, GT_YAML_MAP, "title", err));
    GT_TRY(gt_yaml_known(title, known, err));
    const struct gt_yaml *zh = gt_yaml_find(title, "zh"), *en = gt_yaml_find(title, "en");
    out->zh = zh ? zh->text : NULL;
    out->en = en ? en->text : NULL;
    return GT_OK;
}

/* "precipitation.scale: 0.9": the first dot parts the step from its key. */
static enum gt_status read_setting(struct gt_arena *a, const struct gt_yaml *y,
                                   struct gt_setting *out, struct gt_err *err)
{
    char *step = gt_strdup(a, y->key), *dot = strchr(step, '.');
    GT_TRY(gt_yaml_want(y, GT_YAML_SCALAR, y->key, err));
    if (!dot || dot == step || !dot[1])
        return gt_yaml_fail(y, err, "set: expected STEP.PARAM: VALUE, found '%.60s'", y->key);
    *dot = '\0';
    *out = (struct gt_setting){.step = step, .key = dot + 1, .value = y->text};
    return GT_OK;
}

static enum gt_status read_kind(const struct gt_yaml *y, const char **out, struct gt_err *err)
{
    const struct gt_yaml *kind = gt_yaml_find(y, "kind");
    *out = "other";
    if (!kind)
        return GT_OK;
    for (int i = 0; KINDS[i]; i++)
        if (kind->kind == GT_YAML_SCALAR && strcmp(kind->text, KINDS[i]) == 0) {
            *out = KINDS[i];
            return GT_OK;
        }
    return gt_yaml_fail(kind, err,
                        "kind: expected base, climate, water, technique or other, found '%.40s'",
                        kind->kind == GT_YAML_SCALAR ? kind->text : "a list or map");
}

static enum gt_status read_scenario(struct gt_arena *a, const struct gt_yaml *y,
                                    struct scenario *out, struct gt_err *err)
{
    static const char *const known[] = {"title", "kind", "set", "input", NULL};
    *out = (struct scenario){.id = y->key};
    if (!gt_is_id(y->key) || strlen(y->key) > 24)
        return gt_yaml_fail(y, err,
                            "expected the id of a scenario (at most 24 small letters, digits and "
                            "'_'), found '%.60s'",
                            y->key);
    GT_TRY(gt_yaml_want(y, GT_YAML_MAP, y->key, err));
    GT_TRY(gt_yaml_known(y, known, err));
    GT_TRY(read_title(a, y, &out->title, err));
    GT_TRY(read_kind(y, &out->kind, err));
    const struct gt_yaml *set = gt_yaml_find(y, "set"), *input = gt_yaml_find(y, "input");
    if (set)
        GT_TRY(gt_yaml_want(set, GT_YAML_MAP, "set", err));
    if (input)
        GT_TRY(gt_yaml_want(input, GT_YAML_MAP, "input", err));
    out->set = GT_TAKE_N(a, struct gt_setting, (set ? set->n : 0) + 1);
    for (const struct gt_yaml *c = set ? set->child : NULL; c; c = c->next)
        GT_TRY(read_setting(a, c, &out->set[out->n_set++], err));
    out->input = GT_TAKE_N(a, struct ops_input, (input ? input->n : 0) + 1);
    for (const struct gt_yaml *c = input ? input->child : NULL; c; c = c->next) {
        GT_TRY(gt_yaml_want(c, GT_YAML_SCALAR, c->key, err));
        out->input[out->n_input++] = (struct ops_input){.step = c->key, .id = c->text};
    }
    return GT_OK;
}

enum gt_status scenario_file(struct gt_arena *a, const char *path, struct scenario **out, size_t *n,
                             struct gt_err *err)
{
    static const char *const known[] = {"scenarios", NULL};
    struct gt_yaml *root;
    *n = 0;
    GT_TRY(gt_yaml_load(a, path, &root, err));
    GT_TRY(gt_yaml_want(root, GT_YAML_MAP, "scenario file", err));
    GT_TRY(gt_yaml_known(root, known, err));
    const struct gt_yaml *map = gt_yaml_find(root, "scenarios");
    if (!map || map->kind != GT_YAML_MAP || map->n == 0)
        return gt_yaml_fail(map ? map : root, err,
                            "expected 'scenarios', a map of at least one scenario, found none");
    if (map->n > SCENARIO_MAX)
        return gt_yaml_fail(map, err, "scenarios: expected at most %d, found %zu", SCENARIO_MAX,
                            map->n);
    *out = GT_TAKE_N(a, struct scenario, map->n);
    for (const struct gt_yaml *c = map->child; c; c = c->next)
        GT_TRY(read_scenario(a, c, &(*out)[(*n)++], err));
    return GT_OK;
}
