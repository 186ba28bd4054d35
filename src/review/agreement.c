/* agreement.c: text, tables, maps, metadata and layers say the same, and keep to the upper plan. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "review_int.h"

/* ---- Tables of a package --------------------------------------------------------------------- */

/* A table in memory, all fields, found by its name or its file's; NULL: there is none. */
static enum gt_status table_of(const struct gt_submission *s, const char *name, struct gt_arena *a,
                               const struct gt_features **out, struct gt_err *err)
{
    const size_t n = strlen(name);
    *out = NULL;
    for (size_t i = 0; i < s->n_layers; i++) {
        const struct gt_layer_source *l = s->layer[i];
        const char *base = strrchr(l->file, '/');
        base = base ? base + 1 : l->file;
        if (strcmp(l->name, name) == 0 ||
            (l->table && strncmp(base, name, n) == 0 && (base[n] == '.' || base[n] == 0))) {
            const struct gt_layer_query q = {.no_shapes = true};
            return gt_layer_read(l, a, &q, out, err);
        }
    }
    return GT_OK;
}

static const char *cell(struct gt_arena *a, const struct gt_features *t, size_t row,
                        const char *field)
{
    const int at = gt_features_field(t, field);
    return at < 0 ? "" : gt_value_text(a, &t->value[row * t->n_fields + (size_t)at]);
}

static double number(struct gt_arena *a, const struct gt_features *t, size_t row, const char *field)
{
    double x = NAN;
    return gt_parse_num(cell(a, t, row, field), &x) ? x : (double)NAN;
}

static int row_of(struct gt_arena *a, const struct gt_features *t, const char *key,
                  const char *name)
{
    const size_t n = gt_features_count(t);
    for (size_t i = 0; i < n; i++)
        if (strcmp(cell(a, t, i, key), name) == 0)
            return (int)i;
    return -1;
}

/* ---- Layers against tables ------------------------------------------------------------------- */

struct class_sum {
    const char *area, *code, *prefix;
    double unit;
    int64_t sum; /* 1e-4 m2 */
};

static enum gt_status add_area(void *ctx, const struct gt_features *f, struct gt_err *err)
{
    (void)err;
    struct class_sum *s = ctx;
    GT_AUTO_ARENA a = gt_arena_new();
    const int area = gt_features_field(f, s->area), code = gt_features_field(f, s->code);
    const size_t n = gt_features_count(f);
    for (size_t i = 0; i < n && area >= 0; i++) {
        const struct gt_value *v = &f->value[i * f->n_fields + (size_t)area];
        const char *c = code < 0 ? "" : gt_value_text(a, &f->value[i * f->n_fields + (size_t)code]);
        if (v->kind == GT_V_NUM && gt_starts(c, s->prefix))
            s->sum += (int64_t)llround(v->num * s->unit * 1e4);
    }
    return GT_OK;
}

static enum gt_status add_ground(struct review *r, struct review_layer *l, struct class_sum *s,
                                 struct gt_err *err)
{
    struct gt_layer_query q = {.count = review_chunk(r, l), .no_fields = true};
    for (; q.from < l->source->n; q.from += q.count) {
        GT_AUTO_ARENA a = gt_arena_new();
        const struct gt_features *f;
        GT_TRY(gt_layer_read(l->source, a, &q, &f, err));
        const size_t n = gt_features_count(f);
        double *m2 = GT_TAKE_N(a, double, n + 1);
        GT_TRY(gt_polygon_areas(f->shapes, GT_AREA_TRAPEZOID, r->opt->work, m2, err));
        for (size_t i = 0; i < n; i++)
            s->sum += isfinite(m2[i]) ? (int64_t)llround(m2[i] * 1e4) : 0;
    }
    return GT_OK;
}

