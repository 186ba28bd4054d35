/* test_text_vct.c: VCT files of both forms, written by hand after the standard's description. */
#include "text/text.h"

#include "t.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

static enum gt_status read_text(const char *text, struct gt_text *out)
{
    static struct gt_work work = {.on_note = keep};
    struct gt_text_opt opt = {.file = "a.vct", .work = &work};
    gt_arena_free(a);
    a = gt_arena_new();
    err = (struct gt_err){0};
    notes[0] = '\0';
    return gt_text_vct(a, gt_s(text), &opt, out, &err);
}

static double area(const struct gt_shapes *s, size_t i)
{
    double sum = 0;
    for (int64_t j = s->part[i]; j < s->part[i + 1]; j++) {
        double twice = 0;
        for (int64_t k = s->point[j]; k + 1 < s->point[j + 1]; k++)
            twice += s->xy[2 * k] * s->xy[2 * k + 3] - s->xy[2 * k + 2] * s->xy[2 * k + 1];
        sum += j == s->part[i] ? fabs(twice) / 2 : -fabs(twice) / 2;
    }
    return sum;
}

#define HEAD                                                                                        \
    "HeadBegin\nDataMark:LANDUSE-VCT\nVersion:3.0\nCoordinateSystemType:P\nDim:2\n"                 \
    "XAxisDirection:E\nYAxisDirection:N\nXYUnit:M\nSpheroid:CGCS2000,6378137.0,298.257222101\n"     \
    "PrimeMeridian:Greenwich\nProjection:高斯-克吕格投影\nParameters:87,1,29500000,0,3,29\n" \
    "Separator:,\nHeadEnd\n\n"                                                                      \
    "FeatureCodeBegin\n2001010100,地类图斑,Polygon,DLTB\n1000600100,行政区,Polygon,XZQ\n"    \
    "1000110408,水准点,Point,CLKZD\n1000600200,行政区界线,Line,XZQJX\nFeatureCodeEnd\n\n"   \
    "TableStructureBegin\nDLTB,3\nBSM,Char,18\nDLBM,Char,5\nTBMJ,Float,15,2\n0\n\n"                 \
    "XZQ,1\nXZQDM,Char,12\n0\nCLKZD,1\nKZDMC,Char,20\n0\nXZQJX,1\nJXLX,Char,6\n0\n"                 \
    "QSDW,2\nMC,Varchar\nDM,Int4\n0\nTableStructureEnd\n\n"

/* Two squares of 100 m side by side, the left with a square hole of 20 m; the border between them
 * is line 2. */
#define SHAPES                                                                                 \
    "PointBegin\n900\n1000110408\nunknown\n1\n1\n29500010,3100010\n0\nPointEnd\n"              \
    "LineBegin\n"                                                                              \
    "1\n1099000000\nunknown\n1\n1\n11\n4\n29500100,3100100\n29500000,3100100\n"                \
    "29500000,3100000\n29500100,3100000\n0\n"                                                  \
    "2\n1099000000\nunknown\n1\n1\n11\n2\n29500100,3100000\n29500100,3100100\n0\n"             \
    "3\n1099000000\nunknown\n1\n1\n11\n4\n29500100,3100100\n29500200,3100100\n"                \
    "29500200,3100000\n29500100,3100000\n0\n"                                                  \
    "4\n1099000000\nunknown\n1\n1\n11\n5\n29500040,3100040\n29500060,3100040\n"                \
    "29500060,3100060\n29500040,3100060\n29500040,3100040\n0\n"                                \
    "5\n1000600200\nunknown\n1\n2\n11\n2\n29500000,3100000\n29500050,3100000\n"                \
    "11\n2\n29500050,3100000\n29500100,3100000\n0\nLineEnd\n"                                  \
    "PolygonBegin\n"                                                                           \
    "11\n2001010100\nunknown\n100\n29500010.0,3100010.0\n21\n4\n1,-2,0,-4\n0\n"                \
    "12\n2001010100\nunknown\n100\n29500150.0,3100010.0\n21\n2\n3,2\n0\n"                      \
    "13\n1000600100\nunknown\n1\n29500150.0,3100010.0\n1\n11\n4\n29500000,3100000\n"           \
    "29500200,3100000\n29500200,3100100\n29500000,3100000\n0\n"                                \
    "14\n1000600100\nunknown\n100\n29500150.0,3100010.0\n22\n2\n11,12\n0\n"                    \
    "PolygonEnd\nAnnotationBegin\n77\n1000609000\nUnknown\n1\n某乡\n29500000,3100000,0\n0\n" \
    "AnnotationEnd\n"

