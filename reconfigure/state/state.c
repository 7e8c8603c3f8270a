/* state.c - the table of attributes, and objects in memory (state.h). */
#include "reconfigure/state/state.h"

#include <linux/if_link.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* ---- The table ------------------------------------------------------------------------------ */

static const struct ifr_attribute switch_attributes[IFR_N_SWITCH] = {
    [IFR_SWITCH_MANAGERS] = { .name = "managers", .between = ' ' },
    [IFR_SWITCH_KEY] = { .name = "key", .column = "private_key" },
    [IFR_SWITCH_CERTIFICATE] = { .name = "certificate", .column = "certificate" },
    [IFR_SWITCH_CA] = { .name = "authority", .column = "ca_cert" },
    [IFR_SWITCH_BOOTSTRAP] = { .name = "bootstrap", .column = "bootstrap_ca_cert", .type = 'b' },
};

static const struct ifr_attribute bridge_attributes[IFR_N_BRIDGE] = {
    [IFR_BRIDGE_PARENT] = { .name = "parent" },
    [IFR_BRIDGE_TAG] = { .name = "VLAN", .column = "tag", .type = 'i' },
    [IFR_BRIDGE_HWADDR] = { .name = "hwaddr", .column = "other_config", .key = "hwaddr" },
    [IFR_BRIDGE_FAIL_MODE] = { .name = "fail mode", .column = "fail_mode" },
    [IFR_BRIDGE_IN_BAND] = { .name = "disable-in-band",
                             .column = "other_config",
                             .key = "disable-in-band" },
    [IFR_BRIDGE_SNOOPING] = { .name = "multicast snooping",
                              .column = "mcast_snooping_enable",
                              .type = 'b' },
    [IFR_BRIDGE_NETWORKS] = { .name = "networks",
                              .column = "external_ids",
                              .key = "xs-network-uuids" },
    [IFR_BRIDGE_NETWORK] = { .within = true,
                             .name = "network",
                             .between = ';',
                             .column = "external_ids",
                             .key = "xs-network-uuids" },
    [IFR_BRIDGE_MAC] = { .name = "MAC", .column = "mac" },
};

static const struct ifr_attribute port_attributes[IFR_N_PORT] = {
    [IFR_PORT_BRIDGE] = { .name = "bridge" },
    [IFR_PORT_TAG] = { .name = "VLAN", .column = "tag", .type = 'i' },
    [IFR_PORT_INTERFACES] = { .name = "NICs", .between = ' ' },
    [IFR_PORT_FAKE_INTERFACE] = { .name = "fake interface",
                                  .column = "bond_fake_iface",
                                  .type = 'b' },
    [IFR_PORT_MAC] = { .name = "MAC", .column = "mac" },
    [IFR_PORT_DOWNDELAY] = { .name = "downdelay", .column = "bond_downdelay", .type = 'i' },
    [IFR_PORT_MIIMON] = { .name = "miimon",
                          .column = "other_config",
                          .key = "bond-miimon-interval" },
    [IFR_PORT_UPDELAY] = { .name = "updelay", .column = "bond_updelay", .type = 'i' },
    [IFR_PORT_DETECT_MODE] = { .name = "detect mode",
                               .column = "other_config",
                               .key = "bond-detect-mode" },
    [IFR_PORT_LACP] = { .name = "LACP", .column = "lacp" },
    [IFR_PORT_BOND_MODE] = { .name = "bond mode", .column = "bond_mode" },
};

static const struct ifr_attribute interface_attributes[IFR_N_INTERFACE] = {
    [IFR_INTERFACE_PORT] = { .name = "port" },
    [IFR_INTERFACE_TYPE] = { .name = "type", .column = "type" },
    [IFR_INTERFACE_OFPORT] = { .name = "ofport", .column = "ofport", .type = 'i' },
    [IFR_INTERFACE_ERROR] = { .name = "error", .column = "error" },
};

