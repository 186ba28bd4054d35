/* Fitting a variogram: Matheron's estimate by classes of distance, then Cressie's weighted least
 * squares (Cressie 1985): the sum over classes of pairs * (estimate / model - 1)^2. Ranges and
 * nuggets are tried on a grid, the best sill for each is known in closed form: no search that could
 * end elsewhere. Cost: the pairs once, then about 2,000 trials over 15 classes. */
#include "interpolate_int.h"

#include <math.h>

enum { CLASSES = 15, RANGES = 48, NUGGETS = 20, POINTS_MIN = 10 };

struct estimate {
    double h[CLASSES], gamma[CLASSES], pairs[CLASSES];
    double reach; /* greatest distance of the classes */
    int64_t all;  /* pairs */
};

static struct gt_place place_at(const struct gt_interpolate *in, size_t i)
{
    return gt_place_of(in->crs, in->xy[2 * i], in->xy[2 * i + 1]);
}

static double value_of(const struct gt_interpolate *in, size_t i)
{
    return in->value[i * (in->n_levels > 1 ? in->n_levels : 1)];
}

/* Half of the greatest distance is as far as estimates are worth something. */
static double reach_of(const struct gt_interpolate *in)
{
    double far = 0;
    for (size_t i = 0; i < in->n; i++)
        for (size_t k = 0; k < i; k++)
            far = fmax(far, gt_place_distance(place_at(in, i), place_at(in, k)));
    return far / 2;
}

static struct estimate estimate(const struct gt_interpolate *in)
{
    struct estimate e = {.reach = reach_of(in)};
    for (size_t i = 0; i < in->n; i++)
        for (size_t k = 0; k < i; k++) {
            double h = gt_place_distance(place_at(in, i), place_at(in, k));
            int c = (int)(h / e.reach * CLASSES);
            if (h >= e.reach)
                continue;
            double d = value_of(in, i) - value_of(in, k);
            e.h[c] += h;
            e.gamma[c] += d * d / 2;
            e.pairs[c]++;
            e.all++;
        }
    for (int c = 0; c < CLASSES; c++)
        if (e.pairs[c] > 0) {
            e.h[c] /= e.pairs[c];
            e.gamma[c] /= e.pairs[c];
        }
    return e;
}

/* The best sill for a shape of sill 1; gives the misfit. */
static double try_shape(const struct estimate *e, struct gt_variogram *v)
{
    double first = 0, second = 0, n = 0, ratio[CLASSES] = {0};
    for (int c = 0; c < CLASSES; c++) {
        if (e->pairs[c] <= 0)
            continue;
        ratio[c] = e->gamma[c] / gt_variogram_at(v, e->h[c]);
        first += e->pairs[c] * ratio[c];
        second += e->pairs[c] * ratio[c] * ratio[c];
        n += e->pairs[c];
    }
    double by = first / second, misfit = 0; /* one by the sill */
    for (int c = 0; c < CLASSES; c++)
        misfit += e->pairs[c] * (by * ratio[c] - 1) * (by * ratio[c] - 1);
    v->nugget /= by;
    v->sill = 1 / by;
    return sqrt(misfit / n);
}

enum gt_status gt_variogram_fit(const struct gt_interpolate *in, struct gt_variogram *out,
                                struct gt_err *err)
{
    const struct gt_interpolator *checked;
    GT_AUTO_ARENA mine = gt_arena_new();
    GT_TRY(gt_interpolator_new(mine, in, &checked, err));
    struct estimate e = estimate(in);
    bool flat = true;
    for (int c = 0; c < CLASSES; c++)
        flat = flat && e.gamma[c] <= 0;
    *out = (struct gt_variogram){.sill = 1, .range_m = e.reach > 0 ? e.reach : 1};
    if (in->n < POINTS_MIN || flat)
        return GT_OK;
    double least = (double)INFINITY;
    for (int i = 0; i < 2 * RANGES * NUGGETS; i++) {
        struct gt_variogram v = {.exponential = i % 2 == 1, .sill = 1, .pairs = e.all};
        v.nugget = (double)(i / 2 % NUGGETS) / NUGGETS;
        v.range_m = e.reach / 20 * pow(60, (double)(i / 2 / NUGGETS) / (RANGES - 1));
        v.misfit = try_shape(&e, &v);
        if (v.misfit < least * (1 - 1e-9)) {
            least = v.misfit;
            *out = v;
        }
    }
    return GT_OK;
}
