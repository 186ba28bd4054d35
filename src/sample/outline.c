/* outline.c: areas of the lattice outlined by marching squares (Lorensen and Cline 1987, in the
 * plane), with their holes. */
#include "sample_int.h"

#include <math.h>

struct ring {
    size_t from, n; /* points in field->xy */
    double area;    /* m2; negative for a hole */
    int32_t outer;  /* of a hole: the ring around it; else -1 */
};

struct field {
    struct gt_arena *a;
    const double *node;
    bool *used; /* LAND_N * 4: an edge of a cell that was walked over */
    GT_VEC(double) xy;
    GT_VEC(struct ring) ring;
};

/* Negative outside the area. Areas end at the box, so that outlines close there. */
static double inside(const struct field *f, int col, int row)
{
    if (col < 0 || row < 0 || col >= LAND_W || row >= LAND_H)
        return -1;
    int node = row * LAND_W + col;
    double over = f->node[node];
    return land_inside(node, 1) ? over : over < 0 ? over : -over - 1;
}

/* Corners of a cell clockwise from the north-west; side i lies between corner i and i + 1. */
static const int corner[5][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}};

static void add_crossing(struct field *f, int col, int row, int side)
{
    const int *p = corner[side], *q = corner[side + 1];
    double a = inside(f, col + p[0], row + p[1]), b = inside(f, col + q[0], row + q[1]);
    double t = clampd(a / (a - b), 0.04, 0.96); /* off the corners: no two outlines touch */
    *GT_PUSH(f->a, &f->xy) = (col + p[0] + t * (q[0] - p[0]) - LAND_MARGIN) * LAND_STEP;
    *GT_PUSH(f->a, &f->xy) = (row + p[1] + t * (q[1] - p[1]) - LAND_MARGIN) * LAND_STEP;
}

/* Enters a cell by a side where the area begins (a corner outside, then one inside, clockwise) and
 * finds the side to leave by: the first one clockwise on which it ends. Two corners across stay
 * apart. */
static int way_out(const struct field *f, int col, int row, int in)
{
    for (int i = 1; i < 4; i++) {
        int side = (in + i) % 4;
        const int *p = corner[side], *q = corner[side + 1];
        if (inside(f, col + p[0], row + p[1]) >= 0 && inside(f, col + q[0], row + q[1]) < 0)
            return side;
    }
    return in;
}

static bool enters(const struct field *f, int col, int row, int side)
{
    const int *p = corner[side], *q = corner[side + 1];
    return inside(f, col + p[0], row + p[1]) < 0 && inside(f, col + q[0], row + q[1]) >= 0;
}

/* One outline, from a side by which it enters a cell until it is back there. */
static void outline(struct field *f, int col, int row, int side)
{
    static const int step[4][2] = {{0, -1}, {1, 0}, {0, 1}, {-1, 0}};
    struct ring r = {f->xy.n / 2, 0, 0, -1};
    int c = col, w = row, in = side;
    do {
        add_crossing(f, c, w, in);
        f->used[(w * LAND_W + c) * 4 + in] = true;
        int out = way_out(f, c, w, in);
        c += step[out][0];
        w += step[out][1];
        in = (out + 2) % 4;
    } while (c != col || w != row || in != side);
    r.n = f->xy.n / 2 - r.from;
    const double *xy = f->xy.v + 2 * r.from;
    for (size_t i = 0; i < r.n; i++) {
        size_t j = (i + 1) % r.n;
        r.area += (xy[2 * j] * xy[2 * i + 1] - xy[2 * i] * xy[2 * j + 1]) / 2;
    }
    *GT_PUSH(f->a, &f->ring) = r;
}

static bool in_ring(const struct field *f, const struct ring *r, double x, double y)
{
    bool in = false;
    for (size_t i = 0, j = r->n - 1; i < r->n; j = i++) {
        const double *p = f->xy.v + 2 * (r->from + i), *q = f->xy.v + 2 * (r->from + j);
        if ((p[1] > y) != (q[1] > y) && x < p[0] + (y - p[1]) * (q[0] - p[0]) / (q[1] - p[1]))
            in = !in;
    }
    return in;
}

/* A hole belongs to the smallest ring around it. */
static void find_outer(struct field *f, struct ring *hole)
{
    const double *at = f->xy.v + 2 * hole->from;
    double least = (double)INFINITY;
    for (size_t i = 0; i < f->ring.n; i++) {
        const struct ring *r = &f->ring.v[i];
        if (r->area <= 0 || r->area >= least || !in_ring(f, r, at[0], at[1]))
            continue;
        least = r->area;
        hole->outer = (int32_t)i;
    }
}

static void draw(struct gt_sketch *k, const struct field *f, const struct ring *r)
{
    gt_sketch_part(k);
    for (size_t i = 0; i <= r->n; i++) {
        const double *at = f->xy.v + 2 * (r->from + i % r->n);
        gt_sketch_point(k, at[0], at[1]);
    }
}

static void trace(struct field *f)
{
    for (int row = 0; row + 1 < LAND_H; row++)
        for (int col = 0; col + 1 < LAND_W; col++)
            for (int side = 0; side < 4; side++)
                if (!f->used[(row * LAND_W + col) * 4 + side] && enters(f, col, row, side))
                    outline(f, col, row, side);
    for (size_t i = 0; i < f->ring.n; i++)
        if (f->ring.v[i].area < 0)
            find_outer(f, &f->ring.v[i]);
}

void gt_sample_outline(struct gt_sketch *k, const struct gt_outline *o)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct field f = {
        .a = scratch, .node = o->node, .used = GT_TAKE_N(scratch, bool, (size_t)LAND_N * 4)};
    size_t nth = 0;
    trace(&f);
    for (size_t i = 0; i < f.ring.n; i++) {
        if (f.ring.v[i].area < o->least_m2)
            continue;
        gt_sketch_feature(k);
        draw(k, &f, &f.ring.v[i]);
        for (size_t j = 0; j < f.ring.n; j++)
            if (f.ring.v[j].outer == (int32_t)i && f.ring.v[j].area < -o->least_m2 / 4)
                draw(k, &f, &f.ring.v[j]);
        o->fields(k, nth++);
    }
}
