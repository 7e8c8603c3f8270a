/* cmd_set.c - dbcache set: changes fields of one record.  A value must fit its field in the
 * schema's table, and all changes together must not make check find a new error. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "analysis/change.h"
#include "analysis/label.h"
#include "analysis/news.h"
#include "analysis/repair.h"
#include "base/error.h"
#include "base/valid.h"
#include "command.h"
#include "hint.h"
#include "input/cache.h"
#include "json.h"
#include "judge.h"
#include "records.h"

#define CONFIG "other_config:"

/* One field to change. */
struct change {
    const char *name;              /* as given */
    const char *value;             /* as given; NULL: remove the field or key */
    const struct dbc_field *field; /* other_config itself for a key */
    const char *key;               /* of other_config; NULL otherwise */
    char *before;                  /* for people, malloc'd */
};

struct order {
    const struct cli_options *options;
    enum dbc_class class_;
    const char *name; /* of the record; NULL: the pool */
    const char *file;
    unsigned flags; /* of cli_edit_open */
    struct change *changes;
    size_t n;
};

static bool is_forced(const struct order *order)
{
    return (order->flags & CLI_EDIT_FORCE) != 0;
}

/* ---- Which record, which field --------------------------------------------------------------- */

static const struct dbc_record *find_record(const struct dbc_db *db, const struct order *order)
{
    const char *class_name = dbc_schema_class(order->class_)->name;
    struct cli_found found = CLI_FOUND_INIT;
    const struct dbc_record *rec = NULL;

    if (cli_find(db, order->class_, order->name, &found) != 0) {
        cli_fail_nomem();
    } else if (found.n == 1) {
        rec = found.v[0];
    } else if (found.n == 0) {
        cli_not_found(db, order->class_, order->name);
    } else {
        cli_error("%s: %zu records are %s%s%s; name one by its reference, as %s", db->source,
                  found.n, class_name, order->name == NULL ? "" : " ",
                  order->name == NULL ? "" : order->name, found.v[0]->ref);
    }
    cli_found_release(&found);
    return rec;
}

static int unknown_field(enum dbc_class class_, const char *name)
{
    const struct dbc_class_info *info = dbc_schema_class(class_);
    struct cli_hint hint = CLI_HINT_INIT(name);

    for (size_t i = 0; i < info->n_fields; i++) {
        cli_hint_try(&hint, "", info->fields[i].name);
    }
    return cli_usage("set", "a %s has no field '%s'%s", info->name, name, hint.text);
}

static int check_key(const struct order *order, const char *key)
{
    const struct dbc_config_key *near = NULL;

    if (dbc_schema_keeps_key(order->class_, key) || is_forced(order)) {
        return CLI_OK;
    }
    near = dbc_nearest_key(order->class_, key);
    return cli_usage("set", "nobody reads a %s's key '%s'%s%s%s; --force sets it",
                     dbc_schema_class(order->class_)->name, key, near == NULL ? "" : " (there is ",
                     near == NULL ? "" : near->name, near == NULL ? "" : ")");
}

/* CLI_OK, or CLI_USAGE after a message. */
static int resolve_field(const struct order *order, struct change *change)
{
    bool is_key = strncmp(change->name, CONFIG, strlen(CONFIG)) == 0;
    const struct dbc_field *follows = NULL;

    change->field = dbc_schema_field(order->class_, is_key ? "other_config" : change->name);
    if (change->field == NULL) {
        return unknown_field(order->class_, change->name);
    }
    if (is_key) {
        change->key = change->name + strlen(CONFIG);
        return change->value == NULL ? CLI_OK : check_key(order, change->key);
    }
    if (change->field->kind == DBC_KIND_MAP) {
        return cli_usage("set", "name a key: " CONFIG "KEY");
    }
    if (change->field->kind == DBC_KIND_REFS) {
        follows = dbc_list_follows(change->field);
        return cli_usage("set", "%s is made from `%s` of each %s: set that", change->name,
                         follows->name, dbc_schema_class(follows->class_)->name);
    }
    return CLI_OK;
}

/* ---- Values ---------------------------------------------------------------------------------- */

/* Sets a reference from a record's name, uuid or reference, or "none". */
static int set_reference(struct dbc_db *db, const struct dbc_record *rec,
                         const struct change *change, struct dbc_error *err)
{
    struct cli_found found = CLI_FOUND_INIT;
    int rc = -1;

    if (strcasecmp(change->value, "none") == 0 || dbc_ref_is_null(change->value)) {
        return dbc_change_value(db, rec, change->field, DBC_NULL_REF, err);
    }
    if (cli_find(db, change->field->target, change->value, &found) != 0) {
        dbc_fail_nomem(err);
    } else if (found.n != 1) {
        dbc_fail(err, DBC_EINVAL, "%s: expected a %s, found %zu called '%s'", change->name,
                 dbc_schema_class(change->field->target)->name, found.n, change->value);
    } else {
        rc = dbc_change_value(db, rec, change->field, found.v[0]->ref, err);
    }
    cli_found_release(&found);
    return rc;
}

