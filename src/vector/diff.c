/* diff.c: what changed between two states of a layer: features are met by key, fingerprints tell
 * which of them differ, and only those are read again and compared one by one. */
#include "guotu/hash.h"
#include "guotu/vector.h"

#include "ring_same.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CHUNK INT64_C(65536)

static const char *const names[] = {"added", "removed", "changed"};

const char *gt_change_name(enum gt_change_kind k)
{
    return names[k];
}

struct print {
    unsigned char key[16], all[16];
    uint32_t place;
};

/* One of the two states. */
struct state {
    const struct gt_layer_source *source;
    int key;    /* field; -1: none */
    int *field; /* common field to the state's own */
    size_t n_fields;
    struct print *print; /* by key, then place */
    bool *wanted;        /* by place: part of a change */
    size_t *at;          /* place among the features kept */
    const struct gt_features *kept;
};

/* ---- Values ---- */

static struct gt_str text_of(const struct gt_value *v, char number[static 32])
{
    if (v->kind == GT_V_NODATA)
        return gt_s("");
    struct gt_str s = gt_s(v->kind == GT_V_TEXT ? v->text : gt_fmt_num(v->num, number));
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

static bool same_value(const struct gt_value *a, const struct gt_value *b)
{
    char na[32], nb[32];
    struct gt_str ta = text_of(a, na), tb = text_of(b, nb);
    return ta.n == tb.n && (ta.n == 0 || memcmp(ta.p, tb.p, ta.n) == 0);
}

/* ---- Fingerprints ---- */

static void finish(struct gt_hash *h, unsigned char out[static 16])
{
    char text[GT_HASH_TEXT];
    gt_hash_end(h, text);
    const char *hex = strchr(text, ':') + 1;
    for (size_t i = 0; i < 16; i++) {
        unsigned hi = (unsigned)(hex[2 * i] <= '9' ? hex[2 * i] - '0' : hex[2 * i] - 'a' + 10);
        unsigned lo =
            (unsigned)(hex[2 * i + 1] <= '9' ? hex[2 * i + 1] - '0' : hex[2 * i + 1] - 'a' + 10);
        out[i] = (unsigned char)(hi * 16 + lo);
    }
}

static bool lies_before(const double *p, const double *q)
{
    return p[0] < q[0] || (p[0] <= q[0] && p[1] < q[1]);
}

/* A ring from its least point on, towards the lesser neighbour: the same however it is written. */
static void add_ring(struct gt_hash *h, const double *p, int64_t n)
{
    int64_t least = 0;
    for (int64_t i = 1; i < n; i++)
        if (lies_before(p + 2 * i, p + 2 * least))
            least = i;
    const double *next = p + 2 * ((least + 1) % n), *last = p + 2 * ((least + n - 1) % n);
    int64_t step = lies_before(next, last) ? 1 : n - 1;
    for (int64_t i = 0; i < n; i++)
        gt_hash_add(h, p + 2 * ((least + i * step) % n), 2 * sizeof *p);
}

static void add_shape(struct gt_hash *h, const struct gt_shapes *s, size_t i)
{
    for (int64_t r = s->part[i]; r < s->part[i + 1]; r++) {
        int64_t n = s->point[r + 1] - s->point[r];
        gt_hash_add(h, &n, sizeof n);
        if (s->kind == GT_SHAPE_POLYGON && n > 1)
            add_ring(h, s->xy + 2 * s->point[r], n - 1);
        else
            gt_hash_add(h, s->xy + 2 * s->point[r], 2 * (size_t)n * sizeof(double));
    }
}

static void add_values(struct gt_hash *h, const struct state *s, const struct gt_value *v)
{
    char number[32];
    for (size_t i = 0; i < s->n_fields; i++) {
        struct gt_str t = text_of(&v[s->field[i]], number);
        gt_hash_add(h, &t.n, sizeof t.n);
        gt_hash_add(h, t.p, t.n);
    }
}

static void print_feature(struct state *s, const struct gt_features *f, size_t i, struct print *out)
{
    struct gt_hash h;
    char number[32];
    const struct gt_value *v = f->value + i * f->n_fields;
    struct gt_str key = s->key >= 0 ? text_of(&v[s->key], number) : gt_s("");
    gt_hash_begin(&h);
    if (key.n)
        gt_hash_add(&h, key.p, key.n);
    else if (f->shapes)
        add_shape(&h, f->shapes, i);
    else
        add_values(&h, s, v);
    finish(&h, out->key);
    gt_hash_begin(&h);
    if (f->shapes)
        add_shape(&h, f->shapes, i);
    add_values(&h, s, v);
    finish(&h, out->all);
}

static enum gt_status print_state(struct gt_arena *a, struct state *s, struct gt_work *w,
                                  struct gt_err *err)
{
    void *p[3];
    size_t n = (size_t)s->source->n;
    const size_t size[] = {sizeof *s->print, sizeof *s->wanted, sizeof *s->at};
    if (s->source->n > UINT32_MAX - 1)
        return gt_fail(err, GT_ETOOBIG, "%s: expected at most %u features, found %lld",
                       s->source->name, UINT32_MAX - 1, (long long)s->source->n);
    for (size_t i = 0; i < GT_LEN(p); i++)
        GT_TRY(gt_reserve(a, n + 1, size[i], "features", &p[i], err));
    s->print = p[0];
    s->wanted = p[1];
    s->at = p[2];
    for (int64_t from = 0; from < s->source->n; from += CHUNK) {
        GT_AUTO_ARENA chunk = gt_arena_new();
        const struct gt_features *f;
        const struct gt_layer_query q = {.from = from, .count = CHUNK};
        if (gt_stopped(w))
            return gt_fail(err, GT_ECANCELLED, "stopped on request");
        gt_progress(w, s->source->name, from, s->source->n);
        GT_TRY(gt_layer_read(s->source, chunk, &q, &f, err));
        for (size_t i = 0; i < gt_features_count(f) && (size_t)from + i < n; i++)
            print_feature(s, f, i, &s->print[(size_t)from + i]);
    }
    for (size_t i = 0; i < n; i++)
        s->print[i].place = (uint32_t)i;
    return GT_OK;
}

static int by_key(const void *a, const void *b)
{
    const struct print *p = a, *q = b;
    int c = memcmp(p->key, q->key, sizeof p->key);
    return c ? c : (p->place > q->place) - (p->place < q->place);
}

/* ---- Meeting ---- */

struct pairs {
    uint32_t *after; /* by place before; NONE: no such feature any more */
    bool *met;       /* by place after */
    int64_t same, repeated;
};
#define NONE UINT32_MAX

static int64_t count_repeated(const struct state *s)
{
    int64_t n = 0;
    for (size_t i = 1; i < (size_t)s->source->n; i++)
        n += memcmp(s->print[i].key, s->print[i - 1].key, 16) == 0;
    return n;
}

static void meet(struct state *a, struct state *b, struct pairs *out)
{
    size_t na = (size_t)a->source->n, nb = (size_t)b->source->n, i = 0, j = 0;
    while (i < na || j < nb) {
        const struct print *p = &a->print[i], *q = &b->print[j];
        uint32_t pa = p->place, pb = q->place;
        int c = i == na ? 1 : j == nb ? -1 : memcmp(p->key, q->key, sizeof p->key);
        if (c < 0) {
            out->after[pa] = NONE;
            a->wanted[pa] = true;
            i++;
        } else if (c > 0) {
            b->wanted[pb] = true;
            j++;
        } else {
            bool equal = memcmp(p->all, q->all, sizeof p->all) == 0;
            out->after[pa] = pb;
            out->met[pb] = true;
            out->same += equal;
            a->wanted[pa] = b->wanted[pb] = !equal;
            i++;
            j++;
        }
    }
}

static enum gt_status meet_states(struct gt_arena *a, struct state *s, struct pairs *out,
                                  struct gt_err *err)
{
    void *after, *met;
    GT_TRY(gt_reserve(a, (size_t)s[0].source->n + 1, sizeof(uint32_t), "pairs", &after, err));
    GT_TRY(gt_reserve(a, (size_t)s[1].source->n + 1, sizeof(bool), "pairs", &met, err));
    *out = (struct pairs){.after = after, .met = met};
    for (int k = 0; k < 2; k++) {
        qsort(s[k].print, (size_t)s[k].source->n, sizeof *s[k].print, by_key);
        out->repeated += count_repeated(&s[k]);
    }
    meet(&s[0], &s[1], out);
    return GT_OK;
}

/* ---- Those that changed ---- */

static enum gt_status keep_wanted(struct gt_arena *a, struct state *s, struct gt_err *err)
{
    GT_VEC(const struct gt_features *) chunks = {0};
    size_t kept = 0;
    for (int64_t from = 0; from < s->source->n || chunks.n == 0; from += CHUNK) {
        GT_VEC(size_t) which = {0};
        GT_AUTO_ARENA scratch = gt_arena_new();
        for (int64_t i = from; i < s->source->n && i < from + CHUNK; i++)
            if (s->wanted[i]) {
                s->at[i] = kept++;
                *GT_PUSH(scratch, &which) = (size_t)(i - from);
            }
        if (which.n == 0 && (from + CHUNK < s->source->n || chunks.n))
            continue;
        const struct gt_features *f;
        const struct gt_layer_query q = {.from = from, .count = CHUNK};
        GT_TRY(gt_layer_read(s->source, a, &q, &f, err));
        GT_TRY(gt_features_pick(a, f, which.v, which.n, GT_PUSH(a, &chunks), err));
    }
    return gt_features_join(a, chunks.v, chunks.n, &s->kept, err);
}

static void compare(struct gt_arena *a, const struct state *s, struct gt_change *c)
{
    const struct gt_features *f = s[0].kept, *g = s[1].kept;
    const struct gt_value *v = f->value + c->before * f->n_fields,
                          *w = g->value + c->after * g->n_fields;
    GT_VEC(int) changed = {0};
    c->shape = f->shapes && !gt_shape_same(f->shapes, c->before, g->shapes, c->after);
    for (size_t i = 0; i < s->n_fields; i++)
        if (!same_value(&v[s[0].field[i]], &w[s[1].field[i]]))
            *GT_PUSH(a, &changed) = (int)i;
    c->n_fields = changed.n;
    c->field = changed.v;
}

static void list_changes(struct gt_arena *a, const struct state *s, const struct pairs *p,
                         struct gt_layer_diff *out)
{
    GT_VEC(struct gt_change) all = {0};
    for (size_t i = 0; i < (size_t)s[0].source->n; i++) {
        struct gt_change c = {.kind = GT_REMOVED};
        if (!s[0].wanted[i])
            continue;
        c.before = s[0].at[i];
        if (p->after[i] != NONE) {
            c.kind = GT_CHANGED;
            c.after = s[1].at[p->after[i]];
            compare(a, s, &c);
        }
        if (c.kind == GT_CHANGED && !c.shape && c.n_fields == 0)
            out->same++;
        else
            *GT_PUSH(a, &all) = c;
    }
    for (size_t i = 0; i < (size_t)s[1].source->n; i++)
        if (!p->met[i])
            *GT_PUSH(a, &all) = (struct gt_change){.kind = GT_ADDED, .after = s[1].at[i]};
    for (size_t i = 0; i < all.n; i++)
        out->count[all.v[i].kind]++;
    out->v = all.v;
    out->n = all.n;
}

/* ---- Fields ---- */

static const char *fields_without(struct gt_arena *a, const struct gt_layer_source *s,
                                  const struct gt_layer_source *other)
{
    struct gt_buf b = {.a = a};
    for (size_t i = 0; i < s->n_fields; i++)
        if (gt_layer_field(other, s->field[i].name) < 0)
            gt_buf_addf(&b, "%s%s", b.n ? ", " : "", s->field[i].name);
    return b.p ? b.p : "";
}

static bool is_ignored(const struct gt_diff_opt *opt, const char *name)
{
    for (size_t i = 0; opt->ignore && opt->ignore[i]; i++)
        if (strcasecmp(opt->ignore[i], name) == 0)
            return true;
    return false;
}

static void match_fields(struct gt_arena *a, struct state *s, const struct gt_diff_opt *opt,
                         struct gt_layer_diff *out)
{
    const struct gt_layer_source *f = s[0].source, *g = s[1].source;
    const char **name = GT_TAKE_N(a, const char *, f->n_fields + 1);
    for (int k = 0; k < 2; k++)
        s[k].field = GT_TAKE_N(a, int, f->n_fields + 1);
    for (size_t i = 0; i < f->n_fields; i++) {
        int at = gt_layer_field(g, f->field[i].name);
        if (at < 0 || is_ignored(opt, f->field[i].name))
            continue;
        s[0].field[out->n_fields] = (int)i;
        s[1].field[out->n_fields] = at;
        name[out->n_fields++] = f->field[i].name;
    }
    s[0].n_fields = s[1].n_fields = out->n_fields;
    out->field = name;
    out->only_before = fields_without(a, f, g);
    out->only_after = fields_without(a, g, f);
}

static enum gt_status find_key(struct state *s, const char *key, struct gt_err *err)
{
    s->key = key ? gt_layer_field(s->source, key) : -1;
    if (key && s->key < 0)
        return gt_fail(err, GT_EINPUT, "%s: expected a field '%s' that tells its features apart",
                       s->source->name, key);
    return GT_OK;
}

enum gt_status gt_layers_diff(struct gt_arena *a, const struct gt_layer_source *before,
                              const struct gt_layer_source *after, const struct gt_diff_opt *opt,
                              const struct gt_layer_diff **out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_layer_diff *d = GT_TAKE(a, struct gt_layer_diff);
    struct state s[2] = {{.source = before}, {.source = after}};
    struct pairs pairs;
    if (before->table != after->table || (!before->table && before->kind != after->kind))
        return gt_fail(err, GT_EINPUT,
                       "expected two states of one layer, found '%s' and '%s', which "
                       "hold other kinds of geometry",
                       before->name, after->name);
    match_fields(a, s, opt, d);
    for (int k = 0; k < 2; k++) {
        GT_TRY(find_key(&s[k], opt->key, err));
        GT_TRY(print_state(scratch, &s[k], opt->work, err));
    }
    GT_TRY(meet_states(scratch, s, &pairs, err));
    for (int k = 0; k < 2; k++)
        GT_TRY(keep_wanted(a, &s[k], err));
    d->n_before = before->n;
    d->n_after = after->n;
    d->same = pairs.same;
    d->repeated = pairs.repeated;
    d->before = s[0].kept;
    d->after = s[1].kept;
    list_changes(a, s, &pairs, d);
    *out = d;
    return GT_OK;
}
