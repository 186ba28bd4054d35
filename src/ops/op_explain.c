/* op_explain.c: why a place got its value: every step of the model there. */
#include "ops_int.h"

#include "guotu/geo.h"

#include <math.h>
#include <string.h>

#define RANGE_POINTS 9 /* along each side of the grid */

struct explain {
    struct gt_call *c;
    struct gt_arena *a;
    struct gt_store *store;
    const struct gt_dataset *d;
    const struct gt_json *lineage;
    int64_t col, row;
    const struct ops_model *m;
    double *value; /* by step */
    int step;      /* that the dataset holds */
};

/* ---- Where ----------------------------------------------------------------------------------- */

/* The ground that the grid covers, in the CRS of --at: from points along its edges. */
static enum gt_status range_of(struct explain *e, const struct gt_crs *at, const struct gt_crs *crs,
                               struct gt_box *out, struct gt_err *err)
{
    struct gt_xform *xform;
    struct gt_box b = gt_grid_box(&e->d->grid);
    double xy[2 * RANGE_POINTS * RANGE_POINTS];
    for (int i = 0; i < RANGE_POINTS * RANGE_POINTS; i++) {
        xy[2 * i] = b.x0 + (b.x1 - b.x0) * (i % RANGE_POINTS) / (RANGE_POINTS - 1);
        xy[2 * i + 1] = b.y0 + (b.y1 - b.y0) * (i / RANGE_POINTS) / (RANGE_POINTS - 1);
    }
    GT_TRY(gt_xform_new(e->a, crs, at, &xform, err));
    (void)gt_xform_points(xform, xy, (size_t)RANGE_POINTS * RANGE_POINTS);
    *out = (struct gt_box){xy[0], xy[1], xy[0], xy[1]};
    for (int i = 0; i < RANGE_POINTS * RANGE_POINTS; i++) {
        out->x0 = fmin(out->x0, xy[2 * i]);
        out->x1 = fmax(out->x1, xy[2 * i]);
        out->y0 = fmin(out->y0, xy[2 * i + 1]);
        out->y1 = fmax(out->y1, xy[2 * i + 1]);
    }
    return GT_OK;
}

static enum gt_status outside(struct explain *e, const struct gt_crs *at, const struct gt_crs *crs,
                              struct gt_err *err)
{
    struct gt_box b;
    double x = 0, y = 0;
    bool degrees = at->kind == GT_CRS_GEOGRAPHIC;
    const char *text = gt_arg_text(e->c, "at", "");
    GT_TRY(range_of(e, at, crs, &b, err));
    bool read = ops_parse_point(text, &x, &y);
    bool swapped = read && y >= b.x0 && y <= b.x1 && x >= b.y0 && x <= b.y1;
    const char *hint = swapped ? gt_printf(e->a, "; did you mean %s,%s?", ops_num(e->a, y, 12),
                                           ops_num(e->a, x, 12))
                               : "";
    return gt_fail(err, GT_EINPUT,
                   degrees ? "--at: expected a place within '%s' (longitude %.4f to %.4f, latitude "
                             "%.4f to %.4f), found %s%s"
                           : "--at: expected a place within '%s' (x %.1f to %.1f, y %.1f to %.1f), "
                             "found %s%s",
                   e->d->id, b.x0, b.x1, b.y0, b.y1, text, hint);
}

static enum gt_status find_cell(struct explain *e, struct gt_err *err)
{
    const struct gt_crs *from, *to;
    struct gt_xform *xform;
    double xy[2] = {0, 0};
    const char *at = gt_arg_text(e->c, "at", "");
    if (!ops_parse_point(at, &xy[0], &xy[1]))
        return gt_fail(err, GT_EUSE, "--at: expected two numbers LON,LAT, found '%.60s'", at);
    if (gt_crs_parse(e->a, gt_arg_text(e->c, "crs", "EPSG:4490"), &from, err) != GT_OK)
        return gt_wrap(err, "--crs");
    GT_TRY(gt_crs_parse(e->a, e->d->crs, &to, err));
    GT_TRY(gt_xform_new(e->a, from, to, &xform, err));
    size_t lost = gt_xform_points(xform, xy, 1);
    const struct gt_grid *g = &e->d->grid;
    double col = floor(gt_grid_col(g, xy[0])), row = floor(gt_grid_row(g, xy[1]));
    bool inside = lost == 0 && col >= 0 && row >= 0 && col < (double)g->w && row < (double)g->h;
    if (!inside)
        return outside(e, from, to, err);
    e->col = (int64_t)col;
    e->row = (int64_t)row;
    return GT_OK;
}

