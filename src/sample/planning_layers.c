/* planning_layers.c: the layers one by one: units, present and planned land use, evaluations, the
 * three lines, what nature and infrastructure there is. All of them are made of the survey's own
 * parcels and blocks, so they agree with it point by point. */
#include "planning_int.h"

#include <string.h>

/* ---- Fields where the standard has no table ---- */

#define HEAD                                                         \
    {"BSM", GT_COLUMN_TEXT, 18, 0}, {"YSDM", GT_COLUMN_TEXT, 10, 0}, \
        {"XZQDM", GT_COLUMN_TEXT, 12, 0},                            \
    {                                                                \
        "XZQMC", GT_COLUMN_TEXT, 100, 0                              \
    }
#define AREA_M2                     \
    {                               \
        "MJ", GT_COLUMN_REAL, 15, 2 \
    }
#define REMARK                       \
    {                                \
        "BZ", GT_COLUMN_TEXT, 255, 0 \
    }
#define NAMED                        \
    {                                \
        "MC", GT_COLUMN_TEXT, 100, 0 \
    }

static const struct gt_field of_area[] = {HEAD, AREA_M2, REMARK};
static const struct gt_field of_grade[] = {HEAD, {"PJDJ", GT_COLUMN_TEXT, 20, 0}, AREA_M2, REMARK};
static const struct gt_field of_zone[] = {
    HEAD,    {"GHFQDM", GT_COLUMN_TEXT, 6, 0}, {"GHFQMC", GT_COLUMN_TEXT, 50, 0},
    AREA_M2, {"GKZY", GT_COLUMN_TEXT, 255, 0}, REMARK};
static const struct gt_field of_reserve[] = {
    HEAD, NAMED, {"GNFQ", GT_COLUMN_TEXT, 20, 0}, AREA_M2, REMARK};
static const struct gt_field of_approval[] = {HEAD,
                                              {"PZWH", GT_COLUMN_TEXT, 100, 0},
                                              {"ZT", GT_COLUMN_TEXT, 20, 0},
                                              {"YDYHFLDM", GT_COLUMN_TEXT, 6, 0},
                                              {"YDYHFLMC", GT_COLUMN_TEXT, 100, 0},
                                              {"CZCSXM", GT_COLUMN_TEXT, 4, 0},
                                              AREA_M2,
                                              REMARK};
static const struct gt_field of_spot[] = {HEAD, NAMED, REMARK};

/* ---- Units ---- */

static double m2_of(int64_t cents)
{
    return (double)cents / 100;
}

static void unit(struct gt_plan_draft *d, const struct gt_survey_unit *u)
{
    gt_plan_feature(d);
    gt_plan_ring(d, u->xy, u->n);
    *GT_PUSH(d->k.a, &d->k.xy) = u->xy[0];
    *GT_PUSH(d->k.a, &d->k.xy) = u->xy[1];
    gt_plan_text(d, "XZQDM", u->code);
    gt_plan_text(d, "XZQMC", u->name);
    gt_plan_num(d, "MJ", m2_of(u->cents));
    gt_plan_num(d, "DCMJ", m2_of(u->cents));
    gt_plan_num(d, "JSMJ", m2_of(u->cents));
    gt_plan_text(d, "MSSM", "00");
}

static void units(struct gt_plan_draft *d, const struct gt_planner *p, int level)
{
    for (int i = 0; p->village == 0 && i < SURVEY_UNITS; i++)
        if (p->v->unit[i].level == level)
            unit(d, &p->v->unit[i]);
}

static void county(struct gt_plan_draft *d, const struct gt_planner *p)
{
    units(d, p, 0);
}

static void towns(struct gt_plan_draft *d, const struct gt_planner *p)
{
    units(d, p, 1);
}

static void villages(struct gt_plan_draft *d, const struct gt_planner *p)
{
    units(d, p, 2);
}

/* ---- Parcels ---- */

static void ring_of(struct gt_plan_draft *d, const struct gt_parcel *q)
{
    gt_plan_ring(d, d->p->l->xy + 2 * q->point, q->n);
}

static bool is_there(const struct gt_planner *p, size_t i)
{
    const struct gt_parcel *q = &p->l->parcel[i];
    return p->year > GT_SURVEY_YEAR ? q->now : q->old;
}

