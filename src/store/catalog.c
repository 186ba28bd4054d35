/* catalog.c: the rows of the catalog: one a version of a dataset. */
#include "store_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS                                                                                  \
    "id, version, kind, role, title_en, title_zh, vintage, grade, licence, source, crs, hash, "  \
    "created, synthetic, unit, lineage, place, cell, has_nodata, nodata, w, h, x0, y0, dx, dy, " \
    "voids, min, max, geometry, features, box_x0, box_y0, box_x1, box_y1"

/* Tables are kept as layers of this geometry, which earlier catalogs allow for too. */
#define GEOMETRY_OF_TABLES "none"

/* In the order of COLUMNS. */
enum {
    C_ID,
    C_VERSION,
    C_KIND,
    C_ROLE,
    C_TITLE_EN,
    C_TITLE_ZH,
    C_VINTAGE,
    C_GRADE,
    C_LICENCE,
    C_SOURCE,
    C_CRS,
    C_HASH,
    C_CREATED,
    C_SYNTHETIC,
    C_UNIT,
    C_LINEAGE,
    C_PLACE,
    C_CELL,
    C_HAS_NODATA,
    C_NODATA,
    C_W,
    C_H,
    C_X0,
    C_Y0,
    C_DX,
    C_DY,
    C_VOIDS,
    C_MIN,
    C_MAX,
    C_GEOMETRY,
    C_FEATURES,
    C_BOX_X0,
    C_BOX_Y0,
    C_BOX_X1,
    C_BOX_Y1
};

enum gt_status gt_catalog_create(struct sqlite3 *db, struct gt_err *err)
{
    return gt_db_run(
        db,
        "BEGIN;"
        "CREATE TABLE dataset (id TEXT NOT NULL, version INTEGER NOT NULL CHECK (version > 0),"
        " kind TEXT NOT NULL CHECK (kind IN ('raster', 'vector')), role TEXT NOT NULL,"
        " title_en TEXT NOT NULL, title_zh TEXT NOT NULL, vintage TEXT NOT NULL,"
        " grade TEXT NOT NULL, licence TEXT NOT NULL, source TEXT NOT NULL, crs TEXT NOT NULL,"
        " hash TEXT NOT NULL, created TEXT NOT NULL, synthetic INTEGER NOT NULL,"
        " unit TEXT NOT NULL, lineage TEXT NOT NULL, place TEXT NOT NULL UNIQUE,"
        " cell TEXT, has_nodata INTEGER, nodata REAL, w INTEGER, h INTEGER, x0 REAL, y0 REAL,"
        " dx REAL, dy REAL, voids INTEGER, min REAL, max REAL,"
        " geometry TEXT, features INTEGER,"
        " box_x0 REAL, box_y0 REAL, box_x1 REAL, box_y1 REAL, PRIMARY KEY (id, version));"
        /* The newest version that an id ever had: a number is never given twice. */
        "CREATE TABLE last_version (id TEXT PRIMARY KEY, version INTEGER NOT NULL);"
        /* Documents whose commit came to be, and which may still want their names. */
        "CREATE TABLE document (temp TEXT PRIMARY KEY, name TEXT NOT NULL);"
        "CREATE VIEW newest AS SELECT * FROM dataset AS d WHERE version ="
        " (SELECT max(version) FROM dataset WHERE id = d.id);"
        "COMMIT;",
        err);
}

/* ---- Rows ---- */

static enum gt_status read_cell(const char *name, enum gt_cell_type *out, struct gt_err *err)
{
    static const enum gt_cell_type all[] = {GT_U8, GT_I16, GT_I32, GT_F32};
    for (size_t i = 0; i < GT_LEN(all); i++)
        if (strcmp(name, gt_cell_name(all[i])) == 0) {
            *out = all[i];
            return GT_OK;
        }
    return gt_fail(err, GT_EINPUT, "catalog: expected a type of cells, found '%s'", name);
}

static enum gt_status read_raster(struct gt_arena *a, struct sqlite3_stmt *st, struct gt_entry *e,
                                  struct gt_err *err)
{
    struct gt_dataset *d = &e->d;
    GT_TRY(read_cell(gt_db_text(a, st, C_CELL), &d->cell, err));
    d->grid = (struct gt_grid){
        .w = gt_db_int(st, C_W),
        .h = gt_db_int(st, C_H),
        .x0 = gt_db_num(st, C_X0),
        .y0 = gt_db_num(st, C_Y0),
        .dx = gt_db_num(st, C_DX),
        .dy = gt_db_num(st, C_DY),
    };
    d->voids = gt_db_int(st, C_VOIDS);
    d->min = gt_db_num(st, C_MIN);
    d->max = gt_db_num(st, C_MAX);
    d->box = gt_grid_box(&d->grid);
    e->has_nodata = gt_db_int(st, C_HAS_NODATA) != 0;
    e->nodata = gt_db_num(st, C_NODATA);
    return gt_grid_check(&d->grid, err);
}

