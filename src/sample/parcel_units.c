/* parcel_units.c: the county, its towns and villages as units of the land survey: their borders
 * with every point that a parcel has there, and their control areas. The towns are the parts of the
 * county, so the survey covers the county's own outline. */
#include "parcel_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- Quotas ---- */

double gt_parcel_weight(const struct gt_sample *s, const double place[2])
{
    double x = place[0] - s->x0, y = s->y0 - place[1];
    double crop = smoothd(gt_sample_between(s->fact[FACT_CROP], x, y), -0.15, 0.1);
    double town = 1 - smoothd(gt_sample_between(s->fact[FACT_TOWN], x, y), 500, 1100);
    return 1 + 1.6 * fmax(crop, town);
}

void gt_parcel_quotas(const struct gt_sample *s, const struct gt_plot_stack *st, int64_t quota,
                      struct gt_plot *part, int n)
{
    double weight[2], centre[2];
    int64_t rest = quota;
    for (int i = 0; i < 2; i++) {
        weight[i] = gt_plot_area2(st->xy.v + 2 * part[i].at, part[i].n, centre);
        weight[i] *= gt_parcel_weight(s, centre);
    }
    if (n == 3) {
        part[2].quota = 1;
        rest = quota > 2 ? quota - 1 : 2;
    }
    double share = floor((double)rest * weight[0] / (weight[0] + weight[1]) + 0.5);
    part[0].quota = (int64_t)clampd(share, 1, (double)rest - 1);
    part[1].quota = rest - part[0].quota;
}

struct lost {
    double part;
    size_t i;
};

static int by_loss(const void *a, const void *b)
{
    const struct lost *p = a, *q = b;
    if (p->part != q->part)
        return p->part > q->part ? -1 : 1;
    return (p->i > q->i) - (p->i < q->i);
}

void gt_parcel_apportion(struct gt_arena *a, const double *value, size_t n, int64_t total,
                         int64_t *out)
{
    struct lost *v = GT_TAKE_N(a, struct lost, n + 1);
    int64_t rest = total;
    for (size_t i = 0; i < n; i++) {
        out[i] = (int64_t)floor(value[i]);
        rest -= out[i];
        v[i] = (struct lost){value[i] - floor(value[i]), i};
    }
    qsort(v, n, sizeof *v, by_loss);
    for (size_t i = 0; n && rest != 0; i = (i + 1) % n) {
        out[v[rest > 0 ? i : n - 1 - i].i] += rest > 0 ? 1 : -1;
        rest += rest > 0 ? -1 : 1;
    }
}

/* ---- Borders ---- */

static bool is_before(const double *p, const double *q)
{
    return p[0] < q[0] || (p[0] == q[0] && p[1] < q[1]);
}

/* Points from p towards q, p among them; the same ones for both directions. */
static void push_edge(struct gt_plot_stack *st, const double *p, const double *q, double side)
{
    bool back = is_before(q, p);
    const double *from = back ? q : p, *to = back ? p : q;
    double dx = to[0] - from[0], dy = to[1] - from[1];
    double n = floor(gt_sample_hypot(dx, dy) / side + 0.5);
    n = n < 1 ? 1 : n;
    *GT_PUSH(st->a, &st->xy) = p[0];
    *GT_PUSH(st->a, &st->xy) = p[1];
    for (double i = 1; i < n; i++) {
        double t = (back ? n - i : i) / n;
        *GT_PUSH(st->a, &st->xy) = gt_plot_round(from[0] + t * dx);
        *GT_PUSH(st->a, &st->xy) = gt_plot_round(from[1] + t * dy);
    }
}

/* Points i..j of a ring of the layer `county`, backwards where j < i; j's own not among them. */
static void push_run(struct gt_plot_stack *st, const double *xy, int64_t i, int64_t j, double side)
{
    int64_t step = j > i ? 1 : -1;
    for (; i != j; i += step)
        push_edge(st, xy + 2 * i, xy + 2 * (i + step), side);
}

/* Rings of the county's parts run clockwise; plots the other way round. */
static void push_part(struct gt_plot_stack *st, const struct gt_shapes *g, int part, double side)
{
    push_run(st, g->xy + 2 * g->point[part], g->point[part + 1] - g->point[part] - 1, 0, side);
}

