/* op_climate.c: the climate rasters that evaluations take, from the days of weather stations. */
#include "climate.h"

#include <math.h>
#include <string.h>

/* ---- What is asked --------------------------------------------------------------------------- */

static const char *const methods[] = {"idw", "kriging", NULL};

static enum gt_status read_options(struct gt_call *c, struct climate_opt *o, struct gt_err *err)
{
    const char *file = gt_arg_text(c, "rules-file", NULL);
    bool kriging = strcmp(gt_arg_text(c, "method", methods[0]), methods[1]) == 0;
    *o = (struct climate_opt){.station.id = gt_arg_text(c, "stations", NULL),
                              .daily.id = gt_arg_text(c, "daily", NULL),
                              .dem.id = gt_arg_text(c, "dem", NULL),
                              .by = kriging ? GT_BY_KRIGING : GT_BY_DISTANCE,
                              .cell = gt_arg_num(c, "cell", 0),
                              .power = gt_arg_num(c, "power", 2),
                              .nearest = (int)gt_arg_int(c, "nearest", 12)};
    if (gt_arg_text(c, "prefix", NULL))
        GT_TRY(ops_check_id("--prefix", gt_arg_text(c, "prefix", NULL), err));
    if (file)
        GT_TRY(ops_rules_file(c->a, file, &o->rules_file, err));
    return GT_OK;
}

/* ---- Lineage --------------------------------------------------------------------------------- */

static struct ops_bases bases_of(const struct climate *k, const struct gt_climate_product *p)
{
    struct ops_bases b = {0};
    while (p->number[b.n])
        b.n++;
    b.v = GT_TAKE_N(k->a, struct ops_basis, b.n);
    for (size_t i = 0; i < b.n; i++) {
        const struct gt_number *n = gt_ruleset_number(k->rules, p->number[i]);
        b.v[i] = (struct ops_basis){.id = p->number[i], .kind = "number", .marked = true};
        if (!n)
            continue;
        b.v[i].title = n->title;
        b.v[i].source = n->source;
        b.v[i].evidence = n->evidence;
    }
    return b;
}

static void inputs_json(const struct climate *k, struct gt_json *in)
{
    const struct gt_dataset *const d[] = {k->station, k->daily, k->dem};
    static const char *const step[] = {"station", "station_daily", "dem"};
    struct gt_json *arr = gt_json_add_arr(in, "inputs");
    for (size_t i = 0; i < GT_LEN(d); i++)
        ops_input_json(arr, step[i], d[i]);
}

static const char *lineage_of(const struct climate *k, const struct climate_raster *r)
{
    const struct gt_rules_file *file = k->opt.rules_file;
    struct gt_json *obj = ops_lineage_begin(k->c);
    struct gt_json *p = gt_json_add_obj(obj, "parameters");
    gt_json_add_str(p, "product", r->p->role);
    gt_json_add_int(p, "month", r->month);
    gt_json_add_str(p, "method", methods[k->opt.by == GT_BY_KRIGING]);
    gt_json_add_num(p, "cell", k->opt.cell);
    gt_json_add_num(p, "power", k->opt.power);
    gt_json_add_int(p, "nearest", k->opt.nearest);
    inputs_json(k, obj);
    gt_json_add_str(obj, "rules", k->rules->id);
    gt_json_add_str(obj, "rules_hash", k->rules->hash);
    ops_rules_file_json(obj, k->rules);
    if (file)
        gt_json_add_str(obj, "rules_text", gt_strndup(k->a, file->text.p, file->text.n));
    struct ops_bases bases = bases_of(k, r->p);
    ops_bases_json(obj, &bases);
    return gt_json_text(k->a, obj, 0);
}

static enum gt_status describe(const struct climate *k, const struct climate_raster *r,
                               struct gt_txn *t, struct gt_err *err)
{
    const struct gt_layer_role *role;
    GT_TRY(ops_layer_find(k->a, r->role, &role, err));
    struct gt_dataset d = {
        .id = r->id,
        .kind = GT_DATASET_RASTER,
        .role = r->role,
        .title = role->title,
        .vintage = k->daily->vintage,
        .grade = ops_grade_max(ops_grade_max(k->station->grade, k->daily->grade), k->dem->grade),
        .licence = "",
        .source = gt_printf(k->a, "climate %s", k->daily->id),
        .synthetic = k->station->synthetic || k->daily->synthetic || k->dem->synthetic,
        .unit = role->unit ? role->unit : "",
        .lineage = lineage_of(k, r)};
    return gt_txn_describe(t, &d, err);
}

/* ---- All rasters ----------------------------------------------------------------------------- */

struct rasters {
    GT_VEC(struct climate_raster) of;
};

