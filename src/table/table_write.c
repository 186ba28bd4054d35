/* table_write.c: tables as CSV, aligned text and HTML. */
#include "table_int.h"

#include <string.h>

const char *gt_table_heading(struct gt_arena *a, const struct gt_table *t, size_t col,
                             enum gt_lang lang)
{
    const struct gt_col *c = &t->col[col];
    if (!*c->unit)
        return c->title[lang];
    return gt_printf(a, lang == GT_ZH ? "%s（%s）" : "%s (%s)", c->title[lang], c->unit);
}

/* ---- CSV ---- */

static void csv_field(struct gt_buf *b, const char *text)
{
    size_t n = strlen(text);
    bool blank_end = n > 0 && (text[0] == ' ' || text[n - 1] == ' ');
    if (!blank_end && !strpbrk(text, ",\"\r\n")) {
        gt_buf_add(b, text);
        return;
    }
    gt_buf_add(b, "\"");
    for (const char *quote; (quote = strchr(text, '"')); text = quote + 1) {
        gt_buf_addn(b, text, (size_t)(quote - text));
        gt_buf_add(b, "\"\"");
    }
    gt_buf_add(b, text);
    gt_buf_add(b, "\"");
}

char *gt_table_to_csv(struct gt_arena *a, const struct gt_table *t, enum gt_lang lang)
{
    struct gt_buf b = {.a = a};
    gt_buf_add(&b, "\xEF\xBB\xBF");
    for (size_t c = 0; c < t->n; c++) {
        gt_buf_add(&b, c > 0 ? "," : "");
        csv_field(&b, gt_table_heading(a, t, c, lang));
    }
    gt_buf_add(&b, "\r\n");
    for (size_t r = 0; r < t->row.n; r++) {
        for (size_t c = 0; c < t->n; c++) {
            gt_buf_add(&b, c > 0 ? "," : "");
            csv_field(&b, gt_table_text(a, t, r, c));
        }
        gt_buf_add(&b, "\r\n");
    }
    return b.p;
}

/* ---- Aligned text ---- */

struct range {
    uint32_t first, last;
};

/* Unicode 15, EastAsianWidth W and F, in ranges that also cover what is unassigned in them. */
static const struct range wide[] = {
    {0x1100, 0x115F},   {0x2329, 0x232A},   {0x2E80, 0x303E},   {0x3041, 0x4DBF},
    {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x16FE0, 0x18DFF}, {0x1AFF0, 0x1B2FF}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

/* Marks that stand on or under the letter before them, Tibetan among them, and invisible ones. */
static const struct range none[] = {
    {0x0300, 0x036F}, {0x0F18, 0x0F19}, {0x0F35, 0x0F35}, {0x0F37, 0x0F37}, {0x0F39, 0x0F39},
    {0x0F71, 0x0F7E}, {0x0F80, 0x0F84}, {0x0F86, 0x0F87}, {0x0F8D, 0x0FBC}, {0x0FC6, 0x0FC6},
    {0x200B, 0x200F}, {0x20D0, 0x20F0}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
};

static bool in(const struct range *r, size_t n, uint32_t letter)
{
    for (size_t i = 0; i < n; i++)
        if (letter >= r[i].first && letter <= r[i].last)
            return true;
    return false;
}

/* The letter at p, of which n bytes; a byte that begins none counts as one letter. */
static uint32_t letter_at(const unsigned char *p, size_t *n)
{
    static const uint32_t mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    size_t want = *p < 0x80                 ? 1
                  : *p >= 0xC0 && *p < 0xE0 ? 2
                  : *p >= 0xE0 && *p < 0xF0 ? 3
                  : *p >= 0xF0              ? 4
                                            : 1;
    uint32_t letter = *p & mask[want];
    for (*n = 1; *n < want && (p[*n] & 0xC0) == 0x80; ++*n)
        letter = letter << 6 | (p[*n] & 0x3F);
    if (*n == want)
        return letter;
    *n = 1;
    return 0xFFFD;
}

static size_t width(const char *text)
{
    size_t total = 0, n;
    for (const unsigned char *p = (const unsigned char *)text; *p; p += n) {
        uint32_t letter = letter_at(p, &n);
        total += in(wide, GT_LEN(wide), letter) ? 2 : in(none, GT_LEN(none), letter) ? 0 : 1;
    }
    return total;
}

/* Control characters would break the lines. */
static const char *one_line(struct gt_arena *a, const char *text)
{
    char *copy = gt_strdup(a, text);
    for (char *p = copy; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7F)
            *p = ' ';
    return copy;
}

static void fill(struct gt_buf *b, const char *with, size_t n)
{
    while (n-- > 0)
        gt_buf_add(b, with);
}

/* Numbers to the right; no blanks at the end of a line. */
static void text_line(struct gt_buf *b, const struct gt_table *t, const char *const *cells,
                      const size_t *widths)
{
    size_t owed = 0; /* blanks before the next letter */
    for (size_t c = 0; c < t->n; c++) {
        size_t pad = widths[c] - width(cells[c]);
        bool right = t->col[c].kind != GT_COL_TEXT;
        if (*cells[c]) {
            fill(b, " ", owed + (right ? pad : 0));
            gt_buf_add(b, cells[c]);
            owed = right ? 2 : pad + 2;
        } else {
            owed += widths[c] + 2;
        }
    }
    gt_buf_add(b, "\n");
}

static void rule_line(struct gt_buf *b, const struct gt_table *t, const size_t *widths)
{
    for (size_t c = 0; c < t->n; c++) {
        fill(b, " ", c > 0 ? 2 : 0);
        fill(b, "-", widths[c]);
    }
    gt_buf_add(b, "\n");
}

char *gt_table_to_text(struct gt_arena *a, const struct gt_table *t, enum gt_lang lang)
{
    size_t lines = t->row.n + 1;
    const char **cell = gt_take_n(a, lines * t->n, sizeof *cell);
    size_t *widths = GT_TAKE_N(a, size_t, t->n);
    for (size_t k = 0; k < lines * t->n; k++) {
        size_t r = k / t->n, c = k % t->n;
        cell[k] =
            one_line(a, r == 0 ? gt_table_heading(a, t, c, lang) : gt_table_text(a, t, r - 1, c));
        size_t w = width(cell[k]);
        widths[c] = w > widths[c] ? w : widths[c];
    }
    struct gt_buf b = {.a = a};
    for (size_t r = 0; r < lines; r++) {
        text_line(&b, t, cell + r * t->n, widths);
        if (r == 0)
            rule_line(&b, t, widths);
    }
    return b.p;
}

/* ---- HTML ---- */

static void html_cell(struct gt_buf *b, const char *tag, enum gt_col_kind kind, const char *text)
{
    gt_buf_addf(b, "<%s%s>", tag, kind == GT_COL_TEXT ? "" : " class=\"num\"");
    gt_buf_html(b, text);
    gt_buf_addf(b, "</%s>", tag);
}

void gt_table_to_html(struct gt_buf *b, const struct gt_table *t, enum gt_lang lang)
{
    gt_buf_add(b, "<table>\n<thead><tr>");
    for (size_t c = 0; c < t->n; c++)
        html_cell(b, "th", t->col[c].kind, gt_table_heading(b->a, t, c, lang));
    gt_buf_add(b, "</tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < t->row.n; r++) {
        gt_buf_add(b, "<tr>");
        for (size_t c = 0; c < t->n; c++)
            html_cell(b, "td", t->col[c].kind, gt_table_text(b->a, t, r, c));
        gt_buf_add(b, "</tr>\n");
    }
    gt_buf_add(b, "</tbody>\n</table>\n");
}
