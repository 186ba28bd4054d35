/* fuzz_rules.c: any text as a file of changes to a rule set: loaded as it is, loaded with its
 * problems collected, and compared with what it changes. */
#include "guotu/rules.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_error(const struct gt_err *err)
{
    if (err->status == GT_OK || !err->text[0])
        abort();
}

/* Only what the set has may be changed, and nothing may be added. */
static void check_set(struct gt_arena *a, const struct gt_ruleset *r)
{
    struct gt_rule_change *change;
    size_t n;
    if (!r->base || !r->file || r->n_numbers != r->base->n_numbers ||
        r->n_classes != r->base->n_classes || r->n_matrices != r->base->n_matrices)
        abort();
    gt_ruleset_diff(a, r->base, r, &change, &n);
    for (size_t i = 0; i < n; i++)
        if (!change[i].before.text || !change[i].after.text)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_ruleset *r;
    struct gt_problems problems = {0};
    struct gt_rules_file file = {"fuzz.yaml", {(const char *)data, n}};
    struct gt_ruleset_opt opt = {.dir = GT_SOURCE_DIR "/rules", .file = &file};
    if (gt_rules_file_set(a, &file, &opt.id, &err) != GT_OK) {
        check_error(&err);
        return 0;
    }
    enum gt_status status = gt_ruleset_load_with(a, &opt, &r, &err);
    if (status == GT_OK)
        check_set(a, r);
    else
        check_error(&err);
    opt.problems = &problems;
    err = (struct gt_err){0};
    if (gt_ruleset_load_with(a, &opt, &r, &err) != GT_OK)
        check_error(&err);
    else if ((status == GT_OK) != (problems.n == 0))
        abort();
    return 0;
}
