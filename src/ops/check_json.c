/* check_json.c: the answer of the quality check as JSON. */
#include "check.h"

#include <string.h>

static void levels(struct gt_json *o, const int64_t count[4])
{
    gt_json_add_int(o, "error", count[GT_LEVEL_ERROR]);
    gt_json_add_int(o, "warning", count[GT_LEVEL_WARNING]);
    gt_json_add_int(o, "note", count[GT_LEVEL_NOTE]);
}

static void family_counts(const struct gt_findings *f, int family, int64_t count[4])
{
    for (size_t i = 0; i < f->n; i++)
        if ((int)f->v[i].rule->family == family)
            count[f->v[i].rule->level]++;
    for (size_t i = 0; i < f->n_more; i++)
        if ((int)f->more[i].rule->family == family)
            count[f->more[i].rule->level] += f->more[i].n;
}

static void add_rules(const struct check *k, struct gt_json *out)
{
    struct gt_json *checked = gt_json_add_arr(out, "rules");
    for (size_t i = 0; i < k->found->n_checked; i++) {
        const struct gt_check_rule *r = k->found->checked[i];
        struct gt_json *o = gt_json_add_obj(checked, NULL);
        gt_json_add_str(o, "rule", r->id);
        gt_json_add_str(o, "level", gt_check_level_name(r->level));
        gt_json_add_num(o, "tolerance", r->tolerance);
        gt_json_add_str(o, "unit", r->unit);
        gt_json_add_int(o, "findings", check_count(k->found, r->id));
    }
    struct gt_json *skipped = gt_json_add_arr(out, "not_applied");
    for (size_t i = 0; i < k->found->n_skipped; i++) {
        const struct gt_review_trouble *t = &k->found->skipped[i];
        struct gt_json *o = gt_json_add_obj(skipped, NULL);
        gt_json_add_str(o, "rule", t->rule);
        ops_json_text2(o, "why", (struct gt_text2){.en = t->text, .zh = t->zh ? t->zh : t->text});
    }
}

static void add_layers(const struct check *k, struct gt_json *out)
{
    struct gt_json *layers = gt_json_add_arr(out, "layers");
    for (size_t i = 0; i < k->s->n_layers; i++) {
        const struct gt_layer_source *s = k->s->layer[i];
        struct gt_json *o = gt_json_add_obj(layers, NULL);
        gt_json_add_str(o, "layer", s->name);
        gt_json_add_int(o, "features", s->n);
    }
}

static void add_fix(const struct check *k, struct gt_json *out)
{
    struct gt_json *fix = gt_json_add_obj(out, "fix");
    gt_json_add_str(fix, "folder", k->fix_dir);
    levels(gt_json_add_obj(fix, "before"), k->found->count);
    levels(gt_json_add_obj(fix, "after"), k->after->count);
    struct gt_json *layers = gt_json_add_arr(fix, "layers");
    for (size_t i = 0; i < k->mended.n; i++) {
        const struct check_mended *m = &k->mended.v[i];
        struct gt_json *o = gt_json_add_obj(layers, NULL);
        gt_json_add_str(o, "layer", m->layer);
        gt_json_add_int(o, "points", m->points);
        gt_json_add_int(o, "rings", m->rings);
        gt_json_add_int(o, "spikes", m->spikes);
        gt_json_add_int(o, "snapped", m->snapped);
        gt_json_add_int(o, "slivers", m->slivers);
        gt_json_add_num(o, "moved_m2", m->moved_m2);
    }
    struct gt_json *moved = gt_json_add_arr(fix, "classes");
    for (size_t i = 0; i < k->moved.n; i++) {
        struct gt_json *o = gt_json_add_obj(moved, NULL);
        gt_json_add_str(o, "layer", k->moved.v[i].layer);
        gt_json_add_str(o, "class", k->moved.v[i].code);
        gt_json_add_num(o, "gained_m2", k->moved.v[i].gained_m2);
        gt_json_add_num(o, "lost_m2", k->moved.v[i].lost_m2);
    }
}

void check_json(const struct check *k, struct gt_json *out)
{
    gt_json_add_str(out, "submission", k->s->name);
    gt_json_add_str(out, "region", k->found->region);
    gt_json_add_str(out, "profile", k->opt.profile->id);
    gt_json_add_str(out, "profile_hash", k->opt.profile->hash);
    gt_json_add_str(out, "standard_hash", k->opt.standard->hash);
    levels(gt_json_add_obj(out, "counts"), k->found->count);
    struct gt_json *families = gt_json_add_obj(out, "families");
    for (int i = 0; i < GT_CHECK_FAMILIES; i++) {
        int64_t count[4] = {0};
        family_counts(k->found, i, count);
        levels(gt_json_add_obj(families, gt_check_family_name((enum gt_check_family)i)), count);
    }
    add_layers(k, out);
    add_rules(k, out);
    struct gt_json *more = gt_json_add_arr(out, "left_out");
    for (size_t i = 0; i < k->found->n_more; i++) {
        struct gt_json *o = gt_json_add_obj(more, NULL);
        gt_json_add_str(o, "rule", k->found->more[i].rule->id);
        gt_json_add_str(o, "layer", k->found->more[i].layer);
        gt_json_add_int(o, "findings", k->found->more[i].n);
    }
    if (k->after)
        add_fix(k, out);
    gt_findings_json(k->found, gt_json_add_arr(out, "findings"));
}
