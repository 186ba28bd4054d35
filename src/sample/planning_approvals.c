/* planning_approvals.c: ground whose use was approved otherwise than the survey found it (for the
 * base conversion), and the projects that are to be built there. */
#include "planning_int.h"

#include <string.h>

enum { NOT_BUILT, BUILT_WITHOUT, DEMOLISHED, STATES };
static const struct {
    const char *status, *to, *survey; /* class of the plan; the survey's class of that meaning */
    bool built;                       /* what the survey found */
} states[STATES] = {{"已批未建", "1001", "0601", false},
                    {"未批已建", "0103", "0103", true},
                    {"已拆", "0401", "0401", true}};

#define PARCELS_A_CASE 500 /* one case of each state for so many parcels of a village */

static bool is_built(const char *code)
{
    static const char *const built[] = {"05", "0601", "07", "08"};
    for (size_t i = 0; i < GT_LEN(built); i++)
        if (gt_starts(code, built[i]))
            return true;
    return false;
}

static bool is_open(const char *code)
{
    return gt_starts(code, "01") || gt_starts(code, "04") || gt_starts(code, "12");
}

/* The state that the parcel may be in and of which there are not enough. */
static int state_of(const struct gt_planner *p, size_t i, const size_t count[STATES])
{
    const struct gt_parcel *q = &p->l->parcel[i];
    const struct gt_zone *z = &p->zone[q->block];
    size_t most = 1 + p->l->n / PARCELS_A_CASE;
    if (!q->now || q->strip || z->red || z->town >= 0 || p->drafts->red[q->block])
        return -1;
    int built = p->village % 2 == 0 ? BUILT_WITHOUT : DEMOLISHED;
    if (is_built(q->is.code) && count[built] < most)
        return built;
    bool free = is_open(q->is.code) && !gt_zone_basic(p->zone, p->l, i);
    return free && count[NOT_BUILT] < most ? NOT_BUILT : -1;
}

void gt_drafts_approve(const struct gt_planner *p, struct gt_drafts *d)
{
    size_t count[STATES] = {0};
    for (size_t i = 0; i < p->l->n; i++) {
        int s = state_of(p, i, count);
        if (s < 0)
            continue;
        struct gt_draft_approval *c = GT_PUSH(d->a, &d->approval);
        *c = (struct gt_draft_approval){
            .parcel = i, .state = s, .status = states[s].status, .to = states[s].to};
        count[s]++;
    }
}

/* ---- The layers ---- */

static const char *class_name(const struct gt_planner *p, const char *code)
{
    const struct gt_land_class *c = gt_land_class(p->std, "planning2023", code);
    return c ? c->name : "";
}

/* The number that the case is filed under, in both layers. */
static const char *number_of(struct gt_plan_draft *d, const struct gt_parcel *q)
{
    return gt_printf(d->k.a, "虚构批复%08lld号", (long long)q->serial);
}

void gt_draft_approvals(struct gt_plan_draft *d, const struct gt_planner *p)
{
    struct gt_drafts *all = p->drafts;
    for (size_t i = 0; i < all->approval.n; i++) {
        struct gt_draft_approval *c = &all->approval.v[i];
        const struct gt_parcel *q = &p->l->parcel[c->parcel];
        const char *number = number_of(d, q);
        gt_plan_parcel(d, q);
        gt_plan_text(d, "PZWH", number);
        gt_plan_text(d, "ZT", c->status);
        gt_plan_text(d, "YDYHFLDM", gt_printf(d->k.a, "%s00", c->to));
        gt_plan_text(d, "YDYHFLMC", class_name(p, c->to));
        gt_plan_text(d, "CZCSXM", c->state == NOT_BUILT ? "203" : NULL);
        c->number = gt_strdup(all->a, number);
    }
}

static void project_areas(struct gt_plan_draft *d, const struct gt_parcel *q)
{
    double hm2 = floor((double)q->cents / 100 + 0.5) / 1e4;
    const char *code = q->is.code;
    bool farm = gt_starts(code, "01") || strcmp(code, "0401") == 0 || strcmp(code, "0402") == 0 ||
                strcmp(code, "1202") == 0;
    gt_plan_num(d, "YDMJ", hm2);
    gt_plan_num(d, "ZYNYDMJ", farm ? hm2 : 0);
    gt_plan_num(d, "ZYGDMJ", q->is.crop ? hm2 : 0);
    gt_plan_num(d, "ZYSTMJ", strcmp(code, "0101") == 0 ? hm2 : 0);
    gt_plan_num(d, "ZYYNMJ", 0);
    gt_plan_num(d, "BHYNMJ", 0);
    gt_plan_num(d, "SJSTHXMJ", 0);
    gt_plan_num(d, "ZYJSYDMJ", strcmp(code, "1201") == 0 ? hm2 : 0);
    gt_plan_num(d, "ZYWLDMJ", farm || strcmp(code, "1201") == 0 ? 0 : hm2);
    gt_plan_num(d, "WTHMJ", 0);
    gt_plan_num(d, "TZGM", floor(hm2 * 300) + 1);
}

void gt_draft_projects(struct gt_plan_draft *d, const struct gt_planner *p)
{
    for (size_t i = 0; i < p->drafts->approval.n; i++) {
        const struct gt_draft_approval *c = &p->drafts->approval.v[i];
        const struct gt_parcel *q = &p->l->parcel[c->parcel];
        if (c->state != NOT_BUILT)
            continue;
        gt_plan_parcel(d, q);
        gt_plan_text(d, "XMDM", gt_printf(d->k.a, "XGXM-%08lld", (long long)q->serial));
        gt_plan_text(d, "AJBH", number_of(d, q));
        gt_plan_text(d, "XMMC", gt_printf(d->k.a, "%lld号加工厂（虚构）", (long long)d->serial));
        gt_plan_text(d, "SQDW", "示例公司（虚构）");
        gt_plan_text(d, "SZXZQDM", p->v->unit[0].code);
        gt_plan_text(d, "SZXZQMC", p->v->unit[0].name);
        gt_plan_text(d, "NXWZ", p->l->unit->name);
        gt_plan_text(d, "TDYTDM", states[NOT_BUILT].survey);
        gt_plan_text(d, "TDYTMC", gt_parcel_class_name(states[NOT_BUILT].survey));
        gt_plan_text(d, "XMLX", "工业");
        project_areas(d, q);
    }
}
