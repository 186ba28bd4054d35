/* model_ready.c: a model made ready to run: loaded, its inputs bound to datasets, what is missing
 * left out, compiled. */
#include "ops_int.h"

#include "guotu/io.h"

#include <math.h>
#include <string.h>

#define MAX_MODEL ((size_t)4 << 20)

struct ready {
    struct gt_call *c;
    struct gt_arena *a;
    struct gt_store *store;
    const struct ops_model_opt *opt;
    const struct gt_model *whole;    /* with everything that the file has */
    const struct gt_dataset **found; /* by step of whole */
    struct ops_model *m;
};

/* ---- Loading --------------------------------------------------------------------------------- */

static enum gt_status unknown_model(struct gt_arena *a, const char *dir, const char *name,
                                    struct gt_err *err)
{
    const char **files, *near = NULL;
    size_t n = 0;
    if (gt_dir_list(a, dir, &files, &n, NULL) != GT_OK)
        n = 0;
    GT_VEC(const char *) names = {0};
    for (size_t i = 0; i < n; i++) {
        if (gt_ends(files[i], ".yaml"))
            *GT_PUSH(a, &names) = gt_strndup(a, files[i], strlen(files[i]) - strlen(".yaml"));
    }
    struct gt_buf list = {.a = a};
    for (size_t i = 0; i < names.n; i++)
        gt_buf_addf(&list, "%s%s", i ? ", " : "", names.v[i]);
    near = gt_nearest(name, names.v, names.n);
    return gt_fail(err, GT_ENOTFOUND,
                   "expected a model, that is one of %s or a file, found '%.200s'%s%s%s",
                   list.p ? list.p : "(none)", name, near ? "; did you mean '" : "",
                   near ? near : "", near ? "'?" : "");
}

/* A name stands for rules/models/NAME.yaml; everything else is a path. */
static enum gt_status find_model(struct ready *r, const char *rules, const char **path,
                                 struct gt_err *err)
{
    const char *name = r->opt->model;
    const char *dir = gt_path_join(r->a, rules, "models");
    if (!strchr(name, '/') && !gt_ends(name, ".yaml") && !gt_ends(name, ".yml")) {
        *path = gt_path_join(r->a, dir, gt_printf(r->a, "%s.yaml", name));
        if (gt_path_exists(*path))
            return GT_OK;
    }
    *path = name;
    if (gt_path_exists(name) && !gt_path_is_dir(name))
        return GT_OK;
    return unknown_model(r->a, dir, name, err);
}

static enum gt_status load(struct ready *r, struct gt_err *err)
{
    const char *path = r->opt->model;
    struct gt_str text = gt_s(r->opt->text);
    const char *rules = gt_rules_dir(r->a, err);
    if (!rules)
        return err ? err->status : GT_ENOTFOUND;
    if (!r->opt->text) {
        GT_TRY(find_model(r, rules, &path, err));
        GT_TRY(gt_file_get(r->a, path, MAX_MODEL, &text, err));
    }
    struct gt_model_opt opt = {.rules_dir = rules,
                               .set = r->opt->set,
                               .n_set = r->opt->n_set,
                               .rules = r->opt->rules,
                               .rules_file = r->opt->rules_file};
    GT_TRY(gt_model_parse(r->a, path, text, &opt, &r->whole, err));
    r->m->text = gt_strndup(r->a, text.p, text.n);
    return GT_OK;
}

/* ---- Which dataset fills an input ------------------------------------------------------------ */

static bool is_input(const struct gt_step *s)
{
    return s->kind == GT_STEP_RASTER || s->kind == GT_STEP_SHAPES;
}

static enum gt_status check_given(const struct ready *r, struct gt_err *err)
{
    GT_VEC(const char *) names = {0};
    for (int i = 0; i < r->whole->n_steps; i++) {
        if (is_input(&r->whole->steps[i]))
            *GT_PUSH(r->a, &names) = r->whole->steps[i].name;
    }
    for (size_t k = 0; k < r->opt->n_input; k++) {
        int step = gt_model_step(r->whole, r->opt->input[k].step);
        if (step >= 0 && is_input(&r->whole->steps[step]))
            continue;
        const char *near = gt_nearest(r->opt->input[k].step, names.v, names.n);
        return gt_fail(err, GT_EUSE, "model %s: expected an input step, found '%.60s'%s%s%s",
                       r->whole->name, r->opt->input[k].step, near ? "; did you mean '" : "",
                       near ? near : "", near ? "'?" : "");
    }
    return GT_OK;
}

