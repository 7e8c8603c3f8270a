/* fleet.c - see fleet.h.  Workers take the next file each until there is none; what they have in
 * hand is one finding and a piece of each table, so memory does not grow with the files. */
#include "fleet.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/check.h"
#include "base/error.h"
#include "cli/program.h"
#include "out.h"
#include "state.h"
#include "xml/reader.h"

#define PIECE ((size_t)64 * 1024) /* of a table's rows that are written at once */

struct run {
    const struct cli_fleet *fleet;
    const volatile sig_atomic_t *stopped;
    pthread_mutex_t lock; /* of what is below */
    size_t next;
    FILE *list;
    struct cli_out out;
    struct dbc_error err; /* why it ends */
    bool ended;
    size_t unread;
};

struct worker {
    struct run *run;
    struct cli_table_rows rows;
    struct cli_table_rows list; /* the table host for the next run */
};

/* ---- Writing --------------------------------------------------------------------------------- */

/* Ends all workers; the first reason counts. */
static int end(struct run *run, const struct dbc_error *err)
{
    pthread_mutex_lock(&run->lock);
    if (!run->ended) {
        run->ended = true;
        run->err = *err;
    }
    pthread_mutex_unlock(&run->lock);
    return -1;
}

static int flush(struct worker *worker, struct dbc_buf *rows, int table)
{
    struct run *run = worker->run;
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = 0;

    if (rows->len > 0 || rows->failed) {
        pthread_mutex_lock(&run->lock);
        rc = run->ended ? -1 : cli_out_write(&run->out, table, rows, &err);
        pthread_mutex_unlock(&run->lock);
    }
    dbc_buf_clear(rows);
    return rc == 0 ? 0 : end(run, &err);
}

/* A cli_rows_fn. */
static int added(void *ctx, int table)
{
    struct worker *worker = ctx;
    struct dbc_buf *rows = &worker->rows.of[table].out;

    return rows->len < PIECE && !rows->failed ? 0 : flush(worker, rows, table);
}

static int flush_all(struct worker *worker)
{
    int rc = 0;

    for (int i = 0; rc == 0 && i < CLI_N_TABLES; i++) {
        rc = flush(worker, &worker->rows.of[i].out, i);
    }
    return rc == 0 ? flush(worker, &worker->list.of[CLI_TABLE_HOST].out, CLI_OUT_LIST) : rc;
}

/* A host is complete; on one stream its rows stay together as far as that goes. */
static int host_row(struct worker *worker, const struct cli_state *state)
{
    cli_state_row(&worker->rows, state);
    cli_state_row(&worker->list, state);
    if (!worker->run->out.folder) {
        return flush_all(worker);
    }
    return added(worker, CLI_TABLE_HOST) != 0 ||
                   (worker->list.of[CLI_TABLE_HOST].out.len >= PIECE &&
                    flush(worker, &worker->list.of[CLI_TABLE_HOST].out, CLI_OUT_LIST) != 0)
               ? -1
               : 0;
}

/* ---- Hosts ----------------------------------------------------------------------------------- */

static void count_unread(struct run *run)
{
    pthread_mutex_lock(&run->lock);
    run->unread++;
    pthread_mutex_unlock(&run->lock);
}

/* Of cli_each. */
static int take_host(void *ctx, const struct cli_host *host, const struct cli_about *about)
{
    struct worker *worker = ctx;
    struct dbc_findings findings = DBC_FINDINGS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct cli_state state;
    int rc = -1;

    if (cli_state_of(host, about, &state, &err) != 0 || dbc_check(host->db, &findings, &err) != 0) {
        return end(worker->run, &err);
    }
    if (about->damage[0] != '\0') {
        count_unread(worker->run);
    }
    state.errors = findings.errors;
    state.warnings = findings.warnings;
    rc = cli_state_records(&worker->rows, &state, host->db, &findings, added, worker);
    dbc_findings_release(&findings);
    return rc == 0 ? host_row(worker, &state) : rc;
}

/* Likewise.  Lack of memory is no property of the file. */
static int take_failure(void *ctx, const char *source, const struct dbc_error *error,
                        const struct cli_origin *origin)
{
    struct worker *worker = ctx;
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];
    struct cli_state state;

    if (error->code == DBC_ENOMEM) {
        return end(worker->run, error);
    }
    cli_fail(error);
    cli_state_unread(source, dbc_error_string(error, text, sizeof text), origin, &state);
    count_unread(worker->run);
    return host_row(worker, &state);
}

/* ---- Files ----------------------------------------------------------------------------------- */

/* The next name, malloc'd; NULL: there is none, or the run has ended. */
static char *next_listed(struct run *run)
{
    char *name = NULL;
    size_t cap = 0;
    ssize_t len = 0;

    do {
        len = getline(&name, &cap, run->list);
        if (len > 0 && name[len - 1] == '\n') {
            name[--len] = '\0';
        }
    } while (len == 0);
    if (len < 0) {
        free(name);
        return NULL;
    }
    return name;
}

