/* cmd_diff.c - dbcache diff: prints what cache/analysis/diff.h finds, as text or JSON. */
#include <getopt.h>
#include <string.h>

#include "analysis/diff.h"
#include "analysis/label.h"
#include "base/error.h"
#include "cmd_diff.h"
#include "json.h"

#define NAME_WIDTH 24  /* of a field's name; a longer one is wider */
#define TITLE_SIZE 512 /* of a field's name and key */

struct view {
    const struct dbc_db *old_db, *new_db;
};

/* ---- For people --------------------------------------------------------------------------- */

static void print_value(char sign, const char *value)
{
    const char line[] = { sign, ' ', '\0' };
    enum cli_style style = sign == '-' ? CLI_BAD : CLI_GOOD;

    cli_put(style, line);
    cli_put(style, *value == '\0' ? "(empty)" : value);
    putchar('\n');
}

static void field_name(const struct dbc_diff_field *field, char out[TITLE_SIZE])
{
    size_t n = dbc_printable(out, TITLE_SIZE / 2, *field->name == '\0' ? "(unknown)" : field->name);

    if (field->key != NULL) {
        out[n++] = ':';
        dbc_printable(out + n, TITLE_SIZE - n, field->key);
    }
}

/* Prints a field, with its name before the first line only. */
static void print_field(const struct dbc_diff_field *field, bool named)
{
    char name[TITLE_SIZE] = "";

    if (named) {
        field_name(field, name);
    }
    if (field->old_label != NULL) {
        printf("    %-*s ", NAME_WIDTH, name);
        print_value('-', field->old_label);
        name[0] = '\0';
    }
    if (field->new_label != NULL) {
        printf("    %-*s ", NAME_WIDTH, name);
        print_value('+', field->new_label);
    }
}

/* Prints " (line 12)" or " (line 12, now 14)", or nothing when records have no lines. */
static void print_place(const struct dbc_diff_record *record)
{
    unsigned before = record->old_rec == NULL ? 0 : record->old_rec->line;
    unsigned now = record->new_rec == NULL ? 0 : record->new_rec->line;

    if (before != 0 && now != 0 && before != now) {
        printf(" (line %u, now %u)", before, now);
    } else if (before != 0 || now != 0) {
        printf(" (line %u)", before != 0 ? before : now);
    }
}

static void print_title(const struct view *view, const struct dbc_diff_record *record)
{
    const struct dbc_record *rec = record->old_rec != NULL ? record->old_rec : record->new_rec;
    const struct dbc_db *db = record->old_rec != NULL ? view->old_db : view->new_db;
    char label[DBC_LABEL_SIZE] = "outside of records";

    if (rec != NULL) {
        dbc_label(db, rec, label);
    }
    switch (record->change) {
    case DBC_RECORD_REMOVED:
        cli_put(CLI_BAD, "- ");
        cli_put(CLI_BAD, label);
        break;
    case DBC_RECORD_ADDED:
        cli_put(CLI_GOOD, "+ ");
        cli_put(CLI_GOOD, label);
        break;
    case DBC_RECORD_CHANGED:
        cli_put(CLI_BOLD, label);
        break;
    }
    print_place(record);
    putchar('\n');
}

static void print_record(const struct view *view, const struct dbc_diff_record *record)
{
    const struct dbc_diff_field *before = NULL;

    print_title(view, record);
    for (size_t i = 0; i < record->n_fields; i++) {
        const struct dbc_diff_field *field = &record->fields[i];
        bool goes_on = before != NULL && field->key == NULL && before->key == NULL &&
                       strcmp(before->name, field->name) == 0;
        print_field(field, !goes_on);
        before = field;
    }
}

/* ---- For programs ------------------------------------------------------------------------- */

