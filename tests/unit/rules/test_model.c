/* test_model.c: loading models: what a good one becomes, and the sentence that refuses a bad one.
 */
#include "guotu/io.h"
#include "guotu/rules.h"
#include "t.h"

#include <math.h>
#include <string.h>

#define RULES GT_SOURCE_DIR "/rules"

/* A model needs these; "steps: ..." and "outputs: ..." come behind. */
#define HEAD                                         \
    "model: x\n"                                     \
    "inputs:\n"                                      \
    "  dem: {kind: raster, unit: m, master: true}\n" \
    "  rain: {kind: raster, unit: mm}\n"             \
    "  land: {kind: raster, cells: class}\n"         \
    "  zones: {kind: raster, cells: id}\n"           \
    "  faults: {kind: lines}\n"                      \
    "steps:\n"

static enum gt_status parse(struct gt_arena *a, const char *text, const struct gt_model **out,
                            struct gt_err *err)
{
    struct gt_model_opt opt = {.rules_dir = RULES};
    return gt_model_parse(a, "x.yaml", gt_s(text), &opt, out, err);
}

static const struct gt_model *good(struct gt_arena *a, const char *text)
{
    struct gt_err err = {0};
    const struct gt_model *m;
    T_STATUS_ERR(parse(a, text, &m, &err), GT_OK, &err);
    return m;
}

static void check_error(struct t_at at, const char *text, const char *part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_model *m;
    t_status(at, parse(a, text, &m, &err), GT_EINPUT, &err);
    t_has(at, err.text, part);
    t_ok(at, m == NULL);
    t_status(at, parse(a, text, &m, NULL), GT_EINPUT, NULL);
}
#define FILE_ERROR(text, part) check_error(T_HERE(text), text, part)
/* One step `s`, which is also the output. */
#define ERROR(step, part) FILE_ERROR(HEAD "  s: " step "\noutputs: [s]\n", part)

static const struct gt_step *step(const struct gt_model *m, const char *name)
{
    int i = gt_model_step(m, name);
    T_OK(i >= 0);
    return &m->steps[i];
}

/* ---- Good models ----------------------------------------------------------------------------- */

T_TEST(terrain_is_loaded)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_model *m;
    T_STATUS_ERR(gt_model_load(a, RULES "/models/terrain.yaml", NULL, &m, &err), GT_OK, &err);
    T_EQ_STR(m->name, "terrain");
    T_EQ_INT(m->n_steps, 5);
    T_EQ_INT(m->n_outputs, 4);
    T_EQ_INT(m->master, 0);
    T_OK(m->rules == NULL);
    T_EQ_STR(m->outputs[2].name, "relief_m");
    const struct gt_step *relief = &m->steps[m->outputs[2].step];
    T_EQ_STR(relief->name, "relief");
    T_EQ_INT(relief->window, 11);
    T_EQ_STR(relief->unit, "m");
    T_EQ_STR(step(m, "slope")->unit, "degree");
    const struct gt_step *shade = step(m, "hillshade");
    T_EQ_INT(shade->cells, GT_CELLS_CLASS);
    T_EQ_NUM(shade->azimuth_deg, 315);
    T_EQ_NUM(shade->altitude_deg, 45);
    T_EQ_NUM(shade->z_factor, 1);
}

T_TEST(shipped_models_load)
{
    static const char *const names[] = {"terrain", "urban-2019-07", "urban-2020-01",
                                        "agriculture-2019-07", "agriculture-2020-01"};
    for (size_t i = 0; i < GT_LEN(names); i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct gt_err err = {0};
        const struct gt_model *m;
        struct gt_model_opt opt = {.rules_dir = RULES};
        const char *path = gt_printf(a, RULES "/models/%s.yaml", names[i]);
        T_STATUS_ERR(gt_model_load(a, path, &opt, &m, &err), GT_OK, &err);
        T_EQ_STR(m->name, names[i]);
        for (int k = 0; k < m->n_outputs; k++) {
            const struct gt_step *s = &m->steps[m->outputs[k].step];
            T_OK(m->outputs[k].title.zh && m->outputs[k].title.en);
            /* Every code of a class has a name for the legend. */
            for (size_t j = 0; j < s->n_codes; j++)
                T_OK(gt_step_code_title(s, s->codes[j]).zh != NULL);
        }
    }
}

/* The first YAML of the documentation is a model. */
T_TEST(the_documented_model_loads)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_str text;
    T_STATUS(gt_file_get(a, GT_SOURCE_DIR "/docs/models.md", 1 << 20, &text, NULL), GT_OK);
    const char *from = strstr(text.p, "```yaml\n"), *to = from ? strstr(from + 8, "```") : NULL;
    T_OK(from != NULL && to != NULL);
    const struct gt_model *m = good(a, gt_strndup(a, from + 8, (size_t)(to - from - 8)));
    T_EQ_STR(m->name, "steep");
    T_EQ_STR(m->outputs[0].name, "steep_land");
}

T_TEST(relief_for_towns_is_taken_over_20_ha)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_model *m;
    struct gt_model_opt opt = {.rules_dir = RULES};
    T_STATUS_ERR(gt_model_load(a, RULES "/models/urban-2019-07.yaml", &opt, &m, &err), GT_OK, &err);
    T_EQ_INT(step(m, "relief")->kind, GT_STEP_RANGE);
    T_EQ_NUM(step(m, "relief")->area_ha, 20);
    T_EQ_INT(step(m, "relief")->window, 0);
}

T_TEST(steps_may_refer_to_later_ones)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = good(a, HEAD "  last: {step: expression, value: first * 2}\n"
                                            "  middle: {step: mean, of: first, window: 3}\n"
                                            "  first: {step: range, of: dem, window: 5}\n"
                                            "outputs: {l: last, m: middle}\n");
    T_EQ_INT(m->n_steps, 8);
    T_EQ_STR(m->steps[5].name, "first");
    for (int i = 0; i < m->n_steps; i++)
        for (int k = 0; k < m->steps[i].n_in; k++)
            T_OK(m->steps[i].in[k] < i);
    T_EQ_INT(gt_model_output(m, "m"), 1);
    T_EQ_INT(gt_model_output(m, "last"), -1);
    T_EQ_STR(m->steps[m->outputs[0].step].name, "last");
}

