/* cmd_export.c - dbcache export: one host's records in another format, and what it cannot say. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/valid.h"
#include "cmd_convert.h"
#include "export.h"
#include "input/cache.h"
#include "losses.h"
#include "networkd/networkd.h"
#include "records.h"

#define MODE 0644
#define FIRST_NETWORKD 601 /* the release that had it first, 6.1 */
#define FIRST_NOW 705      /* the one whose shape is today's, 7.5 */

enum to { TO_NOTHING, TO_NETWORKD, TO_JSON, TO_SQL };

static const char *const formats[] = {
    [TO_NOTHING] = "", [TO_NETWORKD] = "networkd.db", [TO_JSON] = "json", [TO_SQL] = "sql"
};

struct export
{
    const struct cli_options *options;
    enum to to;
    enum dbc_networkd_shape shape;
    bool shaped; /* --for-release was given */
    const char *file;
    const char *output; /* NULL: the standard output */
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
        break;
    }
    return -1;
}

/* Losses of reading belong to the report, too: to whoever has the export alone they are lost. */
static int get_records(struct export *export)
{
    const struct cli_wanted wanted = { .file = export->file,
                                       .formats = cli_formats_of(export->file),
                                       .loss = cli_losses_add,
                                       .ctx = &export->losses };

    return cli_input_host(export->options, &wanted, &export->host) == 0 ? CLI_OK : CLI_FAILED;
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* By its name, or by what it holds. */
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

/* ---- What is told ---------------------------------------------------------------------------- */

static int report_json(const struct export *export, FILE *out)
{
    json_t *json = json_object();

    json_object_set_new(json, "to", json_string(formats[export->to]));
    json_object_set_new(json, "source", cli_json_text(export->host.file));
    json_object_set_new(json, "host", cli_json_text(export->host.name));
    json_object_set_new(json, "written", cli_json_text(export->output));
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
        cli_error("%s: is a network.dbcache, which an export does not replace", export->output);
        return CLI_FAILED;
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
    return cli_usage(cli_find_command("export"),
                     "--to: expected networkd.db, json or sql, found %s", word);
}

/* "7.1", "8.2.1": the first two numbers count. */
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
        return cli_usage(cli_find_command("export"),
                         "--for-release: expected a release of XenServer with xcp-networkd, 6.1 or "
                         "later, found %s",
                         word);
    }
    export->shaped = true;
    export->shape = release < FIRST_NOW ? DBC_NETWORKD_BEFORE_2018 : DBC_NETWORKD_NOW;
    return CLI_OK;
}

static int judge_arguments(const struct export *export, int argc, char **argv)
{
    const struct cli_command *command = cli_find_command("export");

    if (export->to == TO_NOTHING) {
        return cli_usage(command, "in which format? Give --to=FORMAT");
    }
    if (export->shaped && export->to != TO_NETWORKD) {
        return cli_usage(command, "--for-release is for networkd.db: %s is the same for all",
                         formats[export->to]);
    }
    if (argc - optind > 1) {
        return cli_usage(command, "one FILE at a time, not also %s", argv[optind + 1]);
    }
    return CLI_OK;
}

int cli_cmd_export(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = { { "to", required_argument, NULL, 't' },
                                           { "output", required_argument, NULL, 'o' },
                                           { "for-release", required_argument, NULL, 'r' },
                                           { NULL, 0, NULL, 0 } };
    struct export export = { .options = options };
    int found = 0, status = CLI_OK;

    while (status == CLI_OK && (found = cli_getopt("export", argc, argv, longs)) != -1) {
        switch (found) {
        case 't':
            status = parse_format(&export, optarg);
            break;
        case 'r':
            status = parse_release(&export, optarg);
            break;
        case 'o':
            export.output = strcmp(optarg, "-") == 0 ? NULL : optarg;
            break;
        default:
            status = CLI_USAGE;
        }
    }
    if (status == CLI_OK) {
        export.file = argv[optind];
        status = judge_arguments(&export, argc, argv);
    }
    return status == CLI_OK ? run(&export) : status;
}
