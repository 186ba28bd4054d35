/* text.c: names and titles of the rules' enumerations. */
#include "rules_int.h"

static const struct {
    const char *name, *en, *zh;
} evidence[] = {
    [GT_VERIFIED] = {"verified", "read in the standard", "已核对标准原文"},
    [GT_CODE] = {"code", "read in a published program", "据公开程序"},
    [GT_UNVERIFIED] = {"unverified", "not verified", "未核实"},
};

const char *gt_evidence_name(enum gt_evidence e)
{
    return evidence[e].name;
}

const char *gt_evidence_title(enum gt_evidence e, enum gt_lang lang)
{
    return lang == GT_ZH ? evidence[e].zh : evidence[e].en;
}

const char *gt_text2(struct gt_text2 t, enum gt_lang lang)
{
    const char *first = lang == GT_ZH ? t.zh : t.en, *second = lang == GT_ZH ? t.en : t.zh;
    if (first && first[0])
        return first;
    return second ? second : "";
}

static const struct {
    const char *name, *help;
} kinds[] = {
#define KIND_ROW(e, name, help) [e] = {name, help},
    GT_STEP_TABLE(KIND_ROW)
#undef KIND_ROW
};

const char *gt_step_kind_name(enum gt_step_kind k)
{
    return kinds[k].name;
}

const char *gt_step_kind_help(enum gt_step_kind k)
{
    return kinds[k].help;
}
