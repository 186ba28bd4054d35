/* test_convert.c: the conversion of a few parcels computed by hand, decision tables right and
 * wrong, and a large random survey whose matrix adds up. */
#include "t.h"

#include "guotu/io.h"
#include "guotu/survey.h"

#include <stdlib.h>
#include <string.h>

struct setting {
    const struct gt_standard *s;
    const struct gt_convert_rules *r;
};

static struct setting load(struct gt_arena *a)
{
    struct setting k;
    struct gt_err err = {0};
    const char *dir = gt_rules_dir(a, &err);
    T_STATUS_ERR(gt_standard_load(a, dir, &k.s, &err), GT_OK, &err);
    T_STATUS_ERR(gt_convert_rules_load(a, dir, &k.r, &err), GT_OK, &err);
    return k;
}

static struct gt_tract tract(const char *bsm, const char *dlbm, int64_t tbmj, int64_t kcmj)
{
    return (struct gt_tract){.bsm = bsm,
                             .dlbm = dlbm,
                             .unit = "990100001001",
                             .unit_name = "",
                             .czcsxm = "",
                             .kcdlbm = kcmj ? "1203" : "",
                             .slope = "",
                             .tbmj = tbmj,
                             .kcmj = kcmj,
                             .tbdlmj = tbmj - kcmj};
}

static enum gt_status decide(struct gt_arena *a, const struct setting *k, const char *text,
                             struct gt_decisions *d, struct gt_err *err)
{
    struct gt_csv t;
    GT_TRY(gt_csv_parse(a, "d.csv", gt_s(text), &t, err));
    return gt_decisions_read(a, k->s, &t, d, err);
}

static int64_t cell(const struct gt_conversion *c, const char *from, const char *to)
{
    for (size_t i = 0; i < c->n_transfers; i++)
        if (strcmp(c->transfer[i].from, from) == 0 && strcmp(c->transfer[i].to, to) == 0)
            return c->transfer[i].cents;
    return 0;
}

static int64_t matrix_sum(const struct gt_conversion *c)
{
    int64_t sum = 0;
    for (size_t i = 0; i < c->n_transfers; i++)
        sum += c->transfer[i].cents;
    return sum;
}

/* Four parcels; half of the sloping field is approved for a factory, the village's house was built
 * without approval. */
T_TEST(convert_by_hand)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct setting k = load(a);
    struct gt_err err = {0};
    struct gt_decisions d;
    struct gt_conversion c;
    T_STATUS_ERR(decide(a, &k, "BSM,YDYHFLDM\n4,080301\n", &d, &err), GT_OK, &err);
    const struct gt_tract t[] = {tract("1", "0103", 100001, 6101), tract("2", "0702", 5000, 0),
                                 tract("3", "0404", 700, 0), tract("4", "08H2", 300, 0)};
    const struct gt_approval ap[] = {{0, "1001", "A-1", ""}, {1, "0103", "B-2", ""}};
    const struct gt_part part[] = {{0, -1, 500}, {0, 0, 500}, {1, 1, 50}, {2, -1, 7}, {3, -1, 3}};
    struct gt_convert_in in = {k.s, k.r, &d, GT_LEN(t), GT_LEN(part), GT_LEN(ap), t, part, ap};
    T_STATUS_ERR(gt_convert(a, &in, &c, &err), GT_OK, &err);
    T_EQ_INT(c.n, 5);
    T_EQ_STR(c.v[0].to, "0103");
    T_EQ_INT(c.v[0].tbmj, 50001);
    T_EQ_INT(c.v[0].kcmj, 3051);
    T_EQ_INT(c.v[0].tbdlmj, 46950);
    T_EQ_STR(c.v[1].to, "1001");
    T_EQ_INT(c.v[1].tbmj, 50000);
    T_EQ_INT(c.v[1].kcmj, 0);
    T_EQ_INT(c.v[1].taken, 3050);
    T_EQ_INT(c.v[1].why, GT_WHY_APPROVAL);
    T_OK(!c.v[1].odd);
    T_EQ_STR(c.v[2].to, "0103");
    T_OK(!c.v[2].odd);
    T_EQ_INT(c.v[3].why, GT_WHY_UNDECIDED);
    T_EQ_STR(c.v[3].to, "0403");
    T_EQ_STR(c.v[4].to, "080301");
    T_EQ_INT(c.v[4].line, 2);
    T_EQ_INT(c.undecided, 1);
    T_EQ_INT(c.changed, 2);
    T_EQ_INT(c.total, 100001 + 5000 + 700 + 300);
    T_EQ_INT(matrix_sum(&c), c.total);
    T_EQ_INT(cell(&c, "0103", "0103"), 46950);
    T_EQ_INT(cell(&c, "1203", "2303"), 3051);
    T_EQ_INT(cell(&c, "0103", "1001"), 46950);
    T_EQ_INT(cell(&c, "1203", "1001"), 3050);
    T_EQ_INT(cell(&c, "0702", "0103"), 5000);
    T_EQ_INT(c.n_transfers, 7);
}

