/* export_table.c: a table as CSV (RFC 4180, UTF-8 with its mark, as spreadsheets read it). */
#include "export.h"

#include <string.h>

static void add_text(struct gt_buf *b, const char *text)
{
    bool quote = text[strcspn(text, ",\"\r\n")] != '\0' || text[0] == ' ';
    if (quote)
        gt_buf_add(b, "\"");
    for (; *text; text++)
        gt_buf_addn(b, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    if (quote)
        gt_buf_add(b, "\"");
}

enum gt_status gt_export_table(struct gt_exporting *e, struct gt_err *err)
{
    const struct gt_features *f;
    struct gt_buf b = {.a = e->a};
    GT_TRY(gt_store_features(e->s, e->a, e->d, &f, err));
    gt_buf_add(&b, "\xef\xbb\xbf");
    for (size_t j = 0; j < f->n_fields; j++) {
        gt_buf_add(&b, j ? "," : "");
        add_text(&b, f->field[j]);
    }
    gt_buf_add(&b, "\r\n");
    for (size_t i = 0; i < f->n_rows; i++) {
        for (size_t j = 0; j < f->n_fields; j++) {
            const struct gt_value *v = &f->value[i * f->n_fields + j];
            char number[32];
            gt_buf_add(&b, j ? "," : "");
            if (v->kind != GT_V_NODATA)
                add_text(&b, v->kind == GT_V_TEXT ? v->text : gt_fmt_num(v->num, number));
        }
        gt_buf_add(&b, "\r\n");
    }
    return gt_file_put(e->path, b.p, b.n, err);
}
