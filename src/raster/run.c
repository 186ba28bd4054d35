/* Running a pass: band by band over the region, chunk by chunk within a band, row by row within a
 * chunk.
 *
 * While the chunks of band b are computed, the pieces of band b+1 are read or made and the rows of
 * band b-1 are written: one gt_par_for a band holds all three. Within a chunk every node is a few
 * rows ahead of those that read it (its margin), and keeps just the rows that they still look at
 * (its ring), so rows are used while they are in the cache. A chunk and its halo are computed by
 * one worker alone: nothing is shared but the bands, which are only read. */
#include "raster_int.h"

#include <stdlib.h>
#include <string.h>

/* One node's rows in one worker. */
struct ring {
    float *rows;      /* of stride cells; the last row is all no-data */
    const float **at; /* 2 * radius + 1 pointers for each input */
    const float *const **in;
    void *state;
};

struct worker {
    struct ring *ring;              /* by node */
    int64_t *nodata;                /* by sink: no-data cells written */
    struct gt_uncovered *uncovered; /* by node */
};

struct out_band {
    void *cells;
    int64_t row0, rows;
};

struct run {
    const struct gt_pass *p;
    struct gt_raster_sink *const *sinks;
    struct worker *worker;
    int workers;
    int64_t stride; /* cells of a ring's row */
    int64_t bands, chunks;
    struct gt_band *feed[2]; /* by node */
    struct out_band *out[2]; /* by sink */
    int64_t now;             /* band being computed; -1: only reading ahead */
    int64_t pieces, writes;  /* tasks of this round, before the chunks */
    int64_t *piece_end;      /* by node: running total of pieces */
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* ---- Memory ---- */

static enum gt_status room_for(struct gt_arena *a, size_t n, size_t size, void **out,
                               struct gt_err *err)
{
    return gt_reserve(a, n ? n : 1, size, "the rows of a run", out, err);
}

static enum gt_status make_ring(struct gt_arena *a, const struct run *r, int node_index,
                                struct ring *ring, struct gt_err *err)
{
    const struct gt_node *node = &r->p->node[node_index];
    void *room;
    GT_TRY(room_for(a, (size_t)(node->ring + 1) * (size_t)r->stride, sizeof(float), &room, err));
    ring->rows = room;
    float *none = ring->rows + node->ring * r->stride;
    for (int64_t j = 0; j < r->stride; j++)
        none[j] = NAN;
    size_t reach = 2 * (size_t)node->radius + 1, inputs = (size_t)node->n_in;
    ring->at = GT_TAKE_N(a, const float *, reach *inputs + 1);
    ring->in = GT_TAKE_N(a, const float *const *, inputs + 1);
    for (size_t k = 0; k < inputs; k++)
        ring->in[k] = ring->at + k * reach;
    if (node->state)
        GT_TRY(room_for(a, node->state, 1, &ring->state, err));
    if (node->listed)
        gt_zonal_begin(node, ring->state);
    return GT_OK;
}

static enum gt_status make_workers(struct gt_arena *a, struct run *r, struct gt_err *err)
{
    r->worker = GT_TAKE_N(a, struct worker, (size_t)r->workers);
    for (int w = 0; w < r->workers; w++) {
        r->worker[w].ring = GT_TAKE_N(a, struct ring, (size_t)r->p->n);
        r->worker[w].nodata = GT_TAKE_N(a, int64_t, (size_t)r->p->n_write + 1);
        r->worker[w].uncovered = GT_TAKE_N(a, struct gt_uncovered, (size_t)r->p->n);
        for (int i = 0; i < r->p->n; i++)
            GT_TRY(make_ring(a, r, i, &r->worker[w].ring[i], err));
    }
    return GT_OK;
}

static enum gt_status make_bands(struct gt_arena *a, struct run *r, struct gt_err *err)
{
    const struct gt_pass *p = r->p;
    for (int side = 0; side < 2; side++) {
        r->feed[side] = GT_TAKE_N(a, struct gt_band, (size_t)p->n);
        r->out[side] = GT_TAKE_N(a, struct out_band, (size_t)p->n_write + 1);
        for (int i = 0; i < p->n; i++) {
            struct gt_band *b = &r->feed[side][i];
            if (p->node[i].kernel)
                continue;
            gt_feed_band_size(p, &p->node[i], b);
            GT_TRY(room_for(a, (size_t)(b->cap * b->w), gt_cell_size(p->node[i].feed.type),
                            &b->cells, err));
        }
        for (int i = 0; i < p->n_write; i++)
            GT_TRY(room_for(a, (size_t)(p->band * p->region.w),
                            gt_cell_size(gt_pass_output(p, i).type), &r->out[side][i].cells, err));
    }
    return GT_OK;
}

static void free_zonal(void *ctx)
{
    const struct run *r = ctx;
    for (int w = 0; w < r->workers && r->worker; w++)
        for (int i = 0; i < r->p->n && r->worker[w].ring; i++)
            if (r->p->node[i].listed && r->worker[w].ring[i].state)
                gt_zonal_end(r->worker[w].ring[i].state);
}

/* ---- Writing rows of a band ---- */

struct conversion {
    enum gt_cell_type type;
    double lo, hi;
};

static const struct conversion CONVERSION[] = {
    [GT_U8] = {GT_U8, 1, 255},
    [GT_I16] = {GT_I16, -32767, 32767},
    [GT_I32] = {GT_I32, -GT_CODE_MAX, GT_CODE_MAX},
    [GT_F32] = {GT_F32, 0, 0},
};

/* Two loops, each without a branch, so that both become vectors. */
GT_CLONES static bool to_u8(const float *in, uint8_t *restrict out, int64_t n)
{
    int bad = 0;
    for (int64_t j = 0; j < n; j++) {
        bool fits = in[j] >= 1 && in[j] <= 255;
        out[j] = fits ? (uint8_t)(int)in[j] : 0;
    }
    for (int64_t j = 0; j < n; j++) {
        float code = out[j];
        bad |= (in[j] == in[j]) & ((code != in[j]) | (code == 0));
    }
    return !bad;
}

GT_CLONES static bool to_i32(const float *in, int32_t *out, int64_t n)
{
    int bad = 0;
    for (int64_t j = 0; j < n; j++) {
        bool there = in[j] == in[j], fits = fabsf(in[j]) <= (float)GT_CODE_MAX;
        int32_t code = fits ? (int32_t)in[j] : INT32_MIN;
        bad |= there && (!fits || (float)code != in[j]);
        out[j] = code;
    }
    return !bad;
}

GT_CLONES static int64_t missing(const float *in, int64_t n)
{
    int64_t count = 0;
    for (int64_t j = 0; j < n; j++)
        count += in[j] != in[j];
    return count;
}

/* ---- One chunk ---- */

struct chunk {
    const struct run *r;
    struct worker *w;
    int64_t row0, row1, col0, col1; /* output cells */
};

/* Row `row` of the chunk into its band of output. */
static enum gt_status store_row(const struct chunk *c, const struct gt_node *node, int64_t row,
                                const float *in, struct gt_err *err)
{
    const struct run *r = c->r;
    const struct gt_raster_info info = gt_pass_output(r->p, node->write);
    const struct out_band *b = &r->out[r->now & 1][node->write];
    int64_t at = (row - b->row0) * r->p->region.w + (c->col0 - r->p->region.col),
            n = c->col1 - c->col0;
    bool fits = true;
    c->w->nodata[node->write] += missing(in, n);
    if (info.type == GT_U8)
        fits = to_u8(in, (uint8_t *)b->cells + at, n);
    else if (info.type == GT_I32)
        fits = to_i32(in, (int32_t *)b->cells + at, n);
    else
        memcpy((float *)b->cells + at, in, (size_t)n * sizeof(float));
    if (fits)
        return GT_OK;
    const struct conversion *v = &CONVERSION[info.type];
    return gt_fail(err, GT_EINPUT,
                   "step %s gives values that are not whole numbers from %.0f to %.0f in row %lld, "
                   "which %s cells cannot hold (0 is no-data for classes)",
                   node->s->name, v->lo, v->hi, (long long)row, gt_cell_name(info.type));
}

static float *ring_row(const struct chunk *c, int node, int64_t row)
{
    const struct gt_node *n = &c->r->p->node[node];
    const struct ring *ring = &c->w->ring[node];
    bool outside = row < 0 || row >= c->r->p->grid.h;
    return ring->rows + (outside ? n->ring : row % n->ring) * c->r->stride;
}

/* Index of master column col in a ring's row. */
static int64_t ring_col(const struct chunk *c, int64_t col)
{
    return col - (c->col0 - c->r->p->margin);
}

static void point_inputs(const struct chunk *c, const struct gt_node *node, struct ring *ring,
                         int64_t row, int64_t col)
{
    int reach = 2 * node->radius + 1;
    for (int k = 0; k < node->n_in; k++)
        for (int i = 0; i < reach; i++)
            ring->at[k * reach + i] =
                ring_row(c, node->in[k], row - node->radius + i) + ring_col(c, col);
}

/* What a table of classes left of the chunk's own cells. Squared tangents of slopes are told as
 * degrees. */
static void watch_row(const struct chunk *c, int index, const float *in, const float *out)
{
    struct gt_uncovered *u = &c->w->uncovered[index];
    bool tan2 = c->r->p->node[c->r->p->node[index].in[0]].tan2;
    for (int64_t j = 0; j < c->col1 - c->col0; j++) {
        if (in[j] != in[j] || out[j] == out[j])
            continue;
        double v = tan2 ? gt_atan_deg(sqrt((double)in[j])) : (double)in[j];
        u->lo = u->cells && u->lo < v ? u->lo : v;
        u->hi = u->cells && u->hi > v ? u->hi : v;
        u->cells++;
    }
}

static enum gt_status compute_row(const struct chunk *c, int index, int64_t row, struct gt_err *err)
{
    const struct gt_pass *p = c->r->p;
    const struct gt_node *node = &p->node[index];
    struct ring *ring = &c->w->ring[index];
    int64_t first = most(c->col0 - node->margin, 0), end = least(c->col1 + node->margin, p->grid.w);
    float *out = ring_row(c, index, row), *cells = out + ring_col(c, first);
    for (float *v = out; v < cells; v++)
        *v = NAN;
    for (float *v = cells + (end - first); v < out + c->r->stride; v++)
        *v = NAN;
    if (!node->kernel) {
        const struct gt_band *b = &c->r->feed[c->r->now & 1][index];
        GT_TRY(gt_feed_row(node, b, (struct gt_span){row, first, end - first}, cells, err));
    } else {
        point_inputs(c, node, ring, row, first);
        struct gt_row job = {.plan = p,
                             .node = node,
                             .state = ring->state,
                             .row = row,
                             .col = first,
                             .n = end - first,
                             .out = cells,
                             .in = ring->in,
                             .first = row == most(c->row0 - node->margin, 0)};
        node->kernel->row(&job);
    }
    bool own = row >= c->row0 && row < c->row1;
    if (node->watched && own)
        watch_row(c, index, ring_row(c, node->in[0], row) + ring_col(c, c->col0),
                  out + ring_col(c, c->col0));
    if (node->write < 0 || !own)
        return GT_OK;
    return store_row(c, node, row, out + ring_col(c, c->col0), err);
}

/* At step y a node makes its row y + margin, when that row is one of those it must make. */
static enum gt_status compute_chunk(const struct chunk *c, struct gt_err *err)
{
    const struct gt_pass *p = c->r->p;
    for (int64_t y = c->row0 - 2 * p->margin; y < c->row1; y++)
        for (int i = 0; i < p->n; i++) {
            int64_t margin = p->node[i].margin, row = y + margin;
            bool due = row >= most(c->row0 - margin, 0) && row < least(c->row1 + margin, p->grid.h);
            if (due)
                GT_TRY(compute_row(c, i, row, err));
        }
    for (int i = 0; i < p->n; i++)
        if (p->node[i].listed)
            GT_TRY(gt_zonal_failed(&p->node[i], c->w->ring[i].state, err));
    return GT_OK;
}

/* ---- Rounds: read ahead, compute, write behind ---- */

static int64_t band_row(const struct run *r, int64_t band)
{
    return r->p->region.row + band * r->p->band;
}

static int64_t band_end(const struct run *r, int64_t band)
{
    return least(band_row(r, band + 1), r->p->region.row + r->p->region.h);
}

static enum gt_status run_piece(const struct run *r, int64_t i, int worker, struct gt_err *err)
{
    int node = 0;
    while (i >= r->piece_end[node])
        node++;
    int64_t piece = node ? i - r->piece_end[node - 1] : i;
    return gt_feed_piece(r->p, &r->p->node[node], &r->feed[(r->now + 1) & 1][node], piece, worker,
                         err);
}

static enum gt_status run_write(const struct run *r, int64_t i, struct gt_err *err)
{
    const struct out_band *b = &r->out[(r->now - 1) & 1][i];
    const struct gt_raster_sink *s = r->sinks[i];
    enum gt_status status = s->rows(s->self, b->row0 - r->p->region.row, b->rows, b->cells, err);
    return status == GT_OK ? status : gt_wrap(err, "writing %s", gt_pass_output(r->p, (int)i).id);
}

static enum gt_status run_task(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    const struct run *r = ctx;
    if (i < r->writes)
        return run_write(r, i, err);
    i -= r->writes;
    if (i < r->pieces)
        return run_piece(r, i, worker, err);
    i -= r->pieces;
    const struct gt_window *region = &r->p->region;
    int64_t col = region->col + i * r->p->chunk;
    struct chunk c = {.r = r,
                      .w = &r->worker[worker],
                      .row0 = band_row(r, r->now),
                      .row1 = band_end(r, r->now),
                      .col0 = col,
                      .col1 = least(col + r->p->chunk, region->col + region->w)};
    return compute_chunk(&c, err);
}

/* Sets up the reading of the band after `now`; gives the number of pieces. */
static int64_t begin_reading(struct run *r)
{
    int64_t next = r->now + 1, total = 0;
    for (int i = 0; i < r->p->n; i++) {
        const struct gt_node *node = &r->p->node[i];
        if (!node->kernel && next < r->bands) {
            int64_t first, last;
            gt_feed_rows(r->p, node, band_row(r, next), band_end(r, next), &first, &last);
            struct gt_band *to = &r->feed[next & 1][i];
            gt_feed_carry(node, next ? &r->feed[r->now & 1][i] : NULL, to, first);
            total += gt_feed_pieces(node, to, last);
        }
        r->piece_end[i] = total;
    }
    return total;
}

static void end_reading(struct run *r)
{
    for (int i = 0; i < r->p->n && r->now + 1 < r->bands; i++) {
        struct gt_band *b = &r->feed[(r->now + 1) & 1][i];
        if (!r->p->node[i].kernel)
            b->rows = most(b->rows, b->last - b->row0);
    }
}

static enum gt_status run_round(struct run *r, struct gt_work *w, struct gt_err *err)
{
    bool computing = r->now >= 0 && r->now < r->bands;
    r->writes = r->now >= 1 ? r->p->n_write : 0;
    r->pieces = begin_reading(r);
    for (int i = 0; i < r->p->n_write && computing; i++) {
        r->out[r->now & 1][i].row0 = band_row(r, r->now);
        r->out[r->now & 1][i].rows = band_end(r, r->now) - band_row(r, r->now);
    }
    int64_t chunks = computing ? r->chunks : 0;
    GT_TRY(gt_par_for(w, r->writes + r->pieces + chunks, run_task, r, err));
    end_reading(r);
    return GT_OK;
}

static void collect_uncovered(struct gt_arena *a, const struct run *r, struct gt_run_result *out)
{
    out->uncovered = GT_TAKE_N(a, struct gt_uncovered, (size_t)r->p->n + 1);
    for (int i = 0; i < r->p->n; i++) {
        struct gt_uncovered all = {.step = r->p->node[i].step};
        for (int w = 0; w < r->workers; w++) {
            const struct gt_uncovered *u = &r->worker[w].uncovered[i];
            if (!u->cells)
                continue;
            all.lo = all.cells && all.lo < u->lo ? all.lo : u->lo;
            all.hi = all.cells && all.hi > u->hi ? all.hi : u->hi;
            all.cells += u->cells;
        }
        if (all.cells)
            out->uncovered[out->n_uncovered++] = all;
    }
}

static enum gt_status collect(struct gt_arena *a, const struct run *r, struct gt_run_result *out,
                              struct gt_err *err)
{
    const struct gt_pass *p = r->p;
    *out = (struct gt_run_result){.cells = p->region.w * p->region.h};
    out->nodata_cells = GT_TAKE_N(a, int64_t, (size_t)p->n_write + 1);
    collect_uncovered(a, r, out);
    out->zonal = GT_TAKE_N(a, struct gt_zonal_result, (size_t)p->n + 1);
    for (int w = 0; w < r->workers; w++)
        for (int i = 0; i < p->n_write; i++)
            out->nodata_cells[i] += r->worker[w].nodata[i];
    void **states = GT_TAKE_N(a, void *, (size_t)r->workers);
    for (int i = 0; i < p->n; i++) {
        if (!p->node[i].listed)
            continue;
        for (int w = 0; w < r->workers; w++)
            states[w] = r->worker[w].ring[i].state;
        GT_TRY(
            gt_zonal_result(a, &p->node[i], states, r->workers, &out->zonal[out->n_zonal++], err));
    }
    return GT_OK;
}

enum gt_status gt_pass_run(struct gt_arena *a, const struct gt_pass *p,
                           struct gt_raster_sink *const *sinks, struct gt_work *w,
                           struct gt_run_result *out, struct gt_err *err)
{
    /* Before the arena, whose end still looks at it. */
    struct run r = {.p = p, .sinks = sinks, .workers = gt_pool_threads(w ? w->pool : NULL)};
    GT_AUTO_ARENA mine = gt_arena_new();
    r.stride = p->chunk + 2 * p->margin;
    r.bands = (p->region.h + p->band - 1) / p->band;
    r.chunks = (p->region.w + p->chunk - 1) / p->chunk;
    r.piece_end = GT_TAKE_N(mine, int64_t, (size_t)p->n + 1);
    gt_arena_defer(mine, free_zonal, &r);
    GT_TRY(make_workers(mine, &r, err));
    GT_TRY(make_bands(mine, &r, err));
    /* One round more at either end: the first only reads, the last only writes. */
    for (r.now = -1; r.now <= r.bands; r.now++) {
        GT_TRY(run_round(&r, w, err));
        gt_progress(w, p->model->name, most(r.now, 0), r.bands);
    }
    return collect(a, &r, out, err);
}
