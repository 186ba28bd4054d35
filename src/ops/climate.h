/* climate.h: what the files of `guotu climate` share: stations read and checked, the grid, one
 * raster of it. Private to ops. */
#ifndef GUOTU_OPS_CLIMATE_H
#define GUOTU_OPS_CLIMATE_H

#include "ops_int.h"

#include "guotu/evaluate.h"

/* Levels of height of what only daily values can tell, and those of a lapse rate, in m. */
#define CLIMATE_LEVEL_M 25
#define CLIMATE_LAPSE_M 1000

struct climate_opt {
    struct ops_input station, daily, dem; /* id NULL: the one that plays the role */
    enum gt_interpolate_by by;
    double cell; /* 0: about 1 km */
    double power;
    int nearest;
    const struct gt_rules_file *rules_file; /* NULL: none */
};

struct climate {
    struct gt_call *c;
    struct gt_arena *a;
    struct gt_store *store;
    struct climate_opt opt;
    const struct gt_dataset *station, *daily, *dem;
    const struct gt_raster_source *terrain; /* dem's cells */
    const struct gt_ruleset *rules;
    struct gt_climate_limits limits;
    size_t n; /* stations that have days */
    struct gt_climate_station *s;
    double *xy;                 /* of the stations, in dem's CRS */
    struct gt_raster_info info; /* of the results */
    float *heights;             /* on that grid */
    double lowest, highest;     /* of them */
};

/* A raster to be made: a product, for a month or (0) for the year. */
struct climate_raster {
    const struct gt_climate_product *p;
    int month;
    const char *id;   /* dataset */
    const char *role; /* temperature_01 */
    /* filled in */
    size_t points; /* stations that took part; 0: left out */
    int years;     /* fewest of them */
    double error;  /* root mean square of the stations' values against those from the others */
    double level_error;
    struct gt_variogram variogram; /* kriging */
};

/* climate_stations.c: datasets, rules, stations and their days. GT_EINPUT in one sentence, or
 * warnings. */
GT_MUST enum gt_status climate_stations(struct climate *k, struct gt_err *err);
/* climate_rasters.c: the grid and its heights. */
GT_MUST enum gt_status climate_grid(struct climate *k, struct gt_err *err);
/* Makes the raster in the transaction, without describing it; points 0: no station has it. */
GT_MUST enum gt_status climate_make(const struct climate *k, struct gt_txn *t,
                                    struct climate_raster *r, struct gt_err *err);
/* op_climate.c: the raster of a lineage again, for replay. */
GT_MUST enum gt_status climate_again(struct gt_call *c, struct gt_store *s, struct gt_txn *t,
                                     const struct gt_dataset *d, const struct gt_json *lineage,
                                     struct gt_err *err);

#endif
