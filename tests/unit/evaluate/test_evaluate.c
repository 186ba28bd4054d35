/* test_evaluate.c: which model answers, how ground is counted, and that tables balance. */
#include "evaluate_int.h"
#include "t.h"

#include "guotu/io.h"

#include <math.h>
#include <string.h>

/* ---- Models ---- */

T_TEST(evaluate_finds_the_model_of_a_rule_set)
{
    static const struct {
        const char *function, *rules, *model;
    } known[] = {{"urban", "mnr-2020-01", "urban-2020-01"},
                 {"urban", "mnr-2019-07", "urban-2019-07"},
                 {"agriculture", "mnr-2020-01", "agriculture-2020-01"},
                 {"agriculture", "mnr-2019-07", "agriculture-2019-07"},
                 {"ecology", "mnr-2020-01", "ecology-2020-01"},
                 {"ecology", "mnr-2019-07", "ecology-2019-07"},
                 {"ecology", "plateau", "ecology-plateau"}};
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *model;
    for (size_t i = 0; i < GT_LEN(known); i++) {
        T_STATUS_ERR(gt_evaluate_model(a, GT_SOURCE_DIR "/rules", known[i].function, known[i].rules,
                                       &model, &err),
                     GT_OK, &err);
        T_EQ_STR(model, known[i].model);
    }
    T_STATUS(gt_evaluate_model(a, GT_SOURCE_DIR "/rules", "urban", "mnr-1999", &model, &err),
             GT_ENOTFOUND);
    T_HAS(err.text, "mnr-2019-07, mnr-2020-01");
    T_HAS(err.text, "mnr-1999");
}

T_TEST(evaluate_refuses_two_models_for_one_set)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = t_tmpdir(), *models = gt_path_join(a, dir, "models"), *model;
    T_STATUS(gt_dir_make(models, &err), GT_OK);
    T_STATUS(gt_evaluate_model(a, dir, "urban", "x", &model, &err), GT_ENOTFOUND);
    T_HAS(err.text, "expected one of none");
    T_STATUS(gt_file_put(gt_path_join(a, models, "urban-1.yaml"), "rules: x\n", 9, &err), GT_OK);
    T_STATUS(gt_file_put(gt_path_join(a, models, "urban-note.txt"), "rules: x\n", 9, &err), GT_OK);
    T_STATUS(gt_evaluate_model(a, dir, "urban", "x", &model, &err), GT_OK);
    T_EQ_STR(model, "urban-1");
    T_STATUS(gt_file_put(gt_path_join(a, models, "urban-2.yaml"), "rules: x\n", 9, &err), GT_OK);
    T_STATUS(gt_evaluate_model(a, dir, "urban", "x", &model, &err), GT_EINPUT);
    T_HAS(err.text, "'urban-1' and 'urban-2'");
}

T_TEST(evaluate_knows_its_functions)
{
    T_HAS(gt_evaluate_function_find("urban")->title.zh, "城镇");
    T_HAS(gt_evaluate_function_find("agriculture")->title.en, "farming");
    T_HAS(gt_evaluate_function_find("ecology")->title.zh, "生态");
    T_OK(gt_evaluate_function_find("ecologie") == NULL);
}

/* ---- Counting ---- */

enum { W = 20, H = 10 };

struct ground {
    struct gt_raster_info info;
    uint8_t cells[W * H];
    struct gt_shapes zones;
};

/* 20 x 10 cells of 100 m; class 1 in the west, 2 in the east, a void column between; two zones: the
 * northern half, and the southern half without its last column. */
