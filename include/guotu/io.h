/* io.h: the one layer through which this program changes files, and the faults simulated in it.
 * Module base; builds on base.h. Reading may use it; writing must. SQLite and GDAL write through it
 * too (a VFS each, in store). */
#ifndef GUOTU_IO_H
#define GUOTU_IO_H

#include "guotu/base.h"

/* What an operation on the file system is about to do; the fault hook sees each one. */
enum gt_io_op {
    GT_IO_CREATE,
    GT_IO_WRITE,
    GT_IO_SYNC,
    GT_IO_TRUNCATE,
    GT_IO_RENAME,
    GT_IO_REMOVE,
    GT_IO_MKDIR,
    GT_IO_COMMIT /* a store commit's deciding write */
};

enum gt_io_fault {
    GT_IO_NONE,
    /* The process ends at once with status 137. Of files made by gt_file_create it drops what was
     * appended since their last sync, and the files whose folder was not synced since. */
    GT_IO_CRASH,
    GT_IO_FULL, /* ENOSPC from this operation on, but for removing and making smaller */
    GT_IO_SHORT /* half of this write's bytes reach the file, then ENOSPC; later ones succeed */
};

/* Tests: the n-th operation from now (1-based) meets the fault; the count begins again. From the
 * environment GUOTU_FAULT="crash:17", "full:17", "short:17"; "count:FILE" writes the number of
 * operations to FILE at exit. */
void gt_io_fault_set(enum gt_io_fault fault, int64_t at);
int64_t gt_io_ops(void); /* operations so far */

/* For the VFS shims of SQLite and GDAL: asks the hook before the operation that the caller does
 * itself. GT_IO_CRASH never returns. For GT_IO_SHORT the caller writes half and fails. */
enum gt_io_fault gt_io_before(enum gt_io_op op, const char *path);

/* ---- Files written ---- */

/* A new file, O_EXCL: never over a live one. Position-based, so that blocks may come in any
 * order. */
struct gt_file;
GT_MUST enum gt_status gt_file_create(const char *path, struct gt_file **out, struct gt_err *err);
/* A file without a name in a folder: gone when it is closed, however the program ends. */
GT_MUST enum gt_status gt_file_unnamed(const char *dir, struct gt_file **out, struct gt_err *err);
/* appends */
GT_MUST enum gt_status gt_file_write(struct gt_file *f, const void *p, size_t n,
                                     struct gt_err *err);
GT_MUST enum gt_status gt_file_pwrite(struct gt_file *f, int64_t at, const void *p, size_t n,
                                      struct gt_err *err);
GT_MUST enum gt_status gt_file_pread(struct gt_file *f, int64_t at, void *p, size_t n, size_t *got,
                                     struct gt_err *err);
GT_MUST enum gt_status gt_file_truncate(struct gt_file *f, int64_t size, struct gt_err *err);
int64_t gt_file_size(struct gt_file *f);
GT_MUST enum gt_status gt_file_sync(struct gt_file *f, struct gt_err *err);
/* After sync, if it matters. f is gone in any case. */
GT_MUST enum gt_status gt_file_close(struct gt_file *f, struct gt_err *err);
/* closes and removes; NULL allowed */
void gt_file_drop(struct gt_file *f);

/* with parents; existing is fine */
GT_MUST enum gt_status gt_dir_make(const char *path, struct gt_err *err);
GT_MUST enum gt_status gt_dir_sync(const char *path, struct gt_err *err);
/* a file; absent is fine */
GT_MUST enum gt_status gt_path_remove(const char *path, struct gt_err *err);
GT_MUST enum gt_status gt_path_rename(const char *from, const char *to, struct gt_err *err);
/* Whole text into a new file beside `path`, synced, then renamed over it (for user-named exports
 * and documents; stored datasets are never renamed over). On failure the old file stands; only
 * where the folder's sync fails, at the very end, is it the new one. A link keeps pointing. */
GT_MUST enum gt_status gt_file_put(const char *path, const void *p, size_t n, struct gt_err *err);

/* ---- Files read ---- */

/* Whole file, at most max bytes (GT_ETOOBIG), NUL behind it. */
GT_MUST enum gt_status gt_file_get(struct gt_arena *a, const char *path, size_t max,
                                   struct gt_str *out, struct gt_err *err);
bool gt_path_exists(const char *path);
bool gt_path_is_dir(const char *path);
const char *gt_path_join(struct gt_arena *a, const char *dir, const char *name);
const char *gt_path_base(const char *path); /* last component, in place */
/* Names in a folder, sorted; without . and .. */
GT_MUST enum gt_status gt_dir_list(struct gt_arena *a, const char *path, const char ***names,
                                   size_t *n, struct gt_err *err);
/* Folder of shipped data (rules): $GUOTU_RULES, or found from the program's own place:
 * ../../rules, ../share/guotu/rules. NULL with GT_ENOTFOUND in err when absent. */
const char *gt_rules_dir(struct gt_arena *a, struct gt_err *err);

#endif
