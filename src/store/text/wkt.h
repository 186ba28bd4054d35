/* wkt.h: geometries as well-known text. Part of the own readers of module store; builds on
 * text_int.h. */
#ifndef GUOTU_STORE_WKT_H
#define GUOTU_STORE_WKT_H

#include "text_int.h"

/* The kind that the text's first word says; false: it is no geometry. *srid: of "SRID=4490;", 0:
 * none. */
bool gt_wkt_kind(struct gt_str text, enum gt_shape_kind *kind, int *srid);
/* Adds the parts of one geometry of the draft's kind; the feature is ended by the caller. GT_EINPUT
 * in a few words: what was expected where. */
GT_MUST enum gt_status gt_wkt_add(struct gt_text_draft *d, struct gt_str text, uint16_t *trait,
                                  struct gt_err *err);

#endif
