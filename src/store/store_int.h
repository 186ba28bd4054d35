/* store_int.h: what the files of module store share. Builds on store.h. */
#ifndef GUOTU_STORE_INT_H
#define GUOTU_STORE_INT_H

#include "guotu/io.h"
#include "guotu/store.h"
#include "sqlite/db.h"

#define GT_FOLDER_RASTER "raster"
#define GT_FILE_INFO "workspace.yaml"
#define GT_FILE_STATE "state.db"
#define GT_FILE_PLAN "plan.gpkg"
#define GT_FILE_LOCK ".lock"

struct gt_store {
    struct gt_arena *a; /* the caller's */
    const char *dir;    /* absolute, without links */
    enum gt_store_mode mode;
    const struct gt_workspace_info *info;
    struct sqlite3 *db; /* state.db is "main", plan.gpkg is "plan" */
    int lock;           /* descriptor, -1: not taken */
    struct gt_txn *txn; /* the open one */
};

/* ---- workspace_yaml.c ---- */

/* Checked, and as gt_workspace_parse reads it back. */
GT_MUST enum gt_status gt_workspace_text(struct gt_arena *a, const struct gt_workspace_info *info,
                                         const char **out, struct gt_err *err);

/* ---- lock.c ---- */

/* Takes the workspace's lock file; *fd keeps it. GT_EBUSY names the holder. */
GT_MUST enum gt_status gt_lock_take(const char *dir, int *fd, struct gt_err *err);
void gt_lock_leave(int fd);

/* ---- catalog.c ---- */

/* A row of the catalog, with what only the store needs of it. */
struct gt_entry {
    struct gt_dataset d;
    const char *place; /* file in raster/ or table of plan.gpkg */
    bool has_nodata;
    double nodata;
};
GT_MUST enum gt_status gt_catalog_create(struct sqlite3 *db, struct gt_err *err);
GT_MUST enum gt_status gt_catalog_add(struct sqlite3 *db, const struct gt_entry *e,
                                      struct gt_err *err);
/* That very version; GT_ENOTFOUND: it has been removed meanwhile. */
GT_MUST enum gt_status gt_catalog_entry(struct gt_store *s, struct gt_arena *a, const char *id,
                                        int64_t version, struct gt_entry *out, struct gt_err *err);
/* All versions of an id, oldest first. */
GT_MUST enum gt_status gt_catalog_versions(struct gt_store *s, struct gt_arena *a, const char *id,
                                           struct gt_entry **out, size_t *n, struct gt_err *err);
/* One more than any version that this id ever had. */
GT_MUST enum gt_status gt_catalog_next(struct gt_store *s, const char *id, int64_t *out,
                                       struct gt_err *err);

/* ---- txn.c ---- */

/* A file of out/: what it is called until the commit, and after. */
struct gt_document {
    const char *temp, *name;
};

struct gt_raster_writer;
struct gt_gpkg_out;
/* A dataset of a transaction on its way into the catalog. */
struct gt_staged {
    struct gt_entry e;
    bool complete, described;
    struct gt_raster_writer *writer; /* of a raster while it is written */
    struct gt_gpkg_out *layer;       /* of a layer or table while it is written */
};
struct gt_txn {
    struct gt_arena *a; /* of the transaction */
    struct gt_store *s;
    GT_VEC(struct gt_staged *) out;
    GT_VEC(const char *) removed;
    GT_VEC(struct gt_document) documents;
    bool begun; /* SQLite's own transaction */
};
/* Begins SQLite's transaction, which other processes see as a writer. */
GT_MUST enum gt_status gt_txn_write(struct gt_txn *t, struct gt_err *err);
/* A new dataset of this id, with its version; one more version where the
 * transaction has a described layer of that id; rasters, and what is not described, are refused. */
GT_MUST enum gt_status gt_txn_stage(struct gt_txn *t, const char *id, enum gt_dataset_kind kind,
                                    struct gt_staged **out, struct gt_err *err);
/* Removes what no row of the catalog names. Under the lock. */
GT_MUST enum gt_status gt_store_sweep(struct gt_store *s, struct gt_err *err);

/* ---- document.c ---- */

/* Part of the commit: which documents shall get their names. */
GT_MUST enum gt_status gt_documents_note(struct gt_txn *t, struct gt_err *err);
/* Gives them their names: after the commit, and by the next writer after a crash. */
GT_MUST enum gt_status gt_documents_finish(struct gt_store *s, struct gt_err *err);
void gt_documents_drop(struct gt_txn *t);
/* Finishes, and removes what no commit noted. Under the lock. */
GT_MUST enum gt_status gt_documents_sweep(struct gt_store *s, struct gt_err *err);

/* ---- raster_read.c ---- */

GT_MUST enum gt_status gt_raster_reader(struct gt_store *s, struct gt_arena *a,
                                        const struct gt_entry *e, struct gt_raster_source **out,
                                        struct gt_err *err);

/* ---- raster_write.c ---- */

/* Closes and removes an unfinished file; NULL allowed. */
void gt_raster_writer_drop(struct gt_raster_writer *w);

/* File in raster/; "" is the folder. */
const char *gt_raster_path(struct gt_arena *a, const struct gt_store *s, const char *file);

/* ---- cells.c ---- */

/* What is measured of a raster's cells as they pass, row by row from the first. */
struct gt_cell_stats {
    struct gt_raster_info info;
    struct gt_hash hash;
    int64_t voids;
    double min, max; /* of valid cells; NaN: none */
};
void gt_cells_begin(struct gt_cell_stats *s, const struct gt_raster_info *info);
/* Takes n cells in; out gets them with every no-data cell of f32 as one and the same NaN. */
void gt_cells_add(struct gt_cell_stats *s, const void *in, void *out, size_t n);
void gt_cells_end(struct gt_cell_stats *s, char hash[static GT_HASH_TEXT]);

/* ---- features.c ---- */

/* Fills in the box. */
struct gt_box gt_shapes_box(const double *xy, size_t n);
const char *gt_shape_name(enum gt_shape_kind k); /* "point" "line" "polygon" */
bool gt_shape_kind_of(const char *name, enum gt_shape_kind *out);

#endif
