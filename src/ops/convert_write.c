/* convert_write.c: the present base layer, the ledger, the transfer matrix and the slope grades as
 * datasets, and the lists of what is to be decided. */
#include "convert.h"

#include <math.h>
#include <string.h>

const char *convert_dataset_id(const struct convert *k, const char *what)
{
    return gt_printf(k->a, "%s_%s", k->name, what);
}

const char *convert_county(struct gt_arena *a, const char *unit)
{
    return gt_strndup(a, unit, strlen(unit) < 6 ? strlen(unit) : 6);
}

const char *convert_serial(const struct convert *k, size_t part)
{
    const struct gt_tract *t = &k->tract[k->part[part].parcel];
    return gt_printf(k->a, "%s%s%08zu", convert_county(k->a, t->unit), k->rules->bsm_layer,
                     k->shape_of[part] + 1);
}

static struct gt_value text(const char *t)
{
    return (struct gt_value){.kind = t && t[0] ? GT_V_TEXT : GT_V_NODATA, .text = t};
}

static struct gt_value area(int64_t cents)
{
    return (struct gt_value){.kind = GT_V_NUM, .num = gt_cents_m2(cents)};
}

static struct gt_value number(double v)
{
    return (struct gt_value){.kind = isnan(v) ? GT_V_NODATA : GT_V_NUM, .num = v};
}

static bool is_synthetic(const struct convert *k)
{
    return k->survey->synthetic || (k->approved && k->approved->synthetic);
}

/* ---- Datasets -------------------------------------------------------------------------------- */

static const char *lineage_of(struct convert *k)
{
    struct gt_json *lineage = ops_lineage_begin(k->c);
    struct gt_json *arr;
    const struct gt_dataset *in[] = {k->survey, k->approved, k->terrain, k->settled};
    static const char *const step[] = {"survey", "approvals", "terrain", "settlements"};
    ops_args_json(k->c, gt_json_add_obj(lineage, "parameters"));
    arr = gt_json_add_arr(lineage, "inputs");
    for (size_t i = 0; i < GT_LEN(in); i++)
        if (in[i])
            ops_input_json(arr, step[i], in[i]);
    gt_json_add_str(lineage, "rules", "standard");
    gt_json_add_str(lineage, "rules_hash", k->standard->hash);
    gt_json_add_str(lineage, "conversion_rules_hash", k->rules->hash);
    gt_json_add_str(lineage, "decisions_hash", k->decisions_hash);
    gt_json_add_str(lineage, "control_hash", k->control_hash);
    if (k->decisions_file)
        gt_json_add_str(lineage, "decisions_file", ops_full_path(k->a, k->decisions_file));
    if (k->control_file)
        gt_json_add_str(lineage, "control_file", ops_full_path(k->a, k->control_file));
    return gt_json_text(k->a, lineage, 0);
}

struct dataset {
    const char *id, *role;
    struct gt_text2 title;
    const char *unit;
};

static enum gt_status add_dataset(struct convert *k, struct gt_txn *t, const struct dataset *in,
                                  const struct gt_features *f, struct gt_err *err)
{
    struct gt_dataset d = {
        .id = in->id,
        .kind = f->shapes ? GT_DATASET_VECTOR : GT_DATASET_TABLE,
        .role = in->role,
        .title = in->title,
        .vintage = k->survey->vintage,
        .grade = ops_grade_max(k->survey->grade, k->approved ? k->approved->grade : ""),
        .licence = "",
        .source = gt_printf(k->a, "convert %s", k->survey->id),
        .synthetic = is_synthetic(k),
        .unit = in->unit,
        .lineage = lineage_of(k)};
    GT_TRY(f->shapes ? gt_txn_vector(t, in->id, f, err) : gt_txn_table(t, in->id, f, err));
    return gt_txn_describe(t, &d, err);
}

/* ---- The base layer -------------------------------------------------------------------------- */

enum {
    B_BSM,
    B_YSDM,
    B_XZQDM,
    B_XZQMC,
    B_CODE,
    B_NAME,
    B_CZCSXM,
    B_TBMJ,
    B_TBDLMJ,
    B_BZ,
    B_FIELDS
};
static const struct gt_field base_fields[B_FIELDS] = {
    {"BSM", GT_COLUMN_TEXT, 18, 0},     {"YSDM", GT_COLUMN_TEXT, 10, 0},
    {"XZQDM", GT_COLUMN_TEXT, 12, 0},   {"XZQMC", GT_COLUMN_TEXT, 100, 0},
    {"YDYHFLDM", GT_COLUMN_TEXT, 6, 0}, {"YDYHFLMC", GT_COLUMN_TEXT, 100, 0},
    {"CZCSXM", GT_COLUMN_TEXT, 4, 0},   {"TBMJ", GT_COLUMN_REAL, 15, 2},
    {"TBDLMJ", GT_COLUMN_REAL, 15, 2},  {"BZ", GT_COLUMN_TEXT, 255, 0}};

