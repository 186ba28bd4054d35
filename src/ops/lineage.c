/* lineage.c: where a result comes from, as it is kept beside it: written, and read again. */
#include "ops_int.h"

#include "gt_version.h"

#include <math.h>
#include <string.h>

#define FIRST_NAMED 4 /* of the unverified defaults */

/* ---- What took part -------------------------------------------------------------------------- */

void ops_model_used(const struct gt_model *m, int step, bool *used)
{
    memset(used, 0, (size_t)m->n_steps * sizeof *used);
    used[step] = true;
    for (int i = step; i >= 0; i--) {
        for (int k = 0; used[i] && k < m->steps[i].n_in; k++)
            used[m->steps[i].in[k]] = true;
    }
}

static void add_basis(struct gt_arena *a, struct ops_bases *all, size_t *cap, struct ops_basis b)
{
    for (size_t i = 0; i < all->n; i++) {
        if (strcmp(all->v[i].id, b.id) == 0 && strcmp(all->v[i].kind, b.kind) == 0)
            return;
    }
    if (all->n == *cap)
        all->v = gt_grow_(a, all->v, cap, all->n, sizeof *all->v);
    all->v[all->n++] = b;
}

/* Numbers of the rule set that an expression names. */
static void add_numbers(struct gt_arena *a, struct ops_bases *all, size_t *cap,
                        const struct gt_expr *x)
{
    if (x->number)
        add_basis(a, all, cap,
                  (struct ops_basis){x->number->id, "number", x->number->title, x->number->source,
                                     x->number->evidence, true});
    for (int i = 0; i < x->n; i++)
        add_numbers(a, all, cap, x->arg[i]);
}

/* A step that only applies a table of the rule set: the table is listed itself. */
static bool only_table(const struct gt_step *s)
{
    const char *id = s->classes ? s->classes->id : s->matrix ? s->matrix->id : "";
    const char *source = s->classes ? s->classes->source : s->matrix ? s->matrix->source : NULL;
    enum gt_evidence known = s->classes  ? s->classes->evidence
                             : s->matrix ? s->matrix->evidence
                                         : GT_VERIFIED;
    return id[0] && s->evidence == known && source && s->source && strcmp(source, s->source) == 0;
}

struct ops_bases ops_model_bases(struct gt_arena *a, const struct gt_model *m, int step)
{
    struct ops_bases all = {0};
    size_t cap = 0;
    bool *used = GT_TAKE_N(a, bool, (size_t)m->n_steps);
    ops_model_used(m, step, used);
    for (int i = 0; i < m->n_steps; i++) {
        const struct gt_step *s = &m->steps[i];
        if (!used[i])
            continue;
        if (s->classes && s->classes->id[0])
            add_basis(a, &all, &cap,
                      (struct ops_basis){s->classes->id, "classes", s->classes->title,
                                         s->classes->source, s->classes->evidence, true});
        if (s->matrix && s->matrix->id[0])
            add_basis(a, &all, &cap,
                      (struct ops_basis){s->matrix->id, "matrix", s->matrix->title,
                                         s->matrix->source, s->matrix->evidence, true});
        if (s->expr)
            add_numbers(a, &all, &cap, s->expr);
        if (((s->source && s->source[0]) || s->marked) && !only_table(s))
            add_basis(
                a, &all, &cap,
                (struct ops_basis){s->name, "step", s->title, s->source, s->evidence, s->marked});
    }
    return all;
}

struct ops_legend ops_model_legend(struct gt_arena *a, const struct gt_model *m, int step)
{
    struct ops_legend l = {0};
    const struct gt_step *s = &m->steps[step];
    l.v = GT_TAKE_N(a, struct ops_legend_entry, s->n_codes);
    for (size_t i = 0; i < s->n_codes; i++) {
        if (s->cells == GT_CELLS_CLASS)
            l.v[l.n++] = (struct ops_legend_entry){s->codes[i], gt_step_code_title(s, s->codes[i])};
    }
    return l;
}

