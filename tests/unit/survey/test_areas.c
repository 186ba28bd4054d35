/* test_areas.c: areas in cents: shares that add up, deductions, checks of parcels, slope grades,
 * control areas. */
#include "t.h"

#include "guotu/io.h"
#include "guotu/survey.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct gt_convert_rules *rules(struct gt_arena *a)
{
    const struct gt_convert_rules *r = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_convert_rules_load(a, gt_rules_dir(a, &err), &r, &err), GT_OK, &err);
    return r;
}

T_TEST(cents_round_and_print)
{
    char buf[32];
    T_EQ_INT(gt_cents(1234.565), 123457);
    T_EQ_INT(gt_cents(0.004), 0);
    T_EQ_INT(gt_cents(-0.005), -1);
    T_EQ_STR(gt_cents_text(123405, buf), "1234.05");
    T_EQ_STR(gt_cents_text(-7, buf), "-0.07");
    T_EQ_STR(gt_cents_text(0, buf), "0.00");
    T_EQ_NUM(gt_cents_m2(150), 1.5);
}

T_TEST(cents_shares_add_up_and_are_near)
{
    uint32_t seed = 7;
    for (int round = 0; round < 300; round++) {
        double w[9], sum = 0;
        int64_t out[9], total, all = 0;
        size_t n = 1 + (size_t)(round % 9);
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            w[i] = (double)(seed >> 8) / 1000;
            sum += w[i];
        }
        total = (int64_t)(seed >> 3) * (round % 3 ? 1 : 100000);
        gt_cents_share(total, w, n, out);
        for (size_t i = 0; i < n; i++) {
            all += out[i];
            T_OK(fabs((double)out[i] - (double)total * (w[i] / sum)) <= 1.001);
        }
        T_EQ_INT(all, total);
    }
}

T_TEST(cents_shares_by_hand)
{
    int64_t out[3];
    gt_cents_share(10, (const double[]){1, 1, 1}, 3, out); /* 3.33 each: the first takes the rest */
    T_OK(out[0] == 4 && out[1] == 3 && out[2] == 3);
    gt_cents_share(10, (const double[]){1, 2, 3}, 3, out); /* 1.67 3.33 5: the first */
    T_OK(out[0] == 2 && out[1] == 3 && out[2] == 5);
    gt_cents_share(10, (const double[]){0, 0, 0}, 3, out);
    T_OK(out[0] == 10 && out[1] == 0 && out[2] == 0);
    gt_cents_share(0, (const double[]){1, 2, 3}, 3, out);
    T_OK(out[0] == 0 && out[1] == 0 && out[2] == 0);
}

T_TEST(cents_shares_of_very_many_parts)
{
    enum { N = 100000 };
    GT_AUTO_ARENA a = gt_arena_new();
    double *w = GT_TAKE_N(a, double, N);
    int64_t *out = GT_TAKE_N(a, int64_t, N), all = 0;
    for (size_t i = 0; i < N; i++)
        w[i] = 1;
    gt_cents_share(10 * N + 7, w, N, out);
    for (size_t i = 0; i < N; i++) {
        T_EQ_INT(out[i], i < 7 ? 11 : 10);
        all += out[i];
    }
    T_EQ_INT(all, 10 * N + 7);
    const int64_t large =
        INT64_C(4000000000000001); /* where a double's last place is half a cent */
    all = 0;
    for (size_t i = 0; i < N; i++)
        w[i] = 1.0 / (double)(3 + i % 7);
    gt_cents_share(large, w, N, out);
    for (size_t i = 0; i < N; i++) {
        T_OK(out[i] >= 0);
        all += out[i];
    }
    T_EQ_INT(all, large);
}

T_TEST(deducted_area_is_exact)
{
    T_EQ_INT(gt_deducted(1000000, 0.061), 61000);
    T_EQ_INT(gt_deducted(12345, 0.0325), 401); /* 401.2125 */
    T_EQ_INT(gt_deducted(5000, 0.0001), 1);    /* half a cent, up */
    T_EQ_INT(gt_deducted(4999, 0.0001), 0);
    T_EQ_INT(gt_deducted(123456789012345, 0.1655), 20432098581543); /* ...543.0975 */
    T_EQ_INT(gt_deducted(500, 0), 0);
}

T_TEST(slope_grades_at_their_limits)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_convert_rules *r = rules(a);
    static const struct {
        double deg;
        int grade;
    } want[] = {{0, 1},  {2, 1},  {2.0001, 2}, {6, 2},  {6.1, 3},
                {15, 3}, {25, 4}, {25.01, 5},  {89, 5}, {(double)NAN, 0}};
    for (size_t i = 0; i < GT_LEN(want); i++)
        T_EQ_INT(gt_slope_grade(r, want[i].deg), want[i].grade);
}

