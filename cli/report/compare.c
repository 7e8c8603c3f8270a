/* compare.c - compares several hosts: shows each fact in which they differ, with a column for each
 * of a few hosts, or with the most common value and the exceptions of many. */
#include <stdlib.h>
#include <string.h>

#include "analysis/facts.h"
#include "base/error.h"
#include "cli/input/hosts.h"
#include "model/topology.h"
#include "page.h"

#define ABSENT "not there"
#define ODD_NAMES 8    /* hosts that a line names */
#define SIDE_BY_SIDE 8 /* hosts that have a column each */

/* The facts of all hosts, and the current host. */
struct report_sides {
    struct dbc_facts all;
    struct dbc_facts texts; /* a copy of each value, once: earlier hosts may be freed */
    struct dbc_buf key;
    size_t host;
    bool failed, full;
};

/* Adds a fact.  A host without it differs from one that has it. */
static struct dbc_fact *say(struct report_sides *facts, const char *what, const char *about,
                            const char *value)
{
    struct dbc_fact *text = dbc_facts_say(&facts->texts, value, 0, NULL, "");
    struct dbc_fact *fact = NULL;

    dbc_buf_clear(&facts->key);
    dbc_buf_addf(&facts->key, "%s%s", about, what);
    fact = facts->key.failed || text == NULL
               ? NULL
               : dbc_facts_say(&facts->all, facts->key.data, facts->host, NULL, text->key);
    facts->failed = facts->failed || fact == NULL;
    return fact;
}

/* The same for a part of something whose absence another fact reports: a host without it does not
 * differ. */