T_TEST(expressions_bind_their_names)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m =
        good(a, HEAD "  e: {step: expression, value: \"rain / 2 + coalesce(rain, 3)\"}\n"
                     "  f: {step: expression, value: \"if(land = 3, dem, e * dem / rain)\"}\n"
                     "outputs: [f]\n");
    const struct gt_step *e = step(m, "e"), *f = step(m, "f");
    T_EQ_INT(e->n_in, 1);
    T_EQ_STR(e->unit, "mm");
    T_EQ_INT(f->n_in, 4);
    T_EQ_STR(m->steps[f->in[0]].name, "land");
    T_EQ_STR(m->steps[f->in[1]].name, "dem");
    T_EQ_INT(f->expr->arg[0]->arg[0]->name, 0);
    T_EQ_INT(f->expr->arg[1]->name, 1);
    T_EQ_STR(f->unit, "m");
}

T_TEST(codes_are_known_beforehand)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = good(
        a, HEAD "  c: {step: classify, of: dem, classes: [{in: \"(-inf, 9]\", class: 1},"
                " {in: \"(9, inf)\", class: 4}]}\n"
                "  d: {step: classify, of: land, classes: [{is: [1, 2], class: 2}], other: 9}\n"
                "  e: {step: expression, value: \"clamp(c + d, 1, 5)\", cells: class}\n"
                "  x: {step: matrix, rows: c, cols: d, matrix: {rows: [1, 4], cols: [2, 9],"
                " cells: [[1, 2], [3, 3]]}}\n"
                "  b: {step: combine, by: worst, of: [c, d, land]}\n"
                "  w: {step: combine, by: weighted, of: [c, d], weights: [0.3, 0.7]}\n"
                "outputs: [c, d, e, x, w]\n");
    T_EQ_INT(step(m, "c")->n_codes, 2);
    T_EQ_INT(step(m, "d")->n_codes, 2);
    T_EQ_NUM(step(m, "d")->codes[1], 9);
    T_EQ_INT(step(m, "e")->n_codes, 2); /* 3, and 5 for 6, 10 and 13 */
    T_EQ_NUM(step(m, "e")->codes[0], 3);
    T_EQ_NUM(step(m, "e")->codes[1], 5);
    T_EQ_INT(step(m, "x")->n_codes, 3);
    T_EQ_INT(step(m, "b")->n_codes, 0); /* land's are not known */
    T_EQ_STR(step(m, "b")->unit, "class");
    T_EQ_STR(step(m, "w")->unit, "");
    T_EQ_INT(step(m, "w")->cells, GT_CELLS_MEASURE);
    T_EQ_INT(step(m, "c")->evidence, GT_UNVERIFIED); /* written in the step without a mark */
}

T_TEST(steps_say_where_their_rule_comes_from)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m =
        good(a, "model: x\nrules: mnr-2020-01\ninputs: {dem: {kind: raster, unit: m}}\nsteps:\n"
                "  slope: {step: slope, of: dem}\n"
                "  a: {step: expression, value: slope > $urb.unfit.slope_deg}\n"
                "  b: {step: classify, of: slope, unit: degree, classes: ["
                "{in: \"(-inf, $urb.unfit.slope_deg]\", class: 1},"
                "{in: \"($urb.unfit.slope_deg, inf)\", class: 2}]}\n"
                "  c: {step: expression, value: a + 1, source: own, evidence: verified}\n"
                "outputs: [a, b, c]\n");
    T_HAS(step(m, "a")->source, "remembered");
    T_EQ_INT(step(m, "a")->evidence, GT_UNVERIFIED);
    T_EQ_STR(step(m, "a")->expr->arg[1]->number->id, "urb.unfit.slope_deg");
    T_EQ_NUM(step(m, "a")->expr->arg[1]->num, 25);
    T_HAS(step(m, "b")->source, "remembered");
    T_EQ_NUM(step(m, "b")->classes->v[0].hi, 25);
    T_EQ_STR(step(m, "c")->source, "own");
    T_EQ_INT(step(m, "c")->evidence, GT_VERIFIED);
    T_EQ_STR(step(m, "slope")->source, "");
}

T_TEST(codes_of_expressions)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = good(
        a, HEAD
        "  c: {step: classify, of: dem, classes: [{in: \"(-inf, 9]\", class: 1},"
        " {in: \"(9, inf)\", class: 4}]}\n"
        "  d: {step: expression, value: \"abs(c - 5) * 2\", cells: measure}\n"
        "  e: {step: expression, value: \"round(floor(ceil(c))) + isnodata(c)\", cells: class}\n"
        "  f: {step: expression, value: \"coalesce(c, land, 3)\", cells: class}\n"
        "  g: {step: expression, value: \"coalesce(c, nodata, 3)\", cells: class}\n"
        "  h: {step: expression, value: \"c / 2\"}\n"
        "  i: {step: expression, value: \"c * 4000\"}\n"
        "  j: {step: expression, value: \"if(land = 2, -c, max(c, 2))\"}\n"
        "outputs: [d, e, f, g, h, i, j]\n");
    static const struct {
        const char *step;
        size_t n;
        double first, last;
    } expected[] = {{"d", 2, 2, 8}, {"e", 4, 1, 5}, {"f", 0, 0, 0}, {"g", 3, 1, 4},
                    {"h", 0, 0, 0}, {"i", 0, 0, 0}, {"j", 4, -4, 4}};
    for (size_t i = 0; i < GT_LEN(expected); i++) {
        const struct gt_step *s = step(m, expected[i].step);
        T_EQ_INT(s->n_codes, expected[i].n);
        if (s->n_codes > 0) {
            T_EQ_NUM(s->codes[0], expected[i].first);
            T_EQ_NUM(s->codes[s->n_codes - 1], expected[i].last);
        }
    }
}

