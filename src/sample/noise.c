/* noise.c: random numbers by hashing, and smooth noise from them. The mixing steps are those of
 * splitmix64 (Steele, Lea, Flood 2014): integers only, so every machine gets the same. */
#include "sample_int.h"

#include <math.h>

static uint64_t mix(uint64_t v)
{
    v = (v ^ (v >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    v = (v ^ (v >> 27)) * UINT64_C(0x94d049bb133111eb);
    return v ^ (v >> 31);
}

double gt_sample_unit(uint64_t seed, enum gt_stream stream, int64_t i, int64_t j)
{
    const uint64_t step = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t v = mix(seed + step * (uint64_t)stream);
    v = mix(v + step * (uint64_t)i);
    v = mix(v + step * (uint64_t)j);
    return (double)(v >> 11) * 0x1p-53;
}

static double ease(double t)
{
    return t * t * t * (t * (t * 6 - 15) + 10);
}

double gt_sample_noise(uint64_t seed, enum gt_stream stream, double x, double y)
{
    double col = floor(x), row = floor(y), u = ease(x - col), v = ease(y - row);
    int64_t i = (int64_t)col, j = (int64_t)row;
    double a = gt_sample_unit(seed, stream, i, j), b = gt_sample_unit(seed, stream, i + 1, j);
    double c = gt_sample_unit(seed, stream, i, j + 1),
           d = gt_sample_unit(seed, stream, i + 1, j + 1);
    double top = a + (b - a) * u, low = c + (d - c) * u;
    return 2 * (top + (low - top) * v) - 1;
}

double gt_sample_fbm(uint64_t seed, enum gt_stream stream, double x, double y, int octaves)
{
    double sum = 0, weight = 1;
    for (int i = 0; i < octaves; i++) {
        sum += weight * gt_sample_noise(seed + (uint64_t)i, stream, x, y);
        weight *= 0.5;
        x *= 2;
        y *= 2;
    }
    return sum;
}

double gt_sample_hypot(double x, double y)
{
    return sqrt(x * x + y * y);
}
