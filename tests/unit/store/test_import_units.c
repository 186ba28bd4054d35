/* test_import_units.c: rasters whose values are in another unit than the role's. */
#include "kit.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

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

/* The four cells of the newest version, which must be f32. */
static void cells_of(const char *id, float v[4])
{
    struct gt_err err = {0};
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_store *s = kit_open(a, ws, GT_STORE_READ);
    struct gt_raster_source *src = NULL;
    const struct gt_dataset *d = NULL;
    T_STATUS_ERR(gt_store_find(s, a, id, 0, &d, &err), GT_OK, &err);
    T_STATUS_ERR(gt_store_raster(s, a, d, &src, &err), GT_OK, &err);
    T_EQ_INT(src->info.type, GT_F32);
    T_STATUS_ERR(src->read(src->self, 0, (struct gt_window){0, 0, 4, 1}, v, 4, &err), GT_OK, &err);
    gt_store_close(s);
}

static const struct gt_layer_role temperature = {
    .id = "temperature_07", .raster = true, .unit = "degC", .min = -50, .max = 45};
static const struct gt_layer_role share = {
    .id = "clay", .raster = true, .unit = "fraction", .min = 0, .max = 1};
static const struct gt_layer_role yearly = {
    .id = "precipitation", .raster = true, .unit = "mm", .min = 0, .max = 13000, .reach = 20};

static enum gt_status import_as(const struct gt_layer_role *role, const double v[4],
                                struct gt_import in, struct gt_err *err)
{
    struct gt_import_report r;
    const char *path = gt_path_join(arena, dir, "u.tif");
    unlink(path);
    kit_file(path, &(struct kit_file){.w = 4, .h = 1, .v = v, .has_nodata = true, .nodata = -9999});
    in.files = &path;
    in.n_files = 1;
    in.role = role;
    return kit_import(ws, role->id, &in, &r, err);
}

T_TEST(import_refuses_what_is_mostly_implausible)
{
    begin();
    struct gt_err err = {0};
    const double tenths[4] = {-61, 152, 158, 98}, kelvins[4] = {280, 291, 289, -9999};
    const double percent[4] = {12, 33, 8, 61}, odd[4] = {1e7, 2e7, 3e7, 4e7};
    T_STATUS(import_as(&temperature, tenths, (struct gt_import){0}, &err), GT_EINPUT);
    T_HAS(err.text, "expected values from -50 to 45 degC, found 4 of 4 cells outside, the lowest "
                    "-61, the highest 158; they look like tenths of a degree (--scale 0.1)");
    T_HAS(err.text, "--as-is");
    T_STATUS(import_as(&temperature, kelvins, (struct gt_import){0}, &err), GT_EINPUT);
    T_HAS(err.text, "3 of 3 cells");
    T_HAS(err.text, "they look like kelvins (--scale 1 --add -273.15) or tenths");
    T_STATUS(import_as(&share, percent, (struct gt_import){0}, &err), GT_EINPUT);
    T_HAS(err.text, "percent (--scale 0.01)");
    T_STATUS(import_as(&yearly, odd, (struct gt_import){0}, &err), GT_EINPUT);
    T_OK(!strstr(err.text, "look like"));
    end();
}

/* Half of the cells and no more: a warning, with a guess. */
T_TEST(import_warns_where_some_are_implausible)
{
    begin();
    struct gt_err err = {0};
    const double tenths[4] = {-31, -12, 58, 98}, low[4] = {0.3, 0.5, 0.41, 0.2};
    T_STATUS_ERR(import_as(&temperature, tenths, (struct gt_import){0}, &err), GT_OK, &err);
    T_HAS(kit_notes(), "2 cells lie outside -50 to 45 degC, the lowest is -31, the highest 98; "
                       "they look like tenths of a degree (--scale 0.1)");
    T_STATUS_ERR(import_as(&yearly, low, (struct gt_import){0}, &err), GT_OK, &err);
    T_HAS(kit_notes(), "expected some cells of 20 mm and more, the highest is 0.5; they look like "
                       "metres (--scale 1000) or millimetres a day (--scale 365.25)");
    end();
}

T_TEST(import_takes_other_units_when_told)
{
    begin();
    struct gt_err err = {0};
    float v[4];
    const double kelvins[4] = {280.65, 291.15, 289.15, -9999};
    const struct gt_import other = {.scaled = true, .scale = 1, .add = -273.15};
    T_STATUS_ERR(import_as(&temperature, kelvins, other, &err), GT_OK, &err);
    cells_of("temperature_07", v);
    T_NEAR(v[0], 7.5, 1e-4);
    T_NEAR(v[2], 16, 1e-4);
    T_OK(isnan((double)v[3]));
    const struct gt_import tenths = {.scaled = true, .scale = 0.1, .fill_voids = true};
    T_STATUS_ERR(import_as(&temperature, kelvins, tenths, &err), GT_OK, &err);
    cells_of("temperature_07", v);
    T_NEAR(v[1], 29.115, 1e-4);
    T_OK(v[3] > 28.0F && v[3] < 30.0F);
    T_STATUS_ERR(import_as(&temperature, kelvins, (struct gt_import){.as_is = true}, &err), GT_OK,
                 &err);
    T_HAS(kit_notes(), "3 cells lie outside");
    end();
}
