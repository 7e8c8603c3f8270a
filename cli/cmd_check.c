/* cmd_check.c - dbcache check: runs the rules of cache/analysis/check.h and prints what they found.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/check.h"
#include "analysis/label.h"
#include "base/error.h"
#include "cmd_analysis.h"
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

/* A paragraph between the margins. */
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

static int explain(const struct cli_options *options, const char *id)
{
    const struct dbc_rule *rule = dbc_rule_by_id(id);

    if (rule == NULL) {
        return cli_usage(cli_find_command("check"),
                         "expected a rule of dbcache check --list, found '%s'", id);
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

static json_t *finding_json(const struct dbc_db *db, const struct dbc_finding *finding)
{
    const struct dbc_record *rec = finding->rec;
    char label[DBC_LABEL_SIZE];
    json_t *json = json_object();

    json_object_set_new(json, "rule", json_string(finding->rule->id));
    json_object_set_new(json, "severity", json_string(dbc_severity_name(finding->rule->severity)));
    json_object_set_new(json, "line", json_integer(rec == NULL ? 0 : rec->line));
    json_object_set_new(json, "record",
                        cli_json_text(rec == NULL ? NULL : dbc_label(db, rec, label)));
    json_object_set_new(json, "class",
                        cli_json_text(rec == NULL ? NULL : dbc_schema_class(rec->class_)->name));
    json_object_set_new(json, "ref", cli_json_text(rec == NULL ? NULL : rec->ref));
    json_object_set_new(json, "field",
                        cli_json_text(*finding->field == '\0' ? NULL : finding->field));
    json_object_set_new(json, "key", cli_json_text(finding->key));
    json_object_set_new(json, "value", cli_json_text(finding->value));
    json_object_set_new(json, "message", cli_json_text(finding->message));
    return json;
}

static int print_findings_json(const struct dbc_db *db, const struct dbc_findings *findings)
{
    json_t *list = json_array();
    json_t *all =
        json_pack("{s:o, s:I, s:I, s:I, s:o}", "source", cli_json_text(db->source), "errors",
                  (json_int_t)findings->errors, "warnings", (json_int_t)findings->warnings,
                  "left_out", (json_int_t)findings->left_out, "findings", list);

    for (size_t i = 0; i < findings->n; i++) {
        json_array_append_new(list, finding_json(db, &findings->v[i]));
    }
    return cli_json_print(all);
}

static void print_finding(const struct dbc_db *db, const struct dbc_finding *finding)
{
    cli_put(CLI_PLAIN, db->source);
    if (finding->rec != NULL && finding->rec->line != 0) {
        printf(":%u", finding->rec->line);
    }
    fputs(": ", stdout);
    put_severity(finding->rule->severity);
    printf(": %s ", finding->message);
    cli_put(CLI_DIM, "[");
    cli_put(CLI_DIM, finding->rule->id);
    cli_put(CLI_DIM, "]");
    putchar('\n');
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void print_findings(const struct dbc_db *db, const struct dbc_findings *findings)
{
    for (size_t i = 0; i < findings->n; i++) {
        print_finding(db, &findings->v[i]);
    }
    if (findings->left_out > 0) {
        printf("... and %zu more of the same kinds\n", findings->left_out);
    }
    if (findings->errors + findings->warnings == 0) {
        printf("Nothing found.\n");
        return;
    }
    printf("%zu error%s, %zu warning%s. `dbcache check --explain RULE` says more of the rule in "
           "[brackets].\n",
           findings->errors, plural(findings->errors), findings->warnings,
           plural(findings->warnings));
}

static int check(const struct cli_options *options, const char *file)
{
    struct dbc_findings findings = DBC_FINDINGS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = cli_load(options, file);
    int status = CLI_FAILED;

    if (db == NULL) {
        return CLI_FAILED;
    }
    if (dbc_check(db, &findings, &err) != 0) {
        status = cli_fail(&err);
        goto out;
    }
    if (!options->json) {
        print_findings(db, &findings);
    } else if (print_findings_json(db, &findings) != 0) {
        goto out;
    }
    status = findings.errors > 0 ? CLI_FAILED : findings.warnings > 0 ? CLI_DIFFERENT : CLI_OK;
out:
    dbc_findings_release(&findings);
    dbc_db_free(db);
    return status;
}

int cli_cmd_check(const struct cli_options *options, int argc, char **argv)
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
    if (argc - optind > 1 || ((all || id != NULL) && (argc > optind || (all && id != NULL)))) {
        return cli_usage(cli_find_command("check"), "expected one FILE, --list or --explain RULE");
    }
    if (all) {
        return list(options);
    }
    return id != NULL ? explain(options, id) : check(options, argv[optind]);
}
