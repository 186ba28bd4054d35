/* count.c: the ground of each class in each zone, counted by the raster engine in one pass. */
#include "evaluate_int.h"

#include <math.h>

/* Ground without a class is counted as class 0: every cell is in the table once. */
static const char head[] = "model: evaluation-areas\n"
                           "title: {en: areas, zh: 面积}\n"
                           "inputs:\n"
                           "  data: {kind: raster, role: raster, cells: class, master: true}\n";
static const char zones_input[] = "  zones: {kind: polygons, role: zones}\n";
static const char steps[] =
    "steps:\n"
    "  code: {step: expression, value: \"coalesce(data, 0)\", cells: class}\n";
static const char by_zone[] = "  zone: {step: rasterise, of: zones, attribute: \"#\"}\n";
static const char whole[] =
    "  zone: {step: expression, value: \"if(isnodata(data), 1, 1)\", cells: class}\n";
static const char table[] =
    "  table: {step: zonal, of: code, zones: zone, per_class: true, stats: [count, area]}\n"
    "outputs: [zone]\n";

static const char lack_head[] = "model: evaluation-lack\n"
                                "title: {en: coverage, zh: 覆盖}\n"
                                "inputs:\n"
                                "  data: {kind: raster, role: raster, cells: class, master: true}\n"
                                "  heights: {kind: raster, role: raster, unit: m}\n";
/* Hundredths of a hectare for the rows of one zone: the zone's area is rounded, and what rounding
 * down the rows leaves goes to those that lost most, so that the zone is the same in every table.
 */
static void round_zone(struct gt_evaluate_area *v, size_t n)
{
    double sum = 0;
    int64_t left;
    for (size_t i = 0; i < n; i++)
        sum += v[i].m2;
    left = (int64_t)floor(sum / 100 + 0.5);
    for (size_t i = 0; i < n; i++)
        left -= v[i].ares = (int64_t)floor(v[i].m2 / 100);
    for (; left > 0; left--) {
        size_t most = 0;
        for (size_t i = 1; i < n; i++)
            if (v[i].m2 / 100 - (double)v[i].ares > v[most].m2 / 100 - (double)v[most].ares)
                most = i;
        v[most].ares++;
    }
}

struct gt_evaluate_areas gt_evaluate_rows(struct gt_arena *a, const struct gt_zonal_result *z,
                                          bool zones)
{
    struct gt_evaluate_areas out = {.n = z->n};
    struct gt_evaluate_area *v = GT_TAKE_N(a, struct gt_evaluate_area, z->n);
    for (size_t i = 0; i < z->n; i++) {
        const struct gt_zone_row *r = &z->row[i];
        bool none = !zones || r->zone == GT_NO_ZONE;
        v[i] = (struct gt_evaluate_area){.zone = none ? -1 : (int)r->zone - 1,
                                         .code = r->cls,
                                         .cells = r->count,
                                         .m2 = r->area_m2};
        out.cells += r->count;
    }
    for (size_t from = 0, to; from < z->n; from = to) {
        for (to = from; to < z->n && v[to].zone == v[from].zone; to++)
            ;
        round_zone(v + from, to - from);
    }
    out.v = v;
    return out;
}

enum gt_status gt_evaluate_count(struct gt_arena *a, const struct gt_raster_source *raster,
                                 const struct gt_shapes *zones, struct gt_work *w,
                                 struct gt_evaluate_areas *out, struct gt_err *err)
{
    GT_AUTO_ARENA job = gt_arena_new();
    const struct gt_model *m;
    const struct gt_plan *plan;
    struct gt_run_result result = {0};
    struct gt_raster_layer layer = {.shapes = zones};
    const char *text = gt_printf(job, "%s%s%s%s%s", head, zones ? zones_input : "", steps,
                                 zones ? by_zone : whole, table);
    GT_TRY(gt_model_parse(job, "areas", gt_s(text), &(struct gt_model_opt){0}, &m, err));
    struct gt_binding *bind = GT_TAKE_N(job, struct gt_binding, (size_t)m->n_steps);
    bind[gt_model_step(m, "data")].raster = raster;
    if (zones)
        bind[gt_model_step(m, "zones")].layer = &layer;
    struct gt_plan_opt opt = {.bind = bind, .threads = gt_pool_threads(w ? w->pool : NULL)};
    GT_TRY(gt_plan_new(job, m, &opt, &plan, err));
    GT_TRY(gt_plan_run(job, plan, NULL, w, &result, err));
    *out = gt_evaluate_rows(a, &result.zonal[0], zones != NULL);
    const struct gt_grid *g = &raster->info.grid;
    if (out->cells != g->w * g->h)
        return gt_fail(err, GT_EINTERNAL, "areas of %s: expected %lld cells in all, counted %lld",
                       raster->info.id, (long long)(g->w * g->h), (long long)out->cells);
    return GT_OK;
}

