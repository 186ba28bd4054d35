/* op_capacity.c: how much cropland and how many people in towns each county can carry, by water and
 * by space. */
#include "units.h"

#include <math.h>
#include <string.h>

static const struct gt_evaluate_function function = {
    "capacity", {"carrying capacity for cropland and towns", "农业与城镇承载规模"}};

struct capacity {
    struct ops_units units;
    struct gt_capacity *v; /* by unit */
    struct ops_unit_names crops_out, towns_out, no_rain_fed;
    const char *notes[3]; /* what is not known, as sentences */
    size_t n_notes;
};

/* ---- Reading --------------------------------------------------------------------------------- */

static void read_row(const struct ops_unit_rows *water, size_t unit, struct gt_capacity *c)
{
    const struct {
        const char *field;
        double *to;
    } fields[] = {
        {"use_m3", &c->use_m3},
        {"agriculture_share", &c->agriculture_share},
        {"urban_share", &c->urban_share},
        {"irrigation_quota", &c->irrigation_quota},
        {"rain_fed_ha", &c->rain_fed_ha},
        {"unreasonable_m3", &c->unreasonable_m3},
        {"per_capita_m3", &c->per_capita_m3},
        {"per_capita_land_m2", &c->per_capita_land_m2},
    };
    for (size_t i = 0; i < GT_LEN(fields); i++)
        *fields[i].to = ops_units_number(water, unit, fields[i].field);
}

static void read_areas(struct evaluation *e, struct capacity *x)
{
    const struct {
        const char *result;
        int64_t class;
        size_t at;
    } areas[] = {
        {"capacity_crop_space", 1, offsetof(struct gt_capacity, crop_space_m2)},
        {"capacity_urban_space", 1, offsetof(struct gt_capacity, urban_space_m2)},
        {"capacity_present", 1, offsetof(struct gt_capacity, crop_present_m2)},
        {"capacity_present", 2, offsetof(struct gt_capacity, urban_present_m2)},
    };
    double *m2 = GT_TAKE_N(e->a, double, x->units.n);
    for (size_t k = 0; k < GT_LEN(areas); k++) {
        ops_units_area(e, &x->units, areas[k].result, areas[k].class, m2);
        for (size_t i = 0; i < x->units.n; i++)
            memcpy((char *)&x->v[i] + areas[k].at, &m2[i], sizeof m2[i]);
    }
}

static enum gt_status check_shares(const struct ops_unit_rows *water, const struct gt_capacity *c,
                                   struct gt_err *err)
{
    if (!(c->agriculture_share + c->urban_share > 1 + 1e-9))
        return GT_OK;
    return gt_fail(err, GT_EINPUT,
                   "%s: expected shares of water that sum up to 1 at most, found %g for "
                   "agriculture and %g for towns and industry of %s (%s)",
                   water->d->id, c->agriculture_share, c->urban_share, c->name, c->code);
}

/* ---- What is not known ----------------------------------------------------------------------- */

/* As a warning, and for the report. */
static void warn(struct evaluation *e, struct capacity *x, const struct ops_unit_names *who,
                 const char *text)
{
    if (who->n == 0)
        return;
    const char *note = gt_printf(e->a, OPS_SAY(e->c, "%s: %s (%zu)", "%s：%s（%zu 个）"), text,
                                 who->text.p, who->n);
    gt_warn(e->c->work, "%s", note);
    x->notes[x->n_notes++] = note;
}

static void tell(struct evaluation *e, struct capacity *x)
{
    for (size_t i = 0; i < x->units.n; i++) {
        const struct gt_capacity *c = &x->v[i];
        if (isnan(c->crop_water_m2))
            ops_unit_name(e, &x->crops_out, &x->units, i);
        else if (isnan(c->rain_fed_ha))
            ops_unit_name(e, &x->no_rain_fed, &x->units, i);
        if (isnan(c->urban_water_m2))
            ops_unit_name(e, &x->towns_out, &x->units, i);
    }
    warn(e, x, &x->crops_out,
         OPS_SAY(e->c,
                 "left out for cropland, counties without water quota (use_m3, agriculture_share, "
                 "irrigation_quota)",
                 "缺少用水总量控制指标、农业用水合理占比或综合灌溉定额，不计算耕地承载规模的县"));
    warn(e, x, &x->towns_out,
         OPS_SAY(e->c,
                 "left out for towns, counties without water quota (use_m3, urban_share, "
                 "per_capita_m3, per_capita_land_m2)",
                 "缺少用水总量控制指标、生活和工业用水合理占比、人均需水量或人均城镇建设用地，不计"
                 "算城镇承载规模的县"));
    warn(e, x, &x->no_rain_fed,
         OPS_SAY(e->c,
                 "without rain-fed cropland (rain_fed_ha), so that what water allows is irrigated "
                 "land only",
                 "未给出雨养耕地面积，水资源约束下的规模只含灌溉耕地的县"));
}

