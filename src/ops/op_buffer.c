/* op_buffer.c: buffers of features, in metres on the ground. */
#include "layer_made.h"

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
    GT_TRY(layer_new_id(c, gt_printf(job, "%s_buffer", d->id), &m.id, err));
    GT_TRY(gt_store_features(store, job, d, &given, err));
    f = *given;
    f.outer = NULL;
    f.trait = NULL;
    GT_TRY(gt_buffer(job, given->shapes, gt_arg_num(c, "metres", 0), c->work, &f.shapes, err));
    m.d = d;
    m.source = gt_printf(job, "buffer %s", d->id);
    m.title.en = gt_printf(job, "%s, buffered", gt_text2(d->title, GT_EN));
    m.title.zh = gt_printf(job, "%s（缓冲区）", gt_text2(d->title, GT_ZH));
    return layer_publish(c, store, job, &m, err);
}

static const struct gt_param params[] = {
    {.name = "id",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .position = true,
     .required = true,
     .help = {"a vector layer", "矢量图层"}},
    {.name = "metres",
     .kind = GT_P_NUMBER,
     .metavar = "M",
     .required = true,
     .min = -1e6,
     .max = 1e6,
     .help = {"distance on the ground; negative: inwards, polygons only",
              "地面距离（米）；负值向内，仅限面图层"}},
    {.name = "name",
     .kind = GT_P_TEXT,
     .metavar = "NEWID",
     .help = {"id of the new layer; otherwise ID_buffer", "新图层标识；省略时为 ID_buffer"}},
    {.name = NULL},
};

const struct gt_op ops_record_buffer = {
    .path = "buffer",
    .title = {"Buffer features", "缓冲区"},
    .help = {"The ground within a distance of each feature, as polygons that keep its attributes. "
             "The distance is in metres on the ground, whatever CRS the layer has, by the scale at "
             "the feature's middle; corners and ends are round. Buffers of neighbours overlap: "
             "dissolve them where one outline is wanted.",
             "各要素一定距离以内的范围，结果为面，属性保留。距离以地面米计，与坐标系无关，"
             "按要素中部的尺度换算；拐角和端点为圆弧。相邻要素的缓冲区互相重叠，需要单一轮廓时再作"
             "融合。"},
    .clause = "",
    .examples = "guotu -w county buffer river --metres 50\n"
                "guotu -w county buffer town --metres -10 --name town_inner",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
