/* test_table.c: tables, cell by cell and in each form in which they are written. */
#include "guotu/table.h"
#include "t.h"

#include <locale.h>
#include <math.h>
#include <string.h>

static const struct gt_col cols[] = {
    {.name = "zone", .title = {"County", "县"}, .unit = "", .kind = GT_COL_TEXT},
    {.name = "cells", .title = {"Cells", "栅格数"}, .unit = "", .kind = GT_COL_INT},
    {.name = "area", .title = {"Area", "面积"}, .unit = "hm²", .kind = GT_COL_NUM, .decimals = 2},
    {.name = "share", .title = {"Share", "占比"}, .unit = "%", .kind = GT_COL_NUM, .decimals = -1},
};

static struct gt_table *sample(struct gt_arena *a)
{
    struct gt_table *t = gt_table_new(a, cols, GT_LEN(cols));
    size_t r = gt_table_add_row(t);
    gt_table_set_text(t, r, 0, "定日县");
    gt_table_set_int(t, r, 1, 9007199254740993);
    gt_table_set_num(t, r, 2, 1386500.005);
    gt_table_set_num(t, r, 3, 0.1);
    r = gt_table_add_row(t);
    gt_table_set_text(t, r, 0, "a, \"b\" <c>");
    gt_table_set_num(t, r, 2, -0.001);
    return t;
}

T_TEST(cells_are_kept)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_table *t = sample(a);
    T_EQ_INT(gt_table_rows(t), 2);
    T_EQ_INT(gt_table_cols(t), 4);
    T_EQ_STR(gt_table_col(t, 2)->unit, "hm²");
    T_EQ_STR(gt_table_text(a, t, 0, 0), "定日县");
    T_EQ_STR(gt_table_text(a, t, 0, 1), "9007199254740993");
    T_EQ_STR(gt_table_text(a, t, 0, 3), "0.1");
    T_EQ_STR(gt_table_text(a, t, 1, 1), "");
    T_EQ_STR(gt_table_text(a, t, 1, 3), "");
    T_OK(isnan(gt_table_num(t, 0, 0)) && isnan(gt_table_num(t, 1, 1)));
    T_EQ_NUM(gt_table_num(t, 0, 1), 9007199254740992.0);
    T_EQ_NUM(gt_table_num(t, 0, 2), 1386500.005);
}

T_TEST(columns_and_texts_are_copied)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char name[] = "x", text[] = "first";
    struct gt_col col = {.name = name, .title = {"X", "X"}, .unit = "", .kind = GT_COL_TEXT};
    struct gt_table *t = gt_table_new(a, &col, 1);
    gt_table_set_text(t, gt_table_add_row(t), 0, text);
    name[0] = 'y';
    text[0] = '?';
    col.kind = GT_COL_NUM;
    T_EQ_STR(gt_table_col(t, 0)->name, "x");
    T_EQ_STR(gt_table_text(a, t, 0, 0), "first");
    gt_table_set_text(t, 0, 0, NULL);
    T_EQ_STR(gt_table_text(a, t, 0, 0), "");
}

static const char *printed(struct gt_arena *a, double v, int decimals)
{
    struct gt_col col = {
        .name = "v", .title = {"v", "v"}, .unit = "", .kind = GT_COL_NUM, .decimals = decimals};
    struct gt_table *t = gt_table_new(a, &col, 1);
    gt_table_set_num(t, gt_table_add_row(t), 0, v);
    return gt_table_text(a, t, 0, 0);
}

T_TEST(numbers_as_printed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(printed(a, 1234567.891, 0), "1234568");
    T_EQ_STR(printed(a, 1234567.891, 1), "1234567.9");
    T_EQ_STR(printed(a, -2.5, 3), "-2.500");
    T_EQ_STR(printed(a, 0.999, 2), "1.00");
    T_EQ_STR(printed(a, -0.001, 2), "0.00");
    T_EQ_STR(printed(a, -0.4, 0), "0");
    T_EQ_STR(printed(a, -0.006, 2), "-0.01");
    T_EQ_STR(printed(a, 1.0 / 3, -1), "0.3333333333333333");
    T_OK(gt_ends(printed(a, 1e300, 2), "0540160.00"));
    T_EQ_STR(printed(a, (double)NAN, 2), "");
    T_EQ_INT(strlen(printed(a, -1.7e308, 30)), 1 + 309 + 1 + 30);
}

T_TEST(point_does_not_follow_the_locale)
{
    static const char *const commas[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8", "de_DE"};
    bool found = false;
    for (size_t i = 0; i < GT_LEN(commas) && !found; i++)
        found = setlocale(LC_NUMERIC, commas[i]) != NULL;
    if (!found)
        T_SKIP("no locale with a decimal comma here");
    GT_AUTO_ARENA a = gt_arena_new();
    const char *text = printed(a, -1234.5, 2);
    setlocale(LC_NUMERIC, "C");
    T_EQ_STR(text, "-1234.50");
}

T_TEST(grows)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_table *t = gt_table_new(a, cols, GT_LEN(cols));
    for (int64_t i = 0; i < 1000; i++)
        gt_table_set_int(t, gt_table_add_row(t), 1, i * i);
    for (size_t i = 0; i < 1000; i++)
        T_EQ_NUM(gt_table_num(t, i, 1), (double)(i * i));
}

