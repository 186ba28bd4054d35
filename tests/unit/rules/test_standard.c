/* test_standard.c: the data standards of rules/standard/ as they are shipped, counted and checked
 * in their width; and tables that are wrong. */
#include "t.h"

#include "guotu/csv.h"
#include "guotu/io.h"
#include "guotu/standard.h"

#include <math.h>
#include <string.h>
#include <strings.h>

static const struct gt_standard *load(struct gt_arena *a)
{
    const struct gt_standard *s = NULL;
    struct gt_err err = {0};
    const char *dir = gt_rules_dir(a, &err);
    T_OK(dir != NULL);
    T_STATUS_ERR(gt_standard_load(a, dir, &s, &err), GT_OK, &err);
    return s;
}

static const struct gt_land_system *system_of(const struct gt_standard *s, const char *id)
{
    for (size_t i = 0; i < s->n_systems; i++)
        if (strcmp(s->system[i].id, id) == 0)
            return &s->system[i];
    return NULL;
}

T_TEST(standard_classes_are_as_many_as_were_found)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_standard *s = load(a);
    const struct gt_land_system *p = system_of(s, "planning2023"), *o = system_of(s, "sandiao");
    size_t level[4] = {0};
    T_EQ_INT(s->n_systems, 2);
    T_EQ_INT(o->n, 81);
    for (size_t i = 0; i < p->n; i++) {
        size_t n = strlen(p->v[i].code);
        T_OK(n == 2 || n == 4 || n == 6);
        level[n / 2]++;
        if (n > 2) { /* in this system the parent is the code without its last two digits */
            T_EQ_INT(strlen(p->v[i].parent), n - 2);
            T_OK(strncmp(p->v[i].parent, p->v[i].code, n - 2) == 0);
        }
    }
    T_EQ_INT(level[1], 24);
    T_EQ_INT(level[2], 111);
    T_EQ_INT(level[3], 40);
    T_EQ_INT(s->n_maps, 69);
    T_EQ_INT(s->n_units, 82);
    T_EQ_STR(gt_land_class(s, "sandiao", "0304")->name, "森林沼泽");
    T_EQ_STR(gt_land_class(s, "planning2023", "0304")->name, "其他林地");
    T_OK(gt_land_class(s, "planning2023", "0201K") == NULL);
    T_EQ_STR(gt_land_class(s, "sandiao", "0603")->parent, "00");
}

T_TEST(standard_every_survey_leaf_maps_to_a_class_that_is_there)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_standard *s = load(a);
    const struct gt_land_system *o = system_of(s, "sandiao");
    size_t split = 0;
    for (size_t i = 0; i < o->n; i++)
        if (strlen(o->v[i].code) > 2)
            T_OK(gt_land_map(s, o->v[i].code) != NULL);
    T_OK(gt_land_map(s, "09") != NULL);
    T_OK(gt_land_map(s, "01") == NULL);
    for (size_t i = 0; i < s->n_maps; i++) {
        const struct gt_land_map *m = &s->map[i];
        T_OK(gt_land_class(s, "sandiao", m->from) != NULL);
        T_OK(gt_land_class(s, "planning2023", m->to) != NULL);
        T_EQ_INT(m->split, m->n_candidates > 0);
        split += m->split;
        for (size_t k = 0; k < m->n_candidates; k++)
            T_OK(gt_land_class(s, "planning2023", m->candidate[k]) != NULL);
    }
    T_EQ_INT(split, 15); /* 0204 and 0204K, and 13 others */
    const struct gt_land_map *m = gt_land_map(s, "05H1");
    T_EQ_INT(m->n_candidates, 9); /* 090101 to 090105 spelt out */
    T_EQ_STR(m->candidate[4], "090101");
    T_EQ_INT(gt_land_map(s, "0809")->n_candidates, 11); /* 1301 to 1310, and 1312 */
}

