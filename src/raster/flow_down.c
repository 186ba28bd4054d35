/* The way down and what drains along it, within one tile.
 *
 * Each cell drains to one of its eight neighbours (D8: O'Callaghan, Mark 1984, "The extraction of
 * drainage networks from digital elevation data", Computer Vision, Graphics, and Image Processing
 * 28): the steepest way down, by metres on the ground; of equally steep ones the first in the order
 * N W E S NW NE SW SE. Without a lower neighbour water leaves where it can, else it takes the
 * shortest way over level ground, ties again in that order. Sums are whole numbers, so their order
 * does not matter. Cost: O(n). Memory: 9 bytes a cell, 4 more for the links between border
 * cells. */
#include "flow_int.h"

#include <math.h>
#include <string.h>

/* ---- Directions ---- */

/* One by squared metres to each neighbour, but for a factor that is the same for all eight: falls
 * are compared by their squares. */
struct nearness {
    double by[FLOW_WAYS];
};

static struct nearness nearness_of(const struct gt_grid *g, struct gt_tensor t)
{
    double ew = t.yy * g->dx * g->dx, ns = t.xx * g->dy * g->dy, mixed = 2 * t.xy * g->dx * g->dy;
    /* the tensor is the inverse one, and y grows to the north */
    double falling = ew + ns + mixed, rising = ew + ns - mixed;
    return (struct nearness){
        {1 / ns, 1 / ew, 1 / ew, 1 / ns, 1 / falling, 1 / rising, 1 / rising, 1 / falling}};
}

static uint8_t direction(const struct gt_flow_tile *t, const struct gt_flow_cell *c,
                         const struct nearness *near)
{
    double best = 0;
    int way = -1, level = -1;
    bool out = false;
    for (int k = 0; k < FLOW_WAYS; k++) {
        const struct gt_flow_cell *n = c + t->way[k];
        double fall = (double)c->z - (double)n->z, steep = fall * fall * near->by[k];
        if (fall > 0 && steep > best) {
            best = steep;
            way = k;
        }
        out |= isnan(n->z);
        if (fall == 0 && level < 0 && n->k == c->k - 1)
            level = k;
    }
    if (way >= 0)
        return (uint8_t)(way + 1);
    return out || level < 0 ? FLOW_LEAVES : (uint8_t)(level + 1);
}

/* Whole rows of one tensor, or one a cell. */
static void direct_row(const struct gt_global *g, struct gt_flow_tile *t, int64_t y)
{
    enum { PIECE = 256 };
    struct gt_tensor tensor[PIECE];
    const struct gt_flow_cell *c = t->cell + gt_flow_index(t, 0, y);
    uint8_t *dir = t->dir + gt_flow_index(t, 0, y);
    bool by_row = gt_metric_by_row(g->metric);
    struct nearness near = {{0}};
    for (int64_t x = 0; x < t->win.w; x++) {
        int64_t i = x % PIECE, left = t->win.w - x;
        if (i == 0 && (x == 0 || !by_row))
            gt_metric_row(g->metric, t->win.col + x, t->win.row + y,
                          (size_t)(left < PIECE ? left : PIECE), tensor);
        if (x == 0 || !by_row)
            near = nearness_of(g->grid, tensor[i]);
        dir[x] = isnan(c[x].z) ? FLOW_NODATA : direction(t, c + x, &near);
    }
}

/* What comes in is counted in the upper half. */
static void count_in(struct gt_flow_tile *t)
{
    for (int64_t i = 0; i < t->n; i++) {
        int d = t->dir[i] & 15;
        if (d != FLOW_LEAVES && d != FLOW_NODATA)
            t->dir[i + t->way[d - 1]] = (uint8_t)(t->dir[i + t->way[d - 1]] + 16);
    }
}

void gt_flow_directions_clear(struct gt_flow_tile *t)
{
    for (int64_t x = 0; x < t->stride; x++)
        t->dir[x] = t->dir[t->n - t->stride + x] = FLOW_NODATA;
    for (int64_t y = 0; y < t->win.h + 2; y++)
        t->dir[y * t->stride] = t->dir[(y + 1) * t->stride - 1] = FLOW_NODATA;
}

void gt_flow_directions(const struct gt_global *g, struct gt_flow_tile *t)
{
    gt_flow_directions_clear(t);
    for (int64_t y = 0; y < t->win.h; y++)
        direct_row(g, t, y);
}

/* ---- Sums ---- */

/* So fine that the ground of the whole raster still fits, with room for rounding; 2^-20 m2 at the
 * finest. */
