/* read.c: reading the YAML of rules: messages that know their place, texts, numbers, choices. */
#include "rules_int.h"

#include <stdio.h>
#include <string.h>

/* ---- Messages -------------------------------------------------------------------------------- */

/* Length of the printable UTF-8 letter at p, 0 where there is none. */
static size_t letter(const unsigned char *p)
{
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    bool control = p[0] < 0x20 || p[0] == 0x7F || (p[0] == 0xC2 && p[1] < 0xA0);
    return control || !gt_is_utf8((const char *)p, n) ? 0 : n;
}

/* Drops what a message must not hold: halves of letters that a length cut, control characters. */
static void clean(char *text)
{
    char *to = text;
    for (const char *p = text; *p;) {
        size_t n = letter((const unsigned char *)p);
        for (size_t i = 0; i < n; i++)
            *to++ = p[i];
        p += n > 0 ? n : 1;
    }
    *to = '\0';
}

GT_PRINTF(3, 0)
static void print(char *text, size_t size, const char *fmt, va_list args)
{
    vsnprintf(text, size, fmt, args);
    clean(text);
}

enum gt_status rules_error(struct gt_err *err, enum gt_status status, const char *fmt, ...)
{
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    print(text, sizeof text, fmt, args);
    va_end(args);
    return gt_fail(err, status, "%s", text);
}

enum gt_status rules_fail(const struct gt_yaml *at, struct gt_err *err, const char *fmt, ...)
{
    char text[800];
    va_list args;
    va_start(args, fmt);
    print(text, sizeof text, fmt, args);
    va_end(args);
    if (at->line == 0)
        return rules_error(err, GT_EINPUT, "%s: %s", at->file, text);
    return gt_yaml_fail(at, err, "%s", text);
}

enum gt_status rules_wrap(const struct gt_yaml *at, enum gt_status status, struct gt_err *err)
{
    if (at->line == 0)
        (void)gt_wrap(err, "%s", at->file);
    else
        (void)gt_wrap(err, "%s:%d:%d", at->file, at->line, at->col);
    return status;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to change, add, drop or swap with their neighbour. */
static size_t distance(const char *a, const char *b)
{
    enum { MAX = 64 };
    size_t rows[3][MAX + 1], n = strlen(a), m = strlen(b);
    if (n > MAX || m > MAX)
        return MAX;
    size_t *above = rows[0], *before = rows[1], *now = rows[2];
    for (size_t j = 0; j <= m; j++) {
        before[j] = j;
        above[j] = 0;
    }
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t cost =
                least(before[j - 1] + (a[i - 1] != b[j - 1]), least(before[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost = least(cost, above[j - 2] + 1);
            now[j] = cost;
        }
        size_t *old = above;
        above = before;
        before = now;
        now = old;
    }
    return before[m];
}

const char *rules_hint(char buf[static RULES_HINT], const char *word, const char *const *known,
                       size_t n)
{
    size_t best = 1 + strlen(word) / 3, found = n;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, known[i]);
        if (d < best || (d == best && found == n)) {
            best = d;
            found = i;
        }
    }
    buf[0] = '\0';
    if (found < n)
        snprintf(buf, RULES_HINT, "; did you mean '%s'?", known[found]);
    return buf;
}

/* ---- Maps and texts -------------------------------------------------------------------------- */

static const char *kind_title(enum gt_yaml_kind kind)
{
    static const char *const title[] = {
        [GT_YAML_SCALAR] = "a single value", [GT_YAML_SEQ] = "a list", [GT_YAML_MAP] = "a map"};
    return title[kind];
}

enum gt_status rules_want(const struct gt_yaml *y, enum gt_yaml_kind kind, const char *what,
                          struct gt_err *err)
{
    if (y->kind == kind)
        return GT_OK;
    if (y->kind == GT_YAML_SCALAR && y->text[0] == '\0')
        return rules_fail(y, err, "%s: expected %s, found nothing", what, kind_title(kind));
    return rules_fail(y, err, "%s: expected %s, found %s", what, kind_title(kind),
                      kind_title(y->kind));
}

/* Cuts a text of words divided by blanks into at most `max` words in buf. */
static size_t split(const char *words, char buf[static 512], const char *out[static 64])
{
    size_t n = 0;
    snprintf(buf, 512, "%s", words);
    for (char *p = buf, *end; *p && n < 64; p = end) {
        end = p + strcspn(p, " ");
        if (*end)
            *end++ = '\0';
        out[n++] = p;
    }
    return n;
}

static int word_index(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, words[i]) == 0)
            return (int)i;
    return -1;
}

enum gt_status rules_known(const struct gt_yaml *map, const char *known, struct gt_err *err)
{
    char buf[512], hint[RULES_HINT];
    const char *words[64];
    size_t n = split(known, buf, words);
    for (const struct gt_yaml *c = map->child; c; c = c->next) {
        if (word_index(c->key, words, n) >= 0)
            continue;
        rules_hint(hint, c->key, words, n);
        struct gt_yaml at = *c;
        at.line = c->line == 0 ? 0 : c->key_line;
        at.col = c->key_col;
        if (hint[0])
            return rules_fail(&at, err, "unknown key '%.60s'%s", c->key, hint);
        return rules_fail(&at, err, "unknown key '%.60s'; known here: %s", c->key, known);
    }
    return GT_OK;
}

enum gt_status rules_need(const struct gt_yaml *map, const char *key, struct gt_yaml **out,
                          struct gt_err *err)
{
    *out = gt_yaml_find(map, key);
    if (!*out)
        return rules_fail(map, err, "expected the key '%s', found none", key);
    return GT_OK;
}

