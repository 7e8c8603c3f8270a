/* thorough.h - for tests that can try every place: each byte of a file, each allocation.  `./check
 * full` has the time for all of them; otherwise they try one place in a few. */
#ifndef TESTS_UNIT_THOROUGH_H
#define TESTS_UNIT_THOROUGH_H

#include <stdlib.h>

/* From one place to the next: `all` where DBCACHE_ALL is set in the environment, else `some`. */
static inline unsigned stride(unsigned all, unsigned some)
{
    return getenv("DBCACHE_ALL") != NULL ? all : some;
}

#endif
