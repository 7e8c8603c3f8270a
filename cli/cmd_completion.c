/* cmd_completion.c - dbcache completion: writes a script for bash or zsh from the table of verbs,
 * their usage texts, the schema and the rules, so that it is never out of date. */
#include <getopt.h>
#include <string.h>

#include "analysis/check.h"
#include "base/buf.h"
#include "command.h"
#include "model/schema.h"

/* ---- Words ----------------------------------------------------------------------------------- */

/* Finds the option at the start of a usage text's line, as "--name" or "--name="; false when there
 * is none. */
static bool option_of_line(const char *line, struct dbc_buf *out)
{
    size_t blanks = strspn(line, " "), len = strcspn(line, "\n");
    const char *at = NULL;

    if (blanks < 2 || blanks > 6 || line[blanks] != '-') {
        return false;
    }
    at = strstr(line, "--");
    if (at == NULL || at >= line + len) {
        return false;
    }
    dbc_buf_add(out, at, strspn(at, "-abcdefghijklmnopqrstuvwxyz"));
    if (at[strspn(at, "-abcdefghijklmnopqrstuvwxyz")] == '=') {
        dbc_buf_addc(out, '=');
    }
    return true;
}

/* Calls `use` with each option of a usage text. */
static void each_option(const char *usage, void (*use)(struct dbc_buf *out, const char *option),
                        struct dbc_buf *out)
{
    for (const char *line = usage; *line != '\0'; line += strcspn(line, "\n")) {
        struct dbc_buf option = DBC_BUF_INIT;
        line += *line == '\n';
        if (option_of_line(line, &option)) {
            use(out, dbc_buf_str(&option));
        }
        out->failed = out->failed || option.failed;
        dbc_buf_release(&option);
    }
}

static void add_word(struct dbc_buf *out, const char *word)
{
    dbc_buf_addf(out, " %s", word);
}

static void add_classes(struct dbc_buf *out)
{
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        add_word(out, dbc_schema_class((enum dbc_class)i)->name);
    }
}

static void add_fields(struct dbc_buf *out, enum dbc_class class_)
{
    const struct dbc_class_info *info = dbc_schema_class(class_);

    for (size_t i = 0; i < info->n_fields; i++) {
        if (info->fields[i].kind != DBC_KIND_REFS && info->fields[i].kind != DBC_KIND_MAP) {
            add_word(out, info->fields[i].name);
        }
    }
}

/* Adds the words that may follow a verb besides options and files. */
static void add_arguments(struct dbc_buf *out, const char *verb)
{
    if (strcmp(verb, "show") == 0 || strcmp(verb, "set") == 0) {
        add_classes(out);
    } else if (strcmp(verb, "completion") == 0) {
        dbc_buf_adds(out, " bash zsh");
    }
}

static void add_rules(struct dbc_buf *out)
{
    const struct dbc_rule *rule = NULL;

    for (size_t i = 0; (rule = dbc_rule_at(i)) != NULL; i++) {
        add_word(out, rule->id);
    }
}

/* ---- bash ------------------------------------------------------------------------------------ */

static const char bash_head[] =
    "# bash completion of dbcache(1), as printed by `dbcache completion bash`.\n"
    "_dbcache()\n"
    "{\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local verb='' class='' words='' i\n"
    "    COMPREPLY=()\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n"
    "        -*) ;;\n"
    "        *) if [ -z \"$verb\" ]; then verb=${COMP_WORDS[i]}; else\n"
    "               class=${class:-${COMP_WORDS[i]}}; fi ;;\n"
    "        esac\n"
    "    done\n"
    "    case $verb in\n";

static const char bash_tail[] =
    "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
    "    if [ ${#COMPREPLY[@]} = 1 ] && [[ ${COMPREPLY[0]} == *= ]]; then\n"
    "        compopt -o nospace 2>/dev/null\n"
    "    fi\n"
    "}\n"
    "complete -o bashdefault -o default -F _dbcache dbcache\n";

static void add_bash_verb(struct dbc_buf *out, const struct cli_command *command)
{
    dbc_buf_addf(out, "    %s) words='", command->name);
    add_arguments(out, command->name);
    each_option(command->usage, add_word, out);
    dbc_buf_adds(out, "' ;;\n");
}