static struct ground *ground(struct gt_arena *a)
{
    static const int64_t part[] = {0, 1, 2}, point[] = {0, 5, 10};
    static const double xy[] = {500000,  3299500, 500000,  3300000, 502000,  3300000, 502000,
                                3299500, 500000,  3299500, 500000,  3299000, 500000,  3299500,
                                501900,  3299500, 501900,  3299000, 500000,  3299000};
    struct ground *g = GT_TAKE(a, struct ground);
    struct gt_err err = {0};
    g->info = (struct gt_raster_info){.id = "zone",
                                      .grid = {W, H, 500000, 3300000, 100, 100},
                                      .type = GT_U8,
                                      .has_nodata = true,
                                      .nodata = 0};
    T_STATUS_ERR(gt_crs_parse(a, "EPSG:4545", &g->info.crs, &err), GT_OK, &err);
    for (int i = 0; i < W * H; i++)
        g->cells[i] = i % W < 9 ? 1 : i % W == 9 ? 0 : 2;
    g->zones = (struct gt_shapes){
        GT_SHAPE_POLYGON, g->info.crs, 2, part, point, xy, {500000, 3299000, 502000, 3300000}};
    return g;
}

static const struct gt_evaluate_class classes[] = {{1, "甲"}, {2, "乙"}, {5, "无"}};
static const struct gt_evaluate_zone zones[] = {{"990101", "北"}, {"990102", "南"}};

static struct gt_evaluate_areas count(struct gt_arena *a, struct ground *g, bool by_zone)
{
    struct gt_evaluate_areas out = {0};
    struct gt_err err = {0};
    T_STATUS_ERR(gt_evaluate_count(a, gt_memory_source(a, &g->info, g->cells),
                                   by_zone ? &g->zones : NULL, NULL, &out, &err),
                 GT_OK, &err);
    return out;
}

T_TEST(evaluate_counts_every_cell_once)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const struct {
        int zone;
        int64_t code, cells;
    } expected[] = {{-1, 2, 5}, {0, 0, 5},  {0, 1, 45}, {0, 2, 50},
                    {1, 0, 5},  {1, 1, 45}, {1, 2, 45}};
    struct gt_evaluate_areas all = count(a, ground(a), true);
    T_EQ_INT(all.cells, W * H);
    T_EQ_INT(all.n, GT_LEN(expected));
    for (size_t i = 0; i < all.n; i++) {
        T_EQ_INT(all.v[i].zone, expected[i].zone);
        T_EQ_INT(all.v[i].code, expected[i].code);
        T_EQ_INT(all.v[i].cells, expected[i].cells);
        T_NEAR(all.v[i].m2 / (double)all.v[i].cells, 10000, 5); /* near the zone's meridian */
    }
    all = count(a, ground(a), false);
    T_EQ_INT(all.n, 3);
    T_EQ_INT(all.cells, W * H);
    T_EQ_INT(all.v[0].zone, -1);
    T_EQ_INT(all.v[0].code, 0);
    T_EQ_INT(all.v[0].cells, 10);
}

T_TEST(evaluate_rounds_so_that_a_zone_is_its_rows)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static struct gt_zone_row rows[] = {
        {.zone = GT_NO_ZONE, .cls = 0, .count = 1, .area_m2 = 49},
        {.zone = 1, .cls = 0, .count = 1, .area_m2 = 140},
        {.zone = 1, .cls = 1, .count = 1, .area_m2 = 140},
        {.zone = 1, .cls = 2, .count = 1, .area_m2 = 141},
        {.zone = 2, .cls = 1, .count = 1, .area_m2 = 151},
    };
    const struct gt_zonal_result z = {0, rows, GT_LEN(rows)};
    struct gt_evaluate_areas v = gt_evaluate_rows(a, &z, true);
    T_EQ_INT(v.v[0].ares, 0);
    /* 421 m2 are 4 ares: each has 1, the one that lost most has the fourth. */
    T_EQ_INT(v.v[1].ares, 1);
    T_EQ_INT(v.v[2].ares, 1);
    T_EQ_INT(v.v[3].ares, 2);
    T_EQ_INT(v.v[4].ares, 2);
    T_EQ_INT(v.cells, 5);
    T_EQ_INT(v.v[4].zone, 1);
}

/* ---- Tables ---- */

