/* The skeleton between cores: all that is no core is thinned away as far as neither pieces nor
 * holes come or go (simple points), so that only links between cores, and from a core back to
 * itself, remain. Cells go from the background inwards, by steps of their distance to it; of four
 * subfields in turn (odd and even rows and columns) all simple cells go at once, which no order can
 * change as they do not touch (subfields: Golay 1969; anchors: Soille, Vogt 2009). */
#include "pattern_int.h"

#include <string.h>

enum { LEVELS = 16 };

struct thin {
    struct gt_pattern *p;
    bool simple[256]; /* by the neighbours that stand, clockwise from the north-west */
    struct {
        struct gt_paged *cell;
        uint64_t n;
    } list[4];
};

static const int AROUND[8][2] = {{-1, -1}, {0, -1}, {1, -1}, {1, 0},
                                 {1, 1},   {0, 1},  {-1, 1}, {-1, 0}};

/* ---- Simple points ---- */

/* Groups among the neighbours of the ring that are in the set: touching by sides along it, by
 * corners too (across a missing corner) with connect 8. Only groups with a side neighbour count
 * with connect 4. */
static int groups(unsigned set, int connect)
{
    int group[8], n = 0;
    bool counts[8] = {false};
    for (int i = 0; i < 8; i++)
        group[i] = i;
    for (int round = 0; round < 8; round++)
        for (int i = 0; i < 8; i++)
            for (int k = 0; k < 8; k++) {
                int dx = AROUND[i][0] - AROUND[k][0], dy = AROUND[i][1] - AROUND[k][1];
                int far =
                    connect == 8 ? (dx * dx > dy * dy ? dx * dx : dy * dy) : dx * dx + dy * dy;
                if (far == 1 && set >> i & 1 && set >> k & 1 && group[k] < group[i])
                    group[i] = group[k];
            }
    for (int i = 0; i < 8; i++)
        counts[group[i]] |= (set >> i & 1) && (connect == 8 || i % 2);
    for (int i = 0; i < 8; i++)
        n += counts[i];
    return n;
}

static void simple_points(bool *out, int connect)
{
    for (unsigned set = 0; set < 256; set++)
        out[set] = groups(set, connect) == 1 && groups(~set & 255, 12 - connect) == 1;
}

/* ---- Thinning ---- */

static bool stands(uint8_t c)
{
    return (c & GT_ALIVE) || (c & GT_KIND_BITS) == GT_CORE;
}

static uint8_t cell_at(const struct gt_pattern *p, int64_t x, int64_t y)
{
    if (x < 0 || y < 0 || x >= p->w || y >= p->h)
        return GT_NONE;
    return *(const uint8_t *)gt_paged_at(p->cell, (uint64_t)(y * p->w + x), false);
}

static void set_at(const struct gt_pattern *p, int64_t x, int64_t y, uint8_t c)
{
    *(uint8_t *)gt_paged_at(p->cell, (uint64_t)(y * p->w + x), true) = c;
}

static void push(struct thin *t, int64_t x, int64_t y)
{
    int f = (int)((y & 1) * 2 + (x & 1));
    *(uint64_t *)gt_paged_at(t->list[f].cell, t->list[f].n++, true) = (uint64_t)(y * t->p->w + x);
}

/* A neighbour went: cells around that may go look again. */
static void wake(struct thin *t, int64_t x, int64_t y)
{
    for (int k = 0; k < 8; k++) {
        int64_t u = x + AROUND[k][0], v = y + AROUND[k][1];
        uint8_t c = cell_at(t->p, u, v);
        if ((c & (GT_ALIVE | GT_OPENED | GT_WAITING)) != (GT_ALIVE | GT_OPENED))
            continue;
        set_at(t->p, u, v, c | GT_WAITING);
        push(t, u, v);
    }
}

static void try_cell(struct thin *t, uint64_t i)
{
    struct gt_pattern *p = t->p;
    int64_t x = (int64_t)i % p->w, y = (int64_t)i / p->w;
    unsigned set = 0;
    uint8_t c = cell_at(p, x, y) & (uint8_t)~GT_WAITING;
    for (int k = 0; k < 8; k++)
        set |= (unsigned)stands(cell_at(p, x + AROUND[k][0], y + AROUND[k][1])) << k;
    if (!t->simple[set]) {
        set_at(p, x, y, c);
        return;
    }
    set_at(p, x, y, c & (uint8_t)~GT_ALIVE);
    wake(t, x, y);
}

static enum gt_status drain(struct thin *t, struct gt_err *err)
{
    for (bool any = true; any;) {
        any = false;
        for (int f = 0; f < 4; f++) {
            uint64_t n = t->list[f].n;
            for (uint64_t i = 0; i < n; i++)
                try_cell(t, *(const uint64_t *)gt_paged_at(t->list[f].cell, i, false));
            t->list[f].n = 0;
            any |= n > 0;
        }
        GT_TRY(gt_pattern_check(t->p, err));
    }
    return GT_OK;
}

/* Cells near the background may go from now on; cover NULL: all cells. */
static enum gt_status open_level(struct thin *t, struct gt_cover *c, struct gt_err *err)
{
    struct gt_pattern *p = t->p;
    if (c)
        gt_cover_start(c, GT_KIND_BITS, GT_BACK);
    for (int64_t y = 0; y < p->h; y++) {
        const uint8_t *near = c ? gt_cover_row(c, y) : NULL;
        gt_pattern_load(p, y);
        for (int64_t x = 0; x < p->w; x++) {
            if ((p->row[x] & (GT_ALIVE | GT_OPENED)) != GT_ALIVE || (near && !near[x]))
                continue;
            p->row[x] |= GT_OPENED | GT_WAITING;
            push(t, x, y);
        }
        gt_pattern_store(p, y);
        GT_TRY(gt_pattern_check(p, err));
    }
    return GT_OK;
}

static void stand_up(struct gt_pattern *p, int64_t y)
{
    gt_pattern_load(p, y);
    for (int64_t x = 0; x < p->w; x++) {
        int kind = p->row[x] & GT_KIND_BITS;
        if (kind == GT_PERFORATION || kind == GT_EDGE || kind == GT_REST)
            p->row[x] |= GT_ALIVE;
    }
    gt_pattern_store(p, y);
}

static int64_t part(int64_t radius, int64_t level, int64_t levels)
{
    int64_t r = radius * level / levels;
    return r > 1 ? r : 1;
}

enum gt_status gt_pattern_thin(struct gt_arena *a, struct gt_pattern *p, struct gt_err *err)
{
    struct thin t = {.p = p};
    int64_t longer = p->rx > p->ry ? p->rx : p->ry, levels = longer < LEVELS ? longer : LEVELS;
    simple_points(t.simple, p->g->step->connect);
    for (int f = 0; f < 4; f++)
        t.list[f].cell = gt_paged_new(a, p->pages, 3);
    for (int64_t y = 0; y < p->h; y++)
        stand_up(p, y);
    for (int64_t level = 1; level <= levels; level++) {
        GT_AUTO_ARENA mine = gt_arena_new();
        struct gt_cover *c = NULL;
        if (level < levels)
            GT_TRY(gt_cover_new(mine, p, part(p->rx, level, levels), part(p->ry, level, levels), &c,
                                err));
        GT_TRY(open_level(&t, c, err));
        GT_TRY(drain(&t, err));
    }
    for (int f = 0; f < 4; f++)
        gt_paged_free(t.list[f].cell);
    return GT_OK;
}
