/* The queue of the cost distance: buckets of chunks from one pool. Adding and taking an entry cost
 * a few instructions; empty buckets are stepped over 64 at a time. Memory: 17 bytes for each of
 * half as many entries as the tile has cells, at least 4,096. */
#include "cost_int.h"

static int64_t chunks_for(int64_t cells)
{
    int64_t entries = cells / 2 > 4096 ? cells / 2 : 4096;
    return entries / GT_COST_CHUNK + 1;
}

/* So many that half the chunks can stand half empty at the ends of buckets. */
static int64_t buckets_for(int64_t cells)
{
    int64_t n = 64;
    while (n < 65536 && n * 4 <= chunks_for(cells))
        n *= 2;
    return n;
}

size_t gt_cost_queue_bytes(int64_t cells)
{
    return (size_t)chunks_for(cells) * sizeof(struct gt_cost_chunk) +
           (size_t)buckets_for(cells) * (sizeof(struct gt_cost_bucket) + 1);
}

enum gt_status gt_cost_queue_new(struct gt_arena *a, int64_t cells, struct gt_cost_queue *q,
                                 struct gt_err *err)
{
    *q = (struct gt_cost_queue){.chunks = (int32_t)chunks_for(cells), .most = buckets_for(cells)};
    GT_TRY(gt_reserve(a, (size_t)q->chunks, sizeof *q->chunk, "queue of cells", (void **)&q->chunk,
                      err));
    q->bucket = GT_TAKE_N(a, struct gt_cost_bucket, (size_t)q->most);
    q->held = GT_TAKE_N(a, uint64_t, (size_t)q->most / 64);
    return GT_OK;
}

void gt_cost_queue_begin(struct gt_cost_queue *q, double least, double greatest)
{
    double width = least, narrowest = greatest / (double)(q->most - 2);
    if (!(width >= narrowest))
        width = narrowest;
    q->buckets = 64;
    while (q->buckets < q->most && (double)(q->buckets - 2) * width < greatest)
        q->buckets *= 2;
    q->inverse = 1 / width;
    q->base = 0;
    q->now = 0;
    q->read = 0;
    q->fresh = 0;
    q->free = GT_COST_NONE;
    q->overrun = false;
    for (int64_t i = 0; i < q->buckets; i++)
        q->bucket[i] = (struct gt_cost_bucket){GT_COST_NONE, GT_COST_NONE};
    for (int64_t i = 0; i < q->buckets / 64; i++)
        q->held[i] = 0;
}

bool gt_cost_queue_grow(struct gt_cost_queue *q, struct gt_cost_bucket *b, int64_t slot)
{
    int32_t c = q->free;
    if (c != GT_COST_NONE)
        q->free = q->chunk[c].next;
    else if (q->fresh < q->chunks)
        c = q->fresh++;
    if (c == GT_COST_NONE) {
        q->overrun = true;
        return false;
    }
    q->chunk[c].n = 0;
    q->chunk[c].next = GT_COST_NONE;
    if (b->tail == GT_COST_NONE)
        b->head = c;
    else
        q->chunk[b->tail].next = c;
    b->tail = c;
    q->held[slot / 64] |= UINT64_C(1) << (slot % 64);
    return true;
}

int64_t gt_cost_queue_next(const struct gt_cost_queue *q)
{
    int64_t slot = q->now & (q->buckets - 1), words = q->buckets / 64;
    uint64_t bits = q->held[slot / 64] & (~UINT64_C(0) << (slot % 64));
    for (int64_t i = 0; i <= words; i++) {
        int64_t word = (slot / 64 + i) % words;
        if (i > 0)
            bits = q->held[word];
        if (i == words)
            bits &= ~(~UINT64_C(0) << (slot % 64)); /* what lies before the first one's bit */
        if (bits == 0)
            continue;
        int64_t found = word * 64 + __builtin_ctzll(bits);
        return q->now + ((found - slot) & (q->buckets - 1));
    }
    return GT_COST_NONE;
}

bool gt_cost_queue_pop(struct gt_cost_queue *q, struct gt_cost_entry *out)
{
    int64_t slot = q->now & (q->buckets - 1);
    struct gt_cost_bucket *b = &q->bucket[slot];
    if (b->head == GT_COST_NONE)
        return false;
    struct gt_cost_chunk *c = &q->chunk[b->head];
    if (q->read < c->n) {
        *out = c->e[q->read++];
        return true;
    }
    int32_t next = c->next;
    c->next = q->free;
    q->free = b->head;
    q->read = 0;
    b->head = next;
    if (next != GT_COST_NONE)
        return gt_cost_queue_pop(q, out);
    b->tail = GT_COST_NONE;
    q->held[slot / 64] &= ~(UINT64_C(1) << (slot % 64));
    return false;
}
