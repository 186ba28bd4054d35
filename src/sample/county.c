/* county.c: the county in four parts. Their borders are arcs between common corners; each arc is
 * made once and walked by both neighbours, so the parts share every vertex. */
#include "sample_int.h"

#include <math.h>

enum { ARC_POINTS = 129, CORNERS = 10, ARCS = 13 };

/* Corners by shares of the box, before they are moved a little: W, NW, N, NE, E, SE, S, SW and the
 * two places inside where three parts meet. */
static const double corner[CORNERS][2] = {{0.06, 0.50},  {0.11, 0.11},  {0.43, 0.075}, {0.89, 0.10},
                                          {0.945, 0.46}, {0.87, 0.885}, {0.55, 0.895}, {0.12, 0.87},
                                          {0.40, 0.47},  {0.60, 0.55}};
static const int arc[ARCS][2] = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 7},
                                 {7, 0}, {0, 8}, {2, 8}, {8, 9}, {4, 9}, {6, 9}};

/* The arcs around each part, clockwise; ~i walks arc i backwards. */
static const int around[COUNTY_PARTS][5] = {
    {0, 1, 9, ~8, ARCS}, {2, 3, 11, ~10, ~9}, {8, 10, ~12, 6, 7}, {~11, 4, 5, 12, ARCS}};

static const struct {
    double code;
    const char *name, *name_en;
} part[COUNTY_PARTS] = {{990101, "甲川片区（虚构）", "Jiachuan (fictional)"},
                        {990102, "乙原片区（虚构）", "Yiyuan (fictional)"},
                        {990103, "丙谷片区（虚构）", "Binggu (fictional)"},
                        {990104, "丁岭片区（虚构）", "Dingling (fictional)"}};

static void place_corner(uint64_t seed, int i, double xy[2])
{
    double u = gt_sample_unit(seed, ST_COUNTY, -1 - i, 0) - 0.5;
    double v = gt_sample_unit(seed, ST_COUNTY, -1 - i, 1) - 0.5;
    xy[0] = BOX_W * (corner[i][0] + 0.03 * u);
    xy[1] = BOX_H * (corner[i][1] + 0.03 * v);
}

static void make_arc(uint64_t seed, int i, double *xy)
{
    double ends[4];
    place_corner(seed, arc[i][0], ends);
    place_corner(seed, arc[i][1], ends + 2);
    gt_sample_rough_line(seed, ST_COUNTY, i, ends, ARC_POINTS, xy);
}

static void walk(struct gt_sketch *k, int which, const double *xy)
{
    bool back = which < 0;
    for (int i = 0; i < ARC_POINTS - 1; i++) {
        const double *at = xy + 2 * (size_t)(back ? ARC_POINTS - 1 - i : i);
        gt_sketch_point(k, at[0], at[1]);
    }
}

void gt_sample_county(struct gt_sketch *k)
{
    static const char *const fields[] = {"code", "name", "name_en"};
    double xy[2 * ARC_POINTS];
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (int i = 0; i < COUNTY_PARTS; i++) {
        gt_sketch_feature(k);
        gt_sketch_part(k);
        size_t first = k->xy.n;
        for (int j = 0; j < 5 && around[i][j] != ARCS; j++) {
            int which = around[i][j];
            make_arc(k->s->seed, which < 0 ? ~which : which, xy);
            walk(k, which, xy);
        }
        double x = k->xy.v[first], y = k->xy.v[first + 1];
        *GT_PUSH(k->a, &k->xy) = x;
        *GT_PUSH(k->a, &k->xy) = y;
        gt_sketch_num(k, part[i].code);
        gt_sketch_text(k, part[i].name);
        gt_sketch_text(k, part[i].name_en);
    }
}

int gt_sample_part_at(const struct gt_sample_features *county, const struct gt_sample *s, double x,
                      double y)
{
    const struct gt_shapes *g = &county->shapes;
    double px = s->x0 + x, py = s->y0 - y;
    for (int i = 0; i < (int)g->n; i++) {
        bool in = false;
        for (int64_t j = g->point[i]; j + 1 < g->point[i + 1]; j++) {
            const double *p = g->xy + 2 * j, *q = p + 2;
            if ((p[1] > py) != (q[1] > py) &&
                px < p[0] + (py - p[1]) * (q[0] - p[0]) / (q[1] - p[1]))
                in = !in;
        }
        if (in)
            return i;
    }
    return -1;
}