/* The value as it is stored. */
static enum gt_status read_stored(struct explain *e, double *out, struct gt_err *err)
{
    struct gt_raster_source *s;
    union {
        uint8_t u8;
        int16_t i16;
        int32_t i32;
        float f32;
    } cell = {0};
    GT_TRY(gt_store_raster(e->store, e->a, e->d, &s, err));
    GT_TRY(s->read(s->self, 0, (struct gt_window){e->col, e->row, 1, 1}, &cell, 1, err));
    switch (s->info.type) {
    case GT_U8: *out = cell.u8; break;
    case GT_I16: *out = cell.i16; break;
    case GT_I32: *out = cell.i32; break;
    case GT_F32: *out = (double)cell.f32; break;
    }
    bool none = s->info.has_nodata && !isnan(s->info.nodata) && !(*out < s->info.nodata) &&
                !(*out > s->info.nodata);
    if (none)
        *out = (double)NAN;
    return GT_OK;
}

/* ---- Words ----------------------------------------------------------------------------------- */

static const char *num(const struct explain *e, double v)
{
    return isnan(v) ? OPS_SAY(e->c, "no data", "无数据") : ops_num(e->a, v, 7);
}

static const char *interval(struct gt_arena *a, const struct gt_classes *t,
                            const struct gt_class *class)
{
    char low[32], high[32];
    if (t->listed) {
        struct gt_buf b = {.a = a};
        for (size_t i = 0; i < class->n_is; i++)
            gt_buf_addf(&b, "%s%s", i ? ", " : "= ", gt_fmt_num(class->is[i], low));
        return b.p ? b.p : "";
    }
    const char *from = isinf(class->lo) ? "-inf" : gt_fmt_num(class->lo, low);
    const char *to = isinf(class->hi) ? "inf" : gt_fmt_num(class->hi, high);
    return gt_printf(a, "%c%s, %s%c%s%s", class->lo_closed ? '[' : '(', from, to,
                     class->hi_closed ? ']' : ')', t->unit[0] ? " " : "", t->unit);
}

/* The class that the engine took; it decides on slopes by their tangents, so that on a boundary
 * the printed degrees may fall on the other side. */
static const struct gt_class *class_of(const struct gt_classes *t, double in, double code)
{
    const struct gt_class *class = gt_classes_find(t, in);
    if (class && !(class->code < code) && !(class->code > code))
        return class;
    for (size_t i = 0; i < t->n; i++) {
        if (!(t->v[i].code < code) && !(t->v[i].code > code))
            return &t->v[i];
    }
    return NULL;
}

static const char *table_id(const struct gt_step *s)
{
    const char *id = s->classes ? s->classes->id : s->matrix ? s->matrix->id : "";
    return id ? id : "";
}

static const char *classify_rule(const struct explain *e, const struct gt_step *s, double v)
{
    const struct gt_class *class = class_of(s->classes, e->value[s->in[0]], v);
    return class ? interval(e->a, s->classes, class) : "other";
}

static const char *matrix_rule(const struct explain *e, const struct gt_step *s)
{
    const struct gt_step *rows = &e->m->model->steps[s->in[0]];
    const struct gt_step *cols = &e->m->model->steps[s->in[1]];
    return gt_printf(e->a, "%s %s, %s %s", rows->name, num(e, e->value[s->in[0]]), cols->name,
                     num(e, e->value[s->in[1]]));
}

