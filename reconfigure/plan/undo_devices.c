/* undo_devices.c - restores the kernel's devices by netlink (undo.h): their existence, masters,
 * settings, addresses and routes. */
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconfigure/host/client.h"
#include "reconfigure/host/ipv6.h"
#include "reconfigure/plan/undo_priv.h"
#include "reconfigure/state/options.h"

/* Lifetime of a lent IPv6 address that comes back; its router or client renews it meanwhile. */
#define LENT_S 3600

/* ---- Existence ------------------------------------------------------------------------------ */

static int number(const struct pair *pair, unsigned attribute)
{
    return *was(pair, attribute) != '\0' ? (int)strtol(was(pair, attribute), NULL, 10) : -1;
}

static int make(const struct pair *pair, struct dbc_error *err)
{
    struct ifr_link link = { .mtu = (unsigned)number(pair, IFR_LINK_MTU),
                             .vlan_tag = number(pair, IFR_LINK_TAG) };

    snprintf(link.name, sizeof link.name, "%s", pair->name);
    snprintf(link.kind, sizeof link.kind, "%s", was(pair, IFR_LINK_TYPE));
    snprintf(link.mac, sizeof link.mac, "%s", was(pair, IFR_LINK_MAC));
    if (*was(pair, IFR_LINK_PARENT) != '\0') {
        link.parent = (int)if_nametoindex(was(pair, IFR_LINK_PARENT));
    }
    return ifr_netlink_create(pair->back->live.kernel, &link, err) < 0
               ? -1
               : ifr_back_set_options(pair, ifr_options_of(link.kind), err);
}

/* Deletes a device that did not exist; makes one that is gone or is of another kind now.  Devices
 * of Open vSwitch come and go with its database. */
static int restore_existence(const struct pair *pair, struct dbc_error *err)
{
    struct ifr_netlink *kernel = pair->back->live.kernel;
    bool other = pair->is != NULL && (differs(pair, IFR_LINK_TYPE) || differs(pair, IFR_LINK_TAG) ||
                                      differs(pair, IFR_LINK_PARENT));

    if (pair->is != NULL && (json_is_null(pair->was) || other)) {
        if (!ifr_type_is_made(ifr_object_get(pair->is, IFR_LINK_TYPE))) {
            return 0;
        }
        if (ifr_netlink_delete(kernel, pair->name, err) < 0) {
            return -1;
        }
    }
    if (!json_is_null(pair->was) && (pair->is == NULL || other) &&
        ifr_type_is_made(was(pair, IFR_LINK_TYPE))) {
        return make(pair, err);
    }
    return 0;
}

/* ---- Settings ------------------------------------------------------------------------------- */

static int restore_master(const struct pair *pair, struct dbc_error *err)
{
    struct ifr_netlink *kernel = pair->back->live.kernel;

    /* "ovs-system" is the master of Open vSwitch's ports; the database decides about them. */
    if (!differs(pair, IFR_LINK_MASTER) || ifr_back_foreign(pair, IFR_LINK_MASTER) != NULL ||
        strcmp(was(pair, IFR_LINK_MASTER), "ovs-system") == 0 ||
        strcmp(ifr_object_get(pair->is, IFR_LINK_MASTER), "ovs-system") == 0) {
        return 0;
    }
    /* A bond takes only a device that is down. */
    if (*was(pair, IFR_LINK_MASTER) != '\0' &&
        ifr_netlink_set_up(kernel, pair->name, false, err) < 0) {
        return -1;
    }
    return ifr_netlink_set_master(kernel, pair->name, was(pair, IFR_LINK_MASTER), err);
}

static int restore_link(const struct pair *pair, struct dbc_error *err)
{
    struct ifr_netlink *kernel = pair->back->live.kernel;
    const char *elsewhere = ifr_back_renamed_to(pair);

    if (elsewhere != NULL) {
        return dbc_fail(err, DBC_ECONFLICT, "another NIC has the name now, this one is %s",
                        elsewhere);
    }
    if (differs(pair, IFR_LINK_MAC) && ifr_back_may_set_mac(pair) &&
        ifr_netlink_set_mac(kernel, pair->name, was(pair, IFR_LINK_MAC), err) < 0) {
        return -1;
    }
    if (differs(pair, IFR_LINK_MTU) && ifr_back_foreign(pair, IFR_LINK_MTU) == NULL &&
        ifr_netlink_set_mtu(kernel, pair->name, (unsigned)number(pair, IFR_LINK_MTU), err) < 0) {
        return -1;
    }
    /* Set in any case, since restore_master() may have taken it down. */
    return is_known(pair, IFR_LINK_STATE) && ifr_back_foreign(pair, IFR_LINK_STATE) == NULL
               ? ifr_netlink_set_up(kernel, pair->name,
                                    strcmp(was(pair, IFR_LINK_STATE), "up") == 0, err)
               : 0;
}

