/* base_int.h: what only the files of module base share. Builds on base.h and io.h. */
#ifndef GUOTU_BASE_INT_H
#define GUOTU_BASE_INT_H

#include "guotu/base.h"
#include "guotu/io.h"

#include <locale.h>

/* Prints what went wrong with the machine itself (no memory) and aborts. */
_Noreturn void gt_die_(const char *what);

/* The C locale as an object, whatever setlocale says. */
locale_t gt_locale_c_(void);

/* Length of the well-formed UTF-8 character at p (n bytes left), 0 if there is none. */
size_t gt_utf8_len_(const unsigned char *p, size_t n);
/* Cuts a NUL-terminated text of which the end may be missing back to a whole character. */
void gt_utf8_trim_(char *text);
/* Puts '?' for control characters and for bytes that are no UTF-8: what comes out of a file must
 * not steer a terminal. */
void gt_clean_(char *text);
/* A short form of text for messages: clean, whole characters, "..." where it was cut. */
#define GT_CLIP 64
const char *gt_clip_(const char *text, char buf[static GT_CLIP]);

/* Like gt_take with `used` bytes of `old` kept; extends in place where the arena can. */
void *gt_extend_(struct gt_arena *a, const void *old, size_t used, size_t bytes);

/* Tracking of files made by this process, for the simulated loss of power; does nothing unless a
 * crash was asked for. */
void gt_track_made_(int fd, const char *path);
void gt_track_synced_(int fd);
void gt_track_dir_(int fd);
void gt_track_crash_(void);

/* open(2) with O_CLOEXEC, again after signals. */
int gt_open_(const char *path, int flags);
/* read(2) until n bytes, the end, or an error (false, errno set); *got is what came. */
bool gt_read_all_(int fd, void *p, size_t n, size_t *got);

#endif
