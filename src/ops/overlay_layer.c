/* overlay_layer.c: the pieces of the operation `overlay` as a layer of the workspace, with the
 * attributes of both parents and the area on the ellipsoid. */
#include "overlay.h"

#include <string.h>
#include <strings.h>

enum { CHUNK = 4096 };

struct fields {
    size_t n, of_a; /* of_a: the first layer's */
    const char **name;
    struct gt_field *type;
};

static bool is_taken(const struct fields *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcasecmp(f->name[i], name) == 0)
            return true;
    return false;
}

/* Names that the layer has already get _2, _3... */
static const char *add_field(struct gt_arena *a, struct fields *f, const char *name,
                             struct gt_field type)
{
    const char *free_name = name;
    for (int k = 2; is_taken(f, free_name); k++)
        free_name = gt_printf(a, "%s_%d", name, k);
    type.name = free_name;
    f->name[f->n] = free_name;
    f->type[f->n++] = type;
    return free_name;
}

/* A column without a declaration is one of numbers where all its values are. */
static struct gt_field type_of(const struct gt_features *f, size_t field)
{
    if (f->type)
        return f->type[field];
    size_t numbers = 0;
    for (size_t i = 0; i < f->shapes->n; i++) {
        enum gt_value_kind kind = f->value[i * f->n_fields + field].kind;
        if (kind == GT_V_TEXT)
            return (struct gt_field){.kind = GT_COLUMN_TEXT};
        numbers += kind == GT_V_NUM;
    }
    return (struct gt_field){.kind = numbers ? GT_COLUMN_REAL : GT_COLUMN_TEXT};
}

static struct fields fields_of(struct ops_overlay *o)
{
    size_t most = o->f[0]->n_fields + o->f[1]->n_fields + 1;
    struct fields f = {.name = GT_TAKE_N(o->a, const char *, most),
                       .type = GT_TAKE_N(o->a, struct gt_field, most)};
    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < o->f[k]->n_fields; i++)
            (void)add_field(o->a, &f, o->f[k]->field[i], type_of(o->f[k], i));
        if (k == 0)
            f.of_a = f.n;
    }
    o->area_in = add_field(o->a, &f, "area_m2", (struct gt_field){.kind = GT_COLUMN_REAL});
    return f;
}

static void copy_values(const struct gt_features *f, int64_t feature, struct gt_value *out)
{
    for (size_t i = 0; i < f->n_fields; i++)
        out[i] = feature < 0 ? (struct gt_value){.kind = GT_V_NODATA}
                             : f->value[(size_t)feature * f->n_fields + i];
}

GT_MUST static enum gt_status write_chunk(const struct ops_overlay *o, const struct fields *f,
                                          struct gt_value *value, size_t from,
                                          struct gt_layer_sink *sink, struct gt_err *err)
{
    const struct gt_overlay_result *r = &o->pieces;
    struct gt_shapes part = *r->shapes;
    part.n = r->shapes->n - from < CHUNK ? r->shapes->n - from : CHUNK;
    part.part += from;
    for (size_t i = 0; i < part.n; i++) {
        struct gt_value *v = value + i * f->n;
        copy_values(o->f[0], r->a[from + i], v);
        copy_values(o->f[1], r->b[from + i], v + f->of_a);
        v[f->n - 1] = (struct gt_value){.kind = GT_V_NUM, .num = r->m2[from + i]};
    }
    struct gt_features chunk = {
        .shapes = &part, .n_fields = f->n, .field = f->name, .value = value, .type = f->type};
    return sink->write(sink->ctx, &chunk, err);
}

enum gt_status ops_overlay_layer(struct ops_overlay *o, struct gt_txn *t, struct gt_err *err)
{
    struct fields f = fields_of(o);
    struct gt_features like = {
        .shapes = o->pieces.shapes, .n_fields = f.n, .field = f.name, .type = f.type};
    struct gt_layer_sink *sink;
    void *value;
    GT_TRY(gt_reserve(o->a, CHUNK * f.n, sizeof(struct gt_value), "attributes", &value, err));
    GT_TRY(gt_txn_layer(t, o->id, &like, &sink, err));
    for (size_t from = 0; from < o->pieces.shapes->n; from += CHUNK)
        GT_TRY(write_chunk(o, &f, value, from, sink, err));
    return GT_OK;
}
