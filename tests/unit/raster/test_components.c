/* Patches against a slow flood fill, by all that the step can give. */
#include "patch.h"
#include "patch_int.h"

#include <stdlib.h>
#include <string.h>

static const double ONE_TWO[] = {1, 2};

/* ---- The slow version ---- */

static bool member(const struct patch *p, int64_t i, float *code)
{
    const struct gt_step *s = &p->step;
    *code = p->code[i];
    if (s->n_values == 0)
        return *code == *code;
    bool found = false;
    for (size_t k = 0; k < s->n_values; k++)
        found |= (double)*code == s->values[k];
    *code = 1;
    return found;
}

static void cell_ground(const struct patch *p, const struct gt_metric *m, int64_t y, double *ew,
                        double *ns)
{
    struct gt_tensor t = gt_metric_at(m, p->w / 2, y);
    double det = t.xx * t.yy - t.xy * t.xy;
    *ew = p->cell * sqrt(t.yy / det);
    *ns = p->cell * sqrt(t.xx / det);
}

/* Do two cells belong together? By the definition alone. */
static bool together(const struct patch *p, const struct gt_metric *m, int64_t i, int64_t k)
{
    int64_t dx = llabs(i % p->w - k % p->w), dy = llabs(i / p->w - k / p->w);
    if (p->step.gap_m > 0) {
        double ew, ns;
        cell_ground(p, m, (i > k ? i : k) / p->w, &ew, &ns);
        double gx = (double)(dx > 1 ? dx - 1 : 0) * ew, gy = (double)(dy > 1 ? dy - 1 : 0) * ns;
        return gx * gx + gy * gy <= p->step.gap_m * p->step.gap_m * (1 + 2e-9);
    }
    return p->step.connect == 8 ? dx <= 1 && dy <= 1 : dx + dy <= 1;
}

/* Numbers by flooding from each cell in turn; 0: none. */
static int flood(const struct patch *p, const struct gt_metric *m, int *id)
{
    int n = 0;
    int64_t cells = p->w * p->h, *queue = GT_TAKE_N(p->a, int64_t, (size_t)cells);
    memset(id, 0, (size_t)cells * sizeof *id);
    for (int64_t first = 0; first < cells; first++) {
        float code, other;
        int64_t head = 0, tail = 0;
        if (id[first] || !member(p, first, &code))
            continue;
        id[first] = ++n;
        queue[tail++] = first;
        for (; head < tail; head++)
            for (int64_t k = 0; k < cells; k++)
                if (!id[k] && member(p, k, &other) && other == code &&
                    together(p, m, queue[head], k)) {
                    id[k] = n;
                    queue[tail++] = k;
                }
    }
    return n;
}

static double flood_area(const struct patch *p, const struct gt_metric *m, const int *id, int k)
{
    double sum = 0;
    for (int64_t i = 0; i < p->w * p->h; i++)
        if (id[i] == k)
            sum += gt_metric_cell_m2(m, i % p->w, i / p->w);
    return sum;
}

static void compare(const struct patch *base, const int *id, const struct gt_metric *m)
{
    struct patch p = *base;
    p.step.cells = GT_CELLS_ID;
    p.step.give = GT_GIVE_NUMBER;
    const int32_t *number = patch_run(&p, GT_STEP_COMPONENTS);
    p.step.cells = GT_CELLS_MEASURE;
    p.step.give = GT_GIVE_CELLS;
    const float *cells = patch_run(&p, GT_STEP_COMPONENTS);
    p.step.give = GT_GIVE_AREA;
    const float *area = patch_run(&p, GT_STEP_COMPONENTS);
    int64_t size = p.w * p.h;
    for (int64_t i = 0; i < size; i++) {
        int n = 0;
        for (int64_t k = 0; k < size; k++)
            n += id[k] == id[i];
        T_EQ_INT(number[i], id[i] ? id[i] : INT32_MIN);
        T_EQ_NUM(cells[i], id[i] ? n : (double)NAN);
        double m2 = id[i] ? flood_area(&p, m, id, id[i]) : (double)NAN;
        T_NEAR(area[i], m2, id[i] ? m2 * 1e-6 : 0);
    }
}

