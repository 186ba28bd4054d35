/* t.c: runs what T_TEST registered. Usage: unit-tests [--list] [-v] [PART OF A NAME]... */
#define _GNU_SOURCE /* nftw */
#include "t.h"

#include <ftw.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum outcome { RUNS, FAILED, SKIPPED };

static struct {
    struct t_test *tests;
    const struct t_test *current;
    const char *skip_reason;
    jmp_buf end;
    pthread_t thread;
    _Atomic bool failed; /* the current test; also set by other threads */
    bool silent;         /* in t_holds */
} run;

void t_register(struct t_test *test)
{
    test->next = run.tests;
    run.tests = test;
}

/* "base/test_buf.name", from the path of the source. */
static void full_name(const struct t_test *test, char *out, size_t size)
{
    const char *path = strstr(test->file, "tests/unit/");
    path = path ? path + strlen("tests/unit/") : test->file;
    int stem = (int)strcspn(path, ".");
    snprintf(out, size, "%.*s.%s", stem, path, test->name);
}

void t_fail(struct t_at at, const char *fmt, ...)
{
    char text[2000];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (!run.silent)
        printf("%s:%d: %s: %s: %s\n", at.file, at.line, run.current->name, at.text, text);
    run.failed = true;
    if (pthread_equal(pthread_self(), run.thread))
        longjmp(run.end, FAILED);
}

void t_skip(const char *reason)
{
    run.skip_reason = reason;
    longjmp(run.end, SKIPPED);
}

void t_ok(struct t_at at, bool condition)
{
    if (!condition)
        t_fail(at, "is false");
}

void t_eq_int(struct t_at at, intmax_t found, intmax_t expected)
{
    if (found != expected)
        t_fail(at, "found %jd, expected %jd", found, expected);
}

void t_eq_str(struct t_at at, const char *found, const char *expected)
{
    if (found == expected || (found && expected && strcmp(found, expected) == 0))
        return;
    t_fail(at, "found \"%s\", expected \"%s\"", found ? found : "(NULL)",
           expected ? expected : "(NULL)");
}

void t_has(struct t_at at, const char *text, const char *part)
{
    if (!text || !strstr(text, part))
        t_fail(at, "\"%s\" is not in \"%s\"", part, text ? text : "(NULL)");
}

void t_near(struct t_at at, double found, double expected, double tolerance)
{
    if (found == expected || (isnan(found) && isnan(expected)) ||
        fabs(found - expected) <= tolerance)
        return;
    t_fail(at, "found %.17g, expected %.17g, tolerance %g", found, expected, tolerance);
}

static const char *status_name(enum gt_status status)
{
    static const char *const names[] = {
#define STATUS_NAME(name, exit, http, en, zh) #name,
        GT_STATUS_TABLE(STATUS_NAME)
#undef STATUS_NAME
    };
    return (size_t)status < GT_LEN(names) ? names[status] : "(no status)";
}

void t_status(struct t_at at, enum gt_status found, enum gt_status expected,
              const struct gt_err *err)
{
    if (found != expected)
        t_fail(at, "found %s, expected %s%s%s", status_name(found), status_name(expected),
               err ? ": " : "", err ? err->text : "");
}

bool t_holds(void (*run_it)(void *), void *arg)
{
    jmp_buf outer;
    memcpy(&outer, &run.end, sizeof outer);
    run.silent = true;
    if (setjmp(run.end) == RUNS)
        run_it(arg);
    bool held = !run.failed;
    run.failed = run.silent = false;
    memcpy(&run.end, &outer, sizeof outer);
    return held;
}

bool t_slow(void)
{
    return getenv("GT_SLOW") != NULL;
}

/* ---- Folders --------------------------------------------------------------------------------- */

struct folder {
    struct folder *next;
    pid_t owner; /* a child of a test must not remove what its parent uses */
    char path[];
};
static struct folder *folders;

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info, (void)kind, (void)where;
    remove(path); /* what cannot be removed stays: no reason to stop at it */
    return 0;
}

