/* standard_classes.c: land classes of both systems, their colours, how one maps to the other, and
 * administrative units. */
#include "standard_int.h"

#include <string.h>

static const char *const class_col[] = {"code", "name", "parent", "big"};
static const char *const colour_col[] = {"system", "code", "colour", "basis"};
static const char *const map_col[] = {"from", "to", "kind", "candidates", "reason"};
static const char *const unit_col[] = {"code", "name", "level", "parent"};

/* ---- Classes --------------------------------------------------------------------------------- */

static enum gt_status read_big(const struct gt_csv *t, size_t row, enum gt_big_class *out,
                               struct gt_err *err)
{
    static const char *const word[] = {"", "agricultural", "built", "unused"};
    const char *text = gt_csv_cell(t, row, 3);
    for (size_t i = 0; i < GT_LEN(word); i++)
        if (strcmp(text, word[i]) == 0) {
            *out = (enum gt_big_class)i;
            return GT_OK;
        }
    return gt_csv_fail(t, row, err,
                       "big: expected agricultural, built, unused or nothing, found '%.40s'", text);
}

static enum gt_status link_parents(struct standard_load *l, const char *system,
                                   const struct gt_csv *t, struct gt_land_class *v,
                                   struct gt_err *err)
{
    for (size_t i = 0; i < t->n; i++) {
        if (v[i].parent[0] == '\0')
            continue;
        struct gt_land_class *p =
            gt_map_get(l->index->classes, gt_printf(l->a, "%s:%s", system, v[i].parent));
        if (!p || p == &v[i])
            return gt_csv_fail(t, i, err, "parent: '%.40s' is no class of %s", v[i].parent, system);
        p->leaf = false;
    }
    return GT_OK;
}

