/* sample.h: a fictional county, made anew from a seed: terrain cut by rivers, climate by altitude,
 * soil, use, nature, hazards and settlement that go with them; and a survey of its land. Builds on
 * base.h, geo.h, rules.h, raster.h, vector.h.
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
#include "guotu/standard.h"
#include "guotu/vector.h"

#define GT_SAMPLE_CRS "EPSG:4524" /* CGCS2000 / 3-degree Gauss-Krüger zone 36 */
#define GT_SAMPLE_CELLS INT64_C(1000000)
#define GT_SAMPLE_CELLS_MIN INT64_C(100)
#define GT_SAMPLE_CELLS_MAX INT64_C(400000000)
#define GT_SAMPLE_REGION "990100" /* no such code is given out */

/* What a layer is: rasters on the heights' grid, on cells twice as wide, of 250 m and of 1 km, the
 * last also as twelve of them, one a month; then shapes, and rows without them. */
enum gt_sample_form {
    GT_FORM_FINE,
    GT_FORM_COVER,
    GT_FORM_SOIL,
    GT_FORM_CLIMATE,
    GT_FORM_MONTHLY,
    GT_FORM_SHAPES,
    GT_FORM_TABLE
};

struct gt_sample_opt {
    int64_t cells; /* of the dem, about; 0: GT_SAMPLE_CELLS */
    int64_t seed;  /* any; 0 is a seed like all others */
    bool basic;    /* only items that are basic may be asked for */
};

