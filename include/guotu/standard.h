/* standard.h: the data standards as data: land classes and how they map, layers with their fields
 * and domains, administrative units, and the rules of the quality check. Part of module rules.
 * Everything is immutable once loaded and lives in the loader's arena.
 *
 * The files are in rules/standard/ and rules/check/; codes are always text and always belong to a
 * system: "sandiao:0304" and "planning2023:0304" are two classes. */
#ifndef GUOTU_STANDARD_H
#define GUOTU_STANDARD_H

#include "guotu/base.h"
#include "guotu/rules.h"

/* ---- Land classes ---------------------------------------------------------------------------- */

enum gt_big_class { GT_BIG_NONE, GT_BIG_AGRICULTURAL, GT_BIG_BUILT, GT_BIG_UNUSED }; /* 三大类 */
const char *gt_big_class_title(enum gt_big_class c, enum gt_lang lang);

struct gt_land_class {
    const char *code, *name; /* name: Chinese */
    const char *parent;      /* code; "" of the first level */
    enum gt_big_class big;   /* NONE: not settled by this code alone */
    int rgb;                 /* 0xRRGGBB; -1: no colour is known */
    bool leaf;
};
/* One default for a survey class; `candidates` where the class alone cannot decide. */
struct gt_land_map {
    const char *from, *to;
    bool split;                   /* to be decided: `to` is only proposed */
    const char *const *candidate; /* codes, ranges spelt out */
    size_t n_candidates;
};
struct gt_land_system {
    const char *id; /* "sandiao" "planning2023" */
    struct gt_text2 title;
    const char *source;
    enum gt_evidence evidence;
    const char *note; /* "" */
    size_t n;
    const struct gt_land_class *v;
};

/* ---- Layers, fields, domains ----------------------------------------------------------------- */

enum gt_constraint { GT_MANDATORY, GT_CONDITIONAL, GT_OPTIONAL }; /* M C O */

/* What a text may be: codes with names. */
struct gt_domain {
    const char *id; /* "QSXZ" */
    struct gt_text2 title;
    bool complete; /* false: other values can only be warned about */
    size_t n;
    const char *const *code, *const *name;
    const char *source;
    enum gt_evidence evidence;
};

enum gt_standard_type { GT_TYPE_CHAR, GT_TYPE_INT, GT_TYPE_FLOAT, GT_TYPE_DATE };

struct gt_standard_field {
    const char *code;  /* "TBMJ" */
    const char *title; /* 图斑面积 */
    enum gt_standard_type type;
    int length, decimals; /* 0: not said */
    enum gt_constraint constraint;
    double lo, hi; /* of numbers; infinite: open */
    bool lo_closed, hi_closed;
    const struct gt_domain *domain; /* NULL: none */
    const char *land;               /* its codes are of this land system: "sandiao"; "" */
    const char *name_of; /* holds the name of the code in that field: DLMC of "DLBM"; "" */
    const char *const *alias;
    size_t n_aliases;
    const char *note;
};

enum gt_standard_shape { GT_STD_POINT, GT_STD_LINE, GT_STD_POLYGON, GT_STD_TABLE, GT_STD_OTHER };

struct gt_standard_layer {
    const char *code, *title; /* "DLTB" 地类图斑 */
    const char *group;        /* "survey" "planning" "use-control" ... */
    enum gt_standard_shape shape;
    size_t n_fields; /* 0: its fields are not known, so its structure can only be warned about */
    const struct gt_standard_field *field;
    const char *const *alias; /* other codes that it goes by: YJJBNT of YJJBNTBHHX */
    size_t n_aliases;
    bool covers;   /* whole, without gaps and overlaps: DLTB, XZQ... */
    bool doubtful; /* its title was decoded from the code */
    const char *source;
    enum gt_evidence evidence;
};

/* Layers that belong together by the standard: "planning", "survey". */
struct gt_layer_group {
    const char *id;
    struct gt_text2 title;
    const char *source;
    enum gt_evidence evidence;
};
/* What one level of plan is made of: "county-whole", with M/C/O where the standard says it. */
struct gt_set_layer {
    const char *code, *part; /* code as the set has it, which may be an alias */
    bool said;
    enum gt_constraint constraint;
};
struct gt_layer_set {
    const char *id;
    struct gt_text2 title;
    size_t n;
    const struct gt_set_layer *v;
};

/* A county, prefecture or province. */
struct gt_unit_code {
    const char *code, *name, *level, *parent;
};

/* A file that the standard is read from. */
struct gt_standard_table {
    const char *file;
    struct gt_text2 title;
    const char *source, *note;
    enum gt_evidence evidence;
    size_t rows;
};

