/* fuzz_wkb.c: geometries as other programs may have left them in a GeoPackage: read, written again,
 * and read back the same. */
#include "../src/store/wkb.h"
#include "guotu/store.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(const struct gt_shapes *s)
{
    if (s->part[0] != 0 || s->point[0] != 0)
        abort();
    for (size_t i = 0; i < s->n; i++)
        if (s->part[i + 1] < s->part[i])
            abort();
    for (int64_t j = 0; j < s->part[s->n]; j++)
        if (s->point[j + 1] < s->point[j])
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_shape_builder b, again;
    if (n < 1)
        return 0;
    enum gt_shape_kind kind = (enum gt_shape_kind)(data[0] % 3);
    gt_shape_begin(&b, a, kind);
    if (gt_shape_add_wkb(&b, data + 1, n - 1, NULL) != GT_OK)
        return 0;
    const struct gt_shapes *s = gt_shape_end(&b, NULL);
    check(s);
    struct gt_buf out = {.a = a};
    if (gt_wkb_add(&out, s, 0, gt_wkb_is_multi(s), NULL) != GT_OK)
        return 0;
    gt_shape_begin(&again, a, kind);
    if (gt_shape_add_wkb(&again, out.p, out.n, NULL) != GT_OK)
        abort();
    check(gt_shape_end(&again, NULL));
    if (again.n != 1 || again.n_points != b.n_points)
        abort();
    return 0;
}
