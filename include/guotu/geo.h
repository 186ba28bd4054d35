/* geo.h: coordinate systems, grids, the ground's metric and areas on it, and flat geometries.
 * Builds on base.h; wraps PROJ. Coordinates are always x = longitude or easting, y = latitude or
 * northing (normalised axis order), in the CRS's own unit: degrees or metres. */
#ifndef GUOTU_GEO_H
#define GUOTU_GEO_H

#include "guotu/base.h"

/* ---- Coordinate reference systems ---- */

enum gt_crs_kind {
    GT_CRS_GEOGRAPHIC, /* degrees */
    GT_CRS_PLANAR,     /* transverse Mercator (Gauss-Krüger, UTM): slopes are taken in the plane */
    GT_CRS_SCALED      /* equal-area and all other projections: slopes need local scale factors */
};

struct gt_crs {
    enum gt_crs_kind kind;
    const char *name;     /* "CGCS2000 / Gauss-Kruger CM 87E" */
    const char *code;     /* "EPSG:4490", "" if the definition has no code */
    const char *wkt;      /* WKT2:2019, one line */
    const char *wkt1;     /* WKT1 for GDAL; "" where there is no such form */
    double a, f;          /* ellipsoid: semi-major axis in m, flattening */
    double unit_m;        /* metres a unit (projected); 0 for degrees */
    const char *geodetic; /* code of the datum's geographic CRS ("EPSG:4490"), "" if unknown */
};

/* text: "EPSG:N", WKT 1 or 2, a PROJ string ("+proj=..."), or a shipped alias: "tibet-albers"
 * (Albers equal-area on CGCS2000 for province-wide evaluations, parallels 28.5 and 34.5, meridian
 * 89). Vertical and 3-D parts are dropped, and so are shifts between datums (TOWGS84). GT_EINPUT:
 * unknown, engineering, geocentric or derived, not in degrees, axes not to the east and north. */
GT_MUST enum gt_status gt_crs_parse(struct gt_arena *a, const char *text, const struct gt_crs **out,
                                    struct gt_err *err);
/* by meaning, axis order and names ignored; takes some milliseconds where the WKT differs */
bool gt_crs_same(const struct gt_crs *a, const struct gt_crs *b);
/* The geographic CRS of the same datum; crs itself where it is one. */
GT_MUST enum gt_status gt_crs_geographic(struct gt_arena *a, const struct gt_crs *crs,
                                         const struct gt_crs **out, struct gt_err *err);

/* A transformation; used by one thread at a time. Refused (GT_EINPUT) when the datums differ and no
 * published transformation is known (Xi'an 80, Beijing 54 to CGCS2000: parameters must be given);
 * WGS 84, ITRF and their realisations to and from CGCS2000 are taken as identity: right for terrain
 * and old surveys, 0.6 to 1 m off for positions that GNSS measures on the plateau today. */
struct gt_xform;
GT_MUST enum gt_status gt_xform_new(struct gt_arena *a, const struct gt_crs *from,
                                    const struct gt_crs *to, struct gt_xform **out,
                                    struct gt_err *err);
bool gt_xform_is_identity(const struct gt_xform *t);
/* In place; xy holds n pairs. Points that cannot be transformed become NaN pairs; returns their
 * number. */
size_t gt_xform_points(struct gt_xform *t, double *xy, size_t n);

/* ---- Boxes and grids ---- */

struct gt_box {
    double x0, y0, x1, y1;
};
bool gt_box_meets(struct gt_box a, struct gt_box b); /* touching is enough; false with a NaN */

/* North-up raster grid: x0, y0 is the outer corner of the first cell (west, north); rows go
 * south. */
struct gt_grid {
    int64_t w, h;  /* cells */
    double x0, y0; /* CRS units */
    double dx, dy; /* both positive */
};
struct gt_box gt_grid_box(const struct gt_grid *g);
double gt_grid_x(const struct gt_grid *g, double col); /* col + 0.5: centre of cell col */
double gt_grid_y(const struct gt_grid *g, double row);
double gt_grid_col(const struct gt_grid *g, double x);
double gt_grid_row(const struct gt_grid *g, double y);
bool gt_grid_same(const struct gt_grid *a, const struct gt_grid *b); /* to 1e-6 of a cell */
/* positive, finite, w*h < 2^48 */
GT_MUST enum gt_status gt_grid_check(const struct gt_grid *g, struct gt_err *err);

/* ---- The ground's metric on a grid ---- */

/* For a cell: the inverse metric tensor of the ground in grid coordinates. With gx, gy the
 * derivatives of height by x and y (per CRS unit), squared tangent of slope = xx*gx*gx + 2*xy*gx*gy
 * + yy*gy*gy. Geographic: by row, from the ellipsoid's radii of curvature; planar: 1/unit²; scaled:
 * from PROJ's local derivatives on a lattice of at most 64 cells and 4 km anchored to the grid,
 * linear between nodes. */
