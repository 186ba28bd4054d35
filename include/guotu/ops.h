/* ops.h: the operations: one constant record each, the only list of what the program can do. Builds
 * on every module below; the command line and the server do nothing but parse, gt_run, print. */
#ifndef GUOTU_OPS_H
#define GUOTU_OPS_H

#include "guotu/base.h"
#include "guotu/json.h"
#include "guotu/rules.h"

enum gt_param_kind {
    GT_P_DATASET, /* id of a dataset in the workspace */
    GT_P_FILE_IN,
    GT_P_FILE_OUT,
    GT_P_DIR,
    GT_P_POINT,    /* LON,LAT */
    GT_P_KEYVALUE, /* KEY=VALUE */
    GT_P_CHOICE,
    GT_P_NUMBER,
    GT_P_INTEGER,
    GT_P_TEXT,
    GT_P_EXPRESSION,
    GT_P_FLAG
};

struct gt_param {
    const char *name; /* "fill-voids": --fill-voids on the command line, fill_voids in JSON */
    enum gt_param_kind kind;
    const char *metavar;        /* "YEAR" */
    const char *unit;           /* "" if none */
    double min, max;            /* numbers; both 0: unbounded */
    const char *fallback;       /* default as text; NULL: none */
    const char *const *choices; /* ends with NULL */
    bool position, required, repeated, secret;
    struct gt_text2 help;
};

enum gt_effect { GT_READS, GT_WRITES, GT_ADMIN };

struct gt_call;
struct gt_op {
    const char *path; /* "evaluate", "rules check" */
    struct gt_text2 title, help;
    const char *clause; /* of the standard or the work plan that asks for it; "" */
    enum gt_effect effect;
    bool no_workspace;             /* runs without one */
    const struct gt_param *params; /* ends with name NULL */
    enum gt_status (*run)(struct gt_call *c, struct gt_err *err);
};
const struct gt_op *const *gt_ops(size_t *n);
const struct gt_op *gt_op_find(const char *path); /* NULL: unknown */

/* One call of an operation: arguments checked against its parameters, what it works with, its
 * answer. */
struct gt_arg {
    const char *name;  /* of the parameter */
    const char *value; /* flags: "true" */
};
struct gt_call {
    struct gt_arena *a; /* of the call */
    const struct gt_op *op;
    const char *workspace;
    enum gt_lang lang;
    struct gt_work *work;
    const struct gt_arg *args;
    size_t n_args;
    struct gt_json *result; /* an object: the --json document */
    struct gt_buf text;     /* the same for people */
};
/* Checks the arguments (unknown, missing, repeated, kind, range, choice: GT_EUSE), fills in
 * defaults and runs the operation. GT_OK, GT_FINDINGS, or an error with nothing changed. */
GT_MUST enum gt_status gt_run(struct gt_call *c, struct gt_err *err);

/* For operations: the arguments. */
const char *gt_arg_text(const struct gt_call *c, const char *name, const char *fallback);
double gt_arg_num(const struct gt_call *c, const char *name, double fallback);
int64_t gt_arg_int(const struct gt_call *c, const char *name, int64_t fallback);
bool gt_arg_flag(const struct gt_call *c, const char *name);
size_t gt_arg_count(const struct gt_call *c, const char *name);
const char *gt_arg_nth(const struct gt_call *c, const char *name, size_t i);

/* The full records as JSON (`guotu ops --json`). */
void gt_ops_json(struct gt_json *obj);

#endif