static enum gt_status ready(struct evaluation *e, void *self, struct gt_err *err)
{
    (void)self;
    ops_units_rules(e);
    if (gt_model_output(e->m->model, "capacity_crop_space") >= 0 ||
        gt_model_output(e->m->model, "capacity_urban_space") >= 0)
        return GT_OK;
    return gt_fail(err, GT_EINPUT,
                   "capacity: expected results of the evaluation, whose land is the space, found "
                   "none in %s; run 'guotu evaluate agriculture --rules %s' and 'guotu evaluate "
                   "urban --rules %s' first",
                   gt_store_dir(e->store), e->rules, e->rules);
}

static enum gt_status count(struct evaluation *e, void *self, struct gt_err *err)
{
    struct capacity *x = self;
    struct ops_unit_rows water, people;
    GT_TRY(ops_units_of(e, &x->units, err));
    GT_TRY(ops_units_rows(e, &x->units, "county_water", &water, err));
    GT_TRY(ops_units_rows(e, &x->units, "county_people", &people, err));
    x->v = GT_TAKE_N(e->a, struct gt_capacity, x->units.n);
    read_areas(e, x);
    for (size_t i = 0; i < x->units.n; i++) {
        struct gt_capacity *c = &x->v[i];
        c->code = x->units.code[i];
        c->name = x->units.name[i];
        read_row(&water, i, c);
        c->urban_people = ops_units_number(&people, i, "urban_population");
        GT_TRY(check_shares(&water, c, err));
        gt_capacity_compute(c);
    }
    tell(e, x);
    return GT_OK;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static struct gt_table *table_of(const struct evaluation *e, const struct capacity *x, bool crops)
{
    return gt_capacity_table(e->a, x->v, x->units.n, crops, e->c->lang);
}

static void report(const struct evaluation *e, void *self, struct gt_page *p)
{
    const struct capacity *x = self;
    const char *const lines[] = {
        OPS_SAY(e->c,
                "Cropland by water: limit of total water use × reasonable share of agriculture ÷ "
                "irrigation quota + rain-fed cropland.",
                "水资源约束下的耕地规模＝用水总量控制指标×农业用水合理占比÷综合灌溉定额＋雨养耕地面"
                "积。"),
        OPS_SAY(e->c,
                "Towns by water: limit of total water use × reasonable share of towns and industry "
                "÷ a person's water × a person's urban land.",
                "水资源约束下的城镇规模＝用水总量控制指标×生活和工业用水合理占比÷人均需水量×人均城"
                "镇建设用地。"),
        OPS_SAY(e->c,
                "The capacity is the smaller of the two constraints; where one of them is not "
                "known, there is none.",
                "承载规模取两项约束中的较小者；任一约束缺少数据的县不给出承载规模。"),
    };
    gt_page_heading(p, OPS_SAY(e->c, "Carrying capacity", "承载规模"));
    if (x->n_notes)
        gt_page_note(p, GT_PAGE_WARNING,
                     OPS_SAY(e->c, "Counties whose numbers are missing", "缺少参数的县（区）"),
                     x->notes, x->n_notes);
    for (size_t i = 0; i < GT_LEN(lines); i++)
        gt_page_text(p, lines[i]);
    gt_page_table(p, table_of(e, x, true),
                  OPS_SAY(e->c, "Cropland by county", "分县（区）耕地承载规模"));
    gt_page_table(p, table_of(e, x, false),
                  OPS_SAY(e->c, "Towns by county", "分县（区）城镇承载规模"));
}

/* Both tables under one another, each with its heading. */
static const char *csv(const struct evaluation *e, void *self)
{
    const char *crops = ops_csv(e->c, e->a, table_of(e, self, true), e->m->synthetic);
    const char *towns = ops_csv(e->c, e->a, table_of(e, self, false), e->m->synthetic);
    size_t mark = gt_starts(towns, "\xef\xbb\xbf") ? 3 : 0;
    return gt_printf(e->a, "%s\r\n%s", crops, towns + mark);
}

static void part_json(struct gt_json *obj, enum gt_bound bound, double water_m2, double space_m2,
                      double m2)
{
    gt_json_add_str(obj, "bound_by", bound == GT_BOUND_UNKNOWN ? NULL : gt_bound_id(bound));
    gt_json_add_num(obj, "water_m2", water_m2);
    gt_json_add_num(obj, "space_m2", space_m2);
    gt_json_add_num(obj, "capacity_m2", m2);
    gt_json_add_num(obj, "capacity_hm2", m2 / 1e4);
    gt_json_add_num(obj, "capacity_km2", m2 / 1e6);
    gt_json_add_num(obj, "capacity_mu", m2 * 3 / 2000);
}

static void json(const struct evaluation *e, void *self)
{
    const struct capacity *x = self;
    struct gt_json *arr = gt_json_add_arr(e->answer, "capacity");
    for (size_t i = 0; i < x->units.n; i++) {
        const struct gt_capacity *c = &x->v[i];
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "code", c->code);
        gt_json_add_str(obj, "name", c->name);
        struct gt_json *crops = gt_json_add_obj(obj, "cropland");
        part_json(crops, c->crop_bound, c->crop_water_m2, c->crop_space_m2, c->crop_m2);
        gt_json_add_num(crops, "present_m2", c->crop_present_m2);
        gt_json_add_num(crops, "irrigated_beyond_reason_m2", c->crop_excess_m2);
        struct gt_json *towns = gt_json_add_obj(obj, "towns");
        part_json(towns, c->urban_bound, c->urban_water_m2, c->urban_space_m2, c->urban_m2);
        gt_json_add_num(towns, "present_m2", c->urban_present_m2);
        gt_json_add_num(towns, "people", floor(c->people));
        gt_json_add_num(towns, "people_now", c->urban_people);
    }
}

