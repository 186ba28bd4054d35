/* places.c: tables with coordinates: a column of well-known text; a row a vertex, with the feature
 * and the ring that it is of; a row a point. */
#include "wkt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS = 3, MOST_COLUMNS = 1024 };

struct places {
    struct gt_arena *a;
    struct gt_csv t;
    int wkt, x, y, feature, ring, order;
    bool degrees;
    size_t n_kept;
    int kept[MOST_COLUMNS]; /* the columns that become fields */
    struct gt_field *field;
    struct gt_text_draft draft[KINDS];
    int srid;
};

static enum gt_status fail(struct places *p, size_t row, const char *why, struct gt_err *err)
{
    return gt_csv_fail(&p->t, row, err, "%s", why);
}

static struct gt_str cell(const struct places *p, size_t row, int column)
{
    return gt_text_trim(gt_s(gt_csv_cell(&p->t, row, (size_t)column)));
}

/* ---- Columns ---- */

static void find_columns(struct places *p)
{
    static const char *const wkt[] = {"wkt",      "geometry", "geom", "the_geom",
                                      "wkt_geom", "几何",     NULL};
    static const char *const lon[] = {"lon", "lng", "long", "longitude", "经度", "东经", NULL};
    static const char *const lat[] = {"lat", "latitude", "纬度", "北纬", NULL};
    static const char *const east[] = {"x", "easting", "东坐标", "横坐标", NULL};
    static const char *const north[] = {"y", "northing", "北坐标", "纵坐标", NULL};
    static const char *const feature[] = {"feature",  "polygon", "polygon_id", "地块编号",
                                          "图斑编号", "宗地号",  "dkbh",       "tbbh",
                                          "id",       NULL};
    static const char *const ring[] = {"ring", "part", "圈号", "地块圈号", "环号", NULL};
    static const char *const order[] = {"order", "vertex", "seq", "序号", "点序", "点号", NULL};
    p->wkt = gt_text_column(&p->t, wkt);
    p->x = gt_text_column(&p->t, lon);
    p->y = gt_text_column(&p->t, lat);
    p->degrees = p->x >= 0 && p->y >= 0;
    if (!p->degrees) {
        p->x = gt_text_column(&p->t, east);
        p->y = gt_text_column(&p->t, north);
    }
    p->feature = gt_text_column(&p->t, feature);
    p->ring = gt_text_column(&p->t, ring);
    p->order = gt_text_column(&p->t, order);
}

static bool is_vertices(const struct places *p)
{
    return p->wkt < 0 && p->x >= 0 && p->y >= 0 && p->feature >= 0 &&
           (p->ring >= 0 || p->order >= 0);
}

static void keep_columns(struct places *p)
{
    bool vertices = is_vertices(p);
    p->field = GT_TAKE_N(p->a, struct gt_field, p->t.n_cols + 1);
    for (size_t i = 0; i < p->t.n_cols && i < MOST_COLUMNS; i++) {
        int c = (int)i;
        if (c == p->wkt || (vertices && (c == p->x || c == p->y || c == p->ring || c == p->order)))
            continue;
        p->field[p->n_kept] = (struct gt_field){p->t.col[i], GT_COLUMN_TEXT, 0, 0};
        p->kept[p->n_kept++] = c;
    }
    for (int k = 0; k < KINDS; k++) {
        gt_text_draft_begin(&p->draft[k], p->a, gt_text_stem(p->a, p->t.file));
        gt_shape_begin(&p->draft[k].b, p->a, (enum gt_shape_kind)k);
        p->draft[k].field = p->field;
        p->draft[k].n_fields = p->n_kept;
    }
}

static enum gt_status end_feature(struct places *p, struct gt_text_draft *d, size_t row,
                                  uint16_t trait, struct gt_err *err)
{
    struct gt_value *v;
    GT_TRY(gt_text_draft_feature(d, (int64_t)row + 1, trait, &v, err));
    for (size_t i = 0; i < p->n_kept; i++) {
        const char *text = gt_csv_cell(&p->t, row, (size_t)p->kept[i]);
        if (text[0])
            v[i] = (struct gt_value){.kind = GT_V_TEXT, .text = text};
    }
    return GT_OK;
}

/* ---- Well-known text ---- */

