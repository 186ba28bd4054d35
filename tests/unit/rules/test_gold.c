/* test_gold.c: runs tests/gold/(name).tpt, whose form tests/gold/README.md explains. */
#include "gold.h"
#include "guotu/io.h"
#include "guotu/rules.h"
#include "guotu/yaml.h"
#include "scalar.h"
#include "t.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULES GT_SOURCE_DIR "/rules"
#define GOLD GT_SOURCE_DIR "/tests/gold"
#define MAX_WORDS 40

struct gold {
    struct gt_arena *a;
    const char *rules; /* folder of the rules */
    const struct gold_part *part;
    struct t_at at; /* file and line of the line being run */
    const char *set_id;
    const struct gt_ruleset *set; /* NULL: not loaded yet */
    bool skips;                   /* the block is not of the part that is run */
    /* the block */
    const struct gt_classes *classes;
    const struct gt_matrix *matrix;
    const struct gt_number *number;
    const char *model;
    const struct gt_model *loaded; /* the model with the settings so far; NULL: not yet */
    struct gt_setting setting[32];
    size_t n_settings;
    bool sourced;
    /* what was tested: "table SET id value", "matrix SET id row col", "number SET id" */
    struct gt_map *seen;
    struct gt_map *used; /* rule sets by id */
    int answers;
};

static double read_value(const struct gold *g, const char *text)
{
    double v = (double)NAN;
    if (strcmp(text, "nodata") != 0 && !gt_parse_num(text, &v))
        t_fail(g->at, "expected a number or nodata, found '%s'", text);
    return v;
}

static void see(struct gold *g, const char *key)
{
    gt_map_put(g->seen, key, g);
    g->answers++;
}

static bool same(double x, double y)
{
    return x == y || (isnan(x) && isnan(y));
}

static void expect(const struct gold *g, const char *what, double found, const char *text)
{
    double expected = read_value(g, text);
    if (!same(found, expected))
        t_fail(g->at, "%s: expected %g, found %g", what, expected, found);
}

/* ---- Tables, matrices, numbers --------------------------------------------------------------- */

static void run_table(struct gold *g, const char **word, int n)
{
    char num[32];
    if (n != 4 || strcmp(word[2], "expect") != 0)
        t_fail(g->at, "expected 'given VALUE expect CODE'");
    double v = read_value(g, word[1]);
    const struct gt_class *c = gt_classes_find(g->classes, v);
    double code = c ? c->code : g->classes->has_other ? g->classes->other : (double)NAN;
    expect(g, g->classes->id, code, word[3]);
    see(g, gt_printf(g->a, "table %s %s %s", g->set->id, g->classes->id, gt_fmt_num(v, num)));
}

static void run_matrix(struct gold *g, const char **word, int n)
{
    const struct gt_matrix *m = g->matrix;
    if (n != 5 || !gt_starts(word[1], "rows=") || !gt_starts(word[2], "cols=") ||
        strcmp(word[3], "expect") != 0)
        t_fail(g->at, "expected 'given rows=CODE cols=CODE expect CODE'");
    double row = read_value(g, word[1] + 5), col = read_value(g, word[2] + 5);
    double found = (double)NAN;
    for (size_t i = 0; i < m->n_rows; i++)
        for (size_t k = 0; k < m->n_cols; k++)
            if (m->row_code[i] == row && m->col_code[k] == col)
                found = m->v[i * m->n_cols + k];
    expect(g, m->id, found, word[4]);
    see(g, gt_printf(g->a, "matrix %s %s %g %g", g->set->id, m->id, row, col));
}

static void run_number(struct gold *g, const char **word, int n)
{
    if (n != 2)
        t_fail(g->at, "expected 'expect NUMBER'");
    expect(g, g->number->id, g->number->v, word[1]);
    see(g, gt_printf(g->a, "number %s %s", g->set->id, g->number->id));
}

/* ---- Models ---------------------------------------------------------------------------------- */

static const struct gt_model *load_model(struct gold *g)
{
    if (g->loaded)
        return g->loaded;
    const struct gt_model *m;
    struct gt_err err = {0};
    struct gt_model_opt opt = {.rules_dir = g->rules, .set = g->setting, .n_set = g->n_settings};
    opt.rules = g->set->id;
    const char *path = gt_printf(g->a, "%s/models/%s.yaml", g->rules, g->model);
    t_status(g->at, gt_model_load(g->a, path, &opt, &m, &err), GT_OK, &err);
    g->loaded = m;
    return m;
}

