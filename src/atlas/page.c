/* page.c: self-contained HTML pages: style inline, pictures as data, nothing that runs. */
#include "guotu/atlas.h"

#include <string.h>

struct gt_page {
    struct gt_arena *a;
    struct gt_page_head head;
    struct gt_buf b;
    int sections;
};

static const char style[] =
    "@page{size:A4;margin:16mm 14mm}\n"
    "*{box-sizing:border-box}\n"
    "body{font:15px/1.65 \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft "
    "YaHei\",\"PingFang "
    "SC\",sans-serif;color:#1d2226;background:#eceef0;margin:0;-webkit-print-color-adjust:exact;"
    "print-color-adjust:exact}\n"
    "main{max-width:1080px;margin:24px auto;background:#fff;padding:44px 56px 36px;"
    "box-shadow:0 1px 8px rgba(0,0,0,.14)}\n"
    "h1{font-size:29px;line-height:1.3;margin:0 0 6px;text-align:center}\n"
    ".sub{text-align:center;color:#555;margin:0 0 26px;padding-bottom:18px;"
    "border-bottom:3px double #8a8f94}\n"
    "h2{font-size:19px;margin:34px 0 10px;padding-left:11px;border-left:5px solid #25607d;"
    "line-height:1.3;break-after:avoid}\n"
    "p{margin:8px 0}\n"
    ".banner{background:#b3122d;color:#fff;font-weight:700;text-align:center;padding:9px 12px;"
    "letter-spacing:.06em;margin:0 0 22px}\n"
    ".note{border:1px solid;border-left-width:6px;padding:10px 16px;margin:14px 0;"
    "break-inside:avoid}\n"
    ".note strong{display:block;margin-bottom:2px}\n"
    ".note ul{margin:4px 0;padding-left:22px}\n"
    ".warning{border-color:#c98a00;background:#fff7e0}\n"
    ".info{border-color:#25607d;background:#eef5f9}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:10px 0}\n"
    "dt{color:#555}dd{margin:0;overflow-wrap:anywhere}\n"
    ".wide{overflow-x:auto;margin:12px 0;break-inside:avoid-page}\n"
    "table{border-collapse:collapse;width:100%;font-size:14px}\n"
    "caption,figcaption{caption-side:top;text-align:left;font-weight:700;padding:4px 0 6px}\n"
    "figcaption{font-weight:400;color:#555;font-size:13px}\n"
    "th,td{border:1px solid #b9bfc4;padding:5px 9px;text-align:left;vertical-align:top}\n"
    "thead th{background:#e6edf1;border-bottom:2px solid #25607d}\n"
    "thead{display:table-header-group}tr{break-inside:avoid}\n"
    "tbody tr:nth-child(even) td{background:#f8f9fa}\n"
    "td:not(.num){min-width:4.4em}\n"
    ".remark{color:#555;font-size:13px;margin:-6px 0 18px}\n"
    ".num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    "th.num{white-space:normal}\n"
    ".grid{width:auto}.grid td{text-align:center}\n"
    "figure{margin:16px 0;break-inside:avoid}\n"
    ".row{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:0 16px}\n"
    "figure img{width:100%;height:auto;border:1px solid #cdd2d6;display:block}\n"
    ".bar{display:flex;height:30px;margin:12px 0 6px;border:1px solid #777}\n"
    ".bar span{display:block;height:100%}\n"
    ".key{display:flex;flex-wrap:wrap;gap:4px 22px;margin:0 0 14px;padding:0;list-style:none;"
    "font-size:14px}\n"
    ".key i{display:inline-block;width:22px;height:13px;border:1px solid #777;margin-right:7px}\n"
    "footer{margin-top:34px;padding-top:10px;border-top:1px solid #b9bfc4;color:#666;"
    "font-size:13px}\n"
    "@media(max-width:700px){main{padding:20px 14px;margin:0}dl{grid-template-columns:1fr}"
    "dd{margin-bottom:6px}}\n"
    "@media print{body{background:#fff;font-size:10.5pt}main{box-shadow:none;margin:0;padding:0;"
    "max-width:none}table{font-size:9pt}figcaption,.remark{font-size:8.5pt}}\n";

