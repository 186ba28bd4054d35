/* words.h: what help, pages and manuals say in the same words. Private to the operations. */
#ifndef GUOTU_OPS_WORDS_H
#define GUOTU_OPS_WORDS_H

#include "guotu/ops.h"

/* Around the part of a page that is written by hand. */
#define OPS_OWN_BEGIN "<!-- hand-written: begin -->"
#define OPS_OWN_END "<!-- hand-written: end -->"

/* Adds text in lines of at most `width` columns, each behind `indent` blanks but the first, which
 * starts where the cursor is; ends with a newline. Wide letters count 2. */
void words_wrap(struct gt_buf *b, const char *text, size_t indent, size_t width);
/* The letter at p, in UTF-8: its code, and in *n the bytes that it takes. */
uint32_t words_letter(const char *p, size_t *n);
/* Columns that a text takes on a terminal. */
size_t words_width(const char *text);

/* "-w, --workspace DIR", "--fill-voids", "FILE...". */
const char *words_param(struct gt_arena *a, const struct gt_param *p);
/* Help with what bounds it: "a year (1000 to 9999; default 2020)". */
const char *words_param_help(struct gt_arena *a, const struct gt_param *p, enum gt_lang lang);
/* One argument as the usage shows it: "[--set STEP.KEY=VALUE]...". */
const char *words_usage(struct gt_arena *a, const struct gt_param *p);

#endif
