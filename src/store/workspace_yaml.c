/* workspace_yaml.c: workspace.yaml, read strictly and written so that it reads back the same. */
#include "store_int.h"

#include <math.h>
#include <string.h>

#define MAX_TITLE 1000
#define MAX_CRS 100000

static enum gt_status check_text(const char *what, const char *text, size_t max, struct gt_err *err)
{
    size_t n = strlen(text);
    if (n > max)
        return gt_fail(err, GT_EINPUT, "%s: expected at most %zu bytes, found %zu", what, max, n);
    if (!gt_is_utf8(text, n))
        return gt_fail(err, GT_EINPUT, "%s: expected UTF-8 text, found other bytes", what);
    for (const char *p = text; *p; p++)
        if ((unsigned char)*p < ' ' && *p != '\n' && *p != '\t' && *p != '\r')
            return gt_fail(err, GT_EINPUT, "%s: expected text, found the control character %d",
                           what, *p);
    return GT_OK;
}

static enum gt_status check_info(const struct gt_workspace_info *info, struct gt_err *err)
{
    GT_TRY(check_text("title", info->title, MAX_TITLE, err));
    GT_TRY(check_text("crs", info->crs, MAX_CRS, err));
    size_t n = strlen(info->region);
    if (n > 12 || strspn(info->region, "0123456789") != n)
        return gt_fail(err, GT_EINPUT,
                       "region: expected an administrative code of up to 12 digits, found '%.40s'",
                       info->region);
    if (!isfinite(info->cell) || info->cell <= 0)
        return gt_fail(err, GT_EINPUT, "cell: expected a size above 0, found %g", info->cell);
    if (!info->crs[0])
        return gt_fail(err, GT_EINPUT, "crs: expected a coordinate system, found none");
    return GT_OK;
}

static enum gt_status check_format(const struct gt_yaml *root, struct gt_err *err)
{
    const struct gt_yaml *node = gt_yaml_find(root, "format");
    int64_t format;
    if (!node)
        return gt_yaml_fail(root, err,
                            "expected a workspace's description with a key 'format', "
                            "found none");
    GT_TRY(gt_yaml_int(node, &format, err));
    if (format > GT_WORKSPACE_FORMAT)
        return gt_fail(
            err, GT_EVERSION,
            "%s: the workspace has format %lld, made by a newer version of this program; "
            "this one knows formats up to %d",
            node->file, (long long)format, GT_WORKSPACE_FORMAT);
    if (format < 1)
        return gt_yaml_fail(node, err, "format: expected 1 or more, found %lld", (long long)format);
    return GT_OK;
}

static enum gt_status read_rest(const struct gt_yaml *root, struct gt_workspace_info *info,
                                struct gt_err *err)
{
    static const char *const known[] = {"format", "title", "region",    "crs",
                                        "cell",   "store", "synthetic", NULL};
    const char *store;
    GT_TRY(gt_yaml_known(root, known, err));
    GT_TRY(gt_yaml_get_text(root, "title", &info->title, err));
    GT_TRY(gt_yaml_get_text(root, "region", &info->region, err));
    GT_TRY(gt_yaml_get_text(root, "crs", &info->crs, err));
    GT_TRY(gt_yaml_get_text(root, "store", &store, err));
    const struct gt_yaml *cell = gt_yaml_find(root, "cell");
    const struct gt_yaml *synthetic = gt_yaml_find(root, "synthetic");
    if (!cell || !synthetic)
        return gt_yaml_fail(root, err, "expected a key '%s', found none",
                            cell ? "synthetic" : "cell");
    GT_TRY(gt_yaml_num(cell, &info->cell, err));
    GT_TRY(gt_yaml_bool(synthetic, &info->synthetic, err));
    if (strcmp(store, "embedded") != 0)
        return gt_yaml_fail(gt_yaml_find(root, "store"), err,
                            "store: expected 'embedded', found '%.40s'", store);
    return GT_OK;
}

enum gt_status gt_workspace_parse(struct gt_arena *a, const char *name, struct gt_str text,
                                  const struct gt_workspace_info **out, struct gt_err *err)
{
    struct gt_yaml *root;
    *out = NULL;
    GT_TRY(gt_yaml_parse(a, name, text, &root, err));
    GT_TRY(gt_yaml_want(root, GT_YAML_MAP, "workspace", err));
    GT_TRY(check_format(root, err));
    struct gt_workspace_info *info = GT_TAKE(a, struct gt_workspace_info);
    GT_TRY(read_rest(root, info, err));
    if (check_info(info, err) != GT_OK)
        return gt_wrap(err, "%s", name);
    *out = info;
    return GT_OK;
}

/* In double quotes, so that every text is one line and itself. */
static void add_quoted(struct gt_buf *b, const char *key, const char *text)
{
    gt_buf_addf(b, "%s: \"", key);
    for (const char *p = text; *p; p++) {
        switch (*p) {
        case '"': gt_buf_add(b, "\\\""); break;
        case '\\': gt_buf_add(b, "\\\\"); break;
        case '\n': gt_buf_add(b, "\\n"); break;
        case '\r': gt_buf_add(b, "\\r"); break;
        case '\t': gt_buf_add(b, "\\t"); break;
        default: gt_buf_addn(b, p, 1);
        }
    }
    gt_buf_add(b, "\"\n");
}

enum gt_status gt_workspace_text(struct gt_arena *a, const struct gt_workspace_info *info,
                                 const char **out, struct gt_err *err)
{
    struct gt_buf b = {.a = a};
    char cell[32];
    GT_TRY(check_info(info, err));
    gt_buf_addf(&b,
                "# A workspace of guotu. Changed by hand, it is checked when opened.\nformat: %d\n",
                GT_WORKSPACE_FORMAT);
    add_quoted(&b, "title", info->title);
    add_quoted(&b, "region", info->region);
    add_quoted(&b, "crs", info->crs);
    gt_buf_addf(&b, "cell: %s\nstore: embedded\nsynthetic: %s\n", gt_fmt_num(info->cell, cell),
                info->synthetic ? "true" : "false");
    *out = b.p;
    /* Some letters end a line in YAML or are not allowed there: better refused than changed. */
    const struct gt_workspace_info *back;
    GT_TRY(gt_workspace_parse(a, GT_FILE_INFO, gt_s(b.p), &back, err));
    if (strcmp(back->title, info->title) != 0 || strcmp(back->crs, info->crs) != 0)
        return gt_fail(err, GT_EINPUT, "title, crs: expected texts of one line, found a line end");
    return GT_OK;
}
