/* op_livestock.c: what pasture carries and what is kept on it, by county. */
#include "units.h"

#include <math.h>
#include <string.h>

static const struct gt_evaluate_function function = {
    "livestock", {"grazing and husbandry on feed", "草地载畜与畜牧业"}};

#define TYPES 7 /* of grassland that have numbers of their own */

struct livestock {
    struct ops_units units;
    struct gt_livestock *v; /* by unit */
    struct gt_livestock_limits limits;
    struct ops_unit_names without;
    const char *note; /* which counties are without numbers; NULL: none */
};

/* ---- Numbers that the user must give --------------------------------------------------------- */

struct wanted {
    struct evaluation *e;
    struct gt_buf list;
    size_t n;
};

static void want(struct wanted *w, const char *id)
{
    const struct gt_number *n = gt_ruleset_number(w->e->set, id);
    if (n && !isnan(n->v)) {
        evaluation_basis(w->e, n);
        return;
    }
    gt_buf_addf(&w->list, "%s%s%s%s%s", w->n++ ? ", " : "", id, n ? " (" : "",
                n ? gt_text2(n->title, w->e->c->lang) : "", n ? ")" : "");
}

/* The types of grassland that the raster has. */
static enum gt_status want_types(struct wanted *w, struct gt_err *err)
{
    struct evaluation *e = w->e;
    int step = gt_model_step(e->m->model, "grass_type");
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_raster_source *source;
    struct gt_evaluate_areas areas;
    bool there[TYPES + 1] = {false};
    GT_TRY(gt_store_raster(e->store, a, e->m->input[step], &source, err));
    GT_TRY(gt_evaluate_count(a, source, NULL, e->c->work, &areas, err));
    for (size_t i = 0; i < areas.n; i++) {
        int64_t code = areas.v[i].code;
        if (code > 0)
            there[code <= TYPES ? code - 1 : TYPES] = true;
    }
    for (int i = 0; i <= TYPES; i++)
        if (there[i])
            want(w, i < TYPES ? gt_printf(e->a, "liv.use.t%d", i + 1) : "liv.use.other");
    return GT_OK;
}

/* The animals of which the table has any. */
static enum gt_status want_animals(struct wanted *w, struct gt_err *err)
{
    struct evaluation *e = w->e;
    const struct gt_features *f;
    int step = gt_model_step(e->m->model, "county_livestock");
    if (step < 0)
        return GT_OK;
    GT_TRY(gt_store_features(e->store, e->a, e->m->input[step], &f, err));
    for (int i = 0; i < GT_ANIMALS; i++) {
        const double *head;
        bool any = false;
        if (gt_features_field(f, gt_animal_id[i]) < 0)
            continue;
        GT_TRY(ops_feature_numbers(e->a, f, gt_animal_id[i], e->m->input[step]->id, &head, err));
        for (size_t k = 0; k < f->n_rows; k++)
            any = any || head[k] > 0;
        if (any)
            want(w, gt_printf(e->a, "liv.su.%s", gt_animal_id[i]));
    }
    return GT_OK;
}

static enum gt_status ready(struct evaluation *e, void *self, struct gt_err *err)
{
    (void)self;
    ops_units_rules(e);
    struct wanted w = {.e = e, .list = {.a = e->a}};
    if (gt_model_output(e->m->model, "livestock_forage") < 0)
        return gt_fail(err, GT_EINPUT,
                       "expected the layers grass_yield and grass_type, found %s in %s",
                       gt_model_step(e->m->model, "grass_type") >= 0    ? "no grass_yield"
                       : gt_model_step(e->m->model, "grass_yield") >= 0 ? "no grass_type"
                                                                        : "neither",
                       gt_store_dir(e->store));
    want(&w, "liv.edible");
    GT_TRY(want_types(&w, err));
    GT_TRY(want_animals(&w, err));
    want(&w, "liv.intake");
    want(&w, "liv.days");
    if (w.n == 0)
        return GT_OK;
    return gt_fail(err, GT_EINPUT,
                   "expected values for %s, for which the rule set %s has none; give "
                   "each with --set rules.ID=VALUE or in a --rules-file",
                   w.list.p, e->rules);
}