static void list_rasters(const struct climate *k, const char *prefix, struct rasters *all)
{
    for (const struct gt_climate_product *p = gt_climate_products; p->role; p++)
        for (int m = p->months ? 1 : 0; m <= (p->months ? 12 : 0); m++) {
            struct climate_raster *r = GT_PUSH(k->a, &all->of);
            r->p = p;
            r->month = m;
            r->role = m ? gt_printf(k->a, "%s_%02d", p->role, m) : p->role;
            r->id = gt_printf(k->a, "%s%s", prefix, r->role);
        }
}

static void tell_years(const struct climate *k, const struct rasters *all)
{
    int least = INT32_MAX;
    for (size_t i = 0; i < all->of.n; i++)
        if (all->of.v[i].points && all->of.v[i].years < least)
            least = all->of.v[i].years;
    if (least < k->limits.years)
        gt_warn(k->c->work,
                OPS_SAY(k->c, "the shortest series rest on %d years, fewer than the %g they should",
                        "最短的序列只有 %d 年，少于应有的 %g 年"),
                least, k->limits.years);
}

static void tell_left_out(const struct climate *k, const struct rasters *all)
{
    struct gt_buf b = {.a = k->a};
    for (size_t i = 0; i < all->of.n; i++)
        if (!all->of.v[i].points)
            gt_buf_addf(&b, "%s%s", b.n ? OPS_SAY(k->c, ", ", "、") : "", all->of.v[i].role);
    if (b.n)
        gt_warn(k->c->work,
                OPS_SAY(k->c, "left out, because no station has records enough: %s",
                        "没有站点具备足够的观测，未生成：%s"),
                b.p);
}

static void warn_bases(const struct climate *k, const struct rasters *all)
{
    struct gt_map *seen = gt_map_new(k->a);
    GT_VEC(struct ops_basis) every = {0};
    for (size_t i = 0; i < all->of.n; i++) {
        struct ops_bases b = bases_of(k, all->of.v[i].p);
        for (size_t j = 0; j < b.n && all->of.v[i].points; j++) {
            if (gt_map_get(seen, b.v[j].id))
                continue;
            gt_map_put(seen, b.v[j].id, &b.v[j]);
            *GT_PUSH(k->a, &every) = b.v[j];
        }
    }
    struct ops_bases b = {every.n, every.v};
    ops_bases_warn(k->c, &b);
}

/* ---- The answer ------------------------------------------------------------------------------ */

static void stations_json(const struct climate *k)
{
    struct gt_json *arr = gt_json_add_arr(k->c->result, "stations");
    for (size_t i = 0; i < k->n; i++) {
        const struct gt_climate_station *s = &k->s[i];
        const struct gt_climate_day *from = &s->day[0], *to = &s->day[s->n - 1];
        struct gt_climate_missing m = gt_climate_missing_of(s);
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "code", s->code);
        gt_json_add_num(obj, "altitude_m", s->altitude_m);
        gt_json_add_str(obj, "from",
                        gt_printf(k->a, "%04d-%02d-%02d", from->year, from->month, from->mday));
        gt_json_add_str(obj, "to",
                        gt_printf(k->a, "%04d-%02d-%02d", to->year, to->month, to->mday));
        struct gt_json *missing = gt_json_add_obj(obj, "missing");
        gt_json_add_num(missing, "tmean", m.tmean);
        gt_json_add_num(missing, "tmax", m.tmax);
        gt_json_add_num(missing, "precip", m.precip);
        gt_json_add_num(missing, "humidity", m.humidity);
        gt_json_add_num(missing, "wind", m.wind);
        gt_json_add_num(missing, "wind_max", m.wind_max);
    }
}

static void raster_json(const struct climate *k, const struct climate_raster *r,
                        const struct gt_dataset *d, struct gt_json *obj)
{
    ops_dataset_json(k->a, d, obj);
    gt_json_add_int(obj, "points", (int64_t)r->points);
    gt_json_add_int(obj, "years", r->years);
    gt_json_add_num(obj, "error", r->error);
    gt_json_add_num(obj, "level_error", r->level_error);
    if (k->opt.by == GT_BY_KRIGING) {
        struct gt_json *v = gt_json_add_obj(obj, "variogram");
        gt_json_add_str(v, "shape", r->variogram.exponential ? "exponential" : "spherical");
        gt_json_add_num(v, "nugget", r->variogram.nugget);
        gt_json_add_num(v, "sill", r->variogram.sill);
        gt_json_add_num(v, "range_m", r->variogram.range_m);
        gt_json_add_int(v, "pairs", r->variogram.pairs);
        gt_json_add_num(v, "misfit", r->variogram.misfit);
    }
    struct ops_bases bases = bases_of(k, r->p);
    ops_bases_json(obj, &bases);
}

