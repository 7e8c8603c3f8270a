/* step_address.c - the step kinds for addresses, routes and DHCP clients (step.h): FORGET takes one
 * off a device, KEEP adds again what a change removed as a side effect. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "reconfigure/host/client.h"
#include "reconfigure/plan/step.h"

/* ---- What goes ------------------------------------------------------------------------------ */

/* As `ip addr add ... broadcast +` sets it; a net of one or two addresses has none. */
static void set_broadcast(struct ifr_net_address *address)
{
    address->has_broadcast = address->family == AF_INET && address->prefix < 31;
    for (unsigned bit = 0; address->has_broadcast && bit < 32; bit++) {
        unsigned char mask = (unsigned char)(0x80 >> bit % 8);
        address->broadcast[bit / 8] |= bit < address->prefix ? address->ip[bit / 8] & mask : mask;
    }
}

/* Parses "192.0.2.5/24", as a wanted state has it, and adds the scope and broadcast that ifup would
 * give it. */
static bool wanted_address(const char *member, struct ifr_net_address *ret)
{
    char text[IFR_MEMBER_MAX + 16];

    snprintf(text, sizeof text, "%s scope global", member);
    if (!ifr_net_address_parse(text, ret)) {
        return false;
    }
    set_broadcast(ret);
    return true;
}

static bool wanted_route(const char *member, struct ifr_net_route *ret)
{
    char text[IFR_MEMBER_MAX + 16];

    snprintf(text, sizeof text, "%s proto boot", member);
    return ifr_net_route_parse(text, ret);
}

/* The kernel removes others of the same subnet, and routes, along with an address.  So what is
 * wanted is added again. */
static int add_wanted(struct ifr_walk *walk, const char *device, struct dbc_error *err)
{
    const struct ifr_object *wanted = ifr_state_find(&walk->plan->wanted, IFR_LINK, device);
    const char *addresses = ifr_object_get(wanted, IFR_LINK_ADDRESSES);
    const char *routes = ifr_object_get(wanted, IFR_LINK_ROUTES);
    char member[IFR_MEMBER_MAX];
    int rc = 0;

    while (rc == 0 && ifr_set_next(&addresses, '\n', member)) {
        struct ifr_net_address address;
        if (wanted_address(member, &address)) {
            rc = ifr_netlink_add_address(walk->live->kernel, device, &address, err);
        }
    }
    while (rc == 0 && ifr_set_next(&routes, '\n', member)) {
        struct ifr_net_route route;
        if (wanted_route(member, &route)) {
            rc = ifr_netlink_add_route(walk->live->kernel, device, &route, err);
        }
    }
    return rc;
}

/* The text of an address is either its full form (netlink.h) or that of a wanted state. */
int ifr_step_forget_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    const char *text = strchr(step->text, ' ') + 1;
    struct ifr_net_address address;
    struct ifr_net_route route;
    int rc = 0;

    if (strncmp(step->text, "client ", 7) == 0) {
        ifr_client_stop(walk->facts, walk->log, IFR_DHCPV4, step->path);
    } else if (strncmp(step->text, "client6 ", 8) == 0) {
        ifr_client_stop(walk->facts, walk->log, IFR_DHCPV6, step->path);
    } else if (strncmp(step->text, "address ", 8) == 0 &&
               (ifr_net_address_parse(text, &address) || wanted_address(text, &address))) {
        rc = ifr_netlink_del_address(walk->live->kernel, step->path, &address, err);
    } else if (ifr_net_route_parse(text, &route)) {
        rc = ifr_netlink_del_route(walk->live->kernel, step->path, &route, err);
    }
    return rc < 0 ? rc : add_wanted(walk, step->path, err);
}

/* ---- What stays ------------------------------------------------------------------------------ */

/* A device as it was before the change, and as it is. */
struct pair {
    struct ifr_walk *walk;
    const struct ifr_object *was, *is;
    char leased[16]; /* the last address from its DHCP client; "": not known */
};

