/* quality_page.c: docs/quality-rules.md, made from rules/check/. */
#include "ops_int.h"

#include "guotu/io.h"
#include "guotu/standard.h"

#include <math.h>
#include <string.h>

static void rule_row(struct gt_buf *b, const struct gt_check_rule *r)
{
    char number[32];
    gt_buf_addf(b, "| `%s` | %s | %s<br>%s | ", r->id, gt_check_level_name(r->level), r->text.en,
                r->text.zh);
    if (isfinite(r->tolerance))
        gt_buf_addf(b, "%s %s", gt_fmt_num(r->tolerance, number), r->unit);
    gt_buf_addf(b, " | %s | %s%s |\n", r->clause, r->fixable ? "`--fix`: " : "", r->fix.en);
}

static void family(struct gt_buf *b, const struct gt_profile *p, enum gt_check_family f)
{
    gt_buf_addf(
        b,
        "\n## %s (%s)\n\n| rule | level | what must hold | tolerance | clause | how to mend "
        "|\n|---|---|---|---|---|---|\n",
        gt_check_family_title(f, GT_EN), gt_check_family_title(f, GT_ZH));
    for (size_t i = 0; i < p->n_rules; i++)
        if (p->rule[i].family == f)
            rule_row(b, &p->rule[i]);
}

static void sources(struct gt_buf *b, const struct gt_profile *p)
{
    gt_buf_add(b,
               "\n## Where the rules come from\n\n| source | evidence | rules |\n|---|---|---|\n");
    for (size_t i = 0; i < p->n_rules; i++) {
        const struct gt_check_rule *r = &p->rule[i];
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = strcmp(p->rule[j].source, r->source) == 0;
        if (seen)
            continue;
        gt_buf_addf(b, "| %s | %s | ", r->source, gt_evidence_name(r->evidence));
        for (size_t j = i; j < p->n_rules; j++)
            if (strcmp(p->rule[j].source, r->source) == 0)
                gt_buf_addf(b, "%s`%s`", j > i ? ", " : "", p->rule[j].id);
        gt_buf_add(b, " |\n");
    }
}

enum gt_status ops_quality_page(struct gt_call *c, struct gt_buf *b, struct gt_err *err)
{
    const struct gt_profile *p;
    const char *rules = gt_rules_dir(c->a, err);
    if (!rules)
        return err->status;
    GT_TRY(gt_profile_load(c->a, rules, "county", &p, err));
    gt_buf_addf(
        b,
        "# Rules of the quality check\n\n"
        "Made from `rules/check/` by `guotu ops --docs docs`; levels and tolerances are those of "
        "the profile `county`. `guotu check` applies them; what a profile may change, and what "
        "its checks read, is said in its file in `rules/check/profiles/`. %zu rules.\n\n"
        "A fault is one finding: what another finding explains is not told again. Features whose "
        "geometry is broken are not measured; an area that differs by as much as the overlap or "
        "gap at that feature is that overlap's finding; sums against control areas leave out what "
        "the findings on their parts explain. Rules that could not be applied are listed with the "
        "reason.\n",
        p->n_rules);
    for (int f = 0; f < GT_CHECK_FAMILIES; f++)
        family(b, p, (enum gt_check_family)f);
    sources(b, p);
    return GT_OK;
}
