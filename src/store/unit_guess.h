/* unit_guess.h: what unit a raster seems to be in. Part of module store. */
#ifndef GUOTU_STORE_UNIT_GUESS_H
#define GUOTU_STORE_UNIT_GUESS_H

#include "guotu/base.h"
#include "guotu/rules.h"

/* Adds "; they look like percent (--scale 0.01)", or two such, where the values from lo to hi would
 * be plausible for the role in another unit. Gives how many were found. */
int gt_unit_guess(struct gt_buf *out, const struct gt_layer_role *role, double lo, double hi);

#endif
