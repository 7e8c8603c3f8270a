/* flows.c - the texts of the flows that keep management reachable (flows.h). */
#include "reconfigure/plan/flows.h"

#include <stdio.h>
#include <string.h>

#include "base/valid.h"

#define OFPORT_MAX 0xfeff /* the numbers above are OpenFlow's own */

bool ifr_flows_ofport(char *answer)
{
    uint64_t number = 0;

    answer[strcspn(answer, " \r\n")] = '\0';
    return dbc_parse_uint(answer, OFPORT_MAX, &number) && number > 0;
}

/* One flow: what comes from `from` and matches goes to `action`. */
static void add(struct dbc_strvec *flows, const char *from, const char *what, const char *mac,
                const char *action)
{
    dbc_strvec_pushf(flows, IFR_FLOW_BEGIN "%s,%s%s,actions=%s", from, what, mac, action);
}

/* Both ways: ARP first, then everything else. */
static void add_single(struct dbc_strvec *flows, const char *mac, const char *port)
{
    add(flows, port, "arp,nw_proto=1", "", "local");
    add(flows, "local", "arp,dl_src=", mac, port);
    add(flows, port, "dl_dst=", mac, "local");
    add(flows, "local", "dl_src=", mac, port);
}

/* The switch chooses the slave on the way out; packets come in by any slave. */
static void add_bond(struct dbc_strvec *flows, const char *mac, const struct dbc_strvec *ports)
{
    add(flows, "local", "arp,dl_src=", mac, "NORMAL");
    add(flows, "local", "dl_src=", mac, "NORMAL");
    for (size_t i = 0; i < ports->n; i++) {
        add(flows, ports->v[i], "arp,nw_proto=1", "", "local");
    }
    for (size_t i = 0; i < ports->n; i++) {
        add(flows, ports->v[i], "dl_dst=", mac, "local");
    }
}

void ifr_flows(const char *mac, const struct dbc_strvec *ofports, struct dbc_strvec *flows)
{
    flows->failed = flows->failed || ofports->failed;
    if (ofports->n == 1) {
        add_single(flows, mac, ofports->v[0]);
    } else {
        add_bond(flows, mac, ofports);
    }
}

/* ---- For a switch that is observed ----------------------------------------------------------- */

#define NEIGHBOUR_SOLICITATION 135  /* RFC 4861 */
#define NEIGHBOUR_ADVERTISEMENT 136 /* also sent to all, when an address is a duplicate */
#define ROUTER_ADVERTISEMENT 134

/* Packets that `match` and come in by a NIC reach the host, without the VLAN's tag. */
static void add_incoming(struct dbc_strvec *flows, const char *port, int tag, const char *match,
                         const char *host)
{
    if (tag >= 0) {
        dbc_strvec_pushf(flows,
                         IFR_FLOW_BEGIN "%s,dl_vlan=%d,%s,"
                                        "actions=strip_vlan,output:%s",
                         port, tag, match, host);
    } else {
        dbc_strvec_pushf(flows, IFR_FLOW_BEGIN "%s,%s,actions=output:%s", port, match, host);
    }
}

static void add_to_mac(struct dbc_strvec *flows, const char *port, int tag, const char *mac)
{
    if (tag >= 0) {
        dbc_strvec_pushf(flows, IFR_FLOW_BEGIN "%s,dl_vlan=%d,dl_dst=%s,actions=NORMAL", port, tag,
                         mac);
    } else {
        dbc_strvec_pushf(flows, IFR_FLOW_BEGIN "%s,dl_dst=%s,actions=NORMAL", port, mac);
    }
}

void ifr_flows_live(const char *host, const char *mac, int tag, const struct dbc_strvec *ofports,
                    struct dbc_strvec *flows)
{
    static const int icmp6[] = { NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT,
                                 ROUTER_ADVERTISEMENT };
    char match[32];

    flows->failed = flows->failed || ofports->failed;
    dbc_strvec_pushf(flows, IFR_FLOW_BEGIN "%s,dl_src=%s,actions=NORMAL", host, mac);
    for (size_t i = 0; i < ofports->n; i++) {
        add_to_mac(flows, ofports->v[i], tag, mac);
        add_incoming(flows, ofports->v[i], tag, "arp,arp_op=1", host);
        for (size_t k = 0; k < sizeof icmp6 / sizeof icmp6[0]; k++) {
            snprintf(match, sizeof match, "icmp6,icmp_type=%d", icmp6[k]);
            add_incoming(flows, ofports->v[i], tag, match, host);
        }
    }
}
