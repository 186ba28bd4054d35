/* test_survey.c: the land survey of the fictional county: one coverage without gap or overlap, the
 * same for any number of threads, with areas that add up and attributes that agree. */
#include "parcel_int.h"
#include "t.h"

#include "guotu/hash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct gt_survey *survey(struct gt_arena *a, int64_t parcels, int64_t seed)
{
    const struct gt_sample *s;
    const struct gt_survey *v;
    struct gt_err err = {0};
    const struct gt_sample_opt opt = {.cells = 10000, .seed = seed};
    T_STATUS_ERR(gt_sample_new(a, &opt, NULL, &s, &err), GT_OK, &err);
    const struct gt_survey_opt survey_opt = {parcels};
    T_STATUS_ERR(gt_survey_new(a, s, &survey_opt, NULL, &v, &err), GT_OK, &err);
    return v;
}

/* ---- Edges ---- */

struct edge {
    double x0, y0, x1, y1; /* from west to east */
    int dir;               /* 1 as it runs in its ring, -1 the other way */
};

static int by_place(const void *a, const void *b)
{
    return memcmp(a, b, 4 * sizeof(double));
}

struct edges {
    struct gt_arena *a;
    GT_VEC(struct edge) v;
};

static void add_rings(struct edges *e, const struct gt_shapes *s)
{
    for (size_t i = 0; i < s->n; i++)
        for (int64_t j = s->point[i]; j + 1 < s->point[i + 1]; j++) {
            const double *p = s->xy + 2 * j, *q = p + 2;
            bool back = q[0] < p[0] || (q[0] == p[0] && q[1] < p[1]);
            const double *w = back ? q : p, *o = back ? p : q;
            *GT_PUSH(e->a, &e->v) = (struct edge){w[0], w[1], o[0], o[1], back ? -1 : 1};
        }
}

/* Each edge inside the county is there twice, once in each direction; those of its limit once.
 * Their number is returned. */
static int64_t limit_edges(struct edges *e)
{
    int64_t once = 0;
    qsort(e->v.v, e->v.n, sizeof *e->v.v, by_place);
    for (size_t i = 0, j; i < e->v.n; i = j) {
        int dir = e->v.v[i].dir;
        for (j = i + 1; j < e->v.n && by_place(&e->v.v[i], &e->v.v[j]) == 0; j++)
            dir += e->v.v[j].dir;
        T_OK(j - i == 1 || (j - i == 2 && dir == 0));
        once += j - i == 1;
    }
    return once;
}

/* ---- Rings ---- */

static double turn(const double *p, const double *q, const double *r)
{
    return (q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1]);
}

/* No edge crosses or touches another one but its neighbours. */
static bool is_simple(const double *xy, int64_t n)
{
    for (int64_t i = 0; i < n - 1; i++)
        for (int64_t j = i + 2; j < n - 1; j++) {
            const double *a = xy + 2 * i, *b = a + 2, *c = xy + 2 * j, *d = c + 2;
            if (i == 0 && j == n - 2)
                continue;
            if (turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0)
                return false;
        }
    return true;
}

static bool is_rounded(double v)
{
    return fabs(v * 1e4 - floor(v * 1e4 + 0.5)) < 1e-3;
}

static void check_ring(const double *xy, int64_t n)
{
    double area2 = 0;
    for (int64_t i = 0; i < n; i++) {
        T_OK(is_rounded(xy[2 * i]) && is_rounded(xy[2 * i + 1]));
        if (i > 0)
            T_OK(hypot(xy[2 * i] - xy[2 * i - 2], xy[2 * i + 1] - xy[2 * i - 1]) > 0.01);
        if (i + 1 < n)
            area2 += turn(xy, xy + 2 * i, xy + 2 * i + 2);
    }
    T_EQ_NUM(xy[0], xy[2 * n - 2]);
    T_EQ_NUM(xy[1], xy[2 * n - 1]);
    T_OK(area2 > 0);
    T_OK(is_simple(xy, n));
}

T_TEST(parcels_cover_the_county_with_shared_borders)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_survey *v = survey(a, 2000, 3);
    for (int year = GT_SURVEY_YEAR; year <= GT_SURVEY_YEAR + 1; year++) {
        struct edges e = {.a = a};
        int64_t n = 0, points = 0;
        for (int i = 0; i < gt_survey_villages(v); i++) {
            const struct gt_features *f;
            struct gt_err err = {0};
            const struct gt_survey_part part = {i, year};
            T_STATUS_ERR(gt_survey_parcels(v, a, part, NULL, &f, &err), GT_OK, &err);
            const struct gt_shapes *s = f->shapes;
            add_rings(&e, s);
            n += (int64_t)s->n;
            points += s->point[s->n];
            for (size_t j = 0; j < s->n; j++)
                check_ring(s->xy + 2 * s->point[j], s->point[j + 1] - s->point[j]);
        }
        T_OK(n > 1950 && n < 2050);
        T_OK(points > 13 * n && points < 32 * n);
        T_EQ_INT(limit_edges(&e), v->unit[0].n);
    }
}

/* ---- Areas and attributes ---- */

static const struct gt_value *value(const struct gt_features *f, size_t i, const char *name)
{
    int at = gt_features_field(f, name);
    T_OK(at >= 0);
    return &f->value[i * f->n_fields + (size_t)at];
}

static int64_t cents(const struct gt_features *f, size_t i, const char *name)
{
    return (int64_t)floor(value(f, i, name)->num * 100 + 0.5);
}

