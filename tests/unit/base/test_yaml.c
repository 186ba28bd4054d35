/* YAML: the tree, what is refused and where, and values asked of it. */
#include "guotu/io.h"
#include "guotu/yaml.h"
#include "t.h"

#include <stdio.h>
#include <string.h>

static enum gt_status parse(struct gt_arena *a, const char *text, struct gt_yaml **root,
                            struct gt_err *err)
{
    return gt_yaml_parse(a, "m.yaml", gt_s(text), root, err);
}

static const struct gt_yaml *good(struct gt_arena *a, const char *text)
{
    struct gt_yaml *root;
    struct gt_err err = {0};
    T_STATUS_ERR(parse(a, text, &root, &err), GT_OK, &err);
    return root;
}

T_TEST(a_tree_keeps_its_places)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_yaml *root = good(a, "# rules\n"
                                         "title: 坡度 x\n"
                                         "steps:\n"
                                         "  - {id: slope, 'code': 0101}\n"
                                         "  - \"08\"\n"
                                         "empty:\n");
    T_EQ_INT(root->kind, GT_YAML_MAP);
    T_EQ_INT(root->n, 3);
    T_EQ_INT(root->line, 2);
    T_EQ_STR(root->file, "m.yaml");
    T_OK(root->key == NULL && root->next == NULL);
    const struct gt_yaml *title = gt_yaml_find(root, "title"), *steps = title->next;
    T_EQ_STR(title->text, "坡度 x");
    T_EQ_INT(title->line, 2);
    T_EQ_INT(title->col, 8);
    T_EQ_STR(steps->key, "steps");
    T_EQ_INT(steps->key_line, 3);
    T_EQ_INT(steps->key_col, 1);
    T_EQ_INT(steps->kind, GT_YAML_SEQ);
    T_EQ_INT(steps->n, 2);
    const struct gt_yaml *code = gt_yaml_find(steps->child, "code"), *quoted = steps->child->next;
    T_EQ_STR(code->text, "0101");
    T_OK(!code->quoted);
    T_EQ_INT(code->line, 4);
    T_EQ_INT(code->col, 25);
    T_EQ_INT(code->key_col, 17);
    T_EQ_STR(quoted->text, "08");
    T_OK(quoted->quoted && quoted->key == NULL);
    T_EQ_STR(gt_yaml_find(root, "empty")->text, "");
    T_OK(gt_yaml_find(root, "none") == NULL);
    T_OK(gt_yaml_find(steps, "id") == NULL);
    T_OK(gt_yaml_find(NULL, "id") == NULL);
}

T_TEST(other_forms_of_text)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(good(a, "\xEF\xBB\xBFplain")->text, "plain");
    T_EQ_STR(good(a, "%YAML 1.1\n---\nx\n...\n")->text, "x");
    T_EQ_STR(good(a, "---")->text, "");
    const struct gt_yaml *block = good(a, "|\n  a\n  b\n");
    T_EQ_STR(block->text, "a\nb\n");
    T_OK(block->quoted);
    T_EQ_STR(good(a, "\"\\u56fd\"")->text, "国");
    T_EQ_INT(good(a, "{}")->n, 0);
    T_EQ_INT(good(a, "[]")->kind, GT_YAML_SEQ);
    T_EQ_STR(good(a, "a: 1\r\nb: 2\r\n")->child->next->text, "2");
}

struct refused {
    const char *text, *message;
};

