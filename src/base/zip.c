/* zip.c: archives from outside: nothing in them is trusted, neither names nor sizes. */
#include "guotu/zip.h"
#include "guotu/io.h"

#include <ctype.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <zip.h>

#define PIECE ((size_t)1 << 16)
#define LONGEST_NAME 1000              /* bytes */
#define RATIO_FROM ((int64_t)64 << 20) /* below it, how well something packs says nothing */

static const struct gt_zip_limits defaults = {(int64_t)64 << 30, 200000, 200, NULL};

struct unpacking {
    struct gt_arena *a;
    const char *path, *dir;
    struct gt_zip_limits limits;
    struct gt_work *w;
    zip_t *zip;
    int64_t packed;  /* bytes of the archive */
    int64_t written; /* bytes so far */
    GT_VEC(struct gt_zip_skip) skipped;
};

static void close_zip(zip_t **zip)
{
    if (*zip)
        zip_discard(*zip);
}
#define AUTO_ZIP __attribute__((cleanup(close_zip))) zip_t *

static void close_entry(zip_file_t **f)
{
    if (*f)
        zip_fclose(*f);
}
#define AUTO_ENTRY __attribute__((cleanup(close_entry))) zip_file_t *

static enum gt_status open_zip(const char *path, zip_t **out, struct gt_err *err)
{
    int code = 0;
    zip_error_t why;
    *out = zip_open(path, ZIP_RDONLY, &code);
    if (*out)
        return GT_OK;
    zip_error_init_with_code(&why, code);
    enum gt_status status = gt_fail(err, code == ZIP_ER_NOENT ? GT_ENOTFOUND : GT_EINPUT,
                                    "%s: expected a zip archive, found none that can be read: %s",
                                    path, zip_error_strerror(&why));
    zip_error_fini(&why);
    return status;
}

bool gt_zip_is(const char *path)
{
    char head[4] = "";
    FILE *f = fopen(path, "rbe");
    size_t n = f ? fread(head, 1, 4, f) : 0;
    if (f)
        fclose(f);
    return n == 4 && head[0] == 'P' && head[1] == 'K' && (head[2] == 3 || head[2] == 5) &&
           (head[3] == 4 || head[3] == 6);
}

/* ---- Names ---- */

static const char *from_gb18030(struct gt_arena *a, const char *name)
{
    size_t n_in = strlen(name), n_out = 4 * n_in;
    char *out = GT_TAKE_N(a, char, n_out + 1), *to = out, *in = gt_strdup(a, name);
    iconv_t cd = iconv_open("UTF-8", "GB18030");
    if (cd == (iconv_t)-1)
        return NULL;
    bool ok = iconv(cd, &in, &n_in, &to, &n_out) != (size_t)-1;
    iconv_close(cd);
    *to = '\0';
    return ok ? out : NULL;
}

static bool has_part(const char *name, const char *part)
{
    size_t n = strlen(part);
    for (const char *p = name; *p;) {
        size_t len = strcspn(p, "/");
        if (len == n && strncasecmp(p, part, n) == 0)
            return true;
        p += len + (p[len] == '/');
    }
    return false;
}

static bool is_rubbish(const char *name)
{
    static const char *const parts[] = {"Thumbs.db", "__MACOSX", ".DS_Store", "desktop.ini"};
    for (size_t i = 0; i < GT_LEN(parts); i++)
        if (has_part(name, parts[i]))
            return true;
    return gt_starts(gt_path_base(name), "._");
}

/* NULL: a good name. */
static const char *bad_name(const char *name)
{
    if (!name[0])
        return "it has no name";
    if (strlen(name) > LONGEST_NAME)
        return "its name is too long";
    if (name[0] == '/' || (isalpha((unsigned char)name[0]) && name[1] == ':') ||
        strchr(name, '\\') || has_part(name, ".."))
        return "its name leads out of the folder";
    for (const char *p = name; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 127)
            return "its name has control characters";
    if (has_part(name, ".") || strstr(name, "//"))
        return "its name is not a plain one";
    return NULL;
}

