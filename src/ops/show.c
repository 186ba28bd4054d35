/* show.c: datasets as answers show them. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "ops_int.h"

#include <math.h>
#include <string.h>
#include <time.h>

void ops_dataset_json(struct gt_arena *a, const struct gt_dataset *d, struct gt_json *obj)
{
    struct gt_dataset plain = *d;
    struct gt_json *all = gt_json_obj(a);
    plain.lineage = "";
    gt_dataset_json(&plain, all);
    for (size_t i = 0; i < gt_json_len(all); i++) {
        const char *key = gt_json_key(all, i);
        if (strcmp(key, "lineage") != 0)
            gt_json_add_copy(obj, key, gt_json_get(all, key));
    }
}

const char *ops_num(struct gt_arena *a, double v, int digits)
{
    char text[32];
    bool whole = !(floor(v) < v);
    if (whole || !(fabs(v) < 1e15))
        return gt_strdup(a, gt_fmt_num(v, text));
    return gt_printf(a, "%.*g", digits, v);
}

void ops_say_synthetic(struct gt_call *c)
{
    gt_buf_add(&c->text,
               OPS_SAY(c, "synthetic data: not a real place\n", "合成数据，不对应真实地区\n"));
}

/* "2026-11-23T16:28:00Z" has its fields at fixed places. */
static bool read_utc(const char *utc, struct tm *out)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    int field[6] = {0}, n = 0;
    for (size_t i = 0; form[i]; i++) {
        if (form[i] == 'd') {
            if (utc[i] < '0' || utc[i] > '9')
                return false;
            field[n] = field[n] * 10 + (utc[i] - '0');
        } else if (utc[i] != form[i]) {
            return false;
        } else {
            n++;
        }
    }
    *out = (struct tm){.tm_year = field[0] - 1900,
                       .tm_mon = field[1] - 1,
                       .tm_mday = field[2],
                       .tm_hour = field[3],
                       .tm_min = field[4],
                       .tm_sec = field[5]};
    return true;
}

const char *ops_local_time(struct gt_arena *a, const char *utc)
{
    struct tm t;
    if (!read_utc(utc, &t))
        return utc;
    time_t shifted = timegm(&t) + 8 * 3600;
    if (!gmtime_r(&shifted, &t))
        return utc;
    return gt_printf(a, "%04d-%02d-%02d %02d:%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                     t.tm_hour, t.tm_min);
}
