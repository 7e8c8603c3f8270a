/* compare_pif.c - compares one PIF with the host (compare_priv.h).  Below a root prefix devices are
 * those of its sys/class/net. */
#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "model/topology.h"
#include "reconfigure/compare_priv.h"
#include "reconfigure/datapath/ipv6.h"
#include "reconfigure/datapath/netdev.h"
#include "reconfigure/datapath/vswitch_wanted.h"
#include "reconfigure/state/diff.h"

/* ---- Devices --------------------------------------------------------------------------------- */

void ifr_compare_nic(struct ifr_comparing *w, const struct dbc_pif *pif)
{
    char wanted[18] = "", found[18] = "", now[DBC_IFNAME_MAX + 1] = "", text[64];
    bool known = dbc_parse_mac(pif->MAC, wanted);

    if (ifr_facts_netdev_exists(w->facts, pif->device)) {
        ifr_facts_netdev_mac(w->facts, pif->device, found);
        ifr_compare_row(w, pif, "NIC", known ? wanted : "any MAC", found,
                        known && strcmp(wanted, found) != 0);
    } else if (known && ifr_facts_netdev_by_mac(w->facts, wanted, now)) {
        snprintf(text, sizeof text, "%s is %s now", wanted, now);
        ifr_compare_row(w, pif, "NIC", wanted, text, true);
    } else {
        ifr_compare_row(w, pif, "NIC", known ? wanted : "any MAC", "missing", true);
    }
}

const char *ifr_compare_state(const struct ifr_comparing *w, const char *device)
{
    if (!ifr_facts_netdev_exists(w->facts, device)) {
        return "missing";
    }
    return ifr_facts_netdev_is_up(w->facts, device) ? "up" : "down";
}

static void look_at_mtu(struct ifr_comparing *w, const struct dbc_pif *pif, const char *ipdev)
{
    static const struct dbc_map nothing = { NULL, 0 };
    const struct dbc_network *network = dbc_pif_network(w->db, pif);
    struct ifr_plan notes = { 0 };
    struct ifr_planner p = { .db = w->db, .facts = w->facts, .plan = &notes };
    struct dbc_buf found = DBC_BUF_INIT;
    char path[64], wanted[16];

    snprintf(wanted, sizeof wanted, "%u",
             ifr_mtu_of(&p, pif, network == NULL ? &nothing : &network->other_config, "Network"));
    snprintf(path, sizeof path, "/sys/class/net/%s/mtu", ipdev);
    if (ifr_facts_read(w->facts, path, &found, NULL) != 0) {
        dbc_buf_adds(&found, "unknown");
    }
    found.len = strcspn(dbc_buf_str(&found), "\n");
    if (found.data != NULL) {
        found.data[found.len] = '\0';
    }
    ifr_compare_texts(w, pif, "MTU", wanted, dbc_buf_str(&found));
    dbc_buf_release(&found);
    ifr_plan_release(&notes);
}

static void add_name(struct dbc_buf *out, const char *name)
{
    dbc_buf_addf(out, "%s%s", out->len == 0 ? "" : ", ", name);
}

static void join(const struct dbc_strvec *words, struct dbc_buf *out)
{
    for (size_t i = 0; i < words->n; i++) {
        add_name(out, words->v[i]);
    }
    dbc_buf_adds(out, words->n == 0 ? "none" : "");
}

/* Appends the names of the cache's NICs that are in `ports`, in the cache's order. */
static void names_among(const struct ifr_comparing *w, const struct dbc_strvec *ports,
                        struct dbc_buf *out)
{
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(w->db, i)) != NULL; i++) {
        if (!dbc_pif_is_vlan(pif) && !dbc_pif_is_bond(w->db, pif) &&
            !dbc_pif_is_tunnel(w->db, pif) && dbc_strvec_has(ports, pif->device)) {
            add_name(out, pif->device);
        }
    }
    if (out->len == 0) {
        dbc_buf_adds(out, "none");
    }
}

/* Appends the NICs that should carry a PIF, in the cache's order. */
static void wanted_nics(struct ifr_comparing *w, const struct dbc_pif *pif, struct dbc_buf *out)
{
    struct dbc_pifs nics = DBC_PIFS_INIT;
    struct dbc_strvec names = DBC_STRVEC_INIT;

    if (dbc_physical_pifs(w->db, pif, &nics, NULL) == 0) {
        for (size_t i = 0; i < nics.n; i++) {
            dbc_strvec_push(&names, nics.v[i]->device);
        }
    }
    names_among(w, &names, out);
    dbc_strvec_release(&names);
    dbc_pifs_release(&nics);
}

