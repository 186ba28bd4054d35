/* test_args.c: arguments against parameters, with an operation of our own. */
#include "ops_int.h"
#include "t.h"

#include <string.h>

static const char *const colours[] = {"red", "green", "blue", NULL};

static const struct gt_param params[] = {
    {.name = "file",
     .kind = GT_P_FILE_IN,
     .metavar = "FILE",
     .position = true,
     .required = true,
     .repeated = true},
    {.name = "id", .kind = GT_P_DATASET, .metavar = "ID"},
    {.name = "share",
     .kind = GT_P_NUMBER,
     .metavar = "SHARE",
     .min = 0,
     .max = 1,
     .unit = "of all"},
    {.name = "any-number", .kind = GT_P_NUMBER, .metavar = "X"},
    {.name = "count", .kind = GT_P_INTEGER, .metavar = "N", .min = 1, .max = 9, .fallback = "4"},
    {.name = "colour", .kind = GT_P_CHOICE, .metavar = "C", .choices = colours},
    {.name = "at", .kind = GT_P_POINT, .metavar = "LON,LAT"},
    {.name = "set", .kind = GT_P_KEYVALUE, .metavar = "K=V", .repeated = true},
    {.name = "where", .kind = GT_P_EXPRESSION, .metavar = "EXPR"},
    {.name = "fill-voids", .kind = GT_P_FLAG},
    {.name = "pin", .kind = GT_P_TEXT, .metavar = "PIN", .secret = true},
    {.name = NULL},
};

/* Says what it was called with, and warns. */
static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    (void)err;
    ops_args_json(c, gt_json_add_obj(c->result, "args"));
    gt_warn(c->work, "careful");
    gt_info(c->work, "by the way");
    gt_buf_add(&c->text, "done\n");
    return GT_OK;
}

static const struct gt_op op = {.path = "try", .clause = "", .params = params, .run = run};

/* "name=value;name=value". */
static struct gt_call make_call(struct gt_arena *a, const char *text)
{
    struct gt_call c = {.a = a, .op = &op};
    struct gt_arg *args = GT_TAKE_N(a, struct gt_arg, 16);
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, ";"), name = strcspn(p, "=");
        args[c.n_args].name = gt_strndup(a, p, name);
        args[c.n_args++].value = gt_strndup(a, p + name + 1, n - name - 1);
        p += n + (p[n] == ';');
    }
    c.args = args;
    return c;
}

static void accepts(struct t_at at, const char *text, const char *expected)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_call c = make_call(a, text);
    struct gt_err err = {0};
    t_status(at, gt_run(&c, &err), GT_OK, &err);
    t_eq_str(at, gt_json_text(a, gt_json_get(c.result, "args"), 0), expected);
}
#define ACCEPTS(text, expected) accepts(T_HERE(text), text, expected)

static void refuses(struct t_at at, const char *text, const char *part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_call c = make_call(a, text);
    struct gt_err err = {0};
    t_status(at, gt_run(&c, &err), GT_EUSE, &err);
    t_has(at, err.text, part);
}
#define REFUSES(text, part) refuses(T_HERE(text), text, part)

T_TEST(good_arguments_reach_the_operation_with_defaults)
{
    ACCEPTS("file=a;file=b", "{\"file\": [\"a\", \"b\"], \"count\": 4}");
    ACCEPTS("file=a;count=9;share=0.5;colour=blue",
            "{\"file\": [\"a\"], \"share\": 0.5, \"count\": 9, \"colour\": \"blue\"}");
    ACCEPTS(
        "file=a;fill_voids=true;set=k=v=w;set=l=",
        "{\"file\": [\"a\"], \"count\": 4, \"set\": [\"k=v=w\", \"l=\"], \"fill_voids\": true}");
    ACCEPTS("file=a;any-number=-1e9;at=-1.5,2",
            "{\"file\": [\"a\"], \"any_number\": -1000000000, \"count\": 4, \"at\": \"-1.5,2\"}");
}

T_TEST(secrets_are_not_recorded)
{
    ACCEPTS("file=a;pin=1234", "{\"file\": [\"a\"], \"count\": 4}");
}

