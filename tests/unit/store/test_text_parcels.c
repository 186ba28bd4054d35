/* test_text_parcels.c: the ministry's coordinate text: what comes out, and what is said of what is
 * odd. */
#include "text/text.h"

#include "t.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define HEADER                                                                                                      \
    "[属性描述]\r\n格式版本号=1.01\r\n数据产生单位=某县\r\n数据产生日期=2024-05-01\r\n"      \
    "坐标系=2000国家大地坐标系\r\n几度分带=3\r\n投影类型=高斯克吕格\r\n计量单位=米\r\n" \
    "带号=29\r\n精度=0.001\r\n转换参数=0,0,0,0,0,0,0\r\n[地块坐标]\r\n"

static struct gt_arena *a;
static struct gt_err err;
static char notes[4000];

static void keep(void *ctx, enum gt_note_kind kind, const char *text)
{
    (void)ctx;
    (void)kind;
    size_t n = strlen(notes);
    snprintf(notes + n, sizeof notes - n, "%s\n", text);
}

static void begin(void)
{
    gt_arena_free(a);
    a = gt_arena_new();
    err = (struct gt_err){0};
    notes[0] = '\0';
}

static enum gt_status read_as(const char *text, size_t n, const char *encoding, struct gt_text *out)
{
    static struct gt_work work = {.on_note = keep};
    struct gt_text_opt opt = {.file = "a.txt", .encoding = encoding, .work = &work};
    return gt_text_parcels(a, (struct gt_str){text, n}, &opt, out, &err);
}

static struct gt_text read_good(const char *text)
{
    struct gt_text t;
    begin();
    T_STATUS_ERR(read_as(text, strlen(text), NULL, &t), GT_OK, &err);
    return t;
}

static void refused(const char *text, const char *says)
{
    struct gt_text t;
    begin();
    T_STATUS_ERR(read_as(text, strlen(text), NULL, &t), GT_EINPUT, &err);
    T_HAS(err.text, says);
}

static double area(const struct gt_shapes *s, size_t i)
{
    double twice = 0;
    for (int64_t j = s->part[i]; j < s->part[i + 1]; j++)
        for (int64_t k = s->point[j]; k + 1 < s->point[j + 1]; k++)
            twice += s->xy[2 * k] * s->xy[2 * k + 3] - s->xy[2 * k + 2] * s->xy[2 * k + 1];
    return fabs(twice) / 2;
}

/* A square of 100 m with a hole of 20 m: 0.96 hectares. */
#define SQUARE                                                                    \
    "8,0.96,DK-1,一号地块,面,H45G,工业用地,1001,@\r\n"                   \
    "J1,1,3100000,29500000\r\nJ2,1,3100100,29500000\r\nJ3,1,3100100,29500100\r\n" \
    "J4,1,3100000,29500100\r\nJ1,1,3100000,29500000\r\n"                          \
    "J5,2,3100040,29500040\r\nJ6,2,3100040,29500060\r\nJ7,2,3100060,29500060\r\n" \
    "J8,2,3100060,29500040\r\nJ5,2,3100040,29500040\r\n"

T_TEST(text_parcels_reads_rings_and_attributes)
{
    struct gt_text t = read_good(HEADER SQUARE);
    const struct gt_features *f = &t.v[0].f;
    T_EQ_INT(t.n, 1);
    T_EQ_STR(t.crs, "EPSG:4517");
    T_EQ_STR(t.encoding, "UTF-8");
    T_EQ_INT(f->shapes->n, 1);
    T_EQ_INT(f->shapes->part[1], 2);
    T_EQ_INT(f->shapes->kind, GT_SHAPE_POLYGON);
    T_NEAR(area(f->shapes, 0), 9600, 1e-6);
    T_EQ_NUM(f->shapes->xy[0], 29500000);
    T_EQ_NUM(f->shapes->xy[1], 3100000);
    T_EQ_INT(f->n_fields, 8);
    T_EQ_STR(f->field[3], "DKMC");
    T_EQ_NUM(f->value[0].num, 8);
    T_EQ_NUM(f->value[1].num, 0.96);
    T_EQ_STR(f->value[3].text, "一号地块");
    T_EQ_STR(f->value[7].text, "1001");
    T_EQ_INT(f->trait[0], 0);
    T_EQ_STR(notes, "");
}

/* Rings that don't come back to their first point, two parcels, points of a third kind of number.
 */
T_TEST(text_parcels_closes_rings)
{
    struct gt_text t =
        read_good(HEADER "4,1,1,甲,面,,,,@\n1,1,3100000,29500000\n2,1,3100100,29500000\n"
                         "3,1,3100100,29500100\n4,1,3100000,29500100\n"
                         "3,0.5,2,乙,面,,,,@\nJ1,1,3100000,29500000\n"
                         "J2,1,3100100,29500000\nJ3,1,3100100,29500100\n");
    const struct gt_shapes *s = t.v[0].f.shapes;
    T_EQ_INT(s->n, 2);
    T_EQ_INT(s->point[1], 5);
    T_NEAR(area(s, 0), 10000, 1e-6);
    T_NEAR(area(s, 1), 5000, 1e-6);
    T_EQ_STR(notes, "");
}

/* Two islands under one ring number are two rings; either sum of areas is right. */
T_TEST(text_parcels_splits_closed_rings)
{
    struct gt_text t =
        read_good(HEADER "8,2,1,甲,面,,,,@\nJ1,1,3100000,29500000\nJ2,1,3100100,29500000\n"
                         "J3,1,3100100,29500100\nJ4,1,3100000,29500100\nJ1,1,3100000,29500000\n"
                         "J5,1,3100200,29500000\nJ6,1,3100300,29500000\nJ7,1,3100300,29500100\n"
                         "J8,1,3100200,29500100\nJ5,1,3100200,29500000\n");
    T_EQ_INT(t.v[0].f.shapes->part[1], 2);
    T_EQ_STR(notes, "");
}