const char *ops_legend_title(const struct ops_legend *l, double code, enum gt_lang lang)
{
    for (size_t i = 0; i < l->n && !isnan(code); i++) {
        if (!(l->v[i].code < code) && !(l->v[i].code > code)) {
            const char *title = gt_text2(l->v[i].title, lang);
            return title ? title : "";
        }
    }
    return "";
}

/* ---- Writing --------------------------------------------------------------------------------- */

struct gt_json *ops_lineage_begin(struct gt_call *c)
{
    char now[32];
    gt_time_now(now);
    struct gt_json *obj = gt_json_obj(c->a);
    gt_json_add_str(obj, "op", c->op->path);
    gt_json_add_str(obj, "program", "guotu " GT_VERSION);
    gt_json_add_str(obj, "time", now);
    return obj;
}

void ops_input_json(struct gt_json *inputs, const char *step, const struct gt_dataset *d)
{
    struct gt_json *obj = gt_json_add_obj(inputs, NULL);
    gt_json_add_str(obj, "step", step);
    gt_json_add_str(obj, "id", d->id);
    gt_json_add_int(obj, "version", d->version);
    gt_json_add_str(obj, "hash", d->hash);
}

void ops_inputs_json(struct gt_json *in, const struct ops_model *m)
{
    struct gt_json *arr = gt_json_add_arr(in, "inputs");
    for (int i = 0; i < m->model->n_steps; i++)
        if (m->input[i])
            ops_input_json(arr, m->model->steps[i].name, m->input[i]);
}

void ops_rules_file_json(struct gt_json *in, const struct gt_ruleset *r)
{
    if (!r || !r->file) {
        gt_json_add_null(in, "rules_file");
        return;
    }
    struct gt_json *obj = gt_json_add_obj(in, "rules_file");
    gt_json_add_str(obj, "name", r->file);
    gt_json_add_str(obj, "hash", r->file_hash);
}

static void add_model(struct gt_arena *a, struct gt_json *in, const struct ops_model *m)
{
    struct gt_json *model = gt_json_add_obj(in, "model");
    gt_json_add_str(model, "name", m->model->name);
    gt_json_add_str(model, "file", m->model->file);
    struct gt_json *set = gt_json_add_arr(model, "set");
    for (size_t i = 0; i < m->opt->n_set; i++) {
        struct gt_json *obj = gt_json_add_obj(set, NULL);
        gt_json_add_str(obj, "step", m->opt->set[i].step);
        gt_json_add_str(obj, "key", m->opt->set[i].key);
        gt_json_add_str(obj, "value", m->opt->set[i].value);
    }
    gt_json_add_str(model, "text", m->text);
    gt_json_add_str(in, "model_hash", m->model->hash);
    gt_json_add_str(in, "rules", m->model->rules ? m->model->rules->id : NULL);
    gt_json_add_str(in, "rules_hash", m->model->rules ? m->model->rules->hash : NULL);
    ops_rules_file_json(in, m->model->rules);
    const struct gt_rules_file *file = m->opt->rules_file;
    if (file && m->model->rules)
        gt_json_add_str(model, "rules_text", gt_strndup(a, file->text.p, file->text.n));
}

void ops_bases_json(struct gt_json *in, const struct ops_bases *bases)
{
    struct gt_json *all = gt_json_add_arr(in, "basis");
    struct gt_json *doubtful = gt_json_add_arr(in, "unverified");
    for (size_t i = 0; i < bases->n; i++) {
        const struct ops_basis *b = &bases->v[i];
        struct gt_json *obj = gt_json_add_obj(all, NULL);
        gt_json_add_str(obj, "id", b->id);
        gt_json_add_str(obj, "kind", b->kind);
        ops_json_text2(obj, "title", b->title);
        gt_json_add_str(obj, "source", b->source ? b->source : "");
        gt_json_add_str(obj, "evidence", b->marked ? gt_evidence_name(b->evidence) : NULL);
        if (b->evidence == GT_UNVERIFIED)
            gt_json_add_str(doubtful, NULL, b->id);
    }
}

