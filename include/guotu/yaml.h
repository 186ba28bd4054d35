/* yaml.h: YAML as a tree that keeps file, line and column on every node. Module base; wraps
 * libyaml. No anchors, aliases, tags or several documents; keys are plain text, repeated keys are
 * refused. Scalars stay text: "0101" and "08" are themselves until somebody asks for a number. */
#ifndef GUOTU_YAML_H
#define GUOTU_YAML_H

#include "guotu/base.h"

enum gt_yaml_kind { GT_YAML_SCALAR, GT_YAML_SEQ, GT_YAML_MAP };

struct gt_yaml {
    enum gt_yaml_kind kind;
    const char *file; /* as given when loaded */
    int line, col;    /* 1-based */
    bool quoted;
    const char *key;       /* of a map's member, else NULL */
    int key_line, key_col; /* of a map's member */
    const char *text;      /* scalar; "" for an empty one */
    struct gt_yaml *child; /* first of a sequence or map */
    struct gt_yaml *next;  /* sibling */
    size_t n;              /* children */
};

/* At most 4 MiB, depth 64, 200,000 nodes. `name` is what messages call it. GT_EINPUT with
 * name:line:col. */
GT_MUST enum gt_status gt_yaml_parse(struct gt_arena *a, const char *name, struct gt_str text,
                                     struct gt_yaml **root, struct gt_err *err);
GT_MUST enum gt_status gt_yaml_load(struct gt_arena *a, const char *path, struct gt_yaml **root,
                                    struct gt_err *err);

/* "file:line:col: message" as GT_EINPUT. */
enum gt_status gt_yaml_fail(const struct gt_yaml *at, struct gt_err *err, const char *fmt, ...)
    GT_PRINTF(3, 4);

/* NULL: absent, or not a map */
struct gt_yaml *gt_yaml_find(const struct gt_yaml *map, const char *key);
GT_MUST enum gt_status gt_yaml_want(const struct gt_yaml *node, enum gt_yaml_kind kind,
                                    const char *what, struct gt_err *err);
/* Every key must be among `known` (ends with NULL); says the nearest one that is. */
GT_MUST enum gt_status gt_yaml_known(const struct gt_yaml *map, const char *const *known,
                                     struct gt_err *err);
/* The member must be there and of that kind; numbers must parse whole. */
GT_MUST enum gt_status gt_yaml_get_text(const struct gt_yaml *map, const char *key,
                                        const char **out, struct gt_err *err);
GT_MUST enum gt_status gt_yaml_num(const struct gt_yaml *node, double *out, struct gt_err *err);
GT_MUST enum gt_status gt_yaml_int(const struct gt_yaml *node, int64_t *out, struct gt_err *err);
/* true|false */
GT_MUST enum gt_status gt_yaml_bool(const struct gt_yaml *node, bool *out, struct gt_err *err);

#endif
