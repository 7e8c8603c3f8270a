/* address.c - files of network-scripts read as ifup reads them (address.h). */
#include "reconfigure/datapath/address.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/valid.h"
#include "ifcfg/parse.h"
#include "reconfigure/datapath/ipv6.h"
#include "reconfigure/datapath/sysconfig.h"

/* The texts of the files. */
struct texts {
    struct dbc_buf v[IFR_ADDRESS_FILES];
};

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

/* Lines that ifr_route_file writes are "NET/LEN via GATEWAY dev DEVICE"; others are not ours. */
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

/* ---- IPv6 ----------------------------------------------------------------------------------- */

static bool is_yes(const struct dbc_ifcfg_keys *keys, const char *name)
{
    return strcasecmp(value_of(keys, name), "yes") == 0;
}

/* Adds one ADDRESS/LENGTH, or several with blanks between, in canonical form. */
static void add_ipv6_addresses(const char *words, struct ifr_state *state, struct ifr_object *link)
{
    char word[IFR_MEMBER_MAX], member[DBC_IPV6_PREFIX_SIZE];
    struct dbc_ipv6 ip;
    unsigned prefix = 0;

    while (ifr_set_next(&words, ' ', word)) {
        if (dbc_parse_ipv6_prefix(word, &ip, &prefix)) {
            dbc_format_ipv6_prefix(&ip, prefix, member);
            ifr_state_add_member(state, link, IFR_LINK_ADDRESSES, member);
        }
    }
}

static void add_ipv6_gateway(const struct dbc_ifcfg_keys *keys, struct ifr_state *state,
                             struct ifr_object *link)
{
    char route[32 + DBC_IPV6_SIZE], gateway[DBC_IPV6_SIZE];
    struct dbc_ipv6 ip;

    if (dbc_parse_ipv6(value_of(keys, "IPV6_DEFAULTGW"), &ip)) {
        dbc_format_ipv6(&ip, gateway);
        snprintf(route, sizeof route, "::/0 via %s", gateway);
        ifr_state_add_member(state, link, IFR_LINK_ROUTES, route);
    }
}

/* `owner`: the device that has the default route; "": any device.  See ifup/ipv6.c. */
static void set_ipv6(const struct dbc_ifcfg_keys *keys, const char *owner, struct ifr_state *state,
                     struct ifr_object *link)
{
    bool owns = *owner == '\0' || strcmp(owner, link->name) == 0;
    bool dhcp = is_yes(keys, "DHCPV6C"),
         autoconf = strcasecmp(value_of(keys, "IPV6_AUTOCONF"), "no") != 0;

    if (!is_yes(keys, "IPV6INIT")) {
        return;
    }
    add_ipv6_addresses(value_of(keys, "IPV6ADDR"), state, link);
    add_ipv6_addresses(value_of(keys, "IPV6ADDR_SECONDARIES"), state, link);
    ifr_state_set(state, link, IFR_LINK_CLIENT6, dhcp ? IFR_ANY : "");
    if (dhcp || autoconf) {
        ifr_state_add_member(state, link, IFR_LINK_ADDRESSES, IFR_ANY_IPV6);
        ifr_state_setf(state, link, IFR_LINK_IPV6, "autoconf=%d accept_ra_defrtr=%d routers=heard",
                       autoconf, owns);
    } else {
        ifr_state_set(state, link, IFR_LINK_IPV6, "autoconf=0 routers=ignored");
    }
    if (owns) {
        add_ipv6_gateway(keys, state, link);
    }
}

/* ---- Both ----------------------------------------------------------------------------------- */

/* 0: parsed; 1: cannot be parsed; -1: out of memory. */
static int parse(const char *text, struct dbc_ifcfg_keys *keys, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (dbc_ifcfg_keys_parse("", text, strlen(text), keys, NULL, NULL, &why) == 0) {
        return 0;
    }
    return why.code == DBC_ENOMEM ? dbc_fail_nomem(err) : 1;
}

static int of_texts(const struct texts *texts, struct ifr_state *state, struct ifr_object *link,
                    struct dbc_error *err)
{
    struct dbc_ifcfg_keys ifcfg = DBC_IFCFG_KEYS_INIT, network = DBC_IFCFG_KEYS_INIT;
    int rc = parse(dbc_buf_str(&texts->v[0]), &ifcfg, err);
    int owners = rc < 0 ? rc : parse(dbc_buf_str(&texts->v[2]), &network, err);

    if (rc == 0 && owners >= 0 && ifcfg.n > 0) {
        set_device(&ifcfg, state, link);
        add_gateway(&ifcfg, owners == 0 ? value_of(&network, "GATEWAYDEV") : "", state, link);
        add_routes(dbc_buf_str(&texts->v[1]), state, link);
        set_ipv6(&ifcfg, owners == 0 ? value_of(&network, "IPV6_DEFAULTDEV") : "", state, link);
    }
    dbc_ifcfg_keys_release(&ifcfg);
    dbc_ifcfg_keys_release(&network);
    return rc < 0 || owners < 0 ? -1 : ifr_state_check(state, err);
}

