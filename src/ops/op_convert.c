/* op_convert.c: the land survey becomes the present base of a plan (基数转换). */
#include "convert.h"

#include "guotu/hash.h"
#include "guotu/io.h"
#include "guotu/sign.h"

#include <math.h>
#include <string.h>

/* ---- Reading --------------------------------------------------------------------------------- */

static enum gt_status hash_file(struct convert *k, const char *path, const char **out,
                                struct gt_err *err)
{
    char hash[GT_HASH_TEXT];
    GT_TRY(gt_hash_file(path, k->c->work, hash, err));
    *out = gt_strdup(k->a, hash);
    return GT_OK;
}

static enum gt_status find_inputs(struct convert *k, struct gt_err *err)
{
    const char *approved = gt_arg_text(k->c, "approvals", NULL);
    const char *dem = gt_arg_text(k->c, "dem", NULL), *slope = gt_arg_text(k->c, "slope", NULL);
    const char *layer = gt_arg_text(k->c, "layer", NULL);
    if (!layer)
        return gt_fail(err, GT_EUSE, "convert: expected the survey's layer, such as dltb");
    if (dem && slope)
        return gt_fail(err, GT_EUSE, "--dem and --slope: expected one of them, found both");
    GT_TRY(gt_store_find(k->store, k->a, layer, 0, &k->survey, err));
    if (approved)
        GT_TRY(gt_store_find(k->store, k->a, approved, 0, &k->approved, err));
    if (dem || slope)
        GT_TRY(gt_store_find(k->store, k->a, dem ? dem : slope, 0, &k->terrain, err));
    const char *settled = gt_arg_text(k->c, "settlements", NULL);
    if (settled)
        GT_TRY(gt_store_find(k->store, k->a, settled, 0, &k->settled, err));
    k->decisions_file = gt_arg_text(k->c, "decisions", NULL);
    k->control_file = gt_arg_text(k->c, "control", NULL);
    if (k->decisions_file)
        GT_TRY(hash_file(k, k->decisions_file, &k->decisions_hash, err));
    if (k->control_file)
        GT_TRY(hash_file(k, k->control_file, &k->control_hash, err));
    return GT_OK;
}

static enum gt_status load_rules(struct convert *k, struct gt_err *err)
{
    const char *dir = gt_rules_dir(k->a, err);
    if (!dir)
        return err ? err->status : GT_ENOTFOUND;
    GT_TRY(gt_standard_load(k->a, dir, &k->standard, err));
    return gt_convert_rules_load(k->a, dir, &k->rules, err);
}

enum gt_status convert_ready(struct convert *k, struct gt_err *err)
{
    k->name = gt_arg_text(k->c, "name", "xzydyh");
    k->unit = gt_arg_text(k->c, "unit", "");
    GT_TRY(ops_check_id("--name", k->name, err));
    GT_TRY(load_rules(k, err));
    return find_inputs(k, err);
}

static enum gt_status read_decisions(struct convert *k, struct gt_err *err)
{
    struct gt_csv t;
    if (!k->decisions_file)
        return GT_OK;
    GT_TRY(gt_csv_load(k->a, k->decisions_file, &t, err));
    GT_TRY(gt_decisions_read(k->a, k->standard, &t, &k->decisions, err));
    return gt_decisions_check(&k->decisions, k->tract, k->n_tracts, err);
}

enum gt_status convert_compute(struct convert *k, struct gt_err *err)
{
    GT_TRY(convert_read_tracts(k, err));
    if (k->settled)
        GT_TRY(convert_settle(k, err));
    convert_check_tracts(k);
    GT_TRY(read_decisions(k, err));
    if (k->control_file)
        GT_TRY(convert_read_control(k, err));
    if (k->approved)
        GT_TRY(convert_read_approvals(k, err));
    if (k->terrain)
        GT_TRY(convert_grade(k, err));
    GT_TRY(convert_overlay(k, err));
    struct gt_convert_in in = {.standard = k->standard,
                               .rules = k->rules,
                               .decisions = k->decisions_file ? &k->decisions : NULL,
                               .n_tracts = k->n_tracts,
                               .n_parts = k->n_parts,
                               .n_approvals = k->n_approvals,
                               .tract = k->tract,
                               .part = k->part,
                               .approval = k->approval};
    return gt_convert(k->a, &in, &k->done, err);
}

/* ---- The answer ------------------------------------------------------------------------------ */

