/* model_without.c: a model without the inputs that nobody gave. */
#include "model_int.h"

#include <string.h>

struct leaving {
    struct gt_arena *a;
    const struct gt_model *m;
    const bool *have;
    int *why;   /* the missing input that made a step go; -1: it stays */
    int *stand; /* what stands in for it; -1: nothing */
    int *place; /* in the new model; -1: gone */
};

/* The step that gives what step i gave, -1 where nothing does. */
static int now(const struct leaving *v, int i)
{
    while (i >= 0 && v->why[i] >= 0)
        i = v->stand[i];
    return i;
}

static int stand_in(const struct leaving *v, const struct gt_step *s)
{
    for (int k = 0; k < s->n_without; k++)
        if (now(v, s->without[k][0]) < 0 && now(v, s->without[k][1]) >= 0)
            return s->without[k][1];
    return -1;
}

static bool has_clause(const struct gt_step *s, int missing)
{
    for (int k = 0; k < s->n_without; k++)
        if (s->without[k][0] == missing)
            return true;
    return false;
}

/* The missing input to blame for a step that goes: that of a lost input for which nothing could
 * have stood in, else that of the first stand-in, which is lost itself. */
static int blame(const struct leaving *v, const struct gt_step *s)
{
    int k = 0;
    for (int i = 0; i < s->n_in; i++)
        if (now(v, s->in[i]) < 0 && !has_clause(s, s->in[i]))
            return v->why[s->in[i]];
    while (now(v, s->without[k][0]) >= 0)
        k++;
    return v->why[s->without[k][1]];
}

static enum gt_status look_at(struct leaving *v, int i, struct gt_err *err)
{
    const struct gt_step *s = &v->m->steps[i];
    int lost = 0, first = -1;
    v->why[i] = v->stand[i] = -1;
    if ((s->kind == GT_STEP_RASTER || s->kind == GT_STEP_SHAPES) && !v->have[i]) {
        v->why[i] = i;
        if (!s->optional)
            return rules_error(err, GT_EINPUT,
                               "%s: the model %s needs its input '%s' (layer %s), "
                               "found none",
                               v->m->file, v->m->name, s->name, s->role);
    }
    for (int k = 0; k < s->n_in; k++) {
        if (now(v, s->in[k]) >= 0)
            continue;
        first = first < 0 ? s->in[k] : first;
        lost++;
    }
    if (lost == 0)
        return GT_OK;
    v->stand[i] = stand_in(v, s);
    if (v->stand[i] >= 0)
        v->why[i] = v->why[first];
    else if (s->kind != GT_STEP_COMBINE || lost == s->n_in)
        v->why[i] = blame(v, s);
    return GT_OK;
}

/* The combine without its lost members; weights keep their old sum. */
static void drop_members(const struct leaving *v, struct gt_step *s)
{
    int *in = GT_TAKE_N(v->a, int, (size_t)s->n_in);
    double *weight = s->weight ? GT_TAKE_N(v->a, double, (size_t)s->n_in) : NULL;
    double all = 0, kept = 0;
    int n = 0;
    for (int k = 0; k < s->n_in; k++) {
        all += weight ? s->weight[k] : 0;
        if (now(v, s->in[k]) < 0)
            continue;
        if (weight)
            kept += weight[n] = s->weight[k];
        in[n++] = s->in[k];
    }
    for (int k = 0; weight && k < n && n < s->n_in; k++)
        weight[k] = kept > 0 ? weight[k] * (all / kept) : all / n;
    s->in = in;
    s->n_in = n;
    s->weight = weight;
}