/* ---- Counting -------------------------------------------------------------------------------- */

static double number(const struct evaluation *e, const char *id)
{
    const struct gt_number *n = gt_ruleset_number(e->set, id);
    return n ? n->v : (double)NAN;
}

static void read_limits(const struct evaluation *e, struct gt_livestock_limits *l)
{
    l->intake_kg = number(e, "liv.intake");
    l->feed_kg = number(e, "liv.feed");
    l->days = number(e, "liv.days");
    for (int i = 0; i < GT_ANIMALS; i++)
        l->sheep_units[i] = number(e, gt_printf(e->a, "liv.su.%s", gt_animal_id[i]));
    l->overload = gt_ruleset_classes(e->set, "liv.overload");
}

/* Usable hay of each county: steps of kg/ha times their ground. */
static void sum_hay(const struct evaluation *e, struct livestock *x)
{
    int step = gt_model_step(e->m->model, "forage_area");
    double per_step = number(e, "liv.resolution");
    for (int i = 0; i < e->run->n_zonal; i++) {
        const struct gt_zonal_result *z = &e->run->zonal[i];
        for (size_t k = 0; z->step == step && k < z->n; k++) {
            const struct gt_zone_row *r = &z->row[k];
            if (r->zone == GT_NO_ZONE || r->cls <= 0)
                continue;
            struct gt_livestock *c = &x->v[x->units.of_zone[r->zone - 1]];
            c->pasture_m2 += r->area_m2;
            c->hay_kg += (double)r->cls * per_step * r->area_m2 / 1e4;
        }
    }
}

static enum gt_status count(struct evaluation *e, void *self, struct gt_err *err)
{
    struct livestock *x = self;
    struct ops_unit_rows herd;
    GT_TRY(ops_units_of(e, &x->units, err));
    GT_TRY(ops_units_rows(e, &x->units, "county_livestock", &herd, err));
    x->v = GT_TAKE_N(e->a, struct gt_livestock, x->units.n);
    double *m2 = GT_TAKE_N(e->a, double, x->units.n);
    ops_units_area(e, &x->units, "livestock_feed", 1, m2);
    read_limits(e, &x->limits);
    sum_hay(e, x);
    if (ops_units_has(&herd, "feed_t"))
        evaluation_basis(e, gt_ruleset_number(e->set, "liv.feed"));
    for (size_t i = 0; i < x->units.n; i++) {
        struct gt_livestock *c = &x->v[i];
        c->code = x->units.code[i];
        c->name = x->units.name[i];
        c->feed_land_m2 = m2[i];
        c->feed_t = ops_units_number(&herd, i, "feed_t");
        for (int k = 0; k < GT_ANIMALS; k++)
            c->head[k] = ops_units_number(&herd, i, gt_animal_id[k]);
        gt_livestock_compute(c, &x->limits);
        if (isnan(c->kept))
            ops_unit_name(e, &x->without, &x->units, i);
    }
    if (x->without.n) {
        x->note = gt_printf(e->a,
                            OPS_SAY(e->c,
                                    "counties without numbers of livestock, for which there is no "
                                    "overload: %s",
                                    "缺少牲畜存栏、不计算超载率的县：%s"),
                            x->without.text.p);
        gt_warn(e->c->work, "%s", x->note);
    }
    return GT_OK;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static struct gt_table *table_of(const struct evaluation *e, const struct livestock *x)
{
    return gt_livestock_table(e->a, x->v, x->units.n, e->c->lang);
}

static void report(const struct evaluation *e, void *self, struct gt_page *p)
{
    const struct livestock *x = self;
    const char *const lines[] = {
        OPS_SAY(
            e->c,
            "Usable standard hay: yield × edible share × rate of use × factor to standard hay, "
            "summed over the ground of the cells.",
            "可利用标准干草＝年产干草量×可食牧草比例×放牧利用率×标准干草折算系数，按栅格地面面积"
            "汇总。"),
        gt_printf(e->a,
                  OPS_SAY(e->c,
                          "Carried: usable hay ÷ (%g kg a day × %g days). Kept: head × sheep "
                          "units. Finished feed feeds a sheep unit with %g kg a day.",
                          "理论载畜量＝可利用标准干草÷（日食量 %g kg×放牧 %g 天）；实际载畜量＝各类"
                          "牲畜存栏×羊单位系数；精饲料按每羊单位每日 %g kg 折算。"),
                  x->limits.intake_kg, x->limits.days, x->limits.feed_kg),
        OPS_SAY(e->c, "Overload: (on pasture − carried) ÷ carried.",
                "超载率＝（草地负担－理论载畜量）÷理论载畜量。"),
    };
    gt_page_heading(p, OPS_SAY(e->c, "Livestock", "草地载畜"));
    if (x->note)
        gt_page_note(p, GT_PAGE_WARNING,
                     OPS_SAY(e->c, "Counties whose numbers are missing", "缺少数据的县（区）"),
                     &x->note, 1);
    for (size_t i = 0; i < GT_LEN(lines); i++)
        gt_page_text(p, lines[i]);
    gt_page_table(p, table_of(e, self),
                  OPS_SAY(e->c, "Grazing by county", "分县（区）草地载畜状况"));
}

static const char *csv(const struct evaluation *e, void *self)
{
    return ops_csv(e->c, e->a, table_of(e, self), e->m->synthetic);
}

static void json(const struct evaluation *e, void *self)
{
    const struct livestock *x = self;
    struct gt_json *arr = gt_json_add_arr(e->answer, "livestock");
    for (size_t i = 0; i < x->units.n; i++) {
        const struct gt_livestock *c = &x->v[i];
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "code", c->code);
        gt_json_add_str(obj, "name", c->name);
        gt_json_add_num(obj, "pasture_m2", c->pasture_m2);
        gt_json_add_num(obj, "usable_hay_kg", c->hay_kg);
        gt_json_add_num(obj, "sheep_units_carried", c->carried);
        gt_json_add_num(obj, "sheep_units_kept", c->kept);
        gt_json_add_num(obj, "sheep_units_fed", c->fed);
        gt_json_add_num(obj, "overload_percent", c->overload_pct);
        if (c->class)
            gt_json_add_int(obj, "overload_class", c->class);
        else
            gt_json_add_null(obj, "overload_class");
        gt_json_add_num(obj, "feed_land_m2", c->feed_land_m2);
    }
}

