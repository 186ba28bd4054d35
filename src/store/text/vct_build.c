/* vct_build.c: the layers of a VCT file: lines put together into polygons, rows joined to shapes.
 */
#include "vct_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NO_SHAPES = 3, KINDS = 4 };

/* Something by its number; the first of equal ones is found. */
struct key {
    int64_t table, id;
    size_t at;
};
struct keys {
    size_t n;
    struct key *v;
};

struct build {
    struct gt_vct *v;
    struct keys lines, polygons, rows;
    GT_VEC(struct gt_text_draft) draft;
    int *layer; /* of tables and kinds: place in draft, -1: none */
    size_t n_layers;
    int64_t turned, open, missing;
};

/* ---- Finding by number ---- */

static int by_key(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->table != y->table)
        return x->table < y->table ? -1 : 1;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static enum gt_status keys_new(struct gt_arena *a, size_t n, struct keys *out, struct gt_err *err)
{
    void *room;
    GT_TRY(gt_reserve(a, n + 1, sizeof *out->v, "numbers of objects", &room, err));
    *out = (struct keys){.v = room};
    return GT_OK;
}

static void keys_sort(struct keys *k)
{
    qsort(k->v, k->n, sizeof *k->v, by_key);
}

static const struct key *find(const struct keys *k, int64_t table, int64_t id)
{
    size_t lo = 0, hi = k->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct key *m = &k->v[mid];
        if (m->table < table || (m->table == table && m->id < id))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < k->n && k->v[lo].table == table && k->v[lo].id == id ? &k->v[lo] : NULL;
}

static enum gt_status index_all(struct build *b, struct gt_err *err)
{
    const struct gt_vct *v = b->v;
    GT_TRY(keys_new(v->a, v->n_runs, &b->lines, err));
    GT_TRY(keys_new(v->a, v->n_objects, &b->polygons, err));
    GT_TRY(keys_new(v->a, v->n_rows, &b->rows, err));
    for (size_t i = 0; i < v->n_runs; i++)
        if (v->run[i].of_line)
            b->lines.v[b->lines.n++] = (struct key){0, v->run[i].id, i};
    for (size_t i = 0; i < v->n_objects; i++)
        if (v->object[i].kind == GT_SHAPE_POLYGON)
            b->polygons.v[b->polygons.n++] = (struct key){0, v->object[i].id, i};
    for (size_t i = 0; i < v->n_rows; i++)
        b->rows.v[b->rows.n++] = (struct key){(int64_t)v->row[i].table, v->row[i].id, i};
    keys_sort(&b->lines);
    keys_sort(&b->polygons);
    keys_sort(&b->rows);
    return GT_OK;
}

/* ---- Layers ---- */

static struct gt_text_draft *layer_of(struct build *b, size_t table, int kind)
{
    int *place = &b->layer[table * KINDS + (size_t)kind];
    const struct gt_vct_table *t = &b->v->table.v[table];
    if (*place < 0) {
        struct gt_text_draft *d = GT_PUSH(b->v->a, &b->draft);
        gt_text_draft_begin(d, b->v->a, t->name);
        d->table = kind == NO_SHAPES;
        if (!d->table)
            gt_shape_begin(&d->b, b->v->a, (enum gt_shape_kind)kind);
        d->field = t->field;
        d->n_fields = t->n_fields;
        *place = (int)b->draft.n - 1;
    }
    return &b->draft.v[*place];
}

/* The kind that the feature codes say the table has; NO_SHAPES: none. */
static int said_kind(const struct gt_vct *v, size_t table)
{
    static const char *const names[] = {"Point", "Line", "Polygon"};
    for (size_t i = 0; i < v->code.n; i++)
        for (int k = 0; k < NO_SHAPES; k++)
            if (gt_text_same(v->code.v[i].table, v->table.v[table].name) &&
                gt_text_same(v->code.v[i].kind, names[k]))
                return k;
    return NO_SHAPES;
}

/* In the order in which the tables are described, layers without features too. */
static void make_layers(struct build *b)
{
    for (size_t t = 0; t < b->v->table.n; t++) {
        int kind = said_kind(b->v, t);
        if (kind != NO_SHAPES)
            layer_of(b, t, kind);
    }
}

/* ---- Shapes ---- */