/* X(enum, layer role and dataset id, form, English, Chinese). Rasters first. */
#define GT_SAMPLE_TABLE(X)                                                                         \
    X(GT_SAMPLE_DEM, "dem", GT_FORM_FINE, "Heights, m", "高程（m）")                               \
    X(GT_SAMPLE_PRECIPITATION, "precipitation", GT_FORM_CLIMATE, "Annual precipitation, mm",       \
      "年降水量（mm）")                                                                            \
    X(GT_SAMPLE_HEAT_SUM, "heat_sum", GT_FORM_SOIL, "Heat sum of days above 0 degC",               \
      "≥0℃活动积温（℃·d）")                                                                        \
    X(GT_SAMPLE_SILT, "silt", GT_FORM_SOIL, "Silt fraction of the soil", "土壤粉砂含量")           \
    X(GT_SAMPLE_TEMPERATURE, "temperature", GT_FORM_MONTHLY, "Mean temperature, degC",             \
      "平均气温（℃）")                                                                             \
    X(GT_SAMPLE_HUMIDITY, "humidity", GT_FORM_MONTHLY, "Relative humidity", "相对湿度")            \
    X(GT_SAMPLE_RAIN, "rain", GT_FORM_MONTHLY, "Precipitation, mm", "降水量（mm）")                \
    X(GT_SAMPLE_EVAPORATION, "evaporation", GT_FORM_MONTHLY, "Potential evapotranspiration, mm",   \
      "潜在蒸散量（mm）")                                                                          \
    X(GT_SAMPLE_WIND_FACTOR, "wind_factor", GT_FORM_MONTHLY, "Wind factor, m3/s3",                 \
      "风力因子（m³/s³）")                                                                         \
    X(GT_SAMPLE_RAIN_DAYS, "rain_days", GT_FORM_MONTHLY, "Days with rain", "降水日数")             \
    X(GT_SAMPLE_EVAPOTRANSPIRATION, "evapotranspiration", GT_FORM_CLIMATE,                         \
      "Actual evapotranspiration, mm", "年实际蒸散量（mm）")                                       \
    X(GT_SAMPLE_POTENTIAL_EVAPORATION, "potential_evaporation", GT_FORM_CLIMATE,                   \
      "Potential evaporation, mm", "年潜在蒸发量（mm）")                                           \
    X(GT_SAMPLE_HEAT_SUM_10, "heat_sum_10", GT_FORM_SOIL, "Heat sum of days above 10 degC",        \
      "≥10℃活动积温（℃·d）")                                                                       \
    X(GT_SAMPLE_TEMPERATURE_RANGE, "temperature_range", GT_FORM_CLIMATE,                           \
      "Yearly range of temperature, degC", "气温年较差（℃）")                                      \
    X(GT_SAMPLE_RAIN_EROSIVITY, "rain_erosivity", GT_FORM_CLIMATE, "Rainfall erosivity R",         \
      "降雨侵蚀力R")                                                                               \
    X(GT_SAMPLE_GALE_DAYS, "gale_days", GT_FORM_CLIMATE, "Gale days of the year", "大风日数")      \
    X(GT_SAMPLE_SAND_WIND_DAYS, "sand_wind_days", GT_FORM_CLIMATE, "Days with wind above 6 m/s",   \
      "起沙风日数")                                                                                \
    X(GT_SAMPLE_CALM_DAYS, "calm_days", GT_FORM_CLIMATE, "Share of calm days", "静风日数占比")     \
    X(GT_SAMPLE_WIND_SPEED, "wind_speed", GT_FORM_CLIMATE, "Mean wind speed, m/s",                 \
      "年平均风速（m/s）")                                                                         \
    X(GT_SAMPLE_SNOW_COVER, "snow_cover", GT_FORM_CLIMATE, "Share of days with snow",              \
      "积雪日数占比")                                                                              \
    X(GT_SAMPLE_HAZARD_RAIN, "hazard_rain", GT_FORM_CLIMATE, "Share of years with floods of rain", \
      "暴雨洪涝发生频率")                                                                          \
    X(GT_SAMPLE_HAZARD_HEAT, "hazard_heat", GT_FORM_CLIMATE, "Share of years with heat",           \
      "高温热害发生频率")                                                                          \
    X(GT_SAMPLE_HAZARD_COLD, "hazard_cold", GT_FORM_CLIMATE, "Share of years with cold",           \
      "低温冷害发生频率")                                                                          \
    X(GT_SAMPLE_HAZARD_WIND, "hazard_wind", GT_FORM_CLIMATE, "Share of years with gales",          \
      "大风灾害发生频率")                                                                          \
    X(GT_SAMPLE_HAZARD_DROUGHT, "hazard_drought", GT_FORM_CLIMATE, "Share of years with drought",  \
      "干旱发生频率")                                                                              \
    X(GT_SAMPLE_HAZARD_SNOW, "hazard_snow", GT_FORM_CLIMATE, "Share of years with snow disaster",  \
      "雪灾发生频率")                                                                              \
    X(GT_SAMPLE_SAND, "sand", GT_FORM_SOIL, "Sand fraction of the soil", "土壤砂粒含量")           \
    X(GT_SAMPLE_CLAY, "clay", GT_FORM_SOIL, "Clay fraction of the soil", "土壤黏粒含量")           \
    X(GT_SAMPLE_SOIL_TEXTURE, "soil_texture", GT_FORM_SOIL, "Soil texture", "土壤质地")            \
    X(GT_SAMPLE_ORGANIC_CARBON, "organic_carbon", GT_FORM_SOIL, "Organic carbon of the soil",      \
      "土壤有机碳含量")                                                                            \
    X(GT_SAMPLE_CARBONATE, "carbonate", GT_FORM_SOIL, "Calcium carbonate of the soil",             \
      "土壤碳酸钙含量")                                                                            \
    X(GT_SAMPLE_SOIL_PH, "soil_ph", GT_FORM_SOIL, "Soil pH", "土壤pH值")                           \
    X(GT_SAMPLE_SOIL_CD, "soil_cd", GT_FORM_SOIL, "Cadmium in the soil, mg/kg",                    \
      "土壤镉含量（mg/kg）")                                                                       \
    X(GT_SAMPLE_SOIL_HG, "soil_hg", GT_FORM_SOIL, "Mercury in the soil, mg/kg",                    \
      "土壤汞含量（mg/kg）")                                                                       \
    X(GT_SAMPLE_SOIL_AS, "soil_as", GT_FORM_SOIL, "Arsenic in the soil, mg/kg",                    \
      "土壤砷含量（mg/kg）")                                                                       \
    X(GT_SAMPLE_SOIL_PB, "soil_pb", GT_FORM_SOIL, "Lead in the soil, mg/kg",                       \
      "土壤铅含量（mg/kg）")                                                                       \
    X(GT_SAMPLE_SOIL_CR, "soil_cr", GT_FORM_SOIL, "Chromium in the soil, mg/kg",                   \
      "土壤铬含量（mg/kg）")                                                                       \
    X(GT_SAMPLE_ROUGHNESS, "roughness", GT_FORM_SOIL, "Surface roughness factor", "地表糙度因子")  \
    X(GT_SAMPLE_GROUNDWATER_TDS, "groundwater_tds", GT_FORM_CLIMATE,                               \
      "Mineral content of groundwater, g/L", "地下水矿化度（g/L）")                                \
    X(GT_SAMPLE_GROUNDWATER_DEPTH, "groundwater_depth", GT_FORM_SOIL, "Depth of groundwater, m",   \
      "地下水埋深（m）")                                                                           \
    X(GT_SAMPLE_LAND_COVER, "land_cover", GT_FORM_COVER, "Ecosystem types", "生态系统类型")        \
    X(GT_SAMPLE_LAND_USE, "land_use", GT_FORM_COVER, "Present land use", "土地利用现状")           \
    X(GT_SAMPLE_VEGETATION_COVER, "vegetation_cover", GT_FORM_COVER,                               \
      "Fractional vegetation cover", "植被覆盖度")                                                 \
    X(GT_SAMPLE_NPP, "npp", GT_FORM_SOIL, "Net primary production, g/m2", "净初级生产力（g/m²）")  \
    X(GT_SAMPLE_GRASS_YIELD, "grass_yield", GT_FORM_SOIL, "Hay grown in the year, kg/ha",          \
      "草地年产干草量（kg/ha）")                                                                   \
    X(GT_SAMPLE_GRASS_TYPE, "grass_type", GT_FORM_SOIL, "Types of grassland", "草地类型")          \
    X(GT_SAMPLE_KARST, "karst", GT_FORM_SOIL, "Share of bare carbonate rock", "碳酸岩出露面积比")  \
    X(GT_SAMPLE_WATER_EROSION, "water_erosion", GT_FORM_SOIL, "Intensity of water erosion",        \
      "水力侵蚀强度")                                                                              \
    X(GT_SAMPLE_WIND_EROSION, "wind_erosion", GT_FORM_SOIL, "Intensity of wind erosion",           \
      "风力侵蚀强度")                                                                              \
    X(GT_SAMPLE_ROCKY_DESERT, "rocky_desert", GT_FORM_SOIL, "Degree of rocky desertification",     \
      "石漠化程度")                                                                                \
    X(GT_SAMPLE_GEOHAZARD, "geohazard", GT_FORM_SOIL, "Susceptibility to geological hazard",       \
      "地质灾害易发性")                                                                            \
    X(GT_SAMPLE_PGA, "pga", GT_FORM_CLIMATE, "Peak ground acceleration, g",                        \
      "地震动峰值加速度（g）")                                                                     \
    X(GT_SAMPLE_SUBSIDENCE, "subsidence", GT_FORM_SOIL, "Subsidence so far, mm",                   \
      "累计地面沉降量（mm）")                                                                      \
    X(GT_SAMPLE_SUBSIDENCE_RATE, "subsidence_rate", GT_FORM_SOIL, "Rate of subsidence, mm/a",      \
      "地面沉降速率（mm/a）")                                                                      \
    X(GT_SAMPLE_WATER_ENVIRONMENT, "water_environment", GT_FORM_SOIL,                              \
      "Capacity of the water environment", "水环境容量模数")                                       \
    X(GT_SAMPLE_URBAN_WATER, "urban_water", GT_FORM_SOIL, "Water resources by area, m3/km2",       \
      "水资源总量模数（m³/km²）")                                                                  \
    X(GT_SAMPLE_COUNTY, "county", GT_FORM_SHAPES, "Parts of the county", "县域分区")               \
    X(GT_SAMPLE_FAULT, "fault", GT_FORM_SHAPES, "Active faults", "活动断层")                       \
    X(GT_SAMPLE_WATER, "water", GT_FORM_SHAPES, "Lakes", "湖泊")                                   \
    X(GT_SAMPLE_RIVER, "river", GT_FORM_SHAPES, "Rivers", "河流")                                  \
    X(GT_SAMPLE_GLACIER, "glacier", GT_FORM_SHAPES, "Glaciers", "冰川")                            \
    X(GT_SAMPLE_TOWN, "town", GT_FORM_SHAPES, "Towns", "城镇")                                     \
    X(GT_SAMPLE_ROAD, "road", GT_FORM_SHAPES, "Roads", "道路")                                     \
    X(GT_SAMPLE_BARRIER, "barrier", GT_FORM_SHAPES, "Barriers to movement", "通行障碍")            \
    X(GT_SAMPLE_VILLAGE, "village", GT_FORM_SHAPES, "Rural settlements", "农村居民点")             \
    X(GT_SAMPLE_MINING, "mining", GT_FORM_SHAPES, "Mining rights", "矿业权")                       \
    X(GT_SAMPLE_CENTER, "center", GT_FORM_SHAPES, "Central cities", "中心城市")                    \
    X(GT_SAMPLE_STATION, "station", GT_FORM_SHAPES, "Weather stations", "气象站")                  \
    X(GT_SAMPLE_UDB, "udb", GT_FORM_SHAPES, "Urban development boundary", "城镇开发边界")          \
    X(GT_SAMPLE_IRRIGATED, "irrigated", GT_FORM_SHAPES, "Irrigated land", "灌溉耕地")              \
    X(GT_SAMPLE_TERRACE, "terrace", GT_FORM_SHAPES, "Terraced land", "梯田")                       \
    X(GT_SAMPLE_PBF, "pbf", GT_FORM_SHAPES, "Permanent basic farmland", "永久基本农田")            \
    X(GT_SAMPLE_PROTECTED_AREA, "protected_area", GT_FORM_SHAPES, "Protected natural areas",       \
      "自然保护地")                                                                                \
    X(GT_SAMPLE_PRIORITY_ECOSYSTEM, "priority_ecosystem", GT_FORM_SHAPES,                          \
      "Ecosystems to be protected first", "优先保护生态系统")                                      \
    X(GT_SAMPLE_SPECIES_HABITAT, "species_habitat", GT_FORM_SHAPES, "Habitats of species",         \
      "重要物种栖息地")                                                                            \
    X(GT_SAMPLE_GERMPLASM, "germplasm", GT_FORM_SHAPES, "Areas of wild germplasm",                 \
      "重要种质资源分布区")                                                                        \
    X(GT_SAMPLE_RIVER_SOURCE, "river_source", GT_FORM_SHAPES, "Source areas of rivers",            \
      "江河源区")                                                                                  \
    X(GT_SAMPLE_WATER_SOURCE, "water_source", GT_FORM_SHAPES, "Sources of drinking water",         \
      "饮用水水源地")                                                                              \
    X(GT_SAMPLE_CORRIDOR, "corridor", GT_FORM_SHAPES, "Ecological corridors", "生态廊道")          \
    X(GT_SAMPLE_FISHERY, "fishery", GT_FORM_SHAPES, "Waters that suit fishery", "渔业适宜水域")    \
    X(GT_SAMPLE_REDLINE, "redline", GT_FORM_SHAPES, "Ecological conservation red line",            \
      "生态保护红线")                                                                              \
    X(GT_SAMPLE_COUNTY_WATER, "county_water", GT_FORM_TABLE, "Water of the county's parts",        \
      "县域分区水资源")                                                                            \
    X(GT_SAMPLE_COUNTY_LIVESTOCK, "county_livestock", GT_FORM_TABLE,                               \
      "Livestock of the county's parts", "县域分区牲畜存栏")                                       \
    X(GT_SAMPLE_COUNTY_PEOPLE, "county_people", GT_FORM_TABLE, "People of the county's parts",     \
      "县域分区人口")                                                                              \
    X(GT_SAMPLE_STATION_DAILY, "station_daily", GT_FORM_TABLE,                                     \
      "Daily observations of the stations", "气象站逐日观测")