static enum gt_status check_kind(const struct gt_step *s, const struct gt_dataset *d,
                                 struct gt_err *err)
{
    static const char *const shapes[] = {[GT_ANY_SHAPE] = "any",
                                         [GT_POINTS] = "point",
                                         [GT_LINES] = "line",
                                         [GT_POLYGONS] = "polygon"};
    static const char *const kinds[] = {[GT_DATASET_RASTER] = "raster",
                                        [GT_DATASET_VECTOR] = "vector layer",
                                        [GT_DATASET_TABLE] = "table"};
    enum gt_dataset_kind wanted = s->kind == GT_STEP_RASTER ? GT_DATASET_RASTER
                                  : s->shape == GT_RECORDS  ? GT_DATASET_TABLE
                                                            : GT_DATASET_VECTOR;
    if (d->kind != wanted)
        return gt_fail(err, GT_EINPUT, "input '%s': expected a %s, found dataset '%s', a %s",
                       s->name, kinds[wanted], d->id, kinds[d->kind]);
    if (wanted == GT_DATASET_VECTOR && s->shape != GT_ANY_SHAPE &&
        strcmp(shapes[s->shape], d->geometry) != 0)
        return gt_fail(err, GT_EINPUT, "input '%s': expected %ss, found dataset '%s' with %ss",
                       s->name, shapes[s->shape], d->id, d->geometry);
    return GT_OK;
}

/* A result that another model left under the same prefix goes before that without one. */
static bool find_result(struct ready *r, const struct gt_step *s, const struct gt_dataset **out)
{
    const char *prefix = r->opt->prefix;
    if (!prefix || !prefix[0] || s->kind != GT_STEP_RASTER)
        return false;
    const char *id = gt_printf(r->a, "%s%s", prefix, s->role);
    return gt_store_find(r->store, r->a, id, 0, out, NULL) == GT_OK;
}

static enum gt_status find_input(struct ready *r, const struct gt_step *s,
                                 const struct gt_dataset **out, struct gt_err *err)
{
    *out = NULL;
    for (size_t k = 0; k < r->opt->n_input; k++) {
        const struct ops_input *given = &r->opt->input[k];
        if (strcmp(given->step, s->name) != 0)
            continue;
        enum gt_status status = gt_store_find(r->store, r->a, given->id, given->version, out, err);
        if (status != GT_OK)
            return gt_wrap(err, "input '%s'", s->name);
        if (given->hash && strcmp(given->hash, (*out)->hash) != 0)
            return gt_fail(err, GT_EINPUT,
                           "input '%s': expected version %lld of dataset '%s' with %s, found %s",
                           s->name, (long long)(*out)->version, given->id, given->hash,
                           (*out)->hash);
        return check_kind(s, *out, err);
    }
    if (r->opt->only_given || !s->role || !s->role[0])
        return GT_OK;
    struct gt_err why = {0};
    if (find_result(r, s, out))
        return check_kind(s, *out, err);
    enum gt_status status = gt_store_find_role(r->store, r->a, s->role, out, &why);
    if (status != GT_OK)
        return gt_fail(err, status,
                       gt_ends(why.text, "name the one to use") ? "input '%s': %s: --input %s=ID"
                                                                : "input '%s': %s",
                       s->name, why.text, s->name);
    return *out ? check_kind(s, *out, err) : GT_OK;
}

