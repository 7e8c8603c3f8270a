/* sysconfig.h - etc/sysconfig/network: which interface owns DNS and the default route. */
#ifndef IFR_SYSCONFIG_H
#define IFR_SYSCONFIG_H

#include "reconfigure/datapath/planner.h"

#define IFR_SYSCONFIG_NETWORK "/etc/sysconfig/network"

/* Plans the file when `pif`, whose ipdev is `ipdev`, owns DNS, the gateway or (`ipv6`) the default
 * route of IPv6; else plans nothing.  A second claimant is noted.  Returns 0, or -1 with DBC_EIO,
 * DBC_ELIMIT, DBC_ENOMEM, or DBC_ECONFLICT for a PIF that is its own bond. */
int ifr_sysconfig_plan(struct ifr_planner *p, const struct dbc_pif *pif, const char *ipdev,
                       bool ipv6, struct dbc_error *err);

/* *ret: `pif` owns the default route of IPv6.  Only PIFs that have IPv6 can claim it, in the same
 * way; nothing is noted.  Returns 0, or -1 with DBC_ENOMEM or DBC_ECONFLICT, as above. */
int ifr_sysconfig_owns_ipv6(struct ifr_planner *p, const struct dbc_pif *pif, bool *ret,
                            struct dbc_error *err);

/* Appends `old` with KEY=VALUE as its only line for KEY: it replaces the first such line, and
 * further ones go (the shell would take the last); without one it comes last.  Every other byte
 * stays. */
void ifr_sysconfig_set(const char *old, size_t len, const char *key, const char *value,
                       struct dbc_buf *ret);

#endif
