/* import_zip.c: imports of archives: the files in them that can be meant. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "import_zip.h"
#include "submission.h"

#include "guotu/io.h"
#include "guotu/standard.h"

#include <string.h>
#include <strings.h>

struct finding {
    struct gt_arena *a;
    const struct gt_import *in;
    const char *root; /* of the unpacked archive */
    GT_VEC(const char *) file;
    int n_archives; /* in it, which are not looked into */
};

static bool is_raster(const char *name)
{
    static const char *const endings[] = {".tif", ".tiff", ".img", ".asc",
                                          ".dt0", ".dt1",  ".dt2", ".hgt"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < GT_LEN(endings); i++)
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    return false;
}

static bool is_wanted(const struct finding *f, const char *name)
{
    if (f->in->role && f->in->role->raster)
        return is_raster(name);
    return f->in->role && f->in->role->table ? gt_submission_is_table(name)
                                             : gt_submission_is_layer(name);
}

static enum gt_status walk(struct finding *f, const char *dir, int depth, struct gt_err *err)
{
    const char **names;
    size_t n;
    GT_TRY(gt_dir_list(f->a, dir, &names, &n, err));
    for (size_t i = 0; i < n; i++) {
        const char *path = gt_path_join(f->a, dir, names[i]);
        if (is_wanted(f, names[i]))
            *GT_PUSH(f->a, &f->file) = path;
        else if (gt_ends(names[i], ".zip"))
            f->n_archives++;
        else if (gt_path_is_dir(path) && depth < 32)
            GT_TRY(walk(f, path, depth + 1, err));
    }
    return GT_OK;
}

/* Whether the file's name without its ending is this. */
static bool is_called(const char *path, const char *name)
{
    const char *base = gt_path_base(path), *dot = strrchr(base, '.');
    return name && strlen(name) == (size_t)(dot - base) &&
           strncasecmp(base, name, (size_t)(dot - base)) == 0;
}

/* By --file-layer, or by code, alias or title of the standard's layer. */
static bool is_meant(const struct finding *f, const char *path)
{
    const struct gt_standard_layer *s = f->in->role ? f->in->role->standard : NULL;
    if (f->in->layer)
        return is_called(path, f->in->layer);
    if (!s)
        return false;
    for (size_t i = 0; i < s->n_aliases; i++)
        if (is_called(path, s->alias[i]))
            return true;
    return is_called(path, s->code) || is_called(path, s->title);
}

static enum gt_status choose(struct finding *f, const char *archive, struct gt_err *err)
{
    struct gt_buf names = {.a = f->a};
    size_t meant = 0;
    if (f->file.n == 1 || (f->in->role && f->in->role->raster && f->file.n))
        return GT_OK;
    for (size_t i = 0; i < f->file.n; i++) {
        if (i < 20)
            gt_buf_addf(&names, "%s%s", i ? ", " : "", f->file.v[i] + strlen(f->root) + 1);
        if (is_meant(f, f->file.v[i]))
            f->file.v[meant++] = f->file.v[i];
    }
    f->file.n = meant;
    if (meant == 1)
        return GT_OK;
    return gt_fail(err, GT_EINPUT, "%s: expected one file in the archive that is meant, found %s%s",
                   archive,
                   names.n         ? names.p
                   : f->n_archives ? "none but archives, which are not looked into"
                                   : "none",
                   names.n ? "; name one with --file-layer" : "");
}

enum gt_status gt_import_unzip(struct gt_arena *a, const struct gt_import *in, struct gt_work *w,
                               const struct gt_import **out, struct gt_err *err)
{
    struct gt_zip_skips skips;
    struct finding f = {.a = a, .in = in};
    *out = in;
    if (in->n_files != 1 || !gt_ends(in->files[0], ".zip") || !gt_zip_is(in->files[0]))
        return GT_OK;
    GT_TRY(gt_unpacked(a, in->files[0], w, &f.root, &skips, err));
    for (size_t i = 0; i < skips.n; i++)
        gt_warn(w, "%s: %s is left out: %s", in->files[0], skips.v[i].name, skips.v[i].why);
    GT_TRY(walk(&f, f.root, 0, err));
    GT_TRY(choose(&f, in->files[0], err));
    struct gt_import *inside = GT_TAKE(a, struct gt_import);
    *inside = *in;
    inside->files = f.file.v;
    inside->n_files = f.file.n;
    bool layers = gt_ends(f.file.v[0], ".gpkg") || gt_ends(f.file.v[0], ".gdb");
    inside->layer = layers ? in->layer : NULL;
    *out = inside;
    return GT_OK;
}