/* Returns why bridges are unknown, or NULL where Open vSwitch was observed. */
static const char *why_no_bridges(const struct ifr_comparing *w)
{
    return w->seen.known[IFR_BRIDGE] ? NULL : dbc_buf_str(&w->why_no_ovs);
}

/* Returns why devices are unknown, or NULL where the kernel was observed. */
static const char *why_no_links(const struct ifr_comparing *w)
{
    if (w->seen.known[IFR_LINK]) {
        return NULL;
    }
    return ifr_facts_is_this_host(w->facts) ? dbc_buf_str(&w->why_no_ovs)
                                            : "the kernel is not asked below a root prefix";
}

/* On a Linux bridge the bond is the port, and the NICs are the bond's slaves. */
static int found_nics(struct ifr_comparing *w, const struct dbc_pif *pif, const char *bridge,
                      struct dbc_strvec *ret)
{
    if (w->vswitch) {
        ifr_seen_interfaces(&w->seen, bridge, ret);
        return ret->failed ? dbc_fail_nomem(w->err) : 0;
    }
    if (!ifr_facts_bridge_has_port(w->facts, bridge, pif->device)) {
        return 0;
    }
    if (dbc_pif_is_bond(w->db, pif)) {
        return ifr_facts_bond_slaves(w->facts, pif->device, ret, w->err);
    }
    dbc_strvec_push(ret, pif->device);
    return 0;
}

static void look_at_nics(struct ifr_comparing *w, const struct dbc_pif *pif, const char *bridge)
{
    struct dbc_buf wanted = DBC_BUF_INIT, found = DBC_BUF_INIT;
    struct dbc_strvec ports = DBC_STRVEC_INIT;
    const char *why = w->vswitch ? why_no_bridges(w) : NULL;

    wanted_nics(w, pif, &wanted);
    if (found_nics(w, pif, bridge, &ports) < 0) {
        w->failed = true;
    } else {
        names_among(w, &ports, &found);
        ifr_compare_known(w, pif, "NICs", dbc_buf_str(&wanted), dbc_buf_str(&found), why);
    }
    dbc_strvec_release(&ports);
    dbc_buf_release(&wanted);
    dbc_buf_release(&found);
}

/* A NIC that is down carries nothing.  One that is up is shown only with `all`; one that is missing
 * has its row "NIC". */
static void look_at_links(struct ifr_comparing *w, const struct dbc_pif *pif)
{
    struct dbc_pifs nics = DBC_PIFS_INIT;
    char wanted[DBC_IFNAME_MAX + 16], found[DBC_IFNAME_MAX + 16];

    if (dbc_physical_pifs(w->db, pif, &nics, NULL) == 0) {
        for (size_t i = 0; i < nics.n; i++) {
            const char *nic = nics.v[i]->device;
            snprintf(wanted, sizeof wanted, "%s up", nic);
            snprintf(found, sizeof found, "%s %s", nic, ifr_compare_state(w, nic));
            if (ifr_facts_netdev_exists(w->facts, nic) && (w->all || strcmp(wanted, found) != 0)) {
                ifr_compare_texts(w, pif, "NIC state", wanted, found);
            }
        }
    }
    dbc_pifs_release(&nics);
}

static void look_at_vlan(struct ifr_comparing *w, const struct dbc_pif *pif, const char *bridge)
{
    const struct dbc_pif *below = dbc_vlan_slave(w->db, pif);
    struct dbc_buf wanted = DBC_BUF_INIT, found = DBC_BUF_INIT;
    char netdev[DBC_NETDEV_NAME_SIZE];

    if (!w->vswitch) {
        dbc_pif_netdev(pif, netdev);
        ifr_compare_texts(w, pif, "VLAN", netdev,
                          ifr_facts_bridge_has_port(w->facts, bridge, netdev) ? netdev : "none");
        return;
    }
    dbc_buf_addf(&wanted, "%s on %s", pif->VLAN.text,
                 below == NULL ? "nothing" : dbc_pif_bridge(w->db, below));
    ifr_seen_vlan(&w->seen, bridge, &found);
    ifr_compare_known(w, pif, "VLAN", dbc_buf_str(&wanted), dbc_buf_str(&found), why_no_bridges(w));
    dbc_buf_release(&wanted);
    dbc_buf_release(&found);
}

