/* The codes of a step's input by rows, and which of them the step names. */
#include "patch_int.h"

enum { BLOCK_BYTES = 1 << 20 };

enum gt_status gt_codes_new(struct gt_arena *a, const struct gt_global *g, struct gt_codes **out,
                            struct gt_err *err)
{
    struct gt_codes *c = GT_TAKE(a, struct gt_codes);
    size_t line = (size_t)g->grid->w * sizeof *c->cells;
    *c = (struct gt_codes){.g = g, .cap = 1, .small = true};
    if (line < BLOCK_BYTES)
        c->cap = (int64_t)(BLOCK_BYTES / line);
    if (c->cap > g->grid->h)
        c->cap = g->grid->h;
    for (size_t i = 0; i < g->step->n_values; i++) {
        double v = g->step->values[i];
        if (v >= 0 && v < 256 && v == floor(v))
            c->set[(int)v] = true;
        else
            c->small = false;
    }
    GT_TRY(gt_reserve(a, (size_t)c->cap, line, "rows of codes", (void **)&c->cells, err));
    *out = c;
    return GT_OK;
}

enum gt_status gt_codes_row(struct gt_codes *c, int64_t y, const float **out, struct gt_err *err)
{
    int64_t w = c->g->grid->w, left = c->g->grid->h - y;
    if (y < c->row0 || y >= c->row0 + c->rows) {
        struct gt_window win = {0, y, w, left < c->cap ? left : c->cap};
        c->rows = 0;
        GT_TRY(gt_global_read(c->g->in[0], 0, win, c->cells, w, err));
        c->row0 = y;
        c->rows = win.h;
    }
    *out = c->cells + (y - c->row0) * w;
    return GT_OK;
}

bool gt_codes_has(const struct gt_codes *c, float v)
{
    if (v >= 0 && v < 256 && (float)(int)v == v && c->set[(int)v])
        return true;
    for (size_t i = 0; !c->small && i < c->g->step->n_values; i++)
        if ((double)v == c->g->step->values[i])
            return true;
    return false;
}
