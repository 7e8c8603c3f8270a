/* cmd_history.c - dbcache history: lists, shows, compares, restores and drops the snapshots of
 * cache/store/history.h. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/lock.h"
#include "base/valid.h"
#include "cmd_diff.h"
#include "input/cache.h"
#include "json.h"
#include "keep.h"
#include "store/history.h"
#include "xml/reader.h"

#define CACHE_MODE 0644

/* One run of the verb. */
struct view {
    const struct cli_options *options;
    struct dbc_history *history;
    char *cache;  /* the file that the history belongs to */
    char *prefix; /* the root of the file's host */
    const char *file;
    bool identity;
    unsigned keep, days;
    char **words; /* the arguments behind the action */
    int n_words;
};

struct action {
    const char *name;
    int most_words;
    bool writes;
    int (*run)(struct view *view, struct dbc_error *err); /* a status, or -1 with *err */
};

/* ---- Which history ------------------------------------------------------------------------ */

static int open_history(struct view *view, bool writing, struct dbc_error *err)
{
    char *path = dbc_history_path(view->cache);
    int rc =
        path == NULL ? dbc_fail_nomem(err) : dbc_history_open(path, writing, &view->history, err);

    free(path);
    return rc;
}

/* Appends the bytes of the snapshot that a word names. */
static int get(struct view *view, const char *word, struct dbc_buf *out, struct dbc_error *err)
{
    uint64_t number = 0;
    int64_t id = 0, when = 0;

    if (strcmp(word, "newest") == 0) {
        return dbc_history_newest(view->history, 0, out, &id, &when, err);
    }
    if (!dbc_parse_uint(word, INT64_MAX, &number)) {
        return dbc_fail(err, DBC_EINVAL, "expected a snapshot's number or newest, found %s", word);
    }
    return dbc_history_get(view->history, (int64_t)number, out, err);
}

/* ---- list --------------------------------------------------------------------------------- */

static void format_time(int64_t when, char out[64])
{
    time_t at = (time_t)when;
    struct tm tm;

    if (localtime_r(&at, &tm) == NULL || strftime(out, 64, "%Y-%m-%d %H:%M:%S", &tm) == 0) {
        snprintf(out, 64, "%lld", (long long)when);
    }
}

static int list_row(void *ctx, const struct dbc_snapshot *snapshot)
{
    struct cli_table *table = ctx;
    char text[64];

    snprintf(text, sizeof text, "%lld", (long long)snapshot->id);
    cli_table_styled(table, CLI_BOLD, text);
    format_time(snapshot->time, text);
    cli_table_cell(table, text);
    snprintf(text, sizeof text, "%llu", (unsigned long long)snapshot->size);
    cli_table_cell(table, text);
    snprintf(text, sizeof text, "%.12s", snapshot->hash);
    cli_table_styled(table, CLI_DIM, text);
    cli_table_cell(table, snapshot->program);
    cli_table_cell(table, snapshot->reason);
    cli_table_row(table);
    return 0;
}

static int list_json(void *ctx, const struct dbc_snapshot *snapshot)
{
    json_t *list = ctx;
    json_t *row = json_pack("{s:I, s:I, s:I, s:s, s:o, s:o}", "id", (json_int_t)snapshot->id,
                            "time", (json_int_t)snapshot->time, "size", (json_int_t)snapshot->size,
                            "sha256", snapshot->hash, "program", cli_json_text(snapshot->program),
                            "reason", cli_json_text(snapshot->reason));

    return json_array_append_new(list, row);
}

static int run_list_json(struct view *view, struct dbc_error *err)
{
    json_t *list = json_array();
    int rc = list == NULL ? -1 : dbc_history_list(view->history, list_json, list, err);

    if (rc < 0) {
        json_decref(list);
        return err->code == DBC_OK ? dbc_fail_nomem(err) : -1; /* list_json sets no error */
    }
    return cli_json_print(list) == 0 ? CLI_OK : CLI_FAILED;
}

