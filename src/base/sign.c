/* sign.c: Ed25519 signatures and their keys in files, by libsodium. */
#include "guotu/sign.h"
#include "base_int.h"
#include "guotu/io.h"
#include "guotu/json.h"

#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_KEY_FILE 4096
#define PREFIX GT_SIGN_ALGORITHM ":"

_Static_assert(sizeof(((struct gt_sign_key *)0)->secret) == crypto_sign_SECRETKEYBYTES,
               "a secret key fits");
_Static_assert(GT_SIGN_KEY > sizeof PREFIX + 2 * crypto_sign_PUBLICKEYBYTES, "a key's text fits");
_Static_assert(GT_SIGN_TEXT > sizeof PREFIX + 2 * crypto_sign_BYTES, "a signature's text fits");

static void start(void)
{
    if (sodium_init() < 0)
        gt_die_("libsodium cannot start: no source of random numbers");
}

static void to_text(const unsigned char *raw, size_t n, char *out)
{
    memcpy(out, PREFIX, sizeof PREFIX - 1);
    sodium_bin2hex(out + sizeof PREFIX - 1, 2 * n + 1, raw, n);
}

static enum gt_status from_text(const char *what, const char *text, unsigned char *raw, size_t n,
                                struct gt_err *err)
{
    size_t got = 0;
    const char *end = NULL;
    if (!gt_starts(text, PREFIX))
        return gt_fail(err, GT_EINPUT, "%s: expected '" PREFIX "' and hex digits, found '%.20s'",
                       what, text);
    text += sizeof PREFIX - 1;
    if (strlen(text) != 2 * n || sodium_hex2bin(raw, n, text, 2 * n, NULL, &got, &end) != 0 ||
        got != n)
        return gt_fail(err, GT_EINPUT, "%s: expected %zu hex digits, found '%.20s...'", what, 2 * n,
                       text);
    return GT_OK;
}

/* ---- Keys ------------------------------------------------------------------------------------ */

enum gt_status gt_sign_key_make(const char *path, const char *owner,
                                char public_key[static GT_SIGN_KEY], struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    unsigned char pk[crypto_sign_PUBLICKEYBYTES], sk[crypto_sign_SECRETKEYBYTES];
    char secret[GT_SIGN_TEXT];
    start();
    if (gt_path_exists(path))
        return gt_fail(err, GT_EEXISTS, "%s: a key file is never written over; give another name",
                       path);
    crypto_sign_keypair(pk, sk);
    to_text(pk, sizeof pk, public_key);
    to_text(sk, sizeof sk, secret);
    sodium_memzero(sk, sizeof sk);
    struct gt_json *obj = gt_json_obj(a);
    gt_json_add_str(obj, "owner", owner);
    gt_json_add_str(obj, "public_key", public_key);
    gt_json_add_str(obj, "secret_key", secret);
    const char *text = gt_printf(a, "%s\n", gt_json_text(a, obj, 2));
    mode_t before = umask(077);
    enum gt_status status = gt_file_put(path, text, strlen(text), err);
    umask(before);
    return status;
}

enum gt_status gt_sign_key_read(struct gt_arena *a, const char *path, struct gt_sign_key *out,
                                struct gt_err *err)
{
    struct gt_str text;
    struct gt_json *obj;
    unsigned char pk[crypto_sign_PUBLICKEYBYTES];
    start();
    GT_TRY(gt_file_get(a, path, MAX_KEY_FILE, &text, err));
    GT_TRY(gt_json_parse(a, path, text, &obj, err));
    GT_TRY(from_text(path, gt_json_str(gt_json_get(obj, "secret_key"), ""), out->secret,
                     sizeof out->secret, err));
    crypto_sign_ed25519_sk_to_pk(pk, out->secret);
    to_text(pk, sizeof pk, out->public_key);
    out->owner = gt_json_str(gt_json_get(obj, "owner"), "");
    if (strcmp(gt_json_str(gt_json_get(obj, "public_key"), ""), out->public_key) != 0)
        return gt_fail(err, GT_EINPUT, "%s: the public key is not that of the secret key", path);
    return GT_OK;
}

/* ---- Signatures ------------------------------------------------------------------------------ */

void gt_sign(const struct gt_sign_key *key, const void *p, size_t n, char out[static GT_SIGN_TEXT])
{
    unsigned char raw[crypto_sign_BYTES];
    start();
    crypto_sign_detached(raw, NULL, p, n, key->secret);
    to_text(raw, sizeof raw, out);
}

enum gt_status gt_sign_verify(const char *public_key, const char *signature, const void *p,
                              size_t n, bool *ok, struct gt_err *err)
{
    unsigned char pk[crypto_sign_PUBLICKEYBYTES], raw[crypto_sign_BYTES];
    *ok = false;
    start();
    GT_TRY(from_text("public key", public_key, pk, sizeof pk, err));
    GT_TRY(from_text("signature", signature, raw, sizeof raw, err));
    *ok = crypto_sign_verify_detached(raw, p, n, pk) == 0;
    return GT_OK;
}
