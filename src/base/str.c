/* str.c: text, ids and UTF-8. */
#include "base_int.h"

#include <stdio.h>
#include <string.h>

struct gt_str gt_s(const char *text)
{
    return (struct gt_str){.p = text, .n = text ? strlen(text) : 0};
}

bool gt_str_eq(struct gt_str a, const char *b)
{
    struct gt_str other = gt_s(b);
    return a.n == other.n && (a.n == 0 || memcmp(a.p, other.p, a.n) == 0);
}

char *gt_strndup(struct gt_arena *a, const char *text, size_t n)
{
    char *p = gt_take(a, n + 1);
    if (n)
        memcpy(p, text, n);
    return p;
}

char *gt_strdup(struct gt_arena *a, const char *text)
{
    return text ? gt_strndup(a, text, strlen(text)) : NULL;
}

char *gt_printf(struct gt_arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    size_t room = n < 0 ? 1 : (size_t)n + 1;
    char *p = gt_take(a, room);
    if (n > 0)
        vsnprintf(p, room, fmt, again);
    va_end(again);
    va_end(args);
    return p;
}

bool gt_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool gt_ends(const char *text, const char *suffix)
{
    size_t n = strlen(text), m = strlen(suffix);
    return m <= n && memcmp(text + n - m, suffix, m) == 0;
}

bool gt_is_id(const char *text)
{
    if (!text || !text[0] || (text[0] >= '0' && text[0] <= '9'))
        return false;
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (text[n] != '\0' || n > 63)
        return false;
    return !gt_starts(text, "sqlite_") && !gt_starts(text, "gpkg_");
}

/* The form of a first byte: how long the character is, and the range of its second byte, which
 * keeps out overlong forms, surrogates and what lies above U+10FFFF. */
struct utf8_lead {
    unsigned char from, to, len, second_from, second_to;
};

static const struct utf8_lead leads[] = {
    {0x00, 0x7F, 1, 0, 0},       {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

static const struct utf8_lead *lead_of(unsigned char c)
{
    for (size_t i = 0; i < GT_LEN(leads); i++)
        if (c >= leads[i].from && c <= leads[i].to)
            return &leads[i];
    return NULL;
}

size_t gt_utf8_len_(const unsigned char *p, size_t n)
{
    const struct utf8_lead *l = n ? lead_of(p[0]) : NULL;
    if (!l || l->len > n)
        return 0;
    if (l->len > 1 && (p[1] < l->second_from || p[1] > l->second_to))
        return 0;
    for (size_t i = 2; i < l->len; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return l->len;
}

bool gt_is_utf8(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = 0, len; i < n; i += len) {
        len = gt_utf8_len_(p + i, n - i);
        if (!len)
            return false;
    }
    return true;
}

void gt_utf8_trim_(char *text)
{
    size_t n = strlen(text), back = 0;
    while (back < 3 && back < n && ((unsigned char)text[n - 1 - back] & 0xC0) == 0x80)
        back++;
    if (back == n)
        return;
    const struct utf8_lead *l = lead_of((unsigned char)text[n - 1 - back]);
    if (l && l->len > back + 1)
        text[n - 1 - back] = '\0';
}

void gt_clean_(char *text)
{
    unsigned char *p = (unsigned char *)text;
    for (size_t n = strlen(text), len; n > 0; p += len, n -= len) {
        len = gt_utf8_len_(p, n);
        if (len == 0 || *p < 0x20 || *p == 0x7F) {
            *p = '?';
            len = 1;
        }
    }
}

const char *gt_clip_(const char *text, char buf[static GT_CLIP])
{
    size_t n = strlen(text);
    bool cut = n >= GT_CLIP;
    memcpy(buf, text, cut ? GT_CLIP - 4 : n);
    buf[cut ? GT_CLIP - 4 : n] = '\0';
    if (cut) {
        gt_utf8_trim_(buf);
        memcpy(buf + strlen(buf), "...", 4);
    }
    gt_clean_(buf);
    return buf;
}
