/* How wide a corridor is: its cells are sorted into slices by how far along the way they lie (the
 * cost to the first core as a share of that to both), each slice as long as a few cells of the way;
 * a slice's width is its area by its length. Where the width stays below a share of the corridor's
 * mean, its narrowest slice is a pinch point. */
#include "network_int.h"

#include <math.h>

enum { SLICE_CELLS = 3, MOST_SLICES = 4096 };

struct slices {
    int n;
    double length_m; /* of each */
    double *from;    /* share of the cost where the slice begins; n + 1 */
    double *m2;
};

/* Where the slices begin, on the way. */
static void lay_out(const struct network_way *way, struct slices *o)
{
    int64_t k = 0;
    double all = way->metres[way->n - 1];
    o->length_m = all / o->n;
    for (int i = 1; i < o->n; i++) {
        double at = o->length_m * i;
        while (k + 2 < way->n && way->metres[k + 1] < at)
            k++;
        double part = (at - way->metres[k]) / (way->metres[k + 1] - way->metres[k]);
        double left = way->left[k] + part * (way->left[k + 1] - way->left[k]);
        o->from[i] = 1 - left / way->left[0];
    }
    o->from[0] = 0;
    o->from[o->n] = 1;
}

static int slice_of(const struct slices *o, double share)
{
    int lo = 0, hi = o->n;
    while (hi - lo > 1) {
        int middle = (lo + hi) / 2;
        if (o->from[middle] <= share)
            lo = middle;
        else
            hi = middle;
    }
    return lo;
}

/* Adds the band's cells to the slices and to the raster of bands, where the corridor that is least
 * above its own least cost stands. */
static void add_cells(struct network *s, int link, struct slices *o)
{
    const struct gt_ways *w = s->ways;
    struct gt_network_link *l = &s->link.v[link];
    double most = l->cost * (1 + s->opt->tolerance) * (1 + 1e-12);
    for (int64_t y = 0; y < w->win.h; y++)
        for (int64_t x = 0; x < w->win.w; x++) {
            double first = s->sum[y * w->win.w + x], both = first + w->sum[y * w->stride + x];
            int64_t at = (w->win.row + y) * s->grid.w + w->win.col + x;
            if (!(both <= most) || s->mark[at])
                continue;
            double m2 = gt_metric_cell_m2(s->metric, w->win.col + x, w->win.row + y);
            float excess = (float)(both / l->cost - 1);
            o->m2[slice_of(o, first / both)] += m2;
            l->band_m2 += m2;
            if (s->band[at] == 0 || excess < s->excess[at]) {
                s->band[at] = link + 1;
                s->excess[at] = excess;
            }
        }
}

static void add_pinch(struct network *s, int link, const struct network_way *way,
                      const struct slices *o, int slice)
{
    const struct gt_network_link *l = &s->link.v[link];
    double at = o->length_m * (slice + 0.5);
    int64_t k = 0;
    while (k + 1 < way->n && fabs(way->metres[k + 1] - at) < fabs(way->metres[k] - at))
        k++;
    struct gt_network_pinch *p = GT_PUSH(s->a, &s->pinch);
    p->link = link;
    p->x = gt_grid_x(&s->grid, (double)way->col[k] + 0.5);
    p->y = gt_grid_y(&s->grid, (double)way->row[k] + 0.5);
    p->width_m = o->m2[slice] / o->length_m;
    p->share = p->width_m / l->mean_width_m;
}

/* The narrowest slice of each stretch that is narrow. The first and the last slice lie half in a
 * core and say nothing. */
static void find_pinches(struct network *s, int link, const struct network_way *way,
                         const struct slices *o)
{
    struct gt_network_link *l = &s->link.v[link];
    double narrow = s->opt->pinch * l->mean_width_m * o->length_m;
    int best = -1;
    for (int i = 1; i < o->n; i++) {
        bool inside = i + 1 < o->n && o->m2[i] <= narrow;
        if (inside && (best < 0 || o->m2[i] < o->m2[best]))
            best = i;
        if (!inside && best >= 0) {
            add_pinch(s, link, way, o, best);
            best = -1;
        }
    }
}

void gt_network_width(struct network *s, int link, const struct network_way *way)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_network_link *l = &s->link.v[link];
    struct slices o = {.n = (int)(way->n / SLICE_CELLS)};
    o.n = o.n < 1 ? 1 : o.n > MOST_SLICES ? MOST_SLICES : o.n;
    o.from = GT_TAKE_N(a, double, (size_t)o.n + 1);
    o.m2 = GT_TAKE_N(a, double, (size_t)o.n);
    lay_out(way, &o);
    add_cells(s, link, &o);
    l->mean_width_m = l->band_m2 / l->length_m;
    l->least_width_m = l->mean_width_m;
    for (int i = 1; i + 1 < o.n; i++)
        if (o.m2[i] / o.length_m < l->least_width_m)
            l->least_width_m = o.m2[i] / o.length_m;
    find_pinches(s, link, way, &o);
}
