/* yaml_read.c: values asked of a YAML tree, with messages that point at the place. */
#include "base_int.h"
#include "guotu/yaml.h"

#include <stdio.h>
#include <string.h>

#define LONG_KEY ((size_t)64)

enum gt_status gt_yaml_fail(const struct gt_yaml *at, struct gt_err *err, const char *fmt, ...)
{
    char text[800];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n >= (int)sizeof text)
        gt_utf8_trim_(text);
    if (!at)
        return gt_fail(err, GT_EINPUT, "%s", text);
    return gt_fail(err, GT_EINPUT, "%s:%d:%d: %s", at->file, at->line, at->col, text);
}

struct gt_yaml *gt_yaml_find(const struct gt_yaml *map, const char *key)
{
    if (!map || map->kind != GT_YAML_MAP)
        return NULL;
    struct gt_yaml *c = map->child;
    while (c && strcmp(c->key, key) != 0)
        c = c->next;
    return c;
}

static const char *kind_name(enum gt_yaml_kind kind)
{
    switch (kind) {
    case GT_YAML_SEQ: return "a list";
    case GT_YAML_MAP: return "a map of keys";
    default: return "a single value";
    }
}

static bool is_blank(const struct gt_yaml *node)
{
    return node->kind == GT_YAML_SCALAR && !node->quoted && node->text[0] == '\0';
}

enum gt_status gt_yaml_want(const struct gt_yaml *node, enum gt_yaml_kind kind, const char *what,
                            struct gt_err *err)
{
    if (!node)
        return gt_fail(err, GT_EINPUT, "%s: expected %s, found nothing", what, kind_name(kind));
    if (node->kind != kind)
        return gt_yaml_fail(node, err, "%s: expected %s, found %s", what, kind_name(kind),
                            is_blank(node) ? "nothing" : kind_name(node->kind));
    return GT_OK;
}

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

/* Levenshtein's distance of two texts shorter than LONG_KEY. */
static size_t distance(const char *a, const char *b)
{
    size_t row[LONG_KEY + 1], n = strlen(b);
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t same = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = min3(same, row[j] + 1, row[j + 1] + 1);
        }
    }
    return row[n];
}

/* NULL when nothing is near: more than half of the key would have to change. */
static const char *nearest(const char *key, const char *const *known)
{
    const char *best = NULL;
    size_t least = strlen(key) / 2 + 1;
    for (; strlen(key) < LONG_KEY && *known; known++) {
        size_t d = strlen(*known) < LONG_KEY ? distance(key, *known) : least;
        if (d < least) {
            least = d;
            best = *known;
        }
    }
    return best;
}

static bool is_known(const char *key, const char *const *known)
{
    while (*known && strcmp(*known, key) != 0)
        known++;
    return *known != NULL;
}

static enum gt_status unknown_key(const struct gt_yaml *node, const char *const *known,
                                  struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char clip[GT_CLIP];
    struct gt_yaml at = *node;
    at.line = node->key_line;
    at.col = node->key_col;
    const char *key = gt_clip_(node->key, clip), *near = nearest(node->key, known);
    if (near)
        return gt_yaml_fail(&at, err, "unknown key '%s'; did you mean '%s'?", key, near);
    struct gt_buf list = {.a = a};
    for (; *known; known++)
        gt_buf_addf(&list, "%s%s", list.n ? ", " : "", *known);
    return gt_yaml_fail(&at, err, "unknown key '%s'; known here: %s", key,
                        list.n ? list.p : "none");
}

enum gt_status gt_yaml_known(const struct gt_yaml *map, const char *const *known,
                             struct gt_err *err)
{
    GT_TRY(gt_yaml_want(map, GT_YAML_MAP, "keys", err));
    for (const struct gt_yaml *c = map->child; c; c = c->next)
        if (!is_known(c->key, known))
            return unknown_key(c, known, err);
    return GT_OK;
}

enum gt_status gt_yaml_get_text(const struct gt_yaml *map, const char *key, const char **out,
                                struct gt_err *err)
{
    const struct gt_yaml *node = gt_yaml_find(map, key);
    if (!node)
        return gt_yaml_fail(map, err, "key '%s' is missing; expected text", key);
    GT_TRY(gt_yaml_want(node, GT_YAML_SCALAR, key, err));
    if (is_blank(node))
        return gt_yaml_fail(node, err, "%s: expected text, found nothing", key);
    *out = node->text;
    return GT_OK;
}

static enum gt_status not_a(const char *what, const struct gt_yaml *node, struct gt_err *err)
{
    char clip[GT_CLIP], key_clip[GT_CLIP];
    const char *name = node && node->key ? gt_clip_(node->key, key_clip) : "value";
    if (!node)
        return gt_fail(err, GT_EINPUT, "expected %s, found nothing", what);
    if (node->kind != GT_YAML_SCALAR || is_blank(node))
        return gt_yaml_fail(node, err, "%s: expected %s, found %s", name, what,
                            is_blank(node) ? "nothing" : kind_name(node->kind));
    return gt_yaml_fail(node, err, "%s: expected %s, found %s'%s'", name, what,
                        node->quoted ? "the text " : "", gt_clip_(node->text, clip));
}

/* 0101 and 08 are codes, and codes are text. */
static bool has_leading_zero(const char *text)
{
    text += *text == '-' || *text == '+';
    return text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

static bool may_be_number(const struct gt_yaml *node)
{
    return node && node->kind == GT_YAML_SCALAR && !node->quoted && !has_leading_zero(node->text);
}

enum gt_status gt_yaml_num(const struct gt_yaml *node, double *out, struct gt_err *err)
{
    if (may_be_number(node) && gt_parse_num(node->text, out))
        return GT_OK;
    return not_a("a number", node, err);
}

enum gt_status gt_yaml_int(const struct gt_yaml *node, int64_t *out, struct gt_err *err)
{
    if (may_be_number(node) && gt_parse_int(node->text, out))
        return GT_OK;
    return not_a("a whole number", node, err);
}

enum gt_status gt_yaml_bool(const struct gt_yaml *node, bool *out, struct gt_err *err)
{
    bool plain = node && node->kind == GT_YAML_SCALAR && !node->quoted;
    if (plain && (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0)) {
        *out = node->text[0] == 't';
        return GT_OK;
    }
    return not_a("true or false", node, err);
}