/* Returns whether a FORGET step of the plan names the member. */
static bool is_to_go(const struct pair *pair, const char *what, const char *member)
{
    const struct ifr_plan *plan = pair->walk->plan;
    size_t len = strlen(what);

    for (size_t i = 0; i < plan->n_steps; i++) {
        const struct ifr_step *step = &plan->steps[i];
        if (step->kind == IFR_STEP_FORGET && strcmp(step->path, pair->was->name) == 0 &&
            strncmp(step->text, what, len) == 0 &&
            ifr_set_has_words(member, '\n', step->text + len)) {
            return true;
        }
    }
    return false;
}

/* Returns whether the kernel made the member by itself, or a router or DHCP server lent it. */
static bool is_lent(const struct pair *pair, bool address, const char *member)
{
    bool client = *ifr_object_get(pair->was, IFR_LINK_CLIENT) != '\0';
    size_t len = strcspn(member, "/");

    if (!address) {
        return client && strncmp(member, "default ", 8) == 0;
    }
    return ifr_member_is_link_local(member) || ifr_member_is_lent(member) ||
           (client && !ifr_member_is_ipv6(member) &&
            (pair->leased[0] == '\0' ||
             (strlen(pair->leased) == len && memcmp(pair->leased, member, len) == 0)));
}

static int add_again(const struct pair *pair, bool is_address, const char *member,
                     struct dbc_error *err)
{
    struct ifr_netlink *kernel = pair->walk->live->kernel;
    struct ifr_net_address address;
    struct ifr_net_route route;

    if (is_address) {
        return ifr_net_address_parse(member, &address)
                   ? ifr_netlink_add_address(kernel, pair->was->name, &address, err)
                   : 0;
    }
    return ifr_net_route_parse(member, &route)
               ? ifr_netlink_add_route(kernel, pair->was->name, &route, err)
               : 0;
}

/* Adds the members that the device had and has lost, but for those that were lent or are to go. */
static void keep(const struct pair *pair, unsigned attribute)
{
    bool address = attribute == IFR_LINK_ADDRESSES;
    const char *before = ifr_object_get(pair->was, attribute);
    const struct dbc_log *log = pair->walk->log;
    char member[IFR_MEMBER_MAX];

    while (ifr_set_next(&before, '\n', member)) {
        struct dbc_error err = DBC_ERROR_INIT;
        if (ifr_object_has(pair->is, attribute, member) || is_lent(pair, address, member) ||
            is_to_go(pair, address ? "address " : "route ", member)) {
            continue;
        }
        if (add_again(pair, address, member, &err) == 0) {
            dbc_logf(log, DBC_LOG_INFO, "kernel: %s keeps %s", pair->was->name, member);
        } else {
            dbc_logf(log, DBC_LOG_WARNING, "%s", err.text);
        }
    }
}

/* A device that has become a port of a bridge or bond needs no address. */
static bool stands_alone(const struct pair *pair)
{
    const char *master = ifr_object_get(pair->is, IFR_LINK_MASTER);

    return *master == '\0' || strcmp(master, ifr_object_get(pair->was, IFR_LINK_MASTER)) == 0;
}

/* A link that goes down, even for a moment, loses its routes and IPv6 addresses; with an address go
 * others of its subnet. */
int ifr_step_keep_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    const struct ifr_live kernel = { .kernel = walk->live->kernel };
    struct ifr_state now = { 0 };
    int rc = ifr_observe(&kernel, &now, err);

    (void)step;
    for (size_t i = 0; rc == 0 && i < walk->plan->touched.n; i++) {
        const char *device = walk->plan->touched.v[i];
        struct pair pair = { .walk = walk,
                             .was = ifr_state_find(walk->seen, IFR_LINK, device),
                             .is = ifr_state_find(&now, IFR_LINK, device) };
        if (pair.was == NULL || pair.is == NULL || !stands_alone(&pair)) {
            continue;
        }
        ifr_client_leased(walk->facts, device, pair.leased);
        keep(&pair, IFR_LINK_ADDRESSES);
        keep(&pair, IFR_LINK_ROUTES);
    }
    ifr_state_release(&now);
    return rc;
}
