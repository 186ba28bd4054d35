/* Slope, aspect and hillshade by Horn's differences (Horn 1981, "Hill shading and the reflectance
 * map", Proc. IEEE 69(1)), in the ground's metric (geo.h, gt_metric). Differences are formed before
 * sums, all arithmetic is double. Any no-data cell among the nine gives no-data. */
#include "raster_int.h"

static int one_cell(const struct gt_pass *p, const struct gt_step *s)
{
    (void)p, (void)s;
    return 1;
}

/* Tensors of a row's cells, for grids whose metric changes within a row. */
static size_t tensor_bytes(const struct gt_node *node, int64_t max_n)
{
    (void)node;
    return (size_t)max_n * sizeof(struct gt_tensor);
}

struct horn {
    const float *north, *here, *south;
    double kx, ky; /* 1 / (8 dx), 1 / (8 dy), times the height factor */
};

static struct horn horn_of(const struct gt_row *r)
{
    double z = r->node->s->z_factor > 0 ? r->node->s->z_factor : 1;
    const struct gt_grid *g = &r->plan->grid;
    return (struct horn){r->in[0][0], r->in[0][1], r->in[0][2], z / (8 * g->dx), z / (8 * g->dy)};
}

/* Derivatives by x and y (north positive), per CRS unit; NaN when the middle cell is no-data. */
static inline void horn_at(const struct horn *h, int64_t j, double *gx, double *gy)
{
    double a = (double)h->north[j - 1], b = (double)h->north[j], c = (double)h->north[j + 1];
    double d = (double)h->here[j - 1], e = (double)h->here[j], f = (double)h->here[j + 1];
    double g = (double)h->south[j - 1], i = (double)h->south[j], k = (double)h->south[j + 1];
    double middle = e - e; /* 0, or NaN */
    *gx = ((c - a) + 2 * (f - d) + (k - g)) * h->kx + middle;
    *gy = ((a - g) + 2 * (b - i) + (c - k)) * h->ky;
}

static const struct gt_tensor *row_tensors(const struct gt_row *r)
{
    struct gt_tensor *t = r->state;
    gt_metric_row(r->plan->metric, r->col, r->row, (size_t)r->n, t);
    return t;
}

/* ---- Slope: squared tangents; degrees only where somebody looks at them ---- */

GT_CLONES static void slope_uniform(const struct horn *h, struct gt_tensor t, float *out, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        double gx, gy;
        horn_at(h, j, &gx, &gy);
        out[j] = (float)(t.xx * (gx * gx) + t.yy * (gy * gy));
    }
}

static void slope_tensors(const struct horn *h, const struct gt_tensor *t, float *out, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        double gx, gy;
        horn_at(h, j, &gx, &gy);
        out[j] = (float)(t[j].xx * (gx * gx) + 2 * t[j].xy * (gx * gy) + t[j].yy * (gy * gy));
    }
}

static void slope_row(const struct gt_row *r)
{
    struct horn h = horn_of(r);
    if (gt_metric_by_row(r->plan->metric))
        slope_uniform(&h, gt_metric_at(r->plan->metric, r->col, r->row), r->out, r->n);
    else
        slope_tensors(&h, row_tensors(r), r->out, r->n);
}

const struct gt_kernel gt_kernel_slope = {
    .radius = one_cell, .state_bytes = tensor_bytes, .row = slope_row};

/* Chebyshev fit of atan(x)/x in x*x on [0, 1], as a polynomial; greatest error 3e-13 (checked by
 * tests/unit/raster). */
static inline double atan_unit(double x)
{
    static const double C[] = {0.9999999999999907,     -0.33333333332855986,  0.19999999955253606,
                               -0.14285712586416874,   0.11111076687889083,   -0.09090481198008424,
                               0.07688758462672186,    -0.06645912170004493,  0.05793456486619492,
                               -0.04976305862574857,   0.04048922805654677,   -0.029553602402723513,
                               0.018166753462243352,   -0.008772283323570959, 0.003057467419078902,
                               -0.0006752468411030029, 7.03826012528118e-05};
    double u = x * x, p = C[GT_LEN(C) - 1];
    for (int i = (int)GT_LEN(C) - 2; i >= 0; i--)
        p = p * u + C[i];
    return p * x;
}

