/* letters.h: texts of other encodings. Part of module store; builds on base.h. */
#ifndef GUOTU_STORE_LETTERS_H
#define GUOTU_STORE_LETTERS_H

#include "guotu/base.h"

/* Whether bytes are text in this encoding; out gets the first letters in UTF-8. false too where the
 * system does not know the encoding. */
bool gt_letters_are(const char *encoding, const char *text, char out[static 64]);
/* In UTF-8; NULL: not text in that encoding. */
const char *gt_letters(struct gt_arena *a, const char *encoding, const char *text);
/* In UTF-8 from GB18030, else with a mark in the place of each byte that is none. */
const char *gt_letters_any(struct gt_arena *a, const char *text);

#endif