/* ---- The files of a device ------------------------------------------------------------------ */

void ifr_address_path(size_t i, const char *ipdev, char path[64])
{
    if (i == 0) {
        snprintf(path, 64, IFR_SCRIPTS "/ifcfg-%s", ipdev);
    } else if (i == 1) {
        snprintf(path, 64, IFR_SCRIPTS "/route-%s", ipdev);
    } else {
        snprintf(path, 64, "%s", IFR_SYSCONFIG_NETWORK);
    }
}

static int read_texts(const struct ifr_planner *p, const char *ipdev, bool planned,
                      struct texts *ret, struct dbc_error *err)
{
    for (size_t i = 0; i < IFR_ADDRESS_FILES; i++) {
        struct dbc_error why = DBC_ERROR_INIT;
        const struct ifr_file_change *file = NULL;
        char path[64];
        ifr_address_path(i, ipdev, path);
        file = planned ? ifr_plan_find_file(p->plan, path) : NULL;
        if (file != NULL) {
            dbc_buf_add(&ret->v[i], file->data, file->len);
        } else if (ifr_facts_read(p->facts, path, &ret->v[i], &why) < 0 && why.code == DBC_ENOMEM) {
            return dbc_fail_nomem(err);
        }
    }
    return 0;
}

int ifr_address_of_ipdev(const struct ifr_planner *p, const char *ipdev, bool planned,
                         struct ifr_state *state, struct dbc_error *err)
{
    struct texts texts = { { DBC_BUF_INIT, DBC_BUF_INIT, DBC_BUF_INIT } };
    int rc = read_texts(p, ipdev, planned, &texts, err);

    if (rc == 0) {
        rc = of_texts(&texts, state, ifr_state_add(state, IFR_LINK, ipdev), err);
    }
    for (size_t i = 0; i < IFR_ADDRESS_FILES; i++) {
        dbc_buf_release(&texts.v[i]);
    }
    return rc;
}

/* ---- What others have given it --------------------------------------------------------------- */

/* Whether the kernel or a router has set it. */
static bool is_by_itself(const char *member)
{
    return strstr(member, "scope link") != NULL || ifr_set_has_words(member, ' ', "mngtmpaddr") ||
           (ifr_member_is_ipv6(member) && ifr_set_has_words(member, ' ', "dynamic"));
}

static bool is_ipv6_in_record(const char *member, const struct dbc_pif *pif)
{
    struct dbc_strvec addresses = DBC_STRVEC_INIT;
    bool found = false;

    (void)ifr_ipv6_addresses(pif, &addresses, NULL);
    for (size_t i = 0; i < addresses.n && !found; i++) {
        found = ifr_set_has_words(member, '\n', addresses.v[i]);
    }
    dbc_strvec_release(&addresses);
    return found;
}

/* Whether it is the record's address; the files may be lost. */
static bool is_in_record(const char *member, const struct dbc_pif *pif)
{
    char address[32];
    unsigned prefix = 0;

    if (ifr_member_is_ipv6(member)) {
        return is_ipv6_in_record(member, pif);
    }
    if (!dbc_parse_netmask(pif->netmask, &prefix)) {
        return false;
    }
    snprintf(address, sizeof address, "%.15s/%u", pif->IP, prefix);
    return ifr_set_has_words(member, '\n', address);
}

/* Whether `member` begins with the words of a member of ours.  With DHCP any IPv4 address or route
 * may be ours. */
static bool is_ours(const char *member, const struct ifr_object *files, unsigned attribute)
{
    const char *ours = ifr_object_get(files, attribute);
    char one[IFR_MEMBER_MAX];
    bool found = *ifr_object_get(files, IFR_LINK_CLIENT) != '\0' && !ifr_member_is_ipv6(member);

    while (!found && ifr_set_next(&ours, '\n', one)) {
        found = ifr_set_has_words(member, '\n', one);
    }
    return found;
}

int ifr_address_of_others(const struct ifr_planner *p, const struct dbc_pif *pif,
                          unsigned attribute, struct dbc_buf *ret, struct dbc_error *err)
{
    const char *ipdev = dbc_pif_bridge(p->db, pif);
    const char *seen = ifr_object_get(ifr_state_find(p->seen, IFR_LINK, ipdev), attribute);
    struct ifr_state state = { 0 };
    char member[IFR_MEMBER_MAX];
    int rc = *seen != '\0' ? ifr_address_of_ipdev(p, ipdev, false, &state, err) : 0;

    while (rc == 0 && ifr_set_next(&seen, '\n', member)) {
        if (!is_by_itself(member) && !is_in_record(member, pif) &&
            !is_ours(member, ifr_state_find(&state, IFR_LINK, ipdev), attribute)) {
            dbc_buf_addf(ret, "%s%s", ret->len > 0 ? "\n" : "", member);
        }
    }
    ifr_state_release(&state);
    return rc == 0 && ret->failed ? dbc_fail_nomem(err) : rc;
}
