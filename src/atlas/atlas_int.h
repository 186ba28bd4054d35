/* atlas_int.h: what the files of module atlas share: the raster brought to the picture's size, and
 * drawing with Cairo and Pango. */
#ifndef GUOTU_ATLAS_INT_H
#define GUOTU_ATLAS_INT_H

#include "guotu/atlas.h"

#include <cairo/cairo.h>

/* Where the raster lies in the picture, in pixels. */
struct gt_frame {
    double x, y, w, h;
    struct gt_box box; /* in the raster's CRS */
    double m_px;       /* metres on the ground for a pixel, west to east */
};
/* ---- Cells for a picture (image.c) ---- */

struct gt_image {
    int64_t step; /* cells of the raster on a side of a pixel */
    int w, h;     /* the last pixels may stand for fewer cells */
    float *v;     /* value or class; NaN: no data */
    float *shade; /* 1 where flat, less in the shadow, more in the light; NULL: none */
    bool has_void;
    double lo, hi; /* of the values; NaN if there are none */
};
/* The cells that the map draws. */
struct gt_window gt_atlas_window(const struct gt_map *map);
/* At least as many cells as the frame has pixels, unless the raster has fewer, and less than twice
 * as many. */
GT_MUST enum gt_status gt_atlas_image(struct gt_arena *a, const struct gt_map *map,
                                      const struct gt_frame *f, struct gt_work *w,
                                      struct gt_image *out, struct gt_err *err);
/* Coloured, as a surface of image->w x image->h that the caller destroys. */
cairo_surface_t *gt_atlas_colour(const struct gt_map *map, const struct gt_image *image);

/* ---- Drawing (draw.c) ---- */

#define GT_UNITS 1250.0

typedef struct _PangoContext PangoContext;

struct gt_pen {
    cairo_t *cr;
    PangoContext *text;
    enum gt_lang lang;
    double unit; /* pixels for one of a picture GT_UNITS wide */
};
/* Fonts of the pen's own: what they hold is given back with it. */
void gt_pen_open(struct gt_pen *pen, cairo_surface_t *surface);
void gt_pen_close(struct gt_pen *pen);
enum gt_align { GT_LEFT, GT_MIDDLE, GT_RIGHT };
struct gt_type {
    double size; /* in units */
    bool bold, halo;
    enum gt_align align;
    uint32_t rgb;
    double wrap; /* width in units at which lines break; 0: one line */
    int lines;   /* of wrapped text at most, the rest becomes "…"; 0: no limit */
};
/* At x, y (pixels): the first line's top for wrapped text, its middle for one line. Gives the
 * height in pixels. */
double gt_pen_text(const struct gt_pen *pen, double x, double y, const struct gt_type *type,
                   const char *text);
double gt_pen_width(const struct gt_pen *pen, const struct gt_type *type, const char *text);
void gt_pen_rgb(const struct gt_pen *pen, uint32_t rgb, double alpha);

/* ---- Parts of a map ---- */

GT_MUST enum gt_status gt_atlas_layers(const struct gt_pen *pen, const struct gt_frame *f,
                                       const struct gt_map *map, struct gt_err *err);
void gt_atlas_border(const struct gt_pen *pen, const struct gt_frame *f, const struct gt_crs *crs);
void gt_atlas_arrow(const struct gt_pen *pen, double x, double y);
/* Legend, scale bar and remarks in a column from x, y. */
void gt_atlas_legend(const struct gt_pen *pen, const struct gt_map *map,
                     const struct gt_image *image, double x, double y);
void gt_atlas_scale(const struct gt_pen *pen, double x, double y, double m_px);

/* 1, 2 or 5 times a power of ten, the greatest not above v (v > 0). */
double gt_atlas_nice(double v);

#endif