void ops_legend_json(struct gt_json *in, const struct ops_legend *legend)
{
    struct gt_json *arr = gt_json_add_arr(in, "classes");
    for (size_t i = 0; i < legend->n; i++) {
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        const char *en = gt_text2(legend->v[i].title, GT_EN);
        const char *zh = gt_text2(legend->v[i].title, GT_ZH);
        gt_json_add_num(obj, "code", legend->v[i].code);
        gt_json_add_str(obj, "en", en ? en : "");
        gt_json_add_str(obj, "zh", zh ? zh : "");
    }
}

struct gt_json *ops_lineage_write(struct gt_call *c, const struct ops_model *m,
                                  const struct ops_output *out, const struct gt_json *parameters)
{
    struct gt_json *obj = ops_lineage_begin(c);
    if (parameters)
        gt_json_add_copy(obj, "parameters", parameters);
    else
        gt_json_add_obj(obj, "parameters");
    ops_inputs_json(obj, m);
    add_model(c->a, obj, m);
    gt_json_add_str(obj, "output", out->name);
    gt_json_add_str(obj, "step", m->model->steps[out->step].name);
    struct ops_legend legend = ops_model_legend(c->a, m->model, out->step);
    ops_legend_json(obj, &legend);
    ops_left_json(obj, m);
    struct ops_bases bases = ops_model_bases(c->a, m->model, out->step);
    ops_bases_json(obj, &bases);
    return obj;
}

void ops_bases_warn(struct gt_call *c, const struct ops_bases *bases)
{
    struct gt_buf first = {.a = c->a};
    size_t n = 0;
    for (size_t i = 0; i < bases->n; i++) {
        if (!bases->v[i].marked || bases->v[i].evidence != GT_UNVERIFIED)
            continue;
        if (n++ < FIRST_NAMED)
            gt_buf_addf(&first, "%s%s", n > 1 ? OPS_SAY(c, ", ", "、") : "", bases->v[i].id);
    }
    if (n > FIRST_NAMED)
        gt_buf_add(&first, OPS_SAY(c, ", ...", "等"));
    if (n)
        gt_warn(c->work,
                OPS_SAY(c,
                        "unverified defaults took part: %zu (%s); check them against the "
                        "standard's text",
                        "有 %zu 项未核实的缺省值参与了判定（%s），请对照标准原文核对"),
                n, first.p);
}

/* ---- Reading --------------------------------------------------------------------------------- */

enum gt_status ops_lineage_read(struct gt_arena *a, const struct gt_dataset *d,
                                const struct gt_json **out, struct gt_err *err)
{
    struct gt_json *tree = NULL;
    *out = gt_json_obj(a);
    if (!d->lineage[0])
        return GT_OK;
    const char *name = gt_printf(a, "%s: lineage", d->id);
    GT_TRY(gt_json_parse(a, name, gt_s(d->lineage), &tree, err));
    *out = tree;
    return GT_OK;
}

struct ops_legend ops_lineage_legend(struct gt_arena *a, const struct gt_json *lineage)
{
    struct ops_legend l = {0};
    const struct gt_json *arr = gt_json_get(lineage, "classes");
    l.n = gt_json_len(arr);
    l.v = GT_TAKE_N(a, struct ops_legend_entry, l.n);
    for (size_t i = 0; i < l.n; i++) {
        const struct gt_json *obj = gt_json_at(arr, i);
        l.v[i].code = gt_json_num(gt_json_get(obj, "code"), NAN);
        l.v[i].title.en = gt_strdup(a, gt_json_str(gt_json_get(obj, "en"), ""));
        l.v[i].title.zh = gt_strdup(a, gt_json_str(gt_json_get(obj, "zh"), ""));
    }
    return l;
}

struct ops_bases ops_lineage_bases(struct gt_arena *a, const struct gt_json *lineage)
{
    const struct gt_json *arr = gt_json_get(lineage, "unverified");
    struct ops_bases b = {.n = gt_json_len(arr)};
    b.v = GT_TAKE_N(a, struct ops_basis, b.n);
    for (size_t i = 0; i < b.n; i++)
        b.v[i] = (struct ops_basis){
            .id = gt_json_str(gt_json_at(arr, i), ""), .evidence = GT_UNVERIFIED, .marked = true};
    return b;
}

