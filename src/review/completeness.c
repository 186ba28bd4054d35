/* completeness.c: whether the package is whole: folders, files, layers and their names. */
#include <string.h>
#include <strings.h>

#include "review_int.h"

bool review_is_package(const struct review *r)
{
    return r->s->n_folders > 0 || r->s->n_documents > 0;
}

static bool skip_if_single(struct review *r, const char *rule)
{
    if (review_is_package(r))
        return false;
    review_skip(r, rule, "只给出一个文件，不是成果包", "one file was given, no package");
    return true;
}

static bool same_path(const char *path, const char *folder)
{
    const size_t n = strlen(path), m = strlen(folder);
    return n >= m && strcmp(path + n - m, folder) == 0 && (n == m || path[n - m - 1] == '/');
}

static enum gt_status check_folders(struct review *r, struct gt_err *err)
{
    (void)err;
    if (skip_if_single(r, "completeness.folder") || !review_rule(r, "completeness.folder"))
        return GT_OK;
    for (size_t i = 0; i < r->profile->n_folders; i++) {
        const char *want = r->profile->folder[i];
        bool there = false;
        for (size_t k = 0; k < r->s->n_folders && !there; k++)
            there = same_path(r->s->folder[k], want);
        struct review_hit *h = there ? NULL : review_hit(r, "completeness.folder", NULL);
        if (!h)
            continue;
        h->path = want;
        review_say(r, h, gt_printf(r->a, "缺少目录“%s”", want),
                   gt_printf(r->a, "the folder %s is missing", want));
    }
    return GT_OK;
}

/* Whether the last part of a path without its ending is that name. */
static bool has_stem(const char *path, const char *stem)
{
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    const size_t n = strlen(stem);
    return strncmp(base, stem, n) == 0 && (base[n] == '.' || base[n] == 0);
}

static const char *last_part(const char *path)
{
    const char *base = strrchr(path, '/');
    return base ? base + 1 : path;
}

bool review_has_file(const struct review *r, const char *stem)
{
    for (size_t i = 0; i < r->s->n_documents; i++)
        if (has_stem(r->s->document[i].path, stem))
            return true;
    for (size_t i = 0; i < r->n_layers; i++)
        if (has_stem(r->layer[i].source->file, stem) || strcmp(r->layer[i].source->name, stem) == 0)
            return true;
    return false;
}

static enum gt_status check_files(struct review *r, struct gt_err *err)
{
    (void)err;
    const struct gt_yaml *seq = review_setting(r, "files");
    if (skip_if_single(r, "completeness.file") || !seq || !review_rule(r, "completeness.file"))
        return GT_OK;
    for (const struct gt_yaml *y = seq->child; y; y = y->next) {
        if (review_has_file(r, last_part(y->text)))
            continue;
        struct review_hit *h = review_hit(r, "completeness.file", NULL);
        if (!h)
            continue;
        h->path = y->text;
        review_say(r, h, gt_printf(r->a, "缺少文件“%s”", y->text),
                   gt_printf(r->a, "the file %s is missing", y->text));
    }
    return GT_OK;
}

/* ---- Layers ---------------------------------------------------------------------------------- */

static bool has_layer(const struct review *r, const char *code)
{
    for (size_t i = 0; i < r->n_layers; i++)
        if (r->layer[i].std && strcmp(r->layer[i].std->code, code) == 0)
            return true;
    return false;
}

static bool contains(const char *text, const char *part)
{
    const size_t n = strlen(part);
    for (; *part && *text; text++)
        if (strncasecmp(text, part, n) == 0)
            return true;
    return false;
}

/* A layer without a standard whose name holds the code is told by its name alone. */
static bool misnamed(const struct review *r, const struct gt_standard_layer *std)
{
    for (size_t i = 0; i < r->n_layers; i++) {
        const struct review_layer *l = &r->layer[i];
        if (!l->std && !l->source->table &&
            (contains(l->source->name, std->code) || strcmp(l->source->name, std->title) == 0))
            return true;
    }
    return false;
}

static bool declared_absent(const struct review *r, const struct gt_standard_layer *std)
{
    for (size_t i = 0; i < r->s->n_documents; i++) {
        const struct gt_review_document *d = &r->s->document[i];
        if (d->text && strstr(d->path, "其他资料") &&
            (strstr(d->text, std->code) || strstr(d->text, std->title)))
            return true;
    }
    return false;
}

/* The profile names layers by codes that may be aliases of the standard's. */
static enum gt_status missing_layers(struct review *r, const char *rule,
                                     enum gt_constraint constraint)
{
    if (skip_if_single(r, rule) || !review_rule(r, rule))
        return GT_OK;
    for (size_t i = 0; i < r->profile->n_layers; i++) {
        const struct gt_profile_layer *p = &r->profile->layer[i];
        const struct gt_standard_layer *std = gt_standard_layer(r->std, p->code);
        if (p->constraint != constraint || !std || has_layer(r, std->code) || misnamed(r, std))
            continue;
        if (constraint == GT_CONDITIONAL && declared_absent(r, std))
            continue;
        struct review_hit *h = review_hit(r, rule, NULL);
        if (!h)
            continue;
        h->code = std->code;
        review_say(r, h, gt_printf(r->a, "缺少图层 %s（%s）", std->code, std->title),
                   gt_printf(r->a, "the layer %s (%s) is missing", std->code, std->title));
    }
    return GT_OK;
}

