/* nature.c: what is to be kept: reserves, habitats, waters and the lines drawn around them. */
#include "sample_int.h"

#include <math.h>

#define KEPT_M2 250000.0

static double least(double a, double b)
{
    return a < b ? a : b;
}

static double most(double a, double b)
{
    return a > b ? a : b;
}

/* ---- Fields over the lattice ---- */

static double luck_at(const struct gt_sample *s, int node, int nth, double wave_m)
{
    return gt_sample_fbm(s->seed + 1000 * (uint64_t)nth, ST_NATURE, land_x(node) / wave_m,
                         land_y(node) / wave_m, 3);
}

static double lake_m(const struct gt_sample *s, int node)
{
    double v = 1e6;
    for (int i = 0; i < s->n_lakes; i++)
        v = least(v, gt_sample_hypot(land_x(node) - s->lake[i].x, land_y(node) - s->lake[i].y) -
                         s->lake[i].radius);
    return v;
}

/* The high north-west, and the shores of the lakes. */
static double reserve(const struct gt_sample *s, int node)
{
    double d = gt_sample_hypot(land_x(node) - 0.24 * BOX_W, (land_y(node) - 0.20 * BOX_H) * 1.4);
    return 1 - d / 5600 + 0.28 * luck_at(s, node, 0, 3000);
}

static double shores(const struct gt_sample *s, int node)
{
    return least(1 - lake_m(s, node) / 700, -reserve(s, node) - 0.05);
}

static double priority(const struct gt_sample *s, int node)
{
    struct gt_site p = {s, land_x(node), land_y(node), s->land.z[node], 0};
    int cover = gt_cover_at(&p);
    return cover <= 5 || cover == 15 ? 1 : -1;
}

static double rare_beasts(const struct gt_sample *s, int node)
{
    double z = s->land.z[node];
    double belt = least(z - 4550, 5350 - z) / 400;
    return least(belt, luck_at(s, node, 1, 5000) - 0.22);
}

static double water_birds(const struct gt_sample *s, int node)
{
    double river = 1 - s->fact[FACT_RIVER][node] / 450, z = s->land.z[node];
    return most(1 - lake_m(s, node) / 1100,
                least(least(river, (3800 - z) / 100), luck_at(s, node, 2, 4000) - 0.1));
}

static double wild_barley(const struct gt_sample *s, int node)
{
    double z = s->land.z[node];
    return least(least(z - 3680, 4150 - z) / 200, luck_at(s, node, 3, 3400) - 0.6);
}

/* Along rivers of 30 km2 and more, and a way for beasts from north to south. */
static double corridors(const struct gt_sample *s, int node)
{
    double x = land_x(node), y = land_y(node), dist, upstream = 0;
    double way = 0.56 * BOX_W + 1500 * gt_sample_fbm(s->seed, ST_NATURE, 0.5, y / 6000, 2);
    double v = 1 - fabs(x - way) / 420;
    if (gt_sample_rivers_near(&s->rivers, x, y, &dist, &upstream) && upstream > 3e7)
        v = most(v, 1 - dist / (upstream > 1e9 ? 149 : 120));
    return v;
}

/* What a red line keeps: reserves, shores, ice and rock; not what people use. */
static double kept(const struct gt_sample *s, int node)
{
    double z = s->land.z[node];
    double v = most(most(reserve(s, node), shores(s, node)), (z - 5250) / 200);
    v = most(v, rare_beasts(s, node) - 0.12);
    double used = gt_sample_blob_at(s->mine + 1, s->n_mines - 1, land_x(node), land_y(node));
    return used >= 0 ? -1 : least(v, -s->fact[FACT_CROP][node] + 0.06);
}

static void outline(struct gt_sketch *k, double (*at)(const struct gt_sample *, int),
                    void (*fields)(struct gt_sketch *, size_t))
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    double *node = GT_TAKE_N(scratch, double, LAND_N);
    for (int i = 0; i < LAND_N; i++)
        node[i] = at(k->s, i);
    gt_sample_outline(k, &(struct gt_outline){node, KEPT_M2, fields});
}

/* ---- Attributes ---- */

static const char *const code_name_level[] = {"code", "name", "level"};
static const char *const name_level[] = {"name", "level"};

static void begin(struct gt_sketch *k, const char *const *field, size_t n)
{
    k->field = field;
    k->n_fields = n;
}

static void numbered(struct gt_sketch *k, const char *what, size_t nth)
{
    gt_sketch_text(k, gt_printf(k->a, "%s%zu（虚构）", what, nth + 1));
}

static void of_reserve(struct gt_sketch *k, size_t nth)
{
    gt_sketch_text(k, gt_printf(k->a, "ZR%03zu", nth + 1));
    numbered(k, "雪山自然保护区", nth);
    gt_sketch_num(k, 1);
}

static void of_shore(struct gt_sketch *k, size_t nth)
{
    gt_sketch_text(k, gt_printf(k->a, "SD%03zu", nth + 1));
    numbered(k, "湿地公园", nth);
    gt_sketch_num(k, 2);
}

