/* classes.c: class tables by intervals or by listed values: reading, checking, and the slow truth.
 */
#include "rules_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CLASSES 4096

/* ---- Intervals ------------------------------------------------------------------------------- */

struct interval {
    double lo, hi;
    bool lo_closed, hi_closed;
};

/* One end: a number, -inf, inf, or $id of the rule set. */
static enum gt_status read_end(struct gt_arena *a, const struct gt_yaml *y, struct gt_str text,
                               struct rules_num *opt, double *out, struct gt_err *err)
{
    while (text.n > 0 && *text.p == ' ') {
        text.p++;
        text.n--;
    }
    while (text.n > 0 && text.p[text.n - 1] == ' ')
        text.n--;
    struct gt_yaml end = *y;
    end.key = NULL;
    end.text = gt_strndup(a, text.p, text.n);
    bool minus = strcmp(end.text, "-inf") == 0;
    if (minus || strcmp(end.text, "inf") == 0) {
        *out = minus ? -(double)INFINITY : (double)INFINITY;
        return GT_OK;
    }
    return rules_num(&end, opt, out, err);
}

static enum gt_status read_interval(struct gt_arena *a, const struct gt_yaml *y,
                                    struct rules_num *opt, struct interval *out, struct gt_err *err)
{
    GT_TRY(rules_want(y, GT_YAML_SCALAR, y->key, err));
    const char *p = y->text, *comma = strchr(p, ',');
    size_t n = strlen(p);
    if (n < 5 || !strchr("([", p[0]) || !strchr(")]", p[n - 1]) || !comma || strchr(comma + 1, ','))
        return rules_fail(
            y, err, "expected an interval such as \"(2, 6]\" or \"[6, inf)\", found '%.60s'", p);
    out->lo_closed = p[0] == '[';
    out->hi_closed = p[n - 1] == ']';
    struct gt_str lo = {p + 1, (size_t)(comma - p - 1)};
    struct gt_str hi = {comma + 1, (size_t)(p + n - 1 - (comma + 1))};
    GT_TRY(read_end(a, y, lo, opt, &out->lo, err));
    GT_TRY(read_end(a, y, hi, opt, &out->hi, err));
    if ((isinf(out->lo) && out->lo_closed) || (isinf(out->hi) && out->hi_closed))
        return rules_fail(y, err, "%s: an infinite end is open: write '(-inf' and 'inf)'", p);
    bool one = out->lo == out->hi && out->lo_closed && out->hi_closed;
    if (!(out->lo < out->hi) && !one)
        return rules_fail(y, err, "%s: expected the lower end before the upper end", p);
    return GT_OK;
}

static const char *show(struct gt_arena *a, const struct gt_class *c)
{
    char lo[32], hi[32];
    return gt_printf(a, "%c%s, %s%c", c->lo_closed ? '[' : '(',
                     isinf(c->lo) ? "-inf" : gt_fmt_num(c->lo, lo),
                     isinf(c->hi) ? "inf" : gt_fmt_num(c->hi, hi), c->hi_closed ? ']' : ')');
}

/* The class and where it was written. */
struct written {
    struct gt_class c;
    const struct gt_yaml *y;
};

static int by_ends(const void *pa, const void *pb)
{
    const struct gt_class *a = &((const struct written *)pa)->c;
    const struct gt_class *b = &((const struct written *)pb)->c;
    if (a->lo != b->lo)
        return a->lo < b->lo ? -1 : 1;
    if (a->lo_closed != b->lo_closed)
        return a->lo_closed ? -1 : 1;
    if (a->hi != b->hi)
        return a->hi < b->hi ? -1 : 1;
    return a->hi_closed - b->hi_closed;
}

/* Two neighbours must meet: the same number, closed on exactly one side. */
static enum gt_status check_meeting(struct gt_arena *a, const struct written *left,
                                    const struct written *right, struct gt_err *err)
{
    const struct gt_class *l = &left->c, *r = &right->c;
    char lo[32], hi[32];
    bool same = l->hi == r->lo;
    if (same && l->hi_closed != r->lo_closed)
        return GT_OK;
    const char *first = show(a, l), *second = show(a, r);
    if (l->hi > r->lo || (same && l->hi_closed))
        return rules_fail(right->y, err, "classes overlap: %s and %s (line %d)%s%s", second, first,
                          l->line, same ? ": both hold " : "", same ? gt_fmt_num(l->hi, hi) : "");
    if (same)
        return rules_fail(right->y, err,
                          "classes leave a gap: neither %s nor %s (line %d) holds %s", second,
                          first, l->line, gt_fmt_num(l->hi, hi));
    return rules_fail(right->y, err,
                      "classes leave a gap: nothing between %s and %s, that is, "
                      "between %s (line %d) and %s",
                      gt_fmt_num(l->hi, hi), gt_fmt_num(r->lo, lo), first, l->line, second);
}

