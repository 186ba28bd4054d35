/* test_classes.c: class tables: which class a value falls into, and tables that are refused. */
#include "guotu/rules.h"
#include "rules_int.h"
#include "t.h"

#include <math.h>
#include <string.h>

static enum gt_status read(struct gt_arena *a, const char *text, struct gt_classes *out,
                           struct gt_err *err)
{
    struct gt_yaml *root;
    *out = (struct gt_classes){0};
    GT_TRY(gt_yaml_parse(a, "t.yaml", gt_s(text), &root, err));
    return rules_read_classes(a, root, NULL, out, err);
}

static void check_error(struct t_at at, const char *text, const char *part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_classes c;
    t_status(at, read(a, text, &c, &err), GT_EINPUT, &err);
    t_has(at, err.text, part);
}
#define ERROR(text, part) check_error(T_HERE(text), text, part)

static double code_of(const struct gt_classes *c, double v)
{
    const struct gt_class *found = gt_classes_find(c, v);
    return found ? found->code : (double)NAN;
}

T_TEST(ends_are_as_written)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_classes c;
    T_STATUS_ERR(read(a,
                      "classes:\n"
                      "  - {in: \"(6, inf)\", class: 3, zh: 陡, en: steep}\n"
                      "  - {in: \"(-inf, 2]\", class: 1}\n"
                      "  - {in: \"(2,6]\", class: 2}\n",
                      &c, &err),
                 GT_OK, &err);
    T_EQ_INT(c.n, 3);
    T_OK(!c.listed);
    T_EQ_NUM(c.v[0].code, 1); /* sorted */
    T_EQ_NUM(code_of(&c, -1e300), 1);
    T_EQ_NUM(code_of(&c, 2), 1);
    T_EQ_NUM(code_of(&c, nextafter(2, 3)), 2);
    T_EQ_NUM(code_of(&c, 6), 2);
    T_EQ_NUM(code_of(&c, nextafter(6, 7)), 3);
    T_EQ_STR(gt_text2(c.v[2].title, GT_ZH), "陡");
    T_EQ_STR(gt_text2(c.v[2].title, GT_EN), "steep");
    T_EQ_STR(gt_text2(c.v[1].title, GT_EN), "");
}

T_TEST(a_domain_limits_what_is_classed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_classes c;
    T_STATUS_ERR(read(a,
                      "domain: \"[0, 1]\"\n"
                      "classes:\n"
                      "  - {in: \"[0, 0.5)\", class: 1}\n"
                      "  - {in: \"[0.5, 0.5]\", class: 9}\n"
                      "  - {in: \"(0.5, 1]\", class: 1}\n",
                      &c, &err),
                 GT_OK, &err);
    T_EQ_NUM(code_of(&c, 0), 1);
    T_EQ_NUM(code_of(&c, 0.5), 9);
    T_EQ_NUM(code_of(&c, 1), 1); /* several intervals, one class */
    T_OK(gt_classes_find(&c, -0.001) == NULL);
    T_OK(gt_classes_find(&c, 1.001) == NULL);
}

T_TEST(listed_values)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_classes c;
    T_STATUS_ERR(read(a,
                      "other: 7\n"
                      "classes:\n"
                      "  - {is: [1, 2], class: 5}\n"
                      "  - {is: 3, class: 0}\n",
                      &c, &err),
                 GT_OK, &err);
    T_OK(c.listed);
    T_OK(c.has_other);
    T_EQ_NUM(c.other, 7);
    T_EQ_NUM(code_of(&c, 2), 5);
    T_EQ_NUM(code_of(&c, 3), 0);
    T_OK(gt_classes_find(&c, 4) == NULL);
}

