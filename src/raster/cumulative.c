/* Cumulative share: of the whole raster's total, the part that cells with a value at least as high
 * hold. The total is of values times ground area, or of ground area alone. Equal values have equal
 * shares: that of all cells of the value together, so 0 < share <= 1, and the cells with a share of
 * at most 0.5 are those of the highest values that together hold no more than half. Values below 0
 * hold nothing: they count as 0 (by area they are ordered as they are, below 0).
 *
 * Exact in a bounded number of passes, by radix: the bits of floats, made to ascend, are cut into a
 * bin (the upper 16) and a place in it (the lower 16). One pass weighs the bins. Then bins are
 * opened, as many at a time as memory holds: one pass weighs their values, and the shares of their
 * cells are known. Where not all bins fit at once, shares wait in a scratch raster. Within a bin
 * all values have one exponent, so weights are whole numbers (mantissa times area in fixed point),
 * and bins are added up from the highest down: threads and memory cannot change a bit.
 *
 * Cost: three passes over the input where the bins fit, else two for each group of bins and two
 * more. Memory: 1 MB a thread for the bins, and for each bin that has cells 512 KB, or 16 bytes a
 * cell where it has fewer than 32,768. */
#include "global_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 1 << 16, PLACES = 1 << 16, FEW = 1 << 15 };
#define CHUNK_CELLS ((int64_t)1 << 18)
#define AREA_BITS_MAX 20

struct bin {
    __int128 weight; /* mantissa times area */
    int64_t cells;
};

/* One value of a bin with few cells; before they are gathered, one cell. */
struct value {
    uint32_t place;
    float share;
    int64_t area;
};

/* A bin whose values are being weighed: a table by place, or a list of cells. */
struct open_bin {
    union share_or_area {
        int64_t area;
        double share;
    } * table;
    struct value *list;
    int64_t n; /* of the list */
};

struct cumulative {
    const struct gt_global *g;
    double area_scale;
    int64_t rows; /* of a chunk */
    int threads;
    struct bin *bin;         /* all workers', one after the other; then the first is the sum */
    double *above;           /* by bin: total of the bins above it */
    double total;            /* of all */
    struct open_bin *opened; /* by bin */
    int from, to;            /* bins of this group: from >= bin > to */
    struct gt_scratch *done; /* shares of groups before; NULL: one group is enough */
    bool last;               /* this group gives the result */
    float *band;             /* rows of the result, a chunk a thread */
    int64_t band_row;
};

/* ---- Keys ---- */

/* Bits that ascend with the value; a lower bound of 0 where values are summed. */
static uint32_t key_of(const struct cumulative *c, float v)
{
    uint32_t bits;
    v = !c->g->step->by_area && v < 0 ? 0 : v + 0.0F; /* -0 is 0 */
    memcpy(&bits, &v, sizeof bits);
    return bits >> 31 ? ~bits : bits | 0x80000000U;
}

/* What an area is multiplied by: the value's whole mantissa, or 1 for shares of ground. */
static int64_t factor_of(const struct cumulative *c, uint32_t key)
{
    uint32_t bits = key & 0x7FFFFFFFU;
    if (c->g->step->by_area)
        return 1;
    return (bits & 0x7FFFFF) | (bits >> 23 ? 0x800000 : 0);
}

/* A bin's whole weight as a number, all bins in one unit. */
static double number_of(const struct cumulative *c, int bin, __int128 weight)
{
    int exponent = bin >> 7 & 255;
    if (c->g->step->by_area)
        return (double)weight;
    return ldexp((double)weight, (exponent ? exponent : 1) - 150);
}

/* ---- Reading ---- */

/* Rows of chunk i. */
static struct gt_window chunk_of(const struct cumulative *c, int64_t i)
{
    int64_t row = i * c->rows, left = c->g->grid->h - row;
    return (struct gt_window){0, row, c->g->grid->w, left < c->rows ? left : c->rows};
}

static int64_t chunks_of(const struct cumulative *c)
{
    return (c->g->grid->h + c->rows - 1) / c->rows;
}

static enum gt_status read_chunk(const struct cumulative *c, struct gt_arena *a, int worker,
                                 struct gt_window win, float **out, struct gt_err *err)
{
    void *cells;
    GT_TRY(gt_reserve(a, (size_t)(win.w * win.h), sizeof(float), "cells", &cells, err));
    *out = cells;
    return gt_global_read(c->g->in[0], worker, win, cells, win.w, err);
}

