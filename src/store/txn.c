/* txn.c: what one run adds and removes, published as one commit of both SQLite files. */
#include "gpkg.h"
#include "store_int.h"

#include <math.h>
#include <string.h>

enum gt_status gt_txn_begin(struct gt_store *s, struct gt_txn **out, struct gt_err *err)
{
    *out = NULL;
    if (s->mode != GT_STORE_WRITE)
        return gt_fail(err, GT_EINTERNAL, "expected a workspace opened for writing");
    if (s->txn)
        return gt_fail(err, GT_EINTERNAL, "expected no open transaction, found one");
    struct gt_arena *a = gt_arena_new();
    struct gt_txn *t = GT_TAKE(a, struct gt_txn);
    *t = (struct gt_txn){.a = a, .s = s};
    s->txn = t;
    *out = t;
    return GT_OK;
}

enum gt_status gt_txn_write(struct gt_txn *t, struct gt_err *err)
{
    if (t->begun)
        return GT_OK;
    GT_TRY(gt_db_run(t->s->db, "BEGIN IMMEDIATE", err));
    t->begun = true;
    return GT_OK;
}

/* Its newest version where there are several. */
static struct gt_staged *find_staged(struct gt_txn *t, const char *id)
{
    for (size_t i = t->out.n; i > 0; i--)
        if (strcmp(t->out.v[i - 1]->e.d.id, id) == 0)
            return t->out.v[i - 1];
    return NULL;
}

enum gt_status gt_txn_stage(struct gt_txn *t, const char *id, enum gt_dataset_kind kind,
                            struct gt_staged **out, struct gt_err *err)
{
    if (!gt_is_id(id))
        return gt_fail(err, GT_EUSE,
                       "dataset '%.63s': expected a name of a-z, 0-9 and _ that starts with a "
                       "letter, at most 63 long",
                       id);
    const struct gt_staged *older = find_staged(t, id);
    if (older && (!older->described || !older->complete || kind == GT_DATASET_RASTER))
        return gt_fail(err, GT_EEXISTS, "dataset %s: expected once in a transaction, found twice",
                       id);
    struct gt_staged *made = GT_TAKE(t->a, struct gt_staged);
    made->e.d = (struct gt_dataset){
        .id = gt_strdup(t->a, id),
        .kind = kind,
        .role = "",
        .title = {.en = "", .zh = ""},
        .vintage = "",
        .grade = "",
        .licence = "",
        .source = "",
        .crs = "",
        .hash = "",
        .created = "",
        .geometry = "",
        .unit = "",
        .lineage = "",
    };
    GT_TRY(gt_catalog_next(t->s, id, &made->e.d.version, err));
    if (older)
        made->e.d.version = older->e.d.version + 1;
    *GT_PUSH(t->a, &t->out) = made;
    *out = made;
    return GT_OK;
}

static const char *crs_text(struct gt_arena *a, const struct gt_crs *crs)
{
    return gt_strdup(a, crs->code[0] ? crs->code : crs->wkt);
}

/* A table under a name of its own until the commit gives it the id's. */
static enum gt_status stage_layer(struct gt_txn *t, const char *id, const struct gt_features *like,
                                  struct gt_staged **out, struct gt_err *err)
{
    struct gt_staged *made;
    bool has;
    char *now = gt_take(t->a, 32);
    GT_TRY(gt_txn_stage(t, id, like->shapes ? GT_DATASET_VECTOR : GT_DATASET_TABLE, &made, err));
    GT_TRY(gt_txn_write(t, err));
    gt_time_now(now);
    struct gt_dataset *d = &made->e.d;
    struct gt_gpkg_table *table = GT_TAKE(t->a, struct gt_gpkg_table);
    *table = (struct gt_gpkg_table){
        .schema = "plan",
        .table = gt_printf(t->a, "%s_v%lld", id, (long long)d->version),
        .time = now,
    };
    GT_TRY(gt_gpkg_has(t->s->db, "plan", table->table, &has, err));
    if (has)
        return gt_fail(err, GT_EEXISTS,
                       "%s: expected no table %s that the catalog does not know, found one",
                       GT_FILE_PLAN, table->table);
    made->e.place = table->table;
    d->crs = like->shapes ? crs_text(t->a, like->shapes->crs) : "";
    d->geometry = like->shapes ? gt_shape_name(like->shapes->kind) : "";
    if (gt_gpkg_begin(t->s->db, t->a, table, like, &made->layer, err) != GT_OK)
        return gt_wrap(err, "dataset %s", id);
    *out = made;
    return GT_OK;
}

