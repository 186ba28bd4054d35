/* store.h: the workspace: catalog, datasets, provenance; rasters through GDAL, vectors in a
 * GeoPackage, everything else in SQLite. Builds on base.h, geo.h, rules.h, raster.h, vector.h,
 * table.h; wraps SQLite and GDAL (loaded at first use).
 *
 * A workspace is a folder: workspace.yaml, plan.gpkg, state.db, raster/, files/, out/. One process
 * changes it at a time (lock file through SQLite); readers see the last commit. A run collects its
 * new datasets in a transaction; gt_txn_commit makes all of them visible at once, or none. */
#ifndef GUOTU_STORE_H
#define GUOTU_STORE_H

#include "guotu/base.h"
#include "guotu/geo.h"
#include "guotu/hash.h"
#include "guotu/json.h"
#include "guotu/raster.h"
#include "guotu/review.h"
#include "guotu/rules.h"
#include "guotu/table.h"
#include "guotu/vector.h"

#define GT_WORKSPACE_FORMAT 1

/* ---- Workspace ---- */

struct gt_workspace_info {
    const char *title, *region; /* region: administrative code as text, "" if none */
    const char *crs;            /* as given: "EPSG:4490", WKT, PROJ or alias */
    double cell;                /* in the CRS's unit */
    bool synthetic;             /* made by `guotu sample`: every result says so */
};

struct gt_store;
/* Makes DIR (empty or absent) a workspace; nothing is left behind on failure. */
GT_MUST enum gt_status gt_store_init(const char *dir, const struct gt_workspace_info *info,
                                     struct gt_err *err);
enum gt_store_mode { GT_STORE_READ, GT_STORE_WRITE };
/* WRITE takes the workspace's lock, waits up to 10 s for another writer, then GT_EBUSY; sweeps what
 * an interrupted writer left behind. GT_EVERSION: of a newer format. */
GT_MUST enum gt_status gt_store_open(struct gt_arena *a, const char *dir, enum gt_store_mode mode,
                                     struct gt_store **out, struct gt_err *err);
void gt_store_close(struct gt_store *s); /* NULL allowed */
/* The text of a workspace.yaml; `name` is what messages call it. Unknown keys are refused. */
GT_MUST enum gt_status gt_workspace_parse(struct gt_arena *a, const char *name, struct gt_str text,
                                          const struct gt_workspace_info **out, struct gt_err *err);
const struct gt_workspace_info *gt_store_info(const struct gt_store *s);
const char *gt_store_dir(const struct gt_store *s);

/* ---- Catalog ---- */

enum gt_dataset_kind { GT_DATASET_RASTER, GT_DATASET_VECTOR, GT_DATASET_TABLE };

/* One version of a dataset. Texts are never NULL. */
struct gt_dataset {
    const char *id;
    int64_t version; /* from 1; the newest is the current one */
    enum gt_dataset_kind kind;
    const char *role; /* layer role: "dem"; "" for results without one */
    struct gt_text2 title;
    /* year; security grade (密级); note; where it came from */
    const char *vintage, *grade, *licence, *source;
    const char *crs;     /* code or WKT */
    const char *hash;    /* fingerprint of the content, "blake2b:..." */
    const char *created; /* UTC */
    bool synthetic;
    /* raster */
    enum gt_cell_type cell;
    struct gt_grid grid;
    int64_t voids; /* no-data cells */
    double min, max;
    /* vector; of a table geometry is "", features its rows and the box without numbers */
    const char *geometry; /* "point" "line" "polygon" */
    int64_t features;
    struct gt_box box;
    const char *unit;
    /* lineage: {"op", "parameters", "inputs": [{"id","version","hash"}], "rules", "rules_hash",
     * "model_hash", "program", "time", "classes": [{"code","zh","en"}], "left_out": [...],
     * "unverified": [...], ...} as JSON text */
    const char *lineage;
};

GT_MUST enum gt_status gt_store_list(struct gt_store *s, struct gt_arena *a,
                                     const struct gt_dataset **out, size_t *n,
                                     struct gt_err *err); /* current versions, by id */
/* version 0: the current one, or the one that the id says itself: "dltb@2022" is the newest of that
 * vintage, "dltb@3" version 3. GT_ENOTFOUND names the nearest ids, or the versions. */
GT_MUST enum gt_status gt_store_find(struct gt_store *s, struct gt_arena *a, const char *id,
                                     int64_t version, const struct gt_dataset **out,
                                     struct gt_err *err);
/* All versions of an id, oldest first; GT_ENOTFOUND: none. */
GT_MUST enum gt_status gt_store_versions(struct gt_store *s, struct gt_arena *a, const char *id,
                                         const struct gt_dataset **out, size_t *n,
                                         struct gt_err *err);
