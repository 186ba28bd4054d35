/* test_attributes.c: attributes of parcels, each rule broken once and kept once. */
#include "make.h"
#include "t.h"

#define DLTB                                                                                 \
    "BSM:t18 YSDM:t10 TBYBH:t18 TBBH:t8 DLBM:t5 DLMC:t60 QSXZ:t2 QSDWDM:t19 QSDWMC:t255 "    \
    "ZLDWDM:t19 ZLDWMC:t255 TBMJ:r15.2 KCDLBM:t5 KCXS:r6.4 KCMJ:r15.2 TBDLMJ:r15.2 GDLX:t2 " \
    "GDPDJB:t2 XZDWKD:r5.1 TBXHDM:t6 TBXHMC:t20 ZZSXDM:t6 ZZSXMC:t20 GDDB:i2 FRDBS:t1 "      \
    "CZCSXM:t4 SJNF:i4 MSSM:t2 HDMC:t100 BZ:t0"
#define UNIT "9901000010010000000"
/* A parcel without geometry in these tests: areas are those of its fields. */
#define PARCEL(bsm, ysdm, dlbm, dlmc, zldwdm, areas, slope, czc, sjnf)                     \
    bsm "|" ysdm "||1|" dlbm "|" dlmc "|30|" UNIT "|甲村|" zldwdm "|甲村|" areas "|" slope \
        "||||||||" czc "|" sjnf "|00||"
#define BSM(n) "9901002001" n
#define GRASS "1000||0|0|1000"
#define TERRACE "1000|1203|0.1|100|900"

static const struct gt_findings *check(struct gt_arena *a, const char *const *row, size_t n)
{
    return make_review(
        a, &(struct make_package){
               .layer = {make_layer(
                   a, &(struct make_layer){.name = "DLTB", .fields = DLTB, .n = n, .row = row})},
               .region = "990100"});
}

static const char *const good[] = {
    PARCEL(BSM("00000001"), "2001010100", "0401", "天然牧草地", UNIT, GRASS, "|", "", "2022"),
    PARCEL(BSM("00000002"), "2001010100", "0103", "旱地", UNIT, TERRACE, "TT|3", "", "2022"),
    PARCEL(BSM("00000003"), "2001010100", "0702", "农村宅基地", UNIT, GRASS, "|", "203", "2022"),
    PARCEL(BSM("00000004"), "2001010100", "0602", "采矿用地", UNIT, GRASS, "|", "204", "2022")};

T_TEST(parcels_that_keep_the_rules_have_no_finding)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_findings *f = check(a, good, GT_LEN(good));
    T_EQ_STR(rules_found(a, f), "");
    T_EQ_STR(skipped(f, "attributes.empty"), "");
    T_EQ_STR(skipped(f, "areas.kcmj"), "");
    T_HAS(skipped(f, "agreement.upper"), "no upper plan");
    T_HAS(skipped(f, "completeness.folder"), "one file");
}

static const char *broken(struct gt_arena *a, const char *row)
{
    const char *rows[] = {good[0], good[1], good[2], good[3], row};
    return rules_found(a, check(a, rows, 5));
}

#define FIFTH(ysdm, dlbm, dlmc, zldwdm, areas, slope, czc, sjnf) \
    PARCEL(BSM("00000005"), ysdm, dlbm, dlmc, zldwdm, areas, slope, czc, sjnf)

T_TEST(one_fault_of_a_parcel_is_one_finding)
{
    static const struct {
        const char *row, *rule;
    } c[] = {
        {FIFTH("", "0401", "天然牧草地", UNIT, GRASS, "|", "", "2022"), "attributes.empty"},
        {FIFTH("2001010100", "0499", "天然牧草地", UNIT, GRASS, "|", "", "2022"),
         "attributes.domain"},
        {FIFTH("2001010100", "040101", "天然牧草地", UNIT, GRASS, "|", "", "2022"),
         "attributes.length"},
        {FIFTH("2001010100", "0401", "旱地", UNIT, GRASS, "|", "", "2022"), "attributes.pair"},
        {FIFTH("2001010101", "0401", "天然牧草地", UNIT, GRASS, "|", "", "2022"),
         "attributes.ysdm"},
        {FIFTH("2001010100", "0401", "天然牧草地", "5401010010010000000", GRASS, "|", "", "2022"),
         "attributes.unit_code"},
        {FIFTH("2001010100", "0401", "天然牧草地", "99010000100100000", GRASS, "|", "", "2022"),
         "attributes.unit_code"},
        {FIFTH("2001010100", "0401", "天然牧草地", UNIT, GRASS, "|", "", "2021"),
         "attributes.year"},
        {FIFTH("2001010100", "0702", "农村宅基地", UNIT, GRASS, "|", "", "2022"),
         "attributes.czcsxm"},
        {FIFTH("2001010100", "0602", "采矿用地", UNIT, GRASS, "|", "203", "2022"),
         "attributes.czcsxm"},
        {FIFTH("2001010100", "0401", "天然牧草地", UNIT, "1000||1.2|0|1000", "|", "", "2022"),
         "attributes.range"},
        {FIFTH("2001010100", "0103", "旱地", UNIT, "1000|1203|0.1|120|880", "TT|3", "", "2022"),
         "areas.kcmj"},
        {FIFTH("2001010100", "0103", "旱地", UNIT, "1000|1203|0.1|100|880", "TT|3", "", "2022"),
         "areas.tbdlmj"},
        {FIFTH("2001010100", "0103", "旱地", UNIT, "1000||0.1|100|900", "TT|3", "", "2022"),
         "areas.kcxs"},
        {FIFTH("2001010100", "0401", "天然牧草地", UNIT, TERRACE, "|", "", "2022"), "areas.kcxs"},
        {FIFTH("2001010100", "0103", "旱地", UNIT, TERRACE, "|3", "", "2022"), "areas.slope_grade"},
        {FIFTH("2001010100", "0103", "旱地", UNIT, GRASS, "|", "", "2022"), "areas.slope_grade"},
        {FIFTH("2001010100", "0401", "天然牧草地", UNIT, GRASS, "|3", "", "2022"),
         "areas.slope_grade"},
        {PARCEL(BSM("0000005"), "2001010100", "0401", "天然牧草地", UNIT, GRASS, "|", "", "2022"),
         "attributes.bsm_form"},
        {PARCEL("540101200100000005", "2001010100", "0401", "天然牧草地", UNIT, GRASS, "|", "",
                "2022"),
         "attributes.bsm_form"},
        {PARCEL(BSM("00000001"), "2001010100", "0401", "天然牧草地", UNIT, GRASS, "|", "", "2022"),
         "attributes.bsm_twice"},
    };
    for (size_t i = 0; i < GT_LEN(c); i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        T_EQ_STR(broken(a, c[i].row), c[i].rule);
    }
}

