/* fuzz_zip.c: any bytes as an archive: nothing is written outside the folder, within the limits, or
 * there is a sentence. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guotu/io.h"
#include "guotu/zip.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MOST ((int64_t)1 << 16)

static void clear(struct gt_arena *a, const char *dir, int64_t *bytes)
{
    const char **names;
    struct stat st;
    size_t n;
    if (gt_dir_list(a, dir, &names, &n, NULL) != GT_OK)
        abort();
    for (size_t i = 0; i < n; i++) {
        const char *path = gt_path_join(a, dir, names[i]);
        if (lstat(path, &st) != 0 || S_ISLNK(st.st_mode))
            abort();
        if (S_ISDIR(st.st_mode))
            clear(a, path, bytes);
        else if (gt_path_remove(path, NULL) != GT_OK)
            abort();
        else
            *bytes += (int64_t)st.st_size;
    }
    rmdir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char top[] = "/tmp/guotu-fuzz-XXXXXX";
    struct gt_err err = {0};
    struct gt_zip_skips skips;
    const struct gt_zip_limits limits = {.bytes = MOST, .entries = 64};
    const char **names;
    int64_t bytes = 0;
    size_t count;
    if (!mkdtemp(top))
        return 0;
    const char *file = gt_path_join(a, top, "in.zip"), *dir = gt_path_join(a, top, "to");
    if (gt_dir_make(dir, &err) != GT_OK || gt_file_put(file, data, n, &err) != GT_OK)
        abort();
    enum gt_status status = gt_zip_unpack(a, file, dir, &limits, &skips, &err);
    if (status != GT_OK && !gt_is_utf8(err.text, strlen(err.text)))
        abort();
    for (size_t i = 0; i < skips.n; i++)
        if (!gt_is_utf8(skips.v[i].name, strlen(skips.v[i].name)))
            abort();
    if (gt_dir_list(a, top, &names, &count, NULL) != GT_OK || count != 2)
        abort();
    clear(a, top, &bytes);
    if (bytes > MOST + (int64_t)n + (1 << 16))
        abort();
    return 0;
}
