/* test_ruleset.c: rule sets from folders, the shipped ones, layer roles. */
#include "t.h"
#include "guotu/io.h"
#include "guotu/rules.h"

#include <math.h>
#include <string.h>

#define RULES GT_SOURCE_DIR "/rules"
#define HEAD "id: s\ntitle: Test\nversion: 2026-01\nstatus: local\n"
#define MARK "source: test, evidence: code"

/* A folder of rules with one set `s` of the files set.yaml and a.yaml (NULL: not written). */
static const char *folder(struct gt_arena *a, const char *head, const char *tables)
{
    const char *dir = t_tmpdir(), *set = gt_path_join(a, dir, "s");
    T_STATUS(gt_dir_make(set, NULL), GT_OK);
    if (head)
        T_STATUS(gt_file_put(gt_path_join(a, set, "set.yaml"), head, strlen(head), NULL), GT_OK);
    if (tables)
        T_STATUS(gt_file_put(gt_path_join(a, set, "a.yaml"), tables, strlen(tables), NULL), GT_OK);
    return dir;
}

static void check_error(struct t_at at, const char *head, const char *tables, const char *part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_ruleset *set;
    t_status(at, gt_ruleset_load(a, folder(a, head, tables), "s", &set, &err), GT_EINPUT, &err);
    t_has(at, err.text, part);
    t_ok(at, set == NULL);
}
#define ERROR(tables, part) check_error(T_HERE(tables), HEAD, tables, part)
#define HEAD_ERROR(head, part) check_error(T_HERE(head), head, NULL, part)

T_TEST(a_set_is_loaded)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_ruleset *s;
    const char *dir = folder(a, HEAD,
                             "classes:\n"
                             "  c.one:\n"
                             "    {" MARK ", unit: deg, title: {zh: 坡度}, note: why,"
                             " classes: [{in: \"(-inf, inf)\", class: 1}]}\n"
                             "matrices:\n"
                             "  m.one: {" MARK ", rows: [1, 3], cols: [2],"
                             " cells: [[7], [8]], rows_title: land}\n"
                             "numbers:\n"
                             "  n.one: {" MARK ", unit: m, value: 12.5}\n");
    T_STATUS_ERR(gt_ruleset_load(a, dir, "s", &s, &err), GT_OK, &err);
    T_EQ_STR(s->id, "s");
    T_EQ_STR(s->status, "local");
    T_EQ_STR(s->version, "2026-01");
    T_EQ_STR(gt_text2(s->title, GT_ZH), "Test");
    T_HAS(s->hash, "blake2b:");
    const struct gt_classes *c = gt_ruleset_classes(s, "c.one");
    T_OK(c != NULL);
    T_EQ_STR(c->unit, "degree");
    T_EQ_STR(c->note, "why");
    T_EQ_STR(c->source, "test");
    T_EQ_INT(c->evidence, GT_CODE);
    T_EQ_INT(c->line, 2);
    const struct gt_matrix *m = gt_ruleset_matrix(s, "m.one");
    T_OK(m != NULL);
    T_EQ_INT(m->n_rows, 2);
    T_EQ_INT(m->n_cols, 1);
    T_EQ_NUM(m->v[1], 8);
    T_EQ_STR(gt_text2(m->rows_title, GT_EN), "land");
    const struct gt_number *n = gt_ruleset_number(s, "n.one");
    T_OK(n != NULL);
    T_EQ_NUM(n->v, 12.5);
    T_OK(gt_ruleset_number(s, "c.one") == NULL);
}

T_TEST(the_hash_follows_the_files)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_ruleset *x, *y, *z;
    const char *number = "numbers: {n: {" MARK ", value: 1}}\n";
    T_STATUS(gt_ruleset_load(a, folder(a, HEAD, number), "s", &x, NULL), GT_OK);
    T_STATUS(gt_ruleset_load(a, folder(a, HEAD, number), "s", &y, NULL), GT_OK);
    T_EQ_STR(x->hash, y->hash);
    number = "numbers: {n: {" MARK ", value: 2}}\n";
    T_STATUS(gt_ruleset_load(a, folder(a, HEAD, number), "s", &z, NULL), GT_OK);
    T_OK(strcmp(x->hash, z->hash) != 0);
}

T_TEST(a_missing_set_lists_those_that_are_there)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_ruleset *s;
    T_STATUS(gt_ruleset_load(a, RULES, "mnr-2021", &s, &err), GT_ENOTFOUND);
    T_HAS(err.text, "rule set 'mnr-2021' is not in ");
    T_HAS(err.text, "; there are: climate, common, mnr-2019-07, mnr-2020-01");
    T_STATUS(gt_ruleset_load(a, RULES, "../etc", &s, &err), GT_ENOTFOUND);
    T_STATUS(gt_ruleset_load(a, RULES, "", &s, &err), GT_ENOTFOUND);
    T_STATUS(gt_ruleset_load(a, RULES, "models", &s, &err), GT_ENOTFOUND);
    T_STATUS(gt_ruleset_load(a, folder(a, NULL, NULL), "s", &s, &err), GT_ENOTFOUND);
    T_HAS(err.text, "which holds none");
}

