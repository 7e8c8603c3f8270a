/* rewrite.c - `--force BRIDGE rewrite` (action.h): a minimal cache from the arguments, for a host
 * whose cache is lost or wrong (emergency reset). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/valid.h"
#include "reconfigure/action.h"
#include "xml/writer.h"

#define REF_SIZE 64

/* The arguments, checked, in the form that the cache uses. */
struct values {
    const char *bridge, *device;
    const char *mode; /* "DHCP", "Static" */
    char mac[18], ip[16], netmask[16], gateway[16];
};

static int refuse(const char *option, const char *value, const char *expected,
                  struct dbc_error *err)
{
    return dbc_fail(err, DBC_EINVAL, "%s: expected %s, found \"%s\"", option, expected,
                    value != NULL ? value : "");
}

static int parse_address(const char *option, const char *value, bool optional, char out[16],
                         struct dbc_error *err)
{
    uint32_t addr = 0;

    if (value == NULL && optional) {
        return 0;
    }
    if (!dbc_parse_ipv4(value, &addr)) {
        return refuse(option, value, "an IPv4 address", err);
    }
    dbc_format_ipv4(addr, out);
    return 0;
}

static int parse_addresses(const struct ifr_request *request, struct values *v,
                           struct dbc_error *err)
{
    unsigned prefix = 0;

    if (!dbc_parse_netmask(request->netmask, &prefix)) {
        return refuse("--netmask", request->netmask, "an IPv4 netmask", err);
    }
    if (parse_address("--ip", request->ip, false, v->ip, err) < 0 ||
        parse_address("--netmask", request->netmask, false, v->netmask, err) < 0) {
        return -1;
    }
    return parse_address("--gateway", request->gateway, true, v->gateway, err);
}

/* Emergency reset passes `--mac=x`, which is no error: the NIC's own MAC is used. */
static void parse_mac(struct ifr_planner *p, const struct ifr_request *request, struct values *v)
{
    const char *mac = request->mac != NULL ? request->mac : "";

    if (dbc_parse_mac(mac, v->mac)) {
        return;
    }
    ifr_facts_netdev_mac(p->facts, v->device, v->mac);
    ifr_plan_note(p->plan, "\"%s\" is no MAC address, using %s's own: %s", mac, v->device,
                  v->mac[0] != '\0' ? v->mac : "none, it is not there");
}

static int parse_request(struct ifr_planner *p, const struct ifr_request *request, struct values *v,
                         struct dbc_error *err)
{
    const char *mode = request->mode != NULL ? request->mode : "";

    v->bridge = request->bridge;
    v->device = request->device;
    if (!dbc_valid_ifname(v->bridge)) {
        return refuse("--force", v->bridge, "a bridge name", err);
    }
    if (!dbc_valid_ifname(v->device)) {
        return refuse("--device", v->device, "a device name", err);
    }
    parse_mac(p, request, v);
    if (strcmp(mode, "dhcp") == 0) {
        v->mode = "DHCP";
        return 0;
    }
    if (strcmp(mode, "static") == 0) {
        v->mode = "Static";
        return parse_addresses(request, v, err);
    }
    return refuse("--mode", mode, "dhcp or static", err);
}

/* "OpaqueRef:" and a random uuid (RFC 4122, version 4). */
static int fresh_ref(char out[REF_SIZE], struct dbc_error *err)
{
    unsigned char b[16];
    int n = 0;

    if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b) {
        return dbc_fail_errno(err, errno, "no random bytes for a reference");
    }
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    n = snprintf(out, REF_SIZE, "OpaqueRef:");
    for (size_t i = 0; i < sizeof b; i++) {
        const char *dash = i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "";
        n += snprintf(out + n, REF_SIZE - (size_t)n, "%s%02x", dash, b[i]);
    }
    return 0;
}

/* A field by its name in the schema; a field that is not set is not written, or empty. */
struct setting {
    const char *field, *value;
};

static int set_fields(struct dbc_db *db, struct dbc_record *rec, const struct setting *settings,
                      size_t n, struct dbc_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const struct dbc_field *field = dbc_schema_field(rec->class_, settings[i].field);
        if (dbc_record_set(db, rec, field, settings[i].value, NULL, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int fill(struct dbc_db *db, const struct values *v, struct dbc_error *err)
{
    char pif_ref[REF_SIZE], network_ref[REF_SIZE], uuid[DBC_IFNAME_MAX + 8];
    const char *pifs[1] = { pif_ref };
    const struct setting pif_fields[] = {
        { "uuid", uuid },
        { "management", "True" },
        { "network", network_ref },
        { "device", v->device },
        { "MAC", v->mac },
        { "ip_configuration_mode", v->mode },
        { "IP", v->ip },
        { "netmask", v->netmask },
        { "gateway", v->gateway },
        { "bond_slave_of", DBC_NULL_REF },
        { "VLAN", "-1" },
        { "VLAN_master_of", DBC_NULL_REF },
        { "DNS", "" },
    };
    const struct setting network_fields[] = {
        { "uuid", "InitialManagementNetwork" },
        { "bridge", v->bridge },
    };
    struct dbc_record *pif = NULL, *network = NULL;

    if (fresh_ref(pif_ref, err) < 0 || fresh_ref(network_ref, err) < 0) {
        return -1;
    }
    snprintf(uuid, sizeof uuid, "%sPif", v->device);
    pif = dbc_db_add(db, DBC_PIF, pif_ref, err);
    network = pif != NULL ? dbc_db_add(db, DBC_NETWORK, network_ref, err) : NULL;
    if (network == NULL ||
        set_fields(db, pif, pif_fields, sizeof pif_fields / sizeof pif_fields[0], err) < 0 ||
        set_fields(db, network, network_fields, sizeof network_fields / sizeof network_fields[0],
                   err) < 0) {
        return -1;
    }
    return dbc_record_set_list(db, network, dbc_schema_field(DBC_NETWORK, "PIFs"), pifs, 1, err);
}

int ifr_plan_force_rewrite(struct ifr_planner *p, const struct ifr_request *request,
                           struct dbc_error *err)
{
    struct values v = { 0 };
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_db *db = NULL;
    int ret = -1;

    if (parse_request(p, request, &v, err) < 0) {
        return -1;
    }
    ifr_plan_note(p->plan, "Configuring %s using %s configuration", v.bridge, request->mode);
    db = dbc_db_new(err);
    if (db == NULL || fill(db, &v, err) < 0 || dbc_xml_format(db, &text, err) < 0) {
        goto out;
    }
    ifr_plan_file(p->plan, ifr_facts_cache_path(p->facts), dbc_buf_str(&text), text.len, 0644);
    ifr_plan_step(p->plan, IFR_STEP_FILES, IFR_FATAL);
    ifr_plan_step(p->plan, IFR_STEP_COMMIT, IFR_FATAL);
    ret = ifr_plan_check(p->plan, err);
out:
    dbc_buf_release(&text);
    dbc_db_free(db);
    return ret;
}
