/* colours.c: palettes, read from rules/colours.yaml. */
#include "guotu/atlas.h"

#include "guotu/io.h"

#include <math.h>
#include <string.h>

static const uint32_t spare[] = {0x4e79a7, 0xf28e2b, 0x59a14f, 0xe15759, 0x76b7b2,
                                 0xedc948, 0xb07aa1, 0x9c755f, 0xff9da7, 0x86bcb6};

/* ---- Reading ---- */

static enum gt_status read_rgb(const struct gt_yaml *entry, uint32_t *rgb, struct gt_err *err)
{
    const char *text;
    GT_TRY(gt_yaml_get_text(entry, "rgb", &text, err));
    *rgb = 0;
    bool good = strlen(text) == 7 && text[0] == '#';
    for (int i = 1; good && i < 7; i++) {
        const char *digit = strchr("0123456789abcdef", text[i]);
        good = digit != NULL;
        *rgb = good ? *rgb << 4 | (uint32_t)(digit - "0123456789abcdef") : 0;
    }
    if (good)
        return GT_OK;
    return gt_yaml_fail(gt_yaml_find(entry, "rgb"), err,
                        "expected a colour as \"#0f3c8a\", found '%.40s'", text);
}

static enum gt_status read_entries(struct gt_arena *a, const struct gt_yaml *list, const char *key,
                                   struct gt_palette *p, struct gt_err *err)
{
    const char *const known[] = {key, "rgb", NULL};
    GT_TRY(gt_yaml_want(list, GT_YAML_SEQ, "a list of colours", err));
    struct gt_palette_entry *entry = GT_TAKE_N(a, struct gt_palette_entry, list->n);
    for (const struct gt_yaml *y = list->child; y; y = y->next) {
        struct gt_palette_entry *e = &entry[p->n];
        GT_TRY(gt_yaml_want(y, GT_YAML_MAP, "a colour and what it is for", err));
        GT_TRY(gt_yaml_known(y, known, err));
        const struct gt_yaml *at = gt_yaml_find(y, key);
        if (!at)
            return gt_yaml_fail(y, err, "expected '%s', found none", key);
        GT_TRY(gt_yaml_num(at, &e->at, err));
        GT_TRY(read_rgb(y, &e->rgb, err));
        if (p->n && e->at <= e[-1].at)
            return gt_yaml_fail(at, err, "expected more than %g, found %g", e[-1].at, e->at);
        p->n++;
    }
    if (p->n < (p->ramp ? 2 : 1))
        return gt_yaml_fail(list, err, "expected at least %d colours, found %zu", p->ramp ? 2 : 1,
                            p->n);
    p->entry = entry;
    return GT_OK;
}

static enum gt_status read_names(struct gt_arena *a, const struct gt_yaml *list,
                                 struct gt_palette *p, struct gt_err *err)
{
    if (!list)
        return GT_OK;
    GT_TRY(gt_yaml_want(list, GT_YAML_SEQ, "a list of names", err));
    const char **use = GT_TAKE_N(a, const char *, list->n);
    for (const struct gt_yaml *y = list->child; y; y = y->next) {
        GT_TRY(gt_yaml_want(y, GT_YAML_SCALAR, "a name", err));
        use[p->n_use++] = gt_strdup(a, y->text);
    }
    p->use = use;
    return GT_OK;
}

static enum gt_status read_title(struct gt_arena *a, const struct gt_yaml *y,
                                 struct gt_text2 *title, struct gt_err *err)
{
    static const char *const known[] = {"zh", "en", NULL};
    const char *zh, *en;
    if (!y)
        return GT_OK;
    GT_TRY(gt_yaml_want(y, GT_YAML_MAP, "titles by language", err));
    GT_TRY(gt_yaml_known(y, known, err));
    GT_TRY(gt_yaml_get_text(y, "zh", &zh, err));
    GT_TRY(gt_yaml_get_text(y, "en", &en, err));
    *title = (struct gt_text2){gt_strdup(a, en), gt_strdup(a, zh)};
    return GT_OK;
}

