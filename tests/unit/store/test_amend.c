/* test_amend.c: shapes of single features changed in files; all else stays. */
#include "kit.h"

#include <math.h>
#include <sqlite3.h>
#include <string.h>

static struct gt_err err;

enum { SQUARES = 5, POINTS = 5 };

/* Squares of 10 m side by side, the third of two parts. */
static const struct gt_features *squares(struct gt_arena *a)
{
    static const struct gt_field type[] = {{"BSM", GT_COLUMN_TEXT, 18, 0},
                                           {"ZH", GT_COLUMN_TEXT, 20, 0},
                                           {"MJ", GT_COLUMN_REAL, 15, 2},
                                           {"XH", GT_COLUMN_INT, 5, 0}};
    static const char *const field[] = {"BSM", "ZH", "MJ", "XH"};
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    struct gt_features *f = GT_TAKE(a, struct gt_features);
    const struct gt_crs *crs;
    int64_t *part = GT_TAKE_N(a, int64_t, SQUARES + 1), *point = GT_TAKE_N(a, int64_t, SQUARES + 2);
    double *xy = GT_TAKE_N(a, double, 2 * POINTS * (SQUARES + 1));
    struct gt_value *value = GT_TAKE_N(a, struct gt_value, 4 * SQUARES);
    static const int64_t parts_before[] = {0, 1, 2, 4, 5, 6};
    T_STATUS(gt_crs_parse(a, "EPSG:4524", &crs, NULL), GT_OK);
    memcpy(part, parts_before, sizeof parts_before);
    for (size_t i = 0; i <= SQUARES; i++) {
        const double x = 36500000 + 20.0 * (double)i, y = 3300000;
        const double ring[] = {x, y, x + 10, y, x + 10, y + 10, x, y + 10, x, y};
        memcpy(xy + 2 * POINTS * i, ring, sizeof ring);
        point[i + 1] = (int64_t)(POINTS * (i + 1));
    }
    for (size_t i = 0; i < SQUARES; i++) {
        value[4 * i] = (struct gt_value){.kind = GT_V_TEXT, .text = gt_printf(a, "%zu", i + 1)};
        value[4 * i + 1] = (struct gt_value){.kind = GT_V_TEXT, .text = "错那"};
        value[4 * i + 2] = (struct gt_value){.kind = GT_V_NUM, .num = 100.25};
        value[4 * i + 3] =
            i == 1 ? (struct gt_value){0} : (struct gt_value){.kind = GT_V_NUM, .num = (double)i};
    }
    *s = (struct gt_shapes){
        GT_SHAPE_POLYGON, crs, SQUARES, part, point, xy, {36500000, 3300000, 36500110, 3300010}};
    *f = (struct gt_features){
        .shapes = s, .n_fields = 4, .field = field, .value = value, .type = type};
    return f;
}

static const char *make(struct gt_arena *a, const char *name)
{
    const struct gt_layer_source *l = gt_layer_of(a, "DLTB", squares(a));
    const struct gt_file_layer layer = {.name = "DLTB", .title = {"DLTB", "DLTB"}, .source = l};
    const struct gt_file_opt opt = {0};
    const char *path = gt_path_join(a, kit_tmpdir(), name);
    T_STATUS_ERR(gt_layers_write(path, &layer, 1, &opt, NULL, &err), GT_OK, &err);
    return path;
}

static const struct gt_features *read_all(struct gt_arena *a, const char *path)
{
    const struct gt_layer_source *const *l;
    const struct gt_features *f;
    size_t n;
    T_STATUS_ERR(gt_outside_layers(a, path, NULL, NULL, &l, &n, &err), GT_OK, &err);
    T_EQ_INT(n, 1);
    T_STATUS_ERR(gt_layer_read(l[0], a, NULL, &f, &err), GT_OK, &err);
    return f;
}

/* A triangle with a point that no square has. */
static const struct gt_shapes *triangle(struct gt_arena *a, const struct gt_crs *crs)
{
    static const double xy[] = {36500020, 3300000, 36500031, 3300000,
                                36500020, 3300010, 36500020, 3300000};
    static const int64_t part[] = {0, 1}, point[] = {0, 4};
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    *s = (struct gt_shapes){
        GT_SHAPE_POLYGON, crs, 1, part, point, xy, {36500020, 3300000, 36500031, 3300010}};
    return s;
}

static size_t points_of(const struct gt_features *f, size_t i)
{
    const struct gt_shapes *s = f->shapes;
    return (size_t)(s->point[s->part[i + 1]] - s->point[s->part[i]]);
}

static void same_feature(struct gt_arena *a, const struct gt_features *f, size_t i,
                         const struct gt_features *g, size_t j, bool shape)
{
    T_EQ_INT(gt_features_id(f, i), gt_features_id(g, j));
    T_EQ_INT(f->n_fields, g->n_fields);
    for (size_t k = 0; k < f->n_fields; k++) {
        T_EQ_STR(f->field[k], g->field[k]);
        T_EQ_STR(gt_value_text(a, &f->value[i * f->n_fields + k]),
                 gt_value_text(a, &g->value[j * g->n_fields + k]));
    }
    if (!shape)
        return;
    const size_t n = points_of(f, i);
    T_EQ_INT(n, points_of(g, j));
    T_OK(memcmp(f->shapes->xy + 2 * f->shapes->point[f->shapes->part[i]],
                g->shapes->xy + 2 * g->shapes->point[g->shapes->part[j]], n * 16) == 0);
}

