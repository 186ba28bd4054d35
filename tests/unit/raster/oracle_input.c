/* Rasters brought to the master's grid. */
#include "oracle.h"

#include <string.h>

/* A source as f32, whole. */
struct sheet {
    const struct gt_raster_info *info;
    float *v;
};

static double raw_cell(enum gt_cell_type type, const unsigned char *cells, int64_t i)
{
    int16_t i16;
    int32_t i32;
    float f32;
    switch (type) {
    case GT_U8: return cells[i];
    case GT_I16: memcpy(&i16, cells + 2 * i, 2); return i16;
    case GT_I32: memcpy(&i32, cells + 4 * i, 4); return i32;
    default: memcpy(&f32, cells + 4 * i, 4); return (double)f32;
    }
}

static enum gt_status read_sheet(const struct oracle *o, const struct gt_raster_source *src,
                                 struct sheet *out, struct gt_err *err)
{
    const struct gt_raster_info *info = &src->info;
    int64_t n = info->grid.w * info->grid.h;
    unsigned char *cells = gt_take_n(o->a, (size_t)n, gt_cell_size(info->type));
    struct gt_window all = {0, 0, info->grid.w, info->grid.h};
    GT_TRY(src->read(src->self, 0, all, cells, all.w, err));
    *out = (struct sheet){info, GT_TAKE_N(o->a, float, (size_t)n)};
    /* A no-data value of f32 cells is written with more digits than they hold. */
    double none = info->type == GT_F32 ? (double)(float)info->nodata : info->nodata;
    for (int64_t i = 0; i < n; i++) {
        double v = raw_cell(info->type, cells, i);
        bool missing = !isfinite(v) || (info->has_nodata && v == none);
        out->v[i] = missing ? NAN : (float)v;
    }
    return GT_OK;
}

static float sheet_at(const struct sheet *s, double col, double row)
{
    const struct gt_grid *g = &s->info->grid;
    if (!(col >= 0 && row >= 0 && col < (double)g->w && row < (double)g->h))
        return NAN;
    return s->v[(int64_t)row * g->w + (int64_t)col];
}

/* ---- On the same grid ---- */

static bool is_whole(double v)
{
    return fabs(v - round(v)) < 1e-6;
}

/* Cells as large as the master's, to 1e-6 of a cell over all of it, and whole cells away. */
static bool is_aligned(const struct oracle *o, const struct gt_raster_info *in, int64_t *dcol,
                       int64_t *drow)
{
    const struct gt_grid *m = &o->master->grid, *s = &in->grid;
    double cells = (double)(m->w + m->h);
    bool sizes = fabs(s->dx / m->dx - 1) * cells <= 1e-6 && fabs(s->dy / m->dy - 1) * cells <= 1e-6;
    double col = (m->x0 - s->x0) / s->dx, row = (s->y0 - m->y0) / s->dy;
    if (!gt_crs_same(in->crs, o->master->crs) || !sizes || !is_whole(col) || !is_whole(row))
        return false;
    *dcol = (int64_t)round(col);
    *drow = (int64_t)round(row);
    return true;
}

/* ---- On another grid ---- */

struct place {
    double col, row;
};

/* Other CRS: exact places of the centres of every 32nd cell, linear in between. */
enum { EACH = 32 };
struct lattice {
    int64_t nw, nh;
    struct place *at;
};

static enum gt_status make_lattice(const struct oracle *o, const struct gt_raster_info *in,
                                   struct lattice *out, struct gt_err *err)
{
    const struct gt_grid *m = &o->master->grid;
    struct gt_xform *t;
    GT_TRY(gt_xform_new(o->a, o->master->crs, in->crs, &t, err));
    out->nw = o->w / EACH + 2;
    out->nh = o->h / EACH + 2;
    out->at = GT_TAKE_N(o->a, struct place, (size_t)(out->nw * out->nh));
    for (int64_t j = 0; j < out->nh; j++)
        for (int64_t i = 0; i < out->nw; i++) {
            double xy[2] = {gt_grid_x(m, (double)(i * EACH) + 0.5),
                            gt_grid_y(m, (double)(j * EACH) + 0.5)};
            gt_xform_points(t, xy, 1);
            out->at[j * out->nw + i] =
                (struct place){gt_grid_col(&in->grid, xy[0]), gt_grid_row(&in->grid, xy[1])};
        }
    return GT_OK;
}

static double between(double p, double q, double share)
{
    return p + (q - p) * share;
}

static struct place place_of(const struct lattice *l, int64_t col, int64_t row)
{
    const struct place *n = l->at + row / EACH * l->nw + col / EACH, *s = n + l->nw;
    double east = (double)(col % EACH) / EACH, south = (double)(row % EACH) / EACH;
    return (struct place){
        between(between(n[0].col, n[1].col, east), between(s[0].col, s[1].col, east), south),
        between(between(n[0].row, n[1].row, east), between(s[0].row, s[1].row, east), south)};
}

static struct place place_in_same_crs(const struct oracle *o, const struct gt_grid *s, int64_t col,
                                      int64_t row)
{
    const struct gt_grid *m = &o->master->grid;
    return (struct place){(m->x0 - s->x0) / s->dx + m->dx / s->dx * ((double)col + 0.5),
                          (s->y0 - m->y0) / s->dy + m->dy / s->dy * ((double)row + 0.5)};
}

/* The four cells around, by their nearness; what is missing among them does not count, but a place
 * whose own cell is missing is missing. */
static float bilinear(const struct sheet *s, struct place at)
{
    double west = floor(at.col - 0.5), north = floor(at.row - 0.5), sum = 0, weights = 0;
    double east = at.col - 0.5 - west, south = at.row - 0.5 - north;
    for (int k = 0; k < 4; k++) {
        float v = sheet_at(s, west + k % 2, north + k / 2);
        double weight = (k % 2 ? east : 1 - east) * (k / 2 ? south : 1 - south);
        if (isnan(v) || weight == 0)
            continue;
        sum += weight * (double)v;
        weights += weight;
    }
    return isnan(sheet_at(s, at.col, at.row)) || weights == 0 ? NAN : (float)(sum / weights);
}

enum gt_status oracle_raster(const struct oracle *o, const struct gt_step *s,
                             const struct gt_raster_source *src, float *out, struct gt_err *err)
{
    struct sheet sheet;
    struct lattice l = {0};
    int64_t dcol = 0, drow = 0;
    GT_TRY(read_sheet(o, src, &sheet, err));
    bool same = gt_crs_same(src->info.crs, o->master->crs);
    bool aligned = is_aligned(o, &src->info, &dcol, &drow);
    if (!same)
        GT_TRY(make_lattice(o, &src->info, &l, err));
    for (int64_t row = 0; row < o->h; row++)
        for (int64_t col = 0; col < o->w; col++) {
            float *cell = &out[row * o->w + col];
            if (aligned) {
                *cell = sheet_at(&sheet, (double)(col + dcol), (double)(row + drow));
                continue;
            }
            struct place at =
                same ? place_in_same_crs(o, &src->info.grid, col, row) : place_of(&l, col, row);
            *cell = s->resample == GT_BILINEAR ? bilinear(&sheet, at)
                                               : sheet_at(&sheet, at.col, at.row);
        }
    return GT_OK;
}
