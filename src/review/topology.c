/* topology.c: geometries and coverages: which layers are checked how, and flaws as hits. */
#include <math.h>
#include <string.h>

#include "review_int.h"

struct flaws {
    struct review *r;
    struct review_layer *l;
    bool coverage, exclusive, inside; /* what of a coverage counts in this layer */
};

/* Some flaws of a coverage say nothing in a layer whose polygons may lie on one another. */
static bool counts(const struct flaws *f, const struct gt_flaw *flaw)
{
    const struct gt_check_rule *outside = gt_profile_rule(f->r->profile, "topology.outside");
    switch (flaw->kind) {
    case GT_FLAW_OUTSIDE: return f->inside && !(outside && flaw->value <= outside->tolerance);
    case GT_FLAW_OVERLAP:
    case GT_FLAW_BORDER:
    case GT_FLAW_SLIVER: return f->exclusive;
    case GT_FLAW_GAP: return f->l->std && f->l->std->covers;
    default: return true;
    }
}

static void say_flaw(struct review *r, struct review_hit *h, const struct gt_flaw *f)
{
    if (!isfinite(f->value)) {
        review_say(r, h, gt_printf(r->a, "违反：%s", h->rule->text.zh),
                   gt_printf(r->a, "expected that %s", h->rule->text.en));
        return;
    }
    h->value = f->value;
    h->unit = f->is_area ? "m2" : "m";
    const char *size = gt_printf(r->a, f->is_area ? "%.4f" : "%.5f", f->value);
    review_say(r, h,
               gt_printf(r->a, "%s；实测 %s %s", h->rule->text.zh, size, f->is_area ? "m²" : "m"),
               gt_printf(r->a, "expected that %s; found %s %s", h->rule->text.en, size, h->unit));
}

static enum gt_status on_flaw(void *ctx, const struct gt_flaw *flaw, struct gt_err *err)
{
    (void)err;
    struct flaws *f = ctx;
    struct review *r = f->r;
    if (!counts(f, flaw))
        return GT_OK;
    char id[64] = "topology.";
    const char *name = gt_flaw_name(flaw->kind);
    if (strlen(name) + 10 > sizeof id)
        return GT_OK;
    memcpy(id + 9, name, strlen(name) + 1);
    struct review_hit *h = review_hit(r, id, f->l);
    if (!h)
        return GT_OK;
    if (flaw->a)
        review_feature(r, h, flaw->a);
    if (flaw->b && flaw->b != flaw->a)
        review_feature(r, h, flaw->b);
    h->placed = isfinite(flaw->x) && isfinite(flaw->y);
    h->x = flaw->x;
    h->y = flaw->y;
    say_flaw(r, h, flaw);
    if (!flaw->xy || flaw->n_rings == 0 || flaw->ring[flaw->n_rings] > 20000)
        return GT_OK;
    const size_t n = (size_t)flaw->ring[flaw->n_rings];
    double *xy = GT_TAKE_N(r->a, double, 2 * n);
    int64_t *ring = GT_TAKE_N(r->a, int64_t, flaw->n_rings + 1);
    memcpy(xy, flaw->xy, 2 * n * sizeof *xy);
    memcpy(ring, flaw->ring, (flaw->n_rings + 1) * sizeof *ring);
    h->xy = xy;
    h->ring = ring;
    h->n_rings = flaw->n_rings;
    return GT_OK;
}

static double tolerance(const struct review *r, const char *rule)
{
    const struct gt_check_rule *found = gt_profile_rule(r->profile, rule);
    return found && isfinite(found->tolerance) ? found->tolerance : 0;
}