static void read_vector(struct gt_arena *a, struct sqlite3_stmt *st, struct gt_dataset *d)
{
    d->geometry = gt_db_text(a, st, C_GEOMETRY);
    d->features = gt_db_int(st, C_FEATURES);
    d->min = d->max = (double)NAN;
    d->kind = strcmp(d->geometry, GEOMETRY_OF_TABLES) == 0 ? GT_DATASET_TABLE : GT_DATASET_VECTOR;
    if (d->kind == GT_DATASET_TABLE)
        d->geometry = "";
    d->box = (struct gt_box){gt_db_num(st, C_BOX_X0), gt_db_num(st, C_BOX_Y0),
                             gt_db_num(st, C_BOX_X1), gt_db_num(st, C_BOX_Y1)};
}

static enum gt_status read_row(struct gt_arena *a, struct sqlite3_stmt *st, struct gt_entry *e,
                               struct gt_err *err)
{
    *e = (struct gt_entry){
        .d = {.id = gt_db_text(a, st, C_ID),
              .version = gt_db_int(st, C_VERSION),
              .role = gt_db_text(a, st, C_ROLE),
              .title = {.en = gt_db_text(a, st, C_TITLE_EN), .zh = gt_db_text(a, st, C_TITLE_ZH)},
              .vintage = gt_db_text(a, st, C_VINTAGE),
              .grade = gt_db_text(a, st, C_GRADE),
              .licence = gt_db_text(a, st, C_LICENCE),
              .source = gt_db_text(a, st, C_SOURCE),
              .crs = gt_db_text(a, st, C_CRS),
              .hash = gt_db_text(a, st, C_HASH),
              .created = gt_db_text(a, st, C_CREATED),
              .synthetic = gt_db_int(st, C_SYNTHETIC) != 0,
              .geometry = "",
              .unit = gt_db_text(a, st, C_UNIT),
              .lineage = gt_db_text(a, st, C_LINEAGE)},
        .place = gt_db_text(a, st, C_PLACE),
    };
    if (strcmp(gt_db_text(a, st, C_KIND), "raster") == 0) {
        e->d.kind = GT_DATASET_RASTER;
        return read_raster(a, st, e, err);
    }
    read_vector(a, st, &e->d);
    return GT_OK;
}

struct rows {
    struct gt_entry *v;
    size_t n, cap;
};

static enum gt_status read_rows(struct gt_arena *a, struct sqlite3_stmt *st, struct rows *rows,
                                struct gt_err *err)
{
    for (bool row;;) {
        GT_TRY(gt_db_step(st, &row, err));
        if (!row)
            return GT_OK;
        GT_TRY(read_row(a, st, GT_PUSH(a, rows), err));
    }
}

static enum gt_status add_raster(struct sqlite3_stmt *st, const struct gt_entry *e,
                                 struct gt_err *err)
{
    const struct gt_dataset *d = &e->d;
    const struct gt_grid *g = &d->grid;
    int rc = sqlite3_bind_text(st, C_CELL + 1, gt_cell_name(d->cell), -1, SQLITE_TRANSIENT);
    const struct {
        int col;
        double v;
    } nums[] = {{C_NODATA, e->nodata}, {C_X0, g->x0},   {C_Y0, g->y0},  {C_DX, g->dx},
                {C_DY, g->dy},         {C_MIN, d->min}, {C_MAX, d->max}};
    for (size_t i = 0; i < GT_LEN(nums) && rc == SQLITE_OK; i++)
        if (!isnan(nums[i].v))
            rc = sqlite3_bind_double(st, nums[i].col + 1, nums[i].v);
    const struct {
        int col;
        int64_t v;
    } ints[] = {{C_HAS_NODATA, e->has_nodata}, {C_W, g->w}, {C_H, g->h}, {C_VOIDS, d->voids}};
    for (size_t i = 0; i < GT_LEN(ints) && rc == SQLITE_OK; i++)
        rc = sqlite3_bind_int64(st, ints[i].col + 1, ints[i].v);
    return rc == SQLITE_OK ? GT_OK : gt_db_fail(sqlite3_db_handle(st), rc, err);
}