static struct gt_evaluate_tables tables(const struct gt_evaluate_areas *areas, bool by_zone)
{
    return (struct gt_evaluate_tables){.areas = areas,
                                       .classes = classes,
                                       .n_classes = GT_LEN(classes),
                                       .zones = zones,
                                       .n_zones = by_zone ? GT_LEN(zones) : 0,
                                       .lang = GT_ZH,
                                       .rules = "mnr-2020-01",
                                       .left_out = "年降水量"};
}

T_TEST(evaluate_tables_balance_as_printed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_evaluate_areas areas = count(a, ground(a), true);
    struct gt_evaluate_tables t = tables(&areas, true);
    const struct gt_table *by_zone = gt_evaluate_by_zone(a, &t),
                          *by_class = gt_evaluate_by_class(a, &t);
    size_t rows = gt_table_rows(by_zone), cols = gt_table_cols(by_zone);
    T_EQ_INT(rows, 3);
    T_EQ_INT(cols, 6); /* code, name, two classes that are there, none, all */
    for (size_t c = 2; c < cols; c++)
        T_NEAR(gt_table_num(by_zone, 0, c) + gt_table_num(by_zone, 1, c),
               gt_table_num(by_zone, 2, c), 1e-9);
    for (size_t r = 0; r < rows; r++)
        T_NEAR(gt_table_num(by_zone, r, 2) + gt_table_num(by_zone, r, 3) +
                   gt_table_num(by_zone, r, 4),
               gt_table_num(by_zone, r, 5), 1e-9);
    T_EQ_STR(gt_table_text(a, by_zone, 0, 1), "北");
    T_EQ_STR(gt_table_text(a, by_zone, 2, 1), "合计");
    T_EQ_STR(gt_table_col(by_zone, 4)->title[GT_ZH], "未评价");

    T_EQ_INT(gt_table_rows(by_class), 5);
    T_EQ_STR(gt_table_text(a, by_class, 4, 1), "未评价");
    T_NEAR(gt_table_num(by_class, 4, 3), gt_table_num(by_zone, 2, 4), 1e-9);
    T_NEAR(gt_table_num(by_class, 0, 3), gt_table_num(by_zone, 2, 2), 1e-9);
    T_NEAR(gt_table_num(by_class, 0, 3) + gt_table_num(by_class, 1, 3),
           gt_table_num(by_class, 3, 3), 1e-9);
    T_NEAR(gt_table_num(by_class, 3, 4) * 100, gt_table_num(by_class, 3, 3), 1e-9);
    T_NEAR(gt_table_num(by_class, 3, 5), gt_table_num(by_class, 3, 3) * 15, 1e-9);
    T_NEAR(gt_table_num(by_class, 0, 6) + gt_table_num(by_class, 1, 6), 100, 1e-9);
    T_EQ_NUM(gt_table_num(by_class, 2, 6), 0);
    T_NEAR(gt_evaluate_share(&t, 1), 90.0 / 185, 1e-5);
}

T_TEST(evaluate_tables_do_without_zones)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_evaluate_areas areas = count(a, ground(a), false);
    struct gt_evaluate_tables t = tables(&areas, false);
    T_OK(gt_evaluate_by_zone(a, &t) == NULL);
    T_EQ_INT(gt_evaluate_sum(&t, 2).cells, 100);
    T_EQ_INT(gt_evaluate_sum(&t, 7).cells, 0);
    const struct gt_table *all = gt_evaluate_long(a, &t, "p_urban_zone");
    T_EQ_STR(gt_table_text(a, all, 0, 2), "全部");
    T_EQ_INT(gt_table_rows(all), 3);
}

