/* model_keys.c: the keys of inputs and steps, kind by kind. Documented in docs/models.md. */
#include "model_int.h"

#include <math.h>
#include <string.h>

#define MAX_OF 64 /* members of a combine */

/* ---- What several kinds share ---------------------------------------------------------------- */

enum gt_status rules_ref(const struct loading *l, const struct gt_yaml *y, const char *what,
                         int *out, struct gt_err *err)
{
    char hint[RULES_HINT];
    GT_TRY(rules_want(y, GT_YAML_SCALAR, what, err));
    const struct node *n = gt_map_get(l->by_name, y->text);
    if (!n)
        return rules_fail(y, err, "%s: there is no input or step '%.60s'%s", what, y->text,
                          rules_hint(hint, y->text, l->name, (size_t)l->n));
    *out = (int)(n - l->node);
    return GT_OK;
}

static enum gt_status add_ref(struct loading *l, struct node *n, const struct gt_yaml *y,
                              const char *what, struct gt_err *err)
{
    struct ref r = {.y = y};
    GT_TRY(rules_ref(l, y, what, &r.node, err));
    *GT_PUSH(l->a, &n->in) = r;
    return GT_OK;
}

static enum gt_status need_ref(struct loading *l, struct node *n, const char *key,
                               struct gt_err *err)
{
    struct gt_yaml *y;
    GT_TRY(rules_need(n->y, key, &y, err));
    return add_ref(l, n, y, key, err);
}

static void take_source(struct node *n, const char *source, enum gt_evidence evidence)
{
    if (!n->s.source[0])
        n->s.source = source;
    n->s.marked = true;
    if (!n->evidence_given && evidence > n->s.evidence)
        n->s.evidence = evidence;
}

/* A number within lo..hi, by itself or as $id of the rule set; absent leaves *out as it was. */
struct range {
    double lo, hi;
    const char *unit;
};
static enum gt_status read_num(struct loading *l, struct node *n, const char *key,
                               struct range range, double *out, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, key);
    struct rules_num opt = {.set = l->rules, .unit = range.unit};
    char lo[32], hi[32], found[32];
    if (!y)
        return GT_OK;
    GT_TRY(rules_num(y, &opt, out, err));
    if (!(*out >= range.lo && *out <= range.hi))
        return rules_fail(y, err, "%s: expected %s to %s, found %s", key, gt_fmt_num(range.lo, lo),
                          gt_fmt_num(range.hi, hi), gt_fmt_num(*out, found));
    if (opt.used)
        take_source(n, opt.used->source, opt.used->evidence);
    return GT_OK;
}

static enum gt_status read_cells(struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "cells");
    int i;
    if (!y)
        return GT_OK;
    GT_TRY(rules_choice(y, "cells", "measure class id", &i, err));
    n->s.cells = (enum gt_cells)i;
    n->cells_given = true;
    return GT_OK;
}

static enum gt_status no_table(const struct loading *l, const struct gt_yaml *y, const char *what,
                               struct gt_err *err)
{
    const char *known[128];
    char hint[RULES_HINT];
    size_t n = 0;
    if (!l->rules)
        return rules_fail(y, err, "%s '%.60s': the model names no rule set (rules: ID)", what,
                          y->text);
    bool classes = strcmp(what, "matrix") != 0;
    size_t all = classes ? l->rules->n_classes : l->rules->n_matrices;
    for (size_t i = 0; i < all && n < GT_LEN(known); i++)
        known[n++] = classes ? l->rules->classes[i].id : l->rules->matrices[i].id;
    return rules_fail(y, err, "the rule set %s has no %s '%.60s'%s", l->rules->id, what, y->text,
                      rules_hint(hint, y->text, known, n));
}

/* legend: ID of a class table, or a list of {class, zh, en}. */
static enum gt_status read_legend(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "legend");
    if (!y)
        return GT_OK;
    if (y->kind == GT_YAML_SEQ) {
        struct gt_classes *c = GT_TAKE(l->a, struct gt_classes);
        *c = (struct gt_classes){
            .id = "", .unit = "class", .source = "", .note = "", .file = y->file, .line = y->line};
        n->s.legend = c;
        return rules_read_legend(l->a, y, c, err);
    }
    GT_TRY(rules_want(y, GT_YAML_SCALAR, "legend", err));
    n->s.legend = l->rules ? gt_ruleset_classes(l->rules, y->text) : NULL;
    return n->s.legend ? GT_OK : no_table(l, y, "class table", err);
}