/* One line of a model's block at work. */
struct place {
    const struct gt_model *all, *m; /* as written; without what is missing */
    bool *named, *have;             /* by step of all */
    double *value;
    bool *given, *needed; /* by step of m */
    double *result;
    struct gt_left_out *left;
    size_t n_left;
};

/* The step of this name, or the one that stands in for it; -1: none. */
static int find_step(const struct place *p, const char *name)
{
    for (size_t i = 0; i < p->n_left; i++)
        if (strcmp(p->left[i].step, name) == 0)
            return p->left[i].used_instead ? gt_model_step(p->m, p->left[i].used_instead) : -1;
    return gt_model_step(p->m, name);
}

static void name_step(const struct gold *g, struct place *p, const char *name, const char *value)
{
    int step = gt_model_step(p->all, name);
    if (step < 0)
        t_fail(g->at, "%s has no step '%s'", g->model, name);
    p->named[step] = true;
    p->value[step] = read_value(g, value);
}

/* STEP=VALUE; @ in the name stands for all twelve months. */
static void read_given(const struct gold *g, struct place *p, const char *word)
{
    const char *eq = strchr(word, '='), *at = strchr(word, '@');
    if (!eq)
        t_fail(g->at, "expected STEP=VALUE, found '%s'", word);
    const char *name = gt_strndup(g->a, word, (size_t)(eq - word));
    if (!at || at > eq) {
        name_step(g, p, name, eq + 1);
        return;
    }
    for (int month = 1; month <= 12; month++)
        name_step(g, p, gt_printf(g->a, "%.*s%02d", (int)(at - word), word, month), eq + 1);
}

/* Every input that the step cannot do without. */
static void have_all(struct place *p, int step)
{
    const struct gt_step *s = &p->all->steps[step];
    if (p->have[step])
        return;
    p->have[step] = true;
    for (int k = 0; k < s->n_in; k++) {
        int instead = -1;
        for (int j = 0; j < s->n_without; j++)
            instead = s->without[j][0] == s->in[k] ? s->without[j][1] : instead;
        have_all(p, instead >= 0 ? instead : s->in[k]);
    }
}

/* The first step that is named and left out all the same, -1: none. */
static int first_lost(const struct place *p)
{
    for (int k = 0; k < p->all->n_steps; k++)
        if (p->named[k] && find_step(p, p->all->steps[k].name) < 0)
            return k;
    return -1;
}

static void leave_out(const struct gold *g, struct place *p)
{
    int lost = p->all->master;
    while (lost >= 0 && !p->have[lost]) {
        struct gt_err err = {0};
        have_all(p, lost);
        t_status(g->at, gt_model_without(g->a, p->all, p->have, &p->m, &p->left, &p->n_left, &err),
                 GT_OK, &err);
        lost = first_lost(p);
    }
    if (lost >= 0)
        t_fail(g->at, "step %s is given, but was left out", p->all->steps[lost].name);
    for (int k = 0; k < p->all->n_steps; k++) {
        if (!p->named[k])
            continue;
        int now = find_step(p, p->all->steps[k].name);
        p->given[now] = true;
        p->result[now] = p->value[k];
    }
}

/* The step that an output or a step of this name is, -1: none. */
static int find_result(const struct gold *g, const struct place *p, const char *word)
{
    const char *eq = strchr(word, '=');
    if (!eq)
        t_fail(g->at, "expected OUTPUT=VALUE, found '%s'", word);
    const char *name = gt_strndup(g->a, word, (size_t)(eq - word));
    int out = gt_model_output(p->m, name);
    return out >= 0 ? p->m->outputs[out].step : find_step(p, name);
}

static void need(const struct gold *g, struct place *p, int step)
{
    const struct gt_step *s = &p->m->steps[step];
    if (p->needed[step] || p->given[step])
        return;
    p->needed[step] = true;
    if (scalar_looks_around(s->kind))
        t_fail(g->at, "step %s looks around: its value must be given", s->name);
    for (int k = 0; k < s->n_in; k++)
        need(g, p, s->in[k]);
}