T_TEST(empty_titles_count_as_none)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m =
        good(a, "model: x\ntitle: \"\"\ninputs: {dem: {kind: raster, unit: m, "
                "title: {zh: \"\", en: }}}\nsteps: {}\noutputs: [dem]\n");
    T_EQ_STR(gt_text2(m->title, GT_ZH), "x");
    T_EQ_STR(gt_text2(m->steps[0].title, GT_ZH), "dem");
    T_EQ_STR(gt_text2(m->outputs[0].title, GT_EN), "dem");
}

#define WITH_RULES                   \
    "model: x\nrules: mnr-2020-01\n" \
    "inputs: {dem: {kind: raster, unit: m}, f: {kind: lines}}\nsteps:\n"

T_TEST(numbers_of_the_set_in_keys)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = good(
        a, WITH_RULES "  d: {step: distance, to: f, max: $urb.unfit.altitude_m}\noutputs: [d]\n");
    T_EQ_NUM(step(m, "d")->max_m, 9000);
    T_HAS(step(m, "d")->source, "leaves the number to the province");
    FILE_ERROR(WITH_RULES "  d: {step: distance, to: f, max: $urb.unfit.slope_deg}\noutputs: [d]\n",
               "expected a number in m, found $urb.unfit.slope_deg in degree");
    FILE_ERROR(WITH_RULES "  d: {step: combine, by: weighted, of: [dem], "
                          "weights: [$urb.unfit.slope_deg]}\noutputs: [d]\n",
               "expected a bare number, found $urb.unfit.slope_deg in degree");
}

/* Messages are printed on terminals and put into JSON: whole letters, no control characters. */
T_TEST(messages_are_clean_text)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_model *m;
    const char *text = HEAD "  s: {step: slope, of: \"\\e[2J\\u009bx\\x7fdem\"}\noutputs: [s]\n";
    T_STATUS(parse(a, text, &m, &err), GT_EINPUT);
    T_HAS(err.text, "there is no input or step '[2Jxdem'");
    text = HEAD "  s: {step: slope, of: x国国国国国国国国国国国国国国国国国国国国国国国国国国}\n"
                "outputs: [s]\n";
    T_STATUS(parse(a, text, &m, &err), GT_EINPUT);
    T_OK(gt_is_utf8(err.text, strlen(err.text)));
    T_HAS(err.text, "there is no input or step 'x国国国国国国国国国国国国国国国国国国国'");
}

T_TEST(names_of_marks_and_kinds)
{
    T_EQ_STR(gt_evidence_name(GT_CODE), "code");
    T_EQ_STR(gt_evidence_title(GT_UNVERIFIED, GT_ZH), "未核实");
    T_EQ_STR(gt_evidence_title(GT_UNVERIFIED, GT_EN), "not verified");
    T_EQ_STR(gt_step_kind_name(GT_STEP_FILL_VOIDS), "fill_voids");
    for (int k = 0; k < GT_STEP_KINDS; k++)
        T_OK(gt_step_kind_help((enum gt_step_kind)k)[0] != '\0');
    T_EQ_STR(gt_text2((struct gt_text2){.zh = "坡度"}, GT_EN), "坡度");
    T_EQ_STR(gt_text2((struct gt_text2){.en = "slope", .zh = ""}, GT_ZH), "slope");
    T_EQ_STR(gt_text2((struct gt_text2){0}, GT_ZH), "");
}

T_TEST(shading_is_neither_measure_nor_class)
{
    FILE_ERROR(HEAD "  h: {step: hillshade, of: dem}\n"
                    "  s: {step: mean, of: h, window: 3}\noutputs: [s]\n",
               "mean of h: expected a measure, found shading");
    FILE_ERROR(HEAD "  h: {step: hillshade, of: dem}\n  r: {step: expression, value: dem / dem}\n"
                    "  s: {step: combine, by: best, of: [r, h]}\noutputs: [s]\n",
               "combine of h: expected a measure as r is, found shading");
}

T_TEST(tables_and_cycles_elsewhere)
{
    FILE_ERROR(HEAD "  z: {step: zonal, of: rain, zones: zones, stats: [sum]}\n"
                    "  s: {step: slope, of: dem, without: {dem: z}}\noutputs: [s]\n",
               "z in its place is a table by zone");
    FILE_ERROR(HEAD "  z: {step: expression, value: a + 1}\n"
                    "  a: {step: expression, value: b + 1}\n"
                    "  b: {step: expression, value: a + 1}\noutputs: [z]\n",
               "x.yaml:11:32: steps need one another: a needs b needs a");
}

T_TEST(legends)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m =
        good(a, "model: x\nrules: mnr-2019-07\ninputs: {land: {kind: raster, cells: class, legend: "
                "final3}, dem: {kind: raster, unit: m, master: true}}\nsteps:\n"
                "  e: {step: expression, value: land, cells: class, legend: [{class: 1, zh: 一}]}\n"
                "  f: {step: classify, of: land, table: final3}\n"
                "  g: {step: expression, value: land, cells: class}\n"
                "outputs: [e, f]\n");
    T_EQ_STR(gt_text2(gt_step_code_title(step(m, "e"), 1), GT_EN), "一");
    T_EQ_STR(gt_text2(gt_step_code_title(step(m, "e"), 2), GT_EN), "");
    T_EQ_STR(gt_text2(gt_step_code_title(step(m, "f"), 2), GT_EN), "fairly suitable");
    T_EQ_STR(gt_text2(gt_step_code_title(step(m, "land"), 3), GT_ZH), "不适宜");
    T_OK(step(m, "g")->legend == NULL);
}

