/* world.h - for tests of the planning half: an invented host (a root tree) and its records, made
 * field by field, and queries of the plan that follows from them. */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include "base/valid.h"
#include "reconfigure/action.h"
#include "unit/recorder.h"
#include "unit/scratch.h"

struct world {
    struct scratch s;
    struct captured log;
    struct dbc_db *db;
    struct ifr_runner *runner;
    struct ifr_facts *facts;
    struct ifr_plan plan;
    struct ifr_planner p;
    struct dbc_error err;
};

static inline void must(bool fine)
{
    if (!fine) {
        abort();
    }
}

static inline void world_make(struct world *w, const struct ifr_datapath *datapath)
{
    memset(w, 0, sizeof *w);
    scratch_make(&w->s);
    captured_init(&w->log);
    scratch_mkdir(&w->s, "/sys/class/net");
    w->db = dbc_db_new(NULL);
    w->runner = recorder_new(NULL, NULL, NULL);
    must(w->db != NULL && w->runner != NULL);
    w->facts = ifr_facts_new(w->s.root, w->runner, &w->log.log, NULL);
    must(w->facts != NULL);
    scratch_write(&w->s, "/sbin/ifup", "", 0755);
    scratch_write(&w->s, "/sbin/ifdown", "", 0755);
    scratch_write(&w->s, "/sbin/vconfig", "", 0755);
    scratch_write(&w->s, "/usr/sbin/brctl", "", 0755);
    w->p = (struct ifr_planner){
        .db = w->db,
        .facts = w->facts,
        .plan = &w->plan,
        .datapath = datapath,
        .force = true,
    };
}

static inline void world_end(struct world *w)
{
    ifr_plan_release(&w->plan);
    ifr_facts_free(w->facts);
    ifr_runner_free(w->runner);
    dbc_db_free(w->db);
    captured_release(&w->log);
    scratch_remove(&w->s);
}

/* ---- The host ----------------------------------------------------------------------------- */

static inline void world_netdev(struct world *w, const char *name, const char *mac)
{
    char path[128], text[32];
    snprintf(path, sizeof path, "/sys/class/net/%s/address", name);
    snprintf(text, sizeof text, "%s\n", mac);
    scratch_write(&w->s, path, text, 0644);
}

/* A physical NIC: facts tell them by their device link. */
static inline void world_nic(struct world *w, const char *name, const char *mac)
{
    char path[128];
    world_netdev(w, name, mac);
    snprintf(path, sizeof path, "/sys/class/net/%s/device/driver", name);
    scratch_write(&w->s, path, "", 0644);
}

/* ---- The records -------------------------------------------------------------------------- */

static inline void world_set(struct world *w, struct dbc_record *rec, const char *field,
                             const char *value)
{
    const struct dbc_field *f = dbc_schema_field(rec->class_, field);
    must(f != NULL && dbc_record_set(w->db, rec, f, value, NULL, NULL) == 0);
}

static inline void world_list(struct world *w, struct dbc_record *rec, const char *field,
                              const char *ref)
{
    const struct dbc_field *f = dbc_schema_field(rec->class_, field);
    const struct dbc_refs *old = dbc_field_of(rec, f);
    const char *refs[64];
    must(old->n < 64);
    for (size_t i = 0; i < old->n; i++) {
        refs[i] = old->v[i];
    }
    refs[old->n] = ref;
    must(dbc_record_set_list(w->db, rec, f, refs, old->n + 1, NULL) == 0);
}

/* Adds or replaces one key of other_config. */
static inline void world_config(struct world *w, struct dbc_record *rec, const char *key,
                                const char *value)
{
    const struct dbc_field *f = dbc_schema_field(rec->class_, "other_config");
    const struct dbc_map *old = dbc_field_of(rec, f);
    struct dbc_pair pairs[64];
    must(old->n < 64);
    for (size_t i = 0; i < old->n; i++) {
        pairs[i] = old->v[i];
    }
    pairs[old->n] = (struct dbc_pair){ key, value };
    must(dbc_record_set_map(w->db, rec, f, pairs, old->n + 1, NULL) == 0);
}

static inline struct dbc_record *world_network(struct world *w, const char *ref, const char *bridge)
{
    struct dbc_record *rec = dbc_db_add(w->db, DBC_NETWORK, ref, NULL);
    must(rec != NULL);
    world_set(w, rec, "bridge", bridge);
    world_set(w, rec, "uuid", ref);
    world_set(w, rec, "MTU", "1500");
    return rec;
}

/* With its network, whose reference is "BRIDGE-net"; no address. */
static inline struct dbc_record *world_pif(struct world *w, const char *ref, const char *device,
                                           const char *bridge, const char *mac)
{
    struct dbc_record *rec = dbc_db_add(w->db, DBC_PIF, ref, NULL);
    char network[64];
    must(rec != NULL);
    snprintf(network, sizeof network, "%.32s-net", bridge);
    world_list(w, world_network(w, network, bridge), "PIFs", ref);
    world_set(w, rec, "network", network);
    world_set(w, rec, "uuid", ref);
    world_set(w, rec, "device", device);
    world_set(w, rec, "MAC", mac);
    world_set(w, rec, "VLAN", "-1");
    world_set(w, rec, "ip_configuration_mode", "None");
    return rec;
}

