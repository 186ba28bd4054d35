/* Feeds: how a band of rows comes in. Rasters on the master's grid are read in windows that follow
 * the file's own tiles, each tile once: a band keeps what the next one still needs. Everything else
 * is made for the band from scratch. */
#include "raster_int.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_ROWS = 64, PIECE_COLUMNS = 2048 };

static int64_t low(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t high(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* ---- Choosing the road ---- */

static bool near_whole(double v, int64_t *whole)
{
    double r = floor(v + 0.5);
    bool near = fabs(v - r) < 1e-6 && fabs(r) < 9e15;
    *whole = near ? (int64_t)r : 0;
    return near;
}

static bool is_aligned(const struct gt_pass *p, struct gt_node *node)
{
    const struct gt_raster_info *in = &node->feed.source->info;
    const struct gt_grid *g = &in->grid;
    if (!gt_crs_same(in->crs, p->crs))
        return false;
    double span = (double)(p->grid.w + p->grid.h); /* cells over which sizes must agree */
    if (fabs(g->dx / p->grid.dx - 1) * span > 1e-6 || fabs(g->dy / p->grid.dy - 1) * span > 1e-6)
        return false;
    return near_whole((p->grid.x0 - g->x0) / g->dx, &node->feed.dcol) &&
           near_whole((g->y0 - p->grid.y0) / g->dy, &node->feed.drow);
}

static bool covers(const struct gt_pass *p, const struct gt_feed *f)
{
    const struct gt_grid *g = &f->source->info.grid;
    return f->dcol >= 0 && f->drow >= 0 && f->dcol + p->grid.w <= g->w &&
           f->drow + p->grid.h <= g->h;
}

static bool meets(const struct gt_pass *p, const struct gt_feed *f)
{
    const struct gt_grid *g = &f->source->info.grid;
    return f->dcol + p->grid.w > 0 && f->dcol < g->w && f->drow + p->grid.h > 0 && f->drow < g->h;
}

/* Integer cells without a no-data value cannot say "nothing here" beyond their edge: they are
 * resampled to f32, which on the same grid changes no cell. */
static bool can_blank(const struct gt_pass *p, const struct gt_feed *f)
{
    const struct gt_raster_info *in = &f->source->info;
    return !isnan(gt_cells_nodata(in)) || in->type == GT_F32 || covers(p, f);
}

static enum gt_status prepare_raster(struct gt_arena *a, const struct gt_pass *p,
                                     struct gt_node *node, const struct gt_binding *bind,
                                     struct gt_err *err)
{
    struct gt_feed *f = &node->feed;
    if (!bind->raster)
        return gt_fail(err, GT_EINPUT, "expected a raster as input %s", node->s->name);
    f->source = bind->raster;
    bool aligned = is_aligned(p, node);
    if (aligned && !meets(p, f))
        return gt_fail(err, GT_EINPUT,
                       "raster %s does not meet %s: their extents have nothing in common",
                       f->source->info.id, p->master->info.id);
    f->whole = aligned && !can_blank(p, f);
    aligned = aligned && !f->whole;
    f->kind = aligned ? GT_FEED_ALIGNED : GT_FEED_WARPED;
    f->type = aligned ? f->source->info.type : GT_F32;
    if (aligned)
        return GT_OK;
    return gt_lattice_new(a, p, node, &f->lattice, err);
}

static const double *column_of(const struct gt_raster_layer *l, const char *name)
{
    for (size_t i = 0; i < l->n_columns; i++)
        if (strcmp(l->column[i], name) == 0)
            return l->number[i];
    return NULL;
}

static enum gt_status burn_values(struct gt_arena *a, struct gt_node *node, struct gt_err *err)
{
    const struct gt_raster_layer *l = node->feed.layer;
    const char *name = node->s->attribute;
    bool number = name && strcmp(name, "#") == 0;
    const double *column = name && !number ? column_of(l, name) : NULL;
    if (name && !number && !column)
        return gt_fail(err, GT_EINPUT, "the layer has no numbers named %s to burn", name);
    double *v = GT_TAKE_N(a, double, l->shapes->n ? l->shapes->n : 1);
    for (size_t i = 0; i < l->shapes->n; i++) {
        v[i] = column ? column[i] : number ? (double)(i + 1) : 1;
        if (fabs(v[i]) > GT_CODE_MAX && node->s->cells != GT_CELLS_MEASURE)
            return gt_fail(err, GT_EINPUT,
                           "feature %zu has %s = %.0f, more than %.0f, which cells can hold; burn "
                           "the feature's number (attribute \"#\") and join by it",
                           i + 1, name, v[i], GT_CODE_MAX);
    }
    node->feed.burn = v;
    return GT_OK;
}

static enum gt_status prepare_layer(struct gt_arena *a, const struct gt_pass *p,
                                    struct gt_node *node, const struct gt_binding *bind,
                                    struct gt_err *err)
{
    struct gt_feed *f = &node->feed;
    bool burn = node->s->kind == GT_STEP_RASTERISE;
    if (!bind->layer)
        return gt_fail(err, GT_EINPUT, "expected a vector layer as input of step %s",
                       node->s->name);
    f->layer = bind->layer;
    f->type = GT_F32;
    f->kind = burn ? GT_FEED_BURN : GT_FEED_DISTANCE;
    const struct gt_shapes *shapes;
    GT_TRY(gt_shapes_to_crs(a, bind->layer->shapes, p->crs, 1e-3, &shapes, err));
    if (burn && shapes->n > 0 && !gt_box_meets(shapes->box, gt_grid_box(&p->grid)))
        return gt_fail(err, GT_EINPUT,
                       "the layer's features (x %g to %g, y %g to %g) do not meet the raster %s",
                       shapes->box.x0, shapes->box.x1, shapes->box.y0, shapes->box.y1,
                       p->master->info.id);
    if (burn)
        GT_TRY(burn_values(a, node, err));
    return burn ? gt_edges_new(a, p, shapes, &f->edges, err)
                : gt_segments_new(a, p, shapes, &f->segments, err);
}

enum gt_status gt_feed_prepare(struct gt_arena *a, const struct gt_pass *p, struct gt_node *node,
                               const struct gt_binding *bind, struct gt_err *err)
{
    if (node->s->kind == GT_STEP_RASTER)
        return prepare_raster(a, p, node, bind, err);
    return prepare_layer(a, p, node, bind, err);
}

/* ---- Bands ---- */

/* Rows are read up to the end of a tile row, so that no tile is decoded for two bands. */
static int64_t tile_rows(const struct gt_node *node)
{
    int h = node->feed.kind == GT_FEED_ALIGNED ? node->feed.source->info.tile_h : 0;
    return h > 1 && h <= 1024 ? h : 1;
}

void gt_feed_band_size(const struct gt_pass *p, const struct gt_node *node, struct gt_band *b)
{
    const struct gt_window *r = &p->region;
    *b = (struct gt_band){0};
    b->col0 = high(r->col - node->margin, 0);
    b->w = low(r->col + r->w + node->margin, p->grid.w) - b->col0;
    b->cap = p->band + 2 * node->margin + tile_rows(node);
}

void gt_feed_rows(const struct gt_pass *p, const struct gt_node *node, int64_t row0, int64_t row1,
                  int64_t *first, int64_t *last)
{
    int64_t end = low(row1 + node->margin, p->grid.h), tile = tile_rows(node);
    *first = high(row0 - node->margin, 0);
    int64_t in_source = end + node->feed.drow;
    int64_t rest = tile > 1 && in_source > 0 ? in_source % tile : 0;
    int64_t stop = low(p->region.row + p->region.h + node->margin, p->grid.h);
    *last = low(rest ? end + (tile - rest) : end, stop);
}

static unsigned char *cell_at(const struct gt_node *node, const struct gt_band *b, int64_t row,
                              int64_t col)
{
    size_t at = (size_t)((row - b->row0) * b->w + (col - b->col0));
    return (unsigned char *)b->cells + at * gt_cell_size(node->feed.type);
}

void gt_feed_carry(const struct gt_node *node, const struct gt_band *from, struct gt_band *to,
                   int64_t first)
{
    to->row0 = first;
    to->rows = 0;
    if (!from || node->feed.kind != GT_FEED_ALIGNED)
        return;
    int64_t have = from->row0 + from->rows - first;
    if (first < from->row0 || have <= 0)
        return;
    size_t line = (size_t)to->w * gt_cell_size(node->feed.type);
    memcpy(to->cells, cell_at(node, from, first, from->col0), (size_t)have * line);
    to->rows = have;
}

/* A piece's window in rows of the master: pieces go by rows, then by columns. */
static int64_t piece_columns(const struct gt_node *node, const struct gt_band *to)
{
    const struct gt_feed *f = &node->feed;
    bool tiles = f->kind == GT_FEED_ALIGNED && tile_rows(node) > 1 && f->source->info.tile_w > 0 &&
                 f->source->info.tile_w < to->w;
    if (!tiles)
        return to->w;
    int64_t tile = f->source->info.tile_w;
    return (PIECE_COLUMNS + tile - 1) / tile * tile;
}

static int64_t piece_rows(const struct gt_node *node)
{
    int64_t tile = tile_rows(node);
    return tile > 1 ? tile : PIECE_ROWS;
}

/* Pieces begin where the source's tiles do: the grid of pieces is shifted by the source's offset.
 */
struct pieces {
    int64_t row0, rows, col0, cols; /* first piece's origin (may lie before the band), piece size */
    int64_t down, across;
    int64_t first, last; /* rows to fill */
};

static int64_t floor_to(int64_t v, int64_t step)
{
    int64_t rest = v % step;
    return v - (rest < 0 ? rest + step : rest);
}

static struct pieces cut(const struct gt_node *node, const struct gt_band *to)
{
    struct pieces c = {.rows = piece_rows(node), .cols = piece_columns(node, to), .last = to->last};
    const struct gt_feed *f = &node->feed;
    c.first = to->row0 + to->rows;
    bool whole_width = c.cols == to->w;
    c.row0 = floor_to(c.first + f->drow, c.rows) - f->drow;
    c.col0 = whole_width ? to->col0 : floor_to(to->col0 + f->dcol, c.cols) - f->dcol;
    c.down = c.last > c.first ? (c.last - c.row0 + c.rows - 1) / c.rows : 0;
    c.across = (to->col0 + to->w - c.col0 + c.cols - 1) / c.cols;
    return c;
}

int64_t gt_feed_pieces(const struct gt_node *node, struct gt_band *to, int64_t last)
{
    to->last = last;
    struct pieces c = cut(node, to);
    return c.down * c.across;
}

static void blank(const struct gt_node *node, const struct gt_band *b, struct gt_window w)
{
    double nodata = gt_cells_nodata(&node->feed.source->info);
    for (int64_t y = w.row; y < w.row + w.h; y++)
        for (int64_t x = w.col; x < w.col + w.w; x++) {
            unsigned char *at = cell_at(node, b, y, x);
            switch (node->feed.type) {
            case GT_U8: *at = (uint8_t)nodata; break;
            case GT_I16: *(int16_t *)(void *)at = (int16_t)nodata; break;
            case GT_I32: *(int32_t *)(void *)at = (int32_t)nodata; break;
            case GT_F32: *(float *)(void *)at = NAN; break;
            }
        }
}

static struct gt_window overlap(struct gt_window a, struct gt_window b)
{
    int64_t col = high(a.col, b.col), row = high(a.row, b.row);
    int64_t right = low(a.col + a.w, b.col + b.w), bottom = low(a.row + a.h, b.row + b.h);
    return (struct gt_window){col, row, high(right - col, 0), high(bottom - row, 0)};
}

static enum gt_status read_piece(const struct gt_node *node, const struct gt_band *to,
                                 struct gt_window w, int worker, struct gt_err *err)
{
    const struct gt_feed *f = &node->feed;
    const struct gt_grid *g = &f->source->info.grid;
    struct gt_window there = {-f->dcol, -f->drow, g->w, g->h};
    struct gt_window both = overlap(w, there);
    if (both.w != w.w || both.h != w.h)
        blank(node, to, w);
    if (both.w == 0 || both.h == 0)
        return GT_OK;
    struct gt_window in = {both.col + f->dcol, both.row + f->drow, both.w, both.h};
    void *cells = cell_at(node, to, both.row, both.col);
    enum gt_status s = f->source->read(f->source->self, worker, in, cells, to->w, err);
    return s == GT_OK ? s : gt_wrap(err, "%s", f->source->info.id);
}

enum gt_status gt_feed_piece(const struct gt_pass *p, const struct gt_node *node,
                             const struct gt_band *to, int64_t piece, int worker,
                             struct gt_err *err)
{
    struct pieces c = cut(node, to);
    struct gt_window w = {c.col0 + piece % c.across * c.cols, c.row0 + piece / c.across * c.rows,
                          c.cols, c.rows};
    struct gt_window band = {to->col0, c.first, to->w, c.last - c.first};
    w = overlap(w, band);
    if (w.w == 0 || w.h == 0)
        return GT_OK;
    const struct gt_feed *f = &node->feed;
    switch (f->kind) {
    case GT_FEED_ALIGNED: return read_piece(node, to, w, worker, err);
    case GT_FEED_WARPED: return gt_lattice_fill(f->lattice, node, w, to, worker, err);
    case GT_FEED_BURN: return gt_edges_burn(f->edges, f->burn, to, w.row, w.row + w.h, err);
    default: break;
    }
    return gt_segments_fill(p, node, to, w.row, w.row + w.h, err);
}

/* ---- Rows for the kernels ---- */

GT_CLONES static void scale_row(float *v, int64_t n, double scale, double add)
{
    for (int64_t j = 0; j < n; j++) {
        float to = (float)((double)v[j] * scale + add);
        v[j] = fabsf(to) <= FLT_MAX ? to : NAN;
    }
}

enum gt_status gt_feed_row(const struct gt_node *node, const struct gt_band *b, struct gt_span at,
                           float *out, struct gt_err *err)
{
    static const struct gt_raster_info MADE = {.type = GT_F32};
    const void *in = cell_at(node, b, at.row, at.col);
    bool made = node->feed.kind != GT_FEED_ALIGNED;
    enum gt_status s = gt_cells_f32(made ? &MADE : &node->feed.source->info, in, out, at.n, err);
    if (s == GT_OK && node->s->scaled)
        scale_row(out, at.n, node->s->scale, node->s->add);
    return s == GT_OK ? s : gt_wrap(err, "row %lld", (long long)at.row);
}
