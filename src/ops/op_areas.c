/* op_areas.c: how much ground each class of a raster or a layer covers, on the ellipsoid. Cells are
 * counted by a model of its own, run by the raster engine; polygons in layer_areas.c. */
#include "layer_areas.h"

#include "guotu/table.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CLASSES 4096
/* 1 mu is 2000/3 m2, exactly. */
#define HM2 1e4
#define KM2 1e6
#define MU (2000.0 / 3.0)

static const char *const by_zones =
    "  zone: {step: rasterise, of: zones, attribute: \"#\"}\n"
    "  table: {step: zonal, of: data, zones: zone, per_class: true, stats: [count, area]}\n"
    "outputs: [data]\n";
static const char *const without_zones =
    "  zone: {step: expression, value: \"if(isnodata(data), 0, 1)\", cells: class}\n"
    "  table: {step: zonal, of: data, zones: zone, per_class: true, stats: [count, area]}\n"
    "outputs: [data]\n";

struct areas {
    struct gt_call *c;
    struct gt_arena *a;
    struct gt_store *store;
    const struct gt_dataset *d, *by; /* by NULL: no zones */
    const struct gt_features *zones;
    struct ops_legend legend;
    struct gt_zonal_result found;
};

/* ---- Counting -------------------------------------------------------------------------------- */

/* How the cells are read: "class", "id", or NULL for measures. */
static const char *cells_of(const struct gt_dataset *d, const struct gt_layer_role *role)
{
    static const char *const names[] = {
        [GT_CELLS_MEASURE] = NULL, [GT_CELLS_CLASS] = "class", [GT_CELLS_ID] = "id"};
    if (role)
        return names[role->cells];
    return d->cell == GT_U8 ? "class" : d->cell == GT_I32 ? "id" : NULL;
}

static enum gt_status write_model(struct areas *s, struct gt_buf *model, struct gt_err *err)
{
    const struct gt_layer_role *role = NULL;
    if (s->d->kind != GT_DATASET_RASTER)
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s': expected a raster or a vector layer, found a table",
                       s->d->id);
    if (s->d->role[0])
        GT_TRY(ops_layer_find(s->a, s->d->role, &role, err));
    const char *cells = cells_of(s->d, role);
    if (!cells)
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s': expected a raster of classes or ids, found measures (%s)",
                       s->d->id, gt_cell_name(s->d->cell));
    if (s->by && strcmp(s->by->geometry, "polygon") != 0)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected zones that are polygons, found %ss",
                       s->by->id, s->by->geometry);
    gt_buf_addf(model,
                "model: areas\ntitle: {en: areas, zh: 面积}\ninputs:\n"
                "  data: {kind: raster, role: raster, cells: %s, master: true}\n"
                "%ssteps:\n%s",
                cells, s->by ? "  zones: {kind: polygons, role: zones}\n" : "",
                s->by ? by_zones : without_zones);
    return GT_OK;
}

static enum gt_status count(struct areas *s, struct gt_err *err)
{
    const struct gt_model *m;
    const struct gt_plan *plan;
    struct gt_run_result result;
    struct gt_buf text = {.a = s->a};
    GT_TRY(write_model(s, &text, err));
    struct gt_model_opt opt = {0};
    GT_TRY(gt_model_parse(s->a, "areas", gt_s(text.p), &opt, &m, err));
    struct gt_binding *bound = GT_TAKE_N(s->a, struct gt_binding, (size_t)m->n_steps);
    const struct ops_zones zones = {s->d, s->by, &s->zones};
    GT_TRY(ops_bind_zones(s->store, s->a, m, &zones, bound, err));
    struct gt_plan_opt plan_opt = {.bind = bound, .threads = gt_pool_threads(s->c->work->pool)};
    GT_TRY(gt_plan_new(s->a, m, &plan_opt, &plan, err));
    GT_TRY(gt_plan_run(s->a, plan, NULL, s->c->work, &result, err));
    s->found = result.zonal[0];
    return GT_OK;
}

/* ---- Sums ------------------------------------------------------------------------------------ */

static int by_class(const void *a, const void *b)
{
    const struct gt_zone_row *p = a, *q = b;
    return (p->cls > q->cls) - (p->cls < q->cls);
}

static int by_zone(const void *a, const void *b)
{
    const struct gt_zone_row *p = a, *q = b;
    return (p->zone > q->zone) - (p->zone < q->zone);
}