/* The county's limit: runs of its parts' rings between the corners of arcs. */
static void push_county(struct gt_plot_stack *st, const struct gt_shapes *g, double side)
{
    enum { ARC = 128 };
    static const int run[4][3] = {{2, 5, 3}, {3, 3, 1}, {1, 2, 0}, {0, 2, 0}};
    for (int i = 0; i < 4; i++)
        push_run(st, g->xy + 2 * g->point[run[i][0]], run[i][1] * ARC, run[i][2] * ARC, side);
}

/* ---- Units ---- */

#define MAPPED_M2 620.0 /* above the smallest parcel of any class */

struct making {
    struct gt_arena *a;
    struct gt_survey *v;
    struct gt_plot_stack st;
    int n; /* units so far */
};

static struct gt_survey_unit *add_unit(struct making *m, const struct gt_plot *p, int level,
                                       int parent)
{
    struct gt_survey_unit *u = &m->v->unit[m->n++];
    double *xy = GT_TAKE_N(m->a, double, 2 * p->n);
    memcpy(xy, m->st.xy.v + 2 * p->at, 2 * p->n * sizeof *xy);
    *u = (struct gt_survey_unit){
        .level = level, .parent = parent, .xy = xy, .n = p->n, .quota = p->quota, .key = p->key};
    return u;
}

static enum gt_status villages(struct making *m, const struct gt_plot *p, int n, int town,
                               struct gt_err *err)
{
    struct gt_plot part[3];
    if (n == 1) {
        const struct gt_survey_unit *t = &m->v->unit[town];
        int nth = m->n - 1 - COUNTY_PARTS - (town - 1) * TOWN_VILLAGES;
        struct gt_survey_unit *u = add_unit(m, p, 2, town);
        u->code = gt_printf(m->a, "%s%03d", t->code, 201 + nth);
        u->name = gt_printf(m->a, "%.6s%d村（虚构）", t->name, nth + 1);
        return GT_OK;
    }
    size_t before = m->st.xy.n;
    if (gt_plot_split(&m->st, m->v->seed, p, GT_CUT_HALVES, part) != 2)
        return gt_fail(err, GT_EINTERNAL, "town %d: expected a line that splits it, found none",
                       town);
    gt_parcel_quotas(m->v->s, &m->st, p->quota, part, 2);
    double share = (double)part[0].quota / (double)p->quota;
    int first = (int)clampd(floor(n * share + 0.5), 1, n - 1);
    GT_TRY(villages(m, &part[0], first, town, err));
    GT_TRY(villages(m, &part[1], n - first, town, err));
    m->st.xy.n = before;
    return GT_OK;
}

static double county_area2(const struct gt_shapes *g, double area2[COUNTY_PARTS])
{
    double sum = 0, centre[2];
    for (int i = 0; i < COUNTY_PARTS; i++) {
        size_t n = (size_t)(g->point[i + 1] - g->point[i]);
        area2[i] = -gt_plot_area2(g->xy + 2 * g->point[i], n, centre);
        sum += area2[i];
    }
    return sum;
}

static enum gt_status make_units(struct making *m, struct gt_err *err)
{
    static const char *const name[COUNTY_PARTS] = {"甲川镇（虚构）", "乙原镇（虚构）",
                                                   "丙谷镇（虚构）", "丁岭镇（虚构）"};
    const struct gt_shapes *g = &m->v->s->vector[GT_SAMPLE_COUNTY].shapes;
    double part2[COUNTY_PARTS], area2 = county_area2(g, part2);
    m->v->least_m2 = area2 / 2 / (double)m->v->parcels > 4 * MAPPED_M2 ? MAPPED_M2 : 0;
    double side = sqrt(area2 / 2 / (double)m->v->parcels) / POINTS_A_SIDE;
    struct gt_plot p[1 + COUNTY_PARTS] = {{.key = 1, .quota = m->v->parcels}};
    int64_t rest = m->v->parcels;
    push_county(&m->st, g, side);
    p[0].n = m->st.xy.n / 2;
    for (int i = 1; i <= COUNTY_PARTS; i++) {
        double quota = floor((double)m->v->parcels * part2[i - 1] / area2 + 0.5);
        p[i] = (struct gt_plot){.at = m->st.xy.n / 2, .key = gt_plot_key(1, i)};
        p[i].quota = i == COUNTY_PARTS ? rest : (int64_t)quota;
        rest -= p[i].quota;
        push_part(&m->st, g, i - 1, side);
        p[i].n = m->st.xy.n / 2 - p[i].at;
    }
    for (int i = 0; i <= COUNTY_PARTS; i++) {
        struct gt_survey_unit *u = add_unit(m, &p[i], i > 0, i > 0 ? 0 : -1);
        u->code = i ? gt_printf(m->a, GT_SAMPLE_REGION "%03d", 100 + i) : GT_SAMPLE_REGION;
        u->name = i ? name[i - 1] : "示例县（虚构）";
    }
    for (int i = 1; i <= COUNTY_PARTS; i++)
        GT_TRY(villages(m, &p[i], TOWN_VILLAGES, i, err));
    return GT_OK;
}

