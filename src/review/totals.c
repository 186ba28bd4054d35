/* totals.c: sums of areas by unit against control areas: parcels against villages or towns, towns
 * against the county. Sums are of whole ten-thousandths of a m2, so order cannot matter. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "review_int.h"

/* What other findings say of a feature: what its area field is too large by, and the ground of
 * the overlaps (+) and gaps (-) told at it. */
struct known {
    int64_t id;
    double wrong, flaw;
};
#define REASONS 12
struct whole {
    const char *code;
    int64_t id, area, sum;         /* 1e-4 m2 */
    int64_t reason[REASONS], rest; /* what other findings may account for; rest: too many to try */
    int n_reasons;
};
struct totals {
    struct whole *v;
    size_t n;
    struct known *known;
    size_t n_known;
    int area, by;
    const char *area_field, *by_field;
    double unit;
};

static int by_id(const void *pa, const void *pb)
{
    const int64_t a = ((const struct known *)pa)->id, b = ((const struct known *)pb)->id;
    return (a > b) - (a < b);
}

static int64_t fine(double m2)
{
    return isfinite(m2) ? (int64_t)llround(m2 * 1e4) : 0;
}

/* Findings of that layer by feature; several of one feature are added. */
static void gather_known(struct review *r, const struct review_layer *l, struct gt_arena *a,
                         struct totals *t)
{
    t->known = GT_TAKE_N(a, struct known, r->hit.n + 1);
    for (size_t i = 0; i < r->hit.n; i++) {
        const struct review_hit *h = &r->hit.v[i];
        if (h->layer != l || h->n_features == 0 || strcmp(h->unit, "m2") != 0)
            continue;
        struct known k = {.id = h->feature[0]};
        if (strcmp(h->rule->id, "areas.field") == 0)
            k.wrong = h->value;
        else if (strcmp(h->rule->id, "topology.overlap") == 0 ||
                 strcmp(h->rule->id, "topology.duplicate") == 0 ||
                 strcmp(h->rule->id, "topology.outside") == 0)
            k.flaw = h->value;
        else if (strcmp(h->rule->id, "topology.gap") == 0)
            k.flaw = -h->value;
        else
            continue;
        t->known[t->n_known++] = k;
    }
    if (t->n_known > 0)
        qsort(t->known, t->n_known, sizeof *t->known, by_id);
    size_t to = 0;
    for (size_t i = 0; i < t->n_known; i++) {
        if (to > 0 && t->known[to - 1].id == t->known[i].id) {
            t->known[to - 1].wrong += t->known[i].wrong;
            t->known[to - 1].flaw += t->known[i].flaw;
        } else {
            t->known[to++] = t->known[i];
        }
    }
    t->n_known = to;
}

static const char *text_at(struct gt_arena *a, const struct gt_features *f, size_t i, int col)
{
    return col < 0 ? "" : gt_value_text(a, &f->value[i * f->n_fields + (size_t)col]);
}

static double num_at(const struct gt_features *f, size_t i, int col)
{
    if (col < 0)
        return NAN;
    const struct gt_value *v = &f->value[i * f->n_fields + (size_t)col];
    double x = NAN;
    if (v->kind == GT_V_NUM)
        return v->num;
    return v->kind == GT_V_TEXT && gt_parse_num(v->text, &x) ? x : (double)NAN;
}

static int longest_first(const void *pa, const void *pb)
{
    const struct whole *a = pa, *b = pb;
    const size_t m = strlen(a->code), n = strlen(b->code);
    if (m != n)
        return m > n ? -1 : 1;
    return strcmp(a->code, b->code);
}

static enum gt_status read_wholes(struct review_layer *l, const int at[2], struct gt_arena *a,
                                  struct totals *t, struct gt_err *err)
{
    const struct gt_features *f;
    const struct gt_layer_query q = {.field = at, .n_fields = 2, .no_shapes = true};
    GT_TRY(gt_layer_read(l->source, a, &q, &f, err));
    const size_t n = gt_features_count(f);
    t->v = GT_TAKE_N(a, struct whole, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *text = text_at(a, f, i, 0);
        const double m2 = num_at(f, i, 1) * t->unit;
        size_t k = 0;
        while (k < t->n && strcmp(t->v[k].code, text) != 0)
            k++;
        if (!*text || !isfinite(m2))
            continue;
        if (k == t->n)
            t->v[t->n++] = (struct whole){.code = text, .id = gt_features_id(f, i)};
        t->v[k].area += fine(m2); /* islands are features of one unit */
    }
    if (t->n > 0)
        qsort(t->v, t->n, sizeof *t->v, longest_first);
    return GT_OK;
}

static void add_reason(struct whole *w, int64_t amount)
{
    if (amount == 0)
        return;
    if (w->n_reasons < REASONS)
        w->reason[w->n_reasons++] = amount;
    else
        w->rest += amount;
}