static const char *remark(const struct convert *k, const struct gt_present *p)
{
    if (p->why == GT_WHY_UNDECIDED)
        return "待定";
    if (p->why != GT_WHY_APPROVAL)
        return "";
    const struct gt_approval *ap = &k->approval[p->approval];
    return gt_printf(k->a, "%s %s", k->rules->status[ap->status].title.zh, ap->ref);
}

/* Of a part: where it is built on, the approval's attribute, else the parcel's. */
static const char *settlement(const struct convert *k, const struct gt_tract *t,
                              const struct gt_present *p)
{
    if (p->approval < 0)
        return t->czcsxm;
    const struct gt_approval *ap = &k->approval[p->approval];
    const struct gt_land_class *c = gt_land_class(k->standard, "planning2023", ap->to);
    if (ap->settlement[0])
        return ap->settlement;
    return c && c->big == GT_BIG_BUILT ? t->czcsxm : "";
}

static void fill_base(const struct convert *k, size_t i, struct gt_value *v)
{
    const struct gt_present *p = &k->done.v[i];
    const struct gt_tract *t = &k->tract[p->parcel];
    char code[8];
    v[B_BSM] = text(convert_serial(k, i));
    v[B_YSDM] = text(k->rules->feature_code);
    v[B_XZQDM] = text(strlen(t->unit) > 12 ? gt_strndup(k->a, t->unit, 12) : t->unit);
    v[B_XZQMC] = text(t->unit_name);
    v[B_CODE] = text(gt_strdup(k->a, gt_planning_padded(p->to, code)));
    v[B_NAME] = text(gt_land_class(k->standard, "planning2023", p->to)->name);
    v[B_CZCSXM] = text(settlement(k, t, p));
    v[B_TBMJ] = area(p->tbmj);
    v[B_TBDLMJ] = area(p->tbdlmj);
    v[B_BZ] = text(remark(k, p));
}

static enum gt_status add_base(struct convert *k, struct gt_txn *t, struct gt_err *err)
{
    static const char *name[B_FIELDS];
    void *room;
    for (int i = 0; i < B_FIELDS; i++)
        name[i] = base_fields[i].name;
    GT_TRY(gt_reserve(k->a, k->n_parts + 1, B_FIELDS * sizeof(struct gt_value), "attributes", &room,
                      err));
    struct gt_value *v = room;
    for (size_t i = 0; i < k->n_parts; i++)
        fill_base(k, i, v + k->shape_of[i] * B_FIELDS);
    const struct gt_features f = {
        .shapes = k->shapes, .n_fields = B_FIELDS, .field = name, .type = base_fields, .value = v};
    const struct dataset d = {k->name, "xzydyh", {"present land and sea use", "现状用地用海"}, ""};
    return add_dataset(k, t, &d, &f, err);
}

/* ---- Ledger and matrix ----------------------------------------------------------------------- */

static const struct gt_field ledger_fields[] = {
    {"bsm", GT_COLUMN_TEXT, 18, 0},        {"parcel", GT_COLUMN_TEXT, 18, 0},
    {"from_class", GT_COLUMN_TEXT, 5, 0},  {"to_class", GT_COLUMN_TEXT, 6, 0},
    {"why", GT_COLUMN_TEXT, 16, 0},        {"status", GT_COLUMN_TEXT, 40, 0},
    {"reference", GT_COLUMN_TEXT, 255, 0}, {"line", GT_COLUMN_INT, 9, 0},
    {"fits", GT_COLUMN_TEXT, 3, 0},        {"area_m2", GT_COLUMN_REAL, 15, 2}};
#define L_FIELDS GT_LEN(ledger_fields)

static void fill_ledger(const struct convert *k, size_t i, struct gt_value *v)
{
    const struct gt_present *p = &k->done.v[i];
    const struct gt_tract *t = &k->tract[p->parcel];
    const struct gt_approval *ap = p->approval < 0 ? NULL : &k->approval[p->approval];
    v[0] = text(convert_serial(k, i));
    v[1] = text(t->bsm);
    v[2] = text(t->dlbm);
    v[3] = text(p->to);
    v[4] = text(gt_convert_why_name(p->why));
    v[5] = text(ap ? k->rules->status[ap->status].title.zh : "");
    v[6] = text(ap ? ap->ref : "");
    v[7] = number(p->line ? (double)p->line : (double)NAN);
    v[8] = text(p->odd ? "no" : "yes");
    v[9] = area(p->tbmj);
}

