/* compare_priv.h - what the compare*.c files share.  compare.c chooses the PIFs, compare_pif.c
 * compares one, compare_rows.c collects the rows. */
#ifndef IFR_COMPARE_PRIV_H
#define IFR_COMPARE_PRIV_H

#include "reconfigure/compare.h"
#include "reconfigure/datapath/live.h"

struct ifr_comparing {
    const struct dbc_db *db;
    struct ifr_facts *facts;
    struct ifr_comparison *out;
    struct ifr_live live;
    struct ifr_state seen;     /* kinds that could not be observed are not known */
    struct dbc_buf why_no_ovs; /* also why nothing was observed at all */
    struct ifr_planner p;      /* plans what `up` would want, into `plan` */
    struct ifr_plan plan;
    struct dbc_error *err;
    bool vswitch;                       /* the datapath */
    struct dbc_hash wanted;             /* references of the PIFs that should be up */
    struct dbc_strvec interfaces;       /* the inventory's bridges */
    const struct dbc_pif *gateway;      /* its gateway is the host's; may be NULL */
    const struct dbc_pif *ipv6_gateway; /* the same for IPv6 */
    bool all;
    bool failed;
};

/* ---- Rows (compare_rows.c) ----------------------------------------------------------------- */

/* Each adds a row; without memory the comparison fails. */
void ifr_compare_no_memory(struct ifr_comparing *w);
void ifr_compare_row(struct ifr_comparing *w, const struct dbc_pif *pif, const char *what,
                     const char *wanted, const char *found, bool drift);
/* Drift where the texts differ. */
void ifr_compare_texts(struct ifr_comparing *w, const struct dbc_pif *pif, const char *what,
                       const char *wanted, const char *found);
/* The same, unless `why` says why what was found is unknown. */
void ifr_compare_known(struct ifr_comparing *w, const struct dbc_pif *pif, const char *what,
                       const char *wanted, const char *found, const char *why);
/* As ifr_compare_row, unless `why` says why it is unknown. */
void ifr_compare_seen(struct ifr_comparing *w, const struct dbc_pif *pif, const char *what,
                      const char *wanted, const char *found, bool drift, const char *why);

/* ---- One PIF (compare_pif.c) --------------------------------------------------------------- */

/* Returns "up", "down" or "missing". */
const char *ifr_compare_state(const struct ifr_comparing *w, const char *device);
/* Compares the NIC of a PIF that is one. */
void ifr_compare_nic(struct ifr_comparing *w, const struct dbc_pif *pif);
/* Compares everything else of a PIF that should be up. */
void ifr_compare_bridge(struct ifr_comparing *w, const struct dbc_pif *pif);

/* ---- What is seen, in the words of `dbcache status` (compare_seen.c) ------------------------ */

/* Each appends to `ret`, whose failure to allocate is sticky. */
/* The interfaces on a bridge of Open vSwitch, but for the bridge's own and those of VLANs. */
void ifr_seen_interfaces(const struct ifr_state *seen, const char *bridge, struct dbc_strvec *ret);
/* "TAG on PARENT" for a VLAN's bridge; nothing for other bridges. */
void ifr_seen_vlan(const struct ifr_state *seen, const char *bridge, struct dbc_buf *ret);
/* The IPv4 or IPv6 addresses of a device but link-local ones, "192.0.2.5/24" each. */
void ifr_seen_addresses(const struct ifr_state *seen, const char *device, bool ipv6,
                        struct dbc_strvec *ret);
/* The gateway of the default route of IPv4 or IPv6 through a device; "on-link" for a route without
 * a gateway; "none" without a route. */
void ifr_seen_gateway(const struct ifr_state *seen, const char *device, bool ipv6,
                      struct dbc_buf *ret);

#endif
