/* op_overlay.c: two layers of polygons laid over each other: their pieces as a new layer, or the
 * areas alone, by classes and units. */
#include "overlay.h"

#include <string.h>

static const char *const kinds[] = {"intersection", "difference", "union", "identity", NULL};

static enum gt_overlay_kind kind_of(const struct gt_call *c)
{
    const char *text = gt_arg_text(c, "kind", kinds[0]);
    for (int i = 0; kinds[i]; i++)
        if (strcmp(text, kinds[i]) == 0)
            return (enum gt_overlay_kind)i;
    return GT_OVERLAY_INTERSECTION;
}

GT_MUST static enum gt_status cut(struct ops_overlay *o, struct gt_err *err)
{
    struct gt_overlay_opt opt = {
        .kind = o->kind, .min_m2 = gt_arg_num(o->c, "min", 0), .work = o->c->work};
    if (o->areas_only && !o->by)
        return GT_OK;
    GT_TRY(gt_overlay(o->a, o->shapes[0], o->shapes[1], &opt, &o->pieces, err));
    o->has_pieces = true;
    o->robust = o->pieces.robust;
    if (!o->areas_only && o->pieces.shapes->n == 0)
        return gt_fail(
            err, GT_EINPUT,
            "expected ground for the %s of '%s' and '%s', found none: nothing is written",
            kinds[o->kind], o->d[0]->id, o->d[1]->id);
    return GT_OK;
}

/* ---- Publishing ---- */

static const char *lineage_of(const struct ops_overlay *o)
{
    struct gt_json *lineage = ops_lineage_begin(o->c);
    ops_args_json(o->c, gt_json_add_obj(lineage, "parameters"));
    struct gt_json *inputs = gt_json_add_arr(lineage, "inputs");
    ops_input_json(inputs, "a", o->d[0]);
    ops_input_json(inputs, "b", o->d[1]);
    return gt_json_text(o->a, lineage, 0);
}

static bool is_synthetic(const struct ops_overlay *o)
{
    return o->d[0]->synthetic || o->d[1]->synthetic || (o->by && o->by->synthetic);
}

GT_MUST static enum gt_status describe(struct ops_overlay *o, struct gt_txn *t, struct gt_err *err)
{
    const struct gt_text2 *a = &o->d[0]->title, *b = &o->d[1]->title;
    struct gt_dataset d = {
        .id = o->id,
        .kind = GT_DATASET_VECTOR,
        .role = "",
        .title = {gt_printf(o->a, "%s and %s, %s", gt_text2(*a, GT_EN), gt_text2(*b, GT_EN),
                            kinds[o->kind]),
                  gt_printf(o->a, "%s与%s叠加", gt_text2(*a, GT_ZH), gt_text2(*b, GT_ZH))},
        .vintage = o->d[0]->vintage,
        .grade = ops_grade_max(o->d[0]->grade, o->d[1]->grade),
        .licence = "",
        .source = gt_printf(o->a, "overlay %s %s", o->d[0]->id, o->d[1]->id),
        .synthetic = is_synthetic(o),
        .unit = "",
        .lineage = lineage_of(o)};
    return gt_txn_describe(t, &d, err);
}

GT_MUST static enum gt_status publish(struct ops_overlay *o, struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    const char *csv = ops_csv(o->c, o->a, ops_overlay_table(o), is_synthetic(o));
    GT_TRY(gt_txn_begin(o->store, &txn, err));
    if (!o->areas_only) {
        GT_TRY(ops_overlay_layer(o, txn, err));
        GT_TRY(describe(o, txn, err));
    }
    GT_TRY(gt_txn_document(txn, gt_printf(o->a, "%s.csv", o->id), csv, strlen(csv), err));
    return ops_commit(&txn, err);
}

/* ---- The answer ---- */

static void text_of(const struct ops_overlay *o, const struct gt_dataset *made)
{
    struct gt_call *c = o->c;
    if (made)
        gt_buf_addf(&c->text,
                    OPS_SAY(c, "%s version %lld: %zu pieces, area in %s\n",
                            "%s 版本 %lld：%zu 个图斑，面积字段 %s\n"),
                    made->id, (long long)made->version, o->pieces.shapes->n, o->area_in);
    if (o->pieces.small > 0)
        gt_buf_addf(&c->text,
                    OPS_SAY(c, "%lld small pieces left out, %.6f m2\n",
                            "舍去小图斑 %lld 个，%.6f 平方米\n"),
                    (long long)o->pieces.small, o->pieces.small_m2);
    if (is_synthetic(o))
        ops_say_synthetic(c);
    gt_buf_add(&c->text, gt_table_to_text(o->a, ops_overlay_table(o), c->lang));
    gt_buf_addf(&c->text,
                OPS_SAY(c, "%s: %lld in doubles as they are, %lld snapped, %lld on a fixed grid\n",
                        "%s：原始双精度 %lld，捕捉 %lld，固定精度格网 %lld\n"),
                o->has_pieces ? OPS_SAY(c, "pieces", "图斑") : OPS_SAY(c, "pairs", "图斑对"),
                (long long)o->robust.n[GT_ROBUST_FLOATING],
                (long long)o->robust.n[GT_ROBUST_SNAPPED], (long long)o->robust.n[GT_ROBUST_FIXED]);
}

