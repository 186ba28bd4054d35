/* wkb.h: well-known binary geometries from and to flat shapes. Part of module store; builds on
 * base.h, geo.h. Little-endian machines only. */
#ifndef GUOTU_STORE_WKB_H
#define GUOTU_STORE_WKB_H

#include "guotu/base.h"
#include "guotu/geo.h"
#include "guotu/vector.h"

/* Flat shapes while they grow. */
struct gt_shape_builder {
    struct gt_arena *a;
    enum gt_shape_kind kind;
    size_t n, n_parts, n_points;
    int64_t *part, *point; /* one more than n, n_parts */
    double *xy;
    size_t part_cap, point_cap, xy_cap;
    uint8_t *outer; /* by part: 1 an outer ring, 0 a hole; kept by gt_shape_add_loose alone */
    size_t outer_cap;
};
void gt_shape_begin(struct gt_shape_builder *b, struct gt_arena *a, enum gt_shape_kind kind);
/* One feature from one geometry of the builder's kind, single or multi, z and m left out.
 * GT_EINPUT: of another kind, cut off, or with numbers that its size belies. */
GT_MUST enum gt_status gt_shape_add_wkb(struct gt_shape_builder *b, const void *wkb, size_t n,
                                        struct gt_err *err);
/* Point by point: the next of the open part; the part's end; the feature's end is
 * gt_shape_add_empty, which takes the parts that ended since the feature before. */
GT_MUST enum gt_status gt_shape_add_point(struct gt_shape_builder *b, double x, double y,
                                          struct gt_err *err);
GT_MUST enum gt_status gt_shape_end_part(struct gt_shape_builder *b, struct gt_err *err);
/* Room for element n of a vector (vec: the address of its pointer), by doubling through the checked
 * gate. */
GT_MUST enum gt_status gt_shape_room(struct gt_arena *a, void *vec, size_t n, size_t *cap,
                                     size_t size, struct gt_err *err);
/* One feature from any bytes: its traits (enum gt_trait) are added to *trait. Only fails for want
 * of room. Curves are to be made straight beforehand. */
GT_MUST enum gt_status gt_shape_add_loose(struct gt_shape_builder *b, const void *wkb, size_t n,
                                          uint16_t *trait, struct gt_err *err);
/* Arcs and what is made of them. */
bool gt_wkb_is_curved(const void *wkb, size_t n);
/* A feature without points. */
GT_MUST enum gt_status gt_shape_add_empty(struct gt_shape_builder *b, struct gt_err *err);
/* Whether the box of the feature added last meets this one. */
bool gt_shape_last_meets(const struct gt_shape_builder *b, struct gt_box box);
/* As it was when `before` was copied from it. */
void gt_shape_back(struct gt_shape_builder *b, const struct gt_shape_builder *before);
/* Room for so many features in all, if they are like those added so far: a large layer is not
 * copied as it grows. */
GT_MUST enum gt_status gt_shape_expect(struct gt_shape_builder *b, int64_t features,
                                       struct gt_err *err);
const struct gt_shapes *gt_shape_end(struct gt_shape_builder *b, const struct gt_crs *crs);

/* Appends feature i. Rings of polygons are put into shells and holes, shells counter-clockwise.
 * multi: as the multi type even if there is one part. */
GT_MUST enum gt_status gt_wkb_add(struct gt_buf *out, const struct gt_shapes *s, size_t i,
                                  bool multi, struct gt_err *err);
/* Whether some feature needs the multi type. */
bool gt_wkb_is_multi(const struct gt_shapes *s);
/* The same with polygons as their traits (open, z) and `outer` tell, where these are there. */
GT_MUST enum gt_status gt_wkb_add_feature(struct gt_buf *out, const struct gt_features *f, size_t i,
                                          bool multi, struct gt_err *err);
bool gt_wkb_features_multi(const struct gt_features *f);

#endif
