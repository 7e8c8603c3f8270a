/* sysconfig.h - etc/sysconfig/network: which interface owns DNS and the default route. */
#ifndef IFR_SYSCONFIG_H
#define IFR_SYSCONFIG_H

#include "reconfigure/datapath/planner.h"

#define IFR_SYSCONFIG_NETWORK "/etc/sysconfig/network"

/* Plans the file when `pif`, whose ipdev is `ipdev`, is the owner of DNS, of the gateway or of
 * IPv6's (`ipv6`); plans nothing when it is not.  Two claimants are noted.  DBC_EIO, DBC_ELIMIT,
 * DBC_ENOMEM. */
int ifr_sysconfig_plan(struct ifr_planner *p, const struct dbc_pif *pif, const char *ipdev,
                       bool ipv6, struct dbc_error *err);

/* Is IPv6's default route `pif`'s?  Claimed as the other one, among PIFs that have IPv6; nothing is
 * noted.  DBC_ENOMEM. */
int ifr_sysconfig_owns_ipv6(struct ifr_planner *p, const struct dbc_pif *pif, bool *ret,
                            struct dbc_error *err);

/* `old` with KEY=VALUE as its one line for KEY: the first such line is replaced where it stands,
 * further ones go (the shell would take the last), else it is appended.  Every other byte stays,
 * whatever it is. */
void ifr_sysconfig_set(const char *old, size_t len, const char *key, const char *value,
                       struct dbc_buf *ret);

#endif
