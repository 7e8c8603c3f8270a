/* fuzz_reader.c - any bytes as a network.dbcache.  Checked beside "no crash": the records that were
 * read are written, read again without a warning about their form, and then written as the same
 * bytes; and every function of model/topology.h returns.  unit/test_found.c replays kept inputs
 * without libFuzzer. */
#include "cache_again.h"
#include "cache_mutator.h"
#include "model/topology.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_warning(void *ctx, const struct dbc_error *warning)
{
    must(warning->code != DBC_OK && warning->text[0] != '\0', "a warning that says nothing", "");
    ++*(unsigned *)ctx;
}

static void ask_pif(const struct dbc_db *db, const struct dbc_pif *pif)
{
    struct dbc_pifs list = DBC_PIFS_INIT;
    char name[DBC_NETDEV_NAME_SIZE] = "";
    const struct dbc_pif *below = dbc_datapath_pif(db, pif, NULL);

    must(strlen(dbc_pif_netdev(pif, name)) < sizeof name, "a netdev name that is too long", "");
    dbc_pif_ipdev(db, pif, name);
    dbc_bond_masters(db, pif, &list, NULL);
    dbc_bond_slaves(db, pif, &list, NULL);
    dbc_vlan_masters(db, pif, &list, NULL);
    if (below != NULL) {
        must(!dbc_pif_is_vlan(below), "a datapath PIF that is a VLAN", "");
        dbc_physical_pifs(db, below, &list, NULL);
    }
    dbc_pifs_release(&list);
}

static void ask(const struct dbc_db *db)
{
    const struct dbc_network *network = NULL;

    for (size_t i = 0; i < dbc_db_count(db, DBC_PIF) && i < 100; i++) {
        const struct dbc_pif *pif = dbc_db_pif_at(db, i);

        must(dbc_db_pif(db, pif->rec.ref) == pif, "a PIF that its reference does not find", "");
        must(dbc_db_find_uuid(db, DBC_PIF, pif->uuid) != NULL, "a uuid that finds nothing", "");
        ask_pif(db, pif);
    }
    for (size_t i = 0; (network = dbc_db_network_at(db, i)) != NULL && i < 100; i++) {
        dbc_pif_by_bridge(db, network->bridge, NULL);
    }
    dbc_management_pif(db);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_behind(0, data, size, max, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dbc_error err = DBC_ERROR_INIT;
    unsigned warnings = 0;
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_db *db = dbc_xml_read_memory("input", data, size, count_warning, &warnings, &err);

    must((db == NULL) == (err.code != DBC_OK), "a database and an error, or neither", "");
    must(warnings <= 102, "more warnings than the limit and two", "");
    if (db != NULL) {
        ask(db);
        cache_again(db, no_damage, &text);
        dbc_db_free(db);
    }
    dbc_buf_release(&text);
    return 0;
}
