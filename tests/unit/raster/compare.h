/* compare.h: the engine against the oracle on a random model. */
#ifndef GUOTU_TEST_COMPARE_H
#define GUOTU_TEST_COMPARE_H

#include "graph.h"

/* Runs the model whole and in parts, with several blocks and threads; says what differed first (in
 * the arena), NULL: nothing. `runs`: how many times. */
const char *compare_graph(struct graph *g, int runs);

/* Bits are equal, or both are NaN. */
bool compare_same(float x, float y);

#endif
