/* sign.h: signatures that carry their algorithm's name. Module base; wraps libsodium (Ed25519). */
#ifndef GUOTU_SIGN_H
#define GUOTU_SIGN_H

#include "guotu/base.h"

#define GT_SIGN_ALGORITHM "ed25519"
#define GT_SIGN_KEY 80   /* "ed25519:" + 64 hex digits of a public key */
#define GT_SIGN_TEXT 144 /* "ed25519:" + 128 hex digits of a signature */

struct gt_sign_key {
    const char *owner; /* who signs: "540102 城关区" */
    char public_key[GT_SIGN_KEY];
    unsigned char secret[64];
};
/* A new key in a file of its own that only its owner may read; GT_EEXISTS where one is. */
GT_MUST enum gt_status gt_sign_key_make(const char *path, const char *owner,
                                        char public_key[static GT_SIGN_KEY], struct gt_err *err);
GT_MUST enum gt_status gt_sign_key_read(struct gt_arena *a, const char *path,
                                        struct gt_sign_key *out, struct gt_err *err);
void gt_sign(const struct gt_sign_key *key, const void *p, size_t n, char out[static GT_SIGN_TEXT]);
/* *ok false: another text, another key, or no signature at all. GT_EINPUT: texts of another
 * algorithm or form. */
GT_MUST enum gt_status gt_sign_verify(const char *public_key, const char *signature, const void *p,
                                      size_t n, bool *ok, struct gt_err *err);

#endif
