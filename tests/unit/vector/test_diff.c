/* test_diff.c: two states of a layer compared; features picked and joined. */
#include "guotu/vector.h"
#include "t.h"

#include <string.h>

static const char *const field[] = {"BSM", "DLBM", "TBMJ"};

/* Squares of side 1 side by side in a row, as rings of five points. */
struct squares {
    int64_t part[8], point[8];
    double xy[80];
    struct gt_value value[24];
    struct gt_shapes shapes;
    struct gt_features f;
};

static void add(struct squares *s, double x, const char *key, const char *class)
{
    const double ring[] = {x, 0, x + 1, 0, x + 1, 1, x, 1, x, 0};
    size_t n = s->shapes.n++;
    memcpy(s->xy + 10 * n, ring, sizeof ring);
    s->part[n + 1] = (int64_t)n + 1;
    s->point[n + 1] = 5 * ((int64_t)n + 1);
    s->value[3 * n] = (struct gt_value){.kind = key ? GT_V_TEXT : GT_V_NODATA, .text = key};
    s->value[3 * n + 1] = (struct gt_value){.kind = GT_V_TEXT, .text = class};
    s->value[3 * n + 2] = (struct gt_value){.kind = GT_V_NUM, .num = x};
    s->shapes.kind = GT_SHAPE_POLYGON;
    s->shapes.part = s->part;
    s->shapes.point = s->point;
    s->shapes.xy = s->xy;
    s->f = (struct gt_features){
        .shapes = &s->shapes, .n_fields = 3, .field = field, .value = s->value};
}

struct memory {
    const struct gt_features *f;
};

static enum gt_status read_memory(void *ctx, struct gt_arena *a, const struct gt_layer_query *q,
                                  const struct gt_features **out, struct gt_err *err)
{
    const struct memory *m = ctx;
    size_t n = gt_features_count(m->f), which[8], count = 0;
    for (size_t i = (size_t)q->from; i < n; i++)
        which[count++] = i;
    return gt_features_pick(a, m->f, which, count, out, err);
}

static enum gt_status diff(struct gt_arena *a, const struct squares *before,
                           const struct squares *after, const char *key,
                           const struct gt_layer_diff **out, struct gt_err *err)
{
    static const struct gt_field fields[] = {
        {.name = "BSM"}, {.name = "DLBM"}, {.name = "TBMJ", .kind = GT_COLUMN_REAL}};
    struct memory m[2] = {{&before->f}, {&after->f}};
    struct gt_layer_source s[2];
    for (int k = 0; k < 2; k++)
        s[k] = (struct gt_layer_source){.name = "DLTB",
                                        .file = "",
                                        .kind = GT_SHAPE_POLYGON,
                                        .n = (int64_t)gt_features_count(m[k].f),
                                        .n_fields = 3,
                                        .field = fields,
                                        .read = read_memory,
                                        .ctx = &m[k]};
    static const char *const ignore[] = {"tbmj", NULL};
    const struct gt_diff_opt opt = {.key = key, .ignore = ignore};
    return gt_layers_diff(a, &s[0], &s[1], &opt, out, err);
}

T_TEST(diff_finds_added_removed_and_changed_by_key)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_layer_diff *d;
    struct squares p = {0}, q = {0};
    add(&p, 0, "a", "0103");
    add(&p, 1, "b", "0103");
    add(&p, 2, "c", "0103 ");
    add(&p, 3, "d", "0401");
    add(&q, 3, "d", "0701");
    add(&q, 5, "e", "0103");
    add(&q, 2, "c", "0103");
    q.xy[22] = 3.5; /* a corner of c */
    add(&q, 0, "a", "0103");
    q.value[11].num = 77; /* TBMJ of a is not compared */
    T_STATUS_ERR(diff(a, &p, &q, "bsm", &d, &err), GT_OK, &err);
    T_EQ_INT(d->same, 1);
    T_EQ_INT(d->count[GT_ADDED], 1);
    T_EQ_INT(d->count[GT_REMOVED], 1);
    T_EQ_INT(d->count[GT_CHANGED], 2);
    T_EQ_INT(d->n, 4);
    T_EQ_INT(d->v[0].kind, GT_REMOVED);
    T_EQ_INT(gt_features_id(d->before, d->v[0].before), 2);
    T_OK(d->v[1].shape && d->v[1].n_fields == 0); /* blanks behind a text are nothing */
    T_OK(!d->v[2].shape && d->v[2].n_fields == 1);
    T_EQ_STR(d->field[d->v[2].field[0]], "DLBM");
    T_EQ_INT(gt_features_id(d->after, d->v[3].after), 2);
}

