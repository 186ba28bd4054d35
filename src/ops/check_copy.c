/* check_copy.c: a package copied byte for byte, whatever its files are. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "check.h"

#include "guotu/io.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define PIECE ((size_t)1 << 20)

static enum gt_status copy_bytes(FILE *in, struct gt_file *out, const char *from,
                                 struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    void *room;
    GT_TRY(gt_reserve(a, PIECE, 1, "a copy", &room, err));
    for (size_t n; (n = fread(room, 1, PIECE, in)) > 0;)
        GT_TRY(gt_file_write(out, room, n, err));
    return ferror(in) ? gt_fail_errno(err, "%s: cannot read", from) : gt_file_sync(out, err);
}

static enum gt_status copy_file(const char *from, const char *to, struct gt_err *err)
{
    struct gt_file *out;
    FILE *in = fopen(from, "rbe");
    if (!in)
        return gt_fail_errno(err, "%s: cannot read", from);
    enum gt_status status = gt_file_create(to, &out, err);
    if (status == GT_OK) {
        status = copy_bytes(in, out, from, err);
        if (status == GT_OK)
            status = gt_file_close(out, err);
        else
            gt_file_drop(out);
    }
    (void)fclose(in);
    return status;
}

static enum gt_status copy_tree(struct check *k, const char *from, const char *to,
                                struct gt_err *err);

enum gt_status check_copy_any(struct check *k, const char *from, const char *to, struct gt_err *err)
{
    struct stat st;
    if (gt_stopped(k->c->work))
        return gt_fail(err, GT_ECANCELLED, "stopped");
    if (lstat(from, &st) != 0)
        return gt_fail_errno(err, "%s: cannot read", from);
    if (S_ISDIR(st.st_mode))
        return copy_tree(k, from, to, err);
    if (S_ISREG(st.st_mode))
        return copy_file(from, to, err);
    gt_warn(k->c->work, "--fix: %s is a link or a device: it is left out of the copy",
            gt_path_base(from));
    return GT_OK;
}

static enum gt_status copy_tree(struct check *k, const char *from, const char *to,
                                struct gt_err *err)
{
    const char **name;
    size_t n;
    GT_TRY(gt_dir_list(k->a, from, &name, &n, err));
    GT_TRY(gt_dir_make(to, err));
    for (size_t i = 0; i < n; i++)
        GT_TRY(check_copy_any(k, gt_path_join(k->a, from, name[i]), gt_path_join(k->a, to, name[i]),
                              err));
    return GT_OK;
}

/* Whether a file belongs to a single one: itself, a database's journals, a shapefile's parts. */
static bool belongs(const char *name, const char *only)
{
    const size_t n = strlen(only);
    const char *dot = strrchr(only, '.');
    if (strcmp(name, only) == 0 || (strncmp(name, only, n) == 0 && name[n] == '-'))
        return true;
    const size_t stem = dot ? (size_t)(dot - only) : n;
    return dot && strcasecmp(dot, ".shp") == 0 && strncmp(name, only, stem + 1) == 0;
}

static enum gt_status copy_single(struct check *k, const char *to, struct gt_err *err)
{
    const char **name;
    size_t n;
    GT_TRY(gt_dir_list(k->a, k->s->root, &name, &n, err));
    GT_TRY(gt_dir_make(to, err));
    for (size_t i = 0; i < n; i++)
        if (belongs(name[i], k->s->only))
            GT_TRY(check_copy_any(k, gt_path_join(k->a, k->s->root, name[i]),
                                  gt_path_join(k->a, to, name[i]), err));
    return GT_OK;
}

/* A copy in a folder that is copied would never end. */
static enum gt_status check_apart(struct check *k, const char *to, struct gt_err *err)
{
    const size_t n = (size_t)(gt_path_base(to) - to);
    char *from = realpath(k->s->root, NULL);
    char *beside = realpath(n ? gt_strndup(k->a, to, n) : ".", NULL);
    const size_t m = from ? strlen(from) : 0;
    const bool within = from && beside && !*k->s->only && strncmp(from, beside, m) == 0 &&
                        (beside[m] == '/' || beside[m] == '\0');
    free(from);
    free(beside);
    if (within)
        return gt_fail(err, GT_EUSE, "--fix %s: expected a folder outside of the package", to);
    return GT_OK;
}

enum gt_status check_copy(struct check *k, const char *to, struct gt_err *err)
{
    if (!k->s->root)
        return gt_fail(err, GT_EUSE,
                       "--fix: expected a package of files, found a workspace; export its layers "
                       "first and mend the export");
    GT_TRY(check_apart(k, to, err));
    return *k->s->only ? copy_single(k, to, err) : copy_tree(k, k->s->root, to, err);
}