static enum gt_status find_inputs(struct ready *r, bool *have, struct gt_err *err)
{
    const struct gt_model *m = r->whole;
    GT_TRY(check_given(r, err));
    r->found = GT_TAKE_N(r->a, const struct gt_dataset *, (size_t)m->n_steps);
    for (int i = 0; i < m->n_steps; i++) {
        const struct gt_step *s = &m->steps[i];
        have[i] = true;
        if (!is_input(s))
            continue;
        GT_TRY(find_input(r, s, &r->found[i], err));
        have[i] = r->found[i] != NULL;
        if (!have[i] && !s->optional)
            return gt_fail(err, GT_EINPUT,
                           "model %s: expected a dataset with the role '%s' for its input '%s', "
                           "found none in %s; import one, or name one with --input %s=ID",
                           m->name, s->role ? s->role : "", s->name, gt_store_dir(r->store),
                           s->name);
    }
    return GT_OK;
}

/* ---- What is written ------------------------------------------------------------------------- */

static enum gt_status find_output(struct ready *r, const char *name, struct ops_output *out,
                                  struct gt_err *err)
{
    const struct gt_model *m = r->m->model;
    int output = gt_model_output(m, name);
    out->name = name;
    out->step = output >= 0 ? m->outputs[output].step : gt_model_step(m, name);
    if (out->step >= 0) {
        out->title = output >= 0 ? m->outputs[output].title : m->steps[out->step].title;
        return gt_step_writable(&m->steps[out->step], err);
    }
    if (gt_model_output(r->whole, name) >= 0 || gt_model_step(r->whole, name) >= 0)
        return gt_fail(err, GT_EINPUT,
                       "model %s: '%s' cannot be made, because an input that it needs is missing",
                       m->name, name);
    GT_VEC(const char *) names = {0};
    for (int i = 0; i < r->whole->n_outputs; i++)
        *GT_PUSH(r->a, &names) = r->whole->outputs[i].name;
    for (int i = 0; i < r->whole->n_steps; i++)
        *GT_PUSH(r->a, &names) = r->whole->steps[i].name;
    const char *near = gt_nearest(name, names.v, names.n);
    return gt_fail(err, GT_EUSE, "model %s: expected an output or a step, found '%.60s'%s%s%s",
                   m->name, name, near ? "; did you mean '" : "", near ? near : "",
                   near ? "'?" : "");
}

/* The first few inputs that nobody gave, by name. */
static const char *missing_inputs(const struct ready *r)
{
    enum { SHOWN = 8 };
    struct gt_buf b = {.a = r->a};
    int n = 0;
    for (int i = 0; i < r->whole->n_steps; i++) {
        if (!is_input(&r->whole->steps[i]) || r->found[i])
            continue;
        if (n++ < SHOWN)
            gt_buf_addf(&b, "%s%s", n > 1 ? ", " : "", r->whole->steps[i].name);
    }
    if (n > SHOWN)
        gt_buf_addf(&b, " and %d more", n - SHOWN);
    return b.p ? b.p : "";
}

static enum gt_status choose_outputs(struct ready *r, struct gt_err *err)
{
    struct ops_model *m = r->m;
    const struct gt_model *model = m->model;
    bool named = r->opt->n_output > 0;
    m->n_out = named ? r->opt->n_output : (size_t)model->n_outputs;
    m->out = GT_TAKE_N(r->a, struct ops_output, m->n_out);
    for (size_t i = 0; i < m->n_out; i++) {
        struct ops_output *o = &m->out[i];
        GT_TRY(find_output(r, named ? r->opt->output[i] : model->outputs[i].name, o, err));
        o->id = gt_printf(r->a, "%s%s", r->opt->prefix ? r->opt->prefix : "", o->name);
        GT_TRY(ops_check_id("result", o->id, err));
        for (size_t k = 0; k < i; k++) {
            if (strcmp(m->out[k].id, o->id) == 0)
                return gt_fail(err, GT_EUSE, "expected each output once, found '%s' twice",
                               o->name);
        }
    }
    bool zonal = false;
    for (int i = 0; i < model->n_steps; i++)
        zonal = zonal || model->steps[i].kind == GT_STEP_ZONAL;
    if (m->n_out == 0 && !zonal && !r->opt->may_be_empty)
        return gt_fail(err, GT_EINPUT,
                       "model %s: expected at least one output, found none that can be made "
                       "without the layers %s",
                       model->name, missing_inputs(r));
    return GT_OK;
}

