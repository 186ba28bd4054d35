/* check_fix.c: a mended copy of a submission package: safe mending, over the whole layer where its
 * polygons exclude one another and feature by feature elsewhere; everything else as it was; and the
 * check of the copy. */
#include "check.h"

#include "guotu/io.h"

#include <math.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Geometries of these are not read. */
static const uint16_t without_shape =
    GT_TRAIT_NOT_FINITE | GT_TRAIT_OTHER_KIND | GT_TRAIT_UNREADABLE;

/* ---- Which layers ---------------------------------------------------------------------------- */

static const struct gt_standard_layer *standard_of(const struct check *k,
                                                   const struct gt_layer_source *s)
{
    return gt_standard_layer(k->opt.standard, s->name);
}

static bool listed(const struct gt_yaml *seq, const char *text)
{
    for (const struct gt_yaml *y = seq ? seq->child : NULL; y; y = y->next)
        if (strcmp(y->text, text) == 0)
            return true;
    return false;
}

static bool exclusive(const struct check *k, const struct gt_standard_layer *std)
{
    return std &&
           (std->covers || listed(gt_profile_check(k->opt.profile, "no_overlap"), std->code));
}

static bool to_mend(const struct check *k, const struct gt_layer_source *s)
{
    const struct gt_standard_layer *std = standard_of(k, s);
    if (s->table || s->kind != GT_SHAPE_POLYGON || !s->crs || !std)
        return false;
    for (size_t i = 0; i < k->found->n; i++)
        if (k->found->v[i].rule->fixable && strcmp(k->found->v[i].layer, std->code) == 0)
            return true;
    return false;
}

static double tolerance(const struct check *k, const char *rule)
{
    const struct gt_check_rule *r = gt_profile_rule(k->opt.profile, rule);
    return r && isfinite(r->tolerance) ? r->tolerance : 0;
}

/* ---- Mending --------------------------------------------------------------------------------- */

static struct check_moved *moved_of(struct check *k, const char *layer, const char *code)
{
    for (size_t i = 0; i < k->moved.n; i++)
        if (strcmp(k->moved.v[i].layer, layer) == 0 && strcmp(k->moved.v[i].code, code) == 0)
            return &k->moved.v[i];
    struct check_moved *m = GT_PUSH(k->a, &k->moved);
    m->layer = layer;
    m->code = gt_strdup(k->a, code);
    return m;
}

static void count_moved(struct check *k, const char *layer, const struct gt_features *f,
                        const double *moved, struct check_mended *m)
{
    static const char *const class[] = {"DLBM", "YDYHFLDM", "GHFQDM", "PDJB"};
    int at = -1;
    for (size_t i = 0; i < GT_LEN(class) && at < 0; i++)
        at = gt_features_field(f, class[i]);
    double gained = 0, lost = 0;
    for (size_t i = 0; i < gt_features_count(f); i++) {
        if (!(fabs(moved[i]) > 5e-5))
            continue;
        const char *code =
            at < 0 ? "" : gt_value_text(k->a, &f->value[i * f->n_fields + (size_t)at]);
        struct check_moved *c = moved_of(k, layer, code);
        *(moved[i] > 0 ? &c->gained_m2 : &c->lost_m2) += fabs(moved[i]);
        *(moved[i] > 0 ? &gained : &lost) += fabs(moved[i]);
    }
    m->moved_m2 = gained > lost ? gained : lost;
}

/* Shapes put together feature by feature. */
struct gather {
    struct gt_arena *a;
    GT_VEC(int64_t) part, point;
    GT_VEC(double) xy;
};

static void gather_feature(struct gather *g, const struct gt_shapes *s, size_t i)
{
    for (int64_t j = s->part[i]; j < s->part[i + 1]; j++) {
        for (int64_t p = 2 * s->point[j]; p < 2 * s->point[j + 1]; p++)
            *GT_PUSH(g->a, &g->xy) = s->xy[p];
        *GT_PUSH(g->a, &g->point) = (int64_t)(g->xy.n / 2);
    }
    *GT_PUSH(g->a, &g->part) = (int64_t)g->point.n - 1;
}