enum gt_sample_layer {
#define GT_SAMPLE_ENUM(e, role, form, en, zh) e,
    GT_SAMPLE_TABLE(GT_SAMPLE_ENUM)
#undef GT_SAMPLE_ENUM
        GT_SAMPLE_LAYERS
};
#define GT_SAMPLE_RASTERS GT_SAMPLE_COUNTY
#define GT_SAMPLE_VECTORS GT_SAMPLE_COUNTY_WATER /* the first behind them */

/* One dataset: a layer, or a month of one. */
struct gt_sample_item {
    const char *id; /* and layer role: "dem", "temperature_01" */
    enum gt_sample_layer layer;
    int month;             /* 1..12; 0: the layer has no months */
    bool basic;            /* of the few layers that show the program */
    struct gt_text2 title; /* with "synthetic", "合成数据" */
};
/* All of them, rasters first; in the arena. */
size_t gt_sample_items(struct gt_arena *a, const struct gt_sample_item **out);
struct gt_text2 gt_sample_title(void); /* of the workspace */

/* Some 30 MB in the arena whatever the number of cells; a second of work. Immutable once made.
 * GT_EUSE: cells outside GT_SAMPLE_CELLS_MIN..MAX. */
struct gt_sample;
GT_MUST enum gt_status gt_sample_new(struct gt_arena *a, const struct gt_sample_opt *opt,
                                     struct gt_work *w, const struct gt_sample **out,
                                     struct gt_err *err);

