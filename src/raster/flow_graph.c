/* What crosses the borders between tiles (Barnes 2017, "Parallel non-divergent flow accumulation
 * for trillion cell digital elevation models on desktops or clusters", Environmental Modelling &
 * Software 92): each border cell knows what drains through it inside its tile and by which border
 * cell water that enters there leaves again. What enters each border cell from other tiles follows
 * in the order of flow. Cost: O(border cells). Memory: 30 bytes a border cell. */
#include "flow_int.h"

enum gt_status gt_flow_graph_new(struct gt_arena *a, const struct gt_flow_layout *l,
                                 struct gt_flow_graph *out, struct gt_err *err)
{
    static const char what[] = "flow between tiles";
    *out = (struct gt_flow_graph){.l = l, .n = l->nx * l->ny * l->rim};
    size_t n = (size_t)out->n;
    void *sum, *in, *link, *wait, *dir, *from;
    GT_TRY(gt_reserve(a, n, sizeof *out->sum, what, &sum, err));
    GT_TRY(gt_reserve(a, n, sizeof *out->in, what, &in, err));
    GT_TRY(gt_reserve(a, n, sizeof *out->link, what, &link, err));
    GT_TRY(gt_reserve(a, n, sizeof *out->wait, what, &wait, err));
    GT_TRY(gt_reserve(a, n, 1, what, &dir, err));
    GT_TRY(gt_reserve(a, n, 1, what, &from, err));
    out->sum = sum;
    out->in = in;
    out->link = link;
    out->wait = wait;
    out->dir = dir;
    out->from = from;
    return GT_OK;
}

void gt_flow_graph_put(struct gt_flow_graph *g, int64_t tile, struct gt_flow_tile *t)
{
    int64_t rim = gt_flow_rim_n(t->win), base = tile * g->l->rim;
    gt_flow_links(t, g->link + base);
    for (int64_t i = 0; i < rim; i++) {
        int64_t x, y;
        gt_flow_rim_place(t->win, i, &x, &y);
        int64_t at = gt_flow_index(t, x, y);
        g->sum[base + i] = t->sum[at];
        g->dir[base + i] = t->dir[at] & 15;
    }
}

/* The border cell of another tile into which border cell i of a tile drains; -1: none. */
static int64_t target(const struct gt_flow_graph *g, int64_t node)
{
    const struct gt_flow_layout *l = g->l;
    int64_t tile = node / l->rim, x, y;
    struct gt_window win = gt_flow_window(l, tile);
    int d = g->dir[node];
    if (g->link[node] != node % l->rim || d == FLOW_LEAVES || d == FLOW_NODATA)
        return -1;
    gt_flow_rim_place(win, node % l->rim, &x, &y);
    int64_t col = win.col + x + gt_flow_dx[d - 1], row = win.row + y + gt_flow_dy[d - 1];
    int64_t other = row / l->th * l->nx + col / l->tw;
    struct gt_window to = gt_flow_window(l, other);
    return other * l->rim + gt_flow_rim_index(to, col - to.col, row - to.row);
}

/* The border cell by which what enters at `node` leaves its tile. */
static int64_t leaves_by(const struct gt_flow_graph *g, int64_t node)
{
    return g->link[node] < 0 ? -1 : node / g->l->rim * g->l->rim + g->link[node];
}

/* Cells of the tile's border; small tiles have fewer than rim. */
static bool is_cell(const struct gt_flow_graph *g, int64_t node)
{
    return node % g->l->rim < gt_flow_rim_n(gt_flow_window(g->l, node / g->l->rim));
}

/* How many drain into each border cell from outside, and how many such entries each exit waits
 * for. */
static void count(struct gt_flow_graph *g)
{
    for (int64_t i = 0; i < g->n; i++) {
        int64_t to = is_cell(g, i) ? target(g, i) : -1;
        if (to >= 0)
            g->from[to]++;
    }
    for (int64_t i = 0; i < g->n; i++)
        if (g->from[i] > 0 && leaves_by(g, i) >= 0)
            g->wait[leaves_by(g, i)]++;
}

void gt_flow_graph_solve(struct gt_flow_graph *g)
{
    enum { DONE = -1 };
    count(g);
    for (int64_t i = 0; i < g->n; i++) {
        if (!is_cell(g, i) || g->wait[i] != 0)
            continue;
        for (int64_t at = i, to; (to = target(g, at)) >= 0;) {
            g->wait[at] = DONE;
            g->in[to] += g->sum[at];
            int64_t next = leaves_by(g, to);
            if (--g->from[to] > 0 || next < 0)
                break;
            g->sum[next] += g->in[to];
            if (--g->wait[next] > 0)
                break;
            at = next;
        }
    }
}

void gt_flow_graph_get(const struct gt_flow_graph *g, int64_t tile, struct gt_flow_tile *t)
{
    int64_t rim = gt_flow_rim_n(t->win), base = tile * g->l->rim;
    for (int64_t i = 0; i < rim; i++) {
        int64_t x, y;
        gt_flow_rim_place(t->win, i, &x, &y);
        t->sum[gt_flow_index(t, x, y)] += g->in[base + i];
    }
}
