/* failures.h - the devices that did not come up in a run that went on, each with its error. */
#ifndef IFR_PLAN_FAILURES_H
#define IFR_PLAN_FAILURES_H

#include "base/error.h"

struct ifr_failure {
    char *device;
    struct dbc_error why;
};

struct ifr_failures {
    struct ifr_failure *v; /* in the order of the steps */
    size_t n, cap;
};

/* Appends copies of both.  Returns 0, or -1 when out of memory: then the list is as it was. */
int ifr_failures_add(struct ifr_failures *failures, const char *device,
                     const struct dbc_error *why);
/* Returns the device's first error, borrowed from the list, or NULL. */
const struct dbc_error *ifr_failures_of(const struct ifr_failures *failures, const char *device);
void ifr_failures_release(struct ifr_failures *failures);

#endif
