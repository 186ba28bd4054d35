/* test_drafts.c: conflicts of the draft are exactly those that an overlay of its layers finds; what
 * was approved fits what it supposes. */
#include "parcel_int.h"
#include "t.h"

#include "guotu/standard.h"

#include <math.h>
#include <string.h>

/* ---- The layers of a county ---- */

struct gathered {
    struct gt_arena *a;
    struct gt_shapes shapes;
    GT_VEC(int64_t) part;
    GT_VEC(int64_t) point;
    GT_VEC(double) xy;
    GT_VEC(const char *) bsm;
};

static enum gt_status gather(void *ctx, const struct gt_features *f, struct gt_err *err)
{
    struct gathered *g = ctx;
    const struct gt_shapes *s = f->shapes;
    int bsm = gt_features_field(f, "BSM");
    int64_t parts = (int64_t)g->point.n, points = (int64_t)g->xy.n / 2;
    (void)err;
    for (size_t i = 0; i < s->n; i++) {
        const struct gt_value *v = bsm < 0 ? NULL : &f->value[i * f->n_fields + (size_t)bsm];
        *GT_PUSH(g->a, &g->part) = parts + s->part[i];
        const char *bsm_text = v ? gt_strdup(g->a, v->text) : gt_printf(g->a, "%zu", g->bsm.n + 1);
        *GT_PUSH(g->a, &g->bsm) = bsm_text;
    }
    for (int64_t i = 0; i < s->part[s->n]; i++)
        *GT_PUSH(g->a, &g->point) = points + s->point[i];
    for (int64_t i = 0; i < 2 * s->point[s->part[s->n]]; i++)
        *GT_PUSH(g->a, &g->xy) = s->xy[i];
    g->shapes.crs = s->crs;
    g->shapes.kind = s->kind;
    return GT_OK;
}

static void finish(struct gathered *g)
{
    g->shapes.n = g->part.n;
    *GT_PUSH(g->a, &g->part) = (int64_t)g->point.n;
    *GT_PUSH(g->a, &g->point) = (int64_t)g->xy.n / 2;
    g->shapes.part = g->part.v;
    g->shapes.point = g->point.v;
    g->shapes.xy = g->xy.v;
    g->shapes.box = gt_survey_box(g->xy.v, g->xy.n / 2);
}

enum { LAYERS = 40 };
struct drafted {
    const struct gt_standard *standard;
    struct gathered layer[LAYERS];
    struct gt_survey_lists lists;
};

static void make(struct gt_arena *a, int64_t parcels, int64_t seed, struct drafted *d)
{
    const struct gt_sample *s;
    const struct gt_survey *v;
    struct gt_err err = {0};
    const struct gt_sample_opt opt = {.cells = 10000, .seed = seed};
    const struct gt_survey_opt survey_opt = {parcels};
    struct gt_layer_sink sink[LAYERS], *sinks[LAYERS];
    int layer[LAYERS];
    T_STATUS_ERR(gt_standard_load(a, GT_SOURCE_DIR "/rules", &d->standard, &err), GT_OK, &err);
    T_STATUS_ERR(gt_sample_new(a, &opt, NULL, &s, &err), GT_OK, &err);
    T_STATUS_ERR(gt_survey_new(a, s, &survey_opt, NULL, &v, &err), GT_OK, &err);
    T_OK(gt_survey_layers() <= LAYERS);
    for (size_t i = 0; i < gt_survey_layers(); i++) {
        d->layer[i] = (struct gathered){.a = a};
        sink[i] = (struct gt_layer_sink){gather, &d->layer[i]};
        sinks[i] = &sink[i];
        layer[i] = (int)i;
    }
    d->lists = (struct gt_survey_lists){.a = a};
    struct gt_survey_job job = {.standard = d->standard,
                                .year = GT_SURVEY_YEAR + 1,
                                .n = gt_survey_layers(),
                                .layer = layer,
                                .sink = sinks,
                                .lists = &d->lists};
    T_STATUS_ERR(gt_survey_write(v, &job, NULL, &err), GT_OK, &err);
    for (size_t i = 0; i < gt_survey_layers(); i++)
        finish(&d->layer[i]);
}

static const struct gathered *layer_of(const struct drafted *d, const char *code)
{
    for (size_t i = 0; i < gt_survey_layers(); i++)
        if (strcmp(gt_survey_layer(i)->code, code) == 0)
            return &d->layer[i];
    T_OK(false);
    return NULL;
}

/* ---- Conflicts ---- */

static const struct gt_survey_conflict *listed(const struct drafted *d, const char *kind,
                                               const char *first, const char *second)
{
    for (size_t i = 0; i < d->lists.conflict.n; i++) {
        const struct gt_survey_conflict *c = &d->lists.conflict.v[i];
        if (strcmp(c->kind, kind) == 0 && strcmp(c->feature[0], first) == 0 &&
            strcmp(c->feature[1], second) == 0)
            return c;
    }
    return NULL;
}

static size_t count(const struct drafted *d, const char *kind)
{
    size_t n = 0;
    for (size_t i = 0; i < d->lists.conflict.n; i++)
        n += strcmp(d->lists.conflict.v[i].kind, kind) == 0;
    return n;
}

