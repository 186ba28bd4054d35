/* op_dissolve.c: parcels of one class, or of one unit and class, as one feature. */
#include "layer_made.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BY = 8, MOST_SUMS = 16, OWN = 4 }; /* OWN: count and areas */

#define MU (2000.0 / 3.0)

struct dissolve {
    struct gt_call *c;
    struct gt_arena *a;
    struct gt_store *store;
    const struct gt_dataset *d;
    const struct gt_features *f; /* the by fields, then the summed ones */
    const char *by[MOST_BY], *sum[MOST_SUMS];
    size_t n_by, n_sum;
    size_t *order; /* features in the order of their groups */
    int32_t *group;
    size_t n_groups;
    size_t *first; /* by group, one of its features */
};

/* "XZQDM,DLBM" */
static enum gt_status read_by(struct dissolve *s, struct gt_err *err)
{
    char *text = gt_strdup(s->a, gt_arg_text(s->c, "by", ""));
    for (char *next; text; text = next) {
        next = strchr(text, ',');
        if (next)
            *next++ = '\0';
        if (s->n_by == MOST_BY)
            return gt_fail(err, GT_EUSE, "--by: expected at most %d fields, found more", MOST_BY);
        if (*text)
            s->by[s->n_by++] = text;
    }
    s->n_sum = gt_arg_count(s->c, "sum");
    if (s->n_sum > MOST_SUMS)
        return gt_fail(err, GT_EUSE, "--sum: expected at most %d fields, found %zu", MOST_SUMS,
                       s->n_sum);
    for (size_t i = 0; i < s->n_sum; i++)
        s->sum[i] = gt_arg_nth(s->c, "sum", i);
    return GT_OK;
}

static enum gt_status read_layer(struct dissolve *s, struct gt_err *err)
{
    const struct gt_layer_source *source;
    int field[MOST_BY + MOST_SUMS];
    GT_TRY(gt_store_layer(s->store, s->a, s->d, &source, err));
    for (size_t i = 0; i < s->n_by + s->n_sum; i++) {
        const char *name = i < s->n_by ? s->by[i] : s->sum[i - s->n_by];
        GT_TRY(layer_field(source, s->d, name, &field[i], err));
    }
    struct gt_layer_query q = {
        .field = field, .n_fields = s->n_by + s->n_sum, .no_fields = s->n_by + s->n_sum == 0};
    return gt_layer_read(source, s->a, &q, &s->f, err);
}

/* ---- Groups ---- */

static int compare_values(const struct gt_value *p, const struct gt_value *q)
{
    if (p->kind != q->kind)
        return p->kind < q->kind ? -1 : 1;
    if (p->kind == GT_V_TEXT)
        return strcmp(p->text, q->text);
    return p->kind == GT_V_NODATA ? 0 : (p->num > q->num) - (p->num < q->num);
}

struct key {
    const struct gt_value *v;
    size_t n, feature;
};

static int compare_keys(const struct key *p, const struct key *q)
{
    for (size_t i = 0; i < p->n; i++) {
        int order = compare_values(p->v + i, q->v + i);
        if (order)
            return order;
    }
    return 0;
}

static int by_key(const void *a, const void *b)
{
    const struct key *p = a, *q = b;
    int order = compare_keys(p, q);
    return order ? order : (p->feature > q->feature) - (p->feature < q->feature);
}

static enum gt_status find_groups(struct dissolve *s, struct gt_err *err)
{
    size_t n = s->f->shapes->n;
    void *keys, *group, *first;
    GT_TRY(gt_reserve(s->a, n + 1, sizeof(struct key), "groups", &keys, err));
    GT_TRY(gt_reserve(s->a, n + 1, sizeof(int32_t), "groups", &group, err));
    GT_TRY(gt_reserve(s->a, n + 1, sizeof(size_t), "groups", &first, err));
    struct key *k = keys;
    s->group = group;
    s->first = first;
    for (size_t i = 0; i < n; i++)
        k[i] = (struct key){s->f->value + i * s->f->n_fields, s->n_by, i};
    qsort(k, n, sizeof *k, by_key);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || compare_keys(k + i - 1, k + i) != 0)
            s->first[s->n_groups++] = k[i].feature;
        s->group[k[i].feature] = (int32_t)(s->n_groups - 1);
    }
    return GT_OK;
}

/* ---- The new layer ---- */

static struct gt_value number(double v)
{
    return isnan(v) ? (struct gt_value){.kind = GT_V_NODATA}
                    : (struct gt_value){.kind = GT_V_NUM, .num = v};
}

static double value_number(const struct gt_value *v)
{
    double num;
    if (v->kind == GT_V_NUM)
        return v->num;
    return v->kind == GT_V_TEXT && gt_parse_num(v->text, &num) ? num : 0;
}

