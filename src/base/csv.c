/* csv.c: comma-separated text, read strictly, and its cells written. */
#include "guotu/csv.h"
#include "base_int.h"
#include "guotu/io.h"

#include <stdio.h>
#include <string.h>

#define MAX_FILE ((size_t)64 << 20)
#define MAX_COLS 1024

struct reader {
    struct gt_arena *a;
    const char *name;
    const char *p, *end;
    int line;
    char separator;
    GT_VEC(const char *) cell;
    GT_VEC(int) rows; /* lines */
    size_t n_cols;
};

/* ---- Messages -------------------------------------------------------------------------------- */

/* Drops halves of letters that a length cut, and control characters. */
static void clean(char *text)
{
    char *to = text;
    for (size_t n = strlen(text), i = 0; i < n;) {
        size_t len = gt_utf8_len_((const unsigned char *)text + i, n - i);
        bool keep = len > 1 || (len == 1 && (unsigned char)text[i] >= 0x20 && text[i] != 0x7F);
        for (size_t k = 0; keep && k < len; k++)
            *to++ = text[i + k];
        i += len > 0 ? len : 1;
    }
    *to = '\0';
}

static enum gt_status say(struct gt_err *err, const char *fmt, ...) GT_PRINTF(2, 3);
static enum gt_status say(struct gt_err *err, const char *fmt, ...)
{
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    clean(text);
    return gt_fail(err, GT_EINPUT, "%s", text);
}

static enum gt_status fail(const struct reader *r, int line, struct gt_err *err, const char *what)
{
    return say(err, "%s:%d: %s", r->name, line, what);
}

/* ---- Cells ----------------------------------------------------------------------------------- */

static bool at_end_of_cell(const struct reader *r)
{
    return r->p == r->end || *r->p == r->separator || *r->p == '\n' ||
           (*r->p == '\r' && r->p + 1 < r->end && r->p[1] == '\n');
}

/* p is behind the first quote. */
static enum gt_status read_quoted(struct reader *r, const char **out, struct gt_err *err)
{
    struct gt_buf b = {.a = r->a};
    int first = r->line;
    for (;;) {
        if (r->p == r->end)
            return fail(r, first, err, "expected a second '\"', found the end of the file");
        char c = *r->p++;
        if (c == '\n')
            r->line++;
        if (c == '"' && (r->p == r->end || *r->p != '"'))
            break;
        if (c == '"')
            r->p++;
        gt_buf_addn(&b, &c, 1);
    }
    if (!at_end_of_cell(r))
        return fail(r, r->line, err, "expected a separator or the line's end behind '\"'");
    *out = b.p ? b.p : "";
    return GT_OK;
}

static enum gt_status read_cell(struct reader *r, const char **out, struct gt_err *err)
{
    if (r->p < r->end && *r->p == '"') {
        r->p++;
        return read_quoted(r, out, err);
    }
    const char *from = r->p;
    while (!at_end_of_cell(r)) {
        if (*r->p == '"')
            return fail(r, r->line, err, "expected a cell with '\"' to begin with it");
        r->p++;
    }
    *out = gt_strndup(r->a, from, (size_t)(r->p - from));
    return GT_OK;
}

static enum gt_status read_row(struct reader *r, struct gt_err *err)
{
    int first = r->line;
    size_t n = 0;
    for (bool more = true; more; n++) {
        const char *text;
        GT_TRY(read_cell(r, &text, err));
        *GT_PUSH(r->a, &r->cell) = text;
        more = r->p < r->end && *r->p == r->separator;
        r->p += more;
    }
    if (r->p < r->end && *r->p == '\r')
        r->p++;
    if (r->p < r->end && *r->p == '\n')
        r->p++;
    r->line++;
    if (r->n_cols == 0)
        r->n_cols = n;
    if (n != r->n_cols)
        return say(err, "%s:%d: expected %zu cells as in the header, found %zu", r->name, first,
                   r->n_cols, n);
    *GT_PUSH(r->a, &r->rows) = first;
    return GT_OK;
}

static bool pass_empty_line(struct reader *r)
{
    size_t n = r->p < r->end && *r->p == '\r' ? 1 : 0;
    if (r->p + n >= r->end || r->p[n] != '\n')
        return false;
    r->p += n + 1;
    r->line++;
    return true;
}

