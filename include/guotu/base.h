/* base.h: status, errors, memory, strings, containers, threads, progress, time. Builds on libc and
 * pthread alone; every other module builds on it. Files, YAML, JSON and hashes have headers of
 * their own beside this one (io.h, yaml.h, json.h, hash.h), all of module base. */
#ifndef GUOTU_BASE_H
#define GUOTU_BASE_H

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GT_MUST __attribute__((warn_unused_result))
#define GT_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define GT_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Status and errors ---- */

/* X(name, exit status, HTTP status, English, Chinese). One table for the command line, HTTP and
 * texts. */
#define GT_STATUS_TABLE(X)                                              \
    X(GT_OK, 0, 200, "done", "完成")                                    \
    X(GT_FINDINGS, 1, 200, "done, with findings", "完成，有问题项")     \
    X(GT_EUSE, 2, 400, "wrong use", "用法错误")                         \
    X(GT_EINPUT, 3, 422, "bad input", "输入数据错误")                   \
    X(GT_ENOTFOUND, 3, 404, "not found", "未找到")                      \
    X(GT_EEXISTS, 3, 409, "exists already", "已存在")                   \
    X(GT_EBUSY, 3, 409, "in use by another process", "被其他进程占用")  \
    X(GT_ETOOBIG, 3, 413, "too big", "数据过大")                        \
    X(GT_EIO, 3, 507, "cannot read or write", "无法读写")               \
    X(GT_EVERSION, 3, 422, "made by a newer version", "由更新版本生成") \
    X(GT_ECANCELLED, 4, 499, "stopped", "已中止")                       \
    X(GT_EINTERNAL, 4, 500, "internal fault", "内部错误")

enum gt_status {
#define GT_STATUS_ENUM(name, exit, http, en, zh) name,
    GT_STATUS_TABLE(GT_STATUS_ENUM)
#undef GT_STATUS_ENUM
};

enum gt_lang { GT_EN, GT_ZH };

const char *gt_status_name(enum gt_status s); /* "EINPUT" */
const char *gt_status_text(enum gt_status s, enum gt_lang lang);
int gt_status_exit(enum gt_status s);
int gt_status_http(enum gt_status s);

/* The text of one failure, on the caller's stack; start it with {0}. NULL is allowed everywhere. */
struct gt_err {
    enum gt_status status;
    char text[1000];
};

/* Sets the error where it happens: what was expected, what was found, where. Returns status. */
enum gt_status gt_fail(struct gt_err *err, enum gt_status status, const char *fmt, ...)
    GT_PRINTF(3, 4);
/* Like gt_fail, with ": " and the text of errno behind it; ENOSPC, EROFS, EACCES... become
 * GT_EIO. */
enum gt_status gt_fail_errno(struct gt_err *err, const char *fmt, ...) GT_PRINTF(2, 3);
/* Puts context before the text on the way up ("dem: " + text). Returns the error's status;
 * GT_EINTERNAL where there is none (err NULL, or never set), so that a failure stays one. */
enum gt_status gt_wrap(struct gt_err *err, const char *fmt, ...) GT_PRINTF(2, 3);

#define GT_TRY(call)                            \
    do {                                        \
        enum gt_status gt_try_status_ = (call); \
        if (gt_try_status_ != GT_OK)            \
            return gt_try_status_;              \
    } while (0)

/* ---- Memory ---- */

/* Everything taken from an arena lives until gt_arena_free. Memory is zeroed. Not thread-safe: one
 * arena belongs to one thread at a time. Exhaustion of the machine's memory aborts the process. */
struct gt_arena;
struct gt_arena *gt_arena_new(void);
void gt_arena_free(struct gt_arena *a); /* NULL allowed; runs deferred functions in reverse order */
void gt_arena_auto_(struct gt_arena **a);
#define GT_AUTO_ARENA __attribute__((cleanup(gt_arena_auto_))) struct gt_arena *

void *gt_take(struct gt_arena *a, size_t bytes) __attribute__((alloc_size(2), returns_nonnull));
#define GT_TAKE(a, type) ((type *)gt_take((a), sizeof(type)))
#define GT_TAKE_N(a, type, n) ((type *)gt_take_n((a), (n), sizeof(type)))
void *gt_take_n(struct gt_arena *a, size_t n, size_t size) __attribute__((returns_nonnull));
/* fn(p) is called when the arena is freed: for handles of outside libraries. */
void gt_arena_defer(struct gt_arena *a, void (*fn)(void *), void *p);

/* The one gate for sizes that come from data: n*size is checked for overflow and against the gate's
 * limit (gt_memory_limit) together with all that passed the gate before and is not freed yet;
 * exhaustion is an answer, not an abort. GT_ETOOBIG. `what` names the thing in the message. */
GT_MUST enum gt_status gt_reserve(struct gt_arena *a, size_t n, size_t size, const char *what,
                                  void **out, struct gt_err *err);
/* process-wide, at start; default: 3/4 of the machine's memory */
void gt_memory_limit_set(size_t bytes);
size_t gt_memory_limit(void);

/* ---- Strings ---- */

