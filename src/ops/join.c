/* join.c: a table's numbers for the polygons of a layer, by their codes. */
#include "ops_int.h"

#include <math.h>
#include <string.h>

#define NAMED 8 /* counties that a warning names */

static double number_of(const struct gt_value *v)
{
    double number = (double)NAN;
    if (v->kind == GT_V_NUM)
        number = v->num;
    if (v->kind == GT_V_TEXT && !gt_parse_num(v->text, &number))
        number = NAN;
    return number;
}

const char *ops_value_text(struct gt_arena *a, const struct gt_value *v)
{
    char buf[32];
    if (v->kind == GT_V_NUM)
        return gt_strdup(a, gt_fmt_num(v->num, buf));
    return v->kind == GT_V_TEXT ? v->text : "";
}

enum gt_status ops_feature_numbers(struct gt_arena *a, const struct gt_features *f,
                                   const char *column, const char *id, const double **out,
                                   struct gt_err *err)
{
    void *numbers = NULL;
    int field = gt_features_field(f, column);
    size_t n = gt_features_count(f);
    if (field < 0)
        return gt_fail(err, GT_EINPUT, "expected the attribute '%s' in dataset '%s', found none",
                       column, id);
    GT_TRY(gt_reserve(a, n, sizeof(double), "attributes", &numbers, err));
    double *v = numbers;
    for (size_t k = 0; k < n; k++)
        v[k] = number_of(&f->value[k * f->n_fields + (size_t)field]);
    *out = v;
    return GT_OK;
}

/* A column that the role knows but does not ask for may be absent. */
static bool may_lack(struct gt_call *c, const struct gt_dataset *d, const char *column)
{
    const struct gt_layer_role *role;
    if (ops_layer_find(c->a, d->role, &role, NULL) != GT_OK)
        return false;
    for (size_t i = 0; i < role->n_fields; i++)
        if (strcmp(role->fields[i].name, column) == 0)
            return !role->fields[i].required;
    return false;
}

enum gt_status ops_column_numbers(struct gt_call *c, const struct gt_dataset *d,
                                  const struct gt_features *f, const char *column,
                                  const double **out, struct gt_err *err)
{
    void *numbers = NULL;
    size_t n = gt_features_count(f);
    if (gt_features_field(f, column) >= 0 || !may_lack(c, d, column))
        return ops_feature_numbers(c->a, f, column, d->id, out, err);
    GT_TRY(gt_reserve(c->a, n, sizeof(double), "attributes", &numbers, err));
    double *v = numbers;
    for (size_t k = 0; k < n; k++)
        v[k] = NAN;
    *out = v;
    gt_warn(c->work,
            OPS_SAY(c, "dataset '%s' has no column '%s': its values are not known",
                    "数据集“%s”没有字段“%s”，其值按未知处理"),
            d->id, column);
    return GT_OK;
}

/* ---- Codes ----------------------------------------------------------------------------------- */

struct joining {
    struct gt_call *c;
    struct gt_arena *a;
    const struct ops_join *j;
    int shape_code, shape_name; /* fields */
    int row_code;
    struct gt_map *rows; /* by code: of double, the number */
    struct gt_map *area; /* by code: of double, the ground of all its shapes in m2 */
};

static enum gt_status need_code(const struct gt_features *f, const struct gt_dataset *d, int *field,
                                struct gt_err *err)
{
    *field = gt_features_field(f, "code");
    if (*field >= 0)
        return GT_OK;
    return gt_fail(err, GT_EINPUT, "expected the attribute 'code' in dataset '%s', found none",
                   d->id);
}

static const char *text_at(const struct joining *x, const struct gt_features *f, size_t i,
                           int field)
{
    return field < 0 ? "" : ops_value_text(x->a, &f->value[i * f->n_fields + (size_t)field]);
}

static enum gt_status read_rows(struct joining *x, struct gt_err *err)
{
    const double *number;
    const struct ops_join *j = x->j;
    GT_TRY(ops_column_numbers(x->c, j->table, j->rows, j->step->column, &number, err));
    x->rows = gt_map_new(x->a);
    for (size_t i = 0; i < j->rows->n_rows; i++) {
        const char *code = text_at(x, j->rows, i, x->row_code);
        double *v = GT_TAKE(x->a, double);
        *v = number[i];
        if (gt_map_get(x->rows, code))
            return gt_fail(err, GT_EINPUT,
                           "expected one row for each code in dataset '%s', found '%s' twice",
                           j->table->id, code);
        gt_map_put(x->rows, code, v);
    }
    return GT_OK;
}

