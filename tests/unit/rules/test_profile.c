/* test_profile.c: the rules of the quality check and its profiles, as shipped and with changes. */
#include "t.h"

#include "guotu/io.h"
#include "guotu/standard.h"

#include <math.h>
#include <string.h>

static const char *rules_dir(struct gt_arena *a)
{
    struct gt_err err = {0};
    const char *dir = gt_rules_dir(a, &err);
    T_OK(dir != NULL);
    return dir;
}

static const struct gt_profile *load(struct gt_arena *a, const char *id)
{
    const struct gt_profile *p = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_profile_load(a, rules_dir(a), id, &p, &err), GT_OK, &err);
    return p;
}

static const struct gt_profile_layer *layer(const struct gt_profile *p, const char *code)
{
    for (size_t i = 0; i < p->n_layers; i++)
        if (strcmp(p->layer[i].code, code) == 0)
            return &p->layer[i];
    return NULL;
}

static size_t count(const struct gt_profile *p, enum gt_constraint c)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_layers; i++)
        n += p->layer[i].constraint == c;
    return n;
}

/* A file of changes in a folder of its own. */
static const char *file(struct gt_arena *a, const char *name, const char *text)
{
    struct gt_err err = {0};
    const char *path = gt_path_join(a, t_tmpdir(), name);
    T_STATUS_ERR(gt_file_put(path, text, strlen(text), &err), GT_OK, &err);
    return path;
}

T_TEST(profile_of_a_county_brings_the_layers_of_the_standard)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_profile *p = load(a, "county");
    const struct gt_standard *s;
    struct gt_err err = {0};
    T_EQ_STR(p->id, "county");
    T_EQ_INT(p->n_folders, 6);
    T_EQ_STR(p->folder[0], "矢量数据");
    T_OK(!p->structure_warns && !p->base);
    T_EQ_INT(count(p, GT_MANDATORY), 21);
    T_EQ_INT(layer(p, "XZYDYH")->constraint, GT_MANDATORY);
    T_EQ_INT(layer(p, "JBCY")->constraint, GT_CONDITIONAL);
    T_EQ_INT(layer(p, "DLTB")->constraint, GT_OPTIONAL);
    T_STATUS_ERR(gt_standard_load(a, rules_dir(a), &s, &err), GT_OK, &err);
    for (size_t k = 0; k < s->n_sets; k++)
        for (size_t i = 0; strcmp(s->set[k].id, "county-whole") == 0 && i < s->set[k].n; i++)
            T_EQ_INT(layer(p, s->set[k].v[i].code)->constraint, s->set[k].v[i].constraint);
}

T_TEST(profiles_name_layers_of_the_standard_once)
{
    static const char *const ids[] = {"county", "city", "province"};
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_standard *s;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_standard_load(a, rules_dir(a), &s, &err), GT_OK, &err);
    for (size_t k = 0; k < GT_LEN(ids); k++) {
        const struct gt_profile *p = load(a, ids[k]);
        T_EQ_INT(p->structure_warns, k > 0);
        T_OK(k == 0 || count(p, GT_MANDATORY) == 0);
        T_OK(p->n_rules > 0 && p->title.zh && p->title.en);
        for (size_t i = 0; i < p->n_layers; i++) {
            const struct gt_standard_layer *l = gt_standard_layer(s, p->layer[i].code);
            T_OK(l && strcmp(l->code, p->layer[i].code) == 0);
            T_OK(layer(p, p->layer[i].code) == &p->layer[i]);
        }
    }
}