void gt_plan_parcel(struct gt_plan_draft *d, const struct gt_parcel *q)
{
    gt_plan_feature(d);
    ring_of(d, q);
    gt_plan_num(d, "MJ", m2_of(q->cents));
    gt_draft_mark(d, (size_t)(q - d->p->l->parcel));
}

/* Class by the classification of the plan, with six digits. */
static const char *planned(struct gt_plan_draft *d, const char *survey, const char **name)
{
    const struct gt_land_map *map = gt_land_map(d->p->std, survey);
    const struct gt_land_class *c = gt_land_class(d->p->std, "planning2023", map ? map->to : "");
    *name = c ? c->name : "";
    return gt_printf(d->k.a, "%s%.*s", c ? c->code : "", (int)(6 - strlen(c ? c->code : "")),
                     "000000");
}

static void use(struct gt_plan_draft *d, const struct gt_parcel *q, const char *survey)
{
    const char *name, *code = planned(d, survey, &name);
    gt_plan_feature(d);
    ring_of(d, q);
    gt_plan_text(d, "YDYHFLDM", code);
    gt_plan_text(d, "YDYHFLMC", name);
    gt_plan_num(d, "TBMJ", m2_of(q->cents));
    if (gt_starts(survey, "01"))
        gt_plan_num(d, "TBDLMJ", gt_parcel_net(q));
}

static void present_use(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->l->n; i++) {
        const struct gt_parcel *q = &p->l->parcel[i];
        if (!is_there(p, i))
            continue;
        use(d, q, q->is.code);
        gt_plan_text(d, "CZCSXM", gt_parcel_settlement(&q->is));
    }
}

/* Open ground inside a development boundary is built on; all else stays as it is. */
static void planned_use(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->l->n; i++) {
        const struct gt_parcel *q = &p->l->parcel[i];
        const struct gt_zone *z = &p->zone[q->block];
        if (!is_there(p, i))
            continue;
        bool built = z->town >= 0 && z->window != (int64_t)i && !q->strip &&
                     (q->is.crop || gt_starts(q->is.code, "04") || gt_starts(q->is.code, "120"));
        const char *name;
        use(d, q, built ? "0701" : q->is.code);
        gt_plan_text(d, "JQDLDM", planned(d, q->is.code, &name));
        gt_plan_text(d, "GHZT", built ? "新增" : "现状保留");
    }
}

static void kept_cropland(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->l->n; i++)
        if (is_there(p, i) && gt_zone_keeps(p->zone, p->l, i))
            gt_plan_parcel(d, &p->l->parcel[i]);
}

static void basic_farmland(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->l->n; i++)
        if (is_there(p, i) && gt_zone_basic(p->zone, p->l, i))
            gt_plan_parcel(d, &p->l->parcel[i]);
}

static void basic_parcels(struct gt_plan_draft *d, const struct gt_planner *p)
{
    const struct gt_survey_unit *u = p->l->unit;
    const char *unit_code = gt_printf(d->k.a, "%s0000000", u->code);
    int serial = 0;
    for (size_t i = 0; i < p->l->n; i++) {
        const struct gt_parcel *q = &p->l->parcel[i];
        if (!is_there(p, i) || !gt_zone_basic(p->zone, p->l, i))
            continue;
        gt_plan_parcel(d, q);
        gt_plan_text(d, "YJJBNTTBBH", gt_printf(d->k.a, "%s%06d", u->code, ++serial));
        gt_plan_text(d, "TBBH", gt_printf(d->k.a, "%lld", (long long)(q->serial - u->first)));
        gt_plan_text(d, "DLBM", q->is.code);
        gt_plan_text(d, "DLMC", q->is.name);
        gt_plan_text(d, "QSXZ", "30");
        gt_plan_text(d, "QSDWDM", unit_code);
        gt_plan_text(d, "ZLDWDM", unit_code);
        gt_plan_text(d, "QSDWMC", u->name);
        gt_plan_text(d, "ZLDWMC", u->name);
        gt_plan_num(d, "YJJBNTTBMJ", m2_of(q->cents));
        gt_parcel_deduction(d, q);
        gt_plan_num(d, "YJJBNTMJ", gt_parcel_net(q));
        gt_plan_text(d, "FRDBS", "0");
        gt_plan_num(d, "SJNF", p->year);
    }
}

