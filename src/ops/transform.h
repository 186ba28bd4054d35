/* transform.h: what registering parameters between datums shares. Builds on ops_int.h. */
#ifndef GUOTU_OPS_TRANSFORM_H
#define GUOTU_OPS_TRANSFORM_H

#include "ops_int.h"

/* "tx=112.3,ty=-48.7,...": every parameter of s->kind once, into s->p. GT_EUSE. */
GT_MUST enum gt_status transform_parameters(struct gt_arena *a, const char *text,
                                            struct gt_shift *s, struct gt_err *err);
void transform_parameters_json(struct gt_json *in, const struct gt_shift *s);

/* A fit as the register keeps it, and read again (NULL: the parameters were given). */
const char *transform_fit_text(struct gt_arena *a, const struct gt_shift_fit *f,
                               const struct gt_control *control);
GT_MUST enum gt_status transform_fit_json(struct gt_arena *a, const struct gt_transform *t,
                                          struct gt_json **out, struct gt_err *err);
/* Residuals by point, as text of the answer. */
void transform_say_fit(struct gt_call *c, const struct gt_json *fit);

#endif
