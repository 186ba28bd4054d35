/* sample.h: a fictional county, made anew from a seed: terrain cut by rivers, climate by altitude,
 * soil, and the layers that go with them. Builds on base.h, geo.h, raster.h, rules.h.
 *
 * The place does not exist; whatever is made from it must be labelled as synthetic. The same
 * options give the same bytes on every machine: integers decide by hashes, doubles meet only + - *
 * / and square roots, which IEEE 754 rounds in one way. The number of cells changes the cell's
 * size; the county, its layers and its heights stay the same but for finer detail. */
#ifndef GUOTU_SAMPLE_H
#define GUOTU_SAMPLE_H

#include "guotu/base.h"
#include "guotu/geo.h"
#include "guotu/raster.h"
#include "guotu/rules.h"

#define GT_SAMPLE_CRS "EPSG:4524" /* CGCS2000 / 3-degree Gauss-Krüger zone 36 */
#define GT_SAMPLE_CELLS INT64_C(1000000)
#define GT_SAMPLE_CELLS_MIN INT64_C(100)
#define GT_SAMPLE_CELLS_MAX INT64_C(400000000)
#define GT_SAMPLE_REGION "990100" /* no such code is given out */

struct gt_sample_opt {
    int64_t cells; /* of the dem, about; 0: GT_SAMPLE_CELLS */
    int64_t seed;  /* any; 0 is a seed like all others */
};

/* X(enum, layer role and dataset id, English, Chinese). Rasters first. */
#define GT_SAMPLE_TABLE(X)                                                                    \
    X(GT_SAMPLE_DEM, "dem", "Heights, m", "高程（m）")                                        \
    X(GT_SAMPLE_PRECIPITATION, "precipitation", "Annual precipitation, mm", "年降水量（mm）") \
    X(GT_SAMPLE_HEAT_SUM, "heat_sum", "Heat sum of days above 0 degC", "≥0℃活动积温（℃·d）")  \
    X(GT_SAMPLE_SILT, "silt", "Silt fraction of the soil", "土壤粉砂含量")                    \
    X(GT_SAMPLE_COUNTY, "county", "Parts of the county", "县域分区")                          \
    X(GT_SAMPLE_FAULT, "fault", "Active faults", "活动断层")                                  \
    X(GT_SAMPLE_WATER, "water", "Lakes", "湖泊")                                              \
    X(GT_SAMPLE_RIVER, "river", "Rivers", "河流")                                             \
    X(GT_SAMPLE_GLACIER, "glacier", "Glaciers", "冰川")                                       \
    X(GT_SAMPLE_TOWN, "town", "Towns", "城镇")

enum gt_sample_layer {
#define GT_SAMPLE_ENUM(e, role, en, zh) e,
    GT_SAMPLE_TABLE(GT_SAMPLE_ENUM)
#undef GT_SAMPLE_ENUM
        GT_SAMPLE_LAYERS
};
#define GT_SAMPLE_RASTERS GT_SAMPLE_COUNTY

const char *gt_sample_role(enum gt_sample_layer layer);
struct gt_text2
gt_sample_layer_title(enum gt_sample_layer layer); /* with "synthetic", "合成数据" */
struct gt_text2 gt_sample_title(void);             /* of the workspace */

/* Some 20 MB in the arena whatever the number of cells; a second of work. Immutable once made.
 * GT_EUSE: cells outside GT_SAMPLE_CELLS_MIN..MAX. */
struct gt_sample;
GT_MUST enum gt_status gt_sample_new(struct gt_arena *a, const struct gt_sample_opt *opt,
                                     struct gt_work *w, const struct gt_sample **out,
                                     struct gt_err *err);

/* A raster: all are f32 with NaN as no-data; the dem has a few voids. */
struct gt_raster_info gt_sample_raster_info(const struct gt_sample *s, enum gt_sample_layer layer);
/* Row by row into the sink, computed on all threads of w, in bands of a few megabytes. */
GT_MUST enum gt_status gt_sample_raster(const struct gt_sample *s, enum gt_sample_layer layer,
                                        struct gt_raster_sink *sink, struct gt_work *w,
                                        struct gt_err *err);

/* A vector layer: value[feature * n_fields + field]. */
struct gt_sample_features {
    struct gt_shapes shapes;
    size_t n_fields;
    const char *const *field;
    const struct gt_value *value;
};
const struct gt_sample_features *gt_sample_vector(const struct gt_sample *s,
                                                  enum gt_sample_layer layer);

#endif
