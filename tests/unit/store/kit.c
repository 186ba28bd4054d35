/* kit.c: see kit.h. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kit.h"
#include "gdal/gdal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
/* GDAL takes its mutexes while it makes others, in both orders, and cannot deadlock by it. Weak: a
 * module further right may say this together with what its own libraries need. */
__attribute__((weak)) const char *__tsan_default_suppressions(void);
__attribute__((weak)) const char *__tsan_default_suppressions(void)
{
    return "deadlock:libgdal.so\n";
}
#endif

const char *kit_path(struct gt_arena *a, const char *dir, const char *name)
{
    return gt_path_join(a, dir, name);
}

const char *kit_tmpdir(void)
{
    const char *usual = getenv("TMPDIR");
    if (usual || access("/dev/shm", W_OK | X_OK) != 0)
        return t_tmpdir();
    setenv("TMPDIR", "/dev/shm", 1);
    const char *dir = t_tmpdir();
    unsetenv("TMPDIR");
    return dir;
}

/* ---- Workspaces ---- */

const char *kit_workspace(struct gt_arena *a)
{
    struct gt_err err = {0};
    const char *dir = gt_path_join(a, kit_tmpdir(), "ws");
    struct gt_workspace_info info = {
        .title = "测试 workspace", .region = "540223", .crs = "EPSG:4490", .cell = 0.001};
    T_STATUS_ERR(gt_store_init(dir, &info, &err), GT_OK, &err);
    return dir;
}

struct gt_store *kit_open(struct gt_arena *a, const char *dir, enum gt_store_mode mode)
{
    struct gt_err err = {0};
    struct gt_store *s = NULL;
    T_STATUS_ERR(gt_store_open(a, dir, mode, &s, &err), GT_OK, &err);
    return s;
}

struct gt_txn *kit_begin(struct gt_store *s)
{
    struct gt_err err = {0};
    struct gt_txn *t = NULL;
    T_STATUS_ERR(gt_txn_begin(s, &t, &err), GT_OK, &err);
    return t;
}

void kit_commit(struct gt_txn *t)
{
    struct gt_err err = {0};
    T_STATUS_ERR(gt_txn_commit(t, &err), GT_OK, &err);
}

enum gt_status kit_describe(struct gt_txn *t, const char *id, struct gt_err *err)
{
    struct gt_dataset d = {
        .id = id,
        .role = "test",
        .title = {.en = "a test", .zh = "测试"},
        .vintage = "2020",
        .grade = "公开",
        .licence = "none",
        .source = "made",
        .unit = "m",
        .lineage = "{\"op\":\"test\"}",
    };
    return gt_txn_describe(t, &d, err);
}

/* ---- Rasters ---- */

struct gt_raster_info kit_info(struct gt_arena *a, enum gt_cell_type type, int64_t w, int64_t h)
{
    struct gt_err err = {0};
    struct gt_raster_info info = {
        .id = "test",
        .grid = {.w = w, .h = h, .x0 = 87, .y0 = 28, .dx = 0.001, .dy = 0.001},
        .type = type,
        .has_nodata = true,
        .nodata = type == GT_U8    ? 0
                  : type == GT_F32 ? (double)NAN
                                   : -9999,
    };
    T_STATUS_ERR(gt_crs_parse(a, "EPSG:4490", &info.crs, &err), GT_OK, &err);
    return info;
}

void kit_cells(const struct gt_raster_info *info, int seed, int64_t row, int64_t n, void *cells)
{
    int64_t w = info->grid.w;
    for (int64_t i = 0; i < n * w; i++) {
        uint64_t at = (uint64_t)(row * w + i) * 2654435761u + (uint64_t)seed * 40503u;
        bool none = at % 97 == 5;
        int v = (int)(at >> 7 & 0x3FFF);
        switch (info->type) {
        case GT_U8: ((uint8_t *)cells)[i] = (uint8_t)(none ? 0 : v % 255 + 1); break;
        case GT_I16: ((int16_t *)cells)[i] = (int16_t)(none ? -9999 : v); break;
        case GT_I32: ((int32_t *)cells)[i] = none ? -9999 : v * 1000; break;
        case GT_F32: ((float *)cells)[i] = none ? NAN : (float)v / 8; break;
        }
    }
}