static inline double atan_deg(double t)
{
    double inverse = 1 / t;
    double x = t > 1 ? inverse : t;
    double v = atan_unit(x) * (180 / M_PI);
    return t > 1 ? 90 - v : v;
}

double gt_atan_deg(double t)
{
    return atan_deg(t);
}

static int none(const struct gt_pass *p, const struct gt_step *s)
{
    (void)p, (void)s;
    return 0;
}

GT_CLONES static void degrees_cells(const float *tan2, float *out, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        out[j] = (float)atan_deg(sqrt((double)tan2[j]));
}

static void degrees_row(const struct gt_row *r)
{
    degrees_cells(r->in[0][0], r->out, r->n);
}

const struct gt_kernel gt_kernel_degrees = {.radius = none, .row = degrees_row};

/* ---- Aspect: where the ground falls, clockwise from the grid's north; none where it is flat ----
 */

/* Components of the fall on the ground: east, north. */
static inline void fall(struct gt_tensor t, double gx, double gy, double *east, double *north)
{
    *east = -(t.xx * gx + t.xy * gy) / sqrt(t.xx);
    *north = -(t.xy * gx + t.yy * gy) / sqrt(t.yy);
}

static double aspect_deg(double east, double north)
{
    if (east == 0 && north == 0)
        return NAN;
    double x = fabs(east), y = fabs(north);
    double from_north = y > 0 ? atan_deg(x / y) : 90; /* 0..90 within the quadrant */
    if (north < 0)
        from_north = 180 - from_north;
    double deg = east < 0 ? 360 - from_north : from_north;
    return deg >= 360 ? 0 : deg;
}

static void aspect_row(const struct gt_row *r)
{
    struct horn h = horn_of(r);
    const struct gt_tensor *t = row_tensors(r);
    for (int64_t j = 0; j < r->n; j++) {
        double gx, gy, east, north;
        horn_at(&h, j, &gx, &gy);
        fall(t[j], gx, gy, &east, &north);
        float deg = east == east && north == north ? (float)aspect_deg(east, north) : NAN;
        r->out[j] = deg >= 360 ? 0 : deg;
    }
}

const struct gt_kernel gt_kernel_aspect = {
    .radius = one_cell, .state_bytes = tensor_bytes, .row = aspect_row};

/* ---- Hillshade: Lambert's law, 1 (dark) to 255 ---- */

struct light {
    double east, north, up;
};

static enum gt_status hillshade_prepare(struct gt_arena *a, const struct gt_pass *p,
                                        struct gt_node *node, struct gt_err *err)
{
    (void)p, (void)err;
    const double rad = M_PI / 180;
    double az = node->s->azimuth_deg * rad, alt = node->s->altitude_deg * rad;
    struct light *l = GT_TAKE(a, struct light);
    *l = (struct light){sin(az) * cos(alt), cos(az) * cos(alt), sin(alt)};
    node->data = l;
    return GT_OK;
}

static void hillshade_row(const struct gt_row *r)
{
    struct horn h = horn_of(r);
    const struct light *l = r->node->data;
    const struct gt_tensor *t = row_tensors(r);
    for (int64_t j = 0; j < r->n; j++) {
        double gx, gy, east, north;
        horn_at(&h, j, &gx, &gy);
        fall(t[j], gx, gy, &east, &north);
        double lit =
            (east * l->east + north * l->north + l->up) / sqrt(1 + east * east + north * north);
        double shade = 1 + 254 * (lit < 0 ? 0 : lit);
        r->out[j] = shade == shade ? (float)floor(shade + 0.5) : NAN;
    }
}

const struct gt_kernel gt_kernel_hillshade = {.radius = one_cell,
                                              .prepare = hillshade_prepare,
                                              .state_bytes = tensor_bytes,
                                              .row = hillshade_row};
