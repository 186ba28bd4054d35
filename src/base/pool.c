/* pool.c: one pool of threads and the one way to use it.
 *
 * gt_par_for puts a job on the caller's stack, wakes the threads and works along. Indices are
 * claimed in order by one atomic counter, and the halt flag is read before a claim, never behind
 * it: whatever was claimed runs. So when i fails, everything before i runs to its end, and the
 * failure with the smallest index is the same one for any number of threads. A pool does one job at
 * a time; a call that finds it busy (a nested one, or one from another thread) runs in the calling
 * thread. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guotu/base.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define MAX_THREADS 1024

struct job {
    struct gt_work *w;
    int64_t n;
    gt_task_fn *task;
    void *ctx;
    _Atomic int64_t next;
    _Atomic bool halt;
    pthread_mutex_t lock; /* of the fields below */
    int64_t failed_at;    /* n: none */
    enum gt_status failed_with;
    struct gt_err err;
};

struct gt_pool {
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    struct job *job;     /* NULL: nothing to do */
    uint64_t generation; /* counts jobs, so that a thread joins each once */
    int active;          /* threads inside the job */
    bool quit;
    _Atomic bool busy;
    int threads; /* the caller is one of them */
    pthread_t ids[];
};

struct start {
    struct gt_pool *pool;
    int worker;
};

static void keep_first(struct job *j, int64_t i, enum gt_status status, const struct gt_err *err)
{
    pthread_mutex_lock(&j->lock);
    if (i < j->failed_at) {
        j->failed_at = i;
        j->failed_with = status;
        j->err = *err;
    }
    pthread_mutex_unlock(&j->lock);
    atomic_store(&j->halt, true);
}

static void work_on(struct job *j, int worker)
{
    while (!atomic_load(&j->halt) && !gt_stopped(j->w)) {
        int64_t i = atomic_fetch_add(&j->next, 1);
        if (i >= j->n)
            return;
        struct gt_err err = {0};
        enum gt_status status = j->task(j->ctx, i, worker, &err);
        if (status != GT_OK)
            keep_first(j, i, status, &err);
    }
}

static void *thread_main(void *arg)
{
    struct start s = *(struct start *)arg;
    struct gt_pool *p = s.pool;
    uint64_t seen = 0;
    free(arg);
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (!p->quit && (!p->job || p->generation == seen))
            pthread_cond_wait(&p->wake, &p->lock);
        if (p->quit)
            break;
        struct job *j = p->job;
        seen = p->generation;
        p->active++;
        pthread_mutex_unlock(&p->lock);
        work_on(j, s.worker);
        pthread_mutex_lock(&p->lock);
        if (--p->active == 0)
            pthread_cond_signal(&p->done);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static int cores(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? n : 1;
}

static bool add_thread(struct gt_pool *p)
{
    struct start *s = malloc(sizeof *s);
    if (!s)
        return false;
    *s = (struct start){.pool = p, .worker = p->threads};
    if (pthread_create(&p->ids[p->threads], NULL, thread_main, s) != 0) {
        free(s);
        return false;
    }
    p->threads++;
    return true;
}

struct gt_pool *gt_pool_new(int threads)
{
    int wanted = threads > 0 ? threads : cores();
    if (wanted > MAX_THREADS)
        wanted = MAX_THREADS;
    struct gt_pool *p = calloc(1, sizeof *p + (size_t)wanted * sizeof p->ids[0]);
    if (!p)
        abort();
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    pthread_cond_init(&p->done, NULL);
    p->threads = 1;
    /* Signals belong to the thread that made the pool. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_mutex_lock(&p->lock);
    while (p->threads < wanted && add_thread(p))
        continue;
    pthread_mutex_unlock(&p->lock);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return p;
}

void gt_pool_free(struct gt_pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->quit = true;
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
    for (int i = 1; i < p->threads; i++)
        pthread_join(p->ids[i], NULL);
    pthread_cond_destroy(&p->done);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

int gt_pool_threads(const struct gt_pool *p)
{
    return p ? p->threads : 1;
}

static void run_shared(struct gt_pool *p, struct job *j)
{
    pthread_mutex_lock(&p->lock);
    p->job = j;
    p->generation++;
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
    work_on(j, 0);
    pthread_mutex_lock(&p->lock);
    p->job = NULL;
    while (p->active > 0)
        pthread_cond_wait(&p->done, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

static enum gt_status outcome(const struct job *j, struct gt_err *err)
{
    if (j->failed_at < j->n) {
        if (!j->err.text[0])
            return gt_fail(err, j->failed_with, "task %lld of %lld: %s",
                           (long long)j->failed_at + 1, (long long)j->n,
                           gt_status_text(j->failed_with, GT_EN));
        if (err) {
            *err = j->err;
            err->status = j->failed_with;
        }
        return j->failed_with;
    }
    if (gt_stopped(j->w))
        return gt_fail(err, GT_ECANCELLED, "stopped on request");
    return GT_OK;
}

enum gt_status gt_par_for(struct gt_work *w, int64_t n, gt_task_fn *task, void *ctx,
                          struct gt_err *err)
{
    struct job j = {.w = w, .n = n, .task = task, .ctx = ctx, .failed_at = n};
    struct gt_pool *p = w ? w->pool : NULL;
    pthread_mutex_init(&j.lock, NULL);
    if (n > 1 && gt_pool_threads(p) > 1 && !atomic_exchange(&p->busy, true)) {
        run_shared(p, &j);
        atomic_store(&p->busy, false);
    } else {
        work_on(&j, 0);
    }
    pthread_mutex_destroy(&j.lock);
    return outcome(&j, err);
}
