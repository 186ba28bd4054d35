/* Patches of equal code from runs of cells: labels by rows with union-find on runs (He, Chao,
 * Suzuki 2008). A label is made where a run meets none of the rows before, and a set of labels is
 * known by its least one; so least labels stand in the order of the patches' first cells. */
#include "patch_int.h"

#include <string.h>

/* One row being joined to those before. */
struct joining {
    const struct gt_patch_opt *opt;
    struct gt_patches *p;
    struct gt_paged *parent;
    uint32_t labels;
    float *code;
    struct gt_run *up, *cur; /* a row of runs each */
    size_t n_up, n_cur;
    int64_t *reach; /* by rows between: runs with fewer cells than this between them meet */
    int64_t rows;   /* rows that can meet, the run's own among them */
};

/* ---- Sets of labels ---- */

static uint32_t find(struct gt_paged *parent, uint32_t label)
{
    for (;;) {
        uint32_t up = gt_paged_u32(parent, label);
        if (up == label)
            return label;
        uint32_t above = gt_paged_u32(parent, up);
        if (above == up)
            return up;
        gt_paged_set_u32(parent, label, above);
        label = above;
    }
}

static void join(struct joining *j, struct gt_run *run, uint32_t other)
{
    uint32_t b = find(j->parent, other);
    if (run->patch == 0) {
        run->patch = b;
        return;
    }
    uint32_t a = find(j->parent, run->patch);
    if (a != b)
        gt_paged_set_u32(j->parent, a < b ? b : a, a < b ? a : b);
}

/* ---- Rows ---- */

static size_t runs_of(const float *code, int64_t w, struct gt_run *out)
{
    size_t n = 0;
    for (int64_t x = 0; x < w;) {
        float v = code[x];
        int64_t start = x++;
        if (v != v)
            continue;
        while (x < w && code[x] == v)
            x++;
        out[n++] = (struct gt_run){(uint32_t)start, (uint32_t)x, 0, v};
    }
    return n;
}

static int64_t touch_of(const struct gt_patch_opt *opt, float code)
{
    int c = code == 0 && opt->connect_zero ? opt->connect_zero : opt->connect;
    return c == 8;
}

/* Joins the row's runs to those of a row above. reach < 0: as the code's connectivity says. */
static void meet(struct joining *j, int64_t reach)
{
    size_t from = 0;
    for (size_t i = 0; i < j->n_cur; i++) {
        struct gt_run *run = &j->cur[i];
        int64_t most = reach < 0 ? 1 : reach;
        int64_t mine = reach < 0 ? touch_of(j->opt, run->code) : reach;
        while (from < j->n_up && (int64_t)j->up[from].end + most <= (int64_t)run->start)
            from++;
        for (size_t k = from; k < j->n_up && j->up[k].start < (int64_t)run->end + mine; k++)
            if (j->up[k].code == run->code && (int64_t)run->start < j->up[k].end + mine)
                join(j, run, j->up[k].patch);
    }
}

/* Joins a run to the nearest one of its code before it in the row. */
static void meet_left(struct joining *j, size_t i)
{
    struct gt_run *run = &j->cur[i];
    for (size_t k = i; k-- > 0 && (int64_t)run->start - j->cur[k].end < j->reach[0];)
        if (j->cur[k].code == run->code) {
            join(j, run, j->cur[k].patch);
            return;
        }
}

/* Whole cells of the size that fit into the root of q, by comparing squares. */
static int64_t fit(double q, double size)
{
    int64_t n = (int64_t)(sqrt(q) / size);
    while ((double)(n + 1) * size * ((double)(n + 1) * size) <= q)
        n++;
    while (n > 0 && (double)n * size * ((double)n * size) > q)
        n--;
    return n;
}

/* Ground size of the cell in the middle of a row. */
static void cell_size(const struct gt_patches *p, const struct gt_metric *m, int64_t y, double *ew,
                      double *ns)
{
    struct gt_tensor t = gt_metric_at(m, p->w / 2, y);
    double det = t.xx * t.yy - t.xy * t.xy;
    *ew = sqrt(t.yy / det);
    *ns = sqrt(t.xx / det);
}

/* How far the row's runs reach, in cells: the gap between two cells is that of their nearest sides
 * or corners, by the ground size of a cell in the middle of the lower row. Where the CRS knows no
 * ground, only cells that touch meet. */
static void reach_of(struct joining *j, const struct gt_grid *grid, int64_t y)
{
    double ew, ns, gap = j->opt->gap_m * (1 + 1e-9);
    cell_size(j->p, j->opt->metric, y, &ew, &ns);
    ew *= grid->dx;
    ns *= grid->dy;
    if (!(ew > 0 && ns > 0))
        ew = ns = (double)INFINITY;
    j->rows = fit(gap * gap, ns) + 2;
    if (j->rows > y + 1)
        j->rows = y + 1;
    for (int64_t k = 0; k < j->rows; k++) {
        double down = k > 1 ? (double)(k - 1) * ns : 0;
        int64_t most = fit(gap * gap - down * down, ew);
        j->reach[k] = (most < j->p->w ? most : j->p->w) + 1;
    }
}

