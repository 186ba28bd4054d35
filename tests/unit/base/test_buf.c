/* Growable texts. */
#include "t.h"

#include <string.h>

T_TEST(a_new_text_is_null_until_something_is_added)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf b = {.a = a};
    T_OK(b.p == NULL);
    gt_buf_add(&b, "");
    T_EQ_STR(b.p, "");
    T_EQ_INT(b.n, 0);
}

T_TEST(texts_grow)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf b = {.a = a}, other = {.a = a};
    for (int i = 0; i < 1000; i++) {
        gt_buf_addf(&b, "%03d,", i);
        gt_buf_add(&other, "x");
        T_EQ_INT(b.n, 4 * (i + 1));
        T_EQ_INT(strlen(b.p), b.n);
    }
    T_OK(gt_starts(b.p, "000,001,") && gt_ends(b.p, "998,999,"));
    T_EQ_INT(strlen(other.p), 1000);
}

T_TEST(bytes_may_hold_nul)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf b = {.a = a};
    gt_buf_addn(&b, "a\0b", 3);
    gt_buf_add(&b, "c");
    T_EQ_INT(b.n, 4);
    T_OK(memcmp(b.p, "a\0bc", 5) == 0);
}

T_TEST(one_big_addition)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf b = {.a = a};
    gt_buf_add(&b, "<");
    gt_buf_addf(&b, "%70000d", 7);
    T_EQ_INT(b.n, 70001);
    T_EQ_INT(b.p[70000], '7');
}

T_TEST(html_is_escaped)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf b = {.a = a};
    gt_buf_html(&b, "<a href=\"x\">国土 & 'y'</a>");
    T_EQ_STR(b.p, "&lt;a href=&quot;x&quot;&gt;国土 &amp; &#39;y&#39;&lt;/a&gt;");
    struct gt_buf none = {.a = a};
    gt_buf_html(&none, NULL);
    T_EQ_STR(none.p, "");
}
