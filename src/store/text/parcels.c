/* parcels.c: the ministry's coordinate text (坐标交换格式), in which land for approval is told:
 *   [属性描述]
 *   坐标系=2000国家大地坐标系 ... 几度分带=3 ... 带号=36 ...
 *   [地块坐标]
 *   points,hectares,number,name,面,sheet,use,class,@
 *   J1,1,northing,easting
 *   ...
 * The second number of a point tells its ring: 1 the outer one, more of them holes. */
#include "text_int.h"

#include <math.h>
#include <string.h>

enum { N_NAMED = 8, MOST_FIELDS = 40, KINDS = 3 };

static const struct gt_field fields[MOST_FIELDS] = {
    {"JZDS", GT_COLUMN_INT, 0, 0},  {"DKMJ", GT_COLUMN_REAL, 0, 0}, {"DKBH", GT_COLUMN_TEXT, 0, 0},
    {"DKMC", GT_COLUMN_TEXT, 0, 0}, {"TXSX", GT_COLUMN_TEXT, 0, 0}, {"TFH", GT_COLUMN_TEXT, 0, 0},
    {"DKYT", GT_COLUMN_TEXT, 0, 0}, {"DLBM", GT_COLUMN_TEXT, 0, 0},
};

struct parcels {
    struct gt_arena *a;
    struct gt_text_lines l;
    struct gt_text_zone zone;
    bool datum_said;
    size_t n_fields; /* the most that a parcel has */
    struct gt_text_draft draft[KINDS];
    /* the parcel at hand */
    bool open;
    int64_t line; /* of its heading */
    enum gt_shape_kind kind;
    struct gt_str part[MOST_FIELDS];
    size_t n_parts;
    int64_t points, closings, ring;
    uint16_t trait;
    double outer_m2, holes_m2;
};

/* ---- Header ---- */

static bool is_section(struct gt_str line, const char *name)
{
    return line.n > strlen(name) && gt_text_has(line, name) &&
           (line.p[0] == '[' || (line.n >= 3 && memcmp(line.p, "【", 3) == 0));
}

bool gt_text_is_parcels(struct gt_str head)
{
    static const char *const marks[] = {"地块坐标", "属性描述", /* in UTF-8, then in GBK */
                                        "\xb5\xd8\xbf\xe9\xd7\xf8\xb1\xea",
                                        "\xca\xf4\xd0\xd4\xc3\xe8\xca\xf6"};
    for (size_t i = 0; i < GT_LEN(marks); i++) {
        size_t n = strlen(marks[i]);
        for (size_t at = 0; at + n <= head.n; at++)
            if (memcmp(head.p + at, marks[i], n) == 0)
                return true;
    }
    return false;
}

static enum gt_status read_whole(struct parcels *p, struct gt_str key, struct gt_str value,
                                 int *out, struct gt_err *err)
{
    int64_t v;
    double exact;
    static const char *const behind[] = {"度带", "度分带", "度", "带", "°"};
    for (size_t i = 0; i < GT_LEN(behind); i++) {
        size_t n = strlen(behind[i]);
        if (value.n > n && memcmp(value.p + value.n - n, behind[i], n) == 0)
            value.n -= n;
    }
    if (value.n == 0)
        return GT_OK;
    if (gt_text_int(value, &v) && v >= 0 && v < 1000) {
        *out = (int)v;
        return GT_OK;
    }
    if (gt_text_num(value, &exact) && exact == floor(exact) && exact >= 0 && exact < 1000) {
        *out = (int)exact;
        return GT_OK;
    }
    return gt_text_fail(&p->l, err, "expected a whole number for %s, found '%s'",
                        gt_text_shown(p->a, key), gt_text_shown(p->a, value));
}

static bool has_parameters(struct gt_str value)
{
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] >= '1' && value.p[i] <= '9')
            return true;
    return false;
}

