/* facts_priv.h - what the facts_*.c files share; nobody else includes it. */
#ifndef IFR_FACTS_PRIV_H
#define IFR_FACTS_PRIV_H

#include <limits.h>

#include "reconfigure/host/facts.h"

struct ifr_facts {
    char *prefix;
    struct ifr_runner *runner;
    const struct dbc_log *log;
};

/* Sets `out` to PREFIX and the formatted path.  It allocates nothing, since a function that returns
 * yes or no cannot report "out of memory".  Returns false when the path is too long. */
bool ifr_facts_pathf(const struct ifr_facts *facts, char out[PATH_MAX], const char *fmt, ...)
    DBC_PRINTF(3, 4);

#endif