/* Sums in the features' order, so that they are the same at every run. */
static void fill_values(const struct dissolve *s, const double *m2, struct gt_value *value)
{
    size_t fields = s->n_by + OWN + s->n_sum;
    for (size_t g = 0; g < s->n_groups; g++) {
        struct gt_value *v = value + g * fields;
        for (size_t i = 0; i < s->n_by; i++)
            v[i] = s->f->value[s->first[g] * s->f->n_fields + i];
        for (size_t i = s->n_by; i < fields; i++)
            v[i] = number(0);
        v[s->n_by + 1] = number(m2[g]);
        v[s->n_by + 2] = number(m2[g] / 1e4);
        v[s->n_by + 3] = number(m2[g] / MU);
    }
    for (size_t i = 0; i < s->f->shapes->n; i++) {
        struct gt_value *v = value + (size_t)s->group[i] * fields + s->n_by;
        v[0].num++;
        for (size_t k = 0; k < s->n_sum; k++)
            v[OWN + k].num += value_number(s->f->value + i * s->f->n_fields + s->n_by + k);
    }
}

static enum gt_status make(struct dissolve *s, struct gt_features *out, struct gt_err *err)
{
    static const char *const own[OWN] = {"count", "area_m2", "area_hm2", "area_mu"};
    size_t fields = s->n_by + OWN + s->n_sum;
    const char **name = GT_TAKE_N(s->a, const char *, fields);
    const struct gt_shapes *made;
    void *m2, *value;
    GT_TRY(gt_dissolve(s->a, s->f->shapes, &(struct gt_groups){s->n_groups, s->group}, s->c->work,
                       &made, err));
    GT_TRY(gt_reserve(s->a, made->n + 1, sizeof(double), "areas", &m2, err));
    GT_TRY(
        gt_reserve(s->a, made->n * fields + 1, sizeof(struct gt_value), "attributes", &value, err));
    GT_TRY(gt_polygon_areas(made, GT_AREA_TRAPEZOID, s->c->work, m2, err));
    for (size_t i = 0; i < s->n_by; i++)
        name[i] = s->f->field[i];
    for (size_t i = 0; i < OWN; i++)
        name[s->n_by + i] = own[i];
    for (size_t i = 0; i < s->n_sum; i++)
        name[s->n_by + OWN + i] = s->f->field[s->n_by + i];
    fill_values(s, m2, value);
    *out = (struct gt_features){.shapes = made, .n_fields = fields, .field = name, .value = value};
    return GT_OK;
}

/* "dltb_by_xzqdm_dlbm" */
static const char *usual_id(const struct dissolve *s)
{
    struct gt_buf id = {.a = s->a};
    gt_buf_addf(&id, "%s_%s", s->d->id, s->n_by ? "by" : "whole");
    for (size_t i = 0; i < s->n_by; i++)
        gt_buf_addf(&id, "_%s", s->by[i]);
    for (char *p = id.p; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return id.p;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    struct dissolve s = {.c = c, .a = job};
    struct gt_features f;
    struct layer_made m = {.f = &f};
    GT_TRY(read_by(&s, err));
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    s.store = store;
    GT_TRY(layer_find(c, store, job, false, &s.d, err));
    GT_TRY(layer_new_id(c, usual_id(&s), &m.id, err));
    GT_TRY(read_layer(&s, err));
    GT_TRY(find_groups(&s, err));
    GT_TRY(make(&s, &f, err));
    m.d = s.d;
    m.source = gt_printf(job, "dissolve %s", s.d->id);
    m.title.en = gt_printf(job, "%s, dissolved", gt_text2(s.d->title, GT_EN));
    m.title.zh = gt_printf(job, "%s（融合）", gt_text2(s.d->title, GT_ZH));
    return layer_publish(c, store, job, &m, err);
}

static const struct gt_param params[] = {
    {.name = "id",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .position = true,
     .required = true,
     .help = {"a layer of polygons", "面图层"}},
    {.name = "by",
     .kind = GT_P_TEXT,
     .metavar = "FIELD[,FIELD]",
     .help = {"polygons with the same values become one; otherwise all of them",
              "字段值相同的面合并为一个；省略时全部合并"}},
    {.name = "sum",
     .kind = GT_P_TEXT,
     .metavar = "FIELD",
     .repeated = true,
     .help = {"also the sum of this field", "另求此字段之和"}},
    {.name = "name",
     .kind = GT_P_TEXT,
     .metavar = "NEWID",
     .help = {"id of the new layer; otherwise ID_by_FIELD", "新图层标识；省略时为 ID_by_FIELD"}},
    {.name = NULL},
};

const struct gt_op ops_record_dissolve = {
    .path = "dissolve",
    .title = {"Dissolve polygons by their attributes", "按属性融合面"},
    .help = {"Polygons that have the same values in the fields of --by become one feature, with "
             "their count, the area on the ellipsoid in m2, hm2 and mu, and the sums asked for. "
             "Borders that two of them share point by point vanish, and no other coordinate "
             "changes; where polygons overlap, or meet with other points, the union of GEOS is "
             "taken.",
             "--by 各字段值相同的面合并为一个要素，附个数、椭球面积（平方米、公顷、亩）和所求之和。"
             "两面逐点公用的界线消失，其他坐标不变；有重叠或结点不一致之处用 GEOS 求并。"},
    .clause = "",
    .examples = "guotu -w county dissolve dltb --by DLBM --sum TBMJ\n"
                "guotu -w county dissolve dltb --by ZLDWDM,DLBM --name village_class",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
