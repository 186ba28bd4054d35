/* convert_read.c: parcels, approvals and control areas as the conversion takes them, and the
 * approvals laid over the parcels. */
#include "convert.h"

#include "guotu/vector.h"

#include <math.h>
#include <string.h>

/* ---- Values ---------------------------------------------------------------------------------- */

static const struct gt_value *value_at(const struct gt_features *f, size_t i, int field)
{
    return field < 0 ? NULL : &f->value[i * f->n_fields + (size_t)field];
}

static const char *text_at(struct gt_arena *a, const struct gt_features *f, size_t i, int field)
{
    const struct gt_value *v = value_at(f, i, field);
    return v ? gt_value_text(a, v) : "";
}

/* NaN: nothing there. */
static double number_at(const struct gt_features *f, size_t i, int field)
{
    const struct gt_value *v = value_at(f, i, field);
    double x = (double)NAN;
    if (v && v->kind == GT_V_NUM)
        return v->num;
    if (v && v->kind == GT_V_TEXT && v->text[0] && !gt_parse_num(v->text, &x))
        return (double)NAN;
    return x;
}

static int first_field(const struct gt_features *f, const char *const *names)
{
    for (; *names; names++) {
        int at = gt_features_field(f, *names);
        if (at >= 0)
            return at;
    }
    return -1;
}

/* ---- Parcels --------------------------------------------------------------------------------- */

enum { BSM, DLBM, ZLDWDM, ZLDWMC, CZCSXM, KCDLBM, KCXS, KCMJ, TBMJ, TBDLMJ, GDPDJB, FIELDS };
static const char *const field_name[FIELDS] = {"BSM",    "DLBM",   "ZLDWDM", "ZLDWMC",
                                               "CZCSXM", "KCDLBM", "KCXS",   "KCMJ",
                                               "TBMJ",   "TBDLMJ", "GDPDJB"};

static enum gt_status find_fields(const struct convert *k, const struct gt_features *f,
                                  int at[static FIELDS], struct gt_err *err)
{
    static const int needed[] = {BSM, DLBM, ZLDWDM, TBMJ};
    for (int i = 0; i < FIELDS; i++)
        at[i] = gt_features_field(f, field_name[i]);
    for (size_t i = 0; i < GT_LEN(needed); i++)
        if (at[needed[i]] < 0)
            return gt_fail(err, GT_EINPUT, "dataset '%s': expected a field %s, found none",
                           k->survey->id, field_name[needed[i]]);
    return GT_OK;
}

static int64_t cents_at(const struct gt_features *f, size_t i, int field)
{
    double v = number_at(f, i, field);
    return isnan(v) ? -1 : gt_cents(v);
}

static enum gt_status read_tract(const struct convert *k, const struct gt_features *f, size_t i,
                                 const int *at, struct gt_tract *t, struct gt_err *err)
{
    double kcxs = number_at(f, i, at[KCXS]), tbmj = number_at(f, i, at[TBMJ]);
    *t = (struct gt_tract){.bsm = text_at(k->a, f, i, at[BSM]),
                           .dlbm = text_at(k->a, f, i, at[DLBM]),
                           .unit = text_at(k->a, f, i, at[ZLDWDM]),
                           .unit_name = text_at(k->a, f, i, at[ZLDWMC]),
                           .czcsxm = text_at(k->a, f, i, at[CZCSXM]),
                           .kcdlbm = text_at(k->a, f, i, at[KCDLBM]),
                           .slope = text_at(k->a, f, i, at[GDPDJB]),
                           .kcxs = isnan(kcxs) ? 0 : kcxs,
                           .kcmj = cents_at(f, i, at[KCMJ]),
                           .tbdlmj = cents_at(f, i, at[TBDLMJ])};
    if (!(tbmj > 0 && tbmj < 1e12))
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s', parcel %.40s: expected TBMJ above 0, found %g", k->survey->id,
                       t->bsm, tbmj);
    if (!(t->kcxs >= 0 && t->kcxs < 1))
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s', parcel %.40s: expected KCXS from 0 to below 1, found %g",
                       k->survey->id, t->bsm, t->kcxs);
    t->tbmj = gt_cents(tbmj);
    if (t->bsm[0] == '\0' || strlen(t->unit) < 6)
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s', parcel %zu: expected a BSM and a ZLDWDM of 6 digits or more, "
                       "found '%.40s' and '%.40s'",
                       k->survey->id, i + 1, t->bsm, t->unit);
    return GT_OK;
}