/* ---- Inputs ---------------------------------------------------------------------------------- */

/* scale, add: for other units than the role's, and for scenarios. */
static enum gt_status read_scale(struct loading *l, struct node *n, struct gt_err *err)
{
    const double most = 1e12;
    n->s.scale = 1;
    GT_TRY(read_num(l, n, "scale", (struct range){-most, most, NULL}, &n->s.scale, err));
    GT_TRY(read_num(l, n, "add", (struct range){-most, most, NULL}, &n->s.add, err));
    bool scale = gt_yaml_find(n->y, "scale"), add = gt_yaml_find(n->y, "add");
    n->s.scaled = scale || add;
    if (n->s.scaled && n->s.cells != GT_CELLS_MEASURE)
        return rules_fail(gt_yaml_find(n->y, scale ? "scale" : "add"), err,
                          "%s: codes cannot be scaled", n->s.name);
    return GT_OK;
}

static enum gt_status read_raster(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "resample");
    struct gt_step *s = &n->s;
    int i;
    GT_TRY(rules_known(n->y,
                       "kind role title unit cells master resample optional legend "
                       "alternative_to "
                       "scale add",
                       err));
    GT_TRY(read_cells(n, err));
    GT_TRY(read_legend(l, n, err));
    GT_TRY(rules_bool(n->y, "master", &s->master, err));
    if (s->master && s->optional)
        return rules_fail(n->y, err, "%s: the master input cannot be optional", s->name);
    s->resample = s->cells == GT_CELLS_MEASURE ? GT_BILINEAR : GT_NEAREST;
    if (y) {
        GT_TRY(rules_choice(y, "resample", "nearest bilinear", &i, err));
        if (i == GT_BILINEAR && s->cells != GT_CELLS_MEASURE)
            return rules_fail(y, err, "resample: codes cannot be averaged; expected nearest");
        s->resample = (enum gt_resample)i;
    }
    GT_TRY(rules_unit_key(l->a, n->y, "unit", &n->unit_given, err));
    if (s->cells == GT_CELLS_MEASURE && !n->unit_given)
        return rules_fail(n->y, err, "%s: expected the key 'unit' (1 for bare numbers), found none",
                          s->name);
    return read_scale(l, n, err);
}

static enum gt_status read_alternative(const struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "alternative_to");
    int other;
    if (!y)
        return GT_OK;
    GT_TRY(rules_ref(l, y, "alternative_to", &other, err));
    n->s.alternative = l->name[other];
    return GT_OK;
}

enum gt_status rules_read_input(struct loading *l, int i, struct gt_err *err)
{
    struct node *n = &l->node[i];
    struct gt_yaml *y;
    int kind;
    static const enum gt_shape_role shape[] = {GT_ANY_SHAPE, GT_POINTS,    GT_LINES,
                                               GT_POLYGONS,  GT_ANY_SHAPE, GT_RECORDS};
    GT_TRY(rules_need(n->y, "kind", &y, err));
    GT_TRY(rules_choice(y, "kind", "raster points lines polygons shapes table", &kind, err));
    n->s.kind = kind == 0 ? GT_STEP_RASTER : GT_STEP_SHAPES;
    n->s.shape = shape[kind];
    n->s.role = n->s.name;
    GT_TRY(rules_text(n->y, "role", &n->s.role, err));
    GT_TRY(rules_title(n->y, "title", &n->s.title, err));
    GT_TRY(rules_bool(n->y, "optional", &n->s.optional, err));
    if (!gt_is_id(n->s.role))
        return rules_fail(gt_yaml_find(n->y, "role"), err,
                          "role: expected a layer role such as 'dem', found '%.60s'", n->s.role);
    GT_TRY(read_alternative(l, n, err));
    if (kind == 0)
        return read_raster(l, n, err);
    return rules_known(n->y, "kind role title optional alternative_to", err);
}

/* ---- Steps, kind by kind --------------------------------------------------------------------- */