static void say_flaws(struct convert *k)
{
    struct gt_call *c = k->c;
    struct gt_json *arr = gt_json_add_arr(c->result, "flaws");
    for (int i = 0; i < GT_TRACT_FLAW_KINDS; i++) {
        const char *title = gt_tract_flaw_title((enum gt_tract_flaw)i, c->lang);
        if (k->flaw[i] == 0)
            continue;
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "flaw", gt_tract_flaw_name((enum gt_tract_flaw)i));
        gt_json_add_int(obj, "parcels", k->flaw[i]);
        gt_json_add_str(obj, "first", k->flaw_bsm[i]);
        gt_warn(c->work,
                OPS_SAY(c, "%s: %lld parcels, the first is %s", "%s：%lld 个图斑，首个为 %s"),
                title, (long long)k->flaw[i], k->flaw_bsm[i]);
    }
}

static void say_control(struct convert *k)
{
    struct gt_call *c = k->c;
    struct gt_json *arr = gt_json_add_arr(c->result, "control");
    char sum[32], rest[32], control[32];
    for (size_t i = 0; i < k->controls.n; i++) {
        const struct gt_control_rest *r = &k->controls.result[i];
        const char *bsm = r->parcel >= 0 ? k->tract[r->parcel].bsm : NULL;
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "unit", r->unit);
        gt_json_add_str(obj, "control_m2", gt_cents_text(r->control, control));
        gt_json_add_str(obj, "sum_m2", gt_cents_text(r->sum, sum));
        gt_json_add_str(obj, "rest_m2", gt_cents_text(r->rest, rest));
        gt_json_add_bool(obj, "placed", r->placed);
        gt_json_add_str(obj, "parcel", bsm);
        gt_buf_addf(&c->text,
                    OPS_SAY(c, "%s: control area %s m2, parcels %s m2, rest %s m2%s%s\n",
                            "%s：控制面积 %s m²，图斑合计 %s m²，余数 %s m²%s%s\n"),
                    r->unit, control, sum, rest,
                    bsm ? OPS_SAY(c, ", placed on parcel ", "，调整到图斑 ") : "", bsm ? bsm : "");
        if (!r->placed)
            gt_warn(c->work,
                    OPS_SAY(c,
                            "the parcels of %s are %s m2 off the control area, more than rounding "
                            "can cause: nothing was adjusted",
                            "%s 的图斑合计与控制面积相差 %s m²，超出舍入误差，未作调整"),
                    r->unit, rest);
    }
}

/* Big classes and, below them, from what to what. */
static void say_matrix(struct convert *k)
{
    struct gt_call *c = k->c;
    struct gt_json *arr = gt_json_add_arr(c->result, "matrix");
    const struct gt_col cols[] = {{"from_class", {"survey", "三调地类"}, "", GT_COL_TEXT, 0},
                                  {"from_name", {"name", "名称"}, "", GT_COL_TEXT, 0},
                                  {"to_class", {"present base", "用地用海"}, "", GT_COL_TEXT, 0},
                                  {"to_name", {"name", "名称"}, "", GT_COL_TEXT, 0},
                                  {"parts", {"parts", "图斑数"}, "", GT_COL_INT, 0},
                                  {"area_m2", {"area", "面积"}, "m2", GT_COL_NUM, 2}};
    struct gt_table *t = gt_table_new(c->a, cols, GT_LEN(cols));
    for (size_t i = 0; i < k->done.n_transfers; i++) {
        const struct gt_transfer *x = &k->done.transfer[i];
        const struct gt_land_class *from = gt_land_class(k->standard, "sandiao", x->from);
        size_t r = gt_table_add_row(t);
        gt_table_set_text(t, r, 0, x->from);
        gt_table_set_text(t, r, 1, from ? from->name : "");
        gt_table_set_text(t, r, 2, x->to);
        gt_table_set_text(t, r, 3, gt_land_class(k->standard, "planning2023", x->to)->name);
        gt_table_set_int(t, r, 4, x->parts);
        gt_table_set_num(t, r, 5, gt_cents_m2(x->cents));
    }
    gt_table_to_json(t, arr);
    gt_buf_add(&c->text, gt_table_to_text(c->a, t, c->lang));
}