static enum gt_status read_system(struct standard_load *l, const struct gt_yaml *y,
                                  struct gt_land_system *out, struct gt_err *err)
{
    struct gt_csv t;
    struct gt_yaml *file;
    GT_TRY(rules_want(y, GT_YAML_MAP, y->key, err));
    GT_TRY(rules_known(y, "file title", err));
    GT_TRY(rules_need(y, "file", &file, err));
    GT_TRY(rules_want(file, GT_YAML_SCALAR, "file", err));
    GT_TRY(standard_table(l, file->text, class_col, GT_LEN(class_col), &t, err));
    const struct gt_standard_table *table = standard_table_of(l->s, file->text);
    struct gt_land_class *v = GT_TAKE_N(l->a, struct gt_land_class, t.n + 1);
    for (size_t i = 0; i < t.n; i++) {
        v[i] = (struct gt_land_class){.code = gt_csv_cell(&t, i, 0),
                                      .name = gt_csv_cell(&t, i, 1),
                                      .parent = gt_csv_cell(&t, i, 2),
                                      .rgb = -1,
                                      .leaf = true};
        if (v[i].code[0] == '\0' || v[i].name[0] == '\0')
            return gt_csv_fail(&t, i, err, "expected a code and a name, found none");
        GT_TRY(read_big(&t, i, &v[i].big, err));
        GT_TRY(standard_claim(l->index->classes, gt_printf(l->a, "%s:%s", y->key, v[i].code), &v[i],
                              &t, i, err));
    }
    GT_TRY(link_parents(l, y->key, &t, v, err));
    *out = (struct gt_land_system){.id = y->key,
                                   .source = table->source,
                                   .evidence = table->evidence,
                                   .note = table->note,
                                   .n = t.n,
                                   .v = v};
    return rules_title(y, "title", &out->title, err);
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "#rrggbb" */
static bool parse_colour(const char *text, int *rgb)
{
    *rgb = 0;
    if (text[0] != '#' || strlen(text) != 7)
        return false;
    for (const char *p = text + 1; *p; p++) {
        if (hex(*p) < 0)
            return false;
        *rgb = *rgb * 16 + hex(*p);
    }
    return true;
}

static enum gt_status read_colours(struct standard_load *l, struct gt_err *err)
{
    struct gt_csv t;
    GT_TRY(standard_table(l, "colours.csv", colour_col, GT_LEN(colour_col), &t, err));
    for (size_t i = 0; i < t.n; i++) {
        const char *key = gt_printf(l->a, "%s:%s", gt_csv_cell(&t, i, 0), gt_csv_cell(&t, i, 1));
        struct gt_land_class *c = gt_map_get(l->index->classes, key);
        int rgb;
        if (!c)
            return gt_csv_fail(&t, i, err, "'%.60s' is no land class", key);
        if (c->rgb >= 0)
            return gt_csv_fail(&t, i, err, "'%.60s' has two colours", key);
        if (!parse_colour(gt_csv_cell(&t, i, 2), &rgb))
            return gt_csv_fail(&t, i, err, "colour: expected #rrggbb, found '%.40s'",
                               gt_csv_cell(&t, i, 2));
        c->rgb = rgb;
    }
    return GT_OK;
}

enum gt_status standard_read_classes(struct standard_load *l, struct gt_err *err)
{
    struct gt_yaml *map;
    GT_TRY(rules_need(l->root, "systems", &map, err));
    GT_TRY(rules_want(map, GT_YAML_MAP, "systems", err));
    struct gt_land_system *v = GT_TAKE_N(l->a, struct gt_land_system, map->n + 1);
    for (const struct gt_yaml *c = map->child; c; c = c->next)
        GT_TRY(read_system(l, c, &v[l->s->n_systems++], err));
    l->s->system = v;
    return read_colours(l, err);
}

/* ---- The map --------------------------------------------------------------------------------- */

static bool has_class(const struct standard_load *l, const char *system, const char *code)
{
    return gt_map_get(l->index->classes, gt_printf(l->a, "%s:%s", system, code)) != NULL;
}

static enum gt_status check_map(struct standard_load *l, const struct gt_csv *t, size_t row,
                                const struct gt_land_map *m, struct gt_err *err)
{
    if (!has_class(l, "planning2023", m->to))
        return gt_csv_fail(t, row, err, "to: '%.40s' is no class of planning2023", m->to);
    for (size_t i = 0; i < m->n_candidates; i++)
        if (!has_class(l, "planning2023", m->candidate[i]))
            return gt_csv_fail(t, row, err, "candidates: '%.40s' is no class of planning2023",
                               m->candidate[i]);
    if (m->split && m->n_candidates < 2)
        return gt_csv_fail(t, row, err, "candidates: expected two or more of a split class");
    if (!m->split && m->n_candidates > 0)
        return gt_csv_fail(t, row, err, "candidates: only split classes have them");
    return GT_OK;
}

enum gt_status standard_read_map(struct standard_load *l, struct gt_err *err)
{
    struct gt_csv t;
    GT_TRY(standard_table(l, "class-map.csv", map_col, GT_LEN(map_col), &t, err));
    struct gt_land_map *v = GT_TAKE_N(l->a, struct gt_land_map, t.n + 1);
    struct gt_map *seen = gt_map_new(l->a);
    for (size_t i = 0; i < t.n; i++) {
        const char *from = gt_csv_cell(&t, i, 0), *kind = gt_csv_cell(&t, i, 2);
        GT_TRY(standard_claim(seen, from, from, &t, i, err));
        if (!has_class(l, "sandiao", from))
            return gt_csv_fail(&t, i, err, "from: '%.40s' is no class of sandiao", from);
        if (strcmp(kind, "none") == 0) {
            if (gt_csv_cell(&t, i, 4)[0] == '\0' || gt_csv_cell(&t, i, 1)[0] != '\0')
                return gt_csv_fail(&t, i, err, "none: expected a reason and nothing in 'to'");
            continue;
        }
        struct gt_land_map *m = &v[l->s->n_maps++];
        *m = (struct gt_land_map){
            .from = from, .to = gt_csv_cell(&t, i, 1), .split = strcmp(kind, "split") == 0};
        if (!m->split && strcmp(kind, "one") != 0)
            return gt_csv_fail(&t, i, err, "kind: expected one, split or none, found '%.40s'",
                               kind);
        m->candidate = standard_list(l->a, gt_csv_cell(&t, i, 3), &m->n_candidates);
        GT_TRY(check_map(l, &t, i, m, err));
        gt_map_put(l->index->maps, from, m);
    }
    l->s->map = v;
    return GT_OK;
}

/* ---- Units ----------------------------------------------------------------------------------- */

enum gt_status standard_read_units(struct standard_load *l, struct gt_err *err)
{
    struct gt_csv t;
    GT_TRY(standard_table(l, "units.csv", unit_col, GT_LEN(unit_col), &t, err));
    struct gt_unit_code *v = GT_TAKE_N(l->a, struct gt_unit_code, t.n + 1);
    for (size_t i = 0; i < t.n; i++) {
        v[i] = (struct gt_unit_code){gt_csv_cell(&t, i, 0), gt_csv_cell(&t, i, 1),
                                     gt_csv_cell(&t, i, 2), gt_csv_cell(&t, i, 3)};
        if (strcmp(v[i].level, "province") != 0 && strcmp(v[i].level, "prefecture") != 0 &&
            strcmp(v[i].level, "county") != 0)
            return gt_csv_fail(&t, i, err,
                               "level: expected province, prefecture or county, found '%.40s'",
                               v[i].level);
        GT_TRY(standard_claim(l->index->units, v[i].code, &v[i], &t, i, err));
    }
    for (size_t i = 0; i < t.n; i++)
        if (v[i].parent[0] && !gt_map_get(l->index->units, v[i].parent))
            return gt_csv_fail(&t, i, err, "parent: '%.40s' is no unit", v[i].parent);
    l->s->unit = v;
    l->s->n_units = t.n;
    return GT_OK;
}