/* m2 of a layer, by an area field and a class, or of the ground. */
static enum gt_status layer_m2(struct review *r, struct review_layer *l, const struct gt_yaml *y,
                               const char *prefix, double *out, struct gt_err *err)
{
    struct class_sum s = {.area = review_text(y, "area"),
                          .code = review_text(y, "code"),
                          .prefix = prefix,
                          .unit = review_unit_m2(review_text(y, "unit"))};
    const char *const field[] = {s.area, *s.code ? s.code : NULL, NULL};
    if (*s.area)
        GT_TRY(review_parts(r, l, field, add_area, &s, err));
    else
        GT_TRY(add_ground(r, l, &s, err));
    *out = (double)s.sum / 1e4;
    return GT_OK;
}

static double tolerance_m2(const struct review *r, const char *rule)
{
    const struct gt_check_rule *found = gt_profile_rule(r->profile, rule);
    return found && isfinite(found->tolerance) ? found->tolerance * review_unit_m2(found->unit) : 0;
}

/* What the findings on the layer's own geometry explain is left out. */
static double explained_m2(const struct review *r, const struct review_layer *l)
{
    double sum = 0;
    for (size_t i = 0; i < r->hit.n; i++)
        if (r->hit.v[i].layer == l && strcmp(r->hit.v[i].unit, "m2") == 0 &&
            gt_starts(r->hit.v[i].rule->id, "areas.field"))
            sum += fabs(r->hit.v[i].value);
    return sum;
}

struct figure {
    const char *table, *row, *is;
    double said, found; /* m2 */
};

static void compare_figure(struct review *r, const struct review_layer *l, const struct figure *g)
{
    const char *table = g->table, *row = g->row, *is = g->is;
    const double said = g->said, found = g->found;
    const double most = tolerance_m2(r, "agreement.map_table") + explained_m2(r, l);
    const double d = found - said;
    const bool keeps = strcmp(is, "at_least") == 0  ? d >= -most
                       : strcmp(is, "at_most") == 0 ? d <= most
                                                    : fabs(d) <= most;
    struct review_hit *h = keeps ? NULL : review_hit(r, "agreement.map_table", l);
    if (!h)
        return;
    h->path = gt_strdup(r->a, table);
    h->field = gt_strdup(r->a, row);
    h->value = d;
    h->unit = "m2";
    const bool least = strcmp(is, "at_least") == 0, same = strcmp(is, "same") == 0;
    review_say(r, h,
               gt_printf(r->a, "%s“%s”为 %.4f hm²，图层 %s 应%s，实为 %.4f hm²", table, row,
                         said / 1e4, l->code,
                         same    ? "与之相等"
                         : least ? "不小于它"
                                 : "不大于它",
                         found / 1e4),
               gt_printf(r->a, "%s has %s at %.4f hm2; the layer %s should be %s, found %.4f hm2",
                         table, row, said / 1e4, l->code,
                         same    ? "the same"
                         : least ? "not less"
                                 : "not more",
                         found / 1e4));
}

static const char *unit_of(struct gt_arena *a, const struct gt_features *t, size_t row,
                           const struct gt_yaml *y)
{
    const char *own = review_text(y, "table_unit");
    return *own ? own : cell(a, t, row, "单位");
}

/* Class codes of planning have zeros behind: 010000 stands for all that starts with 01. */
static const char *class_prefix(struct gt_arena *a, const char *code)
{
    size_t n = strlen(code);
    while (n == 6 || (n > 2 && n < 6 && n % 2 == 0)) {
        if (code[n - 1] != '0' || code[n - 2] != '0')
            break;
        n -= 2;
    }
    return gt_strndup(a, code, n);
}

