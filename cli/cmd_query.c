/* cmd_query.c - dbcache query: runs SQL over one host or many (cache/store/query.h); query_view.c
 * prints the answer. */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/valid.h"
#include "command.h"
#include "hint.h"
#include "input/cache.h"
#include "input/each.h"
#include "query_view.h"
#include "store/history.h"
#include "store/query.h"
#include "xml/reader.h"

#define SECONDS_MAX 86400u
#define GRACE 5 /* seconds beyond the time limit that one of SQLite's steps may take */

/* The command line. */
struct asked {
    struct cli_query_view view;
    struct dbc_query_limits limits;
    bool tables;
};

/* ---- A step that does not end ------------------------------------------------------------- */

/* SQLite checks the time only between its steps, so an alarm limits each step.  It does not limit
 * the printing of a row, which takes as long as the reader of the output. */
static struct {
    unsigned seconds;
    volatile sig_atomic_t printing, step; /* step: another number with each row */
    sig_atomic_t seen;                    /* the step at the last alarm */
    struct dbc_query_sink sink;
} watch;

static void on_alarm(int signal)
{
    static const char text[] = "dbcache: the query took too long\n";

    (void)signal;
    if (watch.printing || watch.step != watch.seen) {
        watch.seen = watch.step;
        alarm(watch.seconds);
        return;
    }
    if (write(STDERR_FILENO, text, sizeof text - 1) >= 0) {
        _exit(CLI_FAILED);
    }
    _exit(CLI_FAILED);
}

static int printed(int rc)
{
    watch.step = (watch.step + 1) & 0x7fff;
    watch.printing = 0;
    return rc;
}

static int watched_columns(void *ctx, const char *const *names, size_t n)
{
    watch.printing = 1;
    return printed(watch.sink.columns(ctx, names, n));
}

static int watched_row(void *ctx, const struct dbc_cell *cells, size_t n)
{
    watch.printing = 1;
    return printed(watch.sink.row(ctx, cells, n));
}

static int run_watched(struct dbc_query *query, struct asked *asked, bool *more,
                       struct dbc_error *err)
{
    struct dbc_query_sink sink = { watched_columns, watched_row, &asked->view };
    int rc = -1;

    watch.sink = cli_query_view_sink(&asked->view);
    watch.seconds = asked->limits.timeout_ms / 1000 + GRACE;
    signal(SIGALRM, on_alarm);
    alarm(watch.seconds);
    rc = dbc_query_run(query, &sink, more, err);
    alarm(0);
    return rc;
}

/* ---- The statement ------------------------------------------------------------------------ */

/* Prints SQLite's error, such as "no such column: p.devic", with the nearest existing name. */
static int fail_query(const struct dbc_error *err)
{
    const char *word = strrchr(err->text, ' '), *dot = strrchr(err->text, '.');
    struct cli_hint hint = CLI_HINT_INIT(dot != NULL ? dot + 1 : word != NULL ? word + 1 : "");
    struct dbc_buf tables = DBC_BUF_INIT;
    char *rest = NULL;

    if (strncmp(err->text, "no such ", strlen("no such ")) != 0) {
        return cli_fail(err);
    }
    dbc_query_tables(&tables);
    for (char *name = tables.failed ? NULL : strtok_r(tables.data, "(), \n", &rest); name != NULL;
         name = strtok_r(NULL, "(), \n", &rest)) {
        cli_hint_try(&hint, "", name);
    }
    cli_error("%s%s", err->text, hint.text);
    dbc_buf_release(&tables);
    return CLI_FAILED;
}

/* Runs the query.  A failure without an error is one of printing, which is reported elsewhere. */
static int run(struct dbc_query *query, struct asked *asked)
{
    struct dbc_error err = DBC_ERROR_INIT;
    bool more = false;
    int rc = run_watched(query, asked, &more, &err);
    size_t rows = asked->view.rows;
    int status = cli_query_view_close(&asked->view, rc == 0);

    if (rc != 0) {
        return err.code == DBC_OK ? CLI_FAILED : fail_query(&err);
    }
    if (more) {
        cli_warning("only the first %zu rows are printed (--limit)", rows);
    }
    return status == CLI_OK && more ? CLI_DIFFERENT : status;
}

/* ---- Hosts -------------------------------------------------------------------------------- */

/* Shows a bar on stderr, if that is a terminal and there are several files. */
static void show_progress(size_t done, size_t all)
{
    size_t filled = all == 0 ? 0 : done * 40 / all;
    char bar[41];

    if (all < 2 || !isatty(STDERR_FILENO)) {
        return;
    }
    for (size_t i = 0; i < 40; i++) {
        bar[i] = i < filled ? '#' : '.';
    }
    bar[40] = '\0';
    if (done == all) {
        fputs("\r\033[K", stderr);
    } else if (done * 100 / all != (done + 1) * 100 / all || done == 0) {
        fprintf(stderr, "\r[%s] %zu of %zu files", bar, done, all);
    }
    fflush(stderr);
}

/* `read` of a struct dbc_query_reader. */
static struct dbc_db *read_snapshot(const char *name, const void *data, size_t len,
                                    struct dbc_error *err)
{
    return dbc_xml_read_memory(name, data, len, cli_print_warning, NULL, err);
}

/* The hosts of a statement.  The first host's records stay in memory, since most statements are
 * about one host, whose records need not be copied then. */
struct asked_of {
    struct dbc_query *query;
    struct dbc_db *first;
    size_t hosts, without_past;
};

