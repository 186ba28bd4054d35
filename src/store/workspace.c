/* workspace.c: makes, opens and closes workspaces. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "gpkg.h"
#include "store_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Stands in a folder while a workspace is made of it: what an interrupted init left behind is known
 * by it, and may be made anew. */
#define FILE_MAKING ".guotu-init"
#define STATE_ID "0x47756F74" /* "Guot" */

static const char *const folders[] = {GT_FOLDER_RASTER, "files", "out"};

/* ---- Making ---- */

struct making {
    struct gt_arena *a;
    const char *given; /* as the caller named it, without slashes at the end */
    const char *first; /* the topmost folder of it that was not there; NULL: all were */
    const char *dir;   /* absolute; NULL until the folder is there */
    int lock;
};

static enum gt_status remove_dir(const char *path, struct gt_err *err)
{
    if (gt_io_before(GT_IO_REMOVE, path) != GT_IO_NONE)
        errno = ENOSPC;
    else if (rmdir(path) == 0 || errno == ENOENT)
        return GT_OK;
    return gt_fail_errno(err, "%s: cannot remove this folder", path);
}

/* What this program makes in a new workspace, and what SQLite puts beside its files meanwhile. */
static enum gt_status remove_made(const struct making *m, struct gt_err *err)
{
    static const char *const files[] = {GT_FILE_INFO, GT_FILE_STATE, GT_FILE_STATE "-journal",
                                        GT_FILE_PLAN, GT_FILE_PLAN "-journal"};
    const char **names;
    size_t n;
    for (size_t i = 0; i < GT_LEN(files); i++)
        GT_TRY(gt_path_remove(gt_path_join(m->a, m->dir, files[i]), err));
    for (size_t i = 0; i < GT_LEN(folders); i++)
        GT_TRY(remove_dir(gt_path_join(m->a, m->dir, folders[i]), err));
    GT_TRY(gt_dir_list(m->a, m->dir, &names, &n, err));
    for (size_t i = 0; i < n; i++)
        if (gt_starts(names[i], ".guotu-") && gt_ends(names[i], ".tmp"))
            GT_TRY(gt_path_remove(gt_path_join(m->a, m->dir, names[i]), err));
    return gt_path_remove(gt_path_join(m->a, m->dir, FILE_MAKING), err);
}

/* The first failure is the one to report; what cannot be removed now is known by its mark. */
static void unmake(const struct making *m)
{
    if (m->lock >= 0 && (remove_made(m, NULL) != GT_OK ||
                         gt_path_remove(gt_path_join(m->a, m->dir, GT_FILE_LOCK), NULL) != GT_OK))
        return;
    /* The folders that were made for it, from the innermost out; none that has something in it. */
    char *path = gt_strdup(m->a, m->given);
    while (m->first && strlen(path) >= strlen(m->first) && remove_dir(path, NULL) == GT_OK) {
        char *slash = strrchr(path, '/');
        if (!slash || slash == path)
            break;
        *slash = '\0';
    }
}

static enum gt_status make_state(const char *path, struct gt_err *err)
{
    struct sqlite3 *db;
    GT_TRY(gt_db_open(path, true, &db, err));
    enum gt_status status =
        gt_db_run(db, "PRAGMA application_id = " STATE_ID "; PRAGMA user_version = 1;", err);
    if (status == GT_OK)
        status = gt_catalog_create(db, err);
    gt_db_close(db);
    return status;
}

static enum gt_status make_plan(const char *path, struct gt_err *err)
{
    struct sqlite3 *db;
    GT_TRY(gt_db_open(path, true, &db, err));
    enum gt_status status = gt_gpkg_create(db, err);
    gt_db_close(db);
    return status;
}

/* workspace.yaml comes last: only with it is the folder a workspace. */
static enum gt_status make_all(const struct making *m, const char *text, struct gt_err *err)
{
    for (size_t i = 0; i < GT_LEN(folders); i++)
        GT_TRY(gt_dir_make(gt_path_join(m->a, m->dir, folders[i]), err));
    GT_TRY(make_state(gt_path_join(m->a, m->dir, GT_FILE_STATE), err));
    GT_TRY(make_plan(gt_path_join(m->a, m->dir, GT_FILE_PLAN), err));
    GT_TRY(gt_file_put(gt_path_join(m->a, m->dir, GT_FILE_INFO), text, strlen(text), err));
    GT_TRY(gt_path_remove(gt_path_join(m->a, m->dir, FILE_MAKING), err));
    return gt_dir_sync(m->dir, err);
}