static enum gt_status read_header_line(struct parcels *p, struct gt_err *err)
{
    const char *equals = memchr(p->l.now.p, '=', p->l.now.n);
    if (!equals)
        return GT_OK; /* a remark, or a section of a province's own */
    size_t n = (size_t)(equals - p->l.now.p);
    struct gt_str key = gt_text_trim((struct gt_str){p->l.now.p, n});
    struct gt_str value = gt_text_trim((struct gt_str){equals + 1, p->l.now.n - n - 1});
    if (gt_str_eq(key, "坐标系")) {
        p->zone.datum = gt_text_datum_of(value);
        p->datum_said = value.n > 0;
        if (p->datum_said && p->zone.datum == GT_DATUM_UNKNOWN)
            gt_text_warn(&p->l, "the coordinate system '%s' is not known here",
                         gt_text_shown(p->a, value));
    }
    if (gt_str_eq(key, "计量单位"))
        p->zone.degrees = gt_text_has(value, "度");
    if (gt_str_eq(key, "转换参数") && has_parameters(value))
        gt_text_warn(&p->l,
                     "the header gives parameters of a transformation; they are not applied");
    if (gt_str_eq(key, "带号"))
        return read_whole(p, key, value, &p->zone.zone, err);
    if (!gt_str_eq(key, "几度分带") && !gt_str_eq(key, "分带"))
        return GT_OK;
    GT_TRY(read_whole(p, key, value, &p->zone.width, err));
    if (p->zone.width != 0 && p->zone.width != 3 && p->zone.width != 6)
        return gt_text_fail(&p->l, err, "expected 3 or 6 for %s, found %d",
                            gt_text_shown(p->a, key), p->zone.width);
    return GT_OK;
}

/* ---- The end of a ring, of a parcel ---- */

static struct gt_text_draft *draft_of(struct parcels *p)
{
    return &p->draft[p->kind];
}

static double area_of(const double *xy, size_t n)
{
    double twice = 0;
    for (size_t i = 0; i + 1 < n; i++)
        twice += (xy[2 * i] - xy[0]) * (xy[2 * i + 3] - xy[1]) -
                 (xy[2 * i + 2] - xy[0]) * (xy[2 * i + 1] - xy[1]);
    return fabs(twice) / 2;
}

static enum gt_status end_ring(struct parcels *p, struct gt_err *err)
{
    struct gt_text_draft *d = draft_of(p);
    size_t from = d->ring, n = d->b.n_points - from;
    if (n == 0)
        return GT_OK;
    const double *xy = d->b.xy + 2 * from;
    if (n > 1 && xy[0] == xy[2 * n - 2] && xy[1] == xy[2 * n - 1])
        p->closings++;
    GT_TRY(gt_text_draft_part(d, false, &p->trait, err));
    double m2 = area_of(d->b.xy + 2 * from, d->b.n_points - from);
    if (p->ring <= 1)
        p->outer_m2 += m2;
    else
        p->holes_m2 += m2;
    return GT_OK;
}

static bool is_near(double said, double m2)
{
    return fabs(said - m2) <= 0.01 * m2 + 1;
}

/* Said in hectares as the format wants it; square metres and mu are met too. */
static void check_area(struct parcels *p, double said)
{
    double m2 = p->outer_m2 - p->holes_m2, all = p->outer_m2 + p->holes_m2;
    bool hectares = is_near(said * 1e4, m2) || is_near(said * 1e4, all);
    if (p->zone.degrees || p->kind != GT_SHAPE_POLYGON || said == 0 || hectares)
        return;
    const char *unit = is_near(said, m2)              ? "square metres"
                       : is_near(said * 2000 / 3, m2) ? "mu"
                                                      : NULL;
    int64_t here = p->l.line;
    p->l.line = p->line;
    if (unit)
        gt_text_warn(&p->l, "expected the area in hectares, found %.10g, which is in %s", said,
                     unit);
    else
        gt_text_warn(&p->l,
                     "expected the area of the points, %.4f hectares, found %.10g in the parcel's "
                     "heading",
                     m2 / 1e4, said);
    p->l.line = here;
}

static void check_points(struct parcels *p, double said)
{
    int64_t here = p->l.line;
    if (said == (double)p->points || said == (double)(p->points - p->closings))
        return;
    p->l.line = p->line;
    gt_text_warn(&p->l, "expected %.10g points, as the parcel's heading says, found %lld", said,
                 (long long)p->points);
    p->l.line = here;
}

static void take_value(struct parcels *p, size_t i, struct gt_value *out)
{
    static const char *const units[] = {"公顷", "平方米", "亩"};
    struct gt_str s = p->part[i];
    double v;
    if (s.n == 0)
        return;
    *out = (struct gt_value){.kind = GT_V_TEXT, .text = gt_strndup(p->a, s.p, s.n)};
    for (size_t k = 0; i == 1 && k < GT_LEN(units); k++) {
        size_t n = strlen(units[k]);
        if (s.n > n && memcmp(s.p + s.n - n, units[k], n) == 0)
            s.n -= n;
    }
    if (i < 2 && gt_text_num(gt_text_trim(s), &v))
        *out = (struct gt_value){.kind = GT_V_NUM, .num = v};
}

