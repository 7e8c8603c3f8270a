/* host.c - a host's summary, and the line that stands for it among others. */
#include "cli/input/hosts.h"
#include "model/topology.h"
#include "page.h"
#include "reconfigure/compare.h"

struct counts {
    size_t nics, bonds, vlans, tunnels;
};

static struct counts count(const struct report_host *h)
{
    struct counts c = { 0 };
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; (pif = report_pif(h, i)) != NULL; i++) {
        const char *kind = report_kind(h, pif);
        c.nics += *kind == 'N';
        c.bonds += *kind == 'b';
        c.vlans += *kind == 'V';
        c.tunnels += *kind == 't';
    }
    return c;
}

static const char *level(size_t errors, size_t warnings)
{
    return errors > 0 ? "bad" : warnings > 0 ? "warn" : "good";
}

static void add_count(struct dbc_buf *page, size_t n, const char *what)
{
    dbc_buf_addf(page, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

/* ", 3 VLANs"; nothing for none. */
static void add_more(struct dbc_buf *page, size_t n, const char *what)
{
    if (n > 0) {
        report_raw(page, ", ");
        add_count(page, n, what);
    }
}

static void add_verdict(struct dbc_buf *page, size_t errors, size_t warnings)
{
    if (errors == 0 && warnings == 0) {
        report_raw(page, "Nothing wrong found");
        return;
    }
    if (errors > 0) {
        add_count(page, errors, "error");
    }
    report_raw(page, errors > 0 && warnings > 0 ? ", " : "");
    if (warnings > 0) {
        add_count(page, warnings, "warning");
    }
}

static void add_management(struct dbc_buf *page, const struct report_host *h)
{
    const struct dbc_pif *pif = dbc_management_pif(h->host->db);
    char name[DBC_NETDEV_NAME_SIZE];

    if (pif == NULL) {
        report_raw(page, "no management interface");
        return;
    }
    report_text(page, dbc_pif_ipdev(h->host->db, pif, name));
    report_raw(page, " on ");
    report_text(page, dbc_pif_netdev(pif, name));
    report_raw(page, ", ");
    report_text(page, *pif->IP != '\0' ? pif->IP : pif->ip_configuration_mode);
}

static void add_fact(struct dbc_buf *page, const char *name, const char *value)
{
    report_cell(page, "dt", name);
    report_cell(page, "dd", *value == '\0' ? "\xe2\x80\x93" : value);
}

static void add_facts(struct dbc_buf *page, const struct report_host *h)
{
    const struct dbc_pif *pif = dbc_management_pif(h->host->db);
    struct counts c = count(h);

    report_raw(page, "<dl class=\"facts\"><dt>Management<dd>");
    add_management(page, h);
    if (pif != NULL) {
        add_fact(page, "Netmask", pif->netmask);
        add_fact(page, "Gateway", pif->gateway);
        add_fact(page, "Name servers", pif->DNS);
    }
    report_raw(page, "<dt>Built of<dd>");
    add_count(page, c.nics, "NIC");
    add_more(page, c.bonds, "bond");
    add_more(page, c.vlans, "VLAN");
    add_more(page, c.tunnels, "tunnel");
    add_more(page, h->host->db->of[DBC_NETWORK].n, "network");
    add_fact(page, "Read from", h->host->file);
    report_raw(page, "</dl>\n");
}

void report_summary(struct dbc_buf *page, const struct report_host *h)
{
    size_t errors = h->findings.errors, warnings = h->findings.warnings;
    size_t drifting = h->drift == NULL ? 0 : h->drift->drifting;

    dbc_buf_addf(page, "<h2 id=\"h%zu\">", h->place);
    report_text(page, h->host->name);
    dbc_buf_addf(page, "</h2>\n<p class=\"verdict %s\"><span>", level(errors, warnings + drifting));
    add_verdict(page, errors, warnings);
    if (drifting > 0) {
        report_raw(page, "; ");
        add_count(page, drifting, "difference");
        report_raw(page, " to the running host");
    }
    report_raw(page, "</span></p>\n");
    add_facts(page, h);
}

/* ---- Several hosts ------------------------------------------------------------------------ */

void report_overview_row(struct dbc_buf *rows, const struct report_host *h,
                         struct report_sums *sums)
{
    size_t errors = h->findings.errors, warnings = h->findings.warnings;
    struct counts c = count(h);

    sums->errors += errors;
    sums->warnings += warnings;
    sums->sound += errors + warnings == 0;
    dbc_buf_addf(rows, "<tr><th><a href=\"#h%zu\">", h->place);
    report_text(rows, h->host->name);
    dbc_buf_addf(rows, "</a><td class=\"%s\">", level(errors, warnings));
    add_verdict(rows, errors, warnings);
    report_raw(rows, "<td>");
    add_management(rows, h);
    dbc_buf_addf(rows, "<td>%zu<td>%zu<td>%zu<td>%zu\n", c.nics, c.bonds, c.vlans, c.tunnels);
}

void report_overview(struct dbc_buf *page, size_t n, const struct report_sums *sums,
                     const struct dbc_buf *rows)
{
    dbc_buf_addf(page, "<h1>Network of %zu hosts</h1>\n<p class=\"verdict %s\"><span>", n,
                 level(sums->errors, sums->warnings));
    add_verdict(page, sums->errors, sums->warnings);
    if (sums->errors + sums->warnings > 0) {
        dbc_buf_addf(page, "; %zu of %zu hosts are sound by themselves", sums->sound, n);
    }
    report_raw(page, "</span></p>\n");
    report_start_table(page, "Hosts");
    report_raw(page, "<th scope=col>Host<th scope=col>Health<th scope=col>Management<th "
                     "scope=col>NICs<th scope=col>Bonds<th scope=col>VLANs<th scope=col>Tunnels"
                     "</thead><tbody>\n");
    dbc_buf_add(page, dbc_buf_str(rows), rows->len);
    report_end_table(page);
    page->failed = page->failed || rows->failed;
}