static double fineness(const struct gt_global *g)
{
    double ew, ns, most = 0, fine = 1;
    gt_metric_cell_size(g->metric, &ew, &ns);
    const int64_t col[3] = {0, g->grid->w / 2, g->grid->w - 1};
    const int64_t row[3] = {0, g->grid->h / 2, g->grid->h - 1};
    for (int i = 0; i < 9; i++)
        most = fmax(most, gt_metric_cell_m2(g->metric, col[i % 3], row[i / 3]));
    most = fmax(most, ew * ns) * (double)g->grid->w * (double)g->grid->h;
    while (fine < 0x1p20 && most * fine < 0x1p59)
        fine *= 2;
    return fine;
}

struct gt_flow_measure gt_flow_measure_of(const struct gt_global *g)
{
    enum gt_give give = g->step->give;
    return (struct gt_flow_measure){g, give, give == GT_GIVE_CELLS ? 1 : fineness(g)};
}

/* Cells beyond the reach of the coordinate system have no area. */
static int64_t own(const struct gt_flow_measure *m, int64_t col, int64_t row)
{
    if (m->give == GT_GIVE_CELLS)
        return 1;
    double units = gt_metric_cell_m2(m->g->metric, col, row) * m->fine;
    return units >= 0 && units < 0x1p62 ? (int64_t)floor(units + 0.5) : 0;
}

void gt_flow_begin(const struct gt_flow_measure *m, struct gt_flow_tile *t)
{
    bool by_row = m->give == GT_GIVE_CELLS || gt_metric_area_by_row(m->g->metric);
    memset(t->sum, 0, (size_t)t->n * sizeof *t->sum);
    for (int64_t y = 0; y < t->win.h; y++) {
        int64_t at = gt_flow_index(t, 0, y), one = own(m, t->win.col, t->win.row + y);
        for (int64_t x = 0; x < t->win.w; x++)
            t->sum[at + x] = by_row ? one : own(m, t->win.col + x, t->win.row + y);
    }
}

/* From each cell into which nothing comes, down to where more is still to come. */
void gt_flow_drain(struct gt_flow_tile *t)
{
    enum { DONE = 0xF0 };
    count_in(t);
    for (int64_t i = 0; i < t->n; i++) {
        if (t->dir[i] == FLOW_NODATA || t->dir[i] >= 16)
            continue;
        for (int64_t at = i;;) {
            int d = t->dir[at] & 15;
            if (d == FLOW_LEAVES)
                break;
            int64_t next = at + t->way[d - 1];
            if ((t->dir[next] & 15) == FLOW_NODATA)
                break; /* the ring */
            t->sum[next] += t->sum[at];
            t->dir[next] = (uint8_t)(t->dir[next] - 16);
            if (t->dir[next] >= 16)
                break;
            t->dir[next] = (uint8_t)(t->dir[next] | DONE);
            at = next;
        }
    }
}

void gt_flow_links(struct gt_flow_tile *t, int32_t *link)
{
    int64_t rim = gt_flow_rim_n(t->win);
    int32_t *known = (int32_t *)(void *)t->queue; /* link + 2; 0: not known */
    memset(known, 0, (size_t)t->n * sizeof *known);
    for (int64_t i = 0; i < rim; i++) {
        int64_t x, y, at, to = -1;
        gt_flow_rim_place(t->win, i, &x, &y);
        int64_t first = gt_flow_index(t, x, y);
        for (at = first; known[at] == 0; at += t->way[(t->dir[at] & 15) - 1]) {
            int d = t->dir[at] & 15;
            if (d == FLOW_LEAVES || d == FLOW_NODATA)
                break;
            if ((t->dir[at + t->way[d - 1]] & 15) == FLOW_NODATA) {
                to = gt_flow_rim_index(t->win, at % t->stride - 1, at / t->stride - 1);
                break;
            }
        }
        int32_t found = known[at] ? known[at] : (int32_t)to + 2;
        link[i] = found - 2;
        for (int64_t back = first; known[back] == 0; back += t->way[(t->dir[back] & 15) - 1]) {
            known[back] = found;
            if (back == at)
                break;
        }
    }
}

/* ---- Results ---- */

void gt_flow_result(const struct gt_flow_measure *m, const struct gt_flow_tile *t, int64_t y,
                    float *out)
{
    int64_t at = gt_flow_index(t, 0, y);
    for (int64_t x = 0; x < t->win.w; x++) {
        double v = (double)t->sum[at + x] / m->fine;
        if (m->give == GT_GIVE_LENGTH)
            v /= sqrt(gt_metric_cell_m2(m->g->metric, t->win.col + x, t->win.row + y));
        out[x] = (t->dir[at + x] & 15) == FLOW_NODATA ? NAN : (float)v;
    }
}
