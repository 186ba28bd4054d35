/* op_polygons.c: a raster of classes as polygons: neighbouring cells of one class, and of one zone,
 * become one, as the planning database hands results over. */
#include "ops_int.h"

#include "guotu/io.h"
#include "guotu/yaml.h"

#include <string.h>

enum { CLASSES = 256 };

static const char *const by_zones =
    "  zone: {step: rasterise, of: zones, attribute: \"#\"}\n"
    "  key: {step: expression, value: \"coalesce(zone, 0) * 256 + data\", cells: id}\n";
static const char *const without_zones =
    "  key: {step: expression, value: \"data + 0\", cells: id}\n";

struct polygons {
    struct gt_call *c;
    struct gt_arena *a;
    struct gt_store *store;
    const struct gt_dataset *d, *by; /* by NULL: no zones */
    const struct gt_features *zones;
    const struct gt_json *lineage;
    struct ops_legend legend;
    const char *id;
    struct gt_text2 title;
    bool wanted[CLASSES];
    const struct gt_shapes *shapes;
    const int32_t *key; /* zone * 256 + class */
    double total;       /* m2 */
};

/* ---- Names ---- */

/* The standard's layer for a result, whatever prefix its id has. */
static enum gt_status find_name(struct polygons *s, struct gt_err *err)
{
    struct gt_yaml *root;
    const char *dir = gt_rules_dir(s->a, err), *given = gt_arg_text(s->c, "name", NULL);
    if (!dir)
        return err ? err->status : GT_ENOTFOUND;
    s->id = given ? given : gt_printf(s->a, "%s_polygons", s->d->id);
    s->title = s->d->title;
    GT_TRY(gt_yaml_load(s->a, gt_path_join(s->a, dir, "results.yaml"), &root, err));
    const struct gt_yaml *all = gt_yaml_find(root, "results");
    for (const struct gt_yaml *y = all ? all->child : NULL; y; y = y->next) {
        if (!gt_ends(s->d->id, y->key))
            continue;
        const char *layer;
        const struct gt_yaml *title = gt_yaml_find(y, "title");
        GT_TRY(gt_yaml_get_text(y, "layer", &layer, err));
        GT_TRY(gt_yaml_get_text(title, "en", &s->title.en, err));
        GT_TRY(gt_yaml_get_text(title, "zh", &s->title.zh, err));
        size_t before = strlen(s->d->id) - strlen(y->key);
        if (!given)
            s->id = gt_printf(s->a, "%.*s%s", (int)before, s->d->id, layer);
    }
    return ops_check_id("--name", s->id, err);
}

static enum gt_status read_classes(struct polygons *s, struct gt_err *err)
{
    size_t n = gt_arg_count(s->c, "class");
    for (int i = 0; i < CLASSES; i++)
        s->wanted[i] = n == 0;
    for (size_t i = 0; i < n; i++) {
        int64_t class;
        const char *text = gt_arg_nth(s->c, "class", i);
        if (!gt_parse_int(text, &class) || class < 1 || class >= CLASSES)
            return gt_fail(err, GT_EUSE, "--class: expected a code from 1 to 255, found '%.40s'",
                           text);
        s->wanted[class] = true;
    }
    return GT_OK;
}

/* ---- Tracing ---- */

static enum gt_status check(const struct polygons *s, struct gt_err *err)
{
    if (s->d->kind != GT_DATASET_RASTER || s->d->cell != GT_U8)
        return gt_fail(
            err, GT_EINPUT, "dataset '%s': expected a raster of classes, found %s", s->d->id,
            s->d->kind == GT_DATASET_RASTER ? gt_cell_name(s->d->cell) : "no raster at all");
    if (s->by && (s->by->kind != GT_DATASET_VECTOR || strcmp(s->by->geometry, "polygon") != 0))
        return gt_fail(err, GT_EINPUT, "--by: expected a layer of polygons, found '%s'", s->by->id);
    if (s->by && s->by->features > 65535)
        return gt_fail(err, GT_EINPUT, "--by: expected at most 65535 polygons in '%s', found %lld",
                       s->by->id, (long long)s->by->features);
    return GT_OK;
}

