/* cli.c: the whole program: parse, run, print. */
#include "cli_int.h"

#include "gt_version.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A closed standard file would be the number of the next file opened, and messages end in it. */
static void keep_standard_files(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
            _exit(gt_status_exit(GT_EINTERNAL));
    }
}

bool output_write(struct screen *s, const char *text)
{
    screen_end(s);
    if (fputs(text, stdout) >= 0 && fflush(stdout) == 0)
        return true;
    struct gt_err err = {0};
    int why = errno;
    gt_fail(&err, GT_EIO, "standard output: cannot write: %s", strerror(why));
    if (why != EPIPE)
        screen_error(s, &err);
    return false;
}

static int finish_error(struct gt_arena *a, struct screen *s, struct gt_err *err)
{
    if (!err->text[0])
        gt_fail(err, err->status, "%s", gt_status_text(err->status, GT_EN));
    screen_clean(err->text);
    screen_error(s, err);
    if (s->request->json) {
        struct gt_json *obj = gt_json_obj(a);
        gt_json_add_str(obj, "status", gt_status_name(err->status));
        gt_json_add_str(obj, "error", err->text);
        if (!output_write(s, gt_printf(a, "%s\n", gt_json_text(a, obj, 2))))
            return gt_status_exit(GT_EINTERNAL);
    }
    return gt_status_exit(err->status);
}

/* What is printed could not be, after everything else was done: its own status. */
static int finish(struct gt_arena *a, struct screen *s, const struct gt_call *c,
                  enum gt_status status)
{
    bool done = c->op->effect != GT_READS || c->op->reports;
    const char *text = c->text.p && !(s->request->quiet && done) ? c->text.p : "";
    if (s->request->json)
        text = gt_printf(a, "%s\n", gt_json_text(a, c->result, 2));
    return gt_status_exit(output_write(s, text) ? status : GT_EINTERNAL);
}

static int print_version(struct gt_arena *a, struct screen *s)
{
    const char *text = "guotu " GT_VERSION "\n";
    if (s->request->json) {
        struct gt_json *obj = gt_json_obj(a);
        gt_json_add_str(obj, "program", "guotu");
        gt_json_add_str(obj, "version", GT_VERSION);
        text = gt_printf(a, "%s\n", gt_json_text(a, obj, 2));
    }
    return gt_status_exit(output_write(s, text) ? GT_OK : GT_EINTERNAL);
}

static int run(struct gt_arena *a, struct screen *s, const struct gt_cli_request *r)
{
    struct gt_work work = {
        .stop = signals_begin(), .on_progress = screen_progress, .on_note = screen_note, .ctx = s};
    struct gt_call call = {.a = a,
                           .op = r->op,
                           .workspace = r->workspace,
                           .lang = r->lang,
                           .work = &work,
                           .args = r->args,
                           .n_args = r->n_args};
    const struct gt_arg wanted = {"op", r->op ? r->op->path : ""};
    if (r->help) {
        call.op = gt_op_find("help");
        call.args = &wanted;
        call.n_args = r->op != NULL;
    }
    work.pool = call.op->parallel ? gt_pool_new(r->threads) : NULL;
    struct gt_err err = {0};
    enum gt_status status = gt_run(&call, &err);
    gt_pool_free(work.pool);
    screen_end(s);
    if (status == GT_OK || status == GT_FINDINGS)
        return finish(a, s, &call, status);
    err.status = status;
    return finish_error(a, s, &err);
}

int gt_cli_main(int argc, char **argv)
{
    keep_standard_files();
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_cli_request request = {
        .lang = gt_cli_lang(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"))};
    struct gt_err err = {0};
    int words = argc > 0 ? argc - 1 : 0;
    enum gt_status status =
        gt_cli_parse(a, words, (const char *const *)argv + (argc > 0), &request, &err);
    struct screen screen;
    screen_begin(&screen, &request);
    if (status != GT_OK)
        return finish_error(a, &screen, &err);
    if (request.version)
        return print_version(a, &screen);
    return run(a, &screen, &request);
}
