/* gold.h: the gold lines of tests/gold, run against any folder of rules. */
#ifndef GUOTU_TEST_GOLD_H
#define GUOTU_TEST_GOLD_H

#include "guotu/base.h"

struct gold_part {
    const char *kind, *id; /* "table" "matrix" "number" "model", and its id; NULL: all */
};
/* Fails the test at the first line that does not hold; gives how many did. */
int gold_run(struct gt_arena *a, const char *rules, const struct gold_part *part);

#endif
