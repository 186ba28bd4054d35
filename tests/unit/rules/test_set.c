/* test_set.c: --set: values changed before the model is checked, and what the hashes say of it. */
#include "t.h"
#include "guotu/rules.h"

#include <string.h>

#define RULES GT_SOURCE_DIR "/rules"
#define TERRAIN RULES "/models/terrain.yaml"
#define URBAN RULES "/models/urban-2020-01.yaml"

static enum gt_status load(struct gt_arena *a, const char *path, const struct gt_setting *set,
                           size_t n, const struct gt_model **out, struct gt_err *err)
{
    struct gt_model_opt opt = {.rules_dir = RULES, .set = set, .n_set = n};
    return gt_model_load(a, path, &opt, out, err);
}

static const struct gt_model *with(struct gt_arena *a, const char *path, struct gt_setting s)
{
    struct gt_err err = {0};
    const struct gt_model *m;
    T_STATUS_ERR(load(a, path, &s, s.step ? 1 : 0, &m, &err), GT_OK, &err);
    return m;
}

static void check_error(struct t_at at, const char *path, struct gt_setting s, const char *part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_model *m;
    t_status(at, load(a, path, &s, 1, &m, &err), GT_EINPUT, &err);
    t_has(at, err.text, part);
}
#define ERROR(path, step, key, value, part) \
    check_error(T_HERE(step "." key "=" value), path, (struct gt_setting){step, key, value}, part)

T_TEST(a_value_is_replaced)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = with(a, TERRAIN, (struct gt_setting){"relief", "window", "21"});
    T_EQ_INT(m->steps[gt_model_step(m, "relief")].window, 21);
    m = with(a, TERRAIN, (struct gt_setting){"hillshade", "azimuth", "270"}); /* was not there */
    T_EQ_NUM(m->steps[gt_model_step(m, "hillshade")].azimuth_deg, 270);
    m = with(a, TERRAIN, (struct gt_setting){"relief", "area_ha", "20"}); /* takes window away */
    T_EQ_INT(m->steps[gt_model_step(m, "relief")].window, 0);
    T_EQ_NUM(m->steps[gt_model_step(m, "relief")].area_ha, 20);
    m = with(a, RULES "/models/urban-2019-07.yaml", (struct gt_setting){"relief", "window", "9"});
    T_EQ_INT(m->steps[gt_model_step(m, "relief")].window, 9);
    m = with(a, TERRAIN, (struct gt_setting){"dem", "resample", "nearest"});
    T_EQ_INT(m->steps[0].resample, GT_NEAREST);
}

T_TEST(the_last_setting_counts)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_setting twice[] = {{"relief", "window", "21"}, {"relief", "window", "5"}};
    const struct gt_model *m;
    T_STATUS(load(a, TERRAIN, twice, 2, &m, NULL), GT_OK);
    T_EQ_INT(m->steps[gt_model_step(m, "relief")].window, 5);
}

T_TEST(refusals_name_the_setting)
{
    ERROR(TERRAIN, "relief", "window", "4",
          "--set relief.window=4: window: expected an odd number of cells from 3 to 1023, found 4");
    ERROR(TERRAIN, "relief", "windw", "5",
          "--set relief.windw=5: unknown key 'windw'; did you mean 'window'?");
    ERROR(TERRAIN, "relif", "window", "5",
          "--set relif.window=5: the model has no step 'relif'; did you mean 'relief'?");
    ERROR(TERRAIN, "slope", "of", "demm",
          "--set slope.of=demm: of: there is no input or step 'demm'; did you mean 'dem'?");
    ERROR(TERRAIN, "slope", "of", "slope", "--set slope.of=slope: steps need one another");
    ERROR(TERRAIN, "hillshade", "azimuth", "north",
          "--set hillshade.azimuth=north: azimuth: expected a number, found 'north'");
    ERROR(TERRAIN, "dem", "unit", "feet", "--set dem.unit=feet: unknown unit 'feet'");
    ERROR(TERRAIN, "dem", "unit", "km", "slope of dem: expected heights in m, found km");
    ERROR(TERRAIN, "slope", "title", "x", "'title' is a map in the model; only single values");
    ERROR(URBAN, "reason_all", "of", "x", "'of' is a list in the model; only single values can be");
    ERROR(URBAN, "slope_rule", "unit", "m", "expected a number in m, found $urb.unfit.slope_deg");
    ERROR(URBAN, "reason", "value", "1 +",
          "--set reason.value=1 +: expression: position 4: expected a value, found the end");
    ERROR(URBAN, "fault_distance", "max", "$x",
          "--set fault_distance.max=$x: the rule set mnr-2020-01 has no number 'x'");
    ERROR(TERRAIN, "rules", "x", "5",
          "--set rules.x=5: the model " TERRAIN " refers to no rule set");
    ERROR(
        URBAN, "rules", "urb.unfit.slope", "5",
        "--set rules.urb.unfit.slope=5: the rule set mnr-2020-01 has no number 'urb.unfit.slope'");
    ERROR(URBAN, "rules", "urb.unfit.slope_deg", "steep",
          "--set rules.urb.unfit.slope_deg=steep: urb.unfit.slope_deg: expected a number");
}

T_TEST(numbers_of_the_rule_set_can_be_changed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m =
        with(a, URBAN, (struct gt_setting){"rules", "urb.unfit.altitude_m", "5200"});
    const struct gt_number *n = gt_ruleset_number(m->rules, "urb.unfit.altitude_m");
    T_EQ_NUM(n->v, 5200);
    T_EQ_STR(n->source, "--set rules.urb.unfit.altitude_m=5200; the rule set says 9000");
    T_EQ_INT(n->evidence, GT_UNVERIFIED);
    const struct gt_step *s = &m->steps[gt_model_step(m, "altitude_rule")];
    T_EQ_NUM(gt_classes_find(s->classes, 5200)->code, 99);
    T_EQ_NUM(gt_classes_find(s->classes, 5201)->code, 2);
    T_HAS(s->source, "--set rules.urb.unfit.altitude_m=5200");
}

T_TEST(hashes_follow_text_settings_and_rules)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_setting none = {0}, other = {"rules", "urb.unfit.slope_deg", "20"};
    const struct gt_model *x = with(a, URBAN, none), *y = with(a, URBAN, none);
    T_EQ_STR(x->hash, y->hash);
    T_EQ_STR(x->rules->hash, y->rules->hash);
    y = with(a, URBAN, other);
    T_OK(strcmp(x->hash, y->hash) != 0);
    T_OK(strcmp(x->rules->hash, y->rules->hash) != 0);
    y = with(a, URBAN, (struct gt_setting){"fault_distance", "max", "900"});
    T_OK(strcmp(x->hash, y->hash) != 0);
    T_EQ_STR(x->rules->hash, y->rules->hash);
}