T_TEST(profile_rules_are_whole)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_profile *p = load(a, "county");
    for (size_t i = 0; i < p->n_rules; i++) {
        const struct gt_check_rule *r = &p->rule[i];
        T_OK(gt_profile_rule(p, r->id) == r);
        T_OK(gt_starts(r->id, gt_check_family_name(r->family)));
        T_OK(r->text.zh && r->text.en && r->fix.zh && r->fix.en && r->source[0]);
        T_OK(isnan(r->tolerance) || (r->tolerance >= 0 && r->unit[0]));
    }
    T_EQ_INT(gt_profile_rule(p, "topology.overlap")->family, GT_CHECK_TOPOLOGY);
    T_OK(gt_profile_rule(p, "topology.nothing") == NULL);
    T_EQ_STR(gt_check_level_title(GT_LEVEL_WARNING, GT_ZH), "警告");
    T_EQ_STR(gt_check_family_title(GT_CHECK_LINES, GT_ZH), "控制线");
}

T_TEST(profile_of_a_province_on_top_of_another)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = file(a, "ours.yaml",
                            "title: {zh: 本省, en: ours}\n"
                            "base: county\n"
                            "rules:\n"
                            "  topology.gap: warning\n"
                            "  topology.overlap: {level: note, evidence: verified}\n"
                            "layers: {GHYDYH: M, STLD: none}\n"
                            "folders: [矢量数据]\n"
                            "checks: {maps: [a, b]}\n");
    const struct gt_profile *p = load(a, path), *county = load(a, "county");
    T_EQ_STR(p->id, "ours");
    T_EQ_STR(p->base->id, "county");
    T_EQ_INT(gt_profile_rule(p, "topology.gap")->level, GT_LEVEL_WARNING);
    T_EQ_INT(gt_profile_rule(p, "topology.overlap")->level, GT_LEVEL_NOTE);
    T_EQ_INT(gt_profile_rule(p, "topology.overlap")->evidence, GT_VERIFIED);
    T_EQ_INT(gt_profile_rule(p->base, "topology.overlap")->level,
             gt_profile_rule(county, "topology.overlap")->level);
    T_EQ_INT(layer(p, "GHYDYH")->constraint, GT_MANDATORY);
    T_OK(layer(p, "STLD") == NULL);
    T_EQ_INT(p->n_layers, county->n_layers - 1);
    T_EQ_INT(p->n_folders, 1);
    T_EQ_INT(gt_profile_check(p, "maps")->n, 2);
    T_OK(gt_profile_check(p, "nothing") == NULL);
    T_OK(strcmp(p->hash, county->hash) != 0);
}

T_TEST(profile_wrong_files_are_refused)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"title: x\nbase: nothing\n", "no profile 'nothing'; there are: city, county, province"},
        {"title: x\nbas: county\n", "did you mean 'base'?"},
        {"base: county\nrules: {topology.gapp: off}\n", "did you mean 'topology.gap'?"},
        {"base: county\nrules: {topology.gap: fatal}\n", "off note warning error"},
        {"base: county\nrules: {completeness.folder: {tolerance: 1}}\n", "no tolerance to change"},
        {"base: county\nrules: {topology.gap: {levle: off}}\n", "did you mean 'level'?"},
        {"base: county\nlayers: {XZYDYH: X}\n", "M C O none"},
        {"base: county\nlayers: {NOSUCH: none}\n", "no layer 'NOSUCH'"},
        {"base: county\nfolders: x\n", "folders: expected a list"},
        {"layers: {}\n", "expected the key 'title'"},
    };
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_profile *p;
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        struct gt_err err = {0};
        const char *path = file(a, "bad.yaml", bad[i].text);
        enum gt_status want = i == 0 ? GT_ENOTFOUND : GT_EINPUT;
        T_STATUS_ERR(gt_profile_load(a, rules_dir(a), path, &p, &err), want, &err);
        T_HAS(err.text, bad[i].message);
    }
    struct gt_err err = {0};
    const char *path = gt_path_join(a, t_tmpdir(), "self.yaml");
    const char *text = gt_printf(a, "title: x\nbase: %s\n", path);
    T_STATUS(gt_file_put(path, text, strlen(text), &err), GT_OK);
    T_STATUS(gt_profile_load(a, rules_dir(a), path, &p, &err), GT_EINPUT);
    T_HAS(err.text, "based on itself");
}
