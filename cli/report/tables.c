/* tables.c - shows a host's records as tables: NICs and bonds; bonds, VLANs and tunnels with their
 * interfaces; networks; the pool.  Each column of these is a row of a table here; a column without
 * any value is left out of the page. */
#include <stdlib.h>
#include <string.h>

#include "analysis/label.h"
#include "cli/input/hosts.h"
#include "model/ipv6.h"
#include "model/topology.h"
#include "page.h"

#define WIDE 40 /* bytes of a value that may be broken anywhere */

/* The records of one line.  `rec` is the one that the line is for; the others may be NULL. */
struct row {
    const struct report_host *h;
    const struct dbc_record *rec;
    const struct dbc_pif *pif;
    const struct dbc_network *network;
    const struct dbc_record *maker; /* the bond, VLAN or tunnel whose interface the PIF is */
};

struct column {
    const char *head;
    bool full; /* only for a host that the page shows in full */
    void (*put)(struct dbc_buf *cell, const struct row *row);
    size_t text; /* without `put`: the offset of a text in struct dbc_pif */
};

struct table {
    const char *caption, *head; /* the head of the first column */
    enum dbc_class class_;      /* whose records have lines here; DBC_N_CLASSES: none */
    const char *kinds;          /* of PIFs that have lines here: letters of report_kind */
    const struct column *columns;
    size_t n_columns;
};

struct rows {
    struct row *v;
    size_t n;
};

/* ---- Values ------------------------------------------------------------------------------- */

static void put_netdev(struct dbc_buf *cell, const struct dbc_pif *pif)
{
    char name[DBC_NETDEV_NAME_SIZE];

    if (pif != NULL) {
        dbc_buf_adds(cell, dbc_pif_netdev(pif, name));
    }
}

/* The first cell of every line. */
static void put_name(struct dbc_buf *cell, const struct row *row)
{
    char label[DBC_LABEL_SIZE];

    if (row->pif != NULL) {
        put_netdev(cell, row->pif);
    } else if (row->network != NULL) {
        dbc_buf_adds(cell, row->network->bridge);
    } else {
        dbc_buf_adds(cell, dbc_label(row->h->host->db, row->rec, label));
    }
}

static void put_kind(struct dbc_buf *cell, const struct row *row)
{
    dbc_buf_adds(cell, report_kind(row->h, row->pif));
}

static void put_master(struct dbc_buf *cell, const struct row *row)
{
    put_netdev(cell, report_master(row->h, row->pif));
}

static void put_below(struct dbc_buf *cell, const struct row *row)
{
    const struct dbc_db *db = row->h->host->db;

    if (row->pif != NULL) {
        put_netdev(cell, report_below(row->h, row->pif));
    } else if (row->rec->class_ == DBC_VLAN) {
        put_netdev(cell, dbc_db_pif(db, ((const struct dbc_vlan *)row->rec)->tagged_PIF));
    } else {
        put_netdev(cell, dbc_db_pif(db, ((const struct dbc_tunnel *)row->rec)->transport_PIF));
    }
}

static void put_slaves(struct dbc_buf *cell, const struct row *row)
{
    const struct dbc_bond *bond = (const struct dbc_bond *)row->rec;

    for (size_t i = 0; i < bond->slaves.n; i++) {
        const struct dbc_pif *slave = dbc_db_pif(row->h->host->db, bond->slaves.v[i]);
        dbc_buf_adds(cell, i > 0 ? " " : "");
        dbc_buf_adds(cell, slave == NULL ? bond->slaves.v[i] : slave->device);
    }
}

static void put_mode_of_bond(struct dbc_buf *cell, const struct row *row)
{
    const char *mode = row->pif == NULL ? NULL : dbc_map_get(&row->pif->other_config, "bond-mode");

    dbc_buf_adds(cell, mode == NULL ? "" : mode);
}

/* Leaves out a MAC that is the parent's. */
static void put_mac(struct dbc_buf *cell, const struct row *row)
{
    const struct dbc_pif *below = row->pif == NULL ? NULL : report_below(row->h, row->pif);

    if (row->pif != NULL && (below == NULL || strcmp(below->MAC, row->pif->MAC) != 0)) {
        dbc_buf_adds(cell, row->pif->MAC);
    }
}

