/* sampling_faulty.c: a copy of the submission with faults, and the list of what should be found. */
#include "sampling_int.h"

#include "guotu/io.h"

#include <math.h>
#include <string.h>

/* ---- The layers ---- */

static enum gt_status copy_file(const char *from, const char *to, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_str bytes;
    GT_TRY(gt_file_get(a, from, (size_t)1 << 33, &bytes, err));
    return gt_file_put(to, bytes.p, bytes.n, err);
}

static enum gt_status spoil(const char *path, const struct gt_faults *f, struct gt_err *err)
{
    static const enum gt_spoil_kind kind[] = {
        [GT_FAULT_VALUE] = GT_SPOIL_VALUE,
        [GT_FAULT_SHAPE] = GT_SPOIL_SHAPE,
        [GT_FAULT_COPY] = GT_SPOIL_COPY,
        [GT_FAULT_DROP] = GT_SPOIL_DROP,
        [GT_FAULT_DROP_LAYER] = GT_SPOIL_DROP_LAYER,
        [GT_FAULT_ADD_FIELD] = GT_SPOIL_ADD_FIELD,
        [GT_FAULT_DROP_FIELD] = GT_SPOIL_DROP_FIELD,
        [GT_FAULT_SWAP_FIELDS] = GT_SPOIL_SWAP_FIELDS,
        [GT_FAULT_FIELD_TYPE] = GT_SPOIL_FIELD_TYPE,
        [GT_FAULT_SRS] = GT_SPOIL_SRS,
        [GT_FAULT_COPY_LAYER] = GT_SPOIL_COPY_LAYER,
    };
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_spoil *v = GT_TAKE_N(a, struct gt_spoil, f->n_edits + 1);
    for (size_t i = 0; i < f->n_edits; i++) {
        const struct gt_fault_edit *e = &f->edit[i];
        v[i] = (struct gt_spoil){kind[e->kind], e->layer, e->fid, e->to, e->field,
                                 e->text,       e->value, e->wkb, e->n};
    }
    return gt_package_spoil(path, v, f->n_edits, err);
}

/* A second file with a layer that is there already. */
static enum gt_status put_twice(struct package_run *p, const char *dir, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_package *file;
    struct gt_layer_sink *sink;
    const struct gt_features *like;
    int layer = 0;
    while (strcmp(gt_survey_layer((size_t)layer)->code, "XZQC") != 0)
        layer++;
    struct gt_survey_job job = {.standard = p->run->standard,
                                .year = GT_SURVEY_YEAR + 1,
                                .n = 1,
                                .layer = &layer,
                                .sink = &sink};
    GT_TRY(gt_package_new(a, gt_path_join(a, dir, "矢量数据/补充.gpkg"), PACKAGE_MADE, &file, err));
    GT_TRY(gt_survey_declare(p->survey, a, &job, layer, &like, err));
    GT_TRY(gt_package_layer(file, "XZQC", gt_survey_layer((size_t)layer)->title, like, &sink, err));
    GT_TRY(gt_survey_write(p->survey, &job, p->run->c->work, err));
    return gt_package_end(file, err);
}

/* ---- The list ---- */

static void add_planted(struct gt_json *arr, const struct gt_planted *f)
{
    struct gt_json *o = gt_json_add_obj(arr, NULL);
    gt_json_add_str(o, "rule", f->rule);
    gt_json_add_str(o, "layer", f->layer);
    gt_json_add_str(o, "feature", f->feature);
    struct gt_json *all = gt_json_add_arr(o, "features");
    if (f->feature[0])
        gt_json_add_str(all, NULL, f->feature);
    if (f->also[0])
        gt_json_add_str(all, NULL, f->also);
    if (isnan(f->lon)) {
        gt_json_add_null(o, "at");
    } else {
        struct gt_json *at = gt_json_add_arr(o, "at");
        gt_json_add_num(at, NULL, f->lon);
        gt_json_add_num(at, NULL, f->lat);
    }
    if (isnan(f->value))
        gt_json_add_null(o, "value");
    else
        gt_json_add_num(o, "value", f->value);
    gt_json_add_str(o, "title", f->title);
}

static enum gt_status put_list(struct package_run *p, const struct gt_faults *f, struct gt_err *err)
{
    struct gt_json *arr = gt_json_arr(p->a);
    for (size_t i = 0; i < f->n_planted; i++)
        add_planted(arr, &f->planted[i]);
    const char *text = gt_json_text(p->a, arr, 1);
    return package_put(p->a, gt_store_dir(p->store), "planted.json", gt_s(text), err);
}

/* ---- The package ---- */

static enum gt_status put_faulty(struct package_run *p, const char *dir, const struct gt_faults *f,
                                 struct gt_err *err)
{
    static const char broken[] = "SQLite format 3\0 and nothing that a GeoPackage has";
    static const char thumbs[] = "\320\317\021\340 small pictures";
    for (size_t i = 0; i < p->profile->n_folders; i++)
        if (strcmp(p->profile->folder[i], "栅格图件") != 0)
            GT_TRY(gt_dir_make(gt_path_join(p->a, dir, p->profile->folder[i]), err));
    for (size_t i = 0; i < f->documents.n; i++)
        GT_TRY(package_put(p->a, dir, f->documents.v[i].path, gt_s(f->documents.v[i].text), err));
    GT_TRY(package_put(p->a, dir, "矢量数据/损坏.gpkg", (struct gt_str){broken, sizeof broken - 1},
                       err));
    return package_put(p->a, dir, "规划文档/Thumbs.db", (struct gt_str){thumbs, sizeof thumbs - 1},
                       err);
}

enum gt_status package_faulty(struct package_run *p, const char *clean, struct gt_err *err)
{
    const char *dir = gt_path_join(p->a, gt_store_dir(p->store), "submission-faulty");
    const char *file = gt_path_join(p->a, dir, PACKAGE_VECTORS);
    struct gt_survey_job job = {.standard = p->run->standard, .year = GT_SURVEY_YEAR + 1};
    struct gt_faults f;
    GT_TRY(gt_survey_faults(p->survey, p->a, &job, &p->documents, &f, err));
    GT_TRY(put_faulty(p, dir, &f, err));
    GT_TRY(copy_file(gt_path_join(p->a, clean, PACKAGE_VECTORS), file, err));
    GT_TRY(spoil(file, &f, err));
    GT_TRY(put_twice(p, dir, err));
    return put_list(p, &f, err);
}
