/* cmd_repair.c - dbcache repair: mends a cache with cache/analysis/repair.h, lists each mend, and
 * prints the findings that are left for a person to decide. */
#include <getopt.h>
#include <stdlib.h>

#include "analysis/label.h"
#include "analysis/repair.h"
#include "base/error.h"
#include "command.h"
#include "input/cache.h"
#include "json.h"

/* ---- For people ------------------------------------------------------------------------------ */

static void print_line(enum cli_style style, const char *what, const char *message,
                       const struct dbc_rule *rule)
{
    cli_put(style, what);
    cli_put(CLI_PLAIN, " ");
    cli_put(CLI_PLAIN, message);
    cli_put(CLI_PLAIN, " ");
    printf("[%s]\n", rule->id);
}

static void print_left(const struct dbc_findings *left)
{
    for (size_t i = 0; i < left->n; i++) {
        bool error = left->v[i].rule->severity == DBC_SEVERITY_ERROR;
        print_line(error ? CLI_BAD : CLI_WARN,
                   error ? "left, error:" : "left, warning:", left->v[i].message, left->v[i].rule);
    }
    if (left->left_out > 0) {
        printf("... and %zu more of the same kinds\n", left->left_out);
    }
}

static void print_report(const struct dbc_repair *repair, const struct dbc_findings *left,
                         bool dry_run)
{
    for (size_t i = 0; i < repair->n; i++) {
        print_line(CLI_GOOD, dry_run ? "would mend:" : "mended:", repair->v[i].message,
                   repair->v[i].rule);
    }
    if (repair->left_out > 0) {
        printf("... and %zu more of the same kinds\n", repair->left_out);
    }
    print_left(left);
    if (repair->n == 0) {
        puts(left->n == 0 ? "Nothing to mend." : "Nothing that only one answer fits.");
    }
}

/* ---- For programs ---------------------------------------------------------------------------- */

static json_t *entry_json(const struct dbc_db *db, const struct dbc_rule *rule,
                          const struct dbc_record *rec, const char *field, const char *message)
{
    char label[DBC_LABEL_SIZE];

    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "rule", rule->id, "severity",
                     dbc_severity_name(rule->severity), "record",
                     cli_json_text(rec == NULL ? NULL : dbc_label(db, rec, label)), "ref",
                     cli_json_text(rec == NULL ? NULL : rec->ref), "field",
                     cli_json_text(*field == '\0' ? NULL : field), "message",
                     cli_json_text(message));
}

static int print_json(const struct dbc_db *db, const struct dbc_repair *repair,
                      const struct dbc_findings *left)
{
    json_t *mended = json_array(), *rest = json_array(), *json = NULL;

    for (size_t i = 0; i < repair->n; i++) {
        const struct dbc_mend *mend = &repair->v[i];
        json_array_append_new(mended,
                              entry_json(db, mend->rule, mend->rec, mend->field, mend->message));
    }
    for (size_t i = 0; i < left->n; i++) {
        const struct dbc_finding *f = &left->v[i];
        json_array_append_new(rest, entry_json(db, f->rule, f->rec, f->field, f->message));
    }
    json = json_pack("{s:o, s:o, s:o}", "source", cli_json_text(db->source), "mended", mended,
                     "left", rest);
    return cli_json_print(json) == 0 ? CLI_OK : CLI_FAILED;
}

/* ---- The verb -------------------------------------------------------------------------------- */

static int report(const struct cli_options *options, const struct cli_edit *edit,
                  const struct dbc_repair *repair, bool dry_run)
{
    struct dbc_findings left = DBC_FINDINGS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int status = CLI_OK;

    if (dbc_check(edit->db, &left, &err) != 0) {
        return cli_fail(&err);
    }
    if (options->json) {
        status = print_json(edit->db, repair, &left);
    } else {
        print_report(repair, &left, dry_run);
        status = dry_run && repair->n > 0 ? cli_edit_print_diff(edit) : CLI_OK;
    }
    if (status == CLI_OK) {
        status = left.errors > 0 ? CLI_FAILED : left.warnings > 0 ? CLI_DIFFERENT : CLI_OK;
    }
    dbc_findings_release(&left);
    return status;
}

/* A cache is rewritten when anything was mended, or when it was damaged. */
static int repair_file(const struct cli_options *options, const char *file, unsigned flags)
{
    struct cli_edit edit;
    struct dbc_repair repair = DBC_REPAIR_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    bool dry_run = (flags & CLI_EDIT_DRY_RUN) != 0;
    int status = cli_edit_open(options, file, flags, &edit);

    if (status != CLI_OK) {
        return status;
    }
    if (dbc_repair(edit.db, &repair, &err) != 0) {
        status = cli_fail(&err);
    } else if (!dry_run && (repair.n > 0 || edit.damaged)) {
        status = cli_edit_save(&edit, "repair");
    }
    if (status == CLI_OK) {
        status = report(options, &edit, &repair, dry_run);
    }
    dbc_repair_release(&repair);
    cli_edit_close(&edit);
    return status;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = { { "dry-run", no_argument, NULL, 'n' },
                                           { "force", no_argument, NULL, 'f' },
                                           { NULL, 0, NULL, 0 } };
    unsigned flags = 0;
    int found = 0;

    while ((found = cli_getopt("repair", argc, argv, longs)) != -1) {
        if (found == '?') {
            return CLI_USAGE;
        }
        flags |= found == 'n' ? CLI_EDIT_DRY_RUN : CLI_EDIT_FORCE;
    }
    if (argc - optind > 1) {
        return cli_usage("repair", "one FILE at a time, not also %s", argv[optind + 1]);
    }
    return repair_file(options, argv[optind], flags);
}

const struct cli_command cli_verb_repair = {
    "repair", "mend what check finds and only one answer fits",
    "repair [FILE]\n"
    "\n"
    "  --dry-run           only list what would be done, and print the difference\n"
    "  --force             a damaged file, too: what is behind the damage is given up\n"
    "\n"
    "Exit status: as of check, for what is left: 0 nothing, 1 warnings, 2 errors, or failed.\n",
    true, run_verb
};
