/* test_records.c: every operation is whole: its record, its page, its schema and its tests. */
#include "guotu/io.h"
#include "ops_int.h"
#include "t.h"
#include "words.h"

#include <string.h>

static void has_both(struct t_at at, const char *op, struct gt_text2 t)
{
    if (!t.en || !t.en[0] || !t.zh || !t.zh[0])
        t_fail(at, "%s: expected a text in both languages, found en '%s', zh '%s'", op,
               t.en ? t.en : "", t.zh ? t.zh : "");
}

static void check_param(const char *op, const struct gt_param *p, const struct gt_param *all)
{
    struct t_at at = T_HERE(op);
    has_both(at, op, p->help);
    for (const char *q = p->name; *q; q++)
        t_ok(at, (*q >= 'a' && *q <= 'z') || *q == '-');
    t_ok(at, p->kind == GT_P_FLAG || (p->metavar && p->metavar[0]));
    t_ok(at, (p->kind == GT_P_CHOICE) == (p->choices != NULL));
    t_ok(at, p->min <= p->max);
    t_ok(at, !(p->fallback && p->required));
    for (const struct gt_param *q = all; q != p; q++) {
        if (strcmp(p->name, q->name) == 0 || (p->letter && p->letter == q->letter))
            t_fail(at, "%s: expected names once, found --%s twice", op, p->name);
        if (p->position && q->position && (q->repeated || (!q->required && p->required)))
            t_fail(at, "%s: %s cannot stand behind %s", op, p->metavar, q->metavar);
    }
    if (p->fallback) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct gt_err err = {0};
        t_status(at, gt_param_check(a, p, p->fallback, &err), GT_OK, &err);
    }
}

T_TEST(records_are_whole)
{
    size_t n;
    const struct gt_op *const *ops = gt_ops(&n);
    T_OK(n >= 13);
    for (size_t i = 0; i < n; i++) {
        struct t_at at = T_HERE(ops[i]->path);
        t_ok(at, gt_op_find(ops[i]->path) == ops[i]);
        has_both(at, ops[i]->path, ops[i]->title);
        has_both(at, ops[i]->path, ops[i]->help);
        t_ok(at, ops[i]->clause != NULL && ops[i]->run != NULL && ops[i]->params != NULL);
        t_ok(at, ops[i]->effect == GT_READS || ops[i]->effect == GT_WRITES ||
                     ops[i]->effect == GT_ADMIN);
        t_ok(at, ops[i]->examples && strstr(ops[i]->examples, ops[i]->path));
        for (const struct gt_param *p = ops[i]->params; p->name; p++)
            check_param(ops[i]->path, p, ops[i]->params);
        for (size_t k = 0; k < i; k++)
            t_ok(at, strcmp(ops[i]->path, ops[k]->path) != 0);
    }
    for (const struct gt_param *p = gt_common_params(); p->name; p++)
        check_param("common", p, gt_common_params());
}

static const char *read_file(struct gt_arena *a, const char *path)
{
    struct gt_str text;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_file_get(a, path, 8u << 20, &text, &err), GT_OK, &err);
    return text.p;
}

static const char *own_part(struct gt_arena *a, const char *page)
{
    const char *begin = strstr(page, OPS_OWN_BEGIN "\n"), *end = strstr(page, OPS_OWN_END);
    T_OK(begin && end);
    begin += strlen(OPS_OWN_BEGIN "\n");
    return gt_strndup(a, begin, (size_t)(end - begin));
}

/* ./run docs makes them anew. */
T_TEST(pages_are_what_the_records_say)
{
    GT_AUTO_ARENA a = gt_arena_new();
    size_t n;
    const struct gt_op *const *ops = gt_ops(&n);
    for (size_t i = 0; i < n; i++) {
        struct gt_buf expected = {.a = a};
        const char *found =
            read_file(a, gt_printf(a, GT_SOURCE_DIR "/docs/operations/%s.md", ops[i]->path));
        gt_op_page(&expected, ops[i], own_part(a, found));
        t_eq_str(T_HERE(ops[i]->path), found, expected.p);
    }
    struct gt_buf index = {.a = a}, errors = {.a = a};
    gt_ops_index_page(&index);
    T_EQ_STR(read_file(a, GT_SOURCE_DIR "/docs/operations/README.md"), index.p);
    gt_errors_page(&errors);
    T_EQ_STR(read_file(a, GT_SOURCE_DIR "/docs/errors.md"), errors.p);
}

