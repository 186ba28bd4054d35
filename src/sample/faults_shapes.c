/* faults_shapes.c: faults of single geometries, and of how neighbours meet. */
#include "faults_int.h"

#include <math.h>
#include <string.h>

#define HALF 8.0 /* of the squares that stand for a shape, m */

struct ring {
    const double *xy;
    size_t n;
};

static struct ring ring_of(const struct gt_candidate *c)
{
    const struct gt_shapes *s = c->f->shapes;
    int64_t part = s->part[c->i];
    return (struct ring){s->xy + 2 * s->point[part], (size_t)(s->point[part + 1] - s->point[part])};
}

static void one_ring(const struct gt_candidate *c, uint32_t type, const double *xy, size_t n)
{
    struct gt_buf b = {.a = c->p->a};
    gt_wkb_begin(&b, type, 1);
    gt_wkb_ring(&b, xy, (uint32_t)n);
    gt_fault_shape(c, &b);
}

/* ---- Bad geometries ---- */

static void no_shape(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct gt_buf b = {.a = c->p->a};
    gt_fault_shape(c, &b);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->lon = t->lat = (double)NAN;
}

static void empty_shape(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct gt_buf b = {.a = c->p->a};
    gt_wkb_begin(&b, 3, 0);
    gt_fault_shape(c, &b);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->lon = t->lat = (double)NAN;
}

static void unclosed(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct ring r = ring_of(c);
    one_ring(c, 3, r.xy, r.n - 1);
    gt_fault_tell(c, s);
}

static double *copy_of(const struct gt_candidate *c, struct ring r, size_t more)
{
    double *xy = GT_TAKE_N(c->p->a, double, 2 * (r.n + more));
    memcpy(xy, r.xy, 2 * r.n * sizeof *xy);
    return xy;
}

static void not_finite(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct ring r = ring_of(c);
    double *xy = copy_of(c, r, 0);
    xy[5] = (double)NAN;
    one_ring(c, 3, xy, r.n);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->lon = t->lat = (double)NAN;
}

/* A circle through the corners of a square, as a polygon of arcs. */
static void curved(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct gt_buf b = {.a = c->p->a};
    double xy[10];
    gt_fault_square(c->x, c->y, HALF, xy);
    gt_wkb_begin(&b, 10, 1);
    gt_buf_addn(&b, "\1\10\0\0\0", 5);
    gt_wkb_ring(&b, xy, 5);
    gt_fault_shape(c, &b);
    gt_fault_tell(c, s);
}

static void with_heights(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct gt_buf b = {.a = c->p->a};
    struct ring r = ring_of(c);
    uint32_t n = (uint32_t)r.n;
    const double z = 4100;
    gt_wkb_begin(&b, 1003, 1);
    gt_buf_addn(&b, &n, sizeof n);
    for (size_t i = 0; i < r.n; i++) {
        gt_buf_addn(&b, r.xy + 2 * i, 16);
        gt_buf_addn(&b, &z, sizeof z);
    }
    gt_fault_shape(c, &b);
    gt_fault_tell(c, s);
}

/* The feature's ring, and others behind it. */
static void more_rings(const struct gt_candidate *c, const double *xy, size_t n, uint32_t times)
{
    struct gt_buf b = {.a = c->p->a};
    struct ring r = ring_of(c);
    gt_wkb_begin(&b, 3, 1 + times);
    gt_wkb_ring(&b, r.xy, (uint32_t)r.n);
    for (uint32_t i = 0; i < times; i++)
        gt_wkb_ring(&b, xy, (uint32_t)n);
    gt_fault_shape(c, &b);
}

static void short_ring(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    const double xy[6] = {c->x, c->y, c->x + HALF, c->y, c->x, c->y};
    more_rings(c, xy, 3, 1);
    gt_fault_tell(c, s);
}

static void twice_a_hole(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    double xy[10];
    gt_fault_square(c->x, c->y, HALF, xy);
    more_rings(c, xy, 5, 2);
    gt_fault_tell(c, s);
}

static void hole_outside(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct gt_box b = gt_shape_box(c->f->shapes, c->i);
    double xy[10];
    gt_fault_square(b.x1 + 40, c->y, HALF, xy);
    more_rings(c, xy, 5, 1);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->lon = b.x1 + 40;
}

static void double_point(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct ring r = ring_of(c);
    double *xy = copy_of(c, r, 1);
    memmove(xy + 8, xy + 6, 2 * (r.n - 3) * sizeof *xy);
    one_ring(c, 3, xy, r.n + 1);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->lon = xy[6];
    t->lat = xy[7];
}

