/* layer_areas.c: areas of a layer of polygons by class and unit. A feature counts with its area on
 * the ellipsoid, kept in millionths of a m2 so that no order matters. The whole is rounded once, to
 * 0.01 m2, then the units, then the classes of a unit; what is missing or too much goes to the
 * largest unit, and to the largest class of a unit, and is shown. So classes add up to units and
 * units to the whole, to the last digit, and the whole is the same however it is divided. */
#include "layer_areas.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 200000, MICROS_A_CENT = 10000 };
#define MU (2000.0 / 3.0)

/* ---- Reading --------------------------------------------------------------------------------- */

static enum gt_status ask_for(struct layer_areas *s, int what, const char *name, struct gt_err *err)
{
    int field;
    GT_TRY(layer_field(s->source, s->d, name, &field, err));
    int names = layer_name_field(s->a, s->source, field);
    s->column[what] = (int)s->n_fields;
    s->field[s->n_fields++] = field;
    if (names >= 0 && (what == AREA_CLASS || s->letters == 0)) {
        s->column[what + 1] = (int)s->n_fields;
        s->field[s->n_fields++] = names;
    }
    return GT_OK;
}

/* What --by names is no field: a layer of units. */
static enum gt_status find_units(struct layer_areas *s, const char *by, struct gt_err *err)
{
    int field;
    if (gt_store_find(s->store, s->a, by, 0, &s->units, NULL) != GT_OK)
        return layer_field(s->source, s->d, by, &field, err);
    if (strcmp(s->units->geometry, "polygon") != 0)
        return gt_fail(err, GT_EINPUT, "--by: expected a layer of polygons, found '%s'", by);
    if (s->geodesic)
        return gt_fail(err, GT_EUSE,
                       "--method: expected trapezoid with a layer of units, found another");
    return GT_OK;
}

static enum gt_status choose_fields(struct layer_areas *s, struct gt_err *err)
{
    static const char *const usual[] = {"DLBM", "GHDLBM", "JQDLBM"};
    const char *by = gt_arg_text(s->c, "by", NULL), *class = gt_arg_text(s->c, "class", NULL);
    for (size_t i = 0; i < GT_LEN(usual) && !class; i++)
        if (gt_layer_field(s->source, usual[i]) >= 0)
            class = usual[i];
    for (int i = 0; i < AREA_COLUMNS; i++)
        s->column[i] = -1;
    if (by && gt_layer_field(s->source, by) < 0)
        GT_TRY(find_units(s, by, err));
    else if (by)
        GT_TRY(ask_for(s, AREA_UNIT, by, err));
    if (class)
        GT_TRY(ask_for(s, AREA_CLASS, class, err));
    return GT_OK;
}

const char *area_text(const struct layer_areas *s, struct gt_arena *a, const struct gt_features *f,
                      size_t i, int what)
{
    if (s->column[what] < 0)
        return "";
    return gt_value_text(a, &f->value[i * f->n_fields + (size_t)s->column[what]]);
}

/* The first letters of a code, whole letters only. */
const char *area_unit_code(const struct layer_areas *s, struct gt_arena *a, const char *text)
{
    size_t n = 0;
    if (s->letters == 0)
        return text;
    for (int64_t k = 0; text[n] && k < s->letters; k++)
        for (n++; ((unsigned char)text[n] & 0xC0) == 0x80;)
            n++;
    return gt_strndup(a, text, n);
}

struct area_row *area_row_of(struct layer_areas *s, const struct area_row *like)
{
    char *key = gt_printf(s->keys, "%s\x1f%s", like->unit, like->class);
    struct area_row *r = gt_map_get(s->by_key, key);
    if (r)
        return r;
    r = GT_TAKE(s->a, struct area_row);
    *r = (struct area_row){.unit = gt_strdup(s->a, like->unit),
                           .unit_name = gt_strdup(s->a, like->unit_name),
                           .class = gt_strdup(s->a, like->class),
                           .class_name = gt_strdup(s->a, like->class_name)};
    gt_map_put(s->by_key, key, r);
    *GT_PUSH(s->a, &s->row) = r;
    return r;
}