T_TEST(all_kinds_of_steps)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m = good(
        a, HEAD "  aspect: {step: aspect, of: dem}\n"
                "  shade: {step: hillshade, of: dem, azimuth: 90, altitude: 30, z: 2}\n"
                "  mean: {step: mean, of: rain, area_ha: 20}\n"
                "  far: {step: distance, to: faults}\n"
                "  near: {step: distance, to: faults, max: 500}\n"
                "  on: {step: rasterise, of: faults}\n"
                "  number: {step: rasterise, of: faults, attribute: \"#\"}\n"
                "  kind: {step: rasterise, of: faults, attribute: type, cells: class}\n"
                "  speed: {step: rasterise, of: faults, attribute: v, unit: m/a}\n"
                "  full: {step: fill_voids, of: dem, radius: 7}\n"
                "  sums: {step: zonal, of: rain, zones: zones, stats: [sum, area]}\n"
                "  areas: {step: zonal, of: land, zones: number, stats: [count], per_class: true}\n"
                "  best: {step: combine, by: best, of: [dem, full], high_is_best: true,"
                " nodata: ignore}\n"
                "outputs: [aspect, shade, mean, far, near, on, number, kind, speed, full, best]\n");
    T_EQ_NUM(step(m, "mean")->area_ha, 20);
    T_EQ_INT(step(m, "mean")->window, 0);
    T_OK(isinf(step(m, "far")->max_m));
    T_EQ_NUM(step(m, "near")->max_m, 500);
    T_EQ_STR(step(m, "near")->unit, "m");
    T_OK(step(m, "on")->attribute == NULL);
    T_EQ_INT(step(m, "on")->cells, GT_CELLS_CLASS);
    T_EQ_INT(step(m, "number")->cells, GT_CELLS_ID);
    T_EQ_INT(step(m, "kind")->cells, GT_CELLS_CLASS);
    T_EQ_STR(step(m, "speed")->unit, "m/a");
    T_EQ_INT(step(m, "full")->radius, 7);
    T_EQ_INT(step(m, "sums")->stats, GT_STAT_SUM | GT_STAT_AREA);
    T_OK(step(m, "areas")->per_class);
    T_OK(step(m, "best")->high_is_best && step(m, "best")->ignore_nodata);
    T_EQ_INT(step(m, "rain")->resample, GT_BILINEAR);
    T_EQ_INT(step(m, "land")->resample, GT_NEAREST);
    T_EQ_STR(step(m, "rain")->role, "rain");
}

/* ---- Bad models ------------------------------------------------------------------------------ */

T_TEST(heads_that_are_refused)
{
    FILE_ERROR("[1]", "x.yaml:1:1: model file: expected a map, found a list");
    FILE_ERROR("model: x\nimputs: {}\n",
               "x.yaml:2:1: unknown key 'imputs'; did you mean 'inputs'?");
    FILE_ERROR("inputs: {}\n", "expected the key 'model', found none");
    FILE_ERROR("model:\ninputs: {}\n", "model: expected a name, found nothing");
    FILE_ERROR("model: x\nsteps: {}\n", "expected the key 'inputs', found none");
    FILE_ERROR("model: x\ninputs: [1]\n", "inputs: expected a map, found a list");
    FILE_ERROR("model: x\ninputs: {}\nsteps: {}\noutputs: [a]\n",
               "inputs: expected a raster with 'master: true'");
    FILE_ERROR(HEAD "  s: {step: slope, of: dem}\n", "expected the key 'outputs', found none");
    FILE_ERROR(HEAD "  s: {step: slope, of: dem}\noutputs: []\n",
               "outputs: expected a list of steps, or a map of dataset to step, found none");
    FILE_ERROR(HEAD "  s: {step: slope, of: dem}\noutputs: [t]\n",
               "x.yaml:10:11: outputs: there is no input or step 't'; did you mean 's'?");
    FILE_ERROR(HEAD "  s: {step: slope, of: dem}\noutputs: [s, s]\n", "'s' is there twice");
    FILE_ERROR(HEAD "  s: {step: slope, of: dem}\noutputs: {S-1: s}\n",
               "expected a dataset's id (small letters, digits, '_'), found 'S-1'");
    FILE_ERROR(HEAD "  s: {step: slope, of: dem}\noutputs: {x: {step: s, name: y}}\n",
               "unknown key 'name'");
    FILE_ERROR("model: x\nrules: mnr-2018\ninputs: {}\n",
               "x.yaml:2:8: rule set 'mnr-2018' is not in");
}

T_TEST(a_rule_set_wants_a_folder_of_rules)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m;
    struct gt_err err = {0};
    const char *text = "model: x\nrules: mnr-2020-01\ninputs: {}\n";
    T_STATUS(gt_model_parse(a, "x.yaml", gt_s(text), NULL, &m, &err), GT_EINPUT);
    T_HAS(err.text, "the model needs the rule set 'mnr-2020-01', but no folder of rules was given");
}

T_TEST(names_that_are_refused)
{
    FILE_ERROR(HEAD "  Slope: {step: slope, of: dem}\noutputs: [Slope]\n",
               "x.yaml:9:3: expected a name of small letters, digits and '_' for the step (not "
               "'rules'), found 'Slope'");
    FILE_ERROR(HEAD "  rules: {step: slope, of: dem}\noutputs: [rules]\n", "found 'rules'");
    FILE_ERROR(HEAD "  dem: {step: slope, of: dem}\noutputs: [dem]\n",
               "'dem' is an input (line 3) and cannot be a step too");
    FILE_ERROR(HEAD "  s: slope\noutputs: [s]\n", "s: expected a map, found a single value");
}

#define INPUT_ERROR(input, part) \
    FILE_ERROR("model: x\ninputs:\n  dem: " input "\nsteps: {}\noutputs: [dem]\n", part)

