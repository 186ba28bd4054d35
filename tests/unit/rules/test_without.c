/* test_without.c: models without inputs that nobody gave. */
#include "t.h"
#include "guotu/rules.h"

#include <string.h>

#define RULES GT_SOURCE_DIR "/rules"

struct result {
    const struct gt_model *all, *m;
    struct gt_left_out *left;
    size_t n;
};

/* The model with only the inputs named in `given`, a text of words between blanks. */
static struct result without(struct gt_arena *a, const struct gt_model *m, const char *given)
{
    struct result r = {.all = m};
    struct gt_err err = {0};
    bool *have = GT_TAKE_N(a, bool, (size_t)m->n_steps);
    const char *text = gt_printf(a, " %s ", given);
    for (int i = 0; i < m->n_steps; i++)
        have[i] = strstr(text, gt_printf(a, " %s ", m->steps[i].name)) != NULL;
    T_STATUS_ERR(gt_model_without(a, m, have, &r.m, &r.left, &r.n, &err), GT_OK, &err);
    for (int i = 0; i < r.m->n_steps; i++)
        for (int k = 0; k < r.m->steps[i].n_in; k++)
            T_OK(r.m->steps[i].in[k] >= 0 && r.m->steps[i].in[k] < i);
    T_EQ_STR(r.m->steps[r.m->master].name, m->steps[m->master].name);
    return r;
}

static const struct gt_model *parse(struct gt_arena *a, const char *text)
{
    struct gt_err err = {0};
    struct gt_model_opt opt = {.rules_dir = RULES};
    const struct gt_model *m;
    T_STATUS_ERR(gt_model_parse(a, "x.yaml", gt_s(text), &opt, &m, &err), GT_OK, &err);
    return m;
}

static const struct gt_model *shipped(struct gt_arena *a, const char *name)
{
    struct gt_err err = {0};
    struct gt_model_opt opt = {.rules_dir = RULES};
    const struct gt_model *m;
    const char *path = gt_printf(a, RULES "/models/%s.yaml", name);
    T_STATUS_ERR(gt_model_load(a, path, &opt, &m, &err), GT_OK, &err);
    return m;
}

/* "input>stand-in" of a step that was left out, "" where it is there. */
static const char *fate(struct gt_arena *a, const struct result *r, const char *step)
{
    const char *found = "";
    for (size_t i = 0; i < r->n; i++) {
        if (strcmp(r->left[i].step, step) != 0)
            continue;
        T_EQ_STR(found, ""); /* once only */
        const char *used = r->left[i].used_instead;
        found = gt_printf(a, "%s>%s", r->left[i].input, used ? used : "");
    }
    T_EQ_INT(found[0] == '\0', gt_model_step(r->m, step) >= 0);
    return found;
}

static const char *output_step(const struct result *r, const char *name)
{
    int i = gt_model_output(r->m, name);
    return i < 0 ? "" : r->m->steps[r->m->outputs[i].step].name;
}

#define HEAD                                         \
    "model: x\ninputs:\n"                            \
    "  dem: {kind: raster, unit: m, master: true}\n" \
    "  a: {kind: raster, unit: m, optional: true}\n" \
    "  b: {kind: raster, unit: m, optional: true}\n" \
    "steps:\n"

T_TEST(with_everything_nothing_changes)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct result r = without(a, shipped(a, "terrain"), "dem");
    T_EQ_INT(r.n, 0);
    T_EQ_INT(r.m->n_steps, 5);
    T_EQ_INT(r.m->n_outputs, 4);
    T_EQ_STR(r.m->hash, r.all->hash);
}

T_TEST(an_input_that_must_be_there)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_model *m = shipped(a, "terrain"), *out;
    const bool have[8] = {false};
    struct gt_left_out *left;
    size_t n;
    T_STATUS(gt_model_without(a, m, have, &out, &left, &n, &err), GT_EINPUT);
    T_HAS(err.text,
          "terrain.yaml: the model terrain needs its input 'dem' (layer dem), found none");
}