static enum gt_status trace(struct polygons *s, struct gt_err *err)
{
    const struct gt_model *m;
    const struct gt_plan *plan;
    struct gt_run_result result;
    const char *text = gt_printf(
        s->a,
        "model: polygons\ninputs:\n"
        "  data: {kind: raster, role: raster, cells: class, master: true}\n%ssteps:\n%s"
        "outputs: [key]\n",
        s->by ? "  zones: {kind: polygons, role: zones}\n" : "", s->by ? by_zones : without_zones);
    GT_TRY(gt_model_parse(s->a, "polygons", gt_s(text), &(struct gt_model_opt){0}, &m, err));
    struct gt_binding *bound = GT_TAKE_N(s->a, struct gt_binding, (size_t)m->n_steps);
    const struct ops_zones zones = {s->d, s->by, &s->zones};
    GT_TRY(ops_bind_zones(s->store, s->a, m, &zones, bound, err));
    int write[] = {gt_model_step(m, "key")};
    struct gt_plan_opt opt = {
        .bind = bound, .write = write, .n_write = 1, .threads = gt_pool_threads(s->c->work->pool)};
    GT_TRY(gt_plan_new(s->a, m, &opt, &plan, err));
    struct gt_raster_info info = gt_plan_output(plan, 0);
    struct gt_tracer *tracer = gt_tracer_new(s->a, &info);
    struct gt_raster_sink *sink = gt_tracer_sink(tracer);
    GT_TRY(gt_plan_run(s->a, plan, &sink, s->c->work, &result, err));
    return gt_tracer_end(tracer, &s->shapes, &s->key, err);
}

/* Drops the polygons of classes that nobody asked for. */
static void keep_wanted(struct polygons *s)
{
    const struct gt_shapes *from = s->shapes;
    struct gt_shapes *to = GT_TAKE(s->a, struct gt_shapes);
    int64_t *part = GT_TAKE_N(s->a, int64_t, from->n + 1);
    int64_t *point = GT_TAKE_N(s->a, int64_t, (size_t)from->part[from->n] + 1);
    int32_t *key = GT_TAKE_N(s->a, int32_t, from->n + 1);
    double *xy = GT_TAKE_N(s->a, double, 2 * (size_t)from->point[from->part[from->n]] + 1);
    int64_t rings = 0, points = 0;
    *to = *from;
    to->n = 0;
    for (size_t f = 0; f < from->n; f++) {
        if (!s->wanted[s->key[f] % CLASSES])
            continue;
        part[to->n] = rings;
        key[to->n++] = s->key[f];
        for (int64_t r = from->part[f]; r < from->part[f + 1]; r++) {
            int64_t n = from->point[r + 1] - from->point[r];
            point[rings++] = points;
            memcpy(xy + 2 * points, from->xy + 2 * from->point[r], 2 * (size_t)n * sizeof *xy);
            points += n;
        }
    }
    part[to->n] = rings;
    point[rings] = points;
    to->part = part;
    to->point = point;
    to->xy = xy;
    s->shapes = to;
    s->key = key;
}

/* ---- Attributes ---- */

static struct gt_value text_value(const char *text)
{
    return text && text[0] ? (struct gt_value){.kind = GT_V_TEXT, .text = text}
                           : (struct gt_value){.kind = GT_V_NODATA};
}

static const char *zone_text(const struct polygons *s, int32_t zone, const char *field)
{
    int at = s->zones ? gt_features_field(s->zones, field) : -1;
    if (at < 0 || zone < 1)
        return NULL;
    const struct gt_value *v =
        &s->zones->value[(size_t)(zone - 1) * s->zones->n_fields + (size_t)at];
    char num[32];
    if (v->kind == GT_V_NUM)
        return gt_strdup(s->a, gt_fmt_num(v->num, num));
    return v->kind == GT_V_TEXT ? v->text : NULL;
}