static const struct ifr_attribute link_attributes[IFR_N_LINK] = {
    [IFR_LINK_TYPE] = { .name = "type" },
    [IFR_LINK_MASTER] = { .name = "master" },
    [IFR_LINK_PARENT] = { .name = "parent" },
    [IFR_LINK_TAG] = { .name = "VLAN" },
    [IFR_LINK_MAC] = { .name = "MAC" },
    [IFR_LINK_MTU] = { .name = "MTU" },
    [IFR_LINK_STATE] = { .name = "state" },
    [IFR_LINK_CARRIER] = { .name = "carrier" },
    [IFR_LINK_STP] = { .name = "STP", .option = { "bridge", IFLA_BR_STP_STATE, 4 } },
    [IFR_LINK_DELAY] = { .name = "forward delay",
                         .option = { "bridge", IFLA_BR_FORWARD_DELAY, 4 } },
    [IFR_LINK_BOND_MODE] = { .name = "bond mode", .option = { "bond", IFLA_BOND_MODE, 1 } },
    [IFR_LINK_MIIMON] = { .name = "miimon", .option = { "bond", IFLA_BOND_MIIMON, 4 } },
    [IFR_LINK_UPDELAY] = { .name = "updelay", .option = { "bond", IFLA_BOND_UPDELAY, 4 } },
    [IFR_LINK_DOWNDELAY] = { .name = "downdelay", .option = { "bond", IFLA_BOND_DOWNDELAY, 4 } },
    [IFR_LINK_USE_CARRIER] = { .name = "use_carrier",
                               .option = { "bond", IFLA_BOND_USE_CARRIER, 1 } },
    [IFR_LINK_HASH_POLICY] = { .name = "hash policy",
                               .option = { "bond", IFLA_BOND_XMIT_HASH_POLICY, 1 } },
    [IFR_LINK_OFFLOADS] = { .within = true, .name = "settings", .between = ' ' },
    [IFR_LINK_ADDRESSES] = { .within = true, .name = "address", .between = '\n' },
    [IFR_LINK_ROUTES] = { .within = true, .name = "routes", .between = '\n' },
    [IFR_LINK_CLIENT] = { .name = "DHCP client" },
    [IFR_LINK_CLIENT6] = { .name = "DHCPv6 client" },
    [IFR_LINK_IPV6] = { .within = true, .name = "IPv6 settings", .between = ' ' },
};

static const struct ifr_attribute file_attributes[IFR_N_FILE] = {
    [IFR_FILE_TEXT] = { .name = "text" },
    [IFR_FILE_MODE] = { .name = "mode" },
    [IFR_FILE_OWNER] = { .name = "owner" },
};

static const struct {
    const char *name;
    const struct ifr_attribute *attributes;
    size_t n;
} kinds[IFR_N_KINDS] = {
    [IFR_SWITCH] = { "switch", switch_attributes, IFR_N_SWITCH },
    [IFR_BRIDGE] = { "bridge", bridge_attributes, IFR_N_BRIDGE },
    [IFR_PORT] = { "port", port_attributes, IFR_N_PORT },
    [IFR_INTERFACE] = { "interface", interface_attributes, IFR_N_INTERFACE },
    [IFR_LINK] = { "device", link_attributes, IFR_N_LINK },
    [IFR_FILE] = { "file", file_attributes, IFR_N_FILE },
};

const struct ifr_attribute *ifr_attributes(enum ifr_kind kind)
{
    return kinds[kind].attributes;
}

size_t ifr_n_attributes(enum ifr_kind kind)
{
    return kinds[kind].n;
}

const char *ifr_kind_name(enum ifr_kind kind)
{
    return kinds[kind].name;
}

/* ---- Objects -------------------------------------------------------------------------------- */

void ifr_state_release(struct ifr_state *state)
{
    for (size_t i = 0; i < IFR_N_KINDS; i++) {
        dbc_hash_release(&state->by_name[i]);
    }
    dbc_hash_release(&state->clients);
    dbc_hash_release(&state->clients6);
    free(state->objects);
    dbc_arena_release(&state->arena);
    *state = (struct ifr_state){ 0 };
}

int ifr_state_check(const struct ifr_state *state, struct dbc_error *err)
{
    return state->failed ? dbc_fail_nomem(err) : 0;
}

struct ifr_object *ifr_state_find(const struct ifr_state *state, enum ifr_kind kind,
                                  const char *name)
{
    return state != NULL ? dbc_hash_get(&state->by_name[kind], name) : NULL;
}

/* Returns the object for callers whose allocation failed. */
static struct ifr_object *scratch(struct ifr_state *state)
{
    state->failed = true;
    memset(&state->scratch, 0, sizeof state->scratch);
    return &state->scratch;
}

struct ifr_object *ifr_state_add(struct ifr_state *state, enum ifr_kind kind, const char *name)
{
    struct ifr_object *object = dbc_hash_get(&state->by_name[kind], name);

    if (object != NULL) {
        return object;
    }
    object = dbc_arena_alloc(&state->arena, sizeof *object);
    if (object == NULL || !DBC_GROW(state->objects, state->n, state->cap)) {
        return scratch(state);
    }
    object->kind = kind;
    object->name = dbc_arena_strdup(&state->arena, name);
    if (object->name == NULL ||
        dbc_hash_put(&state->by_name[kind], object->name, object, true) != 0) {
        return scratch(state);
    }
    state->objects[state->n++] = object;
    return object;
}

const char *ifr_state_text(struct ifr_state *state, const char *text)
{
    const char *copy = dbc_arena_strdup(&state->arena, text);

    state->failed = state->failed || copy == NULL;
    return copy;
}

