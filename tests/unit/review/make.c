/* make.c: small layers and packages for the tests of the quality check, written as text. */
#include "make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "t.h"

/* The corner that shapes are written from, in EPSG:4524. */
#define CORNER_X 36500000.0
#define CORNER_Y 3300000.0

static const char *const *split(struct gt_arena *a, const char *text, char by, size_t *n)
{
    GT_VEC(const char *) v = {0};
    for (const char *end;; text = end + 1) {
        end = strchr(text, by);
        *GT_PUSH(a, &v) = end ? gt_strndup(a, text, (size_t)(end - text)) : text;
        if (!end)
            break;
    }
    *n = v.n;
    return v.v;
}

static struct gt_field field_of(struct gt_arena *a, const char *text)
{
    const char *colon = strchr(text, ':');
    struct gt_field f = {.name = gt_strndup(a, text, (size_t)(colon - text))};
    f.kind = colon[1] == 't' ? GT_COLUMN_TEXT : colon[1] == 'i' ? GT_COLUMN_INT : GT_COLUMN_REAL;
    char *dot;
    f.length = (int)strtol(colon + 2, &dot, 10);
    f.decimals = *dot == '.' ? (int)strtol(dot + 1, NULL, 10) : 0;
    return f;
}

static void take_row(struct gt_arena *a, const struct make_layer *m, size_t i,
                     const struct gt_field *type, size_t n_fields, struct gt_value *v)
{
    size_t n;
    const char *const *cell = split(a, m->row[i], '|', &n);
    for (size_t k = 0; k < n_fields; k++) {
        const char *text = k < n ? cell[k] : "";
        if (!*text)
            continue;
        v[k].kind = GT_V_TEXT;
        v[k].text = text;
        if (type[k].kind != GT_COLUMN_TEXT && gt_parse_num(text, &v[k].num))
            v[k].kind = GT_V_NUM;
    }
}

struct shape_build {
    GT_VEC(int64_t) part, point;
    GT_VEC(double) xy;
};

static uint16_t take_shape(struct gt_arena *a, const char *text, bool degrees,
                           struct shape_build *b)
{
    size_t parts, points;
    const char *const *part = split(a, text, ';', &parts);
    if (strcmp(text, "-") == 0) {
        *GT_PUSH(a, &b->part) = (int64_t)b->point.n - 1;
        return GT_TRAIT_NULL;
    }
    for (size_t j = 0; j < parts; j++) {
        const char *const *pair = split(a, part[j], ',', &points);
        for (size_t k = 0; k < points; k++) {
            char *y;
            *GT_PUSH(a, &b->xy) = (degrees ? 0 : CORNER_X) + strtod(pair[k], &y);
            *GT_PUSH(a, &b->xy) = (degrees ? 0 : CORNER_Y) + strtod(y, NULL);
        }
        *GT_PUSH(a, &b->point) = (int64_t)(b->xy.n / 2);
    }
    *GT_PUSH(a, &b->part) = (int64_t)b->point.n - 1;
    return 0;
}

static const struct gt_shapes *take_shapes(struct gt_arena *a, const struct make_layer *m,
                                           const struct gt_crs *crs, uint16_t *trait)
{
    struct shape_build b = {0};
    *GT_PUSH(a, &b.part) = 0;
    *GT_PUSH(a, &b.point) = 0;
    for (size_t i = 0; i < m->n; i++)
        trait[i] |= take_shape(a, m->shape[i], crs && crs->kind == GT_CRS_GEOGRAPHIC, &b);
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    *s = (struct gt_shapes){.kind = m->kind,
                            .crs = crs,
                            .n = m->n,
                            .part = b.part.v,
                            .point = b.point.v,
                            .xy = b.xy.v,
                            .box = {(double)NAN, (double)NAN, (double)NAN, (double)NAN}};
    for (size_t i = 0; i + 1 < b.xy.n; i += 2) {
        s->box.x0 = fmin(s->box.x0, b.xy.v[i]);
        s->box.x1 = fmax(s->box.x1, b.xy.v[i]);
        s->box.y0 = fmin(s->box.y0, b.xy.v[i + 1]);
        s->box.y1 = fmax(s->box.y1, b.xy.v[i + 1]);
    }
    return s;
}

