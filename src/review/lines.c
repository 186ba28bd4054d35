/* lines.c: conflicts of the control lines with one another and with other layers, by overlay. What
 * lies together is one finding, whatever the number of parcels that it is cut into. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "review_int.h"

/* A layer in memory with the features of a line that its condition keeps. */
struct side {
    struct review_layer *layer; /* NULL: of the upper plan, or made here */
    const struct gt_shapes *shapes;
    const int64_t *id;
};

struct conflict {
    struct review *r;
    const char *rule;
    struct gt_arena *a;
    struct side side[2];
    const char *zh, *en; /* what was found */
};

/* ---- Layers and conditions ------------------------------------------------------------------- */

/* "5", "01*" (starts so), "!TT" (any other), "!01*". */
static bool value_matches(const char *value, const char *pattern)
{
    const bool other = *pattern == '!';
    pattern += other;
    const size_t n = strlen(pattern);
    const bool same = n > 0 && pattern[n - 1] == '*' ? strncmp(value, pattern, n - 1) == 0
                                                     : strcmp(value, pattern) == 0;
    return same != other;
}

static bool feature_matches(struct gt_arena *a, const struct gt_features *f, size_t i,
                            const struct gt_yaml *where)
{
    for (const struct gt_yaml *m = where ? where->child : NULL; m; m = m->next) {
        const int at = gt_features_field(f, m->key);
        const char *value = at < 0 ? "" : gt_value_text(a, &f->value[i * f->n_fields + (size_t)at]);
        bool any = false;
        for (const struct gt_yaml *v = m->child; v && !any; v = v->next)
            any = value_matches(value, v->text);
        if (at < 0 || !any)
            return false;
    }
    return true;
}

/* The features that `keep` says, coordinates copied. */
static const struct gt_shapes *pick(struct gt_arena *a, const struct gt_shapes *s, const bool *keep,
                                    size_t kept)
{
    struct gt_shapes *out = GT_TAKE(a, struct gt_shapes);
    int64_t *part = GT_TAKE_N(a, int64_t, kept + 1);
    size_t parts = 0, points = 0, n = 0;
    for (size_t i = 0; i < s->n; i++)
        if (keep[i]) {
            parts += (size_t)(s->part[i + 1] - s->part[i]);
            points += (size_t)(s->point[s->part[i + 1]] - s->point[s->part[i]]);
        }
    int64_t *point = GT_TAKE_N(a, int64_t, parts + 1);
    double *xy = GT_TAKE_N(a, double, 2 * points + 2);
    int64_t at = 0, p = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (!keep[i])
            continue;
        for (int64_t j = s->part[i]; j < s->part[i + 1]; j++) {
            const int64_t m = s->point[j + 1] - s->point[j];
            memcpy(xy + 2 * at, s->xy + 2 * s->point[j], 2 * (size_t)m * sizeof *xy);
            at += m;
            point[++p] = at;
        }
        part[++n] = p;
    }
    *out = (struct gt_shapes){.kind = s->kind,
                              .crs = s->crs,
                              .n = n,
                              .part = part,
                              .point = point,
                              .xy = xy,
                              .box = s->box};
    return out;
}

static enum gt_status take_source(struct gt_arena *a, const struct gt_layer_source *s,
                                  const struct gt_yaml *where, struct side *out, struct gt_err *err)
{
    int field[8];
    struct gt_layer_query q = {.field = field};
    for (const struct gt_yaml *m = where ? where->child : NULL; m && q.n_fields < 8; m = m->next) {
        const int at = gt_layer_field(s, m->key);
        if (at >= 0)
            field[q.n_fields++] = at;
    }
    q.no_fields = q.n_fields == 0;
    const struct gt_features *f;
    GT_TRY(gt_layer_read(s, a, &q, &f, err));
    const size_t n = gt_features_count(f);
    bool *keep = GT_TAKE_N(a, bool, n + 1);
    int64_t *id = GT_TAKE_N(a, int64_t, n + 1);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        keep[i] = f->shapes->part[i + 1] > f->shapes->part[i] && feature_matches(a, f, i, where);
        if (keep[i])
            id[kept++] = gt_features_id(f, i);
    }
    out->shapes = kept == n ? f->shapes : pick(a, f->shapes, keep, kept);
    out->id = id;
    return GT_OK;
}