static enum gt_status read_wkt(struct places *p, size_t row, enum gt_shape_kind *last,
                               struct gt_err *err)
{
    struct gt_str s = cell(p, row, p->wkt);
    struct gt_err why = {0};
    uint16_t trait = 0;
    int srid;
    if (s.n == 0)
        return end_feature(p, &p->draft[*last], row, GT_TRAIT_NULL, err);
    if (!gt_wkt_kind(s, last, &srid))
        return gt_csv_fail(&p->t, row, err,
                           "expected well-known text such as POLYGON ((...)), found '%s'",
                           gt_text_shown(p->a, s));
    struct gt_text_draft *d = &p->draft[*last];
    size_t parts = d->b.n_parts;
    if (gt_wkt_add(d, s, &trait, &why) != GT_OK)
        return why.status == GT_EINPUT ? fail(p, row, why.text, err)
                                       : gt_fail(err, why.status, "%s", why.text);
    if (srid && p->srid && srid != p->srid)
        return gt_csv_fail(&p->t, row, err, "expected the SRID %d of the rows before, found %d",
                           p->srid, srid);
    p->srid = srid ? srid : p->srid;
    return end_feature(p, d, row, trait | (d->b.n_parts == parts ? GT_TRAIT_EMPTY : 0), err);
}

/* ---- Points and vertices ---- */

static enum gt_status read_place(struct places *p, size_t row, double xy[2], struct gt_err *err)
{
    const int column[2] = {p->x, p->y};
    for (int i = 0; i < 2; i++) {
        struct gt_str s = cell(p, row, column[i]);
        if (!gt_text_num(s, &xy[i]))
            return gt_csv_fail(&p->t, row, err, "expected a number for %s, found '%s'",
                               p->t.col[column[i]], gt_text_shown(p->a, s));
    }
    return GT_OK;
}

static enum gt_status read_point(struct places *p, size_t row, struct gt_err *err)
{
    double xy[2];
    uint16_t trait = 0;
    struct gt_text_draft *d = &p->draft[GT_SHAPE_POINT];
    GT_TRY(read_place(p, row, xy, err));
    GT_TRY(gt_text_draft_point(d, xy[0], xy[1], err));
    GT_TRY(gt_text_draft_part(d, true, &trait, err));
    return end_feature(p, d, row, trait, err);
}

struct vertex {
    size_t feature, row; /* by first appearance */
    double ring, order;
    double xy[2];
};

