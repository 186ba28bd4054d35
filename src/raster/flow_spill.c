/* Filling over tiles (Barnes 2016, "Parallel priority-flood depression filling for trillion cell
 * digital elevation models on desktops or clusters", Computers & Geosciences 96): each tile is
 * flooded as if water could leave by its border; the lowest passes between the watersheds so found
 * make a graph, whose solution says how high each watershed still fills. Only the passes of a
 * minimum spanning forest are kept (Kruskal), so the graph has fewer of them than border cells. */
#include "flow_int.h"

#include <math.h>
#include <stdlib.h>

/* ---- Passes within a tile: the lowest one of each pair, in a hash table ---- */

struct pairs {
    struct gt_arena *a;
    struct gt_flow_pass *slot; /* a is 0: empty */
    size_t cap, n;
};

static struct gt_flow_pass *slot_of(const struct pairs *p, int32_t a, int32_t b)
{
    uint64_t h = ((uint64_t)(uint32_t)a << 32 | (uint32_t)b) * UINT64_C(0x9E3779B97F4A7C15);
    size_t i = (size_t)(h >> 32) & (p->cap - 1);
    while (p->slot[i].a != 0 && (p->slot[i].a != a || p->slot[i].b != b))
        i = (i + 1) & (p->cap - 1);
    return p->slot + i;
}

GT_MUST static enum gt_status grow(struct pairs *p, struct gt_err *err)
{
    struct pairs bigger = {.a = p->a, .cap = p->cap ? 2 * p->cap : 1024, .n = p->n};
    void *room;
    GT_TRY(gt_reserve(p->a, bigger.cap, sizeof *p->slot, "passes between watersheds", &room, err));
    bigger.slot = room;
    for (size_t i = 0; i < p->cap; i++)
        if (p->slot[i].a != 0)
            *slot_of(&bigger, p->slot[i].a, p->slot[i].b) = p->slot[i];
    *p = bigger;
    return GT_OK;
}

GT_MUST static enum gt_status add_pair(struct pairs *p, const struct gt_flow_cell *c,
                                       const struct gt_flow_cell *d, struct gt_err *err)
{
    float z = c->z > d->z ? c->z : d->z;
    int32_t a = c->k < d->k ? c->k : d->k, b = c->k < d->k ? d->k : c->k;
    if (2 * p->n >= p->cap)
        GT_TRY(grow(p, err));
    struct gt_flow_pass *s = slot_of(p, a, b);
    if (s->a == 0) {
        *s = (struct gt_flow_pass){z, a, b};
        p->n++;
    }
    s->z = z < s->z ? z : s->z;
    return GT_OK;
}

enum gt_status gt_flow_tile_passes(struct gt_arena *a, const struct gt_flow_tile *t,
                                   struct gt_flow_passes *out, struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    struct pairs p = {.a = mine};
    for (int64_t y = 0; y < t->win.h; y++) {
        const struct gt_flow_cell *c = t->cell + gt_flow_index(t, 0, y), *end = c + t->win.w;
        for (; c < end; c++)
            for (int k = 0; k < FLOW_WAYS; k++) {
                const struct gt_flow_cell *n = c + t->way[k];
                if (n > c && c->k > 0 && n->k > 0 && n->k != c->k)
                    GT_TRY(add_pair(&p, c, n, err));
            }
    }
    struct gt_flow_passes all = {0};
    for (size_t i = 0; i < p.cap; i++)
        if (p.slot[i].a != 0)
            *GT_PUSH(mine, &all.list) = p.slot[i];
    GT_TRY(gt_flow_join(&all, FLOW_FIRST + gt_flow_rim_n(t->win), NULL, err));
    for (size_t i = 0; i < all.list.n; i++)
        *GT_PUSH(a, &out->list) = all.list.v[i];
    return GT_OK;
}

/* ---- Joining ---- */

struct joined {
    int32_t *parent, *next; /* members of a set stand in a ring */
    float *level;
};

static int32_t find(struct joined *j, int32_t i)
{
    while (j->parent[i] != i)
        i = j->parent[i] = j->parent[j->parent[i]];
    return i;
}

