/* pattern_slow.h: the step pattern by its definition, with nothing but floods and full scans. */
#ifndef GUOTU_TEST_PATTERN_SLOW_H
#define GUOTU_TEST_PATTERN_SLOW_H

#include "patch.h"

/* The classes of the raster's cells; 0 for background and no-data. */
uint8_t *pattern_slow(const struct patch *p);

#endif
