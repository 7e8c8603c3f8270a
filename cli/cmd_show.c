/* cmd_show.c - dbcache show: prints an overview of the host's network, or records with every field
 * of the schema's table. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/label.h"
#include "base/error.h"
#include "base/valid.h"
#include "command.h"
#include "export.h"
#include "input/cache.h"
#include "model/ipv6.h"
#include "model/topology.h"
#include "records.h"
#include "tree.h"

#define DEPTH_MAX 8 /* levels of the tree that are drawn; of a deeper tree the lowest */

/* ---- Columns of the overview ----------------------------------------------------------------- */

static const char *role_name(enum cli_role role)
{
    static const char *const names[] = { [CLI_NIC] = "NIC",
                                         [CLI_SLAVE] = "slave",
                                         [CLI_BOND] = "bond",
                                         [CLI_VLAN] = "VLAN",
                                         [CLI_TUNNEL] = "tunnel" };

    return names[role];
}

/* Adds what tells a PIF from others: a NIC's MAC, a VLAN's tag, a bond's mode. */
static void add_kind(const struct cli_tree_node *node, struct dbc_buf *out)
{
    const struct dbc_pif *pif = node->pif;
    const char *mode = dbc_map_get(&pif->other_config, "bond-mode");

    switch (node->role) {
    case CLI_NIC:
    case CLI_SLAVE:
        dbc_buf_adds(out, pif->MAC);
        break;
    case CLI_BOND:
        dbc_buf_addf(out, "bond, %s", mode == NULL ? "balance-slb" : mode);
        break;
    case CLI_VLAN:
        dbc_buf_addf(out, "VLAN %s", pif->VLAN.text);
        break;
    case CLI_TUNNEL:
        dbc_buf_adds(out, "tunnel");
        break;
    }
}

/* Returns the MTU that interface-reconfigure gives to the bridge. */
static const char *mtu_of(const struct dbc_network *network)
{
    const char *own = network == NULL ? NULL : dbc_map_get(&network->other_config, "mtu");

    if (own != NULL) {
        return own;
    }
    return network == NULL ? "" : network->MTU.text;
}

/* ---- The overview ---------------------------------------------------------------------------- */

static void add_branch(const struct cli_tree *tree, size_t at, size_t depth, struct dbc_buf *out)
{
    bool bars[DEPTH_MAX] = { false };
    size_t up = at, shown = depth < DEPTH_MAX ? depth : DEPTH_MAX;

    for (size_t level = shown; level > 0; level--) {
        bars[level - 1] = tree->v[up].next != CLI_TREE_NONE;
        up = tree->v[up].parent;
    }
    for (size_t level = 1; level <= shown; level++) {
        bool more = bars[level - 1];
        if (level < shown) {
            dbc_buf_adds(out, !more ? "   " : cli_utf8() ? "│  " : "|  ");
        } else if (cli_utf8()) {
            dbc_buf_adds(out, more ? "├─ " : "└─ ");
        } else {
            dbc_buf_adds(out, more ? "|- " : "`- ");
        }
    }
}

static void add_row(struct cli_table *table, const struct dbc_db *db, const struct cli_tree *tree,
                    size_t at, size_t depth, const struct dbc_pif *management)
{
    const struct cli_tree_node *node = &tree->v[at];
    const struct dbc_network *network = dbc_pif_network(db, node->pif);
    enum cli_style style = node->pif == management ? CLI_GOOD : CLI_PLAIN;
    char name[DBC_NETDEV_NAME_SIZE];
    struct dbc_buf text = DBC_BUF_INIT;

    add_branch(tree, at, depth, &text);
    dbc_buf_adds(&text, dbc_pif_netdev(node->pif, name));
    cli_table_take(table, style, &text);
    add_kind(node, &text);
    cli_table_take(table, CLI_PLAIN, &text);
    /* A slave has no bridge of its own while it is bonded. */
    if (node->role != CLI_SLAVE) {
        cli_table_styled(table, style, network == NULL ? "(none)" : network->bridge);
        cli_table_cell(table, mtu_of(network));
        cli_show_address(node->pif, &text);
        cli_table_take(table, style, &text);
        cli_table_styled(table, style, style == CLI_GOOD ? "management" : "");
    }
    cli_table_row(table);
    dbc_buf_release(&text);
}