static enum gt_status add_names(struct loading *l, struct node *n, const struct gt_expr *x,
                                const struct gt_yaml *y, struct gt_err *err)
{
    if (x->op == GT_X_NAME) {
        struct gt_yaml name = *y;
        name.text = x->text;
        for (size_t i = 0; i < n->in.n; i++)
            if (strcmp(l->name[n->in.v[i].node], x->text) == 0)
                return GT_OK;
        struct ref r = {.y = y};
        GT_TRY(rules_ref(l, &name, "value", &r.node, err));
        *GT_PUSH(l->a, &n->in) = r;
    }
    for (int i = 0; i < x->n; i++)
        GT_TRY(add_names(l, n, x->arg[i], y, err));
    return GT_OK;
}

static void take_number_sources(struct node *n, const struct gt_expr *x)
{
    if (x->number)
        take_source(n, x->number->source, x->number->evidence);
    for (int i = 0; i < x->n; i++)
        take_number_sources(n, x->arg[i]);
}

static enum gt_status read_expression(struct loading *l, struct node *n, struct gt_err *err)
{
    struct gt_yaml *y;
    struct gt_expr *x;
    GT_TRY(rules_need(n->y, "value", &y, err));
    GT_TRY(rules_want(y, GT_YAML_SCALAR, "value", err));
    enum gt_status status = gt_expr_parse(l->a, y->text, &x, err);
    if (status == GT_OK)
        status = rules_expr_numbers(x, l->rules, err);
    if (status != GT_OK)
        return rules_wrap(y, status, err);
    GT_TRY(add_names(l, n, x, y, err));
    const char **names = GT_TAKE_N(l->a, const char *, n->in.n + 1);
    for (size_t i = 0; i < n->in.n; i++)
        names[i] = l->name[n->in.v[i].node];
    status = gt_expr_bind(x, names, (int)n->in.n, err);
    if (status != GT_OK)
        return rules_wrap(y, status, err);
    if (n->in.n == 0)
        return rules_fail(y, err, "value: expected at least one input or step in the expression");
    take_number_sources(n, x);
    n->s.expr = x;
    n->s.formula = y->text;
    return read_cells(n, err);
}

/* table: ID, or classes written in the step with the keys of a rule set's table. */
static enum gt_status read_classify(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *table = gt_yaml_find(n->y, "table"),
                         *list = gt_yaml_find(n->y, "classes");
    GT_TRY(need_ref(l, n, "of", err));
    n->s.cells = GT_CELLS_CLASS;
    GT_TRY(read_cells(n, err));
    if (!table == !list)
        return rules_fail(n->y, err, "%s: expected either 'table' or 'classes', found %s",
                          n->s.name, table ? "both" : "none");
    if (table) {
        GT_TRY(rules_known(n->y, "step title source evidence without legend of table cells", err));
        GT_TRY(rules_want(table, GT_YAML_SCALAR, "table", err));
        n->s.classes = l->rules ? gt_ruleset_classes(l->rules, table->text) : NULL;
        if (!n->s.classes)
            return no_table(l, table, "class table", err);
        take_source(n, n->s.classes->source, n->s.classes->evidence);
        return GT_OK;
    }
    struct gt_classes *c = GT_TAKE(l->a, struct gt_classes);
    struct rules_num opt = {.set = l->rules};
    *c = (struct gt_classes){.id = "",
                             .unit = "",
                             .title = n->s.title,
                             .note = "",
                             .file = list->file,
                             .line = list->line};
    GT_TRY(rules_unit_key(l->a, n->y, "unit", &c->unit, err));
    opt.unit = c->unit;
    GT_TRY(rules_read_classes(l->a, n->y, &opt, c, err));
    if (opt.used)
        take_source(n, opt.used->source, opt.used->evidence);
    else
        take_source(n, "", GT_UNVERIFIED);
    c->source = n->s.source;
    c->evidence = n->s.evidence;
    n->s.classes = c;
    n->unit_given = NULL;
    return GT_OK;
}