/* The second square becomes a triangle, the fourth goes. */
static void amend_and_compare(struct gt_arena *a, const char *path)
{
    const struct gt_features *before = read_all(a, path);
    const struct gt_amendment v[] = {{.id = gt_features_id(before, 1)},
                                     {.id = gt_features_id(before, 3), .remove = true}};
    const struct gt_amend m = {"DLTB", triangle(a, before->shapes->crs), GT_LEN(v), v};
    T_STATUS_ERR(gt_layer_amend(path, &m, &err), GT_OK, &err);
    const struct gt_features *after = read_all(a, path);
    T_EQ_INT(after->shapes->n, SQUARES - 1);
    same_feature(a, before, 0, after, 0, true);
    same_feature(a, before, 1, after, 1, false);
    same_feature(a, before, 2, after, 2, true);
    same_feature(a, before, 4, after, 3, true);
    T_EQ_INT(points_of(after, 1), 4);
    double m2[SQUARES];
    T_STATUS_ERR(gt_polygon_areas(after->shapes, GT_AREA_TRAPEZOID, NULL, m2, &err), GT_OK, &err);
    T_OK(fabs(m2[1] - 55) < 0.1);
    T_OK(fabs(m2[2] - 200) < 0.3);
}

static int64_t ask(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    T_OK(sqlite3_open(path, &db) == SQLITE_OK);
    T_OK(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK);
    T_OK(sqlite3_step(st) == SQLITE_ROW);
    int64_t out = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return out;
}

T_TEST(amend_changes_single_features_of_a_geopackage)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = make(a, "a.gpkg");
    const int64_t srs = ask(path, "SELECT srs_id FROM gpkg_geometry_columns");
    amend_and_compare(a, path);
    T_EQ_INT(ask(path, "SELECT count(*) FROM rtree_DLTB_geom"), SQUARES - 1);
    T_EQ_INT(ask(path, "SELECT count(*) FROM rtree_DLTB_geom WHERE id = 2 AND maxx >= 36500031"),
             1);
    T_EQ_INT(ask(path, "SELECT srs_id FROM gpkg_geometry_columns"), srs);
    T_OK(ask(path, "SELECT substr(hex(geom), 1, 8) = '47500003' FROM DLTB WHERE fid = 2"));
    T_OK(ask(path, "SELECT a.s = b.s FROM (SELECT substr(hex(geom), 9, 8) s FROM DLTB WHERE fid = "
                   "1) a, (SELECT substr(hex(geom), 9, 8) s FROM DLTB WHERE fid = 2) b"));
}

T_TEST(amend_changes_single_features_of_a_shapefile)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_str before, after;
    const char *path = make(a, "DLTB.shp");
    const char *table = gt_printf(a, "%.*s.dbf", (int)(strrchr(path, '.') - path), path);
    T_STATUS(gt_file_get(a, table, 1 << 20, &before, &err), GT_OK);
    amend_and_compare(a, path);
    T_STATUS(gt_file_get(a, table, 1 << 20, &after, &err), GT_OK);
    T_EQ_INT(before.n, after.n);
    size_t others = 0;
    for (size_t i = 0; i < before.n; i++)
        others += before.p[i] != after.p[i];
    T_EQ_INT(others, 1); /* the mark of the row that goes */
}

T_TEST(amend_changes_single_features_of_a_geodatabase)
{
    GT_AUTO_ARENA a = gt_arena_new();
    amend_and_compare(a, make(a, "a.gdb"));
}

T_TEST(amend_keeps_polygons_of_one_part_single)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = make(a, "b.gpkg");
    const struct gt_features *f = read_all(a, path);
    const struct gt_amendment one = {.id = 2};
    const struct gt_amend m = {"DLTB", triangle(a, f->shapes->crs), 1, &one};
    const int64_t type = ask(path, "SELECT instr(hex(geom), '0106000000') FROM DLTB WHERE fid = 2");
    T_STATUS_ERR(gt_layer_amend(path, &m, &err), GT_OK, &err);
    T_EQ_INT(ask(path, "SELECT instr(hex(geom), '0106000000') FROM DLTB WHERE fid = 2"), type);
}

T_TEST(amend_refuses_what_it_cannot_change)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = make(a, "c.gpkg"), *flat = make(a, "c.fgb");
    const struct gt_features *f = read_all(a, path);
    const struct gt_amendment none[] = {{.id = 2}, {.id = 77}};
    struct gt_str before, after;
    struct gt_amend m = {"DLTB", triangle(a, f->shapes->crs), 2, none};
    T_STATUS(gt_file_get(a, path, 1 << 24, &before, &err), GT_OK);
    T_STATUS(gt_layer_amend(path, &m, &err), GT_EUSE);
    m.layer = "TDLY";
    m.n = 1;
    T_STATUS(gt_layer_amend(path, &m, &err), GT_EUSE);
    T_STATUS(gt_file_get(a, path, 1 << 24, &after, &err), GT_OK);
    T_OK(before.n == after.n && memcmp(before.p, after.p, before.n) == 0);
    m.layer = "DLTB";
    T_STATUS(gt_layer_amend(flat, &m, &err), GT_EUSE);
    T_OK(strstr(err.text, ".gpkg") != NULL);
}
