/* faults_lines.c: conflicts of the control lines with one another and with the land. */
#include "faults_int.h"

#include <string.h>

#define HALF 8.0 /* of the squares in conflict, m */

/* ---- Where ---- */

/* The parcel of the village that holds the candidate's place, and its zone. */
static const struct gt_parcel *parcel_at(const struct gt_candidate *c, const struct gt_zone **zone)
{
    const struct gt_planner *p = c->p->at;
    const double *first = c->f->shapes->xy + 2 * c->f->shapes->point[c->f->shapes->part[c->i]];
    for (size_t i = 0; i < p->l->n; i++) {
        const struct gt_parcel *q = &p->l->parcel[i];
        if (!q->now || memcmp(p->l->xy + 2 * q->point, first, 2 * sizeof *first) != 0)
            continue;
        if (!gt_starts(gt_candidate_text(c, "DLBM"), q->is.code))
            continue;
        *zone = &p->zone[q->block];
        return q;
    }
    return NULL;
}

static bool has_template(const struct gt_candidate *c, const char *layer)
{
    for (size_t i = 0; i < c->p->n_layers; i++)
        if (strcmp(c->p->layer[i], layer) == 0)
            return c->p->count[i] > 0;
    return false;
}

/* Parcels of DLTB as candidates. */
static bool is_town_field(const struct gt_candidate *c)
{
    const struct gt_zone *z;
    const struct gt_parcel *q = parcel_at(c, &z);
    const struct gt_village *l = c->p->at->l;
    return q && q->is.crop && z->town >= 0 && q->is.grade < 5 && q - l->parcel != z->window &&
           has_template(c, "GDBHHX") && has_template(c, "YJJBNTBHHX");
}

static bool is_town_ground(const struct gt_candidate *c)
{
    const struct gt_zone *z;
    const struct gt_parcel *q = parcel_at(c, &z);
    return q && !q->is.crop && z->town >= 0 && has_template(c, "STBHHX");
}

static bool is_steep_field(const struct gt_candidate *c)
{
    const struct gt_zone *z;
    const struct gt_parcel *q = parcel_at(c, &z);
    return q && q->is.crop && q->is.grade == 5 && !z->red && z->town < 0 &&
           strcmp(gt_candidate_text(c, "GDLX"), "PD") == 0 && has_template(c, "YJJBNTBHHX");
}

static bool is_open_meadow(const struct gt_candidate *c)
{
    const struct gt_zone *z;
    const struct gt_parcel *q = parcel_at(c, &z);
    return q && gt_starts(q->is.code, "04") && !z->red && z->town < 0 &&
           has_template(c, "GDBHHX") && has_template(c, "YJJBNTBHHX");
}

static bool may_have_red(const struct gt_candidate *c)
{
    return has_template(c, "STBHHX");
}

static bool may_have_core(const struct gt_candidate *c)
{
    return has_template(c, "ZRBHD");
}

/* Outside protected areas, whose core would be another conflict. */
static bool may_have_mine(const struct gt_candidate *c)
{
    return strcmp(gt_candidate_text(c, "LHLX"), "自然保护地") != 0 &&
           has_template(c, "KYQ_CKQXKFW");
}

/* ---- What ---- */

/* A square of another layer upon the candidate; `text` names the layer. */
static void square_upon(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    double xy[10];
    int64_t fid;
    gt_fault_square(c->x, c->y, HALF, xy);
    struct gt_planted *t = gt_fault_tell(c, s);
    const char *here = t->feature;
    t->layer = s->text;
    t->feature = gt_fault_feature(c->p, s->text, xy, 5, &fid);
    t->also = strcmp(c->layer, "DLTB") == 0 ? "" : here;
    t->value = gt_fault_area(c->p, xy, 5);
    if (strcmp(s->text, "ZRBHD") != 0)
        return;
    struct gt_candidate core = *c;
    core.layer = "ZRBHD";
    core.fid = fid;
    gt_fault_text(&core, "GNFQ", "核心保护区");
}

/* Basic farmland, kept as cropland too, that should not be. */
static void basic_and_kept(const struct gt_candidate *c, const double *xy, size_t n,
                           const struct gt_fault_spec *s)
{
    int64_t fid;
    struct gt_planted *t = gt_fault_tell(c, s);
    t->layer = "YJJBNTBHHX";
    t->feature = gt_fault_feature(c->p, "YJJBNTBHHX", xy, n, &fid);
    t->value = gt_fault_area(c->p, xy, n);
    gt_fault_feature(c->p, "GDBHHX", xy, n, &fid);
}