static bool is_no_vlan(const struct pair *pair)
{
    return strcmp(was(pair, IFR_LINK_TYPE), "vlan") != 0;
}

static int restore_lower_link(const struct pair *pair, struct dbc_error *err)
{
    return is_no_vlan(pair) ? restore_link(pair, err) : 0;
}

static int restore_vlan_link(const struct pair *pair, struct dbc_error *err)
{
    return is_no_vlan(pair) ? 0 : restore_link(pair, err);
}

/* ---- Addresses and routes ------------------------------------------------------------------- */

static int move_address(const struct pair *pair, const char *text, bool add, struct dbc_error *err)
{
    struct ifr_netlink *kernel = pair->back->live.kernel;
    struct ifr_net_address address;

    if (!ifr_net_address_parse(text, &address)) {
        return dbc_fail(err, DBC_EPARSE, "\"%s\" is no address", text);
    }
    if (ifr_member_is_ipv6(text) && ifr_member_is_lent(text)) {
        address.valid = address.preferred = LENT_S;
    }
    return add ? ifr_netlink_add_address(kernel, pair->name, &address, err)
               : ifr_netlink_del_address(kernel, pair->name, &address, err);
}

static int move_route(const struct pair *pair, const char *text, bool add, struct dbc_error *err)
{
    struct ifr_netlink *kernel = pair->back->live.kernel;
    struct ifr_net_route route;

    if (!ifr_net_route_parse(text, &route)) {
        return dbc_fail(err, DBC_EPARSE, "\"%s\" is no route", text);
    }
    return add ? ifr_netlink_add_route(kernel, pair->name, &route, err)
               : ifr_netlink_del_route(kernel, pair->name, &route, err);
}

typedef int move_fn(const struct pair *pair, const char *text, bool add, struct dbc_error *err);

static bool has_words(const char *set, const char *member)
{
    return set != NULL && ifr_set_has_words(set, '\n', member);
}

/* Removes the members that the device did not have, but for somebody else's. */
static int remove_new(const struct pair *pair, unsigned attribute, move_fn *move,
                      struct dbc_error *err)
{
    const char *now = ifr_object_get(pair->is, attribute);
    const char *others = ifr_back_foreign(pair, attribute);
    char member[IFR_MEMBER_MAX];
    int rc = 0;

    while (ifr_set_next(&now, '\n', member)) {
        if (!ifr_member_is_link_local(member) && !has_words(was(pair, attribute), member) &&
            !has_words(others, member) && move(pair, member, false, err) < 0) {
            rc = -1;
        }
    }
    return rc;
}

static int add_members(const struct pair *pair, const char *set, move_fn *move,
                       struct dbc_error *err)
{
    char member[IFR_MEMBER_MAX];
    int rc = 0;

    while (set != NULL && ifr_set_next(&set, '\n', member)) {
        if (!ifr_member_is_link_local(member) && move(pair, member, true, err) < 0) {
            rc = -1;
        }
    }
    return rc;
}

/* Adds all of them again, also those that still seem to be there, and somebody else's: the kernel
 * removes others along with a primary address. */
static int add_old(const struct pair *pair, unsigned attribute, move_fn *move,
                   struct dbc_error *err)
{
    int rc = add_members(pair, was(pair, attribute), move, err);

    return add_members(pair, ifr_back_foreign(pair, attribute), move, err) < 0 ? -1 : rc;
}

/* Comes last, since an answer gives routes that go away with other addresses.  Without asking, the
 * next advertisement may be minutes away. */
