/* cmd_export.c - dbcache export: writes one host's records in another format and reports what that
 * cannot have, or writes the records of many hosts as rows (fleet/). */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/valid.h"
#include "command.h"
#include "export.h"
#include "fleet/fleet.h"
#include "fleet/out.h"
#include "fleet/schema.h"
#include "hint.h"
#include "input/cache.h"
#include "losses.h"
#include "networkd/networkd.h"
#include "records.h"

#define MODE 0644
#define FIRST_NETWORKD 601 /* 6.1, the first release with a networkd.db */
#define FIRST_NOW 705      /* 7.5, the first release with today's form of it */

enum to { TO_NOTHING, TO_NETWORKD, TO_JSON, TO_SQL, TO_JSONL, TO_CSV };

static const char *const formats[] = {
    [TO_NOTHING] = "", [TO_NETWORKD] = "networkd.db", [TO_JSON] = "json",
    [TO_SQL] = "sql",  [TO_JSONL] = "jsonl",          [TO_CSV] = "csv"
};

struct export
{
    const struct cli_options *options;
    enum to to;
    enum dbc_networkd_shape shape;
    bool shaped; /* --for-release was given */
    bool rows;   /* an option that is for rows only was given */
    const char *file;
    const char *output;     /* NULL: the standard output */
    struct cli_fleet fleet; /* for rows */
    bool schema;            /* --schema was given, for this engine: */
    enum cli_engine engine;
    struct cli_host host;
    struct dbc_buf text;
    struct cli_losses losses;
};

/* ---- Making ---------------------------------------------------------------------------------- */

static int format(struct export *export, struct dbc_error *err)
{
    switch (export->to) {
    case TO_NETWORKD:
        return dbc_networkd_format(export->host.db, export->shape, &export->text, cli_losses_add,
                                   &export->losses, err);
    case TO_JSON:
        return cli_export_json(&export->host, &export->text, err);
    case TO_SQL:
        return cli_export_sql(&export->host, &export->text, err);
    case TO_NOTHING:
    case TO_JSONL:
    case TO_CSV:
        break;
    }
    return -1;
}

/* Losses of reading belong to the report, too: the export does not have them either. */
static int get_records(struct export *export)
{
    const struct cli_wanted wanted = { .file = export->file,
                                       .formats = cli_formats_of(export->file),
                                       .loss = cli_losses_add,
                                       .ctx = &export->losses };

    return cli_input_host(export->options, &wanted, &export->host) == 0 ? CLI_OK : CLI_FAILED;
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* Whether a file is a cache, by its name or by its content. */
static bool is_cache(const char *path)
{
    struct dbc_buf held = DBC_BUF_INIT;
    bool found = cli_has_history(path);

    if (!found && dbc_file_read(path, DBC_LIMIT_FILE_BYTES, &held, NULL) == 0) {
        found = strstr(dbc_buf_str(&held), "<xenserver-network-configuration") != NULL;
    }
    dbc_buf_release(&held);
    return found;
}

static int refuse_cache(const char *path)
{
    cli_error("%s: is a network.dbcache, which an export does not replace", path);
    return CLI_FAILED;
}

static int write_out(const struct export *export)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (export->output == NULL) {
        fwrite(export->text.data, 1, export->text.len, stdout);
        return CLI_OK;
    }
    if (dbc_file_replace(export->output, export->text.data, export->text.len, MODE, &err) != 0) {
        return cli_fail(&err);
    }
    return CLI_OK;
}

/* ---- The report ------------------------------------------------------------------------------ */

static int report_json(const struct export *export, FILE *out)
{
    json_t *json =
        json_pack("{s:s, s:o, s:o, s:o}", "to", formats[export->to], "source",
                  cli_json_text(export->host.file), "host", cli_json_text(export->host.name),
                  "written", cli_json_text(export->output));

    cli_losses_json(&export->losses, json);
    return cli_json_print_to(out, json) == 0 ? CLI_OK : CLI_FAILED;
}

static int report(const struct export *export)
{
    FILE *out = export->output == NULL ? stderr : stdout;
    struct dbc_buf counts = DBC_BUF_INIT;

    if (export->options->json) {
        return report_json(export, out);
    }
    if (export->output != NULL) {
        cli_show_counts(export->host.db, &counts);
        cli_report(out, "%s: %s", export->host.file, cli_report_part(&counts));
        cli_report(out, "Written: %s", export->output);
    }
    dbc_buf_release(&counts);
    return cli_losses_print(&export->losses, export->output == NULL ? "" : "\n", out);
}

/* ---- The verb -------------------------------------------------------------------------------- */

