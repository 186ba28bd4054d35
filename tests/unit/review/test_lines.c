/* test_lines.c: control lines on one another, beyond one another, against what was issued. */
#include "make.h"

#include "t.h"

static const struct gt_layer_source *line(struct gt_arena *a, const char *name, const char *fields,
                                          const char *value, const char *shape)
{
    const char **row = GT_TAKE_N(a, const char *, 1), **s = GT_TAKE_N(a, const char *, 1);
    row[0] = value;
    s[0] = shape;
    return make_layer(a, &(struct make_layer){.name = name,
                                              .kind = GT_SHAPE_POLYGON,
                                              .fields = fields,
                                              .n = 1,
                                              .row = row,
                                              .shape = s});
}

#define RED "0 0,100 0,100 100,0 100,0 0"
#define BESIDE "100 0,200 0,200 100,100 100,100 0"
#define ACROSS "90 0,200 0,200 100,90 100,90 0"
/* a ring of 300 m around a hole of 20 by 20 */
#define TOWN "300 0,600 0,600 300,300 300,300 0;400 100,420 100,420 120,400 120,400 100"
#define HOLE "400 100,420 100,420 120,400 120,400 100"

static size_t count_lines(const struct gt_findings *f, const char *rule)
{
    T_EQ_STR(skipped(f, rule), "");
    return found(f, rule);
}

T_TEST(red_line_and_farmland_may_touch_but_not_overlap)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_layer_source *red = line(a, "STBHHX", "BSM:t18", "990100310100000001", RED);
    const struct gt_findings *f =
        make_review(a, &(struct make_package){.layer = {red, line(a, "YJJBNT", "BSM:t18",
                                                                  "990100320100000007", BESIDE)},
                                              .region = "990100"});
    T_EQ_INT(count_lines(f, "lines.redline_pbf"), 0);
    f = make_review(a, &(struct make_package){.layer = {red, line(a, "YJJBNTBHHX", "BSM:t18",
                                                                  "990100320100000007", ACROSS)},
                                              .region = "990100"});
    T_EQ_INT(count_lines(f, "lines.redline_pbf"), 1);
    const struct gt_finding *o = finding(f, "lines.redline_pbf", 0);
    T_NEAR(o->value, 1000, 1);
    T_EQ_STR(o->layer, "STBHHX");
    T_EQ_STR(o->feature[0], "990100310100000001");
    T_EQ_INT(o->n_rings, 1);
}

T_TEST(a_window_of_the_development_boundary_needs_a_cause)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_layer_source *town = line(a, "CZKFBJ", "BSM:t18", "990100330100000001", TOWN);
    const struct gt_findings *f =
        make_review(a, &(struct make_package){.layer = {town}, .region = "990100"});
    T_EQ_INT(count_lines(f, "lines.hole"), 1);
    T_NEAR(finding(f, "lines.hole", 0)->value, 400, 0.5);
    f = make_review(a, &(struct make_package){.layer = {town, line(a, "YJJBNTBHHX", "BSM:t18",
                                                                   "990100320100000001", HOLE)},
                                              .region = "990100"});
    T_EQ_INT(count_lines(f, "lines.hole"), 0);
    T_EQ_INT(count_lines(f, "lines.pbf_udb"), 0);
}

T_TEST(farmland_on_steep_land_counts_unless_it_is_terraced)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_layer_source *pbf =
        line(a, "YJJBNTBHHX", "BSM:t18", "990100320100000001", BESIDE);
    static const char *const land[][2] = {{"990100200100000001|0103|5|PD", "x"},
                                          {"990100200100000001|0103|5|TT", ""},
                                          {"990100200100000001|0103|4|PD", ""}};
    for (size_t i = 0; i < GT_LEN(land); i++) {
        const struct gt_findings *f =
            make_review(a, &(struct make_package){
                               .layer = {pbf, line(a, "DLTB", "BSM:t18 DLBM:t5 GDPDJB:t2 GDLX:t2",
                                                   land[i][0], ACROSS)},
                               .region = "990100"});
        T_EQ_INT(count_lines(f, "lines.pbf_slope"), *land[i][1] ? 1 : 0);
        T_EQ_INT(count_lines(f, "lines.pbf_class"), 0);
    }
    const struct gt_findings *f = make_review(
        a,
        &(struct make_package){.layer = {pbf, line(a, "DLTB", "BSM:t18 DLBM:t5 GDPDJB:t2 GDLX:t2",
                                                   "990100200100000001|0301||", ACROSS)},
                               .region = "990100"});
    T_EQ_INT(count_lines(f, "lines.pbf_class"), 1);
    T_NEAR(finding(f, "lines.pbf_class", 0)->value, 10000, 5);
}

T_TEST(a_line_that_differs_from_the_issued_one_is_told_on_both_sides)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct make_package issued = {.layer = {line(a, "STBHHX", "BSM:t18", "540000310100000001",
                                                       "10 0,110 0,110 100,10 100,10 0")}};
    const struct gt_findings *f = make_review(
        a,
        &(struct make_package){.layer = {line(a, "STBHHX", "BSM:t18", "990100310100000001", RED)},
                               .region = "990100",
                               .upper = &issued});
    T_EQ_INT(count_lines(f, "lines.issued"), 2);
    T_NEAR(finding(f, "lines.issued", 0)->value, 1000, 1);
    T_NEAR(finding(f, "lines.issued", 1)->value, 1000, 1);
    const struct make_package same = {
        .layer = {line(a, "STBHHX", "BSM:t18", "540000310100000001", RED)}};
    f = make_review(a, &(struct make_package){
                           .layer = {line(a, "STBHHX", "BSM:t18", "990100310100000001", RED)},
                           .region = "990100",
                           .upper = &same});
    T_EQ_INT(count_lines(f, "lines.issued"), 0);
}

T_TEST(mining_and_core_zones)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_layer_source *mine =
        line(a, "KYQ_CKQXKFW", "YSDM:t10 KSMC:t100", "6000000001|铜矿", ACROSS);
    const struct gt_findings *f =
        make_review(a, &(struct make_package){
                           .layer = {mine, line(a, "STBHHX", "BSM:t18", "990100310100000001", RED)},
                           .region = "990100"});
    T_EQ_INT(count_lines(f, "lines.mining"), 1);
    T_EQ_STR(finding(f, "lines.mining", 0)->feature[0], "1");
    f = make_review(
        a, &(struct make_package){.layer = {mine, line(a, "ZRBHD", "BSM:t18 GNFQ:t20",
                                                       "990100340100000001|核心保护区", RED)},
                                  .region = "990100"});
    T_EQ_INT(count_lines(f, "lines.core_zone"), 1);
    f = make_review(
        a, &(struct make_package){.layer = {mine, line(a, "ZRBHD", "BSM:t18 GNFQ:t20",
                                                       "990100340100000001|一般控制区", RED)},
                                  .region = "990100"});
    T_EQ_INT(count_lines(f, "lines.core_zone"), 0);
}

T_TEST(farmland_beyond_the_cropland_to_be_kept)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_layer_source *pbf =
        line(a, "YJJBNTBHHX", "BSM:t18", "990100320100000001", ACROSS);
    const struct gt_findings *f =
        make_review(a, &(struct make_package){.layer = {pbf, line(a, "GDBHHX", "BSM:t18",
                                                                  "990100350100000001", BESIDE)},
                                              .region = "990100"});
    T_EQ_INT(count_lines(f, "lines.farmland_target"), 1);
    T_NEAR(finding(f, "lines.farmland_target", 0)->value, 1000, 1);
}