static enum gt_status read_matrix(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *table = gt_yaml_find(n->y, "table"), *own = gt_yaml_find(n->y, "matrix");
    GT_TRY(need_ref(l, n, "rows", err));
    GT_TRY(need_ref(l, n, "cols", err));
    if (!table == !own)
        return rules_fail(n->y, err, "%s: expected either 'table' or 'matrix', found %s", n->s.name,
                          table ? "both" : "none");
    if (table) {
        GT_TRY(rules_want(table, GT_YAML_SCALAR, "table", err));
        n->s.matrix = l->rules ? gt_ruleset_matrix(l->rules, table->text) : NULL;
        if (!n->s.matrix)
            return no_table(l, table, "matrix", err);
        take_source(n, n->s.matrix->source, n->s.matrix->evidence);
        return GT_OK;
    }
    struct gt_matrix *m = GT_TAKE(l->a, struct gt_matrix);
    GT_TRY(rules_want(own, GT_YAML_MAP, "matrix", err));
    GT_TRY(rules_known(own, "rows cols cells", err));
    take_source(n, "", GT_UNVERIFIED);
    *m = (struct gt_matrix){.id = "",
                            .title = n->s.title,
                            .source = n->s.source,
                            .evidence = n->s.evidence,
                            .note = "",
                            .file = own->file,
                            .line = own->line};
    n->s.matrix = m;
    return rules_read_matrix(l->a, own, m, err);
}

static enum gt_status read_weights(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "weights");
    bool weighted = n->s.combine == GT_COMBINE_WEIGHTED;
    if (!y && !weighted)
        return GT_OK;
    if (!y)
        return rules_fail(n->y, err, "%s: expected the key 'weights', found none", n->s.name);
    if (!weighted)
        return rules_fail(y, err, "weights: are for 'by: weighted'");
    GT_TRY(rules_want(y, GT_YAML_SEQ, "weights", err));
    if (y->n != n->in.n)
        return rules_fail(y, err, "weights: expected %zu, one for each of 'of', found %zu", n->in.n,
                          y->n);
    double *w = GT_TAKE_N(l->a, double, y->n), sum = 0;
    size_t i = 0;
    for (const struct gt_yaml *c = y->child; c; c = c->next, i++) {
        struct rules_num opt = {.set = l->rules, .unit = ""};
        GT_TRY(rules_num(c, &opt, &w[i], err));
        if (!(w[i] >= 0 && w[i] <= 1e9))
            return rules_fail(c, err, "weights: expected a weight of 0 or more, found %s", c->text);
        if (opt.used)
            take_source(n, opt.used->source, opt.used->evidence);
        sum += w[i];
    }
    if (!(sum > 0))
        return rules_fail(y, err, "weights: expected a sum above 0");
    n->s.weight = w;
    return GT_OK;
}

static enum gt_status read_combine(struct loading *l, struct node *n, struct gt_err *err)
{
    struct gt_yaml *of, *by;
    const struct gt_yaml *nodata = gt_yaml_find(n->y, "nodata");
    int i = 0;
    GT_TRY(rules_need(n->y, "by", &by, err));
    GT_TRY(rules_choice(by, "by", "best worst weighted mode", &i, err));
    n->s.combine = (enum gt_combine)i;
    GT_TRY(rules_need(n->y, "of", &of, err));
    GT_TRY(rules_want(of, GT_YAML_SEQ, "of", err));
    if (of->n == 0 || of->n > MAX_OF)
        return rules_fail(of, err, "of: expected 1 to %d steps, found %zu", MAX_OF, of->n);
    for (const struct gt_yaml *c = of->child; c; c = c->next)
        GT_TRY(add_ref(l, n, c, "of", err));
    GT_TRY(rules_bool(n->y, "high_is_best", &n->s.high_is_best, err));
    if (nodata) {
        GT_TRY(rules_choice(nodata, "nodata", "propagate ignore", &i, err));
        n->s.ignore_nodata = i == 1;
    }
    return read_weights(l, n, err);
}

static enum gt_status read_of(struct loading *l, struct node *n, struct gt_err *err)
{
    return need_ref(l, n, "of", err);
}

static enum gt_status read_hillshade(struct loading *l, struct node *n, struct gt_err *err)
{
    n->s.azimuth_deg = 315;
    n->s.altitude_deg = 45;
    n->s.z_factor = 1;
    GT_TRY(need_ref(l, n, "of", err));
    GT_TRY(read_num(l, n, "azimuth", (struct range){0, 360, "degree"}, &n->s.azimuth_deg, err));
    GT_TRY(read_num(l, n, "altitude", (struct range){0, 90, "degree"}, &n->s.altitude_deg, err));
    return read_num(l, n, "z", (struct range){1e-6, 1e6, ""}, &n->s.z_factor, err);
}