static void put_options(struct dbc_buf *cell, const struct row *row)
{
    if (row->pif != NULL) {
        dbc_map_join(&row->pif->other_config, " ", cell);
    } else if (row->network != NULL) {
        dbc_map_join(&row->network->other_config, " ", cell);
    } else if (row->rec->class_ == DBC_POOL) {
        dbc_map_join(&((const struct dbc_pool *)row->rec)->other_config, " ", cell);
    }
}

static void put_bridge(struct dbc_buf *cell, const struct row *row)
{
    dbc_buf_adds(cell, row->network == NULL ? "" : row->network->bridge);
}

static void put_mtu(struct dbc_buf *cell, const struct row *row)
{
    dbc_buf_adds(cell, row->network == NULL ? "" : row->network->MTU.text);
}

static void put_users(struct dbc_buf *cell, const struct row *row)
{
    const struct dbc_refs *refs = &row->network->PIFs;

    for (size_t i = 0; i < refs->n; i++) {
        const struct dbc_pif *pif = dbc_db_pif(row->h->host->db, refs->v[i]);
        dbc_buf_adds(cell, i > 0 ? " " : "");
        if (pif != NULL) {
            put_netdev(cell, pif);
        } else {
            dbc_buf_adds(cell, refs->v[i]);
        }
    }
}

static void put_maker_uuid(struct dbc_buf *cell, const struct row *row)
{
    dbc_buf_adds(cell, row->maker == NULL ? "" : dbc_record_uuid(row->maker));
}

static void put_network_uuid(struct dbc_buf *cell, const struct row *row)
{
    dbc_buf_adds(cell, row->network->uuid);
}

static void put_tag(struct dbc_buf *cell, const struct row *row)
{
    dbc_buf_adds(cell, row->pif == NULL ? "" : row->pif->VLAN.text);
}

static void put_management(struct dbc_buf *cell, const struct row *row)
{
    dbc_buf_adds(cell, row->pif != NULL && row->pif->management ? "yes" : "");
}

static void put_attached(struct dbc_buf *cell, const struct row *row)
{
    dbc_buf_adds(cell, row->pif != NULL && row->pif->currently_attached ? "yes" : "");
}

/* Empty for hosts without IPv6, so that theirs have no such column. */
static void put_ipv6_mode(struct dbc_buf *cell, const struct row *row)
{
    dbc_buf_adds(cell, row->pif != NULL && dbc_pif_wants_ipv6(row->pif)
                           ? row->pif->ipv6_configuration_mode
                           : "");
}

/* ---- Columns ------------------------------------------------------------------------------ */

#define TEXT(head, member)                                                                         \
    {                                                                                              \
        head, false, NULL, offsetof(struct dbc_pif, member)                                        \
    }
/* The columns of every PIF. */
#define PIF_COLUMNS                                                                                \
    { "Bridge", false, put_bridge, 0 }, { "MTU", false, put_mtu, 0 },                              \
        { "Management", false, put_management, 0 }, TEXT("Mode", ip_configuration_mode),           \
        TEXT("Address", IP), TEXT("Netmask", netmask), TEXT("Gateway", gateway),                   \
        TEXT("Name servers", DNS), { "IPv6 mode", false, put_ipv6_mode, 0 }, TEXT("IPv6", IPv6),   \
        TEXT("IPv6 gateway", IPv6_gateway), { "MAC", false, put_mac, 0 },                          \
        { "Attached", true, put_attached, 0 }, { "Options", false, put_options, 0 },               \
    {                                                                                              \
        "UUID", true, NULL, offsetof(struct dbc_pif, uuid)                                         \
    }

static const struct column of_interfaces[] = { { "Kind", false, put_kind, 0 },
                                               { "Slave of", false, put_master, 0 },
                                               PIF_COLUMNS };
static const struct column of_vlans[] = { { "Tag", false, put_tag, 0 },
                                          { "On", false, put_below, 0 },
                                          PIF_COLUMNS,
                                          { "VLAN's UUID", true, put_maker_uuid, 0 } };
