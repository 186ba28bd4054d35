/* evaluation_run.c: one evaluation: its model made ready and run, its results counted, drawn,
 * reported and published in one commit. */
#include "evaluation.h"

#include "guotu/io.h"

#include <string.h>

/* A dataset of the same name that another rule set made stays only as an old version: never
 * silently. */
static void warn_of_mixing(const struct evaluation *e)
{
    for (size_t i = 0; i < e->m->n_out; i++) {
        const struct gt_dataset *old;
        const struct gt_json *lineage;
        if (gt_store_find(e->store, e->a, e->m->out[i].id, 0, &old, NULL) != GT_OK ||
            ops_lineage_read(e->a, old, &lineage, NULL) != GT_OK)
            continue;
        const char *rules = gt_json_str(gt_json_get(lineage, "rules"), e->rules);
        if (strcmp(rules, e->rules) != 0)
            gt_warn(
                e->c->work,
                OPS_SAY(e->c,
                        "%s: version %lld was made with the rule set %s; the new one, with %s, "
                        "takes its place (--prefix keeps both)",
                        "%s：版本 %lld 按规则集 %s 生成，现由按 %s 生成的新版本取代（用 --prefix "
                        "可两者并存）"),
                old->id, (long long)old->version, rules, e->rules);
    }
}

/* A result of another rule set that is taken as an input: allowed, and said. */
static void warn_of_foreign_inputs(const struct evaluation *e)
{
    for (int i = 0; i < e->m->model->n_steps; i++) {
        const struct gt_dataset *d = e->m->input[i];
        const struct gt_json *lineage;
        if (!d || ops_lineage_read(e->a, d, &lineage, NULL) != GT_OK ||
            strcmp(gt_json_str(gt_json_get(lineage, "op"), ""), "evaluate") != 0)
            continue;
        const char *rules = gt_json_str(gt_json_get(lineage, "rules"), e->rules);
        if (strcmp(rules, e->rules) != 0)
            gt_warn(e->c->work,
                    OPS_SAY(e->c,
                            "the input '%s' was made with the rule set %s, and is taken under %s",
                            "输入“%s”是按规则集 %s 生成的，本次评价按 %s"),
                    d->id, rules, e->rules);
    }
}

static void find_bases(struct evaluation *e)
{
    const struct gt_model *m = e->m->model;
    bool *one = GT_TAKE_N(e->a, bool, (size_t)m->n_steps);
    size_t cap = 0;
    e->used = GT_TAKE_N(e->a, bool, (size_t)m->n_steps);
    for (size_t i = 0; i < e->m->n_out; i++) {
        ops_model_used(m, e->m->out[i].step, one);
        for (int k = 0; k < m->n_steps; k++)
            e->used[k] = e->used[k] || one[k];
        struct ops_bases b = ops_model_bases(e->a, m, e->m->out[i].step);
        for (size_t k = 0; k < b.n; k++) {
            bool there = false;
            for (size_t j = 0; j < e->bases.n; j++)
                there = there || (strcmp(e->bases.v[j].id, b.v[k].id) == 0 &&
                                  strcmp(e->bases.v[j].kind, b.v[k].kind) == 0);
            if (there)
                continue;
            if (e->bases.n == cap)
                e->bases.v = gt_grow_(e->a, e->bases.v, &cap, e->bases.n, sizeof *e->bases.v);
            e->bases.v[e->bases.n++] = b.v[k];
        }
    }
}

void evaluation_basis(struct evaluation *e, const struct gt_number *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < e->bases.n; i++)
        if (strcmp(e->bases.v[i].id, n->id) == 0)
            return;
    struct ops_basis *v = GT_TAKE_N(e->a, struct ops_basis, e->bases.n + 1);
    if (e->bases.n)
        memcpy(v, e->bases.v, e->bases.n * sizeof *v);
    v[e->bases.n++] = (struct ops_basis){n->id, "number", n->title, n->source, n->evidence, true};
    e->bases.v = v;
}

/* For the names of what is missing. */
static enum gt_status load_whole(struct evaluation *e, const char *rules_dir,
                                 const struct ops_model_opt *opt, struct gt_err *err)
{
    const char *path = gt_printf(e->a, "%s/models/%s.yaml", rules_dir, opt->model);
    const struct gt_model_opt model = {.rules_dir = rules_dir,
                                       .set = opt->set,
                                       .n_set = opt->n_set,
                                       .rules = opt->rules,
                                       .rules_file = opt->rules_file};
    return gt_model_load(e->a, path, &model, &e->whole, err);
}

/* ---- Documents ---- */