/* A raster: measures are f32 with NaN as no-data, classes u8 with 0; the dem has a few voids. */
struct gt_raster_info gt_sample_raster_info(const struct gt_sample *s,
                                            const struct gt_sample_item *item);
/* Row by row into the sink, computed on all threads of w, in bands of a few megabytes. */
GT_MUST enum gt_status gt_sample_raster(const struct gt_sample *s,
                                        const struct gt_sample_item *item,
                                        struct gt_raster_sink *sink, struct gt_work *w,
                                        struct gt_err *err);

/* A vector layer: value[feature * n_fields + field]; of a table shapes.n is the number of rows. */
struct gt_sample_features {
    struct gt_shapes shapes;
    size_t n_fields;
    const char *const *field;
    const struct gt_value *value;
};
const struct gt_sample_features *gt_sample_vector(const struct gt_sample *s,
                                                  enum gt_sample_layer layer);

/* ---- The land survey ------------------------------------------------------------------------- */

#define GT_SURVEY_PARCELS_MIN 1000
#define GT_SURVEY_PARCELS_MAX 10000000
#define GT_SURVEY_YEAR 2022 /* the first of its two years */

struct gt_survey_opt {
    int64_t parcels; /* GT_SURVEY_PARCELS_MIN..MAX; the survey has about as many */
};
/* Divides the county into towns, villages and parcels (地类图斑) that cover it without gap or
 * overlap: neighbours share every point of their border, coordinates are multiples of 1e-4 m. The
 * parcels themselves are made when asked for, a village at a time, so memory is that of the largest
 * village. `s` must outlive it; all layers of the sample are needed. GT_EUSE: parcels out of
 * bounds, or a basic sample. */