/* The current dataset that plays a role: id equal to the role first, else the only one with that
 * role. *out NULL: none. GT_EINPUT: several, named in the message. */
GT_MUST enum gt_status gt_store_find_role(struct gt_store *s, struct gt_arena *a, const char *role,
                                          const struct gt_dataset **out, struct gt_err *err);
void gt_dataset_json(const struct gt_dataset *d, struct gt_json *obj);

/* ---- Reading datasets ---- */

GT_MUST enum gt_status gt_store_raster(struct gt_store *s, struct gt_arena *a,
                                       const struct gt_dataset *d, struct gt_raster_source **out,
                                       struct gt_err *err);

/* Of a vector layer or a table. */
GT_MUST enum gt_status gt_store_features(struct gt_store *s, struct gt_arena *a,
                                         const struct gt_dataset *d, const struct gt_features **out,
                                         struct gt_err *err);

/* A vector layer or table of the workspace, read in parts: only the fields and features asked for.
 */
GT_MUST enum gt_status gt_store_layer(struct gt_store *s, struct gt_arena *a,
                                      const struct gt_dataset *d,
                                      const struct gt_layer_source **out, struct gt_err *err);

/* The fingerprint of the stored content, taken anew: differs from d->hash where something outside
 * this program has changed it. w may be NULL. */
GT_MUST enum gt_status gt_store_hash(struct gt_store *s, const struct gt_dataset *d,
                                     struct gt_work *w, char out[static GT_HASH_TEXT],
                                     struct gt_err *err);

/* ---- Transactions ---- */

struct gt_txn;
GT_MUST enum gt_status gt_txn_begin(struct gt_store *s, struct gt_txn **out, struct gt_err *err);
/* A new raster of this transaction, written as a tiled GeoTIFF in block order: the same bytes for
 * any number of threads (docs/decisions/004-codec.md). Statistics and fingerprint are taken on the
 * way. */
GT_MUST enum gt_status gt_txn_raster(struct gt_txn *t, const char *id,
                                     const struct gt_raster_info *info, struct gt_raster_sink **out,
                                     struct gt_err *err);
/* A layer or table that comes again once it was described becomes the next version. */
GT_MUST enum gt_status gt_txn_vector(struct gt_txn *t, const char *id, const struct gt_features *f,
                                     struct gt_err *err);
/* A vector layer that comes in chunks, all of one kind, CRS and fields (`like`: their declaration,
 * its features are not written); finished by gt_txn_describe. */
GT_MUST enum gt_status gt_txn_layer(struct gt_txn *t, const char *id,
                                    const struct gt_features *like, struct gt_layer_sink **out,
                                    struct gt_err *err);
/* A table: features without shapes. */
GT_MUST enum gt_status gt_txn_table(struct gt_txn *t, const char *id, const struct gt_features *f,
                                    struct gt_err *err);
/* Catalog entry of a raster or vector added above: id, role, title, vintage, grade, licence,
 * source, synthetic, unit, lineage are taken from meta; everything measured is filled in. */
GT_MUST enum gt_status gt_txn_describe(struct gt_txn *t, const struct gt_dataset *meta,
                                       struct gt_err *err);
/* The finished content's fingerprint, before the commit (replay compares and then drops). */
GT_MUST enum gt_status gt_txn_hash(struct gt_txn *t, const char *id, char out[static GT_HASH_TEXT],
                                   struct gt_err *err);
/* all versions */
/* A finished and described dataset of the transaction, and its raster, before the commit. Both must
 * be let go before the transaction ends. */
GT_MUST enum gt_status gt_txn_dataset(struct gt_txn *t, const char *id,
                                      const struct gt_dataset **out, struct gt_err *err);
GT_MUST enum gt_status gt_txn_source(struct gt_txn *t, struct gt_arena *a, const char *id,
                                     struct gt_raster_source **out, struct gt_err *err);
/* A file out/NAME that appears, or takes the place of an older one, with the commit. */
GT_MUST enum gt_status gt_txn_document(struct gt_txn *t, const char *name, const void *p, size_t n,
                                       struct gt_err *err);
GT_MUST enum gt_status gt_txn_remove(struct gt_txn *t, const char *id, struct gt_err *err);
GT_MUST enum gt_status gt_txn_commit(struct gt_txn *t, struct gt_err *err); /* ends t either way */
/* NULL allowed; leaves nothing */
void gt_txn_drop(struct gt_txn *t);

/* ---- Transformations from old datums ---- */

/* Parameters in the workspace's register. They may be a state secret: grade says so, and no message
 * has them. */
