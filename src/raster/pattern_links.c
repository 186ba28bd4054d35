/* What the skeleton links: pieces of it that touch two cores or more are bridges, the others lead
 * back to their core and are loops. */
#include "pattern_int.h"

#include <string.h>

struct links {
    struct gt_pattern *p;
    struct gt_patches *line; /* patches of the skeleton */
    struct gt_paged *core;   /* by such patch: the core first met; UINT32_MAX: several */
    struct gt_run *runs;
    uint32_t *id[3]; /* cores by cell of the rows before, at and after; 0: none */
};

static void load_ids(struct links *l, int64_t y, uint32_t *id)
{
    const struct gt_patches *core = l->p->core;
    memset(id, 0, (size_t)core->w * sizeof *id);
    if (y < 0 || y >= core->h)
        return;
    size_t n = gt_patches_row(core, y, l->runs);
    for (size_t i = 0; i < n; i++)
        for (uint32_t x = l->runs[i].start; l->runs[i].code != 0 && x < l->runs[i].end; x++)
            id[x] = l->runs[i].patch;
}

static void meet(struct links *l, uint32_t patch, uint32_t core)
{
    uint32_t first = core ? gt_paged_u32(l->core, patch) : core;
    if (core && first != core)
        gt_paged_set_u32(l->core, patch, first ? UINT32_MAX : core);
}

static void meet_run(struct links *l, const struct gt_run *r)
{
    int64_t w = l->p->w, corner = l->p->g->step->connect == 8;
    for (int k = 0; k < 3; k++) {
        int64_t more = k == 1 ? 1 : corner;
        int64_t from = (int64_t)r->start - more, to = (int64_t)r->end + more;
        uint32_t last = 0;
        for (int64_t x = from < 0 ? 0 : from; x < (to < w ? to : w); x++) {
            if (l->id[k][x] != last)
                meet(l, r->patch, l->id[k][x]);
            last = l->id[k][x];
        }
    }
}

static enum gt_status gather(struct links *l, struct gt_run *runs, struct gt_err *err)
{
    load_ids(l, 0, l->id[2]);
    for (int64_t y = 0; y < l->p->h; y++) {
        uint32_t *first = l->id[0];
        l->id[0] = l->id[1];
        l->id[1] = l->id[2];
        l->id[2] = first;
        load_ids(l, y + 1, first);
        size_t n = gt_patches_row(l->line, y, runs);
        for (size_t i = 0; i < n; i++)
            meet_run(l, &runs[i]);
        GT_TRY(gt_pattern_check(l->p, err));
    }
    return GT_OK;
}

static void mark(struct links *l, struct gt_run *runs, int64_t y)
{
    struct gt_pattern *p = l->p;
    size_t n = gt_patches_row(l->line, y, runs);
    if (n == 0)
        return;
    gt_pattern_load(p, y);
    for (size_t i = 0; i < n; i++) {
        bool several = gt_paged_u32(l->core, runs[i].patch) == UINT32_MAX;
        for (uint32_t x = runs[i].start; x < runs[i].end; x++)
            p->row[x] |= several ? GT_BRIDGE : GT_LOOP;
    }
    gt_pattern_store(p, y);
}

enum gt_status gt_pattern_links(struct gt_arena *a, struct gt_pattern *p, struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    struct links l = {.p = p, .core = gt_paged_new(a, p->pages, 2)};
    struct gt_run *runs;
    size_t w = (size_t)p->w;
    GT_TRY(gt_pattern_patches(a, p, GT_ALIVE, GT_ALIVE, &l.line, err));
    GT_TRY(gt_reserve(mine, w, sizeof *runs, "a row", (void **)&runs, err));
    GT_TRY(gt_reserve(mine, w, sizeof *l.runs, "a row", (void **)&l.runs, err));
    for (int k = 0; k < 3; k++)
        GT_TRY(gt_reserve(mine, w, sizeof *l.id[k], "a row", (void **)&l.id[k], err));
    GT_TRY(gather(&l, runs, err));
    for (int64_t y = 0; y < p->h; y++)
        mark(&l, runs, y);
    gt_paged_free(l.core);
    gt_patches_free(l.line);
    return gt_pages_check(p->pages, err);
}