static enum gt_status add_table(struct convert *k, struct gt_txn *t, const struct dataset *d,
                                const struct gt_features *like, struct gt_err *err)
{
    const char **name = GT_TAKE_N(k->a, const char *, like->n_fields);
    struct gt_features f = *like;
    for (size_t i = 0; i < f.n_fields; i++)
        name[i] = f.type[i].name;
    f.field = name;
    return add_dataset(k, t, d, &f, err);
}

static enum gt_status add_ledger(struct convert *k, struct gt_txn *t, struct gt_err *err)
{
    void *room;
    size_t n = 0;
    for (size_t i = 0; i < k->n_parts; i++)
        n += k->done.v[i].why != GT_WHY_MAP;
    GT_TRY(gt_reserve(k->a, n + 1, L_FIELDS * sizeof(struct gt_value), "ledger", &room, err));
    struct gt_value *v = room;
    n = 0;
    for (size_t i = 0; i < k->n_parts; i++)
        if (k->done.v[i].why != GT_WHY_MAP)
            fill_ledger(k, i, v + L_FIELDS * n++);
    const struct gt_features f = {
        .n_rows = n, .n_fields = L_FIELDS, .type = ledger_fields, .value = v};
    const struct dataset d = {
        convert_dataset_id(k, "ledger"), "", {"conversion ledger", "基数转换台账"}, ""};
    return add_table(k, t, &d, &f, err);
}

static enum gt_status add_matrix(struct convert *k, struct gt_txn *t, struct gt_err *err)
{
    static const struct gt_field fields[] = {
        {"from_class", GT_COLUMN_TEXT, 5, 0}, {"from_name", GT_COLUMN_TEXT, 60, 0},
        {"to_class", GT_COLUMN_TEXT, 6, 0},   {"to_name", GT_COLUMN_TEXT, 60, 0},
        {"parts", GT_COLUMN_INT, 12, 0},      {"area_m2", GT_COLUMN_REAL, 18, 2}};
    size_t n = k->done.n_transfers;
    struct gt_value *v = GT_TAKE_N(k->a, struct gt_value, (n + 1) * GT_LEN(fields));
    for (size_t i = 0; i < n; i++) {
        const struct gt_transfer *x = &k->done.transfer[i];
        struct gt_value *r = v + i * GT_LEN(fields);
        const struct gt_land_class *from = gt_land_class(k->standard, "sandiao", x->from);
        r[0] = text(x->from);
        r[1] = text(from ? from->name : "");
        r[2] = text(x->to);
        r[3] = text(gt_land_class(k->standard, "planning2023", x->to)->name);
        r[4] = number((double)x->parts);
        r[5] = area(x->cents);
    }
    const struct gt_features f = {
        .n_rows = n, .n_fields = GT_LEN(fields), .type = fields, .value = v};
    const struct dataset d = {
        convert_dataset_id(k, "matrix"), "", {"transfer matrix of areas", "面积转换矩阵"}, ""};
    return add_table(k, t, &d, &f, err);
}

static enum gt_status add_slope(struct convert *k, struct gt_txn *t, struct gt_err *err)
{
    static const struct gt_field fields[] = {
        {"parcel", GT_COLUMN_TEXT, 18, 0},  {"surveyed", GT_COLUMN_TEXT, 2, 0},
        {"computed", GT_COLUMN_TEXT, 2, 0}, {"share", GT_COLUMN_REAL, 6, 4},
        {"mean_deg", GT_COLUMN_REAL, 8, 3}, {"agrees", GT_COLUMN_TEXT, 3, 0}};
    size_t n = 0;
    if (!k->slope)
        return GT_OK;
    struct gt_value *v =
        GT_TAKE_N(k->a, struct gt_value, (size_t)(k->graded + k->ungraded + 1) * GT_LEN(fields));
    for (size_t i = 0; i < k->n_tracts; i++) {
        const struct gt_tract *x = &k->tract[i];
        if (!gt_starts(x->dlbm, "01"))
            continue;
        struct gt_value *r = v + n++ * GT_LEN(fields);
        bool known = k->slope[i].grade > 0;
        const char *grade = known ? gt_printf(k->a, "%d", k->slope[i].grade) : "";
        r[0] = text(x->bsm);
        r[1] = text(x->slope);
        r[2] = text(grade);
        r[3] = number(known ? k->slope[i].share : (double)NAN);
        r[4] = number(k->slope[i].mean_deg);
        r[5] = text(!known ? "" : strcmp(grade, x->slope) == 0 ? "yes" : "no");
    }
    const struct gt_features f = {
        .n_rows = n, .n_fields = GT_LEN(fields), .type = fields, .value = v};
    const struct dataset d = {
        convert_dataset_id(k, "slope"), "", {"slope grades of farmland", "耕地坡度级别"}, ""};
    return add_table(k, t, &d, &f, err);
}

