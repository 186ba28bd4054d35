/* shapefile.c: the files beside a .shp. */
#include "shapefile.h"

#include "guotu/io.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *with_ending(struct gt_arena *a, const char *path, const char *ending)
{
    size_t n = (size_t)(strrchr(path, '.') - path);
    return gt_printf(a, "%.*s%s", (int)n, path, ending);
}

const char *gt_file_beside(struct gt_arena *a, const char *path, const char *ending)
{
    char great[8] = "";
    for (size_t i = 0; ending[i] && i + 1 < sizeof great; i++)
        great[i] = (char)toupper((unsigned char)ending[i]);
    const char *small = with_ending(a, path, ending);
    if (gt_path_exists(small))
        return small;
    const char *other = with_ending(a, path, great);
    return gt_path_exists(other) ? other : NULL;
}

static uint32_t little(const unsigned char *p, int n)
{
    uint32_t v = 0;
    for (int i = n; i-- > 0;)
        v = v << 8 | p[i];
    return v;
}

/* How many bytes of the head are there. */
static size_t head_of(const char *path, unsigned char head[static 32])
{
    FILE *f = fopen(path, "rbe");
    size_t n = f ? fread(head, 1, 32, f) : 0;
    if (f)
        fclose(f);
    return n;
}

bool gt_is_shapefile(const char *path)
{
    unsigned char head[32];
    return head_of(path, head) >= 4 && memcmp(head, "\0\0\x27\x0a", 4) == 0;
}

const char *gt_dbf_fault(struct gt_arena *a, const char *path)
{
    unsigned char head[32];
    struct stat st;
    if (head_of(path, head) < sizeof head || stat(path, &st) != 0)
        return "expected a dBase table, found it cut off";
    int64_t rows = little(head + 4, 4), size = little(head + 8, 2) + rows * little(head + 10, 2);
    if (st.st_size >= size)
        return NULL;
    return gt_printf(a, "expected %lld rows in %lld bytes, found %lld bytes: the file is cut off",
                     (long long)rows, (long long)size, (long long)st.st_size);
}
