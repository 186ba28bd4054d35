/* Plans: passes of fused steps, with the steps that see the whole raster between them.
 *
 * Steps fall into levels: a global step is one level above the highest of its inputs, every other
 * step is on the level of the highest. For each level one pass makes what its global steps read,
 * into scratch rasters; they run one after another; for all passes behind, each of them is a raster
 * like any other. Local steps that are wanted on both sides are computed on both: that is cheaper
 * than keeping their cells. */
#include "global_int.h"
#include "raster_int.h"

#include <string.h>
#include <time.h>

/* A raster that is known when a plan is made, and there when it runs. */
struct late {
    struct gt_raster_source source;
    const struct gt_raster_source *to; /* NULL: not yet */
};

/* The global steps of one level. */
struct stage {
    int n;
    int *step;
    const struct gt_pass *pass; /* makes their inputs; NULL: all are there */
    int n_written;
    int *written; /* steps, in the order of the pass's sinks */
};

struct gt_plan {
    struct gt_arena *a;
    const struct gt_model *model; /* as it was given */
    struct gt_model flat;         /* the same, global steps being rasters */
    struct gt_binding *bind;
    struct late *late; /* by step; those of global steps and of their inputs are used */
    int n_stages;
    struct stage *stage;
    const struct gt_pass *last;
    struct gt_plan_opt opt;
    const struct gt_metric *metric;
    size_t memory, disk;
};

/* ---- Levels ---- */

static bool is_global(const struct gt_step *s)
{
    return gt_global_of(s->kind) != NULL;
}

static void mark(const struct gt_model *m, bool *wanted, int step)
{
    if (wanted[step])
        return;
    wanted[step] = true;
    for (int i = 0; i < m->steps[step].n_in; i++)
        mark(m, wanted, m->steps[step].in[i]);
}

/* Level by step, -1 for those that nobody wants; gives the number of levels with global steps. */
static int find_levels(const struct gt_plan *p, bool probe, int *level)
{
    const struct gt_model *m = p->model;
    bool *wanted = GT_TAKE_N(p->a, bool, (size_t)m->n_steps);
    int levels = 0;
    for (int i = 0; i < p->opt.n_write; i++)
        mark(m, wanted, p->opt.write[i]);
    for (int i = 0; i < m->n_steps; i++)
        if (m->steps[i].kind == GT_STEP_ZONAL && !probe)
            mark(m, wanted, i);
    for (int i = 0; i < m->n_steps; i++) {
        const struct gt_step *s = &m->steps[i];
        level[i] = wanted[i] ? 0 : -1;
        for (int k = 0; k < s->n_in && wanted[i]; k++)
            level[i] = level[s->in[k]] > level[i] ? level[s->in[k]] : level[i];
        level[i] += wanted[i] && is_global(s);
        levels = level[i] > levels ? level[i] : levels;
    }
    return levels;
}

/* ---- Rasters between passes ---- */

static enum gt_status late_read(void *self, int worker, struct gt_window win, void *cells,
                                int64_t stride, struct gt_err *err)
{
    const struct late *l = self;
    return l->to->read(l->to->self, worker, win, cells, stride, err);
}

static const struct gt_raster_source *promise(struct gt_plan *p, int step,
                                              const struct gt_raster_info *info)
{
    struct late *l = &p->late[step];
    l->source = (struct gt_raster_source){.info = *info, .self = l, .read = late_read};
    return &l->source;
}

static const struct gt_raster_source *master_of(const struct gt_plan *p)
{
    return p->opt.bind[p->model->master].raster;
}

/* On the master's own cells: the operator reads it as it is. */
static bool is_ready(const struct gt_plan *p, int step)
{
    const struct gt_raster_source *s = p->bind[step].raster, *master = master_of(p);
    if (p->flat.steps[step].kind != GT_STEP_RASTER || p->flat.steps[step].scaled || !s)
        return false;
    const struct gt_grid *g = &s->info.grid, *m = &master->info.grid;
    return s == master ||
           (gt_crs_same(s->info.crs, master->info.crs) && g->w == m->w && g->h == m->h &&
            g->x0 == m->x0 && g->y0 == m->y0 && g->dx == m->dx && g->dy == m->dy);
}

