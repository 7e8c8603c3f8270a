/* compare.c - walks the PIFs and puts what the records want beside what is seen of the host
 * (compare.h).  Devices below a root prefix are those of its sys/class/net. */
#include "reconfigure/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/valid.h"
#include "model/topology.h"
#include "reconfigure/compare_seen.h"
#include "reconfigure/datapath/live.h"
#include "reconfigure/datapath/netdev.h"
#include "reconfigure/datapath/vswitch_wanted.h"
#include "reconfigure/state/diff.h"

struct walk {
    const struct dbc_db *db;
    struct ifr_facts *facts;
    struct ifr_comparison *out;
    struct ifr_live live;
    struct ifr_state seen; /* with kinds that are not known where nobody could look */
    struct dbc_buf why_no_ovs;
    struct ifr_planner p; /* for the questions that planning answers */
    struct ifr_plan plan; /* ... and what it wants */
    struct dbc_error *err;
    enum ifr_datapath_kind datapath;
    struct dbc_hash wanted;    /* references of the PIFs that should be up */
    struct dbc_buf interfaces; /* of the inventory: blank-separated bridges, a blank at each end */
    const struct dbc_pif *gateway; /* whose gateway is the host's; NULL: nobody's */
    bool all;
    bool failed;
};

/* ---- Rows ------------------------------------------------------------------------------------ */

static void no_memory(struct walk *w)
{
    w->failed = true;
    dbc_fail_nomem(w->err);
}

static struct ifr_compare_row *next_row(struct ifr_comparison *out)
{
    if (out->n == out->cap) {
        size_t cap = out->cap == 0 ? 32 : out->cap * 2;
        struct ifr_compare_row *v = realloc(out->v, cap * sizeof *v);
        if (v == NULL) {
            return NULL;
        }
        out->v = v;
        out->cap = cap;
    }
    return &out->v[out->n];
}

static void add_row(struct walk *w, const struct dbc_pif *pif, const char *what, const char *wanted,
                    const char *found, bool drift)
{
    struct ifr_compare_row *place = w->failed ? NULL : next_row(w->out);
    const char *left = dbc_arena_strdup(&w->out->arena, wanted);
    const char *right = dbc_arena_strdup(&w->out->arena, found);

    if (place == NULL || left == NULL || right == NULL) {
        no_memory(w);
        return;
    }
    *place = (struct ifr_compare_row){ pif, what, left, right, drift };
    w->out->n++;
    w->out->drifting += drift;
}

static void compare(struct walk *w, const struct dbc_pif *pif, const char *what, const char *wanted,
                    const char *found)
{
    add_row(w, pif, what, wanted, found, strcmp(wanted, found) != 0);
}

/* One of many that are right as a rule: shown where it is not, or where all is. */
static void compare_quietly(struct walk *w, const struct dbc_pif *pif, const char *what,
                            const char *wanted, const char *found)
{
    if (w->all || strcmp(wanted, found) != 0) {
        compare(w, pif, what, wanted, found);
    }
}

static void add_unknown(struct walk *w, const struct dbc_pif *pif, const char *what,
                        const char *wanted, const struct dbc_buf *why)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_addf(&text, "unknown: %s", dbc_buf_str(why));
    add_row(w, pif, what, wanted, dbc_buf_str(&text), true);
    dbc_buf_release(&text);
}

/* ---- Who should be up ------------------------------------------------------------------------ */

static void want(struct walk *w, const struct dbc_pif *pif)
{
    void *known = w; /* any address will do */

    if (dbc_hash_put(&w->wanted, pif->rec.ref, known, true) != 0) {
        no_memory(w);
    }
}

static bool is_wanted(const struct walk *w, const struct dbc_pif *pif)
{
    return dbc_hash_get(&w->wanted, pif->rec.ref) != NULL;
}

