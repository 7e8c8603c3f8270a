/* cmd_import.c - dbcache import: makes a cache from another source of the host's network.
 * input/hosts.c finds and reads the source, input/place.c replaces the cache; this file calls them
 * and reports to the user. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/check.h"
#include "base/error.h"
#include "base/file.h"
#include "command.h"
#include "input/cache.h"
#include "input/hosts.h"
#include "input/place.h"
#include "losses.h"
#include "model/topology.h"
#include "reconfigure/from_xapi.h"
#include "records.h"
#include "xml/writer.h"

/* The values of --from; XAPI has no file. */
static const struct way {
    const char *name;
    unsigned format;
} ways[] = { { "xapi", 0 },
             { "state.db", CLI_FORMAT_STATEDB },
             { "networkd.db", CLI_FORMAT_NETWORKD },
             { "ifcfg", CLI_FORMAT_IFCFG } };

struct import {
    const struct cli_options *options;
    const struct way *way;
    const char *source; /* NULL: the host's own */
    const char *output; /* NULL: the host's cache; "-" */
    bool force, dry_run;
    struct cli_place target; /* unless the output is the standard output */
    struct cli_host host;
    struct dbc_buf text;
    struct cli_losses losses;
    struct dbc_findings findings; /* in the new records */
};

static bool to_stdout(const struct import *import)
{
    return import->output != NULL && strcmp(import->output, "-") == 0;
}

/* ---- Records --------------------------------------------------------------------------------- */

static int ask_xapi(struct import *import)
{
    const struct ifr_request request = { .xapi_socket = import->source };
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_facts *facts = ifr_facts_new(import->options->root_prefix, NULL, NULL, &err);
    int rc = facts == NULL ? -1 : ifr_from_xapi(&request, facts, NULL, &import->host.db, &err);

    import->host.name = strdup("");
    import->host.file = strdup("XAPI");
    if (rc == 0 && (import->host.name == NULL || import->host.file == NULL)) {
        rc = dbc_fail_nomem(&err);
    }
    ifr_facts_free(facts);
    return rc == 0 ? CLI_OK : cli_fail(&err);
}

static int get_records(struct import *import)
{
    const struct cli_wanted wanted = { .file = import->source,
                                       .formats = import->way->format,
                                       .loss = cli_losses_add,
                                       .ctx = &import->losses };
    int status = CLI_FAILED;

    if (import->way->format == 0) {
        status = ask_xapi(import);
    } else {
        status = cli_input_host(import->options, &wanted, &import->host) == 0 ? CLI_OK : CLI_FAILED;
        if (status == CLI_OK) {
            dbc_xml_losses(import->host.db, cli_losses_add, &import->losses);
        }
    }
    if (status == CLI_OK && import->host.db->of[DBC_PIF].n == 0) {
        (void)cli_losses_print(&import->losses, "", stderr); /* they give the reason */
        cli_error("%s: no PIF of this host: a cache of it would be of no use", import->host.file);
        status = CLI_FAILED;
    }
    return status;
}

/* Warns when the records are another host's.  That may be wanted, for example on a new
 * installation. */
static void compare_uuid(const struct import *import)
{
    struct ifr_facts *facts = ifr_facts_new(import->options->root_prefix, NULL, NULL, NULL);
    struct dbc_buf own = DBC_BUF_INIT;

    if (facts != NULL && ifr_facts_inventory(facts, "INSTALLATION_UUID", &own, NULL) == 0 &&
        import->host.uuid != NULL && strcmp(import->host.uuid, dbc_buf_str(&own)) != 0) {
        cli_warning("the records are those of host %s, the cache is that of host %s",
                    import->host.uuid, dbc_buf_str(&own));
    }
    dbc_buf_release(&own);
    ifr_facts_free(facts);
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* Fails when the present file is of use and --force was not given. */
static int may_replace(const struct import *import)
{
    enum cli_place_state state = import->target.state;

    if (import->force || import->dry_run || state == CLI_PLACE_FREE || state == CLI_PLACE_DAMAGED) {
        return CLI_OK;
    }
    if (state == CLI_PLACE_OTHER) {
        cli_error("%s: is there, and no cache; --force replaces it", import->target.path);
    } else {
        cli_error("%s: is a cache that can be read (dbcache show); --dry-run shows what would be "
                  "another, --force replaces it",
                  import->target.path);
    }
    return CLI_FAILED;
}

static int open_target(struct import *import)
{
    int status = CLI_OK;

    if (!to_stdout(import)) {
        status = cli_place_open(import->options, import->output, &import->target);
        status = status == CLI_OK ? may_replace(import) : status;
    }
    return status;
}

static bool will_write(const struct import *import)
{
    return !import->dry_run && !to_stdout(import) &&
           !cli_place_holds(&import->target, &import->text);
}

static int write_out(struct import *import)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf reason = DBC_BUF_INIT;
    int rc = 0;

    if (to_stdout(import)) {
        fwrite(import->text.data, 1, import->text.len, stdout);
        return CLI_OK;
    }
    if (will_write(import)) {
        dbc_buf_addf(&reason, "import from %s", import->way->name);
        rc = reason.failed
                 ? dbc_fail_nomem(&err)
                 : cli_place_write(&import->target, &import->text, dbc_buf_str(&reason), &err);
        dbc_buf_release(&reason);
    }
    return rc == 0 ? CLI_OK : cli_fail(&err);
}

