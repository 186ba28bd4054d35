/* survey_changes.c: what changed between the two years of the survey, parcel by parcel. */
#include "planning_int.h"

static const char *kind_of(size_t before, size_t after)
{
    if (before == 1)
        return after == 1 ? "class" : "split";
    return after == 1 ? "merge" : after == 2 ? "border" : "road";
}

static void add_group(struct gt_arena *a, struct gt_survey_changes *out, const struct gt_village *l,
                      size_t from, size_t end)
{
    struct gt_survey_change *c = &out->v[out->n++];
    *c = (struct gt_survey_change){.village = l->unit->code};
    for (size_t i = from; i < end; i++) {
        const struct gt_parcel *p = &l->parcel[i];
        const char *bsm = gt_printf(a, GT_SAMPLE_REGION "2001%08lld", (long long)p->serial);
        if (p->old)
            c->before[c->n_before++] = bsm;
        else
            c->after[c->n_after++] = bsm;
        c->m2 += p->old ? (double)p->cents / 100 : 0;
    }
    c->kind = kind_of(c->n_before, c->n_after);
}

enum gt_status gt_survey_changed(const struct gt_survey *v, struct gt_arena *a, struct gt_work *w,
                                 struct gt_survey_changes *out, struct gt_err *err)
{
    GT_VEC(struct gt_survey_change) all = {0};
    for (int village = 0; village < gt_survey_villages(v); village++) {
        GT_AUTO_ARENA scratch = gt_arena_new();
        struct gt_village l;
        GT_TRY(gt_survey_village(v, scratch, village, w, &l, err));
        struct gt_survey_changes here = {
            0, GT_TAKE_N(scratch, struct gt_survey_change, l.n_groups + 1)};
        for (size_t i = 0, end; i < l.n; i = end) {
            for (end = i + 1;
                 end < l.n && l.parcel[i].group >= 0 && l.parcel[end].group == l.parcel[i].group;)
                end++;
            if (l.parcel[i].group >= 0)
                add_group(a, &here, &l, i, end);
        }
        for (size_t i = 0; i < here.n; i++)
            *GT_PUSH(a, &all) = here.v[i];
    }
    out->n = all.n;
    out->v = all.v;
    return GT_OK;
}