static enum gt_status end_parcel(struct parcels *p, struct gt_err *err)
{
    struct gt_value *v;
    struct gt_text_draft *d = draft_of(p);
    if (!p->open)
        return GT_OK;
    p->open = false;
    GT_TRY(end_ring(p, err));
    if (p->points == 0)
        p->trait |= GT_TRAIT_EMPTY;
    GT_TRY(gt_text_draft_feature(d, p->line, p->trait, &v, err));
    for (size_t i = 0; i < p->n_parts; i++)
        take_value(p, i, &v[i]);
    if (v[0].kind == GT_V_NUM)
        check_points(p, v[0].num);
    if (v[1].kind == GT_V_NUM)
        check_area(p, v[1].num);
    if (p->n_fields < p->n_parts)
        p->n_fields = p->n_parts;
    return GT_OK;
}

/* ---- Lines ---- */

static enum gt_status read_kind(struct parcels *p, struct gt_err *err)
{
    struct gt_str s = p->n_parts > 4 ? p->part[4] : (struct gt_str){0};
    p->kind = GT_SHAPE_POLYGON;
    if (s.n == 0 || gt_text_has(s, "面"))
        return GT_OK;
    if (gt_text_has(s, "线"))
        p->kind = GT_SHAPE_LINE;
    else if (gt_text_has(s, "点"))
        p->kind = GT_SHAPE_POINT;
    else
        return gt_text_fail(&p->l, err,
                            "expected 面, 线 or 点 as the parcel's fifth item, found '%s'",
                            gt_text_shown(p->a, s));
    return GT_OK;
}

static enum gt_status begin_parcel(struct parcels *p, struct gt_err *err)
{
    struct gt_str line = p->l.now;
    GT_TRY(end_parcel(p, err));
    line.n--; /* the @ */
    size_t n = gt_text_split(line, ',', p->part, MOST_FIELDS);
    if (n > 1 && n <= MOST_FIELDS && p->part[n - 1].n == 0)
        n--; /* the comma before the @ */
    if (n < 2 || n > MOST_FIELDS)
        return gt_text_fail(&p->l, err,
                            "expected a parcel's heading of 2 to %d items (points, area, number, "
                            "name, 面, sheet, use, class, @), found %zu",
                            MOST_FIELDS, n);
    p->n_parts = n;
    p->open = true;
    p->line = p->l.line;
    p->points = p->closings = p->ring = 0;
    p->outer_m2 = p->holes_m2 = 0;
    p->trait = 0;
    return read_kind(p, err);
}

/* A ring is at its end when it has come back to its first point. */
static bool is_closed(const struct gt_text_draft *d)
{
    size_t n = d->b.n_points - d->ring;
    const double *xy = d->b.xy + 2 * d->ring;
    return n > 3 && xy[0] == xy[2 * n - 2] && xy[1] == xy[2 * n - 1];
}

static enum gt_status add_point(struct parcels *p, struct gt_err *err)
{
    struct gt_str part[6];
    double north, east;
    int64_t ring;
    struct gt_text_draft *d = draft_of(p);
    size_t n = gt_text_split(p->l.now, ',', part, GT_LEN(part));
    if (!p->open)
        return gt_text_fail(&p->l, err,
                            "expected a parcel's heading that ends with @ before its points, found "
                            "'%s'",
                            gt_text_shown(p->a, p->l.now));
    if (n < 4 || n > 5 || !gt_text_int(part[1], &ring) || !gt_text_num(part[2], &north) ||
        !gt_text_num(part[3], &east))
        return gt_text_fail(&p->l, err,
                            "expected a point (its number, ring, northing and easting, with plain "
                            "commas between), found '%s'",
                            gt_text_shown(p->a, p->l.now));
    if (d->b.n_points > d->ring && (ring != p->ring || p->kind == GT_SHAPE_POINT ||
                                    (p->kind == GT_SHAPE_POLYGON && is_closed(d))))
        GT_TRY(end_ring(p, err));
    p->ring = ring;
    p->points++;
    return gt_text_draft_point(d, east, north, err);
}

static enum gt_status read_lines(struct parcels *p, struct gt_err *err)
{
    bool header = true;
    while (gt_text_next_full(&p->l)) {
        if (is_section(p->l.now, "地块坐标")) {
            header = false;
        } else if (p->l.now.p[0] == '[' || is_section(p->l.now, "属性描述")) {
            GT_TRY(end_parcel(p, err));
            header = true;
        } else if (header) {
            GT_TRY(read_header_line(p, err));
        } else if (p->l.now.p[p->l.now.n - 1] == '@') {
            GT_TRY(begin_parcel(p, err));
        } else {
            GT_TRY(add_point(p, err));
        }
    }
    GT_TRY(end_parcel(p, err));
    size_t n = p->draft[0].n + p->draft[1].n + p->draft[2].n;
    if (n == 0)
        return gt_text_fail(&p->l, err,
                            "expected parcels under [地块坐标], each with a heading that ends with "
                            "@, found none");
    return GT_OK;
}

