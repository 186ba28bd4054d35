/* test_import_raster.c: rasters from outside: what is taken, how tiles become one, what is refused
 * in which words. */
#include "kit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct gt_layer_role dem = {
    .id = "dem", .raster = true, .unit = "m", .min = -500, .max = 9000};
static const struct gt_layer_role grades = {.id = "grade",
                                            .raster = true,
                                            .cells = GT_CELLS_CLASS,
                                            .unit = "class",
                                            .min = (double)-INFINITY,
                                            .max = (double)INFINITY};

static struct gt_arena *arena;
static const char *ws, *dir;

static void begin(void)
{
    arena = gt_arena_new();
    ws = kit_workspace(arena);
    dir = kit_tmpdir();
}

static void end(void)
{
    gt_arena_free(arena);
    arena = NULL;
}

static const char *in_dir(const char *name)
{
    return gt_path_join(arena, dir, name);
}

static enum gt_status import_files(const char *const *files, size_t n, struct gt_import_report *r,
                                   struct gt_err *err)
{
    struct gt_import in = {.files = files, .n_files = n, .role = &dem};
    return kit_import(ws, "dem", &in, r, err);
}

static enum gt_status import_one(const char *file, struct gt_import_report *r, struct gt_err *err)
{
    return import_files(&file, 1, r, err);
}

/* The cells of the newest version as doubles. */
static double *cells_of(const char *id, struct gt_raster_info *info)
{
    struct gt_err err = {0};
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_store *s = kit_open(a, ws, GT_STORE_READ);
    struct gt_raster_source *src = NULL;
    const struct gt_dataset *d = NULL;
    T_STATUS_ERR(gt_store_find(s, a, id, 0, &d, &err), GT_OK, &err);
    T_STATUS_ERR(gt_store_raster(s, a, d, &src, &err), GT_OK, &err);
    *info = src->info;
    info->crs = NULL;
    int64_t w = info->grid.w, h = info->grid.h;
    double *out = GT_TAKE_N(arena, double, (size_t)(w * h));
    void *raw = gt_take_n(a, (size_t)(w * h), gt_cell_size(info->type));
    T_STATUS_ERR(src->read(src->self, 0, (struct gt_window){0, 0, w, h}, raw, w, &err), GT_OK,
                 &err);
    for (int64_t i = 0; i < w * h; i++) {
        switch (info->type) {
        case GT_U8: out[i] = ((uint8_t *)raw)[i]; break;
        case GT_I16: out[i] = ((int16_t *)raw)[i]; break;
        case GT_I32: out[i] = ((int32_t *)raw)[i]; break;
        case GT_F32: out[i] = (double)((float *)raw)[i]; break;
        }
        if (info->has_nodata && out[i] == info->nodata)
            out[i] = (double)NAN;
    }
    gt_store_close(s);
    return out;
}

/* Refused with these words, and the workspace as it was. */
static void refused(const char *const *files, size_t n, enum gt_status status, const char *says)
{
    struct gt_err err = {0};
    GT_AUTO_ARENA a = gt_arena_new();
    T_STATUS_ERR(import_files(files, n, NULL, &err), status, &err);
    T_HAS(err.text, says);
    T_HAS(err.text, gt_path_base(files[0]));
    T_OK(!strchr(err.text, '\n'));
    struct gt_store *s = kit_open(a, ws, GT_STORE_READ);
    const struct gt_dataset *d;
    size_t found;
    T_STATUS_ERR(gt_store_list(s, a, &d, &found, &err), GT_OK, &err);
    T_EQ_INT(found, 0);
    kit_no_orphans(s);
    gt_store_close(s);
}

static void refused_file(const char *name, const struct kit_file *f, const char *says)
{
    const char *path = in_dir(name);
    kit_file(path, f);
    refused(&path, 1, GT_EINPUT, says);
}

/* ---- Types ---- */

