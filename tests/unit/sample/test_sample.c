/* test_sample.c: the fictional county is the same everywhere, and holds together. */
#include "sample_int.h"
#include "t.h"

#include "guotu/hash.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- The same bytes ---- */

struct tape {
    struct gt_hash hash;
    enum gt_cell_type type;
    int64_t rows, w, voids, n[256];
    double min, max;
};

/* One cell: NaN has many bit patterns, so a value that no layer has stands for it. */
static void tape_cell(struct tape *t, double v)
{
    float cell = isnan(v) ? -9999.0F : (float)v;
    gt_hash_add(&t->hash, &cell, sizeof cell);
    t->voids += isnan(v);
    if (isnan(v))
        return;
    t->min = v < t->min ? v : t->min;
    t->max = v > t->max ? v : t->max;
    t->n[(int)clampd(v, 0, 255)]++;
}

static enum gt_status tape_rows(void *self, int64_t row, int64_t n, const void *cells,
                                struct gt_err *err)
{
    struct tape *t = self;
    T_EQ_INT(row, t->rows);
    (void)err;
    t->rows += n;
    for (int64_t i = 0; i < n * t->w; i++)
        if (t->type == GT_U8) {
            uint8_t v = ((const uint8_t *)cells)[i];
            tape_cell(t, v ? v : (double)NAN);
        } else {
            tape_cell(t, (double)((const float *)cells)[i]);
        }
    return GT_OK;
}

static const struct gt_sample *make_of(struct gt_arena *a, struct gt_sample_opt opt)
{
    const struct gt_sample *s = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_sample_new(a, &opt, NULL, &s, &err), GT_OK, &err);
    return s;
}

static const struct gt_sample *make(struct gt_arena *a, int64_t cells, int64_t seed)
{
    return make_of(a, (struct gt_sample_opt){cells, seed, true});
}

static const struct gt_sample *make_all(struct gt_arena *a, int64_t cells, int64_t seed)
{
    return make_of(a, (struct gt_sample_opt){cells, seed, false});
}

static struct tape play(const struct gt_sample *s, const struct gt_sample_item *item, int threads,
                        char text[static GT_HASH_TEXT])
{
    struct tape t = {.min = (double)INFINITY, .max = -(double)INFINITY};
    struct gt_err err = {0};
    struct gt_raster_info info = gt_sample_raster_info(s, item);
    struct gt_raster_sink sink = {&t, tape_rows};
    struct gt_work w = {.pool = gt_pool_new(threads)};
    t.w = info.grid.w;
    t.type = info.type;
    gt_hash_begin(&t.hash);
    T_STATUS_ERR(gt_sample_raster(s, item, &sink, &w, &err), GT_OK, &err);
    gt_hash_end(&t.hash, text);
    gt_pool_free(w.pool);
    T_EQ_INT(t.rows, info.grid.h);
    return t;
}

static void hash_vector(const struct gt_sample *s, enum gt_sample_layer layer,
                        char text[static GT_HASH_TEXT])
{
    const struct gt_sample_features *f = gt_sample_vector(s, layer);
    const struct gt_shapes *g = &f->shapes;
    struct gt_hash h;
    gt_hash_begin(&h);
    gt_hash_add(&h, g->part, (g->n + 1) * sizeof *g->part);
    gt_hash_add(&h, g->point, (size_t)(g->part[g->n] + 1) * sizeof *g->point);
    if (g->xy)
        gt_hash_add(&h, g->xy, 2 * (size_t)g->point[g->part[g->n]] * sizeof *g->xy);
    for (size_t i = 0; i < g->n * f->n_fields; i++)
        if (f->value[i].kind == GT_V_TEXT)
            gt_hash_add(&h, f->value[i].text, strlen(f->value[i].text));
        else
            gt_hash_add(&h, &f->value[i].num, sizeof f->value[i].num);
    gt_hash_end(&h, text);
}

static const struct gt_sample_item heights = {.id = "dem", .layer = GT_SAMPLE_DEM, .basic = true};

/* They change only with the sample itself; the basic layers' have been the same since the first
 * version. */
static const struct {
    const char *id, *hash;
} expected[] = {
#include "fingerprints.inc"
};

static void fingerprint(const struct gt_sample *s, const struct gt_sample_item *item,
                        char text[static GT_HASH_TEXT])
{
    if (item->layer < GT_SAMPLE_RASTERS)
        play(s, item, 1, text);
    else
        hash_vector(s, item->layer, text);
}

