/* test_sign.c: signatures: made and verified, changed texts and keys found, and a known answer. */
#include "t.h"

#include "guotu/io.h"
#include "guotu/sign.h"

#include <string.h>
#include <sys/stat.h>

T_TEST(sign_and_verify_with_a_key_of_ones_own)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_sign_key key;
    char public_key[GT_SIGN_KEY], signature[GT_SIGN_TEXT];
    const char *path = gt_path_join(a, t_tmpdir(), "county.key");
    struct stat st;
    bool ok;
    T_STATUS_ERR(gt_sign_key_make(path, "540102 城关区", public_key, &err), GT_OK, &err);
    T_OK(stat(path, &st) == 0 && (st.st_mode & 077) == 0);
    T_STATUS(gt_sign_key_make(path, "x", public_key, &err), GT_EEXISTS);
    T_STATUS_ERR(gt_sign_key_read(a, path, &key, &err), GT_OK, &err);
    T_EQ_STR(key.owner, "540102 城关区");
    gt_sign(&key, "text", 4, signature);
    T_OK(gt_starts(signature, "ed25519:"));
    T_STATUS(gt_sign_verify(key.public_key, signature, "text", 4, &ok, &err), GT_OK);
    T_OK(ok);
    T_STATUS(gt_sign_verify(key.public_key, signature, "texu", 4, &ok, &err), GT_OK);
    T_OK(!ok);
    signature[20] = signature[20] == '0' ? '1' : '0';
    T_STATUS(gt_sign_verify(key.public_key, signature, "text", 4, &ok, &err), GT_OK);
    T_OK(!ok);
}

/* The first test vector of RFC 8032, 7.1: the empty text. */
T_TEST(sign_known_answer)
{
    static const char *const key =
        "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    static const char *const signature =
        "ed25519:e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc6"
        "1e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
    struct gt_err err = {0};
    bool ok;
    T_STATUS_ERR(gt_sign_verify(key, signature, "", 0, &ok, &err), GT_OK, &err);
    T_OK(ok);
}

T_TEST(sign_texts_of_another_form_are_refused)
{
    struct gt_err err = {0};
    bool ok = true;
    T_STATUS(gt_sign_verify("sm2:00", "ed25519:00", "", 0, &ok, &err), GT_EINPUT);
    T_OK(!ok);
    T_STATUS(gt_sign_verify("ed25519:00", "ed25519:00", "", 0, &ok, &err), GT_EINPUT);
    T_HAS(err.text, "64 hex digits");
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_sign_key key;
    const char *path = gt_path_join(a, t_tmpdir(), "bad.key");
    T_STATUS(gt_file_put(path, "{\"secret_key\": \"x\"}", 19, &err), GT_OK);
    T_STATUS(gt_sign_key_read(a, path, &key, &err), GT_EINPUT);
}
