/* place.c: faults that cross the county, and towns where people would settle. */
#include "sample_int.h"

#include <math.h>

/* ---- Faults ---- */

void gt_sample_fault(struct gt_sketch *k)
{
    static const char *const fields[] = {"name", "type"};
    static const struct {
        double x0, y0, x1, y1; /* shares of the box */
        const char *name, *type;
    } fault[] = {{0.03, 0.34, 0.97, 0.20, "F1（虚构）", "thrust"},
                 {0.05, 0.72, 0.95, 0.60, "F2（虚构）", "strike-slip"},
                 {0.30, 0.04, 0.44, 0.58, "F3（虚构）", "normal"},
                 {0.66, 0.62, 0.80, 0.97, "F4（虚构）", "normal"}};
    enum { POINTS = 65 };
    double xy[2 * POINTS];
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (size_t i = 0; i < GT_LEN(fault); i++) {
        double dy = 0.08 * (gt_sample_unit(k->s->seed, ST_FAULT, (int64_t)i, -1) - 0.5);
        double ends[4] = {fault[i].x0 * BOX_W, (fault[i].y0 + dy) * BOX_H, fault[i].x1 * BOX_W,
                          (fault[i].y1 + dy) * BOX_H};
        gt_sample_rough_line(k->s->seed, ST_FAULT, (int64_t)i, ends, POINTS, xy);
        gt_sketch_feature(k);
        gt_sketch_part(k);
        for (int j = 0; j < POINTS; j++)
            gt_sketch_point(k, xy[2 * j], xy[2 * j + 1]);
        gt_sketch_text(k, fault[i].name);
        gt_sketch_text(k, fault[i].type);
    }
}

/* ---- Towns ---- */

struct spot {
    double x, y, score;
};

/* Even ground, low, beside much water but not in it; 0: not for building. */
static double score(const struct gt_sample *s, int node)
{
    bool near;
    double x = land_x(node), y = land_y(node), z = s->land.z[node];
    double slope = gt_sample_land_slope(&s->land, node), wet = sqrt(s->land.upstream[node]);
    if (slope > 0.10 || z > 4900 || gt_sample_lake_at(s->lake, s->n_lakes, x, y, &near))
        return 0;
    double luck = gt_sample_unit(s->seed, ST_TOWN, node, 0);
    return (1 - 8 * slope) * (1 - (z - 3600) / 1400) * (0.6 + luck) *
           (wet > 40000 ? 0.2 : 1 + wet / 10000);
}

/* The best spot of a part that keeps its distance from those that are taken. */
static struct spot best_spot(const struct gt_sample *s, int part, const struct spot *taken,
                             size_t n)
{
    struct spot best = {0};
    for (int node = 0; node < LAND_N; node++) {
        struct spot here = {land_x(node), land_y(node), 0};
        if (!land_inside(node, 8) || (here.score = score(s, node)) <= best.score)
            continue;
        bool far = true;
        for (size_t i = 0; i < n; i++)
            far = far && gt_sample_hypot(taken[i].x - here.x, taken[i].y - here.y) > 3000;
        if (far && gt_sample_part_at(&s->vector[GT_SAMPLE_COUNTY], s, here.x, here.y) == part)
            best = here;
    }
    return best;
}

void gt_sample_town(struct gt_sketch *k)
{
    static const char *const fields[] = {"name", "name_en", "level"};
    static const char *const name[][2] = {
        {"甲川镇", "Jiachuan"}, {"乙原镇", "Yiyuan"}, {"丙谷镇", "Binggu"},  {"丁岭镇", "Dingling"},
        {"戊坪乡", "Wuping"},   {"己塘乡", "Jitang"}, {"庚滩乡", "Gengtan"}, {"辛坝乡", "Xinba"}};
    struct spot taken[GT_LEN(name)];
    size_t n = 0;
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (size_t i = 0; i < GT_LEN(name); i++) {
        struct spot at = best_spot(k->s, (int)i % COUNTY_PARTS, taken, n);
        if (!(at.score > 0))
            continue;
        taken[n++] = at;
        gt_sketch_feature(k);
        gt_sketch_part(k);
        gt_sketch_point(k, at.x, at.y);
        gt_sketch_text(k, name[i][0]);
        gt_sketch_text(k, name[i][1]);
        gt_sketch_num(k, i < COUNTY_PARTS ? 1 : 2);
    }
}