static enum gt_status check_layers(struct review *r, struct gt_err *err)
{
    (void)err;
    return missing_layers(r, "completeness.layer", GT_MANDATORY);
}

static enum gt_status check_conditional(struct review *r, struct gt_err *err)
{
    (void)err;
    return missing_layers(r, "completeness.conditional", GT_CONDITIONAL);
}

static bool mandatory(const struct review *r, const struct gt_standard_layer *std)
{
    for (size_t i = 0; i < r->profile->n_layers; i++)
        if (r->profile->layer[i].constraint == GT_MANDATORY &&
            gt_standard_layer(r->std, r->profile->layer[i].code) ==
                gt_standard_layer(r->std, std->code))
            return true;
    return false;
}

static enum gt_status check_empty(struct review *r, struct gt_err *err)
{
    (void)err;
    if (!review_rule(r, "completeness.layer_empty"))
        return GT_OK;
    for (size_t i = 0; i < r->n_layers; i++) {
        const struct review_layer *l = &r->layer[i];
        if (!l->std || l->source->n > 0 || !mandatory(r, l->std))
            continue;
        struct review_hit *h = review_hit(r, "completeness.layer_empty", l);
        if (h)
            review_say(r, h, gt_printf(r->a, "必选图层 %s 没有要素", l->code),
                       gt_printf(r->a, "the mandatory layer %s has no features", l->code));
    }
    return GT_OK;
}

static enum gt_status check_names(struct review *r, struct gt_err *err)
{
    (void)err;
    if (!review_rule(r, "completeness.layer_name"))
        return GT_OK;
    for (size_t i = 0; i < r->n_layers; i++) {
        const struct review_layer *l = &r->layer[i];
        if (l->std || l->source->table)
            continue;
        struct review_hit *h = review_hit(r, "completeness.layer_name", l);
        if (h)
            review_say(r, h, gt_printf(r->a, "“%s”不是标准的图层代码", l->code),
                       gt_printf(r->a, "\"%s\" is no layer code of the standard", l->code));
    }
    return GT_OK;
}

static enum gt_status check_twice(struct review *r, struct gt_err *err)
{
    (void)err;
    if (!review_rule(r, "completeness.layer_twice"))
        return GT_OK;
    for (size_t i = 0; i < r->n_layers; i++)
        for (size_t k = 0; k < i; k++) {
            if (!r->layer[i].std || !r->layer[k].std ||
                strcmp(r->layer[k].std->code, r->layer[i].std->code) != 0)
                continue;
            struct review_hit *h = review_hit(r, "completeness.layer_twice", &r->layer[i]);
            if (h)
                review_say(r, h,
                           gt_printf(r->a, "图层 %s 有两份：%s 和 %s", r->layer[i].code,
                                     r->layer[k].source->file, r->layer[i].source->file),
                           gt_printf(r->a, "the layer %s is there twice: in %s and in %s",
                                     r->layer[i].code, r->layer[k].source->file,
                                     r->layer[i].source->file));
            break;
        }
    return GT_OK;
}

/* ---- What the reader met --------------------------------------------------------------------- */

static enum gt_status check_troubles(struct review *r, struct gt_err *err)
{
    (void)err;
    (void)review_rule(r, "completeness.unreadable");
    if (!skip_if_single(r, "completeness.rubbish"))
        (void)review_rule(r, "completeness.rubbish");
    for (size_t i = 0; i < r->s->n_troubles; i++) {
        const struct gt_review_trouble *t = &r->s->trouble[i];
        struct review_hit *h = review_hit(r, t->rule, NULL);
        if (!h)
            continue;
        const bool rubbish = strcmp(t->rule, "completeness.rubbish") == 0;
        h->path = gt_strdup(r->a, t->path);
        review_say(r, h,
                   t->zh     ? t->zh
                   : rubbish ? gt_printf(r->a, "“%s”与成果无关", t->path)
                             : gt_printf(r->a, "“%s”无法读出：%s", t->path, t->text),
                   t->text);
    }
    return GT_OK;
}

const struct review_check review_completeness[] = {{"completeness.folder", check_folders},
                                                   {"completeness.file", check_files},
                                                   {"completeness.layer", check_layers},
                                                   {"completeness.conditional", check_conditional},
                                                   {"completeness.layer_empty", check_empty},
                                                   {"completeness.layer_name", check_names},
                                                   {"completeness.layer_twice", check_twice},
                                                   {"completeness.unreadable", check_troubles},
                                                   {NULL, NULL}};
