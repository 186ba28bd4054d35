/* standard_layers.c: code lists, layers, their fields, and the sets of layers of each level. */
#include "standard_int.h"

#include <math.h>
#include <string.h>
#include <strings.h>

static const char *const layer_col[] = {"code",   "title", "group",   "shape",
                                        "covers", "alias", "doubtful"};
static const char *const set_col[] = {"set", "part", "seq", "code", "constraint"};
enum {
    F_LAYER,
    F_GROUP,
    F_CODE,
    F_TITLE,
    F_TYPE,
    F_LENGTH,
    F_DECIMALS,
    F_CONSTRAINT,
    F_RANGE,
    F_DOMAIN,
    F_LAND,
    F_NAME_OF,
    F_ALIAS,
    F_NOTE,
    F_COLUMNS
};
static const char *const field_col[F_COLUMNS] = {
    "layer",      "group", "code",   "title", "type",    "length", "decimals",
    "constraint", "range", "domain", "land",  "name_of", "alias",  "note"};

struct words {
    const char *const *v;
    size_t n;
};
#define WORDS(array) ((struct words){array, GT_LEN(array)})

/* Index of the cell's text among words. */
static enum gt_status choose(const struct gt_csv *t, size_t row, size_t col, struct words words,
                             int *out, struct gt_err *err)
{
    const char *text = gt_csv_cell(t, row, col);
    for (*out = 0; *out < (int)words.n; ++*out)
        if (strcmp(text, words.v[*out]) == 0)
            return GT_OK;
    return gt_csv_fail(t, row, err, "%s: '%.40s' is none of the words known here", t->col[col],
                       text);
}

/* ---- Code lists ------------------------------------------------------------------------------ */

static enum gt_status read_domain(struct standard_load *l, const struct gt_yaml *y,
                                  struct gt_domain *out, struct gt_err *err)
{
    struct gt_yaml *codes, *need;
    *out = (struct gt_domain){.id = y->key, .source = "", .evidence = GT_UNVERIFIED};
    GT_TRY(rules_want(y, GT_YAML_MAP, y->key, err));
    GT_TRY(rules_known(y, "title complete source evidence codes", err));
    for (const char *const *key = (const char *const[]){"complete", "source", "evidence", NULL};
         *key; key++)
        GT_TRY(rules_need(y, *key, &need, err));
    GT_TRY(rules_title(y, "title", &out->title, err));
    GT_TRY(rules_bool(y, "complete", &out->complete, err));
    GT_TRY(rules_text(y, "source", &out->source, err));
    GT_TRY(rules_evidence(y, &out->evidence, err));
    GT_TRY(rules_need(y, "codes", &codes, err));
    GT_TRY(rules_want(codes, GT_YAML_MAP, "codes", err));
    const char **code = GT_TAKE_N(l->a, const char *, codes->n + 1);
    const char **name = GT_TAKE_N(l->a, const char *, codes->n + 1);
    for (const struct gt_yaml *c = codes->child; c; c = c->next) {
        GT_TRY(rules_want(c, GT_YAML_SCALAR, c->key, err));
        code[out->n] = c->key;
        name[out->n++] = c->text;
    }
    if (out->n == 0)
        return rules_fail(codes, err, "codes: expected at least one, found none");
    out->code = code;
    out->name = name;
    return GT_OK;
}

enum gt_status standard_read_domains(struct standard_load *l, struct gt_err *err)
{
    struct gt_yaml *root, *map;
    GT_TRY(standard_yaml(l, "domains.yaml", &root, err));
    GT_TRY(rules_known(root, "domains", err));
    GT_TRY(rules_need(root, "domains", &map, err));
    GT_TRY(rules_want(map, GT_YAML_MAP, "domains", err));
    struct gt_domain *v = GT_TAKE_N(l->a, struct gt_domain, map->n + 1);
    for (const struct gt_yaml *c = map->child; c; c = c->next) {
        struct gt_domain *d = &v[l->s->n_domains++];
        GT_TRY(read_domain(l, c, d, err));
        gt_map_put(l->index->domains, d->id, d);
    }
    l->s->domain = v;
    return GT_OK;
}

/* ---- Layers ---------------------------------------------------------------------------------- */

