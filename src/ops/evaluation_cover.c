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

/* Where a result was not evaluated, nothing can be made of it: that is no gap of the data. */
static void warn_of(const struct evaluation *e, const struct gt_dataset *d,
                    const struct gt_evaluate_part *part, int64_t cells)
{
    double share = 100 * (double)part->lost / (double)cells;
    bool result = !d->role[0];
    gt_warn(e->c->work,
            result
                ? OPS_SAY(e->c,
                          "%s is not classed everywhere: %.2f %% of the cells with a height "
                          "(%lld of %lld) are not classed here for that reason",
                          "%s 并非处处有评价：有高程的栅格中 %.2f%%（%lld / %lld）因此在本结果中未"
                          "评价")
                : OPS_SAY(e->c,
                          "%s covers only a part: %.2f %% of the cells with a height (%lld of "
                          "%lld) are not classed for want of it",
                          "%s 只覆盖部分范围：因缺少该数据，有高程的栅格中 %.2f%%（%lld / "
                          "%lld）未得到评价"),
            d->id, share, (long long)part->lost, (long long)cells);
}

enum gt_status evaluation_cover(const struct evaluation *e, struct gt_err *err)
{
    const struct gt_model *m = e->m->model;
    const struct evaluation_result *r = final_result(e);
    int heights = heights_of(m);
    if (!r || heights < 0 || !gt_evaluate_sum(&r->tables, 0).cells)
        return GT_OK;
    const struct gt_dataset **of = GT_TAKE_N(e->a, const struct gt_dataset *, (size_t)m->n_steps);
    struct gt_evaluate_lack lack = {
        .result = r->raster,
        .heights = e->m->bind[heights].raster,
        .zones = e->counties ? e->counties->shapes : NULL,
        .part = GT_TAKE_N(e->a, struct gt_evaluate_part, (size_t)m->n_steps)};
    for (int i = 0; i < m->n_steps; i++) {
        const struct gt_step *s = &m->steps[i];
        if (s->kind != GT_STEP_RASTER || i == heights || !e->used[i])
            continue;
        of[lack.n] = e->m->input[i];
        lack.part[lack.n++] = (struct gt_evaluate_part){.input = e->m->bind[i].raster,
                                                        .is_class = s->resample == GT_NEAREST};
    }
    if (lack.n == 0)
        return GT_OK;
    GT_TRY(gt_evaluate_lack(&lack, e->c->work, err));
    for (size_t i = 0; i < lack.n; i++)
        if (lack.part[i].lost)
            warn_of(e, of[i], &lack.part[i], lack.cells);
    return GT_OK;
}
