/* cli_int.h: what the files of the command line share. */
#ifndef GUOTU_CLI_INT_H
#define GUOTU_CLI_INT_H

#include "guotu/cli.h"

/* ---- Messages on standard error -------------------------------------------------------------- */

struct screen {
    const struct gt_cli_request *request;
    bool bar;        /* standard error is a terminal that can go back to a line's start */
    bool shown;      /* a bar stands on the last line */
    double drawn_at; /* seconds of gt_clock_s */
    char what[64];   /* of the bar */
};
void screen_begin(struct screen *s, const struct gt_cli_request *request);
void screen_end(struct screen *s);
/* Callbacks of gt_work; ctx is the screen. */
void screen_progress(void *ctx, const char *what, double share);
void screen_note(void *ctx, enum gt_note_kind kind, const char *text);
/* Makes one line of it, in place, whatever a file's name or text holds: control letters could steer
 * the terminal, and bytes that are no UTF-8 break the document. */
void screen_clean(char *text);
/* "guotu: import: sentence". */
void screen_error(struct screen *s, const struct gt_err *err);

/* ---- Signals --------------------------------------------------------------------------------- */

/* SIGINT and SIGTERM set the flag, the second of them ends the process at once; SIGPIPE becomes an
 * error of the write. */
_Atomic bool *signals_begin(void);

/* ---- Standard output ------------------------------------------------------------------------- */

/* false: it could not be written, and standard error says why. */
bool output_write(struct screen *s, const char *text);

#endif