T_TEST(inputs_that_are_refused)
{
    INPUT_ERROR("{unit: m}", "expected the key 'kind', found none");
    INPUT_ERROR("{kind: rastr}", "kind: expected one of: raster points lines polygons shapes "
                                 "table; found 'rastr'; did you mean 'raster'?");
    INPUT_ERROR("{kind: raster}", "dem: expected the key 'unit' (1 for bare numbers), found none");
    INPUT_ERROR("{kind: raster, unit: }", "unit: expected a unit (1 for a bare number)");
    INPUT_ERROR("{kind: raster, unit: metres}", "x.yaml:3:29: unknown unit 'metres'");
    INPUT_ERROR("{kind: raster, unit: m, cells: heights}",
                "cells: expected one of: measure class id");
    INPUT_ERROR("{kind: raster, cells: class, resample: bilinear}",
                "resample: codes cannot be averaged; expected nearest");
    INPUT_ERROR("{kind: raster, cells: class, unit: m}",
                "unit: classes have the unit class, found 'm'");
    INPUT_ERROR("{kind: raster, cells: id, unit: m}", "unit: ids have no unit, found 'm'");
    INPUT_ERROR("{kind: raster, unit: m, master: true, optional: true}",
                "dem: the master input cannot be optional");
    INPUT_ERROR("{kind: raster, unit: m, optional: true}", "expected a raster with 'master: true'");
    INPUT_ERROR("{kind: raster, unit: m, master: yes}", "master: expected one of: false true");
    INPUT_ERROR("{kind: raster, unit: m, shape: box}", "unknown key 'shape'");
    INPUT_ERROR("{kind: lines, unit: m}", "unknown key 'unit'");
    INPUT_ERROR("{kind: raster, unit: m, role: DEM}", "role: expected a layer role such as 'dem'");
    FILE_ERROR("model: x\ninputs:\n  a: {kind: raster, unit: m, master: true}\n"
               "  b: {kind: raster, unit: m, master: true}\nsteps: {}\noutputs: [a]\n",
               "b: only one input can be the master, and a is");
    FILE_ERROR("model: x\ninputs:\n  a: {kind: raster, unit: m}\n"
               "  b: {kind: raster, unit: m}\nsteps: {}\noutputs: [a]\n",
               "expected a raster with 'master: true', whose grid the results take, found none");
}

T_TEST(kinds_and_keys_that_are_refused)
{
    ERROR("{of: dem}", "x.yaml:9:6: expected the key 'step', found none");
    ERROR("{step: slop, of: dem}",
          "x.yaml:9:13: unknown kind of step 'slop'; did you mean 'slope'?");
    ERROR("{step: raster, of: dem}", "step: 'raster' is an input; write it under 'inputs'");
    ERROR("{step: slope, off: dem}", "x.yaml:9:20: unknown key 'off'; did you mean 'of'?");
    ERROR("{step: slope, zzzzzz: dem}", "unknown key 'zzzzzz'; known here: step title unit source");
    ERROR("{step: slope}", "expected the key 'of', found none");
    ERROR("{step: slope, of: den}", "of: there is no input or step 'den'; did you mean 'dem'?");
    ERROR("{step: slope, of: [dem]}", "of: expected a single value, found a list");
    ERROR("{step: slope, of: dem, title: [1]}", "title: expected a map, found a list");
    ERROR("{step: slope, of: dem, title: {de: Neigung}}", "unknown key 'de'");
    ERROR("{step: slope, of: dem, evidence: yes}", "evidence: expected one of");
    ERROR("{step: slope, of: dem, unit: m}", "unit: s is in degree, found 'm'");
}

T_TEST(wrong_kinds_of_inputs)
{
    ERROR("{step: slope, of: land}",
          "x.yaml:9:24: slope of land: expected a measure, found classes");
    ERROR("{step: slope, of: faults}", "slope of faults: expected cells, found a vector layer; "
                                       "rasterise it or take the distance to it first");
    ERROR("{step: aspect, of: rain}", "aspect of rain: expected heights in m, found mm");
    ERROR("{step: hillshade, of: zones}", "hillshade of zones: expected a measure, found ids");
    ERROR("{step: range, of: land, window: 3}", "range of land: expected a measure, found classes");
    ERROR("{step: distance, to: dem}", "distance of dem: expected a vector layer, found a measure");
    ERROR("{step: rasterise, of: land}",
          "rasterise of land: expected a vector layer, found classes");
    ERROR("{step: fill_voids, of: land}", "fill_voids of land: expected a measure, found classes");
    ERROR("{step: expression, value: faults + 1}", "expression of faults: expected cells");
    ERROR("{step: classify, of: faults, classes: [{is: 1, class: 1}]}", "expected cells, found");
    ERROR("{step: zonal, of: rain, zones: dem, stats: [sum]}",
          "zonal of dem: expected ids or classes as zones, found a measure");
    ERROR("{step: zonal, of: rain, zones: zones, stats: [sum], per_class: true}",
          "zonal of rain: expected ids or classes (per_class: true), found a measure");
    FILE_ERROR(HEAD "  z: {step: zonal, of: rain, zones: zones, stats: [sum]}\n"
                    "  s: {step: mean, of: z, window: 3}\noutputs: [s]\n",
               "mean of z: expected cells, found a table by zone");
}

T_TEST(outputs_that_cannot_be_written)
{
    FILE_ERROR(HEAD "  s: {step: slope, of: dem}\noutputs: [faults]\n",
               "faults (x.yaml:7) cannot be an output: expected cells, found a vector layer");
    ERROR("{step: zonal, of: rain, zones: zones, stats: [sum]}", "found a table by zone");
    ERROR("{step: classify, of: dem, classes: [{in: \"(-inf, inf)\", class: 0}]}",
          "s (x.yaml:9) cannot be an output: expected codes within 1..255 (0 is no-data), but it "
          "can give 0; or make it a measure (cells: measure)");
    ERROR("{step: classify, of: dem, classes: [{in: \"(-inf, inf)\", class: 256}]}",
          "but it can give 256");
    ERROR("{step: classify, of: land, classes: [{is: 1, class: 1}], other: -1}",
          "but it can give -1");
    ERROR("{step: expression, value: \"if(dem > 3, 1, 0)\", cells: class}", "but it can give 0");
    ERROR("{step: expression, value: \"if(dem > 3, 1, 1.5)\", cells: class}",
          "but it can give 1.5");
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m =
        good(a, HEAD "  c: {step: classify, of: dem, classes: [{in: \"(-inf, inf)\", class: 0}]}\n"
                     "  s: {step: expression, value: c + 1, cells: class}\noutputs: [s]\n");
    struct gt_err err = {0};
    T_STATUS(gt_step_writable(step(m, "c"), &err), GT_EINPUT); /* as --output asks */
    T_HAS(err.text, "c (x.yaml:9) cannot be an output");
    T_STATUS(gt_step_writable(step(m, "s"), &err), GT_OK);
    /* The same codes as a measure may be written. */
    good(a, HEAD "  s: {step: classify, of: dem, classes: [{in: \"(-inf, inf)\", class: 0}], "
                 "cells: measure}\noutputs: [s]\n");
}