static const struct gt_layer_group *find_group(const struct gt_standard *s, const char *id)
{
    for (size_t i = 0; i < s->n_groups; i++)
        if (strcmp(s->group[i].id, id) == 0)
            return &s->group[i];
    return NULL;
}

/* A second layer of one code must be of another group; the planning one is found first. */
static enum gt_status claim_layer(struct standard_load *l, const struct gt_csv *t, size_t row,
                                  const struct gt_standard_layer *y, struct gt_err *err)
{
    const char *key = standard_upper(l->a, y->code);
    const struct gt_standard_layer *other = gt_map_get(l->index->layers, key);
    for (size_t i = 0; i < l->s->n_layers; i++)
        if (strcasecmp(l->s->layer[i].code, y->code) == 0 &&
            strcmp(l->s->layer[i].group, y->group) == 0)
            return gt_csv_fail(t, row, err, "'%.60s' is there twice in %s", y->code, y->group);
    if (other && strcasecmp(other->code, y->code) != 0)
        return gt_csv_fail(t, row, err, "'%.60s' is an alias of %s already", y->code, other->code);
    if (!other || strcmp(y->group, "planning") == 0)
        gt_map_put(l->index->layers, key, (void *)(uintptr_t)y);
    for (size_t i = 0; i < y->n_aliases; i++)
        GT_TRY(standard_claim(l->index->layers, standard_upper(l->a, y->alias[i]), y, t, row, err));
    return GT_OK;
}

static enum gt_status read_layer(struct standard_load *l, const struct gt_csv *t, size_t row,
                                 struct gt_standard_layer *out, struct gt_err *err)
{
    static const char *const shapes[] = {"point", "line", "polygon", "table", "other"};
    static const char *const yes[] = {"", "yes"};
    int shape, covers, doubtful;
    const struct gt_layer_group *g = find_group(l->s, gt_csv_cell(t, row, 2));
    if (!g)
        return gt_csv_fail(t, row, err, "group: '%.40s' is not among the groups of standard.yaml",
                           gt_csv_cell(t, row, 2));
    GT_TRY(choose(t, row, 3, WORDS(shapes), &shape, err));
    GT_TRY(choose(t, row, 4, WORDS(yes), &covers, err));
    GT_TRY(choose(t, row, 6, WORDS(yes), &doubtful, err));
    *out = (struct gt_standard_layer){.code = gt_csv_cell(t, row, 0),
                                      .title = gt_csv_cell(t, row, 1),
                                      .group = g->id,
                                      .shape = (enum gt_standard_shape)shape,
                                      .covers = covers == 1,
                                      .doubtful = doubtful == 1,
                                      .source = g->source,
                                      .evidence = doubtful ? GT_UNVERIFIED : g->evidence};
    if (out->code[0] == '\0' || out->title[0] == '\0')
        return gt_csv_fail(t, row, err, "expected a code and a title, found none");
    out->alias = standard_list(l->a, gt_csv_cell(t, row, 5), &out->n_aliases);
    return claim_layer(l, t, row, out, err);
}

enum gt_status standard_read_layers(struct standard_load *l, struct gt_err *err)
{
    struct gt_csv t;
    GT_TRY(standard_table(l, "layers.csv", layer_col, GT_LEN(layer_col), &t, err));
    struct gt_standard_layer *v = GT_TAKE_N(l->a, struct gt_standard_layer, t.n + 1);
    l->s->layer = v;
    for (size_t i = 0; i < t.n; i++) {
        GT_TRY(read_layer(l, &t, i, &v[i], err));
        l->s->n_layers++;
    }
    return GT_OK;
}

/* ---- Fields ---------------------------------------------------------------------------------- */

/* "[0,1)", "(0,)"; "" leaves both ends open. */
static bool parse_range(const char *text, struct gt_standard_field *f)
{
    char buf[64];
    size_t n = strlen(text);
    f->lo = -(double)INFINITY;
    f->hi = (double)INFINITY;
    if (n == 0)
        return true;
    if (n < 4 || n >= sizeof buf || !strchr("[(", text[0]) || !strchr("])", text[n - 1]))
        return false;
    memcpy(buf, text, n + 1);
    buf[n - 1] = '\0';
    char *comma = strchr(buf, ',');
    if (!comma)
        return false;
    *comma = '\0';
    f->lo_closed = text[0] == '[';
    f->hi_closed = text[n - 1] == ']';
    if (buf[1] && !gt_parse_num(buf + 1, &f->lo))
        return false;
    if (comma[1] && !gt_parse_num(comma + 1, &f->hi))
        return false;
    return f->lo <= f->hi;
}

