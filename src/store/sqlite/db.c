/* db.c: SQLite calls with statuses. */
#include "sqlite/db.h"
#include "guotu/io.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double gt_db_wait_s(void)
{
    const char *text = getenv("GUOTU_LOCK_WAIT");
    double s;
    return text && gt_parse_num(text, &s) && s >= 0 && s < 1e6 ? s : 10;
}

enum gt_status gt_db_fail(struct sqlite3 *db, int rc, struct gt_err *err)
{
    const char *path = db ? sqlite3_db_filename(db, "main") : NULL;
    const char *name = path && path[0] ? gt_path_base(path) : "database";
    const char *text = db ? sqlite3_errmsg(db) : sqlite3_errstr(rc);
    switch (rc & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return gt_fail(
            err, GT_EBUSY,
            "%s or plan.gpkg beside it is in use by another program (%s); close it there "
            "and try again",
            name, text);
    case SQLITE_FULL: return gt_fail(err, GT_EIO, "%s: cannot write: the disk is full", name);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return gt_fail(err, GT_EINPUT,
                       "%s: expected a sound SQLite file, found a damaged one (%s); put a copy of "
                       "the workspace back",
                       name, text);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOLFS:
    case SQLITE_AUTH:
        return gt_fail(err, GT_EIO, "%s: cannot read or write: %s (%s)", name, text,
                       sqlite3_errstr(rc));
    case SQLITE_TOOBIG: return gt_fail(err, GT_ETOOBIG, "%s: %s", name, text);
    default: return gt_fail(err, GT_EINTERNAL, "%s: SQLite: %s", name, text);
    }
}

enum gt_status gt_db_run(struct sqlite3 *db, const char *sql, struct gt_err *err)
{
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? GT_OK : gt_db_fail(db, rc, err);
}

void gt_db_close(struct sqlite3 *db)
{
    if (db)
        sqlite3_close_v2(db);
}

static enum gt_status set_up(struct sqlite3 *db, struct gt_err *err)
{
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, (int)(gt_db_wait_s() * 1000));
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    /* A table's new name need not suit the triggers of other tables. */
    sqlite3_db_config(db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 1, NULL);
    /* Up to a gigabyte nothing reaches the files before the commit: readers wait for that moment
     * alone. */
    return gt_db_run(db, "PRAGMA cache_spill = 262144; PRAGMA synchronous = EXTRA;", err);
}

static enum gt_status open_with(const char *path, int flags, struct sqlite3 **out,
                                struct gt_err *err)
{
    struct sqlite3 *db = NULL;
    *out = NULL;
    GT_TRY(gt_db_vfs(err));
    int rc = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_PRIVATECACHE, GT_DB_VFS);
    enum gt_status status = rc == SQLITE_OK ? set_up(db, err) : gt_db_fail(db, rc, err);
    if (status != GT_OK) {
        gt_db_close(db);
        return status;
    }
    *out = db;
    return GT_OK;
}

enum gt_status gt_db_open(const char *path, bool create, struct sqlite3 **out, struct gt_err *err)
{
    *out = NULL;
    if (create && gt_path_exists(path))
        return gt_fail(err, GT_EEXISTS, "%s: expected no such file, found one", path);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW;
    return open_with(path, create ? flags | SQLITE_OPEN_CREATE : flags, out, err);
}

enum gt_status gt_db_open_read(const char *path, struct sqlite3 **out, struct gt_err *err)
{
    return open_with(path, SQLITE_OPEN_READONLY, out, err);
}

enum gt_status gt_db_attach(struct sqlite3 *db, const char *path, const char *name,
                            struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    GT_TRY(gt_db_prepare(db, gt_printf(a, "ATTACH ?1 AS %s", gt_db_name(a, name)), &st, err));
    GT_TRY(gt_db_bind(st, err, "t", path));
    GT_TRY(gt_db_done(st, err));
    GT_TRY(gt_db_run(db, gt_printf(a, "PRAGMA %s.cache_spill = 262144", gt_db_name(a, name)), err));
    return gt_db_run(db, gt_printf(a, "PRAGMA %s.synchronous = EXTRA", gt_db_name(a, name)), err);
}

