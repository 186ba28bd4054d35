/* metric.c: the ground's metric and the cells' areas on a grid. Geographic grids are computed by
 * row. On other grids PROJ's projection is differentiated on a lattice of cell corners and
 * interpolated linearly between them. Cost: 9 projections a node; memory: 8 bytes a node, 32 for
 * scaled grids. */
#include "geo_int.h"

struct gt_metric {
    enum gt_crs_kind kind;
    struct gt_grid grid;
    double a, f;
    struct gt_tensor flat; /* planar: everywhere */
    int64_t step;          /* cells between nodes; the last ones lie on the grid's edge */
    int64_t nodes_x, nodes_y;
    struct gt_tensor *tensor; /* scaled: of the nodes */
    double *cell_m2;          /* of a cell around each node */
};

/* ---- The lattice ---- */

/* Between nodes this far apart, linear interpolation of an area scale errs by 1e-7 (a scale's
 * second derivative is about 2/R²). */
static const double node_distance_m = 4000;
static const int64_t most_cells = 64;

static int64_t step_of(const struct gt_crs *crs, const struct gt_grid *g)
{
    double cell_m = fmax(g->dx, g->dy) * crs->unit_m;
    int64_t step = 1, most = crs->kind == GT_CRS_SCALED ? most_cells : INT64_C(1) << 40;
    while (step * 2 <= most && (double)(step * 2) * cell_m <= node_distance_m)
        step *= 2;
    return step;
}

/* Column (or row) of node i on an axis of n cells. */
static int64_t node_at(int64_t i, int64_t step, int64_t n)
{
    return i * step < n ? i * step : n;
}

struct node {
    struct gt_tensor tensor;
    double scale; /* CRS units² for one m² on the ground */
};

static const struct node no_node = {{(double)NAN, (double)NAN, (double)NAN}, (double)NAN};

/* Step of the differences in degrees: their truncation is about (2e-4)^4/30, their rounding 1e-12.
 */
#define DELTA_DEG 0.01
/* Where wide and narrow differences disagree by this share, or the projection does not come back to
 * the node, there is a cut or a pole, or the node lies outside the projection's domain. */
static const double smooth_share = 1e-3;

/* d: the derivatives of x and y by ground metres along one axis. v: the projected pairs at -2, -1,
 * 1 and 2 deltas from xy on that axis. */
static bool derive(const double xy[2], const double v[8], double delta_m, double d[2])
{
    for (int k = 0; k < 2; k++)
        d[k] = (8 * (v[4 + k] - v[2 + k]) - (v[6 + k] - v[k])) / (12 * delta_m);
    double most = smooth_share * hypot(d[0], d[1]);
    for (int k = 0; k < 2; k++) {
        double wide = (v[6 + k] - v[k]) / (4 * delta_m), middle = (v[2 + k] + v[4 + k]) / 2;
        if (!(fabs(wide - d[k]) <= most && fabs(middle - xy[k]) <= most * delta_m))
            return false;
    }
    return true;
}

/* p: longitude and latitude in degrees -> projected. */
static struct node node_of(const struct gt_metric *m, PJ *p, double x, double y)
{
    const double xy[2] = {x, y};
    double at[2] = {x, y}, v[16];
    gt_proj_pairs(p, PJ_INV, at, 1);
    if (!(fabs(at[1]) + 2 * DELTA_DEG < 90))
        return no_node;
    static const double offset_deg[4] = {-2 * DELTA_DEG, -DELTA_DEG, DELTA_DEG, 2 * DELTA_DEG};
    for (int i = 0; i < 4; i++) {
        v[2 * i] = at[0] + offset_deg[i];
        v[2 * i + 1] = v[8 + 2 * i + 1] = at[1];
        v[8 + 2 * i] = at[0];
        v[8 + 2 * i + 1] += offset_deg[i];
    }
    gt_proj_pairs(p, PJ_FWD, v, 8);
    struct gt_radii r = gt_radii_at(m->a, m->f, at[1]);
    double e[2], n[2];
    if (!derive(xy, v, DELTA_DEG * GT_RAD * r.parallel, e) ||
        !derive(xy, v + 8, DELTA_DEG * GT_RAD * r.meridian, n))
        return no_node;
    return (struct node){
        {e[0] * e[0] + n[0] * n[0], e[0] * e[1] + n[0] * n[1], e[1] * e[1] + n[1] * n[1]},
        fabs(e[0] * n[1] - e[1] * n[0])};
}

