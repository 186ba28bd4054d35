/* op_simplify.c: borders with fewer points, neighbours keeping one border. */
#include "layer_made.h"

#include <inttypes.h>

static int64_t points_of(const struct gt_shapes *s)
{
    return s->point[s->part[s->n]];
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    const struct gt_dataset *d;
    const struct gt_features *given;
    struct gt_features f;
    struct layer_made m = {.f = &f};
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    GT_TRY(layer_find(c, store, job, true, &d, err));
    GT_TRY(layer_new_id(c, gt_printf(job, "%s_simple", d->id), &m.id, err));
    GT_TRY(gt_store_features(store, job, d, &given, err));
    f = *given;
    f.outer = NULL;
    f.trait = NULL;
    GT_TRY(gt_simplify(job, given->shapes, gt_arg_num(c, "metres", 0), &f.shapes, err));
    m.d = d;
    m.source = gt_printf(job, "simplify %s", d->id);
    m.title.en = gt_printf(job, "%s, simplified", gt_text2(d->title, GT_EN));
    m.title.zh = gt_printf(job, "%s（简化）", gt_text2(d->title, GT_ZH));
    GT_TRY(layer_publish(c, store, job, &m, err));
    int64_t before = points_of(given->shapes), after = points_of(f.shapes);
    gt_json_add_int(c->result, "points_before", before);
    gt_json_add_int(c->result, "points", after);
    gt_buf_addf(&c->text,
                OPS_SAY(c, "points: %" PRId64 ", before %" PRId64 "\n",
                        "结点 %" PRId64 " 个，原 %" PRId64 " 个\n"),
                after, before);
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "id",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .position = true,
     .required = true,
     .help = {"a layer of lines or polygons", "线或面图层"}},
    {.name = "metres",
     .kind = GT_P_NUMBER,
     .metavar = "M",
     .required = true,
     .min = 0.001,
     .max = 1e6,
     .help = {"how far on the ground a point that is left out may lie from the new border",
              "舍去的点到新界线的最大地面距离（米）"}},
    {.name = "name",
     .kind = GT_P_TEXT,
     .metavar = "NEWID",
     .help = {"id of the new layer; otherwise ID_simple", "新图层标识；省略时为 ID_simple"}},
    {.name = NULL},
};

const struct gt_op ops_record_simplify = {
    .path = "simplify",
    .title = {"Simplify borders", "简化界线"},
    .help =
        {"Leaves points of lines or polygons out. A border that two features share is "
         "simplified once, so that no gap and no overlap appears; points where more than two "
         "borders meet stay; no ring collapses, no border crosses another, and nothing changes "
         "sides. For maps and overviews: areas change.",
         "减少线、面的结点。两要素的公共界线只简化一次，不产生缝隙和重叠；三条以上界线的交点保留；"
         "环不塌缩，界线互不相交，地物不改变所在侧。用于制图和概览，面积会变化。"},
    .clause = "",
    .examples = "guotu -w county simplify dltb --metres 5",
    .effect = GT_WRITES,
    .params = params,
    .run = run,
};