static enum gt_status mark_making(const struct making *m, struct gt_err *err)
{
    struct gt_file *mark;
    GT_TRY(gt_file_create(gt_path_join(m->a, m->dir, FILE_MAKING), &mark, err));
    enum gt_status status = gt_file_sync(mark, err);
    if (status != GT_OK) {
        gt_file_drop(mark);
        return status;
    }
    GT_TRY(gt_file_close(mark, err));
    return gt_dir_sync(m->dir, err);
}

/* The first of the folders above and with dir that is not there. */
static const char *first_absent(struct gt_arena *a, const char *dir)
{
    if (gt_path_exists(dir))
        return NULL;
    char *path = gt_strdup(a, dir);
    for (const char *first = path;;) {
        char *slash = strrchr(path, '/');
        if (!slash || slash == path)
            return gt_strdup(a, first);
        char *before = gt_strdup(a, path);
        *slash = '\0';
        if (gt_path_exists(path))
            return before;
        first = path;
    }
}

/* Without the lock: a first look, so that a folder of other things is not even given a lock file.
 */
static enum gt_status want_empty(struct making *m, struct gt_err *err)
{
    const char **names;
    size_t n;
    if (m->lock >= 0 && gt_path_exists(gt_path_join(m->a, m->dir, FILE_MAKING)) &&
        !gt_path_exists(gt_path_join(m->a, m->dir, GT_FILE_INFO)))
        GT_TRY(remove_made(m, err));
    if (gt_path_exists(gt_path_join(m->a, m->dir, GT_FILE_INFO)))
        return gt_fail(err, GT_EEXISTS, "%s: expected an empty or absent folder, found a workspace",
                       m->dir);
    if (m->lock < 0 && gt_path_exists(gt_path_join(m->a, m->dir, FILE_MAKING)))
        return GT_OK;
    GT_TRY(gt_dir_list(m->a, m->dir, &names, &n, err));
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], GT_FILE_LOCK) != 0)
            return gt_fail(err, GT_EEXISTS,
                           "%s: expected an empty or absent folder, found one with '%s' in it",
                           m->dir, names[i]);
    return GT_OK;
}

static const char *real_path(struct gt_arena *a, const char *path)
{
    char *real = realpath(path, NULL);
    const char *out = gt_strdup(a, real);
    free(real);
    return out;
}

/* The folder itself, and the lock that keeps others from making a workspace of it meanwhile. */
static enum gt_status take_folder(struct making *m, struct gt_err *err)
{
    if (!m->first && !gt_path_is_dir(m->given))
        return gt_fail(err, GT_EEXISTS, "%s: expected an empty or absent folder, found a file",
                       m->given);
    GT_TRY(gt_dir_make(m->given, err));
    m->dir = real_path(m->a, m->given);
    if (!m->dir)
        return gt_fail_errno(err, "%s: cannot open this folder", m->given);
    GT_TRY(want_empty(m, err));
    return gt_lock_take(m->dir, &m->lock, err);
}

/* Under the lock: what was empty at the first look must be so still. */
static enum gt_status fill_folder(struct making *m, const char *text, bool *ours,
                                  struct gt_err *err)
{
    GT_TRY(want_empty(m, err));
    *ours = true;
    GT_TRY(mark_making(m, err));
    return make_all(m, text, err);
}

static enum gt_status make(struct making *m, const char *text, struct gt_err *err)
{
    bool ours = false;
    enum gt_status status = take_folder(m, err);
    if (status != GT_OK)
        ours = m->first != NULL;
    else
        status = fill_folder(m, text, &ours, err);
    if (status != GT_OK && ours)
        unmake(m);
    gt_lock_leave(m->lock);
    return status;
}

enum gt_status gt_store_init(const char *dir, const struct gt_workspace_info *info,
                             struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_crs *crs;
    const char *text;
    size_t n = strlen(dir);
    if (!n)
        return gt_fail(err, GT_EUSE, "expected a folder for the workspace, found an empty name");
    GT_TRY(gt_workspace_text(a, info, &text, err));
    if (gt_crs_parse(a, info->crs, &crs, err) != GT_OK)
        return gt_wrap(err, "crs");
    while (n > 1 && dir[n - 1] == '/')
        n--;
    struct making m = {.a = a, .given = gt_strndup(a, dir, n), .lock = -1};
    m.first = first_absent(a, m.given);
    return make(&m, text, err);
}

