/* Fingerprints and random ids. */
#include "guotu/hash.h"
#include "guotu/io.h"
#include "t.h"

#include <string.h>

/* BLAKE2b-256 of nothing and of "abc", from another implementation (Python's hashlib). */
#define OF_NOTHING "blake2b:0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"
#define OF_ABC "blake2b:bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"

T_TEST(known_fingerprints)
{
    struct gt_hash h;
    char text[GT_HASH_TEXT];
    gt_hash_begin(&h);
    gt_hash_end(&h, text);
    T_EQ_STR(text, OF_NOTHING);
    gt_hash_begin(&h);
    gt_hash_add(&h, "a", 1);
    gt_hash_add(&h, NULL, 0);
    gt_hash_add(&h, "bc", 2);
    gt_hash_end(&h, text);
    T_EQ_STR(text, OF_ABC);
}

T_TEST(a_state_may_be_copied)
{
    struct gt_hash h, copy;
    char text[GT_HASH_TEXT], other[GT_HASH_TEXT];
    gt_hash_begin(&h);
    gt_hash_add(&h, "ab", 2);
    copy = h;
    gt_hash_add(&h, "c", 1);
    gt_hash_add(&copy, "d", 1);
    gt_hash_end(&h, text);
    gt_hash_end(&copy, other);
    T_EQ_STR(text, OF_ABC);
    T_OK(strcmp(other, OF_ABC) != 0);
}

T_TEST(files_of_any_size)
{
    static const size_t sizes[] = {0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20};
    GT_AUTO_ARENA a = gt_arena_new();
    unsigned char *bytes = gt_take(a, 3 << 20);
    for (size_t i = 0; i < 3 << 20; i++)
        bytes[i] = (unsigned char)(i * 7 + i / 251);
    const char *path = gt_path_join(a, t_tmpdir(), "f");
    for (size_t i = 0; i < GT_LEN(sizes); i++) {
        struct gt_hash h;
        char whole[GT_HASH_TEXT], file[GT_HASH_TEXT];
        gt_hash_begin(&h);
        gt_hash_add(&h, bytes, sizes[i]);
        gt_hash_end(&h, whole);
        T_STATUS(gt_file_put(path, bytes, sizes[i], NULL), GT_OK);
        T_STATUS(gt_hash_file(path, NULL, file, NULL), GT_OK);
        T_EQ_STR(file, whole);
    }
}

T_TEST(a_file_that_is_not_there)
{
    struct gt_err err = {0};
    char text[GT_HASH_TEXT];
    T_STATUS(gt_hash_file("/nonexistent/f", NULL, text, &err), GT_ENOTFOUND);
    T_HAS(err.text, "/nonexistent/f");
    T_EQ_STR(text, "");
    T_STATUS(gt_hash_file("/", NULL, text, &err), GT_EIO);
    T_HAS(err.text, "/: cannot read");
    T_STATUS(gt_hash_file("/", NULL, text, NULL), GT_EIO);
}

T_TEST(hashing_can_be_stopped)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = gt_path_join(a, t_tmpdir(), "f");
    T_STATUS(gt_file_put(path, "x", 1, NULL), GT_OK);
    _Atomic bool stop = true;
    struct gt_work w = {.stop = &stop};
    char text[GT_HASH_TEXT];
    T_STATUS(gt_hash_file(path, &w, text, NULL), GT_ECANCELLED);
}

T_TEST(random_ids_differ)
{
    char a[17], b[17];
    gt_random_hex(a);
    gt_random_hex(b);
    T_EQ_INT(strlen(a), 16);
    T_EQ_INT(strspn(a, "0123456789abcdef"), 16);
    T_OK(strcmp(a, b) != 0);
}
