/* compare_priv.h - what the files of compare.h share: a comparison on its way.  compare.c chooses
 * the PIFs, compare_pif.c looks at one, compare_rows.c keeps what is found. */
#ifndef IFR_COMPARE_PRIV_H
#define IFR_COMPARE_PRIV_H

#include "reconfigure/compare.h"
#include "reconfigure/datapath/live.h"

struct ifr_comparing {
    const struct dbc_db *db;
    struct ifr_facts *facts;
    struct ifr_comparison *out;
    struct ifr_live live;
    struct ifr_state seen; /* with kinds that are not known where nobody could look */
    struct dbc_buf why_no_ovs;
    struct ifr_planner p; /* for the questions that planning answers */
    struct ifr_plan plan; /* ... and what it wants */
    struct dbc_error *err;
    enum ifr_datapath_kind datapath;
    struct dbc_hash wanted;             /* references of the PIFs that should be up */
    struct dbc_strvec interfaces;       /* the inventory's bridges */
    const struct dbc_pif *gateway;      /* whose gateway is the host's; NULL: nobody's */
    const struct dbc_pif *ipv6_gateway; /* the same of IPv6 */
    bool all;
    bool failed;
};

/* ---- Rows (compare_rows.c) ----------------------------------------------------------------- */

void ifr_compare_no_memory(struct ifr_comparing *w);
void ifr_compare_row(struct ifr_comparing *w, const struct dbc_pif *pif, const char *what,
                     const char *wanted, const char *found, bool drift);
/* Drift where the texts differ. */
void ifr_compare_texts(struct ifr_comparing *w, const struct dbc_pif *pif, const char *what,
                       const char *wanted, const char *found);
void ifr_compare_unknown(struct ifr_comparing *w, const struct dbc_pif *pif, const char *what,
                         const char *wanted, const char *why);

/* ---- One PIF (compare_pif.c) --------------------------------------------------------------- */

/* "up", "down", "missing". */
const char *ifr_compare_state(const struct ifr_comparing *w, const char *device);
/* Of a PIF that is a NIC. */
void ifr_compare_nic(struct ifr_comparing *w, const struct dbc_pif *pif);
/* Of one that should be up: its bridge and what belongs to it. */
void ifr_compare_bridge(struct ifr_comparing *w, const struct dbc_pif *pif);

#endif
