/* columns.c: tables of separated values: their separator, their columns. */
#include "text_int.h"

#include <string.h>

char gt_text_separator(struct gt_str text)
{
    static const char marks[] = ",\t;|";
    size_t count[sizeof marks] = {0};
    bool quoted = false;
    for (size_t i = 0; i < text.n && (quoted || text.p[i] != '\n'); i++) {
        const char *mark = text.p[i] ? strchr(marks, text.p[i]) : NULL;
        if (text.p[i] == '"')
            quoted = !quoted;
        else if (mark && !quoted)
            count[mark - marks]++;
    }
    size_t best = 0;
    for (size_t i = 1; marks[i]; i++)
        if (count[i] > count[best])
            best = i;
    return marks[best];
}

int gt_text_column(const struct gt_csv *t, const char *const *names)
{
    for (; *names; names++)
        for (size_t i = 0; i < t->n_cols; i++)
            if (gt_text_same(gt_text_trim(gt_s(t->col[i])), *names))
                return (int)i;
    return -1;
}
