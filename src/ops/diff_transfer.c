/* diff_transfer.c: the transfer matrix of two states of a layer. What did not change is counted as
 * it is; what did is overlaid. Each row is made to add up to what its class had before. */
#include "diff.h"

#include "guotu/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK INT64_C(65536)
#define CENTS 100.0

struct classes {
    GT_VEC(const char *) code;
    struct gt_map *map; /* code to its place */
};

static const char *class_text(struct gt_arena *a, const struct gt_features *f, size_t i, int field)
{
    return gt_value_text(a, &f->value[i * f->n_fields + (size_t)field]);
}

static size_t class_of(struct gt_arena *a, struct classes *c, const char *code)
{
    const char *key = code[0] ? code : " ";
    size_t *known = gt_map_get(c->map, key);
    if (known)
        return *known;
    size_t *place = GT_TAKE(a, size_t);
    *place = c->code.n;
    *GT_PUSH(a, &c->code) = gt_strdup(a, code);
    gt_map_put(c->map, key, place);
    return *place;
}

/* ---- Sums of a whole state ---- */

struct sums {
    GT_VEC(int64_t) cents; /* by class, as they were met */
};

static void add_cents(struct gt_arena *a, struct sums *s, size_t class, double m2)
{
    while (s->cents.n <= class)
        *GT_PUSH(a, &s->cents) = 0;
    s->cents.v[class] += llround(m2 * CENTS);
}

static enum gt_status add_features(struct ops_diff *d, struct classes *c,
                                   const struct gt_features *f, int field, struct sums *sums,
                                   struct gt_err *err)
{
    void *m2;
    GT_AUTO_ARENA scratch = gt_arena_new();
    size_t n = gt_features_count(f);
    GT_TRY(gt_reserve(scratch, n + 1, sizeof(double), "areas", &m2, err));
    GT_TRY(gt_polygon_areas(f->shapes, GT_AREA_TRAPEZOID, d->c->work, m2, err));
    for (size_t i = 0; i < n; i++)
        add_cents(d->a, sums, class_of(d->a, c, class_text(scratch, f, i, field)),
                  ((const double *)m2)[i]);
    return GT_OK;
}

static enum gt_status add_state(struct ops_diff *d, struct classes *c, int k, struct sums *sums,
                                struct gt_err *err)
{
    const struct gt_layer_source *s = d->source[k];
    for (int64_t from = 0; from < s->n; from += CHUNK) {
        GT_AUTO_ARENA chunk = gt_arena_new();
        const struct gt_features *f;
        const struct gt_layer_query q = {
            .from = from, .count = CHUNK, .field = &d->class_field[k], .n_fields = 1};
        GT_TRY(gt_layer_read(s, chunk, &q, &f, err));
        GT_TRY(add_features(d, c, f, 0, sums, err));
    }
    return GT_OK;
}

/* ---- What changed ---- */

static enum gt_status groups_of(struct ops_diff *d, struct classes *c, const struct gt_features *f,
                                int field, int32_t **out, struct gt_err *err)
{
    void *p;
    GT_AUTO_ARENA scratch = gt_arena_new();
    size_t n = gt_features_count(f);
    GT_TRY(gt_reserve(d->a, n + 1, sizeof(int32_t), "classes", &p, err));
    *out = p;
    for (size_t i = 0; i < n; i++)
        (*out)[i] = (int32_t)class_of(d->a, c, class_text(scratch, f, i, field));
    return GT_OK;
}

static enum gt_status overlay(struct ops_diff *d, struct classes *c, struct gt_shared_areas *out,
                              struct gt_err *err)
{
    int32_t *group[2];
    const struct gt_layer_diff *f = d->found;
    GT_TRY(groups_of(d, c, f->before, d->class_field[0], &group[0], err));
    GT_TRY(groups_of(d, c, f->after, d->class_field[1], &group[1], err));
    const struct gt_overlay_areas_opt opt = {
        .group_a = group[0], .group_b = group[1], .rests = true, .work = d->c->work};
    return gt_overlay_areas(d->a, f->before->shapes, f->after->shapes, &opt, out, err);
}

/* ---- Putting together ---- */

