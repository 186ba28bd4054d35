/* unit.c: the units that rules and models may name, and products of them. */
#include "rules_int.h"

#include <string.h>

/* The first spelling is the one that is printed. Order: that of products. */
static const struct {
    const char *spelling[4];
} symbol[] = {
    {{"class"}},
    {{"degree", "deg", "°", "度"}},
    {{"degC", "°C", "℃"}},
    {{"degF", "°F"}},
    {{"MJ"}},
    {{"J"}},
    {{"W"}},
    {{"kPa"}},
    {{"Pa"}},
    {{"kg"}},
    {{"mg"}},
    {{"g"}},
    {{"t"}},
    {{"L"}},
    {{"mm", "毫米"}},
    {{"cm"}},
    {{"m", "metre", "meter", "米"}},
    {{"km", "公里"}},
    {{"hm"}},
    {{"ha", "公顷"}},
    {{"mu", "亩"}},
    {{"s", "second"}},
    {{"min", "minute"}},
    {{"h", "hour"}},
    {{"d", "day", "天"}},
    {{"a", "year", "年"}},
    {{"percent", "%"}},
    {{"fraction", "share"}},
    {{"person", "人"}},
    {{"head", "头"}},
    {{"sheep_unit", "羊单位"}},
    {{"yuan", "元"}},
};
_Static_assert(GT_LEN(symbol) <= RULES_SYMBOLS, "a unit has one exponent a symbol");

enum { CLASS = 0 };

static bool spells(const char *p, size_t n, const char *word)
{
    return strlen(word) == n && memcmp(p, word, n) == 0;
}

static int find_symbol(const char *p, size_t n)
{
    for (size_t i = 0; i < GT_LEN(symbol); i++)
        for (size_t k = 0; k < GT_LEN(symbol[i].spelling) && symbol[i].spelling[k]; k++)
            if (spells(p, n, symbol[i].spelling[k]))
                return (int)i;
    return -1;
}

static enum gt_status unknown_symbol(const char *p, size_t n, const char *text, struct gt_err *err)
{
    const char *known[GT_LEN(symbol) * GT_LEN(symbol[0].spelling)];
    size_t n_known = 0;
    for (size_t i = 0; i < GT_LEN(symbol); i++)
        for (size_t k = 0; k < GT_LEN(symbol[i].spelling) && symbol[i].spelling[k]; k++)
            known[n_known++] = symbol[i].spelling[k];
    char word[64], hint[RULES_HINT];
    size_t kept = n < sizeof word - 1 ? n : sizeof word - 1;
    memcpy(word, p, kept);
    word[kept] = '\0';
    rules_hint(hint, word, known, n_known);
    if (strcmp(word, text) == 0)
        return rules_error(err, GT_EINPUT, "unknown unit '%.40s'%s", word, hint);
    return rules_error(err, GT_EINPUT, "unknown unit '%.40s' in '%.60s'%s", word, text, hint);
}

/* The exponent at the end of a factor: "m2", "m^2", "m²"; *n is cut back to the symbol. */
static int take_exponent(const char *p, size_t *n)
{
    static const char *const raised[] = {"²", "³"};
    for (size_t i = 0; i < GT_LEN(raised); i++) {
        size_t length = strlen(raised[i]);
        if (*n > length && memcmp(p + *n - length, raised[i], length) == 0) {
            *n -= length;
            return (int)i + 2;
        }
    }
    if (*n < 2 || p[*n - 1] < '2' || p[*n - 1] > '9')
        return 1;
    int exponent = p[--*n] - '0';
    if (*n > 1 && p[*n - 1] == '^')
        --*n;
    return exponent;
}

static enum gt_status take_factor(const char *p, size_t n, int sign, const char *text,
                                  struct rules_unit *out, struct gt_err *err)
{
    if (spells(p, n, "1"))
        return GT_OK;
    int exponent = 1, found = find_symbol(p, n);
    if (found < 0) {
        size_t all = n;
        exponent = take_exponent(p, &n);
        found = find_symbol(p, n);
        if (found < 0)
            return unknown_symbol(p, all, text, err);
    }
    int sum = out->exp[found] + sign * exponent;
    if (sum < -9 || sum > 9)
        return rules_error(err, GT_EINPUT, "unit '%.60s': expected powers up to 9", text);
    out->exp[found] = (signed char)sum;
    return GT_OK;
}

enum gt_status rules_unit_parse(const char *text, struct rules_unit *out, struct gt_err *err)
{
    *out = (struct rules_unit){0};
    int sign = 1;
    bool group = false;
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "*/()");
        if (n == 0 && !(p[0] == '(' && !group && sign < 0))
            return rules_error(err, GT_EINPUT,
                               "expected a unit such as 'm' or 'm3/km2', found '%.60s'", text);
        if (n == 0) {
            group = true;
            p++;
            continue;
        }
        GT_TRY(take_factor(p, n, sign, text, out, err));
        p += n;
        if (group && *p == ')') {
            group = false;
            p++;
        }
        if (*p == '\0')
            break;
        if ((*p != '*' && (*p != '/' || group)) || p[1] == '\0')
            return rules_error(err, GT_EINPUT,
                               "expected a unit such as 'm' or 'm3/km2', found '%.60s'", text);
        if (!group)
            sign = *p == '/' ? -1 : 1;
        p++;
    }
    if (group)
        return rules_error(err, GT_EINPUT, "expected ')' in the unit '%.60s'", text);
    return GT_OK;
}

static void add_part(struct gt_buf *b, const struct rules_unit *u, int sign)
{
    size_t start = b->n;
    for (size_t i = 0; i < GT_LEN(symbol); i++) {
        int exponent = u->exp[i] * sign;
        if (exponent <= 0)
            continue;
        gt_buf_add(b, b->n > start ? "*" : "");
        gt_buf_add(b, symbol[i].spelling[0]);
        if (exponent > 4)
            gt_buf_addf(b, "^%d", exponent);
        else if (exponent > 1)
            gt_buf_addf(b, "%d", exponent);
    }
}

const char *rules_unit_text(struct gt_arena *a, const struct rules_unit *u)
{
    int below = 0, above = 0;
    for (size_t i = 0; i < GT_LEN(symbol); i++) {
        above += u->exp[i] > 0;
        below += u->exp[i] < 0;
    }
    struct gt_buf b = {.a = a};
    gt_buf_add(&b, above == 0 && below > 0 ? "1" : "");
    add_part(&b, u, 1);
    if (below > 0) {
        gt_buf_add(&b, below > 1 ? "/(" : "/");
        add_part(&b, u, -1);
        gt_buf_add(&b, below > 1 ? ")" : "");
    }
    return b.p;
}

bool rules_unit_bare(const struct rules_unit *u)
{
    static const struct rules_unit bare;
    return memcmp(u, &bare, sizeof bare) == 0;
}

bool rules_unit_class(const struct rules_unit *u)
{
    struct rules_unit class = {0};
    class.exp[CLASS] = 1;
    return memcmp(u, &class, sizeof class) == 0;
}

bool rules_unit_fits(const char *a, const char *b)
{
    return a[0] == '\0' || b[0] == '\0' || strcmp(a, b) == 0;
}

const char *rules_unit_show(const char *unit)
{
    return unit[0] ? unit : "no unit";
}
