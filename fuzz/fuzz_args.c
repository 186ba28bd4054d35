/* fuzz_args.c: the argument parser: each line of the input is one argument. Values are checked
 * against their parameters; only help, which touches nothing, is run. */
#include "guotu/cli.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MOST 64

static void check_values(struct gt_arena *a, const struct gt_cli_request *r)
{
    struct gt_err err = {0};
    for (size_t i = 0; i < r->n_args; i++) {
        const struct gt_param *p = r->op->params;
        while (p->name && strcmp(p->name, r->args[i].name) != 0)
            p++;
        if (!p->name)
            abort(); /* the parser made a parameter up */
        enum gt_status status = gt_param_check(a, p, r->args[i].value, &err);
        if (status != GT_OK && (status != GT_EUSE || !err.text[0]))
            abort();
    }
}

static void show_help(struct gt_arena *a, const struct gt_cli_request *r)
{
    struct gt_err err = {0};
    struct gt_call call = {.a = a, .op = r->op, .lang = r->lang};
    call.args = r->args;
    call.n_args = r->n_args;
    enum gt_status status = gt_run(&call, &err);
    if (status == GT_OK ? call.text.n == 0 : !err.text[0])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char *text = gt_strndup(a, (const char *)data, n);
    const char *argv[MOST];
    int argc = 0;
    for (char *line = text; argc < MOST && line < text + n;) {
        size_t length = strcspn(line, "\n");
        argv[argc++] = line;
        bool more = line[length] == '\n';
        line[length] = '\0';
        line += length + more;
        if (!more)
            break;
    }
    struct gt_cli_request request = {.lang = GT_EN};
    struct gt_err err = {0};
    enum gt_status status = gt_cli_parse(a, argc, argv, &request, &err);
    if (status != GT_OK) {
        if (status != GT_EUSE || !err.text[0])
            abort();
        return 0;
    }
    if (!request.op && !request.help && !request.version)
        abort();
    if (request.op)
        check_values(a, &request);
    if (request.op && strcmp(request.op->path, "help") == 0)
        show_help(a, &request);
    return 0;
}
