/* compare.c - several hosts side by side: each fact that most of them share and some do not have,
 * with the odd ones out. */
#include <stdlib.h>
#include <string.h>

#include "analysis/facts.h"
#include "base/error.h"
#include "cli/input/hosts.h"
#include "model/topology.h"
#include "page.h"

#define ABSENT "not there"
#define ODD_NAMES 8 /* hosts that a line names */

/* The facts, and the host that speaks. */
struct facts {
    struct dbc_facts all;
    struct dbc_buf key;
    size_t host;
    bool failed;
};

static void say(struct facts *facts, const char *what, const char *about, const char *value)
{
    dbc_buf_clear(&facts->key);
    dbc_buf_addf(&facts->key, "%s%s", about, what);
    facts->failed = facts->failed || facts->key.failed ||
                    dbc_facts_say(&facts->all, facts->key.data, facts->host, NULL, value) == NULL;
}

static void say_pif(struct facts *all, const struct dbc_db *db, const struct dbc_pif *pif)
{
    const struct dbc_network *network = dbc_pif_network(db, pif);
    const char *mode = dbc_map_get(&pif->other_config, "bond-mode");
    char name[DBC_NETDEV_NAME_SIZE];

    dbc_pif_netdev(pif, name);
    say(all, ": bridge", name, network == NULL ? ABSENT : network->bridge);
    if (network != NULL) {
        say(all, ": MTU", name, network->MTU.text);
    }
    say(all, ": address mode", name, pif->ip_configuration_mode);
    if (dbc_pif_is_bond(db, pif)) {
        const struct dbc_bond *bond = dbc_db_bond(db, pif->bond_master_of.v[0]);
        static const char *const numbers[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8" };
        say(all, ": bond mode", name, mode == NULL ? "default" : mode);
        say(all, ": slaves", name,
            bond == NULL         ? ABSENT
            : bond->slaves.n < 9 ? numbers[bond->slaves.n]
                                 : "more than 8");
    }
}

static void say_host(struct facts *all, const struct dbc_db *db)
{
    const struct dbc_pif *management = dbc_management_pif(db), *pif = NULL;

    say(all, "management bridge", "", management == NULL ? ABSENT : dbc_pif_bridge(db, management));
    if (management != NULL) {
        say(all, "management netmask", "", management->netmask);
        say(all, "management gateway", "", management->gateway);
        say(all, "name servers", "", management->DNS);
    }
    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL; i++) {
        say_pif(all, db, pif);
    }
}

/* ---- The odd ones ------------------------------------------------------------------------- */

/* Fills `v`, a place a host, sorted by value; the hosts that say nothing say ABSENT. */
static void spread(const struct dbc_fact *fact, struct dbc_said *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        v[i] = (struct dbc_said){ .host = i, .value = ABSENT };
    }
    for (const struct dbc_said *s = fact->first; s != NULL; s = s->next) {
        v[s->host].value = s->value;
    }
    dbc_said_sort(v, n);
}

static void add_odd(struct dbc_buf *page, const struct cli_hosts *hosts, const struct dbc_said *v,
                    size_t run)
{
    report_raw(page, "<div><b>");
    report_text(page, *v->value == '\0' ? "empty" : v->value);
    report_raw(page, "</b> ");
    for (size_t i = 0; i < run && i < ODD_NAMES; i++) {
        dbc_buf_addf(page, "%s<a href=\"#h%zu\">", i > 0 ? ", " : "", v[i].host);
        report_text(page, hosts->v[v[i].host].name);
        report_raw(page, "</a>");
    }
    if (run > ODD_NAMES) {
        dbc_buf_addf(page, " and %zu more", run - ODD_NAMES);
    }
    report_raw(page, "</div>");
}

/* `v` is filled then, too. */
static bool differs(const struct dbc_fact *fact, struct dbc_said *v, size_t n)
{
    spread(fact, v, n);
    return dbc_said_run(v, n, 0) < n;
}

/* True when the hosts differ, and the line is there. */
static bool add_fact(struct dbc_buf *page, const struct cli_hosts *hosts,
                     const struct dbc_fact *fact, struct dbc_said *v)
{
    size_t n = hosts->n, most = 0, most_run = 0;

    if (!differs(fact, v, n)) {
        return false;
    }
    for (size_t i = 0; i < n; i += dbc_said_run(v, n, i)) {
        if (dbc_said_run(v, n, i) > most_run) {
            most = i;
            most_run = dbc_said_run(v, n, i);
        }
    }
    report_cell(page, "tr><td", fact->key);
    report_cell(page, "td", *v[most].value == '\0' ? "empty" : v[most].value);
    dbc_buf_addf(page, " <span class=\"quiet\">(%zu of %zu)</span><td>", most_run, n);
    for (size_t i = 0; i < n; i += dbc_said_run(v, n, i)) {
        if (i != most) {
            add_odd(page, hosts, v + i, dbc_said_run(v, n, i));
        }
    }
    report_raw(page, "\n");
    return true;
}

static void add_table(struct dbc_buf *page, const struct cli_hosts *hosts,
                      const struct facts *facts, struct dbc_said *v)
{
    size_t shown = 0;
    const struct dbc_fact *fact = facts->all.first;

    report_raw(page, "<h2>What differs between the hosts</h2>\n");
    for (; fact != NULL && shown < REPORT_DIFFERENCES; fact = fact->next) {
        if (shown == 0 && differs(fact, v, hosts->n)) {
            report_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                             "aria-label=\"Differences\"><table class=\"data\"><caption>"
                             "Differences</caption><thead><tr><th>What<th>Most hosts<th>Odd ones "
                             "out</thead><tbody>\n");
        }
        shown += add_fact(page, hosts, fact, v);
    }
    report_raw(page, shown == 0 ? "<p>Nothing differs.</p>\n" : "</tbody></table></div>\n");
    if (fact != NULL) {
        report_raw(page, "<p>There may be more differences; these are the first.</p>\n");
    }
}

int report_compare(struct dbc_buf *page, const struct cli_hosts *hosts, struct dbc_error *err)
{
    struct facts facts = { .failed = false };
    struct dbc_said *v = calloc(hosts->n, sizeof *v);

    dbc_facts_init(&facts.all);
    for (size_t i = 0; i < hosts->n; i++) {
        facts.host = i;
        say_host(&facts, hosts->v[i].db);
    }
    if (v != NULL && !facts.failed) {
        add_table(page, hosts, &facts, v);
    }
    dbc_buf_release(&facts.key);
    dbc_facts_release(&facts.all);
    facts.failed = facts.failed || v == NULL;
    free(v);
    return facts.failed ? dbc_fail_nomem(err) : 0;
}
