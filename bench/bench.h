/* bench.h: what the benchmark's programs share: their input, their model and how they end. */
#ifndef GUOTU_BENCH_BENCH_H
#define GUOTU_BENCH_BENCH_H

#include "guotu/raster.h"

/* Zones are 1..BENCH_ZONES, grades 1..5: counts are kept as [zone * BENCH_GRADES + grade]. */
enum { BENCH_ZONES = 20, BENCH_GRADES = 8 };

/* Ends the program with the text of bench_err, unless s is GT_OK. */
extern struct gt_err bench_err;
void bench_must(enum gt_status s);
_Noreturn void bench_die(const char *fmt, ...) GT_PRINTF(1, 2);
/* A whole number of at least 1. */
int64_t bench_number(const char *text);

/* Row y of the terrain (fractal heights in m) and of the zones. They do not depend on n, so a
 * smaller raster is the upper left corner of a larger one. */
void bench_heights(int64_t y, int64_t n, float *out);
void bench_zones(int64_t y, int64_t n, uint8_t *out);

/* side x side cells of 30 m. */
struct gt_raster_info bench_info(struct gt_arena *a, const char *id, int64_t side,
                                 enum gt_cell_type type);

/* bench.yaml, compiled for the two rasters. */
const struct gt_plan *bench_plan(struct gt_arena *a, const struct gt_raster_source *dem,
                                 const struct gt_raster_source *zone, int threads);
/* Runs it into the sink; counts by zone and grade are added to counts, unless NULL. Seconds. */
double bench_run(const struct gt_plan *p, struct gt_raster_sink *sink, int threads,
                 int64_t *counts);

#endif
