/* setting.c: what checks read from the profile's file. */
#include <math.h>
#include <string.h>

#include "review_int.h"

const struct gt_yaml *review_setting(const struct review *r, const char *key)
{
    return gt_profile_check(r->profile, key);
}

const char *review_text(const struct gt_yaml *map, const char *key)
{
    const struct gt_yaml *y = map ? gt_yaml_find(map, key) : NULL;
    return y && y->kind == GT_YAML_SCALAR ? y->text : "";
}

bool review_listed(const struct gt_yaml *seq, const char *text)
{
    if (!seq || seq->kind != GT_YAML_SEQ)
        return false;
    for (const struct gt_yaml *y = seq->child; y; y = y->next)
        if (y->kind == GT_YAML_SCALAR && strcmp(y->text, text) == 0)
            return true;
    return false;
}

double review_unit_m2(const char *unit)
{
    static const struct {
        const char *name;
        double m2;
    } known[] = {{"m2", 1},
                 {"㎡", 1},
                 {"平方米", 1},
                 {"hm2", 1e4},
                 {"hm²", 1e4},
                 {"公顷", 1e4},
                 {"km2", 1e6},
                 {"km²", 1e6},
                 {"平方公里", 1e6},
                 {"平方千米", 1e6},
                 {"亩", 10000.0 / 15.0},
                 {"mu", 10000.0 / 15.0},
                 {"万亩", 1e8 / 15.0},
                 {"万公顷", 1e8}};
    for (size_t i = 0; i < GT_LEN(known); i++)
        if (strcmp(known[i].name, unit) == 0)
            return known[i].m2;
    return NAN;
}
