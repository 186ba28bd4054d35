/* test_package.c: completeness, reference systems, agreement of text, tables, maps and metadata. */
#include "make.h"

#include <string.h>

#include "t.h"

/* ---- Completeness ---------------------------------------------------------------------------- */

static const struct gt_layer_source *empty_layer(struct gt_arena *a, const char *name)
{
    return make_layer(a, &(struct make_layer){.name = name, .fields = "BSM:t18", .n = 0});
}

#define FOLDERS                                                                  \
    {                                                                            \
        "矢量数据", "规划表格", "规划文档", "栅格图件", "元数据", "其他资料" \
    }

T_TEST(missing_folders_files_and_layers_are_told)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_findings *f = make_review(
        a, &(struct make_package){
               .layer = {empty_layer(a, "XZQX"), empty_layer(a, "DLTB"), empty_layer(a, "dltb")},
               .folder = {"矢量数据", "规划表格", "规划文档", "栅格图件", "其他资料"},
               .document = {{.path = "规划文档/规划文本.docx", .text = "一"},
                            {.path = "规划表格/指标表.csv"},
                            {.path = "其他资料/说明.txt", .text = "XZHQ：无"}},
               .trouble = {{"Thumbs.db", "completeness.rubbish", "a file that does not belong", 0},
                           {"a.shp", "completeness.unreadable", "a .dbf is missing", 0}},
               .region = "990100"});
    T_EQ_INT(found(f, "completeness.folder"), 1);
    T_EQ_STR(finding(f, "completeness.folder", 0)->path, "元数据");
    T_EQ_INT(found(f, "completeness.file"), 1);
    T_EQ_STR(finding(f, "completeness.file", 0)->path, "规划表格/用地结构表");
    T_EQ_INT(found(f, "completeness.layer"), 20); /* 21 are mandatory */
    T_EQ_INT(found(f, "completeness.layer_empty"), 1);
    T_EQ_INT(found(f, "completeness.layer_twice"), 1);
    T_EQ_INT(found(f, "completeness.rubbish"), 1);
    T_EQ_INT(found(f, "completeness.unreadable"), 1);
    T_EQ_INT((int)finding(f, "completeness.rubbish", 0)->rule->level, (int)GT_LEVEL_NOTE);
    for (size_t i = 0; i < f->n; i++)
        T_OK(strcmp(f->v[i].rule->id, "completeness.conditional") != 0 ||
             strcmp(f->v[i].path, "XZHQ") != 0);
}

T_TEST(a_layer_of_another_name_is_told_by_its_name_alone)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const char *const row[] = {"990100310100000001"};
    static const char *const shape[] = {"0 0,100 0,100 100,0 100,0 0"};
    const struct gt_layer_source *l = make_layer(a, &(struct make_layer){.name = "STBHHX_final",
                                                                         .kind = GT_SHAPE_POLYGON,
                                                                         .fields = "BSM:t18",
                                                                         .n = 1,
                                                                         .row = row,
                                                                         .shape = shape});
    const struct gt_findings *f =
        make_review(a, &(struct make_package){.layer = {l}, .folder = FOLDERS, .region = "990100"});
    T_EQ_INT(found(f, "completeness.layer_name"), 1);
    for (size_t i = 0; i < f->n; i++)
        T_OK(strcmp(f->v[i].rule->id, "completeness.layer") != 0 ||
             strcmp(f->v[i].path, "STBHHX") != 0);
}

/* ---- Reference systems ----------------------------------------------------------------------- */

static const struct gt_layer_source *at(struct gt_arena *a, const char *name, const char *crs,
                                        const char *shape)
{
    const char **s = GT_TAKE_N(a, const char *, 1), **row = GT_TAKE_N(a, const char *, 1);
    s[0] = shape;
    row[0] = "990100";
    return make_layer(a, &(struct make_layer){.name = name,
                                              .crs = crs,
                                              .kind = GT_SHAPE_POLYGON,
                                              .fields = "XZQDM:t6",
                                              .n = 1,
                                              .row = row,
                                              .shape = s});
}

