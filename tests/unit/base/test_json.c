/* JSON: built, written, read and refused. */
#include "guotu/json.h"
#include "t.h"

#include <float.h>
#include <math.h>
#include <string.h>

static struct gt_json *good(struct gt_arena *a, const char *text)
{
    struct gt_json *root;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_json_parse(a, "d.json", gt_s(text), &root, &err), GT_OK, &err);
    return root;
}

T_TEST(a_document_in_order)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *root = gt_json_obj(a);
    gt_json_add_str(root, "z", "国\"\\\n\t\r\b\x01/");
    gt_json_add_int(root, "int", INT64_MIN);
    gt_json_add_num(root, "num", 0.1);
    gt_json_add_num(root, "whole", 3);
    gt_json_add_num(root, "nan", (double)NAN);
    gt_json_add_num(root, "inf", -(double)INFINITY);
    gt_json_add_bool(root, "yes", true);
    gt_json_add_bool(root, "no", false);
    gt_json_add_null(root, "null");
    gt_json_add_str(root, "none", NULL);
    struct gt_json *list = gt_json_add_arr(root, "a");
    gt_json_add_int(list, NULL, 1);
    gt_json_add_obj(list, NULL);
    gt_json_add_arr(list, NULL);
    gt_json_add_int(gt_json_add_obj(list, NULL), "k", 2);
    T_EQ_STR(gt_json_text(a, root, 0),
             "{\"z\": \"国\\\"\\\\\\n\\t\\r\\u0008\\u0001/\", \"int\": -9223372036854775808, "
             "\"num\": 0.1, \"whole\": 3, \"nan\": null, \"inf\": null, \"yes\": true, "
             "\"no\": false, \"null\": null, \"none\": null, \"a\": [1, {}, [], {\"k\": 2}]}");
    T_EQ_STR(gt_json_text(a, list, 2), "[\n  1,\n  {},\n  [],\n  {\n    \"k\": 2\n  }\n]");
}

T_TEST(a_root_may_be_a_list)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *list = gt_json_arr(a);
    T_EQ_STR(gt_json_text(a, list, 2), "[]");
    gt_json_add_bool(list, "ignored", true);
    T_EQ_STR(gt_json_text(a, list, 0), "[true]");
}

T_TEST(a_key_added_again_replaces)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *root = gt_json_obj(a);
    gt_json_add_int(root, "a", 1);
    gt_json_add_int(root, "b", 2);
    gt_json_add_str(root, "a", "x");
    T_EQ_STR(gt_json_text(a, root, 0), "{\"a\": \"x\", \"b\": 2}");
}

T_TEST(what_is_no_utf8_is_mended)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *root = gt_json_obj(a);
    gt_json_add_str(root, "\xB9k", "a\xB9\xFA\xE5\x9Bz");
    T_EQ_STR(gt_json_text(a, root, 0), "{\"\uFFFDk\": \"a\uFFFD\uFFFD\uFFFD\uFFFDz\"}");
}

T_TEST(copies_are_deep)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *root = gt_json_obj(a), *copied = gt_json_obj(a);
    struct gt_json *list = gt_json_add_arr(root, "list");
    gt_json_add_int(list, NULL, 1);
    gt_json_add_copy(copied, "c", root);
    gt_json_add_copy(copied, "n", NULL);
    gt_json_add_int(list, NULL, 2);
    T_EQ_STR(gt_json_text(a, copied, 0), "{\"c\": {\"list\": [1]}, \"n\": null}");
}

T_TEST(readers_and_their_fallbacks)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_json *root = good(a, "{\"s\": \"x\", \"i\": 7, \"n\": 1.5, \"b\": true, "
                                         "\"w\": 4.0, \"l\": [1, 2], \"o\": {}}");
    T_EQ_STR(gt_json_str(gt_json_get(root, "s"), "-"), "x");
    T_EQ_STR(gt_json_str(gt_json_get(root, "i"), "-"), "-");
    T_EQ_INT(gt_json_int(gt_json_get(root, "i"), -1), 7);
    T_EQ_INT(gt_json_int(gt_json_get(root, "w"), -1), 4);
    T_EQ_INT(gt_json_int(gt_json_get(root, "n"), -1), -1);
    T_EQ_INT(gt_json_int(gt_json_get(root, "s"), -1), -1);
    T_EQ_NUM(gt_json_num(gt_json_get(root, "n"), -1), 1.5);
    T_EQ_NUM(gt_json_num(gt_json_get(root, "i"), -1), 7);
    T_EQ_NUM(gt_json_num(gt_json_get(root, "x"), -1), -1);
    T_OK(gt_json_bool(gt_json_get(root, "b"), false));
    T_OK(gt_json_bool(gt_json_get(root, "i"), true));
    T_EQ_INT(gt_json_len(root), 7);
    T_EQ_STR(gt_json_key(root, 0), "s");
    T_EQ_STR(gt_json_key(root, 6), "o");
    T_OK(gt_json_key(root, 7) == NULL);
    const struct gt_json *list = gt_json_get(root, "l");
    T_EQ_INT(gt_json_len(list), 2);
    T_EQ_INT(gt_json_int(gt_json_at(list, 1), -1), 2);
    T_OK(gt_json_at(list, 2) == NULL && gt_json_at(root, 0) == NULL);
    T_OK(gt_json_is_arr(list) && !gt_json_is_arr(root) && !gt_json_is_arr(NULL));
    T_OK(gt_json_is_obj(root) && !gt_json_is_obj(list) && !gt_json_is_obj(NULL));
    T_OK(gt_json_get(NULL, "x") == NULL && gt_json_get(list, "x") == NULL);
    T_EQ_INT(gt_json_len(NULL), 0);
    T_OK(gt_json_key(list, 0) == NULL);
}

