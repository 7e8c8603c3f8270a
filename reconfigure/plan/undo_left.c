/* undo_left.c - compares the host with the record after going back (undo.h). */
#include "base/clock.h"
#include "reconfigure/host/client.h"
#include "reconfigure/plan/undo_priv.h"

/* Devices of Open vSwitch come, go and follow their ports a moment after the database. */
#define ATTEMPTS 20
#define PAUSE_MS 100

/* Reports the members of `set` that are not in `other`, addresses by their first word. */
static void tell_members(const struct pair *pair, unsigned attribute, const char *set,
                         const char *other, const char *how, struct dbc_strvec *ret)
{
    const char *foreign = ifr_back_foreign(pair, attribute);
    char member[IFR_MEMBER_MAX];

    while (ifr_set_next(&set, '\n', member)) {
        if (ifr_member_is_link_local(member) || ifr_member_is_lent(member)) {
            continue; /* the kernel's own, and a router's or a server's */
        }
        if (attribute == IFR_LINK_ADDRESSES) {
            member[strcspn(member, " ")] = '\0';
        }
        if (!ifr_set_has_words(other, '\n', member) &&
            (foreign == NULL || !ifr_set_has_words(foreign, '\n', member))) {
            dbc_strvec_pushf(ret, "%s: %s %s %s", pair->name,
                             attribute == IFR_LINK_ADDRESSES ? "address" : "route", member, how);
        }
    }
}

static void tell_set(const struct pair *pair, unsigned attribute, struct dbc_strvec *ret)
{
    const char *old = was(pair, attribute), *now = ifr_object_get(pair->is, attribute);

    /* A DHCP client may get another address; a device that is down has no routes. */
    if (!is_known(pair, attribute) || *was(pair, IFR_LINK_CLIENT) != '\0' ||
        (attribute == IFR_LINK_ROUTES && strcmp(was(pair, IFR_LINK_STATE), "up") != 0)) {
        return;
    }
    tell_members(pair, attribute, old, now, "is missing", ret);
    tell_members(pair, attribute, now, old, "is still there", ret);
}

static bool is_compared(const struct pair *pair, unsigned attribute)
{
    const char *switch_of_ovs = "ovs-system";

    switch (attribute) {
    case IFR_LINK_CARRIER:  /* depends on the wire */
    case IFR_LINK_OFFLOADS: /* failures of ethtool are reported already */
    case IFR_LINK_ADDRESSES:
    case IFR_LINK_ROUTES:
    case IFR_LINK_CLIENT:
    case IFR_LINK_CLIENT6:
    case IFR_LINK_IPV6: /* failures to set it are reported already */
        return false;
    case IFR_LINK_MAC:
        return ifr_back_may_set_mac(pair);
    case IFR_LINK_MASTER:
        return strcmp(was(pair, attribute), switch_of_ovs) != 0 &&
               strcmp(ifr_object_get(pair->is, attribute), switch_of_ovs) != 0;
    default:
        return true;
    }
}

static void tell_client(const struct pair *pair, unsigned attribute, enum ifr_dhcp dhcp,
                        struct dbc_strvec *ret)
{
    if (is_known(pair, attribute) && *was(pair, attribute) == '\0' &&
        ifr_client_find(pair->back->host->facts, dhcp, pair->name, NULL) != 0) {
        dbc_strvec_pushf(ret, "%s: a %s is still there", pair->name, attribute_name(attribute));
    }
}

static void tell_device(const struct pair *pair, struct dbc_strvec *ret)
{
    for (unsigned i = 0; i < IFR_N_LINK; i++) {
        if (is_compared(pair, i) && differs(pair, i) && ifr_back_foreign(pair, i) == NULL) {
            const char *is = ifr_object_get(pair->is, i), *old = was(pair, i);
            dbc_strvec_pushf(ret, "%s: %s is %s, was %s", pair->name, attribute_name(i),
                             *is != '\0' ? is : "none", *old != '\0' ? old : "none");
        }
    }
    tell_set(pair, IFR_LINK_ADDRESSES, ret);
    tell_set(pair, IFR_LINK_ROUTES, ret);
    tell_client(pair, IFR_LINK_CLIENT, IFR_DHCPV4, ret);
    tell_client(pair, IFR_LINK_CLIENT6, IFR_DHCPV6, ret);
}

static void tell(struct ifr_back *back, const struct ifr_state *now, struct dbc_strvec *ret)
{
    const char *name = NULL;
    json_t *device = NULL;

    json_object_foreach(json_object_get(back->record, "devices"), name, device)
    {
        const struct pair pair = { back, name, device, ifr_state_find(now, IFR_LINK, name), now };
        if (pair.is == NULL || ifr_back_renamed_to(&pair) != NULL) {
            continue; /* reported already */
        }
        if (!json_is_null(device)) {
            tell_device(&pair, ret);
        } else if (!ifr_type_is_nic(ifr_object_get(pair.is, IFR_LINK_TYPE))) {
            /* A NIC that was plugged in meanwhile is not ours. */
            dbc_strvec_pushf(ret, "device %s is still there", name);
        }
    }
}

void ifr_back_compare(struct ifr_back *back)
{
    struct ifr_state now = { 0 };
    struct dbc_strvec lines = DBC_STRVEC_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (back->live.kernel == NULL) {
        return;
    }
    for (unsigned i = 0; i < ATTEMPTS; i++) {
        dbc_strvec_clear(&lines);
        if (ifr_back_look(back, &now) < 0) {
            break;
        }
        tell(back, &now, &lines);
        if (lines.n == 0) {
            break;
        }
        dbc_sleep_ms(PAUSE_MS);
    }
    dbc_strvec_push_all(back->left, &lines);
    if (lines.n > 0 && back->failure.code == DBC_OK) {
        dbc_fail(&err, DBC_ECOMMAND, "%s", lines.v[0]);
        back->failure = err;
    }
    dbc_strvec_release(&lines);
    ifr_state_release(&now);
}