/* Measures are held to a ten-millionth, codes as they are. */
static void expect_step(struct gold *g, const struct place *p, int step, const char *word)
{
    const char *text = strchr(word, '=') + 1;
    double found = p->result[step], expected = read_value(g, text);
    if (p->m->steps[step].cells == GT_CELLS_MEASURE &&
        fabs(found - expected) <= 1e-7 * fabs(expected))
        found = expected;
    expect(g, word, found, text);
    for (int k = 0; k < p->m->n_outputs; k++)
        if (p->m->outputs[k].step == step)
            see(g, gt_printf(g->a, "model %s %s", g->model, p->m->outputs[k].name));
    g->answers++;
}

static void run_model(struct gold *g, const char **word, int n)
{
    struct place p = {.all = load_model(g)};
    size_t steps = (size_t)p.all->n_steps;
    p.named = GT_TAKE_N(g->a, bool, steps);
    p.have = GT_TAKE_N(g->a, bool, steps);
    p.given = GT_TAKE_N(g->a, bool, steps);
    p.needed = GT_TAKE_N(g->a, bool, steps);
    p.value = GT_TAKE_N(g->a, double, steps);
    p.result = GT_TAKE_N(g->a, double, steps);
    int i = 1;
    for (; i < n && strcmp(word[i], "expect") != 0; i++)
        read_given(g, &p, word[i]);
    if (i + 1 >= n)
        t_fail(g->at, "expected 'expect OUTPUT=VALUE' at the end");
    leave_out(g, &p);
    for (int k = i + 1; k < n; k++) {
        int step = find_result(g, &p, word[k]);
        if (step < 0)
            t_fail(g->at, "%s has no output or step for '%s'", g->model, word[k]);
        need(g, &p, step);
    }
    scalar_run(p.m, p.given, p.result);
    for (int k = i + 1; k < n; k++)
        expect_step(g, &p, find_result(g, &p, word[k]), word[k]);
}

/* What a step's key says in the file: for what a single place cannot show, such as a window. */
static void run_key(struct gold *g, const char **word, int n)
{
    struct gt_yaml *root;
    struct gt_err err = {0};
    char *dot = n == 3 ? strchr(word[1], '.') : NULL;
    if (!g->model || !dot) {
        t_fail(g->at, "expected 'key STEP.KEY VALUE' in a model's block");
        return;
    }
    const char *path = gt_printf(g->a, "%s/models/%s.yaml", g->rules, g->model);
    const char *step = gt_strndup(g->a, word[1], (size_t)(dot - word[1]));
    t_status(g->at, gt_yaml_load(g->a, path, &root, &err), GT_OK, &err);
    const struct gt_yaml *y = gt_yaml_find(gt_yaml_find(root, "steps"), step);
    y = y ? gt_yaml_find(y, dot + 1) : NULL;
    if (!y) {
        t_fail(g->at, "%s has no %s", g->model, word[1]);
        return;
    }
    struct gt_buf b = {.a = g->a};
    gt_buf_add(&b, y->kind == GT_YAML_SCALAR ? y->text : "");
    for (const struct gt_yaml *c = y->kind == GT_YAML_SEQ ? y->child : NULL; c; c = c->next)
        gt_buf_addf(&b, "%s%s", c == y->child ? "" : ",", c->text);
    if (strcmp(b.p, word[2]) != 0)
        t_fail(g->at, "%s: expected %s, found %s", word[1], word[2], b.p);
    g->answers++;
}

/* ---- Lines ----------------------------------------------------------------------------------- */

/* A part names the kind, the id, or neither. */
static bool is_of_part(const struct gold_part *part, const char *kind, const char *id)
{
    return (!part->kind || strcmp(part->kind, kind) == 0) &&
           (!part->id || strcmp(part->id, id) == 0);
}

static void load_set(struct gold *g)
{
    struct gt_err err = {0};
    if (!g->set)
        t_status(g->at, gt_ruleset_load(g->a, g->rules, g->set_id, &g->set, &err), GT_OK, &err);
    gt_map_put(g->used, g->set_id, g);
}

