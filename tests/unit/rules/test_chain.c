/* test_chain.c: rule sets that are based on others, files of changes, and what differs. */
#include "guotu/io.h"
#include "guotu/rules.h"
#include "t.h"

#include <string.h>

#define HEAD "title: Test\nversion: 2026-01\nstatus: local\n"
#define MARK "source: test, evidence: code"
#define ONE                                                                          \
    "numbers:\n  n.a: {" MARK ", unit: m, value: 1}\n  n.b: {" MARK ", value: 2}\n"  \
    "classes:\n  c.a: {" MARK ", unit: m, classes: [{in: \"(-inf, 3]\", class: 1}, " \
    "{in: \"(3, inf)\", class: 2}]}\n"                                               \
    "matrices:\n  m.a: {" MARK ", rows: [1, 2], cols: [1, 2], cells: [[1, 1], [1, 2]]}\n"

static void put(struct gt_arena *a, const char *dir, const char *id, const char *base,
                const char *tables)
{
    const char *set = gt_path_join(a, dir, id);
    const char *head =
        gt_printf(a, "id: %s\n" HEAD "%s%s\n", id, base ? "base: " : "", base ? base : "");
    T_STATUS(gt_dir_make(set, NULL), GT_OK);
    T_STATUS(gt_file_put(gt_path_join(a, set, "set.yaml"), head, strlen(head), NULL), GT_OK);
    T_STATUS(gt_file_put(gt_path_join(a, set, "a.yaml"), tables, strlen(tables), NULL), GT_OK);
}

static const struct gt_ruleset *load(struct gt_arena *a, const char *dir, const char *id)
{
    const struct gt_ruleset *s;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_ruleset_load(a, dir, id, &s, &err), GT_OK, &err);
    return s;
}

T_TEST(a_set_on_another_changes_what_it_names)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir();
    put(a, dir, "one", NULL, ONE);
    put(a, dir, "two", "one",
        "numbers:\n  n.a: {" MARK ", value: 5}\n  n.c: {" MARK ", value: 9}\n");
    const struct gt_ruleset *one = load(a, dir, "one"), *two = load(a, dir, "two");
    const struct gt_number *n = gt_ruleset_number(two, "n.a");
    T_NEAR(n->v, 5, 0);
    T_EQ_STR(n->unit, "m");
    T_EQ_STR(n->from, "two");
    T_OK(n->changes);
    T_EQ_STR(n->source, "two: test; one says 1");
    T_NEAR(gt_ruleset_number(one, "n.a")->v, 1, 0);
    T_EQ_STR(gt_ruleset_number(two, "n.b")->from, "one");
    T_NEAR(gt_ruleset_number(two, "n.c")->v, 9, 0);
    T_OK(gt_ruleset_number(one, "n.c") == NULL);
    T_OK(gt_ruleset_classes(two, "c.a") != NULL && gt_ruleset_matrix(two, "m.a") != NULL);
    T_OK(gt_ruleset_is(two, "one") && gt_ruleset_is(two, "two") && !gt_ruleset_is(one, "two"));
    T_OK(strcmp(one->hash, two->hash) != 0);
}

T_TEST(a_change_below_changes_the_hash_above)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir();
    put(a, dir, "one", NULL, "numbers:\n  n.a: {" MARK ", value: 1}\n");
    put(a, dir, "two", "one", "numbers:\n  n.b: {" MARK ", value: 2}\n");
    const char *before = load(a, dir, "two")->hash;
    put(a, dir, "one", NULL, "numbers:\n  n.a: {" MARK ", value: 1.5}\n");
    T_OK(strcmp(before, load(a, dir, "two")->hash) != 0);
}

static void refused(struct t_at at, const char *tables, const char *part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir();
    const struct gt_ruleset *s;
    struct gt_err err = {0};
    put(a, dir, "one", NULL, ONE);
    put(a, dir, "two", "one", tables);
    t_status(at, gt_ruleset_load(a, dir, "two", &s, &err), GT_EINPUT, &err);
    t_has(at, err.text, part);
    t_has(at, err.text, "a.yaml:");
}
#define REFUSED(tables, part) refused(T_HERE(tables), tables, part)

