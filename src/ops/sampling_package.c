/* sampling_package.c: the submission of the fictional county: one clean, one with known faults. */
#include "sampling_int.h"

#include "guotu/io.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { MOST_LAYERS = 64 };

/* ---- Documents and layers ---- */

enum gt_status package_put(struct gt_arena *a, const char *dir, const char *path,
                           struct gt_str bytes, struct gt_err *err)
{
    return gt_file_put(gt_path_join(a, dir, path), bytes.p, bytes.n, err);
}

static enum gt_status put_documents(struct package_run *p, const char *dir, struct gt_err *err)
{
    for (size_t i = 0; i < p->documents.n; i++)
        GT_TRY(package_put(p->a, dir, p->documents.v[i].path, gt_s(p->documents.v[i].text), err));
    for (size_t i = 0; i < PACKAGE_MAPS; i++)
        GT_TRY(package_put(p->a, dir, gt_printf(p->a, "栅格图件/%s.png", package_map_title(i)),
                           p->map[i], err));
    return GT_OK;
}

/* All layers that are submitted, side by side. */
static enum gt_status put_layers(struct package_run *p, const char *dir, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    int layer[MOST_LAYERS];
    struct gt_layer_sink *sink[MOST_LAYERS];
    struct gt_package *file;
    struct gt_survey_job job = {
        .standard = p->run->standard, .year = GT_SURVEY_YEAR + 1, .layer = layer, .sink = sink};
    GT_TRY(gt_package_new(a, gt_path_join(a, dir, PACKAGE_VECTORS), PACKAGE_MADE, &file, err));
    for (size_t i = 0; i < gt_survey_layers(); i++) {
        const struct gt_survey_layer *l = gt_survey_layer(i);
        const struct gt_features *like;
        if (!l->submitted)
            continue;
        GT_TRY(gt_survey_declare(p->survey, a, &job, (int)i, &like, err));
        GT_TRY(gt_package_layer(file, l->code, l->title, like, &sink[job.n], err));
        layer[job.n++] = (int)i;
    }
    GT_TRY(gt_survey_write(p->survey, &job, p->run->c->work, err));
    p->totals = job.totals;
    return gt_package_end(file, err);
}

static enum gt_status make_folders(struct package_run *p, const char *dir, struct gt_err *err)
{
    for (size_t i = 0; i < p->profile->n_folders; i++)
        GT_TRY(gt_dir_make(gt_path_join(p->a, dir, p->profile->folder[i]), err));
    return GT_OK;
}

/* ---- Changes ---- */

static enum gt_status put_changes(struct package_run *p, struct gt_err *err)
{
    struct gt_survey_changes all;
    struct gt_json *arr = gt_json_arr(p->a);
    GT_TRY(gt_survey_changed(p->run->survey, p->a, p->run->c->work, &all, err));
    for (size_t i = 0; i < all.n; i++) {
        const struct gt_survey_change *c = &all.v[i];
        struct gt_json *o = gt_json_add_obj(arr, NULL);
        gt_json_add_str(o, "kind", c->kind);
        gt_json_add_str(o, "village", c->village);
        struct gt_json *before = gt_json_add_arr(o, "before");
        struct gt_json *after = gt_json_add_arr(o, "after");
        for (size_t j = 0; j < c->n_before; j++)
            gt_json_add_str(before, NULL, c->before[j]);
        for (size_t j = 0; j < c->n_after; j++)
            gt_json_add_str(after, NULL, c->after[j]);
        gt_json_add_num(o, "m2", floor(c->m2 * 100 + 0.5) / 100);
    }
    return package_put(p->a, gt_store_dir(p->store), "changes.json",
                       gt_s(gt_json_text(p->a, arr, 1)), err);
}

/* ---- The draft and its conflicts, what was approved ---- */

