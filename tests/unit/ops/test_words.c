/* test_words.c: how lines are broken and parameters written, and which word was meant. */
#include "ops_int.h"
#include "t.h"
#include "words.h"

#include <string.h>

static const char *wrapped(struct gt_arena *a, const char *text, size_t indent, size_t width)
{
    struct gt_buf b = {.a = a};
    words_wrap(&b, text, indent, width);
    return b.p;
}

T_TEST(lines_break_between_words)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(wrapped(a, "one two three", 0, 7), "one two\nthree\n");
    T_EQ_STR(wrapped(a, "one two three", 2, 9), "one two\n  three\n");
    T_EQ_STR(wrapped(a, "a muchtoolongword b", 0, 5), "a\nmuchtoolongword\nb\n");
    T_EQ_STR(wrapped(a, "", 4, 10), "\n");
}

T_TEST(options_in_brackets_stay_together)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(wrapped(a, "run [--set K=V]... [--x Y]", 0, 12), "run\n[--set K=V]...\n[--x Y]\n");
}

T_TEST(wide_letters_count_two_and_marks_stay_at_their_word)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_INT(words_width("国土 ab"), 7);
    T_EQ_STR(wrapped(a, "国土空间规划", 0, 8), "国土空间\n规划\n");
    T_EQ_STR(wrapped(a, "国土空间，规划", 0, 8), "国土空\n间，规划\n");
    T_EQ_STR(wrapped(a, "面积（椭球）", 0, 6), "面积\n（椭\n球）\n");
}

T_TEST(parameters_are_written_as_used)
{
    static const char *const choices[] = {"a", "b", NULL};
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_param flag = {.name = "all", .letter = 'a', .kind = GT_P_FLAG};
    struct gt_param file = {.name = "f",
                            .kind = GT_P_FILE_IN,
                            .metavar = "FILE",
                            .position = true,
                            .required = true,
                            .repeated = true};
    struct gt_param set = {
        .name = "set", .kind = GT_P_KEYVALUE, .metavar = "K=V", .repeated = true};
    struct gt_param kind = {.name = "k",
                            .kind = GT_P_CHOICE,
                            .metavar = "K",
                            .choices = choices,
                            .position = true,
                            .required = true};
    T_EQ_STR(words_param(a, &flag), "-a, --all");
    T_EQ_STR(words_usage(a, &flag), "[--all]");
    T_EQ_STR(words_usage(a, &file), "FILE...");
    T_EQ_STR(words_param(a, &set), "--set K=V");
    T_EQ_STR(words_usage(a, &set), "[--set K=V]...");
    T_EQ_STR(words_usage(a, &kind), "a|b");
}

T_TEST(help_says_what_bounds_a_value)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_param p = {.name = "n",
                         .kind = GT_P_INTEGER,
                         .metavar = "N",
                         .min = 1,
                         .max = 9,
                         .unit = "cells",
                         .fallback = "5",
                         .repeated = true,
                         .help = {"how many", "个数"}};
    T_EQ_STR(words_param_help(a, &p, GT_EN),
             "how many (1 to 9; in cells; default 5; may be repeated)");
    T_EQ_STR(words_param_help(a, &p, GT_ZH), "个数（1 至 9；单位 cells；缺省 5；可重复）");
    struct gt_param plain = {
        .name = "n", .kind = GT_P_TEXT, .metavar = "N", .help = {"a name", "名称"}};
    T_EQ_STR(words_param_help(a, &plain, GT_EN), "a name");
}

T_TEST(the_nearest_word_is_found_when_near)
{
    static const char *const known[] = {"import", "export", "explain", "run", "areas"};
    size_t n = GT_LEN(known);
    T_EQ_STR(gt_nearest("imprt", known, n), "import");
    T_EQ_STR(gt_nearest("exprot", known, n), "export");
    T_EQ_STR(gt_nearest("rnu", known, n), "run");
    T_EQ_STR(gt_nearest("area", known, n), "areas");
    T_EQ_STR(gt_nearest("zzz", known, n), NULL);
    T_EQ_STR(gt_nearest("", known, n), NULL);
    char longest[200];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    T_EQ_STR(gt_nearest(longest, known, n), NULL);
}

T_TEST(times_are_shown_in_shanghai)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(ops_local_time(a, "2026-11-23T16:28:00Z"), "2026-11-24 00:28");
    T_EQ_STR(ops_local_time(a, "2024-02-28T23:59:59Z"), "2024-02-29 07:59");
    T_EQ_STR(ops_local_time(a, "yesterday"), "yesterday");
    T_EQ_STR(ops_local_time(a, ""), "");
}

T_TEST(the_higher_grade_is_taken)
{
    T_EQ_STR(ops_grade_max("internal", "secret"), "secret");
    T_EQ_STR(ops_grade_max("secret", "internal"), "secret");
    T_EQ_STR(ops_grade_max("", "public"), "public");
    T_EQ_STR(ops_grade_max("top-secret", "highly-secret"), "top-secret");
    T_EQ_STR(ops_grade_title("secret", GT_ZH), "秘密");
    T_EQ_STR(ops_grade_title("", GT_ZH), "");
}
