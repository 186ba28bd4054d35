/* fuzz_workspace.c: the reader of workspace.yaml. What it takes must be as the rules of the house
 * want it. */
#include "guotu/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_workspace_info *info;
    struct gt_str text = {.p = (const char *)data, .n = n};
    enum gt_status status = gt_workspace_parse(a, "workspace.yaml", text, &info, &err);
    if (status != GT_OK) {
        if (!err.text[0] || (status != GT_EINPUT && status != GT_EVERSION && status != GT_ETOOBIG))
            abort();
        return 0;
    }
    if (!isfinite(info->cell) || info->cell <= 0 || !info->crs[0] || strlen(info->region) > 12 ||
        !gt_is_utf8(info->title, strlen(info->title)))
        abort();
    return 0;
}
