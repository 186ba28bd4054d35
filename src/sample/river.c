/* river.c: the rivers as smooth lines with a bed that never rises downstream, and the ground that
 * they shape. */
#include "sample_int.h"

#include <math.h>

#define RIVER_M2 2.5e6 /* where a river begins to be drawn */
#define SMOOTHINGS 6

/* ---- Lines ---- */

/* The lattice's river nodes, downstream ones first, and a node in the middle of every reach. */
static void collect(struct gt_arena *a, const struct gt_land *land, struct gt_rivers *r)
{
    int32_t *at = GT_TAKE_N(a, int32_t, LAND_N), n = 0;
    for (int32_t i = 0; i < LAND_N; i++)
        n += land->upstream[i] >= RIVER_M2;
    r->v = GT_TAKE_N(a, struct gt_river_node, (size_t)(2 * n));
    r->n = 0;
    for (int32_t i = 0; i < LAND_N; i++) {
        int32_t node = land->order[i], to = land->to[node];
        if (land->upstream[node] < RIVER_M2)
            continue;
        struct gt_river_node here = {
            land->x[node], land->y[node], land->z[node], land->upstream[node], -1, -1};
        if (to >= 0) {
            const struct gt_river_node *down = &r->v[at[to]];
            r->v[r->n] = (struct gt_river_node){(here.x + down->x) / 2,
                                                (here.y + down->y) / 2,
                                                (here.z + down->z) / 2,
                                                here.upstream,
                                                at[to],
                                                -1};
            here.to = r->n++;
        }
        at[node] = r->n;
        r->v[r->n++] = here;
    }
}

static void find_mains(struct gt_rivers *r)
{
    for (int32_t i = 0; i < r->n; i++) {
        int32_t to = r->v[i].to;
        if (to < 0)
            continue;
        int32_t main = r->v[to].main;
        if (main < 0 || r->v[i].upstream > r->v[main].upstream)
            r->v[to].main = i;
    }
}

/* Each node moves towards the middle of its neighbours on the main line; ends stay. */
static void smooth(struct gt_river_node *to, const struct gt_rivers *r)
{
    for (int32_t i = 0; i < r->n; i++) {
        struct gt_river_node v = r->v[i];
        if (v.to >= 0 && v.main >= 0) {
            const struct gt_river_node *down = &r->v[v.to], *up = &r->v[v.main];
            v.x = (down->x + 2 * v.x + up->x) / 4;
            v.y = (down->y + 2 * v.y + up->y) / 4;
            v.z = (down->z + 2 * v.z + up->z) / 4;
        }
        to[i] = v;
    }
}

/* Upstream nodes come last, so one pass from the springs down lowers what would rise. */
static void let_fall(struct gt_rivers *r)
{
    for (int32_t i = r->n - 1; i >= 0; i--) {
        int32_t to = r->v[i].to;
        if (to >= 0 && r->v[to].z > r->v[i].z)
            r->v[to].z = r->v[i].z;
    }
}

void gt_sample_rivers(struct gt_arena *a, const struct gt_land *land, struct gt_rivers *out)
{
    collect(a, land, out);
    find_mains(out);
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_river_node *copy = GT_TAKE_N(scratch, struct gt_river_node, (size_t)out->n);
    for (int i = 0; i < SMOOTHINGS; i++) {
        smooth(copy, out);
        for (int32_t j = 0; j < out->n; j++)
            out->v[j] = copy[j];
    }
    for (int32_t i = 0; i < out->n; i++)
        out->v[i].z -= clampd(sqrt(out->v[i].upstream) * 1.0e-4, 0.5, 5);
    let_fall(out);
}

void gt_sample_rivers_level(struct gt_rivers *r, const struct gt_lake *lake)
{
    for (int32_t i = 0; i < r->n; i++) {
        struct gt_river_node *v = &r->v[i];
        if (v->z > lake->level && gt_sample_hypot(v->x - lake->x, v->y - lake->y) <= lake->radius)
            v->z = lake->level;
    }
    let_fall(r);
}

/* ---- The ground ---- */

struct cells {
    int c0, r0, c1, r1;
};