static void remove_folders(void)
{
    while (folders) {
        struct folder *folder = folders;
        folders = folder->next;
        if (folder->owner == getpid())
            nftw(folder->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
        free(folder);
    }
}

const char *t_tmpdir(void)
{
    const char *base = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    size_t size = strlen(base) + sizeof "/guotu-test-XXXXXX";
    struct folder *folder = calloc(1, sizeof *folder + size);
    if (!folder)
        abort();
    snprintf(folder->path, size, "%s/guotu-test-XXXXXX", base);
    if (!mkdtemp(folder->path)) {
        free(folder);
        t_fail(T_HERE("t_tmpdir()"), "cannot make a folder in %s", base);
        abort();
    }
    folder->owner = getpid();
    folder->next = folders;
    folders = folder;
    return folder->path;
}

/* ---- The run --------------------------------------------------------------------------------- */

/* The sanitizers' last call, where they are linked in: says which test it was. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

/* Looks for leaks before the counts are printed. A test that failed left its memory behind, so
 * after a failure nothing can be told. Returns whether memory was lost. */
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));
int __lsan_is_turned_off(void);

static bool looked_for_leaks;

int __lsan_is_turned_off(void)
{
    return looked_for_leaks;
}

static bool leaks(bool after_failure)
{
    bool found = !after_failure && __lsan_do_recoverable_leak_check &&
                 __lsan_do_recoverable_leak_check() != 0;
    looked_for_leaks = true;
    if (found)
        printf("%s:%d: memory was lost, see above\n", __FILE__, __LINE__);
    return found;
}

static void name_the_dead(void)
{
    static const char before[] = "died in test ";
    const char *name = run.current ? run.current->name : "(none)";
    if (write(STDERR_FILENO, before, sizeof before - 1) < 0 ||
        write(STDERR_FILENO, name, strlen(name)) < 0 || write(STDERR_FILENO, "\n", 1) < 0)
        return;
}

static void on_signal(int number)
{
    name_the_dead();
    signal(number, SIG_DFL);
    raise(number);
}

static int by_place(const void *a, const void *b)
{
    const struct t_test *x = *(struct t_test *const *)a, *y = *(struct t_test *const *)b;
    int order = strcmp(x->file, y->file);
    return order != 0 ? order : x->line - y->line;
}

static bool chosen(const struct t_test *test, int n, char **filters)
{
    char name[300];
    full_name(test, name, sizeof name);
    bool filtered = false;
    for (int i = 0; i < n; i++) {
        if (filters[i][0] == '-')
            continue;
        if (strstr(name, filters[i]))
            return true;
        filtered = true;
    }
    return !filtered;
}

/* Runs one test; gives the seconds that it took. */
static double run_test(const struct t_test *test, enum outcome *ended)
{
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    run.current = test;
    run.failed = false;
    *ended = (enum outcome)setjmp(run.end);
    if (*ended == RUNS)
        test->run();
    if (run.failed)
        *ended = FAILED;
    fflush(stdout);
    clock_gettime(CLOCK_MONOTONIC, &to);
    return (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
}

static bool has_option(int argc, char **argv, const char *option)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], option) == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    bool list = has_option(argc, argv, "--list"), verbose = has_option(argc, argv, "-v");
    size_t n = 0;
    for (struct t_test *test = run.tests; test; test = test->next)
        n++;
    struct t_test **tests = calloc(n + 1, sizeof(struct t_test *));
    if (!tests)
        abort();
    for (struct t_test *test = run.tests; test; test = test->next)
        tests[--n] = test;
    for (n = 0; tests[n];)
        n++;
    qsort(tests, n, sizeof *tests, by_place);

    run.thread = pthread_self();
    atexit(remove_folders);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(name_the_dead);
    signal(SIGABRT, on_signal);

    int count[3] = {0};
    enum outcome ended = RUNS;
    for (size_t i = 0; i < n; i++) {
        if (!chosen(tests[i], argc - 1, argv + 1))
            continue;
        char name[300];
        full_name(tests[i], name, sizeof name);
        if (list || verbose)
            printf("%s%s", name, list ? "\n" : " ... ");
        if (list)
            continue;
        fflush(stdout);
        double seconds = run_test(tests[i], &ended);
        if (verbose)
            printf("%.2f s\n", seconds);
        if (ended == SKIPPED)
            printf("skipped %s: %s\n", name, run.skip_reason);
        count[ended]++;
    }
    free(tests);
    run.current = NULL;
    count[FAILED] += leaks(count[FAILED] > 0 || list);
    if (!list)
        printf("%d passed, %d failed, %d skipped\n", count[RUNS], count[FAILED], count[SKIPPED]);
    bool none = count[RUNS] + count[FAILED] + count[SKIPPED] == 0;
    if (none && !list && argc > 1)
        fprintf(stderr, "%s: no test has such a name\n", argv[0]);
    return count[FAILED] > 0 || (none && !list && argc > 1);
}
