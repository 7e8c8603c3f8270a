/* options.h - options of bridges and bonds: the attributes of a device that the table (state.h)
 * gives to netlink. */
#ifndef IFR_STATE_OPTIONS_H
#define IFR_STATE_OPTIONS_H

#include "reconfigure/state/state.h"

/* Returns IFR_BIT of each attribute that is an option of devices of this type (NULL: of any). */
uint32_t ifr_options_of(const char *type);
/* Returns the options that the kernel takes while the device works: all but a bond's mode. */
uint32_t ifr_options_at_work(void);
/* Returns `which`, with a bond's delays when it has the interval of the link monitor: the kernel
 * counts delays in intervals, so they must be set again after it. */
uint32_t ifr_options_with_delays(uint32_t which);

/* Sets those of `which` whose value is known and not "", in the order of the table, but no
 * delays when the link monitor is off.  The kernel takes a bond's mode only while the bond is down
 * and has no NICs.  Returns 0, or -1 with the first failure in *err; the rest is tried all the
 * same. */
int ifr_options_set(struct ifr_netlink *nl, const char *device,
                    const char *const values[IFR_ATTRIBUTES_MAX], uint32_t which,
                    struct dbc_error *err);

#endif