T_TEST(expressions_that_are_refused)
{
    ERROR("{step: expression}", "expected the key 'value', found none");
    ERROR("{step: expression, value: dem +}",
          "x.yaml:9:32: expression: position 6: expected a value, found the end");
    ERROR("{step: expression, value: den + 1}",
          "x.yaml:9:32: value: there is no input or step 'den'; did you mean 'dem'?");
    ERROR("{step: expression, value: 3}", "value: expected at least one input or step");
    ERROR("{step: expression, value: dem + rain}",
          "x.yaml:9:32: expression: position 5: expected values of one unit, found m and mm");
    ERROR("{step: expression, value: dem > $x}",
          "expression: position 7: $x: numbers of a rule set "
          "are for models that name one (rules: ID)");
    ERROR("{step: expression, value: dem, cells: class}",
          "value: expected class codes (cells: class), found m");
    ERROR("{step: expression, value: dem, cells: id}", "value: expected ids (cells: id), found m");
    ERROR("{step: expression, value: dem, unit: mm}", "unit: s is in m, found 'mm'");
    ERROR("{step: expression, value: land * 2, cells: class, unit: mm}",
          "s is in class, found 'mm'");
}

T_TEST(classes_of_steps_that_are_refused)
{
    ERROR("{step: classify, of: dem}", "s: expected either 'table' or 'classes', found none");
    ERROR("{step: classify, of: dem, table: x, classes: []}", "found both");
    ERROR("{step: classify, of: dem, table: urb.slope}",
          "class table 'urb.slope': the model names no rule set (rules: ID)");
    ERROR("{step: classify, of: dem, unit: mm, classes: [{in: \"(-inf, inf)\", class: 1}]}",
          "classify of dem: expected mm as in the classes, found m");
    ERROR("{step: classify, of: dem, classes: [{in: \"(-inf, 5]\", class: 1}]}",
          "x.yaml:9:47: classes must cover (-inf, inf)");
    ERROR("{step: classify, of: dem, cells: id, classes: [{in: \"(-inf, inf)\", class: 1}]}",
          "cells: a classify step gives class or measure, not id");
    FILE_ERROR("model: x\nrules: mnr-2019-07\ninputs: {dem: {kind: raster, unit: m}}\n"
               "steps: {s: {step: classify, of: dem, table: urb.elv}}\noutputs: [s]\n",
               "x.yaml:4:45: the rule set mnr-2019-07 has no class table 'urb.elv'; did you mean "
               "'urb.elev'?");
    FILE_ERROR("model: x\nrules: mnr-2019-07\ninputs: {dem: {kind: raster, unit: m}}\n"
               "steps: {s: {step: classify, of: dem, table: urb.slope}}\noutputs: [s]\n",
               "classify of dem: expected degree as in urb.slope, found m");
    FILE_ERROR("model: x\nrules: mnr-2019-07\ninputs: {dem: {kind: raster, unit: m}}\n"
               "steps: {s: {step: classify, of: dem, table: urb.elev, unit: m}}\noutputs: [s]\n",
               "unknown key 'unit'");
    FILE_ERROR("model: x\nrules: mnr-2019-07\ninputs: {dem: {kind: raster, unit: m}}\n"
               "steps: {s: {step: expression, value: dem, legend: final}}\noutputs: [s]\n",
               "the rule set mnr-2019-07 has no class table 'final'; did you mean 'final3'?");
    FILE_ERROR("model: x\nrules: mnr-2020-01\ninputs: {dem: {kind: raster, unit: m}}\nsteps:\n"
               "  s: {step: classify, of: dem, unit: m, classes: ["
               "{in: \"(-inf, $urb.unfit.slope_deg]\", class: 1},"
               "{in: \"($urb.unfit.slope_deg, inf)\", class: 2}]}\noutputs: [s]\n",
               "expected a number in m, found $urb.unfit.slope_deg in degree");
    FILE_ERROR("model: x\nrules: mnr-2020-01\ninputs: {dem: {kind: raster, unit: m}}\nsteps:\n"
               "  s: {step: expression, value: dem > $urb.unfit.altitud_m}\noutputs: [s]\n",
               "expression: position 7: the rule set mnr-2020-01 has no number "
               "'urb.unfit.altitud_m'; did you mean 'urb.unfit.altitude_m'?");
    FILE_ERROR("model: x\nrules: mnr-2020-01\ninputs: {dem: {kind: raster, unit: m}}\nsteps:\n"
               "  s: {step: expression, value: dem > $urb.unfit.slope_deg}\noutputs: [s]\n",
               "expression: position 5: expected values of one unit, found m and degree");
}

#define C12                                                                   \
    "  c: {step: classify, of: dem, classes: [{in: \"(-inf, 9]\", class: 1}," \
    " {in: \"(9, inf)\", class: 2}]}\n"
#define MATRIX_ERROR(step, part) FILE_ERROR(HEAD C12 "  s: " step "\noutputs: [s]\n", part)

