/* standard.c: the data standards of rules/standard/: which tables there are, and finding in them.
 */
#include "standard_int.h"

#include "guotu/io.h"

#include <string.h>
#include <strings.h>

#define MAX_FILE ((size_t)16 << 20)

/* ---- Files ----------------------------------------------------------------------------------- */

static enum gt_status take_file(struct standard_load *l, const char *file, const char **path,
                                struct gt_str *text, struct gt_err *err)
{
    *path = gt_path_join(l->a, l->folder, file);
    GT_TRY(gt_file_get(l->a, *path, MAX_FILE, text, err));
    gt_hash_add(&l->hash, file, strlen(file) + 1);
    gt_hash_add(&l->hash, &(uint64_t){text->n}, sizeof(uint64_t));
    gt_hash_add(&l->hash, text->p, text->n);
    return GT_OK;
}

static struct gt_standard_table *find_table(const struct gt_standard *s, const char *file)
{
    for (size_t i = 0; i < s->n_tables; i++)
        if (strcmp(s->table[i].file, file) == 0)
            return (struct gt_standard_table *)(uintptr_t)&s->table[i];
    return NULL;
}

const struct gt_standard_table *standard_table_of(const struct gt_standard *s, const char *file)
{
    return find_table(s, file);
}

static enum gt_status want_table(struct standard_load *l, const char *file,
                                 struct gt_standard_table **out, struct gt_err *err)
{
    *out = find_table(l->s, file);
    if (!*out)
        return rules_fail(l->root, err, "tables: expected an entry for %s, found none", file);
    return GT_OK;
}

enum gt_status standard_table(struct standard_load *l, const char *file, const char *const *col,
                              size_t n, struct gt_csv *out, struct gt_err *err)
{
    struct gt_standard_table *table;
    struct gt_str text;
    const char *path;
    size_t at[32];
    GT_TRY(want_table(l, file, &table, err));
    GT_TRY(take_file(l, file, &path, &text, err));
    GT_TRY(gt_csv_parse(l->a, path, text, out, err));
    GT_TRY(gt_csv_columns(out, col, n, at, err));
    for (size_t i = 0; i < n; i++)
        if (at[i] != i)
            return gt_fail(err, GT_EINPUT, "%s:1: expected '%s' as column %zu, found '%.60s'", path,
                           col[i], i + 1, out->col[i]);
    table->rows = out->n;
    return GT_OK;
}

enum gt_status standard_yaml(struct standard_load *l, const char *file, struct gt_yaml **out,
                             struct gt_err *err)
{
    struct gt_str text;
    const char *path;
    GT_TRY(take_file(l, file, &path, &text, err));
    GT_TRY(gt_yaml_parse(l->a, path, text, out, err));
    return rules_want(*out, GT_YAML_MAP, file, err);
}

enum gt_status standard_claim(struct gt_map *m, const char *key, const void *value,
                              const struct gt_csv *t, size_t row, struct gt_err *err)
{
    if (key[0] == '\0')
        return gt_csv_fail(t, row, err, "expected a code, found nothing");
    if (gt_map_get(m, key))
        return gt_csv_fail(t, row, err, "'%.60s' is there twice", key);
    gt_map_put(m, key, (void *)(uintptr_t)value);
    return GT_OK;
}

const char *const *standard_list(struct gt_arena *a, const char *text, size_t *n)
{
    GT_VEC(const char *) v = {0};
    for (const char *p = text; *p;) {
        size_t len = strcspn(p, ";");
        if (len > 0)
            *GT_PUSH(a, &v) = gt_strndup(a, p, len);
        p += len + (p[len] == ';');
    }
    *n = v.n;
    return v.v;
}

