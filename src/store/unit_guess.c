/* unit_guess.c: which other unit a raster's values would make sense in, where they make none in the
 * role's own. */
#include "unit_guess.h"

#include <math.h>
#include <string.h>

/* A value in the other unit times scale, plus add, is one in the role's unit. Offsets come first:
 * they fit least by chance. */
static const struct other {
    const char *unit, *name;
    double scale, add;
} table[] = {
    {"degC", "kelvins", 1, -273.15},
    {"degC", "tenths of a degree", 0.1, 0},
    {"degC", "hundredths of a degree", 0.01, 0},
    {"fraction", "percent", 0.01, 0},
    {"fraction", "parts of a thousand (g/kg)", 0.001, 0},
    {"fraction", "parts of ten thousand", 0.0001, 0},
    {"mm", "tenths of a millimetre", 0.1, 0},
    {"mm", "hundredths of a millimetre", 0.01, 0},
    {"mm", "metres", 1000, 0},
    {"mm", "millimetres a day", 365.25, 0},
    {"mm", "millimetres a month", 12, 0},
    {"degC*d", "tenths of a degree", 0.1, 0},
    {"degC*d", "a mean of the days", 365.25, 0},
    {"m", "decimetres", 0.1, 0},
    {"m", "centimetres", 0.01, 0},
    {"m", "millimetres", 0.001, 0},
    {"m/s", "kilometres an hour", 1 / 3.6, 0},
    {"m/s", "tenths of a metre a second", 0.1, 0},
    {"mg/kg", "micrograms a kilogram", 0.001, 0},
    {"g/L", "milligrams a litre", 0.001, 0},
    {"g/(m2*a)", "tenths of a gram", 0.1, 0},
    {"g/(m2*a)", "kilograms a square metre", 1000, 0},
    {"kg/ha", "tonnes a hectare", 1000, 0},
    {"kg/ha", "grams a square metre", 10, 0},
    {"m3/km2", "millimetres", 1000, 0},
    {"m3/km2", "ten thousand cubic metres", 10000, 0},
    {"1", "tenths", 0.1, 0},
    {"1", "hundredths", 0.01, 0},
};

static bool fits(const struct gt_layer_role *role, const struct other *o, double lo, double hi)
{
    double a = lo * o->scale + o->add, b = hi * o->scale + o->add;
    if (!(a >= role->min && b <= role->max))
        return false;
    return o->scale <= 1 ? !(b < role->reach) : b >= role->reach;
}

int gt_unit_guess(struct gt_buf *out, const struct gt_layer_role *role, double lo, double hi)
{
    int n = 0;
    for (size_t i = 0; i < GT_LEN(table) && n < 2; i++) {
        const struct other *o = &table[i];
        if (strcmp(o->unit, role->unit) != 0 || !fits(role, o, lo, hi))
            continue;
        gt_buf_addf(out, n++ ? " or %s (--scale %.6g" : "; they look like %s (--scale %.6g",
                    o->name, o->scale);
        if (o->add < 0 || o->add > 0)
            gt_buf_addf(out, " --add %.6g", o->add);
        gt_buf_add(out, ")");
    }
    return n;
}