/* What its cells will be, with the master's grid. */
static struct gt_raster_info info_of(const struct gt_plan *p, int step)
{
    const struct gt_raster_info *m = &master_of(p)->info;
    const struct gt_step *s = &p->model->steps[step];
    enum gt_cell_type type = gt_global_type(s);
    return (struct gt_raster_info){.id = s->name,
                                   .grid = m->grid,
                                   .crs = m->crs,
                                   .type = type,
                                   .has_nodata = true,
                                   .nodata = gt_cell_nodata(type)};
}

/* ---- Building ---- */

static void flatten(struct gt_plan *p)
{
    size_t n = (size_t)p->model->n_steps;
    struct gt_step *steps = GT_TAKE_N(p->a, struct gt_step, n);
    memcpy(steps, p->model->steps, n * sizeof *steps);
    for (size_t i = 0; i < n; i++)
        if (is_global(&steps[i])) {
            steps[i].kind = GT_STEP_RASTER;
            steps[i].n_in = 0;
            steps[i].resample = GT_NEAREST;
        }
    p->flat = *p->model;
    p->flat.steps = steps;
}

static void add_written(struct stage *s, int step)
{
    for (int i = 0; i < s->n_written; i++)
        if (s->written[i] == step)
            return;
    s->written[s->n_written++] = step;
}

/* Which steps the stage's pass has to write. */
static void find_written(struct gt_plan *p, struct stage *s)
{
    s->written = GT_TAKE_N(p->a, int, (size_t)p->model->n_steps);
    for (int i = 0; i < s->n; i++) {
        const struct gt_step *global = &p->model->steps[s->step[i]];
        for (int k = 0; k < global->n_in; k++) {
            int in = global->in[k];
            if (p->model->steps[in].kind != GT_STEP_SHAPES && !is_ready(p, in))
                add_written(s, in);
        }
    }
}

static enum gt_status build_stage(struct gt_plan *p, struct stage *s, struct gt_err *err)
{
    find_written(p, s);
    for (int i = 0; i < s->n_written; i++) {
        struct gt_raster_info info = info_of(p, s->written[i]);
        (void)promise(p, s->written[i], &info);
    }
    if (s->n_written) {
        struct gt_plan_opt opt = p->opt;
        opt.write = s->written;
        opt.n_write = s->n_written;
        opt.region = (struct gt_window){0};
        GT_TRY(gt_pass_build(p->a, &p->flat, &opt, GT_PASS_STAGE, &s->pass, err));
    }
    for (int i = 0; i < s->n; i++) {
        struct gt_raster_info info = info_of(p, s->step[i]);
        p->bind[s->step[i]].raster = promise(p, s->step[i], &info);
    }
    return GT_OK;
}

/* ---- One global step ---- */

static struct gt_global global_of(struct gt_arena *a, const struct gt_plan *p, int step)
{
    const struct gt_step *s = &p->model->steps[step];
    const struct gt_raster_source **in =
        GT_TAKE_N(a, const struct gt_raster_source *, (size_t)s->n_in + 1);
    const struct gt_raster_layer **layer =
        GT_TAKE_N(a, const struct gt_raster_layer *, (size_t)s->n_in + 1);
    for (int k = 0; k < s->n_in; k++) {
        layer[k] = p->bind[s->in[k]].layer;
        if (!layer[k])
            in[k] = is_ready(p, s->in[k]) ? p->bind[s->in[k]].raster : &p->late[s->in[k]].source;
    }
    return (struct gt_global){.step = s,
                              .grid = &master_of(p)->info.grid,
                              .metric = p->metric,
                              .crs = master_of(p)->info.crs,
                              .in = in,
                              .layer = layer,
                              .memory = p->opt.global_memory,
                              .scratch_dir = p->opt.scratch_dir};
}