static void put_line(enum cli_style style, const struct dbc_buf *text)
{
    if (text->failed) {
        cli_lost();
    }
    cli_put(style, dbc_buf_str(text));
    puts("");
}

static void print_counts(const struct dbc_db *db)
{
    struct dbc_buf counts = DBC_BUF_INIT, text = DBC_BUF_INIT;

    cli_show_counts(db, &counts);
    dbc_buf_addf(&text, "%s%s%s", db->source, counts.len == 0 ? "" : ": ", dbc_buf_str(&counts));
    text.failed = text.failed || counts.failed;
    put_line(CLI_DIM, &text);
    puts("");
    dbc_buf_release(&counts);
    dbc_buf_release(&text);
}

static void print_unused(const struct dbc_db *db)
{
    struct dbc_buf text = DBC_BUF_INIT;
    const struct dbc_network *network = NULL;

    for (size_t i = 0; (network = dbc_db_network_at(db, i)) != NULL; i++) {
        if (network->PIFs.n == 0) {
            dbc_buf_addf(&text, "%s%s", text.len == 0 ? "" : ", ",
                         *network->bridge == '\0' ? network->uuid : network->bridge);
        }
    }
    if (text.failed) {
        cli_lost();
    } else if (text.len > 0) {
        fputs("\nWithout a PIF of this host: ", stdout);
        put_line(CLI_PLAIN, &text);
    }
    dbc_buf_release(&text);
}

static int print_tree(const struct dbc_db *db, const struct cli_tree *tree)
{
    const struct dbc_pif *management = dbc_management_pif(db);
    struct cli_table *table = cli_table_new();
    size_t depth = 0, at = CLI_TREE_NONE;

    if (tree->n > 0) {
        cli_table_head(table, "DEVICE", "NIC OR KIND", "BRIDGE", "MTU", "ADDRESS", NULL);
    }
    while ((at = cli_tree_next(tree, at, &depth)) != CLI_TREE_NONE) {
        add_row(table, db, tree, at, depth, management);
    }
    print_counts(db);
    if (tree->n == 0) {
        puts("No PIF of this host.");
    }
    if (cli_table_print(table, stdout) != 0) {
        return cli_fail_nomem();
    }
    print_unused(db);
    return CLI_OK;
}

static void put_mtu(struct dbc_json *json, const char *text)
{
    uint64_t mtu = 0;

    if (dbc_parse_uint(text, DBC_MTU_MAX, &mtu)) {
        dbc_json_int(json, "MTU", (int64_t)mtu);
    } else {
        dbc_json_text(json, "MTU", text);
    }
}

static void put_node(struct dbc_json *json, const struct dbc_db *db, const struct cli_tree *tree,
                     const struct cli_tree_node *node, bool management)
{
    const struct dbc_pif *pif = node->pif;
    char name[DBC_NETDEV_NAME_SIZE];
    const char *above =
        node->parent == CLI_TREE_NONE ? NULL : dbc_pif_netdev(tree->v[node->parent].pif, name);

    dbc_json_open(json, NULL, '{');
    dbc_json_text(json, node->role == CLI_SLAVE ? "slave_of" : "stands_on", above);
    dbc_json_text(json, "device", dbc_pif_netdev(pif, name));
    dbc_json_text(json, "kind", role_name(node->role));
    dbc_json_text(json, "MAC", pif->MAC);
    dbc_json_text(json, "bridge", dbc_pif_bridge(db, pif));
    put_mtu(json, mtu_of(dbc_pif_network(db, pif)));
    dbc_json_text(json, "mode", pif->ip_configuration_mode);
    dbc_json_text(json, "IP", pif->IP);
    dbc_json_text(json, "netmask", pif->netmask);
    dbc_json_text(json, "gateway", pif->gateway);
    if (dbc_pif_wants_ipv6(pif)) {
        dbc_json_text(json, "ipv6_mode", pif->ipv6_configuration_mode);
        dbc_json_text(json, "IPv6", pif->IPv6);
        dbc_json_text(json, "IPv6_gateway", pif->IPv6_gateway);
    }
    dbc_json_bool(json, "management", management);
    dbc_json_text(json, "ref", pif->rec.ref);
    dbc_json_close(json, '}');
}