static enum gt_status check_intervals(struct gt_arena *a, const struct gt_yaml *list,
                                      const struct interval *domain, struct written *w, size_t n,
                                      struct gt_err *err)
{
    qsort(w, n, sizeof *w, by_ends);
    for (size_t i = 1; i < n; i++)
        GT_TRY(check_meeting(a, &w[i - 1], &w[i], err));
    struct gt_class all = {.lo = domain->lo,
                           .hi = domain->hi,
                           .lo_closed = domain->lo_closed,
                           .hi_closed = domain->hi_closed};
    const struct gt_class *first = &w[0].c, *last = &w[n - 1].c;
    if (first->lo != all.lo || first->lo_closed != all.lo_closed)
        return rules_fail(w[0].y, err,
                          "classes must cover %s from its lower end; the lowest is %s%s",
                          show(a, &all), show(a, first),
                          gt_yaml_find(list, "domain") ? "" : " (other ranges: domain)");
    if (last->hi != all.hi || last->hi_closed != all.hi_closed)
        return rules_fail(w[n - 1].y, err,
                          "classes must cover %s to its upper end; the highest is %s%s",
                          show(a, &all), show(a, last),
                          gt_yaml_find(list, "domain") ? "" : " (other ranges: domain)");
    return GT_OK;
}

/* ---- Listed values --------------------------------------------------------------------------- */

static enum gt_status read_listed(struct gt_arena *a, const struct gt_yaml *y, struct gt_class *out,
                                  struct gt_err *err)
{
    if (y->kind == GT_YAML_MAP)
        return rules_want(y, GT_YAML_SEQ, "is", err);
    size_t n = y->kind == GT_YAML_SEQ ? y->n : 1;
    if (n == 0)
        return rules_fail(y, err, "is: expected values, found an empty list");
    double *v = GT_TAKE_N(a, double, n);
    if (y->kind == GT_YAML_SCALAR)
        GT_TRY(rules_num(y, NULL, &v[0], err));
    size_t i = 0;
    for (const struct gt_yaml *c = y->kind == GT_YAML_SEQ ? y->child : NULL; c; c = c->next)
        GT_TRY(rules_num(c, NULL, &v[i++], err));
    out->is = v;
    out->n_is = n;
    return GT_OK;
}

struct value {
    double v;
    const struct written *from;
};

static int by_value(const void *pa, const void *pb)
{
    const struct value *a = pa, *b = pb;
    if (a->v != b->v)
        return a->v < b->v ? -1 : 1;
    return a->from->c.line - b->from->c.line;
}

static enum gt_status check_listed(const struct written *w, size_t n, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    GT_VEC(struct value) all = {0};
    char num[32];
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < w[i].c.n_is; k++)
            *GT_PUSH(scratch, &all) = (struct value){w[i].c.is[k], &w[i]};
    qsort(all.v, all.n, sizeof *all.v, by_value);
    for (size_t i = 1; i < all.n; i++)
        if (all.v[i].v == all.v[i - 1].v)
            return rules_fail(all.v[i].from->y, err, "value %s is listed twice (also line %d)",
                              gt_fmt_num(all.v[i].v, num), all.v[i - 1].from->c.line);
    return GT_OK;
}

/* ---- Tables ---------------------------------------------------------------------------------- */

static enum gt_status read_class(struct gt_arena *a, const struct gt_yaml *y, struct rules_num *opt,
                                 struct written *out, struct gt_err *err)
{
    struct gt_yaml *code;
    struct interval in = {0};
    GT_TRY(rules_want(y, GT_YAML_MAP, "class", err));
    GT_TRY(rules_known(y, "in is class zh en", err));
    const struct gt_yaml *in_y = gt_yaml_find(y, "in"), *is_y = gt_yaml_find(y, "is");
    if (!in_y == !is_y)
        return rules_fail(y, err, "expected either 'in' (an interval) or 'is' (values), found %s",
                          in_y ? "both" : "none");
    GT_TRY(rules_need(y, "class", &code, err));
    out->y = in_y ? in_y : is_y;
    out->c.line = y->line;
    GT_TRY(rules_code(code, &out->c.code, err));
    GT_TRY(rules_text(y, "zh", &out->c.title.zh, err));
    GT_TRY(rules_text(y, "en", &out->c.title.en, err));
    if (is_y)
        return read_listed(a, is_y, &out->c, err);
    GT_TRY(read_interval(a, in_y, opt, &in, err));
    out->c.lo = in.lo;
    out->c.hi = in.hi;
    out->c.lo_closed = in.lo_closed;
    out->c.hi_closed = in.hi_closed;
    return GT_OK;
}

