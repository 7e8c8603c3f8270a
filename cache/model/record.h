/* record.h - the records themselves: what one PIF, bond, VLAN, tunnel, network or pool says.
 *
 * Strings are never NULL; strings, lists and maps live as long as the database.  A field that the
 * source did not have has the value of its `missing` text.  The name, kind and meaning of each
 * field are in schema.c, THE TABLE; a new field is one member here and one row there.
 */
#ifndef DBC_MODEL_RECORD_H
#define DBC_MODEL_RECORD_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dbcache.h"

/* A number keeps its text, so that one that cannot be parsed is written back as it was. */
#define DBC_INT_NONE INT_MIN
struct dbc_int {
    const char *text;
    int value; /* DBC_INT_NONE when the text is empty, no decimal number or too large for an int */
};

struct dbc_refs {
    const char **v; /* references, in the order of the source */
    size_t n;
};

struct dbc_pair {
    const char *key, *value;
};

struct dbc_map {
    struct dbc_pair *v; /* in the order of the source; each key once, with its last value */
    size_t n;
};

/* XML that the schema does not know, kept for the writer: a whole element, comment or processing
 * instruction. */
struct dbc_field; /* schema.h */
struct dbc_extra {
    const char *xml;
    const struct dbc_field *field; /* the list or map that contained it; NULL: none */
    struct dbc_extra *next;        /* in the order of the source */
};

struct dbc_extras {
    struct dbc_extra *first, *last;
};

/* Every record starts with this. */
struct dbc_record {
    enum dbc_class class_;
    unsigned line; /* of its start in a network.dbcache; 0 for another source */
    const char *ref;
    uint64_t present; /* bit i: the source had field i (its row in the table), or it was set */
    struct dbc_extras extras;
};

struct dbc_pif {
    struct dbc_record rec;
    const char *uuid;
    bool management;
    const char *network;
    const char *MAC;
    const char *device;
    struct dbc_refs bond_master_of;
    const char *bond_slave_of;
    struct dbc_int VLAN;
    const char *VLAN_master_of;
    struct dbc_refs VLAN_slave_of;
    struct dbc_refs tunnel_access_PIF_of;
    struct dbc_refs tunnel_transport_PIF_of;
    const char *ip_configuration_mode;
    const char *IP;
    const char *netmask;
    const char *gateway;
    const char *DNS;
    struct dbc_map other_config;
    bool currently_attached; /* as recorded; with --force the state of the host counts instead */
    const char *ipv6_configuration_mode;
    const char *IPv6; /* addresses with ',' between them: see dbc_next_item */
    const char *IPv6_gateway;
    const char *primary_address_type;
};

struct dbc_bond {
    struct dbc_record rec;
    const char *uuid;
    const char *master;
    struct dbc_refs slaves;
    const char *mode; /* only XAPI has this and `properties`: see bond_options.h */
    struct dbc_map properties;
};

struct dbc_vlan {
    struct dbc_record rec;
    const char *uuid;
    const char *tagged_PIF;
    const char *untagged_PIF;
};

struct dbc_tunnel {
    struct dbc_record rec;
    const char *uuid;
    const char *access_PIF;
    const char *transport_PIF;
};

struct dbc_network {
    struct dbc_record rec;
    const char *uuid;
    const char *bridge;
    struct dbc_refs PIFs;
    struct dbc_int MTU;
    struct dbc_map other_config;
    const char *purpose; /* only XAPI has it */
};

struct dbc_pool {
    struct dbc_record rec;
    struct dbc_map other_config;
    bool igmp_snooping_enabled; /* only XAPI has it */
};

/* Return the pair or the value of `key`, or NULL when the map does not have it. */
const struct dbc_pair *dbc_map_find(const struct dbc_map *map, const char *key);
const char *dbc_map_get(const struct dbc_map *map, const char *key);

/* Append the items of a list, or KEY=VALUE for each pair of a map, with `between` between them. */
struct dbc_buf;
void dbc_refs_join(const struct dbc_refs *refs, const char *between, struct dbc_buf *out);
void dbc_map_join(const struct dbc_map *map, const char *between, struct dbc_buf *out);

#endif