struct gt_page *gt_page_new(struct gt_arena *a, const struct gt_page_head *head)
{
    struct gt_page *p = GT_TAKE(a, struct gt_page);
    p->a = a;
    p->head = *head;
    p->b.a = a;
    gt_buf_addf(&p->b,
                "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
                head->lang == GT_ZH ? "zh-CN" : "en");
    gt_buf_html(&p->b, head->title);
    gt_buf_add(&p->b, "</title>\n<style>\n");
    gt_buf_add(&p->b, style);
    gt_buf_add(&p->b, "</style>\n</head>\n<body>\n<main>\n");
    if (head->banner) {
        gt_buf_add(&p->b, "<div class=\"banner\">");
        gt_buf_html(&p->b, head->banner);
        gt_buf_add(&p->b, "</div>\n");
    }
    gt_buf_add(&p->b, "<h1>");
    gt_buf_html(&p->b, head->title);
    gt_buf_add(&p->b, "</h1>\n<p class=\"sub\">");
    gt_buf_html(&p->b, head->subtitle ? head->subtitle : "");
    gt_buf_add(&p->b, "</p>\n");
    return p;
}

static void element(struct gt_page *p, const char *tag, const char *text)
{
    gt_buf_addf(&p->b, "<%s>", tag);
    gt_buf_html(&p->b, text);
    gt_buf_addf(&p->b, "</%s>\n", tag);
}

void gt_page_heading(struct gt_page *p, const char *text)
{
    gt_buf_addf(&p->b, "<h2>%d&#8194;", ++p->sections);
    gt_buf_html(&p->b, text);
    gt_buf_add(&p->b, "</h2>\n");
}

void gt_page_text(struct gt_page *p, const char *text)
{
    element(p, "p", text);
}

void gt_page_remark(struct gt_page *p, const char *text)
{
    gt_buf_add(&p->b, "<p class=\"remark\">");
    gt_buf_html(&p->b, text);
    gt_buf_add(&p->b, "</p>\n");
}

void gt_page_note(struct gt_page *p, enum gt_page_note kind, const char *heading,
                  const char *const *line, size_t n)
{
    gt_buf_addf(&p->b, "<div class=\"note %s\">\n", kind == GT_PAGE_WARNING ? "warning" : "info");
    element(p, "strong", heading);
    if (n) {
        gt_buf_add(&p->b, "<ul>\n");
        for (size_t i = 0; i < n; i++)
            element(p, "li", line[i]);
        gt_buf_add(&p->b, "</ul>\n");
    }
    gt_buf_add(&p->b, "</div>\n");
}

void gt_page_facts(struct gt_page *p, const char *const (*pair)[2], size_t n)
{
    gt_buf_add(&p->b, "<dl>\n");
    for (size_t i = 0; i < n; i++) {
        element(p, "dt", pair[i][0]);
        element(p, "dd", pair[i][1]);
    }
    gt_buf_add(&p->b, "</dl>\n");
}

/* ---- Tables ---- */

static void caption(struct gt_page *p, const char *text)
{
    if (text)
        element(p, "caption", text);
}

/* The table's own HTML, with a caption behind its first tag. */
void gt_page_table(struct gt_page *p, const struct gt_table *t, const char *text)
{
    static const char first[] = "<table>";
    struct gt_buf body = {.a = p->a};
    gt_table_to_html(&body, t, p->head.lang);
    gt_buf_add(&p->b, "<div class=\"wide\">\n<table>\n");
    caption(p, text);
    gt_buf_add(&p->b, gt_starts(body.p, first) ? body.p + strlen(first) : body.p);
    gt_buf_add(&p->b, "</div>\n");
}

