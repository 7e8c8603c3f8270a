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

/* PREFIX + the formatted path.  On the stack, since a question that is answered with yes or no
 * has no way to say "out of memory".  False: too long. */
bool ifr_facts_pathf(const struct ifr_facts *facts, char out[PATH_MAX], const char *fmt, ...)
    DBC_PRINTF(3, 4);

#endif