static void try_random(struct dice *d)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct patch p = patch_random(a, d, DICE_PICK(d, 1, 3, 4));
    p.step.connect = DICE_PICK(d, 4, 8);
    if (dice_chance(d, 60)) {
        p.step.values = ONE_TWO;
        p.step.n_values = (size_t)DICE_PICK(d, 1, 2);
    }
    p.step.gap_m = DICE_PICK(d, 0, 0, 5, 10, 20, 29, 45);
    if (dice_chance(d, 30)) {
        p.crs = "EPSG:4490";
        p.cell = 1e-4;
    }
    p.memory = dice_chance(d, 50) ? 1 : 1 << 22;
    p.dir = dice_chance(d, 30) ? t_tmpdir() : NULL;
    struct gt_raster_info info;
    const struct gt_metric *m;
    patch_ground(&p, &info, &m);
    int *id = GT_TAKE_N(a, int, (size_t)(p.w * p.h));
    flood(&p, m, id);
    compare(&p, id, m);
}

T_TEST(components_are_those_of_a_flood_fill)
{
    struct dice d = {.state = 11};
    for (int i = 0; i < 60; i++)
        try_random(&d);
}

/* ---- By hand ---- */

#define TEXT(lines) patch_text(a, lines, (int)GT_LEN(lines))

T_TEST(diagonal_cells_touch_with_8_and_codes_part_patches)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const char *const IN[] = {"1.22", //
                                     "01.2", //
                                     "3311"};
    struct patch p = TEXT(IN);
    p.step.cells = GT_CELLS_ID;
    p.step.connect = 8;
    const int32_t *eight = patch_run(&p, GT_STEP_COMPONENTS);
    static const int EIGHT[] = {1, -1, 2, 2, 3, 1, -1, 2, 4, 4, 1, 1};
    p.step.connect = 4;
    const int32_t *four = patch_run(&p, GT_STEP_COMPONENTS);
    static const int FOUR[] = {1, -1, 2, 2, 3, 4, -1, 2, 5, 5, 6, 6};
    p.step.values = ONE_TWO;
    p.step.n_values = 2;
    const int32_t *both = patch_run(&p, GT_STEP_COMPONENTS);
    static const int BOTH[] = {1, -1, 2, 2, -1, 3, -1, 2, -1, -1, 2, 2};
    for (size_t i = 0; i < 12; i++) {
        T_EQ_INT(eight[i], EIGHT[i] < 0 ? INT32_MIN : EIGHT[i]);
        T_EQ_INT(four[i], FOUR[i] < 0 ? INT32_MIN : FOUR[i]);
        T_EQ_INT(both[i], BOTH[i] < 0 ? INT32_MIN : BOTH[i]);
    }
}

/* Cells of 10 m: two empty cells between are a gap of 20 m. */
T_TEST(a_gap_is_measured_between_the_sides_of_cells)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const char *const IN[] = {"10010001"};
    struct patch p = TEXT(IN);
    p.step = (struct gt_step){.cells = GT_CELLS_ID, .connect = 8, .values = ONE_TWO, .n_values = 1};
    static const struct {
        double gap;
        int last[2];
    } CASE[] = {{0, {2, 3}}, {19.9, {2, 3}}, {20, {1, 2}}, {29.9, {1, 2}}, {30, {1, 1}}};
    for (size_t i = 0; i < GT_LEN(CASE); i++) {
        p.step.gap_m = CASE[i].gap;
        const int32_t *id = patch_run(&p, GT_STEP_COMPONENTS);
        T_EQ_INT(id[0], 1);
        T_EQ_INT(id[1], INT32_MIN);
        T_EQ_INT(id[3], CASE[i].last[0]);
        T_EQ_INT(id[7], CASE[i].last[1]);
    }
}

/* ---- Circles ---- */