static void join_row(struct joining *j, const struct gt_grid *grid, int64_t y)
{
    bool gap = j->opt->gap_m > 0;
    if (gap)
        reach_of(j, grid, y);
    else
        meet(j, -1);
    for (int64_t k = 1; gap && k < j->rows; k++) {
        j->n_up = gt_patches_row(j->p, y - k, j->up);
        meet(j, j->reach[k]);
    }
    for (size_t i = 0; i < j->n_cur; i++) {
        if (gap)
            meet_left(j, i);
        if (j->cur[i].patch)
            continue;
        j->cur[i].patch = ++j->labels;
        gt_paged_set_u32(j->parent, j->labels, j->labels);
    }
}

static enum gt_status take_row(struct joining *j, const struct gt_grid *grid, int64_t y,
                               struct gt_err *err)
{
    struct gt_patches *p = j->p;
    if (gt_stopped(j->opt->work))
        return gt_fail(err, GT_ECANCELLED, "stopped on request");
    GT_TRY(j->opt->row(j->opt->ctx, y, j->code, err));
    j->n_cur = runs_of(j->code, p->w, j->cur);
    if (j->n_cur > UINT32_MAX - 1 - j->labels)
        return gt_fail(err, GT_ETOOBIG, "expected fewer than %u labels of patches in %s",
                       UINT32_MAX, "a raster; simplify it first");
    join_row(j, grid, y);
    gt_paged_write(p->runs, p->first[y], j->n_cur, j->cur);
    p->first[y + 1] = p->first[y] + j->n_cur;
    if (p->most < (int64_t)j->n_cur)
        p->most = (int64_t)j->n_cur;
    struct gt_run *up = j->up;
    j->up = j->cur;
    j->n_up = j->n_cur;
    j->cur = up;
    return gt_pages_check(p->pages, err);
}

/* ---- Numbers ---- */

/* Labels become numbers: those before a label are numbers already. */
static void number(struct joining *j)
{
    uint32_t n = 0;
    for (uint32_t l = 1; l <= j->labels; l++) {
        uint32_t up = gt_paged_u32(j->parent, l);
        gt_paged_set_u32(j->parent, l, up == l ? ++n : gt_paged_u32(j->parent, up));
    }
    j->p->n = n;
    for (int64_t y = 0; y < j->p->h; y++) {
        size_t k = gt_patches_row(j->p, y, j->cur);
        for (size_t i = 0; i < k; i++)
            j->cur[i].patch = gt_paged_u32(j->parent, j->cur[i].patch);
        gt_paged_write(j->p->runs, j->p->first[y], k, j->cur);
    }
}

size_t gt_patches_row(const struct gt_patches *p, int64_t y, struct gt_run *out)
{
    size_t n = (size_t)(p->first[y + 1] - p->first[y]);
    gt_paged_read(p->runs, p->first[y], n, out);
    return n;
}

void gt_patches_free(struct gt_patches *p)
{
    gt_paged_free(p->runs);
}

static enum gt_status build(struct gt_arena *a, struct gt_patches *p, const struct gt_grid *grid,
                            const struct gt_patch_opt *opt, struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    size_t w = (size_t)grid->w, h = (size_t)grid->h;
    struct joining j = {.opt = opt, .p = p, .parent = gt_paged_new(a, p->pages, 2)};
    GT_TRY(gt_reserve(a, h + 1, sizeof *p->first, "rows", (void **)&p->first, err));
    GT_TRY(gt_reserve(mine, w, sizeof *j.code, "a row", (void **)&j.code, err));
    GT_TRY(gt_reserve(mine, w, sizeof *j.up, "a row", (void **)&j.up, err));
    GT_TRY(gt_reserve(mine, w, sizeof *j.cur, "a row", (void **)&j.cur, err));
    if (opt->gap_m > 0)
        GT_TRY(gt_reserve(mine, h, sizeof *j.reach, "rows", (void **)&j.reach, err));
    for (int64_t y = 0; y < p->h; y++)
        GT_TRY(take_row(&j, grid, y, err));
    number(&j);
    gt_paged_free(j.parent);
    return gt_pages_check(p->pages, err);
}

enum gt_status gt_patches_new(struct gt_arena *a, struct gt_pages *pages,
                              const struct gt_grid *grid, const struct gt_patch_opt *opt,
                              struct gt_patches **out, struct gt_err *err)
{
    struct gt_patches *p = GT_TAKE(a, struct gt_patches);
    *p = (struct gt_patches){.pages = pages, .w = grid->w, .h = grid->h};
    if (grid->w > INT32_MAX)
        return gt_fail(err, GT_ETOOBIG, "expected at most %d columns, found %lld", INT32_MAX,
                       (long long)grid->w);
    p->runs = gt_paged_new(a, pages, 4);
    GT_TRY(build(a, p, grid, opt, err));
    *out = p;
    return GT_OK;
}
