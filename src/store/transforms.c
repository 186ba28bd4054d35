/* transforms.c: the workspace's register of parameters between old datums and new ones, in
 * state.db. Its table is made with the first entry, so earlier workspaces have none. */
#include "layer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char create[] = "CREATE TABLE IF NOT EXISTS transform (name TEXT PRIMARY KEY NOT "
                             "NULL, kind TEXT NOT NULL, crs_from TEXT NOT NULL, crs_to TEXT NOT "
                             "NULL, parameters TEXT NOT NULL, height REAL NOT NULL, source TEXT "
                             "NOT NULL, grade TEXT NOT NULL, fit TEXT NOT NULL, created TEXT NOT "
                             "NULL)";

static enum gt_status has_table(struct gt_store *s, bool *out, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    GT_TRY(gt_db_prepare(s->db, "SELECT 1 FROM main.sqlite_master WHERE name = 'transform'", &st,
                         err));
    return gt_db_step(st, out, err);
}

/* ---- Parameters as text ---- */

static const char *numbers_text(struct gt_arena *a, const struct gt_shift *s)
{
    struct gt_buf b = {.a = a};
    char number[32];
    for (int i = 0; i < gt_shift_parameters(s->kind); i++)
        gt_buf_addf(&b, "%s%s", i ? " " : "", gt_fmt_num(s->p[i], number));
    return b.p;
}

static bool read_numbers(struct gt_arena *a, const char *text, struct gt_shift *s)
{
    char *p = gt_strdup(a, text);
    int n = gt_shift_parameters(s->kind);
    for (int i = 0; i < n; i++) {
        char *end = p + strcspn(p, " ");
        bool last = *end == '\0';
        *end = '\0';
        if (!gt_parse_num(p, &s->p[i]) || last != (i == n - 1))
            return false;
        p = end + !last;
    }
    return true;
}

/* ---- Reading ---- */

enum { C_NAME, C_KIND, C_FROM, C_TO, C_PARAMETERS, C_HEIGHT, C_SOURCE, C_GRADE, C_FIT, C_CREATED };
#define COLUMNS "name, kind, crs_from, crs_to, parameters, height, source, grade, fit, created"

static enum gt_status read_row(struct gt_arena *a, struct sqlite3_stmt *st,
                               struct gt_transform *out, struct gt_err *err)
{
    const char *kind = gt_db_text(a, st, C_KIND);
    *out = (struct gt_transform){.name = gt_db_text(a, st, C_NAME),
                                 .source = gt_db_text(a, st, C_SOURCE),
                                 .grade = gt_db_text(a, st, C_GRADE),
                                 .fit = gt_db_text(a, st, C_FIT),
                                 .created = gt_db_text(a, st, C_CREATED),
                                 .shift = {.kind = GT_SHIFT_KINDS}};
    for (int k = 0; k < GT_SHIFT_KINDS; k++)
        if (strcmp(kind, gt_shift_name((enum gt_shift_kind)k)) == 0)
            out->shift.kind = (enum gt_shift_kind)k;
    out->shift.height_m = gt_db_num(st, C_HEIGHT);
    if (out->shift.kind == GT_SHIFT_KINDS ||
        !read_numbers(a, gt_db_text(a, st, C_PARAMETERS), &out->shift))
        return gt_fail(err, GT_EINPUT,
                       "%s: expected the transformation '%s' as this program wrote it, found it "
                       "changed",
                       GT_FILE_STATE, out->name);
    GT_TRY(gt_crs_parse(a, gt_db_text(a, st, C_FROM), &out->shift.from, err));
    GT_TRY(gt_crs_parse(a, gt_db_text(a, st, C_TO), &out->shift.to, err));
    return gt_shift_check(&out->shift, err);
}

enum gt_status gt_store_transforms(struct gt_store *s, struct gt_arena *a,
                                   const struct gt_transform **out, size_t *n, struct gt_err *err)
{
    GT_VEC(struct gt_transform) all = {0};
    GT_AUTO_STMT st = NULL;
    bool row;
    *out = NULL;
    *n = 0;
    GT_TRY(has_table(s, &row, err));
    if (!row)
        return GT_OK;
    GT_TRY(gt_db_prepare(s->db, "SELECT " COLUMNS " FROM main.transform ORDER BY name", &st, err));
    GT_TRY(gt_db_step(st, &row, err));
    while (row) {
        GT_TRY(read_row(a, st, GT_PUSH(a, &all), err));
        GT_TRY(gt_db_step(st, &row, err));
    }
    *out = all.v;
    *n = all.n;
    return GT_OK;
}

