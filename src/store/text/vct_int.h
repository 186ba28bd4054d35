/* vct_int.h: what the files of the VCT reader share. Builds on text_int.h.
 *
 * A VCT file is lines in sections XxxBegin ... XxxEnd: head, feature codes, structures of tables,
 * points, lines, polygons, annotations, attributes. The form of 1999 gives the parts of an object
 * without the counts and types that the later one has. */
#ifndef GUOTU_STORE_VCT_INT_H
#define GUOTU_STORE_VCT_INT_H

#include "text_int.h"

struct gt_vct_code {
    struct gt_str code, kind, table;
};

/* A table of attributes. */
struct gt_vct_table {
    const char *name;
    size_t n_fields;
    struct gt_field *field;
    bool plain;    /* said to be without shapes */
    size_t cursor; /* objects before it have their row: for rows without a number */
};

/* A row of attributes, value[n_fields]. */
struct gt_vct_row {
    int64_t id;
    size_t table;
    struct gt_value *value;
    int64_t line;
    bool used;
};

/* A run of points: a line, which polygons may refer to; or a polygon's ring. */
struct gt_vct_run {
    int64_t id;
    size_t from, n; /* in vct->xy, points */
    bool of_line;
};

/* What becomes a feature. */
struct gt_vct_object {
    int64_t id;
    size_t table;
    enum gt_shape_kind kind;
    uint16_t trait;
    bool of_polygons;   /* refers to polygons, not to lines */
    size_t ref, n_refs; /* in vct->ref; 0 divides rings */
    size_t run, n_runs; /* in vct->run: its own parts */
    int64_t line;       /* of the file */
};

struct gt_vct {
    struct gt_arena *a;
    struct gt_text_lines l;
    char separator;
    bool old;   /* the form of 1999 */
    int topo;   /* of the form of 1999: 0 polygons of points, else of lines; 2 with neighbours */
    bool north; /* the first number of a point is to the north */
    struct gt_text_zone zone;
    GT_VEC(struct gt_vct_code) code;
    GT_VEC(struct gt_vct_table) table;
    double *xy;
    size_t n_xy, xy_cap; /* in points */
    struct gt_vct_run *run;
    size_t n_runs, run_cap;
    struct gt_vct_object *object;
    size_t n_objects, object_cap;
    int64_t *ref;
    size_t n_refs, ref_cap;
    struct gt_vct_row *row;
    size_t n_rows, row_cap;
    int64_t unreadable;
    struct gt_buf left_out; /* names of sections that are left out */
};

/* ---- vct.c ---- */

/* The next line that is not empty, remarks left out; GT_EINPUT at the end of the file. */
GT_MUST enum gt_status gt_vct_line(struct gt_vct *v, const char *what, struct gt_err *err);

/* Takes the line "0", an object's end, if it is the next one: the form of 1999 does without. */
bool gt_vct_take_zero(struct gt_vct *v);

/* ---- vct_head.c ---- */

/* The sections before the shapes; each reads up to its own end. */
GT_MUST enum gt_status gt_vct_head(struct gt_vct *v, struct gt_err *err);
GT_MUST enum gt_status gt_vct_codes(struct gt_vct *v, struct gt_err *err);
GT_MUST enum gt_status gt_vct_tables(struct gt_vct *v, struct gt_err *err);
GT_MUST enum gt_status gt_vct_attributes(struct gt_vct *v, struct gt_err *err);

/* ---- vct_shapes.c ---- */

GT_MUST enum gt_status gt_vct_shapes(struct gt_vct *v, enum gt_shape_kind kind, const char *end,
                                     struct gt_err *err);

/* ---- vct_build.c ---- */

/* Puts lines, polygons and attributes together. */
GT_MUST enum gt_status gt_vct_build(struct gt_vct *v, struct gt_text *out, struct gt_err *err);

#endif