/* ---- Opening ---- */

static enum gt_status read_info(struct gt_arena *a, const char *dir,
                                const struct gt_workspace_info **out, struct gt_err *err)
{
    struct gt_str text;
    const char *path = gt_path_join(a, dir, GT_FILE_INFO);
    if (!gt_path_exists(path))
        return gt_fail(err, GT_ENOTFOUND,
                       "%s: expected a workspace (a folder with %s in it), found none; make one "
                       "with 'guotu init'",
                       dir, GT_FILE_INFO);
    GT_TRY(gt_file_get(a, path, (size_t)4 << 20, &text, err));
    return gt_workspace_parse(a, path, text, out, err);
}

static enum gt_status check_state(struct sqlite3 *db, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    bool row;
    GT_TRY(gt_db_prepare(
        db,
        "SELECT (SELECT application_id FROM pragma_application_id), user_version FROM "
        "pragma_user_version",
        &st, err));
    GT_TRY(gt_db_step(st, &row, err));
    if (!row || gt_db_int(st, 0) != strtol(STATE_ID, NULL, 16))
        return gt_fail(err, GT_EINPUT,
                       "%s: expected the catalog of a workspace, found another SQLite file",
                       GT_FILE_STATE);
    if (gt_db_int(st, 1) > GT_WORKSPACE_FORMAT)
        return gt_fail(
            err, GT_EVERSION,
            "%s has format %lld, made by a newer version of this program; this one knows "
            "formats up to %d",
            GT_FILE_STATE, (long long)gt_db_int(st, 1), GT_WORKSPACE_FORMAT);
    return GT_OK;
}

static enum gt_status want_file(struct gt_arena *a, const char *dir, const char *name,
                                struct gt_err *err)
{
    if (!gt_path_exists(gt_path_join(a, dir, name)))
        return gt_fail(err, GT_EINPUT,
                       "%s: expected the file %s in this workspace, found none; "
                       "put a copy of it back",
                       dir, name);
    return GT_OK;
}

static enum gt_status open_files(struct gt_store *s, struct gt_arena *a, struct gt_err *err)
{
    GT_TRY(want_file(a, s->dir, GT_FILE_STATE, err));
    GT_TRY(want_file(a, s->dir, GT_FILE_PLAN, err));
    GT_TRY(gt_db_open(gt_path_join(a, s->dir, GT_FILE_STATE), false, &s->db, err));
    GT_TRY(check_state(s->db, err));
    GT_TRY(gt_db_attach(s->db, gt_path_join(a, s->dir, GT_FILE_PLAN), "plan", err));
    GT_TRY(gt_gpkg_functions(s->db, err));
    if (s->mode == GT_STORE_READ)
        return gt_db_run(s->db, "PRAGMA query_only = ON", err);
    GT_TRY(gt_db_rollback_journal(s->db, "main", err));
    GT_TRY(gt_db_rollback_journal(s->db, "plan", err));
    return gt_store_sweep(s, err);
}

enum gt_status gt_store_open(struct gt_arena *a, const char *dir, enum gt_store_mode mode,
                             struct gt_store **out, struct gt_err *err)
{
    struct gt_store *s = GT_TAKE(a, struct gt_store);
    *out = NULL;
    if (!gt_path_is_dir(dir))
        return gt_fail(err, GT_ENOTFOUND, "%s: expected the folder of a workspace, found %s", dir,
                       gt_path_exists(dir) ? "a file" : "nothing");
    *s = (struct gt_store){.a = a, .dir = real_path(a, dir), .mode = mode, .lock = -1};
    if (!s->dir)
        return gt_fail_errno(err, "%s: cannot open this folder", dir);
    GT_TRY(read_info(a, s->dir, &s->info, err));
    if (mode == GT_STORE_WRITE)
        GT_TRY(gt_lock_take(s->dir, &s->lock, err));
    enum gt_status status = open_files(s, a, err);
    if (status != GT_OK) {
        gt_store_close(s);
        return status;
    }
    *out = s;
    return GT_OK;
}

void gt_store_close(struct gt_store *s)
{
    if (!s)
        return;
    gt_txn_drop(s->txn);
    gt_db_close(s->db);
    s->db = NULL;
    gt_lock_leave(s->lock);
    s->lock = -1;
}

const struct gt_workspace_info *gt_store_info(const struct gt_store *s)
{
    return s->info;
}

const char *gt_store_dir(const struct gt_store *s)
{
    return s->dir;
}
