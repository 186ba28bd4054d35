/* scalar.h: a model at one place, in double, one plain step after the other. */
#ifndef GUOTU_TEST_SCALAR_H
#define GUOTU_TEST_SCALAR_H

#include "guotu/rules.h"

/* Does the step need more than the values of this place? */
bool scalar_looks_around(enum gt_step_kind kind);
/* value[i] of step i, NaN: no-data. Steps with given[i] keep the value that is there; the others
 * are computed. Inputs and steps that look around have no value unless it is given. */
void scalar_run(const struct gt_model *m, const bool *given, double *value);

#endif
