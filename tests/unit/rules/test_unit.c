/* test_unit.c: spellings of units and their products. */
#include "t.h"
#include "rules_int.h"

static void check(struct t_at at, const char *text, const char *expected)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct rules_unit u;
    t_status(at, rules_unit_parse(text, &u, &err), GT_OK, &err);
    t_eq_str(at, rules_unit_text(a, &u), expected);
    /* What is printed reads back as itself. */
    t_status(at, rules_unit_parse(rules_unit_text(a, &u), &u, &err), GT_OK, &err);
    t_eq_str(at, rules_unit_text(a, &u), expected);
}
#define UNIT(text, expected) check(T_HERE(text), text, expected)

static void check_error(struct t_at at, const char *text, const char *part)
{
    struct gt_err err = {0};
    struct rules_unit u;
    t_status(at, rules_unit_parse(text, &u, &err), GT_EINPUT, &err);
    t_has(at, err.text, part);
}
#define ERROR(text, part) check_error(T_HERE(text), text, part)

T_TEST(spellings)
{
    UNIT("m", "m");
    UNIT("米", "m");
    UNIT("metre", "m");
    UNIT("deg", "degree");
    UNIT("°", "degree");
    UNIT("℃*d", "degC*d");
    UNIT("d*degC", "degC*d");
    UNIT("1", "");
    UNIT("%", "percent");
    UNIT("fraction", "fraction");
    UNIT("class", "class");
    UNIT("m²", "m2");
    UNIT("m^3/km^2", "m3/km2");
    UNIT("hm2", "hm2");
    UNIT("亩", "mu");
    UNIT("MJ*mm/(hm2*h*a)", "MJ*mm/(hm2*h*a)");
    UNIT("MJ*mm/hm2/h/a", "MJ*mm/(hm2*h*a)");
    UNIT("1/km2", "1/km2");
    UNIT("m/m", "");
    UNIT("m*m*m*m*m", "m^5");
}

T_TEST(unknown_units)
{
    ERROR("metres", "unknown unit 'metres'; did you mean 'metre'?");
    ERROR("degres", "unknown unit 'degres'; did you mean 'degree'?");
    ERROR("kg/hektar", "unknown unit 'hektar' in 'kg/hektar'");
    ERROR("m/", "expected a unit such as 'm' or 'm3/km2', found 'm/'");
    ERROR("/m", "expected a unit such as");
    ERROR("m//s", "expected a unit such as");
    ERROR("(m)", "expected a unit such as");
    ERROR("m/(s", "expected ')' in the unit 'm/(s'");
    ERROR("m/(s*h)k", "expected a unit such as");
    ERROR("m4*m4*m4", "expected powers up to 9");
    ERROR("2", "unknown unit '2'");
}

T_TEST(bare_numbers_fit_everything)
{
    T_OK(rules_unit_fits("m", "m"));
    T_OK(rules_unit_fits("", "m"));
    T_OK(rules_unit_fits("m", ""));
    T_OK(!rules_unit_fits("m", "mm"));
}