T_TEST(what_needs_the_input_goes_with_it)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = parse(a, HEAD "  c: {step: mean, of: a, window: 3}\n"
                                             "  d: {step: expression, value: c + dem}\n"
                                             "  e: {step: expression, value: dem + 1}\n"
                                             "outputs: [d, e]\n");
    struct result r = without(a, m, "dem b");
    T_EQ_STR(fate(a, &r, "a"), "a>");
    T_EQ_STR(fate(a, &r, "c"), "a>");
    T_EQ_STR(fate(a, &r, "d"), "a>");
    T_EQ_STR(fate(a, &r, "e"), "");
    T_EQ_INT(r.n, 3);
    T_EQ_INT(r.m->n_outputs, 1);
    T_EQ_STR(output_step(&r, "e"), "e");
}

T_TEST(a_stand_in_takes_the_place)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m =
        parse(a, HEAD "  c: {step: expression, value: dem + a, without: {a: dem}}\n"
                      "  d: {step: expression, value: c + b, without: {b: c}}\n"
                      "  e: {step: mean, of: d, window: 3}\n"
                      "outputs: [c, d, e]\n");
    struct result r = without(a, m, "dem");
    T_EQ_STR(fate(a, &r, "c"), "a>dem");
    T_EQ_STR(fate(a, &r, "d"), "b>dem"); /* through c */
    T_EQ_STR(fate(a, &r, "e"), "");
    const struct gt_step *e = &r.m->steps[gt_model_step(r.m, "e")];
    T_EQ_STR(r.m->steps[e->in[0]].name, "dem");
    T_EQ_STR(output_step(&r, "d"), "dem");
    r = without(a, m, "dem b");
    T_EQ_STR(fate(a, &r, "c"), "a>dem");
    T_EQ_STR(fate(a, &r, "d"), "");
    T_EQ_STR(r.m->steps[r.m->steps[gt_model_step(r.m, "d")].in[0]].name, "dem");
}

T_TEST(either_of_two_can_stand_in_for_the_sum)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = parse(
        a, HEAD "  c: {step: mean, of: a, window: 3}\n"
                "  d: {step: mean, of: b, window: 3}\n"
                "  e: {step: expression, value: c + d, without: {c: d, d: c}}\noutputs: [e]\n");
    struct result r = without(a, m, "dem a");
    T_EQ_STR(output_step(&r, "e"), "c");
    r = without(a, m, "dem b");
    T_EQ_STR(output_step(&r, "e"), "d");
    r = without(a, m, "dem");
    T_EQ_STR(fate(a, &r, "e"), "b>"); /* without a, d would have done */
    T_EQ_INT(r.m->n_outputs, 0);
}

T_TEST(members_of_combine_drop_out)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m =
        parse(a, HEAD "  w: {step: combine, by: weighted, of: [dem, a, b], weights: [1, 2, 5]}\n"
                      "  z: {step: combine, by: weighted, of: [a, b], weights: [1, 0]}\n"
                      "  c: {step: combine, by: best, of: [a, dem]}\n"
                      "outputs: [w, z, c]\n");
    struct result r = without(a, m, "dem b");
    const struct gt_step *w = &r.m->steps[gt_model_step(r.m, "w")];
    T_EQ_INT(w->n_in, 2);
    T_NEAR(w->weight[0], 8.0 / 6, 1e-12);
    T_NEAR(w->weight[1], 5 * 8.0 / 6, 1e-12);
    T_EQ_STR(r.m->steps[w->in[1]].name, "b");
    const struct gt_step *z = &r.m->steps[gt_model_step(r.m, "z")];
    T_EQ_NUM(z->weight[0], 1); /* only weightless members are left: they share alike */
    T_EQ_INT(r.m->steps[gt_model_step(r.m, "c")].n_in, 1);
    T_EQ_STR(fate(a, &r, "w"), "");
    r = without(a, m, "dem");
    T_EQ_STR(fate(a, &r, "z"), "a>");
    T_EQ_INT(r.m->steps[gt_model_step(r.m, "w")].n_in, 1);
    T_EQ_NUM(r.m->steps[gt_model_step(r.m, "w")].weight[0], 8);
}

