/* patch_int.h: what patches and patterns are made with: tables that may be larger than memory, runs
 * of cells and the patches that they form. Private to raster. */
#ifndef GUOTU_PATCH_INT_H
#define GUOTU_PATCH_INT_H

#include "global_int.h"

#include <math.h>

/* ---- Tables in pages (components_pages.c) ---- */

/* Pages shared by several tables: as many as the memory allows; those that were not touched lately
 * rest in scratch rasters. Used by one thread. */
struct gt_pages;
/* memory: bytes of the pages together, at least 32 of them; dir as in gt_scratch_new. */
struct gt_pages *gt_pages_new(struct gt_arena *a, size_t memory, const char *dir);
/* The first failure to read or write a page since the start: until one asks, what is read is 0. */
GT_MUST enum gt_status gt_pages_check(const struct gt_pages *p, struct gt_err *err);

/* A table that grows where it is touched; elements never written are zero bytes. */
struct gt_paged {
    struct gt_pages *pages;
    uint8_t **page; /* NULL: not in memory */
    uint8_t *use;   /* bit 0: touched lately, bit 1: written */
    size_t n;       /* pages known */
    int shift;      /* log2 of the elements of a page */
    int log_size;
    struct gt_scratch *rest[48]; /* each with room for twice the pages of the one before */
};

/* log_size: log2 of the bytes of an element. */
struct gt_paged *gt_paged_new(struct gt_arena *a, struct gt_pages *p, int log_size);
/* Gives the table's memory to the others. */
void gt_paged_free(struct gt_paged *t);
void *gt_paged_bring(struct gt_paged *t, uint64_t page);

/* An element; the pointer holds until the next call for any table of the same pages. */
static inline void *gt_paged_at(struct gt_paged *t, uint64_t i, bool write)
{
    uint64_t k = i >> t->shift;
    uint8_t *page = k < t->n && t->page[k] ? t->page[k] : (uint8_t *)gt_paged_bring(t, k);
    t->use[k] |= write ? 3 : 1;
    return page + ((i & (((uint64_t)1 << t->shift) - 1)) << t->log_size);
}
void gt_paged_read(struct gt_paged *t, uint64_t i, size_t n, void *out);
void gt_paged_write(struct gt_paged *t, uint64_t i, size_t n, const void *in);

static inline uint32_t gt_paged_u32(struct gt_paged *t, uint64_t i)
{
    return *(uint32_t *)gt_paged_at(t, i, false);
}
static inline void gt_paged_set_u32(struct gt_paged *t, uint64_t i, uint32_t v)
{
    *(uint32_t *)gt_paged_at(t, i, true) = v;
}

/* ---- Runs and patches (components_runs.c) ---- */

/* Cells start..end-1 of a row that have one code. */
struct gt_run {
    uint32_t start, end;
    uint32_t patch; /* from 1 on, in the order of the patches' first cells */
    float code;
};

struct gt_patches {
    struct gt_pages *pages;
    struct gt_paged *runs;
    int64_t w, h;
    uint64_t *first; /* index of the first run of each row; h + 1 of them */
    int64_t most;    /* runs of a row */
    uint32_t n;      /* patches */
};

struct gt_patch_opt {
    /* The codes of row y; NaN: in no patch. Rows are asked for once, from the first to the last. */
    enum gt_status (*row)(void *ctx, int64_t y, float *code, struct gt_err *err);
    void *ctx;
    int connect;                    /* 4 or 8 */
    int connect_zero;               /* the same for code 0; 0: as for the others */
    double gap_m;                   /* patches of one code no farther apart are one */
    const struct gt_metric *metric; /* with gap_m > 0 */
    const struct gt_work *work;
};

/* Patches of equal code on w x h cells. Run-based labels with union-find (He, Chao, Suzuki 2008):
 * 16 bytes a run and 4 a label, in pages. O(cells + runs * rows within the gap). */
GT_MUST enum gt_status gt_patches_new(struct gt_arena *a, struct gt_pages *pages,
                                      const struct gt_grid *grid, const struct gt_patch_opt *opt,
                                      struct gt_patches **out, struct gt_err *err);
/* The runs of row y into out, room for `most`; gives their number. */
size_t gt_patches_row(const struct gt_patches *p, int64_t y, struct gt_run *out);
void gt_patches_free(struct gt_patches *p); /* its pages alone */

/* Which cells of a step's first input belong to patches: its code where there are no values. */
struct gt_codes {
    const struct gt_global *g;
    int64_t row0, rows, cap; /* rows held */
    float *cells;
    bool small; /* all values are in set */
    bool set[256];
};
GT_MUST enum gt_status gt_codes_new(struct gt_arena *a, const struct gt_global *g,
                                    struct gt_codes **out, struct gt_err *err);
/* Row y as it was read: NaN for no-data. The pointer holds until the next call. */
GT_MUST enum gt_status gt_codes_row(struct gt_codes *c, int64_t y, const float **out,
                                    struct gt_err *err);
bool gt_codes_has(const struct gt_codes *c, float v);

/* ---- Circles (components_circle.c) ---- */

/* Squared radius of the smallest circle around n points, in pairs; their order is changed. */
double gt_circle_r2(double *xy, size_t n);
/* By patch, as doubles: m2 of the smallest circle around the corners of its cells, in the plane of
 * the ground at the middle of the box around it (components_hull.c). */
GT_MUST enum gt_status gt_circle_areas(struct gt_arena *a, const struct gt_patches *p,
                                       const struct gt_global *g, struct gt_paged **out,
                                       struct gt_err *err);

#endif
