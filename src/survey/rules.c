/* rules.c: rules/survey/conversion.yaml: statuses of approvals, slope limits, the town-village
 * attribute; and what they say of a parcel. */
#include "guotu/hash.h"
#include "guotu/io.h"
#include "guotu/survey.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE ((size_t)1 << 20)

/* ---- Reading --------------------------------------------------------------------------------- */

static enum gt_status need(const struct gt_yaml *map, const char *key, enum gt_yaml_kind kind,
                           const struct gt_yaml **out, struct gt_err *err)
{
    *out = gt_yaml_find(map, key);
    if (!*out)
        return gt_yaml_fail(map, err, "expected the key '%s', found none", key);
    return gt_yaml_want(*out, kind, key, err);
}

static enum gt_status texts(struct gt_arena *a, const struct gt_yaml *seq, const char *const **out,
                            size_t *n, struct gt_err *err)
{
    const char **v = GT_TAKE_N(a, const char *, seq->n + 1);
    for (const struct gt_yaml *c = seq->child; c; c = c->next) {
        GT_TRY(gt_yaml_want(c, GT_YAML_SCALAR, seq->key, err));
        v[(*n)++] = c->text;
    }
    *out = v;
    return GT_OK;
}

static enum gt_status choose(const struct gt_yaml *map, const char *key, const char *const *word,
                             size_t n, int *out, struct gt_err *err)
{
    const char *text;
    GT_TRY(gt_yaml_get_text(map, key, &text, err));
    for (*out = 0; *out < (int)n; ++*out)
        if (strcmp(text, word[*out]) == 0)
            return GT_OK;
    return gt_yaml_fail(gt_yaml_find(map, key), err, "%s: '%.40s' is none of the words known here",
                        key, text);
}

static enum gt_status read_status(struct gt_arena *a, const struct gt_yaml *y,
                                  struct gt_convert_status *out, struct gt_err *err)
{
    static const char *const known[] = {"title", "words", "from", "to", NULL};
    static const char *const sides[] = {"any", "built", "open"};
    const struct gt_yaml *title, *words;
    int from, to;
    *out = (struct gt_convert_status){.id = y->key};
    GT_TRY(gt_yaml_want(y, GT_YAML_MAP, y->key, err));
    GT_TRY(gt_yaml_known(y, known, err));
    GT_TRY(need(y, "title", GT_YAML_MAP, &title, err));
    GT_TRY(gt_yaml_get_text(title, "zh", &out->title.zh, err));
    GT_TRY(gt_yaml_get_text(title, "en", &out->title.en, err));
    GT_TRY(need(y, "words", GT_YAML_SEQ, &words, err));
    GT_TRY(texts(a, words, &out->word, &out->n_words, err));
    GT_TRY(choose(y, "from", sides, GT_LEN(sides), &from, err));
    GT_TRY(choose(y, "to", sides, GT_LEN(sides), &to, err));
    out->from = (enum gt_land_side)from;
    out->to = (enum gt_land_side)to;
    return GT_OK;
}

static enum gt_status read_slopes(const struct gt_yaml *root, struct gt_convert_rules *r,
                                  struct gt_err *err)
{
    const struct gt_yaml *seq;
    size_t n = 0;
    GT_TRY(need(root, "slope_deg", GT_YAML_SEQ, &seq, err));
    for (const struct gt_yaml *c = seq->child; c && n < 4; c = c->next, n++) {
        GT_TRY(gt_yaml_num(c, &r->slope_deg[n], err));
        if (n > 0 && !(r->slope_deg[n] > r->slope_deg[n - 1]))
            return gt_yaml_fail(c, err, "slope_deg: expected rising limits");
    }
    if (seq->n != 4)
        return gt_yaml_fail(seq, err, "slope_deg: expected 4 limits, found %zu", seq->n);
    return GT_OK;
}

static enum gt_status read_settlement(struct gt_arena *a, const struct gt_yaml *root,
                                      struct gt_convert_rules *r, struct gt_err *err)
{
    static const char *const known[] = {"required", "fixed", NULL};
    const struct gt_yaml *map, *list, *fixed;
    GT_TRY(need(root, "settlement", GT_YAML_MAP, &map, err));
    GT_TRY(gt_yaml_known(map, known, err));
    GT_TRY(need(map, "required", GT_YAML_SEQ, &list, err));
    GT_TRY(texts(a, list, &r->required, &r->n_required, err));
    GT_TRY(need(map, "fixed", GT_YAML_MAP, &fixed, err));
    const char **class = GT_TAKE_N(a, const char *, fixed->n + 1);
    const char **code = GT_TAKE_N(a, const char *, fixed->n + 1);
    for (const struct gt_yaml *c = fixed->child; c; c = c->next) {
        GT_TRY(gt_yaml_want(c, GT_YAML_SCALAR, c->key, err));
        class[r->n_fixed] = c->key;
        code[r->n_fixed++] = c->text;
    }
    r->fixed = class;
    r->fixed_code = code;
    return GT_OK;
}