T_TEST(convert_tells_approvals_that_do_not_fit)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct setting k = load(a);
    struct gt_err err = {0};
    struct gt_conversion c;
    const struct gt_tract t[] = {tract("1", "0103", 100, 0), tract("2", "0702", 100, 0)};
    const struct gt_approval ap[] = {
        {gt_convert_status_find(k.r, "已拆"), "0103", "", ""},
        {gt_convert_status_find(k.r, "已批未建"), "0301", "", ""},
    };
    const struct gt_part part[] = {{0, 0, 1}, {1, 0, 1}, {1, 1, 1}};
    struct gt_convert_in in = {k.s, k.r, NULL, 2, 3, 2, t, part, ap};
    T_STATUS_ERR(gt_convert(a, &in, &c, &err), GT_OK, &err);
    T_OK(c.v[0].odd); /* what was demolished was a field */
    T_OK(!c.v[1].odd);
    T_OK(c.v[2].odd); /* approved to become forest */
    T_EQ_INT(c.odd, 2);
    T_EQ_INT(gt_convert_status_find(k.r, "在建"), -1);
}

T_TEST(convert_a_class_that_nothing_maps)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct setting k = load(a);
    struct gt_err err = {0};
    struct gt_conversion c;
    const struct gt_tract t[] = {tract("7", "0199", 100, 0)};
    const struct gt_part part[] = {{0, -1, 1}};
    struct gt_convert_in in = {k.s, k.r, NULL, 1, 1, 0, t, part, NULL};
    T_STATUS(gt_convert(a, &in, &c, &err), GT_EINPUT);
    T_HAS(err.text, "parcel 7: DLBM '0199'");
}

T_TEST(decisions_the_nearest_one_counts)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct setting k = load(a);
    struct gt_err err = {0};
    struct gt_decisions d;
    const char *text = "BSM,DLBM,XZQDM,PROPOSED,YDYHFLDM\n"
                       ",0404,,0403,040300\n"
                       ",0404,990100,0403,2302\n"
                       ",0404,990100002,0403,\n"
                       "9,0404,,,0403\n"
                       ",0404,990100001,0403,040300\n";
    T_STATUS_ERR(decide(a, &k, text, &d, &err), GT_OK, &err);
    T_EQ_INT(d.n, 4);
    struct gt_tract t = tract("1", "0404", 1, 0);
    T_EQ_INT(gt_decision_find(&d, &t)->line, 6);
    t.unit = "990100002001";
    T_EQ_INT(gt_decision_find(&d, &t)->line, 3);
    T_EQ_STR(gt_decision_find(&d, &t)->to, "2302");
    t.unit = "540102";
    T_EQ_INT(gt_decision_find(&d, &t)->line, 2);
    t.bsm = "9";
    T_EQ_INT(gt_decision_find(&d, &t)->line, 5);
    t.bsm = "8";
    t.dlbm = "0204";
    T_OK(gt_decision_find(&d, &t) == NULL);
    T_OK(gt_decision_find(NULL, &t) == NULL);
}

T_TEST(decisions_wrong_tables)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"DLBM\n0404\n", "column YDYHFLDM"},
        {"XZQDM,YDYHFLDM\n1,0403\n", "BSM or DLBM, found neither"},
        {"BSM,YDYHFLDM,REMARK\n", "unknown column 'REMARK'"},
        {"BSM,YDYHFLDM\n1,9999\n", "d.csv:2: YDYHFLDM: '9999'"},
        {"BSM,YDYHFLDM\n,0403\n", "d.csv:2: expected a BSM, or a DLBM"},
        {"DLBM,YDYHFLDM\n0404,0101\n", "0404 cannot become 0101"},
        {"DLBM,YDYHFLDM\n0101,0102\n", "0101 cannot become 0102"},
        {"DLBM,YDYHFLDM\n9999,0102\n", "no survey class"},
        {"BSM,YDYHFLDM\n1,0403\n1,2302\n", "d.csv:3: decides on 2302 where line 2 decides on 0403"},
        {"DLBM,XZQDM,YDYHFLDM\n0404,99,0403\n0404,99,2302\n", "where line 2"},
    };
    GT_AUTO_ARENA a = gt_arena_new();
    struct setting k = load(a);
    struct gt_decisions d;
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        struct gt_err err = {0};
        T_STATUS_ERR(decide(a, &k, bad[i].text, &d, &err), GT_EINPUT, &err);
        T_HAS(err.text, bad[i].message);
    }
    struct gt_err err = {0};
    T_STATUS_ERR(decide(a, &k, "BSM,YDYHFLDM\n1,0403\n1,040300\n", &d, &err), GT_OK, &err);
}