static void of_beasts(struct gt_sketch *k, size_t nth)
{
    numbered(k, "岩羊与雪豹栖息地", nth);
    gt_sketch_num(k, 1);
}

static void of_birds(struct gt_sketch *k, size_t nth)
{
    numbered(k, "水鸟栖息地", nth);
    gt_sketch_num(k, 2);
}

static void of_priority(struct gt_sketch *k, size_t nth)
{
    numbered(k, "优先保护生态系统", nth);
}

static void of_barley(struct gt_sketch *k, size_t nth)
{
    numbered(k, "野生大麦分布区", nth);
}

static void of_source(struct gt_sketch *k, size_t nth)
{
    numbered(k, "源区", nth);
}

static void of_corridor(struct gt_sketch *k, size_t nth)
{
    numbered(k, "生态廊道", nth);
}

static void of_redline(struct gt_sketch *k, size_t nth)
{
    gt_sketch_text(k, gt_printf(k->a, "HX9901%03zu", nth + 1));
    numbered(k, "生态保护红线", nth);
}

/* ---- Layers ---- */

void gt_sample_protected_area(struct gt_sketch *k)
{
    begin(k, code_name_level, 3);
    outline(k, reserve, of_reserve);
    outline(k, shores, of_shore);
}

void gt_sample_priority_ecosystem(struct gt_sketch *k)
{
    begin(k, name_level, 1);
    outline(k, priority, of_priority);
}

void gt_sample_species_habitat(struct gt_sketch *k)
{
    begin(k, name_level, 2);
    outline(k, rare_beasts, of_beasts);
    outline(k, water_birds, of_birds);
}

void gt_sample_germplasm(struct gt_sketch *k)
{
    begin(k, name_level, 1);
    outline(k, wild_barley, of_barley);
}

void gt_sample_corridor(struct gt_sketch *k)
{
    begin(k, name_level, 1);
    outline(k, corridors, of_corridor);
}

void gt_sample_redline(struct gt_sketch *k)
{
    begin(k, code_name_level, 2);
    outline(k, kept, of_redline);
}

/* All that drains through the highest nodes with 12 to 24 km2 above them, one in each third. */
void gt_sample_river_source(struct gt_sketch *k)
{
    enum { SOURCES = 3 };
    const struct gt_land *land = &k->s->land;
    GT_AUTO_ARENA scratch = gt_arena_new();
    double *node = GT_TAKE_N(scratch, double, LAND_N);
    for (int i = 0; i < LAND_N; i++)
        node[i] = -1;
    for (int n = 0; n < SOURCES; n++) {
        int best = -1;
        for (int i = 0; i < LAND_N; i++)
            if (land->upstream[i] > 1.2e7 && land->upstream[i] < 2.4e7 && node[i] < 0 &&
                land_inside(i, 4) && land_x(i) * SOURCES >= n * BOX_W &&
                land_x(i) * SOURCES < (n + 1) * BOX_W && (best < 0 || land->z[i] > land->z[best]))
                best = i;
        if (best < 0)
            continue;
        node[best] = 1;
        for (int32_t i = 1; i < LAND_N; i++) {
            int32_t at = land->order[i];
            if (node[land->to[at]] > 0)
                node[at] = 1;
        }
    }
    begin(k, name_level, 1);
    gt_sample_outline(k, &(struct gt_outline){node, KEPT_M2, of_source});
}

/* ---- Waters ---- */

static void ring(struct gt_sketch *k, double x, double y, double radius)
{
    struct gt_blob b = {.x = x, .y = y};
    gt_sample_blob(k->s->seed, 300, radius, &b);
    gt_sketch_blob(k, &b);
}

/* Above each larger town: where water is taken (1), and the ground around (2). */
void gt_sample_water_source(struct gt_sketch *k)
{
    begin(k, name_level, 2);
    for (int i = 0; i < k->s->n_towns && i < COUNTY_PARTS; i++)
        for (int level = 1; level <= 2; level++) {
            ring(k, k->s->town[i].x - 1400, k->s->town[i].y - 500, level == 1 ? 260 : 800);
            numbered(k, "水源地", (size_t)i);
            gt_sketch_num(k, level);
        }
}

/* The lakes, and ponds beside the first two towns. */
void gt_sample_fishery(struct gt_sketch *k)
{
    begin(k, name_level, 1);
    for (int i = 0; i < k->s->n_lakes; i++) {
        gt_sketch_feature(k);
        gt_sketch_part(k);
        for (int j = 0; j <= LAKE_POINTS; j++)
            gt_sketch_point(k, k->s->lake[i].ring[2 * j], k->s->lake[i].ring[2 * j + 1]);
        numbered(k, "湖区", (size_t)i);
    }
    for (int i = 0; i < 2 && i < k->s->n_towns; i++) {
        ring(k, k->s->town[i].x + 1300, k->s->town[i].y + 300, 220);
        numbered(k, "鱼塘", (size_t)i);
    }
}