/* ---- Control areas ---- */

enum gt_status gt_survey_areas(const struct gt_shapes *s, struct gt_work *w, double *cents,
                               struct gt_err *err)
{
    GT_TRY(gt_polygon_areas(s, GT_AREA_TRAPEZOID, w, cents, err));
    for (size_t i = 0; i < s->n; i++)
        cents[i] *= 100;
    return GT_OK;
}

/* The parts' areas add up to the whole's. */
static void share_out(struct gt_arena *a, struct gt_survey *v, const double *cents, int parent)
{
    double value[SURVEY_UNITS];
    int64_t out[SURVEY_UNITS];
    size_t n = 0;
    for (int i = 0; i < SURVEY_UNITS; i++)
        if (v->unit[i].parent == parent)
            value[n++] = cents[i];
    gt_parcel_apportion(a, value, n, v->unit[parent].cents, out);
    n = 0;
    for (int i = 0; i < SURVEY_UNITS; i++)
        if (v->unit[i].parent == parent)
            v->unit[i].cents = out[n++];
}

static enum gt_status control_areas(struct gt_arena *a, struct gt_survey *v, struct gt_work *w,
                                    struct gt_err *err)
{
    double cents[SURVEY_UNITS];
    GT_TRY(gt_survey_areas(gt_survey_unit_shapes(v, a, -1), w, cents, err));
    v->unit[0].cents = (int64_t)floor(cents[0] + 0.5);
    for (int i = 0; i <= COUNTY_PARTS; i++)
        share_out(a, v, cents, i);
    int64_t first = 0;
    for (int i = 1 + COUNTY_PARTS; i < SURVEY_UNITS; i++) {
        v->unit[i].first = first;
        first += v->unit[i].quota;
    }
    return GT_OK;
}

const struct gt_shapes *gt_survey_unit_shapes(const struct gt_survey *v, struct gt_arena *a,
                                              int level)
{
    struct gt_sample plain = {.crs = v->s->crs}; /* no corner: coordinates are whole already */
    struct gt_sketch k = {.a = a, .s = &plain, .kind = GT_SHAPE_POLYGON};
    struct gt_sample_features *out = GT_TAKE(a, struct gt_sample_features);
    for (int i = 0; i < SURVEY_UNITS; i++) {
        const struct gt_survey_unit *u = &v->unit[i];
        if (level >= 0 && u->level != level)
            continue;
        gt_sketch_feature(&k);
        gt_sketch_part(&k);
        for (size_t j = 0; j <= u->n; j++) {
            *GT_PUSH(a, &k.xy) = u->xy[2 * (j % u->n)];
            *GT_PUSH(a, &k.xy) = u->xy[2 * (j % u->n) + 1];
        }
    }
    gt_sketch_end(&k, out);
    return &out->shapes;
}

enum gt_status gt_survey_new(struct gt_arena *a, const struct gt_sample *s,
                             const struct gt_survey_opt *opt, struct gt_work *w,
                             const struct gt_survey **out, struct gt_err *err)
{
    int64_t n = opt->parcels;
    if (n < GT_SURVEY_PARCELS_MIN || n > GT_SURVEY_PARCELS_MAX)
        return gt_fail(err, GT_EUSE, "parcels: expected %d..%d, found %lld", GT_SURVEY_PARCELS_MIN,
                       GT_SURVEY_PARCELS_MAX, (long long)n);
    if (s->basic)
        return gt_fail(err, GT_EUSE, "parcels: expected all layers of the sample, found 'basic'");
    struct gt_survey *v = GT_TAKE(a, struct gt_survey);
    struct making m = {.a = a, .v = v, .st = {.a = a}};
    v->s = s;
    v->seed = s->seed;
    v->parcels = n;
    v->block = n / 1024 < 8 ? 8 : n / 1024;
    v->change = fmin(0.02, 4000 / (double)n);
    GT_TRY(make_units(&m, err));
    GT_TRY(control_areas(a, v, w, err));
    *out = v;
    return GT_OK;
}
