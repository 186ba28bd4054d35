/* json.h: JSON documents, built and read. Module base; wraps jansson. A root lives as long as its
 * arena; everything below belongs to the root. Members keep the order in which they were added. */
#ifndef GUOTU_JSON_H
#define GUOTU_JSON_H

#include "guotu/base.h"

struct gt_json;

struct gt_json *gt_json_obj(struct gt_arena *a);
struct gt_json *gt_json_arr(struct gt_arena *a);

/* key: of a member when `in` is an object; NULL when it is an array. Adding a key again replaces
 * it. Non-finite numbers become null. */
struct gt_json *gt_json_add_obj(struct gt_json *in, const char *key);
struct gt_json *gt_json_add_arr(struct gt_json *in, const char *key);
void gt_json_add_str(struct gt_json *in, const char *key, const char *v); /* NULL adds null */
void gt_json_add_int(struct gt_json *in, const char *key, int64_t v);
void gt_json_add_num(struct gt_json *in, const char *key, double v);
void gt_json_add_bool(struct gt_json *in, const char *key, bool v);
void gt_json_add_null(struct gt_json *in, const char *key);
void gt_json_add_copy(struct gt_json *in, const char *key, const struct gt_json *v); /* deep copy */

/* Readers: a missing or other-kind node gives the fallback. */
struct gt_json *gt_json_get(const struct gt_json *obj, const char *key); /* NULL: absent */
struct gt_json *gt_json_at(const struct gt_json *arr, size_t i);
size_t gt_json_len(const struct gt_json *node);               /* members or elements */
const char *gt_json_key(const struct gt_json *obj, size_t i); /* costs i steps */
bool gt_json_is_obj(const struct gt_json *node);
bool gt_json_is_arr(const struct gt_json *node);
const char *gt_json_str(const struct gt_json *node, const char *fallback);
int64_t gt_json_int(const struct gt_json *node, int64_t fallback);
double gt_json_num(const struct gt_json *node, double fallback);
bool gt_json_bool(const struct gt_json *node, bool fallback);

/* At most 64 MiB, depth 64; "name:line:col: ..." as GT_EINPUT. */
GT_MUST enum gt_status gt_json_parse(struct gt_arena *a, const char *name, struct gt_str text,
                                     struct gt_json **out, struct gt_err *err);
/* Same tree, same bytes. indent 0: one line. Numbers as the shortest decimal that reads back the
 * same. */
char *gt_json_text(struct gt_arena *a, const struct gt_json *node, int indent);

#endif
