/* dbcache.c - the program dbcache(1): takes the options of all verbs out of the command line, finds
 * the verb in the table and runs it. */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/valid.h"
#include "command.h"
#include "hint.h"
#include "program.h"

#ifndef DBCACHE_VERSION
#define DBCACHE_VERSION "unknown"
#endif

/* Sorted by name. */
const struct cli_command *const cli_commands[] = {
    &cli_verb_check,  &cli_verb_completion, &cli_verb_diff,    &cli_verb_export,
    &cli_verb_format, &cli_verb_graph,      &cli_verb_history, &cli_verb_import,
    &cli_verb_query,  &cli_verb_remap,      &cli_verb_repair,  &cli_verb_report,
    &cli_verb_set,    &cli_verb_show,       &cli_verb_status,  NULL,
};

const char cli_common_usage[] =
    "  --json              print JSON\n"
    "  --root-prefix=DIR   the host whose root folder is DIR, instead of this one\n"
    "  --host=UUID         which host of a pool, by uuid or name\n"
    "  --member=NAME       which file of an archive or folder; may be a pattern\n"
    "  --color=WHEN        always, never, or auto: on a terminal unless NO_COLOR is set\n"
    "  --version           print the version\n"
    "  --help              print this text, or after a verb what it does\n";

static const char exit_statuses[] =
    "Exit status: 0 done, 2 failed, 64 wrong usage; some verbs have more to say.\n";

static const struct cli_command *find_command(const char *name)
{
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        if (strcmp(cli_commands[i]->name, name) == 0) {
            return cli_commands[i];
        }
    }
    return NULL;
}

/* ---- Help ------------------------------------------------------------------------------------ */

static int print_help(void)
{
    fputs(
        "Usage: dbcache VERB [OPTION]... [ARGUMENT]... [FILE]\n"
        "Shows, checks and changes a XenServer host's network.dbcache.\n"
        "\n"
        "FILE is a network.dbcache, a state.db or pool dump, or a networkd.db, compressed or not;\n"
        "a host's root folder or a bug report (folder, tar, zip) with one inside; or - for "
        "standard\n"
        "input.  Without one this host's own cache is meant.\n"
        "\n"
        "Verbs (dbcache VERB --help says more):\n",
        stdout);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        printf("  %-12s%s\n", cli_commands[i]->name, cli_commands[i]->summary);
    }
    printf("\nOptions of all verbs:\n%s\n%s", cli_common_usage, exit_statuses);
    return CLI_OK;
}

static int print_verb_help(const struct cli_command *command)
{
    printf("Usage: dbcache %s\n"
           "dbcache --help lists the options of all verbs.\n",
           command->usage);
    return CLI_OK;
}

/* ---- Options of all verbs -------------------------------------------------------------------- */

struct line {
    struct cli_options options;
    char *prefix; /* malloc'd; NULL: none was given */
    enum cli_when colour;
    bool help, version;
    int status; /* the exit status; until the verb has run, that of a wrong command line */
    int argc;   /* the words that are left for the verb */
    char **argv;
};

static bool parse_when(const char *word, enum cli_when *out)
{
    static const char *const words[] = {
        [CLI_AUTO] = "auto", [CLI_ALWAYS] = "always", [CLI_NEVER] = "never"
    };

    const size_t n = sizeof words / sizeof words[0];

    *out = (enum cli_when)dbc_find_word(words, n, word);
    return *out < n;
}

static bool take_flag(struct line *line, const char *word)
{
    if (strcmp(word, "--json") == 0) {
        line->options.json = true;
    } else if (strcmp(word, "--color") == 0) {
        line->colour = CLI_ALWAYS;
    } else if (strcmp(word, "--version") == 0) {
        line->version = true;
    } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        line->help = true;
    } else {
        return false;
    }
    return true;
}

/* Parses "--name=VALUE" or "--name VALUE"; *used gets the number of words.  False for any other
 * option. */
static bool has_value(const char *name, char *const *words, const char **value, int *used)
{
    size_t len = strlen(name);

    if (strncmp(words[0], name, len) != 0 || (words[0][len] != '=' && words[0][len] != '\0')) {
        return false;
    }
    *used = words[0][len] == '=' ? 1 : 2;
    *value = *used == 1 ? words[0] + len + 1 : words[1];
    return true;
}

/* Takes an option with a value.  Returns the number of words; 0 for another option; -1 after a
 * message. */
static int take_valued(struct line *line, char *const *words)
{
    const char *value = NULL;
    int used = 0;

    if (has_value("--root-prefix", words, &value, &used)) {
        free(line->prefix);
        line->prefix = program_prefix(value == NULL ? "" : value);
        if (line->prefix == NULL) {
            line->status = cli_fail_nomem(); /* going on would use another host */
            return -1;
        }
    } else if (has_value("--host", words, &value, &used)) {
        line->options.host = value;
    } else if (has_value("--member", words, &value, &used)) {
        line->options.member = value;
    } else if (strncmp(words[0], "--color=", strlen("--color=")) == 0) {
        value = words[0] + strlen("--color=");
        used = 1;
        if (!parse_when(value, &line->colour)) {
            cli_usage(NULL, "--color wants always, never or auto, not %s", value);
            return -1;
        }
    }
    if (used > 0 && value == NULL) {
        cli_usage(NULL, "option %s needs an argument", words[0]);
        return -1;
    }
    return used;
}

