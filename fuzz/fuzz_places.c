/* fuzz_places.c: any bytes as a table with coordinates: features whose parts hold together, or a
 * sentence. */
#include "../src/store/text/text.h"
#include "guotu/store.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(const struct gt_text_layer *l)
{
    const struct gt_shapes *s = l->f.shapes;
    if (s->part[0] != 0 || s->point[0] != 0)
        abort();
    for (size_t i = 0; i < s->n; i++)
        if (s->part[i + 1] < s->part[i])
            abort();
    for (int64_t j = 0; j < s->part[s->n]; j++) {
        const double *first = s->xy + 2 * s->point[j], *last = s->xy + 2 * (s->point[j + 1] - 1);
        if (s->point[j + 1] <= s->point[j])
            abort();
        if (s->kind == GT_SHAPE_POLYGON && (first[0] != last[0] || first[1] != last[1]))
            abort();
    }
    for (size_t i = 0; i < s->n * l->f.n_fields; i++)
        if (l->f.value[i].kind == GT_V_TEXT &&
            !gt_is_utf8(l->f.value[i].text, strlen(l->f.value[i].text)))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_text t;
    struct gt_text_opt opt = {.file = "fuzz.csv"};
    struct gt_str bytes = {(const char *)data, n};
    if (gt_text_csv(a, bytes, &opt, &t, &err) != GT_OK) {
        if (!gt_starts(err.text, "fuzz.csv") || !gt_is_utf8(err.text, strlen(err.text)))
            abort();
        return 0;
    }
    for (size_t i = 0; i < t.n; i++)
        check(&t.v[i]);
    return 0;
}
