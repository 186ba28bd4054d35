/* Zonal statistics, gathered in the same pass. Every worker has sums of its own, in integers:
 * values times 2^32 and areas times 2^20 in 128 bits, so the totals do not depend on the order of
 * cells. */
#include "raster_int.h"

#include <stdlib.h>
#include <string.h>

/* Values must stay below this to be summed exactly. */
#define SUM_MAX 2147483648.0
#define SUM_SCALE 4294967296.0
#define AREA_SCALE 1048576.0

typedef uint32_t __attribute__((may_alias)) float_bits;

enum { MAX_ROWS = 1 << 22, CACHED = 256, FEW_CLASSES = 16, WORTH_SWEEPING = 64 };
#define VALUE_STATS (GT_STAT_SUM | GT_STAT_MEAN | GT_STAT_MIN | GT_STAT_MAX)

struct sums {
    int64_t zone, cls;
    int64_t count;
    __int128 sum, area;
    float min, max;
};

/* A worker's sums: an open hash by (zone, class), and the classes of the zone met last. */
struct zonal {
    struct gt_arena *a;
    struct sums **slot;
    size_t n, cap; /* cap: a power of two */
    int64_t zone;
    struct sums *cached[CACHED];
    enum gt_status failed;
    float bad;
    bool no_code;   /* bad stands for a zone or class */
    bool no_area;   /* a cell lies where the projection has no areas */
    uint8_t mark[]; /* of a row: whether a cell begins a run */
};

static size_t zonal_bytes(const struct gt_node *node, int64_t max_n)
{
    (void)node;
    return sizeof(struct zonal) + (size_t)max_n;
}

void gt_zonal_begin(const struct gt_node *node, void *state)
{
    (void)node;
    struct zonal *z = state;
    *z = (struct zonal){.a = gt_arena_new(), .cap = 256, .zone = INT64_MAX};
    z->slot = GT_TAKE_N(z->a, struct sums *, z->cap);
}

void gt_zonal_end(void *state)
{
    struct zonal *z = state;
    gt_arena_free(z->a);
    z->a = NULL;
}

static size_t place(struct sums *const *slot, size_t cap, int64_t zone, int64_t cls)
{
    uint64_t h = (uint64_t)zone * 0x9E3779B97F4A7C15u ^ (uint64_t)cls * 0xC2B2AE3D27D4EB4Fu;
    size_t i = (size_t)(h >> 20) & (cap - 1);
    while (slot[i] && (slot[i]->zone != zone || slot[i]->cls != cls))
        i = (i + 1) & (cap - 1);
    return i;
}

static void widen(struct zonal *z)
{
    size_t cap = z->cap * 4;
    struct sums **slot = GT_TAKE_N(z->a, struct sums *, cap);
    for (size_t i = 0; i < z->cap; i++)
        if (z->slot[i])
            slot[place(slot, cap, z->slot[i]->zone, z->slot[i]->cls)] = z->slot[i];
    z->slot = slot;
    z->cap = cap;
}

static struct sums *find(struct zonal *z, int64_t zone, int64_t cls)
{
    size_t i = place(z->slot, z->cap, zone, cls);
    if (z->slot[i])
        return z->slot[i];
    if (z->n >= MAX_ROWS)
        z->failed = GT_ETOOBIG;
    if (z->n * 2 > z->cap) {
        widen(z);
        i = place(z->slot, z->cap, zone, cls);
    }
    struct sums *s = GT_TAKE(z->a, struct sums);
    *s = (struct sums){.zone = zone, .cls = cls, .min = INFINITY, .max = -INFINITY};
    z->slot[i] = s;
    z->n++;
    return s;
}

/* Zones and classes are whole numbers that steps can carry; anything else fails the run. */
static int64_t code_of(struct zonal *z, float v)
{
    bool code = fabsf(v) <= (float)GT_CODE_MAX && v == floorf(v);
    if (!code) {
        z->no_code = true;
        z->bad = v;
    }
    return code ? (int64_t)v : 0;
}

static struct sums *sums_of(struct zonal *z, float zone, float cls)
{
    int64_t id = zone == zone ? code_of(z, zone) : GT_NO_ZONE, c = code_of(z, cls);
    if (id != z->zone) {
        z->zone = id;
        for (int i = 0; i < CACHED; i++)
            z->cached[i] = NULL;
    }
    if (c < 0 || c >= CACHED)
        return find(z, id, c);
    if (!z->cached[c])
        z->cached[c] = find(z, id, c);
    return z->cached[c];
}

static void add_values(struct zonal *z, struct sums *s, const float *v, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        if (v[j] != v[j])
            continue;
        if (!(fabsf(v[j]) < (float)SUM_MAX)) {
            z->failed = GT_EINPUT;
            z->bad = v[j];
        } else {
            s->sum += (__int128)llrint((double)v[j] * SUM_SCALE);
        }
        s->min = v[j] < s->min ? v[j] : s->min;
        s->max = v[j] > s->max ? v[j] : s->max;
    }
}

