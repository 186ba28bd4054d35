/* test_package.c: GeoPackages made step by step, and spoilt on purpose. */
#include "gpkg.h"
#include "kit.h"

#include <string.h>

static struct gt_err err;

static const struct gt_features *two_squares(struct gt_arena *a)
{
    static const double xy[] = {36500000, 3300000, 36500010, 3300000, 36500010, 3300010,
                                36500000, 3300000, 36500020, 3300000, 36500030, 3300000,
                                36500030, 3300010, 36500020, 3300000};
    static const int64_t part[] = {0, 1, 2}, point[] = {0, 4, 8};
    static const char *const field[] = {"BSM", "MJ"};
    static const struct gt_field type[] = {{"BSM", GT_COLUMN_TEXT, 18, 0},
                                           {"MJ", GT_COLUMN_REAL, 15, 2}};
    static const struct gt_value value[] = {{.kind = GT_V_TEXT, .text = "1"},
                                            {.kind = GT_V_NUM, .num = 50},
                                            {.kind = GT_V_TEXT, .text = "2"},
                                            {.kind = GT_V_NUM, .num = 50}};
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    struct gt_features *f = GT_TAKE(a, struct gt_features);
    const struct gt_crs *crs;
    T_STATUS(gt_crs_parse(a, "EPSG:4524", &crs, NULL), GT_OK);
    *s = (struct gt_shapes){
        GT_SHAPE_POLYGON, crs, 2, part, point, xy, {36500000, 3300000, 36500030, 3300010}};
    *f = (struct gt_features){
        .shapes = s, .n_fields = 2, .field = field, .value = value, .type = type};
    return f;
}

static const char *make(struct gt_arena *a, const char *name)
{
    struct gt_package *p;
    struct gt_layer_sink *one, *two;
    const struct gt_features *f = two_squares(a);
    const char *path = gt_path_join(a, t_tmpdir(), name);
    const struct gt_text2 title = {"parcels", "图斑"};
    GT_AUTO_ARENA scratch = gt_arena_new();
    T_STATUS_ERR(gt_package_new(scratch, path, "2023-12-31T00:00:00Z", &p, &err), GT_OK, &err);
    T_STATUS_ERR(gt_package_layer(p, "A", title, f, &one, &err), GT_OK, &err);
    T_STATUS_ERR(gt_package_layer(p, "B", title, f, &two, &err), GT_OK, &err);
    T_STATUS_ERR(one->write(one->ctx, f, &err), GT_OK, &err);
    T_STATUS_ERR(two->write(two->ctx, f, &err), GT_OK, &err);
    T_STATUS_ERR(one->write(one->ctx, f, &err), GT_OK, &err);
    T_OK(!gt_path_exists(path));
    T_STATUS_ERR(gt_package_end(p, &err), GT_OK, &err);
    return path;
}

static int64_t ask(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    T_OK(sqlite3_open(path, &db) == SQLITE_OK);
    T_OK(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK);
    T_OK(sqlite3_step(st) == SQLITE_ROW);
    int64_t v = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return v;
}

T_TEST(package_takes_layers_side_by_side)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = make(a, "one.gpkg");
    struct gt_str one, two;
    T_EQ_INT(ask(path, "SELECT count(*) FROM A"), 4);
    T_EQ_INT(ask(path, "SELECT count(*) FROM B"), 2);
    T_EQ_INT(ask(path, "SELECT count(*) FROM gpkg_contents"), 2);
    T_STATUS(gt_file_get(a, path, 1 << 24, &one, NULL), GT_OK);
    T_STATUS(gt_file_get(a, make(a, "two.gpkg"), 1 << 24, &two, NULL), GT_OK);
    T_EQ_INT(one.n, two.n);
    T_OK(memcmp(one.p, two.p, one.n) == 0);
}

T_TEST(package_not_ended_leaves_nothing)
{
    struct gt_arena *a = gt_arena_new();
    GT_AUTO_ARENA keep = gt_arena_new();
    struct gt_package *p;
    struct gt_layer_sink *sink;
    const char *path = gt_path_join(keep, t_tmpdir(), "never.gpkg");
    T_STATUS_ERR(gt_package_new(a, path, "2023-12-31T00:00:00Z", &p, &err), GT_OK, &err);
    T_STATUS_ERR(gt_package_layer(p, "A", (struct gt_text2){"a", "a"}, two_squares(a), &sink, &err),
                 GT_OK, &err);
    gt_arena_free(a);
    T_OK(!gt_path_exists(path) && !gt_path_exists(gt_printf(keep, "%s.part", path)));
}

T_TEST(package_is_spoilt_as_told)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = make(a, "spoilt.gpkg");
    static const unsigned char point[] = {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                          0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    const struct gt_spoil v[] = {
        {.kind = GT_SPOIL_VALUE,
         .layer = "A",
         .fid = 1,
         .field = "BSM",
         .value = {.kind = GT_V_TEXT, .text = "x"}},
        {.kind = GT_SPOIL_SHAPE, .layer = "A", .fid = 2},
        {.kind = GT_SPOIL_SHAPE, .layer = "A", .fid = 3, .wkb = point, .n = sizeof point},
        {.kind = GT_SPOIL_COPY, .layer = "A", .fid = 1, .to = 77},
        {.kind = GT_SPOIL_DROP, .layer = "A", .fid = 4},
        {.kind = GT_SPOIL_ADD_FIELD, .layer = "A", .field = "C", .text = "TEXT(3)"},
        {.kind = GT_SPOIL_FIELD_TYPE, .layer = "A", .field = "MJ", .text = "TEXT(9)"},
        {.kind = GT_SPOIL_SWAP_FIELDS, .layer = "A", .field = "BSM", .text = "C"},
        {.kind = GT_SPOIL_COPY_LAYER, .layer = "B", .text = "D"},
        {.kind = GT_SPOIL_SRS, .layer = "B", .to = -1},
        {.kind = GT_SPOIL_DROP_FIELD, .layer = "B", .field = "MJ"},
        {.kind = GT_SPOIL_DROP, .layer = "B"}};
    T_STATUS_ERR(gt_package_spoil(path, v, GT_LEN(v), &err), GT_OK, &err);
    T_EQ_INT(ask(path, "SELECT count(*) FROM A WHERE C = 'x'"), 2);
    T_EQ_INT(ask(path, "SELECT count(*) FROM A WHERE geom IS NULL"), 1);
    T_EQ_INT(ask(path, "SELECT length(geom) FROM A WHERE fid = 3"), 29);
    T_EQ_INT(ask(path, "SELECT count(*) FROM A"), 4);
    T_EQ_INT(ask(path, "SELECT count(*) FROM pragma_table_info('A') WHERE type = 'TEXT(9)'"), 1);
    T_EQ_INT(ask(path, "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = 'B'"), -1);
    T_EQ_INT(ask(path, "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = 'D'"), 4524);
    T_EQ_INT(ask(path, "SELECT count(*) FROM B"), 0);
    T_EQ_INT(ask(path, "SELECT count(*) FROM D"), 2);
    T_EQ_INT(ask(path, "SELECT count(*) FROM pragma_table_info('B') WHERE name = 'MJ'"), 0);
    const struct gt_spoil gone = {.kind = GT_SPOIL_DROP_LAYER, .layer = "D"};
    T_STATUS_ERR(gt_package_spoil(path, &gone, 1, &err), GT_OK, &err);
    T_EQ_INT(ask(path, "SELECT count(*) FROM gpkg_contents"), 2);
}