/* What two layers share is what is listed, pair by pair; `whole`: all that they share is. */
static size_t compare(const struct drafted *d, const char *kind, const char *const code[2],
                      bool whole)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gathered *la = layer_of(d, code[0]), *lb = layer_of(d, code[1]);
    const struct gt_overlay_areas_opt opt = {0};
    struct gt_shared_areas shared;
    struct gt_err err = {0};
    size_t found = 0;
    T_STATUS_ERR(gt_overlay_areas(a, &la->shapes, &lb->shapes, &opt, &shared, &err), GT_OK, &err);
    for (size_t i = 0; i < shared.n; i++) {
        const struct gt_shared_area *v = &shared.v[i];
        const struct gt_survey_conflict *c = listed(d, kind, la->bsm.v[v->a], lb->bsm.v[v->b]);
        T_OK(c || !whole);
        if (!c)
            continue;
        T_NEAR(c->m2, v->m2, 0.021);
        T_EQ_STR(c->layer[0], code[0]);
        T_EQ_STR(c->layer[1], code[1]);
        T_OK(c->lon > 100 && c->lon < 110 && c->lat > 25 && c->lat < 35);
        found++;
    }
    T_EQ_INT(found, count(d, kind));
    return found;
}

T_TEST(conflicts_of_the_draft_are_those_that_an_overlay_finds)
{
    static const struct {
        const char *kind, *layer[2];
        bool whole;
    } pairs[] = {{"redline_pbf", {"PBF_DRAFT", "REDLINE_DRAFT"}, true},
                 {"redline_udb", {"REDLINE_DRAFT", "UDB_DRAFT"}, true},
                 {"pbf_udb", {"PBF_DRAFT", "UDB_DRAFT"}, true},
                 {"mining", {"KYQ_CKQXKFW", "REDLINE_DRAFT"}, true},
                 {"core_zone", {"PBF_DRAFT", "ZRBHD"}, false},
                 {"pbf_class", {"PBF_DRAFT", "DLTB"}, false}};
    size_t found[GT_LEN(pairs)] = {0};
    for (int64_t seed = 1; seed <= 5; seed += 4) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct drafted d;
        make(a, 2000, seed, &d);
        size_t all = count(&d, "hole");
        for (size_t i = 0; i < GT_LEN(pairs); i++) {
            size_t n = compare(&d, pairs[i].kind, pairs[i].layer, pairs[i].whole);
            found[i] += n;
            all += n;
        }
        T_EQ_INT(all, d.lists.conflict.n);
    }
    for (size_t i = 0; i < GT_LEN(pairs); i++)
        T_OK(found[i] > 0);
}

/* A hole of the boundary holds nothing of the two other lines: its ring is one of the listed
 * feature, and as large. */
T_TEST(holes_of_the_draft_are_left_open)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct drafted d;
    make(a, 3000, 1, &d);
    const struct gathered *udb = layer_of(&d, "UDB_DRAFT");
    size_t holes = 0;
    for (size_t i = 0; i < d.lists.conflict.n; i++) {
        const struct gt_survey_conflict *c = &d.lists.conflict.v[i];
        if (strcmp(c->kind, "hole") != 0)
            continue;
        T_EQ_STR(c->layer[1], "");
        for (size_t j = 0; j < udb->bsm.n; j++) {
            const struct gt_shapes *s = &udb->shapes;
            int64_t part = s->part[j] + 1, at = s->point[part];
            double centre[2];
            if (strcmp(udb->bsm.v[j], c->feature[0]) != 0)
                continue;
            T_EQ_INT(s->part[j + 1], s->part[j] + 2);
            double m2 =
                gt_plot_area2(s->xy + 2 * at, (size_t)(s->point[part + 1] - at - 1), centre) / 2;
            T_NEAR(m2 / c->m2, 1, 0.002);
            holes++;
        }
    }
    T_EQ_INT(holes, count(&d, "hole"));
    T_OK(holes > 0);
}

/* ---- Approvals ---- */

T_TEST(approvals_fit_what_they_suppose)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct drafted d;
    size_t projects = 0, built = 0, demolished = 0;
    make(a, 2000, 1, &d);
    for (size_t i = 0; i < d.lists.approval.n; i++) {
        const struct gt_survey_approval *c = &d.lists.approval.v[i];
        const struct gt_land_class *from = gt_land_class(d.standard, "sandiao", c->from);
        const struct gt_land_class *to = gt_land_class(d.standard, "planning2023", c->to);
        bool waits = strcmp(c->status, "已批未建") == 0;
        T_OK(from && to && c->m2 > 0);
        T_EQ_INT(from->big == GT_BIG_BUILT, !waits);
        T_EQ_INT(to->big == GT_BIG_BUILT, waits);
        projects += waits;
        built += strcmp(c->status, "未批已建") == 0;
        demolished += strcmp(c->status, "已拆") == 0;
    }
    T_OK(built > 0 && demolished > 0);
    T_EQ_INT(layer_of(&d, "APPROVALS")->shapes.n, d.lists.approval.n);
    T_EQ_INT(layer_of(&d, "XS_XMKJFW")->shapes.n, projects);
    T_OK(projects > 0);
}
