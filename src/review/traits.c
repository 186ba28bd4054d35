/* traits.c: what was odd about geometries as they came, and parts that a layer forbids. */
#include <string.h>

#include "review_int.h"

static uint16_t trait(const struct review_rows *w, size_t i)
{
    return w->f->trait ? w->f->trait[i] : 0;
}

/* The first of these hides the others: one fault, one finding. */
static const struct {
    uint16_t bit;
    const char *rule, *zh, *en;
} worst[] = {
    {GT_TRAIT_UNREADABLE, "completeness.unreadable", "图形数据无法解读",
     "the bytes of the geometry cannot be read"},
    {GT_TRAIT_NULL, "topology.null", "要素没有图形", "the feature has no geometry"},
    {GT_TRAIT_EMPTY, "topology.empty", "图形中没有点", "the geometry has no points"},
    {GT_TRAIT_OTHER_KIND, "topology.kind", "图形类型与图层不同",
     "the geometry is of another kind than the layer"},
    {GT_TRAIT_NOT_FINITE, "topology.not_finite", "坐标含非数或无穷大",
     "a coordinate is no finite number"},
    {GT_TRAIT_SHORT, "topology.short", "环不足四个点，或线不足两个点",
     "a ring has fewer than four points, or a line fewer than two"},
    {GT_TRAIT_OPEN, "topology.unclosed", "环的末点与首点不同",
     "the last point of a ring is not its first"},
};

/* Where the first ring that is too short is. */
static void place_short(const struct gt_shapes *s, size_t i, struct review_hit *h)
{
    const int64_t least = s->kind == GT_SHAPE_POLYGON ? 4 : 2;
    for (int64_t k = s->part[i]; k < s->part[i + 1] && !h->placed; k++) {
        const int64_t n = s->point[k + 1] - s->point[k];
        if (n == 0 || n >= least)
            continue;
        h->x = s->xy[2 * s->point[k]];
        h->y = s->xy[2 * s->point[k] + 1];
        h->placed = true;
    }
}

static void check_worst(struct review *r, const struct review_rows *w)
{
    const size_t n = gt_features_count(w->f);
    for (size_t k = 0; k < GT_LEN(worst); k++)
        (void)review_rule(r, worst[k].rule);
    for (size_t i = 0; i < n && !w->layer->source->table; i++) {
        const uint16_t t = trait(w, i);
        for (size_t k = 0; k < GT_LEN(worst); k++) {
            if (!(t & worst[k].bit))
                continue;
            struct review_hit *h = review_row_hit(r, w, i, worst[k].rule, "");
            if (h)
                review_say(r, h, worst[k].zh, worst[k].en);
            if (h && worst[k].bit == GT_TRAIT_SHORT && w->f->shapes)
                place_short(w->f->shapes, i, h);
            break;
        }
    }
}

static void check_curved(struct review *r, const struct review_rows *w)
{
    const size_t n = gt_features_count(w->f);
    for (size_t i = 0; i < n && !w->layer->source->table; i++)
        if (trait(w, i) & GT_TRAIT_CURVED) {
            struct review_hit *h = review_row_hit(r, w, i, "topology.curved", "");
            if (h)
                review_say(r, h, "图形含曲线段", "the geometry has arcs");
        }
}

/* Heights and measures are told once a layer. */
static void check_zm(struct review *r, const struct review_rows *w)
{
    (void)r;
    const size_t n = gt_features_count(w->f);
    for (size_t i = 0; i < n && !w->layer->source->table; i++)
        if (trait(w, i) & (GT_TRAIT_Z | GT_TRAIT_M))
            *GT_PUSH(w->sums->a, &w->sums->zm) = gt_features_id(w->f, i);
}

void review_traits_end(struct review *r, struct review_layer *l, struct review_sums *s)
{
    if (s->zm.n == 0)
        return;
    struct review_hit *h = review_hit(r, "topology.zm", l);
    if (!h)
        return;
    const size_t n = s->zm.n < 100 ? s->zm.n : 100;
    int64_t *id = GT_TAKE_N(r->a, int64_t, n);
    memcpy(id, s->zm.v, n * sizeof *id);
    h->feature = id;
    h->n_features = n;
    h->value = (double)s->zm.n;
    review_say(r, h, gt_printf(r->a, "%zu 个要素带 Z 值或 M 值", s->zm.n),
               gt_printf(r->a, "%zu features have heights or measures", s->zm.n));
}

static void check_multipart(struct review *r, const struct review_rows *w)
{
    if (!review_listed(review_setting(r, "single_parts"), w->layer->code))
        return;
    const size_t n = gt_features_count(w->f);
    for (size_t i = 0; i < n; i++)
        if (trait(w, i) & GT_TRAIT_MULTI) {
            struct review_hit *h = review_row_hit(r, w, i, "topology.multipart", "");
            if (h)
                review_say(r, h, "要素由多个部分组成", "the feature has more than one part");
        }
}

const struct review_row_check review_trait_checks[] = {
    {"topology.null", check_worst, NULL},
    {"topology.curved", check_curved, NULL},
    {"topology.zm", check_zm, NULL},
    {"topology.multipart", check_multipart, NULL},
    {NULL, NULL, NULL}};
