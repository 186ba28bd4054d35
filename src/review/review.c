/* review.c: the quality check of a submission: its families one after the other, then the findings
 * in order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "review_int.h"

/* ---- The unit under check -------------------------------------------------------------------- */

/* The first code in a layer's first features, cut to a county's six digits. */
static enum gt_status region_of(struct review *r, struct review_layer *l, const char *field,
                                struct gt_err *err)
{
    const int at = gt_layer_field(l->source, field);
    if (at < 0 || l->source->n == 0)
        return GT_OK;
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_layer_query q = {.count = 20, .field = &at, .n_fields = 1, .no_shapes = true};
    const struct gt_features *f;
    GT_TRY(review_dead(r, l, gt_layer_read(l->source, a, &q, &f, err), err));
    for (size_t i = 0; !l->dead && i < gt_features_count(f) && !*r->region; i++) {
        const char *text = gt_value_text(a, &f->value[i]);
        if (strlen(text) >= 6 && strspn(text, "0123456789") == strlen(text))
            r->region = gt_strndup(r->a, text, 6);
    }
    return GT_OK;
}

static enum gt_status find_region(struct review *r, struct gt_err *err)
{
    static const char *const source[][2] = {
        {"XZQX", "XZQDM"}, {"XZQ", "XZQDM"}, {"XZQXZ", "XZQDM"}, {"DLTB", "ZLDWDM"}};
    if (r->opt->region && *r->opt->region)
        r->region = r->opt->region;
    for (size_t k = 0; k < GT_LEN(source) && !*r->region; k++) {
        struct review_layer *l = review_layer(r, source[k][0]);
        if (l)
            GT_TRY(region_of(r, l, source[k][1], err));
    }
    for (size_t i = 0; i < r->n_layers && !*r->region; i++)
        if (r->layer[i].std && !r->layer[i].dead)
            GT_TRY(region_of(r, &r->layer[i], "BSM", err));
    return GT_OK;
}

/* ---- Findings -------------------------------------------------------------------------------- */

static int text_order(const char *a, const char *b)
{
    const size_t m = strlen(a), n = strlen(b);
    if (m != n && strspn(a, "0123456789") == m && strspn(b, "0123456789") == n)
        return m < n ? -1 : 1;
    return strcmp(a, b);
}

