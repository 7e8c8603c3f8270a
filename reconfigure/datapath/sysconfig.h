/* sysconfig.h - etc/sysconfig/network: which interface owns DNS and the default route. */
#ifndef IFR_SYSCONFIG_H
#define IFR_SYSCONFIG_H

#include "reconfigure/datapath/planner.h"

#define IFR_SYSCONFIG_NETWORK "/etc/sysconfig/network"

/* Plans the file when `pif`, whose ipdev is `ipdev`, is the owner of DNS or of the gateway; plans
 * nothing when it is not.  Two claimants are noted.  DBC_EIO, DBC_ELIMIT, DBC_ENOMEM. */
int ifr_sysconfig_plan(struct ifr_planner *p, const struct dbc_pif *pif, const char *ipdev,
                       struct dbc_error *err);

/* `old` with KEY=VALUE as its one line for KEY: the first such line is replaced where it stands,
 * further ones go (the shell would take the last), else it is appended.  Every other byte stays,
 * whatever it is. */
void ifr_sysconfig_set(const char *old, size_t len, const char *key, const char *value,
                       struct dbc_buf *ret);

#endif
