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
    {".tif", GT_DATASET_RASTER, gt_export_cog},  {".tiff", GT_DATASET_RASTER, gt_export_cog},
    {".img", GT_DATASET_RASTER, gt_export_img},  {".asc", GT_DATASET_RASTER, gt_export_asc},
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
    gt_fail(err, GT_EUSE, "%s: expected a name that ends with %s", path,
            d->kind == GT_DATASET_RASTER ? ".tif, .img or .asc for a raster" : ".csv for a table");
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

/* A file geodatabase, which is a folder. */
static bool is_database(const char *path)
{
    GT_AUTO_ARENA a = gt_arena_new();
    return gt_ends(path, ".gdb") && gt_path_exists(gt_path_join(a, path, "gdb"));
}

static enum gt_status check_target(struct gt_store *s, struct gt_arena *a, const char *path,
                                   bool overwrite, struct gt_err *err)
{
    const char *folder = folder_of(a, path), *name = gt_path_base(path);
    char *real = realpath(folder, NULL);
    if (!real)
        return gt_fail_errno(err, "%s: expected a folder to write into", folder);
    bool inside = s && is_inside(s, a, real, name);
    free(real);
    if (inside)
        return gt_fail(err, GT_EUSE, "%s: expected a place outside the workspace's own files",
                       path);
    if (gt_path_is_dir(path) && !(overwrite && is_database(path)))
        return gt_fail(err, gt_ends(path, ".gdb") ? GT_EEXISTS : GT_EINPUT,
                       "%s: expected a file or a free name, found a folder", path);
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

/* A file, or a folder of files. */
static enum gt_status sync_all(struct gt_arena *a, const char *path, struct gt_err *err)
{
    const char **names;
    size_t n;
    if (!gt_path_is_dir(path))
        return sync_file(path, err);
    GT_TRY(gt_dir_list(a, path, &names, &n, err));
    for (size_t i = 0; i < n; i++)
        GT_TRY(sync_file(gt_path_join(a, path, names[i]), err));
    return gt_dir_sync(path, err);
}

/* What GDAL would read beside a raster, were it left there by another file of this name:
 * statistics, overviews, a mask. names: what came with the export itself. */
static enum gt_status remove_strays(const struct gt_exporting *e, const char *target,
                                    const char *const *names, size_t n, struct gt_err *err)
{
    static const char *const endings[] = {".aux.xml", ".ovr", ".msk"};
    for (size_t i = 0; e->d && e->d->kind == GT_DATASET_RASTER && i < GT_LEN(endings); i++) {
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
        GT_TRY(sync_all(e->a, gt_path_join(e->a, e->dir, names[i]), err));
        if (!overwrite && gt_path_exists(to))
            return gt_fail(err, GT_EEXISTS, "%s: exists already; give --overwrite to replace it",
                           to);
    }
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], main_name) != 0)
            GT_TRY(gt_path_rename(gt_path_join(e->a, e->dir, names[i]),
                                  gt_path_join(e->a, folder, names[i]), err));
    /* A folder takes no other's place: the old one goes into ours, and with it. */
    if (gt_path_is_dir(target))
        GT_TRY(gt_path_rename(target, gt_path_join(e->a, e->dir, "old"), err));
    GT_TRY(gt_path_rename(e->path, target, err));
    GT_TRY(remove_strays(e, target, names, n, err));
    return gt_dir_sync(folder, err);
}

/* Best effort: what is left has a name that says what it is. */
static void remove_folder(struct gt_arena *a, const char *dir)
{
    const char **names;
    size_t n;
    if (gt_dir_list(a, dir, &names, &n, NULL) != GT_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        const char *path = gt_path_join(a, dir, names[i]);
        if (gt_path_is_dir(path))
            remove_folder(a, path);
        else if (gt_path_remove(path, NULL) != GT_OK)
            return;
    }
    if (gt_io_before(GT_IO_REMOVE, dir) == GT_IO_NONE)
        rmdir(dir);
}

enum gt_status gt_export_to(struct gt_exporting *e, const char *path, bool overwrite,
                            gt_export_fn *write, struct gt_err *err)
{
    char random[17];
    GT_TRY(check_target(e->s, e->a, path, overwrite, err));
    gt_random_hex(random);
    GT_TRY(gt_gdal_get(&e->gdal, err));
    e->dir = gt_path_join(e->a, folder_of(e->a, path), gt_printf(e->a, ".guotu-%s.tmp", random));
    e->path = gt_path_join(e->a, e->dir, gt_path_base(path));
    GT_TRY(gt_dir_make(e->dir, err));
    enum gt_status status = write(e, err);
    if (status == GT_OK)
        status = move_files(e, path, overwrite, err);
    remove_folder(e->a, e->dir);
    return status;
}

static enum gt_status export_layer(struct gt_exporting *e, const char *path,
                                   const struct gt_file_opt *opt, struct gt_err *err)
{
    struct gt_file_layer layer = {.name = e->d->id, .title = e->d->title};
    GT_TRY(gt_store_layer(e->s, e->a, e->d, &layer.source, err));
    e->format = gt_layer_format_of(path, err);
    if (!e->format)
        return err ? err->status : GT_EUSE;
    e->d = NULL;
    e->layer = &layer;
    e->n = 1;
    e->opt = opt;
    return gt_export_to(e, path, opt->overwrite, e->format->write, err);
}

enum gt_status gt_export(struct gt_store *s, const struct gt_dataset *d, const char *path,
                         const struct gt_file_opt *opt, struct gt_work *w, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_exporting e = {.s = s, .a = a, .d = d, .w = w};
    enum gt_status status;
    if (d->kind == GT_DATASET_VECTOR) {
        status = export_layer(&e, path, opt, err);
    } else {
        const struct format *format = choose_format(d, path, err);
        if (!format)
            return GT_EUSE;
        status = gt_export_to(&e, path, opt->overwrite, format->write, err);
    }
    return status == GT_OK ? GT_OK : gt_wrap(err, "export of %s", d->id);
}
