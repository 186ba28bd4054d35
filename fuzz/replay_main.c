/* replay_main.c: runs a fuzz target once on every file of the given folders (or on given files),
 * and prints how many there were. For builds without libFuzzer. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool run_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    /* Of the exact size, so that a read past the end is seen by the sanitizer. */
    uint8_t *data = malloc(size ? size : 1);
    bool ok = file && data && fread(data, 1, size, file) == size;
    if (ok)
        LLVMFuzzerTestOneInput(data, size);
    free(data);
    if (file)
        fclose(file);
    return ok;
}

/* Runs a file, or the files of a folder in the order of their names. Returns their number, -1:
 * unreadable. */
static int run_path(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return -1;
    if (!S_ISDIR(info.st_mode))
        return run_file(path, (size_t)info.st_size) ? 1 : -1;

    struct dirent **entries;
    int n = scandir(path, &entries, NULL, alphasort);
    int count = n < 0 ? -1 : 0;
    for (int i = 0; i < n; i++) {
        char inner[4096];
        int length = snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
        bool hidden = entries[i]->d_name[0] == '.';
        free(entries[i]);
        if (hidden || count < 0)
            continue;
        int ran = length < (int)sizeof inner ? run_path(inner) : -1;
        count = ran < 0 ? -1 : count + ran;
    }
    if (n >= 0)
        free(entries);
    return count;
}

int main(int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        int ran = run_path(argv[i]);
        if (ran < 0) {
            fprintf(stderr, "%s: cannot read %s\n", argv[0], argv[i]);
            return 1;
        }
        total += ran;
    }
    printf("%d inputs\n", total);
    return total == 0;
}
