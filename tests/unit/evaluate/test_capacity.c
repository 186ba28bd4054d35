/* test_capacity.c: capacities of counties that were computed by hand. */
#include "evaluate_int.h"
#include "t.h"

#include <math.h>

static struct gt_capacity county(void)
{
    double none = (double)NAN;
    return (struct gt_capacity){.code = "540223",
                                .name = "定日县",
                                .use_m3 = 2e7,
                                .agriculture_share = 0.6,
                                .urban_share = 0.33,
                                .irrigation_quota = 6000,
                                .rain_fed_ha = 1000,
                                .unreasonable_m3 = none,
                                .per_capita_m3 = 120,
                                .per_capita_land_m2 = 130,
                                .crop_space_m2 = 5e7,
                                .urban_space_m2 = 5e6,
                                .crop_present_m2 = 2e7,
                                .urban_present_m2 = 1e6,
                                .urban_people = 9000};
}

/* 20,000,000 m3 x 0.6 / 6000 m3/ha = 2000 ha, and 1000 ha on rain; 5000 ha of space.
 * 20,000,000 m3 x 0.33 / 120 m3 = 55,000 people, 130 m2 each: 7.15 km2; 5 km2 of space. */
T_TEST(capacity_is_the_smaller_constraint)
{
    struct gt_capacity c = county();
    gt_capacity_compute(&c);
    T_NEAR(c.crop_water_m2, 3e7, 1e-3);
    T_NEAR(c.crop_m2, 3e7, 1e-3);
    T_EQ_INT(c.crop_bound, GT_BOUND_WATER);
    T_NEAR(c.people_water, 55000, 1e-6);
    T_NEAR(c.urban_water_m2, 7150000, 1e-3);
    T_NEAR(c.urban_m2, 5e6, 1e-6);
    T_EQ_INT(c.urban_bound, GT_BOUND_SPACE);
    T_NEAR(c.people, 5e6 / 130, 1e-6);
    T_EQ_STR(gt_bound_id(c.crop_bound), "water");
}

/* The published example: W 1.791e11, p 0.339, d 21683, a 80 m2. */
T_TEST(capacity_of_the_published_example)
{
    struct gt_capacity c = county();
    c.use_m3 = 1.791e11;
    c.urban_share = 0.339;
    c.per_capita_m3 = 21683;
    c.per_capita_land_m2 = 80;
    gt_capacity_compute(&c);
    T_NEAR(c.urban_water_m2, 1.791e11 * 0.339 / 21683 * 80, 1e-3);
    T_NEAR(c.urban_water_m2 / 1e6, 224.00922, 1e-4);
}

T_TEST(capacity_needs_both_constraints)
{
    struct gt_capacity c = county();
    c.use_m3 = (double)NAN;
    gt_capacity_compute(&c);
    T_OK(isnan(c.crop_m2) && isnan(c.urban_m2) && isnan(c.people));
    T_EQ_INT(c.crop_bound, GT_BOUND_UNKNOWN);
    c = county();
    c.crop_space_m2 = (double)NAN;
    c.irrigation_quota = 0;
    gt_capacity_compute(&c);
    T_OK(isnan(c.crop_water_m2) && isnan(c.crop_m2));
    T_NEAR(c.urban_m2, 5e6, 1e-6);
}

T_TEST(capacity_rain_fed_and_excess)
{
    struct gt_capacity c = county();
    c.rain_fed_ha = (double)NAN;
    c.unreasonable_m3 = 600000;
    c.crop_space_m2 = 2e7;
    gt_capacity_compute(&c);
    T_NEAR(c.crop_water_m2, 2e7, 1e-3);
    T_NEAR(c.crop_excess_m2, 1e6, 1e-3);
    T_EQ_INT(c.crop_bound, GT_BOUND_BOTH);
}

/* A county without numbers is a row with empty cells; a sum that would lack it is empty, for the
 * sums of present use beside it do not. */
T_TEST(capacity_tables_balance)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_capacity v[3] = {county(), county(), county()};
    v[1].use_m3 = (double)NAN;
    v[2].crop_space_m2 = 1234567.8;
    for (int i = 0; i < 3; i++)
        gt_capacity_compute(&v[i]);
    const struct gt_table *t = gt_capacity_table(a, v, 3, true, GT_EN);
    T_EQ_INT(gt_table_rows(t), 4);
    T_EQ_STR(gt_table_text(a, t, 0, 2), "water");
    T_EQ_STR(gt_table_text(a, t, 1, 2), "unknown");
    T_EQ_STR(gt_table_text(a, t, 1, 5), "");
    T_EQ_STR(gt_table_text(a, t, 0, 5), "3000.00");
    T_EQ_STR(gt_table_text(a, t, 0, 6), "45000.0");
    T_EQ_STR(gt_table_text(a, t, 2, 5), "123.46");
    T_EQ_STR(gt_table_text(a, t, 3, 5), "");
    T_EQ_STR(gt_table_text(a, t, 0, 8), "1000.00");
    t = gt_capacity_table(a, v, 3, false, GT_EN);
    T_EQ_STR(gt_table_text(a, t, 0, 5), "5.0000");
    T_EQ_STR(gt_table_text(a, t, 0, 6), "38461");
    T_EQ_STR(gt_table_text(a, t, 3, 6), "");
    v[1] = v[0];
    t = gt_capacity_table(a, v, 3, true, GT_EN);
    T_EQ_STR(gt_table_text(a, t, 3, 5), "6123.46");
    t = gt_capacity_table(a, v, 3, false, GT_EN);
    T_EQ_STR(gt_table_text(a, t, 3, 6), "115383");
}
