/* outside_gpkg.c: layers of outside GeoPackages through SQLite, geometries as their bytes are. */
#include "gpkg.h"
#include "outside_layers.h"
#include "wkb.h"

#include <math.h>
#include <string.h>
#include <strings.h>

struct gpkg_layer {
    struct sqlite3 *db;
    struct gt_gpkg_table t;
    struct gt_layer_source source;
};

static enum gt_status read_part(void *ctx, struct gt_arena *a, const struct gt_layer_query *q,
                                const struct gt_features **out, struct gt_err *err)
{
    const struct gpkg_layer *l = ctx;
    const struct gt_gpkg_how how = {.q = q, .count = l->source.n};
    return gt_gpkg_read(l->db, &l->t, &how, a, out, err);
}

/* ---- Kinds ---- */

static bool kind_of(const char *type, enum gt_shape_kind *out)
{
    static const struct {
        const char *part;
        enum gt_shape_kind kind;
    } kinds[] = {{"POINT", GT_SHAPE_POINT},          {"LINE", GT_SHAPE_LINE},
                 {"CURVEPOLYGON", GT_SHAPE_POLYGON}, {"CURVE", GT_SHAPE_LINE},
                 {"CIRCULAR", GT_SHAPE_LINE},        {"POLYGON", GT_SHAPE_POLYGON},
                 {"SURFACE", GT_SHAPE_POLYGON}};
    for (size_t i = 0; i < GT_LEN(kinds); i++)
        if (strstr(type, kinds[i].part)) {
            *out = kinds[i].kind;
            return true;
        }
    return false;
}

/* The kind that most features have, where the layer does not say. */
static enum gt_status commonest_kind(struct gpkg_layer *l, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    int64_t n[3] = {0};
    GT_TRY(gt_db_prepare(
        l->db,
        gt_printf(a, "SELECT %s FROM %s", gt_db_name(a, l->t.geom), gt_db_name(a, l->t.table)), &st,
        err));
    for (bool row = true;;) {
        GT_TRY(gt_db_step(st, &row, err));
        if (!row)
            break;
        const unsigned char *blob = sqlite3_column_blob(st, 0);
        size_t size = (size_t)sqlite3_column_bytes(st, 0);
        bool empty;
        size_t head = blob ? gt_gpkg_head(blob, size, &empty) : 0;
        if (head && size >= head + 5 && blob[head] == 1 && blob[head + 1] >= 1 &&
            blob[head + 1] <= 6)
            n[(blob[head + 1] - 1) % 3]++;
    }
    l->t.kind = n[2] && n[2] >= n[1] && n[2] >= n[0] ? GT_SHAPE_POLYGON
                : n[1] > n[0]                        ? GT_SHAPE_LINE
                                                     : GT_SHAPE_POINT;
    return GT_OK;
}

/* ---- One table ---- */

/* The column of the integer key, which is the rowid. GT_ENOTFOUND: a view, or a table of another
 * key. */
static enum gt_status find_key(struct gt_outside_set *set, struct gpkg_layer *l, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    bool row;
    GT_TRY(
        gt_db_prepare(l->db,
                      "SELECT i.name FROM sqlite_master m JOIN pragma_table_info(m.name) i WHERE "
                      "m.type = 'table' AND m.name = ?1 AND i.pk = 1 AND upper(i.type) = "
                      "'INTEGER' AND instr(upper(m.sql), 'WITHOUT ROWID') = 0",
                      &st, err));
    GT_TRY(gt_db_bind(st, err, "t", l->t.table));
    GT_TRY(gt_db_step(st, &row, err));
    if (!row)
        return gt_fail(err, GT_ENOTFOUND, "table %s: expected one with an integer key", l->t.table);
    l->t.fid = gt_db_text(set->a, st, 0);
    return GT_OK;
}

static enum gt_status add_table(struct gt_outside_set *set, struct sqlite3 *db,
                                struct sqlite3_stmt *row, struct gt_err *err)
{
    double none = (double)NAN;
    struct gpkg_layer *l = GT_TAKE(set->a, struct gpkg_layer);
    const char *geom = gt_db_text(set->a, row, 1), *type = gt_db_text(set->a, row, 2);
    l->db = db;
    l->t = (struct gt_gpkg_table){.schema = "main",
                                  .table = gt_db_text(set->a, row, 0),
                                  .geom = geom[0] ? geom : NULL,
                                  .file = set->path,
                                  .loose = true,
                                  .shapes = geom[0] != '\0'};
    GT_TRY(find_key(set, l, err));
    if (l->t.shapes && !kind_of(type, &l->t.kind))
        GT_TRY(commonest_kind(l, err));
    const char *wkt = gt_db_text(set->a, row, 5);
    bool epsg = strcasecmp(gt_db_text(set->a, row, 3), "EPSG") == 0;
    if (l->t.shapes)
        l->t.crs = gt_outside_set_crs(
            set, epsg ? gt_printf(set->a, "EPSG:%lld", (long long)gt_db_int(row, 4))
                 : strcmp(wkt, "undefined") != 0 ? wkt
                                                 : "");
    l->source = (struct gt_layer_source){
        .name = l->t.table,
        .file = set->path,
        .table = !l->t.shapes,
        .kind = l->t.kind,
        .crs = l->t.crs,
        .box = {none, none, none, none},
        .read = read_part,
        .ctx = l,
    };
    GT_TRY(gt_gpkg_count(db, &l->t, &l->source.n, err));
    GT_TRY(gt_gpkg_fields(db, &l->t, set->a, &l->source.field, &l->source.n_fields, err));
    *GT_PUSH(set->a, &set->layer) = &l->source;
    return GT_OK;
}

/* ---- The file ---- */

static void close_db(void *db)
{
    gt_db_close(db);
}

static enum gt_status add_tables(struct gt_outside_set *set, struct sqlite3 *db, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    GT_TRY(gt_db_prepare(
        db,
        "SELECT c.table_name, g.column_name, upper(g.geometry_type_name), s.organization, "
        "s.organization_coordsys_id, s.definition FROM gpkg_contents c LEFT JOIN "
        "gpkg_geometry_columns g ON g.table_name = c.table_name LEFT JOIN gpkg_spatial_ref_sys s "
        "ON s.srs_id = g.srs_id AND s.srs_id > 0 WHERE c.data_type IN ('features', 'attributes') "
        "ORDER BY c.rowid",
        &st, err));
    for (bool row = true;;) {
        GT_TRY(gt_db_step(st, &row, err));
        if (!row)
            return GT_OK;
        GT_TRY(add_table(set, db, st, err));
    }
}

static enum gt_status open_file(struct gt_outside_set *set, struct gt_err *err)
{
    struct sqlite3 *db;
    bool has;
    GT_TRY(gt_db_open_read(set->path, &db, err));
    gt_arena_defer(set->a, close_db, db);
    GT_TRY(gt_gpkg_has(db, "main", "gpkg_contents", &has, err));
    if (!has)
        return gt_fail(err, GT_ENOTFOUND, "%s: expected a GeoPackage", set->path);
    return add_tables(set, db, err);
}

/* Whatever is in the way, OGR says it better or reads it all the same. */
enum gt_status gt_outside_by_sqlite(struct gt_outside_set *set, struct gt_err *err)
{
    struct gt_err why = {0};
    size_t before = set->layer.n;
    if (open_file(set, &why) == GT_OK)
        return GT_OK;
    set->layer.n = before;
    return gt_outside_by_ogr(set, err);
}