static void of_class(struct gt_plan_draft *d, const struct gt_planner *p, const char *const *code,
                     double least, double most)
{
    for (size_t i = 0; i < p->l->n; i++) {
        const struct gt_parcel *q = &p->l->parcel[i];
        bool listed = false;
        for (const char *const *c = code; *c; c++)
            listed = listed || strcmp(q->is.code, *c) == 0;
        if (listed && is_there(p, i) && q->is.luck >= least && q->is.luck < most)
            gt_plan_parcel(d, q);
    }
}

static void natural_forest(struct gt_plan_draft *d, const struct gt_planner *p)
{
    static const char *const code[] = {"0301", "0307", NULL};
    of_class(d, p, code, 0, 0.6);
}

static void public_forest(struct gt_plan_draft *d, const struct gt_planner *p)
{
    static const char *const code[] = {"0301", "0305", "0307", NULL};
    of_class(d, p, code, 0.6, 1);
}

static void wetland(struct gt_plan_draft *d, const struct gt_planner *p)
{
    static const char *const code[] = {"0402", "1101", "1102", "1106", "1108", NULL};
    of_class(d, p, code, 0, 1);
}

static void mining(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->l->n; i++) {
        const struct gt_parcel *q = &p->l->parcel[i];
        if (!is_there(p, i) || strcmp(q->is.code, "0602") != 0 || p->zone[q->block].red)
            continue;
        gt_plan_parcel(d, q);
        gt_plan_text(d, "AJBH", gt_printf(d->k.a, "CK%08lld", (long long)d->serial));
        gt_plan_text(d, "XZQMD", p->v->unit[0].name);
        gt_plan_text(d, "KSMC", gt_printf(d->k.a, "%lld号矿（虚构）", (long long)d->serial));
        gt_plan_text(d, "KSDZ", p->l->unit->name);
        gt_plan_text(d, "SFYQ", "0");
        gt_plan_num(d, "KCQYMJ", (double)q->cents / 1e8);
    }
}

/* ---- Blocks ---- */

void gt_plan_block(struct gt_plan_draft *d, size_t i)
{
    gt_plan_feature(d);
    gt_plan_ring(d, d->p->l->block[i].xy, d->p->l->block[i].n);
    gt_plan_num(d, "MJ", d->p->zone[i].m2);
    gt_draft_mark(d, i);
}

/* Grades 0 the highest. */
static void graded(struct gt_plan_draft *d, const struct gt_planner *p,
                   int (*grade)(const struct gt_zone *), const char *const name[3])
{
    for (size_t i = 0; i < p->l->n_blocks; i++) {
        gt_plan_block(d, i);
        gt_plan_text(d, "PJDJ", name[grade(&p->zone[i])]);
    }
}

static const char *const importance[3] = {"极重要", "重要", "一般重要"};
static const char *const fragility[3] = {"极脆弱", "脆弱", "一般脆弱"};
static const char *const suitable[3] = {"适宜", "一般适宜", "不适宜"};

static int ecology(const struct gt_zone *z)
{
    return z->red ? 0 : z->height > 4600 ? 1 : 2;
}

static int service(const struct gt_zone *z)
{
    return z->reserve || z->height > 5000 ? 0 : gt_starts(z->is.code, "03") ? 1 : 2;
}

static int fragile(const struct gt_zone *z)
{
    return z->slope > 0.6 ? 0 : z->slope > 0.35 ? 1 : 2;
}

static int farming(const struct gt_zone *z)
{
    return z->red || z->slope > 0.46 ? 2 : z->is.crop ? 0 : 1;
}

static int building(const struct gt_zone *z)
{
    return z->red || z->slope > 0.46 ? 2 : z->slope > 0.2 ? 1 : 0;
}

static void ecology_grades(struct gt_plan_draft *d, const struct gt_planner *p)
{
    graded(d, p, ecology, importance);
}

static void service_grades(struct gt_plan_draft *d, const struct gt_planner *p)
{
    graded(d, p, service, importance);
}

static void fragile_grades(struct gt_plan_draft *d, const struct gt_planner *p)
{
    graded(d, p, fragile, fragility);
}

