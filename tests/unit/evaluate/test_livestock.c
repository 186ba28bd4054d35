/* test_livestock.c: grazing of counties that were computed by hand. */
#include "evaluate_int.h"
#include "t.h"

#include <math.h>

static const struct gt_class degrees[] = {
    {.lo = -(double)INFINITY, .hi = 0, .hi_closed = true, .code = 1, .title = {"none", "未超载"}},
    {.lo = 0, .hi = (double)INFINITY, .code = 2, .title = {"some", "超载"}},
};
static const struct gt_classes overload = {.id = "x", .n = 2, .v = degrees};
static const struct gt_livestock_limits limits = {.intake_kg = 1.8,
                                                  .feed_kg = 0.5,
                                                  .days = 365,
                                                  .sheep_units = {1, 0.9, 4.5, 5, 6, 3, 5},
                                                  .overload = &overload};

static struct gt_livestock county(void)
{
    double none = (double)NAN;
    return (struct gt_livestock){.code = "1",
                                 .name = "甲",
                                 .pasture_m2 = 1e8,
                                 .hay_kg = 6570000,
                                 .head = {5000, none, 1200, none, 100, none, none},
                                 .feed_t = none,
                                 .feed_land_m2 = none};
}

/* 6,570,000 kg / (1.8 x 365) = 10,000; 5000 + 1200 x 4.5 + 100 x 6 = 11,000; 10 %. */
T_TEST(livestock_overload)
{
    struct gt_livestock c = county();
    gt_livestock_compute(&c, &limits);
    T_NEAR(c.carried, 10000, 1e-6);
    T_NEAR(c.kept, 11000, 1e-9);
    T_NEAR(c.overload_pct, 10, 1e-9);
    T_EQ_INT(c.class, 2);
}

/* 365 t of feed / (0.5 x 365) = 2000 sheep units: 9000 are left to the pasture. */
T_TEST(livestock_feed_takes_from_the_pasture)
{
    struct gt_livestock c = county();
    c.feed_t = 365;
    gt_livestock_compute(&c, &limits);
    T_NEAR(c.fed, 2000, 1e-9);
    T_NEAR(c.grazing, 9000, 1e-9);
    T_NEAR(c.overload_pct, -10, 1e-9);
    T_EQ_INT(c.class, 1);
    c.feed_t = 365e3;
    gt_livestock_compute(&c, &limits);
    T_NEAR(c.grazing, 0, 0);
    T_NEAR(c.overload_pct, -100, 1e-9);
}

T_TEST(livestock_without_numbers)
{
    struct gt_livestock c = county();
    for (int i = 0; i < GT_ANIMALS; i++)
        c.head[i] = (double)NAN;
    gt_livestock_compute(&c, &limits);
    T_OK(isnan(c.kept) && isnan(c.grazing) && isnan(c.overload_pct));
    T_EQ_INT(c.class, 0);
    c = county();
    c.hay_kg = 0;
    gt_livestock_compute(&c, &limits);
    T_OK(isnan(c.overload_pct));
    /* None of an animal needs no factor of it. */
    struct gt_livestock_limits few = limits;
    few.sheep_units[1] = (double)NAN;
    c = county();
    c.head[1] = 0;
    gt_livestock_compute(&c, &few);
    T_NEAR(c.kept, 11000, 1e-9);
}

T_TEST(livestock_table_balances)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_livestock v[2] = {county(), county()};
    v[1].head[0] = v[1].head[2] = v[1].head[4] = (double)NAN;
    for (int i = 0; i < 2; i++)
        gt_livestock_compute(&v[i], &limits);
    const struct gt_table *t = gt_livestock_table(a, v, 2, GT_ZH);
    T_EQ_STR(gt_table_text(a, t, 0, 2), "超载");
    T_EQ_STR(gt_table_text(a, t, 1, 2), "缺少数据");
    T_EQ_STR(gt_table_text(a, t, 0, 3), "10000.00");
    T_EQ_STR(gt_table_text(a, t, 0, 4), "6570");
    T_EQ_STR(gt_table_text(a, t, 0, 9), "10.0");
    T_EQ_STR(gt_table_text(a, t, 1, 9), "");
    T_EQ_STR(gt_table_text(a, t, 2, 5), "20000");
    T_EQ_STR(gt_table_text(a, t, 2, 6), "");
    T_EQ_STR(gt_table_text(a, t, 2, 9), "");
    T_EQ_STR(gt_table_text(a, t, 2, 10), "");
}