struct gt_tensor {
    double xx, xy, yy;
};

struct gt_metric; /* immutable once made; may be shared by threads */
GT_MUST enum gt_status gt_metric_new(struct gt_arena *a, const struct gt_crs *crs,
                                     const struct gt_grid *grid, const struct gt_metric **out,
                                     struct gt_err *err);
bool gt_metric_by_row(const struct gt_metric *m);      /* one tensor for all cells of a row */
bool gt_metric_area_by_row(const struct gt_metric *m); /* and one area: geographic grids only */
struct gt_tensor gt_metric_at(const struct gt_metric *m, int64_t col, int64_t row);
/* The same, bit for bit, for n cells of a row from col on. */
void gt_metric_row(const struct gt_metric *m, int64_t col, int64_t row, size_t n,
                   struct gt_tensor *out);
/* Area of the cell on the ellipsoid, m². Geographic: exact zone formula; else dx*dy / areal scale,
 * of planar grids too, and so it differs along their rows. NaN outside the CRS's domain. */
double gt_metric_cell_m2(const struct gt_metric *m, int64_t col, int64_t row);
/* Ground size of the cell in the grid's middle, in metres east-west and north-south. */
void gt_metric_cell_size(const struct gt_metric *m, double *ew_m, double *ns_m);

/* Area between two parallels and two meridians on the ellipsoid, m² (degrees); negative when lat1
 * lies south of lat0. */
double gt_zone_m2(double a, double f, double lat0, double lat1, double dlon);

/* ---- Flat geometries ---- */

enum gt_shape_kind { GT_SHAPE_POINT, GT_SHAPE_LINE, GT_SHAPE_POLYGON };

/* n features; feature i owns parts part[i]..part[i+1]-1; part j owns points point[j]..point[j+1]-1.
 * Polygons: each part is a closed ring (first point repeated), even-odd rule, so holes need no
 * mark. */
struct gt_shapes {
    enum gt_shape_kind kind;
    const struct gt_crs *crs;
    size_t n;
    const int64_t *part;  /* n + 1 */
    const int64_t *point; /* parts + 1 */
    const double *xy;     /* pairs */
    struct gt_box box;    /* of all points; NaN when there are none */
};

/* The same shapes in another CRS. Edges are straight in the stored CRS: they are densified so that
 * no point of an edge is off by more than tol_m metres on the ground (1e-3 everywhere in this
 * program); equal edges get equal points in both directions. Where only the name of the CRS differs
 * (gt_xform_is_identity) the coordinates are shared with `in`, which must then outlive the result.
 * GT_EINPUT names feature and part, counted from 1: coordinates that are not finite, points outside
 * the other CRS's domain, edges that cross a cut of it. */
GT_MUST enum gt_status gt_shapes_to_crs(struct gt_arena *a, const struct gt_shapes *in,
                                        const struct gt_crs *to, double tol_m,
                                        const struct gt_shapes **out, struct gt_err *err);

/* ---- Exact predicates ---- */

/* The sign of the turn p, q, r: 1 to the left, -1 to the right, 0 on one line (or not finite). */
int gt_orient(const double p[2], const double q[2], const double r[2]);

enum gt_side { GT_OUTSIDE, GT_ON_BORDER, GT_INSIDE };
/* Of a closed ring of n points, the last as the first. */
enum gt_side gt_ring_side(const double *xy, size_t n, double x, double y);
/* By ring of polygon i: in how many of its other rings it lies (odd: a hole), and the innermost of
 * these, -1: none. Rings that touch are told apart by their first point off the other's border. */
void gt_ring_nesting(const struct gt_shapes *s, size_t i, int32_t *depth, int32_t *parent);

/* ---- Areas on the ellipsoid ---- */

/* An area form of a CRS: the ground within a ring whose edges are straight in the CRS is the sum of
 * gt_areal_edge over its edges, positive for counterclockwise rings; no point is transformed. Edge
 * and reversed edge give opposite numbers, bit for bit. Geographic: the series of the ellipsoid's
 * trapezoids (椭球面积), to the 8th power of the eccentricity, integrated along the edge in closed
 * form. Projected: a Chebyshev series of the areal scale over the box, integrated along the edge
 * by Gauss-Legendre; relative error below 1e-10. Immutable: may be shared by threads. Coordinates
 * must lie in the box. */
struct gt_areal;
/* GT_EINPUT: the box is not finite, leaves the CRS's domain, or is too wide for a series. */
GT_MUST enum gt_status gt_areal_new(struct gt_arena *a, const struct gt_crs *crs, struct gt_box box,
                                    const struct gt_areal **out, struct gt_err *err);
