/* planning_drafts.c: the three lines in a first draft, with conflicts that are known one by one. */
#include "planning_int.h"

#include <string.h>

enum { RED, BASIC, BOUNDARY };
static const char *const code[] = {"REDLINE_DRAFT", "PBF_DRAFT", "UDB_DRAFT"};

/* ---- What the draft gets wrong ---- */

static bool is_now(const struct gt_parcel *q)
{
    return q->now;
}

static bool is_mine(const struct gt_planner *p, const struct gt_parcel *q)
{
    return is_now(q) && strcmp(q->is.code, "0602") == 0 && !p->zone[q->block].red;
}

/* Farmland where nothing may be used, and in ground that a town is to grow into. */
static void spread_farmland(const struct gt_planner *p, struct gt_drafts *d)
{
    bool core = false, town = false;
    for (size_t i = 0; i < p->l->n; i++) {
        const struct gt_parcel *q = &p->l->parcel[i];
        const struct gt_zone *z = &p->zone[q->block];
        if (!is_now(q) || q->strip || q->is.grade == 5)
            continue;
        bool *done = z->core                                                 ? &core
                     : z->town % 4 == 1 && d->window[q->block] != (int64_t)i ? &town
                                                                             : NULL;
        if (!done || *done)
            continue;
        *done = d->basic[i] = true;
    }
}

/* A block with farmland, and one with a mine: nature is to be kept there too. */
static void spread_red_line(const struct gt_planner *p, struct gt_drafts *d)
{
    bool farm = false, mine = false;
    for (size_t i = 0; i < p->l->n; i++) {
        const struct gt_parcel *q = &p->l->parcel[i];
        const struct gt_zone *z = &p->zone[q->block];
        if (z->red || z->town >= 0)
            continue;
        bool *done = is_mine(p, q) ? &mine : d->basic[i] ? &farm : NULL;
        if (!done || *done)
            continue;
        *done = d->red[q->block] = true;
    }
}

/* Towns in turn: under the red line; farmland in it, as spread above; a hole that nothing fills. */
static void spoil_towns(const struct gt_planner *p, struct gt_drafts *d)
{
    for (size_t i = 0; i < p->l->n_blocks; i++) {
        const struct gt_zone *z = &p->zone[i];
        if (z->town < 0 || z->town % 4 == 3)
            continue;
        if (z->town % 4 == 2 && z->window < 0)
            d->window[i] = gt_zone_inner(p->l, (int32_t)i, true, false);
        d->red[i] = z->town % 4 == 0;
        if (d->window[i] >= 0)
            d->basic[d->window[i]] = false;
    }
}

/* ---- Which conflicts that makes ---- */

static struct gt_draft_conflict *add(const struct gt_planner *p, struct gt_drafts *d,
                                     const char *kind, size_t parcel)
{
    const struct gt_parcel *q = &p->l->parcel[parcel];
    struct gt_draft_conflict *c = GT_PUSH(d->a, &d->v);
    *c = (struct gt_draft_conflict){.kind = kind, .m2 = (double)q->cents / 100};
    gt_plot_area2(p->l->xy + 2 * q->point, q->n - 1, c->place);
    return c;
}

static void side(struct gt_draft_conflict *c, int i, const char *layer, size_t at)
{
    c->layer[i] = layer;
    c->at[i] = at;
}

static void against(const struct gt_planner *p, struct gt_drafts *d, const char *kind,
                    const char *layer, size_t parcel)
{
    struct gt_draft_conflict *c = add(p, d, kind, parcel);
    side(c, 0, code[BASIC], parcel);
    side(c, 1, layer, (size_t)p->l->parcel[parcel].block);
}

static void of_farmland(const struct gt_planner *p, struct gt_drafts *d, size_t i)
{
    const struct gt_parcel *q = &p->l->parcel[i];
    const struct gt_zone *z = &p->zone[q->block];
    if (d->red[q->block])
        against(p, d, "redline_pbf", code[RED], i);
    if (z->core)
        against(p, d, "core_zone", "ZRBHD", i);
    if (z->town >= 0 && d->window[q->block] != (int64_t)i)
        against(p, d, "pbf_udb", code[BOUNDARY], i);
    if (q->is.crop)
        return;
    struct gt_draft_conflict *c = add(p, d, "pbf_class", i);
    side(c, 0, code[BASIC], i);
    side(c, 1, "DLTB", i);
    c->bsm[1] = gt_printf(d->a, GT_SAMPLE_REGION "2001%08lld", (long long)q->serial);
}

static void of_mine(const struct gt_planner *p, struct gt_drafts *d, size_t i)
{
    struct gt_draft_conflict *c = add(p, d, "mining", i);
    side(c, 0, "KYQ_CKQXKFW", i);
    side(c, 1, code[RED], (size_t)p->l->parcel[i].block);
}

static void of_town(const struct gt_planner *p, struct gt_drafts *d, size_t i)
{
    const struct gt_zone *z = &p->zone[i];
    int64_t window = d->window[i];
    double inner = window >= 0 ? (double)p->l->parcel[window].cents / 100 : 0;
    if (d->red[i]) {
        struct gt_draft_conflict *c = GT_PUSH(d->a, &d->v);
        *c = (struct gt_draft_conflict){
            .kind = "redline_udb",
            .m2 = floor((z->m2 - inner) * 100 + 0.5) / 100,
            .place = {z->centre[0], z->centre[1]},
        };
        side(c, 0, code[RED], i);
        side(c, 1, code[BOUNDARY], i);
    } else if (window >= 0 && !d->basic[window]) {
        struct gt_draft_conflict *c = add(p, d, "hole", (size_t)window);
        side(c, 0, code[BOUNDARY], i);
    }
}