/* A view: p need not end with NUL. */
struct gt_str {
    const char *p;
    size_t n;
};
struct gt_str gt_s(const char *text); /* NULL gives an empty view */
bool gt_str_eq(struct gt_str a, const char *b);

char *gt_strdup(struct gt_arena *a, const char *text); /* NULL gives NULL */
char *gt_strndup(struct gt_arena *a, const char *text, size_t n);
char *gt_printf(struct gt_arena *a, const char *fmt, ...) GT_PRINTF(2, 3);
bool gt_starts(const char *text, const char *prefix);
bool gt_ends(const char *text, const char *suffix);
/* [a-z0-9_]+, at most 63 letters, not starting with a digit or "sqlite_" or "gpkg_". */
bool gt_is_id(const char *text);
bool gt_is_utf8(const char *text, size_t n);

/* Whole-text numbers in the C locale: no blanks, no rest, finite. false: not a number. */
bool gt_parse_int(const char *text, int64_t *out);
bool gt_parse_num(const char *text, double *out);
/* Shortest decimal that reads back the same; "" + 32 letters at most, in a caller's buffer. */
const char *gt_fmt_num(double v, char buf[static 32]);
/* The sine of an angle in degrees, the same bits on every machine; NaN where it has none. */
double gt_sin_deg(double deg);

/* A growable text in an arena. */
struct gt_buf {
    struct gt_arena *a;
    char *p; /* always ends with NUL once anything was added; NULL before */
    size_t n, cap;
};
void gt_buf_add(struct gt_buf *b, const char *text);
void gt_buf_addn(struct gt_buf *b, const void *bytes, size_t n);
void gt_buf_addf(struct gt_buf *b, const char *fmt, ...) GT_PRINTF(2, 3);
void gt_buf_html(struct gt_buf *b, const char *text); /* escapes & < > " ' */

/* ---- Containers ---- */

/* GT_PUSH(a, struct with {T *v; size_t n, cap;}): gives a pointer to the new, zeroed element. */
#define GT_VEC(T)      \
    struct {           \
        T *v;          \
        size_t n, cap; \
    }
#define GT_PUSH(a, vec)                                                                         \
    (((vec)->n == (vec)->cap                                                                    \
          ? (void)((vec)->v = gt_grow_((a), (vec)->v, &(vec)->cap, (vec)->n, sizeof *(vec)->v)) \
          : (void)0),                                                                           \
     &(vec)->v[(vec)->n++])
void *gt_grow_(struct gt_arena *a, const void *old, size_t *cap, size_t n, size_t size);

/* Text to pointer; keys are copied; iteration by insertion order. */
struct gt_map;
struct gt_map *gt_map_new(struct gt_arena *a);
void gt_map_put(struct gt_map *m, const char *key, void *value); /* replaces */
void *gt_map_get(const struct gt_map *m, const char *key);       /* NULL: absent */
size_t gt_map_len(const struct gt_map *m);
const char *gt_map_key(const struct gt_map *m, size_t i);
void *gt_map_value(const struct gt_map *m, size_t i);

/* ---- Progress, stop, messages ---- */

enum gt_note_kind { GT_NOTE_INFO, GT_NOTE_WARNING };

/* What a long operation works with. Shared by threads: the counters and the stop flag are atomic,
 * the callbacks are called under a lock and may be NULL. */
struct gt_work {
    /* NULL: one thread, the caller's */
    struct gt_pool *pool;
    /* NULL: cannot be stopped; may be set by a signal handler */
    _Atomic bool *stop;
    void (*on_progress)(void *ctx, const char *what, double share); /* share 0..1 */
    void (*on_note)(void *ctx, enum gt_note_kind kind, const char *text);
    void *ctx;
};
bool gt_stopped(const struct gt_work *w); /* w NULL: false */
void gt_progress(struct gt_work *w, const char *what, int64_t done, int64_t total);
void gt_warn(struct gt_work *w, const char *fmt, ...) GT_PRINTF(2, 3);
void gt_info(struct gt_work *w, const char *fmt, ...) GT_PRINTF(2, 3);

/* ---- Threads ---- */

struct gt_pool;
/* 0: one a core; 1: no thread is made, all runs in the caller */
struct gt_pool *gt_pool_new(int threads);
void gt_pool_free(struct gt_pool *p);
int gt_pool_threads(const struct gt_pool *p); /* NULL: 1 */

/* Runs task(ctx, i, worker, err) for i in 0..n-1 on the pool, started in order of i, and returns
 * when all ended. worker is 0..threads-1: index per-thread state with it. The first error in order
 * of i wins, whatever thread met it; after an error or a stop no further task is started. Nested
 * calls run in the calling thread. GT_ECANCELLED when w->stop was set. */
typedef enum gt_status gt_task_fn(void *ctx, int64_t i, int worker, struct gt_err *err);
GT_MUST enum gt_status gt_par_for(struct gt_work *w, int64_t n, gt_task_fn *task, void *ctx,
                                  struct gt_err *err);

/* ---- Time ---- */

/* "2026-11-23T16:28:00Z"; the environment's SOURCE_DATE_EPOCH, if set, stands in for the clock. */
void gt_time_now(char out[static 32]);
double gt_clock_s(void); /* monotonic seconds, for measuring */

#endif