T_TEST(a_finding_says_what_was_expected_and_which_parcel)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *rows[] = {
        good[0], good[1], good[2], good[3],
        FIFTH("2001010100", "0103", "旱地", UNIT, "1000|1203|0.1|120|880", "TT|3", "", "2022")};
    const struct gt_finding *f = finding(check(a, rows, 5), "areas.kcmj", 0);
    T_EQ_STR(f->id, "F000001");
    T_EQ_STR(f->layer, "DLTB");
    T_EQ_INT(f->n_features, 1);
    T_EQ_STR(f->feature[0], BSM("00000005"));
    T_NEAR(f->value, 20, 1e-9);
    T_EQ_STR(f->unit, "m2");
    T_HAS(f->text.en, "100.00");
    T_HAS(f->text.zh, "120.00");
}

T_TEST(both_parcels_of_one_identifier_are_in_one_finding)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *rows[] = {good[0], good[1], good[0]};
    const struct gt_findings *f = check(a, rows, 3);
    T_EQ_STR(rules_found(a, f), "attributes.bsm_twice");
    T_EQ_INT(f->v[0].n_features, 1);
    T_EQ_NUM(f->v[0].value, 2);
    T_EQ_STR(f->v[0].feature[0], BSM("00000001"));
}

T_TEST(a_parcel_without_an_identifier_is_told_by_its_number)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *rows[] = {
        good[0], good[1],
        PARCEL("", "2001010100", "0401", "天然牧草地", UNIT, GRASS, "|", "", "2022")};
    const struct gt_findings *f = check(a, rows, 3);
    T_EQ_STR(rules_found(a, f), "attributes.empty");
    T_EQ_STR(f->v[0].feature[0], "3");
}

T_TEST(more_findings_than_are_kept_are_counted)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *row = PARCEL("", "2001010100", "0401", "天然牧草地", UNIT, GRASS, "|", "", "2022");
    const char *rows[] = {row, row, row, row, row};
    const struct gt_findings *f = make_review(
        a, &(struct make_package){
               .layer = {make_layer(
                   a, &(struct make_layer){.name = "DLTB", .fields = DLTB, .n = 5, .row = rows})},
               .region = "990100",
               .max_per_rule = 2});
    T_EQ_INT(found(f, "attributes.empty"), 2);
    T_EQ_INT(f->count[GT_LEVEL_ERROR], 5);
    T_EQ_INT(f->n_more, 1);
    T_EQ_INT(f->more[0].n, 3);
}

/* ---- Fields ---------------------------------------------------------------------------------- */

static const char *fields_found(struct gt_arena *a, const char *fields)
{
    static const char *const row[] = {"990100200100000001|2001|1"};
    return rules_found(
        a,
        make_review(
            a,
            &(struct make_package){
                .layer = {make_layer(
                    a, &(struct make_layer){.name = "PDT", .fields = fields, .n = 1, .row = row})},
                .region = "990100"}));
}

T_TEST(fields_are_those_of_the_standard_in_name_type_length_and_order)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(fields_found(a, "BSM:t18 YSDM:t10 PDJB:t2 BZ:t0"), "");
    T_EQ_STR(fields_found(a, "BSM:t18 YSDM:t10 PDJB:t2"), "");
    T_EQ_STR(fields_found(a, "BSM:t18 YSDM:t10 BZ:t0"), "attributes.field_missing");
    T_EQ_STR(fields_found(a, "BSM:t18 YSDM:t10 PDJB:t2 FID:i9 NEW:t9"), "attributes.field_extra");
    T_EQ_STR(fields_found(a, "BSM:t18 YSDM:t10 PDJB:i2"), "attributes.field_type");
    T_EQ_STR(fields_found(a, "BSM:t18 YSDM:t20 PDJB:t2"), "attributes.field_length");
    T_EQ_STR(fields_found(a, "BSM:t18 YSDM:t10 BZ:t0 PDJB:t2"),
             "attributes.field_order attributes.empty");
}
