/* Maps. */
#include "t.h"

#include <stdio.h>
#include <string.h>

T_TEST(an_empty_map_has_nothing)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_map *m = gt_map_new(a);
    T_OK(gt_map_get(m, "x") == NULL);
    T_EQ_INT(gt_map_len(m), 0);
    T_OK(gt_map_key(m, 0) == NULL);
    T_OK(gt_map_value(m, 0) == NULL);
}

T_TEST(keys_are_copied_and_replaced_in_place)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_map *m = gt_map_new(a);
    int one = 1, two = 2, three = 3;
    char key[8] = "first";
    gt_map_put(m, key, &one);
    memcpy(key, "other", 6);
    gt_map_put(m, key, &two);
    gt_map_put(m, "first", &three);
    T_EQ_INT(gt_map_len(m), 2);
    T_EQ_STR(gt_map_key(m, 0), "first");
    T_OK(gt_map_value(m, 0) == &three);
    T_OK(gt_map_get(m, "other") == &two);
    T_OK(gt_map_get(m, "") == NULL);
}

T_TEST(many_keys_in_order)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_map *m = gt_map_new(a);
    enum { N = 5000 };
    static int values[N];
    char key[64];
    for (int i = 0; i < N; i++) {
        snprintf(key, sizeof key, "%.*s%d", i % 20, "a rather long beginning", i);
        gt_map_put(m, key, &values[i]);
    }
    T_EQ_INT(gt_map_len(m), N);
    for (int i = 0; i < N; i++) {
        snprintf(key, sizeof key, "%.*s%d", i % 20, "a rather long beginning", i);
        T_EQ_STR(gt_map_key(m, (size_t)i), key);
        T_OK(gt_map_get(m, key) == &values[i]);
    }
    T_OK(gt_map_get(m, "absent") == NULL);
}
