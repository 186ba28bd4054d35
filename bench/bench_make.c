/* Writes the benchmark's input: dem.raw (f32) and zone.raw (u8), flat cells row by row, with ENVI
 * headers beside them, so that every program reads the very same files.
 * Usage: bench-make FOLDER SIDE */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 64 };

struct input {
    int64_t side, row0;
    float *dem;
    uint8_t *zone;
};

static enum gt_status make_row(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    (void)worker;
    (void)err;
    const struct input *in = ctx;
    bench_heights(in->row0 + i, in->side, in->dem + i * in->side);
    bench_zones(in->row0 + i, in->side, in->zone + i * in->side);
    return GT_OK;
}

static FILE *create(struct gt_arena *a, const char *folder, const char *name)
{
    const char *path = gt_printf(a, "%s/%s", folder, name);
    FILE *f = fopen(path, "wbx");
    if (!f)
        bench_die("%s: expected to make this file anew", path);
    return f;
}

static void end(FILE *f)
{
    if (ferror(f) | fclose(f))
        bench_die("expected room for the input");
}

/* type: ENVI's number of a cell's type. */
static void header(struct gt_arena *a, const char *folder, const char *name, int64_t side, int type)
{
    FILE *f = create(a, folder, name);
    fprintf(f,
            "ENVI\nsamples = %lld\nlines = %lld\nbands = 1\nheader offset = 0\n"
            "file type = ENVI Standard\ndata type = %d\ninterleave = bsq\nbyte order = 0\n"
            "map info = {Arbitrary, 1, 1, 500000, 3200000, 30, 30, units=Meters}\n",
            (long long)side, (long long)side, type);
    end(f);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        bench_die("expected FOLDER SIDE");
    GT_AUTO_ARENA a = gt_arena_new();
    struct input in = {.side = bench_number(argv[2])};
    size_t room = (size_t)in.side * ROWS;
    in.dem = GT_TAKE_N(a, float, room);
    in.zone = GT_TAKE_N(a, uint8_t, room);
    struct gt_work work = {.pool = gt_pool_new(0)};
    FILE *dem = create(a, argv[1], "dem.raw"), *zone = create(a, argv[1], "zone.raw");
    for (; in.row0 < in.side; in.row0 += ROWS) {
        int64_t rows = in.side - in.row0 < ROWS ? in.side - in.row0 : ROWS;
        bench_must(gt_par_for(&work, rows, make_row, &in, &bench_err));
        fwrite(in.dem, sizeof *in.dem, (size_t)(rows * in.side), dem);
        fwrite(in.zone, sizeof *in.zone, (size_t)(rows * in.side), zone);
    }
    end(dem);
    end(zone);
    header(a, argv[1], "dem.hdr", in.side, 4);
    header(a, argv[1], "zone.hdr", in.side, 1);
    gt_pool_free(work.pool);
    return 0;
}