T_TEST(answers_have_a_schema)
{
    GT_AUTO_ARENA a = gt_arena_new();
    size_t n;
    const struct gt_op *const *ops = gt_ops(&n);
    for (size_t i = 0; i < n; i++) {
        const char *path = gt_printf(a, GT_SOURCE_DIR "/docs/schemas/%s.json", ops[i]->path);
        struct gt_json *schema;
        struct gt_err err = {0};
        const char *text = read_file(a, path);
        T_STATUS_ERR(gt_json_parse(a, path, gt_s(text), &schema, &err), GT_OK, &err);
        const struct gt_json *kinds = gt_json_get(schema, "anyOf");
        for (size_t k = 0; k < (kinds ? gt_json_len(kinds) : 1); k++) {
            const struct gt_json *one = kinds ? gt_json_at(kinds, k) : schema;
            T_OK(gt_json_get(gt_json_get(one, "properties"), "warnings") != NULL);
        }
    }
}

/* A step of a case starts with "args: [" and names the operation as a word of it. */
static bool has_case(const char *cases, const char *op)
{
    size_t n = strlen(op);
    for (const char *p = strstr(cases, "args: ["); p; p = strstr(p + 1, "args: [")) {
        size_t line = strcspn(p, "\n");
        for (const char *q = strstr(p, op); q && q < p + line; q = strstr(q + 1, op)) {
            if ((q[-1] == '[' || q[-1] == ' ') && (q[n] == ',' || q[n] == ']'))
                return true;
        }
    }
    return false;
}

T_TEST(operations_are_tried_on_the_command_line)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = GT_SOURCE_DIR "/tests/cli", **names;
    struct gt_buf cases = {.a = a};
    struct gt_err err = {0};
    size_t n;
    T_STATUS_ERR(gt_dir_list(a, dir, &names, &n, &err), GT_OK, &err);
    for (size_t i = 0; i < n; i++) {
        if (gt_ends(names[i], ".yaml"))
            gt_buf_add(&cases, read_file(a, gt_path_join(a, dir, names[i])));
    }
    const struct gt_op *const *ops = gt_ops(&n);
    T_OK(cases.p != NULL && !has_case(cases.p, "no-such-operation"));
    for (size_t i = 0; i < n; i++) {
        if (!has_case(cases.p, ops[i]->path))
            t_fail(T_HERE(ops[i]->path), "no case in tests/cli runs '%s'", ops[i]->path);
    }
}

T_TEST(records_as_json_hold_all_of_them)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_json *obj = gt_json_obj(a);
    size_t n;
    gt_ops(&n);
    gt_ops_json(obj);
    T_EQ_INT(gt_json_len(gt_json_get(obj, "operations")), n);
    T_EQ_INT(gt_json_len(gt_json_get(obj, "statuses")), 12);
    const struct gt_json *import = gt_json_at(gt_json_get(obj, "operations"), 1);
    T_EQ_STR(gt_json_str(gt_json_get(import, "name"), ""), "import");
    const struct gt_json *file = gt_json_at(gt_json_get(import, "parameters"), 1);
    T_EQ_STR(gt_json_str(gt_json_get(file, "kind"), ""), "file_in");
    T_OK(gt_json_bool(gt_json_get(file, "repeated"), false));
}

T_TEST(manual_pages_escape_what_roff_would_take)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_param params[] = {
        {.name = "x", .kind = GT_P_TEXT, .metavar = "X", .help = {".dot and \\n", "点"}},
        {.name = NULL}};
    struct gt_op op = {.path = "try",
                       .title = {"Try", "试"},
                       .help = {"'quoted' first", "说明"},
                       .clause = "",
                       .params = params};
    struct gt_buf b = {.a = a};
    gt_op_man(&b, &op);
    T_HAS(b.p, "\n\\&.dot and \\en.\n");
    T_HAS(b.p, "\n\\&'quoted' first\n");
    T_HAS(b.p, ".B \\-\\-x X\n");
}
