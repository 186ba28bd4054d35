/* units.c: counties by their codes: ground counted in them, rows of tables. */
#include "units.h"

#include <math.h>
#include <string.h>

#define NAMED 8

enum gt_status ops_units_of(struct evaluation *e, struct ops_units *out, struct gt_err *err)
{
    size_t n = e->counties ? e->counties->shapes->n : 0;
    if (n == 0)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected counties (a layer 'county'), found none in %s; import them",
                       e->function->id, gt_store_dir(e->store));
    e->used[gt_model_step(e->m->model, "county")] = true;
    *out = (struct ops_units){.code = GT_TAKE_N(e->a, const char *, n),
                              .name = GT_TAKE_N(e->a, const char *, n),
                              .of_zone = GT_TAKE_N(e->a, size_t, n),
                              .by_code = gt_map_new(e->a)};
    for (size_t i = 0; i < n; i++) {
        const struct gt_evaluate_zone *z = &e->zones[i];
        if (!z->code[0])
            return gt_fail(err, GT_EINPUT, "%s: expected a code for feature %zu, found none",
                           e->county->id, i + 1);
        size_t *known = gt_map_get(out->by_code, z->code);
        if (!known) {
            known = GT_TAKE(e->a, size_t);
            *known = out->n++;
            out->code[*known] = z->code;
            out->name[*known] = z->name;
            gt_map_put(out->by_code, z->code, known);
        }
        out->of_zone[i] = *known;
    }
    return GT_OK;
}

void ops_units_rules(const struct evaluation *e)
{
    for (int i = 0; i < e->m->model->n_steps; i++) {
        const struct gt_dataset *d = e->m->input[i];
        const struct gt_json *lineage;
        if (!d || !e->used[i] || ops_lineage_read(e->a, d, &lineage, NULL) != GT_OK)
            continue;
        const char *rules = gt_json_str(gt_json_get(lineage, "rules"), e->rules);
        if (strcmp(rules, e->rules) != 0)
            gt_warn(e->c->work,
                    OPS_SAY(e->c, "%s: was made with the rule set %s, and this is %s",
                            "%s：按规则集 %s 生成，而本次为 %s"),
                    d->id, rules, e->rules);
    }
}

bool ops_units_area(const struct evaluation *e, const struct ops_units *u, const char *result,
                    int64_t class, double *m2)
{
    const struct evaluation_result *r = NULL;
    for (size_t i = 0; i < e->n; i++)
        if (strcmp(e->result[i].out->name, result) == 0)
            r = &e->result[i];
    for (size_t i = 0; i < u->n; i++)
        m2[i] = r ? 0 : (double)NAN;
    for (size_t i = 0; r && i < r->areas.n; i++) {
        const struct gt_evaluate_area *v = &r->areas.v[i];
        if (v->zone >= 0 && v->code == class)
            m2[u->of_zone[v->zone]] += v->m2;
    }
    return r != NULL;
}

/* ---- Tables ---------------------------------------------------------------------------------- */

static void add_name(struct gt_arena *a, struct ops_unit_names *all, const char *name)
{
    all->text.a = a;
    if (all->n < NAMED)
        gt_buf_addf(&all->text, "%s%s", all->n ? ", " : "", name);
    else if (all->n == NAMED)
        gt_buf_add(&all->text, ", ...");
    all->n++;
}

void ops_unit_name(struct evaluation *e, struct ops_unit_names *all, const struct ops_units *u,
                   size_t unit)
{
    add_name(e->a, all,
             strcmp(u->name[unit], u->code[unit]) == 0
                 ? u->code[unit]
                 : gt_printf(e->a, "%s (%s)", u->name[unit], u->code[unit]));
}

static enum gt_status take_rows(struct evaluation *e, const struct ops_units *u,
                                struct ops_unit_rows *out, struct gt_err *err)
{
    struct ops_unit_names spare = {0};
    int code = gt_features_field(out->f, "code");
    if (code < 0)
        return gt_fail(err, GT_EINPUT, "expected the column 'code' in dataset '%s', found none",
                       out->d->id);
    for (size_t i = 0; i < out->f->n_rows; i++) {
        const char *text =
            ops_value_text(e->a, &out->f->value[i * out->f->n_fields + (size_t)code]);
        const size_t *unit = gt_map_get(u->by_code, text);
        if (!unit) {
            add_name(e->a, &spare, text);
            continue;
        }
        if (out->row[*unit])
            return gt_fail(err, GT_EINPUT,
                           "expected one row for each code in dataset '%s', found '%s' twice",
                           out->d->id, text);
        size_t *row = GT_TAKE(e->a, size_t);
        *row = i;
        out->row[*unit] = row;
    }
    if (spare.n)
        gt_warn(e->c->work,
                OPS_SAY(e->c, "%s: %zu rows have a code that no county has: %s",
                        "%s：%zu 行的代码不属于任何县：%s"),
                out->d->id, spare.n, spare.text.p);
    return GT_OK;
}

enum gt_status ops_units_rows(struct evaluation *e, const struct ops_units *u, const char *input,
                              struct ops_unit_rows *out, struct gt_err *err)
{
    int step = gt_model_step(e->m->model, input);
    *out = (struct ops_unit_rows){.row = GT_TAKE_N(e->a, const size_t *, u->n)};
    if (step < 0 || !e->m->input[step])
        return GT_OK;
    out->d = e->m->input[step];
    e->used[step] = true;
    GT_TRY(gt_store_features(e->store, e->a, out->d, &out->f, err));
    return take_rows(e, u, out, err);
}

bool ops_units_has(const struct ops_unit_rows *r, const char *field)
{
    return r->d && gt_features_field(r->f, field) >= 0;
}

double ops_units_number(const struct ops_unit_rows *r, size_t unit, const char *field)
{
    double v = (double)NAN;
    int at = r->d ? gt_features_field(r->f, field) : -1;
    if (at < 0 || !r->row[unit])
        return v;
    const struct gt_value *cell = &r->f->value[*r->row[unit] * r->f->n_fields + (size_t)at];
    if (cell->kind == GT_V_NUM)
        return cell->num;
    return cell->kind == GT_V_TEXT && gt_parse_num(cell->text, &v) ? v : (double)NAN;
}