T_TEST(one_fault_of_a_reference_system_is_one_finding)
{
    static const struct {
        const char *crs, *shape, *rule;
    } c[] = {
        {"EPSG:4524", "0 0,100 0,100 100,0 100,0 0", ""},
        {"", "0 0,100 0,100 100,0 100,0 0", "reference.missing"},
        {"EPSG:2360", "0 0,100 0,100 100,0 100,0 0", "reference.datum"},
        {"EPSG:4502", "0 0,100 0,100 100,0 100,0 0", "reference.projection"},
        {"EPSG:4525", "1000000 0,1000100 0,1000100 100,1000000 100,1000000 0", "reference.extent"},
        {"EPSG:4523", "0 0,100 0,100 100,0 100,0 0", "reference.zone"},
        {"EPSG:4490", "108.001 29.81,108.002 29.81,108.002 29.82,108.001 29.82,108.001 29.81",
         "reference.differ"},
        {"EPSG:4524", "100000 0,100100 0,100100 100,100000 100,100000 0", "reference.extent"},
    };
    for (size_t i = 0; i < GT_LEN(c); i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        const struct gt_findings *f = make_review(
            a, &(struct make_package){
                   .layer = {at(a, "XZQX", "EPSG:4524", "0 0,9000 0,9000 9000,0 9000,0 0"),
                             at(a, "XZQXZ", "EPSG:4524", "0 0,9000 0,9000 9000,0 9000,0 0"),
                             at(a, "SD", c[i].crs, c[i].shape)},
                   .region = "990100"});
        const char *rule = "";
        size_t n = 0;
        for (size_t k = 0; k < f->n; k++)
            if (gt_starts(f->v[k].rule->id, "reference.")) {
                rule = f->v[k].rule->id;
                n++;
            }
        if (i == 4) /* another zone, rightly used: only that it differs */
            T_OK(n == 1);
        else
            T_EQ_STR(rule, c[i].rule);
        T_EQ_INT(n, *c[i].rule ? 1 : 0);
    }
}

/* ---- Agreement ------------------------------------------------------------------------------- */

static const struct gt_layer_source *indicators(struct gt_arena *a, const char *redline)
{
    const char **row = GT_TAKE_N(a, const char *, 2);
    row[0] = gt_printf(a, "生态保护红线面积|公顷|1|%s", redline);
    row[1] = "用水总量|亿立方米|0.30|0.35";
    struct gt_layer_source *s = GT_TAKE(a, struct gt_layer_source);
    *s = *make_layer(a, &(struct make_layer){.name = "指标表",
                                             .fields = "指标:t0 单位:t0 现状值:r0 目标值:r0",
                                             .n = 2,
                                             .row = row});
    s->file = "规划表格/指标表.csv";
    return s;
}

T_TEST(a_layer_is_not_smaller_than_its_figure_in_the_table)
{
    GT_AUTO_ARENA a = gt_arena_new();
    /* 400 ha */
    const struct gt_layer_source *red =
        at(a, "STBHHX", "EPSG:4524", "0 0,2000 0,2000 2000,0 2000,0 0");
    static const struct {
        const char *figure;
        size_t n;
    } c[] = {{"400", 0}, {"300", 0}, {"400.9", 0}, {"402", 1}};
    for (size_t i = 0; i < GT_LEN(c); i++) {
        const struct gt_findings *f =
            make_review(a, &(struct make_package){.layer = {red, indicators(a, c[i].figure)},
                                                  .region = "990100"});
        T_EQ_STR(skipped(f, "agreement.map_table"), "");
        T_EQ_INT(found(f, "agreement.map_table"), c[i].n);
    }
}

static size_t text_findings(struct gt_arena *a, const char *text)
{
    const struct gt_findings *f = make_review(
        a, &(struct make_package){.layer = {indicators(a, "400")},
                                  .folder = FOLDERS,
                                  .document = {{.path = "规划文档/规划文本.txt", .text = text}},
                                  .region = "990100"});
    T_EQ_STR(skipped(f, "agreement.text_table"), "");
    return found(f, "agreement.text_table");
}

T_TEST(figures_of_the_text_are_those_of_the_table)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_INT(text_findings(a, "到2035年，生态保护红线面积不低于400公顷。"), 0);
    T_EQ_INT(text_findings(a, "生态保护红线面积到2035年不低于4平方公里；"), 0);
    T_EQ_INT(text_findings(a, "生态保护红线面积不低于0.6万亩。"), 0);
    T_EQ_INT(text_findings(a, "生态保护红线面积不低于400.5公顷。"), 0);
    T_EQ_INT(text_findings(a, "生态保护红线面积不低于450公顷。"), 1);
    T_EQ_INT(text_findings(a, "生态保护红线面积。现有450个图斑。"), 0);
    T_EQ_INT(text_findings(a, "用水总量控制在0.35亿立方米以内。"), 0);
    T_EQ_INT(text_findings(a, "用水总量控制在0.45亿立方米以内。"), 1);
}

T_TEST(indicators_keep_to_the_upper_plan)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct make_package upper = {.layer = {indicators(a, "420")}};
    const struct gt_findings *f =
        make_review(a, &(struct make_package){
                           .layer = {indicators(a, "400")}, .region = "990100", .upper = &upper});
    T_EQ_INT(found(f, "agreement.upper"), 1);
    T_EQ_STR(finding(f, "agreement.upper", 0)->field, "生态保护红线面积");
    f = make_review(a, &(struct make_package){
                           .layer = {indicators(a, "420")}, .region = "990100", .upper = &upper});
    T_EQ_INT(found(f, "agreement.upper"), 0);
    T_EQ_STR(skipped(f, "agreement.upper"), "");
}

