/* expr_parse.c: the expression language from text to tree. Grammar: docs/expressions.md. */
#include "rules_int.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_BYTES 4096
#define MAX_LEVELS 64   /* of the tree */
#define MAX_NESTING 256 /* of the parser: parentheses count too */

enum token_kind { END, NUMBER, TEXT, NAME, RULE, MARK };

struct parser {
    struct gt_arena *a;
    const char *source;
    struct gt_err *err;
    const char *next;  /* behind the token */
    const char *start; /* of the token */
    enum token_kind kind;
    bool quoted;      /* NAME in quotes: never a keyword or a function */
    const char *text; /* NAME, TEXT, RULE, MARK; NUMBER as written */
    double num;
    int nesting;
};

/* How tightly an operator binds; operands of a level are of the levels behind it. */
enum level { ANY, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER };

static const struct {
    const char *text;
    enum level level;
    enum gt_expr_op op;
} operators[] = {
    {"or", OR, GT_X_OR},      {"and", AND, GT_X_AND},   {"=", COMPARE, GT_X_EQ},
    {"<>", COMPARE, GT_X_NE}, {"<=", COMPARE, GT_X_LE}, {"<", COMPARE, GT_X_LT},
    {">=", COMPARE, GT_X_GE}, {">", COMPARE, GT_X_GT},  {"in", COMPARE, GT_X_IN},
    {"+", SUM, GT_X_ADD},     {"-", SUM, GT_X_SUB},     {"*", PRODUCT, GT_X_MUL},
    {"/", PRODUCT, GT_X_DIV}, {"^", POWER, GT_X_POW},
};

static const struct {
    const char *name;
    enum gt_expr_op op;
    int least, most;
} functions[] = {
    {"if", GT_X_IF, 3, 3},
    {"min", GT_X_MIN, 2, 64},
    {"max", GT_X_MAX, 2, 64},
    {"abs", GT_X_ABS, 1, 1},
    {"sqrt", GT_X_SQRT, 1, 1},
    {"exp", GT_X_EXP, 1, 1},
    {"ln", GT_X_LN, 1, 1},
    {"log10", GT_X_LOG10, 1, 1},
    {"sin_deg", GT_X_SIN_DEG, 1, 1},
    {"floor", GT_X_FLOOR, 1, 1},
    {"ceil", GT_X_CEIL, 1, 1},
    {"round", GT_X_ROUND, 1, 1},
    {"clamp", GT_X_CLAMP, 3, 3},
    {"isnodata", GT_X_ISNODATA, 1, 1},
    {"coalesce", GT_X_COALESCE, 2, 64},
};

/* ---- Messages -------------------------------------------------------------------------------- */

static int characters(const char *from, const char *to)
{
    int n = 0;
    for (; from < to; from++)
        n += ((unsigned char)*from & 0xC0) != 0x80;
    return n;
}

GT_PRINTF(3, 4)
static enum gt_status fail_at(struct parser *p, const char *at, const char *fmt, ...)
{
    char text[600];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return rules_error(p->err, GT_EINPUT, "expression: position %d: %s",
                       characters(p->source, at) + 1, text);
}

static const char *found(const struct parser *p)
{
    if (p->kind == END)
        return "the end";
    return gt_printf(p->a, p->kind == TEXT ? "the text '%.60s'" : "'%.60s'", p->text);
}

/* ---- Tokens ---------------------------------------------------------------------------------- */

/* Length of the letter at p if a name may hold it: A-Z a-z _ and U+4E00..U+9FA5; else 0. */
static size_t name_letter(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    if ((u[0] >= 'A' && u[0] <= 'Z') || (u[0] >= 'a' && u[0] <= 'z') || u[0] == '_')
        return 1;
    if (u[0] < 0xE4 || u[0] > 0xE9 || (u[1] & 0xC0) != 0x80 || (u[2] & 0xC0) != 0x80)
        return 0;
    unsigned letter = ((u[0] & 15u) << 12) | ((u[1] & 63u) << 6) | (u[2] & 63u);
    return letter >= 0x4E00 && letter <= 0x9FA5 ? 3 : 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *p)
{
    while (is_digit(*p))
        p++;
    return p;
}