T_TEST(standard_big_classes)
{
    static const struct {
        const char *code;
        enum gt_big_class big;
    } want[] = {
        {"0101", GT_BIG_AGRICULTURAL}, {"0307K", GT_BIG_AGRICULTURAL},
        {"0402", GT_BIG_AGRICULTURAL}, {"0404", GT_BIG_UNUSED},
        {"0603", GT_BIG_BUILT},        {"08H2A", GT_BIG_BUILT},
        {"1006", GT_BIG_AGRICULTURAL}, {"1005", GT_BIG_BUILT},
        {"1103", GT_BIG_AGRICULTURAL}, {"1104A", GT_BIG_AGRICULTURAL},
        {"1107", GT_BIG_AGRICULTURAL}, {"1109", GT_BIG_BUILT},
        {"1201", GT_BIG_BUILT},        {"1202", GT_BIG_AGRICULTURAL},
        {"1203", GT_BIG_AGRICULTURAL}, {"1110", GT_BIG_UNUSED},
        {"1105", GT_BIG_UNUSED},       {"1207", GT_BIG_UNUSED},
        {"11", GT_BIG_NONE},           {"00", GT_BIG_NONE},
    };
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_standard *s = load(a);
    for (size_t i = 0; i < GT_LEN(want); i++)
        T_EQ_INT(gt_land_class(s, "sandiao", want[i].code)->big, want[i].big);
    const struct gt_land_system *o = system_of(s, "sandiao");
    for (size_t i = 0; i < o->n; i++)
        if (o->v[i].leaf && strlen(o->v[i].code) > 2)
            T_OK(o->v[i].big != GT_BIG_NONE);
    T_EQ_STR(gt_big_class_title(GT_BIG_UNUSED, GT_ZH), "未利用地");
}

/* A class that decides keeps its big class on the way. The main canal is the one that does not. */
T_TEST(standard_big_classes_of_both_systems_agree)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_standard *s = load(a);
    for (size_t i = 0; i < s->n_maps; i++) {
        const struct gt_land_map *m = &s->map[i];
        enum gt_big_class from = gt_land_class(s, "sandiao", m->from)->big;
        if (strcmp(m->from, "1107A") != 0)
            T_EQ_INT(gt_land_class(s, "planning2023", m->to)->big, from);
    }
}

T_TEST(standard_colours)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_standard *s = load(a);
    size_t n[2] = {0};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < s->system[k].n; i++) {
            T_OK(s->system[k].v[i].rgb >= -1 && s->system[k].v[i].rgb <= 0xffffff);
            n[k] += s->system[k].v[i].rgb >= 0;
        }
    T_EQ_INT(n[0] + n[1], 244);
    T_EQ_INT(gt_land_class(s, "planning2023", "01")->rgb, (245 << 16) + (248 << 8) + 220);
    T_EQ_INT(gt_land_class(s, "sandiao", "0101")->rgb, (248 << 16) + (208 << 8) + 114);
    T_EQ_INT(gt_land_class(s, "sandiao", "01")->rgb, -1);
}

T_TEST(standard_layers_and_their_fields)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_standard *s = load(a);
    struct gt_map *codes = gt_map_new(a), *with = gt_map_new(a);
    size_t rows = 0;
    for (size_t i = 0; i < s->n_sets; i++) {
        rows += s->set[i].n;
        for (size_t k = 0; k < s->set[i].n; k++) {
            const char *code = s->set[i].v[k].code;
            const struct gt_standard_layer *l = gt_standard_layer(s, code);
            T_OK(l != NULL);
            gt_map_put(codes, code, (void *)(uintptr_t)l);
            if (l->n_fields > 0)
                gt_map_put(with, code, (void *)(uintptr_t)l);
        }
    }
    T_EQ_INT(rows, 448);
    T_EQ_INT(gt_map_len(codes), 245);
    T_EQ_INT(gt_map_len(with), 35);
    T_EQ_INT(gt_standard_layer(s, "TRL")->n_fields, 0);
    T_EQ_INT(gt_standard_layer(s, "STGYL")->n_fields, 0);
    T_OK(gt_standard_layer(s, "TRL、STGYL") == NULL);
    const struct gt_standard_layer *l = gt_standard_layer(s, "dltb");
    T_EQ_STR(l->title, "地类图斑");
    T_EQ_INT(l->n_fields, 30);
    T_EQ_INT(l->shape, GT_STD_POLYGON);
    T_OK(l->covers);
    T_EQ_STR(gt_standard_layer(s, "YJJBNT")->code, "YJJBNTBHHX");
    T_EQ_STR(gt_standard_layer(s, "ghfq")->code, "YDYHGHFQ");
    T_EQ_STR(gt_standard_layer(s, "GDBHMB")->code, "GDBHHX");
    T_EQ_STR(gt_standard_layer(s, "YJJBNTTB")->code, "YJJBNTTB");
    T_EQ_STR(gt_standard_layer(s, "STBHHX")->group, "planning");
    T_EQ_INT(gt_standard_layer_of(s, "survey", "STBHHX")->n_fields, 16);
    T_EQ_INT(gt_standard_layer_of(s, "planning", "STBHHX")->n_fields, 8);
    T_OK(gt_standard_layer(s, "NOSUCH") == NULL);
}

