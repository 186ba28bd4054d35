/* signals.c: how a user stops the program. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cli_int.h"

#include <signal.h>
#include <unistd.h>

static _Atomic bool stop;

/* Publishing is one commit, so that the process may end at any place. */
static void on_stop(int signal_number)
{
    if (atomic_exchange(&stop, true))
        _exit(128 + signal_number);
}

_Atomic bool *signals_begin(void)
{
    struct sigaction stopping = {.sa_handler = on_stop, .sa_flags = SA_RESTART};
    struct sigaction ignoring = {.sa_handler = SIG_IGN};
    sigemptyset(&stopping.sa_mask);
    sigemptyset(&ignoring.sa_mask);
    sigaction(SIGTERM, &stopping, NULL);
    sigaction(SIGPIPE, &ignoring, NULL);
    /* A shell starts background jobs with SIGINT ignored: that stays so. */
    struct sigaction before;
    if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(SIGINT, &stopping, NULL);
    return &stop;
}
