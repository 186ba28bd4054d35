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

/* Least and greatest of 11 cells along a row, by spans of 2, 4 and 8. n outputs from n + 10 inputs.
 */
CLONES static void along(const float *restrict in, float *restrict lo, float *restrict hi, int n)
{
    float a[WIDE], b[WIDE], c[WIDE], d[WIDE];
    for (int j = 0; j < n + 9; j++) {
        a[j] = in[j] < in[j + 1] ? in[j] : in[j + 1];
        b[j] = in[j] > in[j + 1] ? in[j] : in[j + 1];
    }
    for (int j = 0; j < n + 7; j++) {
        c[j] = a[j] < a[j + 2] ? a[j] : a[j + 2];
        d[j] = b[j] > b[j + 2] ? b[j] : b[j + 2];
    }
    for (int j = 0; j < n + 3; j++) {
        a[j] = c[j] < c[j + 4] ? c[j] : c[j + 4];
        b[j] = d[j] > d[j + 4] ? d[j] : d[j + 4];
    }
    for (int j = 0; j < n; j++) {
        lo[j] = a[j] < a[j + 3] ? a[j] : a[j + 3];
        hi[j] = b[j] > b[j + 3] ? b[j] : b[j + 3];
    }
}

/* The same down 11 rows. */
CLONES static void down(const float *const *lo, const float *const *hi, float *restrict relief,
                        int n)
{
    const float *l0 = lo[0], *h0 = hi[0];
    float least[STRIP], most[STRIP];
    for (int j = 0; j < n; j++) {
        least[j] = l0[j];
        most[j] = h0[j];
    }
    for (int r = 1; r < 11; r++) {
        const float *l = lo[r], *h = hi[r];
        for (int j = 0; j < n; j++) {
            least[j] = l[j] < least[j] ? l[j] : least[j];
            most[j] = h[j] > most[j] ? h[j] : most[j];
        }
    }
    for (int j = 0; j < n; j++)
        relief[j] = most[j] - least[j];
}

/* Slope by Horn, both classes as counts of bounds passed, the grade from the table. */
CLONES static void grade_row(const float *const *dem, const float *restrict relief,
                             uint8_t *restrict out, int n, const float *t2)
{
    static const int M[20] = {1, 1, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 3, 4, 4, 5, 5, 5, 5, 5};
    const float *restrict north = dem[0], *restrict here = dem[1], *restrict south = dem[2];
    const double k = 1.0 / 240;
    float t0 = t2[0], t1 = t2[1], t22 = t2[2], t3 = t2[3];
    int index[STRIP];
    for (int j = 0; j < n; j++) {
        double a = (double)north[j - 1], b = (double)north[j], c = (double)north[j + 1];
        double d = (double)here[j - 1], f = (double)here[j + 1];
        double g = (double)south[j - 1], h = (double)south[j], i = (double)south[j + 1];
        double gx = ((c - a) + 2 * (f - d) + (i - g)) * k;
        double gy = ((a - g) + 2 * (b - h) + (c - i)) * k;
        float tan2 = (float)(gx * gx + gy * gy);
        int s = (tan2 > t0) + (tan2 > t1) + (tan2 > t22) + (tan2 > t3);
        index[j] = s * 4 + (relief[j] > 50) + (relief[j] > 100) + (relief[j] > 200);
    }
    for (int j = 0; j < n; j++)
        out[j] = (uint8_t)M[index[j]];
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
            float relief[STRIP];
            down(l, m, relief, end - skip);
            grade_row(dem, relief, out + skip, end - skip, t2);
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
    int64_t across = (side + STRIP - 1) / STRIP, bands = (side + BAND - 1) / BAND;
    double start = gt_clock_s();
    enum gt_status s = gt_par_for(&work, across * bands, block, &h, &err);
    double seconds = s == GT_OK ? gt_clock_s() - start : (double)NAN;
    for (int w = 0; w < threads; w++)
        for (int i = 0; i < 256 * 8; i++)
            counts[i] += h.counts[w][i];
    gt_pool_free(pool);
    free(h.counts);
    return seconds;
}
