/* test_round.c: what layers keep when they are written and read again: values of every type, NULL,
 * Chinese names and texts, holes, several parts, odd geometries, coordinates bit for bit. */
#include "kit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct gt_err err;

static uint64_t dice(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static const struct gt_field fields[] = {{"标识码", GT_COLUMN_TEXT, 18, 0},
                                         {"LEVEL", GT_COLUMN_INT, 4, 0},
                                         {"AREA", GT_COLUMN_REAL, 0, 0},
                                         {"NOTE", GT_COLUMN_TEXT, 60, 0}};

/* Features of a kind, some of several parts; every third value is nothing. */
static const struct gt_features *make(struct gt_arena *a, enum gt_shape_kind kind, uint64_t seed)
{
    static const char *names[] = {"标识码", "LEVEL", "AREA", "NOTE"};
    enum { N = 60 };
    struct gt_features *f = GT_TAKE(a, struct gt_features);
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    int64_t *part = GT_TAKE_N(a, int64_t, N + 1), *point = GT_TAKE_N(a, int64_t, 3 * N + 1),
            parts = 0;
    double *xy = GT_TAKE_N(a, double, 2 * 5 * 3 * N);
    struct gt_value *v = GT_TAKE_N(a, struct gt_value, 4 * N);
    int per = kind == GT_SHAPE_POINT ? 1 : kind == GT_SHAPE_LINE ? 3 : 5;
    for (size_t i = 0; i < N; i++) {
        int64_t n = (int64_t)(dice(&seed) % 3) + 1;
        for (int64_t j = 0; j < n; j++, parts++) {
            /* Polygons: a ring, a hole in it, and an island beside them. */
            double x = 36400000 + (double)i * 100 + (double)(dice(&seed) % 1000) / 1003,
                   y = 3000000 + (double)(dice(&seed) % 997) / 991, w = j == 1 ? 10 : 40;
            x += j == 1 ? 15 : 0;
            y += j == 1 ? 15 : j == 2 ? 100 : 0;
            const double square[10] = {x, y, x + w, y, x + w, y + w, x, y + w, x, y};
            memcpy(xy + 2 * point[parts], square, (size_t)per * 16);
            point[parts + 1] = point[parts] + per;
        }
        part[i + 1] = parts;
        struct gt_value *row = v + 4 * i;
        if (dice(&seed) % 3)
            row[0] = (struct gt_value){GT_V_TEXT, 0, gt_printf(a, "99010000%010zu", i)};
        if (dice(&seed) % 3)
            row[1] = (struct gt_value){GT_V_NUM, (double)(dice(&seed) % 9000) - 4000, NULL};
        if (dice(&seed) % 3)
            row[2] = (struct gt_value){GT_V_NUM, (double)dice(&seed) / 1024, NULL};
        if (dice(&seed) % 3)
            row[3] = (struct gt_value){GT_V_TEXT, 0, i % 2 ? "定日县，耕地" : "plain 'x' \"y\""};
    }
    *s = (struct gt_shapes){.kind = kind, .n = N, .part = part, .point = point, .xy = xy};
    T_STATUS_ERR(gt_crs_parse(a, "EPSG:4524", &s->crs, &err), GT_OK, &err);
    *f = (struct gt_features){
        .shapes = s, .n_fields = 4, .field = names, .value = v, .type = fields};
    return f;
}

static const struct gt_features *through(struct gt_arena *a, const struct gt_features *f,
                                         const char *path, const struct gt_layer_source **layer)
{
    const struct gt_layer_source *const *l;
    const struct gt_features *back = NULL;
    size_t n;
    const struct gt_file_layer file = {
        .name = "图层", .title = {"layer", "图层"}, .source = gt_layer_of(a, "图层", f)};
    T_STATUS_ERR(gt_layers_write(path, &file, 1, &(struct gt_file_opt){0}, NULL, &err), GT_OK,
                 &err);
    T_STATUS_ERR(gt_outside_layers(a, path, NULL, NULL, &l, &n, &err), GT_OK, &err);
    T_EQ_INT(n, 1);
    *layer = l[0];
    T_STATUS_ERR(gt_layer_read(l[0], a, NULL, &back, &err), GT_OK, &err);
    return back;
}

/* The same points within `most` (0: bit for bit), whatever the order of parts and the direction of
 * rings. */
static void same_points(const struct gt_shapes *one, const struct gt_shapes *two, size_t i,
                        double most)
{
    for (int64_t p = one->point[one->part[i]]; p < one->point[one->part[i + 1]]; p++) {
        bool found = false;
        for (int64_t q = two->point[two->part[i]]; q < two->point[two->part[i + 1]]; q++)
            found = found || (fabs(one->xy[2 * p] - two->xy[2 * q]) <= most &&
                              fabs(one->xy[2 * p + 1] - two->xy[2 * q + 1]) <= most);
        T_OK(found);
    }
    T_EQ_INT(two->point[two->part[i + 1]] - two->point[two->part[i]],
             one->point[one->part[i + 1]] - one->point[one->part[i]]);
    T_EQ_INT(two->part[i + 1] - two->part[i], one->part[i + 1] - one->part[i]);
}

static void compare(const struct gt_features *f, const struct gt_features *back, double most)
{
    T_EQ_INT(back->shapes->n, f->shapes->n);
    T_EQ_INT(back->n_fields, 4);
    T_EQ_STR(back->field[0], "标识码");
    for (size_t i = 0; i < f->shapes->n; i++) {
        same_points(f->shapes, back->shapes, i, most);
        for (size_t j = 0; j < 4; j++) {
            const struct gt_value *one = &f->value[4 * i + j], *two = &back->value[4 * i + j];
            T_EQ_INT(two->kind, one->kind);
            if (one->kind == GT_V_NUM)
                T_EQ_NUM(two->num, one->num);
            if (one->kind == GT_V_TEXT)
                T_EQ_STR(two->text, one->text);
        }
    }
}

static void round_of(const char *ending, enum gt_shape_kind kind)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        GT_AUTO_ARENA a = gt_arena_new();
        const struct gt_layer_source *l;
        const char *path = gt_printf(a, "%s/图层%s", kit_tmpdir(), ending);
        const struct gt_features *f = make(a, kind, seed), *back = through(a, f, path, &l);
        /* File geodatabases keep tenths of a millimetre. */
        compare(f, back, strcmp(ending, ".gdb") == 0 ? 1e-4 : 0);
        T_EQ_STR(l->crs->code, "EPSG:4524");
        T_EQ_INT(l->kind, kind);
        T_EQ_INT(l->field[0].length, 18);
        T_EQ_INT(l->field[1].kind, GT_COLUMN_INT);
        T_EQ_INT(l->field[2].kind, GT_COLUMN_REAL);
    }
}

