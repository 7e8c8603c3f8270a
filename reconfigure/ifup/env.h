/* env.h - reads an environment, in which a DHCP client passes a lease as NAME=VALUE. */
#ifndef IFR_IFUP_ENV_H
#define IFR_IFUP_ENV_H

#include <stddef.h>

/* Returns the value of NAME in `env`, which ends with NULL or is NULL; "" when there is none.
 * Borrowed from `env`. */
const char *ifr_env_get(const char *const *env, const char *name);

#endif