static char *next_file(struct run *run)
{
    char *name = NULL;

    pthread_mutex_lock(&run->lock);
    if (!run->ended && *run->stopped == 0) {
        if (run->next < run->fleet->n) {
            name = strdup(run->fleet->files[run->next++]);
        } else if (run->list != NULL) {
            name = next_listed(run);
        }
    }
    pthread_mutex_unlock(&run->lock);
    return name;
}

static void *work(void *ctx)
{
    struct worker *worker = ctx;
    const struct cli_each each = { take_host, take_failure, worker };
    char *file = NULL;
    int rc = 0;

    while (rc == 0 && (file = next_file(worker->run)) != NULL) {
        rc = cli_input_each(worker->run->fleet->options, file, &each);
        free(file);
    }
    if (rc == 0) {
        flush_all(worker);
    }
    return NULL;
}

/* ---- The run --------------------------------------------------------------------------------- */

static unsigned jobs_of(const struct cli_fleet *fleet)
{
    cpu_set_t set;
    unsigned jobs = fleet->jobs;

    if (jobs == 0) {
        jobs = sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
    }
    if (fleet->list == NULL && jobs > fleet->n) {
        jobs = (unsigned)fleet->n;
    }
    return jobs == 0 ? 1 : jobs > CLI_JOBS_MAX ? CLI_JOBS_MAX : jobs;
}

static void end_nomem(struct run *run)
{
    struct dbc_error err = DBC_ERROR_INIT;

    dbc_fail_nomem(&err);
    end(run, &err);
}

static void set_up(struct worker *worker, struct run *run)
{
    const struct cli_fleet *fleet = run->fleet;

    *worker = (struct worker){ .run = run };
    worker->rows.tables = fleet->tables;
    worker->rows.named = !run->out.folder && (fleet->tables & (fleet->tables - 1)) != 0;
    for (int i = 0; i < CLI_N_TABLES; i++) {
        worker->rows.of[i].format = fleet->format;
    }
    worker->list.tables = run->out.list ? 1u << CLI_TABLE_HOST : 0;
}

static void tear_down(struct worker *worker)
{
    for (int i = 0; i < CLI_N_TABLES; i++) {
        cli_rows_release(&worker->rows.of[i]);
        cli_rows_release(&worker->list.of[i]);
    }
}

/* CSV files have the names of their columns first. */
static void put_heads(struct worker *worker)
{
    for (int i = 0; i < CLI_N_TABLES; i++) {
        if (worker->run->fleet->format == CLI_ROWS_CSV && (worker->rows.tables & 1u << i) != 0) {
            cli_state_head(&worker->rows, i);
        }
    }
    flush_all(worker);
}

/* The caller's thread works as well, so that one job needs no other. */
static void run_all(struct run *run)
{
    unsigned jobs = jobs_of(run->fleet), started = 0;
    struct worker *workers = calloc(jobs, sizeof *workers);
    pthread_t threads[CLI_JOBS_MAX];

    if (workers == NULL) {
        end_nomem(run);
        return;
    }
    for (unsigned i = 0; i < jobs; i++) {
        set_up(&workers[i], run);
    }
    put_heads(&workers[0]);
    while (started + 1 < jobs &&
           pthread_create(&threads[started], NULL, work, &workers[started + 1]) == 0) {
        started++; /* fewer than wanted do the work as well */
    }
    work(&workers[0]);
    for (unsigned i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    for (unsigned i = 0; i < jobs; i++) {
        tear_down(&workers[i]);
    }
    free(workers);
}

static int conclude(struct run *run)
{
    struct dbc_error err = run->err;

    if (!run->ended && *run->stopped != 0) {
        run->ended = true;
        dbc_fail(&err, DBC_EIO, "stopped by a signal; nothing was written");
    }
    if (!run->ended && cli_out_finish(&run->out, &err) == 0) {
        return run->unread > 0 ? CLI_DIFFERENT : CLI_OK;
    }
    cli_out_drop(&run->out);
    return run->out.broken ? CLI_FAILED : cli_fail(&err);
}

static FILE *open_list(const char *name, struct dbc_error *err)
{
    FILE *list = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");

    if (list == NULL) {
        dbc_fail_errno(err, errno, "%s: cannot open", name);
    }
    return list;
}

int cli_fleet_export(const struct cli_fleet *fleet)
{
    struct run run = { .fleet = fleet, .stopped = program_catch_stop() };
    struct dbc_error err = DBC_ERROR_INIT;
    int status = CLI_FAILED;

    dbc_xml_settle();
    pthread_mutex_init(&run.lock, NULL);
    if (fleet->list != NULL && (run.list = open_list(fleet->list, &err)) == NULL) {
        status = cli_fail(&err);
    } else if (cli_out_open(&run.out, fleet->output, fleet->format, fleet->tables, &err) != 0) {
        status = cli_fail(&err);
    } else {
        run_all(&run);
        status = conclude(&run);
    }
    if (run.list != NULL) {
        fclose(run.list);
    }
    pthread_mutex_destroy(&run.lock);
    return status;
}
