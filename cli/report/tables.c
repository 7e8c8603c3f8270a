/* tables.c - a host's records as tables: a line for each interface with its network, one for each
 * network without an interface, and the bonds. */
#include <string.h>

#include "cli/input/hosts.h"
#include "model/topology.h"
#include "page.h"

static void start_table(struct dbc_buf *page, const char *caption, const char *heads)
{
    report_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    report_raw(page, caption);
    report_raw(page, "\"><table class=\"data\"><caption>");
    report_raw(page, caption);
    report_raw(page, "</caption><thead><tr>");
    report_raw(page, heads);
    report_raw(page, "</thead><tbody>\n");
}

static void end_table(struct dbc_buf *page)
{
    report_raw(page, "</tbody></table></div>\n");
}

static void start_row(struct dbc_buf *page, const struct report_host *h,
                      const struct dbc_record *rec)
{
    static const char *const classes[] = { "", " class=warn", " class=bad" };
    size_t node = report_node(h, rec);

    if (h->place < REPORT_PICTURES || h->worst[node] > 0) {
        dbc_buf_addf(page, "<tr id=h%zun%zu%s>", h->place, node, classes[h->worst[node]]);
    } else {
        report_raw(page, "<tr>"); /* nothing leads here */
    }
}

/* The last cell of a row. */
static void add_config(struct dbc_buf *page, const struct dbc_map *config)
{
    report_raw(page, "<td>");
    for (size_t i = 0; i < config->n; i++) {
        report_text(page, config->v[i].key);
        report_raw(page, "=");
        report_text(page, config->v[i].value);
        report_raw(page, " ");
    }
    report_raw(page, "\n");
}

static void add_interface(struct dbc_buf *page, const struct report_host *h,
                          const struct dbc_pif *pif)
{
    const struct dbc_network *network = dbc_pif_network(h->host->db, pif);
    char name[DBC_NETDEV_NAME_SIZE];

    start_row(page, h, &pif->rec);
    report_cell(page, "td", dbc_pif_netdev(pif, name));
    report_cell(page, "td", report_kind(h, pif));
    report_cell(page, "td", network == NULL ? "" : network->bridge);
    report_cell(page, "td", network == NULL ? "" : network->MTU.text);
    report_cell(page, "td", pif->management ? "yes" : "");
    report_cell(page, "td", pif->ip_configuration_mode);
    report_cell(page, "td", *pif->IP != '\0' ? pif->IP : pif->IPv6);
    report_cell(page, "td", pif->netmask);
    report_cell(page, "td", pif->MAC);
    add_config(page, &pif->other_config);
}

static void add_network(struct dbc_buf *page, const struct report_host *h,
                        const struct dbc_network *network)
{
    start_row(page, h, &network->rec);
    report_cell(page, "td", network->bridge);
    report_cell(page, "td", network->MTU.text);
    dbc_buf_addf(page, "<td>%zu", network->PIFs.n);
    report_cell(page, "td", network->uuid);
    add_config(page, &network->other_config);
}

static void add_bond(struct dbc_buf *page, const struct report_host *h, const struct dbc_bond *bond)
{
    const struct dbc_pif *master = dbc_db_pif(h->host->db, bond->master);
    const char *mode = master == NULL ? NULL : dbc_map_get(&master->other_config, "bond-mode");

    start_row(page, h, &bond->rec);
    report_cell(page, "td", master == NULL ? bond->master : master->device);
    report_cell(page, "td", mode == NULL ? "" : mode);
    report_raw(page, "<td>");
    for (size_t i = 0; i < bond->slaves.n; i++) {
        const struct dbc_pif *slave = dbc_db_pif(h->host->db, bond->slaves.v[i]);
        report_text(page, slave == NULL ? bond->slaves.v[i] : slave->device);
        report_raw(page, " ");
    }
    report_cell(page, "td", bond->uuid);
    report_raw(page, "\n");
}

void report_tables(struct dbc_buf *page, const struct report_host *h)
{
    const struct dbc_records *bonds = &h->host->db->of[DBC_BOND];
    const struct dbc_network *network = NULL;
    const struct dbc_pif *pif = NULL;

    report_raw(page, "<h3>Records</h3>\n");
    start_table(page, "Interfaces",
                "<th>Interface<th>Kind<th>Bridge<th>MTU<th>Management<th>Mode<th>Address"
                "<th>Netmask<th>MAC<th>Options");
    for (size_t i = 0; (pif = report_pif(h, i)) != NULL; i++) {
        add_interface(page, h, pif);
    }
    end_table(page);
    if (bonds->n > 0) {
        start_table(page, "Bonds", "<th>Bond<th>Mode<th>Slaves<th>UUID");
        for (size_t i = 0; i < bonds->n; i++) {
            add_bond(page, h, (const struct dbc_bond *)bonds->v[i]);
        }
        end_table(page);
    }
    start_table(page, "Networks", "<th>Bridge<th>MTU<th>Interfaces<th>UUID<th>Options");
    for (size_t i = 0; (network = dbc_db_network_at(h->host->db, i)) != NULL; i++) {
        add_network(page, h, network);
    }
    end_table(page);
}