/* The polygons of the unit in the CRS of a layer; NULL: none is known. */
static enum gt_status unit_for(struct review *r, struct gt_arena *a, const struct review_layer *l,
                               const struct gt_shapes **out, struct gt_err *err)
{
    const struct gt_yaml *list = review_setting(r, "units");
    *out = NULL;
    for (const struct gt_yaml *y = list ? list->child : NULL; y; y = y->next) {
        struct review_layer *unit = review_layer(r, y->text);
        if (!unit || unit->source->table || unit->source->n == 0)
            continue;
        if (unit == l)
            return GT_OK;
        const struct gt_features *f;
        GT_TRY(
            gt_layer_read(unit->source, a, &(struct gt_layer_query){.no_fields = true}, &f, err));
        if (!f->shapes || !f->shapes->crs || !l->source->crs)
            return GT_OK;
        if (strcmp(f->shapes->crs->wkt, l->source->crs->wkt) == 0)
            *out = f->shapes;
        return GT_OK; /* another CRS: edges would differ by more than the tolerance */
    }
    return GT_OK;
}

static void mark_rules(struct review *r, const char *const *id, size_t n)
{
    for (size_t i = 0; i < n; i++)
        (void)review_rule(r, id[i]);
}

static enum gt_status check_single(struct flaws *f, const struct gt_coverage_opt *opt,
                                   struct gt_err *err)
{
    static const char *const rules[] = {"topology.duplicate_point", "topology.duplicate_ring",
                                        "topology.spike",           "topology.self_crossing",
                                        "topology.self_touching",   "topology.hole_outside",
                                        "topology.zero_area"};
    const size_t n = f->l->source->kind == GT_SHAPE_POLYGON ? GT_LEN(rules)
                     : f->l->source->kind == GT_SHAPE_LINE  ? 1
                                                            : 0;
    mark_rules(f->r, rules, n);
    f->coverage = false;
    return gt_check_shapes(f->l->source, opt, on_flaw, f, err);
}

static enum gt_status check_cover(struct flaws *f, struct gt_coverage_opt *opt, struct gt_err *err)
{
    static const char *const any[] = {"topology.duplicate"};
    static const char *const exclusive[] = {"topology.overlap", "topology.sliver",
                                            "topology.border"};
    static const char *const covering[] = {"topology.gap"};
    static const char *const inside[] = {"topology.outside"};
    struct review *r = f->r;
    struct review_layer *l = f->l;
    GT_AUTO_ARENA a = gt_arena_new();
    const bool covers = l->std && l->std->covers;
    f->coverage = true;
    f->exclusive = covers || review_listed(review_setting(r, "no_overlap"), l->code);
    if (covers || review_listed(review_setting(r, "inside"), l->code))
        GT_TRY(unit_for(r, a, l, &opt->unit, err));
    f->inside = opt->unit != NULL;
    opt->full = covers;
    mark_rules(r, any, 1);
    if (f->exclusive)
        mark_rules(r, exclusive, GT_LEN(exclusive));
    if (covers)
        mark_rules(r, covering, 1);
    if (f->inside)
        mark_rules(r, inside, 1);
    else
        review_skip(r, "topology.outside", "没有同一坐标系的行政区图层",
                    "there is no layer of units in the same coordinate system");
    return gt_check_coverage(l->source, opt, on_flaw, f, err);
}

static enum gt_status one_layer(struct review *r, struct review_layer *l, struct gt_err *err)
{
    struct flaws f = {.r = r, .l = l};
    struct gt_coverage_opt opt = {.tolerance_m = tolerance(r, "topology.overlap"),
                                  .sliver_m = tolerance(r, "topology.sliver"),
                                  .memory = r->opt->memory,
                                  .work = r->opt->work};
    const enum gt_status single = check_single(&f, &opt, err);
    if (single == GT_EIO || single == GT_EINPUT)
        return review_dead(r, l, single, err);
    GT_TRY(review_survive(r, "topology.self_crossing", single, err));
    if (l->source->kind != GT_SHAPE_POLYGON || l->source->n == 0)
        return GT_OK;
    return review_survive(r, "topology.overlap", check_cover(&f, &opt, err), err);
}

enum gt_status review_topology(struct review *r, struct gt_err *err)
{
    for (size_t i = 0; i < r->n_layers; i++) {
        struct review_layer *l = &r->layer[i];
        if (l->dead || l->source->table || !l->source->crs)
            continue;
        if (gt_stopped(r->opt->work))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_TRY(one_layer(r, l, err));
    }
    return GT_OK;
}
