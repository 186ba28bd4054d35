/* xlsx.c: tables as a workbook (XLSX), one sheet each. */
#include "guotu/atlas.h"

#include <math.h>
#include <string.h>
#include <xlsxwriter.h>

/* Letters of a column: a Chinese one is about two wide. */
static double width_of(struct gt_arena *a, const struct gt_table *t, size_t col, enum gt_lang lang)
{
    const size_t rows = gt_table_rows(t) < 200 ? gt_table_rows(t) : 200;
    size_t most = strlen(gt_table_col(t, col)->title[lang]);
    for (size_t i = 0; i < rows; i++) {
        const size_t n = strlen(gt_table_text(a, t, i, col));
        most = n > most ? n : most;
    }
    const double width = (double)most * 0.8 + 2;
    return width < 8 ? 8 : width > 60 ? 60 : width;
}

static void head(lxw_worksheet *sheet, lxw_format *bold, const struct gt_table *t,
                 enum gt_lang lang, struct gt_arena *a)
{
    for (size_t c = 0; c < gt_table_cols(t); c++) {
        const struct gt_col *col = gt_table_col(t, c);
        const char *title = col->title[lang];
        if (col->unit && *col->unit)
            title = gt_printf(a, "%s (%s)", title, col->unit);
        worksheet_set_column(sheet, (lxw_col_t)c, (lxw_col_t)c, width_of(a, t, c, lang), NULL);
        worksheet_write_string(sheet, 0, (lxw_col_t)c, title, bold);
    }
    worksheet_freeze_panes(sheet, 1, 0);
}

static void body(lxw_worksheet *sheet, const struct gt_table *t, struct gt_arena *a)
{
    for (size_t r = 0; r < gt_table_rows(t); r++)
        for (size_t c = 0; c < gt_table_cols(t); c++) {
            const lxw_row_t row = (lxw_row_t)r + 1;
            const double v = gt_table_num(t, r, c);
            const char *text = gt_table_text(a, t, r, c);
            if (isfinite(v))
                worksheet_write_number(sheet, row, (lxw_col_t)c, v, NULL);
            else if (*text)
                worksheet_write_string(sheet, row, (lxw_col_t)c, text, NULL);
        }
}

enum gt_status gt_xlsx_write(const char *path, const struct gt_sheet *sheet, size_t n,
                             enum gt_lang lang, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *slash = strrchr(path, '/');
    char *dir = slash ? gt_strndup(a, path, (size_t)(slash - path)) : gt_strdup(a, ".");
    lxw_workbook_options options = {.constant_memory = LXW_FALSE, .tmpdir = dir};
    for (size_t i = 0; i < n; i++)
        if (gt_table_rows(sheet[i].table) >= 1048575)
            return gt_fail(err, GT_ETOOBIG, "%s: a sheet holds 1,048,575 rows, found %zu", path,
                           gt_table_rows(sheet[i].table));
    lxw_workbook *book = workbook_new_opt(path, &options);
    if (!book)
        return gt_fail(err, GT_EIO, "%s: cannot be written", path);
    /* the same content, the same bytes: the time of writing is left out */
    lxw_doc_properties properties = {.created = 946684800};
    workbook_set_properties(book, &properties);
    lxw_format *bold = workbook_add_format(book);
    format_set_bold(bold);
    format_set_bg_color(bold, 0xE8EEF4);
    for (size_t i = 0; i < n; i++) {
        lxw_worksheet *ws = workbook_add_worksheet(book, sheet[i].name);
        if (!ws)
            continue; /* said by the close */
        head(ws, bold, sheet[i].table, lang, a);
        body(ws, sheet[i].table, a);
    }
    const lxw_error status = workbook_close(book);
    if (status != LXW_NO_ERROR)
        return gt_fail(err, GT_EIO, "%s: cannot be written: %s", path, lxw_strerror(status));
    return GT_OK;
}
