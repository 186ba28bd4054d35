/* standard_int.h: what only the files of the data standards share. Part of module rules; builds on
 * standard.h and csv.h. */
#ifndef GUOTU_STANDARD_INT_H
#define GUOTU_STANDARD_INT_H

#include "guotu/csv.h"
#include "guotu/hash.h"
#include "guotu/standard.h"
#include "rules_int.h"

struct gt_standard_index {
    struct gt_map *classes; /* "sandiao:0101" */
    struct gt_map *maps;
    struct gt_map *layers; /* codes and aliases in capitals */
    struct gt_map *domains, *units;
};

/* A standard while it is being read. */
struct standard_load {
    struct gt_arena *a;
    const char *folder;
    const struct gt_yaml *root; /* of standard.yaml */
    struct gt_hash hash;
    struct gt_standard *s;
    struct gt_standard_index *index;
};

/* A table of the folder with exactly these columns; its row in `tables` must be there. */
enum gt_status standard_table(struct standard_load *l, const char *file, const char *const *col,
                              size_t n, struct gt_csv *out, struct gt_err *err);
/* A YAML file of the folder. */
enum gt_status standard_yaml(struct standard_load *l, const char *file, struct gt_yaml **out,
                             struct gt_err *err);
const struct gt_standard_table *standard_table_of(const struct gt_standard *s, const char *file);
/* Puts a value under a key that may not be taken; `what` names it in the message. */
enum gt_status standard_claim(struct gt_map *m, const char *key, const void *value,
                              const struct gt_csv *t, size_t row, struct gt_err *err);
/* Cuts "a;b" into texts. */
const char *const *standard_list(struct gt_arena *a, const char *text, size_t *n);
const char *standard_upper(struct gt_arena *a, const char *text);

enum gt_status standard_read_classes(struct standard_load *l, struct gt_err *err);
enum gt_status standard_read_map(struct standard_load *l, struct gt_err *err);
enum gt_status standard_read_domains(struct standard_load *l, struct gt_err *err);
enum gt_status standard_read_layers(struct standard_load *l, struct gt_err *err);
enum gt_status standard_read_sets(struct standard_load *l, struct gt_err *err);
enum gt_status standard_read_fields(struct standard_load *l, struct gt_err *err);
enum gt_status standard_read_units(struct standard_load *l, struct gt_err *err);

#endif