static enum gt_status add_part(void *ctx, const struct gt_features *f, struct gt_err *err)
{
    (void)err;
    struct totals *t = ctx;
    GT_AUTO_ARENA a = gt_arena_new();
    const int area = gt_features_field(f, t->area_field), by = gt_features_field(f, t->by_field);
    const size_t n = gt_features_count(f);
    for (size_t i = 0; i < n; i++) {
        const char *code = text_at(a, f, i, by);
        const double m2 = num_at(f, i, area) * t->unit;
        const struct known key = {.id = gt_features_id(f, i)};
        const struct known *k =
            t->n_known ? bsearch(&key, t->known, t->n_known, sizeof key, by_id) : NULL;
        for (size_t u = 0; u < t->n; u++) {
            struct whole *w = &t->v[u];
            if (!gt_starts(code, w->code))
                continue;
            w->sum += fine(m2);
            add_reason(w, fine(k ? k->wrong : 0));
            add_reason(w, fine(k ? k->flaw : 0));
            break;
        }
    }
    return GT_OK;
}

/* Whether the sum is the control area, less what some of the other findings account for: an overlap
 * may or may not be in the fields. */
static bool accounted(const struct whole *w, int64_t most)
{
    for (unsigned set = 0; set < 1U << w->n_reasons; set++) {
        int64_t d = w->sum - w->area;
        for (int i = 0; i < w->n_reasons; i++)
            d -= set & 1U << i ? w->reason[i] : 0;
        if ((d <= most && -d <= most) || (w->rest && d - w->rest <= most && w->rest - d <= most))
            return true;
    }
    return false;
}

/* Told at the layer of the parts, for the whole unit: which of them is wrong cannot be said. */
static void compare(struct review *r, struct review_layer *parts, const char *rule,
                    const struct totals *t)
{
    const struct gt_check_rule *found = gt_profile_rule(r->profile, rule);
    const int64_t most = fine(found && isfinite(found->tolerance) ? found->tolerance : 0);
    for (size_t i = 0; i < t->n; i++) {
        const struct whole *w = &t->v[i];
        if (accounted(w, most))
            continue;
        struct review_hit *h = review_hit(r, rule, parts);
        if (!h)
            continue;
        h->value = (double)(w->sum - w->area) / 1e4;
        h->unit = "m2";
        const double sum = (double)w->sum / 1e4, area = (double)w->area / 1e4;
        review_say(r, h,
                   gt_printf(r->a, "%s：控制面积 %.2f m²，%s 之和 %.2f m²，差 %.2f m²", w->code,
                             area, parts->code, sum, sum - area),
                   gt_printf(r->a,
                             "%s: the control area is %.2f m2, %s sums up to %.2f m2, %.2f m2 off",
                             w->code, area, parts->code, sum, sum - area));
    }
}

static enum gt_status one_total(struct review *r, const char *rule, const struct gt_yaml *y,
                                struct gt_err *err)
{
    struct review_layer *parts = review_layer(r, review_text(y, "layer"));
    const struct gt_yaml *wholes = gt_yaml_find(y, "wholes");
    struct totals t = {.area_field = review_text(y, "area"),
                       .by_field = review_text(y, "by"),
                       .unit = review_unit_m2(review_text(y, "unit"))};
    if (!parts || gt_layer_field(parts->source, t.area_field) < 0 ||
        gt_layer_field(parts->source, t.by_field) < 0)
        return GT_OK;
    for (const struct gt_yaml *w = wholes ? wholes->child : NULL; w; w = w->next) {
        struct review_layer *whole = review_layer(r, review_text(w, "layer"));
        const int at[2] = {whole ? gt_layer_field(whole->source, review_text(w, "code")) : -1,
                           whole ? gt_layer_field(whole->source, review_text(w, "area")) : -1};
        if (!whole || at[0] < 0 || at[1] < 0)
            continue;
        if (!review_rule(r, rule))
            return GT_OK;
        GT_AUTO_ARENA a = gt_arena_new();
        GT_TRY(read_wholes(whole, at, a, &t, err));
        gather_known(r, parts, a, &t);
        const char *const field[] = {t.area_field, t.by_field, NULL};
        GT_TRY(review_parts(r, parts, field, add_part, &t, err));
        compare(r, parts, rule, &t);
        return GT_OK;
    }
    return GT_OK;
}

static enum gt_status totals(struct review *r, const char *rule, const char *key,
                             struct gt_err *err)
{
    const struct gt_yaml *list = review_setting(r, key);
    for (const struct gt_yaml *y = list ? list->child : NULL; y; y = y->next)
        GT_TRY(one_total(r, rule, y, err));
    review_skip(r, rule, "没有可比的图层和控制面积", "there is no layer with its control areas");
    return GT_OK;
}

static enum gt_status control(struct review *r, struct gt_err *err)
{
    return totals(r, "areas.control", "control", err);
}

static enum gt_status sum(struct review *r, struct gt_err *err)
{
    return totals(r, "areas.sum", "sums", err);
}

const struct review_check review_area_totals[] = {
    {"areas.control", control}, {"areas.sum", sum}, {NULL, NULL}};
