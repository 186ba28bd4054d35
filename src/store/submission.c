/* submission.c: what is in a package: layers, tables, documents, folders, and what cannot be read.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "submission.h"
#include "shapefile.h"
#include "store_int.h"
#include "text/text.h"

#include "guotu/zip.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEEPEST 32
#define MOST_TEXT ((size_t)64 << 20) /* bytes of a document that are read */

struct package {
    struct gt_arena *a;
    const char *root; /* the folder, of which all paths are parts */
    const char *only; /* of a single file: its name; NULL: all of the folder */
    bool stored;      /* a workspace */
    struct gt_work *outer, w;
    GT_VEC(const struct gt_layer_source *) layer;
    GT_VEC(struct gt_review_document) document;
    GT_VEC(const char *) folder;
    GT_VEC(struct gt_review_trouble) trouble;
};

/* ---- Texts ---- */

/* The text without the root's path: what stands in a package is told by its place in it. */
static const char *inside(const struct package *p, const char *text)
{
    struct gt_buf b = {.a = p->a};
    size_t n = strlen(p->root);
    gt_buf_add(&b, "");
    for (const char *at = text; *at;) {
        if (strncmp(at, p->root, n) == 0) {
            at += at[n] == '/' ? n + 1 : n;
        } else {
            gt_buf_addn(&b, at++, 1);
        }
    }
    return b.p;
}

static void on_progress(void *ctx, const char *what, double share)
{
    struct package *p = ctx;
    if (p->outer && p->outer->on_progress)
        p->outer->on_progress(p->outer->ctx, what, share);
}

static void on_note(void *ctx, enum gt_note_kind kind, const char *text)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct package *p = ctx;
    struct package here = {.a = a, .root = p->root};
    if (p->outer && p->outer->on_note)
        p->outer->on_note(p->outer->ctx, kind, inside(&here, text));
}

static void trouble(struct package *p, const char *path, const char *rule, const char *text)
{
    *GT_PUSH(p->a, &p->trouble) =
        (struct gt_review_trouble){path, rule, inside(p, gt_strdup(p->a, text)), NULL};
}

static void unreadable(struct package *p, const char *path, const char *text)
{
    trouble(p, path, "completeness.unreadable", text);
}

/* ---- Kinds of files ---- */

static bool ends_as(const char *name, const char *const *endings)
{
    const char *dot = strrchr(name, '.');
    for (; dot && *endings; endings++)
        if (strcasecmp(dot, *endings) == 0)
            return true;
    return false;
}

static const char *const of_layers[] = {".shp", ".gpkg", ".gdb", ".geojson", ".fgb", ".kml",
                                        ".kmz", ".dxf",  ".vct", ".mdb",     NULL};
static const char *const of_tables[] = {".csv", ".xlsx", ".ods", ".dbf", NULL};
static const char *const of_texts[] = {".txt", ".md", ".csv", ".xml", ".json", NULL};
static const char *const of_sides[] = {".shx", ".prj",  ".cpg",      ".sbn",      ".sbx",
                                       ".qix", ".lock", ".gpkg-wal", ".gpkg-shm", NULL};
static const char *const of_word[] = {".docx", NULL};
static const char *const of_text[] = {".txt", NULL};
static const char *const of_shapes[] = {".shp", NULL};
static const char *const of_dbase[] = {".dbf", NULL};
static const char *const of_archives[] = {".zip", ".rar", ".7z", NULL};

bool gt_submission_is_layer(const char *name)
{
    return ends_as(name, of_layers);
}

bool gt_submission_is_table(const char *name)
{
    return ends_as(name, of_tables);
}

/* ---- Layers ---- */

static void check_dbf(struct package *p, const char *path, const char *rel)
{
    const char *fault = gt_dbf_fault(p->a, path);
    if (fault)
        unreadable(p, rel, gt_printf(p->a, "%s: %s", rel, fault));
}

