/* climate.h: what the files on climate share. Private to evaluate. */
#ifndef GUOTU_EVALUATE_CLIMATE_H
#define GUOTU_EVALUATE_CLIMATE_H

#include "guotu/evaluate.h"

/* A quantity of single days, and how it is gathered. */
struct climate_of {
    /* NaN: not observed; shift_c: added to temperatures first */
    double (*day)(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                  double shift_c);
    double shift_c;
    bool mean; /* else the sum */
    bool half; /* half-months instead of months; sums only */
};
struct climate_mean {
    double value; /* NaN: no year counts */
    int years;
};

int climate_month_days(int year, int month);
/* One period's mean over the years. */
struct climate_mean climate_period(const struct gt_climate_station *s,
                                   const struct gt_climate_limits *l, const struct climate_of *of,
                                   int period);
/* The sum over the periods of a year, or the mean by their lengths; the fewest years of them. */
struct climate_mean climate_year(const struct gt_climate_station *s,
                                 const struct gt_climate_limits *l, const struct climate_of *of);
/* Warmest month less coldest one. */
double climate_range(const struct gt_climate_station *s, const struct gt_climate_limits *l,
                     const struct climate_of *of);

/* climate_hazard.c: years with the hazard, by the years with records enough. */
enum climate_hazard {
    CLIMATE_RAIN_HAZARD,
    CLIMATE_HEAT_HAZARD,
    CLIMATE_COLD_HAZARD,
    CLIMATE_WIND_HAZARD
};
struct climate_mean climate_hazard(const struct gt_climate_station *s,
                                   const struct gt_climate_limits *l, enum climate_hazard hazard,
                                   double shift_c);

#endif
