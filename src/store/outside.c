/* outside.c: opens files from outside. Names are taken as names of files only: no address, no
 * connection, no virtual file. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "outside.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD 65536 /* bytes of a GeoJSON file in which its crs is looked for */

static const struct {
    const char *what, *formats;
    const char *const *drivers;
} kinds[] = {
    [GT_OUTSIDE_VECTOR] =
        {"vector layer", "shapefile, file geodatabase, GeoPackage, GeoJSON, FlatGeobuf, DXF or KML",
         gt_gdal_vector_drivers},
    [GT_OUTSIDE_RASTER] = {"raster", "GeoTIFF, Erdas Imagine, ASCII grid, DTED, SRTM, ENVI or EHdr",
                           gt_gdal_raster_drivers},
    [GT_OUTSIDE_TABLE] = {"table", ".csv, .xlsx, .ods or .dbf", gt_gdal_table_drivers},
};

/* ---- What it is instead ---- */

struct magic {
    const char *bytes;
    size_t n;
    const char *what;
};
#define MAGIC(text, name)            \
    {                                \
        text, sizeof(text) - 1, name \
    }

static const struct magic magics[] = {
    MAGIC("<VRTDataset", "a virtual raster of GDAL, which may lead anywhere: give the files "
                         "themselves"),
    MAGIC("<OGRVRT", "a virtual layer of GDAL, which may lead anywhere: give the files themselves"),
    MAGIC("PK\3\4", "a zip archive: unpack it first"),
    MAGIC("\x1f\x8b", "a gzip archive: unpack it first"),
    MAGIC("II*\0", "a TIFF file that is damaged or of an unknown kind"),
    MAGIC("MM\0*", "a TIFF file that is damaged or of an unknown kind"),
    MAGIC("II+\0", "a BigTIFF file that is damaged or of an unknown kind"),
    MAGIC("SQLite format 3", "a SQLite file that is no GeoPackage, or a damaged one"),
    MAGIC("\x89PNG", "a PNG picture"),
    MAGIC("\xff\xd8\xff", "a JPEG picture"),
    MAGIC("%PDF", "a PDF document"),
    MAGIC("EHFA_HEADER_TAG", "an Erdas Imagine file that is damaged"),
    MAGIC("fgb\3", "a FlatGeobuf file that is damaged"),
    MAGIC("UHL1", "a DTED file that is damaged"),
    MAGIC("\0\1\0\0Standard Jet DB",
          "a personal geodatabase (.mdb) of Access: turn it into a file geodatabase (.gdb) or a "
          "GeoPackage first"),
    MAGIC("\x89HDF", "an HDF5 or netCDF file"),
    MAGIC("CDF", "a netCDF file"),
};

static bool is_text(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)p[i] < ' ' && !isspace((unsigned char)p[i]))
            return false;
    return n > 0;
}

static const char *what_is(const char *path, enum gt_outside_kind kind)
{
    char head[4096];
    FILE *f = fopen(path, "rbe");
    size_t n = f ? fread(head, 1, sizeof head, f) : 0;
    if (f)
        fclose(f);
    size_t skip = 0;
    while (skip < n && isspace((unsigned char)head[skip]))
        skip++;
    for (size_t i = 0; i < GT_LEN(magics); i++)
        if (n - skip >= magics[i].n && memcmp(head + skip, magics[i].bytes, magics[i].n) == 0)
            return magics[i].what;
    if (n == 0)
        return "an empty file";
    if (!is_text(head, n))
        return "a file of another kind";
    bool raster = kind == GT_OUTSIDE_RASTER;
    if (raster && head[skip] == '{')
        return "a vector layer or other JSON text";
    return raster ? "text" : "text of another kind";
}

static enum gt_status refuse(const char *path, enum gt_outside_kind kind,
                             const struct gt_gdal_said *said, struct gt_err *err)
{
    const char *why = said->failures && !strstr(said->error, "not recognized") ? said->error : "";
    return gt_fail(err, GT_EINPUT, "%s: expected a %s (%s), found %s%s%s%s", path, kinds[kind].what,
                   kinds[kind].formats, what_is(path, kind), why[0] ? " (" : "", why,
                   why[0] ? ")" : "");
}

/* ---- The name ---- */

