/* address.c - files of network-scripts read as ifup reads them (address.h). */
#include "reconfigure/datapath/address.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/valid.h"
#include "ifcfg/parse.h"

static const char *value_of(const struct dbc_ifcfg_keys *keys, const char *name)
{
    const struct dbc_ifcfg_key *key = dbc_ifcfg_keys_find(keys, name);

    return key != NULL && key->value != NULL ? key->value : "";
}

static void set_address(const struct dbc_ifcfg_keys *keys, struct ifr_state *state,
                        struct ifr_object *link)
{
    char address[16];
    uint32_t ip = 0;
    unsigned prefix = 0;

    ifr_state_set(state, link, IFR_LINK_ADDRESSES, "");
    if (dbc_parse_ipv4(value_of(keys, "IPADDR"), &ip) &&
        dbc_parse_netmask(value_of(keys, "NETMASK"), &prefix)) {
        dbc_format_ipv4(ip, address);
        ifr_state_setf(state, link, IFR_LINK_ADDRESSES, "%s/%u", address, prefix);
    }
}

static void add_gateway(const struct dbc_ifcfg_keys *keys, const char *owner,
                        struct ifr_state *state, struct ifr_object *link)
{
    char route[64], gateway[16];
    uint32_t ip = 0;

    if (dbc_parse_ipv4(value_of(keys, "GATEWAY"), &ip) &&
        (*owner == '\0' || strcmp(owner, link->name) == 0)) {
        dbc_format_ipv4(ip, gateway);
        snprintf(route, sizeof route, "default via %s", gateway);
        ifr_state_add_member(state, link, IFR_LINK_ROUTES, route);
    }
}

/* "NET/LEN via GATEWAY dev DEVICE", as ifr_route_file writes it; anything else is somebody else's
 * and no matter of ours. */
static void add_routes(const char *text, struct ifr_state *state, struct ifr_object *link)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        const char *via = memmem(text, len, " via ", 5);
        const char *dev = via != NULL ? memmem(via, (size_t)(text + len - via), " dev ", 5) : NULL;
        char route[96];
        if (*text != '#' && dev != NULL && (size_t)(dev - text) < sizeof route) {
            snprintf(route, sizeof route, "%.*s", (int)(dev - text), text);
            ifr_state_add_member(state, link, IFR_LINK_ROUTES, route);
        }
        text += len + (text[len] == '\n');
    }
}

static void set_device(const struct dbc_ifcfg_keys *keys, struct ifr_state *state,
                       struct ifr_object *link)
{
    uint64_t mtu = 0;
    bool dhcp = strcasecmp(value_of(keys, "BOOTPROTO"), "dhcp") == 0;

    ifr_state_set(state, link, IFR_LINK_STATE, "up");
    if (dbc_parse_uint(value_of(keys, "MTU"), DBC_MTU_MAX, &mtu)) {
        ifr_state_setf(state, link, IFR_LINK_MTU, "%u", (unsigned)mtu);
    }
    ifr_state_set(state, link, IFR_LINK_ROUTES, "");
    ifr_state_set(state, link, IFR_LINK_CLIENT, dhcp ? IFR_ANY : "");
    if (dhcp) {
        ifr_state_set(state, link, IFR_LINK_ADDRESSES, IFR_ANY_IPV4);
    } else {
        set_address(keys, state, link);
    }
}

/* 0: parsed; 1: not a file that says anything; -1: no memory. */
static int parse(const char *text, struct dbc_ifcfg_keys *keys, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (dbc_ifcfg_keys_parse("", text, strlen(text), keys, NULL, NULL, &why) == 0) {
        return 0;
    }
    return why.code == DBC_ENOMEM ? dbc_fail_nomem(err) : 1;
}

int ifr_address_of_files(const struct ifr_address_files *files, struct ifr_state *state,
                         struct ifr_object *link, struct dbc_error *err)
{
    struct dbc_ifcfg_keys ifcfg = DBC_IFCFG_KEYS_INIT, network = DBC_IFCFG_KEYS_INIT;
    int rc = parse(files->ifcfg, &ifcfg, err);
    int owners = rc < 0 ? rc : parse(files->network, &network, err);

    if (rc == 0 && owners >= 0 && ifcfg.n > 0) {
        set_device(&ifcfg, state, link);
        add_gateway(&ifcfg, owners == 0 ? value_of(&network, "GATEWAYDEV") : "", state, link);
        add_routes(files->route, state, link);
    }
    dbc_ifcfg_keys_release(&ifcfg);
    dbc_ifcfg_keys_release(&network);
    return rc < 0 || owners < 0 ? -1 : ifr_state_check(state, err);
}