static void say_counts(struct convert *k)
{
    struct gt_call *c = k->c;
    char total[32];
    gt_cents_text(k->done.total, total);
    gt_json_add_int(c->result, "parcels", (int64_t)k->n_tracts);
    gt_json_add_int(c->result, "parts", (int64_t)k->n_parts);
    gt_json_add_int(c->result, "changed", k->done.changed);
    gt_json_add_int(c->result, "undecided", k->done.undecided);
    gt_json_add_str(c->result, "area_m2", total);
    gt_buf_addf(&c->text,
                OPS_SAY(c,
                        "%zu parcels, %zu parts, %lld changed by approvals, %lld to be decided; %s "
                        "m2 in survey, base and matrix alike\n",
                        "图斑 %zu 个，转换后 %zu 个，按审批调整 %lld 个，待定 %lld 个；调查、"
                        "基数与矩阵面积均为 %s m²\n"),
                k->n_tracts, k->n_parts, (long long)k->done.changed, (long long)k->done.undecided,
                total);
    if (k->done.odd > 0)
        gt_warn(
            c->work,
            OPS_SAY(c,
                    "%lld parts are not what their approval's status supposes; the ledger marks "
                    "them",
                    "%lld 个图斑与审批状态不相符，见台账"),
            (long long)k->done.odd);
    if (k->done.undecided > 0)
        gt_warn(c->work,
                OPS_SAY(c,
                        "%lld parts have the class that is proposed; fill in YDYHFLDM in "
                        "out/%s_undecided.csv or %s_undecided_classes.csv and give it as "
                        "--decisions",
                        "%lld 个图斑暂按建议地类，请在 out/%s_undecided.csv 或 "
                        "%s_undecided_classes.csv 中填写 YDYHFLDM，再用 --decisions 给出"),
                (long long)k->done.undecided, k->name, k->name);
}

static void say_slope(struct convert *k)
{
    struct gt_call *c = k->c;
    if (!k->slope) {
        gt_json_add_null(c->result, "slope");
        return;
    }
    struct gt_json *obj = gt_json_add_obj(c->result, "slope");
    gt_json_add_str(obj, "by", "majority");
    gt_json_add_int(obj, "graded", k->graded);
    gt_json_add_int(obj, "ungraded", k->ungraded);
    gt_json_add_int(obj, "differ", k->flaw[GT_TRACT_SLOPE]);
    gt_buf_addf(&c->text,
                OPS_SAY(c,
                        "slope grades by the most ground: %lld farmland parcels, %lld differ, %lld "
                        "hold no cell's centre\n",
                        "坡度级别（按面积占优）：耕地图斑 %lld 个，%lld 个不符，%lld "
                        "个不含栅格中心\n"),
                (long long)k->graded, (long long)k->flaw[GT_TRACT_SLOPE], (long long)k->ungraded);
}

static void say_settlement(struct convert *k)
{
    struct gt_call *c = k->c;
    if (!k->settled) {
        gt_json_add_null(c->result, "settlement");
        return;
    }
    struct gt_json *obj = gt_json_add_obj(c->result, "settlement");
    gt_json_add_int(obj, "computed", k->settle.computed);
    gt_json_add_int(obj, "differ", k->settle.differ);
    gt_json_add_int(obj, "outside", k->settle.outside);
    gt_buf_addf(
        &c->text,
        OPS_SAY(c,
                "town-village attribute: %lld parcels lie in a settlement, %lld of them have "
                "another one, %lld lie in none\n",
                "城镇村属性码：%lld 个图斑落入城镇村等用地，其中 %lld 个不一致，%lld "
                "个不在其内\n"),
        (long long)k->settle.computed, (long long)k->settle.differ, (long long)k->settle.outside);
}

/* Sums of the survey by county, or by unit with a control area, and class. */
static void say_units(struct convert *k)
{
    struct gt_json *arr = gt_json_add_arr(k->c->result, "units");
    struct gt_map *sums = gt_map_new(k->a);
    for (size_t i = 0; i < k->n_tracts; i++) {
        const struct gt_tract *t = &k->tract[i];
        const char *unit = convert_county(k->a, t->unit);
        for (size_t j = 0; j < k->controls.n; j++)
            unit = gt_starts(t->unit, k->controls.v[j].unit) ? k->controls.v[j].unit : unit;
        const char *key = gt_printf(k->a, "%s %s", unit, t->dlbm);
        int64_t *sum = gt_map_get(sums, key);
        if (!sum) {
            sum = GT_TAKE(k->a, int64_t);
            gt_map_put(sums, key, sum);
        }
        *sum += t->tbmj;
    }
    for (size_t i = 0; i < gt_map_len(sums); i++) {
        const char *key = gt_map_key(sums, i), *class = strchr(key, ' ') + 1;
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        char cents[32];
        gt_json_add_str(obj, "unit", gt_strndup(k->a, key, (size_t)(class - key - 1)));
        gt_json_add_str(obj, "class", class);
        gt_json_add_str(obj, "area_m2",
                        gt_cents_text(*(const int64_t *)gt_map_value(sums, i), cents));
    }
}