static int run(struct export *export)
{
    struct dbc_error err = DBC_ERROR_INIT;
    int status = CLI_FAILED;

    if (export->output != NULL && is_cache(export->output)) {
        return refuse_cache(export->output);
    }
    status = get_records(export);
    if (status == CLI_OK && format(export, &err) != 0) {
        status = cli_fail(&err);
    }
    if (status == CLI_OK) {
        status = write_out(export);
    }
    if (status == CLI_OK) {
        status = report(export);
    }
    cli_host_release(&export->host);
    dbc_buf_release(&export->text);
    cli_losses_release(&export->losses);
    return status;
}

static int parse_format(struct export *export, const char *word)
{
    for (size_t i = TO_NOTHING + 1; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(word, formats[i]) == 0) {
            export->to = (enum to)i;
            return CLI_OK;
        }
    }
    return cli_usage("export", "--to: expected networkd.db, json, sql, jsonl or csv, found %s",
                     word);
}

/* Parses "7.1" or "8.2.1", of which the first two numbers count. */
static int parse_release(struct export *export, const char *word)
{
    const char *dot = strchr(word, '.');
    char *major = dot == NULL ? NULL : strndup(word, (size_t)(dot - word));
    char *minor = dot == NULL ? NULL : strndup(dot + 1, strcspn(dot + 1, "."));
    uint64_t first = 0, second = 0, release = 0;

    if (major != NULL && minor != NULL && dbc_parse_uint(major, 99, &first) &&
        dbc_parse_uint(minor, 99, &second)) {
        release = first * 100 + second;
    }
    free(major);
    free(minor);
    if (release < FIRST_NETWORKD) {
        return cli_usage("export",
                         "--for-release: expected a release of XenServer with xcp-networkd, 6.1 or "
                         "later, found %s",
                         word);
    }
    export->shaped = true;
    export->shape = release < FIRST_NOW ? DBC_NETWORKD_BEFORE_2018 : DBC_NETWORKD_NOW;
    return CLI_OK;
}

/* Parses "pif", or several tables with ',' between. */
static int parse_tables(struct export *export, const char *words)
{
    struct cli_hint hint = CLI_HINT_INIT("");
    char *copy = strdup(words), *rest = copy, *word = NULL;
    int table = 0;

    while (copy != NULL && (word = strsep(&rest, ",")) != NULL) {
        table = cli_table_by_name(word);
        if (table == CLI_N_TABLES) {
            break;
        }
        export->fleet.tables |= 1u << table;
    }
    if (copy == NULL) {
        return cli_fail_nomem();
    }
    if (table == CLI_N_TABLES) {
        hint.word = word;
        for (int i = 0; i < CLI_N_TABLES; i++) {
            cli_hint_try(&hint, "", cli_table_name(i));
        }
        cli_usage("export", "--table: there is no table %s%s", word, hint.text);
    }
    free(copy);
    return table == CLI_N_TABLES ? CLI_USAGE : CLI_OK;
}

static int parse_jobs(struct export *export, const char *word)
{
    uint64_t jobs = 0;

    if (!dbc_parse_uint(word, CLI_JOBS_MAX, &jobs) || jobs == 0) {
        return cli_usage("export",
                         "--jobs: expected a number from 1 to %u, "
                         "found %s",
                         CLI_JOBS_MAX, word);
    }
    export->fleet.jobs = (unsigned)jobs;
    return CLI_OK;
}

static int parse_schema(struct export *export, const char *word)
{
    export->engine = cli_engine_by_name(word);
    export->schema = true;
    if (export->engine == CLI_N_ENGINES) {
        return cli_usage("export", "--schema: expected postgresql, clickhouse or duckdb, found %s",
                         word);
    }
    return CLI_OK;
}

/* Prints the statements of --schema, which needs neither files nor a format. */
static int print_schema(const struct export *export)
{
    struct dbc_buf text = DBC_BUF_INIT;

    if (export->to != TO_NOTHING || export->fleet.n > 0 || export->output != NULL) {
        return cli_usage("export",
                         "--schema prints statements: it takes no FILE, --to or --output");
    }
    cli_schema(export->engine, export->fleet.tables, &text);
    return cli_print_line(stdout, &text);
}

static int judge_rows(const struct export *export)
{
    unsigned tables = export->fleet.tables;

    if (export->to == TO_CSV && (tables & (tables - 1)) != 0 &&
        !cli_out_is_folder(export->output)) {
        return cli_usage("export",
                         "csv has one table a file: give --table=TABLE, or --output with a "
                         "folder ('/' at its end makes one)");
    }
    if (export->options->json) {
        return cli_usage("export", "--json is for what a format cannot say: %s has none of that",
                         formats[export->to]);
    }
    if (export->fleet.since != NULL && export->output != NULL &&
        !cli_out_is_folder(export->fleet.since) &&
        (strcmp(export->fleet.since, export->output) == 0 ||
         cli_same_file(export->fleet.since, export->output))) {
        return cli_usage("export", "--since and --output name one file, %s", export->output);
    }
    if (export->fleet.n == 0 && export->fleet.list == NULL) {
        return cli_usage("export", "which files? Give FILE..., or --files-from=LIST");
    }
    return CLI_OK;
}

