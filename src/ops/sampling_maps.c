/* sampling_maps.c: the maps of the submission: present land use with one theme of the plan each. */
#include "sampling_int.h"

#include "guotu/atlas.h"

static const struct {
    const char *title, *layer, *legend;
    uint32_t rgb;
} maps[PACKAGE_MAPS] = {
    {"土地利用现状图", "xzqxz", "乡镇界", 0x404040},
    {"国土空间总体格局规划图", "ydyhghfq", "规划分区界", 0x6a3d9a},
    {"国土空间控制线规划图", "stbhhx", "生态保护红线", 0x00703c},
    {"国土空间用地用海分区规划图", "czkfbj", "城镇开发边界", 0xff0000},
    {"生态系统保护规划图", "zrbhd", "自然保护地", 0x1f78b4},
};

const char *package_map_title(size_t i)
{
    return maps[i].title;
}

static const struct gt_map_class classes[] = {
    {1, 0xf5f8dc, "水田"},      {2, 0xf5f8c8, "水浇地"},    {3, 0xf0e6a0, "旱地"},
    {4, 0xbfe9aa, "园地"},      {5, 0x68b167, "林地"},      {6, 0x8fce8e, "其他林地"},
    {7, 0xcdf57a, "草地"},      {8, 0x65cdaa, "湿地"},      {9, 0x338ec0, "水域"},
    {10, 0xffff2d, "城镇用地"}, {11, 0xffd380, "村庄用地"}, {12, 0x9e6c54, "采矿用地"},
    {13, 0xeeeeee, "其他土地"}};

enum gt_status package_draw(struct package_run *p, struct gt_err *err)
{
    const struct gt_dataset *use;
    struct gt_raster_source *raster;
    GT_TRY(gt_store_find(p->store, p->a, "land_use", 0, &use, err));
    GT_TRY(gt_store_raster(p->store, p->a, use, &raster, err));
    for (size_t i = 0; i < PACKAGE_MAPS; i++) {
        const struct gt_dataset *d;
        const struct gt_features *f;
        GT_TRY(gt_store_find(p->store, p->a, maps[i].layer, 0, &d, err));
        GT_TRY(gt_store_features(p->store, p->a, d, &f, err));
        struct gt_map_layer layer = {
            .shapes = f->shapes, .rgb = maps[i].rgb, .width = 1.5, .title = maps[i].legend};
        struct gt_map map = {.raster = raster,
                             .classes = classes,
                             .n_classes = GT_LEN(classes),
                             .layers = &layer,
                             .n_layers = 1,
                             .title = maps[i].title,
                             .subtitle = "示例县（虚构）",
                             .synthetic = true,
                             .lang = GT_ZH,
                             .width = 800};
        GT_TRY(gt_map_png(p->a, &map, p->run->c->work, &p->map[i], err));
    }
    return GT_OK;
}