static void say_of(struct report_sides *facts, const char *what, const char *about,
                   const char *value)
{
    struct dbc_fact *fact = say(facts, what, about, value);

    if (fact != NULL) {
        fact->ctx = facts;
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Appends the slaves' names sorted, since their order has no meaning. */
static void list_slaves(const struct dbc_db *db, const struct dbc_bond *bond, struct dbc_buf *ret)
{
    const char **names = calloc(bond->slaves.n + 1, sizeof *names);

    ret->failed = ret->failed || names == NULL;
    for (size_t i = 0; i < bond->slaves.n && names != NULL; i++) {
        const struct dbc_pif *slave = dbc_db_pif(db, bond->slaves.v[i]);
        names[i] = slave == NULL ? ABSENT : slave->device;
    }
    if (names != NULL) {
        qsort(names, bond->slaves.n, sizeof *names, by_name);
    }
    for (size_t i = 0; i < bond->slaves.n && names != NULL; i++) {
        dbc_buf_addf(ret, "%s%s", i > 0 ? " " : "", names[i]);
    }
    free(names);
}

static void say_bond(struct report_sides *all, const struct dbc_db *db, const struct dbc_pif *pif,
                     const char *name)
{
    const struct dbc_bond *bond = dbc_db_bond(db, pif->bond_master_of.v[0]);
    const char *mode = dbc_map_get(&pif->other_config, "bond-mode");
    struct dbc_buf slaves = DBC_BUF_INIT;

    if (bond != NULL) {
        list_slaves(db, bond, &slaves);
    }
    say_of(all, ": bond mode", name, mode == NULL ? "default" : mode);
    say_of(all, ": slaves", name, dbc_buf_str(&slaves));
    all->failed = all->failed || slaves.failed;
    dbc_buf_release(&slaves);
}

static void say_pif(struct report_sides *all, const struct dbc_db *db, const struct dbc_pif *pif)
{
    const struct dbc_network *network = dbc_pif_network(db, pif);
    char name[DBC_NETDEV_NAME_SIZE];

    dbc_pif_netdev(pif, name);
    say(all, "", name, "there");
    say_of(all, ": bridge", name, network == NULL ? ABSENT : network->bridge);
    if (network != NULL) {
        say_of(all, ": MTU", name, network->MTU.text);
    }
    say_of(all, ": address mode", name, pif->ip_configuration_mode);
    say_of(all, ": IPv6 mode", name, pif->ipv6_configuration_mode);
    if (dbc_pif_is_bond(db, pif)) {
        say_bond(all, db, pif, name);
    }
}

struct report_sides *report_sides_new(void)
{
    struct report_sides *sides = calloc(1, sizeof *sides);

    if (sides != NULL) {
        dbc_facts_init(&sides->all);
        dbc_facts_init(&sides->texts);
    }
    return sides;
}

void report_sides_free(struct report_sides *sides)
{
    if (sides != NULL) {
        dbc_buf_release(&sides->key);
        dbc_facts_release(&sides->all);
        dbc_facts_release(&sides->texts);
        free(sides);
    }
}

static size_t bytes_of(const struct report_sides *all)
{
    return all->all.arena.used + all->texts.arena.used;
}

int report_sides_add(struct report_sides *all, const struct dbc_db *db, struct dbc_error *err)
{
    const struct dbc_pif *management = dbc_management_pif(db), *pif = NULL;

    say(all, "management bridge", "", management == NULL ? ABSENT : dbc_pif_bridge(db, management));
    if (management != NULL) {
        say_of(all, "management netmask", "", management->netmask);
        say_of(all, "management gateway", "", management->gateway);
        say_of(all, "name servers", "", management->DNS);
    }
    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL && !all->full; i++) {
        say_pif(all, db, pif);
        all->full = bytes_of(all) > REPORT_SIDES_BYTES;
    }
    all->host++;
    return all->failed ? dbc_fail_nomem(err) : 0;
}

/* ---- One fact ----------------------------------------------------------------------------- */

/* The values that the hosts have of the current fact. */
struct compared {
    struct dbc_buf *page;
    const struct report_line *hosts;
    size_t n_hosts;
    const char **of;    /* by host; NULL: none */
    struct dbc_said *v; /* by value */
    size_t n;           /* of `v` */
    size_t most, run;   /* the most common value: where in `v`, and how often */
};

/* Fills in the values; true when they differ. */
static bool look_at(struct compared *c, const struct dbc_fact *fact)
{
    for (size_t i = 0; i < c->n_hosts; i++) {
        c->of[i] = fact->ctx == NULL ? ABSENT : NULL;
    }
    for (const struct dbc_said *s = fact->first; s != NULL; s = s->next) {
        c->of[s->host] = s->value;
    }
    c->n = c->run = 0;
    for (size_t i = 0; i < c->n_hosts; i++) {
        if (c->of[i] != NULL) {
            c->v[c->n++] = (struct dbc_said){ .host = i, .value = c->of[i] };
        }
    }
    dbc_said_sort(c->v, c->n);
    for (size_t i = 0; i < c->n; i += dbc_said_run(c->v, c->n, i)) {
        size_t run = dbc_said_run(c->v, c->n, i);
        if (run > c->run) {
            c->most = i;
            c->run = run;
        }
    }
    return c->run < c->n;
}

static const char *shown(const char *value)
{
    return *value == '\0' ? "empty" : value;
}

/* Writes a column for each host; where most agree the others are marked. */
static void add_columns(struct compared *c)
{
    const char *usual = c->run * 2 > c->n ? c->v[c->most].value : NULL;

    for (size_t i = 0; i < c->n_hosts; i++) {
        const char *value = c->of[i];
        if (value == NULL) {
            report_raw(c->page, "<td class=\"quiet\">\xe2\x80\x93");
        } else {
            bool odd = usual != NULL && strcmp(value, usual) != 0;
            report_cell(c->page, odd ? "td class=\"odd\"" : "td", shown(value));
        }
    }
}

static void add_odd(struct compared *c, const struct dbc_said *v, size_t run)
{
    report_raw(c->page, "<div><b>");
    report_text(c->page, shown(v->value));
    report_raw(c->page, "</b> ");
    for (size_t i = 0; i < run && i < ODD_NAMES; i++) {
        dbc_buf_addf(c->page, "%s<a href=\"#h%zu\">", i > 0 ? ", " : "", v[i].host);
        report_text(c->page, c->hosts[v[i].host].name);
        report_raw(c->page, "</a>");
    }
    if (run > ODD_NAMES) {
        dbc_buf_addf(c->page, " and %zu more", run - ODD_NAMES);
    }
    report_raw(c->page, "</div>");
}

static void add_odd_ones(struct compared *c)
{
    report_cell(c->page, "td", shown(c->v[c->most].value));
    dbc_buf_addf(c->page, " <span class=\"quiet\">(%zu of %zu)</span><td>", c->run, c->n);
    for (size_t i = 0; i < c->n; i += dbc_said_run(c->v, c->n, i)) {
        if (i != c->most) {
            add_odd(c, c->v + i, dbc_said_run(c->v, c->n, i));
        }
    }
}

/* ---- The table ---------------------------------------------------------------------------- */

static void start(struct compared *c)
{
    report_start_table(c->page, "Differences");
    report_raw(c->page, "<th scope=col>What");
    for (size_t i = 0; i < c->n_hosts && c->n_hosts <= SIDE_BY_SIDE; i++) {
        report_cell(c->page, "th scope=col", c->hosts[i].name);
    }
    if (c->n_hosts > SIDE_BY_SIDE) {
        report_raw(c->page, "<th scope=col>Most hosts<th scope=col>Odd ones out");
    }
    report_raw(c->page, "</thead><tbody>\n");
}

static void add_table(struct compared *c, const struct dbc_fact *fact)
{
    size_t lines = 0;

    report_raw(c->page, "<h2>What differs between the hosts</h2>\n");
    for (; fact != NULL && lines < REPORT_DIFFERENCES; fact = fact->next) {
        if (!look_at(c, fact)) {
            continue;
        }
        if (lines++ == 0) {
            start(c);
        }
        report_cell(c->page, "tr><th", fact->key);
        if (c->n_hosts <= SIDE_BY_SIDE) {
            add_columns(c);
        } else {
            add_odd_ones(c);
        }
        report_raw(c->page, "\n");
    }
    if (lines == 0) {
        report_raw(c->page, "<p>Nothing differs.</p>\n");
    } else {
        report_end_table(c->page);
    }
    if (fact != NULL) {
        report_raw(c->page, "<p>There may be more differences; these are the first.</p>\n");
    }
}

int report_compare(struct dbc_buf *page, const struct report_sides *sides,
                   const struct report_line *hosts, size_t n, struct dbc_error *err)
{
    struct compared c = { .page = page,
                          .hosts = hosts,
                          .n_hosts = n,
                          .of = calloc(n, sizeof *c.of),
                          .v = calloc(n, sizeof *c.v) };
    int rc = 0;

    if (c.of == NULL || c.v == NULL) {
        rc = dbc_fail_nomem(err);
    } else if (sides->full) {
        report_raw(page, "<h2>What differs between the hosts</h2>\n<p>They are too many to be "
                         "compared.</p>\n");
    } else {
        add_table(&c, sides->all.first);
    }
    free(c.of);
    free(c.v);
    return rc;
}