static enum gt_status each_row(struct review *r, struct review_layer *l, struct gt_arena *a,
                               const struct gt_features *t, const struct gt_yaml *y,
                               struct gt_err *err)
{
    const size_t n = gt_features_count(t);
    for (size_t i = 0; i < n; i++) {
        const char *code = cell(a, t, i, review_text(y, "each"));
        const double said =
            number(a, t, i, review_text(y, "value")) * review_unit_m2(unit_of(a, t, i, y));
        double found;
        if (!*code || strspn(code, "0123456789") != strlen(code) || !isfinite(said))
            continue;
        GT_TRY(layer_m2(r, l, y, class_prefix(a, code), &found, err));
        compare_figure(
            r, l,
            &(struct figure){review_text(y, "table"), code, review_text(y, "is"), said, found});
    }
    return GT_OK;
}

static enum gt_status one_figure(struct review *r, const struct gt_yaml *y, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *table = review_text(y, "table"), *row = review_text(y, "row");
    struct review_layer *l = review_layer(r, review_text(y, "layer"));
    const struct gt_features *t;
    GT_TRY(table_of(r->s, table, a, &t, err));
    if (!l || !t || l->source->n == 0 || !review_rule(r, "agreement.map_table"))
        return GT_OK;
    if (*review_text(y, "each"))
        return each_row(r, l, a, t, y, err);
    const int at = row_of(a, t, review_text(y, "key"), row);
    double found;
    if (at < 0)
        return GT_OK;
    const double said = number(a, t, (size_t)at, review_text(y, "value")) *
                        review_unit_m2(unit_of(a, t, (size_t)at, y));
    if (!isfinite(said))
        return GT_OK;
    GT_TRY(layer_m2(r, l, y, "", &found, err));
    compare_figure(r, l, &(struct figure){table, row, review_text(y, "is"), said, found});
    return GT_OK;
}

static enum gt_status map_table(struct review *r, struct gt_err *err)
{
    const struct gt_yaml *list = review_setting(r, "figures");
    for (const struct gt_yaml *y = list ? list->child : NULL; y; y = y->next)
        GT_TRY(one_figure(r, y, err));
    review_skip(r, "agreement.map_table", "没有可比的表和图层", "there is no table with its layer");
    return GT_OK;
}

/* ---- Text against tables ----------------------------------------------------------------------
 */

static bool sentence_end(const char *s)
{
    static const char *const mark[] = {"。", "；", "\n", ";"};
    for (size_t i = 0; i < GT_LEN(mark); i++)
        if (gt_starts(s, mark[i]))
            return true;
    return false;
}

/* The first number behind `s` in its sentence, and the unit that follows. */
static bool figure_behind(struct gt_arena *a, const char *s, double *value, const char **unit)
{
    for (int letters = 0; *s && letters < 90 && !sentence_end(s); s++, letters++) {
        if (*s < '0' || *s > '9')
            continue;
        size_t n = strspn(s, "0123456789.,");
        char *digits = gt_strndup(a, s, n);
        size_t to = 0;
        for (size_t i = 0; i < n; i++)
            if (digits[i] != ',')
                digits[to++] = digits[i];
        digits[to] = 0;
        const char *rest = s + n + strspn(s + n, " ");
        if (gt_starts(rest, "年") || !gt_parse_num(digits, value)) {
            s += n - 1; /* "by 2035" */
            continue;
        }
        *unit = rest;
        return true;
    }
    return false;
}

/* The scale of the unit that a text starts with; NaN: none that is an area. */
static double unit_at(const char *s)
{
    static const char *const known[] = {"万公顷", "万亩", "平方公里", "平方千米", "平方米", "公顷",
                                        "hm2",    "hm²",  "km2",      "km²",      "亩",     "m2"};
    for (size_t i = 0; i < GT_LEN(known); i++)
        if (gt_starts(s, known[i]))
            return review_unit_m2(known[i]);
    return NAN;
}

struct phrase {
    const char *path, *row;
    double want[4], scale; /* in the row's unit; scale: m2 of it, NaN: no area */
    size_t n;
};

