/* network.h: what the files of the operation `network` share: one network that was found, its
 * layers, and its answer. Private to ops. */
#ifndef GUOTU_OPS_NETWORK_H
#define GUOTU_OPS_NETWORK_H

#include "ops_int.h"

#include "guotu/evaluate.h"

/* A dataset beside those of the model. */
struct network_result {
    const char *name, *id;
    struct gt_text2 title;
};
enum { NETWORK_BAND, NETWORK_CORRIDOR, NETWORK_PINCH, NETWORK_NODE, NETWORK_RESULTS };

struct network_job {
    struct gt_call *c;
    struct gt_arena *a;
    struct gt_store *store;
    struct ops_model *m;
    struct gt_json *parameters;
    const char *prefix;
    struct gt_network_opt opt;
    struct gt_network found;
    const struct gt_crs *crs;
    struct ops_bases bases; /* of the model's steps, and the numbers of the corridors */
    struct network_result result[NETWORK_RESULTS];
    const char *table; /* path; NULL: no corridor */
};

/* network_layers.c: corridors, pinch points and cores as layers of the transaction. */
GT_MUST enum gt_status network_layers(struct network_job *j, struct gt_txn *t, struct gt_err *err);
/* The catalog entry of one of them. */
GT_MUST enum gt_status network_describe(struct network_job *j, struct gt_txn *t, int result,
                                        struct gt_err *err);
/* network_answer.c: as JSON and text, and the corridors as a table. */
struct gt_table *network_table(const struct network_job *j);
GT_MUST enum gt_status network_answer(struct network_job *j, struct gt_err *err);

#endif