T_TEST(wrong_arguments_are_refused_by_name)
{
    REFUSES("count=1", "expected FILE, found none; 'guotu help try'");
    REFUSES("file=a;cuont=1", "no option --cuont; did you mean --count?");
    REFUSES("file=a;qqqqqq=1", "no option --qqqqqq; 'guotu help try'");
    REFUSES("file=a;count=1;count=2", "expected --count once, found it 2 times");
    REFUSES("file=", "FILE: expected FILE, found an empty text");
    REFUSES("file=a;count=0", "--count: expected 1 to 9, found '0'");
    REFUSES("file=a;count=1.5", "--count: expected a whole number, found '1.5'");
    REFUSES("file=a;share=1.01", "--share: expected 0 to 1 of all, found '1.01'");
    REFUSES("file=a;share=nan", "--share: expected a number, found 'nan'");
    REFUSES("file=a;share= 1", "--share: expected a number");
    REFUSES("file=a;colour=pink", "--colour: expected red, green or blue, found 'pink'");
    REFUSES("file=a;id=A-1", "--id: expected an id");
    REFUSES("file=a;at=1", "--at: expected two numbers LON,LAT, found '1'");
    REFUSES("file=a;at=1,2,3", "--at: expected two numbers");
    REFUSES("file=a;at=1,inf", "--at: expected two numbers");
    REFUSES("file=a;set=k", "--set: expected K=V, found 'k'");
    REFUSES("file=a;set==v", "--set: expected K=V, found '=v'");
    REFUSES("file=a;where=1 +", "--where: ");
    REFUSES("file=a;fill-voids=yes", "--fill-voids takes no value");
    REFUSES("file=a\xff", "FILE: expected text in UTF-8");
}

T_TEST(arguments_are_read_by_kind)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_call c = make_call(a, "file=a;file=b;share=0.25;count=7;fill-voids=true");
    T_EQ_STR(gt_arg_text(&c, "file", NULL), "a");
    T_EQ_STR(gt_arg_nth(&c, "file", 1), "b");
    T_EQ_STR(gt_arg_nth(&c, "file", 2), NULL);
    T_EQ_INT(gt_arg_count(&c, "file"), 2);
    T_EQ_NUM(gt_arg_num(&c, "share", 9), 0.25);
    T_EQ_INT(gt_arg_int(&c, "count", 9), 7);
    T_OK(gt_arg_flag(&c, "fill_voids") && !gt_arg_flag(&c, "where"));
    T_EQ_STR(gt_arg_text(&c, "where", "fallback"), "fallback");
    T_EQ_NUM(gt_arg_num(&c, "where", 9), 9);
}

struct heard {
    int warnings, infos;
};

static void on_note(void *ctx, enum gt_note_kind kind, const char *text)
{
    struct heard *h = ctx;
    (void)text;
    if (kind == GT_NOTE_WARNING)
        h->warnings++;
    else
        h->infos++;
}

T_TEST(warnings_reach_the_caller_and_the_answer)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_call c = make_call(a, "file=a");
    struct heard heard = {0};
    struct gt_work work = {.on_note = on_note, .ctx = &heard};
    struct gt_err err = {0};
    c.work = &work;
    T_STATUS_ERR(gt_run(&c, &err), GT_OK, &err);
    T_EQ_INT(heard.warnings, 1);
    T_EQ_INT(heard.infos, 1);
    T_EQ_STR(gt_json_text(a, gt_json_get(c.result, "warnings"), 0), "[\"careful\"]");
    T_EQ_STR(c.text.p, "done\n");
    T_OK(c.work == &work);
}

T_TEST(points_are_two_numbers)
{
    double x = 0, y = 0;
    T_OK(ops_parse_point("86.9,-28.5", &x, &y));
    T_EQ_NUM(x, 86.9);
    T_EQ_NUM(y, -28.5);
    T_OK(!ops_parse_point("86.9", &x, &y));
    T_OK(!ops_parse_point("86.9,", &x, &y));
    T_OK(!ops_parse_point(",1", &x, &y));
    T_OK(!ops_parse_point("1, 2", &x, &y));
}
