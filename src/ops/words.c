/* words.c: how parameters are written, and lines broken, wherever operations are described. */
#include "words.h"

#include <string.h>

/* ---- Lines ----------------------------------------------------------------------------------- */

uint32_t words_letter(const char *p, size_t *n)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t more = u[0] >= 0xf0 ? 3 : u[0] >= 0xe0 ? 2 : u[0] >= 0xc0 ? 1 : 0;
    uint32_t code = more == 3 ? u[0] & 7u : more == 2 ? u[0] & 15u : more == 1 ? u[0] & 31u : u[0];
    *n = 1;
    for (size_t i = 1; i <= more && (u[i] & 0xc0) == 0x80; i++, (*n)++)
        code = code << 6 | (u[i] & 0x3f);
    return code;
}

static bool is_wide(uint32_t code)
{
    return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
           (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
           (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60);
}

size_t words_width(const char *text)
{
    size_t width = 0;
    for (size_t n; *text; text += n)
        width += is_wide(words_letter(text, &n)) ? 2 : 1;
    return width;
}

static bool is_among(uint32_t code, const char *letters)
{
    for (size_t at = 0, n; letters[at]; at += n) {
        if (words_letter(letters + at, &n) == code)
            return true;
    }
    return false;
}

/* Bytes of the piece at p that must stay on one line: a word, [an option], or a wide letter with
 * the marks that may not start or end a line. */
static size_t piece(const char *p)
{
    static const char *const opening = "（《“‘", *const closing = "，。；：、）》？！”’";
    size_t n, at = 0;
    int inner = 0;
    uint32_t last = 0;
    while (p[at] && (p[at] != ' ' || inner > 0)) {
        uint32_t code = words_letter(p + at, &n);
        bool joined = at == 0 || inner > 0 || is_among(last, opening) || is_among(code, closing);
        bool word = !is_wide(code) && !is_wide(last) && !is_among(last, closing);
        if (!joined && !word)
            break;
        inner += (code == '[') - (code == ']');
        last = code;
        at += n;
    }
    return at;
}

void words_wrap(struct gt_buf *b, const char *text, size_t indent, size_t width)
{
    size_t column = indent;
    bool start = true;
    while (*text) {
        bool blank = *text == ' ';
        text += blank;
        if (!*text)
            break;
        size_t n = piece(text);
        char part[256];
        n = n < sizeof part ? n : sizeof part - 1;
        memcpy(part, text, n);
        part[n] = '\0';
        size_t wide = words_width(part);
        if (!start && column + blank + wide > width) {
            gt_buf_addf(b, "\n%*s", (int)indent, "");
            column = indent;
            start = true;
        }
        gt_buf_addf(b, "%s%s", blank && !start ? " " : "", part);
        column += (blank && !start) + wide;
        start = false;
        text += n;
    }
    gt_buf_add(b, "\n");
}

/* ---- Parameters ------------------------------------------------------------------------------ */

static const char *metavar(const struct gt_param *p)
{
    return p->metavar ? p->metavar : "VALUE";
}

const char *words_param(struct gt_arena *a, const struct gt_param *p)
{
    const char *more = p->repeated ? "..." : "";
    if (p->position)
        return gt_printf(a, "%s%s", metavar(p), more);
    const char *letter_part = p->letter ? gt_printf(a, "-%c, ", p->letter) : "";
    if (p->kind == GT_P_FLAG)
        return gt_printf(a, "%s--%s", letter_part, p->name);
    return gt_printf(a, "%s--%s %s", letter_part, p->name, metavar(p));
}

const char *words_usage(struct gt_arena *a, const struct gt_param *p)
{
    const char *more = p->repeated ? "..." : "";
    const char *value = metavar(p);
    struct gt_buf choices = {.a = a};
    for (size_t i = 0; p->kind == GT_P_CHOICE && p->position && p->choices[i]; i++)
        gt_buf_addf(&choices, "%s%s", i ? "|" : "", p->choices[i]);
    if (choices.p)
        value = choices.p;
    if (p->position)
        return gt_printf(a, p->required ? "%s%s" : "[%s%s]", value, more);
    if (p->kind == GT_P_FLAG)
        return gt_printf(a, "[--%s]", p->name);
    return gt_printf(a, p->required ? "--%s %s%s" : "[--%s %s]%s", p->name, value, more);
}

static void add_choices(struct gt_buf *b, const struct gt_param *p, enum gt_lang lang)
{
    gt_buf_add(b, lang == GT_ZH ? "可取 " : "one of ");
    for (size_t i = 0; p->choices[i]; i++)
        gt_buf_addf(b, "%s%s", i ? ", " : "", p->choices[i]);
}

const char *words_param_help(struct gt_arena *a, const struct gt_param *p, enum gt_lang lang)
{
    struct gt_buf bounds = {.a = a};
    bool zh = lang == GT_ZH;
    const char *then = zh ? "；" : "; ";
    if (p->kind == GT_P_CHOICE)
        add_choices(&bounds, p, lang);
    if (p->min < 0 || p->min > 0 || p->max < 0 || p->max > 0) {
        char low[32], high[32];
        gt_buf_addf(&bounds, "%s %s %s", gt_fmt_num(p->min, low), zh ? "至" : "to",
                    gt_fmt_num(p->max, high));
    }
    if (p->unit && p->unit[0])
        gt_buf_addf(&bounds, "%s%s%s", bounds.p ? then : "", zh ? "单位 " : "in ", p->unit);
    if (p->fallback)
        gt_buf_addf(&bounds, "%s%s %s", bounds.p ? then : "", zh ? "缺省" : "default", p->fallback);
    if (p->repeated && !p->position)
        gt_buf_addf(&bounds, "%s%s", bounds.p ? then : "", zh ? "可重复" : "may be repeated");
    const char *help = gt_text2(p->help, lang);
    if (!bounds.p)
        return help;
    return gt_printf(a, zh ? "%s（%s）" : "%s (%s)", help, bounds.p);
}
