/* Where the shipped rules are looked for. */
#include "guotu/io.h"
#include "t.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

T_TEST(rules_are_where_the_environment_says)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = t_tmpdir(), *keep = gt_strdup(a, getenv("GUOTU_RULES"));
    setenv("GUOTU_RULES", dir, 1);
    const char *without = gt_rules_dir(a, &err);
    T_STATUS(gt_dir_make(gt_path_join(a, dir, "models"), NULL), GT_OK);
    const char *with = gt_rules_dir(a, NULL);
    if (keep)
        setenv("GUOTU_RULES", keep, 1);
    else
        unsetenv("GUOTU_RULES");
    T_OK(without == NULL);
    T_EQ_INT(err.status, GT_ENOTFOUND);
    T_HAS(err.text, dir);
    T_EQ_STR(with, dir);
}

/* Run by the test below in copies of this program: tells what it finds. */
T_TEST(tell_the_rules_dir)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *out = getenv("GT_TEST_TELL");
    struct gt_err err = {0};
    if (!out)
        return;
    const char *dir = gt_rules_dir(a, &err), *text = dir ? dir : err.text;
    T_STATUS(gt_file_put(out, text, strlen(text), NULL), GT_OK);
}

static void run_copy(const char *program, const char *out)
{
    pid_t pid = fork();
    T_OK(pid >= 0);
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        unsetenv("GUOTU_RULES");
        unsetenv("GUOTU_FAULT");
        setenv("GT_TEST_TELL", out, 1);
        execl(program, "unit", "test_rules_dir.tell_the_rules_dir", (char *)NULL);
        _exit(98);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    T_OK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* What a copy of this program in root/place finds when the rules are in root/rules. */
static const char *told(struct gt_arena *a, const char *place, const char *rules)
{
    const char *root = t_tmpdir(), *dir = gt_path_join(a, root, place);
    const char *program = gt_path_join(a, dir, "unit"), *out = gt_path_join(a, root, "told");
    struct gt_str self, text;
    T_STATUS(gt_file_get(a, "/proc/self/exe", (size_t)1 << 30, &self, NULL), GT_OK);
    T_STATUS(gt_dir_make(dir, NULL), GT_OK);
    T_STATUS(gt_dir_make(gt_path_join(a, root, rules), NULL), GT_OK);
    T_STATUS(gt_file_put(program, self.p, self.n, NULL), GT_OK);
    T_EQ_INT(chmod(program, 0700), 0);
    run_copy(program, out);
    T_STATUS(gt_file_get(a, out, 2000, &text, NULL), GT_OK);
    return gt_starts(text.p, root) ? text.p + strlen(root) : text.p;
}

T_TEST(rules_are_found_from_the_program)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(told(a, "build/release", "rules/models"), "/rules");
    T_EQ_STR(told(a, "build/dev/tests", "rules/models"), "/rules");
    T_EQ_STR(told(a, "usr/bin", "usr/share/guotu/rules/models"), "/usr/share/guotu/rules");
    T_HAS(told(a, "build/release", "rules"), "set GUOTU_RULES");
}
