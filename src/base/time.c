/* time.c: the clock. */
#include "guotu/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LAST_SECOND INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

void gt_time_now(char out[static 32])
{
    int64_t given;
    time_t now = time(NULL);
    if (gt_parse_int(getenv("SOURCE_DATE_EPOCH"), &given) && given >= 0 && given <= LAST_SECOND)
        now = (time_t)given;
    struct tm tm = {0};
    gmtime_r(&now, &tm);
    if (strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        snprintf(out, 32, "1970-01-01T00:00:00Z");
}

double gt_clock_s(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
