/* network_layers.c: the corridors of an ecological network as lines, its pinch points and its cores
 * as points. */
#include "network.h"

#include <math.h>

struct gathering {
    struct gt_arena *a;
    struct gt_shapes shapes;
    struct gt_features f;
    double *xy;
    int64_t *part, *point;
    struct gt_value *value;
};

static void gather(struct gathering *g, enum gt_shape_kind kind, size_t n, size_t points)
{
    g->part = GT_TAKE_N(g->a, int64_t, n + 1);
    g->point = GT_TAKE_N(g->a, int64_t, n + 1);
    g->xy = GT_TAKE_N(g->a, double, 2 * points + 2);
    g->value = GT_TAKE_N(g->a, struct gt_value, n * g->f.n_fields + 1);
    g->shapes = (struct gt_shapes){
        .kind = kind,
        .n = n,
        .part = g->part,
        .point = g->point,
        .xy = g->xy,
        .crs = g->shapes.crs,
        .box = {(double)INFINITY, (double)INFINITY, -(double)INFINITY, -(double)INFINITY}};
    g->f.shapes = &g->shapes;
    g->f.value = g->value;
}

/* The i-th feature: one part of n points. */
static void add_shape(struct gathering *g, size_t i, const double *xy, int64_t n)
{
    struct gt_box *b = &g->shapes.box;
    int64_t at = g->point[i];
    g->part[i + 1] = (int64_t)i + 1;
    g->point[i + 1] = at + n;
    for (int64_t k = 0; k < n; k++) {
        double x = xy[2 * k], y = xy[2 * k + 1];
        g->xy[2 * (at + k)] = x;
        g->xy[2 * (at + k) + 1] = y;
        b->x0 = x < b->x0 ? x : b->x0;
        b->x1 = x > b->x1 ? x : b->x1;
        b->y0 = y < b->y0 ? y : b->y0;
        b->y1 = y > b->y1 ? y : b->y1;
    }
}

static void set_numbers(struct gathering *g, size_t i, const double *v)
{
    for (size_t k = 0; k < g->f.n_fields; k++)
        if (!isnan(v[k]))
            g->value[i * g->f.n_fields + k] = (struct gt_value){.kind = GT_V_NUM, .num = v[k]};
}

/* ---- Layers ---- */

static const char *const corridor_fields[] = {"number",  "from_core", "to_core", "length_m",
                                              "cost",    "band_m2",   "width_m", "width_min",
                                              "gravity", "dpc",       "rank"};
static const char *const pinch_fields[] = {"corridor", "width_m", "share"};
static const char *const node_fields[] = {"core", "area_m2", "cells", "corridors",
                                          "dpc",  "rank",    "net"};

static void corridors(const struct network_job *j, struct gathering *g)
{
    const struct gt_network *n = &j->found;
    g->f.field = corridor_fields;
    g->f.n_fields = GT_LEN(corridor_fields);
    gather(g, GT_SHAPE_LINE, n->n_links, n->n_links ? (size_t)n->link[n->n_links - 1].end : 0);
    for (size_t i = 0; i < n->n_links; i++) {
        const struct gt_network_link *l = &n->link[i];
        const double v[] = {
            (double)(i + 1), n->core[l->from].id, n->core[l->to].id, l->length_m, l->cost,
            l->band_m2,      l->mean_width_m,     l->least_width_m,  l->gravity,  l->dpc,
            l->rank};
        add_shape(g, i, n->xy + 2 * l->point, l->end - l->point);
        set_numbers(g, i, v);
    }
}

static void pinches(const struct network_job *j, struct gathering *g)
{
    const struct gt_network *n = &j->found;
    g->f.field = pinch_fields;
    g->f.n_fields = GT_LEN(pinch_fields);
    gather(g, GT_SHAPE_POINT, n->n_pinches, n->n_pinches);
    for (size_t i = 0; i < n->n_pinches; i++) {
        const struct gt_network_pinch *p = &n->pinch[i];
        const double xy[] = {p->x, p->y}, v[] = {p->link + 1, p->width_m, p->share};
        add_shape(g, i, xy, 1);
        set_numbers(g, i, v);
    }
}

static void nodes(const struct network_job *j, struct gathering *g)
{
    const struct gt_network *n = &j->found;
    g->f.field = node_fields;
    g->f.n_fields = GT_LEN(node_fields);
    gather(g, GT_SHAPE_POINT, n->n_cores, n->n_cores);
    for (size_t i = 0; i < n->n_cores; i++) {
        const struct gt_network_core *c = &n->core[i];
        const double xy[] = {c->x, c->y};
        const double v[] = {c->id, c->m2, (double)c->cells, c->degree, c->dpc, c->rank, c->group};
        add_shape(g, i, xy, 1);
        set_numbers(g, i, v);
    }
}

/* ---- The catalog ---- */

static struct gt_json *lineage_of(const struct network_job *j)
{
    const struct gt_model *m = j->m->model;
    struct gt_json *obj = ops_lineage_begin(j->c);
    gt_json_add_copy(obj, "parameters", j->parameters);
    ops_inputs_json(obj, j->m);
    gt_json_add_str(obj, "model_hash", m->hash);
    gt_json_add_str(obj, "rules", m->rules ? m->rules->id : NULL);
    gt_json_add_str(obj, "rules_hash", m->rules ? m->rules->hash : NULL);
    ops_rules_file_json(obj, m->rules);
    ops_left_json(obj, j->m);
    ops_bases_json(obj, &j->bases);
    return obj;
}

enum gt_status network_describe(struct network_job *j, struct gt_txn *t, int result,
                                struct gt_err *err)
{
    const struct network_result *r = &j->result[result];
    struct gt_dataset d = {.id = r->id,
                           .kind = result == NETWORK_BAND ? GT_DATASET_RASTER : GT_DATASET_VECTOR,
                           .role = "",
                           .title = r->title,
                           .vintage = j->m->vintage,
                           .grade = j->m->grade,
                           .licence = "",
                           .source = gt_printf(j->c->a, "%s %s", j->c->op->path, j->m->model->name),
                           .synthetic = j->m->synthetic,
                           .unit = "",
                           .lineage = gt_json_text(j->c->a, lineage_of(j), 0)};
    return gt_txn_describe(t, &d, err);
}

enum gt_status network_layers(struct network_job *j, struct gt_txn *t, struct gt_err *err)
{
    static void (*const fill[NETWORK_RESULTS])(const struct network_job *, struct gathering *) = {
        [NETWORK_CORRIDOR] = corridors, [NETWORK_PINCH] = pinches, [NETWORK_NODE] = nodes};
    for (int i = NETWORK_CORRIDOR; i < NETWORK_RESULTS; i++) {
        struct gathering g = {.a = j->a, .shapes.crs = j->crs};
        fill[i](j, &g);
        if (g.shapes.n == 0)
            g.shapes.box = (struct gt_box){(double)NAN, (double)NAN, (double)NAN, (double)NAN};
        GT_TRY(gt_txn_vector(t, j->result[i].id, &g.f, err));
        GT_TRY(network_describe(j, t, i, err));
    }
    return GT_OK;
}
