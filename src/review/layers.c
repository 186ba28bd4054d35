/* layers.c: the layers under check: which standard each has, how it is read in parts, and the
 * names and places of the features that hits tell of. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "review_int.h"

/* A layer of the standard without a known field table, with those fields that all layers share. */
static const struct gt_standard_layer *with_common(struct review *r,
                                                   const struct gt_standard_layer *std)
{
    const struct gt_yaml *list = review_setting(r, "common_fields");
    struct gt_standard_layer *out = GT_TAKE(r->a, struct gt_standard_layer);
    struct gt_standard_field *field =
        GT_TAKE_N(r->a, struct gt_standard_field, (list ? list->n : 0) + 1);
    *out = *std;
    out->field = field;
    for (const struct gt_yaml *y = list ? list->child : NULL; y; y = y->next) {
        const struct gt_standard_layer *from = gt_standard_layer(r->std, y->text);
        const struct gt_standard_field *f = from ? gt_standard_field(from, y->key) : NULL;
        if (f)
            field[out->n_fields++] = *f;
    }
    return out;
}

static enum gt_status take_layer(struct review *r, size_t no, struct gt_err *err)
{
    struct review_layer *l = &r->layer[no];
    const struct gt_layer_source *s = r->s->layer[no];
    const struct gt_standard_layer *std = gt_standard_layer(r->std, s->name);
    const bool known = std && std->n_fields > 0;
    if (std && !known)
        std = with_common(r, std);
    *l = (struct review_layer){.source = s,
                               .std = std,
                               .known = known,
                               .code = std ? std->code : s->name,
                               .no = no,
                               .box = {(double)NAN, (double)NAN, (double)NAN, (double)NAN},
                               .bsm = gt_layer_field(s, "BSM")};
    if (std) {
        l->col = GT_TAKE_N(r->a, int, std->n_fields + 1);
        for (size_t i = 0; i < std->n_fields; i++) {
            const struct gt_standard_field *f = &std->field[i];
            l->col[i] = gt_layer_field(s, f->code);
            for (size_t k = 0; k < f->n_aliases && l->col[i] < 0; k++)
                l->col[i] = gt_layer_field(s, f->alias[k]);
        }
    }
    struct gt_err lost = {0};
    if (s->crs && gt_xform_new(r->a, s->crs, r->degrees, &l->to_degrees, &lost) != GT_OK)
        l->to_degrees = NULL; /* another datum is a finding of its own */
    (void)err;
    return GT_OK;
}

enum gt_status review_layers(struct review *r, struct gt_err *err)
{
    r->n_layers = r->s->n_layers;
    r->layer = GT_TAKE_N(r->a, struct review_layer, r->n_layers + 1);
    for (size_t i = 0; i < r->n_layers; i++)
        GT_TRY(take_layer(r, i, err));
    return GT_OK;
}

struct review_layer *review_layer(const struct review *r, const char *code)
{
    for (size_t i = 0; i < r->n_layers; i++)
        if (r->layer[i].std && !r->layer[i].dead && strcmp(r->layer[i].std->code, code) == 0)
            return &r->layer[i];
    return NULL;
}

enum gt_status review_dead(struct review *r, struct review_layer *l, enum gt_status status,
                           struct gt_err *err)
{
    if (status == GT_OK || status == GT_ECANCELLED || status == GT_EINTERNAL)
        return status;
    l->dead = true;
    struct review_hit *h = review_hit(r, "completeness.unreadable", l);
    if (h)
        review_say(r, h, gt_printf(r->a, "图层 %s 无法读出：%s", l->code, err->text),
                   gt_printf(r->a, "layer %s cannot be read: %s", l->code, err->text));
    *err = (struct gt_err){0};
    return GT_OK;
}

int64_t review_chunk(const struct review *r, const struct review_layer *l)
{
    const size_t each = 512 + 96 * l->source->n_fields + (l->source->table ? 0 : 4096);
    const size_t memory = r->opt->memory > 0 ? r->opt->memory : gt_memory_limit() / 3;
    const size_t n = memory / 4 / each;
    return n < 1000 ? 1000 : n > 50000 ? 50000 : (int64_t)n;
}

