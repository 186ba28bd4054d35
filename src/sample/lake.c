/* lake.c: lakes on high rivers: a level, a shore, and land that is flat around them. */
#include "sample_int.h"

#include <math.h>

/* Unit vectors around the compass by square roots alone: a walk along a diamond, set on the circle.
 */
void gt_sample_direction(int i, int n, double *x, double *y)
{
    double t = 4.0 * i / n; /* 0..4 */
    double dx = t < 2 ? 1 - t : t - 3, dy = t < 1 ? t : t < 3 ? 2 - t : t - 4;
    double length = gt_sample_hypot(dx, dy);
    *x = dx / length;
    *y = dy / length;
}

static void shore(uint64_t seed, int which, double size, struct gt_lake *lake)
{
    lake->radius = 0;
    for (int i = 0; i <= LAKE_POINTS; i++) {
        double dx, dy;
        gt_sample_direction(i % LAKE_POINTS, LAKE_POINTS, &dx, &dy);
        double wave =
            gt_sample_fbm(seed + (uint64_t)which, ST_LAKE, 0.8 * dx + 7.4, 0.8 * dy + 7.4, 3);
        double out = size * clampd(1 + 0.5 * wave, 0.5, 1.6);
        lake->ring[2 * i] = lake->x + out * dx;
        lake->ring[2 * i + 1] = lake->y + out * dy;
        lake->radius = out > lake->radius ? out : lake->radius;
    }
}

/* Flattens the land below the lake and lets it rise gently around. */
static void bed(struct gt_land *land, const struct gt_lake *lake)
{
    for (int i = 0; i < LAND_N; i++) {
        double dist = gt_sample_hypot(land_x(i) - lake->x, land_y(i) - lake->y);
        double out = dist - lake->radius;
        double top = lake->level + (out > 0 ? out * (0.02 + out * 0.0006) : 0);
        if (out < 10 * LAND_STEP && (land->z[i] > top || out < 0))
            land->z[i] = top;
    }
}

/* The lowest bed within a distance of a place. */
static double lowest(const struct gt_rivers *r, double x, double y, double dist)
{
    double z = (double)INFINITY;
    for (int32_t i = 0; i < r->n; i++)
        if (r->v[i].z < z && gt_sample_hypot(r->v[i].x - x, r->v[i].y - y) <= dist)
            z = r->v[i].z;
    return z;
}

/* A high valley that is fairly even, not too near the box's edge or another lake. */
static bool fits(const struct gt_rivers *r, const struct gt_river_node *v,
                 const struct gt_lake *lake, int n)
{
    const double edge = 2500;
    if (v->upstream < 3e6 || v->upstream > 9e7 || v->z < 4000 || v->z > 5100 || v->x < edge ||
        v->y < edge || v->x > BOX_W - edge || v->y > BOX_H - edge)
        return false;
    for (int i = 0; i < n; i++)
        if (gt_sample_hypot(v->x - lake[i].x, v->y - lake[i].y) < 6000)
            return false;
    return v->z - lowest(r, v->x, v->y, 700) < 70;
}

int gt_sample_lakes(struct gt_land *land, const struct gt_rivers *r,
                    struct gt_lake lake[static LAKES])
{
    int n = 0;
    for (int which = 0; which < LAKES; which++) {
        double best = 0;
        for (int32_t i = 0; i < r->n; i++) {
            const struct gt_river_node *v = &r->v[i];
            double luck = gt_sample_unit(land->seed, ST_LAKE, which, i);
            if (luck <= best || !fits(r, v, lake, n))
                continue;
            best = luck;
            lake[n] = (struct gt_lake){.x = v->x, .y = v->y};
        }
        if (!(best > 0))
            break;
        shore(land->seed, which, 560 - 90 * which, &lake[n]);
        lake[n].level = lowest(r, lake[n].x, lake[n].y, lake[n].radius); /* where it flows out */
        bed(land, &lake[n]);
        n++;
    }
    return n;
}

const struct gt_lake *gt_sample_lake_at(const struct gt_lake *lake, int n, double x, double y,
                                        bool *near)
{
    for (int i = 0; i < n; i++) {
        if (gt_sample_hypot(x - lake[i].x, y - lake[i].y) > lake[i].radius)
            continue;
        *near = !gt_sample_in_ring(lake[i].ring, LAKE_POINTS, x, y);
        return &lake[i];
    }
    return NULL;
}

void gt_sample_water(struct gt_sketch *k)
{
    static const char *const fields[] = {"name"}, *const name[LAKES] = {"示例湖", "样例错",
                                                                        "演示池"};
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (int i = 0; i < k->s->n_lakes; i++) {
        gt_sketch_feature(k);
        gt_sketch_part(k);
        for (int j = 0; j <= LAKE_POINTS; j++)
            gt_sketch_point(k, k->s->lake[i].ring[2 * j], k->s->lake[i].ring[2 * j + 1]);
        gt_sketch_text(k, name[i]);
    }
}
