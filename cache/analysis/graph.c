/* graph.c - records as DOT text.  Nodes are called p0, b1, n2 ... by their place among the records,
 * so that no name from a cache is ever part of the language; labels are HTML-like and escaped. */
#include "analysis/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/label.h"
#include "base/error.h"
#include "base/valid.h"
#include "model/ipv6.h"
#include "model/topology.h"

#define FAN 8        /* VLANs on one PIF whose edges need more room */
#define NAME_SIZE 48 /* bytes of a name that a node shows */

struct node {
    size_t place;
    bool hot;      /* management goes through it */
    bool fed;      /* an edge leads to it */
    bool folded;   /* not drawn: among the many VLANs of a PIF, or a bridge that is not used */
    size_t vlans;  /* VLANs on it without address and management */
    int low, high; /* their lowest and highest tag */
};

struct graph {
    const struct dbc_db *db;
    struct dbc_buf *out;
    struct node *pifs, *networks;
    struct dbc_hash of_pif, of_network; /* by reference */
    size_t n_missing;
    bool failed;
};

/* What a kind of node looks like. */
struct look {
    const char *shape, *fill, *line;
};

static const struct look nic_look = { "box", "#e8edf2", "#5b6b7b" };
static const struct look bond_look = { "box", "#dcebdc", "#4f7f52" };
static const struct look vlan_look = { "box", "#e3e8fb", "#5a6cb2" };
static const struct look tunnel_look = { "box", "#efe3f5", "#82559b" };
static const struct look network_look = { "box", "#ffffff", "#3c4650" };
static const struct look missing_look = { "box", "#fbe3e1", "#c0392b" };

#define HOT_FILL "#ffe1a8"
#define HOT_LINE "#d9822b"
#define EDGE_LINE "#8a96a3"
#define QUIET "#5d6873" /* text of second lines */

/* ---- Text --------------------------------------------------------------------------------- */

/* Escaped for a person, cut, then escaped for an HTML-like label. */
static void add_name(struct graph *g, const char *text)
{
    char name[NAME_SIZE];

    dbc_printable(name, sizeof name, text);
    for (const char *p = name; *p != '\0'; p++) {
        const char *entity = *p == '&'    ? "&amp;"
                             : *p == '<'  ? "&lt;"
                             : *p == '>'  ? "&gt;"
                             : *p == '"'  ? "&quot;"
                             : *p == '\\' ? "&#92;"
                                          : NULL;
        if (entity != NULL) {
            dbc_buf_adds(g->out, entity);
        } else {
            dbc_buf_addc(g->out, *p);
        }
    }
}

static void start_label(struct graph *g, const char *id, size_t place)
{
    dbc_buf_addf(g->out, "  %s%zu [label=<<B>", id, place);
}

static void end_title(struct graph *g)
{
    dbc_buf_adds(g->out, "</B>");
}

/* A second, third ... line: fixed words around a text from the cache ("" for none). */
static void add_line(struct graph *g, const char *before, const char *text, const char *after)
{
    dbc_buf_addf(g->out, "<BR/><FONT POINT-SIZE=\"9\" COLOR=\"" QUIET "\">%s", before);
    add_name(g, text);
    dbc_buf_addf(g->out, "%s</FONT>", after);
}

static void end_label(struct graph *g, const struct look *look, bool hot, const char *style)
{
    dbc_buf_addf(g->out,
                 ">, shape=%s, style=\"%s\", fillcolor=\"%s\", color=\"%s\", penwidth=%s];\n",
                 look->shape, style, hot ? HOT_FILL : look->fill, hot ? HOT_LINE : look->line,
                 hot ? "2" : "1");
}

/* ---- Nodes -------------------------------------------------------------------------------- */

static struct node *pif_node(const struct graph *g, const struct dbc_pif *pif)
{
    return dbc_hash_get(&g->of_pif, pif->rec.ref);
}

static struct node *network_node(const struct graph *g, const struct dbc_pif *pif)
{
    const struct dbc_network *network = dbc_pif_network(g->db, pif);

