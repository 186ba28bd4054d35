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

/* The next part that takes a cent: the largest remainder, of equal ones the first. */
static size_t next_part(const double *w, double sum, int64_t total, const int64_t *out,
                        const bool *done, size_t n)
{
    size_t best = n;
    double most = -1;
    for (size_t i = 0; i < n; i++) {
        double rest = (double)total * (w[i] / sum) - (double)out[i];
        if (!done[i] && rest > most) {
            most = rest;
            best = i;
        }
    }
    return best;
}

/* Parcels have few parts; the quadratic way is the plain one. */
void gt_cents_share(int64_t total, const double *w, size_t n, int64_t *out)
{
    double sum = 0;
    int64_t left = total;
    for (size_t i = 0; i < n; i++)
        sum += w[i];
    for (size_t i = 0; i < n; i++) {
        out[i] = sum > 0 ? (int64_t)floor((double)total * (w[i] / sum)) : 0;
        left -= out[i];
    }
    if (!(sum > 0) && n > 0)
        out[0] = total;
    if (!(sum > 0) || left <= 0)
        return;
    GT_AUTO_ARENA a = gt_arena_new();
    bool *done = GT_TAKE_N(a, bool, n);
    for (; left > 0; left--) {
        size_t k = next_part(w, sum, total, out, done, n);
        if (k == n) /* the sum of shares was more than n cents short: doubles at their end */
            k = 0;
        out[k]++;
        done[k] = true;
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
