/* Compiling one pass: steps become nodes, margins and rings are worked out, memory is predicted. */
#include "raster_int.h"

#include <stdlib.h>
#include <string.h>

enum { BAND = 256, LEAST_BAND = 64, CHUNK = 1024 };
#define MODEST ((size_t)1400 << 20) /* bytes that a pass may take, if lower bands do it */

static const struct gt_kernel *const KERNELS[GT_STEP_KINDS] = {
    [GT_STEP_EXPRESSION] = &gt_kernel_expression,
    [GT_STEP_CLASSIFY] = &gt_kernel_classify,
    [GT_STEP_MATRIX] = &gt_kernel_matrix,
    [GT_STEP_COMBINE] = &gt_kernel_combine,
    [GT_STEP_SLOPE] = &gt_kernel_slope,
    [GT_STEP_ASPECT] = &gt_kernel_aspect,
    [GT_STEP_HILLSHADE] = &gt_kernel_hillshade,
    [GT_STEP_RANGE] = &gt_kernel_range,
    [GT_STEP_MEAN] = &gt_kernel_mean,
    [GT_STEP_SUM] = &gt_kernel_sum,
    [GT_STEP_FILL_VOIDS] = &gt_kernel_fill,
    [GT_STEP_ZONAL] = &gt_kernel_zonal,
};

const struct gt_kernel *gt_kernel_of(enum gt_step_kind k)
{
    return KERNELS[k];
}

int gt_window_for_area(const struct gt_metric *m, double area_ha)
{
    double ew, ns;
    gt_metric_cell_size(m, &ew, &ns);
    int w = 3;
    while (w < 8191 && w * ew * (w * ns) < area_ha * 1e4 * (1 - 1e-9))
        w += 2;
    return w;
}

/* ---- From steps to nodes ---- */

/* While nodes are made: which node holds a step's cells, its squared tangents, and which steps are
 * wanted at all. */
struct builder {
    struct gt_pass *p;
    const struct gt_plan_opt *opt;
    int *cells, *tan2; /* node of a step, -1 */
    bool *wanted;
};

static void want(struct builder *b, int step)
{
    const struct gt_step *s = &b->p->model->steps[step];
    if (b->wanted[step])
        return;
    b->wanted[step] = true;
    for (int i = 0; i < s->n_in; i++)
        want(b, s->in[i]);
}

static struct gt_node *add_node(struct builder *b, int step, const struct gt_kernel *kernel)
{
    struct gt_node *node = &b->p->node[b->p->n++];
    *node = (struct gt_node){
        .step = step, .s = &b->p->model->steps[step], .kernel = kernel, .write = -1};
    return node;
}

/* Intervals are carried over to squared tangents; listed values are compared as they are. */
static bool takes_tan2(const struct gt_step *consumer)
{
    return consumer->kind == GT_STEP_CLASSIFY && !consumer->classes->listed;
}

/* The node that a consumer reads: squared tangents for classes of a slope, else the cells. Degrees
 * of a slope are made when the first one asks. */
static int input_node(struct builder *b, const struct gt_step *consumer, int step)
{
    if (b->tan2[step] < 0 || takes_tan2(consumer))
        return b->tan2[step] >= 0 ? b->tan2[step] : b->cells[step];
    return b->cells[step];
}

static void make_degrees(struct builder *b, int step)
{
    struct gt_node *node = add_node(b, step, &gt_kernel_degrees);
    node->n_in = 1;
    node->in = GT_TAKE(b->p->a, int);
    node->in[0] = b->tan2[step];
    b->cells[step] = (int)(node - b->p->node);
}

static bool degrees_wanted(const struct builder *b, int step)
{
    for (int i = 0; i < b->opt->n_write; i++)
        if (b->opt->write[i] == step)
            return true;
    for (int i = step + 1; i < b->p->model->n_steps; i++) {
        const struct gt_step *s = &b->p->model->steps[i];
        if (!b->wanted[i] || takes_tan2(s))
            continue;
        for (int k = 0; k < s->n_in; k++)
            if (s->in[k] == step)
                return true;
    }
    return false;
}

static bool is_feed(enum gt_step_kind k)
{
    return k == GT_STEP_RASTER || k == GT_STEP_RASTERISE || k == GT_STEP_DISTANCE;
}

/* Can there be values that no class is for? */
static bool leaves_values(const struct gt_step *s)
{
    if (s->kind != GT_STEP_CLASSIFY || s->classes->n == 0)
        return false;
    const struct gt_classes *c = s->classes;
    if (c->listed)
        return !c->has_other && !c->rest_is_nodata;
    return c->v[0].lo > -(double)INFINITY || c->v[c->n - 1].hi < (double)INFINITY;
}