T_TEST(import_types_of_cells)
{
    static const struct {
        const char *from;
        enum gt_cell_type to;
    } all[] = {{"Byte", GT_U8},    {"Int16", GT_I16},   {"UInt16", GT_I32}, {"Int32", GT_I32},
               {"UInt32", GT_I32}, {"Float32", GT_F32}, {"Float64", GT_F32}};
    static const double v[6] = {1, 2, 3, 4, 5, 250};
    struct gt_raster_info info;
    begin();
    for (size_t i = 0; i < GT_LEN(all); i++) {
        struct gt_err err = {0};
        struct gt_import_report r;
        const char *path = in_dir(gt_printf(arena, "%s.tif", all[i].from));
        struct kit_file f = {.type = all[i].from, .w = 3, .h = 2, .v = v};
        f.has_nodata = true;
        f.nodata = 3;
        kit_file(path, &f);
        T_STATUS_ERR(import_one(path, &r, &err), GT_OK, &err);
        const double *back = cells_of("dem", &info);
        T_EQ_INT(info.type, all[i].to);
        for (int k = 0; k < 6; k++)
            T_EQ_NUM(back[k], k == 2 ? (double)NAN : v[k]);
        T_EQ_INT(r.cells, 6);
        T_EQ_INT(r.voids, 1);
        T_EQ_NUM(r.min, 1);
        T_EQ_NUM(r.max, 250);
        T_HAS(r.hash, "blake2b:");
    }
    end();
}

T_TEST(import_values_that_do_not_fit)
{
    begin();
    static const double big[2] = {1, 3e9}, huge[2] = {1, 1e300}, half[2] = {1, 2.5};
    refused_file("u32.tif", &(struct kit_file){.type = "UInt32", .w = 2, .h = 1, .v = big},
                 "column 1, row 0");
    refused_file("f64.tif", &(struct kit_file){.type = "Float64", .w = 2, .h = 1, .v = huge},
                 "32 bits");
    refused_file("complex.tif", &(struct kit_file){.type = "CFloat32", .w = 2, .h = 1}, "CFloat32");
    refused_file("rgb.tif", &(struct kit_file){.type = "Byte", .w = 2, .h = 1, .bands = 3},
                 "one band, found 3");
    struct gt_err err = {0};
    const char *path = in_dir("half.tif");
    kit_file(path, &(struct kit_file){.type = "Float32", .w = 2, .h = 1, .v = half});
    struct gt_import in = {.files = &path, .n_files = 1, .role = &grades};
    T_STATUS(kit_import(ws, "grade", &in, NULL, &err), GT_EINPUT);
    T_HAS(err.text, "whole number");
    end();
}

T_TEST(import_classes_kept_as_real_numbers)
{
    begin();
    static const double v[3] = {1, -9999, 5};
    struct gt_err err = {0};
    struct gt_raster_info info;
    const char *path = in_dir("c.tif");
    kit_file(path, &(struct kit_file){.w = 3, .h = 1, .v = v, .has_nodata = true, .nodata = -9999});
    struct gt_import in = {.files = &path, .n_files = 1, .role = &grades};
    T_STATUS_ERR(kit_import(ws, "grade", &in, NULL, &err), GT_OK, &err);
    const double *back = cells_of("grade", &info);
    T_EQ_INT(info.type, GT_I32);
    T_EQ_NUM(back[0], 1);
    T_OK(isnan(back[1]));
    T_EQ_NUM(back[2], 5);
    end();
}

T_TEST(import_odd_sizes_and_formats)
{
    static const struct kit_file files[] = {
        {.w = 1, .h = 1},
        {.w = 1, .h = 700},
        {.w = 700, .h = 1},
        {.w = 300, .h = 300, .options = {"TILED=YES", "COMPRESS=LZW"}},
        {.w = 30, .h = 20, .driver = "HFA"},
        {.w = 30, .h = 20, .driver = "AAIGrid", .type = "Int32"},
        {.w = 30, .h = 20, .driver = "EHdr"},
        {.w = 30, .h = 20, .driver = "ENVI", .type = "Int16"},
        {.w = 121,
         .h = 121,
         .driver = "DTED",
         .type = "Int16",
         .x0 = 87 - 0.5 / 120,
         .y0 = 28 + 0.5 / 120,
         .dx = 1.0 / 120,
         .dy = -1.0 / 120,
         .crs = "EPSG:4326"},
    };
    begin();
    for (size_t i = 0; i < GT_LEN(files); i++) {
        struct gt_err err = {0};
        struct gt_raster_info info;
        const char *path = in_dir(gt_printf(arena, "f%zu.bin", i));
        kit_file(path, &files[i]);
        T_STATUS_ERR(import_one(path, NULL, &err), GT_OK, &err);
        const double *v = cells_of("dem", &info);
        T_EQ_INT(info.grid.w, files[i].w);
        T_EQ_INT(info.grid.h, files[i].h);
        T_NEAR(info.grid.x0, files[i].x0 != 0 ? files[i].x0 : 87, 1e-9);
        T_NEAR(info.grid.y0, files[i].y0 != 0 ? files[i].y0 : 28, 1e-9);
        T_EQ_NUM(v[files[i].w * files[i].h - 1], files[i].w + files[i].h - 2);
    }
    end();
}

