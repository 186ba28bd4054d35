/* index.c: a packed tree of boxes: sorted along Hilbert's curve by their middles, sixteen to a
 * node (Kamel and Faloutsos 1993, On packing R-trees). 36 bytes a box and a fifteenth for nodes;
 * made in O(n). */
#include "guotu/vector.h"

#include <inttypes.h>
#include <math.h>

enum { NODE = 16, LEVELS = 10, CELLS = 1 << 16 };

/* Level 0 are the boxes themselves, sorted; each next one the boxes of NODE of the one below. */
struct gt_index {
    size_t n;
    const uint32_t *id; /* by place in level 0 */
    int levels;
    const struct gt_box *level[LEVELS];
    size_t length[LEVELS];
};

static bool is_box(const struct gt_box *b)
{
    return b->x0 <= b->x1 && b->y0 <= b->y1;
}

static struct gt_box joined(struct gt_box p, struct gt_box q)
{
    return (struct gt_box){fmin(p.x0, q.x0), fmin(p.y0, q.y0), fmax(p.x1, q.x1), fmax(p.y1, q.y1)};
}

/* The place of a cell along Hilbert's curve over 2^16 x 2^16 cells. */
static uint32_t hilbert(uint32_t x, uint32_t y)
{
    uint32_t d = 0;
    for (uint32_t s = CELLS / 2; s > 0; s /= 2) {
        uint32_t rx = (x & s) > 0, ry = (y & s) > 0;
        d += s * s * ((3 * rx) ^ ry);
        if (ry == 0) {
            if (rx == 1) {
                x = CELLS - 1 - x;
                y = CELLS - 1 - y;
            }
            uint32_t kept = x;
            x = y;
            y = kept;
        }
    }
    return d;
}

static uint32_t cell_of(double lo, double hi, double v)
{
    double share = hi > lo ? (v - lo) / (hi - lo) : 0;
    return share > 0 ? (uint32_t)fmin(share * CELLS, CELLS - 1) : 0;
}

struct entry {
    uint32_t key, id;
};

/* By key, entries of one key in their order; other holds as many. The result is in e. */
static void sort_entries(struct entry *e, struct entry *other, size_t n)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        size_t at[257] = {0};
        for (size_t i = 0; i < n; i++)
            at[((e[i].key >> shift) & 255) + 1]++;
        for (size_t i = 0; i < 256; i++)
            at[i + 1] += at[i];
        for (size_t i = 0; i < n; i++)
            other[at[(e[i].key >> shift) & 255]++] = e[i];
        struct entry *kept = e;
        e = other;
        other = kept;
    }
}

/* The boxes' places in order, n of them; scratch holds them and as many again. */
static size_t entries_of(const struct gt_box *box, size_t n, struct entry *e)
{
    struct gt_box all = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (is_box(&box[i]))
            all = joined(all, box[i]);
    for (size_t i = 0; i < n; i++) {
        if (!is_box(&box[i]))
            continue;
        uint32_t x = cell_of(all.x0, all.x1, box[i].x0 / 2 + box[i].x1 / 2);
        uint32_t y = cell_of(all.y0, all.y1, box[i].y0 / 2 + box[i].y1 / 2);
        e[kept++] = (struct entry){hilbert(x, y), (uint32_t)i};
    }
    sort_entries(e, e + n, kept);
    return kept;
}

GT_MUST static enum gt_status add_level(struct gt_arena *a, struct gt_index *ix, struct gt_err *err)
{
    const struct gt_box *below = ix->level[ix->levels - 1];
    size_t n = ix->length[ix->levels - 1], m = (n + NODE - 1) / NODE;
    void *block;
    GT_TRY(gt_reserve(a, m, sizeof(struct gt_box), "nodes of an index", &block, err));
    struct gt_box *box = block;
    for (size_t i = 0; i < n; i++)
        box[i / NODE] = i % NODE ? joined(box[i / NODE], below[i]) : below[i];
    ix->level[ix->levels] = box;
    ix->length[ix->levels++] = m;
    return GT_OK;
}