static void compare_phrase(struct review *r, const struct phrase *p, double value, const char *unit)
{
    const double to = unit_at(unit);
    const bool area = isfinite(p->scale) && isfinite(to);
    const double most = area ? tolerance_m2(r, "agreement.text_table") : 0.0051;
    double best = INFINITY;
    for (size_t i = 0; i < p->n; i++) {
        const double d = area ? value * to - p->want[i] * p->scale : value - p->want[i];
        best = fabs(d) < fabs(best) ? d : best;
    }
    if (p->n == 0 || fabs(best) <= most || (isfinite(p->scale) && !area))
        return;
    struct review_hit *h = review_hit(r, "agreement.text_table", NULL);
    if (!h)
        return;
    h->path = p->path;
    h->field = gt_strdup(r->a, p->row);
    h->value = area ? best : value - p->want[0];
    h->unit = area ? "m2" : "";
    char said[32], want[32];
    gt_fmt_num(value, said);
    gt_fmt_num(p->want[0], want);
    review_say(r, h, gt_printf(r->a, "文本中“%s”为 %s，表中为 %s", p->row, said, want),
               gt_printf(r->a, "the text has %s at %s, the table at %s", p->row, said, want));
}

/* A row's name may be the end of a longer one: 永久基本农田保护面积 holds none of the others. */
static void search_text(struct review *r, struct gt_arena *a, const char *text,
                        const struct phrase *p)
{
    for (const char *s = strstr(text, p->row); s; s = strstr(s, p->row)) {
        double value;
        const char *unit;
        s += strlen(p->row);
        if (figure_behind(a, s, &value, &unit))
            compare_phrase(r, p, value, unit);
    }
}

static enum gt_status text_table(struct review *r, struct gt_err *err)
{
    const struct gt_yaml *y = review_setting(r, "text");
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_features *t = NULL;
    if (y)
        GT_TRY(table_of(r->s, review_text(y, "table"), a, &t, err));
    review_skip(r, "agreement.text_table", "没有可比的文本和表", "there is no text with its table");
    const struct gt_yaml *values = y ? gt_yaml_find(y, "values") : NULL;
    for (size_t i = 0; t && i < r->s->n_documents; i++) {
        const struct gt_review_document *d = &r->s->document[i];
        if (!d->text || !strstr(d->path, review_text(y, "folder")))
            continue;
        if (!review_rule(r, "agreement.text_table"))
            return GT_OK;
        for (size_t row = 0; row < gt_features_count(t); row++) {
            struct phrase p = {.path = gt_strdup(r->a, d->path),
                               .row = cell(a, t, row, review_text(y, "key"))};
            p.scale = review_unit_m2(cell(a, t, row, review_text(y, "unit")));
            for (const struct gt_yaml *v = values ? values->child : NULL; v; v = v->next) {
                const double x = number(a, t, row, v->text);
                if (isfinite(x) && p.n < GT_LEN(p.want))
                    p.want[p.n++] = x;
            }
            if (*p.row)
                search_text(r, a, d->text, &p);
        }
    }
    return GT_OK;
}

/* ---- Maps ------------------------------------------------------------------------------------ */

static bool is_picture(const char *path)
{
    static const char *const end[] = {".png", ".jpg", ".jpeg", ".tif", ".tiff",
                                      ".pdf", ".PNG", ".JPG",  ".TIF"};
    for (size_t i = 0; i < GT_LEN(end); i++)
        if (gt_ends(path, end[i]))
            return true;
    return false;
}

static enum gt_status maps(struct review *r, struct gt_err *err)
{
    (void)err;
    const struct gt_yaml *list = review_setting(r, "maps");
    if (!review_is_package(r)) {
        review_skip(r, "agreement.maps", "只给出一个文件，不是成果包",
                    "one file was given, no package");
        return GT_OK;
    }
    if (!list || !review_rule(r, "agreement.maps"))
        return GT_OK;
    for (const struct gt_yaml *y = list->child; y; y = y->next) {
        bool there = false;
        for (size_t i = 0; i < r->s->n_documents && !there; i++)
            there = is_picture(r->s->document[i].path) &&
                    strstr(r->s->document[i].path, y->text) != NULL;
        struct review_hit *h = there ? NULL : review_hit(r, "agreement.maps", NULL);
        if (!h)
            continue;
        h->path = y->text;
        review_say(r, h, gt_printf(r->a, "缺少图件“%s”", y->text),
                   gt_printf(r->a, "the map %s is missing", y->text));
    }
    return GT_OK;
}

