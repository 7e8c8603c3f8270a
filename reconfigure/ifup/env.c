/* env.c - finds a value in an environment (env.h). */
#include "reconfigure/ifup/env.h"

#include <string.h>

const char *ifr_env_get(const char *const *env, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; env != NULL && env[i] != NULL; i++) {
        if (strncmp(env[i], name, len) == 0 && env[i][len] == '=') {
            return env[i] + len + 1;
        }
    }
    return "";
}
