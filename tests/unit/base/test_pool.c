/* Threads: each index once, the first error wins, stops, nesting. */
#include "t.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

enum { N = 2000 };

struct count {
    _Atomic int ran[N];
    _Atomic int started, wrong_worker;
    int threads;
};

static enum gt_status count_one(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct count *c = ctx;
    (void)err;
    c->ran[i]++;
    if (worker < 0 || worker >= c->threads)
        c->wrong_worker++;
    return GT_OK;
}

static void check_each_once(struct gt_work *w, int threads)
{
    struct count c = {.threads = threads};
    T_STATUS(gt_par_for(w, N, count_one, &c, NULL), GT_OK);
    for (int i = 0; i < N; i++)
        T_EQ_INT(c.ran[i], 1);
    T_EQ_INT(c.wrong_worker, 0);
}

T_TEST(each_index_runs_once)
{
    struct gt_work none = {0};
    check_each_once(NULL, 1);
    check_each_once(&none, 1);
    for (int threads = 1; threads <= 5; threads++) {
        struct gt_work w = {.pool = gt_pool_new(threads)};
        T_EQ_INT(gt_pool_threads(w.pool), threads);
        for (int round = 0; round < 5; round++)
            check_each_once(&w, threads);
        gt_pool_free(w.pool);
    }
}

T_TEST(pools_of_all_sizes)
{
    struct gt_pool *p = gt_pool_new(0);
    T_OK(gt_pool_threads(p) >= 1);
    gt_pool_free(p);
    gt_pool_free(NULL);
    T_EQ_INT(gt_pool_threads(NULL), 1);
}

T_TEST(no_index_is_no_work)
{
    struct gt_work w = {.pool = gt_pool_new(3)};
    struct count c = {0};
    enum gt_status none = gt_par_for(&w, 0, count_one, &c, NULL);
    enum gt_status less = gt_par_for(&w, -5, count_one, &c, NULL);
    gt_pool_free(w.pool);
    T_STATUS(none, GT_OK);
    T_STATUS(less, GT_OK);
    T_EQ_INT(c.ran[0], 0);
}

/* Fails at 300, 301 and every later index that is a multiple of 7; 300 takes its time. */
static enum gt_status fail_some(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct count *c = ctx;
    (void)worker;
    c->ran[i]++;
    if (i == 300)
        usleep(2000);
    if (i == 300 || i == 301 || (i > 301 && i % 7 == 0))
        return gt_fail(err, i == 300 ? GT_EINPUT : GT_EIO, "tile %d", (int)i);
    return GT_OK;
}

T_TEST(the_first_error_in_order_wins)
{
    struct gt_work w = {.pool = gt_pool_new(4)};
    for (int round = 0; round < 50; round++) {
        struct count c = {0};
        struct gt_err err = {0};
        T_STATUS(gt_par_for(&w, N, fail_some, &c, &err), GT_EINPUT);
        T_EQ_STR(err.text, "tile 300");
        T_EQ_INT(err.status, GT_EINPUT);
        for (int i = 0; i <= 300; i++)
            T_EQ_INT(c.ran[i], 1);
        T_EQ_INT(c.ran[N - 1], 0);
    }
    gt_pool_free(w.pool);
}

struct pair {
    _Atomic bool second_began, first_failed;
};

static bool wait_for(_Atomic bool *flag)
{
    for (double from = gt_clock_s(); !*flag;)
        if (gt_clock_s() - from > 20)
            return false;
    return true;
}

/* 0 fails while 1 is under way; 1 fails behind it. */
static enum gt_status fail_in_turn(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct pair *p = ctx;
    (void)worker;
    if (i == 0) {
        wait_for(&p->second_began);
        p->first_failed = true;
        return gt_fail(err, GT_EINPUT, "the first");
    }
    p->second_began = true;
    wait_for(&p->first_failed);
    usleep(2000);
    return gt_fail(err, GT_EIO, "the second");
}

T_TEST(a_later_error_does_not_replace_an_earlier_one)
{
    struct gt_work w = {.pool = gt_pool_new(2)};
    struct pair p = {0};
    struct gt_err err = {0};
    enum gt_status status = gt_par_for(&w, 2, fail_in_turn, &p, &err);
    gt_pool_free(w.pool);
    T_STATUS(status, GT_EINPUT);
    T_EQ_STR(err.text, "the first");
}

T_TEST(one_thread_stops_at_the_error)
{
    struct count c = {0};
    struct gt_err err = {0};
    T_STATUS(gt_par_for(NULL, N, fail_some, &c, &err), GT_EINPUT);
    T_EQ_STR(err.text, "tile 300");
    T_EQ_INT(c.ran[301], 0);
}

