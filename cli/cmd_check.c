/* cmd_check.c - dbcache check: runs the rules on each host, and those on several of them together,
 * and prints what they found. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/label.h"
#include "analysis/pool.h"
#include "base/error.h"
#include "command.h"
#include "hint.h"
#include "input/each.h"
#include "json.h"

#define WIDTH 78 /* of explanations */

static void put_severity(enum dbc_severity severity)
{
    cli_put(severity == DBC_SEVERITY_ERROR ? CLI_BAD : CLI_WARN, dbc_severity_name(severity));
}

/* ---- Rules -------------------------------------------------------------------------------- */

static json_t *rule_json(const struct dbc_rule *rule)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", rule->id, "severity",
                     dbc_severity_name(rule->severity), "title", rule->title, "why", rule->why,
                     "what_to_do", rule->what_to_do);
}

static int list_json(void)
{
    const struct dbc_rule *rule = NULL;
    json_t *all = json_array();

    for (size_t i = 0; (rule = dbc_rule_at(i)) != NULL; i++) {
        json_array_append_new(all, rule_json(rule));
    }
    return cli_json_print(all) == 0 ? CLI_OK : CLI_FAILED;
}

static int list(const struct cli_options *options)
{
    struct cli_table *table = NULL;
    const struct dbc_rule *rule = NULL;

    if (options->json) {
        return list_json();
    }
    table = cli_table_new();
    for (size_t i = 0; (rule = dbc_rule_at(i)) != NULL; i++) {
        cli_table_styled(table, rule->severity == DBC_SEVERITY_ERROR ? CLI_BAD : CLI_WARN,
                         dbc_severity_name(rule->severity));
        cli_table_cell(table, rule->id);
        cli_table_cell(table, rule->title);
        cli_table_row(table);
    }
    return cli_table_print(table, stdout) == 0 ? CLI_OK : cli_fail_nomem();
}

/* Prints a paragraph, indented and wrapped. */
static void print_text(const char *text)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t word = strcspn(text, " ");

        if (column > 0 && column + 1 + word > WIDTH) {
            putchar('\n');
            column = 0;
        }
        printf("%s%.*s", column == 0 ? "  " : " ", (int)word, text);
        column += word + (column == 0 ? 2 : 1);
        text += word;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void print_part(const char *title, const char *text)
{
    putchar('\n');
    cli_put(CLI_BOLD, title);
    putchar('\n');
    print_text(text);
}

static int unknown_rule(const char *id)
{
    struct cli_hint hint = CLI_HINT_INIT(id);
    const struct dbc_rule *rule = NULL;

    for (size_t i = 0; (rule = dbc_rule_at(i)) != NULL; i++) {
        cli_hint_try(&hint, "", rule->id);
    }
    return cli_usage("check", "expected a rule of dbcache check --list, found '%s'%s", id,
                     hint.text);
}

static int explain(const struct cli_options *options, const char *id)
{
    const struct dbc_rule *rule = dbc_rule_by_id(id);

    if (rule == NULL) {
        return unknown_rule(id);
    }
    if (options->json) {
        return cli_json_print(rule_json(rule)) == 0 ? CLI_OK : CLI_FAILED;
    }
    cli_put(CLI_BOLD, rule->id);
    fputs(" (", stdout);
    put_severity(rule->severity);
    fputs(")\n", stdout);
    print_text(rule->title);
    print_part("Why it matters", rule->why);
    print_part("What to do", rule->what_to_do);
    return CLI_OK;
}

/* ---- Findings ----------------------------------------------------------------------------- */

/* Everything that check found: of each host, and of all of them together. */
struct checked {
    struct cli_hosts hosts;
    struct dbc_findings *of; /* of each host */
    struct dbc_findings pool;
    size_t errors, warnings, left_out;
};

