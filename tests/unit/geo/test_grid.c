/* test_grid.c: boxes and grids. */
#include "geo_fixture.h"

#include <math.h>

T_TEST(boxes_meet)
{
    struct gt_box a = {0, 0, 2, 2};
    T_OK(gt_box_meets(a, a));
    T_OK(gt_box_meets(a, (struct gt_box){1, 1, 3, 3}));
    T_OK(gt_box_meets(a, (struct gt_box){0.5, 0.5, 1, 1}));
    T_OK(gt_box_meets(a, (struct gt_box){2, 2, 3, 3})); /* a corner is enough */
    T_OK(!gt_box_meets(a, (struct gt_box){2.1, 0, 3, 2}));
    T_OK(!gt_box_meets(a, (struct gt_box){0, -3, 2, -0.1}));
    T_OK(!gt_box_meets(a, (struct gt_box){(double)NAN, (double)NAN, (double)NAN, (double)NAN}));
}

static const struct gt_grid grid = {.w = 4, .h = 3, .x0 = 10, .y0 = 20, .dx = 0.5, .dy = 0.25};

T_TEST(places_on_a_grid)
{
    struct gt_box box = gt_grid_box(&grid);
    T_EQ_NUM(box.x0, 10);
    T_EQ_NUM(box.x1, 12);
    T_EQ_NUM(box.y0, 19.25);
    T_EQ_NUM(box.y1, 20);
    T_EQ_NUM(gt_grid_x(&grid, 0.5), 10.25);
    T_EQ_NUM(gt_grid_y(&grid, 0.5), 19.875);
    T_EQ_NUM(gt_grid_col(&grid, 11.75), 3.5);
    T_EQ_NUM(gt_grid_row(&grid, 19.375), 2.5);
}

T_TEST(same_grids)
{
    struct gt_grid g = grid;
    T_OK(gt_grid_same(&grid, &g));
    g.x0 += 4e-7;
    T_OK(gt_grid_same(&grid, &g));
    g.x0 += 2e-7;
    T_OK(!gt_grid_same(&grid, &g));
    g = grid;
    g.dy += 2e-7; /* half a millionth of a cell a row: too much after three rows */
    T_OK(!gt_grid_same(&grid, &g));
    g = grid;
    g.h++;
    T_OK(!gt_grid_same(&grid, &g));
}

T_TEST(bad_grids_are_refused)
{
    static const struct {
        struct gt_grid g;
        enum gt_status status;
    } rows[] = {
        {{4, 3, 10, 20, 0.5, 0.25}, GT_OK},
        {{1, 1, 0, 0, 1, 1}, GT_OK},
        {{0, 3, 10, 20, 0.5, 0.25}, GT_EINPUT},
        {{4, -3, 10, 20, 0.5, 0.25}, GT_EINPUT},
        {{4, 3, 10, 20, 0, 0.25}, GT_EINPUT},
        {{4, 3, 10, 20, 0.5, -0.25}, GT_EINPUT},
        {{4, 3, (double)NAN, 20, 0.5, 0.25}, GT_EINPUT},
        {{4, 3, 10, (double)INFINITY, 0.5, 0.25}, GT_EINPUT},
        {{4, 3, 10, 20, (double)NAN, 0.25}, GT_EINPUT},
        {{4, 3, 10, 20, 1e308, 0.25}, GT_EINPUT},
        {{4, 3, 1e20, 20, 0.5, 0.25}, GT_EINPUT},
        {{INT64_C(1) << 24, (INT64_C(1) << 24) - 1, 0, 0, 1, 1}, GT_OK},
        {{INT64_C(1) << 24, INT64_C(1) << 24, 0, 0, 1, 1}, GT_ETOOBIG},
        {{INT64_MAX, INT64_MAX, 0, 0, 1, 1}, GT_ETOOBIG},
    };
    for (size_t i = 0; i < GT_LEN(rows); i++) {
        struct gt_err err = {0};
        T_STATUS_ERR(gt_grid_check(&rows[i].g, &err), rows[i].status, &err);
    }
}
