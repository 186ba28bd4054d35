/* buf.c: a text that grows in an arena. */
#include "base_int.h"

#include <stdio.h>
#include <string.h>

/* Room for n more bytes and the NUL behind them. */
static void make_room(struct gt_buf *b, size_t n)
{
    size_t need;
    if (__builtin_add_overflow(b->n, n, &need) || __builtin_add_overflow(need, 1, &need))
        gt_die_("out of memory: a text's size overflows");
    if (need <= b->cap)
        return;
    size_t cap = b->cap ? b->cap : 64;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    b->p = gt_extend_(b->a, b->p, b->p ? b->n + 1 : 0, cap);
    b->cap = cap;
}

void gt_buf_addn(struct gt_buf *b, const void *bytes, size_t n)
{
    make_room(b, n);
    if (n)
        memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void gt_buf_add(struct gt_buf *b, const char *text)
{
    gt_buf_addn(b, text, text ? strlen(text) : 0);
}

void gt_buf_addf(struct gt_buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    if (n >= 0) {
        make_room(b, (size_t)n);
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

static const char *html_of(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

void gt_buf_html(struct gt_buf *b, const char *text)
{
    make_room(b, 0);
    b->p[b->n] = '\0';
    for (const char *p = text; p && *p;) {
        size_t plain = strcspn(p, "&<>\"'");
        gt_buf_addn(b, p, plain);
        p += plain;
        if (*p)
            gt_buf_add(b, html_of(*p++));
    }
}
