/* drift.c - shows where the running host differs from the records. */
#include "cli/input/hosts.h"
#include "model/topology.h"
#include "page.h"
#include "reconfigure/compare.h"

static void add_row(struct dbc_buf *page, const struct dbc_db *db,
                    const struct ifr_compare_row *row)
{
    char name[DBC_NETDEV_NAME_SIZE];

    report_cell(page, "tr><th", dbc_pif_netdev(row->pif, name));
    report_cell(page, "td", dbc_pif_bridge(db, row->pif));
    report_cell(page, "td", row->what);
    report_cell(page, "td class=\"wide\"", row->wanted);
    report_cell(page, row->drift ? "td class=\"wide odd\"" : "td class=\"wide\"", row->found);
    report_raw(page, row->drift ? "<td class=\"warn\">differs\n" : "<td class=\"good\">same\n");
}

void report_drift(struct dbc_buf *page, const struct report_host *h)
{
    if (h->drift == NULL) {
        return;
    }
    report_raw(page, "<h3>The running host</h3>\n");
    if (h->drift->drifting == 0) {
        report_raw(page, "<p>The host is as the records say.</p>\n");
    }
    if (h->drift->n == 0) {
        return;
    }
    report_start_table(page, "Records and host");
    report_raw(page, "<th scope=col>Interface<th scope=col>Bridge<th scope=col>What<th scope=col>"
                     "Should be<th scope=col>Is<th scope=col>Verdict</thead><tbody>\n");
    for (size_t i = 0; i < h->drift->n; i++) {
        add_row(page, h->host->db, &h->drift->v[i]);
    }
    report_end_table(page);
}
