/* blob.c: roundish areas about a place: built-up ground, mines, waters. */
#include "sample_int.h"

void gt_sample_blob(uint64_t seed, int64_t key, double size, struct gt_blob *b)
{
    b->radius = 0;
    for (int i = 0; i <= BLOB_POINTS; i++) {
        double dx, dy;
        gt_sample_direction(i % BLOB_POINTS, BLOB_POINTS, &dx, &dy);
        double wave = gt_sample_fbm(seed + (uint64_t)key, ST_BLOB, dx + 3.3, dy + 3.3, 2);
        double out = size * clampd(1 + 0.4 * wave, 0.6, 1.5);
        b->ring[2 * i] = b->x + out * dx;
        b->ring[2 * i + 1] = b->y + out * dy;
        b->radius = out > b->radius ? out : b->radius;
    }
}

bool gt_sample_in_ring(const double *ring, int n, double x, double y)
{
    bool in = false;
    for (int i = 0; i < n; i++) {
        const double *p = ring + 2 * (size_t)i, *q = p + 2;
        if ((p[1] > y) != (q[1] > y) && x < p[0] + (y - p[1]) * (q[0] - p[0]) / (q[1] - p[1]))
            in = !in;
    }
    return in;
}

int gt_sample_blob_at(const struct gt_blob *b, int n, double x, double y)
{
    for (int i = 0; i < n; i++) {
        double dx = x - b[i].x, dy = y - b[i].y;
        if (dx * dx + dy * dy <= b[i].radius * b[i].radius &&
            gt_sample_in_ring(b[i].ring, BLOB_POINTS, x, y))
            return i;
    }
    return -1;
}

void gt_sketch_blob(struct gt_sketch *k, const struct gt_blob *b)
{
    gt_sketch_feature(k);
    gt_sketch_part(k);
    for (int i = 0; i <= BLOB_POINTS; i++)
        gt_sketch_point(k, b->ring[2 * i], b->ring[2 * i + 1]);
}