static int by_place(const void *a, const void *b)
{
    const struct vertex *x = a, *y = b;
    if (x->feature != y->feature)
        return x->feature < y->feature ? -1 : 1;
    if (x->ring != y->ring)
        return x->ring < y->ring ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* A ring's or vertex's number: "3", "J3"; without a column all are 0, as rows come. */
static enum gt_status read_number(struct places *p, size_t row, int column, double *out,
                                  struct gt_err *err)
{
    *out = 0;
    if (column < 0)
        return GT_OK;
    struct gt_str s = cell(p, row, column), digits = s;
    while (digits.n > 0 && (digits.p[0] == 'J' || digits.p[0] == 'j')) {
        digits.p++;
        digits.n--;
    }
    if (gt_text_num(digits, out))
        return GT_OK;
    return gt_csv_fail(&p->t, row, err, "expected a number for %s, found '%s'", p->t.col[column],
                       gt_text_shown(p->a, s));
}

static enum gt_status read_vertices(struct places *p, struct vertex *v, size_t *first,
                                    struct gt_err *err)
{
    struct gt_map *seen = gt_map_new(p->a);
    for (size_t row = 0; row < p->t.n; row++) {
        const char *name = gt_csv_cell(&p->t, row, (size_t)p->feature);
        size_t *place = gt_map_get(seen, name);
        if (!place) {
            place = GT_TAKE(p->a, size_t);
            *place = gt_map_len(seen);
            first[*place] = row;
            gt_map_put(seen, name, place);
        }
        v[row] = (struct vertex){.feature = *place, .row = row};
        GT_TRY(read_number(p, row, p->ring, &v[row].ring, err));
        GT_TRY(read_number(p, row, p->order, &v[row].order, err));
        GT_TRY(read_place(p, row, v[row].xy, err));
    }
    return GT_OK;
}

static enum gt_status build_polygons(struct places *p, struct gt_err *err)
{
    void *room, *starts;
    struct gt_text_draft *d = &p->draft[GT_SHAPE_POLYGON];
    uint16_t trait = 0;
    GT_TRY(gt_reserve(p->a, p->t.n + 1, sizeof(struct vertex), "vertices", &room, err));
    GT_TRY(gt_reserve(p->a, p->t.n + 1, sizeof(size_t), "features", &starts, err));
    struct vertex *v = room;
    size_t *first = starts;
    GT_TRY(read_vertices(p, v, first, err));
    qsort(v, p->t.n, sizeof *v, by_place);
    for (size_t i = 0; i < p->t.n; i++) {
        bool last = i + 1 == p->t.n || v[i + 1].feature != v[i].feature;
        GT_TRY(gt_text_draft_point(d, v[i].xy[0], v[i].xy[1], err));
        if (last || v[i + 1].ring != v[i].ring)
            GT_TRY(gt_text_draft_part(d, false, &trait, err));
        if (!last)
            continue;
        GT_TRY(end_feature(p, d, first[v[i].feature], trait, err));
        trait = 0;
    }
    return GT_OK;
}

/* ---- The whole ---- */

/* The columns by the heading alone; false: it is none, or has no coordinates. */
static bool read_heading(struct places *p, struct gt_str text)
{
    const char *end = text.n ? memchr(text.p, '\n', text.n) : NULL;
    struct gt_str first = {text.p, end ? (size_t)(end - text.p) : text.n};
    if (gt_csv_parse_by(p->a, "", first, gt_text_separator(first), &p->t, NULL) != GT_OK)
        return false;
    find_columns(p);
    return p->wkt >= 0 || (p->x >= 0 && p->y >= 0);
}

bool gt_text_is_shapes(struct gt_str head)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct places p = {.a = a};
    struct gt_str text;
    const char *encoding;
    const char *end = head.n ? memchr(head.p, '\n', head.n) : NULL;
    if (end)
        head.n = (size_t)(end - head.p);
    return gt_text_decode(a, head, &(struct gt_text_opt){.file = ""}, &text, &encoding, NULL) ==
               GT_OK &&
           read_heading(&p, text) && (p.wkt >= 0 || is_vertices(&p));
}

static enum gt_status read_all(struct places *p, struct gt_err *err)
{
    enum gt_shape_kind last = GT_SHAPE_POLYGON;
    if (is_vertices(p))
        return build_polygons(p, err);
    for (size_t row = 0; row < p->t.n; row++)
        GT_TRY(p->wkt >= 0 ? read_wkt(p, row, &last, err) : read_point(p, row, err));
    return GT_OK;
}

static void finish(struct places *p, struct gt_text *out)
{
    static const char *const suffix[] = {"_point", "_line", "_polygon"};
    int kinds = 0;
    for (int k = 0; k < KINDS; k++)
        kinds += p->draft[k].n > 0;
    out->v = GT_TAKE_N(p->a, struct gt_text_layer, KINDS);
    for (int k = KINDS - 1; k >= 0; k--) {
        if (p->draft[k].n == 0)
            continue;
        if (kinds > 1)
            p->draft[k].name = gt_printf(p->a, "%s%s", p->draft[k].name, suffix[k]);
        gt_text_draft_end(&p->draft[k], &out->v[out->n++]);
    }
    out->crs = p->srid ? gt_printf(p->a, "EPSG:%d", p->srid) : p->degrees ? "EPSG:4490" : "";
}

enum gt_status gt_text_csv(struct gt_arena *a, struct gt_str bytes, const struct gt_text_opt *opt,
                           struct gt_text *out, struct gt_err *err)
{
    struct gt_str text;
    struct places p = {.a = a};
    *out = (struct gt_text){.format = "CSV", .crs = ""};
    GT_TRY(gt_text_decode(a, bytes, opt, &text, &out->encoding, err));
    if (!read_heading(&p, text))
        return gt_fail(err, GT_ENOTFOUND,
                       "%s: expected a column of well-known text, or two of coordinates (lon and "
                       "lat, x and y), found none",
                       opt->file);
    GT_TRY(gt_csv_parse_by(a, opt->file, text, gt_text_separator(text), &p.t, err));
    keep_columns(&p);
    GT_TRY(read_all(&p, err));
    finish(&p, out);
    if (out->n == 0)
        return gt_fail(err, GT_EINPUT, "%s: expected rows below the heading, found none",
                       opt->file);
    return GT_OK;
}
