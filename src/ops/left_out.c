/* left_out.c: the factors that a missing input left out of a model, and how that is told. */
#include "ops_int.h"

#include <string.h>

bool ops_is_covered(const struct ops_model *m, const struct gt_step *input)
{
    return input->alternative && gt_model_step(m->model, input->alternative) >= 0;
}

/* The missing inputs themselves are no factors: what would have been made of them is. */
void ops_left_factors(struct ops_model *m, const struct gt_model *whole)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->n_left; i++) {
        const struct gt_left_out *l = &m->left[i];
        int input = gt_model_step(whole, l->input);
        bool covered = input >= 0 && ops_is_covered(m, &whole->steps[input]);
        if (!covered && strcmp(l->step, l->input) != 0)
            m->left[kept++] = *l;
    }
    m->n_left = kept;
}

static const char *title_of(const struct gt_call *c, const struct gt_left_out *l)
{
    const char *title = gt_text2(l->title, c->lang);
    return title && title[0] ? title : l->step;
}

/* Whether any factor was left out for the input. */
static bool is_blamed(const struct ops_model *m, const char *input)
{
    for (size_t i = 0; i < m->n_left; i++)
        if (strcmp(m->left[i].input, input) == 0)
            return true;
    return false;
}

/* How many months of the series that an input belongs to are missing, and their numbers; 0: the
 * input is no month. first: whether the input is the first of them. */
static int months_gone(const struct gt_call *c, const struct ops_model *m, const char *input,
                       struct gt_buf *months, bool *first)
{
    int gone = 0;
    int64_t month = 0;
    size_t n = strlen(input);
    *first = true;
    if (n < 4 || input[n - 3] != '_' || !gt_parse_int(input + n - 2, &month))
        return 0;
    for (int k = 1; k <= 12; k++) {
        if (!is_blamed(m, gt_printf(c->a, "%.*s_%02d", (int)(n - 3), input, k)))
            continue;
        *first = gone ? *first : k == month;
        gt_buf_addf(months, "%s%d", gone++ ? OPS_SAY(c, ", ", "、") : "", k);
    }
    return gone;
}

/* The same input, or another month of its series. */
static bool is_of(const char *input, const char *other, bool series)
{
    size_t n = strlen(input);
    return series ? strlen(other) == n && strncmp(input, other, n - 2) == 0
                  : strcmp(input, other) == 0;
}

/* Whether a factor of the same title was left out before it for the same reason: a month's like
 * another's. */
static bool is_again(const struct gt_call *c, const struct ops_model *m, size_t i, bool series)
{
    for (size_t k = 0; k < i; k++)
        if (!m->left[k].used_instead && is_of(m->left[i].input, m->left[k].input, series) &&
            strcmp(title_of(c, &m->left[i]), title_of(c, &m->left[k])) == 0)
            return true;
    return false;
}

/* "the input 'fault' is missing; left out: ...; 'b' stands in for: ..."; of a series with several
 * months missing it is said once, with their numbers. */
static void warn_of(struct gt_call *c, const struct ops_model *m, const char *input)
{
    struct gt_buf gone = {.a = c->a}, replaced = {.a = c->a}, months = {.a = c->a};
    bool first;
    int lacking = months_gone(c, m, input, &months, &first);
    if (!first)
        return;
    for (size_t i = 0; i < m->n_left; i++) {
        const struct gt_left_out *l = &m->left[i];
        if (!is_of(input, l->input, lacking > 1))
            continue;
        if (l->used_instead)
            gt_buf_addf(&replaced, OPS_SAY(c, "; '%s' stands in for: %s", "；以“%s”代替：%s"),
                        l->used_instead, title_of(c, l));
        else if (!is_again(c, m, i, lacking > 1))
            gt_buf_addf(&gone, "%s%s",
                        gone.n ? OPS_SAY(c, ", ", "、")
                               : OPS_SAY(c, "; left out: ", "；未参与计算："),
                        title_of(c, l));
    }
    const char *then = gone.p ? gone.p : "", *instead = replaced.p ? replaced.p : "";
    int n = (int)strlen(input) - 2;
    if (lacking == 12)
        gt_warn(c->work, OPS_SAY(c, "the input '%.*s@' is missing%s%s", "缺少输入“%.*s@”%s%s"), n,
                input, then, instead);
    else if (lacking > 1)
        gt_warn(
            c->work,
            OPS_SAY(c, "the series '%.*s@' lacks the months %s%s%s", "逐月输入“%.*s@”缺少%s月%s%s"),
            n, input, months.p, then, instead);
    else
        gt_warn(c->work, OPS_SAY(c, "the input '%s' is missing%s%s", "缺少输入“%s”%s%s"), input,
                then, instead);
}

void ops_left_warn(struct gt_call *c, const struct ops_model *m)
{
    for (size_t i = 0; i < m->n_left; i++) {
        size_t first = 0;
        while (strcmp(m->left[first].input, m->left[i].input) != 0)
            first++;
        if (first == i)
            warn_of(c, m, m->left[i].input);
    }
}

void ops_left_json(struct gt_json *in, const struct ops_model *m)
{
    struct gt_json *arr = gt_json_add_arr(in, "left_out");
    for (size_t i = 0; i < m->n_left; i++) {
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "step", m->left[i].step);
        gt_json_add_str(obj, "input", m->left[i].input);
        ops_json_text2(obj, "title", m->left[i].title);
        gt_json_add_str(obj, "used_instead", m->left[i].used_instead);
    }
}

void ops_left_text(struct gt_call *c, const struct ops_model *m)
{
    for (size_t i = 0; i < m->n_left; i++) {
        const struct gt_left_out *l = &m->left[i];
        struct gt_buf months = {.a = c->a};
        bool first;
        if (months_gone(c, m, l->input, &months, &first) > 1 && is_again(c, m, i, true))
            continue;
        gt_buf_addf(&c->text, OPS_SAY(c, "left out: %s (%s)", "未参与：%s（%s）"), title_of(c, l),
                    l->input);
        if (l->used_instead)
            gt_buf_addf(&c->text, OPS_SAY(c, ", '%s' stands in", "，以“%s”代替"), l->used_instead);
        gt_buf_add(&c->text, "\n");
    }
}
