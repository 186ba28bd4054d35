/* faults.c: chooses places for faults, village by village, so that they are far from one another,
 * and puts together what a check should find. */
#include "faults_int.h"

#include <string.h>

enum { SPECS = 96, A_VILLAGE = 8 };
#define APART_M 1300.0

/* ---- Candidates ---- */

static const struct gt_value *value_at(const struct gt_candidate *c, const char *field)
{
    int at = gt_features_field(c->f, field);
    return at < 0 ? NULL : &c->f->value[c->i * c->f->n_fields + (size_t)at];
}

const char *gt_candidate_text(const struct gt_candidate *c, const char *field)
{
    const struct gt_value *v = value_at(c, field);
    return v && v->kind == GT_V_TEXT ? v->text : "";
}

double gt_candidate_num(const struct gt_candidate *c, const char *field)
{
    const struct gt_value *v = value_at(c, field);
    return v && v->kind == GT_V_NUM ? v->num : (double)NAN;
}

/* ---- Edits ---- */

struct gt_fault_edit *gt_fault_add(struct gt_planting *p, enum gt_fault_edit_kind kind,
                                   const char *layer, int64_t fid)
{
    struct gt_fault_edit *e = GT_PUSH(p->a, &p->edit);
    *e = (struct gt_fault_edit){.kind = kind, .layer = layer, .fid = fid};
    e->value.kind = GT_V_NODATA;
    return e;
}

static void set(struct gt_planting *p, const char *layer, int64_t fid, const char *field,
                struct gt_value value)
{
    struct gt_fault_edit *e = gt_fault_add(p, GT_FAULT_VALUE, layer, fid);
    e->field = field;
    e->value = value;
    e->value.text = gt_strdup(p->a, value.text);
}

static struct gt_value text_value(const char *text)
{
    return (struct gt_value){.kind = text ? GT_V_TEXT : GT_V_NODATA, .text = text};
}

void gt_fault_text(const struct gt_candidate *c, const char *field, const char *text)
{
    set(c->p, c->layer, c->fid, field, text_value(text));
}

void gt_fault_num(const struct gt_candidate *c, const char *field, double v)
{
    set(c->p, c->layer, c->fid, field, (struct gt_value){.kind = GT_V_NUM, .num = v});
}

static void set_shape(struct gt_planting *p, const char *layer, int64_t fid,
                      const struct gt_buf *wkb)
{
    struct gt_fault_edit *e = gt_fault_add(p, GT_FAULT_SHAPE, layer, fid);
    unsigned char *copy = GT_TAKE_N(p->a, unsigned char, wkb->n + 1);
    if (wkb->n)
        memcpy(copy, wkb->p, wkb->n);
    e->wkb = copy;
    e->n = wkb->n;
}

void gt_fault_shape(const struct gt_candidate *c, const struct gt_buf *wkb)
{
    set_shape(c->p, c->layer, c->fid, wkb);
}

/* ---- What should be found ---- */

struct gt_planted *gt_fault_package(struct gt_planting *p, const char *rule, const char *layer,
                                    const char *title)
{
    struct gt_planted *out = GT_PUSH(p->a, &p->planted);
    *out = (struct gt_planted){.rule = rule,
                               .layer = layer,
                               .feature = "",
                               .title = title,
                               .also = "",
                               .lon = (double)NAN,
                               .lat = (double)NAN,
                               .value = (double)NAN};
    return out;
}

struct gt_planted *gt_fault_tell(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct gt_planted *out = gt_fault_package(c->p, s->rule, c->layer, s->title);
    out->feature = gt_strdup(c->p->a, gt_candidate_text(c, "BSM"));
    out->lon = c->x;
    out->lat = c->y;
    return out;
}

/* ---- Shapes ---- */

void gt_wkb_begin(struct gt_buf *b, uint32_t type, uint32_t parts)
{
    gt_buf_addn(b, "\1", 1);
    gt_buf_addn(b, &type, sizeof type);
    gt_buf_addn(b, &parts, sizeof parts);
}