static enum gt_status read_range(struct gt_arena *a, const struct gt_yaml *map,
                                 struct gt_classes *out, struct interval *domain,
                                 struct gt_err *err)
{
    const struct gt_yaml *other = gt_yaml_find(map, "other"), *range = gt_yaml_find(map, "domain");
    *domain = (struct interval){.lo = -(double)INFINITY, .hi = (double)INFINITY};
    if (other && !out->listed)
        return rules_fail(other, err, "other: is for listed values (is: ...); intervals cover all");
    if (range && out->listed)
        return rules_fail(range, err, "domain: is for intervals (in: ...), not for listed values");
    if (range)
        GT_TRY(read_interval(a, range, NULL, domain, err));
    out->rest_is_nodata =
        other && other->kind == GT_YAML_SCALAR && strcmp(other->text, "nodata") == 0;
    if (!other || out->rest_is_nodata)
        return GT_OK;
    out->has_other = true;
    return rules_code(other, &out->other, err);
}

enum gt_status rules_read_classes(struct gt_arena *a, const struct gt_yaml *map,
                                  struct rules_num *opt, struct gt_classes *out, struct gt_err *err)
{
    struct gt_yaml *list;
    struct interval domain;
    GT_TRY(rules_need(map, "classes", &list, err));
    GT_TRY(rules_want(list, GT_YAML_SEQ, "classes", err));
    if (list->n == 0 || list->n > MAX_CLASSES)
        return rules_fail(list, err, "classes: expected 1 to %d classes, found %zu", MAX_CLASSES,
                          list->n);
    struct written *w = GT_TAKE_N(a, struct written, list->n);
    size_t n = 0;
    for (const struct gt_yaml *c = list->child; c; c = c->next) {
        GT_TRY(read_class(a, c, opt, &w[n], err));
        if ((w[n].c.is != NULL) != (w[0].c.is != NULL))
            return rules_fail(w[n].y, err, "classes: expected only 'in' or only 'is', found both");
        n++;
    }
    out->listed = w[0].c.is != NULL;
    GT_TRY(read_range(a, map, out, &domain, err));
    if (out->listed)
        GT_TRY(check_listed(w, n, err));
    else
        GT_TRY(check_intervals(a, map, &domain, w, n, err));
    struct gt_class *v = GT_TAKE_N(a, struct gt_class, n);
    for (size_t i = 0; i < n; i++)
        v[i] = w[i].c;
    out->v = v;
    out->n = n;
    return GT_OK;
}

enum gt_status rules_read_legend(struct gt_arena *a, const struct gt_yaml *seq,
                                 struct gt_classes *out, struct gt_err *err)
{
    struct gt_yaml *code;
    size_t n = 0;
    struct gt_class *v = GT_TAKE_N(a, struct gt_class, seq->n + 1);
    for (const struct gt_yaml *c = seq->child; c; c = c->next) {
        GT_TRY(rules_want(c, GT_YAML_MAP, "class", err));
        GT_TRY(rules_known(c, "class zh en", err));
        GT_TRY(rules_need(c, "class", &code, err));
        GT_TRY(rules_code(code, &v[n].code, err));
        GT_TRY(rules_text(c, "zh", &v[n].title.zh, err));
        GT_TRY(rules_text(c, "en", &v[n].title.en, err));
        double *is = GT_TAKE(a, double);
        *is = v[n].code;
        v[n].is = is;
        v[n].n_is = 1;
        v[n++].line = c->line;
    }
    out->listed = true;
    out->v = v;
    out->n = n;
    return GT_OK;
}

static bool in_class(const struct gt_class *c, bool listed, double v)
{
    if (!listed)
        return (v > c->lo || (c->lo_closed && v == c->lo)) &&
               (v < c->hi || (c->hi_closed && v == c->hi));
    for (size_t i = 0; i < c->n_is; i++)
        if (c->is[i] == v)
            return true;
    return false;
}

const struct gt_class *gt_classes_find(const struct gt_classes *c, double v)
{
    for (size_t i = 0; i < c->n; i++)
        if (in_class(&c->v[i], c->listed, v))
            return &c->v[i];
    return NULL;
}