/* False: it cannot be opened, which is told. */
static bool check_shapefile(struct package *p, const char *path, const char *rel)
{
    static const char *const sides[] = {".dbf", ".shx"};
    for (size_t i = 0; i < GT_LEN(sides); i++)
        if (!gt_file_beside(p->a, path, sides[i]))
            unreadable(
                p, rel,
                gt_printf(p->a, "%s: expected a %s file beside it, found none", rel, sides[i]));
    const char *dbf = gt_file_beside(p->a, path, ".dbf");
    if (dbf)
        check_dbf(p, dbf, inside(p, dbf));
    return gt_file_beside(p->a, path, ".shx") || !gt_is_shapefile(path);
}

static void add_layers(struct package *p, const char *path, const char *rel)
{
    const struct gt_layer_source *const *l;
    struct gt_err err = {0};
    size_t n;
    if (ends_as(path, of_shapes) && !check_shapefile(p, path, rel))
        return;
    if (ends_as(path, of_dbase))
        check_dbf(p, path, rel);
    if (gt_outside_layers(p->a, path, NULL, &p->w, &l, &n, &err) != GT_OK) {
        unreadable(p, rel, err.text);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct gt_layer_source *copy = GT_TAKE(p->a, struct gt_layer_source);
        *copy = *l[i];
        copy->file = rel;
        *GT_PUSH(p->a, &p->layer) = copy;
    }
}

/* ---- Documents ---- */

static const char *word_text(struct package *p, const char *path, const char *rel)
{
    struct gt_err err = {0};
    struct gt_str xml;
    const char *text = NULL;
    enum gt_status status = gt_zip_get(p->a, path, "word/document.xml", MOST_TEXT, &xml, &err);
    if (status == GT_OK)
        status = gt_xml_document(p->a, rel, xml, &text, &err);
    if (status == GT_OK)
        return text;
    unreadable(p, rel, err.text);
    return NULL;
}

static const char *plain_text(struct package *p, const char *path, const char *rel)
{
    struct gt_err err = {0};
    struct gt_str text;
    if (gt_file_get(p->a, path, MOST_TEXT, &text, &err) != GT_OK) {
        unreadable(p, rel, err.text);
        return NULL;
    }
    if (gt_starts(text.p, "\xef\xbb\xbf"))
        text = (struct gt_str){text.p + 3, text.n - 3};
    return gt_is_utf8(text.p, text.n) ? text.p : gt_letters_any(p->a, text.p);
}

static void add_document(struct package *p, const char *path, const char *rel)
{
    struct stat st;
    struct gt_review_document *d = GT_PUSH(p->a, &p->document);
    const char *text = ends_as(path, of_texts)  ? plain_text(p, path, rel)
                       : ends_as(path, of_word) ? word_text(p, path, rel)
                                                : NULL;
    *d = (struct gt_review_document){
        .path = rel, .text = text, .bytes = stat(path, &st) == 0 ? (int64_t)st.st_size : 0};
}

static bool is_coordinate_text(const char *path)
{
    char head[4096];
    FILE *f = fopen(path, "rbe");
    size_t n = f ? fread(head, 1, sizeof head, f) : 0;
    if (f)
        fclose(f);
    struct gt_str s = {head, n};
    return n > 0 && (gt_text_is_parcels(s) || gt_text_is_vct(s));
}

/* ---- The folder ---- */