enum gt_status gt_db_rollback_journal(struct sqlite3 *db, const char *name, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    bool row;
    GT_TRY(gt_db_prepare(db, gt_printf(a, "PRAGMA %s.journal_mode = DELETE", gt_db_name(a, name)),
                         &st, err));
    GT_TRY(gt_db_step(st, &row, err));
    const char *mode = row ? gt_db_text(a, st, 0) : "";
    if (strcmp(mode, "delete") != 0)
        return gt_fail(err, GT_EBUSY,
                       "%s.gpkg is open in another program, which holds it in journal mode '%s'; "
                       "close it there and try again",
                       name, mode);
    return GT_OK;
}

void gt_db_finalize_(struct sqlite3_stmt **st)
{
    sqlite3_finalize(*st);
}

enum gt_status gt_db_prepare(struct sqlite3 *db, const char *sql, struct sqlite3_stmt **out,
                             struct gt_err *err)
{
    int rc = sqlite3_prepare_v2(db, sql, -1, out, NULL);
    return rc == SQLITE_OK ? GT_OK : gt_db_fail(db, rc, err);
}

static int bind_one(struct sqlite3_stmt *st, int at, char kind, va_list *args)
{
    switch (kind) {
    case 't': return sqlite3_bind_text(st, at, va_arg(*args, const char *), -1, SQLITE_TRANSIENT);
    case 'i': return sqlite3_bind_int64(st, at, va_arg(*args, int64_t));
    case 'n': {
        double v = va_arg(*args, double);
        return isnan(v) ? sqlite3_bind_null(st, at) : sqlite3_bind_double(st, at, v);
    }
    default: return SQLITE_MISUSE;
    }
}

enum gt_status gt_db_bind(struct sqlite3_stmt *st, struct gt_err *err, const char *kinds, ...)
{
    int rc = SQLITE_OK;
    va_list args;
    va_start(args, kinds);
    for (int i = 0; kinds[i] && rc == SQLITE_OK; i++)
        rc = bind_one(st, i + 1, kinds[i], &args);
    va_end(args);
    return rc == SQLITE_OK ? GT_OK : gt_db_fail(sqlite3_db_handle(st), rc, err);
}

enum gt_status gt_db_step(struct sqlite3_stmt *st, bool *row, struct gt_err *err)
{
    int rc = sqlite3_step(st);
    *row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW || rc == SQLITE_DONE)
        return GT_OK;
    return gt_db_fail(sqlite3_db_handle(st), rc, err);
}

enum gt_status gt_db_done(struct sqlite3_stmt *st, struct gt_err *err)
{
    int rc = sqlite3_step(st);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return gt_db_fail(sqlite3_db_handle(st), rc, err);
    sqlite3_reset(st);
    return GT_OK;
}

const char *gt_db_text(struct gt_arena *a, struct sqlite3_stmt *st, int col)
{
    const unsigned char *text = sqlite3_column_text(st, col);
    if (!text)
        return "";
    return gt_strndup(a, (const char *)text, (size_t)sqlite3_column_bytes(st, col));
}

int64_t gt_db_int(struct sqlite3_stmt *st, int col)
{
    return sqlite3_column_int64(st, col);
}

double gt_db_num(struct sqlite3_stmt *st, int col)
{
    if (sqlite3_column_type(st, col) == SQLITE_NULL)
        return (double)NAN;
    return sqlite3_column_double(st, col);
}

const char *gt_db_name(struct gt_arena *a, const char *name)
{
    struct gt_buf out = {.a = a};
    gt_buf_add(&out, "\"");
    for (const char *p = name; *p; p++)
        gt_buf_addn(&out, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
    gt_buf_add(&out, "\"");
    return out.p;
}
