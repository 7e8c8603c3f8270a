/* rules_twice.c - rules on what must be unique: uuid, device, VLAN tag, bridge, MAC and IP address,
 * and the PIF of a network. */
#include <string.h>

#include "analysis/rule.h"
#include "base/valid.h"
#include "model/ipv6.h"

static void uuid(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *value = dbc_record_uuid(rec);
    const struct dbc_record *first =
        *value == '\0' ? NULL : dbc_claim(c, DBC_CLAIM_UUID + rec->class_, value, rec);

    if (first != NULL) {
        dbc_found(c, rec, "uuid", value, "%s and %s (line %u) have one uuid, '%s'", dbc_who(c, rec),
                  dbc_who(c, first), first->line, dbc_quote(c, value));
    }
}

/* Claims the name for vlan_tag too, which reports two VLANs. */
static void device(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const struct dbc_record *first =
        *pif->device == '\0' ? NULL : dbc_claim(c, DBC_CLAIM_NETDEV, c->node->netdev, rec);

    if (first != NULL && !(dbc_pif_is_vlan(pif) && dbc_pif_is_vlan(dbc_as_pif(first)))) {
        dbc_found(c, rec, "device", pif->device, "%s stands for device '%s', so does line %u",
                  dbc_who(c, rec), dbc_quote(c, c->node->netdev), first->line);
    }
}

static void vlan_tag(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const struct dbc_record *first = NULL;

    if (!dbc_pif_is_vlan(pif) || *pif->device == '\0') {
        return;
    }
    first = dbc_claimed(c, DBC_CLAIM_NETDEV, c->node->netdev);
    if (first != NULL && first != rec && dbc_pif_is_vlan(dbc_as_pif(first))) {
        dbc_found(c, rec, "VLAN", pif->VLAN.text, "VLAN %s stands on %s twice, here and at line %u",
                  dbc_quote(c, pif->VLAN.text), dbc_quote(c, pif->device), first->line);
    }
}

static void bridge(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_network *network = dbc_as_network(rec);
    const struct dbc_record *first = NULL;

    if (*network->bridge == '\0') {
        return;
    }
    first = dbc_claim(c, DBC_CLAIM_BRIDGE, network->bridge, rec);
    if (first != NULL) {
        dbc_found(c, rec, "bridge", network->bridge,
                  "bridge '%s' belongs to the network of line %u already",
                  dbc_quote(c, network->bridge), first->line);
    }
}

static void mac(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const struct dbc_record *first = NULL;
    char parsed[18];

    if (!dbc_is_nic(c->node) || !dbc_parse_mac(pif->MAC, parsed)) {
        return;
    }
    first = dbc_claim(c, DBC_CLAIM_MAC, dbc_arena_strdup(&c->arena, parsed), rec);
    if (first != NULL) {
        dbc_found(c, rec, "MAC", pif->MAC, "%s has the MAC of %s, %s", dbc_who(c, rec),
                  dbc_who(c, first), parsed);
    }
}

static void claim_address(struct dbc_check *c, const struct dbc_record *rec, const char *field,
                          const char *value, const char *text)
{
    const struct dbc_record *first =
        dbc_claim(c, DBC_CLAIM_ADDRESS, dbc_arena_strdup(&c->arena, text), rec);

    if (first != NULL && first != rec) {
        dbc_found(c, rec, field, value, "%s has the address of %s, %s", dbc_who(c, rec),
                  dbc_who(c, first), text);
    }
}

static void address(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const char *at = pif->IPv6;
    char text[DBC_IPV6_SIZE];
    struct dbc_ipv6 v6;
    unsigned prefix = 0;
    uint32_t v4 = 0;

    if (strcmp(pif->ip_configuration_mode, "Static") == 0 && dbc_parse_ipv4(pif->IP, &v4)) {
        dbc_format_ipv4(v4, text);
        claim_address(c, rec, "IP", pif->IP, text);
    }
    while (dbc_pif_is_static_ipv6(pif) && dbc_next_ipv6(&at, &v6, &prefix)) {
        dbc_format_ipv6(&v6, text);
        claim_address(c, rec, "IPv6", pif->IPv6, text);
    }
}

/* A network has one PIF of each host. */
static void network_pifs(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_network *network = dbc_as_network(rec);
    const struct dbc_pif *first = NULL;

    for (size_t i = 0; i < network->PIFs.n && network->PIFs.n > 1; i++) {
        const struct dbc_pif *pif = dbc_db_pif(c->db, network->PIFs.v[i]);
        if (pif == NULL || pif == first) {
            continue;
        }
        if (first != NULL) {
            dbc_found(c, rec, "PIFs", network->PIFs.v[i], "%s has %s and %s; the first one counts",
                      dbc_who(c, rec), dbc_who(c, &first->rec), dbc_who(c, &pif->rec));
            return;
        }
        first = pif;
    }
}

static const struct dbc_rule rules[] = {
    { "duplicate-uuid", DBC_SEVERITY_WARNING, DBC_IN_ALL & ~DBC_IN_POOL,
      "Two records of a class have one uuid",
      "xe and XAPI know one of them only, and a bridge's xs-network-uuids become ambiguous.",
      "Remove the record that is stale.", uuid },
    { "duplicate-device", DBC_SEVERITY_ERROR, DBC_IN_PIF, "Two PIFs stand for one device",
      "Each takes the device away from the other's bridge when it comes up.",
      "Remove the record that is stale, usually the one with a MAC that no NIC has.", device },
    { "duplicate-vlan-tag", DBC_SEVERITY_ERROR, DBC_IN_PIF, "One VLAN tag stands on a device twice",
      "A device can carry a tag once: the second bridge fails, or takes over the first one's "
      "traffic.",
      "Remove one of the VLANs, or correct its tag.", vlan_tag },
    { "duplicate-bridge", DBC_SEVERITY_ERROR, DBC_IN_NETWORK, "Two networks have one bridge",
      "--force BRIDGE finds the first network only, and two PIFs fight over the device.",
      "Give the second network a bridge name of its own.", bridge },
    { "duplicate-mac", DBC_SEVERITY_WARNING, DBC_IN_PIF, "Two NICs have one MAC",
      "A MAC tells NICs apart: a renamed or replaced one is not recognised. Right only for NICs "
      "whose firmware shares it.",
      "Put in the MACs that `ip link` shows.", mac },
    { "duplicate-address", DBC_SEVERITY_ERROR, DBC_IN_PIF, "Two PIFs have one IP address",
      "The second ifup finds the address in use and gives up, or answers go out of the wrong NIC.",
      "Give one of them another address.", address },
    { "network-two-pifs", DBC_SEVERITY_WARNING, DBC_IN_NETWORK,
      "A network has two PIFs of this host",
      "A bridge is made for one. --force BRIDGE takes the first in the list.",
      "Move the other PIF to its own network.", network_pifs },
};

DBC_RULE_TABLE(dbc_rules_twice, rules);