/* The members that gave the best or the worst. */
static const char *combine_rule(const struct explain *e, const struct gt_step *s, double v)
{
    static const char *const names[] = {[GT_COMBINE_BEST] = "best",
                                        [GT_COMBINE_WORST] = "worst",
                                        [GT_COMBINE_WEIGHTED] = "weighted",
                                        [GT_COMBINE_MODE] = "mode"};
    struct gt_buf b = {.a = e->a};
    gt_buf_add(&b, names[s->combine]);
    const char *before = ": ";
    for (int i = 0; i < s->n_in; i++) {
        double in = e->value[s->in[i]];
        const char *name = e->m->model->steps[s->in[i]].name;
        if (s->combine == GT_COMBINE_WEIGHTED)
            gt_buf_addf(&b, "%s%s x %s", before, name, num(e, s->weight[i]));
        else if (!(in < v) && !(in > v) && !isnan(v) && !isnan(in))
            gt_buf_addf(&b, "%s%s", before, name);
        else
            continue;
        before = ", ";
    }
    return b.p;
}

static const char *given(const struct gt_step *s)
{
    static const char *const names[] = {[GT_GIVE_NUMBER] = "number",
                                        [GT_GIVE_AREA] = "area",
                                        [GT_GIVE_CELLS] = "cells",
                                        [GT_GIVE_LENGTH] = "length",
                                        [GT_GIVE_COMPACTNESS] = "compactness"};
    return names[s->give];
}

/* What decided: the interval, the cell of the matrix, the members, the expression, the window.
 * "" where there is no data: nothing was decided. */
static const char *rule_of(const struct explain *e, int i)
{
    const struct gt_step *s = &e->m->model->steps[i];
    if (isnan(e->value[i]))
        return "";
    switch (s->kind) {
    case GT_STEP_CLASSIFY: return classify_rule(e, s, e->value[i]);
    case GT_STEP_MATRIX: return matrix_rule(e, s);
    case GT_STEP_COMBINE: return combine_rule(e, s, e->value[i]);
    case GT_STEP_EXPRESSION: return s->formula;
    case GT_STEP_RANGE:
    case GT_STEP_MEAN:
    case GT_STEP_SUM:
        return s->window ? gt_printf(e->a, "%d x %d", s->window, s->window)
                         : gt_printf(e->a, ">= %s ha", num(e, s->area_ha));
    case GT_STEP_SLOPE:
    case GT_STEP_ASPECT:
    case GT_STEP_HILLSHADE: return "Horn";
    case GT_STEP_RASTERISE: return s->attribute ? s->attribute : "";
    case GT_STEP_DISTANCE:
        return isinf(s->max_m) ? "" : gt_printf(e->a, "<= %s m", num(e, s->max_m));
    case GT_STEP_FLOW:
    case GT_STEP_COMPONENTS: return given(s);
    case GT_STEP_CUMULATIVE: return s->by_area ? "area" : "value";
    case GT_STEP_PATTERN: return gt_printf(e->a, "<= %s m", num(e, s->edge_m));
    case GT_STEP_COST_DISTANCE:
    case GT_STEP_FILL_DEPRESSIONS:
    case GT_STEP_FILL_VOIDS:
    case GT_STEP_RASTER:
    case GT_STEP_SHAPES:
    case GT_STEP_ZONAL:
    case GT_STEP_KINDS: break;
    }
    return "";
}

/* ---- The answer ------------------------------------------------------------------------------ */