/* The places of those fields that the source has. */
static size_t fields_of(const struct gt_layer_source *s, const char *const *field, size_t n,
                        int *out)
{
    size_t have = 0;
    for (size_t i = 0; i < n; i++) {
        const int at = gt_layer_field(s, field[i]);
        if (at >= 0)
            out[have++] = at;
    }
    return have;
}

enum gt_status review_parts(struct review *r, struct review_layer *l, const char *const *field,
                            review_part_fn *fn, void *ctx, struct gt_err *err)
{
    size_t n = 0;
    while (field[n])
        n++;
    int *at = GT_TAKE_N(r->a, int, n + 1);
    struct gt_layer_query q = {.count = review_chunk(r, l), .field = at, .no_shapes = true};
    q.n_fields = fields_of(l->source, field, n, at);
    q.no_fields = q.n_fields == 0;
    for (; q.from < l->source->n; q.from += q.count) {
        if (gt_stopped(r->opt->work))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_AUTO_ARENA a = gt_arena_new();
        const struct gt_features *f;
        GT_TRY(gt_layer_read(l->source, a, &q, &f, err));
        GT_TRY(fn(ctx, f, err));
    }
    return GT_OK;
}

/* ---- Names and places of features ------------------------------------------------------------ */

struct wanted {
    int64_t id;
    bool place; /* none of its hits has one */
    const char *name;
    double lon, lat;
};
struct lookup {
    struct wanted *v;
    size_t n;
    bool place;
};

static int by_id(const void *a, const void *b)
{
    const int64_t x = ((const struct wanted *)a)->id, y = ((const struct wanted *)b)->id;
    return (x > y) - (x < y);
}

static struct wanted *find_wanted(const struct lookup *k, int64_t id)
{
    const struct wanted key = {.id = id};
    return k->n > 0 ? bsearch(&key, k->v, k->n, sizeof key, by_id) : NULL;
}

static void collect(const struct review *r, const struct review_layer *l, struct gt_arena *a,
                    struct lookup *k)
{
    size_t n = 0;
    for (size_t i = 0; i < r->hit.n; i++)
        n += r->hit.v[i].n_features + r->hit.v[i].n_partners;
    k->v = GT_TAKE_N(a, struct wanted, n + 1);
    for (size_t i = 0; i < r->hit.n; i++) {
        const struct review_hit *h = &r->hit.v[i];
        for (size_t j = 0; h->other == l && !h->dropped && j < h->n_partners; j++)
            k->v[k->n++] = (struct wanted){.id = h->partner[j], .lon = NAN, .lat = NAN};
        if (h->layer != l || h->dropped)
            continue;
        for (size_t j = 0; j < h->n_features; j++)
            k->v[k->n++] = (struct wanted){
                .id = h->feature[j], .place = j == 0 && !h->placed, .lon = NAN, .lat = NAN};
    }
    if (k->n > 0)
        qsort(k->v, k->n, sizeof *k->v, by_id);
    size_t to = 0;
    for (size_t i = 0; i < k->n; i++) {
        k->place = k->place || k->v[i].place;
        if (to > 0 && k->v[to - 1].id == k->v[i].id)
            k->v[to - 1].place = k->v[to - 1].place || k->v[i].place;
        else
            k->v[to++] = k->v[i];
    }
    k->n = to;
}

static void place_of(const struct gt_shapes *s, size_t i, struct gt_xform *to, struct wanted *w)
{
    const int64_t first = s->point[s->part[i]], last = s->point[s->part[i + 1]];
    if (first >= last || !to)
        return;
    double xy[2] = {NAN, NAN};
    if (s->kind == GT_SHAPE_POLYGON)
        gt_polygon_inner(s, i, &xy[0], &xy[1]);
    if (!isfinite(xy[0])) {
        const int64_t middle = s->kind == GT_SHAPE_LINE ? first + (last - first) / 2 : first;
        xy[0] = s->xy[2 * middle];
        xy[1] = s->xy[2 * middle + 1];
    }
    gt_xform_points(to, xy, 1);
    w->lon = xy[0];
    w->lat = xy[1];
}

