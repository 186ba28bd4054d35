/* features.c: features in memory, and layers that are read in parts. */
#include "guotu/vector.h"

#include <string.h>
#include <strings.h>

int gt_features_field(const struct gt_features *f, const char *name)
{
    for (size_t i = 0; i < f->n_fields; i++)
        if (strcmp(f->field[i], name) == 0)
            return (int)i;
    for (size_t i = 0; i < f->n_fields; i++)
        if (strcasecmp(f->field[i], name) == 0)
            return (int)i;
    return -1;
}

size_t gt_features_count(const struct gt_features *f)
{
    return f->shapes ? f->shapes->n : f->n_rows;
}

int64_t gt_features_id(const struct gt_features *f, size_t i)
{
    return f->id ? f->id[i] : (int64_t)i + 1;
}

const char *gt_value_text(struct gt_arena *a, const struct gt_value *v)
{
    char text[32];
    if (v->kind == GT_V_NODATA)
        return "";
    return v->kind == GT_V_TEXT ? v->text : gt_strdup(a, gt_fmt_num(v->num, text));
}

int gt_layer_field(const struct gt_layer_source *s, const char *name)
{
    for (size_t i = 0; i < s->n_fields; i++)
        if (strcmp(s->field[i].name, name) == 0)
            return (int)i;
    for (size_t i = 0; i < s->n_fields; i++)
        if (strcasecmp(s->field[i].name, name) == 0)
            return (int)i;
    return -1;
}

enum gt_status gt_layer_read(const struct gt_layer_source *s, struct gt_arena *a,
                             const struct gt_layer_query *q, const struct gt_features **out,
                             struct gt_err *err)
{
    static const struct gt_layer_query all = {0};
    return s->read(s->ctx, a, q ? q : &all, out, err);
}
