/* host.c - writes a host's summary, and its line in the table of several hosts. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/input/hosts.h"
#include "model/ipv6.h"
#include "model/topology.h"
#include "page.h"
#include "reconfigure/compare.h"

static struct report_counts count(const struct report_host *h)
{
    struct report_counts c = { 0 };
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

/* Appends ", 3 VLANs", or nothing for none. */
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
    if (dbc_pif_wants_ipv6(pif)) {
        report_raw(page, ", ");
        report_text(page, *pif->IPv6 != '\0' ? pif->IPv6 : "IPv6 ");
        report_text(page, *pif->IPv6 != '\0' ? "" : pif->ipv6_configuration_mode);
    }
}

static void add_fact(struct dbc_buf *page, const char *name, const char *value)
{
    report_cell(page, "dt", name);
    report_cell(page, "dd", *value == '\0' ? "\xe2\x80\x93" : value);
}

static void add_facts(struct dbc_buf *page, const struct report_host *h)
{
    const struct dbc_pif *pif = dbc_management_pif(h->host->db);
    struct report_counts c = count(h);

    report_raw(page, "<dl class=\"facts\"><dt>Management<dd>");
    add_management(page, h);
    if (pif != NULL) {
        add_fact(page, "Netmask", pif->netmask);
        add_fact(page, "Gateway", pif->gateway);
        if (dbc_pif_wants_ipv6(pif)) {
            add_fact(page, "IPv6 gateway", pif->IPv6_gateway);
        }
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

void report_health(struct dbc_buf *page, size_t errors, size_t warnings)
{
    dbc_buf_addf(page, "<span class=\"health %s\">", level(errors, warnings));
    add_verdict(page, errors, warnings);
    report_raw(page, "</span>");
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

int report_line(struct report_line *line, const struct report_host *h, struct dbc_error *err)
{
    struct dbc_buf management = DBC_BUF_INIT;

    add_management(&management, h);
    *line = (struct report_line){ .name = strdup(h->host->name),
                                  .management = dbc_buf_steal(&management),
                                  .errors = h->findings.errors,
                                  .warnings = h->findings.warnings,
                                  .counts = count(h) };
    if (line->name == NULL || line->management == NULL) {
        report_line_release(line);
        return dbc_fail_nomem(err);
    }
    return 0;
}

void report_line_release(struct report_line *line)
{
    free(line->name);
    free(line->management);
    *line = (struct report_line){ .name = NULL };
}

static void add_line(struct dbc_buf *page, const struct report_line *line, size_t place)
{
    const struct report_counts *c = &line->counts;

    dbc_buf_addf(page, "<tr><th><a href=\"#h%zu\">", place);
    report_text(page, line->name);
    dbc_buf_addf(page, "</a><td class=\"%s\">", level(line->errors, line->warnings));
    add_verdict(page, line->errors, line->warnings);
    dbc_buf_addf(page, "<td class=\"%s\">", level(line->errors_between, line->warnings_between));
    if (line->errors_between + line->warnings_between > 0) {
        add_verdict(page, line->errors_between, line->warnings_between);
    } else {
        report_raw(page, "\xe2\x80\x93");
    }
    report_raw(page, "<td>");
    report_raw(page, line->management); /* is markup already */
    dbc_buf_addf(page, "<td>%zu<td>%zu<td>%zu<td>%zu\n", c->nics, c->bonds, c->vlans, c->tunnels);
}

void report_overview(struct dbc_buf *page, const struct report_line *lines, size_t n)
{
    size_t errors = 0, warnings = 0, sound = 0;

    for (size_t i = 0; i < n; i++) {
        errors += lines[i].errors + lines[i].errors_between;
        warnings += lines[i].warnings + lines[i].warnings_between;
        sound += lines[i].errors + lines[i].warnings == 0;
    }
    dbc_buf_addf(page, "<h1>Network of %zu hosts</h1>\n<p class=\"verdict %s\"><span>", n,
                 level(errors, warnings));
    add_verdict(page, errors, warnings);
    if (errors + warnings > 0) {
        dbc_buf_addf(page, "; %zu of %zu hosts are sound by themselves", sound, n);
    }
    report_raw(page, "</span></p>\n");
    report_start_table(page, "Hosts");
    report_raw(page, "<th scope=col>Host<th scope=col>By itself<th scope=col>Beside the others<th "
                     "scope=col>Management<th scope=col>NICs<th scope=col>Bonds<th scope=col>VLANs"
                     "<th scope=col>Tunnels</thead><tbody>\n");
    for (size_t i = 0; i < n; i++) {
        add_line(page, &lines[i], i);
    }
    report_end_table(page);
}