static int print_tree_json(const struct dbc_db *db, const struct cli_tree *tree)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_json json = DBC_JSON_LINES(&text);
    const struct dbc_pif *management = dbc_management_pif(db);
    size_t depth = 0, at = CLI_TREE_NONE;

    dbc_json_open(&json, NULL, '{');
    dbc_json_text(&json, "source", db->source);
    dbc_json_open(&json, "pifs", '[');
    while ((at = cli_tree_next(tree, at, &depth)) != CLI_TREE_NONE) {
        put_node(&json, db, tree, &tree->v[at], tree->v[at].pif == management);
    }
    dbc_json_close(&json, ']');
    dbc_json_close(&json, '}');
    return cli_print_line(stdout, &text);
}

static int overview(const struct cli_options *options, const struct dbc_db *db)
{
    struct cli_tree tree = { NULL, 0 };
    int status = CLI_OK;

    if (cli_tree_make(db, &tree) != 0) {
        return cli_fail_nomem();
    }
    status = options->json ? print_tree_json(db, &tree) : print_tree(db, &tree);
    cli_tree_release(&tree);
    return status;
}

/* ---- Records in full ------------------------------------------------------------------------- */

static void name_row(struct cli_table *table, const char *name, const char *value,
                     const char *label)
{
    cli_table_cell(table, "");
    cli_table_styled(table, CLI_DIM, name);
    cli_table_cell(table, value);
    cli_table_styled(table, CLI_DIM, label);
    cli_table_row(table);
}

static void refs_rows(struct cli_table *table, const struct dbc_db *db,
                      const struct dbc_field *field, const struct dbc_refs *refs)
{
    char label[DBC_LABEL_SIZE];

    for (size_t i = 0; i < refs->n; i++) {
        bool known = dbc_hash_get(&db->by_ref[field->target], refs->v[i]) != NULL;
        name_row(table, i == 0 ? field->name : "", refs->v[i],
                 known ? dbc_label_ref(db, field->target, refs->v[i], label) : "(no such record)");
    }
}

static void ref_row(struct cli_table *table, const struct dbc_db *db, const struct dbc_field *field,
                    const char *const *ref)
{
    const struct dbc_refs one = { .v = (const char *[]){ *ref }, .n = 1 };

    if (dbc_ref_is_null(*ref)) {
        name_row(table, field->name, "-", "");
    } else {
        refs_rows(table, db, field, &one);
    }
}

static void map_rows(struct cli_table *table, const struct dbc_field *field,
                     const struct dbc_map *map)
{
    struct dbc_buf text = DBC_BUF_INIT;

    for (size_t i = 0; i < map->n; i++) {
        dbc_buf_addf(&text, "%s=%s", map->v[i].key, map->v[i].value);
        cli_table_cell(table, "");
        cli_table_styled(table, CLI_DIM, i == 0 ? field->name : "");
        cli_table_take(table, CLI_PLAIN, &text);
        cli_table_row(table);
    }
    dbc_buf_release(&text);
}

static void field_rows(struct cli_table *table, const struct dbc_db *db,
                       const struct dbc_record *rec, const struct dbc_field *field)
{
    const void *value = dbc_field_of(rec, field);
    struct dbc_buf text = DBC_BUF_INIT;

    cli_show_value(db, rec, field, &text);
    if (text.failed) {
        cli_lost();
    }
    if (text.len == 0 || (!dbc_record_has(rec, field) && field->kind != DBC_KIND_REF)) {
        name_row(table, field->name, text.len == 0 ? "-" : dbc_buf_str(&text),
                 dbc_record_has(rec, field) || (field->flags & DBC_FIELD_OPTIONAL) == 0
                     ? ""
                     : "(not in the file)");
    } else if (field->kind == DBC_KIND_REF) {
        ref_row(table, db, field, value);
    } else if (field->kind == DBC_KIND_REFS) {
        refs_rows(table, db, field, value);
    } else if (field->kind == DBC_KIND_MAP) {
        map_rows(table, field, value);
    } else {
        name_row(table, field->name, dbc_buf_str(&text), "");
    }
    dbc_buf_release(&text);
}

