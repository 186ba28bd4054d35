/* settle.c: where people live, dig, measure the weather and may build. */
#include "sample_int.h"

#include <math.h>

#define APART_M 900.0

/* ---- Places ---- */

/* How much a village would like to be at a node, 0 and less: not at all. */
static double village_score(const struct gt_sample *s, int node)
{
    bool shore;
    double x = land_x(node), y = land_y(node), z = s->land.z[node];
    double slope = s->fact[FACT_SLOPE][node], dist, upstream;
    if (!land_inside(node, 8) || slope > 0.22 || z > 4750 || s->fact[FACT_TOWN][node] < 1300 ||
        gt_sample_lake_at(s->lake, s->n_lakes, x, y, &shore) ||
        (gt_sample_rivers_near(&s->rivers, x, y, &dist, &upstream) && dist < 110))
        return 0;
    double luck = gt_sample_unit(s->seed, ST_VILLAGE, node, 0);
    return (0.4 + luck) * (0.5 + clampd(s->fact[FACT_CROP][node], -0.45, 0.4)) *
           (1 - (z - 3600) / 2400);
}

/* A hamlet that should not be there: below the steepest slopes. */
static double risk_score(const struct gt_sample *s, int node)
{
    double z = s->land.z[node], slope = s->fact[FACT_SLOPE][node];
    bool far = s->fact[FACT_TOWN][node] > 1300 && s->fact[FACT_RIVER][node] > 150;
    return land_inside(node, 24) && far && z < 4600 ? slope : 0;
}

/* The last few take no heed of the ground. */
static void villages(struct gt_sample *s)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    double *score = GT_TAKE_N(scratch, double, LAND_N);
    for (s->n_villages = 0; s->n_villages < VILLAGES; s->n_villages++) {
        bool anew = s->n_villages == 0 || s->n_villages == VILLAGES - AT_RISK;
        for (int i = 0; anew && i < LAND_N; i++)
            score[i] = s->n_villages ? risk_score(s, i) : village_score(s, i);
        int best = 0;
        for (int i = 0; i < LAND_N; i++)
            best = score[i] > score[best] ? i : best;
        if (!(score[best] > 0))
            return;
        struct gt_blob *b = &s->village[s->n_villages];
        *b = (struct gt_blob){.x = land_x(best), .y = land_y(best)};
        double luck = gt_sample_unit(s->seed, ST_VILLAGE, best, 1);
        gt_sample_blob(s->seed, 100 + s->n_villages, 70 + 90 * luck, b);
        for (int i = 0; i < LAND_N; i++)
            if (gt_sample_hypot(land_x(i) - b->x, land_y(i) - b->y) < APART_M)
                score[i] = 0;
    }
}

/* About fixed shares of the box, the first one in the nature reserve: where luck will have it. */
static void mines(struct gt_sample *s)
{
    static const double about[MINES][2] = {{0.26, 0.22}, {0.62, 0.27}, {0.80, 0.74}, {0.40, 0.80}};
    s->n_mines = MINES;
    for (int i = 0; i < MINES; i++) {
        double most = -1;
        struct gt_blob *b = &s->mine[i];
        for (int node = 0; node < LAND_N; node++) {
            double x = land_x(node), y = land_y(node), z = s->land.z[node];
            double dist = gt_sample_hypot(x - about[i][0] * BOX_W, y - about[i][1] * BOX_H);
            double luck = gt_sample_unit(s->seed, ST_VILLAGE, node, 2);
            luck -= z > 5200 ? 1 : 0;
            if (dist > 1800 || luck <= most || s->fact[FACT_TOWN][node] < 1500)
                continue;
            most = luck;
            b->x = x;
            b->y = y;
        }
        gt_sample_blob(s->seed, 200 + i, 320 + 40 * i, b);
    }
}

void gt_sample_settle(struct gt_sample *s)
{
    villages(s);
    mines(s);
}

/* ---- Layers ---- */

void gt_sample_village(struct gt_sketch *k)
{
    static const char *const fields[] = {"code", "name"};
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (int i = 0; i < k->s->n_villages; i++) {
        gt_sketch_blob(k, &k->s->village[i]);
        gt_sketch_num(k, 990100001 + i);
        gt_sketch_text(k, gt_printf(k->a, "%d号村（虚构）", i + 1));
    }
}

void gt_sample_mining(struct gt_sketch *k)
{
    static const char *const fields[] = {"code", "name"};
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (int i = 0; i < k->s->n_mines; i++) {
        gt_sketch_blob(k, &k->s->mine[i]);
        gt_sketch_text(k, gt_printf(k->a, "C9901%03d", i + 1));
        gt_sketch_text(k, gt_printf(k->a, "%d号矿（虚构）", i + 1));
    }
}

/* Half as wide again as what is built; the first town's reaches farther. */
void gt_sample_udb(struct gt_sketch *k)
{
    static const char *const fields[] = {"code"};
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (int i = 0; i < k->s->n_towns; i++) {
        struct gt_blob b = {.x = k->s->town[i].x, .y = k->s->town[i].y};
        gt_sample_blob(k->s->seed, i, (i < COUNTY_PARTS ? 620 : 340) * (i ? 1.5 : 2.1), &b);
        gt_sketch_blob(k, &b);
        gt_sketch_text(k, gt_printf(k->a, "CZKF9901%02d", i + 1));
    }
}

void gt_sample_center(struct gt_sketch *k)
{
    static const char *const fields[] = {"name", "level"};
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (int i = 0; i < 2 && i < k->s->n_towns; i++) {
        gt_sketch_spot(k, k->s->town[i].x, k->s->town[i].y);
        gt_sketch_text(k, i ? "次中心城镇（虚构）" : "中心城镇（虚构）");
        gt_sketch_num(k, i + 1);
    }
}

static void station(struct gt_sketch *k, int nth, double x, double y)
{
    gt_sketch_spot(k, x, y);
    gt_sketch_num(k, 99001 + nth);
    gt_sketch_text(k, gt_printf(k->a, "%d号站（虚构）", nth + 1));
    gt_sketch_num(k, floor(gt_sample_height(k->s, x, y, 60) * 10 + 0.5) / 10);
}

/* One beside each town, the rest spread over the county at all heights. */
void gt_sample_station(struct gt_sketch *k)
{
    static const char *const fields[] = {"code", "name", "altitude"};
    static const double share[][2] = {{0.12, 0.18}, {0.42, 0.14}, {0.72, 0.20}, {0.55, 0.86}};
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    int n = 0;
    for (int i = 0; i < k->s->n_towns; i++)
        station(k, n++, k->s->town[i].x + 400, k->s->town[i].y - 300);
    for (size_t i = 0; i < GT_LEN(share); i++)
        station(k, n++, share[i][0] * BOX_W, share[i][1] * BOX_H);
}
