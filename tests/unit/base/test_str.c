/* Texts, ids, UTF-8 and numbers. */
#include "guotu/io.h"
#include "t.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

T_TEST(views)
{
    T_EQ_INT(gt_s(NULL).n, 0);
    T_EQ_INT(gt_s("abc").n, 3);
    T_OK(gt_str_eq((struct gt_str){.p = "abcd", .n = 3}, "abc"));
    T_OK(!gt_str_eq((struct gt_str){.p = "abcd", .n = 3}, "abcd"));
    T_OK(!gt_str_eq(gt_s("abc"), "abd"));
    T_OK(gt_str_eq(gt_s(NULL), ""));
}

T_TEST(copies)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(gt_strdup(a, "国土"), "国土");
    T_OK(gt_strdup(a, NULL) == NULL);
    T_EQ_STR(gt_strndup(a, "abcdef", 3), "abc");
    T_EQ_STR(gt_strndup(a, NULL, 0), "");
    T_EQ_STR(gt_printf(a, "%s-%03d", "x", 7), "x-007");
    T_EQ_STR(gt_printf(a, "%s", ""), "");
    char *wide = gt_printf(a, "%5000d", 1);
    T_EQ_INT(strlen(wide), 5000);
}

T_TEST(starts_and_ends)
{
    T_OK(gt_starts("dem.tif", "dem") && gt_starts("x", "") && !gt_starts("de", "dem"));
    T_OK(gt_ends("dem.tif", ".tif") && gt_ends("x", "") && !gt_ends("tif", ".tif"));
}

T_TEST(ids)
{
    static const char *const good[] = {
        "a",
        "dem",
        "slope_deg2",
        "_x",
        "gpkgx",
        "sqlite",
        "a23456789012345678901234567890123456789012345678901234567890123"};
    static const char *const bad[] = {
        "",         "1a",
        "Dem",      "a-b",
        "a b",      "高程",
        "sqlite_x", "gpkg_contents",
        "a.b",      "../a",
        "a/b",      "a234567890123456789012345678901234567890123456789012345678901234"};
    for (size_t i = 0; i < GT_LEN(good); i++)
        if (!gt_is_id(good[i]))
            t_fail(T_HERE("good id"), "%s", good[i]);
    for (size_t i = 0; i < GT_LEN(bad); i++)
        if (gt_is_id(bad[i]))
            t_fail(T_HERE("bad id"), "%s", bad[i]);
    T_OK(!gt_is_id(NULL));
}

T_TEST(utf8)
{
    static const char *const good[] = {"",
                                       "abc",
                                       "é",
                                       "国土",
                                       "𠮷",
                                       "\xEF\xBF\xBF",
                                       "\xF4\x8F\xBF\xBF",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80"};
    static const char *const bad[] = {"\x80",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xF0\x8F\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5",
                                      "\xE5\x9B",
                                      "a\xE5\x9B",
                                      "\xE5(\xBD",
                                      "\xFF",
                                      "\xB9\xFA\xCD\xC1"};
    for (size_t i = 0; i < GT_LEN(good); i++)
        if (!gt_is_utf8(good[i], strlen(good[i])))
            t_fail(T_HERE("good"), "number %zu", i);
    for (size_t i = 0; i < GT_LEN(bad); i++)
        if (gt_is_utf8(bad[i], strlen(bad[i])))
            t_fail(T_HERE("bad"), "number %zu", i);
    T_OK(gt_is_utf8("a\0b", 3));
    T_OK(!gt_is_utf8("国", 2));
}

T_TEST(whole_numbers)
{
    int64_t v = 5;
    T_OK(gt_parse_int("0", &v) && v == 0);
    T_OK(gt_parse_int("-42", &v) && v == -42);
    T_OK(gt_parse_int("+7", &v) && v == 7);
    T_OK(gt_parse_int("007", &v) && v == 7);
    T_OK(gt_parse_int("9223372036854775807", &v) && v == INT64_MAX);
    T_OK(gt_parse_int("-9223372036854775808", &v) && v == INT64_MIN);
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "0x1f",
                                      "1_000",
                                      "1,",
                                      "--1",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "１"};
    v = 5;
    for (size_t i = 0; i < GT_LEN(bad); i++)
        if (gt_parse_int(bad[i], &v))
            t_fail(T_HERE("not a whole number"), "'%s'", bad[i]);
    T_OK(!gt_parse_int(NULL, &v));
    T_EQ_INT(v, 5);
}

