/* num.c: numbers to text and back, in the C locale always. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "base_int.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static locale_t locale_c;
static pthread_once_t locale_once = PTHREAD_ONCE_INIT;

static void make_locale(void)
{
    locale_c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!locale_c)
        gt_die_("out of memory");
}

locale_t gt_locale_c_(void)
{
    pthread_once(&locale_once, make_locale);
    return locale_c;
}

static const char *skip_sign(const char *p)
{
    return *p == '-' || *p == '+' ? p + 1 : p;
}

static const char *skip_digits(const char *p)
{
    while (*p >= '0' && *p <= '9')
        p++;
    return p;
}

bool gt_parse_int(const char *text, int64_t *out)
{
    if (!text)
        return false;
    const char *p = skip_sign(text);
    bool minus = *text == '-';
    int64_t v = 0;
    if (*p == '\0' || *skip_digits(p) != '\0')
        return false;
    for (; *p; p++) {
        int64_t digit = minus ? '0' - *p : *p - '0';
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, digit, &v))
            return false;
    }
    *out = v;
    return true;
}

/* [+-] digits [. digits] [e [+-] digits], with at least one digit before or behind the point. */
static bool is_decimal(const char *text)
{
    const char *from = skip_sign(text), *p = skip_digits(from);
    ptrdiff_t digits = p - from;
    if (*p == '.') {
        from = p + 1;
        p = skip_digits(from);
        digits += p - from;
    }
    if (digits == 0)
        return false;
    if (*p == 'e' || *p == 'E') {
        from = skip_sign(p + 1);
        p = skip_digits(from);
        if (p == from)
            return false;
    }
    return *p == '\0';
}

bool gt_parse_num(const char *text, double *out)
{
    if (!text || !is_decimal(text))
        return false;
    double v = strtod_l(text, NULL, gt_locale_c_());
    if (!isfinite(v))
        return false;
    *out = v;
    return true;
}

const char *gt_fmt_num(double v, char buf[static 32])
{
    if (!isfinite(v)) {
        snprintf(buf, 32, "%s", isnan(v) ? "nan" : v < 0 ? "-inf" : "inf");
        return buf;
    }
    if (fabs(v) < 1e15 && v == trunc(v)) {
        snprintf(buf, 32, "%" PRId64, (int64_t)v);
        return buf;
    }
    locale_t before = uselocale(gt_locale_c_());
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buf, 32, "%.*g", digits, v);
        if (strtod(buf, NULL) == v)
            break;
    }
    uselocale(before);
    return buf;
}