static void begin_block(struct gold *g, const char *kind, const char *id)
{
    g->classes = NULL;
    g->matrix = NULL;
    g->number = NULL;
    g->model = NULL;
    g->loaded = NULL;
    g->n_settings = 0;
    g->sourced = false;
    if (!g->set_id)
        t_fail(g->at, "expected 'rules SET' first");
    g->skips = !is_of_part(g->part, kind, id);
    if (g->skips)
        return;
    load_set(g);
    if (strcmp(kind, "table") == 0)
        g->classes = gt_ruleset_classes(g->set, id);
    else if (strcmp(kind, "matrix") == 0)
        g->matrix = gt_ruleset_matrix(g->set, id);
    else if (strcmp(kind, "number") == 0)
        g->number = gt_ruleset_number(g->set, id);
    else
        g->model = id;
    if (!g->classes && !g->matrix && !g->number && !g->model)
        t_fail(g->at, "%s has no %s '%s'", g->set->id, kind, id);
}

static void add_setting(struct gold *g, char *text)
{
    char *dot = strchr(text, '.'), *eq = strchr(text, '=');
    if (!g->model || !dot || !eq || eq < dot || g->n_settings == GT_LEN(g->setting))
        t_fail(g->at, "expected 'set STEP.KEY=VALUE' in a model's block");
    *dot = *eq = '\0';
    g->loaded = NULL;
    g->setting[g->n_settings++] = (struct gt_setting){text, dot + 1, eq + 1};
}

static void run_answer(struct gold *g, const char **word, int n)
{
    if (!g->sourced)
        t_fail(g->at, "expected a 'source' line before the answers of a block");
    if (g->number)
        run_number(g, word, n);
    else if (g->classes)
        run_table(g, word, n);
    else if (g->matrix)
        run_matrix(g, word, n);
    else
        run_model(g, word, n);
}

static void run_line(struct gold *g, char *line)
{
    const char *word[MAX_WORDS];
    int n = 0;
    for (char *p = line + strspn(line, " "); *p && *p != '#' && n < MAX_WORDS;) {
        word[n++] = p;
        p += strcspn(p, " ");
        if (*p)
            *p++ = '\0';
        p += strspn(p, " ");
    }
    if (n == 0)
        return;
    static const char *const blocks[] = {"table", "matrix", "number", "model"};
    for (size_t i = 0; i < GT_LEN(blocks); i++) {
        if (strcmp(word[0], blocks[i]) == 0 && n == 2) {
            begin_block(g, word[0], word[1]);
            return;
        }
    }
    if (strcmp(word[0], "rules") == 0 && n == 2) {
        g->set_id = word[1];
        g->set = NULL;
    } else if (g->skips) {
        return;
    } else if (strcmp(word[0], "source") == 0 && n > 1) {
        g->sourced = true;
    } else if (strcmp(word[0], "set") == 0 && n == 2) {
        add_setting(g, gt_strdup(g->a, word[1]));
    } else if (strcmp(word[0], "key") == 0) {
        run_key(g, word, n);
    } else if (strcmp(word[0], "given") == 0 || strcmp(word[0], "expect") == 0) {
        run_answer(g, word, n);
    } else {
        t_fail(g->at,
               "expected rules, table, matrix, number, model, set, source, key, given or expect");
    }
}

static void run_file(struct gold *g, const char *path)
{
    struct gt_str text;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_file_get(g->a, path, 1 << 20, &text, &err), GT_OK, &err);
    char *all = gt_strndup(g->a, text.p, text.n);
    g->at = (struct t_at){path, 0, gt_path_base(path)};
    g->set_id = NULL;
    g->set = NULL;
    g->skips = false;
    for (char *p = all; *p;) {
        size_t length = strcspn(p, "\n");
        char *line = gt_strndup(g->a, p, length);
        g->at.line++;
        run_line(g, line);
        p += length + (p[length] == '\n');
    }
}

/* ---- Completeness ---------------------------------------------------------------------------- */

static void must_see(const struct gold *g, const char *key)
{
    if (!gt_map_get(g->seen, key))
        t_fail(T_HERE("gold tests are complete"), "no line tests: %s", key);
}

/* Some tested value within a millionth (at least 0.001) beyond the end, on the side that does not
 * hold it. */
static bool tested_beyond(const struct gold *g, const struct gt_classes *c, double end, bool above)
{
    const char *prefix = gt_printf(g->a, "table %s %s ", c->from, c->id);
    double reach = fmax(0.001, fabs(end) * 1e-6);
    for (size_t i = 0; i < gt_map_len(g->seen); i++) {
        const char *key = gt_map_key(g->seen, i);
        double v;
        if (!gt_starts(key, prefix) || !gt_parse_num(key + strlen(prefix), &v))
            continue;
        if (above ? v > end && v <= end + reach : v < end && v >= end - reach)
            return true;
    }
    return false;
}

