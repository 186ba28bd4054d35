/* nearest.c: which known word was probably meant. */
#include "guotu/ops.h"

#include <string.h>

#define LONGEST 63

/* Insertions, deletions, changes and swaps of neighbours that make b of a (optimal string
 * alignment); three rows are kept. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1], n = strlen(a), m = strlen(b);
    size_t *before = rows[0], *above = rows[1], *here = rows[2];
    for (size_t j = 0; j <= m; j++)
        above[j] = j;
    for (size_t i = 1; i <= n; i++) {
        here[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = here[j - 1] + 1 < best ? here[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            here[j] = best;
        }
        size_t *oldest = before;
        before = above;
        above = here;
        here = oldest;
    }
    return above[m];
}

const char *gt_nearest(const char *word, const char *const *known, size_t n)
{
    const char *best = NULL;
    size_t length = strlen(word), least = SIZE_MAX;
    if (length == 0 || length > LONGEST)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (strlen(known[i]) > LONGEST)
            continue;
        size_t d = distance(word, known[i]);
        size_t longer = strlen(known[i]) > length ? strlen(known[i]) : length;
        if (d * 3 <= longer + 1 && d < least) {
            least = d;
            best = known[i];
        }
    }
    return best;
}