static void read_inventory(struct walk *w)
{
    dbc_buf_addc(&w->interfaces, ' ');
    ifr_facts_inventory(w->facts, "MANAGEMENT_INTERFACE", &w->interfaces, NULL);
    dbc_buf_addc(&w->interfaces, ' ');
    ifr_facts_inventory(w->facts, "CURRENT_INTERFACES", &w->interfaces, NULL);
    dbc_buf_addc(&w->interfaces, ' ');
}

static bool in_inventory(const struct walk *w, const char *bridge)
{
    char word[DBC_IFNAME_MAX + 3];

    if (!dbc_valid_ifname(bridge)) {
        return false;
    }
    snprintf(word, sizeof word, " %s ", bridge);
    return strstr(dbc_buf_str(&w->interfaces), word) != NULL;
}

static bool is_asked_for(const struct walk *w, const struct dbc_pif *pif)
{
    if (dbc_db_bond(w->db, pif->bond_slave_of) != NULL) {
        return false;
    }
    return pif == dbc_management_pif(w->db) || pif->currently_attached ||
           in_inventory(w, dbc_pif_bridge(w->db, pif));
}

/* A VLAN brings up its parent's bridge too. */
static void choose(struct walk *w)
{
    const struct dbc_pif *pif = NULL, *below = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(w->db, i)) != NULL && !w->failed; i++) {
        if (!is_asked_for(w, pif)) {
            continue;
        }
        want(w, pif);
        below = dbc_vlan_slave(w->db, pif);
        if (below != NULL) {
            want(w, below);
        }
    }
}

static const struct dbc_pif *gateway_owner(const struct dbc_db *db)
{
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL; i++) {
        const char *claim = dbc_map_get(&pif->other_config, "defaultroute");
        if (claim != NULL && strcmp(claim, "true") == 0 && dbc_ref_is_null(pif->bond_slave_of)) {
            return pif;
        }
    }
    return dbc_management_pif(db);
}

/* ---- What is looked at ----------------------------------------------------------------------- */

static void look_at_nic(struct walk *w, const struct dbc_pif *pif)
{
    char wanted[18] = "", found[18] = "", now[DBC_IFNAME_MAX + 1] = "", text[64];
    bool known = dbc_parse_mac(pif->MAC, wanted);

    if (ifr_facts_netdev_exists(w->facts, pif->device)) {
        ifr_facts_netdev_mac(w->facts, pif->device, found);
        add_row(w, pif, "NIC", known ? wanted : "any MAC", found,
                known && strcmp(wanted, found) != 0);
    } else if (known && ifr_facts_netdev_by_mac(w->facts, wanted, now)) {
        snprintf(text, sizeof text, "%s is %s now", wanted, now);
        add_row(w, pif, "NIC", wanted, text, true);
    } else {
        add_row(w, pif, "NIC", known ? wanted : "any MAC", "missing", true);
    }
}

static const char *state_of(const struct walk *w, const char *device)
{
    if (!ifr_facts_netdev_exists(w->facts, device)) {
        return "missing";
    }
    return ifr_facts_netdev_is_up(w->facts, device) ? "up" : "down";
}

static void look_at_mtu(struct walk *w, const struct dbc_pif *pif, const char *ipdev)
{
    static const struct dbc_map nothing = { NULL, 0 };
    const struct dbc_network *network = dbc_pif_network(w->db, pif);
    struct ifr_plan notes = IFR_PLAN_INIT;
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
    compare(w, pif, "MTU", wanted, dbc_buf_str(&found));
    dbc_buf_release(&found);
    ifr_plan_release(&notes);
}

static void add_name(struct dbc_buf *out, const char *name)
{
    dbc_buf_addf(out, "%s%s", out->len == 0 ? "" : ", ", name);
}

/* Which of the cache's NICs are in `ports`, in the cache's order. */
static void names_among(const struct walk *w, const struct dbc_strvec *ports, struct dbc_buf *out)
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

/* The NICs that should carry a PIF, in the cache's order. */
static void wanted_nics(struct walk *w, const struct dbc_pif *pif, struct dbc_buf *out)
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

