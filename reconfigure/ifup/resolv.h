/* resolv.h - etc/resolv.conf for the device that owns DNS.
 *
 * The file as it was before is kept once as resolv.conf.save and comes back when the device that
 * changed it goes down; a first line in ours says which device that is.
 */
#ifndef IFR_IFUP_RESOLV_H
#define IFR_IFUP_RESOLV_H

#include "base/strvec.h"
#include "reconfigure/ifup/host.h"

/* The new text: mark, `search` (left as it was when domain is ""; ',' becomes a blank),
 * nameservers, then what else stood in `old`. */
void ifr_resolv_compose(const char *old, const char *dev, const struct dbc_strvec *dns,
                        const char *domain, struct dbc_buf *out);

/* Failure is a warning: a host that can be reached by address beats one that cannot. */
void ifr_resolv_set(const struct ifr_ifup_host *host, const char *dev, const struct dbc_strvec *dns,
                    const char *domain);
/* Nothing happens when another device, or a person, wrote the file. */
void ifr_resolv_restore(const struct ifr_ifup_host *host, const char *dev);

#endif
