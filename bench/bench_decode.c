/* Reads all cells of datasets of a workspace, in the windows that the engine would ask for, and
 * does nothing with them. Usage: bench-decode WORKSPACE THREADS ID... */
#include "bench.h"
#include "guotu/store.h"

#include <stdio.h>

enum { ROWS = 256, COLUMNS = 2048 };

struct job {
    const struct gt_raster_source *source;
    int64_t across;
    float **cells; /* by worker: room for a window of any type */
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static enum gt_status read_one(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    const struct job *j = ctx;
    const struct gt_grid *g = &j->source->info.grid;
    struct gt_window w = {.col = i % j->across * COLUMNS, .row = i / j->across * ROWS};
    w.w = least(COLUMNS, g->w - w.col);
    w.h = least(ROWS, g->h - w.row);
    return j->source->read(j->source->self, worker, w, j->cells[worker], COLUMNS, err);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        bench_die("expected WORKSPACE THREADS ID...");
    int threads = (int)bench_number(argv[2]);
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_work work = {.pool = gt_pool_new(threads)};
    struct gt_store *store;
    struct job j = {.cells = GT_TAKE_N(a, float *, (size_t)threads)};
    for (int t = 0; t < threads; t++)
        j.cells[t] = GT_TAKE_N(a, float, (size_t)ROWS *COLUMNS);
    bench_must(gt_store_open(a, argv[1], GT_STORE_READ, &store, &bench_err));
    for (int i = 3; i < argc; i++) {
        const struct gt_dataset *d;
        struct gt_raster_source *source;
        bench_must(gt_store_find(store, a, argv[i], 0, &d, &bench_err));
        bench_must(gt_store_raster(store, a, d, &source, &bench_err));
        j.source = source;
        j.across = (d->grid.w + COLUMNS - 1) / COLUMNS;
        int64_t down = (d->grid.h + ROWS - 1) / ROWS;
        bench_must(gt_par_for(&work, j.across * down, read_one, &j, &bench_err));
    }
    gt_store_close(store);
    gt_pool_free(work.pool);
    return 0;
}