static void add_bash_fields(struct dbc_buf *out)
{
    dbc_buf_adds(out, "    case $verb/$class in\n");
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        dbc_buf_addf(out, "    set/%s) words+='", dbc_schema_class((enum dbc_class)i)->name);
        add_fields(out, (enum dbc_class)i);
        dbc_buf_adds(out, " other_config:' ;;\n");
    }
    dbc_buf_adds(out, "    esac\n");
}

static void make_bash(struct dbc_buf *out)
{
    dbc_buf_adds(out, bash_head);
    dbc_buf_adds(out, "    '') words='");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        add_word(out, cli_commands[i]->name);
    }
    dbc_buf_adds(out, "' ;;\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        add_bash_verb(out, cli_commands[i]);
    }
    dbc_buf_adds(out, "    esac\n");
    add_bash_fields(out);
    dbc_buf_adds(out, "    words+='");
    each_option(cli_common_usage, add_word, out);
    dbc_buf_adds(out, "'\n    [ \"$before\" != --explain ] || words='");
    add_rules(out);
    dbc_buf_adds(out, "'\n");
    dbc_buf_adds(out, bash_tail);
}

/* ---- zsh ------------------------------------------------------------------------------------- */

/* Adds an option in the form of zsh's _arguments, which marks options with a value. */
static void add_spec(struct dbc_buf *out, const char *option)
{
    bool valued = option[strlen(option) - 1] == '=';

    dbc_buf_addf(out, " \\\n            '%s%s'", option, valued ? ":value:_files" : "");
}

static void add_zsh_verb(struct dbc_buf *out, const struct cli_command *command)
{
    struct dbc_buf words = DBC_BUF_INIT;

    add_arguments(&words, command->name);
    dbc_buf_addf(out, "    %s)\n        _arguments", command->name);
    each_option(command->usage, add_spec, out);
    each_option(cli_common_usage, add_spec, out);
    if (words.len > 0) {
        dbc_buf_addf(out, " \\\n            '1:word:(%s)'", dbc_buf_str(&words) + 1);
    }
    dbc_buf_adds(out, " \\\n            '*:file:_files'\n        ;;\n");
    out->failed = out->failed || words.failed;
    dbc_buf_release(&words);
}

static void make_zsh(struct dbc_buf *out)
{
    dbc_buf_adds(out, "#compdef dbcache\n"
                      "# zsh completion of dbcache(1), as printed by `dbcache completion zsh`.\n"
                      "_dbcache() {\n"
                      "    local -a verbs\n"
                      "    verbs=(\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        dbc_buf_addf(out, "        \"%s:%s\"\n", cli_commands[i]->name, cli_commands[i]->summary);
    }
    dbc_buf_adds(out, "    )\n"
                      "    if (( CURRENT == 2 )); then\n"
                      "        _describe verb verbs\n"
                      "        return\n"
                      "    fi\n"
                      "    local verb=$words[2]\n"
                      "    shift words\n"
                      "    (( CURRENT-- ))\n"
                      "    case $verb in\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        add_zsh_verb(out, cli_commands[i]);
    }
    dbc_buf_adds(out, "    esac\n"
                      "}\n"
                      "if [ \"$funcstack[1]\" = _dbcache ]; then _dbcache \"$@\"; fi\n");
}

/* ---- The verb -------------------------------------------------------------------------------- */

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = { { NULL, 0, NULL, 0 } };
    struct dbc_buf out = DBC_BUF_INIT;
    int status = CLI_OK;

    (void)options;
    if (cli_getopt("completion", argc, argv, longs) != -1) {
        return CLI_USAGE;
    }
    if (argc - optind != 1 ||
        (strcmp(argv[optind], "bash") != 0 && strcmp(argv[optind], "zsh") != 0)) {
        return cli_usage("completion", "for which shell? bash or zsh");
    }
    if (strcmp(argv[optind], "bash") == 0) {
        make_bash(&out);
    } else {
        make_zsh(&out);
    }
    if (out.failed) {
        status = cli_fail_nomem();
    } else {
        fputs(dbc_buf_str(&out), stdout);
    }
    dbc_buf_release(&out);
    return status;
}

const struct cli_command cli_verb_completion = {
    "completion", "print what a shell needs to complete dbcache's command line",
    "completion bash|zsh\n"
    "\n"
    "  In ~/.bashrc: source <(dbcache completion bash); for zsh, write it to a file named\n"
    "  _dbcache in a folder of $fpath.\n",
    false, run_verb
};