static enum gt_status read_all(struct gt_arena *a, const struct gt_yaml *root,
                               struct gt_convert_rules *r, struct gt_err *err)
{
    static const char *const known[] = {"source",     "evidence",   "statuses", "slope_deg",
                                        "settlement", "base_layer", NULL};
    static const char *const evidence[] = {"verified", "code", "unverified"};
    static const char *const layer_known[] = {"feature_code", "bsm_layer", NULL};
    const struct gt_yaml *map, *layer;
    int e;
    GT_TRY(gt_yaml_known(root, known, err));
    GT_TRY(gt_yaml_get_text(root, "source", &r->source, err));
    GT_TRY(choose(root, "evidence", evidence, GT_LEN(evidence), &e, err));
    r->evidence = (enum gt_evidence)e;
    GT_TRY(need(root, "statuses", GT_YAML_MAP, &map, err));
    struct gt_convert_status *v = GT_TAKE_N(a, struct gt_convert_status, map->n + 1);
    for (const struct gt_yaml *c = map->child; c; c = c->next)
        GT_TRY(read_status(a, c, &v[r->n_statuses++], err));
    r->status = v;
    GT_TRY(read_slopes(root, r, err));
    GT_TRY(read_settlement(a, root, r, err));
    GT_TRY(need(root, "base_layer", GT_YAML_MAP, &layer, err));
    GT_TRY(gt_yaml_known(layer, layer_known, err));
    GT_TRY(gt_yaml_get_text(layer, "feature_code", &r->feature_code, err));
    return gt_yaml_get_text(layer, "bsm_layer", &r->bsm_layer, err);
}

enum gt_status gt_convert_rules_load(struct gt_arena *a, const char *dir,
                                     const struct gt_convert_rules **out, struct gt_err *err)
{
    const char *path = gt_path_join(a, dir, "survey/conversion.yaml");
    struct gt_convert_rules *r = GT_TAKE(a, struct gt_convert_rules);
    struct gt_str text;
    struct gt_yaml *root;
    struct gt_hash h;
    char hash[GT_HASH_TEXT];
    *out = NULL;
    GT_TRY(gt_file_get(a, path, MAX_FILE, &text, err));
    gt_hash_begin(&h);
    gt_hash_add(&h, text.p, text.n);
    gt_hash_end(&h, hash);
    r->hash = gt_strdup(a, hash);
    GT_TRY(gt_yaml_parse(a, path, text, &root, err));
    GT_TRY(gt_yaml_want(root, GT_YAML_MAP, "conversion rules", err));
    GT_TRY(read_all(a, root, r, err));
    *out = r;
    return GT_OK;
}

/* ---- What they say --------------------------------------------------------------------------- */

int gt_convert_status_find(const struct gt_convert_rules *r, const char *word)
{
    for (size_t i = 0; i < r->n_statuses; i++)
        for (size_t k = 0; k < r->status[i].n_words; k++)
            if (strcmp(r->status[i].word[k], word) == 0)
                return (int)i;
    return -1;
}

int gt_slope_grade(const struct gt_convert_rules *r, double deg)
{
    int grade = 1;
    if (isnan(deg))
        return 0;
    while (grade < 5 && deg > r->slope_deg[grade - 1])
        grade++;
    return grade;
}

const char *gt_settlement_code(const struct gt_convert_rules *r, const char *dlbm)
{
    for (size_t i = 0; i < r->n_fixed; i++)
        if (gt_starts(dlbm, r->fixed[i]))
            return r->fixed_code[i];
    for (size_t i = 0; i < r->n_required; i++)
        if (gt_starts(dlbm, r->required[i]))
            return "*";
    return "";
}

static const struct {
    const char *name;
    struct gt_text2 title;
} flaws[] = {
#define ROW(e, name, en, zh) [e] = {name, {en, zh}},
    GT_TRACT_FLAWS(ROW)
#undef ROW
};

const char *gt_tract_flaw_name(enum gt_tract_flaw f)
{
    return flaws[f].name;
}

const char *gt_tract_flaw_title(enum gt_tract_flaw f, enum gt_lang lang)
{
    return gt_text2(flaws[f].title, lang);
}

static bool settlement_fits(const struct gt_convert_rules *r, const struct gt_tract *t)
{
    const char *want = gt_settlement_code(r, t->dlbm);
    if (strcmp(want, "*") == 0)
        return t->czcsxm[0] != '\0';
    return want[0] == '\0' || strcmp(want, t->czcsxm) == 0;
}

unsigned gt_tract_check(const struct gt_convert_rules *r, struct gt_tract *t)
{
    int64_t kcmj = gt_deducted(t->tbmj, t->kcxs);
    unsigned flaw = 0;
    if (t->kcmj >= 0 ? llabs(t->kcmj - kcmj) > 1 : kcmj > 0)
        flaw |= 1U << GT_TRACT_KCMJ;
    if (t->kcmj < 0 || llabs(t->kcmj - kcmj) > 1)
        t->kcmj = kcmj;
    if (t->tbdlmj < 0 || llabs(t->tbdlmj - (t->tbmj - t->kcmj)) > 1)
        flaw |= 1U << GT_TRACT_TBDLMJ;
    t->tbdlmj = t->tbmj - t->kcmj;
    if (!settlement_fits(r, t))
        flaw |= 1U << GT_TRACT_SETTLEMENT;
    return flaw;
}
