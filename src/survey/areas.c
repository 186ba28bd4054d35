/* areas.c: areas in hundredths of a square metre: rounded, shared out exactly, deducted, and
 * brought to a unit's control area. */
#include "guotu/survey.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t gt_cents(double m2)
{
    return (int64_t)llround(m2 * 100);
}

double gt_cents_m2(int64_t cents)
{
    return (double)cents / 100;
}

const char *gt_cents_text(int64_t cents, char buf[static 32])
{
    int64_t v = cents < 0 ? -cents : cents;
    snprintf(buf, 32, "%s%lld.%02d", cents < 0 ? "-" : "", (long long)(v / 100), (int)(v % 100));
    return buf;
}

/* ---- Sharing out ----------------------------------------------------------------------------- */

struct remainder {
    double rest;
    size_t i;
};

/* The largest first, of equal ones the first. */
static int by_rest(const void *a, const void *b)
{
    const struct remainder *p = a, *q = b;
    int order = (p->rest < q->rest) - (p->rest > q->rest);
    return order ? order : (p->i > q->i) - (p->i < q->i);
}

void gt_cents_share(int64_t total, const double *w, size_t n, int64_t *out)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct remainder *v = GT_TAKE_N(a, struct remainder, n + 1);
    double sum = 0;
    int64_t left = total;
    for (size_t i = 0; i < n; i++)
        sum += w[i];
    for (size_t i = 0; i < n; i++) {
        double share = sum > 0 ? (double)total * (w[i] / sum) : i == 0 ? (double)total : 0;
        out[i] = (int64_t)floor(share);
        v[i] = (struct remainder){share - floor(share), i};
        left -= out[i];
    }
    if (n > 1)
        qsort(v, n, sizeof *v, by_rest);
    for (size_t i = 0; n > 0 && left > 0; i = (i + 1) % n, left--)
        out[v[i].i]++;
    /* Very many parts of a very large total: doubles may have rounded some shares up. */
    for (size_t i = n; left < 0 && n > 0;) {
        i = i > 0 ? i - 1 : n - 1;
        left += out[v[i].i] > 0;
        out[v[i].i] -= out[v[i].i] > 0;
    }
}

int64_t gt_deducted(int64_t tbmj, double kcxs)
{
    int64_t e4 = (int64_t)llround(kcxs * 1e4);
    int64_t whole = tbmj / 10000, part = tbmj % 10000;
    return whole * e4 + (part * e4 + 5000) / 10000;
}

/* ---- Control areas --------------------------------------------------------------------------- */

static enum gt_status check_units(const struct gt_control_area *c, size_t n, struct gt_err *err)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            if (i != k && gt_starts(c[i].unit, c[k].unit))
                return gt_fail(err, GT_EINPUT,
                               "control areas: the unit %.20s %s; give each unit once, all of one "
                               "level",
                               c[i].unit,
                               strcmp(c[i].unit, c[k].unit) == 0 ? "is there twice"
                                                                 : "lies in another one of them");
    return GT_OK;
}

static void sum_unit(const struct gt_control_area *c, const struct gt_tract *t, size_t n,
                     struct gt_control_rest *r)
{
    int64_t largest = -1;
    for (size_t i = 0; i < n; i++) {
        if (!gt_starts(t[i].unit, c->unit))
            continue;
        r->sum += t[i].tbmj;
        r->parcels++;
        if (largest < 0 || t[i].tbmj > t[largest].tbmj)
            largest = (int64_t)i;
    }
    r->rest = c->cents - r->sum;
    r->placed = llabs(r->rest) <= r->parcels && largest >= 0;
    r->parcel = r->placed && r->rest != 0 ? largest : -1;
}

enum gt_status gt_control_place(struct gt_arena *a, struct gt_control_areas *c, struct gt_tract *t,
                                size_t n_tracts, struct gt_err *err)
{
    c->result = GT_TAKE_N(a, struct gt_control_rest, c->n + 1);
    GT_TRY(check_units(c->v, c->n, err));
    for (size_t i = 0; i < c->n; i++) {
        struct gt_control_rest *r = &c->result[i];
        *r = (struct gt_control_rest){.unit = c->v[i].unit, .control = c->v[i].cents, .parcel = -1};
        sum_unit(&c->v[i], t, n_tracts, r);
        if (r->parcel < 0)
            continue;
        struct gt_tract *big = &t[r->parcel];
        big->tbmj += r->rest;
        big->tbdlmj += big->tbdlmj >= 0 ? r->rest : 0;
    }
    return GT_OK;
}