static void raster_text(const struct climate *k, const struct climate_raster *r,
                        const struct gt_dataset *d)
{
    gt_buf_addf(&k->c->text,
                OPS_SAY(k->c, "%s version %lld: %s .. %s %s, %zu stations, error %s\n",
                        "%s 版本 %lld：%s 至 %s %s，%zu 个站点，误差 %s\n"),
                d->id, (long long)d->version, ops_num(k->a, d->min, 5), ops_num(k->a, d->max, 5),
                d->unit, r->points,
                isnan(r->error) ? OPS_SAY(k->c, "unknown", "未知") : ops_num(k->a, r->error, 3));
}

static enum gt_status answer(const struct climate *k, const struct rasters *all, struct gt_err *err)
{
    struct gt_json *result = k->c->result;
    bool synthetic = k->station->synthetic || k->daily->synthetic || k->dem->synthetic;
    gt_json_add_str(result, "method", methods[k->opt.by == GT_BY_KRIGING]);
    gt_json_add_num(result, "cell", k->info.grid.dx);
    gt_json_add_str(result, "rules", k->rules->id);
    ops_rules_file_json(result, k->rules);
    gt_json_add_bool(result, "synthetic", synthetic);
    stations_json(k);
    struct gt_json *out = gt_json_add_arr(result, "outputs");
    struct gt_json *left = gt_json_add_arr(result, "left_out");
    for (size_t i = 0; i < all->of.n; i++) {
        const struct climate_raster *r = &all->of.v[i];
        const struct gt_dataset *d;
        if (!r->points) {
            gt_json_add_str(left, NULL, r->role);
            continue;
        }
        GT_TRY(gt_store_find(k->store, k->a, r->id, 0, &d, err));
        raster_json(k, r, d, gt_json_add_obj(out, NULL));
        raster_text(k, r, d);
    }
    if (synthetic)
        ops_say_synthetic(k->c);
    return GT_OK;
}

/* ---- The operation --------------------------------------------------------------------------- */

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    OPS_AUTO_TXN txn = NULL;
    struct climate k = {.c = c, .a = job};
    struct rasters all = {0};
    GT_TRY(read_options(c, &k.opt, err));
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    k.store = store;
    GT_TRY(climate_stations(&k, err));
    GT_TRY(climate_grid(&k, err));
    list_rasters(&k, gt_arg_text(c, "prefix", ""), &all);
    GT_TRY(gt_txn_begin(store, &txn, err));
    for (size_t i = 0; i < all.of.n; i++) {
        gt_progress(c->work, all.of.v[i].role, (int64_t)i, (int64_t)all.of.n);
        GT_TRY(climate_make(&k, txn, &all.of.v[i], err));
        if (all.of.v[i].points)
            GT_TRY(describe(&k, &all.of.v[i], txn, err));
    }
    GT_TRY(ops_commit(&txn, err));
    tell_left_out(&k, &all);
    tell_years(&k, &all);
    warn_bases(&k, &all);
    return answer(&k, &all, err);
}

/* ---- Again ----------------------------------------------------------------------------------- */

static void read_input(struct gt_arena *a, const struct gt_json *arr, size_t i,
                       struct ops_input *out)
{
    const struct gt_json *obj = gt_json_at(arr, i);
    out->id = gt_strdup(a, gt_json_str(gt_json_get(obj, "id"), ""));
    out->version = gt_json_int(gt_json_get(obj, "version"), 0);
    out->hash = gt_strdup(a, gt_json_str(gt_json_get(obj, "hash"), ""));
}

static void read_lineage(struct gt_arena *a, const struct gt_json *lineage, struct climate_opt *o)
{
    const struct gt_json *p = gt_json_get(lineage, "parameters");
    const struct gt_json *inputs = gt_json_get(lineage, "inputs");
    const char *text = gt_json_str(gt_json_get(lineage, "rules_text"), NULL);
    o->by = strcmp(gt_json_str(gt_json_get(p, "method"), ""), methods[1]) == 0 ? GT_BY_KRIGING
                                                                               : GT_BY_DISTANCE;
    o->cell = gt_json_num(gt_json_get(p, "cell"), 0);
    o->power = gt_json_num(gt_json_get(p, "power"), 2);
    o->nearest = (int)gt_json_int(gt_json_get(p, "nearest"), 12);
    read_input(a, inputs, 0, &o->station);
    read_input(a, inputs, 1, &o->daily);
    read_input(a, inputs, 2, &o->dem);
    if (!text)
        return;
    struct gt_rules_file *file = GT_TAKE(a, struct gt_rules_file);
    file->name = gt_strdup(
        a, gt_json_str(gt_json_get(gt_json_get(lineage, "rules_file"), "name"), "changes"));
    file->text = gt_s(gt_strdup(a, text));
    o->rules_file = file;
}