/* ---- Metadata -------------------------------------------------------------------------------- */

/* What stands between <item> and </item>, blanks trimmed; NULL: the item is absent. */
static const char *item(struct gt_arena *a, const char *xml, const char *name)
{
    const char *open = gt_printf(a, "<%s>", name), *close = gt_printf(a, "</%s>", name);
    const char *from = strstr(xml, open), *to = from ? strstr(from, close) : NULL;
    if (!to)
        return NULL;
    from += strlen(open);
    while (from < to && strchr(" \t\r\n", *from))
        from++;
    while (to > from && strchr(" \t\r\n", to[-1]))
        to--;
    return gt_strndup(a, from, (size_t)(to - from));
}

static const struct gt_review_document *metadata_of(const struct review *r,
                                                    const struct review_layer *l)
{
    const char *folder = review_text(review_setting(r, "metadata"), "folder");
    const size_t n = strlen(l->source->name), m = strlen(l->code);
    for (size_t i = 0; i < r->s->n_documents; i++) {
        const struct gt_review_document *d = &r->s->document[i];
        const char *base = strrchr(d->path, '/');
        base = base ? base + 1 : d->path;
        if (!d->text || !strstr(d->path, folder) || !gt_ends(d->path, ".xml"))
            continue;
        if ((strncasecmp(base, l->code, m) == 0 && base[m] == '.') ||
            (strncasecmp(base, l->source->name, n) == 0 && base[n] == '.'))
            return d;
    }
    return NULL;
}

static void metadata_hit(struct review *r, const struct review_layer *l, const char *path,
                         const char *field, const char *zh, const char *en)
{
    struct review_hit *h = review_hit(r, "agreement.metadata", l);
    if (!h)
        return;
    h->path = gt_strdup(r->a, path);
    h->field = field;
    review_say(r, h, zh, en);
}

static bool has_any(struct gt_arena *a, const char *xml, const struct gt_yaml *list)
{
    for (const struct gt_yaml *m = list ? list->child : NULL; m; m = m->next)
        if (item(a, xml, m->text))
            return true;
    return !list;
}

static void one_metadata(struct review *r, struct gt_arena *a, const struct review_layer *l)
{
    const struct gt_yaml *y = review_setting(r, "metadata");
    const struct gt_review_document *d = metadata_of(r, l);
    if (!d) {
        metadata_hit(r, l, "", "", gt_printf(r->a, "图层 %s 没有元数据", l->code),
                     gt_printf(r->a, "the layer %s has no metadata", l->code));
        return;
    }
    const struct gt_yaml *list = gt_yaml_find(y, "mandatory");
    if (!has_any(a, d->text, list)) {
        metadata_hit(r, l, d->path, "",
                     gt_printf(r->a,
                               "%s 的元数据文件中没有任何规定的数据项，可能不是元数据或已损坏",
                               l->code),
                     gt_printf(r->a,
                               "the metadata file of %s has none of the mandatory items: it is "
                               "another file, or a damaged one",
                               l->code));
        return;
    }
    for (const struct gt_yaml *m = list ? list->child : NULL; m; m = m->next) {
        const char *found = item(a, d->text, m->text);
        if (!found || !*found)
            metadata_hit(r, l, d->path, m->text,
                         gt_printf(r->a, "%s 的元数据项 %s 为空", l->code, m->text),
                         gt_printf(r->a, "the metadata item %s of %s is empty", m->text, l->code));
    }
    const char *key = review_text(y, "graded"), *grade = item(a, d->text, key);
    if (*key && !review_listed(gt_yaml_find(y, "grades"), grade ? grade : ""))
        metadata_hit(
            r, l, d->path, key,
            gt_printf(r->a, "%s 的密级应为规定的一种，实为“%s”", l->code, grade ? grade : ""),
            gt_printf(r->a, "%s should be one of the listed grades, found \"%s\"", key,
                      grade ? grade : ""));
}