static void text(const struct evaluation *e, void *self)
{
    struct gt_buf *b = &e->c->text;
    for (int crops = 1; crops >= 0; crops--)
        gt_buf_addf(b, "\n%s\n%s",
                    crops ? OPS_SAY(e->c, "cropland", "耕地承载规模")
                          : OPS_SAY(e->c, "towns", "城镇承载规模"),
                    gt_table_to_text(e->a, table_of(e, self, crops), e->c->lang));
}

/* ---- The operation --------------------------------------------------------------------------- */

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    struct capacity x = {0};
    const struct evaluation_part part = {.self = &x,
                                         .ready = ready,
                                         .count = count,
                                         .report = report,
                                         .csv = csv,
                                         .json = json,
                                         .text = text};
    return evaluation_run_part(c, &function, &part, err);
}

static const struct gt_param params[] = {
    EVALUATION_PARAMS,
    OPS_PARAM_MEMORY,
    {.name = NULL},
};

const struct gt_op ops_record_capacity = {
    .path = "capacity",
    .title = {"Carrying capacity of the counties for cropland and towns",
              "分县计算农业与城镇承载规模"},
    .help =
        {"Computes for each county how much cropland and how many people in towns water and space "
         "allow, and which of the two binds. Space comes from the results of `evaluate` "
         "(agriculture, urban, ecology); water from the table county_water. Present use (land_use) "
         "and people (county_people) are set beside it where they are there. Counties whose "
         "numbers are missing are named and left out, never guessed. A report, and a table of the "
         "counties, are written to the folder out/.",
         "分县计算水资源约束和空间约束下的耕地、城镇承载规模，并指明起约束作用的要素。空间取自 "
         "evaluate 的农业、城镇、生态评价结果，水资源参数取自表 county_water。有土地利用现状"
         "（land_use）和人口（county_people）时一并对照。缺少参数的县列出名称、不予计算、不作猜测。"
         "报告和分县表写入 out/ 目录。"},
    .clause = "资源环境承载能力和国土空间开发适宜性评价指南（试行）",
    .examples = "guotu -w county import county_water shui.xlsx --vintage 2025\n"
                "guotu -w county evaluate all\n"
                "guotu -w county capacity",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
