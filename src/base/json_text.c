/* json_text.c: a JSON tree as text: the same tree, the same bytes, whatever the library's version
 * and the locale. */
#include "base_int.h"
#include "guotu/json.h"

#include <inttypes.h>
#include <jansson.h>

struct out {
    struct gt_buf b;
    int indent;
};

static void put_escape(struct gt_buf *b, unsigned char c)
{
    switch (c) {
    case '"': gt_buf_add(b, "\\\""); return;
    case '\\': gt_buf_add(b, "\\\\"); return;
    case '\n': gt_buf_add(b, "\\n"); return;
    case '\r': gt_buf_add(b, "\\r"); return;
    case '\t': gt_buf_add(b, "\\t"); return;
    default: gt_buf_addf(b, "\\u%04x", c);
    }
}

static void put_text(struct gt_buf *b, const char *text, size_t n)
{
    gt_buf_add(b, "\"");
    for (size_t i = 0, from = 0; i <= n; i++) {
        unsigned char c = i < n ? (unsigned char)text[i] : 0;
        if (i < n && c >= 0x20 && c != '"' && c != '\\')
            continue;
        gt_buf_addn(b, text + from, i - from);
        from = i + 1;
        if (i < n)
            put_escape(b, c);
    }
    gt_buf_add(b, "\"");
}

static void new_line(struct out *o, int depth)
{
    if (o->indent > 0)
        gt_buf_addf(&o->b, "\n%*s", o->indent * depth, "");
}

static void put_scalar(struct gt_buf *b, const json_t *node)
{
    char num[32];
    switch (json_typeof(node)) {
    case JSON_STRING: put_text(b, json_string_value(node), json_string_length(node)); return;
    case JSON_INTEGER: gt_buf_addf(b, "%" PRId64, (int64_t)json_integer_value(node)); return;
    case JSON_REAL: gt_buf_add(b, gt_fmt_num(json_real_value(node), num)); return;
    case JSON_TRUE: gt_buf_add(b, "true"); return;
    case JSON_FALSE: gt_buf_add(b, "false"); return;
    default: gt_buf_add(b, "null");
    }
}

static void put(struct out *o, json_t *node, int depth);

static void put_array(struct out *o, json_t *arr, int depth)
{
    size_t n = json_array_size(arr);
    gt_buf_add(&o->b, "[");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            gt_buf_add(&o->b, o->indent > 0 ? "," : ", ");
        new_line(o, depth + 1);
        put(o, json_array_get(arr, i), depth + 1);
    }
    if (n > 0)
        new_line(o, depth);
    gt_buf_add(&o->b, "]");
}

static void put_object(struct out *o, json_t *obj, int depth)
{
    void *it = json_object_iter(obj);
    bool empty = !it;
    gt_buf_add(&o->b, "{");
    for (bool first = true; it; it = json_object_iter_next(obj, it), first = false) {
        if (!first)
            gt_buf_add(&o->b, o->indent > 0 ? "," : ", ");
        new_line(o, depth + 1);
        put_text(&o->b, json_object_iter_key(it), json_object_iter_key_len(it));
        gt_buf_add(&o->b, ": ");
        put(o, json_object_iter_value(it), depth + 1);
    }
    if (!empty)
        new_line(o, depth);
    gt_buf_add(&o->b, "}");
}

static void put(struct out *o, json_t *node, int depth)
{
    if (json_is_array(node))
        put_array(o, node, depth);
    else if (json_is_object(node))
        put_object(o, node, depth);
    else
        put_scalar(&o->b, node);
}

char *gt_json_text(struct gt_arena *a, const struct gt_json *node, int indent)
{
    struct out o = {.b = {.a = a}, .indent = indent};
    if (node)
        put(&o, (json_t *)(uintptr_t)node, 0);
    else
        gt_buf_add(&o.b, "null");
    return o.b.p;
}
