/* read_config.c - makes other_config of PIFs and networks.  A bridge of the file has one map,
 * merged from those of the pool, the network and the PIF, but xcp-networkd acts on interface_config
 * and bond_properties.  So these come first, and the map adds what only it has. */
#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "networkd/read.h"

#define KEYS_MAX 64 /* the schema has 23 of a PIF */

struct keys {
    enum dbc_class class_;
    struct dbc_pair v[KEYS_MAX];
    size_t n;
};

static bool has(const struct keys *keys, const char *key)
{
    for (size_t i = 0; i < keys->n; i++) {
        if (strcmp(keys->v[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

/* The first value of a key stays. */
static void add(struct dbc_networkd_reader *r, struct keys *keys, const char *key,
                const char *value)
{
    if (keys->n < KEYS_MAX && !has(keys, key)) {
        keys->v[keys->n++] =
            (struct dbc_pair){ dbc_networkd_keep(r, key), dbc_networkd_keep(r, value) };
    }
}

static void set_keys(struct dbc_networkd_reader *r, struct dbc_record *rec, const struct keys *keys)
{
    if (!r->failed && rec != NULL && keys->n > 0) {
        const struct dbc_field *field = dbc_schema_field(rec->class_, "other_config");
        r->failed = dbc_record_set_map(r->db, rec, field, keys->v, keys->n, r->err) != 0;
    }
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* The merged map may have "true" where the interface has "on". */
static const char *usual(const char *key, const char *text)
{
    const char *word = text != NULL && starts(key, "ethtool-")
                           ? dbc_networkd_ethtool(key + strlen("ethtool-"), text)
                           : NULL;

    return word != NULL ? word : text;
}

/* Adds the key PREFIXNAME.  One that the class does not have is a loss, a bad value a warning. */
static void add_option(struct dbc_networkd_reader *r, struct keys *keys, const char *what,
                       const char *prefix, const char *name, json_t *value)
{
    const char *text = dbc_networkd_string(value);
    char key[64], shown[32];

    if (snprintf(key, sizeof key, "%s%s", prefix, name) >= (int)sizeof key ||
        !dbc_schema_keeps_key(keys->class_, key)) {
        dbc_networkd_lose(r, DBC_LOST, what, name, dbc_networkd_show(value, shown),
                          "interface-reconfigure does not know the option");
    } else if (!dbc_valid_option(text)) {
        dbc_networkd_warn(r, what, "%s: expected an option's value, found '%s'", name,
                          dbc_networkd_show(value, shown));
    } else {
        add(r, keys, key, usual(key, text));
    }
}

static bool is(json_t *value, const char *text)
{
    const char *found = dbc_networkd_string(value);

    return found != NULL && strcmp(found, text) == 0;
}

/* Leaves out what xcp-networkd does by itself: lro off, and in early releases gro off. */
static void add_ethtool(struct dbc_networkd_reader *r, struct keys *keys, const char *what,
                        json_t *iface)
{
    json_t *settings = dbc_networkd_object(r, what, iface, "ethtool_settings");
    json_t *offload = dbc_networkd_object(r, what, iface, "ethtool_offload"), *value = NULL;
    const char *name = NULL;

    json_object_foreach(settings, name, value)
    {
        add_option(r, keys, what, "ethtool-", name, value);
    }
    json_object_foreach(offload, name, value)
    {
        bool standard = strcmp(name, "lro") == 0 || (strcmp(name, "gro") == 0 && r->gro_off);

        if (!standard || !is(value, "off")) {
            add_option(r, keys, what, "ethtool-", name, value);
        }
    }
}

static bool is_standard(const char *name, json_t *value)
{
    size_t n = 0;
    const struct dbc_networkd_option *options = dbc_networkd_bond_options(&n);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(options[i].name, name) == 0) {
            return is(value, options[i].value);
        }
    }
    return false;
}

/* Leaves out standard options, unless the merged map `config` has them. */
static void add_bond(struct dbc_networkd_reader *r, struct keys *keys, const char *what,
                     json_t *port, json_t *config)
{
    json_t *properties = dbc_networkd_object(r, what, port, "bond_properties"), *value = NULL;
    const char *name = NULL;

    json_object_foreach(properties, name, value)
    {
        char key[64];

        snprintf(key, sizeof key, "bond-%s", name);
        if (is(value, "") ||
            (is_standard(name, value) && dbc_networkd_member(config, key) == NULL)) {
            continue;
        }
        add_option(r, keys, what, "bond-", name, value);
    }
}

/* ---- Claims ------------------------------------------------------------------------------- */

/* Adds `defaultroute` or `peerdns` when the PIF is the owner and not the management PIF, which owns
 * them anyway, or when the map has the key. */
static void add_claim(struct dbc_networkd_reader *r, struct keys *keys,
                      const struct dbc_networkd_bridge *b, const char *key, const char *owner,
                      json_t *config)
{
    struct dbc_networkd_what what = dbc_networkd_what("bridge", b->name);
    const char *said = dbc_networkd_text(r, what.text, config, key);
    bool owns = owner != NULL && strcmp(owner, b->name) == 0;

    if (owns && (strcmp(b->name, r->management) != 0 || said != NULL)) {
        add(r, keys, key, "true");
    } else if (said != NULL && owner != NULL && strcmp(said, "true") == 0) {
        dbc_networkd_lose(r, DBC_CHANGED, what.text, key, said,
                          "another interface is named as the owner");
    } else if (said != NULL && dbc_valid_option(said)) {
        add(r, keys, key, said);
    }
}

/* ---- The merged map ----------------------------------------------------------------------- */

/* Whether interface_config, bond_properties or another function here decides on this key. */
static bool said_elsewhere(const struct dbc_networkd_bridge *b, const char *key, bool has_device,
                           const struct keys *network)
{
    if (strcmp(key, "static-routes") == 0 || strcmp(key, "defaultroute") == 0 ||
        strcmp(key, "peerdns") == 0) {
        return true;
    }
    if (strcmp(key, "mtu") == 0) {
        return has_device || b->iface != NULL;
    }
    return starts(key, "bond-") ? b->port != NULL : has(network, key);
}

static void add_domain(struct dbc_networkd_reader *r, struct keys *keys, const char *what,
                       const char *text)
{
    if (dbc_valid_domain(text)) {
        add(r, keys, "domain", text);
    } else {
        dbc_networkd_warn(r, what, "domain: expected domains, found '%s'", text);
    }
}

/* Adds keys that only the map has, to the PIF if the schema has them there, else to the network. */
static void add_rest(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b, json_t *config,
                     bool has_device, struct keys *network, struct keys *pif)
{
    struct dbc_networkd_what what = dbc_networkd_what("bridge", b->name);
    const char *key = NULL;
    json_t *value = NULL;

    json_object_foreach(config, key, value)
    {
        bool of_pif = dbc_schema_keeps_key(DBC_PIF, key) && b->pif != NULL;
        bool of_network = dbc_schema_keeps_key(DBC_NETWORK, key);

        if ((!of_pif && !of_network) || said_elsewhere(b, key, has_device, network)) {
            continue;
        }
        if (strcmp(key, "domain") == 0 && dbc_networkd_string(value) != NULL) {
            add_domain(r, pif, what.text, dbc_networkd_string(value));
        } else {
            add_option(r, of_pif ? pif : network, what.text, "", key, value);
        }
    }
}

static void add_routes(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b, json_t *config,
                       struct keys *network)
{
    const char *routes = dbc_networkd_routes(r, b->name, b->iface);
    const char *said = dbc_networkd_string(dbc_networkd_member(config, "static-routes"));

    if (routes == NULL && said != NULL) {
        routes = dbc_networkd_routes_text(r, b->name, said);
    }
    if (routes != NULL) {
        add(r, network, "static-routes", routes);
    }
}

/* ---- Devices ------------------------------------------------------------------------------ */

static void add_mtu(struct dbc_networkd_reader *r, struct keys *keys, unsigned mtu, int standard)
{
    char text[16];

    if (mtu != 0 && (int)mtu != standard) {
        snprintf(text, sizeof text, "%u", mtu);
        add(r, keys, "mtu", text);
    }
}

/* other_config of a bond's slave. */
static void slave_config(struct dbc_networkd_reader *r, struct dbc_pif *slave, unsigned bond_mtu)
{
    struct dbc_networkd_what what = dbc_networkd_what("interface", slave->device);
    json_t *iface = dbc_networkd_interface(r, slave->device);
    unsigned mtu = dbc_networkd_mtu(r, slave->device, iface);
    struct keys keys = { .class_ = DBC_PIF };
    char text[16];

    add_ethtool(r, &keys, what.text, iface);
    set_keys(r, &slave->rec, &keys);
    dbc_networkd_lose_addresses(r, slave->device, iface, "a bond's slave has no address");
    if (mtu != 0 && mtu != bond_mtu) {
        snprintf(text, sizeof text, "%u", mtu);
        dbc_networkd_lose(r, DBC_LOST, what.text, "mtu", text, "a bond's slaves have its MTU");
    }
}

static void read_slaves(struct dbc_networkd_reader *r, const struct dbc_pif *master, unsigned mtu)
{
    const struct dbc_bond *bond = dbc_db_bond(r->db, master->bond_master_of.v[0]);

    for (size_t i = 0; bond != NULL && i < bond->slaves.n; i++) {
        const struct dbc_pif *slave = dbc_db_pif(r->db, bond->slaves.v[i]);

        if (dbc_ref_is_null(slave->network)) {
            slave_config(r, (struct dbc_pif *)dbc_db_edit(r->db, &slave->rec), mtu);
        }
    }
}

/* Reads the NIC or bond under the bridge; false when interface_config does not have it. */
static bool read_device(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b,
                        json_t *config, struct keys *keys)
{
    const char *device = b->pif->device;
    struct dbc_networkd_what what = dbc_networkd_what("interface", device);
    json_t *iface = dbc_networkd_interface(r, device);
    unsigned mtu = dbc_networkd_mtu(r, device, iface);

    add_mtu(r, keys, mtu, b->network->MTU.value);
    add_ethtool(r, keys, what.text, iface);
    dbc_networkd_lose_addresses(r, device, iface,
                                "interface-reconfigure gives addresses to bridges only");
    if (b->port != NULL) {
        add_bond(r, keys, dbc_networkd_what("port", device).text, b->port, config);
        read_slaves(r, b->pif, mtu != 0 ? mtu : (unsigned)b->network->MTU.value);
    }
    return iface != NULL;
}

void dbc_networkd_read_config(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b)
{
    struct dbc_networkd_what what = dbc_networkd_what("interface", b->name);
    json_t *config = dbc_networkd_member(b->config, "other_config");
    struct keys network = { .class_ = DBC_NETWORK }, pif = { .class_ = DBC_PIF };
    unsigned mtu = dbc_networkd_mtu(r, b->name, b->iface);
    const char *domains = dbc_networkd_domains(r, b->name, b->iface);
    bool has_device = false;
    char text[16];

    if (mtu != 0) {
        snprintf(text, sizeof text, "%u", mtu);
        dbc_networkd_set(r, &b->network->rec, "MTU", text);
    }
    add_ethtool(r, &network, what.text, b->iface);
    add_routes(r, b, config, &network);
    if (b->pif != NULL) {
        if (domains != NULL) {
            add_domain(r, &pif, what.text, domains);
        }
        add_claim(r, &pif, b, "peerdns", r->dns, config);
        add_claim(r, &pif, b, "defaultroute", r->gateway, config);
        has_device = b->vlan == NULL && read_device(r, b, config, &pif);
    }
    add_rest(r, b, config, has_device, &network, &pif);
    set_keys(r, &b->network->rec, &network);
    set_keys(r, b->pif == NULL ? NULL : &b->pif->rec, &pif);
}