#define ATTRIBUTES                                                                                  \
    "AttributeBegin\nDLTB\n12,B12,0103,10000.00\n11,B11,1001,9600\nTableEnd\n"                      \
    "XZQ\n13,540223\n14,540224\nTableEnd\nCLKZD\n900,点一\nTableEnd\nXZQJX\n5,620200\nTableEnd\n" \
    "QSDW\n1,某村,7\nTableEnd\nAttributeEnd\n"

static const struct gt_text_layer *layer(const struct gt_text *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->v[i].name, name) == 0)
            return &t->v[i];
    t_fail(T_HERE(name), "no layer %s", name);
    return NULL;
}

T_TEST(text_vct_puts_lines_and_rows_together)
{
    struct gt_text t;
    T_STATUS_ERR(read_text(HEAD SHAPES ATTRIBUTES, &t), GT_OK, &err);
    T_EQ_STR(t.crs, "EPSG:4517");
    T_EQ_INT(t.n, 5);
    T_EQ_STR(t.v[0].name, "DLTB");
    const struct gt_features *f = &t.v[0].f;
    T_EQ_INT(f->shapes->n, 2);
    T_EQ_INT(f->shapes->part[1], 2);
    T_NEAR(area(f->shapes, 0), 9600, 1e-6);
    T_NEAR(area(f->shapes, 1), 10000, 1e-6);
    T_EQ_INT(f->trait[0] | f->trait[1], 0);
    T_EQ_INT(f->id[1], 12);
    T_EQ_STR(f->value[0].text, "B11");
    T_EQ_NUM(f->value[5].num, 10000);
    T_EQ_INT(f->type[0].length, 18);
    T_EQ_INT(f->type[2].decimals, 2);
    T_HAS(notes, "sections that are left out: Annotation");
    T_HAS(notes, "2 lines are referred to against their direction");
}

T_TEST(text_vct_reads_all_kinds)
{
    struct gt_text t;
    T_STATUS_ERR(read_text(HEAD SHAPES ATTRIBUTES, &t), GT_OK, &err);
    const struct gt_text_layer *x = layer(&t, "XZQ"), *line = layer(&t, "XZQJX");
    T_NEAR(area(x->f.shapes, 0), 10000, 1e-6);
    T_EQ_INT(x->f.trait[0], 0);
    T_EQ_INT(x->f.shapes->part[2] - x->f.shapes->part[1], 3); /* of two other polygons */
    T_EQ_INT(line->f.shapes->point[1], 3);                    /* two pieces share a point */
    T_EQ_STR(line->f.value[0].text, "620200");
    T_EQ_INT(layer(&t, "CLKZD")->f.shapes->kind, GT_SHAPE_POINT);
    T_OK(layer(&t, "QSDW")->table);
    T_EQ_INT(layer(&t, "QSDW")->f.n_rows, 1);
    T_EQ_NUM(layer(&t, "QSDW")->f.value[1].num, 7);
}

T_TEST(text_vct_marks_what_is_odd)
{
    struct gt_text t;
    T_STATUS_ERR(
        read_text(HEAD "LineBegin\n1\n9\nu\n1\n1\n12\n3\n1,2\n2,3\n3,4\n0\nLineEnd\nPolygonBegin\n"
                       "11\n2001010100\nu\n100\n1,2\n21\n1\n1\n0\n"
                       "12\n2001010100\nu\n1\n1,2\n1\n11\n3\n29500000,3100000\n29500100,3100000\n"
                       "29500100,3100100\n0\n"
                       "13\n2001010100\nu\n1\n1,2\n1\n13\n29500000,3100000\n50\n0\nPolygonEnd\n"
                       "AttributeBegin\nDLTB\n11,B,1,x\n12,C,,\n13,D,,\n99,E,,\nTableEnd\n"
                       "AttributeEnd\n",
                  &t),
        GT_OK, &err);
    const struct gt_features *f = &layer(&t, "DLTB")->f;
    T_EQ_INT(f->shapes->n, 4);
    T_EQ_INT(f->trait[0], GT_TRAIT_UNREADABLE | GT_TRAIT_EMPTY);
    T_EQ_INT(f->trait[1], GT_TRAIT_OPEN);
    T_EQ_INT(f->trait[2], GT_TRAIT_UNREADABLE | GT_TRAIT_CURVED | GT_TRAIT_EMPTY);
    T_EQ_INT(f->trait[3], GT_TRAIT_NULL);
    T_EQ_STR(f->value[2].text, "x");
    T_EQ_INT(f->value[5].kind, GT_V_NODATA);
    T_HAS(notes, "3 objects of arcs or missing lines");
}