/* Prints the lines of fingerprints.inc as they should be, where they are not. */
T_TEST(sample_is_the_same_everywhere)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = make_all(a, 20000, 7);
    const struct gt_sample_item *item;
    size_t n = gt_sample_items(a, &item), same = 0;
    char text[GT_HASH_TEXT];
    for (size_t i = 0; i < n; i++) {
        fingerprint(s, &item[i], text);
        const char *hash = strchr(text, ':') + 1;
        bool right = i < GT_LEN(expected) && strcmp(item[i].id, expected[i].id) == 0 &&
                     strcmp(hash, expected[i].hash) == 0;
        same += right;
        if (!right)
            printf("{\"%s\", \"%s\"},\n", item[i].id, hash);
    }
    T_EQ_INT(n, GT_LEN(expected));
    T_EQ_INT(same, n);
}

/* Asking for less changes nothing in what is left. */
T_TEST(sample_basic_layers_are_the_same_alone)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = make(a, 20000, 7);
    const struct gt_sample_item *item;
    size_t n = gt_sample_items(a, &item), basic = 0;
    char text[GT_HASH_TEXT];
    for (size_t i = 0; i < n; i++) {
        if (!item[i].basic)
            continue;
        basic++;
        fingerprint(s, &item[i], text);
        T_EQ_STR(text, gt_printf(a, "blake2b:%s", expected[i].hash));
    }
    T_EQ_INT(basic, 10);
    struct gt_sample_item other = {.id = "sand", .layer = GT_SAMPLE_SAND};
    struct gt_raster_sink sink = {NULL, NULL};
    struct gt_err err = {0};
    T_STATUS(gt_sample_raster(s, &other, &sink, NULL, &err), GT_EUSE);
    T_HAS(err.text, "'sand'");
}

T_TEST(sample_does_not_depend_on_threads)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = make_all(a, 30000, 1);
    struct gt_sample_item cover = {.id = "land_cover", .layer = GT_SAMPLE_LAND_COVER};
    char one[GT_HASH_TEXT], many[GT_HASH_TEXT];
    play(s, &cover, 1, one);
    play(s, &cover, 5, many);
    T_EQ_STR(one, many);
    play(s, &heights, 1, one);
    play(s, &heights, 5, many);
    T_EQ_STR(one, many);
    play(make(a, 30000, 2), &heights, 1, many);
    T_OK(strcmp(one, many) != 0);
}

T_TEST(sample_has_the_cells_asked_for)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample_item *item;
    size_t n = gt_sample_items(a, &item);
    static const int64_t cells[] = {GT_SAMPLE_CELLS_MIN, 1000, 12345, 1000000, GT_SAMPLE_CELLS_MAX};
    for (size_t i = 0; i < GT_LEN(cells); i++) {
        const struct gt_sample *s = make(a, cells[i], 1);
        struct gt_raster_info dem = gt_sample_raster_info(s, &heights);
        double share = (double)(dem.grid.w * dem.grid.h) / (double)cells[i];
        T_NEAR(share, 1, cells[i] > 1000 ? 0.01 : 0.1);
        struct gt_box in = gt_grid_box(&dem.grid);
        for (size_t k = 1; k < n && item[k].layer < GT_SAMPLE_RASTERS; k++) {
            struct gt_raster_info info = gt_sample_raster_info(s, &item[k]);
            struct gt_box out = gt_grid_box(&info.grid);
            T_OK(info.grid.w * info.grid.h < 9100000);
            T_OK(out.x0 <= in.x0 && out.y1 >= in.y1 && out.x1 >= in.x1 - 1e-6);
            T_OK(out.y0 <= in.y0 + info.grid.dy / 2);
        }
    }
    const struct gt_sample *s = make(a, 0, 1);
    T_EQ_INT(gt_sample_raster_info(s, &heights).grid.w, 1250);
    T_EQ_NUM(gt_sample_raster_info(s, &heights).grid.dx, 30);
}

T_TEST(sample_refuses_other_sizes)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s;
    struct gt_err err = {0};
    T_STATUS(gt_sample_new(a, &(struct gt_sample_opt){99, 1, true}, NULL, &s, &err), GT_EUSE);
    T_HAS(err.text, "found 99");
    T_STATUS(gt_sample_new(a, &(struct gt_sample_opt){400000001, 1, true}, NULL, &s, &err),
             GT_EUSE);
    T_STATUS(gt_sample_new(a, &(struct gt_sample_opt){-5, 1, true}, NULL, &s, &err), GT_EUSE);
}

/* ---- Terrain ---- */

T_TEST(sample_heights_are_of_the_plateau)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char text[GT_HASH_TEXT];
    for (int64_t seed = 0; seed < 4; seed++) {
        struct tape t = play(make(a, 250000, seed), &heights, 2, text);
        T_OK(t.min > 3590 && t.min < 3700);
        T_OK(t.max > 5700 && t.max < 6400);
        T_OK(t.voids > 0 && t.voids < 250);
    }
}