static bool is_link(zip_t *zip, zip_uint64_t i)
{
    zip_uint8_t system;
    zip_uint32_t attributes;
    return zip_file_get_external_attributes(zip, i, 0, &system, &attributes) == 0 &&
           system == ZIP_OPSYS_UNIX && S_ISLNK((mode_t)(attributes >> 16));
}

/* ---- Limits ---- */

static enum gt_status too_big(const struct unpacking *u, struct gt_err *err)
{
    return gt_fail(err, GT_ETOOBIG,
                   "%s: expected an archive that unpacks to at most %lld bytes and %lld times its "
                   "size, found more: it is refused as a zip bomb",
                   u->path, (long long)u->limits.bytes, (long long)u->limits.ratio);
}

static bool is_beyond(const struct unpacking *u, int64_t bytes)
{
    return bytes > u->limits.bytes || (bytes > RATIO_FROM && bytes / u->limits.ratio > u->packed);
}

/* By the sizes that the archive states; what is written is counted once more. */
static enum gt_status check_stated(const struct unpacking *u, int64_t n, struct gt_err *err)
{
    int64_t total = 0;
    if (n > u->limits.entries)
        return gt_fail(err, GT_ETOOBIG, "%s: expected at most %lld entries, found %lld", u->path,
                       (long long)u->limits.entries, (long long)n);
    for (int64_t i = 0; i < n; i++) {
        zip_stat_t st;
        if (zip_stat_index(u->zip, (zip_uint64_t)i, 0, &st) != 0 || !(st.valid & ZIP_STAT_SIZE))
            continue;
        if (st.size > INT64_MAX / 2 || __builtin_add_overflow(total, (int64_t)st.size, &total) ||
            is_beyond(u, total))
            return too_big(u, err);
    }
    return GT_OK;
}

/* ---- Entries ---- */

static enum gt_status copy_entry(struct unpacking *u, zip_file_t *from, struct gt_file *to,
                                 const char *name, struct gt_err *err)
{
    char *piece = gt_take(u->a, PIECE);
    for (;;) {
        zip_int64_t n = zip_fread(from, piece, PIECE);
        if (n < 0)
            return gt_fail(err, GT_EINPUT, "%s: expected a whole entry %s, found it damaged: %s",
                           u->path, name, zip_file_strerror(from));
        if (n == 0)
            return GT_OK;
        u->written += n;
        if (is_beyond(u, u->written))
            return too_big(u, err);
        if (gt_stopped(u->w))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_TRY(gt_file_write(to, piece, (size_t)n, err));
    }
}

static const char *folder_of(struct gt_arena *a, const char *path)
{
    return gt_strndup(a, path, (size_t)(gt_path_base(path) - path));
}

static enum gt_status write_entry(struct unpacking *u, zip_uint64_t i, const char *name,
                                  struct gt_err *err)
{
    const char *to = gt_path_join(u->a, u->dir, name);
    struct gt_file *f;
    GT_TRY(gt_dir_make(folder_of(u->a, to), err));
    AUTO_ENTRY from = zip_fopen_index(u->zip, i, 0);
    if (!from)
        return gt_fail(err, GT_EINPUT, "%s: expected an entry %s that can be read: %s", u->path,
                       name, zip_strerror(u->zip));
    GT_TRY(gt_file_create(to, &f, err));
    enum gt_status status = copy_entry(u, from, f, name, err);
    if (status != GT_OK) {
        gt_file_drop(f);
        return status;
    }
    return gt_file_close(f, err);
}

static void skip(struct unpacking *u, const char *name, bool rubbish, const char *why)
{
    *GT_PUSH(u->a, &u->skipped) = (struct gt_zip_skip){name, rubbish, why};
}

/* Why an entry is left out; NULL: it is not. */
static const char *reason(struct unpacking *u, zip_uint64_t i, const char *name, bool folder)
{
    zip_stat_t st;
    const char *bad = bad_name(name);
    if (bad)
        return bad;
    if (is_link(u->zip, i))
        return "it is a link";
    if (zip_stat_index(u->zip, i, 0, &st) != 0)
        return "it cannot be read";
    if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
        return "it is encrypted";
    if (!folder && gt_path_exists(gt_path_join(u->a, u->dir, name)))
        return "another entry has its name";
    return NULL;
}