#define META(name, kind, wkid, grade)                                            \
    "<metadata><data_id>1</data_id><resource_id>1</resource_id><data_name>" name \
    "</data_name><data_alias>a</data_alias><geometry_type>" kind                 \
    "</geometry_type><coordinate_unit>米</coordinate_unit><wkid>" wkid           \
    "</wkid><security_order>" grade "</security_order></metadata>"

T_TEST(metadata_are_complete_and_agree_with_their_layer)
{
    static const struct {
        const char *xml, *rules;
    } c[] = {{META("SD", "面要素", "4524", "内部"), ""},
             {META("SD", "线要素", "4524", "内部"), "agreement.metadata_layer"},
             {"no metadata at all", "agreement.metadata"},
             {META("SD", "面要素", "4523", "内部"), "agreement.metadata_layer"},
             {META("STBHHX", "面要素", "4524", "内部"), "agreement.metadata_layer"},
             {META("", "面要素", "4524", "内部"), "agreement.metadata"},
             {META("SD", "面要素", "4524", "普通"), "agreement.metadata"},
             {NULL, "agreement.metadata"}};
    for (size_t i = 0; i < GT_LEN(c); i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        const struct gt_findings *f =
            make_review(a, &(struct make_package){
                               .layer = {at(a, "SD", "EPSG:4524", "0 0,100 0,100 100,0 100,0 0")},
                               .folder = FOLDERS,
                               .document = {{.path = c[i].xml ? "元数据/SD.xml" : "元数据/x.xml",
                                             .text = c[i].xml}},
                               .region = "990100"});
        T_EQ_INT(found(f, "agreement.metadata"), strcmp(c[i].rules, "agreement.metadata") == 0);
        T_EQ_INT(found(f, "agreement.metadata_layer"),
                 strcmp(c[i].rules, "agreement.metadata_layer") == 0);
    }
}

T_TEST(required_maps_are_found_by_their_titles)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_findings *f = make_review(
        a, &(struct make_package){.layer = {empty_layer(a, "SD")},
                                  .folder = FOLDERS,
                                  .document = {{.path = "栅格图件/01土地利用现状图.png"},
                                               {.path = "栅格图件/国土空间控制线规划图.txt"}},
                                  .region = "990100"});
    T_EQ_INT(found(f, "agreement.maps"), 4);
}

/* ---- Areas ----------------------------------------------------------------------------------- */

static const struct gt_findings *areas(struct gt_arena *a, const char *area, const char *control)
{
    const char **row = GT_TAKE_N(a, const char *, 1), **unit = GT_TAKE_N(a, const char *, 1);
    static const char *const shape[] = {"0 0,100 0,100 100,0 100,0 0"};
    row[0] = gt_printf(a, "990100200100000001|990100001|%s", area);
    unit[0] = gt_printf(a, "990100100100000001|990100001|%s", control);
    return make_review(
        a,
        &(struct make_package){
            .layer = {make_layer(a, &(struct make_layer){.name = "DLTB",
                                                         .kind = GT_SHAPE_POLYGON,
                                                         .fields = "BSM:t18 ZLDWDM:t19 TBMJ:r15.2",
                                                         .n = 1,
                                                         .row = row,
                                                         .shape = shape}),
                      make_layer(a, &(struct make_layer){.name = "XZQ",
                                                         .kind = GT_SHAPE_POLYGON,
                                                         .fields = "BSM:t18 XZQDM:t9 DCMJ:r15.2",
                                                         .n = 1,
                                                         .row = unit,
                                                         .shape = shape})},
            .region = "990100"});
}

T_TEST(areas_are_those_of_the_ellipsoid_and_sum_up_to_the_control_area)
{
    GT_AUTO_ARENA a = gt_arena_new();
    /* on the central meridian, where the projection keeps lengths: 1e4 m2 of the plane */
    const struct gt_findings *f = areas(a, "10000.00", "10000.00");
    T_EQ_INT(found(f, "areas.field") + found(f, "areas.control"), 0);
    f = areas(a, "10000.50", "10000.00");
    T_EQ_INT(found(f, "areas.field"), 1);
    T_NEAR(finding(f, "areas.field", 0)->value, 0.5, 0.02);
    T_EQ_INT(found(f, "areas.control"), 0);
    f = areas(a, "10000.00", "10009.00");
    T_EQ_INT(found(f, "areas.field"), 0);
    T_EQ_INT(found(f, "areas.control"), 1);
    T_NEAR(finding(f, "areas.control", 0)->value, -9, 1e-6);
    /* a wrong field is one fault, not two */
    f = areas(a, "10100.00", "10000.00");
    T_EQ_INT(found(f, "areas.field"), 1);
    T_EQ_INT(found(f, "areas.control"), 0);
}
