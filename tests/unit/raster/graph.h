/* graph.h: random models over random inputs. The text of a model grows step by step; each new step
 * goes through the loader, which says its unit and codes, and through the oracle, whose cells give
 * later steps bounds that lie exactly on values. */
#ifndef GUOTU_TEST_GRAPH_H
#define GUOTU_TEST_GRAPH_H

#include "oracle.h"
#include "scene.h"

struct graph {
    struct gt_arena *a;
    struct dice *dice;
    struct scene scene;
    struct gt_buf inputs, steps, notes; /* text so far; what the rasters are */
    const char *text;                   /* of the whole model */
    const struct gt_model *m;
    struct gt_binding bind[ORACLE_STEPS]; /* by step of m */
    struct oracle oracle;
    int tried, made; /* steps */
    int depth;       /* levels that an expression being written may still have */
};

/* At most `steps` steps behind the inputs. Fails only where something is wrong: a step that the
 * loader does not take is left out. */
GT_MUST enum gt_status graph_new(struct gt_arena *a, struct dice *d, int steps, struct graph *out,
                                 struct gt_err *err);

/* graph_steps.c: the text of a random step named `name` over the steps there are. */
void graph_write_step(struct graph *g, const char *name, struct gt_buf *out);
/* graph_expr.c: a random expression in the unit, at most g->depth levels deep. */
void graph_write_expr(struct graph *g, const char *unit, struct gt_buf *out);

/* A step with cells for which holds(step) (NULL: any); NULL: none. Later ones are likelier. */
const struct gt_step *graph_pick(struct graph *g, bool (*holds)(const struct gt_step *));
/* A value that the step has somewhere; 0 where it has none. */
double graph_value(struct graph *g, const struct gt_step *s);

#endif