struct gt_survey;
GT_MUST enum gt_status gt_survey_new(struct gt_arena *a, const struct gt_sample *s,
                                     const struct gt_survey_opt *opt, struct gt_work *w,
                                     const struct gt_survey **out, struct gt_err *err);
int gt_survey_villages(const struct gt_survey *v);
struct gt_survey_part {
    int village; /* -1: none, only the fields are declared */
    int year;
};
/* Parcels of one village in one of the two years as features of DLTB, their areas adjusted to the
 * control area of the village. */
GT_MUST enum gt_status gt_survey_parcels(const struct gt_survey *v, struct gt_arena *a,
                                         struct gt_survey_part part, struct gt_work *w,
                                         const struct gt_features **out, struct gt_err *err);

/* Parcels that became others in the second year, on the same ground: "split", "merge", "class",
 * "border" (the border between two moved), "road" (a new one between two). */
struct gt_survey_change {
    const char *kind, *village;
    const char *before[4], *after[4]; /* BSM */
    size_t n_before, n_after;
    double m2;
};
struct gt_survey_changes {
    size_t n;
    struct gt_survey_change *v;
};
GT_MUST enum gt_status gt_survey_changed(const struct gt_survey *v, struct gt_arena *a,
                                         struct gt_work *w, struct gt_survey_changes *out,
                                         struct gt_err *err);

/* ---- Layers of the survey and of a plan upon it ---------------------------------------------- */

struct gt_survey_layer {
    const char *code; /* of the standard: "DLTB" */
    struct gt_text2 title;
    enum gt_shape_kind kind;
    bool submitted; /* belongs to the submission of a county */
};
size_t gt_survey_layers(void); /* how many there are */
const struct gt_survey_layer *gt_survey_layer(size_t i);