T_TEST(import_turns_rows_that_run_north)
{
    begin();
    static const double v[6] = {5, 6, 3, 4, 1, 2};
    struct gt_err err = {0};
    struct gt_raster_info info;
    const char *path = in_dir("up.tif");
    kit_file(path, &(struct kit_file){.w = 2, .h = 3, .v = v, .y0 = 28, .dy = 0.5, .dx = 0.5});
    T_STATUS_ERR(import_one(path, NULL, &err), GT_OK, &err);
    const double *back = cells_of("dem", &info);
    T_EQ_NUM(info.grid.y0, 29.5);
    for (int i = 0; i < 6; i++)
        T_EQ_NUM(back[i], i + 1);
    end();
}

T_TEST(import_of_scaled_cells)
{
    begin();
    struct gt_err err = {0};
    struct gt_raster_info info;
    const char *path = in_dir("s.tif"), *xml = in_dir("s.tif.aux.xml");
    static const double v[3] = {10, -99, 30};
    kit_file(path, &(struct kit_file){
                       .type = "Int16", .w = 3, .h = 1, .v = v, .has_nodata = true, .nodata = -99});
    kit_write_text(xml,
                   "<PAMDataset><PAMRasterBand band=\"1\"><Offset>100</Offset><Scale>0.5</Scale>"
                   "</PAMRasterBand></PAMDataset>");
    T_STATUS_ERR(import_one(path, NULL, &err), GT_OK, &err);
    const double *back = cells_of("dem", &info);
    T_EQ_NUM(back[0], 105);
    T_OK(isnan(back[1]));
    T_EQ_NUM(back[2], 115);
    end();
}

/* ---- No-data ---- */

T_TEST(import_no_data_of_all_kinds)
{
    begin();
    static const double v[6] = {1, (double)NAN, -3.4028234663852886e38, -9999, 7, 2};
    struct gt_err err = {0};
    struct gt_import_report r;
    struct gt_raster_info info;
    const char *path = in_dir("f.tif");
    kit_file(path, &(struct kit_file){
                       .w = 6, .h = 1, .v = v, .has_nodata = true, .nodata = -3.4028235e38});
    T_STATUS_ERR(import_one(path, &r, &err), GT_OK, &err);
    T_EQ_INT(r.voids, 2);
    T_EQ_NUM(r.min, -9999);
    T_HAS(kit_notes(), "1 cells lie outside -500 to 9000 m, the lowest is -9999");
    cells_of("dem", &info);
    T_OK(isnan(info.nodata));
    /* Bytes without no-data have none. */
    path = in_dir("b.tif");
    kit_file(path, &(struct kit_file){.type = "Byte", .w = 6, .h = 1});
    T_STATUS_ERR(import_one(path, &r, &err), GT_OK, &err);
    cells_of("dem", &info);
    T_OK(!info.has_nodata);
    T_EQ_INT(r.voids, 0);
    end();
}

T_TEST(import_refuses_infinite_and_all_void)
{
    begin();
    double v[4] = {1, 2, (double)INFINITY, -(double)INFINITY};
    refused_file("inf.tif", &(struct kit_file){.w = 2, .h = 2, .v = v},
                 "found 2 infinite ones, the first at x 87.0005, y 27.9985");
    for (int i = 0; i < 4; i++)
        v[i] = i % 2 ? (double)NAN : -1;
    refused_file("void.tif",
                 &(struct kit_file){.w = 2, .h = 2, .v = v, .has_nodata = true, .nodata = -1},
                 "all 4 to be no-data");
    end();
}

/* ---- Place ---- */

T_TEST(import_refuses_what_has_no_place)
{
    begin();
    refused_file("crs.tif", &(struct kit_file){.w = 2, .h = 2, .crs = ""}, "--source-crs");
    refused_file("turned.tif", &(struct kit_file){.w = 2, .h = 2, .rotation = 0.0001}, "rotated");
    refused_file("west.tif", &(struct kit_file){.w = 2, .h = 2, .dx = -0.1},
                 "columns that run east");
    refused_file("local.tif",
                 &(struct kit_file){.w = 2, .h = 2, .crs = "LOCAL_CS[\"x\",UNIT[\"metre\",1]]"},
                 "local.tif");
    struct gt_err err = {0};
    const char *path = in_dir("crs.tif");
    struct gt_import in = {.files = &path, .n_files = 1, .role = &dem, .source_crs = "EPSG:4326"};
    T_STATUS_ERR(kit_import(ws, "dem", &in, NULL, &err), GT_OK, &err);
    in.source_crs = "EPSG:0";
    T_STATUS(kit_import(ws, "dem", &in, NULL, &err), GT_EINPUT);
    /* A plain picture: cells, but nowhere. */
    path = in_dir("plain.asc");
    kit_write_text(path, "ncols 2\nnrows 1\nxllcorner 1\nyllcorner 2\ncellsize 1\n1 2\n");
    T_STATUS(import_one(path, NULL, &err), GT_EINPUT);
    T_HAS(err.text, "--source-crs");
    end();
}