/* One row for each class, or for each zone. */
static struct gt_zone_row *sum_by(struct gt_arena *a, const struct gt_zonal_result *all,
                                  int (*order)(const void *, const void *), size_t *n)
{
    struct gt_zone_row *rows = GT_TAKE_N(a, struct gt_zone_row, all->n);
    *n = 0;
    if (all->n == 0)
        return rows;
    memcpy(rows, all->row, all->n * sizeof *rows);
    qsort(rows, all->n, sizeof *rows, order);
    for (size_t i = 0; i < all->n; i++) {
        if (*n > 0 && order(&rows[*n - 1], &rows[i]) == 0) {
            rows[*n - 1].count += rows[i].count;
            rows[*n - 1].area_m2 += rows[i].area_m2;
        } else {
            rows[(*n)++] = rows[i];
        }
    }
    return rows;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static const char *zone_text(const struct areas *s, int64_t zone, const char *field)
{
    int at = s->zones ? gt_features_field(s->zones, field) : -1;
    if (at < 0 || zone < 1 || (size_t)zone > s->zones->shapes->n)
        return "";
    const struct gt_value *v =
        &s->zones->value[(size_t)(zone - 1) * s->zones->n_fields + (size_t)at];
    char text[32];
    if (v->kind == GT_V_NUM)
        return gt_strdup(s->a, gt_fmt_num(v->num, text));
    return v->kind == GT_V_TEXT ? v->text : "";
}

static void zone_json(const struct areas *s, struct gt_json *obj, int64_t zone)
{
    if (!s->by)
        return;
    if (zone == GT_NO_ZONE)
        gt_json_add_null(obj, "zone");
    else
        gt_json_add_int(obj, "zone", zone);
    gt_json_add_str(obj, "zone_code", zone_text(s, zone, "code"));
    gt_json_add_str(obj, "zone_name", zone_text(s, zone, "name"));
}

static void class_json(const struct areas *s, struct gt_json *obj, int64_t class)
{
    gt_json_add_int(obj, "class", class);
    struct gt_text2 title = {ops_legend_title(&s->legend, (double)class, GT_EN),
                             ops_legend_title(&s->legend, (double)class, GT_ZH)};
    ops_json_text2(obj, "title", title);
}

static void area_json(struct gt_json *obj, const struct gt_zone_row *row)
{
    gt_json_add_int(obj, "cells", row->count);
    gt_json_add_num(obj, "area_m2", row->area_m2);
    gt_json_add_num(obj, "area_hm2", row->area_m2 / HM2);
    gt_json_add_num(obj, "area_km2", row->area_m2 / KM2);
    gt_json_add_num(obj, "area_mu", row->area_m2 / MU);
}

static void add_json(const struct areas *s)
{
    struct gt_json *result = s->c->result;
    gt_json_add_str(result, "id", s->d->id);
    gt_json_add_int(result, "version", s->d->version);
    gt_json_add_str(result, "by", s->by ? s->by->id : NULL);
    gt_json_add_bool(result, "synthetic", s->d->synthetic || (s->by && s->by->synthetic));
    struct gt_json *rows = gt_json_add_arr(result, "rows");
    struct gt_zone_row total = {0};
    for (size_t i = 0; i < s->found.n; i++) {
        struct gt_json *obj = gt_json_add_obj(rows, NULL);
        zone_json(s, obj, s->found.row[i].zone);
        class_json(s, obj, s->found.row[i].cls);
        area_json(obj, &s->found.row[i]);
        total.count += s->found.row[i].count;
        total.area_m2 += s->found.row[i].area_m2;
    }
    size_t n;
    const struct gt_zone_row *sums = sum_by(s->a, &s->found, by_class, &n);
    struct gt_json *classes = gt_json_add_arr(result, "classes");
    for (size_t i = 0; i < n; i++) {
        struct gt_json *obj = gt_json_add_obj(classes, NULL);
        class_json(s, obj, sums[i].cls);
        area_json(obj, &sums[i]);
    }
    sums = sum_by(s->a, &s->found, by_zone, &n);
    struct gt_json *zones = gt_json_add_arr(result, "zones");
    for (size_t i = 0; s->by && i < n; i++) {
        struct gt_json *obj = gt_json_add_obj(zones, NULL);
        zone_json(s, obj, sums[i].zone);
        area_json(obj, &sums[i]);
    }
    area_json(gt_json_add_obj(result, "total"), &total);
}

static const struct gt_col columns[] = {
    {.name = "zone_code", .title = {"zone", "分区代码"}, .kind = GT_COL_TEXT},
    {.name = "zone_name", .title = {"name", "分区名称"}, .kind = GT_COL_TEXT},
    {.name = "class", .title = {"class", "类别"}, .kind = GT_COL_TEXT},
    {.name = "title", .title = {"title", "名称"}, .kind = GT_COL_TEXT},
    {.name = "cells", .title = {"cells", "栅格数"}, .kind = GT_COL_INT},
    {.name = "area_m2", .title = {"m2", "平方米"}, .unit = "", .kind = GT_COL_NUM, .decimals = 1},
    {.name = "area_hm2", .title = {"hm2", "公顷"}, .unit = "", .kind = GT_COL_NUM, .decimals = 4},
    {.name = "area_km2",
     .title = {"km2", "平方千米"},
     .unit = "",
     .kind = GT_COL_NUM,
     .decimals = 6},
    {.name = "area_mu", .title = {"mu", "亩"}, .unit = "", .kind = GT_COL_NUM, .decimals = 3},
};

static void add_row(const struct areas *s, struct gt_table *t, const struct gt_zone_row *r,
                    const char *class, const char *title)
{
    size_t row = gt_table_add_row(t), at = s->by ? 0 : 2;
    bool outside = r->zone == GT_NO_ZONE;
    const char *name =
        outside ? OPS_SAY(s->c, "outside all zones", "各分区之外") : zone_text(s, r->zone, "name");
    if (s->by) {
        const char *code = zone_text(s, r->zone, "code");
        if (!outside && !code[0])
            code = gt_printf(s->a, "%lld", (long long)r->zone);
        gt_table_set_text(t, row, 0, r->zone == 0 ? "" : code);
        gt_table_set_text(t, row, 1, r->zone == 0 ? "" : name);
    }
    gt_table_set_text(t, row, 2 - at, class);
    gt_table_set_text(t, row, 3 - at, title);
    gt_table_set_int(t, row, 4 - at, r->count);
    gt_table_set_num(t, row, 5 - at, r->area_m2);
    gt_table_set_num(t, row, 6 - at, r->area_m2 / HM2);
    gt_table_set_num(t, row, 7 - at, r->area_m2 / KM2);
    gt_table_set_num(t, row, 8 - at, r->area_m2 / MU);
}

static void add_text(const struct areas *s)
{
    size_t skip = s->by ? 0 : 2;
    struct gt_table *t = gt_table_new(s->a, columns + skip, GT_LEN(columns) - skip);
    struct gt_zone_row total = {0};
    for (size_t i = 0; i < s->found.n; i++) {
        const struct gt_zone_row *r = &s->found.row[i];
        add_row(s, t, r, gt_printf(s->a, "%lld", (long long)r->cls),
                ops_legend_title(&s->legend, (double)r->cls, s->c->lang));
        total.count += r->count;
        total.area_m2 += r->area_m2;
    }
    add_row(s, t, &total, OPS_SAY(s->c, "all", "合计"), "");
    if (s->d->synthetic)
        ops_say_synthetic(s->c);
    gt_buf_add(&s->c->text, gt_table_to_text(s->a, t, s->c->lang));
}

static enum gt_status check_raster_use(const struct gt_call *c, struct gt_err *err)
{
    static const char *const of_layers[] = {"class", "letters"};
    for (size_t i = 0; i < GT_LEN(of_layers); i++)
        if (gt_arg_count(c, of_layers[i]) > 0)
            return gt_fail(err, GT_EUSE, "--%s: expected a vector layer, found a raster",
                           of_layers[i]);
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    const char *by = gt_arg_text(c, "by", NULL);
    const struct gt_json *lineage;
    size_t classes;
    GT_TRY(ops_open(c, GT_STORE_READ, &store, err));
    struct areas s = {.c = c, .a = job, .store = store};
    GT_TRY(gt_store_find(store, job, gt_arg_text(c, "id", NULL), gt_arg_int(c, "version", 0), &s.d,
                         err));
    if (s.d->kind == GT_DATASET_VECTOR)
        return layer_areas(c, store, job, s.d, err);
    GT_TRY(check_raster_use(c, err));
    if (by)
        GT_TRY(gt_store_find(store, job, by, 0, &s.by, err));
    if (s.by && s.by->kind != GT_DATASET_VECTOR)
        return gt_fail(err, GT_EINPUT, "--by: expected a vector layer, found the raster '%s'", by);
    GT_TRY(ops_lineage_read(job, s.d, &lineage, err));
    s.legend = ops_lineage_legend(job, lineage);
    GT_TRY(count(&s, err));
    (void)sum_by(job, &s.found, by_class, &classes);
    if (classes > MAX_CLASSES)
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s': expected at most %d classes, found %zu; areas are counted by "
                       "class, not by measure",
                       s.d->id, MAX_CLASSES, classes);
    struct ops_bases bases = ops_lineage_bases(job, lineage);
    ops_bases_warn(c, &bases);
    add_json(&s);
    add_text(&s);
    return GT_OK;
}

