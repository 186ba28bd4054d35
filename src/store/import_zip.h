/* import_zip.h: imports of archives. Part of module store; builds on store.h. */
#ifndef GUOTU_STORE_IMPORT_ZIP_H
#define GUOTU_STORE_IMPORT_ZIP_H

#include "guotu/store.h"

/* Where the file is an archive: the import of what is meant in it, unpacked until a is freed. Else
 * *out is in. GT_EINPUT: nothing or several things can be meant. */
GT_MUST enum gt_status gt_import_unzip(struct gt_arena *a, const struct gt_import *in,
                                       struct gt_work *w, const struct gt_import **out,
                                       struct gt_err *err);

#endif