enum gt_status kit_raster(struct gt_txn *t, const char *id, const struct gt_raster_info *info,
                          int seed, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_raster_sink *sink;
    void *cells = gt_take_n(a, (size_t)(info->grid.w * 100), gt_cell_size(info->type));
    GT_TRY(gt_txn_raster(t, id, info, &sink, err));
    for (int64_t row = 0; row < info->grid.h; row += 100) {
        int64_t n = info->grid.h - row < 100 ? info->grid.h - row : 100;
        kit_cells(info, seed, row, n, cells);
        GT_TRY(sink->rows(sink->self, row, n, cells, err));
    }
    return kit_describe(t, id, err);
}

/* ---- Layers ---- */

/* Squares side by side, every second one with a hole; a code, a number, a text that may be missing.
 */
const struct gt_features *kit_features(struct gt_arena *a, size_t n, int seed)
{
    struct gt_err err = {0};
    static const char *const names[] = {"code", "面积", "note"};
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    struct gt_features *f = GT_TAKE(a, struct gt_features);
    int64_t *part = GT_TAKE_N(a, int64_t, n + 1), *point = GT_TAKE_N(a, int64_t, 2 * n + 1);
    double *xy = GT_TAKE_N(a, double, 20 * n + 2);
    struct gt_value *v = GT_TAKE_N(a, struct gt_value, 3 * n + 1);
    int64_t parts = 0;
    for (size_t i = 0; i < n; i++) {
        double x = 87 + (double)i * 0.01, y = 28 + seed * 0.001;
        for (size_t ring = 0; ring <= i % 2; ring++) {
            double in = ring ? 0.002 : 0, out = 0.01 - in;
            const double square[10] = {x + in,  y + in, x + out, y + in, x + out,
                                       y + out, x + in, y + out, x + in, y + in};
            memcpy(xy + 10 * parts, square, sizeof square);
            parts++;
            point[parts] = 5 * parts;
        }
        part[i + 1] = parts;
        v[3 * i] = (struct gt_value){.kind = GT_V_TEXT, .text = gt_printf(a, "0%zu", i)};
        v[3 * i + 1] = (struct gt_value){.kind = GT_V_NUM, .num = (double)i * 1.5 + seed};
        if (i % 3)
            v[3 * i + 2] = (struct gt_value){.kind = GT_V_TEXT, .text = "定日 'x' \"y\""};
    }
    *s = (struct gt_shapes){
        .kind = GT_SHAPE_POLYGON,
        .n = n,
        .part = part,
        .point = point,
        .xy = xy,
        .box = {87, 28 + seed * 0.001, 87 + (double)n * 0.01, 28.01 + seed * 0.001}};
    T_STATUS_ERR(gt_crs_parse(a, "EPSG:4490", &s->crs, &err), GT_OK, &err);
    *f = (struct gt_features){.shapes = s, .n_fields = 3, .field = names, .value = v};
    return f;
}

enum gt_status kit_squares(struct gt_txn *t, const char *id, size_t n, int seed, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_TRY(gt_txn_vector(t, id, kit_features(a, n, seed), err));
    return kit_describe(t, id, err);
}

/* ---- Looking at it ---- */

/* Calls fn for every version of every dataset. */
static void each_version(struct gt_store *s, struct gt_arena *a,
                         void (*fn)(struct gt_store *s, const struct gt_dataset *d, void *ctx),
                         void *ctx)
{
    struct gt_err err = {0};
    const struct gt_dataset *list, *d;
    size_t n;
    T_STATUS_ERR(gt_store_list(s, a, &list, &n, &err), GT_OK, &err);
    for (size_t i = 0; i < n; i++)
        for (int64_t v = 1; v <= list[i].version; v++)
            if (gt_store_find(s, a, list[i].id, v, &d, &err) == GT_OK)
                fn(s, d, ctx);
}

static void add_json(struct gt_store *s, const struct gt_dataset *d, void *ctx)
{
    (void)s;
    gt_dataset_json(d, gt_json_add_obj(ctx, NULL));
}

const char *kit_catalog(struct gt_store *s, struct gt_arena *a)
{
    struct gt_json *arr = gt_json_arr(a);
    each_version(s, a, add_json, arr);
    return gt_json_text(a, arr, 1);
}

