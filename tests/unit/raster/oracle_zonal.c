/* Tables by zone: a list of rows, looked through for every cell. Sums are whole numbers: values
 * times 2^32, areas times 2^20. */
#include "oracle.h"

#include <stdlib.h>

struct zone {
    struct gt_zone_row row;
    __int128 sum, area;
};

struct zones {
    size_t n, cap;
    struct zone *v;
};

static struct zone *zone_of(struct gt_arena *a, struct zones *z, int64_t id, int64_t cls)
{
    for (size_t i = 0; i < z->n; i++)
        if (z->v[i].row.zone == id && z->v[i].row.cls == cls)
            return &z->v[i];
    struct zone *new = GT_PUSH(a, z);
    new->row = (struct gt_zone_row){
        .zone = id, .cls = cls, .min = (double)INFINITY, .max = -(double)INFINITY};
    return new;
}

static void add_cell(const struct oracle *o, struct zone *z, double v, int64_t col, int64_t row)
{
    double area = gt_metric_cell_m2(o->metric, col, row);
    z->row.count++;
    z->sum += (__int128)llrint(v * 4294967296.0);
    z->row.min = v < z->row.min ? v : z->row.min;
    z->row.max = v > z->row.max ? v : z->row.max;
    if (isfinite(area))
        z->area += (__int128)llrint(area * 1048576.0);
}

static struct gt_zone_row result_of(const struct zone *z, unsigned stats)
{
    struct gt_zone_row r = {.zone = z->row.zone, .cls = z->row.cls, .count = z->row.count};
    double sum = (double)z->sum / 4294967296.0;
    if (stats & GT_STAT_SUM)
        r.sum = sum;
    if (stats & GT_STAT_MEAN)
        r.mean = sum / (double)r.count;
    if (stats & GT_STAT_MIN)
        r.min = z->row.min;
    if (stats & GT_STAT_MAX)
        r.max = z->row.max;
    if (stats & GT_STAT_AREA)
        r.area_m2 = (double)z->area / 1048576.0;
    return r;
}

static int ascending(const void *a, const void *b)
{
    const struct gt_zone_row *p = a, *q = b;
    if (p->zone != q->zone)
        return p->zone < q->zone ? -1 : 1;
    return (p->cls > q->cls) - (p->cls < q->cls);
}

void oracle_zonal(const struct oracle *o, const struct gt_model *m, int step,
                  struct gt_window region, struct gt_zonal_result *out)
{
    const struct gt_step *s = &m->steps[step];
    const float *of = o->cells[s->in[0]], *zones = o->cells[s->in[1]];
    struct zones z = {0};
    for (int64_t row = region.row; row < region.row + region.h; row++)
        for (int64_t col = region.col; col < region.col + region.w; col++) {
            double v = oracle_at(o, of, col, row), zone = oracle_at(o, zones, col, row);
            if (isnan(v))
                continue;
            int64_t id = isnan(zone) ? GT_NO_ZONE : (int64_t)zone;
            add_cell(o, zone_of(o->a, &z, id, s->per_class ? (int64_t)v : 0), v, col, row);
        }
    *out = (struct gt_zonal_result){.step = step, .n = z.n};
    out->row = GT_TAKE_N(o->a, struct gt_zone_row, z.n + 1);
    for (size_t i = 0; i < z.n; i++)
        out->row[i] = result_of(&z.v[i], s->stats);
    qsort(out->row, out->n, sizeof *out->row, ascending);
}
