/* Global step pattern: morphological spatial pattern analysis. The foreground becomes core, islet,
 * perforation, edge, loop, bridge or branch (codes 1 to 7), after
 *   Soille, Vogt: Morphological segmentation of binary patterns. Pattern Recognition Letters 30
 *   (2009), 456-459.
 * Core: no background within the edge's ellipse. Islet: patches without core. Edge, perforation:
 * within the ellipse of a core. The rest links cores or hangs on them, as their skeleton tells.
 * No-data and what lies outside is not background: no edge runs along it, and holes that touch it
 * are not closed. A byte a cell, runs and lists, all in pages. */
#include "pattern_int.h"

#include <string.h>

enum { LINK_BRIDGE = 1, LINK_LOOP = 2 };

/* ---- Shared by the stages ---- */

void gt_pattern_load(struct gt_pattern *p, int64_t y)
{
    gt_paged_read(p->cell, (uint64_t)(y * p->w), (size_t)p->w, p->row);
}

void gt_pattern_store(struct gt_pattern *p, int64_t y)
{
    gt_paged_write(p->cell, (uint64_t)(y * p->w), (size_t)p->w, p->row);
}

enum gt_status gt_pattern_check(const struct gt_pattern *p, struct gt_err *err)
{
    if (gt_stopped(p->g->work))
        return gt_fail(err, GT_ECANCELLED, "stopped on request");
    return gt_pages_check(p->pages, err);
}

struct asking {
    struct gt_pattern *p;
    uint8_t mask, value;
};

static enum gt_status asked_row(void *ctx, int64_t y, float *code, struct gt_err *err)
{
    const struct asking *q = ctx;
    (void)err;
    gt_pattern_load(q->p, y);
    for (int64_t x = 0; x < q->p->w; x++)
        code[x] = (q->p->row[x] & q->mask) == q->value ? 1 : NAN;
    return GT_OK;
}

enum gt_status gt_pattern_patches(struct gt_arena *a, struct gt_pattern *p, uint8_t mask,
                                  uint8_t value, struct gt_patches **out, struct gt_err *err)
{
    struct asking q = {p, mask, value};
    struct gt_patch_opt opt = {
        .row = asked_row, .ctx = &q, .connect = p->g->step->connect, .work = p->g->work};
    return gt_patches_new(a, p->pages, p->g->grid, &opt, out, err);
}

/* ---- Foreground, core, islets ---- */

static enum gt_status take_cells(struct gt_arena *a, struct gt_pattern *p, struct gt_err *err)
{
    struct gt_codes *codes;
    GT_TRY(gt_codes_new(a, p->g, &codes, err));
    for (int64_t y = 0; y < p->h; y++) {
        const float *in;
        GT_TRY(gt_codes_row(codes, y, &in, err));
        for (int64_t x = 0; x < p->w; x++) {
            uint8_t kind = gt_codes_has(codes, in[x]) ? GT_REST : GT_BACK;
            p->row[x] = in[x] == in[x] ? kind : GT_NONE;
        }
        gt_pattern_store(p, y);
        GT_TRY(gt_pattern_check(p, err));
    }
    return GT_OK;
}

static enum gt_status find_core(struct gt_arena *a, struct gt_pattern *p, struct gt_err *err)
{
    struct gt_cover *c;
    GT_TRY(gt_cover_new(a, p, p->rx, p->ry, &c, err));
    gt_cover_start(c, GT_KIND_BITS, GT_BACK);
    for (int64_t y = 0; y < p->h; y++) {
        const uint8_t *near = gt_cover_row(c, y);
        gt_pattern_load(p, y);
        for (int64_t x = 0; x < p->w; x++)
            if (p->row[x] == GT_REST && !near[x])
                p->row[x] = GT_CORE;
        gt_pattern_store(p, y);
        GT_TRY(gt_pattern_check(p, err));
    }
    return GT_OK;
}

static bool is_fore(uint8_t cell)
{
    uint8_t kind = cell & GT_KIND_BITS;
    return kind == GT_CORE || kind == GT_REST;
}

static enum gt_status fore_row(void *ctx, int64_t y, float *code, struct gt_err *err)
{
    struct gt_pattern *p = ctx;
    (void)err;
    gt_pattern_load(p, y);
    for (int64_t x = 0; x < p->w; x++)
        code[x] = is_fore(p->row[x]) ? 1 : NAN;
    return GT_OK;
}

