/* status.c: the table of outcomes, read. */
#include "guotu/base.h"

struct status_row {
    const char *name, *en, *zh;
    int exit, http;
};

static const struct status_row rows[] = {
#define ROW(name_, exit_, http_, en_, zh_) \
    {.name = #name_, .en = en_, .zh = zh_, .exit = exit_, .http = http_},
    GT_STATUS_TABLE(ROW)
#undef ROW
};

static const struct status_row *row_of(enum gt_status s)
{
    size_t i = (size_t)s;
    return &rows[i < GT_LEN(rows) ? i : (size_t)GT_EINTERNAL];
}

const char *gt_status_name(enum gt_status s)
{
    return row_of(s)->name + sizeof "GT_" - 1;
}

const char *gt_status_text(enum gt_status s, enum gt_lang lang)
{
    return lang == GT_ZH ? row_of(s)->zh : row_of(s)->en;
}

int gt_status_exit(enum gt_status s)
{
    return row_of(s)->exit;
}

int gt_status_http(enum gt_status s)
{
    return row_of(s)->http;
}