static enum gt_status take_number(struct parser *p)
{
    const char *q = skip_digits(p->start);
    if (*q == '.')
        q = skip_digits(q + 1);
    if (*q == 'e' || *q == 'E') {
        const char *digits = q + 1 + (q[1] == '+' || q[1] == '-');
        q = is_digit(*digits) ? skip_digits(digits) : q;
    }
    p->kind = NUMBER;
    p->next = q;
    p->text = gt_strndup(p->a, p->start, (size_t)(q - p->start));
    /* ".5" and "5." are numbers here; the strict reader wants digits on both sides. */
    const char *dot = strchr(p->text, '.');
    const char *whole = p->text;
    if (dot)
        whole = gt_printf(p->a, "%s%.*s.%s%s", dot == p->text ? "0" : "", (int)(dot - p->text),
                          p->text, is_digit(dot[1]) ? "" : "0", dot + 1);
    if (!gt_parse_num(whole, &p->num))
        return fail_at(p, p->start, "expected a number that a double can hold, found '%.60s'",
                       p->text);
    return GT_OK;
}

/* 'text' or "name"; the quote is written twice inside. */
static enum gt_status take_quoted(struct parser *p, char quote)
{
    struct gt_buf b = {.a = p->a};
    const char *q = p->start + 1;
    gt_buf_add(&b, "");
    for (;; q++) {
        if (*q == '\0')
            return fail_at(p, p->start, "expected %c at the end of the %s, found the end", quote,
                           quote == '"' ? "name" : "text");
        if (*q == quote && *++q != quote)
            break;
        gt_buf_addn(&b, q, 1);
    }
    p->kind = quote == '"' ? NAME : TEXT;
    p->quoted = true;
    p->text = b.p;
    p->next = q;
    if (quote == '"' && b.n == 0)
        return fail_at(p, p->start, "expected a name between the quotes, found nothing");
    return GT_OK;
}

static enum gt_status take_rule_number(struct parser *p)
{
    const char *q = p->start + 1;
    while (is_digit(*q) || *q == '.' || *q == '_' || (*q >= 'a' && *q <= 'z') ||
           (*q >= 'A' && *q <= 'Z'))
        q++;
    if (q == p->start + 1)
        return fail_at(p, p->start, "expected the id of a rule number behind '$'");
    p->kind = RULE;
    p->next = q;
    p->text = gt_strndup(p->a, p->start, (size_t)(q - p->start));
    return GT_OK;
}

static enum gt_status take_mark(struct parser *p)
{
    static const struct {
        const char *mark, *instead;
    } wrong[] = {{"==", "="}, {"!=", "<>"}, {"&&", "and"}, {"||", "or"}, {"**", "^"}};
    for (size_t i = 0; i < GT_LEN(wrong); i++)
        if (strncmp(p->start, wrong[i].mark, 2) == 0)
            return fail_at(p, p->start, "'%s' is written '%s' here", wrong[i].mark,
                           wrong[i].instead);
    static const char *const marks[] = {"<>", "<=", ">=", "<", ">", "=", "+",
                                        "-",  "*",  "/",  "^", "(", ")", ","};
    for (size_t i = 0; i < GT_LEN(marks); i++) {
        size_t n = strlen(marks[i]);
        if (strncmp(p->start, marks[i], n) != 0)
            continue;
        p->kind = MARK;
        p->text = marks[i];
        p->next = p->start + n;
        return GT_OK;
    }
    size_t n = 1;
    while (((unsigned char)p->start[n] & 0xC0) == 0x80)
        n++;
    return fail_at(p, p->start, "unexpected character '%.*s'", (int)n, p->start);
}

static enum gt_status advance(struct parser *p)
{
    const char *q = p->next;
    while (*q == ' ' || *q == '\t' || *q == '\n' || *q == '\r')
        q++;
    p->start = p->next = q;
    p->quoted = false;
    if (*q == '\0') {
        p->kind = END;
        return GT_OK;
    }
    if (is_digit(*q) || (*q == '.' && is_digit(q[1])))
        return take_number(p);
    if (*q == '\'' || *q == '"')
        return take_quoted(p, *q);
    if (*q == '$')
        return take_rule_number(p);
    size_t n = name_letter(q);
    if (n == 0)
        return take_mark(p);
    for (size_t more = n; more > 0; n += more)
        more = is_digit(q[n]) ? 1 : name_letter(q + n);
    p->kind = NAME;
    p->text = gt_strndup(p->a, q, n);
    p->next = q + n;
    return GT_OK;
}

/* Is the token this keyword or mark? Keywords in small or capital letters. */
static bool is(const struct parser *p, const char *text)
{
    if (p->kind == MARK)
        return strcmp(p->text, text) == 0;
    return p->kind == NAME && !p->quoted && strcasecmp(p->text, text) == 0;
}