T_TEST(text_reads_back_the_same)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *root = gt_json_obj(a);
    gt_json_add_num(root, "third", 1.0 / 3);
    gt_json_add_num(root, "max", DBL_MAX);
    gt_json_add_num(root, "min", 5e-324);
    gt_json_add_int(root, "big", INT64_MAX);
    gt_json_add_str(root, "s", "\x7f 国 \u2028");
    for (int indent = 0; indent <= 4; indent += 2) {
        const char *text = gt_json_text(a, root, indent);
        const struct gt_json *back = good(a, text);
        T_EQ_STR(gt_json_text(a, back, indent), text);
        T_OK(gt_json_num(gt_json_get(back, "third"), 0) == 1.0 / 3);
        T_OK(gt_json_num(gt_json_get(back, "max"), 0) == DBL_MAX);
        T_OK(gt_json_int(gt_json_get(back, "big"), 0) == INT64_MAX);
    }
    T_EQ_STR(gt_json_text(a, NULL, 0), "null");
}

T_TEST(what_is_refused_and_where)
{
    static const char *const rows[][2] = {
        {"", "d.json:1:1: "},
        {"1", "d.json:1:1: "},
        {"{\"a\": 1,\n \"a\": 2}", "d.json:2:"},
        {"{\"a\": 1}\n x", "d.json:2:"},
        {"[1, 2", "d.json:1:"},
        {"[1e400]", "d.json:1:"},
        {"[99999999999999999999]", "d.json:1:"},
        {"[NaN]", "d.json:1:"},
        {"[\"\xB9\xFA\"]", "d.json:1:"},
        {"[\"\\u0000\"]", "d.json:1:"},
        {"['a']", "d.json:1:"},
        {"[\"\\\xEF\xBB\xBF\xBB\"", "d.json:1:"},
        {"[\x1b]", "d.json:1:"},
    };
    for (size_t i = 0; i < GT_LEN(rows); i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct gt_json *root;
        struct gt_err err = {0};
        T_STATUS_ERR(gt_json_parse(a, "d.json", gt_s(rows[i][0]), &root, &err), GT_EINPUT, &err);
        T_OK(root == NULL);
        T_HAS(err.text, rows[i][1]);
        T_OK(gt_is_utf8(err.text, strlen(err.text)) && !strchr(err.text, 0x1b));
    }
}

static const char *nested(struct gt_arena *a, int depth)
{
    struct gt_buf b = {.a = a};
    for (int i = 0; i < depth; i++)
        gt_buf_add(&b, "[");
    gt_buf_add(&b, "\"[[[[\\\"[[[[\"");
    for (int i = 0; i < depth; i++)
        gt_buf_add(&b, "]");
    return b.p;
}

T_TEST(depth_is_limited)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *root;
    struct gt_err err = {0};
    T_EQ_STR(gt_json_text(a, good(a, nested(a, 64)), 0), nested(a, 64));
    T_STATUS(gt_json_parse(a, "d.json", gt_s(nested(a, 65)), &root, &err), GT_EINPUT);
    T_EQ_STR(err.text, "d.json:1:65: expected at most 64 levels, found more");
    const char *second = gt_printf(a, "[\n%s]", nested(a, 64));
    T_STATUS(gt_json_parse(a, "d.json", gt_s(second), &root, &err), GT_EINPUT);
    T_HAS(err.text, "d.json:2:64: ");
}

T_TEST(size_is_limited)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *root;
    struct gt_str big = {.p = "", .n = ((size_t)64 << 20) + 1};
    T_STATUS(gt_json_parse(a, "d.json", big, &root, NULL), GT_ETOOBIG);
}
