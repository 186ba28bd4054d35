/* Dilation by an ellipse, exact and in integers: distances along columns, from above in passing and
 * from below by blocks of rows; then each column covers an interval of its row, as wide as the
 * ellipse is at that distance (after Meijster, Roerdink, Hesselink 2000, with the one radius
 * given). */
#include "pattern_int.h"

#include <string.h>

enum { BLOCK = 64 };

struct gt_cover {
    struct gt_pattern *p;
    uint8_t mask, value;
    int32_t ry, w;
    int32_t *half;  /* half width of the ellipse by distance along the column */
    int32_t *above; /* distance to the last cell met in each column, ry + 1 where farther */
    int32_t *below; /* BLOCK rows of distances downwards */
    int64_t block;  /* first row held in below */
    int32_t *step;  /* changes of the number of intervals */
    uint8_t *cells, *near;
};

static int32_t half_of(int64_t rx, int64_t ry, int64_t v, int64_t from)
{
    __int128 room = (__int128)(rx * rx) * (ry * ry - v * v);
    while ((__int128)(from * from) * (ry * ry) > room)
        from--;
    return (int32_t)from;
}

enum gt_status gt_cover_new(struct gt_arena *a, struct gt_pattern *p, int64_t rx, int64_t ry,
                            struct gt_cover **out, struct gt_err *err)
{
    struct gt_cover *c = GT_TAKE(a, struct gt_cover);
    size_t w = (size_t)p->w;
    *c = (struct gt_cover){.p = p, .ry = (int32_t)ry, .w = (int32_t)p->w};
    GT_TRY(gt_reserve(a, (size_t)ry + 1, 4, "an ellipse", (void **)&c->half, err));
    GT_TRY(gt_reserve(a, w, 4, "a row", (void **)&c->above, err));
    GT_TRY(gt_reserve(a, w, 4 * BLOCK, "rows", (void **)&c->below, err));
    GT_TRY(gt_reserve(a, w + 1, 4, "a row", (void **)&c->step, err));
    GT_TRY(gt_reserve(a, w, 1, "a row", (void **)&c->cells, err));
    GT_TRY(gt_reserve(a, w, 1, "a row", (void **)&c->near, err));
    int64_t half = rx;
    for (int64_t v = 0; v <= ry; v++)
        c->half[v] = (int32_t)(half = half_of(rx, ry, v, half));
    *out = c;
    return GT_OK;
}

void gt_cover_start(struct gt_cover *c, uint8_t mask, uint8_t value)
{
    c->mask = mask;
    c->value = value;
    c->block = -BLOCK;
    for (int64_t x = 0; x < c->w; x++)
        c->above[x] = c->ry + 1;
}

/* Distances along a column one row on. */
static void move_on(const struct gt_cover *c, int32_t *d)
{
    int32_t far = c->ry + 1;
    for (int64_t x = 0; x < c->w; x++) {
        int32_t next = d[x] < far ? d[x] + 1 : far;
        d[x] = (c->cells[x] & c->mask) == c->value ? 0 : next;
    }
}

static void load(struct gt_cover *c, int64_t y)
{
    gt_paged_read(c->p->cell, (uint64_t)(y * c->p->w), (size_t)c->w, c->cells);
}

static void look_below(struct gt_cover *c, int64_t y0)
{
    int32_t *d = c->below;
    int64_t w = c->w, end = y0 + BLOCK < c->p->h ? y0 + BLOCK : c->p->h;
    int64_t y = end + c->ry < c->p->h ? end + c->ry : c->p->h;
    c->block = y0;
    for (int64_t x = 0; x < w; x++)
        d[x] = c->ry + 1;
    while (y-- > end) {
        load(c, y);
        move_on(c, d);
    }
    if (end - 1 - y0 > 0)
        memcpy(c->below + (end - 1 - y0) * w, d, (size_t)w * sizeof *d);
    for (y = end; y-- > y0;) {
        int32_t *line = c->below + (y - y0) * w;
        if (y < end - 1)
            memcpy(line, line + w, (size_t)w * sizeof *line);
        load(c, y);
        move_on(c, line);
    }
}

const uint8_t *gt_cover_row(struct gt_cover *c, int64_t y)
{
    int32_t w = c->w, open = 0;
    if (y >= c->block + BLOCK)
        look_below(c, y);
    const int32_t *below = c->below + (y - c->block) * w;
    load(c, y);
    move_on(c, c->above);
    memset(c->step, 0, ((size_t)w + 1) * sizeof *c->step);
    for (int32_t x = 0; x < w; x++) {
        int32_t d = c->above[x] < below[x] ? c->above[x] : below[x];
        if (d > c->ry)
            continue;
        int32_t half = c->half[d], left = x > half ? x - half : 0;
        c->step[left]++;
        c->step[half < w - 1 - x ? x + half + 1 : w]--;
    }
    for (int32_t x = 0; x < w; x++) {
        open += c->step[x];
        c->near[x] = open > 0;
    }
    return c->near;
}
