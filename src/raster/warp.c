/* Inputs on another grid, resampled on the fly. Where the source's CRS differs, positions are taken
 * from a lattice of exactly transformed cell centres, every 32nd of the master grid and anchored to
 * it, linear in between: a cell's value depends on nothing but the cell. */
#include "raster_int.h"

enum { STEP = 32, COLUMNS = 1024 };
#define MAX_CELLS (1 << 26) /* of a source window for one piece of work */

struct gt_lattice {
    const struct gt_raster_source *source;
    bool linear;           /* same CRS: col = c0 + c1 * column, row = r0 + r1 * row */
    double c0, c1, r0, r1; /* source cells; whole numbers are cell edges */
    int64_t col, row;      /* nodes: the first one's cell of the master */
    int64_t nw, nh;
    const double *at; /* source column and row of each node; NaN: cannot be transformed */
};

struct point {
    double col, row;
};

static struct point node_at(const struct gt_lattice *l, int64_t i, int64_t j)
{
    const double *v = l->at + 2 * (j * l->nw + i);
    return (struct point){v[0], v[1]};
}

/* Where the centre of a master cell lies in the source. */
static struct point position(const struct gt_lattice *l, int64_t col, int64_t row)
{
    if (l->linear)
        return (struct point){l->c0 + l->c1 * ((double)col + 0.5),
                              l->r0 + l->r1 * ((double)row + 0.5)};
    int64_t i = (col - l->col) / STEP, j = (row - l->row) / STEP;
    double u = (double)(col - l->col - i * STEP) / STEP,
           v = (double)(row - l->row - j * STEP) / STEP;
    struct point a = node_at(l, i, j), b = node_at(l, i + 1, j);
    struct point c = node_at(l, i, j + 1), d = node_at(l, i + 1, j + 1);
    double north_col = a.col + (b.col - a.col) * u, south_col = c.col + (d.col - c.col) * u;
    double north_row = a.row + (b.row - a.row) * u, south_row = c.row + (d.row - c.row) * u;
    return (struct point){north_col + (south_col - north_col) * v,
                          north_row + (south_row - north_row) * v};
}

/* ---- Making the lattice ---- */

static void set_linear(struct gt_lattice *l, const struct gt_grid *m, const struct gt_grid *s)
{
    l->linear = true;
    l->c0 = (m->x0 - s->x0) / s->dx;
    l->c1 = m->dx / s->dx;
    l->r0 = (s->y0 - m->y0) / s->dy;
    l->r1 = m->dy / s->dy;
}