void gt_page_grid(struct gt_page *p, const struct gt_page_grid *g)
{
    gt_buf_add(&p->b, "<div class=\"wide\">\n<table class=\"grid\">\n");
    caption(p, g->caption);
    gt_buf_add(&p->b, "<thead><tr>");
    element(p, "th", g->corner ? g->corner : "");
    for (size_t c = 0; c < g->n_cols; c++)
        element(p, "th", g->col[c]);
    gt_buf_add(&p->b, "</tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < g->n_rows; r++) {
        gt_buf_add(&p->b, "<tr>");
        element(p, "th", g->row[r]);
        for (size_t c = 0; c < g->n_cols; c++) {
            size_t i = r * g->n_cols + c;
            if (g->rgb)
                gt_buf_addf(&p->b, "<td style=\"background:#%06x\">", g->rgb[i]);
            else
                gt_buf_add(&p->b, "<td>");
            gt_buf_html(&p->b, g->cell[i]);
            gt_buf_add(&p->b, "</td>");
        }
        gt_buf_add(&p->b, "</tr>\n");
    }
    gt_buf_add(&p->b, "</tbody>\n</table>\n</div>\n");
}

/* ---- Pictures ---- */

static void base64(struct gt_buf *b, struct gt_str bytes)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char line[4096];
    size_t at = 0;
    for (size_t i = 0; i < bytes.n; i += 3) {
        uint32_t v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < bytes.n ? (unsigned char)bytes.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            line[at++] = i + k > bytes.n ? '=' : digit[v >> (18 - 6 * k) & 63];
        if (at == sizeof line) {
            gt_buf_addn(b, line, at);
            at = 0;
        }
    }
    gt_buf_addn(b, line, at);
}

void gt_page_picture(struct gt_page *p, struct gt_str png, const char *alt, const char *text)
{
    gt_buf_add(&p->b, "<figure>\n<img alt=\"");
    gt_buf_html(&p->b, alt);
    gt_buf_add(&p->b, "\" src=\"data:image/png;base64,");
    base64(&p->b, png);
    gt_buf_add(&p->b, "\">\n");
    if (text)
        element(p, "figcaption", text);
    gt_buf_add(&p->b, "</figure>\n");
}

void gt_page_pictures(struct gt_page *p, const struct gt_page_frame *v, size_t n)
{
    gt_buf_add(&p->b, "<div class=\"row\">\n");
    for (size_t i = 0; i < n; i++)
        gt_page_picture(p, v[i].png, v[i].alt, v[i].caption);
    gt_buf_add(&p->b, "</div>\n");
}

void gt_page_shares(struct gt_page *p, const struct gt_page_share *v, size_t n)
{
    gt_buf_add(&p->b, "<div class=\"bar\">");
    for (size_t i = 0; i < n; i++) {
        if (!(v[i].share > 0))
            continue;
        gt_buf_addf(&p->b, "<span style=\"width:%.3f%%;background:#%06x\" title=\"",
                    v[i].share * 100, v[i].rgb);
        gt_buf_html(&p->b, v[i].title);
        gt_buf_add(&p->b, "\"></span>");
    }
    gt_buf_add(&p->b, "</div>\n<ul class=\"key\">\n");
    for (size_t i = 0; i < n; i++) {
        gt_buf_addf(&p->b, "<li><i style=\"background:#%06x\"></i>", v[i].rgb);
        gt_buf_html(&p->b, v[i].title);
        gt_buf_addf(&p->b, " %.1f%%</li>\n", v[i].share * 100);
    }
    gt_buf_add(&p->b, "</ul>\n");
}

struct gt_str gt_page_end(struct gt_page *p)
{
    if (p->head.footer)
        element(p, "footer", p->head.footer);
    if (p->head.banner) {
        gt_buf_add(&p->b, "<div class=\"banner\">");
        gt_buf_html(&p->b, p->head.banner);
        gt_buf_add(&p->b, "</div>\n");
    }
    gt_buf_add(&p->b, "</main>\n</body>\n</html>\n");
    return (struct gt_str){p->b.p, p->b.n};
}
