/* cmd_format.c - dbcache format: writes a cache in canonical form, to the standard output or in
 * place. */
#include <getopt.h>
#include <stdlib.h>

#include "base/error.h"
#include "command.h"
#include "input/cache.h"
#include "xml/writer.h"

static int print(const struct cli_options *options, const char *file)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = cli_load(options, file);
    int status = CLI_FAILED;

    if (db != NULL && dbc_xml_format(db, &text, &err) != 0) {
        cli_fail(&err);
    } else if (db != NULL) {
        fwrite(text.data, 1, text.len, stdout);
        status = CLI_OK;
    }
    dbc_buf_release(&text);
    dbc_db_free(db);
    return status;
}

static int replace(const struct cli_options *options, const char *file, unsigned flags)
{
    struct cli_edit edit;
    int status = cli_edit_open(options, file, flags, &edit);

    if (status == CLI_OK) {
        status = cli_edit_save(&edit, "format");
        cli_edit_close(&edit);
    }
    return status;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = { { "in-place", no_argument, NULL, 'i' },
                                           { "force", no_argument, NULL, 'f' },
                                           { NULL, 0, NULL, 0 } };
    bool in_place = false;
    unsigned flags = 0;
    int found = 0;

    while ((found = cli_getopt("format", argc, argv, longs)) != -1) {
        if (found == '?') {
            return CLI_USAGE;
        }
        in_place = in_place || found == 'i';
        flags |= found == 'f' ? CLI_EDIT_FORCE : 0;
    }
    if (argc - optind > 1) {
        return cli_usage("format", "one FILE at a time, not also %s", argv[optind + 1]);
    }
    return in_place ? replace(options, argv[optind], flags) : print(options, argv[optind]);
}

const struct cli_command cli_verb_format = {
    "format", "write a cache anew, in the form that every reader takes",
    "format [FILE]\n"
    "\n"
    "  --in-place          replace the file, atomically, instead of printing\n"
    "  --force             a damaged file, too: what is behind the damage is given up\n",
    true, run_verb
};
