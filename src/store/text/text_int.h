/* text_int.h: what the own readers share: letters, lines, fields, zones, features as they grow.
 * Builds on text.h, wkb.h. */
#ifndef GUOTU_STORE_TEXT_INT_H
#define GUOTU_STORE_TEXT_INT_H

#include "../wkb.h"
#include "guotu/csv.h"
#include "text.h"

/* ---- lines.c ---- */

/* The bytes in UTF-8 without a mark of byte order; shared with `bytes` where they are so. GT_EINPUT
 * names the first line that is none. */
GT_MUST enum gt_status gt_text_decode(struct gt_arena *a, struct gt_str bytes,
                                      const struct gt_text_opt *opt, struct gt_str *text,
                                      const char **encoding, struct gt_err *err);

struct gt_text_lines {
    const char *file;
    struct gt_work *work;
    const char *p, *end; /* what is left */
    int64_t line;        /* number of `now`, from 1 */
    struct gt_str now;   /* without blanks at its ends */
    int64_t warnings;
};
bool gt_text_next(struct gt_text_lines *l);      /* false: no line is left */
bool gt_text_next_full(struct gt_text_lines *l); /* skips empty lines */
/* "file:12: " and the text; GT_EINPUT. */
enum gt_status gt_text_fail(const struct gt_text_lines *l, struct gt_err *err, const char *fmt, ...)
    GT_PRINTF(3, 4);
/* The first of them one by one, with file and line; gt_text_warned tells how many more there
 * were. */
void gt_text_warn(struct gt_text_lines *l, const char *fmt, ...) GT_PRINTF(2, 3);
void gt_text_warned(const struct gt_text_lines *l);

struct gt_str gt_text_trim(struct gt_str s);
/* Pieces between separators, trimmed, the empty ones too; at most `most`, the number found may be
 * greater. */
size_t gt_text_split(struct gt_str s, char separator, struct gt_str *out, size_t most);
bool gt_text_num(struct gt_str s, double *out);
bool gt_text_int(struct gt_str s, int64_t *out);
bool gt_text_same(struct gt_str s, const char *b); /* letters of ASCII in any case */
bool gt_text_has(struct gt_str s, const char *part);
/* The beginning of it, for messages. */
const char *gt_text_shown(struct gt_arena *a, struct gt_str s);

/* The file's name without folder and ending. */
const char *gt_text_stem(struct gt_arena *a, const char *file);

/* ---- columns.c ---- */

/* What the first line has most of: comma, tab, semicolon, bar. */
char gt_text_separator(struct gt_str text);
/* The first of the names (ends with NULL) that a column has, in any case; -1. */
int gt_text_column(const struct gt_csv *t, const char *const *names);

/* ---- zones.c ---- */

enum gt_text_datum {
    GT_DATUM_UNKNOWN,
    GT_DATUM_CGCS2000,
    GT_DATUM_XIAN_1980,
    GT_DATUM_BEIJING_1954
};
/* By the names that headers give: "2000国家大地坐标系", "1980西安坐标系", "Krassovsky". */
enum gt_text_datum gt_text_datum_of(struct gt_str name);

/* What a header says of a Gauss-Krüger zone; 0 and NaN: nothing. */
struct gt_text_zone {
    enum gt_text_datum datum;
    bool degrees;    /* coordinates are longitudes and latitudes */
    int width, zone; /* 3 or 6 degrees; its number */
    double meridian;
    double x0, x1; /* eastings found */
};
/* "EPSG:N", or "" where header and coordinates don't say. GT_EINPUT: they contradict. */
GT_MUST enum gt_status gt_text_zone_crs(struct gt_arena *a, const char *file,
                                        const struct gt_text_zone *z, const char **out,
                                        struct gt_err *err);
/* Whether x and y of China's land have been written in turn. */
bool gt_text_swapped(struct gt_box b);

/* ---- draft.c ---- */

/* Features as they grow. */
struct gt_text_draft {
    struct gt_arena *a;
    const char *name;
    struct gt_shape_builder b;
    bool table;
    size_t n; /* features or rows ended */
    size_t n_fields;
    const struct gt_field *field;
    struct gt_value *value;
    size_t value_cap;
    int64_t *id;
    uint16_t *trait;
    size_t id_cap, trait_cap;
    size_t ring; /* where in b the open ring begins */
};
void gt_text_draft_begin(struct gt_text_draft *d, struct gt_arena *a, const char *name);
/* Ends the open part. Polygons: closes it if it is not; `open_is_odd` marks those. */
GT_MUST enum gt_status gt_text_draft_part(struct gt_text_draft *d, bool open_is_odd,
                                          uint16_t *trait, struct gt_err *err);
GT_MUST enum gt_status gt_text_draft_point(struct gt_text_draft *d, double x, double y,
                                           struct gt_err *err);
/* Ends the feature, whose parts are ended; gives its values, all of them nothing yet. */
GT_MUST enum gt_status gt_text_draft_feature(struct gt_text_draft *d, int64_t id, uint16_t trait,
                                             struct gt_value **value, struct gt_err *err);
void gt_text_draft_end(struct gt_text_draft *d, struct gt_text_layer *out);

#endif