static enum gt_status add_kernel_step(struct builder *b, int step, struct gt_err *err)
{
    const struct gt_step *s = &b->p->model->steps[step];
    struct gt_node *node = add_node(b, step, KERNELS[s->kind]);
    int index = (int)(node - b->p->node);
    node->n_in = s->n_in;
    node->in = GT_TAKE_N(b->p->a, int, (size_t)s->n_in);
    for (int i = 0; i < s->n_in; i++)
        node->in[i] = input_node(b, s, s->in[i]);
    node->radius = node->kernel->radius(b->p, s);
    node->listed = s->kind == GT_STEP_ZONAL;
    node->watched = leaves_values(s);
    if (s->kind == GT_STEP_SLOPE) {
        node->tan2 = true;
        b->tan2[step] = index;
        if (degrees_wanted(b, step))
            make_degrees(b, step);
    } else {
        b->cells[step] = index;
    }
    if (node->kernel->prepare)
        GT_TRY(node->kernel->prepare(b->p->a, b->p, node, err));
    return GT_OK;
}

static void add_feed_step(struct builder *b, int step)
{
    const struct gt_node *node = add_node(b, step, NULL);
    b->cells[step] = (int)(node - b->p->node);
}

static enum gt_status make_nodes(struct builder *b, struct gt_err *err)
{
    const struct gt_model *m = b->p->model;
    for (int i = 0; i < m->n_steps; i++) {
        if (!b->wanted[i] || m->steps[i].kind == GT_STEP_SHAPES)
            continue;
        if (is_feed(m->steps[i].kind))
            add_feed_step(b, i);
        else if (add_kernel_step(b, i, err) != GT_OK)
            return gt_wrap(err, "step %s", m->steps[i].name);
    }
    for (int i = 0; i < b->opt->n_write; i++) {
        int node = b->cells[b->opt->write[i]];
        if (node < 0 || b->p->node[node].write >= 0)
            return gt_fail(err, GT_EUSE, "step %s has no cells to write, or is asked for twice",
                           m->steps[b->opt->write[i]].name);
        b->p->node[node].write = i;
    }
    return GT_OK;
}

/* ---- Margins, rings, sizes ---- */

static void set_margins(struct gt_pass *p)
{
    for (int i = p->n - 1; i >= 0; i--) {
        const struct gt_node *c = &p->node[i];
        for (int k = 0; k < c->n_in; k++) {
            struct gt_node *s = &p->node[c->in[k]];
            int need = c->margin + c->radius;
            s->margin = need > s->margin ? need : s->margin;
        }
    }
    for (int i = 0; i < p->n; i++) {
        p->node[i].ring = 1;
        p->margin = p->node[i].margin > p->margin ? p->node[i].margin : p->margin;
    }
    for (int i = 0; i < p->n; i++) {
        const struct gt_node *c = &p->node[i];
        for (int k = 0; k < c->n_in; k++) {
            struct gt_node *s = &p->node[c->in[k]];
            int rows = s->margin - (c->margin - c->radius) + 1;
            rows = rows < p->grid.h ? rows : (int)p->grid.h; /* no more than there are */
            s->ring = rows > s->ring ? rows : s->ring;
        }
    }
}