static enum gt_status fail_mutely(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    (void)ctx, (void)worker, (void)err;
    return i == 4 ? GT_EVERSION : GT_OK;
}

T_TEST(an_error_without_text_gets_one)
{
    struct gt_err err = {0};
    T_STATUS(gt_par_for(NULL, 9, fail_mutely, NULL, &err), GT_EVERSION);
    T_EQ_STR(err.text, "task 5 of 9: made by a newer version");
    T_EQ_INT(err.status, GT_EVERSION);
    T_STATUS(gt_par_for(NULL, 9, fail_mutely, NULL, NULL), GT_EVERSION);
}

struct stopping {
    _Atomic bool stop;
    _Atomic int ran;
};

static enum gt_status stop_at_50(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct stopping *s = ctx;
    (void)worker, (void)err;
    s->ran++;
    if (i == 50)
        s->stop = true;
    return GT_OK;
}

T_TEST(a_stop_ends_the_loop)
{
    for (int threads = 1; threads <= 4; threads++) {
        struct stopping s = {0};
        struct gt_work w = {.pool = gt_pool_new(threads), .stop = &s.stop};
        struct gt_err err = {0};
        enum gt_status status = gt_par_for(&w, 1000000, stop_at_50, &s, &err);
        gt_pool_free(w.pool);
        T_STATUS(status, GT_ECANCELLED);
        T_OK(err.text[0] != '\0');
        T_OK(s.ran >= 51 && s.ran < 1000000);
    }
}

T_TEST(stopped_before_it_began)
{
    struct stopping s = {.stop = true};
    struct gt_work w = {.stop = &s.stop};
    T_STATUS(gt_par_for(&w, 10, stop_at_50, &s, NULL), GT_ECANCELLED);
    T_EQ_INT(s.ran, 0);
}

struct nest {
    struct gt_work *w;
    _Atomic int64_t sum;
    _Atomic int moved;
};

struct inner {
    struct nest *nest;
    pthread_t thread;
};

static enum gt_status inner_task(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct inner *in = ctx;
    (void)err;
    in->nest->sum += i;
    if (worker != 0 || !pthread_equal(in->thread, pthread_self()))
        in->nest->moved++;
    return GT_OK;
}

static enum gt_status outer_task(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct inner in = {.nest = ctx, .thread = pthread_self()};
    (void)i, (void)worker;
    return gt_par_for(in.nest->w, 100, inner_task, &in, err);
}

T_TEST(nested_calls_run_where_they_are)
{
    struct gt_work w = {.pool = gt_pool_new(4)};
    struct nest nest = {.w = &w};
    enum gt_status status = gt_par_for(&w, 50, outer_task, &nest, NULL);
    gt_pool_free(w.pool);
    T_STATUS(status, GT_OK);
    T_EQ_INT(nest.sum, 50 * 4950);
    T_EQ_INT(nest.moved, 0);
}

static void *call_from_a_thread(void *arg)
{
    struct gt_work *w = arg;
    struct count *c = w->ctx;
    enum gt_status status = gt_par_for(w, N, count_one, c, NULL);
    return status == GT_OK ? w : NULL;
}

T_TEST(two_callers_share_a_pool)
{
    static struct count a, b;
    struct gt_pool *pool = gt_pool_new(3);
    a = b = (struct count){.threads = 3};
    struct gt_work wa = {.pool = pool, .ctx = &a}, wb = {.pool = pool, .ctx = &b};
    pthread_t other;
    bool made = pthread_create(&other, NULL, call_from_a_thread, &wa) == 0;
    void *mine = call_from_a_thread(&wb), *theirs = NULL;
    if (made)
        pthread_join(other, &theirs);
    gt_pool_free(pool);
    T_OK(made && mine && theirs);
    for (int i = 0; i < N; i++)
        T_OK(a.ran[i] == 1 && b.ran[i] == 1);
}

/* Waits until all threads of the pool are inside: passes only if they run at once. */
static enum gt_status meet(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct count *c = ctx;
    (void)i, (void)worker;
    c->started++;
    for (double from = gt_clock_s(); c->started < c->threads;)
        if (gt_clock_s() - from > 20)
            return gt_fail(err, GT_EINTERNAL, "met nobody");
    return GT_OK;
}

T_TEST(threads_run_at_once)
{
    struct gt_work w = {.pool = gt_pool_new(3)};
    struct count c = {.threads = 3};
    struct gt_err err = {0};
    enum gt_status status = gt_par_for(&w, 3, meet, &c, &err);
    gt_pool_free(w.pool);
    T_STATUS_ERR(status, GT_OK, &err);
}