static enum gt_status area_of(const struct cumulative *c, int64_t col, int64_t row, int64_t *out,
                              struct gt_err *err)
{
    double scaled = gt_metric_cell_m2(c->g->metric, col, row) * c->area_scale;
    if (!(scaled >= 0 && scaled < 4611686018427387904.0))
        return gt_fail(err, GT_EINPUT,
                       "step %s: cells lie outside the area for which the raster's CRS is made, "
                       "and have no area on the ellipsoid",
                       c->g->step->name);
    *out = llround(scaled);
    return GT_OK;
}

struct cell {
    uint32_t key;
    int64_t area, at; /* at: index in the chunk */
};

/* What is done with each cell that has a value. */
struct visit {
    void (*take)(void *ctx, const struct cell *cell);
    void *ctx;
    bool no_area; /* is not asked for */
};

static enum gt_status each_cell(const struct cumulative *c, const float *v, struct gt_window win,
                                const struct visit *visit, struct gt_err *err)
{
    bool by_row = gt_metric_area_by_row(c->g->metric);
    for (int64_t y = 0; y < win.h; y++) {
        int64_t area = -1;
        for (int64_t x = 0; x < win.w; x++) {
            int64_t at = y * win.w + x;
            if (v[at] != v[at])
                continue;
            if (!visit->no_area && (!by_row || area < 0))
                GT_TRY(area_of(c, x, win.row + y, &area, err));
            struct cell cell = {key_of(c, v[at]), area, at};
            visit->take(visit->ctx, &cell);
        }
    }
    return GT_OK;
}

/* ---- Pass 1: bins ---- */

struct weighing {
    const struct cumulative *c;
    struct bin *bin;
};

static void weigh_bin(void *ctx, const struct cell *cell)
{
    const struct weighing *w = ctx;
    struct bin *bin = &w->bin[cell->key >> 16];
    bin->weight += (__int128)factor_of(w->c, cell->key) * cell->area;
    bin->cells++;
}

static enum gt_status weigh_chunk(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    const struct cumulative *c = ctx;
    GT_AUTO_ARENA mine = gt_arena_new();
    struct gt_window win = chunk_of(c, i);
    struct weighing w = {c, c->bin + (int64_t)worker * BINS};
    float *v;
    GT_TRY(read_chunk(c, mine, worker, win, &v, err));
    return each_cell(c, v, win, &(struct visit){.take = weigh_bin, .ctx = &w}, err);
}

static void add_bins(struct cumulative *c)
{
    for (int t = 1; t < c->threads; t++)
        for (int i = 0; i < BINS; i++) {
            c->bin[i].weight += c->bin[t * BINS + i].weight;
            c->bin[i].cells += c->bin[t * BINS + i].cells;
        }
    for (int i = BINS - 1; i >= 0; i--) {
        c->above[i] = c->total;
        c->total += number_of(c, i, c->bin[i].weight);
    }
}

/* ---- Pass 2: values of the open bins ---- */

static bool is_open(const struct cumulative *c, uint32_t key)
{
    int bin = (int)(key >> 16);
    return bin <= c->from && bin > c->to;
}

/* Whole numbers added in any order; several threads at once. */
static void weigh_value(void *ctx, const struct cell *cell)
{
    const struct cumulative *c = ctx;
    if (!is_open(c, cell->key))
        return;
    struct open_bin *o = &c->opened[cell->key >> 16];
    uint32_t place = cell->key & 0xFFFF;
    if (o->table) {
        __atomic_fetch_add(&o->table[place].area, cell->area, __ATOMIC_RELAXED);
        return;
    }
    int64_t at = __atomic_fetch_add(&o->n, 1, __ATOMIC_RELAXED);
    o->list[at] = (struct value){.place = place, .area = cell->area};
}

static enum gt_status open_chunk(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct cumulative *c = ctx;
    GT_AUTO_ARENA mine = gt_arena_new();
    struct gt_window win = chunk_of(c, i);
    float *v;
    GT_TRY(read_chunk(c, mine, worker, win, &v, err));
    return each_cell(c, v, win, &(struct visit){.take = weigh_value, .ctx = c}, err);
}

static double share_at(const struct cumulative *c, int bin, __int128 weight)
{
    double all = c->above[bin] + number_of(c, bin, weight);
    return c->total > 0 ? all / c->total : 1; /* where all values are 0, none is the better half */
}

static int descending(const void *a, const void *b)
{
    const struct value *x = a, *y = b;
    return (x->place < y->place) - (x->place > y->place);
}

static void share_list(const struct cumulative *c, int bin, struct open_bin *o)
{
    __int128 weight = 0;
    int64_t n = 0;
    qsort(o->list, (size_t)o->n, sizeof *o->list, descending);
    for (int64_t i = 0, end; i < o->n; i = end) {
        int64_t area = 0;
        uint32_t place = o->list[i].place;
        for (end = i; end < o->n && o->list[end].place == place; end++)
            area += o->list[end].area;
        weight += (__int128)factor_of(c, (uint32_t)bin << 16 | place) * area;
        o->list[n++] = (struct value){.place = place, .share = (float)share_at(c, bin, weight)};
    }
    o->n = n;
}

