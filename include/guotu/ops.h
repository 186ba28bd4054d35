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
const char *gt_param_kind_name(enum gt_param_kind k); /* "file_in" */

struct gt_param {
    const char *name; /* "fill-voids": --fill-voids on the command line, fill_voids in JSON */
    char letter;      /* 'w': -w on the command line; 0: none */
    enum gt_param_kind kind;
    const char *metavar;        /* "YEAR" */
    const char *unit;           /* "" or NULL if none */
    double min, max;            /* numbers; both 0: unbounded */
    const char *fallback;       /* default as text; NULL: none */
    const char *const *choices; /* ends with NULL */
    bool position, required, repeated, secret;
    struct gt_text2 help;
};

enum gt_effect { GT_READS, GT_WRITES, GT_ADMIN };
const char *gt_effect_name(enum gt_effect e); /* "read" "write" "admin" */

struct gt_call;
struct gt_op {
    const char *path; /* "evaluate", "rules check" */
    struct gt_text2 title, help;
    const char *clause;   /* of the standard or the work plan that asks for it; "" */
    const char *examples; /* command lines, one a line; a line starting with # explains */
    enum gt_effect effect;
    bool no_workspace;             /* runs without one */
    bool parallel;                 /* works with a pool of threads */
    bool reports;                  /* reads, but its text only says what it did */
    const struct gt_param *params; /* ends with name NULL */
    enum gt_status (*run)(struct gt_call *c, struct gt_err *err);
};
const struct gt_op *const *gt_ops(size_t *n);
const struct gt_op *gt_op_find(const char *path); /* NULL: unknown */
/* GT_EUSE that names the nearest operation, if one is near. */
enum gt_status gt_op_unknown(const char *path, struct gt_err *err);

/* What every skin gives every operation (the workspace, the language...), as parameters; ends with
 * name NULL. The command line reads them as options; they never reach gt_call.args. */
const struct gt_param *gt_common_params(void);

/* One value against its parameter: kind, range, choice. GT_EUSE that names it as it is written. */
GT_MUST enum gt_status gt_param_check(struct gt_arena *a, const struct gt_param *p,
                                      const char *value, struct gt_err *err);

/* The word in `known` that is nearest to `word`; NULL when more than a third of it would have to
 * change. */
const char *gt_nearest(const char *word, const char *const *known, size_t n);

/* One call of an operation: arguments checked against its parameters, what it works with, its
 * answer. */
struct gt_arg {
    const char *name;  /* of the parameter */
    const char *value; /* flags: "true" */
};
struct gt_call {
    struct gt_arena *a; /* of the call */
    const struct gt_op *op;
    const char *workspace; /* NULL: the current folder */
    enum gt_lang lang;
    struct gt_work *work; /* NULL: no progress, no messages, one thread */
    const struct gt_arg *args;
    size_t n_args;
    struct gt_json *result; /* an object: the --json document; made by gt_run where NULL */
    struct gt_buf text;     /* the same for people; arena set by gt_run */
};
/* Checks the arguments (unknown, missing, repeated, kind, range, choice: GT_EUSE), fills in
 * defaults and runs the operation. GT_OK, GT_FINDINGS, or an error with nothing changed. Warnings
 * go to work->on_note and into the result as "warnings". */
GT_MUST enum gt_status gt_run(struct gt_call *c, struct gt_err *err);

/* For operations: the arguments. */
const char *gt_arg_text(const struct gt_call *c, const char *name, const char *fallback);
double gt_arg_num(const struct gt_call *c, const char *name, double fallback);
int64_t gt_arg_int(const struct gt_call *c, const char *name, int64_t fallback);
bool gt_arg_flag(const struct gt_call *c, const char *name);
size_t gt_arg_count(const struct gt_call *c, const char *name);
const char *gt_arg_nth(const struct gt_call *c, const char *name, size_t i);

/* ---- What is made from the records ----------------------------------------------------------- */

/* The full records as JSON (`guotu ops --json`). */
void gt_ops_json(struct gt_json *obj);
/* Help for people: of one operation, or (op NULL) the list of all. */
void gt_op_help(struct gt_buf *b, const struct gt_op *op, enum gt_lang lang);
/* "guotu import LAYER FILE... [--name ID]" */
void gt_op_usage(struct gt_buf *b, const struct gt_op *op);
/* docs/operations/NAME.md; own: the hand-written part that the page keeps, NULL for none. */
void gt_op_page(struct gt_buf *b, const struct gt_op *op, const char *own);
/* docs/operations/README.md */
void gt_ops_index_page(struct gt_buf *b);
/* docs/errors.md */
void gt_errors_page(struct gt_buf *b);
/* A manual page in roff: guotu-import.1, or (op NULL) guotu.1. */
void gt_op_man(struct gt_buf *b, const struct gt_op *op);
/* A completion script for bash. */
void gt_ops_completion(struct gt_buf *b);

#endif