/* The long tables of all results under one heading. */
static const char *csv_of(const struct evaluation *e)
{
    struct gt_buf b = {.a = e->a};
    for (size_t i = 0; i < e->n; i++) {
        const struct evaluation_result *r = &e->result[i];
        const char *text =
            gt_table_to_csv(e->a, gt_evaluate_long(e->a, &r->tables, r->d->id), e->c->lang);
        const char *rows = strchr(text, '\n');
        gt_buf_add(&b, i == 0 ? text : rows ? rows + 1 : "");
    }
    return b.p ? b.p : "";
}

/* Report and table, counted and drawn from what the transaction holds, become part of it. */
static enum gt_status add_documents(struct evaluation *e, const char *prefix, struct gt_err *err)
{
    const char *out = gt_path_join(e->a, gt_store_dir(e->store), "out");
    const char *name = gt_printf(e->a, "%s%s-%s", prefix ? prefix : "", e->function->id, e->rules);
    const char *report = gt_printf(e->a, "%s.html", name);
    const char *table = gt_printf(e->a, "%s.csv", name);
    e->report = gt_path_join(e->a, out, report);
    e->table = gt_path_join(e->a, out, table);
    GT_TRY(evaluation_count(e, err));
    if (e->part && e->part->count)
        GT_TRY(e->part->count(e, e->part->self, err));
    GT_TRY(evaluation_maps(e, err));
    struct gt_str html = evaluation_report(e);
    bool own = e->part && e->part->csv;
    const char *csv = own ? e->part->csv(e, e->part->self) : csv_of(e);
    GT_TRY(gt_txn_document(e->txn, report, html.p, html.n, err));
    return gt_txn_document(e->txn, table, csv, strlen(csv), err);
}

/* What each pass (step null) and each step that sees the whole raster took. */
static void times_json(const struct evaluation *e, const struct gt_run_result *run)
{
    struct gt_json *arr = gt_json_add_arr(e->answer, "seconds");
    for (int i = 0; i < run->n_times; i++) {
        const struct gt_run_time *t = &run->time[i];
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "step", t->step < 0 ? NULL : e->m->model->steps[t->step].name);
        gt_json_add_num(obj, "clock", t->clock_s);
        gt_json_add_num(obj, "processor", t->busy_s);
    }
}

/* Datasets, report and table appear together, or none of them does. */
static enum gt_status publish(struct evaluation *e, const char *prefix, struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    GT_AUTO_ARENA open =
        gt_arena_new(); /* of the rasters that are read back: closed before the end */
    struct gt_run_result result = {0};
    struct gt_json *parameters = gt_json_obj(e->c->a);
    ops_args_json(e->c, parameters);
    GT_TRY(gt_txn_begin(e->store, &txn, err));
    GT_TRY(ops_model_run(e->c, e->m, txn, parameters, &result, err));
    if (e->timed)
        times_json(e, &result);
    e->txn = txn;
    e->run = &result;
    e->open = open;
    GT_TRY(add_documents(e, prefix, err));
    if (gt_stopped(e->c->work))
        return gt_fail(err, GT_ECANCELLED, "stopped before the results were published");
    GT_TRY(ops_commit(&txn, err));
    for (size_t i = 0; i < e->n; i++)
        GT_TRY(gt_store_find(e->store, e->a, e->result[i].out->id, 0, &e->result[i].d, err));
    e->d = GT_TAKE_N(e->a, const struct gt_dataset *, e->m->n_out);
    for (size_t i = 0; i < e->m->n_out; i++)
        GT_TRY(gt_store_find(e->store, e->a, e->m->out[i].id, 0, &e->d[i], err));
    return GT_OK;
}

/* ---- Settings of several models ---- */

static bool applies(struct gt_arena *a, const struct gt_model *m, const struct gt_setting *s)
{
    if (strcmp(s->step, "rules") == 0)
        return m->rules && gt_ruleset_number(m->rules, s->key);
    struct gt_buf name = {.a = a};
    for (const char *p = s->step; *p; p++)
        gt_buf_addn(&name, *p == '@' ? "01" : p, *p == '@' ? 2 : 1);
    return gt_model_step(m, name.p ? name.p : "") >= 0;
}

