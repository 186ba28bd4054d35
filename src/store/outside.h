/* outside.h: files from outside, opened by their content with the listed drivers. Part of module
 * store; builds on store.h, gdal.h. */
#ifndef GUOTU_STORE_OUTSIDE_H
#define GUOTU_STORE_OUTSIDE_H

#include "gdal/gdal.h"
#include "store_int.h"

struct gt_outside {
    const struct gt_gdal *gdal;
    const char *path; /* as given */
    const char *real; /* absolute, without links */
    GDALDatasetH ds;
    const char *driver;
    bool own;                /* by an own reader: ds is in memory */
    char hash[GT_HASH_TEXT]; /* of all files that it consists of */
};
enum gt_outside_kind { GT_OUTSIDE_VECTOR, GT_OUTSIDE_RASTER, GT_OUTSIDE_TABLE };
struct gt_outside_opt {
    enum gt_outside_kind kind;
    const char *const *options; /* of the driver; NULL: none */
    bool no_hash;               /* no fingerprint is taken */
    bool own;                   /* own readers of texts are asked first */
    const char *encoding;       /* for them; NULL: guessed */
    struct gt_work *work;       /* for what they warn of */
};
/* Opens for reading; closed with the arena. s: its own files are refused, NULL: none is open.
 * GT_EINPUT, GT_ENOTFOUND, GT_EIO: one sentence on what the file is instead. */
GT_MUST enum gt_status gt_outside_open(struct gt_store *s, struct gt_arena *a, const char *path,
                                       const struct gt_outside_opt *opt, struct gt_outside **out,
                                       struct gt_err *err);
/* GT_ENOTFOUND: no own reader takes the file. */
GT_MUST enum gt_status gt_outside_own(struct gt_outside *o, struct gt_arena *a,
                                      const struct gt_outside_opt *opt, struct gt_err *err);
/* The coordinate system given with the import, else the file's own; srs may be NULL. GT_EINPUT:
 * neither, or two that differ. */
GT_MUST enum gt_status gt_outside_crs(struct gt_arena *a, const struct gt_outside *o,
                                      OGRSpatialReferenceH srs, const struct gt_import *in,
                                      const struct gt_crs **out, struct gt_err *err);
/* One fingerprint for several; for one its own. */
void gt_outside_hash(struct gt_outside *const *v, size_t n, char out[static GT_HASH_TEXT]);
/* The names of their drivers, each once. */
const char *gt_outside_drivers(struct gt_arena *a, struct gt_outside *const *v, size_t n);

#endif