/* "192.0.2.5/24", "DHCP", "none". */
static void wanted_address(const struct dbc_pif *pif, struct dbc_buf *out)
{
    unsigned prefix = 0;

    if (strcmp(pif->ip_configuration_mode, "Static") == 0) {
        dbc_buf_adds(out, pif->IP);
        if (dbc_parse_netmask(pif->netmask, &prefix)) {
            dbc_buf_addf(out, "/%u", prefix);
        }
    } else {
        dbc_buf_adds(out, strcmp(pif->ip_configuration_mode, "DHCP") == 0 ? "DHCP" : "none");
    }
}

static void look_at_address(struct ifr_comparing *w, const struct dbc_pif *pif, const char *ipdev)
{
    struct dbc_buf wanted = DBC_BUF_INIT, found = DBC_BUF_INIT;
    struct dbc_strvec addresses = DBC_STRVEC_INIT;
    bool dhcp = strcmp(pif->ip_configuration_mode, "DHCP") == 0, drift = false;

    ifr_seen_addresses(&w->seen, ipdev, false, &addresses);
    wanted_address(pif, &wanted);
    join(&addresses, &found);
    drift = dhcp ? addresses.n == 0 : strcmp(dbc_buf_str(&wanted), dbc_buf_str(&found)) != 0;
    ifr_compare_seen(w, pif, "address", dbc_buf_str(&wanted), dbc_buf_str(&found), drift,
                     why_no_links(w));
    dbc_strvec_release(&addresses);
    dbc_buf_release(&wanted);
    dbc_buf_release(&found);
}

static void look_at_gateway(struct ifr_comparing *w, const struct dbc_pif *pif, const char *ipdev)
{
    struct dbc_buf found = DBC_BUF_INIT;
    bool dhcp = strcmp(pif->ip_configuration_mode, "DHCP") == 0;
    const char *wanted = dhcp ? "DHCP" : *pif->gateway == '\0' ? "none" : pif->gateway;

    ifr_seen_gateway(&w->seen, ipdev, false, &found);
    /* A DHCP server need not give one. */
    ifr_compare_seen(w, pif, "gateway", wanted, dbc_buf_str(&found),
                     !dhcp && strcmp(wanted, dbc_buf_str(&found)) != 0, why_no_links(w));
    dbc_buf_release(&found);
}

/* ---- IPv6 of a PIF that has it --------------------------------------------------------------- */

static bool lacks_any(const struct dbc_strvec *wanted, const struct dbc_strvec *found)
{
    for (size_t i = 0; i < wanted->n; i++) {
        if (!dbc_strvec_has(found, wanted->v[i])) {
            return true;
        }
    }
    return false;
}

/* A static PIF must have all its addresses and no others; any other mode needs one address. */
static void look_at_ipv6_address(struct ifr_comparing *w, const struct dbc_pif *pif,
                                 const char *ipdev)
{
    struct dbc_buf wanted = DBC_BUF_INIT, found = DBC_BUF_INIT;
    struct dbc_strvec should = DBC_STRVEC_INIT, is = DBC_STRVEC_INIT;
    bool fixed = dbc_pif_is_static_ipv6(pif);

    ifr_seen_addresses(&w->seen, ipdev, true, &is);
    if (fixed) {
        (void)ifr_ipv6_addresses(pif, &should, NULL);
        join(&should, &wanted);
    } else {
        dbc_buf_adds(&wanted, pif->ipv6_configuration_mode);
    }
    join(&is, &found);
    ifr_compare_seen(w, pif, "IPv6 address", dbc_buf_str(&wanted), dbc_buf_str(&found),
                     fixed ? lacks_any(&should, &is) || lacks_any(&is, &should) : is.n == 0,
                     why_no_links(w));
    w->failed = w->failed || should.failed || is.failed;
    dbc_strvec_release(&should);
    dbc_strvec_release(&is);
    dbc_buf_release(&wanted);
    dbc_buf_release(&found);
}

/* Only of a static PIF: in the other modes a router says what the gateway is. */
static void look_at_ipv6_gateway(struct ifr_comparing *w, const struct dbc_pif *pif,
                                 const char *ipdev)
{
    struct dbc_buf found = DBC_BUF_INIT;
    char gateway[DBC_IPV6_SIZE] = "none";

    if (!dbc_pif_is_static_ipv6(pif)) {
        return;
    }
    (void)ifr_ipv6_gateway(pif, gateway);
    ifr_seen_gateway(&w->seen, ipdev, true, &found);
    ifr_compare_known(w, pif, "IPv6 gateway", gateway, dbc_buf_str(&found), why_no_links(w));
    dbc_buf_release(&found);
}

/* ---- Settings of Open vSwitch ---------------------------------------------------------------- */

