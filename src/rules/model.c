/* model.c: loading a model: from its text to checked steps in order. */
#include "model_int.h"

#include "guotu/hash.h"
#include "guotu/io.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_TEXT ((size_t)4 << 20)

/* ---- Names ----------------------------------------------------------------------------------- */

static enum gt_status add_node(struct loading *l, const struct gt_yaml *y, const char *what,
                               struct gt_err *err)
{
    struct gt_yaml at = *y;
    at.line = y->key_line;
    at.col = y->key_col;
    if (!gt_is_id(y->key) || strcmp(y->key, "rules") == 0)
        return rules_fail(&at, err,
                          "expected a name of small letters, digits and '_' for the %s (not "
                          "'rules'), found '%.60s'",
                          what, y->key);
    const struct node *other = gt_map_get(l->by_name, y->key);
    if (other)
        return rules_fail(&at, err, "'%s' is an input (line %d) and cannot be a step too", y->key,
                          other->y->key_line);
    if (l->n == MAX_STEPS)
        return rules_fail(&at, err, "expected at most %d inputs and steps, found more", MAX_STEPS);
    struct node *n = &l->node[l->n];
    *n = (struct node){.y = y, .place = -1};
    n->s = (struct gt_step){.name = y->key,
                            .unit = "",
                            .source = "",
                            .file = y->file,
                            .line = y->key_line,
                            .col = y->key_col};
    l->name[l->n++] = y->key;
    gt_map_put(l->by_name, y->key, n);
    return rules_want(y, GT_YAML_MAP, y->key, err);
}

static enum gt_status add_nodes(struct loading *l, const struct gt_yaml *root, const char *part,
                                const char *what, struct gt_err *err)
{
    struct gt_yaml *map;
    GT_TRY(rules_need(root, part, &map, err));
    GT_TRY(rules_want(map, GT_YAML_MAP, part, err));
    for (const struct gt_yaml *c = map->child; c; c = c->next)
        GT_TRY(add_node(l, c, what, err));
    return GT_OK;
}

/* ---- Head, master, outputs ------------------------------------------------------------------- */

/* The set that was asked for must be the one that the model names, or be based on it. */
static enum gt_status load_set(struct loading *l, const struct gt_yaml *y,
                               const struct gt_model_opt *opt, const struct gt_ruleset **out,
                               struct gt_err *err)
{
    struct gt_ruleset_opt set = {
        .dir = opt->rules_dir, .id = opt->rules ? opt->rules : y->text, .file = opt->rules_file};
    enum gt_status status = gt_ruleset_load_with(l->a, &set, out, err);
    if (status == GT_ENOTFOUND) /* the file that names the set is what is wrong */
        status = GT_EINPUT;
    if (err)
        err->status = status;
    if (status != GT_OK)
        return rules_wrap(y, status, err);
    if (!gt_ruleset_is(*out, y->text))
        return rules_fail(y, err, "rules: expected %s or a rule set that is based on it, found %s",
                          y->text, set.id);
    return GT_OK;
}

static enum gt_status load_rules(struct loading *l, const struct gt_yaml *root,
                                 const struct gt_model_opt *opt, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(root, "rules");
    const struct gt_ruleset *set;
    if (!y && opt && opt->rules_file)
        return rules_fail(root, err, "%s: the model refers to no rule set that it could change",
                          opt->rules_file->name);
    if (!y)
        return rules_set_numbers(l->a, opt, NULL, root, err);
    GT_TRY(rules_want(y, GT_YAML_SCALAR, "rules", err));
    if (!opt || !opt->rules_dir)
        return rules_fail(y, err,
                          "rules: the model needs the rule set '%.60s', but no folder of "
                          "rules was given",
                          y->text);
    GT_TRY(load_set(l, y, opt, &set, err));
    l->rules = GT_TAKE(l->a, struct gt_ruleset);
    *l->rules = *set;
    return rules_set_numbers(l->a, opt, l->rules, root, err);
}

static enum gt_status find_master(struct loading *l, const struct gt_yaml *root, int *out,
                                  struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(root, "inputs");
    int rasters = 0, only = -1;
    *out = -1;
    for (int i = 0; i < l->n_inputs; i++) {
        const struct gt_step *s = &l->node[i].s;
        if (s->kind != GT_STEP_RASTER)
            continue;
        rasters++;
        only = i;
        if (s->master && *out >= 0)
            return rules_fail(l->node[i].y, err, "%s: only one input can be the master, and %s is",
                              s->name, l->name[*out]);
        if (s->master)
            *out = i;
    }
    if (*out < 0 && rasters == 1 && !l->node[only].s.optional)
        *out = only;
    if (*out < 0)
        return rules_fail(y, err,
                          "inputs: expected a raster with 'master: true', whose grid the "
                          "results take, found none");
    l->node[*out].s.master = true;
    return GT_OK;
}

static void default_title(struct gt_text2 *title, struct gt_text2 other, const char *name)
{
    if (!title->en && !title->zh)
        *title = other;
    if (!title->en && !title->zh)
        title->en = name;
}

