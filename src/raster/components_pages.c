/* Tables in pages: more than memory holds, kept in scratch rasters by a clock (Corbató 1969): a
 * page goes when the hand meets it untouched since its last round. */
#include "patch_int.h"

#include <string.h>

enum {
    LEAST = 32,  /* pages in memory at any rate */
    REST = 256,  /* pages of a table's first scratch raster; each has room for twice as many */
    REST_MB = 33 /* on disk they have at least so many MB, lest they be held in memory after all */
};

struct frame {
    struct gt_paged *t; /* NULL: free */
    size_t page;
    uint8_t *cells;
};

struct gt_pages {
    struct gt_arena *a;
    const char *dir;
    int log_bytes;
    size_t most; /* frames allowed */
    size_t rest; /* pages of the first scratch raster of a table */
    GT_VEC(struct frame) frame;
    size_t hand;
    size_t loose; /* frames that are free, at least */
    struct gt_err err;
    uint8_t *blank; /* stands in after a failure */
};

struct gt_pages *gt_pages_new(struct gt_arena *a, size_t memory, const char *dir)
{
    struct gt_pages *p = GT_TAKE(a, struct gt_pages);
    p->a = a;
    p->dir = dir;
    p->log_bytes = 9;
    while (p->log_bytes < 18 && (size_t)1024 << p->log_bytes < memory)
        p->log_bytes++;
    p->most = memory >> p->log_bytes;
    if (p->most < LEAST)
        p->most = LEAST;
    p->rest = dir ? ((size_t)REST_MB << 20) >> p->log_bytes : REST;
    p->blank = gt_take(a, (size_t)1 << p->log_bytes);
    return p;
}

enum gt_status gt_pages_check(const struct gt_pages *p, struct gt_err *err)
{
    if (p->err.status != GT_OK && err)
        *err = p->err;
    return p->err.status;
}

struct gt_paged *gt_paged_new(struct gt_arena *a, struct gt_pages *p, int log_size)
{
    struct gt_paged *t = GT_TAKE(a, struct gt_paged);
    t->pages = p;
    t->log_size = log_size;
    t->shift = p->log_bytes - log_size;
    return t;
}

void gt_paged_free(struct gt_paged *t)
{
    struct gt_pages *p = t->pages;
    for (size_t i = 0; i < p->frame.n; i++)
        if (p->frame.v[i].t == t) {
            p->frame.v[i].t = NULL;
            p->loose++;
        }
    t->n = 0;
}

/* ---- What rests outside memory ---- */

static int rest_of(const struct gt_pages *p, size_t page, int64_t *row)
{
    uint64_t k = page / p->rest + 1;
    int part = 63 - __builtin_clzll(k);
    *row = (int64_t)(page - p->rest * (((size_t)1 << part) - 1));
    return part;
}

static enum gt_status open_rest(struct gt_pages *p, struct gt_scratch **out, int part)
{
    struct gt_raster_info info = {.id = "pages of a table", .type = GT_U8};
    info.grid.w = (int64_t)1 << p->log_bytes;
    info.grid.h = (int64_t)p->rest << part;
    return gt_scratch_new(p->a, p->dir, &info, out, &p->err);
}

static enum gt_status move_out(struct gt_pages *p, const struct frame *f)
{
    struct gt_paged *t = f->t;
    uint8_t use = t->use[f->page];
    t->page[f->page] = NULL;
    t->use[f->page] = 0;
    if (!(use & 2))
        return GT_OK;
    struct gt_window win = {.w = (int64_t)1 << p->log_bytes, .h = 1};
    int part = rest_of(p, f->page, &win.row);
    if (!t->rest[part])
        GT_TRY(open_rest(p, &t->rest[part], part));
    return gt_scratch_write(t->rest[part], win, f->cells, win.w, &p->err);
}

static enum gt_status move_in(struct gt_pages *p, const struct frame *f)
{
    struct gt_window win = {.w = (int64_t)1 << p->log_bytes, .h = 1};
    const struct gt_scratch *rest = f->t->rest[rest_of(p, f->page, &win.row)];
    if (!rest) {
        memset(f->cells, 0, (size_t)win.w);
        return GT_OK;
    }
    return rest->source.read(rest->source.self, 0, win, f->cells, win.w, &p->err);
}

/* ---- Frames ---- */

/* Another frame; NULL: the memory is used up. */
static struct frame *new_frame(struct gt_pages *p)
{
    void *cells;
    struct gt_err err = {0};
    if (p->frame.n >= p->most)
        return NULL;
    if (gt_reserve(p->a, (size_t)1 << p->log_bytes, 1, "pages", &cells, &err) != GT_OK) {
        if (p->frame.n < LEAST)
            p->err = err;
        p->most = p->frame.n;
        return NULL;
    }
    struct frame *f = GT_PUSH(p->a, &p->frame);
    f->cells = cells;
    return f;
}

static struct frame *clock_hand(struct gt_pages *p)
{
    for (;;) {
        struct frame *f = &p->frame.v[p->hand];
        p->hand = p->hand + 1 == p->frame.n ? 0 : p->hand + 1;
        if (!f->t) {
            p->loose--;
            return f;
        }
        if (p->loose)
            continue;
        uint8_t *use = &f->t->use[f->page];
        if (!(*use & 1)) {
            move_out(p, f);
            return f;
        }
        *use &= 2;
    }
}

static void know(struct gt_paged *t, size_t page)
{
    size_t n = t->n ? t->n : 64;
    while (n <= page)
        n *= 2;
    uint8_t **pages = GT_TAKE_N(t->pages->a, uint8_t *, n);
    uint8_t *use = GT_TAKE_N(t->pages->a, uint8_t, n);
    if (t->n) {
        memcpy(pages, t->page, t->n * sizeof *pages);
        memcpy(use, t->use, t->n);
    }
    t->page = pages;
    t->use = use;
    t->n = n;
}

static void *blank(struct gt_pages *p)
{
    return memset(p->blank, 0, (size_t)1 << p->log_bytes);
}

void *gt_paged_bring(struct gt_paged *t, uint64_t page)
{
    struct gt_pages *p = t->pages;
    if (page >= t->n)
        know(t, (size_t)page);
    if (p->err.status != GT_OK)
        return blank(p);
    struct frame *f = p->loose ? NULL : new_frame(p);
    if (!f && p->err.status == GT_OK)
        f = clock_hand(p);
    if (p->err.status != GT_OK)
        return blank(p);
    f->t = t;
    f->page = (size_t)page;
    if (move_in(p, f) != GT_OK)
        return blank(p);
    return t->page[page] = f->cells;
}

/* ---- Several elements ---- */

void gt_paged_read(struct gt_paged *t, uint64_t i, size_t n, void *out)
{
    uint8_t *to = out;
    for (size_t k; n > 0; n -= k, i += k) {
        k = ((size_t)1 << t->shift) - (i & (((uint64_t)1 << t->shift) - 1));
        k = k < n ? k : n;
        memcpy(to, gt_paged_at(t, i, false), k << t->log_size);
        to += k << t->log_size;
    }
}

void gt_paged_write(struct gt_paged *t, uint64_t i, size_t n, const void *in)
{
    const uint8_t *from = in;
    for (size_t k; n > 0; n -= k, i += k) {
        k = ((size_t)1 << t->shift) - (i & (((uint64_t)1 << t->shift) - 1));
        k = k < n ? k : n;
        memcpy(gt_paged_at(t, i, true), from, k << t->log_size);
        from += k << t->log_size;
    }
}