T_TEST(evaluate_long_table_says_what_is_missing_in_each_row)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_evaluate_areas areas = count(a, ground(a), true);
    struct gt_evaluate_tables t = tables(&areas, true);
    const struct gt_table *all = gt_evaluate_long(a, &t, "urban_zone");
    double m2 = 0;
    T_EQ_INT(gt_table_rows(all), 7);
    for (size_t r = 0; r < 7; r++) {
        T_EQ_STR(gt_table_text(a, all, r, 0), "urban_zone");
        T_EQ_STR(gt_table_text(a, all, r, 10), "mnr-2020-01");
        T_EQ_STR(gt_table_text(a, all, r, 11), "年降水量");
        m2 += gt_table_num(all, r, 6);
    }
    T_NEAR(m2, 2e6, 1000);
    T_EQ_STR(gt_table_text(a, all, 0, 2), "各分区之外");
    T_EQ_STR(gt_table_text(a, all, 1, 4), "未评价");
    T_EQ_STR(gt_table_text(a, all, 2, 1), "990101");
}

T_TEST(evaluate_with_nothing_classed_has_no_share)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct ground *g = ground(a);
    memset(g->cells, 0, sizeof g->cells);
    struct gt_evaluate_areas areas = count(a, g, true);
    struct gt_evaluate_tables t = tables(&areas, true);
    const struct gt_table *by_class = gt_evaluate_by_class(a, &t);
    T_OK(isnan(gt_table_num(by_class, 0, 6)));
    T_EQ_NUM(gt_evaluate_share(&t, 1), 0);
    T_EQ_INT(gt_table_cols(gt_evaluate_by_zone(a, &t)), 4);
}

/* ---- Words ---- */

T_TEST(evaluate_writes_intervals_with_their_ends)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const double inf = (double)INFINITY;
    static const double listed[] = {1, 2};
    const struct {
        struct gt_class v;
        bool listed;
        const char *unit, *text;
    } known[] = {
        {{.lo = -inf, .hi = 3, .hi_closed = true}, false, "degree", "≤ 3°"},
        {{.lo = 3, .hi = 8, .hi_closed = true}, false, "degree", "> 3°, ≤ 8°"},
        {{.lo = 200, .hi = 400, .lo_closed = true}, false, "mm", "≥ 200 mm, < 400 mm"},
        {{.lo = 0.8, .hi = inf, .lo_closed = true}, false, "fraction", "≥ 0.8"},
        {{.lo = 25, .hi = inf}, false, "m3/km2", "> 25 m³/km²"},
        {{.lo = -inf, .hi = inf}, false, "m", "any"},
        {{.is = listed, .n_is = 2}, true, "class", "1, 2"},
    };
    for (size_t i = 0; i < GT_LEN(known); i++) {
        const struct gt_classes c = {.unit = known[i].unit, .listed = known[i].listed};
        T_EQ_STR(gt_evaluate_interval(a, &c, &known[i].v, GT_EN), known[i].text);
    }
}

T_TEST(evaluate_lists_the_limits_of_the_shipped_rules)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_ruleset *r = NULL;
    T_STATUS_ERR(gt_ruleset_load(a, GT_SOURCE_DIR "/rules", "mnr-2019-07", &r, &err), GT_OK, &err);
    const struct gt_table *t = gt_evaluate_limits(a, gt_ruleset_classes(r, "urb.slope"), GT_ZH);
    T_EQ_INT(gt_table_rows(t), 5);
    T_EQ_STR(gt_table_text(a, t, 1, 0), "> 3°, ≤ 8°");
    T_EQ_STR(gt_table_text(a, t, 1, 2), "较高");
    T_HAS(gt_evaluate_standing(r).zh, "征求意见稿");
    T_STATUS_ERR(gt_ruleset_load(a, GT_SOURCE_DIR "/rules", "mnr-2020-01", &r, &err), GT_OK, &err);
    T_EQ_STR(gt_evaluate_standing(r).zh, "现行");
}

T_TEST(evaluate_has_a_word_for_every_step)
{
    size_t n;
    for (int i = 0; i < GT_STEP_KINDS; i++)
        T_OK(gt_evaluate_kind((enum gt_step_kind)i).zh &&
             gt_evaluate_kind((enum gt_step_kind)i).en);
    const struct gt_text2 *method = gt_evaluate_method(&n);
    T_OK(n >= 4);
    for (size_t i = 0; i < n; i++)
        T_OK(method[i].en && method[i].zh);
}
