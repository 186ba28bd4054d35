/* sweep.c: removes what an interrupted writer left behind. Only names that this program gives are
 * touched; called under the lock. */
#include "store_int.h"

#include <string.h>

/* ID@VERSION-HEX16.tif */
static bool is_ours(const char *name)
{
    const char *at = strchr(name, '@');
    if (!at)
        return false;
    size_t digits = strspn(at + 1, "0123456789");
    const char *dash = at + 1 + digits;
    return digits > 0 && *dash == '-' && strspn(dash + 1, "0123456789abcdef") == 16 &&
           strcmp(dash + 17, ".tif") == 0;
}

static enum gt_status is_named(struct gt_store *s, const char *file, bool *out, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    GT_TRY(gt_db_prepare(s->db, "SELECT 1 FROM dataset WHERE kind = 'raster' AND place = ?1", &st,
                         err));
    GT_TRY(gt_db_bind(st, err, "t", file));
    return gt_db_step(st, out, err);
}

static enum gt_status sweep_rasters(struct gt_store *s, struct gt_arena *a, struct gt_err *err)
{
    const char **names;
    size_t n;
    GT_TRY(gt_dir_list(a, gt_raster_path(a, s, ""), &names, &n, err));
    for (size_t i = 0; i < n; i++) {
        bool named = true;
        if (is_ours(names[i]))
            GT_TRY(is_named(s, names[i], &named, err));
        if (!named)
            GT_TRY(gt_path_remove(gt_raster_path(a, s, names[i]), err));
    }
    return GT_OK;
}

/* Super-journals of commits that never came to be. Both files have been read under the lock, so a
 * journal that still needed one has been played back. */
static enum gt_status sweep_root(struct gt_store *s, struct gt_arena *a, struct gt_err *err)
{
    const char **names;
    size_t n;
    GT_TRY(gt_dir_list(a, s->dir, &names, &n, err));
    for (size_t i = 0; i < n; i++)
        if (gt_starts(names[i], GT_FILE_STATE "-mj") ||
            (gt_starts(names[i], ".guotu-") && gt_ends(names[i], ".tmp")))
            GT_TRY(gt_path_remove(gt_path_join(a, s->dir, names[i]), err));
    return GT_OK;
}

enum gt_status gt_store_sweep(struct gt_store *s, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_TRY(gt_db_run(s->db, "BEGIN IMMEDIATE; COMMIT;", err));
    GT_TRY(sweep_rasters(s, a, err));
    GT_TRY(gt_documents_sweep(s, err));
    return sweep_root(s, a, err);
}
