/* drift.h - the records against the host as it is: for each PIF what should be, and what is.  Asks
 * facts, `ip` and `ovs-vsctl`; changes nothing.
 *
 * A PIF should be up when it carries management, when its bridge is named in the inventory
 * (MANAGEMENT_INTERFACE, CURRENT_INTERFACES), when the cache was saved while it was, or when a PIF
 * that should be up stands on it.  Of the others only the NIC is looked at, and with `all` whether
 * their bridge is there, which is never drift. */
#ifndef IFR_DRIFT_H
#define IFR_DRIFT_H

#include "base/arena.h"
#include "model/database.h"
#include "reconfigure/host/facts.h"

struct ifr_drift_row {
    const struct dbc_pif *pif;
    const char *what; /* "NIC", "state", "NICs", "VLAN", "MTU", "address", "gateway" */
    const char *wanted, *found;
    bool drift; /* they are not the same */
};

struct ifr_drift {
    struct ifr_drift_row *v; /* by PIF, in the database's order */
    size_t n, cap;
    size_t drifting; /* rows that are */
    struct dbc_arena arena;
};

#define IFR_DRIFT_INIT                                                                             \
    {                                                                                              \
        0                                                                                          \
    }

/* What the host does not tell is "unknown", and drift.  `db` must outlive the result; `runner` is
 * the one of `facts`.  0, or -1 (DBC_ENOMEM; DBC_EINVAL for a network.conf that says nothing known)
 * when `ret` holds nothing. */
int ifr_drift(const struct dbc_db *db, struct ifr_facts *facts, struct ifr_runner *runner, bool all,
              struct ifr_drift *ret, struct dbc_error *err);
void ifr_drift_release(struct ifr_drift *drift);

#endif
