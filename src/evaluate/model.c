/* model.c: which model answers which question. A rule set and its models are data: a new file in
 * rules/models is found by its name and the rule set that it names. */
#include "evaluate_int.h"

#include "guotu/io.h"
#include "guotu/yaml.h"

#include <string.h>

#define MAX_CHAIN 8

const struct gt_evaluate_function gt_evaluate_functions[] = {
    {"ecology", {"importance of ecological protection", "生态保护重要性"}},
    {"agriculture", {"suitability for farming", "农业生产适宜性"}},
    {"urban", {"suitability for towns", "城镇建设适宜性"}},
    {"problems", {"problems and risks", "问题和风险"}},
    {"potential", {"potential", "潜力分析"}},
    {"agreement", {"agreement with present use", "与现状的一致性"}},
    {NULL, {NULL, NULL}},
};

const struct gt_evaluate_function *gt_evaluate_function_find(const char *id)
{
    for (const struct gt_evaluate_function *f = gt_evaluate_functions; f->id; f++)
        if (strcmp(f->id, id) == 0)
            return f;
    return NULL;
}

struct claim {
    const char *model, *rules;
};

/* The models for a function, each with the rule set that it names. */
static enum gt_status claims_of(struct gt_arena *a, const char *rules_dir, const char *function,
                                struct claim **out, size_t *n, struct gt_err *err)
{
    const char *dir = gt_path_join(a, rules_dir, "models"), **names;
    const char *first = gt_printf(a, "%s-", function);
    size_t files;
    GT_TRY(gt_dir_list(a, dir, &names, &files, err));
    *out = GT_TAKE_N(a, struct claim, files);
    *n = 0;
    for (size_t i = 0; i < files; i++) {
        struct gt_yaml *root;
        if (!gt_starts(names[i], first) || !gt_ends(names[i], ".yaml"))
            continue;
        GT_TRY(gt_yaml_load(a, gt_path_join(a, dir, names[i]), &root, err));
        const struct gt_yaml *rules = gt_yaml_find(root, "rules");
        if (!rules || rules->kind != GT_YAML_SCALAR)
            continue;
        (*out)[(*n)++] = (struct claim){gt_strndup(a, names[i], strlen(names[i]) - strlen(".yaml")),
                                        rules->text};
    }
    return GT_OK;
}

/* The one model that names the set; NULL: none does. */
static enum gt_status model_of(const struct claim *claim, size_t n, const char *function,
                               const char *rules, const char **model, struct gt_err *err)
{
    *model = NULL;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(claim[i].rules, rules) != 0)
            continue;
        if (*model)
            return gt_fail(err, GT_EINPUT,
                           "rules %s: expected one model for %s, found '%s' and '%s'", rules,
                           function, *model, claim[i].model);
        *model = claim[i].model;
    }
    return GT_OK;
}

enum gt_status gt_evaluate_model(struct gt_arena *a, const char *rules_dir, const char *function,
                                 const char *rules, const char **model, struct gt_err *err)
{
    struct claim *claim;
    size_t n;
    struct gt_buf known = {.a = a};
    const char *set = rules;
    GT_TRY(claims_of(a, rules_dir, function, &claim, &n, err));
    for (int depth = 0; set && depth < MAX_CHAIN; depth++) {
        GT_TRY(model_of(claim, n, function, set, model, err));
        if (*model)
            return GT_OK;
        enum gt_status status = gt_ruleset_base(a, rules_dir, set, &set, err);
        if (status == GT_ENOTFOUND) /* said below, with the sets that would do */
            break;
        if (status != GT_OK)
            return status;
    }
    for (size_t i = 0; i < n; i++)
        gt_buf_addf(&known, "%s%s", i ? ", " : "", claim[i].rules);
    return gt_fail(err, GT_ENOTFOUND, "rules: expected one of %s for %s, found '%.60s'",
                   n ? known.p : "none", function, rules);
}