/* Reading refuses the rest; here is what reading leaves open. */
T_TEST(standard_fields_in_their_width)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_standard *s = load(a);
    size_t n = 0;
    for (size_t i = 0; i < s->n_layers; i++)
        for (size_t k = 0; k < s->layer[i].n_fields; k++) {
            const struct gt_standard_field *f = &s->layer[i].field[k];
            n++;
            T_OK(f->code[0] && f->title[0]);
            T_OK(f->type == GT_TYPE_FLOAT || f->decimals == 0);
            T_OK(f->decimals == 0 || f->length == 0 || f->decimals < f->length);
            T_OK(!f->domain || gt_domain(s, f->domain->id) == f->domain);
            for (size_t d = 0; f->domain && f->length > 0 && d < f->domain->n; d++)
                T_OK(strlen(f->domain->code[d]) <= 3 * (size_t)f->length);
            if (strcasecmp(f->code, "BSM") == 0 && f->length > 0)
                T_EQ_INT(f->length, 18);
        }
    T_EQ_INT(n, 979); /* of 989 rows 9 are the table of two layers, 1 is a repeated code */
    const struct gt_standard_layer *l = gt_standard_layer(s, "DLTB");
    const struct gt_standard_field *f = gt_standard_field(l, "kcxs");
    T_EQ_INT(f->type, GT_TYPE_FLOAT);
    T_EQ_INT(f->length, 6);
    T_EQ_INT(f->decimals, 4);
    T_OK(f->lo_closed && !f->hi_closed);
    T_EQ_NUM(f->lo, 0);
    T_EQ_NUM(f->hi, 1);
    f = gt_standard_field(l, "TBMJ");
    T_OK(!f->lo_closed && isinf(f->hi) && f->lo == 0);
    T_EQ_STR(gt_standard_field(l, "DLBM")->land, "sandiao");
    T_EQ_STR(gt_standard_field(l, "DLMC")->name_of, "DLBM");
    T_EQ_STR(gt_standard_field(l, "QSXZ")->domain->id, "QSXZ");
    T_EQ_INT(gt_standard_field(l, "BSM")->constraint, GT_MANDATORY);
    T_EQ_INT(gt_standard_field(l, "BZ")->constraint, GT_OPTIONAL);
    T_EQ_STR(gt_standard_field(gt_standard_layer(s, "XZYDYH"), "YDYHFLDM")->land, "planning2023");
}

T_TEST(standard_domains)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_standard *s = load(a);
    T_OK(gt_domain(s, "CZCSXM")->complete);
    T_EQ_INT(gt_domain(s, "CZCSXM")->n, 8);
    T_OK(!gt_domain(s, "QSXZ")->complete);
    T_OK(!gt_domain(s, "GHFQDM")->complete);
    T_EQ_STR(gt_domain_name(gt_domain(s, "GHFQDM"), "300"), "农田保护区");
    T_OK(gt_domain_name(gt_domain(s, "GDLX"), "tt") == NULL);
    for (size_t i = 0; i < s->n_domains; i++) {
        const struct gt_domain *d = &s->domain[i];
        T_OK(d->n > 0 && d->source[0]);
        T_OK(d->complete || d->evidence == GT_UNVERIFIED);
        for (size_t k = 0; k < d->n; k++)
            for (size_t j = 0; j < k; j++)
                T_OK(strcmp(d->code[k], d->code[j]) != 0);
    }
}

T_TEST(standard_codes_of_six_digits)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_standard *s = load(a);
    static const struct {
        const char *code, *found;
    } want[] = {{"010000", "01"},   {"010100", "0101"}, {"060102", "060102"}, {"100000", "10"},
                {"0101", "0101"},   {"01", "01"},       {"0100", "01"},       {"010199", NULL},
                {"0100000", NULL},  {"", NULL},         {"000000", NULL},     {"01010", NULL},
                {"100100", "1001"}, {"200000", "20"}};
    for (size_t i = 0; i < GT_LEN(want); i++) {
        const struct gt_land_class *c = gt_land_class_padded(s, "planning2023", want[i].code);
        T_EQ_STR(c ? c->code : NULL, want[i].found);
    }
}

T_TEST(standard_units_of_the_region)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_standard *s = load(a);
    size_t counties = 0;
    for (size_t i = 0; i < s->n_units; i++)
        counties += strcmp(s->unit[i].level, "county") == 0;
    T_EQ_INT(counties, 74);
    T_EQ_STR(gt_unit_code(s, "540102")->name, "城关区");
    T_EQ_STR(gt_unit_code(s, "540102")->parent, "540100");
    T_OK(gt_unit_code(s, "990100") == NULL);
    T_OK(gt_unit_code(s, "540171") == NULL);
}

