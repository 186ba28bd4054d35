/* memory.c: features in memory as a layer that is read in parts. */
#include "guotu/vector.h"

#include <math.h>
#include <string.h>

struct memory {
    const struct gt_features *f;
    struct gt_layer_source source;
};

/* Which features an answer has, and its sizes. */
struct pick {
    const struct gt_features *f;
    const size_t *row;
    size_t n, parts, points;
};

static bool wanted(const struct gt_features *f, const struct gt_layer_query *q, size_t i)
{
    return !q->box || !f->shapes || gt_box_meets(gt_shape_box(f->shapes, i), *q->box);
}

GT_MUST static enum gt_status choose(struct gt_arena *a, const struct gt_features *f,
                                     const struct gt_layer_query *q, struct pick *p,
                                     struct gt_err *err)
{
    size_t all = gt_features_count(f), from = q->from > 0 ? (size_t)q->from : 0;
    size_t left = from < all ? all - from : 0;
    void *block;
    if (q->count > 0 && (uint64_t)q->count < left)
        left = (size_t)q->count;
    GT_TRY(gt_reserve(a, left + 1, sizeof(size_t), "features of a layer", &block, err));
    size_t *row = block;
    *p = (struct pick){.f = f, .row = row};
    for (size_t i = from; i < from + left; i++) {
        if (!wanted(f, q, i))
            continue;
        row[p->n++] = i;
        if (!f->shapes)
            continue;
        const int64_t *part = f->shapes->part + i;
        p->parts += (size_t)(part[1] - part[0]);
        p->points += (size_t)(f->shapes->point[part[1]] - f->shapes->point[part[0]]);
    }
    return GT_OK;
}

/* ---- Shapes ---- */

static void copy_part(const struct gt_shapes *s, int64_t part, struct gt_shapes *out,
                      int64_t *point, double *xy)
{
    int64_t from = s->point[part], n = s->point[part + 1] - from;
    struct gt_box *b = &out->box;
    if (n > 0)
        memcpy(xy + 2 * point[0], s->xy + 2 * from, 2 * (size_t)n * sizeof *xy);
    point[1] = point[0] + n;
    for (const double *p = xy + 2 * point[0]; p < xy + 2 * point[1]; p += 2)
        *b = (struct gt_box){fmin(b->x0, p[0]), fmin(b->y0, p[1]), fmax(b->x1, p[0]),
                             fmax(b->y1, p[1])};
}

GT_MUST static enum gt_status copy_shapes(struct gt_arena *a, const struct pick *p,
                                          struct gt_features *out, struct gt_err *err)
{
    const struct gt_shapes *s = p->f->shapes;
    struct gt_shapes *to = GT_TAKE(a, struct gt_shapes);
    void *part, *point, *xy, *outer;
    GT_TRY(gt_reserve(a, p->n + 1, sizeof(int64_t), "features of a layer", &part, err));
    GT_TRY(gt_reserve(a, p->parts + 1, sizeof(int64_t), "parts of a layer", &point, err));
    GT_TRY(gt_reserve(a, p->points + 1, 2 * sizeof(double), "points of a layer", &xy, err));
    GT_TRY(gt_reserve(a, p->parts + 1, 1, "parts of a layer", &outer, err));
    *to = (struct gt_shapes){s->kind,
                             s->crs,
                             p->n,
                             part,
                             point,
                             xy,
                             {(double)NAN, (double)NAN, (double)NAN, (double)NAN}};
    int64_t *parts = part, at = 0;
    for (size_t i = 0; i < p->n; i++) {
        for (int64_t j = s->part[p->row[i]]; j < s->part[p->row[i] + 1]; j++, at++) {
            copy_part(s, j, to, (int64_t *)point + at, xy);
            ((uint8_t *)outer)[at] = p->f->outer ? p->f->outer[j] : 0;
        }
        parts[i + 1] = at;
    }
    out->shapes = to;
    out->outer = p->f->outer ? outer : NULL;
    return GT_OK;
}

/* ---- Attributes ---- */

static bool picks_fields(const struct gt_layer_query *q)
{
    return q->field || q->no_fields;
}

/* The place in the source's fields of field i of the answer. */
static size_t field_at(const struct gt_layer_query *q, size_t i)
{
    return q->field ? (size_t)q->field[i] : i;
}

