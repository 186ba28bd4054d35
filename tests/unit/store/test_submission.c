/* test_submission.c: packages: folders, archives, single files, workspaces, and what is wrong with
 * them. */
#include "kit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct gt_err err;

static const struct gt_submission *open_package(struct gt_arena *a, const char *path)
{
    const struct gt_submission *s = NULL;
    T_STATUS_ERR(gt_submission_open(a, path, NULL, &s, &err), GT_OK, &err);
    return s;
}

static const char *trouble(const struct gt_submission *s, const char *path)
{
    for (size_t i = 0; i < s->n_troubles; i++)
        if (strcmp(s->trouble[i].path, path) == 0)
            return s->trouble[i].text;
    return "";
}

static const struct gt_review_document *document(const struct gt_submission *s, const char *path)
{
    for (size_t i = 0; i < s->n_documents; i++)
        if (strcmp(s->document[i].path, path) == 0)
            return &s->document[i];
    return NULL;
}

static void export_to(struct gt_arena *a, const char *path)
{
    const struct gt_dataset *d;
    struct gt_store *s = kit_open(a, kit_workspace(a), GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_squares(t, "dltb", 20, 1, &err), GT_OK, &err);
    kit_commit(t);
    T_STATUS_ERR(gt_store_find(s, a, "dltb", 0, &d, &err), GT_OK, &err);
    T_STATUS_ERR(gt_export(s, d, path, &(struct gt_file_opt){0}, NULL, &err), GT_OK, &err);
    gt_store_close(s);
}

/* A folder with good and bad things. */
static const char *make(struct gt_arena *a)
{
    const char *top = kit_tmpdir(), *dir = kit_path(a, top, "p"), *sub = kit_path(a, dir, "矢量");
    T_OK(mkdir(dir, 0777) == 0 && mkdir(sub, 0777) == 0);
    export_to(a, kit_path(a, sub, "DLTB.gpkg"));
    export_to(a, kit_path(a, sub, "cut.shp"));
    export_to(a, kit_path(a, sub, "lone.shp"));
    T_OK(unlink(kit_path(a, sub, "lone.dbf")) == 0);
    T_OK(truncate(kit_path(a, sub, "cut.dbf"), 700) == 0);
    kit_write_text(kit_path(a, sub, "bad.gpkg"), "no GeoPackage");
    kit_write_text(kit_path(a, dir, "表.csv"), "指标,值\n耕地,12\n");
    kit_write_text(kit_path(a, dir, "文本.txt"), "\xb8\xfb\xb5\xd8"); /* 耕地 in GBK */
    kit_write_text(kit_path(a, dir, "map.png"), "\x89PNG");
    kit_write_text(kit_path(a, dir, "Thumbs.db"), "x");
    T_OK(symlink("/etc/passwd", kit_path(a, dir, "link.txt")) == 0);
    return dir;
}

static void check(const struct gt_submission *s, bool archive)
{
    size_t tables = 0, layers = 0;
    for (size_t i = 0; i < s->n_layers; i++)
        *(s->layer[i]->table ? &tables : &layers) += 1;
    T_EQ_INT(tables, 1);
    T_EQ_INT(layers, 3);
    T_EQ_INT(s->n_folders, 1);
    T_EQ_STR(s->folder[0], "矢量");
    T_EQ_STR(document(s, "文本.txt")->text, "耕地");
    T_EQ_STR(document(s, "表.csv")->text, "指标,值\n耕地,12\n");
    T_OK(document(s, "map.png")->text == NULL);
    T_EQ_INT(document(s, "map.png")->bytes, 4);
    T_OK(document(s, "矢量/cut.shx") == NULL);
    T_HAS(trouble(s, "矢量/lone.shp"), "expected a .dbf file beside it");
    T_HAS(trouble(s, "矢量/cut.dbf"), "the file is cut off");
    T_HAS(trouble(s, "矢量/bad.gpkg"), "矢量/bad.gpkg: expected a vector layer");
    T_HAS(trouble(s, "Thumbs.db"), "left");
    T_HAS(trouble(s, "link.txt"), "link");
    T_EQ_INT(s->n_troubles, 5);
    (void)archive;
}

T_TEST(submission_of_a_folder)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = make(a);
    const struct gt_submission *s = open_package(a, dir);
    T_EQ_STR(s->name, "p");
    check(s, false);
    const struct gt_features *f;
    T_EQ_STR(s->layer[0]->file, "矢量/DLTB.gpkg");
    T_STATUS_ERR(gt_layer_read(s->layer[0], a, NULL, &f, &err), GT_OK, &err);
    T_EQ_INT(f->shapes->n, 20);
    s = open_package(a, gt_printf(a, "%s/", kit_path(a, dir, "矢量/DLTB.gpkg")));
    T_EQ_INT(s->n_layers, 1);
    T_EQ_STR(s->layer[0]->file, "DLTB.gpkg");
}

