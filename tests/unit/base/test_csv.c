/* test_csv.c: the reader of comma-separated text: what it takes, what it refuses, and its writing
 * read back. */
#include "t.h"

#include "guotu/csv.h"

#include <string.h>

static enum gt_status parse(struct gt_arena *a, const char *text, struct gt_csv *t,
                            struct gt_err *err)
{
    return gt_csv_parse(a, "t.csv", gt_s(text), t, err);
}

T_TEST(csv_cells_are_text_as_written)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_csv t;
    T_STATUS_ERR(parse(a,
                       "\xEF\xBB\xBF"
                       "code,name\r\n0101,水田\r\n\r\n\"a,\"\"b\"\"\nc\",\n",
                       &t, &err),
                 GT_OK, &err);
    T_EQ_INT(t.n, 2);
    T_EQ_INT(t.n_cols, 2);
    T_EQ_STR(t.col[0], "code");
    T_EQ_STR(gt_csv_cell(&t, 0, 0), "0101");
    T_EQ_STR(gt_csv_cell(&t, 0, 1), "水田");
    T_EQ_STR(gt_csv_cell(&t, 1, 0), "a,\"b\"\nc");
    T_EQ_STR(gt_csv_cell(&t, 1, 1), "");
    T_EQ_INT(t.line[0], 2);
    T_EQ_INT(t.line[1], 4);
    T_EQ_INT(gt_csv_find(&t, "name"), 1);
    T_EQ_INT(gt_csv_find(&t, "none"), -1);
}

T_TEST(csv_last_row_needs_no_end)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_csv t;
    T_STATUS_ERR(parse(a, "a,b\n1,2", &t, &err), GT_OK, &err);
    T_EQ_INT(t.n, 1);
    T_STATUS_ERR(parse(a, "a,b\n1,", &t, &err), GT_OK, &err);
    T_EQ_STR(gt_csv_cell(&t, 0, 1), "");
    T_STATUS_ERR(parse(a, "a", &t, &err), GT_OK, &err);
    T_EQ_INT(t.n, 0);
}

T_TEST(csv_what_is_refused)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"", "header row"},
        {"a,b\n1\n", "t.csv:2: expected 2 cells as in the header, found 1"},
        {"a,b\n1,2,3\n", "found 3"},
        {"a,a\n", "'a' is there twice"},
        {"a,\n", "column 2: expected a name"},
        {"a\n\"x\n", "t.csv:2: expected a second"},
        {"a\n\"x\"y\n", "behind"},
        {"a\nx\"y\n", "to begin with it"},
        {"a\n\xD6\xD0\n", "UTF-8"},
    };
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_csv t;
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        struct gt_err err = {0};
        T_STATUS_ERR(parse(a, bad[i].text, &t, &err), GT_EINPUT, &err);
        T_HAS(err.text, bad[i].message);
    }
    struct gt_err err = {0};
    T_STATUS(gt_csv_parse(a, "t.csv", (struct gt_str){"a\n\0\n", 4}, &t, &err), GT_EINPUT);
}

T_TEST(csv_columns_by_name)
{
    static const char *const want[] = {"b", "a"};
    static const char *const less[] = {"a"};
    static const char *const other[] = {"a", "c"};
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_csv t;
    size_t at[2];
    T_STATUS(parse(a, "a,b\n1,2\n", &t, &err), GT_OK);
    T_STATUS(gt_csv_columns(&t, want, 2, at, &err), GT_OK);
    T_EQ_INT(at[0], 1);
    T_STATUS(gt_csv_columns(&t, less, 1, at, &err), GT_EINPUT);
    T_HAS(err.text, "unknown column 'b'");
    T_STATUS(gt_csv_columns(&t, other, 2, at, &err), GT_EINPUT);
    T_HAS(err.text, "expected a column 'c'");
    T_STATUS(gt_csv_fail(&t, 0, &err, "bad %d", 7), GT_EINPUT);
    T_EQ_STR(err.text, "t.csv:2: bad 7");
}

T_TEST(csv_written_cells_read_back)
{
    static const char *const cell[] = {"a", "b,c", "say \"no\"", "two\nlines", "", "\r", "地类"};
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_buf b = {.a = a};
    struct gt_csv t;
    gt_buf_add(&b, "c1,c2,c3,c4,c5,c6,c7\n");
    for (size_t i = 0; i < GT_LEN(cell); i++)
        gt_csv_put(&b, i == 0, cell[i]);
    gt_buf_add(&b, "\r\n");
    T_STATUS_ERR(parse(a, b.p, &t, &err), GT_OK, &err);
    for (size_t i = 0; i < GT_LEN(cell); i++)
        T_EQ_STR(gt_csv_cell(&t, 0, i), cell[i]);
}
