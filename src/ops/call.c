/* call.c: one call of an operation, and the small things that all operations share. */
#include "ops_int.h"

#include <string.h>

/* ---- Warnings on their way out --------------------------------------------------------------- */

/* Stands between the operation and its caller's callbacks: keeps the warnings for the answer, each
 * once: an operation of several runs would repeat them. */
struct listener {
    struct gt_work *outer;
    struct gt_json *warnings;
};

static void pass_progress(void *ctx, const char *what, double share)
{
    const struct listener *l = ctx;
    if (l->outer && l->outer->on_progress)
        l->outer->on_progress(l->outer->ctx, what, share);
}

static void keep_note(void *ctx, enum gt_note_kind kind, const char *text)
{
    const struct listener *l = ctx;
    for (size_t i = 0; kind == GT_NOTE_WARNING && i < gt_json_len(l->warnings); i++)
        if (strcmp(gt_json_str(gt_json_at(l->warnings, i), ""), text) == 0)
            return;
    if (kind == GT_NOTE_WARNING)
        gt_json_add_str(l->warnings, NULL, text);
    if (l->outer && l->outer->on_note)
        l->outer->on_note(l->outer->ctx, kind, text);
}

enum gt_status gt_run(struct gt_call *c, struct gt_err *err)
{
    if (!c->result)
        c->result = gt_json_obj(c->a);
    c->text.a = c->a;
    GT_TRY(ops_args_check(c, err));

    /* Notes come from any thread: they have an arena of their own. */
    GT_AUTO_ARENA notes = gt_arena_new();
    struct listener l = {.outer = c->work, .warnings = gt_json_arr(notes)};
    struct gt_work work = {.ctx = &l, .on_note = keep_note, .on_progress = pass_progress};
    if (c->work) {
        work.pool = c->work->pool;
        work.stop = c->work->stop;
    }
    struct gt_work *outer = c->work;
    c->work = &work;
    enum gt_status status = c->op->run(c, err);
    c->work = outer;
    if (status == GT_OK || status == GT_FINDINGS)
        gt_json_add_copy(c->result, "warnings", l.warnings);
    return status;
}

/* ---- Shared by the operations ---------------------------------------------------------------- */

enum gt_status ops_open(struct gt_call *c, enum gt_store_mode mode, struct gt_store **out,
                        struct gt_err *err)
{
    return gt_store_open(c->a, c->workspace ? c->workspace : ".", mode, out, err);
}

void ops_store_auto(struct gt_store **s)
{
    gt_store_close(*s);
}

void ops_txn_auto(struct gt_txn **t)
{
    gt_txn_drop(*t);
}

enum gt_status ops_commit(struct gt_txn **t, struct gt_err *err)
{
    struct gt_txn *ending = *t;
    *t = NULL;
    return gt_txn_commit(ending, err);
}

enum gt_status ops_check_id(const char *what, const char *id, struct gt_err *err)
{
    if (gt_is_id(id))
        return GT_OK;
    return gt_fail(err, GT_EUSE,
                   "%s: expected an id of a-z, 0-9 and _ (at most 63, not starting with a digit), "
                   "found '%.80s'",
                   what, id);
}

bool ops_parse_point(const char *text, double *x, double *y)
{
    char first[64];
    const char *comma = strchr(text, ','), *wide = strstr(text, "，");
    const char *second = comma ? comma + 1 : NULL;
    if (!comma && wide) {
        comma = wide;
        second = wide + strlen("，");
    }
    size_t n = comma ? (size_t)(comma - text) : 0;
    if (!comma || n >= sizeof first)
        return false;
    memcpy(first, text, n);
    first[n] = '\0';
    return gt_parse_num(first, x) && gt_parse_num(second, y);
}

const char *ops_json_name(struct gt_arena *a, const char *name)
{
    char *copy = gt_strdup(a, name);
    for (char *p = copy; *p; p++)
        *p = *p == '-' ? '_' : *p;
    return copy;
}

void ops_json_text2(struct gt_json *in, const char *key, struct gt_text2 t)
{
    struct gt_json *obj = gt_json_add_obj(in, key);
    const char *en = gt_text2(t, GT_EN), *zh = gt_text2(t, GT_ZH);
    gt_json_add_str(obj, "en", en ? en : "");
    gt_json_add_str(obj, "zh", zh ? zh : "");
}

/* ---- Security grades ------------------------------------------------------------------------- */

const char *const ops_grades[] = {"public",        "internal",   "secret",
                                  "highly-secret", "top-secret", NULL};

static const struct gt_text2 grade_titles[] = {{"public", "公开"},
                                               {"internal", "内部"},
                                               {"secret", "秘密"},
                                               {"highly secret", "机密"},
                                               {"top secret", "绝密"}};

/* -1: none, or not one of ours. */
static int rank(const char *grade)
{
    for (int i = 0; ops_grades[i]; i++) {
        if (strcmp(ops_grades[i], grade) == 0)
            return i;
    }
    return -1;
}

const char *ops_grade_title(const char *grade, enum gt_lang lang)
{
    int i = rank(grade);
    return i < 0 ? grade : gt_text2(grade_titles[i], lang);
}

const char *ops_grade_max(const char *a, const char *b)
{
    return rank(b) > rank(a) ? b : a;
}
