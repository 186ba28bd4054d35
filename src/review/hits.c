/* hits.c: rules that apply, hits of them, and which hits another one explains. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "review_int.h"

static size_t rule_no(const struct review *r, const char *id)
{
    for (size_t i = 0; i < r->n_rules; i++)
        if (strcmp(r->rule[i].id, id) == 0)
            return i;
    return r->n_rules;
}

const struct gt_check_rule *review_rule(struct review *r, const char *id)
{
    const size_t i = rule_no(r, id);
    if (i == r->n_rules || r->rule[i].level == GT_LEVEL_OFF)
        return NULL;
    r->applied[i] = true;
    return &r->rule[i];
}

void review_skip(struct review *r, const char *id, const char *zh, const char *en)
{
    const size_t i = rule_no(r, id);
    if (i == r->n_rules || r->why_en[i])
        return;
    r->why_zh[i] = gt_strdup(r->a, zh);
    r->why_en[i] = gt_strdup(r->a, en);
}

struct review_hit *review_hit_at(struct review *r, const char *rule,
                                 const struct review_layer *layer, enum gt_check_level level)
{
    const struct gt_check_rule *found = review_rule(r, rule);
    if (!found)
        return NULL;
    const size_t no = (size_t)(found - r->rule);
    const size_t at = no * (r->n_layers + 1) + (layer ? layer->no : r->n_layers);
    r->met[at]++;
    const int64_t most = r->opt->max_per_rule > 0 ? r->opt->max_per_rule : 10000;
    if (r->kept[at] >= most)
        return NULL;
    r->kept[at]++;
    if (level < found->level) {
        struct gt_check_rule *lower = GT_TAKE(r->a, struct gt_check_rule);
        *lower = *found;
        lower->level = level;
        found = lower;
    }
    struct review_hit *h = GT_PUSH(r->a, &r->hit);
    *h = (struct review_hit){.rule = found,
                             .order = no,
                             .layer = layer,
                             .path = layer ? layer->source->file : "",
                             .field = "",
                             .x = NAN,
                             .y = NAN,
                             .value = NAN,
                             .unit = "",
                             .zh = found->text.zh,
                             .en = found->text.en,
                             .lon = NAN,
                             .lat = NAN};
    return h;
}

struct review_hit *review_hit(struct review *r, const char *rule, const struct review_layer *layer)
{
    return review_hit_at(r, rule, layer, GT_LEVEL_ERROR);
}

static const int64_t *with(struct review *r, const int64_t *list, size_t *n, int64_t id)
{
    int64_t *v = GT_TAKE_N(r->a, int64_t, *n + 1);
    if (*n > 0)
        memcpy(v, list, *n * sizeof *v);
    v[(*n)++] = id;
    return v;
}

void review_feature(struct review *r, struct review_hit *h, int64_t id)
{
    h->feature = with(r, h->feature, &h->n_features, id);
}

void review_partner(struct review *r, struct review_hit *h, int64_t id)
{
    h->partner = with(r, h->partner, &h->n_partners, id);
}

void review_say(struct review *r, struct review_hit *h, const char *zh, const char *en)
{
    h->zh = gt_strdup(r->a, zh);
    h->en = gt_strdup(r->a, en);
}

enum gt_status review_survive(struct review *r, const char *rule, enum gt_status status,
                              struct gt_err *err)
{
    if (status == GT_OK || status == GT_ECANCELLED || status == GT_EINTERNAL)
        return status;
    const size_t i = rule_no(r, rule);
    if (i < r->n_rules)
        r->applied[i] = false;
    review_skip(r, rule, gt_printf(r->a, "未能检查：%s", err->text),
                gt_printf(r->a, "the check failed: %s", err->text));
    *err = (struct gt_err){0};
    return GT_OK;
}

/* ---- What explains what ---------------------------------------------------------------------- */

/* Of one feature, a hit of `cause` makes one of `effect` idle: one fault, one finding. */
static const struct {
    const char *cause, *effect;
} explains[] = {
    {"topology.short", "topology.zero_area"},
    {"topology.short", "areas."},
    {"topology.unclosed", "areas."},
    {"topology.duplicate_ring", "areas."},
    {"topology.duplicate_ring", "topology.zero_area"},
    {"topology.zero_area", "areas."},
    {"topology.zero_area", "topology.spike"},
    {"topology.zero_area", "topology.sliver"},
    {"topology.zero_area", "topology.border"},
    {"topology.hole_outside", "areas.field"},
    {"topology.self_crossing", "areas.field"},
    {"topology.self_crossing", "topology.self_touching"},
    {"topology.spike", "areas.field"},
    {"topology.multipart", "topology.self_touching"},
    {"topology.sliver", "areas.small"},
    {"topology.duplicate", "topology.overlap"},
};

static bool is_rule(const struct review_hit *h, const char *id)
{
    return strcmp(h->rule->id, id) == 0;
}

