/* glacier.c: glaciers: the land above the snow line, with the rocks that stand out as holes. */
#include "sample_int.h"

static void fields(struct gt_sketch *k, size_t nth)
{
    (void)nth;
    gt_sketch_text(k, gt_printf(k->a, "G%02zu（虚构）", k->part.n));
}

void gt_sample_glacier(struct gt_sketch *k)
{
    static const char *const field[] = {"name"};
    GT_AUTO_ARENA scratch = gt_arena_new();
    double *over = GT_TAKE_N(scratch, double, LAND_N);
    for (int i = 0; i < LAND_N; i++)
        over[i] = k->s->land.z[i] - SNOW_LINE;
    k->field = field;
    k->n_fields = GT_LEN(field);
    gt_sample_outline(k, &(struct gt_outline){over, 60000, fields});
}