static json_t *field_json(const struct dbc_diff_field *field)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "field",
                     cli_json_text(*field->name == '\0' ? NULL : field->name), "key",
                     cli_json_text(field->key), "old", cli_json_text(field->old_value), "new",
                     cli_json_text(field->new_value), "old_label", cli_json_text(field->old_label),
                     "new_label", cli_json_text(field->new_label));
}

static json_t *side_json(const struct dbc_db *db, const struct dbc_record *rec)
{
    char label[DBC_LABEL_SIZE];

    return rec == NULL ? json_null()
                       : json_pack("{s:o, s:s, s:o, s:I}", "record",
                                   cli_json_text(dbc_label(db, rec, label)), "class",
                                   dbc_schema_class(rec->class_)->name, "ref",
                                   cli_json_text(rec->ref), "line", (json_int_t)rec->line);
}

static json_t *record_json(const struct view *view, const struct dbc_diff_record *record)
{
    static const char *const words[] = { [DBC_RECORD_REMOVED] = "removed",
                                         [DBC_RECORD_ADDED] = "added",
                                         [DBC_RECORD_CHANGED] = "changed" };
    json_t *fields = json_array();

    for (size_t i = 0; i < record->n_fields; i++) {
        json_array_append_new(fields, field_json(&record->fields[i]));
    }
    return json_pack("{s:s, s:o, s:o, s:o}", "change", words[record->change], "old",
                     side_json(view->old_db, record->old_rec), "new",
                     side_json(view->new_db, record->new_rec), "fields", fields);
}

static int print_json(const struct view *view, const struct dbc_diff *diff)
{
    json_t *records = json_array();
    json_t *all = json_pack("{s:o, s:o, s:o}", "old", cli_json_text(view->old_db->source), "new",
                            cli_json_text(view->new_db->source), "records", records);

    for (size_t i = 0; i < diff->n; i++) {
        json_array_append_new(records, record_json(view, &diff->v[i]));
    }
    return cli_json_print(all);
}

/* ---- The verb ----------------------------------------------------------------------------- */

int cli_diff_databases(const struct cli_options *options, const struct dbc_db *old_db,
                       const struct dbc_db *new_db, bool identity)
{
    const struct view view = { old_db, new_db };
    struct dbc_diff diff = DBC_DIFF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int status = CLI_FAILED;

    if (dbc_diff(old_db, new_db, identity, &diff, &err) != 0) {
        return cli_fail(&err);
    }
    status = diff.n > 0 ? CLI_DIFFERENT : CLI_OK;
    if (options->json && print_json(&view, &diff) != 0) {
        status = CLI_FAILED;
    }
    for (size_t i = 0; i < diff.n && !options->json; i++) {
        print_record(&view, &diff.v[i]);
    }
    dbc_diff_release(&diff);
    return status;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option long_options[] = { { "uuid", no_argument, NULL, 'u' },
                                                  { NULL, 0, NULL, 0 } };
    struct dbc_db *old_db = NULL, *new_db = NULL;
    bool identity = false;
    int status = CLI_FAILED, c = 0;

    while ((c = cli_getopt("diff", argc, argv, long_options)) != -1) {
        if (c == '?') {
            return CLI_USAGE;
        }
        identity = true;
    }
    if (argc - optind != 2) {
        return cli_usage("diff", "expected two files, OLD and NEW");
    }
    old_db = cli_load(options, argv[optind]);
    new_db = old_db == NULL ? NULL : cli_load(options, argv[optind + 1]);
    if (new_db != NULL) {
        status = cli_diff_databases(options, old_db, new_db, identity);
    }
    dbc_db_free(old_db);
    dbc_db_free(new_db);
    return status;
}

const struct cli_command cli_verb_diff = {
    "diff", "compare two hosts or two states, record by record",
    "diff OLD NEW\n"
    "\n"
    "  --uuid            also the uuids of records that are the same by device or bridge only\n"
    "\n"
    "Exit status: 0 the same, 1 different, 2 a file that cannot be read.\n",
    false, run_verb
};