/* ---- Wrong tables ---------------------------------------------------------------------------- */

static const char *const files[] = {
    "standard.yaml", "classes-sandiao.csv", "classes-planning2023.csv",
    "class-map.csv", "colours.csv",         "layers.csv",
    "sets.csv",      "fields.csv",          "domains.yaml",
    "units.csv"};

/* The shipped tables, with `find` in one file replaced once. */
static void broken(const char *file, const char *find, const char *put, const char *message)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *from = gt_path_join(a, gt_rules_dir(a, &err), "standard");
    const char *dir = t_tmpdir(), *to = gt_path_join(a, dir, "standard");
    const struct gt_standard *s;
    T_STATUS(gt_dir_make(to, &err), GT_OK);
    for (size_t i = 0; i < GT_LEN(files); i++) {
        struct gt_str text;
        struct gt_buf b = {.a = a};
        T_STATUS(gt_file_get(a, gt_path_join(a, from, files[i]), 1 << 20, &text, &err), GT_OK);
        const char *at = strcmp(files[i], file) == 0 ? strstr(text.p, find) : NULL;
        if (strcmp(files[i], file) == 0)
            T_OK(at != NULL);
        size_t before = at ? (size_t)(at - text.p) : text.n;
        gt_buf_addn(&b, text.p, before);
        if (at) {
            gt_buf_add(&b, put);
            gt_buf_add(&b, at + strlen(find));
        }
        T_STATUS(gt_file_put(gt_path_join(a, to, files[i]), b.p, b.n, &err), GT_OK);
    }
    enum gt_status status = gt_standard_load(a, dir, &s, &err);
    if (status != GT_EINPUT)
        t_fail(T_HERE("gt_standard_load"), "%s with '%s' was taken", file, put);
    T_HAS(err.text, message);
}

T_TEST(standard_wrong_tables_are_refused_with_their_line)
{
    broken("classes-sandiao.csv", "0101,水田", "0102,水田", "classes-sandiao.csv:13: ");
    broken("classes-sandiao.csv", "水田,01,agricultural", "水田,77,agricultural",
           "classes-sandiao.csv:12: parent: '77'");
    broken("classes-sandiao.csv", "水田,01,agricultural", "水田,01,farm", "big: expected");
    broken("classes-sandiao.csv", "code,name", "code,title", "expected a column 'name'");
    broken("class-map.csv", "0303,0507", "0303,0599", "class-map.csv:3: to: '0599'");
    broken("class-map.csv", "0204;0205", "0204;0299", "candidates: '0299'");
    broken("class-map.csv", "0204;0205", "0205", "two or more");
    broken("class-map.csv", "0303,0507,one", "0303,0507,two", "kind: expected one, split or none");
    broken("colours.csv", "#f5f8dc", "#f5f8dg", "colours.csv:2: colour: expected #rrggbb");
    broken("colours.csv", "planning2023,0102", "planning2023,0101", "two colours");
    broken("layers.csv", "XZQXS,", "XZQDS,", "layers.csv:3: 'XZQDS' is there twice");
    broken("layers.csv", "planning,polygon", "plans,polygon", "layers.csv:2: group: 'plans'");
    broken("layers.csv", "polygon,yes,GHFQ", "polygon,yes,STBHHX", "'STBHHX' is there twice");
    broken("sets.csv", "city-whole,,1,XZQDS", "city-whole,,1,NOSUCH", "sets.csv:2: code: 'NOSUCH'");
    broken("sets.csv", "city-whole,,1,XZQDS", "city,,1,XZQDS", "standard.yaml does not name");
    broken("fields.csv", "XZQ,,YSDM", "XZQ,,BSM", "'BSM' is there twice in XZQ");
    broken("fields.csv", "XZQ,,YSDM,要素代码,char,10", "XZQ,,YSDM,要素代码,text,10",
           "fields.csv:3: type: 'text'");
    broken("fields.csv", "\"[0,1)\"", "\"[0;1)\"", "range: expected an interval");
    broken("fields.csv", ",,QSXZ,,", ",,QSXX,,", "domain: 'QSXX'");
    broken("domains.yaml", "    complete: false", "    completely: false", "completely");
    broken("units.csv", "540102,城关区,county", "540102,城关区,town", "level: expected");
    broken("standard.yaml", "units.csv:", "unit.csv:", "expected an entry for units.csv");
}
