/* farm.c: the fields as areas: watered, terraced, and those that must stay fields. */
#include "sample_int.h"

#define FIELDS_M2 30000.0

static void code(struct gt_sketch *k, size_t nth)
{
    gt_sketch_text(k, gt_printf(k->a, "9901%05zu", nth + 1));
}

static void watered(struct gt_sketch *k, size_t nth)
{
    (void)nth;
    gt_sketch_text(k, "0102");
}

static void terraced(struct gt_sketch *k, size_t nth)
{
    (void)nth;
    gt_sketch_text(k, "0103");
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static double is_watered(const struct gt_sample *s, int i)
{
    double low = (35 - s->fact[FACT_ABOVE][i]) / 35, flat = (0.11 - s->fact[FACT_SLOPE][i]) / 0.11;
    return least(s->fact[FACT_CROP][i], least(low, flat));
}

static double is_terraced(const struct gt_sample *s, int i)
{
    return least(s->fact[FACT_CROP][i], s->fact[FACT_SLOPE][i] - 0.11);
}

static double is_good(const struct gt_sample *s, int i)
{
    return s->fact[FACT_CROP][i] - 0.12;
}

static void fields(struct gt_sketch *k, double (*at)(const struct gt_sample *, int),
                   void (*attributes)(struct gt_sketch *, size_t))
{
    static const char *const name[] = {"code"};
    GT_AUTO_ARENA scratch = gt_arena_new();
    double *node = GT_TAKE_N(scratch, double, LAND_N);
    for (int i = 0; i < LAND_N; i++)
        node[i] = at(k->s, i);
    k->field = name;
    k->n_fields = GT_LEN(name);
    gt_sample_outline(k, &(struct gt_outline){node, FIELDS_M2, attributes});
}

void gt_sample_irrigated(struct gt_sketch *k)
{
    fields(k, is_watered, watered);
}

void gt_sample_terrace(struct gt_sketch *k)
{
    fields(k, is_terraced, terraced);
}

void gt_sample_pbf(struct gt_sketch *k)
{
    fields(k, is_good, code);
}