static enum gt_status take_side(struct review *r, struct gt_arena *a, const char *code,
                                const struct gt_yaml *where, struct side *out, struct gt_err *err)
{
    out->layer = review_layer(r, code);
    out->shapes = NULL;
    if (!out->layer || out->layer->source->table || out->layer->source->kind != GT_SHAPE_POLYGON ||
        !out->layer->source->crs)
        return GT_OK;
    return take_source(a, out->layer->source, where, out, err);
}

/* Both in one CRS: that of the first. */
static enum gt_status align(struct conflict *c, struct gt_err *err)
{
    const struct gt_shapes *to = c->side[0].shapes, *from = c->side[1].shapes;
    if (strcmp(to->crs->wkt, from->crs->wkt) == 0)
        return GT_OK;
    return gt_shapes_to_crs(c->a, from, to->crs, 1e-3, &c->side[1].shapes, err);
}

/* ---- Pieces that lie together ---------------------------------------------------------------- */

struct corner {
    double x, y;
    size_t piece;
};

static int by_place(const void *pa, const void *pb)
{
    const struct corner *a = pa, *b = pb;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    if (a->y != b->y)
        return a->y < b->y ? -1 : 1;
    return (a->piece > b->piece) - (a->piece < b->piece);
}

static size_t root_of(size_t *up, size_t i)
{
    while (up[i] != i)
        i = up[i] = up[up[i]];
    return i;
}

/* Pieces with a point in common are one cluster; it is named by its first piece. */
static enum gt_status cluster(struct gt_arena *a, const struct gt_shapes *s, size_t **out,
                              struct gt_err *err)
{
    const size_t points = (size_t)s->point[s->part[s->n]];
    void *p;
    GT_TRY(gt_reserve(a, points + 1, sizeof(struct corner), "corners of conflicts", &p, err));
    struct corner *v = p;
    size_t *up = GT_TAKE_N(a, size_t, s->n + 1), n = 0;
    for (size_t i = 0; i < s->n; i++) {
        up[i] = i;
        for (int64_t k = s->point[s->part[i]]; k < s->point[s->part[i + 1]]; k++)
            v[n++] = (struct corner){s->xy[2 * k], s->xy[2 * k + 1], i};
    }
    if (n > 0)
        qsort(v, n, sizeof *v, by_place);
    for (size_t i = 1; i < n; i++)
        if (v[i].x == v[i - 1].x && v[i].y == v[i - 1].y) {
            const size_t x = root_of(up, v[i].piece), y = root_of(up, v[i - 1].piece);
            if (x < y)
                up[y] = x;
            else
                up[x] = y;
        }
    for (size_t i = 0; i < s->n; i++)
        up[i] = root_of(up, i);
    *out = up;
    return GT_OK;
}

/* ---- Findings -------------------------------------------------------------------------------- */

struct pieces {
    const struct gt_shapes *shapes;
    const int64_t *a, *b; /* features of the sides; -1 or NULL: none */
    const double *m2;
    const size_t *root;
};

static void add_feature(struct review *r, struct review_hit *h, const struct side *s, int64_t at)
{
    bool own = s->layer == h->layer;
    const int64_t *list = own ? h->feature : h->partner;
    size_t n = own ? h->n_features : h->n_partners;
    if (at < 0 || !s->layer || n >= 200)
        return;
    for (size_t i = 0; i < n; i++)
        if (list[i] == s->id[at])
            return;
    (own ? review_feature : review_partner)(r, h, s->id[at]);
}

static void add_features(struct conflict *c, struct review_hit *h, const struct pieces *p, size_t i)
{
    if (p->a)
        add_feature(c->r, h, &c->side[0], p->a[i]);
    if (p->b)
        add_feature(c->r, h, &c->side[1], p->b[i]);
}

