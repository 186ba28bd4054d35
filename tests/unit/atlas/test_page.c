/* test_page.c: HTML pages: well-formed, escaped, self-contained. */
#include "guotu/atlas.h"
#include "t.h"

#include <string.h>

static struct gt_page *page(struct gt_arena *a, enum gt_lang lang)
{
    const struct gt_page_head head = {.lang = lang,
                                      .title = "报告 <b> & \"x\"",
                                      .subtitle = "it's <i>",
                                      .banner = "合成数据",
                                      .footer = "guotu"};
    return gt_page_new(a, &head);
}

static const char *end(struct gt_arena *a, struct gt_page *p)
{
    struct gt_str s = gt_page_end(p);
    T_EQ_INT(s.p[s.n], 0);
    T_EQ_INT(strlen(s.p), s.n);
    return gt_strndup(a, s.p, s.n);
}

static int times(const char *text, const char *part)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        n++;
    return n;
}

T_TEST(page_is_one_document_in_its_language)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *zh = end(a, page(a, GT_ZH)), *en = end(a, page(a, GT_EN));
    T_OK(gt_starts(zh, "<!DOCTYPE html>\n<html lang=\"zh-CN\">"));
    T_OK(gt_starts(en, "<!DOCTYPE html>\n<html lang=\"en\">"));
    T_OK(gt_ends(zh, "</html>\n"));
    T_HAS(zh, "<meta charset=\"utf-8\">");
    T_HAS(zh, "<footer>guotu</footer>");
    T_EQ_INT(times(zh, "<div class=\"banner\">合成数据</div>"), 2);
    T_EQ_INT(times(zh, "<script"), 0);
    T_EQ_INT(times(zh, "http"), 0);
    T_EQ_INT(times(zh, "<link"), 0);
}

T_TEST(page_escapes_every_text)
{
    static const char evil[] = "<script>alert(\"1\" & '2')</script>";
    static const char *const lines[] = {evil};
    static const char *const facts[][2] = {{evil, evil}};
    static const struct gt_col cols[] = {{"a", {evil, evil}, "<u>", GT_COL_TEXT, 0}};
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_page *p = page(a, GT_EN);
    gt_page_heading(p, evil);
    gt_page_text(p, evil);
    gt_page_remark(p, evil);
    gt_page_note(p, GT_PAGE_WARNING, evil, lines, 1);
    gt_page_facts(p, facts, 1);
    struct gt_table *t = gt_table_new(a, cols, 1);
    gt_table_set_text(t, gt_table_add_row(t), 0, evil);
    gt_page_table(p, t, evil);
    const char *cell[] = {evil};
    gt_page_grid(p, &(struct gt_page_grid){.corner = evil,
                                           .caption = evil,
                                           .n_rows = 1,
                                           .n_cols = 1,
                                           .row = cell,
                                           .col = cell,
                                           .cell = cell});
    gt_page_picture(p, (struct gt_str){"abc", 3}, evil, evil);
    gt_page_shares(p, &(struct gt_page_share){0x123456, evil, 0.5}, 1);
    const char *html = end(a, p);
    T_EQ_INT(times(html, "<script"), 0);
    T_EQ_INT(times(html, "</script"), 0);
    T_EQ_INT(times(html, "<u>"), 0);
    T_EQ_INT(times(html, "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"),
             19);
    T_HAS(html, "报告 &lt;b&gt; &amp; &quot;x&quot;</title>");
}

T_TEST(page_carries_pictures_as_base64)
{
    static const struct {
        const char *bytes, *text;
    } known[] = {{"", "base64,\">"},
                 {"f", "base64,Zg==\">"},
                 {"fo", "base64,Zm8=\">"},
                 {"foo", "base64,Zm9v\">"},
                 {"foob", "base64,Zm9vYg==\">"}};
    for (size_t i = 0; i < GT_LEN(known); i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct gt_page *p = page(a, GT_EN);
        gt_page_picture(p, gt_s(known[i].bytes), "alt", NULL);
        T_HAS(end(a, p), known[i].text);
    }
    GT_AUTO_ARENA a = gt_arena_new();
    char *long_bytes = gt_take(a, 10001);
    memset(long_bytes, 0xff, 10001);
    struct gt_page *p = page(a, GT_EN);
    gt_page_picture(p, (struct gt_str){long_bytes, 10001}, "alt", "caption");
    const char *html = end(a, p), *at = strstr(html, "base64,") + 7;
    T_EQ_INT(strcspn(at, "\""), 4 * ((10001 + 2) / 3));
    T_HAS(html, "//8=\">");
    T_HAS(html, "<figcaption>caption</figcaption>");
}

T_TEST(page_numbers_its_sections_and_shows_shares)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_page *p = page(a, GT_EN);
    const struct gt_page_share share[] = {{0x0a0b0c, "one", 0.25}, {0x112233, "none", 0}};
    gt_page_heading(p, "first");
    gt_page_heading(p, "second");
    gt_page_shares(p, share, GT_LEN(share));
    const uint32_t rgb[] = {0xff0000, 0x00ff00};
    const char *const col[] = {"c1", "c2"}, *const row[] = {"r"}, *const cell[] = {"1", "2"};
    gt_page_grid(p,
                 &(struct gt_page_grid){
                     .n_rows = 1, .n_cols = 2, .row = row, .col = col, .cell = cell, .rgb = rgb});
    const char *html = end(a, p);
    T_HAS(html, "<h2>1&#8194;first</h2>");
    T_HAS(html, "<h2>2&#8194;second</h2>");
    T_HAS(html, "<span style=\"width:25.000%;background:#0a0b0c\" title=\"one\">");
    T_EQ_INT(times(html, "<span style"), 1);
    T_HAS(html, "none 0.0%</li>");
    T_HAS(html, "<td style=\"background:#ff0000\">1</td><td style=\"background:#00ff00\">2</td>");
}