static enum gt_status read_window(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *window = gt_yaml_find(n->y, "window"),
                         *area = gt_yaml_find(n->y, "area_ha");
    double cells = 0;
    GT_TRY(need_ref(l, n, "of", err));
    if (!window == !area)
        return rules_fail(n->y, err, "%s: expected either 'window' (cells) or 'area_ha', found %s",
                          n->s.name, window ? "both" : "none");
    if (area)
        return read_num(l, n, "area_ha", (struct range){1e-6, 1e9, "ha"}, &n->s.area_ha, err);
    GT_TRY(read_num(l, n, "window", (struct range){-(double)INFINITY, (double)INFINITY, ""}, &cells,
                    err));
    if (!(cells >= 3 && cells <= 1023) || fmod(cells, 2) != 1)
        return rules_fail(window, err,
                          "window: expected an odd number of cells from 3 to 1023, "
                          "found %s",
                          window->text);
    n->s.window = (int)cells;
    return GT_OK;
}

static enum gt_status read_distance(struct loading *l, struct node *n, struct gt_err *err)
{
    n->s.max_m = (double)INFINITY;
    GT_TRY(need_ref(l, n, "to", err));
    return read_num(l, n, "max", (struct range){1e-3, 1e8, "m"}, &n->s.max_m, err);
}

/* table: the attribute is a column of that table, joined to the shapes by their code. */
static enum gt_status read_join(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "table"), *per = gt_yaml_find(n->y, "per_area");
    if (!y)
        return per ? rules_fail(per, err, "per_area: is for a table's numbers (table: INPUT)")
                   : GT_OK;
    GT_TRY(need_ref(l, n, "table", err));
    GT_TRY(rules_bool(n->y, "per_area", &n->s.per_area, err));
    if (!n->s.attribute || strcmp(n->s.attribute, "#") == 0)
        return rules_fail(y, err, "table: expected 'attribute' with a column of it, found none");
    n->s.column = n->s.attribute;
    n->s.attribute = gt_printf(l->a, "%s.%s%s", y->text, n->s.column, n->s.per_area ? "/km2" : "");
    return GT_OK;
}

static enum gt_status read_rasterise(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "attribute");
    GT_TRY(need_ref(l, n, "of", err));
    GT_TRY(rules_text(n->y, "attribute", &n->s.attribute, err));
    if (y && !y->text[0])
        return rules_fail(y, err, "attribute: expected a column or \"#\", found nothing");
    bool number = y && strcmp(y->text, "#") == 0;
    n->s.cells = !y ? GT_CELLS_CLASS : number ? GT_CELLS_ID : GT_CELLS_MEASURE;
    if (!y || number) {
        y = gt_yaml_find(n->y, "cells");
        if (y)
            return rules_fail(y, err, "cells: is for a column's values (attribute: NAME)");
    }
    GT_TRY(read_join(l, n, err));
    return read_cells(n, err);
}

static enum gt_status read_fill_voids(struct loading *l, struct node *n, struct gt_err *err)
{
    double radius = 100;
    GT_TRY(need_ref(l, n, "of", err));
    GT_TRY(read_num(l, n, "radius", (struct range){1, 1023, ""}, &radius, err));
    if (radius != floor(radius))
        return rules_fail(gt_yaml_find(n->y, "radius"), err,
                          "radius: expected a whole number of cells, found %g", radius);
    n->s.radius = (int)radius;
    return GT_OK;
}

static enum gt_status read_zonal(struct loading *l, struct node *n, struct gt_err *err)
{
    struct gt_yaml *y;
    int i;
    GT_TRY(need_ref(l, n, "of", err));
    GT_TRY(need_ref(l, n, "zones", err));
    GT_TRY(rules_bool(n->y, "per_class", &n->s.per_class, err));
    GT_TRY(rules_need(n->y, "stats", &y, err));
    GT_TRY(rules_want(y, GT_YAML_SEQ, "stats", err));
    for (const struct gt_yaml *c = y->child; c; c = c->next) {
        GT_TRY(rules_choice(c, "stats", "count sum mean min max area", &i, err));
        n->s.stats |= 1u << i;
    }
    return n->s.stats ? GT_OK : rules_fail(y, err, "stats: expected at least one, found none");
}

/* ---- Steps that see the whole raster --------------------------------------------------------- */