static bool has_feature(const struct review_hit *h, int64_t id)
{
    for (size_t i = 0; i < h->n_features; i++)
        if (h->feature[i] == id)
            return true;
    return false;
}

static bool explained_by(const struct review_hit *h, const struct review_hit *by)
{
    if (by == h || by->layer != h->layer || h->n_features == 0)
        return false;
    for (size_t k = 0; k < GT_LEN(explains); k++) {
        const char *effect = explains[k].effect;
        const bool whole = gt_ends(effect, ".");
        if (!is_rule(by, explains[k].cause) ||
            !(whole ? gt_starts(h->rule->id, effect) : is_rule(h, effect)))
            continue;
        bool all = true;
        for (size_t i = 0; i < h->n_features && all; i++)
            all = has_feature(by, h->feature[i]);
        if (all)
            return true;
    }
    return false;
}

/* An area that differs by as much as the feature's overlap, or any gap of the layer, is told
 * there: the neighbours of a gap need not be those that it was taken from. */
static bool same_area(const struct review_hit *h, const struct review_hit *by)
{
    if (!is_rule(h, "areas.field") || by->layer != h->layer || strcmp(by->unit, "m2") != 0)
        return false;
    const bool anywhere = is_rule(by, "topology.gap") || is_rule(by, "topology.sliver");
    if (!anywhere && !is_rule(by, "topology.overlap") && !is_rule(by, "topology.outside"))
        return false;
    return fabs(fabs(h->value) - by->value) <= 0.02 + 1e-9 * by->value &&
           (anywhere || has_feature(by, h->feature[0]));
}

/* ---- Which hits may be explained by which ---------------------------------------------------- */

/* A hit that may explain others, by one of its features. */
struct cause {
    const struct review_layer *layer;
    int64_t feature;
    const struct review_hit *hit;
};
struct causes {
    struct cause *v;
    size_t n;
    const struct review_hit **loose; /* gaps and slivers, whatever the feature */
    size_t n_loose;
};
#define LOOSE_MOST 2000

static int by_feature(const void *pa, const void *pb)
{
    const struct cause *a = pa, *b = pb;
    const size_t la = a->layer ? a->layer->no + 1 : 0, lb = b->layer ? b->layer->no + 1 : 0;
    if (la != lb)
        return la < lb ? -1 : 1;
    if (a->feature != b->feature)
        return a->feature < b->feature ? -1 : 1;
    return (a->hit > b->hit) - (a->hit < b->hit);
}

static struct causes gather_causes(struct review *r, struct gt_arena *a)
{
    struct causes c = {0};
    size_t n = 0;
    for (size_t i = 0; i < r->hit.n; i++)
        n += gt_starts(r->hit.v[i].rule->id, "topology.") ? r->hit.v[i].n_features : 0;
    c.v = GT_TAKE_N(a, struct cause, n + 1);
    c.loose = GT_TAKE_N(a, const struct review_hit *, LOOSE_MOST);
    for (size_t i = 0; i < r->hit.n; i++) {
        const struct review_hit *h = &r->hit.v[i];
        if (!gt_starts(h->rule->id, "topology."))
            continue;
        for (size_t k = 0; k < h->n_features; k++)
            c.v[c.n++] = (struct cause){h->layer, h->feature[k], h};
        if ((is_rule(h, "topology.gap") || is_rule(h, "topology.sliver")) && c.n_loose < LOOSE_MOST)
            c.loose[c.n_loose++] = h;
    }
    if (c.n > 0)
        qsort(c.v, c.n, sizeof *c.v, by_feature);
    return c;
}

static size_t first_cause(const struct causes *c, const struct review_hit *h)
{
    const struct cause key = {h->layer, h->feature[0], NULL};
    size_t lo = 0, hi = c->n;
    while (lo < hi) {
        const size_t middle = lo + (hi - lo) / 2;
        if (by_feature(&c->v[middle], &key) < 0)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

static bool is_explained(const struct causes *c, const struct review_hit *h)
{
    if (h->n_features == 0)
        return false;
    for (size_t i = first_cause(c, h);
         i < c->n && c->v[i].layer == h->layer && c->v[i].feature == h->feature[0]; i++)
        if (explained_by(h, c->v[i].hit) || same_area(h, c->v[i].hit))
            return true;
    for (size_t i = 0; i < c->n_loose && is_rule(h, "areas.field"); i++)
        if (same_area(h, c->loose[i]))
            return true;
    return false;
}

void review_explain(struct review *r)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct causes c = gather_causes(r, a);
    for (size_t i = 0; i < r->hit.n; i++) {
        struct review_hit *h = &r->hit.v[i];
        h->dropped = is_explained(&c, h);
        if (!h->dropped)
            continue;
        const size_t at = h->order * (r->n_layers + 1) + (h->layer ? h->layer->no : r->n_layers);
        r->met[at]--;
        r->kept[at]--;
    }
}