static int64_t clip(int64_t v, int64_t lo, int64_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static enum gt_status set_nodes(struct gt_arena *a, const struct gt_pass *p,
                                const struct gt_raster_source *src, struct gt_lattice *l,
                                struct gt_err *err)
{
    const struct gt_window *r = &p->region;
    int64_t margin = p->margin;
    int64_t col0 = clip(r->col - margin, 0, p->grid.w), row0 = clip(r->row - margin, 0, p->grid.h);
    int64_t col1 = clip(r->col + r->w + margin, 0, p->grid.w);
    int64_t row1 = clip(r->row + r->h + margin, 0, p->grid.h);
    l->col = col0 / STEP * STEP;
    l->row = row0 / STEP * STEP;
    l->nw = (col1 - l->col) / STEP + 2;
    l->nh = (row1 - l->row) / STEP + 2;
    void *room;
    GT_TRY(gt_reserve(a, (size_t)(l->nw * l->nh), 2 * sizeof(double), "positions for resampling",
                      &room, err));
    double *at = room;
    for (int64_t j = 0; j < l->nh; j++)
        for (int64_t i = 0; i < l->nw; i++) {
            at[2 * (j * l->nw + i)] = gt_grid_x(&p->grid, (double)(l->col + i * STEP) + 0.5);
            at[2 * (j * l->nw + i) + 1] = gt_grid_y(&p->grid, (double)(l->row + j * STEP) + 0.5);
        }
    struct gt_xform *t;
    GT_TRY(gt_xform_new(a, p->crs, src->info.crs, &t, err));
    gt_xform_points(t, at, (size_t)(l->nw * l->nh));
    for (int64_t k = 0; k < l->nw * l->nh; k++) {
        at[2 * k] = gt_grid_col(&src->info.grid, at[2 * k]);
        at[2 * k + 1] = gt_grid_row(&src->info.grid, at[2 * k + 1]);
    }
    l->at = at;
    return GT_OK;
}

/* The next cell after v where positions may have an extreme: a node's, or the last one. */
static int64_t next_stop(const struct gt_lattice *l, int64_t v, int64_t anchor, int64_t last)
{
    int64_t node = anchor + ((v - anchor) / STEP + 1) * STEP;
    return l->linear || node > last ? last : node;
}

/* The source cells under a window of the master, with cells to spare, clipped to the source. */
static struct gt_window source_window(const struct gt_lattice *l, struct gt_window w)
{
    double c0 = (double)INFINITY, c1 = -c0, r0 = c0, r1 = -c0;
    int64_t right_end = w.col + w.w - 1, bottom_end = w.row + w.h - 1;
    for (int64_t y = w.row;; y = next_stop(l, y, l->row, bottom_end)) {
        for (int64_t x = w.col;; x = next_stop(l, x, l->col, right_end)) {
            struct point at = position(l, x, y);
            c0 = at.col < c0 ? at.col : c0;
            c1 = at.col > c1 ? at.col : c1;
            r0 = at.row < r0 ? at.row : r0;
            r1 = at.row > r1 ? at.row : r1;
            if (x == right_end)
                break;
        }
        if (y == bottom_end)
            break;
    }
    const struct gt_grid *g = &l->source->info.grid;
    if (!(c1 > -2 && r1 > -2 && c0 < (double)g->w + 2 && r0 < (double)g->h + 2))
        return (struct gt_window){0};
    double big = 1e15;
    int64_t left = clip((int64_t)(c0 > -big ? c0 : -big) - 2, 0, g->w);
    int64_t top = clip((int64_t)(r0 > -big ? r0 : -big) - 2, 0, g->h);
    int64_t right = clip((int64_t)(c1 < big ? c1 : big) + 3, 0, g->w);
    int64_t bottom = clip((int64_t)(r1 < big ? r1 : big) + 3, 0, g->h);
    return (struct gt_window){left, top, right - left, bottom - top};
}

enum gt_status gt_lattice_new(struct gt_arena *a, const struct gt_pass *p,
                              const struct gt_node *node, const struct gt_lattice **out,
                              struct gt_err *err)
{
    const struct gt_raster_source *src = node->feed.source;
    struct gt_lattice *l = GT_TAKE(a, struct gt_lattice);
    l->source = src;
    const struct gt_feed *f = &node->feed;
    if (f->whole)
        *l = (struct gt_lattice){.source = src,
                                 .linear = true,
                                 .c0 = (double)f->dcol,
                                 .c1 = 1,
                                 .r0 = (double)f->drow,
                                 .r1 = 1};
    else if (gt_crs_same(src->info.crs, p->crs))
        set_linear(l, &p->grid, &src->info.grid);
    else
        GT_TRY(set_nodes(a, p, src, l, err));
    /* A part of the grid may well lie beside what lies on the grid. */
    bool part = p->region.w < p->grid.w || p->region.h < p->grid.h;
    struct gt_window all = source_window(l, p->region);
    if (!part && (all.w == 0 || all.h == 0))
        return gt_fail(err, GT_EINPUT,
                       "raster %s does not meet %s: their extents have nothing in common",
                       src->info.id, p->master->info.id);
    *out = l;
    return GT_OK;
}

/* ---- Resampling ---- */

/* A window of the source as f32, NaN for no-data. */
struct patch {
    struct gt_window win;
    const float *v;
    const struct gt_grid *grid;
};

static float patch_at(const struct patch *p, int64_t col, int64_t row)
{
    if (col < 0 || row < 0 || col >= p->grid->w || row >= p->grid->h)
        return NAN;
    return p->v[(row - p->win.row) * p->win.w + (col - p->win.col)];
}

static float nearest(const struct patch *p, struct point at)
{
    return patch_at(p, (int64_t)floor(at.col), (int64_t)floor(at.row));
}

/* Of the four cells around, those with a value, by their weights; a position outside the raster, or
 * whose own cell is no-data, is no-data. */
static float bilinear(const struct patch *p, struct point at)
{
    double c = at.col - 0.5, r = at.row - 0.5;
    int64_t col = (int64_t)floor(c), row = (int64_t)floor(r);
    double u = c - (double)col, v = r - (double)row;
    double weight[4] = {(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v};
    double sum = 0, all = 0;
    for (int k = 0; k < 4; k++) {
        double cell = (double)patch_at(p, col + (k & 1), row + (k >> 1));
        if (cell != cell || weight[k] == 0)
            continue;
        sum += weight[k] * cell;
        all += weight[k];
    }
    float own = nearest(p, at);
    return own == own && all > 0 ? (float)(sum / all) : NAN;
}

static enum gt_status read_patch(struct gt_arena *a, const struct gt_lattice *l, struct patch *p,
                                 int worker, struct gt_err *err)
{
    const struct gt_raster_source *src = l->source;
    int64_t n = p->win.w * p->win.h;
    if (n > MAX_CELLS)
        return gt_fail(err, GT_ETOOBIG,
                       "%s has cells too small to be resampled to this grid on the fly (%lld of "
                       "them for one piece of work): resample it first",
                       src->info.id, (long long)n);
    void *raw, *cells;
    GT_TRY(gt_reserve(a, (size_t)n, gt_cell_size(src->info.type), src->info.id, &raw, err));
    GT_TRY(gt_reserve(a, (size_t)n, sizeof(float), src->info.id, &cells, err));
    enum gt_status s = src->read(src->self, worker, p->win, raw, p->win.w, err);
    if (s != GT_OK)
        return gt_wrap(err, "%s", src->info.id);
    p->v = cells;
    return gt_cells_f32(&src->info, raw, cells, n, err);
}

/* ---- A row at once ---- */

/* Positions of a row's cells, at most COLUMNS. */
struct places {
    double col[COLUMNS], row[COLUMNS];
};

/* The same arithmetic as position(), between two columns of nodes. */
GT_CLONES static void place_cells(const struct gt_lattice *l, int64_t x, int64_t y, int64_t n,
                                  double *restrict col, double *restrict row)
{
    int64_t i = (x - l->col) / STEP, first = x - l->col - i * STEP, j = (y - l->row) / STEP;
    double v = (double)(y - l->row - j * STEP) / STEP;
    struct point a = node_at(l, i, j), b = node_at(l, i + 1, j);
    struct point c = node_at(l, i, j + 1), d = node_at(l, i + 1, j + 1);
    for (int64_t k = 0; k < n; k++) {
        double u = (double)(int)(first + k) / STEP;
        double north_col = a.col + (b.col - a.col) * u, south_col = c.col + (d.col - c.col) * u;
        double north_row = a.row + (b.row - a.row) * u, south_row = c.row + (d.row - c.row) * u;
        col[k] = north_col + (south_col - north_col) * v;
        row[k] = north_row + (south_row - north_row) * v;
    }
}

GT_CLONES static void place_linear(const struct gt_lattice *l, int64_t x, int64_t y, int64_t n,
                                   struct places *out)
{
    double row = l->r0 + l->r1 * ((double)y + 0.5), first = (double)x;
    for (int64_t k = 0; k < n; k++) {
        out->col[k] = l->c0 + l->c1 * (first + (double)(int)k + 0.5);
        out->row[k] = row;
    }
}

static void place_row(const struct gt_lattice *l, int64_t x, int64_t y, int64_t n,
                      struct places *out)
{
    if (l->linear) {
        place_linear(l, x, y, n, out);
        return;
    }
    for (int64_t k = 0; k < n;) {
        int64_t part = STEP - (x + k - l->col) % STEP, left = n - k;
        part = part < left ? part : left;
        place_cells(l, x + k, y, part, out->col + k, out->row + k);
        k += part;
    }
}

/* Where all four cells around are in the patch and have values; NaN elsewhere. A weight of nothing
 * adds nothing, so that the sums are those of bilinear(). */
GT_CLONES static void smooth_cells(const struct patch *p, const struct places *at, int n,
                                   float *restrict out)
{
    const float *cells = p->v;
    int w = (int)p->win.w;
    double left = (double)p->win.col, right = left + (double)(p->win.w - 1);
    double top = (double)p->win.row, bottom = top + (double)(p->win.h - 1);
    for (int k = 0; k < n; k++) {
        double c = at->col[k] - 0.5, r = at->row[k] - 0.5;
        bool in = (c >= left) & (c < right) & (r >= top) & (r < bottom);
        c = in ? c - left : 0;
        r = in ? r - top : 0;
        int col = (int)c, row = (int)r, i = row * w + col;
        double u = c - (double)col, v = r - (double)row;
        double w0 = (1 - u) * (1 - v), w1 = u * (1 - v), w2 = (1 - u) * v, w3 = u * v;
        double sum = 0 + w0 * (double)cells[i] + w1 * (double)cells[i + 1] +
                     w2 * (double)cells[i + w] + w3 * (double)cells[i + w + 1];
        out[k] = in ? (float)(sum / (w0 + w1 + w2 + w3)) : NAN;
    }
}

/* NaN beside the patch. */
GT_CLONES static void nearest_cells(const struct patch *p, const struct places *at, int n,
                                    float *restrict out)
{
    const float *cells = p->v;
    int w = (int)p->win.w;
    double left = (double)p->win.col, right = left + (double)p->win.w;
    double top = (double)p->win.row, bottom = top + (double)p->win.h;
    for (int k = 0; k < n; k++) {
        double c = at->col[k], r = at->row[k];
        bool in = (c >= left) & (c < right) & (r >= top) & (r < bottom);
        int col = (int)(in ? c - left : 0), row = (int)(in ? r - top : 0);
        float v = cells[row * w + col];
        out[k] = in ? v : NAN;
    }
}

/* Cells that the fast way left without a value: one of those around has none, or lies outside. */
static void mend_cells(const struct patch *p, const struct places *at, int64_t n, float *out)
{
    for (int64_t k = 0; k < n; k++) {
        struct point here = {at->col[k], at->row[k]};
        bool inside = here.col >= 0 && here.row >= 0 && here.col < (double)p->grid->w &&
                      here.row < (double)p->grid->h;
        if (out[k] != out[k] && inside)
            out[k] = bilinear(p, here);
    }
}

static void resample(const struct gt_lattice *l, const struct gt_node *node, const struct patch *p,
                     struct gt_window w, const struct gt_band *b)
{
    struct places at;
    bool smooth = node->s->resample == GT_BILINEAR, room = p->win.w > 1 && p->win.h > 1;
    for (int64_t y = w.row; y < w.row + w.h; y++) {
        float *out = (float *)b->cells + (y - b->row0) * b->w - b->col0 + w.col;
        place_row(l, w.col, y, w.w, &at);
        if (!smooth) {
            nearest_cells(p, &at, (int)w.w, out);
            continue;
        }
        if (room)
            smooth_cells(p, &at, (int)w.w, out);
        else
            for (int64_t k = 0; k < w.w; k++)
                out[k] = NAN;
        mend_cells(p, &at, w.w, out);
    }
}

enum gt_status gt_lattice_fill(const struct gt_lattice *l, const struct gt_node *node,
                               struct gt_window win, const struct gt_band *b, int worker,
                               struct gt_err *err)
{
    for (int64_t at = 0; at < win.w; at += COLUMNS) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct gt_window w = {win.col + at, win.row, win.w - at < COLUMNS ? win.w - at : COLUMNS,
                              win.h};
        struct patch p = {.win = source_window(l, w), .grid = &l->source->info.grid};
        if (p.win.w > 0 && p.win.h > 0) {
            GT_TRY(read_patch(a, l, &p, worker, err));
            resample(l, node, &p, w, b);
            continue;
        }
        for (int64_t y = w.row; y < w.row + w.h; y++)
            for (int64_t x = w.col; x < w.col + w.w; x++)
                ((float *)b->cells)[(y - b->row0) * b->w + x - b->col0] = NAN;
    }
    return GT_OK;
}