/* ---- Tables ---------------------------------------------------------------------------------- */

static enum gt_status check_header(const struct reader *r, struct gt_err *err)
{
    if (r->rows.n == 0)
        return fail(r, 1, err, "expected a header row with the names of the columns, found none");
    if (r->n_cols > MAX_COLS)
        return fail(r, 1, err, "expected at most 1024 columns");
    for (size_t i = 0; i < r->n_cols; i++) {
        if (r->cell.v[i][0] == '\0')
            return say(err, "%s:%d: column %zu: expected a name, found nothing", r->name,
                       r->rows.v[0], i + 1);
        for (size_t j = 0; j < i; j++)
            if (strcmp(r->cell.v[i], r->cell.v[j]) == 0)
                return say(err, "%s:%d: the column '%.60s' is there twice", r->name, r->rows.v[0],
                           r->cell.v[i]);
    }
    return GT_OK;
}

enum gt_status gt_csv_parse_by(struct gt_arena *a, const char *name, struct gt_str text,
                               char separator, struct gt_csv *out, struct gt_err *err)
{
    struct reader r = {.a = a,
                       .name = name,
                       .separator = separator,
                       .p = text.p ? text.p : "",
                       .end = text.p ? text.p + text.n : "",
                       .line = 1};
    *out = (struct gt_csv){.file = gt_strdup(a, name)};
    if (text.n > 0 && memchr(text.p, '\0', text.n))
        return fail(&r, 1, err, "expected text, found a zero byte");
    if (text.n > 0 && !gt_is_utf8(text.p, text.n))
        return fail(&r, 1, err, "expected text in UTF-8; save the table as CSV in UTF-8");
    if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
        r.p += 3;
    while (r.p < r.end) {
        if (pass_empty_line(&r))
            continue;
        GT_TRY(read_row(&r, err));
    }
    GT_TRY(check_header(&r, err));
    out->n_cols = r.n_cols;
    out->n = r.rows.n - 1;
    out->col = r.cell.v;
    out->cell = r.cell.v + r.n_cols;
    out->line = r.rows.v + 1;
    return GT_OK;
}

enum gt_status gt_csv_parse(struct gt_arena *a, const char *name, struct gt_str text,
                            struct gt_csv *out, struct gt_err *err)
{
    return gt_csv_parse_by(a, name, text, ',', out, err);
}

enum gt_status gt_csv_load(struct gt_arena *a, const char *path, struct gt_csv *out,
                           struct gt_err *err)
{
    struct gt_str text;
    GT_TRY(gt_file_get(a, path, MAX_FILE, &text, err));
    return gt_csv_parse(a, path, text, out, err);
}

int gt_csv_find(const struct gt_csv *t, const char *name)
{
    for (size_t i = 0; i < t->n_cols; i++)
        if (strcmp(t->col[i], name) == 0)
            return (int)i;
    return -1;
}

enum gt_status gt_csv_columns(const struct gt_csv *t, const char *const *name, size_t n, size_t *at,
                              struct gt_err *err)
{
    for (size_t i = 0; i < n; i++) {
        int k = gt_csv_find(t, name[i]);
        if (k < 0)
            return say(err, "%s: expected a column '%s', found none", t->file, name[i]);
        at[i] = (size_t)k;
    }
    for (size_t k = 0; k < t->n_cols; k++) {
        bool known = false;
        for (size_t i = 0; i < n; i++)
            known = known || at[i] == k;
        if (!known)
            return say(err, "%s: unknown column '%.60s'", t->file, t->col[k]);
    }
    return GT_OK;
}

const char *gt_csv_cell(const struct gt_csv *t, size_t row, size_t col)
{
    return t->cell[row * t->n_cols + col];
}

enum gt_status gt_csv_fail(const struct gt_csv *t, size_t row, struct gt_err *err, const char *fmt,
                           ...)
{
    char text[800];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return say(err, "%s:%d: %s", t->file, t->line[row], text);
}

void gt_csv_put(struct gt_buf *b, bool first, const char *text)
{
    if (!first)
        gt_buf_add(b, ",");
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        gt_buf_add(b, text);
        return;
    }
    gt_buf_add(b, "\"");
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            gt_buf_add(b, "\"");
        gt_buf_addn(b, p, 1);
    }
    gt_buf_add(b, "\"");
}