static void text(const struct evaluation *e, void *self)
{
    gt_buf_addf(&e->c->text, "\n%s", gt_table_to_text(e->a, table_of(e, self), e->c->lang));
}

/* ---- The operation --------------------------------------------------------------------------- */

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    struct livestock x = {0};
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

const struct gt_op ops_record_livestock = {
    .path = "livestock",
    .title = {"Grazing: what pasture carries and what is kept on it", "草地载畜量与超载评价"},
    .help =
        {"Computes from the yield and types of grassland how many sheep units the pasture of each "
         "county carries, and from the table county_livestock how many are kept on it: the "
         "overload and its degree. Land for husbandry on feed is that which suits cropping "
         "(agriculture_zone). Rates of use by type of grassland, the edible share and the factors "
         "of yaks, cattle and goats have no default: they are asked for, with "
         "--set rules.ID=VALUE or a --rules-file. A report, and a table of the counties, are "
         "written to the folder out/.",
         "由草地产草量和草地类型分县计算理论载畜量，由表 county_livestock "
         "计算实际载畜量，得到超载率"
         "和超载程度；农区畜牧业适宜空间为种植业适宜土地（agriculture_zone）。各类草地放牧利用率、"
         "可食牧草比例以及牦牛、黄牛、山羊的羊单位系数没有缺省值，须用 --set rules.标识=值 或 "
         "--rules-file 给出。报告和分县表写入 out/ 目录。"},
    .clause = "资源环境承载能力和国土空间开发适宜性评价指南（试行）；NY/T 635-2015",
    .examples = "guotu -w county import county_livestock xumu.xlsx --vintage 2025\n"
                "guotu -w county livestock --rules-file zang.yaml\n"
                "guotu -w county livestock --set rules.liv.edible=0.9 --set rules.liv.use.t1=0.5 "
                "--set rules.liv.use.t2=0.45 --set rules.liv.su.yak=4.5",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
