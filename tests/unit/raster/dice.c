#include "dice.h"

/* splitmix64 */
uint64_t dice_bits(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

double dice_unit(uint64_t *state)
{
    return (double)(dice_bits(state) >> 11) / 9007199254740992.0;
}

static unsigned next_byte(struct dice *d)
{
    if (d->n == 0)
        return 0;
    d->n--;
    return *d->p++;
}

int dice_below(struct dice *d, int n)
{
    if (n <= 1)
        return 0;
    if (!d->p)
        return (int)(dice_bits(&d->state) % (uint64_t)n);
    unsigned v = next_byte(d);
    if (n > 256)
        v = v << 8 | next_byte(d);
    return (int)(v % (unsigned)n);
}

int dice_within(struct dice *d, int lo, int hi)
{
    return lo + dice_below(d, hi - lo + 1);
}

bool dice_chance(struct dice *d, int percent)
{
    return dice_below(d, 100) >= 100 - percent;
}

uint64_t dice_fork(struct dice *d)
{
    return d->p ? (uint64_t)dice_below(d, 65536) : dice_bits(&d->state);
}
