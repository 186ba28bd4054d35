/* sample_int.h: what the files of module sample share: noise, the lattice of the land, rivers and
 * lakes. Positions are metres from the north-west corner of the county's box, x east, y south. */
#ifndef GUOTU_SAMPLE_INT_H
#define GUOTU_SAMPLE_INT_H

#include "guotu/sample.h"

#define BOX_W 37500.0
#define BOX_H 24000.0

/* ---- Noise (noise.c) ---- */

/* What a random number is for: each purpose has a stream of its own, so that adding one leaves the
 * others as they were. */
enum gt_stream {
    ST_JITTER = 1,
    ST_START,
    ST_HARD,
    ST_COURSE,
    ST_TRUNK,
    ST_FLOOR,
    ST_DETAIL,
    ST_VOID,
    ST_RAIN,
    ST_SILT,
    ST_LAKE,
    ST_COUNTY,
    ST_FAULT,
    ST_TOWN,
    ST_AIR,
    ST_HAZARD,
    ST_SOIL,
    ST_METAL,
    ST_COVER,
    ST_FIELD,
    ST_NATURE,
    ST_BLOB,
    ST_VILLAGE,
    ST_PEOPLE,
    ST_PARCEL
};

/* 0 <= unit < 1, decided by seed, stream and the two numbers alone. */
double gt_sample_unit(uint64_t seed, enum gt_stream stream, int64_t i, int64_t j);
/* Smooth value noise with nodes at whole numbers, -1..1. */
double gt_sample_noise(uint64_t seed, enum gt_stream stream, double x, double y);
/* Octaves of it, each half as wide and half as strong; -2..2 at most. */
double gt_sample_fbm(uint64_t seed, enum gt_stream stream, double x, double y, int octaves);

static inline double clampd(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}
/* 0 below lo, 1 above hi, smooth between. */
static inline double smoothd(double v, double lo, double hi)
{
    double t = clampd((v - lo) / (hi - lo), 0, 1);
    return t * t * (3 - 2 * t);
}
double gt_sample_hypot(double x, double y); /* by sqrt alone */

/* ---- The land (land.c) ---- */

#define LAND_STEP 125.0 /* metres between nodes */
enum {
    LAND_MARGIN = 8, /* nodes beyond the box on each side */
    LAND_W = 300 + 2 * LAND_MARGIN + 1,
    LAND_H = 192 + 2 * LAND_MARGIN + 1,
    LAND_N = LAND_W * LAND_H
};

/* A lattice of heights that drain, node by node, to one outlet. */
struct gt_land {
    uint64_t seed;
    double *x, *y;    /* where the node's water runs: moved off the lattice a little */
    double *z;        /* metres */
    double *upstream; /* m2 that drain through the node, what flows in from outside included */
    int32_t *to;      /* the node downstream; -1 at the outlet */
    int32_t *order;   /* from the outlet up: each node behind the one it drains to */
    int inlet, outlet;
};
static inline double land_x(int node)
{
    return (node % LAND_W - LAND_MARGIN) * LAND_STEP;
}
static inline double land_y(int node)
{
    return (node / LAND_W - LAND_MARGIN) * LAND_STEP;
}
static inline bool land_inside(int node, int inset)
{
    int col = node % LAND_W - LAND_MARGIN, row = node / LAND_W - LAND_MARGIN;
    return col >= inset && row >= inset && col < LAND_W - 2 * LAND_MARGIN - inset &&
           row < LAND_H - 2 * LAND_MARGIN - inset;
}
void gt_sample_land(struct gt_arena *a, uint64_t seed, struct gt_land *out);
/* Steepest way down at a node, as a tangent. */
double gt_sample_land_slope(const struct gt_land *land, int node);
/* Cubic B-spline through the lattice: smooth heights anywhere in the box. */
double gt_sample_land_at(const double *nodes, double x, double y);

/* ---- Heap (heap.c) ---- */