static const struct column of_tunnels[] = { { "Over", false, put_below, 0 },
                                            PIF_COLUMNS,
                                            { "Tunnel's UUID", true, put_maker_uuid, 0 } };
static const struct column of_bonds[] = { { "Mode", false, put_mode_of_bond, 0 },
                                          { "Slaves", false, put_slaves, 0 },
                                          { "UUID", true, put_maker_uuid, 0 } };
static const struct column of_networks[] = { { "MTU", false, put_mtu, 0 },
                                             { "Interfaces", false, put_users, 0 },
                                             { "Options", false, put_options, 0 },
                                             { "UUID", true, put_network_uuid, 0 } };
static const struct column of_pools[] = { { "Options", false, put_options, 0 } };

#define TABLE(caption, head, class_, kinds, columns)                                               \
    {                                                                                              \
        caption, head, class_, kinds, columns, sizeof(columns) / sizeof(columns)[0]                \
    }
static const struct table tables[] = {
    TABLE("Interfaces", "Interface", DBC_N_CLASSES, "Nb", of_interfaces),
    TABLE("Bonds", "Bond", DBC_BOND, "", of_bonds),
    TABLE("VLANs", "VLAN", DBC_VLAN, "V", of_vlans),
    TABLE("Tunnels", "Tunnel", DBC_TUNNEL, "t", of_tunnels),
    TABLE("Networks", "Bridge", DBC_NETWORK, "", of_networks),
    TABLE("Pool", "Pool", DBC_POOL, "", of_pools),
};

/* ---- Lines -------------------------------------------------------------------------------- */

static void add_row(struct rows *rows, struct row row)
{
    rows->v[rows->n++] = row;
}

/* Returns the bond, VLAN or tunnel whose interface the PIF is, or NULL. */
static const struct dbc_record *maker_of(const struct report_host *h, const struct dbc_pif *pif)
{
    const struct dbc_node *node = dbc_links_node(&h->links, &pif->rec);
    const struct dbc_tunnel *tunnel =
        node->tunnel ? dbc_db_tunnel(h->host->db, pif->tunnel_access_PIF_of.v[0]) : NULL;

    return dbc_pif_is_vlan(pif) ? (node->vlan == NULL ? NULL : &node->vlan->rec)
           : tunnel != NULL     ? &tunnel->rec
                                : NULL;
}

/* Adds the PIFs of a table. */
static void add_pifs(struct rows *rows, const struct report_host *h, const char *kinds)
{
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; (pif = report_pif(h, i)) != NULL; i++) {
        if (strchr(kinds, *report_kind(h, pif)) != NULL) {
            const struct dbc_network *network = dbc_pif_network(h->host->db, pif);
            add_row(rows, (struct row){ h, &pif->rec, pif, network, maker_of(h, pif) });
        }
    }
}

/* Whether the record is in a line already: a VLAN or tunnel is in that of its PIF, unless the PIF
 * belongs to another record or is missing. */
static bool has_line(const struct report_host *h, const struct dbc_record *rec)
{
    const struct dbc_record *pif = report_stands_for(h, rec);

    return (rec->class_ == DBC_VLAN || rec->class_ == DBC_TUNNEL) && pif != rec &&
           maker_of(h, (const struct dbc_pif *)pif) == rec;
}

static void add_records(struct rows *rows, const struct report_host *h, enum dbc_class class_)
{
    const struct dbc_records *all = &h->host->db->of[class_];

    for (size_t i = 0; i < all->n; i++) {
        const struct dbc_record *rec = all->v[i];
        struct row row = { .h = h, .rec = rec };
        if (class_ == DBC_NETWORK) {
            row.network = (const struct dbc_network *)rec;
        } else if (class_ != DBC_POOL) {
            row.maker = rec;
        }
        if (class_ == DBC_BOND && report_stands_for(h, rec) != rec) {
            row.pif = (const struct dbc_pif *)report_stands_for(h, rec);
        }
        if (!has_line(h, rec)) {
            add_row(rows, row);
        }
    }
}

/* ---- The page ----------------------------------------------------------------------------- */

