/* diff.h - what differs between two states: the changes that lead from the first to the second.
 *
 * `up` applies the difference between observed and wanted, a dry run prints it, verify expects
 * none, and status shows it.  A wanted attribute that is NULL is not compared.  An attribute that
 * could not be read differs from every wanted value. */
#ifndef IFR_STATE_DIFF_H
#define IFR_STATE_DIFF_H

#include "reconfigure/state/state.h"

enum ifr_verb_of_change { IFR_CREATE, IFR_DELETE, IFR_SET };

struct ifr_change {
    enum ifr_verb_of_change verb;
    const struct ifr_object *before; /* NULL: there is none (IFR_CREATE) */
    const struct ifr_object *after;  /* as wanted */
    uint32_t differs;                /* IFR_SET: IFR_BIT of each attribute that differs */
};

struct ifr_changes {
    struct ifr_change *v;
    size_t n, cap;
};

/* Appends the changes to `ret` in the order in which they are to be made: first deletions, then the
 * rest, each in the order of `wanted`.  Objects are borrowed from both states.  A kind that `seen`
 * does not know (state.h, `known`) gives no changes; `seen` NULL gives none at all.  Returns 0, or
 * -1 with DBC_ENOMEM. */
int ifr_diff_states(const struct ifr_state *seen, const struct ifr_state *wanted,
                    struct ifr_changes *ret, struct dbc_error *err);
/* Returns IFR_BIT of each wanted attribute that `seen` does not have. */
uint32_t ifr_object_differs(const struct ifr_object *seen, const struct ifr_object *wanted);
void ifr_changes_release(struct ifr_changes *changes);

/* Appends one line without '\n': "ovs: + bridge xapi3, VLAN 123 of xenbr0", "ovs: - port eth1 of
 * xenbr1", "ovs: bridge xenbr0: fail mode standalone -> secure". */
void ifr_change_print(const struct ifr_change *change, struct dbc_buf *out);

#endif
