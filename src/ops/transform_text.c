/* transform_text.c: parameters between datums as people write them, and fits as people read them.
 */
#include "transform.h"

#include <math.h>
#include <string.h>

/* ---- Parameters ---- */

static int place_of(enum gt_shift_kind k, const char *name, size_t n)
{
    for (int i = 0; i < gt_shift_parameters(k); i++) {
        const char *own = gt_shift_parameter(k, i);
        if (strlen(own) == n && strncmp(own, name, n) == 0)
            return i;
    }
    return -1;
}

static const char *names_of(struct gt_arena *a, enum gt_shift_kind k)
{
    struct gt_buf b = {.a = a};
    for (int i = 0; i < gt_shift_parameters(k); i++)
        gt_buf_addf(&b, "%s%s", i ? ", " : "", gt_shift_parameter(k, i));
    return b.p;
}

enum gt_status transform_parameters(struct gt_arena *a, const char *text, struct gt_shift *s,
                                    struct gt_err *err)
{
    bool given[GT_SHIFT_MOST] = {false};
    char *p = gt_strdup(a, text);
    for (char *end; *p; p = end) {
        size_t length = strcspn(p, ","), name = strcspn(p, "=,");
        end = p + length + (p[length] == ',');
        p[length] = '\0';
        int i = p[name] == '=' ? place_of(s->kind, p, name) : -1;
        if (i < 0 || given[i] || !gt_parse_num(p + name + 1, &s->p[i]))
            return gt_fail(err, GT_EUSE,
                           "--parameters: expected name=number for each of %s, found '%.40s'",
                           names_of(a, s->kind), p);
        given[i] = true;
    }
    for (int i = 0; i < gt_shift_parameters(s->kind); i++)
        if (!given[i])
            return gt_fail(err, GT_EUSE, "--parameters: expected %s for %s, found no %s",
                           names_of(a, s->kind), gt_shift_name(s->kind),
                           gt_shift_parameter(s->kind, i));
    return GT_OK;
}

void transform_parameters_json(struct gt_json *in, const struct gt_shift *s)
{
    struct gt_json *obj = gt_json_add_obj(in, "parameters");
    for (int i = 0; i < gt_shift_parameters(s->kind); i++)
        gt_json_add_num(obj, gt_shift_parameter(s->kind, i), s->p[i]);
    gt_json_add_num(obj, "height_m", s->height_m);
}

/* ---- Fits ---- */

const char *transform_fit_text(struct gt_arena *a, const struct gt_shift_fit *f,
                               const struct gt_control *control)
{
    struct gt_json *obj = gt_json_obj(a);
    gt_json_add_int(obj, "points", (int64_t)f->n);
    gt_json_add_int(obj, "redundancy", f->redundancy);
    gt_json_add_num(obj, "rms_m", f->rms_m);
    gt_json_add_num(obj, "sigma_m", f->sigma_m);
    gt_json_add_num(obj, "max_m", f->max_m);
    struct gt_json *arr = gt_json_add_arr(obj, "residuals");
    for (size_t i = 0; i < f->n; i++) {
        const struct gt_control_residual *r = &f->residual[i];
        struct gt_json *one = gt_json_add_obj(arr, NULL);
        gt_json_add_str(one, "name", control[i].name);
        gt_json_add_num(one, "east_m", r->east);
        gt_json_add_num(one, "north_m", r->north);
        gt_json_add_num(one, "up_m", r->up);
        gt_json_add_num(one, "size_m", r->size_m);
        gt_json_add_num(one, "left_out_m", r->left_out_m);
        gt_json_add_bool(one, "gross", r->gross);
    }
    return gt_json_text(a, obj, 0);
}

enum gt_status transform_fit_json(struct gt_arena *a, const struct gt_transform *t,
                                  struct gt_json **out, struct gt_err *err)
{
    *out = NULL;
    return t->fit[0] ? gt_json_parse(a, t->name, gt_s(t->fit), out, err) : GT_OK;
}

