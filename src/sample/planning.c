/* planning.c: the layers of the survey and of the plan, made side by side, a village at a time, and
 * the totals that the plan's tables and text state. */
#include "planning_int.h"

#include <string.h>

/* ---- Features ---- */

static void flush(struct gt_plan_draft *d)
{
    if (d->k.part.n == 0)
        return;
    for (size_t i = 0; i < d->n_fields; i++)
        *GT_PUSH(d->k.a, &d->k.value) = d->row[i];
}

static struct gt_value *at(struct gt_plan_draft *d, const char *field)
{
    for (size_t i = 0; i < d->n_fields; i++)
        if (strcmp(d->type[i].name, field) == 0)
            return &d->row[i];
    return NULL;
}

void gt_plan_text(struct gt_plan_draft *d, const char *field, const char *text)
{
    struct gt_value *v = at(d, field);
    if (v && text)
        *v = (struct gt_value){.kind = GT_V_TEXT, .text = text};
}

void gt_plan_num(struct gt_plan_draft *d, const char *field, double num)
{
    struct gt_value *v = at(d, field);
    if (v)
        *v = (struct gt_value){.kind = GT_V_NUM, .num = num};
}

const char *gt_plan_bsm(const struct gt_plan_draft *d)
{
    for (size_t i = 0; i < d->n_fields; i++)
        if (strcmp(d->type[i].name, "BSM") == 0)
            return d->row[i].text;
    return gt_printf(d->k.a, "%lld", (long long)d->serial);
}

void gt_plan_feature(struct gt_plan_draft *d)
{
    const struct gt_survey_unit *county = &d->p->v->unit[0];
    flush(d);
    gt_sketch_feature(&d->k);
    memset(d->row, 0, d->n_fields * sizeof *d->row);
    for (size_t i = 0; i < d->n_fields; i++)
        d->row[i].kind = GT_V_NODATA;
    d->serial++;
    gt_plan_text(d, "BSM",
                 gt_printf(d->k.a, GT_SAMPLE_REGION "%s%08lld", d->bsm, (long long)d->serial));
    gt_plan_text(d, "YSDM", d->ysdm);
    gt_plan_text(d, "XZQDM", county->code);
    gt_plan_text(d, "XZQMC", county->name);
    gt_plan_text(d, "BZ", "合成数据");
}

void gt_plan_ring(struct gt_plan_draft *d, const double *xy, size_t n)
{
    gt_sketch_part(&d->k);
    for (size_t i = 0; i < 2 * n; i++)
        *GT_PUSH(d->k.a, &d->k.xy) = xy[i];
}

const struct gt_shapes *gt_plan_blocks(const struct gt_survey *v, struct gt_arena *a,
                                       const struct gt_village *l)
{
    struct gt_sketch k = {.a = a, .s = v->s, .kind = GT_SHAPE_POLYGON};
    struct gt_sample_features *out = GT_TAKE(a, struct gt_sample_features);
    for (size_t i = 0; i < l->n_blocks; i++) {
        gt_sketch_feature(&k);
        gt_sketch_part(&k);
        for (size_t j = 0; j < 2 * l->block[i].n; j++)
            *GT_PUSH(a, &k.xy) = l->block[i].xy[j];
    }
    gt_sketch_end(&k, out);
    return &out->shapes;
}

/* ---- Fields ---- */

/* The planning one where the survey has a layer of that code too. */
static const struct gt_standard_layer *table_of(const struct gt_standard *s, const char *code)
{
    const struct gt_standard_layer *found = NULL;
    for (size_t i = 0; i < s->n_layers; i++)
        if (strcmp(s->layer[i].code, code) == 0 && s->layer[i].n_fields &&
            (!found || strcmp(s->layer[i].group, "planning") == 0))
            found = &s->layer[i];
    return found;
}

static struct gt_field field_of(const struct gt_standard_field *f)
{
    static const enum gt_column_kind kind[] = {[GT_TYPE_CHAR] = GT_COLUMN_TEXT,
                                               [GT_TYPE_INT] = GT_COLUMN_INT,
                                               [GT_TYPE_FLOAT] = GT_COLUMN_REAL,
                                               [GT_TYPE_DATE] = GT_COLUMN_TEXT};
    return (struct gt_field){f->code, kind[f->type], f->length, f->decimals};
}

static void begin(struct gt_plan_draft *d, struct gt_arena *a, const struct gt_planner *p,
                  const struct gt_plan_maker *m)
{
    const struct gt_standard_layer *std = table_of(p->std, m->is.code);
    d->k = (struct gt_sketch){.a = a, .s = p->v->s, .kind = m->is.kind};
    d->p = p;
    d->code = m->is.code;
    d->bsm = m->bsm;
    d->ysdm = m->ysdm;
    d->n_fields = std ? std->n_fields : m->n_fields;
    struct gt_field *type = GT_TAKE_N(a, struct gt_field, d->n_fields + 1);
    for (size_t i = 0; i < d->n_fields; i++)
        type[i] = std ? field_of(&std->field[i]) : m->field[i];
    d->type = type;
    d->row = GT_TAKE_N(a, struct gt_value, d->n_fields + 1);
}

static const struct gt_features *end(struct gt_plan_draft *d)
{
    struct gt_features *f = GT_TAKE(d->k.a, struct gt_features);
    struct gt_sample_features *all = GT_TAKE(d->k.a, struct gt_sample_features);
    const char **name = GT_TAKE_N(d->k.a, const char *, d->n_fields + 1);
    flush(d);
    gt_sketch_end(&d->k, all);
    for (size_t i = 0; i < d->n_fields; i++)
        name[i] = d->type[i].name;
    *f = (struct gt_features){.shapes = &all->shapes,
                              .n_fields = d->n_fields,
                              .field = name,
                              .value = all->value,
                              .type = d->type};
    return f;
}