static enum gt_status features_of(struct polygons *s, struct gt_features *out, struct gt_err *err)
{
    static const char *const field[] = {"XZQDM", "XZQMC", "SYXDJ", "DJMC", "MJ", "BZ"};
    size_t n = s->shapes->n, fields = GT_LEN(field);
    void *area, *values;
    GT_TRY(gt_reserve(s->a, n + 1, sizeof(double), "areas", &area, err));
    GT_TRY(gt_reserve(s->a, n * fields + 1, sizeof(struct gt_value), "attributes", &values, err));
    GT_TRY(gt_shapes_area_m2(s->a, s->shapes, area, err));
    struct gt_value *v = values;
    const double *m2 = area;
    for (size_t i = 0; i < n; i++, v += fields) {
        int32_t class = s->key[i] % CLASSES, zone = s->key[i] / CLASSES;
        v[0] = text_value(zone_text(s, zone, "code"));
        v[1] = text_value(zone_text(s, zone, "name"));
        v[2] = (struct gt_value){.kind = GT_V_NUM, .num = class};
        v[3] = text_value(ops_legend_title(&s->legend, class, s->c->lang));
        v[4] = (struct gt_value){.kind = GT_V_NUM, .num = m2[i]};
        v[5] = text_value(s->d->synthetic ? OPS_SAY(s->c, "synthetic data", "合成数据") : NULL);
        s->total += m2[i];
    }
    *out = (struct gt_features){
        .shapes = s->shapes, .n_fields = fields, .field = field, .value = values};
    return GT_OK;
}

/* ---- Publishing ---- */

static const char *lineage_of(struct polygons *s)
{
    struct gt_json *lineage = ops_lineage_begin(s->c);
    struct ops_bases bases = ops_lineage_bases(s->a, s->lineage);
    ops_args_json(s->c, gt_json_add_obj(lineage, "parameters"));
    struct gt_json *inputs = gt_json_add_arr(lineage, "inputs");
    ops_input_json(inputs, "data", s->d);
    if (s->by)
        ops_input_json(inputs, "zones", s->by);
    gt_json_add_str(lineage, "rules", gt_json_str(gt_json_get(s->lineage, "rules"), NULL));
    ops_bases_json(lineage, &bases);
    ops_legend_json(lineage, &s->legend);
    return gt_json_text(s->a, lineage, 0);
}

static enum gt_status publish(struct polygons *s, const struct gt_features *f, struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    struct gt_dataset d = {.id = s->id,
                           .kind = GT_DATASET_VECTOR,
                           .role = "",
                           .title = s->title,
                           .vintage = s->d->vintage,
                           .grade = ops_grade_max(s->d->grade, s->by ? s->by->grade : ""),
                           .licence = "",
                           .source = gt_printf(s->a, "polygons %s", s->d->id),
                           .synthetic = s->d->synthetic || (s->by && s->by->synthetic),
                           .unit = "",
                           .lineage = lineage_of(s)};
    GT_TRY(gt_txn_begin(s->store, &txn, err));
    GT_TRY(gt_txn_vector(txn, s->id, f, err));
    GT_TRY(gt_txn_describe(txn, &d, err));
    return ops_commit(&txn, err);
}

