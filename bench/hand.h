/* hand.h: slope, 11x11 range, classes, matrix and counts by zone in one hand-written loop nest, the
 * yardstick for the compiled pass. Same arithmetic, so the cells must be equal. */
#ifndef GUOTU_BENCH_HAND_H
#define GUOTU_BENCH_HAND_H

#include "guotu/raster.h"

/* side x side cells of 30 m; out: grades (0: no-data); counts[zone * 8 + grade]. Seconds. */
double hand_run(const float *dem, const uint8_t *zone, int64_t side, int threads, uint8_t *out,
                int64_t *counts);

#endif