T_TEST(decisions_of_parcels_that_are_not_there)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"BSM,YDYHFLDM\n77,0403\n", "d.csv:2: no parcel has the BSM '77'"},
        {"BSM,DLBM,YDYHFLDM\n1,0204,0205\n", "parcel 1 is 0404, the line says 0204"},
        {"BSM,XZQDM,YDYHFLDM\n1,540102,0403\n", "lies in 990100001001"},
    };
    GT_AUTO_ARENA a = gt_arena_new();
    struct setting k = load(a);
    struct gt_decisions d;
    const struct gt_tract t = tract("1", "0404", 1, 0);
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        struct gt_err err = {0};
        T_STATUS_ERR(decide(a, &k, bad[i].text, &d, &err), GT_OK, &err);
        T_STATUS_ERR(gt_decisions_check(&d, &t, 1, &err), GT_EINPUT, &err);
        T_HAS(err.text, bad[i].message);
    }
    /* by BSM, a class that the parcel cannot take */
    struct gt_err err = {0};
    struct gt_conversion c;
    const struct gt_part part = {0, -1, 1};
    T_STATUS_ERR(decide(a, &k, "BSM,YDYHFLDM\n1,0101\n", &d, &err), GT_OK, &err);
    struct gt_convert_in in = {k.s, k.r, &d, 1, 1, 0, &t, &part, NULL};
    T_STATUS(gt_convert(a, &in, &c, &err), GT_EINPUT);
    T_HAS(err.text, "cannot become 0101");
}

T_TEST(convert_any_survey_adds_up)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct setting k = load(a);
    struct gt_err err = {0};
    struct gt_conversion c;
    enum { N = 2000 };
    struct gt_tract *t = GT_TAKE_N(a, struct gt_tract, N);
    struct gt_part *part = GT_TAKE_N(a, struct gt_part, 4 * N);
    const struct gt_approval ap[] = {{0, "1001", "", ""}, {2, "0101", "", ""}};
    size_t n = 0;
    int64_t total = 0;
    uint32_t seed = 1;
    for (size_t i = 0; i < N; i++) {
        seed = seed * 1664525u + 1013904223u;
        const char *from = k.s->map[seed % k.s->n_maps].from;
        int64_t tbmj = 1 + (int64_t)(seed >> 4);
        bool crop = gt_starts(from, "01");
        t[i] = tract("x", from, tbmj, crop ? tbmj / 13 : 0);
        total += tbmj;
        for (size_t p = 0; p <= seed % 4; p++)
            part[n++] = (struct gt_part){(int64_t)i, (int64_t)((seed >> (8 + p)) % 3) - 1,
                                         (double)((seed >> p) % 1000)};
    }
    struct gt_convert_in in = {k.s, k.r, NULL, N, n, 2, t, part, ap};
    T_STATUS_ERR(gt_convert(a, &in, &c, &err), GT_OK, &err);
    T_EQ_INT(c.total, total);
    T_EQ_INT(matrix_sum(&c), total);
    int64_t *sum = GT_TAKE_N(a, int64_t, N), *taken = GT_TAKE_N(a, int64_t, N);
    for (size_t i = 0; i < c.n; i++) {
        sum[c.v[i].parcel] += c.v[i].tbmj;
        taken[c.v[i].parcel] += c.v[i].taken;
        T_OK(c.v[i].tbmj >= 0 && c.v[i].taken <= c.v[i].tbmj);
        T_EQ_INT(c.v[i].tbdlmj + c.v[i].kcmj, c.v[i].tbmj);
    }
    for (size_t i = 0; i < N; i++) {
        T_EQ_INT(sum[i], t[i].tbmj);
        T_EQ_INT(taken[i], t[i].kcmj);
    }
    for (size_t i = 1; i < c.n_transfers; i++) {
        int order = strcmp(c.transfer[i - 1].from, c.transfer[i].from);
        T_OK(order < 0 || (order == 0 && strcmp(c.transfer[i - 1].to, c.transfer[i].to) < 0));
    }
}

T_TEST(planning_codes_of_six_digits)
{
    char buf[8];
    T_EQ_STR(gt_planning_padded("01", buf), "010000");
    T_EQ_STR(gt_planning_padded("0101", buf), "010100");
    T_EQ_STR(gt_planning_padded("060102", buf), "060102");
}