/* Out from a point to the middle of the shape and back. */
static void spike(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct ring r = ring_of(c);
    double *xy = copy_of(c, r, 2);
    memmove(xy + 10, xy + 6, 2 * (r.n - 3) * sizeof *xy);
    xy[8] = gt_plot_round((xy[6] + c->x) / 2);
    xy[9] = gt_plot_round((xy[7] + c->y) / 2);
    one_ring(c, 3, xy, r.n + 2);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->lon = xy[8];
    t->lat = xy[9];
}

/* Shapes of small steps about the middle. */
static void steps(const struct gt_candidate *c, const signed char (*step)[2], size_t n)
{
    double *xy = GT_TAKE_N(c->p->a, double, 2 * n);
    for (size_t i = 0; i < n; i++) {
        xy[2 * i] = gt_plot_round(c->x + HALF * step[i][0]);
        xy[2 * i + 1] = gt_plot_round(c->y + HALF * step[i][1]);
    }
    one_ring(c, 3, xy, n);
}

static void bow_tie(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    static const signed char step[][2] = {{-1, -1}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1}};
    steps(c, step, GT_LEN(step));
    gt_fault_tell(c, s);
}

static void touching(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    static const signed char step[][2] = {{-1, -1}, {0, -1}, {0, 0},  {1, 0},  {1, 1},
                                          {0, 1},   {0, 0},  {-1, 0}, {-1, -1}};
    steps(c, step, GT_LEN(step));
    gt_fault_tell(c, s);
}

static void flat(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    static const signed char step[][2] = {{-1, 0}, {0, 0}, {1, 0}, {-1, 0}};
    steps(c, step, GT_LEN(step));
    gt_fault_tell(c, s);
}

static void line_for_point(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct gt_buf b = {.a = c->p->a};
    const double xy[4] = {c->x, c->y, c->x + HALF, c->y};
    gt_wkb_begin(&b, 2, 2);
    gt_buf_addn(&b, xy, sizeof xy);
    gt_fault_shape(c, &b);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->lon = t->lat = (double)NAN;
}

static void far_away(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct gt_buf b = {.a = c->p->a};
    const double xy[2] = {c->x, c->y + 90000};
    gt_buf_addn(&b, "\1\1\0\0\0", 5);
    gt_buf_addn(&b, xy, sizeof xy);
    gt_fault_shape(c, &b);
    gt_fault_package(c->p, s->rule, c->layer, s->title);
}

/* ---- Neighbours ---- */

/* Another feature behind it that is used alike and does not come near it; 0: none. */
static size_t far_mate(const struct gt_candidate *c)
{
    struct gt_candidate other = *c;
    const char *code = gt_candidate_text(c, "DLBM");
    struct gt_box box = gt_shape_box(c->f->shapes, c->i);
    if (gt_starts(code, "01") || gt_candidate_text(c, "CZCSXM")[0])
        return 0;
    while (++other.i < c->f->shapes->n)
        if (strcmp(code, gt_candidate_text(&other, "DLBM")) == 0 &&
            !gt_box_meets(box, gt_shape_box(c->f->shapes, other.i)))
            return other.i;
    return 0;
}

static bool has_far_mate(const struct gt_candidate *c)
{
    return far_mate(c) > 0;
}

/* A place inside the polygon that two rings make together. */
static void place_inside(const struct gt_candidate *c, const struct ring r[2], struct gt_planted *t)
{
    const int64_t part[] = {0, 2};
    const int64_t point[] = {0, (int64_t)r[0].n, (int64_t)(r[0].n + r[1].n)};
    double *xy = GT_TAKE_N(c->p->a, double, 2 * (r[0].n + r[1].n));
    memcpy(xy, r[0].xy, 2 * r[0].n * sizeof *xy);
    memcpy(xy + 2 * r[0].n, r[1].xy, 2 * r[1].n * sizeof *xy);
    struct gt_shapes both = *c->f->shapes;
    both.n = 1;
    both.part = part;
    both.point = point;
    both.xy = xy;
    gt_polygon_inner(&both, 0, &t->lon, &t->lat);
}

/* Two parcels become one record of two parts. */
static void two_parts(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct gt_buf b = {.a = c->p->a};
    struct gt_candidate mate = *c;
    mate.i = far_mate(c);
    double m2 = gt_candidate_num(c, "TBMJ") + gt_candidate_num(&mate, "TBMJ");
    struct ring r[2] = {ring_of(c), ring_of(&mate)};
    gt_wkb_begin(&b, 6, 2);
    for (int i = 0; i < 2; i++) {
        gt_wkb_begin(&b, 3, 1);
        gt_wkb_ring(&b, r[i].xy, (uint32_t)r[i].n);
    }
    gt_fault_shape(c, &b);
    gt_fault_num(c, "TBMJ", floor(m2 * 100 + 0.5) / 100);
    gt_fault_num(c, "TBDLMJ", floor(m2 * 100 + 0.5) / 100);
    mate.fid += (int64_t)(mate.i - c->i);
    gt_polygon_inner(c->f->shapes, mate.i, &mate.x, &mate.y);
    gt_fault_spot(&mate);
    gt_fault_add(c->p, GT_FAULT_DROP, c->layer, mate.fid);
    place_inside(c, r, gt_fault_tell(c, s));
}