    return network == NULL ? NULL : dbc_hash_get(&g->of_network, network->rec.ref);
}

static bool has_ipv4(const struct dbc_pif *pif)
{
    return *pif->ip_configuration_mode != '\0' && strcmp(pif->ip_configuration_mode, "None") != 0;
}

static bool has_address(const struct dbc_pif *pif)
{
    return has_ipv4(pif) || dbc_pif_wants_ipv6(pif);
}

static bool is_bonded(const struct graph *g, const struct dbc_pif *pif)
{
    return dbc_db_bond(g->db, pif->bond_slave_of) != NULL;
}

static void add_ipv4(struct graph *g, const struct dbc_pif *pif)
{
    unsigned prefix = 0;
    char after[8] = "";

    if (strcmp(pif->ip_configuration_mode, "Static") != 0) {
        add_line(g, "", pif->ip_configuration_mode, "");
        return;
    }
    if (dbc_parse_netmask(pif->netmask, &prefix)) {
        snprintf(after, sizeof after, "/%u", prefix);
    }
    add_line(g, "", pif->IP, after);
    if (*pif->gateway != '\0') {
        add_line(g, "via ", pif->gateway, "");
    }
}

/* One line for each address, so that no box is wider than an address. */
static void add_ipv6(struct graph *g, const struct dbc_pif *pif)
{
    const char *at = pif->IPv6;
    char item[DBC_ITEM_SIZE];

    if (!dbc_pif_is_static_ipv6(pif)) {
        add_line(g, "IPv6 ", pif->ipv6_configuration_mode, "");
        return;
    }
    while (dbc_next_item(&at, item)) {
        add_line(g, "", item, "");
    }
    if (*pif->IPv6_gateway != '\0') {
        add_line(g, "via ", pif->IPv6_gateway, "");
    }
}

static void add_address(struct graph *g, const struct dbc_pif *pif)
{
    if (pif->management) {
        add_line(g, "management", "", "");
    }
    if (has_ipv4(pif)) {
        add_ipv4(g, pif);
    }
    if (dbc_pif_wants_ipv6(pif)) {
        add_ipv6(g, pif);
    }
}

static void add_mtu(struct graph *g, const char *mtu)
{
    if (mtu != NULL && *mtu != '\0' && strcmp(mtu, "1500") != 0) {
        add_line(g, "MTU ", mtu, "");
    }
}

static void add_nic(struct graph *g, const struct dbc_pif *pif)
{
    add_line(g, "", *pif->MAC != '\0' ? pif->MAC : "no MAC", "");
    if (is_bonded(g, pif) && dbc_pif_network(g->db, pif) != NULL) {
        add_line(g, "", dbc_pif_bridge(g->db, pif), " is not used");
    }
}

static void draw_vlan(struct graph *g, const struct dbc_pif *pif, const struct node *node)
{
    dbc_buf_adds(g->out, "VLAN ");
    add_name(g, *pif->VLAN.text != '\0' ? pif->VLAN.text : "?");
    end_title(g);
    end_label(g, &vlan_look, node->hot, "filled,rounded");
}

static void draw_pif(struct graph *g, const struct dbc_pif *pif)
{
    const struct node *node = pif_node(g, pif);
    const char *mode = dbc_map_get(&pif->other_config, "bond-mode");
    const struct look *look = &nic_look;

    if (node->folded) {
        return;
    }
    start_label(g, "p", node->place);
    if (dbc_pif_is_vlan(pif)) {
        draw_vlan(g, pif, node);
        return;
    }
    add_name(g, *pif->device != '\0' ? pif->device : "no device");
    end_title(g);
    if (dbc_pif_is_bond(g->db, pif)) {
        add_line(g, "bond ", mode == NULL ? "balance-slb" : mode, "");
        look = &bond_look;
    } else if (dbc_pif_is_tunnel(g->db, pif)) {
        add_line(g, "tunnel", "", "");
        look = &tunnel_look;
    } else {
        add_nic(g, pif);
    }
    end_label(g, look, node->hot, "filled");
}

