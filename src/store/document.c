/* document.c: files of out/ that appear with a commit. Each is written whole under a name of its
 * own before; the commit notes which names they shall have, and only then are they renamed. Whoever
 * writes next after a crash finishes what was noted, so documents and datasets never tell of
 * different runs for long. */
#include "store_int.h"

#include <string.h>

#define FOLDER "out"

static const char *place_of(struct gt_arena *a, const struct gt_store *s, const char *name)
{
    return gt_path_join(a, gt_path_join(a, s->dir, FOLDER), name);
}

static enum gt_status write_whole(const char *path, const void *p, size_t n, struct gt_err *err)
{
    struct gt_file *f;
    GT_TRY(gt_file_create(path, &f, err));
    enum gt_status status = gt_file_write(f, p, n, err);
    if (status == GT_OK)
        status = gt_file_sync(f, err);
    if (status == GT_OK)
        return gt_file_close(f, err);
    gt_file_drop(f);
    return status;
}

enum gt_status gt_txn_document(struct gt_txn *t, const char *name, const void *p, size_t n,
                               struct gt_err *err)
{
    char random[17];
    const char *target = place_of(t->a, t->s, name);
    if (gt_path_is_dir(target))
        return gt_fail(err, GT_EEXISTS, "%s: expected a file or nothing, found a folder", target);
    GT_TRY(gt_dir_make(gt_path_join(t->a, t->s->dir, FOLDER), err));
    gt_random_hex(random);
    struct gt_document *d = GT_PUSH(t->a, &t->documents);
    d->name = gt_strdup(t->a, name);
    d->temp = gt_printf(t->a, ".guotu-%s.tmp", random);
    return write_whole(place_of(t->a, t->s, d->temp), p, n, err);
}

enum gt_status gt_documents_note(struct gt_txn *t, struct gt_err *err)
{
    if (t->documents.n == 0)
        return GT_OK;
    GT_TRY(gt_dir_sync(gt_path_join(t->a, t->s->dir, FOLDER), err));
    for (size_t i = 0; i < t->documents.n; i++) {
        GT_AUTO_STMT st = NULL;
        GT_TRY(
            gt_db_prepare(t->s->db, "INSERT INTO document (temp, name) VALUES (?1, ?2)", &st, err));
        GT_TRY(gt_db_bind(st, err, "tt", t->documents.v[i].temp, t->documents.v[i].name));
        GT_TRY(gt_db_done(st, err));
    }
    return GT_OK;
}

/* The documents that a commit noted and nobody has renamed yet. */
static enum gt_status read_noted(struct gt_store *s, struct gt_arena *a, struct gt_document **out,
                                 size_t *n, struct gt_err *err)
{
    GT_VEC(struct gt_document) all = {0};
    GT_AUTO_STMT st = NULL;
    bool row;
    GT_TRY(gt_db_prepare(s->db, "SELECT temp, name FROM document ORDER BY rowid", &st, err));
    GT_TRY(gt_db_step(st, &row, err));
    while (row) {
        struct gt_document *d = GT_PUSH(a, &all);
        d->temp = gt_db_text(a, st, 0);
        d->name = gt_db_text(a, st, 1);
        GT_TRY(gt_db_step(st, &row, err));
    }
    *out = all.v;
    *n = all.n;
    return GT_OK;
}

enum gt_status gt_documents_finish(struct gt_store *s, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_document *d;
    size_t n;
    GT_TRY(read_noted(s, a, &d, &n, err));
    for (size_t i = 0; i < n; i++) {
        const char *temp = place_of(a, s, d[i].temp);
        if (gt_path_exists(temp))
            GT_TRY(gt_path_rename(temp, place_of(a, s, d[i].name), err));
    }
    if (n == 0)
        return GT_OK;
    GT_TRY(gt_dir_sync(gt_path_join(a, s->dir, FOLDER), err));
    return gt_db_run(s->db, "DELETE FROM document", err);
}

void gt_documents_drop(struct gt_txn *t)
{
    for (size_t i = 0; i < t->documents.n; i++) {
        enum gt_status status = gt_path_remove(place_of(t->a, t->s, t->documents.v[i].temp), NULL);
        (void)status; /* the next writer sweeps it */
    }
}

enum gt_status gt_documents_sweep(struct gt_store *s, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char **names, *dir = gt_path_join(a, s->dir, FOLDER);
    size_t n;
    GT_TRY(gt_documents_finish(s, err));
    if (!gt_path_is_dir(dir))
        return GT_OK;
    GT_TRY(gt_dir_list(a, dir, &names, &n, err));
    for (size_t i = 0; i < n; i++)
        if (gt_starts(names[i], ".guotu-") && gt_ends(names[i], ".tmp"))
            GT_TRY(gt_path_remove(place_of(a, s, names[i]), err));
    return GT_OK;
}