/* The codes that make patches. */
static enum gt_status read_values(struct loading *l, struct node *n, const char *key,
                                  struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, key);
    if (!y)
        return GT_OK;
    GT_TRY(rules_want(y, GT_YAML_SEQ, key, err));
    double *v = GT_TAKE_N(l->a, double, y->n + 1);
    size_t i = 0;
    for (const struct gt_yaml *c = y->child; c; c = c->next, i++) {
        struct rules_num opt = {.set = l->rules, .unit = ""};
        GT_TRY(rules_num(c, &opt, &v[i], err));
        if (i && v[i] <= v[i - 1])
            return rules_fail(c, err, "%s: expected ascending codes, found %g after %g", key, v[i],
                              v[i - 1]);
    }
    if (i == 0)
        return rules_fail(y, err, "%s: expected at least one code, found none", key);
    n->s.values = v;
    n->s.n_values = i;
    return GT_OK;
}

static enum gt_status read_connect(struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "connect");
    int i = 1;
    if (y)
        GT_TRY(rules_choice(y, "connect", "4 8", &i, err));
    n->s.connect = i == 0 ? 4 : 8;
    return GT_OK;
}

/* One of the words; absent is the first. */
static enum gt_status read_give(struct node *n, const char *words, const enum gt_give *give,
                                struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "give");
    int i = 0;
    if (y)
        GT_TRY(rules_choice(y, "give", words, &i, err));
    n->s.give = give[i];
    return GT_OK;
}

static enum gt_status read_flow(struct loading *l, struct node *n, struct gt_err *err)
{
    static const enum gt_give give[] = {GT_GIVE_AREA, GT_GIVE_CELLS, GT_GIVE_LENGTH};
    GT_TRY(need_ref(l, n, "of", err));
    return read_give(n, "area cells length", give, err);
}

static enum gt_status read_cost(struct loading *l, struct node *n, struct gt_err *err)
{
    n->s.max_m = (double)INFINITY;
    GT_TRY(need_ref(l, n, "of", err));
    GT_TRY(need_ref(l, n, "to", err));
    return read_num(l, n, "max", (struct range){1e-9, 1e30, ""}, &n->s.max_m, err);
}

static enum gt_status read_components(struct loading *l, struct node *n, struct gt_err *err)
{
    static const enum gt_give give[] = {GT_GIVE_NUMBER, GT_GIVE_AREA, GT_GIVE_CELLS,
                                        GT_GIVE_COMPACTNESS};
    GT_TRY(need_ref(l, n, "of", err));
    GT_TRY(read_values(l, n, "values", err));
    GT_TRY(read_connect(n, err));
    GT_TRY(read_num(l, n, "gap", (struct range){0, 1e6, "m"}, &n->s.gap_m, err));
    GT_TRY(read_give(n, "number area cells compactness", give, err));
    n->s.cells = n->s.give == GT_GIVE_NUMBER ? GT_CELLS_ID : GT_CELLS_MEASURE;
    return GT_OK;
}

static enum gt_status read_pattern(struct loading *l, struct node *n, struct gt_err *err)
{
    struct gt_yaml *y;
    GT_TRY(need_ref(l, n, "of", err));
    GT_TRY(rules_need(n->y, "values", &y, err));
    GT_TRY(read_values(l, n, "values", err));
    GT_TRY(rules_need(n->y, "edge", &y, err));
    GT_TRY(read_num(l, n, "edge", (struct range){1e-6, 1e6, "m"}, &n->s.edge_m, err));
    n->s.cells = GT_CELLS_CLASS;
    return read_connect(n, err);
}

static enum gt_status read_cumulative(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "by");
    int i = 0;
    GT_TRY(need_ref(l, n, "of", err));
    if (y)
        GT_TRY(rules_choice(y, "by", "value area", &i, err));
    n->s.by_area = i == 1;
    return GT_OK;
}

/* ---- Any step -------------------------------------------------------------------------------- */

#define ANY "step title unit source evidence without "