T_TEST(import_does_not_change_what_a_file_says)
{
    begin();
    struct gt_err err = {0};
    const struct kit_file f = {
        .w = 2, .h = 2, .crs = "EPSG:4517", .x0 = 29480000, .y0 = 3100000, .dx = 30, .dy = -30};
    const char *path = in_dir("gk.tif");
    kit_file(path, &f);
    struct gt_import in = {.files = &path, .n_files = 1, .role = &dem, .source_crs = "EPSG:4490"};
    T_STATUS(kit_import(ws, "dem", &in, NULL, &err), GT_EINPUT);
    T_HAS(err.text, "gk.tif: expected no CRS in the file or the same one as EPSG:4490, found "
                    "EPSG:4517; leave --source-crs out, or correct the file");
    /* The same one in other words. */
    struct gt_arena *a = arena;
    const struct gt_crs *crs;
    T_STATUS_ERR(gt_crs_parse(a, "EPSG:4517", &crs, &err), GT_OK, &err);
    in.source_crs = crs->wkt;
    T_STATUS_ERR(kit_import(ws, "dem", &in, NULL, &err), GT_OK, &err);
    end();
}

T_TEST(import_refuses_coordinates_that_cannot_be)
{
    static const struct {
        struct kit_file f;
        const char *says;
    } bad[] = {
        {{.x0 = 480000, .y0 = 3100000, .dx = 30, .dy = -30, .crs = "EPSG:4517"},
         "lack the zone number 29"},
        {{.x0 = 29480000, .y0 = 3100000, .dx = 30, .dy = -30, .crs = "EPSG:4538"},
         "begin with the zone number 29"},
        {{.x0 = 87, .y0 = 28, .crs = "EPSG:4517"}, "look like degrees"},
        {{.x0 = 480000, .y0 = 3100000, .dx = 30, .dy = -30, .crs = "EPSG:4490"},
         "look like metres"},
        {{.x0 = 28, .y0 = 97, .crs = "EPSG:4490"}, "in turn"},
        {{.x0 = 361.5, .y0 = 28, .crs = "EPSG:4490"}, "longitudes from -180 to 360"},
        {{.x0 = 3e8, .y0 = 3e6, .dx = 30, .dy = -30, .crs = "EPSG:32645"}, "reaches"},
        {{.x0 = 3e8, .y0 = 3e8, .dx = 30, .dy = -30, .crs = "ESRI:102025"}, "reaches"},
    };
    begin();
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        struct kit_file f = bad[i].f;
        f.w = f.h = 2;
        refused_file("p.tif", &f, bad[i].says);
    }
    end();
}

T_TEST(import_takes_wide_and_small_extents)
{
    static const struct kit_file good[] = {
        {.w = 360, .h = 180, .x0 = -180, .y0 = 90, .dx = 1, .dy = -1},
        {.w = 361, .h = 181, .x0 = -0.5, .y0 = 90.5, .dx = 1, .dy = -1},
        {.w = 1, .h = 1, .x0 = 29480000, .y0 = 3100000, .dx = 30, .dy = -30, .crs = "EPSG:4517"},
        /* Tibet in one zone, the world in one map. */
        {.w = 23, .h = 12, .x0 = -5e5, .y0 = 41e5, .dx = 1e5, .dy = -1e5, .crs = "EPSG:4538"},
        {.w = 23, .h = 12, .x0 = -5e5, .y0 = 41e5, .dx = 1e5, .dy = -1e5, .crs = "EPSG:32645"},
        {.w = 40, .h = 20, .x0 = -2e7, .y0 = 1e7, .dx = 1e6, .dy = -1e6, .crs = "ESRI:54008"},
        {.w = 20, .h = 15, .x0 = -1e6, .y0 = 42e5, .dx = 1e5, .dy = -1e5, .crs = "ESRI:102025"},
    };
    begin();
    for (size_t i = 0; i < GT_LEN(good); i++) {
        struct gt_err err = {0};
        const char *path = in_dir(gt_printf(arena, "w%zu.tif", i));
        kit_file(path, &good[i]);
        T_STATUS_ERR(import_one(path, NULL, &err), GT_OK, &err);
        T_OK(!strstr(kit_notes(), "datum"));
    }
    end();
}

