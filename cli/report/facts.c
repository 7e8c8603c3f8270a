/* facts.c - what the parts of a report need to know about one host: its findings, its links, and
 * the interfaces that management goes through. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/input/hosts.h"
#include "model/ipv6.h"
#include "model/topology.h"
#include "page.h"

#define HOT_STEPS 4 /* from management's interface down: VLAN, bond, NIC */

size_t report_node(const struct report_host *h, const struct dbc_record *rec)
{
    return (size_t)(dbc_links_node(&h->links, rec) - h->links.nodes);
}

const struct dbc_pif *report_pif(const struct report_host *h, size_t i)
{
    return dbc_db_pif_at(h->host->db, i);
}

const struct dbc_pif *report_master(const struct report_host *h, const struct dbc_pif *pif)
{
    const struct dbc_node *node = dbc_links_node(&h->links, &pif->rec);

    return node->slave_of == NULL ? NULL : dbc_db_pif(h->host->db, node->slave_of->master);
}

const struct dbc_pif *report_below(const struct report_host *h, const struct dbc_pif *pif)
{
    const struct dbc_node *node = dbc_links_node(&h->links, &pif->rec);

    if (node->parent == NULL && node->tunnel) {
        const struct dbc_tunnel *tunnel =
            dbc_db_tunnel(h->host->db, pif->tunnel_access_PIF_of.v[0]);
        return tunnel == NULL ? NULL : dbc_db_pif(h->host->db, tunnel->transport_PIF);
    }
    return node->parent;
}

const char *report_kind(const struct report_host *h, const struct dbc_pif *pif)
{
    const struct dbc_node *node = dbc_links_node(&h->links, &pif->rec);

    return dbc_pif_is_vlan(pif) ? "VLAN"
           : node->tunnel       ? "tunnel"
           : node->bond != NULL ? "bond"
                                : "NIC";
}

bool report_has_address(const struct dbc_pif *pif)
{
    return dbc_pif_wants_ipv6(pif) ||
           (*pif->ip_configuration_mode != '\0' && strcmp(pif->ip_configuration_mode, "None") != 0);
}

const struct dbc_record *report_stands_for(const struct report_host *h,
                                           const struct dbc_record *rec)
{
    const struct dbc_db *db = h->host->db;
    const struct dbc_pif *pif = NULL;

    if (rec->class_ == DBC_BOND) {
        pif = dbc_db_pif(db, ((const struct dbc_bond *)rec)->master);
    } else if (rec->class_ == DBC_VLAN) {
        pif = dbc_db_pif(db, ((const struct dbc_vlan *)rec)->untagged_PIF);
    } else if (rec->class_ == DBC_TUNNEL) {
        pif = dbc_db_pif(db, ((const struct dbc_tunnel *)rec)->access_PIF);
    }
    return pif == NULL ? rec : &pif->rec;
}

/* Marks a record with a finding; the first of the worst stays. */
static void mark(struct report_host *h, const struct dbc_record *rec,
                 const struct dbc_finding *finding, unsigned number)
{
    size_t node = report_node(h, rec);
    unsigned char level = finding->rule->severity == DBC_SEVERITY_ERROR ? 2 : 1;

    if (level > h->worst[node]) {
        h->worst[node] = level;
        h->rule_of[node] = number;
        h->said[node] = finding;
    }
}

static void mark_both(struct report_host *h, const struct dbc_finding *finding, unsigned number)
{
    if (finding->rec != NULL) {
        mark(h, finding->rec, finding, number);
        mark(h, report_stands_for(h, finding->rec), finding, number);
    }
}

static void mark_worst(struct report_host *h)
{
    unsigned number = 0;

    for (size_t i = 0; i < h->findings.n; i++) {
        number += i == 0 || h->sorted[i - 1]->rule != h->sorted[i]->rule;
        mark_both(h, h->sorted[i], number);
    }
    for (size_t i = 0; h->between != NULL && i < h->between->n; i++) {
        if (h->between->v[i].host == h->place) {
            mark_both(h, &h->between->v[i], 0);
        }
    }
}

static void mark_hot(struct report_host *h)
{
    const struct dbc_pif *pif = dbc_management_pif(h->host->db);
    const struct dbc_network *network = pif == NULL ? NULL : dbc_pif_network(h->host->db, pif);

    if (network != NULL) {
        h->hot[report_node(h, &network->rec)] = 1;
    }
    for (int step = 0; pif != NULL && step < HOT_STEPS; step++) {
        h->hot[report_node(h, &pif->rec)] = 1;
        pif = report_below(h, pif);
    }
    for (size_t i = 0; (pif = report_pif(h, i)) != NULL; i++) {
        const struct dbc_pif *master = report_master(h, pif);
        if (master != NULL && master != pif && h->hot[report_node(h, &master->rec)] == 1) {
            h->hot[report_node(h, &pif->rec)] = 1;
        }
    }
}

int report_host_open(struct report_host *h, const struct cli_host *host, size_t place,
                     const struct dbc_findings *between, struct dbc_error *err)
{
    *h = (struct report_host){ .host = host, .place = place, .between = between };
    if (dbc_check(host->db, &h->findings, err) != 0 ||
        dbc_links_make(host->db, &h->links, err) != 0) {
        report_host_close(h);
        return -1;
    }
    h->worst = calloc(h->links.n_nodes + 1, 1);
    h->hot = calloc(h->links.n_nodes + 1, 1);
    h->rule_of = calloc(h->links.n_nodes + 1, sizeof *h->rule_of);
    h->said = calloc(h->links.n_nodes + 1, sizeof *h->said);
    h->sorted = report_sort(&h->findings, err);
    if (h->worst == NULL || h->hot == NULL || h->rule_of == NULL || h->said == NULL ||
        h->sorted == NULL) {
        report_host_close(h);
        return dbc_fail_nomem(err);
    }
    mark_worst(h);
    mark_hot(h);
    return 0;
}

void report_host_close(struct report_host *h)
{
    dbc_findings_release(&h->findings);
    dbc_links_release(&h->links);
    free(h->worst);
    free(h->hot);
    free(h->rule_of);
    free(h->said);
    free(h->sorted);
    *h = (struct report_host){ 0 };
}
