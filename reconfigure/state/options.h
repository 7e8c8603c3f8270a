/* options.h - options of bridges and bonds: the attributes of a device that the table (state.h)
 * gives to netlink. */
#ifndef IFR_STATE_OPTIONS_H
#define IFR_STATE_OPTIONS_H

#include "reconfigure/state/state.h"

/* A bit for each attribute that is an option of devices of this type (NULL: of any). */
uint32_t ifr_options_of(const char *type);
/* Those that the kernel takes while the device works: all but a bond's mode. */
uint32_t ifr_options_at_work(void);
/* The kernel counts a bond's delays in rounds of its link monitor: they change with it.  `which`,
 * with those that have to be set again after it. */
uint32_t ifr_options_with_delays(uint32_t which);

/* Sets those of `which` whose value is known, in the order of the table; the delays only where
 * there is a link monitor, and a bond's mode only while it is down and has no NICs.  The first
 * failure is in *err, the rest is tried. */
int ifr_options_set(struct ifr_netlink *nl, const char *device,
                    const char *const values[IFR_ATTRIBUTES_MAX], uint32_t which,
                    struct dbc_error *err);

#endif