static void twice(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct ring r = ring_of(c);
    int64_t fid;
    gt_fault_tell(c, s)->also = gt_fault_feature(c->p, c->layer, r.xy, r.n, &fid);
}

static void overlapping(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    double xy[10];
    int64_t fid;
    gt_fault_square(c->x, c->y, HALF, xy);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->also = gt_fault_feature(c->p, c->layer, xy, 5, &fid);
    t->value = gt_fault_area(c->p, xy, 5);
}

static void taken_out(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    gt_fault_add(c->p, GT_FAULT_DROP, c->layer, c->fid);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->feature = "";
    t->value = gt_candidate_num(c, "MJ");
}

/* A strip of 5 cm where nothing else of the layer is. */
static void sliver(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    double x = gt_plot_round(c->x), y = gt_plot_round(c->y);
    const double xy[10] = {x, y, x + 16, y, x + 16, y + 0.05, x, y + 0.05, x, y};
    int64_t fid;
    struct gt_planted *t = gt_fault_tell(c, s);
    t->layer = "GDBHHX";
    t->feature = gt_fault_feature(c->p, "GDBHHX", xy, 5, &fid);
}

static bool is_outline(const struct gt_survey_unit *u, const double *p)
{
    for (size_t i = 0; i < u->n; i++)
        if (fabs(u->xy[2 * i] - p[0]) < 1e-3 && fabs(u->xy[2 * i + 1] - p[1]) < 1e-3)
            return true;
    return false;
}

/* The edge that gets a point has a neighbour behind it: it is not one of the county's outline. */
static bool has_neighbour(const struct gt_candidate *c)
{
    struct ring r = ring_of(c);
    const struct gt_survey_unit *county = &c->p->v->unit[0];
    return r.n > 4 && !(is_outline(county, r.xy + 4) && is_outline(county, r.xy + 6));
}

/* A point in the middle of an edge that the neighbour does not have. */
static void lone_point(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct ring r = ring_of(c);
    double *xy = copy_of(c, r, 1);
    memmove(xy + 8, xy + 6, 2 * (r.n - 3) * sizeof *xy);
    xy[6] = gt_plot_round((xy[4] + xy[8]) / 2);
    xy[7] = gt_plot_round((xy[5] + xy[9]) / 2);
    one_ring(c, 3, xy, r.n + 1);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->lon = xy[6];
    t->lat = xy[7];
}

/* Half of it beyond the limit, where no field is near. */
static void beyond(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    const struct gt_survey_unit *u = &c->p->v->unit[0];
    const struct gt_sample *sample = c->p->v->s;
    size_t i = 0;
    while (i + 1 < u->n && gt_sample_between(sample->fact[FACT_CROP], u->xy[2 * i] - sample->x0,
                                             sample->y0 - u->xy[2 * i + 1]) > -0.4)
        i++;
    double xy[10];
    int64_t fid;
    struct gt_planted *t = gt_fault_tell(c, s);
    gt_fault_square(u->xy[2 * i], u->xy[2 * i + 1], HALF, xy);
    t->layer = "GDBHHX";
    t->feature = gt_fault_feature(c->p, "GDBHHX", xy, 5, &fid);
    t->lon = u->xy[2 * i];
    t->lat = u->xy[2 * i + 1];
}

/* The ring turned so that its longest edge runs from point 0 to point 1. */
static double *longest_first(const struct gt_candidate *c, struct ring r)
{
    double *xy = copy_of(c, r, 1), most = 0;
    size_t at = 0;
    for (size_t i = 0; i + 1 < r.n; i++) {
        double len =
            gt_sample_hypot(r.xy[2 * i + 2] - r.xy[2 * i], r.xy[2 * i + 3] - r.xy[2 * i + 1]);
        at = len > most ? i : at;
        most = fmax(most, len);
    }
    for (size_t i = 0; i < r.n; i++)
        memcpy(xy + 2 * i, r.xy + 2 * ((at + i) % (r.n - 1)), 2 * sizeof *xy);
    return xy;
}