static enum gt_status end_layer(struct gt_txn *t, struct gt_staged *made, struct gt_err *err)
{
    struct gt_gpkg_made done;
    struct gt_dataset *d = &made->e.d;
    GT_TRY(gt_gpkg_end(made->layer, &done, err));
    made->layer = NULL;
    made->complete = true;
    d->hash = gt_strdup(t->a, done.hash);
    d->features = done.n;
    d->box = done.box;
    return GT_OK;
}

static enum gt_status add_chunk(void *ctx, const struct gt_features *chunk, struct gt_err *err)
{
    struct gt_staged *made = ctx;
    if (!made->layer)
        return gt_fail(err, GT_EINTERNAL, "dataset %s: expected no features after its description",
                       made->e.d.id);
    return gt_gpkg_add(made->layer, chunk, err) == GT_OK ? GT_OK
                                                         : gt_wrap(err, "dataset %s", made->e.d.id);
}

/* The fields of `like`, which the writer needs until the end. */
static const struct gt_features *keep_declaration(struct gt_arena *a,
                                                  const struct gt_features *like)
{
    struct gt_features *f = GT_TAKE(a, struct gt_features);
    struct gt_field *type = GT_TAKE_N(a, struct gt_field, like->n_fields + 1);
    const char **names = GT_TAKE_N(a, const char *, like->n_fields + 1);
    *f = *like;
    for (size_t i = 0; i < like->n_fields; i++) {
        names[i] = gt_strdup(a, like->field[i]);
        if (like->type)
            type[i] = like->type[i];
    }
    f->field = names;
    f->type = like->type ? type : NULL;
    if (like->shapes) {
        struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
        *s = *like->shapes;
        f->shapes = s;
    }
    return f;
}

enum gt_status gt_txn_layer(struct gt_txn *t, const char *id, const struct gt_features *like,
                            struct gt_layer_sink **out, struct gt_err *err)
{
    struct gt_staged *made;
    GT_TRY(stage_layer(t, id, keep_declaration(t->a, like), &made, err));
    struct gt_layer_sink *sink = GT_TAKE(t->a, struct gt_layer_sink);
    *sink = (struct gt_layer_sink){.write = add_chunk, .ctx = made};
    *out = sink;
    return GT_OK;
}

enum gt_status gt_txn_vector(struct gt_txn *t, const char *id, const struct gt_features *f,
                             struct gt_err *err)
{
    struct gt_staged *made;
    GT_TRY(stage_layer(t, id, f, &made, err));
    GT_TRY(add_chunk(made, f, err));
    return end_layer(t, made, err);
}

enum gt_status gt_txn_table(struct gt_txn *t, const char *id, const struct gt_features *f,
                            struct gt_err *err)
{
    return gt_txn_vector(t, id, f, err);
}

enum gt_status gt_txn_describe(struct gt_txn *t, const struct gt_dataset *meta, struct gt_err *err)
{
    struct gt_staged *made = find_staged(t, meta->id);
    if (!made)
        return gt_fail(err, GT_EINTERNAL, "dataset %s: expected in the transaction, found none",
                       meta->id);
    struct gt_dataset *d = &made->e.d;
    const struct {
        const char **to;
        const char *from;
    } texts[] = {{&d->role, meta->role},         {&d->title.en, meta->title.en},
                 {&d->title.zh, meta->title.zh}, {&d->vintage, meta->vintage},
                 {&d->grade, meta->grade},       {&d->licence, meta->licence},
                 {&d->source, meta->source},     {&d->unit, meta->unit},
                 {&d->lineage, meta->lineage}};
    for (size_t i = 0; i < GT_LEN(texts); i++)
        *texts[i].to = texts[i].from ? gt_strdup(t->a, texts[i].from) : "";
    d->synthetic = meta->synthetic;
    if (made->layer)
        GT_TRY(end_layer(t, made, err));
    made->described = true;
    return GT_OK;
}

