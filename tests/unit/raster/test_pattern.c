/* Patterns: drawings with their classes, and random rasters against the definition. */
#include "patch.h"
#include "pattern_slow.h"

#include <string.h>

static const double ONE[] = {1};

/* ---- Drawings ---- */

/* '#' foreground, ' ' background, '.' no-data; classes: 1 core, 2 islet, 3 perforation, 4 edge, 5
 * loop, 6 bridge, 7 branch. */
static void draw(const char *const *in, const char *const *want, int n, struct gt_step step)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char found[200], expected[200];
    struct patch p = patch_text(a, in, n);
    for (int64_t i = 0; i < p.w * p.h; i++)
        if (p.code[i] == p.code[i])
            p.code[i] = in[i / p.w][i % p.w] == '#' ? 1 : 0;
    p.step = step;
    p.step.values = ONE;
    p.step.n_values = 1;
    p.step.cells = GT_CELLS_CLASS;
    const uint8_t *out = patch_run(&p, GT_STEP_PATTERN);
    for (int64_t y = 0; y < p.h; y++) {
        for (int64_t x = 0; x < p.w; x++) {
            found[x] = out[y * p.w + x] ? (char)('0' + out[y * p.w + x]) : ' ';
            expected[x] = want[y][x] == '.' ? ' ' : want[y][x];
        }
        found[p.w] = expected[p.w] = 0;
        T_EQ_STR(found, expected);
    }
}
#define DRAW(in, want, ...) \
    draw(in, want, (int)GT_LEN(in), (struct gt_step){.edge_m = 10, __VA_ARGS__})

/* Two cores with a bridge; a hole; a loop on the right; a branch below with its tip; an islet.
 * Cells of 10 m, an edge of one cell. A corner of a patch that no cross fits into is a branch. */
T_TEST(a_drawing_with_all_seven_classes)
{
    static const char *const IN[] = {"                                   ", //
                                     " #########         #########       ", //
                                     " #########         ##########      ", //
                                     " #########         ######### #     ", //
                                     " ####  ###         ######### #     ", //
                                     " ####  ##################### #     ", //
                                     " #########         ######### #     ", //
                                     " #########         ######### #     ", //
                                     " #########         ##########      ", //
                                     "     #             #########       ", //
                                     "     #                             ", //
                                     "     #      ##                     ", //
                                     "     ##     ##                     ", //
                                     "                                   "};
    static const char *const WANT[] = {"                                   ", //
                                       " 744444447         744444444       ", //
                                       " 411111114         4111111114      ", //
                                       " 411133114         411111114 5     ", //
                                       " 4113  314         411111114 5     ", //
                                       " 4113  311466666664111111114 5     ", //
                                       " 411133114         411111114 5     ", //
                                       " 411111114         411111114 5     ", //
                                       " 744414447         4111111114      ", //
                                       "     4             744444444       ", //
                                       "     7                             ", //
                                       "     7      22                     ", //
                                       "     77     22                     ", //
                                       "                                   "};
    DRAW(IN, WANT, .connect = 8);
}

/* A core of its own within a hole has edges; the hole around it keeps its perforations. */
T_TEST(an_island_in_a_hole_has_edges)
{
    static const char *const IN[] = {"               ", //
                                     " ############# ", //
                                     " ############# ", //
                                     " ############# ", //
                                     " ###       ### ", //
                                     " ###  ###  ### ", //
                                     " ###  ###  ### ", //
                                     " ###  ###  ### ", //
                                     " ###       ### ", //
                                     " ############# ", //
                                     " ############# ", //
                                     " ############# ", //
                                     "               "};
    static const char *const WANT[] = {"               ", //
                                       " 7444444444447 ", //
                                       " 4111111111114 ", //
                                       " 4113333333114 ", //
                                       " 413       314 ", //
                                       " 413  747  314 ", //
                                       " 413  414  314 ", //
                                       " 413  747  314 ", //
                                       " 413       314 ", //
                                       " 4113333333114 ", //
                                       " 4111111111114 ", //
                                       " 7444444444447 ", //
                                       "               "};
    DRAW(IN, WANT, .connect = 8);
}

/* No edge runs along no-data or the rim, and a hole that touches no-data is not closed. */
T_TEST(nobody_knows_what_no_data_would_be)
{
    static const char *const IN[] = {"##########", //
                                     "##########", //
                                     "#### #####", //
                                     "##########", //
                                     "######.###", //
                                     "##########"};
    static const char *const WANT[] = {"1111111111", //
                                       "1111311111", //
                                       "1113 31111", //
                                       "1111311111", //
                                       "111111.111", //
                                       "1111111111"};
    static const char *const OPEN_IN[] = {"##########", //
                                          "##########", //
                                          "#### .####", //
                                          "##########", //
                                          "##########"};
    static const char *const OPEN_WANT[] = {"1111111111", //
                                            "1111411111", //
                                            "1114 .1111", //
                                            "1111411111", //
                                            "1111111111"};
    DRAW(IN, WANT, .connect = 8);
    DRAW(OPEN_IN, OPEN_WANT, .connect = 8);
}

