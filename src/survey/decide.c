/* decide.c: the decision table: what becomes of parcels whose class alone cannot say. */
#include "guotu/survey.h"

#include <string.h>

static const char *const columns[] = {"BSM", "DLBM", "XZQDM", "YDYHFLDM"};
/* Of the list that is filled in: for the reader only. */
static const char *const passed[] = {"DLMC",       "TBMJ", "PARCELS", "PROPOSED",
                                     "CANDIDATES", "note", "备注"};

static enum gt_status find_columns(const struct gt_csv *t, int at[static GT_LEN(columns)],
                                   struct gt_err *err)
{
    for (size_t i = 0; i < GT_LEN(columns); i++)
        at[i] = gt_csv_find(t, columns[i]);
    if (at[3] < 0)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected a column YDYHFLDM with the class decided on, found none",
                       t->file);
    if (at[0] < 0 && at[1] < 0)
        return gt_fail(err, GT_EINPUT, "%s: expected a column BSM or DLBM, found neither", t->file);
    for (size_t k = 0; k < t->n_cols; k++) {
        bool known = false;
        for (size_t i = 0; i < GT_LEN(columns); i++)
            known = known || at[i] == (int)k;
        for (size_t i = 0; i < GT_LEN(passed); i++)
            known = known || strcmp(t->col[k], passed[i]) == 0;
        if (!known)
            return gt_fail(err, GT_EINPUT, "%s: unknown column '%.60s'", t->file, t->col[k]);
    }
    return GT_OK;
}

static const char *cell(const struct gt_csv *t, size_t row, int col)
{
    return col < 0 ? "" : gt_csv_cell(t, row, (size_t)col);
}

/* ---- One line -------------------------------------------------------------------------------- */

bool gt_land_map_allows(const struct gt_land_map *m, const char *code)
{
    if (strcmp(m->to, code) == 0)
        return true;
    for (size_t i = 0; i < m->n_candidates; i++)
        if (gt_starts(code, m->candidate[i]))
            return true;
    return false;
}

static enum gt_status check_class(const struct gt_standard *s, const struct gt_csv *t, size_t row,
                                  const struct gt_decision *d, struct gt_err *err)
{
    const struct gt_land_map *m = gt_land_map(s, d->dlbm);
    if (d->dlbm[0] == '\0')
        return GT_OK;
    if (!m)
        return gt_csv_fail(t, row, err, "DLBM: '%.20s' is no survey class that is mapped", d->dlbm);
    if (!gt_land_map_allows(m, d->to))
        return gt_csv_fail(t, row, err,
                           "YDYHFLDM: %.20s cannot become %.20s; see 'guotu standard map %.20s'",
                           d->dlbm, d->to, d->dlbm);
    return GT_OK;
}

static enum gt_status read_line(const struct gt_standard *s, const struct gt_csv *t, size_t row,
                                const int *at, struct gt_decision *d, struct gt_err *err)
{
    const char *to = cell(t, row, at[3]);
    const struct gt_land_class *c = gt_land_class_padded(s, "planning2023", to);
    *d = (struct gt_decision){.bsm = cell(t, row, at[0]),
                              .dlbm = cell(t, row, at[1]),
                              .unit = cell(t, row, at[2]),
                              .line = t->line[row]};
    if (!c)
        return gt_csv_fail(t, row, err, "YDYHFLDM: '%.20s' is no class of planning2023", to);
    d->to = c->code;
    if (d->bsm[0] == '\0' && d->dlbm[0] == '\0')
        return gt_csv_fail(t, row, err, "expected a BSM, or a DLBM, found neither");
    return check_class(s, t, row, d, err);
}

static enum gt_status contradict(const struct gt_csv *t, size_t row, const struct gt_decision *a,
                                 const struct gt_decision *b, struct gt_err *err)
{
    if (strcmp(a->to, b->to) == 0)
        return GT_OK;
    return gt_csv_fail(t, row, err, "decides on %.20s where line %d decides on %.20s", b->to,
                       a->line, a->to);
}

/* ---- The table ------------------------------------------------------------------------------- */

enum gt_status gt_decisions_read(struct gt_arena *a, const struct gt_standard *s,
                                 const struct gt_csv *t, struct gt_decisions *out,
                                 struct gt_err *err)
{
    int at[GT_LEN(columns)];
    struct gt_decision *v = GT_TAKE_N(a, struct gt_decision, t->n + 1);
    const struct gt_decision **classes = GT_TAKE_N(a, const struct gt_decision *, t->n + 1);
    struct gt_map *by_bsm = gt_map_new(a), *by_class = gt_map_new(a);
    *out = (struct gt_decisions){.file = t->file, .v = v, .by_bsm = by_bsm, .by_class = classes};
    GT_TRY(find_columns(t, at, err));
    for (size_t i = 0; i < t->n; i++) {
        struct gt_decision *d = &v[out->n];
        if (cell(t, i, at[3])[0] == '\0')
            continue;
        GT_TRY(read_line(s, t, i, at, d, err));
        struct gt_map *m = d->bsm[0] ? by_bsm : by_class;
        const char *key = d->bsm[0] ? d->bsm : gt_printf(a, "%s@%s", d->dlbm, d->unit);
        const struct gt_decision *other = gt_map_get(m, key);
        if (other) {
            GT_TRY(contradict(t, i, other, d, err));
            continue;
        }
        gt_map_put(m, key, d);
        if (m == by_class)
            classes[out->n_classes++] = d;
        out->n++;
    }
    return GT_OK;
}

const struct gt_decision *gt_decision_find(const struct gt_decisions *d, const struct gt_tract *t)
{
    const struct gt_decision *best = NULL;
    if (!d)
        return NULL;
    const struct gt_decision *own = gt_map_get(d->by_bsm, t->bsm);
    if (own)
        return own;
    for (size_t i = 0; i < d->n_classes; i++) {
        const struct gt_decision *k = d->by_class[i];
        if (strcmp(k->dlbm, t->dlbm) != 0 || !gt_starts(t->unit, k->unit))
            continue;
        if (!best || strlen(k->unit) > strlen(best->unit))
            best = k;
    }
    return best;
}

enum gt_status gt_decisions_check(const struct gt_decisions *d, const struct gt_tract *t, size_t n,
                                  struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_map *known = gt_map_new(a);
    if (!d)
        return GT_OK;
    for (size_t i = 0; i < n; i++)
        if (gt_map_get(d->by_bsm, t[i].bsm))
            gt_map_put(known, t[i].bsm, (void *)(uintptr_t)&t[i]);
    for (size_t i = 0; i < d->n; i++) {
        const struct gt_decision *k = &d->v[i];
        const struct gt_tract *p = k->bsm[0] ? gt_map_get(known, k->bsm) : NULL;
        if (k->bsm[0] && !p)
            return gt_fail(err, GT_EINPUT, "%s:%d: no parcel has the BSM '%.40s'", d->file, k->line,
                           k->bsm);
        if (p && k->dlbm[0] && strcmp(k->dlbm, p->dlbm) != 0)
            return gt_fail(err, GT_EINPUT, "%s:%d: parcel %.40s is %.20s, the line says %.20s",
                           d->file, k->line, k->bsm, p->dlbm, k->dlbm);
        if (p && !gt_starts(p->unit, k->unit))
            return gt_fail(err, GT_EINPUT, "%s:%d: parcel %.40s lies in %.20s, not in %.20s",
                           d->file, k->line, k->bsm, p->unit, k->unit);
    }
    return GT_OK;
}