/* The shapes of some features, in order. */
static enum gt_status pick_shapes(struct gt_arena *a, const struct gt_shapes *s, const size_t *pick,
                                  size_t n, const struct gt_shapes **out, struct gt_err *err)
{
    size_t parts = 0, points = 0;
    void *part, *point, *xy;
    for (size_t i = 0; i < n; i++) {
        parts += (size_t)(s->part[pick[i] + 1] - s->part[pick[i]]);
        points += (size_t)(s->point[s->part[pick[i] + 1]] - s->point[s->part[pick[i]]]);
    }
    GT_TRY(gt_reserve(a, n + 1, sizeof(int64_t), "parcels", &part, err));
    GT_TRY(gt_reserve(a, parts + 1, sizeof(int64_t), "rings of parcels", &point, err));
    GT_TRY(gt_reserve(a, points + 1, 2 * sizeof(double), "points of parcels", &xy, err));
    struct gt_shapes *r = GT_TAKE(a, struct gt_shapes);
    int64_t *to_part = part, *to_point = point, at = 0, p = 0;
    *r = *s;
    for (size_t i = 0; i < n; i++) {
        to_part[i] = p;
        for (int64_t j = s->part[pick[i]]; j < s->part[pick[i] + 1]; j++) {
            int64_t m = s->point[j + 1] - s->point[j];
            to_point[p++] = at;
            memcpy((double *)xy + 2 * at, s->xy + 2 * s->point[j], 2 * (size_t)m * sizeof(double));
            at += m;
        }
    }
    to_part[n] = p;
    to_point[p] = at;
    r->n = n;
    r->part = part;
    r->point = point;
    r->xy = xy;
    *out = r;
    return GT_OK;
}

static void note_flaws(struct convert *k, const struct gt_tract *t, unsigned flaw)
{
    for (int i = 0; i < GT_TRACT_FLAW_KINDS; i++) {
        if (!(flaw & 1U << i))
            continue;
        if (k->flaw[i]++ == 0)
            k->flaw_bsm[i] = t->bsm;
    }
}

static enum gt_status check_twice(const struct convert *k, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_map *seen = gt_map_new(a);
    for (size_t i = 0; i < k->n_tracts; i++) {
        if (gt_map_get(seen, k->tract[i].bsm))
            return gt_fail(err, GT_EINPUT,
                           "dataset '%s': the BSM %.40s is there twice; decisions and the ledger "
                           "name parcels by it",
                           k->survey->id, k->tract[i].bsm);
        gt_map_put(seen, k->tract[i].bsm, &k->tract[i]);
    }
    return GT_OK;
}

/* The layer with the fields that matter alone: parcels have thirty, and there may be millions. */
static enum gt_status read_layer(struct convert *k, const struct gt_features **out,
                                 struct gt_err *err)
{
    const struct gt_layer_source *source;
    int field[FIELDS];
    struct gt_layer_query q = {.field = field};
    GT_TRY(gt_store_layer(k->store, k->a, k->survey, &source, err));
    for (int i = 0; i < FIELDS; i++) {
        int at = gt_layer_field(source, field_name[i]);
        if (at >= 0)
            field[q.n_fields++] = at;
    }
    q.no_fields = q.n_fields == 0;
    return gt_layer_read(source, k->a, &q, out, err);
}

enum gt_status convert_read_tracts(struct convert *k, struct gt_err *err)
{
    const struct gt_features *f;
    int at[FIELDS];
    void *room, *pick;
    if (k->survey->kind != GT_DATASET_VECTOR || strcmp(k->survey->geometry, "polygon") != 0)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected polygons", k->survey->id);
    GT_TRY(read_layer(k, &f, err));
    GT_TRY(find_fields(k, f, at, err));
    GT_TRY(gt_reserve(k->a, f->shapes->n + 1, sizeof *k->tract, "parcels", &room, err));
    GT_TRY(gt_reserve(k->a, f->shapes->n + 1, sizeof(size_t), "parcels", &pick, err));
    k->tract = room;
    for (size_t i = 0; i < f->shapes->n; i++) {
        struct gt_tract *t = &k->tract[k->n_tracts];
        GT_TRY(read_tract(k, f, i, at, t, err));
        if (gt_starts(t->unit, k->unit))
            ((size_t *)pick)[k->n_tracts++] = i;
    }
    if (k->n_tracts == 0)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected parcels%s%.20s, found none",
                       k->survey->id, k->unit[0] ? " in " : "", k->unit);
    GT_TRY(check_twice(k, err));
    k->parcels = f->shapes;
    if (k->n_tracts < f->shapes->n)
        GT_TRY(pick_shapes(k->a, f->shapes, pick, k->n_tracts, &k->parcels, err));
    return GT_OK;
}

void convert_check_tracts(struct convert *k)
{
    for (size_t i = 0; i < k->n_tracts; i++)
        note_flaws(k, &k->tract[i], gt_tract_check(k->rules, &k->tract[i]));
}