#define OLD_HEAD                                                                            \
    "HeadBegin\nDataMark:CNSDTF-VCT\nVersion:1.0\nUnit:M\nDim:2\nTopo:%d\nCoordinate:M\n"   \
    "Projection:Gauss\nSpheroid:1980西安\nMeridian:87\nSeparator:,\nHeadEnd\n"            \
    "FeatureCodeBegin\n4110,图斑,Polygon,255,TB\n5000,界线,Line,0,JX\nFeatureCodeEnd\n" \
    "TableStructureBegin\nTB,1\nMC,CHAR,10\nJX,1\nMC,CHAR,10\nTableStructureEnd\n"

T_TEST(text_vct_reads_the_form_of_1999)
{
    struct gt_text t;
    struct gt_arena *own = gt_arena_new();
    const char *text = gt_printf(
        own,
        OLD_HEAD "LineBegin\n5\n5000\nJX\n1\n2\n500000,3100000\n500100,3100000\nLineEnd\n"
                 "PolygonBegin\n1\n4110\nTB\n500010,3100010\n5\n500000,3100000\n500100,3100000\n"
                 "500100,3100100\n500000,3100100\n500000,3100000\n4\n500040,3100040\n"
                 "500060,3100040\n500060,3100060\n500040,3100040\n0\nPolygonEnd\n"
                 "AttributeBegin\nTB\n甲\nTableEnd\nJX\n5,乙\nTableEnd\nAttributeEnd\n",
        0);
    T_STATUS_ERR(read_text(text, &t), GT_OK, &err);
    T_EQ_STR(t.crs, "EPSG:2374");
    T_NEAR(area(layer(&t, "TB")->f.shapes, 0), 9800, 1e-6);
    T_EQ_STR(layer(&t, "TB")->f.value[0].text, "甲");
    T_EQ_STR(layer(&t, "JX")->f.value[0].text, "乙");
    text = gt_printf(own,
                     OLD_HEAD "LineBegin\n5\n5000\nJX\n1\n4\n500000,3100000\n500100,3100000\n"
                              "500100,3100100\n500000,3100000\nLineEnd\n"
                              "PolygonBegin\n1\n4110\nTB\n500010,3100010\n1\n5\n0\nPolygonEnd\n",
                     1);
    T_STATUS_ERR(read_text(text, &t), GT_OK, &err);
    T_NEAR(area(layer(&t, "TB")->f.shapes, 0), 5000, 1e-6);
    gt_arena_free(own);
}

static void refused(const char *text, const char *says)
{
    struct gt_text t;
    T_STATUS_ERR(read_text(text, &t), GT_EINPUT, &err);
    T_HAS(err.text, says);
}

T_TEST(text_vct_refuses_with_the_line)
{
    refused("HeadBegin\nVersion:3.0\n", "a.vct:2: expected HeadEnd, found the end of the file");
    refused("HeadBegin\nHeadEnd\nHello\n", "a.vct:3: expected the begin of a section");
    refused("HeadBegin\nHeadEnd\nStyleBegin\n1\n", "expected StyleEnd for the section");
    refused("HeadBegin\nHeadEnd\n", "expected layers, found a file that describes none");
    refused("HeadBegin\nSeparator:abc\n", "expected one mark as the separator");
    refused(HEAD "PointBegin\nx\n", "expected an object's number, found 'x'");
    refused(HEAD "PointBegin\n1\n1000110408\nu\n1\n1\n5\n",
            "expected a point (two or three numbers)");
    refused(HEAD "PolygonBegin\n1\n2001010100\nu\n7\n", "expected 1 or 100 as the kind of polygon");
    refused(HEAD "AttributeBegin\nABC\n", "expected the name of a table");
    refused(HEAD "AttributeBegin\nDLTB\n1,2,3,4,5\n", "a separator may stand in a text");
}