static int judge_arguments(const struct export *export, int argc, char **argv)
{
    if (export->to == TO_NOTHING) {
        return cli_usage("export", "in which format? Give --to=FORMAT");
    }
    if (export->shaped && export->to != TO_NETWORKD) {
        return cli_usage("export", "--for-release is for networkd.db: %s is the same for all",
                         formats[export->to]);
    }
    if (export->to >= TO_JSONL) {
        return judge_rows(export);
    }
    if (export->rows) {
        return cli_usage("export",
                         "--table, --files-from, --since and --jobs are for jsonl and csv, not for "
                         "%s",
                         formats[export->to]);
    }
    if (argc - optind > 1) {
        return cli_usage("export", "one FILE at a time, not also %s", argv[optind + 1]);
    }
    return CLI_OK;
}

static int run_rows(struct export *export)
{
    if (export->output != NULL && is_cache(export->output)) {
        return refuse_cache(export->output);
    }
    export->fleet.options = export->options;
    export->fleet.format = export->to == TO_CSV ? CLI_ROWS_CSV : CLI_ROWS_JSONL;
    export->fleet.output = export->output;
    return cli_fleet_export(&export->fleet);
}

static int take_option(struct export *export, int option, const char *value)
{
    switch (option) {
    case 't':
        return parse_format(export, value);
    case 'r':
        return parse_release(export, value);
    case 'o':
        export->output = strcmp(value, "-") == 0 ? NULL : value;
        return CLI_OK;
    case 'T':
        export->rows = true;
        return parse_tables(export, value);
    case 'j':
        export->rows = true;
        return parse_jobs(export, value);
    case 's':
        return parse_schema(export, value);
    case 'f':
        export->rows = true;
        export->fleet.list = value;
        return CLI_OK;
    case 'S':
        export->rows = true;
        export->fleet.since = value;
        return CLI_OK;
    default:
        return CLI_USAGE;
    }
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = { { "to", required_argument, NULL, 't' },
                                           { "output", required_argument, NULL, 'o' },
                                           { "for-release", required_argument, NULL, 'r' },
                                           { "table", required_argument, NULL, 'T' },
                                           { "files-from", required_argument, NULL, 'f' },
                                           { "jobs", required_argument, NULL, 'j' },
                                           { "schema", required_argument, NULL, 's' },
                                           { "since", required_argument, NULL, 'S' },
                                           { NULL, 0, NULL, 0 } };
    struct export export = { .options = options };
    int found = 0, status = CLI_OK;

    while (status == CLI_OK && (found = cli_getopt("export", argc, argv, longs)) != -1) {
        status = take_option(&export, found, optarg);
    }
    if (status == CLI_OK) {
        export.file = argv[optind];
        export.fleet.files = argv + optind;
        export.fleet.n = (size_t)(argc - optind);
        export.fleet.tables = export.fleet.tables == 0 ? CLI_ALL_TABLES : export.fleet.tables;
        if (export.schema) {
            return print_schema(&export);
        }
        status = judge_arguments(&export, argc, argv);
    }
    if (status != CLI_OK) {
        return status;
    }
    return export.to >= TO_JSONL ? run_rows(&export) : run(&export);
}

const struct cli_command cli_verb_export = {
    "export", "write hosts' records in another format",
    "export --to=FORMAT [FILE]\n"
    "       dbcache export --to=jsonl|csv [--table=TABLE,...] FILE...\n"
    "\n"
    "  --to=FORMAT         networkd.db (xcp-networkd's database), json (every field), or sql (a\n"
    "                      script for sqlite3); of many hosts jsonl or csv, a row a record\n"
    "  --output=FILE       write FILE instead of the standard output; never a network.dbcache.\n"
    "                      Rows may go to a folder, a file a table\n"
    "  --for-release=N.N   networkd.db: in the shape of this release of XenServer, 6.1 to 7.4 or\n"
    "                      later (the latest)\n"
    "  --table=TABLE,...   rows of these alone: pif, bond, vlan, tunnel, network, pool, members,\n"
    "                      other_config, finding, host\n"
    "  --jobs=N            threads that read files; one for each processor unless given.  With 1\n"
    "                      the order of the rows is that of the files\n"
    "  --schema=ENGINE     print the statements that make the tables in postgresql, clickhouse\n"
    "                      or duckdb\n"
    "  --files-from=LIST   files whose names LIST has, one a line; - is standard input\n"
    "  --since=STATE       leave out what has not changed since the run that kept its state in "
    "this\n"
    "                      file, which is written anew, or wrote this folder\n"
    "\n"
    "What a format for one host cannot say is listed, with --json as JSON: on the standard\n"
    "output, or the standard error when the export itself goes there.\n"
    "Exit status: 0 done, whatever could not be said, 1 some files of many could not be read, 2\n"
    "failed.\n",
    true, run_verb
};
