/* resolv.h - etc/resolv.conf for the device that owns DNS.
 *
 * The file as it was before is kept as resolv.conf.save, and restored when the device that changed
 * it goes down.  The first line of our file names this device.
 */
#ifndef IFR_IFUP_RESOLV_H
#define IFR_IFUP_RESOLV_H

#include "base/strvec.h"
#include "reconfigure/ifup/host.h"

/* Appends the new text to `out`: a first line that names `dev`; `search` with `domain`, whose ','
 * becomes a blank; the name servers; then the other lines of `old`.  `old` keeps its search when
 * `domain` is "", and its name servers when `dns` is empty. */
void ifr_resolv_compose(const char *old, const char *dev, const struct dbc_strvec *dns,
                        const char *domain, struct dbc_buf *out);

/* Writes the file, unless `dns` and `domain` are both empty.  A failure is a warning: a host that
 * can be reached by address beats one that cannot. */
void ifr_resolv_set(const struct ifr_ifup_host *host, const char *dev, const struct dbc_strvec *dns,
                    const char *domain);
/* Restores the file, unless another device, or a person, wrote it.  A failure is a warning. */
void ifr_resolv_restore(const struct ifr_ifup_host *host, const char *dev);

#endif