static const char *const methods[] = {"trapezoid", "geodesic", "both", NULL};

static const struct gt_param params[] = {
    {.name = "id",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .position = true,
     .required = true,
     .help = {"a raster of classes or ids, or a layer of polygons", "分类或编号栅格，或面图层"}},
    {.name = "by",
     .kind = GT_P_TEXT,
     .metavar = "LAYER|FIELD",
     .help =
         {"of rasters: polygons for which the areas are given one by one; of layers: the field "
          "that tells their unit, such as ZLDWDM, or a layer of units",
          "栅格：按此面图层的各个分区分别统计；面图层：按此字段（如 ZLDWDM）或此单元图层分别统计"}},
    {.name = "class",
     .kind = GT_P_TEXT,
     .metavar = "FIELD",
     .help = {"of layers: the field of the class; otherwise DLBM, GHDLBM or JQDLBM where there is "
              "one",
              "面图层：地类字段；省略时取 DLBM、GHDLBM 或 JQDLBM"}},
    {.name = "letters",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .min = 1,
     .max = 64,
     .help = {"of layers: only the first N letters of the unit's code: 6 for the county, 9 for the "
              "town, 12 for the village",
              "面图层：只取单元代码的前 N 位：6 为县，9 为乡镇，12 为村"}},
    {.name = "method",
     .kind = GT_P_CHOICE,
     .metavar = "METHOD",
     .choices = methods,
     .fallback = "trapezoid",
     .help = {"of layers: trapezoids of the ellipsoid (edges straight in the layer's CRS), "
              "geodesics between the points, or both side by side",
              "面图层：椭球面梯形法（边在图层坐标系中为直线）、测地线法，或两者并列"}},
    {.name = "version",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .min = 1,
     .max = 1e15,
     .help = {"an older version instead of the current one", "旧版本号；省略时为当前版本"}},
    {.name = NULL},
};