static enum gt_status read_palette(struct gt_arena *a, const struct gt_yaml *y,
                                   struct gt_palette *p, struct gt_err *err)
{
    static const char *const known[] = {"title", "for", "classes", "ramp", NULL};
    GT_TRY(gt_yaml_want(y, GT_YAML_MAP, "a palette", err));
    GT_TRY(gt_yaml_known(y, known, err));
    const struct gt_yaml *classes = gt_yaml_find(y, "classes"), *ramp = gt_yaml_find(y, "ramp");
    if (!classes == !ramp)
        return gt_yaml_fail(y, err, "palette '%s': expected either 'classes' or 'ramp'", y->key);
    *p = (struct gt_palette){.id = gt_strdup(a, y->key), .ramp = ramp != NULL};
    GT_TRY(read_title(a, gt_yaml_find(y, "title"), &p->title, err));
    GT_TRY(read_names(a, gt_yaml_find(y, "for"), p, err));
    return ramp ? read_entries(a, ramp, "at", p, err) : read_entries(a, classes, "code", p, err);
}

enum gt_status gt_palettes_load(struct gt_arena *a, const char *rules_dir,
                                const struct gt_palettes **out, struct gt_err *err)
{
    static const char *const known[] = {"palettes", NULL};
    struct gt_yaml *root, *list;
    GT_TRY(gt_yaml_load(a, gt_path_join(a, rules_dir, "colours.yaml"), &root, err));
    GT_TRY(gt_yaml_want(root, GT_YAML_MAP, "palettes", err));
    GT_TRY(gt_yaml_known(root, known, err));
    if (!(list = gt_yaml_find(root, "palettes")))
        return gt_yaml_fail(root, err, "expected 'palettes', found none");
    GT_TRY(gt_yaml_want(list, GT_YAML_MAP, "palettes by name", err));
    struct gt_palettes *p = GT_TAKE(a, struct gt_palettes);
    struct gt_palette *v = GT_TAKE_N(a, struct gt_palette, list->n);
    for (const struct gt_yaml *y = list->child; y; y = y->next)
        GT_TRY(read_palette(a, y, &v[p->n++], err));
    p->v = v;
    *out = p;
    return GT_OK;
}

/* ---- Asking ---- */

const struct gt_palette *gt_palette_for(const struct gt_palettes *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->v[i].n_use; j++)
            if (strcmp(p->v[i].use[j], name) == 0)
                return &p->v[i];
    return NULL;
}

static uint32_t blend(uint32_t p, uint32_t q, double t)
{
    uint32_t rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
        double a = (double)(p >> shift & 255), b = (double)(q >> shift & 255);
        rgb |= (uint32_t)floor(a + (b - a) * t + 0.5) << shift;
    }
    return rgb;
}

static uint32_t of_ramp(const struct gt_palette *p, double at)
{
    const struct gt_palette_entry *e = p->entry;
    if (at <= e[0].at)
        return e[0].rgb;
    for (size_t i = 1; i < p->n; i++)
        if (at < e[i].at)
            return blend(e[i - 1].rgb, e[i].rgb, (at - e[i - 1].at) / (e[i].at - e[i - 1].at));
    return e[p->n - 1].rgb;
}

uint32_t gt_palette_rgb(const struct gt_palette *p, double at)
{
    if (p && p->ramp)
        return of_ramp(p, at);
    for (size_t i = 0; p && i < p->n; i++)
        if (p->entry[i].at >= at && p->entry[i].at <= at)
            return p->entry[i].rgb;
    double n = (double)GT_LEN(spare), at_spare = fmod(fabs(floor(at)), n);
    return spare[at_spare >= 0 && at_spare < n ? (size_t)at_spare : 0];
}