static void farming_grades(struct gt_plan_draft *d, const struct gt_planner *p)
{
    graded(d, p, farming, suitable);
}

static void building_grades(struct gt_plan_draft *d, const struct gt_planner *p)
{
    graded(d, p, building, suitable);
}

static void red_line(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->l->n_blocks; i++) {
        if (!p->zone[i].red)
            continue;
        gt_plan_block(d, i);
        gt_plan_text(d, "XJXZQDM", GT_SAMPLE_REGION);
        gt_plan_text(d, "XJXZQMC", p->v->unit[0].name);
        gt_plan_text(d, "SJXZQMC", "示例省（虚构）");
        gt_plan_text(d, "SJXZQMC1", "示例市（虚构）");
        gt_plan_text(d, "LHLX", p->zone[i].reserve ? "自然保护地" : "生态功能极重要区");
    }
}

static void reserves(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->l->n_blocks; i++) {
        if (!p->zone[i].reserve)
            continue;
        gt_plan_block(d, i);
        gt_plan_text(d, "MC", "雪山自然保护区（虚构）");
        gt_plan_text(d, "GNFQ", p->zone[i].core ? "核心保护区" : "一般控制区");
    }
}

static void boundary(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->l->n_blocks; i++) {
        const struct gt_zone *z = &p->zone[i];
        if (z->town < 0)
            continue;
        gt_plan_block(d, i);
        if (z->window >= 0) {
            const struct gt_parcel *q = &p->l->parcel[z->window];
            ring_of(d, q);
            gt_plan_num(d, "MJ", floor(z->m2 * 100 - (double)q->cents + 0.5) / 100);
        }
        gt_plan_text(d, "GHFQDM", "410");
        gt_plan_text(d, "GHFQMC", "城镇集中建设区");
    }
}

static size_t zone_kind(const struct gt_zone *z)
{
    if (z->red || z->town >= 0)
        return z->red ? 0 : 1;
    if (z->is.crop)
        return 2;
    return gt_starts(z->is.code, "03") ? 3 : gt_starts(z->is.code, "04") ? 4 : 5;
}

static void zones(struct gt_plan_draft *d, const struct gt_planner *p)
{
    static const char *const kind[][3] = {
        {"100", "生态保护区", "按生态保护红线管控"},
        {"410", "城镇集中建设区", "按详细规划和许可管控"},
        {"520", "一般农业区", "以农业生产为主导用途"},
        {"530", "林业发展区", "以林业生产为主导用途"},
        {"540", "牧业发展区", "以畜牧业生产为主导用途"},
        {"200", "生态控制区", "限制开发建设"},
    };
    for (size_t i = 0; i < p->l->n_blocks; i++) {
        const char *const *k = kind[zone_kind(&p->zone[i])];
        gt_plan_block(d, i);
        gt_plan_text(d, "GHFQDM", k[0]);
        gt_plan_text(d, "GHFQMC", k[1]);
        gt_plan_text(d, "GKZY", k[2]);
    }
}

/* ---- Points and lines ---- */

static void spots(struct gt_plan_draft *d, const struct gt_planner *p, double dx, const char *what)
{
    const struct gt_sample *s = p->v->s;
    for (int i = 0; p->village == 0 && i < s->n_towns; i++) {
        double xy[2] = {gt_plot_round(s->x0 + s->town[i].x + dx),
                        gt_plot_round(s->y0 - s->town[i].y)};
        gt_plan_feature(d);
        gt_plan_ring(d, xy, 1);
        gt_plan_text(d, "MC", gt_printf(d->k.a, "%d号%s（虚构）", i + 1, what));
    }
}

static void shelters(struct gt_plan_draft *d, const struct gt_planner *p)
{
    spots(d, p, 120, "避难场所");
}

static void plants(struct gt_plan_draft *d, const struct gt_planner *p)
{
    spots(d, p, -150, "水厂");
}