static double slow_r2(const double *xy, size_t n)
{
    double best = n == 1 ? 0 : (double)INFINITY;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            for (size_t k = j; k < n; k++) {
                double three[6] = {xy[2 * i],     xy[2 * i + 1], xy[2 * j],
                                   xy[2 * j + 1], xy[2 * k],     xy[2 * k + 1]};
                double ax = three[2] - three[0], ay = three[3] - three[1];
                double bx = three[4] - three[0], by = three[5] - three[1];
                double d = 2 * (ax * by - ay * bx), x = ax / 2, y = ay / 2;
                if (k != j && fabs(d) < 1e-12)
                    continue;
                if (k != j) {
                    x = (by * (ax * ax + ay * ay) - ay * (bx * bx + by * by)) / d;
                    y = (ax * (bx * bx + by * by) - bx * (ax * ax + ay * ay)) / d;
                }
                double most = 0;
                for (size_t q = 0; q < n; q++)
                    most = fmax(most, (xy[2 * q] - three[0] - x) * (xy[2 * q] - three[0] - x) +
                                          (xy[2 * q + 1] - three[1] - y) *
                                              (xy[2 * q + 1] - three[1] - y));
                best = fmin(best, most);
            }
    return best;
}

T_TEST(the_smallest_circle_is_that_of_all_pairs_and_triples)
{
    uint64_t state = 3;
    for (int round = 0; round < 300; round++) {
        double xy[24], slow;
        size_t n = 1 + (size_t)(dice_bits(&state) % 12);
        for (size_t i = 0; i < 2 * n; i++)
            xy[i] = round % 2 ? floor(dice_unit(&state) * 5) : dice_unit(&state) * 9;
        slow = slow_r2(xy, n);
        T_NEAR(gt_circle_r2(xy, n), slow, 1e-9 * (1 + slow));
    }
}

static void corners_of(const struct patch *p, const int *id, int k, double *xy, size_t *n)
{
    *n = 0;
    for (int64_t y = 0; y <= p->h; y++)
        for (int64_t x = 0; x <= p->w; x++) {
            bool is = false;
            for (int64_t v = y - 1; v <= y; v++)
                for (int64_t u = x - 1; u <= x; u++)
                    is |= v >= 0 && u >= 0 && v < p->h && u < p->w && id[v * p->w + u] == k;
            if (is) {
                xy[2 * *n] = (double)x * p->cell;
                xy[2 * (*n)++ + 1] = (double)y * p->cell;
            }
        }
}

T_TEST(compactness_is_area_by_the_circle_around_all_corners)
{
    struct dice d = {.state = 5};
    for (int round = 0; round < 40; round++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct patch p = patch_random(a, &d, 3);
        p.step = (struct gt_step){.connect = 8, .give = GT_GIVE_COMPACTNESS};
        p.step.gap_m = DICE_PICK(&d, 0, 15);
        p.memory = dice_chance(&d, 50) ? 1 : 1 << 22;
        struct gt_raster_info info;
        const struct gt_metric *m;
        patch_ground(&p, &info, &m);
        size_t n, size = (size_t)(p.w * p.h);
        int *id = GT_TAKE_N(a, int, size), count = flood(&p, m, id);
        const float *out = patch_run(&p, GT_STEP_COMPONENTS);
        double *xy = GT_TAKE_N(a, double, 8 * size + 8), *want = GT_TAKE_N(a, double, size + 1);
        want[0] = (double)NAN;
        for (int k = 1; k <= count; k++) {
            corners_of(&p, id, k, xy, &n);
            want[k] = flood_area(&p, m, id, k) / 3.14159265358979323846 / gt_circle_r2(xy, n);
        }
        for (size_t i = 0; i < size; i++)
            T_NEAR(out[i], want[id[i]], 1e-6);
    }
}

T_TEST(a_square_fills_two_by_pi_of_its_circle)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const char *const IN[] = {"110", "110", "000"};
    struct patch p = TEXT(IN);
    p.step = (struct gt_step){
        .connect = 4, .values = ONE_TWO, .n_values = 1, .give = GT_GIVE_COMPACTNESS};
    const float *out = patch_run(&p, GT_STEP_COMPONENTS);
    T_NEAR(out[0], 0.63661977, 2e-4);
    T_OK(isnan(out[8]));
}

/* ---- Memory, stops ---- */