static int run_list(struct view *view, struct dbc_error *err)
{
    struct cli_table *table = NULL;
    int rc = 0;

    if (view->options->json) {
        return run_list_json(view, err);
    }
    table = cli_table_new();
    cli_table_head(table, "ID", "TIME", "BYTES", "SHA-256", "PROGRAM", "REASON", NULL);
    rc = dbc_history_list(view->history, list_row, table, err);
    if (cli_table_print(table, stdout) != 0 && rc == 0) {
        rc = dbc_fail_nomem(err);
    }
    return rc;
}

/* ---- show, diff --------------------------------------------------------------------------- */

static int run_show(struct view *view, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = get(view, view->n_words > 0 ? view->words[0] : "newest", &text, err);

    if (rc == 0) {
        fwrite(text.data, 1, text.len, stdout);
    }
    dbc_buf_release(&text);
    return rc;
}

/* Returns the records of a snapshot for the caller to free, or NULL with *err. */
static struct dbc_db *load_snapshot(struct view *view, const char *word, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT, name = DBC_BUF_INIT;
    struct dbc_db *db = NULL;

    dbc_buf_addf(&name, "snapshot %s", word);
    if (get(view, word, &text, err) == 0) {
        db = dbc_xml_read_memory(dbc_buf_str(&name), text.data, text.len, cli_print_warning, NULL,
                                 err);
    }
    dbc_buf_release(&text);
    dbc_buf_release(&name);
    return db;
}

static int run_diff(struct view *view, struct dbc_error *err)
{
    const char *word = view->n_words > 0 ? view->words[0] : "newest";
    struct dbc_db *old_db = load_snapshot(view, word, err), *new_db = NULL;
    int status = -1;

    if (old_db != NULL) {
        new_db = view->n_words > 1 ? load_snapshot(view, view->words[1], err)
                                   : dbc_xml_read_file(view->cache, cli_print_warning, NULL, err);
    }
    if (new_db != NULL) {
        status = cli_diff_databases(view->options, old_db, new_db, view->identity);
    }
    dbc_db_free(old_db);
    dbc_db_free(new_db);
    return status;
}

/* ---- restore, gc -------------------------------------------------------------------------- */

/* Fails when the snapshot is not a cache, which must not replace one. */
static int check_text(const struct dbc_buf *text, struct dbc_error *err)
{
    struct dbc_db *db =
        dbc_xml_read_memory("snapshot", text->data, text->len, cli_print_warning, NULL, err);

    dbc_db_free(db);
    return db == NULL ? -1 : 0;
}

static int run_restore(struct view *view, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT, before = DBC_BUF_INIT, reason = DBC_BUF_INIT;
    int lock = -1, rc = -1;

    dbc_buf_addf(&reason, "restore of snapshot %s", view->words[0]);
    if (get(view, view->words[0], &text, err) < 0 || check_text(&text, err) < 0 ||
        cli_lock(view->cache, view->prefix, &lock, err) < 0) {
        goto out;
    }
    /* A cache that cannot be read is no failure: it may be the reason for the restore. */
    dbc_file_read(view->cache, DBC_LIMIT_FILE_BYTES, &before, NULL);
    if (dbc_file_replace(view->cache, text.data, text.len, CACHE_MODE, err) < 0) {
        goto out;
    }
    dbc_history_close(view->history);
    view->history = NULL;
    cli_history_keep(view->cache, &before, dbc_buf_str(&reason));
    rc = CLI_OK;
out:
    dbc_lock_drop(lock);
    dbc_buf_release(&text);
    dbc_buf_release(&before);
    dbc_buf_release(&reason);
    return rc;
}

static int run_gc(struct view *view, struct dbc_error *err)
{
    unsigned removed = 0;

    if (dbc_history_gc(view->history, view->keep, view->days, &removed, err) < 0) {
        return -1;
    }
    if (view->options->json) {
        printf("{\"removed\": %u}\n", removed);
    } else {
        printf("%u snapshot%s removed.\n", removed, removed == 1 ? "" : "s");
    }
    return CLI_OK;
}