static enum gt_status sum_areas(struct joining *x, struct gt_err *err)
{
    void *areas = NULL;
    const struct gt_features *f = x->j->shapes;
    x->area = gt_map_new(x->a);
    GT_TRY(gt_reserve(x->a, f->shapes->n, sizeof(double), "areas", &areas, err));
    double *m2 = areas;
    if (x->j->step->per_area)
        GT_TRY(gt_shapes_area_m2(x->a, f->shapes, m2, err));
    for (size_t i = 0; i < f->shapes->n; i++) {
        const char *code = text_at(x, f, i, x->shape_code);
        double *sum = gt_map_get(x->area, code);
        if (!sum) {
            sum = GT_TAKE(x->a, double);
            *sum = 0;
            gt_map_put(x->area, code, sum);
        }
        *sum += x->j->step->per_area ? m2[i] : 0;
    }
    return GT_OK;
}

/* The unit that the step states must be that of the column, by ground where it is divided. */
static enum gt_status check_unit(const struct ops_join *j, struct gt_arena *a, struct gt_err *err)
{
    const struct gt_layer_role *role;
    const char *stated = j->step->unit ? j->step->unit : "";
    if (!stated[0] || ops_layer_find(a, j->table->role, &role, NULL) != GT_OK)
        return GT_OK;
    for (size_t i = 0; i < role->n_fields; i++) {
        const struct gt_field_role *f = &role->fields[i];
        const char *unit = gt_printf(a, "%s%s", f->unit, j->step->per_area ? "/km2" : "");
        if (strcmp(f->name, j->step->column) == 0 && f->unit[0] && strcmp(unit, stated) != 0)
            return gt_fail(err, GT_EINPUT, "expected the unit %s, that of %s in '%s', found %s",
                           unit, f->name, j->table->id, stated);
    }
    return GT_OK;
}

/* ---- Warnings -------------------------------------------------------------------------------- */

struct names {
    struct gt_buf text;
    size_t n;
};

static void add_name(struct names *all, const char *name)
{
    if (all->n < NAMED)
        gt_buf_addf(&all->text, "%s%s", all->n ? ", " : "", name);
    all->n++;
}

static void warn(const struct joining *x, const struct names *lack, const struct names *spare)
{
    const struct ops_join *j = x->j;
    if (lack->n)
        gt_warn(x->c->work,
                "%s: '%s' has no %s for %zu of the areas of '%s', which have no data: %s%s",
                j->step->name, j->table->id, j->step->column, lack->n, j->layer->id, lack->text.p,
                lack->n > NAMED ? ", ..." : "");
    if (spare->n)
        gt_warn(x->c->work, "%s: %zu rows of '%s' have a code that no area of '%s' has: %s%s",
                j->step->name, spare->n, j->table->id, j->layer->id, spare->text.p,
                spare->n > NAMED ? ", ..." : "");
}

static void tell(const struct joining *x)
{
    struct names lack = {.text = {.a = x->a}}, spare = {.text = {.a = x->a}};
    struct gt_map *said = gt_map_new(x->a);
    const struct gt_features *f = x->j->shapes;
    for (size_t i = 0; i < f->shapes->n; i++) {
        const char *code = text_at(x, f, i, x->shape_code), *name = text_at(x, f, i, x->shape_name);
        const double *v = gt_map_get(x->rows, code);
        if ((v && !isnan(*v)) || gt_map_get(said, code))
            continue;
        gt_map_put(said, code, x->area);
        add_name(&lack, name[0] ? gt_printf(x->a, "%s (%s)", name, code) : code);
    }
    for (size_t i = 0; i < gt_map_len(x->rows); i++)
        if (!gt_map_get(x->area, gt_map_key(x->rows, i)))
            add_name(&spare, gt_map_key(x->rows, i));
    warn(x, &lack, &spare);
}

/* ---- The column ------------------------------------------------------------------------------ */

enum gt_status ops_join_column(struct gt_call *c, struct gt_arena *a, const struct ops_join *j,
                               const double **out, struct gt_err *err)
{
    void *numbers = NULL;
    struct joining x = {.c = c, .a = a, .j = j};
    const struct gt_features *f = j->shapes;
    x.shape_name = gt_features_field(f, "name");
    if (check_unit(j, a, err) != GT_OK || need_code(f, j->layer, &x.shape_code, err) != GT_OK ||
        need_code(j->rows, j->table, &x.row_code, err) != GT_OK || read_rows(&x, err) != GT_OK ||
        sum_areas(&x, err) != GT_OK)
        return gt_wrap(err, "step '%s'", j->step->name);
    GT_TRY(gt_reserve(a, f->shapes->n, sizeof(double), "attributes", &numbers, err));
    double *v = numbers;
    for (size_t i = 0; i < f->shapes->n; i++) {
        const char *code = text_at(&x, f, i, x.shape_code);
        const double *row = gt_map_get(x.rows, code), *m2 = gt_map_get(x.area, code);
        v[i] = row ? *row : (double)NAN;
        if (j->step->per_area)
            v[i] = *m2 > 0 ? v[i] / (*m2 / 1e6) : (double)NAN;
    }
    tell(&x);
    *out = v;
    return GT_OK;
}
