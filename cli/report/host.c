/* host.c - a host's summary, the line that stands for it among others, and its findings. */
#include <stdlib.h>
#include <string.h>

#include "cli/input/hosts.h"
#include "model/topology.h"
#include "page.h"

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

static const char *level(const struct report_host *h)
{
    return h->findings.errors > 0 ? "bad" : h->findings.warnings > 0 ? "warn" : "good";
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

static void add_verdict(struct dbc_buf *page, const struct report_host *h)
{
    size_t errors = h->findings.errors, warnings = h->findings.warnings;

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
    dbc_buf_addf(page, "<h2 id=\"h%zu\">", h->place);
    report_text(page, h->host->name);
    dbc_buf_addf(page, "</h2>\n<p class=\"verdict %s\"><span>", level(h));
    add_verdict(page, h);
    report_raw(page, "</span></p>\n");
    add_facts(page, h);
}

void report_overview_row(struct dbc_buf *page, const struct report_host *h)
{
    struct counts c = count(h);

    dbc_buf_addf(page, "<tr><td><a href=\"#h%zu\">", h->place);
    report_text(page, h->host->name);
    dbc_buf_addf(page, "</a><td class=\"%s\">", level(h));
    add_verdict(page, h);
    report_raw(page, "<td>");
    add_management(page, h);
    dbc_buf_addf(page, "<td>%zu<td>%zu<td>%zu\n", c.nics, c.bonds, c.vlans);
}

/* ---- Findings ----------------------------------------------------------------------------- */

/* Errors first, then by rule, then as found. */
static int by_rule(const void *a, const void *b)
{
    const struct dbc_finding *const *x = a, *const *y = b;
    int order = 0;

    if ((*x)->rule->severity != (*y)->rule->severity) {
        return (*x)->rule->severity > (*y)->rule->severity ? -1 : 1;
    }
    order = strcmp((*x)->rule->id, (*y)->rule->id);
    return order != 0 ? order : (*x)->order < (*y)->order ? -1 : (*x)->order > (*y)->order;
}

static void add_message(struct dbc_buf *page, const struct report_host *h,
                        const struct dbc_finding *finding)
{
    const struct dbc_record *rec = finding->rec == NULL ? NULL : report_stands_for(h, finding->rec);
    bool linked = rec != NULL && (rec->class_ == DBC_PIF || rec->class_ == DBC_NETWORK);

    report_raw(page, "<li>");
    if (linked) {
        dbc_buf_addf(page, "<a href=\"#h%zun%zu\">", h->place, report_node(h, rec));
    }
    report_text(page, finding->message);
    report_raw(page, linked ? "</a>\n" : "\n");
}

/* All findings of one rule, which start at v[0]; how many they are. */
static size_t add_rule(struct dbc_buf *page, const struct report_host *h,
                       const struct dbc_finding **v, size_t n)
{
    const struct dbc_rule *rule = v[0]->rule;
    const char *severity = dbc_severity_name(rule->severity);
    size_t same = 0;

    while (same < n && v[same]->rule == rule) {
        same++;
    }
    dbc_buf_addf(page, "<article class=\"finding %s\"><h4><span class=\"tag\">%s</span> ", severity,
                 severity);
    report_text(page, rule->title);
    report_raw(page, "</h4>\n<ul>\n");
    for (size_t i = 0; i < same && i < REPORT_MESSAGES; i++) {
        add_message(page, h, v[i]);
    }
    if (same > REPORT_MESSAGES) {
        dbc_buf_addf(page, "<li>and %zu more of the kind; dbcache check lists them\n",
                     same - REPORT_MESSAGES);
    }
    report_raw(page, "</ul><p><b>Why it matters.</b> ");
    report_text(page, rule->why);
    report_raw(page, "</p><p><b>What to do.</b> ");
    report_text(page, rule->what_to_do);
    report_raw(page, "</p></article>\n");
    return same;
}

void report_findings(struct dbc_buf *page, const struct report_host *h)
{
    size_t n = h->findings.n;
    const struct dbc_finding **v = n == 0 ? NULL : calloc(n, sizeof *v);

    if (n == 0) {
        return;
    }
    if (v == NULL) {
        page->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        v[i] = &h->findings.v[i];
    }
    qsort(v, n, sizeof *v, by_rule);
    report_raw(page, "<h3>What is wrong</h3>\n");
    for (size_t i = 0; i < n;) {
        i += add_rule(page, h, v + i, n - i);
    }
    if (h->findings.left_out > 0) {
        dbc_buf_addf(page, "<p>%zu findings more are not kept.</p>\n", h->findings.left_out);
    }
    free(v);
}