T_TEST(settlement_codes_by_class)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_convert_rules *r = rules(a);
    T_EQ_STR(gt_settlement_code(r, "0602"), "204");
    T_EQ_STR(gt_settlement_code(r, "0603"), "204");
    T_EQ_STR(gt_settlement_code(r, "09"), "205");
    T_EQ_STR(gt_settlement_code(r, "0601"), "*");
    T_EQ_STR(gt_settlement_code(r, "08H2A"), "*");
    T_EQ_STR(gt_settlement_code(r, "1004"), "*");
    T_EQ_STR(gt_settlement_code(r, "1003"), "");
    T_EQ_STR(gt_settlement_code(r, "0101"), "");
}

static struct gt_tract tract(const char *dlbm, int64_t tbmj, double kcxs, int64_t kcmj)
{
    return (struct gt_tract){.bsm = "1",
                             .dlbm = dlbm,
                             .unit = "990100",
                             .unit_name = "",
                             .czcsxm = "",
                             .kcdlbm = "",
                             .slope = "",
                             .tbmj = tbmj,
                             .kcxs = kcxs,
                             .kcmj = kcmj,
                             .tbdlmj = tbmj - kcmj};
}

T_TEST(tract_areas_are_checked_and_computed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_convert_rules *r = rules(a);
    struct gt_tract t = tract("0103", 1000000, 0.061, 61000);
    T_EQ_INT(gt_tract_check(r, &t), 0);
    t = tract("0103", 1000000, 0.061, 61001); /* a cent is rounding, and stays as it is */
    T_EQ_INT(gt_tract_check(r, &t), 0);
    T_EQ_INT(t.kcmj, 61001);
    T_EQ_INT(t.tbdlmj, 938999);
    t = tract("0103", 1000000, 0.061, 61005);
    T_EQ_INT(gt_tract_check(r, &t), 1u << GT_TRACT_KCMJ | 1u << GT_TRACT_TBDLMJ);
    T_EQ_INT(t.kcmj, 61000);
    T_EQ_INT(t.tbdlmj, 939000);
    t = tract("0103", 1000000, 0.061, 61000);
    t.tbdlmj = 940000;
    T_EQ_INT(gt_tract_check(r, &t), 1u << GT_TRACT_TBDLMJ);
    t = tract("0101", 1000000, 0, 0);
    t.kcmj = -1;
    T_EQ_INT(gt_tract_check(r, &t), 0);
    T_EQ_INT(t.kcmj, 0);
    t = tract("0702", 100, 0, 0);
    T_EQ_INT(gt_tract_check(r, &t), 1u << GT_TRACT_SETTLEMENT);
    t.czcsxm = "203";
    T_EQ_INT(gt_tract_check(r, &t), 0);
    t = tract("0602", 100, 0, 0);
    t.czcsxm = "203";
    T_EQ_INT(gt_tract_check(r, &t), 1u << GT_TRACT_SETTLEMENT);
}

T_TEST(control_areas_take_the_rest_on_the_largest_parcel)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_tract t[] = {tract("0101", 1000, 0, 0), tract("0301", 3000, 0, 0),
                           tract("0401", 3000, 0, 0), tract("0101", 500, 0, 0)};
    t[3].unit = "990101001";
    t[0].unit = t[1].unit = t[2].unit = "990100002";
    struct gt_control_area c[] = {{"990100002", 7002}, {"990101", 900}, {"990199", 5}};
    struct gt_control_areas all = {.n = 3, .v = c};
    T_STATUS_ERR(gt_control_place(a, &all, t, 4, &err), GT_OK, &err);
    const struct gt_control_rest *r = all.result;
    T_EQ_INT(r[0].rest, 2);
    T_OK(r[0].placed);
    T_EQ_INT(r[0].parcel, 1); /* of two equal ones the first */
    T_EQ_INT(t[1].tbmj, 3002);
    T_EQ_INT(t[1].tbdlmj, 3002);
    T_EQ_INT(t[0].tbmj + t[1].tbmj + t[2].tbmj, 7002);
    T_OK(!r[1].placed); /* 400 cents are no rounding of one parcel */
    T_EQ_INT(t[3].tbmj, 500);
    T_OK(!r[2].placed && r[2].parcels == 0);
    struct gt_control_area twice[] = {{"9901", 1}, {"990100002", 1}};
    all = (struct gt_control_areas){.n = 2, .v = twice};
    T_STATUS(gt_control_place(a, &all, t, 4, &err), GT_EINPUT);
    T_HAS(err.text, "lies in another");
}
