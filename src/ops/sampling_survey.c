/* sampling_survey.c: the land survey of the fictional county, and the plan upon it, as datasets of
 * the new workspace. */
#include "sampling_int.h"

#include <ctype.h>
#include <string.h>

enum { MOST_LAYERS = 64 };

/* The dataset of a layer: its code in lower case. */
static const char *id_of(struct gt_arena *a, const char *code)
{
    char *id = gt_strdup(a, code);
    for (char *p = id; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return id;
}

static const char *lineage_of(const struct survey_run *r, const char *layer, int year)
{
    struct gt_json *obj = ops_lineage_begin(r->c);
    struct gt_json *parameters = gt_json_add_obj(obj, "parameters");
    gt_json_add_int(parameters, "cells", r->cells);
    gt_json_add_int(parameters, "seed", r->seed);
    gt_json_add_int(parameters, "parcels", r->parcels);
    gt_json_add_int(parameters, "year", year);
    gt_json_add_str(parameters, "layer", layer);
    gt_json_add_arr(obj, "inputs");
    gt_json_add_bool(obj, "synthetic", true);
    return gt_json_text(r->c->a, obj, 0);
}

static enum gt_status describe(const struct survey_run *r, struct gt_txn *t, const char *id,
                               const struct gt_survey_layer *l, int year, struct gt_err *err)
{
    struct gt_dataset d = {
        .id = id,
        .role = id_of(r->c->a, l->code),
        .kind = GT_DATASET_VECTOR,
        .title = l->title,
        .vintage = gt_printf(r->c->a, "%d", year),
        .grade = "public",
        .licence = OPS_SAY(r->c, "synthetic data: not a real place", "合成数据，不对应真实地区"),
        .source = gt_printf(r->c->a, "guotu sample --cells %lld --seed %lld --parcels %lld",
                            (long long)r->cells, (long long)r->seed, (long long)r->parcels),
        .synthetic = true,
        .unit = "",
        .lineage = lineage_of(r, l->code, year)};
    return gt_txn_describe(t, &d, err);
}

/* The layers of the job, each into a dataset of its own. */
static enum gt_status write_job(struct survey_run *r, struct gt_txn *t, struct gt_survey_job *job,
                                struct gt_err *err)
{
    struct gt_layer_sink *sink[MOST_LAYERS];
    for (size_t i = 0; i < job->n; i++) {
        const struct gt_survey_layer *l = gt_survey_layer((size_t)job->layer[i]);
        const struct gt_features *like;
        GT_TRY(gt_survey_declare(r->survey, r->c->a, job, job->layer[i], &like, err));
        GT_TRY(gt_txn_layer(t, id_of(r->c->a, l->code), like, &sink[i], err));
    }
    job->sink = sink;
    GT_TRY(gt_survey_write(r->survey, job, r->c->work, err));
    for (size_t i = 0; i < job->n; i++) {
        const struct gt_survey_layer *l = gt_survey_layer((size_t)job->layer[i]);
        GT_TRY(describe(r, t, id_of(r->c->a, l->code), l, job->year, err));
    }
    return GT_OK;
}

enum gt_status sampling_survey(struct survey_run *r, struct gt_txn *t, struct gt_err *err)
{
    static const int parcels[] = {0};
    int all[MOST_LAYERS];
    size_t n = gt_survey_layers();
    for (size_t i = 0; i < n; i++)
        all[i] = (int)i;
    struct gt_survey_job first = {
        .standard = r->standard, .year = GT_SURVEY_YEAR, .n = 1, .layer = parcels};
    struct gt_survey_job second = {.standard = r->standard,
                                   .year = GT_SURVEY_YEAR + 1,
                                   .n = n,
                                   .layer = all,
                                   .lists = &r->lists};
    r->lists = (struct gt_survey_lists){.a = r->c->a};
    GT_TRY(write_job(r, t, &first, err));
    return write_job(r, t, &second, err);
}

enum gt_status sampling_survey_again(struct survey_run *r, struct gt_txn *t, const char *id,
                                     struct gt_survey_part part, const char *layer,
                                     struct gt_err *err)
{
    for (size_t i = 0; i < gt_survey_layers(); i++) {
        int at = (int)i;
        struct gt_layer_sink *sink;
        const struct gt_features *like;
        if (strcmp(gt_survey_layer(i)->code, layer) != 0)
            continue;
        struct gt_survey_job job = {
            .standard = r->standard, .year = part.year, .n = 1, .layer = &at, .sink = &sink};
        GT_TRY(gt_survey_declare(r->survey, r->c->a, &job, at, &like, err));
        GT_TRY(gt_txn_layer(t, id, like, &sink, err));
        GT_TRY(gt_survey_write(r->survey, &job, r->c->work, err));
        return describe(r, t, id, gt_survey_layer(i), part.year, err);
    }
    return gt_fail(err, GT_EINPUT, "dataset '%s': expected a layer of the survey, found '%.60s'",
                   id, layer);
}
