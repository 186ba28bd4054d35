/* shapefile.h: the files beside a .shp. Part of module store. */
#ifndef GUOTU_STORE_SHAPEFILE_H
#define GUOTU_STORE_SHAPEFILE_H

#include "guotu/base.h"

/* The file beside it with this ending (".dbf"), in small or great letters; NULL: none. */
const char *gt_file_beside(struct gt_arena *a, const char *path, const char *ending);

/* By its first bytes. */
bool gt_is_shapefile(const char *path);

/* Whether a .dbf holds all rows that its head states: NULL, or "expected ..., found ...". */
const char *gt_dbf_fault(struct gt_arena *a, const char *path);

#endif