GT_MUST static enum gt_status answer(const struct ops_overlay *o, struct gt_err *err)
{
    struct gt_json *result = o->c->result;
    const struct gt_dataset *made = NULL;
    gt_json_add_str(result, "a", o->d[0]->id);
    gt_json_add_str(result, "b", o->d[1]->id);
    gt_json_add_str(result, "by", o->by ? o->by->id : NULL);
    gt_json_add_str(result, "kind", kinds[o->kind]);
    if (!o->areas_only) {
        GT_TRY(gt_store_find(o->store, o->a, o->id, 0, &made, err));
        ops_dataset_json(o->a, made, gt_json_add_obj(result, "dataset"));
        gt_json_add_str(result, "area_field", o->area_in);
    }
    if (o->has_pieces)
        gt_json_add_int(result, "pieces", (int64_t)o->pieces.shapes->n);
    gt_json_add_int(result, "small", o->pieces.small);
    gt_json_add_num(result, "small_m2", o->pieces.small_m2);
    ops_overlay_json(o);
    gt_json_add_str(result, "document", gt_printf(o->a, "%s.csv", o->id));
    gt_json_add_bool(result, "synthetic", is_synthetic(o));
    text_of(o, made);
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    struct ops_overlay o = {
        .c = c, .a = job, .kind = kind_of(c), .areas_only = gt_arg_flag(c, "areas-only")};
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    o.store = store;
    GT_TRY(ops_overlay_open(&o, err));
    GT_TRY(cut(&o, err));
    GT_TRY(ops_overlay_sum(&o, err));
    GT_TRY(publish(&o, err));
    return answer(&o, err);
}

static const struct gt_param params[] = {
    {.name = "a",
     .kind = GT_P_DATASET,
     .metavar = "A",
     .position = true,
     .required = true,
     .help = {"a layer of polygons", "面图层"}},
    {.name = "b",
     .kind = GT_P_DATASET,
     .metavar = "B",
     .position = true,
     .required = true,
     .help = {"another one; taken to the first one's CRS", "另一面图层；换算到前者的坐标系"}},
    {.name = "kind",
     .kind = GT_P_CHOICE,
     .metavar = "KIND",
     .fallback = "intersection",
     .choices = kinds,
     .help = {"intersection: what both cover; difference: what only A covers; union: what either "
              "covers; identity: all of A",
              "intersection：两者共有；difference：仅 A 有；union：任一有；identity：A 的全部"}},
    {.name = "areas-only",
     .kind = GT_P_FLAG,
     .help = {"the table alone, no new layer", "只出统计表，不生成图层"}},
    {.name = "class-a",
     .kind = GT_P_TEXT,
     .metavar = "FIELD",
     .help = {"field of A whose values the table tells apart", "统计表按 A 的此字段分类"}},
    {.name = "class-b",
     .kind = GT_P_TEXT,
     .metavar = "FIELD",
     .help = {"the same of B", "统计表按 B 的此字段分类"}},
    {.name = "by",
     .kind = GT_P_DATASET,
     .metavar = "UNIT",
     .help = {"polygons for which the table is given one by one, such as towns; told by XZQDM, "
              "ZLDWDM or code",
              "按此面图层（如乡镇）分单元统计，单元取 XZQDM、ZLDWDM 或 code 字段"}},
    {.name = "min",
     .kind = GT_P_NUMBER,
     .metavar = "M2",
     .unit = "m2",
     .min = 0,
     .max = 1e12,
     .help = {"pieces smaller than this are left out, and counted", "小于此面积的图斑舍去并计数"}},
    {.name = "name",
     .kind = GT_P_TEXT,
     .metavar = "NEWID",
     .help = {"id of the new layer and of the table; otherwise A_B_overlay",
              "新图层和统计表的标识；省略时为 A_B_overlay"}},
    {.name = NULL},
};

const struct gt_op ops_record_overlay = {
    .path = "overlay",
    .title = {"Lay two layers of polygons over each other", "面图层叠加"},
    .help =
        {"Cuts two layers at each other's borders. The pieces have the attributes of both (names "
         "that A has already get _2) and their area on the ellipsoid. All borders are noded at "
         "once on a grid of a micrometre, so neighbouring pieces share their points exactly; "
         "polygons that cross themselves count even-odd. With --areas-only the areas are summed "
         "without making pieces, from the coordinates as they are. The table, by class of A, class "
         "of B and unit, is also written to out/NEWID.csv; its rows are whole square millimetres "
         "and add up exactly, what lies outside the other layer or all units has its own rows. The "
         "answer says how often coordinates served as they are, and how often on the grid.",
         "按彼此的界线切分两个面图层。图斑带有双方属性（与 A 重名的字段加 _2）和椭球面积。所有界线"
         "在一微米格网上一次求交，相邻图斑界线逐点一致；自相交的面按奇偶规则计。加 --areas-only 时"
         "不生成图斑，直接用原坐标累计面积。统计表按 A 的类别、B 的类别和单元列出，并写入 "
         "out/NEWID.csv；各行以平方毫米取整，可精确加总，另一图层或各单元之外的部分单独成行。结果"
         "说明直接采用原坐标和采用格网各多少次。"},
    .clause = "",
    .examples = "guotu -w county overlay dltb stbhhx --class-a DLBM --areas-only\n"
                "guotu -w county overlay dltb yjjbntbhhx --kind identity --name dltb_yjjbnt",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