enum gt_status evaluation_settings(const struct evaluation *e, const struct ops_model_opt *opt,
                                   struct ops_model_opt *out, bool *used, struct gt_err *err)
{
    struct gt_setting *kept = GT_TAKE_N(e->a, struct gt_setting, opt->n_set + 1);
    struct evaluation bare = *e;
    const char *rules_dir = gt_rules_dir(e->a, err);
    if (!rules_dir)
        return err ? err->status : GT_ENOTFOUND;
    *out = *opt;
    out->set = kept;
    out->n_set = 0;
    GT_TRY(gt_evaluate_model(e->a, rules_dir, e->function->id, e->rules, &out->model, err));
    GT_TRY(load_whole(&bare, rules_dir, out, err));
    for (size_t i = 0; i < opt->n_set; i++) {
        if (!applies(e->a, bare.whole, &opt->set[i]))
            continue;
        kept[out->n_set++] = opt->set[i];
        used[i] = true;
    }
    return GT_OK;
}

static enum gt_status check_used(const struct ops_model_opt *opt, const bool *used,
                                 struct gt_err *err)
{
    for (size_t i = 0; i < opt->n_set; i++)
        if (!used[i])
            return gt_fail(
                err, GT_EUSE,
                "--set %s.%s: expected a step or rule number of one of the models, found "
                "none of that name",
                opt->set[i].step, opt->set[i].key);
    return GT_OK;
}

enum gt_status evaluation_functions(const struct evaluation *e, const struct ops_model_opt *opt,
                                    const struct gt_evaluate_function ***out, size_t *n,
                                    struct gt_err *err)
{
    bool *used = GT_TAKE_N(e->a, bool, opt->n_set + 1);
    GT_VEC(const struct gt_evaluate_function *) found = {0};
    struct gt_err why = {0};
    for (const struct gt_evaluate_function *f = gt_evaluate_functions; f->id; f++) {
        struct ops_model_opt own;
        struct evaluation one = *e;
        one.function = f;
        enum gt_status status = evaluation_settings(&one, opt, &own, used, &why);
        if (status == GT_OK)
            *GT_PUSH(e->a, &found) = f;
        else if (status != GT_ENOTFOUND)
            return gt_fail(err, status, "%s", why.text);
    }
    if (found.n == 0)
        return gt_fail(err, GT_ENOTFOUND, "%s", why.text);
    *out = found.v;
    *n = found.n;
    return check_used(opt, used, err);
}

/* ---- One evaluation ---- */

/* A function whose inputs are missing altogether, among others that are not. */
static enum gt_status pass_over(const struct evaluation *e)
{
    struct gt_buf names = {.a = e->a};
    struct gt_json *missing = gt_json_add_arr(e->answer, "missing");
    const struct gt_step *s;
    for (size_t i = 0; (s = evaluation_missing(e, i)); i++) {
        const char *name = evaluation_missing_name(e, s);
        gt_json_add_str(missing, NULL, s->name);
        if (name)
            gt_buf_addf(&names, "%s%s", names.n ? ", " : "", name);
    }
    gt_json_add_str(e->answer, "function", e->function->id);
    gt_warn(e->c->work,
            OPS_SAY(e->c, "%s is passed over: nothing can be computed; missing are %s",
                    "跳过%s：无可计算的结果，缺少 %s"),
            evaluation_title(e), names.p);
    return GT_OK;
}

enum gt_status evaluation_run(struct evaluation *e, struct ops_model_opt *opt, struct gt_err *err)
{
    const char *rules_dir = gt_rules_dir(e->a, err);
    if (!rules_dir)
        return err ? err->status : GT_ENOTFOUND;
    GT_TRY(gt_evaluate_model(e->a, rules_dir, e->function->id, e->rules, &opt->model, err));
    GT_TRY(ops_model_ready(e->c, e->a, e->store, opt, &e->m, err));
    GT_TRY(load_whole(e, rules_dir, opt, err));
    if (e->m->n_out == 0)
        return pass_over(e);
    e->set = e->m->model->rules;
    find_bases(e);
    if (e->part && e->part->ready)
        GT_TRY(e->part->ready(e, e->part->self, err));
    warn_of_mixing(e);
    warn_of_foreign_inputs(e);
    GT_TRY(evaluation_inherit(e, err));
    GT_TRY(publish(e, opt->prefix, err));
    ops_bases_warn(e->c, &e->bases);
    evaluation_json(e);
    return GT_OK;
}

enum gt_status evaluation_run_part(struct gt_call *c, const struct gt_evaluate_function *function,
                                   const struct evaluation_part *part, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    struct ops_model_opt opt;
    GT_TRY(ops_model_args(c, &opt, err));
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    struct evaluation e = {.c = c,
                           .a = job,
                           .store = store,
                           .function = function,
                           .rules = gt_arg_text(c, "rules", GT_EVALUATE_RULES),
                           .part = part,
                           .answer = c->result};
    GT_TRY(evaluation_run(&e, &opt, err));
    evaluation_text(&e);
    return GT_OK;
}
