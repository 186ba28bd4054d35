/* The ecological network: cores, corridors between them, pinch points, and what each is worth. */
#include "network_int.h"

#include <math.h>

static enum gt_status check(const struct gt_network_opt *o, struct gt_err *err)
{
    const struct gt_raster_info *r = &o->resistance->info, *c = &o->cores->info;
    if (r->type != GT_F32 || c->type != GT_I32)
        return gt_fail(err, GT_EINTERNAL,
                       "expected resistances as f32 and cores as i32, found %s and %s",
                       gt_cell_name(r->type), gt_cell_name(c->type));
    if (!gt_grid_same(&r->grid, &c->grid) || !gt_crs_same(r->crs, c->crs))
        return gt_fail(err, GT_EINPUT, "%s and %s: expected two rasters of one grid", r->id, c->id);
    return GT_OK;
}

static enum gt_status give_bands(const struct network *s, struct gt_err *err)
{
    if (!s->opt->bands)
        return GT_OK;
    for (int64_t i = 0; i < s->grid.w * s->grid.h; i++)
        if (s->band[i] == 0)
            s->band[i] = INT32_MIN;
    return s->opt->bands->rows(s->opt->bands->self, 0, s->grid.h, s->band, err);
}

struct gt_grid gt_network_grid(const struct gt_network_opt *opt)
{
    struct gt_grid g = opt->cores->info.grid;
    int64_t size = opt->coarser > 1 ? opt->coarser : 1;
    g.w = (g.w - 1) / size + 1;
    g.h = (g.h - 1) / size + 1;
    g.dx *= (double)size;
    g.dy *= (double)size;
    return g;
}

enum gt_status gt_network_find(struct gt_arena *a, const struct gt_network_opt *opt,
                               struct gt_work *w, struct gt_network *out, struct gt_err *err)
{
    GT_AUTO_ARENA room = gt_arena_new();
    *out = (struct gt_network){0};
    GT_TRY(check(opt, err));
    struct network s = {.a = room, .opt = opt, .work = w, .grid = gt_network_grid(opt), .out = out};
    GT_TRY(gt_metric_new(room, opt->cores->info.crs, &s.grid, &s.metric, err));
    GT_TRY(gt_network_read(&s, err));
    GT_TRY(gt_network_links(&s, err));
    GT_TRY(gt_network_graph(&s, err));
    GT_TRY(give_bands(&s, err));
    out->n_links = s.link.n;
    out->n_pinches = s.pinch.n;
    struct gt_network_core *core = GT_TAKE_N(a, struct gt_network_core, out->n_cores);
    for (size_t i = 0; i < out->n_cores; i++)
        core[i] = out->core[i];
    out->core = core;
    out->link = GT_TAKE_N(a, struct gt_network_link, s.link.n + 1);
    for (size_t i = 0; i < s.link.n; i++)
        out->link[i] = s.link.v[i];
    out->pinch = GT_TAKE_N(a, struct gt_network_pinch, s.pinch.n + 1);
    for (size_t i = 0; i < s.pinch.n; i++)
        out->pinch[i] = s.pinch.v[i];
    out->xy = GT_TAKE_N(a, double, s.xy.n + 1);
    for (size_t i = 0; i < s.xy.n; i++)
        out->xy[i] = s.xy.v[i];
    return GT_OK;
}
