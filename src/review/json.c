/* json.c: findings as JSON. */
#include <math.h>

#include "review_int.h"

static void one(const struct gt_finding *f, struct gt_json *o)
{
    gt_json_add_str(o, "id", f->id);
    gt_json_add_str(o, "rule", f->rule->id);
    gt_json_add_str(o, "family", gt_check_family_name(f->rule->family));
    gt_json_add_str(o, "level", gt_check_level_name(f->rule->level));
    gt_json_add_str(o, "layer", f->layer);
    gt_json_add_str(o, "path", f->path);
    gt_json_add_str(o, "field", f->field);
    struct gt_json *feature = gt_json_add_arr(o, "features");
    for (size_t i = 0; i < f->n_features; i++)
        gt_json_add_str(feature, NULL, f->feature[i]);
    if (isfinite(f->lon)) {
        struct gt_json *at = gt_json_add_arr(o, "at");
        gt_json_add_num(at, NULL, f->lon);
        gt_json_add_num(at, NULL, f->lat);
    } else {
        gt_json_add_null(o, "at");
    }
    gt_json_add_num(o, "value", f->value);
    gt_json_add_str(o, "unit", f->unit);
    struct gt_json *text = gt_json_add_obj(o, "text"), *fix = gt_json_add_obj(o, "fix");
    gt_json_add_str(text, "zh", f->text.zh);
    gt_json_add_str(text, "en", f->text.en);
    gt_json_add_str(fix, "zh", f->rule->fix.zh);
    gt_json_add_str(fix, "en", f->rule->fix.en);
    gt_json_add_str(o, "clause", f->rule->clause);
    gt_json_add_bool(o, "fixed", f->fixed);
}

void gt_findings_json(const struct gt_findings *f, struct gt_json *arr)
{
    for (size_t i = 0; i < f->n; i++)
        one(&f->v[i], gt_json_add_obj(arr, NULL));
}
