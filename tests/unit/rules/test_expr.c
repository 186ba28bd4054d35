/* test_expr.c: the expression language on one row: meaning, no-data, refusals. */
#include "guotu/io.h"
#include "guotu/rules.h"
#include "t.h"

#include <math.h>
#include <string.h>

/* The row on which everything here is evaluated. */
static const char *const names[] = {"a", "b", "n", "t", "num", "坡度", "two words"};
static const struct gt_value row[] = {
    {.kind = GT_V_NUM, .num = 3},
    {.kind = GT_V_NUM, .num = -2},
    {.kind = GT_V_NODATA},
    {.kind = GT_V_TEXT, .text = "abc"},
    {.kind = GT_V_TEXT, .text = "1.5"},
    {.kind = GT_V_NUM, .num = 25},
    {.kind = GT_V_NUM, .num = 7},
};

static enum gt_status eval(struct gt_arena *a, const char *text, struct gt_value *out,
                           struct gt_err *err)
{
    struct gt_expr *x;
    *out = (struct gt_value){0};
    GT_TRY(gt_expr_parse(a, text, &x, err));
    GT_TRY(gt_expr_bind(x, names, GT_LEN(names), err));
    return gt_expr_eval(x, row, out, err);
}

/* NAN stands for no-data. */
static void check_num(struct t_at at, const char *text, double expected)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_value v;
    t_status(at, eval(a, text, &v, &err), GT_OK, &err);
    if (isnan(expected) ? v.kind != GT_V_NODATA : v.kind != GT_V_NUM || v.num != expected)
        t_fail(at, "%s: expected %g, found kind %d, %g", text, expected, (int)v.kind, v.num);
}
#define NUM(text, expected) check_num(T_HERE(text), text, expected)
#define NONE(text) check_num(T_HERE(text), text, (double)NAN)

static void check_error(struct t_at at, const char *text, const char *part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_value v;
    t_status(at, eval(a, text, &v, &err), GT_EINPUT, &err);
    t_has(at, err.text, part);
}
#define ERROR(text, part) check_error(T_HERE(text), text, part)

T_TEST(arithmetic_and_precedence)
{
    NUM("1 + 2 * 3", 7);
    NUM("(1 + 2) * 3", 9);
    NUM("10 - 4 - 3", 3);
    NUM("16 / 4 / 2", 2);
    NUM("2 ^ 3 ^ 2", 512);
    NUM("-2 ^ 2", -4);
    NUM("2 ^ -1", 0.5);
    NUM("2 * -3", -6);
    NUM("- - 4", 4);
    NUM("a - -b", 1);
    NUM(".5 + 5.", 5.5);
    NUM("1e3 + 1E-3", 1000.001);
    NUM("0^0", 1);
}

T_TEST(comparisons_and_logic)
{
    NUM("a = 3", 1);
    NUM("a <> 3", 0);
    NUM("a < 3", 0);
    NUM("a <= 3", 1);
    NUM("a > b", 1);
    NUM("a >= 3.1", 0);
    NUM("not a = 3", 0);
    NUM("not a = 3 or a = 3", 1);
    NUM("1 or 0 and 0", 1);
    NUM("a = 3 AND b = -2", 1);
    NUM("a in (1, 2, 3)", 1);
    NUM("a not in (1, 2, 3)", 0);
    NUM("not a in (1, 2)", 1);
    NUM("a + 1 in (4)", 1);
    NUM("5 and -1", 1); /* everything but 0 is true */
}

T_TEST(functions)
{
    NUM("if(a > 2, 10, 20)", 10);
    NUM("if(a > 5, 10, 20)", 20);
    NUM("min(a, b)", -2);
    NUM("max(a, b, 8, 4)", 8);
    NUM("abs(b)", 2);
    NUM("sqrt(16)", 4);
    NUM("exp(0)", 1);
    NUM("ln(exp(1))", 1);
    NUM("log10(1000)", 3);
    NUM("sin_deg(90)", 1);
    NUM("floor(-1.5)", -2);
    NUM("ceil(-1.5)", -1);
    NUM("round(2.5)", 3);
    NUM("round(-2.5)", -3);
    NUM("clamp(a, 1, 2)", 2);
    NUM("clamp(b, 1, 2)", 1);
    NUM("clamp(1.5, 1, 2)", 1.5);
    NUM("MIN(1, 2)", 1);
}