T_TEST(heads_that_are_refused)
{
    HEAD_ERROR("id: t\ntitle: x\nversion: 1\nstatus: local\n",
               "set.yaml:1:5: id: expected the name of the folder, s, found 't'");
    HEAD_ERROR("id: s\ntitle: x\nversion: 1\n", "expected the key 'status', found none");
    HEAD_ERROR("id: s\ntitle: x\nversion: 1\nstatus: secret\n",
               "status: expected one of: operative draft local; found 'secret'");
    HEAD_ERROR("id: s\ntitle: x\nverion: 1\nstatus: draft\n",
               "unknown key 'verion'; did you mean 'version'?");
    HEAD_ERROR("[1]", "rule file: expected a map, found a list");
}

T_TEST(tables_that_are_refused)
{
    ERROR("clases: {}", "unknown key 'clases'; did you mean 'classes'?");
    ERROR("numbers: [1]", "numbers: expected a map, found a list");
    ERROR("numbers: {n: 5}", "n: expected a map, found a single value");
    ERROR("numbers: {n: {value: 5, evidence: code}}", "expected the key 'source', found none");
    ERROR("numbers: {n: {value: 5, source: x}}", "expected the key 'evidence', found none");
    ERROR("numbers: {n: {value: 5, source: x, evidence: sure}}",
          "evidence: expected one of: verified code unverified; found 'sure'");
    ERROR("numbers: {n: {" MARK "}}", "expected the key 'value', found none");
    ERROR("numbers: {n: {" MARK ", value: many}}", "value: expected a number, found 'many'");
    ERROR("numbers: {n: {" MARK ", value: 0x10}}", "expected a number, found '0x10'");
    ERROR("numbers: {n: {" MARK ", value: 5, unit: feet}}", "unknown unit 'feet'");
    ERROR("numbers: {n-1: {" MARK ", value: 5}}", "expected an id of letters, digits, '_' and '.'");
    ERROR("numbers: {n: {" MARK ", value: 5}}\n"
          "matrices:\n  n: {" MARK ", rows: [1], cols: [1], cells: [[1]]}\n",
          "'n' is defined twice; it is also at ");
    ERROR("matrices: {m: {" MARK ", rows: [2, 1], cols: [1], cells: [[1], [1]]}}",
          "rows: expected ascending codes, found 1 behind 2");
    ERROR("matrices: {m: {" MARK ", rows: [1, 1], cols: [1], cells: [[1], [1]]}}",
          "rows: expected ascending codes, found 1 behind 1");
    ERROR("matrices: {m: {" MARK ", rows: [1, 2], cols: [1], cells: [[1]]}}",
          "cells: expected 2 rows as 'rows' lists, found 1");
    ERROR("matrices: {m: {" MARK ", rows: [1], cols: [1, 2], cells: [[1]]}}",
          "cells: expected 2 codes in the row of 1, found 1");
    ERROR("matrices: {m: {" MARK ", rows: [1], cols: [1], cells: [[2.5]]}}",
          "expected a code (a whole number), found '2.5'");
    ERROR("matrices: {m: {" MARK ", rows: [], cols: [1], cells: []}}",
          "rows: expected 1 to 255 codes, found 0");
    ERROR("classes: {c: {" MARK ", classes: [{in: \"(-inf, $n]\", class: 1}]}}",
          "$n: numbers of a rule set are for models");
}

T_TEST(ids_are_unique_over_the_files)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_ruleset *s;
    const char *text = "numbers: {n: {" MARK ", value: 5}}\n", *dir = folder(a, HEAD, text);
    const char *second = gt_path_join(a, gt_path_join(a, dir, "s"), "b.yaml");
    T_STATUS(gt_file_put(second, text, strlen(text), NULL), GT_OK);
    T_STATUS(gt_ruleset_load(a, dir, "s", &s, &err), GT_EINPUT);
    T_HAS(err.text, "b.yaml:1:11: 'n' is defined twice; it is also at ");
    T_HAS(err.text, "a.yaml:1");
}

/* ---- What is shipped ------------------------------------------------------------------------- */

