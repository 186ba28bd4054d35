/* place.h: whether coordinates from outside can be ones of their coordinate system. Part of module
 * store; builds on store_int.h. */
#ifndef GUOTU_STORE_PLACE_H
#define GUOTU_STORE_PLACE_H

#include "store_int.h"

struct gt_place {
    const char *path; /* for messages */
    const struct gt_crs *crs;
    struct gt_box box; /* in units of crs */
};
/* GT_EINPUT: the datum leads neither to the workspace's nor to CGCS2000, or the box lies where the
 * coordinate system does not reach. Warns of a datum that is not said. w may be NULL. */
GT_MUST enum gt_status gt_place_check(struct gt_store *s, const struct gt_place *p,
                                      struct gt_work *w, struct gt_err *err);

#endif
