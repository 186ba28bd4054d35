/* plots.c: a made-up coverage of parcels with faults planted in it. */
#include "plots.h"

#include <math.h>
#include <string.h>

static double noise(int64_t i, int64_t j, int64_t k)
{
    uint64_t h = (uint64_t)(i * 73856093) ^ (uint64_t)(j * 19349663) ^ (uint64_t)(k * 83492791);
    h = (h + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
    h = (h ^ h >> 31) * 0x94d049bb133111ebu;
    return (double)((h ^ h >> 29) >> 11) / 9007199254740992.0 * 2 - 1;
}

static double mm(double v)
{
    return round(v * 1000) / 1000;
}

static void corner(int i, int j, double *xy)
{
    xy[0] = mm(100 * i + 15 * noise(i, j, 1));
    xy[1] = mm(100 * j + 15 * noise(i, j, 2));
}

/* Points from a corner up to the next one, that one left out; way 0 east, 1 north. */
static void side(int i, int j, int way, int mids, bool back, double *xy)
{
    double p[2], q[2];
    corner(i, j, p);
    corner(i + (way == 0), j + (way == 1), q);
    for (int k = 0; k <= mids; k++) {
        int at = back ? mids + 1 - k : k;
        double t = (double)at / (mids + 1),
               off = at % (mids + 1) ? 3 * noise(i, j, 10 * way + at) : 0;
        xy[2 * k] = mm(p[0] + t * (q[0] - p[0]) + (way == 1 ? off : 0));
        xy[2 * k + 1] = mm(p[1] + t * (q[1] - p[1]) + (way == 0 ? off : 0));
    }
}

struct plot *plots_add(struct plots *p, const double *xy, int n)
{
    if (p->n == p->cap)
        p->v = gt_grow_(p->a, p->v, &p->cap, p->n, sizeof *p->v);
    struct plot *to = &p->v[p->n++];
    *to = (struct plot){.rings = 1, .n = {n}};
    to->xy[0] = GT_TAKE_N(p->a, double, 2 * (size_t)n);
    memcpy(to->xy[0], xy, 2 * (size_t)n * sizeof *xy);
    return to;
}

struct plots *plots_new(struct gt_arena *a, int w, int h, int mids)
{
    struct plots *p = GT_TAKE(a, struct plots);
    int n = 4 * (mids + 1);
    double *xy = GT_TAKE_N(a, double, 2 * (size_t)n);
    p->a = a;
    p->w = w;
    p->h = h;
    for (int j = 0; j < h; j++)
        for (int i = 0; i < w; i++) {
            int step = 2 * (mids + 1);
            side(i, j, 0, mids, false, xy);
            side(i + 1, j, 1, mids, false, xy + step);
            side(i, j + 1, 0, mids, true, xy + 2 * step);
            side(i, j, 1, mids, true, xy + 3 * step);
            plots_add(p, xy, n);
        }
    return p;
}

void plot_insert(struct gt_arena *a, struct plot *p, int ring, int at, double x, double y)
{
    double *to = GT_TAKE_N(a, double, 2 * (size_t)(p->n[ring] + 1));
    memcpy(to, p->xy[ring], 2 * (size_t)at * sizeof *to);
    to[2 * at] = x;
    to[2 * at + 1] = y;
    memcpy(to + 2 * at + 2, p->xy[ring] + 2 * at, 2 * (size_t)(p->n[ring] - at) * sizeof *to);
    p->xy[ring] = to;
    p->n[ring]++;
}

void plot_at(enum plot_place place, double *x, double *y)
{
    double u = *x, v = *y;
    if (place == PLOT_SHEARED) {
        *x = mm(500000 + u + 0.6 * v);
        *y = mm(3300000 + v - 0.2 * u);
    } else if (place == PLOT_ZONE) {
        *x = mm(36412345 + u);
        *y = mm(3298765 + v);
    } else if (place == PLOT_DEGREES) {
        *x = round((91 + u / 96500) * 1e8) / 1e8;
        *y = round((29.6 + v / 110850) * 1e8) / 1e8;
    }
}

static const struct gt_crs *crs_at(struct gt_arena *a, enum plot_place place)
{
    static const char *const code[] = {"", "EPSG:4542", "EPSG:4524", "EPSG:4490"};
    const struct gt_crs *crs = NULL;
    struct gt_err err = {0};
    if (place == PLOT_METRES)
        return NULL;
    return gt_crs_parse(a, code[place], &crs, &err) == GT_OK ? crs : NULL;
}

const struct gt_shapes *plots_shapes(const struct plots *p, enum plot_place place)
{
    size_t rings = 0, points = 0;
    for (size_t i = 0; i < p->n; i++)
        for (int r = 0; r < p->v[i].rings; r++) {
            rings++;
            points += (size_t)p->v[i].n[r] + 1;
        }
    struct gt_shapes *s = GT_TAKE(p->a, struct gt_shapes);
    int64_t *part = GT_TAKE_N(p->a, int64_t, p->n + 1);
    int64_t *point = GT_TAKE_N(p->a, int64_t, rings + 1);
    double *xy = GT_TAKE_N(p->a, double, 2 * points + 1);
    int64_t k = 0, at = 0;
    *s = (struct gt_shapes){.kind = GT_SHAPE_POLYGON, .crs = crs_at(p->a, place), .n = p->n};
    s->box = (struct gt_box){HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < p->n; i++) {
        for (int r = 0; r < p->v[i].rings; r++) {
            int n = p->v[i].n[r];
            for (int q = 0; q <= n; q++, at++) {
                xy[2 * at] = p->v[i].xy[r][2 * (q % n)];
                xy[2 * at + 1] = p->v[i].xy[r][2 * (q % n) + 1];
                plot_at(place, &xy[2 * at], &xy[2 * at + 1]);
                s->box.x0 = fmin(s->box.x0, xy[2 * at]);
                s->box.x1 = fmax(s->box.x1, xy[2 * at]);
                s->box.y0 = fmin(s->box.y0, xy[2 * at + 1]);
                s->box.y1 = fmax(s->box.y1, xy[2 * at + 1]);
            }
            point[++k] = at;
        }
        part[i + 1] = k;
    }
    s->part = part;
    s->point = point;
    s->xy = xy;
    return s;
}

const struct gt_layer_source *plots_layer(const struct plots *p, enum plot_place place)
{
    struct gt_features *f = GT_TAKE(p->a, struct gt_features);
    f->shapes = plots_shapes(p, place);
    return gt_layer_of(p->a, "plots", f);
}

enum gt_status told_flaw(void *ctx, const struct gt_flaw *f, struct gt_err *err)
{
    struct told *t = ctx;
    (void)err;
    *GT_PUSH(t->a, t) = *f;
    struct gt_flaw *g = &t->v[t->n - 1];
    if (!f->xy)
        return GT_OK;
    size_t points = (size_t)f->ring[f->n_rings];
    double *xy = GT_TAKE_N(t->a, double, 2 * points);
    int64_t *ring = GT_TAKE_N(t->a, int64_t, f->n_rings + 1);
    memcpy(xy, f->xy, 2 * points * sizeof *xy);
    memcpy(ring, f->ring, (f->n_rings + 1) * sizeof *ring);
    g->xy = xy;
    g->ring = ring;
    return GT_OK;
}

const char *told_text(const struct told *t)
{
    struct gt_buf b = {.a = t->a};
    gt_buf_add(&b, "");
    for (size_t i = 0; i < t->n; i++)
        gt_buf_addf(&b, "%s%s %d %d", i ? "; " : "", gt_flaw_name(t->v[i].kind), (int)t->v[i].a,
                    (int)t->v[i].b);
    return b.p;
}