/* Takes the options of all verbs.  Returns 0, or -1 after a message. */
static int take_common(struct line *line, int argc, char **argv)
{
    int used = 0;

    for (int i = 1; i < argc; i += used) {
        if (strcmp(argv[i], "--") == 0) {
            while (i < argc) {
                line->argv[line->argc++] = argv[i++];
            }
            break;
        }
        used = take_flag(line, argv[i]) ? 1 : take_valued(line, argv + i);
        if (used < 0) {
            return -1;
        }
        if (used == 0) {
            line->argv[line->argc++] = argv[i];
            used = 1;
        }
    }
    if (line->prefix != NULL) {
        line->options.root_prefix = line->prefix;
    }
    return 0;
}

/* The options of all verbs, for hints. */
static const char *const common[] = { "json",  "root-prefix", "host", "member",
                                      "color", "version",     "help" };

/* Prints that there is no such option, neither of all verbs nor in `longs` (may be NULL). */
static int unknown_option(const char *verb, const char *word, const struct option *longs)
{
    size_t dashes = strspn(word, "-");
    char *name = strndup(word + dashes, strcspn(word + dashes, "="));
    struct cli_hint hint = CLI_HINT_INIT(name == NULL ? "" : name);

    for (; longs != NULL && longs->name != NULL; longs++) {
        cli_hint_try(&hint, "--", longs->name);
    }
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        cli_hint_try(&hint, "--", common[i]);
    }
    free(name);
    return hint.best == 0 ? cli_usage(verb, "option %s takes no argument, or is not for here", word)
                          : cli_usage(verb, "option %s not recognized%s", word, hint.text);
}

/* "-o" is for the verbs that have --output. */
int cli_getopt(const char *verb, int argc, char **argv, const struct option *longs)
{
    int found = 0;
    bool writes = false;

    for (const struct option *option = longs; option->name != NULL; option++) {
        writes = writes || option->val == 'o';
    }
    opterr = 0;
    found = getopt_long(argc, argv, writes ? ":o:" : ":", longs, NULL);
    if (found == ':') {
        cli_usage(verb, "option %s needs an argument", argv[optind - 1]);
        return '?';
    }
    if (found == '?') {
        unknown_option(verb, argv[optind - 1], longs);
    }
    return found;
}

/* ---- The run --------------------------------------------------------------------------------- */

/* Whether the reader of the output has ended (`| head`). */
static bool reader_is_gone(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

/* Fails when the output could not be written; without a message when its reader has ended. */
static int finish(int status)
{
    bool failed = ferror(stdout) != 0;

    errno = 0;
    if (fflush(stdout) == 0 && !failed) {
        return cli_is_lost() ? cli_fail_nomem() : status;
    }
    if (!reader_is_gone()) {
        cli_error("cannot write to standard output%s%s", errno == 0 ? "" : ": ",
                  errno == 0 ? "" : strerror(errno));
    }
    return CLI_FAILED;
}

static int unknown_verb(const char *word)
{
    struct cli_hint hint = CLI_HINT_INIT(word);

    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        cli_hint_try(&hint, "", cli_commands[i]->name);
    }
    return cli_usage(NULL, "no such verb: %s%s", word, hint.text);
}

static int serve(struct line *line)
{
    const struct cli_command *command = NULL;

    if (line->version) {
        puts("dbcache " DBCACHE_VERSION);
        return CLI_OK;
    }
    if (line->argc == 0) {
        return line->help ? print_help() : cli_usage(NULL, "what is to be done? Give a verb");
    }
    command = find_command(line->argv[0]);
    if (command == NULL) {
        return line->argv[0][0] == '-' ? unknown_option(NULL, line->argv[0], NULL)
                                       : unknown_verb(line->argv[0]);
    }
    return line->help ? print_verb_help(command)
                      : command->run(&line->options, line->argc, line->argv);
}

int main(int argc, char **argv)
{
    struct line line = { .options = { .root_prefix = "" }, .status = CLI_USAGE };

    if (program_settle() < 0) {
        return CLI_FAILED;
    }
    cli_output_setup(CLI_AUTO);
    line.argv = calloc((size_t)argc + 1, sizeof *line.argv);
    if (line.argv == NULL) {
        return cli_fail_nomem();
    }
    if (take_common(&line, argc, argv) == 0) {
        line.options.colour = cli_output_setup(line.colour);
        line.status = finish(serve(&line));
    }
    free(line.argv);
    free(line.prefix);
    return line.status;
}