T_TEST(clauses_that_are_left_point_at_steps_that_are_there)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m =
        parse(a, HEAD "  c: {step: expression, value: dem + a, without: {a: dem}}\n"
                      "  d: {step: expression, value: c + b, without: {b: dem}}\noutputs: [d]\n");
    struct result r = without(a, m, "dem a b");
    T_EQ_INT(r.m->steps[gt_model_step(r.m, "d")].n_without, 1);
    r = without(a, m, "dem b");
    const struct gt_step *d = &r.m->steps[gt_model_step(r.m, "d")];
    T_EQ_INT(d->n_without, 1);
    T_EQ_STR(r.m->steps[d->without[0][0]].name, "b");
    T_EQ_STR(r.m->steps[d->without[0][1]].name, "dem");
}

/* ---- The shipped models ---------------------------------------------------------------------- */

T_TEST(heights_alone_are_enough)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct result r = without(a, shipped(a, "urban-2019-07"), "dem");
    T_EQ_STR(output_step(&r, "urban_land"), "land_all");
    T_EQ_STR(output_step(&r, "urban_grade"), "land_all");
    T_EQ_STR(output_step(&r, "urban_zone"), "zone");
    T_EQ_STR(fate(a, &r, "supply_grade"), "county>");
    T_EQ_STR(fate(a, &r, "base"), "county>land_all");
    T_EQ_STR(fate(a, &r, "hazard"), "fault>");
    r = without(a, shipped(a, "urban-2020-01"), "dem");
    T_EQ_STR(output_step(&r, "urban_reason"), "reason_all");
    T_EQ_INT(r.m->steps[gt_model_step(r.m, "reason_all")].n_in, 2);
    /* Of the reasons, only those that were looked for: slope, altitude, none. */
    const struct gt_step *reason = &r.m->steps[gt_model_step(r.m, "reason_all")];
    T_EQ_INT(reason->n_codes, 3);
    T_EQ_NUM(reason->codes[1], 2);
    T_EQ_NUM(reason->codes[2], 99);
    T_EQ_INT(r.all->steps[gt_model_step(r.all, "reason")].n_codes, 7);
    r = without(a, shipped(a, "agriculture-2019-07"), "dem");
    T_EQ_STR(output_step(&r, "agriculture_land"), "slope_grade");
    T_EQ_STR(output_step(&r, "agriculture_grade"), "slope_grade");
    T_EQ_INT(r.m->n_outputs, 3);
    r = without(a, shipped(a, "agriculture-2020-01"), "dem");
    T_EQ_STR(output_step(&r, "agriculture_reason"), "reason_all");
    T_EQ_INT(r.m->steps[gt_model_step(r.m, "reason_all")].n_in, 1);
    T_EQ_STR(fate(a, &r, "precip_rule"), "precipitation>"); /* not for want of irrigated land */
    T_EQ_STR(fate(a, &r, "slope_rule"), "terrace>slope_plain");
}

T_TEST(rain_without_heat)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct result r = without(a, shipped(a, "agriculture-2019-07"), "dem precipitation county");
    T_EQ_STR(output_step(&r, "agriculture_land"), "land");
    T_EQ_STR(output_step(&r, "agriculture_grade"), "base");
    T_EQ_INT(r.m->steps[gt_model_step(r.m, "land")].n_codes, 5);
    T_EQ_STR(fate(a, &r, "heat_grade"), "heat_sum>");
    T_EQ_STR(fate(a, &r, "condition"), "heat_sum>base");
    T_EQ_STR(fate(a, &r, "rain_grade"), "");
}