struct gt_transform {
    const char *name;
    struct gt_shift shift;
    const char *source;  /* where the parameters, or the control points, come from */
    const char *grade;   /* security grade */
    const char *fit;     /* JSON: what gt_shift_fit found; "" for given parameters */
    const char *created; /* UTC */
};
GT_MUST enum gt_status gt_store_transforms(struct gt_store *s, struct gt_arena *a,
                                           const struct gt_transform **out, size_t *n,
                                           struct gt_err *err); /* by name */
/* GT_ENOTFOUND names those that there are. */
GT_MUST enum gt_status gt_store_transform(struct gt_store *s, struct gt_arena *a, const char *name,
                                          const struct gt_transform **out, struct gt_err *err);
/* At once, outside any transaction of datasets. GT_EEXISTS: the name is taken. */
GT_MUST enum gt_status gt_store_transform_add(struct gt_store *s, const struct gt_transform *t,
                                              struct gt_err *err);
GT_MUST enum gt_status gt_store_transform_remove(struct gt_store *s, const char *name,
                                                 struct gt_err *err);
/* Of its kind, systems and numbers. */
void gt_transform_hash(const struct gt_transform *t, char out[static GT_HASH_TEXT]);
/* Control points from a table of separated values: columns name, from_x, from_y, to_x, to_y, and
 * from_h, to_h where heights are known; x to the east. */
GT_MUST enum gt_status gt_control_read(struct gt_arena *a, const char *path,
                                       const struct gt_control **out, size_t *n,
                                       struct gt_err *err);

/* ---- Outside files ---- */

struct gt_import {
    const char *const *files; /* rasters: several tiles become one mosaic */
    size_t n_files;
    const struct gt_layer_role *role;
    const char *encoding;                 /* NULL: as the file says */
    const char *source_crs;               /* NULL: as the file says */
    const char *layer;                    /* NULL: the only one */
    const struct gt_transform *transform; /* vectors: from the file's datum; NULL: none */
    const struct gt_expr *where; /* NULL: all; unbound: names are bound to the file's fields */
    bool fill_voids;
    int fill_radius;         /* cells; 0: 256 */
    bool repair;             /* invalid polygons are made valid (counted) instead of refused */
    const char *fingerprint; /* replay: the files must have this one */
    /* rasters of measures: values in another unit, of which value * scale + add is taken */
    bool scaled;
    double scale, add;
    bool as_is; /* most cells may lie outside the role's plausible values */
};
struct gt_import_report {
    int64_t cells, voids, filled, left;  /* rasters */
    int64_t features, skipped, repaired; /* vectors, rows of tables; skipped: by the filter */
    double min, max;
    char hash[GT_HASH_TEXT]; /* of the source files, in the order given */
    const char *crs, *drivers;
};
/* Opens with the listed drivers only, network off; checks all of "Bad input"; adds the dataset to t
 * (to be described by the caller). */
GT_MUST enum gt_status gt_import_raster(struct gt_txn *t, const char *id,
                                        const struct gt_import *in, struct gt_work *w,
                                        struct gt_import_report *out, struct gt_err *err);
GT_MUST enum gt_status gt_import_vector(struct gt_txn *t, const char *id,
                                        const struct gt_import *in, struct gt_work *w,
                                        struct gt_import_report *out, struct gt_err *err);
/* A table of CSV, XLSX, ODS or DBF: columns by the role's aliases, numbers whole and within their
 * bounds, converted from the unit that the column's heading says; other columns are kept as they
 * are. */
GT_MUST enum gt_status gt_import_table(struct gt_txn *t, const char *id, const struct gt_import *in,
                                       struct gt_work *w, struct gt_import_report *out,
                                       struct gt_err *err);
struct gt_file_opt {
    const char *encoding; /* of .shp: "GBK" unless given */
    bool overwrite;
    /* Whose widths the numbers of a .shp get, where all values fit; NULL: none. */
    const struct gt_standard_layer *standard;
};
/* Format by the file's ending: .tif (COG), .img, .asc; of vectors as gt_layers_write; of tables
 * .csv. The file appears whole or not at all. GT_EEXISTS unless overwrite. */
GT_MUST enum gt_status gt_export(struct gt_store *s, const struct gt_dataset *d, const char *path,
                                 const struct gt_file_opt *opt, struct gt_work *w,
                                 struct gt_err *err);

/* ---- Layers of outside files ----------------------------------------------------------------- */

struct gt_outside_how {
    const char *encoding;   /* NULL: as the file says, else guessed, and said so */
    const char *source_crs; /* NULL: as the file says */
};
/* Every layer of a file or a folder (FileGDB) that one of the listed drivers opens, forgiving:
 * what is odd about geometries becomes traits. Layers of no coordinate system have crs NULL. */