enum gt_status rules_text(const struct gt_yaml *map, const char *key, const char **out,
                          struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(map, key);
    if (!y)
        return GT_OK;
    GT_TRY(rules_want(y, GT_YAML_SCALAR, key, err));
    *out = y->text;
    return GT_OK;
}

enum gt_status rules_bool(const struct gt_yaml *map, const char *key, bool *out, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(map, key);
    int i;
    if (!y)
        return GT_OK;
    GT_TRY(rules_choice(y, key, "false true", &i, err));
    *out = i == 1;
    return GT_OK;
}

enum gt_status rules_choice(const struct gt_yaml *y, const char *what, const char *words, int *out,
                            struct gt_err *err)
{
    char buf[512], hint[RULES_HINT];
    const char *word[64];
    size_t n = split(words, buf, word);
    GT_TRY(rules_want(y, GT_YAML_SCALAR, what, err));
    *out = word_index(y->text, word, n);
    if (*out >= 0)
        return GT_OK;
    return rules_fail(y, err, "%s: expected one of: %s; found '%.60s'%s", what, words, y->text,
                      rules_hint(hint, y->text, word, n));
}

enum gt_status rules_unit_key(struct gt_arena *a, const struct gt_yaml *map, const char *key,
                              const char **out, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(map, key);
    struct rules_unit u;
    if (!y)
        return GT_OK;
    GT_TRY(rules_want(y, GT_YAML_SCALAR, key, err));
    if (y->text[0] == '\0')
        return rules_fail(y, err, "%s: expected a unit (1 for a bare number), found nothing", key);
    enum gt_status status = rules_unit_parse(y->text, &u, err);
    if (status != GT_OK)
        return rules_wrap(y, status, err);
    *out = rules_unit_text(a, &u);
    return GT_OK;
}

enum gt_status rules_evidence(const struct gt_yaml *map, enum gt_evidence *out, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(map, "evidence");
    int i;
    if (!y)
        return GT_OK;
    GT_TRY(rules_choice(y, "evidence", "verified code unverified", &i, err));
    *out = (enum gt_evidence)i;
    return GT_OK;
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 128)
            return false;
    return true;
}

/* An empty title counts as none. */
static const char *filled(const char *text)
{
    return text && text[0] ? text : NULL;
}

enum gt_status rules_title(const struct gt_yaml *map, const char *key, struct gt_text2 *out,
                           struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(map, key);
    if (!y)
        return GT_OK;
    if (y->kind == GT_YAML_SCALAR) {
        bool ascii = is_ascii(y->text);
        *out =
            (struct gt_text2){.en = ascii ? filled(y->text) : NULL, .zh = ascii ? NULL : y->text};
        return GT_OK;
    }
    GT_TRY(rules_want(y, GT_YAML_MAP, key, err));
    GT_TRY(rules_known(y, "zh en", err));
    GT_TRY(rules_text(y, "zh", &out->zh, err));
    GT_TRY(rules_text(y, "en", &out->en, err));
    *out = (struct gt_text2){.en = filled(out->en), .zh = filled(out->zh)};
    return GT_OK;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

enum gt_status rules_find_number(const struct gt_ruleset *set, const char *id,
                                 const struct gt_number **out, struct gt_err *err)
{
    char hint[RULES_HINT] = "";
    if (!set)
        return rules_error(err, GT_EINPUT,
                           "$%.80s: numbers of a rule set are for models that name one "
                           "(rules: ID)",
                           id);
    *out = gt_ruleset_number(set, id);
    if (*out)
        return GT_OK;
    const char *known[1024];
    size_t n = set->n_numbers < GT_LEN(known) ? set->n_numbers : GT_LEN(known);
    for (size_t i = 0; i < n; i++)
        known[i] = set->numbers[i].id;
    return rules_error(err, GT_EINPUT, "the rule set %s has no number '%.80s'%s", set->id, id,
                       rules_hint(hint, id, known, n));
}

enum gt_status rules_num(const struct gt_yaml *y, struct rules_num *opt, double *out,
                         struct gt_err *err)
{
    const struct gt_number *number;
    GT_TRY(rules_want(y, GT_YAML_SCALAR, y->key ? y->key : "value", err));
    if (y->text[0] != '$') {
        if (gt_parse_num(y->text, out))
            return GT_OK;
        return rules_fail(y, err, "%s%sexpected a number, found '%.60s'", y->key ? y->key : "",
                          y->key ? ": " : "", y->text);
    }
    enum gt_status status = rules_find_number(opt ? opt->set : NULL, y->text + 1, &number, err);
    if (status != GT_OK)
        return rules_wrap(y, status, err);
    bool fits = !opt->unit || number->unit[0] == '\0' || strcmp(number->unit, opt->unit) == 0;
    if (!fits)
        return rules_fail(y, err, "expected a %s%s, found $%s in %s",
                          opt->unit[0] ? "number in " : "bare number", opt->unit, number->id,
                          number->unit);
    opt->used = number;
    *out = number->v;
    return GT_OK;
}

enum gt_status rules_code(const struct gt_yaml *y, double *out, struct gt_err *err)
{
    int64_t code;
    GT_TRY(rules_want(y, GT_YAML_SCALAR, y->key ? y->key : "code", err));
    if (!gt_parse_int(y->text, &code) || code < -32767 || code > 32767)
        return rules_fail(y, err, "expected a code (a whole number), found '%.60s'", y->text);
    *out = (double)code;
    return GT_OK;
}
