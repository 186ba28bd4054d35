/* export.c: writes into a new folder beside the target, then moves what is whole to its place. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const struct format {
    const char *ending;
    enum gt_dataset_kind kind;
    gt_export_fn *write;
} formats[] = {
    {".tif", GT_DATASET_RASTER, gt_export_cog},
    {".tiff", GT_DATASET_RASTER, gt_export_cog},
    {".img", GT_DATASET_RASTER, gt_export_img},
    {".asc", GT_DATASET_RASTER, gt_export_asc},
    {".gpkg", GT_DATASET_VECTOR, gt_export_gpkg},
    {".geojson", GT_DATASET_VECTOR, gt_export_geojson},
    {".json", GT_DATASET_VECTOR, gt_export_geojson},
    {".shp", GT_DATASET_VECTOR, gt_export_shp},
    {".fgb", GT_DATASET_VECTOR, gt_export_fgb},
    {".csv", GT_DATASET_VECTOR, gt_export_csv},
    {".csv", GT_DATASET_TABLE, gt_export_table},
};

/* NULL: not one of ours, with the reason in err. */
static const struct format *choose_format(const struct gt_dataset *d, const char *path,
                                          struct gt_err *err)
{
    const char *dot = strrchr(gt_path_base(path), '.');
    for (size_t i = 0; i < GT_LEN(formats); i++)
        if (dot && strcasecmp(dot, formats[i].ending) == 0 && formats[i].kind == d->kind)
            return &formats[i];
    static const char *const endings[] = {
        [GT_DATASET_RASTER] = ".tif, .img or .asc for a raster",
        [GT_DATASET_VECTOR] = ".gpkg, .geojson, .shp, .fgb or .csv for a vector layer",
        [GT_DATASET_TABLE] = ".csv for a table"};
    gt_fail(err, GT_EUSE, "%s: expected a name that ends with %s", path, endings[d->kind]);
    return NULL;
}

/* ---- The target ---- */

static const char *folder_of(struct gt_arena *a, const char *path)
{
    size_t n = (size_t)(gt_path_base(path) - path);
    return n ? gt_strndup(a, path, n) : ".";
}

/* The workspace's own files are no place for an export. */
static bool is_inside(struct gt_store *s, struct gt_arena *a, const char *folder, const char *name)
{
    static const char *const own[] = {GT_FILE_INFO, GT_FILE_STATE, GT_FILE_PLAN, GT_FILE_LOCK};
    if (strcmp(folder, gt_raster_path(a, s, "")) == 0)
        return true;
    for (size_t i = 0; i < GT_LEN(own); i++)
        if (strcmp(folder, s->dir) == 0 && strcasecmp(name, own[i]) == 0)
            return true;
    return false;
}

static enum gt_status check_target(struct gt_store *s, struct gt_arena *a, const char *path,
                                   bool overwrite, struct gt_err *err)
{
    const char *folder = folder_of(a, path), *name = gt_path_base(path);
    char *real = realpath(folder, NULL);
    if (!real)
        return gt_fail_errno(err, "%s: expected a folder to write into", folder);
    bool inside = is_inside(s, a, real, name);
    free(real);
    if (inside)
        return gt_fail(err, GT_EUSE, "%s: expected a place outside the workspace's own files",
                       path);
    if (gt_path_is_dir(path))
        return gt_fail(err, GT_EINPUT, "%s: expected a file or a free name, found a folder", path);
    if (!overwrite && gt_path_exists(path))
        return gt_fail(err, GT_EEXISTS, "%s: exists already; give --overwrite to replace it", path);
    return GT_OK;
}

/* ---- Moving into place ---- */

static enum gt_status sync_file(const char *path, struct gt_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && gt_io_before(GT_IO_SYNC, path) == GT_IO_NONE && fsync(fd) == 0;
    enum gt_status status = GT_OK;
    if (!ok)
        status = gt_fail_errno(err, "%s: cannot bring it to the disk", path);
    if (fd >= 0)
        close(fd);
    return status;
}

/* What GDAL would read beside a raster, were it left there by another file of this name:
 * statistics, overviews, a mask. names: what came with the export itself. */
static enum gt_status remove_strays(const struct gt_exporting *e, const char *target,
                                    const char *const *names, size_t n, struct gt_err *err)
{
    static const char *const endings[] = {".aux.xml", ".ovr", ".msk"};
    for (size_t i = 0; e->d->kind == GT_DATASET_RASTER && i < GT_LEN(endings); i++) {
        const char *stray = gt_printf(e->a, "%s%s", target, endings[i]);
        bool own = false;
        for (size_t j = 0; j < n; j++)
            own = own || strcmp(gt_path_base(stray), names[j]) == 0;
        if (!own && gt_path_exists(stray))
            GT_TRY(gt_path_remove(stray, err));
    }
    return GT_OK;
}

/* The main file comes last: with it the export is there. */
static enum gt_status move_files(const struct gt_exporting *e, const char *target, bool overwrite,
                                 struct gt_err *err)
{
    const char *folder = folder_of(e->a, target), *main_name = gt_path_base(e->path);
    const char **names;
    size_t n;
    GT_TRY(gt_dir_list(e->a, e->dir, &names, &n, err));
    for (size_t i = 0; i < n; i++) {
        const char *to = gt_path_join(e->a, folder, names[i]);
        GT_TRY(sync_file(gt_path_join(e->a, e->dir, names[i]), err));
        if (!overwrite && gt_path_exists(to))
            return gt_fail(err, GT_EEXISTS, "%s: exists already; give --overwrite to replace it",
                           to);
    }
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], main_name) != 0)
            GT_TRY(gt_path_rename(gt_path_join(e->a, e->dir, names[i]),
                                  gt_path_join(e->a, folder, names[i]), err));
    GT_TRY(gt_path_rename(e->path, target, err));
    GT_TRY(remove_strays(e, target, names, n, err));
    return gt_dir_sync(folder, err);
}

/* Best effort: what is left has a name that says what it is. */
static void remove_folder(const struct gt_exporting *e)
{
    const char **names;
    size_t n;
    if (gt_dir_list(e->a, e->dir, &names, &n, NULL) != GT_OK)
        return;
    for (size_t i = 0; i < n; i++)
        if (gt_path_remove(gt_path_join(e->a, e->dir, names[i]), NULL) != GT_OK)
            return;
    if (gt_io_before(GT_IO_REMOVE, e->dir) == GT_IO_NONE)
        rmdir(e->dir);
}

enum gt_status gt_export(struct gt_store *s, const struct gt_dataset *d, const char *path,
                         bool overwrite, struct gt_work *w, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char random[17];
    const struct format *format = choose_format(d, path, err);
    if (!format)
        return GT_EUSE;
    GT_TRY(check_target(s, a, path, overwrite, err));
    gt_random_hex(random);
    struct gt_exporting e = {.s = s, .a = a, .d = d, .w = w};
    GT_TRY(gt_gdal_get(&e.gdal, err));
    e.dir = gt_path_join(a, folder_of(a, path), gt_printf(a, ".guotu-%s.tmp", random));
    e.path = gt_path_join(a, e.dir, gt_path_base(path));
    GT_TRY(gt_dir_make(e.dir, err));
    enum gt_status status = format->write(&e, err);
    if (status == GT_OK)
        status = move_files(&e, path, overwrite, err);
    remove_folder(&e);
    return status == GT_OK ? GT_OK : gt_wrap(err, "export of %s", d->id);
}