static int by_code(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The place of each class, as met, among the sorted codes. */
static size_t *sort_codes(struct gt_arena *a, struct classes *c, struct ops_transfer *out)
{
    size_t *place = GT_TAKE_N(a, size_t, c->code.n + 1);
    const char **code = GT_TAKE_N(a, const char *, c->code.n + 1);
    for (size_t i = 0; i < c->code.n; i++)
        code[i] = c->code.v[i];
    if (c->code.n)
        qsort(code, c->code.n, sizeof *code, by_code);
    for (size_t i = 0; i < c->code.n; i++)
        for (size_t j = 0; j < c->code.n; j++)
            if (strcmp(code[j], c->code.v[i]) == 0)
                place[i] = j;
    out->n = c->code.n;
    out->code = code;
    return place;
}

/* Makes a row of pieces add up to `sum`: the largest takes what rounding left. */
static void balance_row(int64_t *row, size_t n, int64_t sum)
{
    size_t largest = 0;
    for (size_t i = 0; i < n; i++) {
        sum -= row[i];
        largest = row[i] > row[largest] ? i : largest;
    }
    row[largest] += sum;
}

static void spread(const struct sums *from, const size_t *place, int64_t *to, int64_t sign)
{
    for (size_t i = 0; i < from->cents.n; i++)
        to[place[i]] += sign * from->cents.v[i];
}

static void fill_matrix(const struct gt_shared_areas *pieces, const size_t *place,
                        const int64_t *changed, struct ops_transfer *t)
{
    size_t w = t->n + 1;
    for (size_t i = 0; i < pieces->n; i++) {
        const struct gt_shared_area *p = &pieces->v[i];
        size_t from = p->a < 0 ? t->n : place[p->a], to = p->b < 0 ? t->n : place[p->b];
        t->moved[from * w + to] += llround(p->m2 * CENTS);
    }
    for (size_t i = 0; i < t->n; i++) {
        balance_row(t->moved + i * w, w, changed[i]);
        t->moved[i * w + i] += t->before[i] - changed[i];
    }
    t->rest = 0;
    for (size_t i = 0; i < t->n; i++) {
        t->rest += t->after[i];
        for (size_t from = 0; from < w; from++)
            t->rest -= t->moved[from * w + i];
    }
}

enum gt_status ops_transfer(struct ops_diff *d, struct ops_transfer *out, struct gt_err *err)
{
    struct classes c = {.map = gt_map_new(d->a)};
    struct sums sum[2] = {0}, changed = {0};
    struct gt_shared_areas pieces;
    for (int k = 0; k < 2; k++)
        GT_TRY(add_state(d, &c, k, &sum[k], err));
    GT_TRY(add_features(d, &c, d->found->before, d->class_field[0], &changed, err));
    GT_TRY(overlay(d, &c, &pieces, err));
    *out = (struct ops_transfer){.robust = pieces.robust};
    size_t *place = sort_codes(d->a, &c, out);
    out->before = GT_TAKE_N(d->a, int64_t, out->n + 1);
    out->after = GT_TAKE_N(d->a, int64_t, out->n + 1);
    out->moved = GT_TAKE_N(d->a, int64_t, (out->n + 1) * (out->n + 1));
    int64_t *touched = GT_TAKE_N(d->a, int64_t, out->n + 1);
    spread(&sum[0], place, out->before, 1);
    spread(&sum[1], place, out->after, 1);
    spread(&changed, place, touched, 1);
    fill_matrix(&pieces, place, touched, out);
    return GT_OK;
}

/* ---- The answer ---- */

void ops_transfer_json(const struct ops_transfer *t, struct gt_json *in)
{
    struct gt_json *classes = gt_json_add_arr(in, "classes");
    for (size_t i = 0; i < t->n; i++) {
        struct gt_json *obj = gt_json_add_obj(classes, NULL);
        gt_json_add_str(obj, "class", t->code[i]);
        gt_json_add_num(obj, "before_m2", (double)t->before[i] / CENTS);
        gt_json_add_num(obj, "after_m2", (double)t->after[i] / CENTS);
    }
    struct gt_json *rows = gt_json_add_arr(in, "matrix");
    for (size_t from = 0; from <= t->n; from++)
        for (size_t to = 0; to <= t->n; to++) {
            int64_t cents = t->moved[from * (t->n + 1) + to];
            if (cents == 0)
                continue;
            struct gt_json *obj = gt_json_add_obj(rows, NULL);
            gt_json_add_str(obj, "from", from < t->n ? t->code[from] : NULL);
            gt_json_add_str(obj, "to", to < t->n ? t->code[to] : NULL);
            gt_json_add_num(obj, "m2", (double)cents / CENTS);
        }
    gt_json_add_num(in, "rest_m2", (double)t->rest / CENTS);
}

void ops_transfer_text(struct ops_diff *d, const struct ops_transfer *t)
{
    static const struct gt_col cols[] = {
        {.name = "from", .title = {"from", "变更前"}, .kind = GT_COL_TEXT},
        {.name = "to", .title = {"to", "变更后"}, .kind = GT_COL_TEXT},
        {.name = "m2", .title = {"m2", "面积（m²）"}, .kind = GT_COL_NUM, .decimals = 2},
    };
    const char *outside = OPS_SAY(d->c, "(outside)", "（图层外）");
    struct gt_table *table = gt_table_new(d->a, cols, GT_LEN(cols));
    for (size_t from = 0; from <= t->n; from++)
        for (size_t to = 0; to <= t->n; to++) {
            int64_t cents = t->moved[from * (t->n + 1) + to];
            if (cents == 0 || from == to)
                continue;
            size_t row = gt_table_add_row(table);
            gt_table_set_text(table, row, 0, from < t->n ? t->code[from] : outside);
            gt_table_set_text(table, row, 1, to < t->n ? t->code[to] : outside);
            gt_table_set_num(table, row, 2, (double)cents / CENTS);
        }
    if (gt_table_rows(table) == 0)
        return;
    gt_buf_add(&d->c->text, OPS_SAY(d->c, "ground that changed its class:\n", "地类变化面积：\n"));
    gt_buf_add(&d->c->text, gt_table_to_text(d->a, table, d->c->lang));
    if (t->rest)
        gt_buf_addf(&d->c->text,
                    OPS_SAY(d->c, "the later state has %.2f m2 more than came over\n",
                            "后一版本比转入合计多 %.2f 平方米\n"),
                    (double)t->rest / CENTS);
}