static enum gt_status read_count(const struct gt_csv *t, size_t row, size_t col, int *out,
                                 struct gt_err *err)
{
    const char *text = gt_csv_cell(t, row, col);
    int64_t v = 0;
    if (text[0] && (!gt_parse_int(text, &v) || v < 1 || v > 10000))
        return gt_csv_fail(t, row, err, "%s: expected a whole number of 1 to 10000, found '%.40s'",
                           t->col[col], text);
    *out = (int)v;
    return GT_OK;
}

static enum gt_status read_values(struct standard_load *l, const struct gt_csv *t, size_t row,
                                  struct gt_standard_field *out, struct gt_err *err)
{
    const char *domain = gt_csv_cell(t, row, F_DOMAIN), *land = gt_csv_cell(t, row, F_LAND);
    bool system = land[0] == '\0';
    if (!parse_range(gt_csv_cell(t, row, F_RANGE), out))
        return gt_csv_fail(t, row, err, "range: expected an interval like [0,1) or (0,)");
    if (gt_csv_cell(t, row, F_RANGE)[0] && out->type != GT_TYPE_INT && out->type != GT_TYPE_FLOAT)
        return gt_csv_fail(t, row, err, "range: only numbers have one");
    out->domain = domain[0] ? gt_map_get(l->index->domains, domain) : NULL;
    if (domain[0] && !out->domain)
        return gt_csv_fail(t, row, err, "domain: '%.40s' is not in domains.yaml", domain);
    for (size_t i = 0; i < l->s->n_systems; i++)
        system = system || strcmp(l->s->system[i].id, land) == 0;
    if (!system)
        return gt_csv_fail(t, row, err, "land: '%.40s' is no system of land classes", land);
    out->land = land;
    return GT_OK;
}

static enum gt_status read_field(struct standard_load *l, const struct gt_csv *t, size_t row,
                                 struct gt_standard_field *out, struct gt_err *err)
{
    static const char *const types[] = {"char", "int", "float", "date"};
    static const char *const flags[] = {"M", "C", "O"};
    int type, flag;
    GT_TRY(choose(t, row, F_TYPE, WORDS(types), &type, err));
    GT_TRY(choose(t, row, F_CONSTRAINT, WORDS(flags), &flag, err));
    *out = (struct gt_standard_field){.code = gt_csv_cell(t, row, F_CODE),
                                      .title = gt_csv_cell(t, row, F_TITLE),
                                      .type = (enum gt_standard_type)type,
                                      .constraint = (enum gt_constraint)flag,
                                      .name_of = gt_csv_cell(t, row, F_NAME_OF),
                                      .note = gt_csv_cell(t, row, F_NOTE)};
    if (out->code[0] == '\0')
        return gt_csv_fail(t, row, err, "code: expected a field's code, found nothing");
    GT_TRY(read_count(t, row, F_LENGTH, &out->length, err));
    GT_TRY(read_count(t, row, F_DECIMALS, &out->decimals, err));
    out->alias = standard_list(l->a, gt_csv_cell(t, row, F_ALIAS), &out->n_aliases);
    return read_values(l, t, row, out, err);
}

/* No code twice, and names are of codes that are there. */
static enum gt_status check_fields(const struct gt_standard_layer *y, const struct gt_csv *t,
                                   size_t row, struct gt_err *err)
{
    for (size_t i = 0; i < y->n_fields; i++) {
        for (size_t k = 0; k < i; k++)
            if (strcasecmp(y->field[i].code, y->field[k].code) == 0)
                return gt_csv_fail(t, row + i, err, "'%.60s' is there twice in %s",
                                   y->field[i].code, y->code);
        if (y->field[i].name_of[0] && !gt_standard_field(y, y->field[i].name_of))
            return gt_csv_fail(t, row + i, err, "name_of: %s has no field '%.60s'", y->code,
                               y->field[i].name_of);
    }
    return GT_OK;
}