T_TEST(gaps_and_overlaps_name_both)
{
    ERROR("classes:\n"
          "  - {in: \"(-inf, 2]\", class: 1}\n"
          "  - {in: \"(3, inf)\", class: 2}\n",
          "t.yaml:3:10: classes leave a gap: nothing between 2 and 3, that is, between (-inf, 2] "
          "(line 2) and (3, inf)");
    ERROR("classes:\n"
          "  - {in: \"(-inf, 2)\", class: 1}\n"
          "  - {in: \"(2, inf)\", class: 2}\n",
          "t.yaml:3:10: classes leave a gap: neither (2, inf) nor (-inf, 2) (line 2) holds 2");
    ERROR("classes:\n"
          "  - {in: \"(-inf, 2]\", class: 1}\n"
          "  - {in: \"[2, inf)\", class: 2}\n",
          "t.yaml:3:10: classes overlap: [2, inf) and (-inf, 2] (line 2): both hold 2");
    ERROR("classes:\n"
          "  - {in: \"(-inf, 5]\", class: 1}\n"
          "  - {in: \"(2, inf)\", class: 2}\n",
          "classes overlap: (2, inf) and (-inf, 5] (line 2)");
    ERROR("classes:\n"
          "  - {in: \"(-inf, inf)\", class: 1}\n"
          "  - {in: \"[2, 2]\", class: 2}\n",
          "classes overlap: [2, 2] and (-inf, inf) (line 2)");
    ERROR("classes:\n  - {in: \"[0, inf)\", class: 1}\n",
          "t.yaml:2:10: classes must cover (-inf, inf) from its lower end; the lowest is [0, inf) "
          "(other ranges: domain)");
    ERROR("classes:\n  - {in: \"(-inf, 9]\", class: 1}\n",
          "classes must cover (-inf, inf) to its upper end; the highest is (-inf, 9]");
    ERROR("domain: \"[0, 1]\"\nclasses:\n  - {in: \"[0, 1)\", class: 1}\n",
          "classes must cover [0, 1] to its upper end; the highest is [0, 1)");
    ERROR("classes:\n  - {is: [1, 2], class: 1}\n  - {is: 2, class: 2}\n",
          "t.yaml:3:10: value 2 is listed twice (also line 2)");
}

T_TEST(intervals_that_are_none)
{
    ERROR("classes: [{in: \"2..6\", class: 1}]", "expected an interval such as \"(2, 6]\"");
    ERROR("classes: [{in: \"(2 6]\", class: 1}]", "expected an interval");
    ERROR("classes: [{in: \"(2, 6\", class: 1}]", "expected an interval");
    ERROR("classes: [{in: \"(2, 6, 8]\", class: 1}]", "expected an interval");
    ERROR("classes: [{in: \"(2, x]\", class: 1}]", "expected a number, found 'x'");
    ERROR("classes: [{in: \"(6, 2]\", class: 1}]",
          "(6, 2]: expected the lower end before the upper end");
    ERROR("classes: [{in: \"(2, 2]\", class: 1}]", "expected the lower end before the upper end");
    ERROR("classes: [{in: \"[-inf, 2]\", class: 1}]", "an infinite end is open");
    ERROR("classes: [{in: \"(inf, -inf)\", class: 1}]", "expected the lower end before");
    ERROR("classes: [{in: \"(-inf, $x]\", class: 1}]", "$x: numbers of a rule set are for models");
    ERROR("classes: [{in: [1, 2], class: 1}]", "in: expected a single value, found a list");
}

T_TEST(classes_that_are_refused)
{
    ERROR("other: 1", "expected the key 'classes', found none");
    ERROR("classes: 5", "classes: expected a list, found a single value");
    ERROR("classes: []", "classes: expected 1 to 4096 classes, found 0");
    ERROR("classes: [5]", "class: expected a map, found a single value");
    ERROR("classes: [{class: 5}]",
          "expected either 'in' (an interval) or 'is' (values), found none");
    ERROR("classes: [{in: \"(0, 1)\", is: 1, class: 5}]", "found both");
    ERROR("classes: [{is: 1}]", "expected the key 'class', found none");
    ERROR("classes: [{is: 1, class: 1.5}]", "expected a code (a whole number), found '1.5'");
    ERROR("classes: [{is: 1, class: x}]", "expected a code (a whole number), found 'x'");
    ERROR("classes: [{is: 1, class: 40000}]", "expected a code");
    ERROR("classes: [{is: 1, clas: 5}]", "unknown key 'clas'; did you mean 'class'?");
    ERROR("classes: [{is: [], class: 1}]", "is: expected values, found an empty list");
    ERROR("classes: [{is: {a: 1}, class: 1}]", "is: expected a list, found a map");
    ERROR("classes: [{is: 1, class: 1}, {in: \"(0, 1)\", class: 2}]",
          "expected only 'in' or only 'is', found both");
    ERROR("other: 3\nclasses: [{in: \"(-inf, inf)\", class: 1}]", "other: is for listed values");
    ERROR("domain: \"[0, 1]\"\nclasses: [{is: 1, class: 1}]", "domain: is for intervals");
}