/* An archive whose entries are stored as they are. */
struct archive {
    struct gt_buf out, list;
    uint32_t n;
};

static uint32_t crc32_of(const char *p, size_t n)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < n; i++) {
        crc ^= (unsigned char)p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static void put(struct gt_buf *b, uint32_t v, size_t n)
{
    gt_buf_addn(b, &v, n);
}

static void add_entry(struct archive *z, const char *name, struct gt_str text, uint32_t mode)
{
    uint32_t at = (uint32_t)z->out.n, crc = crc32_of(text.p, text.n);
    put(&z->out, 0x04034b50, 4);
    put(&z->list, 0x02014b50, 4);
    put(&z->list, 0x0314, 2); /* made on Unix */
    for (int i = 0; i < 2; i++) {
        struct gt_buf *b = i ? &z->list : &z->out;
        put(b, 20, 2);
        put(b, 0x800, 2); /* the name is UTF-8 */
        put(b, 0, 2);
        put(b, 0x21u << 16, 4);
        put(b, crc, 4);
        put(b, (uint32_t)text.n, 4);
        put(b, (uint32_t)text.n, 4);
        put(b, (uint32_t)strlen(name), 2);
        put(b, 0, 2);
    }
    gt_buf_addn(&z->out, name, strlen(name));
    gt_buf_addn(&z->out, text.p, text.n);
    put(&z->list, 0, 4);
    put(&z->list, 0, 2);
    put(&z->list, mode << 16, 4);
    put(&z->list, at, 4);
    gt_buf_addn(&z->list, name, strlen(name));
    z->n++;
}

static void end_archive(struct archive *z, const char *path)
{
    uint32_t at = (uint32_t)z->out.n;
    gt_buf_addn(&z->out, z->list.p, z->list.n);
    put(&z->out, 0x06054b50, 4);
    put(&z->out, 0, 4);
    put(&z->out, z->n, 2);
    put(&z->out, z->n, 2);
    put(&z->out, (uint32_t)z->list.n, 4);
    put(&z->out, at, 4);
    put(&z->out, 0, 2);
    kit_write(path, z->out.p, z->out.n);
}

static void pack(struct archive *z, struct gt_arena *a, const char *dir, const char *rel)
{
    const char **names;
    size_t n;
    T_STATUS_ERR(gt_dir_list(a, dir, &names, &n, &err), GT_OK, &err);
    for (size_t i = 0; i < n; i++) {
        const char *path = gt_path_join(a, dir, names[i]);
        const char *to = gt_printf(a, "%s/%s", rel, names[i]);
        struct gt_str text;
        if (gt_path_is_dir(path)) {
            pack(z, a, path, to);
            continue;
        }
        bool link = strcmp(names[i], "link.txt") == 0;
        T_STATUS_ERR(gt_file_get(a, path, 1 << 24, &text, &err), GT_OK, &err);
        add_entry(z, to, text, link ? S_IFLNK | 0777 : S_IFREG | 0644);
    }
}

T_TEST(submission_of_an_archive)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = make(a), *path = kit_path(a, kit_tmpdir(), "p.zip"), *temp = kit_tmpdir();
    const char **names;
    size_t n;
    struct archive z = {.out = {.a = a}, .list = {.a = a}};
    pack(&z, a, dir, "p");
    end_archive(&z, path);
    setenv("TMPDIR", temp, 1);
    {
        GT_AUTO_ARENA b = gt_arena_new();
        const struct gt_submission *s = open_package(b, path);
        size_t skipped = 0;
        for (size_t i = 0; i < s->n_troubles; i++)
            skipped += strncmp(s->trouble[i].path, "p/", 2) == 0;
        T_EQ_INT(skipped, 2); /* the link and what a system has left */
        T_EQ_INT(s->n_troubles, 5);
        T_EQ_STR(document(s, "文本.txt")->text, "耕地");
        T_EQ_INT(s->n_layers, 4);
    }
    unsetenv("TMPDIR");
    T_STATUS_ERR(gt_dir_list(a, temp, &names, &n, &err), GT_OK, &err);
    T_EQ_INT(n, 0);
}

T_TEST(submission_of_a_workspace)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a);
    struct gt_store *w = kit_open(a, dir, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(w);
    T_STATUS_ERR(kit_squares(t, "dltb", 5, 1, &err), GT_OK, &err);
    kit_commit(t);
    gt_store_close(w);
    const struct gt_submission *s = open_package(a, dir);
    T_EQ_INT(s->n_layers, 1);
    T_EQ_STR(s->layer[0]->name, "DLTB");
    T_EQ_INT(s->layer[0]->n, 5);
    T_STATUS(gt_submission_open(a, "nowhere", NULL, &s, &err), GT_ENOTFOUND);
}