/* Along each reach the bed falls or stays, and the ground there is the bed. */
T_TEST(sample_rivers_run_downhill)
{
    GT_AUTO_ARENA a = gt_arena_new();
    for (int64_t seed = 0; seed < 6; seed++) {
        const struct gt_sample *s = make(a, 10000, seed);
        const struct gt_rivers *r = &s->rivers;
        double fall = 0;
        T_OK(r->n > 2000);
        for (int32_t i = 0; i < r->n; i++) {
            const struct gt_river_node *v = &r->v[i];
            if (v->to < 0)
                continue;
            T_OK(v->to < i);
            T_OK(v->z >= r->v[v->to].z);
            T_OK(v->upstream <= r->v[v->to].upstream);
            fall += v->z - r->v[v->to].z;
            if (v->x < 0 || v->y < 0 || v->x > BOX_W || v->y > BOX_H)
                continue;
            T_NEAR(gt_sample_height(s, v->x, v->y, 20), v->z, 2.5);
        }
        T_OK(fall > 10000);
    }
}

T_TEST(sample_lakes_are_level_and_drain)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = make(a, 10000, 1);
    T_EQ_INT(s->n_lakes, LAKES);
    for (int i = 0; i < s->n_lakes; i++) {
        const struct gt_lake *lake = &s->lake[i];
        T_EQ_NUM(gt_sample_height(s, lake->x, lake->y, 20), lake->level);
        T_EQ_NUM(gt_sample_height(s, lake->x + 100, lake->y - 50, 20), lake->level);
        int lower = 0;
        for (int j = 0; j < LAKE_POINTS; j++) {
            double x = lake->x + 1.3 * (lake->ring[2 * j] - lake->x);
            double y = lake->y + 1.3 * (lake->ring[2 * j + 1] - lake->y);
            lower += gt_sample_height(s, x, y, 20) < lake->level;
        }
        T_OK(lower < LAKE_POINTS / 4);
    }
}

T_TEST(sample_climate_follows_height)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = make(a, 10000, 1);
    T_NEAR(gt_sample_heat(3650), 3039.775, 1e-6); /* the monthly means times their days, by hand */
    T_OK(gt_sample_heat(3700) > 2900 && gt_sample_heat(4700) < 1500);
    T_EQ_NUM(gt_sample_heat(6400), 0);
    T_OK(gt_sample_rain(s, 9000, 9000, 5000) > gt_sample_rain(s, 9000, 9000, 4000));
    T_OK(gt_sample_rain(s, 37000, 9000, 4000) > gt_sample_rain(s, 500, 9000, 4000));
    for (int i = 0; i < 500; i++) {
        double silt = gt_sample_silt(s, i * 75.0, i * 48.0, 4000);
        T_OK(silt >= 0.05 && silt <= 0.92);
    }
}

/* ---- Vector layers ---- */

static double cross(const double *o, const double *p, const double *q)
{
    return (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0]);
}

static bool touch(const double *p, const double *q, const double *r, const double *t)
{
    if (fmax(p[0], q[0]) < fmin(r[0], t[0]) || fmax(r[0], t[0]) < fmin(p[0], q[0]) ||
        fmax(p[1], q[1]) < fmin(r[1], t[1]) || fmax(r[1], t[1]) < fmin(p[1], q[1]))
        return false;
    double a = cross(p, q, r), b = cross(p, q, t), c = cross(r, t, p), d = cross(r, t, q);
    return !((a > 0 && b > 0) || (a < 0 && b < 0) || (c > 0 && d > 0) || (c < 0 && d < 0));
}

/* No two edges of a feature meet but neighbours, in their common point. */
static void check_simple(const struct gt_shapes *g, size_t feature)
{
    int64_t first = g->point[g->part[feature]], end = g->point[g->part[feature + 1]];
    for (int64_t part = g->part[feature]; part < g->part[feature + 1]; part++) {
        const double *p = g->xy + 2 * g->point[part], *q = g->xy + 2 * (g->point[part + 1] - 1);
        T_OK(g->point[part + 1] - g->point[part] >= 4);
        T_OK(p[0] == q[0] && p[1] == q[1]);
    }
    int64_t part_i = g->part[feature];
    for (int64_t i = first; i + 1 < end; i++) {
        part_i += i == g->point[part_i + 1];
        if (i + 1 == g->point[part_i + 1])
            continue;
        int64_t part_j = part_i;
        for (int64_t j = i + 2; j + 1 < end; j++) {
            while (j >= g->point[part_j + 1])
                part_j++;
            bool closing =
                part_j == part_i && i == g->point[part_i] && j + 2 == g->point[part_i + 1];
            if (j + 1 == g->point[part_j + 1] || closing)
                continue;
            T_OK(!touch(g->xy + 2 * i, g->xy + 2 * i + 2, g->xy + 2 * j, g->xy + 2 * j + 2));
        }
    }
}

