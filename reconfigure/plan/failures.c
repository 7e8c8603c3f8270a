/* failures.c - the list of devices that did not come up (failures.h). */
#include "reconfigure/plan/failures.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

int ifr_failures_add(struct ifr_failures *failures, const char *device, const struct dbc_error *why)
{
    char *copy = strdup(device);

    if (!copy || !DBC_GROW(failures->v, failures->n, failures->cap)) {
        free(copy);
        return -1;
    }
    failures->v[failures->n++] = (struct ifr_failure){ .device = copy, .why = *why };
    return 0;
}

const struct dbc_error *ifr_failures_of(const struct ifr_failures *failures, const char *device)
{
    for (size_t i = 0; i < failures->n; i++) {
        if (strcmp(failures->v[i].device, device) == 0) {
            return &failures->v[i].why;
        }
    }
    return NULL;
}

void ifr_failures_release(struct ifr_failures *failures)
{
    for (size_t i = 0; i < failures->n; i++) {
        free(failures->v[i].device);
    }
    free(failures->v);
    *failures = (struct ifr_failures){ 0 };
}