static int64_t count_values(const float *v, int64_t n)
{
    int64_t count = 0;
    for (int64_t j = 0; j < n; j++)
        count += v[j] == v[j];
    return count;
}

static __int128 cell_area(struct zonal *z, const struct gt_row *r, int64_t col)
{
    double m2 = gt_metric_cell_m2(r->plan->metric, col, r->row);
    z->no_area |= m2 != m2;
    return m2 == m2 ? (__int128)llrint(m2 * AREA_SCALE) : 0;
}

static void add_area(const struct gt_row *r, struct sums *s, const float *v, int64_t at, int64_t n,
                     int64_t count)
{
    struct zonal *z = r->state;
    if (gt_metric_area_by_row(r->plan->metric)) {
        s->area += cell_area(z, r, 0) * count;
        return;
    }
    for (int64_t j = 0; j < n; j++)
        if (v[j] == v[j])
            s->area += cell_area(z, r, r->col + at + j);
}

/* Adds the `count` cells with a value among at .. at+n-1, all of one zone and (per class) one
 * class.
 */
static void add_cells(const struct gt_row *r, float zone, float cls, int64_t at, int64_t n,
                      int64_t count)
{
    struct zonal *z = r->state;
    unsigned stats = r->node->s->stats;
    const float *v = r->in[0][0] + at;
    if (count == 0)
        return;
    struct sums *s = sums_of(z, zone, cls);
    s->count += count;
    if (stats & VALUE_STATS)
        add_values(z, s, v, n);
    if (stats & GT_STAT_AREA)
        add_area(r, s, v, at, n, count);
}

/* ---- Cutting a row into runs ---- */

/* mark[j]: the value is another than that of the cell before, by its bits: a NaN continues a NaN,
 * and should equal values have other bits, a run is merely cut in two. */
GT_CLONES static void mark_runs(const float_bits *v, uint8_t *restrict mark, int64_t n)
{
    for (int64_t j = 1; j < n; j++)
        mark[j] = v[j] != v[j - 1];
}

/* The first marked cell from `at` on; n if none. */
static int64_t run_end(const uint8_t *mark, int64_t at, int64_t n)
{
    for (uint64_t eight; at + 8 <= n; at += 8) {
        memcpy(&eight, mark + at, sizeof eight);
        if (eight)
            break;
    }
    while (at < n && !mark[at])
        at++;
    return at;
}

struct span {
    float lo, hi;
    int64_t there; /* cells with a value */
};

/* Sixteen at a time: one least value for all would have to be found in order. */
GT_CLONES static struct span span_of(const float *v, int64_t n)
{
    enum { LANES = 16 };
    float lo[LANES], hi[LANES];
    int32_t there = 0;
    int64_t whole = n - n % LANES;
    for (int k = 0; k < LANES; k++) {
        lo[k] = INFINITY;
        hi[k] = -INFINITY;
    }
    for (int64_t j = 0; j < whole; j += LANES)
        for (int k = 0; k < LANES; k++) {
            lo[k] = v[j + k] < lo[k] ? v[j + k] : lo[k];
            hi[k] = v[j + k] > hi[k] ? v[j + k] : hi[k];
        }
    for (int64_t j = 0; j < n; j++)
        there += v[j] == v[j];
    struct span s = {.lo = INFINITY, .hi = -INFINITY, .there = there};
    for (int k = 0; k < LANES; k++) {
        s.lo = lo[k] < s.lo ? lo[k] : s.lo;
        s.hi = hi[k] > s.hi ? hi[k] : s.hi;
    }
    for (int64_t j = whole; j < n; j++) {
        s.lo = v[j] < s.lo ? v[j] : s.lo;
        s.hi = v[j] > s.hi ? v[j] : s.hi;
    }
    return s;
}

GT_CLONES static int32_t equal_to(const float *v, int64_t n, float cls)
{
    int32_t count = 0;
    for (int64_t j = 0; j < n; j++)
        count += v[j] == cls;
    return count;
}

/* Counts the cells of one zone class by class: classes are few, and a sweep over cells in the cache
 * costs less than guessing where a run ends. False, and nothing is added, where that does not do.
 */
static bool add_classes(const struct gt_row *r, float zone, int64_t at, int64_t n)
{
    const float *v = r->in[0][0] + at;
    bool counts_do = !(r->node->s->stats & VALUE_STATS) && (!(r->node->s->stats & GT_STAT_AREA) ||
                                                            gt_metric_area_by_row(r->plan->metric));
    if (!counts_do || n < WORTH_SWEEPING || n > INT32_MAX)
        return false;
    struct span span = span_of(v, n);
    if (span.there == 0)
        return true;
    if (span.hi - span.lo >= FEW_CLASSES)
        return false;
    int32_t count[FEW_CLASSES];
    int classes = (int)(span.hi - span.lo) + 1;
    for (int k = 0; k < classes; k++) {
        count[k] = equal_to(v, n, span.lo + (float)k);
        span.there -= count[k];
    }
    for (int k = 0; k < classes && span.there == 0; k++)
        if (count[k])
            add_cells(r, zone, span.lo + (float)k, at, n, count[k]);
    return span.there == 0;
}