static void square_of_both(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    double xy[10];
    gt_fault_square(c->x, c->y, HALF, xy);
    basic_and_kept(c, xy, 5, s);
}

/* Kept as cropland already; becomes basic farmland as well. */
static void square_of_basic(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    double xy[10];
    int64_t fid;
    gt_fault_square(c->x, c->y, HALF, xy);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->layer = "YJJBNTBHHX";
    t->feature = gt_fault_feature(c->p, "YJJBNTBHHX", xy, 5, &fid);
    t->value = gt_fault_area(c->p, xy, 5);
}

static void hole(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    const struct gt_shapes *g = c->f->shapes;
    struct gt_buf b = {.a = c->p->a};
    double xy[10], back[10];
    gt_fault_square(c->x, c->y, HALF, xy);
    for (int i = 0; i < 5; i++)
        memcpy(back + 2 * i, xy + 2 * (4 - i), 2 * sizeof *xy);
    gt_wkb_begin(&b, 3, 1 + (uint32_t)(g->part[c->i + 1] - g->part[c->i]));
    for (int64_t j = g->part[c->i]; j < g->part[c->i + 1]; j++)
        gt_wkb_ring(&b, g->xy + 2 * g->point[j], (uint32_t)(g->point[j + 1] - g->point[j]));
    gt_wkb_ring(&b, back, 5);
    gt_fault_shape(c, &b);
    double m2 = gt_fault_area(c->p, xy, 5);
    gt_fault_num(c, "MJ", floor((gt_candidate_num(c, "MJ") - m2) * 100 + 0.5) / 100);
    gt_fault_tell(c, s)->value = m2;
}

static bool is_basic_too(const struct gt_candidate *c)
{
    const struct gt_planner *p = c->p->at;
    const double *first = c->f->shapes->xy + 2 * c->f->shapes->point[c->f->shapes->part[c->i]];
    for (size_t i = 0; i < p->l->n; i++) {
        const struct gt_parcel *q = &p->l->parcel[i];
        double m2 = (double)q->cents / 100;
        if (q->now && memcmp(p->l->xy + 2 * q->point, first, 2 * sizeof *first) == 0 &&
            fabs(m2 - gt_candidate_num(c, "MJ")) < 0.005)
            return gt_zone_basic(p->zone, p->l, i);
    }
    return false;
}

/* Basic farmland stays where the cropland to be kept goes. */
static void not_kept(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    gt_fault_add(c->p, GT_FAULT_DROP, c->layer, c->fid);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->layer = "YJJBNTBHHX";
    t->feature = "";
    t->value = gt_candidate_num(c, "MJ");
}

const struct gt_fault_spec gt_fault_lines[] = {
    {"lines.pbf_slope", "DLTB", is_steep_field, square_of_basic, NULL, NULL,
     "永久基本农田在25度以上坡地"},
    {"lines.pbf_udb", "DLTB", is_town_field, square_of_both, NULL, NULL,
     "永久基本农田与城镇开发边界重叠"},
    {"lines.redline_udb", "DLTB", is_town_ground, square_upon, NULL, "STBHHX",
     "生态保护红线与城镇开发边界重叠"},
    {"lines.hole", "CZKFBJ", NULL, hole, NULL, NULL, "城镇开发边界有无故空洞"},
    {"lines.mining", "STBHHX", may_have_mine, square_upon, NULL, "KYQ_CKQXKFW",
     "采矿权与生态保护红线重叠"},
    {"lines.core_zone", "YJJBNTBHHX", may_have_core, square_upon, NULL, "ZRBHD",
     "核心保护区内有永久基本农田"},
    {"lines.redline_pbf", "YJJBNTBHHX", may_have_red, square_upon, NULL, "STBHHX",
     "生态保护红线与永久基本农田重叠"},
    {"lines.pbf_class", "DLTB", is_open_meadow, square_of_both, NULL, NULL,
     "永久基本农田不在耕地上"},
    {"lines.farmland_target", "GDBHHX", is_basic_too, not_kept, NULL, NULL,
     "永久基本农田在耕地保护红线之外"},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL}};
