/* fuzz_engine.c: bytes are the choices that make a random model and its inputs; the engine must
 * give the cells and tables that the plain interpreter gives. */
#include "compare.h"
#include "guotu/raster.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct dice d = {.p = data ? data : (const uint8_t *)"", .n = n};
    struct graph *g = GT_TAKE(a, struct graph);
    struct gt_err err = {0};
    enum gt_status status = graph_new(a, &d, 8, g, &err);
    const char *differs = status == GT_OK ? compare_graph(g, 2) : err.text;
    if (!differs)
        return 0;
    fprintf(stderr, "%s\n%s", differs, g->text ? g->text : "");
    abort();
}