static enum gt_status look_up(struct review *r, struct review_layer *l, struct lookup *k,
                              struct gt_err *err)
{
    struct gt_layer_query q = {.count = review_chunk(r, l),
                               .field = &l->bsm,
                               .n_fields = l->bsm >= 0 ? 1 : 0,
                               .no_fields = l->bsm < 0,
                               .no_shapes = !k->place || l->source->table};
    for (; q.from < l->source->n; q.from += q.count) {
        GT_AUTO_ARENA a = gt_arena_new();
        const struct gt_features *f;
        GT_TRY(gt_layer_read(l->source, a, &q, &f, err));
        const size_t n = f->shapes || f->n_rows > 0 ? gt_features_count(f) : 0;
        for (size_t i = 0; i < n; i++) {
            struct wanted *w = find_wanted(k, gt_features_id(f, i));
            if (!w)
                continue;
            const char *bsm = l->bsm >= 0 ? gt_value_text(a, &f->value[i * f->n_fields]) : "";
            w->name = *bsm ? gt_strdup(r->a, bsm) : NULL;
            if (f->shapes && w->place)
                place_of(f->shapes, i, l->to_degrees, w);
        }
    }
    return GT_OK;
}

static void place_hit(struct review *r, struct review_hit *h)
{
    struct gt_xform *to = h->layer ? h->layer->to_degrees : NULL;
    if (h->placed) {
        double xy[2] = {h->x, h->y};
        if (to)
            gt_xform_points(to, xy, 1);
        h->lon = to || !h->layer ? xy[0] : (double)NAN;
        h->lat = to || !h->layer ? xy[1] : (double)NAN;
    }
    if (!h->xy || !to) {
        h->n_rings = h->layer ? 0 : h->n_rings;
        return;
    }
    const size_t n = (size_t)h->ring[h->n_rings];
    double *xy = GT_TAKE_N(r->a, double, 2 * n + 2);
    memcpy(xy, h->xy, 2 * n * sizeof *xy);
    gt_xform_points(to, xy, n);
    h->xy = xy;
}

static const char *const *names_of(struct review *r, const int64_t *id, size_t n,
                                   const struct lookup *k)
{
    const char **name = GT_TAKE_N(r->a, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct wanted *w = find_wanted(k, id[i]);
        name[i] = w && w->name ? w->name : gt_printf(r->a, "%lld", (long long)id[i]);
    }
    return name;
}

static void name_hit(struct review *r, struct review_hit *h, const struct lookup *k)
{
    const struct wanted *first = h->n_features ? find_wanted(k, h->feature[0]) : NULL;
    h->name = names_of(r, h->feature, h->n_features, k);
    if (first && !h->placed) {
        h->lon = first->lon;
        h->lat = first->lat;
    }
}

enum gt_status review_resolve(struct review *r, struct gt_err *err)
{
    for (size_t i = 0; i < r->n_layers; i++) {
        struct review_layer *l = &r->layer[i];
        GT_AUTO_ARENA a = gt_arena_new();
        struct lookup k = {0};
        collect(r, l, a, &k);
        if (k.n > 0 && !l->dead && (l->bsm >= 0 || k.place))
            GT_TRY(review_dead(r, l, look_up(r, l, &k, err), err));
        for (size_t j = 0; j < r->hit.n; j++) {
            struct review_hit *h = &r->hit.v[j];
            if (h->other == l && !h->dropped)
                h->partner_name = names_of(r, h->partner, h->n_partners, &k);
            if (h->layer == l && !h->dropped) {
                name_hit(r, h, &k);
                place_hit(r, h);
            }
        }
    }
    return GT_OK;
}
