/* Patterns by their definition: every set is an array of truths, every patch a flood. */
#include "pattern_slow.h"

#include <stdlib.h>
#include <string.h>

struct slow {
    struct gt_arena *a;
    int w, h, n, connect, rx, ry;
    bool *fore, *none, *core, *shell, *line; /* line: what is left of the skeleton */
    uint8_t *out;
};

static bool *truths(struct slow *s)
{
    return GT_TAKE_N(s->a, bool, (size_t)s->n + 1);
}

static bool touch(const struct slow *s, int i, int k, int connect)
{
    int dx = abs(i % s->w - k % s->w), dy = abs(i / s->w - k / s->w);
    return connect == 8 ? dx <= 1 && dy <= 1 : dx + dy <= 1;
}

/* Spreads `in` within the set until nothing changes. */
static void spread(const struct slow *s, const bool *set, bool *in, int connect)
{
    int *queue = malloc((size_t)s->n * sizeof *queue), n = 0;
    for (int i = 0; i < s->n; i++)
        if (in[i])
            queue[n++] = i;
    for (int head = 0; head < n; head++)
        for (int v = -1; v <= 1; v++)
            for (int u = -1; u <= 1; u++) {
                int x = queue[head] % s->w + u, y = queue[head] / s->w + v, k = y * s->w + x;
                if (x < 0 || y < 0 || x >= s->w || y >= s->h || in[k] || !set[k] ||
                    !touch(s, queue[head], k, connect))
                    continue;
                in[k] = true;
                queue[n++] = k;
            }
    free(queue);
}

/* Patches of a set, numbered from 1. */
static int label(struct slow *s, const bool *set, int connect, int *id)
{
    int n = 0;
    memset(id, 0, (size_t)s->n * sizeof *id);
    for (int i = 0; i < s->n; i++) {
        if (!set[i] || id[i])
            continue;
        bool *in = truths(s);
        in[i] = true;
        spread(s, set, in, connect);
        n++;
        for (int k = 0; k < s->n; k++)
            if (in[k])
                id[k] = n;
    }
    return n;
}

static bool near(const struct slow *s, int i, int k, int64_t rx, int64_t ry)
{
    int64_t dx = i % s->w - k % s->w, dy = i / s->w - k / s->w;
    return dx * dx * ry * ry + dy * dy * rx * rx <= rx * rx * ry * ry;
}

static bool near_any(const struct slow *s, const bool *set, int i, int rx, int ry)
{
    for (int k = 0; k < s->n; k++)
        if (set[k] && near(s, i, k, rx, ry))
            return true;
    return false;
}

/* ---- Edges and perforations ---- */

static bool on_rim(const struct slow *s, int i)
{
    return i % s->w == 0 || i % s->w == s->w - 1 || i < s->w || i >= s->n - s->w;
}

/* Cells that do not reach the rim without crossing core number c. */
static bool *enclosed(struct slow *s, const int *core, int c, int dual)
{
    bool *set = truths(s), *out = truths(s);
    for (int i = 0; i < s->n; i++) {
        set[i] = core[i] != c;
        out[i] = set[i] && on_rim(s, i);
    }
    spread(s, set, out, dual);
    for (int i = 0; i < s->n; i++)
        out[i] = set[i] && !out[i];
    return out;
}

/* Depths of patches of core and of the rest, told from each other by pairs that touch. */
static void depths(struct slow *s, const int *core, const int *rest, int *of_core, int *of_rest)
{
    int dual = 12 - s->connect, cores = 0;
    for (int i = 0; i < s->n; i++)
        cores = core[i] > cores ? core[i] : cores;
    bool **in = GT_TAKE_N(s->a, bool *, (size_t)cores + 1);
    bool *open = truths(s);
    for (int c = 1; c <= cores; c++)
        in[c] = enclosed(s, core, c, dual);
    for (int i = 0; i < s->n; i++)
        open[rest[i]] |= rest[i] && (on_rim(s, i) || s->none[i]);
    for (int i = 0; i < s->n; i++)
        of_rest[rest[i]] = 0;
    for (int c = 0; c <= cores; c++)
        of_core[c] = 1;
    for (int round = 0; round < 20; round++)
        for (int i = 0; i < s->n; i++)
            for (int k = i + 1; k < s->n && k <= i + s->w; k++) {
                int c = core[i] ? core[i] : core[k], r = rest[i] ? rest[i] : rest[k];
                if (!touch(s, i, k, 4) || !core[i] == !core[k])
                    continue;
                int place = core[i] ? k : i;
                if (!in[c][place])
                    of_core[c] = of_rest[r] + 1;
                else if (!open[r])
                    of_rest[r] = of_core[c];
            }
}

static void shells(struct slow *s)
{
    size_t n = (size_t)s->n + 1;
    int *core = GT_TAKE_N(s->a, int, n), *rest = GT_TAKE_N(s->a, int, n);
    int *of_core = GT_TAKE_N(s->a, int, n), *of_rest = GT_TAKE_N(s->a, int, n);
    bool *other = truths(s);
    for (int i = 0; i < s->n; i++)
        other[i] = !s->core[i];
    label(s, s->core, s->connect, core);
    label(s, other, 12 - s->connect, rest);
    depths(s, core, rest, of_core, of_rest);
    for (int i = 0; i < s->n; i++) {
        if (!s->fore[i] || s->core[i] || s->out[i] == 2)
            continue;
        int deepest = 0;
        for (int k = 0; k < s->n; k++)
            if (s->core[k] && near(s, i, k, s->rx, s->ry) && of_core[core[k]] > deepest)
                deepest = of_core[core[k]];
        s->shell[i] = deepest > 0;
        if (s->shell[i])
            s->out[i] = of_rest[rest[i]] == 0 || deepest > of_rest[rest[i]] ? 4 : 3;
    }
}