enum gt_status convert_add_datasets(struct convert *k, struct gt_txn *t, struct gt_err *err)
{
    GT_TRY(add_base(k, t, err));
    GT_TRY(add_ledger(k, t, err));
    GT_TRY(add_matrix(k, t, err));
    return add_slope(k, t, err);
}

/* ---- What is to be decided ------------------------------------------------------------------- */

static const char *candidates(const struct convert *k, const struct gt_land_map *m)
{
    struct gt_buf b = {.a = k->a};
    for (size_t i = 0; i < m->n_candidates; i++)
        gt_buf_addf(&b, "%s%s", i ? ";" : "", m->candidate[i]);
    return b.p ? b.p : "";
}

struct list_row {
    const char *bsm, *dlbm, *unit;
    int64_t cents, parcels;
};

/* BSM,DLBM,DLMC,XZQDM,TBMJ,PARCELS,PROPOSED,CANDIDATES,YDYHFLDM; the last is left to be filled.
 * Rows that are copied out still say what they are made from. */
static void list_line(const struct convert *k, struct gt_buf *b, const struct list_row *r)
{
    const struct gt_land_map *m = gt_land_map(k->standard, r->dlbm);
    char cents[32];
    const char *const cell[] = {r->bsm,
                                r->dlbm,
                                gt_land_class(k->standard, "sandiao", r->dlbm)->name,
                                r->unit,
                                gt_cents_text(r->cents, cents),
                                gt_printf(k->a, "%lld", (long long)r->parcels),
                                m->to,
                                candidates(k, m),
                                ""};
    for (size_t i = 0; i < GT_LEN(cell); i++)
        gt_csv_put(b, i == 0, cell[i]);
    if (is_synthetic(k))
        gt_csv_put(b, false,
                   OPS_SAY(k->c, "synthetic data: not a real place", "合成数据，不对应真实地区"));
    gt_buf_add(b, "\r\n");
}

static void list_head(const struct convert *k, struct gt_buf *b)
{
    gt_buf_add(b, "\xEF\xBB\xBF"
                  "BSM,DLBM,DLMC,XZQDM,TBMJ,PARCELS,PROPOSED,CANDIDATES,YDYHFLDM");
    gt_buf_addf(b, "%s\r\n", is_synthetic(k) ? OPS_SAY(k->c, ",note", ",备注") : "");
}

static enum gt_status put_list(struct convert *k, struct gt_txn *t, const char *what,
                               const struct gt_buf *b, struct gt_err *err)
{
    return gt_txn_document(t, gt_printf(k->a, "%s_%s.csv", k->name, what), b->p, b->n, err);
}

/* By parcel, and by class and town: either can be filled in and given back. */
enum gt_status convert_add_lists(struct convert *k, struct gt_txn *t, struct gt_err *err)
{
    struct gt_buf one = {.a = k->a}, all = {.a = k->a};
    struct gt_map *groups = gt_map_new(k->a);
    int64_t last = -1;
    if (k->done.undecided == 0)
        return GT_OK;
    list_head(k, &one);
    list_head(k, &all);
    for (size_t i = 0; i < k->n_parts; i++) {
        const struct gt_present *p = &k->done.v[i];
        const struct gt_tract *x = &k->tract[p->parcel];
        if (p->why != GT_WHY_UNDECIDED || p->parcel == last)
            continue;
        last = p->parcel;
        const char *town = gt_strndup(k->a, x->unit, strlen(x->unit) < 9 ? strlen(x->unit) : 9);
        const char *key = gt_printf(k->a, "%s %s", town, x->dlbm);
        struct list_row *g = gt_map_get(groups, key);
        if (!g) {
            g = GT_TAKE(k->a, struct list_row);
            *g = (struct list_row){.bsm = "", .dlbm = x->dlbm, .unit = town};
            gt_map_put(groups, key, g);
        }
        g->cents += x->tbmj;
        g->parcels++;
        list_line(k, &one, &(struct list_row){x->bsm, x->dlbm, x->unit, x->tbmj, 1});
    }
    for (size_t i = 0; i < gt_map_len(groups); i++)
        list_line(k, &all, gt_map_value(groups, i));
    GT_TRY(put_list(k, t, "undecided", &one, err));
    return put_list(k, t, "undecided_classes", &all, err);
}
