/* layer_units.c: areas of a layer of polygons by the polygons of another layer: the ground that
 * both share, what lies outside all units, and what of the units is not covered. */
#include "layer_areas.h"

#include <math.h>
#include <string.h>

struct in_units {
    struct layer_areas *s;
    struct gt_arena *a;
    const struct gt_features *f, *units;
    struct area_row *class; /* by group of classes */
    struct area_row *unit;  /* by feature of the units */
    int32_t *group;         /* by feature of the layer */
    size_t n_classes;
};

/* The field of a layer of units with its codes, or with its names; -1: none. */
static int field_of(const struct gt_features *f, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int at = gt_features_field(f, names[i]);
        if (at >= 0)
            return at;
    }
    return -1;
}

static const char *value_at(struct gt_arena *a, const struct gt_features *f, size_t i, int field)
{
    return field < 0 ? "" : gt_value_text(a, &f->value[i * f->n_fields + (size_t)field]);
}

/* Units without a code are told by their number. */
static void name_units(struct in_units *x)
{
    static const char *const codes[] = {"code", "XZQDM", "ZLDWDM"};
    static const char *const titles[] = {"name", "XZQMC", "ZLDWMC"};
    int code = field_of(x->units, codes, GT_LEN(codes));
    int title = field_of(x->units, titles, GT_LEN(titles));
    x->unit = GT_TAKE_N(x->a, struct area_row, x->units->shapes->n + 1);
    for (size_t i = 0; i < x->units->shapes->n; i++) {
        const char *text = value_at(x->a, x->units, i, code);
        if (!text[0])
            text = gt_printf(x->a, "%lld", (long long)gt_features_id(x->units, i));
        x->unit[i].unit = area_unit_code(x->s, x->a, text);
        x->unit[i].unit_name = x->s->letters > 0 ? "" : value_at(x->a, x->units, i, title);
    }
}

static enum gt_status name_classes(struct in_units *x, struct gt_err *err)
{
    size_t n = x->f->shapes->n;
    struct gt_map *known = gt_map_new(x->a);
    GT_VEC(struct area_row) class = {0};
    void *group;
    GT_TRY(gt_reserve(x->a, n + 1, sizeof(int32_t), "classes of features", &group, err));
    x->group = group;
    for (size_t i = 0; i < n; i++) {
        const char *text = area_text(x->s, x->a, x->f, i, AREA_CLASS);
        uintptr_t at = (uintptr_t)gt_map_get(known, text);
        if (at == 0) {
            struct area_row *r = GT_PUSH(x->a, &class);
            r->class = text;
            r->class_name = area_text(x->s, x->a, x->f, i, AREA_CLASS_NAME);
            at = class.n;
            gt_map_put(known, text, (void *)at);
        }
        x->group[i] = (int32_t)(at - 1);
    }
    x->class = class.v;
    x->n_classes = class.n;
    return GT_OK;
}

static void add_shared(struct in_units *x, const struct gt_shared_area *v)
{
    const struct gt_call *c = x->s->c;
    struct area_row like = {
        .unit = "",
        .unit_name = OPS_SAY(c, "outside all units", "各单元之外"),
        .class = "",
        .class_name = OPS_SAY(c, "not covered", "未覆盖"),
    };
    if (v->b >= 0) {
        like.unit = x->unit[v->b].unit;
        like.unit_name = x->unit[v->b].unit_name;
    }
    if (v->a >= 0) {
        like.class = x->class[v->a].class;
        like.class_name = x->class[v->a].class_name;
    }
    int64_t micros = llround(v->m2 * 1e6);
    if (micros == 0)
        return;
    struct area_row *r = area_row_of(x->s, &like);
    r->features += v->a >= 0 ? v->pairs : 0;
    r->micros += micros;
}

enum gt_status layer_areas_in_units(struct layer_areas *s, struct gt_err *err)
{
    GT_AUTO_ARENA job = gt_arena_new();
    struct in_units x = {.s = s, .a = job};
    const struct gt_shapes *there;
    struct gt_shared_areas shared;
    struct gt_layer_query q = {
        .field = s->field, .n_fields = s->n_fields, .no_fields = s->n_fields == 0};
    GT_TRY(gt_layer_read(s->source, job, &q, &x.f, err));
    GT_TRY(gt_store_features(s->store, job, s->units, &x.units, err));
    GT_TRY(gt_shapes_to_crs(job, x.units->shapes, x.f->shapes->crs, 1e-3, &there, err));
    name_units(&x);
    GT_TRY(name_classes(&x, err));
    struct gt_overlay_areas_opt opt = {.group_a = x.group, .rests = true, .work = s->c->work};
    GT_TRY(gt_overlay_areas(job, x.f->shapes, there, &opt, &shared, err));
    s->keys = job;
    for (size_t i = 0; i < shared.n; i++)
        add_shared(&x, &shared.v[i]);
    return GT_OK;
}