/* ---- Binding --------------------------------------------------------------------------------- */

/* A table's numbers for the shapes of a layer. */
static enum gt_status join_column(struct ready *r, const struct gt_step *s,
                                  const struct gt_features *f, const double **out,
                                  struct gt_err *err)
{
    struct ops_join j = {
        .step = s, .layer = r->m->input[s->in[0]], .shapes = f, .table = r->m->input[s->in[1]]};
    GT_TRY(gt_store_features(r->store, r->a, j.table, &j.rows, err));
    return ops_join_column(r->c, r->a, &j, out, err);
}

/* The attributes of a layer that steps burn, as numbers; texts that are numbers count. */
static enum gt_status bind_layer(struct ready *r, int step, struct gt_err *err)
{
    const struct gt_model *m = r->m->model;
    const struct gt_dataset *d = r->m->input[step];
    const struct gt_features *f;
    GT_TRY(gt_store_features(r->store, r->a, d, &f, err));
    struct gt_raster_layer *layer = GT_TAKE(r->a, struct gt_raster_layer);
    GT_VEC(const char *) names = {0};
    GT_VEC(const double *) columns = {0};
    for (int i = 0; i < m->n_steps; i++) {
        const struct gt_step *s = &m->steps[i];
        bool burns = s->kind == GT_STEP_RASTERISE && s->in[0] == step && s->attribute &&
                     strcmp(s->attribute, "#") != 0;
        if (!burns)
            continue;
        const double *column;
        if (s->n_in > 1)
            GT_TRY(join_column(r, s, f, &column, err));
        else if (ops_column_numbers(r->c, d, f, s->attribute, &column, err) != GT_OK)
            return gt_wrap(err, "step '%s'", s->name);
        *GT_PUSH(r->a, &names) = s->attribute;
        *GT_PUSH(r->a, &columns) = column;
    }
    *layer = (struct gt_raster_layer){
        .shapes = f->shapes, .n_columns = names.n, .column = names.v, .number = columns.v};
    r->m->bind[step].layer = layer;
    return GT_OK;
}

/* What the outputs and tables need, and the grid; asking single cells needs everything. */
static bool *needed_steps(const struct ready *r)
{
    const struct ops_model *m = r->m;
    size_t n = (size_t)m->model->n_steps;
    bool *needed = GT_TAKE_N(r->a, bool, n), *used = GT_TAKE_N(r->a, bool, n);
    needed[m->model->master] = true;
    for (size_t i = 0; i < n + m->n_out; i++) {
        int step = i < n ? (int)i : m->out[i - n].step;
        if (i < n && m->model->steps[i].kind != GT_STEP_ZONAL && !r->opt->bind_only)
            continue;
        ops_model_used(m->model, step, used);
        for (size_t k = 0; k < n; k++)
            needed[k] = needed[k] || used[k];
    }
    return needed;
}

static enum gt_status bind(struct ready *r, struct gt_err *err)
{
    struct ops_model *m = r->m;
    size_t n = (size_t)m->model->n_steps;
    const bool *needed = needed_steps(r);
    m->input = GT_TAKE_N(r->a, const struct gt_dataset *, n);
    m->bind = GT_TAKE_N(r->a, struct gt_binding, n);
    for (int i = 0; i < m->model->n_steps; i++)
        if (is_input(&m->model->steps[i]))
            m->input[i] = r->found[gt_model_step(r->whole, m->model->steps[i].name)];
    for (int i = 0; i < m->model->n_steps; i++) {
        const struct gt_step *s = &m->model->steps[i];
        if (!is_input(s) || !needed[i])
            continue;
        if (s->kind == GT_STEP_SHAPES) {
            if (s->shape != GT_RECORDS)
                GT_TRY(bind_layer(r, i, err));
            continue;
        }
        struct gt_raster_source *source;
        GT_TRY(gt_store_raster(r->store, r->a, m->input[i], &source, err));
        m->bind[i].raster = source;
    }
    return GT_OK;
}

/* ---- What the inputs hand on to the results -------------------------------------------------- */