/* Features of the finding's own layer first, then those of the other side. */
static void tell_cluster(struct conflict *c, const struct pieces *p, size_t root, double m2)
{
    struct review *r = c->r;
    const struct side *own = &c->side[c->side[0].layer ? 0 : 1];
    struct review_hit *h = review_hit(r, c->rule, own->layer);
    if (!h)
        return;
    h->other = own == &c->side[0] ? c->side[1].layer : NULL;
    size_t largest = root;
    int64_t points = 0, rings = 0;
    for (size_t i = root; i < p->shapes->n; i++) {
        if (p->root[i] != root)
            continue;
        largest = p->m2[i] > p->m2[largest] ? i : largest;
        points += p->shapes->point[p->shapes->part[i + 1]] - p->shapes->point[p->shapes->part[i]];
        rings += p->shapes->part[i + 1] - p->shapes->part[i];
        add_features(c, h, p, i);
    }
    double *xy = GT_TAKE_N(r->a, double, 2 * (size_t)points + 2);
    int64_t *ring = GT_TAKE_N(r->a, int64_t, (size_t)rings + 1), at = 0, n = 0;
    for (size_t i = root; i < p->shapes->n; i++)
        for (int64_t j = p->shapes->part[i]; p->root[i] == root && j < p->shapes->part[i + 1];
             j++) {
            const int64_t from = p->shapes->point[j], m = p->shapes->point[j + 1] - from;
            memcpy(xy + 2 * at, p->shapes->xy + 2 * from, 2 * (size_t)m * sizeof *xy);
            at += m;
            ring[++n] = at;
        }
    h->placed = true;
    gt_polygon_inner(p->shapes, largest, &h->x, &h->y);
    h->value = m2;
    h->unit = "m2";
    h->xy = xy;
    h->ring = ring;
    h->n_rings = (size_t)rings;
    review_say(r, h, gt_printf(r->a, "%s %.2f m²", c->zh, m2),
               gt_printf(r->a, "%s %.2f m2", c->en, m2));
}

static enum gt_status tell(struct conflict *c, const struct gt_shapes *s, const int64_t *a,
                           const int64_t *b, struct gt_err *err)
{
    const struct gt_check_rule *rule = gt_profile_rule(c->r->profile, c->rule);
    if (s->n == 0)
        return GT_OK;
    double *m2 = GT_TAKE_N(c->a, double, s->n), *sum = GT_TAKE_N(c->a, double, s->n);
    size_t *root;
    GT_TRY(gt_polygon_areas(s, GT_AREA_TRAPEZOID, c->r->opt->work, m2, err));
    GT_TRY(cluster(c->a, s, &root, err));
    for (size_t i = 0; i < s->n; i++)
        sum[root[i]] += m2[i];
    const struct pieces p = {.shapes = s, .a = a, .b = b, .m2 = m2, .root = root};
    for (size_t i = 0; i < s->n; i++)
        if (root[i] == i && rule && sum[i] > rule->tolerance)
            tell_cluster(c, &p, i, sum[i]);
    return GT_OK;
}

static enum gt_status overlay_and_tell(struct conflict *c, enum gt_overlay_kind kind,
                                       const struct gt_shapes *la, const struct gt_shapes *lb,
                                       struct gt_err *err)
{
    const struct gt_overlay_opt opt = {.kind = kind, .min_m2 = 1e-3, .work = c->r->opt->work};
    struct gt_overlay_result found;
    if (la->n == 0)
        return GT_OK;
    GT_TRY(gt_overlay(c->a, la, lb, &opt, &found, err));
    return tell(c, found.shapes, found.a, found.b, err);
}

/* ---- Kinds of rules -------------------------------------------------------------------------- */

static enum gt_status overlaps(struct conflict *c, struct gt_err *err)
{
    const char *a = c->side[0].layer->code, *b = c->side[1].layer->code;
    c->zh = gt_printf(c->r->a, "%s 与 %s 重叠", a, b);
    c->en = gt_printf(c->r->a, "%s overlaps %s by", a, b);
    if (c->side[1].shapes->n == 0)
        return GT_OK;
    return overlay_and_tell(c, GT_OVERLAY_INTERSECTION, c->side[0].shapes, c->side[1].shapes, err);
}

static enum gt_status beyond(struct conflict *c, struct gt_err *err)
{
    const char *a = c->side[0].layer->code, *b = c->side[1].layer->code;
    c->zh = gt_printf(c->r->a, "%s 超出 %s", a, b);
    c->en = gt_printf(c->r->a, "%s lies outside %s by", a, b);
    return overlay_and_tell(c, GT_OVERLAY_DIFFERENCE, c->side[0].shapes, c->side[1].shapes, err);
}

