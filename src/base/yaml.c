/* yaml.c: libyaml's events put into a tree. */
#include "guotu/yaml.h"
#include "base_int.h"

#include <string.h>
#include <yaml.h>

#define MAX_BYTES ((size_t)4 << 20)
#define MAX_DEPTH 64
#define MAX_NODES 200000
#define FEW_KEYS 16 /* up to here, comparing each key is quicker than a map */

struct frame {
    struct gt_yaml *node, *last;
    struct gt_map *keys; /* of a map with more than FEW_KEYS members */
    const char *key;     /* waiting for its value */
    int key_line, key_col;
};

struct build {
    struct gt_arena *a;
    struct gt_arena *scratch;
    const char *name;
    struct gt_yaml *root;
    size_t nodes;
    int depth;
    struct frame frames[MAX_DEPTH];
};

GT_PRINTF(4, 5)
static enum gt_status fail_at(const struct build *b, yaml_mark_t at, struct gt_err *err,
                              const char *fmt, ...)
{
    char text[700];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n >= (int)sizeof text)
        gt_utf8_trim_(text);
    return gt_fail(err, GT_EINPUT, "%s:%zu:%zu: %s", b->name, at.line + 1, at.column + 1, text);
}

static struct frame *top(struct build *b)
{
    return b->depth > 0 ? &b->frames[b->depth - 1] : NULL;
}

static bool awaits_key(const struct frame *f)
{
    return f && f->node->kind == GT_YAML_MAP && !f->key;
}

static bool has_key(struct build *b, struct frame *f, const char *key)
{
    if (f->node->n >= FEW_KEYS && !f->keys) {
        f->keys = gt_map_new(b->scratch);
        for (struct gt_yaml *c = f->node->child; c; c = c->next)
            gt_map_put(f->keys, c->key, c);
    }
    return f->keys ? gt_map_get(f->keys, key) != NULL : gt_yaml_find(f->node, key) != NULL;
}

static enum gt_status take_key(struct build *b, const yaml_event_t *e, struct gt_err *err)
{
    struct frame *f = top(b);
    char clip[GT_CLIP];
    const char *text = (const char *)e->data.scalar.value;
    size_t n = e->data.scalar.length;
    if (n == 0)
        return fail_at(b, e->start_mark, err, "expected a key, found an empty one");
    if (memchr(text, '\0', n))
        return fail_at(b, e->start_mark, err, "expected a key, found a NUL character in it");
    if (has_key(b, f, text))
        return fail_at(b, e->start_mark, err, "key '%s' is here a second time; remove one",
                       gt_clip_(text, clip));
    f->key = gt_strndup(b->a, text, n);
    f->key_line = (int)e->start_mark.line + 1;
    f->key_col = (int)e->start_mark.column + 1;
    return GT_OK;
}

/* A new node below the current one, or the root. */
static enum gt_status add_node(struct build *b, const yaml_event_t *e, enum gt_yaml_kind kind,
                               struct gt_yaml **out, struct gt_err *err)
{
    struct frame *f = top(b);
    if (++b->nodes > MAX_NODES)
        return fail_at(b, e->start_mark, err, "expected at most %d nodes, found more", MAX_NODES);
    struct gt_yaml *node = GT_TAKE(b->a, struct gt_yaml);
    *node = (struct gt_yaml){.kind = kind,
                             .file = b->name,
                             .line = (int)e->start_mark.line + 1,
                             .col = (int)e->start_mark.column + 1};
    *out = node;
    if (!f) {
        b->root = node;
        return GT_OK;
    }
    if (f->node->kind == GT_YAML_MAP) {
        node->key = f->key;
        node->key_line = f->key_line;
        node->key_col = f->key_col;
        if (f->keys)
            gt_map_put(f->keys, node->key, node);
        f->key = NULL;
    }
    if (f->last)
        f->last->next = node;
    else
        f->node->child = node;
    f->last = node;
    f->node->n++;
    return GT_OK;
}

static enum gt_status take_scalar(struct build *b, const yaml_event_t *e, struct gt_err *err)
{
    if (e->data.scalar.anchor)
        return fail_at(b, e->start_mark, err, "anchors (&) are not allowed; write the value out");
    if (e->data.scalar.tag)
        return fail_at(b, e->start_mark, err, "tags (!) are not allowed; remove it");
    if (awaits_key(top(b)))
        return take_key(b, e, err);
    const char *text = (const char *)e->data.scalar.value;
    size_t n = e->data.scalar.length;
    if (n && memchr(text, '\0', n))
        return fail_at(b, e->start_mark, err, "expected text, found a NUL character in it");
    struct gt_yaml *node;
    GT_TRY(add_node(b, e, GT_YAML_SCALAR, &node, err));
    node->text = gt_strndup(b->a, text, n);
    node->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return GT_OK;
}