enum gt_status climate_again(struct gt_call *c, struct gt_store *s, struct gt_txn *t,
                             const struct gt_dataset *d, const struct gt_json *lineage,
                             struct gt_err *err)
{
    GT_AUTO_ARENA job = gt_arena_new();
    struct climate k = {.c = c, .a = job, .store = s};
    const struct gt_json *p = gt_json_get(lineage, "parameters");
    const char *role = gt_json_str(gt_json_get(p, "product"), "");
    struct climate_raster r = {.id = d->id, .role = d->role};
    read_lineage(job, lineage, &k.opt);
    r.month = (int)gt_json_int(gt_json_get(p, "month"), 0);
    for (r.p = gt_climate_products; r.p->role && strcmp(r.p->role, role) != 0;)
        r.p++;
    if (!r.p->role)
        return gt_fail(err, GT_EINPUT, "dataset '%s': nothing is known of the product '%s'", d->id,
                       role);
    GT_TRY(climate_stations(&k, err));
    if (strcmp(k.rules->hash, gt_json_str(gt_json_get(lineage, "rules_hash"), "")) != 0)
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s': the rule set 'climate' is not what it was when it was made",
                       d->id);
    GT_TRY(climate_grid(&k, err));
    return climate_make(&k, t, &r, err);
}

static const struct gt_param params[] = {
    {.name = "stations",
     .kind = GT_P_DATASET,
     .metavar = "STATIONS",
     .position = true,
     .help = {"points with code and altitude; otherwise the layer 'station'",
              "含站号和海拔的点图层；缺省为图层 station"}},
    {.name = "daily",
     .kind = GT_P_DATASET,
     .metavar = "DAILY",
     .position = true,
     .help = {"table of their days; otherwise 'station_daily'",
              "逐日观测表；缺省为 station_daily"}},
    {.name = "dem",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .help = {"heights that results are brought to; otherwise 'dem'",
              "用于高程订正的高程数据；缺省为 dem"}},
    {.name = "method",
     .kind = GT_P_CHOICE,
     .metavar = "METHOD",
     .choices = methods,
     .fallback = "idw",
     .help = {"inverse distance, or ordinary kriging with a fitted variogram",
              "反距离权重，或按拟合变差函数的普通克里金"}},
    {.name = "cell",
     .kind = GT_P_NUMBER,
     .metavar = "SIZE",
     .unit = "the CRS's unit",
     .min = 1e-9,
     .max = 1e9,
     .help = {"cell size of the results; otherwise about 1 km", "成果的栅格大小；缺省约 1 公里"}},
    {.name = "power",
     .kind = GT_P_NUMBER,
     .metavar = "P",
     .min = 0.5,
     .max = 8,
     .fallback = "2",
     .help = {"power of the inverse distance", "反距离的幂"}},
    {.name = "nearest",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .min = 1,
     .max = GT_NEAREST_MAX,
     .fallback = "12",
     .help = {"stations that a cell takes", "每个栅格所取的最近站点数"}},
    {.name = "prefix",
     .kind = GT_P_TEXT,
     .metavar = "P",
     .help = {"put before the ids of the results", "结果数据集标识的前缀"}},
    {.name = "rules-file",
     .kind = GT_P_FILE_IN,
     .metavar = "FILE",
     .help = {"a file that changes single numbers of the rule set 'climate'",
              "改变规则集 climate 中个别数值的文件"}},
    {.name = NULL},
};

const struct gt_op ops_record_climate = {
    .path = "climate",
    .title = {"Climate rasters from weather stations", "由气象站资料生成气候栅格"},
    .help = {"Derives from the daily records of weather stations what the evaluations take: "
             "monthly temperature, humidity, rain, rain days and wind factor; yearly "
             "precipitation, heat sums, range of temperature, rain erosivity, gale, sand-wind and "
             "calm days, wind speed, and how often weather hazards happen. Values are brought to "
             "the grid by inverse distance or kriging. Temperature is taken to the height of each "
             "cell by a lapse rate, for heat sums and hazards day by day before anything is "
             "summed. What no station has records enough for is left out and named.",
             "由气象站逐日观测推求评价所需的气候栅格：逐月气温、相对湿度、降水量、降水日数和风力"
             "因子，以及年降水量、积温、气温年较差、降雨侵蚀力、大风日数、起沙风日数、静风日数"
             "占比、平均风速和气象灾害发生频率。以反距离权重或克里金法插值到栅格。气温按垂直"
             "递减率订正到各栅格的高程；积温和灾害频率先逐日订正，再求和计数。没有站点具备足够"
             "观测的要素不生成，并逐一说明。"},
    .clause = "",
    .examples = "guotu -w county climate\n"
                "guotu -w county climate --method kriging --cell 500 --prefix k_",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