/* The runs of row y beside its cells: patches with a core are marked, or the others made islets. */
static void islets_of_row(struct gt_pattern *p, const struct gt_run *r, size_t n,
                          struct gt_paged *has_core, bool mark)
{
    for (size_t i = 0; i < n; i++) {
        bool core = false;
        for (uint32_t x = r[i].start; mark && !core && x < r[i].end; x++)
            core = p->row[x] == GT_CORE;
        if (core)
            *(uint8_t *)gt_paged_at(has_core, r[i].patch, true) = 1;
        if (!mark && !*(const uint8_t *)gt_paged_at(has_core, r[i].patch, false))
            memset(p->row + r[i].start, GT_ISLET, r[i].end - r[i].start);
    }
}

static enum gt_status find_islets(struct gt_arena *a, struct gt_pattern *p, struct gt_err *err)
{
    struct gt_patches *fore;
    struct gt_run *runs;
    struct gt_paged *has_core = gt_paged_new(a, p->pages, 0);
    struct gt_patch_opt opt = {
        .row = fore_row, .ctx = p, .connect = p->g->step->connect, .work = p->g->work};
    GT_TRY(gt_patches_new(a, p->pages, p->g->grid, &opt, &fore, err));
    GT_TRY(gt_reserve(a, (size_t)p->w, sizeof *runs, "a row", (void **)&runs, err));
    for (int mark = 1; mark >= 0; mark--)
        for (int64_t y = 0; y < p->h; y++) {
            size_t n = gt_patches_row(fore, y, runs);
            gt_pattern_load(p, y);
            islets_of_row(p, runs, n, has_core, mark);
            gt_pattern_store(p, y);
            GT_TRY(gt_pattern_check(p, err));
        }
    gt_paged_free(has_core);
    gt_patches_free(fore);
    return GT_OK;
}

/* ---- The rest: loops, bridges, branches ---- */

struct ending {
    struct gt_pattern *p;
    struct gt_patches *rest;
    struct gt_paged *link; /* by patch of the rest: which links run through it */
    struct gt_cover *bridge, *loop;
    struct gt_run *runs;
};

static void note_links(struct ending *e, int64_t y)
{
    size_t n = gt_patches_row(e->rest, y, e->runs);
    gt_pattern_load(e->p, y);
    for (size_t i = 0; i < n; i++) {
        uint8_t marks = 0, link = 0;
        for (uint32_t x = e->runs[i].start; x < e->runs[i].end; x++)
            marks |= e->p->row[x];
        link |= marks & GT_BRIDGE ? LINK_BRIDGE : 0;
        link |= marks & GT_LOOP ? LINK_LOOP : 0;
        if (link)
            *(uint8_t *)gt_paged_at(e->link, e->runs[i].patch, true) |= link;
    }
}

static uint8_t code_of_rest(uint8_t cell, uint8_t link, bool bridge, bool loop)
{
    enum { LOOP = 5, BRIDGE = 6, BRANCH = 7 };
    if (cell & GT_LOOP)
        return LOOP;
    if ((link & LINK_BRIDGE) && bridge)
        return BRIDGE;
    return (link & LINK_LOOP) && loop ? LOOP : BRANCH;
}

static enum gt_status write_row(struct ending *e, int64_t y, struct gt_err *err)
{
    struct gt_pattern *p = e->p;
    size_t n = gt_patches_row(e->rest, y, e->runs);
    const uint8_t *bridge = gt_cover_row(e->bridge, y), *loop = gt_cover_row(e->loop, y);
    gt_pattern_load(p, y);
    for (int64_t x = 0; x < p->w; x++)
        if (p->row[x] == GT_NONE)
            p->row[x] = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t link = *(const uint8_t *)gt_paged_at(e->link, e->runs[i].patch, false);
        for (uint32_t x = e->runs[i].start; x < e->runs[i].end; x++)
            p->row[x] = code_of_rest(p->row[x], link, bridge[x], loop[x]);
    }
    for (int64_t x = 0; x < p->w; x++)
        p->row[x] &= GT_KIND_BITS;
    return p->g->out->rows(p->g->out->self, y, 1, p->row, err);
}