static double area_of(const struct gt_shapes *g, size_t feature)
{
    double sum = 0;
    for (int64_t part = g->part[feature]; part < g->part[feature + 1]; part++) {
        const double *o = g->xy + 2 * g->point[part];
        for (int64_t i = g->point[part]; i + 1 < g->point[part + 1]; i++)
            sum += cross(o, g->xy + 2 * i, g->xy + 2 * i + 2) / 2;
    }
    return sum;
}

T_TEST(sample_polygons_do_not_cross_themselves)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const enum gt_sample_layer polygons[] = {GT_SAMPLE_COUNTY, GT_SAMPLE_WATER,
                                                    GT_SAMPLE_GLACIER};
    for (int64_t seed = 0; seed < 12; seed++) {
        const struct gt_sample *s = make(a, 1000, seed * 7919 - 3);
        for (size_t l = 0; l < GT_LEN(polygons); l++) {
            const struct gt_shapes *g = &gt_sample_vector(s, polygons[l])->shapes;
            T_OK(g->n > 0);
            for (size_t i = 0; i < g->n; i++) {
                check_simple(g, i);
                T_OK(fabs(area_of(g, i)) > 50000);
            }
        }
    }
}

T_TEST(sample_all_polygons_do_not_cross_themselves)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = make_all(a, 1000, 1);
    size_t layers = 0;
    for (int l = GT_SAMPLE_ROAD; l < GT_SAMPLE_VECTORS; l++) {
        const struct gt_shapes *g = &gt_sample_vector(s, (enum gt_sample_layer)l)->shapes;
        if (g->kind != GT_SHAPE_POLYGON)
            continue;
        layers++;
        for (size_t i = 0; i < g->n; i++) {
            check_simple(g, i);
            T_OK(fabs(area_of(g, i)) > 3000);
        }
    }
    T_EQ_INT(layers, 15);
}

/* Each inner edge of the county's parts is walked once each way: no gap, no overlap. */
T_TEST(sample_parts_share_their_borders)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_shapes *g = &gt_sample_vector(make(a, 1000, 3), GT_SAMPLE_COUNTY)->shapes;
    int64_t n = g->point[g->part[g->n]], twice = 0, once = 0;
    double outline = 0, parts = 0;
    T_EQ_INT(g->n, COUNTY_PARTS);
    for (size_t i = 0; i < g->n; i++)
        parts += area_of(g, i);
    for (int64_t i = 0; i + 1 < n; i++) {
        const double *p = g->xy + 2 * i, *q = p + 2;
        int same = 0, back = 0;
        for (int64_t j = 0; j + 1 < n; j++) {
            const double *r = g->xy + 2 * j, *t = r + 2;
            same += memcmp(p, r, 16) == 0 && memcmp(q, t, 16) == 0;
            back += memcmp(p, t, 16) == 0 && memcmp(q, r, 16) == 0;
        }
        bool between = false; /* from the end of a part to the start of the next */
        for (size_t k = 1; k < g->n; k++)
            between = between || i + 1 == g->point[k];
        if (between)
            continue;
        T_EQ_INT(same, 1);
        T_OK(back <= 1);
        twice += back;
        once += !back;
        if (!back)
            outline += cross(g->xy, p, q) / 2;
    }
    T_EQ_INT(twice, 5 * 128 * 2);
    T_EQ_INT(once, 8 * 128);
    T_NEAR(fabs(outline), fabs(parts), 1);
    T_OK(fabs(parts) > 5e8 && fabs(parts) < 9e8);
}

T_TEST(sample_towns_lie_in_their_parts)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = make(a, 1000, 1);
    const struct gt_sample_features *towns = gt_sample_vector(s, GT_SAMPLE_TOWN);
    T_EQ_INT(towns->shapes.n, 8);
    for (size_t i = 0; i < towns->shapes.n; i++) {
        double x = towns->shapes.xy[2 * i] - s->x0, y = s->y0 - towns->shapes.xy[2 * i + 1];
        T_EQ_INT(gt_sample_part_at(gt_sample_vector(s, GT_SAMPLE_COUNTY), s, x, y), i % 4);
        T_OK(gt_sample_height(s, x, y, 20) < 5000);
    }
}

T_TEST(sample_says_that_it_is_synthetic)
{
    T_HAS(gt_sample_title().zh, "合成数据");
    T_HAS(gt_sample_title().en, "synthetic");
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample_item *item;
    size_t n = gt_sample_items(a, &item);
    for (size_t i = 0; i < n; i++) {
        T_HAS(item[i].title.zh, "合成数据");
        T_HAS(item[i].title.en, "synthetic");
    }
    T_EQ_STR(item[2].id, "heat_sum");
}