static enum gt_status check_model(struct loading *l, const int *order, struct gt_err *err)
{
    for (int k = 0; k < l->n; k++) {
        struct gt_step *s = &l->node[order[k]].s;
        default_title(&s->title, (struct gt_text2){0}, s->name);
        GT_TRY(rules_check(l, order[k], err));
    }
    return GT_OK;
}

static enum gt_status read_output(struct loading *l, const struct gt_yaml *y, struct gt_output *out,
                                  struct gt_err *err)
{
    struct gt_yaml *step = NULL;
    struct gt_text2 title = {0};
    if (y->kind == GT_YAML_MAP) {
        GT_TRY(rules_known(y, "step title", err));
        GT_TRY(rules_need(y, "step", &step, err));
        GT_TRY(rules_title(y, "title", &title, err));
    }
    const struct gt_yaml *of = step ? step : y;
    GT_TRY(rules_ref(l, of, "outputs", &out->step, err));
    const struct gt_step *s = &l->node[out->step].s;
    out->name = y->key ? y->key : of->text;
    if (!gt_is_id(out->name))
        return rules_fail(y, err,
                          "outputs: expected a dataset's id (small letters, digits, '_'), "
                          "found '%.60s'",
                          out->name);
    default_title(&title, s->title, out->name);
    out->title = title;
    enum gt_status status = gt_step_writable(s, err);
    return status == GT_OK ? GT_OK : rules_wrap(of, status, err);
}

static enum gt_status read_outputs(struct loading *l, const struct gt_yaml *root,
                                   struct gt_model *m, struct gt_err *err)
{
    struct gt_yaml *list;
    GT_TRY(rules_need(root, "outputs", &list, err));
    if (list->kind == GT_YAML_SCALAR || list->n == 0)
        return rules_fail(list, err,
                          "outputs: expected a list of steps, or a map of dataset to "
                          "step, found none");
    struct gt_map *seen = gt_map_new(l->a);
    struct gt_output *out = GT_TAKE_N(l->a, struct gt_output, list->n);
    for (const struct gt_yaml *c = list->child; c; c = c->next) {
        struct gt_output *o = &out[m->n_outputs++];
        GT_TRY(read_output(l, c, o, err));
        if (gt_map_get(seen, o->name))
            return rules_fail(c, err, "outputs: '%s' is there twice", o->name);
        gt_map_put(seen, o->name, o);
    }
    m->outputs = out;
    return GT_OK;
}

/* ---- The model ------------------------------------------------------------------------------- */

static void copy_step(struct loading *l, const struct node *n, struct gt_step *out)
{
    *out = n->s;
    int *in = GT_TAKE_N(l->a, int, n->in.n + 1);
    int(*without)[2] = (int(*)[2])gt_take_n(l->a, n->used.n + 1, sizeof *without);
    for (size_t k = 0; k < n->in.n; k++)
        in[k] = l->node[n->in.v[k].node].place;
    for (size_t k = 0; k < n->used.n; k++) {
        without[k][0] = l->node[n->missing.v[k].node].place;
        without[k][1] = l->node[n->used.v[k].node].place;
    }
    out->in = in;
    out->n_in = (int)n->in.n;
    out->without = (const int(*)[2])without;
    out->n_without = (int)n->used.n;
}

static void build(struct loading *l, const int *order, struct gt_output *outputs,
                  struct gt_model *m)
{
    struct gt_step *steps = GT_TAKE_N(l->a, struct gt_step, (size_t)l->n);
    for (int k = 0; k < l->n; k++)
        copy_step(l, &l->node[order[k]], &steps[k]);
    for (int k = 0; k < m->n_outputs; k++)
        outputs[k].step = l->node[outputs[k].step].place;
    m->steps = steps;
    m->n_steps = l->n;
    m->rules = l->rules;
    m->master = l->node[m->master].place;
}

static const char *hash_of(struct gt_arena *a, struct gt_str text, const struct gt_model_opt *opt,
                           const struct gt_ruleset *rules)
{
    struct gt_hash h;
    char out[GT_HASH_TEXT];
    gt_hash_begin(&h);
    gt_hash_add(&h, &(uint64_t){text.n}, sizeof(uint64_t));
    gt_hash_add(&h, text.p, text.n);
    for (size_t i = 0; opt && i < opt->n_set; i++) {
        const struct gt_setting *s = &opt->set[i];
        gt_hash_add(&h, s->step, strlen(s->step) + 1);
        gt_hash_add(&h, s->key, strlen(s->key) + 1);
        gt_hash_add(&h, s->value, strlen(s->value) + 1);
    }
    if (rules)
        gt_hash_add(&h, rules->hash, strlen(rules->hash) + 1);
    gt_hash_end(&h, out);
    return gt_strdup(a, out);
}

