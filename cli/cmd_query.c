/* cmd_query.c - dbcache query: SQL over one host or many (cache/store/query.h), as a table, CSV or
 * JSON. */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/valid.h"
#include "cmd_store.h"
#include "hint.h"
#include "input/hosts.h"
#include "json.h"
#include "store/query.h"

#define SECONDS_MAX 86400u
#define GRACE 5 /* seconds beyond the time limit that one of SQLite's steps may take */

enum format { AS_TABLE, AS_CSV, AS_JSON };

struct view {
    enum format format;
    struct cli_table *table;
    /* The other formats: collected like the table, so that a reader that takes its time does not
     * count as the query's. */
    FILE *out;
    json_t *names; /* unique */
    size_t rows;
    struct dbc_query_limits limits;
    bool tables;
};

/* ---- Printing ----------------------------------------------------------------------------- */

/* RFC 4180: in quotes what needs them, quotes doubled, CRLF. */
static void put_csv(FILE *out, const char *text, bool last)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, out);
    } else {
        putc('"', out);
        for (const char *c = text; *c != '\0'; c++) {
            if (*c == '"') {
                putc('"', out);
            }
            putc(*c, out);
        }
        putc('"', out);
    }
    fputs(last ? "\r\n" : ",", out);
}

/* Two columns of one name would be one member of a JSON object. */
static int add_name(json_t *names, const char *name, size_t n)
{
    struct dbc_buf unique = DBC_BUF_INIT;
    int rc = -1;

    dbc_buf_add_printable(&unique, name);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(json_string_value(json_array_get(names, i)), dbc_buf_str(&unique)) == 0) {
            dbc_buf_addf(&unique, ":%zu", n + 1);
            break;
        }
    }
    if (!unique.failed) {
        rc = json_array_append_new(names, json_string(dbc_buf_str(&unique)));
    }
    dbc_buf_release(&unique);
    return rc;
}

static int put_columns(void *ctx, const char *const *names, size_t n)
{
    struct view *view = ctx;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < n; i++) {
        switch (view->format) {
        case AS_TABLE:
            cli_table_styled(view->table, CLI_BOLD, names[i]);
            break;
        case AS_CSV:
            put_csv(view->out, names[i], i + 1 == n);
            break;
        case AS_JSON:
            rc = add_name(view->names, names[i], i);
            break;
        }
    }
    if (view->format == AS_TABLE) {
        cli_table_row(view->table);
    }
    return rc;
}

static json_t *cell_json(const struct dbc_cell *cell)
{
    switch (cell->kind) {
    case DBC_CELL_NULL:
        return json_null();
    case DBC_CELL_INT:
        return json_integer(cell->integer);
    case DBC_CELL_REAL:
        break;
    case DBC_CELL_TEXT:
        return cli_json_text(cell->text);
    }
    return json_real(cell->real);
}

static int put_json(struct view *view, const struct dbc_cell *cells, size_t n)
{
    json_t *row = json_object();
    int rc = row == NULL ? -1 : 0;

    for (size_t i = 0; rc == 0 && i < n; i++) {
        json_t *value = cell_json(&cells[i]);
        /* What JSON has no number for: infinity. */
        value = value == NULL ? json_null() : value;
        rc = json_object_set_new(row, json_string_value(json_array_get(view->names, i)), value);
    }
    fputs(view->rows == 0 ? "\n  " : ",\n  ", view->out);
    rc = rc == 0 ? json_dumpf(row, view->out, 0) : -1;
    json_decref(row);
    return rc;
}

static int put_row(void *ctx, const struct dbc_cell *cells, size_t n)
{
    struct view *view = ctx;
    int rc = 0;

    for (size_t i = 0; i < n && view->format != AS_JSON; i++) {
        if (view->format == AS_TABLE) {
            cli_table_cell(view->table, cells[i].text);
        } else {
            put_csv(view->out, cells[i].text, i + 1 == n);
        }
    }
    if (view->format == AS_TABLE) {
        cli_table_row(view->table);
    } else if (view->format == AS_JSON) {
        rc = put_json(view, cells, n);
    }
    view->rows++;
    return rc;
}

/* One of SQLite's steps took longer than all may: it looks at the clock only between them. */
static void on_alarm(int signal)
{
    static const char text[] = "dbcache: the query took too long\n";

    (void)signal;
    if (write(STDERR_FILENO, text, sizeof text - 1) >= 0) {
        _exit(CLI_FAILED);
    }
    _exit(CLI_FAILED);
}

static int collect(struct dbc_query *query, const char *sql, struct view *view, bool *more,
                   struct dbc_error *err)
{
    struct dbc_query_sink sink = { put_columns, put_row, view };
    int rc = -1;

