/* op_rules.c: rule sets and files of changes: what is wrong with one, and how two differ. */
#include "ops_int.h"

#include "guotu/io.h"
#include "guotu/yaml.h"

#include <string.h>

struct one {
    const struct gt_rules_file *file; /* NULL: a set by its id */
    const char *id;
    const struct gt_ruleset *set; /* NULL: could not be read */
};

struct check {
    struct gt_call *c;
    const char *dir; /* of the rules */
    struct gt_problems problems;
    GT_VEC(const char *) models;
};

/* ---- Reading --------------------------------------------------------------------------------- */

/* A file of changes is told from a set's id by its ending or a folder before it. */
static enum gt_status name_one(struct check *k, const char *word, struct one *out,
                               struct gt_err *err)
{
    *out = (struct one){.id = word};
    if (!strchr(word, '/') && !gt_ends(word, ".yaml") && !gt_ends(word, ".yml"))
        return GT_OK;
    GT_TRY(ops_rules_file(k->c->a, word, &out->file, err));
    return gt_rules_file_set(k->c->a, out->file, &out->id, err);
}

static enum gt_status load_one(struct check *k, const char *word, struct gt_problems *problems,
                               struct one *out, struct gt_err *err)
{
    GT_TRY(name_one(k, word, out, err));
    struct gt_ruleset_opt opt = {
        .dir = k->dir, .id = out->id, .file = out->file, .problems = problems};
    return gt_ruleset_load_with(k->c->a, &opt, &out->set, err);
}

/* ---- Models that take the set ---------------------------------------------------------------- */

static void keep(struct check *k, const char *text)
{
    *GT_PUSH(k->c->a, &k->problems) = gt_strdup(k->c->a, text);
}

/* The id of the set that a model names; NULL: none, or it cannot be read, which is a problem. */
static const char *rules_of(struct check *k, const char *path)
{
    struct gt_yaml *root;
    struct gt_err why = {0};
    if (gt_yaml_load(k->c->a, path, &root, &why) != GT_OK) {
        keep(k, why.text);
        return NULL;
    }
    const struct gt_yaml *y = gt_yaml_find(root, "rules");
    return y && y->kind == GT_YAML_SCALAR ? y->text : NULL;
}