T_TEST(matrices_that_are_refused)
{
    MATRIX_ERROR("{step: matrix, rows: c, cols: c}", "s: expected either 'table' or 'matrix'");
    MATRIX_ERROR("{step: matrix, rows: c, cols: c, table: m}",
                 "matrix 'm': the model names no rule set (rules: ID)");
    MATRIX_ERROR("{step: matrix, rows: dem, cols: c, matrix: {rows: [1], cols: [1, 2], "
                 "cells: [[1, 1]]}}",
                 "x.yaml:10:27: matrix of dem: expected classes, found a measure");
    MATRIX_ERROR("{step: matrix, rows: zones, cols: c, matrix: {rows: [1], cols: [1, 2], "
                 "cells: [[1, 1]]}}",
                 "matrix of zones: expected classes, found ids");
    MATRIX_ERROR("{step: matrix, rows: c, cols: c, matrix: {rows: [1], cols: [1, 2], "
                 "cells: [[1, 1]]}}",
                 "matrix of c: expected a row of the matrix for each class, found none for 2");
    MATRIX_ERROR("{step: matrix, rows: c, cols: c, matrix: {rows: [1, 2], cols: [1, 2, 7], "
                 "cells: [[1, 1, 1], [1, 1, 1]]}}",
                 "matrix of c: expected the class 7 that the matrix has a column for; it gives "
                 "only 1, 2");
    MATRIX_ERROR("{step: matrix, rows: c, cols: c, matrix: {rows: [1, 2], cols: [1, 2], "
                 "cells: [[1, 0], [1, 1]]}}",
                 "cannot be an output: expected codes within 1..255 (0 is no-data), but it can "
                 "give 0");
    MATRIX_ERROR("{step: matrix, rows: c, cols: c, matrix: {rows: [1, 2], cols: [1, 2], "
                 "cellz: [[1, 0], [1, 1]]}}",
                 "unknown key 'cellz'; did you mean 'cells'?");
    FILE_ERROR("model: x\nrules: mnr-2019-07\ninputs: {l: {kind: raster, cells: class}}\n"
               "steps: {s: {step: matrix, rows: l, cols: l, table: mx.urb}}\noutputs: [s]\n",
               "the rule set mnr-2019-07 has no matrix 'mx.urb'");
    GT_AUTO_ARENA a = gt_arena_new();
    good(a, HEAD "  s: {step: matrix, rows: land, cols: land, matrix: {rows: [7], cols: [8], "
                 "cells: [[1]]}}\noutputs: [s]\n"); /* codes of an input are not known */
}

T_TEST(combinations_that_are_refused)
{
    ERROR("{step: combine, of: [dem]}", "expected the key 'by', found none");
    ERROR("{step: combine, by: mean, of: [dem]}", "by: expected one of: best worst weighted");
    ERROR("{step: combine, by: best, of: dem}", "of: expected a list, found a single value");
    ERROR("{step: combine, by: best, of: []}", "of: expected 1 to 64 steps, found 0");
    ERROR("{step: combine, by: best, of: [dem, rain]}",
          "x.yaml:9:42: combine of rain: expected m as dem is, found mm");
    ERROR("{step: combine, by: best, of: [dem, land]}",
          "combine of land: expected a measure as dem is, found classes");
    ERROR("{step: combine, by: best, of: [zones]}", "expected classes or a measure, found ids");
    ERROR("{step: combine, by: best, of: [faults]}", "expected cells, found a vector layer");
    ERROR("{step: combine, by: weighted, of: [dem]}", "s: expected the key 'weights', found none");
    ERROR("{step: combine, by: best, of: [dem], weights: [1]}", "weights: are for 'by: weighted'");
    ERROR("{step: combine, by: weighted, of: [dem, dem], weights: [1]}",
          "weights: expected 2, one for each of 'of', found 1");
    ERROR("{step: combine, by: weighted, of: [dem], weights: 1}", "weights: expected a list");
    ERROR("{step: combine, by: weighted, of: [dem], weights: [-1]}",
          "expected a weight of 0 or more");
    ERROR("{step: combine, by: weighted, of: [dem], weights: [0]}", "expected a sum above 0");
    ERROR("{step: combine, by: best, of: [dem], nodata: skip}",
          "nodata: expected one of: propagate ignore");
    ERROR("{step: combine, by: best, of: [dem], high_is_best: 1}", "high_is_best: expected one of");
}

T_TEST(windows_and_numbers_that_are_refused)
{
    ERROR("{step: range, of: dem}", "s: expected either 'window' (cells) or 'area_ha', found none");
    ERROR("{step: range, of: dem, window: 3, area_ha: 2}", "found both");
    ERROR("{step: range, of: dem, window: 4}",
          "x.yaml:9:37: window: expected an odd number of cells from 3 to 1023, found 4");
    ERROR("{step: mean, of: dem, window: 1}", "window: expected an odd number");
    ERROR("{step: mean, of: dem, window: 1025}", "window: expected an odd number");
    ERROR("{step: mean, of: dem, window: 3.5}", "window: expected an odd number");
    ERROR("{step: mean, of: dem, window: -3}", "window: expected an odd number");
    ERROR("{step: mean, of: dem, window: big}", "window: expected a number, found 'big'");
    ERROR("{step: mean, of: dem, window: nan}", "window: expected a number, found 'nan'");
    ERROR("{step: mean, of: dem, area_ha: 0}", "area_ha: expected 1e-06 to 1000000000, found 0");
    ERROR("{step: hillshade, of: dem, azimuth: 361}", "azimuth: expected 0 to 360, found 361");
    ERROR("{step: hillshade, of: dem, altitude: -1}", "altitude: expected 0 to 90, found -1");
    ERROR("{step: hillshade, of: dem, z: 0}", "z: expected 1e-06 to 1000000, found 0");
    ERROR("{step: distance, to: faults, max: 0}", "max: expected ");
    ERROR("{step: fill_voids, of: dem, radius: 0}", "radius: expected 1 to 1023, found 0");
    ERROR("{step: fill_voids, of: dem, radius: 1.5}", "radius: expected a whole number of cells");
    ERROR("{step: rasterise, of: faults, cells: class}", "cells: is for a column's values");
    ERROR("{step: rasterise, of: faults, attribute: }", "attribute: expected a column or \"#\"");
    ERROR("{step: rasterise, of: faults, attribute: v, per_area: true}",
          "per_area: is for a table's numbers (table: INPUT)");
    ERROR("{step: rasterise, of: faults, table: faults, attribute: v}",
          "rasterise of faults: expected a table, found a vector layer");
    ERROR("{step: rasterise, of: faults, table: faults}",
          "table: expected 'attribute' with a column of it, found none");
    ERROR("{step: zonal, of: dem, zones: zones}", "expected the key 'stats', found none");
    ERROR("{step: zonal, of: dem, zones: zones, stats: []}", "stats: expected at least one");
    ERROR("{step: zonal, of: dem, zones: zones, stats: [avg]}",
          "stats: expected one of: count sum mean min max area; found 'avg'");
}