GT_MUST static enum gt_status make_lattice(struct gt_arena *a, struct gt_metric *m,
                                           const struct gt_crs *crs, struct gt_err *err)
{
    const struct gt_grid *g = &m->grid;
    GT_AUTO_PROJ proj = {0};
    GT_TRY(gt_proj_open(&proj, err));
    GT_AUTO_PJ crs_pj = proj_create(proj.ctx, crs->wkt);
    GT_AUTO_PJ base = crs_pj ? proj_crs_get_geodetic_crs(proj.ctx, crs_pj) : NULL;
    GT_AUTO_PJ p = base ? gt_proj_between(&proj, base, crs_pj) : NULL;
    if (!p)
        return gt_fail(err, GT_EINPUT, "CRS \"%s\": its projection cannot be computed: %s",
                       crs->name, proj.log);
    m->step = step_of(crs, g);
    m->nodes_x = (g->w - 1) / m->step + 2;
    m->nodes_y = (g->h - 1) / m->step + 2;
    size_t nodes = (size_t)m->nodes_x * (size_t)m->nodes_y;
    void *block;
    GT_TRY(gt_reserve(a, nodes, sizeof *m->cell_m2, "lattice of cell areas", &block, err));
    m->cell_m2 = block;
    if (m->kind == GT_CRS_SCALED) {
        GT_TRY(
            gt_reserve(a, nodes, sizeof *m->tensor, "lattice of the ground's metric", &block, err));
        m->tensor = block;
    }
    for (int64_t j = 0, k = 0; j < m->nodes_y; j++) {
        double y = gt_grid_y(g, (double)node_at(j, m->step, g->h));
        for (int64_t i = 0; i < m->nodes_x; i++, k++) {
            struct node node = node_of(m, p, gt_grid_x(g, (double)node_at(i, m->step, g->w)), y);
            m->cell_m2[k] = g->dx * g->dy / node.scale;
            if (m->tensor)
                m->tensor[k] = node.tensor;
        }
    }
    return GT_OK;
}

/* Where a cell's centre lies on one axis: the node before it and the share of the way to the next.
 */
struct place {
    int64_t node;
    double share;
};

static struct place place_of(int64_t cell, int64_t step, int64_t n)
{
    int64_t i = cell / step, from = i * step, to = node_at(i + 1, step, n);
    return (struct place){i, ((double)(cell - from) + 0.5) / (double)(to - from)};
}

static double mix(double p, double q, double share)
{
    return p + (q - p) * share;
}

static struct gt_tensor mix_tensor(struct gt_tensor p, struct gt_tensor q, double share)
{
    return (struct gt_tensor){mix(p.xx, q.xx, share), mix(p.xy, q.xy, share),
                              mix(p.yy, q.yy, share)};
}

/* The tensor at the height of a row on the lattice's column i. */
static struct gt_tensor tensor_on(const struct gt_metric *m, int64_t i, struct place y)
{
    const struct gt_tensor *t = m->tensor + y.node * m->nodes_x + i;
    return mix_tensor(t[0], t[m->nodes_x], y.share);
}

/* ---- Geographic grids ---- */

static struct gt_tensor tensor_at_lat(const struct gt_metric *m, double lat)
{
    if (!(fabs(lat) < 90))
        return no_node.tensor;
    struct gt_radii r = gt_radii_at(m->a, m->f, lat);
    double x = 1 / (r.parallel * GT_RAD), y = 1 / (r.meridian * GT_RAD);
    return (struct gt_tensor){x * x, 0, y * y};
}