static enum gt_status finish(struct gt_arena *a, struct gt_pattern *p, struct gt_err *err)
{
    struct ending e = {.p = p, .link = gt_paged_new(a, p->pages, 0)};
    GT_TRY(gt_pattern_patches(a, p, GT_KIND_BITS, GT_REST, &e.rest, err));
    GT_TRY(gt_reserve(a, (size_t)p->w, sizeof *e.runs, "a row", (void **)&e.runs, err));
    for (int64_t y = 0; y < p->h; y++)
        note_links(&e, y);
    GT_TRY(gt_cover_new(a, p, p->rx, p->ry, &e.bridge, err));
    GT_TRY(gt_cover_new(a, p, p->rx, p->ry, &e.loop, err));
    gt_cover_start(e.bridge, GT_BRIDGE, GT_BRIDGE);
    gt_cover_start(e.loop, GT_LOOP, GT_LOOP);
    for (int64_t y = 0; y < p->h; y++) {
        GT_TRY(write_row(&e, y, err));
        GT_TRY(gt_pattern_check(p, err));
        gt_progress(p->g->work, "pattern", y + 1, p->h);
    }
    return GT_OK;
}

/* ---- The step ---- */

/* Whole cells of an edge: the nearest number, at least one. */
static int64_t cells_of(double edge_m, double size_m)
{
    double n = floor(edge_m / size_m + 0.5);
    if (n < 1)
        return 1;
    return n < 1e7 ? (int64_t)n : (int64_t)1e7;
}

/* What rows and columns take besides the pages. */
static size_t beside(const struct gt_global *g)
{
    return (size_t)g->grid->w * 720 + (size_t)g->grid->h * 32 + ((size_t)3 << 20);
}

/* 8 bytes a cell are more than real rasters need; small ones may have what their lists take. */
static size_t pages_of(const struct gt_global *g)
{
    size_t most = (size_t)g->grid->w * (size_t)g->grid->h * 8, least = (size_t)64 << 20;
    size_t given = g->memory > beside(g) ? g->memory - beside(g) : 0;
    most = most > least ? most - most / 8 : least;
    return given < most ? given : most;
}

static enum gt_status run(struct gt_arena *outer, const struct gt_global *g, struct gt_err *err)
{
    (void)outer;
    GT_AUTO_ARENA a = gt_arena_new();
    double ew, ns;
    struct gt_pattern p = {.g = g, .w = g->grid->w, .h = g->grid->h};
    if (p.w > INT32_MAX)
        return gt_fail(err, GT_ETOOBIG, "expected at most %d columns, found %lld", INT32_MAX,
                       (long long)p.w);
    p.pages = gt_pages_new(a, pages_of(g), g->scratch_dir);
    p.cell = gt_paged_new(a, p.pages, 0);
    gt_metric_cell_size(g->metric, &ew, &ns);
    if (!(ew > 0 && ns > 0))
        return gt_fail(err, GT_EINPUT,
                       "%s: expected a raster whose middle lies where its coordinate system holds, "
                       "found none; cut it to the region",
                       g->in[0]->info.id);
    p.rx = cells_of(g->step->edge_m, ew);
    p.ry = cells_of(g->step->edge_m, ns);
    GT_TRY(gt_reserve(a, (size_t)p.w, 1, "a row", (void **)&p.row, err));
    GT_TRY(take_cells(a, &p, err));
    GT_TRY(find_core(a, &p, err));
    GT_TRY(find_islets(a, &p, err));
    GT_TRY(gt_pattern_shell(a, &p, err));
    GT_TRY(gt_pattern_thin(a, &p, err));
    GT_TRY(gt_pattern_links(a, &p, err));
    gt_patches_free(p.core);
    return finish(a, &p, err);
}

static size_t memory(const struct gt_global *g)
{
    return pages_of(g) + beside(g);
}

/* The lists may grow to this; most of it is never written. */
static size_t disk(const struct gt_global *g)
{
    size_t most = (size_t)g->grid->w * (size_t)g->grid->h * 8;
    return most < pages_of(g) ? 0 : most;
}

const struct gt_global_op gt_global_pattern = {
    .paper = "Soille, Vogt 2009",
    .run = run,
    .memory = memory,
    .disk = disk,
};