static void share_table(const struct cumulative *c, int bin, struct open_bin *o)
{
    __int128 weight = 0;
    for (int64_t p = PLACES - 1; p >= 0; p--) {
        weight += (__int128)factor_of(c, (uint32_t)bin << 16 | (uint32_t)p) * o->table[p].area;
        o->table[p].share = share_at(c, bin, weight);
    }
}

static float find_share(const struct open_bin *o, uint32_t place)
{
    if (o->table)
        return (float)o->table[place].share;
    int64_t lo = 0, hi = o->n - 1;
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        if (o->list[mid].place > place)
            lo = mid + 1;
        else
            hi = mid;
    }
    return o->list[lo].share;
}

/* ---- Pass 3: shares of cells ---- */

struct sharing {
    const struct cumulative *c;
    float *out; /* of the chunk */
};

static void share_cell(void *ctx, const struct cell *cell)
{
    const struct sharing *s = ctx;
    if (is_open(s->c, cell->key))
        s->out[cell->at] = find_share(&s->c->opened[cell->key >> 16], cell->key & 0xFFFF);
}

/* Shares known so far, and those of this group; 0 where none is known yet. */
static enum gt_status share_cells(struct cumulative *c, int64_t i, int worker, float *out,
                                  struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    struct gt_window win = chunk_of(c, i);
    struct sharing s = {c, out};
    float *v;
    memset(out, 0, (size_t)(win.w * win.h) * sizeof *out);
    if (c->done) {
        const struct gt_raster_source *before = &c->done->source;
        GT_TRY(before->read(before->self, worker, win, out, win.w, err));
    }
    GT_TRY(read_chunk(c, mine, worker, win, &v, err));
    GT_TRY(each_cell(c, v, win, &(struct visit){share_cell, &s, true}, err));
    for (int64_t k = 0; k < win.w * win.h && c->last; k++)
        out[k] = v[k] == v[k] ? out[k] : NAN;
    return GT_OK;
}

static enum gt_status keep_chunk(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct cumulative *c = ctx;
    struct gt_window win = chunk_of(c, i);
    GT_AUTO_ARENA mine = gt_arena_new();
    void *out;
    GT_TRY(gt_reserve(mine, (size_t)(win.w * win.h), sizeof(float), "cells", &out, err));
    GT_TRY(share_cells(c, i, worker, out, err));
    return gt_scratch_write(c->done, win, out, win.w, err);
}

static enum gt_status give_chunk(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct cumulative *c = ctx;
    return share_cells(c, c->band_row / c->rows + i, worker, c->band + i * c->rows * c->g->grid->w,
                       err);
}

static enum gt_status give_all(struct cumulative *c, struct gt_err *err)
{
    struct gt_raster_sink *sink = c->g->out;
    int64_t n = chunks_of(c);
    for (int64_t first = 0; first < n; first += c->threads) {
        int64_t some = n - first < c->threads ? n - first : c->threads;
        c->band_row = first * c->rows;
        GT_TRY(gt_par_for(c->g->work, some, give_chunk, c, err));
        int64_t rows = c->g->grid->h - c->band_row;
        rows = rows < some * c->rows ? rows : some * c->rows;
        GT_TRY(sink->rows(sink->self, c->band_row, rows, c->band, err));
    }
    return GT_OK;
}

/* ---- Groups of bins ---- */

static size_t bin_bytes(int64_t cells)
{
    return cells < FEW ? (size_t)cells * sizeof(struct value)
                       : PLACES * sizeof(union share_or_area);
}

static enum gt_status open_bins(struct cumulative *c, struct gt_arena *a, struct gt_err *err)
{
    for (int b = c->from; b > c->to; b--) {
        struct open_bin *o = &c->opened[b];
        int64_t cells = c->bin[b].cells;
        void *room;
        *o = (struct open_bin){0};
        if (cells == 0)
            continue;
        GT_TRY(gt_reserve(a, bin_bytes(cells), 1, "values by share", &room, err));
        if (cells < FEW)
            o->list = room;
        else
            o->table = room;
    }
    GT_TRY(gt_par_for(c->g->work, chunks_of(c), open_chunk, c, err));
    for (int b = c->from; b > c->to; b--) {
        if (c->opened[b].table)
            share_table(c, b, &c->opened[b]);
        else if (c->opened[b].list)
            share_list(c, b, &c->opened[b]);
    }
    return GT_OK;
}

