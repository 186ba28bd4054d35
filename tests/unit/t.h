/* t.h: the test harness. T_TEST(name) { checks } is all that a test needs; nothing is listed
 * anywhere. A check that fails prints one line and ends its test; the other tests still run. */
#ifndef GUOTU_TEST_T_H
#define GUOTU_TEST_T_H

#include "guotu/base.h"

struct t_test {
    const char *name;
    const char *file;
    int line;
    void (*run)(void);
    struct t_test *next;
};

struct t_at {
    const char *file;
    int line;
    const char *text; /* the check as it was written */
};
#define T_HERE(text) ((struct t_at){__FILE__, __LINE__, text})

#define T_TEST(name)                                                              \
    static void t_run_##name(void);                                               \
    __attribute__((constructor)) static void t_register_##name(void)              \
    {                                                                             \
        static struct t_test test = {#name, __FILE__, __LINE__, t_run_##name, 0}; \
        t_register(&test);                                                        \
    }                                                                             \
    static void t_run_##name(void)

#define T_OK(condition) t_ok(T_HERE(#condition), (condition))
#define T_EQ_INT(found, expected) \
    t_eq_int(T_HERE(#found " == " #expected), (intmax_t)(found), (intmax_t)(expected))
#define T_EQ_STR(found, expected) t_eq_str(T_HERE(#found " == " #expected), (found), (expected))
#define T_HAS(text, part) t_has(T_HERE(#text " has " #part), (text), (part))
/* The same number; two NaN are the same, 0 and -0 too. */
#define T_EQ_NUM(found, expected) \
    t_near(T_HERE(#found " == " #expected), (double)(found), (double)(expected), 0)
#define T_NEAR(found, expected, tolerance) \
    t_near(T_HERE(#found " == " #expected), (double)(found), (double)(expected), (tolerance))
#define T_STATUS(call, expected) t_status(T_HERE(#call), (call), (expected), 0)
/* Like T_STATUS, and shows the text of err (a struct gt_err *) where the status is another one. */
#define T_STATUS_ERR(call, expected, err) t_status(T_HERE(#call), (call), (expected), (err))
#define T_SKIP(reason) t_skip(reason)

void t_register(struct t_test *test);
void t_ok(struct t_at at, bool condition);
void t_eq_int(struct t_at at, intmax_t found, intmax_t expected);
void t_eq_str(struct t_at at, const char *found, const char *expected); /* NULL equals only NULL */
void t_has(struct t_at at, const char *text, const char *part);
void t_near(struct t_at at, double found, double expected, double tolerance);
void t_status(struct t_at at, enum gt_status found, enum gt_status expected,
              const struct gt_err *err);
_Noreturn void t_skip(const char *reason);
/* A check of one's own that failed: ends the test. Only reports when called from another thread. */
void t_fail(struct t_at at, const char *fmt, ...) GT_PRINTF(2, 3);

/* Whether the checks that `run_it` makes all hold; a failed one ends it and is not told. What it
 * took and its failure kept must not be its own. Not within one another. */
bool t_holds(void (*run_it)(void *), void *arg);

/* Whether tests that take more than some seconds are wanted (./run test --slow). */
bool t_slow(void);

/* A new, empty folder; removed with all that is in it when the process ends. Never freed by
 * hand. */
const char *t_tmpdir(void);

#endif