/* ---- The verb ----------------------------------------------------------------------------- */

static const struct action actions[] = {
    { "list", 0, false, run_list }, { "show", 1, false, run_show },
    { "diff", 2, false, run_diff }, { "restore", 1, false, run_restore },
    { "gc", 0, true, run_gc },
};

static const struct action *find_action(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].name, name) == 0) {
            return &actions[i];
        }
    }
    return NULL;
}

static int take_options(struct view *view, int argc, char **argv)
{
    static const struct option longs[] = { { "file", required_argument, NULL, 'f' },
                                           { "uuid", no_argument, NULL, 'u' },
                                           { "keep", required_argument, NULL, 'k' },
                                           { "days", required_argument, NULL, 'd' },
                                           { NULL, 0, NULL, 0 } };
    int found = 0;

    while ((found = cli_getopt("history", argc, argv, longs)) != -1) {
        uint64_t number = 0;
        if (found == '?') {
            return CLI_USAGE;
        }
        if ((found == 'k' || found == 'd') && !dbc_parse_uint(optarg, 1000000, &number)) {
            return cli_usage("history", "expected a number, found %s", optarg);
        }
        view->file = found == 'f' ? optarg : view->file;
        view->identity = view->identity || found == 'u';
        view->keep = found == 'k' ? (unsigned)number : view->keep;
        view->days = found == 'd' ? (unsigned)number : view->days;
    }
    return CLI_OK;
}

static int run(struct view *view, const struct action *action)
{
    struct dbc_error err = DBC_ERROR_INIT;
    int status = -1;

    view->cache = cli_cache_of(view->options, view->file, &view->prefix, &err);
    if (view->cache != NULL && open_history(view, action->writes, &err) == 0) {
        status = action->run(view, &err);
    }
    if (status < 0) {
        status = cli_fail(&err);
    }
    dbc_history_close(view->history);
    free(view->cache);
    free(view->prefix);
    return status;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    struct view view = { .options = options,
                         .keep = DBC_HISTORY_KEEP_COUNT,
                         .days = DBC_HISTORY_KEEP_DAYS };
    const struct action *action = NULL;
    int status = take_options(&view, argc, argv);

    if (status != CLI_OK) {
        return status;
    }
    if (optind == argc) {
        return cli_usage("history", "what is to be done? list, show, diff, restore or gc");
    }
    action = find_action(argv[optind]);
    if (action == NULL) {
        return cli_usage("history", "expected list, show, diff, restore or gc, found %s",
                         argv[optind]);
    }
    view.words = argv + optind + 1;
    view.n_words = argc - optind - 1;
    if (view.n_words > action->most_words) {
        return cli_usage("history", "%s is one argument too many", view.words[action->most_words]);
    }
    if (action->run == run_restore && view.n_words == 0) {
        return cli_usage("history", "restore which snapshot? Give its number, or newest");
    }
    return run(&view, action);
}

const struct cli_command cli_verb_history = {
    "history", "what a cache was, and how to get it back",
    "history list\n"
    "       dbcache history show|restore ID\n"
    "       dbcache history diff [ID [ID]]\n"
    "       dbcache history gc\n"
    "\n"
    "  ID is a number of the list, or newest; diff compares the newest snapshot, or that with\n"
    "  the number, with the cache, or two snapshots.\n"
    "\n"
    "  --file=FILE         the cache (or root folder) whose history is meant; unless told\n"
    "                      otherwise, this host's own\n"
    "  --uuid              diff: also the uuids of records that are the same by device or bridge\n"
    "  --keep=COUNT        gc: keep so many snapshots (200)\n"
    "  --days=DAYS         gc: of these, the ones of so many days (366)\n"
    "\n"
    "Exit status: 0 done, 2 failed; diff: 0 the same, 1 different, 2 failed.\n",
    true, run_verb
};
