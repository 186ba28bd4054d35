/* draft.c: features of a text as they grow. */
#include "text_int.h"

#include <string.h>

void gt_text_draft_begin(struct gt_text_draft *d, struct gt_arena *a, const char *name)
{
    *d = (struct gt_text_draft){.a = a, .name = name};
}

enum gt_status gt_text_draft_point(struct gt_text_draft *d, double x, double y, struct gt_err *err)
{
    return gt_shape_add_point(&d->b, x, y, err);
}

enum gt_status gt_text_draft_part(struct gt_text_draft *d, bool open_is_odd, uint16_t *trait,
                                  struct gt_err *err)
{
    size_t n = d->b.n_points - d->ring;
    if (n == 0)
        return GT_OK;
    const double *first = d->b.xy + 2 * d->ring, *last = d->b.xy + 2 * (d->b.n_points - 1);
    bool open = first[0] != last[0] || first[1] != last[1];
    if (d->b.kind == GT_SHAPE_POLYGON && (open || n == 1)) {
        double x = first[0], y = first[1];
        if (open_is_odd)
            *trait |= GT_TRAIT_OPEN;
        GT_TRY(gt_shape_add_point(&d->b, x, y, err));
        n++;
    }
    if ((d->b.kind == GT_SHAPE_POLYGON && n < 4) || (d->b.kind == GT_SHAPE_LINE && n < 2))
        *trait |= GT_TRAIT_SHORT;
    d->ring = d->b.n_points;
    return gt_shape_end_part(&d->b, err);
}

enum gt_status gt_text_draft_feature(struct gt_text_draft *d, int64_t id, uint16_t trait,
                                     struct gt_value **value, struct gt_err *err)
{
    size_t cells = (d->n + 1) * d->n_fields;
    if (!d->table)
        GT_TRY(gt_shape_add_empty(&d->b, err));
    GT_TRY(gt_shape_room(d->a, &d->value, cells, &d->value_cap, sizeof *d->value, err));
    GT_TRY(gt_shape_room(d->a, &d->id, d->n, &d->id_cap, sizeof *d->id, err));
    GT_TRY(gt_shape_room(d->a, &d->trait, d->n, &d->trait_cap, sizeof *d->trait, err));
    d->id[d->n] = id;
    d->trait[d->n] = trait;
    *value = d->value + d->n * d->n_fields;
    for (size_t i = 0; i < d->n_fields; i++)
        (*value)[i] = (struct gt_value){.kind = GT_V_NODATA};
    d->n++;
    return GT_OK;
}

void gt_text_draft_end(struct gt_text_draft *d, struct gt_text_layer *out)
{
    const char **names = GT_TAKE_N(d->a, const char *, d->n_fields + 1);
    for (size_t i = 0; i < d->n_fields; i++)
        names[i] = d->field[i].name;
    *out = (struct gt_text_layer){
        .name = d->name,
        .table = d->table,
        .f = {.n_rows = d->table ? d->n : 0,
              .n_fields = d->n_fields,
              .field = names,
              .value = d->value ? d->value : GT_TAKE_N(d->a, struct gt_value, 1),
              .type = d->field,
              .id = d->id ? d->id : GT_TAKE_N(d->a, int64_t, 1),
              .trait = d->trait ? d->trait : GT_TAKE_N(d->a, uint16_t, 1)},
    };
    if (d->table)
        return;
    out->shapes = *gt_shape_end(&d->b, NULL);
    out->f.shapes = &out->shapes;
}