static const char *text_of(struct gt_arena *a, const struct gt_json *obj, const char *key)
{
    return gt_strdup(a, gt_json_str(gt_json_get(obj, key), ""));
}

static void read_settings(struct gt_arena *a, const struct gt_json *arr, struct ops_model_opt *out)
{
    out->n_set = gt_json_len(arr);
    struct gt_setting *set = GT_TAKE_N(a, struct gt_setting, out->n_set);
    for (size_t i = 0; i < out->n_set; i++) {
        const struct gt_json *obj = gt_json_at(arr, i);
        set[i] = (struct gt_setting){text_of(a, obj, "step"), text_of(a, obj, "key"),
                                     text_of(a, obj, "value")};
    }
    out->set = set;
}

static void read_rules_file(struct gt_arena *a, const struct gt_json *lineage,
                            struct ops_model_opt *out)
{
    const char *text =
        gt_strdup(a, gt_json_str(gt_json_get(gt_json_get(lineage, "model"), "rules_text"), NULL));
    if (!text)
        return;
    struct gt_rules_file *file = GT_TAKE(a, struct gt_rules_file);
    *file =
        (struct gt_rules_file){text_of(a, gt_json_get(lineage, "rules_file"), "name"), gt_s(text)};
    out->rules_file = file;
}

static void read_inputs(struct gt_arena *a, const struct gt_json *arr, struct ops_model_opt *out)
{
    out->n_input = gt_json_len(arr);
    struct ops_input *input = GT_TAKE_N(a, struct ops_input, out->n_input);
    for (size_t i = 0; i < out->n_input; i++) {
        const struct gt_json *obj = gt_json_at(arr, i);
        input[i] = (struct ops_input){text_of(a, obj, "step"), text_of(a, obj, "id"),
                                      gt_json_int(gt_json_get(obj, "version"), 0),
                                      text_of(a, obj, "hash")};
    }
    out->input = input;
}

enum gt_status ops_lineage_model(struct gt_arena *a, const struct gt_dataset *d,
                                 const struct gt_json *lineage, struct ops_model_opt *out,
                                 struct gt_err *err)
{
    const struct gt_json *model = gt_json_get(lineage, "model");
    const char *text = gt_json_str(gt_json_get(model, "text"), NULL);
    if (!text)
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s': expected a result of a model, found one of '%s'", d->id,
                       gt_json_str(gt_json_get(lineage, "op"), "an unknown operation"));
    const char *output = text_of(a, lineage, "output");
    *out = (struct ops_model_opt){.text = gt_strdup(a, text),
                                  .model = text_of(a, model, "file"),
                                  .only_given = true,
                                  .n_output = 1};
    const char **names = GT_TAKE_N(a, const char *, 1);
    names[0] = output;
    out->output = names;
    out->rules = gt_strdup(a, gt_json_str(gt_json_get(lineage, "rules"), NULL));
    read_rules_file(a, lineage, out);
    if (gt_ends(d->id, output))
        out->prefix = gt_strndup(a, d->id, strlen(d->id) - strlen(output));
    read_settings(a, gt_json_get(model, "set"), out);
    read_inputs(a, gt_json_get(lineage, "inputs"), out);
    return GT_OK;
}

static bool differs(const char *now, const char *then)
{
    return then && strcmp(now ? now : "", then) != 0;
}

enum gt_status ops_lineage_same_rules(const struct gt_dataset *d, const struct gt_json *lineage,
                                      const struct gt_model *m, struct gt_err *err)
{
    const char *rules_hash = gt_json_str(gt_json_get(lineage, "rules_hash"), NULL);
    const char *model_hash = gt_json_str(gt_json_get(lineage, "model_hash"), NULL);
    if (differs(m->rules ? m->rules->hash : NULL, rules_hash))
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s': expected the rule set %s as it was then (%s), found %s",
                       d->id, gt_json_str(gt_json_get(lineage, "rules"), ""), rules_hash,
                       m->rules ? m->rules->hash : "none");
    if (differs(m->hash, model_hash))
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s': expected the model to be read as it was then (%s), found %s",
                       d->id, model_hash, m->hash);
    return GT_OK;
}