const char *standard_upper(struct gt_arena *a, const char *text)
{
    char *copy = gt_strdup(a, text);
    for (char *p = copy; *p; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    return copy;
}

/* ---- standard.yaml --------------------------------------------------------------------------- */

static enum gt_status read_tables(struct standard_load *l, struct gt_err *err)
{
    struct gt_yaml *map;
    GT_TRY(rules_need(l->root, "tables", &map, err));
    GT_TRY(rules_want(map, GT_YAML_MAP, "tables", err));
    struct gt_standard_table *v = GT_TAKE_N(l->a, struct gt_standard_table, map->n + 1);
    l->s->table = v;
    for (const struct gt_yaml *c = map->child; c; c = c->next) {
        struct gt_standard_table *t = &v[l->s->n_tables++];
        struct gt_yaml *y;
        *t = (struct gt_standard_table){.file = c->key, .source = "", .note = ""};
        GT_TRY(rules_want(c, GT_YAML_MAP, c->key, err));
        GT_TRY(rules_known(c, "title source evidence note", err));
        GT_TRY(rules_title(c, "title", &t->title, err));
        GT_TRY(rules_need(c, "source", &y, err));
        GT_TRY(rules_need(c, "evidence", &y, err));
        GT_TRY(rules_text(c, "source", &t->source, err));
        GT_TRY(rules_text(c, "note", &t->note, err));
        GT_TRY(rules_evidence(c, &t->evidence, err));
    }
    return GT_OK;
}

static enum gt_status read_groups(struct standard_load *l, struct gt_err *err)
{
    struct gt_yaml *map;
    GT_TRY(rules_need(l->root, "groups", &map, err));
    GT_TRY(rules_want(map, GT_YAML_MAP, "groups", err));
    struct gt_layer_group *v = GT_TAKE_N(l->a, struct gt_layer_group, map->n + 1);
    for (const struct gt_yaml *c = map->child; c; c = c->next) {
        struct gt_layer_group *g = &v[l->s->n_groups++];
        *g = (struct gt_layer_group){.id = c->key, .source = "", .evidence = GT_UNVERIFIED};
        GT_TRY(rules_want(c, GT_YAML_MAP, c->key, err));
        GT_TRY(rules_known(c, "title source evidence", err));
        GT_TRY(rules_title(c, "title", &g->title, err));
        GT_TRY(rules_text(c, "source", &g->source, err));
        GT_TRY(rules_evidence(c, &g->evidence, err));
    }
    l->s->group = v;
    return GT_OK;
}

static enum gt_status read_all(struct standard_load *l, struct gt_err *err)
{
    struct gt_yaml *root;
    GT_TRY(standard_yaml(l, "standard.yaml", &root, err));
    l->root = root;
    GT_TRY(rules_known(root, "title tables systems groups sets", err));
    GT_TRY(read_tables(l, err));
    GT_TRY(read_groups(l, err));
    GT_TRY(standard_read_classes(l, err));
    GT_TRY(standard_read_map(l, err));
    GT_TRY(standard_read_domains(l, err));
    GT_TRY(standard_read_layers(l, err));
    GT_TRY(standard_read_fields(l, err));
    GT_TRY(standard_read_sets(l, err));
    return standard_read_units(l, err);
}

enum gt_status gt_standard_load(struct gt_arena *a, const char *dir, const struct gt_standard **out,
                                struct gt_err *err)
{
    char hash[GT_HASH_TEXT];
    struct gt_standard_index *index = GT_TAKE(a, struct gt_standard_index);
    struct standard_load l = {.a = a,
                              .folder = gt_path_join(a, dir, "standard"),
                              .s = GT_TAKE(a, struct gt_standard),
                              .index = index};
    *out = NULL;
    *index = (struct gt_standard_index){gt_map_new(a), gt_map_new(a), gt_map_new(a), gt_map_new(a),
                                        gt_map_new(a)};
    gt_hash_begin(&l.hash);
    GT_TRY(read_all(&l, err));
    gt_hash_end(&l.hash, hash);
    l.s->hash = gt_strdup(a, hash);
    l.s->index = index;
    *out = l.s;
    return GT_OK;
}

/* ---- Finding --------------------------------------------------------------------------------- */

#define KEY 80
static const char *upper_key(char buf[static KEY], const char *text)
{
    size_t n = strlen(text);
    if (n >= KEY)
        return "";
    for (size_t i = 0; i <= n; i++)
        buf[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
    return buf;
}

const struct gt_standard_layer *gt_standard_layer(const struct gt_standard *s, const char *code)
{
    char key[KEY];
    return gt_map_get(s->index->layers, upper_key(key, code));
}

const struct gt_standard_layer *gt_standard_layer_of(const struct gt_standard *s, const char *group,
                                                     const char *code)
{
    const struct gt_standard_layer *first = gt_standard_layer(s, code);
    for (size_t i = 0; first && i < s->n_layers; i++)
        if (strcmp(s->layer[i].code, first->code) == 0 && strcmp(s->layer[i].group, group) == 0)
            return &s->layer[i];
    return NULL;
}

const struct gt_standard_field *gt_standard_field(const struct gt_standard_layer *l,
                                                  const char *name)
{
    for (size_t i = 0; i < l->n_fields; i++)
        if (strcasecmp(l->field[i].code, name) == 0)
            return &l->field[i];
    for (size_t i = 0; i < l->n_fields; i++)
        for (size_t k = 0; k < l->field[i].n_aliases; k++)
            if (strcasecmp(l->field[i].alias[k], name) == 0)
                return &l->field[i];
    return NULL;
}

const struct gt_land_class *gt_land_class(const struct gt_standard *s, const char *system,
                                          const char *code)
{
    char key[KEY];
    size_t n = strlen(system), m = strlen(code);
    if (n + m + 2 > KEY)
        return NULL;
    memcpy(key, system, n);
    key[n] = ':';
    memcpy(key + n + 1, code, m + 1);
    return gt_map_get(s->index->classes, key);
}

const struct gt_land_class *gt_land_class_padded(const struct gt_standard *s, const char *system,
                                                 const char *code)
{
    char text[8];
    size_t n = strlen(code);
    const struct gt_land_class *c = gt_land_class(s, system, code);
    if (c || n > 6)
        return c;
    memcpy(text, code, n + 1);
    for (; !c && n > 2 && n % 2 == 0 && strcmp(text + n - 2, "00") == 0; n -= 2) {
        text[n - 2] = '\0';
        c = gt_land_class(s, system, text);
    }
    return c;
}

const struct gt_land_map *gt_land_map(const struct gt_standard *s, const char *sandiao)
{
    return gt_map_get(s->index->maps, sandiao);
}

const struct gt_domain *gt_domain(const struct gt_standard *s, const char *id)
{
    return gt_map_get(s->index->domains, id);
}

const char *gt_domain_name(const struct gt_domain *d, const char *code)
{
    for (size_t i = 0; i < d->n; i++)
        if (strcmp(d->code[i], code) == 0)
            return d->name[i];
    return NULL;
}

const struct gt_unit_code *gt_unit_code(const struct gt_standard *s, const char *code)
{
    return gt_map_get(s->index->units, code);
}

const char *gt_big_class_title(enum gt_big_class c, enum gt_lang lang)
{
    static const struct gt_text2 title[] = {
        [GT_BIG_NONE] = {"none", "未归类"},
        [GT_BIG_AGRICULTURAL] = {"agricultural land", "农用地"},
        [GT_BIG_BUILT] = {"construction land", "建设用地"},
        [GT_BIG_UNUSED] = {"unused land", "未利用地"},
    };
    return gt_text2(title[c], lang);
}
