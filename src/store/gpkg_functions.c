/* gpkg_functions.c: the functions that the triggers of spatial indexes call (OGC 12-128r17, F.3),
 * for changes that are made through our own connection. */
#include "gpkg.h"

#include <math.h>
#include <string.h>

/* The box in the head of a geometry blob; without one, ours never are. */
static bool box_of(sqlite3_value *v, double out[static 4])
{
    const unsigned char *blob = sqlite3_value_blob(v);
    size_t n = (size_t)sqlite3_value_bytes(v);
    bool empty;
    size_t head = blob ? gt_gpkg_head(blob, n, &empty) : 0;
    if (head < 40 || empty)
        return false;
    memcpy(out, blob + 8, 32);
    return true;
}

static void is_empty(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    const unsigned char *blob = sqlite3_value_blob(v[0]);
    bool empty = false;
    (void)n;
    if (blob && gt_gpkg_head(blob, (size_t)sqlite3_value_bytes(v[0]), &empty))
        sqlite3_result_int(ctx, empty);
}

/* User data is the place of the number in the box. */
static void bound(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    double box[4];
    const int *at = sqlite3_user_data(ctx);
    (void)n;
    if (box_of(v[0], box))
        sqlite3_result_double(ctx, box[*at]);
}

/* A geometry of one part as one of the multi kind. */
static void as_multi(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    const unsigned char *blob = sqlite3_value_blob(v[0]);
    size_t size = (size_t)sqlite3_value_bytes(v[0]);
    bool empty;
    size_t head = blob ? gt_gpkg_head(blob, size, &empty) : 0;
    (void)n;
    if (!head || size < head + 5)
        return;
    unsigned char *out = sqlite3_malloc64(size + 9);
    if (!out) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    memcpy(out, blob, head);
    size_t members =
        gt_gpkg_multi_head(out + head, blob[head + 1] | (uint32_t)blob[head + 2] << 8, empty);
    if (!empty)
        memcpy(out + head + members, blob + head, size - head);
    sqlite3_result_blob64(ctx, out, head + members + (empty ? 0 : size - head), sqlite3_free);
}

enum gt_status gt_gpkg_functions(struct sqlite3 *db, struct gt_err *err)
{
    static const int at[] = {0, 1, 2, 3};
    static const struct {
        const char *name;
        void (*fn)(sqlite3_context *, int, sqlite3_value **);
        const int *at;
    } fns[] = {{"ST_IsEmpty", is_empty, NULL}, {"ST_MinX", bound, &at[0]},
               {"ST_MaxX", bound, &at[1]},     {"ST_MinY", bound, &at[2]},
               {"ST_MaxY", bound, &at[3]},     {"gt_multi", as_multi, NULL}};
    for (size_t i = 0; i < GT_LEN(fns); i++) {
        void *user;
        memcpy(&user, &fns[i].at, sizeof user);
        int rc = sqlite3_create_function_v2(db, fns[i].name, 1,
                                            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                            user, fns[i].fn, NULL, NULL, NULL);
        if (rc != SQLITE_OK)
            return gt_db_fail(db, rc, err);
    }
    return GT_OK;
}