void gt_drafts(const struct gt_planner *p, struct gt_arena *a, struct gt_drafts *d)
{
    *d = (struct gt_drafts){.a = a,
                            .red = GT_TAKE_N(a, bool, p->l->n_blocks + 1),
                            .window = GT_TAKE_N(a, int64_t, p->l->n_blocks + 1),
                            .basic = GT_TAKE_N(a, bool, p->l->n + 1)};
    for (size_t i = 0; i < p->l->n_blocks; i++) {
        d->red[i] = p->zone[i].red;
        d->window[i] = p->zone[i].window;
    }
    for (size_t i = 0; i < p->l->n; i++)
        d->basic[i] = is_now(&p->l->parcel[i]) && gt_zone_basic(p->zone, p->l, i);
    spread_farmland(p, d);
    spoil_towns(p, d);
    spread_red_line(p, d);
    for (size_t i = 0; i < p->l->n; i++) {
        if (d->basic[i])
            of_farmland(p, d, i);
        if (d->red[p->l->parcel[i].block] && is_mine(p, &p->l->parcel[i]))
            of_mine(p, d, i);
    }
    for (size_t i = 0; i < p->l->n_blocks; i++)
        if (p->zone[i].town >= 0)
            of_town(p, d, i);
}

/* ---- The layers ---- */

void gt_draft_mark(struct gt_plan_draft *d, size_t at)
{
    struct gt_drafts *all = d->p->drafts;
    for (size_t i = 0; all && i < all->v.n; i++)
        for (int s = 0; s < 2; s++) {
            struct gt_draft_conflict *c = &all->v.v[i];
            if (c->layer[s] && c->at[s] == at && strcmp(c->layer[s], d->code) == 0)
                c->bsm[s] = gt_strdup(all->a, gt_plan_bsm(d));
        }
}

void gt_draft_red_line(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->l->n_blocks; i++)
        if (p->drafts->red[i])
            gt_plan_block(d, i);
}

void gt_draft_boundary(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->l->n_blocks; i++) {
        int64_t window = p->drafts->window[i];
        if (p->zone[i].town < 0)
            continue;
        gt_plan_block(d, i);
        if (window < 0)
            continue;
        const struct gt_parcel *q = &p->l->parcel[window];
        gt_plan_ring(d, p->l->xy + 2 * q->point, q->n);
        gt_plan_num(d, "MJ", floor(p->zone[i].m2 * 100 - (double)q->cents + 0.5) / 100);
    }
}

void gt_draft_farmland(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->l->n; i++)
        if (p->drafts->basic[i])
            gt_plan_parcel(d, &p->l->parcel[i]);
}

/* ---- The lists ---- */

static void list_conflicts(const struct gt_planner *p, struct gt_survey_lists *lists)
{
    static const char *const none[] = {"", ""};
    for (size_t i = 0; i < p->drafts->v.n; i++) {
        const struct gt_draft_conflict *c = &p->drafts->v.v[i];
        struct gt_survey_conflict *to = GT_PUSH(lists->a, &lists->conflict);
        *to = (struct gt_survey_conflict){
            .kind = c->kind, .lon = c->place[0], .lat = c->place[1], .m2 = c->m2};
        for (int s = 0; s < 2; s++) {
            to->layer[s] = c->layer[s] ? c->layer[s] : none[s];
            to->feature[s] = gt_strdup(lists->a, c->bsm[s] ? c->bsm[s] : none[s]);
        }
    }
}

static void list_approvals(const struct gt_planner *p, struct gt_survey_lists *lists)
{
    for (size_t i = 0; i < p->drafts->approval.n; i++) {
        const struct gt_draft_approval *c = &p->drafts->approval.v[i];
        const struct gt_parcel *q = &p->l->parcel[c->parcel];
        struct gt_survey_approval *to = GT_PUSH(lists->a, &lists->approval);
        *to = (struct gt_survey_approval){
            .number = gt_strdup(lists->a, c->number ? c->number : ""),
            .status = c->status,
            .parcel = gt_printf(lists->a, GT_SAMPLE_REGION "2001%08lld", (long long)q->serial),
            .from = q->is.code,
            .to = c->to,
            .m2 = (double)q->cents / 100};
    }
}

void gt_draft_list(const struct gt_planner *p, struct gt_survey_lists *lists)
{
    list_conflicts(p, lists);
    list_approvals(p, lists);
}

enum gt_status gt_draft_places(const struct gt_survey *v, struct gt_survey_lists *lists,
                               struct gt_err *err)
{
    const struct gt_crs *degrees;
    struct gt_xform *t;
    GT_TRY(gt_crs_parse(lists->a, "EPSG:4490", &degrees, err));
    GT_TRY(gt_xform_new(lists->a, v->s->crs, degrees, &t, err));
    for (size_t i = 0; i < lists->conflict.n; i++) {
        struct gt_survey_conflict *c = &lists->conflict.v[i];
        double xy[2] = {c->lon, c->lat};
        gt_xform_points(t, xy, 1);
        c->lon = xy[0];
        c->lat = xy[1];
    }
    return GT_OK;
}
