/* test_zip.c: archives from outside, hostile ones among them; texts of XML. */
#include "guotu/io.h"
#include "guotu/zip.h"
#include "t.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

static struct gt_err err;

struct entry {
    const char *name, *text;
    int kind; /* 0 a file, 1 a link, 2 encrypted */
};

static void make(const char *path, const struct entry *e, size_t n)
{
    int code;
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    T_OK(z != NULL);
    for (size_t i = 0; i < n; i++) {
        zip_source_t *s = zip_source_buffer(z, e[i].text, strlen(e[i].text), 0);
        zip_int64_t at = zip_file_add(z, e[i].name, s, ZIP_FL_ENC_RAW);
        T_OK(at >= 0);
        if (e[i].kind == 1)
            zip_file_set_external_attributes(z, (zip_uint64_t)at, 0, ZIP_OPSYS_UNIX,
                                             (zip_uint32_t)(S_IFLNK | 0777) << 16);
        if (e[i].kind == 2)
            T_OK(zip_file_set_encryption(z, (zip_uint64_t)at, ZIP_EM_AES_256, "secret") == 0);
    }
    T_OK(zip_close(z) == 0);
}

static const char *why(const struct gt_zip_skips *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->v[i].name, name) == 0)
            return s->v[i].why;
    return "";
}

T_TEST(zip_unpacks_what_is_good_and_tells_of_the_rest)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const struct entry entries[] = {
        {"a/b/one.txt", "one", 0},    {"\xb5\xd8\xc0\xe0.txt", "gbk", 0}, /* 地类 */
        {"地类图斑.txt", "utf8", 0},  {"../out.txt", "x", 0},
        {"a/../../out.txt", "x", 0},  {"/etc/out.txt", "x", 0},
        {"C:/out.txt", "x", 0},       {"a\\out.txt", "x", 0},
        {"link", "/etc/passwd", 1},   {"secret.txt", "secret", 2},
        {"__MACOSX/one.txt", "x", 0}, {"a/Thumbs.db", "x", 0},
        {"a/.DS_Store", "x", 0},      {"a/inner.zip", "PK", 0},
        {"new\nline", "x", 0},
    };
    const char *top = t_tmpdir(), *dir = gt_path_join(a, top, "to"),
               *path = gt_path_join(a, top, "a.zip");
    struct gt_zip_skips skips;
    struct gt_str text;
    make(path, entries, GT_LEN(entries));
    T_OK(gt_zip_is(path));
    T_STATUS_ERR(gt_dir_make(dir, &err), GT_OK, &err);
    T_STATUS_ERR(gt_zip_unpack(a, path, dir, NULL, &skips, &err), GT_OK, &err);
    T_STATUS(gt_file_get(a, gt_path_join(a, dir, "a/b/one.txt"), 100, &text, &err), GT_OK);
    T_EQ_STR(text.p, "one");
    T_OK(gt_path_exists(gt_path_join(a, dir, "地类.txt")));
    T_OK(gt_path_exists(gt_path_join(a, dir, "地类图斑.txt")));
    T_OK(gt_path_exists(gt_path_join(a, dir, "a/inner.zip")));
    T_OK(!gt_path_exists(gt_path_join(a, top, "out.txt")));
    T_EQ_INT(skips.n, 11);
    T_HAS(why(&skips, "../out.txt"), "leads out");
    T_HAS(why(&skips, "a/../../out.txt"), "leads out");
    T_HAS(why(&skips, "/etc/out.txt"), "leads out");
    T_HAS(why(&skips, "C:/out.txt"), "leads out");
    T_HAS(why(&skips, "a\\out.txt"), "leads out");
    T_HAS(why(&skips, "link"), "link");
    T_HAS(why(&skips, "secret.txt"), "encrypted");
    T_HAS(why(&skips, "new\nline"), "control");
    T_HAS(why(&skips, "__MACOSX/one.txt"), "left");
    T_HAS(why(&skips, "a/Thumbs.db"), "left");
    T_STATUS_ERR(gt_zip_get(a, path, "a/b/one.txt", 100, &text, &err), GT_OK, &err);
    T_EQ_STR(text.p, "one");
    T_STATUS(gt_zip_get(a, path, "a/b/one.txt", 2, &text, &err), GT_ETOOBIG);
    T_STATUS(gt_zip_get(a, path, "none", 2, &text, &err), GT_ENOTFOUND);
}

T_TEST(zip_bombs_are_refused)
{
    GT_AUTO_ARENA a = gt_arena_new();
    size_t n = (size_t)80 << 20;
    char *zeros = gt_take(a, n + 1);
    const char *top = t_tmpdir(), *path = gt_path_join(a, top, "bomb.zip");
    struct gt_zip_skips skips;
    memset(zeros, 'x', n);
    const struct entry bomb = {"bomb.txt", zeros, 0}, two[] = {{"a", "1", 0}, {"b", "2", 0}};
    make(path, &bomb, 1);
    T_STATUS(gt_zip_unpack(a, path, top, NULL, &skips, &err), GT_ETOOBIG);
    T_HAS(err.text, "zip bomb");
    T_OK(!gt_path_exists(gt_path_join(a, top, "bomb.txt")));
    make(path, two, 2);
    const struct gt_zip_limits few = {.entries = 1}, small = {.bytes = 1};
    T_STATUS(gt_zip_unpack(a, path, top, &few, &skips, &err), GT_ETOOBIG);
    T_STATUS(gt_zip_unpack(a, path, top, &small, &skips, &err), GT_ETOOBIG);
}

T_TEST(zip_damaged_ones_are_told)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = gt_path_join(a, t_tmpdir(), "x.zip");
    struct gt_zip_skips skips;
    T_STATUS_ERR(gt_file_put(path, "PK\3\4 rubbish", 12, &err), GT_OK, &err);
    T_STATUS(gt_zip_unpack(a, path, t_tmpdir(), NULL, &skips, &err), GT_EINPUT);
    T_HAS(err.text, "expected a zip archive");
    T_STATUS(gt_zip_unpack(a, "nowhere.zip", t_tmpdir(), NULL, &skips, &err), GT_ENOTFOUND);
}

T_TEST(xml_text_of_documents)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *out;
    T_STATUS_ERR(
        gt_xml_document(a, "d",
                        gt_s("<w:document xmlns:w='w'><w:p><w:r><w:t>耕地 </w:t></w:r><w:r><w:t>12"
                             "&lt;</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r>"
                             "</w:p></w:tc></w:tr></w:tbl><w:x>not</w:x></w:document>"),
                        &out, &err),
        GT_OK, &err);
    T_EQ_STR(out, "耕地 12<\na\n\t");
    T_STATUS(gt_xml_document(a, "d", gt_s("<a>\n<b></a>"), &out, &err), GT_EINPUT);
    T_HAS(err.text, "d:2: expected XML");
}