T_TEST(what_is_refused_and_where)
{
    static const struct refused rows[] = {
        {"", "m.yaml:1:1: expected a document, found nothing"},
        {"# only this\n", "m.yaml:1:1: expected a document, found nothing"},
        {"a: &x 1\n", "m.yaml:1:4: anchors (&) are not allowed"},
        {"a: &x [1]\n", "m.yaml:1:4: anchors"},
        {"a: &x {b: 1}\n", "m.yaml:1:4: anchors"},
        {"a: 1\nb: *x\n", "m.yaml:2:4: aliases (*) are not allowed"},
        {"a: !!str 1\n", "m.yaml:1:4: tags (!) are not allowed"},
        {"a: !x [1]\n", "m.yaml:1:4: tags"},
        {"a: !x {b: 1}\n", "m.yaml:1:4: tags"},
        {"! a", "m.yaml:1:1: tags"},
        {"%TAG ! tag:x,2020:\n---\na\n", "%TAG"},
        {"a: 1\n---\nb: 1\n", "m.yaml:2:1: expected one document, found a second one"},
        {"a: 1\nb: 2\na: 3\n", "m.yaml:3:1: key 'a' is here a second time"},
        {"x:\n  - {k: 1, \"k\": 2}\n", "m.yaml:2:12: key 'k' is here a second time"},
        {"[a]: 1\n", "m.yaml:1:1: expected plain text as a key, found a sequence"},
        {"{a: 1}: 1\n", "m.yaml:1:1: expected plain text as a key, found a map"},
        {"\"\": 1\n", "m.yaml:1:1: expected a key, found an empty one"},
        {"\"a\\0b\": 1\n", "m.yaml:1:1: expected a key, found a NUL"},
        {"a: \"x\\0y\"\n", "m.yaml:1:4: expected text, found a NUL"},
        {"a: [1, 2\n", "m.yaml:2:1: "},
        {"a: 1\n b: 2\n", "m.yaml:2:3: "},
        {"a:\n\t- 1\n", "m.yaml:2:1: "},
        {"a: 国\nb: \xB9\xFA\n", "m.yaml:2:4: expected UTF-8 text"},
        {"a: \x01\n", "m.yaml:1:4: expected UTF-8 text"},
    };
    for (size_t i = 0; i < GT_LEN(rows); i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct gt_yaml *root;
        struct gt_err err = {0};
        T_STATUS_ERR(parse(a, rows[i].text, &root, &err), GT_EINPUT, &err);
        T_OK(root == NULL);
        T_HAS(err.text, rows[i].message);
        T_STATUS(parse(a, rows[i].text, &root, NULL), GT_EINPUT);
    }
}

T_TEST(many_keys_are_compared_too)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_yaml *root;
    struct gt_err err = {0};
    struct gt_buf b = {.a = a};
    for (int i = 0; i < 500; i++)
        gt_buf_addf(&b, "key%d: 1\n", i);
    T_EQ_INT(good(a, b.p)->n, 500);
    for (int again = 0; again < 500; again += 111) {
        const char *text = gt_printf(a, "%skey%d: 2\n", b.p, again);
        T_STATUS(parse(a, text, &root, &err), GT_EINPUT);
        T_HAS(err.text, gt_printf(a, "m.yaml:501:1: key 'key%d'", again));
    }
}

T_TEST(depth_is_limited)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_yaml *root;
    struct gt_err err = {0};
    struct gt_buf open = {.a = a}, close = {.a = a};
    for (int i = 0; i < 64; i++) {
        gt_buf_add(&open, "[");
        gt_buf_add(&close, "]");
    }
    good(a, gt_printf(a, "%s%s", open.p, close.p));
    T_STATUS(parse(a, gt_printf(a, "[%s%s]", open.p, close.p), &root, &err), GT_EINPUT);
    T_HAS(err.text, "m.yaml:1:65: expected at most 64 levels");
}

T_TEST(size_is_limited)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_yaml *root;
    struct gt_err err = {0};
    struct gt_buf b = {.a = a};
    for (int i = 0; i < 199999; i++)
        gt_buf_add(&b, "- x\n");
    T_EQ_INT(good(a, b.p)->n, 199999);
    gt_buf_add(&b, "- x\n");
    T_STATUS(parse(a, b.p, &root, &err), GT_EINPUT);
    T_HAS(err.text, "m.yaml:200000:3: expected at most 200000 nodes");
    while (b.n <= 4 << 20)
        gt_buf_add(&b, "# much that is not needed at all\n");
    T_STATUS(parse(a, b.p, &root, &err), GT_ETOOBIG);
}

