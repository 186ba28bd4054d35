/* test_mutants.c: changes rules in a copy, one at a time, and asks whether a gold line notices.
 * Driven by tools/mutate_rules.py, which names the copy and the list of changes; skipped without
 * it. */
#include "gold.h"
#include "guotu/io.h"
#include "t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE 8192

/* One change: "NUMBER\tFILE\tKIND\tID\tAT:LENGTH:TEXT\tAT:LENGTH:TEXT..." with ascending places. */
struct mutant {
    const char *number, *file, *kind, *id;
    char *edits;
};

struct trial {
    struct gt_arena *a; /* freed here: what fails does not come back */
    const char *rules;
    struct gold_part part;
};

static void write_text(const char *path, const char *text, size_t n)
{
    FILE *f = fopen(path, "wb");
    T_OK(f != NULL);
    size_t written = fwrite(text, 1, n, f);
    T_OK(fclose(f) == 0 && written == n);
}

static void run_part(void *arg)
{
    const struct trial *t = arg;
    gold_run(t->a, t->rules, &t->part);
}

/* Does every line still hold? First those that speak of it, then those of models. */
static bool survives(const char *rules, const struct mutant *m)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct trial t = {a, rules, {m->kind, m->id}};
    if (!t_holds(run_part, &t))
        return false;
    if (strcmp(m->kind, "model") == 0)
        return true;
    t.part = (struct gold_part){"model", NULL};
    return t_holds(run_part, &t);
}

static bool read_mutant(char *line, struct mutant *m)
{
    char *field[5] = {NULL};
    line[strcspn(line, "\n")] = '\0';
    for (int i = 0; i < 5; i++) {
        field[i] = line;
        line = i < 4 && line ? strchr(line, '\t') : NULL;
        if (line)
            *line++ = '\0';
    }
    *m = (struct mutant){field[0], field[1], field[2], field[3], field[4]};
    return m->edits != NULL;
}

/* The text with the edits made. */
static struct gt_str edited(struct gt_arena *a, struct gt_str text, char *edits)
{
    struct gt_buf b = {.a = a};
    size_t from = 0;
    gt_buf_add(&b, "");
    for (char *p = edits; p && *p;) {
        char *next = strchr(p, '\t'), *rest;
        if (next)
            *next++ = '\0';
        size_t at = (size_t)strtoul(p, &rest, 10), length = (size_t)strtoul(rest + 1, &rest, 10);
        T_OK(at >= from && at + length <= text.n);
        gt_buf_addn(&b, text.p + from, at - from);
        gt_buf_add(&b, rest + 1);
        from = at + length;
        p = next;
    }
    gt_buf_addn(&b, text.p + from, text.n - from);
    return (struct gt_str){b.p, b.n};
}

static bool try_mutant(const char *rules, const struct mutant *m)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_str text;
    const char *path = gt_path_join(a, rules, m->file);
    T_STATUS(gt_file_get(a, path, (size_t)4 << 20, &text, NULL), GT_OK);
    struct gt_str now = edited(a, text, m->edits);
    write_text(path, now.p, now.n);
    bool alive = survives(rules, m);
    write_text(path, text.p, text.n);
    return alive;
}

T_TEST(what_is_wrong_is_noticed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct trial right = {a, GT_SOURCE_DIR "/rules", {"table", "urb.slope"}};
    struct trial wrong = {a, t_tmpdir(), {"table", "urb.slope"}};
    T_OK(t_holds(run_part, &right));
    T_OK(!t_holds(run_part, &wrong));
}

/* Nothing to do without tools/mutate_rules.py. */
T_TEST(mutants)
{
    static char line[MAX_LINE];
    const char *list = getenv("GT_MUTANTS"), *rules = getenv("GT_MUTANTS_RULES");
    if (!list || !rules)
        return;
    FILE *f = fopen(list, "rb");
    T_OK(f != NULL);
    int alive = 0;
    while (fgets(line, sizeof line, f)) {
        struct mutant m;
        T_OK(read_mutant(line, &m));
        if (try_mutant(rules, &m)) {
            printf("alive %s\n", m.number);
            alive++;
        }
    }
    T_OK(fclose(f) == 0);
    T_EQ_INT(alive, 0);
}
