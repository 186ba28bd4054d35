/* pattern_int.h: what the stages of the step pattern share. Private to raster. */
#ifndef GUOTU_PATTERN_INT_H
#define GUOTU_PATTERN_INT_H

#include "patch_int.h"

/* What a cell is, in the low three bits. GT_REST: foreground that has no other kind yet, in the end
 * what the opening by the edge leaves over. */
enum gt_pattern_kind {
    GT_BACK,
    GT_CORE,
    GT_ISLET,
    GT_PERFORATION,
    GT_EDGE,
    GT_REST,
    GT_NONE,
    GT_KIND_BITS = 7
};
/* Marks: of the skeleton; may leave it; waits in a list; a skeleton between two cores, or from one
 * core back to itself. GT_OPENED on a core: lies deeper than the cores being left out. */
enum { GT_ALIVE = 8, GT_OPENED = 16, GT_WAITING = 32, GT_BRIDGE = 64, GT_LOOP = 128 };

struct gt_pattern {
    const struct gt_global *g;
    struct gt_pages *pages;
    struct gt_paged *cell; /* a byte a cell: kind and marks */
    int64_t w, h;
    int64_t rx, ry;          /* half axes of the edge's ellipse, in cells */
    struct gt_patches *core; /* patches of core (code 1) and of all else (code 0) */
    uint8_t *row;            /* a row's cells, for any stage */
};

/* Row y of the cells, to p->row and back. */
void gt_pattern_load(struct gt_pattern *p, int64_t y);
void gt_pattern_store(struct gt_pattern *p, int64_t y);
/* GT_ECANCELLED on a stop, and what went wrong with pages. */
GT_MUST enum gt_status gt_pattern_check(const struct gt_pattern *p, struct gt_err *err);
/* Patches of the cells whose kind and marks, masked, are the value. */
GT_MUST enum gt_status gt_pattern_patches(struct gt_arena *a, struct gt_pattern *p, uint8_t mask,
                                          uint8_t value, struct gt_patches **out,
                                          struct gt_err *err);

/* ---- Which cells lie near others (pattern_cover.c) ---- */

struct gt_cover;
/* Cells are near where a cell with (cell & mask) == value lies within the ellipse of half axes rx,
 * ry around them, its rim included. Rows are asked for in order; the cells asked about may not
 * change meanwhile. O(cells) for any ellipse; 65 * 4 bytes a column. */
GT_MUST enum gt_status gt_cover_new(struct gt_arena *a, struct gt_pattern *p, int64_t rx,
                                    int64_t ry, struct gt_cover **out, struct gt_err *err);
/* Back to the first row, with other cells asked about. */
void gt_cover_start(struct gt_cover *c, uint8_t mask, uint8_t value);
/* 1 or 0 for each cell of row y; the pointer holds until the next call. */
const uint8_t *gt_cover_row(struct gt_cover *c, int64_t y);

/* ---- Stages ---- */

/* Makes p->core, and edges and perforations of what lies near cores (pattern_core.c). */
GT_MUST enum gt_status gt_pattern_shell(struct gt_arena *a, struct gt_pattern *p,
                                        struct gt_err *err);
/* Thins all that is no core, and marks what stays as bridge or loop (pattern_thin.c). */
GT_MUST enum gt_status gt_pattern_thin(struct gt_arena *a, struct gt_pattern *p,
                                       struct gt_err *err);
GT_MUST enum gt_status gt_pattern_links(struct gt_arena *a, struct gt_pattern *p,
                                        struct gt_err *err);

#endif
