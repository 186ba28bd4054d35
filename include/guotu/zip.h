/* zip.h: archives from outside, unpacked within limits, and texts of XML. Module base; builds on
 * base.h; wraps libzip and expat. */
#ifndef GUOTU_ZIP_H
#define GUOTU_ZIP_H

#include "guotu/base.h"

/* What an archive may unpack to; 0: the default. */
struct gt_zip_limits {
    int64_t bytes;        /* in all; 64 GiB */
    int64_t entries;      /* 200,000 */
    int64_t ratio;        /* unpacked to packed, above 64 MiB; 200 */
    struct gt_work *work; /* may stop it; NULL: nothing does */
};
/* An entry that was left out. */
struct gt_zip_skip {
    const char *name;
    bool rubbish;    /* what systems leave behind: Thumbs.db, __MACOSX ... */
    const char *why; /* "its name leads out of the folder" */
};
struct gt_zip_skips {
    size_t n;
    const struct gt_zip_skip *v;
};

/* Whether the file begins as archives do. */
bool gt_zip_is(const char *path);
/* Unpacks into the folder `dir`, which is there. Entries whose names lead out of it (.., absolute,
 * drives, backslashes), links, encrypted ones, ones of one name and rubbish are left out and
 * listed. Names that are not UTF-8 are GB18030. Archives in archives stay as they are. GT_EINPUT:
 * no archive or a damaged one; GT_ETOOBIG: beyond the limits. */
GT_MUST enum gt_status gt_zip_unpack(struct gt_arena *a, const char *path, const char *dir,
                                     const struct gt_zip_limits *limits, struct gt_zip_skips *out,
                                     struct gt_err *err);
/* One entry's bytes, at most max; NUL behind them. GT_ENOTFOUND: there is none. */
GT_MUST enum gt_status gt_zip_get(struct gt_arena *a, const char *path, const char *entry,
                                  size_t max, struct gt_str *out, struct gt_err *err);

/* ---- xml.c ---- */

/* The text of a word processor's document.xml: a line a paragraph, a tab between cells. */
GT_MUST enum gt_status gt_xml_document(struct gt_arena *a, const char *name, struct gt_str xml,
                                       const char **out, struct gt_err *err);

#endif
