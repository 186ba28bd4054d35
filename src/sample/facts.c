/* facts.c: what the themes ask of a place again and again, once for each node of the lattice. */
#include "sample_int.h"

#include <math.h>

#define RIVER_LEAST_M2 1e7

double gt_sample_between(const double *nodes, double x, double y)
{
    double fx = clampd(x / LAND_STEP + LAND_MARGIN, 0, LAND_W - 1.001);
    double fy = clampd(y / LAND_STEP + LAND_MARGIN, 0, LAND_H - 1.001);
    int col = (int)fx, row = (int)fy;
    const double *at = nodes + row * LAND_W + col;
    double u = fx - col, v = fy - row;
    double top = at[0] + (at[1] - at[0]) * u;
    double low = at[LAND_W] + (at[LAND_W + 1] - at[LAND_W]) * u;
    return top + (low - top) * v;
}

static void slopes(struct gt_sample *s)
{
    const double *z = s->land.z;
    for (int i = 0; i < LAND_N; i++) {
        int row = i / LAND_W;
        int north = row > 0 ? i - LAND_W : i, south = row < LAND_H - 1 ? i + LAND_W : i;
        s->fact[FACT_SLOPE][i] = gt_sample_land_slope(&s->land, i);
        s->fact[FACT_NORTH][i] = (z[south] - z[north]) / (2 * LAND_STEP);
    }
}

/* Takes a river's node down at those around it that no other river's is nearer to. */
static void near_river(struct gt_sample *s, double *far2, int node)
{
    const int around = (int)(RIVER_FAR / LAND_STEP);
    const struct gt_land *land = &s->land;
    int col = node % LAND_W, row = node / LAND_W;
    for (int r = row - around < 0 ? 0 : row - around; r <= row + around && r < LAND_H; r++)
        for (int c = col - around < 0 ? 0 : col - around; c <= col + around && c < LAND_W; c++) {
            int at = r * LAND_W + c;
            double dx = land_x(at) - land->x[node], dy = land_y(at) - land->y[node];
            double d2 = dx * dx + dy * dy, above = land->z[at] - land->z[node];
            if (d2 >= far2[at])
                continue;
            far2[at] = d2;
            s->fact[FACT_ABOVE][at] = above > 0 ? above : 0;
        }
}

static void rivers(struct gt_sample *s)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    double *far2 = GT_TAKE_N(scratch, double, LAND_N);
    for (int i = 0; i < LAND_N; i++) {
        far2[i] = RIVER_FAR * RIVER_FAR;
        s->fact[FACT_ABOVE][i] = 500;
    }
    for (int i = 0; i < LAND_N; i++)
        if (s->land.upstream[i] >= RIVER_LEAST_M2)
            near_river(s, far2, i);
    for (int i = 0; i < LAND_N; i++)
        s->fact[FACT_RIVER][i] = sqrt(far2[i]);
}

static void towns(struct gt_sample *s)
{
    for (int i = 0; i < LAND_N; i++) {
        double least = 1e6;
        for (int j = 0; j < s->n_towns; j++) {
            double d = gt_sample_hypot(land_x(i) - s->town[j].x, land_y(i) - s->town[j].y);
            least = d < least ? d : least;
        }
        s->fact[FACT_TOWN][i] = least;
    }
}

/* Fields lie low, near rivers and towns, on ground up to 25 degrees steep. */
static void crops(struct gt_sample *s)
{
    for (int i = 0; i < LAND_N; i++) {
        double x = land_x(i), y = land_y(i), z = s->land.z[i];
        double luck = gt_sample_fbm(s->seed, ST_FIELD, x / 1500, y / 1500, 3);
        double apart = clampd((s->fact[FACT_TOWN][i] - 4000) / 6000, 0, 2);
        s->fact[FACT_CROP][i] = 0.75 - s->fact[FACT_SLOPE][i] / 0.45 -
                                clampd((z - 3850) / 550, 0, 4) - s->fact[FACT_ABOVE][i] / 260 -
                                s->fact[FACT_RIVER][i] / 2600 - 0.5 * apart + 0.42 * luck;
    }
}

void gt_sample_facts(struct gt_arena *a, struct gt_sample *s)
{
    for (int f = 0; f < FACTS; f++)
        s->fact[f] = GT_TAKE_N(a, double, LAND_N);
    slopes(s);
    rivers(s);
    towns(s);
    crops(s);
}
