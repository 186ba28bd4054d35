/* test_export.c: what is exported comes back by import as it was; a failed export leaves nothing.
 */
#include "gdal/gdal.h"
#include "kit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct gt_arena *arena;
static const char *ws, *dir;
static struct gt_err err;

static void begin(void)
{
    arena = gt_arena_new();
    ws = kit_workspace(arena);
    dir = kit_tmpdir();
    err = (struct gt_err){0};
}

static void end(void)
{
    gt_arena_free(arena);
}

static const char *in_dir(const char *name)
{
    return gt_path_join(arena, dir, name);
}

static enum gt_status export_to(const char *id, const char *path, bool overwrite)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_store *s = kit_open(a, ws, GT_STORE_READ);
    const struct gt_dataset *d;
    enum gt_status status = gt_store_find(s, a, id, 0, &d, &err);
    if (status == GT_OK)
        status = gt_export(s, d, path, &(struct gt_file_opt){.overwrite = overwrite}, NULL, &err);
    gt_store_close(s);
    return status;
}

static void make(enum gt_cell_type type, int64_t w, int64_t h)
{
    struct gt_store *s = kit_open(arena, ws, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    struct gt_raster_info info = kit_info(arena, type, w, h);
    T_STATUS_ERR(kit_raster(t, "dem", &info, 3, &err), GT_OK, &err);
    T_STATUS_ERR(kit_squares(t, "county", 5, 2, &err), GT_OK, &err);
    kit_commit(t);
    gt_store_close(s);
}

static const char *hash_of(const char *id)
{
    struct gt_store *s = kit_open(arena, ws, GT_STORE_READ);
    const struct gt_dataset *d = NULL;
    T_STATUS_ERR(gt_store_find(s, arena, id, 0, &d, &err), GT_OK, &err);
    gt_store_close(s);
    return d->hash;
}

static size_t entries(void)
{
    const char **names;
    size_t n;
    T_STATUS_ERR(gt_dir_list(arena, dir, &names, &n, &err), GT_OK, &err);
    return n;
}

/* Formats differ in how they round a grid's place, and ASCII grids do not tell bytes from longer
 * numbers. */
static void same_cells(const char *one, const char *two)
{
    struct gt_store *s = kit_open(arena, ws, GT_STORE_READ);
    const char *const ids[2] = {one, two};
    double *v[2];
    const struct gt_dataset *d[2];
    for (int k = 0; k < 2; k++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct gt_raster_source *src = NULL;
        T_STATUS_ERR(gt_store_find(s, arena, ids[k], 0, &d[k], &err), GT_OK, &err);
        T_STATUS_ERR(gt_store_raster(s, a, d[k], &src, &err), GT_OK, &err);
        const struct gt_grid *g = &src->info.grid;
        size_t n = (size_t)(g->w * g->h);
        void *raw = gt_take_n(a, n, gt_cell_size(src->info.type));
        v[k] = GT_TAKE_N(arena, double, n);
        T_STATUS_ERR(src->read(src->self, 0, (struct gt_window){0, 0, g->w, g->h}, raw, g->w, &err),
                     GT_OK, &err);
        for (size_t i = 0; i < n; i++) {
            switch (src->info.type) {
            case GT_U8: v[k][i] = ((uint8_t *)raw)[i]; break;
            case GT_I16: v[k][i] = ((int16_t *)raw)[i]; break;
            case GT_I32: v[k][i] = ((int32_t *)raw)[i]; break;
            case GT_F32: v[k][i] = (double)((float *)raw)[i]; break;
            }
            if (src->info.has_nodata && v[k][i] == src->info.nodata)
                v[k][i] = (double)NAN;
        }
    }
    T_OK(gt_grid_same(&d[0]->grid, &d[1]->grid));
    for (int64_t i = 0; i < d[0]->grid.w * d[0]->grid.h; i++)
        if (!(v[0][i] == v[1][i] || (isnan(v[0][i]) && isnan(v[1][i]))))
            t_fail(T_HERE("same cells"), "cell %lld is %.9g, not %.9g", (long long)i, v[0][i],
                   v[1][i]);
    gt_store_close(s);
}

struct noted {
    int n;
    char text[400];
};

static void note(void *ctx, enum gt_note_kind kind, const char *text)
{
    struct noted *to = ctx;
    (void)kind;
    to->n++;
    snprintf(to->text, sizeof to->text, "%s", text);
}

T_TEST(export_rasters_come_back)
{
    static const enum gt_cell_type types[] = {GT_U8, GT_I16, GT_I32, GT_F32};
    static const char *const names[] = {"a.tif", "a.img", "a.asc"};
    static const struct gt_layer_role role = {.id = "dem", .raster = true};
    begin();
    for (size_t i = 0; i < GT_LEN(types); i++) {
        make(types[i], 600, 530);
        for (size_t k = 0; k < GT_LEN(names); k++) {
            const char *path = in_dir(names[k]);
            T_STATUS_ERR(export_to("dem", path, true), GT_OK, &err);
            struct gt_import in = {.files = &path, .n_files = 1, .role = &role};
            T_STATUS_ERR(kit_import(ws, "back", &in, NULL, &err), GT_OK, &err);
            same_cells("back", "dem");
            if (k == 0)
                T_EQ_STR(hash_of("back"), hash_of("dem"));
        }
    }
    end();
}

T_TEST(export_layers_come_back)
{
    static const char *const names[] = {"a.gpkg", "a.geojson", "a.shp", "a.fgb"};
    static const struct gt_layer_role role = {.id = "county"};
    begin();
    make(GT_U8, 2, 2);
    for (size_t k = 0; k < GT_LEN(names); k++) {
        const char *path = in_dir(names[k]);
        const struct gt_dataset *d;
        const struct gt_features *f;
        T_STATUS_ERR(export_to("county", path, false), GT_OK, &err);
        struct gt_import in = {.files = &path, .n_files = 1, .role = &role};
        T_STATUS_ERR(kit_import(ws, "back", &in, NULL, &err), GT_OK, &err);
        if (k == 0)
            T_EQ_STR(hash_of("back"), hash_of("county"));
        struct gt_store *s = kit_open(arena, ws, GT_STORE_READ);
        T_STATUS_ERR(gt_store_find(s, arena, "back", 0, &d, &err), GT_OK, &err);
        T_STATUS_ERR(gt_store_features(s, arena, d, &f, &err), GT_OK, &err);
        T_EQ_INT(f->shapes->n, 5);
        int code = gt_features_field(f, "code"), note = gt_features_field(f, "note");
        T_OK(code >= 0 && note >= 0);
        for (size_t i = 0; i < 5; i++) {
            size_t was = (size_t)(f->value[i * f->n_fields + (size_t)code].text[1] - '0');
            struct gt_value v = f->value[i * f->n_fields + (size_t)note];
            T_EQ_INT(v.kind, was % 3 ? GT_V_TEXT : GT_V_NODATA);
            T_EQ_INT(f->shapes->part[i + 1] - f->shapes->part[i], 1 + (int)(was % 2));
        }
        gt_store_close(s);
    }
    end();
}

T_TEST(export_geojson_is_lon_lat)
{
    begin();
    struct gt_store *s = kit_open(arena, ws, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    struct gt_features f = *kit_features(arena, 1, 0);
    struct gt_shapes moved = *f.shapes;
    /* A square of 100 m at 87 E in zone 29 of three degrees. */
    const double xy[10] = {29500000, 3100000,  29500100, 3100000,  29500100,
                           3100100,  29500000, 3100100,  29500000, 3100000};
    moved.xy = xy;
    T_STATUS_ERR(gt_crs_parse(arena, "EPSG:4517", &moved.crs, &err), GT_OK, &err);
    f.shapes = &moved;
    T_STATUS_ERR(gt_txn_vector(t, "p", &f, &err), GT_OK, &err);
    T_STATUS_ERR(kit_describe(t, "p", &err), GT_OK, &err);
    kit_commit(t);
    gt_store_close(s);
    T_STATUS_ERR(export_to("p", in_dir("p.geojson"), false), GT_OK, &err);
    struct gt_str text;
    struct gt_json *root;
    T_STATUS_ERR(gt_file_get(arena, in_dir("p.geojson"), 1 << 20, &text, &err), GT_OK, &err);
    T_STATUS_ERR(gt_json_parse(arena, "p", text, &root, &err), GT_OK, &err);
    T_OK(!gt_json_get(root, "crs"));
    const struct gt_json *feature = gt_json_at(gt_json_get(root, "features"), 0);
    const struct gt_json *ring =
        gt_json_at(gt_json_get(gt_json_get(feature, "geometry"), "coordinates"), 0);
    const struct gt_json *first = gt_json_at(ring, 0);
    T_NEAR(gt_json_num(gt_json_at(first, 0), 0), 87, 1e-8);
    T_NEAR(gt_json_num(gt_json_at(first, 1), 0), 28.01, 0.01);
    end();
}

T_TEST(export_csv_has_geometries_and_codes)
{
    begin();
    make(GT_U8, 2, 2);
    struct gt_str text;
    T_STATUS_ERR(export_to("county", in_dir("a.csv"), false), GT_OK, &err);
    T_STATUS_ERR(gt_file_get(arena, in_dir("a.csv"), 1 << 20, &text, &err), GT_OK, &err);
    T_OK(gt_starts(text.p, "\xef\xbb\xbf"));
    T_HAS(text.p, "code,面积,note");
    T_HAS(text.p, "POLYGON ((87");
    T_HAS(text.p, "\"00\"");
    T_HAS(text.p, "\"定日 'x' \"\"y\"\"\"");
    T_EQ_INT(entries(), 1);
    end();
}

T_TEST(export_cog_has_overviews_of_the_right_kind)
{
    begin();
    const struct gt_gdal *gdal;
    make(GT_U8, 1200, 1100);
    T_STATUS_ERR(export_to("dem", in_dir("a.tif"), false), GT_OK, &err);
    T_STATUS_ERR(gt_gdal_get(&gdal, &err), GT_OK, &err);
    GDALDatasetH ds = gdal->GDALOpenEx(in_dir("a.tif"), GDAL_OF_RASTER, NULL, NULL, NULL);
    T_OK(ds != NULL);
    T_EQ_STR(gdal->GDALGetMetadataItem(ds, "LAYOUT", "IMAGE_STRUCTURE"), "COG");
    gdal->GDALClose(ds);
    T_EQ_INT(entries(), 1);
    end();
}

T_TEST(export_keeps_to_its_place)
{
    begin();
    make(GT_U8, 2, 2);
    const char *path = in_dir("a.tif");
    kit_write_text(path, "mine");
    T_STATUS(export_to("dem", path, false), GT_EEXISTS);
    T_STATUS_ERR(export_to("dem", path, true), GT_OK, &err);
    T_STATUS(export_to("dem", in_dir("a.shp"), false), GT_EUSE);
    T_HAS(err.text, ".tif, .img or .asc");
    T_STATUS(export_to("county", in_dir("a.tif"), false), GT_EUSE);
    T_STATUS(export_to("county", in_dir("a"), false), GT_EUSE);
    T_STATUS(export_to("dem", in_dir("no/a.tif"), false), GT_ENOTFOUND);
    T_OK(mkdir(in_dir("d.tif"), 0777) == 0);
    T_STATUS(export_to("dem", in_dir("d.tif"), true), GT_EINPUT);
    T_STATUS(export_to("dem", gt_path_join(arena, ws, "raster/x.tif"), true), GT_EUSE);
    T_STATUS(export_to("county", gt_path_join(arena, ws, "plan.gpkg"), true), GT_EUSE);
    T_STATUS_ERR(export_to("county", gt_path_join(arena, ws, "out/plan.gpkg"), false), GT_OK, &err);
    /* A shapefile is several files: none of somebody else's is replaced unasked. */
    kit_write_text(in_dir("b.dbf"), "mine");
    T_STATUS(export_to("county", in_dir("b.shp"), false), GT_EEXISTS);
    T_HAS(err.text, "b.dbf");
    T_OK(!gt_path_exists(in_dir("b.shp")));
    T_EQ_INT(entries(), 3);
    end();
}

T_TEST(export_says_what_a_shapefile_cannot_keep)
{
    begin();
    struct gt_store *s = kit_open(arena, ws, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    struct gt_features f = *kit_features(arena, 2, 0);
    f.field = (const char *const[]){"a_long_name_of_a_field", "n", "note"};
    T_STATUS_ERR(gt_txn_vector(t, "p", &f, &err), GT_OK, &err);
    T_STATUS_ERR(kit_describe(t, "p", &err), GT_OK, &err);
    kit_commit(t);
    const struct gt_dataset *d;
    T_STATUS_ERR(gt_store_find(s, arena, "p", 0, &d, &err), GT_OK, &err);
    struct gt_work w = {0};
    T_STATUS_ERR(gt_export(s, d, in_dir("p.shp"), &(struct gt_file_opt){0}, &w, &err), GT_OK, &err);
    gt_store_close(s);
    end();
}

T_TEST(export_cuts_names_of_fields_between_letters)
{
    begin();
    struct gt_store *s = kit_open(arena, ws, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    struct gt_features f = *kit_features(arena, 2, 0);
    f.field = (const char *const[]){"行政区代码", "行政区名称", "行政区"};
    T_STATUS_ERR(gt_txn_vector(t, "p", &f, &err), GT_OK, &err);
    T_STATUS_ERR(kit_describe(t, "p", &err), GT_OK, &err);
    kit_commit(t);
    const struct gt_dataset *d;
    T_STATUS_ERR(gt_store_find(s, arena, "p", 0, &d, &err), GT_OK, &err);
    struct noted noted = {0};
    struct gt_work w = {.on_note = note, .ctx = &noted};
    const struct gt_file_opt gbk = {0}, utf8 = {.encoding = "UTF-8"};
    /* Five letters have ten bytes in GBK, fifteen in UTF-8. */
    T_STATUS_ERR(gt_export(s, d, in_dir("g.shp"), &gbk, &w, &err), GT_OK, &err);
    T_EQ_INT(noted.n, 0);
    T_STATUS_ERR(gt_export(s, d, in_dir("p.shp"), &utf8, &w, &err), GT_OK, &err);
    gt_store_close(s);
    T_EQ_INT(noted.n, 1);
    T_HAS(noted.text, "行政区代码 to 行政_1, 行政区名称 to 行政_2");
    static const struct gt_layer_role role = {.id = "vector"};
    const char *path = in_dir("p.shp");
    struct gt_import in = {.files = &path, .n_files = 1, .role = &role};
    T_STATUS_ERR(kit_import(ws, "back", &in, NULL, &err), GT_OK, &err);
    s = kit_open(arena, ws, GT_STORE_READ);
    const struct gt_features *back;
    T_STATUS_ERR(gt_store_find(s, arena, "back", 0, &d, &err), GT_OK, &err);
    T_STATUS_ERR(gt_store_features(s, arena, d, &back, &err), GT_OK, &err);
    T_EQ_STR(back->field[0], "行政_1");
    T_EQ_STR(back->field[1], "行政_2");
    T_EQ_STR(back->field[2], "行政区");
    gt_store_close(s);
    end();
}

/* A driver may begin with fields of its own, as KML does. */
T_TEST(export_keeps_values_in_their_fields)
{
    begin();
    struct gt_store *s = kit_open(arena, ws, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    struct gt_features f = *kit_features(arena, 2, 0);
    f.field = (const char *const[]){"first", "second", "third"};
    T_STATUS_ERR(gt_txn_vector(t, "p", &f, &err), GT_OK, &err);
    T_STATUS_ERR(kit_describe(t, "p", &err), GT_OK, &err);
    kit_commit(t);
    const struct gt_dataset *d;
    T_STATUS_ERR(gt_store_find(s, arena, "p", 0, &d, &err), GT_OK, &err);
    const struct gt_file_opt opt = {0};
    const char *path = in_dir("p.kml");
    static const struct gt_layer_role role = {.id = "vector"};
    struct gt_import in = {.files = &path, .n_files = 1, .role = &role};
    T_STATUS_ERR(gt_export(s, d, path, &opt, NULL, &err), GT_OK, &err);
    gt_store_close(s);
    T_STATUS_ERR(kit_import(ws, "back", &in, NULL, &err), GT_OK, &err);
    s = kit_open(arena, ws, GT_STORE_READ);
    const struct gt_features *back;
    T_STATUS_ERR(gt_store_find(s, arena, "back", 0, &d, &err), GT_OK, &err);
    T_STATUS_ERR(gt_store_features(s, arena, d, &back, &err), GT_OK, &err);
    const struct gt_value *v = back->value + back->n_fields; /* of the second feature */
    T_EQ_STR(v[gt_features_field(back, "first")].text, "01");
    T_EQ_NUM(v[gt_features_field(back, "second")].num, 1.5);
    T_EQ_STR(v[gt_features_field(back, "third")].text, "定日 'x' \"y\"");
    gt_store_close(s);
    end();
}

T_TEST(export_leaves_no_strays_of_another_file)
{
    static const char *const strays[] = {"a.tif.aux.xml", "a.tif.ovr", "a.tif.msk"};
    begin();
    make(GT_U8, 2, 2);
    for (int overwrite = 0; overwrite < 2; overwrite++) {
        for (size_t i = 0; i < GT_LEN(strays); i++)
            kit_write_text(in_dir(strays[i]), "of another file");
        T_STATUS_ERR(export_to("dem", in_dir("a.tif"), overwrite), GT_OK, &err);
        T_EQ_INT(entries(), 1);
    }
    kit_write_text(in_dir("a.tif.ovr"), "of this one");
    T_STATUS(export_to("dem", in_dir("a.tif"), false), GT_EEXISTS);
    T_OK(gt_path_exists(in_dir("a.tif.ovr")));
    end();
}

T_TEST(export_that_fails_leaves_nothing)
{
    static const char *const names[] = {"a.tif", "a.asc", "a.img"};
    static const char *const layers[] = {"a.gpkg", "a.shp"};
    begin();
    make(GT_F32, 300, 300);
    for (size_t k = 0; k < GT_LEN(names) + GT_LEN(layers); k++) {
        bool raster = k < GT_LEN(names);
        const char *path = in_dir(raster ? names[k] : layers[k - GT_LEN(names)]);
        for (int64_t n = 1;; n += 1 + n / 8) {
            gt_io_fault_set(GT_IO_SHORT, n);
            enum gt_status status = export_to(raster ? "dem" : "county", path, false);
            int64_t ops = gt_io_ops();
            gt_io_fault_set(GT_IO_NONE, 0);
            if (status != GT_OK) {
                /* Parts of a shapefile come before the .shp itself. */
                T_OK(!gt_path_exists(path) || strstr(err.text, "cannot bring this folder"));
                const char **left;
                size_t n_left;
                T_STATUS_ERR(gt_dir_list(arena, dir, &left, &n_left, &err), GT_OK, &err);
                for (size_t i = 0; i < n_left; i++) {
                    T_OK(!strstr(left[i], ".tmp"));
                    T_OK(unlink(in_dir(left[i])) == 0);
                }
                continue;
            }
            T_OK(gt_path_exists(path));
            if (ops < n)
                break;
            const char **made;
            size_t n_made;
            T_STATUS_ERR(gt_dir_list(arena, dir, &made, &n_made, &err), GT_OK, &err);
            for (size_t i = 0; i < n_made; i++)
                unlink(in_dir(made[i]));
        }
    }
    end();
}