GT_MUST static enum gt_status copy_values(struct gt_arena *a, const struct pick *p,
                                          const struct gt_layer_query *q, struct gt_features *out,
                                          struct gt_err *err)
{
    const struct gt_features *f = p->f;
    size_t n = q->no_fields ? 0 : q->field ? q->n_fields : f->n_fields;
    void *block;
    GT_TRY(gt_reserve(a, p->n * n + 1, sizeof *f->value, "values of a layer", &block, err));
    struct gt_value *value = block;
    const char **name = GT_TAKE_N(a, const char *, n + 1);
    struct gt_field *type = GT_TAKE_N(a, struct gt_field, n + 1);
    for (size_t c = 0; c < n; c++) {
        name[c] = f->field[field_at(q, c)];
        if (f->type)
            type[c] = f->type[field_at(q, c)];
        for (size_t i = 0; i < p->n; i++)
            value[i * n + c] = f->value[p->row[i] * f->n_fields + field_at(q, c)];
    }
    out->n_fields = n;
    out->field = name;
    out->value = value;
    out->type = f->type ? type : NULL;
    return GT_OK;
}

GT_MUST static enum gt_status copy_marks(struct gt_arena *a, const struct pick *p,
                                         struct gt_features *out, struct gt_err *err)
{
    void *id, *trait;
    GT_TRY(gt_reserve(a, p->n + 1, sizeof(int64_t), "numbers of features", &id, err));
    GT_TRY(gt_reserve(a, p->n + 1, sizeof(uint16_t), "features of a layer", &trait, err));
    for (size_t i = 0; i < p->n; i++) {
        ((int64_t *)id)[i] = gt_features_id(p->f, p->row[i]);
        ((uint16_t *)trait)[i] = p->f->trait ? p->f->trait[p->row[i]] : 0;
    }
    out->id = id;
    out->trait = p->f->trait ? trait : NULL;
    return GT_OK;
}

GT_MUST static enum gt_status read_memory(void *ctx, struct gt_arena *a,
                                          const struct gt_layer_query *q,
                                          const struct gt_features **out, struct gt_err *err)
{
    const struct memory *m = ctx;
    if (!q->box && q->from <= 0 && q->count <= 0 && !picks_fields(q) && !q->no_shapes) {
        *out = m->f;
        return GT_OK;
    }
    struct pick p;
    struct gt_features *made = GT_TAKE(a, struct gt_features);
    GT_TRY(choose(a, m->f, q, &p, err));
    GT_TRY(copy_values(a, &p, q, made, err));
    GT_TRY(copy_marks(a, &p, made, err));
    if (m->f->shapes && !q->no_shapes)
        GT_TRY(copy_shapes(a, &p, made, err));
    made->n_rows = p.n;
    *out = made;
    return GT_OK;
}

/* ---- Making one ---- */

/* Undeclared fields are texts, or real where the first value that there is, is a number. */
static const struct gt_field *fields_of(struct gt_arena *a, const struct gt_features *f)
{
    struct gt_field *type = GT_TAKE_N(a, struct gt_field, f->n_fields + 1);
    size_t n = gt_features_count(f);
    for (size_t c = 0; c < f->n_fields; c++) {
        type[c].name = f->field[c];
        size_t i = 0;
        while (i < n && f->value[i * f->n_fields + c].kind == GT_V_NODATA)
            i++;
        if (i < n && f->value[i * f->n_fields + c].kind != GT_V_TEXT)
            type[c].kind = GT_COLUMN_REAL;
    }
    return type;
}

const struct gt_layer_source *gt_layer_of(struct gt_arena *a, const char *name,
                                          const struct gt_features *f)
{
    struct memory *m = GT_TAKE(a, struct memory);
    struct gt_box none = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    m->f = f;
    m->source = (struct gt_layer_source){.name = name,
                                         .file = name,
                                         .table = !f->shapes,
                                         .kind = f->shapes ? f->shapes->kind : GT_SHAPE_POLYGON,
                                         .crs = f->shapes ? f->shapes->crs : NULL,
                                         .n = (int64_t)gt_features_count(f),
                                         .box = f->shapes ? f->shapes->box : none,
                                         .n_fields = f->n_fields,
                                         .field = f->type ? f->type : fields_of(a, f),
                                         .read = read_memory,
                                         .ctx = m};
    return &m->source;
}
