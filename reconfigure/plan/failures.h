/* failures.h - which devices did not come up in a run that went on, and why each. */
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

#define IFR_FAILURES_INIT                                                                          \
    {                                                                                              \
        0                                                                                          \
    }

/* Copies both.  -1: out of memory, and the list is as it was. */
int ifr_failures_add(struct ifr_failures *failures, const char *device,
                     const struct dbc_error *why);
/* NULL: nothing failed for it.  Borrowed from the list. */
const struct dbc_error *ifr_failures_of(const struct ifr_failures *failures, const char *device);
void ifr_failures_release(struct ifr_failures *failures);

#endif
