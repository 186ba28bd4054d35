/* Slope, aspect and shading by Horn's differences; windows; voids. */
#include "oracle.h"
#include "raster_int.h" /* gt_atan_deg: the arc tangent that is the same everywhere */

#include <stdlib.h>

/* ---- Terrain ---- */

/* Derivatives by x and y, y to the north, in CRS units; NaN where one of the nine is missing. */
struct gradient {
    double x, y;
};

static struct gradient horn(const struct oracle *o, const float *z, int64_t col, int64_t row,
                            double factor)
{
    double v[3][3], all = 0;
    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 3; i++)
            all += v[j][i] = oracle_at(o, z, col + i - 1, row + j - 1);
    if (isnan(all))
        return (struct gradient){(double)NAN, (double)NAN};
    const struct gt_grid *g = &o->master->grid;
    double east = (v[0][2] - v[0][0]) + 2 * (v[1][2] - v[1][0]) + (v[2][2] - v[2][0]);
    double north = (v[0][0] - v[2][0]) + 2 * (v[0][1] - v[2][1]) + (v[0][2] - v[2][2]);
    return (struct gradient){east * (factor / (8 * g->dx)), north * (factor / (8 * g->dy))};
}

float *oracle_tan2(const struct oracle *o, const float *z)
{
    float *out = oracle_cells(o);
    for (int64_t row = 0; row < o->h; row++)
        for (int64_t col = 0; col < o->w; col++) {
            struct gradient g = horn(o, z, col, row, 1);
            struct gt_tensor t = gt_metric_at(o->metric, col, row);
            out[row * o->w + col] =
                (float)(t.xx * (g.x * g.x) + 2 * t.xy * (g.x * g.y) + t.yy * (g.y * g.y));
        }
    return out;
}

void oracle_degrees(const struct oracle *o, const float *tan2, float *out)
{
    for (int64_t i = 0; i < o->w * o->h; i++)
        out[i] = isnan(tan2[i]) ? NAN : (float)gt_atan_deg(sqrt((double)tan2[i]));
}

/* Where the ground falls: components to the east and to the north, on the ground. */
static struct gradient fall(const struct oracle *o, int64_t col, int64_t row, struct gradient g)
{
    struct gt_tensor t = gt_metric_at(o->metric, col, row);
    return (struct gradient){-(t.xx * g.x + t.xy * g.y) / sqrt(t.xx),
                             -(t.xy * g.x + t.yy * g.y) / sqrt(t.yy)};
}

void oracle_aspect(const struct oracle *o, const float *z, float *out)
{
    for (int64_t row = 0; row < o->h; row++)
        for (int64_t col = 0; col < o->w; col++) {
            struct gradient f = fall(o, col, row, horn(o, z, col, row, 1));
            float *cell = &out[row * o->w + col];
            *cell = NAN;
            if (isnan(f.x) || isnan(f.y) || (f.x == 0 && f.y == 0))
                continue;
            double off_north = f.y == 0 ? 90 : gt_atan_deg(fabs(f.x) / fabs(f.y));
            double half = f.y < 0 ? 180 - off_north : off_north;
            float deg = (float)(f.x < 0 ? 360 - half : half);
            *cell = deg == 360 ? 0 : deg;
        }
}

void oracle_hillshade(const struct oracle *o, const struct gt_step *s, const float *z, float *out)
{
    double azimuth = s->azimuth_deg * (M_PI / 180), altitude = s->altitude_deg * (M_PI / 180);
    double east = sin(azimuth) * cos(altitude), north = cos(azimuth) * cos(altitude);
    for (int64_t row = 0; row < o->h; row++)
        for (int64_t col = 0; col < o->w; col++) {
            struct gradient f = fall(o, col, row, horn(o, z, col, row, s->z_factor));
            double towards = f.x * east + f.y * north + sin(altitude);
            double lit = towards / sqrt(1 + f.x * f.x + f.y * f.y);
            double shade = isnan(lit) || lit > 0 ? 1 + 254 * lit : 1;
            out[row * o->w + col] = (float)floor(shade + 0.5);
        }
}

/* ---- Windows ---- */

static double range_of(const struct oracle *o, const float *in, int64_t col, int64_t row, int r)
{
    double least = (double)INFINITY, most = -(double)INFINITY;
    for (int64_t y = row - r; y <= row + r; y++)
        for (int64_t x = col - r; x <= col + r; x++) {
            double v = oracle_at(o, in, x, y);
            least = v < least ? v : least;
            most = v > most ? v : most;
        }
    return most >= least ? most - least : (double)NAN;
}

/* Sums are exact: whole numbers of units of 2^-52, each cell cut off towards zero. */
static double sum_of(const struct oracle *o, const float *in, const int64_t at[2], int r, bool mean)
{
    __int128 sum = 0;
    int64_t n = 0;
    bool large = false;
    for (int64_t y = at[1] - r; y <= at[1] + r; y++)
        for (int64_t x = at[0] - r; x <= at[0] + r; x++) {
            double v = oracle_at(o, in, x, y);
            large = large || fabs(v) >= 0x1p47;
            if (isnan(v) || large)
                continue;
            sum += (__int128)(v * 0x1p52);
            n++;
        }
    if (n == 0 || large)
        return (double)NAN;
    return (double)sum * 0x1p-52 / (mean ? (double)n : 1);
}

void oracle_window(const struct oracle *o, const struct gt_step *s, const float *in, float *out)
{
    int r = (s->window ? s->window : gt_window_for_area(o->metric, s->area_ha)) / 2;
    for (int64_t row = 0; row < o->h; row++)
        for (int64_t col = 0; col < o->w; col++) {
            const int64_t at[2] = {col, row};
            out[row * o->w + col] = oracle_f32(s->kind == GT_STEP_RANGE
                                                   ? range_of(o, in, col, row, r)
                                                   : sum_of(o, in, at, r, s->kind == GT_STEP_MEAN));
        }
}

/* ---- Voids ---- */

static double fill_one(const struct oracle *o, const float *in, int64_t col, int64_t row,
                       int radius)
{
    /* From the east over the south, by halves of eighths of a turn. */
    static const int STEP[16][2] = {{1, 0},  {2, 1},  {1, 1},  {1, 2},   {0, 1},   {-1, 2},
                                    {-1, 1}, {-2, 1}, {-1, 0}, {-2, -1}, {-1, -1}, {-1, -2},
                                    {0, -1}, {1, -2}, {1, -1}, {2, -1}};
    double sum = 0, weights = 0;
    for (int d = 0; d < 16; d++) {
        double v = (double)NAN;
        int64_t dx = 0, dy = 0;
        while (isnan(v)) {
            dx += STEP[d][0];
            dy += STEP[d][1];
            if (llabs(dx) > radius || llabs(dy) > radius)
                break;
            v = oracle_at(o, in, col + dx, row + dy);
        }
        if (isnan(v))
            continue;
        double weight = 1 / (double)(dx * dx + dy * dy);
        sum += weight * v;
        weights += weight;
    }
    return weights > 0 ? sum / weights : (double)NAN;
}

void oracle_fill(const struct oracle *o, int radius, const float *in, float *out)
{
    for (int64_t row = 0; row < o->h; row++)
        for (int64_t col = 0; col < o->w; col++) {
            int64_t i = row * o->w + col;
            out[i] = isnan(in[i]) ? (float)fill_one(o, in, col, row, radius) : in[i];
        }
}
