/* findings.c - shows the findings of check rule by rule, on one host and between several. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/input/hosts.h"
#include "page.h"

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

const struct dbc_finding **report_sort(const struct dbc_findings *findings, struct dbc_error *err)
{
    const struct dbc_finding **v = calloc(findings->n + 1, sizeof *v);

    if (v == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    for (size_t i = 0; i < findings->n; i++) {
        v[i] = &findings->v[i];
    }
    qsort(v, findings->n, sizeof *v, by_rule);
    return v;
}

/* The host, or several, that the findings are about. */
struct subject {
    const struct report_host *h;
    const struct report_line *lines;
};

static void add_message(struct dbc_buf *page, const struct subject *of,
                        const struct dbc_finding *finding)
{
    const struct dbc_record *rec =
        of->h == NULL || finding->rec == NULL ? NULL : report_stands_for(of->h, finding->rec);

    report_raw(page, "<li>");
    if (of->h == NULL) {
        dbc_buf_addf(page, "<a href=\"#h%zu\">", finding->host);
        report_text(page, of->lines[finding->host].name);
        report_raw(page, "</a>: ");
        report_text(page, finding->message);
    } else if (rec != NULL && rec->class_ != DBC_POOL) {
        dbc_buf_addf(page, "<a href=\"#h%zun%zu\">", of->h->place, report_node(of->h, rec));
        report_text(page, finding->message);
        report_raw(page, "</a>");
    } else {
        report_text(page, finding->message);
    }
    report_raw(page, "\n");
}

static void start_rule(struct dbc_buf *page, const struct subject *of, const struct dbc_rule *rule,
                       unsigned number)
{
    const char *severity = dbc_severity_name(rule->severity);

    dbc_buf_addf(page, "<article class=\"finding %s\"", severity);
    if (of->h != NULL) {
        dbc_buf_addf(page, " id=\"h%zuf%u\"", of->h->place, number);
    }
    dbc_buf_addf(page, "><h4><span class=\"tag\">%s</span> ", severity);
    report_text(page, rule->title);
    report_raw(page, "</h4>\n<ul>\n");
}

/* Writes the first ones visibly and folds the others away. */
static void add_messages(struct dbc_buf *page, const struct subject *of,
                         const struct dbc_finding **v, size_t n)
{
    bool folded = n > REPORT_OPEN_MESSAGES + 1;

    for (size_t i = 0; i < n && i < REPORT_MESSAGES; i++) {
        if (folded && i == REPORT_OPEN_MESSAGES) {
            dbc_buf_addf(page, "</ul><details><summary>%zu more</summary><ul>\n", n - i);
        }
        add_message(page, of, v[i]);
    }
    if (n > REPORT_MESSAGES) {
        dbc_buf_addf(page, "<li>and %zu more of the same kind; dbcache check lists them\n",
                     n - REPORT_MESSAGES);
    }
    report_raw(page, folded ? "</ul></details>" : "</ul>");
}

/* Writes all findings of one rule, which start at v[0], and returns their number. */
static size_t add_rule(struct dbc_buf *page, const struct subject *of, const struct dbc_finding **v,
                       size_t n, unsigned number)
{
    const struct dbc_rule *rule = v[0]->rule;
    size_t same = 0;

    while (same < n && v[same]->rule == rule) {
        same++;
    }
    start_rule(page, of, rule, number);
    add_messages(page, of, v, same);
    report_raw(page, "<p><b>Why it matters.</b> ");
    report_text(page, rule->why);
    report_raw(page, "</p><p><b>What to do.</b> ");
    report_text(page, rule->what_to_do);
    report_raw(page, "</p></article>\n");
    return same;
}

static void add_all(struct dbc_buf *page, const struct subject *of, const struct dbc_finding **v,
                    const struct dbc_findings *findings)
{
    unsigned number = 0;

    for (size_t i = 0; i < findings->n;) {
        i += add_rule(page, of, v + i, findings->n - i, ++number);
    }
    if (findings->left_out > 0) {
        dbc_buf_addf(page, "<p>%zu more findings of the same kinds are not shown.</p>\n",
                     findings->left_out);
    }
}

void report_findings(struct dbc_buf *page, const struct report_host *h)
{
    if (h->findings.n > 0) {
        report_raw(page, "<h3>What is wrong</h3>\n");
        add_all(page, &(struct subject){ .h = h }, h->sorted, &h->findings);
    }
}

int report_between(struct dbc_buf *page, const struct report_line *lines,
                   const struct dbc_findings *findings, struct dbc_error *err)
{
    const struct dbc_finding **v = report_sort(findings, err);

    if (v != NULL && findings->n > 0) {
        report_raw(page, "<h2>What is wrong between the hosts</h2>\n");
        add_all(page, &(struct subject){ .lines = lines }, v, findings);
    }
    free(v);
    return v == NULL ? -1 : 0;
}