static enum gt_status expect(struct parser *p, const char *mark, const char *where)
{
    if (!is(p, mark))
        return fail_at(p, p->start, "expected '%s' %s, found %s", mark, where, found(p));
    return advance(p);
}

/* ---- Trees ----------------------------------------------------------------------------------- */

static enum gt_status parse(struct parser *p, enum level level, struct gt_expr **out);

static struct gt_expr *make(struct parser *p, enum gt_expr_op op, const char *at, int n)
{
    struct gt_expr *x = GT_TAKE(p->a, struct gt_expr);
    x->op = op;
    x->name = -1;
    x->at = characters(p->source, at);
    x->n = n;
    x->arg = n > 0 ? GT_TAKE_N(p->a, struct gt_expr *, (size_t)n) : NULL;
    return x;
}

/* "(a, b, ...)": the open parenthesis is the token. The arguments come behind first (may be NULL).
 */
static enum gt_status parse_list(struct parser *p, struct gt_expr *first, struct gt_expr *out)
{
    GT_VEC(struct gt_expr *) args = {0};
    if (first)
        *GT_PUSH(p->a, &args) = first;
    do {
        struct gt_expr *x;
        GT_TRY(advance(p));
        GT_TRY(parse(p, ANY, &x));
        *GT_PUSH(p->a, &args) = x;
    } while (is(p, ","));
    out->arg = args.v;
    out->n = (int)args.n;
    return expect(p, ")", "or ',' in the list");
}

static enum gt_status unknown_function(struct parser *p, const char *name, const char *at)
{
    const char *known[GT_LEN(functions)];
    char hint[RULES_HINT];
    for (size_t i = 0; i < GT_LEN(functions); i++)
        known[i] = functions[i].name;
    return fail_at(p, at, "unknown function '%.60s'%s", name,
                   rules_hint(hint, name, known, GT_LEN(known)));
}

static enum gt_status parse_call(struct parser *p, const char *name, const char *at,
                                 struct gt_expr **out)
{
    size_t i = 0;
    while (i < GT_LEN(functions) && strcasecmp(functions[i].name, name) != 0)
        i++;
    if (i == GT_LEN(functions))
        return unknown_function(p, name, at);
    *out = make(p, functions[i].op, at, 0);
    GT_TRY(parse_list(p, NULL, *out));
    int least = functions[i].least, most = functions[i].most, n = (*out)->n;
    if (n < least || n > most)
        return fail_at(p, at, "%s: expected %s%d argument%s, found %d", functions[i].name,
                       n < least && most > least  ? "at least "
                       : n > most && most > least ? "at most "
                                                  : "",
                       n < least ? least : most, (n < least ? least : most) == 1 ? "" : "s", n);
    return GT_OK;
}

static bool is_keyword(const struct parser *p)
{
    return is(p, "and") || is(p, "or") || is(p, "in") || is(p, "not");
}

static enum gt_status parse_name(struct parser *p, struct gt_expr **out)
{
    const char *name = p->text, *at = p->start;
    bool quoted = p->quoted, nodata = is(p, "nodata");
    GT_TRY(advance(p));
    if (!quoted && is(p, "("))
        return parse_call(p, name, at, out);
    *out = make(p, nodata ? GT_X_NODATA : GT_X_NAME, at, 0);
    (*out)->text = nodata ? NULL : name;
    return GT_OK;
}

static enum gt_status parse_atom(struct parser *p, struct gt_expr **out)
{
    if (is(p, "(")) {
        GT_TRY(advance(p));
        GT_TRY(parse(p, ANY, out));
        return expect(p, ")", "");
    }
    if (p->kind == NAME && !is_keyword(p))
        return parse_name(p, out);
    if (p->kind != NUMBER && p->kind != TEXT && p->kind != RULE)
        return fail_at(p, p->start, "expected a value, found %s", found(p));
    static const enum gt_expr_op op[] = {
        [NUMBER] = GT_X_NUM, [TEXT] = GT_X_TEXT, [RULE] = GT_X_NAME};
    *out = make(p, op[p->kind], p->start, 0);
    (*out)->num = p->kind == NUMBER ? p->num : 0;
    (*out)->text = p->kind == NUMBER ? NULL : p->text;
    return advance(p);
}

