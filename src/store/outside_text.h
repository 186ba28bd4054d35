/* outside_text.h: which own reader takes a file. Part of module store; builds on text.h. */
#ifndef GUOTU_STORE_OUTSIDE_TEXT_H
#define GUOTU_STORE_OUTSIDE_TEXT_H

#include "text/text.h"

/* GT_ENOTFOUND: none takes it, by its name's ending and its first bytes. */
GT_MUST enum gt_status gt_outside_text_read(struct gt_arena *a, const char *path,
                                            const struct gt_text_opt *opt, struct gt_text *out,
                                            struct gt_err *err);
/* Whether it is a table by its ending, with shapes that are more than a point a row. */
bool gt_outside_text_has_shapes(const char *path);

#endif