static json_t *finding_json(const struct dbc_db *db, const struct dbc_finding *finding)
{
    const struct dbc_record *rec = finding->rec;
    char label[DBC_LABEL_SIZE];

    return json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "rule",
                     finding->rule->id, "severity", dbc_severity_name(finding->rule->severity),
                     "line", (json_int_t)(rec == NULL ? 0 : rec->line), "record",
                     cli_json_text(rec == NULL ? NULL : dbc_label(db, rec, label)), "class",
                     cli_json_text(rec == NULL ? NULL : dbc_schema_class(rec->class_)->name), "ref",
                     cli_json_text(rec == NULL ? NULL : rec->ref), "field",
                     cli_json_text(*finding->field == '\0' ? NULL : finding->field), "key",
                     cli_json_text(finding->key), "value", cli_json_text(finding->value), "message",
                     cli_json_text(finding->message));
}

static json_t *counts_json(size_t errors, size_t warnings, size_t left_out, json_t *list)
{
    return json_pack("{s:I, s:I, s:I, s:o}", "errors", (json_int_t)errors, "warnings",
                     (json_int_t)warnings, "left_out", (json_int_t)left_out, "findings", list);
}

static json_t *source_json(const struct cli_host *host)
{
    return json_pack("{s:o, s:o}", "source", cli_json_text(host->file), "host",
                     cli_json_text(host->name));
}

static json_t *host_json(const struct cli_host *host, const struct dbc_findings *findings)
{
    json_t *list = json_array(), *json = source_json(host);

    for (size_t i = 0; i < findings->n; i++) {
        json_array_append_new(list, finding_json(host->db, &findings->v[i]));
    }
    json_object_update_new(json, counts_json(findings->errors, findings->warnings,
                                             findings->left_out, list));
    return json;
}

/* The findings between hosts; each names its host. */
static json_t *pool_json(const struct checked *checked)
{
    const struct dbc_findings *pool = &checked->pool;
    json_t *list = json_array();

    for (size_t i = 0; i < pool->n; i++) {
        const struct cli_host *host = &checked->hosts.v[pool->v[i].host];
        json_t *json = finding_json(host->db, &pool->v[i]);
        json_object_update_new(json, source_json(host));
        json_array_append_new(list, json);
    }
    return counts_json(pool->errors, pool->warnings, pool->left_out, list);
}

/* Prints one host's object, or for several hosts a list of these and the findings between them. */
static int print_json(const struct checked *checked)
{
    json_t *list = NULL;

    if (checked->hosts.n == 1) {
        return cli_json_print(host_json(&checked->hosts.v[0], &checked->of[0]));
    }
    list = json_array();
    for (size_t i = 0; i < checked->hosts.n; i++) {
        json_array_append_new(list, host_json(&checked->hosts.v[i], &checked->of[i]));
    }
    return cli_json_print(json_pack("{s:I, s:I, s:o, s:o}", "errors", (json_int_t)checked->errors,
                                    "warnings", (json_int_t)checked->warnings, "hosts", list,
                                    "between", pool_json(checked)));
}