/* The lattice's cells within RIVER_REACH of a reach's box. */
static struct cells cells_near(const struct gt_rivers *r, int32_t i)
{
    const struct gt_river_node *p = &r->v[i], *q = &r->v[p->to];
    double x0 = (p->x < q->x ? p->x : q->x) - RIVER_REACH, x1 = p->x + q->x - x0;
    double y0 = (p->y < q->y ? p->y : q->y) - RIVER_REACH, y1 = p->y + q->y - y0;
    struct cells c = {
        (int)floor(x0 / LAND_STEP) + LAND_MARGIN, (int)floor(y0 / LAND_STEP) + LAND_MARGIN,
        (int)floor(x1 / LAND_STEP) + LAND_MARGIN, (int)floor(y1 / LAND_STEP) + LAND_MARGIN};
    c.c0 = c.c0 < 0 ? 0 : c.c0;
    c.r0 = c.r0 < 0 ? 0 : c.r0;
    c.c1 = c.c1 >= LAND_W ? LAND_W - 1 : c.c1;
    c.r1 = c.r1 >= LAND_H ? LAND_H - 1 : c.r1;
    return c;
}

void gt_sample_rivers_index(struct gt_arena *a, struct gt_rivers *r)
{
    r->bucket = GT_TAKE_N(a, int32_t, LAND_N + 1);
    for (int fill = 0; fill < 2; fill++) {
        for (int32_t i = r->n - 1; i >= 0; i--) {
            if (r->v[i].to < 0)
                continue;
            struct cells c = cells_near(r, i);
            for (int row = c.r0; row <= c.r1; row++)
                for (int col = c.c0; col <= c.c1; col++) {
                    int32_t *at = &r->bucket[row * LAND_W + col];
                    if (fill)
                        r->reach[--*at] = i;
                    else
                        ++*at;
                }
        }
        if (fill)
            continue;
        for (int32_t i = 0; i < LAND_N; i++)
            r->bucket[i + 1] += r->bucket[i];
        r->reach = GT_TAKE_N(a, int32_t, (size_t)r->bucket[LAND_N]);
    }
}

/* Distance to a reach, and the height of its bed there. */
static double distance_to(const struct gt_rivers *r, int32_t i, double x, double y, double *bed)
{
    const struct gt_river_node *p = &r->v[i], *q = &r->v[p->to];
    double dx = q->x - p->x, dy = q->y - p->y, along = dx * dx + dy * dy;
    double t = along > 0 ? clampd(((x - p->x) * dx + (y - p->y) * dy) / along, 0, 1) : 0;
    *bed = p->z + t * (q->z - p->z);
    return gt_sample_hypot(p->x + t * dx - x, p->y + t * dy - y);
}

bool gt_sample_rivers_near(const struct gt_rivers *r, double x, double y, double *dist,
                           double *upstream)
{
    int col = (int)floor(x / LAND_STEP) + LAND_MARGIN,
        row = (int)floor(y / LAND_STEP) + LAND_MARGIN;
    *dist = RIVER_REACH;
    if (col < 0 || row < 0 || col >= LAND_W || row >= LAND_H)
        return false;
    int32_t cell = row * LAND_W + col;
    for (int32_t i = r->bucket[cell]; i < r->bucket[cell + 1]; i++) {
        double bed, d = distance_to(r, r->reach[i], x, y, &bed);
        if (d >= *dist)
            continue;
        *dist = d;
        *upstream = r->v[r->reach[i]].upstream;
    }
    return *dist < RIVER_REACH;
}

double gt_sample_rivers_carve(const struct gt_rivers *r, double x, double y, double ground)
{
    int col = (int)floor(x / LAND_STEP) + LAND_MARGIN,
        row = (int)floor(y / LAND_STEP) + LAND_MARGIN;
    if (col < 0 || row < 0 || col >= LAND_W || row >= LAND_H)
        return ground;
    int32_t cell = row * LAND_W + col;
    double strongest = 0, sum = 0, weights = 0;
    for (int32_t i = r->bucket[cell]; i < r->bucket[cell + 1]; i++) {
        double bed, dist = distance_to(r, r->reach[i], x, y, &bed);
        if (dist >= RIVER_REACH)
            continue;
        double near = 1 - dist * dist / (RIVER_REACH * RIVER_REACH);
        double weight = near / (dist * dist + 1);
        strongest = near > strongest ? near : strongest;
        sum += weight * bed;
        weights += weight;
    }
    if (!(weights > 0))
        return ground;
    double pull = strongest * strongest;
    return ground + pull * (sum / weights - ground);
}

