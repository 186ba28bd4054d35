/* evaluation_maps.c: a map of each result, with the workspace's other layers for orientation. */
#include "evaluation.h"

#include "guotu/io.h"

#include "gt_version.h"

#include <math.h>
#include <string.h>

/* Layers over a result, from below; by role. */
static const struct overlay {
    const char *role;
    struct gt_text2 title;
    uint32_t rgb;
    double width;
    bool filled, labels;
    const char *only; /* function that it is for; NULL: all */
} overlays[] = {
    {"glacier", {"glaciers", "冰川"}, 0x8fcbe6, 0.8, true, false, NULL},
    {"water", {"water", "水域"}, 0x3f86c6, 0.8, true, false, NULL},
    {"river", {"rivers", "河流"}, 0x3f86c6, 1.1, false, false, NULL},
    {"fault", {"active faults", "活动断层"}, 0xb3122d, 1.4, false, false, "urban"},
    {"county", {"county border", "行政区界"}, 0x5b2a77, 2.2, false, true, NULL},
    {"town", {"towns", "城镇"}, 0x1a1a1a, 1.8, false, true, NULL},
};

static const char *const *labels_of(struct gt_arena *a, const struct gt_features *f)
{
    int at = gt_features_field(f, "name");
    if (at < 0)
        return NULL;
    const char **label = GT_TAKE_N(a, const char *, f->shapes->n);
    for (size_t i = 0; i < f->shapes->n; i++) {
        const struct gt_value *v = &f->value[i * f->n_fields + (size_t)at];
        label[i] = v->kind == GT_V_TEXT ? v->text : NULL;
    }
    return label;
}

/* Layers that are not there, or are there twice, are left out: they only help the eye. */
static enum gt_status find_layers(struct evaluation *e, struct gt_map_layer *layer, size_t *n,
                                  struct gt_err *err)
{
    for (size_t i = 0; i < GT_LEN(overlays); i++) {
        const struct overlay *o = &overlays[i];
        const struct gt_dataset *d = NULL;
        const struct gt_features *f;
        bool county = strcmp(o->role, "county") == 0;
        if (o->only && strcmp(o->only, e->function->id) != 0)
            continue;
        if (county)
            d = e->county;
        else if (gt_store_find_role(e->store, e->a, o->role, &d, NULL) != GT_OK)
            continue;
        if (!d || d->kind != GT_DATASET_VECTOR)
            continue;
        if (county)
            f = e->counties;
        else
            GT_TRY(gt_store_features(e->store, e->a, d, &f, err));
        layer[(*n)++] = (struct gt_map_layer){.shapes = f->shapes,
                                              .rgb = o->rgb,
                                              .width = o->width,
                                              .filled = o->filled,
                                              .veil = county,
                                              .label = o->labels ? labels_of(e->a, f) : NULL,
                                              .title = gt_text2(o->title, e->c->lang)};
    }
    return GT_OK;
}

static const struct gt_palette *palette_of(const struct evaluation *e,
                                           const struct gt_palettes *all, const char *output)
{
    const char *of_set = gt_printf(e->a, "%s@%s", output, e->rules);
    const struct gt_palette *p = gt_palette_for(all, of_set);
    return p ? p : gt_palette_for(all, output);
}

/* The counties with a margin around them; all of the raster where there are none. */
static enum gt_status window_of(const struct evaluation *e, const struct gt_raster_info *info,
                                struct gt_window *out, struct gt_err *err)
{
    const struct gt_grid *g = &info->grid;
    const struct gt_shapes *there;
    if (!e->counties || !e->counties->shapes->n)
        return GT_OK;
    GT_TRY(gt_shapes_to_crs(e->a, e->counties->shapes, info->crs, 1, &there, err));
    double left = gt_grid_col(g, there->box.x0), right = gt_grid_col(g, there->box.x1);
    double top = gt_grid_row(g, there->box.y1), bottom = gt_grid_row(g, there->box.y0);
    double margin = 0.04 * fmax(right - left, bottom - top);
    int64_t c0 = (int64_t)fmax(0, floor(left - margin)), r0 = (int64_t)fmax(0, floor(top - margin));
    int64_t c1 = (int64_t)fmin((double)g->w, ceil(right + margin));
    int64_t r1 = (int64_t)fmin((double)g->h, ceil(bottom + margin));
    if (c1 > c0 && r1 > r0)
        *out = (struct gt_window){c0, r0, c1 - c0, r1 - r0};
    return GT_OK;
}