static enum gt_status add_vector(struct sqlite3_stmt *st, const struct gt_dataset *d,
                                 struct gt_err *err)
{
    const char *geometry = d->kind == GT_DATASET_TABLE ? GEOMETRY_OF_TABLES : d->geometry;
    int rc = sqlite3_bind_text(st, C_GEOMETRY + 1, geometry, -1, SQLITE_TRANSIENT);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_int64(st, C_FEATURES + 1, d->features);
    const double box[4] = {d->box.x0, d->box.y0, d->box.x1, d->box.y1};
    for (int i = 0; i < 4 && rc == SQLITE_OK; i++)
        if (!isnan(box[i]))
            rc = sqlite3_bind_double(st, C_BOX_X0 + 1 + i, box[i]);
    return rc == SQLITE_OK ? GT_OK : gt_db_fail(sqlite3_db_handle(st), rc, err);
}

enum gt_status gt_catalog_add(struct sqlite3 *db, const struct gt_entry *e, struct gt_err *err)
{
    const struct gt_dataset *d = &e->d;
    GT_AUTO_STMT st = NULL;
    GT_AUTO_STMT last = NULL;
    GT_TRY(gt_db_prepare(db,
                         "INSERT INTO dataset (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
                         "?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, "
                         "?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35)",
                         &st, err));
    GT_TRY(gt_db_bind(st, err,
                      "tittttttttttt"
                      "ittt",
                      d->id, d->version, d->kind == GT_DATASET_RASTER ? "raster" : "vector",
                      d->role, d->title.en, d->title.zh, d->vintage, d->grade, d->licence,
                      d->source, d->crs, d->hash, d->created, (int64_t)d->synthetic, d->unit,
                      d->lineage, e->place));
    GT_TRY(d->kind == GT_DATASET_RASTER ? add_raster(st, e, err) : add_vector(st, d, err));
    GT_TRY(gt_db_done(st, err));
    GT_TRY(gt_db_prepare(db, "INSERT OR REPLACE INTO last_version VALUES (?1, ?2)", &last, err));
    GT_TRY(gt_db_bind(last, err, "ti", d->id, d->version));
    return gt_db_done(last, err);
}

/* ---- Questions ---- */

enum gt_status gt_catalog_next(struct gt_store *s, const char *id, int64_t *out, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    bool row;
    GT_TRY(gt_db_prepare(s->db, "SELECT version FROM last_version WHERE id = ?1", &st, err));
    GT_TRY(gt_db_bind(st, err, "t", id));
    GT_TRY(gt_db_step(st, &row, err));
    *out = row ? gt_db_int(st, 0) + 1 : 1;
    return GT_OK;
}

enum gt_status gt_catalog_versions(struct gt_store *s, struct gt_arena *a, const char *id,
                                   struct gt_entry **out, size_t *n, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    struct rows rows = {0};
    GT_TRY(gt_db_prepare(s->db, "SELECT " COLUMNS " FROM dataset WHERE id = ?1 ORDER BY version",
                         &st, err));
    GT_TRY(gt_db_bind(st, err, "t", id));
    GT_TRY(read_rows(a, st, &rows, err));
    *out = rows.v;
    *n = rows.n;
    return GT_OK;
}

enum gt_status gt_catalog_entry(struct gt_store *s, struct gt_arena *a, const char *id,
                                int64_t version, struct gt_entry *out, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    bool row;
    GT_TRY(gt_db_prepare(s->db, "SELECT " COLUMNS " FROM dataset WHERE id = ?1 AND version = ?2",
                         &st, err));
    GT_TRY(gt_db_bind(st, err, "ti", id, version));
    GT_TRY(gt_db_step(st, &row, err));
    if (!row)
        return gt_fail(err, GT_ENOTFOUND, "version %lld of dataset %s has been removed meanwhile",
                       (long long)version, id);
    return read_row(a, st, out, err);
}

enum gt_status gt_store_list(struct gt_store *s, struct gt_arena *a, const struct gt_dataset **out,
                             size_t *n, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    struct rows rows = {0};
    *out = NULL;
    *n = 0;
    GT_TRY(gt_db_prepare(s->db, "SELECT " COLUMNS " FROM newest ORDER BY id", &st, err));
    GT_TRY(read_rows(a, st, &rows, err));
    struct gt_dataset *d = GT_TAKE_N(a, struct gt_dataset, rows.n + 1);
    for (size_t i = 0; i < rows.n; i++)
        d[i] = rows.v[i].d;
    *out = d;
    *n = rows.n;
    return GT_OK;
}
