/* outside_layers.c: which way of reading an outside file takes. */
#include "outside_layers.h"

#include <string.h>
#include <strings.h>

static const struct {
    const char *ending;
    gt_outside_fn *read;
} ways[] = {
    {".gpkg", gt_outside_by_sqlite}, {".csv", gt_outside_by_table}, {".dbf", gt_outside_by_table},
    {".xlsx", gt_outside_by_table},  {".ods", gt_outside_by_table},
};

const struct gt_crs *gt_outside_set_crs(struct gt_outside_set *set, const char *said)
{
    const struct gt_crs *crs = NULL;
    struct gt_err err = {0};
    const char *text = said && said[0] ? said : set->how.source_crs;
    if (!text)
        return NULL;
    if (gt_crs_parse(set->a, text, &crs, &err) == GT_OK)
        return crs;
    gt_warn(set->w, "%s: the coordinate system cannot be used: %s", set->path, err.text);
    return NULL;
}

static gt_outside_fn *way_of(const char *path)
{
    const char *dot = strrchr(gt_path_base(path), '.');
    for (size_t i = 0; dot && i < GT_LEN(ways); i++)
        if (strcasecmp(dot, ways[i].ending) == 0)
            return ways[i].read;
    return gt_outside_by_ogr;
}

enum gt_status gt_outside_layers(struct gt_arena *a, const char *path,
                                 const struct gt_outside_how *opt, struct gt_work *w,
                                 const struct gt_layer_source *const **out, size_t *n,
                                 struct gt_err *err)
{
    static const struct gt_outside_how plain = {0};
    struct gt_err none = {0};
    struct gt_outside_set *set = GT_TAKE(a, struct gt_outside_set);
    *set = (struct gt_outside_set){
        .a = a, .path = gt_strdup(a, path), .how = opt ? *opt : plain, .w = w};
    *out = NULL;
    *n = 0;
    enum gt_status status = gt_path_is_dir(path) ? GT_ENOTFOUND : gt_outside_by_text(set, &none);
    if (status == GT_ENOTFOUND)
        status = way_of(path)(set, err);
    else if (status != GT_OK)
        return gt_fail(err, status, "%s", none.text);
    GT_TRY(status);
    *out = set->layer.v;
    *n = set->layer.n;
    return GT_OK;
}
