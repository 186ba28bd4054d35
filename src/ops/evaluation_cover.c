/* evaluation_cover.c: inputs of an evaluation that cover only a part of its ground, and how much
 * was not classed for it. */
#include "evaluation.h"

/* The zones, or what else there is first. */
static const struct evaluation_result *final_result(const struct evaluation *e)
{
    for (size_t i = 0; i < e->n; i++)
        if (gt_ends(e->result[i].out->name, "_zone"))
            return &e->result[i];
    return e->n ? &e->result[0] : NULL;
}

static int heights_of(const struct gt_model *m)
{
    for (int i = 0; i < m->n_steps; i++)
        if (m->steps[i].kind == GT_STEP_RASTER && m->steps[i].master)
            return i;
    return -1;
}

static void warn_of(const struct evaluation *e, const char *id, const struct gt_evaluate_lack *lack)
{
    double share = 100 * (double)lack->lost / (double)lack->cells;
    gt_warn(e->c->work,
            OPS_SAY(e->c,
                    "%s covers only a part: %.2f %% of the cells with a height (%lld of %lld) are "
                    "not classed for want of it",
                    "%s 只覆盖部分范围：因缺少该数据，有高程的栅格中 %.2f%%（%lld / "
                    "%lld）未得到评价"),
            id, share, (long long)lack->lost, (long long)lack->cells);
}

enum gt_status evaluation_cover(const struct evaluation *e, struct gt_err *err)
{
    const struct gt_model *m = e->m->model;
    const struct evaluation_result *r = final_result(e);
    int heights = heights_of(m);
    if (!r || heights < 0 || !gt_evaluate_sum(&r->tables, 0).cells)
        return GT_OK;
    for (int i = 0; i < m->n_steps; i++) {
        const struct gt_step *s = &m->steps[i];
        if (s->kind != GT_STEP_RASTER || i == heights || !e->used[i])
            continue;
        struct gt_evaluate_lack lack = {.result = r->raster,
                                        .heights = e->m->bind[heights].raster,
                                        .input = e->m->bind[i].raster,
                                        .input_is_class = s->resample == GT_NEAREST,
                                        .zones = e->counties ? e->counties->shapes : NULL};
        GT_TRY(gt_evaluate_lack(&lack, e->c->work, err));
        if (lack.lost)
            warn_of(e, e->m->input[i]->id, &lack);
    }
    return GT_OK;
}
