/* Random models on random grids: the engine's cells and tables are the oracle's, bit for bit. */
#include "compare.h"
#include "t.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* One case; prints what is needed to make it again. false: they differ. */
static bool check(uint64_t seed, int steps, int *made, int *tried)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct dice d = {.state = seed};
    struct graph *g = GT_TAKE(a, struct graph);
    struct gt_err err = {0};
    enum gt_status status = graph_new(a, &d, steps, g, &err);
    const char *differs = status == GT_OK ? compare_graph(g, 3) : err.text;
    *made += g->made;
    *tried += g->tried;
    if (differs)
        printf("seed %" PRIu64 ": %s\n%s", seed, differs, g->text ? g->text : "");
    return !differs;
}

/* GT_SEED=n makes one case again. */
T_TEST(random_models_give_the_oracles_cells)
{
    const char *given = getenv("GT_SEED");
    int64_t first = 1, last = t_slow() ? 4000 : 250;
    int made = 0, tried = 0;
    if (given && gt_parse_int(given, &first))
        last = first;
    for (int64_t seed = first; seed <= last; seed++)
        T_OK(check((uint64_t)seed, 12, &made, &tried));
    T_OK(made * 3 > tried); /* the generator still makes steps that load */
}