static void compare_settings(struct ifr_comparing *w, const struct dbc_pif *pif,
                             const struct ifr_object *wanted, const unsigned *attributes, size_t n)
{
    const struct ifr_object *seen = ifr_state_find(&w->seen, wanted->kind, wanted->name);
    uint32_t differs = seen != NULL ? ifr_object_differs(seen, wanted) : 0;

    for (size_t i = 0; seen != NULL && i < n; i++) {
        bool drift = (differs >> attributes[i] & 1) != 0;
        const char *should = wanted->v[attributes[i]];
        const char *is = ifr_object_get(seen, attributes[i]);
        if (should != NULL && (w->all || drift)) {
            ifr_compare_row(w, pif, ifr_attributes(wanted->kind)[attributes[i]].name,
                            *should != '\0' ? should : "none", *is != '\0' ? is : "none", drift);
        }
    }
}

static void compare_wanted(struct ifr_comparing *w, const struct dbc_pif *pif)
{
    static const unsigned bridge[] = { IFR_BRIDGE_HWADDR,   IFR_BRIDGE_FAIL_MODE,
                                       IFR_BRIDGE_IN_BAND,  IFR_BRIDGE_SNOOPING,
                                       IFR_BRIDGE_NETWORKS, IFR_BRIDGE_NETWORK };
    static const unsigned port[] = { IFR_PORT_BOND_MODE, IFR_PORT_LACP,      IFR_PORT_MIIMON,
                                     IFR_PORT_UPDELAY,   IFR_PORT_DOWNDELAY, IFR_PORT_DETECT_MODE };

    for (size_t i = 0; i < w->plan.wanted.n; i++) {
        const struct ifr_object *wanted = w->plan.wanted.objects[i];
        if (wanted->absent) {
            continue;
        }
        if (wanted->kind == IFR_BRIDGE) {
            compare_settings(w, pif, wanted, bridge, sizeof bridge / sizeof bridge[0]);
        } else if (wanted->kind == IFR_PORT) {
            compare_settings(w, pif, wanted, port, sizeof port / sizeof port[0]);
        }
    }
}

/* Compares the settings that `up` would give the bridge and its port. */
static void look_at_settings(struct ifr_comparing *w, const struct dbc_pif *pif)
{
    struct ifr_work work = { 0 };
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = 0;

    work.pif = pif;
    work.base = dbc_datapath_pif(w->db, pif, &why);
    if (work.base == NULL || ifr_check_pif(&w->p, pif, &why) < 0 ||
        dbc_physical_pifs(w->db, work.base, &work.nics, &why) < 0) {
        ifr_work_release(&work);
        return; /* `up` would refuse it, and `check` says why */
    }
    ifr_mac(&w->p, work.base, &work.nics, work.mac);
    if (work.base == pif) {
        rc = ifr_want_bridge(&w->p, &work, &why);
    } else {
        rc = ifr_want_vlan(&w->p, &work, &why);
    }
    if (rc == 0) {
        compare_wanted(w, pif);
    }
    w->failed = w->failed || why.code == DBC_ENOMEM;
    ifr_plan_release(&w->plan);
    ifr_work_release(&work);
}

/* ---- All of it ------------------------------------------------------------------------------- */

void ifr_compare_bridge(struct ifr_comparing *w, const struct dbc_pif *pif)
{
    char name[DBC_NETDEV_NAME_SIZE];
    const char *bridge = dbc_pif_bridge(w->db, pif), *ipdev = dbc_pif_ipdev(w->db, pif, name);

    ifr_compare_texts(w, pif, "state", "up", ifr_compare_state(w, ipdev));
    if (!ifr_facts_netdev_exists(w->facts, ipdev)) {
        return; /* nothing more to compare */
    }
    if (*bridge != '\0' && dbc_pif_is_vlan(pif)) {
        look_at_vlan(w, pif, bridge);
    } else if (*bridge != '\0' && !dbc_pif_is_tunnel(w->db, pif)) {
        look_at_nics(w, pif, bridge);
        look_at_links(w, pif);
    }
    if (*bridge != '\0' && w->seen.known[IFR_BRIDGE]) {
        look_at_settings(w, pif);
    }
    look_at_mtu(w, pif, ipdev);
    look_at_address(w, pif, ipdev);
    if (pif == w->gateway) {
        look_at_gateway(w, pif, ipdev);
    }
    if (dbc_pif_wants_ipv6(pif)) {
        look_at_ipv6_address(w, pif, ipdev);
    }
    if (dbc_pif_wants_ipv6(pif) && pif == w->ipv6_gateway) {
        look_at_ipv6_gateway(w, pif, ipdev);
    }
}