static void check_classes(const struct gold *g, const struct gt_classes *c)
{
    char num[32];
    for (size_t i = 0; i < c->n; i++) {
        const struct gt_class *k = &c->v[i];
        for (size_t j = 0; j < k->n_is; j++)
            must_see(g,
                     gt_printf(g->a, "table %s %s %s", c->from, c->id, gt_fmt_num(k->is[j], num)));
        if (c->listed || i + 1 == c->n)
            continue;
        must_see(g, gt_printf(g->a, "table %s %s %s", c->from, c->id, gt_fmt_num(k->hi, num)));
        if (!tested_beyond(g, c, k->hi, k->hi_closed))
            t_fail(T_HERE("gold tests are complete"), "no line tests %s just %s %s", c->id,
                   k->hi_closed ? "above" : "below", gt_fmt_num(k->hi, num));
    }
}

static void check_set(const struct gold *g, const struct gt_ruleset *s)
{
    for (size_t i = 0; i < s->n_classes; i++)
        if (strcmp(s->classes[i].from, s->id) == 0)
            check_classes(g, &s->classes[i]);
    for (size_t i = 0; i < s->n_numbers; i++)
        if (strcmp(s->numbers[i].from, s->id) == 0)
            must_see(g, gt_printf(g->a, "number %s %s", s->id, s->numbers[i].id));
    for (size_t i = 0; i < s->n_matrices; i++) {
        const struct gt_matrix *m = &s->matrices[i];
        if (strcmp(m->from, s->id) != 0)
            continue;
        for (size_t k = 0; k < m->n_rows * m->n_cols; k++)
            must_see(g, gt_printf(g->a, "matrix %s %s %g %g", s->id, m->id,
                                  m->row_code[k / m->n_cols], m->col_code[k % m->n_cols]));
    }
}

/* Every model that names a rule set has each of its outputs tested. */
static void check_models(const struct gold *g)
{
    const char **names;
    size_t n;
    T_STATUS(gt_dir_list(g->a, RULES "/models", &names, &n, NULL), GT_OK);
    for (size_t i = 0; i < n; i++) {
        const struct gt_model *m;
        struct gt_err err = {0};
        struct gt_model_opt opt = {.rules_dir = RULES};
        const char *path = gt_path_join(g->a, RULES "/models", names[i]);
        T_STATUS_ERR(gt_model_load(g->a, path, &opt, &m, &err), GT_OK, &err);
        for (int k = 0; m->rules && k < m->n_outputs; k++)
            must_see(g, gt_printf(g->a, "model %s %s", m->name, m->outputs[k].name));
    }
}

static int run_files(struct gold *g)
{
    const char **names;
    size_t n;
    T_STATUS(gt_dir_list(g->a, GOLD, &names, &n, NULL), GT_OK);
    for (size_t i = 0; i < n; i++)
        if (gt_ends(names[i], ".tpt"))
            run_file(g, gt_path_join(g->a, GOLD, names[i]));
    return g->answers;
}

int gold_run(struct gt_arena *a, const char *rules, const struct gold_part *part)
{
    struct gold g = {.a = a, .rules = rules, .part = part};
    g.seen = gt_map_new(a);
    g.used = gt_map_new(a);
    return run_files(&g);
}

T_TEST(gold)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gold g = {.a = a, .rules = RULES, .part = &(struct gold_part){NULL, NULL}};
    const char **names;
    size_t n;
    g.seen = gt_map_new(a);
    g.used = gt_map_new(a);
    T_OK(run_files(&g) > 400);
    T_STATUS(gt_dir_list(a, RULES, &names, &n, NULL), GT_OK);
    for (size_t i = 0; i < n; i++) {
        const struct gt_ruleset *s;
        if (!gt_path_exists(gt_path_join(a, gt_path_join(a, RULES, names[i]), "set.yaml")))
            continue;
        T_STATUS(gt_ruleset_load(a, RULES, names[i], &s, NULL), GT_OK);
        T_OK(gt_map_get(g.used, s->id) != NULL);
        check_set(&g, s);
    }
    check_models(&g);
}
