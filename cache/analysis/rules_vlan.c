/* rules_vlan.c - rules on VLANs and tunnels and the PIFs below them.  Bonds are in rules_bond.c,
 * duplicate tags in rules_twice.c. */
#include <string.h>

#include "analysis/rule.h"
#include "base/valid.h"

static void parent_missing(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const struct dbc_vlan *vlan = c->node->vlan;

    if (!dbc_pif_is_vlan(pif) || c->node->parent != NULL) {
        return;
    }
    if (vlan == NULL) {
        dbc_found(c, rec, "VLAN_master_of", pif->VLAN_master_of,
                  "%s has a VLAN tag, but found no VLAN '%s'", dbc_who(c, rec),
                  dbc_quote(c, pif->VLAN_master_of));
    } else {
        dbc_found(c, &vlan->rec, "tagged_PIF", vlan->tagged_PIF,
                  "%s stands on a PIF that was not found, '%s'", dbc_who(c, &vlan->rec),
                  dbc_quote(c, vlan->tagged_PIF));
    }
}

static void tag_range(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);

    if (dbc_pif_is_vlan(pif) && (pif->VLAN.value < 0 || pif->VLAN.value > DBC_VLAN_TAG_MAX)) {
        dbc_found(c, rec, "VLAN", pif->VLAN.text, "expected a tag of 0 to %d, or -1, found '%s'",
                  DBC_VLAN_TAG_MAX, dbc_quote(c, pif->VLAN.text));
    }
}

static void tag_zero(struct dbc_check *c, const struct dbc_record *rec)
{
    if (dbc_as_pif(rec)->VLAN.value == 0) {
        dbc_found(c, rec, "VLAN", dbc_as_pif(rec)->VLAN.text, "%s has tag 0", dbc_who(c, rec));
    }
}

static void tag_missing(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);

    if (!dbc_pif_is_vlan(pif) && c->node->vlan != NULL) {
        dbc_found(c, rec, "VLAN", pif->VLAN.text, "%s stands for a VLAN, but its tag is '%s'",
                  dbc_who(c, rec), dbc_quote(c, pif->VLAN.text));
    }
}

static void on_itself(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);

    if (c->node->parent == pif) {
        dbc_found(c, rec, "VLAN_master_of", pif->VLAN_master_of,
                  "%s stands for a VLAN that stands on it", dbc_who(c, rec));
    }
}

static void on_vlan(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec), *parent = c->node->parent;

    if (parent != NULL && parent != pif && dbc_pif_is_vlan(parent)) {
        dbc_found(c, rec, "VLAN_master_of", pif->VLAN_master_of, "%s stands on %s, a VLAN itself",
                  dbc_who(c, rec), dbc_who(c, &parent->rec));
    }
}

static void on_slave(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec), *parent = c->node->parent;

    if (parent != NULL && dbc_node(c, &parent->rec)->slave_of != NULL) {
        dbc_found(c, rec, "VLAN_master_of", pif->VLAN_master_of, "%s stands on %s, a bond's slave",
                  dbc_who(c, rec), dbc_who(c, &parent->rec));
    }
}

static void other_device(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec), *parent = c->node->parent;

    if (parent != NULL && strcmp(pif->device, parent->device) != 0) {
        dbc_found(c, rec, "device", pif->device, "%s stands on %s, but its device is '%s'",
                  dbc_who(c, rec), dbc_who(c, &parent->rec), dbc_quote(c, pif->device));
    }
}

static const char *bridge_of(const struct dbc_node *node)
{
    return node->network == NULL ? "" : node->network->bridge;
}

static void own_bridge(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec), *parent = c->node->parent;
    const char *bridge = parent == NULL || parent == pif ? "" : bridge_of(c->node);

    if (*bridge != '\0' && strcmp(bridge, bridge_of(dbc_node(c, &parent->rec))) == 0) {
        dbc_found(c, rec, "network", pif->network,
                  "%s and %s that it stands on have one bridge, %s", dbc_who(c, rec),
                  dbc_who(c, &parent->rec), dbc_quote(c, bridge));
    }
}

static void tunnel_on_itself(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_tunnel *tunnel = (const void *)rec;

    if (!dbc_ref_is_null(tunnel->access_PIF) &&
        strcmp(tunnel->access_PIF, tunnel->transport_PIF) == 0) {
        dbc_found(c, rec, "transport_PIF", tunnel->transport_PIF,
                  "%s is carried by the PIF that stands for it", dbc_who(c, rec));
    }
}

static void tunnel_without_address(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_tunnel *tunnel = (const void *)rec;
    const struct dbc_pif *pif = dbc_db_pif(c->db, tunnel->transport_PIF);

    if (pif != NULL && strcmp(pif->ip_configuration_mode, "None") == 0) {
        dbc_found(c, rec, "transport_PIF", tunnel->transport_PIF,
                  "%s is carried by %s, which has no address", dbc_who(c, rec),
                  dbc_who(c, &pif->rec));
    }
}

static const struct dbc_rule rules[] = {
    { "vlan-parent-missing", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A VLAN stands on nothing",
      "Its record, or the PIF below, is not in the cache: the VLAN is refused.",
      "Restore the record, or remove the VLAN's PIF.", parent_missing },
    { "vlan-tag-range", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A VLAN tag that does not exist",
      "Tags are 12 bits, and 4095 is reserved: the VLAN is refused.", "Set 1 to 4094, or -1.",
      tag_range },
    { "vlan-tag-zero", DBC_SEVERITY_WARNING, DBC_IN_PIF, "VLAN tag 0",
      "Tag 0 marks priority, not a VLAN: switches hand such frames to the untagged network.",
      "Set 1 to 4094, or -1 for an untagged PIF.", tag_zero },
    { "vlan-tag-missing", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A VLAN's PIF has no tag",
      "It is taken for a NIC and takes the real one's device away from it.",
      "Set the tag in the PIF's VLAN field.", tag_missing },
    { "vlan-on-itself", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A VLAN stands on itself",
      "A circle: there is no NIC below. Old versions ran for ever; now it is refused.",
      "tagged_PIF is the PIF below, untagged_PIF the one that stands for the VLAN.", on_itself },
    { "vlan-on-vlan", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A VLAN stands on a VLAN",
      "Neither datapath can do it: the upper VLAN is refused.", "Put it on the NIC or bond below.",
      on_vlan },
    { "vlan-on-slave", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A VLAN stands on a bond's slave",
      "A NIC is in one bridge: bringing up the VLAN tears down the bond.",
      "Put the VLAN on the bond's PIF.", on_slave },
    { "vlan-device", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A VLAN's device is not that of its parent",
      "The tagged device is named after it on the Linux bridge, and the parent's bridge lists the "
      "networks of its own device only.",
      "Set device to that of the PIF below.", other_device },
    { "vlan-own-bridge", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A VLAN and its parent have one bridge",
      "Tagged and untagged traffic would be joined; the VLAN is refused.",
      "Give the VLAN a network of its own.", own_bridge },
    { "tunnel-on-itself", DBC_SEVERITY_ERROR, DBC_IN_TUNNEL, "A tunnel carries itself",
      "A circle: there is no NIC below.", "Set transport_PIF to the PIF that carries the packets.",
      tunnel_on_itself },
    { "tunnel-address", DBC_SEVERITY_WARNING, DBC_IN_TUNNEL, "A tunnel's transport has no address",
      "The tunnel's packets need a source address.",
      "Set ip_configuration_mode of the transport PIF to DHCP or Static.", tunnel_without_address },
};

DBC_RULE_TABLE(dbc_rules_vlan, rules);