static bool is_rubbish(const char *name)
{
    static const char *const names[] = {"Thumbs.db", "__MACOSX", ".DS_Store", "desktop.ini"};
    for (size_t i = 0; i < GT_LEN(names); i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return gt_starts(name, "._") || gt_starts(name, "~$");
}

static void add_file(struct package *p, const char *path, const char *rel)
{
    bool shapes = ends_as(path, of_dbase) && gt_file_beside(p->a, path, ".shp");
    bool layer = ends_as(path, of_layers) || (ends_as(path, of_tables) && !shapes) ||
                 (ends_as(path, of_text) && is_coordinate_text(path));
    if (layer)
        add_layers(p, path, rel);
    if (ends_as(path, of_archives))
        gt_warn(&p->w, "%s: an archive in the package is not looked into; unpack it", path);
    bool side = shapes || ends_as(path, of_sides) || gt_ends(path, ".shp.xml");
    if (!side && (!layer || ends_as(path, of_texts)))
        add_document(p, path, rel);
}

static void walk(struct package *p, const char *dir, const char *rel, int depth)
{
    const char **names;
    struct gt_err err = {0};
    struct stat st;
    size_t n;
    if (gt_dir_list(p->a, dir, &names, &n, &err) != GT_OK) {
        unreadable(p, rel, err.text);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char *path = gt_path_join(p->a, dir, names[i]);
        const char *here = rel[0] ? gt_printf(p->a, "%s/%s", rel, names[i]) : names[i];
        if (is_rubbish(names[i])) {
            trouble(p, here, "completeness.rubbish",
                    gt_printf(p->a, "%s: a system has left it behind", here));
        } else if (lstat(path, &st) != 0 || (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))) {
            unreadable(
                p, here,
                gt_printf(p->a, "%s: expected a file or a folder, found a link or a device", here));
        } else if (S_ISREG(st.st_mode)) {
            add_file(p, path, here);
        } else if (gt_submission_is_layer(names[i])) {
            add_layers(p, path, here);
        } else {
            *GT_PUSH(p->a, &p->folder) = here;
            if (depth < DEEPEST)
                walk(p, path, here, depth + 1);
            else
                unreadable(p, here, gt_printf(p->a, "%s: folders in it are too deep", here));
        }
    }
}

/* ---- Archives ---- */

/* With all that is in it. */
static void remove_tree(const char *dir)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char **names;
    size_t n;
    if (gt_dir_list(a, dir, &names, &n, NULL) != GT_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        const char *path = gt_path_join(a, dir, names[i]);
        if (gt_path_is_dir(path))
            remove_tree(path);
        else if (gt_path_remove(path, NULL) != GT_OK)
            return;
    }
    if (gt_io_before(GT_IO_REMOVE, dir) == GT_IO_NONE)
        rmdir(dir);
}

static void remove_scratch(void *dir)
{
    remove_tree(dir);
}

enum gt_status gt_unpacked(struct gt_arena *a, const char *path, struct gt_work *w,
                           const char **dir, struct gt_zip_skips *skips, struct gt_err *err)
{
    char random[17];
    const char *temp = getenv("TMPDIR");
    gt_random_hex(random);
    char *made = gt_printf(a, "%s/guotu-%s.tmp", temp && temp[0] ? temp : "/tmp", random);
    GT_TRY(gt_dir_make(made, err));
    gt_arena_defer(a, remove_scratch, made);
    *dir = made;
    const struct gt_zip_limits limits = {.work = w};
    return gt_zip_unpack(a, path, made, &limits, skips, err);
}

static void tell_skips(struct package *p, const struct gt_zip_skips *skips)
{
    for (size_t i = 0; i < skips->n; i++)
        trouble(
            p, skips->v[i].name,
            skips->v[i].rubbish ? "completeness.rubbish" : "completeness.unreadable",
            gt_printf(p->a, "%s: left out of the archive: %s", skips->v[i].name, skips->v[i].why));
}

/* An archive often holds one folder, and the package in it. */
static const char *single_folder(struct gt_arena *a, const char *dir)
{
    const char **names;
    size_t n;
    if (gt_dir_list(a, dir, &names, &n, NULL) != GT_OK || n != 1)
        return dir;
    const char *only = gt_path_join(a, dir, names[0]);
    return gt_path_is_dir(only) && !gt_submission_is_layer(names[0]) ? only : dir;
}

