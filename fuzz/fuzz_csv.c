/* fuzz_csv.c: any bytes given to the reader of comma-separated text; what it takes is written, read
 * again, and the same; and the decision table of the base conversion made of it. */
#include "guotu/csv.h"
#include "guotu/io.h"
#include "guotu/survey.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void write_row(struct gt_buf *b, const char *const *cell, size_t n)
{
    for (size_t i = 0; i < n; i++)
        gt_csv_put(b, i == 0, cell[i]);
    gt_buf_add(b, "\r\n");
}

/* A row of one empty cell is an empty line, which is passed over; so is a mark of byte order. */
static bool vanishes(const struct gt_csv *t)
{
    if (gt_starts(t->col[0], "\xEF\xBB\xBF"))
        return true;
    for (size_t i = 0; t->n_cols == 1 && i < t->n; i++)
        if (t->cell[i][0] == '\0')
            return true;
    return false;
}

static void check_round(struct gt_arena *a, const struct gt_csv *t)
{
    struct gt_buf b = {.a = a};
    struct gt_csv again;
    if (vanishes(t))
        return;
    write_row(&b, t->col, t->n_cols);
    for (size_t i = 0; i < t->n; i++)
        write_row(&b, t->cell + i * t->n_cols, t->n_cols);
    expect(gt_csv_parse(a, "again.csv", (struct gt_str){b.p, b.n}, &again, NULL) == GT_OK);
    expect(again.n == t->n && again.n_cols == t->n_cols);
    for (size_t i = 0; i < (t->n + 1) * t->n_cols; i++)
        expect(strcmp(again.col[i], t->col[i]) == 0);
}

static void check_decisions(struct gt_arena *a, const struct gt_csv *t)
{
    static struct gt_arena *kept;
    static const struct gt_standard *standard;
    struct gt_decisions d;
    struct gt_err err = {0};
    if (!kept) {
        kept = gt_arena_new();
        expect(gt_standard_load(kept, gt_rules_dir(kept, &err), &standard, &err) == GT_OK);
    }
    enum gt_status status = gt_decisions_read(a, standard, t, &d, &err);
    expect(status == GT_OK || (status == GT_EINPUT && gt_is_utf8(err.text, strlen(err.text))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_csv t;
    struct gt_str text = {.p = (const char *)data, .n = n};
    enum gt_status status = gt_csv_parse(a, "fuzz.csv", text, &t, &err);
    if (status == GT_OK) {
        check_round(a, &t);
        check_decisions(a, &t);
        return 0;
    }
    expect(status == GT_EINPUT && gt_starts(err.text, "fuzz.csv"));
    expect(gt_is_utf8(err.text, strlen(err.text)));
    return 0;
}