enum gt_status gt_index_new(struct gt_arena *a, const struct gt_box *box, size_t n,
                            const struct gt_index **out, struct gt_err *err)
{
    struct gt_index *ix = GT_TAKE(a, struct gt_index);
    GT_AUTO_ARENA scratch = gt_arena_new();
    void *entries, *sorted, *ids;
    if (n >= UINT32_MAX)
        return gt_fail(err, GT_ETOOBIG, "expected fewer than %" PRIu32 " boxes, found %zu",
                       UINT32_MAX, n);
    GT_TRY(gt_reserve(scratch, 2 * n + 1, sizeof(struct entry), "an index", &entries, err));
    struct entry *e = entries;
    ix->n = entries_of(box, n, e);
    GT_TRY(gt_reserve(a, ix->n + 1, sizeof(struct gt_box), "an index", &sorted, err));
    GT_TRY(gt_reserve(a, ix->n + 1, sizeof(uint32_t), "an index", &ids, err));
    for (size_t i = 0; i < ix->n; i++) {
        ((struct gt_box *)sorted)[i] = box[e[i].id];
        ((uint32_t *)ids)[i] = e[i].id;
    }
    ix->id = ids;
    ix->level[0] = sorted;
    ix->length[0] = ix->n;
    ix->levels = 1;
    while (ix->length[ix->levels - 1] > NODE)
        GT_TRY(add_level(a, ix, err));
    *out = ix;
    return GT_OK;
}

enum gt_status gt_index_of(struct gt_arena *a, const struct gt_shapes *s,
                           const struct gt_index **out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    void *block;
    GT_TRY(gt_reserve(scratch, s->n + 1, sizeof(struct gt_box), "boxes of shapes", &block, err));
    struct gt_box *box = block;
    for (size_t i = 0; i < s->n; i++)
        box[i] = gt_shape_box(s, i);
    return gt_index_new(a, box, s->n, out, err);
}

struct search {
    const struct gt_index *ix;
    struct gt_box box;
    gt_hit_fn *fn;
    void *ctx;
};

/* Boxes from..to-1 of a level; false: fn has had enough. */
static bool search_level(const struct search *s, int level, size_t from, size_t to)
{
    const struct gt_box *box = s->ix->level[level];
    for (size_t i = from; i < to; i++) {
        if (!gt_box_meets(box[i], s->box))
            continue;
        if (level == 0) {
            if (!s->fn(s->ctx, s->ix->id[i]))
                return false;
            continue;
        }
        size_t below = s->ix->length[level - 1], end = (i + 1) * NODE;
        if (!search_level(s, level - 1, i * NODE, end < below ? end : below))
            return false;
    }
    return true;
}

void gt_index_search(const struct gt_index *ix, struct gt_box box, gt_hit_fn *fn, void *ctx)
{
    struct search s = {ix, box, fn, ctx};
    search_level(&s, ix->levels - 1, 0, ix->length[ix->levels - 1]);
}

struct gt_box gt_shape_box(const struct gt_shapes *s, size_t i)
{
    struct gt_box b = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    int64_t from = s->point[s->part[i]], to = s->point[s->part[i + 1]];
    bool finite = to > from;
    for (int64_t k = from; k < to; k++) {
        const double *p = s->xy + 2 * k;
        b.x0 = p[0] < b.x0 ? p[0] : b.x0;
        b.y0 = p[1] < b.y0 ? p[1] : b.y0;
        b.x1 = p[0] > b.x1 ? p[0] : b.x1;
        b.y1 = p[1] > b.y1 ? p[1] : b.y1;
        finite &= isfinite(p[0]) && isfinite(p[1]);
    }
    return finite ? b : (struct gt_box){(double)NAN, (double)NAN, (double)NAN, (double)NAN};
}