static enum gt_status say_outputs(struct convert *k, struct gt_err *err)
{
    static const char *const what[] = {"", "ledger", "matrix", "slope"};
    struct gt_json *arr = gt_json_add_arr(k->c->result, "outputs");
    bool synthetic = false;
    for (size_t i = 0; i < GT_LEN(what); i++) {
        const struct gt_dataset *d;
        if (i == 3 && !k->slope)
            continue;
        GT_TRY(gt_store_find(k->store, k->a, i ? convert_dataset_id(k, what[i]) : k->name, 0, &d,
                             err));
        ops_dataset_json(k->a, d, gt_json_add_obj(arr, NULL));
        gt_buf_addf(&k->c->text, "%s@%lld  %s\n", d->id, (long long)d->version,
                    gt_text2(d->title, k->c->lang));
        synthetic = synthetic || d->synthetic;
    }
    gt_json_add_bool(k->c->result, "synthetic", synthetic);
    if (synthetic)
        ops_say_synthetic(k->c);
    return GT_OK;
}

/* ---- The operation --------------------------------------------------------------------------- */

static enum gt_status new_key(struct gt_call *c, const char *path, struct gt_err *err)
{
    char public_key[GT_SIGN_KEY];
    GT_TRY(gt_sign_key_make(path, gt_arg_text(c, "unit", ""), public_key, err));
    gt_json_add_str(c->result, "key", path);
    gt_json_add_str(c->result, "public_key", public_key);
    gt_buf_addf(
        &c->text,
        OPS_SAY(c, "%s: keep it secret; its public key is\n%s\n", "%s：请妥善保管；公钥为\n%s\n"),
        path, public_key);
    return GT_OK;
}

static enum gt_status publish(struct convert *k, struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    const char *key = gt_arg_text(k->c, "key", NULL);
    GT_TRY(gt_txn_begin(k->store, &txn, err));
    GT_TRY(convert_add_datasets(k, txn, err));
    GT_TRY(convert_add_lists(k, txn, err));
    if (key)
        GT_TRY(convert_freeze(k, txn, key, err));
    else
        gt_json_add_null(k->c->result, "frozen");
    return ops_commit(&txn, err);
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    const char *verify = gt_arg_text(c, "verify", NULL), *key = gt_arg_text(c, "new-key", NULL);
    if (verify)
        return convert_verify(c, verify, err);
    if (key)
        return new_key(c, key, err);
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    struct convert k = {.c = c, .a = job, .store = store};
    GT_TRY(convert_ready(&k, err));
    GT_TRY(convert_compute(&k, err));
    GT_TRY(publish(&k, err));
    say_matrix(&k);
    say_control(&k);
    say_units(&k);
    say_slope(&k);
    say_settlement(&k);
    say_counts(&k);
    say_flaws(&k);
    return say_outputs(&k, err);
}