static inline struct dbc_record *world_network_of(struct world *w, struct dbc_record *pif)
{
    const char *ref = ((const struct dbc_pif *)(const void *)pif)->network;
    for (size_t i = 0; i < w->db->of[DBC_NETWORK].n; i++) {
        if (strcmp(w->db->of[DBC_NETWORK].v[i]->ref, ref) == 0) {
            return w->db->of[DBC_NETWORK].v[i];
        }
    }
    abort();
}

/* A VLAN PIF on `base`. */
static inline struct dbc_record *world_vlan(struct world *w, const char *ref,
                                            struct dbc_record *base, const char *tag,
                                            const char *bridge)
{
    const struct dbc_pif *b = (const void *)base;
    struct dbc_record *pif = world_pif(w, ref, b->device, bridge, "fe:ff:ff:ff:ff:ff");
    struct dbc_record *vlan = NULL;
    char vlan_ref[64];
    snprintf(vlan_ref, sizeof vlan_ref, "%.32s-vlan", ref);
    vlan = dbc_db_add(w->db, DBC_VLAN, vlan_ref, NULL);
    must(vlan != NULL);
    world_set(w, vlan, "tagged_PIF", base->ref);
    world_set(w, vlan, "untagged_PIF", ref);
    world_set(w, pif, "VLAN", tag);
    world_set(w, pif, "VLAN_master_of", vlan_ref);
    world_list(w, base, "VLAN_slave_of", vlan_ref);
    return pif;
}

/* A bond PIF whose slaves are joined with world_slave. */
static inline struct dbc_record *world_bond(struct world *w, const char *ref, const char *device,
                                            const char *bridge, const char *mac)
{
    struct dbc_record *pif = world_pif(w, ref, device, bridge, mac);
    struct dbc_record *bond = NULL;
    char bond_ref[64];
    snprintf(bond_ref, sizeof bond_ref, "%.32s-bond", ref);
    bond = dbc_db_add(w->db, DBC_BOND, bond_ref, NULL);
    must(bond != NULL);
    world_set(w, bond, "master", ref);
    world_list(w, pif, "bond_master_of", bond_ref);
    return pif;
}

static inline void world_slave(struct world *w, struct dbc_record *bond_pif,
                               struct dbc_record *slave)
{
    const char *bond_ref = ((const struct dbc_pif *)(const void *)bond_pif)->bond_master_of.v[0];
    for (size_t i = 0; i < w->db->of[DBC_BOND].n; i++) {
        if (strcmp(w->db->of[DBC_BOND].v[i]->ref, bond_ref) == 0) {
            world_list(w, w->db->of[DBC_BOND].v[i], "slaves", slave->ref);
        }
    }
    world_set(w, slave, "bond_slave_of", bond_ref);
}

/* ---- The plan ----------------------------------------------------------------------------- */

static inline const struct dbc_pif *as_pif(const struct dbc_record *rec)
{
    return (const void *)rec;
}

static inline int world_up(struct world *w, const struct dbc_record *pif)
{
    must(dbc_db_index(w->db, NULL) == 0);
    dbc_error_clear(&w->err);
    const struct ifr_item item = { as_pif(pif), w->p.management };
    return ifr_plan_up(&w->p, &item, 1, &w->err);
}

static inline int world_down(struct world *w, const struct dbc_record *pif)
{
    must(dbc_db_index(w->db, NULL) == 0);
    dbc_error_clear(&w->err);
    const struct ifr_item item = { as_pif(pif), w->p.management };
    return ifr_plan_down(&w->p, &item, 1, &w->err);
}

/* The planned text of a file, or "(none)". */
static inline const char *world_file(const struct world *w, const char *path)
{
    for (size_t i = 0; i < w->plan.n_files; i++) {
        if (strcmp(w->plan.files[i].path, path) == 0) {
            return w->plan.files[i].data;
        }
    }
    return "(none)";
}

static inline const char *world_ifcfg(const struct world *w, const char *device)
{
    char path[128];
    snprintf(path, sizeof path, "/etc/sysconfig/network-scripts/ifcfg-%s", device);
    return world_file(w, path);
}

static inline bool world_noted(const struct world *w, const char *words)
{
    for (size_t i = 0; i < w->plan.n_steps; i++) {
        const struct ifr_step *step = &w->plan.steps[i];
        if (step->kind == IFR_STEP_NOTE && step->text != NULL && strstr(step->text, words)) {
            return true;
        }
    }
    return false;
}

/* The first command whose words joined by blanks contain `words`; NULL: none. */
static inline const struct ifr_step *world_command(const struct world *w, const char *words)
{
    for (size_t i = 0; i < w->plan.n_steps; i++) {
        const struct ifr_step *step = &w->plan.steps[i];
        struct dbc_buf line = DBC_BUF_INIT;
        bool found = false;
        for (size_t k = 0; k < step->argv.n; k++) {
            dbc_buf_addf(&line, "%s%s", k > 0 ? " " : "", step->argv.v[k]);
        }
        found = step->kind == IFR_STEP_COMMAND && strstr(dbc_buf_str(&line), words) != NULL;
        dbc_buf_release(&line);
        if (found) {
            return step;
        }
    }
    return NULL;
}

static inline const struct ifr_step *world_step(const struct world *w, enum ifr_step_kind kind)
{
    for (size_t i = 0; i < w->plan.n_steps; i++) {
        if (w->plan.steps[i].kind == kind) {
            return &w->plan.steps[i];
        }
    }
    return NULL;
}

#endif
