/* put.c: a whole document written so that a reader sees the old one or the new one. */
#include "base_int.h"
#include "guotu/hash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum gt_status fill(struct gt_file *f, const void *p, size_t n, struct gt_err *err)
{
    if (n > 0)
        GT_TRY(gt_file_write(f, p, n, err));
    return gt_file_sync(f, err);
}

/* Best effort: the first error is the one to report. */
static void forget(const char *temp)
{
    enum gt_status ignored = gt_path_remove(temp, NULL);
    (void)ignored;
}

static enum gt_status put_beside(const char *temp, const char *path, struct gt_str text,
                                 struct gt_err *err)
{
    struct gt_file *f;
    GT_TRY(gt_file_create(temp, &f, err));
    enum gt_status status = fill(f, text.p, text.n, err);
    if (status != GT_OK) {
        gt_file_drop(f);
        return status;
    }
    status = gt_file_close(f, err);
    if (status == GT_OK)
        status = gt_path_rename(temp, path, err);
    if (status != GT_OK)
        forget(temp);
    return status;
}

enum gt_status gt_file_put(const char *path, const void *p, size_t n, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return gt_fail(err, GT_EINPUT,
                       "%s: expected a file or a free name, found a %s; give another name", path,
                       S_ISDIR(st.st_mode) ? "folder" : "device");
    /* A link keeps pointing: what it points to is replaced. */
    char *real = realpath(path, NULL);
    const char *target = gt_strdup(a, real ? real : path);
    free(real);

    char id[17];
    gt_random_hex(id);
    size_t dir_n = (size_t)(gt_path_base(target) - target);
    const char *dir = dir_n ? gt_strndup(a, target, dir_n) : ".";
    const char *temp = gt_path_join(a, dir, gt_printf(a, ".guotu-%s.tmp", id));
    GT_TRY(put_beside(temp, target, (struct gt_str){.p = p, .n = n}, err));
    struct gt_err below = {0};
    if (gt_dir_sync(dir, &below) != GT_OK)
        return gt_fail(err, below.status,
                       "%s: written, but not sure to outlive a loss of power: %s", path,
                       below.text);
    return GT_OK;
}