/* ---- Control areas --------------------------------------------------------------------------- */

enum gt_status convert_read_control(struct convert *k, struct gt_err *err)
{
    static const char *const columns[] = {"XZQDM", "KZMJ"};
    struct gt_csv t;
    size_t at[2];
    GT_TRY(gt_csv_load(k->a, k->control_file, &t, err));
    GT_TRY(gt_csv_columns(&t, columns, 2, at, err));
    struct gt_control_area *v = GT_TAKE_N(k->a, struct gt_control_area, t.n + 1);
    for (size_t i = 0; i < t.n; i++) {
        double m2;
        if (!gt_parse_num(gt_csv_cell(&t, i, at[1]), &m2) || !(m2 > 0 && m2 < 1e14))
            return gt_csv_fail(&t, i, err, "KZMJ: expected an area in m2, found '%.40s'",
                               gt_csv_cell(&t, i, at[1]));
        v[i] = (struct gt_control_area){gt_csv_cell(&t, i, at[0]), gt_cents(m2)};
        if (v[i].unit[0] == '\0')
            return gt_csv_fail(&t, i, err, "XZQDM: expected a unit's code, found nothing");
    }
    k->controls = (struct gt_control_areas){.n = t.n, .v = v};
    return gt_control_place(k->a, &k->controls, k->tract, k->n_tracts, err);
}

/* ---- Approvals ------------------------------------------------------------------------------- */

static const char *const status_fields[] = {"ZT", "STATUS", "状态", NULL};
static const char *const class_fields[] = {"YDYHFLDM", NULL};
static const char *const survey_fields[] = {"PZYT", "DLBM", NULL};
static const char *const ref_fields[] = {"PZWH", "XMBH", "XMMC", "BSM", NULL};

struct approval_fields {
    int status, to, survey, ref, settlement;
};

static enum gt_status status_of(const struct convert *k, const char *word, size_t i, int *out,
                                struct gt_err *err)
{
    struct gt_buf known = {.a = k->a};
    *out = gt_convert_status_find(k->rules, word);
    if (*out >= 0)
        return GT_OK;
    for (size_t j = 0; j < k->rules->n_statuses; j++)
        gt_buf_addf(&known, "%s%s", j ? ", " : "", k->rules->status[j].word[0]);
    return gt_fail(err, GT_EINPUT,
                   "dataset '%s', feature %zu: expected a status among %s, found '%.40s'",
                   k->approved->id, i + 1, known.p, word);
}

/* A planning class, or a survey class that one planning class stands for. */
static enum gt_status class_of(const struct convert *k, const struct gt_features *f, size_t i,
                               const struct approval_fields *at, const char **out,
                               struct gt_err *err)
{
    const char *code = text_at(k->a, f, i, at->to >= 0 ? at->to : at->survey);
    if (at->to >= 0) {
        const struct gt_land_class *c = gt_land_class_padded(k->standard, "planning2023", code);
        *out = c ? c->code : NULL;
    } else {
        const struct gt_land_map *m = gt_land_map(k->standard, code);
        *out = m && !m->split ? m->to : NULL;
    }
    if (*out)
        return GT_OK;
    return gt_fail(err, GT_EINPUT,
                   "dataset '%s', feature %zu: expected a %s, found '%.40s'; give planning classes "
                   "in a field YDYHFLDM",
                   k->approved->id, i + 1,
                   at->to >= 0 ? "class of planning2023"
                               : "survey class that one planning class stands for",
                   code);
}

static enum gt_status find_approval_fields(const struct convert *k, const struct gt_features *f,
                                           struct approval_fields *at, struct gt_err *err)
{
    *at = (struct approval_fields){first_field(f, status_fields), first_field(f, class_fields),
                                   first_field(f, survey_fields), first_field(f, ref_fields),
                                   gt_features_field(f, "CZCSXM")};
    if (at->status < 0 && !gt_arg_text(k->c, "status", NULL))
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s': expected a field ZT with the status, found none; where all "
                       "have one, give it as --status",
                       k->approved->id);
    if (at->to < 0 && at->survey < 0)
        return gt_fail(
            err, GT_EINPUT,
            "dataset '%s': expected a field YDYHFLDM, PZYT or DLBM with the class, found "
            "none",
            k->approved->id);
    return GT_OK;
}

