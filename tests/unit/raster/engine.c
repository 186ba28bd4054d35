#include "engine.h"

#include <string.h>

struct engine engine_new(struct gt_arena *a, const char *text)
{
    struct engine e = {.a = a, .threads = 1};
    struct gt_model_opt opt = {0};
    T_STATUS_ERR(gt_model_parse(a, "test.yaml", gt_s(text), &opt, &e.m, &e.err), GT_OK, &e.err);
    return e;
}

const struct gt_crs *engine_crs(struct gt_arena *a, const char *text)
{
    const struct gt_crs *crs = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_crs_parse(a, text, &crs, &err), GT_OK, &err);
    return crs;
}

static int input_of(const struct engine *e, const char *name)
{
    int i = gt_model_step(e->m, name);
    T_OK(i >= 0);
    return i;
}

void engine_raster(struct engine *e, const char *input, const struct gt_raster_info *info,
                   const void *cells)
{
    e->bind[input_of(e, input)].raster = gt_memory_source(e->a, info, cells);
}

void engine_layer(struct engine *e, const char *input, const struct gt_shapes *shapes)
{
    struct gt_raster_layer *l = GT_TAKE(e->a, struct gt_raster_layer);
    l->shapes = shapes;
    e->bind[input_of(e, input)].layer = l;
}

void engine_numbers(struct engine *e, const char *input, const char *name, const double *v)
{
    struct gt_raster_layer *l = GT_TAKE(e->a, struct gt_raster_layer);
    *l = *e->bind[input_of(e, input)].layer;
    const char **column = GT_TAKE(e->a, const char *);
    const double **number = GT_TAKE(e->a, const double *);
    *column = name;
    *number = v;
    l->n_columns = 1;
    l->column = column;
    l->number = number;
    e->bind[input_of(e, input)].layer = l;
}

float *engine_try(struct engine *e, const char *step)
{
    int write = gt_model_step(e->m, step);
    T_OK(write >= 0);
    struct gt_plan_opt opt = {
        .bind = e->bind, .write = &write, .n_write = 1, .block = e->block, .threads = e->threads};
    bool table = e->m->steps[write].kind == GT_STEP_ZONAL;
    opt.n_write = table ? 0 : 1;
    const struct gt_plan *p;
    e->err = (struct gt_err){0};
    if (gt_plan_build(e->a, e->m, &opt, !table, &p, &e->err) != GT_OK)
        return NULL;
    struct gt_raster_info info = table ? e->bind[e->m->master].raster->info : gt_plan_output(p, 0);
    float *cells = GT_TAKE_N(e->a, float, (size_t)(info.grid.w * info.grid.h));
    struct gt_raster_sink *sink = gt_memory_sink(e->a, &info, cells);
    struct gt_pool *pool = e->threads > 1 ? gt_pool_new(e->threads) : NULL;
    struct gt_work work = {.pool = pool};
    enum gt_status status = gt_plan_run(e->a, p, &sink, &work, &e->result, &e->err);
    gt_pool_free(pool);
    return status == GT_OK ? cells : NULL;
}

float *engine_run(struct engine *e, const char *step)
{
    float *cells = engine_try(e, step);
    T_EQ_STR(e->err.text, "");
    T_OK(cells != NULL);
    return cells;
}

enum gt_status engine_probe(struct engine *e, int64_t col, int64_t row, double *value)
{
    struct gt_probe probe = {.bind = e->bind, .col = col, .row = row, .value = value};
    e->err = (struct gt_err){0};
    return gt_plan_probe(e->m, &probe, &e->err);
}

enum gt_status engine_plan_try(struct engine *e, struct gt_plan_opt opt, const char *const *steps,
                               const struct gt_plan **out)
{
    int *write = GT_TAKE_N(e->a, int, ENGINE_STEPS);
    for (opt.n_write = 0; steps[opt.n_write]; opt.n_write++)
        write[opt.n_write] = input_of(e, steps[opt.n_write]);
    opt.bind = e->bind;
    opt.write = write;
    e->err = (struct gt_err){0};
    return gt_plan_new(e->a, e->m, &opt, out, &e->err);
}

const struct gt_plan *engine_plan(struct engine *e, struct gt_plan_opt opt,
                                  const char *const *steps)
{
    const struct gt_plan *p = NULL;
    T_STATUS_ERR(engine_plan_try(e, opt, steps, &p), GT_OK, &e->err);
    return p;
}

struct gt_raster_sink **engine_sinks(struct gt_arena *a, const struct gt_plan *p, void **cells)
{
    struct gt_raster_sink **sinks = GT_TAKE_N(a, struct gt_raster_sink *, ENGINE_STEPS);
    for (int i = 0; i < gt_plan_outputs(p); i++) {
        struct gt_raster_info info = gt_plan_output(p, i);
        cells[i] = gt_take_n(a, (size_t)(info.grid.w * info.grid.h), gt_cell_size(info.type));
        sinks[i] = gt_memory_sink(a, &info, cells[i]);
    }
    return sinks;
}

struct gt_raster_info engine_plane(struct gt_arena *a, int64_t w, int64_t h, double cell)
{
    return (struct gt_raster_info){
        .id = "plane",
        .crs = engine_crs(a, "EPSG:4538"), /* CGCS2000 / 3-degree Gauss-Krüger CM 87E */
        .grid = {w, h, 500000, 3200000, cell, cell},
        .type = GT_F32,
        .has_nodata = true,
        .nodata = (double)NAN};
}

const struct gt_shapes *engine_shape(struct gt_arena *a, const struct gt_crs *crs,
                                     enum gt_shape_kind kind, const double *xy, int64_t points)
{
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    int64_t *part = GT_TAKE_N(a, int64_t, 2), *point = GT_TAKE_N(a, int64_t, 2);
    part[1] = 1;
    point[1] = points;
    *s = (struct gt_shapes){
        .kind = kind, .crs = crs, .n = 1, .part = part, .point = point, .xy = xy};
    s->box = (struct gt_box){xy[0], xy[1], xy[0], xy[1]};
    for (int64_t i = 0; i < points; i++) {
        s->box.x0 = fmin(s->box.x0, xy[2 * i]);
        s->box.x1 = fmax(s->box.x1, xy[2 * i]);
        s->box.y0 = fmin(s->box.y0, xy[2 * i + 1]);
        s->box.y1 = fmax(s->box.y1, xy[2 * i + 1]);
    }
    return s;
}