T_TEST(what_a_set_may_not_change)
{
    REFUSED("numbers:\n  n.a: {" MARK ", unit: degree, value: 5}\n",
            "n.a: expected the unit of what it changes, m, found degree");
    REFUSED("numbers:\n  c.a: {" MARK ", value: 5}\n",
            "'c.a' is a table of classes in the rule set one, not a number");
    REFUSED("classes:\n  c.a: {" MARK ", unit: m, classes: [{is: 1, class: 1}]}\n",
            "c.a: expected intervals (in), as in the rule set one, found listed values (is)");
    REFUSED("matrices:\n  m.a: {" MARK ", rows: [1], cols: [1, 2], cells: [[1, 1]]}\n",
            "m.a: expected the rows and columns of the rule set one (2 by 2)");
    REFUSED("numbers:\n  n.a: {evidence: code, value: 5}\n", "expected the key 'source'");
}

T_TEST(a_base_must_be_there_and_not_in_a_circle)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir();
    const struct gt_ruleset *s;
    const char *base;
    struct gt_err err = {0};
    put(a, dir, "one", "three", "numbers:\n  n.a: {" MARK ", value: 1}\n");
    T_STATUS_ERR(gt_ruleset_load(a, dir, "one", &s, &err), GT_EINPUT, &err);
    T_HAS(err.text, "set.yaml:5:");
    T_HAS(err.text, "rule set 'three' is not in");
    put(a, dir, "three", "one", "numbers:\n  n.b: {" MARK ", value: 1}\n");
    T_STATUS_ERR(gt_ruleset_load(a, dir, "one", &s, &err), GT_EINPUT, &err);
    T_HAS(err.text, "without a circle");
    T_STATUS(gt_ruleset_base(a, dir, "one", &base, NULL), GT_OK);
    T_EQ_STR(base, "three");
}

/* ---- Files of changes ------------------------------------------------------------------------ */

static enum gt_status with_file(struct gt_arena *a, const char *text, struct gt_problems *problems,
                                const struct gt_ruleset **s, struct gt_err *err)
{
    const char *dir = t_tmpdir();
    struct gt_rules_file file = {"here/own.yaml", gt_s(text)};
    struct gt_ruleset_opt opt = {.dir = dir, .id = "one", .file = &file, .problems = problems};
    put(a, dir, "one", NULL, ONE);
    return gt_ruleset_load_with(a, &opt, s, err);
}

T_TEST(a_file_changes_single_tables)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_ruleset *s;
    struct gt_err err = {0};
    T_STATUS_ERR(with_file(a,
                           "changes: one\nnumbers:\n  n.a: {" MARK ", value: 7}\nmatrices:\n"
                           "  m.a: {" MARK
                           ", rows: [1, 2], cols: [1, 2], cells: [[1, 2], [1, 2]]}\n"
                           "classes:\n  c.a: {" MARK ", classes: [{in: \"(-inf, 3)\", class: 1}, "
                           "{in: \"[3, inf)\", class: 2}]}\n",
                           NULL, &s, &err),
                 GT_OK, &err);
    T_EQ_STR(s->id, "one");
    T_EQ_STR(s->file, "own.yaml");
    T_HAS(s->file_hash, "blake2b:");
    T_EQ_STR(gt_ruleset_classes(s, "c.a")->unit, "m");
    struct gt_rule_change *c;
    size_t n;
    gt_ruleset_diff(a, s->base, s, &c, &n);
    T_EQ_INT((int)n, 3);
    T_EQ_STR(c[0].before.text, "1 m");
    T_EQ_STR(c[0].after.text, "7 m");
    T_EQ_STR(c[0].after.from, "own.yaml");
    T_EQ_STR(c[1].before.text, "(-inf, 3] = 1; (3, inf) = 2");
    T_EQ_STR(c[1].after.text, "(-inf, 3) = 1; [3, inf) = 2");
    T_EQ_STR(c[2].before.text, "rows 1, cols 2 = 1");
    T_EQ_STR(c[2].after.text, "rows 1, cols 2 = 2");
}