GT_MUST enum gt_status gt_outside_layers(struct gt_arena *a, const char *path,
                                         const struct gt_outside_how *opt, struct gt_work *w,
                                         const struct gt_layer_source *const **out, size_t *n,
                                         struct gt_err *err);

/* A submission package, a folder or an archive of one: its layers, tables and documents, and what
 * could not be read. Archives are unpacked into a folder of their own under `scratch`, within
 * limits of size, ratio and names, and removed with the arena. A workspace is one too: its layers.
 */
GT_MUST enum gt_status gt_submission_open(struct gt_arena *a, const char *path, struct gt_work *w,
                                          const struct gt_submission **out, struct gt_err *err);

/* Writes layers into one file by its ending: .gpkg, .gdb, .shp (one layer, as all that follow),
 * .geojson (lon, lat), .fgb, .csv (WKT), .kml (lon, lat), .dxf, .parquet where GDAL has it. Whole
 * or not at all. GeoPackages get geometries as their traits tell: none, empty, open, with z; rings
 * as `outer` tells. */
struct gt_file_layer {
    const char *name;
    struct gt_text2 title;
    const struct gt_layer_source *source;
};
GT_MUST enum gt_status gt_layers_write(const char *path, const struct gt_file_layer *layer,
                                       size_t n, const struct gt_file_opt *opt, struct gt_work *w,
                                       struct gt_err *err);

/* What becomes of one feature of a file's layer: another shape, or nothing. */
struct gt_amendment {
    int64_t id; /* as gt_features_id of the layer read */
    bool remove;
    size_t shape; /* place in gt_amend.shapes */
};
struct gt_amend {
    const char *layer;
    const struct gt_shapes *shapes; /* polygons in the layer's own coordinate system */
    size_t n;
    const struct gt_amendment *v;
};
/* Gives polygons of a layer other shapes, or takes them away, in the file itself: .gpkg, .gdb,
 * .shp. Numbers, attributes, declarations and all other features stay as they are; polygons of one
 * part stay single where they were. GT_EUSE: the file, the layer or a shape is of a kind that
 * cannot be changed thus, and nothing is changed. Other failures may leave half a change: give a
 * copy. */
GT_MUST enum gt_status gt_layer_amend(const char *path, const struct gt_amend *m,
                                      struct gt_err *err);

/* ---- GeoPackages made step by step, and spoilt on purpose --------------------------------------
 */

/* A new GeoPackage that takes layers side by side; appears with gt_package_end, whole or not at
 * all. `time` (UTC) stands for the clock, so that the same layers give the same file. */
struct gt_package;
GT_MUST enum gt_status gt_package_new(struct gt_arena *a, const char *path, const char *time,
                                      struct gt_package **out, struct gt_err *err);
GT_MUST enum gt_status gt_package_layer(struct gt_package *p, const char *name,
                                        struct gt_text2 title, const struct gt_features *like,
                                        struct gt_layer_sink **out, struct gt_err *err);
GT_MUST enum gt_status gt_package_end(struct gt_package *p, struct gt_err *err);

/* Changes that no writer of sound data would make; for files with known faults. Tables lose their
 * spatial index. */
enum gt_spoil_kind {
    GT_SPOIL_VALUE,       /* field of feature fid becomes value */
    GT_SPOIL_SHAPE,       /* geometry of fid becomes the WKB as it is; n 0: NULL */
    GT_SPOIL_COPY,        /* a copy of fid at the end, with number `to` */
    GT_SPOIL_DROP,        /* fid goes; 0: all features */
    GT_SPOIL_DROP_LAYER,  /* the table with its registration */
    GT_SPOIL_ADD_FIELD,   /* a column `field` of SQL type `text` */
    GT_SPOIL_DROP_FIELD,  /* column `field` */
    GT_SPOIL_SWAP_FIELDS, /* columns `field` and `text` change places, with no value */
    GT_SPOIL_FIELD_TYPE,  /* column `field` is declared as SQL type `text` */
    GT_SPOIL_SRS,         /* declared as EPSG:`to`; -1: as undefined */
    GT_SPOIL_COPY_LAYER   /* a copy of the table, named `text` */
};
struct gt_spoil {
    enum gt_spoil_kind kind;
    const char *layer;
    int64_t fid, to;
    const char *field, *text;
    struct gt_value value;
    const unsigned char *wkb;
    size_t n;
};
GT_MUST enum gt_status gt_package_spoil(const char *path, const struct gt_spoil *v, size_t n,
                                        struct gt_err *err);

#endif