/* After the margins are known: they say how much of a source or a layer is looked at. */
static enum gt_status prepare_feeds(const struct builder *b, struct gt_err *err)
{
    for (int i = 0; i < b->p->n; i++) {
        struct gt_node *node = &b->p->node[i];
        if (node->kernel)
            continue;
        int input = node->s->kind == GT_STEP_RASTER ? node->step : node->s->in[0];
        if (gt_feed_prepare(b->p->a, b->p, node, &b->opt->bind[input], err) != GT_OK)
            return gt_wrap(err, "step %s", node->s->name);
    }
    return GT_OK;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void set_blocks(struct gt_pass *p, int64_t block)
{
    int64_t tall = 4 * (int64_t)p->margin;
    p->band = block ? block : tall > BAND ? (tall + BAND - 1) / BAND * BAND : BAND;
    p->chunk = block ? block : CHUNK;
    p->band = smaller(p->band, p->region.h);
    p->chunk = smaller(p->chunk, p->region.w);
}

static size_t node_state(const struct gt_pass *p, const struct gt_node *node)
{
    if (!node->kernel || !node->kernel->state_bytes)
        return 0;
    return node->kernel->state_bytes(node, p->chunk + 2 * p->margin);
}

static enum gt_cell_type written_type(const struct gt_pass *p, const struct gt_step *s)
{
    static const enum gt_cell_type TYPE[] = {
        [GT_CELLS_MEASURE] = GT_F32, [GT_CELLS_CLASS] = GT_U8, [GT_CELLS_ID] = GT_I32};
    return p->raw ? GT_F32 : s->kind == GT_STEP_HILLSHADE ? GT_U8 : TYPE[s->cells];
}

struct gt_raster_info gt_pass_output(const struct gt_pass *p, int i)
{
    const struct gt_step *s = &p->model->steps[p->write[i]];
    enum gt_cell_type type = written_type(p, s);
    struct gt_grid g = p->grid;
    g.x0 += (double)p->region.col * g.dx;
    g.y0 -= (double)p->region.row * g.dy;
    g.w = p->region.w;
    g.h = p->region.h;
    return (struct gt_raster_info){.id = s->name,
                                   .grid = g,
                                   .crs = p->crs,
                                   .type = type,
                                   .has_nodata = true,
                                   .nodata = gt_cell_nodata(type)};
}

/* Bytes by part: bands read ahead, bands to be written, rows and states of the workers. */
struct memory {
    size_t feeds, sinks, workers;
};

static struct memory predict(const struct gt_pass *p)
{
    struct memory m = {0};
    size_t wide = (size_t)(p->chunk + 2 * p->margin);
    for (int i = 0; i < p->n; i++) {
        const struct gt_node *node = &p->node[i];
        struct gt_band b;
        if (!node->kernel) {
            gt_feed_band_size(p, node, &b);
            m.feeds += 2 * (size_t)b.cap * (size_t)b.w * gt_cell_size(node->feed.type);
        }
        m.workers += (wide * (size_t)node->ring * sizeof(float) + node->state) * (size_t)p->threads;
    }
    for (int i = 0; i < p->n_write; i++)
        m.sinks +=
            2 * (size_t)p->band * (size_t)p->region.w * gt_cell_size(gt_pass_output(p, i).type);
    return m;
}

static size_t predict_all(const struct gt_pass *p)
{
    struct memory m = predict(p);
    return m.feeds + m.sinks + m.workers;
}

/* Unless a block is asked for, bands are lower where many inputs and a wide raster would make them
 * large. */
static enum gt_status set_sizes(struct gt_pass *p, const struct gt_plan_opt *opt,
                                struct gt_err *err)
{
    set_blocks(p, opt->block);
    for (int i = 0; i < p->n; i++)
        p->node[i].state = node_state(p, &p->node[i]);
    p->memory = predict_all(p);
    while (!opt->block && p->memory > MODEST && p->band > LEAST_BAND) {
        p->band /= 2;
        p->memory = predict_all(p);
    }
    if (p->memory > gt_memory_limit())
        return gt_fail(err, GT_ETOOBIG,
                       "the run needs about %zu MB of memory and may use %zu MB: give a smaller "
                       "--block (now %lld), fewer threads or smaller windows",
                       p->memory >> 20, gt_memory_limit() >> 20, (long long)p->band);
    return GT_OK;
}

/* ---- The whole ---- */

static enum gt_status take_master(struct gt_pass *p, const struct gt_plan_opt *opt,
                                  struct gt_err *err)
{
    const struct gt_binding *bind = &opt->bind[p->model->master];
    if (!bind->raster)
        return gt_fail(err, GT_EINPUT, "input %s, which gives the grid, is no raster",
                       p->model->steps[p->model->master].name);
    p->master = bind->raster;
    p->crs = bind->raster->info.crs;
    p->grid = bind->raster->info.grid;
    GT_TRY(gt_grid_check(&p->grid, err));
    p->region = opt->region;
    if (p->region.w == 0)
        p->region = (struct gt_window){0, 0, p->grid.w, p->grid.h};
    const struct gt_window *r = &p->region;
    if (r->col < 0 || r->row < 0 || r->w < 1 || r->h < 1 || r->col + r->w > p->grid.w ||
        r->row + r->h > p->grid.h)
        return gt_fail(err, GT_EUSE, "the region is not inside the grid of %s",
                       bind->raster->info.id);
    return gt_metric_new(p->a, p->crs, &p->grid, &p->metric, err);
}

static enum gt_status check_cells(const struct gt_pass *p, struct gt_err *err)
{
    for (int i = 0; i < p->n; i++) {
        const struct gt_step *s = p->node[i].s;
        if (p->node[i].write < 0 || p->raw || s->cells != GT_CELLS_CLASS)
            continue;
        for (size_t k = 0; k < s->n_codes; k++)
            if (s->codes[k] < 1 || s->codes[k] > 255 || s->codes[k] != floor(s->codes[k]))
                return gt_fail(err, GT_EINPUT,
                               "step %s gives the class code %g; codes that are written must be "
                               "1 to 255 (0 is no-data)",
                               s->name, s->codes[k]);
    }
    return GT_OK;
}

enum gt_status gt_pass_build(struct gt_arena *a, const struct gt_model *m,
                             const struct gt_plan_opt *opt, enum gt_pass_use use,
                             const struct gt_pass **out, struct gt_err *err)
{
    size_t n = (size_t)m->n_steps;
    struct gt_pass *p = GT_TAKE(a, struct gt_pass);
    *p = (struct gt_pass){.a = a, .model = m, .raw = use == GT_PASS_PROBE};
    p->threads = opt->threads > 0 ? opt->threads : 1;
    p->node = GT_TAKE_N(a, struct gt_node, 2 * n);
    p->n_write = opt->n_write;
    int *write = GT_TAKE_N(a, int, (size_t)(opt->n_write > 0 ? opt->n_write : 1));
    for (int i = 0; i < opt->n_write; i++)
        write[i] = opt->write[i];
    p->write = write;
    GT_TRY(take_master(p, opt, err));
    struct builder b = {.p = p,
                        .opt = opt,
                        .cells = GT_TAKE_N(a, int, n),
                        .tan2 = GT_TAKE_N(a, int, n),
                        .wanted = GT_TAKE_N(a, bool, n)};
    for (size_t i = 0; i < n; i++)
        b.cells[i] = b.tan2[i] = -1;
    for (int i = 0; i < opt->n_write; i++)
        want(&b, opt->write[i]);
    for (int i = 0; i < m->n_steps; i++)
        if (m->steps[i].kind == GT_STEP_ZONAL && use == GT_PASS_RESULTS)
            want(&b, i);
    GT_TRY(make_nodes(&b, err));
    set_margins(p);
    GT_TRY(prepare_feeds(&b, err));
    GT_TRY(check_cells(p, err));
    GT_TRY(set_sizes(p, opt, err));
    *out = p;
    return GT_OK;
}

/* ---- Saying what will happen ---- */

static const char *feed_text(const struct gt_node *node)
{
    static const char *const TEXT[] = {
        [GT_FEED_NONE] = "computed",
        [GT_FEED_ALIGNED] = "read on its own grid",
        [GT_FEED_WARPED] = "resampled on the fly",
        [GT_FEED_BURN] = "burnt from features",
        [GT_FEED_DISTANCE] = "distances from features",
    };
    return TEXT[node->feed.kind];
}

static void describe_node(const struct gt_pass *p, const struct gt_node *node, struct gt_json *arr)
{
    struct gt_json *o = gt_json_add_obj(arr, NULL);
    gt_json_add_str(o, "step", node->s->name);
    gt_json_add_str(o, "kind",
                    node->kernel == &gt_kernel_degrees ? "degrees"
                                                       : gt_step_kind_name(node->s->kind));
    gt_json_add_str(o, "how", feed_text(node));
    gt_json_add_int(o, "window", 2 * node->radius + 1);
    gt_json_add_int(o, "halo", node->margin);
    gt_json_add_bool(o, "written", node->write >= 0);
    if (node->write >= 0)
        gt_json_add_str(o, "cells", gt_cell_name(gt_pass_output(p, node->write).type));
}

void gt_pass_describe(const struct gt_pass *p, struct gt_json *obj)
{
    gt_json_add_int(obj, "halo", p->margin);
    struct gt_json *steps = gt_json_add_arr(obj, "steps");
    for (int i = 0; i < p->n; i++)
        describe_node(p, &p->node[i], steps);
}

void gt_pass_memory(const struct gt_pass *p, struct gt_json *memory)
{
    struct memory m = predict(p);
    gt_json_add_int(memory, "inputs", (int64_t)m.feeds);
    gt_json_add_int(memory, "outputs", (int64_t)m.sinks);
    gt_json_add_int(memory, "workers", (int64_t)m.workers);
}

void gt_pass_io(const struct gt_pass *p, int64_t *read, int64_t *written)
{
    for (int i = 0; i < p->n; i++)
        if (p->node[i].feed.source) {
            const struct gt_raster_info *in = &p->node[i].feed.source->info;
            *read += in->grid.w * in->grid.h * (int64_t)gt_cell_size(in->type);
        }
    for (int i = 0; i < p->n_write; i++)
        *written += p->region.w * p->region.h * (int64_t)gt_cell_size(gt_pass_output(p, i).type);
}