static void verify_one(struct gt_store *s, const struct gt_dataset *d, void *ctx)
{
    struct gt_err err = {0};
    char hash[GT_HASH_TEXT];
    (void)ctx;
    T_STATUS_ERR(gt_store_hash(s, d, NULL, hash, &err), GT_OK, &err);
    T_EQ_STR(hash, d->hash);
}

void kit_verify(struct gt_store *s)
{
    GT_AUTO_ARENA a = gt_arena_new();
    each_version(s, a, verify_one, NULL);
}

static void count_rasters(struct gt_store *s, const struct gt_dataset *d, void *ctx)
{
    (void)s;
    *(size_t *)ctx += d->kind == GT_DATASET_RASTER;
}

void kit_no_orphans(struct gt_store *s)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char **names;
    size_t n, rasters = 0;
    each_version(s, a, count_rasters, &rasters);
    T_STATUS_ERR(gt_dir_list(a, gt_path_join(a, gt_store_dir(s), "raster"), &names, &n, &err),
                 GT_OK, &err);
    T_EQ_INT(n, rasters);
    T_STATUS_ERR(gt_dir_list(a, gt_store_dir(s), &names, &n, &err), GT_OK, &err);
    /* A journal that holds nothing yet stays until the next commit. */
    for (size_t i = 0; i < n; i++)
        if (strstr(names[i], "-mj") || strstr(names[i], ".tmp") || strstr(names[i], "-wal") ||
            strstr(names[i], ".guotu-init"))
            t_fail(T_HERE("no orphans"), "%s is left", names[i]);
}

/* ---- Files ---- */

void kit_write(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "wbe");
    T_OK(f && fwrite(p, 1, n, f) == n && fclose(f) == 0);
}

void kit_write_text(const char *path, const char *text)
{
    kit_write(path, text, strlen(text));
}

void kit_copy(const char *from, const char *to)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_str text;
    const char **names;
    size_t n;
    if (!gt_path_is_dir(from)) {
        T_STATUS_ERR(gt_file_get(a, from, (size_t)1 << 30, &text, &err), GT_OK, &err);
        kit_write(to, text.p, text.n);
        return;
    }
    T_OK(mkdir(to, 0777) == 0);
    T_STATUS_ERR(gt_dir_list(a, from, &names, &n, &err), GT_OK, &err);
    for (size_t i = 0; i < n; i++)
        kit_copy(gt_path_join(a, from, names[i]), gt_path_join(a, to, names[i]));
}

static void set_place(const struct gt_gdal *gdal, GDALDatasetH ds, const struct kit_file *f)
{
    const char *crs = f->crs ? f->crs : "EPSG:4490";
    double dx = f->dx != 0 ? f->dx : 0.001, dy = f->dy != 0 ? f->dy : -0.001;
    double to[6] = {f->x0 != 0 ? f->x0 : 87, dx,          f->rotation,
                    f->y0 != 0 ? f->y0 : 28, f->rotation, dy};
    T_OK(gdal->GDALSetGeoTransform(ds, to) == CE_None);
    if (!crs[0])
        return;
    OGRSpatialReferenceH srs = gdal->OSRNewSpatialReference(NULL);
    T_OK(gdal->OSRSetFromUserInput(srs, crs) == OGRERR_NONE);
    T_OK(gdal->GDALSetSpatialRef(ds, srs) == CE_None);
    gdal->OSRDestroySpatialReference(srs);
}

static GDALDataType type_of(const char *name)
{
    static const struct {
        const char *name;
        GDALDataType type;
    } all[] = {{"Byte", GDT_Byte},       {"UInt16", GDT_UInt16},    {"Int16", GDT_Int16},
               {"UInt32", GDT_UInt32},   {"Int32", GDT_Int32},      {"Float32", GDT_Float32},
               {"Float64", GDT_Float64}, {"CFloat32", GDT_CFloat32}};
    for (size_t i = 0; i < GT_LEN(all); i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].type;
    t_fail(T_HERE("type_of"), "unknown type %s", name);
    return GDT_Unknown;
}