/* ---- The whole ---- */

static struct gt_box box_of(const struct parcels *p)
{
    struct gt_box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (int k = 0; k < KINDS; k++)
        for (size_t i = 0; i < p->draft[k].b.n_points; i++) {
            const double *q = p->draft[k].b.xy + 2 * i;
            box = (struct gt_box){fmin(box.x0, q[0]), fmin(box.y0, q[1]), fmax(box.x1, q[0]),
                                  fmax(box.y1, q[1])};
        }
    return box;
}

static void swap_all(struct parcels *p)
{
    gt_warn(p->l.work,
            "%s: expected northings before eastings, found them in turn: they are taken by their "
            "size",
            p->l.file);
    for (int k = 0; k < KINDS; k++)
        for (size_t i = 0; i < p->draft[k].b.n_points; i++) {
            double *q = p->draft[k].b.xy + 2 * i, x = q[0];
            q[0] = q[1];
            q[1] = x;
        }
}

static const struct gt_field *all_fields(struct gt_arena *a)
{
    struct gt_field *f = GT_TAKE_N(a, struct gt_field, MOST_FIELDS);
    memcpy(f, fields, sizeof fields);
    for (size_t i = N_NAMED; i < MOST_FIELDS; i++)
        f[i] = (struct gt_field){gt_printf(a, "QT%zu", i + 1), GT_COLUMN_TEXT, 0, 0};
    return f;
}

/* The values were kept with room for all fields: those that no parcel has are left out. */
static void narrow(struct gt_text_draft *d, size_t n_fields)
{
    for (size_t i = 0; i < d->n; i++)
        memmove(d->value + i * n_fields, d->value + i * MOST_FIELDS, n_fields * sizeof *d->value);
    d->n_fields = n_fields;
}

static void finish(struct parcels *p, struct gt_text *out)
{
    static const char *const suffix[] = {"_point", "_line", "_polygon"};
    size_t n_fields = p->n_fields > N_NAMED ? p->n_fields : N_NAMED;
    int kinds = 0;
    for (int k = 0; k < KINDS; k++)
        kinds += p->draft[k].n > 0;
    out->v = GT_TAKE_N(p->a, struct gt_text_layer, KINDS);
    for (int k = KINDS - 1; k >= 0; k--) {
        if (p->draft[k].n == 0)
            continue;
        if (kinds > 1)
            p->draft[k].name = gt_printf(p->a, "%s%s", p->draft[k].name, suffix[k]);
        narrow(&p->draft[k], n_fields);
        gt_text_draft_end(&p->draft[k], &out->v[out->n++]);
    }
}

enum gt_status gt_text_parcels(struct gt_arena *a, struct gt_str bytes,
                               const struct gt_text_opt *opt, struct gt_text *out,
                               struct gt_err *err)
{
    struct gt_str text;
    struct parcels p = {.a = a, .l = {.file = opt->file, .work = opt->work}};
    const struct gt_field *all = all_fields(a);
    *out = (struct gt_text){.format = "coordinate text", .crs = ""};
    GT_TRY(gt_text_decode(a, bytes, opt, &text, &out->encoding, err));
    p.l.p = text.p;
    p.l.end = text.p + text.n;
    p.zone.meridian = (double)NAN;
    for (int k = 0; k < KINDS; k++) {
        gt_text_draft_begin(&p.draft[k], a, gt_text_stem(a, opt->file));
        gt_shape_begin(&p.draft[k].b, a, (enum gt_shape_kind)k);
        p.draft[k].field = all;
        p.draft[k].n_fields = MOST_FIELDS;
    }
    GT_TRY(read_lines(&p, err));
    struct gt_box box = box_of(&p);
    /* In the file the first number is the northing: y. */
    if (gt_text_swapped(box)) {
        swap_all(&p);
        box = (struct gt_box){box.y0, box.x0, box.y1, box.x1};
    }
    p.zone.x0 = box.x0;
    p.zone.x1 = box.x1;
    p.zone.degrees = p.zone.degrees || (box.x1 <= 180 && box.y1 <= 90);
    GT_TRY(gt_text_zone_crs(a, opt->file, &p.zone, &out->crs, err));
    gt_text_warned(&p.l);
    finish(&p, out);
    return GT_OK;
}
