/* json.c: documents built and read on jansson's tree. A struct gt_json is a json_t under another
 * name; it is never looked into as anything else. */
#include "guotu/json.h"
#include "base_int.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#define MAX_BYTES ((size_t)64 << 20)
#define MAX_DEPTH 64
#define EXACT 9007199254740992.0 /* 2^53: whole numbers up to here are exact in a double */

static json_t *tree(const struct gt_json *node)
{
    return (json_t *)(uintptr_t)node;
}

static struct gt_json *handle(const json_t *node)
{
    return (struct gt_json *)(uintptr_t)node;
}

static void release(void *node)
{
    json_decref(node);
}

static json_t *must(json_t *node)
{
    if (!node)
        gt_die_("out of memory");
    return node;
}

static struct gt_json *own(struct gt_arena *a, json_t *root)
{
    gt_arena_defer(a, release, must(root));
    return handle(root);
}

struct gt_json *gt_json_obj(struct gt_arena *a)
{
    return own(a, json_object());
}

struct gt_json *gt_json_arr(struct gt_arena *a)
{
    return own(a, json_array());
}

/* JSON is UTF-8: a byte that is not becomes U+FFFD. NULL when the text is fine as it is. */
static const char *mended(struct gt_arena *a, const char *text)
{
    size_t n = strlen(text);
    if (gt_is_utf8(text, n))
        return NULL;
    struct gt_buf b = {.a = a};
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = 0, len; i < n; i += len) {
        len = gt_utf8_len_(p + i, n - i);
        gt_buf_addn(&b, len ? text + i : "\xEF\xBF\xBD", len ? len : 3);
        len = len ? len : 1;
    }
    return b.p;
}

static struct gt_json *add(struct gt_json *in, const char *key, json_t *v)
{
    json_t *to = tree(in);
    int rc = -1;
    must(v);
    if (json_is_array(to)) {
        rc = json_array_append_new(to, v);
    } else if (key && gt_is_utf8(key, strlen(key))) {
        rc = json_object_set_new_nocheck(to, key, v);
    } else if (key) {
        GT_AUTO_ARENA a = gt_arena_new();
        rc = json_object_set_new_nocheck(to, mended(a, key), v);
    }
    if (rc != 0)
        gt_die_("a JSON value was added to something that cannot hold it");
    return handle(v);
}

struct gt_json *gt_json_add_obj(struct gt_json *in, const char *key)
{
    return add(in, key, json_object());
}

struct gt_json *gt_json_add_arr(struct gt_json *in, const char *key)
{
    return add(in, key, json_array());
}

void gt_json_add_str(struct gt_json *in, const char *key, const char *v)
{
    if (!v) {
        gt_json_add_null(in, key);
        return;
    }
    GT_AUTO_ARENA a = gt_arena_new();
    const char *better = mended(a, v);
    add(in, key, json_string_nocheck(better ? better : v));
}

void gt_json_add_int(struct gt_json *in, const char *key, int64_t v)
{
    add(in, key, json_integer(v));
}

void gt_json_add_num(struct gt_json *in, const char *key, double v)
{
    add(in, key, isfinite(v) ? json_real(v) : json_null());
}

void gt_json_add_bool(struct gt_json *in, const char *key, bool v)
{
    add(in, key, json_boolean(v));
}

void gt_json_add_null(struct gt_json *in, const char *key)
{
    add(in, key, json_null());
}

void gt_json_add_copy(struct gt_json *in, const char *key, const struct gt_json *v)
{
    add(in, key, v ? json_deep_copy(tree(v)) : json_null());
}

/* ---- Reading ---- */

struct gt_json *gt_json_get(const struct gt_json *obj, const char *key)
{
    return handle(json_object_get(tree(obj), key));
}

size_t gt_json_len(const struct gt_json *node)
{
    const json_t *t = tree(node);
    return json_is_array(t) ? json_array_size(t) : json_object_size(t);
}

static void *member(const struct gt_json *obj, size_t i)
{
    json_t *t = tree(obj);
    void *it = json_object_iter(t);
    while (it && i-- > 0)
        it = json_object_iter_next(t, it);
    return it;
}

struct gt_json *gt_json_at(const struct gt_json *arr, size_t i)
{
    return handle(json_array_get(tree(arr), i));
}

const char *gt_json_key(const struct gt_json *obj, size_t i)
{
    void *it = member(obj, i);
    return it ? json_object_iter_key(it) : NULL;
}

bool gt_json_is_obj(const struct gt_json *node)
{
    return json_is_object(tree(node));
}

bool gt_json_is_arr(const struct gt_json *node)
{
    return json_is_array(tree(node));
}

const char *gt_json_str(const struct gt_json *node, const char *fallback)
{
    return json_is_string(tree(node)) ? json_string_value(tree(node)) : fallback;
}

int64_t gt_json_int(const struct gt_json *node, int64_t fallback)
{
    const json_t *t = tree(node);
    if (json_is_integer(t))
        return json_integer_value(t);
    double v = json_is_real(t) ? json_real_value(t) : (double)NAN;
    return fabs(v) <= EXACT && v == trunc(v) ? (int64_t)v : fallback;
}

double gt_json_num(const struct gt_json *node, double fallback)
{
    return json_is_number(tree(node)) ? json_number_value(tree(node)) : fallback;
}

bool gt_json_bool(const struct gt_json *node, bool fallback)
{
    return json_is_boolean(tree(node)) ? json_is_true(tree(node)) : fallback;
}

/* Where the text goes deeper than MAX_DEPTH, or NULL; what is in quotes does not count. */
static const char *too_deep(struct gt_str text)
{
    bool quoted = false;
    int depth = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '[' || c == '{') && ++depth > MAX_DEPTH)
            return text.p + i;
        else if (!quoted && (c == ']' || c == '}'))
            depth--;
    }
    return NULL;
}

static enum gt_status fail_deep(const char *name, struct gt_str text, const char *at,
                                struct gt_err *err)
{
    int line = 1, col = 1;
    for (const char *p = text.p; p < at; p++) {
        line += *p == '\n';
        col = *p == '\n' ? 1 : col + (((unsigned char)*p & 0xC0) != 0x80);
    }
    return gt_fail(err, GT_EINPUT, "%s:%d:%d: expected at most %d levels, found more", name, line,
                   col, MAX_DEPTH);
}

enum gt_status gt_json_parse(struct gt_arena *a, const char *name, struct gt_str text,
                             struct gt_json **out, struct gt_err *err)
{
    *out = NULL;
    if (text.n > MAX_BYTES)
        return gt_fail(err, GT_ETOOBIG, "%s: expected at most %zu bytes, found %zu", name,
                       MAX_BYTES, text.n);
    const char *deep = too_deep(text);
    if (deep)
        return fail_deep(name, text, deep, err);
    json_error_t e;
    json_t *root = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &e);
    if (!root) {
        gt_clean_(e.text);
        return gt_fail(err, GT_EINPUT, "%s:%d:%d: %s", name, e.line > 0 ? e.line : 1,
                       e.column > 0 ? e.column : 1, e.text);
    }
    *out = own(a, root);
    return GT_OK;
}
