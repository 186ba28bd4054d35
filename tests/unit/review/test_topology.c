/* test_topology.c: three parcels that fill a county of 300 by 100 m, and what breaks them. */
#include "make.h"

#include <math.h>
#include <string.h>

#include "t.h"

#define UNIT "0 0,300 0,300 100,0 100,0 0"
#define LEFT "0 0,100 0,100 100,0 100,0 0"
#define MIDDLE "100 0,200 0,200 100,100 100,100 0"
#define RIGHT "200 0,300 0,300 100,200 100,200 0"
#define N 3

static const char *const row[] = {"990100200100000001", "990100200100000002", "990100200100000003"};

static const struct gt_layer_source *county(struct gt_arena *a)
{
    static const char *const shape[] = {UNIT}, *const unit_row[] = {"990100100100000001|990100"};
    return make_layer(a, &(struct make_layer){.name = "XZQX",
                                              .kind = GT_SHAPE_POLYGON,
                                              .fields = "BSM:t18 XZQDM:t6",
                                              .n = 1,
                                              .row = unit_row,
                                              .shape = shape});
}

/* Parcels without the fields of the standard: a layer that has no field table, and covers. */
static const struct gt_findings *check(struct gt_arena *a, const char *left, const char *middle,
                                       const char *right, const uint16_t *trait)
{
    const char *shape[] = {left, middle, right};
    return make_review(
        a, &(struct make_package){
               .layer = {county(a), make_layer(a, &(struct make_layer){.name = "XZQC",
                                                                       .kind = GT_SHAPE_POLYGON,
                                                                       .fields = "BSM:t18",
                                                                       .n = right ? 3 : 2,
                                                                       .row = row,
                                                                       .shape = shape,
                                                                       .trait = trait})},
               .region = "990100"});
}

static const char *broken(struct gt_arena *a, const char *left, const char *middle,
                          const char *right)
{
    return rules_found(a, check(a, left, middle, right, NULL));
}

T_TEST(parcels_that_fill_their_county_have_no_finding)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_findings *f = check(a, LEFT, MIDDLE, RIGHT, NULL);
    T_EQ_STR(rules_found(a, f), "");
    T_EQ_STR(skipped(f, "topology.gap"), "");
    T_EQ_STR(skipped(f, "topology.outside"), "");
    T_EQ_STR(skipped(f, "topology.self_crossing"), "");
}

T_TEST(an_overlap_is_told_with_both_features_its_area_and_its_place)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_findings *f = check(a, LEFT, "95 0,200 0,200 100,95 100,95 0", RIGHT, NULL);
    T_EQ_INT(found(f, "topology.overlap"), 1);
    const struct gt_finding *o = finding(f, "topology.overlap", 0);
    T_EQ_INT(o->n_features, 2);
    T_EQ_STR(o->feature[0], row[0]);
    T_EQ_STR(o->feature[1], row[1]);
    T_NEAR(o->value, 500, 1);
    T_EQ_STR(o->unit, "m2");
    T_OK(o->n_rings == 1 && isfinite(o->lon));
    /* 97.5 m east of the meridian of 108 degrees */
    T_NEAR(o->lon, 108.00101, 3e-5);
    T_EQ_INT(found(f, "topology.gap"), 0);
}

T_TEST(a_gap_between_parcels_is_told)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_findings *f =
        check(a, LEFT, "100 0,200 0,200 100,110 100,110 0,100 0", RIGHT, NULL);
    T_EQ_INT(found(f, "topology.gap"), 1);
    T_NEAR(finding(f, "topology.gap", 0)->value, 1000, 1);
}

T_TEST(a_parcel_beyond_the_county_is_told)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_findings *f = check(a, LEFT, MIDDLE, "200 0,310 0,310 100,200 100,200 0", NULL);
    T_EQ_INT(found(f, "topology.outside"), 1);
    T_NEAR(finding(f, "topology.outside", 0)->value, 1000, 1);
    T_EQ_STR(finding(f, "topology.outside", 0)->feature[0], row[2]);
}

T_TEST(a_point_on_a_neighbours_border_is_told)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(broken(a, LEFT, "100 0,200 0,200 100,100 100,100 50,100 0", RIGHT), "topology.border");
}

T_TEST(doubled_points_are_told_once)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(broken(a, LEFT, "100 0,200 0,200 100,200 100,100 100,100 0", RIGHT),
             "topology.duplicate_point");
}

T_TEST(a_spike_is_told)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_findings *f =
        check(a, LEFT, MIDDLE, "200 0,300 0,300 50,250 50,300 50,300 100,200 100,200 0", NULL);
    T_EQ_INT(found(f, "topology.spike"), 1);
    T_EQ_STR(finding(f, "topology.spike", 0)->feature[0], row[2]);
}

T_TEST(what_was_odd_on_reading_is_one_finding_each)
{
    static const struct {
        uint16_t trait;
        const char *rule;
    } c[] = {{GT_TRAIT_OPEN, "topology.unclosed"},
             {GT_TRAIT_CURVED, "topology.curved"},
             {GT_TRAIT_Z, "topology.zm"},
             {GT_TRAIT_MULTI, "topology.multipart"}};
    for (size_t i = 0; i < GT_LEN(c); i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        const uint16_t trait[N] = {0, c[i].trait, 0};
        const struct gt_findings *f = check(a, LEFT, MIDDLE, RIGHT, trait);
        T_EQ_STR(rules_found(a, f), c[i].rule);
        T_EQ_STR(f->v[0].feature[0], row[1]);
    }
}

T_TEST(a_feature_without_geometry_leaves_its_hole_and_no_more)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(broken(a, LEFT, "-", RIGHT), "topology.null topology.gap");
    T_EQ_STR(broken(a, "0 0,200 0,200 100,0 100,0 0", "-", RIGHT), "topology.null");
}

T_TEST(findings_are_the_same_for_any_number_of_threads)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *shape[] = {LEFT, "95 0,200 0,200 100,95 100,95 0",
                           "201 0,310 0,310 100,201 100,201 0"};
    struct make_package p = {
        .layer = {county(a), make_layer(a, &(struct make_layer){.name = "XZQC",
                                                                .kind = GT_SHAPE_POLYGON,
                                                                .fields = "BSM:t18",
                                                                .n = 3,
                                                                .row = row,
                                                                .shape = shape})},
        .region = "990100"};
    const char *text[2];
    for (int t = 0; t < 2; t++) {
        p.threads = t ? 3 : 1;
        struct gt_json *arr = gt_json_arr(a);
        gt_findings_json(make_review(a, &p), arr);
        text[t] = gt_json_text(a, arr, 0);
    }
    T_OK(strlen(text[0]) > 200);
    T_EQ_STR(text[1], text[0]);
}
