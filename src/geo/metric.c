/* metric.c: the ground's metric and the cells' areas on a grid. Geographic grids are computed by
 * row. On other grids PROJ's projection is differentiated on a lattice of cell corners and
 * interpolated linearly between them. Cost: 9 projections a node; memory: 8 bytes a node, 32 for
 * scaled grids. */
#include "geo_int.h"

#include <string.h>

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

/* ---- The lattice
 * ---------------------------------------------------------------------------------- */

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

/* Step of the differences in degrees: truncation is about (2e-4)^4/30, rounding about 1e-12. */
static const double delta_deg = 0.01;
/* Where narrow and wide differences disagree by this share, the projection has a cut or a pole. */
static const double smooth_share = 1e-3;

/* Derivatives of the projection by ground metres to the east and to the north at x, y. p: lon, lat
 * -> projected, in normalised axis order. */
static struct node node_of(const struct gt_metric *m, PJ *p, double x, double y)
{
    double at[2] = {x, y};
    gt_proj_pairs(p, PJ_INV, at, 1);
    if (isnan(at[0]) || fabs(at[1]) + 2 * delta_deg >= 90)
        return no_node;
    static const double offset[4] = {-2, -1, 1, 2};
    double q[16];
    for (int i = 0; i < 4; i++) {
        q[2 * i] = at[0] + offset[i] * delta_deg;
        q[2 * i + 1] = at[1];
        q[8 + 2 * i] = at[0];
        q[8 + 2 * i + 1] = at[1] + offset[i] * delta_deg;
    }
    gt_proj_pairs(p, PJ_FWD, q, 8);
    struct gt_radii r = gt_radii_at(m->a, m->f, at[1]);
    double d[4]; /* x and y by east, x and y by north */
    for (int i = 0; i < 4; i++) {
        const double *v = q + (i / 2) * 8 + i % 2;
        double metres = delta_deg * GT_RAD * (i < 2 ? r.parallel : r.meridian);
        d[i] = (8 * (v[4] - v[2]) - (v[6] - v[0])) / (12 * metres);
    }
    for (int i = 0; i < 4; i++) {
        const double *v = q + (i / 2) * 8 + i % 2;
        double metres = delta_deg * GT_RAD * (i < 2 ? r.parallel : r.meridian);
        double size = hypot(d[i & 2], d[(i & 2) + 1]);
        if (!(fabs((v[6] - v[0]) / (4 * metres) - d[i]) <= smooth_share * size))
            return no_node;
    }
    return (struct node){
        {d[0] * d[0] + d[2] * d[2], d[0] * d[1] + d[2] * d[3], d[1] * d[1] + d[3] * d[3]},
        fabs(d[0] * d[3] - d[1] * d[2])};
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

/* Where the centre of a cell lies: its upper left node, and the shares of the way to the next ones.
 */
struct place {
    int64_t node;
    double u, v;
};

static struct place place_of(const struct gt_metric *m, int64_t col, int64_t row)
{
    int64_t i = col / m->step, j = row / m->step;
    int64_t x0 = i * m->step, x1 = node_at(i + 1, m->step, m->grid.w);
    int64_t y0 = j * m->step, y1 = node_at(j + 1, m->step, m->grid.h);
    return (struct place){j * m->nodes_x + i, ((double)(col - x0) + 0.5) / (double)(x1 - x0),
                          ((double)(row - y0) + 0.5) / (double)(y1 - y0)};
}

static double mix(double p, double q, double share)
{
    return p + (q - p) * share;
}

static double between(double nw, double ne, double sw, double se, struct place at)
{
    return mix(mix(nw, ne, at.u), mix(sw, se, at.u), at.v);
}

/* ---- Geographic grids
 * ----------------------------------------------------------------------------- */

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

/* ---- The metric
 * ----------------------------------------------------------------------------------- */

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

struct gt_tensor gt_metric_at(const struct gt_metric *m, int64_t col, int64_t row)
{
    if (m->kind == GT_CRS_GEOGRAPHIC)
        return tensor_at_lat(m, gt_grid_y(&m->grid, (double)row + 0.5));
    if (m->kind == GT_CRS_PLANAR)
        return m->flat;
    struct place at = place_of(m, col, row);
    const struct gt_tensor *n = m->tensor + at.node, *s = n + m->nodes_x;
    return (struct gt_tensor){between(n[0].xx, n[1].xx, s[0].xx, s[1].xx, at),
                              between(n[0].xy, n[1].xy, s[0].xy, s[1].xy, at),
                              between(n[0].yy, n[1].yy, s[0].yy, s[1].yy, at)};
}

double gt_metric_cell_m2(const struct gt_metric *m, int64_t col, int64_t row)
{
    if (m->kind == GT_CRS_GEOGRAPHIC)
        return geographic_m2(m, row);
    struct place at = place_of(m, col, row);
    const double *n = m->cell_m2 + at.node, *s = n + m->nodes_x;
    return between(n[0], n[1], s[0], s[1], at);
}

void gt_metric_cell_size(const struct gt_metric *m, double *ew_m, double *ns_m)
{
    struct gt_tensor t = gt_metric_at(m, m->grid.w / 2, m->grid.h / 2);
    double det = t.xx * t.yy - t.xy * t.xy;
    *ew_m = m->grid.dx * sqrt(t.yy / det);
    *ns_m = m->grid.dy * sqrt(t.xx / det);
}