static void set_level(struct joined *j, int32_t set, float z)
{
    int32_t i = set;
    do {
        j->level[i] = z;
        i = j->next[i];
    } while (i != set);
}

static bool join(struct joined *j, const struct gt_flow_pass *p)
{
    int32_t a = find(j, p->a), b = find(j, p->b);
    if (a == b)
        return false;
    int32_t out = find(j, FLOW_OUTSIDE);
    if (j->level && (a == out || b == out))
        set_level(j, a == out ? b : a, p->z);
    int32_t next = j->next[a];
    j->next[a] = j->next[b];
    j->next[b] = next;
    j->parent[a > b ? a : b] = a > b ? b : a;
    return true;
}

static int by_height(const void *a, const void *b)
{
    const struct gt_flow_pass *p = a, *q = b;
    return p->z < q->z ? -1 : p->z > q->z;
}

enum gt_status gt_flow_join(struct gt_flow_passes *p, int64_t n, float *level, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    void *parent, *next;
    GT_TRY(gt_reserve(a, (size_t)n, sizeof(int32_t), "watersheds", &parent, err));
    GT_TRY(gt_reserve(a, (size_t)n, sizeof(int32_t), "watersheds", &next, err));
    struct joined j = {parent, next, level};
    for (int32_t i = 0; i < n; i++) {
        j.parent[i] = j.next[i] = i;
        if (level)
            level[i] = i == FLOW_OUTSIDE ? -INFINITY : INFINITY;
    }
    if (p->list.n > 0)
        qsort(p->list.v, p->list.n, sizeof *p->list.v, by_height);
    size_t kept = 0;
    for (size_t i = 0; i < p->list.n; i++)
        if (join(&j, &p->list.v[i]))
            p->list.v[kept++] = p->list.v[i];
    p->list.n = kept;
    return GT_OK;
}

/* ---- Passes between tiles ---- */

enum { STRIP = 4096 };

/* Cells along a seam: a on the one side, b on the other. */
struct strip {
    int64_t n, step; /* from a cell to the next */
    const float *za, *zb;
    const int32_t *la, *lb;
};

/* A pass like one just added only lowers it. */
static void meet(struct gt_arena *a, struct gt_flow_passes *out, struct gt_flow_pass p)
{
    if (p.a <= 0 || p.b <= 0 || p.a == p.b)
        return;
    for (size_t i = out->list.n; i > 0 && i + 4 > out->list.n; i--) {
        struct gt_flow_pass *q = &out->list.v[i - 1];
        if (q->a == p.a && q->b == p.b) {
            q->z = p.z < q->z ? p.z : q->z;
            return;
        }
    }
    *GT_PUSH(a, &out->list) = p;
}

static void meet_at(struct gt_arena *a, struct gt_flow_passes *out, const struct strip *s,
                    int64_t i, int64_t j)
{
    float z = s->za[i * s->step], other = s->zb[j * s->step];
    meet(a, out,
         (struct gt_flow_pass){z > other ? z : other, s->la[i * s->step], s->lb[j * s->step]});
}

static void meet_strip(struct gt_arena *a, struct gt_flow_passes *out, const struct strip *s)
{
    for (int64_t i = 0; i < s->n; i++) {
        meet_at(a, out, s, i, i);
        if (i + 1 < s->n) {
            meet_at(a, out, s, i, i + 1);
            meet_at(a, out, s, i + 1, i);
        }
    }
}

/* The seam left of column `at`, or above row `at`. */
GT_MUST static enum gt_status meet_seam(struct gt_arena *a, const struct gt_flow_filled *f,
                                        int64_t at, bool upright, struct gt_flow_passes *out,
                                        struct gt_err *err)
{
    const struct gt_raster_source *z = &f->z->source, *l = &f->label->source;
    int64_t length = upright ? z->info.grid.h : z->info.grid.w;
    float zs[2 * STRIP];
    int32_t ls[2 * STRIP];
    for (int64_t from = 0; from < length; from += STRIP - 1) {
        int64_t n = from + STRIP < length ? STRIP : length - from;
        struct gt_window win = upright ? (struct gt_window){at - 1, from, 2, n}
                                       : (struct gt_window){from, at - 1, n, 2};
        GT_TRY(z->read(z->self, 0, win, zs, win.w, err));
        GT_TRY(l->read(l->self, 0, win, ls, win.w, err));
        int64_t step = upright ? 2 : 1, other = upright ? 1 : n;
        meet_strip(a, out, &(struct strip){n, step, zs, zs + other, ls, ls + other});
    }
    return GT_OK;
}