/* ---- Predictions ---- */

static size_t bytes_of(const struct gt_plan *p, int step)
{
    struct gt_raster_info info = info_of(p, step);
    return (size_t)info.grid.w * (size_t)info.grid.h * gt_cell_size(info.type);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void predict(struct gt_plan *p)
{
    size_t results = 0;
    p->memory = p->last->memory;
    for (int i = 0; i < p->n_stages; i++) {
        const struct stage *s = &p->stage[i];
        size_t inputs = 0;
        for (int k = 0; k < s->n_written; k++)
            inputs += bytes_of(p, s->written[k]);
        if (s->pass)
            p->memory = larger(p->memory, s->pass->memory);
        for (int k = 0; k < s->n; k++) {
            const struct gt_global_op *op = gt_global_of(p->model->steps[s->step[k]].kind);
            struct gt_global g = global_of(p->a, p, s->step[k]);
            results += bytes_of(p, s->step[k]);
            p->memory = larger(p->memory, op->memory(&g));
            p->disk = larger(p->disk, results + inputs + op->disk(&g));
        }
    }
    if (!p->opt.scratch_dir)
        p->memory += p->disk;
}

/* ---- The plan ---- */

static enum gt_status build_stages(struct gt_plan *p, bool probe, struct gt_err *err)
{
    size_t n = (size_t)p->model->n_steps;
    int *level = GT_TAKE_N(p->a, int, n);
    p->n_stages = find_levels(p, probe, level);
    p->stage = GT_TAKE_N(p->a, struct stage, (size_t)p->n_stages + 1);
    for (int i = 0; i < p->n_stages; i++) {
        struct stage *s = &p->stage[i];
        s->step = GT_TAKE_N(p->a, int, n);
        for (size_t k = 0; k < n; k++)
            if (level[k] == i + 1 && is_global(&p->model->steps[k]))
                s->step[s->n++] = (int)k;
        GT_TRY(build_stage(p, s, err));
    }
    return GT_OK;
}

static size_t global_memory(size_t asked)
{
    size_t memory = asked ? asked : GT_GLOBAL_MEMORY, limit = gt_memory_limit();
    return memory < limit ? memory : limit;
}

enum gt_status gt_plan_build(struct gt_arena *a, const struct gt_model *m,
                             const struct gt_plan_opt *opt, bool probe, const struct gt_plan **out,
                             struct gt_err *err)
{
    size_t n = (size_t)m->n_steps;
    struct gt_plan *p = GT_TAKE(a, struct gt_plan);
    *p = (struct gt_plan){.a = a, .model = m, .opt = *opt};
    p->late = GT_TAKE_N(a, struct late, n);
    p->bind = GT_TAKE_N(a, struct gt_binding, n);
    memcpy(p->bind, opt->bind, n * sizeof *p->bind);
    p->opt.bind = p->bind;
    p->opt.global_memory = global_memory(opt->global_memory);
    if (opt->n_write > 0) {
        int *write = GT_TAKE_N(a, int, (size_t)opt->n_write);
        memcpy(write, opt->write, (size_t)opt->n_write * sizeof *write);
        p->opt.write = write;
    }
    flatten(p);
    if (master_of(p))
        GT_TRY(build_stages(p, probe, err));
    GT_TRY(gt_pass_build(a, &p->flat, &p->opt, probe ? GT_PASS_PROBE : GT_PASS_RESULTS, &p->last,
                         err));
    p->metric = p->last->metric;
    predict(p);
    *out = p;
    return GT_OK;
}

enum gt_status gt_plan_new(struct gt_arena *a, const struct gt_model *m,
                           const struct gt_plan_opt *opt, const struct gt_plan **out,
                           struct gt_err *err)
{
    return gt_plan_build(a, m, opt, false, out, err);
}

int gt_plan_outputs(const struct gt_plan *p)
{
    return p->opt.n_write;
}

struct gt_raster_info gt_plan_output(const struct gt_plan *p, int i)
{
    return gt_pass_output(p->last, i);
}

size_t gt_plan_memory(const struct gt_plan *p)
{
    return p->memory;
}

/* ---- Running ---- */

/* What a run has found so far, and when its last part ended. */
struct so_far {
    struct gt_run_result found;
    double clock_s, busy_s;
};

/* What was run since the last call is `step`, or a pass. */
static void note_time(struct so_far *all, int step)
{
    double now = gt_clock_s(), busy = (double)clock() / (double)CLOCKS_PER_SEC;
    if (all->clock_s > 0)
        all->found.time[all->found.n_times++] =
            (struct gt_run_time){step, now - all->clock_s, busy - all->busy_s};
    all->clock_s = now;
    all->busy_s = busy;
}

/* What a pass before the last one left: a step that runs in several passes leaves the same in each.
 */
static void keep_uncovered(struct gt_run_result *all, const struct gt_run_result *one)
{
    for (int i = 0; i < one->n_uncovered; i++) {
        bool there = false;
        for (int k = 0; k < all->n_uncovered; k++)
            there = there || all->uncovered[k].step == one->uncovered[i].step;
        if (!there)
            all->uncovered[all->n_uncovered++] = one->uncovered[i];
    }
}

static enum gt_status run_pass(struct gt_arena *a, const struct gt_plan *p, const struct stage *s,
                               struct gt_work *w, struct so_far *all, struct gt_err *err)
{
    struct gt_run_result result;
    struct gt_raster_sink **sinks = GT_TAKE_N(a, struct gt_raster_sink *, (size_t)s->n_written + 1);
    for (int i = 0; i < s->n_written; i++) {
        struct late *l = &p->late[s->written[i]];
        struct gt_scratch *cells;
        GT_TRY(gt_scratch_new(a, p->opt.scratch_dir, &l->source.info, &cells, err));
        sinks[i] = &cells->sink;
        l->to = &cells->source;
    }
    if (!s->pass)
        return GT_OK;
    GT_TRY(gt_pass_run(a, s->pass, sinks, w, &result, err));
    keep_uncovered(&all->found, &result);
    return GT_OK;
}

static enum gt_status run_global(struct gt_arena *results, const struct gt_plan *p, int step,
                                 struct gt_work *w, struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    struct gt_global g = global_of(mine, p, step);
    struct late *l = &p->late[step];
    struct gt_scratch *cells;
    GT_TRY(gt_scratch_new(results, p->opt.scratch_dir, &l->source.info, &cells, err));
    g.out = &cells->sink;
    g.work = w;
    enum gt_status status = gt_global_of(g.step->kind)->run(mine, &g, err);
    if (status != GT_OK)
        return gt_wrap(err, "step %s", g.step->name);
    if (gt_stopped(w))
        return gt_fail(err, GT_ECANCELLED, "stopped at step %s", g.step->name);
    l->to = &cells->source;
    return GT_OK;
}

static enum gt_status run_stage(struct gt_arena *results, const struct gt_plan *p,
                                const struct stage *s, struct gt_work *w, struct so_far *all,
                                struct gt_err *err)
{
    GT_AUTO_ARENA inputs = gt_arena_new(); /* closed when the stage is over */
    GT_TRY(run_pass(inputs, p, s, w, all, err));
    note_time(all, -1);
    for (int i = 0; i < s->n; i++) {
        GT_TRY(run_global(results, p, s->step[i], w, err));
        note_time(all, s->step[i]);
    }
    return GT_OK;
}

enum gt_status gt_plan_run(struct gt_arena *a, const struct gt_plan *p,
                           struct gt_raster_sink *const *sinks, struct gt_work *w,
                           struct gt_run_result *out, struct gt_err *err)
{
    GT_AUTO_ARENA results = gt_arena_new();
    size_t n = (size_t)p->model->n_steps;
    struct so_far all = {.found = {.uncovered = GT_TAKE_N(a, struct gt_uncovered, n + 1),
                                   .time = GT_TAKE_N(a, struct gt_run_time, 2 * n + 1)}};
    note_time(&all, -1);
    for (int i = 0; i < p->n_stages; i++)
        GT_TRY(run_stage(results, p, &p->stage[i], w, &all, err));
    GT_TRY(gt_pass_run(a, p->last, sinks, w, out, err));
    note_time(&all, -1);
    keep_uncovered(&all.found, out);
    out->uncovered = all.found.uncovered;
    out->n_uncovered = all.found.n_uncovered;
    out->time = all.found.time;
    out->n_times = all.found.n_times;
    return GT_OK;
}

/* ---- Saying what will happen ---- */

static void describe_global(const struct gt_plan *p, int step, struct gt_json *arr)
{
    const struct gt_step *s = &p->model->steps[step];
    const struct gt_global_op *op = gt_global_of(s->kind);
    struct gt_global g = global_of(p->a, p, step);
    struct gt_json *obj = gt_json_add_obj(arr, NULL);
    gt_json_add_str(obj, "step", s->name);
    gt_json_add_str(obj, "kind", gt_step_kind_name(s->kind));
    gt_json_add_str(obj, "method", op->paper);
    gt_json_add_int(obj, "memory", (int64_t)op->memory(&g));
    gt_json_add_int(obj, "disk", (int64_t)(op->disk(&g) + bytes_of(p, step)));
}

static void describe_stage(const struct gt_plan *p, const struct stage *s, struct gt_json *passes)
{
    struct gt_json *obj = gt_json_add_obj(passes, NULL);
    if (s && !s->pass) {
        gt_json_add_int(obj, "halo", 0);
        gt_json_add_arr(obj, "steps");
    } else {
        gt_pass_describe(s ? s->pass : p->last, obj);
    }
    struct gt_json *then = gt_json_add_arr(obj, "then");
    for (int i = 0; s && i < s->n; i++)
        describe_global(p, s->step[i], then);
}

static void describe_bytes(const struct gt_plan *p, struct gt_json *obj)
{
    int64_t read = 0, written = 0;
    struct gt_json *memory = gt_json_add_obj(obj, "memory");
    gt_pass_memory(p->last, memory);
    gt_json_add_int(memory, "total", (int64_t)p->memory);
    gt_json_add_int(memory, "limit", (int64_t)gt_memory_limit());
    gt_json_add_int(memory, "global_limit", (int64_t)p->opt.global_memory);
    for (int i = 0; i < p->n_stages; i++)
        if (p->stage[i].pass)
            gt_pass_io(p->stage[i].pass, &read, &written);
    gt_pass_io(p->last, &read, &written);
    struct gt_json *io = gt_json_add_obj(obj, "io");
    gt_json_add_int(io, "read", read);
    gt_json_add_int(io, "written", written);
    gt_json_add_int(io, "temporary", p->opt.scratch_dir ? (int64_t)p->disk : 0);
}

void gt_plan_describe(const struct gt_plan *p, struct gt_json *obj)
{
    const struct gt_pass *last = p->last;
    gt_json_add_str(obj, "model", p->model->name);
    struct gt_json *grid = gt_json_add_obj(obj, "grid");
    gt_json_add_int(grid, "columns", last->region.w);
    gt_json_add_int(grid, "rows", last->region.h);
    gt_json_add_num(grid, "cell_x", last->grid.dx);
    gt_json_add_num(grid, "cell_y", last->grid.dy);
    gt_json_add_int(obj, "threads", last->threads);
    gt_json_add_int(obj, "band_rows", last->band);
    gt_json_add_int(obj, "chunk_columns", last->chunk);
    struct gt_json *passes = gt_json_add_arr(obj, "passes");
    for (int i = 0; i < p->n_stages; i++)
        describe_stage(p, &p->stage[i], passes);
    describe_stage(p, NULL, passes);
    describe_bytes(p, obj);
}
