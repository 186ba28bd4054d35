/* screen.c: messages, errors and the progress bar, on standard error. */
#include "cli_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR 30
#define EVERY_S 0.1

void screen_begin(struct screen *s, const struct gt_cli_request *request)
{
    const char *terminal = getenv("TERM");
    *s = (struct screen){.request = request};
    s->bar = !request->quiet && isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
}

static void clear_bar(struct screen *s)
{
    if (s->shown)
        fputs("\r\033[K", stderr);
    s->shown = false;
}

void screen_end(struct screen *s)
{
    clear_bar(s);
    fflush(stderr);
}

static int columns(void)
{
    struct winsize size = {0};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

void screen_progress(void *ctx, const char *what, double share)
{
    struct screen *s = ctx;
    double now = gt_clock_s();
    bool changed = strncmp(s->what, what, sizeof s->what - 1) != 0;
    if (!s->bar || (!changed && now - s->drawn_at < EVERY_S))
        return;
    s->drawn_at = now;
    snprintf(s->what, sizeof s->what, "%s", what);

    static const char full[] = "##############################";
    int done = (int)(share * BAR);
    int room = columns() - BAR - 10;
    if (room < 0)
        return;
    fprintf(stderr, "\r\033[K[%.*s%*s] %3d%% %.*s", done, full, BAR - done, "", (int)(share * 100),
            room, s->what);
    fflush(stderr);
    s->shown = true;
}

void screen_clean(char *text)
{
    for (char *p = text; *p;) {
        size_t left = strnlen(p, 4), n = 1;
        while (n <= left && !gt_is_utf8(p, n))
            n++;
        unsigned char c = (unsigned char)*p;
        if (c == '\n' || c == '\t')
            *p = ' ';
        else if (n > left || c < 0x20 || c == 0x7f)
            *p = '?';
        p += n > left ? 1 : n;
    }
}

static void put_line(const char *text)
{
    char line[2000];
    snprintf(line, sizeof line, "%s", text);
    screen_clean(line);
    fprintf(stderr, "%s\n", line);
}

static void put_name(const struct screen *s)
{
    fputs("guotu: ", stderr);
    if (s->request->op)
        fprintf(stderr, "%s: ", s->request->op->path);
}

void screen_note(void *ctx, enum gt_note_kind kind, const char *text)
{
    struct screen *s = ctx;
    if (s->request->quiet && kind != GT_NOTE_WARNING)
        return;
    clear_bar(s);
    put_name(s);
    if (kind == GT_NOTE_WARNING)
        fputs(s->request->lang == GT_ZH ? "警告：" : "warning: ", stderr);
    put_line(text);
}

void screen_error(struct screen *s, const struct gt_err *err)
{
    clear_bar(s);
    put_name(s);
    if (s->request->lang == GT_ZH)
        fprintf(stderr, "%s：", gt_status_text(err->status, GT_ZH));
    put_line(err->text);
}
