/* Series of months: what is written once and stands for twelve. */
#include "t.h"

#include "guotu/rules.h"

#include <string.h>

static const char HEAD[] =
    "model: m\n"
    "inputs:\n"
    "  dem: {kind: raster, unit: m, master: true}\n"
    "  t: {kind: raster, unit: degC, months: true, optional: true}\n"
    "  p: {kind: raster, role: rain, unit: mm, months: true, optional: true}\n";

static enum gt_status parse(struct gt_arena *a, const char *steps, const struct gt_model **m,
                            struct gt_err *err)
{
    const char *text = gt_printf(a, "%ssteps:\n%s", HEAD, steps);
    return gt_model_parse(a, "m.yaml", gt_s(text), NULL, m, err);
}

T_TEST(an_input_of_months_is_twelve_with_their_roles)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m;
    struct gt_err err = {0};
    T_STATUS_ERR(parse(a,
                       "  warm: {step: expression, each: months, value: \"max(t_@, 0)\"}\n"
                       "  all: {step: combine, by: worst, of: [warm_@]}\n"
                       "outputs: [all]\n",
                       &m, &err),
                 GT_OK, &err);
    T_EQ_INT(m->n_steps, 1 + 12 + 12 + 12 + 1);
    T_OK(gt_model_step(m, "t") < 0);
    T_OK(gt_model_step(m, "warm") < 0);
    T_EQ_STR(m->steps[gt_model_step(m, "t_01")].role, "t_01");
    T_EQ_STR(m->steps[gt_model_step(m, "p_12")].role, "rain_12");
    const struct gt_step *warm = &m->steps[gt_model_step(m, "warm_07")];
    T_EQ_INT(warm->n_in, 1);
    T_EQ_STR(m->steps[warm->in[0]].name, "t_07");
    T_EQ_STR(warm->formula, "max(t_07, 0)");
    const struct gt_step *all = &m->steps[gt_model_step(m, "all")];
    T_EQ_INT(all->n_in, 12);
    for (int i = 0; i < 12; i++)
        T_EQ_STR(m->steps[all->in[i]].name, gt_printf(a, "warm_%02d", i + 1));
}

T_TEST(lists_keep_their_other_items)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m;
    struct gt_err err = {0};
    T_STATUS_ERR(parse(a,
                       "  sea: {step: expression, value: dem * 0 + 1, unit: m}\n"
                       "  high: {step: expression, each: months, value: dem + p_@ * 0 / 1000}\n"
                       "  all: {step: combine, by: best, of: [dem, high_@, sea]}\n"
                       "outputs: [all]\n",
                       &m, &err),
                 GT_EINPUT, &err);
    T_HAS(err.text, "m.yaml:8"); /* mm is no m: the message has the place of the one line */
    T_STATUS_ERR(
        parse(a,
              "  sea: {step: expression, value: dem * 0}\n"
              "  high: {step: expression, each: months, value: \"if(p_@ > 1, dem, dem)\"}\n"
              "  all: {step: combine, by: best, of: [dem, high_@, sea]}\n"
              "outputs: [all]\n",
              &m, &err),
        GT_OK, &err);
    const struct gt_step *all = &m->steps[gt_model_step(m, "all")];
    T_EQ_INT(all->n_in, 14);
    T_EQ_STR(m->steps[all->in[0]].name, "dem");
    T_EQ_STR(m->steps[all->in[1]].name, "high_01");
    T_EQ_STR(m->steps[all->in[12]].name, "high_12");
    T_EQ_STR(m->steps[all->in[13]].name, "sea");
}

T_TEST(other_words_than_months_are_refused)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m;
    struct gt_err err = {0};
    T_STATUS(parse(a,
                   "  s: {step: expression, each: weeks, value: dem + 1}\n"
                   "outputs: [s]\n",
                   &m, &err),
             GT_EINPUT);
    T_HAS(err.text, "each: expected one of: months; found 'weeks'");
}

T_TEST(a_series_with_a_hole_is_left_out)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m, *rest;
    struct gt_left_out *left;
    size_t n_left;
    struct gt_err err = {0};
    T_STATUS_ERR(parse(a,
                       "  c: {step: classify, each: months, of: t_@, unit: degC, classes: [{in: "
                       "\"(-inf, 0]\", class: 1}, {in: \"(0, inf)\", class: 2}]}\n"
                       "  year: {step: expression, value: c_01 + c_02 + c_03 + c_12}\n"
                       "  r: {step: expression, value: dem + 0, without: {}}\n"
                       "outputs: [year, r]\n",
                       &m, &err),
                 GT_OK, &err);
    bool have[64];
    for (int i = 0; i < m->n_steps; i++)
        have[i] = strcmp(m->steps[i].name, "t_03") != 0;
    T_STATUS_ERR(gt_model_without(a, m, have, &rest, &left, &n_left, &err), GT_OK, &err);
    T_OK(gt_model_step(rest, "year") < 0);
    T_OK(gt_model_step(rest, "r") >= 0);
    T_EQ_STR(left[0].input, "t_03");
}