static bool wants_metadata(struct review *r, const char *rule)
{
    const struct gt_yaml *y = review_setting(r, "metadata");
    if (y && review_is_package(r))
        return review_rule(r, rule) != NULL;
    review_skip(r, rule, "只给出一个文件，不是成果包", "one file was given, no package");
    return false;
}

static enum gt_status metadata(struct review *r, struct gt_err *err)
{
    (void)err;
    if (!wants_metadata(r, "agreement.metadata"))
        return GT_OK;
    for (size_t i = 0; i < r->n_layers; i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        if (!r->layer[i].source->table && r->layer[i].std)
            one_metadata(r, a, &r->layer[i]);
    }
    return GT_OK;
}

static bool kind_agrees(const char *said, enum gt_shape_kind kind)
{
    static const char *const word[][2] = {[GT_SHAPE_POINT] = {"点", "point"},
                                          [GT_SHAPE_LINE] = {"线", "line"},
                                          [GT_SHAPE_POLYGON] = {"面", "polygon"}};
    for (size_t k = 0; k < GT_LEN(word); k++)
        if ((enum gt_shape_kind)k != kind &&
            (strstr(said, word[k][0]) || strcasecmp(said, word[k][1]) == 0))
            return false;
    return true;
}

static void disagree(struct review *r, const struct review_layer *l, const char *path,
                     const char *field, const char *said, const char *is)
{
    struct review_hit *h = review_hit(r, "agreement.metadata_layer", l);
    if (!h)
        return;
    h->path = gt_strdup(r->a, path);
    h->field = field;
    review_say(
        r, h, gt_printf(r->a, "元数据项 %s 为“%s”，图层实为 %s", field, said, is),
        gt_printf(r->a, "the metadata item %s says \"%s\", the layer is %s", field, said, is));
}

/* A layer in a wrong system is told so: its metadata name the right one. */
static bool misplaced(const struct review *r, const struct review_layer *l)
{
    for (size_t i = 0; i < r->hit.n; i++)
        if (r->hit.v[i].layer == l && gt_starts(r->hit.v[i].rule->id, "reference."))
            return true;
    return false;
}

static void one_metadata_layer(struct review *r, struct gt_arena *a, const struct review_layer *l,
                               const struct gt_review_document *d)
{
    static const char *const kind[] = {
        [GT_SHAPE_POINT] = "点要素", [GT_SHAPE_LINE] = "线要素", [GT_SHAPE_POLYGON] = "面要素"};
    const char *type = item(a, d->text, "geometry_type"), *wkid = item(a, d->text, "wkid");
    const char *name = item(a, d->text, "data_name"), *unit = item(a, d->text, "coordinate_unit");
    const struct gt_crs *crs = misplaced(r, l) ? NULL : l->source->crs;
    if (type && *type && !kind_agrees(type, l->source->kind))
        disagree(r, l, d->path, "geometry_type", type, kind[l->source->kind]);
    if (wkid && *wkid && crs && gt_starts(crs->code, "EPSG:") && strcmp(wkid, crs->code + 5) != 0)
        disagree(r, l, d->path, "wkid", wkid, crs->code + 5);
    if (name && *name && strcasecmp(name, l->source->name) != 0 && strcasecmp(name, l->code) != 0)
        disagree(r, l, d->path, "data_name", name, l->source->name);
    const bool degrees = crs && crs->kind == GT_CRS_GEOGRAPHIC;
    if (crs && unit && (strcmp(unit, "米") == 0 || strcmp(unit, "度") == 0) &&
        (strcmp(unit, "度") == 0) != degrees)
        disagree(r, l, d->path, "coordinate_unit", unit, degrees ? "度" : "米");
}