/* The least key first; ties are broken by the node's number, so the order is one everywhere. */
struct gt_heap_entry {
    double key;
    int32_t node;
};
struct gt_heap {
    struct gt_heap_entry *v;
    int32_t n;
};
void gt_sample_push(struct gt_heap *h, struct gt_heap_entry e);
struct gt_heap_entry gt_sample_pop(struct gt_heap *h);
/* The up to eight neighbours of a node of the lattice. */
int gt_sample_neighbours(int32_t node, int32_t out[static 8]);

/* ---- Drainage (drain.c) ---- */

/* Fills to, order and upstream from z: every node drains to land->outlet, over the lowest saddle
 * where it lies in a hollow. Where `steepest`, a node prefers its steepest neighbour. */
void gt_sample_drain(struct gt_arena *a, struct gt_land *land, double inflow_m2, bool steepest);

/* ---- Rivers (river.c) ---- */

struct gt_river_node {
    double x, y, z; /* z of the bed; never rises downstream */
    double upstream;
    int32_t to;   /* -1: leaves */
    int32_t main; /* the larger of the nodes that drain here; -1: a spring */
};
struct gt_rivers {
    struct gt_river_node *v;
    int32_t n;
    int32_t *bucket; /* LAND_N + 1: those of `reach` that come near a cell of the lattice */
    int32_t *reach;  /* node whose reach to its `to` */
};
#define RIVER_REACH 150.0 /* metres on either side within which a river shapes the ground */
struct gt_lake;
void gt_sample_rivers(struct gt_arena *a, const struct gt_land *land, struct gt_rivers *out);
/* Levels the beds inside a lake. */
void gt_sample_rivers_level(struct gt_rivers *r, const struct gt_lake *lake);
/* Fills the buckets, once all beds are final. */
void gt_sample_rivers_index(struct gt_arena *a, struct gt_rivers *r);
/* Height of the ground that would be `ground` without rivers. */
double gt_sample_rivers_carve(const struct gt_rivers *r, double x, double y, double ground);

/* Distance to the nearest reach, where it is less than RIVER_REACH, and what drains through it;
 * false: none is that near. */
bool gt_sample_rivers_near(const struct gt_rivers *r, double x, double y, double *dist,
                           double *upstream);

/* ---- Lakes (lake.c) ---- */

enum { LAKES = 3, LAKE_POINTS = 64 };
struct gt_lake {
    double x, y, level, radius; /* of the farthest shore */
    double ring[2 * (LAKE_POINTS + 1)];
};
/* Chooses places for lakes on the rivers, and levels the land there. */
int gt_sample_lakes(struct gt_land *land, const struct gt_rivers *r,
                    struct gt_lake lake[static LAKES]);
/* NULL: none within its radius. near: beside it, on land. */
const struct gt_lake *gt_sample_lake_at(const struct gt_lake *lake, int n, double x, double y,
                                        bool *near);

/* ---- The whole ---- */

enum { VOIDS = 5, TOWNS = 8, VILLAGES = 64, AT_RISK = 3, MINES = 4 };
struct gt_void_spot {
    double x, y, radius;
};

/* What is known of each node of the lattice, as f[fact][node] (facts.c). */
enum gt_fact {
    FACT_SLOPE, /* tangent */
    FACT_NORTH, /* tangent by which the ground faces north */
    FACT_RIVER, /* metres to a river of 10 km2 or more, at most RIVER_FAR */
    FACT_ABOVE, /* metres above that river */
    FACT_TOWN,  /* metres to the nearest town */
    FACT_CROP,  /* 0 and more: fields; the better the more */
    FACTS
};
#define RIVER_FAR 2500.0

/* A roundish area: an outline of points about a place (blob.c). */
enum { BLOB_POINTS = 24 };
struct gt_blob {
    double x, y, radius; /* of the farthest point */
    double ring[2 * (BLOB_POINTS + 1)];
};

struct gt_sample {
    uint64_t seed;
    bool basic;
    const struct gt_crs *crs;
    double x0, y0; /* the box's north-west corner in the CRS */
    struct gt_grid grid[GT_FORM_SHAPES];
    struct gt_land land;
    double *rough; /* LAND_N: how strong the fine detail is, metres */
    struct gt_rivers rivers;
    struct gt_lake lake[LAKES];
    int n_lakes;
    struct gt_void_spot hole[VOIDS];
    double *fact[FACTS];
    struct gt_blob town[TOWNS], village[VILLAGES], mine[MINES];
    int n_towns, n_villages, n_mines;
    struct gt_sample_features vector[GT_SAMPLE_LAYERS];
};