static enum gt_status count_chunk(struct layer_areas *s, int64_t from, struct gt_err *err)
{
    GT_AUTO_ARENA chunk = gt_arena_new();
    struct gt_layer_query q = {.from = from,
                               .count = CHUNK,
                               .field = s->field,
                               .n_fields = s->n_fields,
                               .no_fields = s->n_fields == 0};
    const struct gt_features *f;
    void *one, *two;
    GT_TRY(gt_layer_read(s->source, chunk, &q, &f, err));
    size_t n = f->shapes->n;
    GT_TRY(gt_reserve(chunk, n + 1, sizeof(double), "areas", &one, err));
    GT_TRY(gt_reserve(chunk, n + 1, sizeof(double), "areas", &two, err));
    double *m2 = one, *geodesic = two;
    if (s->trapezoid)
        GT_TRY(gt_polygon_areas(f->shapes, GT_AREA_TRAPEZOID, s->c->work, m2, err));
    if (s->geodesic)
        GT_TRY(gt_polygon_areas(f->shapes, GT_AREA_GEODESIC, s->c->work, geodesic, err));
    if (!s->trapezoid)
        m2 = geodesic;
    for (size_t i = 0; i < n; i++) {
        const struct area_row like = {
            .unit = area_unit_code(s, chunk, area_text(s, chunk, f, i, AREA_UNIT)),
            .unit_name = area_text(s, chunk, f, i, AREA_UNIT_NAME),
            .class = area_text(s, chunk, f, i, AREA_CLASS),
            .class_name = area_text(s, chunk, f, i, AREA_CLASS_NAME)};
        s->keys = chunk;
        struct area_row *r = area_row_of(s, &like);
        r->features++;
        if (!isfinite(m2[i]) || !isfinite(geodesic[i])) {
            s->without++;
            continue;
        }
        r->micros += llround(m2[i] * 1e6);
        r->micros_geodesic += llround(geodesic[i] * 1e6);
    }
    return GT_OK;
}

/* ---- Adding up ------------------------------------------------------------------------------- */

static int by_unit_and_class(const void *a, const void *b)
{
    const struct area_row *p = *(struct area_row *const *)a, *q = *(struct area_row *const *)b;
    int order = strcmp(p->unit, q->unit);
    return order ? order : strcmp(p->class, q->class);
}

static int64_t cents_of(int64_t micros)
{
    return (micros + MICROS_A_CENT / 2) / MICROS_A_CENT;
}

struct unit {
    size_t from, to; /* rows */
    int64_t micros, cents;
};

/* Rounds a unit's rows; the largest takes what they then miss of its area. */
static void place_rest(struct area_row **row, const struct unit *u)
{
    int64_t cents = 0;
    struct area_row *largest = row[u->from];
    for (size_t i = u->from; i < u->to; i++) {
        row[i]->cents = cents_of(row[i]->micros);
        cents += row[i]->cents;
        if (row[i]->micros > largest->micros)
            largest = row[i];
    }
    largest->rest = u->cents - cents;
    largest->cents += largest->rest;
}

static void add_up(struct layer_areas *s)
{
    GT_VEC(struct unit) unit = {0};
    int64_t micros = 0, cents = 0;
    size_t largest = 0;
    if (s->row.n == 0)
        return;
    qsort(s->row.v, s->row.n, sizeof *s->row.v, by_unit_and_class);
    for (size_t i = 0; i < s->row.n; i++) {
        const struct area_row *r = s->row.v[i];
        if (i == 0 || strcmp(s->row.v[i - 1]->unit, r->unit) != 0)
            GT_PUSH(s->a, &unit)->from = i;
        unit.v[unit.n - 1].to = i + 1;
        unit.v[unit.n - 1].micros += r->micros;
        micros += r->micros;
    }
    for (size_t u = 0; u < unit.n; u++) {
        unit.v[u].cents = cents_of(unit.v[u].micros);
        cents += unit.v[u].cents;
        largest = unit.v[u].micros > unit.v[largest].micros ? u : largest;
    }
    unit.v[largest].cents += cents_of(micros) - cents;
    for (size_t u = 0; u < unit.n; u++)
        place_rest(s->row.v, &unit.v[u]);
}

/* The sums of rows of one key, in the order of their first. */
typedef const char *key_fn(const struct area_row *r);
static const char *unit_key(const struct area_row *r)
{
    return r->unit;
}
static const char *class_key(const struct area_row *r)
{
    return r->class;
}

static void join(struct area_row *to, const struct area_row *r)
{
    to->features += r->features;
    to->micros_geodesic += r->micros_geodesic;
    to->cents += r->cents;
    to->rest += r->rest;
}