/* On the Linux bridge a bond's NICs are the bond's, and the bond is the bridge's. */
static int found_nics(struct walk *w, const struct dbc_pif *pif, const char *bridge,
                      struct dbc_strvec *ret, struct dbc_buf *why)
{
    if (w->datapath == IFR_DATAPATH_VSWITCH) {
        if (!w->seen.known[IFR_BRIDGE]) {
            dbc_buf_adds(why, dbc_buf_str(&w->why_no_ovs));
            return 1;
        }
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

static void look_at_nics(struct walk *w, const struct dbc_pif *pif, const char *bridge)
{
    struct dbc_buf wanted = DBC_BUF_INIT, found = DBC_BUF_INIT, why = DBC_BUF_INIT;
    struct dbc_strvec ports = DBC_STRVEC_INIT;
    int rc = found_nics(w, pif, bridge, &ports, &why);

    wanted_nics(w, pif, &wanted);
    if (rc < 0) {
        w->failed = true;
    } else if (rc > 0) {
        add_unknown(w, pif, "NICs", dbc_buf_str(&wanted), &why);
    } else {
        names_among(w, &ports, &found);
        compare(w, pif, "NICs", dbc_buf_str(&wanted), dbc_buf_str(&found));
    }
    dbc_strvec_release(&ports);
    dbc_buf_release(&wanted);
    dbc_buf_release(&found);
    dbc_buf_release(&why);
}

/* A NIC that is down carries nothing, whatever it is in; one that is missing is told of already. */
static void look_at_links(struct walk *w, const struct dbc_pif *pif)
{
    struct dbc_pifs nics = DBC_PIFS_INIT;
    char wanted[DBC_IFNAME_MAX + 16], found[DBC_IFNAME_MAX + 16];

    if (dbc_physical_pifs(w->db, pif, &nics, NULL) == 0) {
        for (size_t i = 0; i < nics.n; i++) {
            const char *nic = nics.v[i]->device;
            snprintf(wanted, sizeof wanted, "%s up", nic);
            snprintf(found, sizeof found, "%s %s", nic, state_of(w, nic));
            if (ifr_facts_netdev_exists(w->facts, nic)) {
                compare_quietly(w, pif, "NIC state", wanted, found);
            }
        }
    }
    dbc_pifs_release(&nics);
}

static void look_at_vlan(struct walk *w, const struct dbc_pif *pif, const char *bridge)
{
    const struct dbc_pif *below = dbc_vlan_slave(w->db, pif);
    struct dbc_buf wanted = DBC_BUF_INIT, found = DBC_BUF_INIT, why = DBC_BUF_INIT;
    char netdev[DBC_NETDEV_NAME_SIZE];
    int rc = 0;

    if (w->datapath == IFR_DATAPATH_BRIDGE) {
        dbc_pif_netdev(pif, netdev);
        add_row(w, pif, "VLAN", netdev,
                ifr_facts_bridge_has_port(w->facts, bridge, netdev) ? netdev : "none",
                !ifr_facts_bridge_has_port(w->facts, bridge, netdev));
        return;
    }
    dbc_buf_addf(&wanted, "%s on %s", pif->VLAN.text,
                 below == NULL ? "nothing" : dbc_pif_bridge(w->db, below));
    if (!w->seen.known[IFR_BRIDGE]) {
        dbc_buf_adds(&why, dbc_buf_str(&w->why_no_ovs));
        rc = 1;
    } else {
        ifr_seen_vlan(&w->seen, bridge, &found);
    }
    if (rc < 0) {
        w->failed = true;
    } else if (rc > 0) {
        add_unknown(w, pif, "VLAN", dbc_buf_str(&wanted), &why);
    } else {
        compare(w, pif, "VLAN", dbc_buf_str(&wanted), dbc_buf_str(&found));
    }
    dbc_buf_release(&wanted);
    dbc_buf_release(&found);
    dbc_buf_release(&why);
}

static bool kernel_is_known(const struct walk *w, struct dbc_buf *why)
{
    if (!w->seen.known[IFR_LINK]) {
        dbc_buf_adds(why, "the kernel is not asked below a root prefix");
    }
    return w->seen.known[IFR_LINK];
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

static void look_at_address(struct walk *w, const struct dbc_pif *pif, const char *ipdev)
{
    struct dbc_buf wanted = DBC_BUF_INIT, found = DBC_BUF_INIT, why = DBC_BUF_INIT;
    struct dbc_strvec addresses = DBC_STRVEC_INIT;
    int rc = kernel_is_known(w, &why) ? 0 : 1;
    bool dhcp = strcmp(pif->ip_configuration_mode, "DHCP") == 0;

    ifr_seen_addresses(&w->seen, ipdev, &addresses);
    wanted_address(pif, &wanted);
    for (size_t i = 0; i < addresses.n; i++) {
        add_name(&found, addresses.v[i]);
    }
    if (rc < 0) {
        w->failed = true;
    } else if (rc > 0) {
        add_unknown(w, pif, "address", dbc_buf_str(&wanted), &why);
    } else if (dhcp) {
        add_row(w, pif, "address", "DHCP", addresses.n == 0 ? "none" : dbc_buf_str(&found),
                addresses.n == 0);
    } else {
        compare(w, pif, "address", dbc_buf_str(&wanted),
                addresses.n == 0 ? "none" : dbc_buf_str(&found));
    }
    dbc_strvec_release(&addresses);
    dbc_buf_release(&wanted);
    dbc_buf_release(&found);
    dbc_buf_release(&why);
}

static void look_at_gateway(struct walk *w, const struct dbc_pif *pif, const char *ipdev)
{
    struct dbc_buf found = DBC_BUF_INIT, why = DBC_BUF_INIT;
    bool dhcp = strcmp(pif->ip_configuration_mode, "DHCP") == 0;
    const char *wanted = dhcp ? "DHCP" : *pif->gateway == '\0' ? "none" : pif->gateway;
    int rc = kernel_is_known(w, &why) ? 0 : 1;

    ifr_seen_gateway(&w->seen, ipdev, &found);
    if (rc < 0) {
        w->failed = true;
    } else if (rc > 0) {
        add_unknown(w, pif, "gateway", wanted, &why);
    } else {
        const char *text = found.len == 0 ? "none" : dbc_buf_str(&found);
        /* A DHCP server need not give one. */
        add_row(w, pif, "gateway", wanted, text, !dhcp && strcmp(wanted, text) != 0);
    }
    dbc_buf_release(&found);
    dbc_buf_release(&why);
}

/* ---- Settings of Open vSwitch ---------------------------------------------------------------- */

static void compare_settings(struct walk *w, const struct dbc_pif *pif,
                             const struct ifr_object *wanted, const unsigned *attributes, size_t n)
{
    const struct ifr_object *seen = ifr_state_find(&w->seen, wanted->kind, wanted->name);
    uint32_t differs = seen != NULL ? ifr_object_differs(seen, wanted) : 0;
    size_t rows = 0;

    for (size_t i = 0; seen != NULL && i < n; i++) {
        bool drift = (differs >> attributes[i] & 1) != 0;
        const char *should = wanted->v[attributes[i]];
        const char *is = ifr_object_get(seen, attributes[i]);
        if (should != NULL && (w->all || drift)) {
            add_row(w, pif, ifr_attributes(wanted->kind, &rows)[attributes[i]].name,
                    *should != '\0' ? should : "none", *is != '\0' ? is : "none", drift);
        }
    }
}

static void compare_wanted(struct walk *w, const struct dbc_pif *pif)
{
    static const unsigned bridge[] = { IFR_BRIDGE_HWADDR, IFR_BRIDGE_FAIL_MODE, IFR_BRIDGE_IN_BAND,
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

/* What `up` would make of the bridge, as far as it is not looked at already. */
static void look_at_settings(struct walk *w, const struct dbc_pif *pif)
{
    struct ifr_work work = IFR_WORK_INIT;
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
        rc = ifr_want_vlan(&w->p, pif, &work, &why);
    }
    if (rc == 0) {
        compare_wanted(w, pif);
    }
    w->failed = w->failed || why.code == DBC_ENOMEM;
    ifr_plan_release(&w->plan);
    ifr_work_release(&work);
}

static void look_at_bridge(struct walk *w, const struct dbc_pif *pif)
{
    char name[DBC_NETDEV_NAME_SIZE];
    const char *bridge = dbc_pif_bridge(w->db, pif), *ipdev = dbc_pif_ipdev(w->db, pif, name);

    compare(w, pif, "state", "up", state_of(w, ipdev));
    if (!ifr_facts_netdev_exists(w->facts, ipdev)) {
        return; /* nothing more to look at */
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
}

/* ---- All of it ------------------------------------------------------------------------------- */

static void look_at(struct walk *w, const struct dbc_pif *pif)
{
    char name[DBC_NETDEV_NAME_SIZE];

    if (!dbc_pif_is_vlan(pif) && !dbc_pif_is_bond(w->db, pif) && !dbc_pif_is_tunnel(w->db, pif)) {
        look_at_nic(w, pif);
    }
    if (is_wanted(w, pif)) {
        look_at_bridge(w, pif);
    } else if (w->all && dbc_db_bond(w->db, pif->bond_slave_of) == NULL) {
        add_row(w, pif, "state", "not asked for", state_of(w, dbc_pif_ipdev(w->db, pif, name)),
                false);
    }
}

/* What cannot be looked at is unknown, and why is said once. */
static void observe(struct walk *w, const struct dbc_log *log)
{
    bool vswitch = w->datapath == IFR_DATAPATH_VSWITCH;
    struct dbc_error why = DBC_ERROR_INIT;

    if (ifr_live_open(w->facts, vswitch, &w->live, &why) < 0 ||
        ifr_observe(&w->live, &w->seen, &why) < 0) {
        dbc_log_error(log, &why);
        dbc_buf_adds(&w->why_no_ovs, why.text);
        ifr_state_release(&w->seen);
    } else if (w->live.why_no_ovs != NULL) {
        dbc_buf_adds(&w->why_no_ovs, w->live.why_no_ovs);
    }
    w->failed = w->failed || why.code == DBC_ENOMEM || w->why_no_ovs.failed;
}

static void begin(struct walk *w, const struct dbc_log *log)
{
    w->failed = ifr_facts_datapath(w->facts, &w->datapath, w->err) != 0;
    if (w->failed) {
        return;
    }
    observe(w, log);
    w->p = (struct ifr_planner){ .db = w->db,
                                 .facts = w->facts,
                                 .plan = &w->plan,
                                 .seen = &w->seen,
                                 .live = &w->live,
                                 .take_over = true,
                                 .datapath = &ifr_datapath_vswitch };
    read_inventory(w);
    choose(w);
}

static void end(struct walk *w)
{
    dbc_hash_release(&w->wanted);
    dbc_buf_release(&w->interfaces);
    dbc_buf_release(&w->why_no_ovs);
    ifr_plan_release(&w->plan);
    ifr_state_release(&w->seen);
    ifr_live_close(&w->live);
}

int ifr_compare(const struct dbc_db *db, struct ifr_facts *facts, const struct dbc_log *log,
                bool all, struct ifr_comparison *ret, struct dbc_error *err)
{
    struct walk w = {
        .db = db, .facts = facts, .out = ret, .err = err, .all = all, .gateway = gateway_owner(db)
    };
    const struct dbc_pif *pif = NULL;

    *ret = (struct ifr_comparison)IFR_COMPARISON_INIT;
    begin(&w, log);
    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL && !w.failed; i++) {
        look_at(&w, pif);
    }
    end(&w);
    if (w.failed) {
        ifr_compare_release(ret);
    }
    return w.failed ? -1 : 0;
}

void ifr_compare_release(struct ifr_comparison *drift)
{
    free(drift->v);
    dbc_arena_release(&drift->arena);
    *drift = (struct ifr_comparison)IFR_COMPARISON_INIT;
}
