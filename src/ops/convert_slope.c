/* convert_slope.c: the slope grade of farmland from heights or slopes: the grade of most of a
 * parcel's ground, by cells whose centre lies in it. */
#include "convert.h"

#include <math.h>
#include <string.h>

/* The model, with the limits of the rules: a limit belongs to the lower grade. */
static void write_model(const struct convert *k, bool heights, struct gt_buf *b)
{
    const double *d = k->rules->slope_deg;
    gt_buf_addf(b,
                "model: grades\ntitle: {en: grades, zh: 坡度级别}\ninputs:\n"
                "  data: {kind: raster, role: raster, unit: %s, master: true}\n"
                "  zones: {kind: polygons, role: zones}\nsteps:\n",
                heights ? "m" : "deg");
    if (heights)
        gt_buf_add(b, "  slope: {step: slope, of: data}\n");
    else
        gt_buf_add(b, "  slope: {step: expression, value: \"data + 0\", unit: deg}\n");
    gt_buf_add(b, "  grade: {step: expression, cells: class, value: \"1");
    for (int i = 0; i < 4; i++)
        gt_buf_addf(b, " + if(slope > %.10g, 1, 0)", d[i]);
    gt_buf_add(b, "\"}\n"
                  "  zone: {step: rasterise, of: zones, attribute: \"#\"}\n"
                  "  by_grade: {step: zonal, of: grade, zones: zone, per_class: true, stats: "
                  "[count, area]}\n"
                  "  by_mean: {step: zonal, of: slope, zones: zone, stats: [mean]}\n"
                  "outputs: [grade]\n");
}

static enum gt_status run_model(struct convert *k, struct gt_run_result *result,
                                const struct gt_features **zones, struct gt_err *err)
{
    const struct gt_model *m;
    const struct gt_plan *plan;
    struct gt_buf text = {.a = k->a};
    struct gt_model_opt opt = {0};
    write_model(k, gt_arg_text(k->c, "dem", NULL) != NULL, &text);
    GT_TRY(gt_model_parse(k->a, "grades", gt_s(text.p), &opt, &m, err));
    struct gt_binding *bound = GT_TAKE_N(k->a, struct gt_binding, (size_t)m->n_steps);
    const struct ops_zones by = {k->terrain, k->survey, zones};
    GT_TRY(ops_bind_zones(k->store, k->a, m, &by, bound, err));
    struct gt_plan_opt plan_opt = {.bind = bound, .threads = gt_pool_threads(k->c->work->pool)};
    GT_TRY(gt_plan_new(k->a, m, &plan_opt, &plan, err));
    return gt_plan_run(k->a, plan, NULL, k->c->work, result, err);
}

/* Parcels by BSM: the zones are all features of the survey, the parcels those of the unit. */
static struct gt_map *parcels_by_bsm(const struct convert *k)
{
    struct gt_map *m = gt_map_new(k->a);
    for (size_t i = 0; i < k->n_tracts; i++)
        gt_map_put(m, k->tract[i].bsm, &k->slope[i]);
    return m;
}

static struct convert_slope *slope_of(const struct convert *k, const struct gt_map *m,
                                      const struct gt_features *zones, int bsm, int64_t zone)
{
    if (zone < 1 || (size_t)zone > zones->shapes->n)
        return NULL;
    const struct gt_value *v = &zones->value[(size_t)(zone - 1) * zones->n_fields + (size_t)bsm];
    return gt_map_get(m, gt_value_text(k->a, v));
}

/* Rows come by zone, then grade: the grade with the most ground, of equal ones the lower. */
static void take_rows(struct convert *k, const struct gt_run_result *result,
                      const struct gt_features *zones)
{
    struct gt_map *m = parcels_by_bsm(k);
    int bsm = gt_features_field(zones, "BSM");
    const struct gt_zonal_result *g = &result->zonal[0], *mean = &result->zonal[1];
    for (size_t i = 0, end; i < g->n; i = end) {
        struct convert_slope *s = slope_of(k, m, zones, bsm, g->row[i].zone);
        double most = 0, all = 0;
        for (end = i; end < g->n && g->row[end].zone == g->row[i].zone; end++) {
            all += g->row[end].area_m2;
            if (!s || !(g->row[end].area_m2 > most))
                continue;
            most = g->row[end].area_m2;
            s->grade = (int)g->row[end].cls;
        }
        if (s)
            s->share = most / all;
    }
    for (size_t i = 0; i < mean->n; i++) {
        struct convert_slope *s = slope_of(k, m, zones, bsm, mean->row[i].zone);
        if (s)
            s->mean_deg = mean->row[i].mean;
    }
}

enum gt_status convert_grade(struct convert *k, struct gt_err *err)
{
    struct gt_run_result result;
    const struct gt_features *zones;
    if (k->terrain->kind != GT_DATASET_RASTER)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected a raster of %s", k->terrain->id,
                       gt_arg_text(k->c, "dem", NULL) ? "heights" : "slopes");
    k->slope = GT_TAKE_N(k->a, struct convert_slope, k->n_tracts + 1);
    for (size_t i = 0; i < k->n_tracts; i++)
        k->slope[i].mean_deg = (double)NAN;
    GT_TRY(run_model(k, &result, &zones, err));
    take_rows(k, &result, zones);
    for (size_t i = 0; i < k->n_tracts; i++) {
        const struct gt_tract *t = &k->tract[i];
        if (!gt_starts(t->dlbm, "01"))
            continue;
        k->graded += k->slope[i].grade > 0;
        k->ungraded += k->slope[i].grade == 0;
        const char *grade = gt_printf(k->a, "%d", k->slope[i].grade);
        if (k->slope[i].grade == 0 || strcmp(grade, t->slope) == 0)
            continue;
        if (k->flaw[GT_TRACT_SLOPE]++ == 0)
            k->flaw_bsm[GT_TRACT_SLOPE] = t->bsm;
    }
    return GT_OK;
}