static struct area_row **sums_by(struct layer_areas *s, key_fn *key, size_t *n)
{
    struct gt_map *all = gt_map_new(s->a);
    struct area_row **out = GT_TAKE_N(s->a, struct area_row *, s->row.n + 1);
    *n = 0;
    for (size_t i = 0; i < s->row.n; i++) {
        const struct area_row *r = s->row.v[i];
        struct area_row *sum = gt_map_get(all, key(r));
        if (!sum) {
            out[(*n)++] = sum = GT_TAKE(s->a, struct area_row);
            *sum = (struct area_row){.unit = r->unit,
                                     .unit_name = r->unit_name,
                                     .class = r->class,
                                     .class_name = r->class_name};
            gt_map_put(all, key(r), sum);
        }
        join(sum, r);
    }
    return out;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static void area_json(const struct layer_areas *s, struct gt_json *obj, const struct area_row *r)
{
    double m2 = (double)r->cents / 100;
    gt_json_add_int(obj, "features", r->features);
    gt_json_add_num(obj, "area_m2", m2);
    gt_json_add_num(obj, "area_hm2", m2 / 1e4);
    gt_json_add_num(obj, "area_km2", m2 / 1e6);
    gt_json_add_num(obj, "area_mu", m2 / MU);
    gt_json_add_num(obj, "rest_m2", (double)r->rest / 100);
    if (s->trapezoid && s->geodesic)
        gt_json_add_num(obj, "geodesic_m2", (double)r->micros_geodesic / 1e6);
}

static bool has_units(const struct layer_areas *s)
{
    return s->units || s->column[AREA_UNIT] >= 0;
}

static void zone_json(const struct layer_areas *s, struct gt_json *obj, const struct area_row *r)
{
    if (!has_units(s))
        return;
    gt_json_add_str(obj, "zone_code", r->unit);
    gt_json_add_str(obj, "zone_name", r->unit_name);
}

static void class_json(struct gt_json *obj, const struct area_row *r)
{
    gt_json_add_str(obj, "class", r->class);
    ops_json_text2(obj, "title", (struct gt_text2){r->class_name, r->class_name});
}

static void add_json(struct layer_areas *s)
{
    struct gt_json *result = s->c->result;
    struct area_row total = {0};
    size_t n;
    gt_json_add_str(result, "id", s->d->id);
    gt_json_add_int(result, "version", s->d->version);
    gt_json_add_str(result, "by", gt_arg_text(s->c, "by", NULL));
    gt_json_add_bool(result, "synthetic", s->d->synthetic);
    struct gt_json *rows = gt_json_add_arr(result, "rows");
    for (size_t i = 0; i < s->row.n; i++) {
        struct gt_json *obj = gt_json_add_obj(rows, NULL);
        zone_json(s, obj, s->row.v[i]);
        class_json(obj, s->row.v[i]);
        area_json(s, obj, s->row.v[i]);
        join(&total, s->row.v[i]);
    }
    struct area_row **sum = sums_by(s, class_key, &n);
    struct gt_json *classes = gt_json_add_arr(result, "classes");
    for (size_t i = 0; i < n; i++) {
        struct gt_json *obj = gt_json_add_obj(classes, NULL);
        class_json(obj, sum[i]);
        area_json(s, obj, sum[i]);
    }
    sum = sums_by(s, unit_key, &n);
    struct gt_json *zones = gt_json_add_arr(result, "zones");
    for (size_t i = 0; has_units(s) && i < n; i++) {
        struct gt_json *obj = gt_json_add_obj(zones, NULL);
        zone_json(s, obj, sum[i]);
        area_json(s, obj, sum[i]);
    }
    area_json(s, gt_json_add_obj(result, "total"), &total);
}

static const struct gt_col columns[] = {
    {.name = "zone_code", .title = {"zone", "单元代码"}, .kind = GT_COL_TEXT},
    {.name = "zone_name", .title = {"name", "单元名称"}, .kind = GT_COL_TEXT},
    {.name = "class", .title = {"class", "地类"}, .kind = GT_COL_TEXT},
    {.name = "title", .title = {"title", "名称"}, .kind = GT_COL_TEXT},
    {.name = "features", .title = {"features", "要素数"}, .kind = GT_COL_INT},
    {.name = "area_m2", .title = {"m2", "平方米"}, .unit = "", .kind = GT_COL_NUM, .decimals = 2},
    {.name = "area_hm2", .title = {"hm2", "公顷"}, .unit = "", .kind = GT_COL_NUM, .decimals = 6},
    {.name = "area_mu", .title = {"mu", "亩"}, .unit = "", .kind = GT_COL_NUM, .decimals = 3},
    {.name = "rest_m2",
     .title = {"rest m2", "余差 平方米"},
     .unit = "",
     .kind = GT_COL_NUM,
     .decimals = 2},
    {.name = "geodesic_m2",
     .title = {"geodesic m2", "测地线 平方米"},
     .unit = "",
     .kind = GT_COL_NUM,
     .decimals = 2},
};

static void add_row(const struct layer_areas *s, struct gt_table *t, const struct area_row *r)
{
    size_t row = gt_table_add_row(t), at = !has_units(s) ? 2 : 0;
    double m2 = (double)r->cents / 100;
    if (at == 0) {
        gt_table_set_text(t, row, 0, r->unit);
        gt_table_set_text(t, row, 1, r->unit_name);
    }
    gt_table_set_text(t, row, 2 - at, r->class);
    gt_table_set_text(t, row, 3 - at, r->class_name);
    gt_table_set_int(t, row, 4 - at, r->features);
    gt_table_set_num(t, row, 5 - at, m2);
    gt_table_set_num(t, row, 6 - at, m2 / 1e4);
    gt_table_set_num(t, row, 7 - at, m2 / MU);
    gt_table_set_num(t, row, 8 - at, (double)r->rest / 100);
    if (s->trapezoid && s->geodesic)
        gt_table_set_num(t, row, 9 - at, (double)r->micros_geodesic / 1e6);
}

static void add_text(struct layer_areas *s)
{
    size_t skip = !has_units(s) ? 2 : 0, n = GT_LEN(columns) - skip, n_units;
    struct gt_table *t =
        gt_table_new(s->a, columns + skip, n - (s->trapezoid && s->geodesic ? 0 : 1));
    struct area_row total = {.unit = "", .unit_name = "", .class_name = ""};
    struct area_row **unit = sums_by(s, unit_key, &n_units);
    for (size_t i = 0, u = 0; i < s->row.n; i++) {
        add_row(s, t, s->row.v[i]);
        join(&total, s->row.v[i]);
        if (skip > 0 || (i + 1 < s->row.n && s->row.v[i + 1]->unit == s->row.v[i]->unit) ||
            (i + 1 < s->row.n && strcmp(s->row.v[i + 1]->unit, s->row.v[i]->unit) == 0))
            continue;
        unit[u]->class = OPS_SAY(s->c, "sum", "小计");
        unit[u]->class_name = "";
        add_row(s, t, unit[u++]);
    }
    total.class = OPS_SAY(s->c, "all", "合计");
    add_row(s, t, &total);
    if (s->d->synthetic)
        ops_say_synthetic(s->c);
    gt_buf_add(&s->c->text, gt_table_to_text(s->a, t, s->c->lang));
}

enum gt_status layer_areas(struct gt_call *c, struct gt_store *store, struct gt_arena *a,
                           const struct gt_dataset *d, struct gt_err *err)
{
    const char *method = gt_arg_text(c, "method", "trapezoid");
    struct layer_areas s = {.c = c,
                            .a = a,
                            .d = d,
                            .store = store,
                            .trapezoid = strcmp(method, "geodesic") != 0,
                            .geodesic = strcmp(method, "trapezoid") != 0,
                            .letters = gt_arg_int(c, "letters", 0),
                            .by_key = gt_map_new(a)};
    if (strcmp(d->geometry, "polygon") != 0)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected polygons, found %ss", d->id,
                       d->geometry);
    GT_TRY(gt_store_layer(store, a, d, &s.source, err));
    GT_TRY(choose_fields(&s, err));
    if (s.units)
        GT_TRY(layer_areas_in_units(&s, err));
    for (int64_t from = 0; from < s.source->n && !s.units; from += CHUNK) {
        gt_progress(c->work, "areas", from, s.source->n);
        GT_TRY(count_chunk(&s, from, err));
    }
    add_up(&s);
    if (s.without > 0)
        gt_warn(c->work,
                OPS_SAY(c,
                        "%" PRId64 " features have no area: their coordinates are not finite or "
                        "outside the coordinate system",
                        "%" PRId64 " 个要素无面积：坐标不是有限数或超出坐标系范围"),
                s.without);
    add_json(&s);
    add_text(&s);
    return GT_OK;
}
