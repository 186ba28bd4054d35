/* Statuses and the text of errors. */
#include "t.h"

#include <errno.h>
#include <string.h>

T_TEST(status_table)
{
    T_EQ_STR(gt_status_name(GT_OK), "OK");
    T_EQ_STR(gt_status_name(GT_EINPUT), "EINPUT");
    T_EQ_STR(gt_status_text(GT_EBUSY, GT_EN), "in use by another process");
    T_EQ_STR(gt_status_text(GT_EBUSY, GT_ZH), "被其他进程占用");
    T_EQ_INT(gt_status_exit(GT_FINDINGS), 1);
    T_EQ_INT(gt_status_exit(GT_EUSE), 2);
    T_EQ_INT(gt_status_exit(GT_ENOTFOUND), 3);
    T_EQ_INT(gt_status_http(GT_ENOTFOUND), 404);
    T_EQ_INT(gt_status_http(GT_EIO), 507);
}

T_TEST(status_outside_the_table_is_internal)
{
    T_EQ_STR(gt_status_name((enum gt_status)999), "EINTERNAL");
    T_EQ_INT(gt_status_exit((enum gt_status) - 1), 4);
}

T_TEST(fail_sets_status_and_text)
{
    struct gt_err err = {0};
    T_STATUS(gt_fail(&err, GT_EINPUT, "expected %d, found %s", 3, "x"), GT_EINPUT);
    T_EQ_INT(err.status, GT_EINPUT);
    T_EQ_STR(err.text, "expected 3, found x");
    T_STATUS(gt_fail(NULL, GT_EUSE, "nobody listens"), GT_EUSE);
}

T_TEST(fail_may_use_its_own_text)
{
    struct gt_err err = {0};
    gt_fail(&err, GT_EINPUT, "inner");
    gt_fail(&err, GT_EIO, "outer (%s)", err.text);
    T_EQ_STR(err.text, "outer (inner)");
}

T_TEST(long_texts_are_cut_at_a_character)
{
    char longer[1600] = {0};
    for (size_t i = 0; i + 3 < sizeof longer; i += 3)
        memcpy(longer + i, "国", 3);
    for (int shift = 0; shift < 3; shift++) {
        struct gt_err err = {0};
        gt_fail(&err, GT_EINPUT, "%.*s%s", shift, "ab", longer);
        T_OK(strlen(err.text) >= sizeof err.text - 4);
        T_OK(gt_is_utf8(err.text, strlen(err.text)));
        gt_wrap(&err, "%.*s", shift, "xyz");
        T_OK(strlen(err.text) < sizeof err.text);
        T_OK(gt_is_utf8(err.text, strlen(err.text)));
    }
}

T_TEST(a_text_that_just_fits_is_not_cut)
{
    struct gt_err err = {0};
    char text[sizeof err.text];
    memset(text, 'a', sizeof text);
    memcpy(text + sizeof text - 4, "国", 4);
    gt_fail(&err, GT_EINPUT, "%s", text);
    T_EQ_STR(err.text, text);
}

static enum gt_status of_errno(int e, struct gt_err *err)
{
    errno = e;
    return gt_fail_errno(err, "%s: cannot open", "f.tif");
}

T_TEST(errno_becomes_a_status)
{
    struct gt_err err = {0};
    T_STATUS(of_errno(ENOENT, &err), GT_ENOTFOUND);
    T_EQ_STR(err.text, "f.tif: cannot open: No such file or directory");
    T_STATUS(of_errno(ENOTDIR, &err), GT_ENOTFOUND);
    T_STATUS(of_errno(EEXIST, &err), GT_EEXISTS);
    T_STATUS(of_errno(EBUSY, &err), GT_EBUSY);
    T_STATUS(of_errno(ENOMEM, &err), GT_ETOOBIG);
    const int io[] = {ENOSPC, EDQUOT, EROFS, EACCES, EPERM, EIO, EISDIR, EFBIG, 0};
    for (size_t i = 0; i < GT_LEN(io); i++)
        T_STATUS(of_errno(io[i], &err), GT_EIO);
    T_STATUS(of_errno(ENOSPC, NULL), GT_EIO);
    T_STATUS(of_errno(ENOSPC, &err), GT_EIO);
    T_HAS(err.text, "No space left on device");
    T_EQ_INT(errno, ENOSPC);
}

T_TEST(wrap_puts_context_before)
{
    struct gt_err err = {0};
    gt_fail(&err, GT_EVERSION, "format 9");
    T_STATUS(gt_wrap(&err, "workspace %s", "w"), GT_EVERSION);
    T_EQ_STR(err.text, "workspace w: format 9");
}

T_TEST(wrap_never_turns_a_failure_into_success)
{
    struct gt_err err = {0};
    T_STATUS(gt_wrap(NULL, "nobody listens"), GT_EINTERNAL);
    T_STATUS(gt_wrap(&err, "dem"), GT_EINTERNAL);
    T_EQ_STR(err.text, "dem");
}

static enum gt_status tried(enum gt_status s, int *after)
{
    GT_TRY(s);
    *after += 1;
    return GT_OK;
}

T_TEST(try_returns_early)
{
    int after = 0;
    T_STATUS(tried(GT_EIO, &after), GT_EIO);
    T_EQ_INT(after, 0);
    T_STATUS(tried(GT_OK, &after), GT_OK);
    T_EQ_INT(after, 1);
}
