/* lines.c: letters, lines and fields of texts from outside. */
#include "text_int.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#define MOST_WARNINGS 10
#define WIDE_BLANK "\xe3\x80\x80"

/* ---- Letters ---- */

static const char *mark_of(struct gt_str *s)
{
    static const struct {
        const char *mark;
        size_t n;
        const char *encoding;
    } marks[] = {
        {"\xef\xbb\xbf", 3, "UTF-8"}, {"\xff\xfe", 2, "UTF-16LE"}, {"\xfe\xff", 2, "UTF-16BE"}};
    for (size_t i = 0; i < GT_LEN(marks); i++)
        if (s->n >= marks[i].n && memcmp(s->p, marks[i].mark, marks[i].n) == 0) {
            s->p += marks[i].n;
            s->n -= marks[i].n;
            return marks[i].encoding;
        }
    return NULL;
}

static int64_t line_at(struct gt_str s, const char *p)
{
    int64_t line = 1;
    for (const char *q = s.p; q < p; q++)
        line += *q == '\n';
    return line;
}

/* One byte becomes at most three: two-byte letters of GBK take three of UTF-8, four-byte ones of
 * GB18030 four. */
static enum gt_status convert(struct gt_arena *a, struct gt_str in, const char *encoding,
                              const struct gt_text_opt *opt, struct gt_str *out, struct gt_err *err)
{
    void *room;
    size_t left = 3 * in.n + 16, all = left;
    iconv_t cd = iconv_open("UTF-8", encoding);
    if (cd == (iconv_t)-1)
        return gt_fail(err, GT_EUSE,
                       "encoding '%.40s': expected a name such as UTF-8, GBK or GB18030", encoding);
    enum gt_status status = gt_reserve(a, left, 1, "text", &room, err);
    if (status == GT_OK) {
        char *to = room, *from;
        size_t n = in.n;
        memcpy(&from, &in.p, sizeof from); /* iconv reads only */
        if (iconv(cd, &from, &n, &to, &left) == (size_t)-1)
            status = gt_fail(err, GT_EINPUT,
                             "%s:%lld: expected letters of %s, found bytes that are none; give the "
                             "right --encoding, or save the file anew",
                             opt->file, (long long)line_at(in, from), encoding);
        *out = (struct gt_str){room, all - left};
    }
    iconv_close(cd);
    return status;
}

enum gt_status gt_text_decode(struct gt_arena *a, struct gt_str bytes,
                              const struct gt_text_opt *opt, struct gt_str *text,
                              const char **encoding, struct gt_err *err)
{
    const char *marked = mark_of(&bytes);
    *encoding = opt->encoding ? opt->encoding : marked;
    if (!*encoding)
        *encoding = gt_is_utf8(bytes.p, bytes.n) ? "UTF-8" : "GB18030";
    *text = bytes;
    if (strcmp(*encoding, "UTF-8") == 0 && gt_is_utf8(bytes.p, bytes.n))
        return GT_OK;
    return convert(a, bytes, *encoding, opt, text, err);
}

/* ---- Lines ---- */

struct gt_str gt_text_trim(struct gt_str s)
{
    for (;;) {
        if (s.n > 0 && isspace((unsigned char)s.p[0])) {
            s.p++;
            s.n--;
        } else if (s.n > 0 && isspace((unsigned char)s.p[s.n - 1])) {
            s.n--;
        } else if (s.n >= 3 && memcmp(s.p, WIDE_BLANK, 3) == 0) {
            s.p += 3;
            s.n -= 3;
        } else if (s.n >= 3 && memcmp(s.p + s.n - 3, WIDE_BLANK, 3) == 0) {
            s.n -= 3;
        } else {
            return s;
        }
    }
}

bool gt_text_next(struct gt_text_lines *l)
{
    if (l->p >= l->end) {
        l->now = (struct gt_str){0};
        return false;
    }
    size_t left = (size_t)(l->end - l->p);
    const char *lf = memchr(l->p, '\n', left);
    size_t n = lf ? (size_t)(lf - l->p) : left;
    l->now = gt_text_trim((struct gt_str){l->p, n});
    l->p += lf ? n + 1 : n;
    l->line++;
    return true;
}

bool gt_text_next_full(struct gt_text_lines *l)
{
    while (gt_text_next(l))
        if (l->now.n > 0)
            return true;
    return false;
}

enum gt_status gt_text_fail(const struct gt_text_lines *l, struct gt_err *err, const char *fmt, ...)
{
    char text[800];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return gt_fail(err, GT_EINPUT, "%s:%lld: %s", l->file, (long long)l->line, text);
}

void gt_text_warn(struct gt_text_lines *l, const char *fmt, ...)
{
    char text[800];
    va_list args;
    if (l->warnings++ >= MOST_WARNINGS)
        return;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    gt_warn(l->work, "%s:%lld: %s", l->file, (long long)l->line, text);
}

void gt_text_warned(const struct gt_text_lines *l)
{
    if (l->warnings > MOST_WARNINGS)
        gt_warn(l->work, "%s: and %lld more of such warnings", l->file,
                (long long)(l->warnings - MOST_WARNINGS));
}

/* ---- Fields ---- */

size_t gt_text_split(struct gt_str s, char separator, struct gt_str *out, size_t most)
{
    size_t n = 0;
    for (const char *p = s.p, *end = s.p + s.n;; n++) {
        const char *next = p < end ? memchr(p, separator, (size_t)(end - p)) : NULL;
        if (n < most)
            out[n] = gt_text_trim((struct gt_str){p, (size_t)((next ? next : end) - p)});
        if (!next)
            return n + 1;
        p = next + 1;
    }
}

static bool copy(struct gt_str s, char out[static 64])
{
    if (s.n >= 64 || memchr(s.p, '\0', s.n))
        return false;
    memcpy(out, s.p, s.n);
    out[s.n] = '\0';
    return s.n > 0;
}

bool gt_text_num(struct gt_str s, double *out)
{
    char text[64];
    return copy(s, text) && gt_parse_num(text, out);
}

bool gt_text_int(struct gt_str s, int64_t *out)
{
    char text[64];
    return copy(s, text) && gt_parse_int(text, out);
}

bool gt_text_same(struct gt_str s, const char *b)
{
    size_t n = strlen(b);
    if (s.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (tolower((unsigned char)s.p[i]) != tolower((unsigned char)b[i]))
            return false;
    return true;
}

bool gt_text_has(struct gt_str s, const char *part)
{
    size_t n = strlen(part);
    for (size_t i = 0; i + n <= s.n; i++)
        if (gt_text_same((struct gt_str){s.p + i, n}, part))
            return true;
    return false;
}

const char *gt_text_shown(struct gt_arena *a, struct gt_str s)
{
    enum { MOST = 60 };
    size_t n = s.n < MOST ? s.n : MOST;
    while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80) /* not within a letter */
        n--;
    char *text = gt_strndup(a, s.p, n);
    for (char *p = text; *p; p++)
        if (iscntrl((unsigned char)*p))
            *p = ' ';
    return text;
}

const char *gt_text_stem(struct gt_arena *a, const char *file)
{
    const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
    const char *dot = strrchr(base, '.');
    return gt_strndup(a, base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}