static enum gt_status take_start(struct build *b, const yaml_event_t *e, struct gt_err *err)
{
    bool seq = e->type == YAML_SEQUENCE_START_EVENT;
    if (seq ? e->data.sequence_start.anchor : e->data.mapping_start.anchor)
        return fail_at(b, e->start_mark, err, "anchors (&) are not allowed; write the value out");
    if (seq ? e->data.sequence_start.tag : e->data.mapping_start.tag)
        return fail_at(b, e->start_mark, err, "tags (!) are not allowed; remove it");
    if (awaits_key(top(b)))
        return fail_at(b, e->start_mark, err, "expected plain text as a key, found a %s",
                       seq ? "sequence" : "map");
    if (b->depth == MAX_DEPTH)
        return fail_at(b, e->start_mark, err, "expected at most %d levels, found more", MAX_DEPTH);
    struct gt_yaml *node;
    GT_TRY(add_node(b, e, seq ? GT_YAML_SEQ : GT_YAML_MAP, &node, err));
    b->frames[b->depth++] = (struct frame){.node = node};
    return GT_OK;
}

static enum gt_status take_document(struct build *b, const yaml_event_t *e, struct gt_err *err)
{
    if (b->root)
        return fail_at(b, e->start_mark, err, "expected one document, found a second one");
    if (e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
        return fail_at(b, e->start_mark, err, "tag directives (%%TAG) are not allowed; remove it");
    return GT_OK;
}

static enum gt_status take_event(struct build *b, const yaml_event_t *e, struct gt_err *err)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT: return take_document(b, e, err);
    case YAML_ALIAS_EVENT:
        return fail_at(b, e->start_mark, err, "aliases (*) are not allowed; write the value out");
    case YAML_SCALAR_EVENT: return take_scalar(b, e, err);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT: return take_start(b, e, err);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: b->depth--; return GT_OK;
    default: return GT_OK;
    }
}

/* Bytes that are no UTF-8 are met by the reader, which knows only their offset. */
static yaml_mark_t mark_of_offset(struct gt_str text, size_t offset)
{
    yaml_mark_t at = {.index = offset};
    for (size_t i = 0; i < offset && i < text.n; i++) {
        if (text.p[i] == '\n') {
            at.line++;
            at.column = 0;
        } else if (((unsigned char)text.p[i] & 0xC0) != 0x80) {
            at.column++;
        }
    }
    return at;
}

static enum gt_status parser_error(const struct build *b, const yaml_parser_t *p,
                                   struct gt_str text, struct gt_err *err)
{
    if (p->error == YAML_MEMORY_ERROR)
        return gt_fail(err, GT_ETOOBIG, "%s: out of memory", b->name);
    const char *problem = p->problem ? p->problem : "not YAML";
    if (p->error == YAML_READER_ERROR)
        return fail_at(b, mark_of_offset(text, p->problem_offset), err,
                       "expected UTF-8 text, found: %s", problem);
    if (p->context)
        return fail_at(b, p->problem_mark, err, "%s, %s (from line %zu)", problem, p->context,
                       p->context_mark.line + 1);
    return fail_at(b, p->problem_mark, err, "%s", problem);
}

static enum gt_status run(struct build *b, yaml_parser_t *p, struct gt_str text, struct gt_err *err)
{
    for (bool end = false; !end;) {
        yaml_event_t e;
        if (!yaml_parser_parse(p, &e))
            return parser_error(b, p, text, err);
        end = e.type == YAML_STREAM_END_EVENT;
        enum gt_status status = take_event(b, &e, err);
        yaml_event_delete(&e);
        GT_TRY(status);
    }
    if (!b->root)
        return gt_fail(err, GT_EINPUT, "%s:1:1: expected a document, found nothing", b->name);
    return GT_OK;
}

enum gt_status gt_yaml_parse(struct gt_arena *a, const char *name, struct gt_str text,
                             struct gt_yaml **root, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    *root = NULL;
    if (text.n > MAX_BYTES)
        return gt_fail(err, GT_ETOOBIG, "%s: expected at most %zu bytes, found %zu", name,
                       MAX_BYTES, text.n);
    struct build *b = GT_TAKE(scratch, struct build);
    b->a = a;
    b->scratch = scratch;
    b->name = gt_strdup(a, name);
    yaml_parser_t p;
    if (!yaml_parser_initialize(&p))
        return gt_fail(err, GT_ETOOBIG, "%s: out of memory", name);
    yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&p, (const unsigned char *)(text.n ? text.p : ""), text.n);
    enum gt_status status = run(b, &p, text, err);
    yaml_parser_delete(&p);
    if (status == GT_OK)
        *root = b->root;
    return status;
}

enum gt_status gt_yaml_load(struct gt_arena *a, const char *path, struct gt_yaml **root,
                            struct gt_err *err)
{
    struct gt_str text;
    *root = NULL;
    GT_TRY(gt_file_get(a, path, MAX_BYTES, &text, err));
    return gt_yaml_parse(a, path, text, root, err);
}
