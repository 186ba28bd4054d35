/* hash.h: fingerprints that carry their algorithm's name. Module base; wraps libsodium.
 * Text form: "blake2b:" + 64 hex digits (256 bits). */
#ifndef GUOTU_HASH_H
#define GUOTU_HASH_H

#include "guotu/base.h"

#define GT_HASH_TEXT 80

struct gt_hash {
    _Alignas(64) unsigned char state[384]; /* of the library; plain value, may be copied */
};
void gt_hash_begin(struct gt_hash *h);
void gt_hash_add(struct gt_hash *h, const void *p, size_t n);
void gt_hash_end(struct gt_hash *h, char out[static GT_HASH_TEXT]);
GT_MUST enum gt_status gt_hash_file(const char *path, struct gt_work *w,
                                    char out[static GT_HASH_TEXT], struct gt_err *err);

/* Random id text of 16 hex digits (temporary names; never a secret). */
void gt_random_hex(char out[static 17]);

#endif