enum gt_status gt_store_transform(struct gt_store *s, struct gt_arena *a, const char *name,
                                  const struct gt_transform **out, struct gt_err *err)
{
    const struct gt_transform *all;
    struct gt_buf names = {.a = a};
    size_t n;
    GT_TRY(gt_store_transforms(s, a, &all, &n, err));
    for (size_t i = 0; i < n; i++) {
        *out = &all[i];
        if (strcmp(all[i].name, name) == 0)
            return GT_OK;
        gt_buf_addf(&names, "%s%s", i ? ", " : "", all[i].name);
    }
    return gt_fail(err, GT_ENOTFOUND,
                   "expected a transformation of this workspace, found '%.60s'; it has %s", name,
                   n ? names.p : "none; register one with 'transform add'");
}

/* ---- Changing ---- */

static enum gt_status commit(struct gt_store *s, struct gt_err *err)
{
    if (gt_io_before(GT_IO_COMMIT, s->dir) != GT_IO_NONE)
        return gt_fail(err, GT_EIO, "%s: cannot write: the disk is full", s->dir);
    return gt_db_run(s->db, "COMMIT", err);
}

static enum gt_status insert(struct gt_store *s, const struct gt_transform *t, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    char now[32];
    const struct gt_crs *from = t->shift.from, *to = t->shift.to;
    gt_time_now(now);
    GT_TRY(gt_db_run(s->db, create, err));
    GT_TRY(gt_db_prepare(s->db,
                         "INSERT INTO main.transform (" COLUMNS
                         ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                         &st, err));
    GT_TRY(gt_db_bind(st, err, "tttttntttt", t->name, gt_shift_name(t->shift.kind),
                      from->code[0] ? from->code : from->wkt, to->code[0] ? to->code : to->wkt,
                      numbers_text(a, &t->shift), t->shift.height_m, t->source, t->grade, t->fit,
                      now));
    return gt_db_done(st, err);
}

static enum gt_status erase(struct gt_store *s, const char *name, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    GT_TRY(gt_db_prepare(s->db, "DELETE FROM main.transform WHERE name = ?1", &st, err));
    GT_TRY(gt_db_bind(st, err, "t", name));
    return gt_db_done(st, err);
}

static enum gt_status change(struct gt_store *s, const struct gt_transform *add, const char *remove,
                             struct gt_err *err)
{
    GT_TRY(gt_db_run(s->db, "BEGIN IMMEDIATE", err));
    enum gt_status status = add ? insert(s, add, err) : erase(s, remove, err);
    if (status == GT_OK)
        status = commit(s, err);
    if (status != GT_OK && !sqlite3_get_autocommit(s->db))
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

enum gt_status gt_store_transform_add(struct gt_store *s, const struct gt_transform *t,
                                      struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_transform *other;
    GT_TRY(gt_shift_check(&t->shift, err));
    enum gt_status status = gt_store_transform(s, a, t->name, &other, NULL);
    if (status == GT_OK)
        return gt_fail(
            err, GT_EEXISTS,
            "expected a new name, found '%s' registered already; remove it first, or take "
            "another name",
            t->name);
    return change(s, t, NULL, err);
}

enum gt_status gt_store_transform_remove(struct gt_store *s, const char *name, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_transform *t;
    GT_TRY(gt_store_transform(s, a, name, &t, err));
    return change(s, NULL, name, err);
}

/* ---- Naming the one that was used ---- */

void gt_transform_hash(const struct gt_transform *t, char out[static GT_HASH_TEXT])
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_hash h;
    char height[32];
    const char *parts[] = {gt_shift_name(t->shift.kind), t->shift.from->wkt, t->shift.to->wkt,
                           numbers_text(a, &t->shift), gt_fmt_num(t->shift.height_m, height)};
    gt_hash_begin(&h);
    for (size_t i = 0; i < GT_LEN(parts); i++)
        gt_hash_add(&h, parts[i], strlen(parts[i]) + 1);
    gt_hash_end(&h, out);
}

enum gt_status gt_layer_transform(struct gt_layer *l, const struct gt_shapes **shapes,
                                  struct gt_err *err)
{
    const struct gt_transform *t = l->in->transform;
    if (!t)
        return GT_OK;
    if (gt_shift_shapes(l->a, &t->shift, *shapes, shapes, err) != GT_OK)
        return gt_wrap(err, "%s: transformation '%s'", l->file->path, t->name);
    l->crs = t->shift.to;
    return GT_OK;
}