void ifr_state_set(struct ifr_state *state, struct ifr_object *object, unsigned attribute,
                   const char *text)
{
    object->v[attribute] = text == NULL ? NULL : *text == '\0' ? "" : ifr_state_text(state, text);
}

void ifr_state_setf(struct ifr_state *state, struct ifr_object *object, unsigned attribute,
                    const char *fmt, ...)
{
    struct dbc_buf text = DBC_BUF_INIT;
    va_list args;

    va_start(args, fmt);
    dbc_buf_addv(&text, fmt, args);
    va_end(args);
    state->failed = state->failed || text.failed;
    ifr_state_set(state, object, attribute, dbc_buf_str(&text));
    dbc_buf_release(&text);
}

/* ---- Sets ----------------------------------------------------------------------------------- */

bool ifr_set_next(const char **set, char between, char out[IFR_MEMBER_MAX])
{
    const char *end = NULL;
    size_t len = 0;

    if (**set == '\0') {
        return false;
    }
    end = strchrnul(*set, between);
    len = (size_t)(end - *set) < IFR_MEMBER_MAX ? (size_t)(end - *set) : IFR_MEMBER_MAX - 1;
    memcpy(out, *set, len);
    out[len] = '\0';
    *set = *end == '\0' ? end : end + 1;
    return true;
}

static bool has_member(const char *set, char between, const char *member)
{
    size_t len = strlen(member);

    for (const char *at = set; *at != '\0';) {
        const char *end = strchrnul(at, between);
        if ((size_t)(end - at) == len && memcmp(at, member, len) == 0) {
            return true;
        }
        at = *end == '\0' ? end : end + 1;
    }
    return false;
}

static bool is_within(const char *a, const char *b, char between)
{
    char member[IFR_MEMBER_MAX];

    while (ifr_set_next(&a, between, member)) {
        if (!has_member(b, between, member)) {
            return false;
        }
    }
    return true;
}

bool ifr_set_has_words(const char *set, char between, const char *words)
{
    char member[IFR_MEMBER_MAX];
    size_t len = strlen(words);

    while (ifr_set_next(&set, between, member)) {
        if (strncmp(member, words, len) == 0 && (member[len] == '\0' || member[len] == ' ')) {
            return true;
        }
    }
    return false;
}

bool ifr_type_is_made(const char *type)
{
    return strcmp(type, "bridge") == 0 || strcmp(type, "bond") == 0 || strcmp(type, "vlan") == 0;
}

bool ifr_type_is_nic(const char *type)
{
    return *type == '\0' || strcmp(type, "veth") == 0;
}

bool ifr_member_is_ipv6(const char *member)
{
    return member[strcspn(member, ": ")] == ':';
}

bool ifr_member_is_link_local(const char *member)
{
    return strncmp(member, "fe80:", 5) == 0;
}

bool ifr_member_is_lent(const char *member)
{
    return strstr(member, " dynamic") != NULL || strstr(member, " mngtmpaddr") != NULL;
}

bool ifr_addresses_have(const char *addresses, const char *member)
{
    bool any4 = strcmp(member, IFR_ANY_IPV4) == 0, any6 = strcmp(member, IFR_ANY_IPV6) == 0;
    char one[IFR_MEMBER_MAX];

    while ((any4 || any6) && ifr_set_next(&addresses, '\n', one)) {
        if (ifr_member_is_ipv6(one) ? any6 && !ifr_member_is_link_local(one) : any4) {
            return true;
        }
    }
    return !any4 && !any6 && ifr_set_has_words(addresses, '\n', member);
}

bool ifr_set_equal(const char *a, const char *b, char between)
{
    return strcmp(a, b) == 0 || (is_within(a, b, between) && is_within(b, a, between));
}

bool ifr_object_has(const struct ifr_object *object, unsigned attribute, const char *member)
{
    const struct ifr_attribute *row = &kinds[object->kind].attributes[attribute];

    return has_member(ifr_object_get(object, attribute), row->between, member);
}

void ifr_state_add_member(struct ifr_state *state, struct ifr_object *object, unsigned attribute,
                          const char *member)
{
    const char *old = ifr_object_get(object, attribute);
    char between = kinds[object->kind].attributes[attribute].between;

    if (*old == '\0') {
        ifr_state_set(state, object, attribute, member);
    } else if (!has_member(old, between, member)) {
        ifr_state_setf(state, object, attribute, "%s%c%s", old, between, member);
    }
}

const char *ifr_object_get(const struct ifr_object *object, unsigned attribute)
{
    const char *text = object != NULL ? object->v[attribute] : NULL;

    return text != NULL ? text : "";
}
