/* features.c: stored vector layers into memory; fingerprints of what is stored. */
#include "gpkg.h"
#include "store_int.h"

#include <string.h>
#include <strings.h>

static const char *const shape_names[] = {"point", "line", "polygon"};

const char *gt_shape_name(enum gt_shape_kind k)
{
    return shape_names[k];
}

bool gt_shape_kind_of(const char *name, enum gt_shape_kind *out)
{
    for (size_t i = 0; i < GT_LEN(shape_names); i++)
        if (strcmp(shape_names[i], name) == 0) {
            *out = (enum gt_shape_kind)i;
            return true;
        }
    return false;
}

static enum gt_status find_table(struct gt_store *s, struct gt_arena *a, const struct gt_dataset *d,
                                 struct gt_gpkg_table *t, struct gt_err *err)
{
    struct gt_entry e;
    const struct gt_crs *crs = t->crs;
    t->schema = "plan";
    GT_TRY(gt_catalog_entry(s, a, d->id, d->version, &e, err));
    t->table = e.place;
    if (d->kind == GT_DATASET_TABLE)
        return GT_OK;
    if (!gt_shape_kind_of(e.d.geometry, &t->kind))
        return gt_fail(err, GT_EINPUT, "catalog: expected a kind of geometry, found '%s'",
                       e.d.geometry);
    return crs ? GT_OK : gt_crs_parse(a, e.d.crs, &t->crs, err);
}

/* What is done with a table that the catalog has just named; crs: what that says, NULL: it is to be
 * asked. */
struct visit {
    const struct gt_gpkg_how *how;
    const struct gt_crs *crs;
    const struct gt_features **features;
    struct gt_layer_source *source; /* NULL: features are read; else its columns and count */
};

static enum gt_status visit_table(struct gt_store *s, struct gt_arena *a,
                                  const struct gt_dataset *d, const struct visit *v,
                                  struct gt_err *err)
{
    struct gt_gpkg_table t = {.crs = v->crs};
    GT_TRY(find_table(s, a, d, &t, err));
    if (!v->source)
        return gt_gpkg_read(s->db, &t, v->how, a, v->features, err);
    v->source->kind = t.kind;
    v->source->crs = t.crs;
    v->source->table = !t.crs;
    GT_TRY(gt_gpkg_fields(s->db, &t, a, &v->source->field, &v->source->n_fields, err));
    return gt_gpkg_count(s->db, &t, &v->source->n, err);
}

/* The catalog's row and the table are read from one and the same state of both files. */
static enum gt_status visit_at_once(struct gt_store *s, struct gt_arena *a,
                                    const struct gt_dataset *d, const struct visit *v,
                                    struct gt_err *err)
{
    if (d->kind == GT_DATASET_RASTER)
        return gt_fail(err, GT_EINPUT, "dataset %s: expected a vector layer, found a raster",
                       d->id);
    bool own = sqlite3_get_autocommit(s->db);
    if (own)
        GT_TRY(gt_db_run(s->db, "BEGIN", err));
    enum gt_status status = visit_table(s, a, d, v, err);
    if (own)
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return status == GT_OK ? GT_OK : gt_wrap(err, "dataset %s", d->id);
}

enum gt_status gt_store_features(struct gt_store *s, struct gt_arena *a, const struct gt_dataset *d,
                                 const struct gt_features **out, struct gt_err *err)
{
    const struct gt_gpkg_how how = {0};
    const struct visit v = {.how = &how, .features = out};
    *out = NULL;
    return visit_at_once(s, a, d, &v, err);
}

/* ---- In parts ---- */

struct stored_layer {
    struct gt_store *s;
    const struct gt_dataset *d;
    const struct gt_crs *crs;
    int64_t n;
};

static enum gt_status read_part(void *ctx, struct gt_arena *a, const struct gt_layer_query *q,
                                const struct gt_features **out, struct gt_err *err)
{
    const struct stored_layer *l = ctx;
    const struct gt_gpkg_how how = {.q = q, .count = l->n};
    const struct visit v = {.how = &how, .crs = l->crs, .features = out};
    *out = NULL;
    return visit_at_once(l->s, a, l->d, &v, err);
}

enum gt_status gt_store_layer(struct gt_store *s, struct gt_arena *a, const struct gt_dataset *d,
                              const struct gt_layer_source **out, struct gt_err *err)
{
    struct gt_layer_source *source = GT_TAKE(a, struct gt_layer_source);
    struct stored_layer *l = GT_TAKE(a, struct stored_layer);
    const struct visit v = {.source = source};
    *out = NULL;
    GT_TRY(visit_at_once(s, a, d, &v, err));
    *l = (struct stored_layer){.s = s, .d = d, .crs = source->crs, .n = source->n};
    source->name = d->id;
    source->file = d->id;
    source->box = d->box;
    source->read = read_part;
    source->ctx = l;
    *out = source;
    return GT_OK;
}

static enum gt_status hash_raster(struct gt_store *s, const struct gt_dataset *d, struct gt_work *w,
                                  char out[static GT_HASH_TEXT], struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_raster_source *src;
    struct gt_cell_stats stats;
    void *cells;
    GT_TRY(gt_store_raster(s, a, d, &src, err));
    const struct gt_grid *g = &src->info.grid;
    int64_t band = src->info.tile_h;
    GT_TRY(gt_reserve(a, (size_t)g->w * (size_t)band, gt_cell_size(src->info.type),
                      "rows of a raster", &cells, err));
    gt_cells_begin(&stats, &src->info);
    for (int64_t row = 0; row < g->h; row += band) {
        int64_t n = g->h - row < band ? g->h - row : band;
        if (gt_stopped(w))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_TRY(src->read(src->self, 0, (struct gt_window){0, row, g->w, n}, cells, g->w, err));
        gt_cells_add(&stats, cells, cells, (size_t)(n * g->w));
        gt_progress(w, d->id, row + n, g->h);
    }
    gt_cells_end(&stats, out);
    return GT_OK;
}

enum gt_status gt_store_hash(struct gt_store *s, const struct gt_dataset *d, struct gt_work *w,
                             char out[static GT_HASH_TEXT], struct gt_err *err)
{
    if (d->kind == GT_DATASET_RASTER)
        return hash_raster(s, d, w, out, err);
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_features *f;
    const struct gt_gpkg_how how = {.hash = out};
    const struct visit v = {.how = &how, .features = &f};
    return visit_at_once(s, a, d, &v, err);
}