enum gt_status convert_read_approvals(struct convert *k, struct gt_err *err)
{
    const struct gt_features *f;
    struct approval_fields at;
    if (k->approved->kind != GT_DATASET_VECTOR || strcmp(k->approved->geometry, "polygon") != 0)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected polygons", k->approved->id);
    GT_TRY(gt_store_features(k->store, k->a, k->approved, &f, err));
    GT_TRY(find_approval_fields(k, f, &at, err));
    k->n_approvals = f->shapes->n;
    k->approval = GT_TAKE_N(k->a, struct gt_approval, k->n_approvals + 1);
    for (size_t i = 0; i < k->n_approvals; i++) {
        struct gt_approval *ap = &k->approval[i];
        const char *word =
            at.status >= 0 ? text_at(k->a, f, i, at.status) : gt_arg_text(k->c, "status", "");
        GT_TRY(status_of(k, word, i, &ap->status, err));
        GT_TRY(class_of(k, f, i, &at, &ap->to, err));
        ap->ref = text_at(k->a, f, i, at.ref);
        ap->settlement = text_at(k->a, f, i, at.settlement);
    }
    return gt_shapes_to_crs(k->a, f->shapes, k->parcels->crs, 1e-3, &k->approved_shapes, err);
}

/* ---- Overlay --------------------------------------------------------------------------------- */

/* Without approvals every parcel is one part. */
static enum gt_status whole_parcels(struct convert *k, struct gt_err *err)
{
    void *part, *of;
    GT_TRY(gt_reserve(k->a, k->n_tracts + 1, sizeof *k->part, "parts of parcels", &part, err));
    GT_TRY(gt_reserve(k->a, k->n_tracts + 1, sizeof *k->shape_of, "parts of parcels", &of, err));
    k->part = part;
    k->shape_of = of;
    k->n_parts = k->n_tracts;
    k->shapes = k->parcels;
    for (size_t i = 0; i < k->n_parts; i++) {
        k->part[i] = (struct gt_part){(int64_t)i, -1, 1};
        k->shape_of[i] = i;
    }
    return GT_OK;
}

/* Approvals that lie on one another would take a parcel's ground twice. */
static enum gt_status check_parts(const struct convert *k, const double *m2, struct gt_err *err)
{
    for (size_t i = 0, end; i < k->n_parts; i = end) {
        int64_t p = k->part[i].parcel;
        double sum = 0;
        for (end = i; end < k->n_parts && k->part[end].parcel == p; end++)
            sum += k->part[end].m2;
        if (sum > m2[p] * (1 + 1e-6) + 0.05)
            return gt_fail(err, GT_EINPUT,
                           "dataset '%s': approvals overlap one another on parcel %.40s by %.2f "
                           "m2; each place may have one status",
                           k->approved->id, k->tract[p].bsm, sum - m2[p]);
    }
    return GT_OK;
}

/* Parts in the order of their parcels, of one parcel in that of the overlay. */
static void order_parts(struct convert *k, const struct gt_overlay_result *r, const double *m2)
{
    size_t *at = GT_TAKE_N(k->a, size_t, k->n_tracts + 2);
    for (size_t i = 0; i < r->shapes->n; i++)
        at[r->a[i] + 1]++;
    for (size_t i = 0; i < k->n_tracts; i++)
        at[i + 1] += at[i];
    for (size_t i = 0; i < r->shapes->n; i++) {
        size_t to = at[r->a[i]]++;
        k->part[to] = (struct gt_part){r->a[i], r->b[i], m2[i]};
        k->shape_of[to] = i;
    }
}

enum gt_status convert_overlay(struct convert *k, struct gt_err *err)
{
    struct gt_overlay_result r;
    void *part, *of, *m2, *whole;
    if (k->n_approvals == 0)
        return whole_parcels(k, err);
    struct gt_overlay_opt opt = {.kind = GT_OVERLAY_IDENTITY, .work = k->c->work};
    GT_TRY(gt_overlay(k->a, k->parcels, k->approved_shapes, &opt, &r, err));
    k->n_parts = r.shapes->n;
    k->shapes = r.shapes;
    GT_TRY(gt_reserve(k->a, k->n_parts + 1, sizeof *k->part, "parts of parcels", &part, err));
    GT_TRY(gt_reserve(k->a, k->n_parts + 1, sizeof *k->shape_of, "parts of parcels", &of, err));
    GT_TRY(gt_reserve(k->a, k->n_parts + 1, sizeof(double), "parts of parcels", &m2, err));
    GT_TRY(gt_reserve(k->a, k->n_tracts + 1, sizeof(double), "parcels", &whole, err));
    k->part = part;
    k->shape_of = of;
    GT_TRY(gt_polygon_areas(r.shapes, GT_AREA_TRAPEZOID, k->c->work, m2, err));
    GT_TRY(gt_polygon_areas(k->parcels, GT_AREA_TRAPEZOID, k->c->work, whole, err));
    order_parts(k, &r, m2);
    return check_parts(k, whole, err);
}
