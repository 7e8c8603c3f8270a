/* cmd_status.c - dbcache status: prints the differences between the cache and the running host that
 * reconfigure/compare.h finds. */
#include <getopt.h>

#include "base/error.h"
#include "command.h"
#include "drift.h"
#include "input/cache.h"
#include "json.h"
#include "model/topology.h"

/* ---- For people ------------------------------------------------------------------------------ */

/* Adds a PIF's names, which only its first row has. */
static void add_names(struct cli_table *table, const struct dbc_db *db, const struct dbc_pif *pif,
                      bool first)
{
    char name[DBC_NETDEV_NAME_SIZE];

    cli_table_cell(table, first ? dbc_pif_netdev(pif, name) : "");
    cli_table_cell(table, first ? dbc_pif_bridge(db, pif) : "");
}

static int print_table(const struct dbc_db *db, const struct ifr_comparison *drift)
{
    struct cli_table *table = cli_table_new();

    cli_table_head(table, "DEVICE", "BRIDGE", "WHAT", "SHOULD BE", "IS", NULL);
    for (size_t i = 0; i < drift->n; i++) {
        const struct ifr_compare_row *row = &drift->v[i];
        add_names(table, db, row->pif, i == 0 || drift->v[i - 1].pif != row->pif);
        cli_table_cell(table, row->what);
        cli_table_cell(table, row->wanted);
        cli_table_styled(table, row->drift ? CLI_BAD : CLI_PLAIN, row->found);
        cli_table_styled(table, CLI_BAD, row->drift ? "drift" : "");
        cli_table_row(table);
    }
    if (cli_table_print(table, stdout) != 0) {
        return cli_fail_nomem();
    }
    if (drift->drifting == 0) {
        puts("\nThe host is as the cache says.");
    } else {
        printf("\n%zu difference%s.\n", drift->drifting, drift->drifting == 1 ? "" : "s");
    }
    return CLI_OK;
}

/* ---- For programs ---------------------------------------------------------------------------- */

static int print_json(const struct dbc_db *db, const struct ifr_comparison *drift)
{
    json_t *rows = json_array(), *json = NULL;
    char name[DBC_NETDEV_NAME_SIZE];

    for (size_t i = 0; i < drift->n; i++) {
        const struct ifr_compare_row *row = &drift->v[i];
        json_array_append_new(rows,
                              json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:b}", "device",
                                        cli_json_text(dbc_pif_netdev(row->pif, name)), "bridge",
                                        cli_json_text(dbc_pif_bridge(db, row->pif)), "ref",
                                        cli_json_text(row->pif->rec.ref), "what", row->what,
                                        "should_be", cli_json_text(row->wanted), "is",
                                        cli_json_text(row->found), "drift", (int)row->drift));
    }
    json = json_pack("{s:o, s:I, s:o}", "source", cli_json_text(db->source), "differences",
                     (json_int_t)drift->drifting, "rows", rows);
    return cli_json_print(json) == 0 ? CLI_OK : CLI_FAILED;
}

/* ---- The verb -------------------------------------------------------------------------------- */

static int report(const struct cli_options *options, const struct dbc_db *db,
                  const struct ifr_comparison *drift)
{
    int status = options->json ? print_json(db, drift) : print_table(db, drift);

    return status == CLI_OK && drift->drifting > 0 ? CLI_DIFFERENT : status;
}

static int compare(const struct cli_options *options, const struct dbc_db *db, bool all)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_comparison drift = { 0 };
    int status = CLI_FAILED;

    if (cli_drift(options, db, all, &drift, &err) != 0) {
        cli_fail(&err);
    } else {
        status = report(options, db, &drift);
    }
    ifr_compare_release(&drift);
    return status;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = { { "all", no_argument, NULL, 'a' },
                                           { NULL, 0, NULL, 0 } };
    struct dbc_db *db = NULL;
    bool all = false;
    int status = CLI_FAILED, found = 0;

    while ((found = cli_getopt("status", argc, argv, longs)) != -1) {
        if (found == '?') {
            return CLI_USAGE;
        }
        all = true;
    }
    if (argc - optind > 1) {
        return cli_usage("status", "one FILE at a time, not also %s", argv[optind + 1]);
    }
    db = cli_load(options, argv[optind]);
    if (db != NULL) {
        status = compare(options, db, all);
    }
    dbc_db_free(db);
    return status;
}

const struct cli_command cli_verb_status = {
    "status", "compare the cache with the running host",
    "status [FILE]\n"
    "\n"
    "  --all               also the PIFs that nobody asked to be up\n"
    "\n"
    "Exit status: 0 the host is as it should be, 1 it is not, 2 failed.\n",
    false, run_verb
};