static void check_parcel(const struct gt_features *f, size_t i, const char *village)
{
    const char *code = value(f, i, "DLBM")->text;
    bool crop = gt_starts(code, "01");
    T_EQ_STR(value(f, i, "DLMC")->text, gt_parcel_class_name(code));
    T_OK(gt_parcel_class_name(code)[0] != 0);
    T_EQ_INT(strlen(value(f, i, "BSM")->text), 18);
    T_OK(gt_starts(value(f, i, "ZLDWDM")->text, village));
    T_EQ_INT(strlen(value(f, i, "ZLDWDM")->text), 19);
    T_EQ_INT(value(f, i, "GDPDJB")->kind, crop ? GT_V_TEXT : GT_V_NODATA);
    double factor = value(f, i, "KCXS")->num;
    T_OK(factor == 0 || crop);
    T_EQ_INT(cents(f, i, "TBMJ"), cents(f, i, "KCMJ") + cents(f, i, "TBDLMJ"));
    T_NEAR(value(f, i, "KCMJ")->num, value(f, i, "TBMJ")->num * factor, 0.0051);
    if (strcmp(code, "0602") == 0)
        T_EQ_STR(value(f, i, "CZCSXM")->text, "204");
    if (gt_starts(code, "07"))
        T_EQ_INT(strlen(value(f, i, "CZCSXM")->text), 3);
}

T_TEST(areas_add_up_to_the_control_areas)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_survey *v = survey(a, 1000, 5);
    for (int year = GT_SURVEY_YEAR; year <= GT_SURVEY_YEAR + 1; year++) {
        int64_t sum = 0;
        for (int i = 0; i < gt_survey_villages(v); i++) {
            const struct gt_features *f;
            struct gt_err err = {0};
            const struct gt_survey_part part = {i, year};
            T_STATUS_ERR(gt_survey_parcels(v, a, part, NULL, &f, &err), GT_OK, &err);
            double *m2 = GT_TAKE_N(a, double, f->shapes->n);
            T_STATUS(gt_shapes_area_m2(a, f->shapes, m2, NULL), GT_OK);
            int64_t village = 0;
            for (size_t j = 0; j < f->shapes->n; j++) {
                village += cents(f, j, "TBMJ");
                T_NEAR(value(f, j, "TBMJ")->num, m2[j], 0.0101);
                check_parcel(f, j, v->unit[1 + COUNTY_PARTS + i].code);
            }
            T_EQ_INT(village, v->unit[1 + COUNTY_PARTS + i].cents);
            sum += village;
        }
        T_EQ_INT(sum, v->unit[0].cents);
    }
}

/* ---- The same bytes ---- */

static void fingerprint(struct gt_arena *a, struct gt_work *w, int64_t seed,
                        char out[static GT_HASH_TEXT])
{
    const struct gt_survey *v = survey(a, 1000, seed);
    struct gt_hash h;
    gt_hash_begin(&h);
    for (int i = 0; i < gt_survey_villages(v); i++) {
        const struct gt_features *f;
        const struct gt_survey_part part = {i, GT_SURVEY_YEAR + 1};
        T_STATUS(gt_survey_parcels(v, a, part, w, &f, NULL), GT_OK);
        gt_hash_add(&h, f->shapes->xy, (size_t)f->shapes->point[f->shapes->n] * 16);
        for (size_t j = 0; j < f->shapes->n * f->n_fields; j++) {
            const char *t = gt_value_text(a, &f->value[j]);
            gt_hash_add(&h, t, strlen(t));
        }
    }
    gt_hash_end(&h, out);
}

T_TEST(the_survey_is_the_same_for_any_threads)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char one[GT_HASH_TEXT], three[GT_HASH_TEXT], other[GT_HASH_TEXT];
    struct gt_pool *pool = gt_pool_new(3);
    struct gt_work w = {.pool = pool};
    fingerprint(a, NULL, 2, one);
    fingerprint(a, &w, 2, three);
    fingerprint(a, NULL, 4, other);
    gt_pool_free(pool);
    T_EQ_STR(three, one);
    T_OK(strcmp(other, one) != 0);
}

T_TEST(wrong_numbers_of_parcels_are_refused)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s;
    const struct gt_survey *v;
    struct gt_err err = {0};
    const struct gt_sample_opt opt = {.cells = 10000, .basic = true};
    T_STATUS(gt_sample_new(a, &opt, NULL, &s, NULL), GT_OK);
    T_STATUS(gt_survey_new(a, s, &(struct gt_survey_opt){999}, NULL, &v, &err), GT_EUSE);
    T_HAS(err.text, "found 999");
    T_STATUS(gt_survey_new(a, s, &(struct gt_survey_opt){1000}, NULL, &v, &err), GT_EUSE);
    T_HAS(err.text, "basic");
}

T_TEST(changes_keep_the_ground)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_survey *v = survey(a, 1000, 5);
    struct gt_survey_changes all;
    T_STATUS(gt_survey_changed(v, a, NULL, &all, NULL), GT_OK);
    T_OK(all.n > 4);
    for (size_t i = 0; i < all.n; i++) {
        const struct gt_survey_change *c = &all.v[i];
        T_OK(c->n_before >= 1 && c->n_before <= 2 && c->n_after >= 1 && c->n_after <= 3);
        T_OK(c->m2 > 0);
        T_EQ_INT(strcmp(c->kind, "split") == 0, c->n_before == 1 && c->n_after == 2);
        T_EQ_INT(strcmp(c->kind, "class") == 0, c->n_before == 1 && c->n_after == 1);
        T_OK(strcmp(c->before[0], c->after[0]) != 0);
    }
}