/* Cells at .. at+n-1 of one zone, run by run of one class. */
static void add_runs(const struct gt_row *r, float zone, int64_t at, int64_t n)
{
    struct zonal *z = r->state;
    const float *v = r->in[0][0];
    mark_runs((const float_bits *)v + at, z->mark + at, n);
    for (int64_t j = at, end; j < at + n; j = end) {
        end = run_end(z->mark, j + 1, at + n);
        if (v[j] == v[j])
            add_cells(r, zone, v[j], j, end - j, end - j);
    }
}

static void zonal_row(const struct gt_row *r)
{
    const float *v = r->in[0][0], *zone = r->in[1][0];
    struct zonal *z = r->state;
    mark_runs((const float_bits *)zone, z->mark, r->n);
    for (int64_t at = 0, end; at < r->n; at = end) {
        end = run_end(z->mark, at + 1, r->n);
        int64_t n = end - at;
        if (!r->node->s->per_class)
            add_cells(r, zone[at], 0, at, n, count_values(v + at, n));
        else if (!add_classes(r, zone[at], at, n))
            add_runs(r, zone[at], at, n);
    }
}

enum gt_status gt_zonal_failed(const struct gt_node *node, const void *state, struct gt_err *err)
{
    const struct zonal *z = state;
    if (z->failed == GT_ETOOBIG)
        return gt_fail(err, GT_ETOOBIG, "step %s: more than %d zones and classes", node->s->name,
                       (int)MAX_ROWS);
    if (z->failed == GT_EINPUT)
        return gt_fail(err, GT_EINPUT,
                       "step %s: the value %g is too large to be summed exactly (limit 2^31)",
                       node->s->name, (double)z->bad);
    if (z->no_code)
        return gt_fail(err, GT_EINPUT,
                       "step %s: found %g as a zone or class, expected whole numbers up to %.0f",
                       node->s->name, (double)z->bad, GT_CODE_MAX);
    if (z->no_area)
        return gt_fail(
            err, GT_EINPUT,
            "step %s: cells lie outside the area for which the raster's CRS is made, and "
            "have no area on the ellipsoid",
            node->s->name);
    return GT_OK;
}

static void merge(struct zonal *into, const struct zonal *from)
{
    for (size_t i = 0; i < from->cap; i++) {
        const struct sums *s = from->slot[i];
        if (!s)
            continue;
        struct sums *t = find(into, s->zone, s->cls);
        t->count += s->count;
        t->sum += s->sum;
        t->area += s->area;
        t->min = s->min < t->min ? s->min : t->min;
        t->max = s->max > t->max ? s->max : t->max;
    }
}

static int by_zone(const void *a, const void *b)
{
    const struct gt_zone_row *x = a, *y = b;
    if (x->zone != y->zone)
        return x->zone < y->zone ? -1 : 1;
    return x->cls < y->cls ? -1 : x->cls > y->cls;
}

static struct gt_zone_row row_of(const struct sums *s, unsigned stats)
{
    struct gt_zone_row r = {.zone = s->zone, .cls = s->cls, .count = s->count};
    double sum = (double)s->sum / SUM_SCALE;
    r.sum = stats & GT_STAT_SUM ? sum : 0;
    r.mean = stats & GT_STAT_MEAN ? sum / (double)s->count : 0;
    /* Which zero of -0 and 0 was met first depends on threads: adding 0 makes both 0. */
    r.min = stats & GT_STAT_MIN ? (double)s->min + 0.0 : 0;
    r.max = stats & GT_STAT_MAX ? (double)s->max + 0.0 : 0;
    r.area_m2 = stats & GT_STAT_AREA ? (double)s->area / AREA_SCALE : 0;
    return r;
}

enum gt_status gt_zonal_result(struct gt_arena *a, const struct gt_node *node, void *const *states,
                               int n, struct gt_zonal_result *out, struct gt_err *err)
{
    struct zonal all;
    gt_zonal_begin(node, &all);
    for (int i = 0; i < n; i++)
        merge(&all, states[i]);
    enum gt_status status = gt_zonal_failed(node, &all, err);
    out->step = node->step;
    out->row = GT_TAKE_N(a, struct gt_zone_row, all.n ? all.n : 1);
    for (size_t i = 0; i < all.cap && status == GT_OK; i++)
        if (all.slot[i])
            out->row[out->n++] = row_of(all.slot[i], node->s->stats);
    qsort(out->row, out->n, sizeof *out->row, by_zone);
    gt_zonal_end(&all);
    return status;
}

static int no_radius(const struct gt_pass *p, const struct gt_step *s)
{
    (void)p, (void)s;
    return 0;
}

const struct gt_kernel gt_kernel_zonal = {
    .radius = no_radius, .state_bytes = zonal_bytes, .row = zonal_row};