/* ---- Random ---- */

static void try_random(struct dice *d)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct patch p = patch_random(a, d, DICE_PICK(d, 1, 2));
    p.step = (struct gt_step){.values = ONE, .n_values = 1, .cells = GT_CELLS_CLASS};
    p.step.connect = DICE_PICK(d, 4, 8);
    p.step.edge_m = DICE_PICK(d, 3, 10, 10, 20, 34, 400);
    if (dice_chance(d, 30)) {
        p.crs = "EPSG:4490";
        p.cell = 1e-4;
    }
    p.memory = dice_chance(d, 50) ? 1 : 1 << 26;
    p.dir = dice_chance(d, 30) ? t_tmpdir() : NULL;
    const uint8_t *out = patch_run(&p, GT_STEP_PATTERN);
    const uint8_t *want = pattern_slow(&p);
    for (int64_t i = 0; i < p.w * p.h; i++)
        T_EQ_INT(out[i], want[i]);
}

T_TEST(patterns_are_those_of_the_definition)
{
    struct dice d = {.state = 4};
    for (int i = 0; i < 150; i++)
        try_random(&d);
}

/* Thick shapes: blots of several radii, so that all classes and nested cores come about. */
static struct patch blots(struct gt_arena *a, struct dice *d)
{
    struct patch p = {.a = a, .w = 46, .h = 40, .cell = 10, .memory = 1};
    p.code = GT_TAKE_N(a, float, 46 * 40);
    for (int n = dice_within(d, 6, 30); n > 0; n--) {
        int cx = dice_below(d, 46), cy = dice_below(d, 40), r = dice_within(d, 1, 9);
        float v = (float)(dice_chance(d, 60));
        int ring = dice_chance(d, 40) ? r - DICE_PICK(d, 1, 2, 4) : -1;
        for (int i = 0; i < 46 * 40; i++) {
            int d2 = (i % 46 - cx) * (i % 46 - cx) + (i / 46 - cy) * (i / 46 - cy);
            if (d2 <= r * r && (ring < 0 || d2 > ring * ring))
                p.code[i] = v;
        }
    }
    for (int n = dice_chance(d, 30) ? dice_below(d, 5) : 0; n > 0; n--)
        p.code[dice_below(d, 46 * 40)] = NAN;
    return p;
}

T_TEST(patterns_of_blots_have_all_classes_and_are_those_of_the_definition)
{
    struct dice d = {.state = 9};
    int64_t seen[8] = {0};
    for (int i = 0; i < 100; i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct patch p = blots(a, &d);
        p.step = (struct gt_step){.values = ONE, .n_values = 1, .cells = GT_CELLS_CLASS};
        p.step.connect = DICE_PICK(&d, 4, 8);
        p.step.edge_m = DICE_PICK(&d, 10, 10, 20, 30);
        const uint8_t *out = patch_run(&p, GT_STEP_PATTERN), *want = pattern_slow(&p);
        for (int64_t k = 0; k < p.w * p.h; k++) {
            T_EQ_INT(out[k], want[k]);
            seen[out[k]]++;
        }
    }
    for (int k = 0; k < 8; k++)
        T_OK(seen[k] > 20);
}

T_TEST(patterns_do_not_depend_on_memory)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct dice d = {.state = 1};
    struct patch p = {.a = a, .w = 46 * 6, .h = 40 * 5, .cell = 10};
    p.code = GT_TAKE_N(a, float, (size_t)(p.w * p.h));
    for (int64_t y = 0; y < p.h; y += 40)
        for (int64_t x = 0; x < p.w; x += 46) {
            struct patch part = blots(a, &d);
            for (int64_t i = 0; i < 46 * 40; i++)
                p.code[(y + i / 46) * p.w + x + i % 46] = part.code[i];
        }
    p.step = (struct gt_step){
        .values = ONE, .n_values = 1, .cells = GT_CELLS_CLASS, .connect = 8, .edge_m = 20};
    p.memory = (size_t)1 << 30;
    const void *most = patch_run(&p, GT_STEP_PATTERN);
    p.memory = 1;
    p.dir = t_tmpdir();
    T_OK(memcmp(most, patch_run(&p, GT_STEP_PATTERN), (size_t)(p.w * p.h)) == 0);
}