static const struct gt_param params[] = {
    {.name = "layer",
     .kind = GT_P_DATASET,
     .metavar = "DLTB",
     .position = true,
     .help = {"the survey's parcels, with BSM, DLBM, ZLDWDM and TBMJ",
              "调查图斑图层，含 BSM、DLBM、ZLDWDM、TBMJ"}},
    {.name = "approvals",
     .kind = GT_P_DATASET,
     .metavar = "LAYER",
     .help = {"polygons with a status (ZT) and a class (YDYHFLDM, or PZYT) that are laid over the "
              "survey",
              "叠加到调查上的审批图层，含状态（ZT）和地类（YDYHFLDM 或 PZYT）"}},
    {.name = "status",
     .kind = GT_P_TEXT,
     .metavar = "WORD",
     .help = {"of all approvals, where the layer has no such field",
              "审批图层无状态字段时，全部要素的状态"}},
    {.name = "decisions",
     .kind = GT_P_FILE_IN,
     .metavar = "FILE.csv",
     .help = {"classes of parcels that the survey's class alone cannot decide, by BSM or by DLBM "
              "and XZQDM",
              "一对多地类的认定表，按 BSM 或按 DLBM 和 XZQDM"}},
    {.name = "control",
     .kind = GT_P_FILE_IN,
     .metavar = "FILE.csv",
     .help = {"control areas of units: XZQDM, KZMJ in m2",
              "各单位控制面积：XZQDM、KZMJ（平方米）"}},
    {.name = "dem",
     .kind = GT_P_DATASET,
     .metavar = "RASTER",
     .help = {"heights, for the slope grades of farmland", "高程，用于计算耕地坡度级别"}},
    {.name = "slope",
     .kind = GT_P_DATASET,
     .metavar = "RASTER",
     .help = {"slopes in degrees, instead of heights", "以度为单位的坡度，代替高程"}},
    {.name = "settlements",
     .kind = GT_P_DATASET,
     .metavar = "CZCDYD",
     .help = {"settlements with their type (CZCLX), for the town-village attribute",
              "城镇村等用地图层（含 CZCLX），用于计算城镇村属性码"}},
    {.name = "unit",
     .kind = GT_P_TEXT,
     .metavar = "XZQDM",
     .help = {"only parcels of this unit (their ZLDWDM begins with it)",
              "只转换该行政区的图斑（ZLDWDM 以其开头）"}},
    {.name = "name",
     .kind = GT_P_TEXT,
     .metavar = "ID",
     .fallback = "xzydyh",
     .help = {"id of the base layer; the others are ID_ledger, ID_matrix, ID_slope",
              "基数图层标识；其余为 ID_ledger、ID_matrix、ID_slope"}},
    {.name = "key",
     .kind = GT_P_FILE_IN,
     .metavar = "FILE",
     .help = {"freeze the county's base and sign it with this key", "用此密钥冻结并签署该县基数"}},
    {.name = "new-key",
     .kind = GT_P_FILE_OUT,
     .metavar = "FILE",
     .help = {"only make a key of the county named by --unit", "只生成 --unit 所指县的密钥"}},
    {.name = "verify",
     .kind = GT_P_FILE_IN,
     .metavar = "FILE.json",
     .help = {"only verify a freeze document: its signature, and that the datasets are the same",
              "只验证冻结文件：签名是否有效，数据集是否一致"}},
    {.name = "public-key",
     .kind = GT_P_TEXT,
     .metavar = "KEY",
     .help = {"for --verify: the county's key, known from elsewhere",
              "用于 --verify：从其他途径得知的该县公钥"}},
    {.name = NULL},
};

const struct gt_op ops_record_convert = {
    .path = "convert",
    .title = {"Turn a land survey into the present base", "基数转换"},
    .help =
        {"Gives every parcel of the survey its class of land and sea use. Where the survey's class "
         "alone cannot decide, the class is proposed and the parcel listed as to be decided; the "
         "filled-in list is given back as --decisions. Approvals (approved but not built, built "
         "without approval, demolished) are laid over and cut the parcels. Makes the present base "
         "layer (XZYDYH, codes of 6 digits), the ledger of what was changed and why, and the "
         "transfer matrix; areas are shared out in hundredths of m2, so that all three add up to "
         "the survey exactly. Checks the deducted area, the town-village attribute and, with --dem "
         "or --slope, the slope grade of farmland. With --key the county's base is frozen in a "
         "signed document.",
         "为每个调查图斑赋用地用海分类。一对多的地类先按建议赋值并列为待定，填写清单后用 "
         "--decisions "
         "给回。审批图层（已批未建、未批已建、已拆）叠加并切分图斑。生成现状用地用海图层（XZYDYH，"
         "6 位代码）、台账和面积转换矩阵；面积以 0.01 平方米为单位分配，三者与调查面积完全一致。"
         "同时检查扣除面积、城镇村属性码，给出 --dem 或 --slope 时检查耕地坡度级别。加 --key "
         "时生成签名的冻结文件。"},
    .clause = "",
    .examples = "guotu -w county convert dltb --dem dem\n"
                "# give the filled-in list back, with approvals, and freeze\n"
                "guotu -w county convert dltb --decisions decided.csv --approvals pzwjstd --key "
                "990100.key\n"
                "guotu -w county convert --verify out/xzydyh_990100_freeze.json",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