/* Every model of the set, or of what it is based on, must still read with it. */
static enum gt_status check_models(struct check *k, const struct one *one, struct gt_err *err)
{
    const char *dir = gt_path_join(k->c->a, k->dir, "models"), **names;
    size_t n;
    GT_TRY(gt_dir_list(k->c->a, dir, &names, &n, err));
    for (size_t i = 0; i < n; i++) {
        const char *path = gt_path_join(k->c->a, dir, names[i]);
        const char *rules = gt_ends(names[i], ".yaml") ? rules_of(k, path) : NULL;
        const struct gt_model *m;
        struct gt_err why = {0};
        struct gt_model_opt opt = {.rules_dir = k->dir, .rules = one->id, .rules_file = one->file};
        if (!rules || !gt_ruleset_is(one->set, rules))
            continue;
        if (gt_model_load(k->c->a, path, &opt, &m, &why) != GT_OK)
            keep(k, why.text);
        else
            *GT_PUSH(k->c->a, &k->models) = m->name;
    }
    return GT_OK;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static int64_t unverified(const struct gt_ruleset *r)
{
    int64_t n = 0;
    for (size_t i = 0; i < r->n_classes; i++)
        n += r->classes[i].evidence == GT_UNVERIFIED;
    for (size_t i = 0; i < r->n_matrices; i++)
        n += r->matrices[i].evidence == GT_UNVERIFIED;
    for (size_t i = 0; i < r->n_numbers; i++)
        n += r->numbers[i].evidence == GT_UNVERIFIED;
    return n;
}

static void set_json(struct gt_json *in, const char *key, const struct gt_ruleset *r)
{
    if (!r) {
        gt_json_add_null(in, key);
        return;
    }
    struct gt_json *obj = gt_json_add_obj(in, key);
    gt_json_add_str(obj, "id", r->id);
    ops_json_text2(obj, "title", r->title);
    gt_json_add_str(obj, "version", r->version);
    gt_json_add_str(obj, "status", r->status);
    gt_json_add_str(obj, "base", r->base ? r->base->id : NULL);
    gt_json_add_str(obj, "file", r->file);
    gt_json_add_str(obj, "hash", r->hash);
    gt_json_add_int(obj, "classes", (int64_t)r->n_classes);
    gt_json_add_int(obj, "matrices", (int64_t)r->n_matrices);
    gt_json_add_int(obj, "numbers", (int64_t)r->n_numbers);
    gt_json_add_int(obj, "unverified", unverified(r));
}

static void side_json(struct gt_json *in, const char *key, const struct gt_rule_side *s)
{
    if (!s->text) {
        gt_json_add_null(in, key);
        return;
    }
    struct gt_json *obj = gt_json_add_obj(in, key);
    gt_json_add_str(obj, "text", s->text);
    gt_json_add_str(obj, "source", s->source);
    gt_json_add_str(obj, "evidence", gt_evidence_name(s->evidence));
    gt_json_add_str(obj, "from", s->from);
    gt_json_add_str(obj, "file", s->file);
    gt_json_add_int(obj, "line", s->line);
}

static const char *side_text(const struct gt_call *c, const struct gt_rule_side *s)
{
    return s->text ? s->text : OPS_SAY(c, "(not there)", "（无）");
}

static void change_text(struct gt_call *c, const struct gt_rule_change *r)
{
    struct gt_buf *b = &c->text;
    const char *title = gt_text2(r->title, c->lang);
    gt_buf_addf(b, "  %s", r->id);
    if (title && strcmp(title, r->id) != 0)
        gt_buf_addf(b, "  %s", title);
    if (r->same_values)
        gt_buf_add(b, OPS_SAY(c, ": the same values, other source", "：取值相同，出处不同"));
    else
        gt_buf_addf(b, ": %s -> %s", side_text(c, &r->before), side_text(c, &r->after));
    const struct gt_rule_side *now = r->after.text ? &r->after : &r->before;
    gt_buf_addf(b, "  [%s; %s]\n", now->source, gt_evidence_title(now->evidence, c->lang));
}

static void add_changes(struct gt_call *c, const struct gt_ruleset *from,
                        const struct gt_ruleset *to)
{
    struct gt_json *arr = gt_json_add_arr(c->result, "changes");
    struct gt_rule_change *v = NULL;
    size_t n = 0;
    if (!from || !to)
        return;
    gt_ruleset_diff(c->a, from, to, &v, &n);
    gt_buf_addf(&c->text, OPS_SAY(c, "differs from %s in %zu:\n", "与 %s 的差异，%zu 项：\n"),
                from->id, n);
    for (size_t i = 0; i < n; i++) {
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "id", v[i].id);
        gt_json_add_str(obj, "kind", gt_rule_kind_name(v[i].kind));
        ops_json_text2(obj, "title", v[i].title);
        side_json(obj, "before", &v[i].before);
        side_json(obj, "after", &v[i].after);
        gt_json_add_bool(obj, "same_values", v[i].same_values);
        change_text(c, &v[i]);
    }
}

static void set_text(struct gt_call *c, const struct gt_ruleset *r)
{
    gt_buf_addf(&c->text, "%s%s%s: ", r->id, r->file ? " + " : "", r->file ? r->file : "");
    gt_buf_addf(&c->text,
                OPS_SAY(c, "%zu tables, %zu matrices, %zu numbers; %lld of them unverified\n",
                        "%zu 个分级表、%zu 个矩阵、%zu 个数值，其中 %lld 项未核实\n"),
                r->n_classes, r->n_matrices, r->n_numbers, (long long)unverified(r));
}

static void add_problems(const struct check *k)
{
    struct gt_call *c = k->c;
    struct gt_json *models = gt_json_add_arr(c->result, "models");
    for (size_t i = 0; i < k->models.n; i++)
        gt_json_add_str(models, NULL, k->models.v[i]);
    struct gt_json *arr = gt_json_add_arr(c->result, "problems");
    for (size_t i = 0; i < k->problems.n; i++) {
        gt_json_add_str(arr, NULL, k->problems.v[i]);
        gt_buf_addf(&c->text, "%s\n", k->problems.v[i]);
    }
}

/* ---- The operation --------------------------------------------------------------------------- */