T_TEST(no_data_spreads)
{
    NONE("nodata");
    NONE("n + 1");
    NONE("-n");
    NONE("n = n");
    NONE("n < 1");
    NONE("not n");
    NONE("min(a, n)");
    NONE("clamp(a, 1, n)");
    NONE("if(n, 1, 2)");
    NONE("if(a = 3, n, 2)");
    NUM("if(a = 3, 2, n)", 2);
    NUM("isnodata(n)", 1);
    NUM("isnodata(a)", 0);
    NUM("coalesce(n, 7)", 7);
    NUM("coalesce(a, 7)", 3);
    NONE("coalesce(n, nodata)");
}

T_TEST(logic_is_three_valued)
{
    NUM("n and 0", 0);
    NUM("0 and n", 0);
    NONE("n and 1");
    NUM("n or 1", 1);
    NONE("n or 0");
    NONE("n in (1, 2)");
    NONE("a in (1, n)");
    NUM("a in (3, n)", 1);
    NONE("a not in (1, n)");
}

T_TEST(what_is_no_number_is_no_data)
{
    NONE("1 / 0");
    NONE("0 / 0");
    NONE("sqrt(-1)");
    NONE("ln(0)");
    NONE("log10(-1)");
    NONE("exp(1000)");
    NONE("1e200 * 1e200");
    NONE("(-8) ^ (1 / 3)");
    NONE("0 ^ -1");
    NUM("coalesce(1 / 0, 5)", 5);
}

T_TEST(a_value_that_is_not_finite_is_no_data)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_value bad[] = {{.kind = GT_V_NUM, .num = (double)INFINITY},
                                   {.kind = GT_V_NUM, .num = (double)NAN}};
    static const char *const bad_names[] = {"x", "y"};
    struct gt_expr *x;
    struct gt_value v;
    T_STATUS(gt_expr_parse(a, "coalesce(x, y, 4)", &x, NULL), GT_OK);
    T_STATUS(gt_expr_bind(x, bad_names, 2, NULL), GT_OK);
    T_STATUS(gt_expr_eval(x, bad, &v, NULL), GT_OK);
    T_EQ_NUM(v.num, 4);
}

T_TEST(names_and_texts)
{
    NUM("坡度 > 20", 1);
    NUM("\"two words\" + 1", 8);
    NUM("\"a\" = 3", 1);
    NUM("t = 'abc'", 1);
    NUM("t < 'abd'", 1);
    NUM("'it''s' = 'it''s'", 1);
    NUM("t in ('x', 'abc')", 1);
    NUM("num > 1", 1);
    NUM("num + 1", 2.5);
    NUM("num = '1.5'", 1);
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_value v;
    T_STATUS(eval(a, "if(a = 3, 'yes', 'no')", &v, NULL), GT_OK);
    T_EQ_INT(v.kind, GT_V_TEXT);
    T_EQ_STR(v.text, "yes");
}

T_TEST(texts_that_are_no_numbers_are_named)
{
    ERROR("t > 5", "cannot compare the text 'abc' with the number 5");
    ERROR("t + 1", "position 3: '+' expected a number, found the text 'abc'");
    ERROR("abs(t)", "'abs' expected a number");
    ERROR("t and 1", "'and' expected a number");
}