/* Shows the addresses of four PIFs at most. */
static void draw_network(struct graph *g, const struct dbc_network *network,
                         const struct node *node)
{
    size_t drawn = 0;

    start_label(g, "n", node->place);
    add_name(g, *network->bridge != '\0' ? network->bridge : "no bridge");
    end_title(g);
    for (size_t i = 0; i < network->PIFs.n && drawn < 4; i++) {
        const struct dbc_pif *pif = dbc_db_pif(g->db, network->PIFs.v[i]);
        if (pif != NULL && dbc_pif_network(g->db, pif) == network) {
            add_address(g, pif);
            drawn++;
        }
    }
    if (network->PIFs.n == 0) {
        add_line(g, "internal", "", "");
    }
    add_mtu(g, network->MTU.text);
    end_label(g, &network_look, node->hot,
              network->PIFs.n == 0 ? "filled,rounded,dashed" : "filled,rounded");
}

/* ---- Edges -------------------------------------------------------------------------------- */

static void edge(struct graph *g, const char *from, size_t i, const char *to, size_t k, bool hot)
{
    dbc_buf_addf(g->out, "  %s%zu -> %s%zu", from, i, to, k);
    dbc_buf_adds(g->out, hot ? " [color=\"" HOT_LINE "\", penwidth=2.5];\n" : ";\n");
}

/* Draws a node in place of a missing record.  Returns its number; the caller draws the edge. */
static size_t draw_missing(struct graph *g, const char *what)
{
    start_label(g, "x", g->n_missing);
    dbc_buf_adds(g->out, what);
    end_title(g);
    add_line(g, "not in the cache", "", "");
    end_label(g, &missing_look, false, "filled,dashed");
    return g->n_missing++;
}

static void draw_vlan_edge(struct graph *g, const struct dbc_pif *pif, struct node *node)
{
    const struct dbc_pif *parent = dbc_vlan_slave(g->db, pif);

    node->fed = true;
    if (parent == NULL) {
        edge(g, "x", draw_missing(g, "PIF"), "p", node->place, false);
    } else {
        edge(g, "p", pif_node(g, parent)->place, "p", node->place, node->hot);
    }
}

static void draw_network_edge(struct graph *g, const struct dbc_pif *pif, const struct node *node)
{
    const struct node *network = network_node(g, pif);

    if (network == NULL) {
        edge(g, "p", node->place, "x", draw_missing(g, "network"), false);
    } else if (!network->folded) {
        edge(g, "p", node->place, "n", network->place, network->hot && node->hot);
    }
}

static void draw_bond_edges(struct graph *g, const struct dbc_bond *bond)
{
    const struct dbc_pif *master = dbc_db_pif(g->db, bond->master);
    struct node *node = master == NULL ? NULL : pif_node(g, master);

    for (size_t i = 0; node != NULL && i < bond->slaves.n; i++) {
        const struct dbc_pif *slave = dbc_db_pif(g->db, bond->slaves.v[i]);
        node->fed = true;
        if (slave == NULL) {
            edge(g, "x", draw_missing(g, "NIC"), "p", node->place, false);
        } else {
            edge(g, "p", pif_node(g, slave)->place, "p", node->place, node->hot);
        }
    }
}

static void draw_tunnel_edge(struct graph *g, const struct dbc_tunnel *tunnel)
{
    const struct dbc_pif *access = dbc_db_pif(g->db, tunnel->access_PIF);
    const struct dbc_pif *transport = dbc_db_pif(g->db, tunnel->transport_PIF);
    struct node *node = access == NULL ? NULL : pif_node(g, access);

    if (node != NULL) {
        node->fed = true;
    }
    if (node != NULL && transport == NULL) {
        edge(g, "x", draw_missing(g, "PIF"), "p", node->place, false);
    } else if (node != NULL) {
        dbc_buf_addf(g->out, "  p%zu -> p%zu [style=dashed];\n", pif_node(g, transport)->place,
                     node->place);
    }
}