static const struct gt_shapes *gathered(const struct gather *g, const struct gt_shapes *like)
{
    struct gt_shapes *s = GT_TAKE(g->a, struct gt_shapes);
    *s = *like;
    s->n = g->part.n - 1;
    s->part = g->part.v;
    s->point = g->point.v;
    s->xy = g->xy.v;
    return s;
}

static struct gather gather_begin(struct gt_arena *a)
{
    struct gather g = {.a = a};
    *GT_PUSH(a, &g.part) = 0;
    *GT_PUSH(a, &g.point) = 0;
    *GT_PUSH(a, &g.xy) = 0;
    g.xy.n = 0;
    return g;
}

/* The features that findings of mendable rules tell of, by name. */
static struct gt_map *flawed(const struct check *k, const char *layer)
{
    struct gt_map *m = gt_map_new(k->a);
    for (size_t i = 0; i < k->found->n; i++) {
        const struct gt_finding *f = &k->found->v[i];
        if (f->rule->fixable && strcmp(f->layer, layer) == 0)
            for (size_t j = 0; j < f->n_features; j++)
                gt_map_put(m, f->feature[j], m);
    }
    return m;
}

static void add_counts(struct gt_coverage_fix *sum, const struct gt_coverage_fix *one)
{
    sum->points += one->points;
    sum->rings += one->rings;
    sum->spikes += one->spikes;
    sum->snapped += one->snapped;
    sum->slivers += one->slivers;
}

/* Where polygons may lie on one another, each flawed feature by itself. */
static enum gt_status fix_single(struct check *k, const char *layer, const struct gt_features *f,
                                 const struct gt_coverage_opt *opt, struct gt_coverage_fix *out,
                                 struct gt_err *err)
{
    const struct gt_map *names = flawed(k, layer);
    const size_t n = f->shapes->n;
    const int bsm = gt_features_field(f, "BSM");
    struct gather all = gather_begin(k->a);
    int64_t *owner = GT_TAKE_N(k->a, int64_t, n + 1);
    double *moved = GT_TAKE_N(k->a, double, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *name =
            bsm < 0 ? "" : gt_value_text(k->a, &f->value[i * f->n_fields + (size_t)bsm]);
        if (!*name)
            name = gt_printf(k->a, "%lld", (long long)gt_features_id(f, i));
        owner[i] = (int64_t)i;
        if (!gt_map_get(names, name)) {
            gather_feature(&all, f->shapes, i);
            continue;
        }
        struct gather one = gather_begin(k->a);
        struct gt_coverage_fix fix = {0};
        gather_feature(&one, f->shapes, i);
        GT_TRY(gt_fix_coverage(k->a, gathered(&one, f->shapes), opt, &fix, err));
        const bool kept = fix.shapes->n == 1;
        gather_feature(&all, kept ? fix.shapes : f->shapes, kept ? 0 : i);
        if (kept) {
            add_counts(out, &fix);
            moved[i] = fix.moved_m2[0];
        }
    }
    out->shapes = gathered(&all, f->shapes);
    out->owner = owner;
    out->moved_m2 = moved;
    return GT_OK;
}