static enum gt_status take_entry(struct unpacking *u, zip_uint64_t i, struct gt_err *err)
{
    const char *raw = zip_get_name(u->zip, i, ZIP_FL_ENC_RAW);
    const char *name = raw ? gt_strdup(u->a, raw) : "";
    if (!gt_is_utf8(name, strlen(name)))
        name = from_gb18030(u->a, name);
    if (!name) {
        skip(u, gt_printf(u->a, "entry %llu", (unsigned long long)i + 1), false,
             "its name is neither UTF-8 nor GB18030");
        return GT_OK;
    }
    size_t n = strlen(name);
    bool folder = n > 0 && name[n - 1] == '/';
    if (folder)
        name = gt_strndup(u->a, name, n - 1);
    bool rubbish = is_rubbish(name);
    const char *why = rubbish ? "a system has left it behind" : reason(u, i, name, folder);
    if (why) {
        skip(u, name, rubbish, why);
        return GT_OK;
    }
    struct gt_err below = {0};
    enum gt_status status = folder ? gt_dir_make(gt_path_join(u->a, u->dir, name), &below)
                                   : write_entry(u, i, name, &below);
    if (status != GT_EINPUT)
        return status == GT_OK ? GT_OK : gt_fail(err, status, "%s", below.text);
    skip(u, name, false, "it is damaged");
    return GT_OK;
}

static int64_t size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

enum gt_status gt_zip_unpack(struct gt_arena *a, const char *path, const char *dir,
                             const struct gt_zip_limits *limits, struct gt_zip_skips *out,
                             struct gt_err *err)
{
    AUTO_ZIP zip = NULL;
    struct unpacking u = {.a = a,
                          .path = path,
                          .dir = dir,
                          .limits = defaults,
                          .w = limits ? limits->work : NULL,
                          .packed = size_of(path)};
    if (limits && limits->bytes)
        u.limits.bytes = limits->bytes;
    if (limits && limits->entries)
        u.limits.entries = limits->entries;
    if (limits && limits->ratio)
        u.limits.ratio = limits->ratio;
    *out = (struct gt_zip_skips){0};
    GT_TRY(open_zip(path, &zip, err));
    u.zip = zip;
    zip_int64_t n = zip_get_num_entries(zip, 0);
    GT_TRY(check_stated(&u, n, err));
    for (zip_int64_t i = 0; i < n; i++)
        GT_TRY(take_entry(&u, (zip_uint64_t)i, err));
    *out = (struct gt_zip_skips){u.skipped.n, u.skipped.v};
    return GT_OK;
}

enum gt_status gt_zip_get(struct gt_arena *a, const char *path, const char *entry, size_t max,
                          struct gt_str *out, struct gt_err *err)
{
    AUTO_ZIP zip = NULL;
    zip_stat_t st;
    void *p;
    GT_TRY(open_zip(path, &zip, err));
    zip_int64_t i = zip_name_locate(zip, entry, 0);
    if (i < 0)
        return gt_fail(err, GT_ENOTFOUND, "%s: expected an entry %s, found none", path, entry);
    if (zip_stat_index(zip, (zip_uint64_t)i, 0, &st) != 0 || !(st.valid & ZIP_STAT_SIZE) ||
        st.size > max)
        return gt_fail(err, GT_ETOOBIG, "%s: expected an entry %s of at most %zu bytes", path,
                       entry, max);
    GT_TRY(gt_reserve(a, (size_t)st.size + 1, 1, "an entry of an archive", &p, err));
    AUTO_ENTRY f = zip_fopen_index(zip, (zip_uint64_t)i, 0);
    zip_int64_t got = f ? zip_fread(f, p, st.size) : -1;
    if (got < 0 || (zip_uint64_t)got != st.size)
        return gt_fail(err, GT_EINPUT, "%s: expected a whole entry %s, found it damaged", path,
                       entry);
    *out = (struct gt_str){p, (size_t)got};
    return GT_OK;
}