static void draw_edges(struct graph *g)
{
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(g->db, i)) != NULL; i++) {
        struct node *node = &g->pifs[i];
        if (node->folded) {
            continue;
        }
        if (dbc_pif_is_vlan(pif)) {
            draw_vlan_edge(g, pif, node);
        }
        draw_network_edge(g, pif, node);
    }
    for (size_t i = 0; i < g->db->of[DBC_BOND].n; i++) {
        draw_bond_edges(g, (const void *)g->db->of[DBC_BOND].v[i]);
    }
    for (size_t i = 0; i < g->db->of[DBC_TUNNEL].n; i++) {
        draw_tunnel_edge(g, (const void *)g->db->of[DBC_TUNNEL].v[i]);
    }
}

/* ---- Many VLANs --------------------------------------------------------------------------- */

static bool is_plain(const struct dbc_pif *pif)
{
    return dbc_pif_is_vlan(pif) && !pif->management && !has_address(pif);
}

static struct node *parent_node(const struct graph *g, const struct dbc_pif *pif)
{
    const struct dbc_pif *parent = dbc_vlan_slave(g->db, pif);

    return parent == NULL || dbc_pif_is_vlan(parent) ? NULL : pif_node(g, parent);
}

static void count_vlan(struct node *parent, int tag)
{
    if (parent->vlans == 0 || tag < parent->low) {
        parent->low = tag;
    }
    if (parent->vlans == 0 || tag > parent->high) {
        parent->high = tag;
    }
    parent->vlans++;
}

/* Folds the PIF's network too when no other PIF is on it. */
static void fold_pif(struct graph *g, const struct dbc_pif *pif)
{
    struct node *node = network_node(g, pif);

    if (node != NULL && dbc_pif_network(g->db, pif)->PIFs.n == 1) {
        node->folded = true;
    }
}

static void fold(struct graph *g)
{
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(g->db, i)) != NULL; i++) {
        struct node *parent = is_plain(pif) ? parent_node(g, pif) : NULL;
        if (parent != NULL) {
            count_vlan(parent, pif->VLAN.value);
        }
    }
    for (size_t i = 0; (pif = dbc_db_pif_at(g->db, i)) != NULL; i++) {
        const struct node *parent = is_plain(pif) ? parent_node(g, pif) : NULL;
        if (parent != NULL && parent->vlans > DBC_GRAPH_FOLD) {
            g->pifs[i].folded = true;
        }
        if (g->pifs[i].folded || (is_bonded(g, pif) && !has_address(pif))) {
            fold_pif(g, pif);
        }
    }
}

static void draw_folded(struct graph *g)
{
    for (size_t i = 0; i < g->db->of[DBC_PIF].n; i++) {
        const struct node *node = &g->pifs[i];
        if (node->vlans <= DBC_GRAPH_FOLD) {
            continue;
        }
        start_label(g, "f", i);
        dbc_buf_addf(g->out, "%zu VLANs", node->vlans);
        end_title(g);
        dbc_buf_addf(g->out,
                     "<BR/><FONT POINT-SIZE=\"9\" COLOR=\"" QUIET
                     "\">tags %d to %d, no addresses</FONT>",
                     node->low, node->high);
        end_label(g, &vlan_look, false, "filled,rounded");
        edge(g, "p", i, "f", i, false);
    }
}

/* ---- Everything --------------------------------------------------------------------------- */

static struct node *make_nodes(struct graph *g, enum dbc_class class_, struct dbc_hash *index)
{
    size_t n = g->db->of[class_].n;
    struct node *nodes = calloc(n + 1, sizeof *nodes);

    if (nodes == NULL) {
        g->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        nodes[i].place = i;
        if (dbc_hash_put(index, g->db->of[class_].v[i]->ref, &nodes[i], false) != 0) {
            g->failed = true;
        }
    }
    return nodes;
}