/* Lost ground is told at the layer, without a feature: none of it has it. */
static enum gt_status same(struct conflict *c, struct gt_err *err)
{
    const char *a = c->side[0].layer->code;
    c->zh = gt_printf(c->r->a, "%s 比下发的多出", a);
    c->en = gt_printf(c->r->a, "%s goes beyond the issued line by", a);
    GT_TRY(overlay_and_tell(c, GT_OVERLAY_DIFFERENCE, c->side[0].shapes, c->side[1].shapes, err));
    c->zh = gt_printf(c->r->a, "%s 比下发的缺少", a);
    c->en = gt_printf(c->r->a, "%s lacks of the issued line", a);
    struct conflict lost = *c;
    const struct gt_overlay_opt opt = {
        .kind = GT_OVERLAY_DIFFERENCE, .min_m2 = 1e-3, .work = c->r->opt->work};
    struct gt_overlay_result found;
    if (c->side[1].shapes->n == 0)
        return GT_OK;
    GT_TRY(gt_overlay(c->a, c->side[1].shapes, c->side[0].shapes, &opt, &found, err));
    return tell(&lost, found.shapes, NULL, NULL, err);
}

static double ring_area(const double *xy, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i + 1 < n; i++)
        sum += (xy[2 * i] - xy[0]) * (xy[2 * i + 3] - xy[1]) -
               (xy[2 * i + 2] - xy[0]) * (xy[2 * i + 1] - xy[1]);
    return sum / 2;
}

/* Whether part j of feature i is a hole: its first point lies within another, larger part. */
static bool is_hole(struct gt_arena *a, const struct gt_shapes *s, size_t i, int64_t j)
{
    const double *p = s->xy + 2 * s->point[j];
    size_t around = 0;
    for (int64_t k = s->part[i]; k < s->part[i + 1]; k++) {
        const int64_t n = s->point[k + 1] - s->point[k];
        if (k == j || fabs(ring_area(s->xy + 2 * s->point[k], n)) <=
                          fabs(ring_area(p, s->point[j + 1] - s->point[j])))
            continue;
        const int64_t part[2] = {0, 1}, point[2] = {0, n};
        const struct gt_shapes one = {.kind = GT_SHAPE_POLYGON,
                                      .crs = s->crs,
                                      .n = 1,
                                      .part = part,
                                      .point = point,
                                      .xy = s->xy + 2 * s->point[k]};
        around += gt_polygon_side(&one, 0, p[0], p[1]) == GT_INSIDE;
    }
    (void)a;
    return around % 2 == 1;
}

/* The holes of a layer's polygons as polygons; *of: their feature. */
static const struct gt_shapes *holes_of(struct gt_arena *a, const struct gt_shapes *s, int64_t **of)
{
    struct gt_shapes *out = GT_TAKE(a, struct gt_shapes);
    const size_t parts = (size_t)s->part[s->n];
    int64_t *part = GT_TAKE_N(a, int64_t, parts + 1), *point = GT_TAKE_N(a, int64_t, parts + 1);
    double *xy = GT_TAKE_N(a, double, 2 * (size_t)s->point[parts] + 2);
    *of = GT_TAKE_N(a, int64_t, parts + 1);
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        for (int64_t j = s->part[i]; j < s->part[i + 1]; j++) {
            if (!is_hole(a, s, i, j))
                continue;
            const int64_t m = s->point[j + 1] - s->point[j];
            memcpy(xy + 2 * point[n], s->xy + 2 * s->point[j], 2 * (size_t)m * sizeof *xy);
            (*of)[n++] = (int64_t)i;
            part[n] = (int64_t)n;
            point[n] = point[n - 1] + m;
        }
    *out = (struct gt_shapes){.kind = GT_SHAPE_POLYGON,
                              .crs = s->crs,
                              .n = n,
                              .part = part,
                              .point = point,
                              .xy = xy,
                              .box = s->box};
    return out;
}

