/* cli.h: the command line: arguments to one call of an operation, its answer to text or JSON.
 * Builds on ops.h; holds nothing that the server would need too. */
#ifndef GUOTU_CLI_H
#define GUOTU_CLI_H

#include "guotu/base.h"
#include "guotu/ops.h"

/* What a command line asks for. */
struct gt_cli_request {
    const struct gt_op *op; /* NULL: none named */
    const struct gt_arg *args;
    size_t n_args;
    const char *workspace; /* NULL: not given */
    enum gt_lang lang;
    int threads; /* 0: one a core */
    bool json, quiet, help, version;
};

/* argv without the program's name. Everything points into argv or the arena. GT_EUSE: unknown
 * operation or option, missing value, too many arguments; values of the operation's own parameters
 * are checked by gt_run. After an error the request still says json, lang and op as far as they
 * were read. request->lang is the fallback when called. */
GT_MUST enum gt_status gt_cli_parse(struct gt_arena *a, int argc, const char *const *argv,
                                    struct gt_cli_request *request, struct gt_err *err);

/* Chinese when the first of LC_ALL, LC_MESSAGES, LANG that is set starts with "zh", else
 * English. */
enum gt_lang gt_cli_lang(const char *lc_all, const char *lc_messages, const char *lang);

/* The whole program; gives its exit status. */
int gt_cli_main(int argc, char **argv);

#endif
