/* hash.c: BLAKE2b-256 fingerprints and random ids, by libsodium. */
#include "guotu/hash.h"
#include "base_int.h"

#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define PREFIX "blake2b:"
#define BYTES 32
#define PIECE ((size_t)1 << 20)

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct gt_hash), "state fits");
_Static_assert(_Alignof(crypto_generichash_state) <= _Alignof(struct gt_hash), "state is aligned");
_Static_assert(sizeof PREFIX + 2 * BYTES <= GT_HASH_TEXT, "text fits");

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start_sodium(void)
{
    if (sodium_init() < 0)
        gt_die_("libsodium cannot start: no source of random numbers");
}

static crypto_generichash_state *state_of(struct gt_hash *h)
{
    return (crypto_generichash_state *)(void *)h->state;
}

void gt_hash_begin(struct gt_hash *h)
{
    pthread_once(&once, start_sodium);
    memset(h, 0, sizeof *h);
    crypto_generichash_init(state_of(h), NULL, 0, BYTES);
}

void gt_hash_add(struct gt_hash *h, const void *p, size_t n)
{
    if (n)
        crypto_generichash_update(state_of(h), p, n);
}

void gt_hash_end(struct gt_hash *h, char out[static GT_HASH_TEXT])
{
    unsigned char raw[BYTES];
    crypto_generichash_final(state_of(h), raw, sizeof raw);
    memcpy(out, PREFIX, sizeof PREFIX);
    sodium_bin2hex(out + sizeof PREFIX - 1, 2 * BYTES + 1, raw, sizeof raw);
}

static enum gt_status add_file(struct gt_hash *h, int fd, struct gt_work *w, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    void *piece = gt_take(a, PIECE);
    for (size_t got = PIECE; got == PIECE;) {
        if (gt_stopped(w))
            return gt_fail(err, GT_ECANCELLED, "stopped on request");
        if (!gt_read_all_(fd, piece, PIECE, &got))
            return gt_fail_errno(err, "cannot read");
        gt_hash_add(h, piece, got);
    }
    return GT_OK;
}

enum gt_status gt_hash_file(const char *path, struct gt_work *w, char out[static GT_HASH_TEXT],
                            struct gt_err *err)
{
    out[0] = '\0';
    int fd = gt_open_(path, O_RDONLY);
    if (fd < 0)
        return gt_fail_errno(err, "%s: cannot open for reading", path);
    struct gt_hash h;
    gt_hash_begin(&h);
    enum gt_status status = add_file(&h, fd, w, err);
    close(fd);
    if (status != GT_OK)
        return err ? gt_wrap(err, "%s", path) : status;
    gt_hash_end(&h, out);
    return GT_OK;
}

void gt_random_hex(char out[static 17])
{
    unsigned char raw[8];
    pthread_once(&once, start_sodium);
    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(out, 17, raw, sizeof raw);
}