T_TEST(refusals_say_where)
{
    ERROR("", "expression: expected a value, found nothing");
    ERROR("  ", "expression: expected a value, found nothing");
    ERROR("1 +", "expression: position 4: expected a value, found the end");
    ERROR("1 2", "position 3: expected an operator, found '2'");
    ERROR("坡度 坡度", "position 4: expected an operator, found '坡度'");
    ERROR("(1", "position 3: expected ')'");
    ERROR("1 < 2 < 3", "position 7: comparisons cannot be chained; write 'a < b and b < c'");
    ERROR("a == 3", "position 3: '==' is written '=' here");
    ERROR("a != 3", "'!=' is written '<>' here");
    ERROR("a && b", "'&&' is written 'and' here");
    ERROR("a || b", "'||' is written 'or' here");
    ERROR("2 ** 3", "'**' is written '^' here");
    ERROR("a % 2", "unexpected character '%'");
    ERROR("a – 2", "position 3: unexpected character '–'");
    ERROR("'open", "position 1: expected ' at the end of the text, found the end");
    ERROR("\"open", "expected \" at the end of the name");
    ERROR("\"\" + 1", "expected a name between the quotes");
    ERROR("1e999", "expected a number that a double can hold, found '1e999'");
    ERROR("sin(1)", "unknown function 'sin'; did you mean 'min'?");
    ERROR("sqroot(1)", "unknown function 'sqroot'");
    ERROR("if(1, 2)", "if: expected 3 arguments, found 2");
    ERROR("abs(1, 2)", "abs: expected 1 argument, found 2");
    ERROR("min(1)", "min: expected at least 2 arguments, found 1");
    ERROR("min()", "expected a value, found ')'");
    ERROR("and 1", "expected a value, found 'and'");
    ERROR("1 + not 2", "position 5: expected a value, found 'not'; put it in parentheses");
    ERROR("a not 3", "expected 'in' behind 'not', found '3'");
    ERROR("a in 3", "expected '(' behind 'in', found '3'");
    ERROR("a in ()", "expected a value, found ')'");
    ERROR("slop > 3", "unknown name 'slop'");
    ERROR("nim > 3", "position 1: unknown name 'nim'; did you mean 'n");
    ERROR("$ > 3", "expected the id of a rule number behind '$'");
    ERROR("$a.b > 3", "$a.b: rule numbers are for the expressions of models");
    ERROR("\xff", "expected UTF-8 text");
}

T_TEST(limits)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_expr *x;
    struct gt_buf b = {.a = a};
    for (int i = 0; i < 5000; i++)
        gt_buf_add(&b, "1");
    T_STATUS(gt_expr_parse(a, b.p, &x, &err), GT_EINPUT);
    T_HAS(err.text, "expected at most 4096 bytes, found 5000");

    b = (struct gt_buf){.a = a};
    for (int i = 0; i < 65; i++)
        gt_buf_add(&b, "1+");
    gt_buf_add(&b, "1");
    T_STATUS(gt_expr_parse(a, b.p, &x, &err), GT_EINPUT);
    T_HAS(err.text, "expected at most 64 levels, found 66; split it over steps");
    T_STATUS_ERR(gt_expr_parse(a, b.p + 2 * 2, &x, &err), GT_OK, &err);

    b = (struct gt_buf){.a = a};
    for (int i = 0; i < 4000; i++)
        gt_buf_add(&b, "(");
    T_STATUS(gt_expr_parse(a, b.p, &x, &err), GT_EINPUT);
    T_HAS(err.text, "parentheses in one another");
}

/* The table of examples in the documentation: "| `expression` | result |". */
T_TEST(documented_examples)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const char *const doc_names[] = {"a", "b", "slope", "t", "n"};
    static const struct gt_value values[] = {{.kind = GT_V_NUM, .num = 3},
                                             {.kind = GT_V_NUM, .num = -2},
                                             {.kind = GT_V_NUM, .num = 25},
                                             {.kind = GT_V_TEXT, .text = "abc"},
                                             {.kind = GT_V_NODATA}};
    struct gt_err err = {0};
    struct gt_str text;
    int n = 0;
    T_STATUS_ERR(gt_file_get(a, GT_SOURCE_DIR "/docs/expressions.md", 1 << 20, &text, &err), GT_OK,
                 &err);
    const char *p = strstr(text.p, "\n## Examples");
    T_OK(p != NULL);
    while ((p = strstr(p, "\n| `"))) {
        struct gt_expr *x;
        struct gt_value v;
        double expected = (double)NAN;
        const char *end = strchr(p += 4, '`');
        T_OK(end != NULL && gt_starts(end, "` | "));
        const char *expression = gt_strndup(a, p, (size_t)(end - p));
        const char *result = gt_strndup(a, end + 4, strcspn(end + 4, " "));
        T_OK(gt_parse_num(result, &expected) || strcmp(result, "nodata") == 0);
        T_STATUS_ERR(gt_expr_parse(a, expression, &x, &err), GT_OK, &err);
        T_STATUS_ERR(gt_expr_bind(x, doc_names, GT_LEN(doc_names), &err), GT_OK, &err);
        T_STATUS_ERR(gt_expr_eval(x, values, &v, &err), GT_OK, &err);
        T_EQ_NUM(v.kind == GT_V_NUM ? v.num : (double)NAN, expected);
        n++;
    }
    T_OK(n >= 20);
}

