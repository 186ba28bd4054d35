/* gather.c: some features of a layer, and those of several layers, as one. */
#include "guotu/vector.h"

#include <math.h>
#include <string.h>

/* Features on their way into one. Arrays that some source has not are left out as a whole. */
struct gather {
    struct gt_shapes shapes;
    int64_t *part, *point, *id;
    double *xy;
    uint16_t *trait;
    uint8_t *outer;
    struct gt_value *value;
    size_t n, parts, points, n_fields;
};

static size_t parts_of(const struct gt_features *f, size_t i)
{
    return (size_t)(f->shapes->part[i + 1] - f->shapes->part[i]);
}

static size_t points_of(const struct gt_features *f, size_t i)
{
    const struct gt_shapes *s = f->shapes;
    return (size_t)(s->point[s->part[i + 1]] - s->point[s->part[i]]);
}

static enum gt_status reserve(struct gather *g, struct gt_arena *a, const struct gt_features *like,
                              struct gt_err *err)
{
    void *p[7] = {0};
    const struct {
        size_t n, size;
    } want[] = {
        {g->n + 1, sizeof *g->part},
        {g->parts + 1, sizeof *g->point},
        {2 * g->points + 1, sizeof *g->xy},
        {like->id ? g->n + 1 : 0, sizeof *g->id},
        {like->trait ? g->n + 1 : 0, sizeof *g->trait},
        {like->outer ? g->parts + 1 : 0, sizeof *g->outer},
        {g->n * like->n_fields + 1, sizeof *g->value},
    };
    for (size_t i = 0; i < GT_LEN(want); i++)
        if (want[i].n)
            GT_TRY(gt_reserve(a, want[i].n, want[i].size, "features", &p[i], err));
    g->part = p[0];
    g->point = p[1];
    g->xy = p[2];
    g->id = p[3];
    g->trait = p[4];
    g->outer = p[5];
    g->value = p[6];
    g->n_fields = like->n_fields;
    g->n = g->parts = g->points = 0;
    return GT_OK;
}

static void add_shape(struct gather *g, const struct gt_features *f, size_t i)
{
    const struct gt_shapes *s = f->shapes;
    g->part[g->n] = (int64_t)g->parts;
    for (int64_t r = s->part[i]; r < s->part[i + 1]; r++) {
        size_t n = (size_t)(s->point[r + 1] - s->point[r]);
        if (g->outer)
            g->outer[g->parts] = f->outer[r];
        g->point[g->parts++] = (int64_t)g->points;
        memcpy(g->xy + 2 * g->points, s->xy + 2 * s->point[r], 2 * n * sizeof *g->xy);
        g->points += n;
    }
    g->part[g->n + 1] = (int64_t)g->parts;
    g->point[g->parts] = (int64_t)g->points;
}

static void add(struct gather *g, const struct gt_features *f, size_t i)
{
    if (f->shapes)
        add_shape(g, f, i);
    if (g->id)
        g->id[g->n] = gt_features_id(f, i);
    if (g->trait)
        g->trait[g->n] = f->trait[i];
    if (g->n_fields)
        memcpy(g->value + g->n * g->n_fields, f->value + i * g->n_fields,
               g->n_fields * sizeof *g->value);
    g->n++;
}

static struct gt_box box_of(const struct gather *g)
{
    struct gt_box b = {NAN, NAN, NAN, NAN};
    for (size_t i = 0; i < g->points; i++) {
        double x = g->xy[2 * i], y = g->xy[2 * i + 1];
        b.x0 = b.x0 <= x ? b.x0 : x;
        b.y0 = b.y0 <= y ? b.y0 : y;
        b.x1 = b.x1 >= x ? b.x1 : x;
        b.y1 = b.y1 >= y ? b.y1 : y;
    }
    return b;
}

static const struct gt_features *end(struct gather *g, struct gt_arena *a,
                                     const struct gt_features *like)
{
    struct gt_features *out = GT_TAKE(a, struct gt_features);
    *out = *like;
    out->n_rows = g->n;
    out->value = g->value;
    out->id = g->id;
    out->trait = g->trait;
    out->outer = g->outer;
    if (like->shapes) {
        struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
        *s = *like->shapes;
        s->n = g->n;
        s->part = g->part;
        s->point = g->point;
        s->xy = g->xy;
        s->box = box_of(g);
        out->shapes = s;
    }
    return out;
}

/* Both begin a table of places with 0 even where there is no feature: it is zeroed. */
enum gt_status gt_features_pick(struct gt_arena *a, const struct gt_features *f,
                                const size_t *which, size_t n, const struct gt_features **out,
                                struct gt_err *err)
{
    struct gather g = {.n = n};
    struct gt_features like = *f;
    void *own = NULL;
    if (!f->id) { /* their numbers were their places, which are others now */
        GT_TRY(gt_reserve(a, gt_features_count(f) + 1, sizeof(int64_t), "features", &own, err));
        int64_t *id = own;
        for (size_t i = 0; i < gt_features_count(f); i++)
            id[i] = (int64_t)i + 1;
        like.id = id;
    }
    for (size_t i = 0; i < n && f->shapes; i++) {
        g.parts += parts_of(f, which[i]);
        g.points += points_of(f, which[i]);
    }
    GT_TRY(reserve(&g, a, &like, err));
    for (size_t i = 0; i < n; i++)
        add(&g, &like, which[i]);
    *out = end(&g, a, &like);
    return GT_OK;
}

enum gt_status gt_features_join(struct gt_arena *a, const struct gt_features *const *f, size_t n,
                                const struct gt_features **out, struct gt_err *err)
{
    struct gather g = {0};
    struct gt_features like = *f[0];
    for (size_t k = 0; k < n; k++) {
        size_t count = gt_features_count(f[k]);
        if (f[k]->n_fields != like.n_fields || !f[k]->shapes != !like.shapes)
            return gt_fail(err, GT_EINTERNAL, "features that are joined have other fields");
        like.id = f[k]->id ? like.id : NULL;
        like.trait = f[k]->trait ? like.trait : NULL;
        like.outer = f[k]->outer ? like.outer : NULL;
        g.n += count;
        if (like.shapes) {
            g.parts += (size_t)f[k]->shapes->part[count];
            g.points += (size_t)f[k]->shapes->point[f[k]->shapes->part[count]];
        }
    }
    GT_TRY(reserve(&g, a, &like, err));
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < gt_features_count(f[k]); i++)
            add(&g, f[k], i);
    *out = end(&g, a, &like);
    return GT_OK;
}