T_TEST(import_refuses_old_datums)
{
    begin();
    refused_file(
        "x80.tif",
        &(struct kit_file){
            .w = 2, .h = 2, .x0 = 29480000, .y0 = 3100000, .dx = 30, .dy = -30, .crs = "EPSG:2355"},
        "surveying authority");
    refused_file("krass.tif",
                 &(struct kit_file){.w = 2, .h = 2, .crs = "+proj=longlat +ellps=krass +no_defs"},
                 "surveying authority");
    /* In a workspace of that datum it is at home. */
    struct gt_err err = {0};
    const char *path = in_dir("x80.tif"), *old = gt_path_join(arena, dir, "old");
    struct gt_workspace_info info = {
        .title = "old", .region = "54", .crs = "EPSG:4610", .cell = 0.001};
    T_STATUS_ERR(gt_store_init(old, &info, &err), GT_OK, &err);
    struct gt_import in = {.files = &path, .n_files = 1, .role = &dem};
    T_STATUS_ERR(kit_import(old, "dem", &in, NULL, &err), GT_OK, &err);
    /* A datum that is not said, on an ellipsoid of today. */
    path = in_dir("unsaid.tif");
    kit_file(path,
             &(struct kit_file){.w = 2, .h = 2, .crs = "+proj=longlat +ellps=GRS80 +no_defs"});
    T_STATUS_ERR(import_one(path, NULL, &err), GT_OK, &err);
    T_HAS(kit_notes(), "does not say its datum");
    end();
}

/* ---- Tiles ---- */

T_TEST(import_tiles_become_one)
{
    begin();
    /* b begins in a's last column and leaves a gap to the south; a's void is filled from b. */
    static const double a[6] = {1, 2, -1, 4, 5, 6}, b[4] = {33, 40, 7, 80};
    struct gt_err err = {0};
    struct gt_import_report r;
    struct gt_raster_info info;
    const char *files[] = {in_dir("a.tif"), in_dir("b.tif")};
    struct kit_file f = {.type = "Int16", .w = 3, .h = 2, .v = a, .has_nodata = true, .nodata = -1};
    kit_file(files[0], &f);
    f = (struct kit_file){
        .type = "Int16", .w = 2, .h = 2, .v = b, .x0 = 87.002 + 1e-7, .y0 = 28.001};
    kit_file(files[1], &f);
    T_STATUS_ERR(import_files(files, 2, &r, &err), GT_OK, &err);
    const double *v = cells_of("dem", &info);
    static const double want[12] = {(double)NAN, (double)NAN, 33, 40, 1, 2,
                                    7,           80,          4,  5,  6, (double)NAN};
    T_EQ_INT(info.grid.w, 4);
    T_EQ_INT(info.grid.h, 3);
    T_NEAR(info.grid.y0, 28.001, 1e-12);
    T_EQ_NUM(info.grid.x0, 87);
    for (int i = 0; i < 12; i++)
        T_EQ_NUM(v[i], want[i]);
    T_EQ_INT(r.voids, 3);
    T_OK(!strstr(kit_notes(), "differ"));
    /* The other way round, the file named first wins, and that is said. */
    f.x0 = 87.001;
    kit_file(files[1], &f);
    T_STATUS_ERR(import_files(files, 2, &r, &err), GT_OK, &err);
    T_HAS(kit_notes(), "1 cells differ where files overlap");
    v = cells_of("dem", &info);
    T_EQ_NUM(v[4], 2);
    T_EQ_NUM(v[5], 80);
    end();
}

