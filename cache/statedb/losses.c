/* losses.c - reports what XAPI knows of a host's network and a cache cannot say.  Called by host.c
 * when the records are made; read_row.c has kept only unusual values. */
#include <stdio.h>
#include <string.h>

#include "model/bond_options.h"
#include "model/ipv6.h"
#include "model/topology.h"
#include "statedb/statedb_priv.h"

#define WHY_SIZE 160

struct teller {
    const struct dbc_stage *stage;
    const struct dbc_db *db;
    dbc_loss_fn *tell;
    void *ctx;
    char what[DBC_NETDEV_NAME_SIZE + 16]; /* the record in hand */
};

static const char *cell(const struct teller *t, const struct dbc_stage_row *row, unsigned column)
{
    return dbc_stage_text(t->stage, dbc_stage_cell(t->stage, row, column));
}

/* Names the record in hand by its PIF, "bond bond0", or by its reference. */
static void name_by_pif(struct teller *t, const char *kind, const struct dbc_pif *pif,
                        const struct dbc_stage_row *row)
{
    char name[DBC_NETDEV_NAME_SIZE] = "";

    snprintf(t->what, sizeof t->what, "%s %s", kind,
             pif != NULL ? dbc_pif_netdev(pif, name) : dbc_stage_text(t->stage, row->ref));
}

static void tell(const struct teller *t, enum dbc_loss_kind kind, const char *field,
                 const char *value, const char *why)
{
    const struct dbc_loss loss = { kind, t->what, field, value, why };

    t->tell(t->ctx, &loss);
}

/* Tells of a column, which has a text only when that is unusual. */
static void tell_column(const struct teller *t, const struct dbc_stage_row *row, unsigned column,
                        enum dbc_loss_kind kind, const char *why)
{
    const char *value = cell(t, row, column);

    if (value[0] != '\0') {
        tell(t, kind, dbc_statedb_column_name(column), value, why);
    }
}

/* ---- PIFs --------------------------------------------------------------------------------- */

static void pif_properties(const struct teller *t, const struct dbc_stage_row *row,
                           const struct dbc_pif *pif)
{
    const char *at = cell(t, row, DBC_COLUMN_PIF_PROPERTIES), *key = NULL, *value = NULL;

    while ((key = dbc_stage_pair(&at, &value)) != NULL) {
        char field[64], name[64], why[WHY_SIZE] = "a cache has no such setting";

        snprintf(field, sizeof field, "properties:%s", key);
        snprintf(name, sizeof name, "ethtool-%s", key);
        if (dbc_schema_keeps_key(DBC_PIF, name)) {
            if (dbc_map_get(&pif->other_config, name) != NULL) {
                continue; /* it wins for XAPI, too */
            }
            snprintf(why, sizeof why, "%.32s=%.64s in other_config would say the same", name,
                     value);
        }
        tell(t, DBC_LOST, field, value, why);
    }
}

/* Tells of settings that dbc_pif_settle_ipv6 took from a PIF without a mode of IPv6.  Its list of
 * addresses is no setting. */
static void ipv6_losses(const struct teller *t, const struct dbc_stage_row *row,
                        const struct dbc_pif *pif)
{
    static const char *const names[] = { "IPv6_gateway", "primary_address_type" };

    for (size_t i = 0; i < 2 && !dbc_pif_wants_ipv6(pif); i++) {
        const struct dbc_field *field = dbc_schema_field(DBC_PIF, names[i]);
        const char *value = cell(t, row, (unsigned)dbc_schema_field_index(field));

        if (value[0] != '\0' && strcmp(value, field->missing) != 0) {
            tell(t, DBC_LOST, field->xapi, value, "a PIF without an IPv6 mode does not use it");
        }
    }
}

static void pif_losses(struct teller *t, const struct dbc_stage_row *row)
{
    const struct dbc_pif *pif = dbc_db_pif(t->db, dbc_stage_text(t->stage, row->ref));

    name_by_pif(t, "pif", pif, row);
    tell_column(t, row, DBC_COLUMN_PIF_MANAGED, DBC_CHANGED,
                "in a cache every PIF is managed: interface-reconfigure configures this one, too");
    ipv6_losses(t, row, pif);
    pif_properties(t, row, pif);
}

/* ---- Bonds -------------------------------------------------------------------------------- */

/* Makes the key of the PIF's other_config for a property of the bond, which XAPI may spell with '_'
 * for '-'.  False when there is none. */