T_TEST(files_are_loaded)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = gt_path_join(a, t_tmpdir(), "r.yaml");
    struct gt_yaml *root;
    struct gt_err err = {0};
    T_STATUS(gt_yaml_load(a, path, &root, &err), GT_ENOTFOUND);
    T_STATUS(gt_file_put(path, "a: b\nc: *d\n", 10, NULL), GT_OK);
    T_STATUS(gt_yaml_load(a, path, &root, &err), GT_EINPUT);
    T_HAS(err.text, gt_printf(a, "%s:2:4: ", path));
    T_STATUS(gt_file_put(path, "a: b\n", 5, NULL), GT_OK);
    T_STATUS(gt_yaml_load(a, path, &root, &err), GT_OK);
    T_EQ_STR(root->child->text, "b");
    T_EQ_STR(root->file, path);
}

/* ---- Values ---------------------------------------------------------------------------------- */

static const char *const known[] = {"title", "window", "threshold", NULL};

T_TEST(unknown_keys_and_what_was_meant)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    T_STATUS(gt_yaml_known(good(a, "title: 1\nwindow: 2\n"), known, &err), GT_OK);
    T_STATUS(gt_yaml_known(good(a, "title: 1\nwindw: 2\n"), known, &err), GT_EINPUT);
    T_EQ_STR(err.text, "m.yaml:2:1: unknown key 'windw'; did you mean 'window'?");
    T_STATUS(gt_yaml_known(good(a, "title: 1\nwindw:\n  - 2\n"), known, &err), GT_EINPUT);
    T_HAS(err.text, "m.yaml:2:1: unknown key 'windw'");
    T_STATUS(gt_yaml_known(good(a, "{ treshhold: 2}"), known, &err), GT_EINPUT);
    T_EQ_STR(err.text, "m.yaml:1:3: unknown key 'treshhold'; did you mean 'threshold'?");
    T_STATUS(gt_yaml_known(good(a, "x: 1"), known, &err), GT_EINPUT);
    T_EQ_STR(err.text, "m.yaml:1:1: unknown key 'x'; known here: title, window, threshold");
    T_STATUS(gt_yaml_known(good(a, "\"\\e[2J\\n\": 1"), known, &err), GT_EINPUT);
    T_EQ_STR(err.text, "m.yaml:1:1: unknown key '?[2J?'; known here: title, window, threshold");
    const char *lengthy = gt_printf(a, "%0300d: 1", 1);
    T_STATUS(gt_yaml_known(good(a, lengthy), known, &err), GT_EINPUT);
    T_HAS(err.text, "...'; known here: title");
    T_STATUS(gt_yaml_known(good(a, "[title]"), known, &err), GT_EINPUT);
    T_HAS(err.text, "expected a map of keys, found a list");
    T_STATUS(gt_yaml_known(NULL, known, &err), GT_EINPUT);
}

T_TEST(kinds_are_wanted)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_yaml *root = good(a, "steps: x\nnone:\n");
    T_STATUS(gt_yaml_want(root, GT_YAML_MAP, "model", &err), GT_OK);
    T_STATUS(gt_yaml_want(root->child, GT_YAML_SEQ, "steps", &err), GT_EINPUT);
    T_EQ_STR(err.text, "m.yaml:1:8: steps: expected a list, found a single value");
    T_STATUS(gt_yaml_want(root->child->next, GT_YAML_MAP, "none", &err), GT_EINPUT);
    T_HAS(err.text, "expected a map of keys, found nothing");
    T_STATUS(gt_yaml_want(NULL, GT_YAML_MAP, "zones", &err), GT_EINPUT);
    T_EQ_STR(err.text, "zones: expected a map of keys, found nothing");
}

T_TEST(texts_are_got)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *text = NULL;
    const struct gt_yaml *root = good(a, "code: 0101\nlist: [1]\nblank:\nempty: ''\n");
    T_STATUS(gt_yaml_get_text(root, "code", &text, &err), GT_OK);
    T_EQ_STR(text, "0101");
    T_STATUS(gt_yaml_get_text(root, "empty", &text, &err), GT_OK);
    T_EQ_STR(text, "");
    T_STATUS(gt_yaml_get_text(root, "list", &text, &err), GT_EINPUT);
    T_HAS(err.text, "m.yaml:2:7: list: expected a single value, found a list");
    T_STATUS(gt_yaml_get_text(root, "blank", &text, &err), GT_EINPUT);
    T_HAS(err.text, "blank: expected text, found nothing");
    T_STATUS(gt_yaml_get_text(root, "title", &text, &err), GT_EINPUT);
    T_EQ_STR(err.text, "m.yaml:1:1: key 'title' is missing; expected text");
}

