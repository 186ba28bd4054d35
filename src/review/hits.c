/* hits.c: rules that apply, hits of them, and which hits another one explains. */
#include <math.h>
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

void review_feature(struct review *r, struct review_hit *h, int64_t id)
{
    int64_t *v = GT_TAKE_N(r->a, int64_t, h->n_features + 1);
    if (h->n_features > 0)
        memcpy(v, h->feature, h->n_features * sizeof *v);
    v[h->n_features++] = id;
    h->feature = v;
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
    {"lines.core_zone", "lines.mining"},
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

/* An area that differs by as much as the feature's overlap, gap or part outside is told there. */
static bool same_area(const struct review_hit *h, const struct review_hit *by)
{
    if (!is_rule(h, "areas.field") || by->layer != h->layer || strcmp(by->unit, "m2") != 0)
        return false;
    if (!is_rule(by, "topology.overlap") && !is_rule(by, "topology.gap") &&
        !is_rule(by, "topology.sliver") && !is_rule(by, "topology.outside"))
        return false;
    const bool near = fabs(fabs(h->value) - by->value) <= 0.02 + 1e-9 * by->value;
    return near && (is_rule(by, "topology.gap") || is_rule(by, "topology.sliver") ||
                    has_feature(by, h->feature[0]));
}

/* Whether any rule of the table is a cause, or carries an area of a coverage's flaw. */
static bool may_explain(const struct review_hit *h)
{
    return gt_starts(h->rule->id, "topology.") || is_rule(h, "lines.core_zone");
}

void review_explain(struct review *r)
{
    GT_VEC(struct review_hit *) cause = {0};
    for (size_t i = 0; i < r->hit.n; i++)
        if (may_explain(&r->hit.v[i]) && cause.n < 2000)
            *GT_PUSH(r->a, &cause) = &r->hit.v[i];
    for (size_t i = 0; i < r->hit.n; i++) {
        struct review_hit *h = &r->hit.v[i];
        for (size_t k = 0; k < cause.n && !h->dropped; k++)
            h->dropped = explained_by(h, cause.v[k]) || same_area(h, cause.v[k]);
        if (h->dropped) {
            const size_t at =
                h->order * (r->n_layers + 1) + (h->layer ? h->layer->no : r->n_layers);
            r->met[at]--;
            r->kept[at]--;
        }
    }
}