/* ---- Units ----------------------------------------------------------------------------------- */

static const char *const unit_names[] = {"h", "s", "p", "area", "k", "c", "f", "q"};
static const char *const units[] = {"m", "degree", "mm", "km2", "", "class", "fraction", "m3/km2"};

static enum gt_status unit(struct gt_arena *a, const char *text, const char **out,
                           struct gt_err *err)
{
    struct gt_expr *x;
    GT_TRY(gt_expr_parse(a, text, &x, err));
    GT_TRY(gt_expr_bind(x, unit_names, GT_LEN(unit_names), err));
    return gt_expr_unit(a, x, units, out, err);
}

static void check_unit(struct t_at at, const char *text, const char *expected)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *found = NULL;
    t_status(at, unit(a, text, &found, &err), GT_OK, &err);
    t_eq_str(at, found, expected);
}
#define UNIT(text, expected) check_unit(T_HERE(text), text, expected)

static void check_unit_error(struct t_at at, const char *text, const char *part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *found = NULL;
    t_status(at, unit(a, text, &found, &err), GT_EINPUT, &err);
    t_has(at, err.text, part);
}
#define UNIT_ERROR(text, part) check_unit_error(T_HERE(text), text, part)

T_TEST(units_of_results)
{
    UNIT("h + 1", "m");
    UNIT("1", "");
    UNIT("h * h", "m2");
    UNIT("h / h", "");
    UNIT("h * h / area", "m2/km2");
    UNIT("q * area / area", "m3/km2");
    UNIT("q * area", "m3");
    UNIT("1 / h", "1/m");
    UNIT("h ^ 2", "m2");
    UNIT("h ^ -1", "1/m");
    UNIT("sqrt(h * h)", "m");
    UNIT("k ^ 0.5", "");
    UNIT("h > 5 and s > 25", "");
    UNIT("if(s > 25, h, nodata)", "m");
    UNIT("max(h, 0)", "m");
    UNIT("clamp(c + 1, 1, 5)", "class");
    UNIT("c * c", "");
    UNIT("0.3 * c", "");
    UNIT("(c * c) ^ (1 / 4)", "");
    UNIT("ln(h / h)", "");
    UNIT("exp(f)", "");
    UNIT("isnodata(h)", "");
    UNIT("coalesce(h, 5)", "m");
    UNIT("p * 0.5", "mm");
}

T_TEST(units_that_do_not_fit)
{
    UNIT_ERROR("h + s", "position 3: expected values of one unit, found m and degree");
    UNIT_ERROR("sin_deg(h)", "position 1: sin_deg: expected an angle in degrees, found m");
    UNIT_ERROR("h > p", "found m and mm");
    UNIT_ERROR("if(k, h, s)", "found m and degree");
    UNIT_ERROR("min(h, 3, p)", "found m and mm");
    UNIT_ERROR("h in (1, s)", "found m and degree");
    UNIT_ERROR("c + h", "found class and m");
    UNIT_ERROR("isnodata(h + s)", "found m and degree");
    UNIT_ERROR("ln(h)", "expected a bare number, found m");
    UNIT_ERROR("sqrt(h)", "sqrt: expected a unit that is a square, found m");
    UNIT_ERROR("h ^ k", "expected a written whole number as power of a value in m");
    UNIT_ERROR("h ^ 0.5", "as power of a value in m");
    UNIT_ERROR("2 ^ h", "expected a bare number as power, found m");
    UNIT_ERROR("h = 'x'", "expected a number, found the text 'x'");
    UNIT_ERROR("h^9 * h", "powers up to 9");
}