const struct gt_layer_source *make_layer(struct gt_arena *a, const struct make_layer *m)
{
    size_t n;
    struct gt_err err = {0};
    const char *const *spec = split(a, m->fields, ' ', &n);
    struct gt_field *type = GT_TAKE_N(a, struct gt_field, n);
    const char **name = GT_TAKE_N(a, const char *, n);
    struct gt_value *value = GT_TAKE_N(a, struct gt_value, n * m->n + 1);
    uint16_t *trait = GT_TAKE_N(a, uint16_t, m->n + 1);
    const struct gt_crs *crs = NULL;
    for (size_t i = 0; i < n; i++) {
        type[i] = field_of(a, spec[i]);
        name[i] = type[i].name;
    }
    for (size_t i = 0; i < m->n; i++) {
        take_row(a, m, i, type, n, value + i * n);
        trait[i] = m->trait ? m->trait[i] : 0;
    }
    if (m->shape && (!m->crs || *m->crs))
        T_STATUS_ERR(gt_crs_parse(a, m->crs ? m->crs : "EPSG:4524", &crs, &err), GT_OK, &err);
    struct gt_features *f = GT_TAKE(a, struct gt_features);
    *f = (struct gt_features){.shapes = m->shape ? take_shapes(a, m, crs, trait) : NULL,
                              .n_rows = m->shape ? 0 : m->n,
                              .n_fields = n,
                              .field = name,
                              .value = value,
                              .type = type,
                              .trait = trait};
    struct gt_layer_source *s = GT_TAKE(a, struct gt_layer_source);
    *s = *gt_layer_of(a, m->name, f);
    s->file = "矢量数据/990100.gpkg";
    return s;
}

static const struct gt_submission *submission(struct gt_arena *a, const struct make_package *p)
{
    struct gt_submission *s = GT_TAKE(a, struct gt_submission);
    *s = (struct gt_submission){.name = "990100",
                                .layer = p->layer,
                                .document = p->document,
                                .folder = p->folder,
                                .trouble = p->trouble};
    while (s->n_layers < GT_LEN(p->layer) && p->layer[s->n_layers])
        s->n_layers++;
    while (s->n_documents < GT_LEN(p->document) && p->document[s->n_documents].path)
        s->n_documents++;
    while (s->n_folders < GT_LEN(p->folder) && p->folder[s->n_folders])
        s->n_folders++;
    while (s->n_troubles < GT_LEN(p->trouble) && p->trouble[s->n_troubles].path)
        s->n_troubles++;
    if (p->upper)
        s->upper = submission(a, p->upper);
    return s;
}

const struct gt_findings *make_review(struct gt_arena *a, const struct make_package *p)
{
    struct gt_err err = {0};
    struct gt_review_opt opt = {.region = p->region, .max_per_rule = p->max_per_rule};
    const struct gt_findings *out = NULL;
    struct gt_pool *pool = gt_pool_new(p->threads ? p->threads : 1);
    struct gt_work work = {.pool = pool};
    opt.work = &work;
    T_STATUS_ERR(gt_standard_load(a, GT_SOURCE_DIR "/rules", &opt.standard, &err), GT_OK, &err);
    T_STATUS_ERR(gt_profile_load(a, GT_SOURCE_DIR "/rules", p->profile ? p->profile : "county",
                                 &opt.profile, &err),
                 GT_OK, &err);
    const enum gt_status status = gt_review(a, submission(a, p), &opt, &out, &err);
    gt_pool_free(pool);
    T_STATUS_ERR(status, GT_OK, &err);
    return out;
}

size_t found(const struct gt_findings *f, const char *rule)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        n += strcmp(f->v[i].rule->id, rule) == 0;
    return n;
}

const struct gt_finding *finding(const struct gt_findings *f, const char *rule, size_t nth)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->v[i].rule->id, rule) == 0 && nth-- == 0)
            return &f->v[i];
    t_fail(T_HERE("finding"), "no finding of %s", rule);
    abort();
}

const char *skipped(const struct gt_findings *f, const char *rule)
{
    for (size_t i = 0; i < f->n_skipped; i++)
        if (strcmp(f->skipped[i].rule, rule) == 0)
            return f->skipped[i].text;
    return "";
}

const char *rules_found(struct gt_arena *a, const struct gt_findings *f)
{
    struct gt_buf b = {.a = a};
    gt_buf_add(&b, "");
    for (size_t i = 0; i < f->n; i++) {
        const char *id = f->v[i].rule->id;
        size_t n = 1;
        for (; i + 1 < f->n && strcmp(f->v[i + 1].rule->id, id) == 0; i++)
            n++;
        gt_buf_addf(&b, b.n ? " %s" : "%s", id);
        if (n > 1)
            gt_buf_addf(&b, " %zu", n);
    }
    return b.p;
}
