/* The network as a graph: groups of connected cores, and how much of the landscape's connectivity
 * goes with each core and each corridor. Connectivity is the probability that two animals placed at
 * random in the cores can reach each other: the sum over pairs of cores of their areas times the
 * probability of the best way between them (PC and dPC: Saura and Pascual-Hortal 2007; for
 * corridors: Saura and Rubio 2010). The probability falls exponentially with cost, to one half at
 * `reach`.
 *
 * Cost: a shortest-path tree from each core for each core and each corridor taken away, where the
 * tree has it. */
#include "network_int.h"

#include <math.h>
#include <stdlib.h>

struct edge {
    int to, link;
};

struct entry {
    double cost;
    int core;
};

struct graph {
    struct network *s;
    int n;
    int *begin; /* n + 1 */
    struct edge *edge;
    double *cost; /* from one core to all */
    bool *done;
    int *by;            /* the corridor by which a core is reached; -1 */
    double *whole;      /* n: what each core adds to the connectivity as a beginning */
    bool *uses;         /* n * links: is the corridor in the core's tree */
    struct entry *heap; /* one for each end of a corridor, and one */
    int heap_n;
    double k;
};

static void connect(struct graph *g, struct gt_arena *a)
{
    const struct gt_network_link *l = g->s->link.v;
    size_t n = (size_t)g->n;
    g->begin = GT_TAKE_N(a, int, n + 2);
    g->edge = GT_TAKE_N(a, struct edge, 2 * g->s->link.n + 1);
    for (size_t i = 0; i < g->s->link.n; i++) {
        g->begin[l[i].from + 2]++;
        g->begin[l[i].to + 2]++;
    }
    for (size_t i = 2; i < n + 2; i++)
        g->begin[i] += g->begin[i - 1];
    for (size_t i = 0; i < g->s->link.n; i++) {
        g->edge[g->begin[l[i].from + 1]++] = (struct edge){l[i].to, (int)i};
        g->edge[g->begin[l[i].to + 1]++] = (struct edge){l[i].from, (int)i};
    }
}

/* ---- Shortest paths, with a heap of (cost, core) where old entries stay until they come up ----
 */

static void heap_push(struct graph *g, double cost, int core)
{
    int i = g->heap_n++;
    for (; i > 0 && cost < g->heap[(i - 1) / 2].cost; i = (i - 1) / 2)
        g->heap[i] = g->heap[(i - 1) / 2];
    g->heap[i] = (struct entry){cost, core};
}

static struct entry heap_pop(struct graph *g)
{
    struct entry top = g->heap[0], last = g->heap[--g->heap_n];
    int i = 0;
    for (int k = 1; k < g->heap_n; k = 2 * i + 1) {
        if (k + 1 < g->heap_n && g->heap[k + 1].cost < g->heap[k].cost)
            k++;
        if (last.cost <= g->heap[k].cost)
            break;
        g->heap[i] = g->heap[k];
        i = k;
    }
    g->heap[i] = last;
    return top;
}

/* Least costs from one core over the corridors, without one corridor or one core (-1: with all). */
static void find_costs(struct graph *g, int from, int no_link, int no_core)
{
    for (int i = 0; i < g->n; i++) {
        g->cost[i] = (double)INFINITY;
        g->done[i] = i == no_core;
        g->by[i] = -1;
    }
    g->cost[from] = 0;
    g->heap_n = 0;
    heap_push(g, 0, from);
    while (g->heap_n > 0) {
        int at = heap_pop(g).core;
        if (g->done[at])
            continue;
        g->done[at] = true;
        for (int k = g->begin[at]; k < g->begin[at + 1]; k++) {
            struct edge e = g->edge[k];
            double cost = g->cost[at] + g->s->link.v[e.link].cost;
            if (e.link == no_link || g->done[e.to] || !(cost < g->cost[e.to]))
                continue;
            g->cost[e.to] = cost;
            g->by[e.to] = e.link;
            heap_push(g, cost, e.to);
        }
    }
}

/* What the core adds as a beginning: its area with all that it reaches. */
static double sum_from(const struct graph *g, int from)
{
    const struct gt_network_core *c = g->s->out->core;
    double sum = 0;
    for (int i = 0; i < g->n; i++)
        if (g->cost[i] < (double)INFINITY)
            sum += c[i].m2 * exp(-g->k * g->cost[i]);
    return c[from].m2 * sum;
}

static double with_all(struct graph *g)
{
    double sum = 0;
    for (int i = 0; i < g->n; i++) {
        find_costs(g, i, -1, -1);
        sum += g->whole[i] = sum_from(g, i);
        for (int k = 0; k < g->n; k++)
            if (g->by[k] >= 0)
                g->uses[(size_t)i * g->s->link.n + (size_t)g->by[k]] = true;
    }
    return sum;
}