static bool is_address(const char *path)
{
    const char *colon = strchr(path, ':');
    return gt_starts(path, "/vsi") || strstr(path, "://") ||
           (colon && colon - path > 1 && !gt_path_exists(path));
}

/* Opening and closing one of our own SQLite files behind SQLite's back would drop its locks. */
static bool is_own(struct gt_store *s, struct gt_arena *a, const struct stat *st)
{
    static const char *const names[] = {GT_FILE_PLAN, GT_FILE_STATE};
    struct stat own;
    for (size_t i = 0; i < GT_LEN(names); i++)
        if (stat(gt_path_join(a, s->dir, names[i]), &own) == 0 && own.st_dev == st->st_dev &&
            own.st_ino == st->st_ino)
            return true;
    return false;
}

static enum gt_status check_file(struct gt_store *s, struct gt_arena *a, const char *path,
                                 enum gt_outside_kind kind, struct gt_err *err)
{
    struct stat st;
    if (is_address(path))
        return gt_fail(err, GT_EINPUT, "%s: expected the name of a file, found an address", path);
    if (stat(path, &st) != 0)
        return errno == ENOENT
                   ? gt_fail(err, GT_ENOTFOUND, "%s: expected a file, found nothing", path)
                   : gt_fail_errno(err, "%s: cannot open", path);
    if (S_ISDIR(st.st_mode) && kind == GT_OUTSIDE_VECTOR && gt_ends(path, ".gdb"))
        return GT_OK;
    if (!S_ISREG(st.st_mode))
        return gt_fail(err, GT_EINPUT, "%s: expected a file, found a %s", path,
                       S_ISDIR(st.st_mode) ? "folder" : "device");
    if (access(path, R_OK) != 0)
        return gt_fail_errno(err, "%s: cannot read", path);
    if (st.st_size == 0)
        return gt_fail(err, GT_EINPUT, "%s: expected a %s, found an empty file", path,
                       kinds[kind].what);
    if (s && is_own(s, a, &st))
        return gt_fail(err, GT_EINPUT,
                       "%s: expected a file from outside, found this workspace's own; export the "
                       "layer first",
                       path);
    return GT_OK;
}

/* ---- Fingerprint ---- */