T_TEST(decimal_numbers)
{
    double v = 5;
    T_OK(gt_parse_num("1.5", &v) && v == 1.5);
    T_OK(gt_parse_num("-1e3", &v) && v == -1000);
    T_OK(gt_parse_num("+2.5E-1", &v) && v == 0.25);
    T_OK(gt_parse_num(".5", &v) && v == 0.5);
    T_OK(gt_parse_num("5.", &v) && v == 5);
    T_OK(gt_parse_num("08", &v) && v == 8);
    T_OK(gt_parse_num("1e-400", &v) && v == 0);
    T_OK(gt_parse_num("1.7976931348623157e308", &v) && v == DBL_MAX);
    static const char *const bad[] = {"",     ".",   "-",    "1,",    "1,5", " 1",       "1 ",
                                      "0x10", "inf", "-inf", "nan",   "1e",  "1e+",      "e5",
                                      "1.2.", "1f",  "1e9x", "1e400", "+-1", "infinity", "1\n"};
    v = 5;
    for (size_t i = 0; i < GT_LEN(bad); i++)
        if (gt_parse_num(bad[i], &v))
            t_fail(T_HERE("not a number"), "'%s'", bad[i]);
    T_OK(!gt_parse_num(NULL, &v));
    T_EQ_NUM(v, 5);
}

T_TEST(shortest_decimals)
{
    static const struct {
        double v;
        const char *text;
    } rows[] = {{0, "0"},
                {-0.0, "0"},
                {1, "1"},
                {-3, "-3"},
                {0.1, "0.1"},
                {1.0 / 3, "0.3333333333333333"},
                {0.1 + 0.2, "0.30000000000000004"},
                {123456789012345, "123456789012345"},
                {1e15, "1e+15"},
                {1e22, "1e+22"},
                {5e-324, "4.94065645841247e-324"},
                {-DBL_MAX, "-1.7976931348623157e+308"},
                {6378137, "6378137"},
                {(double)NAN, "nan"},
                {(double)INFINITY, "inf"},
                {-(double)INFINITY, "-inf"}};
    char buf[32];
    for (size_t i = 0; i < GT_LEN(rows); i++)
        T_EQ_STR(gt_fmt_num(rows[i].v, buf), rows[i].text);
}

T_TEST(decimals_read_back_the_same)
{
    uint64_t bits = 88172645463325252u;
    char buf[32];
    for (int i = 0; i < 20000; i++) {
        double v, back = 0;
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&v, &bits, sizeof v);
        if (!isfinite(v))
            continue;
        T_OK(gt_parse_num(gt_fmt_num(v, buf), &back));
        if (back != v)
            t_fail(T_HERE("reads back"), "%a gave '%s'", v, buf);
    }
}

/* Puts a comma in place of the point in a copy of the locale C.utf8, which Debian always has: two
 * of the offsets at the head of its file lead to the point as text and as a wide character. */
static bool make_comma_locale(struct gt_arena *a, const char *dir)
{
    struct gt_str file;
    uint32_t at[6];
    if (gt_file_get(a, "/usr/lib/locale/C.utf8/LC_NUMERIC", 4096, &file, NULL) != GT_OK ||
        file.n < 8 + sizeof at)
        return false;
    memcpy(at, file.p + 8, sizeof at);
    if (at[0] >= file.n || at[3] >= file.n || file.p[at[0]] != '.' || file.p[at[3]] != '.')
        return false;
    char *bytes = gt_strndup(a, file.p, file.n);
    bytes[at[0]] = bytes[at[3]] = ',';
    const char *folder = gt_path_join(a, dir, "xx_XX.UTF-8");
    return gt_dir_make(folder, NULL) == GT_OK &&
           gt_file_put(gt_path_join(a, folder, "LC_NUMERIC"), bytes, file.n, NULL) == GT_OK;
}

T_TEST(locales_do_not_matter)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir();
    char buf[32], text[32] = "", printed[32] = "";
    double v = 0, refused = 0;
    if (!make_comma_locale(a, dir))
        T_SKIP("the locale C.utf8 is not there as expected");
    setenv("LOCPATH", dir, 1);
    bool set = setlocale(LC_NUMERIC, "xx_XX.UTF-8") != NULL;
    snprintf(printed, sizeof printed, "%.1f", 2.5);
    bool point = gt_parse_num("1.5", &v), comma = gt_parse_num("1,5", &refused);
    snprintf(text, sizeof text, "%s", gt_fmt_num(2.5, buf));
    setlocale(LC_NUMERIC, "C");
    unsetenv("LOCPATH");
    T_OK(set);
    T_EQ_STR(printed, "2,5"); /* so the locale was really there */
    T_OK(point && v == 1.5);
    T_OK(!comma);
    T_EQ_STR(text, "2.5");
}
