/* land.c: the large forms of the terrain. Heights are those at which rivers neither cut nor fill:
 * the slope of a channel falls with the square root of the area that drains through it (Flint's
 * law, concavity 0.5), from a trunk river that comes in from outside up to the crests. */
#include "sample_int.h"

#include <math.h>

#define OUTLET_M 3605.0
#define INFLOW_M2 3.5e9 /* drained by the trunk river before it comes in */
#define ROUNDS 8
#define STEEPEST 0.85 /* tangent: what is steeper slides down */

/* y of the trunk river's guide line at x. */
static double trunk_y(uint64_t seed, double x)
{
    return BOX_H * (0.60 + 0.13 * gt_sample_fbm(seed, ST_TRUNK, x / 11000, 0.5, 2));
}

/* How strongly the land rises, as the slope that a channel of one m2 would have. */
static double hardness(uint64_t seed, double x, double y)
{
    double north = smoothd(BOX_H * 0.52 - y, 0, BOX_H * 0.36);
    double south = smoothd(y - BOX_H * 0.72, 0, BOX_H * 0.25);
    double patch = 1 + 0.35 * gt_sample_fbm(seed, ST_HARD, x / 7000, y / 7000, 4);
    return (52 + 265 * north + 40 * south) * clampd(patch, 0.4, 1.6);
}

/* A first surface: noise that sinks towards the trunk river; only its drainage matters. */
static void start(struct gt_land *land)
{
    for (int i = 0; i < LAND_N; i++) {
        double x = land_x(i), y = land_y(i), off = y - trunk_y(land->seed, x);
        land->x[i] = x + LAND_STEP * 0.6 * (gt_sample_unit(land->seed, ST_JITTER, i, 0) - 0.5);
        land->y[i] = y + LAND_STEP * 0.6 * (gt_sample_unit(land->seed, ST_JITTER, i, 1) - 0.5);
        land->z[i] = 3700 + fabs(off) * 0.08 - x * 0.002 +
                     420 * gt_sample_fbm(land->seed, ST_START, x / 5200, y / 5200, 6);
        if (fabs(off) < 2 * LAND_STEP)
            land->z[i] -= 2000;
    }
}

static int border_node(uint64_t seed, int col)
{
    double x = land_x(col);
    int row = (int)floor(trunk_y(seed, x) / LAND_STEP + 0.5) + LAND_MARGIN;
    return (row < 0 ? 0 : row >= LAND_H ? LAND_H - 1 : row) * LAND_W + col;
}

/* Heights from the outlet up, along the drainage. */
static void raise(struct gt_land *land, const double *hard)
{
    land->z[land->outlet] = OUTLET_M;
    for (int32_t i = 1; i < LAND_N; i++) {
        int32_t node = land->order[i], to = land->to[node];
        double slope = hard[node] / sqrt(land->upstream[node]);
        double dist = gt_sample_hypot(land->x[node] - land->x[to], land->y[node] - land->y[to]);
        double steepest = STEEPEST * (0.45 + 0.55 * clampd(hard[node] / 300, 0, 1));
        land->z[node] = land->z[to] + dist * (slope < steepest ? slope : steepest);
    }
}

/* Half the width of the flat floor beside a river. */
static double floor_m(const struct gt_land *land, int node)
{
    double wide = 1 + 0.75 * gt_sample_fbm(land->seed, ST_FLOOR, land->x[node] / 3800,
                                           land->y[node] / 3800, 2);
    return 0.0115 * sqrt(land->upstream[node]) * clampd(wide, 0.25, 2.2);
}

/* Lowers what stands on the floor of one river node, and the feet of the slopes beside it. */
static void widen_at(struct gt_land *land, const double *z, int node)
{
    enum { AROUND = 16 };
    double flat = clampd(floor_m(land, node), 0, 1100);
    for (int dy = -AROUND; dy <= AROUND; dy++)
        for (int dx = -AROUND; dx <= AROUND; dx++) {
            int col = node % LAND_W + dx, row = node / LAND_W + dy;
            if (col < 0 || row < 0 || col >= LAND_W || row >= LAND_H)
                continue;
            int at = row * LAND_W + col;
            double dist = gt_sample_hypot(land_x(at) - land->x[node], land_y(at) - land->y[node]);
            double over = dist - flat;
            double top = z[node] + 0.012 * dist + (over > 0 ? over * (0.06 + over * 0.0007) : 0);
            if (dist < AROUND * LAND_STEP && top < land->z[at])
                land->z[at] = top;
        }
}

static void widen(struct gt_arena *a, struct gt_land *land)
{
    double *z = GT_TAKE_N(a, double, LAND_N);
    for (int i = 0; i < LAND_N; i++)
        z[i] = land->z[i];
    for (int i = 0; i < LAND_N; i++)
        if (land->upstream[i] > 1e7)
            widen_at(land, z, i);
}

void gt_sample_land(struct gt_arena *a, uint64_t seed, struct gt_land *out)
{
    *out = (struct gt_land){.seed = seed,
                            .x = GT_TAKE_N(a, double, LAND_N),
                            .y = GT_TAKE_N(a, double, LAND_N),
                            .z = GT_TAKE_N(a, double, LAND_N),
                            .upstream = GT_TAKE_N(a, double, LAND_N),
                            .to = GT_TAKE_N(a, int32_t, LAND_N),
                            .order = GT_TAKE_N(a, int32_t, LAND_N),
                            .inlet = border_node(seed, 0),
                            .outlet = border_node(seed, LAND_W - 1)};
    double *hard = GT_TAKE_N(a, double, LAND_N);
    for (int i = 0; i < LAND_N; i++)
        hard[i] = hardness(seed, land_x(i), land_y(i));
    start(out);
    for (int round = 0; round < ROUNDS; round++) {
        GT_AUTO_ARENA scratch = gt_arena_new();
        gt_sample_drain(scratch, out, INFLOW_M2, round > 0);
        raise(out, hard);
    }
    widen(a, out);
}

double gt_sample_land_slope(const struct gt_land *land, int node)
{
    int col = node % LAND_W, row = node / LAND_W;
    int west = col > 0 ? node - 1 : node, east = col < LAND_W - 1 ? node + 1 : node;
    int north = row > 0 ? node - LAND_W : node, south = row < LAND_H - 1 ? node + LAND_W : node;
    double gx = (land->z[east] - land->z[west]) / (2 * LAND_STEP);
    double gy = (land->z[south] - land->z[north]) / (2 * LAND_STEP);
    return gt_sample_hypot(gx, gy);
}