/* ---- Totals ---- */

static void add_class(struct gt_arena *a, const struct gt_standard *std, struct gt_plan_totals *t,
                      const char *survey, double m2)
{
    const struct gt_land_map *map = gt_land_map(std, survey);
    const char *code = map ? gt_printf(a, "%.2s", map->to) : "";
    size_t i = 0;
    while (i < t->n_classes && strcmp(t->class[i].code, code) < 0)
        i++;
    if (i == t->n_classes || strcmp(t->class[i].code, code) != 0) {
        const struct gt_land_class *c = gt_land_class(std, "planning2023", code);
        if (!c || t->n_classes == GT_LEN(t->class))
            return;
        memmove(&t->class[i + 1], &t -> class[i], (t->n_classes - i) * sizeof t->class[0]);
        t->n_classes++;
        t->class[i].code = c->code;
        t->class[i].name = c->name;
        t->class[i].m2 = 0;
    }
    t->class[i].m2 += m2;
}

static void add_totals(struct gt_arena *a, const struct gt_planner *p)
{
    struct gt_plan_totals *t = p->totals;
    const struct gt_village *l = p->l;
    for (size_t i = 0; i < l->n; i++) {
        const struct gt_parcel *q = &l->parcel[i];
        double m2 = (double)q->cents / 100;
        if (p->year > GT_SURVEY_YEAR ? !q->now : !q->old)
            continue;
        add_class(a, p->std, t, q->is.code, m2);
        t->cropland += q->is.crop ? m2 : 0;
        t->kept += gt_zone_keeps(p->zone, l, i) ? m2 : 0;
        t->basic += gt_zone_basic(p->zone, l, i) ? m2 : 0;
        t->mining += strcmp(q->is.code, "0602") == 0 && !p->zone[q->block].red ? m2 : 0;
    }
    for (size_t i = 0; i < l->n_blocks; i++) {
        const struct gt_zone *z = &p->zone[i];
        t->red += z->red ? z->m2 : 0;
        t->boundary += z->town >= 0 ? z->m2 : 0;
        if (z->window >= 0)
            t->boundary -= (double)l->parcel[z->window].cents / 100;
    }
}

/* ---- Layers ---- */

size_t gt_survey_layers(void)
{
    size_t n = 0;
    while (gt_plan_makers[n].is.code)
        n++;
    return n;
}

const struct gt_survey_layer *gt_survey_layer(size_t i)
{
    return &gt_plan_makers[i].is;
}

enum gt_status gt_survey_declare(const struct gt_survey *v, struct gt_arena *a,
                                 const struct gt_survey_job *job, int layer,
                                 const struct gt_features **out, struct gt_err *err)
{
    struct gt_planner p = {.v = v, .std = job->standard, .year = job->year};
    struct gt_plan_draft d = {0};
    if (!gt_plan_makers[layer].make)
        return gt_survey_parcels(v, a, (struct gt_survey_part){-1, job->year}, NULL, out, err);
    begin(&d, a, &p, &gt_plan_makers[layer]);
    *out = end(&d);
    return GT_OK;
}

enum gt_status gt_plan_make(const struct gt_planner *p, struct gt_arena *a, int layer,
                            int64_t *serial, const struct gt_features **out, struct gt_err *err)
{
    const struct gt_plan_maker *m = &gt_plan_makers[layer];
    struct gt_plan_draft d = {.serial = *serial};
    if (!m->make)
        return gt_parcel_features(p->v, a, p->l, p->year, out, err);
    begin(&d, a, p, m);
    if (!m->draft || p->drafts)
        m->make(&d, p);
    *out = end(&d);
    *serial = d.serial;
    return GT_OK;
}

static enum gt_status write_village(const struct gt_survey *v, struct gt_survey_job *job,
                                    int village, int64_t *serial, struct gt_work *w,
                                    struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_village l;
    struct gt_zone *zone;
    GT_TRY(gt_survey_village(v, a, village, w, &l, err));
    GT_TRY(gt_zones(v, a, &l, job->year, &zone, err));
    struct gt_drafts drafts;
    struct gt_planner p = {v, job->standard, &l, zone, village, job->year, &job->totals, NULL};
    gt_drafts(&p, a, &drafts);
    p.drafts = &drafts;
    gt_drafts_approve(&p, &drafts);
    add_totals(a, &p);
    for (size_t i = 0; i < job->n; i++) {
        GT_AUTO_ARENA scratch = gt_arena_new();
        const struct gt_features *f;
        GT_TRY(gt_plan_make(&p, scratch, job->layer[i], &serial[i], &f, err));
        if (f->shapes->n)
            GT_TRY(job->sink[i]->write(job->sink[i]->ctx, f, err));
    }
    if (job->lists)
        gt_draft_list(&p, job->lists);
    return GT_OK;
}

enum gt_status gt_survey_write(const struct gt_survey *v, struct gt_survey_job *job,
                               struct gt_work *w, struct gt_err *err)
{
    int64_t serial[64] = {0};
    int n = gt_survey_villages(v);
    memset(&job->totals, 0, sizeof job->totals);
    job->totals.county = (double)v->unit[0].cents / 100;
    for (int i = 0; i < n; i++) {
        gt_progress(w, "survey", i, n);
        if (gt_stopped(w))
            return gt_fail(err, GT_ECANCELLED, "survey: stopped");
        GT_TRY(write_village(v, job, i, serial, w, err));
    }
    gt_progress(w, "survey", n, n);
    if (job->lists)
        return gt_draft_places(v, job->lists, err);
    return GT_OK;
}