/* Returns the value, a boolean as records spell it: a person may write it in any case. */
static const char *as_written(const struct change *change)
{
    if (change->field->kind == DBC_KIND_BOOL && strcasecmp(change->value, "true") == 0) {
        return "True";
    }
    if (change->field->kind == DBC_KIND_BOOL && strcasecmp(change->value, "false") == 0) {
        return "False";
    }
    return change->value;
}

static int apply(struct dbc_db *db, const struct dbc_record *rec, const struct change *change,
                 struct dbc_error *err)
{
    if (change->key != NULL) {
        return dbc_change_key(db, rec, change->field, change->key, change->value, err);
    }
    if (change->value == NULL) {
        return dbc_change_unset(db, rec, change->field, err);
    }
    return change->field->kind == DBC_KIND_REF
               ? set_reference(db, rec, change, err)
               : dbc_change_value(db, rec, change->field, as_written(change), err);
}

/* ---- The verb -------------------------------------------------------------------------------- */

static char *value_now(const struct dbc_db *db, const struct dbc_record *rec,
                       const struct change *change)
{
    struct dbc_buf text = DBC_BUF_INIT;
    const char *value = NULL;

    if (change->key != NULL) {
        value = dbc_map_get(dbc_field_of(rec, change->field), change->key);
        dbc_buf_adds(&text, value == NULL ? "(none)" : value);
    } else {
        cli_show_value(db, rec, change->field, &text);
        dbc_buf_adds(&text, text.len == 0 ? "(none)" : "");
    }
    return dbc_buf_steal(&text);
}

