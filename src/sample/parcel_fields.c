/* parcel_fields.c: parcels as features of DLTB (地类图斑), with the 30 fields of the standard. */
#include "planning_int.h"

#include <string.h>

/* ---- The fields ---- */

#define TEXT(name, length)              \
    {                                   \
        name, GT_COLUMN_TEXT, length, 0 \
    }
#define AREA(name)                  \
    {                               \
        name, GT_COLUMN_REAL, 15, 2 \
    }

enum {
    BSM,
    YSDM,
    TBYBH,
    TBBH,
    DLBM,
    DLMC,
    QSXZ,
    QSDWDM,
    QSDWMC,
    ZLDWDM,
    ZLDWMC,
    TBMJ,
    KCDLBM,
    KCXS,
    KCMJ,
    TBDLMJ,
    GDLX,
    GDPDJB,
    XZDWKD,
    TBXHDM,
    TBXHMC,
    ZZSXDM,
    ZZSXMC,
    GDDB,
    FRDBS,
    CZCSXM,
    SJNF,
    MSSM,
    HDMC,
    BZ,
    FIELDS
};
static const struct gt_field fields[FIELDS] = {TEXT("BSM", 18),
                                               TEXT("YSDM", 10),
                                               TEXT("TBYBH", 18),
                                               TEXT("TBBH", 8),
                                               TEXT("DLBM", 5),
                                               TEXT("DLMC", 60),
                                               TEXT("QSXZ", 2),
                                               TEXT("QSDWDM", 19),
                                               TEXT("QSDWMC", 255),
                                               TEXT("ZLDWDM", 19),
                                               TEXT("ZLDWMC", 255),
                                               AREA("TBMJ"),
                                               TEXT("KCDLBM", 5),
                                               {"KCXS", GT_COLUMN_REAL, 6, 4},
                                               AREA("KCMJ"),
                                               AREA("TBDLMJ"),
                                               TEXT("GDLX", 2),
                                               TEXT("GDPDJB", 2),
                                               {"XZDWKD", GT_COLUMN_REAL, 5, 1},
                                               TEXT("TBXHDM", 6),
                                               TEXT("TBXHMC", 20),
                                               TEXT("ZZSXDM", 6),
                                               TEXT("ZZSXMC", 20),
                                               {"GDDB", GT_COLUMN_INT, 2, 0},
                                               TEXT("FRDBS", 1),
                                               TEXT("CZCSXM", 4),
                                               {"SJNF", GT_COLUMN_INT, 4, 0},
                                               TEXT("MSSM", 2),
                                               TEXT("HDMC", 100),
                                               TEXT("BZ", 0)};

static const char *const *field_names(struct gt_arena *a)
{
    const char **name = GT_TAKE_N(a, const char *, FIELDS);
    for (int i = 0; i < FIELDS; i++)
        name[i] = fields[i].name;
    return name;
}

/* ---- What a parcel carries ---- */

static struct gt_value text(const char *t)
{
    return (struct gt_value){.kind = t ? GT_V_TEXT : GT_V_NODATA, .text = t};
}

static struct gt_value num(double v)
{
    return (struct gt_value){.kind = GT_V_NUM, .num = v};
}

/* Shares of field ridges by grade of the slope: of sloping land, and of terraces. */
static double ridges(int grade, bool terrace)
{
    static const double share[2][6] = {{0, 0, 0.0325, 0.0610, 0.0895, 0.1180},
                                       {0, 0, 0.0480, 0.0875, 0.1260, 0.1655}};
    return share[terrace][grade];
}

static bool is_terrace(const struct gt_parcel *p)
{
    return p->is.grade > 2 && p->is.luck < 0.7;
}

static double factor(const struct gt_parcel *p)
{
    return p->is.crop ? ridges(p->is.grade, is_terrace(p)) : 0;
}

/* Code and name of what grows. */
static const char *const *grown(const struct gt_parcel *p)
{
    static const char *const grow[][2] = {
        {"LS", "种植粮食作物"}, {"FLS", "种植非粮食作物"}, {"XG", "休耕"}, {"WG", "未耕种"}};
    double luck = p->is.luck;
    return grow[luck < 0.72 ? 0 : luck < 0.88 ? 1 : luck < 0.95 ? 2 : 3];
}

static const char *grade_text(const struct gt_parcel *p)
{
    static const char *const grade[] = {"1", "2", "3", "4", "5"};
    return grade[p->is.grade - 1];
}

static void crop_fields(struct gt_value *v, const struct gt_parcel *p)
{
    v[GDPDJB] = text(grade_text(p));
    v[ZZSXDM] = text(grown(p)[0]);
    v[ZZSXMC] = text(grown(p)[1]);
    v[GDDB] = num(9 + p->is.grade);
    if (p->is.grade == 1)
        return;
    v[GDLX] = text(is_terrace(p) ? "TT" : "PD");
    v[KCDLBM] = text("1203");
}

const char *gt_parcel_settlement(const struct gt_parcel_facts *f)
{
    static const char *const built[] = {"05", "06", "07", "08", "09", "1004", "1005", "1201"};
    if (strcmp(f->code, "0602") == 0)
        return "204";
    for (size_t i = 0; i < GT_LEN(built); i++)
        if (gt_starts(f->code, built[i]))
            return f->town ? "202" : "203";
    return NULL;
}

static double cents_of(double v)
{
    return floor(v * 100 + 0.5) / 100;
}

static double deducted(const struct gt_parcel *p)
{
    return cents_of((double)p->cents / 100 * factor(p));
}

double gt_parcel_net(const struct gt_parcel *p)
{
    return cents_of((double)p->cents / 100 - deducted(p));
}

