/* One cell of a model, all its steps; and the filling of voids of a raster by itself. */
#include "raster_int.h"

#include <string.h>

static bool is_asked(const struct gt_model *m, const struct gt_probe *probe, int step)
{
    enum gt_step_kind kind = m->steps[step].kind;
    return kind != GT_STEP_SHAPES && kind != GT_STEP_ZONAL &&
           (!probe->wanted || probe->wanted[step]);
}

enum gt_status gt_plan_probe(const struct gt_model *m, const struct gt_probe *probe,
                             struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    size_t n = (size_t)m->n_steps;
    int *write = GT_TAKE_N(a, int, n), n_write = 0;
    for (int i = 0; i < m->n_steps; i++) {
        probe->value[i] = (double)NAN;
        if (is_asked(m, probe, i))
            write[n_write++] = i;
    }
    struct gt_plan_opt opt = {
        .bind = probe->bind,
        .write = write,
        .n_write = n_write,
        .threads = gt_pool_threads(probe->work ? probe->work->pool : NULL),
        .scratch_dir = probe->scratch_dir,
        .region = {probe->col, probe->row, 1, 1},
    };
    const struct gt_plan *p;
    GT_TRY(gt_plan_build(a, m, &opt, true, &p, err));
    float *cell = GT_TAKE_N(a, float, n);
    struct gt_raster_sink **sinks = GT_TAKE_N(a, struct gt_raster_sink *, n);
    for (int i = 0; i < n_write; i++) {
        struct gt_raster_info info = gt_plan_output(p, i);
        sinks[i] = gt_memory_sink(a, &info, &cell[i]);
    }
    struct gt_run_result result;
    GT_TRY(gt_plan_run(a, p, sinks, probe->work, &result, err));
    for (int i = 0; i < n_write; i++)
        probe->value[write[i]] = (double)cell[i];
    return GT_OK;
}

/* ---- Voids ---- */

/* A sink that turns f32 rows into the type of the raster being filled, and counts. */
struct typed_sink {
    const struct gt_raster_info *info;
    struct gt_raster_sink *to;
    void *cells;
};

static void to_type(const struct typed_sink *t, const float *in, int64_t n)
{
    double none = t->info->has_nodata ? t->info->nodata : gt_cell_nodata(t->info->type);
    for (int64_t j = 0; j < n; j++) {
        double v = in[j] == in[j] ? floor((double)in[j] + 0.5) : none;
        switch (t->info->type) {
        case GT_U8: ((uint8_t *)t->cells)[j] = (uint8_t)v; break;
        case GT_I16: ((int16_t *)t->cells)[j] = (int16_t)v; break;
        case GT_I32: ((int32_t *)t->cells)[j] = (int32_t)v; break;
        case GT_F32: ((float *)t->cells)[j] = in[j] == in[j] ? in[j] : (float)none; break;
        }
    }
}

static enum gt_status typed_rows(void *self, int64_t row, int64_t n, const void *cells,
                                 struct gt_err *err)
{
    const struct typed_sink *t = self;
    int64_t w = t->info->grid.w;
    for (int64_t y = 0; y < n; y++) {
        const float *in = (const float *)cells + y * w;
        to_type(t, in, w);
        GT_TRY(t->to->rows(t->to->self, row + y, 1, t->cells, err));
    }
    return GT_OK;
}

/* The raster as it was is only counted. */
static enum gt_status no_rows(void *self, int64_t row, int64_t n, const void *cells,
                              struct gt_err *err)
{
    (void)self, (void)row, (void)n, (void)cells, (void)err;
    return GT_OK;
}

enum gt_status gt_fill_voids(const struct gt_raster_source *src, int radius,
                             struct gt_raster_sink *sink, struct gt_work *w, struct gt_filled *out,
                             struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const int INPUT[] = {0};
    struct gt_step steps[2] = {
        {.name = "voids", .kind = GT_STEP_RASTER, .unit = "", .master = true},
        {.name = "filled",
         .kind = GT_STEP_FILL_VOIDS,
         .unit = "",
         .n_in = 1,
         .in = INPUT,
         .radius = radius},
    };
    struct gt_model m = {.name = "fill voids", .n_steps = 2, .steps = steps};
    struct gt_binding bind[2] = {{.raster = src}};
    int write[] = {1, 0};
    struct gt_plan_opt opt = {
        .bind = bind, .write = write, .n_write = 2, .threads = gt_pool_threads(w ? w->pool : NULL)};
    const struct gt_plan *p;
    GT_TRY(gt_plan_build(a, &m, &opt, true, &p, err));
    struct typed_sink t = {.info = &src->info, .to = sink};
    t.cells = GT_TAKE_N(a, uint32_t, (size_t)src->info.grid.w);
    struct gt_raster_sink typed = {.self = &t, .rows = typed_rows}, before = {.rows = no_rows};
    struct gt_raster_sink *sinks[] = {&typed, &before};
    struct gt_run_result result;
    GT_TRY(gt_plan_run(a, p, sinks, w, &result, err));
    out->left = result.nodata_cells[0];
    out->filled = result.nodata_cells[1] - result.nodata_cells[0];
    return GT_OK;
}
