/* fuzz_yaml.c: any bytes given to the YAML reader: a tree that holds together, or an error with
 * text. */
#include "guotu/yaml.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void ask(const struct gt_yaml *node)
{
    static const char *const known[] = {"id", "title", "steps", "window", NULL};
    struct gt_err err = {0};
    const char *text;
    double num;
    int64_t whole;
    bool flag;
    if (gt_yaml_int(node, &whole, &err) == GT_OK)
        expect(gt_yaml_num(node, &num, &err) == GT_OK);
    if (gt_yaml_bool(node, &flag, &err) == GT_OK)
        expect(gt_yaml_num(node, &num, &err) != GT_OK);
    if (gt_yaml_known(node, known, &err) != GT_OK)
        expect(err.text[0] && gt_is_utf8(err.text, strlen(err.text)));
    if (gt_yaml_get_text(node, "id", &text, &err) == GT_OK)
        expect(gt_is_utf8(text, strlen(text)));
}

static void walk(const struct gt_yaml *node, int depth)
{
    size_t n = 0;
    expect(depth <= 65 && node->line >= 1 && node->col >= 1);
    expect((node->kind == GT_YAML_SCALAR) == (node->text != NULL));
    ask(node);
    for (const struct gt_yaml *c = node->child; c; c = c->next, n++) {
        expect((node->kind == GT_YAML_MAP) == (c->key != NULL));
        if (c->key && node->n < 64)
            expect(gt_yaml_find(node, c->key) == c);
        walk(c, depth + 1);
    }
    expect(n == node->n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_yaml *root;
    struct gt_str text = {.p = (const char *)data, .n = n};
    enum gt_status status = gt_yaml_parse(a, "fuzz.yaml", text, &root, &err);
    if (status == GT_OK) {
        walk(root, 1);
        return 0;
    }
    expect(status == GT_EINPUT || status == GT_ETOOBIG);
    expect(!root && gt_starts(err.text, "fuzz.yaml:") && gt_is_utf8(err.text, strlen(err.text)));
    return 0;
}
