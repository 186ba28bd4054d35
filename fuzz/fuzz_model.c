/* fuzz_model.c: any text as a model: loaded, and then made without each of its inputs. */
#define _GNU_SOURCE /* memmem */
#include "guotu/rules.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_error(const struct gt_err *err)
{
    if (err->status == GT_OK || !err->text[0])
        abort();
}

/* What the loader promises about every model. */
static void check_model(const struct gt_model *m)
{
    for (int i = 0; i < m->n_steps; i++) {
        const struct gt_step *s = &m->steps[i];
        if (!s->name || !s->unit || !s->source || !gt_text2(s->title, GT_EN)[0])
            abort();
        for (int k = 0; k < s->n_in; k++)
            if (s->in[k] < 0 || s->in[k] >= i)
                abort();
        for (int k = 0; k < s->n_without; k++)
            if (s->without[k][0] < 0 || s->without[k][0] >= i || s->without[k][1] < 0 ||
                s->without[k][1] >= i)
                abort();
        for (size_t k = 1; k < s->n_codes; k++)
            if (!(s->codes[k - 1] < s->codes[k]))
                abort();
    }
    for (int k = 0; k < m->n_outputs; k++)
        if (m->outputs[k].step < 0 || m->outputs[k].step >= m->n_steps ||
            gt_step_writable(&m->steps[m->outputs[k].step], NULL) != GT_OK)
            abort();
    if (m->steps[m->master].kind != GT_STEP_RASTER)
        abort();
}

/* have[i] for a pattern: which of the inputs are there. */
static void check_without(struct gt_arena *a, const struct gt_model *m, unsigned pattern)
{
    struct gt_err err = {0};
    const struct gt_model *out;
    struct gt_left_out *left;
    size_t n_left;
    bool *have = GT_TAKE_N(a, bool, (size_t)m->n_steps);
    for (int i = 0; i < m->n_steps; i++)
        have[i] = i == m->master || !m->steps[i].optional || (pattern >> (i % 8) & 1u);
    if (gt_model_without(a, m, have, &out, &left, &n_left, &err) != GT_OK) {
        check_error(&err);
        return;
    }
    check_model(out);
    if (out->n_steps + (int)n_left != m->n_steps)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_model *m;
    const struct gt_setting set = {"relief", "window", "5"};
    struct gt_model_opt opt = {.rules_dir = GT_SOURCE_DIR "/rules", .set = &set};
    struct gt_str text = {(const char *)data, n};
    /* A text that knows relief.window is loaded with the setting too. */
    opt.n_set = memmem(data, n, "window", 6) ? 1 : 0;
    if (gt_model_parse(a, "fuzz.yaml", text, &opt, &m, &err) != GT_OK) {
        check_error(&err);
        opt.n_set = 0;
        if (gt_model_parse(a, "fuzz.yaml", text, &opt, &m, &err) != GT_OK)
            return 0;
    }
    check_model(m);
    for (unsigned pattern = 0; pattern < 256; pattern += 51)
        check_without(a, m, pattern);
    return 0;
}