/* Only classes that are there: a legend of what is not on the map misleads. */
static size_t map_classes(const struct evaluation_result *r, struct gt_map_class *out)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_classes; i++) {
        double code = r->classes[i].code;
        if (gt_evaluate_sum(&r->tables, (int64_t)code).cells)
            out[n++] =
                (struct gt_map_class){code, gt_palette_rgb(r->palette, code), r->classes[i].title};
    }
    return n;
}

static const char *note_of(const struct evaluation *e, const struct gt_raster_info *info)
{
    const char *left = e->left_text
                           ? gt_printf(e->a,
                                       OPS_SAY(e->c, ". Left out (all are in the report): %s",
                                               "。未参与评价的因子（全部见报告）：%s"),
                                       e->left_text)
                           : "";
    return gt_printf(
        e->a,
        OPS_SAY(e->c, "%s. Rules: %s (%s). guotu %s%s", "坐标系：%s。规则集：%s（%s）。guotu %s%s"),
        info->crs->name, gt_text2(e->set->title, e->c->lang), e->rules, GT_VERSION, left);
}

/* Water and ice may be classes too: they are in the legend once. */
static bool is_class(const struct evaluation_result *r, const char *title)
{
    for (size_t i = 0; i < r->n_classes; i++)
        if (gt_starts(r->classes[i].title, title))
            return true;
    return false;
}

static enum gt_status map_one(struct evaluation *e, struct evaluation_result *r,
                              const struct gt_map *base, struct gt_err *err)
{
    struct gt_map_class *classes = GT_TAKE_N(e->a, struct gt_map_class, r->n_classes + 1);
    struct gt_map map = *base;
    struct gt_map_layer layers[GT_LEN(overlays)];
    for (size_t i = 0; i < base->n_layers; i++) {
        layers[i] = base->layers[i];
        if (is_class(r, layers[i].title))
            layers[i].title = NULL;
    }
    map.layers = layers;
    map.raster = r->raster;
    map.classes = classes;
    map.n_classes = map_classes(r, classes);
    if (map.n_classes == 0) /* all void: the frame alone */
        classes[map.n_classes++] = (struct gt_map_class){-1, 0xffffff, ""};
    map.title = gt_printf(e->a, "%s · %s", gt_store_info(e->store)->title,
                          gt_text2(r->d->title, e->c->lang));
    map.note = note_of(e, &r->raster->info);
    GT_TRY(window_of(e, &r->raster->info, &map.window, err));
    return gt_map_png(e->a, &map, e->c->work, &r->map, err);
}

enum gt_status evaluation_maps(struct evaluation *e, struct gt_err *err)
{
    const struct gt_palettes *palettes;
    const char *rules_dir = gt_rules_dir(e->a, err);
    struct gt_map_layer layers[GT_LEN(overlays)];
    struct gt_map base = {.layers = layers,
                          .synthetic = e->m->synthetic,
                          .lang = e->c->lang,
                          .heights = e->m->bind[e->m->model->master].raster};
    if (!rules_dir)
        return err ? err->status : GT_ENOTFOUND;
    GT_TRY(gt_palettes_load(e->a, rules_dir, &palettes, err));
    GT_TRY(find_layers(e, layers, &base.n_layers, err));
    base.subtitle = gt_printf(e->a, OPS_SAY(e->c, "%s (%s)", "%s（%s）"),
                              gt_text2(e->set->title, e->c->lang), e->rules);
    for (size_t i = 0; i < e->n; i++) {
        struct evaluation_result *r = &e->result[i];
        r->palette = palette_of(e, palettes, r->out->name);
        GT_TRY(map_one(e, r, &base, err));
        gt_progress(e->c->work, "maps", (int64_t)i + 1, (int64_t)e->n);
    }
    return GT_OK;
}