static int num_order(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

static int hit_order(const void *pa, const void *pb)
{
    const struct review_hit *a = pa, *b = pb;
    if (a->dropped || b->dropped) /* these have no names, and are not told */
        return a->dropped - b->dropped;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    int d = strcmp(a->layer ? a->layer->code : "", b->layer ? b->layer->code : "");
    if (d == 0)
        d = strcmp(a->path, b->path);
    if (d == 0)
        d = num_order(a->lon, b->lon);
    if (d == 0)
        d = num_order(a->lat, b->lat);
    for (size_t i = 0; d == 0 && i < a->n_features && i < b->n_features; i++)
        d = text_order(a->name[i], b->name[i]);
    if (d == 0)
        d = strcmp(a->field, b->field);
    if (d == 0)
        d = num_order(a->value, b->value);
    return d ? d : strcmp(a->en, b->en);
}

/* Names of its features, each once, then those of the other layer's. */
static const char *const *take_names(struct review *r, const struct review_hit *h, size_t *n)
{
    const char **name = GT_TAKE_N(r->a, const char *, h->n_features + h->n_partners + 1);
    *n = 0;
    for (size_t i = 0; i < h->n_features + h->n_partners; i++) {
        const char *next = i < h->n_features ? h->name[i] : h->partner_name[i - h->n_features];
        if (i == 0 || i == h->n_features || strcmp(next, name[*n - 1]) != 0)
            name[(*n)++] = next;
    }
    return name;
}

static void take_finding(struct review *r, const struct review_hit *h, size_t no,
                         struct gt_finding *f)
{
    size_t n;
    const char *const *name = take_names(r, h, &n);
    *f = (struct gt_finding){.id = gt_printf(r->a, "F%06zu", no),
                             .rule = h->rule,
                             .layer = h->layer  ? h->layer->code
                                      : h->code ? h->code
                                                : "",
                             .path = h->path,
                             .n_features = n,
                             .feature = name,
                             .lon = h->lon,
                             .lat = h->lat,
                             .value = h->value,
                             .unit = h->unit,
                             .text = {.en = h->en, .zh = h->zh},
                             .field = h->field,
                             .xy = h->n_rings > 0 ? h->xy : NULL,
                             .ring = h->ring,
                             .n_rings = h->n_rings};
}

static void take_rules(struct review *r, struct gt_findings *out)
{
    const struct gt_check_rule **checked =
        GT_TAKE_N(r->a, const struct gt_check_rule *, r->n_rules + 1);
    struct gt_review_trouble *skipped = GT_TAKE_N(r->a, struct gt_review_trouble, r->n_rules + 1);
    for (size_t i = 0; i < r->n_rules; i++) {
        const struct gt_check_rule *rule = &r->rule[i];
        if (r->applied[i]) {
            checked[out->n_checked++] = rule;
            continue;
        }
        const bool off = rule->level == GT_LEVEL_OFF;
        skipped[out->n_skipped++] = (struct gt_review_trouble){
            .path = "",
            .rule = rule->id,
            .text = off            ? "the profile switches it off"
                    : r->why_en[i] ? r->why_en[i]
                                   : "the package has nothing that this rule looks at",
            .zh = off            ? "规则集未启用"
                  : r->why_zh[i] ? r->why_zh[i]
                                 : "成果中没有这条规则检查的内容"};
    }
    out->checked = checked;
    out->skipped = skipped;
}

static void take_left_out(struct review *r, struct gt_findings *out)
{
    GT_VEC(struct gt_more_findings) left = {0};
    for (size_t i = 0; i < r->n_rules; i++)
        for (size_t l = 0; l <= r->n_layers; l++) {
            const size_t at = i * (r->n_layers + 1) + l;
            out->count[r->rule[i].level] += r->met[at] - r->kept[at];
            if (r->met[at] > r->kept[at])
                *GT_PUSH(r->a, &left) =
                    (struct gt_more_findings){.rule = &r->rule[i],
                                              .layer = l < r->n_layers ? r->layer[l].code : "",
                                              .n = r->met[at] - r->kept[at]};
        }
    out->more = left.v;
    out->n_more = left.n;
}

static const struct gt_findings *take_findings(struct review *r)
{
    struct gt_findings *out = GT_TAKE(r->a, struct gt_findings);
    if (r->hit.n > 0)
        qsort(r->hit.v, r->hit.n, sizeof *r->hit.v, hit_order);
    struct gt_finding *v = GT_TAKE_N(r->a, struct gt_finding, r->hit.n + 1);
    for (size_t i = 0; i < r->hit.n; i++) {
        if (r->hit.v[i].dropped)
            continue;
        take_finding(r, &r->hit.v[i], out->n + 1, &v[out->n]);
        out->count[v[out->n++].rule->level]++;
    }
    out->v = v;
    out->region = r->region;
    take_rules(r, out);
    take_left_out(r, out);
    return out;
}

/* ---- The whole check ------------------------------------------------------------------------- */

/* Rules as the profile has them; where its structure only warns, those of fields at most warn. */
static void take_profile(struct review *r)
{
    struct gt_check_rule *rule = GT_TAKE_N(r->a, struct gt_check_rule, r->profile->n_rules + 1);
    r->n_rules = r->profile->n_rules;
    for (size_t i = 0; i < r->n_rules; i++) {
        rule[i] = r->profile->rule[i];
        if (r->profile->structure_warns && gt_starts(rule[i].id, "attributes.field_") &&
            rule[i].level == GT_LEVEL_ERROR)
            rule[i].level = GT_LEVEL_WARNING;
    }
    r->rule = rule;
    r->applied = GT_TAKE_N(r->a, bool, r->n_rules + 1);
    r->why_zh = GT_TAKE_N(r->a, const char *, r->n_rules + 1);
    r->why_en = GT_TAKE_N(r->a, const char *, r->n_rules + 1);
    const size_t cells = r->n_rules * (r->s->n_layers + 1) + 1;
    r->kept = GT_TAKE_N(r->a, int64_t, cells);
    r->met = GT_TAKE_N(r->a, int64_t, cells);
}

static enum gt_status run_checks(struct review *r, const struct review_check *check,
                                 struct gt_err *err)
{
    for (; check->rule; check++) {
        if (gt_stopped(r->opt->work))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_TRY(review_survive(r, check->rule, check->run(r, err), err));
    }
    return GT_OK;
}

enum gt_status gt_review(struct gt_arena *a, const struct gt_submission *s,
                         const struct gt_review_opt *opt, const struct gt_findings **out,
                         struct gt_err *err)
{
    const struct review_check *const families[] = {review_completeness, review_reference,
                                                   review_fields};
    const struct review_check *const later[] = {review_extent, review_area_totals, review_agreement,
                                                review_lines};
    struct review r = {
        .a = a, .s = s, .opt = opt, .std = opt->standard, .profile = opt->profile, .region = ""};
    GT_TRY(gt_crs_parse(a, "EPSG:4490", &r.degrees, err));
    take_profile(&r);
    GT_TRY(review_layers(&r, err));
    GT_TRY(find_region(&r, err));
    for (size_t i = 0; i < GT_LEN(families); i++)
        GT_TRY(run_checks(&r, families[i], err));
    GT_TRY(review_topology(&r, err));
    GT_TRY(review_rows_pass(&r, err));
    for (size_t i = 0; i < GT_LEN(later); i++)
        GT_TRY(run_checks(&r, later[i], err));
    review_explain(&r);
    GT_TRY(review_resolve(&r, err));
    *out = take_findings(&r);
    return GT_OK;
}
