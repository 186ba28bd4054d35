/* test_real.c: real open data over the Tibetan plateau, where it is at hand (../shared/data). */
#include "kit.h"

#include <math.h>
#include <string.h>

#define DATA GT_SOURCE_DIR "/../shared/data/tibet/"
#define SKIP_WITHOUT_DATA()                                         \
    do {                                                            \
        if (!gt_path_is_dir(DATA))                                  \
            T_SKIP("no real data: ../shared/data/tibet is absent"); \
    } while (0)

static const struct gt_layer_role dem = {
    .id = "dem", .raster = true, .unit = "m", .min = -500, .max = 9000};
static const struct gt_layer_role any_raster = {.id = "raster", .raster = true};
static const struct gt_layer_role any = {.id = "vector"};
static const struct gt_layer_role areas = {.id = "water", .shape = GT_POLYGONS};

static enum gt_status import(const char *ws, const char *id, const struct gt_layer_role *role,
                             const char *file, struct gt_import_report *r, struct gt_err *err)
{
    struct gt_import in = {.files = &file, .n_files = 1, .role = role};
    return kit_import(ws, id, &in, r, err);
}

T_TEST(real_heights_of_four_tiles)
{
    SKIP_WITHOUT_DATA();
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_import_report r;
    static const char *const files[] = {
        DATA "dem/n27_e086_3arc_v2.dt1", DATA "dem/n27_e087_3arc_v2.dt1",
        DATA "dem/n28_e086_3arc_v2.dt1", DATA "dem/n28_e087_3arc_v2.dt1"};
    const char *ws = kit_workspace(a);
    struct gt_import in = {.files = files, .n_files = 4, .role = &dem};
    T_STATUS_ERR(kit_import(ws, "dem", &in, &r, &err), GT_OK, &err);
    T_EQ_INT(r.cells, 2401 * 2401);
    T_EQ_INT(r.voids, 376395);
    T_EQ_NUM(r.max, 8647);
    T_OK(!strstr(kit_notes(), "differ"));
    struct gt_store *s = kit_open(a, ws, GT_STORE_READ);
    const struct gt_dataset *d = NULL;
    struct gt_raster_source *src = NULL;
    T_STATUS_ERR(gt_store_find(s, a, "dem", 0, &d, &err), GT_OK, &err);
    T_STATUS_ERR(gt_store_raster(s, a, d, &src, &err), GT_OK, &err);
    /* Heights are those of points: the cells' centres lie on whole degrees. */
    T_NEAR(d->grid.x0, 86 - 0.5 / 1200, 1e-12);
    T_NEAR(d->grid.y0, 29 + 0.5 / 1200, 1e-12);
    T_EQ_INT(d->cell, GT_I16);
    int16_t cell;
    struct gt_window summit = {(int64_t)gt_grid_col(&d->grid, 86.925),
                               (int64_t)gt_grid_row(&d->grid, 27.988), 1, 1};
    T_STATUS_ERR(src->read(src->self, 0, summit, &cell, 1, &err), GT_OK, &err);
    T_EQ_NUM(cell, src->info.nodata);
    gt_store_close(s);
    in.fill_voids = true;
    T_STATUS_ERR(kit_import(ws, "dem", &in, &r, &err), GT_OK, &err);
    T_EQ_INT(r.filled + r.left, 376395);
    T_EQ_INT(r.left, 0);
}

T_TEST(real_rasters_of_other_kinds)
{
    SKIP_WITHOUT_DATA();
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_import_report r;
    const char *ws = kit_workspace(a);
    T_STATUS_ERR(
        import(ws, "p", &any_raster, DATA "climate/precip_annual_mm_76-101E_25-38N.tif", &r, &err),
        GT_OK, &err);
    T_EQ_INT(r.cells, 325);
    T_STATUS_ERR(
        import(ws, "b", &any_raster, DATA "glaciers/LE71400412000304SGS00_B4.tif", &r, &err), GT_OK,
        &err);
    T_EQ_NUM(r.max, 255);
    T_STATUS(import(ws, "c", &any_raster, DATA "glaciers/LE71400412000304SGS00_RGB.tif", &r, &err),
             GT_EINPUT);
    T_HAS(err.text, "one band, found 3");
    /* Two coordinate systems are not one mosaic. */
    static const char *const files[] = {DATA "glaciers/LE71400412000304SGS00_B4.tif",
                                        DATA "climate/precip_annual_mm_76-101E_25-38N.tif"};
    struct gt_import in = {.files = files, .n_files = 2, .role = &any_raster};
    T_STATUS(kit_import(ws, "d", &in, &r, &err), GT_EINPUT);
    T_HAS(err.text, "EPSG:32645");
    T_HAS(err.text, "EPSG:4326");
}

T_TEST(real_counties)
{
    SKIP_WITHOUT_DATA();
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_import_report r;
    struct gt_expr *where;
    const char *ws = kit_workspace(a), *file = DATA "admin/xi1_cang2_ri4_ka1_ze2.geojson";
    T_STATUS(import(ws, "county", &areas, file, &r, &err), GT_EINPUT);
    T_HAS(err.text, "Self-intersection");
    T_STATUS_ERR(gt_expr_parse(a, "id = '540223'", &where, &err), GT_OK, &err);
    struct gt_import in = {.files = &file, .n_files = 1, .role = &areas, .where = where};
    T_STATUS_ERR(kit_import(ws, "county", &in, &r, &err), GT_OK, &err);
    T_EQ_INT(r.features, 1);
    T_EQ_INT(r.skipped, 17);
    in.where = NULL;
    in.repair = true;
    T_STATUS_ERR(kit_import(ws, "county", &in, &r, &err), GT_OK, &err);
    T_EQ_INT(r.features, 18);
    T_OK(r.repaired > 0 && r.repaired < 18);
}

T_TEST(real_layers)
{
    SKIP_WITHOUT_DATA();
    static const struct {
        const char *file, *geometry;
        int64_t n;
        bool repair;
    } all[] = {
        {DATA "faults/HimaTibetMap.geojson", "line", 940, false},
        {DATA "water/gshhg_lakes_f_77-100E_26-37N.geojson", "polygon", 129, false},
        {DATA "water/wdbii_rivers_f_77-100E_26-37N.geojson", "line", 275, false},
        {DATA "glaciers/15_rgi60_glacier_outlines.gpkg", "polygon", 86, false},
        {DATA "people/geonames_cities_77-100E_26-37N.geojson", "point", 1257, false},
        {DATA "water/overdeepenings_HMA_large.shp", "polygon", 2700, true},
    };
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *ws = kit_workspace(a);
    for (size_t i = 0; i < GT_LEN(all); i++) {
        struct gt_import_report r;
        struct gt_import in = {
            .files = &all[i].file, .n_files = 1, .role = &any, .repair = all[i].repair};
        if (all[i].repair) {
            T_STATUS(import(ws, "x", &any, all[i].file, &r, &err), GT_EINPUT);
            T_HAS(err.text, "Self-intersection");
        }
        T_STATUS_ERR(kit_import(ws, gt_printf(a, "l%zu", i), &in, &r, &err), GT_OK, &err);
        T_EQ_INT(r.features, all[i].n);
    }
    struct gt_store *s = kit_open(a, ws, GT_STORE_READ);
    kit_verify(s);
    gt_store_close(s);
}
