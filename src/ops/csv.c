/* csv.c: tables written for spreadsheets say in each row where they are made from synthetic data: a
 * row that is copied out still says so. */
#include "ops_int.h"

#include <string.h>

const char *ops_csv(struct gt_call *c, struct gt_arena *a, const struct gt_table *t, bool synthetic)
{
    const char *text = gt_table_to_csv(a, t, c->lang);
    const char *note = OPS_SAY(c, ",note", ",备注");
    struct gt_buf b = {.a = a};
    bool quoted = false;
    if (!synthetic)
        return text;
    for (const char *p = text; *p; p++) {
        quoted = quoted != (*p == '"');
        if (!quoted && *p == '\r') {
            gt_buf_add(&b, note);
            note = OPS_SAY(c, ",synthetic data: not a real place", ",合成数据，不对应真实地区");
        }
        gt_buf_addn(&b, p, 1);
    }
    return b.p ? b.p : "";
}
