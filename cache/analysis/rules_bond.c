/* rules_bond.c - rules on what a bond is made of.  Its options are in rules_option.c, its MTU in
 * rules_mtu.c. */
#include <string.h>

#include "analysis/rule.h"
#include "base/valid.h"

/* Counts different slaves that exist; stops at 2. */
static size_t count_slaves(const struct dbc_check *c, const struct dbc_bond *bond)
{
    const struct dbc_pif *first = NULL;

    for (size_t i = 0; i < bond->slaves.n; i++) {
        const struct dbc_pif *slave = dbc_db_pif(c->db, bond->slaves.v[i]);
        if (slave != NULL && first != NULL && slave != first) {
            return 2;
        }
        first = first == NULL ? slave : first;
    }
    return first != NULL;
}

static void empty(struct dbc_check *c, const struct dbc_record *rec)
{
    if (count_slaves(c, dbc_as_bond(rec)) == 0) {
        dbc_found(c, rec, "slaves", NULL, "%s has no slaves", dbc_who(c, rec));
    }
}

static void single(struct dbc_check *c, const struct dbc_record *rec)
{
    if (count_slaves(c, dbc_as_bond(rec)) == 1) {
        dbc_found(c, rec, "slaves", NULL, "%s has one slave", dbc_who(c, rec));
    }
}

static void slave_missing(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_refs *slaves = &dbc_as_bond(rec)->slaves;

    for (size_t i = 0; i < slaves->n; i++) {
        if (dbc_db_pif(c->db, slaves->v[i]) == NULL) {
            dbc_found(c, rec, "slaves", slaves->v[i], "%s: found no slave '%s'", dbc_who(c, rec),
                      dbc_quote(c, slaves->v[i]));
        }
    }
}

/* Whether the slave is the bond's master, or a VLAN on it. */
static bool goes_round(const struct dbc_check *c, const struct dbc_bond *bond,
                       const struct dbc_pif *slave)
{
    const struct dbc_pif *parent = dbc_node(c, &slave->rec)->parent;

    return strcmp(slave->rec.ref, bond->master) == 0 ||
           (parent != NULL && strcmp(parent->rec.ref, bond->master) == 0);
}

static void on_itself(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_bond *bond = dbc_as_bond(rec);

    for (size_t i = 0; i < bond->slaves.n; i++) {
        const struct dbc_pif *slave = dbc_db_pif(c->db, bond->slaves.v[i]);
        if (slave != NULL && goes_round(c, bond, slave)) {
            dbc_found(c, rec, "slaves", bond->slaves.v[i],
                      "slave %s of %s is, or stands on, itself", dbc_who(c, &slave->rec),
                      dbc_who(c, rec));
        }
    }
}

static const char *kind_of(const struct dbc_check *c, const struct dbc_pif *pif)
{
    if (dbc_pif_is_vlan(pif)) {
        return "VLAN";
    }
    return dbc_node(c, &pif->rec)->bond != NULL ? "bond" : "tunnel";
}

static void slave_kind(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_bond *bond = dbc_as_bond(rec);

    for (size_t i = 0; i < bond->slaves.n; i++) {
        const struct dbc_pif *slave = dbc_db_pif(c->db, bond->slaves.v[i]);
        if (slave != NULL && !dbc_is_nic(dbc_node(c, &slave->rec)) && !goes_round(c, bond, slave)) {
            dbc_found(c, rec, "slaves", bond->slaves.v[i], "slave %s of %s is a %s",
                      dbc_who(c, &slave->rec), dbc_who(c, rec), kind_of(c, slave));
        }
    }
}

static void two_bonds(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_refs *slaves = &dbc_as_bond(rec)->slaves;

    for (size_t i = 0; i < slaves->n; i++) {
        const struct dbc_record *first = dbc_claim(c, DBC_CLAIM_SLAVE, slaves->v[i], rec);
        const struct dbc_pif *slave = first == NULL ? NULL : dbc_db_pif(c->db, slaves->v[i]);
        if (first != NULL && first != rec && slave != NULL) {
            dbc_found(c, rec, "slaves", slaves->v[i], "%s is a slave of %s and of %s",
                      dbc_who(c, &slave->rec), dbc_who(c, first), dbc_who(c, rec));
        }
    }
}

static void master_of_two(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_refs *bonds = &dbc_as_pif(rec)->bond_master_of;
    const struct dbc_bond *first = NULL;

    for (size_t i = 0; i < bonds->n; i++) {
        const struct dbc_bond *bond = dbc_db_bond(c->db, bonds->v[i]);
        if (first != NULL && bond != NULL && bond != first) {
            dbc_found(c, rec, "bond_master_of", bonds->v[i],
                      "%s stands for the bonds of lines %u and %u", dbc_who(c, rec),
                      first->rec.line, bond->rec.line);
            return;
        }
        first = first == NULL ? bond : first;
    }
}

static const struct dbc_rule rules[] = {
    { "bond-empty", DBC_SEVERITY_ERROR, DBC_IN_BOND, "A bond without slaves",
      "There is nothing to send with: the bond is refused.",
      "Restore the slaves, or remove the bond and its PIF.", empty },
    { "bond-single", DBC_SEVERITY_WARNING, DBC_IN_BOND, "A bond of one",
      "It works, but when that NIC or its cable fails nothing takes over.",
      "Add a slave, or use the NIC without a bond.", single },
    { "bond-slave-missing", DBC_SEVERITY_WARNING, DBC_IN_BOND, "A bond's slave is missing",
      "The bond comes up without it. A NIC that was taken out leaves this behind.",
      "Remove it from the bond's slaves, or restore its PIF.", slave_missing },
    { "bond-on-itself", DBC_SEVERITY_ERROR, DBC_IN_BOND, "A bond is its own slave",
      "A circle: there is no NIC below. The bond is refused.",
      "slaves are the NICs, master is the PIF that stands for the bond.", on_itself },
    { "bond-slave-kind", DBC_SEVERITY_ERROR, DBC_IN_BOND, "A bond's slave is no NIC",
      "Bonds are made of NICs. A bond in a bond is refused; of a VLAN, the whole NIC below would "
      "be taken.",
      "Replace it by the NICs below.", slave_kind },
    { "bond-slave-shared", DBC_SEVERITY_ERROR, DBC_IN_BOND, "A NIC is a slave of two bonds",
      "A NIC can be in one: bringing up either bond tears down the other.",
      "Remove it from one of them.", two_bonds },
    { "bond-master-shared", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A PIF stands for two bonds",
      "Only the first one's slaves are used.", "Leave one bond in bond_master_of.", master_of_two },
};

DBC_RULE_TABLE(dbc_rules_bond, rules);
