/* test_features.c: features in memory. */
#include "guotu/vector.h"
#include "t.h"

T_TEST(features_find_fields_as_written_before_by_case)
{
    static const char *const field[] = {"bsm", "BSM", "Dlbm"};
    const struct gt_features f = {.n_rows = 2, .n_fields = 3, .field = field};
    T_EQ_INT(gt_features_field(&f, "BSM"), 1);
    T_EQ_INT(gt_features_field(&f, "DLBM"), 2);
    T_EQ_INT(gt_features_field(&f, "tbmj"), -1);
    T_EQ_INT(gt_features_count(&f), 2);
    T_EQ_INT(gt_features_id(&f, 1), 2);
}