static enum gt_status mend(struct check *k, const struct gt_layer_source *s,
                           const struct gt_layer_source **out, int64_t *lost, struct gt_err *err)
{
    const struct gt_coverage_opt opt = {.tolerance_m = tolerance(k, "topology.overlap"),
                                        .sliver_m = tolerance(k, "topology.sliver"),
                                        .full = standard_of(k, s)->covers,
                                        .memory = k->opt.memory,
                                        .work = k->c->work};
    const struct gt_features *f;
    struct gt_coverage_fix fix = {0};
    GT_TRY(gt_layer_read(s, k->a, NULL, &f, err));
    for (size_t i = 0; i < f->shapes->n; i++)
        *lost += f->trait && (f->trait[i] & without_shape) ? 1 : 0;
    if (exclusive(k, standard_of(k, s)))
        GT_TRY(gt_fix_coverage(k->a, f->shapes, &opt, &fix, err));
    else
        GT_TRY(fix_single(k, standard_of(k, s)->code, f, &opt, &fix, err));
    const size_t n = fix.shapes->n;
    struct gt_value *value = GT_TAKE_N(k->a, struct gt_value, n * f->n_fields + 1);
    for (size_t i = 0; i < n && f->n_fields > 0; i++)
        memcpy(value + i * f->n_fields, f->value + (size_t)fix.owner[i] * f->n_fields,
               f->n_fields * sizeof *value);
    uint16_t *trait = GT_TAKE_N(k->a, uint16_t, n + 1);
    for (size_t i = 0; i < n && f->trait; i++)
        trait[i] = f->trait[fix.owner[i]] & (GT_TRAIT_NULL | GT_TRAIT_EMPTY);
    struct gt_features *mended = GT_TAKE(k->a, struct gt_features);
    *mended = (struct gt_features){.shapes = fix.shapes,
                                   .trait = trait,
                                   .n_fields = f->n_fields,
                                   .field = f->field,
                                   .value = value,
                                   .type = f->type};
    struct check_mended *m = GT_PUSH(k->a, &k->mended);
    *m = (struct check_mended){.layer = standard_of(k, s)->code,
                               .points = fix.points,
                               .rings = fix.rings,
                               .spikes = fix.spikes,
                               .snapped = fix.snapped,
                               .slivers = fix.slivers};
    count_moved(k, m->layer, f, fix.moved_m2, m);
    *out = gt_layer_of(k->a, s->name, mended);
    return GT_OK;
}

/* ---- What the copy can have -------------------------------------------------------------------
 */

/* A layer without the fields whose names the format keeps for itself, its rings closed, arcs as
 * strokes, without heights: a writer that loses nothing would put them back. */
struct fewer {
    const struct gt_layer_source *of;
    int *field; /* those that stay */
    size_t n;
    int64_t *lost; /* geometries that cannot be kept; counted where fields are read */
};

static enum gt_status read_fewer(void *ctx, struct gt_arena *a, const struct gt_layer_query *q,
                                 const struct gt_features **out, struct gt_err *err)
{
    const struct fewer *f = ctx;
    struct gt_layer_query mine = *q;
    int *field = GT_TAKE_N(a, int, f->n + q->n_fields + 1);
    const struct gt_features *found;
    mine.n_fields = q->field ? q->n_fields : f->n;
    for (size_t i = 0; i < mine.n_fields; i++)
        field[i] = f->field[q->field ? (size_t)q->field[i] : i];
    mine.field = field;
    mine.no_fields = q->no_fields || mine.n_fields == 0;
    GT_TRY(gt_layer_read(f->of, a, &mine, &found, err));
    struct gt_features *plain = GT_TAKE(a, struct gt_features);
    *plain = *found;
    *out = plain;
    if (!found->trait || !found->shapes)
        return GT_OK;
    uint16_t *trait = GT_TAKE_N(a, uint16_t, found->shapes->n + 1);
    for (size_t i = 0; i < found->shapes->n; i++) {
        trait[i] = found->trait[i] & (GT_TRAIT_NULL | GT_TRAIT_EMPTY | GT_TRAIT_MULTI);
        if (!q->no_fields && (found->trait[i] & without_shape))
            ++*f->lost;
    }
    plain->trait = trait;
    return GT_OK;
}

static bool is_kept_name(const char *name)
{
    return !*name || strcasecmp(name, "fid") == 0 || strcasecmp(name, "geom") == 0;
}

static const struct gt_layer_source *plain_layer(struct check *k, const struct gt_layer_source *s,
                                                 int64_t *lost)
{
    struct fewer *f = GT_TAKE(k->a, struct fewer);
    struct gt_field *field = GT_TAKE_N(k->a, struct gt_field, s->n_fields + 1);
    *f = (struct fewer){.of = s, .field = GT_TAKE_N(k->a, int, s->n_fields + 1), .lost = lost};
    for (size_t i = 0; i < s->n_fields; i++)
        if (!is_kept_name(s->field[i].name)) {
            field[f->n] = s->field[i];
            f->field[f->n++] = (int)i;
        }
    struct gt_layer_source *out = GT_TAKE(k->a, struct gt_layer_source);
    *out = *s;
    out->field = field;
    out->n_fields = f->n;
    out->read = read_fewer;
    out->ctx = f;
    return out;
}