/* Height, and the climate that follows from it, at a place (height.c). wave_m: the finest detail.
 */
double gt_sample_height(const struct gt_sample *s, double x, double y, double wave_m);
double gt_sample_rain(const struct gt_sample *s, double x, double y, double z);
double gt_sample_heat(double z);
double gt_sample_silt(const struct gt_sample *s, double x, double y, double z);
void gt_sample_rough(struct gt_arena *a, struct gt_sample *s);
void gt_sample_holes(struct gt_sample *s);

#define SNOW_LINE 5560.0
double gt_sample_month_degc(int month, double z);              /* 1..12 */
void gt_sample_facts(struct gt_arena *a, struct gt_sample *s); /* needs the towns */
void gt_sample_settle(struct gt_sample *s);                    /* the blobs; needs the facts */
/* Between the four nodes around a place. */
double gt_sample_between(const double *nodes, double x, double y);

void gt_sample_blob(uint64_t seed, int64_t key, double size, struct gt_blob *b);
/* Unit vectors around the compass. */
void gt_sample_direction(int i, int n, double *x, double *y);
/* ring: n + 1 points, the last one the first. */
bool gt_sample_in_ring(const double *ring, int n, double x, double y);
/* The first of n blobs that a place lies in; -1: none. */
int gt_sample_blob_at(const struct gt_blob *b, int n, double x, double y);

/* ---- Rasters (cells.c; what a cell holds is in the file of its theme) ---- */

/* A place that a cell stands for: z is the height of the smooth land. */
struct gt_site {
    const struct gt_sample *s;
    double x, y, z;
    int month; /* 1..12 */
};
static inline double gt_site_fact(const struct gt_site *p, enum gt_fact f)
{
    return gt_sample_between(p->s->fact[f], p->x, p->y);
}
static inline double gt_site_fbm(const struct gt_site *p, enum gt_stream stream, double wave_m,
                                 int octaves)
{
    return gt_sample_fbm(p->s->seed, stream, p->x / wave_m, p->y / wave_m, octaves);
}
/* Noise of its own for the n-th thing of a stream. */
static inline double gt_site_nth(const struct gt_site *p, enum gt_stream stream, int nth,
                                 double wave_m)
{
    return gt_sample_fbm(p->s->seed + 1000 * (uint64_t)nth, stream, p->x / wave_m, p->y / wave_m,
                         3);
}

/* A raster layer: what a cell holds, NaN where nothing; measures are rounded to a multiple of
 * `unit`, a power of two; a class has unit 0. */
struct gt_cell_maker {
    enum gt_sample_layer layer;
    double unit;
    double (*at)(const struct gt_site *p);
};
/* Each ends with `at` NULL. */
extern const struct gt_cell_maker gt_sample_climate[], gt_sample_soil[], gt_sample_cover[],
    gt_sample_hazard[];
double gt_sample_round(double v, double unit);
bool gt_sample_is_class(enum gt_sample_layer layer);

double gt_climate_wind(const struct gt_site *p); /* m/s, mean of the year */
double gt_climate_rain(const struct gt_site *p); /* mm a year */
/* Of the site's month: degC, share, mm, days, m/s. */
double gt_climate_degc(const struct gt_site *p);
double gt_climate_humidity(const struct gt_site *p);
double gt_climate_month_rain(const struct gt_site *p);
double gt_climate_rain_days(const struct gt_site *p);
double gt_climate_month_wind(const struct gt_site *p);
struct gt_soil {
    double sand, silt, clay; /* multiples of 2^-10 with the sum 1 */
};
struct gt_soil gt_soil_at(const struct gt_site *p);
int gt_cover_at(const struct gt_site *p);       /* the class of land_cover */
double gt_cover_green(const struct gt_site *p); /* fractional vegetation cover */
/* The land's class by the third survey (三调); luck 0..1 tells what stands in a settlement. */
const char *gt_cover_survey(const struct gt_site *p, double luck);

