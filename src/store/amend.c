/* amend.c: which way the shapes of single features are changed in a file. */
#include "amend.h"

#include <string.h>
#include <strings.h>

static const struct {
    const char *ending;
    gt_amend_fn *amend;
} ways[] = {{".gpkg", gt_amend_gpkg}, {".gdb", gt_amend_ogr}, {".shp", gt_amend_shp}};

enum gt_status gt_amend_wkb(struct gt_buf *out, const struct gt_amend *m, size_t shape, bool multi,
                            bool *several, struct gt_err *err)
{
    enum { MULTI_HEAD = 9 };
    uint32_t members;
    size_t from = out->n;
    GT_TRY(gt_wkb_add(out, m->shapes, shape, true, err));
    memcpy(&members, out->p + from + 5, sizeof members);
    *several = members > 1;
    if (members == 0)
        return gt_fail(err, GT_EUSE, "%s: expected shapes with points, found an empty one",
                       m->layer);
    if (multi || *several)
        return GT_OK;
    out->n -= MULTI_HEAD;
    memmove(out->p + from, out->p + from + MULTI_HEAD, out->n - from);
    return GT_OK;
}

enum gt_status gt_layer_amend(const char *path, const struct gt_amend *m, struct gt_err *err)
{
    const char *dot = strrchr(gt_path_base(path), '.');
    if (m->n > 0 && m->shapes->kind != GT_SHAPE_POLYGON)
        return gt_fail(err, GT_EUSE, "%s: expected polygons, found other shapes", m->layer);
    for (size_t i = 0; dot && i < GT_LEN(ways); i++)
        if (strcasecmp(dot, ways[i].ending) == 0)
            return ways[i].amend(path, m, err);
    return gt_fail(err, GT_EUSE,
                   "%s: expected a .gpkg, .gdb or .shp, found a file whose features cannot be "
                   "changed one by one",
                   gt_path_base(path));
}