const struct gt_op ops_record_areas = {
    .path = "areas",
    .title = {"Areas by class and by zone", "按类别和分区统计面积"},
    .help =
        {"Counts the cells of each class and gives their area on the CGCS2000 ellipsoid in m2, "
         "hm2, km2 and mu (1 mu = 2000/3 m2), whatever CRS the raster has. With --by also for "
         "each polygon; cells outside all polygons are listed too, so that sums balance. A "
         "cell belongs to the zone that its centre lies in. Of a layer of polygons: by the "
         "fields of class and unit. The whole is rounded to 0.01 m2, then the units, then their "
         "classes; what is then missing or too much goes to the largest unit, and to the "
         "largest class of a unit, and is shown, so that all sums are exact.",
         "统计各类别的栅格数和在 CGCS2000 椭球面上的面积（平方米、公顷、平方千米、亩，1 亩 = "
         "2000/3 平方米），与栅格所用坐标系无关。加 --by 时按各面分别统计，落在各面之外的栅格"
         "也单独列出，使各项之和相等。栅格归属于其中心所在的分区。面图层按地类字段和单元字段"
         "统计：总面积、各单元、单元内各地类依次取至 0.01 平方米，取位余差归入面积最大的单元"
         "及其面积最大的地类并列出，使各级合计严格相等。"},
    .clause = "",
    .examples = "guotu -w county areas urban_zone --by county\n"
                "guotu -w county areas dltb --by ZLDWDM --letters 9\n"
                "guotu -w county areas dltb --method both",
    .effect = GT_READS,
    .parallel = true,
    .params = params,
    .run = run,
};