/* A parcel of 150 m2 cut off along an edge; the neighbour across it keeps its border. */
static void tiny(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct ring r = ring_of(c);
    struct gt_planting *p = c->p;
    double *xy = longest_first(c, r);
    double dx = xy[2] - xy[0], dy = xy[3] - xy[1], len2 = dx * dx + dy * dy;
    memmove(xy + 4, xy + 2, 2 * (r.n - 1) * sizeof *xy);
    xy[2] = gt_plot_round(xy[0] + dx / 2 - dy * 300 / len2);
    xy[3] = gt_plot_round(xy[1] + dy / 2 + dx * 300 / len2);
    const double tri[8] = {xy[0], xy[1], xy[4], xy[5], xy[2], xy[3], xy[0], xy[1]};
    double m2 = gt_fault_area(p, tri, 4), rest = gt_candidate_num(c, "TBMJ") - m2;
    struct gt_candidate cut = *c;
    cut.fid = 1000000000 + ++p->fresh;
    gt_fault_add(p, GT_FAULT_COPY, c->layer, c->fid)->to = cut.fid;
    one_ring(c, 3, xy, r.n + 1);
    one_ring(&cut, 3, tri, 4);
    const char *bsm = gt_printf(p->a, GT_SAMPLE_REGION "20019%07lld", (long long)p->fresh);
    gt_fault_text(&cut, "BSM", bsm);
    gt_fault_num(&cut, "TBMJ", m2);
    gt_fault_num(&cut, "TBDLMJ", m2);
    gt_fault_num(c, "TBMJ", floor(rest * 100 + 0.5) / 100);
    gt_fault_num(c, "TBDLMJ", floor(rest * 100 + 0.5) / 100);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->feature = bsm;
    t->value = m2;
    t->lon = (tri[0] + tri[2] + tri[4]) / 3;
    t->lat = (tri[1] + tri[3] + tri[5]) / 3;
}

static bool is_plain(const struct gt_candidate *c)
{
    return strcmp(gt_candidate_text(c, "DLBM"), "0401") == 0;
}

const struct gt_fault_spec gt_fault_shapes[] = {
    {"topology.outside", "XZQC", NULL, beyond, NULL, NULL, "要素超出行政区界线"},
    {"reference.extent", "FZJZSSD", NULL, far_away, NULL, NULL, "坐标超出本行政区范围"},
    {"topology.kind", "ZDJCSSD", NULL, line_for_point, NULL, NULL, "图形类型不符"},
    {"topology.gap", "YDYHGHFQ", NULL, taken_out, NULL, NULL, "全覆盖图层有缝隙"},
    {"topology.null", "TRL", NULL, no_shape, NULL, NULL, "没有图形"},
    {"topology.short", "TRL", NULL, short_ring, NULL, NULL, "环少于四个点"},
    {"topology.not_finite", "TRL", NULL, not_finite, NULL, NULL, "坐标不是有限的数"},
    {"topology.duplicate_ring", "TRL", NULL, twice_a_hole, NULL, NULL, "环重复"},
    {"topology.unclosed", "SD", NULL, unclosed, NULL, NULL, "环未闭合"},
    {"topology.zm", "SD", NULL, with_heights, NULL, NULL, "带高程值"},
    {"topology.spike", "SD", NULL, spike, NULL, NULL, "边界有尖刺"},
    {"topology.zero_area", "SD", NULL, flat, NULL, NULL, "面积为零"},
    {"topology.self_touching", "SD", NULL, touching, NULL, NULL, "面被自相切的点断开"},
    {"topology.empty", "STGYL", NULL, empty_shape, NULL, NULL, "空图形"},
    {"topology.curved", "STGYL", NULL, curved, NULL, NULL, "含曲线段"},
    {"topology.duplicate_point", "STGYL", NULL, double_point, NULL, NULL, "节点重复"},
    {"topology.self_crossing", "STGYL", NULL, bow_tie, NULL, NULL, "自相交"},
    {"topology.hole_outside", "STGYL", NULL, hole_outside, NULL, NULL, "内环在外环之外"},
    {"topology.multipart", "DLTB", has_far_mate, two_parts, NULL, NULL, "多部件图斑"},
    {"topology.duplicate", "GDBHHX", NULL, twice, NULL, NULL, "要素图形完全相同"},
    {"topology.overlap", "GDBHHX", NULL, overlapping, NULL, NULL, "要素重叠"},
    {"topology.sliver", "DLTB", is_plain, sliver, NULL, NULL, "狭长碎面"},
    {"topology.border", "GHYDYH", has_neighbour, lone_point, NULL, NULL, "公共边节点不一致"},
    {"areas.small", "DLTB", is_plain, tiny, NULL, NULL, "图斑小于最小上图面积"},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL}};
