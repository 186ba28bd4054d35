/* Cores and the shells around them: what lies within the edge's width of a core is edge, or
 * perforation where it lies in a hole of that core (Soille, Vogt 2009). Cores within holes have
 * edges of their own: patches of core and of all else are nested, and each has its depth. */
#include "pattern_int.h"

/* Depths by patch, plus one: 1 outside all cores; a core is one deeper than what surrounds it, a
 * hole as deep as its core. 0: not known yet. */
struct shell {
    struct gt_pattern *p;
    struct gt_paged *depth;
    uint32_t deepest;
    struct gt_run *runs, *above;
};

static enum gt_status core_row(void *ctx, int64_t y, float *code, struct gt_err *err)
{
    struct gt_pattern *p = ctx;
    (void)err;
    gt_pattern_load(p, y);
    for (int64_t x = 0; x < p->w; x++)
        code[x] = (p->row[x] & GT_KIND_BITS) == GT_CORE;
    return GT_OK;
}

/* What touches the rim or no-data is no hole: nobody knows what lies there. */
static void mark_outside(struct shell *s, int64_t y)
{
    const struct gt_pattern *p = s->p;
    size_t n = gt_patches_row(p->core, y, s->runs);
    gt_pattern_load(s->p, y);
    for (size_t i = 0; i < n; i++) {
        const struct gt_run *r = &s->runs[i];
        bool out = y == 0 || y == p->h - 1 || r->start == 0 || r->end == p->w;
        for (uint32_t x = r->start; !out && x < r->end; x++)
            out = (p->row[x] & GT_KIND_BITS) == GT_NONE;
        if (out && r->code == 0)
            gt_paged_set_u32(s->depth, r->patch, 1);
    }
}

/* The first cell of a patch in order of rows has above it what surrounds the patch. */
static void find_depths(struct shell *s, int64_t y, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        const struct gt_run *r = &s->runs[i];
        uint32_t around = 1;
        if (gt_paged_u32(s->depth, r->patch))
            continue;
        while (y > 0 && s->above[k].end <= r->start)
            k++;
        if (y > 0)
            around = gt_paged_u32(s->depth, s->above[k].patch);
        around += r->code != 0;
        gt_paged_set_u32(s->depth, r->patch, around);
        if (around > s->deepest)
            s->deepest = around;
    }
}

static enum gt_status nest(struct shell *s, struct gt_err *err)
{
    for (int64_t y = 0; y < s->p->h; y++) {
        mark_outside(s, y);
        GT_TRY(gt_pattern_check(s->p, err));
    }
    for (int64_t y = 0; y < s->p->h; y++) {
        size_t n = gt_patches_row(s->p->core, y, s->runs);
        find_depths(s, y, n);
        struct gt_run *above = s->above;
        s->above = s->runs;
        s->runs = above;
        GT_TRY(gt_pattern_check(s->p, err));
    }
    return GT_OK;
}

/* Cells near a core: edge outside of all cores, for now perforation in holes. */
static void first_shell(struct shell *s, const uint8_t *near, int64_t y)
{
    struct gt_pattern *p = s->p;
    size_t n = gt_patches_row(p->core, y, s->runs);
    gt_pattern_load(p, y);
    for (size_t i = 0; i < n; i++) {
        const struct gt_run *r = &s->runs[i];
        bool outside = r->code == 0 && gt_paged_u32(s->depth, r->patch) == 1;
        for (uint32_t x = r->start; r->code == 0 && x < r->end; x++)
            if ((p->row[x] & GT_KIND_BITS) == GT_REST && near[x])
                p->row[x] = outside ? GT_EDGE : GT_PERFORATION;
    }
    gt_pattern_store(p, y);
}

/* Marks the cores at least as deep as that. */
static void mark_deep(struct shell *s, uint32_t depth, int64_t y)
{
    struct gt_pattern *p = s->p;
    size_t n = gt_patches_row(p->core, y, s->runs);
    gt_pattern_load(p, y);
    for (size_t i = 0; i < n; i++) {
        const struct gt_run *r = &s->runs[i];
        bool deep = r->code != 0 && gt_paged_u32(s->depth, r->patch) >= depth;
        for (uint32_t x = r->start; r->code != 0 && x < r->end; x++)
            p->row[x] = deep ? GT_CORE | GT_OPENED : GT_CORE;
    }
    gt_pattern_store(p, y);
}

/* Perforations near a core that is deeper than the hole are edges of that core. */
static void deeper_shell(struct shell *s, uint32_t depth, const uint8_t *near, int64_t y)
{
    struct gt_pattern *p = s->p;
    size_t n = gt_patches_row(p->core, y, s->runs);
    gt_pattern_load(p, y);
    for (size_t i = 0; i < n; i++) {
        const struct gt_run *r = &s->runs[i];
        if (r->code != 0 || gt_paged_u32(s->depth, r->patch) >= depth)
            continue;
        for (uint32_t x = r->start; x < r->end; x++)
            if ((p->row[x] & GT_KIND_BITS) == GT_PERFORATION && near[x])
                p->row[x] = GT_EDGE;
    }
    gt_pattern_store(p, y);
}

static enum gt_status shells(struct shell *s, struct gt_cover *c, struct gt_err *err)
{
    gt_cover_start(c, GT_KIND_BITS, GT_CORE);
    for (int64_t y = 0; y < s->p->h; y++) {
        first_shell(s, gt_cover_row(c, y), y);
        GT_TRY(gt_pattern_check(s->p, err));
    }
    for (uint32_t depth = 3; depth <= s->deepest; depth++) {
        for (int64_t y = 0; y < s->p->h; y++)
            mark_deep(s, depth, y);
        gt_cover_start(c, GT_OPENED, GT_OPENED);
        for (int64_t y = 0; y < s->p->h; y++) {
            deeper_shell(s, depth, gt_cover_row(c, y), y);
            GT_TRY(gt_pattern_check(s->p, err));
        }
    }
    for (int64_t y = 0; s->deepest >= 3 && y < s->p->h; y++)
        mark_deep(s, UINT32_MAX, y);
    return GT_OK;
}

enum gt_status gt_pattern_shell(struct gt_arena *a, struct gt_pattern *p, struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    struct gt_cover *c;
    struct shell s = {.p = p, .depth = gt_paged_new(a, p->pages, 2)};
    struct gt_patch_opt opt = {.row = core_row,
                               .ctx = p,
                               .connect = p->g->step->connect,
                               .connect_zero = p->g->step->connect == 8 ? 4 : 8,
                               .work = p->g->work};
    GT_TRY(gt_patches_new(a, p->pages, p->g->grid, &opt, &p->core, err));
    size_t most = (size_t)p->core->most;
    GT_TRY(gt_reserve(mine, most, sizeof *s.runs, "a row", (void **)&s.runs, err));
    GT_TRY(gt_reserve(mine, most, sizeof *s.above, "a row", (void **)&s.above, err));
    GT_TRY(nest(&s, err));
    GT_TRY(gt_cover_new(mine, p, p->rx, p->ry, &c, err));
    GT_TRY(shells(&s, c, err));
    gt_paged_free(s.depth);
    return gt_pages_check(p->pages, err);
}