static enum gt_status parse_operand(struct parser *p, enum level level, struct gt_expr **out)
{
    bool no = is(p, "not"), minus = is(p, "-");
    if (no && level > NOT)
        return fail_at(p, p->start, "expected a value, found 'not'; put it in parentheses");
    if (!no && !minus)
        return parse_atom(p, out);
    *out = make(p, no ? GT_X_NOT : GT_X_NEG, p->start, 1);
    GT_TRY(advance(p));
    return parse(p, no ? NOT : SIGN, &(*out)->arg[0]);
}

/* Index of the binary operator that the token is, -1: none. */
static int operator_at(const struct parser *p)
{
    for (size_t i = 0; i < GT_LEN(operators); i++)
        if (is(p, operators[i].text))
            return (int)i;
    return -1;
}

/* `left in (...)`, with `not` before it or without; the token is `in` or `not`. */
static enum gt_status parse_in(struct parser *p, struct gt_expr *left, struct gt_expr **out)
{
    const char *at = p->start;
    bool no = is(p, "not");
    struct gt_expr *x = make(p, GT_X_IN, at, 0);
    if (no)
        GT_TRY(advance(p));
    if (!is(p, "in"))
        return fail_at(p, p->start, "expected 'in' behind 'not', found %s", found(p));
    GT_TRY(advance(p));
    if (!is(p, "("))
        return fail_at(p, p->start, "expected '(' behind 'in', found %s", found(p));
    GT_TRY(parse_list(p, left, x));
    *out = x;
    if (no) {
        *out = make(p, GT_X_NOT, at, 1);
        (*out)->arg[0] = x;
    }
    return GT_OK;
}

static enum gt_status parse_binary(struct parser *p, int i, struct gt_expr **left)
{
    enum level level = operators[i].level;
    struct gt_expr *x = make(p, operators[i].op, p->start, 2);
    GT_TRY(advance(p));
    x->arg[0] = *left;
    /* A power's right side binds like a sign: 2^-1, and 2^3^2 = 2^(3^2). */
    GT_TRY(parse(p, level == POWER ? SIGN : (enum level)(level + 1), &x->arg[1]));
    *left = x;
    return GT_OK;
}

static enum gt_status parse(struct parser *p, enum level level, struct gt_expr **out)
{
    if (++p->nesting > MAX_NESTING)
        return fail_at(p, p->start, "expected at most %d parentheses in one another, found more",
                       MAX_NESTING / 2);
    GT_TRY(parse_operand(p, level, out));
    bool compared = false;
    for (;;) {
        bool no = is(p, "not");
        int i = no ? -1 : operator_at(p);
        if (!no && i < 0)
            break;
        enum level found_level = no ? COMPARE : operators[i].level;
        if (found_level < level)
            break;
        if (found_level == COMPARE && compared)
            return fail_at(p, p->start, "comparisons cannot be chained; write 'a < b and b < c'");
        compared = found_level == COMPARE;
        if (no || operators[i].op == GT_X_IN)
            GT_TRY(parse_in(p, *out, out));
        else
            GT_TRY(parse_binary(p, i, out));
    }
    p->nesting--;
    return GT_OK;
}

static int levels(const struct gt_expr *x)
{
    int most = 0;
    for (int i = 0; i < x->n; i++) {
        int below = levels(x->arg[i]);
        most = below > most ? below : most;
    }
    return most + 1;
}

enum gt_status gt_expr_parse(struct gt_arena *a, const char *text, struct gt_expr **out,
                             struct gt_err *err)
{
    struct parser p = {.a = a, .source = text, .err = err, .next = text, .start = text};
    size_t n = strlen(text);
    *out = NULL;
    if (n > MAX_BYTES)
        return rules_error(err, GT_EINPUT, "expression: expected at most %d bytes, found %zu",
                           MAX_BYTES, n);
    if (!gt_is_utf8(text, n))
        return rules_error(err, GT_EINPUT, "expression: expected UTF-8 text, found other bytes");
    struct gt_expr *x;
    GT_TRY(advance(&p));
    if (p.kind == END)
        return rules_error(err, GT_EINPUT, "expression: expected a value, found nothing");
    GT_TRY(parse(&p, ANY, &x));
    if (p.kind != END)
        return fail_at(&p, p.start, "expected an operator, found %s", found(&p));
    if (levels(x) > MAX_LEVELS)
        return rules_error(err, GT_EINPUT,
                           "expression: expected at most %d levels, found %d; split it over steps",
                           MAX_LEVELS, levels(x));
    *out = x;
    return GT_OK;
}