struct gt_standard {
    const char *hash; /* of its files */
    size_t n_systems, n_maps, n_domains, n_layers, n_units, n_groups, n_sets, n_tables;
    const struct gt_land_system *system;
    const struct gt_land_map *map; /* sandiao to planning2023 */
    const struct gt_domain *domain;
    const struct gt_standard_layer *layer;
    const struct gt_unit_code *unit;
    const struct gt_layer_group *group;
    const struct gt_layer_set *set;
    const struct gt_standard_table *table;
    const struct gt_standard_index *index; /* for the functions below */
};

/* dir: the folder rules/. */
GT_MUST enum gt_status gt_standard_load(struct gt_arena *a, const char *dir,
                                        const struct gt_standard **out, struct gt_err *err);
/* All find nothing as NULL. Layers are found by code or alias, without regard to case; of two of
 * one code (STBHHX, CZKFBJ) the planning one, unless a group is named. */
const struct gt_standard_layer *gt_standard_layer(const struct gt_standard *s, const char *code);
const struct gt_standard_layer *gt_standard_layer_of(const struct gt_standard *s, const char *group,
                                                     const char *code);
const struct gt_standard_field *gt_standard_field(const struct gt_standard_layer *l,
                                                  const char *name); /* code or alias, any case */
const struct gt_land_class *gt_land_class(const struct gt_standard *s, const char *system,
                                          const char *code);
/* Planning codes come with 6 digits, padded with 0 on the right (010000): finds 01 too. */
const struct gt_land_class *gt_land_class_padded(const struct gt_standard *s, const char *system,
                                                 const char *code);
const struct gt_land_map *gt_land_map(const struct gt_standard *s, const char *sandiao);
const struct gt_domain *gt_domain(const struct gt_standard *s, const char *id);
const char *gt_domain_name(const struct gt_domain *d, const char *code); /* NULL: not one of it */
const struct gt_unit_code *gt_unit_code(const struct gt_standard *s, const char *code);

/* ---- Rules of the quality check -------------------------------------------------------------- */

enum gt_check_family {
    GT_CHECK_COMPLETENESS, /* 完整性 */
    GT_CHECK_REFERENCE,    /* 空间参考 */
    GT_CHECK_ATTRIBUTES,   /* 属性 */
    GT_CHECK_TOPOLOGY,     /* 拓扑 */
    GT_CHECK_AREAS,        /* 面积 */
    GT_CHECK_AGREEMENT,    /* 图文数一致 */
    GT_CHECK_LINES,        /* 控制线 */
    GT_CHECK_FAMILIES
};
const char *gt_check_family_name(enum gt_check_family f); /* "completeness" */
const char *gt_check_family_title(enum gt_check_family f, enum gt_lang lang);

enum gt_check_level { GT_LEVEL_OFF, GT_LEVEL_NOTE, GT_LEVEL_WARNING, GT_LEVEL_ERROR };
const char *gt_check_level_name(enum gt_check_level l); /* "error" "warning" "note" "off" */
const char *gt_check_level_title(enum gt_check_level l, enum gt_lang lang);

struct gt_check_rule {
    const char *id; /* "topology.overlap" */
    enum gt_check_family family;
    enum gt_check_level level;
    struct gt_text2 text; /* what must hold */
    struct gt_text2 fix;  /* how to mend it */
    bool fixable;         /* --fix does it */
    const char *clause;   /* "QC-08", the standard's clause where it is known */
    double tolerance;     /* NaN: none */
    const char *unit;     /* of the tolerance: "m" "m2" "hm2" "" */
    const char *source;
    enum gt_evidence evidence;
};
/* A layer that a submission of this profile brings, and how it is checked. */
struct gt_profile_layer {
    const char *code;
    enum gt_constraint constraint;
};
/* What a submission of a level must be: rules/check/profiles/ID.yaml, possibly based on another. */
struct gt_profile {
    const char *id; /* "county" "city" "province" */
    struct gt_text2 title;
    size_t n_rules, n_layers, n_folders;
    const struct gt_check_rule *rule; /* all, with the profile's own levels and tolerances */
    const struct gt_profile_layer *layer;
    const char *const *folder;  /* required: "矢量数据", ... */
    bool structure_warns;       /* field tables are not the profile's own: at most warnings */
    const struct gt_yaml *tree; /* of its file, for what single checks read from it; NULL */
    const struct gt_profile *base;
    const char *hash; /* of its file, of those it is based on, and of the rules */
};
/* id: a profile of rules/check/profiles, or the path of a file of the same form (overrides of a
 * province: `base: county`). */
GT_MUST enum gt_status gt_profile_load(struct gt_arena *a, const char *dir, const char *id,
                                       const struct gt_profile **out, struct gt_err *err);
const struct gt_check_rule *gt_profile_rule(const struct gt_profile *p, const char *id);
/* What the profile, or the nearest one that it is based on, says under `checks: key:`; NULL. */
const struct gt_yaml *gt_profile_check(const struct gt_profile *p, const char *key);

#endif
