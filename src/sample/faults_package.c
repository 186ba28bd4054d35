/* faults_package.c: faults of whole layers, and of the tables, texts and files of the package. */
#include "faults_int.h"

#include <string.h>

/* ---- Layers ---- */

static struct gt_fault_edit *edit(struct gt_planting *p, enum gt_fault_edit_kind kind,
                                  const char *layer, const char *field, const char *text)
{
    struct gt_fault_edit *e = gt_fault_add(p, kind, layer, 0);
    e->field = field;
    e->text = text;
    return e;
}

void gt_fault_tables(struct gt_planting *p)
{
    edit(p, GT_FAULT_DROP_FIELD, "KYQ_CKQXKFW", "LXDH", NULL);
    gt_fault_package(p, "attributes.field_missing", "KYQ_CKQXKFW", "缺少字段LXDH");
    edit(p, GT_FAULT_ADD_FIELD, "YJJBNTTB", "ABC", "TEXT(10)");
    gt_fault_package(p, "attributes.field_extra", "YJJBNTTB", "多余字段ABC");
    edit(p, GT_FAULT_FIELD_TYPE, "YJJBNTTB", "ZRRMC", "REAL");
    gt_fault_package(p, "attributes.field_type", "YJJBNTTB", "字段ZRRMC类型不符");
    edit(p, GT_FAULT_FIELD_TYPE, "YJJBNTTB", "CFZR", "TEXT(30)");
    gt_fault_package(p, "attributes.field_length", "YJJBNTTB", "字段CFZR长度不符");
    edit(p, GT_FAULT_SWAP_FIELDS, "KYQ_CKQXKFW", "YCKQR", "YKSMC");
    gt_fault_package(p, "attributes.field_order", "KYQ_CKQXKFW", "字段顺序不符");
    edit(p, GT_FAULT_COPY_LAYER, "ZDJTJCSSX", NULL, "LSTC");
    gt_fault_package(p, "completeness.layer_name", "LSTC", "图层名称不是标准代码");
    edit(p, GT_FAULT_SRS, "ZDJTJCSSX", NULL, NULL)->to = -1;
    gt_fault_package(p, "reference.missing", "ZDJTJCSSX", "未声明坐标系");
    edit(p, GT_FAULT_SRS, "STCRXFB", NULL, NULL)->to = 2360;
    gt_fault_package(p, "reference.datum", "STCRXFB", "基准不是2000国家大地坐标系");
    edit(p, GT_FAULT_DROP, "CZJSSYXPJJG", NULL, NULL);
    gt_fault_package(p, "completeness.layer_empty", "CZJSSYXPJJG", "必选图层没有要素");
    edit(p, GT_FAULT_DROP_LAYER, "STXTFWGNZYXFB", NULL, NULL);
    gt_fault_package(p, "completeness.layer", "STXTFWGNZYXFB", "缺少必选图层");
}

/* ---- Documents ---- */

/* The text with `from` replaced where it first is. */
static const char *replaced(struct gt_arena *a, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    return at ? gt_printf(a, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)) : text;
}

/* The figure behind the last comma of a row, or before a unit in a sentence. */
static const char *figure_of(struct gt_arena *a, const char *table, const char *name)
{
    const char *row = strstr(table, name);
    const char *end = row ? strchr(row, '\n') : NULL;
    const char *from = end;
    while (from && from > row && from[-1] != ',')
        from--;
    return from ? gt_strndup(a, from, (size_t)(end - from)) : "";
}

struct spoiling {
    struct gt_planting *p;
    const char *red, *boundary; /* figures as the tables have them */
    const char *red_wrong, *boundary_wrong;
};

static const char *spoilt(const struct spoiling *s, const char *path, const char *text)
{
    struct gt_arena *a = s->p->a;
    if (gt_ends(path, "指标表.csv"))
        return replaced(a, text, gt_printf(a, ",%s\n", s->red),
                        gt_printf(a, ",%s\n", s->red_wrong));
    if (gt_ends(path, "规划文本.txt")) {
        text = replaced(a, text, s->red, s->red_wrong);
        return replaced(a, text, s->boundary, s->boundary_wrong);
    }
    if (gt_ends(path, "无数据图层说明.txt"))
        return replaced(a, text, "CZTXD 无\n", "");
    if (gt_ends(path, "/TRL.xml"))
        return replaced(a, text, "面要素", "线要素");
    if (gt_ends(path, "/STCRXFB.xml"))
        return replaced(a, text, "<wkid>4524<", "<wkid>2360<");
    if (gt_ends(path, "/ZDJCSSD.xml") || gt_ends(path, "/STXTFWGNZYXFB.xml") ||
        gt_ends(path, "用地结构表.csv"))
        return NULL;
    return text;
}

static void tell(struct gt_planting *p)
{
    static const char *const what[][3] = {
        {"agreement.map_table", "STBHHX", "红线图层面积小于表中数字"},
        {"agreement.text_table", "", "文本中的数字与表不一致"},
        {"completeness.conditional", "CZTXD", "条件必选图层既未提交也未声明"},
        {"agreement.metadata_layer", "TRL", "元数据的几何类型与图层不符"},
        {"agreement.metadata", "ZDJCSSD", "缺少元数据"},
        {"completeness.file", "", "缺少用地结构表"},
        {"completeness.rubbish", "", "无关文件Thumbs.db"},
        {"completeness.unreadable", "", "不是GeoPackage的文件"},
        {"completeness.layer_twice", "XZQC", "同一图层有两份"},
        {"completeness.folder", "", "缺少目录栅格图件"},
        {"agreement.maps", "", "缺少土地利用现状图"},
        {"agreement.maps", "", "缺少国土空间总体格局规划图"},
        {"agreement.maps", "", "缺少国土空间控制线规划图"},
        {"agreement.maps", "", "缺少国土空间用地用海分区规划图"},
        {"agreement.maps", "", "缺少生态系统保护规划图"}};
    for (size_t i = 0; i < GT_LEN(what); i++)
        gt_fault_package(p, what[i][0], what[i][1], what[i][2]);
}

void gt_fault_documents(struct gt_planting *p, const struct gt_plan_documents *sound,
                        struct gt_plan_documents *out)
{
    struct spoiling s = {.p = p, .red = "", .boundary = ""};
    *out = (struct gt_plan_documents){0, GT_TAKE_N(p->a, struct gt_plan_document, sound->n + 1)};
    for (size_t i = 0; i < sound->n; i++)
        if (gt_ends(sound->v[i].path, "指标表.csv")) {
            s.red = figure_of(p->a, sound->v[i].text, "生态保护红线面积");
            s.boundary = figure_of(p->a, sound->v[i].text, "城镇开发边界面积");
        }
    s.red_wrong = gt_printf(p->a, "1%s", s.red);
    s.boundary_wrong = gt_printf(p->a, "2%s", s.boundary);
    for (size_t i = 0; i < sound->n; i++) {
        const char *text = spoilt(&s, sound->v[i].path, sound->v[i].text);
        if (text)
            out->v[out->n++] = (struct gt_plan_document){sound->v[i].path, text};
    }
    tell(p);
}
