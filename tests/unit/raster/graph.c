#include "graph.h"

enum { INPUTS = 6 };

/* ---- Choosing among the steps there are ---- */

static bool has_cells(const struct gt_step *s)
{
    return s->kind != GT_STEP_SHAPES && s->kind != GT_STEP_ZONAL;
}

const struct gt_step *graph_pick(struct graph *g, bool (*holds)(const struct gt_step *))
{
    int fit[ORACLE_STEPS], n = 0;
    for (int i = 0; i < g->m->n_steps; i++)
        if (holds ? holds(&g->m->steps[i]) : has_cells(&g->m->steps[i]))
            fit[n++] = i;
    if (n == 0)
        return NULL;
    int a = dice_below(g->dice, n), b = dice_below(g->dice, n);
    return &g->m->steps[fit[a > b ? a : b]];
}

double graph_value(struct graph *g, const struct gt_step *s)
{
    const float *cells = g->oracle.cells[s - g->m->steps];
    int64_t n = g->oracle.w * g->oracle.h;
    uint64_t state = dice_fork(g->dice);
    for (int tries = 0; tries < 20; tries++) {
        float v = cells[(int64_t)(dice_bits(&state) % (uint64_t)n)];
        if (isfinite(v))
            return (double)v;
    }
    return 0;
}

/* ---- Growing the text ---- */

static enum gt_status load(struct graph *g, const char *steps, const struct gt_model **out,
                           struct gt_err *err)
{
    struct gt_model_opt opt = {0};
    g->text = gt_printf(g->a, "model: random\ninputs:\n%ssteps:\n%soutputs: [master]\n",
                        g->inputs.p, steps);
    return gt_model_parse(g->a, "random.yaml", gt_s(g->text), &opt, out, err);
}

/* Inputs of the model are its first steps, in the order of the text. */
static enum gt_status add_raster(struct graph *g, int i, enum scene_values values,
                                 struct gt_err *err)
{
    static const char *const KIND[] = {
        [SCENE_HEIGHTS] = "unit: m", [SCENE_CLASSES] = "cells: class", [SCENE_IDS] = "cells: id"};
    const char *name = i ? gt_printf(g->a, "raster%d", i) : "master";
    bool nearest = i > 0 && values == SCENE_HEIGHTS && dice_chance(g->dice, 40);
    const char *how = i == 0 ? ", master: true" : nearest ? ", resample: nearest" : "";
    bool scaled = values == SCENE_HEIGHTS && dice_chance(g->dice, 25);
    gt_buf_addf(&g->inputs, "  %s: {kind: raster, %s%s%s}\n", name, KIND[values], how,
                scaled ? ", scale: 0.3, add: -7" : "");
    if (i == 0)
        g->bind[i].raster = scene_master(&g->scene, values);
    else
        GT_TRY(scene_raster(&g->scene, values, &g->bind[i].raster, err));
    gt_buf_addf(&g->notes, "# %s is %s\n", name, scene_describe(g->a, &g->bind[i].raster->info));
    return GT_OK;
}

static enum gt_status add_layer(struct graph *g, int i, struct gt_err *err)
{
    static const char *const KIND[] = {"points", "lines", "polygons"};
    enum gt_shape_kind kind = (enum gt_shape_kind)dice_below(g->dice, 3);
    gt_buf_addf(&g->inputs, "  layer%d: {kind: %s}\n", i, KIND[kind]);
    GT_TRY(scene_layer(&g->scene, kind, &g->bind[i].layer, err));
    gt_buf_addf(&g->notes, "# layer%d: %zu features, %s\n", i, g->bind[i].layer->shapes->n,
                g->bind[i].layer->shapes->crs->name);
    return GT_OK;
}

static enum gt_status add_inputs(struct graph *g, struct gt_err *err)
{
    int n = dice_within(g->dice, 1, INPUTS);
    enum scene_values master =
        dice_chance(g->dice, 15) ? (enum scene_values)dice_below(g->dice, 3) : SCENE_HEIGHTS;
    GT_TRY(add_raster(g, 0, master, err));
    for (int i = 1; i < n; i++) {
        if (dice_chance(g->dice, 40))
            GT_TRY(add_layer(g, i, err));
        else
            GT_TRY(add_raster(g, i, (enum scene_values)dice_below(g->dice, 3), err));
    }
    return GT_OK;
}

/* Burning what lies beside the grid is refused by the engine: such a step is left out. */
static enum gt_status meets(const struct graph *g, const struct gt_step *s, bool *out,
                            struct gt_err *err)
{
    *out = true;
    if (s->kind != GT_STEP_RASTERISE)
        return GT_OK;
    const struct gt_shapes *shapes;
    GT_TRY(gt_shapes_to_crs(g->a, g->bind[s->in[0]].layer->shapes, g->scene.master.crs, 1e-3,
                            &shapes, err));
    *out = shapes->n == 0 || gt_box_meets(shapes->box, gt_grid_box(&g->scene.master.grid));
    return GT_OK;
}

static enum gt_status add_step(struct graph *g, struct gt_err *err)
{
    struct gt_buf step = {.a = g->a};
    const struct gt_model *m;
    struct gt_err refused = {0};
    bool fine;
    const char *before = g->steps.n ? g->steps.p : "";
    const char *name = gt_printf(g->a, "s%d", g->tried++);
    graph_write_step(g, name, &step);
    if (step.n == 0 || load(g, gt_printf(g->a, "%s%s", before, step.p), &m, &refused) != GT_OK)
        return GT_OK;
    GT_TRY(meets(g, &m->steps[m->n_steps - 1], &fine, err));
    if (!fine)
        return GT_OK;
    gt_buf_add(&g->steps, step.p);
    g->m = m;
    g->made++;
    return oracle_step(&g->oracle, m, m->n_steps - 1, err);
}

enum gt_status graph_new(struct gt_arena *a, struct dice *d, int steps, struct graph *out,
                         struct gt_err *err)
{
    *out = (struct graph){.a = a, .dice = d, .inputs.a = a, .steps.a = a, .notes.a = a};
    GT_TRY(scene_new(a, d, &out->scene, err));
    GT_TRY(add_inputs(out, err));
    GT_TRY(load(out, "  {}\n", &out->m, err));
    GT_TRY(oracle_new(a, out->bind, 0, &out->oracle, err));
    for (int i = 0; i < out->m->n_steps; i++)
        GT_TRY(oracle_step(&out->oracle, out->m, i, err));
    for (int i = 0; i < steps; i++)
        GT_TRY(add_step(out, err));
    GT_TRY(load(out, out->steps.n ? out->steps.p : "  {}\n", &out->m, err));
    out->text = gt_printf(a, "%s%s", out->notes.p, out->text);
    return GT_OK;
}