T_TEST(import_tiles_of_different_types_and_no_data)
{
    begin();
    static const double a[2] = {1, 0}, b[2] = {-9999, 300};
    struct gt_err err = {0};
    struct gt_raster_info info;
    const char *files[] = {in_dir("a.tif"), in_dir("b.tif")};
    struct kit_file f = {.type = "Byte", .w = 2, .h = 1, .v = a, .has_nodata = true};
    kit_file(files[0], &f);
    f = (struct kit_file){
        .type = "Int16", .w = 2, .h = 1, .v = b, .x0 = 87.002, .has_nodata = true, .nodata = -9999};
    kit_file(files[1], &f);
    T_STATUS_ERR(import_files(files, 2, NULL, &err), GT_OK, &err);
    const double *v = cells_of("dem", &info);
    T_EQ_INT(info.type, GT_I16);
    T_EQ_NUM(v[0], 1);
    T_OK(isnan(v[1]) && isnan(v[2]));
    T_EQ_NUM(v[3], 300);
    /* A value of the second file that means no-data in the first. */
    static const double clash[2] = {0, 300};
    f.v = clash;
    kit_file(files[1], &f);
    T_STATUS(import_files(files, 2, NULL, &err), GT_EINPUT);
    T_HAS(err.text, "b.tif: column 0, row 0");
    /* Bytes without no-data and with a gap between them need a wider type. */
    f = (struct kit_file){.type = "Byte", .w = 2, .h = 1};
    kit_file(files[0], &f);
    f.x0 = 87.004;
    kit_file(files[1], &f);
    T_STATUS_ERR(import_files(files, 2, NULL, &err), GT_OK, &err);
    v = cells_of("dem", &info);
    T_EQ_INT(info.type, GT_I16);
    T_EQ_NUM(v[0], 0);
    T_OK(isnan(v[2]) && isnan(v[3]));
    end();
}

T_TEST(import_tiles_of_whole_and_real_numbers)
{
    begin();
    static const double a[3] = {1, 255, 3}, b[3] = {0.5, -1, 255}, c[3] = {-7, 8, 9};
    struct gt_raster_info info;
    const char *files[] = {in_dir("a.tif"), in_dir("b.tif"), in_dir("c.tif")};
    kit_file(files[0],
             &(struct kit_file){
                 .type = "Byte", .w = 3, .h = 1, .v = a, .has_nodata = true, .nodata = 255});
    kit_file(files[1], &(struct kit_file){
                           .w = 3, .h = 1, .v = b, .x0 = 87.003, .has_nodata = true, .nodata = -1});
    kit_file(files[2], &(struct kit_file){.type = "Float64",
                                          .w = 3,
                                          .h = 1,
                                          .v = c,
                                          .x0 = 87.006,
                                          .has_nodata = true,
                                          .nodata = -7});
    T_STATUS_ERR(import_files(files, 3, NULL, &(struct gt_err){0}), GT_OK, NULL);
    const double *v = cells_of("dem", &info);
    static const double want[9] = {1, (double)NAN, 3, 0.5, (double)NAN, 255, (double)NAN, 8, 9};
    T_EQ_INT(info.type, GT_F32);
    for (int i = 0; i < 9; i++)
        T_EQ_NUM(v[i], want[i]);
    end();
}

T_TEST(import_refuses_tiles_that_do_not_belong_together)
{
    begin();
    const char *files[] = {in_dir("a.tif"), in_dir("b.tif")};
    kit_file(files[0], &(struct kit_file){.w = 3, .h = 2});
    static const struct {
        struct kit_file f;
        const char *says;
    } bad[] = {
        {{.w = 3, .h = 2, .x0 = 88, .crs = "EPSG:4214"}, "EPSG:4214"},
        {{.w = 3, .h = 2, .x0 = 87.003, .dx = 0.002, .dy = -0.002}, "0.002 x 0.002"},
        {{.w = 3, .h = 2, .x0 = 87.003, .dy = -0.00100001}, "one cell size"},
        {{.w = 3, .h = 2, .x0 = 87.0034}, "0.4 columns"},
        {{.w = 3, .h = 2, .y0 = 28.0003}, "rows"},
    };
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        kit_file(files[1], &bad[i].f);
        refused(files, 2, GT_EINPUT, bad[i].says);
    }
    refused((const char *const[]){files[0], in_dir("none.tif")} + 1, 1, GT_ENOTFOUND, "none.tif");
    end();
}

/* ---- Voids ---- */

T_TEST(import_fills_voids_only_when_asked)
{
    begin();
    double v[100];
    for (int i = 0; i < 100; i++)
        v[i] = i == 55 || i == 56 ? -1 : 100;
    struct gt_err err = {0};
    struct gt_import_report r;
    struct gt_raster_info info;
    const char *path = in_dir("v.tif");
    kit_file(path,
             &(struct kit_file){
                 .type = "Int16", .w = 10, .h = 10, .v = v, .has_nodata = true, .nodata = -1});
    T_STATUS_ERR(import_one(path, &r, &err), GT_OK, &err);
    T_EQ_INT(r.voids, 2);
    T_EQ_INT(r.filled, 0);
    T_EQ_INT(r.left, 2);
    struct gt_import in = {.files = &path, .n_files = 1, .role = &dem, .fill_voids = true};
    T_STATUS_ERR(kit_import(ws, "dem", &in, &r, &err), GT_OK, &err);
    T_EQ_INT(r.voids, 2);
    T_EQ_INT(r.filled, 2);
    T_EQ_INT(r.left, 0);
    const double *back = cells_of("dem", &info);
    T_EQ_NUM(back[55], 100);
    T_EQ_INT(info.type, GT_I16);
    end();
}