/* ---- The copy -------------------------------------------------------------------------------- */

/* Files by name with a shapefile; the stem is the same. */
static bool beside_shapefile(const char *shp, const char *file)
{
    static const char *const end[] = {".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix"};
    const size_t n = strlen(shp), m = strlen(file);
    if (n < 5 || m != n || strcasecmp(shp + n - 4, ".shp") != 0 || strncmp(shp, file, n - 4) != 0)
        return false;
    for (size_t i = 0; i < GT_LEN(end); i++)
        if (strcasecmp(file + m - 4, end[i]) == 0)
            return true;
    return false;
}

/* Whether a file of the package, by its path within, has a layer to mend: it is written anew. */
static bool is_written_anew(const struct check *k, const char *file)
{
    for (size_t i = 0; i < k->s->n_layers; i++) {
        const struct gt_layer_source *s = k->s->layer[i];
        if ((strcmp(s->file, file) == 0 || beside_shapefile(s->file, file)) && to_mend(k, s))
            return true;
    }
    return false;
}

/* All but what is written anew, byte for byte; `within`: path within the package, "" at its top. */
static enum gt_status copy_tree(struct check *k, const char *within, const char *to,
                                struct gt_err *err)
{
    const char *from = *within ? gt_path_join(k->a, k->path, within) : k->path;
    const char **name;
    size_t n;
    GT_TRY(gt_dir_make(to, err));
    GT_TRY(gt_dir_list(k->a, from, &name, &n, err));
    for (size_t i = 0; i < n; i++) {
        const char *source = gt_path_join(k->a, from, name[i]);
        const char *target = gt_path_join(k->a, to, name[i]);
        const char *file = *within ? gt_path_join(k->a, within, name[i]) : name[i];
        if (is_written_anew(k, file))
            continue;
        if (gt_path_is_dir(source)) {
            GT_TRY(copy_tree(k, file, target, err));
            continue;
        }
        GT_AUTO_ARENA a = gt_arena_new();
        struct gt_str bytes;
        GT_TRY(gt_file_get(a, source, (size_t)2 << 30, &bytes, err));
        GT_TRY(gt_file_put(target, bytes.p, bytes.n, err));
    }
    return GT_OK;
}

static bool is_sheet(const struct gt_layer_source *s)
{
    return s->table && (gt_ends(s->file, ".csv") || gt_ends(s->file, ".xlsx") ||
                        gt_ends(s->file, ".xls") || gt_ends(s->file, ".ods"));
}

static bool repeated(const struct gt_file_layer *v, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(v[i].name, name) == 0)
            return true;
    return false;
}

/* The layers of one file of the package (NULL: of all) as a GeoPackage. */
static enum gt_status write_vectors(struct check *k, const char *file, const char *path,
                                    struct gt_err *err)
{
    struct gt_file_layer *v = GT_TAKE_N(k->a, struct gt_file_layer, k->s->n_layers + 1);
    int64_t *lost = GT_TAKE_N(k->a, int64_t, k->s->n_layers + 1);
    size_t n = 0;
    for (size_t i = 0; i < k->s->n_layers; i++) {
        const struct gt_layer_source *s = k->s->layer[i];
        if (is_sheet(s) || (file && strcmp(s->file, file) != 0))
            continue;
        const char *name = s->name;
        for (int again = 2; repeated(v, n, name); again++)
            name = gt_printf(k->a, "%s_%d", s->name, again);
        v[n] = (struct gt_file_layer){.name = name, .title = {name, name}, .source = s};
        if (to_mend(k, s))
            GT_TRY(mend(k, s, &v[n].source, &lost[n], err));
        v[n].source = plain_layer(k, v[n].source, &lost[n]);
        n++;
    }
    if (n == 0)
        return GT_OK;
    const struct gt_file_opt opt = {0};
    GT_TRY(gt_layers_write(path, v, n, &opt, k->c->work, err));
    for (size_t i = 0; i < n; i++)
        if (lost[i] > 0)
            gt_warn(k->c->work,
                    "--fix: %s: the copy has no geometry for %lld features whose geometry is of "
                    "another kind, unreadable or not finite",
                    v[i].name, (long long)lost[i]);
    return GT_OK;
}

