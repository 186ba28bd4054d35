/* proj.c: contexts and handles of PROJ. */
#include "geo_int.h"

#include <string.h>

static void keep_log(void *data, int level, const char *text)
{
    struct gt_proj *p = data;
    if (level != PJ_LOG_ERROR)
        return;
    size_t n = strcspn(text, "\r\n"); /* the parser of WKT draws a picture below */
    if (n > sizeof p->log - 1)
        for (n = sizeof p->log - 1; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80; n--) {
        }
    memcpy(p->log, text, n);
    p->log[n] = '\0';
}

enum gt_status gt_proj_open(struct gt_proj *p, struct gt_err *err)
{
    *p = (struct gt_proj){.ctx = proj_context_create()};
    if (!p->ctx)
        return gt_fail(err, GT_EINTERNAL, "PROJ cannot make a context");
    proj_context_set_enable_network(p->ctx, 0);
    proj_log_func(p->ctx, p, keep_log);
    proj_log_level(p->ctx, PJ_LOG_ERROR);
    return GT_OK;
}

void gt_proj_close(struct gt_proj *p)
{
    if (p->ctx)
        proj_context_destroy(p->ctx);
    p->ctx = NULL;
}

void gt_proj_pj_auto(PJ **pj)
{
    proj_destroy(*pj);
}

PJ *gt_proj_between(struct gt_proj *p, const PJ *from, const PJ *to)
{
    static const char *const options[] = {"ALLOW_BALLPARK=NO", NULL};
    GT_AUTO_PJ op = proj_create_crs_to_crs_from_pj(p->ctx, from, to, NULL, options);
    return op ? proj_normalize_for_visualization(p->ctx, op) : NULL;
}

void gt_proj_pairs(PJ *pj, PJ_DIRECTION way, double *xy, size_t n)
{
    const size_t stride = 2 * sizeof *xy;
    proj_trans_generic(pj, way, xy, stride, n, xy + 1, stride, n, NULL, 0, 0, NULL, 0, 0);
    for (size_t i = 0; i < n; i++)
        if (!isfinite(xy[2 * i]) || !isfinite(xy[2 * i + 1]))
            xy[2 * i] = xy[2 * i + 1] = (double)NAN;
}