static void step_json(const struct explain *e, int i, struct gt_json *arr)
{
    const struct gt_step *s = &e->m->model->steps[i];
    const struct gt_dataset *d = e->m->input[i];
    struct gt_json *obj = gt_json_add_obj(arr, NULL);
    gt_json_add_str(obj, "step", s->name);
    gt_json_add_str(obj, "kind", gt_step_kind_name(s->kind));
    ops_json_text2(obj, "title", s->title);
    gt_json_add_num(obj, "value", e->value[i]);
    gt_json_add_str(obj, "unit", s->unit ? s->unit : "");
    ops_json_text2(obj, "class", gt_step_code_title(s, e->value[i]));
    struct gt_json *in = gt_json_add_arr(obj, "inputs");
    for (int k = 0; k < s->n_in; k++) {
        struct gt_json *one = gt_json_add_obj(in, NULL);
        gt_json_add_str(one, "step", e->m->model->steps[s->in[k]].name);
        gt_json_add_num(one, "value", e->value[s->in[k]]);
    }
    gt_json_add_str(obj, "rule", rule_of(e, i));
    gt_json_add_str(obj, "table", table_id(s));
    gt_json_add_str(obj, "source", s->source ? s->source : "");
    gt_json_add_str(obj, "evidence", s->marked ? gt_evidence_name(s->evidence) : NULL);
    gt_json_add_str(obj, "dataset", d ? d->id : NULL);
    if (d)
        gt_json_add_int(obj, "version", d->version);
}

static void step_text(const struct explain *e, int i)
{
    struct gt_buf *b = &e->c->text;
    const struct gt_step *s = &e->m->model->steps[i];
    const struct gt_dataset *d = e->m->input[i];
    const char *title = gt_text2(s->title, e->c->lang), *rule = rule_of(e, i);
    const char *class = gt_text2(gt_step_code_title(s, e->value[i]), e->c->lang);
    const char *table = table_id(s), *source = s->source ? s->source : "";
    gt_buf_addf(b, "  %s", s->name);
    if (s->kind != GT_STEP_SHAPES)
        gt_buf_addf(b, " = %s", num(e, e->value[i]));
    if (s->unit && s->unit[0] && strcmp(s->unit, "class") != 0)
        gt_buf_addf(b, " %s", s->unit);
    if (class && class[0])
        gt_buf_addf(b, " %s", class);
    if (title && title[0])
        gt_buf_addf(b, "  (%s)", title);
    if (rule[0])
        gt_buf_addf(b, "  %s", rule);
    if (d)
        gt_buf_addf(b, OPS_SAY(e->c, "  dataset %s version %lld", "  数据集 %s 版本 %lld"), d->id,
                    (long long)d->version);
    const char *mark = s->marked ? gt_evidence_title(s->evidence, e->c->lang) : "";
    if (table[0] || source[0] || mark[0])
        gt_buf_addf(b, "  [%s%s%s%s%s]", table, table[0] && source[0] ? ": " : "", source,
                    mark[0] && (table[0] || source[0]) ? "; " : "", mark);
    gt_buf_add(b, "\n");
}

static enum gt_status explain_model(struct explain *e, struct gt_err *err)
{
    struct ops_model_opt opt;
    struct ops_model *m;
    GT_TRY(ops_lineage_model(e->a, e->d, e->lineage, &opt, err));
    opt.bind_only = true;
    GT_TRY(ops_model_ready(e->c, e->a, e->store, &opt, &m, err));
    GT_TRY(ops_lineage_same_rules(e->d, e->lineage, m->model, err));
    e->m = m;
    e->step = m->out[0].step;
    e->value = GT_TAKE_N(e->a, double, (size_t)m->model->n_steps);
    bool *used = GT_TAKE_N(e->a, bool, (size_t)m->model->n_steps);
    ops_model_used(m->model, e->step, used);
    struct gt_probe probe = {.bind = m->bind,
                             .col = e->col,
                             .row = e->row,
                             .wanted = used,
                             .scratch_dir = gt_store_dir(e->store),
                             .work = e->c->work,
                             .value = e->value};
    GT_TRY(gt_plan_probe(m->model, &probe, err));
    struct gt_json *arr = gt_json_add_arr(e->c->result, "steps");
    for (int i = 0; i < m->model->n_steps; i++) {
        if (!used[i])
            continue;
        step_json(e, i, arr);
        step_text(e, i);
    }
    ops_left_json(e->c->result, m);
    ops_left_text(e->c, m);
    return GT_OK;
}

