/* planning_zone.c: what the plan makes of each block: the red line and protected areas where nature
 * is to be kept, a development boundary where a town stands, and the farmland that stays. */
#include "planning_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- Places ---- */

static bool in_layer(const struct gt_sample *s, enum gt_sample_layer layer, const double place[2])
{
    const struct gt_shapes *g = &s->vector[layer].shapes;
    for (size_t i = 0; i < g->n; i++) {
        bool in = false;
        for (int64_t part = g->part[i]; part < g->part[i + 1]; part++)
            in ^= gt_sample_in_ring(g->xy + 2 * g->point[part],
                                    (int)(g->point[part + 1] - g->point[part] - 1), place[0],
                                    place[1]);
        if (in)
            return true;
    }
    return false;
}

static int town_in(const struct gt_sample *s, const struct gt_block *b)
{
    for (int i = 0; i < s->n_towns; i++)
        if (gt_sample_in_ring(b->xy, (int)b->n - 1, s->x0 + s->town[i].x, s->y0 - s->town[i].y))
            return i;
    return -1;
}

/* ---- Windows ---- */

static int by_point(const void *a, const void *b)
{
    return memcmp(a, b, 2 * sizeof(double));
}

/* No point of the parcel is on the block's border. */
static bool is_inner(const double *border, size_t n, const struct gt_village *l,
                     const struct gt_parcel *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (bsearch(l->xy + 2 * (p->point + i), border, n, 2 * sizeof(double), by_point))
            return false;
    return true;
}

int64_t gt_zone_inner(const struct gt_village *l, int32_t block, bool now, bool crop)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    const struct gt_block *b = &l->block[block];
    double *border = GT_TAKE_N(scratch, double, 2 * b->n);
    int64_t best = -1;
    memcpy(border, b->xy, 2 * b->n * sizeof *border);
    qsort(border, b->n, 2 * sizeof *border, by_point);
    for (size_t i = 0; i < l->n; i++) {
        const struct gt_parcel *p = &l->parcel[i];
        bool fits = p->block == block && (now ? p->now : p->old) &&
                    (!crop || (p->is.crop && p->is.grade < 5));
        if (fits && (best < 0 || p->cents > l->parcel[best].cents) && is_inner(border, b->n, l, p))
            best = (int64_t)i;
    }
    return best;
}

/* ---- Zones ---- */

static struct gt_zone zone_of(const struct gt_survey *v, const struct gt_village *l, int32_t i,
                              bool now)
{
    const struct gt_block *b = &l->block[i];
    const struct gt_sample *s = v->s;
    struct gt_zone z = {.town = town_in(s, b), .window = -1};
    z.m2 = gt_plot_area2(b->xy, b->n - 1, z.centre) / 2;
    gt_parcel_facts(s, z.centre, b->key, false, &z.is);
    double x = z.centre[0] - s->x0, y = s->y0 - z.centre[1];
    z.slope = gt_sample_between(s->fact[FACT_SLOPE], x, y);
    z.height = gt_sample_between(s->land.z, x, y);
    if (z.town >= 0) {
        z.window = gt_zone_inner(l, i, now, true);
        return z;
    }
    z.red = in_layer(s, GT_SAMPLE_REDLINE, z.centre);
    z.reserve = z.red && in_layer(s, GT_SAMPLE_PROTECTED_AREA, z.centre);
    z.core = z.reserve && z.height > 4700;
    return z;
}

enum gt_status gt_zones(const struct gt_survey *v, struct gt_arena *a, const struct gt_village *l,
                        int year, struct gt_zone **out, struct gt_err *err)
{
    double *m2 = GT_TAKE_N(a, double, l->n_blocks + 1);
    const struct gt_shapes *s = gt_plan_blocks(v, a, l);
    *out = GT_TAKE_N(a, struct gt_zone, l->n_blocks + 1);
    GT_TRY(gt_survey_areas(s, NULL, m2, err));
    for (size_t i = 0; i < l->n_blocks; i++) {
        (*out)[i] = zone_of(v, l, (int32_t)i, year > GT_SURVEY_YEAR);
        (*out)[i].m2 = floor(m2[i] + 0.5) / 100;
    }
    return GT_OK;
}

bool gt_zone_keeps(const struct gt_zone *z, const struct gt_village *l, size_t parcel)
{
    const struct gt_parcel *p = &l->parcel[parcel];
    const struct gt_zone *at = &z[p->block];
    if (!p->is.crop || at->red)
        return false;
    return at->town < 0 || (int64_t)parcel == at->window;
}

bool gt_zone_basic(const struct gt_zone *z, const struct gt_village *l, size_t parcel)
{
    const struct gt_parcel *p = &l->parcel[parcel];
    return gt_zone_keeps(z, l, parcel) && p->is.grade < 5 &&
           (p->is.luck < 0.85 || (int64_t)parcel == z[p->block].window);
}
