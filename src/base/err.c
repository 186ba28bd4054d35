/* err.c: the text of a failure, set where it happens and prefixed on the way up. */
#include "base_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gt_die_(const char *what)
{
    fprintf(stderr, "guotu: %s\n", what);
    abort();
}

/* The arguments may point into err->text itself, so the new text is made aside. */
GT_PRINTF(2, 0) static void set_text(struct gt_err *err, const char *fmt, va_list args)
{
    char text[sizeof err->text];
    int n = vsnprintf(text, sizeof text, fmt, args);
    if (n < 0)
        text[0] = '\0';
    if (n >= (int)sizeof text)
        gt_utf8_trim_(text);
    memcpy(err->text, text, sizeof text);
}

static void append(struct gt_err *err, const char *tail)
{
    size_t n = strlen(err->text), room = sizeof err->text - 1 - n, m = strlen(tail);
    bool cut = m > room;
    memcpy(err->text + n, tail, cut ? room : m);
    err->text[n + (cut ? room : m)] = '\0';
    if (cut)
        gt_utf8_trim_(err->text);
}

enum gt_status gt_fail(struct gt_err *err, enum gt_status status, const char *fmt, ...)
{
    if (!err)
        return status;
    va_list args;
    va_start(args, fmt);
    set_text(err, fmt, args);
    va_end(args);
    err->status = status;
    return status;
}

static enum gt_status status_of_errno(int e)
{
    switch (e) {
    case ENOENT:
    case ENOTDIR: return GT_ENOTFOUND;
    case EEXIST: return GT_EEXISTS;
    case EBUSY:
    case ETXTBSY:
    case EAGAIN: return GT_EBUSY;
    case ENOMEM: return GT_ETOOBIG;
    default: return GT_EIO;
    }
}

enum gt_status gt_fail_errno(struct gt_err *err, const char *fmt, ...)
{
    int e = errno;
    enum gt_status status = status_of_errno(e);
    if (!err)
        return status;
    va_list args;
    va_start(args, fmt);
    set_text(err, fmt, args);
    va_end(args);
    append(err, ": ");
    append(err, e ? strerror_l(e, gt_locale_c_()) : "cause unknown");
    err->status = status;
    errno = e;
    return status;
}

enum gt_status gt_wrap(struct gt_err *err, const char *fmt, ...)
{
    if (!err)
        return GT_EINTERNAL;
    char below[sizeof err->text];
    memcpy(below, err->text, sizeof below);
    va_list args;
    va_start(args, fmt);
    set_text(err, fmt, args);
    va_end(args);
    if (below[0]) {
        append(err, ": ");
        append(err, below);
    }
    if (err->status == GT_OK)
        err->status = GT_EINTERNAL;
    return err->status;
}
