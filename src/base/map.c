/* map.c: text to pointer, in order of insertion.
 *
 * Entries lie in a vector; an open-addressed table of positions finds them. The hash is seeded from
 * the system, so that keys from outside cannot be chosen to collide; order never depends on it. */
#include "guotu/base.h"

#include <string.h>
#include <sys/random.h>
#include <unistd.h>

struct entry {
    const char *key;
    void *value;
    uint64_t hash;
};

struct gt_map {
    struct gt_arena *a;
    GT_VEC(struct entry) entries;
    uint32_t *slots; /* 1 + position in entries; 0: empty */
    size_t n_slots;  /* a power of two, at least twice the entries */
    uint64_t seed;
};

struct gt_map *gt_map_new(struct gt_arena *a)
{
    struct gt_map *m = GT_TAKE(a, struct gt_map);
    m->a = a;
    if (getrandom(&m->seed, sizeof m->seed, GRND_NONBLOCK) != (ssize_t)sizeof m->seed)
        m->seed = (uint64_t)(uintptr_t)m ^ (uint64_t)getpid();
    return m;
}

static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ (h >> 29);
}

static uint64_t hash_of(const struct gt_map *m, const char *key)
{
    uint64_t h = m->seed;
    size_t n = strlen(key), i = 0;
    for (uint64_t word; i + sizeof word <= n; i += sizeof word) {
        memcpy(&word, key + i, sizeof word);
        h = mix(h, word + m->seed);
    }
    uint64_t rest = 0;
    memcpy(&rest, key + i, n - i);
    return mix(mix(h, rest ^ m->seed), n);
}

/* The slot that holds the key, or the empty one where it belongs; the table must not be empty. */
static size_t slot_of(const struct gt_map *m, const char *key, uint64_t hash)
{
    size_t mask = m->n_slots - 1, s = (size_t)hash & mask;
    for (; m->slots[s]; s = (s + 1) & mask) {
        const struct entry *e = &m->entries.v[m->slots[s] - 1];
        if (e->hash == hash && strcmp(e->key, key) == 0)
            break;
    }
    return s;
}

static void make_room(struct gt_map *m)
{
    if ((m->entries.n + 1) * 2 <= m->n_slots)
        return;
    m->n_slots = m->n_slots ? m->n_slots * 2 : 16;
    m->slots = GT_TAKE_N(m->a, uint32_t, m->n_slots);
    for (size_t i = 0; i < m->entries.n; i++) {
        const struct entry *e = &m->entries.v[i];
        m->slots[slot_of(m, e->key, e->hash)] = (uint32_t)i + 1;
    }
}

void gt_map_put(struct gt_map *m, const char *key, void *value)
{
    make_room(m);
    uint64_t hash = hash_of(m, key);
    size_t s = slot_of(m, key, hash);
    if (m->slots[s]) {
        m->entries.v[m->slots[s] - 1].value = value;
        return;
    }
    struct entry *e = GT_PUSH(m->a, &m->entries);
    *e = (struct entry){.key = gt_strdup(m->a, key), .value = value, .hash = hash};
    m->slots[s] = (uint32_t)m->entries.n;
}

void *gt_map_get(const struct gt_map *m, const char *key)
{
    if (m->n_slots == 0)
        return NULL;
    uint32_t at = m->slots[slot_of(m, key, hash_of(m, key))];
    return at ? m->entries.v[at - 1].value : NULL;
}

size_t gt_map_len(const struct gt_map *m)
{
    return m->entries.n;
}

const char *gt_map_key(const struct gt_map *m, size_t i)
{
    return i < m->entries.n ? m->entries.v[i].key : NULL;
}

void *gt_map_value(const struct gt_map *m, size_t i)
{
    return i < m->entries.n ? m->entries.v[i].value : NULL;
}
