/* package.c: a GeoPackage that takes its layers side by side. */
#include "gpkg.h"

#include "guotu/io.h"

#include <stdio.h>

struct package_layer {
    struct gt_gpkg_table table;
    struct gt_gpkg_out *out;
    struct gt_layer_sink sink;
    struct package_layer *next;
};
struct gt_package {
    struct gt_arena *a;
    const char *path, *temp, *time;
    struct sqlite3 *db;
    struct package_layer *first, **last;
    struct gt_arena *layers; /* of the writers: let go before the database is closed */
};

static void abandon(void *ctx)
{
    struct gt_package *p = ctx;
    gt_arena_free(p->layers);
    p->layers = NULL;
    if (!p->db)
        return;
    gt_db_close(p->db);
    p->db = NULL;
    if (gt_path_remove(p->temp, NULL) != GT_OK)
        return; /* nothing more can be done about a rest of a failed run */
}

enum gt_status gt_package_new(struct gt_arena *a, const char *path, const char *time,
                              struct gt_package **out, struct gt_err *err)
{
    struct gt_package *p = GT_TAKE(a, struct gt_package);
    *p = (struct gt_package){.a = a, .path = gt_strdup(a, path), .time = time};
    p->temp = gt_printf(a, "%s.part", path);
    p->last = &p->first;
    p->layers = gt_arena_new();
    gt_arena_defer(a, abandon, p);
    if (gt_path_exists(path))
        return gt_fail(err, GT_EEXISTS, "%s: expected no file, found one", path);
    GT_TRY(gt_path_remove(p->temp, err));
    GT_TRY(gt_db_open(p->temp, true, &p->db, err));
    GT_TRY(gt_gpkg_create(p->db, err));
    GT_TRY(gt_gpkg_functions(p->db, err));
    *out = p;
    return gt_db_run(p->db, "BEGIN", err);
}

static enum gt_status add(void *ctx, const struct gt_features *chunk, struct gt_err *err)
{
    struct package_layer *l = ctx;
    return gt_gpkg_add(l->out, chunk, err);
}

enum gt_status gt_package_layer(struct gt_package *p, const char *name, struct gt_text2 title,
                                const struct gt_features *like, struct gt_layer_sink **out,
                                struct gt_err *err)
{
    struct package_layer *l = GT_TAKE(p->a, struct package_layer);
    l->table = (struct gt_gpkg_table){
        .schema = "main", .table = gt_strdup(p->a, name), .title = title, .time = p->time};
    GT_TRY(gt_gpkg_begin(p->db, p->layers, &l->table, like, &l->out, err));
    l->sink = (struct gt_layer_sink){add, l};
    *p->last = l;
    p->last = &l->next;
    *out = &l->sink;
    return GT_OK;
}

enum gt_status gt_package_end(struct gt_package *p, struct gt_err *err)
{
    struct gt_gpkg_made made;
    for (struct package_layer *l = p->first; l; l = l->next)
        GT_TRY(gt_gpkg_end(l->out, &made, err));
    GT_TRY(gt_db_run(p->db, "COMMIT", err));
    gt_arena_free(p->layers);
    p->layers = NULL;
    gt_db_close(p->db);
    p->db = NULL;
    return gt_path_rename(p->temp, p->path, err);
}