static void explain_import(const struct explain *e)
{
    gt_json_add_arr(e->c->result, "steps");
    gt_json_add_arr(e->c->result, "left_out");
    gt_buf_addf(&e->c->text, OPS_SAY(e->c, "  imported from %s\n", "  导入自 %s\n"), e->d->source);
}

/* The stored value, and what it means. */
static void head(const struct explain *e, double stored)
{
    struct gt_json *result = e->c->result;
    struct ops_legend legend = ops_lineage_legend(e->a, e->lineage);
    struct gt_text2 title = {ops_legend_title(&legend, stored, GT_EN),
                             ops_legend_title(&legend, stored, GT_ZH)};
    gt_json_add_str(result, "id", e->d->id);
    gt_json_add_int(result, "version", e->d->version);
    gt_json_add_str(result, "at", gt_arg_text(e->c, "at", ""));
    gt_json_add_int(result, "col", e->col);
    gt_json_add_int(result, "row", e->row);
    gt_json_add_num(result, "value", stored);
    gt_json_add_str(result, "unit", e->d->unit);
    ops_json_text2(result, "class", title);
    gt_json_add_bool(result, "synthetic", e->d->synthetic);
    const char *rules = gt_json_str(gt_json_get(e->lineage, "rules"), NULL);
    gt_json_add_str(result, "rules", rules);
    gt_buf_addf(&e->c->text, "%s (%s) @ %s: %s %s\n", e->d->id, gt_text2(e->d->title, e->c->lang),
                gt_arg_text(e->c, "at", ""), num(e, stored), gt_text2(title, e->c->lang));
    if (e->d->synthetic)
        ops_say_synthetic(e->c);
    if (rules)
        gt_buf_addf(&e->c->text, OPS_SAY(e->c, "rule set: %s\n", "规则集：%s\n"), rules);
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    double stored = 0;
    GT_TRY(ops_open(c, GT_STORE_READ, &store, err));
    struct explain e = {.c = c, .a = job, .store = store};
    GT_TRY(gt_store_find(store, job, gt_arg_text(c, "id", NULL), gt_arg_int(c, "version", 0), &e.d,
                         err));
    if (e.d->kind != GT_DATASET_RASTER)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected a raster, found a vector layer",
                       e.d->id);
    GT_TRY(find_cell(&e, err));
    GT_TRY(read_stored(&e, &stored, err));
    GT_TRY(ops_lineage_read(job, e.d, &e.lineage, err));
    head(&e, stored);
    if (gt_json_get(e.lineage, "model"))
        return explain_model(&e, err);
    explain_import(&e);
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "id",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .position = true,
     .required = true,
     .help = {"a raster", "栅格数据集"}},
    {.name = "at",
     .kind = GT_P_POINT,
     .metavar = "LON,LAT",
     .required = true,
     .help = {"the place, in degrees on CGCS2000", "地点，CGCS2000 经纬度（度）"}},
    {.name = "crs",
     .kind = GT_P_TEXT,
     .metavar = "CRS",
     .help = {"CRS of --at, where it is another one", "--at 所用的坐标系，缺省为 CGCS2000 经纬度"}},
    {.name = "version",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .min = 1,
     .max = 1e15,
     .help = {"an older version instead of the current one", "旧版本号；省略时为当前版本"}},
    {.name = NULL},
};

const struct gt_op ops_record_explain = {
    .path = "explain",
    .title = {"Explain the value at a place", "解释某一地点的取值"},
    .help = {"For a place, shows every step of the model that made the dataset: its value, the "
             "class, the interval or the cell of the matrix that decided, where the rule comes "
             "from and how well that is known; and the factors that were left out.",
             "对某一地点，显示生成该数据集的模型的每一步：数值、类别、起决定作用的区间或矩阵单元、"
             "规则出处及其证据等级，以及未参与的因子。"},
    .clause = "",
    .examples = "guotu -w county explain urban_zone --at 87.12,28.66",
    .effect = GT_READS,
    .params = params,
    .run = run,
};