/* ---- Files that are none ---- */

T_TEST(import_says_what_a_file_is_instead)
{
    begin();
    static const struct {
        const char *name, *text, *says;
    } bad[] = {
        {"text.tif", "this is only text, whatever its name says\n", "found text"},
        {"empty.tif", "", "found an empty file"},
        {"v.vrt",
         "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"><VRTRasterBand dataType=\"Byte\">"
         "</VRTRasterBand></VRTDataset>",
         "virtual raster"},
        {"v.tif", "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"></VRTDataset>",
         "virtual raster"},
        {"p.tif", "\x89PNG\r\n\x1a\n____", "PNG picture"},
        {"z.tif", "PK\3\4____________", "zip archive"},
        {"j.tif", "{\"type\":\"FeatureCollection\",\"features\":[]}", "vector layer"},
        {"d.tif",
         "II*\x08"
         "garbage that is no TIFF",
         "raster"},
        {"b.tif", "\x01\x02\x03\x04\x05\x06", "another kind"},
    };
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        const char *path = in_dir(bad[i].name);
        kit_write_text(path, bad[i].text);
        refused(&path, 1, GT_EINPUT, bad[i].says);
    }
    const char *path = in_dir("none.tif");
    refused(&path, 1, GT_ENOTFOUND, "found nothing");
    refused(&dir, 1, GT_EINPUT, "found a folder");
    path = "/dev/null";
    refused(&path, 1, GT_EINPUT, "found a device");
    path = in_dir("locked.tif");
    kit_file(path, &(struct kit_file){.w = 2, .h = 2});
    T_OK(chmod(path, 0) == 0);
    if (access(path, R_OK) != 0)
        refused(&path, 1, GT_EIO, "cannot read");
    end();
}

T_TEST(import_asks_no_address_and_no_driver_by_name)
{
    begin();
    static const char *const bad[] = {"/vsicurl/http://127.0.0.1:9/x.tif",
                                      "/vsimem/x.tif",
                                      "/vsizip/x.zip/x.tif",
                                      "http://127.0.0.1:9/x.tif",
                                      "PG:host=127.0.0.1",
                                      "WMS:http://127.0.0.1:9/x",
                                      "GTIFF_DIR:1:/tmp/x.tif",
                                      "NETCDF:\"x.nc\":v",
                                      "<VRTDataset></VRTDataset>"};
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        struct gt_err err = {0};
        enum gt_status status = import_one(bad[i], NULL, &err);
        T_OK(status == GT_EINPUT || status == GT_ENOTFOUND);
        T_HAS(err.text, "expected");
    }
    end();
}

T_TEST(import_keeps_to_the_fingerprint)
{
    begin();
    struct gt_err err = {0};
    struct gt_import_report r, again;
    const char *path = in_dir("a.tif");
    kit_file(path, &(struct kit_file){.w = 3, .h = 2});
    T_STATUS_ERR(import_one(path, &r, &err), GT_OK, &err);
    struct gt_import in = {.files = &path, .n_files = 1, .role = &dem, .fingerprint = r.hash};
    T_STATUS_ERR(kit_import(ws, "dem", &in, &again, &err), GT_OK, &err);
    T_EQ_STR(again.hash, r.hash);
    kit_file(path, &(struct kit_file){.w = 3, .h = 3});
    T_STATUS(kit_import(ws, "dem", &in, NULL, &err), GT_EINPUT);
    T_HAS(err.text, "changed");
    end();
}

/* ---- Stopped ---- */