    signal(SIGALRM, on_alarm);
    alarm(view->limits.timeout_ms / 1000 + GRACE);
    rc = dbc_query_run(query, sql, &view->limits, &sink, more, err);
    alarm(0);
    return rc != 0 ? dbc_fail_nomem(err) : 0; /* which stays behind an error that is there */
}

static int print(struct view *view, const char *text, size_t len)
{
    if (view->format == AS_TABLE) {
        return cli_table_print(view->table, stdout);
    }
    fputs(view->format == AS_JSON ? "[" : "", stdout);
    fwrite(text, 1, len, stdout);
    if (view->format == AS_JSON) {
        puts(view->rows > 0 ? "\n]" : "]");
    }
    return 0;
}

/* "no such column: p.devic", as SQLite says it, with the name that there is. */
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

static int run(struct dbc_query *query, const char *sql, struct view *view)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char *text = NULL;
    size_t len = 0;
    bool more = false;
    int rc = -1;

    view->table = view->format == AS_TABLE ? cli_table_new() : NULL;
    view->names = view->format == AS_JSON ? json_array() : NULL;
    view->out = open_memstream(&text, &len);
    if (view->out == NULL) {
        return cli_fail_nomem();
    }
    rc = collect(query, sql, view, &more, &err);
    if ((fclose(view->out) != 0 || print(view, text, len) != 0) && rc == 0) {
        rc = dbc_fail_nomem(&err);
    }
    json_decref(view->names);
    free(text);
    if (rc == 0 && more) {
        cli_warning("only the first %zu rows are printed (--limit)", view->rows);
    }
    return rc != 0 ? fail_query(&err) : more ? CLI_DIFFERENT : CLI_OK;
}

/* ---- Hosts -------------------------------------------------------------------------------- */

/* A bar on the terminal, where there is one and something to wait for. */
static void show_progress(size_t done, size_t all)
{
    size_t filled = done * 40 / all;
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

static int add_all(struct dbc_query *query, const struct cli_hosts *hosts)
{
    struct dbc_error err = DBC_ERROR_INIT;

    for (size_t i = 0; i < hosts->n; i++) {
        const struct cli_host *host = &hosts->v[i];
        if (dbc_query_add(query, host->name, host->file, host->db, &err) != 0) {
            return cli_fail(&err);
        }
    }
    return CLI_OK;
}

static int ask(const struct cli_options *options, const char *sql, char **files, size_t n,
               struct view *view)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_query *query = dbc_query_new(&err);
    struct cli_hosts hosts = { 0 };
    int status = CLI_FAILED;

    if (query == NULL) {
        status = cli_fail(&err);
    } else if (cli_input_hosts(options, files, n, show_progress, &hosts) == 0) {
        status = add_all(query, &hosts);
        status = status == CLI_OK ? run(query, sql, view) : status;
    }
    dbc_query_free(query);
    cli_hosts_release(&hosts);
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

static int take_options(struct view *view, int argc, char **argv)
{
    static const struct option longs[] = { { "csv", no_argument, NULL, 'c' },
                                           { "timeout", required_argument, NULL, 't' },
                                           { "limit", required_argument, NULL, 'l' },
                                           { "tables", no_argument, NULL, 'T' },
                                           { NULL, 0, NULL, 0 } };
    const struct cli_command *command = cli_find_command("query");
    uint64_t number = 0;
    int found = 0;

    while ((found = cli_getopt("query", argc, argv, longs)) != -1) {
        if (found == '?') {
            return CLI_USAGE;
        }
        if (found == 't' && (!dbc_parse_uint(optarg, SECONDS_MAX, &number) || number == 0)) {
            return cli_usage(command, "--timeout: expected 1 to %u seconds, found %s", SECONDS_MAX,
                             optarg);
        }
        if (found == 'l' && (!dbc_parse_uint(optarg, UINT32_MAX, &number) || number == 0)) {
            return cli_usage(command, "--limit: expected a number of rows, found %s", optarg);
        }
        view->limits.timeout_ms = found == 't' ? (unsigned)number * 1000 : view->limits.timeout_ms;
        view->limits.rows = found == 'l' ? (size_t)number : view->limits.rows;
        view->format = found == 'c' ? AS_CSV : view->format;
        view->tables = view->tables || found == 'T';
    }
    return CLI_OK;
}

int cli_cmd_query(const struct cli_options *options, int argc, char **argv)
{
    struct view view = { .format = options->json ? AS_JSON : AS_TABLE,
                         .limits = { DBC_QUERY_TIMEOUT_MS, DBC_QUERY_ROWS } };
    int status = take_options(&view, argc, argv);

    if (status != CLI_OK) {
        return status;
    }
    if (view.tables) {
        return print_tables();
    }
    if (optind == argc) {
        return cli_usage(cli_find_command("query"), "expected a statement; --tables shows what "
                                                    "there is to ask");
    }
    return ask(options, argv[optind], argv + optind + 1, (size_t)(argc - optind - 1), &view);
}