static int change_all(struct dbc_db *db, const struct dbc_record *rec, struct order *order,
                      struct dbc_error *err)
{
    for (size_t i = 0; i < order->n; i++) {
        order->changes[i].before = value_now(db, rec, &order->changes[i]);
        if (apply(db, rec, &order->changes[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int print_changes(const struct dbc_db *db, const struct dbc_record *rec,
                         const struct order *order)
{
    json_t *list = json_array();
    char label[DBC_LABEL_SIZE];

    for (size_t i = 0; i < order->n; i++) {
        const struct change *change = &order->changes[i];
        char *now = value_now(db, rec, change);
        struct dbc_buf line = DBC_BUF_INIT;
        if (change->before == NULL || now == NULL) {
            cli_lost();
        }
        dbc_buf_addf(&line, "%s: %s: %s -> %s", dbc_label(db, rec, label), change->name,
                     change->before == NULL ? "" : change->before, now == NULL ? "" : now);
        if (line.failed) {
            cli_lost();
        }
        if (!order->options->json) {
            cli_put(CLI_PLAIN, dbc_buf_str(&line));
            puts("");
        }
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:o, s:o}", "record", cli_json_text(label),
                                        "field", cli_json_text(change->name), "before",
                                        cli_json_text(change->before), "after",
                                        cli_json_text(now)));
        dbc_buf_release(&line);
        free(now);
    }
    if (order->options->json) {
        return cli_json_print(list) == 0 ? CLI_OK : CLI_FAILED;
    }
    json_decref(list);
    return CLI_OK;
}

static int change_record(struct cli_edit *edit, const struct dbc_record *rec, struct order *order,
                         struct dbc_error *err)
{
    struct dbc_findings found = DBC_FINDINGS_INIT;
    struct dbc_news news = DBC_NEWS_INIT;
    int status = CLI_FAILED;

    if (dbc_news_before(&news, edit->db, err) == 0 && change_all(edit->db, rec, order, err) == 0 &&
        dbc_news_after(&news, edit->db, &found, err) == 0) {
        status = cli_judge(&found, is_forced(order));
    } else {
        dbc_fail_nomem(err); /* an earlier error stays */
        cli_fail(err);
    }
    dbc_findings_release(&found);
    dbc_news_release(&news);
    return status;
}

/* Saves the cache, with a reason like "set pif eth0 IP netmask" for the history. */
static int save(struct cli_edit *edit, const struct dbc_record *rec, const struct order *order)
{
    struct dbc_buf reason = DBC_BUF_INIT;
    char label[DBC_LABEL_SIZE];
    int status = CLI_FAILED;

    dbc_buf_addf(&reason, "set %s", dbc_label(edit->db, rec, label));
    for (size_t i = 0; i < order->n; i++) {
        dbc_buf_addf(&reason, " %s", order->changes[i].name);
    }
    status = cli_edit_save(edit, dbc_buf_str(&reason));
    dbc_buf_release(&reason);
    return status;
}

static int unknown_class(const char *name)
{
    struct cli_hint hint = CLI_HINT_INIT(name);

    for (int i = 0; i < DBC_N_CLASSES; i++) {
        cli_hint_try(&hint, "", dbc_schema_class((enum dbc_class)i)->name);
    }
    return cli_usage("set", "no such class: %s%s", name, hint.text);
}

static int set(struct order *order)
{
    struct cli_edit edit;
    struct dbc_error err = DBC_ERROR_INIT;
    const struct dbc_record *rec = NULL;
    bool dry_run = (order->flags & CLI_EDIT_DRY_RUN) != 0;
    int status = cli_edit_open(order->options, order->file, order->flags, &edit);

    if (status != CLI_OK) {
        return status;
    }
    rec = find_record(edit.db, order);
    status = rec == NULL ? CLI_FAILED : change_record(&edit, rec, order, &err);
    if (status == CLI_OK && !dry_run) {
        status = save(&edit, rec, order);
    }
    if (status == CLI_OK) {
        status = print_changes(edit.db, rec, order);
    }
    if (status == CLI_OK && dry_run && !order->options->json) {
        status = cli_edit_print_diff(&edit);
    }
    cli_edit_close(&edit);
    return status;
}

/* Parses CLASS [NAME] [FIELD VALUE]... [FILE]; a word that is left over from the pairs is FILE. */
static int parse_arguments(struct order *order, int argc, char **argv)
{
    int at = optind;

    if (at == argc) {
        return cli_usage("set", "which record? Give CLASS NAME");
    }
    order->class_ = dbc_schema_class_by_name(argv[at]);
    if (order->class_ == DBC_N_CLASSES) {
        return unknown_class(argv[at]);
    }
    at++;
    if (order->class_ != DBC_POOL) {
        if (at == argc) {
            return cli_usage("set", "which %s? Give its name", argv[at - 1]);
        }
        order->name = argv[at++];
    }
    for (; argc - at >= 2; at += 2) {
        order->changes[order->n++] = (struct change){ .name = argv[at], .value = argv[at + 1] };
    }
    order->file = at < argc ? argv[at] : NULL;
    if (order->n == 0) {
        return cli_usage("set", "what is to be changed? Give FIELD VALUE, or --unset=FIELD");
    }
    if (order->file != NULL && !cli_is_file(order->file)) {
        return cli_usage("set", "no value for %s, and no file has this name", order->file);
    }
    return CLI_OK;
}

static int parse(struct order *order, int argc, char **argv)
{
    static const struct option longs[] = { { "dry-run", no_argument, NULL, 'n' },
                                           { "force", no_argument, NULL, 'f' },
                                           { "unset", required_argument, NULL, 'u' },
                                           { NULL, 0, NULL, 0 } };
    int found = 0, status = CLI_OK;

    while ((found = cli_getopt("set", argc, argv, longs)) != -1) {
        if (found == '?') {
            return CLI_USAGE;
        }
        if (found == 'u') {
            order->changes[order->n++] = (struct change){ .name = optarg };
        } else {
            order->flags |= found == 'n' ? CLI_EDIT_DRY_RUN : CLI_EDIT_FORCE;
        }
    }
    status = parse_arguments(order, argc, argv);
    for (size_t i = 0; i < order->n && status == CLI_OK; i++) {
        status = resolve_field(order, &order->changes[i]);
    }
    return status;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    struct order order = { .options = options };
    int status = CLI_USAGE;

    order.changes = calloc((size_t)argc, sizeof *order.changes);
    if (order.changes == NULL) {
        return cli_fail_nomem();
    }
    status = parse(&order, argc, argv);
    if (status == CLI_OK) {
        status = set(&order);
    }
    for (size_t i = 0; i < order.n; i++) {
        free(order.changes[i].before);
    }
    free(order.changes);
    return status;
}

const struct cli_command cli_verb_set = {
    "set", "change fields of one record",
    "set CLASS NAME FIELD VALUE [FIELD VALUE]... [FILE]\n"
    "       dbcache set CLASS NAME --unset=FIELD [FILE]\n"
    "\n"
    "  CLASS is pif, bond, vlan, tunnel, network or pool (which has no NAME); NAME a device, a\n"
    "  bridge, a uuid or a reference; FIELD a field of the class, or other_config:KEY.\n"
    "\n"
    "  --unset=FIELD       take the field or key away; may stand several times\n"
    "  --dry-run           change nothing, print the difference\n"
    "  --force             even if check finds a new error, for a key that no save keeps, and\n"
    "                      for a damaged file\n",
    true, run_verb
};