static enum gt_status answer(struct polygons *s, struct gt_err *err)
{
    const struct gt_dataset *made;
    GT_TRY(gt_store_find(s->store, s->a, s->id, 0, &made, err));
    ops_dataset_json(s->a, made, gt_json_add_obj(s->c->result, "dataset"));
    gt_json_add_str(s->c->result, "of", s->d->id);
    gt_json_add_str(s->c->result, "by", s->by ? s->by->id : NULL);
    gt_json_add_int(s->c->result, "polygons", (int64_t)s->shapes->n);
    gt_json_add_num(s->c->result, "area_m2", s->total);
    gt_json_add_bool(s->c->result, "synthetic", made->synthetic);
    gt_buf_addf(&s->c->text,
                OPS_SAY(s->c, "%s version %lld: %s, %zu polygons, %.4f km2\n",
                        "%s 版本 %lld：%s，%zu 个面，%.4f km²\n"),
                made->id, (long long)made->version, gt_text2(made->title, s->c->lang), s->shapes->n,
                s->total / 1e6);
    if (made->synthetic)
        ops_say_synthetic(s->c);
    return GT_OK;
}

/* ---- The operation ---- */

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    struct polygons s = {.c = c, .a = job};
    struct gt_features f;
    const char *by = gt_arg_text(c, "by", NULL);
    GT_TRY(read_classes(&s, err));
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    s.store = store;
    GT_TRY(gt_store_find(store, job, gt_arg_text(c, "id", NULL), 0, &s.d, err));
    if (by)
        GT_TRY(gt_store_find(store, job, by, 0, &s.by, err));
    GT_TRY(check(&s, err));
    GT_TRY(find_name(&s, err));
    GT_TRY(ops_lineage_read(job, s.d, &s.lineage, err));
    s.legend = ops_lineage_legend(job, s.lineage);
    GT_TRY(trace(&s, err));
    keep_wanted(&s);
    if (s.shapes->n == 0)
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s': expected at least one cell of the classes asked for, found "
                       "none",
                       s.d->id);
    GT_TRY(features_of(&s, &f, err));
    GT_TRY(publish(&s, &f, err));
    return answer(&s, err);
}

static const struct gt_param params[] = {
    {.name = "id",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .position = true,
     .required = true,
     .help = {"a raster of classes", "分类栅格数据集"}},
    {.name = "by",
     .kind = GT_P_DATASET,
     .metavar = "LAYER",
     .help = {"polygons at whose borders the results are cut, such as county",
              "按此面图层（如 county）的界线切分"}},
    {.name = "class",
     .kind = GT_P_TEXT,
     .metavar = "N",
     .repeated = true,
     .help = {"only this class", "只取此类别"}},
    {.name = "name",
     .kind = GT_P_TEXT,
     .metavar = "NEWID",
     .help = {"id of the new layer; otherwise the standard's layer code, or ID_polygons",
              "新图层标识；省略时为标准规定的图层代码，或 ID_polygons"}},
    {.name = NULL},
};

const struct gt_op ops_record_polygons = {
    .path = "polygons",
    .title = {"Turn a raster of classes into polygons", "分类栅格转为面图层"},
    .help =
        {"Neighbouring cells of one class become one polygon, along the cells' edges, with the "
         "county's code and name (--by), the class, its name, and the area on the ellipsoid. "
         "Results of the dual evaluation get the code of their layer in the planning database: "
         "stbhzyxpjjg, nyscsyxpjjg, czjssyxpjjg, stxtfwgnzyxfb, stcrxfb. The fields XZQDM, "
         "XZQMC, SYXDJ, DJMC, MJ, BZ are not checked against the standard's text.",
         "同一类别的相邻栅格沿栅格边界合并为一个面，属性含行政区代码和名称（--"
         "by）、等级、等级名称和"
         "椭球面积。双评价结果按规划数据库的图层代码命名：stbhzyxpjjg、nyscsyxpjjg、czjssyxpjjg、"
         "stxtfwgnzyxfb、stcrxfb。字段 XZQDM、XZQMC、SYXDJ、DJMC、MJ、BZ 未经标准原文核实。"},
    .clause = "市县级国土空间总体规划数据库规范：双评价结果图层",
    .examples = "guotu -w county polygons urban_zone --by county\n"
                "guotu -w county export czjssyxpjjg CZJSSYXPJJG.shp\n"
                "# the places where cropland lies on unsuitable land\n"
                "guotu -w county polygons agreement_cropland --class 2 --by county",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
