/* submission.h: packages of files and archives of them. Part of module store; builds on store.h,
 * zip.h. */
#ifndef GUOTU_STORE_SUBMISSION_H
#define GUOTU_STORE_SUBMISSION_H

#include "guotu/store.h"
#include "guotu/zip.h"
#include "letters.h"

/* By the name's ending. */
bool gt_submission_is_layer(const char *name);
bool gt_submission_is_table(const char *name);

/* Unpacks an archive into a folder of its own, which is removed with the arena. */
GT_MUST enum gt_status gt_unpacked(struct gt_arena *a, const char *path, struct gt_work *w,
                                   const char **dir, struct gt_zip_skips *skips,
                                   struct gt_err *err);

#endif