static enum gt_status stop_run(enum gt_step_kind kind, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct dice d = {.state = 2};
    struct patch p = patch_random(a, &d, 3);
    struct gt_raster_info info;
    struct gt_global g = {.step = &p.step};
    _Atomic bool stop = true;
    struct gt_work work = {.stop = &stop};
    patch_ground(&p, &info, &g.metric);
    const struct gt_raster_source *in = gt_memory_source(a, &info, p.code);
    g.in = &in;
    g.grid = &info.grid;
    g.work = &work;
    return gt_global_of(kind)->run(a, &g, err);
}

T_TEST(components_and_patterns_stop_on_request)
{
    struct gt_err err = {0};
    T_STATUS(stop_run(GT_STEP_COMPONENTS, &err), GT_ECANCELLED);
    T_STATUS(stop_run(GT_STEP_PATTERN, &err), GT_ECANCELLED);
}

T_TEST(a_disk_that_is_not_there_is_said)
{
    GT_AUTO_ARENA a = gt_arena_new();
    uint64_t state = 8;
    struct patch p = {.a = a, .w = 300, .h = 300, .cell = 10, .memory = 1, .dir = "/no/such/dir"};
    p.code = GT_TAKE_N(a, float, 300 * 300);
    for (int i = 0; i < 300 * 300; i++)
        p.code[i] = (float)(dice_bits(&state) % 2);
    p.step = (struct gt_step){.connect = 8, .values = ONE_TWO, .n_values = 1, .edge_m = 10};
    for (int k = 0; k < 2; k++) {
        void *out;
        struct gt_err err = {0};
        p.step.cells = k ? GT_CELLS_CLASS : GT_CELLS_MEASURE;
        T_STATUS(patch_try(&p, k ? GT_STEP_PATTERN : GT_STEP_COMPONENTS, &out, &err), GT_ENOTFOUND);
        T_HAS(err.text, "/no/such/dir");
    }
}

/* Enough runs that pages go out and come back many times. */
T_TEST(components_do_not_depend_on_memory)
{
    GT_AUTO_ARENA a = gt_arena_new();
    uint64_t state = 8;
    struct patch p = {.a = a, .w = 301, .h = 300, .cell = 10};
    p.code = GT_TAKE_N(a, float, 301 * 300);
    for (int i = 0; i < 301 * 300; i++)
        p.code[i] = (float)(dice_bits(&state) % 5 < 3);
    p.step = (struct gt_step){.connect = 8, .give = GT_GIVE_COMPACTNESS};
    for (int gap = 0; gap < 2; gap++) {
        p.step.gap_m = gap * 25;
        p.memory = (size_t)1 << 30;
        const void *most = patch_run(&p, GT_STEP_COMPONENTS);
        p.memory = 1;
        p.dir = t_tmpdir();
        const void *least = patch_run(&p, GT_STEP_COMPONENTS);
        p.dir = NULL;
        T_OK(memcmp(most, least, 301 * 300 * sizeof(float)) == 0);
    }
}

/* ---- In a model ---- */

T_TEST(patches_and_patterns_are_steps_of_a_model)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(
        a, "model: t\ninputs:\n"
           "  use: {kind: raster, cells: class, master: true, role: land_use}\n"
           "steps:\n"
           "  field: {step: components, of: use, values: [1, 2], give: area}\n"
           "  large: {step: expression, value: \"if(field >= 300, 1, 2)\", cells: class}\n"
           "  shape: {step: pattern, of: use, values: [1, 2], edge: 10, connect: 4}\n"
           "outputs: [large, shape]\n");
    static const uint8_t USE[] = {1, 2, 3, 3, 3, 1, 3, 3, 3, 2};
    static const float LARGE[] = {1, 1, NAN, NAN, NAN, 1, NAN, NAN, NAN, 2};
    static const float SHAPE[] = {1, 4, NAN, NAN, NAN, 4, NAN, NAN, NAN, 2};
    struct gt_raster_info info = engine_plane(a, 5, 2, 10);
    info.id = "use";
    info.type = GT_U8;
    engine_raster(&e, "use", &info, USE);
    const float *large = engine_run(&e, "large"), *shape = engine_run(&e, "shape");
    for (int i = 0; i < 10; i++) {
        T_EQ_NUM(large[i], LARGE[i]);
        T_EQ_NUM(shape[i], SHAPE[i]);
    }
}
