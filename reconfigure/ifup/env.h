/* env.h - what a DHCP client says of a lease: NAME=VALUE, in the environment of our program. */
#ifndef IFR_IFUP_ENV_H
#define IFR_IFUP_ENV_H

#include <stddef.h>

/* The value of NAME in `env`, which ends with NULL or is NULL; "" when it has none. */
const char *ifr_env_get(const char *const *env, const char *name);

#endif