/* The dataset of a layer. */
static const char *dataset_of(struct package_run *p, const char *code)
{
    char *id = gt_strdup(p->a, code);
    for (char *c = id; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return id;
}

static enum gt_status put_conflicts(struct package_run *p, struct gt_err *err)
{
    const struct gt_survey_lists *all = &p->run->lists;
    struct gt_json *arr = gt_json_arr(p->a);
    for (size_t i = 0; i < all->conflict.n; i++) {
        const struct gt_survey_conflict *c = &all->conflict.v[i];
        struct gt_json *o = gt_json_add_obj(arr, NULL);
        gt_json_add_str(o, "kind", c->kind);
        struct gt_json *layers = gt_json_add_arr(o, "layers");
        struct gt_json *features = gt_json_add_arr(o, "features");
        for (int s = 0; s < 2 && c->layer[s][0]; s++) {
            gt_json_add_str(layers, NULL, dataset_of(p, c->layer[s]));
            gt_json_add_str(features, NULL, c->feature[s]);
        }
        struct gt_json *at = gt_json_add_arr(o, "at");
        gt_json_add_num(at, NULL, floor(c->lon * 1e8 + 0.5) / 1e8);
        gt_json_add_num(at, NULL, floor(c->lat * 1e8 + 0.5) / 1e8);
        gt_json_add_num(o, "m2", c->m2);
    }
    return package_put(p->a, gt_store_dir(p->store), "conflicts.json",
                       gt_s(gt_json_text(p->a, arr, 1)), err);
}

static enum gt_status put_approvals(struct package_run *p, struct gt_err *err)
{
    const struct gt_survey_lists *all = &p->run->lists;
    struct gt_json *arr = gt_json_arr(p->a);
    for (size_t i = 0; i < all->approval.n; i++) {
        const struct gt_survey_approval *c = &all->approval.v[i];
        struct gt_json *o = gt_json_add_obj(arr, NULL);
        gt_json_add_str(o, "approval", c->number);
        gt_json_add_str(o, "status", c->status);
        gt_json_add_str(o, "parcel", c->parcel);
        gt_json_add_str(o, "from", c->from);
        gt_json_add_str(o, "to", c->to);
        gt_json_add_num(o, "m2", c->m2);
    }
    return package_put(p->a, gt_store_dir(p->store), "approvals.json",
                       gt_s(gt_json_text(p->a, arr, 1)), err);
}

/* ---- The survey that is submitted ---- */

/* Parcels of a size to be mapped: a finer survey is submitted with fewer of them. */
#define SUBMITTED_MOST 100000

static enum gt_status submitted_survey(struct package_run *p, const struct gt_sample *s,
                                       struct gt_err *err)
{
    const struct gt_survey_opt opt = {.parcels = SUBMITTED_MOST};
    p->survey = p->run->survey;
    if (p->run->parcels <= SUBMITTED_MOST)
        return GT_OK;
    return gt_survey_new(p->a, s, &opt, p->run->c->work, &p->survey, err);
}

enum gt_status sampling_package(struct survey_run *r, const struct gt_sample *s,
                                struct gt_store *store, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct package_run p = {.a = a, .run = r, .store = store};
    const char *rules = gt_rules_dir(a, err);
    const char *clean = gt_path_join(a, gt_store_dir(store), "submission");
    if (!rules)
        return err->status;
    GT_TRY(gt_profile_load(a, rules, "county", &p.profile, err));
    GT_TRY(put_changes(&p, err));
    GT_TRY(put_conflicts(&p, err));
    GT_TRY(put_approvals(&p, err));
    GT_TRY(submitted_survey(&p, s, err));
    GT_TRY(make_folders(&p, clean, err));
    GT_TRY(put_layers(&p, clean, err));
    GT_TRY(package_draw(&p, err));
    gt_plan_documents(a, &p.totals, p.profile, &p.documents);
    GT_TRY(put_documents(&p, clean, err));
    return package_faulty(&p, clean, err);
}
