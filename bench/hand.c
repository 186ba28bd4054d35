#include "hand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

enum { STRIP = 1024, R = 5, WIDE = STRIP + 2 * R, BAND = 256 };

struct hand {
    const float *dem;
    const uint8_t *zone;
    int64_t side;
    uint8_t *out;
    int64_t (*counts)[256 * 8]; /* by worker */
};

/* Least and greatest of 11 cells along a row. n outputs from n + 10 inputs. */
CLONES static void along(const float *restrict in, float *restrict lo, float *restrict hi, int n)
{
    for (int j = 0; j < n; j++) {
        float a = in[j], b = in[j];
        for (int k = 1; k < 11; k++) {
            a = in[j + k] < a ? in[j + k] : a;
            b = in[j + k] > b ? in[j + k] : b;
        }
        lo[j] = a;
        hi[j] = b;
    }
}

CLONES static void grade_row(const float *const *dem, const float *const *lo,
                             const float *const *hi, uint8_t *restrict out, int n, const float *t2)
{
    static const uint8_t M[5][4] = {
        {1, 1, 2, 3}, {1, 2, 2, 3}, {2, 3, 3, 4}, {3, 4, 4, 5}, {5, 5, 5, 5}};
    uint8_t flat[20];
    memcpy(flat, M, 20);
    const double k = 1.0 / 240;
    for (int j = 0; j < n; j++) {
        double a = (double)dem[0][j - 1], b = (double)dem[0][j], c = (double)dem[0][j + 1];
        double d = (double)dem[1][j - 1], f = (double)dem[1][j + 1];
        double g = (double)dem[2][j - 1], h = (double)dem[2][j], i = (double)dem[2][j + 1];
        double gx = ((c - a) + 2 * (f - d) + (i - g)) * k,
               gy = ((a - g) + 2 * (b - h) + (c - i)) * k;
        float tan2 = (float)(gx * gx + gy * gy);
        float l = lo[0][j], m = hi[0][j];
        for (int r = 1; r < 11; r++) {
            l = lo[r][j] < l ? lo[r][j] : l;
            m = hi[r][j] > m ? hi[r][j] : m;
        }
        float relief = m - l;
        int s = (tan2 > t2[0]) + (tan2 > t2[1]) + (tan2 > t2[2]) + (tan2 > t2[3]);
        int q = (relief > 50) + (relief > 100) + (relief > 200);
        out[j] = flat[s * 4 + q];
    }
}

static void count_row(const uint8_t *zone, const uint8_t *out, int64_t *counts, int n)
{
    for (int j = 0; j < n;) {
        int from = j;
        while (j < n && zone[j] == zone[from] && out[j] == out[from])
            j++;
        counts[zone[from] * 8 + out[from]] += j - from;
    }
}

static enum gt_status block(void *ctx, int64_t index, int worker, struct gt_err *err)
{
    (void)err;
    struct hand *h = ctx;
    int64_t across = (h->side + STRIP - 1) / STRIP, col = index % across * STRIP;
    int64_t row0 = index / across * BAND, row1 = row0 + BAND < h->side ? row0 + BAND : h->side;
    int n = (int)(h->side - col < STRIP ? h->side - col : STRIP);
    float *lo = malloc(11 * STRIP * sizeof *lo), *hi = malloc(11 * STRIP * sizeof *hi);
    float wide[WIDE], t2[4];
    static const double DEG[] = {2, 6, 15, 25};
    for (int k = 0; k < 4; k++) {
        double t = tan(DEG[k] * (M_PI / 180));
        t2[k] = (float)(t * t);
        if ((double)t2[k] > t * t)
            t2[k] = nextafterf(t2[k], 0);
    }
    int64_t have = row0 - R;
    const float *l[11], *m[11];
    for (int64_t y = row0; y < row1; y++) {
        for (; have <= y + R; have++) {
            int slot = (int)((have + 110) % 11);
            int64_t row = have < 0 ? 0 : have >= h->side ? h->side - 1 : have; /* edges repeat */
            for (int j = 0; j < n + 2 * R; j++) {
                int64_t x = col - R + j;
                wide[j] = h->dem[row * h->side + (x < 0 ? 0 : x >= h->side ? h->side - 1 : x)];
            }
            along(wide, lo + slot * STRIP, hi + slot * STRIP, n);
        }
        for (int k = 0; k < 11; k++) {
            l[k] = lo + k * STRIP;
            m[k] = hi + k * STRIP;
        }
        uint8_t *out = h->out + y * h->side + col;
        if (y > 0 && y + 1 < h->side) {
            int skip = col == 0, end = col + n == h->side ? n - 1 : n;
            const float *dem[3];
            for (int k = 0; k < 3; k++)
                dem[k] = h->dem + (y + k - 1) * h->side + col + skip;
            for (int k = 0; k < 11; k++) {
                l[k] += skip;
                m[k] += skip;
            }
            grade_row(dem, l, m, out + skip, end - skip, t2);
            count_row(h->zone + y * h->side + col + skip, out + skip, h->counts[worker],
                      end - skip);
        }
    }
    free(lo);
    free(hi);
    return GT_OK;
}

double hand_run(const float *dem, const uint8_t *zone, int64_t side, int threads, uint8_t *out,
                int64_t *counts)
{
    struct hand h = {dem, zone, side, out, calloc((size_t)threads, sizeof *h.counts)};
    struct gt_pool *pool = gt_pool_new(threads);
    struct gt_work work = {.pool = pool};
    struct gt_err err = {0};
    int64_t across = (side + STRIP - 1) / STRIP, down = (side + BAND - 1) / BAND;
    double start = gt_clock_s();
    enum gt_status s = gt_par_for(&work, across * down, block, &h, &err);
    double seconds = s == GT_OK ? gt_clock_s() - start : NAN;
    for (int w = 0; w < threads; w++)
        for (int i = 0; i < 256 * 8; i++)
            counts[i] += h.counts[w][i];
    gt_pool_free(pool);
    free(h.counts);
    return seconds;
}