/* Marks a PIF, the PIF below a VLAN, and the slaves of a bond. */
static void heat_below(struct graph *g, const struct dbc_pif *pif)
{
    const struct dbc_pif *below = dbc_vlan_slave(g->db, pif);

    pif_node(g, pif)->hot = true;
    below = below == NULL ? pif : below;
    pif_node(g, below)->hot = true;
    for (size_t i = 0; i < below->bond_master_of.n; i++) {
        const struct dbc_bond *bond = dbc_db_bond(g->db, below->bond_master_of.v[i]);
        for (size_t k = 0; bond != NULL && k < bond->slaves.n; k++) {
            const struct dbc_pif *slave = dbc_db_pif(g->db, bond->slaves.v[k]);
            if (slave != NULL) {
                pif_node(g, slave)->hot = true;
            }
        }
        if (bond != NULL) {
            break;
        }
    }
}

static void heat(struct graph *g)
{
    const struct dbc_pif *pif = dbc_management_pif(g->db);
    struct node *network = pif == NULL ? NULL : network_node(g, pif);

    if (pif != NULL) {
        heat_below(g, pif);
    }
    if (network != NULL) {
        network->hot = true;
    }
}

static void draw_networks(struct graph *g)
{
    for (size_t i = g->db->of[DBC_NETWORK].n; i-- > 0;) {
        if (!g->networks[i].folded) {
            draw_network(g, (const void *)g->db->of[DBC_NETWORK].v[i], &g->networks[i]);
        }
    }
}

/* PIFs on no other PIF are the left column, bridges the right one.  No edge may stay within a
 * column: dot 2.43 mixes up the attributes of such edges. */
static void draw_columns(struct graph *g)
{
    dbc_buf_adds(g->out, "  { rank=min;");
    for (size_t i = 0; i < g->db->of[DBC_PIF].n; i++) {
        if (!g->pifs[i].fed && !g->pifs[i].folded) {
            dbc_buf_addf(g->out, " p%zu;", i);
        }
    }
    dbc_buf_adds(g->out, " }\n  { rank=max;");
    for (size_t i = 0; i < g->db->of[DBC_NETWORK].n; i++) {
        if (!g->networks[i].folded) {
            dbc_buf_addf(g->out, " n%zu;", i);
        }
    }
    dbc_buf_adds(g->out, " }\n");
}

/* Whether a PIF has so many edges that the columns must be farther apart. */
static bool has_fan(const struct graph *g)
{
    for (size_t i = 0; i < g->db->of[DBC_PIF].n; i++) {
        if (g->pifs[i].vlans > FAN && g->pifs[i].vlans <= DBC_GRAPH_FOLD) {
            return true;
        }
    }
    return false;
}

static void draw(struct graph *g)
{
    dbc_buf_addf(g->out,
                 "digraph host {\n"
                 "  graph [rankdir=LR, nodesep=0.12, ranksep=%s, ordering=out, pad=0.3, "
                 "bgcolor=white, charset=\"UTF-8\"];\n"
                 "  node [fontname=\"Helvetica\", fontsize=11, fontcolor=\"#1f2933\", "
                 "margin=\"0.12,0.05\", height=0.3];\n"
                 "  edge [color=\"" EDGE_LINE "\", arrowhead=none, tailport=e, headport=w];\n",
                 has_fan(g) ? "2" : "0.8");
    /* dot draws the last node at the top. */
    for (size_t i = g->db->of[DBC_PIF].n; i-- > 0;) {
        draw_pif(g, dbc_db_pif_at(g->db, i));
    }
    draw_folded(g);
    draw_networks(g);
    draw_edges(g);
    draw_columns(g);
    dbc_buf_adds(g->out, "}\n");
}

int dbc_graph(const struct dbc_db *db, struct dbc_buf *out, struct dbc_error *err)
{
    struct graph g = { .db = db, .out = out };

    g.pifs = make_nodes(&g, DBC_PIF, &g.of_pif);
    g.networks = make_nodes(&g, DBC_NETWORK, &g.of_network);
    if (!g.failed) {
        heat(&g);
        fold(&g);
        draw(&g);
    }
    free(g.pifs);
    free(g.networks);
    dbc_hash_release(&g.of_pif);
    dbc_hash_release(&g.of_network);
    return g.failed || out->failed ? dbc_fail_nomem(err) : 0;
}