static struct gt_standard_layer *find_layer(const struct standard_load *l, const struct gt_csv *t,
                                            size_t row)
{
    const char *code = gt_csv_cell(t, row, F_LAYER), *group = gt_csv_cell(t, row, F_GROUP);
    for (size_t i = 0; i < l->s->n_layers; i++) {
        const struct gt_standard_layer *y = &l->s->layer[i];
        if (strcmp(y->code, code) == 0 && (group[0] == '\0' || strcmp(y->group, group) == 0))
            return (struct gt_standard_layer *)(uintptr_t)y;
    }
    return NULL;
}

/* The rows of a layer stand together. */
static bool same_layer(const struct gt_csv *t, size_t a, size_t b)
{
    return strcmp(gt_csv_cell(t, a, F_LAYER), gt_csv_cell(t, b, F_LAYER)) == 0 &&
           strcmp(gt_csv_cell(t, a, F_GROUP), gt_csv_cell(t, b, F_GROUP)) == 0;
}

enum gt_status standard_read_fields(struct standard_load *l, struct gt_err *err)
{
    struct gt_csv t;
    GT_TRY(standard_table(l, "fields.csv", field_col, F_COLUMNS, &t, err));
    struct gt_standard_field *v = GT_TAKE_N(l->a, struct gt_standard_field, t.n + 1);
    for (size_t i = 0, end; i < t.n; i = end) {
        struct gt_standard_layer *y = find_layer(l, &t, i);
        if (!y)
            return gt_csv_fail(&t, i, err, "layer: '%.60s' is not in layers.csv",
                               gt_csv_cell(&t, i, F_LAYER));
        if (y->n_fields > 0)
            return gt_csv_fail(&t, i, err, "layer: the rows of %s are not together", y->code);
        for (end = i; end < t.n && same_layer(&t, i, end); end++)
            GT_TRY(read_field(l, &t, end, &v[end], err));
        y->field = &v[i];
        y->n_fields = end - i;
        GT_TRY(check_fields(y, &t, i, err));
    }
    return GT_OK;
}

/* ---- Sets ------------------------------------------------------------------------------------ */

static enum gt_status read_set_row(struct standard_load *l, const struct gt_csv *t, size_t row,
                                   struct gt_set_layer *out, struct gt_err *err)
{
    static const char *const flags[] = {"M", "C", "O", ""};
    int flag;
    GT_TRY(choose(t, row, 4, WORDS(flags), &flag, err));
    *out = (struct gt_set_layer){.code = gt_csv_cell(t, row, 3),
                                 .part = gt_csv_cell(t, row, 1),
                                 .said = flag < 3,
                                 .constraint = flag < 3 ? (enum gt_constraint)flag : GT_OPTIONAL};
    if (!gt_map_get(l->index->layers, standard_upper(l->a, out->code)))
        return gt_csv_fail(t, row, err, "code: '%.60s' is not in layers.csv", out->code);
    return GT_OK;
}

enum gt_status standard_read_sets(struct standard_load *l, struct gt_err *err)
{
    struct gt_csv t;
    struct gt_yaml *map;
    GT_TRY(rules_need(l->root, "sets", &map, err));
    GT_TRY(rules_want(map, GT_YAML_MAP, "sets", err));
    GT_TRY(standard_table(l, "sets.csv", set_col, GT_LEN(set_col), &t, err));
    struct gt_set_layer *v = GT_TAKE_N(l->a, struct gt_set_layer, t.n + 1);
    struct gt_layer_set *sets = GT_TAKE_N(l->a, struct gt_layer_set, map->n + 1);
    size_t taken = 0;
    for (const struct gt_yaml *c = map->child; c; c = c->next) {
        struct gt_layer_set *s = &sets[l->s->n_sets++];
        *s = (struct gt_layer_set){.id = c->key, .v = &v[taken]};
        GT_TRY(rules_title(map, c->key, &s->title, err));
        for (size_t i = 0; i < t.n; i++)
            if (strcmp(gt_csv_cell(&t, i, 0), c->key) == 0) {
                GT_TRY(read_set_row(l, &t, i, &v[taken++], err));
                s->n++;
            }
    }
    l->s->set = sets;
    if (taken == t.n)
        return GT_OK;
    return gt_fail(err, GT_EINPUT, "%s: %zu rows are of sets that standard.yaml does not name",
                   t.file, t.n - taken);
}
