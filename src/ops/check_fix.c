/* check_fix.c: a mended copy of a submission package: the files byte for byte, then in place the
 * features of which something is safe to mend: over the whole layer where its polygons exclude one
 * another and share a fault, feature by feature elsewhere; and the check of the copy. */
#include "check.h"

#include "guotu/io.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

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

/* A finding on the file at hand, which --fix can mend. */
static bool mendable(const struct gt_finding *f, const struct gt_layer_source *s, const char *code)
{
    return f->rule->fixable && strcmp(f->layer, code) == 0 &&
           (!*f->path || strcmp(f->path, s->file) == 0);
}

static bool found_on(const struct check *k, const struct gt_layer_source *s, const char *rule)
{
    const char *code = standard_of(k, s)->code;
    for (size_t i = 0; i < k->found->n; i++) {
        const struct gt_finding *f = &k->found->v[i];
        if (mendable(f, s, code) && (!rule || strcmp(f->rule->id, rule) == 0))
            return true;
    }
    return false;
}

static bool to_mend(const struct check *k, const struct gt_layer_source *s)
{
    return !s->table && s->kind == GT_SHAPE_POLYGON && s->crs && standard_of(k, s) &&
           found_on(k, s, NULL);
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

static void add_counts(struct gt_coverage_fix *sum, const struct gt_coverage_fix *one)
{
    sum->points += one->points;
    sum->rings += one->rings;
    sum->spikes += one->spikes;
    sum->snapped += one->snapped;
    sum->slivers += one->slivers;
}

/* ---- What may be mended ---------------------------------------------------------------------- */

/* What is known of one feature. */
enum { OWN = 1, SLIVER = 2, UNSAFE = 4 };

/* One layer of one file. */
struct layer {
    struct check *k;
    const struct gt_layer_source *s;
    const char *code;
    const struct gt_features *f;
    uint8_t *state; /* by feature */
    struct gt_coverage_fix fix;
    GT_VEC(struct gt_amendment) changed;
};

static bool active(const struct check *k, const char *rule)
{
    const struct gt_check_rule *r = gt_profile_rule(k->opt.profile, rule);
    return r && r->fixable && r->level != GT_LEVEL_OFF;
}

/* By what was odd about geometries as they came: kinds that can be mended, if their rule is
 * applied, and kinds of which something would be lost. */
static uint8_t state_by_trait(const struct check *k, uint16_t trait)
{
    static const struct {
        uint16_t trait;
        const char *rule;
    } safe[] = {{GT_TRAIT_OPEN, "topology.unclosed"},
                {GT_TRAIT_Z | GT_TRAIT_M, "topology.zm"},
                {GT_TRAIT_CURVED, "topology.curved"}};
    const uint16_t lost = GT_TRAIT_NULL | GT_TRAIT_EMPTY | GT_TRAIT_NOT_FINITE |
                          GT_TRAIT_OTHER_KIND | GT_TRAIT_SHORT | GT_TRAIT_UNREADABLE;
    uint8_t state = trait & lost ? UNSAFE : 0;
    for (size_t i = 0; i < GT_LEN(safe); i++)
        if (trait & safe[i].trait)
            state |= active(k, safe[i].rule) ? OWN : UNSAFE;
    return state;
}

static enum gt_status note_flaw(void *ctx, const struct gt_flaw *flaw, struct gt_err *err)
{
    struct layer *l = ctx;
    uint8_t *state = &l->state[flaw->a - 1];
    (void)err;
    switch (flaw->kind) {
    case GT_FLAW_DUPLICATE_POINT:
        *state |= active(l->k, "topology.duplicate_point") ? OWN : 0;
        break;
    case GT_FLAW_DUPLICATE_RING: *state |= active(l->k, "topology.duplicate_ring") ? OWN : 0; break;
    case GT_FLAW_SPIKE: *state |= active(l->k, "topology.spike") ? OWN : 0; break;
    default: *state |= UNSAFE;
    }
    return GT_OK;
}

/* The features that slivers are told of, by name. */
static const struct gt_map *slivers(const struct layer *l)
{
    struct gt_map *m = gt_map_new(l->k->a);
    for (size_t i = 0; i < l->k->found->n; i++) {
        const struct gt_finding *f = &l->k->found->v[i];
        if (mendable(f, l->s, l->code) && strcmp(f->rule->id, "topology.sliver") == 0)
            for (size_t j = 0; j < f->n_features; j++)
                gt_map_put(m, f->feature[j], m);
    }
    return m;
}

static const char *name_of(const struct layer *l, size_t i, int bsm)
{
    const struct gt_features *f = l->f;
    const char *name =
        bsm < 0 ? "" : gt_value_text(l->k->a, &f->value[i * f->n_fields + (size_t)bsm]);
    return *name ? name : gt_printf(l->k->a, "%lld", (long long)gt_features_id(f, i));
}

static enum gt_status look(struct layer *l, const struct gt_coverage_opt *opt, struct gt_err *err)
{
    const size_t n = l->f->shapes->n;
    const int bsm = gt_features_field(l->f, "BSM");
    const struct gt_map *named = slivers(l);
    struct gt_features plain = *l->f; /* numbers are places + 1 */
    plain.id = NULL;
    l->state = GT_TAKE_N(l->k->a, uint8_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        l->state[i] = l->f->trait ? state_by_trait(l->k, l->f->trait[i]) : 0;
        if (gt_map_get(named, name_of(l, i, bsm)))
            l->state[i] |= SLIVER;
    }
    return gt_check_shapes(gt_layer_of(l->k->a, l->s->name, &plain), opt, note_flaw, l, err);
}

/* ---- Mending one layer ----------------------------------------------------------------------- */

/* Each flawed feature by itself. */
static enum gt_status fix_single(struct layer *l, const struct gt_coverage_opt *opt,
                                 struct gt_err *err)
{
    const struct gt_shapes *s = l->f->shapes;
    struct gt_arena *a = l->k->a;
    struct gather all = gather_begin(a);
    int64_t *owner = GT_TAKE_N(a, int64_t, s->n + 1);
    double *moved = GT_TAKE_N(a, double, s->n + 1);
    for (size_t i = 0; i < s->n; i++) {
        owner[i] = (int64_t)i;
        if ((l->state[i] & (OWN | UNSAFE)) != OWN) {
            gather_feature(&all, s, i);
            continue;
        }
        struct gather one = gather_begin(a);
        struct gt_coverage_fix fix = {0};
        gather_feature(&one, s, i);
        GT_TRY(gt_fix_coverage(a, gathered(&one, s), opt, &fix, err));
        const bool kept = fix.shapes->n == 1;
        gather_feature(&all, kept ? fix.shapes : s, kept ? 0 : i);
        if (kept) {
            add_counts(&l->fix, &fix);
            moved[i] = fix.moved_m2[0];
        }
    }
    l->fix.shapes = gathered(&all, s);
    l->fix.owner = owner;
    l->fix.moved_m2 = moved;
    return GT_OK;
}

static bool same_shape(const struct gt_shapes *s, size_t i, const struct gt_shapes *t, size_t j)
{
    const int64_t n = s->part[i + 1] - s->part[i];
    if (n != t->part[j + 1] - t->part[j])
        return false;
    for (int64_t r = 0; r < n; r++) {
        const int64_t *p = &s->point[s->part[i] + r], *q = &t->point[t->part[j] + r];
        if (p[1] - p[0] != q[1] - q[0] ||
            memcmp(s->xy + 2 * p[0], t->xy + 2 * q[0], (size_t)(p[1] - p[0]) * 16) != 0)
            return false;
    }
    return true;
}

/* The features that become others or go; what is unsafe stays, and moves nothing. */
static void compare(struct layer *l)
{
    const struct gt_shapes *old = l->f->shapes, *now = l->fix.shapes;
    struct gt_arena *a = l->k->a;
    const uint16_t odd = GT_TRAIT_OPEN | GT_TRAIT_Z | GT_TRAIT_M | GT_TRAIT_CURVED;
    double *moved = GT_TAKE_N(a, double, old->n + 1);
    size_t *place = GT_TAKE_N(a, size_t, old->n + 1); /* in the result, from 1; 0: gone */
    for (size_t j = 0; j < now->n; j++)
        place[l->fix.owner[j]] = j + 1;
    for (size_t i = 0; i < old->n; i++) {
        const bool gone = place[i] == 0;
        const struct gt_amendment v = {
            .id = gt_features_id(l->f, i), .remove = gone, .shape = gone ? 0 : place[i] - 1};
        const bool changed =
            gone ? (l->state[i] & SLIVER) != 0
                 : !same_shape(old, i, now, v.shape) || (l->f->trait && (l->f->trait[i] & odd));
        if (!changed || (l->state[i] & UNSAFE))
            continue;
        moved[i] = l->fix.moved_m2[i];
        *GT_PUSH(a, &l->changed) = v;
    }
    l->fix.moved_m2 = moved;
}

static enum gt_status fix_layer(struct layer *l, struct gt_err *err)
{
    const struct check *k = l->k;
    const struct gt_standard_layer *std = standard_of(k, l->s);
    const struct gt_coverage_opt opt = {.tolerance_m = tolerance(k, "topology.overlap"),
                                        .sliver_m = tolerance(k, "topology.sliver"),
                                        .full = std->covers,
                                        .memory = k->opt.memory,
                                        .work = k->c->work};
    const bool shared =
        found_on(k, l->s, "topology.sliver") || found_on(k, l->s, "topology.border");
    GT_TRY(gt_layer_read(l->s, k->a, NULL, &l->f, err));
    GT_TRY(look(l, &opt, err));
    if (shared && exclusive(k, std))
        GT_TRY(gt_fix_coverage(k->a, l->f->shapes, &opt, &l->fix, err));
    else
        GT_TRY(fix_single(l, &opt, err));
    compare(l);
    return GT_OK;
}

static void tell(struct layer *l)
{
    struct check_mended *m = GT_PUSH(l->k->a, &l->k->mended);
    *m = (struct check_mended){.layer = l->code,
                               .points = l->fix.points,
                               .rings = l->fix.rings,
                               .spikes = l->fix.spikes,
                               .snapped = l->fix.snapped,
                               .slivers = l->fix.slivers};
    count_moved(l->k, l->code, l->f, l->fix.moved_m2, m);
}

/* ---- Databases that another program's code changes ------------------------------------------- */

static bool same_values(const struct gt_features *f, size_t i, const struct gt_features *g,
                        size_t j)
{
    for (size_t k = 0; k < f->n_fields; k++) {
        const struct gt_value *u = &f->value[i * f->n_fields + k];
        const struct gt_value *v = &g->value[j * g->n_fields + k];
        if (u->kind != v->kind || (u->kind == GT_V_TEXT && strcmp(u->text, v->text) != 0) ||
            (u->kind == GT_V_NUM && memcmp(&u->num, &v->num, sizeof u->num) != 0))
            return false;
    }
    return true;
}

/* Whether the layer read again is what it was but for the amendments, which are in its order. */
static bool rest_is_same(const struct layer *l, const struct gt_features *now)
{
    const struct gt_features *f = l->f;
    size_t next = 0, at = 0;
    if (now->n_fields != f->n_fields || !now->shapes)
        return false;
    for (size_t i = 0; i < f->shapes->n; i++) {
        const bool changed = next < l->changed.n && l->changed.v[next].id == gt_features_id(f, i);
        if (changed && l->changed.v[next++].remove)
            continue;
        if (at == now->shapes->n || gt_features_id(now, at) != gt_features_id(f, i) ||
            !same_values(f, i, now, at) || (!changed && !same_shape(f->shapes, i, now->shapes, at)))
            return false;
        at++;
    }
    return at == now->shapes->n;
}

static enum gt_status verify(const struct layer *l, const char *path, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_layer_source *const *v;
    size_t n;
    GT_TRY(gt_outside_layers(a, path, NULL, l->k->c->work, &v, &n, err));
    for (size_t i = 0; i < n; i++) {
        const struct gt_features *now;
        if (strcmp(v[i]->name, l->s->name) != 0)
            continue;
        GT_TRY(gt_layer_read(v[i], a, NULL, &now, err));
        if (rest_is_same(l, now))
            return GT_OK;
    }
    return gt_fail(err, GT_EUSE, "changed by GDAL it is not as it was where nothing was mended");
}

/* A folder of a database is put back where it cannot be changed, or not without loss. */
static enum gt_status amend(const struct layer *l, const char *path, const struct gt_amend *m,
                            struct gt_err *err)
{
    struct check *k = l->k;
    const char *kept = gt_printf(k->a, "%s.kept", path);
    if (!gt_path_is_dir(path))
        return gt_layer_amend(path, m, err);
    GT_TRY(check_copy_any(k, path, kept, err));
    enum gt_status status = gt_layer_amend(path, m, err);
    if (status == GT_OK)
        status = verify(l, path, err);
    if (status == GT_OK) {
        check_remove_tree(k->a, kept);
        return GT_OK;
    }
    struct gt_err none = {0};
    check_remove_tree(k->a, path);
    if (gt_path_rename(kept, path, &none) != GT_OK)
        return gt_fail(err, none.status, "%s", none.text);
    return status == GT_ECANCELLED ? status : GT_EUSE;
}

static enum gt_status mend(struct check *k, const struct gt_layer_source *s, const char *half,
                           struct gt_err *err)
{
    struct layer l = {.k = k, .s = s, .code = standard_of(k, s)->code};
    struct gt_err why = {0};
    GT_TRY(fix_layer(&l, err));
    if (l.changed.n == 0)
        return GT_OK;
    const struct gt_amend m = {
        .layer = s->name, .shapes = l.fix.shapes, .n = l.changed.n, .v = l.changed.v};
    const enum gt_status status = amend(&l, gt_path_join(k->a, half, s->file), &m, &why);
    if (status == GT_OK)
        tell(&l);
    else if (status != GT_EUSE)
        return gt_fail(err, status, "%s", why.text);
    else
        gt_warn(k->c->work, "--fix: %s in %s stays as it is: %s", s->name, s->file, why.text);
    return GT_OK;
}

static enum gt_status write_copy(struct check *k, const char *half, const char *dir,
                                 struct gt_err *err)
{
    GT_TRY(check_copy(k, half, err));
    for (size_t i = 0; i < k->s->n_layers; i++)
        if (to_mend(k, k->s->layer[i]))
            GT_TRY(mend(k, k->s->layer[i], half, err));
    if (gt_path_exists(dir))
        return gt_fail(err, GT_EEXISTS, "--fix %s: expected a folder that is not there yet", dir);
    return gt_path_rename(half, dir, err);
}

/* ---- The copy, checked ----------------------------------------------------------------------- */

/* Nothing but what was mended has another shape, so a finding that stays has the same features;
 * one without features the same place. */
static bool is_same(const struct gt_finding *f, const struct gt_finding *g)
{
    if (strcmp(g->rule->id, f->rule->id) != 0 || strcmp(g->layer, f->layer) != 0 ||
        strcmp(g->path, f->path) != 0 || g->n_features != f->n_features)
        return false;
    for (size_t i = 0; i < f->n_features; i++)
        if (strcmp(g->feature[i], f->feature[i]) != 0)
            return false;
    return f->n_features > 0 || !isfinite(f->lon) || !isfinite(g->lon) ||
           (fabs(f->lon - g->lon) < 1e-6 && fabs(f->lat - g->lat) < 1e-6);
}

static bool still_there(const struct gt_findings *after, const struct gt_finding *f)
{
    for (size_t i = 0; i < after->n; i++)
        if (is_same(f, &after->v[i]))
            return true;
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
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    dir = gt_strndup(k->a, dir, n);
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