static enum gt_status run_check(struct check *k, struct gt_err *err)
{
    struct gt_call *c = k->c;
    struct one one = {0};
    if (gt_arg_text(c, "other", NULL))
        return gt_fail(err, GT_EUSE, "rules check: expected one rule set or file, found two");
    enum gt_status status = load_one(k, gt_arg_text(c, "what", ""), &k->problems, &one, err);
    if (status != GT_OK && status != GT_EINPUT)
        return status;
    if (status == GT_EINPUT) {
        keep(k, err->text);
        *err = (struct gt_err){0};
    } else if (k->problems.n == 0) {
        GT_TRY(check_models(k, &one, err));
    }
    set_json(c->result, "from", one.set ? one.set->base : NULL);
    set_json(c->result, "to", one.set);
    add_problems(k);
    if (one.set)
        set_text(c, one.set);
    add_changes(c, one.set ? one.set->base : NULL, one.set);
    if (k->problems.n > 0)
        gt_buf_addf(&c->text, OPS_SAY(c, "%zu problems\n", "问题 %zu 处\n"), k->problems.n);
    else
        gt_buf_addf(&c->text,
                    OPS_SAY(c, "no problem; %zu models take it\n", "未发现问题；%zu 个模型可用\n"),
                    k->models.n);
    return k->problems.n > 0 ? GT_FINDINGS : GT_OK;
}

static enum gt_status run_diff(struct check *k, struct gt_err *err)
{
    struct gt_call *c = k->c;
    struct one from, to;
    if (!gt_arg_text(c, "other", NULL))
        return gt_fail(err, GT_EUSE, "rules diff: expected two rule sets or files, found one");
    GT_TRY(load_one(k, gt_arg_text(c, "what", ""), NULL, &from, err));
    GT_TRY(load_one(k, gt_arg_text(c, "other", ""), NULL, &to, err));
    set_json(c->result, "from", from.set);
    set_json(c->result, "to", to.set);
    set_text(c, from.set);
    set_text(c, to.set);
    add_problems(k);
    add_changes(c, from.set, to.set);
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    struct check k = {.c = c, .dir = gt_rules_dir(c->a, err)};
    if (!k.dir)
        return err ? err->status : GT_ENOTFOUND;
    const char *action = gt_arg_text(c, "action", "");
    gt_json_add_str(c->result, "action", action);
    return strcmp(action, "check") == 0 ? run_check(&k, err) : run_diff(&k, err);
}

static const char *const actions[] = {"check", "diff", NULL};

static const struct gt_param params[] = {
    {.name = "action",
     .kind = GT_P_CHOICE,
     .metavar = "check|diff",
     .choices = actions,
     .position = true,
     .required = true,
     .help = {"check: what is wrong with one, and what it changes; diff: how two differ",
              "check：检查一个规则集或文件并列出其更改；diff：比较两个"}},
    {.name = "what",
     .kind = GT_P_TEXT,
     .metavar = "SET|FILE",
     .position = true,
     .required = true,
     .help = {"a rule set by its id, or a file of changes", "规则集标识，或更改文件"}},
    {.name = "other",
     .kind = GT_P_TEXT,
     .metavar = "SET|FILE",
     .position = true,
     .help = {"for diff: what it is compared with", "diff 时与之比较的另一个"}},
    {.name = NULL},
};

const struct gt_op ops_record_rules = {
    .path = "rules",
    .title = {"Check and compare rule sets", "检查、比较规则集"},
    .help =
        {"`rules check` reads a rule set or a file of changes as a whole and says everything "
         "that is wrong with it, each with its line: unknown ids with the nearest one that is "
         "known, units that do not fit, classes with gaps or overlaps, models that would no "
         "longer work; and what it changes. The exit status is 1 where something is wrong. "
         "`rules diff` gives the tables, matrices and numbers that differ between two, old and "
         "new, with their evidence.",
         "rules check "
         "通读一个规则集或更改文件，逐条指出问题及所在行：未知的标识（并提示最接近的）、"
         "不符的单位、有空缺或重叠的分级、不再可用的模型；并列出其更改的内容。有问题时退出码为 1。"
         "rules diff 列出两者之间不同的分级表、矩阵和数值（旧值、新值及证据等级）。"},
    .clause = "",
    .examples = "guotu rules check plateau\n"
                "guotu rules check our-province.yaml\n"
                "guotu rules diff mnr-2020-01 plateau --json",
    .effect = GT_READS,
    .no_workspace = true,
    .params = params,
    .run = run,
};