static const char *value_of(const struct column *column, const struct row *row,
                            struct dbc_buf *cell)
{
    dbc_buf_clear(cell);
    if (column->put != NULL) {
        column->put(cell, row);
        return dbc_buf_str(cell);
    }
    return row->pif == NULL ? "" : *(const char *const *)((const char *)row->pif + column->text);
}

/* Returns the columns that are not empty, as bits. */
static unsigned used_columns(const struct table *table, const struct rows *rows, bool full,
                             struct dbc_buf *cell)
{
    unsigned used = 0;

    for (size_t c = 0; c < table->n_columns; c++) {
        const struct column *column = &table->columns[c];
        for (size_t i = 0; i < rows->n && (used >> c & 1) == 0 && (full || !column->full); i++) {
            used |= (unsigned)(*value_of(column, &rows->v[i], cell) != '\0') << c;
        }
    }
    return used;
}

static void add_heads(struct dbc_buf *page, const struct table *table, unsigned used)
{
    report_start_table(page, table->caption);
    report_cell(page, "th scope=col", table->head);
    for (size_t c = 0; c < table->n_columns; c++) {
        if ((used >> c & 1) == 1) {
            report_cell(page, "th scope=col", table->columns[c].head);
        }
    }
    report_raw(page, "</thead><tbody>\n");
}

/* Writes the line's start and first cell, with a word when the record has findings. */
static void start_line(struct dbc_buf *page, const struct row *row, struct dbc_buf *cell)
{
    static const char *const classes[] = { "", " class=warn", " class=bad" };
    static const char *const words[] = { "", "warning", "error" };
    const struct report_host *h = row->h;
    size_t node = report_node(h, row->rec);
    unsigned char worst = h->worst[node];

    if (h->place < REPORT_PICTURES || worst > 0) {
        dbc_buf_addf(page, "<tr id=h%zun%zu%s>", h->place, node, classes[worst]);
    } else {
        report_raw(page, "<tr>"); /* without an id, since nothing links to it */
    }
    dbc_buf_clear(cell);
    put_name(cell, row);
    report_cell(page, "th", dbc_buf_str(cell));
    if (worst > 0) {
        dbc_buf_addf(page, " <a class=tag href=#h%zuf%u>%s</a>", h->place, h->rule_of[node],
                     words[worst]);
    }
}

/* Writes a line without the empty cells at its end, of which a page may have tens of thousands. */
static void add_line(struct dbc_buf *page, const struct table *table, const struct row *row,
                     unsigned used, struct dbc_buf *cell)
{
    size_t empty = 0;

    start_line(page, row, cell);
    for (size_t c = 0; c < table->n_columns; c++) {
        const char *value = (used >> c & 1) == 1 ? value_of(&table->columns[c], row, cell) : "";
        if (*value == '\0') {
            empty += used >> c & 1;
            continue;
        }
        for (; empty > 0; empty--) {
            report_raw(page, "<td>");
        }
        report_cell(page, strlen(value) > WIDE ? "td class=wide" : "td", value);
    }
    report_raw(page, "\n");
}

static void add_table(struct dbc_buf *page, const struct report_host *h, const struct table *table,
                      struct rows *rows, struct dbc_buf *cell)
{
    unsigned used = 0;

    rows->n = 0;
    add_pifs(rows, h, table->kinds);
    if (table->class_ != DBC_N_CLASSES) {
        add_records(rows, h, table->class_);
    }
    if (rows->n == 0) {
        return;
    }
    used = used_columns(table, rows, h->place < REPORT_PICTURES, cell);
    if (used == 0 && table->class_ == DBC_POOL) {
        return;
    }
    add_heads(page, table, used);
    for (size_t i = 0; i < rows->n; i++) {
        add_line(page, table, &rows->v[i], used, cell);
    }
    report_end_table(page);
    page->failed = page->failed || cell->failed;
}

void report_tables(struct dbc_buf *page, const struct report_host *h)
{
    struct rows rows = { calloc(h->links.n_nodes + 1, sizeof *rows.v), 0 };
    struct dbc_buf cell = DBC_BUF_INIT;

    if (rows.v == NULL) {
        page->failed = true;
        return;
    }
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        add_table(page, h, &tables[i], &rows, &cell);
    }
    dbc_buf_release(&cell);
    free(rows.v);
}