/* ---- For people ------------------------------------------------------------------------------ */

static void report_management(const struct dbc_db *db, FILE *out)
{
    const struct dbc_pif *pif = dbc_management_pif(db);
    char device[DBC_NETDEV_NAME_SIZE];
    struct dbc_buf address = DBC_BUF_INIT;

    if (pif == NULL) {
        cli_report(out, "Management: no PIF is marked");
        return;
    }
    cli_show_address(pif, &address);
    cli_report(out, "Management: %s on %s, %s", dbc_pif_netdev(pif, device),
               dbc_pif_bridge(db, pif), cli_report_part(&address));
    dbc_buf_release(&address);
}

static void report_records(const struct import *import, FILE *out)
{
    bool pool = import->host.format == CLI_FORMAT_STATEDB;
    struct dbc_buf counts = DBC_BUF_INIT;

    cli_show_counts(import->host.db, &counts);
    cli_report(out, "%s%s%s: %s", import->host.file, pool ? ", host " : "",
               pool ? import->host.name : "", cli_report_part(&counts));
    report_management(import->host.db, out);
    dbc_buf_release(&counts);
}

static void report_target(const struct import *import, FILE *out)
{
    const struct cli_place *target = &import->target;
    bool forced = target->state == CLI_PLACE_CACHE || target->state == CLI_PLACE_OTHER;
    bool kept = target->bytes.len > 0 && cli_has_history(target->path);

    if (to_stdout(import)) {
        return;
    }
    if (cli_place_holds(target, &import->text)) {
        cli_report(out, "Not written: %s says this already", target->path);
    } else if (import->dry_run) {
        cli_report(out, "Would be written%s: %s", forced ? " with --force" : "", target->path);
    } else {
        cli_report(out, "Written: %s%s", target->path,
                   kept ? "; what it was is in the history" : "");
    }
}

static void add_count(struct dbc_buf *out, size_t n, const char *what)
{
    if (n > 0) {
        dbc_buf_addf(out, "%s%zu %s%s", out->len == 0 ? "" : ", ", n, what, n == 1 ? "" : "s");
    }
}

static void report_findings(const struct import *import, FILE *out)
{
    bool written = !import->dry_run && !to_stdout(import);
    struct dbc_buf counts = DBC_BUF_INIT;

    add_count(&counts, import->findings.errors, "error");
    add_count(&counts, import->findings.warnings, "warning");
    fputs("\n", out);
    if (import->findings.errors + import->findings.warnings == 0) {
        cli_report(out, "Check finds nothing in it.");
    } else {
        cli_report(out, "Check finds %s in it%s%s", cli_report_part(&counts),
                   written ? ": dbcache check " : ".", written ? import->target.path : "");
    }
    dbc_buf_release(&counts);
}

static int report(const struct import *import)
{
    FILE *out = to_stdout(import) ? stderr : stdout;
    int status = CLI_OK;

    report_records(import, out);
    report_target(import, out);
    status = cli_losses_print(&import->losses, "\n", out);
    report_findings(import, out);
    return status == CLI_OK && import->dry_run
               ? cli_print_diff(&import->target.before, &import->text, "\n")
               : status;
}

/* ---- For programs ---------------------------------------------------------------------------- */

static json_t *counts_json(const struct dbc_db *db)
{
    json_t *json = json_object();

    for (int i = 0; i < DBC_N_CLASSES; i++) {
        json_object_set_new(json, dbc_schema_class((enum dbc_class)i)->name,
                            json_integer((json_int_t)db->of[i].n));
    }
    return json;
}

static json_t *management_json(const struct dbc_db *db)
{
    const struct dbc_pif *pif = dbc_management_pif(db);
    char device[DBC_NETDEV_NAME_SIZE];

    if (pif == NULL) {
        return json_null();
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "device", cli_json_text(dbc_pif_netdev(pif, device)),
                     "bridge", cli_json_text(dbc_pif_bridge(db, pif)), "mode",
                     cli_json_text(pif->ip_configuration_mode), "IP", cli_json_text(pif->IP));
}

static json_t *host_json(const struct cli_host *host)
{
    bool pool = host->format == CLI_FORMAT_STATEDB;

    return json_pack("{s:o, s:o, s:o, s:o}", "name", cli_json_text(host->name), "uuid",
                     cli_json_text(host->uuid), "slave",
                     pool ? json_boolean(host->slave) : json_null(), "generation",
                     pool ? json_integer(host->generation) : json_null());
}