enum gt_status gt_txn_hash(struct gt_txn *t, const char *id, char out[static GT_HASH_TEXT],
                           struct gt_err *err)
{
    const struct gt_staged *made = find_staged(t, id);
    if (!made || !made->complete)
        return gt_fail(err, GT_EINTERNAL, "dataset %s: expected whole in the transaction, found %s",
                       id, made ? "it unfinished" : "none");
    memcpy(out, made->e.d.hash, strlen(made->e.d.hash) + 1);
    return GT_OK;
}

enum gt_status gt_txn_dataset(struct gt_txn *t, const char *id, const struct gt_dataset **out,
                              struct gt_err *err)
{
    const struct gt_staged *made = find_staged(t, id);
    if (!made || !made->complete || !made->described)
        return gt_fail(err, GT_EINTERNAL, "dataset %s: expected whole in the transaction, found %s",
                       id, made ? "it unfinished" : "none");
    *out = &made->e.d;
    return GT_OK;
}

enum gt_status gt_txn_source(struct gt_txn *t, struct gt_arena *a, const char *id,
                             struct gt_raster_source **out, struct gt_err *err)
{
    const struct gt_dataset *d;
    GT_TRY(gt_txn_dataset(t, id, &d, err));
    if (d->kind != GT_DATASET_RASTER)
        return gt_fail(err, GT_EINTERNAL, "dataset %s: expected a raster", id);
    return gt_raster_reader(t->s, a, &find_staged(t, id)->e, out, err);
}

enum gt_status gt_txn_remove(struct gt_txn *t, const char *id, struct gt_err *err)
{
    const struct gt_dataset *d;
    GT_TRY(gt_store_find(t->s, t->a, id, 0, &d, err));
    *GT_PUSH(t->a, &t->removed) = d->id;
    return GT_OK;
}

/* ---- Commit ---- */

static enum gt_status run_for(struct gt_txn *t, const char *sql, const char *id, int64_t version,
                              const char *place, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    GT_TRY(gt_db_prepare(t->s->db, sql, &st, err));
    GT_TRY(place     ? gt_db_bind(st, err, "tit", id, version, place)
           : version ? gt_db_bind(st, err, "ti", id, version)
                     : gt_db_bind(st, err, "t", id));
    return gt_db_done(st, err);
}

static enum gt_status remove_rows(struct gt_txn *t, const char *id, struct gt_err *err)
{
    struct gt_entry *e;
    size_t n;
    GT_TRY(gt_catalog_versions(t->s, t->a, id, &e, &n, err));
    for (size_t i = 0; i < n; i++)
        if (e[i].d.kind != GT_DATASET_RASTER)
            GT_TRY(gt_gpkg_drop(t->s->db, "plan", e[i].place, err));
    return run_for(t, "DELETE FROM dataset WHERE id = ?1", id, 0, NULL, err);
}

/* The table that has had the id's name so far gets a name with its version. */
static enum gt_status step_aside(struct gt_txn *t, const struct gt_dataset *d, struct gt_err *err)
{
    struct gt_entry *e;
    size_t n;
    bool has;
    const char *id = d->id;
    GT_TRY(gt_gpkg_has(t->s->db, "plan", id, &has, err));
    GT_TRY(gt_catalog_versions(t->s, t->a, id, &e, &n, err));
    for (size_t i = 0; i < n; i++) {
        if (strcmp(e[i].place, id) != 0)
            continue;
        const char *aside = gt_printf(t->a, "%s_v%lld", id, (long long)e[i].d.version);
        /* Where somebody has dropped the table, what is left of its registration goes too. */
        GT_TRY(has ? gt_gpkg_rename(t->s->db, "plan", id, aside, err)
                   : gt_gpkg_drop(t->s->db, "plan", id, err));
        return run_for(t, "UPDATE dataset SET place = ?3 WHERE id = ?1 AND version = ?2", id,
                       e[i].d.version, aside, err);
    }
    if (has && d->kind != GT_DATASET_RASTER)
        return gt_fail(err, GT_EEXISTS,
                       "%s: expected no table %s that the catalog does not know, found one: give "
                       "the dataset another name",
                       GT_FILE_PLAN, id);
    return GT_OK;
}