T_TEST(round_through_geopackages)
{
    for (int kind = GT_SHAPE_POINT; kind <= GT_SHAPE_POLYGON; kind++)
        round_of(".gpkg", (enum gt_shape_kind)kind);
}

T_TEST(round_through_file_geodatabases)
{
    for (int kind = GT_SHAPE_POINT; kind <= GT_SHAPE_POLYGON; kind++)
        round_of(".gdb", (enum gt_shape_kind)kind);
}

T_TEST(round_through_shapefiles)
{
    for (int kind = GT_SHAPE_LINE; kind <= GT_SHAPE_POLYGON; kind++)
        round_of(".shp", (enum gt_shape_kind)kind);
}

/* What is odd comes back as odd from a GeoPackage. */
T_TEST(round_of_odd_geometries)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_layer_source *l;
    struct gt_features f = *make(a, GT_SHAPE_POLYGON, 9);
    uint16_t *trait = GT_TAKE_N(a, uint16_t, f.shapes->n);
    struct gt_shapes s = *f.shapes;
    int64_t *part = GT_TAKE_N(a, int64_t, 5);
    for (int64_t i = 0; i < 4; i++)
        part[i + 1] = i + (i < 3);
    s.part = part;
    s.n = 4;
    f.shapes = &s;
    trait[0] = GT_TRAIT_OPEN;
    trait[1] = GT_TRAIT_Z;
    trait[3] = GT_TRAIT_EMPTY;
    f.trait = trait;
    part[4] = part[3];
    const struct gt_features *back = through(a, &f, gt_printf(a, "%s/odd.gpkg", kit_tmpdir()), &l);
    T_EQ_INT(back->trait[0], GT_TRAIT_OPEN);
    T_EQ_INT(back->trait[1], GT_TRAIT_Z);
    T_EQ_INT(back->trait[2], 0);
    T_EQ_INT(back->trait[3], GT_TRAIT_EMPTY);
}
