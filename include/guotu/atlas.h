/* atlas.h: what leaves the program on paper: colours, map pictures and self-contained HTML pages,
 * workbooks. Builds on base.h, geo.h, raster.h, rules.h, table.h; wraps Cairo, Pango and
 * libxlsxwriter. */
#ifndef GUOTU_ATLAS_H
#define GUOTU_ATLAS_H

#include "guotu/base.h"
#include "guotu/geo.h"
#include "guotu/raster.h"
#include "guotu/rules.h"
#include "guotu/table.h"

/* ---- Colours (rules/colours.yaml) ---- */

struct gt_palette_entry {
    double at;    /* class code, or a measure's value */
    uint32_t rgb; /* 0xrrggbb */
};

/* Colours of classes by code, or of measures by value: linear between entries, `at` ascending. */
struct gt_palette {
    const char *id;
    struct gt_text2 title;
    bool ramp;
    size_t n;
    const struct gt_palette_entry *entry;
    const char *const *use; /* names of the outputs and layer roles that it is for */
    size_t n_use;
};

struct gt_palettes {
    size_t n;
    const struct gt_palette *v;
};

/* rules_dir/colours.yaml; "file:line:col: ..." as GT_EINPUT. */
GT_MUST enum gt_status gt_palettes_load(struct gt_arena *a, const char *rules_dir,
                                        const struct gt_palettes **out, struct gt_err *err);
/* The palette for an output or a role; NULL: none is. */
const struct gt_palette *gt_palette_for(const struct gt_palettes *p, const char *name);
/* The colour of a class or a value. A class that the palette lacks gets one of a few spare colours;
 * p may be NULL. */
uint32_t gt_palette_rgb(const struct gt_palette *p, double at);

/* ---- Map pictures ---- */

/* A class in the legend. */
struct gt_map_class {
    double code;
    uint32_t rgb;
    const char *title;
};

/* A vector layer over the raster, in any CRS. */
struct gt_map_layer {
    const struct gt_shapes *shapes;
    uint32_t rgb;
    double width;             /* of lines and outlines, in 1/1250 of the picture's width */
    bool filled;              /* polygons */
    bool veil;                /* polygons: what lies outside them pales */
    const char *const *label; /* one a feature; NULL: none; points and polygons only */
    const char *title;        /* in the legend; NULL: not there */
};

struct gt_map {
    const struct gt_raster_source *raster; /* decides frame and CRS */
    struct gt_window window;               /* the part of it that is drawn; w 0: all */
    const struct gt_map_class *classes;    /* of a class raster */
    size_t n_classes;
    const struct gt_palette *ramp; /* of a measure: n_classes 0 */
    const char *unit;              /* of a measure, beside its ramp */
    /* Heights, shaded under the colours (light from the north-west), if their grid is the raster's;
     * NULL: flat. */
    const struct gt_raster_source *heights;
    const struct gt_map_layer *layers; /* drawn in order */
    size_t n_layers;
    const char *title, *subtitle; /* subtitle NULL: none */
    const char *note;             /* small, below: sources, program; NULL: none */
    const char *legend;           /* heading of the legend; NULL: the word */
    bool synthetic;               /* says so in red */
    enum gt_lang lang;
    int width; /* pixels; 0: 1,500 */
};

/* PNG bytes in the arena. The raster is read in bands of its own tiles, nearest cell for classes,
 * mean for measures: memory does not grow with its number of rows. GT_ECANCELLED; GT_EINPUT where a
 * layer cannot be brought to the raster's CRS. */
GT_MUST enum gt_status gt_map_png(struct gt_arena *a, const struct gt_map *map, struct gt_work *w,
                                  struct gt_str *png, struct gt_err *err);

/* ---- HTML pages ---- */

/* One file that needs no other: style inline, pictures as data, no script; made to be printed. All
 * texts are escaped. */
struct gt_page;
struct gt_page_head {
    enum gt_lang lang;
    const char *title, *subtitle; /* subtitle NULL: none */
    const char *banner; /* first and last on the page, such as "synthetic data"; NULL: none */
    const char *footer;
};
struct gt_page *gt_page_new(struct gt_arena *a, const struct gt_page_head *head);
void gt_page_heading(struct gt_page *p, const char *text);
void gt_page_text(struct gt_page *p, const char *text);
void gt_page_remark(struct gt_page *p, const char *text); /* small, below a table */
enum gt_page_note { GT_PAGE_INFO, GT_PAGE_WARNING };
/* A box that is not overlooked: a heading and lines. */
void gt_page_note(struct gt_page *p, enum gt_page_note kind, const char *heading,
                  const char *const *line, size_t n);
/* What is what: pairs of a word and its value, as a list of two columns. */
void gt_page_facts(struct gt_page *p, const char *const (*pair)[2], size_t n);
void gt_page_table(struct gt_page *p, const struct gt_table *t, const char *caption);
/* A matrix with its row and column titles; cells by rows. */
struct gt_page_grid {
    const char *corner, *caption;
    size_t n_rows, n_cols;
    const char *const *row, *const *col, *const *cell;
    const uint32_t *rgb; /* of each cell; NULL: none */
};
void gt_page_grid(struct gt_page *p, const struct gt_page_grid *g);
void gt_page_picture(struct gt_page *p, struct gt_str png, const char *alt, const char *caption);
/* Pictures beside each other, as many in a row as fit. */
struct gt_page_frame {
    struct gt_str png;
    const char *alt, *caption;
};
void gt_page_pictures(struct gt_page *p, const struct gt_page_frame *v, size_t n);
/* Bars of shares: for each part its colour, title and share of the whole (0..1). */
struct gt_page_share {
    uint32_t rgb;
    const char *title;
    double share;
};
void gt_page_shares(struct gt_page *p, const struct gt_page_share *v, size_t n);
/* The finished document, in the arena. */
struct gt_str gt_page_end(struct gt_page *p);

/* ---- Workbooks (XLSX) ------------------------------------------------------------------------ */

struct gt_sheet {
    const char *name; /* at most 31 letters */
    const struct gt_table *table;
};
/* A new file; written in place, so it belongs into a folder that appears as a whole. The same
 * tables give the same bytes. GT_EIO, GT_ETOOBIG. */
GT_MUST enum gt_status gt_xlsx_write(const char *path, const struct gt_sheet *sheet, size_t n,
                                     enum gt_lang lang, struct gt_err *err);

#endif