static enum gt_status publish(struct gt_txn *t, struct gt_staged *made, const char *now,
                              struct gt_err *err)
{
    struct gt_dataset *d = &made->e.d;
    d->created = now;
    GT_TRY(step_aside(t, d, err));
    if (d->kind != GT_DATASET_RASTER) {
        GT_TRY(gt_gpkg_rename(t->s->db, "plan", made->e.place, d->id, err));
        made->e.place = d->id;
    }
    return gt_catalog_add(t->s->db, &made->e, err);
}

static enum gt_status check_complete(const struct gt_txn *t, struct gt_err *err)
{
    for (size_t i = 0; i < t->out.n; i++) {
        const struct gt_staged *made = t->out.v[i];
        if (!made->complete || !made->described)
            return gt_fail(err, GT_EINTERNAL,
                           "dataset %s: expected whole and described, found it %s", made->e.d.id,
                           made->complete ? "not described" : "unfinished");
    }
    return GT_OK;
}

static enum gt_status commit(struct gt_txn *t, struct gt_err *err)
{
    char now[32];
    gt_time_now(now);
    GT_TRY(check_complete(t, err));
    GT_TRY(gt_dir_sync(gt_raster_path(t->a, t->s, ""), err));
    GT_TRY(gt_txn_write(t, err));
    for (size_t i = 0; i < t->removed.n; i++)
        GT_TRY(remove_rows(t, t->removed.v[i], err));
    for (size_t i = 0; i < t->out.n; i++)
        GT_TRY(publish(t, t->out.v[i], now, err));
    GT_TRY(gt_documents_note(t, err));
    if (gt_io_before(GT_IO_COMMIT, t->s->dir) != GT_IO_NONE)
        return gt_fail(err, GT_EIO, "%s: cannot write: the disk is full", t->s->dir);
    GT_TRY(gt_db_run(t->s->db, "COMMIT", err));
    t->begun = false;
    return GT_OK;
}

/* Ends t. Unless committed, nothing of it stays. */
static void end(struct gt_txn *t, bool committed)
{
    struct gt_store *s = t->s;
    /* Where this fails, the journal stays, and whoever reads next plays it back. */
    if (t->begun && !sqlite3_get_autocommit(s->db))
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    for (size_t i = 0; i < t->out.n; i++) {
        struct gt_staged *made = t->out.v[i];
        gt_raster_writer_drop(made->writer);
        made->writer = NULL;
        if (committed || made->e.d.kind != GT_DATASET_RASTER || !made->e.place)
            continue;
        enum gt_status status = gt_path_remove(gt_raster_path(t->a, s, made->e.place), NULL);
        (void)status; /* the next writer sweeps it */
    }
    if (!committed)
        gt_documents_drop(t);
    s->txn = NULL;
    gt_arena_free(t->a);
}

enum gt_status gt_txn_commit(struct gt_txn *t, struct gt_err *err)
{
    struct gt_store *s = t->s;
    bool removed = t->removed.n > 0, documents = t->documents.n > 0;
    enum gt_status status = commit(t, err);
    end(t, status == GT_OK);
    /* Published already: what cannot be renamed or removed now is so by the next writer. */
    enum gt_status after = GT_OK;
    if (status == GT_OK && documents)
        after = gt_documents_finish(s, NULL);
    if (status == GT_OK && removed)
        after = gt_store_sweep(s, NULL);
    (void)after;
    return status;
}

void gt_txn_drop(struct gt_txn *t)
{
    if (t)
        end(t, false);
}
