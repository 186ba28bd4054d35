/* db.h: SQLite with statuses, through a file layer of ours. Part of module store; builds on base.h,
 * io.h. Outside values only ever reach SQL as bound parameters; names of tables and columns through
 * gt_db_name. */
#ifndef GUOTU_STORE_DB_H
#define GUOTU_STORE_DB_H

#include "guotu/base.h"

#include <sqlite3.h>

/* How long to wait for another process: 10 s, or GUOTU_LOCK_WAIT seconds of the environment. */
double gt_db_wait_s(void);

/* path is absolute. create: the file must not be there yet; else it must be. Rollback journal,
 * synced to the disk, foreign keys on. */
GT_MUST enum gt_status gt_db_open(const char *path, bool create, struct sqlite3 **out,
                                  struct gt_err *err);
/* An outside file, which is not changed. */
GT_MUST enum gt_status gt_db_open_read(const char *path, struct sqlite3 **out, struct gt_err *err);
void gt_db_close(struct sqlite3 *db); /* NULL allowed; an open transaction is rolled back */
GT_MUST enum gt_status gt_db_attach(struct sqlite3 *db, const char *path, const char *name,
                                    struct gt_err *err);
/* Rollback journal for an attached or the main file, whatever it had before. GT_EBUSY: another
 * program has it open. */
GT_MUST enum gt_status gt_db_rollback_journal(struct sqlite3 *db, const char *name,
                                              struct gt_err *err);

/* The status and text of the last failure of db; rc is its result code. */
enum gt_status gt_db_fail(struct sqlite3 *db, int rc, struct gt_err *err);

/* Statements without parameters and rows. */
GT_MUST enum gt_status gt_db_run(struct sqlite3 *db, const char *sql, struct gt_err *err);

void gt_db_finalize_(struct sqlite3_stmt **st);
#define GT_AUTO_STMT __attribute__((cleanup(gt_db_finalize_))) struct sqlite3_stmt *
GT_MUST enum gt_status gt_db_prepare(struct sqlite3 *db, const char *sql, struct sqlite3_stmt **out,
                                     struct gt_err *err);
/* Binds parameters 1, 2, ... by a letter each: t const char * (NULL is NULL), i int64_t, n double
 * (NaN is NULL). */
GT_MUST enum gt_status gt_db_bind(struct sqlite3_stmt *st, struct gt_err *err, const char *kinds,
                                  ...);
/* *row: there is one. */
GT_MUST enum gt_status gt_db_step(struct sqlite3_stmt *st, bool *row, struct gt_err *err);
/* A step that gives no row; then ready to be bound again. */
GT_MUST enum gt_status gt_db_done(struct sqlite3_stmt *st, struct gt_err *err);

/* Columns, from 0. Texts are copied; NULL is "" and NaN. */
const char *gt_db_text(struct gt_arena *a, struct sqlite3_stmt *st, int col);
int64_t gt_db_int(struct sqlite3_stmt *st, int col);
double gt_db_num(struct sqlite3_stmt *st, int col);

/* "name" with its quotes doubled. */
const char *gt_db_name(struct gt_arena *a, const char *name);

/* The file layer over the system's own, which asks io.h before each change of a file; registered by
 * gt_db_open. */
#define GT_DB_VFS "guotu"
GT_MUST enum gt_status gt_db_vfs(struct gt_err *err);

#endif
