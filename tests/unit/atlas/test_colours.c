/* test_colours.c: palettes, those that are shipped and those that are wrong. */
#include "guotu/atlas.h"
#include "guotu/io.h"
#include "t.h"

#include <string.h>

static enum gt_status load(struct gt_arena *a, const char *text, const struct gt_palettes **out,
                           struct gt_err *err)
{
    const char *dir = t_tmpdir(), *path = gt_path_join(a, dir, "colours.yaml");
    struct gt_err put = {0};
    T_STATUS_ERR(gt_file_put(path, text, strlen(text), &put), GT_OK, &put);
    return gt_palettes_load(a, dir, out, err);
}

T_TEST(colours_of_the_rules_are_there_for_every_result)
{
    static const char *const names[] = {"urban_zone",
                                        "urban_grade",
                                        "urban_land",
                                        "urban_reason",
                                        "agriculture_zone",
                                        "agriculture_grade",
                                        "agriculture_land",
                                        "agriculture_reason",
                                        "slope_deg",
                                        "relief_m",
                                        "dem",
                                        "precipitation",
                                        "urban_zone@mnr-2020-01"};
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_palettes *p = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_palettes_load(a, GT_SOURCE_DIR "/rules", &p, &err), GT_OK, &err);
    for (size_t i = 0; i < GT_LEN(names); i++)
        T_OK(gt_palette_for(p, names[i]) != NULL);
    T_OK(gt_palette_for(p, "no_such_output") == NULL);
}

T_TEST(colours_are_found_by_code_and_between_values)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_palettes *p = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(load(a,
                      "palettes:\n"
                      "  c:\n    for: [x]\n    classes:\n"
                      "      - {code: 1, rgb: \"#102030\"}\n      - {code: 5, rgb: \"#ffffff\"}\n"
                      "  r:\n    for: [y, z]\n    ramp:\n"
                      "      - {at: 0, rgb: \"#000000\"}\n      - {at: 10, rgb: \"#64c800\"}\n",
                      &p, &err),
                 GT_OK, &err);
    const struct gt_palette *c = gt_palette_for(p, "x"), *r = gt_palette_for(p, "z");
    T_EQ_INT(gt_palette_rgb(c, 1), 0x102030);
    T_EQ_INT(gt_palette_rgb(c, 5), 0xffffff);
    T_OK(gt_palette_rgb(c, 2) != 0x102030 && gt_palette_rgb(c, 2) != 0xffffff);
    T_EQ_INT(gt_palette_rgb(c, 2), gt_palette_rgb(NULL, 2));
    T_EQ_INT(gt_palette_rgb(r, -3), 0x000000);
    T_EQ_INT(gt_palette_rgb(r, 5), 0x326400);
    T_EQ_INT(gt_palette_rgb(r, 99), 0x64c800);
}

T_TEST(colours_that_are_wrong_are_refused_with_their_line)
{
    static const struct {
        const char *text, *part;
    } bad[] = {
        {"palettes:\n  c: {classes: [{code: 1, rgb: \"red\"}]}\n", "colours.yaml:2:"},
        {"palettes:\n  c: {classes: [{code: 1, rgb: \"#12345g\"}]}\n", "found '#12345g'"},
        {"palettes:\n  c: {classes: [{code: 1}]}\n", "rgb"},
        {"palettes:\n  c: {classes: [{code: one, rgb: \"#123456\"}]}\n", "one"},
        {"palettes:\n  c: {classes: []}\n", "at least 1"},
        {"palettes:\n  c: {ramp: [{at: 1, rgb: \"#123456\"}]}\n", "at least 2"},
        {"palettes:\n  c: {ramp: [{at: 1, rgb: \"#123456\"}, {at: 1, rgb: \"#123456\"}]}\n",
         "expected more than 1"},
        {"palettes:\n  c: {title: {zh: a, en: b}}\n", "either 'classes' or 'ramp'"},
        {"palettes:\n  c: {colours: 1}\n", "colours"},
        {"palette: 1\n", "palette"},
        {"palettes: 3\n", "palettes"},
        {"[]\n", "colours.yaml:1:"},
    };
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        const struct gt_palettes *p;
        struct gt_err err = {0};
        T_STATUS_ERR(load(a, bad[i].text, &p, &err), GT_EINPUT, &err);
        T_HAS(err.text, bad[i].part);
    }
}