/* Roads that stay inside the county. */
static void roads(struct gt_plan_draft *d, const struct gt_planner *p)
{
    const struct gt_sample_features *f = &p->v->s->vector[GT_SAMPLE_ROAD];
    const struct gt_survey_unit *u = &p->v->unit[0];
    GT_AUTO_ARENA scratch = gt_arena_new();
    double *ring = GT_TAKE_N(scratch, double, 2 * u->n + 2);
    memcpy(ring, u->xy, 2 * u->n * sizeof *ring);
    memcpy(ring + 2 * u->n, u->xy, 2 * sizeof *ring);
    for (size_t i = 0; p->village == 0 && i < f->shapes.n; i++) {
        bool in = true;
        for (int64_t j = f->shapes.point[i]; j < f->shapes.point[i + 1]; j++)
            in = in &&
                 gt_sample_in_ring(ring, (int)u->n, f->shapes.xy[2 * j], f->shapes.xy[2 * j + 1]);
        int64_t n = f->shapes.point[i + 1] - f->shapes.point[i];
        if (!in || n < 2)
            continue;
        gt_plan_feature(d);
        gt_plan_ring(d, f->shapes.xy + 2 * f->shapes.point[i], (size_t)n);
        gt_plan_text(d, "MC", gt_printf(d->k.a, "%zu号路（虚构）", i + 1));
    }
}

/* ---- All of them ---- */

#define FIELDS_OF(v) v, GT_LEN(v)
#define NO_FIELDS NULL, 0
#define POLYGONS GT_SHAPE_POLYGON
#define SAID(en, zh)                               \
    {                                              \
        en " (synthetic)", zh "（合成数据）" \
    }