static enum gt_status load(struct loading *l, struct gt_yaml *root, const struct gt_model_opt *opt,
                           struct gt_model *m, struct gt_err *err)
{
    struct gt_yaml *y;
    GT_TRY(rules_want(root, GT_YAML_MAP, "model file", err));
    GT_TRY(rules_known(root, "model title rules inputs steps outputs", err));
    GT_TRY(rules_need(root, "model", &y, err));
    GT_TRY(rules_text(root, "model", &m->name, err));
    if (!m->name[0])
        return rules_fail(y, err, "model: expected a name, found nothing");
    GT_TRY(rules_title(root, "title", &m->title, err));
    default_title(&m->title, (struct gt_text2){0}, m->name);
    GT_TRY(load_rules(l, root, opt, err));
    GT_TRY(rules_set_steps(l->a, opt, root, err));
    GT_TRY(add_nodes(l, root, "inputs", "input", err));
    l->n_inputs = l->n;
    GT_TRY(add_nodes(l, root, "steps", "step", err));
    for (int i = 0; i < l->n_inputs; i++)
        GT_TRY(rules_read_input(l, i, err));
    for (int i = l->n_inputs; i < l->n; i++)
        GT_TRY(rules_read_step(l, i, err));
    GT_TRY(find_master(l, root, &m->master, err));
    int *order = GT_TAKE_N(l->a, int, (size_t)l->n + 1);
    GT_TRY(rules_order(l, order, err));
    GT_TRY(check_model(l, order, err));
    GT_TRY(read_outputs(l, root, m, err));
    struct gt_output *outputs = GT_TAKE_N(l->a, struct gt_output, (size_t)m->n_outputs);
    memcpy(outputs, m->outputs, (size_t)m->n_outputs * sizeof *outputs);
    m->outputs = outputs;
    build(l, order, outputs, m);
    return GT_OK;
}

enum gt_status gt_model_parse(struct gt_arena *a, const char *name, struct gt_str text,
                              const struct gt_model_opt *opt, const struct gt_model **out,
                              struct gt_err *err)
{
    struct gt_yaml *root;
    *out = NULL;
    GT_TRY(gt_yaml_parse(a, name, text, &root, err));
    GT_TRY(rules_expand_months(a, root, err));
    const struct gt_yaml *inputs = gt_yaml_find(root, "inputs"),
                         *steps = gt_yaml_find(root, "steps");
    size_t n = (inputs ? inputs->n : 0) + (steps ? steps->n : 0);
    n = n < MAX_STEPS ? n : MAX_STEPS;
    struct loading l = {.a = a,
                        .node = GT_TAKE_N(a, struct node, n + 1),
                        .name = GT_TAKE_N(a, const char *, n + 1),
                        .by_name = gt_map_new(a)};
    struct gt_model *m = GT_TAKE(a, struct gt_model);
    *m = (struct gt_model){.file = gt_strdup(a, name)};
    GT_TRY(load(&l, root, opt, m, err));
    m->hash = hash_of(a, text, opt, l.rules);
    *out = m;
    return GT_OK;
}

enum gt_status gt_model_load(struct gt_arena *a, const char *path, const struct gt_model_opt *opt,
                             const struct gt_model **out, struct gt_err *err)
{
    struct gt_str text;
    *out = NULL;
    GT_TRY(gt_file_get(a, path, MAX_TEXT, &text, err));
    return gt_model_parse(a, path, text, opt, out, err);
}

/* ---- Questions ------------------------------------------------------------------------------- */

int gt_model_step(const struct gt_model *m, const char *name)
{
    for (int i = 0; i < m->n_steps; i++)
        if (strcmp(m->steps[i].name, name) == 0)
            return i;
    return -1;
}

int gt_model_output(const struct gt_model *m, const char *name)
{
    for (int i = 0; i < m->n_outputs; i++)
        if (strcmp(m->outputs[i].name, name) == 0)
            return i;
    return -1;
}

enum gt_status gt_step_writable(const struct gt_step *s, struct gt_err *err)
{
    if (s->kind == GT_STEP_SHAPES || s->kind == GT_STEP_ZONAL)
        return rules_error(
            err, GT_EINPUT, "%s (%s:%d) cannot be an output: expected cells, found %s", s->name,
            s->file, s->line, s->kind == GT_STEP_SHAPES ? "a vector layer" : "a table by zone");
    if (s->cells != GT_CELLS_CLASS)
        return GT_OK;
    for (size_t i = 0; i < s->n_codes; i++)
        if (s->codes[i] < 1 || s->codes[i] > 255 || s->codes[i] != floor(s->codes[i]))
            return rules_error(
                err, GT_EINPUT,
                "%s (%s:%d) cannot be an output: expected codes within 1..255 (0 is "
                "no-data), but it can give %g; or make it a measure (cells: measure)",
                s->name, s->file, s->line, s->codes[i]);
    return GT_OK;
}

struct gt_text2 gt_step_code_title(const struct gt_step *s, double code)
{
    for (size_t i = 0; s->legend && i < s->legend->n; i++) {
        const struct gt_class *c = &s->legend->v[i];
        if (c->code == code && (c->title.zh || c->title.en))
            return c->title;
    }
    return (struct gt_text2){0};
}