static enum gt_status emit(struct build *b, struct gt_text_draft *d, const struct gt_vct_run *r,
                           bool reverse, struct gt_err *err)
{
    for (size_t i = 0; i < r->n; i++) {
        const double *p = b->v->xy + 2 * (r->from + (reverse ? r->n - 1 - i : i));
        bool first = i == 0 && d->b.kind != GT_SHAPE_POINT && d->b.n_points > d->ring;
        const double *last = first ? d->b.xy + 2 * (d->b.n_points - 1) : NULL;
        if (last && last[0] == p[0] && last[1] == p[1])
            continue; /* where the line before it ended */
        GT_TRY(gt_text_draft_point(d, p[0], p[1], err));
    }
    return GT_OK;
}

static enum gt_status emit_runs(struct build *b, struct gt_text_draft *d, struct gt_vct_object *o,
                                struct gt_err *err)
{
    bool points = o->kind == GT_SHAPE_POINT;
    for (size_t i = 0; i < o->n_runs; i++) {
        struct gt_vct_run r = b->v->run[o->run + i], one = {.from = r.from, .n = 1};
        if (!points) {
            GT_TRY(emit(b, d, &r, false, err));
            GT_TRY(gt_text_draft_part(d, true, &o->trait, err));
        }
        for (size_t k = 0; points && k < r.n; k++, one.from++) {
            GT_TRY(emit(b, d, &one, false, err));
            GT_TRY(gt_text_draft_part(d, true, &o->trait, err));
        }
    }
    return GT_OK;
}

static bool meets(const struct gt_vct *v, size_t point, const double *end)
{
    return v->xy[2 * point] == end[0] && v->xy[2 * point + 1] == end[1];
}

/* Back at its first point. */
static bool is_closed(const struct gt_text_draft *d)
{
    size_t n = d->b.n_points - d->ring;
    const double *xy = n > 3 ? d->b.xy + 2 * d->ring : NULL;
    return xy && xy[0] == xy[2 * n - 2] && xy[1] == xy[2 * n - 1];
}

static enum gt_status add_line(struct build *b, struct gt_text_draft *d, struct gt_vct_object *o,
                               int64_t ref, struct gt_err *err)
{
    const struct gt_vct *v = b->v;
    const struct key *k = find(&b->lines, 0, ref < 0 ? -ref : ref);
    const struct gt_vct_run *r = k ? &v->run[k->at] : NULL;
    bool reverse = ref < 0;
    if (!r || r->n == 0) {
        b->missing++;
        o->trait |= GT_TRAIT_UNREADABLE;
        return GT_OK;
    }
    if (d->b.n_points > d->ring) {
        const double *end = d->b.xy + 2 * (d->b.n_points - 1);
        size_t first = r->from, last = r->from + r->n - 1;
        if (!meets(v, reverse ? last : first, end)) {
            bool other = meets(v, reverse ? first : last, end);
            b->turned += other;
            b->open += !other;
            if (!other)
                o->trait |= GT_TRAIT_OPEN;
            reverse = other ? !reverse : reverse;
        }
    }
    return emit(b, d, r, reverse, err);
}

static enum gt_status emit_refs(struct build *b, struct gt_text_draft *d, struct gt_vct_object *o,
                                const struct gt_vct_object *from, struct gt_err *err)
{
    for (size_t i = 0; i < from->n_refs; i++) {
        int64_t ref = b->v->ref[from->ref + i];
        if (ref == 0 || (o->kind == GT_SHAPE_POLYGON && is_closed(d)))
            GT_TRY(gt_text_draft_part(d, true, &o->trait, err));
        if (ref != 0)
            GT_TRY(add_line(b, d, o, ref, err));
    }
    return gt_text_draft_part(d, true, &o->trait, err);
}

static enum gt_status emit_polygons(struct build *b, struct gt_text_draft *d,
                                    struct gt_vct_object *o, struct gt_err *err)
{
    for (size_t i = 0; i < o->n_refs; i++) {
        int64_t ref = b->v->ref[o->ref + i];
        const struct key *k = ref ? find(&b->polygons, 0, ref < 0 ? -ref : ref) : NULL;
        struct gt_vct_object part = k ? b->v->object[k->at] : (struct gt_vct_object){0};
        if (ref == 0)
            continue;
        if (!k || part.of_polygons) {
            b->missing++;
            o->trait |= GT_TRAIT_UNREADABLE;
            continue;
        }
        GT_TRY(part.n_refs ? emit_refs(b, d, o, &part, err) : emit_runs(b, d, &part, err));
    }
    return GT_OK;
}

