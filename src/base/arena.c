/* arena.c: memory with one lifetime, and the gate for sizes that come from data.
 *
 * An arena is a list of chunks; a take moves a pointer. Chunks double from 16 KiB to 1 MiB, and a
 * take above a quarter of that gets a chunk of its own. With GT_DEBUG_ARENA each take is a malloc
 * of its own, exactly as long as asked, so that the address sanitizer sees overruns, and what a
 * vector has grown out of is poisoned, so that it sees stale pointers. */
#include "base_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define GT_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GT_ASAN 1
#endif
#endif
#ifdef GT_ASAN
#include <sanitizer/asan_interface.h>
#endif

#define ALIGN ((size_t)16)
#define LINE ((size_t)64) /* chunks begin on a cache line, so big takes do too */
#define FIRST_CHUNK ((size_t)16 << 10)
#define LAST_CHUNK ((size_t)1 << 20)

struct chunk {
    struct chunk *next;
    void *block; /* what free() gets */
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *p;
};

struct gt_arena {
    struct chunk *chunks;
    struct deferred *deferred; /* the last one first */
    unsigned char *at, *end;   /* free part of the current chunk */
    unsigned char *last;       /* the last take, which alone can grow in place */
    size_t next_chunk;
    size_t reserved; /* bytes that passed the gate */
};

static _Atomic size_t limit_bytes; /* 0: not set yet */
static _Atomic size_t live_bytes;  /* passed the gate and not freed yet */

struct gt_arena *gt_arena_new(void)
{
    struct gt_arena *a = calloc(1, sizeof *a);
    if (!a)
        gt_die_("out of memory");
    a->next_chunk = FIRST_CHUNK;
    return a;
}

void gt_arena_free(struct gt_arena *a)
{
    if (!a)
        return;
    for (struct deferred *d = a->deferred; d; d = d->next)
        d->fn(d->p);
    atomic_fetch_sub(&live_bytes, a->reserved);
    for (struct chunk *c = a->chunks, *next; c; c = next) {
        next = c->next;
        free(c->block);
#ifdef GT_DEBUG_ARENA
        free(c);
#endif
    }
    free(a);
}

void gt_arena_auto_(struct gt_arena **a)
{
    gt_arena_free(*a);
}

#ifdef GT_DEBUG_ARENA

static void *try_take(struct gt_arena *a, size_t bytes)
{
    struct chunk *c = malloc(sizeof *c);
    void *block = calloc(1, bytes ? bytes : 1);
    if (!c || !block) {
        free(c);
        free(block);
        return NULL;
    }
    *c = (struct chunk){.next = a->chunks, .block = block};
    a->chunks = c;
    return block;
}

#else

static unsigned char *round_up(unsigned char *p, size_t to)
{
    return p + ((to - ((uintptr_t)p & (to - 1))) & (to - 1));
}

/* A chunk with room for `bytes` from the pointer returned; NULL when memory is out. */
static unsigned char *add_chunk(struct gt_arena *a, size_t bytes)
{
    size_t head = sizeof(struct chunk) + LINE, all;
    if (__builtin_add_overflow(bytes, head, &all))
        return NULL;
    struct chunk *c = calloc(1, all);
    if (!c)
        return NULL;
    *c = (struct chunk){.next = a->chunks, .block = c};
    a->chunks = c;
    return round_up((unsigned char *)c + sizeof *c, LINE);
}

static void *try_take(struct gt_arena *a, size_t bytes)
{
    size_t need;
    if (__builtin_add_overflow(bytes ? bytes : 1, ALIGN - 1, &need))
        return NULL;
    need &= ~(ALIGN - 1);
    if (need > (size_t)(a->end - a->at)) {
        if (need > LAST_CHUNK / 4)
            return add_chunk(a, need);
        while (a->next_chunk < need * 2)
            a->next_chunk *= 2;
        unsigned char *p = add_chunk(a, a->next_chunk);
        if (!p)
            return NULL;
        a->at = p;
        a->end = p + a->next_chunk;
        if (a->next_chunk < LAST_CHUNK)
            a->next_chunk *= 2;
    }
    a->last = a->at;
    a->at += need;
    return a->last;
}

#endif

void *gt_take(struct gt_arena *a, size_t bytes)
{
    void *p = try_take(a, bytes);
    if (!p)
        gt_die_("out of memory");
    return p;
}

void *gt_take_n(struct gt_arena *a, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        gt_die_("out of memory: an array's size overflows");
    return gt_take(a, bytes);
}

void gt_arena_defer(struct gt_arena *a, void (*fn)(void *), void *p)
{
    struct deferred *d = GT_TAKE(a, struct deferred);
    *d = (struct deferred){.next = a->deferred, .fn = fn, .p = p};
    a->deferred = d;
}

void *gt_extend_(struct gt_arena *a, const void *old, size_t used, size_t bytes)
{
#ifndef GT_DEBUG_ARENA
    if (old && old == a->last && bytes <= (size_t)(a->end - a->last)) {
        unsigned char *p = a->last;
        a->at = p + ((bytes + ALIGN - 1) & ~(ALIGN - 1));
        if (a->at > a->end)
            a->at = a->end;
        return p;
    }
#endif
    void *p = gt_take(a, bytes);
    if (old)
        memcpy(p, old, used);
#if defined(GT_DEBUG_ARENA) && defined(GT_ASAN)
    if (old)
        __asan_poison_memory_region(old, used);
#endif
    return p;
}

void *gt_grow_(struct gt_arena *a, const void *old, size_t *cap, size_t n, size_t size)
{
    size_t more = *cap ? *cap * 2 : 8, bytes;
    if (more < *cap || __builtin_mul_overflow(more, size, &bytes))
        gt_die_("out of memory: an array's size overflows");
    *cap = more;
    return gt_extend_(a, old, n * size, bytes);
}

/* ---- The gate ---- */

void gt_memory_limit_set(size_t bytes)
{
    atomic_store(&limit_bytes, bytes);
}

size_t gt_memory_limit(void)
{
    size_t limit = atomic_load(&limit_bytes);
    if (limit)
        return limit;
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || page <= 0)
        return SIZE_MAX / 2;
    return (size_t)pages / 4 * 3 * (size_t)page;
}

static enum gt_status too_big(size_t n, size_t size, const char *what, struct gt_err *err)
{
    double mib = (double)n * (double)size / 1048576.0;
    return gt_fail(err, GT_ETOOBIG, "%s: %.1f MiB of memory wanted, at most %.1f MiB may be taken",
                   what, mib, (double)gt_memory_limit() / 1048576.0);
}

enum gt_status gt_reserve(struct gt_arena *a, size_t n, size_t size, const char *what, void **out,
                          struct gt_err *err)
{
    size_t bytes, limit = gt_memory_limit();
    *out = NULL;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > limit)
        return too_big(n, size, what, err);
    size_t before = atomic_fetch_add(&live_bytes, bytes);
    void *p = before > limit - bytes ? NULL : try_take(a, bytes);
    if (!p) {
        atomic_fetch_sub(&live_bytes, bytes);
        return too_big(n, size, what, err);
    }
    a->reserved += bytes;
    *out = p;
    return GT_OK;
}