void gt_parcel_deduction(struct gt_plan_draft *d, const struct gt_parcel *p)
{
    gt_plan_num(d, "KCXS", factor(p));
    gt_plan_num(d, "KCMJ", deducted(p));
    gt_plan_text(d, "GDPDJB", grade_text(p));
    gt_plan_text(d, "GDZZSXDM", grown(p)[0]);
    gt_plan_text(d, "GDZZSXMC", grown(p)[1]);
    gt_plan_num(d, "GDDB", 9 + p->is.grade);
    if (p->is.grade == 1)
        return;
    gt_plan_text(d, "KCDLBM", "1203");
    gt_plan_text(d, "GDLX", is_terrace(p) ? "TT" : "PD");
}

struct filling {
    struct gt_arena *a;
    const struct gt_survey *v;
    const struct gt_village *l;
    const char *unit_code;
    int year;
    int64_t nth; /* in the village */
};

static void fill(struct filling *f, const struct gt_parcel *p, struct gt_value *v)
{
    const char *code = p->is.code;
    bool state = gt_starts(code, "11") || gt_starts(code, "12") || strcmp(code, "1003") == 0;
    v[BSM] = text(gt_printf(f->a, GT_SAMPLE_REGION "2001%08lld", (long long)p->serial));
    v[YSDM] = text("2001010100");
    v[TBBH] = text(gt_printf(f->a, "%lld", (long long)p->serial - (long long)f->nth));
    v[DLBM] = text(code);
    v[DLMC] = text(p->is.name);
    v[QSXZ] = text(state || p->is.town ? "10" : "30");
    v[QSDWDM] = v[ZLDWDM] = text(f->unit_code);
    v[QSDWMC] = v[ZLDWMC] = text(f->l->unit->name);
    v[TBMJ] = num((double)p->cents / 100);
    if (p->is.crop)
        crop_fields(v, p);
    v[KCXS] = num(factor(p));
    v[KCMJ] = num(deducted(p));
    v[TBDLMJ] = num(gt_parcel_net(p));
    if (p->strip)
        v[XZDWKD] = num(4 + floor(p->is.luck * 40) / 10);
    v[FRDBS] = text("0");
    v[CZCSXM] = text(gt_parcel_settlement(&p->is));
    v[SJNF] = num(f->year);
    v[MSSM] = text("00");
    v[BZ] = text("合成数据");
}

/* ---- Features ---- */

/* Those of one year, in the order of the village. */
static enum gt_status gather(struct filling *f, struct gt_features *out, struct gt_err *err)
{
    const struct gt_village *l = f->l;
    bool now = f->year > GT_SURVEY_YEAR;
    size_t n = 0, points = 0, at = 0;
    void *value, *xy, *part;
    for (size_t i = 0; i < l->n; i++) {
        bool in = now ? l->parcel[i].now : l->parcel[i].old;
        n += in;
        points += in ? l->parcel[i].n : 0;
    }
    GT_TRY(gt_reserve(f->a, n + 1, FIELDS * sizeof(struct gt_value), "parcels", &value, err));
    GT_TRY(gt_reserve(f->a, points + 1, 2 * sizeof(double), "points of parcels", &xy, err));
    GT_TRY(gt_reserve(f->a, n + 1, 2 * sizeof(int64_t), "parcels", &part, err));
    struct gt_shapes *s = GT_TAKE(f->a, struct gt_shapes);
    int64_t *parts = part, *point = parts + n + 1;
    *s = (struct gt_shapes){GT_SHAPE_POLYGON,      f->v->s->crs, n, parts, point, xy,
                            gt_survey_box(NULL, 0)};
    n = 0;
    for (size_t i = 0; i < l->n; i++) {
        const struct gt_parcel *p = &l->parcel[i];
        if (now ? !p->now : !p->old)
            continue;
        parts[n] = (int64_t)n;
        point[n] = (int64_t)at;
        memcpy((double *)xy + 2 * at, l->xy + 2 * p->point, 2 * p->n * sizeof(double));
        at += p->n;
        fill(f, p, (struct gt_value *)value + FIELDS * n++);
    }
    parts[n] = (int64_t)n;
    point[n] = (int64_t)at;
    s->box = gt_survey_box(xy, points);
    out->shapes = s;
    out->value = value;
    return GT_OK;
}

int gt_survey_villages(const struct gt_survey *v)
{
    (void)v;
    return COUNTY_PARTS * TOWN_VILLAGES;
}

enum gt_status gt_parcel_features(const struct gt_survey *v, struct gt_arena *a,
                                  const struct gt_village *l, int year,
                                  const struct gt_features **out, struct gt_err *err)
{
    struct gt_features *f = GT_TAKE(a, struct gt_features);
    *f = (struct gt_features){.n_fields = FIELDS, .field = field_names(a), .type = fields};
    struct filling fill = {.a = a, .v = v, .l = l, .year = year};
    if (l->unit) {
        fill.unit_code = gt_printf(a, "%s0000000", l->unit->code);
        fill.nth = l->unit->first;
    }
    GT_TRY(gather(&fill, f, err));
    *out = f;
    return GT_OK;
}

enum gt_status gt_survey_parcels(const struct gt_survey *v, struct gt_arena *a,
                                 struct gt_survey_part part, struct gt_work *w,
                                 const struct gt_features **out, struct gt_err *err)
{
    struct gt_village l = {0};
    if (part.village >= 0)
        GT_TRY(gt_survey_village(v, a, part.village, w, &l, err));
    return gt_parcel_features(v, a, &l, part.year, out, err);
}