void gt_wkb_ring(struct gt_buf *b, const double *xy, uint32_t n)
{
    gt_buf_addn(b, &n, sizeof n);
    gt_buf_addn(b, xy, 16 * (size_t)n);
}

void gt_fault_square(double x, double y, double half, double ring[static 10])
{
    const double side[5][2] = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}};
    for (int i = 0; i < 5; i++) {
        ring[2 * i] = gt_plot_round(x + half * side[i][0]);
        ring[2 * i + 1] = gt_plot_round(y + half * side[i][1]);
    }
}

double gt_fault_area(struct gt_planting *p, const double *ring, size_t n)
{
    int64_t part[2] = {0, 1}, point[2] = {0, (int64_t)n};
    struct gt_shapes s = {GT_SHAPE_POLYGON,      p->v->s->crs, 1, part, point, ring,
                          gt_survey_box(ring, n)};
    double cents = 0;
    return gt_survey_areas(&s, NULL, &cents, NULL) == GT_OK ? floor(cents + 0.5) / 100 : 0;
}

static const char *bsm_of(const char *layer)
{
    for (size_t i = 0; i < gt_survey_layers(); i++)
        if (strcmp(gt_plan_makers[i].is.code, layer) == 0)
            return gt_plan_makers[i].bsm;
    return "0000";
}

const char *gt_fault_feature(struct gt_planting *p, const char *layer, const double *ring, size_t n,
                             int64_t *fid)
{
    struct gt_buf wkb = {.a = p->a};
    struct gt_fault_edit *e = gt_fault_add(p, GT_FAULT_COPY, layer, 1);
    *fid = 1000000000 + ++p->fresh;
    e->to = *fid;
    gt_wkb_begin(&wkb, 3, 1);
    gt_wkb_ring(&wkb, ring, (uint32_t)n);
    set_shape(p, layer, *fid, &wkb);
    if (strcmp(layer, "KYQ_CKQXKFW") == 0) /* has no BSM */
        return gt_printf(p->a, "%lld", (long long)*fid);
    const char *bsm =
        gt_printf(p->a, GT_SAMPLE_REGION "%s9%07lld", bsm_of(layer), (long long)p->fresh);
    set(p, layer, *fid, "BSM", text_value(bsm));
    set(p, layer, *fid, "MJ",
        (struct gt_value){.kind = GT_V_NUM, .num = gt_fault_area(p, ring, n)});
    return bsm;
}

/* ---- Choosing ---- */

struct choosing {
    struct gt_planting p;
    const struct gt_fault_spec *spec[SPECS];
    bool done[SPECS];
    size_t n;
    const char *code[64];
    int64_t count[64], serial[64];
};

static bool is_free(const struct gt_candidate *c)
{
    const struct gt_planting *p = c->p;
    for (size_t i = 0; i < p->spot.n; i++) {
        const struct gt_fault_spot *at = &p->spot.v[i];
        if (gt_sample_hypot(at->x - c->x, at->y - c->y) < APART_M ||
            (at->fid == c->fid && strcmp(at->layer, c->layer) == 0))
            return false;
    }
    return true;
}

void gt_fault_spot(const struct gt_candidate *c)
{
    *GT_PUSH(c->p->a, &c->p->spot) = (struct gt_fault_spot){c->layer, c->fid, c->x, c->y};
}

static bool choose(struct choosing *c, const struct gt_fault_spec *s, const struct gt_features *f,
                   int64_t before)
{
    for (size_t i = 0; i < f->shapes->n; i++) {
        struct gt_candidate at = {&c->p, f, i, before + (int64_t)i + 1, s->layer, 0, 0};
        if (at.fid == 1 || (s->fits && !s->fits(&at)))
            continue;
        const double *first = f->shapes->xy + 2 * f->shapes->point[f->shapes->part[i]];
        at.x = first[0];
        at.y = first[1];
        if (f->shapes->kind == GT_SHAPE_POLYGON)
            gt_polygon_inner(f->shapes, i, &at.x, &at.y);
        if (isnan(at.x) || !is_free(&at))
            continue;
        gt_fault_spot(&at);
        s->make(&at, s);
        return true;
    }
    return false;
}