/* One year, or the range of them. */
static const char *vintage_of(struct gt_arena *a, const struct ops_model *m)
{
    const char *least = NULL, *most = NULL;
    for (int i = 0; i < m->model->n_steps; i++) {
        const char *v = m->input[i] ? m->input[i]->vintage : "";
        if (!v[0])
            continue;
        least = !least || strcmp(v, least) < 0 ? v : least;
        most = !most || strcmp(v, most) > 0 ? v : most;
    }
    if (!least)
        return "";
    return strcmp(least, most) == 0 ? least : gt_printf(a, "%s-%s", least, most);
}

static void inherit(const struct ready *r)
{
    struct ops_model *m = r->m;
    m->synthetic = gt_store_info(r->store)->synthetic;
    m->grade = "";
    for (int i = 0; i < m->model->n_steps; i++) {
        if (!m->input[i])
            continue;
        m->synthetic = m->synthetic || m->input[i]->synthetic;
        m->grade = ops_grade_max(m->grade, m->input[i]->grade);
    }
    m->vintage = vintage_of(r->a, m);
}

/* ---- All of it ------------------------------------------------------------------------------- */

static enum gt_status compile(struct ready *r, struct gt_err *err)
{
    struct ops_model *m = r->m;
    int *write = GT_TAKE_N(r->a, int, m->n_out), n = 0;
    for (size_t i = 0; i < m->n_out; i++) {
        int at = 0;
        while (at < n && write[at] != m->out[i].step)
            at++;
        if (at == n)
            write[n++] = m->out[i].step;
        m->out[i].written = at;
    }
    struct gt_plan_opt opt = {.bind = m->bind,
                              .write = write,
                              .n_write = n,
                              .block = r->opt->block,
                              .global_memory = r->opt->memory,
                              .scratch_dir = gt_store_dir(r->store),
                              .threads = gt_pool_threads(r->c->work ? r->c->work->pool : NULL)};
    GT_TRY(gt_plan_new(r->a, m->model, &opt, &m->plan, err));
    for (size_t i = 0; i < m->n_out; i++) {
        m->out[i].info = gt_plan_output(m->plan, m->out[i].written);
        m->out[i].info.id = m->out[i].id;
    }
    return GT_OK;
}

enum gt_status ops_model_ready(struct gt_call *c, struct gt_arena *a, struct gt_store *s,
                               const struct ops_model_opt *opt, struct ops_model **out,
                               struct gt_err *err)
{
    struct ready r = {.c = c, .a = a, .store = s, .opt = opt, .m = GT_TAKE(a, struct ops_model)};
    r.m->opt = opt;
    r.m->store = s;
    GT_TRY(load(&r, err));
    bool *have = GT_TAKE_N(a, bool, (size_t)r.whole->n_steps);
    GT_TRY(find_inputs(&r, have, err));
    GT_TRY(gt_model_without(a, r.whole, have, &r.m->model, &r.m->left, &r.m->n_left, err));
    ops_left_factors(r.m, r.whole);
    GT_TRY(choose_outputs(&r, err));
    *out = r.m;
    if (r.m->n_out == 0 && opt->may_be_empty)
        return GT_OK;
    GT_TRY(bind(&r, err));
    inherit(&r);
    if (!opt->only_given)
        ops_left_warn(c, r.m);
    return opt->bind_only ? GT_OK : compile(&r, err);
}

enum gt_status ops_bind_zones(struct gt_store *s, struct gt_arena *a, const struct gt_model *m,
                              const struct ops_zones *in, struct gt_binding *bound,
                              struct gt_err *err)
{
    struct gt_raster_source *source;
    *in->zones = NULL;
    GT_TRY(gt_store_raster(s, a, in->data, &source, err));
    bound[gt_model_step(m, "data")].raster = source;
    if (!in->by)
        return GT_OK;
    GT_TRY(gt_store_features(s, a, in->by, in->zones, err));
    struct gt_raster_layer *layer = GT_TAKE(a, struct gt_raster_layer);
    layer->shapes = (*in->zones)->shapes;
    bound[gt_model_step(m, "zones")].layer = layer;
    return GT_OK;
}