T_TEST(json_is_exact)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *arr = gt_json_arr(a);
    gt_table_to_json(sample(a), arr);
    T_EQ_STR(gt_json_text(a, arr, 0),
             "[{\"zone\": \"定日县\", \"cells\": 9007199254740993, \"area\": 1386500.005, "
             "\"share\": 0.1}, {\"zone\": \"a, \\\"b\\\" <c>\", \"cells\": null, "
             "\"area\": -0.001, \"share\": null}]");
}

T_TEST(csv)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(gt_table_to_csv(a, sample(a), GT_ZH), "\xEF\xBB\xBF县,栅格数,面积（hm²）,占比（%）\r\n"
                                                   "定日县,9007199254740993,1386500.00,0.1\r\n"
                                                   "\"a, \"\"b\"\" <c>\",,0.00,\r\n");
}

T_TEST(csv_quotes)
{
    static const struct {
        const char *text, *field;
    } rows[] = {{"plain", "plain"},     {"", ""},
                {"a\nb", "\"a\nb\""},   {"a\rb", "\"a\rb\""},
                {"\"", "\"\"\"\""},     {"a,b", "\"a,b\""},
                {" edge", "\" edge\""}, {"edge ", "\"edge \""},
                {"in side", "in side"}, {"\"x\"y\"", "\"\"\"x\"\"y\"\"\""}};
    GT_AUTO_ARENA a = gt_arena_new();
    for (size_t i = 0; i < GT_LEN(rows); i++) {
        struct gt_table *t = gt_table_new(a, cols, 1);
        gt_table_set_text(t, gt_table_add_row(t), 0, rows[i].text);
        T_EQ_STR(gt_table_to_csv(a, t, GT_EN), gt_printf(a,
                                                         "\xEF\xBB\xBF"
                                                         "County\r\n%s\r\n",
                                                         rows[i].field));
    }
}

T_TEST(text_is_aligned)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(gt_table_to_text(a, sample(a), GT_EN),
             "County                 Cells  Area (hm²)  Share (%)\n"
             "----------  ----------------  ----------  ---------\n"
             "定日县      9007199254740993  1386500.00        0.1\n"
             "a, \"b\" <c>                          0.00\n");
    T_EQ_STR(gt_table_to_text(a, sample(a), GT_ZH),
             "县                    栅格数  面积（hm²）  占比（%）\n"
             "----------  ----------------  -----------  ---------\n"
             "定日县      9007199254740993   1386500.00        0.1\n"
             "a, \"b\" <c>                           0.00\n");
}

/* The second column of a line begins where the width of the first one says. */
T_TEST(letters_have_widths)
{
    static const struct {
        const char *text;
        size_t width;
    } rows[] = {
        {"abc", 3},
        {"国土", 4},
        {"（）", 4},
        {"བོད", 2},
        {"e\xCC\x81", 1},
        {"한글", 4},
        {"\xF0\xA0\x80\x80", 2}, /* U+20000 */
        {"\xFF\xFE", 2},
        {"\xE5\x9B", 2},
        {"a\tb\n", 4},
        {"1–2", 3},
        {"m²", 2},
        {"😀", 2},
    };
    static const struct gt_col two[] = {
        {.name = "a", .title = {"", ""}, .unit = "", .kind = GT_COL_TEXT},
        {.name = "b", .title = {"", ""}, .unit = "", .kind = GT_COL_TEXT},
    };
    GT_AUTO_ARENA a = gt_arena_new();
    for (size_t i = 0; i < GT_LEN(rows); i++) {
        struct gt_table *t = gt_table_new(a, two, 2);
        gt_table_add_row(t);
        gt_table_set_text(t, 0, 0, rows[i].text);
        gt_table_set_text(t, 0, 1, "|");
        gt_table_set_text(t, gt_table_add_row(t), 1, "|");
        const char *last = gt_table_to_text(a, t, GT_EN);
        last = last + strlen(last) - 2;
        size_t blanks = 0;
        while (last[-1 - (ptrdiff_t)blanks] == ' ')
            blanks++;
        T_EQ_INT(blanks, rows[i].width + 2);
    }
}

T_TEST(empty_tables)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_table *t = gt_table_new(a, cols, 2);
    T_EQ_STR(gt_table_to_text(a, t, GT_EN), "County  Cells\n------  -----\n");
    T_EQ_STR(gt_table_to_csv(a, t, GT_EN), "\xEF\xBB\xBF"
                                           "County,Cells\r\n");
    struct gt_json *arr = gt_json_arr(a);
    gt_table_to_json(t, arr);
    T_EQ_INT(gt_json_len(arr), 0);
    t = gt_table_new(a, cols, 0);
    gt_table_add_row(t);
    T_EQ_STR(gt_table_to_text(a, t, GT_EN), "\n\n\n");
}

T_TEST(html_is_escaped)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf b = {.a = a};
    gt_table_to_html(&b, sample(a), GT_ZH);
    T_HAS(b.p, "<th>县</th><th class=\"num\">栅格数</th><th class=\"num\">面积（hm²）</th>");
    T_HAS(b.p,
          "<td>a, &quot;b&quot; &lt;c&gt;</td><td class=\"num\"></td><td class=\"num\">0.00</td>");
    T_OK(!strstr(b.p, "<c>"));
    T_HAS(b.p, "</tbody>\n</table>\n");
}