/* `name` is NULL where the host is clear. */
static void print_finding(const struct cli_host *host, const char *name,
                          const struct dbc_finding *finding)
{
    cli_put(CLI_PLAIN, host->file);
    if (finding->rec != NULL && finding->rec->line != 0) {
        printf(":%u", finding->rec->line);
    }
    fputs(": ", stdout);
    put_severity(finding->rule->severity);
    fputs(": ", stdout);
    if (name != NULL) {
        cli_put(CLI_PLAIN, name);
        fputs(": ", stdout);
    }
    printf("%s ", finding->message);
    cli_put(CLI_DIM, "[");
    cli_put(CLI_DIM, finding->rule->id);
    cli_put(CLI_DIM, "]");
    putchar('\n');
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void print_all(const struct checked *checked)
{
    for (size_t i = 0; i < checked->hosts.n; i++) {
        const struct cli_host *host = &checked->hosts.v[i];
        for (size_t k = 0; k < checked->of[i].n; k++) {
            print_finding(host, host->uuid != NULL && checked->hosts.n > 1 ? host->name : NULL,
                          &checked->of[i].v[k]);
        }
    }
    for (size_t i = 0; i < checked->pool.n; i++) {
        const struct cli_host *host = &checked->hosts.v[checked->pool.v[i].host];
        print_finding(host, host->name, &checked->pool.v[i]);
    }
}

static void print_text_all(const struct checked *checked)
{
    print_all(checked);
    if (checked->left_out > 0) {
        printf("... and %zu more of the same kinds\n", checked->left_out);
    }
    if (checked->hosts.n > 1) {
        printf("%zu hosts: ", checked->hosts.n);
    }
    if (checked->errors + checked->warnings == 0) {
        printf("Nothing found.\n");
        return;
    }
    printf("%zu error%s, %zu warning%s. `dbcache check --explain RULE` says more of the rule in "
           "[brackets].\n",
           checked->errors, plural(checked->errors), checked->warnings, plural(checked->warnings));
}

/* ---- Looking ------------------------------------------------------------------------------ */

static void count(struct checked *checked, const struct dbc_findings *findings)
{
    checked->errors += findings->errors;
    checked->warnings += findings->warnings;
    checked->left_out += findings->left_out;
}

static int look_between(struct checked *checked, struct dbc_error *err)
{
    size_t n = checked->hosts.n;
    struct dbc_pool_host *hosts = calloc(n, sizeof *hosts);
    int rc = -1;

    if (hosts == NULL) {
        return dbc_fail_nomem(err);
    }
    for (size_t i = 0; i < n; i++) {
        hosts[i] = (struct dbc_pool_host){ checked->hosts.v[i].name, checked->hosts.v[i].db };
    }
    rc = dbc_check_pool(hosts, n, &checked->pool, err);
    free(hosts);
    count(checked, &checked->pool);
    return rc;
}

static int look(struct checked *checked, struct dbc_error *err)
{
    checked->of = calloc(checked->hosts.n, sizeof *checked->of);
    if (checked->of == NULL) {
        return dbc_fail_nomem(err);
    }
    for (size_t i = 0; i < checked->hosts.n; i++) {
        if (dbc_check(checked->hosts.v[i].db, &checked->of[i], err) != 0) {
            return -1;
        }
        count(checked, &checked->of[i]);
    }
    return checked->hosts.n > 1 ? look_between(checked, err) : 0;
}

static void release(struct checked *checked)
{
    for (size_t i = 0; checked->of != NULL && i < checked->hosts.n; i++) {
        dbc_findings_release(&checked->of[i]);
    }
    free(checked->of);
    dbc_findings_release(&checked->pool);
    cli_hosts_release(&checked->hosts);
}

static int check(const struct cli_options *options, char **files, size_t n)
{
    struct checked checked = { .of = NULL };
    struct dbc_error err = DBC_ERROR_INIT;
    int status = CLI_FAILED;

    if (cli_input_hosts(options, files, n, &checked.hosts) == 0) {
        if (look(&checked, &err) != 0) {
            status = cli_fail(&err);
        } else if (options->json) {
            status = print_json(&checked) == 0 ? CLI_OK : CLI_FAILED;
        } else {
            print_text_all(&checked);
            status = CLI_OK;
        }
        if (status == CLI_OK) {
            status = checked.errors > 0     ? CLI_FAILED
                     : checked.warnings > 0 ? CLI_DIFFERENT
                                            : CLI_OK;
        }
    }
    release(&checked);
    return status;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option long_options[] = { { "list", no_argument, NULL, 'l' },
                                                  { "explain", required_argument, NULL, 'e' },
                                                  { NULL, 0, NULL, 0 } };
    const char *id = NULL;
    bool all = false;
    int c = 0;

    while ((c = cli_getopt("check", argc, argv, long_options)) != -1) {
        if (c == '?') {
            return CLI_USAGE;
        }
        all = all || c == 'l';
        id = c == 'e' ? optarg : id;
    }
    if ((all || id != NULL) && (argc > optind || (all && id != NULL))) {
        return cli_usage("check", "expected FILE..., --list or --explain RULE");
    }
    if (all) {
        return list(options);
    }
    return id != NULL ? explain(options, id)
                      : check(options, argv + optind, (size_t)(argc - optind));
}

const struct cli_command cli_verb_check = {
    "check", "look for what is wrong with a host's network, or a pool's",
    "check [FILE]...\n"
    "       dbcache check --list\n"
    "       dbcache check --explain RULE\n"
    "\n"
    "  --list            every rule: severity, name, title\n"
    "  --explain RULE    what a rule looks for, why it matters, what to do\n"
    "\n"
    "Exit status: 0 nothing found, 1 warnings, 2 errors or a file that cannot be read.\n",
    false, run_verb
};
