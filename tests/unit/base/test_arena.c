/* Arenas, the gate and vectors. */
#include "t.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool all_zero(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

T_TEST(takes_are_zeroed_aligned_and_apart)
{
    static const size_t sizes[] = {1, 0, 7, 16, 100, 4096, 40000, 300000, 3, 5000000, 17};
    GT_AUTO_ARENA a = gt_arena_new();
    unsigned char *p[GT_LEN(sizes)];
    for (size_t i = 0; i < GT_LEN(sizes); i++) {
        p[i] = gt_take(a, sizes[i]);
        T_EQ_INT((uintptr_t)p[i] % _Alignof(max_align_t), 0);
        T_OK(all_zero(p[i], sizes[i]));
        memset(p[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < GT_LEN(sizes); i++)
        for (size_t k = 0; k < sizes[i]; k++)
            if (p[i][k] != i + 1)
                t_fail(T_HERE("apart"), "take %zu was overwritten at byte %zu", i, k);
}

T_TEST(many_small_takes_stay_whole)
{
    GT_AUTO_ARENA a = gt_arena_new();
    enum { N = 20000 };
    int **p = GT_TAKE_N(a, int *, N);
    for (int i = 0; i < N; i++) {
        p[i] = GT_TAKE(a, int);
        T_EQ_INT(*p[i], 0);
        *p[i] = i;
    }
    for (int i = 0; i < N; i++)
        T_EQ_INT(*p[i], i);
}

struct order {
    char text[8];
    size_t n;
};

struct mark {
    struct order *order;
    char letter;
};

static void leave_mark(void *p)
{
    const struct mark *m = p;
    m->order->text[m->order->n++] = m->letter;
}

T_TEST(deferred_functions_run_backwards)
{
    struct order order = {0};
    struct gt_arena *a = gt_arena_new();
    for (char c = 'a'; c <= 'c'; c++) {
        struct mark *m = GT_TAKE(a, struct mark);
        *m = (struct mark){.order = &order, .letter = c};
        gt_arena_defer(a, leave_mark, m);
    }
    T_EQ_STR(order.text, "");
    gt_arena_free(a);
    T_EQ_STR(order.text, "cba");
    gt_arena_free(NULL);
}

T_TEST(reserve_refuses_overflow)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    void *p = a;
    T_STATUS(gt_reserve(a, SIZE_MAX / 2, 3, "dem: cells", &p, &err), GT_ETOOBIG);
    T_OK(p == NULL);
    T_HAS(err.text, "dem: cells: ");
    T_STATUS(gt_reserve(a, SIZE_MAX, 1, "cells", &p, NULL), GT_ETOOBIG);
}

T_TEST(reserve_counts_against_the_limit_until_freed)
{
    size_t before = gt_memory_limit();
    struct gt_arena *a = gt_arena_new(), *b = gt_arena_new();
    void *p;
    gt_memory_limit_set(1000);
    T_EQ_INT(gt_memory_limit(), 1000);
    enum gt_status first = gt_reserve(a, 100, 6, "x", &p, NULL);
    enum gt_status over = gt_reserve(b, 401, 1, "x", &p, NULL);
    enum gt_status rest = gt_reserve(b, 400, 1, "x", &p, NULL);
    bool zeroed = p && all_zero(p, 400);
    gt_arena_free(a);
    enum gt_status again = gt_reserve(b, 600, 1, "x", &p, NULL);
    enum gt_status full = gt_reserve(b, 1, 1, "x", &p, NULL);
    gt_arena_free(b);
    gt_memory_limit_set(before);
    T_STATUS(first, GT_OK);
    T_STATUS(over, GT_ETOOBIG);
    T_STATUS(rest, GT_OK);
    T_OK(zeroed);
    T_STATUS(again, GT_OK);
    T_STATUS(full, GT_ETOOBIG);
}

T_TEST(reserve_of_nothing_is_fine)
{
    GT_AUTO_ARENA a = gt_arena_new();
    void *p;
    T_STATUS(gt_reserve(a, 0, 8, "x", &p, NULL), GT_OK);
    T_OK(p != NULL);
}

T_TEST(limit_is_most_of_the_machine)
{
    T_OK(gt_memory_limit() > (size_t)64 << 20);
}

T_TEST(vectors_keep_what_was_pushed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct {
        int *v;
        size_t n, cap;
    } x = {0}, y = {0};
    for (int i = 0; i < 3000; i++) {
        int *px = GT_PUSH(a, &x);
        T_EQ_INT(*px, 0);
        *px = i;
        if (i % 3 == 0)
            *GT_PUSH(a, &y) = -i; /* takes between, so that x cannot always grow in place */
    }
    T_EQ_INT(x.n, 3000);
    T_EQ_INT(y.n, 1000);
    for (int i = 0; i < 3000; i++)
        T_EQ_INT(x.v[i], i);
    for (int i = 0; i < 1000; i++)
        T_EQ_INT(y.v[i], -3 * i);
}

/* Whether fn ends the process with SIGABRT, tried in a child. */
static bool aborts(void (*fn)(struct gt_arena *a))
{
    pid_t pid = fork();
    T_OK(pid >= 0);
    if (pid == 0) {
        close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        fn(gt_arena_new());
        _exit(0);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void take_too_many(struct gt_arena *a)
{
    gt_take_n(a, SIZE_MAX / 4, 8);
}

static void grow_too_far(struct gt_arena *a)
{
    size_t cap = SIZE_MAX / 2 + 1;
    gt_grow_(a, NULL, &cap, 0, 1);
}

static void take_a_little(struct gt_arena *a)
{
    gt_take(a, 1);
}

T_TEST(exhaustion_aborts)
{
    T_OK(aborts(take_too_many));
    T_OK(aborts(grow_too_far));
    T_OK(!aborts(take_a_little));
}

#ifdef GT_DEBUG_ARENA
T_TEST(vectors_move_on_growth)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_VEC(int) v = {0};
    *GT_PUSH(a, &v) = 1;
    const int *before = v.v;
    while (v.n < v.cap)
        *GT_PUSH(a, &v) = 1;
    *GT_PUSH(a, &v) = 1;
    T_OK(v.v != before);
}
#endif
