/* test_lineage.c: what took part in a result, kept and read again. */
#include "ops_int.h"
#include "t.h"

#include <math.h>
#include <string.h>

static const char *const model_text =
    "model: try\n"
    "title: {en: A try, zh: 试验}\n"
    "inputs:\n"
    "  dem: {kind: raster, role: dem, unit: m, master: true}\n"
    "  rain: {kind: raster, role: precipitation, unit: mm, optional: true}\n"
    "steps:\n"
    "  slope: {step: slope, of: dem, source: Horn (1981)}\n"
    "  steep:\n"
    "    step: classify\n"
    "    of: slope\n"
    "    unit: degree\n"
    "    source: a guide\n"
    "    evidence: unverified\n"
    "    classes:\n"
    "      - {in: \"(-inf, 25]\", class: 1, en: flat, zh: 平}\n"
    "      - {in: \"(25, inf)\", class: 2, en: steep, zh: 陡}\n"
    "  wet: {step: expression, value: rain * 2}\n"
    "outputs: [steep, wet]\n";

static const struct gt_model *load(struct gt_arena *a)
{
    const struct gt_model *m = NULL;
    struct gt_model_opt opt = {0};
    struct gt_err err = {0};
    T_STATUS_ERR(gt_model_parse(a, "try.yaml", gt_s(model_text), &opt, &m, &err), GT_OK, &err);
    return m;
}

T_TEST(only_what_a_step_needs_took_part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = load(a);
    bool used[8];
    ops_model_used(m, gt_model_step(m, "steep"), used);
    T_OK(used[gt_model_step(m, "steep")] && used[gt_model_step(m, "slope")] &&
         used[gt_model_step(m, "dem")]);
    T_OK(!used[gt_model_step(m, "rain")] && !used[gt_model_step(m, "wet")]);
}

T_TEST(evidence_of_all_that_took_part_is_listed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = load(a);
    struct ops_bases b = ops_model_bases(a, m, gt_model_step(m, "steep"));
    T_EQ_INT(b.n, 2);
    T_EQ_STR(b.v[0].id, "slope");
    T_EQ_STR(b.v[0].source, "Horn (1981)");
    T_EQ_STR(b.v[1].id, "steep");
    T_EQ_INT(b.v[1].evidence, GT_UNVERIFIED);
    struct gt_json *obj = gt_json_obj(a);
    ops_bases_json(obj, &b);
    T_EQ_STR(gt_json_text(a, gt_json_get(obj, "unverified"), 0), "[\"steep\"]");
}

T_TEST(legends_come_from_the_classes_and_back_from_the_lineage)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = load(a);
    struct ops_legend l = ops_model_legend(a, m, gt_model_step(m, "steep"));
    T_EQ_INT(l.n, 2);
    T_EQ_STR(ops_legend_title(&l, 2, GT_ZH), "陡");
    T_EQ_STR(ops_legend_title(&l, 3, GT_ZH), "");
    T_EQ_INT(ops_model_legend(a, m, gt_model_step(m, "slope")).n, 0);
    struct gt_json *obj = gt_json_obj(a);
    ops_legend_json(obj, &l);
    struct ops_legend back = ops_lineage_legend(a, obj);
    T_EQ_INT(back.n, 2);
    T_EQ_NUM(back.v[1].code, 2);
    T_EQ_STR(ops_legend_title(&back, 1, GT_EN), "flat");
}

T_TEST(a_lineage_says_how_to_make_it_again)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = load(a);
    struct gt_setting set[] = {{"relief", "window", "21"}};
    struct ops_model_opt opt = {.set = set, .n_set = 1};
    struct gt_dataset dem = {.id = "my_dem", .version = 3, .hash = "blake2b:00"};
    const struct gt_dataset **input = GT_TAKE_N(a, const struct gt_dataset *, (size_t)m->n_steps);
    input[gt_model_step(m, "dem")] = &dem;
    struct ops_model made = {.model = m, .text = model_text, .opt = &opt, .input = input};
    struct ops_output out = {.id = "p_steep", .name = "steep", .step = gt_model_step(m, "steep")};
    struct gt_call c = {.a = a, .op = gt_op_find("run")};
    struct gt_json *lineage = ops_lineage_write(&c, &made, &out, NULL);

    struct gt_dataset d = {.id = "p_steep", .lineage = gt_json_text(a, lineage, 0)};
    const struct gt_json *read;
    struct ops_model_opt again;
    struct gt_err err = {0};
    T_STATUS_ERR(ops_lineage_read(a, &d, &read, &err), GT_OK, &err);
    T_STATUS_ERR(ops_lineage_model(a, &d, read, &again, &err), GT_OK, &err);
    T_EQ_STR(again.text, model_text);
    T_EQ_STR(again.prefix, "p_");
    T_EQ_INT(again.n_output, 1);
    T_EQ_STR(again.output[0], "steep");
    T_EQ_INT(again.n_set, 1);
    T_EQ_STR(again.set[0].value, "21");
    T_EQ_INT(again.n_input, 1);
    T_EQ_STR(again.input[0].step, "dem");
    T_EQ_STR(again.input[0].id, "my_dem");
    T_EQ_INT(again.input[0].version, 3);
    T_EQ_STR(again.input[0].hash, "blake2b:00");
    T_OK(again.only_given);
    T_STATUS_ERR(ops_lineage_same_rules(&d, read, m, &err), GT_OK, &err);
}

T_TEST(another_model_is_not_the_same)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = load(a);
    struct gt_dataset d = {.id = "steep"};
    struct gt_json *lineage = gt_json_obj(a);
    struct gt_err err = {0};
    gt_json_add_str(lineage, "model_hash", "blake2b:else");
    T_STATUS(ops_lineage_same_rules(&d, lineage, m, &err), GT_EINPUT);
    T_HAS(err.text, "as it was then (blake2b:else)");
    gt_json_add_str(lineage, "rules", "mnr");
    gt_json_add_str(lineage, "rules_hash", "blake2b:rules");
    T_STATUS(ops_lineage_same_rules(&d, lineage, m, &err), GT_EINPUT);
    T_HAS(err.text, "the rule set mnr as it was then");
}

T_TEST(an_import_is_no_result_of_a_model)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_dataset d = {.id = "dem", .lineage = "{\"op\": \"import\"}"},
                      bare = {.id = "x", .lineage = ""};
    const struct gt_json *lineage;
    struct ops_model_opt opt;
    struct gt_err err = {0};
    T_STATUS_ERR(ops_lineage_read(a, &d, &lineage, &err), GT_OK, &err);
    T_STATUS(ops_lineage_model(a, &d, lineage, &opt, &err), GT_EINPUT);
    T_HAS(err.text, "found one of 'import'");
    T_STATUS_ERR(ops_lineage_read(a, &bare, &lineage, &err), GT_OK, &err);
    T_EQ_INT(gt_json_len(lineage), 0);
}
