/* diff.h - what differs between two states: the changes that lead from the first to the second.
 *
 * `up` applies the difference between observed and wanted, a dry run prints it, verify wants it
 * empty, and status shows it.  Only what the second state speaks of is compared: a wanted attribute
 * that is NULL is nobody's business.  An attribute that could not be read differs from any. */
#ifndef IFR_STATE_DIFF_H
#define IFR_STATE_DIFF_H

#include "reconfigure/state/state.h"

enum ifr_verb_of_change { IFR_CREATE, IFR_DELETE, IFR_SET };

struct ifr_change {
    enum ifr_verb_of_change verb;
    const struct ifr_object *before; /* NULL: there is none (IFR_CREATE) */
    const struct ifr_object *after;  /* as wanted */
    uint32_t differs; /* IFR_SET: a bit for each attribute that does (1 << IFR_BRIDGE_TAG ...) */
};

struct ifr_changes {
    struct ifr_change *v;
    size_t n, cap;
};

#define IFR_CHANGES_INIT                                                                           \
    {                                                                                              \
        0                                                                                          \
    }

/* Changes in the order in which they are to be made: deletions, in the order of `wanted`; then the
 * rest in that order.  Objects are borrowed from both states.  A kind that `seen` does not know
 * (state.h, `known`) gives no changes.  `seen` NULL: none at all.  DBC_ENOMEM. */
int ifr_diff_states(const struct ifr_state *seen, const struct ifr_state *wanted,
                    struct ifr_changes *ret, struct dbc_error *err);
/* A bit for each attribute of `wanted` that `seen` has not got. */
uint32_t ifr_object_differs(const struct ifr_object *seen, const struct ifr_object *wanted);
void ifr_changes_release(struct ifr_changes *changes);

/* "ovs: + bridge xapi3, VLAN 123 of xenbr0", "ovs: - port eth1 of xenbr1", "ovs: bridge xenbr0:
 * fail mode standalone -> secure"; one line, without its end. */
void ifr_change_print(const struct ifr_change *change, struct dbc_buf *out);

#endif