/* For each input a code: 0 without a height; 1 with one; 2 where a class is missing, and so is the
 * input. All of them in one pass. */
static const char *lack_model(struct gt_arena *a, const struct gt_evaluate_lack *lack)
{
    struct gt_buf b = {.a = a};
    gt_buf_add(&b, lack_head);
    for (size_t i = 0; i < lack->n; i++)
        gt_buf_addf(&b, "  part%zu: {kind: raster, role: raster, %s}\n", i,
                    lack->part[i].is_class ? "cells: class" : "unit: m");
    gt_buf_addf(&b, "%ssteps:\n%s", lack->zones ? zones_input : "", lack->zones ? by_zone : whole);
    for (size_t i = 0; i < lack->n; i++)
        gt_buf_addf(&b,
                    "  code%zu: {step: expression, cells: class, value: \"if(isnodata(heights), 0, "
                    "if(isnodata(data) and isnodata(part%zu), 2, 1))\"}\n"
                    "  table%zu: {step: zonal, of: code%zu, zones: zone, per_class: true, stats: "
                    "[count]}\n",
                    i, i, i, i);
    gt_buf_add(&b, "outputs: [zone]\n");
    return b.p;
}

static void sum_lack(struct gt_evaluate_lack *lack, struct gt_evaluate_part *part,
                     const struct gt_zonal_result *z)
{
    lack->cells = part->lost = 0;
    for (size_t i = 0; i < z->n; i++) {
        const struct gt_zone_row *r = &z->row[i];
        bool asked = !lack->zones || r->zone != GT_NO_ZONE;
        if (asked && r->cls > 0)
            lack->cells += r->count;
        if (asked && r->cls == 2)
            part->lost += r->count;
    }
}

enum gt_status gt_evaluate_lack(struct gt_evaluate_lack *lack, struct gt_work *w,
                                struct gt_err *err)
{
    GT_AUTO_ARENA job = gt_arena_new();
    const struct gt_model *m;
    const struct gt_plan *plan;
    struct gt_run_result result = {0};
    struct gt_raster_layer layer = {.shapes = lack->zones};
    GT_TRY(gt_model_parse(job, "coverage", gt_s(lack_model(job, lack)), &(struct gt_model_opt){0},
                          &m, err));
    struct gt_binding *bind = GT_TAKE_N(job, struct gt_binding, (size_t)m->n_steps);
    bind[gt_model_step(m, "data")].raster = lack->result;
    bind[gt_model_step(m, "heights")].raster = lack->heights;
    for (size_t i = 0; i < lack->n; i++)
        bind[gt_model_step(m, gt_printf(job, "part%zu", i))].raster = lack->part[i].input;
    if (lack->zones)
        bind[gt_model_step(m, "zones")].layer = &layer;
    struct gt_plan_opt opt = {.bind = bind, .threads = gt_pool_threads(w ? w->pool : NULL)};
    GT_TRY(gt_plan_new(job, m, &opt, &plan, err));
    GT_TRY(gt_plan_run(job, plan, NULL, w, &result, err));
    for (size_t i = 0; i < lack->n; i++) {
        int counts = gt_model_step(m, gt_printf(job, "table%zu", i));
        for (int k = 0; k < result.n_zonal; k++)
            if (result.zonal[k].step == counts)
                sum_lack(lack, &lack->part[i], &result.zonal[k]);
    }
    return GT_OK;
}
