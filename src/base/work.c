/* work.c: progress, messages and the stop flag of a long operation. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "base_int.h"

#include <pthread.h>
#include <stdio.h>

/* One lock for all callbacks of the process; a callback may itself report. */
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

bool gt_stopped(const struct gt_work *w)
{
    return w && w->stop && atomic_load_explicit(w->stop, memory_order_relaxed);
}

void gt_progress(struct gt_work *w, const char *what, int64_t done, int64_t total)
{
    if (!w || !w->on_progress)
        return;
    double share = total > 0 ? (double)done / (double)total : 1.0;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    pthread_mutex_lock(&lock);
    w->on_progress(w->ctx, what, share);
    pthread_mutex_unlock(&lock);
}

GT_PRINTF(3, 0)
static void note(struct gt_work *w, enum gt_note_kind kind, const char *fmt, va_list args)
{
    char text[1000];
    if (!w || !w->on_note)
        return;
    int n = vsnprintf(text, sizeof text, fmt, args);
    if (n >= (int)sizeof text)
        gt_utf8_trim_(text);
    pthread_mutex_lock(&lock);
    w->on_note(w->ctx, kind, text);
    pthread_mutex_unlock(&lock);
}

void gt_warn(struct gt_work *w, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    note(w, GT_NOTE_WARNING, fmt, args);
    va_end(args);
}

void gt_info(struct gt_work *w, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    note(w, GT_NOTE_INFO, fmt, args);
    va_end(args);
}