/* ---- Features ---- */

static enum gt_status add_feature(struct build *b, struct gt_vct_object *o, struct gt_err *err)
{
    struct gt_text_draft *d = layer_of(b, o->table, (int)o->kind);
    struct gt_value *value;
    GT_TRY(o->of_polygons ? emit_polygons(b, d, o, err)
           : o->n_refs    ? emit_refs(b, d, o, o, err)
                          : emit_runs(b, d, o, err));
    const struct key *k = find(&b->rows, (int64_t)o->table, o->id);
    if ((size_t)d->b.part[d->b.n] == d->b.n_parts)
        o->trait |= GT_TRAIT_EMPTY;
    GT_TRY(gt_text_draft_feature(d, o->id, o->trait, &value, err));
    if (!k || b->v->row[k->at].used) {
        b->v->l.line = o->line;
        gt_text_warn(&b->v->l, "expected attributes of the object %lld in the table %s, found none",
                     (long long)o->id, d->name);
        return GT_OK;
    }
    b->v->row[k->at].used = true;
    if (d->n_fields > 0)
        memcpy(value, b->v->row[k->at].value, d->n_fields * sizeof *value);
    return GT_OK;
}

/* Rows without a shape: of tables that have none, or of features whose shape is missing. */
static enum gt_status add_rows(struct build *b, struct gt_err *err)
{
    for (size_t i = 0; i < b->v->n_rows; i++) {
        struct gt_vct_row *r = &b->v->row[i];
        if (r->used)
            continue;
        int kind = b->v->table.v[r->table].plain ? NO_SHAPES : said_kind(b->v, r->table);
        struct gt_text_draft *d = layer_of(b, r->table, kind);
        struct gt_value *value;
        GT_TRY(gt_text_draft_feature(d, r->id, kind == NO_SHAPES ? 0 : GT_TRAIT_NULL, &value, err));
        if (d->n_fields > 0)
            memcpy(value, r->value, d->n_fields * sizeof *value);
    }
    return GT_OK;
}

/* Layers of one table but several kinds are told apart. */
static const char *name_of(const struct build *b, size_t draft)
{
    static const char *const suffix[] = {"_point", "_line", "_polygon", "_table"};
    for (size_t t = 0; t < b->v->table.n; t++)
        for (size_t k = 0; k < KINDS; k++) {
            if (b->layer[t * KINDS + k] != (int)draft)
                continue;
            int n = 0;
            for (size_t j = 0; j < KINDS; j++)
                n += b->layer[t * KINDS + j] >= 0;
            bool main = n == 1 || said_kind(b->v, t) == (int)k;
            const char *name = b->v->table.v[t].name;
            return main ? name : gt_printf(b->v->a, "%s%s", name, suffix[k]);
        }
    return b->draft.v[draft].name;
}

enum gt_status gt_vct_build(struct gt_vct *v, struct gt_text *out, struct gt_err *err)
{
    struct build b = {.v = v};
    b.layer = GT_TAKE_N(v->a, int, v->table.n *KINDS + 1);
    memset(b.layer, -1, (v->table.n * KINDS + 1) * sizeof *b.layer);
    GT_TRY(index_all(&b, err));
    make_layers(&b);
    for (size_t i = 0; i < v->n_objects; i++)
        GT_TRY(add_feature(&b, &v->object[i], err));
    GT_TRY(add_rows(&b, err));
    if (b.draft.n == 0)
        return gt_fail(err, GT_EINPUT, "%s: expected layers, found a file that describes none",
                       v->l.file);
    out->v = GT_TAKE_N(v->a, struct gt_text_layer, b.draft.n);
    for (size_t i = 0; i < b.draft.n; i++) {
        b.draft.v[i].name = name_of(&b, i);
        gt_text_draft_end(&b.draft.v[i], &out->v[out->n++]);
    }
    v->unreadable += b.missing;
    if (b.turned)
        gt_warn(v->l.work,
                "%s: %lld lines are referred to against their direction; they are turned",
                v->l.file, (long long)b.turned);
    if (b.open)
        gt_warn(v->l.work,
                "%s: %lld lines do not begin where the line before them in their polygon "
                "ends",
                v->l.file, (long long)b.open);
    return GT_OK;
}