T_TEST(import_stopped_leaves_nothing)
{
    begin();
    struct gt_err err = {0};
    const char *path = in_dir("a.tif");
    kit_file(path, &(struct kit_file){.w = 300, .h = 600});
    struct gt_store *s = kit_open(arena, ws, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    struct gt_import in = {.files = &path, .n_files = 1, .role = &dem};
    struct gt_import_report r;
    _Atomic bool stop = true;
    struct gt_work w = {.stop = &stop};
    T_STATUS(gt_import_raster(t, "dem", &in, &w, &r, &err), GT_ECANCELLED);
    gt_txn_drop(t);
    kit_no_orphans(s);
    gt_store_close(s);
    end();
}

/* ---- Cut off ---- */

/* Whatever is cut off, the import is refused or the cells are all there. */
static void cut_everywhere(const char *name, const struct kit_file *f)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_str whole;
    struct gt_raster_info info;
    const char *path = in_dir(name);
    kit_file(path, f);
    T_STATUS_ERR(import_one(path, NULL, &err), GT_OK, &err);
    const double *want = cells_of("dem", &info), *got;
    size_t n = (size_t)(f->w * f->h), passed = 0, cuts = t_slow() ? 400 : 28;
    T_STATUS_ERR(gt_file_get(a, path, (size_t)1 << 26, &whole, &err), GT_OK, &err);
    for (size_t i = 0; i < cuts; i++) {
        /* Evenly, and the last bytes one by one. */
        size_t at = i < 20 && i < whole.n ? whole.n - 1 - i : whole.n * (i - 20) / cuts;
        kit_write(path, whole.p, at);
        if (import_one(path, NULL, &err) != GT_OK) {
            T_EQ_INT(err.status, GT_EINPUT);
            continue;
        }
        passed++;
        got = cells_of("dem", &info);
        for (size_t k = 0; k < n; k++)
            if (!(got[k] == want[k] || (isnan(got[k]) && isnan(want[k]))))
                t_fail(T_HERE("all cells"), "%s cut at %zu of %zu: cell %zu is %g, not %g", name,
                       at, whole.n, k, got[k], want[k]);
    }
    /* What the first cuts take may be padding; what the others take is not. */
    T_OK(passed <= 20);
}

T_TEST(import_refuses_files_that_are_cut_off)
{
    begin();
    static const struct {
        const char *name;
        struct kit_file f;
    } all[] = {
        {"strips.tif", {.w = 60, .h = 50, .type = "Int16"}},
        {"one_strip.tif", {.w = 60, .h = 50, .type = "Int16", .options = {"BLOCKYSIZE=50"}}},
        {"tiles.tif", {.w = 300, .h = 260, .options = {"TILED=YES"}}},
        {"deflate.tif", {.w = 300, .h = 260, .options = {"TILED=YES", "COMPRESS=DEFLATE"}}},
        {"lzw.tif", {.w = 300, .h = 260, .options = {"COMPRESS=LZW"}}},
        {"packbits.tif", {.w = 300, .h = 60, .type = "Byte", .options = {"COMPRESS=PACKBITS"}}},
        {"zstd.tif", {.w = 300, .h = 60, .options = {"COMPRESS=ZSTD", "PREDICTOR=3"}}},
        {"big.tif", {.w = 300, .h = 60, .options = {"BIGTIFF=YES"}}},
        {"no_data.tif",
         {.w = 300, .h = 60, .has_nodata = true, .nodata = 0, .options = {"COMPRESS=DEFLATE"}}},
        {"a.img", {.w = 100, .h = 90, .driver = "HFA"}},
        {"a.asc", {.w = 30, .h = 20, .driver = "AAIGrid", .type = "Int32"}},
        {"a.bil", {.w = 30, .h = 20, .driver = "EHdr"}},
        {"a.dat", {.w = 30, .h = 20, .driver = "ENVI", .type = "Int16"}},
        {"a.dt0",
         {.w = 121,
          .h = 121,
          .driver = "DTED",
          .type = "Int16",
          .x0 = 87 - 0.5 / 120,
          .y0 = 28 + 0.5 / 120,
          .dx = 1.0 / 120,
          .dy = -1.0 / 120,
          .crs = "EPSG:4326"}},
    };
    for (size_t i = 0; i < GT_LEN(all); i++)
        cut_everywhere(all[i].name, &all[i].f);
    end();
}

/* A program that died while writing leaves blocks that were never written. */
T_TEST(import_refuses_files_that_were_not_finished)
{
    begin();
    struct kit_file f = {.w = 300, .h = 300, .options = {"TILED=YES", "SPARSE_OK=TRUE"}};
    double *v = GT_TAKE_N(arena, double, 300 * 300);
    for (int i = 0; i < 100; i++)
        v[i] = 5;
    f.v = v;
    refused_file("sparse.tif", &f, "not finished");
    f.has_nodata = true;
    f.nodata = 0;
    const char *path = in_dir("sparse_void.tif");
    kit_file(path, &f);
    struct gt_err err = {0};
    struct gt_import_report r;
    T_STATUS_ERR(import_one(path, &r, &err), GT_OK, &err);
    T_EQ_INT(r.voids, 300 * 300 - 100);
    end();
}
