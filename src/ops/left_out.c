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

/* The month of "temperature_07" where all twelve are missing, else 0. */
static int month_of_none(struct gt_arena *a, const struct ops_model *m, const char *input)
{
    size_t n = strlen(input);
    int64_t month = 0;
    if (n < 4 || input[n - 3] != '_' || !gt_parse_int(input + n - 2, &month))
        return 0;
    for (int k = 1; k <= 12; k++)
        if (!is_blamed(m, gt_printf(a, "%.*s_%02d", (int)(n - 3), input, k)))
            return 0;
    return (int)month;
}

/* "the input 'fault' is missing; left out: ...; 'b' stands in for: ..." */
static void warn_of(struct gt_call *c, const struct ops_model *m, const char *input)
{
    struct gt_buf gone = {.a = c->a}, replaced = {.a = c->a};
    for (size_t i = 0; i < m->n_left; i++) {
        const struct gt_left_out *l = &m->left[i];
        if (strcmp(l->input, input) != 0)
            continue;
        if (l->used_instead)
            gt_buf_addf(&replaced, OPS_SAY(c, "; '%s' stands in for: %s", "；以“%s”代替：%s"),
                        l->used_instead, title_of(c, l));
        else
            gt_buf_addf(&gone, "%s%s",
                        gone.n ? OPS_SAY(c, ", ", "、")
                               : OPS_SAY(c, "; left out: ", "；未参与计算："),
                        title_of(c, l));
    }
    const char *name = input;
    if (month_of_none(c->a, m, input) == 1)
        name = gt_printf(c->a, "%.*s@", (int)strlen(input) - 2, input);
    gt_warn(c->work, OPS_SAY(c, "the input '%s' is missing%s%s", "缺少输入“%s”%s%s"), name,
            gone.n ? gone.p : "", replaced.n ? replaced.p : "");
}

void ops_left_warn(struct gt_call *c, const struct ops_model *m)
{
    for (size_t i = 0; i < m->n_left; i++) {
        size_t first = 0;
        while (strcmp(m->left[first].input, m->left[i].input) != 0)
            first++;
        if (first == i && month_of_none(c->a, m, m->left[i].input) <= 1)
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
        gt_buf_addf(&c->text, OPS_SAY(c, "left out: %s (%s)", "未参与：%s（%s）"), title_of(c, l),
                    l->input);
        if (l->used_instead)
            gt_buf_addf(&c->text, OPS_SAY(c, ", '%s' stands in", "，以“%s”代替"), l->used_instead);
        gt_buf_add(&c->text, "\n");
    }
}