static void copy_step(const struct leaving *v, const struct gt_step *from, struct gt_step *out)
{
    *out = *from;
    if (from->kind == GT_STEP_COMBINE)
        drop_members(v, out);
    int *in = GT_TAKE_N(v->a, int, (size_t)out->n_in + 1);
    for (int k = 0; k < out->n_in; k++)
        in[k] = v->place[now(v, out->in[k])];
    out->in = in;
    /* What is left of `without` speaks of steps that are there. */
    int(*without)[2] = (int(*)[2])gt_take_n(v->a, (size_t)from->n_without + 1, sizeof *without);
    out->n_without = 0;
    for (int k = 0; k < from->n_without; k++) {
        int missing = now(v, from->without[k][0]), used = now(v, from->without[k][1]);
        if (missing < 0 || used < 0)
            continue;
        without[out->n_without][0] = v->place[missing];
        without[out->n_without++][1] = v->place[used];
    }
    out->without = (const int(*)[2])without;
}

static struct gt_left_out *list_left(const struct leaving *v, size_t *n)
{
    const struct gt_model *m = v->m;
    struct gt_left_out *left = GT_TAKE_N(v->a, struct gt_left_out, (size_t)m->n_steps + 1);
    *n = 0;
    for (int i = 0; i < m->n_steps; i++) {
        if (v->why[i] < 0)
            continue;
        int used = now(v, i);
        left[(*n)++] = (struct gt_left_out){
            .step = m->steps[i].name,
            .input = m->steps[v->why[i]].name,
            .title = m->steps[i].title,
            .used_instead = used < 0 ? NULL : m->steps[used].name,
        };
    }
    return left;
}

static void copy_outputs(const struct leaving *v, struct gt_model *out)
{
    struct gt_output *o = GT_TAKE_N(v->a, struct gt_output, (size_t)out->n_outputs + 1);
    int n = 0;
    for (int k = 0; k < out->n_outputs; k++) {
        int step = now(v, out->outputs[k].step);
        if (step < 0)
            continue;
        o[n] = out->outputs[k];
        o[n++].step = v->place[step];
    }
    out->outputs = o;
    out->n_outputs = n;
}

/* Fewer members give fewer codes: a reason that nobody looked for is not one with an area of 0. */
static void find_codes(struct gt_arena *a, struct gt_step *steps, int n)
{
    for (int i = 0; i < n; i++) {
        struct gt_step *s = &steps[i];
        struct codes *in = GT_TAKE_N(a, struct codes, (size_t)s->n_in + 1);
        for (int k = 0; k < s->n_in; k++) {
            const struct gt_step *of = &steps[s->in[k]];
            in[k] = (struct codes){of->n_codes > 0, of->n_codes, of->codes};
        }
        struct codes c = rules_codes_of_step(a, s, (size_t)s->n_in, in);
        s->codes = c.v;
        s->n_codes = c.known ? c.n : 0;
    }
}

enum gt_status gt_model_without(struct gt_arena *a, const struct gt_model *m, const bool *have,
                                const struct gt_model **out, struct gt_left_out **left,
                                size_t *n_left, struct gt_err *err)
{
    size_t n = (size_t)m->n_steps;
    struct leaving v = {.a = a,
                        .m = m,
                        .have = have,
                        .why = GT_TAKE_N(a, int, n + 1),
                        .stand = GT_TAKE_N(a, int, n + 1),
                        .place = GT_TAKE_N(a, int, n + 1)};
    *out = NULL;
    for (int i = 0; i < m->n_steps; i++)
        GT_TRY(look_at(&v, i, err));
    struct gt_model *made = GT_TAKE(a, struct gt_model);
    struct gt_step *steps = GT_TAKE_N(a, struct gt_step, n + 1);
    *made = *m;
    made->n_steps = 0;
    for (int i = 0; i < m->n_steps; i++)
        v.place[i] = v.why[i] >= 0 ? -1 : made->n_steps++;
    for (int i = 0; i < m->n_steps; i++)
        if (v.place[i] >= 0)
            copy_step(&v, &m->steps[i], &steps[v.place[i]]);
    find_codes(a, steps, made->n_steps);
    made->steps = steps;
    made->master = v.place[m->master];
    copy_outputs(&v, made);
    *left = list_left(&v, n_left);
    *out = made;
    return GT_OK;
}
