/* test_text_csv.c: tables with coordinates: well-known text, vertices, points. */
#include "text/text.h"

#include "t.h"

#include <math.h>
#include <string.h>

static struct gt_arena *a;
static struct gt_err err;

static enum gt_status read_text(const char *text, struct gt_text *out)
{
    struct gt_text_opt opt = {.file = "a.csv"};
    gt_arena_free(a);
    a = gt_arena_new();
    err = (struct gt_err){0};
    return gt_text_csv(a, gt_s(text), &opt, out, &err);
}

static struct gt_text good(const char *text)
{
    struct gt_text t;
    T_STATUS_ERR(read_text(text, &t), GT_OK, &err);
    return t;
}

static void refused(const char *text, enum gt_status status, const char *says)
{
    struct gt_text t;
    T_STATUS_ERR(read_text(text, &t), status, &err);
    T_HAS(err.text, says);
}

T_TEST(text_csv_reads_well_known_text)
{
    struct gt_text t = good(
        "id,WKT,名称\n1,\"POLYGON ((0 0, 9 0, 9 9, 0 0),(1 1,2 1,2 2,1 1))\",甲\n"
        "2,\"SRID=4490;MultiPolygon Z (((0 0 5,9 0 5,9 9 5,0 0 5)),((20 0,29 0,29 9,20 1)))\",\n"
        "3,POLYGON EMPTY,\n4,,丁\n");
    const struct gt_features *f = &t.v[0].f;
    T_EQ_STR(t.crs, "EPSG:4490");
    T_EQ_INT(t.n, 1);
    T_EQ_INT(f->shapes->n, 4);
    T_EQ_INT(f->shapes->part[1], 2);
    T_EQ_INT(f->shapes->part[2], 4);
    T_EQ_INT(f->trait[0], 0);
    T_EQ_INT(f->trait[1], GT_TRAIT_MULTI | GT_TRAIT_Z | GT_TRAIT_OPEN);
    T_EQ_INT(f->trait[2], GT_TRAIT_EMPTY);
    T_EQ_INT(f->trait[3], GT_TRAIT_NULL);
    T_EQ_INT(f->n_fields, 2);
    T_EQ_STR(f->value[1].text, "甲");
    T_EQ_INT(f->value[3].kind, GT_V_NODATA);
}

T_TEST(text_csv_parts_kinds)
{
    struct gt_text t = good("wkt\tn\nPOINT (1 2)\ta\nLINESTRING(1 2,3 4)\tb\nMULTIPOINT((1 2),(3 "
                            "4))\tc\nPOINTZ(1 2 3)\td\nMULTILINESTRING((1 2,3 4),(5 6,7 8))\te\n");
    T_EQ_INT(t.n, 2);
    T_EQ_STR(t.v[0].name, "a_line");
    T_EQ_INT(t.v[0].f.shapes->part[2], 3);
    T_EQ_STR(t.v[1].name, "a_point");
    T_EQ_INT(t.v[1].f.shapes->n, 3);
    T_EQ_INT(t.v[1].f.shapes->part[2] - t.v[1].f.shapes->part[1], 2);
    T_EQ_INT(t.v[1].f.trait[2], GT_TRAIT_Z);
}

/* Rows in any order: sorted by ring and number; attributes of a feature's first row. */
T_TEST(text_csv_puts_vertices_together)
{
    struct gt_text t =
        good("地块编号,圈号,点号,x,y,用途\nB,1,J1,0,0,乙\nA,1,2,9,0,甲\nA,1,1,0,0,\n"
             "A,2,1,1,1,\nA,1,3,9,9,\nB,1,J10,9,9,\nB,1,J2,9,0,\nA,2,2,2,1,\nA,2,3,2,2,\n");
    const struct gt_features *f = &t.v[0].f;
    T_EQ_STR(t.crs, "");
    T_EQ_INT(f->shapes->n, 2);
    T_EQ_STR(f->value[0].text, "B");
    T_EQ_STR(f->value[3].text, "甲");
    T_EQ_INT(f->shapes->part[1], 1);
    T_EQ_INT(f->shapes->part[2], 3);
    T_EQ_INT(f->shapes->point[1], 4);
    T_EQ_NUM(f->shapes->xy[2], 9);
    T_EQ_NUM(f->shapes->xy[3], 0);
    T_EQ_INT(f->trait[1], 0);
}

T_TEST(text_csv_reads_points)
{
    struct gt_text t = good("名称;经度;纬度\n甲;87.5;28.1\n");
    T_EQ_STR(t.crs, "EPSG:4490");
    T_EQ_INT(t.v[0].f.shapes->kind, GT_SHAPE_POINT);
    T_EQ_NUM(t.v[0].f.shapes->xy[1], 28.1);
    T_EQ_INT(t.v[0].f.n_fields, 3);
    t = good("x,y\n29500000,3100000\n");
    T_EQ_STR(t.crs, "");
}

T_TEST(text_csv_refuses_with_the_line)
{
    refused("a,b\n1,2\n", GT_ENOTFOUND, "expected a column of well-known text");
    refused("wkt\n\"POLYGON ((0 0, 1)\"\n", GT_EINPUT, "a.csv:2: expected two numbers");
    refused("wkt\n\"POLYGON ((0 0, 1 1)\"\n", GT_EINPUT, "expected ')'");
    refused("wkt\nPOINT (1 2) x\n", GT_EINPUT, "expected the end");
    refused("wkt\nCIRCLE (1 2)\n", GT_EINPUT, "a.csv:2: expected well-known text such as");
    refused("wkt\nSRID=4490;POINT(1 2)\nSRID=4326;POINT(1 2)\n", GT_EINPUT,
            "expected the SRID 4490");
    refused("x,y\n1,abc\n", GT_EINPUT, "a.csv:2: expected a number for y, found 'abc'");
    refused("x,y\n", GT_EINPUT, "expected rows below the heading");
    refused("id,ring,x,y\n1,a,0,0\n", GT_EINPUT, "expected a number for ring, found 'a'");
}
