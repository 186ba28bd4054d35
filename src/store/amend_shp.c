/* amend_shp.c: shapes of single features of a shapefile: .shp and .shx are made anew of the records
 * as they are and of the changed ones; of .dbf only the marks of removed rows change, so that
 * attributes stay byte for byte. */
#include "amend.h"
#include "guotu/io.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD = 100, RECORD_HEAD = 8, NULL_SHAPE = 0, POLYGON = 5 };
#define MOST ((size_t)4 << 30)

struct shapefile {
    struct gt_arena *a;
    const struct gt_amend *m;
    const char *path;
    struct gt_str shp, shx, dbf;
    const struct gt_amendment **of; /* by record; NULL: it stays */
    size_t n;
    struct gt_buf out, index;
    struct gt_box box;
};

static uint32_t big(const char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return __builtin_bswap32(v);
}

static void add_big(struct gt_buf *out, size_t v)
{
    const uint32_t swapped = __builtin_bswap32((uint32_t)v);
    gt_buf_addn(out, &swapped, sizeof swapped);
}

static void add_int(struct gt_buf *out, int64_t v)
{
    const int32_t n = (int32_t)v;
    gt_buf_addn(out, &n, sizeof n);
}

static int32_t int_at(const char *p)
{
    int32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* ---- Files beside it ---- */

/* With this ending, in small or great letters; NULL: none. */
static const char *beside(const struct shapefile *s, const char *small, const char *great)
{
    const int n = (int)(strrchr(s->path, '.') - s->path);
    const char *one = gt_printf(s->a, "%.*s%s", n, s->path, small);
    const char *two = gt_printf(s->a, "%.*s%s", n, s->path, great);
    return gt_path_exists(one) ? one : gt_path_exists(two) ? two : NULL;
}

static enum gt_status read_beside(struct shapefile *s, const char *small, const char *great,
                                  struct gt_str *out, struct gt_err *err)
{
    const char *path = beside(s, small, great);
    if (!path)
        return gt_fail(err, GT_EUSE, "%s: expected a %s file beside it, found none",
                       gt_path_base(s->path), small);
    return gt_file_get(s->a, path, MOST, out, err);
}

/* ---- Records ---- */

/* The bytes of a record's content. */
static enum gt_status content(const struct shapefile *s, size_t i, const char **p, size_t *n,
                              struct gt_err *err)
{
    const char *row = s->shx.p + HEAD + 8 * i;
    const size_t at = (size_t)big(row) * 2;
    *n = (size_t)big(row + 4) * 2;
    if (*n < 4 || at < HEAD || at + RECORD_HEAD + *n > s->shp.n)
        return gt_fail(err, GT_EUSE, "%s, record %zu: expected a shape, found the file cut off",
                       gt_path_base(s->path), i + 1);
    *p = s->shp.p + at + RECORD_HEAD;
    return GT_OK;
}

static enum gt_status place_amendments(struct shapefile *s, struct gt_err *err)
{
    void *of;
    const char *p;
    size_t n;
    GT_TRY(gt_reserve(s->a, s->n + 1, sizeof *s->of, "records", &of, err));
    s->of = of;
    for (size_t i = 0; i < s->m->n; i++) {
        const struct gt_amendment *v = &s->m->v[i];
        if (v->id < 0 || (size_t)v->id >= s->n)
            return gt_fail(err, GT_EUSE, "%s: expected a record %lld, found %zu records",
                           gt_path_base(s->path), (long long)v->id + 1, s->n);
        GT_TRY(content(s, (size_t)v->id, &p, &n, err));
        if (int_at(p) != POLYGON)
            return gt_fail(err, GT_EUSE, "%s, record %lld: expected a polygon, found type %d",
                           gt_path_base(s->path), (long long)v->id + 1, (int)int_at(p));
        s->of[v->id] = v;
    }
    return GT_OK;
}

/* Rings of WKB run the other way round in shapefiles. */
static void add_ring(struct gt_buf *points, const char *from, size_t n)
{
    for (size_t k = n; k-- > 0;)
        gt_buf_addn(points, from + 16 * k, 16);
}

/* The content of a polygon's record. */
static enum gt_status add_polygon(struct shapefile *s, size_t shape, struct gt_buf *out,
                                  struct gt_err *err)
{
    struct gt_buf wkb = {.a = out->a}, parts = {.a = out->a}, points = {.a = out->a};
    const struct gt_box b = gt_shape_box(s->m->shapes, shape);
    bool several;
    GT_TRY(gt_amend_wkb(&wkb, s->m, shape, true, &several, err));
    const char *p = wkb.p + 9;
    for (int32_t left = int_at(wkb.p + 5); left > 0; left--) {
        int32_t rings = int_at(p + 5);
        for (p += 9; rings > 0; rings--) {
            const size_t n = (size_t)int_at(p);
            add_int(&parts, (int64_t)(points.n / 16));
            add_ring(&points, p + 4, n);
            p += 4 + 16 * n;
        }
    }
    add_int(out, POLYGON);
    gt_buf_addn(out, &b, sizeof b);
    add_int(out, (int64_t)(parts.n / 4));
    add_int(out, (int64_t)(points.n / 16));
    gt_buf_addn(out, parts.p, parts.n);
    gt_buf_addn(out, points.p, points.n);
    s->box.x0 = b.x0 < s->box.x0 ? b.x0 : s->box.x0;
    s->box.y0 = b.y0 < s->box.y0 ? b.y0 : s->box.y0;
    s->box.x1 = b.x1 > s->box.x1 ? b.x1 : s->box.x1;
    s->box.y1 = b.y1 > s->box.y1 ? b.y1 : s->box.y1;
    return GT_OK;
}

static enum gt_status add_record(struct shapefile *s, size_t i, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_buf mine = {.a = scratch};
    const struct gt_amendment *v = s->of[i];
    const char *p;
    size_t n;
    GT_TRY(content(s, i, &p, &n, err));
    if (v && v->remove)
        add_int(&mine, NULL_SHAPE);
    else if (v)
        GT_TRY(add_polygon(s, v->shape, &mine, err));
    if (v) {
        p = mine.p;
        n = mine.n;
    }
    add_big(&s->index, s->out.n / 2);
    add_big(&s->index, n / 2);
    add_big(&s->out, i + 1);
    add_big(&s->out, n / 2);
    gt_buf_addn(&s->out, p, n);
    return GT_OK;
}

static void finish_head(struct gt_buf *b, const struct gt_box *box)
{
    const uint32_t words = __builtin_bswap32((uint32_t)(b->n / 2));
    memcpy(b->p + 24, &words, sizeof words);
    memcpy(b->p + 36, box, sizeof *box);
}

/* ---- The files ---- */

static enum gt_status check_table(const struct shapefile *s, size_t *head, size_t *row,
                                  struct gt_err *err)
{
    const unsigned char *p = (const unsigned char *)s->dbf.p;
    *head = s->dbf.n >= 32 ? p[8] | (size_t)p[9] << 8 : 0;
    *row = s->dbf.n >= 32 ? p[10] | (size_t)p[11] << 8 : 0;
    if (*head < 32 || *row < 1 || *head + s->n * *row > s->dbf.n)
        return gt_fail(err, GT_EUSE, "%s: expected %zu rows in the .dbf, found it cut off",
                       gt_path_base(s->path), s->n);
    return GT_OK;
}

static enum gt_status mark_removed(struct shapefile *s, struct gt_err *err)
{
    size_t head, row, removed = 0;
    for (size_t i = 0; i < s->n; i++)
        removed += s->of[i] && s->of[i]->remove;
    if (removed == 0)
        return GT_OK;
    GT_TRY(check_table(s, &head, &row, err));
    void *room;
    GT_TRY(gt_reserve(s->a, s->dbf.n, 1, "a table", &room, err));
    char *marked = memcpy(room, s->dbf.p, s->dbf.n);
    for (size_t i = 0; i < s->n; i++)
        if (s->of[i] && s->of[i]->remove)
            marked[head + i * row] = '*';
    return gt_file_put(beside(s, ".dbf", ".DBF"), marked, s->dbf.n, err);
}

/* Spatial indexes of the old shapes would hide the new ones. */
static enum gt_status remove_indexes(struct shapefile *s, struct gt_err *err)
{
    static const char *const ending[][2] = {{".qix", ".QIX"}, {".sbn", ".SBN"}, {".sbx", ".SBX"}};
    for (size_t i = 0; i < GT_LEN(ending); i++) {
        const char *path = beside(s, ending[i][0], ending[i][1]);
        if (path)
            GT_TRY(gt_path_remove(path, err));
    }
    return GT_OK;
}

static enum gt_status make_anew(struct shapefile *s, struct gt_err *err)
{
    gt_buf_addn(&s->out, s->shp.p, HEAD);
    gt_buf_addn(&s->index, s->shx.p, HEAD);
    memcpy(&s->box, s->shp.p + 36, sizeof s->box);
    for (size_t i = 0; i < s->n; i++)
        GT_TRY(add_record(s, i, err));
    if (s->out.n > MOST)
        return gt_fail(err, GT_EUSE, "%s: mended it is too big for a shapefile",
                       gt_path_base(s->path));
    finish_head(&s->out, &s->box);
    finish_head(&s->index, &s->box);
    return GT_OK;
}

enum gt_status gt_amend_shp(const char *path, const struct gt_amend *m, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct shapefile s = {.a = a, .m = m, .path = path, .out = {.a = a}, .index = {.a = a}};
    size_t head, row;
    GT_TRY(gt_file_get(a, path, MOST, &s.shp, err));
    GT_TRY(read_beside(&s, ".shx", ".SHX", &s.shx, err));
    GT_TRY(read_beside(&s, ".dbf", ".DBF", &s.dbf, err));
    if (s.shp.n < HEAD || s.shx.n < HEAD)
        return gt_fail(err, GT_EUSE, "%s: expected a shapefile, found it cut off",
                       gt_path_base(path));
    s.n = (s.shx.n - HEAD) / 8;
    GT_TRY(check_table(&s, &head, &row, err));
    GT_TRY(place_amendments(&s, err));
    GT_TRY(make_anew(&s, err));
    GT_TRY(mark_removed(&s, err));
    GT_TRY(remove_indexes(&s, err));
    GT_TRY(gt_file_put(beside(&s, ".shx", ".SHX"), s.index.p, s.index.n, err));
    return gt_file_put(path, s.out.p, s.out.n, err);
}