T_TEST(every_problem_of_a_file_is_said)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_ruleset *s;
    struct gt_problems p = {0};
    struct gt_err err = {0};
    T_STATUS_ERR(with_file(a,
                           "changes: one\nnumbers:\n  n.aa: {" MARK ", value: 7}\n"
                           "  n.a: {" MARK ", unit: ha, value: 7}\n  n.b: {" MARK ", value: x}\n",
                           &p, &s, &err),
                 GT_OK, &err);
    T_EQ_INT((int)p.n, 3);
    T_HAS(p.v[0],
          "here/own.yaml:3:3: the rule set one has no 'n.aa' to change; did you mean 'n.a'?");
    T_HAS(p.v[1], "expected the unit of what it changes, m, found ha");
    T_HAS(p.v[2], "expected a number, found 'x'");
    T_STATUS(with_file(a, "changes: two\n", NULL, &s, &err), GT_EINPUT);
    T_HAS(err.text, "the file is for the rule set 'two', not for one");
}

T_TEST(other_evidence_alone_is_a_difference)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir();
    put(a, dir, "one", NULL, "numbers:\n  n.a: {" MARK ", value: 1}\n");
    put(a, dir, "two", NULL, "numbers:\n  n.a: {source: test, evidence: verified, value: 1}\n");
    struct gt_rule_change *c;
    size_t n;
    gt_ruleset_diff(a, load(a, dir, "one"), load(a, dir, "one"), &c, &n);
    T_EQ_INT((int)n, 0);
    gt_ruleset_diff(a, load(a, dir, "one"), load(a, dir, "two"), &c, &n);
    T_EQ_INT((int)n, 1);
    T_OK(c[0].same_values);
}

/* ---- Models ---------------------------------------------------------------------------------- */

T_TEST(a_model_takes_its_set_or_one_based_on_it)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m;
    struct gt_err err = {0};
    struct gt_model_opt opt = {.rules_dir = GT_SOURCE_DIR "/rules", .rules = "plateau"};
    const char *path = GT_SOURCE_DIR "/rules/models/urban-2020-01.yaml";
    T_STATUS_ERR(gt_model_load(a, path, &opt, &m, &err), GT_OK, &err);
    T_EQ_STR(m->rules->id, "plateau");
    opt.rules = "mnr-2019-07";
    T_STATUS_ERR(gt_model_load(a, path, &opt, &m, &err), GT_EINPUT, &err);
    T_HAS(err.text, "expected mnr-2020-01 or a rule set that is based on it, found mnr-2019-07");
}

/* ---- The examples ---------------------------------------------------------------------------- */

T_TEST(example_files_fit_their_sets)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const char *const names[] = {"province.yaml", "plateau-2019-07.yaml"};
    static const int changes[] = {2, 4};
    for (size_t i = 0; i < GT_LEN(names); i++) {
        struct gt_rules_file file = {.name = gt_path_join(a, GT_SOURCE_DIR "/examples", names[i])};
        struct gt_ruleset_opt opt = {.dir = GT_SOURCE_DIR "/rules", .file = &file};
        const struct gt_ruleset *s;
        struct gt_rule_change *c;
        struct gt_err err = {0};
        size_t n;
        T_STATUS(gt_file_get(a, file.name, 1 << 20, &file.text, &err), GT_OK);
        T_STATUS_ERR(gt_rules_file_set(a, &file, &opt.id, &err), GT_OK, &err);
        T_STATUS_ERR(gt_ruleset_load_with(a, &opt, &s, &err), GT_OK, &err);
        gt_ruleset_diff(a, s->base, s, &c, &n);
        T_EQ_INT((int)n, changes[i]);
    }
}