/* ---- The skeleton ---- */

static bool stands(const struct slow *s, int x, int y)
{
    if (x < 0 || y < 0 || x >= s->w || y >= s->h)
        return false;
    return s->line[y * s->w + x] || s->core[y * s->w + x];
}

/* Yokoi's connectivity number is 1. */
static bool simple(const struct slow *s, int i)
{
    static const int DX[9] = {1, 1, 0, -1, -1, -1, 0, 1, 1}, DY[9] = {0, -1, -1, -1, 0, 1, 1, 1, 0};
    int x = i % s->w, y = i / s->w, number = 0;
    for (int k = 0; k < 8; k += 2) {
        bool v[3];
        for (int j = 0; j < 3; j++)
            v[j] = stands(s, x + DX[k + j], y + DY[k + j]) == (s->connect == 4);
        number += v[0] - (v[0] && v[1] && v[2]);
    }
    return number == 1;
}

static void thin(struct slow *s)
{
    int longer = s->rx > s->ry ? s->rx : s->ry, levels = longer < 16 ? longer : 16;
    bool *back = truths(s);
    for (int i = 0; i < s->n; i++) {
        back[i] = !s->fore[i] && !s->none[i];
        s->line[i] = s->fore[i] && !s->core[i] && s->out[i] != 2;
    }
    for (int level = 1; level <= levels; level++) {
        int rx = s->rx * level / levels, ry = s->ry * level / levels;
        bool *open = truths(s);
        for (int i = 0; i < s->n; i++)
            open[i] = s->line[i] &&
                      (level == levels || near_any(s, back, i, rx > 1 ? rx : 1, ry > 1 ? ry : 1));
        for (bool any = true; any;) {
            any = false;
            for (int f = 0; f < 4; f++)
                for (int i = 0; i < s->n; i++)
                    if (i / s->w % 2 * 2 + i % s->w % 2 == f && open[i] && s->line[i] &&
                        simple(s, i)) {
                        s->line[i] = false;
                        any = true;
                    }
        }
    }
}

/* ---- Loops, bridges, branches ---- */

static void ends(struct slow *s)
{
    size_t n = (size_t)s->n + 1;
    int *core = GT_TAKE_N(s->a, int, n), *line = GT_TAKE_N(s->a, int, n);
    int *rest = GT_TAKE_N(s->a, int, n), *first = GT_TAKE_N(s->a, int, n);
    bool *several = truths(s), *loose = truths(s);
    bool *bridge = truths(s), *loop = truths(s), *has_bridge = truths(s), *has_loop = truths(s);
    label(s, s->core, s->connect, core);
    label(s, s->line, s->connect, line);
    for (int i = 0; i < s->n; i++)
        for (int k = 0; k < s->n; k++)
            if (line[i] && core[k] && touch(s, i, k, s->connect)) {
                several[line[i] - 1] |= first[line[i]] && first[line[i]] != core[k];
                first[line[i]] = core[k];
            }
    for (int i = 0; i < s->n; i++) {
        loose[i] = s->fore[i] && !s->core[i] && !s->shell[i] && s->out[i] != 2;
        bridge[i] = line[i] && several[line[i] - 1];
        loop[i] = line[i] && !several[line[i] - 1];
    }
    label(s, loose, s->connect, rest);
    for (int i = 0; i < s->n; i++) {
        if (rest[i] && bridge[i])
            has_bridge[rest[i] - 1] = true;
        if (rest[i] && loop[i])
            has_loop[rest[i] - 1] = true;
    }
    for (int i = 0; i < s->n; i++) {
        if (!rest[i])
            continue;
        s->out[i] = 7;
        if (has_loop[rest[i] - 1] && near_any(s, loop, i, s->rx, s->ry))
            s->out[i] = 5;
        if (has_bridge[rest[i] - 1] && near_any(s, bridge, i, s->rx, s->ry))
            s->out[i] = 6;
        if (loop[i])
            s->out[i] = 5;
    }
}

static void cores(struct slow *s)
{
    bool *back = truths(s), *with_core = truths(s);
    for (int i = 0; i < s->n; i++)
        back[i] = !s->fore[i] && !s->none[i];
    for (int i = 0; i < s->n; i++)
        with_core[i] = s->core[i] = s->fore[i] && !near_any(s, back, i, s->rx, s->ry);
    spread(s, s->fore, with_core, s->connect);
    for (int i = 0; i < s->n; i++) {
        s->out[i] = s->core[i];
        if (s->fore[i] && !with_core[i])
            s->out[i] = 2;
    }
}

uint8_t *pattern_slow(const struct patch *p)
{
    struct slow s = {.a = p->a,
                     .w = (int)p->w,
                     .h = (int)p->h,
                     .n = (int)(p->w * p->h),
                     .connect = p->step.connect};
    struct gt_raster_info info;
    const struct gt_metric *m;
    double ew, ns;
    patch_ground(p, &info, &m);
    gt_metric_cell_size(m, &ew, &ns);
    s.rx = p->step.edge_m < 1.5 * ew ? 1 : (int)floor(p->step.edge_m / ew + 0.5);
    s.ry = p->step.edge_m < 1.5 * ns ? 1 : (int)floor(p->step.edge_m / ns + 0.5);
    s.fore = truths(&s);
    s.none = truths(&s);
    s.core = truths(&s);
    s.shell = truths(&s);
    s.line = truths(&s);
    s.out = GT_TAKE_N(p->a, uint8_t, (size_t)s.n);
    for (int i = 0; i < s.n; i++) {
        s.none[i] = p->code[i] != p->code[i];
        s.fore[i] = p->code[i] == 1;
    }
    cores(&s);
    shells(&s);
    thin(&s);
    ends(&s);
    return s.out;
}
