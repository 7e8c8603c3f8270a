/* compare.h - compares the records with the host as it is, for `dbcache status`.  Nothing is
 * changed.
 *
 * A PIF should be up when it carries management, when its bridge is named in the inventory
 * (MANAGEMENT_INTERFACE, CURRENT_INTERFACES), when it was attached as the cache was saved, or when
 * a VLAN on it should be up.  A slave of a bond should not.  Of the other PIFs only the NIC is
 * compared, and with `all` the state of their device is a row, which is never drift. */
#ifndef IFR_COMPARE_H
#define IFR_COMPARE_H

#include "base/arena.h"
#include "model/database.h"
#include "reconfigure/host/facts.h"

struct ifr_compare_row {
    const struct dbc_pif *pif;
    const char *what; /* "NIC", "state", "NICs", "NIC state", "VLAN", "MTU", "address", "gateway",
                       * "IPv6 address", "IPv6 gateway"; of Open vSwitch the names of state.h:
                       * "fail mode", "bond mode", ... */
    const char *wanted, *found;
    bool drift; /* the host is not as wanted, or that is unknown */
};

struct ifr_comparison {
    struct ifr_compare_row *v; /* by PIF, in the database's order */
    size_t n, cap;
    size_t drifting; /* how many rows are drift */
    struct dbc_arena arena;
};

/* Fills `ret`, which the caller releases; `db` must outlive it.  What cannot be observed is
 * "unknown", and drift; the log says why, once.  Returns 0, or -1 and an empty `ret`: DBC_ENOMEM,
 * DBC_EINVAL for a network.conf that names no datapath, DBC_EIO or DBC_ELIMIT for a file that
 * cannot be read. */
int ifr_compare(const struct dbc_db *db, struct ifr_facts *facts, const struct dbc_log *log,
                bool all, struct ifr_comparison *ret, struct dbc_error *err);
void ifr_compare_release(struct ifr_comparison *drift);

#endif
