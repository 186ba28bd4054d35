/* Progress, messages, the stop flag and the clock. */
#include "t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seen {
    struct gt_work *w;
    int n;
    double share;
    enum gt_note_kind kind;
    char text[1100];
};

static void on_progress(void *ctx, const char *what, double share)
{
    struct seen *s = ctx;
    s->n++;
    s->share = share;
    snprintf(s->text, sizeof s->text, "%s", what);
}

static void on_note(void *ctx, enum gt_note_kind kind, const char *text)
{
    struct seen *s = ctx;
    s->n++;
    s->kind = kind;
    snprintf(s->text, sizeof s->text, "%s", text);
}

T_TEST(progress_is_a_share)
{
    struct seen s = {0};
    struct gt_work w = {.on_progress = on_progress, .ctx = &s};
    gt_progress(&w, "slope", 1, 4);
    T_EQ_NUM(s.share, 0.25);
    T_EQ_STR(s.text, "slope");
    gt_progress(&w, "slope", 9, 4);
    T_EQ_NUM(s.share, 1);
    gt_progress(&w, "slope", -1, 4);
    T_EQ_NUM(s.share, 0);
    gt_progress(&w, "slope", 0, 0);
    T_EQ_NUM(s.share, 1);
}

T_TEST(nobody_needs_to_listen)
{
    struct gt_work w = {0};
    gt_progress(NULL, "x", 1, 2);
    gt_progress(&w, "x", 1, 2);
    gt_warn(NULL, "x");
    gt_info(&w, "x");
    T_OK(!gt_stopped(NULL) && !gt_stopped(&w));
}

T_TEST(notes_have_a_kind)
{
    struct seen s = {0};
    struct gt_work w = {.on_note = on_note, .ctx = &s};
    gt_warn(&w, "%d voids", 3);
    T_EQ_INT(s.kind, GT_NOTE_WARNING);
    T_EQ_STR(s.text, "3 voids");
    gt_info(&w, "read");
    T_EQ_INT(s.kind, GT_NOTE_INFO);
    gt_info(&w, "%2000d", 1);
    T_EQ_INT(strlen(s.text), 999);
}

static void note_twice(void *ctx, enum gt_note_kind kind, const char *text)
{
    struct seen *s = ctx;
    (void)text;
    if (s->n++ == 0)
        gt_warn(s->w, "again %d", kind);
}

T_TEST(a_callback_may_report)
{
    struct seen s = {0};
    struct gt_work w = {.on_note = note_twice, .ctx = &s};
    s.w = &w;
    gt_info(&w, "once");
    T_EQ_INT(s.n, 2);
}

T_TEST(the_stop_flag_is_seen)
{
    _Atomic bool stop = false;
    struct gt_work w = {.stop = &stop};
    T_OK(!gt_stopped(&w));
    stop = true;
    T_OK(gt_stopped(&w));
}

/* The time with SOURCE_DATE_EPOCH as given; the environment is put back. */
static void time_with(const char *epoch, char out[static 32])
{
    const char *given = getenv("SOURCE_DATE_EPOCH");
    char *before = given ? strdup(given) : NULL;
    setenv("SOURCE_DATE_EPOCH", epoch, 1);
    gt_time_now(out);
    if (before)
        setenv("SOURCE_DATE_EPOCH", before, 1);
    else
        unsetenv("SOURCE_DATE_EPOCH");
    free(before);
}

T_TEST(the_time_can_be_given)
{
    char text[32];
    time_with("0", text);
    T_EQ_STR(text, "1970-01-01T00:00:00Z");
    time_with("1795451280", text);
    T_EQ_STR(text, "2026-11-23T16:28:00Z");
    time_with("253402300799", text);
    T_EQ_STR(text, "9999-12-31T23:59:59Z");
}

T_TEST(a_wrong_time_is_not_taken)
{
    static const char *const wrong[] = {"", "x", "-1", "253402300800", "12 "};
    char text[32];
    for (size_t i = 0; i < GT_LEN(wrong); i++) {
        time_with(wrong[i], text);
        T_EQ_INT(strlen(text), 20);
        T_OK(gt_starts(text, "20") && gt_ends(text, "Z"));
    }
}

T_TEST(the_clock_goes_on)
{
    double from = gt_clock_s();
    T_OK(from > 0);
    while (gt_clock_s() == from)
        continue;
    T_OK(gt_clock_s() > from);
}