/* ---- The layer ---- */

/* Strahler's order of each node. */
static void orders(const struct gt_rivers *r, int *order)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    int *best = GT_TAKE_N(scratch, int, (size_t)r->n),
        *same = GT_TAKE_N(scratch, int, (size_t)r->n);
    for (int32_t i = r->n - 1; i >= 0; i--) {
        order[i] = best[i] + (best[i] == 0 || same[i] > 1);
        int32_t to = r->v[i].to;
        if (to < 0)
            continue;
        if (order[i] > best[to]) {
            best[to] = order[i];
            same[to] = 0;
        }
        same[to] += order[i] == best[to];
    }
}

static bool in_box(double x, double y)
{
    return x >= 0 && y >= 0 && x <= BOX_W && y <= BOX_H;
}

/* Where the line from p (inside) to q (outside) leaves the box. */
static void leave(struct gt_sketch *k, const struct gt_river_node *p, const struct gt_river_node *q)
{
    double t = 1, dx = q->x - p->x, dy = q->y - p->y;
    if (q->x < 0 || q->x > BOX_W)
        t = ((q->x < 0 ? 0 : BOX_W) - p->x) / dx;
    if (q->y < 0 || q->y > BOX_H) {
        double ty = ((q->y < 0 ? 0 : BOX_H) - p->y) / dy;
        t = ty < t ? ty : t;
    }
    gt_sketch_point(k, p->x + t * dx, p->y + t * dy);
}

/* From a spring down to the river that takes it in; what lies outside the box is left out. Gives
 * the number of points drawn. */
static int draw(struct gt_sketch *k, int32_t spring, int32_t *mouth)
{
    const struct gt_rivers *r = &k->s->rivers;
    int drawn = 0;
    bool open = false;
    int32_t i = spring;
    for (int32_t from = -1;; from = i, i = r->v[i].to) {
        const struct gt_river_node *v = &r->v[i];
        bool inside = in_box(v->x, v->y), last = v->to < 0 || (from >= 0 && v->main != from);
        if (inside && !open) {
            gt_sketch_part(k);
            if (from >= 0)
                leave(k, v, &r->v[from]);
        }
        if (inside)
            gt_sketch_point(k, v->x, v->y);
        if (!inside && open)
            leave(k, &r->v[from], v);
        drawn += inside || open;
        open = inside;
        *mouth = i;
        if (last)
            return drawn;
    }
}

static const char *const river_name[] = {"甲川", "乙水", "丙河", "丁溪",
                                         "戊曲", "己曲", "庚曲", "辛曲"};

void gt_sample_river(struct gt_sketch *k)
{
    static const char *const fields[] = {"name", "order"};
    const struct gt_rivers *r = &k->s->rivers;
    GT_AUTO_ARENA scratch = gt_arena_new();
    int *order = GT_TAKE_N(scratch, int, (size_t)r->n);
    orders(r, order);
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    size_t named = 1; /* the first name is the trunk river's */
    for (int32_t i = 0; i < r->n; i++) {
        size_t parts = k->part.n, points = k->point.n, xy = k->xy.n;
        int32_t mouth = i, above = -1;
        if (r->v[i].main >= 0)
            continue;
        gt_sketch_feature(k);
        if (draw(k, i, &mouth) < 3) {
            k->part.n = parts;
            k->point.n = points;
            k->xy.n = xy;
            continue;
        }
        for (int32_t j = i; j != mouth; j = r->v[j].to)
            above = j;
        bool trunk = r->v[i].upstream > 1e9;
        bool big = above >= 0 && r->v[above].upstream > 2.5e7 && named < GT_LEN(river_name);
        gt_sketch_text(k, trunk ? river_name[0] : big ? river_name[named++] : NULL);
        gt_sketch_num(k, order[above >= 0 ? above : i]);
    }
}