static int report_json(const struct import *import)
{
    json_t *json =
        json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:I}", "from", import->way->name, "source",
                  cli_json_text(import->host.file), "host", host_json(&import->host), "records",
                  counts_json(import->host.db), "management", management_json(import->host.db),
                  "written", cli_json_text(will_write(import) ? import->target.path : NULL),
                  "errors", (json_int_t)import->findings.errors, "warnings",
                  (json_int_t)import->findings.warnings);

    cli_losses_json(&import->losses, json);
    return cli_json_print_to(to_stdout(import) ? stderr : stdout, json) == 0 ? CLI_OK : CLI_FAILED;
}

/* ---- The verb -------------------------------------------------------------------------------- */

/* Makes, checks and writes the cache.  Findings are printed, but do not stop it: a cache with an
 * error brings up more than no cache, and the history keeps the one that it replaces. */
static int make(struct import *import)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (dbc_xml_format(import->host.db, &import->text, &err) != 0 ||
        dbc_check(import->host.db, &import->findings, &err) != 0) {
        return cli_fail(&err);
    }
    return CLI_OK;
}

static int run(struct import *import)
{
    int status = open_target(import);

    if (status == CLI_OK) {
        status = get_records(import);
    }
    if (status == CLI_OK) {
        status = make(import);
    }
    if (status == CLI_OK && import->target.own) {
        compare_uuid(import);
    }
    if (status == CLI_OK) {
        status = write_out(import);
    }
    if (status == CLI_OK) {
        status = import->options->json ? report_json(import) : report(import);
    }
    cli_place_close(&import->target);
    cli_host_release(&import->host);
    dbc_buf_release(&import->text);
    cli_losses_release(&import->losses);
    dbc_findings_release(&import->findings);
    return status;
}

static int parse_way(struct import *import, const char *word)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (strcmp(word, ways[i].name) == 0) {
            import->way = &ways[i];
            return CLI_OK;
        }
    }
    return cli_usage("import", "--from: expected xapi, state.db, networkd.db or ifcfg, found %s",
                     word);
}

static int judge_arguments(const struct import *import, int argc, char **argv)
{
    if (import->way == NULL) {
        return cli_usage("import", "what is the cache to be made from? Give --from=FORMAT");
    }
    if (argc - optind > 1) {
        return cli_usage("import", "one SOURCE at a time, not also %s", argv[optind + 1]);
    }
    if (import->dry_run && to_stdout(import)) {
        return cli_usage("import", "--dry-run shows the difference to a file, and - is none");
    }
    /* Other verbs change the host whose root the folder is. */
    if (import->source != NULL && import->output == NULL && dbc_file_is_folder(import->source) &&
        *import->options->root_prefix == '\0') {
        return cli_usage("import",
                         "whose cache is to be written? For that of the host in %s, leave it out "
                         "and give --root-prefix=%s; for another file give --output",
                         import->source, import->source);
    }
    return CLI_OK;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = { { "from", required_argument, NULL, 't' },
                                           { "output", required_argument, NULL, 'o' },
                                           { "force", no_argument, NULL, 'f' },
                                           { "dry-run", no_argument, NULL, 'n' },
                                           { NULL, 0, NULL, 0 } };
    struct import import = { .options = options };
    int found = 0, status = CLI_OK;

    while (status == CLI_OK && (found = cli_getopt("import", argc, argv, longs)) != -1) {
        if (found == '?') {
            return CLI_USAGE;
        }
        status = found == 't' ? parse_way(&import, optarg) : CLI_OK;
        import.output = found == 'o' ? optarg : import.output;
        import.force = import.force || found == 'f';
        import.dry_run = import.dry_run || found == 'n';
    }
    if (status == CLI_OK) {
        import.source = argv[optind];
        status = judge_arguments(&import, argc, argv);
    }
    return status == CLI_OK ? run(&import) : status;
}

const struct cli_command cli_verb_import = {
    "import", "make a cache from what else is left",
    "import --from=FORMAT [SOURCE]\n"
    "\n"
    "  SOURCE is a file of the format, a host's root folder, an archive of one, or -; for xapi,\n"
    "  its socket.  Without one, this host's own.\n"
    "\n"
    "  --from=FORMAT       xapi (XAPI, which must run), state.db (its database), networkd.db\n"
    "                      (xcp-networkd's), or ifcfg (files of network-scripts)\n"
    "  --output=FILE       write FILE, or - for the standard output, instead of the host's cache\n"
    "  --force             replace a cache that can be read, or a FILE that is there\n"
    "  --dry-run           change nothing, print the difference\n"
    "\n"
    "What the cache cannot say, and what was assumed, is listed.\n"
    "Exit status: 0 done, whatever could not be said, 2 failed.\n",
    true, run_verb
};
