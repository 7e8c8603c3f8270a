/* undo_options.c - restores options of bridges and bonds by netlink (undo.h). */
#include "reconfigure/plan/undo_priv.h"
#include "reconfigure/state/options.h"

static uint32_t options_that_differ(const struct pair *pair)
{
    uint32_t of_type = ifr_options_of(was(pair, IFR_LINK_TYPE)), ret = 0;

    for (unsigned i = 0; i < IFR_N_LINK; i++) {
        if ((of_type & IFR_BIT(i)) != 0 && differs(pair, i) && ifr_back_foreign(pair, i) == NULL) {
            ret |= IFR_BIT(i);
        }
    }
    return ifr_options_with_delays(ret) & of_type;
}

int ifr_back_set_options(const struct pair *pair, uint32_t which, struct dbc_error *err)
{
    const char *values[IFR_ATTRIBUTES_MAX] = { NULL };

    for (unsigned i = 0; i < IFR_N_LINK; i++) {
        values[i] = is_known(pair, i) ? was(pair, i) : NULL;
    }
    return ifr_options_set(pair->back->live.kernel, pair->name, values, which, err);
}

/* Takes the bond's NICs out of it (`bond` is ""), or puts them back.  They are set down first; the
 * bond sets them up. */
static int move_slaves(const struct pair *pair, const char *bond, struct dbc_error *err)
{
    struct ifr_netlink *kernel = pair->back->live.kernel;
    int rc = 0;

    for (size_t i = 0; i < pair->now->n; i++) {
        const struct ifr_object *one = pair->now->objects[i];
        if (one->kind != IFR_LINK ||
            strcmp(ifr_object_get(one, IFR_LINK_MASTER), pair->name) != 0) {
            continue;
        }
        if (ifr_netlink_set_up(kernel, one->name, false, err) < 0 ||
            ifr_netlink_set_master(kernel, one->name, bond, err) < 0) {
            rc = -1;
        }
    }
    return rc;
}

static int set_with_mode(const struct pair *pair, uint32_t which, struct dbc_error *err)
{
    struct ifr_netlink *kernel = pair->back->live.kernel;
    int rc = move_slaves(pair, "", err);

    if (ifr_netlink_set_up(kernel, pair->name, false, err) < 0 ||
        ifr_back_set_options(pair, which, err) < 0) {
        rc = -1;
    }
    if (ifr_netlink_set_up(kernel, pair->name, true, err) < 0 ||
        move_slaves(pair, pair->name, err) < 0) {
        rc = -1;
    }
    return rc;
}

int ifr_back_options(const struct pair *pair, struct dbc_error *err)
{
    uint32_t which = options_that_differ(pair);

    if (which == 0 || differs(pair, IFR_LINK_TYPE)) {
        return 0;
    }
    return (which & IFR_BIT(IFR_LINK_BOND_MODE)) != 0 ? set_with_mode(pair, which, err)
                                                      : ifr_back_set_options(pair, which, err);
}