double gt_areal_edge(const struct gt_areal *f, double x0, double y0, double x1, double y1);
/* Of one ring: signed. Of a polygon: positive, rings even-odd. */
double gt_areal_ring(const struct gt_areal *f, const double *xy, size_t n);
double gt_areal_polygon(const struct gt_areal *f, const struct gt_shapes *s, size_t i);

/* The ground of each polygon on the ellipsoid in m2 by gt_areal, out[n], on one thread; GT_EINPUT
 * where one cannot be computed. */
GT_MUST enum gt_status gt_shapes_area_m2(struct gt_arena *a, const struct gt_shapes *s, double *out,
                                         struct gt_err *err);

/* Geodesics between the points, in degrees, on the ellipsoid a, f. */
struct gt_geodesic; /* immutable: may be shared by threads */
const struct gt_geodesic *gt_geodesic_new(struct gt_arena *a, double semi_major_m, double f);
double gt_geodesic_m(const struct gt_geodesic *g, double lon0, double lat0, double lon1,
                     double lat1);
/* Of a closed ring: m2, counterclockwise positive, however it lies to the cut at 180 degrees; not
 * for rings around a pole. */
double gt_geodesic_ring_m2(const struct gt_geodesic *g, const double *lonlat, size_t n);
double gt_geodesic_polygon_m2(const struct gt_geodesic *g, const struct gt_shapes *s, size_t i);

/* ---- Parameters between old datums and new ones ---- */

/* X(enum, name, number of parameters). Position vector (EPSG 9606) and coordinate frame (EPSG 9607)
 * differ in the signs of their rotations only: numbers without the name of their convention are
 * worth nothing. */
#define GT_SHIFT_TABLE(X)                             \
    X(GT_SHIFT_PLANE, "plane", 4)                     \
    X(GT_SHIFT_POSITION_VECTOR, "position-vector", 7) \
    X(GT_SHIFT_COORDINATE_FRAME, "coordinate-frame", 7)
enum gt_shift_kind {
#define GT_SHIFT_ENUM(e, name, n) e,
    GT_SHIFT_TABLE(GT_SHIFT_ENUM)
#undef GT_SHIFT_ENUM
        GT_SHIFT_KINDS
};
const char *gt_shift_name(enum gt_shift_kind k);
int gt_shift_parameters(enum gt_shift_kind k); /* 4 or 7 */
#define GT_SHIFT_MOST 7
/* "de" "dn" "rotation" "scale"; "tx" "ty" "tz" "rx" "ry" "rz" "scale" */
const char *gt_shift_parameter(enum gt_shift_kind k, int i);

/* A similarity between two systems. Plane: E' = de + (1 + scale)(cos r E - sin r N), N' = dn +
 * (1 + scale)(sin r E + cos r N), rotation r counter-clockwise on the map. Space: geocentric, for
 * points at height_m above the old ellipsoid. Metres, seconds of arc, parts in a million. */
struct gt_shift {
    enum gt_shift_kind kind;
    const struct gt_crs *from, *to;
    double p[GT_SHIFT_MOST];
    double height_m;
};
/* GT_EINPUT: parameters that are not finite or cannot be ones between datums, plane ones between
 * systems that are not both in metres. */
GT_MUST enum gt_status gt_shift_check(const struct gt_shift *s, struct gt_err *err);
/* Shapes of any system on the datum of `from`, in s->to. Edges are densified only where the two
 * are not straight alike. GT_EINPUT: shapes of another datum. */
GT_MUST enum gt_status gt_shift_shapes(struct gt_arena *a, const struct gt_shift *s,
                                       const struct gt_shapes *in, const struct gt_shapes **out,
                                       struct gt_err *err);

/* A point known in both systems, in units of `from` and `to`; heights above the ellipsoids in m,
 * NaN: not known. */
struct gt_control {
    const char *name;
    double from[3], to[3]; /* x, y, height */
};
struct gt_control_residual {
    double east, north, up; /* m, known minus fitted */
    double size_m;
    double left_out_m; /* from a fit without this point; NaN: too few others */
    bool gross;        /* beyond three sigma of the others, more where they are few */
};
struct gt_shift_fit {
    struct gt_shift shift;
    size_t n;
    const struct gt_control_residual *residual;
    int redundancy;               /* observations that nothing needs */
    double rms_m, sigma_m, max_m; /* sigma: of unit weight; NaN without redundancy */
};
/* Least squares, all points alike. s: kind, from, to and height_m (where points have no heights)
 * are given. GT_EINPUT: fewer than two points (plane) or three, points in one place or one line. */
GT_MUST enum gt_status gt_shift_fit(struct gt_arena *a, const struct gt_shift *s,
                                    const struct gt_control *control, size_t n,
                                    struct gt_shift_fit *out, struct gt_err *err);

#endif
