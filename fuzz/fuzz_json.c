/* fuzz_json.c: any bytes given to the JSON reader; what it takes is written, read again, and
 * written the same. */
#include "guotu/json.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static struct gt_json *must_parse(struct gt_arena *a, const char *text)
{
    struct gt_json *root;
    expect(gt_json_parse(a, "again.json", gt_s(text), &root, NULL) == GT_OK);
    return root;
}

static void check_round(struct gt_arena *a, const struct gt_json *root, int indent)
{
    const char *text = gt_json_text(a, root, indent);
    const char *again = gt_json_text(a, must_parse(a, text), indent);
    expect(strcmp(text, again) == 0);
}

static void check_readers(struct gt_arena *a, const struct gt_json *root)
{
    struct gt_json *copy = gt_json_arr(a);
    gt_json_add_copy(copy, NULL, root);
    expect(strcmp(gt_json_text(a, gt_json_at(copy, 0), 0), gt_json_text(a, root, 0)) == 0);
    for (size_t i = 0; gt_json_is_obj(root) && i < gt_json_len(root) && i < 50; i++) {
        const struct gt_json *value = gt_json_get(root, gt_json_key(root, i));
        expect(value != NULL);
        gt_json_int(value, 0);
        gt_json_num(value, 0);
        gt_json_str(value, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_json *root;
    struct gt_str text = {.p = (const char *)data, .n = n};
    enum gt_status status = gt_json_parse(a, "fuzz.json", text, &root, &err);
    if (status == GT_OK) {
        check_round(a, root, 0);
        check_round(a, root, 2);
        check_readers(a, root);
        return 0;
    }
    expect(status == GT_EINPUT && !root && gt_starts(err.text, "fuzz.json:"));
    expect(gt_is_utf8(err.text, strlen(err.text)));
    return 0;
}
