/* test_model.c: loading models: what a good one becomes, and the sentence that refuses a bad one.
 */
#include "guotu/rules.h"
#include "t.h"

#include <math.h>
#include <string.h>

#define RULES GT_SOURCE_DIR "/rules"

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
    T_EQ_STR(m->outputs[2].name, "relief_m");
    const struct gt_step *relief = &m->steps[m->outputs[2].step];
    T_EQ_STR(relief->name, "relief");
    T_EQ_INT(relief->window, 11);
    T_EQ_STR(relief->unit, "m");
    T_EQ_STR(m->steps[gt_model_step(m, "slope")].unit, "degree");
}