static void ask_routers(const struct pair *pair)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_set_has_words(was(pair, IFR_LINK_IPV6), ' ', "routers=heard") &&
        ifr_addresses_have(was(pair, IFR_LINK_ADDRESSES), IFR_ANY_IPV6) &&
        ifr_ipv6_solicit(pair->name, &err) < 0) {
        dbc_log_error(pair->back->host->log, &err);
    }
}

static int restore_addresses(const struct pair *pair, struct dbc_error *err)
{
    int rc = 0;

    if (!is_known(pair, IFR_LINK_ADDRESSES)) {
        return 0;
    }
    rc = remove_new(pair, IFR_LINK_ROUTES, move_route, err);
    rc = remove_new(pair, IFR_LINK_ADDRESSES, move_address, err) < 0 ? -1 : rc;
    rc = add_old(pair, IFR_LINK_ADDRESSES, move_address, err) < 0 ? -1 : rc;
    /* A device that is down has no routes. */
    if (strcmp(was(pair, IFR_LINK_STATE), "up") == 0) {
        rc = add_old(pair, IFR_LINK_ROUTES, move_route, err) < 0 ? -1 : rc;
        ask_routers(pair);
    }
    return rc;
}

/* ---- Offloads ------------------------------------------------------------------------------- */

static void run_ethtool(const struct pair *pair, const char *option, const struct dbc_strvec *words)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;

    dbc_strvec_pushl(&argv, "/sbin/ethtool", option, pair->name, NULL);
    dbc_strvec_push_all(&argv, words);
    if (!argv.failed && words->n > 0 &&
        !ifr_command_succeeds(pair->back->host->runner, (const char *const *)argv.v,
                              IFR_DEADLINE_LINK)) {
        dbc_strvec_pushf(pair->back->left, "%s: ethtool %s failed", pair->name, option);
    }
    dbc_strvec_release(&argv);
}

static bool is_speed(const char *name)
{
    return strcmp(name, "speed") == 0 || strcmp(name, "duplex") == 0 ||
           strcmp(name, "autoneg") == 0;
}

static void restore_offloads(const struct pair *pair)
{
    struct dbc_strvec settings = DBC_STRVEC_INIT, offloads = DBC_STRVEC_INIT;
    const char *old = was(pair, IFR_LINK_OFFLOADS);
    char member[IFR_MEMBER_MAX];

    while (pair->is != NULL && ifr_set_next(&old, ' ', member)) {
        char *value = strchr(member, '=');
        if (value == NULL || ifr_object_has(pair->is, IFR_LINK_OFFLOADS, member)) {
            continue;
        }
        *value++ = '\0';
        /* The speed of a bridge or bond is that of its ports, a VLAN's that of its parent. */
        if (is_speed(member) && ifr_type_is_made(was(pair, IFR_LINK_TYPE))) {
            continue;
        }
        dbc_strvec_pushl(is_speed(member) ? &settings : &offloads, member, value, NULL);
    }
    run_ethtool(pair, "-s", &settings);
    run_ethtool(pair, "-K", &offloads);
    dbc_strvec_release(&settings);
    dbc_strvec_release(&offloads);
}

/* ---- DHCP clients --------------------------------------------------------------------------- */

static void start_client(struct ifr_back *back, const char *device)
{
    bool own = false;
    const char *const argv[] = { ifr_facts_ifup(back->host->facts, &own), device, NULL };

    if (!ifr_command_succeeds(back->host->runner, argv, IFR_DEADLINE_IFUP)) {
        dbc_strvec_pushf(back->left, "%s: its DHCP client could not be started again", device);
    }
}

static const unsigned clients[] = {
    [IFR_DHCPV4] = IFR_LINK_CLIENT, [IFR_DHCPV6] = IFR_LINK_CLIENT6
};

static bool lacks_client(const struct ifr_back *back, const char *name, const json_t *device,
                         enum ifr_dhcp dhcp)
{
    return had_client(device, clients[dhcp]) &&
           ifr_client_find(back->host->facts, dhcp, name, NULL) == 0;
}

void ifr_back_clients(struct ifr_back *back)
{
    const char *name = NULL;
    json_t *device = NULL;

    json_object_foreach(json_object_get(back->record, "devices"), name, device)
    {
        if (lacks_client(back, name, device, IFR_DHCPV4) ||
            lacks_client(back, name, device, IFR_DHCPV6)) {
            start_client(back, name);
        }
    }
}