/* What tables and text of the plan state, m2. */
struct gt_plan_totals {
    double county, cropland, kept, basic, red, boundary, mining;
    size_t n_classes; /* first-level planning classes that occur, by code */
    struct {
        const char *code, *name; /* "01" */
        double m2;
    } class[32];
};

/* The draft of the three lines (REDLINE_DRAFT, PBF_DRAFT, UDB_DRAFT) runs against itself and other
 * layers in known places. */
struct gt_survey_conflict {
    const char *kind;       /* as the rules of the family lines: "redline_pbf" */
    const char *layer[2];   /* codes; second "": a hole in the first that nothing fills */
    const char *feature[2]; /* BSM */
    double lon, lat, m2;    /* on the ellipsoid, to 0.01 m2 */
};
/* Ground that was approved for another use than the survey found (APPROVALS). */
struct gt_survey_approval {
    const char *number, *status, *parcel; /* BSM */
    const char *from, *to;                /* class of the survey; of the plan */
    double m2;
};
struct gt_survey_lists {
    struct gt_arena *a; /* given; the rest is filled in */
    GT_VEC(struct gt_survey_conflict) conflict;
    GT_VEC(struct gt_survey_approval) approval;
};

struct gt_survey_job {
    const struct gt_standard *standard; /* field tables and the mapping of land classes */
    int year;
    size_t n;
    const int *layer; /* gt_survey_layer(layer[i]) */
    struct gt_layer_sink *const *sink;
    struct gt_plan_totals totals;  /* filled in */
    struct gt_survey_lists *lists; /* NULL: not asked for; of the layers in the job */
};
/* The declaration of a layer's fields: features without any feature. */
GT_MUST enum gt_status gt_survey_declare(const struct gt_survey *v, struct gt_arena *a,
                                         const struct gt_survey_job *job, int layer,
                                         const struct gt_features **out, struct gt_err *err);
/* Makes the layers of the job side by side, a village at a time. */
GT_MUST enum gt_status gt_survey_write(const struct gt_survey *v, struct gt_survey_job *job,
                                       struct gt_work *w, struct gt_err *err);

/* ---- A submission ---------------------------------------------------------------------------- */

struct gt_plan_document {
    const char *path; /* inside the package */
    const char *text;
};
struct gt_plan_documents {
    size_t n;
    struct gt_plan_document *v;
};
/* Tables, text, metadata of all layers, and the statement of which layers there are none. */
void gt_plan_documents(struct gt_arena *a, const struct gt_plan_totals *t,
                       const struct gt_profile *profile, struct gt_plan_documents *out);

/* ---- Faults on purpose ----------------------------------------------------------------------- */

/* A change of the submission's layers; as struct gt_spoil of store.h, kind by kind. */
enum gt_fault_edit_kind {
    GT_FAULT_VALUE,
    GT_FAULT_SHAPE,
    GT_FAULT_COPY,
    GT_FAULT_DROP,
    GT_FAULT_DROP_LAYER,
    GT_FAULT_ADD_FIELD,
    GT_FAULT_DROP_FIELD,
    GT_FAULT_SWAP_FIELDS,
    GT_FAULT_FIELD_TYPE,
    GT_FAULT_SRS,
    GT_FAULT_COPY_LAYER
};
struct gt_fault_edit {
    enum gt_fault_edit_kind kind;
    const char *layer;
    int64_t fid, to;
    const char *field, *text;
    struct gt_value value;
    const unsigned char *wkb;
    size_t n;
};
/* What a check should find: exactly one finding each. */
struct gt_planted {
    const char *rule, *layer, *feature, *title; /* layer, feature "": of the package */
    const char *also;                           /* another feature that takes part; "" */
    double lon, lat;                            /* NaN: none */
    double value;                               /* NaN: none */
};
struct gt_faults {
    size_t n_edits, n_planted;
    const struct gt_fault_edit *edit;
    const struct gt_planted *planted;
    struct gt_plan_documents documents; /* of the faulty package */
};
/* Faults of as many rules as the county has places for, each away from the others; `sound`: the
 * documents of the clean submission. */
GT_MUST enum gt_status gt_survey_faults(const struct gt_survey *v, struct gt_arena *a,
                                        const struct gt_survey_job *job,
                                        const struct gt_plan_documents *sound,
                                        struct gt_faults *out, struct gt_err *err);

#endif