static enum gt_status metadata_layer(struct review *r, struct gt_err *err)
{
    (void)err;
    if (!wants_metadata(r, "agreement.metadata_layer"))
        return GT_OK;
    for (size_t i = 0; i < r->n_layers; i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        const struct review_layer *l = &r->layer[i];
        const struct gt_review_document *d = l->source->table || !l->std ? NULL : metadata_of(r, l);
        if (d)
            one_metadata_layer(r, a, l, d);
    }
    return GT_OK;
}

/* ---- The upper plan -------------------------------------------------------------------------- */

static void compare_upper(struct review *r, const char *table, const char *row, double mine,
                          double theirs, bool floor)
{
    if (!isfinite(mine) || !isfinite(theirs) || (floor ? mine >= theirs : mine <= theirs))
        return;
    struct review_hit *h = review_hit(r, "agreement.upper", NULL);
    if (!h)
        return;
    h->path = gt_strdup(r->a, table);
    h->field = gt_strdup(r->a, row);
    h->value = mine - theirs;
    char a[32], b[32];
    gt_fmt_num(mine, a);
    gt_fmt_num(theirs, b);
    review_say(
        r, h,
        gt_printf(r->a, "“%s”为 %s，应%s上级下达的 %s", row, a, floor ? "不低于" : "不高于", b),
        gt_printf(r->a, "%s is %s, it should not be %s the issued %s", row, a,
                  floor ? "below" : "above", b));
}

static void both_rows(struct review *r, const struct gt_yaml *y, const struct gt_features *mine,
                      const struct gt_features *theirs, bool floor)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_yaml *list = gt_yaml_find(y, floor ? "floors" : "ceilings");
    const char *key = review_text(y, "key"), *value = review_text(y, "value");
    for (const struct gt_yaml *n = list ? list->child : NULL; n; n = n->next) {
        const int i = row_of(a, mine, key, n->text), k = row_of(a, theirs, key, n->text);
        if (i < 0 || k < 0)
            continue;
        const char *unit = review_text(y, "unit");
        const double ui = review_unit_m2(cell(a, mine, (size_t)i, unit));
        const double uk = review_unit_m2(cell(a, theirs, (size_t)k, unit));
        const double scale = isfinite(ui) && isfinite(uk) ? uk / ui : 1;
        compare_upper(r, review_text(y, "table"), n->text, number(a, mine, (size_t)i, value),
                      number(a, theirs, (size_t)k, value) * scale, floor);
    }
}

static enum gt_status upper(struct review *r, struct gt_err *err)
{
    const struct gt_yaml *y = review_setting(r, "upper");
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_features *mine = NULL, *theirs = NULL;
    if (!r->s->upper) {
        review_skip(r, "agreement.upper", "没有给出上级规划（--upper）",
                    "no upper plan was given (--upper)");
        return GT_OK;
    }
    if (y) {
        GT_TRY(table_of(r->s, review_text(y, "table"), a, &mine, err));
        GT_TRY(table_of(r->s->upper, review_text(y, "table"), a, &theirs, err));
    }
    if (!mine || !theirs) {
        review_skip(r, "agreement.upper", "没有两级的指标表", "a table of indicators is missing");
        return GT_OK;
    }
    if (!review_rule(r, "agreement.upper"))
        return GT_OK;
    both_rows(r, y, mine, theirs, true);
    both_rows(r, y, mine, theirs, false);
    return GT_OK;
}

const struct review_check review_agreement[] = {{"agreement.map_table", map_table},
                                                {"agreement.text_table", text_table},
                                                {"agreement.maps", maps},
                                                {"agreement.metadata", metadata},
                                                {"agreement.metadata_layer", metadata_layer},
                                                {"agreement.upper", upper},
                                                {NULL, NULL}};