/* Adds the host's history if the statement reads the past.  Returns 0, or -1 with *err. */
static int add_past(struct asked_of *of, const struct cli_host *host, struct dbc_error *err)
{
    const struct dbc_query_reader reader = { read_snapshot };
    struct dbc_error why = DBC_ERROR_INIT;
    char *path = dbc_history_path(host->file);
    int rc = path == NULL ? dbc_fail_nomem(err) : 0;

    if (rc == 0 &&
        (host->format != CLI_FORMAT_CACHE || !cli_has_history(host->file) ||
         (dbc_query_add_past(of->query, path, reader, &why) != 0 && why.code == DBC_ENOENT))) {
        of->without_past++;
    } else if (rc == 0 && why.code != DBC_OK) {
        *err = why;
        rc = -1;
    }
    free(path);
    return rc;
}

static int add_records(struct asked_of *of, struct cli_host *host, struct dbc_error *err)
{
    if (of->first != NULL) {
        return dbc_query_add(of->query, host->name, host->file, host->db, err);
    }
    of->first = host->db;
    host->db = NULL;
    return dbc_query_lend(of->query, host->name, host->file, of->first, err);
}

/* `host` of a struct cli_each; all hosts but the first are freed after this. */
static int add_host(void *ctx, struct cli_host *host, const struct cli_about *about)
{
    struct asked_of *of = ctx;
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = add_records(of, host, &err);

    (void)about;
    of->hosts++;
    if (rc == 0 && dbc_query_asks_past(of->query)) {
        rc = add_past(of, host, &err);
    }
    if (rc != 0) {
        cli_fail(&err);
    }
    return rc;
}

static int add_files(const struct cli_options *options, char *const *files, size_t n,
                     struct asked_of *of)
{
    const struct cli_each each = { add_host, cli_each_refuse, of, true, false };
    int rc = 0;

    for (size_t i = 0; rc == 0 && (i < n || i == 0); i++) {
        show_progress(i, n);
        rc = cli_input_each(options, n == 0 ? NULL : files[i], &each);
    }
    show_progress(n, n);
    if (rc == 0 && of->without_past > 0) {
        cli_warning("%zu of %zu hosts have no history beside them", of->without_past, of->hosts);
    }
    return rc == 0 ? CLI_OK : CLI_FAILED;
}

static int ask(const struct cli_options *options, const char *sql, char **files, size_t n,
               struct asked *asked)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct asked_of of = { .query = dbc_query_new(sql, &asked->limits, &err) };
    int status = CLI_FAILED;

    if (of.query == NULL) {
        status = fail_query(&err);
    } else {
        status = add_files(options, files, n, &of);
        status = status == CLI_OK ? run(of.query, asked) : status;
    }
    dbc_query_free(of.query);
    dbc_db_free(of.first);
    return status;
}

/* ---- The verb ----------------------------------------------------------------------------- */

static int print_tables(void)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_query_tables(&text);
    fputs(dbc_buf_str(&text), stdout);
    dbc_buf_release(&text);
    return CLI_OK;
}

static int take_option(struct asked *asked, int found)
{
    uint64_t number = 0;

    switch (found) {
    case 't':
        if (!dbc_parse_uint(optarg, SECONDS_MAX, &number) || number == 0) {
            return cli_usage("query", "--timeout: expected 1 to %u seconds, found %s", SECONDS_MAX,
                             optarg);
        }
        asked->limits.timeout_ms = (unsigned)number * 1000;
        break;
    case 'l':
        if (!dbc_parse_uint(optarg, UINT32_MAX, &number) || number == 0) {
            return cli_usage("query", "--limit: expected a number of rows, found %s", optarg);
        }
        asked->limits.rows = (size_t)number;
        break;
    case 'f':
        if (!cli_query_format_of(optarg, &asked->view.format)) {
            return cli_usage("query", "--output: expected table, csv, json or jsonl, found %s",
                             optarg);
        }
        break;
    case 'c':
        asked->view.format = CLI_QUERY_CSV;
        break;
    case 'T':
        asked->tables = true;
        break;
    default:
        return CLI_USAGE;
    }
    return CLI_OK;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = {
        { "csv", no_argument, NULL, 'c' },           { "limit", required_argument, NULL, 'l' },
        { "output", required_argument, NULL, 'f' },  { "tables", no_argument, NULL, 'T' },
        { "timeout", required_argument, NULL, 't' }, { NULL, 0, NULL, 0 }
    };
    struct asked asked = { .view = { .format = options->json ? CLI_QUERY_JSON : CLI_QUERY_TABLE },
                           .limits = { .timeout_ms = DBC_QUERY_TIMEOUT_MS } };
    int found = 0, status = CLI_OK;

    while (status == CLI_OK && (found = cli_getopt("query", argc, argv, longs)) != -1) {
        status = take_option(&asked, found);
    }
    if (status != CLI_OK) {
        return status;
    }
    if (asked.tables) {
        return print_tables();
    }
    if (optind == argc) {
        return cli_usage("query", "expected a statement; --tables shows what "
                                  "there is to ask");
    }
    return ask(options, argv[optind], argv + optind + 1, (size_t)(argc - optind - 1), &asked);
}

const struct cli_command cli_verb_query = {
    "query", "ask one host or many in SQL",
    "query SQL [FILE]...\n"
    "       dbcache query --tables\n"
    "\n"
    "  --csv               as --output=csv\n"
    "  --timeout=SECONDS   give up after so long (10)\n"
    "  --limit=ROWS        print so many rows at most (100000)\n"
    "  --output=FORMAT     table, csv, json (as --json), or jsonl: an object a line\n"
    "  --tables            print the tables and their columns\n"
    "\n"
    "Exit status: 0 done, 1 rows beyond the limit were left out, 2 failed.\n",
    false, run_verb
};