static enum gt_status choose_in(struct choosing *c, const struct gt_planner *p, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    const struct gt_features *f[64];
    int64_t before[64];
    int made = 0;
    c->p.at = p;
    for (size_t i = 0; i < gt_survey_layers(); i++) {
        GT_TRY(gt_plan_make(p, scratch, (int)i, &c->serial[i], &f[i], err));
        before[i] = c->count[i];
        c->count[i] += (int64_t)f[i]->shapes->n;
    }
    for (size_t k = 0; k < c->n && made < A_VILLAGE; k++)
        for (size_t i = 0; i < gt_survey_layers() && !c->done[k]; i++)
            if (strcmp(c->code[i], c->spec[k]->layer) == 0)
                made += c->done[k] = choose(c, c->spec[k], f[i], before[i]);
    return GT_OK;
}

/* The rarest candidates come first: lines, shapes, then attributes. */
static void list_specs(struct choosing *c)
{
    const struct gt_fault_spec *const list[] = {gt_fault_lines, gt_fault_shapes,
                                                gt_fault_attributes};
    for (size_t i = 0; i < GT_LEN(list); i++)
        for (const struct gt_fault_spec *s = list[i]; s->rule && c->n < SPECS; s++)
            c->spec[c->n++] = s;
    for (size_t i = 0; i < gt_survey_layers(); i++)
        c->code[i] = gt_survey_layer(i)->code;
    c->p.layer = c->code;
    c->p.count = c->count;
    c->p.n_layers = gt_survey_layers();
}

/* ---- Putting together ---- */

static enum gt_status to_degrees(struct gt_planting *p, struct gt_err *err)
{
    const struct gt_crs *degrees;
    struct gt_xform *t;
    GT_TRY(gt_crs_parse(p->a, "EPSG:4490", &degrees, err));
    GT_TRY(gt_xform_new(p->a, p->v->s->crs, degrees, &t, err));
    for (size_t i = 0; i < p->planted.n; i++) {
        struct gt_planted *at = &p->planted.v[i];
        double xy[2] = {at->lon, at->lat};
        if (isnan(at->lon))
            continue;
        gt_xform_points(t, xy, 1);
        at->lon = xy[0];
        at->lat = xy[1];
    }
    return GT_OK;
}

enum gt_status gt_survey_faults(const struct gt_survey *v, struct gt_arena *a,
                                const struct gt_survey_job *job,
                                const struct gt_plan_documents *sound, struct gt_faults *out,
                                struct gt_err *err)
{
    struct choosing *c = GT_TAKE(a, struct choosing);
    struct gt_plan_totals totals = {0};
    c->p = (struct gt_planting){.a = a, .v = v};
    list_specs(c);
    for (int i = 0; i < gt_survey_villages(v); i++) {
        GT_AUTO_ARENA scratch = gt_arena_new();
        struct gt_village l;
        struct gt_zone *zone;
        GT_TRY(gt_survey_village(v, scratch, i, NULL, &l, err));
        GT_TRY(gt_zones(v, scratch, &l, job->year, &zone, err));
        struct gt_planner p = {v, job->standard, &l, zone, i, job->year, &totals, NULL};
        GT_TRY(choose_in(c, &p, err));
    }
    gt_fault_tables(&c->p);
    gt_fault_documents(&c->p, sound, &out->documents);
    GT_TRY(to_degrees(&c->p, err));
    out->n_edits = c->p.edit.n;
    out->edit = c->p.edit.v;
    out->n_planted = c->p.planted.n;
    out->planted = c->p.planted.v;
    return GT_OK;
}
