/* compare.h - the records against the host as it is: what of each PIF should be, and what is.  This
 * is what `dbcache status` shows.  Nothing is changed.
 *
 * A PIF should be up when it carries management, when its bridge is named in the inventory
 * (MANAGEMENT_INTERFACE, CURRENT_INTERFACES), when the cache was saved while it was, or when a PIF
 * that should be up stands on it.  Of the others only the NIC is looked at, and with `all` whether
 * their bridge is there, which is never drift. */
#ifndef IFR_COMPARE_H
#define IFR_COMPARE_H

#include "base/arena.h"
#include "model/database.h"
#include "reconfigure/host/facts.h"

struct ifr_compare_row {
    const struct dbc_pif *pif;
    const char *what; /* "NIC", "state", "NICs", "VLAN", "MTU", "address", "gateway"; of Open
                       * vSwitch the names of state.h: "fail mode", "bond mode", ... */
    const char *wanted, *found;
    bool drift; /* they are not the same */
};

struct ifr_comparison {
    struct ifr_compare_row *v; /* by PIF, in the database's order */
    size_t n, cap;
    size_t drifting; /* rows that are */
    struct dbc_arena arena;
};

#define IFR_COMPARISON_INIT                                                                        \
    {                                                                                              \
        0                                                                                          \
    }

/* What the host does not tell is "unknown", and drift; the log says why once.  `db` must outlive
 * the result.  0, or -1 (DBC_ENOMEM; DBC_EINVAL for a network.conf that says nothing known) when
 * `ret` holds nothing. */
int ifr_compare(const struct dbc_db *db, struct ifr_facts *facts, const struct dbc_log *log,
                bool all, struct ifr_comparison *ret, struct dbc_error *err);
void ifr_compare_release(struct ifr_comparison *drift);

#endif