static bool bond_key(const char *property, char out[64])
{
    snprintf(out, 64, "bond-%s", property);
    if (dbc_schema_keeps_key(DBC_PIF, out)) {
        return true;
    }
    for (char *c = out; *c != '\0'; c++) {
        *c = *c == '_' ? '-' : *c;
    }
    return dbc_schema_keeps_key(DBC_PIF, out);
}

/* A key of the PIF's other_config wins over the bond's own fields, for XAPI, too. */
static void bond_option(const struct teller *t, const struct dbc_pif *master, const char *field,
                        const char *property, const char *value)
{
    char key[64], why[WHY_SIZE] = "a cache has no such setting";

    if (bond_key(property, key)) {
        if (master != NULL && dbc_map_get(&master->other_config, key) != NULL) {
            return;
        }
        snprintf(why, sizeof why, "%.32s=%.64s in the other_config of its PIF would say the same",
                 key, value);
    }
    tell(t, DBC_LOST, field, value, why);
}

static void bond_losses(struct teller *t, const struct dbc_stage_row *row)
{
    const struct dbc_bond *bond = dbc_db_bond(t->db, dbc_stage_text(t->stage, row->ref));
    const struct dbc_pif *master = dbc_db_pif(t->db, bond->master);

    name_by_pif(t, "bond", master, row);
    if (strcmp(bond->mode, DBC_BOND_MODE_USUAL) != 0) {
        bond_option(t, master, "mode", "mode", bond->mode);
    }
    for (size_t i = 0; i < bond->properties.n; i++) {
        const struct dbc_pair *pair = &bond->properties.v[i];
        char field[64];

        if (strcmp(pair->key, DBC_BOND_HASHING_FIELD) != 0 ||
            strcmp(pair->value, DBC_BOND_HASHING_USUAL) != 0) {
            snprintf(field, sizeof field, "properties:%s", pair->key);
            bond_option(t, master, field, pair->key, pair->value);
        }
    }
}

/* ---- The rest ----------------------------------------------------------------------------- */

static void tunnel_losses(struct teller *t, const struct dbc_stage_row *row)
{
    const struct dbc_tunnel *tunnel = dbc_db_tunnel(t->db, dbc_stage_text(t->stage, row->ref));
    const char *at = cell(t, row, DBC_COLUMN_TUNNEL_STATUS), *value = NULL;

    name_by_pif(t, "tunnel", dbc_db_pif(t->db, tunnel->access_PIF), row);
    tell_column(t, row, DBC_COLUMN_TUNNEL_PROTOCOL, DBC_LOST, "a cache has no tunnel protocols");
    if (dbc_stage_pair(&at, &value) != NULL) {
        tell(t, DBC_LOST, "status:key", value, "a cache has no tunnel keys");
    }
}

/* Names the PIF that XAPI makes for the virtual functions, or the NIC when that is missing. */
static void sriov_losses(struct teller *t, const struct dbc_stage_row *row)
{
    const struct dbc_pif *pif = dbc_db_pif(t->db, cell(t, row, DBC_COLUMN_SRIOV_LOGICAL));

    if (pif != NULL) {
        name_by_pif(t, "pif", pif, row);
        tell(t, DBC_CHANGED, "sriov_logical_PIF_of", cell(t, row, DBC_COLUMN_SRIOV_MODE),
             "a cache has no SR-IOV: this PIF reads as the NIC itself, a second time");
        return;
    }
    pif = dbc_db_pif(t->db, cell(t, row, DBC_COLUMN_SRIOV_PHYSICAL));
    if (pif != NULL) {
        name_by_pif(t, "pif", pif, row);
        tell(t, DBC_LOST, "sriov_physical_PIF_of", cell(t, row, DBC_COLUMN_SRIOV_MODE),
             "a cache has no SR-IOV");
    }
}

void dbc_statedb_losses(const struct dbc_stage *stage, uint32_t host, const struct dbc_db *db,
                        dbc_loss_fn *tell_, void *ctx)
{
    static const struct {
        unsigned table;
        void (*losses)(struct teller *t, const struct dbc_stage_row *row);
    } tables[] = { { DBC_PIF, pif_losses },
                   { DBC_BOND, bond_losses },
                   { DBC_TUNNEL, tunnel_losses },
                   { DBC_TABLE_SRIOV, sriov_losses } };
    struct teller t = { .stage = stage, .db = db, .tell = tell_, .ctx = ctx };

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        const struct dbc_stage_row *row = dbc_stage_first(stage, tables[i].table);
        for (; row != NULL; row = dbc_stage_next(stage, row)) {
            if (dbc_stage_is_of(stage, row, host)) {
                tables[i].losses(&t, row);
            }
        }
    }
}