T_TEST(cycles_name_their_path)
{
    FILE_ERROR(HEAD "  a: {step: expression, value: b + 1}\n"
                    "  b: {step: expression, value: c + 1}\n"
                    "  c: {step: expression, value: a + 1}\noutputs: [a]\n",
               "x.yaml:11:32: steps need one another: a needs b needs c needs a");
    FILE_ERROR(HEAD "  a: {step: expression, value: a + 1}\noutputs: [a]\n", "a needs a");
    FILE_ERROR(HEAD "  a: {step: expression, value: dem + 1, without: {dem: b}}\n"
                    "  b: {step: expression, value: a + 1}\noutputs: [a]\n",
               "a needs b needs a");
}

T_TEST(stand_ins_that_are_refused)
{
    ERROR("{step: slope, of: dem, without: [dem]}", "without: expected a map, found a list");
    ERROR("{step: slope, of: dem, without: {den: rain}}",
          "without: there is no input or step 'den'");
    ERROR("{step: slope, of: dem, without: {dem: rian}}",
          "without: there is no input or step 'rian'");
    ERROR("{step: slope, of: dem, without: {rain: dem}}",
          "x.yaml:9:39: without: 'rain' is not an input of this step");
    ERROR("{step: slope, of: dem, without: {dem: rain}}",
          "without: s has degree, but rain in its place has mm");
    ERROR("{step: slope, of: dem, without: {dem: land}}",
          "without: s is a measure, but land in its place is classes");
    ERROR("{step: slope, of: dem, without: {dem: faults}}",
          "faults in its place is a vector layer");
}

T_TEST(too_many_steps)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf b = {.a = a};
    struct gt_err err = {0};
    const struct gt_model *m;
    gt_buf_add(&b, "model: x\ninputs: {dem: {kind: raster, unit: m}}\nsteps:\n"
                   "  s0: {step: mean, of: dem, window: 3}\n");
    for (int i = 1; i < 4095; i++)
        gt_buf_addf(&b, "  s%d: {step: mean, of: s%d, window: 3}\n", i, i - 1);
    const char *full = gt_printf(a, "%soutputs: [s4094]\n", b.p);
    T_STATUS_ERR(parse(a, full, &m, &err), GT_OK, &err);
    T_EQ_INT(m->n_steps, 4096);
    gt_buf_add(&b, "  last: {step: mean, of: dem, window: 3}\noutputs: [last]\n");
    T_STATUS(parse(a, b.p, &m, &err), GT_EINPUT);
    T_HAS(err.text, "expected at most 4096 inputs and steps, found more");
}

/* A cycle of thousands is told in one line. */
T_TEST(a_long_cycle_is_cut)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf b = {.a = a};
    struct gt_err err = {0};
    const struct gt_model *m;
    gt_buf_add(&b, "model: x\ninputs: {dem: {kind: raster, unit: m}}\nsteps:\n");
    for (int i = 0; i < 4000; i++)
        gt_buf_addf(&b, "  s%d: {step: mean, of: s%d, window: 3}\n", i, (i + 1) % 4000);
    gt_buf_add(&b, "outputs: [s1]\n");
    T_STATUS(parse(a, b.p, &m, &err), GT_EINPUT);
    T_HAS(err.text, "s0 needs s1 needs s2 needs s3 needs s4 needs s5 needs ... s3997 needs s3998 "
                    "needs s3999 needs s0");
}

/* A table's column gets a name of its own, so that one column can be taken as it is and by area. */
T_TEST(rasterise_with_a_table)
{
    const struct gt_model *m;
    struct gt_err err = {0};
    GT_AUTO_ARENA a = gt_arena_new();
    const char *text = "model: x\ninputs:\n  dem: {kind: raster, unit: m}\n"
                       "  county: {kind: polygons}\n  water: {kind: table, optional: true}\n"
                       "steps:\n"
                       "  per: {step: rasterise, of: county, table: water, attribute: total_m3, "
                       "per_area: true, unit: m3/km2}\n"
                       "  all: {step: rasterise, of: county, table: water, attribute: total_m3}\n"
                       "outputs: [per, all]\n";
    T_STATUS_ERR(gt_model_parse(a, "x", gt_s(text), NULL, &m, &err), GT_OK, &err);
    const struct gt_step *per = &m->steps[gt_model_step(m, "per")];
    T_EQ_STR(per->attribute, "water.total_m3/km2");
    T_EQ_STR(per->column, "total_m3");
    T_EQ_INT(per->n_in, 2);
    T_EQ_INT(m->steps[per->in[1]].shape, GT_RECORDS);
    T_EQ_STR(m->steps[gt_model_step(m, "all")].attribute, "water.total_m3");
    bool have[8] = {true, true, true, true, true};
    have[gt_model_step(m, "water")] = false;
    struct gt_left_out *left;
    size_t n;
    const struct gt_model *less;
    T_STATUS_ERR(gt_model_without(a, m, have, &less, &left, &n, &err), GT_OK, &err);
    T_EQ_INT(less->n_outputs, 0);
    T_STATUS(gt_model_parse(a, "x",
                            gt_s("model: x\ninputs:\n  dem: {kind: raster, unit: m}\n"
                                 "  t: {kind: table}\nsteps:\n"
                                 "  s: {step: distance, to: t}\noutputs: [s]\n"),
                            NULL, &m, &err),
             GT_EINPUT);
    T_HAS(err.text, "distance of t: expected a vector layer, found a table");
}