static enum gt_status open_archive(struct package *p, const char *path, struct gt_err *err)
{
    struct gt_zip_skips skips;
    const char *dir;
    GT_TRY(gt_unpacked(p->a, path, &p->w, &dir, &skips, err));
    p->root = single_folder(p->a, dir);
    tell_skips(p, &skips);
    walk(p, p->root, "", 0);
    return GT_OK;
}

/* ---- Workspaces ---- */

static void close_store(void *s)
{
    gt_store_close(s);
}

static const char *upper(struct gt_arena *a, const char *id)
{
    char *out = gt_strdup(a, id);
    for (char *c = out; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return out;
}

static enum gt_status open_workspace(struct package *p, const char *path, struct gt_err *err)
{
    struct gt_store *s;
    const struct gt_dataset *d;
    size_t n;
    GT_TRY(gt_store_open(p->a, path, GT_STORE_READ, &s, err));
    gt_arena_defer(p->a, close_store, s);
    p->stored = true;
    GT_TRY(gt_store_list(s, p->a, &d, &n, err));
    for (size_t i = 0; i < n; i++) {
        const struct gt_layer_source *l;
        struct gt_err below = {0};
        if (d[i].kind == GT_DATASET_RASTER)
            continue;
        if (gt_store_layer(s, p->a, &d[i], &l, &below) != GT_OK) {
            unreadable(p, d[i].id, below.text);
            continue;
        }
        struct gt_layer_source *copy = GT_TAKE(p->a, struct gt_layer_source);
        *copy = *l;
        copy->name = upper(p->a, d[i].id);
        *GT_PUSH(p->a, &p->layer) = copy;
    }
    return GT_OK;
}

/* ---- All of it ---- */

static enum gt_status open_any(struct package *p, const char *path, struct gt_err *err)
{
    bool folder = gt_path_is_dir(path);
    if (!gt_path_exists(path))
        return gt_fail(err, GT_ENOTFOUND,
                       "%s: expected a folder, an archive or a file, found nothing", path);
    if (folder && gt_path_exists(gt_path_join(p->a, path, GT_FILE_INFO)))
        return open_workspace(p, path, err);
    if (folder && !gt_submission_is_layer(path)) {
        walk(p, path, "", 0);
        return GT_OK;
    }
    static const char *const archive[] = {".zip", NULL};
    if (!folder && ends_as(path, archive))
        return open_archive(p, path, err);
    size_t n = (size_t)(gt_path_base(path) - path);
    p->only = gt_path_base(path);
    p->root = n > 1 ? gt_strndup(p->a, path, n - 1) : n == 1 ? "/" : "./";
    if (folder)
        add_layers(p, path, gt_path_base(path));
    else
        add_file(p, path, gt_path_base(path));
    return GT_OK;
}

enum gt_status gt_submission_open(struct gt_arena *a, const char *path, struct gt_work *w,
                                  const struct gt_submission **out, struct gt_err *err)
{
    struct package *p = GT_TAKE(a, struct package);
    struct gt_submission *s = GT_TAKE(a, struct gt_submission);
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    path = gt_strndup(a, path, n);
    *p = (struct package){.a = a, .root = path, .outer = w};
    if (w)
        p->w = *w;
    p->w.on_note = on_note;
    p->w.on_progress = on_progress;
    p->w.ctx = p;
    *out = NULL;
    GT_TRY(open_any(p, path, err));
    *s = (struct gt_submission){
        .name = gt_strdup(a, gt_path_base(path)),
        .root = p->stored ? NULL : p->root,
        .only = p->only ? p->only : "",
        .n_layers = p->layer.n,
        .n_documents = p->document.n,
        .n_folders = p->folder.n,
        .n_troubles = p->trouble.n,
        .layer = p->layer.v,
        .document = p->document.v,
        .folder = p->folder.v,
        .trouble = p->trouble.v,
    };
    *out = s;
    return GT_OK;
}
