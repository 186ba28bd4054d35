/* Cells to polygons: every cell's middle lies in one polygon of its value, and in no other; borders
 * turn at every point; patches are those of a flood fill. */
#include "dice.h"
#include "engine.h"
#include "t.h"

#include <math.h>
#include <string.h>

enum { MOST = 40 * 40 };

struct traced {
    const struct gt_shapes *shapes;
    const int32_t *value;
};

static struct traced trace(struct gt_arena *a, int64_t w, int64_t h, const int32_t *cells)
{
    struct gt_raster_info info = engine_plane(a, w, h, 1);
    struct gt_err err = {0};
    struct traced out;
    info.type = GT_I32;
    struct gt_tracer *t = gt_tracer_new(a, &info);
    struct gt_raster_sink *sink = gt_tracer_sink(t);
    for (int64_t y = 0; y < h; y += 3) /* three rows at a time */
        T_STATUS_ERR(sink->rows(sink->self, y, y + 3 < h ? 3 : h - y, cells + y * w, &err), GT_OK,
                     &err);
    T_STATUS_ERR(gt_tracer_end(t, &out.shapes, &out.value, &err), GT_OK, &err);
    return out;
}

/* ---- The slow truth ---- */

static void flood(const int32_t *cells, int *patch, int64_t w, int64_t h, int64_t at, int number)
{
    int64_t stack[4 * MOST], n = 0, x, y;
    stack[n++] = at;
    while (n) {
        int64_t i = stack[--n];
        if (patch[i])
            continue;
        patch[i] = number;
        x = i % w;
        y = i / w;
        if (x > 0 && cells[i - 1] == cells[i])
            stack[n++] = i - 1;
        if (x + 1 < w && cells[i + 1] == cells[i])
            stack[n++] = i + 1;
        if (y > 0 && cells[i - w] == cells[i])
            stack[n++] = i - w;
        if (y + 1 < h && cells[i + w] == cells[i])
            stack[n++] = i + w;
    }
}

static int patches(const int32_t *cells, int *patch, int64_t w, int64_t h)
{
    int n = 0;
    memset(patch, 0, (size_t)(w * h) * sizeof *patch);
    for (int64_t i = 0; i < w * h; i++)
        if (cells[i] != INT32_MIN && !patch[i])
            flood(cells, patch, w, h, i, ++n);
    return n;
}

/* Even-odd, rings of one feature. */
static bool inside(const struct gt_shapes *s, size_t feature, double x, double y)
{
    bool in = false;
    for (int64_t r = s->part[feature]; r < s->part[feature + 1]; r++)
        for (int64_t p = s->point[r]; p + 1 < s->point[r + 1]; p++) {
            const double *a = s->xy + 2 * p, *b = a + 2;
            if ((a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
                in = !in;
        }
    return in;
}

static double ring_area(const struct gt_shapes *s, int64_t r)
{
    double sum = 0;
    for (int64_t p = s->point[r]; p + 1 < s->point[r + 1]; p++) {
        const double *a = s->xy + 2 * p, *b = a + 2;
        sum += (a[0] - s->xy[0]) * (b[1] - s->xy[1]) - (b[0] - s->xy[0]) * (a[1] - s->xy[1]);
    }
    return sum / 2;
}

/* ---- Checks ---- */

/* Closed, turning at every point, the outer ring left-handed and first. */
static void check_rings(const struct gt_shapes *s)
{
    for (size_t f = 0; f < s->n; f++)
        for (int64_t r = s->part[f]; r < s->part[f + 1]; r++) {
            const double *v = s->xy + 2 * s->point[r];
            int64_t n = s->point[r + 1] - s->point[r];
            T_OK(n >= 5);
            T_OK(v[0] == v[2 * n - 2] && v[1] == v[2 * n - 1]);
            for (int64_t p = 0; p + 1 < n; p++) {
                const double *a = v + 2 * (p ? p - 1 : n - 2), *b = v + 2 * p, *c = b + 2;
                T_OK((b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) != 0);
            }
            T_OK((ring_area(s, r) > 0) == (r == s->part[f]));
            for (int64_t p = 0; p + 1 < n; p++) /* no ring touches itself */
                for (int64_t q = p + 1; q + 1 < n; q++)
                    T_OK(v[2 * p] != v[2 * q] || v[2 * p + 1] != v[2 * q + 1]);
        }
}

static void check(const int32_t *cells, int64_t w, int64_t h)
{
    GT_AUTO_ARENA a = gt_arena_new();
    int patch[MOST];
    struct traced t = trace(a, w, h, cells);
    const struct gt_grid g = engine_plane(a, w, h, 1).grid;
    T_EQ_INT(t.shapes->n, patches(cells, patch, w, h));
    check_rings(t.shapes);
    for (int64_t i = 0; i < w * h; i++) {
        double x = g.x0 + (double)(i % w) + 0.5, y = g.y0 - (double)(i / w) - 0.5;
        for (size_t f = 0; f < t.shapes->n; f++)
            T_OK(inside(t.shapes, f, x, y) == (patch[i] == (int)f + 1));
        if (patch[i])
            T_EQ_INT(t.value[patch[i] - 1], cells[i]);
    }
}

T_TEST(a_ring_around_a_hole_with_an_island)
{
    static const char PICTURE[] = "aaaaa"
                                  "abbba"
                                  "abcba"
                                  "abbba"
                                  "aaaaa";
    int32_t cells[25];
    GT_AUTO_ARENA a = gt_arena_new();
    for (int i = 0; i < 25; i++)
        cells[i] = PICTURE[i];
    struct traced t = trace(a, 5, 5, cells);
    T_EQ_INT(t.shapes->n, 3);
    T_EQ_INT(t.value[0], 'a');
    T_EQ_INT(t.shapes->part[1] - t.shapes->part[0], 2); /* one hole */
    T_EQ_INT(t.shapes->point[1] - t.shapes->point[0], 5);
    check(cells, 5, 5);
}

T_TEST(cells_that_touch_at_a_corner_are_two)
{
    static const int32_t CELLS[] = {1, 2, 2, 1};
    static const int32_t HOLE[] = {1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1};
    check(CELLS, 2, 2);
    check(HOLE, 4, 4);
}

T_TEST(nothing_and_all)
{
    int32_t cells[12];
    for (int i = 0; i < 12; i++)
        cells[i] = INT32_MIN;
    check(cells, 4, 3);
    cells[5] = 7;
    check(cells, 4, 3);
    for (int i = 0; i < 12; i++)
        cells[i] = -9;
    check(cells, 4, 3);
    check(cells, 12, 1);
    check(cells, 1, 12);
}

T_TEST(random_rasters)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct dice d = {.state = seed};
        int64_t w = 1 + dice_below(&d, 24), h = 1 + dice_below(&d, 24);
        int values = 1 + dice_below(&d, 4);
        int32_t cells[MOST];
        for (int64_t i = 0; i < w * h; i++) {
            cells[i] = dice_below(&d, values);
            if (dice_chance(&d, 10))
                cells[i] = INT32_MIN;
        }
        check(cells, w, h);
    }
}