static double number(const struct gt_json *obj, const char *key)
{
    return gt_json_num(gt_json_get(obj, key), (double)NAN);
}

static void residual_row(struct gt_call *c, struct gt_table *t, const struct gt_json *point)
{
    static const char *const keys[] = {"east_m", "north_m", "up_m", "size_m", "left_out_m"};
    size_t row = gt_table_add_row(t);
    gt_table_set_text(t, row, 0, gt_json_str(gt_json_get(point, "name"), ""));
    for (size_t i = 0; i < GT_LEN(keys); i++)
        gt_table_set_num(t, row, i + 1, number(point, keys[i]));
    if (gt_json_bool(gt_json_get(point, "gross"), false))
        gt_table_set_text(t, row, 6, OPS_SAY(c, "beyond 3 sigma", "超过 3 倍中误差"));
}

void transform_say_fit(struct gt_call *c, const struct gt_json *fit)
{
    static const struct gt_col cols[] = {
        {"name", {"point", "点名"}, "", GT_COL_TEXT, 0},
        {"east_m", {"east", "东向"}, "m", GT_COL_NUM, 4},
        {"north_m", {"north", "北向"}, "m", GT_COL_NUM, 4},
        {"up_m", {"up", "高程"}, "m", GT_COL_NUM, 4},
        {"size_m", {"residual", "残差"}, "m", GT_COL_NUM, 4},
        {"left_out_m", {"left out", "不参与时"}, "m", GT_COL_NUM, 4},
        {"gross", {"", ""}, "", GT_COL_TEXT, 0},
    };
    struct gt_table *t = gt_table_new(c->a, cols, GT_LEN(cols));
    const struct gt_json *points = gt_json_get(fit, "residuals");
    for (size_t i = 0; i < gt_json_len(points); i++)
        residual_row(c, t, gt_json_at(points, i));
    gt_buf_add(&c->text, gt_table_to_text(c->a, t, c->lang));
    gt_buf_addf(&c->text,
                OPS_SAY(c, "points %lld, redundancy %lld, RMS %.4f m, largest %.4f m",
                        "控制点 %lld 个，多余观测 %lld，均方根 %.4f m，最大 %.4f m"),
                (long long)gt_json_int(gt_json_get(fit, "points"), 0),
                (long long)gt_json_int(gt_json_get(fit, "redundancy"), 0), number(fit, "rms_m"),
                number(fit, "max_m"));
    double sigma = number(fit, "sigma_m");
    if (isfinite(sigma))
        gt_buf_addf(&c->text, OPS_SAY(c, ", unit weight error %.4f m", "，单位权中误差 %.4f m"),
                    sigma);
    gt_buf_add(&c->text, "\n");
}

/* ---- What the import says of the one that it used ---- */

enum gt_status ops_transform_json(struct gt_call *c, const struct gt_transform *t,
                                  struct gt_json *in, struct gt_err *err)
{
    char hash[GT_HASH_TEXT];
    struct gt_json *fit, *obj = gt_json_add_obj(in, "transform");
    const struct gt_crs *from = t->shift.from, *to = t->shift.to;
    gt_transform_hash(t, hash);
    GT_TRY(transform_fit_json(c->a, t, &fit, err));
    gt_json_add_str(obj, "name", t->name);
    gt_json_add_str(obj, "kind", gt_shift_name(t->shift.kind));
    gt_json_add_str(obj, "from", from->code[0] ? from->code : from->name);
    gt_json_add_str(obj, "to", to->code[0] ? to->code : to->name);
    gt_json_add_str(obj, "source", t->source);
    gt_json_add_str(obj, "grade", t->grade);
    gt_json_add_str(obj, "hash", hash);
    if (fit)
        gt_json_add_copy(obj, "fit", fit);
    else
        gt_json_add_null(obj, "fit");
    return GT_OK;
}