static const struct {
    const char *keys; /* NULL: an input's kind */
    enum gt_status (*read)(struct loading *, struct node *, struct gt_err *);
} kinds[GT_STEP_KINDS] = {
    [GT_STEP_EXPRESSION] = {ANY "value cells legend", read_expression},
    [GT_STEP_CLASSIFY] = {ANY "of table classes domain other cells legend", read_classify},
    [GT_STEP_MATRIX] = {ANY "rows cols table matrix legend", read_matrix},
    [GT_STEP_COMBINE] = {ANY "by of weights high_is_best nodata legend", read_combine},
    [GT_STEP_SLOPE] = {ANY "of", read_of},
    [GT_STEP_ASPECT] = {ANY "of", read_of},
    [GT_STEP_HILLSHADE] = {ANY "of azimuth altitude z", read_hillshade},
    [GT_STEP_RANGE] = {ANY "of window area_ha", read_window},
    [GT_STEP_MEAN] = {ANY "of window area_ha", read_window},
    [GT_STEP_DISTANCE] = {ANY "to max", read_distance},
    [GT_STEP_RASTERISE] = {ANY "of attribute table per_area cells legend", read_rasterise},
    [GT_STEP_FILL_VOIDS] = {ANY "of radius", read_fill_voids},
    [GT_STEP_ZONAL] = {ANY "of zones stats per_class", read_zonal},
    [GT_STEP_SUM] = {ANY "of window area_ha", read_window},
    [GT_STEP_FILL_DEPRESSIONS] = {ANY "of", read_of},
    [GT_STEP_FLOW] = {ANY "of give", read_flow},
    [GT_STEP_COST_DISTANCE] = {ANY "of to max", read_cost},
    [GT_STEP_COMPONENTS] = {ANY "of values connect gap give", read_components},
    [GT_STEP_PATTERN] = {ANY "of values connect edge legend", read_pattern},
    [GT_STEP_CUMULATIVE] = {ANY "of by", read_cumulative},
};

static enum gt_status read_kind(struct node *n, struct gt_err *err)
{
    struct gt_yaml *y;
    const char *known[GT_STEP_KINDS];
    char hint[RULES_HINT];
    size_t n_known = 0;
    GT_TRY(rules_need(n->y, "step", &y, err));
    GT_TRY(rules_want(y, GT_YAML_SCALAR, "step", err));
    for (int k = 0; k < GT_STEP_KINDS; k++) {
        const char *name = gt_step_kind_name((enum gt_step_kind)k);
        if (kinds[k].read)
            known[n_known++] = name;
        if (strcmp(name, y->text) != 0)
            continue;
        if (!kinds[k].read)
            return rules_fail(y, err, "step: '%s' is an input; write it under 'inputs'", name);
        n->s.kind = (enum gt_step_kind)k;
        return GT_OK;
    }
    return rules_fail(y, err, "unknown kind of step '%.60s'%s", y->text,
                      rules_hint(hint, y->text, known, n_known));
}

static enum gt_status read_without(struct loading *l, struct node *n, struct gt_err *err)
{
    const struct gt_yaml *y = gt_yaml_find(n->y, "without");
    if (!y)
        return GT_OK;
    GT_TRY(rules_want(y, GT_YAML_MAP, "without", err));
    for (const struct gt_yaml *c = y->child; c; c = c->next) {
        struct gt_yaml key = *c;
        struct ref missing = {.y = c}, used = {.y = c};
        key.kind = GT_YAML_SCALAR;
        key.text = c->key;
        key.line = c->key_line;
        key.col = c->key_col;
        GT_TRY(rules_ref(l, &key, "without", &missing.node, err));
        GT_TRY(rules_ref(l, c, "without", &used.node, err));
        size_t i = 0;
        while (i < n->in.n && n->in.v[i].node != missing.node)
            i++;
        if (i == n->in.n)
            return rules_fail(&key, err, "without: '%s' is not an input of this step", c->key);
        *GT_PUSH(l->a, &n->missing) = missing;
        *GT_PUSH(l->a, &n->used) = used;
    }
    return GT_OK;
}

enum gt_status rules_read_step(struct loading *l, int i, struct gt_err *err)
{
    struct node *n = &l->node[i];
    GT_TRY(read_kind(n, err));
    GT_TRY(rules_known(n->y, kinds[n->s.kind].keys, err));
    GT_TRY(rules_title(n->y, "title", &n->s.title, err));
    GT_TRY(rules_text(n->y, "source", &n->s.source, err));
    n->s.marked = n->evidence_given = gt_yaml_find(n->y, "evidence") != NULL;
    GT_TRY(rules_evidence(n->y, &n->s.evidence, err));
    GT_TRY(rules_unit_key(l->a, n->y, "unit", &n->unit_given, err));
    GT_TRY(read_legend(l, n, err));
    GT_TRY(kinds[n->s.kind].read(l, n, err));
    return read_without(l, n, err);
}