static enum gt_status write_all(struct check *k, const char *dir, struct gt_err *err)
{
    const char *folder = gt_path_join(k->a, dir, "矢量数据");
    const char *unit = *k->found->region ? k->found->region : "layers";
    GT_TRY(gt_dir_make(folder, err));
    return write_vectors(k, NULL, gt_path_join(k->a, folder, gt_printf(k->a, "%s.gpkg", unit)),
                         err);
}

/* Each file with a layer to mend as a GeoPackage in its place. */
static enum gt_status write_mended(struct check *k, const char *dir, struct gt_err *err)
{
    struct gt_map *done = gt_map_new(k->a);
    for (size_t i = 0; i < k->s->n_layers; i++) {
        const char *file = k->s->layer[i]->file;
        if (gt_map_get(done, file) || !is_written_anew(k, file))
            continue;
        gt_map_put(done, file, done);
        const char *base = gt_path_base(file), *dot = strrchr(base, '.');
        const int stem = dot && dot > base ? (int)(dot - file) : (int)strlen(file);
        const char *path = gt_path_join(k->a, dir, gt_printf(k->a, "%.*s.gpkg", stem, file));
        for (int again = 2; gt_path_exists(path); again++)
            path = gt_path_join(k->a, dir, gt_printf(k->a, "%.*s_%d.gpkg", stem, file, again));
        GT_TRY(write_vectors(k, file, path, err));
    }
    return GT_OK;
}

static enum gt_status write_copy(struct check *k, const char *half, const char *dir,
                                 struct gt_err *err)
{
    GT_TRY(gt_dir_make(half, err));
    if (gt_path_is_dir(k->path)) {
        GT_TRY(copy_tree(k, "", half, err));
        GT_TRY(write_mended(k, half, err));
    } else {
        gt_warn(k->c->work, "--fix: of an archive or a single file only the layers are copied");
        GT_TRY(write_all(k, half, err));
    }
    return gt_path_rename(half, dir, err);
}

/* ---- The copy, checked ----------------------------------------------------------------------- */

static bool still_there(const struct gt_findings *after, const struct gt_finding *f)
{
    for (size_t i = 0; i < after->n; i++) {
        const struct gt_finding *g = &after->v[i];
        if (strcmp(g->rule->id, f->rule->id) == 0 && strcmp(g->layer, f->layer) == 0 &&
            g->n_features > 0 && f->n_features > 0 && strcmp(g->feature[0], f->feature[0]) == 0)
            return true;
    }
    return false;
}

static const struct gt_findings *mark_fixed(struct check *k)
{
    struct gt_findings *out = GT_TAKE(k->a, struct gt_findings);
    struct gt_finding *v = GT_TAKE_N(k->a, struct gt_finding, k->found->n + 1);
    *out = *k->found;
    out->v = v;
    for (size_t i = 0; i < out->n; i++) {
        v[i] = k->found->v[i];
        v[i].fixed = v[i].rule->fixable && !still_there(k->after, &v[i]);
    }
    return out;
}

enum gt_status check_fix(struct check *k, const char *dir, struct gt_err *err)
{
    const char *half = gt_printf(k->a, "%s.half-%ld", dir, (long)getpid());
    const struct gt_submission *copy;
    const enum gt_status status = write_copy(k, half, dir, err);
    if (status != GT_OK) {
        check_remove_tree(k->a, half);
        return status;
    }
    k->fix_dir = dir;
    GT_TRY(gt_submission_open(k->a, dir, k->c->work, &copy, err));
    struct gt_submission both = *copy;
    both.upper = k->s->upper;
    GT_TRY(gt_review(k->a, &both, &k->opt, &k->after, err));
    k->found = mark_fixed(k);
    return GT_OK;
}
