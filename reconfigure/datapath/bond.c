/* bond.c - bond options, for both datapaths.  A record's values are parsed into struct options
 * first, so that nothing from outside reaches a file or an argv as text. */
#include "reconfigure/datapath/bond.h"

#include <limits.h>
#include <string.h>

#include "base/valid.h"

/* The names of a mode; NULL where a datapath does not have it. */
struct mode {
    const char *name;   /* bond-mode */
    const char *ovs;    /* bond_mode, with lacp=off */
    const char *linux_; /* the kernel driver's mode */
    const char *number; /* ... as a number; NULL where not every kernel has it */
};

static const struct mode modes[] = {
    { "balance-slb", "balance-slb", "balance-slb", NULL }, /* first: the default */
    { "active-backup", "active-backup", "active-backup", "1" },
    { "lacp", "balance-slb", "802.3ad", "4" },
    { "802.3ad", NULL, "802.3ad", "4" },
    { "balance-rr", NULL, "balance-rr", "0" },
    { "balance-xor", NULL, "balance-xor", "2" },
    { "broadcast", NULL, "broadcast", "3" },
    { "balance-tlb", NULL, "balance-tlb", "5" },
    { "balance-alb", NULL, "balance-alb", "6" },
};

enum number { MIIMON, DOWNDELAY, UPDELAY, USE_CARRIER, N_NUMBERS };

static const struct {
    const char *key;
    unsigned standard, max;
} numbers[N_NUMBERS] = {
    [MIIMON] = { "bond-miimon", 100, INT_MAX },
    [DOWNDELAY] = { "bond-downdelay", 200, INT_MAX },
    [UPDELAY] = { "bond-updelay", 31000, INT_MAX },
    [USE_CARRIER] = { "bond-use_carrier", 1, 1 },
};

struct options {
    unsigned number[N_NUMBERS];
    const struct mode *mode;
    bool lacp;
    bool by_ports; /* LACP: balance by TCP and UDP ports, not by source MAC */
};

static void refuse(struct ifr_planner *p, const struct dbc_pif *bond, const char *key,
                   const char *value)
{
    ifr_plan_note(p->plan, "bridge %s has invalid %s '%s'", dbc_pif_bridge(p->db, bond), key,
                  value);
}

static void parse_numbers(struct ifr_planner *p, const struct dbc_pif *bond, struct options *o)
{
    for (size_t i = 0; i < N_NUMBERS; i++) {
        const char *value = dbc_map_get(&bond->other_config, numbers[i].key);
        uint64_t parsed = 0;
        o->number[i] = numbers[i].standard;
        if (value == NULL) {
            continue;
        }
        if (dbc_parse_uint(value, numbers[i].max, &parsed)) {
            o->number[i] = (unsigned)parsed;
        } else {
            refuse(p, bond, numbers[i].key, value);
        }
    }
}

static void parse_mode(struct ifr_planner *p, const struct dbc_pif *bond, bool vswitch,
                       struct options *o)
{
    const char *value = dbc_map_get(&bond->other_config, "bond-mode");

    o->mode = &modes[0];
    if (value == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        bool known = vswitch ? modes[i].ovs != NULL : modes[i].linux_ != NULL;
        if (known && strcmp(value, modes[i].name) == 0) {
            o->mode = &modes[i];
            o->lacp = strcmp(value, "lacp") == 0;
            return;
        }
    }
    refuse(p, bond, "bond-mode", value);
}

/* Only LACP has a choice of algorithm; with other modes the key means nothing. */
static void parse_hashing(struct ifr_planner *p, const struct dbc_pif *bond, struct options *o)
{
    const char *value = dbc_map_get(&bond->other_config, "bond-hashing-algorithm");

    if (!o->lacp || value == NULL || strcmp(value, "src_mac") == 0) {
        return;
    }
    if (strcmp(value, "tcpudp_ports") == 0) {
        o->by_ports = true;
    } else {
        refuse(p, bond, "bond-hashing-algorithm", value);
    }
}

static void parse(struct ifr_planner *p, const struct dbc_pif *bond, bool vswitch,
                  struct options *o)
{
    memset(o, 0, sizeof *o);
    parse_numbers(p, bond, o);
    parse_mode(p, bond, vswitch, o);
    parse_hashing(p, bond, o);
}

void ifr_bond_want(struct ifr_planner *p, const struct dbc_pif *bond, struct ifr_state *wanted,
                   struct ifr_object *port)
{
    struct options o;

    parse(p, bond, true, &o);
    ifr_state_setf(wanted, port, IFR_PORT_DOWNDELAY, "%u", o.number[DOWNDELAY]);
    ifr_state_setf(wanted, port, IFR_PORT_MIIMON, "%u", o.number[MIIMON]);
    ifr_state_setf(wanted, port, IFR_PORT_UPDELAY, "%u", o.number[UPDELAY]);
    ifr_state_set(wanted, port, IFR_PORT_DETECT_MODE, o.number[USE_CARRIER] ? "carrier" : "miimon");
    ifr_state_set(wanted, port, IFR_PORT_LACP, o.lacp ? "active" : "off");
    ifr_state_set(wanted, port, IFR_PORT_BOND_MODE, o.by_ports ? "balance-tcp" : o.mode->ovs);
}

void ifr_bond_want_device(struct ifr_planner *p, const struct dbc_pif *bond,
                          struct ifr_state *wanted, struct ifr_object *device)
{
    struct options o;

    parse(p, bond, false, &o);
    ifr_state_set(wanted, device, IFR_LINK_BOND_MODE, o.mode->number);
    ifr_state_setf(wanted, device, IFR_LINK_MIIMON, "%u", o.number[MIIMON]);
    ifr_state_setf(wanted, device, IFR_LINK_USE_CARRIER, "%u", o.number[USE_CARRIER]);
    if (o.number[MIIMON] > 0) { /* delays are rounded to it */
        ifr_state_setf(wanted, device, IFR_LINK_DOWNDELAY, "%u",
                       o.number[DOWNDELAY] / o.number[MIIMON] * o.number[MIIMON]);
        ifr_state_setf(wanted, device, IFR_LINK_UPDELAY, "%u",
                       o.number[UPDELAY] / o.number[MIIMON] * o.number[MIIMON]);
    }
    if (o.lacp) {
        ifr_state_set(wanted, device, IFR_LINK_HASH_POLICY, o.by_ports ? "1" : "0");
    }
}

void ifr_bond_ifcfg(struct ifr_planner *p, const struct dbc_pif *bond, struct dbc_buf *ifcfg)
{
    struct options o;

    parse(p, bond, false, &o);
    dbc_buf_addf(ifcfg, "BONDING_OPTS=\"mode=%s miimon=%u downdelay=%u updelay=%u use_carrier=%u ",
                 o.mode->linux_, o.number[MIIMON], o.number[DOWNDELAY], o.number[UPDELAY],
                 o.number[USE_CARRIER]);
    if (o.lacp) {
        dbc_buf_addf(ifcfg, "xmit_hash_policy=%s ", o.by_ports ? "layer3+4" : "layer2");
    }
    dbc_buf_adds(ifcfg, "\"\n");
}