/* ---- All tiles ---- */

struct worker {
    struct gt_arena *a;
    struct gt_flow_tile tile;
    struct gt_flow_passes passes;
};

struct filling {
    const struct gt_global *g;
    const struct gt_flow_layout *l;
    struct gt_flow_filled *out;
    struct worker *worker;
    _Atomic int64_t done;
};

static enum gt_status fill_tile(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct filling *f = ctx;
    struct worker *w = &f->worker[worker];
    struct gt_flow_tile *t = &w->tile;
    gt_flow_tile_at(t, gt_flow_window(f->l, i));
    GT_TRY(gt_flow_read(f->g->in[0], f->g->grid, worker, t, err));
    GT_TRY(gt_flow_flood(t, f->g->work, err));
    struct gt_flow_passes mine = {0};
    GT_AUTO_ARENA a = gt_arena_new();
    GT_TRY(gt_flow_tile_passes(a, t, &mine, err));
    int32_t base = (int32_t)(i * f->l->rim);
    for (size_t k = 0; k < mine.list.n; k++) {
        struct gt_flow_pass *p = &mine.list.v[k];
        p->a += p->a >= FLOW_FIRST ? base : 0;
        p->b += p->b >= FLOW_FIRST ? base : 0;
        *GT_PUSH(w->a, &w->passes.list) = *p;
    }
    for (int64_t k = 0; k < t->n; k++)
        t->cell[k].k += t->cell[k].k >= FLOW_FIRST ? base : 0;
    GT_TRY(gt_flow_write_z(f->out->z, t, err));
    GT_TRY(gt_flow_write_k(f->out->label, t, err));
    gt_progress(f->g->work, "filling hollows", atomic_fetch_add(&f->done, 1) + 1,
                f->l->nx * f->l->ny);
    return GT_OK;
}

/* Level of each label; what the workers found is taken together. */
GT_MUST static enum gt_status solve(struct gt_arena *a, struct filling *f, struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    struct gt_flow_passes all = {0};
    int64_t labels = FLOW_FIRST + f->l->nx * f->l->ny * f->l->rim;
    void *level;
    for (int i = 0; i < f->l->workers; i++)
        for (size_t k = 0; k < f->worker[i].passes.list.n; k++)
            *GT_PUSH(mine, &all.list) = f->worker[i].passes.list.v[k];
    for (int64_t x = 1; x < f->l->nx; x++)
        GT_TRY(meet_seam(mine, f->out, x * f->l->tw, true, &all, err));
    for (int64_t y = 1; y < f->l->ny; y++)
        GT_TRY(meet_seam(mine, f->out, y * f->l->th, false, &all, err));
    GT_TRY(gt_reserve(a, (size_t)labels, sizeof(float), "levels of watersheds", &level, err));
    f->out->level = level;
    return gt_flow_join(&all, labels, level, err);
}

enum gt_status gt_flow_fill_tiles(struct gt_arena *a, const struct gt_global *g,
                                  const struct gt_flow_layout *l, struct gt_flow_filled *out,
                                  struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    struct filling f = {.g = g, .l = l, .out = out};
    f.worker = GT_TAKE_N(mine, struct worker, (size_t)l->workers);
    if (!out->z)
        GT_TRY(gt_flow_scratch(a, g, GT_F32, &out->z, err));
    if (!out->label)
        GT_TRY(gt_flow_scratch(a, g, GT_I32, &out->label, err));
    for (int i = 0; i < l->workers; i++)
        GT_TRY(gt_flow_tile_new(mine, l, false, &f.worker[i].tile, err));
    for (int i = 0; i < l->workers; i++) {
        f.worker[i].a = gt_arena_new();
        gt_arena_defer(mine, (void (*)(void *))gt_arena_free, f.worker[i].a);
    }
    GT_TRY(gt_par_for(g->work, l->nx * l->ny, fill_tile, &f, err));
    return solve(a, &f, err);
}
