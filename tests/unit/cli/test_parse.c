/* test_parse.c: command lines taken apart. */
#include "cli_int.h"
#include "t.h"

#include <string.h>

/* Words divided by blanks; "_" is an empty word. */
static enum gt_status parse(struct gt_arena *a, const char *line, struct gt_cli_request *r,
                            struct gt_err *err)
{
    const char *argv[32];
    int argc = 0;
    for (const char *p = line; *p;) {
        size_t n = strcspn(p, " ");
        const char *word = gt_strndup(a, p, n);
        argv[argc++] = strcmp(word, "_") == 0 ? "" : word;
        p += n + (p[n] == ' ');
    }
    *r = (struct gt_cli_request){.lang = GT_EN};
    return gt_cli_parse(a, argc, argv, r, err);
}

/* "name=value name=value": the arguments as they were read. */
static const char *args_text(struct gt_arena *a, const struct gt_cli_request *r)
{
    struct gt_buf b = {.a = a};
    for (size_t i = 0; i < r->n_args; i++)
        gt_buf_addf(&b, "%s%s=%s", i ? " " : "", r->args[i].name, r->args[i].value);
    return b.p ? b.p : "";
}

static void reads(struct t_at at, const char *line, const char *op, const char *expected)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_cli_request r;
    struct gt_err err = {0};
    t_status(at, parse(a, line, &r, &err), GT_OK, &err);
    t_ok(at, r.op != NULL);
    t_eq_str(at, r.op->path, op);
    t_eq_str(at, args_text(a, &r), expected);
}
#define READS(line, op, expected) reads(T_HERE(line), line, op, expected)

static void refuses(struct t_at at, const char *line, const char *part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_cli_request r;
    struct gt_err err = {0};
    t_status(at, parse(a, line, &r, &err), GT_EUSE, &err);
    t_has(at, err.text, part);
}
#define REFUSES(line, part) refuses(T_HERE(line), line, part)

T_TEST(arguments_are_taken_in_order)
{
    READS("import dem a.tif b.tif", "import", "layer=dem file=a.tif file=b.tif");
    READS("export id file.tif", "export", "id=id file=file.tif");
    READS("catalog", "catalog", "");
}

T_TEST(options_may_stand_anywhere_behind_the_operation)
{
    READS("import --name x dem a.tif", "import", "name=x layer=dem file=a.tif");
    READS("import dem --name=x a.tif", "import", "layer=dem name=x file=a.tif");
    READS("import dem a.tif --fill-voids b.tif", "import",
          "layer=dem file=a.tif fill-voids=true file=b.tif");
    READS("run terrain --set a.b=1 --set=c.d=e=f", "run", "model=terrain set=a.b=1 set=c.d=e=f");
}

T_TEST(values_may_look_like_negative_numbers)
{
    READS("explain x --at -12.5,3", "explain", "id=x at=-12.5,3");
    READS("explain x --at=--1", "explain", "id=x at=--1");
}

T_TEST(two_dashes_end_the_options)
{
    READS("import -- dem --name", "import", "layer=dem file=--name");
    READS("-- help --", "help", "op=--");
    READS("export id -", "export", "id=id file=-");
}

T_TEST(common_options_stand_before_or_behind)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const char *const lines[] = {
        "-w DIR --json --lang zh --threads 3 -q catalog",
        "catalog -w DIR --json --lang zh --threads 3 -q",
        "-wDIR catalog --json --lang=zh --threads=3 --quiet",
        "--workspace=DIR --json catalog -q --lang zh --threads 3",
    };
    for (size_t i = 0; i < GT_LEN(lines); i++) {
        struct gt_cli_request r;
        struct gt_err err = {0};
        T_STATUS_ERR(parse(a, lines[i], &r, &err), GT_OK, &err);
        T_EQ_STR(r.workspace, "DIR");
        T_OK(r.json && r.quiet && !r.help && !r.version);
        T_EQ_INT(r.lang, GT_ZH);
        T_EQ_INT(r.threads, 3);
        T_EQ_STR(r.op->path, "catalog");
        T_EQ_INT(r.n_args, 0);
    }
}

T_TEST(an_operations_own_option_hides_the_common_one)
{
    READS("info x --version 3", "info", "id=x version=3");
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_cli_request r;
    struct gt_err err = {0};
    T_STATUS_ERR(parse(a, "--version", &r, &err), GT_OK, &err);
    T_OK(r.version && !r.op);
    T_STATUS_ERR(parse(a, "import --help", &r, &err), GT_OK, &err);
    T_OK(r.help);
    T_EQ_STR(r.op->path, "import");
}

T_TEST(what_is_wrong_is_named)
{
    REFUSES("imprt", "did you mean 'import'?");
    REFUSES("zzzzzz", "expected an operation, found 'zzzzzz'");
    REFUSES("_", "expected an operation");
    REFUSES("--json", "expected an operation, found none");
    REFUSES("import --nam x", "no option '--nam'; did you mean '--name'?");
    REFUSES("import -x", "no option '-x'");
    REFUSES("--fill-voids import", "stand behind its name");
    REFUSES("import dem a --name", "--name: expected ID behind it, found none");
    REFUSES("import dem a --name --json", "--name: expected ID behind it");
    REFUSES("import dem a --fill-voids=yes", "--fill-voids takes no value, found 'yes'");
    REFUSES("catalog extra", "expected 0 arguments, found one more: 'extra'");
    REFUSES("info a b", "expected 1 argument, found one more: 'b'");
    REFUSES("-w a -w b catalog", "-w once, found it twice");
    REFUSES("--lang fr catalog", "--lang: expected zh or en, found 'fr'");
    REFUSES("--threads 0 catalog", "--threads: expected 1 to 64, found '0'");
    REFUSES("--threads two catalog", "--threads: expected a whole number, found 'two'");
    REFUSES("-w= catalog", "expected DIR, found an empty text");
}

T_TEST(errors_know_of_json_behind_them)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_cli_request r;
    struct gt_err err = {0};
    T_STATUS(parse(a, "import --nam x --json", &r, &err), GT_EUSE);
    T_OK(r.json);
    T_EQ_STR(r.op->path, "import");
    T_STATUS(parse(a, "import --nam x -- --json", &r, &err), GT_EUSE);
    T_OK(!r.json);
}

T_TEST(language_comes_from_the_first_that_is_set)
{
    T_EQ_INT(gt_cli_lang(NULL, NULL, NULL), GT_EN);
    T_EQ_INT(gt_cli_lang(NULL, NULL, "zh_CN.UTF-8"), GT_ZH);
    T_EQ_INT(gt_cli_lang("", "zh_CN", "en_US"), GT_ZH);
    T_EQ_INT(gt_cli_lang("C", "zh_CN", "zh_CN"), GT_EN);
}

T_TEST(what_steers_a_terminal_or_is_no_text_is_cleaned)
{
    char text[] = "a\x1b[31m\nb\tc\xff\xe5\x9c";
    screen_clean(text);
    T_EQ_STR(text, "a?[31m b c???");
    char good[] = "国土 é";
    screen_clean(good);
    T_EQ_STR(good, "国土 é");
}