/* From c->from down, as many bins as fit; at least one. */
static void choose_group(struct cumulative *c, size_t room)
{
    size_t used = 0;
    for (c->to = c->from; c->to >= 0; c->to--) {
        used += bin_bytes(c->bin[c->to].cells);
        if (used > room && c->to < c->from)
            break;
    }
    c->last = c->to < 0;
}

static enum gt_status run_groups(struct cumulative *c, struct gt_arena *a, size_t room,
                                 struct gt_err *err)
{
    struct gt_raster_info info = {.id = c->g->step->name,
                                  .grid = *c->g->grid,
                                  .crs = c->g->crs,
                                  .type = GT_F32,
                                  .has_nodata = true,
                                  .nodata = (double)NAN};
    for (c->from = BINS - 1; c->from >= 0; c->from = c->to) {
        GT_AUTO_ARENA group = gt_arena_new();
        choose_group(c, room);
        GT_TRY(open_bins(c, group, err));
        if (c->last)
            return give_all(c, err);
        if (!c->done)
            GT_TRY(gt_scratch_new(a, c->g->scratch_dir, &info, &c->done, err));
        GT_TRY(gt_par_for(c->g->work, chunks_of(c), keep_chunk, c, err));
    }
    return GT_OK;
}

/* ---- The operator ---- */

static int threads_of(const struct gt_global *g)
{
    return g->work ? gt_pool_threads(g->work->pool) : 1;
}

static int64_t rows_of(const struct gt_global *g)
{
    int64_t rows = CHUNK_CELLS / g->grid->w;
    return rows < 1 ? 1 : rows < g->grid->h ? rows : g->grid->h;
}

/* What is needed whatever the values are: bins, and three chunks a thread. */
static size_t fixed_bytes(const struct gt_global *g)
{
    size_t chunk = (size_t)(rows_of(g) * g->grid->w) * sizeof(float);
    size_t bins = BINS * (sizeof(double) + sizeof(struct open_bin));
    return bins + (size_t)threads_of(g) * (BINS * sizeof(struct bin) + 3 * chunk);
}

/* Areas in units of 2^-20 m2, coarser where the whole ground would not fit 58 bits. */
static double scale_of(const struct gt_global *g)
{
    double ew, ns;
    int bits;
    gt_metric_cell_size(g->metric, &ew, &ns);
    (void)frexp(ew * (double)g->grid->w * (ns * (double)g->grid->h), &bits);
    bits = 58 - bits;
    return ldexp(1, bits < AREA_BITS_MAX ? bits : AREA_BITS_MAX);
}

static enum gt_status run(struct gt_arena *a, const struct gt_global *g, struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    struct cumulative c = {.g = g, .threads = threads_of(g), .rows = rows_of(g)};
    size_t fixed = fixed_bytes(g), threads = (size_t)c.threads;
    void *bins, *band;
    c.area_scale = scale_of(g);
    c.above = GT_TAKE_N(mine, double, BINS);
    c.opened = GT_TAKE_N(mine, struct open_bin, BINS);
    GT_TRY(gt_reserve(mine, threads * BINS, sizeof(struct bin), "bins", &bins, err));
    GT_TRY(gt_reserve(mine, threads * (size_t)(c.rows * g->grid->w), sizeof(float), "cells", &band,
                      err));
    c.bin = bins;
    c.band = band;
    GT_TRY(gt_par_for(g->work, chunks_of(&c), weigh_chunk, &c, err));
    add_bins(&c);
    return run_groups(&c, a, g->memory > fixed ? g->memory - fixed : 0, err);
}

/* At most what is given; less where each value can have a place of its own. */
static size_t memory(const struct gt_global *g)
{
    size_t cells = (size_t)(g->grid->w * g->grid->h) * sizeof(struct value);
    size_t tables = (size_t)BINS * PLACES * sizeof(union share_or_area);
    size_t need = fixed_bytes(g) + (cells < tables ? cells : tables);
    size_t least = fixed_bytes(g) + PLACES * sizeof(union share_or_area);
    if (need <= g->memory)
        return need;
    return g->memory > least ? g->memory : least;
}

/* A share a cell, where not all bins fit at once. */
static size_t disk(const struct gt_global *g)
{
    size_t cells = (size_t)(g->grid->w * g->grid->h);
    bool fits = fixed_bytes(g) + cells * sizeof(struct value) <= g->memory;
    return fits ? 0 : cells * sizeof(float);
}

const struct gt_global_op gt_global_cumulative = {
    .paper = "Munro & Paterson 1980, Selection and sorting with limited storage (multi-pass "
             "selection), on the bits of floats",
    .run = run,
    .memory = memory,
    .disk = disk};