T_TEST(text_parcels_reads_gbk)
{
    /* 坐标系=2000国家大地坐标系, 地块坐标, 面, 甲 in GBK */
    static const char text[] =
        "[\xca\xf4\xd0\xd4\xc3\xe8\xca\xf6]\n\xd7\xf8\xb1\xea\xcf\xb5=2000\xb9\xfa\xbc\xd2\n"
        "\xb4\xf8\xba\xc5=29\n[\xb5\xd8\xbf\xe9\xd7\xf8\xb1\xea]\n"
        "3,0.5,1,\xbc\xd7,\xc3\xe6,,,,@\nJ1,1,3100000,500000\nJ2,1,3100100,500000\n"
        "J3,1,3100100,500100\n";
    struct gt_text t;
    begin();
    T_OK(gt_text_is_parcels((struct gt_str){text, sizeof text - 1}));
    T_STATUS_ERR(read_as(text, sizeof text - 1, NULL, &t), GT_OK, &err);
    T_EQ_STR(t.encoding, "GB18030");
    T_EQ_STR(t.v[0].f.value[3].text, "甲");
    T_EQ_STR(t.crs, "EPSG:4538"); /* zone 29 of 3 degrees, 87 E, without its number */
    T_STATUS(read_as(text, sizeof text - 1, "UTF-8", &t), GT_EINPUT);
    T_HAS(err.text, "a.txt:1: expected letters of UTF-8");
}

T_TEST(text_parcels_warns_of_counts_and_areas)
{
    read_good(HEADER "5,0.7,1,甲,面,,,,@\nJ1,1,3100000,29500000\nJ2,1,3100100,29500000\n"
                     "J3,1,3100100,29500100\n");
    T_HAS(notes, "a.txt:13: expected 5 points, as the parcel's heading says, found 3");
    T_HAS(notes, "a.txt:13: expected the area of the points, 0.5000 hectares, found 0.7");
    read_good(HEADER "3,5000,1,甲,面,,,,@\nJ1,1,3100000,29500000\nJ2,1,3100100,29500000\n"
                     "J3,1,3100100,29500100\n");
    T_HAS(notes, "which is in square metres");
    read_good(HEADER "3,0.5公顷,1,甲,面,,,,@\nJ1,1,29500000,3100000\nJ2,1,29500000,3100100\n"
                     "J3,1,29500100,3100100\n");
    T_HAS(notes, "expected northings before eastings, found them in turn");
}

static const char *crs_of(const char *header, const char *east)
{
    begin();
    const char *text = gt_printf(
        a, "[属性描述]\n%s\n[地块坐标]\n1,0,1,甲,点,,,,@\nJ1,1,3100000,%s\n", header, east);
    struct gt_text t;
    T_STATUS_ERR(read_as(text, strlen(text), NULL, &t), GT_OK, &err);
    T_EQ_INT(t.v[0].f.shapes->kind, GT_SHAPE_POINT);
    return t.crs;
}

T_TEST(text_parcels_settles_the_zone)
{
    T_EQ_STR(crs_of("坐标系=2000国家大地坐标系\n几度分带=3\n带号=29", "500000"), "EPSG:4538");
    T_EQ_STR(crs_of("坐标系=2000国家大地坐标系\n几度分带=6\n带号=15", "500000"), "EPSG:4504");
    T_EQ_STR(crs_of("坐标系=2000国家大地坐标系", "15500000"), "EPSG:4493");
    T_EQ_STR(crs_of("坐标系=1980西安坐标系", "29500000"), "EPSG:2353");
    T_EQ_STR(crs_of("坐标系=1980西安坐标系\n几度分带=3度带\n带号=29", "500000"), "EPSG:2374");
    T_EQ_STR(crs_of("坐标系=1954北京坐标系", "29500000"), "EPSG:2405");
    T_EQ_STR(crs_of("坐标系=1954北京坐标系\n带号=15", "500000"), "EPSG:21455");
    T_EQ_STR(crs_of("坐标系=\n带号=29", "500000"), "");
    T_EQ_STR(crs_of("坐标系=2000国家大地坐标系", "500000"), "");
    refused(
        "[属性描述]\n坐标系=2000国家\n带号=30\n[地块坐标]\n1,0,1,甲,点,,,,@\nJ1,1,3100000,"
        "29500000\n",
        "a.txt: expected eastings of zone 30, as the header says, found them beginning with 29");
    refused("[属性描述]\n坐标系=2000国家\n几度分带=4\n",
            "a.txt:3: expected 3 or 6 for 几度分带, found 4");
}

T_TEST(text_parcels_refuses_with_the_line)
{
    refused(HEADER, "expected parcels under [地块坐标]");
    refused(HEADER "J1,1,3100000,29500000\n",
            "a.txt:13: expected a parcel's heading that ends with @");
    refused(HEADER "3,1,1,甲,面,,,,@\nJ1,1,3100000\n",
            "a.txt:14: expected a point (its number, ring, northing and easting");
    refused(HEADER "3,1,1,甲,面,,,,@\nJ1,1,abc,29500000\n", "found 'J1,1,abc,29500000'");
    refused(HEADER "3,1,1,甲,体,,,,@\n", "expected 面, 线 or 点");
}