T_TEST(shipped_sets_say_where_everything_comes_from)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const char *const ids[] = {"mnr-2019-07", "mnr-2020-01"};
    for (size_t i = 0; i < GT_LEN(ids); i++) {
        struct gt_err err = {0};
        const struct gt_ruleset *s;
        T_STATUS_ERR(gt_ruleset_load(a, RULES, ids[i], &s, &err), GT_OK, &err);
        T_EQ_STR(s->status, i == 0 ? "draft" : "operative");
        T_OK(s->source[0] != '\0');
        for (size_t k = 0; k < s->n_classes; k++) {
            const struct gt_classes *c = &s->classes[k];
            T_OK(c->source[0] && c->title.zh && c->title.en);
            T_OK(c->evidence != GT_VERIFIED); /* no text of a guide was at hand */
            for (size_t j = 0; j < c->n; j++)
                T_OK(c->v[j].title.zh && c->v[j].title.en);
        }
        for (size_t k = 0; k < s->n_matrices; k++)
            T_OK(s->matrices[k].source[0] && s->matrices[k].evidence != GT_VERIFIED);
        for (size_t k = 0; k < s->n_numbers; k++)
            T_OK(s->numbers[k].source[0] && s->numbers[k].evidence != GT_VERIFIED);
    }
}

T_TEST(shipped_layers)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_layer_roles *roles;
    T_STATUS_ERR(gt_layer_roles_load(a, RULES, &roles, &err), GT_OK, &err);
    const struct gt_layer_role *dem = gt_layer_role_find(roles, "dem");
    T_OK(dem != NULL && dem->raster);
    T_EQ_STR(dem->unit, "m");
    T_EQ_NUM(dem->max, 9000);
    T_EQ_NUM(dem->reach, 0);
    T_EQ_NUM(gt_layer_role_find(roles, "precipitation")->reach, 20);
    const struct gt_layer_role *county = gt_layer_role_find(roles, "county");
    T_OK(county != NULL && !county->raster);
    T_EQ_INT(county->shape, GT_POLYGONS);
    T_EQ_STR(county->fields[0].name, "code");
    T_OK(county->fields[0].required);
    T_EQ_STR(county->fields[0].alias[0], "XZQDM");
    T_EQ_INT(gt_layer_role_find(roles, "class_raster")->cells, GT_CELLS_CLASS);
    const struct gt_layer_role *water = gt_layer_role_find(roles, "county_water");
    T_OK(water->table && !water->raster);
    T_EQ_STR(water->key[0], "code");
    T_EQ_STR(water->fields[2].name, "total_m3");
    T_EQ_STR(water->fields[2].unit, "m3");
    T_EQ_INT(water->fields[2].kind, GT_FIELD_NUMBER);
    T_EQ_INT(gt_layer_role_find(roles, "vector")->shape, GT_ANY_SHAPE);
    T_OK(gt_layer_role_find(roles, "demm") == NULL);
}

static void check_layers(struct t_at at, const char *text, const char *part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_layer_roles *roles;
    const char *dir = t_tmpdir();
    t_status(at, gt_file_put(gt_path_join(a, dir, "layers.yaml"), text, strlen(text), NULL), GT_OK,
             NULL);
    t_status(at, gt_layer_roles_load(a, dir, &roles, &err), GT_EINPUT, &err);
    t_has(at, err.text, part);
}
#define LAYERS_ERROR(text, part) check_layers(T_HERE(text), text, part)

T_TEST(layers_that_are_refused)
{
    LAYERS_ERROR("roles: {}", "unknown key 'roles'");
    LAYERS_ERROR("layers: [1]", "layers: expected a map, found a list");
    LAYERS_ERROR("layers: {D-1: {kind: raster}}", "expected a role of small letters");
    LAYERS_ERROR("layers: {x: {kind: rastr}}", "did you mean 'raster'?");
    LAYERS_ERROR("layers: {x: {kind: raster, fields: {}}}", "unknown key 'fields'");
    LAYERS_ERROR("layers: {x: {kind: lines, unit: m}}", "unknown key 'unit'");
    LAYERS_ERROR("layers: {x: {kind: table, fields: {code: {alias: [a], kind: text}}}}",
                 "expected the key 'key'");
    LAYERS_ERROR("layers: {x: {kind: table, key: [b], fields: {code: {alias: [a], kind: text}}}}",
                 "key: expected one of the fields, found 'b'");
    LAYERS_ERROR("layers: {x: {kind: table, key: [code], fields: {code: {alias: [a]}}}}",
                 "expected the key 'kind'");
    LAYERS_ERROR(
        "layers: {x: {kind: table, key: [c], fields: {c: {alias: [a], kind: text, min: 1}}}}",
        "unknown key 'min'");
    LAYERS_ERROR("layers: {x: {kind: raster, unit: foot}}", "unknown unit 'foot'");
    LAYERS_ERROR("layers: {x: {kind: raster, min: 2, max: 1}}",
                 "x: expected 'min' up to 'max', found 2 and 1");
    LAYERS_ERROR("layers: {x: {kind: lines, fields: {code: {required: true}}}}",
                 "expected the key 'alias', found none");
    LAYERS_ERROR("layers: {x: {kind: lines, fields: {code: {alias: [a], required: 1}}}}",
                 "required: expected one of: false true; found '1'");
    LAYERS_ERROR("layers: {x: {kind: lines, fields: {code: {alias: [\"\"]}}}}",
                 "alias: expected a column's name, found nothing");
}