/* Holes without those layers that may fill them, one after the other. */
static enum gt_status holes(struct conflict *c, const struct gt_yaml *fill, struct gt_err *err)
{
    int64_t *of;
    const struct gt_shapes *left = holes_of(c->a, c->side[0].shapes, &of);
    c->zh = gt_printf(c->r->a, "%s 的空洞没有原因", c->side[0].layer->code);
    c->en = gt_printf(c->r->a, "a hole of %s without a cause, of", c->side[0].layer->code);
    for (const struct gt_yaml *y = fill ? fill->child : NULL; y && left->n > 0; y = y->next) {
        GT_TRY(take_side(c->r, c->a, y->text, NULL, &c->side[1], err));
        if (!c->side[1].shapes || c->side[1].shapes->n == 0)
            continue;
        GT_TRY(align(c, err));
        const struct gt_overlay_opt opt = {
            .kind = GT_OVERLAY_DIFFERENCE, .min_m2 = 1e-3, .work = c->r->opt->work};
        struct gt_overlay_result found;
        GT_TRY(gt_overlay(c->a, left, c->side[1].shapes, &opt, &found, err));
        int64_t *next = GT_TAKE_N(c->a, int64_t, found.shapes->n + 1);
        for (size_t i = 0; i < found.shapes->n; i++)
            next[i] = of[found.a[i]];
        of = next;
        left = found.shapes;
    }
    return tell(c, left, of, NULL, err);
}

/* ---- One line of the profile ----------------------------------------------------------------- */

static const struct gt_layer_source *issued(const struct review *r, const char *code)
{
    for (size_t i = 0; i < r->s->upper->n_layers; i++) {
        const struct gt_layer_source *s = r->s->upper->layer[i];
        const struct gt_standard_layer *std = gt_standard_layer(r->std, s->name);
        if (std && strcmp(std->code, code) == 0 && !s->table && s->crs)
            return s;
    }
    return NULL;
}

static void nothing(struct review *r, const char *rule, const char *layer)
{
    review_skip(r, rule, gt_printf(r->a, "没有可用的图层 %s", layer),
                gt_printf(r->a, "there is no usable layer %s", layer));
}

static enum gt_status against_upper(struct conflict *c, const struct gt_yaml *y, struct gt_err *err)
{
    struct review *r = c->r;
    if (!r->s->upper) {
        review_skip(r, c->rule, "没有给出上级规划（--upper）", "no upper plan was given (--upper)");
        return GT_OK;
    }
    const struct gt_layer_source *s = issued(r, c->side[0].layer->code);
    if (!s) {
        review_skip(r, c->rule, "上级规划中没有这个图层", "the upper plan has no such layer");
        return GT_OK;
    }
    if (!review_rule(r, c->rule))
        return GT_OK;
    GT_TRY(take_source(c->a, s, gt_yaml_find(y, "where_b"), &c->side[1], err));
    GT_TRY(align(c, err));
    return same(c, err);
}

static enum gt_status one_line(struct review *r, const struct gt_yaml *y, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct conflict c = {.r = r, .rule = review_text(y, "rule"), .a = a};
    const char *kind = review_text(y, "kind"), *la = review_text(y, "a"), *lb = review_text(y, "b");
    GT_TRY(take_side(r, a, la, gt_yaml_find(y, "where_a"), &c.side[0], err));
    if (!c.side[0].shapes) {
        nothing(r, c.rule, la);
        return GT_OK;
    }
    if (strcmp(kind, "same") == 0)
        return against_upper(&c, y, err);
    if (strcmp(kind, "holes") == 0)
        return review_rule(r, c.rule) ? holes(&c, gt_yaml_find(y, "fill"), err) : GT_OK;
    GT_TRY(take_side(r, a, lb, gt_yaml_find(y, "where_b"), &c.side[1], err));
    if (!c.side[1].shapes) {
        nothing(r, c.rule, lb);
        return GT_OK;
    }
    if (!review_rule(r, c.rule))
        return GT_OK;
    GT_TRY(align(&c, err));
    return strcmp(kind, "outside") == 0 ? beyond(&c, err) : overlaps(&c, err);
}

static enum gt_status lines(struct review *r, struct gt_err *err)
{
    const struct gt_yaml *list = review_setting(r, "lines");
    for (const struct gt_yaml *y = list ? list->child : NULL; y; y = y->next) {
        if (gt_stopped(r->opt->work))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_TRY(review_survive(r, review_text(y, "rule"), one_line(r, y, err), err));
    }
    return GT_OK;
}

const struct review_check review_lines[] = {{"lines.redline_pbf", lines}, {NULL, NULL}};