static enum gt_status hash_list(const char *const *path, size_t n, char out[static GT_HASH_TEXT],
                                struct gt_err *err)
{
    struct gt_hash all;
    gt_hash_begin(&all);
    for (size_t i = 0; i < n; i++) {
        char one[GT_HASH_TEXT];
        GT_TRY(gt_hash_file(path[i], NULL, one, err));
        gt_hash_add(&all, one, strlen(one));
        if (n == 1) {
            memcpy(out, one, sizeof one);
            return GT_OK;
        }
    }
    gt_hash_end(&all, out);
    return GT_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum gt_status hash_files(struct gt_outside *o, const char *real, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_VEC(const char *) list = {0};
    if (gt_path_is_dir(real)) {
        const char **names;
        size_t n;
        GT_TRY(gt_dir_list(a, real, &names, &n, err));
        for (size_t i = 0; i < n; i++)
            if (!gt_ends(names[i], ".lock"))
                *GT_PUSH(a, &list) = gt_path_join(a, real, names[i]);
    } else {
        char **files = o->gdal->GDALGetFileList(o->ds);
        for (char **f = files; f && *f; f++)
            *GT_PUSH(a, &list) = gt_strdup(a, *f);
        o->gdal->CSLDestroy(files);
        if (list.n == 0)
            *GT_PUSH(a, &list) = real;
        qsort(list.v, list.n, sizeof *list.v, by_name);
    }
    return hash_list(list.v, list.n, o->hash, err);
}

void gt_outside_hash(struct gt_outside *const *v, size_t n, char out[static GT_HASH_TEXT])
{
    struct gt_hash all;
    if (n == 1) {
        memcpy(out, v[0]->hash, GT_HASH_TEXT);
        return;
    }
    gt_hash_begin(&all);
    for (size_t i = 0; i < n; i++)
        gt_hash_add(&all, v[i]->hash, strlen(v[i]->hash));
    gt_hash_end(&all, out);
}

const char *gt_outside_drivers(struct gt_arena *a, struct gt_outside *const *v, size_t n)
{
    struct gt_buf out = {.a = a};
    for (size_t i = 0; i < n; i++) {
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen = seen || strcmp(v[i]->driver, v[j]->driver) == 0;
        if (!seen)
            gt_buf_addf(&out, "%s%s", i ? ", " : "", v[i]->driver);
    }
    return out.p ? out.p : "";
}

/* ---- Opening ---- */

static void close_outside(void *p)
{
    struct gt_outside *o = p;
    GT_GDAL_LISTEN(said, o->gdal);
    if (o->ds)
        o->gdal->GDALClose(o->ds);
}

enum gt_status gt_outside_open(struct gt_store *s, struct gt_arena *a, const char *path,
                               const struct gt_outside_opt *opt, struct gt_outside **out,
                               struct gt_err *err)
{
    struct gt_outside *o = GT_TAKE(a, struct gt_outside);
    GT_TRY(check_file(s, a, path, opt->kind, err));
    GT_TRY(gt_gdal_get(&o->gdal, err));
    char *found = realpath(path, NULL);
    const char *real = gt_strdup(a, found);
    free(found);
    if (!real)
        return gt_fail_errno(err, "%s: cannot open", path);
    o->path = gt_strdup(a, path);
    o->real = real;
    *out = o;
    gt_arena_defer(a, close_outside, o);
    enum gt_status own = opt->own ? gt_outside_own(o, a, opt, err) : GT_ENOTFOUND;
    o->own = own == GT_OK;
    if (own != GT_ENOTFOUND)
        return own == GT_OK && !opt->no_hash ? hash_files(o, real, err) : own;
    GT_GDAL_LISTEN(said, o->gdal);
    unsigned flags = opt->kind == GT_OUTSIDE_RASTER ? GDAL_OF_RASTER : GDAL_OF_VECTOR;
    o->ds = o->gdal->GDALOpenEx(real, flags | GDAL_OF_VERBOSE_ERROR, kinds[opt->kind].drivers,
                                opt->options, NULL);
    if (!o->ds)
        return refuse(path, opt->kind, &said, err);
    o->driver = gt_strdup(a, o->gdal->GDALGetDriverShortName(o->gdal->GDALGetDatasetDriver(o->ds)));
    return opt->no_hash ? GT_OK : hash_files(o, real, err);
}

/* ---- Coordinate system ---- */

/* GDAL gives WGS 84 to GeoJSON that says nothing; whether it does is seen in its own text. */
static bool is_said(const struct gt_outside *o)
{
    GT_AUTO_ARENA a = gt_arena_new();
    if (strcmp(o->driver, "GeoJSON") != 0)
        return true;
    char *head = GT_TAKE_N(a, char, HEAD + 1);
    FILE *f = fopen(o->real, "rbe");
    size_t n = f ? fread(head, 1, HEAD, f) : 0;
    if (f)
        fclose(f);
    return memmem(head, n, "\"crs\"", 5) != NULL;
}

static enum gt_status check_given(struct gt_arena *a, const struct gt_outside *o, const char *said,
                                  const struct gt_crs *given, struct gt_err *err)
{
    const struct gt_crs *own = NULL;
    if (gt_crs_parse(a, said, &own, NULL) == GT_OK && gt_crs_same(own, given))
        return GT_OK;
    const char *found = own && !own->code[0] ? own->name : said;
    return gt_fail(err, GT_EINPUT,
                   "%s: expected no CRS in the file or the same one as %s, found %.100s; leave "
                   "--source-crs out, or correct the file",
                   o->path, given->code[0] ? given->code : given->name, found);
}

enum gt_status gt_outside_crs(struct gt_arena *a, const struct gt_outside *o,
                              OGRSpatialReferenceH srs, const struct gt_import *in,
                              const struct gt_crs **out, struct gt_err *err)
{
    const char *given = in->source_crs, *said = NULL;
    bool local = srs && o->gdal->OSRIsLocal(srs); /* a place on no map: the given one says which */
    if (!given || (!local && is_said(o)))
        GT_TRY(gt_gdal_crs_text(a, o->gdal, srs, &said, err));
    const char *text = given ? given : said;
    if (!text)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected a coordinate system, found none; give it with --source-crs",
                       o->path);
    if (gt_crs_parse(a, text, out, err) != GT_OK)
        return gt_wrap(err, "%s", o->path);
    return given && said ? check_given(a, o, said, *out, err) : GT_OK;
}