T_TEST(numbers_must_be_whole_texts)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    double v = 0;
    int64_t i = 0;
    T_STATUS(gt_yaml_num(good(a, "-1.5e3"), &v, &err), GT_OK);
    T_EQ_NUM(v, -1500);
    T_STATUS(gt_yaml_num(good(a, "0.25"), &v, &err), GT_OK);
    T_EQ_NUM(v, 0.25);
    T_STATUS(gt_yaml_int(good(a, "-12"), &i, &err), GT_OK);
    T_EQ_INT(i, -12);
    T_STATUS(gt_yaml_int(good(a, "0"), &i, &err), GT_OK);
    T_EQ_INT(i, 0);
    static const char *const no_number[] = {
        "0101", "08",    "-01.5", "1_000", "0x1F", "1,5", "1,",  ".inf",  ".nan", "inf",  "nan",
        "'1'",  "\"1\"", "1 2",   "~",     "true", "[1]", "---", "1e400", "1:30", "0o17", "|\n  1"};
    for (size_t k = 0; k < GT_LEN(no_number); k++) {
        if (gt_yaml_num(good(a, no_number[k]), &v, &err) != GT_EINPUT)
            t_fail(T_HERE("no number"), "%s", no_number[k]);
        if (gt_yaml_int(good(a, no_number[k]), &i, &err) != GT_EINPUT)
            t_fail(T_HERE("no whole number"), "%s", no_number[k]);
    }
    T_STATUS(gt_yaml_int(good(a, "1.0"), &i, &err), GT_EINPUT);
    T_STATUS(gt_yaml_int(good(a, "1e3"), &i, &err), GT_EINPUT);
    T_EQ_INT(i, 0);
    T_EQ_NUM(v, 0.25);
    T_STATUS(gt_yaml_int(NULL, &i, &err), GT_EINPUT);
    T_STATUS(gt_yaml_num(gt_yaml_find(good(a, "w: 0101"), "w"), &v, &err), GT_EINPUT);
    T_EQ_STR(err.text, "m.yaml:1:4: w: expected a number, found '0101'");
    T_STATUS(gt_yaml_num(gt_yaml_find(good(a, "w: '1'"), "w"), &v, &err), GT_EINPUT);
    T_EQ_STR(err.text, "m.yaml:1:4: w: expected a number, found the text '1'");
}

T_TEST(true_and_false)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    bool v = false;
    T_STATUS(gt_yaml_bool(good(a, "true"), &v, &err), GT_OK);
    T_OK(v);
    T_STATUS(gt_yaml_bool(good(a, "false"), &v, &err), GT_OK);
    T_OK(!v);
    static const char *const neither[] = {"yes", "no", "on", "True", "'true'", "1", "~", "[]"};
    for (size_t k = 0; k < GT_LEN(neither); k++)
        T_STATUS(gt_yaml_bool(good(a, neither[k]), &v, &err), GT_EINPUT);
    T_STATUS(gt_yaml_bool(NULL, &v, NULL), GT_EINPUT);
}

T_TEST(failures_point_at_a_node)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_yaml *root = good(a, "a:\n  b: 1\n");
    T_STATUS(gt_yaml_fail(root->child->child, &err, "is %d", 1), GT_EINPUT);
    T_EQ_STR(err.text, "m.yaml:2:6: is 1");
    T_STATUS(gt_yaml_fail(NULL, &err, "is %d", 2), GT_EINPUT);
    T_EQ_STR(err.text, "is 2");
    T_STATUS(gt_yaml_fail(root, NULL, "x"), GT_EINPUT);
}