static int print_record(const struct dbc_db *db, const struct dbc_record *rec)
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);
    struct cli_table *table = cli_table_new();
    char label[DBC_LABEL_SIZE], line[32] = "";

    if (rec->line != 0) {
        snprintf(line, sizeof line, "(line %u)", rec->line);
    }
    cli_put(CLI_BOLD, dbc_label(db, rec, label));
    puts("");
    name_row(table, "ref", rec->ref, line);
    for (size_t i = 0; i < info->n_fields; i++) {
        field_rows(table, db, rec, &info->fields[i]);
    }
    for (const struct dbc_extra *extra = rec->extras.first; extra != NULL; extra = extra->next) {
        name_row(table, "(unknown)", extra->xml, "");
    }
    return cli_table_print(table, stdout) == 0 ? CLI_OK : cli_fail_nomem();
}

static void put_record(struct dbc_json *json, const struct dbc_db *db, const struct dbc_record *rec)
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);
    char label[DBC_LABEL_SIZE];

    dbc_json_open(json, NULL, '{');
    dbc_json_text(json, "class", info->name);
    dbc_json_text(json, "record", dbc_label(db, rec, label));
    dbc_json_text(json, "ref", rec->ref);
    dbc_json_int(json, "line", rec->line);
    for (size_t i = 0; i < info->n_fields; i++) {
        cli_put_field(json, rec, &info->fields[i]);
    }
    dbc_json_open(json, "unknown", '[');
    for (const struct dbc_extra *extra = rec->extras.first; extra != NULL; extra = extra->next) {
        dbc_json_text(json, NULL, extra->xml);
    }
    dbc_json_close(json, ']');
    dbc_json_close(json, '}');
}

static int print_found_json(const struct dbc_db *db, const struct cli_found *found)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_json json = DBC_JSON_LINES(&text);

    dbc_json_open(&json, NULL, '[');
    for (size_t i = 0; i < found->n; i++) {
        put_record(&json, db, found->v[i]);
    }
    dbc_json_close(&json, ']');
    return cli_print_line(stdout, &text);
}

static int print_found(const struct cli_options *options, const struct dbc_db *db,
                       const struct cli_found *found)
{
    int status = CLI_OK;

    if (options->json) {
        return print_found_json(db, found);
    }
    for (size_t i = 0; i < found->n && status == CLI_OK; i++) {
        if (i > 0) {
            puts("");
        }
        status = print_record(db, found->v[i]);
    }
    return status;
}

/* ---- All records of a class ------------------------------------------------------------------ */

#define COLUMNS_MAX 8

static const char *const class_columns[DBC_N_CLASSES][COLUMNS_MAX] = {
    [DBC_PIF] = { "MAC", "network", "ip_configuration_mode", "IP", "netmask", "gateway" },
    [DBC_BOND] = { "master", "slaves", "uuid" },
    [DBC_VLAN] = { "tagged_PIF", "untagged_PIF", "uuid" },
    [DBC_TUNNEL] = { "access_PIF", "transport_PIF", "uuid" },
    [DBC_NETWORK] = { "MTU", "PIFs", "other_config", "uuid" },
    [DBC_POOL] = { "other_config" },
};

/* Of PIFs of which one at least has IPv6. */
static const char *const ipv6_columns[COLUMNS_MAX] = {
    "MAC",     "network", "ip_configuration_mode",   "IP",
    "netmask", "gateway", "ipv6_configuration_mode", "IPv6"
};

static const char *const *columns_of(const struct dbc_db *db, enum dbc_class class_)
{
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; class_ == DBC_PIF && (pif = dbc_db_pif_at(db, i)) != NULL; i++) {
        if (dbc_pif_wants_ipv6(pif)) {
            return ipv6_columns;
        }
    }
    return class_columns[class_];
}