/* Half cells beyond a pole do not count. */
static double geographic_m2(const struct gt_metric *m, int64_t row)
{
    const struct gt_grid *g = &m->grid;
    double mid = gt_grid_y(g, (double)row + 0.5);
    if (fabs(mid) + g->dy / 2 <= 90)
        return gt_zone_mid_m2(m->a, m->f, mid, g->dy, g->dx);
    double south = fmax(mid - g->dy / 2, -90), north = fmin(mid + g->dy / 2, 90);
    return south < north ? gt_zone_m2(m->a, m->f, south, north, g->dx) : (double)NAN;
}

/* ---- The metric ---- */

enum gt_status gt_metric_new(struct gt_arena *a, const struct gt_crs *crs,
                             const struct gt_grid *grid, const struct gt_metric **out,
                             struct gt_err *err)
{
    GT_TRY(gt_grid_check(grid, err));
    struct gt_metric *m = GT_TAKE(a, struct gt_metric);
    m->kind = crs->kind;
    m->grid = *grid;
    m->a = crs->a;
    m->f = crs->f;
    if (crs->kind != GT_CRS_GEOGRAPHIC) {
        double flat = 1 / (crs->unit_m * crs->unit_m);
        m->flat = (struct gt_tensor){flat, 0, flat};
        GT_TRY(make_lattice(a, m, crs, err));
    }
    *out = m;
    return GT_OK;
}

bool gt_metric_by_row(const struct gt_metric *m)
{
    return m->kind != GT_CRS_SCALED;
}

bool gt_metric_area_by_row(const struct gt_metric *m)
{
    return m->kind == GT_CRS_GEOGRAPHIC;
}

void gt_metric_row(const struct gt_metric *m, int64_t col, int64_t row, size_t n,
                   struct gt_tensor *out)
{
    if (m->kind != GT_CRS_SCALED) {
        double lat = gt_grid_y(&m->grid, (double)row + 0.5);
        struct gt_tensor t = m->kind == GT_CRS_PLANAR ? m->flat : tensor_at_lat(m, lat);
        for (size_t k = 0; k < n; k++)
            out[k] = t;
        return;
    }
    struct place y = place_of(row, m->step, m->grid.h);
    for (size_t k = 0; k < n;) {
        struct place x = place_of(col + (int64_t)k, m->step, m->grid.w);
        struct gt_tensor west = tensor_on(m, x.node, y), east = tensor_on(m, x.node + 1, y);
        int64_t from = x.node * m->step, to = node_at(x.node + 1, m->step, m->grid.w);
        for (; k < n && col + (int64_t)k < to; k++) {
            double share = ((double)(col + (int64_t)k - from) + 0.5) / (double)(to - from);
            out[k] = mix_tensor(west, east, share);
        }
    }
}

struct gt_tensor gt_metric_at(const struct gt_metric *m, int64_t col, int64_t row)
{
    struct gt_tensor t;
    gt_metric_row(m, col, row, 1, &t);
    return t;
}

double gt_metric_cell_m2(const struct gt_metric *m, int64_t col, int64_t row)
{
    if (m->kind == GT_CRS_GEOGRAPHIC)
        return geographic_m2(m, row);
    struct place x = place_of(col, m->step, m->grid.w), y = place_of(row, m->step, m->grid.h);
    const double *north = m->cell_m2 + y.node * m->nodes_x + x.node, *south = north + m->nodes_x;
    return mix(mix(north[0], south[0], y.share), mix(north[1], south[1], y.share), x.share);
}

void gt_metric_cell_size(const struct gt_metric *m, double *ew_m, double *ns_m)
{
    struct gt_tensor t = gt_metric_at(m, m->grid.w / 2, m->grid.h / 2);
    double det = t.xx * t.yy - t.xy * t.xy;
    *ew_m = m->grid.dx * sqrt(t.yy / det);
    *ns_m = m->grid.dy * sqrt(t.xx / det);
}