T_TEST(diff_by_shape_does_not_mind_where_a_ring_begins)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_layer_diff *d;
    struct squares p = {0}, q = {0};
    const double turned[] = {1, 1, 1, 0, 0, 0, 0, 1, 1, 1};
    add(&p, 0, NULL, "0103");
    add(&p, 4, NULL, "0103");
    add(&q, 0, NULL, "0103");
    add(&q, 5, NULL, "0103");
    memcpy(q.xy, turned, sizeof turned);
    T_STATUS_ERR(diff(a, &p, &q, NULL, &d, &err), GT_OK, &err);
    T_EQ_INT(d->same, 1);
    T_EQ_INT(d->count[GT_ADDED], 1);
    T_EQ_INT(d->count[GT_REMOVED], 1);
    T_EQ_INT(d->count[GT_CHANGED], 0);
}

T_TEST(diff_takes_a_tenth_of_a_millimetre_for_no_change)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_layer_diff *d;
    struct squares p = {0}, q = {0}, r = {0};
    add(&p, 0, "a", "0103");
    add(&q, 0, "a", "0103");
    add(&r, 0, "a", "0103");
    q.xy[3] = 0.00009;
    r.xy[3] = 0.00011;
    T_STATUS_ERR(diff(a, &p, &q, "BSM", &d, &err), GT_OK, &err);
    T_EQ_INT(d->same, 1);
    T_EQ_INT(d->n, 0);
    T_STATUS_ERR(diff(a, &p, &r, "BSM", &d, &err), GT_OK, &err);
    T_EQ_INT(d->count[GT_CHANGED], 1);
}

T_TEST(diff_pairs_repeated_keys_in_order_and_counts_them)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_layer_diff *d;
    struct squares p = {0}, q = {0};
    add(&p, 0, "a", "0103");
    add(&p, 1, "a", "0103");
    add(&q, 0, "a", "0103");
    add(&q, 1, "a", "0701");
    add(&q, 2, "a", "0701");
    T_STATUS_ERR(diff(a, &p, &q, "BSM", &d, &err), GT_OK, &err);
    T_EQ_INT(d->repeated, 3);
    T_EQ_INT(d->same, 1);
    T_EQ_INT(d->count[GT_CHANGED], 1);
    T_EQ_INT(d->count[GT_ADDED], 1);
}

T_TEST(diff_without_such_a_key_says_so)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_layer_diff *d;
    struct squares p = {0};
    add(&p, 0, "a", "0103");
    T_STATUS(diff(a, &p, &p, "TBBH", &d, &err), GT_EINPUT);
    T_HAS(err.text, "a field 'TBBH'");
}

T_TEST(features_picked_and_joined_keep_their_numbers_and_holes)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct squares p = {0};
    const struct gt_features *one, *both;
    add(&p, 0, "a", "0103");
    add(&p, 1, "b", "0401");
    add(&p, 7, "c", "0701");
    T_STATUS_ERR(gt_features_pick(a, &p.f, (const size_t[]){2, 0}, 2, &one, &err), GT_OK, &err);
    T_EQ_INT(gt_features_id(one, 0), 3);
    T_EQ_NUM(one->shapes->box.x0, 0);
    T_EQ_NUM(one->shapes->box.x1, 8);
    T_EQ_STR(one->value[0].text, "c");
    const struct gt_features *const list[] = {one, one};
    T_STATUS_ERR(gt_features_join(a, list, 2, &both, &err), GT_OK, &err);
    T_EQ_INT(gt_features_count(both), 4);
    T_EQ_INT(both->shapes->point[both->shapes->part[4]], 20);
    T_EQ_NUM(both->shapes->xy[20], 7);
    T_EQ_STR(both->value[9].text, "a");
}