static double without_link(struct graph *g, int link)
{
    double sum = 0;
    for (int i = 0; i < g->n; i++) {
        if (!g->uses[(size_t)i * g->s->link.n + (size_t)link]) {
            sum += g->whole[i];
            continue;
        }
        find_costs(g, i, link, -1);
        sum += sum_from(g, i);
    }
    return sum;
}

static double without_core(struct graph *g, int core)
{
    double sum = 0;
    for (int i = 0; i < g->n; i++) {
        if (i == core)
            continue;
        find_costs(g, i, -1, core);
        sum += sum_from(g, i);
    }
    return sum;
}

/* ---- Groups ---- */

static void find_groups(struct graph *g)
{
    struct gt_network *o = g->s->out;
    for (int i = 0; i < g->n; i++) {
        if (o->core[i].group)
            continue;
        o->groups++;
        find_costs(g, i, -1, -1);
        for (int k = 0; k < g->n; k++)
            if (g->cost[k] < (double)INFINITY)
                o->core[k].group = o->groups;
    }
    for (size_t i = 0; i < g->s->link.n; i++) {
        o->core[g->s->link.v[i].from].degree++;
        o->core[g->s->link.v[i].to].degree++;
    }
}

/* ---- Ranks ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median_cost(const struct network *s)
{
    GT_AUTO_ARENA a = gt_arena_new();
    double *v = GT_TAKE_N(a, double, s->link.n + 1);
    for (size_t i = 0; i < s->link.n; i++)
        v[i] = s->link.v[i].cost;
    qsort(v, s->link.n, sizeof *v, ascending);
    return s->link.n ? v[s->link.n / 2] : 1;
}

static bool above(const struct gt_network_link *a, const struct gt_network_link *b)
{
    if (a->dpc > b->dpc || a->dpc < b->dpc)
        return a->dpc > b->dpc;
    return a->gravity > b->gravity;
}

static void set_ranks(struct network *s)
{
    struct gt_network *o = s->out;
    for (size_t i = 0; i < s->link.n; i++) {
        s->link.v[i].rank = 1;
        for (size_t k = 0; k < s->link.n; k++)
            s->link.v[i].rank += above(&s->link.v[k], &s->link.v[i]);
    }
    for (size_t i = 0; i < o->n_cores; i++) {
        o->core[i].rank = 1;
        for (size_t k = 0; k < o->n_cores; k++)
            o->core[i].rank += o->core[k].dpc > o->core[i].dpc ||
                               (isnan(o->core[i].dpc) && o->core[k].m2 > o->core[i].m2);
    }
}

static enum gt_status set_dpc(struct graph *g, struct gt_arena *a, struct gt_err *err)
{
    struct network *s = g->s;
    struct gt_network *o = s->out;
    bool exact = o->n_cores <= NETWORK_EXACT;
    for (size_t i = 0; i < s->link.n; i++)
        s->link.v[i].dpc = (double)NAN;
    for (size_t i = 0; i < o->n_cores; i++)
        o->core[i].dpc = (double)NAN;
    if (!exact)
        return GT_OK;
    g->whole = GT_TAKE_N(a, double, o->n_cores);
    g->uses = GT_TAKE_N(a, bool, o->n_cores * s->link.n + 1);
    double all = with_all(g);
    for (size_t i = 0; i < s->link.n; i++) {
        if (gt_stopped(s->work))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        s->link.v[i].dpc = 100 * (all - without_link(g, (int)i)) / all;
    }
    for (size_t i = 0; i < o->n_cores; i++) {
        if (gt_stopped(s->work))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        o->core[i].dpc = 100 * (all - without_core(g, (int)i)) / all;
    }
    return GT_OK;
}

enum gt_status gt_network_graph(struct network *s, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct graph g = {.s = s, .n = (int)s->out->n_cores};
    s->out->reach = s->opt->reach > 0 ? s->opt->reach : median_cost(s);
    g.k = log(2) / s->out->reach;
    g.cost = GT_TAKE_N(a, double, s->out->n_cores);
    g.done = GT_TAKE_N(a, bool, s->out->n_cores);
    g.by = GT_TAKE_N(a, int, s->out->n_cores);
    g.heap = GT_TAKE_N(a, struct entry, 2 * s->link.n + 2);
    connect(&g, a);
    find_groups(&g);
    GT_TRY(set_dpc(&g, a, err));
    set_ranks(s);
    return GT_OK;
}