const struct gt_plan_maker gt_plan_makers[] = {
    {{"DLTB", SAID("Parcels of the land survey", "地类图斑"), POLYGONS, true},
     "2001010100",
     "2001",
     NO_FIELDS,
     NULL,
     false},
    {{"XZQ", SAID("Towns of the land survey", "行政区"), POLYGONS, true},
     "1000600100",
     "1001",
     FIELDS_OF(of_area),
     towns,
     false},
    {{"CJDCQ", SAID("Villages of the land survey", "村级调查区"), POLYGONS, false},
     "1000600300",
     "1002",
     FIELDS_OF(of_area),
     villages,
     false},
    {{"XZQX", SAID("County", "县级行政区"), POLYGONS, true},
     "2090010100",
     "3001",
     FIELDS_OF(of_area),
     county,
     false},
    {{"XZQXZ", SAID("Towns", "乡镇级行政区"), POLYGONS, true},
     "2090010200",
     "3002",
     FIELDS_OF(of_area),
     towns,
     false},
    {{"XZQC", SAID("Villages", "村级行政区"), POLYGONS, true},
     "2090010300",
     "3003",
     FIELDS_OF(of_area),
     villages,
     false},
    {{"STBHZYXPJJG", SAID("Importance of ecological protection", "生态保护重要性评价结果"),
      POLYGONS, true},
     "2090020100",
     "3004",
     FIELDS_OF(of_grade),
     ecology_grades,
     false},
    {{"NYSCSYXPJJG", SAID("Suitability for farming", "农业生产适宜性评价结果"), POLYGONS, true},
     "2090020200",
     "3005",
     FIELDS_OF(of_grade),
     farming_grades,
     false},
    {{"CZJSSYXPJJG", SAID("Suitability for building", "城镇建设适宜性评价结果"), POLYGONS, true},
     "2090020300",
     "3006",
     FIELDS_OF(of_grade),
     building_grades,
     false},
    {{"STXTFWGNZYXFB", SAID("Importance of ecosystem services", "生态系统服务功能重要性分布"),
      POLYGONS, true},
     "2090020400",
     "3007",
     FIELDS_OF(of_grade),
     service_grades,
     false},
    {{"STCRXFB", SAID("Ecological fragility", "生态脆弱性分布"), POLYGONS, true},
     "2090020500",
     "3008",
     FIELDS_OF(of_grade),
     fragile_grades,
     false},
    {{"XZYDYH", SAID("Present land use", "现状用地用海"), POLYGONS, true},
     "2090030100",
     "3009",
     NO_FIELDS,
     present_use,
     false},
    {{"GDBHHX", SAID("Cropland to be kept", "耕地保护红线"), POLYGONS, true},
     "2090040100",
     "3010",
     FIELDS_OF(of_area),
     kept_cropland,
     false},
    {{"YJJBNTBHHX", SAID("Permanent basic farmland", "永久基本农田保护红线"), POLYGONS, true},
     "2090040200",
     "3011",
     FIELDS_OF(of_area),
     basic_farmland,
     false},
    {{"STBHHX", SAID("Ecological conservation red line", "生态保护红线"), POLYGONS, true},
     "2090040300",
     "3012",
     NO_FIELDS,
     red_line,
     false},
    {{"CZKFBJ", SAID("Urban development boundary", "城镇开发边界"), POLYGONS, true},
     "2090040400",
     "3013",
     NO_FIELDS,
     boundary,
     false},
    {{"TRL", SAID("Natural forest", "天然林"), POLYGONS, true},
     "2090050100",
     "3014",
     FIELDS_OF(of_area),
     natural_forest,
     false},
    {{"STGYL", SAID("Forest for the public good", "生态公益林"), POLYGONS, true},
     "2090050200",
     "3015",
     FIELDS_OF(of_area),
     public_forest,
     false},
    {{"SD", SAID("Wetland", "湿地"), POLYGONS, true},
     "2090050300",
     "3016",
     FIELDS_OF(of_area),
     wetland,
     false},
    {{"ZRBHD", SAID("Protected natural areas", "自然保护地"), POLYGONS, true},
     "2090050400",
     "3017",
     FIELDS_OF(of_reserve),
     reserves,
     false},
    {{"YDYHGHFQ", SAID("Zones of the plan", "用地用海规划分区"), POLYGONS, true},
     "2090060100",
     "3018",
     FIELDS_OF(of_zone),
     zones,
     false},
    {{"GHYDYH", SAID("Planned land use", "规划用地用海"), POLYGONS, true},
     "2090060200",
     "3019",
     NO_FIELDS,
     planned_use,
     false},
    {{"FZJZSSD", SAID("Shelters", "防灾减灾设施（点）"), GT_SHAPE_POINT, true},
     "2090070100",
     "3020",
     FIELDS_OF(of_spot),
     shelters,
     false},
    {{"ZDJTJCSSX", SAID("Major roads", "重大交通基础设施（线）"), GT_SHAPE_LINE, true},
     "2090070200",
     "3021",
     FIELDS_OF(of_spot),
     roads,
     false},
    {{"ZDJCSSD", SAID("Major infrastructure", "重大基础设施（点）"), GT_SHAPE_POINT, true},
     "2090070300",
     "3022",
     FIELDS_OF(of_spot),
     plants,
     false},
    {{"YJJBNTTB", SAID("Parcels of permanent basic farmland", "永久基本农田图斑"), POLYGONS, true},
     "2005010300",
     "2005",
     NO_FIELDS,
     basic_parcels,
     false},
    {{"KYQ_CKQXKFW", SAID("Mining rights", "采矿权许可范围"), POLYGONS, true},
     "3001010100",
     "4001",
     NO_FIELDS,
     mining,
     false},
    {{"REDLINE_DRAFT", SAID("Red line, draft with conflicts", "生态保护红线（有冲突的初稿）"),
      POLYGONS, false},
     "2090040300",
     "5001",
     FIELDS_OF(of_area),
     gt_draft_red_line,
     true},
    {{"PBF_DRAFT", SAID("Basic farmland, draft with conflicts", "永久基本农田（有冲突的初稿）"),
      POLYGONS, false},
     "2090040200",
     "5002",
     FIELDS_OF(of_area),
     gt_draft_farmland,
     true},
    {{"UDB_DRAFT", SAID("Urban boundary, draft with conflicts", "城镇开发边界（有冲突的初稿）"),
      POLYGONS, false},
     "2090040400",
     "5003",
     FIELDS_OF(of_area),
     gt_draft_boundary,
     true},
    {{"APPROVALS", SAID("Approvals beside the survey", "与调查不一致的审批"), POLYGONS, false},
     "",
     "5004",
     FIELDS_OF(of_approval),
     gt_draft_approvals,
     true},
    {{"XS_XMKJFW", SAID("Projects", "项目占地范围"), POLYGONS, false},
     "3002010100",
     "5005",
     NO_FIELDS,
     gt_draft_projects,
     true},
    {{NULL, {NULL, NULL}, POLYGONS, false}, NULL, NULL, NO_FIELDS, NULL, false},
};