/* ---- Vector layers ---- */

/* A layer being put together: begin a feature, a part, add points; fields in order behind each
 * feature. */
struct gt_sketch {
    struct gt_arena *a;
    const struct gt_sample *s;
    enum gt_shape_kind kind;
    size_t n_fields;
    const char *const *field;
    GT_VEC(int64_t) part;
    GT_VEC(int64_t) point;
    GT_VEC(double) xy;
    GT_VEC(struct gt_value) value;
};
void gt_sketch_feature(struct gt_sketch *k);
void gt_sketch_part(struct gt_sketch *k);
void gt_sketch_point(struct gt_sketch *k, double x, double y); /* rounded to a millimetre */
void gt_sketch_text(struct gt_sketch *k, const char *text);    /* NULL: nothing */
void gt_sketch_num(struct gt_sketch *k, double v);
void gt_sketch_end(struct gt_sketch *k, struct gt_sample_features *out);
/* A feature with one part. */
void gt_sketch_blob(struct gt_sketch *k, const struct gt_blob *b);
void gt_sketch_spot(struct gt_sketch *k, double x, double y); /* of one point */

/* Areas of the lattice whose nodes are not negative (outline.c); `fields` adds the attributes of
 * the nth. What is smaller than least_m2 is left out. */
struct gt_outline {
    const double *node;
    double least_m2;
    void (*fields)(struct gt_sketch *k, size_t nth);
};
void gt_sample_outline(struct gt_sketch *k, const struct gt_outline *o);

/* Makes every layer of shapes; each has a function in the file of its theme. */
void gt_sample_shapes(struct gt_arena *a, struct gt_sample *s);

void gt_sample_county(struct gt_sketch *k);
void gt_sample_fault(struct gt_sketch *k);
void gt_sample_water(struct gt_sketch *k);
void gt_sample_river(struct gt_sketch *k);
void gt_sample_glacier(struct gt_sketch *k);
void gt_sample_town(struct gt_sketch *k);

void gt_sample_road(struct gt_sketch *k);
void gt_sample_barrier(struct gt_sketch *k);
void gt_sample_village(struct gt_sketch *k);
void gt_sample_mining(struct gt_sketch *k);
void gt_sample_center(struct gt_sketch *k);
void gt_sample_station(struct gt_sketch *k);
void gt_sample_udb(struct gt_sketch *k);
void gt_sample_irrigated(struct gt_sketch *k);
void gt_sample_terrace(struct gt_sketch *k);
void gt_sample_pbf(struct gt_sketch *k);

void gt_sample_protected_area(struct gt_sketch *k);
void gt_sample_priority_ecosystem(struct gt_sketch *k);
void gt_sample_species_habitat(struct gt_sketch *k);
void gt_sample_germplasm(struct gt_sketch *k);
void gt_sample_river_source(struct gt_sketch *k);
void gt_sample_water_source(struct gt_sketch *k);
void gt_sample_corridor(struct gt_sketch *k);
void gt_sample_fishery(struct gt_sketch *k);
void gt_sample_redline(struct gt_sketch *k);

/* Tables: features without parts. */
void gt_sample_county_water(struct gt_sketch *k);
void gt_sample_county_livestock(struct gt_sketch *k);
void gt_sample_county_people(struct gt_sketch *k);
void gt_sample_station_daily(struct gt_sketch *k);
double gt_sample_part_water(int nth); /* m3/km2; -1: outside the county */

/* Which of the county's parts (0..3) a place lies in; -1: none. */
enum { COUNTY_PARTS = 4 };
int gt_sample_part_at(const struct gt_sample_features *county, const struct gt_sample *s, double x,
                      double y);
/* A rough line from a to b through `n` points (both ends among them) into xy: n - 1 a power of 2.
 * It never turns back on itself. */
void gt_sample_rough_line(uint64_t seed, enum gt_stream stream, int64_t key, const double ends[4],
                          int n, double *xy);

#endif
