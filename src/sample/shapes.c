/* shapes.c: every layer of shapes and every table in the order in which they need one another. */
#include "sample_int.h"

struct maker {
    enum gt_sample_layer layer;
    enum gt_shape_kind kind;
    void (*make)(struct gt_sketch *k);
};

static const struct maker basic[] = {
    {GT_SAMPLE_COUNTY, GT_SHAPE_POLYGON, gt_sample_county},
    {GT_SAMPLE_FAULT, GT_SHAPE_LINE, gt_sample_fault},
    {GT_SAMPLE_WATER, GT_SHAPE_POLYGON, gt_sample_water},
    {GT_SAMPLE_RIVER, GT_SHAPE_LINE, gt_sample_river},
    {GT_SAMPLE_GLACIER, GT_SHAPE_POLYGON, gt_sample_glacier},
    {GT_SAMPLE_TOWN, GT_SHAPE_POINT, gt_sample_town}, /* needs the county */
};

static const struct maker further[] = {
    {GT_SAMPLE_ROAD, GT_SHAPE_LINE, gt_sample_road},
    {GT_SAMPLE_BARRIER, GT_SHAPE_LINE, gt_sample_barrier}, /* needs the roads */
    {GT_SAMPLE_VILLAGE, GT_SHAPE_POLYGON, gt_sample_village},
    {GT_SAMPLE_MINING, GT_SHAPE_POLYGON, gt_sample_mining},
    {GT_SAMPLE_CENTER, GT_SHAPE_POINT, gt_sample_center},
    {GT_SAMPLE_STATION, GT_SHAPE_POINT, gt_sample_station},
    {GT_SAMPLE_UDB, GT_SHAPE_POLYGON, gt_sample_udb},
    {GT_SAMPLE_IRRIGATED, GT_SHAPE_POLYGON, gt_sample_irrigated},
    {GT_SAMPLE_TERRACE, GT_SHAPE_POLYGON, gt_sample_terrace},
    {GT_SAMPLE_PBF, GT_SHAPE_POLYGON, gt_sample_pbf},
    {GT_SAMPLE_PROTECTED_AREA, GT_SHAPE_POLYGON, gt_sample_protected_area},
    {GT_SAMPLE_PRIORITY_ECOSYSTEM, GT_SHAPE_POLYGON, gt_sample_priority_ecosystem},
    {GT_SAMPLE_SPECIES_HABITAT, GT_SHAPE_POLYGON, gt_sample_species_habitat},
    {GT_SAMPLE_GERMPLASM, GT_SHAPE_POLYGON, gt_sample_germplasm},
    {GT_SAMPLE_RIVER_SOURCE, GT_SHAPE_POLYGON, gt_sample_river_source},
    {GT_SAMPLE_WATER_SOURCE, GT_SHAPE_POLYGON, gt_sample_water_source},
    {GT_SAMPLE_CORRIDOR, GT_SHAPE_POLYGON, gt_sample_corridor},
    {GT_SAMPLE_FISHERY, GT_SHAPE_POLYGON, gt_sample_fishery},
    {GT_SAMPLE_REDLINE, GT_SHAPE_POLYGON, gt_sample_redline},
    {GT_SAMPLE_COUNTY_WATER, GT_SHAPE_POINT, gt_sample_county_water},
    {GT_SAMPLE_COUNTY_LIVESTOCK, GT_SHAPE_POINT, gt_sample_county_livestock},
    {GT_SAMPLE_COUNTY_PEOPLE, GT_SHAPE_POINT, gt_sample_county_people},
    {GT_SAMPLE_STATION_DAILY, GT_SHAPE_POINT, gt_sample_station_daily},
};

static void make(struct gt_arena *a, struct gt_sample *s, const struct maker *m, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct gt_sketch k = {.a = a, .s = s, .kind = m[i].kind};
        m[i].make(&k);
        gt_sketch_end(&k, &s->vector[m[i].layer]);
    }
}

/* Built-up ground about the points of the layer `town`: the first four are the larger. */
static void build_towns(struct gt_sample *s)
{
    const struct gt_shapes *g = &s->vector[GT_SAMPLE_TOWN].shapes;
    s->n_towns = (int)g->n;
    for (int i = 0; i < s->n_towns; i++) {
        s->town[i].x = g->xy[2 * i] - s->x0;
        s->town[i].y = s->y0 - g->xy[2 * i + 1];
        gt_sample_blob(s->seed, i, i < COUNTY_PARTS ? 620 : 340, &s->town[i]);
    }
}

void gt_sample_shapes(struct gt_arena *a, struct gt_sample *s)
{
    make(a, s, basic, GT_LEN(basic));
    if (s->basic)
        return;
    build_towns(s);
    gt_sample_facts(a, s);
    gt_sample_settle(s);
    make(a, s, further, GT_LEN(further));
}