/* ---- All of them ---------------------------------------------------------------------------- */

typedef int restore_fn(const struct pair *pair, struct dbc_error *err);

static void one(struct ifr_back *back, const struct ifr_state *now, const char *name,
                const json_t *device, restore_fn *restore, bool needs_device)
{
    const struct pair pair = { back, name, device, ifr_state_find(now, IFR_LINK, name), now };
    struct dbc_error err = DBC_ERROR_INIT;

    if (needs_device && (pair.is == NULL || json_is_null(device))) {
        return;
    }
    if (restore != restore_lower_link && ifr_back_renamed_to(&pair) != NULL) {
        return; /* restore_link() reports it, once */
    }
    if (restore(&pair, &err) < 0 && err.code != DBC_ENOENT) {
        ifr_back_failed(back, name, &err);
    }
}

/* One round over all devices, `first` before the others.  A failure does not stop the rest. */
static void each(struct ifr_back *back, const struct ifr_state *now, restore_fn *restore,
                 bool needs_device)
{
    json_t *devices = json_object_get(back->record, "devices"), *device = NULL;
    const char *name = NULL;

    for (int others = 0; others < 2; others++) {
        json_object_foreach(devices, name, device)
        {
            bool is_first = back->first != NULL && strcmp(name, back->first) == 0;
            if (is_first == (others == 0)) {
                one(back, now, name, device, restore, needs_device);
            }
        }
    }
}

/* A VLAN's parent must exist, and be up, before the VLAN. */
static int restore_lower(const struct pair *pair, struct dbc_error *err)
{
    return is_no_vlan(pair) ? restore_existence(pair, err) : 0;
}

static int restore_vlan(const struct pair *pair, struct dbc_error *err)
{
    return is_no_vlan(pair) ? 0 : restore_existence(pair, err);
}

static int restore_settings(const struct pair *pair, struct dbc_error *err)
{
    restore_offloads(pair);
    return differs(pair, IFR_LINK_IPV6) ? ifr_ipv6_restore(pair->back->host->facts, pair->name,
                                                           was(pair, IFR_LINK_IPV6), err)
                                        : 0;
}

/* Ends the clients that devices did not have, before they can change an address again. */
static void stop_clients(struct ifr_back *back)
{
    json_t *devices = json_object_get(back->record, "devices"), *device = NULL;
    const char *name = NULL;

    json_object_foreach(devices, name, device)
    {
        for (enum ifr_dhcp dhcp = IFR_DHCPV4; dhcp <= IFR_DHCPV6; dhcp++) {
            if (!had_client(device, clients[dhcp])) {
                ifr_client_stop(back->host->facts, back->host->log, dhcp, name);
            }
        }
    }
}

/* Reports devices that are still missing, since netlink cannot make them. */
static void report_missing(struct ifr_back *back, const struct ifr_state *now)
{
    json_t *devices = json_object_get(back->record, "devices"), *device = NULL;
    const char *name = NULL;

    json_object_foreach(devices, name, device)
    {
        if (!json_is_null(device) && ifr_state_find(now, IFR_LINK, name) == NULL) {
            dbc_strvec_pushf(back->left, "device %s is gone", name);
        }
    }
}

void ifr_back_devices(struct ifr_back *back)
{
    struct ifr_state now = { 0 };

    if (back->live.kernel == NULL ||
        json_object_size(json_object_get(back->record, "devices")) == 0) {
        return;
    }
    stop_clients(back);
    if (ifr_back_look(back, &now) == 0) {
        each(back, &now, restore_lower, false);
        each(back, &now, restore_vlan, false);
    }
    if (ifr_back_look(back, &now) == 0) {
        report_missing(back, &now);
        each(back, &now, ifr_back_options, true);
    }
    if (ifr_back_look(back, &now) == 0) {
        each(back, &now, restore_master, true);
    }
    if (ifr_back_look(back, &now) == 0) {
        each(back, &now, restore_lower_link, true);
        each(back, &now, restore_vlan_link, true);
        each(back, &now, restore_settings, true);
    }
    if (ifr_back_look(back, &now) == 0) {
        each(back, &now, restore_addresses, true);
    }
    ifr_state_release(&now);
}