static void class_row(struct cli_table *table, const struct dbc_db *db,
                      const struct dbc_record *rec, const struct dbc_record *management,
                      const char *const *columns)
{
    struct dbc_buf text = DBC_BUF_INIT;
    char label[DBC_LABEL_SIZE];

    cli_table_styled(table, rec == management ? CLI_GOOD : CLI_PLAIN, dbc_label(db, rec, label));
    for (size_t i = 0; i < COLUMNS_MAX && columns[i] != NULL; i++) {
        cli_show_value(db, rec, dbc_schema_field(rec->class_, columns[i]), &text);
        if (text.len == 0) {
            dbc_buf_adds(&text, "-");
        }
        cli_table_take(table, CLI_PLAIN, &text);
    }
    cli_table_row(table);
    dbc_buf_release(&text);
}

static int print_class(const struct dbc_db *db, enum dbc_class class_)
{
    const char *const *columns = columns_of(db, class_);
    const struct dbc_record *management = (const void *)dbc_management_pif(db);
    struct cli_table *table = cli_table_new();

    cli_table_styled(table, CLI_BOLD, "RECORD");
    for (size_t i = 0; i < COLUMNS_MAX && columns[i] != NULL; i++) {
        cli_table_styled(table, CLI_BOLD, columns[i]);
    }
    cli_table_row(table);
    for (size_t i = 0; i < db->of[class_].n; i++) {
        class_row(table, db, db->of[class_].v[i], management, columns);
    }
    return cli_table_print(table, stdout) == 0 ? CLI_OK : cli_fail_nomem();
}

/* ---- The verb -------------------------------------------------------------------------------- */

struct wanted {
    enum dbc_class class_; /* DBC_N_CLASSES: any */
    const char *name;      /* NULL: all */
    const char *file;
};

static int show(const struct cli_options *options, const struct dbc_db *db,
                const struct wanted *wanted)
{
    struct cli_found found = CLI_FOUND_INIT;
    int status = CLI_FAILED;

    if (wanted->class_ == DBC_N_CLASSES && wanted->name == NULL) {
        return overview(options, db);
    }
    if (wanted->class_ != DBC_N_CLASSES && wanted->name == NULL && !options->json) {
        return print_class(db, wanted->class_);
    }
    if (cli_find(db, wanted->class_, wanted->name, &found) != 0) {
        status = cli_fail_nomem();
    } else if (found.n == 0 && wanted->name != NULL) {
        status = cli_not_found(db, wanted->class_, wanted->name);
    } else {
        status = print_found(options, db, &found);
    }
    cli_found_release(&found);
    return status;
}

/* Parses [CLASS] [NAME] [FILE], each of which may be missing. */
static int parse(int argc, char **argv, struct wanted *ret)
{
    int i = optind;

    *ret = (struct wanted){ .class_ = DBC_N_CLASSES };
    if (i < argc && dbc_schema_class_by_name(argv[i]) != DBC_N_CLASSES) {
        ret->class_ = dbc_schema_class_by_name(argv[i++]);
    }
    if (i < argc && !cli_is_file(argv[i])) {
        ret->name = argv[i++];
    }
    ret->file = i < argc ? argv[i++] : NULL;
    return i == argc ? 0 : -1;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = { { NULL, 0, NULL, 0 } };
    struct wanted wanted;
    struct dbc_db *db = NULL;
    int status = CLI_FAILED;

    if (cli_getopt("show", argc, argv, longs) != -1) {
        return CLI_USAGE;
    }
    if (parse(argc, argv, &wanted) != 0) {
        return cli_usage("show", "too many arguments: %s", argv[argc - 1]);
    }
    db = cli_load(options, wanted.file);
    if (db != NULL) {
        status = show(options, db, &wanted);
    }
    dbc_db_free(db);
    return status;
}

const struct cli_command cli_verb_show = {
    "show", "show a host's network, or one record in full",
    "show [FILE]\n"
    "       dbcache show CLASS [FILE]\n"
    "       dbcache show [CLASS] NAME [FILE]\n"
    "\n"
    "  CLASS is pif, bond, vlan, tunnel, network or pool; NAME a device, a bridge, a uuid or a\n"
    "  reference.  A word with a / in it, or that is a file, is FILE.\n",
    false, run_verb
};