static void fill(const struct gt_gdal *gdal, GDALDatasetH ds, const struct kit_file *f)
{
    GT_AUTO_ARENA a = gt_arena_new();
    double *v = GT_TAKE_N(a, double, (size_t)(f->w * f->h));
    for (int64_t i = 0; i < f->w * f->h; i++)
        v[i] = f->v ? f->v[i] : (double)(i % f->w + i / f->w);
    for (int b = 1; b <= (f->bands ? f->bands : 1); b++) {
        GDALRasterBandH band = gdal->GDALGetRasterBand(ds, b);
        if (f->has_nodata)
            T_OK(gdal->GDALSetRasterNoDataValue(band, f->nodata) == CE_None);
        T_OK(gdal->GDALRasterIOEx(band, GF_Write, 0, 0, (int)f->w, (int)f->h, v, (int)f->w,
                                  (int)f->h, GDT_Float64, 0, 0, NULL) == CE_None);
    }
}

/* Drivers that cannot create from nothing get a copy of a GeoTIFF. */
static void copy_to(const struct gt_gdal *gdal, GDALDatasetH ds, const char *path,
                    const struct kit_file *f)
{
    GDALDriverH driver = gdal->GDALGetDriverByName(f->driver);
    T_OK(driver != NULL);
    GDALDatasetH copy = gdal->GDALCreateCopy(driver, path, ds, 0, NULL, NULL, NULL);
    T_OK(copy != NULL);
    gdal->GDALClose(copy);
}

void kit_file(const char *path, const struct kit_file *f)
{
    struct gt_err err = {0};
    const struct gt_gdal *gdal;
    T_STATUS_ERR(gt_gdal_get(&gdal, &err), GT_OK, &err);
    bool copy = f->driver && strcmp(f->driver, "GTiff") != 0;
    const char *first = copy ? "/vsimem/kit.tif" : path;
    char **options = NULL;
    for (int i = 0; f->options[i]; i++) {
        char key[64];
        size_t n = strcspn(f->options[i], "=");
        memcpy(key, f->options[i], n);
        key[n] = '\0';
        options = gdal->CSLSetNameValue(options, key, f->options[i] + n + 1);
    }
    GDALDatasetH ds =
        gdal->GDALCreate(gdal->GDALGetDriverByName("GTiff"), first, (int)f->w, (int)f->h,
                         f->bands ? f->bands : 1, type_of(f->type ? f->type : "Float32"), options);
    gdal->CSLDestroy(options);
    T_OK(ds != NULL);
    set_place(gdal, ds, f);
    fill(gdal, ds, f);
    if (copy)
        copy_to(gdal, ds, path, f);
    gdal->GDALClose(ds);
}

/* ---- Imports ---- */

static char notes[4000];

static void take_note(void *ctx, enum gt_note_kind kind, const char *text)
{
    size_t n = strlen(notes);
    (void)ctx;
    (void)kind;
    snprintf(notes + n, sizeof notes - n, "%s\n", text);
}

const char *kit_notes(void)
{
    return notes;
}

static enum gt_status import_in(struct gt_store *s, const char *id, const struct gt_import *in,
                                struct gt_import_report *out, struct gt_err *err)
{
    struct gt_work w = {.on_note = take_note};
    struct gt_txn *t;
    GT_TRY(gt_txn_begin(s, &t, err));
    enum gt_status status = in->role->table    ? gt_import_table(t, id, in, &w, out, err)
                            : in->role->raster ? gt_import_raster(t, id, in, &w, out, err)
                                               : gt_import_vector(t, id, in, &w, out, err);
    if (status == GT_OK)
        status = kit_describe(t, id, err);
    if (status == GT_OK)
        return gt_txn_commit(t, err);
    gt_txn_drop(t);
    return status;
}

enum gt_status kit_import(const char *dir, const char *id, const struct gt_import *in,
                          struct gt_import_report *out, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_import_report report;
    struct gt_store *s;
    notes[0] = '\0';
    GT_TRY(gt_store_open(a, dir, GT_STORE_WRITE, &s, err));
    enum gt_status status = import_in(s, id, in, out ? out : &report, err);
    if (out)
        out->crs = out->drivers = NULL; /* of the store's arena, which ends here */
    gt_store_close(s);
    return status;
}
